//! What of the directory is there for somebody who is held to a region.

use std::collections::BTreeSet;

use jiff::civil::Date;
use plan_model::{RegionCode, Unit, UnitId};

use super::{Directory, Duty};
use crate::permissions::Actor;

/// Who looks, held to which region.
#[derive(Debug, Clone)]
pub struct Sight<'a> {
    directory: &'a Directory,
    region: RegionCode,
    day: Date,
    /// The units the person works in, has a duty in or is asked to: seen wherever
    /// they lie.
    own: BTreeSet<&'a UnitId>,
}

impl Duty {
    /// Everybody it names: who held it, who is asked, who stands in.
    fn named(&self) -> impl Iterator<Item = &str> {
        let held = self.holders.iter().map(|(person, _)| person.as_str());
        let deputies = self.deputies.iter().map(|deputy| deputy.person.as_str());
        held.chain(self.offer.iter().map(|offer| offer.person.as_str())).chain(deputies)
    }
}

impl Directory {
    /// What an account held to a region sees on a day.
    pub fn sight(&self, (account, region): (&str, RegionCode), day: Date) -> Sight<'_> {
        let person = self.person_of(account);
        let named = |duty: &&Duty| person.is_some_and(|person| duty.named().any(|id| id == person.id));
        let duties = self.duties.values().filter(named).map(|duty| &duty.unit);
        let units = person.map(|person| &person.unit).into_iter().chain(duties);
        let own = units.map(|unit| self.unit_on(unit, day)).collect();
        Sight { directory: self, region, day, own }
    }
}

impl Directory {
    /// A unit, where it is there for who acts.
    pub fn unit_for(&self, actor: &Actor, id: &UnitId, day: Date) -> Option<&Unit> {
        let sight = actor.region.map(|region| self.sight((&actor.name, region), day));
        self.unit(id).filter(|unit| sight.is_none_or(|sight| sight.unit(&unit.id)))
    }
}

impl Sight<'_> {
    /// Whether a unit is there: it lies in the region, or one acts for it. A unit
    /// without a region lies in none.
    pub fn unit(&self, unit: &UnitId) -> bool {
        let now = self.directory.unit_on(unit, self.day);
        let lies = |unit: &Unit| unit.region.is_some_and(|code| self.region.holds(code));
        let known = |id: &UnitId| self.directory.unit(id).is_some_and(lies) || self.own.contains(id);
        known(unit) || known(now)
    }

    /// Whether a duty is there: its unit is.
    pub fn duty(&self, duty: &Duty) -> bool {
        self.unit(&duty.unit)
    }

    /// Whether a person is there: by the unit, or by a duty in one that is.
    pub fn person(&self, id: &str) -> bool {
        let works = |id: &str| self.directory.person(id).is_some_and(|person| self.unit(&person.unit));
        let acts = |duty: &Duty| duty.named().any(|named| named == id) && self.duty(duty);
        works(id) || self.directory.duties.values().any(acts)
    }

    /// Whether a region is there: this one, and what lies in it.
    pub fn region(&self, code: RegionCode) -> bool {
        self.region.holds(code)
    }

    /// The directory with nothing in it but what is there for them; names of the
    /// regions in which theirs lies stay.
    #[must_use]
    pub fn directory(&self) -> Directory {
        let mut seen = self.directory.clone();
        seen.units.retain(|id, _| self.unit(id));
        seen.order.retain(|id| self.unit(id));
        seen.duties.retain(|_, duty| self.duty(duty));
        let acting: BTreeSet<&str> = seen.duties.values().flat_map(Duty::named).collect();
        seen.people.retain(|id, person| acting.contains(id.as_str()) || self.unit(&person.unit));
        seen.left.retain(|id, _| seen.people.contains_key(id));
        seen.regions.retain(|code, _| self.region.holds(*code) || code.holds(self.region));
        seen
    }
}
