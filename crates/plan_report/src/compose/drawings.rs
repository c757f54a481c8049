//! The drawings of a report, made from the same values as its tables.

use plan_model::{Comparison, Decimal, Direction, DueYear, Measure, Period, plain};

use super::{
    data::{IndicatorStanding, ReportData},
    sentences,
};
use crate::{
    chart::{Bullet, BulletRow, Chart, DataTable, Drawing, Goal, HeatCell, HeatMap, HeatRow, Mark, Point},
    document::{Block, Figure, Run},
};

/// Rows of a drawing at most, so that it fits on a page.
const ROWS: usize = 24;
/// Digits that a computed number shows in a drawing.
const PLACES: u32 = 2;

fn figure(caption: String, drawing: Drawing, with_table: bool) -> Block {
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
    let words = sentences::target(standing, true).into_iter().map(|run| match run {
        Run::Text(words) | Run::Strong(words) => words,
        Run::Number(number) => number.words(),
    });
    words.collect()
}

/// How far the indicators that have a way are, chapter by chapter of the page.
pub(super) fn bullets(data: &ReportData) -> Vec<Block> {
    let rows: Vec<BulletRow> = data
        .indicators
        .iter()
        .filter_map(|standing| {
            let value = standing.verdict.value.as_ref()?;
            standing.verdict.way.map(|way| BulletRow {
                name: standing.indicator.name.clone(),
                way: Some(way),
                time: standing.verdict.time,
                status: standing.verdict.status.clone(),
                value: format!("{}{}", short(value.value), value.unit),
                target: target_words(standing),
            })
        })
        .collect();
    let parts = rows.len().div_ceil(ROWS);
    let drawing = |(at, rows): (usize, &[BulletRow])| {
        let title = part("各项指标从基期到目标的进度", at, parts);
        let bullet = Bullet { title: title.clone(), rows: rows.to_vec() };
        figure(title, bullet.draw(), true)
    };
    rows.chunks(ROWS).enumerate().map(drawing).collect()
}

/// The verdicts at the ends of the years.
pub(super) fn heat_maps(data: &ReportData) -> Vec<Block> {
    let mut years: Vec<i16> = data.indicators.iter().flat_map(|i| i.by_year.iter().map(|(year, _)| *year)).collect();
    years.sort_unstable();
    years.dedup();
    let row = |standing: &IndicatorStanding| {
        let at = |year: &i16| standing.by_year.iter().find(|(y, _)| y == year).map(|(_, verdict)| verdict);
        let cell = |year: &i16| {
            at(year).map(|verdict| HeatCell {
                status: verdict.status.clone(),
                value: verdict.value.as_ref().map(|v| short(v.value)).unwrap_or_default(),
            })
        };
        HeatRow { name: standing.indicator.name.clone(), cells: years.iter().map(cell).collect() }
    };
    let judged = |s: &&IndicatorStanding| s.by_year.iter().any(|(_, verdict)| verdict.status.judged);
    let rows: Vec<HeatRow> = data.indicators.iter().filter(judged).map(row).collect();
    let parts = rows.len().div_ceil(ROWS);
    let drawing = |(at, rows): (usize, &[HeatRow])| {
        let title = part("各项指标历年判断", at, parts);
        let columns = years.iter().map(|year| format!("{year}年")).collect();
        let map = HeatMap { title: title.clone(), columns, rows: rows.to_vec() };
        figure(title, map.draw(), true)
    };
    rows.chunks(ROWS).enumerate().map(drawing).collect()
}

/// The course of each indicator with two figures or a base and a figure.
pub(super) fn trajectories(data: &ReportData) -> Vec<Block> {
    let drawn = |standing: &IndicatorStanding| {
        let chart = trajectory(standing, data);
        let points = chart.marks.len() + usize::from(chart.base.is_some());
        (points > 1).then(|| figure(chart.title.clone(), chart.draw(), false))
    };
    data.indicators.iter().filter_map(drawn).collect()
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

fn trajectory(standing: &IndicatorStanding, data: &ReportData) -> Chart {
    let indicator = &standing.indicator;
    let marks = marks(standing);
    let level = matches!(indicator.measure, Measure::Level | Measure::Coverage | Measure::Zero);
    let base = indicator.baseline.as_ref().filter(|_| level);
    let base = base.map(|b| Point::new(b.period.unwrap_or(Period::Year(data.period.base_year())), b.value));
    let every_year = matches!(indicator.measure, Measure::HoldEachYear | Measure::YearlyGrowth);
    let goals: Vec<Goal> = indicator
        .targets
        .iter()
        .filter(|target| target.unit == indicator.unit || target.unit.is_empty())
        .filter_map(|target| {
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
                comparison: target.comparison,
                lower_is_better: indicator.direction == Some(Direction::Lower)
                    || matches!(indicator.measure, Measure::Zero | Measure::Rank)
                    || matches!(target.comparison, Comparison::AtMost | Comparison::LessThan),
                soft: target.soft,
                label: format!("目标 {}{}", plain(value), indicator.unit),
            })
        })
        .collect();
    // The even pace is drawn only where the verdict reckoned with one.
    let goal = goals.iter().rev().find_map(|goal| goal.at.map(|at| Point { at, value: goal.value }));
    let path = match (base, goal) {
        (Some(base), Some(goal)) if standing.verdict.expected.is_some() && level => vec![base, goal],
        _ => Vec::new(),
    };
    let rows = marks.iter().map(|mark| {
        let (period, value) = mark.words.split_once(' ').unwrap_or((&mark.words, ""));
        vec![period.to_owned(), value.to_owned()]
    });
    let last = marks.last().map_or("尚无监测值", |mark| mark.words.as_str()).to_owned();
    Chart {
        first_year: data.period.base_year(),
        last_year: data.period.last_year(),
        unit: indicator.unit.clone(),
        base: base.map(|point| (point, format!("基期 {}", plain(point.value)))),
        path,
        goals,
        table: DataTable { head: ["期间", "监测值"].map(str::to_owned).to_vec(), rows: rows.collect() },
        marks,
        forecast: Vec::new(),
        as_of: Some((
            f64::from(data.as_of.year()) - 1.0
                + f64::from(data.as_of.day_of_year()) / f64::from(data.as_of.days_in_year()),
            data.as_of.to_string(),
        )),
        title: format!("{}的走势", indicator.name),
        description: format!("{}，{}", last, standing.verdict.status.word),
    }
}
