//! What decisions do to the register.
//!
//! An indicator is the fold of the commitments that mention it. Where those
//! change it is built again, and each of its fields follows the text unless a
//! person had corrected it: what differs from what the mentions gave before is a
//! person's and stays. A corrected unit takes the base with it, since a base in
//! another unit would say something else.

use std::collections::{BTreeMap, BTreeSet};

use plan_model::{Commitment, Indicator};

use super::{
    candidate::{CandidateKey, Content, Ground},
    decision::NewVersion,
    state::State,
};
use crate::{
    records::{CommitmentRecord, IndicatorRecord, NewIndicator},
    register::{MeasureKey, Rebuilder, dictionary::DictionaryLink, indicator_id, measure_key, name_key},
};

/// The versions of indicators that lead from one state to the next.
pub(super) fn versions(
    ground: &Ground,
    (before, after): (&State, &State),
    stored: &[IndicatorRecord],
    reason: &str,
) -> Vec<NewVersion> {
    let (old, new) = (before.commitments(ground), after.commitments(ground));
    let (old, new) = (by_indicator(&old), by_indicator(&new));
    let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let changed: Vec<&str> = ids.into_iter().filter(|id| old.get(id) != new.get(id)).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let rebuilder = Rebuilder::new(&ground.source, &ground.facts, ground.plan.head.period);
    let build = |id: &str, members: Option<&Vec<&CommitmentRecord>>| {
        rebuilder.indicator(id, members.map(Vec::as_slice).unwrap_or_default()).map(|(new, _)| new)
    };
    changed
        .into_iter()
        .filter_map(|id| {
            let current = stored.iter().find(|record| record.indicator.id == id);
            let (was, is) = (build(id, old.get(id)), build(id, new.get(id)));
            let version = current.map_or(0, |record| record.version);
            let next = follow(current, was, is)?;
            let same = current.is_some_and(|c| {
                (&c.indicator, &c.mentions, c.base_fact, &c.dictionary)
                    == (&next.indicator, &next.mentions, next.base_fact, &next.dictionary)
            });
            (!same).then(|| NewVersion { new: next, seen: version, reason: reason.to_owned() })
        })
        .collect()
}

pub(super) fn by_indicator(records: &[CommitmentRecord]) -> BTreeMap<&str, Vec<&CommitmentRecord>> {
    let mut groups: BTreeMap<&str, Vec<&CommitmentRecord>> = BTreeMap::new();
    for record in records {
        groups.entry(&record.indicator).or_default().push(record);
    }
    groups
}

/// The indicator after its mentions changed: `was` and `is` are what the mentions
/// alone give before and after.
pub(super) fn follow(
    current: Option<&IndicatorRecord>,
    was: Option<NewIndicator>,
    is: Option<NewIndicator>,
) -> Option<NewIndicator> {
    let Some(current) = current else { return is };
    let Some(is) = is else {
        let indicator = current.indicator.clone();
        let (base_fact, dictionary) = (current.base_fact, current.dictionary.clone());
        return Some(NewIndicator { indicator, mentions: Vec::new(), base_fact, dictionary });
    };
    // Where nothing mentioned it before, what is stored is what people left.
    let was = was.map_or_else(|| is.indicator.clone(), |was| was.indicator);
    let (now, mine) = (&is.indicator, &current.indicator);
    let indicator = Indicator {
        id: mine.id.clone(),
        name: changed(&was.name, &mine.name, &now.name),
        group: changed(&was.group, &mine.group, &now.group),
        unit: now.unit.clone(),
        kind: changed(&was.kind, &mine.kind, &now.kind),
        measure: changed(&was.measure, &mine.measure, &now.measure),
        direction: changed(&was.direction, &mine.direction, &now.direction),
        baseline: match mine.unit == now.unit {
            true => changed(&was.baseline, &mine.baseline, &now.baseline),
            false => now.baseline.clone(),
        },
        targets: now.targets.clone(),
    };
    let base_fact = if indicator.baseline == now.baseline { is.base_fact } else { current.base_fact };
    let dictionary = link(current, &is, &indicator);
    Some(NewIndicator { indicator, mentions: is.mentions, base_fact, dictionary })
}

/// The entry of the dictionary: that of the mentions as they are now, else the one
/// it had, say from a dictionary of the place, as long as it goes by the same name.
/// What a person set is not the dictionary's.
fn link(current: &IndicatorRecord, is: &NewIndicator, indicator: &Indicator) -> Option<DictionaryLink> {
    let had = || current.dictionary.clone().filter(|_| current.indicator.name == indicator.name);
    let (mut link, by) = match is.dictionary.clone() {
        Some(link) => (link, &is.indicator),
        None => (had()?, &current.indicator),
    };
    link.direction_supplied &= indicator.direction == by.direction;
    link.measure_supplied &= indicator.measure == by.measure;
    Some(link)
}

/// A person's value where there is one, else what the text gives now.
fn changed<T: PartialEq + Clone>(was: &T, mine: &T, now: &T) -> T {
    if mine == was { now.clone() } else { mine.clone() }
}

/// Finds the indicator that a changed or new mention belongs to.
pub(super) struct Placing<'a> {
    pub(super) ground: &'a Ground,
    pub(super) state: &'a State,
    pub(super) stored: &'a [IndicatorRecord],
    /// The indicators that have figures among those that may be asked about.
    pub(super) with_figures: BTreeSet<String>,
    /// Whether a candidate is split: its figures then belong to no part of it.
    splitting: bool,
    /// What was placed already, for the parts of one split.
    placed: Vec<(MeasureKey, String)>,
    /// So many new indicators were given already.
    given: usize,
}

impl<'a> Placing<'a> {
    pub(super) fn new(
        ground: &'a Ground,
        state: &'a State,
        stored: &'a [IndicatorRecord],
        (with_figures, splitting): (BTreeSet<String>, bool),
    ) -> Self {
        Self { ground, state, stored, with_figures, splitting, placed: Vec::new(), given: 0 }
    }

    /// The indicator of `content`, which stands in the place of the candidates
    /// `instead_of`. In this order:
    ///
    /// 1. the measure is the one it was: its indicator stays;
    /// 2. another mention speaks of the same measure: that one's indicator;
    /// 3. an indicator nobody mentions any more has this name and unit: that one;
    /// 4. nobody else mentions its indicator, and it has no figures that would then
    ///    be in another unit or of a part only: the indicator changes with it;
    /// 5. a new one.
    pub(super) fn indicator(&mut self, content: &Content, instead_of: &[CandidateKey]) -> Option<String> {
        let Content::Measure(commitment) = content else { return None };
        let indicator = self.find(commitment, instead_of);
        self.placed.push((measure_key(commitment), indicator.clone()));
        Some(indicator)
    }

    fn find(&mut self, commitment: &Commitment, instead_of: &[CandidateKey]) -> String {
        let key = measure_key(commitment);
        if let Some((_, indicator)) = self.placed.iter().find(|(placed, _)| *placed == key) {
            return indicator.clone();
        }
        let own = instead_of.first().and_then(|key| self.state.item(*key));
        let was = own.and_then(|item| match &item.content {
            Content::Measure(was) => Some((was, item.indicator.as_ref()?)),
            Content::Work(_) => None,
        });
        if let Some((was, indicator)) = was
            && measure_key(was) == key
        {
            return indicator.clone();
        }
        let records = self.state.commitments(self.ground);
        let gone: Vec<u32> = instead_of.iter().filter_map(|key| self.ground.mention(*key)).collect();
        let others: Vec<&CommitmentRecord> = records.iter().filter(|record| !gone.contains(&record.number)).collect();
        if let Some(other) = others.iter().find(|record| measure_key(&record.commitment) == key) {
            return other.indicator.clone();
        }
        let idle = self.stored.iter().find(|record| {
            !record.is_followed()
                && record.indicator.unit == commitment.target.unit
                && name_key(&record.indicator.name) == key.0
        });
        if let Some(record) = idle {
            return record.indicator.id.clone();
        }
        if let Some((was, indicator)) = was
            && !others.iter().any(|record| record.indicator == *indicator)
            && !self.placed.iter().any(|(_, placed)| placed == indicator)
            && !(self.with_figures.contains(indicator) && (self.splitting || was.target.unit != commitment.target.unit))
        {
            return indicator.clone();
        }
        self.new_id()
    }

    fn new_id(&mut self) -> String {
        let numbers = self.stored.iter().filter_map(|record| record.indicator.id.strip_prefix('I')?.parse().ok());
        let last: usize = numbers.max().unwrap_or(0);
        self.given += 1;
        indicator_id(last.saturating_add(self.given))
    }
}
