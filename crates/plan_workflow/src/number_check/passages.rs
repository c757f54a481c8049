//! Computed sentences and cells: a year, a quantity or a direction that was put in
//! the place of another one.

use std::collections::HashMap;

use document_reader::{Mark, Marked};
use plan_model::{BOUND, PASSAGE_PREFIX, ReportNumbers, ReportPassage};

use super::{
    Finding, FindingKind, FindingPlace,
    facts::{Fact, What, facts, replaced},
};

/// What comparing the passages gave.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) compared: usize,
    /// Passages whose mark is gone, so that nobody can say what became of them.
    pub(super) lost: usize,
    /// Each with the line and the characters it speaks of.
    pub(super) findings: Vec<(Finding, u32, u32, u32)>,
}

/// Whether a mark is that of a passage, whose words are not bound.
pub(super) fn is_passage(mark: &Mark) -> bool {
    mark.name.starts_with(PASSAGE_PREFIX)
}

/// Compares every passage that has something to compare.
pub(super) fn compare(issued: &ReportNumbers, marked: &Marked) -> Compared {
    let mut places: HashMap<&str, &Mark> = HashMap::new();
    let mut bound: HashMap<u32, Vec<&Mark>> = HashMap::new();
    for mark in &marked.marks {
        if is_passage(mark) {
            places.entry(&mark.name).or_insert(mark);
        } else {
            bound.entry(mark.line).or_default().push(mark);
        }
    }
    let mut out = Compared::default();
    for passage in &issued.passages {
        let before = issued_facts(passage);
        if before.iter().all(|fact| matches!(fact.what, What::Bound(_))) {
            continue;
        }
        let Some(mark) = places.get(passage.mark.as_str()) else {
            out.lost += 1;
            continue;
        };
        out.compared += 1;
        let inside = bound.get(&mark.line).map(Vec::as_slice).unwrap_or_default();
        let after = facts(&mark.text, &within(mark, inside));
        for (was, is, kind) in replaced(&before, &after) {
            let (start, end) = (mark.start + is.start as u32, mark.start + is.end as u32);
            let place = FindingPlace::of(&marked.source, mark.line, start, end);
            out.findings.push((finding(kind, was, is, place), mark.line, start, end));
        }
    }
    out
}

fn issued_facts(passage: &ReportPassage) -> Vec<Fact> {
    let places = passage.words.chars().enumerate().filter(|(_, c)| *c == BOUND);
    let bound: Vec<_> = places.zip(&passage.bound).map(|((at, _), mark)| (at, at + 1, mark.clone())).collect();
    facts(&passage.words, &bound)
}

/// The places of bound numbers and words in a passage, each once.
fn within(passage: &Mark, marks: &[&Mark]) -> Vec<(usize, usize, String)> {
    let inside = |m: &&&Mark| passage.start <= m.start && m.end <= passage.end;
    let place = |m: &&Mark| ((m.start - passage.start) as usize, (m.end - passage.start) as usize, m.name.clone());
    let mut found: Vec<(usize, usize, String)> = marks.iter().filter(inside).map(place).collect();
    found.sort();
    found.dedup_by(|a, b| a.2 == b.2);
    found
}

fn finding(kind: FindingKind, was: &Fact, is: &Fact, place: FindingPlace) -> Finding {
    let was = was.words.trim();
    let advice = match kind {
        FindingKind::Turned => format!("与系统计算的方向相反；请恢复为“{was}”，如确有变化，请先在系统中修订监测值"),
        FindingKind::Date => format!("请恢复为“{was}”；要换一期数据，请在系统中重新生成报告"),
        FindingKind::PointsAsPercent => format!("这是两个百分数之差，原文为“{was}”，请恢复"),
        FindingKind::WrongUnit => format!("数值未变而单位不同，请恢复为“{was}”"),
        _ => format!("请恢复为“{was}”；如果数据确有变化，请先在系统中修订监测值，再重新生成报告"),
    };
    Finding {
        kind,
        place: Some(place),
        mark: String::new(),
        name: String::new(),
        found: is.words.trim().to_owned(),
        expected: was.to_owned(),
        advice,
    }
}
