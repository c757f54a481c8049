//! Seasons: what months or quarters differ by every year.

use super::{
    method::{Recipe, median_slope},
    projection::{Parts, Projection},
};

/// The pattern of the seasons where a recipe takes them out, else zeros; at least one number.
pub(super) fn of(history: &[f64], recipe: Recipe) -> Vec<f64> {
    let two_years = recipe.in_a_year > 1 && history.len() >= 2 * recipe.in_a_year;
    let pattern = if two_years && recipe.seasonal { pattern(history, recipe.in_a_year) } else { Vec::new() };
    if pattern.is_empty() { vec![0.0] } else { pattern }
}

/// How far each place of the year lies from the trend, from the first number of
/// the history on. Drawn towards nothing where the years do not agree with each
/// other, so that noise does not become a season. Needs two years of numbers.
fn pattern(history: &[f64], in_a_year: usize) -> Vec<f64> {
    let Some(slope) = median_slope(history) else { return Vec::new() };
    let flat: Vec<f64> = history.iter().zip(0..).map(|(value, at)| value - slope * f64::from(at)).collect();
    let mean = flat.iter().sum::<f64>() / flat.len() as f64;
    let places: Vec<Vec<f64>> =
        (0..in_a_year).map(|place| flat.iter().skip(place).step_by(in_a_year).map(|v| v - mean).collect()).collect();
    let means: Vec<f64> = places.iter().map(|place| place.iter().sum::<f64>() / place.len() as f64).collect();
    let (mut between, mut within) = (0.0, 0.0);
    for (place, mean) in places.iter().zip(&means) {
        between += mean * mean * place.len() as f64;
        within += place.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    }
    let between = between / (in_a_year - 1) as f64;
    let within = within / (history.len() - in_a_year).max(1) as f64;
    // Positive-part shrinkage: what the years agree on, compared with what they do not.
    let kept = if between > 0.0 { (1.0 - within / between).max(0.0) } else { 0.0 };
    let middle = means.iter().sum::<f64>() / in_a_year as f64;
    means.iter().map(|mean| kept * (mean - middle)).collect()
}

/// The same season of the last year and the mean change from year to year.
pub(super) fn drift(history: &[f64], recipe: Recipe, steps: usize) -> Option<Projection> {
    let in_a_year = recipe.in_a_year;
    let changes: Vec<f64> =
        history.iter().skip(in_a_year).zip(history).map(|(later, earlier)| later - earlier).collect();
    let yearly = changes.iter().sum::<f64>() / changes.len() as f64;
    let last_year: Vec<f64> = history.iter().rev().take(in_a_year).rev().copied().collect();
    let years_ahead = |step: usize| (step / in_a_year + 1) as f64;
    let values =
        last_year.iter().cycle().take(steps).zip(0..).map(|(value, step)| value + yearly * years_ahead(step)).collect();
    let parts = Parts {
        values,
        errors: changes.iter().map(|change| change - yearly).collect(),
        used_up: 1,
        memory: (1.0 / in_a_year as f64).sqrt(),
        pull: (0..steps).map(years_ahead).collect(),
        slope_share: (1.0 / (changes.len() as f64)).sqrt(),
    };
    Some(parts.build(recipe.least_error))
}
