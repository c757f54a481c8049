//! What a person decides of a candidate.

use jiff::Timestamp;
use plan_model::UnknownWord;
use serde::{Deserialize, Serialize};

use super::candidate::{CandidateKey, Content};
use crate::records::NewIndicator;

/// Why something that was found is not a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// 不是目标.
    NotTarget,
    /// 重复.
    Duplicate,
    /// 既往事实.
    PastFact,
    /// 口号原则.
    Slogan,
    /// 其他, with words.
    Other,
}

impl RejectReason {
    /// Every value; the page's digits count them from 1.
    pub const ALL: &[Self] = &[Self::NotTarget, Self::Duplicate, Self::PastFact, Self::Slogan, Self::Other];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotTarget => "not_target",
            Self::Duplicate => "duplicate",
            Self::PastFact => "past_fact",
            Self::Slogan => "slogan",
            Self::Other => "other",
        }
    }
}

impl std::str::FromStr for RejectReason {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|reason| reason.code() == word.trim()).ok_or_else(|| UnknownWord {
            what: "否决理由",
            word: word.to_owned(),
            known: Self::ALL.iter().map(|reason| reason.code()).collect::<Vec<_>>().join("、"),
        })
    }
}

/// What a candidate says from a decision on, and whose mention it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// What it says.
    pub content: Content,
    /// The indicator it mentions, settled when it was decided; `None` for work.
    pub indicator: Option<String>,
}

/// A part of a candidate that was split: it becomes a candidate of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its key; always an added one.
    pub key: CandidateKey,
    /// What it says.
    pub take: Take,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", content = "payload", rename_all = "snake_case")]
pub enum Act {
    /// It is right as it stands.
    Accept,
    /// It is right with these fields.
    Correct(Take),
    /// It is several.
    Split(Vec<Piece>),
    /// It and another one are the same; the other one goes.
    Merge {
        /// The one that goes.
        other: CandidateKey,
        /// What the two say together.
        take: Take,
    },
    /// It is none; the decision's reason holds what the person wrote.
    Reject(RejectReason),
    /// A person found it.
    Add(Take),
    /// The decisions with these numbers are taken back.
    Undo(Vec<u32>),
}

impl Act {
    /// The stable code word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Correct(_) => "correct",
            Self::Split(_) => "split",
            Self::Merge { .. } => "merge",
            Self::Reject(_) => "reject",
            Self::Add(_) => "add",
            Self::Undo(_) => "undo",
        }
    }
}

/// A decision as stored. Decisions are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Its number within the plan, from 1 without gaps.
    pub number: u32,
    /// The number of the first decision made with it in one press.
    pub batch: u32,
    /// The candidate it is about.
    pub candidate: CandidateKey,
    /// What was decided.
    pub act: Act,
    /// What the person wrote; mostly empty.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

impl DecisionRecord {
    /// The candidates it changes; of taking back, only the one it is filed under.
    pub fn touched(&self) -> Vec<CandidateKey> {
        let mut keys = vec![self.candidate];
        match &self.act {
            Act::Merge { other, .. } => keys.push(*other),
            Act::Split(pieces) => keys.extend(pieces.iter().map(|piece| piece.key)),
            _ => {}
        }
        keys
    }
}

/// A decision that is not stored yet; the store gives number, moment and actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// The candidate it is about.
    pub candidate: CandidateKey,
    /// What is decided.
    pub act: Act,
    /// What the person wrote.
    pub reason: String,
}

/// A further version of an indicator that a decision makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// The indicator with its mentions; without mentions it is no longer followed.
    pub new: NewIndicator,
    /// The version it follows; 0 for a new indicator.
    pub seen: u32,
    /// Why.
    pub reason: String,
}

/// Decisions made in one press with what they do to the register: stored
/// together or not at all.
#[derive(Debug, Clone)]
pub struct DecisionBatch {
    /// The number of the plan's last decision these were made upon; where another
    /// one is stored by then the batch is refused with a conflict.
    pub after: u32,
    /// The decisions; they get the numbers that follow.
    pub decisions: Vec<NewDecision>,
    /// The versions of indicators that follow from them.
    pub versions: Vec<NewVersion>,
}
