//! All methods together (组合): weights come from rolling origins on the series itself.

use super::{Method, Projection, Recipe, method};

/// From so many places of the past the methods are tried.
const ORIGINS: usize = 12;

/// So many trials weigh as much as the choice that the published backtest made.
const TRIALS_AGAINST_DEFAULT: f64 = 3.0;

pub(super) fn project(history: &[f64], recipe: Recipe, steps: usize) -> Option<Projection> {
    let plain = Recipe { widen: 1.0, ..recipe };
    let candidates: Vec<Recipe> = Method::ALL
        .into_iter()
        // Without seasons it is another method by another name.
        .filter(|method| recipe.in_a_year > 1 || *method != Method::SeasonalDrift)
        .map(|method| Recipe { method, ..plain })
        .collect();
    let origins = origins(history.len(), recipe.in_a_year);
    let errors: Vec<f64> =
        candidates.iter().map(|candidate| mean_error(history, &origins, *candidate, steps)).collect::<Option<_>>()?;
    let tried = origins.len() as f64 / (origins.len() as f64 + TRIALS_AGAINST_DEFAULT);
    let shares = shares(&errors, history);
    let parts = candidates.into_iter().zip(shares).map(|(candidate, share)| {
        let default = if candidate.method == recipe.method { 1.0 - tried } else { 0.0 };
        Some((tried * share + default, method::project(history, candidate, steps)?))
    });
    Projection::mixed(parts.collect::<Option<_>>()?, recipe.widen)
}

/// How many numbers each trial knows: evenly spread, each with two years of numbers
/// or, of yearly ones, three.
fn origins(count: usize, in_a_year: usize) -> Vec<usize> {
    let least = if in_a_year > 1 { 2 * in_a_year } else { 3 };
    let all = count.saturating_sub(least);
    let kept = all.min(ORIGINS);
    (1..=kept).map(|place| least + place * all / kept - 1).collect()
}

/// The mean absolute error of a method, over the trials and the steps after each.
fn mean_error(history: &[f64], origins: &[usize], recipe: Recipe, steps: usize) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for origin in origins {
        let (known, after) = history.split_at_checked(*origin)?;
        let ahead = method::project(known, recipe, steps.min(after.len()))?;
        for (value, actual) in ahead.values.iter().zip(after) {
            sum += (value - actual).abs();
            count += 1.0;
        }
    }
    Some(if count > 0.0 { sum / count } else { 0.0 })
}

/// Shares that make 1, by the inverse fourth powers of the errors: who was twice as far
/// off has a sixteenth of the say.
fn shares(errors: &[f64], history: &[f64]) -> Vec<f64> {
    let size = history.iter().map(|value| value.abs()).sum::<f64>() / history.len().max(1) as f64;
    // Errors smaller than the digits of a float are none.
    let none = (size * 1e-9).max(f64::MIN_POSITIVE.sqrt());
    let least = errors.iter().copied().fold(f64::INFINITY, f64::min).max(none);
    let raw: Vec<f64> = errors.iter().map(|error| (least / error.max(none)).powi(4)).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|share| share / sum).collect()
}
