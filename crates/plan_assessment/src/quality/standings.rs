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
    /// By how many percent of the better one they differ; `None` where that is zero.
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
        let fits = |t: &&Tolerance| match t.percent {
            Some(percent) => percent == units::is_percent(&indicator.unit),
            None => t.units.is_empty() || t.units.contains(&indicator.unit),
        };
        let Some(tolerance) = tolerances.iter().find(fits) else { continue };
        for ((period, standing), other) in &page.latest {
            let better = Standing::ALL.iter().filter(|s| *s > standing);
            let better = better.filter_map(|s| page.latest.get(&(*period, *s)));
            found.extend(better.filter_map(|better| differs(tolerance, better, other)));
        }
    }
    found
}

fn differs(tolerance: &Tolerance, better: &Observation, other: &Observation) -> Option<Contradiction> {
    let difference = other.value.checked_sub(better.value)?;
    let allowed = better.value.abs().checked_mul(tolerance.share)?.checked_add(tolerance.points)?;
    let percent = difference.checked_mul(Decimal::ONE_HUNDRED).and_then(|d| d.checked_div(better.value.abs()));
    (difference.abs() > allowed).then(|| Contradiction {
        better: better.clone(),
        other: other.clone(),
        difference,
        percent,
        allowed,
        why: tolerance.why.clone(),
    })
}
