//! The maintained library as it is meant to be used: automatic exponential
//! smoothing, and around it a decomposition by seasons where there are two years.

use augurs_core::{Fit, Predict};
use augurs_ets::AutoETS;
use augurs_mstl::MSTLModel;

/// Values and half widths of 80 % intervals; nothing where it refuses the history.
pub fn forecast(history: &[f64], in_a_year: usize, steps: usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let forecast = if in_a_year > 1 && history.len() >= 2 * in_a_year {
        let trend = AutoETS::non_seasonal().into_trend_model();
        let model = MSTLModel::new(vec![in_a_year], trend).fit(history).ok()?;
        model.predict(steps, 0.8).ok()?
    } else {
        AutoETS::non_seasonal().fit(history).ok()?.predict(steps, 0.8).ok()?
    };
    let widths = match forecast.intervals {
        Some(limits) => limits.lower.iter().zip(&limits.upper).map(|(low, high)| (high - low) / 2.0).collect(),
        None => vec![0.0; steps],
    };
    let whole = forecast.point.iter().chain(&widths).all(|value| value.is_finite());
    whole.then_some((forecast.point, widths))
}
