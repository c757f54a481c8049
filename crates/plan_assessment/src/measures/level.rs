//! A way from a base to a target: levels, coverage, zero, multiples, rises over
//! the whole period. The path is even (or through the agreed targets on the way),
//! or compound where the target is a multiple or a rate.

use plan_model::{Comparison, Decimal, Direction, Indicator, InputRole, Made, Message, Met, Observation};

use super::{
    Context,
    bound::{self, Compared},
    hold,
};
use crate::{
    aim::{self, Aim},
    base::{self, Base},
    breaks::under_old_definition,
    exact::{Num, rounding, shown},
    figures::{self, end_month, year_end},
    finding::{Bound, Course, Finding, Goal, Judged, Pace, Path, Quantity, Reading, Scale},
    message::Say,
    units,
};

/// Where a way ends, seen from where it starts.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// At this value.
    At(Decimal),
    /// So much above the start (negative: below).
    Beyond(Decimal),
    /// At so many times the start, by compound growth.
    Times(Num),
}

impl End {
    fn of(self, start: Num) -> Num {
        match self {
            End::At(value) => Num::from(value),
            End::Beyond(rise) => start + Num::from(rise),
            End::Times(factor) => start * factor,
        }
    }
}

/// A way as a measure type understands it.
pub(super) struct Way {
    pub(super) aim: Aim,
    /// The target as the plan says it.
    pub(super) words: String,
    pub(super) direction: Direction,
    pub(super) base: Option<Base>,
    pub(super) end: End,
    /// What a figure must reach; nothing where that needs a base that is missing.
    pub(super) bar: Option<Decimal>,
    /// Where the agreed targets on the way lie, seen from the start like the end.
    pub(super) interim: Vec<(i16, End)>,
}

/// The agreed targets on the way, said like the final one.
pub(super) fn on_the_way(aim: &Aim, end: impl Fn(Decimal) -> End) -> Vec<(i16, End)> {
    aim.interim.iter().map(|(year, value)| (*year, end(*value))).collect()
}

/// A level to be reached.
pub(super) fn find(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    if units::is_points(&aim.unit) && !units::is_points(&context.indicator.unit) {
        // 5 个百分点 is a difference, never a level of 5 %.
        let figure_unit = context.indicator.unit.clone();
        return Err(Say::UnitMismatch.with([("target_unit", aim.unit.clone()), ("figure_unit", figure_unit)]));
    }
    aim.in_unit_of(context.indicator)?;
    let base = base::choose(context.indicator, context.series, context.period);
    let value = aim.value.ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    let direction = match aim::direction(context.indicator, &aim, base.as_ref().map(|b| b.value)) {
        Some(direction) => direction,
        // Nothing to go: staying there is what can be judged without a direction.
        None if base.as_ref().is_some_and(|b| b.value == value) => {
            aim.notes.push(Say::NoteTwoSided.with([("target", format!("{}{}", plan_model::plain(value), aim.unit))]));
            aim.high = Some(aim.high.unwrap_or(value));
            return hold::find(context, aim);
        }
        None => return Err(Say::DirectionUnknown.with([])),
    };
    aim.notes.extend(aim::conflict(context.indicator, &aim));
    let bar = aim::bar(&aim, direction, &context.rules.tolerance.about);
    let end = match direction {
        Direction::Higher => value,
        Direction::Lower => aim.high.unwrap_or(value),
    };
    toward(
        context,
        Way { words: aim.words(), interim: on_the_way(&aim, End::At), aim, direction, base, end: End::At(end), bar },
    )
}

/// All of a whole: without a number the target is 100 %.
pub(super) fn all(mut aim: Aim) -> Aim {
    if aim.value.is_none() {
        (aim.value, aim.unit) = (Some(Decimal::ONE_HUNDRED), "%".to_owned());
    }
    aim.comparison = Comparison::AtLeast;
    aim
}

/// None left: without a number the target is 0. It stays 0.
pub(super) fn none_left(mut aim: Aim, indicator: &Indicator) -> Aim {
    if aim.value.is_none() {
        (aim.value, aim.unit) = (Some(Decimal::ZERO), indicator.unit.clone());
    }
    aim.comparison = Comparison::AtMost;
    aim
}

/// A way whose direction follows from what it is.
pub(super) fn toward_nature(context: &Context<'_>, mut aim: Aim, direction: Direction) -> Result<Finding, Message> {
    aim.in_unit_of(context.indicator)?;
    let base = base::choose(context.indicator, context.series, context.period);
    let bar = aim::bar(&aim, direction, &context.rules.tolerance.about);
    let end = bar.ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    toward(
        context,
        Way { words: aim.words(), interim: on_the_way(&aim, End::At), aim, direction, base, end: End::At(end), bar },
    )
}

/// So many times the base.
pub(super) fn multiple(context: &Context<'_>, aim: Aim) -> Result<Finding, Message> {
    let factor = aim.value.unwrap_or(Decimal::TWO);
    let base = base::choose(context.indicator, context.series, context.period);
    if base.as_ref().is_some_and(|b| b.value <= Decimal::ZERO) || factor <= Decimal::ZERO {
        return Err(Say::BaseNotPositive.with([]));
    }
    let direction = if factor >= Decimal::ONE { Direction::Higher } else { Direction::Lower };
    let bar = base.as_ref().and_then(|b| b.value.checked_mul(factor));
    let times = |times| End::Times(Num::from(times));
    let (end, interim) = (times(factor), on_the_way(&aim, times));
    toward(context, Way { words: aim.words(), interim, aim, direction, base, end, bar })
}

/// A rise over the whole period, in the unit of the figures or in percent of the base.
pub(super) fn rise(context: &Context<'_>, mut aim: Aim) -> Result<Finding, Message> {
    if context.indicator.direction == Some(Direction::Lower) {
        return Err(Say::DirectionContradicts.with([]));
    }
    if let Some((period, yearly)) = context.period.filter(|_| aim.every_year).zip(aim.value) {
        let whole = yearly.checked_mul(Decimal::from(period.years())).ok_or_else(|| Say::OutOfRange.with([]))?;
        aim.for_the_plan(period, whole);
    }
    let base = base::of_the_plan(context.indicator, context.series, context.period);
    let relative = units::is_percent(&aim.unit) && !units::is_percent(&context.indicator.unit);
    if !relative {
        aim.in_unit_of(context.indicator)?;
    }
    let rise = aim.value.ok_or_else(|| Say::TargetWithoutNumber.with([]))?;
    if relative && base.as_ref().is_some_and(|b| b.value <= Decimal::ZERO) {
        return Err(Say::BaseNotPositive.with([]));
    }
    // A rise in percent is one of the base.
    let amount = |rise: Decimal| match base.as_ref().filter(|_| relative) {
        Some(base) => (Num::from(base.value) * Num::from(rise) / Num::HUNDRED).0,
        None => Some(rise),
    };
    let end = amount(rise).map(End::Beyond).ok_or_else(|| Say::OutOfRange.with([]))?;
    let interim = on_the_way(&aim, |rise| End::Beyond(amount(rise).unwrap_or(rise)));
    let bar = base.as_ref().and_then(|b| end.of(Num::from(b.value)).0);
    toward(context, Way { words: aim.words(), aim, direction: Direction::Higher, base, end, bar, interim })
}

/// How far along a way the latest figure is.
pub(super) fn toward(context: &Context<'_>, way: Way) -> Result<Finding, Message> {
    let Way { aim, words, direction, base, end, bar, interim } = way;
    let unit = context.indicator.unit.clone();
    let mut finding = Finding::unknown(&unit, Say::NoFigure.with([]));
    finding.inputs.extend(base.as_ref().map(|b| b.input.clone()));
    finding.inputs.extend(aim.inputs());
    finding.notes.extend(base.iter().flat_map(|b| b.notes.iter().cloned()));
    finding.notes.extend(aim.notes.iter().cloned());
    finding.due = aim.due;
    finding.target = match (end, bar) {
        // A rise, a fall or a multiple says little without the level it leads to.
        (End::Beyond(_) | End::Times(_), Some(bar)) => format!("{words} → {}{unit}", plan_model::plain(bar)),
        _ => words,
    };

    let start = base.as_ref().and_then(|b| b.month).or_else(|| context.start());
    finding.goal = bar
        .zip(aim.due_month())
        .map(|(bar, due)| Goal { start, ..Goal::toward(Quantity::Level { amounts: false }, bar, direction, due) });
    let dated = base.as_ref().and_then(|b| b.month).zip(aim.due_month());
    if dated.is_some_and(|(from, due)| due <= from) {
        finding.course = Course::Unknown(Say::DueNotAfterBase.with([]));
        return Ok(finding);
    }
    let part = context.part_of_year(context.until(&aim), start);
    let figure = match part.map_or_else(|| context.latest(context.until(&aim), start), |(part, _)| Ok((part, None))) {
        Ok((figure, note)) => {
            finding.notes.extend(note);
            figure
        }
        Err(reason) => {
            finding.course = Course::Unknown(reason);
            return Ok(finding);
        }
    };
    finding.inputs.push(figures::input(InputRole::Figure, figure, &unit));
    let (value, chained) = match under_old_definition(figure, start, context.breaks) {
        Ok(chained) => chained,
        Err(reason) => {
            finding.course = Course::Unknown(reason);
            return Ok(finding);
        }
    };
    let untouched = chained.is_none();
    finding.notes.extend(chained);
    finding.judged = Some(Judged { value, period: figure.period, standing: figure.standing, made: Made::Figure });
    let share = part.map(|(_, share)| share);
    let here = Here { value, month: end_month(figure.period), start, untouched: untouched && share.is_none(), share };
    finding.notes.extend(here.note(figure, &unit));
    let finished = aim.due_month().is_some_and(|due| here.month >= due);
    let bar = match end {
        // 左右 eases what counts at the end, not what has to be reached on the way.
        End::At(value) if aim.comparison == Comparison::About && !finished => bar.map(|_| value),
        _ => bar,
    };
    let seeking = Seeking { aim: &aim, direction, bar, end, interim: &interim };
    seeking.reached(context, &here, &mut finding);
    finding.course = seeking.course(context, base.as_ref(), &here, &mut finding);
    Ok(finding)
}

/// The figure that is judged.
struct Here {
    value: Decimal,
    month: i32,
    start: Option<i32>,
    /// As printed, not chained over a change of definition.
    untouched: bool,
    /// The share of its year, in percent, where it is an amount of the year to date.
    share: Option<Decimal>,
}

impl Here {
    /// The amount for the whole year, where the figure is a part of it.
    fn whole(&self) -> Num {
        self.share.map_or(Num::from(self.value), |share| Num::from(self.value) * Num::HUNDRED / Num::from(share))
    }

    /// The month at whose end the whole amount stands.
    fn whole_month(&self) -> i32 {
        if self.share.is_some() { (self.month - 1).div_euclid(12) * 12 + 12 } else { self.month }
    }

    fn note(&self, figure: &Observation, unit: &str) -> Option<Message> {
        let share = self.share?;
        Some(Say::NotePartOfYear.with([
            ("period", figure.period.to_string()),
            ("value", plan_model::plain(self.value)),
            ("unit", unit.to_owned()),
            ("share", plan_model::plain(share)),
            ("whole", self.whole().0.map(shown).unwrap_or_default()),
        ]))
    }
}

struct Seeking<'a> {
    aim: &'a Aim,
    direction: Direction,
    bar: Option<Decimal>,
    end: End,
    interim: &'a [(i16, End)],
}

impl Seeking<'_> {
    fn meets(&self, value: Decimal) -> Option<bool> {
        self.bar.map(|bar| aim::meets(value, bar, self.aim.comparison, self.direction))
    }

    /// Whether the target is met, was met before its date, or was met and lost.
    fn reached(&self, context: &Context<'_>, here: &Here, finding: &mut Finding) {
        let due = self.aim.due_month();
        finding.finished = due.is_some_and(|due| here.month >= due);
        let Some(met) = self.meets(here.value) else { return };
        if here.share.is_some() && met == (self.direction == Direction::Lower) {
            // What the year has so far is not what it will have.
            finding.met = Met::Unknown;
            return;
        }
        finding.met = if met { Met::Yes } else { Met::No };
        let was_met = |figure: &Observation| {
            let value = under_old_definition(figure, here.start, context.breaks).ok();
            value.is_some_and(|(value, _)| self.meets(value) == Some(true))
        };
        let earlier = || context.series.between(here.start, here.month - 1);
        if met {
            // At the end it was early only if it was so already a year before.
            let before = || context.series.between(here.start, here.month - 12).last().is_some_and(was_met);
            finding.reached_early = due.is_some() && (!finding.finished || before());
        } else if let Some(once) = earlier().filter(|f| was_met(f)).last() {
            finding.notes.push(Say::NoteReachedThenLost.with([("period", once.period.to_string())]));
        }
    }

    fn course(&self, context: &Context<'_>, base: Option<&Base>, here: &Here, finding: &mut Finding) -> Course {
        // A base printed for an earlier year does not make the time before the plan a part of it.
        let begin = here.start.max(context.period.map(|period| figures::year_end(period.base_year())));
        if begin.is_some_and(|begin| here.month <= begin) {
            finding.reached_early = false;
            return Course::Unknown(Say::NoFigureSinceBase.with([("period", finding_period(finding))]));
        }
        let measured = base.map_or(Err(Say::BaseMissing.with([])), |base| self.measure(base, here));
        match (measured, base) {
            (_, Some(base)) if matches!(self.end, End::At(_)) && self.meets(base.value) == Some(true) => {
                self.hold(context, base, here, finding)
            }
            (Ok((path, formula, pace)), _) => {
                finding.expected = path.reading.of(path.here.expected);
                finding.formula = Some(formula);
                finding.pace = Some(pace);
                Course::Path(path)
            }
            // Whether a target is met needs no path.
            (Err(reason), _) if finding.met == Met::Unknown => Course::Unknown(reason),
            (Err(_), _) if finding.met == Met::Yes || finding.finished => Course::Point,
            (Err(reason), _) => Course::Unknown(reason),
        }
    }

    /// A target that the base meets already is a bound to be kept.
    fn hold(&self, context: &Context<'_>, base: &Base, here: &Here, finding: &mut Finding) -> Course {
        finding.expected = self.bar;
        (finding.reached_early, finding.can_be_lost) = (false, true);
        finding.notes.push(Say::NoteMetAtBase.with([("base", plan_model::plain(base.value))]));
        let bar = self.bar.unwrap_or(here.value);
        let slack = aim::margin(bar, &finding.unit, &context.rules.tolerance.hold).unwrap_or_default();
        let eased = match self.direction {
            Direction::Higher => bar.checked_sub(slack),
            Direction::Lower => bar.checked_add(slack),
        };
        let value = here.whole().0.unwrap_or(here.value);
        let (bound, say) = if self.meets(value) == Some(true) {
            (Bound::Kept, Say::BoundKept)
        } else if eased.is_some_and(|eased| aim::meets(value, eased, Comparison::Equal, self.direction)) {
            (Bound::Slipped, Say::BoundSlipped)
        } else {
            (Bound::Broken, Say::BoundBroken)
        };
        let compared = if here.share.is_some() { Compared::WholeYear(value) } else { Compared::Latest };
        Course::Bound(bound, bound::one(say, compared, finding))
    }

    fn measure(&self, base: &Base, here: &Here) -> Result<(Path, Message, Pace), Message> {
        let from = base.month.ok_or_else(|| Say::BasePeriodMissing.with([]))?;
        let due = self.aim.due_month().ok_or_else(|| Say::DueMissing.with([]))?;
        let month = here.whole_month();
        let (elapsed, total) = (month - from, due - from);
        if total <= 0 {
            return Err(Say::DueNotAfterBase.with([]));
        }
        let walk = Walk { from, month, due, end: self.end, interim: self.interim };
        let start = Num::from(base.value);
        let scale = walk.scale(start, here.whole());
        let path = Path {
            here: scale,
            printed_the_same: if here.untouched { self.printed_the_same(&walk, base.value, here.value) } else { None },
            elapsed,
            total: Some(total),
            additive: false,
            reading: here.share.map_or(Reading::Plain, Reading::PartOfYear),
        };
        Ok((path, walk.formula(&scale), self.pace(&walk, &scale)))
    }

    /// The least and most favourable numbers that would be printed like these.
    fn printed_the_same(&self, walk: &Walk<'_>, base: Decimal, value: Decimal) -> Option<(Scale, Scale)> {
        let (base_slack, slack) = (rounding(base), rounding(value));
        if (base_slack.is_zero() && slack.is_zero()) || matches!(self.end, End::Times(_)) {
            return None;
        }
        let sign = if self.direction == Direction::Higher { Num::ONE } else { -Num::ONE };
        let (base_slack, slack) = (sign * Num::from(base_slack), sign * Num::from(slack));
        let (base, value) = (Num::from(base), Num::from(value));
        Some((walk.scale(base + base_slack, value - slack), walk.scale(base - base_slack, value + slack)))
    }

    fn pace(&self, walk: &Walk<'_>, scale: &Scale) -> Pace {
        let (elapsed, left) = (walk.month - walk.from, walk.due - walk.month);
        let end = self.end.of(scale.start);
        let (needed, so_far, unit) = match self.end {
            End::Times(_) => {
                let rate = |ratio: Num, months| (ratio.power(12, months) - Num::ONE) * Num::HUNDRED;
                (rate(end / scale.value, left), rate(scale.value / scale.start, elapsed), "%".to_owned())
            }
            End::At(_) | End::Beyond(_) => {
                let yearly = |way: Num, months: i32| way * Num::from(12) / Num::from(months);
                let unit = if self.aim.unit == "%" { "个百分点".to_owned() } else { self.aim.unit.clone() };
                (yearly(end - scale.value, left), yearly(scale.value - scale.start, elapsed), unit)
            }
        };
        Pace { needed, so_far, unit, more_is_better: self.direction == Direction::Higher }
    }
}

/// Where a way is at a month.
struct Walk<'a> {
    from: i32,
    month: i32,
    due: i32,
    end: End,
    interim: &'a [(i16, End)],
}

impl Walk<'_> {
    fn scale(&self, start: Num, value: Num) -> Scale {
        Scale {
            start,
            end: Some(self.end.of(start)).filter(|end| end.0.is_some()).unwrap_or(Num(None)),
            value,
            expected: self.expected(start),
        }
    }

    /// The stretch of the way on which the month lies: where and when it begins and
    /// ends. Agreed targets cut the way into stretches.
    fn stretch(&self, start: Num) -> ((i32, Num), (i32, Num)) {
        let mut before = (self.from, start);
        let end = (self.due, self.end.of(start));
        let nodes = self.interim.iter().map(|(year, node)| (year_end(*year), node.of(start)));
        for node in nodes.filter(|(month, _)| *month > self.from && *month < self.due) {
            if self.month <= node.0 {
                return (before, node);
            }
            before = node;
        }
        (before, end)
    }

    fn expected(&self, start: Num) -> Num {
        let (before, node) = self.stretch(start);
        if self.month >= node.0 {
            return node.1;
        }
        let (passed, whole) = (self.month - before.0, node.0 - before.0);
        match self.end {
            End::Times(_) => before.1 * (node.1 / before.1).power(passed, whole),
            End::At(_) | End::Beyond(_) => before.1 + (node.1 - before.1) * Num::share(passed, whole),
        }
    }

    /// How the expected value was reckoned on the stretch that was walked.
    fn formula(&self, scale: &Scale) -> Message {
        let text = |number: Num| number.0.map_or_else(|| "—".to_owned(), shown);
        let ((from, before), (to, node)) = self.stretch(scale.start);
        let say = match self.end {
            _ if self.month == to && to != self.due => Say::FormulaAgreed,
            End::Times(_) => Say::FormulaMultiple,
            End::At(_) | End::Beyond(_) => Say::FormulaPath,
        };
        say.with([
            ("base", text(before)),
            ("target", text(node)),
            ("elapsed", (self.month.min(to) - from).to_string()),
            ("total", (to - from).to_string()),
            ("expected", text(scale.expected)),
            ("value", text(scale.value)),
        ])
    }
}

fn finding_period(finding: &Finding) -> String {
    finding.judged.as_ref().map(|j| j.period.to_string()).unwrap_or_default()
}
