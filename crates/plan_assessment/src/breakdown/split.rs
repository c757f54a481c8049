//! Splits of a whole over the years: even, by a course, and said as totals by each year's end.

use plan_model::{Decimal, Indicator, PlanPeriod};

use super::{
    Unsplit, YearShare,
    goal::{Goal, Kind},
};
use crate::exact::Num;

/// The yearly targets said as the plan's own text would say them of each year: what
/// is to be there by its end. Amounts are totals since the plan's start, falls the
/// whole fall so far; levels, rates and bounds stay as they are. A year after one
/// that is missing has no total.
pub fn by_year_end(indicator: &Indicator, period: PlanPeriod, years: &[YearShare]) -> Result<Vec<YearShare>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let mut years: Vec<YearShare> = years.iter().copied().filter(|(year, _)| period.contains(*year)).collect();
    years.sort_unstable();
    let adds = match goal.kind {
        Kind::Sum => true,
        Kind::Chain => false,
        Kind::Same | Kind::Arrive { .. } | Kind::Multiply { .. } => return Ok(years),
    };
    let unbroken = (period.first_year()..).zip(years).take_while(|(due, (year, _))| due == year);
    let (mut sum, mut left) = (Num::from(0), Num::ONE);
    let so_far = unbroken.map(|(_, (year, value))| {
        sum = sum + Num::from(value);
        left = left * (Num::ONE - Num::from(value) / Num::HUNDRED);
        let total = if adds { sum } else { (Num::ONE - left) * Num::HUNDRED };
        Some((year, total.0?))
    });
    so_far.collect::<Option<_>>().ok_or(Unsplit::NoNumber)
}

/// A split that follows a course: `course` gives for each year of the way the share
/// of it, in percent, that is covered by the year's end, rising to 100. Bounds and
/// rates of growth stay even. It passes [`check_years`](super::check_years).
pub fn curved_years(
    indicator: &Indicator,
    period: PlanPeriod,
    course: impl Fn(usize, usize) -> Option<Decimal>,
) -> Result<Vec<YearShare>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let years: Vec<i16> = (period.first_year()..=goal.last).collect();
    let count = years.len();
    let share = |at: usize| if at == count { Some(Decimal::ONE_HUNDRED) } else { course(at, count) };
    let scale = goal.scale;
    let values: Option<Vec<Decimal>> = match goal.kind {
        Kind::Same => return even_years(indicator, period),
        Kind::Sum => {
            let until =
                |at: usize| Some((Num::from(goal.value) * Num::from(share(at)?) / Num::HUNDRED).0?.round_dp(scale));
            (1..=count).map(|at| until(at)?.checked_sub(if at == 1 { Decimal::ZERO } else { until(at - 1)? })).collect()
        }
        Kind::Chain => {
            let left = Num::ONE - Num::from(goal.value) / Num::HUNDRED;
            let by = |at: usize| -> Option<Num> { Some(left.hundredths(share(at)?)) };
            let rate = |at: usize| {
                let before = if at == 1 { Num::ONE } else { by(at - 1)? };
                ((Num::ONE - by(at)? / before) * Num::HUNDRED).0.map(|rate| up(rate, scale + 1))
            };
            (1..=count).map(rate).collect()
        }
        Kind::Arrive { base } => (1..=count)
            .map(|at| {
                let way = Num::from(goal.value) - Num::from(base);
                let value = (Num::from(base) + way * Num::from(share(at)?) / Num::HUNDRED).0?;
                Some(if at == count { goal.value } else { value.round_dp(scale.max(base.scale())) })
            })
            .collect(),
        Kind::Multiply { base } => (1..=count)
            .map(|at| {
                let factor = (Num::from(goal.value) / Num::from(base)).hundredths(share(at)?);
                let value = (Num::from(base) * factor).0?;
                Some(if at == count { goal.value } else { value.round_dp(scale.max(1)) })
            })
            .collect(),
    };
    Ok(years.into_iter().zip(values.ok_or(Unsplit::NoNumber)?).collect())
}

/// An even split over the years of the plan: what a planner starts from. It
/// passes [`check_years`](super::check_years).
pub fn even_years(indicator: &Indicator, period: PlanPeriod) -> Result<Vec<YearShare>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let years: Vec<i16> = (period.first_year()..=goal.last).collect();
    let count = i32::from(goal.last - period.base_year());
    let values: Option<Vec<Decimal>> = match goal.kind {
        Kind::Sum => parts(goal.value, years.len(), goal.scale),
        Kind::Same => Some(vec![goal.value; years.len()]),
        Kind::Chain => {
            let left = (Num::ONE - Num::from(goal.value) / Num::HUNDRED).power(1, count);
            let rate = ((Num::ONE - left) * Num::HUNDRED).0.map(|rate| up(rate, goal.scale + 1));
            rate.map(|rate| vec![rate; years.len()])
        }
        Kind::Arrive { base } => (1..=count)
            .map(|t| {
                let way = Num::from(goal.value) - Num::from(base);
                let value = (Num::from(base) + way * Num::share(t, count)).0?;
                Some(if t == count { goal.value } else { value.round_dp(goal.scale.max(base.scale())) })
            })
            .collect(),
        Kind::Multiply { base } => (1..=count)
            .map(|t| {
                let value = (Num::from(base) * (Num::from(goal.value) / Num::from(base)).power(t, count)).0?;
                Some(if t == count { goal.value } else { value.round_dp(goal.scale.max(1)) })
            })
            .collect(),
    };
    Ok(years.into_iter().zip(values.ok_or(Unsplit::NoNumber)?).collect())
}

/// A whole in `count` parts of `scale` places that add up to it; what does not
/// divide goes to the last years.
fn parts(whole: Decimal, count: usize, scale: u32) -> Option<Vec<Decimal>> {
    let divisor = Decimal::from(count);
    let step = Decimal::try_new(1, scale).ok()?;
    let each = whole.checked_div(divisor)?.trunc_with_scale(scale);
    let mut rest = whole.checked_sub(each.checked_mul(divisor)?)?;
    let mut parts = vec![each; count];
    let step = if rest.is_sign_negative() { -step } else { step };
    for part in parts.iter_mut().rev() {
        if rest.is_zero() {
            break;
        }
        *part += step;
        rest -= step;
    }
    Some(parts)
}

/// Rounds away from zero, so that rounded parts never fall short.
fn up(value: Decimal, scale: u32) -> Decimal {
    value.round_dp_with_strategy(scale, rust_decimal::RoundingStrategy::AwayFromZero)
}
