//! The methods: from evenly spaced numbers to the numbers after them, with how
//! far off they may be. Small and explainable on purpose; which one is used is
//! decided by the published backtest (`docs/backtest.md`), not per series.

use serde::Deserialize;

use super::{
    projection::{Parts, Projection},
    season,
};

/// How a history is carried on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The last number stays (朴素).
    Naive,
    /// The mean of all numbers.
    Mean,
    /// The last number and the mean change (漂移).
    Drift,
    /// The last number and the median of all pairwise slopes (Theil–Sen).
    MedianDrift,
    /// The same, the change dying away step by step (阻尼).
    DampedDrift,
    /// The line of median slope and median height through all numbers.
    MedianLine,
    /// Simple exponential smoothing: a level, no change.
    Smoothing,
    /// A smoothed level and half the median slope (Theta).
    Theta,
    /// A smoothed level and as much of the recent median slope as stands out from
    /// the noise (显著趋势). A way without noise goes on as it is.
    EvidentTrend,
    /// The same season of the last year and the mean change from year to year.
    SeasonalDrift,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 10] = [
        Method::Naive,
        Method::Mean,
        Method::Drift,
        Method::MedianDrift,
        Method::DampedDrift,
        Method::MedianLine,
        Method::Smoothing,
        Method::Theta,
        Method::EvidentTrend,
        Method::SeasonalDrift,
    ];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Method::Naive => "naive",
            Method::Mean => "mean",
            Method::Drift => "drift",
            Method::MedianDrift => "median_drift",
            Method::DampedDrift => "damped_drift",
            Method::MedianLine => "median_line",
            Method::Smoothing => "smoothing",
            Method::Theta => "theta",
            Method::EvidentTrend => "evident_trend",
            Method::SeasonalDrift => "seasonal_drift",
        }
    }
}

/// A method with what it needs to know about the series.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// The method.
    pub method: Method,
    /// Numbers in a year: 1, 4 or 12.
    pub in_a_year: usize,
    /// Whether seasons are taken out first, where there are two years of numbers.
    pub seasonal: bool,
    /// By how much standard errors are made larger, so that intervals hold what
    /// they promise; found by the backtest.
    pub widen: f64,
    /// Errors are at least so large: printed numbers are rounded.
    pub least_error: f64,
}

/// Carries a history on by `steps` steps; nothing for fewer than three numbers.
pub fn project(history: &[f64], recipe: Recipe, steps: usize) -> Option<Projection> {
    if history.len() < 3 || history.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut projection = with_seasons(history, recipe, steps)?;
    projection.widen = recipe.widen;
    Some(projection)
}

fn with_seasons(history: &[f64], recipe: Recipe, steps: usize) -> Option<Projection> {
    let two_years = recipe.in_a_year > 1 && history.len() >= 2 * recipe.in_a_year;
    if recipe.method == Method::SeasonalDrift && two_years {
        return season::drift(history, recipe, steps);
    }
    let pattern = season::of(history, recipe);
    if pattern.len() == 1 {
        return carry(history, recipe, steps);
    }
    let level: Vec<f64> = history.iter().zip(pattern.iter().cycle()).map(|(value, season)| value - season).collect();
    let mut projection = carry(&level, recipe, steps)?;
    let ahead = pattern.iter().cycle().skip(history.len() % pattern.len());
    projection.values.iter_mut().zip(ahead).for_each(|(value, season)| *value += season);
    Some(projection)
}

fn carry(history: &[f64], recipe: Recipe, steps: usize) -> Option<Projection> {
    let even = || (1..=steps).map(|step| step as f64).collect::<Vec<_>>();
    let parts = match recipe.method {
        Method::Naive => from_the_last(history, 0.0, vec![0.0; steps])?,
        Method::Mean => around_the_mean(history, steps),
        Method::Drift => from_the_last(history, mean_change(history)?, even())?,
        Method::MedianDrift | Method::SeasonalDrift => from_the_last(history, median_slope(history)?, even())?,
        Method::DampedDrift => from_the_last(history, median_slope(history)?, dying_away(recipe.in_a_year, steps))?,
        Method::MedianLine => on_the_line(history, median_slope(history)?, even())?,
        Method::Smoothing => smoothed(history, 0.0, even()),
        Method::Theta => smoothed(history, median_slope(history)? / 2.0, even()),
        Method::EvidentTrend => evident_trend(history, recipe.in_a_year, even())?,
    };
    Some(parts.build(recipe.least_error))
}

fn mean_change(history: &[f64]) -> Option<f64> {
    Some((history.last()? - history.first()?) / (history.len() as f64 - 1.0))
}

/// The last number and a change; `pull` says how many whole changes each step is away.
fn from_the_last(history: &[f64], slope: f64, pull: Vec<f64>) -> Option<Parts> {
    let last = history.last()?;
    let changes = history.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()? - slope));
    let moves = pull.iter().any(|pull| *pull > 0.0);
    Some(Parts {
        values: pull.iter().map(|pull| last + slope * pull).collect(),
        errors: changes.collect(),
        used_up: usize::from(moves),
        memory: 1.0,
        pull,
        slope_share: (1.0 / (history.len() as f64 - 1.0)).sqrt(),
    })
}

fn around_the_mean(history: &[f64], steps: usize) -> Parts {
    let count = history.len() as f64;
    let mean = history.iter().sum::<f64>() / count;
    Parts {
        values: vec![mean; steps],
        errors: history.iter().map(|value| value - mean).collect(),
        used_up: 1,
        memory: 0.0,
        pull: vec![1.0; steps],
        slope_share: (1.0 / count).sqrt(),
    }
}

fn on_the_line(history: &[f64], slope: f64, ahead: Vec<f64>) -> Option<Parts> {
    let count = history.len() as f64;
    let heights: Vec<f64> = history.iter().zip(0..).map(|(value, at)| value - slope * f64::from(at)).collect();
    let height = median(&mut heights.clone())?;
    let spread = |step: &f64| (1.0 / count + (step + (count - 1.0) / 2.0).powi(2) * 12.0 / count.powi(3)).sqrt();
    Some(Parts {
        values: ahead.iter().map(|step| height + slope * (count - 1.0 + step)).collect(),
        errors: heights.iter().map(|value| value - height).collect(),
        used_up: 2,
        memory: 0.0,
        pull: ahead.iter().map(spread).collect(),
        slope_share: 1.0,
    })
}

/// A smoothed level and a change, which may be none.
fn smoothed(history: &[f64], slope: f64, ahead: Vec<f64>) -> Parts {
    let (level, errors, memory) = smooth(history.iter().copied());
    // A smoothed level trails a slope by (1 − α)/α steps.
    let now = level + slope * (1.0 - memory) / memory;
    Parts {
        values: ahead.iter().map(|step| now + slope * step).collect(),
        errors,
        used_up: 1,
        memory,
        pull: ahead,
        slope_share: memory * (1.0 / (history.len() as f64 - 1.0)).sqrt() / 2.0,
    }
}

/// How much of the past tells the present slope: five years, or two where there
/// are several numbers a year (two full turns of the seasons).
pub(super) fn window(in_a_year: usize) -> usize {
    if in_a_year == 1 { 5 } else { 2 * in_a_year }
}

/// A slope counts in so far as it is larger than so many of its standard errors.
const STANDS_OUT: f64 = 2.0;

fn evident_trend(history: &[f64], in_a_year: usize, ahead: Vec<f64>) -> Option<Parts> {
    let recent: Vec<f64> = history.iter().rev().take(window(in_a_year)).rev().copied().collect();
    let count = recent.len() as f64;
    let slope = median_slope(&recent)?;
    let (level, errors, memory) = smooth(recent.iter().zip(0..).map(|(value, at)| value - slope * f64::from(at)));
    // The slope's error between that of a random walk and that of a fixed line.
    let share = (memory * memory / (count - 1.0) + (1.0 - memory).powi(2) * 12.0 / count.powi(3)).sqrt();
    let variance = errors.iter().map(|error| error * error).sum::<f64>() / (errors.len() as f64 - 1.0).max(1.0);
    let doubt = STANDS_OUT * STANDS_OUT * variance * share * share;
    let kept = if slope * slope > doubt { 1.0 - doubt / (slope * slope) } else { 0.0 };
    let now = level + slope * (count - 1.0);
    Some(Parts {
        values: ahead.iter().map(|step| now + slope * kept * step).collect(),
        errors,
        used_up: 2,
        memory,
        pull: ahead,
        slope_share: share,
    })
}

/// Which share of a yearly change is left a year later, by the damped method.
const LEFT_AFTER_A_YEAR: f64 = 0.8;

/// By how many whole changes a step ahead differs from now where changes die away.
fn dying_away(in_a_year: usize, steps: usize) -> Vec<f64> {
    let a_step = LEFT_AFTER_A_YEAR.powf(1.0 / in_a_year as f64);
    let (mut left, mut sum) = (1.0, 0.0);
    let mut change = || {
        left *= a_step;
        sum += left;
        sum
    };
    (0..steps).map(|_| change()).collect()
}

/// Exponential smoothing with the share that leaves the smallest errors: the
/// last level, the errors one step ahead, the share.
pub(super) fn smooth(history: impl Iterator<Item = f64> + Clone) -> (f64, Vec<f64>, f64) {
    let run = |share: f64| {
        let mut level = None;
        let errors: Vec<f64> = history
            .clone()
            .filter_map(|value| {
                let error = level.map(|level| value - level);
                level = Some(level.map_or(value, |level| level + share * (value - level)));
                error
            })
            .collect();
        (level.unwrap_or_default(), errors)
    };
    let squares = |errors: &[f64]| errors.iter().map(|error| error * error).sum::<f64>();
    let shares = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
    let mut best = (run(1.0), 1.0);
    for share in shares {
        let tried = run(share);
        if squares(&tried.1) < squares(&best.0.1) {
            best = (tried, share);
        }
    }
    let ((level, errors), share) = best;
    (level, errors, share)
}

/// The median of the slopes between all pairs (Theil–Sen): a few odd numbers do not move it.
pub(super) fn median_slope(history: &[f64]) -> Option<f64> {
    let mut slopes = Vec::with_capacity(history.len() * history.len() / 2);
    for (first, left) in history.iter().enumerate() {
        slopes.extend(history.iter().skip(first + 1).zip(1..).map(|(right, steps)| (right - left) / f64::from(steps)));
    }
    median(&mut slopes)
}

pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if below.len() < middle || values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = values.iter().take(middle).copied().max_by(f64::total_cmp)?;
    Some((lower + upper) / 2.0)
}
