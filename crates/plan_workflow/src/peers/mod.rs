//! Figures of peer regions (同类地区) for indicators of a plan: how they come in,
//! which of them stand, and a comparison with our own (横向比较).
//!
//! They are events of one stream of the plan. A further figure for the same
//! indicator, region and period corrects the one before and replaces nothing; one
//! that should not be there (a misspelt region) is withdrawn with a reason. Our own
//! figures, verdicts and forecasts never see any of them
//! (`docs/decisions/0030-peers.md`).

mod changes;
mod check;
mod compare;
mod own;
mod take;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use plan_model::{PeerFigure, Period};
use serde::{Deserialize, Serialize};

use crate::{
    events::{EventRecord, EventStore, Happening, Stream},
    records::PlanId,
    register::name_key,
    storage::Stored,
};

pub use self::{
    changes::changes,
    compare::comparisons,
    own::OwnRegion,
    take::{PeerEntry, PeersFile, PeersReport, import_file, record, withdraw},
};

pub(crate) use self::own::among_own;

/// What happens to figures of peers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PeerEvent {
    /// A figure is recorded, the first of its indicator, region and period or a
    /// correction of the one before.
    Record(PeerFigure),
    /// A figure is withdrawn.
    Withdraw {
        /// Of which indicator.
        indicator: String,
        /// Of which region.
        region: String,
        /// Of when.
        period: Period,
        /// Why.
        reason: String,
    },
}

impl Happening for PeerEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Withdraw { .. } => "withdraw",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Record(figure) => figure.indicator.clone(),
            Self::Withdraw { indicator, .. } => indicator.clone(),
        }
    }
}

/// A figure of a peer as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRecord {
    /// The figure.
    pub figure: PeerFigure,
    /// 1 for the first of its indicator, region and period, then 2, …
    pub vintage: u32,
    /// By whom.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// Why and by whom it was withdrawn, where it was.
    pub withdrawn: Option<(String, String)>,
    /// The number of the last event about it.
    event: u32,
}

/// What names a figure: indicator, region (folded as names are), period.
type Key = (String, String, Period);

fn key(indicator: &str, region: &str, period: Period) -> Key {
    (indicator.to_owned(), name_key(region), period)
}

/// The figures of peers of a plan, with all their vintages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peers {
    kept: BTreeMap<Key, Vec<PeerRecord>>,
    version: u32,
}

fn stream(plan: PlanId) -> Stream {
    Stream::of_plan(plan, "peers")
}

/// The figures of peers of a plan, as known now or at a past moment.
pub async fn read<S: EventStore>(storage: &S, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Peers> {
    Peers::fold(&storage.events(&stream(plan), known_at).await?)
}

impl Peers {
    fn fold(events: &[EventRecord]) -> Stored<Self> {
        let mut peers = Self::default();
        for event in events {
            peers.apply(event.read()?, (event.number, event.at, &event.actor));
        }
        Ok(peers)
    }

    fn apply(&mut self, event: PeerEvent, (number, at, actor): (u32, Timestamp, &str)) {
        self.version = number;
        match event {
            PeerEvent::Record(figure) => {
                let all = self.kept.entry(key(&figure.indicator, &figure.region, figure.period)).or_default();
                let vintage = u32::try_from(all.len()).unwrap_or(u32::MAX).saturating_add(1);
                let actor = actor.to_owned();
                all.push(PeerRecord { figure, vintage, actor, at, withdrawn: None, event: number });
            }
            PeerEvent::Withdraw { indicator, region, period, reason } => {
                let all = self.kept.get_mut(&key(&indicator, &region, period));
                if let Some(last) = all.and_then(|all| all.last_mut()) {
                    (last.withdrawn, last.event) = (Some((reason, actor.to_owned())), number);
                }
            }
        }
    }

    /// Whether no figure stands.
    pub fn is_empty(&self) -> bool {
        self.standing().next().is_none()
    }

    /// The figures that stand: the latest vintage of each that was not withdrawn, by
    /// indicator, region, period.
    pub fn standing(&self) -> impl Iterator<Item = &PeerRecord> {
        self.kept.values().filter_map(|all| all.last()).filter(|last| last.withdrawn.is_none())
    }

    /// Every vintage of every figure of an indicator, withdrawn ones too, by region
    /// and period, the latest vintage of each first.
    pub fn of(&self, indicator: &str) -> impl Iterator<Item = &PeerRecord> {
        let own = self.kept.iter().filter(move |((id, ..), _)| id == indicator);
        own.flat_map(|(_, all)| all.iter().rev())
    }

    /// The figure that stands for an indicator, a region and a period.
    pub fn find(&self, indicator: &str, region: &str, period: Period) -> Option<&PeerRecord> {
        let last = self.kept.get(&key(indicator, region, period))?.last();
        last.filter(|last| last.withdrawn.is_none())
    }

    /// The figures that stand of indicators that are wanted, of periods that are over
    /// on a day: what an assessment keeps.
    pub fn known_on(&self, day: Date, wanted: impl Fn(&str) -> bool) -> Vec<PeerFigure> {
        let known = self.standing().map(|record| &record.figure);
        known.filter(|figure| wanted(&figure.indicator) && figure.period.last_day() <= day).cloned().collect()
    }

    /// The names of the regions that have a figure that stands, each once.
    pub fn regions(&self) -> Vec<&str> {
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for record in self.standing() {
            names.entry(name_key(&record.figure.region)).or_insert(&record.figure.region);
        }
        names.into_values().collect()
    }

    /// The number of the last change.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The number of the last event about a figure; 0 where there was none.
    fn last_event(&self, indicator: &str, region: &str, period: Period) -> u32 {
        self.kept.get(&key(indicator, region, period)).and_then(|all| all.last()).map_or(0, |last| last.event)
    }
}
