//! What annual plans say of the indicators of the plan they carry out, and what
//! of it verdicts may use.

use std::collections::BTreeMap;

use jiff::Timestamp;
use plan_assessment::AgreedTarget;
use plan_model::{DueYear, Indicator, Measure, Target};
use serde::Serialize;

use super::{LinkRecord, LinkState, sliced};
use crate::{
    WorkflowError,
    editions::text_known,
    records::{CommitmentRecord, IndicatorRecord, PlanId},
    register::measure_of,
    storage::Storage,
};

/// Whether a yearly target counts for verdicts on the parent plan, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// It counts as the agreed target of its year.
    Counts,
    /// Nobody confirmed the likely link.
    Unconfirmed,
    /// It is measured otherwise: a year's increase beside a whole, a bound beside a level.
    OtherMeasure,
    /// Its unit cannot be put on the scale of the plan's.
    OtherUnit,
    /// It gives no number, or a range.
    NoNumber,
    /// It is an aim (力争) and no promise.
    Soft,
    /// The plan's own text has a target for this year.
    InText,
    /// Two annual plans, or two of their indicators, say different things.
    Differs,
}

/// What an annual plan says of an indicator of the plan it carries out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearlyTarget {
    /// The id of the indicator of the parent plan.
    pub indicator: String,
    /// The year of the annual plan.
    pub year: i16,
    /// The target as the annual plan writes it.
    pub target: Target,
    /// The annual plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// The id of the annual plan's own indicator.
    pub item: String,
    /// The name there.
    pub name: String,
    /// The commitment it is taken from.
    pub found: CommitmentRecord,
    /// How the two are linked.
    pub state: LinkState,
    /// Whether verdicts use it.
    pub used: Use,
}

impl YearlyTarget {
    /// As the arithmetic takes it; nothing where it does not count.
    pub fn agreed(&self) -> Option<AgreedTarget> {
        let value = self.target.value.filter(|_| self.used == Use::Counts)?;
        let source = format!("《{}》第 {} 行", self.title, self.found.commitment.anchor.line);
        let unit = self.target.unit.clone();
        let indicator = self.indicator.clone();
        Some(AgreedTarget { indicator, year: self.year, value, unit, source, ..AgreedTarget::default() })
    }
}

/// The yearly targets of a plan's indicators, by indicator and year: those of the
/// annual plans that carry it out, as known at a moment.
pub async fn yearly_targets<S: Storage>(
    storage: &S,
    parent: PlanId,
    indicators: &[IndicatorRecord],
    known_at: Option<Timestamp>,
) -> Result<Vec<YearlyTarget>, WorkflowError> {
    let mut by_plan: BTreeMap<PlanId, Vec<LinkRecord>> = BTreeMap::new();
    for record in storage.links_to(parent, known_at).await? {
        by_plan.entry(record.plan).or_default().push(record);
    }
    let mut targets = Vec::new();
    for (plan, links) in by_plan {
        let plan = storage.plan(plan).await?;
        let year = plan.head.period.first_year();
        if sliced(&plan.head) != Some(parent) || year != plan.head.period.last_year() {
            continue;
        }
        let records = storage.indicators(plan.id, known_at).await?;
        let text = storage.commitments_of(text_known(storage, plan.id, known_at).await?).await?;
        for link in &links {
            let Some(other) = indicators.iter().find(|r| Some(&r.indicator.id) == link.link.other.as_ref()) else {
                continue;
            };
            let Some(own) = records.iter().find(|r| r.indicator.id == link.link.item) else { continue };
            let Some(found) = said(own, &text, year) else { continue };
            targets.push(YearlyTarget {
                indicator: other.indicator.id.clone(),
                year,
                target: found.commitment.target.clone(),
                plan: plan.id,
                title: plan.head.title.clone(),
                item: own.indicator.id.clone(),
                name: own.indicator.name.clone(),
                state: link.link.state,
                used: use_of((link.link.state, year), &other.indicator, own, found),
                found: found.clone(),
            });
        }
    }
    targets.sort_by(|a, b| (&a.indicator, a.year, a.plan, &a.item).cmp(&(&b.indicator, b.year, b.plan, &b.item)));
    settle(&mut targets);
    Ok(targets)
}

/// The mention that speaks of the annual plan's own year: one that names it, else
/// one that names none.
fn said<'a>(own: &IndicatorRecord, text: &'a [CommitmentRecord], year: i16) -> Option<&'a CommitmentRecord> {
    let mentions = || text.iter().filter(|found| own.mentions.contains(&found.number));
    let due = |wanted: DueYear| mentions().find(|found| found.commitment.target.due == wanted);
    due(DueYear::Year(year)).or_else(|| due(DueYear::NotStated))
}

/// Whether a yearly target may count, looked at by itself.
fn use_of((state, year): (LinkState, i16), other: &Indicator, own: &IndicatorRecord, found: &CommitmentRecord) -> Use {
    let target = &found.commitment.target;
    let mine = if own.version > 1 { own.indicator.measure.clone() } else { measure_of(&found.commitment) };
    let one_measure = match other.measure {
        Measure::Level => mine == Measure::Level,
        Measure::YearlyGrowth | Measure::GrowthUnstated => mine == Measure::YearlyGrowth,
        _ => false,
    };
    let aimed = other.targets.last().map_or(other.unit.as_str(), |target| target.unit.as_str());
    let in_text = |own: &Target| own.value.is_some() && own.due == DueYear::Year(year);
    if !state.is_sure() {
        Use::Unconfirmed
    } else if !one_measure {
        Use::OtherMeasure
    } else if target.value.is_none() || target.value_high.is_some() {
        Use::NoNumber
    } else if !plan_assessment::comparable_units(&target.unit, aimed) {
        Use::OtherUnit
    } else if target.soft {
        Use::Soft
    } else if other.targets.iter().any(in_text) {
        Use::InText
    } else {
        Use::Counts
    }
}

/// Where two targets for the same indicator and year differ, neither counts; where
/// they agree, one does.
fn settle(targets: &mut [YearlyTarget]) {
    for group in targets.chunk_by_mut(|a, b| (&a.indicator, a.year) == (&b.indicator, b.year)) {
        let mut counting =
            group.iter().filter(|t| t.used == Use::Counts).map(|t| (t.target.value, t.target.unit.clone()));
        let first = counting.next();
        if first.is_some_and(|first| counting.any(|other| other != first)) {
            for target in group.iter_mut().filter(|t| t.used == Use::Counts) {
                target.used = Use::Differs;
            }
        }
    }
}
