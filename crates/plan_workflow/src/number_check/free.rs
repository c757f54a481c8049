//! Quantities without a mark: sentences that people wrote, fixed sentences of
//! the report, and numbers whose mark was lost.

use std::collections::HashMap;

use document_reader::{Marked, Role};
use plan_assessment::{convert_unit, is_points};
use plan_extraction::{Part, SeenNumber, numbers_in};
use plan_model::{Decimal, ReportLiteral, ReportNumber, ReportNumbers, plain};

use super::{Finding, FindingKind, FindingPlace, bound::issued_words, lost::Span, passages::is_passage};

/// A quantity without a mark.
pub(super) struct Quantity {
    line: u32,
    start: u32,
    end: u32,
    seen: SeenNumber,
    /// The clause before it, in the same sentence or cell.
    before: String,
}

impl Quantity {
    /// Whether it stands, in whole or in part, in one of these places.
    pub(super) fn in_any(&self, places: &[Span]) -> bool {
        places.iter().any(|(line, start, end)| *line == self.line && *start < self.end && self.start < *end)
    }

    /// The quantity without its place.
    pub(super) fn literal(&self) -> ReportLiteral {
        ReportLiteral {
            value: self.seen.value.normalize(),
            high: self.seen.high.map(|h| h.normalize()),
            unit: self.seen.unit.clone(),
        }
    }

    fn words(&self) -> String {
        literal_words(&self.literal())
    }
}

fn literal_words(literal: &ReportLiteral) -> String {
    let high = literal.high.map(|h| format!("-{}", plain(h))).unwrap_or_default();
    format!("{}{high}{}", plain(literal.value), literal.unit)
}

/// Every quantity of the file that has no mark. Dates, ordinals, parts of names
/// and numbers in Chinese numerals are none.
pub(super) fn quantities(marked: &Marked) -> impl Iterator<Item = Quantity> {
    let mut bound: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
    for mark in marked.marks.iter().filter(|mark| !is_passage(mark)) {
        bound.entry(mark.line).or_default().push((mark.start, mark.end));
    }
    let lines = marked.source.lines.iter().zip(1_u32..);
    lines.filter(|(line, _)| !matches!(line.role, Role::Blank | Role::Boilerplate)).flat_map(move |(line, number)| {
        let cells = if line.role == Role::TableRow { line.cells() } else { vec![(0, line.text.as_str())] };
        let mut found = Vec::new();
        for (from, cell) in cells {
            for seen in numbers_in(cell).into_iter().filter(counts) {
                let (start, end) = (from + seen.start, from + seen.end);
                let marks = bound.get(&number).map(Vec::as_slice).unwrap_or_default();
                if !marks.iter().any(|(from, to)| *from < end && start < *to) {
                    let before = clause_before(cell, seen.start);
                    found.push(Quantity { line: number, start, end, seen, before });
                }
            }
        }
        found
    })
}

/// Whether a number is a quantity, and not a date, an ordinal or part of a name.
pub(super) fn counts(seen: &SeenNumber) -> bool {
    let quantity = matches!(seen.part, Part::Open | Part::Target | Part::Baseline | Part::Threshold);
    quantity && (!seen.chinese || seen.unit == "%")
}

/// The words of the sentence before a character.
fn clause_before(text: &str, start: u32) -> String {
    let before: Vec<char> = text.chars().take(start as usize).collect();
    let from = before.iter().rposition(|c| matches!(c, '。' | '；' | ';')).map_or(0, |at| at + 1);
    before.iter().skip(from).collect()
}

/// What is wrong with a quantity, if anything.
pub(super) fn judge(issued: &ReportNumbers, marked: &Marked, quantity: &Quantity) -> Option<Finding> {
    let seen = &quantity.seen;
    let known = |value: Decimal| issued.numbers.iter().any(|number| explains(number, value, &seen.unit));
    let explained = known(seen.value) && seen.high.is_none_or(known);
    if explained || issued.literals.contains(&quantity.literal()) {
        return None;
    }
    let place = FindingPlace::of(&marked.source, quantity.line, quantity.start, quantity.end);
    let found = quantity.words();
    let named = named(issued, &quantity.before);
    let points = issued.numbers.iter().find(|n| is_points(&n.unit) && seen.unit == "%" && shows(n, seen.value));
    let finding = |kind, number: Option<&ReportNumber>, advice: String| Finding {
        kind,
        place: Some(place.clone()),
        mark: String::new(),
        name: number.map(|n| n.name.clone()).unwrap_or_default(),
        found: found.clone(),
        expected: number.map(issued_words).unwrap_or_default(),
        advice,
    };
    if let Some(number) = points {
        let advice = format!("这是两个百分数之差，请写成“{}{}”", number.shown, number.unit);
        return Some(finding(FindingKind::PointsAsPercent, Some(number), advice));
    }
    // In words that people wrote: what stood there when the report was issued.
    let was = issued
        .literals
        .iter()
        .find(|l| is_points(&l.unit) && seen.unit == "%" && l.value == seen.value && l.high == seen.high);
    if let Some(was) = was {
        let was = literal_words(was);
        let advice = format!("这是两个百分数之差，原文为“{was}”，请恢复");
        return Some(Finding { expected: was, ..finding(FindingKind::PointsAsPercent, None, advice) });
    }
    // The numbers of the indicator that the sentence speaks of.
    let same_value = named.iter().find(|n| shows(n, seen.value) && !n.unit.is_empty());
    if let Some(number) = same_value {
        let advice = format!("数值与报告一致而单位不同，请改为“{}”", number.unit);
        return Some(finding(FindingKind::WrongUnit, Some(number), advice));
    }
    let comparable =
        named.iter().find(|n| !seen.unit.is_empty() && convert_unit(seen.value, &seen.unit, &n.unit).is_some());
    if let Some(number) = comparable.filter(|n| is_points(&n.unit) == is_points(&seen.unit)) {
        let advice =
            format!("报告中“{}”是{}{}；请改正，或写明这是哪一期、什么口径的数", number.name, number.shown, number.unit);
        return Some(finding(FindingKind::Contradiction, Some(number), advice));
    }
    let advice = "报告的数据里没有这个数；请写明出处，或先在系统中填报后重新生成报告".to_owned();
    Some(finding(FindingKind::Unexplained, None, advice))
}

/// Whether a bound number is printed as this value.
fn shows(number: &ReportNumber, value: Decimal) -> bool {
    // A fall of 3 is written without its sign: 下降3%.
    let shown = number.shown.parse::<Decimal>().unwrap_or(number.value);
    shown == value || shown.abs() == value || number.value == value
}

/// Whether a value with this unit is one of the report's numbers.
fn explains(number: &ReportNumber, value: Decimal, unit: &str) -> bool {
    if is_points(unit) != is_points(&number.unit) {
        return false;
    }
    if unit == number.unit {
        return shows(number, value);
    }
    let both = !unit.is_empty() && !number.unit.is_empty();
    let converted = convert_unit(value, unit, &number.unit).filter(|_| both);
    converted.is_some_and(|value| shows(number, value))
}

/// The bound numbers whose name stands last in a clause.
fn named<'a>(issued: &'a ReportNumbers, clause: &str) -> Vec<&'a ReportNumber> {
    let name = |number: &'a ReportNumber| {
        let bare = number.name.split(['（', '(']).next().unwrap_or_default();
        (bare.chars().nth(1).is_some()).then_some(bare)
    };
    let place = |number: &'a ReportNumber| {
        let bare = name(number)?;
        Some((clause.rfind(bare)? + bare.len(), bare.len()))
    };
    let last = issued.numbers.iter().filter_map(place).max();
    issued.numbers.iter().filter(|n| last.is_some() && place(n) == last).collect()
}
