//! A case folder: `indicators.tsv` and `values.tsv`, with official verdicts, read
//! from their texts.

use std::collections::{BTreeMap, HashMap, HashSet};

use plan_model::{
    Baseline, Comparison, Decimal, Direction, DueYear, Indicator, IndicatorKind, Measure, Observation, Period, Place,
    PlanPeriod, Problem, Standing, Target, parse_decimal,
};

/// A case as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The indicators, in the order of the file.
    pub indicators: Vec<Indicator>,
    /// Their figures.
    pub observations: Vec<Observation>,
    /// The official verdicts by indicator id, as written.
    pub official: BTreeMap<String, String>,
    /// The plan's period, inferred: its last year is the latest target year, its
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
    let (rows, mut indicator_problems) = table(indicators, &["id", "name", "type"]);
    let mut case = Case {
        indicators: Vec::new(),
        observations: Vec::new(),
        official: BTreeMap::new(),
        period: None,
        indicator_problems: Vec::new(),
        value_problems: Vec::new(),
    };
    let mut seen = HashSet::new();
    for row in &rows {
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
    for row in &rows {
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
    let mut vintages: HashMap<(String, Period, Standing), u32> = HashMap::new();
    for row in &rows {
        let Some(mut figure) = figure(row, &seen, &mut value_problems) else { continue };
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

fn number(row: &Row<'_>, column: &str, problems: &mut Vec<Problem>) -> Option<Decimal> {
    let cell = row.cell(column);
    if cell.is_empty() {
        return None;
    }
    parse_decimal(cell)
        .inspect_err(|error| {
            problems.push(Problem::new(
                "bad-number",
                Place::Line(row.line),
                format!("{column} 列{error}"),
                "改正后重新读入",
            ))
        })
        .ok()
}

/// Reads a cell of code words; an empty one says nothing.
fn word<T: std::str::FromStr>(row: &Row<'_>, column: &str, problems: &mut Vec<Problem>) -> Option<T>
where
    T::Err: std::fmt::Display,
{
    let cell = row.cell(column);
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
    let measure: Measure = word(row, "type", problems)?;
    let unit = row.cell("unit").to_owned();
    let base_year: Option<Period> = word(row, "base_year", problems);
    let baseline = number(row, "base_value", problems).map(|value| Baseline { value, period: base_year });
    let target = target(row, &measure, &unit, problems);
    Some(Indicator {
        id: row.cell("id").to_owned(),
        name: row.cell("name").to_owned(),
        group: row.cell("group").to_owned(),
        kind: IndicatorKind::from_chinese(row.cell("kind")),
        direction: word::<Direction>(row, "direction", problems),
        baseline,
        targets: target.into_iter().collect(),
        unit,
        measure,
    })
}

fn target(row: &Row<'_>, measure: &Measure, unit: &str, problems: &mut Vec<Problem>) -> Option<Target> {
    let due: DueYear = word(row, "target_year", problems).unwrap_or_default();
    let comparison: Comparison = word(row, "op", problems).unwrap_or(Comparison::Equal);
    let (value, value_high) = match row.cell("target_value").split_once(['–', '~', '～']) {
        Some((low, high)) => {
            let part = |text: &str| parse_decimal(text).ok();
            let ends = part(low).zip(part(high)).filter(|(low, high)| low <= high);
            if ends.is_none() {
                row.problem(problems, "bad-range", "target_value", "不是区间", "请写成 1–2，小数在前");
            }
            ends.unzip()
        }
        None => (number(row, "target_value", problems), None),
    };
    if value.is_none() && !row.cell("target_value").is_empty() {
        return None;
    }
    let unit = match measure {
        Measure::YearlyGrowth | Measure::GrowthUnstated | Measure::CumulativeFall => "%",
        Measure::FasterThan(_) | Measure::InStepWith(_) => "%",
        Measure::Multiple => "倍",
        _ => unit,
    };
    Some(Target { comparison, value, value_high, unit: unit.to_owned(), due, soft: false })
}

fn figure(row: &Row<'_>, known: &HashSet<String>, problems: &mut Vec<Problem>) -> Option<Observation> {
    if !known.contains(row.cell("id")) {
        row.problem(problems, "unknown-id", "id", "没有这个指标，这一行未采用", "请填写 indicators.tsv 中的编号");
        return None;
    }
    let period: Option<Period> = word(row, "period", problems);
    if row.cell("period").is_empty() {
        row.problem(problems, "missing-period", "period", "没有期间，这一行未采用", "请写成 2023、2023Q2 或 2023-06");
    }
    let value = number(row, "value", problems)?;
    let status = row.cell("status");
    let standing = if status == "sourced" { Standing::Statistical } else { Standing::Reported };
    let standing = Standing::from_word(status).unwrap_or(standing);
    Some(Observation {
        indicator: row.cell("id").to_owned(),
        period: period?,
        value,
        standing,
        vintage: 1,
        source: status.to_owned(),
        note: row.cell("note").to_owned(),
    })
}

fn infer_period(indicators: &[Indicator]) -> Option<PlanPeriod> {
    let due = |target: &Target| if let DueYear::Year(year) = target.due { Some(year) } else { None };
    let last = indicators.iter().flat_map(|i| &i.targets).filter_map(due).max()?;
    let mut bases: BTreeMap<i16, usize> = BTreeMap::new();
    for base in indicators.iter().filter_map(|i| i.baseline.as_ref()?.period) {
        *bases.entry(base.year()).or_default() += 1;
    }
    let commonest = bases.iter().filter(|(year, _)| **year < last).max_by_key(|(year, count)| (**count, **year));
    let first = commonest.map_or(last - 4, |(year, _)| year + 1);
    PlanPeriod::new(first, last).ok()
}
