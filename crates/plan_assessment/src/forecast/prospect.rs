//! From an indicator's figures and what is aimed at to a forecast, or the reason
//! why there is none.

use plan_model::{Decimal, Forecast, ForecastPoint, Measure, Message, Met, Period, Prospect, plain};
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::{
    ForecastRules, Kind, Outcome, Projection, Recipe,
    history::{self, Figures, History},
    project,
};
use crate::{
    figures::{months_ended, year_end},
    finding::{ChainReading, Course, Finding, Goal, Quantity},
    measures::Context,
    message::Say,
    units,
};

/// Nobody can say more about what comes later than this many years ahead.
const FARTHEST_YEARS: i32 = 15;

/// The forecast for an indicator, or why there is none.
pub(crate) fn prospect(context: &Context<'_>, finding: &Finding, rules: Option<&ForecastRules>) -> Prospect {
    let made = rules.ok_or_else(|| Say::ForecastNoRules.with([])).and_then(|rules| forecast(context, finding, rules));
    match made {
        Ok(forecast) => Prospect::Computed(Box::new(forecast)),
        Err(reason) => Prospect::Withheld(reason),
    }
}

fn forecast(context: &Context<'_>, finding: &Finding, rules: &ForecastRules) -> Result<Forecast, Message> {
    let asked = Asked::about(context, finding, rules)?;
    let projection = project(asked.history(), asked.recipe(), asked.steps);
    let told = projection.and_then(|projection| asked.tell(&projection, asked.recipe().method.code()));
    told.ok_or_else(|| Say::OutOfRange.with([]))
}

/// What is to be forecast: a history, how far it is to be carried on, and how its
/// numbers become what the target is compared with.
pub(super) struct Asked<'a> {
    context: &'a Context<'a>,
    goal: &'a Goal,
    rules: &'a ForecastRules,
    road: Road,
    /// How many steps of the history lie ahead until the target's date.
    pub(super) steps: usize,
}

impl<'a> Asked<'a> {
    /// What is to be forecast for an indicator, or why nothing is.
    pub(super) fn about(
        context: &'a Context<'a>,
        finding: &'a Finding,
        rules: &'a ForecastRules,
    ) -> Result<Self, Message> {
        if matches!(context.indicator.measure, Measure::Rank | Measure::YesNo | Measure::GrowthUnstated) {
            return Err(Say::ForecastNotForThis.with([]));
        }
        if finding.finished || finding.lost {
            return Err(Say::ForecastOver.with([]));
        }
        if finding.met == Met::Yes && !finding.can_be_lost {
            return Err(Say::ForecastReached.with([]));
        }
        let Some(goal) = &finding.goal else {
            return Err(match (&finding.course, finding.due) {
                (Course::Unknown(reason), _) => reason.clone(),
                (_, None) => Say::ForecastNoYear.with([]),
                _ => Say::ForecastNotForThis.with([]),
            });
        };
        if !matches!(goal.quantity, Quantity::Level { .. }) && context.series.speaks_of_all_years(context.start()) {
            return Err(Say::ForecastNotByYears.with([]));
        }
        let until = months_ended(context.as_of).min(goal.due);
        let road = Road::find(context, goal, until, rules)?;
        let steps = (goal.due - road.history.last) / road.history.step();
        if steps <= 0 {
            return Err(Say::ForecastOver.with([]));
        }
        if goal.due - road.history.last > FARTHEST_YEARS * 12 {
            return Err(Say::ForecastTooFar.with([("years", FARTHEST_YEARS.to_string())]));
        }
        Ok(Self { context, goal, rules, road, steps: usize::try_from(steps).unwrap_or(0) })
    }

    /// The numbers that are carried on.
    pub(super) fn history(&self) -> &[f64] {
        &self.road.history.values
    }

    /// What sort of history they are.
    pub(super) fn kind(&self) -> Kind {
        self.road.history.kind
    }

    /// The recipe of the default method.
    pub(super) fn recipe(&self) -> Recipe {
        self.exact_to_the_print(self.rules.recipe(self.kind()))
    }

    /// A recipe that knows how the figures were rounded.
    pub(super) fn exact_to_the_print(&self, recipe: Recipe) -> Recipe {
        Recipe { least_error: self.road.least_error, ..recipe }
    }

    /// Which of the steps ahead make the value at the target's date.
    pub(super) fn weights(&self) -> Vec<f64> {
        self.road.parts(self.steps, self.goal.due).1
    }

    /// A projection as a forecast, under the code of its method.
    pub(super) fn tell(&self, projection: &Projection, method: &str) -> Option<Forecast> {
        self.road.tell(self, projection, method)
    }

    /// An error of what the weights make, as people read it, with its unit: points
    /// where the value is a share or a rate.
    pub(super) fn error_as_read(&self, error: f64, steps: usize) -> Option<(Decimal, String)> {
        let percent = units::is_percent(&self.context.indicator.unit);
        let (error, points) = match &self.road.sum {
            Sum::Chain { reading: ChainReading::Fall, .. } => ((error.exp() - 1.0) * 100.0, true),
            Sum::Chain { .. } => (((error / steps as f64).exp() - 1.0) * 100.0, true),
            _ => (error, percent),
        };
        let unit = if points { "个百分点".to_owned() } else { self.context.indicator.unit.clone() };
        Some((Decimal::from_f64(error)?.round_dp(self.road.decimals.min(5) + 1).normalize(), unit))
    }
}

/// A history and how its numbers become what the target is compared with.
struct Road {
    history: History,
    sum: Sum,
    least_error: f64,
    decimals: u32,
    /// What the numbers cannot leave (shares, counts).
    floor: f64,
    ceiling: f64,
}

/// Which numbers make the value at the end of a year.
enum Sum {
    /// The last one.
    Last,
    /// Those of the year.
    OfTheYear,
    /// All since this month, of which so much is known.
    Since { from: i32, known: f64 },
    /// The same, read together.
    Chain { from: i32, known: f64, reading: ChainReading },
}

impl Road {
    fn find(context: &Context<'_>, goal: &Goal, until: i32, rules: &ForecastRules) -> Result<Self, Message> {
        match &goal.quantity {
            Quantity::Level { amounts } => {
                let figures = Figures::gather(context, (None, until), goal.start, *amounts)?;
                let history = figures.history(rules)?;
                let sum = if history.amounts { Sum::OfTheYear } else { Sum::Last };
                Ok(Self::of_figures(context, &figures, history, sum))
            }
            Quantity::Total { from } => {
                let figures = Figures::gather(context, (Some(*from), until), Some(*from), true)?;
                let history = figures.history(rules)?;
                let known = added_up(&figures, &history, *from)?;
                let sum = Sum::Since { from: *from, known };
                Ok(Self::of_figures(context, &figures, history, sum))
            }
            Quantity::Chain { steps, from, reading } => {
                if let Some(change) = context.breaks.iter().find(|change| change.from.last_day() <= context.as_of) {
                    return Err(Say::DefinitionChanged.with([("period", change.from.to_string())]));
                }
                let history = history::chain(steps, rules)?;
                let counted = |(year, _): &&(i16, f64)| year_end(*year) > *from;
                let since: Vec<&(i16, f64)> = steps.iter().filter(counted).collect();
                if i32::try_from(since.len()).ok().map(|years| years * 12) != Some((history.last - from).max(0)) {
                    return Err(Say::ForecastSumIncomplete.with([]));
                }
                let known = since.iter().map(|(_, step)| step).sum();
                let sum = Sum::Chain { from: *from, known, reading: *reading };
                // Published rates have one decimal, a thousandth as a logarithm.
                let least_error = history::rounding_error(1) / 100.0;
                let (floor, ceiling) = (f64::NEG_INFINITY, f64::INFINITY);
                Ok(Self { history, sum, least_error, decimals: 2, floor, ceiling })
            }
        }
    }

    fn of_figures(context: &Context<'_>, figures: &Figures, history: History, sum: Sum) -> Self {
        let all = |holds: fn(&f64) -> bool| history.values.iter().all(holds);
        let share = units::is_percent(&context.indicator.unit) && all(|v| (0.0..=100.0).contains(v));
        let growth = matches!(context.indicator.measure, Measure::YearlyGrowth | Measure::CumulativeFall);
        let ceiling = if share && !growth { 100.0 } else { f64::INFINITY };
        let floor = if all(|v| *v >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
        let least_error = history::rounding_error(figures.decimals);
        Self { history, sum, least_error, decimals: figures.decimals, floor, ceiling }
    }

    /// Which steps ahead count for the value at the end of a month, and what is known already.
    fn parts(&self, steps: usize, month: i32) -> (f64, Vec<f64>) {
        let step = self.history.step();
        let ahead = usize::try_from((month - self.history.last) / step).unwrap_or(0);
        let ends = (1..).map(|at: i32| self.history.last + at * step).take(ahead.min(steps));
        let (known, counts): (f64, Box<dyn Fn(i32) -> bool>) = match &self.sum {
            Sum::Last => (0.0, Box::new(move |end| end == month)),
            Sum::OfTheYear => {
                let in_year = move |end: i32| end > month - 12 && end <= month;
                (self.history.by_month().filter(|(end, _)| in_year(*end)).map(|(_, v)| v).sum(), Box::new(in_year))
            }
            Sum::Since { known, .. } | Sum::Chain { known, .. } => (*known, Box::new(|_| true)),
        };
        (known, ends.map(|end| f64::from(u8::from(counts(end)))).collect())
    }

    /// What is expected at the end of a month, before it is read.
    fn outcome(&self, projection: &Projection, month: i32) -> Outcome {
        let (known, weights) = self.parts(projection.values.len(), month);
        projection.outcome(&weights).beyond(known)
    }

    /// The number as the target says it.
    fn read(&self, value: f64, month: i32) -> f64 {
        let read = match &self.sum {
            Sum::Chain { from, reading, .. } => {
                let years = f64::from(month - from) / 12.0;
                match reading {
                    ChainReading::MeanRate => ((value / years).exp() - 1.0) * 100.0,
                    ChainReading::Fall => (1.0 - value.exp()) * 100.0,
                    ChainReading::Difference => value / years * 100.0,
                }
            }
            _ => value,
        };
        read.clamp(self.floor, self.ceiling)
    }

    /// A limit of the target on the scale of the estimate.
    fn limit(&self, limit: Decimal, month: i32) -> Option<f64> {
        let limit = limit.to_f64()?;
        let scaled = match &self.sum {
            Sum::Chain { from, reading, .. } => {
                let years = f64::from(month - from) / 12.0;
                match reading {
                    ChainReading::MeanRate => (1.0 + limit / 100.0).ln() * years,
                    ChainReading::Fall => (1.0 - limit / 100.0).ln(),
                    ChainReading::Difference => limit / 100.0 * years,
                }
            }
            _ => limit,
        };
        (!scaled.is_nan()).then_some(scaled)
    }

    fn chance(&self, goal: &Goal, projection: &Projection) -> Option<f64> {
        let outcome = self.outcome(projection, goal.due);
        let limit = |limit: Option<Decimal>| match limit {
            Some(limit) => self.limit(limit, goal.due).map(Some),
            None => Some(None),
        };
        // A fall of at least so much is an index of at most so much.
        let (least, most) = match &self.sum {
            Sum::Chain { reading: ChainReading::Fall, .. } => (limit(goal.most)?, limit(goal.least)?),
            _ => (limit(goal.least)?, limit(goal.most)?),
        };
        let below = |limit: f64| outcome.chance_below(limit);
        Some(most.map_or(1.0, below) - least.map_or(0.0, below))
    }

    fn tell(&self, asked: &Asked<'_>, projection: &Projection, method: &str) -> Option<Forecast> {
        let Asked { context, goal, rules, .. } = asked;
        let round = |value: f64| Some(Decimal::from_f64(value)?.round_dp(self.decimals.min(6)).normalize());
        let year = |month: i32| i16::try_from(month / 12 - 1).ok();
        let first = self.history.last.div_euclid(12) * 12 + 12;
        let point = |month: i32| {
            let outcome = self.outcome(projection, month);
            let [low, high] = outcome.interval(&rules.half_widths).map(|end| self.read(end, month));
            Some(ForecastPoint {
                period: Period::Year(year(month)?),
                value: round(self.read(outcome.middle, month))?,
                low: round(low.min(high))?,
                high: round(low.max(high))?,
            })
        };
        let from = match &self.sum {
            Sum::Since { from, .. } | Sum::Chain { from, .. } => *from,
            Sum::Last | Sum::OfTheYear => i32::MIN,
        };
        let months = (0..).map(|years| first + years * 12).take_while(|month| *month <= goal.due);
        let course = months.filter(|month| *month > from).map(point).collect::<Option<Vec<_>>>()?;
        let end = course.last()?;
        let chance = Decimal::from_f64(self.chance(goal, projection)?)?.round_dp(2);
        let chance = chance.clamp(Decimal::new(1, 2), Decimal::new(99, 2));
        let unit = match &self.sum {
            Sum::Chain { reading: ChainReading::Difference, .. } => "个百分点".to_owned(),
            Sum::Chain { .. } => "%".to_owned(),
            _ => context.indicator.unit.clone(),
        };
        let percent = |share: Decimal| plain(share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default().normalize());
        let sentence = Say::Forecast.with([
            ("points", self.history.points.to_string()),
            ("year", end.period.to_string()),
            ("value", plain(end.value)),
            ("low", plain(end.low)),
            ("high", plain(end.high)),
            ("unit", unit.clone()),
            ("inside", percent(rules.inside)),
            ("chance", percent(chance)),
        ]);
        Some(Forecast {
            unit,
            inside: rules.inside,
            chance,
            method: method.to_owned(),
            history: self.history.kind.code().to_owned(),
            points: u32::try_from(self.history.points).unwrap_or(u32::MAX),
            rules_version: rules.version.clone(),
            sentence,
            course,
        })
    }
}

/// What the years since `from` and the parts of the last year amount to.
fn added_up(figures: &Figures, history: &History, from: i32) -> Result<f64, Message> {
    let ends = figures.year_ends();
    let this_year = history.last.div_euclid(12) * 12;
    let mut sum = 0.0;
    let mut month = from + 12;
    while month <= this_year {
        let year = ends.get(&month).and_then(|value| value.to_f64());
        sum += year.ok_or_else(|| Say::ForecastSumIncomplete.with([]))?;
        month += 12;
    }
    let parts = history.by_month().filter(|(end, _)| *end > this_year).map(|(_, value)| value);
    Ok(sum + parts.sum::<f64>())
}
