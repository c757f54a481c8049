//! What the verdicts of a chapter or a plan amount to. Counts and shares of
//! counts only: levels of different things are never averaged.

use plan_model::{Decimal, Met, Status, Verdict};

use crate::exact::Num;

/// How many indicators have a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCount {
    /// The status.
    pub status: Status,
    /// How many indicators have it; may be 0.
    pub count: usize,
}

/// The conclusion on a set of verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// Every status of the rule set, best first, with its count.
    pub counts: Vec<StatusCount>,
    /// All indicators of the set.
    pub all: usize,
    /// Those whose target is met.
    pub met: usize,
    /// Those of which it cannot be told whether it is met.
    pub met_unknown: usize,
    /// Met ÷ all (目标一致法); what cannot be told is not met. Absent for an empty set.
    pub completion_rate: Option<Decimal>,
    /// Indicators whose share of the way and of the time are both known.
    pub on_a_path: usize,
    /// Of these, the ones whose share of the way is at least their share of the
    /// time (时间过半、任务过半).
    pub way_keeps_up_with_time: usize,
}

/// Counts the verdicts of one rule set; which ones belong to a chapter or a kind
/// is the caller's choice.
pub fn conclude<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>, rules: &crate::RuleSet) -> Conclusion {
    let mut counts: Vec<StatusCount> =
        rules.bands.iter().map(|band| StatusCount { status: band.status.clone(), count: 0 }).collect();
    let (mut all, mut met, mut met_unknown, mut on_a_path, mut keeps_up) = (0, 0, 0, 0, 0);
    for verdict in verdicts {
        all += 1;
        if let Some(entry) = counts.iter_mut().find(|entry| entry.status.code == verdict.status.code) {
            entry.count += 1;
        }
        met += usize::from(verdict.met == Met::Yes);
        met_unknown += usize::from(verdict.met == Met::Unknown);
        if let Some((way, time)) = verdict.way.zip(verdict.time) {
            on_a_path += 1;
            keeps_up += usize::from(way >= time);
        }
    }
    let completion_rate = (Num::from(Decimal::from(met)) / Num::from(Decimal::from(all))).0;
    Conclusion { counts, all, met, met_unknown, completion_rate, on_a_path, way_keeps_up_with_time: keeps_up }
}
