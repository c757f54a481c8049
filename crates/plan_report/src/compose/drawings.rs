//! The drawings of a report, made from the same values as its tables.

use plan_model::{Decimal, DueYear, Indicator, InputRole, Measure, Period, Target, Verdict, plain};

use super::{
    data::{IndicatorStanding, ReportData},
    plain_paragraph, sentences,
};
use crate::{
    chart::{
        Bullet, BulletRow, Chart, DataTable, Drawing, Dumbbell, DumbbellRow, Forecast, Goal, HeatCell, HeatMap,
        HeatRow, Mark, Point, end_of, good_below, label,
    },
    document::{Block, Figure, Run},
};

/// Lines of a drawing at most, titles of chapters among them, so that two drawings stand on a page.
const LINES: usize = 16;
/// Digits that a computed number shows in a drawing.
const PLACES: u32 = 2;

pub(super) fn figure(caption: String, drawing: Drawing, with_table: bool) -> Block {
    Block::Figure(Figure { caption, drawing, with_table })
}

/// 研发投入强度（一） where a drawing goes on over several pages.
fn part(caption: &str, at: usize, parts: usize) -> String {
    if parts > 1 { format!("{caption}（之{}）", at + 1) } else { caption.to_owned() }
}

fn short(value: Decimal) -> String {
    plain(value.round_dp(PLACES))
}

/// The words of a target, without marks: a drawing cannot carry any.
fn target_words(standing: &IndicatorStanding) -> String {
    sentences::target(standing, true).iter().map(Run::words).collect()
}

/// Rows cut into drawings of about the same height; the title of a chapter takes a line.
fn drawings<R>(rows: &[R], chapter_of: impl Fn(&R) -> &str, draw: impl Fn(usize, usize, &[R]) -> Block) -> Vec<Block> {
    let lines = |rows: &[R]| {
        let begins = |at: usize| match at.checked_sub(1).and_then(|before| rows.get(before)) {
            Some(before) => rows.get(at).is_some_and(|row| chapter_of(row) != chapter_of(before)),
            None => rows.get(at).is_some_and(|row| !chapter_of(row).is_empty()),
        };
        rows.len() + (0..rows.len()).filter(|at| begins(*at)).count()
    };
    // One line less, since a part begins with the title of its chapter again.
    let each = lines(rows).div_ceil(lines(rows).div_ceil(LINES - 1).max(1));
    let mut parts: Vec<&[R]> = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        let fits = (1..=rest.len()).take_while(|count| lines(rest.get(..*count).unwrap_or(rest)) <= each + 1);
        let (part, after) = rest.split_at_checked(fits.last().unwrap_or(1)).unwrap_or((rest, &[]));
        parts.push(part);
        rest = after;
    }
    let count = parts.len();
    parts.into_iter().enumerate().map(|(at, rows)| draw(at, count, rows)).collect()
}

/// The main indicators and those behind, in the order of the register.
fn worth_drawing(data: &ReportData) -> Vec<&IndicatorStanding> {
    let main = data.main();
    let wanted = |s: &&IndicatorStanding| s.behind || main.iter().any(|m| m.indicator.id == s.indicator.id);
    data.indicators.iter().filter(wanted).collect()
}

/// How far the indicators that have a way are, by chapter.
pub(super) fn bullets(data: &ReportData) -> Vec<Block> {
    let rows: Vec<BulletRow> = worth_drawing(data)
        .into_iter()
        .filter_map(|standing| {
            let value = standing.verdict.value.as_ref()?;
            standing.verdict.way.map(|way| BulletRow {
                chapter: standing.indicator.group.clone(),
                name: standing.indicator.name.clone(),
                way: Some(way),
                time: standing.verdict.time,
                status: standing.verdict.status.clone(),
                value: format!("{}{}", short(value.value), value.unit),
                target: target_words(standing),
            })
        })
        .collect();
    if rows.is_empty() {
        return vec![plain_paragraph("目前没有能画出从基期到目标的进度的指标。")];
    }
    drawings(
        &rows,
        |row| &row.chapter,
        |at, parts, rows| {
            let title = part("主要指标从基期到目标的进度", at, parts);
            let bullet = Bullet { title: title.clone(), rows: rows.to_vec(), ..Bullet::default() };
            figure(title, bullet.draw(), false)
        },
    )
}

/// The verdicts at the ends of the years, by chapter.
pub(super) fn heat_maps(data: &ReportData) -> Vec<Block> {
    let mut years: Vec<i16> = data.indicators.iter().flat_map(|i| i.by_year.iter().map(|(year, _)| *year)).collect();
    years.sort_unstable();
    years.dedup();
    // Behind is what has something to catch up with, and what is behind now is called.
    let called: Vec<&str> =
        data.indicators.iter().filter(|i| i.behind).map(|i| i.verdict.status.code.as_str()).collect();
    let behind = |verdict: &Verdict| {
        let status = &verdict.status;
        status.judged && (verdict.trail.to_green.is_some() || called.contains(&status.code.as_str()))
    };
    let row = |standing: &IndicatorStanding| {
        let at = |year: &i16| standing.by_year.iter().find(|(y, _)| y == year).map(|(_, verdict)| verdict);
        let cell = |year: &i16| {
            at(year).map(|verdict| HeatCell {
                status: verdict.status.clone(),
                value: verdict.value.as_ref().map(|v| short(v.value)).unwrap_or_default(),
                behind: behind(verdict),
            })
        };
        HeatRow {
            chapter: standing.indicator.group.clone(),
            name: standing.indicator.name.clone(),
            cells: years.iter().map(cell).collect(),
        }
    };
    let judged = |s: &&IndicatorStanding| s.by_year.iter().any(|(_, verdict)| verdict.status.judged);
    let rows: Vec<HeatRow> = worth_drawing(data).into_iter().filter(judged).map(row).collect();
    if rows.is_empty() {
        return vec![plain_paragraph("目前没有历年都能判断的指标。")];
    }
    drawings(
        &rows,
        |row| &row.chapter,
        |at, parts, rows| {
            let title = part("主要指标历年判断", at, parts);
            let columns = years.iter().map(|year| format!("{year}年")).collect();
            let map = HeatMap { title: title.clone(), columns, rows: rows.to_vec() };
            figure(title, map.draw(), false)
        },
    )
}

/// How far each went in the last year: the share of the way at its beginning and now.
pub(super) fn changes(data: &ReportData) -> Vec<Block> {
    let last = data.as_of.year() - 1;
    let percent = |way: Option<Decimal>| way.and_then(|w| w.checked_mul(Decimal::ONE_HUNDRED)).map(|w| w.round_dp(1));
    let row = |standing: &IndicatorStanding| {
        let (_, before) = standing.by_year.iter().find(|(year, _)| *year == last)?;
        let (from, to) = (percent(before.way)?, percent(standing.verdict.way)?);
        Some(DumbbellRow {
            name: standing.indicator.name.clone(),
            from: Some(from),
            to: Some(to),
            own: standing.behind,
        })
    };
    let rows: Vec<DumbbellRow> = worth_drawing(data).into_iter().filter_map(row).collect();
    if rows.is_empty() {
        return vec![plain_paragraph("没有可与上年末比较的指标。")];
    }
    let mut blocks = drawings(
        &rows,
        |_| "",
        |at, parts, rows| {
            let title = part("一年来从基期到目标走过的路程", at, parts);
            let dumbbell = Dumbbell {
                title: title.clone(),
                unit: "%".to_owned(),
                from: format!("{last}年末"),
                to: sentences::date(data.as_of),
                rows: rows.to_vec(),
            };
            figure(title, dumbbell.draw(), false)
        },
    );
    blocks.push(Block::Note(vec!["注：100%为目标；粗体为滞后指标。".into()]));
    blocks
}

/// The course of each main indicator with two figures or a base and a figure.
pub(super) fn trajectories(data: &ReportData) -> Vec<Block> {
    let drawn = |standing: &IndicatorStanding| {
        let chart = trajectory(standing, data);
        let points = chart.marks.len() + usize::from(chart.base.is_some());
        (points > 1).then(|| figure(chart.title.clone(), chart.draw(), false))
    };
    let mut blocks: Vec<Block> = worth_drawing(data).into_iter().filter_map(drawn).collect();
    if blocks.is_empty() {
        return vec![plain_paragraph("各项指标的监测值都不足两期，没有可画的走势。")];
    }
    let key = "注：○ 基期，虚线为均匀进度，粗线和浅绿带为目标，● 监测值；带细竖线的浅蓝带为测算区间，由系统计算，不是官方结论。";
    blocks.push(Block::Note(vec![key.into()]));
    blocks
}

/// What the rule set found at the end of each year, which is on the scale of the
/// target (yearly amounts add up to a total); where it found nothing, the figures.
fn marks(standing: &IndicatorStanding) -> Vec<Mark> {
    let mark = |period: Period, value: Decimal, unit: &str| Mark {
        point: Point::new(period, value),
        superseded: false,
        words: format!("{period} {}{unit}", short(value)),
    };
    let found = standing.by_year.iter().filter_map(|(_, verdict)| verdict.value.as_ref());
    let mut marks: Vec<Mark> = Vec::new();
    for value in found.filter(|value| value.unit == standing.indicator.unit) {
        let next = mark(value.period, value.value, &value.unit);
        // A year without a figure is judged by the one before.
        if marks.last().is_none_or(|last| last.point.at < next.point.at) {
            marks.push(next);
        }
    }
    if marks.len() > 1 {
        return marks;
    }
    // Figures of one length only: a month is often the year to date.
    let months = |wanted: i8| standing.history.iter().filter(move |p| p.period.months() == wanted);
    let longest = [12, 3, 1].into_iter().find(|wanted| months(*wanted).count() > 1).unwrap_or(12);
    months(longest).map(|point| mark(point.period, point.value, &standing.indicator.unit)).collect()
}

/// The targets on the scale that is drawn, each once: two sentences of the plan may set the same.
fn goals(indicator: &Indicator, data: &ReportData) -> Vec<Goal> {
    let every_year = matches!(indicator.measure, Measure::HoldEachYear | Measure::YearlyGrowth);
    let goal = |target: &Target| {
        let due = match target.due {
            DueYear::Year(year) => Some(year),
            DueYear::NotStated => Some(data.period.last_year()),
            DueYear::EveryYear => None,
        };
        let value = target.value?;
        Some(Goal {
            at: due.filter(|_| !every_year).map(f64::from),
            value,
            high: target.value_high,
            good_below: good_below(&indicator.measure, indicator.direction, target.comparison),
            soft: target.soft,
            label: format!("目标 {}{}", goal_words(target, value), indicator.unit),
        })
    };
    let drawn = indicator.targets.iter().filter(|target| target.unit == indicator.unit || target.unit.is_empty());
    let mut goals: Vec<Goal> = Vec::new();
    for goal in drawn.filter_map(goal) {
        if !goals.iter().any(|seen| seen.value == goal.value && seen.at.map(f64::to_bits) == goal.at.map(f64::to_bits))
        {
            goals.push(goal);
        }
    }
    goals
}

fn trajectory(standing: &IndicatorStanding, data: &ReportData) -> Chart {
    let indicator = &standing.indicator;
    let marks = marks(standing);
    let level = matches!(indicator.measure, Measure::Level | Measure::Coverage | Measure::Zero);
    let base = indicator.baseline.as_ref().filter(|_| level);
    let base = base.map(|b| Point::new(b.period.unwrap_or(Period::Year(data.period.base_year())), b.value));
    let goals = goals(indicator, data);
    // The even pace is drawn only where the verdict reckoned with one, and to the
    // target that it reckoned with: a plan may set another one for a later year.
    let judged = standing.verdict.trail.inputs.iter().find(|input| input.role == InputRole::Target);
    let counts = |goal: &&Goal| judged.is_none_or(|target| target.value == goal.value);
    let due = |goal: &Goal| goal.at.map(|at| Point { at, value: goal.value });
    let goal = goals.iter().rev().filter(counts).find_map(due);
    let path = match (base, goal) {
        (Some(base), Some(goal)) if standing.verdict.expected.is_some() && level => vec![base, goal],
        _ => Vec::new(),
    };
    let forecast = forecast(standing, &marks);
    let last = marks.last().map_or("尚无监测值", |mark| mark.words.as_str()).to_owned();
    let chart = Chart {
        first_year: data.period.base_year(),
        last_year: data.period.last_year(),
        unit: indicator.unit.clone(),
        base: base.map(|point| (point, format!("基期 {}", plain(point.value)))),
        path,
        goals,
        table: DataTable::default(),
        marks,
        forecast,
        as_of: Some((
            f64::from(data.as_of.year()) - 1.0
                + f64::from(data.as_of.day_of_year()) / f64::from(data.as_of.days_in_year()),
            format!("截至{}", sentences::date(data.as_of)),
        )),
        forecast_word: "测算".to_owned(),
        title: format!("{}的走势", indicator.name),
        description: format!("{}，{}", last, standing.verdict.status.word),
    };
    Chart { table: table(&chart), ..chart }
}

/// 90, ≥90, 8—10.
fn goal_words(target: &Target, value: Decimal) -> String {
    let high = target.value_high.map(|high| format!("—{}", plain(high))).unwrap_or_default();
    format!("{}{}{high}", sentences::sign(target.comparison), plain(value))
}

/// The forecast from the last figure of a year on, where it is on the scale that is drawn.
fn forecast(standing: &IndicatorStanding, marks: &[Mark]) -> Vec<Forecast> {
    let Some(computed) = standing.verdict.prospect.forecast().filter(|f| f.unit == standing.indicator.unit) else {
        return Vec::new();
    };
    let last = marks.last().map(|mark| mark.point);
    let course = computed.course.iter().map(|p| (end_of(p.period), p.low, p.value, p.high));
    let ahead = course.filter(|(at, ..)| last.is_none_or(|last| last.at < *at));
    // What is known of a part of a year may be less than a year's amount.
    let whole_year = last.filter(|last| last.at.fract().abs() < 1e-9).map(|p| (p.at, p.value, p.value, p.value));
    let point = |(at, low, middle, high)| Forecast { at, low, middle, high };
    whole_year.into_iter().chain(ahead).map(point).collect()
}

/// The numbers of a course: base, what was found, the forecast, and the targets.
fn table(chart: &Chart) -> DataTable {
    let row = |period: String, known: String, likely: String| vec![period, known, likely];
    let dash = || "—".to_owned();
    let unit = &chart.unit;
    let base = chart
        .base
        .iter()
        .map(|(point, _)| row(format!("{:.0}年（基期）", point.at), format!("{}{unit}", plain(point.value)), dash()));
    let marks = chart.marks.iter().map(|mark| {
        let (period, value) = mark.words.split_once(' ').unwrap_or((&mark.words, ""));
        row(sentences::period_words(period), value.to_owned(), dash())
    });
    // The first point is the last figure.
    let last = chart.marks.last().map(|mark| mark.point.at);
    let ahead = chart.forecast.iter().filter(|f| last.is_none_or(|last| last < f.at)).map(|f| {
        let likely = format!("{}{unit}（{}—{}）", label(f.middle), label(f.low), label(f.high));
        row(format!("{:.0}年", f.at), dash(), likely)
    });
    let goals = chart.goals.iter().map(|goal| {
        let due = goal.at.map_or_else(|| "每年".to_owned(), |at| format!("{at:.0}年"));
        row(format!("{due}目标"), goal.label.trim_start_matches("目标 ").to_owned(), dash())
    });
    let rows = base.chain(marks).chain(ahead).chain(goals).collect();
    DataTable { head: ["期间", "监测值或目标", "测算（区间）"].map(str::to_owned).to_vec(), rows }
}
