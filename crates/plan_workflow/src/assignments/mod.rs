//! A unit's part in a commitment: offered, accepted or returned, arbitrated.
//!
//! Being named is not holding: half of all measures have an owner who was never
//! asked (rulebook, section 5). So a commitment is active only when a lead unit
//! has accepted it and a first date is set. The steps are the table
//! `rules/assignments.toml`; what happened is a list of events, and how things
//! stand is their fold.

pub mod ledger;
pub mod rules;

use std::sync::LazyLock;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

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
            toml::from_str(include_str!("../../../../rules/assignments.toml")).expect("rules/assignments.toml")
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
    /// The commitment: an indicator's id (I012) or a work item's (W7).
    pub subject: String,
    /// The unit's code.
    pub unit: String,
}

/// Something done with a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Which part.
    pub key: PartKey,
    /// What was done.
    pub action: Move,
    /// What part the unit is to take; for an offer, else as offered.
    pub part: Part,
    /// For an offer the first date something is due, for an arbitration the date
    /// by which it is decided.
    pub due: Option<Date>,
    /// Who decides, for an arbitration.
    pub arbiter: Option<String>,
    /// Why; may be empty where the step does not ask for it.
    pub reason: String,
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
    /// What part.
    pub part: Part,
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

impl Part {
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
    let state = now.map(|a| a.state);
    let row = steps.step.iter().find(|row| row.action == event.action);
    let name = row.map_or_else(String::new, |row| row.name.clone());
    let Some(row) = row.filter(|row| row.from.contains(&state)) else {
        let word = state.and_then(|s| steps.row(s)).map_or_else(|| "未分办".to_owned(), |row| row.name.clone());
        let PartKey { subject, unit } = event.key.clone();
        return Err(StepError::NotNow { subject, unit, state: word, action: name });
    };
    for need in &row.needs {
        let (there, what) = match need {
            Need::Due => (event.due.is_some(), "期限"),
            Need::Reason => (!event.reason.trim().is_empty(), "理由"),
            Need::Arbiter => (event.arbiter.as_ref().is_some_and(|a| !a.trim().is_empty()), "仲裁人"),
        };
        if !there {
            return Err(StepError::Missing { action: name, what });
        }
    }
    let offer = event.action == Move::Offer;
    let arbitration = event.arbiter.clone().zip(event.due).filter(|_| event.action == Move::Refer);
    Ok(Assignment {
        key: event.key.clone(),
        part: if offer { event.part } else { now.map_or(event.part, |a| a.part) },
        state: row.to,
        due: if offer { event.due } else { now.and_then(|a| a.due) },
        arbitration,
        reason: event.reason.trim().to_owned(),
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
        let place = places.get(&event.key).copied();
        let Ok(next) = step(place.and_then(|at| all.get(at)), event) else { continue };
        match place.and_then(|at| all.get_mut(at)) {
            Some(known) => *known = next,
            None => {
                places.insert(event.key.clone(), all.len());
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

/// Whether a commitment is active, from its parts.
pub fn activity<'a>(parts: impl IntoIterator<Item = &'a Assignment>) -> Activity {
    let steps = Steps::standard();
    let leads: Vec<&Assignment> = parts.into_iter().filter(|a| a.part == Part::Lead).collect();
    let held = leads.iter().filter(|a| steps.held(a.state) && a.due.is_some()).count();
    let any = |states: &[PartState]| leads.iter().any(|a| states.contains(&a.state));
    match held {
        1 => Activity::Active,
        2.. => Activity::TwoLeads,
        _ if any(&[PartState::Returned, PartState::Arbitrating]) => Activity::Disputed,
        _ if any(&[PartState::Offered]) => Activity::Waiting,
        _ => Activity::NotOffered,
    }
}

#[cfg(test)]
mod tests;
