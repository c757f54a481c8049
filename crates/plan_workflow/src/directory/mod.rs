//! Units, people, and the duties by which a person acts for a unit.
//!
//! A duty (岗位职责) is a role in a unit: who reports for it, who approves. Named
//! is not held: a duty counts as held once its person has accepted it, and when
//! a person leaves, each duty must be accepted by another before it counts as
//! held again. A second person (AB 岗) stands beside the first, a deputy (代) in
//! for a dated span. All of it is the fold of the events of one stream.

mod change;
mod import;
mod open;
mod sheet;
mod state;
#[cfg(test)]
mod tests;
mod words;

use jiff::civil::Date;
use plan_model::{RegionCode, Unit, UnitId};
use serde::{Deserialize, Serialize};

use crate::{
    events::{Append, EventBatch, EventStore, Happening, Stream},
    storage::{Stamp, Stored},
};

pub use change::{Changed, PersonFields, UnitFields, Wish, change, credit_code_warning};
pub use import::{Difference, DirectoryFile, ImportRow, Outcome, Preview, TableKind, import, preview};
pub use open::{Concern, OpenDuty, open_duties};
pub use sheet::{SheetText, sheets, template};
pub use state::{Deputy, Directory, Duty, DutyState, Offer, Post, Sight};

/// A person (人员). What may be done is not a matter of the person but of the
/// account's role and of the duties held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id within the installation, such as `P7`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The unit the person works in.
    pub unit: UnitId,
    /// The account to log in with, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where messages go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number of the office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Whose place a duty is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A 岗: the person who answers for it.
    First,
    /// B 岗: the second person, who may do the same.
    Second,
}

/// What happens to units, people and duties. Dates are days; a duty is held from
/// the beginning of its first to the end of its last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// A unit is added, or changed where its id is known.
    SetUnit(Unit),
    /// From a day on a unit is part of another: what it holds, owes and is due is
    /// the other's.
    Merge {
        /// The unit that ends.
        unit: UnitId,
        /// The unit that goes on.
        into: UnitId,
        /// The first day.
        from: Date,
    },
    /// A person is added, or changed where the id is known.
    SetPerson(Person),
    /// A person leaves after this day; duties not handed over are open from the next.
    Leave {
        /// The person's id.
        person: String,
        /// The last day.
        on: Date,
    },
    /// A person who was to leave stays, or comes back.
    Stay {
        /// The person's id.
        person: String,
    },
    /// A region gets its name, or another one.
    NameRegion {
        /// The region.
        region: RegionCode,
        /// The name.
        name: String,
    },
    /// A duty is made and offered to a person.
    Give {
        /// The duty's id, such as `D5`.
        duty: String,
        /// The unit.
        unit: UnitId,
        /// The role's code word (`reporter`, `approver`, …; `rules/permissions.toml`).
        role: String,
        /// First or second place.
        place: Place,
        /// The person it is offered to.
        person: String,
        /// The first day.
        from: Date,
        /// The last day; `None` for no end set.
        until: Option<Date>,
    },
    /// A duty is to pass to another person, who must accept it.
    HandOver {
        /// The duty.
        duty: String,
        /// The person it is offered to.
        person: String,
        /// The first day of the other person.
        from: Date,
    },
    /// The person it was offered to takes the duty.
    Accept {
        /// The duty.
        duty: String,
    },
    /// The person it was offered to does not take it.
    Decline {
        /// The duty.
        duty: String,
        /// Why.
        reason: String,
    },
    /// Somebody stands in for a span.
    Depute {
        /// The duty.
        duty: String,
        /// The deputy.
        person: String,
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// Somebody who stands in, or was to, no longer does.
    Recall {
        /// The duty.
        duty: String,
        /// The first day of the span: which one is meant.
        from: Date,
        /// From which day on it no longer holds.
        on: Date,
        /// Why.
        reason: String,
    },
    /// A duty ends after this day.
    End {
        /// The duty.
        duty: String,
        /// The last day.
        on: Date,
    },
}

impl Happening for DirectoryEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::SetUnit(_) => "set_unit",
            Self::Merge { .. } => "merge",
            Self::SetPerson(_) => "set_person",
            Self::Leave { .. } => "leave",
            Self::Stay { .. } => "stay",
            Self::NameRegion { .. } => "name_region",
            Self::Give { .. } => "give",
            Self::HandOver { .. } => "hand_over",
            Self::Accept { .. } => "accept",
            Self::Decline { .. } => "decline",
            Self::Depute { .. } => "depute",
            Self::Recall { .. } => "recall",
            Self::End { .. } => "end",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::SetUnit(unit) => unit.id.to_string(),
            Self::Merge { unit, .. } => unit.to_string(),
            Self::SetPerson(person) => person.id.clone(),
            Self::Leave { person, .. } | Self::Stay { person } => person.clone(),
            Self::NameRegion { region, .. } => region.to_string(),
            Self::Give { duty, .. }
            | Self::HandOver { duty, .. }
            | Self::Accept { duty }
            | Self::Decline { duty, .. }
            | Self::Depute { duty, .. }
            | Self::Recall { duty, .. }
            | Self::End { duty, .. } => duty.clone(),
        }
    }
}

/// The stream of all of it.
pub fn stream() -> Stream {
    Stream::named("directory")
}

/// The directory as stored; as known at a moment, where one is given.
pub async fn read<S: EventStore>(storage: &S, known_at: Option<jiff::Timestamp>) -> Stored<Directory> {
    let mut directory = Directory::default();
    for record in storage.events(&stream(), known_at).await? {
        directory.apply(&record.read()?);
    }
    Ok(directory)
}

/// Stores what happened after `directory` was read; refused with a conflict where
/// something else happened since. Checks of who may do what, and whether it makes
/// sense, come before.
pub async fn store<S: EventStore>(
    storage: &S,
    stamp: Stamp,
    (directory, events): (&Directory, &[DirectoryEvent]),
    action: &'static str,
) -> Stored<()> {
    let object = events.iter().map(Happening::subject).take(3).collect::<Vec<_>>().join(" ");
    let appends = vec![Append::to(stream(), directory.events, events)?];
    storage.append(stamp, EventBatch { action, object, appends, ..EventBatch::default() }).await?;
    Ok(())
}
