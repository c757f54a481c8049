//! An indicator's figures as evenly spaced numbers.

use std::collections::{BTreeMap, BTreeSet};

use plan_model::{Decimal, Message, Period};
use rust_decimal::prelude::ToPrimitive;

use super::{Kind, settings::ForecastRules};
use crate::{
    base,
    breaks::{not_comparable_until, under_old_definition},
    exact::rounding,
    figures::{end_month, year_end},
    measures::Context,
    message::Say,
};

/// Numbers at even distances, the last one standing at the end of the month `last`.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub(super) kind: Kind,
    pub(super) values: Vec<f64>,
    pub(super) last: i32,
    /// Figures it rests on; gaps between them were filled evenly.
    pub(super) points: usize,
    /// Each number is the amount of its own month, quarter or year.
    pub(super) amounts: bool,
}

impl History {
    /// Months from one number to the next.
    pub(super) fn step(&self) -> i32 {
        match self.kind {
            Kind::Yearly | Kind::YearlyRates => 12,
            Kind::Quarterly => 3,
            Kind::Monthly => 1,
        }
    }

    /// The numbers with the months at whose end they stand.
    pub(super) fn by_month(&self) -> impl Iterator<Item = (i32, f64)> {
        let months = (0..).map(|back: i32| self.last - back * self.step());
        months.zip(self.values.iter().rev().copied())
    }
}

/// Figures of levels or amounts, each under the definition that held at the base.
pub(super) struct Figures {
    /// By the month at whose end they stand, only those that ended by the as-of date.
    months: BTreeMap<i32, Decimal>,
    quarters: BTreeMap<i32, Decimal>,
    years: BTreeMap<i32, Decimal>,
    /// Parts of a year are amounts of the year to date.
    to_date: bool,
    pub(super) decimals: u32,
}

impl Figures {
    /// Gathers the figures of an indicator; `with_base` adds the base where no figure stands for it.
    pub(super) fn gather(
        context: &Context<'_>,
        (after, until): (Option<i32>, i32),
        start: Option<i32>,
        amounts: bool,
    ) -> Result<Self, Message> {
        let cut = start.and_then(|start| not_comparable_until(start, context.breaks)).max(after);
        let mut figures = Figures {
            months: BTreeMap::new(),
            quarters: BTreeMap::new(),
            years: BTreeMap::new(),
            to_date: amounts || context.series.to_date(context.indicator),
            decimals: 0,
        };
        for figure in context.series.between(cut, until) {
            let (value, _) = under_old_definition(figure, start, context.breaks)?;
            figures.decimals = figures.decimals.max(figure.value.scale());
            let kind = match figure.period {
                Period::Year(_) => &mut figures.years,
                Period::Quarter(..) => &mut figures.quarters,
                Period::Month(..) => &mut figures.months,
            };
            kind.insert(end_month(figure.period), value);
        }
        if after.is_none()
            && let Some(base) = base::choose(context.indicator, context.series, context.period)
            && let Some(month) = base.month.filter(|month| month % 12 == 0 && cut.is_none_or(|cut| *month > cut))
        {
            figures.years.entry(month).or_insert(base.value);
        }
        Ok(figures)
    }

    /// What stands at the end of each year: its own figure, else its last quarter or month.
    pub(super) fn year_ends(&self) -> BTreeMap<i32, Decimal> {
        let december = |figures: &BTreeMap<i32, Decimal>| {
            figures.iter().filter(|(month, _)| *month % 12 == 0).map(|(m, v)| (*m, *v)).collect::<Vec<_>>()
        };
        let mut ends = BTreeMap::new();
        for source in [&self.months, &self.quarters, &self.years] {
            ends.extend(december(source));
        }
        ends
    }

    /// The finest evenly spaced history there is enough of.
    pub(super) fn history(&self, rules: &ForecastRules) -> Result<History, Message> {
        let finer = [(Kind::Monthly, &self.months), (Kind::Quarterly, &self.quarters)];
        for (kind, figures) in finer {
            if let Some(history) =
                self.within_years(kind, figures).filter(|h| h.values.len() >= rules.least_points(kind))
            {
                return Ok(history);
            }
        }
        let ends = self.year_ends();
        let least = rules.least_points(Kind::Yearly);
        if ends.len() < least {
            let finer = self.months.len().max(self.quarters.len());
            return Err(if finer >= least {
                Say::ForecastWithinTwoYears.with([("count", finer.to_string())])
            } else {
                Say::ForecastFew.with([("count", ends.len().to_string()), ("least", least.to_string())])
            });
        }
        let (values, last) = spaced(&ends, 12).ok_or_else(|| Say::ForecastGaps.with([]))?;
        Ok(History { kind: Kind::Yearly, values, last, points: ends.len(), amounts: self.to_date })
    }

    /// Months or quarters; nothing where they have too many gaps.
    fn within_years(&self, kind: Kind, figures: &BTreeMap<i32, Decimal>) -> Option<History> {
        let step = if kind == Kind::Monthly { 1 } else { 3 };
        let last_part = figures.keys().next_back().copied()?;
        let first = figures.keys().next().copied()?;
        let mut known = figures.clone();
        // A year's own figure stands for its last part, where that is missing.
        let ends = self.year_ends();
        known.extend(ends.range(first..=last_part).filter(|(month, _)| !figures.contains_key(month)));
        let points = known.len();
        if self.to_date {
            let (values, last) = single_amounts(&known, step)?;
            return Some(History { kind, values, last, points, amounts: true });
        }
        let (values, last) = spaced(&known, step)?;
        Some(History { kind, values, last, points, amounts: false })
    }
}

/// Numbers at even distances, gaps filled evenly; nothing where more than a third
/// would have to be filled.
pub(super) fn spaced(known: &BTreeMap<i32, Decimal>, step: i32) -> Option<(Vec<f64>, i32)> {
    let (first, last) = (*known.keys().next()?, *known.keys().next_back()?);
    let slots = usize::try_from((last - first) / step + 1).ok()?;
    if (slots - known.len().min(slots)) * 3 > slots {
        return None;
    }
    let mut values = Vec::with_capacity(slots);
    let mut before: Option<(i32, f64)> = None;
    for (month, value) in known {
        let value = value.to_f64()?;
        if let Some((from, old)) = before {
            let gap = (month - from) / step;
            values.extend((1..gap).map(|at| old + (value - old) * f64::from(at) / f64::from(gap)));
        }
        values.push(value);
        before = Some((*month, value));
    }
    Some((values, last))
}

/// Amounts of the year to date as amounts of single months or quarters. A part
/// without a figure shares evenly in what the next figure adds.
fn single_amounts(known: &BTreeMap<i32, Decimal>, step: i32) -> Option<(Vec<f64>, i32)> {
    let (first, last) = (*known.keys().next()?, *known.keys().next_back()?);
    let year_of = |month: i32| (month - 1).div_euclid(12);
    let mut values: Vec<f64> = Vec::new();
    let mut own = 0usize;
    for year in year_of(first)..=year_of(last) {
        let (mut from, mut sum) = (year * 12, 0.0);
        for (month, value) in known.range(year * 12 + 1..=year * 12 + 12) {
            let value = value.to_f64()?;
            let parts = (month - from) / step;
            values.extend((0..parts).map(|_| (value - sum) / f64::from(parts)));
            (from, sum) = (*month, value);
            own += 1;
        }
        // A year that breaks off and is followed by another has an amount nobody knows.
        if from < (year * 12 + 12).min(last) {
            return None;
        }
    }
    ((values.len() - own.min(values.len())) * 3 <= values.len()).then_some((values, last))
}

/// Yearly steps of a chain at even distances.
pub(super) fn chain(steps: &[(i16, f64)], rules: &ForecastRules) -> Result<History, Message> {
    let least = rules.least_points(Kind::YearlyRates);
    if steps.len() < least {
        return Err(Say::ForecastFew.with([("count", steps.len().to_string()), ("least", least.to_string())]));
    }
    let years: BTreeSet<i16> = steps.iter().map(|(year, _)| *year).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Err(Say::ForecastGaps.with([])) };
    if usize::try_from(last - first + 1).ok() != Some(steps.len()) {
        return Err(Say::ForecastGaps.with([]));
    }
    let values = steps.iter().map(|(_, step)| *step).collect();
    Ok(History { kind: Kind::YearlyRates, values, last: year_end(*last), points: steps.len(), amounts: true })
}

/// How far a printed number may lie from the one behind it, as a standard error.
pub(super) fn rounding_error(decimals: u32) -> f64 {
    let unit = rounding(Decimal::new(1, decimals.min(20))).to_f64().unwrap_or_default().max(0.0) * 2.0;
    if decimals == 0 { 1.0 / 12.0_f64.sqrt() } else { unit / 12.0_f64.sqrt() }
}
