//! What the dictionary does for the register: it says of which indicator a
//! mention speaks, joins what is one indicator under several names, and supplies
//! direction and arithmetic where the text is silent. The text always wins.

use std::collections::HashMap;

use plan_assessment::{convert_unit, is_percent};
use plan_model::{Commitment, CommitmentClass, Decimal, Direction, Intent, Measure, Target};

use super::{
    MeasureKey,
    dictionary::{Change, Dictionary, Found},
    measure_key,
    measures::{Arithmetic, text_says},
};

/// Mentions that are one indicator.
pub(super) struct Group<'a> {
    /// The indices of the commitments, ascending.
    pub(super) members: Vec<usize>,
    /// The arithmetic of each of them.
    pub(super) measures: Vec<Arithmetic>,
    /// The entry of the first of them.
    pub(super) link: Option<Found<'a>>,
}

/// The groups of mentions with the same name, unit and class, linked, and joined
/// where they are one indicator of the dictionary.
pub(super) fn groups<'a>(found: &[&Commitment], dictionary: &'a Dictionary, own: Option<char>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut leads: Vec<(usize, Joint<'a>)> = Vec::new();
    for members in of_one_name(found) {
        let group = linked(members, found, dictionary);
        let Some(joint) = Joint::of(&group, found, own) else {
            groups.push(group);
            continue;
        };
        let lead = leads.iter().find(|(_, other)| other.is_one_with(&joint)).map(|(at, _)| *at);
        match lead.and_then(|at| groups.get_mut(at)) {
            Some(lead) => lead.take(group),
            None => {
                leads.push((groups.len(), joint));
                groups.push(group);
            }
        }
    }
    groups
}

/// The one group of mentions that are known to be one indicator.
pub(super) fn one_group<'a>(found: &[&Commitment], dictionary: &'a Dictionary) -> Group<'a> {
    let mut groups = of_one_name(found).into_iter().map(|members| linked(members, found, dictionary));
    let mut whole = groups.next().unwrap_or(Group { members: Vec::new(), measures: Vec::new(), link: None });
    groups.for_each(|other| whole.take(other));
    whole
}

/// The indices of the mentions with the same name, unit and class, in the order in
/// which they first come.
fn of_one_name(found: &[&Commitment]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<MeasureKey, usize> = HashMap::new();
    for (index, commitment) in found.iter().enumerate() {
        let place = *known.entry(measure_key(commitment)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(index);
        }
    }
    groups
}

impl Group<'_> {
    fn take(&mut self, other: Self) {
        let mut all: Vec<(usize, Arithmetic)> =
            self.members.drain(..).chain(other.members).zip(self.measures.drain(..).chain(other.measures)).collect();
        all.sort_by_key(|(index, _)| *index);
        (self.members, self.measures) = all.into_iter().unzip();
    }
}

fn linked<'a>(members: Vec<usize>, found: &[&Commitment], dictionary: &'a Dictionary) -> Group<'a> {
    let mentions: Vec<&Commitment> = members.iter().filter_map(|index| found.get(*index).copied()).collect();
    let known = mentions.first().and_then(|first| dictionary.find(&first.name));
    let own: Vec<Arithmetic> = mentions.iter().map(|mention| Arithmetic::of(mention, known.as_ref())).collect();
    // A mention that says its arithmetic speaks for the others of the same name.
    let silent = mentions.iter().all(|mention| !text_says(mention, known.as_ref()));
    let fits =
        |link: &Found<'_>| mentions.iter().zip(&own).all(|(mention, own)| speaks_of(link, mention, &own.measure));
    let link = known.filter(fits);
    let supplied = link.as_ref().filter(|_| silent).and_then(|link| {
        let mut offers = mentions.iter().map(|mention| supply(link, mention));
        let first = offers.next()??;
        offers.all(|other| other.as_ref() == Some(&first)).then_some(first)
    });
    let measures = match supplied {
        Some(measure) => vec![Arithmetic::supplied(measure); mentions.len()],
        None => own,
    };
    Group { members, measures, link }
}

/// Whether a mention can be one of the entry: a figure in another unit under the
/// same name measures something else.
fn speaks_of(link: &Found<'_>, mention: &Commitment, measure: &Measure) -> bool {
    let unit = mention.target.unit.as_str();
    let rate = matches!(measure, Measure::YearlyGrowth | Measure::CumulativeFall | Measure::CumulativeRise)
        || link.reading.change.is_some()
        || matches!(mention.intent, Intent::Grow | Intent::FallBy | Intent::RiseBy);
    match mention.class {
        CommitmentClass::Zero | CommitmentClass::Rank | CommitmentClass::Multiple => true,
        CommitmentClass::Coverage => link.entry.takes_unit("%"),
        CommitmentClass::Numeric => (rate && is_percent(unit)) || link.entry.takes_unit(unit),
    }
}

/// The arithmetic the dictionary gives a mention whose text says none.
fn supply(link: &Found<'_>, mention: &Commitment) -> Option<Measure> {
    let unit = mention.target.unit.as_str();
    match link.reading.change {
        Some(change) if is_percent(unit) => {
            return Some(match change {
                Change::Growth => Measure::YearlyGrowth,
                Change::Rise => Measure::CumulativeRise,
                Change::Fall => Measure::CumulativeFall,
            });
        }
        Some(_) => return None,
        None => {}
    }
    // 年均新增…: a year's amount, not the sum of all years.
    if link.reading.averaged || !link.entry.takes_unit(unit) {
        return None;
    }
    match link.entry.measure {
        Measure::Cumulative => Some(Measure::Cumulative),
        // 达到…: the words speak of a level to be reached, not of a bound.
        Measure::HoldEachYear if !mention.quote.contains('达') => Some(Measure::HoldEachYear),
        // 固定资产投资累计1500亿元: money of several years adds up; a balance does not.
        Measure::Level if link.reading.summed && money(unit) && !link.entry.name.contains("余额") => {
            Some(Measure::Cumulative)
        }
        _ => None,
    }
}

fn money(unit: &str) -> bool {
    unit.ends_with('元') || unit == "亿"
}

/// What must be the same for two groups to be one indicator.
struct Joint<'a> {
    entry: &'a str,
    class: CommitmentClass,
    arithmetic: Arithmetic,
    /// An amount by which it changes (增加 30 家), not the amount itself.
    change: bool,
    averaged: bool,
    within: Vec<String>,
    /// The plan's own scope was left out: 全区 of 全区进出口总额.
    own_scope: bool,
    unit: String,
    targets: Vec<Target>,
}

impl<'a> Joint<'a> {
    /// None for a group without an entry, or whose mentions differ in arithmetic.
    fn of(group: &Group<'a>, found: &[&Commitment], own: Option<char>) -> Option<Self> {
        let link = group.link.as_ref()?;
        let arithmetic = group.measures.first()?;
        let mentions: Vec<&Commitment> = group.members.iter().filter_map(|index| found.get(*index).copied()).collect();
        let first = mentions.first()?;
        let rate =
            matches!(arithmetic.measure, Measure::YearlyGrowth | Measure::CumulativeFall | Measure::CumulativeRise);
        let changes = |mention: &&Commitment| {
            !rate
                && (link.reading.change.is_some()
                    || matches!(mention.intent, Intent::Grow | Intent::FallBy | Intent::RiseBy))
        };
        let change = changes(first);
        let alike = group.measures.iter().all(|other| other.goes_with(arithmetic))
            && mentions.iter().all(|mention| changes(mention) == change);
        alike.then(|| Joint {
            entry: &link.entry.name,
            class: first.class,
            arithmetic: arithmetic.clone(),
            change,
            averaged: link.reading.averaged,
            within: link.reading.within(own).into_iter().map(str::to_owned).collect(),
            own_scope: link.reading.within(None) != link.reading.within(own),
            unit: first.target.unit.clone(),
            targets: mentions.iter().map(|mention| mention.target.clone()).collect(),
        })
    }

    fn is_one_with(&self, other: &Self) -> bool {
        self.entry == other.entry
            && self.class == other.class
            && self.arithmetic.goes_with(&other.arithmetic)
            && self.change == other.change
            && self.averaged == other.averaged
            && self.within == other.within
            && one_scale(&self.unit, &other.unit).is_some()
            && (self.own_scope == other.own_scope || self.shares_a_value(other))
    }

    /// A name without a scope may be that of a part (a county in the plan of a
    /// city), so it is the whole only where both promise the same.
    fn shares_a_value(&self, other: &Self) -> bool {
        let same = |a: &Target, b: &Target| {
            let b = Target { due: a.due, comparison: a.comparison, soft: a.soft, ..b.clone() };
            a.value.is_some() && same_target(a, &b)
        };
        self.targets.iter().any(|a| other.targets.iter().any(|b| same(a, b)))
    }
}

/// By what a figure in `from` is multiplied to be in `to`, where nothing is lost
/// or taken for granted: percent and percentage points are not the same promise,
/// and a missing unit is not any unit.
fn one_scale(from: &str, to: &str) -> Option<Decimal> {
    if from == to {
        return Some(Decimal::ONE);
    }
    let certain = !from.is_empty() && !to.is_empty() && !is_percent(from) && !is_percent(to);
    if certain { convert_unit(Decimal::ONE, from, to) } else { None }
}

/// Whether two targets promise the same, on whatever scale each is written.
pub(super) fn same_target(a: &Target, b: &Target) -> bool {
    if a.unit == b.unit {
        return a == b;
    }
    let Some(factor) = one_scale(&b.unit, &a.unit) else { return false };
    let scaled = |value: Option<Decimal>| value.and_then(|value| value.checked_mul(factor));
    let moved = Target { value: scaled(b.value), value_high: scaled(b.value_high), unit: a.unit.clone(), ..b.clone() };
    *a == moved
}

/// The direction the dictionary gives an indicator whose text says none.
pub(super) fn direction(link: Option<&Found<'_>>, class: CommitmentClass) -> Option<Direction> {
    let direction = link?.entry.direction?;
    matches!(class, CommitmentClass::Numeric | CommitmentClass::Multiple).then_some(direction)
}

/// What the text says of the arithmetic although the indicator is usually of
/// another kind: a level of what adds up, or a sum of what is a share.
pub(super) fn measure_differs(link: &Found<'_>, mention: &Commitment) -> bool {
    if !text_says(mention, Some(link)) || mention.class != CommitmentClass::Numeric || link.reading.change.is_some() {
        return false;
    }
    match (&link.entry.measure, Arithmetic::of(mention, Some(link)).measure) {
        (Measure::Cumulative, Measure::Level) => true,
        (Measure::Level | Measure::HoldEachYear, Measure::Cumulative) => is_percent(&mention.target.unit),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
