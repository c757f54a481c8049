//! What the verdicts of a chapter or a plan amount to. Counts and shares of
//! counts only: levels of different things are never averaged.

use plan_model::{Decimal, Met, Outlook, Status, Verdict};

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
    /// Their share of those on a path; absent where none is.
    pub keep_up_rate: Option<Decimal>,
    /// Every outlook with how many indicators have it; may be 0.
    pub outlooks: Vec<(Outlook, usize)>,
    /// Indicators whose end is settled or forecast.
    pub foreseen: usize,
    /// Of these, how many are expected to meet their target: those that have
    /// reached it and the chances of the others added up (测算). One decimal.
    pub expected_met: Option<Decimal>,
}

/// Counts the verdicts of one rule set; which ones belong to a chapter or a kind
/// is the caller's choice.
pub fn conclude<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>, rules: &crate::RuleSet) -> Conclusion {
    let mut counts: Vec<StatusCount> =
        rules.bands.iter().map(|band| StatusCount { status: band.status.clone(), count: 0 }).collect();
    let (mut all, mut met, mut met_unknown, mut on_a_path, mut keeps_up) = (0, 0, 0, 0, 0);
    let verdicts: Vec<&Verdict> = verdicts.into_iter().collect();
    for verdict in &verdicts {
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
    let share = |part: usize, whole: usize| (Num::from(Decimal::from(part)) / Num::from(Decimal::from(whole))).0;
    let ahead = Ahead::of(&verdicts);
    Conclusion {
        counts,
        all,
        met,
        met_unknown,
        completion_rate: share(met, all),
        on_a_path,
        way_keeps_up_with_time: keeps_up,
        keep_up_rate: share(keeps_up, on_a_path),
        outlooks: ahead.outlooks,
        foreseen: ahead.foreseen,
        expected_met: Some(ahead.expected.round_dp(1)).filter(|_| ahead.foreseen > 0),
    }
}

/// What the outlooks of a set amount to.
struct Ahead {
    outlooks: Vec<(Outlook, usize)>,
    foreseen: usize,
    expected: Decimal,
}

impl Ahead {
    fn of(verdicts: &[&Verdict]) -> Self {
        let count = |outlook: &Outlook| verdicts.iter().filter(|verdict| verdict.outlook == *outlook).count();
        let outlooks = Outlook::ALL.iter().map(|outlook| (*outlook, count(outlook))).collect();
        let chance = |verdict: &&&Verdict| match (verdict.outlook, verdict.prospect.forecast()) {
            (Outlook::Reached, _) => Some(Decimal::ONE),
            (_, Some(forecast)) => Some(forecast.chance),
            // Without a forecast only what is lost for good is settled.
            (Outlook::OutOfReach, None) if verdict.needed_pace.is_none() => Some(Decimal::ZERO),
            _ => None,
        };
        let chances: Vec<Decimal> = verdicts.iter().filter_map(|verdict| chance(&verdict)).collect();
        Self { outlooks, foreseen: chances.len(), expected: chances.into_iter().sum() }
    }
}
