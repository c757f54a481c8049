//! What figures of related indicators tell together: parts and whole, a part
//! within a whole, a rate of growth beside its levels.

use plan_model::{Decimal, Measure, Observation, Period, plain};

use super::{
    Report,
    book::{Book, Page, year_before},
    rules::{GrowthOf, Sum, Within},
};
use crate::units;

/// Whether the indicator holds rates of growth, not amounts.
fn is_rate(page: &Page<'_>) -> bool {
    let indicator = page.subject.indicator;
    let growth = matches!(
        indicator.measure,
        Measure::YearlyGrowth
            | Measure::FasterThan(_)
            | Measure::InStepWith(_)
            | Measure::GrowthUnstated
            | Measure::CumulativeFall
            | Measure::CumulativeRise
    );
    growth && units::is_percent(&indicator.unit)
}

/// Whether its figures are places, multiples or yes and no: nothing that adds up.
fn is_no_amount(page: &Page<'_>) -> bool {
    matches!(page.subject.indicator.measure, Measure::Multiple | Measure::Rank | Measure::YesNo)
}

/// The indicator of this name (or id) whose figures are amounts or shares.
fn level<'b, 'a>(book: &'b Book<'a>, name: &str) -> Option<&'b Page<'a>> {
    let called = |page: &&Page<'_>| page.subject.indicator.id == name || page.subject.names.contains(&name);
    let holds = |page: &&Page<'_>| !is_rate(page) && !is_no_amount(page) && !page.latest.is_empty();
    book.pages.iter().filter(called).find(holds)
}

fn in_unit(figure: &Observation, of: &Page<'_>, to: &Page<'_>) -> Option<Decimal> {
    units::convert(figure.value, &of.subject.indicator.unit, &to.subject.indicator.unit)
}

fn place(figure: &Observation) -> (String, Period) {
    (figure.indicator.clone(), figure.period)
}

/// Wholes that are not the sum of their parts.
pub(super) fn sums(sums: &[Sum], book: &Book<'_>, report: &mut Report<'_>) {
    for sum in sums.iter().filter(|sum| sum.plan.as_deref().is_none_or(|plan| plan == book.plan)) {
        let parts: Option<Vec<&Page<'_>>> = sum.parts.iter().map(|name| level(book, name)).collect();
        let Some((parts, first)) = parts.and_then(|parts| Some((parts.clone(), *parts.first()?))) else { continue };
        // With a fixed total the first part stands for the whole in the finding.
        let whole = match &sum.whole {
            Some(name) => match level(book, name) {
                Some(page) => page,
                None => continue,
            },
            None => first,
        };
        for figure in &whole.latest {
            let Some(found) = sum_of(&parts, whole, figure) else { continue };
            let wanted = sum.total.unwrap_or(figure.value);
            let allowed = wanted.abs().checked_mul(sum.share);
            let gap = found.sum.checked_sub(wanted);
            let Some((gap, allowed)) = gap.zip(allowed) else { continue };
            if gap.abs() > allowed {
                let params = [
                    ("parts", sum.parts.join("、")),
                    ("sum", plain(found.sum)),
                    ("whole", plain(wanted)),
                    ("gap", plain(gap.abs())),
                ];
                report.add_with(whole.subject, figure, &params, found.with);
            }
        }
    }
}

struct Added {
    sum: Decimal,
    with: Vec<(String, Period)>,
}

/// The sum of the parts for the period of the whole; nothing where one is missing.
fn sum_of(parts: &[&Page<'_>], whole: &Page<'_>, figure: &Observation) -> Option<Added> {
    let mut added = Added { sum: Decimal::ZERO, with: Vec::new() };
    for part in parts {
        let found = part.at(figure.period, figure.standing)?;
        added.sum = added.sum.checked_add(in_unit(found, part, whole)?)?;
        added.with.push(place(found));
    }
    Some(added)
}

/// Parts that are larger than their whole.
pub(super) fn within(pairs: &[Within], book: &Book<'_>, report: &mut Report<'_>) {
    for pair in pairs.iter().filter(|pair| pair.plan.as_deref().is_none_or(|plan| plan == book.plan)) {
        let Some((part, whole)) = level(book, &pair.part).zip(level(book, &pair.whole)) else { continue };
        for figure in &part.latest {
            let Some(other) = whole.at(figure.period, figure.standing) else { continue };
            let Some(limit) = in_unit(other, whole, part) else { continue };
            if figure.value > limit {
                let params = [("whole", pair.whole.clone()), ("limit", plain(limit))];
                report.add_with(part.subject, figure, &params, vec![place(other)]);
            }
        }
    }
}

/// Rates of growth that do not follow from the levels of the two years.
pub(super) fn growth(all: &[GrowthOf], book: &Book<'_>, report: &mut Report<'_>) {
    for growth in all.iter().filter(|growth| growth.plan.as_deref().is_none_or(|plan| plan == book.plan)) {
        let called = |page: &&Page<'_>| {
            page.subject.names.contains(&growth.name.as_str())
                || growth.rate.as_ref() == Some(&page.subject.indicator.id)
        };
        let rate = book
            .pages
            .iter()
            .filter(called)
            .find(|page| is_rate(page) && page.subject.indicator.measure == Measure::YearlyGrowth);
        let Some((rate, level)) = rate.zip(level(book, &growth.name)) else { continue };
        if units::is_percent(&level.subject.indicator.unit) {
            continue;
        }
        for figure in &rate.latest {
            let before = year_before(figure.period);
            let pair = level.at(figure.period, figure.standing).zip(level.at(before, figure.standing));
            let Some((now, then)) = pair.filter(|_| !level.broken(before, figure.period)) else { continue };
            let Some(computed) = rise(then.value, now.value) else { continue };
            let Some(gap) = figure.value.checked_sub(computed).map(|gap| gap.abs()) else { continue };
            if gap > growth.points {
                let params = [
                    ("level", growth.name.clone()),
                    ("before", before.to_string()),
                    ("then", plain(then.value)),
                    ("now", plain(now.value)),
                    ("level_unit", level.subject.indicator.unit.clone()),
                    ("computed", plain(computed.round_dp(2))),
                    ("gap", plain(gap.round_dp(2))),
                ];
                report.add_with(rate.subject, figure, &params, vec![place(now), place(then)]);
            }
        }
    }
}

/// By how many percent the second is above the first, for a first above zero.
fn rise(then: Decimal, now: Decimal) -> Option<Decimal> {
    if then <= Decimal::ZERO {
        return None;
    }
    now.checked_sub(then)?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(then)
}
