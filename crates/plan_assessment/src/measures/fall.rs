//! A fall over the whole period: 五年累计降低 13.5 %. Yearly falls in percent are
//! chained; from levels the fall is against the base, in percent or in the unit.

use plan_model::{Comparison, Decimal, Direction, Made, Message, Met};

use super::{Context, level, year_inputs};
use crate::{
    aim::{self, Aim},
    base,
    breaks::mention,
    conventions::conventions,
    exact::{Num, shown},
    figures::{end_month, year_end},
    finding::{ChainReading, Course, Finding, Goal, Judged, Pace, Path, Quantity, Reading, Scale},
    message::Say,
    units,
};

pub(super) fn find(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    if let Some((period, yearly)) = context.period.filter(|_| aim.every_year).zip(aim.value) {
        let years = i32::from(period.years());
        let relative = aim.unit.is_empty() || (units::is_percent(&aim.unit) && !units::is_points(&aim.unit));
        let whole = if relative {
            let left = (Num::ONE - Num::from(yearly.abs()) / Num::HUNDRED).power(years, 1);
            let fall = Reading::Fall.of(left);
            fall.map(|fall| if yearly.is_sign_negative() { -fall } else { fall })
        } else {
            (Num::from(yearly) * Num::from(years)).0
        };
        aim.for_the_plan(period, whole.ok_or_else(|| Say::OutOfRange.with([]))?);
    }
    let size = aim.value.ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    let figures_in_percent = context.indicator.unit.is_empty() || units::is_percent(&context.indicator.unit);
    let relative = aim.unit.is_empty() || (units::is_percent(&aim.unit) && !units::is_points(&aim.unit));
    match (figures_in_percent, relative) {
        // A pure number (a ratio of incomes) falls by so much, not by so many percent.
        (true, true) if aim.unit.is_empty() && context.indicator.unit.is_empty() => in_the_unit(context, aim),
        (true, true) if shares(context, &aim) => in_points(context, aim),
        (true, true) => chained(context, aim, size),
        (false, true) => from_levels(context, aim, size),
        (_, false) => in_the_unit(context, aim),
    }
}

/// Whether a yearly rate is one of falls (年均下降 4%): its target is a number above
/// zero where less is better, and its name or its comparison says that more of it is.
pub(super) fn each_year(context: &Context<'_>, aim: &Aim) -> bool {
    let indicator = context.indicator;
    let lower = indicator.direction == Some(Direction::Lower);
    let told = aim::compared(aim.comparison) == Some(Direction::Higher)
        || aim.comparison == Comparison::Equal && conventions().falls.is_rate(&indicator.name);
    context.period.is_some() && lower && told && aim.value.is_some_and(|value| value > Decimal::ZERO)
}

/// The same, as what is due again every year.
pub(super) fn of_each_year(mut aim: Aim) -> Aim {
    aim.every_year = true;
    // What was agreed for single years are rates of those years, not totals.
    aim.interim.clear();
    aim
}

/// Whether figures in percent are levels of a share (煤炭消费占比 20 %, 19.5 %), not
/// falls of each year: a base is printed and the first figure lies nearer to it than to none.
fn shares(context: &Context<'_>, aim: &Aim) -> bool {
    let Some(base) = context.indicator.baseline.as_ref().filter(|base| base.value > Decimal::ZERO) else {
        return false;
    };
    let first = context.series.between(context.start(), context.until(aim)).next();
    first.is_some_and(|first| first.value.checked_mul(Decimal::TWO).is_some_and(|twice| twice > base.value))
}

/// A share that falls by so many points.
fn in_points(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    let base = context.indicator.baseline.as_ref().map(|base| plan_model::plain(base.value)).unwrap_or_default();
    aim.notes.push(Say::NoteFallInPoints.with([("base", base)]));
    aim.unit.clone_from(&context.indicator.unit);
    in_the_unit(context, aim)
}

/// Yearly falls in percent: 1 − ∏(1 − d) against 1 − (1 − R)^(t/N).
fn chained(context: &Context<'_>, mut aim: Aim, size: Decimal) -> Result<Finding, Message> {
    // A fall may be written −13.5 with figures −2.7: the signs agree.
    let negative = size.is_sign_negative();
    aim.value = Some(size.abs());
    let mut finding = Finding::unknown("%", Say::NoFigure.with([]));
    (finding.target, finding.due) = (aim.words(), aim.due);
    finding.inputs = aim.inputs();
    finding.notes = aim.notes.clone();
    finding.notes.extend(mention(context.breaks, context.as_of));
    let bar = aim::bar(&aim, Direction::Higher, &context.rules.tolerance.about).unwrap_or(size.abs());
    finding.goal = context.start().zip(aim.due_month()).map(|(from, due)| {
        let steps = context.chain_steps(!negative);
        let quantity = Quantity::Chain { steps, from, reading: ChainReading::Fall };
        Goal::toward(quantity, bar, Direction::Higher, due)
    });
    let Some(years) = context.series.years_since(context.start(), context.until(&aim)) else {
        finding.course = Course::Unknown(context.no_figure());
        return Ok(finding);
    };
    let Some(last) = years.figures.last().map(|year| year.figure) else { return Err(context.no_figure()) };
    finding.inputs.extend(year_inputs(&years, "%"));
    finding.notes.extend(years.notes());
    let index = years.compound(!negative);
    let fallen = Reading::Fall.of(index).ok_or_else(|| Say::OutOfRange.with([]))?;
    finding.judged = Some(Judged { value: fallen, period: last.period, standing: last.standing, made: Made::Sum });
    let comparison = if aim.comparison == Comparison::MoreThan { Comparison::MoreThan } else { Comparison::AtLeast };
    let met = aim::meets(fallen, bar, comparison, Direction::Higher);
    finding.met = if met { Met::Yes } else { Met::No };
    finding.finished = aim.due_month().is_some_and(|due| end_month(last.period) >= due);
    let a_year_before = || Reading::Fall.of(years.before_last().compound(!negative));
    let already = || a_year_before().is_some_and(|fallen| aim::meets(fallen, bar, comparison, Direction::Higher));
    finding.reached_early = met && aim.due.is_some() && (!finding.finished || already());
    finding.course = match (context.too_few(&years), context.start(), aim.due_month()) {
        _ if years.covered <= 0 => Course::Unknown(context.no_figure()),
        (Some(reason), ..) if !met => Course::Unknown(reason),
        (_, Some(start), Some(due)) if due > start => {
            let end = Num::ONE - Num::from(aim.value.unwrap_or_default()) / Num::HUNDRED;
            let total = due - start;
            let expected = expected(&aim, (start, years.covered), (due, end));
            let here = Scale { start: Num::ONE, end, value: index, expected };
            finding.expected = Reading::Fall.of(expected);
            finding.formula = Some(Say::FormulaFall.with([
                ("fallen", shown(fallen)),
                ("months", years.covered.to_string()),
                ("total", total.to_string()),
                ("expected", finding.expected.map(shown).unwrap_or_default()),
            ]));
            finding.pace = pace(index, end, (years.covered, years.elapsed, total));
            let reading = Reading::Fall;
            Course::Path(Path {
                here,
                printed_the_same: None,
                elapsed: years.covered,
                total: Some(total),
                additive: false,
                reading,
            })
        }
        _ if met => Course::Point,
        (_, None, _) => Course::Unknown(Say::PeriodMissing.with([])),
        (_, _, None) => Course::Unknown(Say::DueMissing.with([])),
        _ => Course::Unknown(Say::DueNotAfterBase.with([])),
    };
    Ok(finding)
}

/// The index that the way through the agreed falls leads to: compound from one to the next.
fn expected(aim: &Aim, (start, covered): (i32, i32), (due, end): (i32, Num)) -> Num {
    let month = start + covered;
    let mut before = (start, Num::ONE);
    let nodes =
        aim.interim.iter().map(|(year, fall)| (year_end(*year), Num::ONE - Num::from(fall.abs()) / Num::HUNDRED));
    for node in nodes.filter(|(node, _)| *node > start && *node < due).chain([(due, end)]) {
        if month <= node.0 {
            return before.1 * (node.1 / before.1).power(month - before.0, node.0 - before.0);
        }
        before = node;
    }
    end
}

fn pace(index: Num, end: Num, (covered, elapsed, total): (i32, i32, i32)) -> Option<Pace> {
    let left = total - elapsed;
    let yearly = |ratio: Num, months| (Num::ONE - ratio.power(12, months)) * Num::HUNDRED;
    let needed = yearly(end / index.power(elapsed, covered), left);
    (left > 0).then(|| Pace { needed, so_far: yearly(index, covered), unit: "%".to_owned(), more_is_better: true })
}

/// Levels and a fall in percent: a compound way from the base down to base × (1 − R).
fn from_levels(context: &Context<'_>, aim: Aim, size: Decimal) -> Result<Finding, Message> {
    let factor = Num::ONE - Num::from(size.abs()) / Num::HUNDRED;
    let base = base::of_the_plan(context.indicator, context.series, context.period);
    if factor.0.is_none_or(|factor| factor < Decimal::ZERO) || base.as_ref().is_some_and(|b| b.value <= Decimal::ZERO) {
        return Err(Say::BaseNotPositive.with([]));
    }
    let bar = base.as_ref().and_then(|b| (Num::from(b.value) * factor).0);
    let (words, aim) = (aim.words(), downward(aim));
    let end = level::End::Times(factor);
    let interim = level::on_the_way(&aim, |fall| level::End::Times(Num::ONE - Num::from(fall.abs()) / Num::HUNDRED));
    level::toward(context, level::Way { aim, words, direction: Direction::Lower, base, end, bar, interim })
}

/// Levels and a fall in their own unit (减少 100 万吨, 降低 3 个百分点).
fn in_the_unit(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    aim.in_unit_of(context.indicator)?;
    let fall = aim.value.ok_or_else(|| Say::TargetWithoutNumber.with([]))?.abs();
    let base = base::of_the_plan(context.indicator, context.series, context.period);
    let bar = base.as_ref().and_then(|b| b.value.checked_sub(fall));
    let (words, aim) = (aim.words(), downward(aim));
    let end = level::End::Beyond(-fall);
    let interim = level::on_the_way(&aim, |fall| level::End::Beyond(-fall.abs()));
    level::toward(context, level::Way { aim, words, direction: Direction::Lower, base, end, bar, interim })
}

/// "A fall of more than R" means a level below, "of at least R" at most.
fn downward(mut aim: Aim) -> Aim {
    aim.comparison = if aim.comparison == Comparison::MoreThan { Comparison::LessThan } else { Comparison::AtMost };
    aim
}
