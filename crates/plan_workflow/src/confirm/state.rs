//! What holds now: the fold of what was found and what was decided.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use plan_model::{Confidence, Target};

use super::{
    candidate::{CandidateKey, Content, Ground},
    decision::{Act, DecisionRecord, RejectReason, Take},
};
use crate::{
    records::{CommitmentRecord, FactRecord},
    register::name_key,
};

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nobody has decided yet.
    Open,
    /// Right as found, or added by a person.
    Accepted,
    /// Right with corrected fields.
    Corrected,
    /// It is no commitment.
    Rejected {
        /// Why.
        reason: RejectReason,
        /// What the person wrote.
        words: String,
    },
    /// It is several, these.
    Split {
        /// The candidates it became.
        into: Vec<CandidateKey>,
    },
    /// It is the same as another one.
    Merged {
        /// The one that stays.
        into: CandidateKey,
    },
    /// A person had added it, and took that back.
    Withdrawn,
}

impl Fate {
    /// The stable code word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Corrected => "corrected",
            Self::Rejected { .. } => "rejected",
            Self::Split { .. } => "split",
            Self::Merged { .. } => "merged",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the register counts it: not yet decided counts as found.
    pub fn counts(&self) -> bool {
        matches!(self, Self::Open | Self::Accepted | Self::Corrected)
    }
}

/// A candidate as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its key.
    pub key: CandidateKey,
    /// The outermost heading it stands under; empty where there is none.
    pub chapter: String,
    /// What was found; `None` for one that a person added.
    pub found: Option<Content>,
    /// What it says now.
    pub content: Content,
    /// The indicator it mentions; `None` for work.
    pub indicator: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// The candidate it was split off.
    pub parent: Option<CandidateKey>,
    /// The number of the last decision that touched it, 0 for none: who decides
    /// sends it, so that nobody overwrites what he has not seen.
    pub last: u32,
    /// Who decided last, and when.
    pub by: Option<(String, Timestamp)>,
}

/// How far confirming has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Candidates that are decided.
    pub done: usize,
    /// All candidates.
    pub all: usize,
}

/// Every candidate as it stands after the decisions.
#[derive(Debug, Clone)]
pub struct State {
    items: Vec<Item>,
    places: HashMap<CandidateKey, usize>,
    decisions: Vec<DecisionRecord>,
    undone: HashSet<u32>,
}

impl State {
    /// What holds after these decisions, given in their order. A decision about a
    /// candidate that is not there changes nothing.
    pub fn fold(ground: &Ground, decisions: Vec<DecisionRecord>) -> Self {
        let undone: HashSet<u32> = decisions
            .iter()
            .filter_map(|decision| match &decision.act {
                Act::Undo(of) => Some(of.iter().copied()),
                _ => None,
            })
            .flatten()
            .collect();
        let mut folding = Folding { ground, items: found(ground) };
        let by_number: HashMap<u32, &DecisionRecord> = decisions.iter().map(|d| (d.number, d)).collect();
        for decision in &decisions {
            if !undone.contains(&decision.number) {
                folding.apply(decision);
            }
            // Also what was taken back, and taking back itself, is something to have seen.
            let mut touched = decision.touched();
            if let Act::Undo(of) = &decision.act {
                touched.extend(of.iter().filter_map(|n| by_number.get(n)).flat_map(|d| d.touched()));
            }
            folding.note(&touched, decision, undone.contains(&decision.number));
        }
        let mut items: Vec<Item> = folding.items.into_values().collect();
        items.sort_by_key(|item| {
            let anchor = item.content.anchor();
            (anchor.line, anchor.start, anchor.end, item.key)
        });
        let places = items.iter().enumerate().map(|(at, item)| (item.key, at)).collect();
        Self { items, places, decisions, undone }
    }

    /// The candidates in the order of the text; what was withdrawn is left out.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.items.iter().filter(|item| item.fate != Fate::Withdrawn)
    }

    /// The candidate with this key.
    pub fn item(&self, key: CandidateKey) -> Option<&Item> {
        self.places.get(&key).and_then(|at| self.items.get(*at))
    }

    /// The decisions, in their order.
    pub fn decisions(&self) -> &[DecisionRecord] {
        &self.decisions
    }

    /// The number of the last decision, 0 for none.
    pub fn last(&self) -> u32 {
        self.decisions.last().map_or(0, |decision| decision.number)
    }

    /// Whether a decision holds: it was not taken back, and takes nothing back.
    pub fn holds(&self, decision: &DecisionRecord) -> bool {
        !self.undone.contains(&decision.number) && !matches!(decision.act, Act::Undo(_))
    }

    /// The decisions that touched a candidate, in their order.
    pub fn history(&self, key: CandidateKey) -> impl Iterator<Item = &DecisionRecord> {
        self.decisions.iter().filter(move |decision| decision.touched().contains(&key))
    }

    /// The number the next added candidate will have.
    pub(super) fn next_added(&self) -> u32 {
        let added = self.items.iter().filter_map(|item| match item.key {
            CandidateKey::Added(number) => Some(number),
            _ => None,
        });
        added.max().unwrap_or(0).saturating_add(1)
    }

    /// How far confirming has come with the candidates that fit.
    pub fn progress(&self, fits: impl Fn(&Item) -> bool) -> Progress {
        self.items().filter(|item| fits(item)).fold(Progress::default(), |sum, item| Progress {
            done: sum.done + usize::from(item.fate != Fate::Open),
            all: sum.all + 1,
        })
    }

    /// The candidates whose targets contradict each other: the same indicator is
    /// promised different values for the same time.
    pub fn contradictions(&self) -> HashSet<CandidateKey> {
        let mut promised: HashMap<(&str, String), Vec<(&Item, &Target)>> = HashMap::new();
        for item in self.items().filter(|item| item.fate.counts()) {
            if let (Content::Measure(found), Some(indicator)) = (&item.content, &item.indicator) {
                let due = found.target.due.to_string();
                promised.entry((indicator, due)).or_default().push((item, &found.target));
            }
        }
        let differ = |same: &&Vec<(&Item, &Target)>| same.windows(2).any(|two| matches!(two, [a, b] if a.1 != b.1));
        promised.values().filter(differ).flatten().map(|(item, _)| item.key).collect()
    }

    /// The commitments the register counts, in the order of the text: as found
    /// where nobody decided otherwise.
    pub fn commitments(&self, ground: &Ground) -> Vec<CommitmentRecord> {
        let found: HashMap<u32, &CommitmentRecord> = ground.commitments.iter().map(|c| (c.number, c)).collect();
        let counted = self.items().filter(|item| item.fate.counts());
        let mut records: Vec<CommitmentRecord> = counted
            .filter_map(|item| {
                let (Content::Measure(commitment), Some(indicator)) = (&item.content, &item.indicator) else {
                    return None;
                };
                let number = ground.mention(item.key)?;
                let origin = found.get(&number).copied();
                Some(CommitmentRecord {
                    number,
                    indicator: indicator.clone(),
                    chapter: item.chapter.clone(),
                    bases: bases(origin, &commitment.name, &ground.facts),
                    commitment: commitment.clone(),
                })
            })
            .collect();
        records.sort_by_key(|record| (record.commitment.anchor.line, record.commitment.anchor.end, record.number));
        records
    }
}

/// The facts that are the base of a commitment: those found with it as long as
/// it has the name it was found with, else those of its own name.
fn bases(origin: Option<&CommitmentRecord>, name: &str, facts: &[FactRecord]) -> Vec<u32> {
    match origin.filter(|found| found.commitment.name == name) {
        Some(found) => found.bases.clone(),
        None => {
            let key = name_key(name);
            facts.iter().filter(|fact| name_key(&fact.fact.name) == key).map(|fact| fact.number).collect()
        }
    }
}

/// The candidates as found.
fn found(ground: &Ground) -> BTreeMap<CandidateKey, Item> {
    let item = |key, chapter: &str, content: Content, indicator| Item {
        key,
        chapter: chapter.to_owned(),
        found: Some(content.clone()),
        content,
        indicator,
        fate: Fate::Open,
        parent: None,
        last: 0,
        by: None,
    };
    let measures = ground.commitments.iter().map(|record| {
        let content = Content::Measure(record.commitment.clone());
        item(CandidateKey::Commitment(record.number), &record.chapter, content, Some(record.indicator.clone()))
    });
    let work = ground.work.iter().map(|record| {
        item(CandidateKey::Work(record.number), &record.chapter, Content::Work(record.item.clone()), None)
    });
    measures.chain(work).map(|item| (item.key, item)).collect()
}

struct Folding<'a> {
    ground: &'a Ground,
    items: BTreeMap<CandidateKey, Item>,
}

impl Folding<'_> {
    fn apply(&mut self, decision: &DecisionRecord) {
        let key = decision.candidate;
        match &decision.act {
            Act::Accept => self.set(key, |item| item.fate = item.confirmed()),
            Act::Correct(take) => self.set(key, |item| item.take(take)),
            Act::Merge { other, take } => {
                if self.items.contains_key(other) {
                    self.set(key, |item| item.take(take));
                    self.set(*other, |item| item.fate = Fate::Merged { into: key });
                }
            }
            Act::Reject(reason) => {
                let fate = Fate::Rejected { reason: *reason, words: decision.reason.clone() };
                self.set(key, |item| item.fate = fate);
            }
            Act::Split(pieces) => {
                for piece in pieces {
                    self.add(piece.key, &piece.take, Some(key));
                }
                let into = pieces.iter().map(|piece| piece.key).collect();
                self.set(key, |item| item.fate = Fate::Split { into });
            }
            Act::Add(take) => self.add(key, take, None),
            Act::Undo(_) => {}
        }
    }

    fn set(&mut self, key: CandidateKey, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.items.get_mut(&key) {
            change(item);
        }
    }

    fn add(&mut self, key: CandidateKey, take: &Take, parent: Option<CandidateKey>) {
        let item = Item {
            key,
            chapter: self.ground.chapter(take.content.anchor().line),
            found: None,
            content: take.content.clone(),
            indicator: take.indicator.clone(),
            fate: Fate::Accepted,
            parent,
            last: 0,
            by: None,
        };
        self.items.insert(key, item);
    }

    /// Notes who touched candidates last. One that was added and taken back stays
    /// known as withdrawn, so that its key is not given twice.
    fn note(&mut self, touched: &[CandidateKey], decision: &DecisionRecord, undone: bool) {
        let born: Vec<(CandidateKey, &Take)> = match &decision.act {
            Act::Add(take) => vec![(decision.candidate, take)],
            Act::Split(pieces) => pieces.iter().map(|piece| (piece.key, &piece.take)).collect(),
            _ => Vec::new(),
        };
        if undone {
            for (key, take) in born {
                self.add(key, take, None);
                self.set(key, |item| item.fate = Fate::Withdrawn);
            }
        }
        for key in touched {
            self.set(*key, |item| {
                item.last = decision.number;
                item.by = Some((decision.actor.clone(), decision.at));
            });
        }
    }
}

impl Item {
    /// Whether it counts as right, and how.
    fn confirmed(&self) -> Fate {
        match &self.found {
            Some(found) if *found != self.content => Fate::Corrected,
            _ => Fate::Accepted,
        }
    }

    fn take(&mut self, take: &Take) {
        self.content = take.content.clone();
        self.indicator = take.indicator.clone();
        self.fate = self.confirmed();
    }

    /// Whether a rule found it and is sure of it.
    pub fn is_certain(&self) -> bool {
        self.content.confidence() == Confidence::Certain
    }
}
