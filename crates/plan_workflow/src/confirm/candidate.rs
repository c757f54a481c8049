//! What is there to be confirmed.

use std::{fmt, str::FromStr};

use document_reader::Source;
use plan_model::{Anchor, Commitment, Confidence, UnknownWord, WorkItem};
use serde::{Deserialize, Serialize};

use crate::{
    WorkflowError,
    records::{CommitmentRecord, FactRecord, Plan, PlanId},
    storage::Storage,
};

/// The name of a candidate within its plan: `C12` a commitment with a measure,
/// `W7` a piece of work, `A3` one that a person added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CandidateKey {
    /// A commitment, by its number.
    Commitment(u32),
    /// A work item, by its number.
    Work(u32),
    /// What a person added, counted from 1.
    Added(u32),
}

impl fmt::Display for CandidateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commitment(number) => write!(f, "C{number}"),
            Self::Work(number) => write!(f, "W{number}"),
            Self::Added(number) => write!(f, "A{number}"),
        }
    }
}

impl FromStr for CandidateKey {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let text = text.trim();
        let number = |rest: &str| rest.parse::<u32>().ok().filter(|number| *number > 0);
        let found = text.chars().next().zip(text.get(1..).and_then(number));
        match found {
            Some(('C', number)) => Ok(Self::Commitment(number)),
            Some(('W', number)) => Ok(Self::Work(number)),
            Some(('A', number)) => Ok(Self::Added(number)),
            _ => {
                let known = "C、W 或 A 加序号，如 C12".to_owned();
                Err(UnknownWord { what: "候选编号", word: text.to_owned(), known })
            }
        }
    }
}

impl TryFrom<String> for CandidateKey {
    type Error = UnknownWord;
    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<CandidateKey> for String {
    fn from(key: CandidateKey) -> String {
        key.to_string()
    }
}

/// What a candidate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// A promise with a measure.
    Measure(Commitment),
    /// A promise of work without a measure.
    Work(WorkItem),
}

impl Content {
    /// Where it stands.
    pub fn anchor(&self) -> Anchor {
        match self {
            Self::Measure(found) => found.anchor,
            Self::Work(found) => found.anchor,
        }
    }

    /// Moves it to another place, with the words of that place.
    pub fn put_at(&mut self, anchor: Anchor, quote: String) {
        let (own, words) = match self {
            Self::Measure(found) => (&mut found.anchor, &mut found.quote),
            Self::Work(found) => (&mut found.anchor, &mut found.quote),
        };
        (*own, *words) = (anchor, quote);
    }

    /// What is promised, in short.
    pub fn name(&self) -> &str {
        match self {
            Self::Measure(found) => &found.name,
            Self::Work(found) => &found.name,
        }
    }

    /// The words of the source.
    pub fn quote(&self) -> &str {
        match self {
            Self::Measure(found) => &found.quote,
            Self::Work(found) => &found.quote,
        }
    }

    /// How sure the rule is.
    pub fn confidence(&self) -> Confidence {
        match self {
            Self::Measure(found) => found.confidence,
            Self::Work(found) => found.confidence,
        }
    }

    /// The code of the rule that found it.
    pub fn rule(&self) -> &str {
        match self {
            Self::Measure(found) => &found.rule,
            Self::Work(found) => &found.rule,
        }
    }

    /// `measure`, or the code word of the kind of work.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Measure(_) => "measure",
            Self::Work(found) => found.kind.code(),
        }
    }
}

/// A work item of the register, as found in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItemRecord {
    /// Its number in the order of the text, from 1.
    pub number: u32,
    /// The outermost heading it stands under; empty where there is none.
    pub chapter: String,
    /// What was found.
    pub item: WorkItem,
}

/// What confirming stands on: things of a plan that never change after import.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The plan.
    pub plan: Plan,
    /// Its text.
    pub source: Source,
    /// The commitments that were found, in the order of the text.
    pub commitments: Vec<CommitmentRecord>,
    /// The work items that were found, in the order of the text.
    pub work: Vec<WorkItemRecord>,
    /// The facts, in the order of the text.
    pub facts: Vec<FactRecord>,
}

impl Ground {
    /// Reads it.
    pub async fn read<S: Storage>(storage: &S, plan: PlanId) -> Result<Self, WorkflowError> {
        Ok(Self {
            plan: storage.plan(plan).await?,
            source: storage.source(plan).await?,
            commitments: storage.commitments(plan).await?,
            work: storage.work_items(plan).await?,
            facts: storage.facts(plan).await?,
        })
    }

    /// The same with the text of an edition. The facts are those of the last one;
    /// they only say which base a correction finds.
    pub async fn read_of<S: Storage>(storage: &S, plan: PlanId, text: PlanId) -> Result<Self, WorkflowError> {
        Ok(Self {
            plan: storage.plan(plan).await?,
            source: storage.source_of(text).await?,
            commitments: storage.commitments_of(text).await?,
            work: storage.work_items_of(text).await?,
            facts: storage.facts(plan).await?,
        })
    }

    /// The title of the outermost heading a line stands under.
    pub fn chapter(&self, line: u32) -> String {
        self.source.chapter(line).map(|heading| heading.title.clone()).unwrap_or_default()
    }

    /// The words at a place, at most 60 characters; `None` where the text has no
    /// such place or it is empty.
    pub fn words(&self, anchor: Anchor) -> Option<String> {
        let line = self.source.line(anchor.line)?;
        let length = line.text.chars().count() as u64;
        if anchor.start >= anchor.end || u64::from(anchor.end) > length {
            return None;
        }
        let wanted = (anchor.end - anchor.start).min(60) as usize;
        let words: String = line.text.chars().skip(anchor.start as usize).take(wanted).collect();
        (!words.trim().is_empty()).then_some(words)
    }

    /// The number under which an indicator mentions a candidate with a measure:
    /// that of the commitment; those people added follow after the last one found.
    pub fn mention(&self, key: CandidateKey) -> Option<u32> {
        match key {
            CandidateKey::Commitment(number) => Some(number),
            CandidateKey::Work(_) => None,
            CandidateKey::Added(number) => {
                let last = self.commitments.iter().map(|found| found.number).max().unwrap_or(0);
                last.checked_add(number)
            }
        }
    }
}
