//! Units, people and duties as they stand: the fold of the events.

mod within;

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use plan_model::{RegionCode, Unit, UnitId};

use super::{DirectoryEvent, Person, Place};
use crate::{events::Happening as _, permissions::Permissions};
pub use within::Sight;

/// A duty offered to a person who has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The person.
    pub person: String,
    /// The first day.
    pub from: Date,
    /// Why it was declined, once it was.
    pub declined: Option<String>,
}

/// Somebody who stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deputy {
    /// The person.
    pub person: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Taken back early: from which day on the person no longer stands in, and why.
    pub recalled: Option<(Date, String)>,
}

impl Deputy {
    /// Whether the person stands in on a day.
    pub fn stands_in(&self, day: Date) -> bool {
        self.from <= day && day <= self.until && self.recalled.as_ref().is_none_or(|(from, _)| day < *from)
    }

    /// Whether the person stands in on any day of a span.
    pub fn overlaps(&self, first: Date, last: Date) -> bool {
        let ends = self.recalled.as_ref().is_some_and(|(from, _)| *from <= first.max(self.from));
        !ends && self.from <= last && first <= self.until
    }

    /// Whether it is still to come or goes on: it can be taken back.
    pub fn runs(&self, day: Date) -> bool {
        day <= self.until && self.recalled.is_none()
    }
}

/// A duty: a role in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its id.
    pub id: String,
    /// The unit.
    pub unit: UnitId,
    /// The role's code word.
    pub role: String,
    /// First or second place.
    pub place: Place,
    /// Who held it from which day on, by those days; the last holds it now.
    pub holders: Vec<(String, Date)>,
    /// An offer not yet accepted.
    pub offer: Option<Offer>,
    /// Who stands in, and when.
    pub deputies: Vec<Deputy>,
    /// The last day, where one is set.
    pub until: Option<Date>,
}

/// How a duty stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DutyState {
    /// 在岗: somebody who accepted it is there.
    Held,
    /// 待认领: nobody holds it, an offer waits for an answer.
    Offered,
    /// 空岗: nobody holds it, nobody was asked or the one asked declined.
    Vacant,
    /// 已结束: its last day is over.
    Ended,
}

/// A role in a unit that a person has on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The unit, as merged on that day.
    pub unit: UnitId,
    /// The role's code word.
    pub role: String,
    /// Whether the person stands in for the one who holds it (代).
    pub deputy: bool,
}

impl Duty {
    /// Whose it is: the one who holds it, else the one it waits for.
    pub fn current(&self) -> Option<&str> {
        let waiting =
            || self.offer.as_ref().filter(|offer| offer.declined.is_none()).map(|offer| offer.person.as_str());
        self.holders.last().map(|(person, _)| person.as_str()).or_else(waiting)
    }

    /// Who holds it on a day, people who have left aside: the holder, and whoever
    /// stands in.
    fn on(&self, day: Date, left: impl Fn(&str) -> bool) -> (Option<&str>, Vec<&str>) {
        if self.until.is_some_and(|until| day > until) {
            return (None, Vec::new());
        }
        let holder = self.holders.iter().rev().find(|(_, from)| *from <= day).map(|(person, _)| person.as_str());
        let deputies = self.deputies.iter().filter(|d| d.stands_in(day));
        let there = |person: &&str| !left(person);
        (holder.filter(there), deputies.map(|d| d.person.as_str()).filter(there).collect())
    }
}

/// What ids name, in the order of their numbers: `P2` before `P10`.
fn in_order<T>(all: &BTreeMap<String, T>) -> Vec<&T> {
    let mut all: Vec<(&String, &T)> = all.iter().collect();
    all.sort_by_key(|(id, _)| (id.len(), id.as_str()));
    all.into_iter().map(|(_, one)| one).collect()
}

/// Units, people and duties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    units: BTreeMap<UnitId, Unit>,
    order: Vec<UnitId>,
    merged: HashMap<UnitId, (UnitId, Date)>,
    people: BTreeMap<String, Person>,
    left: HashMap<String, Date>,
    duties: BTreeMap<String, Duty>,
    regions: BTreeMap<RegionCode, String>,
    /// The number of the last event that happened to a unit, person or duty.
    changed: HashMap<String, u32>,
    /// How many events made it so.
    pub(crate) events: u32,
}

impl Directory {
    /// Takes in what happened. An event that names what is not there changes
    /// nothing: it was refused when it came.
    pub fn apply(&mut self, event: &DirectoryEvent) {
        self.events += 1;
        self.changed.insert(event.subject(), self.events);
        match event.clone() {
            DirectoryEvent::NameRegion { region, name } => {
                self.regions.insert(region, name);
            }
            DirectoryEvent::SetUnit(unit) => {
                if !self.units.contains_key(&unit.id) {
                    self.order.push(unit.id.clone());
                }
                self.units.insert(unit.id.clone(), unit);
            }
            DirectoryEvent::Merge { unit, into, from } => {
                self.merged.insert(unit, (into, from));
            }
            DirectoryEvent::SetPerson(person) => {
                self.people.insert(person.id.clone(), person);
            }
            DirectoryEvent::Stay { person } => {
                self.left.remove(&person);
            }
            DirectoryEvent::Leave { person, on } => {
                self.left.insert(person, on);
            }
            DirectoryEvent::Give { duty, unit, role, place, person, from, until } => {
                let offer = Some(Offer { person, from, declined: None });
                let (holders, deputies) = (Vec::new(), Vec::new());
                self.duties.insert(duty.clone(), Duty { id: duty, unit, role, place, holders, offer, deputies, until });
            }
            DirectoryEvent::HandOver { duty, person, from } => self.change(&duty, |duty| {
                duty.offer = Some(Offer { person, from, declined: None });
            }),
            DirectoryEvent::Accept { duty } => self.change(&duty, |duty| {
                if let Some(offer) = duty.offer.take() {
                    duty.holders.push((offer.person, offer.from));
                    duty.holders.sort_by_key(|(_, from)| *from);
                }
            }),
            DirectoryEvent::Decline { duty, reason } => self.change(&duty, |duty| {
                if let Some(offer) = &mut duty.offer {
                    offer.declined = Some(reason);
                }
            }),
            DirectoryEvent::Depute { duty, person, from, until, reason } => self.change(&duty, |duty| {
                duty.deputies.push(Deputy { person, from, until, reason, recalled: None });
            }),
            DirectoryEvent::Recall { duty, from, on, reason } => self.change(&duty, |duty| {
                let meant = duty.deputies.iter_mut().rfind(|d| d.from == from && d.recalled.is_none());
                if let Some(deputy) = meant {
                    deputy.recalled = Some((on, reason));
                }
            }),
            DirectoryEvent::End { duty, on } => self.change(&duty, |duty| duty.until = Some(on)),
        }
    }

    fn change(&mut self, duty: &str, change: impl FnOnce(&mut Duty)) {
        if let Some(duty) = self.duties.get_mut(duty) {
            change(duty);
        }
    }

    /// How many events made it so: who sends it back changes what they saw.
    pub fn version(&self) -> u32 {
        self.events
    }

    /// The number of the last event that happened to a unit, person or duty; 0
    /// where nothing did. Who saw a version below it saw something else.
    pub fn changed(&self, subject: &str) -> u32 {
        self.changed.get(subject).copied().unwrap_or(0)
    }

    /// The names of regions that people entered, by code.
    pub fn regions(&self) -> impl Iterator<Item = (RegionCode, &str)> {
        self.regions.iter().map(|(code, name)| (*code, name.as_str()))
    }

    /// The name of a region, where one was entered.
    pub fn region_name(&self, code: RegionCode) -> Option<&str> {
        self.regions.get(&code).map(String::as_str)
    }

    /// The units, in the order in which they were added.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.order.iter().filter_map(|id| self.units.get(id))
    }

    /// The units that are not part of another on a day.
    pub fn units_on(&self, day: Date) -> impl Iterator<Item = &Unit> {
        self.units().filter(move |unit| self.unit_on(&unit.id, day) == &unit.id)
    }

    /// A unit by its id, merged or not.
    pub fn unit(&self, id: &UnitId) -> Option<&Unit> {
        self.units.get(id)
    }

    /// A unit's name, or its id where it is not known.
    pub fn unit_name<'a>(&'a self, id: &'a UnitId) -> &'a str {
        self.unit(id).map_or(id.as_str(), |unit| unit.name.as_str())
    }

    /// The unit by one of its names; blanks do not count.
    pub fn unit_named(&self, name: &str) -> Option<&Unit> {
        let tight = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let name = tight(name);
        let of = |unit: &&Unit| tight(&unit.name) == name || unit.aliases.iter().any(|alias| tight(alias) == name);
        self.units().find(of)
    }

    /// The unit that a unit is part of on a day; itself where it was not merged.
    pub fn unit_on<'a>(&'a self, id: &'a UnitId, day: Date) -> &'a UnitId {
        let mut now = id;
        // Bounded, so that units merged in a ring do not hold up anybody.
        for _ in 0..self.merged.len() {
            match self.merged.get(now) {
                Some((into, from)) if *from <= day => now = into,
                _ => break,
            }
        }
        now
    }

    /// Into which unit one was merged, and from which day on.
    pub fn merged(&self, id: &UnitId) -> Option<&(UnitId, Date)> {
        self.merged.get(id)
    }

    /// The people, in the order in which they were added.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        in_order(&self.people).into_iter()
    }

    /// A person by id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(id)
    }

    /// The person of an account.
    pub fn person_of(&self, account: &str) -> Option<&Person> {
        self.people.values().find(|person| person.account.as_deref() == Some(account))
    }

    /// The last day of a person who leaves or has left.
    pub fn leaves(&self, person: &str) -> Option<Date> {
        self.left.get(person).copied()
    }

    /// Whether a person is no longer there on a day.
    pub fn left(&self, person: &str, day: Date) -> bool {
        self.left.get(person).is_some_and(|last| day > *last)
    }

    /// The duties, in the order in which they were made.
    pub fn duties(&self) -> impl Iterator<Item = &Duty> {
        in_order(&self.duties).into_iter()
    }

    /// A duty by id.
    pub fn duty(&self, id: &str) -> Option<&Duty> {
        self.duties.get(id)
    }

    /// Who holds a duty on a day, and who stands in; people who have left are neither.
    pub fn on_duty<'a>(&'a self, duty: &'a Duty, day: Date) -> (Option<&'a Person>, Vec<&'a Person>) {
        let (holder, deputies) = duty.on(day, |person| self.left(person, day));
        let known = |id: &str| self.person(id);
        (holder.and_then(known), deputies.into_iter().filter_map(known).collect())
    }

    /// The people who work in a unit on a day, in the order of their ids.
    pub fn people_of<'a>(&'a self, unit: &'a UnitId, day: Date) -> impl Iterator<Item = &'a Person> {
        self.people().filter(move |p| self.unit_on(&p.unit, day) == unit && !self.left(&p.id, day))
    }

    /// The duties of a unit on a day, those that have ended left out: reporters
    /// first, the first place before the second.
    pub fn duties_of(&self, unit: &UnitId, day: Date) -> Vec<&Duty> {
        let of = |d: &&Duty| self.unit_on(&d.unit, day) == unit && d.until.is_none_or(|until| day <= until);
        let roles = Permissions::standard().roles();
        let mut duties: Vec<&Duty> = self.duties().filter(of).collect();
        duties.sort_by_key(|d| (roles.iter().position(|role| role.code == d.role), d.place));
        duties
    }

    /// How a duty stands on a day.
    pub fn state(&self, duty: &Duty, day: Date) -> DutyState {
        let (holder, deputies) = duty.on(day, |person| self.left(person, day));
        match &duty.offer {
            _ if duty.until.is_some_and(|until| day > until) => DutyState::Ended,
            _ if holder.is_some() || !deputies.is_empty() => DutyState::Held,
            Some(offer) if offer.declined.is_none() => DutyState::Offered,
            _ => DutyState::Vacant,
        }
    }

    /// Who acts in a role for a unit on a day, with whether as a deputy: the first
    /// place before the second, holders before deputies.
    pub fn holders(&self, unit: &UnitId, role: &str, day: Date) -> Vec<(&Person, bool)> {
        let mut all: Vec<(bool, Place, &str)> = Vec::new();
        for duty in self.duties.values().filter(|d| d.role == role && self.unit_on(&d.unit, day) == unit) {
            let (holder, deputies) = duty.on(day, |person| self.left(person, day));
            all.extend(holder.map(|person| (false, duty.place, person)));
            all.extend(deputies.into_iter().map(|person| (true, duty.place, person)));
        }
        all.sort_unstable();
        all.into_iter().filter_map(|(deputy, _, person)| Some((self.person(person)?, deputy))).collect()
    }

    /// What an account may act as on a day.
    pub fn posts(&self, account: &str, day: Date) -> Vec<Post> {
        let Some(person) = self.person_of(account) else { return Vec::new() };
        let mut posts = Vec::new();
        for duty in self.duties.values() {
            let (holder, deputies) = duty.on(day, |person| self.left(person, day));
            let own = holder == Some(person.id.as_str());
            if own || deputies.contains(&person.id.as_str()) {
                let unit = self.unit_on(&duty.unit, day).clone();
                posts.push(Post { unit, role: duty.role.clone(), deputy: !own });
            }
        }
        posts
    }

    /// The next free id: `next_id("U")`, `"P"` or `"D"`.
    pub fn next_id(&self, letter: &str) -> String {
        let ids: Box<dyn Iterator<Item = &str>> = match letter {
            "U" => Box::new(self.units.keys().map(UnitId::as_str)),
            "P" => Box::new(self.people.keys().map(String::as_str)),
            _ => Box::new(self.duties.keys().map(String::as_str)),
        };
        let last = ids.filter_map(|id| id.strip_prefix(letter)?.parse::<u32>().ok()).max().unwrap_or(0);
        format!("{letter}{}", last.saturating_add(1))
    }
}
