//! The drawings of a report, made from the same values as its tables.

use plan_model::{Comparison, Decimal, Direction, DueYear, Measure, Period, plain};

use super::{
    data::{IndicatorStanding, ReportData},
    plain_paragraph, sentences,
};
use crate::{
    chart::{
        Bullet, BulletRow, Chart, DataTable, Drawing, Dumbbell, DumbbellRow, Forecast, Goal, HeatCell, HeatMap,
        HeatRow, Mark, Point, end_of,
    },
    document::{Block, Figure, Run},
};

/// Rows of a drawing at most, so that two stand on a page.
const ROWS: usize = 16;
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

/// Rows cut into drawings of about the same height.
fn drawings<R>(rows: &[R], draw: impl Fn(usize, usize, &[R]) -> Block) -> Vec<Block> {
    let parts = rows.len().div_ceil(ROWS);
    if parts == 0 {
        return Vec::new();
    }
    rows.chunks(rows.len().div_ceil(parts)).enumerate().map(|(at, rows)| draw(at, parts, rows)).collect()
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
    drawings(&rows, |at, parts, rows| {
        let title = part("主要指标从基期到目标的进度", at, parts);
        let bullet = Bullet { title: title.clone(), rows: rows.to_vec(), ..Bullet::default() };
        figure(title, bullet.draw(), false)
    })
}

/// The verdicts at the ends of the years, by chapter.
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
    drawings(&rows, |at, parts, rows| {
        let title = part("主要指标历年判断", at, parts);
        let columns = years.iter().map(|year| format!("{year}年")).collect();
        let map = HeatMap { title: title.clone(), columns, rows: rows.to_vec() };
        figure(title, map.draw(), false)
    })
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
    let mut blocks = drawings(&rows, |at, parts, rows| {
        let title = part("一年来从基期到目标走过的路程", at, parts);
        let dumbbell = Dumbbell {
            title: title.clone(),
            unit: "%".to_owned(),
            from: format!("{last}年末"),
            to: sentences::date(data.as_of),
            rows: rows.to_vec(),
        };
        figure(title, dumbbell.draw(), false)
    });
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
    let key = "注：○ 基期，虚线为均匀进度，粗线和浅绿带为目标，● 监测值；带细竖线的浅蓝带为测算区间（ƒ），由系统计算，不是官方结论。";
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

fn trajectory(standing: &IndicatorStanding, data: &ReportData) -> Chart {
    let indicator = &standing.indicator;
    let marks = marks(standing);
    let level = matches!(indicator.measure, Measure::Level | Measure::Coverage | Measure::Zero);
    let base = indicator.baseline.as_ref().filter(|_| level);
    let base = base.map(|b| Point::new(b.period.unwrap_or(Period::Year(data.period.base_year())), b.value));
    let every_year = matches!(indicator.measure, Measure::HoldEachYear | Measure::YearlyGrowth);
    let mut goals: Vec<Goal> = indicator
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
    // Two sentences of the plan may set the same target.
    let mut seen: Vec<(Option<u16>, Decimal)> = Vec::new();
    goals.retain(|goal| {
        let same = (goal.at.map(|at| at as u16), goal.value);
        let new = !seen.contains(&same);
        seen.push(same);
        new
    });
    // The even pace is drawn only where the verdict reckoned with one.
    let goal = goals.iter().rev().find_map(|goal| goal.at.map(|at| Point { at, value: goal.value }));
    let path = match (base, goal) {
        (Some(base), Some(goal)) if standing.verdict.expected.is_some() && level => vec![base, goal],
        _ => Vec::new(),
    };
    let forecast = forecast(standing, &marks);
    let table = table(&marks, &path, &forecast);
    let last = marks.last().map_or("尚无监测值", |mark| mark.words.as_str()).to_owned();
    Chart {
        first_year: data.period.base_year(),
        last_year: data.period.last_year(),
        unit: indicator.unit.clone(),
        base: base.map(|point| (point, format!("基期 {}", plain(point.value)))),
        path,
        goals,
        table,
        marks,
        forecast,
        as_of: Some((
            f64::from(data.as_of.year()) - 1.0
                + f64::from(data.as_of.day_of_year()) / f64::from(data.as_of.days_in_year()),
            data.as_of.to_string(),
        )),
        title: format!("{}的走势", indicator.name),
        description: format!("{}，{}", last, standing.verdict.status.word),
    }
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

/// The numbers of a course: what was found, where it should be, and the forecast.
fn table(marks: &[Mark], path: &[Point], forecast: &[Forecast]) -> DataTable {
    let mut rows: Vec<Vec<String>> = marks
        .iter()
        .map(|mark| {
            let (period, value) = mark.words.split_once(' ').unwrap_or((&mark.words, ""));
            vec![sentences::period_words(period), value.to_owned(), "—".to_owned()]
        })
        .collect();
    if let Some(target) = path.last() {
        rows.push(vec![format!("{:.0}年应达", target.at), plain(target.value), "—".to_owned()]);
    }
    // The first point is the last figure.
    let ahead = forecast.iter().filter(|f| marks.last().is_none_or(|mark| mark.point.at < f.at));
    rows.extend(ahead.map(|f| {
        vec![
            format!("{:.0}年", f.at),
            "—".to_owned(),
            format!("{}（{}—{}）", short(f.middle), short(f.low), short(f.high)),
        ]
    }));
    DataTable { head: ["期间", "监测值或目标", "测算（区间）"].map(str::to_owned).to_vec(), rows }
}
