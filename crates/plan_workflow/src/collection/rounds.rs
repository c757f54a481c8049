//! Rounds: what is asked of whom for a period, and until when.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};
use plan_model::{Period, UnitId};
use serde::{Deserialize, Serialize};

use super::rules::{CollectionRules, Days, Frequency};
use crate::{
    events::{EventStore, Happening, Stream},
    records::PlanId,
    storage::Stored,
};

/// A row of a round: what is asked of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// An indicator's id (I012) or that of a piece of work (W7).
    pub subject: String,
    /// The unit that is asked, as of the day the round was opened.
    pub unit: UnitId,
}

/// A round (采集) as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// The id within its plan: the period, with a number behind it from the second on.
    pub id: String,
    /// What people call it: 2024年一季度季报.
    pub title: String,
    /// For which period is asked.
    pub period: Period,
    /// How often it is asked.
    pub frequency: Frequency,
    /// The first day on which it can be reported.
    pub opens: Date,
    /// The last day in time.
    pub due: Date,
    /// The last day on which what is open is taken.
    pub closes: Date,
    /// The holidays of a year of these dates are not announced: they may move.
    pub provisional: bool,
    /// The rows, each subject once.
    pub asked: Vec<Asked>,
}

/// What happens to the rounds of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RoundEvent {
    /// The plan's own days for a frequency.
    SetDays {
        /// The frequency.
        frequency: Frequency,
        /// Its days.
        days: Days,
    },
    /// A round is opened.
    Open(Round),
    /// Nothing more may be changed.
    Lock {
        /// The round.
        round: String,
        /// Why.
        reason: String,
    },
    /// It may be changed again, until a day.
    Reopen {
        /// The round.
        round: String,
        /// Why.
        reason: String,
        /// The new last day.
        closes: Date,
    },
}

impl Happening for RoundEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::SetDays { .. } => "set_days",
            Self::Open(_) => "open",
            Self::Lock { .. } => "lock",
            Self::Reopen { .. } => "reopen",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::SetDays { frequency, .. } => frequency.code().to_owned(),
            Self::Open(round) => round.id.clone(),
            Self::Lock { round, .. } | Self::Reopen { round, .. } => round.clone(),
        }
    }
}

/// A lock set or lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Whether it was set.
    pub locked: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// A round with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundState {
    /// As it was opened; its last day as it is now.
    pub round: Round,
    /// The locks set and lifted, in their order.
    pub locks: Vec<Lock>,
    /// When it was opened.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// The places of the rows of each unit, and of each subject.
    of_unit: BTreeMap<UnitId, Vec<usize>>,
    of_subject: HashMap<String, usize>,
}

impl RoundState {
    fn new(round: Round, at: Timestamp, actor: &str) -> Self {
        let mut of_unit: BTreeMap<UnitId, Vec<usize>> = BTreeMap::new();
        for (place, asked) in round.asked.iter().enumerate() {
            of_unit.entry(asked.unit.clone()).or_default().push(place);
        }
        let of_subject = round.asked.iter().enumerate().map(|(place, asked)| (asked.subject.clone(), place)).collect();
        Self { round, locks: Vec::new(), at, actor: actor.to_owned(), of_unit, of_subject }
    }

    /// Whether nothing may be changed.
    pub fn is_locked(&self) -> bool {
        self.locks.last().is_some_and(|lock| lock.locked)
    }

    /// Whether what is open is taken on a day.
    pub fn is_open(&self, day: Date) -> bool {
        !self.is_locked() && self.round.opens <= day && day <= self.round.closes
    }

    /// The rows of one unit, by its id as of the opening.
    pub fn asked_of(&self, unit: &UnitId) -> impl Iterator<Item = &str> {
        let places = self.of_unit.get(unit).into_iter().flatten();
        places.filter_map(|place| self.round.asked.get(*place)).map(|asked| asked.subject.as_str())
    }

    /// The units asked, by id.
    pub fn units(&self) -> impl Iterator<Item = &UnitId> {
        self.of_unit.keys()
    }

    /// The unit that was asked for a subject.
    pub fn unit_of(&self, subject: &str) -> Option<&UnitId> {
        self.round.asked.get(*self.of_subject.get(subject)?).map(|asked| &asked.unit)
    }
}

/// The rounds of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rounds {
    rounds: Vec<RoundState>,
    days: BTreeMap<Frequency, Days>,
    events: u32,
}

impl Rounds {
    /// The stream of a plan's rounds.
    pub fn stream(plan: PlanId) -> Stream {
        Stream::of_plan(plan, "rounds")
    }

    /// The rounds as stored; as known at a moment, where one is given.
    pub async fn read<S: EventStore>(storage: &S, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Self> {
        let mut rounds = Self::default();
        for record in storage.events(&Self::stream(plan), known_at).await? {
            rounds.apply(record.read()?, record.at, &record.actor);
            rounds.events = record.number;
        }
        Ok(rounds)
    }

    /// Takes in what happened; an event that names no round changes nothing.
    pub fn apply(&mut self, event: RoundEvent, at: Timestamp, actor: &str) {
        let (id, locked, reason, closes) = match event {
            RoundEvent::SetDays { frequency, days } => {
                self.days.insert(frequency, days);
                return;
            }
            RoundEvent::Open(round) => {
                self.rounds.push(RoundState::new(round, at, actor));
                return;
            }
            RoundEvent::Lock { round, reason } => (round, true, reason, None),
            RoundEvent::Reopen { round, reason, closes } => (round, false, reason, Some(closes)),
        };
        if let Some(state) = self.rounds.iter_mut().find(|state| state.round.id == id) {
            state.round.closes = closes.unwrap_or(state.round.closes);
            state.locks.push(Lock { locked, reason, at, actor: actor.to_owned() });
        }
    }

    /// How many events made it so.
    pub fn version(&self) -> u32 {
        self.events
    }

    /// The rounds, in the order in which they were opened.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &RoundState> + ExactSizeIterator {
        self.rounds.iter()
    }

    /// A round by its id.
    pub fn round(&self, id: &str) -> Option<&RoundState> {
        self.rounds.iter().find(|state| state.round.id == id)
    }

    /// The days of a frequency: the plan's own, else the shipped ones.
    pub fn days(&self, frequency: Frequency) -> Days {
        self.days.get(&frequency).copied().unwrap_or_else(|| CollectionRules::standard().days(frequency))
    }

    /// Whether the days of a frequency are the plan's own.
    pub fn has_own_days(&self, frequency: Frequency) -> bool {
        self.days.contains_key(&frequency)
    }

    /// The round in which a subject is asked for already for a period.
    pub fn asking(&self, subject: &str, period: Period) -> Option<&RoundState> {
        self.rounds.iter().find(|state| state.round.period == period && state.unit_of(subject).is_some())
    }

    /// The id of the next round for a period.
    pub fn next_id(&self, period: Period) -> String {
        let same = self.rounds.iter().filter(|state| state.round.period == period).count();
        if same == 0 { period.to_string() } else { format!("{period}-{}", same + 1) }
    }
}
