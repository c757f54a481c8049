//! Verdicts beside each other: ours beside those that others gave, and those of
//! several rule sets.

use std::collections::BTreeMap;

use jiff::civil::Date;
use plan_model::{Message, Status, Verdict};
use serde::{Deserialize, Serialize};

use crate::{assess::Question, assess::assess, rule_set::RuleSet};

/// A verdict that somebody else gave: the official evaluation, a third party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideVerdict {
    /// The indicator's id.
    pub indicator: String,
    /// Who gave it.
    pub by: String,
    /// Whether it is the official one.
    pub official: bool,
    /// The word, as written.
    pub word: String,
    /// As of which day it was given, where known.
    pub as_of: Option<Date>,
    /// The document it stands in, as the person wrote it.
    pub source: String,
}

/// How ours and another verdict stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The same class.
    Same,
    /// So many classes apart.
    Apart(u8),
    /// Ours is 无法判断.
    NotJudged,
    /// The other word is none the rule set knows.
    UnknownWord,
}

/// One indicator, ours beside another verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The indicator's id.
    pub id: String,
    /// Our word.
    pub ours: String,
    /// The other word as written.
    pub official: String,
    /// How many classes lie between them, 0 for the same; absent where ours is
    /// 无法判断 or the other word is none the rule set knows.
    pub distance: Option<u8>,
    /// The same in words.
    pub likeness: Likeness,
    /// Our reason, so that a difference can be followed.
    pub reason: Message,
}

/// Ours against other verdicts (agreement = same ÷ judged).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Every indicator with another verdict, in the order of ours.
    pub rows: Vec<Compared>,
    /// Those judged by us whose other word is known.
    pub judged: usize,
    /// Of these, the same class.
    pub same: usize,
    /// The largest distance.
    pub farthest: u8,
}

/// Lays verdicts of a rule set beside others, given by indicator id.
pub fn compare(verdicts: &[Verdict], official: &BTreeMap<String, String>, rules: &RuleSet) -> Agreement {
    let compared = |verdict: &Verdict| {
        let word = official.get(&verdict.indicator)?;
        let likeness = likeness(verdict, word, rules);
        let distance = match likeness {
            Likeness::Same => Some(0),
            Likeness::Apart(classes) => Some(classes),
            Likeness::NotJudged | Likeness::UnknownWord => None,
        };
        let (id, ours, official) = (verdict.indicator.clone(), verdict.status.word.clone(), word.clone());
        Some(Compared { id, ours, official, distance, likeness, reason: verdict.trail.reason.clone() })
    };
    let rows: Vec<Compared> = verdicts.iter().filter_map(compared).collect();
    let distances: Vec<u8> = rows.iter().filter_map(|row| row.distance).collect();
    let same = distances.iter().filter(|distance| **distance == 0).count();
    Agreement { judged: distances.len(), same, farthest: distances.into_iter().max().unwrap_or(0), rows }
}

fn likeness(verdict: &Verdict, word: &str, rules: &RuleSet) -> Likeness {
    let theirs = rules.bands_of_official_word(word);
    let apart = theirs.iter().map(|band| band.status.order.abs_diff(verdict.status.order)).min();
    match apart {
        _ if !verdict.status.judged => Likeness::NotJudged,
        None => Likeness::UnknownWord,
        Some(0) => Likeness::Same,
        Some(classes) => Likeness::Apart(classes),
    }
}

/// Ours beside each of those who gave verdicts, official ones first. Where one of
/// them gave two on an indicator, the later one counts.
pub fn agreements(verdicts: &[Verdict], outside: &[OutsideVerdict], rules: &RuleSet) -> Vec<(String, Agreement)> {
    let mut sorted: Vec<&OutsideVerdict> = outside.iter().collect();
    sorted.sort_by_key(|verdict| verdict.as_of);
    let mut by: BTreeMap<(bool, &str), BTreeMap<String, String>> = BTreeMap::new();
    for verdict in sorted {
        let words = by.entry((!verdict.official, &verdict.by)).or_default();
        words.insert(verdict.indicator.clone(), verdict.word.clone());
    }
    by.into_iter().map(|((_, name), words)| (name.to_owned(), compare(verdicts, &words, rules))).collect()
}

/// One indicator by several rule sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetRow {
    /// The indicator's id.
    pub indicator: String,
    /// The status by each rule set, in their order.
    pub statuses: Vec<Status>,
    /// Which of them find it worse than in line; nothing where one cannot judge.
    pub behind: Vec<Option<bool>>,
    /// Some find it behind and some do not.
    pub differs: bool,
}

/// All indicators by several rule sets side by side. Classes of different rule
/// sets have no common order, so what is compared is whether an indicator is
/// behind: worse than the class that a kept bound has.
pub fn side_by_side(question: &Question<'_>, rule_sets: &[&RuleSet]) -> Vec<RuleSetRow> {
    let columns: Vec<Vec<Verdict>> = rule_sets.iter().map(|rules| assess(question, rules)).collect();
    let row = |(place, indicator): (usize, &plan_model::Indicator)| {
        let cells = columns.iter().zip(rule_sets).filter_map(|(column, rules)| Some((column.get(place)?, rules)));
        let (mut statuses, mut behind) = (Vec::new(), Vec::new());
        for (verdict, rules) in cells {
            statuses.push(verdict.status.clone());
            behind.push(verdict.status.judged.then(|| rules.is_behind(&verdict.status)));
        }
        let differs = behind.contains(&Some(true)) && behind.contains(&Some(false));
        RuleSetRow { indicator: indicator.id.clone(), statuses, behind, differs }
    };
    question.indicators.iter().enumerate().map(row).collect()
}
