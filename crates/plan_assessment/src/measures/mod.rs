//! The arithmetic of each measure type (rulebook, section 2), one file for each
//! kind of arithmetic. None of them knows what a rule set calls its result.

mod bound;
mod comparison;
mod cumulative;
mod fall;
mod growth;
mod hold;
mod level;
mod rank;
mod yes_no;

use std::collections::BTreeSet;

use jiff::civil::Date;
use plan_model::{
    Decimal, Direction, Indicator, Input, Measure, Message, Node, Observation, Origin, Period, PlanPeriod, Standing,
    plain,
};

use rust_decimal::prelude::ToPrimitive;

use crate::{
    aim::{self, AgreedTarget, Aim},
    breaks::SeriesBreak,
    exact::Num,
    figures::{Series, Years, end_month, months_ended},
    finding::Finding,
    message::Say,
    nodes::NodeRules,
    rule_set::RuleSet,
};

/// Everything the arithmetic may look at.
pub(crate) struct Context<'a> {
    pub(crate) indicator: &'a Indicator,
    pub(crate) series: &'a Series<'a>,
    /// The indicator it is compared with, and its figures.
    pub(crate) other: Option<(&'a Indicator, &'a Series<'a>)>,
    pub(crate) breaks: &'a [&'a SeriesBreak],
    /// Yearly targets agreed outside of the plan's own text.
    pub(crate) agreed: &'a [&'a AgreedTarget],
    pub(crate) nodes: &'a [&'a Node],
    pub(crate) period: Option<PlanPeriod>,
    pub(crate) as_of: Date,
    pub(crate) rules: &'a RuleSet,
    pub(crate) node_rules: Option<&'a NodeRules>,
}

impl Context<'_> {
    /// The last month whose figures count: by the as-of date, and not after the target's date.
    fn until(&self, aim: &Aim) -> i32 {
        let today = months_ended(self.as_of);
        aim.due_month().map_or(today, |due| due.min(today))
    }

    /// The month at whose end the plan starts, else the time of the printed base.
    pub(crate) fn start(&self) -> Option<i32> {
        let plan = self.period.map(|p| Period::Year(p.base_year()));
        plan.or(self.indicator.baseline.as_ref().and_then(|b| b.period)).map(end_month)
    }

    /// The figure a level is judged by: the latest one, or, where parts of a year
    /// speak of the year so far, that of the last whole year, with a note.
    fn latest(&self, until: i32, after: Option<i32>) -> Result<(&Observation, Option<Message>), Message> {
        let latest = self.series.latest(until).ok_or_else(|| self.no_figure())?;
        if latest.period.last_month() == 12 || !self.series.year_so_far(self.indicator) {
            return Ok((latest, None));
        }
        let part = |say: Say, year: String| {
            say.with([
                ("period", latest.period.to_string()),
                ("value", plain(latest.value)),
                ("unit", self.indicator.unit.clone()),
                ("year", year),
            ])
        };
        let whole = self.series.latest_whole_year(until);
        let whole = whole.filter(|whole| after.is_none_or(|after| end_month(whole.period) > after));
        let whole = whole.ok_or_else(|| part(Say::YearToDateOnly, String::new()))?;
        Ok((whole, Some(part(Say::NoteYearHeldBack, whole.period.year().to_string()))))
    }

    /// The share, in percent, of a year's amount that is to be there by the end of a
    /// month by the course agreed for that year.
    fn share_by(&self, month: i32) -> Option<Decimal> {
        let year = (month - 1).div_euclid(12);
        let place = usize::try_from(month - year * 12 - 1).ok()?;
        let of_year = |target: &&&AgreedTarget| i32::from(target.year) == year && target.by_month.len() == 12;
        self.agreed.iter().find(of_year)?.by_month.get(place).copied()
    }

    /// A month on the clock of the agreed courses: where a year has one, its months
    /// pass as its amount comes together.
    fn clock(&self, month: i32) -> Num {
        match self.share_by(month) {
            Some(share) => {
                let year = Num::from((month - 1).div_euclid(12) * 12);
                year + Num::from(share) * Num::from(12) / Num::HUNDRED
            }
            None => Num::from(month),
        }
    }

    /// The amount of the year to date that an agreed course lets judge before the
    /// year is over, with the share of the year that is to be there by then.
    fn part_of_year(&self, until: i32, after: Option<i32>) -> Option<(&Observation, Decimal)> {
        let latest = self.series.latest(until)?;
        let month = end_month(latest.period);
        let part = latest.period.last_month() < 12 && after.is_none_or(|after| month > after);
        let share = self.share_by(month).filter(|share| part && *share > Decimal::ZERO)?;
        self.series.to_date(self.indicator).then_some((latest, share))
    }

    /// The reason why nothing is judged before the plan has begun.
    fn not_begun(&self) -> Option<Message> {
        let first = self.period?.first_year();
        (self.as_of.year() < first)
            .then(|| Say::PlanNotBegun.with([("year", first.to_string()), ("as_of", self.as_of.to_string())]))
    }

    /// The yearly rates of whole years as logarithms: of growth, or of what is left after a fall.
    fn chain_steps(&self, falls: bool) -> Vec<(i16, f64)> {
        let years = self.series.years(None, months_ended(self.as_of));
        let whole = years.into_iter().flat_map(|years| years.figures).filter(|year| year.months == 12);
        let step = |rate: f64| if falls { (1.0 - rate / 100.0).ln() } else { (1.0 + rate / 100.0).ln() };
        whole
            .filter_map(|year| Some((year.year, step(year.figure.value.to_f64()?))))
            .filter(|(_, s)| s.is_finite())
            .collect()
    }

    fn no_figure(&self) -> Message {
        Say::NoFigure.with([("as_of", self.as_of.to_string())])
    }

    /// Whether so few of the years have figures that they cannot stand for the rest.
    fn too_few(&self, years: &Years<'_>) -> Option<Message> {
        let share = Num::share(years.covered, years.elapsed).0?;
        let missing: Vec<String> = years.missing.iter().map(i16::to_string).collect();
        (share < self.rules.least_share_of_time)
            .then(|| Say::TooFewYears.with([("count", years.figures.len().to_string()), ("years", missing.join("、"))]))
    }
}

/// Finds out how an indicator stands.
pub(crate) fn find(context: &Context<'_>) -> Finding {
    let indicator = context.indicator;
    let speaks = |target: &&&AgreedTarget| target.speaks_of(&indicator.measure);
    let agreed: Vec<&AgreedTarget> = context.agreed.iter().filter(speaks).copied().collect();
    let aim = aim::choose(indicator, context.period).map(|aim| aim.with_agreed(&agreed));
    if let Some(reason) = context.not_begun() {
        return Finding::unknown(&indicator.unit, reason);
    }
    let result = match (&indicator.measure, aim) {
        (Measure::FasterThan(other) | Measure::InStepWith(other), aim) => comparison::find(context, other, aim.ok()),
        (Measure::GrowthUnstated, _) => growth::unstated(context),
        (_, Err(reason)) => Err(reason),
        (measure, Ok(aim)) => find_with(context, measure, aim),
    };
    let mut finding = result.unwrap_or_else(|reason| Finding::unknown(&indicator.unit, reason));
    let passed = finding.due.filter(|due| crate::figures::year_end(*due) <= months_ended(context.as_of));
    if let Some(year) = passed.filter(|_| !finding.finished && finding.judged.is_some()) {
        finding.notes.push(Say::NoteDuePassed.with([("year", year.to_string())]));
    }
    finding.notes.extend(unverified(&finding.inputs));
    finding.notes.extend(context.series.provisional(&finding.inputs));
    let odd: Vec<Message> = context.series.notes_on(&finding.inputs).collect();
    finding.notes.extend(odd);
    finding
}

fn find_with(context: &Context<'_>, measure: &Measure, aim: Aim) -> Result<Finding, Message> {
    match measure {
        Measure::Level if aim.every_year => hold::find(context, aim),
        Measure::Coverage if aim.every_year => hold::find(context, level::all(aim)),
        Measure::Zero if aim.every_year => hold::find(context, level::none_left(aim, context.indicator)),
        Measure::Level => level::find(context, aim),
        Measure::Coverage => level::toward_nature(context, level::all(aim), Direction::Higher),
        Measure::Zero => level::toward_nature(context, level::none_left(aim, context.indicator), Direction::Lower),
        Measure::Multiple => level::multiple(context, aim),
        Measure::CumulativeRise => level::rise(context, aim),
        Measure::CumulativeFall => fall::find(context, aim),
        Measure::YearlyGrowth if fall::each_year(context, &aim) => fall::find(context, fall::of_each_year(aim)),
        Measure::YearlyGrowth => growth::find(context, aim),
        Measure::GrowthUnstated => growth::unstated(context),
        Measure::Cumulative => cumulative::find(context, aim),
        Measure::HoldEachYear => hold::find(context, aim),
        Measure::Rank => rank::find(context, aim),
        Measure::YesNo => yes_no::find(context, &aim),
        Measure::FasterThan(other) | Measure::InStepWith(other) => comparison::find(context, other, Some(aim)),
    }
}

/// A note where a verdict rests on figures that nobody but their reporter stands for.
fn unverified(inputs: &[Input]) -> Option<Message> {
    let own_word = |input: &&Input| matches!(input.origin, Origin::Figure { standing: Standing::Reported, .. });
    let periods = inputs.iter().filter(own_word).filter_map(|input| input.period);
    let periods: BTreeSet<Period> = periods.collect();
    let periods: Vec<String> = periods.iter().map(Period::to_string).collect();
    (!periods.is_empty()).then(|| Say::NoteUnverified.with([("periods", periods.join("、"))]))
}

/// The figures of years as inputs of the trail.
fn year_inputs(years: &Years<'_>, unit: &str) -> Vec<Input> {
    years.figures.iter().map(|year| crate::figures::input(plan_model::InputRole::Figure, year.figure, unit)).collect()
}
