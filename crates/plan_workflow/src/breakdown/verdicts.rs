//! What of a breakdown verdicts use.

use plan_assessment::{AgreedBy, AgreedTarget, Arithmetic, by_year_end, convert_unit, whole};
use plan_model::{Indicator, PlanPeriod};

use super::{Breakdown, Yearly};
use crate::{
    records::IndicatorRecord,
    slice::{Use, YearlyTarget},
};

/// The yearly targets that count: those of approved annual plans, and those of the
/// breakdown for the years of which no annual plan speaks. Where an annual plan
/// gives the amount of a year of a total, the total follows it.
pub fn agreed(
    breakdown: &Breakdown,
    records: &[IndicatorRecord],
    annual: &[YearlyTarget],
    period: PlanPeriod,
) -> Vec<AgreedTarget> {
    let mut all: Vec<AgreedTarget> = annual.iter().filter_map(YearlyTarget::agreed).collect();
    for record in records {
        let indicator = &record.indicator;
        let Some(yearly) = breakdown.years(&indicator.id) else { continue };
        if let Some(course) = &yearly.within {
            for target in all.iter_mut().filter(|target| target.indicator == indicator.id) {
                target.by_month.clone_from(&course.months);
            }
        }
        let own = targets(indicator, yearly, annual, period);
        let taken = |year: i16| all.iter().any(|known| known.indicator == indicator.id && known.year == year);
        let own: Vec<AgreedTarget> = own.into_iter().filter(|target| !taken(target.year)).collect();
        all.extend(own);
    }
    all
}

fn targets(indicator: &Indicator, yearly: &Yearly, annual: &[YearlyTarget], period: PlanPeriod) -> Vec<AgreedTarget> {
    let Ok(goal) = whole(indicator, period) else { return Vec::new() };
    let (mut years, mut instead) = (yearly.years.clone(), Vec::new());
    if goal.arithmetic == Arithmetic::Sum {
        for target in annual.iter().filter(|target| target.indicator == indicator.id) {
            let Some(value) = amount(target, &yearly.unit) else { continue };
            if let Some((year, planned)) = years.iter_mut().find(|(year, v)| *year == target.year && *v != value) {
                *planned = value;
                let place = format!("《{}》第 {} 行", target.title, target.found.commitment.anchor.line);
                instead.push((*year, place));
            }
        }
    }
    let source = |year: i16| {
        let mut source = format!("第 {} 版（{}）", yearly.made.version, yearly.made.actor);
        for (of, place) in instead.iter().filter(|(of, _)| *of <= year) {
            source.push_str(&format!("，{of} 年按{place}"));
        }
        source
    };
    let by_month = yearly.within.as_ref().map(|course| course.months.clone()).unwrap_or_default();
    let target = |(year, value)| AgreedTarget {
        indicator: indicator.id.clone(),
        year,
        value,
        unit: yearly.unit.clone(),
        source: source(year),
        by: AgreedBy::Breakdown,
        by_month: by_month.clone(),
    };
    by_year_end(indicator, period, &years).unwrap_or_default().into_iter().map(target).collect()
}

/// The amount that an annual plan gives for its year, in a unit; nothing where the
/// link is not sure, or it does not say a firm number.
pub(super) fn amount(target: &YearlyTarget, unit: &str) -> Option<plan_model::Decimal> {
    let sure = target.state.is_sure() && !target.target.soft && target.target.value_high.is_none();
    let says = matches!(target.used, Use::OtherMeasure | Use::Counts);
    let value = target.target.value.filter(|_| sure && says)?;
    convert_unit(value, &target.target.unit, unit)
}
