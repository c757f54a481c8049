//! What people may change of units, people and duties, and when it makes sense.
//!
//! Each wish is checked against the directory as it stands and becomes events, or
//! an error that names the field, what is wrong and what to do. Two people may
//! work on the directory at once: a wish is refused only where what it is about
//! was changed after its sender saw it.

mod duties;
mod people;
mod units;

use jiff::civil::Date;
use plan_model::{UnitId, UnitKind};

use super::{Directory, DirectoryEvent, Place, Sight, read, store};
use crate::{
    WorkflowError,
    events::EventStore,
    permissions::{Action, Actor},
    storage::{Stamp, StorageError},
};

pub use units::credit_code_warning;

/// What is typed of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFields {
    /// The full name.
    pub name: String,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: UnitKind,
    /// The code of its region; empty for none.
    pub region: String,
    /// Its unified social credit code; empty for none.
    pub credit_code: String,
}

/// What is typed of a person. Empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFields {
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: UnitId,
    /// The account to log in with.
    pub account: String,
    /// Where messages go.
    pub email: String,
    /// A telephone number of the office.
    pub phone: String,
}

/// What somebody wants to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Add a unit (no id, or a new one) or change one.
    SetUnit {
        /// Its id, where it is there or comes with one.
        unit: Option<UnitId>,
        /// What is typed.
        fields: UnitFields,
    },
    /// Make a unit part of another from a day on.
    Merge {
        /// The unit that ends.
        unit: UnitId,
        /// The unit that goes on.
        into: UnitId,
        /// The first day.
        from: Date,
    },
    /// Name a region.
    NameRegion {
        /// Its code.
        region: String,
        /// Its name.
        name: String,
    },
    /// Add a person (no id, or a new one) or change one.
    SetPerson {
        /// The id, where the person is there or comes with one.
        person: Option<String>,
        /// What is typed.
        fields: PersonFields,
    },
    /// A person leaves.
    Leave {
        /// Who.
        person: String,
        /// The last day.
        on: Date,
        /// To whom every duty held then is offered.
        successor: Option<String>,
    },
    /// A person who was to leave stays, or comes back.
    Stay {
        /// Who.
        person: String,
    },
    /// Make a duty and offer it.
    Give {
        /// In which unit.
        unit: UnitId,
        /// The role's code word.
        role: String,
        /// First or second place.
        place: Place,
        /// To whom.
        person: String,
        /// The first day.
        from: Date,
        /// The last day, where one is set.
        until: Option<Date>,
    },
    /// Offer a duty to another person.
    HandOver {
        /// Which.
        duty: String,
        /// To whom.
        person: String,
        /// That person's first day.
        from: Date,
    },
    /// Take a duty that was offered.
    Accept {
        /// Which.
        duty: String,
    },
    /// Do not take it.
    Decline {
        /// Which.
        duty: String,
        /// Why.
        reason: String,
    },
    /// Have somebody stand in for a span.
    Depute {
        /// For which duty.
        duty: String,
        /// Who.
        person: String,
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// Take back that somebody stands in, from now on.
    Recall {
        /// For which duty.
        duty: String,
        /// The first day of the span.
        from: Date,
        /// Why.
        reason: String,
    },
    /// End a duty.
    End {
        /// Which.
        duty: String,
        /// The last day.
        on: Date,
    },
}

impl Wish {
    /// What it is about, and which of its subjects may not have changed meanwhile.
    fn about(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::SetUnit { unit, .. } => ("单位", unit.as_ref().map(UnitId::as_str)),
            Self::Merge { unit, .. } => ("单位", Some(unit.as_str())),
            Self::NameRegion { region, .. } => ("行政区划", Some(region)),
            Self::SetPerson { person, .. } => ("人员", person.as_deref()),
            Self::Leave { person, .. } | Self::Stay { person } => ("人员", Some(person)),
            Self::Give { .. } => ("岗位", None),
            Self::HandOver { duty, .. }
            | Self::Accept { duty }
            | Self::Decline { duty, .. }
            | Self::Depute { duty, .. }
            | Self::Recall { duty, .. }
            | Self::End { duty, .. } => ("岗位", Some(duty)),
        }
    }

    fn action(&self) -> &'static str {
        match self {
            Self::SetUnit { .. } => "directory.unit",
            Self::Merge { .. } => "directory.merge",
            Self::NameRegion { .. } => "directory.region",
            Self::SetPerson { .. } => "directory.person",
            Self::Leave { .. } | Self::Stay { .. } => "directory.leave",
            Self::Give { .. } => "duties.give",
            Self::HandOver { .. } => "duties.hand-over",
            Self::Accept { .. } => "duties.accept",
            Self::Decline { .. } => "duties.decline",
            Self::Depute { .. } => "duties.depute",
            Self::Recall { .. } => "duties.recall",
            Self::End { .. } => "duties.end",
        }
    }
}

/// Who wishes something of which directory.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) directory: &'a Directory,
    pub(super) actor: &'a Actor,
    pub(super) today: Date,
}

impl<'a> Asking<'a> {
    /// What happens when the wish is fulfilled; nothing where it changes nothing.
    pub(super) fn events(self, wish: &Wish) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.in_region(wish)?;
        match wish {
            Wish::SetUnit { unit, fields } => self.set_unit(unit.as_ref(), fields),
            Wish::Merge { unit, into, from } => self.merge(unit, into, *from),
            Wish::NameRegion { region, name } => self.name_region(region, name),
            Wish::SetPerson { person, fields } => self.set_person(person.as_deref(), fields),
            Wish::Leave { person, on, successor } => self.leave(person, *on, successor.as_deref()),
            Wish::Stay { person } => self.stay(person),
            Wish::Give { unit, role, place, person, from, until } => {
                self.give((unit, role, *place), person, (*from, *until))
            }
            Wish::HandOver { duty, person, from } => self.hand_over(duty, person, *from),
            Wish::Accept { duty } => self.accept(duty),
            Wish::Decline { duty, reason } => self.decline(duty, reason),
            Wish::Depute { duty, person, from, until, reason } => self.depute(duty, person, (*from, *until), reason),
            Wish::Recall { duty, from, reason } => self.recall(duty, *from, reason),
            Wish::End { duty, on } => self.end(duty, *on),
        }
    }

    /// What is there for who acts; `None` for everything.
    fn sight(self) -> Option<Sight<'a>> {
        let region = self.actor.region?;
        Some(self.directory.sight((&self.actor.name, region), self.today))
    }

    /// Refuses what names a unit, person or duty of another region than the one
    /// that who acts is held to, as one that is not there.
    fn in_region(self, wish: &Wish) -> Result<(), WorkflowError> {
        let Some(sight) = self.sight() else { return Ok(()) };
        let unit = |id: &UnitId| match self.directory.unit(id).is_none() || sight.unit(id) {
            true => Ok(()),
            false => Err(missing("单位", id.as_str())),
        };
        let person = |id: &str| match self.directory.person(id).is_none() || sight.person(id) {
            true => Ok(()),
            false => Err(missing("人员", id)),
        };
        let region = |code: &str| match units::region_code(code) {
            Ok(code) if sight.region(code) => Ok(()),
            _ => Err(wrong("行政区划", "不在您的辖区内；请填写辖区内的区划代码")),
        };
        match wish {
            Wish::SetUnit { unit: id, fields } => {
                self.actor.require(Action::ManageDirectory)?;
                id.as_ref().map_or(Ok(()), unit)?;
                region(&fields.region)
            }
            Wish::Merge { unit: ends, into, .. } => unit(ends).and_then(|()| unit(into)),
            Wish::NameRegion { region: code, .. } => {
                self.actor.require(Action::ManageDirectory)?;
                region(code)
            }
            Wish::SetPerson { person: id, fields } => {
                id.as_deref().map_or(Ok(()), person)?;
                unit(&fields.unit)
            }
            Wish::Leave { person: id, successor, .. } => {
                person(id)?;
                successor.as_deref().map_or(Ok(()), person)
            }
            Wish::Stay { person: id } => person(id),
            Wish::Give { unit: of, person: id, .. } => unit(of).and_then(|()| person(id)),
            Wish::HandOver { duty, .. }
            | Wish::Accept { duty }
            | Wish::Decline { duty, .. }
            | Wish::Depute { duty, .. }
            | Wish::Recall { duty, .. }
            | Wish::End { duty, .. } => {
                if self.directory.duty(duty).is_some_and(|known| !sight.duty(known)) {
                    return Err(missing("岗位", duty));
                }
                match wish {
                    Wish::HandOver { person: id, .. } | Wish::Depute { person: id, .. } => person(id),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// What came of a wish.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The directory as it stands now.
    pub directory: Directory,
    /// What happened; nothing where it stood so already.
    pub events: Vec<DirectoryEvent>,
}

/// So often a wish is checked again where something else came in between.
const TRIES: usize = 8;

/// Fulfils a wish, on the day on which people act.
///
/// `seen` is the version of the directory that was shown to the person; where
/// what the wish is about has changed since, it is refused with a conflict.
pub async fn change<S: EventStore>(
    storage: &S,
    (actor, today): (&Actor, Date),
    now: jiff::Timestamp,
    seen: Option<u32>,
    wish: &Wish,
) -> Result<Changed, WorkflowError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let mut directory = read(storage, None).await?;
        if let (Some(seen), (what, Some(id))) = (seen, wish.about()) {
            let latest = directory.changed(id);
            if latest > seen {
                return Err(StorageError::Conflict { what, id: id.to_owned(), latest }.into());
            }
        }
        let events = Asking { directory: &directory, actor, today }.events(wish)?;
        if events.is_empty() {
            return Ok(Changed { directory, events });
        }
        let stamp = Stamp { actor: actor.name.clone(), at: now };
        match store(storage, stamp, (&directory, &events), wish.action()).await {
            // Something else happened in between: perhaps nothing to do with this.
            Err(StorageError::Conflict { .. }) if tries < TRIES => continue,
            Err(error) => return Err(error.into()),
            Ok(()) => {
                events.iter().for_each(|event| directory.apply(event));
                return Ok(Changed { directory, events });
            }
        }
    }
}

/// What is wrong with a field, and what to do.
fn wrong(field: &'static str, message: impl Into<String>) -> WorkflowError {
    WorkflowError::BadInput { field, message: message.into() }
}

/// What was typed into a line: without the blanks around it, not too long, without
/// characters that nobody types.
fn line(field: &'static str, text: &str, most: usize) -> Result<String, WorkflowError> {
    let text = text.trim();
    let length = text.chars().count();
    if length > most {
        return Err(wrong(field, format!("有 {length} 个字，超过 {most} 个字；请精简")));
    }
    if text.chars().any(char::is_control) {
        return Err(wrong(field, "含有换行或控制字符；请重新输入"));
    }
    Ok(text.to_owned())
}

/// A line that may not be empty.
fn words(field: &'static str, text: &str, most: usize) -> Result<String, WorkflowError> {
    let text = line(field, text, most)?;
    if text.is_empty() { Err(wrong(field, "没有填写；请填写")) } else { Ok(text) }
}

/// An id that a file brings along: the letter and a number.
fn new_id(letter: &str, id: &str) -> bool {
    let digits = id.strip_prefix(letter).unwrap_or_default();
    !digits.starts_with('0') && (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn missing(what: &'static str, id: &str) -> WorkflowError {
    StorageError::NotFound { what, id: id.to_owned() }.into()
}
