//! What a figure alone tells: out of range, a sign that cannot be.

use plan_model::{Decimal, Indicator, plain};

use super::{
    Report,
    book::Book,
    history::median,
    rules::{Range, Sign},
};

/// Figures outside the limits of their unit or kind.
pub(super) fn range(range: &Range, book: &Book<'_>, report: &mut Report<'_>) {
    for page in &book.pages {
        let indicator = page.subject.indicator;
        if !report.rule.applies.to(indicator) {
            continue;
        }
        for figure in &page.asked {
            let value = figure.value;
            let broken = [
                range.at_least.filter(|limit| value < *limit && !goes_beyond(range, indicator, |v| v < limit)),
                range.at_most.filter(|limit| value > *limit && !goes_beyond(range, indicator, |v| v > limit)),
                range.whole.then_some(value).filter(|value| *value != value.trunc()),
            ];
            if let Some(limit) = broken.into_iter().flatten().next() {
                report.add(page.subject, figure, &[("limit", plain(limit))]);
            }
        }
    }
}

/// Whether the plan itself speaks of values beyond the limit, so that they are
/// nothing odd here.
fn goes_beyond(range: &Range, indicator: &Indicator, beyond: impl Fn(&Decimal) -> bool) -> bool {
    let base = indicator.baseline.iter().map(|base| &base.value);
    let mut named = indicator.targets.iter().flat_map(|t| t.value.iter().chain(&t.value_high)).chain(base);
    range.unless_planned && named.any(beyond)
}

/// Signs that cannot be, or that no figure before had.
pub(super) fn sign(sign: &Sign, book: &Book<'_>, report: &mut Report<'_>) {
    for page in &book.pages {
        if !report.rule.applies.to(page.subject.indicator) {
            continue;
        }
        let negative = |value: Decimal| value.is_sign_negative() && !value.is_zero();
        let Some(history) = &sign.against_history else {
            for figure in page.asked.iter().filter(|figure| negative(figure.value)) {
                report.add(page.subject, figure, &[]);
            }
            continue;
        };
        for figure in &page.asked {
            let others = || {
                let others = page.beside(figure);
                others.filter(|other| other.period != figure.period && !other.value.is_zero())
            };
            let alike = others().all(|other| negative(other.value) != negative(figure.value));
            if figure.value.is_zero() || !alike || others().count() < history.least {
                continue;
            }
            // A real fall rarely is as large as the usual growth; a lost sign always is.
            let Some(usual) = median(others().map(|other| other.value.abs()).collect()) else { continue };
            let (low, high) = (usual.checked_div(history.within), usual.checked_mul(history.within));
            if low.is_some_and(|low| figure.value.abs() >= low) && high.is_some_and(|high| figure.value.abs() <= high) {
                report.add(page.subject, figure, &[("reference", plain(usual.round_dp(4)))]);
            }
        }
    }
}
