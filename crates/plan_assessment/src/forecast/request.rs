//! Forecasts made on request: the default method, the slower ones and two simple
//! ones for reference, with how far off each was on the indicator's own past. They
//! inform; no verdict depends on them.

use plan_model::{Decimal, Forecast, Message, plain};
use serde::Serialize;

use super::{ForecastRules, Method, Projection, Recipe, Slower, project, project_slower, prospect::Asked};
use crate::{finding::Finding, measures::Context, message::Say};

/// What a method is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The one that every page shows.
    Default,
    /// One that takes longer.
    Slower,
    /// One so simple that a better method has to beat it; its interval is not
    /// calibrated and not to be shown.
    Reference,
}

/// How a method did when it was tried on the indicator's own past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trials {
    /// How many times.
    pub count: u32,
    /// How many numbers ahead (years, quarters or months, as the history has them).
    pub ahead: u32,
    /// The mean of how far off it was, always positive.
    pub off: Decimal,
    /// The unit of `off`: points where the value is a share or a rate.
    pub unit: String,
    /// How often the actual value lay inside the interval.
    pub inside: u32,
}

/// A forecast by one method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByMethod {
    /// What the method is there for.
    pub role: Role,
    /// The forecast.
    pub forecast: Forecast,
    /// How it did; nothing where the history is too short to try it.
    pub trials: Option<Trials>,
}

/// One indicator forecast by several methods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByMethods {
    /// The default first, then the slower ones, then those for reference.
    pub methods: Vec<ByMethod>,
    /// Whether the default and the slower ones agree about the target, in a sentence.
    pub reading: Message,
}

/// A way to carry a history on.
#[derive(Clone, Copy)]
enum Way {
    Simple(Recipe),
    Slower(Slower, Recipe),
}

impl Way {
    fn project(self, history: &[f64], steps: usize) -> Option<Projection> {
        match self {
            Way::Simple(recipe) => project(history, recipe, steps),
            Way::Slower(slower, recipe) => project_slower(history, slower, recipe, steps),
        }
    }

    fn code(self) -> &'static str {
        match self {
            Way::Simple(recipe) => recipe.method.code(),
            Way::Slower(slower, _) => slower.code(),
        }
    }
}

/// The forecasts of an indicator by all these methods, or why there are none.
pub(crate) fn by_methods(
    context: &Context<'_>,
    finding: &Finding,
    rules: Option<&ForecastRules>,
) -> Result<ByMethods, Message> {
    let rules = rules.ok_or_else(|| Say::ForecastNoRules.with([]))?;
    let asked = Asked::about(context, finding, rules)?;
    let default = asked.recipe();
    let slower = Slower::ALL.into_iter().filter_map(|slower| {
        let recipe = asked.exact_to_the_print(rules.slower(asked.kind(), slower)?);
        Some((Role::Slower, Way::Slower(slower, recipe)))
    });
    let reference = [Method::Naive, Method::Drift].map(|method| {
        let recipe = Recipe { method, widen: 1.0, ..default };
        (Role::Reference, Way::Simple(recipe))
    });
    let ways = std::iter::once((Role::Default, Way::Simple(default))).chain(slower).chain(reference);
    let methods = ways.map(|(role, way)| {
        let projection = way.project(asked.history(), asked.steps)?;
        Some(ByMethod { role, forecast: asked.tell(&projection, way.code())?, trials: trials(&asked, way, rules) })
    });
    let methods = methods.collect::<Option<Vec<_>>>().ok_or_else(|| Say::OutOfRange.with([]))?;
    let reading = reading(&methods, rules);
    Ok(ByMethods { methods, reading })
}

/// A method is tried from so many places of the past.
const TRIALS: usize = 10;

/// Tries a method on the history's own past: from several places as many steps ahead
/// as the target is away, or as half of what the history has to spare allows.
fn trials(asked: &Asked<'_>, way: Way, rules: &ForecastRules) -> Option<Trials> {
    let history = asked.history();
    let least = rules.least_points(asked.kind());
    let spare = history.len().checked_sub(least).filter(|spare| *spare > 0)?;
    let ahead = asked.steps.min(spare.div_ceil(2));
    let weights = asked.weights();
    let weights = weights.get(weights.len().checked_sub(ahead)?..)?;
    let all = spare + 1 - ahead;
    let count = all.min(TRIALS);
    let (mut off, mut inside) = (0.0, 0);
    for place in 1..=count {
        let (known, after) = history.split_at_checked(least + place * all / count - 1)?;
        let outcome = way.project(known, ahead)?.outcome(weights);
        let actual: f64 = weights.iter().zip(after).map(|(weight, value)| weight * value).sum();
        let [low, high] = outcome.interval(&rules.half_widths);
        off += (outcome.middle - actual).abs();
        inside += u32::from((low..=high).contains(&actual));
    }
    let (off, unit) = asked.error_as_read(off / count as f64, ahead)?;
    Some(Trials { count: u32::try_from(count).ok()?, ahead: u32::try_from(ahead).ok()?, off, unit, inside })
}

/// Whether the default and the slower methods agree about the target.
fn reading(methods: &[ByMethod], rules: &ForecastRules) -> Message {
    let heard = methods.iter().filter(|one| one.role != Role::Reference);
    let chances: Vec<Decimal> = heard.map(|one| one.forecast.chance).collect();
    let low = chances.iter().min().copied().unwrap_or_default();
    let high = chances.iter().max().copied().unwrap_or_default();
    let (hopeful, doubtful) = (rules.hopeful_from, rules.doubtful_under);
    let say = match (low, high) {
        (low, _) if low >= hopeful => Say::ForecastsHopeful,
        (_, high) if high < doubtful => Say::ForecastsDoubtful,
        (low, high) if low < doubtful && high >= hopeful => Say::ForecastsContrary,
        (low, high) if low >= doubtful && high < hopeful => Say::ForecastsOpen,
        _ => Say::ForecastsDiffer,
    };
    let percent = |share: Decimal| plain((share * Decimal::ONE_HUNDRED).normalize());
    say.with([
        ("low", percent(low)),
        ("high", percent(high)),
        ("hopeful", percent(hopeful)),
        ("doubtful", percent(doubtful)),
    ])
}
