//! Numbers and words whose mark is gone: do they still stand, unchanged, between
//! their neighbours?

use std::collections::BTreeMap;

use document_reader::{Line, Marked, Role};
use plan_model::{ReportNumber, ReportNumbers, ReportWord};

use super::{Finding, FindingKind, FindingPlace, bound, passages::is_passage};

/// A place in the file: line, first character, one past the last.
pub(super) type Span = (u32, u32, u32);

/// One of the list without a mark in the file.
pub(super) enum Lost<'a> {
    Number(&'a ReportNumber),
    Word(&'a ReportWord),
}

impl Lost<'_> {
    fn mark(&self) -> &str {
        match self {
            Self::Number(number) => &number.mark,
            Self::Word(word) => &word.mark,
        }
    }
}

/// What became of them: a finding each, and the characters that are accounted for
/// by that.
pub(super) fn find(issued: &ReportNumbers, marked: &Marked) -> (Vec<Finding>, Vec<Span>) {
    let mut standing: BTreeMap<&str, Span> = BTreeMap::new();
    for mark in marked.marks.iter().filter(|mark| !is_passage(mark)) {
        standing.entry(&mark.name).or_insert((mark.line, mark.start, mark.end));
    }
    let numbers = issued.numbers.iter().map(Lost::Number);
    let mut lost: Vec<Lost<'_>> = numbers.chain(issued.words.iter().map(Lost::Word)).collect();
    lost.retain(|one| !standing.contains_key(one.mark()));
    // The marks of numbers and words are counted together, in the order of the report.
    lost.sort_by(|a, b| a.mark().cmp(b.mark()));
    let mut findings = Vec::new();
    let mut taken: Vec<Span> = Vec::new();
    for one in lost {
        let after = standing.range(..one.mark()).next_back().map(|(_, span)| *span);
        let before = standing.range(one.mark()..).next().map(|(_, span)| *span);
        let from = after.map_or((1, 0), |span| (span.0, span.2)).max(last_taken(&taken, after));
        let to = before.map_or((u32::MAX, u32::MAX), |span| (span.0, span.1));
        let found = place(&one, marked, from, to);
        findings.push(finding(&one, marked, found));
        taken.extend(found);
    }
    (findings, taken)
}

/// Where the last one that was found behind the same neighbour ends.
fn last_taken(taken: &[Span], after: Option<Span>) -> (u32, u32) {
    let behind = |span: &&Span| after.is_none_or(|a| (span.0, span.1) >= (a.0, a.2));
    taken.iter().rev().find(behind).map_or((0, 0), |span| (span.0, span.2))
}

/// Lines that are searched for one of them, so that a file without marks does not
/// cost the square of its length.
const MOST_LINES: usize = 300;

/// Where it stands unchanged between two places.
fn place(one: &Lost<'_>, marked: &Marked, from: (u32, u32), to: (u32, u32)) -> Option<Span> {
    if from > to {
        return None;
    }
    let lines = marked.source.lines.iter().zip(1_u32..);
    let lines = lines.skip(from.0.saturating_sub(1) as usize).take(MOST_LINES).take_while(|(_, n)| *n <= to.0);
    for (line, number) in lines.filter(|(line, _)| !matches!(line.role, Role::Blank | Role::Boilerplate)) {
        let chars: Vec<char> = line.text.chars().collect();
        let begins = if number == from.0 { from.1 as usize } else { row_number(line) };
        let ends = if number == to.0 { (to.1 as usize).min(chars.len()) } else { chars.len() };
        let found = match one {
            Lost::Number(issued) => number_between(issued, &chars, begins, ends),
            Lost::Word(word) => word_between(&word.words, &chars, begins, ends),
        };
        if let Some((start, end)) = found {
            return Some((number, start as u32, end as u32));
        }
    }
    None
}

/// The characters of the cell that counts the rows, which is none of the report's numbers.
fn row_number(line: &Line) -> usize {
    let counts = |(cell, _): &(&str, &str)| cell.chars().all(|c| c.is_ascii_digit());
    let first = line.text.split_once('\t').filter(|_| line.role == Role::TableRow).filter(counts);
    first.map_or(0, |(cell, _)| cell.chars().count())
}

/// The first number of these characters that reads as issued.
fn number_between(issued: &ReportNumber, chars: &[char], begins: usize, ends: usize) -> Option<(usize, usize)> {
    let digit = |c: &char| c.is_ascii_digit() || matches!(c, '０'..='９');
    let inner = |c: &char| digit(c) || matches!(c, '.' | ',' | '．');
    let mut at = begins;
    while at < ends {
        let length = chars.iter().take(ends).skip(at).take_while(|c| inner(c)).count();
        if length == 0 || !chars.get(at).is_some_and(digit) {
            at += length.max(1);
            continue;
        }
        let sign = at > begins && chars.get(at - 1).is_some_and(|c| matches!(c, '-' | '−' | '－' | '负'));
        let start = if sign && issued.shown.starts_with('-') { at - 1 } else { at };
        let words: String = chars.iter().take(at + length).skip(start).collect();
        let after: String = chars.iter().take(ends).skip(at + length).take(12).collect();
        if bound::fault(issued, &words, &after).is_none() {
            return Some((start, at + length));
        }
        at += length;
    }
    None
}

fn word_between(word: &str, chars: &[char], begins: usize, ends: usize) -> Option<(usize, usize)> {
    let length = word.chars().count();
    let between = chars.get(begins..ends)?;
    let at = between.windows(length.max(1)).position(|window| word.chars().eq(window.iter().copied()))?;
    Some((begins + at, begins + at + length))
}

fn finding(one: &Lost<'_>, marked: &Marked, found: Option<Span>) -> Finding {
    let (mark, name, expected) = match one {
        Lost::Number(number) => (&number.mark, &number.name, bound::issued_words(number)),
        Lost::Word(word) => (&word.mark, &word.name, word.words.clone()),
    };
    let what = match one {
        Lost::Number(_) => "数字",
        Lost::Word(_) => "判断",
    };
    let words = |(line, start, end): Span| {
        let text = marked.source.line(line).map_or("", |l| l.text.as_str());
        text.chars().take(end as usize).skip(start as usize).collect::<String>()
    };
    let (kind, advice) = match found {
        Some(_) => (
            FindingKind::MarkLost,
            format!("{what}没有变，只是标记在复制、替换时丢失，不用改；以后再改到这里时不能逐处核对"),
        ),
        None => (
            FindingKind::Missing,
            format!("{what}连同标记被删去，或标记丢失后又被改动；请确认是有意删去，否则请从系统重新下载报告取回"),
        ),
    };
    Finding {
        kind,
        place: found.map(|(line, start, end)| FindingPlace::of(&marked.source, line, start, end)),
        mark: mark.clone(),
        name: name.clone(),
        found: found.map(words).unwrap_or_default(),
        expected,
        advice,
    }
}
