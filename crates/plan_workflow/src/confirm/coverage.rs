//! Whether anything of the text was overlooked: every number, every word of
//! intent and every item of a box is registered, rejected, accounted for, or open.

use std::{collections::BTreeMap, sync::LazyLock};

use document_reader::Role;
use plan_extraction::{Part, Quantity};
use plan_model::Anchor;
use serde::Deserialize;

use super::{
    candidate::{CandidateKey, Ground},
    state::{Fate, Item, State},
};

/// What of the text has to be answered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// A number.
    Number,
    /// A word of intent (`rules/words/intents.toml`).
    Intent,
    /// An item of a box.
    BoxItem,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A candidate that counts answers for it; `true` once a person confirmed it.
    Registered(CandidateKey, bool),
    /// Only rejected candidates answer for it.
    Rejected(CandidateKey),
    /// The rules took the number for something else.
    Accounted(Part),
    /// Nothing answers for it.
    Open,
}

impl Answer {
    /// `registered`, `rejected`, `accounted` or `open`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Registered(..) => "registered",
            Self::Rejected(_) => "rejected",
            Self::Accounted(_) => "accounted",
            Self::Open => "open",
        }
    }
}

/// A place that has to be answered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// What it is.
    pub sort: Sort,
    /// Where it stands.
    pub anchor: Anchor,
    /// The words there.
    pub words: String,
    /// What became of it.
    pub answer: Answer,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Intents {
    modal: Vec<String>,
    verbs: Vec<String>,
    not: Vec<String>,
}

/// The words of intent and those that only look so, the longest first.
fn intents() -> &'static [(Vec<char>, bool)] {
    #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
    static WORDS: LazyLock<Vec<(Vec<char>, bool)>> = LazyLock::new(|| {
        let text = include_str!("../../../../rules/words/intents.toml");
        let read: Intents = toml::from_str(text).expect("rules/words/intents.toml");
        let mean = read.modal.into_iter().chain(read.verbs).map(|word| (word.chars().collect(), true));
        let mut words: Vec<(Vec<char>, bool)> =
            mean.chain(read.not.into_iter().map(|word| (word.chars().collect(), false))).collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        words
    });
    &WORDS
}

/// Where words of intent stand in a line: (start, end) in characters.
fn intent_places(text: &[char]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match intents().iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, means)) => {
                if *means {
                    places.push((at, at + word.len()));
                }
                at += word.len();
            }
            None => at += 1,
        }
    }
    places
}

/// The sentence around a place: from and to, in characters.
fn sentence(text: &[char], at: usize) -> (usize, usize) {
    let ends = |c: &char| matches!(c, '。' | '；' | ';' | '！' | '？');
    let from = text.iter().take(at).rposition(ends).map_or(0, |end| end + 1);
    let to = text.iter().skip(at).position(ends).map_or(text.len(), |end| at + end);
    (from, to)
}

/// Everything that has to be answered for, in the order of the text. `numbers`
/// are those of the import.
pub fn coverage(ground: &Ground, state: &State, numbers: &[Quantity]) -> Vec<Covered> {
    let mut by_line: BTreeMap<u32, Vec<&Item>> = BTreeMap::new();
    for item in state.items() {
        by_line.entry(item.content.anchor().line).or_default().push(item);
    }
    let lines = Lines { by_line };
    let mut all: Vec<Covered> = numbers.iter().map(|number| lines.number(number)).collect();
    for (number, line) in (1_u32..).zip(&ground.source.lines) {
        match line.role {
            Role::BoxItem => {
                let length = line.text.chars().count();
                let words: String = line.text.chars().take(30).collect();
                all.push(lines.place(Sort::BoxItem, number, (0, length), (0, length), words));
            }
            Role::Body => {
                let text: Vec<char> = line.text.chars().collect();
                for (start, end) in intent_places(&text) {
                    let words = text.iter().skip(start).take(end - start).collect();
                    all.push(lines.place(Sort::Intent, number, (start, end), sentence(&text, start), words));
                }
            }
            _ => {}
        }
    }
    all.sort_by_key(|place| (place.anchor.line, place.anchor.start, place.sort));
    all
}

struct Lines<'a> {
    by_line: BTreeMap<u32, Vec<&'a Item>>,
}

impl Lines<'_> {
    fn number(&self, number: &Quantity) -> Covered {
        let Anchor { line, start, end } = number.anchor;
        let span = (start as usize, end as usize);
        let mut covered = self.place(Sort::Number, line, span, span, number.text.clone());
        if covered.answer == Answer::Open && !matches!(number.part, Part::Open | Part::Target) {
            covered.answer = Answer::Accounted(number.part);
        }
        covered
    }

    /// A place is answered for by what overlaps the stretch `within`; what counts
    /// speaks before what was rejected.
    fn place(
        &self,
        sort: Sort,
        line: u32,
        (start, end): (usize, usize),
        within: (usize, usize),
        words: String,
    ) -> Covered {
        let overlaps = |item: &&&Item| {
            let anchor = item.content.anchor();
            (anchor.start as usize) < within.1 && within.0 < anchor.end as usize
        };
        let here: Vec<&&Item> = self.by_line.get(&line).into_iter().flatten().filter(overlaps).collect();
        let counted = here.iter().find(|item| item.fate.counts());
        let answer = match (counted, here.iter().find(|item| matches!(item.fate, Fate::Rejected { .. }))) {
            (Some(item), _) => Answer::Registered(item.key, item.fate != Fate::Open),
            (None, Some(item)) => Answer::Rejected(item.key),
            (None, None) => Answer::Open,
        };
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Covered { sort, anchor: Anchor { line, start: place(start), end: place(end) }, words, answer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_intent_are_found_and_look_alikes_are_not() {
        let found = |text: &str| -> Vec<String> {
            let text: Vec<char> = text.chars().collect();
            intent_places(&text).iter().map(|(from, to)| text[*from..*to].iter().collect()).collect()
        };
        assert_eq!(found("必须加快建设算力中心，主要指标要达到"), ["必须", "加快", "建设", "要"]);
        assert_eq!(found("经济社会发展规划纲要"), Vec::<String>::new());
        assert_eq!(found("力争完成"), ["力争", "完成"]);
        assert_eq!(sentence(&"甲。乙要丙；丁".chars().collect::<Vec<_>>(), 3), (2, 5));
    }
}
