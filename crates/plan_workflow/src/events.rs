//! What happened, in its order: the record from which assignments, reports,
//! breakdowns and the like are folded.
//!
//! Whatever moves through steps is stored as events and nothing else. An event
//! stands in a stream, such as all that happened to the assignments of one plan;
//! its number in the stream says what came before it, and who adds to a stream
//! says up to which number they had read (`after`). How things stand is the fold
//! of a stream, made by the module whose events they are. So every kind of work
//! keeps its whole history, "as known on" a past day is a fold of fewer events,
//! and one table, covered by the audit chain, serves them all
//! (`docs/decisions/0023-events.md`).

use std::{fmt, future::Future};

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{
    records::{FigureBatch, PlanId},
    storage::{Stamp, StorageError, Stored},
};

/// The name of a stream: parts with `/` between them, such as `plan/3/assignments`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream(String);

impl Stream {
    /// A stream of the whole installation.
    pub fn named(topic: &str) -> Self {
        Self(String::new()).part(topic)
    }

    /// A stream of a plan.
    pub fn of_plan(plan: PlanId, topic: &str) -> Self {
        Self::named("plan").part(plan).part(topic)
    }

    /// A stream below this one. A `/` in the part becomes `_`, so that nobody's
    /// text can name another stream.
    pub fn part(mut self, part: impl fmt::Display) -> Self {
        if !self.0.is_empty() {
            self.0.push('/');
        }
        self.0.push_str(&part.to_string().replace('/', "_"));
        self
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the name.
    pub fn last(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A kind of events, one for each topic: usually an enum.
pub trait Happening: Serialize + DeserializeOwned {
    /// The code word of what happened, such as `accept`; stored beside the event
    /// so that the table can be read by a person.
    fn kind(&self) -> &'static str;
    /// To what it happened, such as `I012`; may be empty.
    fn subject(&self) -> String;
}

/// An event to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The code word of what happened.
    pub kind: &'static str,
    /// To what.
    pub subject: String,
    /// The event itself.
    pub body: Json,
}

impl NewEvent {
    /// An event as it is stored.
    pub fn of<H: Happening>(happening: &H) -> Stored<Self> {
        let body = serde_json::to_value(happening)
            .map_err(|error| StorageError::Unavailable { detail: format!("事件无法写入：{error}") })?;
        Ok(Self { kind: happening.kind(), subject: happening.subject(), body })
    }
}

/// An event that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// Its stream.
    pub stream: Stream,
    /// Its number in the stream, from 1 without gaps.
    pub number: u32,
    /// The code word of what happened.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// The event itself.
    pub body: Json,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

impl EventRecord {
    /// What happened; damaged where it cannot be read.
    pub fn read<H: Happening>(&self) -> Stored<H> {
        H::deserialize(&self.body).map_err(|error| StorageError::Damaged {
            place: format!("events stream={} number={}", self.stream, self.number),
            detail: error.to_string(),
        })
    }
}

/// What is to be added to one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The stream.
    pub stream: Stream,
    /// The number of the last event that was known (0 for none); refused with a
    /// conflict where there is a later one. `None` adds whatever came meanwhile:
    /// only for what cannot contradict another event.
    pub after: Option<u32>,
    /// The events, in their order.
    pub events: Vec<NewEvent>,
}

impl Append {
    /// Adds these events to a stream known up to `after`.
    pub fn to<H: Happening>(stream: Stream, after: impl Into<Option<u32>>, events: &[H]) -> Stored<Self> {
        let events = events.iter().map(NewEvent::of).collect::<Stored<_>>()?;
        Ok(Self { stream, after: after.into(), events })
    }
}

/// What is stored together or not at all, under one audit record.
#[derive(Debug, Clone, Default)]
pub struct EventBatch {
    /// What was done, a code word such as `assignments.offer`.
    pub action: &'static str,
    /// To what, such as `plan:3`.
    pub object: String,
    /// What is added to which stream.
    pub appends: Vec<Append>,
    /// Figures that become of record by it.
    pub figures: Vec<FigureBatch>,
    /// The plan whose verdicts depend on these events.
    pub touches: Option<PlanId>,
}

/// What the use cases ask of a store of events.
pub trait EventStore: Clone + Send + Sync + 'static {
    /// The events of a stream in their order; those known at a moment, where one
    /// is given. A stream nobody wrote to is empty.
    fn events(
        &self,
        stream: &Stream,
        known_at: Option<Timestamp>,
    ) -> impl Future<Output = Stored<Vec<EventRecord>>> + Send;
    /// The events of all streams below this one (not its own), by stream.
    fn events_below(
        &self,
        stream: &Stream,
        known_at: Option<Timestamp>,
    ) -> impl Future<Output = Stored<Vec<EventRecord>>> + Send;
    /// The number of the last event of a stream, 0 for none: whether a fold is
    /// still the newest costs no more than this.
    fn last_event(&self, stream: &Stream) -> impl Future<Output = Stored<u32>> + Send;
    /// Stores events, and the figures that come with them, all or none. Answers
    /// the number of the last event of each stream, in their order.
    fn append(&self, stamp: Stamp, batch: EventBatch) -> impl Future<Output = Stored<Vec<u32>>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_one_name_and_nobody_can_write_another() {
        let stream = Stream::of_plan(PlanId(3), "reports").part("2026Q2").part("U1/../U2");
        assert_eq!((stream.as_str(), stream.last()), ("plan/3/reports/2026Q2/U1_.._U2", "U1_.._U2"));
        assert_eq!(Stream::named("directory").as_str(), "directory");
    }
}
