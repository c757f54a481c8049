//! A bound that holds every year (稳定在 80% 以上, 控制在 5.5% 以内). A breach is
//! shown; one breach, or one within the named tolerance, is not judged final.
//! A floor with a year that was out of reach at first and then is kept was a level
//! to be reached: it counts as reached.

use std::cmp::Ordering;

use plan_model::{Comparison, Decimal, Direction, Made, Message, Met};

use super::{
    Context,
    bound::{self, Break, Compared},
    level, year_inputs,
};
use crate::{
    aim::{self, Aim},
    base,
    breaks::mention,
    conventions::conventions,
    figures::{end_month, year_end},
    finding::{Bound, Course, Finding, Goal, Judged, Quantity},
    message::Say,
    units,
};

/// How one year stands to the bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Year {
    Kept,
    Slipped,
    Broken,
}

/// The bound: a least, a most, or both.
struct Limits {
    least: Option<Decimal>,
    most: Option<Decimal>,
    comparison: Comparison,
    slack: Decimal,
}

impl Limits {
    /// The bound of a year: an agreed one for this year or the next one after it, else the final one.
    fn of_year(&self, year: i16, aim: &Aim) -> Limits {
        let (mut least, mut most) = (self.least, self.most);
        if let Some((_, agreed)) = aim.interim.iter().find(|(until, _)| *until >= year) {
            least = least.map(|_| *agreed);
            most = most.map(|_| *agreed);
        }
        Limits { least, most, comparison: self.comparison, slack: self.slack }
    }

    /// The bound agreed for a year, where it is another than the final one.
    fn agreed_otherwise(&self, year: i16, aim: &Aim) -> Option<Decimal> {
        let of_year = self.of_year(year, aim);
        of_year.least.filter(|_| of_year.least != self.least).or(of_year.most.filter(|_| of_year.most != self.most))
    }

    fn year(&self, value: Decimal) -> Year {
        let least_kept = self.least.is_none_or(|least| aim::meets(value, least, self.comparison, Direction::Higher));
        let most_kept = self.most.is_none_or(|most| aim::meets(value, most, self.comparison, Direction::Lower));
        if least_kept && most_kept {
            return Year::Kept;
        }
        let near = |bound: Option<Decimal>, below: bool| {
            bound.is_none_or(|bound| {
                let short = if below { bound.checked_sub(value) } else { value.checked_sub(bound) };
                short.is_some_and(|short| short <= self.slack)
            })
        };
        if near(self.least, true) && near(self.most, false) { Year::Slipped } else { Year::Broken }
    }
}

pub(super) fn find(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    aim.in_unit_of(context.indicator)?;
    aim.notes.extend(aim::conflict(context.indicator, &aim));
    let (limits, floor) = limits(context, &aim)?;
    let one_sided = limits.least.is_some() != limits.most.is_some();
    if one_sided
        && let Some(base) = base::choose(context.indicator, context.series, context.period)
        && limits.year(base.value) == Year::Broken
        && !aim.every_year
        && aim.due.is_some()
    {
        aim.notes.push(Say::NoteJudgedAsLevel.with([("base", plan_model::plain(base.value))]));
        return level::toward_nature(context, aim, if floor { Direction::Higher } else { Direction::Lower });
    }
    let unit = context.indicator.unit.clone();
    let mut finding = Finding::unknown(&unit, Say::NoFigure.with([]));
    finding.can_be_lost = true;
    (finding.target, finding.due) = (aim.words(), aim.due);
    finding.inputs = aim.inputs();
    finding.notes = aim.notes.clone();
    finding.notes.extend(mention(context.breaks, context.as_of));
    finding.expected = limits.least.or(limits.most);
    let end = aim.due_month().or(context.period.map(|period| year_end(period.last_year())));
    finding.goal = end.map(|due| Goal {
        quantity: Quantity::Level { amounts: false },
        least: limits.least,
        most: limits.most,
        due,
        start: context.start(),
    });
    let Some(mut years) = context.series.years(context.start(), context.until(&aim)) else {
        finding.course = Course::Unknown(context.no_figure());
        return Ok(finding);
    };
    if years.figures.last().is_some_and(|last| last.months < 12) && context.series.year_so_far(context.indicator) {
        match context.latest(context.until(&aim), context.start()) {
            Ok((_, note)) => finding.notes.extend(note),
            Err(reason) => {
                finding.course = Course::Unknown(reason);
                return Ok(finding);
            }
        }
        years = years.whole();
    }
    let Some(last) = years.figures.last().map(|year| year.figure) else { return Err(context.no_figure()) };
    finding.inputs.extend(year_inputs(&years, &unit));
    finding.notes.extend(years.notes());
    finding.judged =
        Some(Judged { value: last.value, period: last.period, standing: last.standing, made: Made::Figure });
    finding.finished = aim.due_month().is_some_and(|due| end_month(last.period) >= due);
    finding.formula = Some(Say::FormulaBound.with([
        ("years", years.figures.iter().map(|y| y.year.to_string()).collect::<Vec<_>>().join("、")),
        ("target", finding.target.clone()),
    ]));
    let states: Vec<(i16, Year)> =
        years.figures.iter().map(|y| (y.year, limits.of_year(y.year, &aim).year(y.figure.value))).collect();
    let broken = years.figures.iter().zip(&states).filter(|(_, (_, state))| *state != Year::Kept);
    let breaks: Vec<Break> = broken
        .map(|(y, _)| Break {
            period: y.figure.period,
            value: y.figure.value,
            agreed: limits.agreed_otherwise(y.year, &aim),
        })
        .collect();
    let stays = !units::is_percent(&unit) && !conventions().renewed.is(&context.indicator.name);
    judge(&states, &breaks, floor && stays && aim.due.is_some() && !aim.every_year, &mut finding);
    Ok(finding)
}

fn judge(states: &[(i16, Year)], breaks: &[Break], may_be_reached: bool, finding: &mut Finding) {
    let broken = states.iter().filter(|(_, state)| *state == Year::Broken).count();
    let kept_since = states.iter().rev().take_while(|(_, state)| *state == Year::Kept).count();
    let latest = states.last().map(|(_, state)| *state);
    let all_kept = kept_since == states.len();
    // Out of reach in every year before, and kept ever since.
    let reached = may_be_reached && kept_since > 0 && broken > 0 && broken + kept_since == states.len();
    finding.met = if all_kept || reached { Met::Yes } else { Met::No };
    if reached {
        let since = states.iter().rev().nth(kept_since - 1).map(|(year, _)| year.to_string()).unwrap_or_default();
        finding.notes.push(Say::NoteReachedFloor.with([("year", since)]));
        let in_time = !finding.finished || kept_since > 1;
        finding.reached_early = in_time;
        finding.can_be_lost = false;
    } else if !all_kept {
        let years: Vec<String> =
            states.iter().filter(|(_, state)| *state != Year::Kept).map(|(year, _)| year.to_string()).collect();
        finding.notes.push(Say::NoteYearsBroken.with([("years", years.join("、"))]));
    }
    let only_latest = breaks.len() == 1 && latest != Some(Year::Kept);
    let (bound, now, before) = match latest {
        Some(Year::Kept) if all_kept || reached => (Bound::Kept, Say::BoundKept, None),
        Some(Year::Kept | Year::Slipped) if broken <= 1 => {
            (Bound::Slipped, Say::BoundSlipped, Some(Say::BoundSlippedBefore))
        }
        _ => (Bound::Broken, Say::BoundBroken, Some(Say::BoundBrokenBefore)),
    };
    // A break of an earlier year is named: the latest figure alone would not tell it.
    let sentence = match before {
        Some(before) if !only_latest => bound::before(before, breaks, finding),
        _ => bound::one(now, Compared::Latest, finding),
    };
    finding.course = Course::Bound(bound, sentence);
}

/// The bound, and whether it is a floor (more is better).
fn limits(context: &Context<'_>, aim: &Aim) -> Result<(Limits, bool), Message> {
    let value = aim.value.ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    let tolerance = &context.rules.tolerance;
    let slack = aim::margin(value, &context.indicator.unit, &tolerance.hold).unwrap_or_default();
    let both = |least, most| Limits { least, most, comparison: Comparison::Equal, slack };
    if let Some(high) = aim.high {
        return Ok((both(Some(value), Some(high)), false));
    }
    let stated = context.indicator.direction.or_else(|| aim::compared(aim.comparison));
    match stated.or_else(|| side_of_base(context, aim, value)) {
        Some(direction) => {
            let bar = aim::bar(aim, direction, &tolerance.about);
            let (least, most) = if direction == Direction::Higher { (bar, None) } else { (None, bar) };
            Ok((Limits { least, most, comparison: aim.comparison, slack }, direction == Direction::Higher))
        }
        // 稳定在 3% 左右 without a better side: near it on both.
        None if aim.comparison == Comparison::About => {
            let about = aim::margin(value, &context.indicator.unit, &tolerance.about);
            let least = about.and_then(|about| value.checked_sub(about));
            Ok((both(least, about.and_then(|about| value.checked_add(about))), false))
        }
        None => Ok((both(Some(value), Some(value)), false)),
    }
}

/// Which way a bound looks where nothing says so: one below the base is a floor
/// (耕地保有量), one above it a ceiling (失业率).
fn side_of_base(context: &Context<'_>, aim: &Aim, bound: Decimal) -> Option<Direction> {
    let base = base::choose(context.indicator, context.series, context.period)?;
    match base.value.cmp(&bound) {
        _ if aim.comparison == Comparison::About => None,
        Ordering::Greater => Some(Direction::Higher),
        Ordering::Less => Some(Direction::Lower),
        Ordering::Equal => None,
    }
}
