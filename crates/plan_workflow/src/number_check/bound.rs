//! Bound numbers: what stands at each mark against what was issued.

use std::collections::HashMap;

use document_reader::{Mark, MarkKind, Marked};
use plan_assessment::{convert_unit, is_points};
use plan_model::{Decimal, ReportNumber, ReportNumbers, plain};
use rust_decimal::RoundingStrategy;

use super::{Finding, FindingKind, FindingPlace, Seen, verdicts};

/// What comparing the bound numbers gave.
pub(super) struct Compared {
    pub(super) compared: usize,
    pub(super) unchanged: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) seen: Seen,
}

/// Compares every bound number and word.
pub(super) fn compare(issued: &ReportNumbers, marked: &Marked) -> Compared {
    let mut places: HashMap<&str, Vec<&Mark>> = HashMap::new();
    for mark in &marked.marks {
        places.entry(&mark.name).or_default().push(mark);
    }
    let mut out = Compared { compared: 0, unchanged: 0, findings: Vec::new(), seen: Vec::new() };
    for (index, number) in issued.numbers.iter().enumerate() {
        let marks = places.get(number.mark.as_str()).map(|marks| standing(marks)).unwrap_or_default();
        for mark in marks {
            out.compared += 1;
            let (words, after) = words(marked, mark);
            let place = FindingPlace::of(&marked.source, mark.line, mark.start, mark.end);
            match fault(number, &words, &after) {
                None => out.unchanged += 1,
                Some(kind) => out.findings.push(finding(kind, number, &words, place.clone())),
            }
            out.seen.push((index, place, words));
        }
    }
    for word in &issued.words {
        let marks = places.get(word.mark.as_str()).map(|marks| standing(marks)).unwrap_or_default();
        for mark in marks {
            out.compared += 1;
            match verdicts::fault(word, marked, mark) {
                None => out.unchanged += 1,
                Some(finding) => out.findings.push(finding),
            }
        }
    }
    out
}

/// The marks that count among those of one name: controls, and bookmarks that
/// hold no control (another program dropped it, or the words were copied).
fn standing<'a>(marks: &[&'a Mark]) -> Vec<&'a Mark> {
    let controls = || marks.iter().filter(|m| m.kind == MarkKind::Control && !m.text.trim().is_empty());
    let covered =
        |b: &Mark| controls().any(|c| c.line == b.line && c.start < b.end.max(b.start + 1) && b.start < c.end);
    let bookmarks = marks.iter().filter(|m| m.kind == MarkKind::Bookmark && !covered(m));
    let mut found: Vec<&Mark> = controls().chain(bookmarks).copied().collect();
    if found.iter().any(|m| !m.text.trim().is_empty()) {
        found.retain(|m| !m.text.trim().is_empty());
    }
    found
}

/// What stands at a mark, with digits that were typed right before or behind it,
/// and what follows.
fn words(marked: &Marked, mark: &Mark) -> (String, String) {
    let line: Vec<char> = marked.source.line(mark.line).map(|l| l.text.chars().collect()).unwrap_or_default();
    let digit = |c: &char| c.is_ascii_digit() || matches!(c, '.' | '０'..='９' | '．');
    let before = line.iter().take(mark.start as usize).rev().take_while(|c| digit(c)).count();
    let starts = mark.text.chars().next().is_some_and(|c| digit(&c));
    let ends = mark.text.chars().next_back().is_some_and(|c| digit(&c));
    let from = mark.start as usize - if starts { before } else { 0 };
    let behind = line.iter().skip(mark.end as usize);
    let mut to = mark.end as usize;
    if ends {
        let count = behind.clone().take_while(|c| digit(c)).count();
        // A full stop behind a number ends the sentence.
        let stop = behind.clone().take(count).collect::<String>().trim_end_matches(['.', '．']).chars().count();
        to += stop;
    }
    let words = line.iter().take(to).skip(from).collect();
    (words, line.iter().skip(to).take(8).collect())
}

/// Whether these words say the number as issued.
pub(super) fn same(number: &ReportNumber, words: &str) -> bool {
    fault(number, words, &number.unit).is_none()
}

/// What is wrong with the words at a mark; `after` is what follows them.
pub(super) fn fault(number: &ReportNumber, words: &str, after: &str) -> Option<FindingKind> {
    let Some((value, rest)) = read(words) else { return Some(FindingKind::Changed) };
    if rest.chars().any(|c| c.is_ascii_digit()) {
        return Some(FindingKind::Changed);
    }
    let unit = squeeze(&number.unit);
    let given = match (rest.is_empty(), number.unit_shown) {
        (false, _) => rest,
        (true, false) => unit.clone(),
        (true, true) if squeeze(after).starts_with(&unit) => unit.clone(),
        (true, true) => String::new(),
    };
    // 2.6%左右: what follows the unit hedges it.
    if given.starts_with(&unit) && (!unit.is_empty() || given.is_empty()) && !goes_on(&unit, &given) {
        return (!equal(number, value)).then_some(FindingKind::Changed);
    }
    if is_points(&unit) && given.starts_with('%') {
        return Some(FindingKind::PointsAsPercent);
    }
    let convertible = !given.is_empty() && !unit.is_empty() && is_points(&unit) == is_points(&given);
    match convert_unit(value, &given, &unit).filter(|_| convertible) {
        Some(converted) if equal(number, converted) => None,
        // The digits are right: it is the unit that was changed.
        Some(_) if !equal(number, value) => Some(FindingKind::Changed),
        _ => Some(FindingKind::WrongUnit),
    }
}

/// Whether a unit goes on into another one: 万 in 万元, 元 in 元/人.
fn goes_on(unit: &str, given: &str) -> bool {
    let rest = given.strip_prefix(unit).unwrap_or_default();
    matches!(rest.chars().next(), Some('元' | '吨' | '/' | '·' | '²' | '平' | '个' | '亿' | '万'))
}

/// Whether a value is the number as issued: as printed, or with more of its own digits.
fn equal(number: &ReportNumber, value: Decimal) -> bool {
    let Ok(shown) = number.shown.parse::<Decimal>() else { return value == number.value };
    let finer = value.scale() >= shown.scale();
    let rounded = number.value.round_dp_with_strategy(value.scale(), RoundingStrategy::MidpointAwayFromZero);
    value == shown || (finer && value == rounded)
}

/// The first number of a text with its sign, and what follows, without white space.
fn read(text: &str) -> Option<(Decimal, String)> {
    let text = squeeze(text);
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, from) = text.split_at_checked(start)?;
    let length = from.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(from.len());
    let (digits, rest) = from.split_at_checked(length)?;
    let value: Decimal = digits.trim_end_matches(['.', ',']).replace(',', "").parse().ok()?;
    let negative = before.ends_with(['-', '−', '－', '–']) || before.ends_with('负');
    Some((if negative { -value } else { value }, rest.to_owned()))
}

/// Without white space, full-width forms folded.
fn squeeze(text: &str) -> String {
    let fold = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '．' => '.',
        '，' => ',',
        '％' | '﹪' => '%',
        _ => c,
    };
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}'))
        .map(fold)
        .collect()
}

/// The exact value with no more digits than help to see how it was rounded: four
/// after the point, or two more than were printed.
fn exact(number: &ReportNumber) -> Decimal {
    let printed = number.shown.split_once('.').map_or(0, |(_, digits)| digits.len() as u32);
    number.value.round_dp_with_strategy((printed + 2).max(4), RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// A bound number as issued, for people.
pub(super) fn issued_words(number: &ReportNumber) -> String {
    let exact = plain(exact(number));
    let exact = if exact == number.shown { String::new() } else { format!("，精确值{exact}") };
    let period = number.period.map(|p| format!("，{p}")).unwrap_or_default();
    let source = if number.source.is_empty() { String::new() } else { format!("，{}", number.source) };
    let behind = format!("{exact}{period}{source}");
    let behind = behind.trim_start_matches('，');
    let behind = if behind.is_empty() { String::new() } else { format!("（{behind}）") };
    format!("{}{}{behind}", number.shown, number.unit)
}

fn finding(kind: FindingKind, number: &ReportNumber, found: &str, place: FindingPlace) -> Finding {
    let expected = issued_words(number);
    let shown = format!("{}{}", number.shown, number.unit);
    let advice = match kind {
        FindingKind::PointsAsPercent => format!("这是两个百分数之差，请写成“{shown}”"),
        FindingKind::WrongUnit => format!("请把单位改回“{}”，或按新单位换算数值", number.unit),
        _ if found.trim().is_empty() => format!("数字被删去了；请恢复为“{shown}”，或删去整句并说明理由"),
        _ => format!("请恢复为“{shown}”；如果数据确有变化，请先在系统中修订监测值，再重新生成报告"),
    };
    Finding {
        kind,
        place: Some(place),
        mark: number.mark.clone(),
        name: number.name.clone(),
        found: found.trim().to_owned(),
        expected,
        advice,
    }
}
