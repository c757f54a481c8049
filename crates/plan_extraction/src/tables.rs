//! T1: the main indicator table (指标 / 单位 / 2020年 / 2025年 / 年均增速〔累计〕 / 属性).
//!
//! A row gives one commitment: the value of the last year's column, or, where that
//! is empty, the yearly growth or the bracketed 〔cumulative〕 value. The column of
//! the year before the plan gives the base, the last column whether it binds.

use document_reader::{Source, Table};
use plan_model::{
    Anchor, Commitment, CommitmentClass, Comparison, Confidence, DueYear, Fact, IndicatorKind, Intent, Period,
    PlanPeriod, Target,
};

use crate::{
    Extraction, Part, Quantity,
    quantity::{self, Number},
    view::Views,
    words::words,
};

/// What the columns of a table hold.
#[derive(Debug, Default)]
struct Columns {
    name: usize,
    unit: Option<usize>,
    base: Option<(usize, i16)>,
    target: Option<(usize, i16)>,
    /// 年均增速〔累计〕.
    growth: Option<usize>,
    kind: Option<usize>,
}

/// Reads every indicator table of the document.
pub(crate) fn read(source: &Source, period: Option<PlanPeriod>, found: &mut Extraction) {
    let mut above: Option<(Columns, usize, u32)> = None;
    for table in &source.tables {
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let next_line = table.first_line + table.rows.len() as u32;
        let (columns, skip) = match columns_of(table, period) {
            Some((header, columns)) => (columns, header + 1),
            // A caption between rows (经济发展) cuts a table in two; the head still holds.
            None => match above.take().filter(|(_, w, end)| *w == width && table.first_line <= end + CAPTION_LINES) {
                Some((columns, ..)) => (columns, 0),
                None => continue,
            },
        };
        for (at, cells) in table.rows.iter().enumerate().skip(skip) {
            let line = table.first_line + at as u32;
            let text = source.line(line).map_or("", |l| l.text.as_str());
            read_row(cells, &columns, &RowPlace { line, text, period }, found);
        }
        above = Some((columns, width, next_line));
    }
}

/// How many lines (captions, page breaks) may stand between the parts of a table.
const CAPTION_LINES: u32 = 3;

/// The header row and what its columns hold; `None` where the table gives no targets.
fn columns_of(table: &Table, period: Option<PlanPeriod>) -> Option<(usize, Columns)> {
    table.rows.iter().take(3).enumerate().find_map(|(at, cells)| {
        let columns = header_columns(cells, period);
        let named = cells.iter().any(|c| squeeze(c).contains("指标") || squeeze(c).contains("名称"));
        (named && (columns.target.is_some() || columns.growth.is_some())).then_some((at, columns))
    })
}

fn header_columns(cells: &[String], period: Option<PlanPeriod>) -> Columns {
    let mut columns = Columns::default();
    let mut years: Vec<(usize, i16)> = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let head = squeeze(cell);
        let digits: String =
            head.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        if head.contains("年均") || head.contains("累计") || head.contains("增速") {
            columns.growth = Some(at);
        } else if digits.len() == 4 {
            years.extend(digits.parse().ok().map(|year| (at, year)));
        } else if head.contains("单位") {
            columns.unit = Some(at);
        } else if head.contains("属性") || head.contains("性质") || head == "类型" {
            columns.kind = Some(at);
        } else if head.contains("指标") || head.contains("名称") {
            columns.name = at;
        }
    }
    let first = period.map_or(2021, PlanPeriod::first_year);
    columns.target = years.iter().copied().filter(|(_, year)| *year >= first).max_by_key(|(_, year)| *year);
    columns.base = years.iter().copied().filter(|(_, year)| *year < first).max_by_key(|(_, year)| *year);
    columns
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Where a row stands.
struct RowPlace<'t> {
    line: u32,
    text: &'t str,
    period: Option<PlanPeriod>,
}

/// A figure in a cell.
struct Cell {
    number: Number,
    compare: Comparison,
    /// In 〔〕: over the whole period.
    cumulative: bool,
}

fn read_row(cells: &[String], columns: &Columns, place: &RowPlace<'_>, found: &mut Extraction) {
    let cell = |column: Option<usize>| column.and_then(|c| cells.get(c)).map_or("", String::as_str);
    let name = squeeze(cell(Some(columns.name)));
    let (name, own_unit) = name_and_unit(&name);
    if name.is_empty() {
        return;
    }
    let unit = match squeeze(cell(columns.unit)).as_str() {
        "—" | "-" | "——" | "" => own_unit,
        unit => unit.trim_matches(['〔', '〕', '[', ']', '(', ')', '（', '）']).to_owned(),
    };
    let kind = IndicatorKind::from_chinese(&squeeze(cell(columns.kind)));
    let year = columns.target.map(|(_, year)| year).or(place.period.map(PlanPeriod::last_year));
    let target = figure(cell(columns.target.map(|(c, _)| c)));
    let growth = figure(cell(columns.growth));
    let value = target.map(|t| (t, columns.target.map(|(c, _)| c))).or(growth.map(|g| (g, columns.growth)));
    // 年均增速 is in percent, whatever unit the level has; 〔〕 beside it is an amount.
    let rate = value.as_ref().is_some_and(|(v, column)| *column == columns.growth && !v.cumulative);
    let unit = if rate && columns.target.is_some() { "%".to_owned() } else { unit };
    if let Some((value, Some(column))) = value {
        let intent = intent_of(&name, &value);
        note(found, place, cells, (column, &value), Part::Target);
        found.kinds.push((found.commitments.len(), kind));
        found.commitments.push(Commitment {
            name: name.clone(),
            class: CommitmentClass::Numeric,
            target: Target {
                comparison: value.compare,
                value: Some(value.number.value),
                value_high: value.number.high,
                unit: unit.clone(),
                due: year.map_or(DueYear::NotStated, DueYear::Year),
                soft: false,
            },
            intent,
            anchor: whole(place),
            quote: place.text.trim().chars().take(60).collect(),
            rule: "T1".to_owned(),
            confidence: Confidence::Certain,
        });
    }
    if let Some((column, year)) = columns.base
        && let Some(base) = figure(cell(Some(column)))
    {
        note(found, place, cells, (column, &base), Part::Baseline);
        found.facts.push(Fact {
            name,
            value: Target {
                comparison: base.compare,
                value: Some(base.number.value),
                value_high: base.number.high,
                unit,
                due: DueYear::NotStated,
                soft: false,
            },
            // A bracketed base is the sum over the period before, not a level of its last year.
            period: (!base.cumulative).then_some(Period::Year(year)),
            anchor: whole(place),
            quote: place.text.trim().chars().take(60).collect(),
            rule: "T1".to_owned(),
        });
    }
}

/// What the row says is done to the measure.
fn intent_of(name: &str, cell: &Cell) -> Intent {
    let chars: Vec<char> = name.chars().collect();
    let said = words().predicates.at_end(&chars).map(|(_, p)| p.intent).filter(|i| *i != Intent::Reach);
    match said {
        Some(Intent::Grow) if cell.cumulative => Intent::RiseBy,
        Some(intent) => intent,
        None if cell.cumulative => Intent::AddUp,
        None => Intent::Reach,
    }
}

/// 地区生产总值(亿元) → name and unit.
fn name_and_unit(text: &str) -> (String, String) {
    let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', '、', '．']);
    let name = if numbered.is_empty() { text } else { numbered };
    for (open, close) in [('（', '）'), ('(', ')'), ('〔', '〕')] {
        let Some(body) = name.strip_suffix(close) else { continue };
        let Some((before, inside)) = body.rsplit_once(open) else { continue };
        let chars: Vec<char> = inside.chars().collect();
        let scale = chars.iter().take_while(|c| matches!(c, '十' | '百' | '千' | '万' | '亿')).count();
        if words().units.at_start(chars.get(scale..).unwrap_or_default()).is_some() || inside == "%" {
            return (before.to_owned(), inside.to_owned());
        }
    }
    (name.to_owned(), String::new())
}

/// The figure of a cell: `600`, `7.5左右`, `≥90`, `〔14.5〕`, `>75`.
fn figure(cell: &str) -> Option<Cell> {
    let text = squeeze(cell);
    let cumulative = text.starts_with(['〔', '[', '［', '【']);
    let sign = text.chars().find(|c| matches!(c, '≥' | '>' | '＞' | '≤' | '<' | '＜' | '≧' | '≦'));
    let views = Views::of([text.as_str()]);
    let view = views.line(0);
    let mut numbers = Vec::new();
    quantity::numbers(&view, &mut numbers);
    let number = numbers.into_iter().find(|n| !n.chinese)?;
    let said = words().predicates.at_end(view.slice(0, number.start)).map(|(_, p)| p.compare);
    let compare = match sign {
        Some('≥' | '≧') => Comparison::AtLeast,
        Some('>' | '＞') => Comparison::MoreThan,
        Some('≤' | '≦') => Comparison::AtMost,
        Some('<' | '＜') => Comparison::LessThan,
        _ => number.compare.or(said).unwrap_or(Comparison::Equal),
    };
    Some(Cell { number, compare, cumulative })
}

fn whole(place: &RowPlace<'_>) -> Anchor {
    Anchor { line: place.line, start: 0, end: place.text.chars().count() as u32 }
}

/// Accounts for the digits of a cell among the quantities of the text.
fn note(found: &mut Extraction, place: &RowPlace<'_>, cells: &[String], (column, cell): (usize, &Cell), part: Part) {
    let before: usize = place.text.split('\t').take(column).map(|c| c.chars().count() + 1).sum();
    let Some(raw) = cells.get(column).map(|_| place.text.split('\t').nth(column).unwrap_or_default()) else { return };
    let digits: String = raw.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let offset = raw.chars().position(|c| c.is_ascii_digit()).unwrap_or(0);
    let start = (before + offset) as u32;
    let length = (cell.number.digits_end - cell.number.start) as u32;
    let at = found.quantities.iter().position(|q| q.anchor.line == place.line && q.anchor.start == start);
    match at.and_then(|i| found.quantities.get_mut(i)) {
        Some(quantity) => quantity.part = part,
        None => found.quantities.push(Quantity {
            anchor: Anchor { line: place.line, start, end: start + length },
            text: digits,
            part,
        }),
    }
}
