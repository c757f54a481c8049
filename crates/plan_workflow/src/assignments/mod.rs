//! A unit's part in a commitment: offered, accepted or returned, arbitrated.
//!
//! Being named is not holding: half of all measures have an owner who was never
//! asked (rulebook, section 5). So a commitment is active only when a lead unit
//! has accepted it and a first date is set. The steps are the table
//! `rules/assignments/steps.toml`; what happened is a list of events, and how things
//! stand is their fold.

mod act;
pub mod import;
pub mod ledger;
pub mod placing;
pub mod rules;
mod store;
mod subjects;
pub mod suggest;
pub mod units;

use std::sync::LazyLock;

use jiff::{Timestamp, civil::Date};
use plan_model::UnitId;
use serde::{Deserialize, Serialize};

use crate::events::Happening;

pub use act::{Ask, Desk, Wish, act, may_arbitrate, step_word};
pub use store::{Book, read, stream};
pub use subjects::{Subject, read_subjects, subjects};

/// What part a unit takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// 牵头: it answers for the whole.
    Lead,
    /// 配合: it helps.
    Cooperating,
}

/// What may be done with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Move {
    /// 分办: the planner asks the unit.
    Offer,
    /// 认领: the unit takes it.
    Accept,
    /// 退回: the unit does not, and says why.
    Return,
    /// 提请仲裁: the planner hands the question to a named person.
    Refer,
    /// 裁定承担: that person says the unit takes it.
    Impose,
    /// 裁定免除: that person says it does not.
    Release,
    /// 撤回: the planner takes the part back.
    Withdraw,
}

/// How a part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartState {
    /// 待认领.
    Offered,
    /// 已认领.
    Accepted,
    /// 已退回.
    Returned,
    /// 仲裁中.
    Arbitrating,
    /// 裁定承担.
    Imposed,
    /// 裁定免除.
    Released,
    /// 已撤回.
    Withdrawn,
}

/// A row of the table of states.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateRow {
    /// Which state.
    pub code: PartState,
    /// Its word on pages.
    pub name: String,
    /// Whether the unit holds the part in it.
    pub held: bool,
    /// Whose turn it is: `planner`, `unit`, `arbiter`, or empty.
    pub open: String,
}

/// What a step asks to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// The first date by which something is due.
    Due,
    /// Why.
    Reason,
    /// Who decides.
    Arbiter,
}

/// A row of the table of steps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRow {
    /// What is done.
    pub action: Move,
    /// Its word on pages.
    pub name: String,
    /// From which states; `None` where nothing was offered yet.
    #[serde(deserialize_with = "from_states")]
    pub from: Vec<Option<PartState>>,
    /// To which state.
    pub to: PartState,
    /// What must be written down.
    pub needs: Vec<Need>,
}

fn from_states<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<Option<PartState>>, D::Error> {
    use serde::de::{IntoDeserializer as _, value::StrDeserializer};
    let words = Vec::<String>::deserialize(input)?;
    let state = |word: &String| {
        let word: StrDeserializer<'_, D::Error> = word.as_str().into_deserializer();
        PartState::deserialize(word).map(Some)
    };
    words.iter().map(|word| if word.is_empty() { Ok(None) } else { state(word) }).collect()
}

/// The table of states and steps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// The states, in the order in which they usually come.
    pub state: Vec<StateRow>,
    /// The steps.
    pub step: Vec<StepRow>,
}

impl Steps {
    /// The table that comes with the program.
    #[expect(clippy::expect_used, reason = "the shipped table is read by a test")]
    pub fn standard() -> &'static Self {
        static STEPS: LazyLock<Steps> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../rules/assignments/steps.toml"))
                .expect("rules/assignments/steps.toml")
        });
        &STEPS
    }

    /// The row of a state.
    pub fn row(&self, state: PartState) -> Option<&StateRow> {
        self.state.iter().find(|row| row.code == state)
    }

    /// Whether a unit holds its part in a state.
    pub fn held(&self, state: PartState) -> bool {
        self.row(state).is_some_and(|row| row.held)
    }

    /// What may be done now.
    pub fn open_to(&self, state: Option<PartState>) -> impl Iterator<Item = &StepRow> {
        self.step.iter().filter(move |step| step.from.contains(&state))
    }
}

/// Which part is meant: a unit's in a commitment of a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartKey {
    /// The commitment: an indicator's id (I012) or a work item's (W7, A3).
    pub subject: String,
    /// The unit that was asked; see [`Assignment::unit`] for who has it now.
    pub unit: UnitId,
}

/// Something done with a part, as it is stored in the stream of the plan's
/// assignments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartEvent {
    /// Which part.
    #[serde(flatten)]
    pub key: PartKey,
    /// What was done.
    pub action: Move,
    /// What part the unit is to take; for an offer, else as offered.
    pub part: Part,
    /// For an offer the first date something is due, for an arbitration the date
    /// by which it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Who decides, for an arbitration: the name of an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arbiter: Option<String>,
    /// For an offer to lead: whether several units lead together (并列牵头), because
    /// the text or the office's own table names them so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub joint: bool,
    /// Why; for an offer what suggested it. May be empty where the step does not
    /// ask for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl Happening for PartEvent {
    fn kind(&self) -> &'static str {
        self.action.code()
    }

    fn subject(&self) -> String {
        self.key.subject.clone()
    }
}

/// An event with its number in the stream, when it was and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the stream, from 1.
    pub number: u32,
    /// What was done.
    pub what: PartEvent,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// How a unit's part stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// Which part.
    pub key: PartKey,
    /// The unit that has it now: the one that was asked, or the one it has been
    /// merged into.
    pub unit: UnitId,
    /// What part.
    pub part: Part,
    /// Whether it leads together with others (并列牵头).
    pub joint: bool,
    /// How it stands.
    pub state: PartState,
    /// The first date something is due, from the last offer.
    pub due: Option<Date>,
    /// Who decides and by when, while it is arbitrated.
    pub arbitration: Option<(String, Date)>,
    /// Why it was last returned, referred, decided or taken back.
    pub reason: String,
    /// How many events made it so; who sends this number back changes what they saw.
    pub events: u32,
    /// When the last one was.
    pub at: Timestamp,
    /// Who made it.
    pub actor: String,
}

/// Why a step is refused; says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The state does not allow it.
    #[error("“{unit}”在“{subject}”中的责任现为“{state}”，不能{action}；请刷新后核对")]
    NotNow {
        /// The commitment.
        subject: String,
        /// The unit.
        unit: String,
        /// The state, in Chinese.
        state: String,
        /// What was tried, in Chinese.
        action: String,
    },
    /// Something that must be written down is missing.
    #[error("{action}须写明{what}；请补充后再提交")]
    Missing {
        /// What was tried, in Chinese.
        action: String,
        /// What is missing, in Chinese.
        what: &'static str,
    },
}

impl Move {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Accept => "accept",
            Self::Return => "return",
            Self::Refer => "refer",
            Self::Impose => "impose",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
        }
    }
}

impl PartState {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Returned => "returned",
            Self::Arbitrating => "arbitrating",
            Self::Imposed => "imposed",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the unit is asked, holds the part, or it is still disputed: nobody
    /// else should be asked before that is over.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted | Self::Arbitrating | Self::Imposed)
    }
}

impl Part {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Cooperating => "cooperating",
        }
    }

    /// Its word on pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lead => "牵头",
            Self::Cooperating => "配合",
        }
    }
}

/// Carries an event out on how a part stands (`None` before the first offer).
pub fn step(now: Option<&Assignment>, event: &Event) -> Result<Assignment, StepError> {
    let steps = Steps::standard();
    let what = &event.what;
    let state = now.map(|a| a.state);
    let row = steps.step.iter().find(|row| row.action == what.action);
    let name = row.map_or_else(String::new, |row| row.name.clone());
    let Some(row) = row.filter(|row| row.from.contains(&state)) else {
        let word = state.and_then(|s| steps.row(s)).map_or_else(|| "未分办".to_owned(), |row| row.name.clone());
        let (subject, unit) = (what.key.subject.clone(), what.key.unit.to_string());
        return Err(StepError::NotNow { subject, unit, state: word, action: name });
    };
    for need in &row.needs {
        let (there, missing) = match need {
            Need::Due => (what.due.is_some(), "期限"),
            Need::Reason => (!what.reason.trim().is_empty(), "理由"),
            Need::Arbiter => (what.arbiter.as_ref().is_some_and(|a| !a.trim().is_empty()), "仲裁人"),
        };
        if !there {
            return Err(StepError::Missing { action: name, what: missing });
        }
    }
    let offer = what.action == Move::Offer;
    let arbitration = what.arbiter.clone().zip(what.due).filter(|_| what.action == Move::Refer);
    Ok(Assignment {
        key: what.key.clone(),
        unit: now.map_or_else(|| what.key.unit.clone(), |a| a.unit.clone()),
        part: if offer { what.part } else { now.map_or(what.part, |a| a.part) },
        joint: if offer { what.joint } else { now.is_some_and(|a| a.joint) },
        state: row.to,
        due: if offer { what.due } else { now.and_then(|a| a.due) },
        arbitration,
        reason: what.reason.trim().to_owned(),
        events: now.map_or(0, |a| a.events) + 1,
        at: event.at,
        actor: event.actor.clone(),
    })
}

/// How all parts stand after these events, in the order in which they were first
/// offered. An event that does not fit is left out: the store refused it when it came.
pub fn fold<'e>(events: impl IntoIterator<Item = &'e Event>) -> Vec<Assignment> {
    let mut all: Vec<Assignment> = Vec::new();
    let mut places: std::collections::HashMap<PartKey, usize> = std::collections::HashMap::new();
    for event in events {
        let place = places.get(&event.what.key).copied();
        let Ok(next) = step(place.and_then(|at| all.get(at)), event) else { continue };
        match place.and_then(|at| all.get_mut(at)) {
            Some(known) => *known = next,
            None => {
                places.insert(event.what.key.clone(), all.len());
                all.push(next);
            }
        }
    }
    all
}

/// Whether somebody really has a commitment in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// 已落实: one lead unit holds it and a first date is set.
    Active,
    /// 未分办: no lead unit was asked.
    NotOffered,
    /// 待认领: a lead unit was asked and has not answered.
    Waiting,
    /// 有争议: the lead part was returned or is being arbitrated.
    Disputed,
    /// 多头牵头: more than one lead unit holds it.
    TwoLeads,
}

impl Activity {
    /// Every value, what is settled first.
    pub const ALL: &[Self] = &[Self::Active, Self::Waiting, Self::Disputed, Self::TwoLeads, Self::NotOffered];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NotOffered => "not_offered",
            Self::Waiting => "waiting",
            Self::Disputed => "disputed",
            Self::TwoLeads => "two_leads",
        }
    }
}

/// Whether a commitment is active, from its parts. A unit that holds the lead
/// twice, because another was merged into it, is one.
pub fn activity<'a>(parts: impl IntoIterator<Item = &'a Assignment>) -> Activity {
    let steps = Steps::standard();
    let leads: Vec<&Assignment> = parts.into_iter().filter(|a| a.part == Part::Lead).collect();
    let holds = |a: &&&Assignment| steps.held(a.state) && a.due.is_some();
    let held: std::collections::BTreeSet<&UnitId> = leads.iter().filter(holds).map(|a| &a.unit).collect();
    let any = |states: &[PartState]| leads.iter().any(|a| states.contains(&a.state));
    match held.len() {
        1 => Activity::Active,
        2.. => Activity::TwoLeads,
        _ if any(&[PartState::Arbitrating]) => Activity::Disputed,
        _ if any(&[PartState::Offered]) => Activity::Waiting,
        _ if any(&[PartState::Returned]) => Activity::Disputed,
        _ => Activity::NotOffered,
    }
}

#[cfg(test)]
mod tests;
