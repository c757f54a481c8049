//! A case folder: `indicators.tsv` and `values.tsv`, with official verdicts, read
//! from their texts.

mod cell;

use std::collections::{BTreeMap, HashMap, HashSet};

use plan_model::{
    Baseline, Comparison, Direction, DueYear, Indicator, IndicatorKind, Measure, Observation, Period, Place,
    PlanPeriod, Problem, Standing, Target,
};

use self::cell::Amount;
use crate::{conventions::conventions, units};

/// A case as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The indicators, in the order of the file.
    pub indicators: Vec<Indicator>,
    /// Their figures.
    pub observations: Vec<Observation>,
    /// The official verdicts by indicator id, as written.
    pub official: BTreeMap<String, String>,
    /// The plan's period, inferred: its last year is the commonest target year, its
    /// first the year after the commonest base year; without base years, five years.
    pub period: Option<PlanPeriod>,
    /// What was odd in `indicators.tsv`.
    pub indicator_problems: Vec<Problem>,
    /// What was odd in `values.tsv`.
    pub value_problems: Vec<Problem>,
}

/// Reads a case from the texts of its two files. What cannot be read is left out
/// with a problem; nothing is guessed in its place. Of `values.tsv`, figures whose
/// status is `sourced` count as statistical, all others as reported, and the
/// status is kept as their source.
pub fn read_case(indicators: &str, values: &str) -> Case {
    let (sheet, mut indicator_problems) = table(indicators, &["id", "name", "type"]);
    let mut case = Case {
        indicators: Vec::new(),
        observations: Vec::new(),
        official: BTreeMap::new(),
        period: None,
        indicator_problems: Vec::new(),
        value_problems: Vec::new(),
    };
    let mut seen = HashSet::new();
    for row in &sheet {
        let Some(indicator) = indicator(row, &mut indicator_problems) else { continue };
        if !seen.insert(indicator.id.clone()) {
            row.problem(&mut indicator_problems, "duplicate-id", "id", "编号重复，这一行未采用", "请改用不同的编号");
            continue;
        }
        if !row.cell("official_verdict").is_empty() {
            case.official.insert(indicator.id.clone(), row.cell("official_verdict").to_owned());
        }
        case.indicators.push(indicator);
    }
    for row in &sheet {
        let measure = row.cell("type").parse::<Measure>().ok();
        if let Some(other) = measure.as_ref().and_then(Measure::other)
            && !seen.contains(other)
        {
            row.problem(
                &mut indicator_problems,
                "unknown-other",
                "type",
                "与之比较的指标不在清单中",
                "请填写清单中的编号",
            );
        }
    }
    case.period = infer_period(&case.indicators);
    let (rows, mut value_problems) = table(values, &["id", "period", "value"]);
    let known: HashMap<&str, &Row<'_>> =
        sheet.iter().rev().map(|row| (row.cell("id"), row)).filter(|(id, _)| seen.contains(*id)).collect();
    let mut figures: Vec<(&Row<'_>, Observation)> =
        rows.iter().filter_map(|row| Some((row, figure(row, &known, &mut value_problems)?))).collect();
    // A figure called provisional is an earlier vintage than one that is not, wherever it stands.
    figures.sort_by_key(|(_, figure)| !conventions().provisional.is(figure));
    let mut vintages: HashMap<(String, Period, Standing), u32> = HashMap::new();
    for (row, mut figure) in figures {
        let vintage = vintages.entry((figure.indicator.clone(), figure.period, figure.standing)).or_insert(0);
        *vintage += 1;
        if *vintage == 2 {
            row.problem(
                &mut value_problems,
                "duplicate-figure",
                "value",
                "同一期又给了一个数，作为修订数使用",
                "不是修订请删去一行",
            );
        }
        figure.vintage = *vintage;
        case.observations.push(figure);
    }
    (case.indicator_problems, case.value_problems) = (indicator_problems, value_problems);
    case
}

/// One line of a table, its cells by the names of the columns.
struct Row<'t> {
    line: u32,
    cells: HashMap<&'t str, &'t str>,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> &str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn problem(&self, problems: &mut Vec<Problem>, code: &str, column: &str, what: &str, hint: &str) {
        let message = format!("{column} 列“{}”：{what}", self.cell(column));
        problems.push(Problem::new(code, Place::Line(self.line), message, hint));
    }
}

fn table<'t>(text: &'t str, needed: &[&str]) -> (Vec<Row<'t>>, Vec<Problem>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1u32..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((line, head)) = lines.next() else {
        return (Vec::new(), vec![Problem::new("empty", Place::Whole, "文件是空的", "请放入带表头的制表符分隔表")]);
    };
    let columns: Vec<&str> = head.split('\t').map(str::trim).collect();
    let missing: Vec<&str> = needed.iter().copied().filter(|name| !columns.contains(name)).collect();
    if !missing.is_empty() {
        let message = format!("表头缺少列 {}", missing.join("、"));
        let hint = "请按说明补齐表头，列之间用制表符分隔";
        return (Vec::new(), vec![Problem::new("missing-column", Place::Line(line), message, hint)]);
    }
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for (line, text) in lines {
        let cells: Vec<&str> = text.split('\t').map(str::trim).collect();
        if cells.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            let message = format!("有 {} 格，表头只有 {} 列", cells.len(), columns.len());
            problems.push(Problem::new("too-many-cells", Place::Line(line), message, "请检查多余的制表符"));
        }
        rows.push(Row { line, cells: columns.iter().copied().zip(cells).collect() });
    }
    (rows, problems)
}

/// Reads a cell with a number and the words beside it; an empty one says nothing.
fn amount(row: &Row<'_>, column: &str, problems: &mut Vec<Problem>) -> Option<Amount> {
    let text = row.cell(column);
    if text.is_empty() {
        return None;
    }
    let amount = cell::amount(text, row.cell("unit"));
    if amount.is_none() {
        row.problem(problems, "bad-number", column, "读不出数", "请写成 12.5，区间写成 1–2，小数在前");
    }
    amount
}

/// Reads a cell with a time; an empty one says nothing.
fn period(row: &Row<'_>, column: &str, problems: &mut Vec<Problem>) -> Option<Period> {
    let text = row.cell(column);
    let period = cell::period(text);
    if period.is_none() && !text.is_empty() {
        row.problem(problems, "unknown-word", column, "不是期间", "请写成 2023、2023Q2 或 2023-06");
    }
    period
}

/// Reads a cell of code words; an empty one says nothing.
fn word<T: std::str::FromStr>(row: &Row<'_>, column: &str, cell: &str, problems: &mut Vec<Problem>) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    if cell.is_empty() {
        return None;
    }
    let refuse = |error: &T::Err| {
        Problem::new("unknown-word", Place::Line(row.line), format!("{column} 列{error}"), "改正后重新读入")
    };
    cell.parse().inspect_err(|error| problems.push(refuse(error))).ok()
}

fn indicator(row: &Row<'_>, problems: &mut Vec<Problem>) -> Option<Indicator> {
    if row.cell("id").is_empty() {
        row.problem(problems, "missing-id", "id", "没有编号，这一行未采用", "请填写编号");
        return None;
    }
    if row.cell("type").is_empty() {
        row.problem(problems, "missing-type", "type", "没有指标类型，这一行未采用", "请填写 level 等类型");
        return None;
    }
    let measure: Measure = word(row, "type", row.cell("type"), problems)?;
    let unit = row.cell("unit").to_owned();
    let base_year = period(row, "base_year", problems);
    let baseline =
        amount(row, "base_value", problems).map(|amount| Baseline { value: amount.value, period: base_year });
    let direction = row.cell("direction").to_lowercase();
    let direction = word::<Direction>(row, "direction", &direction, problems);
    let targets: Vec<Target> = target(row, &measure, &unit, problems).into_iter().collect();
    let (id, name, group) = (row.cell("id").to_owned(), row.cell("name").to_owned(), row.cell("group").to_owned());
    let kind = IndicatorKind::from_chinese(row.cell("kind"));
    Some(Indicator { id, name, group, kind, direction, baseline, targets, unit, measure })
}

/// The target of a row. One that is said in words (全覆盖, 建成, 翻番) is a target
/// without a number; so is one whose number cannot be read, with a problem.
fn target(row: &Row<'_>, measure: &Measure, unit: &str, problems: &mut Vec<Problem>) -> Option<Target> {
    let (text, due) = (row.cell("target_value"), row.cell("target_year"));
    let due = cell::due(due).unwrap_or_else(|| {
        row.problem(problems, "unknown-word", "target_year", "不是年份", "请写成 2025；每年都要的写 annual");
        DueYear::NotStated
    });
    let in_words = matches!(measure, Measure::Coverage | Measure::Zero | Measure::YesNo | Measure::Multiple)
        && !text.contains(|c: char| c.is_ascii_digit());
    let amount = if in_words { None } else { amount(row, "target_value", problems) };
    let op = row.cell("op");
    let stated = if op.is_empty() { None } else { cell::comparison(op) };
    if stated.is_none() && !op.is_empty() {
        row.problem(problems, "unknown-word", "op", "不是比较方式，按等于看待", "请写 >=、>、<=、<、= 或 ~");
    }
    // Plain = says no more than the words beside the number.
    let beside = amount.and_then(|amount| amount.comparison);
    let comparison = stated.filter(|op| *op != Comparison::Equal).or(beside).unwrap_or(Comparison::Equal);
    let unit = match measure {
        _ if amount.is_some_and(|amount| amount.points) => "个百分点",
        Measure::YearlyGrowth | Measure::GrowthUnstated | Measure::CumulativeFall => "%",
        Measure::FasterThan(_) | Measure::InStepWith(_) => "%",
        Measure::Multiple => "倍",
        _ => unit,
    };
    let (value, value_high) = (amount.map(|amount| amount.value), amount.and_then(|amount| amount.high));
    let target = Target { comparison, value, value_high, unit: unit.to_owned(), due, soft: false };
    (!text.is_empty() || due != DueYear::NotStated || !op.is_empty()).then_some(target)
}

/// A figure of one of these indicators, by their rows. A remark on the indicator
/// that speaks of its figures is one on each of them.
fn figure(row: &Row<'_>, known: &HashMap<&str, &Row<'_>>, problems: &mut Vec<Problem>) -> Option<Observation> {
    let Some(indicator) = known.get(row.cell("id")) else {
        row.problem(problems, "unknown-id", "id", "没有这个指标，这一行未采用", "请填写 indicators.tsv 中的编号");
        return None;
    };
    let period = period(row, "period", problems);
    if row.cell("period").is_empty() {
        row.problem(problems, "missing-period", "period", "没有期间，这一行未采用", "请写成 2023、2023Q2 或 2023-06");
    }
    let text = row.cell("value");
    let read = |text| cell::amount(text, indicator.cell("unit")).filter(|amount| amount.high.is_none());
    let mut value = read(text).map(|amount| amount.value);
    if value.is_none() && !text.is_empty() {
        row.problem(problems, "bad-number", "value", "读不出数，这一行未采用", "请写成 12.5");
    }
    let unit = row.cell("unit");
    if let Some(number) = value.filter(|_| !unit.is_empty()) {
        value = units::convert(number, unit, indicator.cell("unit"));
        if value.is_none() {
            row.problem(problems, "unit-mismatch", "unit", "与指标的单位不能准确换算，这一行未采用", "请换算后再填");
        }
    }
    let status = row.cell("status");
    let standing = if status == "sourced" { Standing::Statistical } else { Standing::Reported };
    let standing = Standing::from_word(status).unwrap_or(standing);
    let of_all = Some(indicator.cell("note")).filter(|note| conventions().cells.speaks_of_figures(note));
    let notes = Some(row.cell("note")).into_iter().chain(of_all).filter(|note| !note.is_empty());
    Some(Observation {
        indicator: row.cell("id").to_owned(),
        period: period?,
        value: value?,
        standing,
        vintage: 1,
        source: status.to_owned(),
        note: notes.collect::<Vec<_>>().join("；"),
    })
}

/// The years of a plan: it ends in the year in which most targets are due, and
/// starts after the commonest base year. A plan that ends with a five-year period
/// starts with it, too, where bases are printed for one year before: the census or
/// the last figure known.
fn infer_period(indicators: &[Indicator]) -> Option<PlanPeriod> {
    let due = |target: &Target| if let DueYear::Year(year) = target.due { Some(year) } else { None };
    let commonest = |years: &mut dyn Iterator<Item = i16>| {
        let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
        years.for_each(|year| *counts.entry(year).or_default() += 1);
        counts.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
    };
    let last = commonest(&mut indicators.iter().flat_map(|i| &i.targets).filter_map(due))?;
    let bases = indicators.iter().filter_map(|i| i.baseline.as_ref()?.period).map(Period::year);
    let base = match commonest(&mut bases.filter(|year| *year < last)) {
        Some(base) if last % 5 == 0 && base == last - 6 => last - 5,
        Some(base) => base,
        None => last - 5,
    };
    PlanPeriod::new(base + 1, last).ok()
}
