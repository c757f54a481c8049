//! Faster than, or in step with, another indicator: mean yearly rates over the
//! years in which both have a figure.

use std::collections::BTreeMap;

use plan_model::{Decimal, Direction, Indicator, Input, InputRole, Made, Measure, Message, Met, Period, Standing};

use super::{Context, growth::nominal};
use rust_decimal::prelude::ToPrimitive;

use crate::{
    aim::Aim,
    base,
    conventions::Since,
    exact::{Num, shown},
    figures::{self, Series, end_month, months_ended},
    finding::{Bound, ChainReading, Course, Finding, Goal, Judged, Quantity},
    message::Say,
    units,
};

/// A yearly rate in percent with the figure it comes from.
struct Rate {
    months: i32,
    rate: Num,
    period: Period,
    standing: Standing,
    input: Input,
}

pub(super) fn find(context: &Context<'_>, other: &str, aim: Option<Aim>) -> Result<Finding, Message> {
    let (other_indicator, other_series) =
        context.other.ok_or_else(|| Say::OtherUnknown.with([("other", other.to_owned())]))?;
    let due = aim.as_ref().and_then(Aim::due_month);
    let until = due.map_or(months_ended(context.as_of), |due| due.min(months_ended(context.as_of)));
    let own = rates(context, context.indicator, context.series, until, InputRole::Figure)?;
    let others = rates(context, other_indicator, other_series, until, InputRole::OtherFigure)?;
    let mut finding = Finding::unknown("%", Say::NoFigure.with([]));
    finding.can_be_lost = true;
    finding.due = aim.as_ref().and_then(|aim| aim.due);
    finding.notes = aim.map(|aim| aim.notes).unwrap_or_default();
    let Some(last_own) = own.values().last() else {
        finding.course = Course::Unknown(context.no_figure());
        return Ok(finding);
    };
    finding.judged = last_own.rate.0.map(|value| Judged {
        value,
        period: last_own.period,
        standing: last_own.standing,
        made: Made::Figure,
    });
    let common: Vec<(&Rate, &Rate)> = own
        .iter()
        .filter_map(|(year, rate)| others.get(year).map(|other| (rate, other)))
        .filter(|(own, other)| own.months == other.months)
        .collect();
    finding.inputs = common.iter().flat_map(|(own, other)| [own.input.clone(), other.input.clone()]).collect();
    let Some((last, _)) = common.last() else {
        finding.course = Course::Unknown(Say::OtherWithoutFigure.with([("other", other_indicator.name.clone())]));
        return Ok(finding);
    };
    let months = common.iter().map(|(own, _)| own.months).sum();
    let means =
        (mean(common.iter().map(|(own, _)| *own), months), mean(common.iter().map(|(_, other)| *other), months));
    let (Some(own_mean), Some(other_mean)) = means else { return Err(Say::OutOfRange.with([])) };
    finding.judged = Some(Judged { value: own_mean, period: last.period, standing: last.standing, made: Made::Mean });
    finding.expected = Some(other_mean);
    finding.finished = due.is_some_and(|due| end_month(last.period) >= due);
    finding.target = other_indicator.name.clone();
    finding.formula = Some(Say::FormulaComparison.with([
        ("months", months.to_string()),
        ("own", shown(own_mean)),
        ("other", shown(other_mean)),
    ]));
    finding.goal = goal(context, &common, due);
    judge(context, (own_mean, other_mean), &mut finding);
    Ok(finding)
}

/// The mean difference over the plan, positive where the comparison holds.
fn goal(context: &Context<'_>, common: &[(&Rate, &Rate)], due: Option<i32>) -> Option<Goal> {
    let lower = context.indicator.direction == Some(Direction::Lower);
    let whole = common.iter().filter(|(own, _)| own.months == 12);
    let log = |rate: &Rate| Some((1.0 + rate.rate.0?.to_f64()? / 100.0).ln()).filter(|log| log.is_finite());
    let step = |(own, other): &(&Rate, &Rate)| {
        let ahead = log(own)? - log(other)?;
        Some((own.period.year(), if lower { -ahead } else { ahead }))
    };
    let quantity = Quantity::Chain {
        steps: whole.filter_map(step).collect(),
        from: context.start()?,
        reading: ChainReading::Difference,
    };
    // In step means within the tolerance, as where it is judged now.
    let strict = matches!(context.indicator.measure, Measure::FasterThan(_));
    let bar = if strict { Decimal::ZERO } else { -context.rules.tolerance.in_step_with.points };
    Some(Goal::toward(quantity, bar, Direction::Higher, due?))
}

fn judge(context: &Context<'_>, (own, other): (Decimal, Decimal), finding: &mut Finding) {
    let lower = context.indicator.direction == Some(Direction::Lower);
    let ahead = if lower { other.checked_sub(own) } else { own.checked_sub(other) }.unwrap_or_default();
    let strict = matches!(context.indicator.measure, Measure::FasterThan(_));
    let tolerance = context.rules.tolerance.in_step_with.points;
    let holds = if strict { ahead > Decimal::ZERO } else { ahead >= Decimal::ZERO };
    let near = ahead.checked_add(tolerance).is_some_and(|eased| eased >= Decimal::ZERO);
    // In step means within the band; only 快于 is missed by a hair's breadth.
    let met = holds || (!strict && near);
    finding.met = if met { Met::Yes } else { Met::No };
    let (bound, say) = match (holds, near) {
        (true, _) => (Bound::Kept, Say::ComparisonKept),
        (false, true) if met => (Bound::Kept, Say::ComparisonSlipped),
        (false, true) => (Bound::Slipped, Say::ComparisonSlipped),
        (false, false) => (Bound::Broken, Say::ComparisonBroken),
    };
    let period = finding.judged.as_ref().map(|j| j.period.to_string()).unwrap_or_default();
    let message = say.with([
        ("period", period),
        ("own", shown(own)),
        ("other_name", finding.target.clone()),
        ("other", shown(other)),
        ("difference", shown(ahead.abs())),
        ("tolerance", plan_model::plain(tolerance)),
    ]);
    finding.course = Course::Bound(bound, message);
}

fn mean<'r>(rates: impl Iterator<Item = &'r Rate>, months: i32) -> Option<Decimal> {
    let index =
        rates.fold(Num::ONE, |index, rate| index * (Num::ONE + rate.rate / Num::HUNDRED).power(rate.months, 12));
    crate::finding::Reading::MeanRate(months).of(index)
}

/// The yearly rates of an indicator: as published, or from one yearly level to the next.
fn rates(
    context: &Context<'_>,
    indicator: &Indicator,
    series: &Series<'_>,
    until: i32,
    role: InputRole,
) -> Result<BTreeMap<i16, Rate>, Message> {
    let published = indicator.unit.is_empty() || units::is_percent(&indicator.unit);
    let Some(years) = series.years_since(context.start(), until) else { return Ok(BTreeMap::new()) };
    if !published && nominal(&indicator.unit, &indicator.name) {
        return Err(Say::NominalLevels.with([("unit", indicator.unit.clone())]));
    }
    let level = |month: i32| {
        let base =
            || base::choose(indicator, series, context.period).filter(|b| b.month == Some(month)).map(|b| b.value);
        series.at(month).map(|figure| figure.value).or_else(base)
    };
    let mut rates = BTreeMap::new();
    for year in years.figures {
        let figure = year.figure;
        let before = end_month(figure.period) - 12;
        let rate = if published && year.since == Some(Since::Total) {
            // Growth over all years, as a mean of each.
            let index = Num::ONE + Num::from(figure.value) / Num::HUNDRED;
            (index.power(12, year.months) - Num::ONE) * Num::HUNDRED
        } else if published {
            Num::from(figure.value)
        } else {
            let Some(level) = level(before).filter(|_| year.months == 12) else { continue };
            (Num::from(figure.value) / Num::from(level) - Num::ONE) * Num::HUNDRED
        };
        let input = figures::input(role, figure, &indicator.unit);
        rates.insert(
            year.year,
            Rate { months: year.months, rate, period: figure.period, standing: figure.standing, input },
        );
    }
    Ok(rates)
}
