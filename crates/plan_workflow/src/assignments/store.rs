//! The book of a plan's assignments: the fold of their stream.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use plan_model::UnitId;

use super::{Activity, Assignment, Event, Part, PartKey, Steps, activity, fold};
use crate::{
    directory::Directory,
    events::{EventStore, Stream},
    records::PlanId,
    storage::Stored,
};

/// The stream of a plan's assignments.
pub fn stream(plan: PlanId) -> Stream {
    Stream::of_plan(plan, "assignments")
}

/// The assignments of a plan as stored; as known at a moment, where one is given.
/// Units stand in it as they were asked; [`Book::on`] says who they are on a day.
pub async fn read<S: EventStore>(storage: &S, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Book> {
    let records = storage.events(&stream(plan), known_at).await?;
    let event = |record: crate::events::EventRecord| {
        Ok(Event { number: record.number, what: record.read()?, at: record.at, actor: record.actor })
    };
    Ok(Book::of(records.into_iter().map(event).collect::<Stored<_>>()?))
}

/// How every part of a plan stands, and what made it so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    events: Vec<Event>,
    parts: Vec<Assignment>,
    /// The places of a commitment's parts.
    of: HashMap<String, Vec<usize>>,
}

impl Book {
    /// The fold of these events, given in their order.
    pub fn of(events: Vec<Event>) -> Self {
        let parts = fold(&events);
        let mut of: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, part) in parts.iter().enumerate() {
            of.entry(part.key.subject.clone()).or_default().push(at);
        }
        Self { events, parts, of }
    }

    /// The same with each part at the unit that has it on a day: what a unit was
    /// asked that has since been merged is the other's.
    #[must_use]
    pub fn on(mut self, directory: &Directory, day: Date) -> Self {
        for part in &mut self.parts {
            part.unit = directory.unit_on(&part.key.unit, day).clone();
        }
        self
    }

    /// How many events made it so: who sends it back adds to what they saw.
    pub fn version(&self) -> u32 {
        self.events.last().map_or(0, |event| event.number)
    }

    /// Every part, in the order in which they were first offered.
    pub fn parts(&self) -> &[Assignment] {
        &self.parts
    }

    /// The parts of a commitment, in the order in which they were first offered.
    pub fn parts_of(&self, subject: &str) -> impl Iterator<Item = &Assignment> {
        self.of.get(subject).into_iter().flatten().filter_map(|at| self.parts.get(*at))
    }

    /// The part of a unit in a commitment, as it was asked.
    pub fn part(&self, key: &PartKey) -> Option<&Assignment> {
        self.parts_of(&key.subject).find(|part| part.key == *key)
    }

    /// The lead unit that holds a commitment, with its first date; the first one
    /// where there are two ([`Activity::TwoLeads`]), none where none holds it.
    pub fn lead_of(&self, subject: &str) -> Option<&Assignment> {
        let holds = |part: &&Assignment| part.part == Part::Lead && part.is_held() && part.due.is_some();
        self.parts_of(subject).find(holds)
    }

    /// The lead part to be shown for a commitment: the one that is held, else the
    /// one that is asked or disputed, else the last one; `None` where nobody was
    /// ever asked.
    pub fn lead_shown(&self, subject: &str) -> Option<&Assignment> {
        let leads = || self.parts_of(subject).filter(|part| part.part == Part::Lead);
        self.lead_of(subject).or_else(|| leads().find(|part| part.state.is_live())).or_else(|| leads().last())
    }

    /// The parts of a unit in all commitments, whatever their state.
    pub fn of_unit<'a>(&'a self, unit: &'a UnitId) -> impl Iterator<Item = &'a Assignment> {
        self.parts.iter().filter(move |part| part.unit == *unit)
    }

    /// Whether somebody really has a commitment in hand.
    pub fn activity(&self, subject: &str) -> Activity {
        activity(self.parts_of(subject))
    }

    /// What happened to a commitment's parts, in its order.
    pub fn history<'a>(&'a self, subject: &'a str) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.what.key.subject == subject)
    }

    /// The number of the last event of a commitment, 0 for none: who asks a unit
    /// sends it, so that nobody asks twice.
    pub fn last_of(&self, subject: &str) -> u32 {
        self.history(subject).next_back().map_or(0, |event| event.number)
    }

    /// What happened, in its order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
}

impl Assignment {
    /// Whether the unit holds the part: it accepted it, or it was imposed.
    pub fn is_held(&self) -> bool {
        Steps::standard().held(self.state)
    }

    /// The word for how it stands.
    pub fn state_word(&self) -> &'static str {
        Steps::standard().row(self.state).map_or("", |row| row.name.as_str())
    }
}
