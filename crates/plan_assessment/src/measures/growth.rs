//! Yearly growth: published rates are chained year by year; levels are turned
//! into growth only where they are physical or at constant prices.

use std::collections::BTreeMap;

use plan_model::{Comparison, Decimal, Direction, DueYear, InputRole, Made, Message, Met, Target};

use super::{
    Context,
    bound::{self, Compared},
    year_inputs,
};
use crate::{
    aim::{self, Aim},
    base,
    breaks::{mention, under_old_definition},
    exact::{Num, shown},
    figures::{self, Years, end_month},
    finding::{Bound, ChainReading, Course, Finding, Goal, Judged, Pace, Path, Quantity, Reading, Scale},
    message::Say,
    units,
};

/// Growth so far as an index, with what it was made from.
struct Growth {
    index: Num,
    /// Months the index covers.
    covered: i32,
    /// Months from the start to the last figure.
    elapsed: i32,
    /// The month of the last figure.
    month: i32,
    /// Expected index from agreed yearly rates, where there are any.
    agreed: Option<Num>,
}

pub(super) fn find(context: &Context<'_>, aim: Aim) -> Result<Finding, Message> {
    let rate = aim.value.ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    if !aim.unit.is_empty() && !units::is_percent(&aim.unit) {
        let figure_unit = context.indicator.unit.clone();
        return Err(Say::UnitMismatch.with([("target_unit", aim.unit.clone()), ("figure_unit", figure_unit)]));
    }
    let direction = context.indicator.direction.or_else(|| aim::compared(aim.comparison)).or(match rate {
        rate if rate > Decimal::ZERO => Some(Direction::Higher),
        rate if rate < Decimal::ZERO => Some(Direction::Lower),
        _ => None,
    });
    let direction = direction.ok_or_else(|| Say::DirectionUnknown.with([]))?;
    let mut finding = Finding::unknown("%", Say::NoFigure.with([]));
    finding.can_be_lost = true;
    (finding.target, finding.due) = (aim.words(), aim.due);
    finding.inputs = aim.inputs();
    finding.notes = aim.notes.clone();
    finding.expected = Some(rate);
    finding.goal = goal(context, &aim, direction);
    let growth = match measure(context, &aim, &mut finding) {
        Ok(growth) => growth,
        Err(reason) => {
            finding.course = Course::Unknown(reason);
            return Ok(finding);
        }
    };
    finding.finished = aim.due_month().is_some_and(|due| growth.month >= due);
    let reading = Reading::MeanRate(growth.covered);
    let mean = reading.of(growth.index).ok_or_else(|| Say::OutOfRange.with([]))?;
    if let Some(judged) = &mut finding.judged {
        (judged.value, judged.made) = (mean, Made::Mean);
    }
    judge(context, &aim, direction, &growth, &mut finding)?;
    Ok(finding)
}

/// The mean rate over the plan, or the level it leads to.
fn goal(context: &Context<'_>, aim: &Aim, direction: Direction) -> Option<Goal> {
    let bar = aim::bar(aim, direction, &context.rules.tolerance.about)?;
    let due = aim.due_month()?;
    if context.indicator.unit.is_empty() || units::is_percent(&context.indicator.unit) {
        let (steps, from) = (context.chain_steps(false), context.start()?);
        let quantity = Quantity::Chain { steps, from, reading: ChainReading::MeanRate };
        return Some(Goal::toward(quantity, bar, direction, due));
    }
    let base = base::choose(context.indicator, context.series, context.period)?;
    let from = base.month.filter(|from| *from < due)?;
    let level = Num::from(base.value) * (Num::ONE + Num::from(bar) / Num::HUNDRED).power(due - from, 12);
    let quantity = Quantity::Level { amounts: false };
    Some(Goal { start: Some(from), ..Goal::toward(quantity, level.0?, direction, due) })
}

/// Growth without a number for the whole plan: judged by the targets agreed for
/// single years, over the years that have one; without any it cannot be judged.
pub(super) fn unstated(context: &Context<'_>) -> Result<Finding, Message> {
    let of_year = |target: &Target| match target.due {
        DueYear::Year(year) => target.value.map(|rate| (year, rate)),
        DueYear::NotStated | DueYear::EveryYear => None,
    };
    let mut agreed: BTreeMap<i16, Decimal> = context.agreed.iter().map(|t| (t.year, t.value)).collect();
    agreed.extend(context.indicator.targets.iter().filter_map(of_year));
    let until = figures::months_ended(context.as_of);
    let years = context.series.years(context.start(), until).map(|years| years.only(|year| agreed.contains_key(&year)));
    if let Some(years) = years.filter(|years| !years.figures.is_empty())
        && (context.indicator.unit.is_empty() || units::is_percent(&context.indicator.unit))
    {
        return by_years(context, &agreed, &years);
    }
    let mut finding = Finding::unknown(&context.indicator.unit, Say::GrowthUnstated.with([]));
    let until = figures::months_ended(context.as_of);
    if let Some(years) = context.series.years(context.start(), until)
        && let Some(last) = years.figures.last()
    {
        finding.inputs = year_inputs(&years, &context.indicator.unit);
        finding.notes = years.notes();
        let figure = last.figure;
        finding.judged =
            Some(Judged { value: figure.value, period: figure.period, standing: figure.standing, made: Made::Figure });
    }
    Ok(finding)
}

fn measure(context: &Context<'_>, aim: &Aim, finding: &mut Finding) -> Result<Growth, Message> {
    if context.indicator.unit.is_empty() || units::is_percent(&context.indicator.unit) {
        from_rates(context, aim, finding)
    } else {
        from_levels(context, aim, finding)
    }
}

fn from_rates(context: &Context<'_>, aim: &Aim, finding: &mut Finding) -> Result<Growth, Message> {
    let years = context.series.years_since(context.start(), context.until(aim)).ok_or_else(|| context.no_figure())?;
    let last = years.figures.last().ok_or_else(|| context.no_figure())?.figure;
    finding.inputs.extend(year_inputs(&years, "%"));
    finding.notes.extend(years.notes());
    finding.notes.extend(mention(context.breaks, context.as_of));
    finding.judged =
        Some(Judged { value: last.value, period: last.period, standing: last.standing, made: Made::Figure });
    if let Some(reason) = context.too_few(&years) {
        return Err(reason);
    }
    Ok(Growth {
        index: years.compound(false),
        covered: years.covered,
        elapsed: years.elapsed,
        month: end_month(last.period),
        agreed: agreed(aim, &years),
    })
}

/// Chained growth against the chained targets of the same years.
fn by_years(context: &Context<'_>, agreed: &BTreeMap<i16, Decimal>, years: &Years<'_>) -> Result<Finding, Message> {
    let last = years.figures.last().ok_or_else(|| context.no_figure())?.figure;
    let expected = years.figures.iter().fold(Num::ONE, |index, year| {
        let rate = agreed.get(&year.year).copied().unwrap_or_default();
        index * (Num::ONE + Num::from(rate) / Num::HUNDRED).power(year.months, 12)
    });
    let (index, reading) = (years.compound(false), Reading::MeanRate(years.covered));
    let (Some(mean), Some(rate)) = (reading.of(index), reading.of(expected)) else {
        return Err(Say::OutOfRange.with([]));
    };
    let direction = context.indicator.direction.unwrap_or(Direction::Higher);
    let comparison = if direction == Direction::Higher { Comparison::AtLeast } else { Comparison::AtMost };
    let interim = agreed.iter().map(|(year, rate)| (*year, *rate)).collect();
    let notes = Vec::new();
    let unit = "%".to_owned();
    let mut aim = Aim {
        value: Some(rate),
        high: None,
        comparison,
        due: None,
        every_year: false,
        interim,
        unit,
        notes,
        agreed: Vec::new(),
    };
    aim.note_agreed(context.agreed);
    let mut finding = Finding::unknown("%", Say::GrowthUnstated.with([]));
    finding.can_be_lost = true;
    finding.target = format!("{}%", shown(rate));
    finding.inputs = aim.inputs().into_iter().filter(|input| input.role == InputRole::Interim).collect();
    finding.inputs.extend(year_inputs(years, "%"));
    finding.notes = aim.notes.clone();
    finding.notes.extend(years.notes());
    finding.notes.push(Say::NoteByYears.with([("count", years.figures.len().to_string())]));
    finding.judged = Some(Judged { value: mean, period: last.period, standing: last.standing, made: Made::Mean });
    let month = end_month(last.period);
    let (covered, elapsed) = (years.covered, years.elapsed);
    judge(context, &aim, direction, &Growth { index, covered, elapsed, month, agreed: Some(expected) }, &mut finding)?;
    Ok(finding)
}

/// The index by the rates agreed for single years; the final rate for the others.
fn agreed(aim: &Aim, years: &Years<'_>) -> Option<Num> {
    let rate = aim.value?;
    let of = |year| aim.interim.iter().find(|(interim, _)| *interim == year).map_or(rate, |(_, rate)| *rate);
    (!aim.interim.is_empty()).then(|| {
        years.figures.iter().fold(Num::ONE, |index, year| {
            index * (Num::ONE + Num::from(of(year.year)) / Num::HUNDRED).power(year.months, 12)
        })
    })
}

fn from_levels(context: &Context<'_>, aim: &Aim, finding: &mut Finding) -> Result<Growth, Message> {
    let indicator = context.indicator;
    if nominal(&indicator.unit, &indicator.name) {
        return Err(Say::NominalLevels.with([("unit", indicator.unit.clone())]));
    }
    let base = base::choose(indicator, context.series, context.period).ok_or_else(|| Say::BaseMissing.with([]))?;
    let from = base.month.ok_or_else(|| Say::BasePeriodMissing.with([]))?;
    finding.inputs.insert(0, base.input);
    finding.notes.extend(base.notes);
    let (figure, note) = context.latest(context.until(aim), Some(from))?;
    finding.notes.extend(note);
    finding.inputs.push(figures::input(InputRole::Figure, figure, &indicator.unit));
    finding.judged =
        Some(Judged { value: figure.value, period: figure.period, standing: figure.standing, made: Made::Figure });
    let (value, note) = under_old_definition(figure, Some(from), context.breaks)?;
    finding.notes.extend(note);
    let month = end_month(figure.period);
    if month <= from {
        return Err(Say::NoFigureSinceBase.with([("period", figure.period.to_string())]));
    }
    if base.value <= Decimal::ZERO || value < Decimal::ZERO {
        return Err(Say::BaseNotPositive.with([]));
    }
    let index = Num::from(value) / Num::from(base.value);
    Ok(Growth { index, covered: month - from, elapsed: month - from, month, agreed: None })
}

/// Money at current prices: its change is not growth (可比价 and 不变价 are).
pub(super) fn nominal(unit: &str, name: &str) -> bool {
    let constant = ["可比价", "不变价"];
    unit.contains('元') && !constant.iter().any(|word| unit.contains(word) || name.contains(word))
}

fn judge(
    context: &Context<'_>,
    aim: &Aim,
    direction: Direction,
    growth: &Growth,
    finding: &mut Finding,
) -> Result<(), Message> {
    let rate = Num::from(aim.value.unwrap_or_default()) / Num::HUNDRED;
    let bar =
        aim::bar(aim, direction, &context.rules.tolerance.about).ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    let over = |rate: Num, months| (Num::ONE + rate).power(months, 12);
    let floor = over(Num::from(bar) / Num::HUNDRED, growth.covered);
    let (Some(index), Some(floor)) = (growth.index.0, floor.0) else { return Err(Say::OutOfRange.with([])) };
    let met = aim::meets(index, floor, aim.comparison, direction);
    finding.met = if met { Met::Yes } else { Met::No };
    let expected = growth.agreed.unwrap_or_else(|| over(rate, growth.covered));
    let reading = Reading::MeanRate(growth.covered);
    finding.expected = reading.of(expected);
    finding.formula = Some(Say::FormulaGrowth.with([
        ("months", growth.covered.to_string()),
        ("index", shown(index)),
        ("expected", expected.0.map(shown).unwrap_or_default()),
        ("mean", reading.of(growth.index).map(shown).unwrap_or_default()),
    ]));
    let total = context.start().zip(aim.due_month()).map(|(start, due)| due - start).filter(|total| *total > 0);
    finding.pace = total.and_then(|total| pace(growth, over(rate, total), total, direction));
    let leads_away = rate.0.is_some_and(|rate| match direction {
        Direction::Higher => rate > Decimal::ZERO,
        Direction::Lower => rate < Decimal::ZERO,
    });
    finding.course = if leads_away {
        let end = total.map_or(Num(None), |total| over(rate, total));
        let here = Scale { start: Num::ONE, end, value: growth.index, expected };
        Course::Path(Path { here, printed_the_same: None, elapsed: growth.covered, total, additive: false, reading })
    } else {
        on_the_mean(context, bar, direction, finding)
    };
    Ok(())
}

/// A rate that does not lead away from the start (no growth beyond 3 %, no fall
/// below 0) is a bound on the mean rate.
fn on_the_mean(context: &Context<'_>, bar: Decimal, direction: Direction, finding: &Finding) -> Course {
    let mean = finding.judged.as_ref().map(|j| j.value).unwrap_or_default();
    let slack = context.rules.tolerance.in_step_with.points;
    let short = match direction {
        Direction::Higher => bar.checked_sub(mean),
        Direction::Lower => mean.checked_sub(bar),
    };
    let (bound, say) = match (finding.met, short) {
        (Met::Yes, _) => (Bound::Kept, Say::BoundKept),
        (_, Some(short)) if short <= slack => (Bound::Slipped, Say::BoundSlipped),
        _ => (Bound::Broken, Say::BoundBroken),
    };
    let mut shown_finding = finding.clone();
    if let Some(judged) = &mut shown_finding.judged {
        judged.value = judged.value.round_dp(2);
    }
    Course::Bound(bound, bound::one(say, Compared::MeanRate, &shown_finding))
}

/// g_need = (end / index)^(1/left) − 1; years without a figure count at the mean.
fn pace(growth: &Growth, end: Num, total: i32, direction: Direction) -> Option<Pace> {
    let left = total - growth.elapsed;
    let so_far = Num(Reading::MeanRate(growth.covered).of(growth.index));
    let whole = growth.index.power(growth.elapsed, growth.covered);
    let needed = ((end / whole).power(12, left) - Num::ONE) * Num::HUNDRED;
    (left > 0).then(|| Pace { needed, so_far, unit: "%".to_owned(), more_is_better: direction == Direction::Higher })
}
