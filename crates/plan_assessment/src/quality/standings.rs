//! Two standings of the same figure that differ by more than is allowed.

use plan_model::{Decimal, Observation, Standing};
use serde::Serialize;

use super::{book::Book, rules::Tolerance};
use crate::units;

/// Two figures for the same indicator and period on different words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// The figure of the better standing, in its latest vintage.
    pub better: Observation,
    /// The other.
    pub other: Observation,
    /// The other less the better one, in the indicator's unit.
    pub difference: Decimal,
    /// By how many percent of the better one they differ, to four digits after the
    /// point; `None` where that is zero.
    pub percent: Option<Decimal>,
    /// How much they might differ, in the indicator's unit.
    pub allowed: Decimal,
    /// Why so much, in Chinese.
    pub why: String,
}

/// Every pair of standings that differs by more than the tolerance of its unit.
pub(super) fn contradictions(tolerances: &[Tolerance], book: &Book<'_>) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for page in &book.pages {
        let indicator = page.subject.indicator;
        for other in &page.latest {
            let better = Standing::ALL.iter().filter(|standing| **standing > other.standing);
            let better = better.filter_map(|standing| page.get(other.period, *standing));
            found.extend(better.filter_map(|better| differs(tolerances, &indicator.unit, (better, other))));
        }
    }
    found
}

/// The first tolerance that fits, and whether the pair differs by more.
fn differs(
    tolerances: &[Tolerance],
    unit: &str,
    (better, other): (&Observation, &Observation),
) -> Option<Contradiction> {
    let whole = |value: Decimal| value == value.trunc();
    let tolerance = tolerances.iter().find(|t| {
        t.percent.is_none_or(|percent| percent == units::is_percent(unit))
            && (t.units.is_empty() || t.units.iter().any(|own| own == unit))
            && (!t.whole || (whole(better.value) && whole(other.value)))
    })?;
    let difference = other.value.checked_sub(better.value)?;
    let allowed = better.value.abs().checked_mul(tolerance.share)?.checked_add(tolerance.points)?;
    let percent = difference.checked_mul(Decimal::ONE_HUNDRED).and_then(|d| d.checked_div(better.value.abs()));
    (difference.abs() > allowed).then(|| Contradiction {
        better: better.clone(),
        other: other.clone(),
        difference,
        percent: percent.map(|percent| percent.round_dp(4)),
        allowed,
        why: tolerance.why.clone(),
    })
}
