//! The course of an indicator: the chart, and the same as a table.
//!
//! Nothing is computed twice: each point is what the rule set finds on the day
//! a figure's period ends, so the line is the one the verdict speaks of.

use std::{collections::BTreeSet, sync::Arc};

use maud::{Markup, PreEscaped, html};
use plan_model::{Decimal, DueYear, InputRole, Measure, Period, Verdict, plain};
use plan_report::chart::{Chart, DataTable, Forecast, Goal, Mark, Point, end_of, good_below};
use plan_workflow::records::FigureRecord;

use crate::{
    server::{
        App,
        judged::{Judged, JudgedPlan, standing_for},
        visit::Visit,
    },
    ui::figure,
};

/// Points of a chart at most: ten years of months.
const POINTS: usize = 120;

/// A period with what was judged and what was expected then.
struct Step {
    period: Period,
    value: Decimal,
    expected: Option<Decimal>,
    words: String,
}

/// The verdicts on the days the figures' periods ended, up to the day of judgement.
fn steps(app: &App, visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Vec<Step> {
    let Some(rules) = app.rule_set(Some(&visit.rules)) else { return Vec::new() };
    let indicator = &judged.record.indicator;
    let known = || plan.figures(judged).iter().map(|f| f.observation.period).filter(|p| p.last_day() <= visit.as_of);
    // A month's figure and a year's are different things (a month is often the
    // year to date): the line joins only those as long as the one judged.
    let months = judged.verdict.value.as_ref().map(|value| value.period.months());
    let mut days: BTreeSet<_> = known().filter(|p| Some(p.months()) == months).map(Period::last_day).collect();
    let alike = days.len() > 1;
    if !alike {
        days = known().map(Period::last_day).collect();
    }
    let mut steps: Vec<Step> = Vec::new();
    for day in days.into_iter().rev().take(POINTS) {
        let verdict = plan.situation.verdict(&indicator.id, rules, day);
        let Some(Verdict { value: Some(value), expected, .. }) = verdict else { continue };
        if steps.last().is_none_or(|step| step.period != value.period) {
            let words = format!(
                "{} {}{} {}",
                value.period,
                figure::number(value.value),
                value.unit,
                figure::standing(value.standing, visit.language)
            );
            steps.push(Step { period: value.period, value: value.value, expected, words });
        }
    }
    steps.reverse();
    if alike {
        steps.retain(|step| Some(step.period.months()) == months);
    }
    steps
}

/// The chart with its table, or why there is none.
pub(super) fn course(app: &App, visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Markup {
    let steps = steps(app, visit, plan, judged);
    let chart = chart(visit, plan, judged, &steps);
    // A target alone has no course.
    let empty = chart.marks.is_empty() && chart.base.is_none();
    let say = |key: &str| visit.say(key);
    html! {
        section id="course" {
            h2 { (say("course-title")) }
            @if empty { p.second { (say("course-empty")) } } @else {
                div.chart { (PreEscaped(chart.draw().page())) }
                p.caption {
                    (say("course-key")) " "
                    @if chart.forecast.len() > 1 { (say("course-key-forecast")) " " }
                    (visit.language.say_with("course-source", &[("date", visit.as_of.to_string().into())]))
                }
                @if !steps.is_empty() {
                    details {
                        summary { (say("course-table")) }
                        div.table { table {
                            thead { tr {
                                th scope="col" { (say("figure-period")) }
                                th.number scope="col" { (say("indicator-value")) }
                                th.number scope="col" { (say("indicator-expected")) }
                            } }
                            tbody { @for step in &steps { tr {
                                th scope="row" { (step.period) }
                                td.number { (figure::number(step.value)) }
                                td.number { @match step.expected { Some(expected) => (figure::number(expected)), None => (figure::missing(&say("expected-none"))) } }
                            } } }
                        } }
                    }
                }
            }
        }
    }
}

fn chart(visit: &Visit, plan: &JudgedPlan, judged: &Judged, steps: &[Step]) -> Chart {
    let indicator = &judged.record.indicator;
    let verdict = &judged.verdict;
    let period = plan.plan.head.period;
    let unit = verdict.value.as_ref().map_or(&indicator.unit, |value| &value.unit);
    let base = base(judged, unit);
    let goals: Vec<Goal> = indicator
        .targets
        .iter()
        .filter(|target| target.unit == *unit || target.unit.is_empty())
        .filter_map(|target| {
            let at = match target.due {
                DueYear::Year(year) => Some(f64::from(year)),
                DueYear::NotStated if every_year(&indicator.measure) => None,
                DueYear::NotStated => Some(f64::from(period.last_year())),
                DueYear::EveryYear => None,
            };
            let value = target.value?;
            Some(Goal {
                at: at.filter(|_| !every_year(&indicator.measure)),
                value,
                high: target.value_high,
                good_below: good_below(&indicator.measure, indicator.direction, target.comparison),
                soft: target.soft,
                label: figure::target_value(target, visit.language),
            })
        })
        .collect();
    let mut path: Vec<Point> = base.iter().copied().collect();
    path.extend(steps.iter().filter_map(|step| Some(Point::new(step.period, step.expected?))));
    // The even pace goes on to the target it was reckoned to; where nothing was
    // reckoned (two targets contradict each other) there is none.
    let reckoned = steps.iter().any(|step| step.expected.is_some());
    if let Some(goal) = goals.iter().rev().find(|goal| goal.at.is_some()).filter(|_| reckoned) {
        path.push(Point { at: goal.at.unwrap_or_default(), value: goal.value });
    }
    path.sort_by(|a, b| a.at.total_cmp(&b.at));
    path.dedup_by(|a, b| (a.at - b.at).abs() < 1e-9);
    let marks = marks(plan, judged, steps, visit);
    let as_of = f64::from(visit.as_of.year()) - 1.0
        + f64::from(visit.as_of.day_of_year()) / f64::from(visit.as_of.days_in_year());
    let name = indicator.name.as_str();
    let title = visit.language.say_with("course-name", &[("name", name.into())]);
    let last = steps.last().map(|step| step.words.clone()).unwrap_or_else(|| visit.say("course-no-figure"));
    let description = visit.language.say_with(
        "course-words",
        &[
            ("name", name.into()),
            ("last", last.into()),
            ("status", crate::ui::light::word(&verdict.status, visit.language).into()),
        ],
    );
    Chart {
        first_year: period.base_year(),
        last_year: period.last_year(),
        unit: unit.clone(),
        base: base.map(|point| (point, format!("{} {}", visit.say("input-base"), plain(point.value)))),
        path,
        goals,
        marks,
        forecast: forecast(verdict, unit, steps),
        forecast_word: "ƒ".to_owned(),
        as_of: Some((as_of, visit.as_of.to_string())),
        title,
        description,
        // The page has a table of its own, with words in both languages.
        table: DataTable::default(),
    }
}

/// The forecast, beginning at the last figure of a year, where it is on the scale
/// that is drawn.
fn forecast(verdict: &Verdict, unit: &str, steps: &[Step]) -> Vec<Forecast> {
    let Some(computed) = verdict.prospect.forecast().filter(|forecast| forecast.unit == unit) else {
        return Vec::new();
    };
    let ahead = |at: f64| steps.last().is_none_or(|step| end_of(step.period) < at);
    // What is known of a part of a year may be less than a year's amount.
    let start = steps.last().filter(|step| step.period.months() == 12);
    let start = start.map(|step| (step.period, step.value, step.value, step.value));
    let course = computed.course.iter().map(|point| (point.period, point.low, point.value, point.high));
    let course = course.filter(|(period, ..)| ahead(end_of(*period)));
    let point = |(period, low, middle, high)| Forecast { at: end_of(period), low, middle, high };
    start.into_iter().chain(course).map(point).collect()
}

fn every_year(measure: &Measure) -> bool {
    matches!(measure, Measure::HoldEachYear | Measure::YearlyGrowth)
}

/// The base the verdict used, where it is on the same scale as the figures.
fn base(judged: &Judged, unit: &str) -> Option<Point> {
    let used = judged.verdict.trail.inputs.iter().find(|input| input.role == InputRole::Base && input.unit == unit);
    let from_trail = used.and_then(|input| Some(Point::new(input.period?, input.value)));
    let level = matches!(judged.record.indicator.measure, Measure::Level | Measure::Coverage | Measure::Zero);
    let stated = || {
        let base = judged.record.indicator.baseline.as_ref().filter(|_| level)?;
        Some(Point::new(base.period?, base.value))
    };
    from_trail.or_else(stated)
}

/// What was judged, and hollow the figures that a later vintage or a better
/// standing replaced, where figures and judged values are on the same scale.
fn marks(plan: &JudgedPlan, judged: &Judged, steps: &[Step], visit: &Visit) -> Vec<Mark> {
    let mut marks: Vec<Mark> = steps
        .iter()
        .map(|step| Mark { point: Point::new(step.period, step.value), superseded: false, words: step.words.clone() })
        .collect();
    let raw = matches!(
        judged.record.indicator.measure,
        Measure::Level | Measure::Coverage | Measure::Zero | Measure::HoldEachYear | Measure::Rank
    );
    let figures = plan.figures(judged);
    if raw && marks.is_empty() {
        // Not judged, but there: the figures as they are.
        for seen in standing_for(figures, visit.as_of) {
            let words = format!("{} {}", seen.period, figure::number(seen.value));
            marks.push(Mark { point: Point::new(seen.period, seen.value), superseded: false, words });
        }
    }
    let months = drawn_months(steps, figures, visit);
    if raw {
        for seen in figures.iter().map(|f| &f.observation).filter(|o| o.period.last_day() <= visit.as_of) {
            let point = Point::new(seen.period, seen.value);
            let same_time = |mark: &&Mark| !mark.superseded && (mark.point.at - point.at).abs() < 1e-9;
            // A month that ends with the year is not what replaced the year.
            let beside = marks.iter().find(same_time).is_some_and(|mark| mark.point.value != seen.value);
            if beside && months.contains(&seen.period.months()) {
                let behind = figure::behind(seen.standing, &seen.source, seen.vintage, visit.language);
                let words = format!("{} {} {behind}", seen.period, figure::number(seen.value));
                marks.push(Mark { point, superseded: true, words });
            }
        }
    }
    marks
}

/// How long the periods are whose figures are drawn.
fn drawn_months(steps: &[Step], figures: &[Arc<FigureRecord>], visit: &Visit) -> Vec<i8> {
    if steps.is_empty() {
        standing_for(figures, visit.as_of).iter().map(|seen| seen.period.months()).collect()
    } else {
        steps.iter().map(|step| step.period.months()).collect()
    }
}
