//! The maintained library as it is meant to be used: automatic exponential
//! smoothing, and around it a decomposition by seasons where there are two years.

use augurs_core::{Fit, Predict};
use augurs_ets::AutoETS;
use augurs_mstl::MSTLModel;

use crate::Step;

/// Values with 80 % intervals; nothing where it refuses the history.
pub fn forecast(history: &[f64], in_a_year: usize, steps: usize) -> Option<Vec<Step>> {
    let forecast = if in_a_year > 1 && history.len() >= 2 * in_a_year {
        let trend = AutoETS::non_seasonal().into_trend_model();
        let model = MSTLModel::new(vec![in_a_year], trend).fit(history).ok()?;
        model.predict(steps, 0.8).ok()?
    } else {
        AutoETS::non_seasonal().fit(history).ok()?.predict(steps, 0.8).ok()?
    };
    let limits = forecast.intervals.map(|limits| (limits.lower, limits.upper));
    let (lower, upper) = limits.unwrap_or_else(|| (forecast.point.clone(), forecast.point.clone()));
    let limits = lower.into_iter().zip(upper);
    let steps: Vec<Step> =
        forecast.point.into_iter().zip(limits).map(|(value, (low, high))| Step { value, low, high }).collect();
    let whole = steps.iter().all(|step| [step.value, step.low, step.high].iter().all(|number| number.is_finite()));
    whole.then_some(steps)
}
