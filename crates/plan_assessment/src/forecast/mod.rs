//! What an indicator's own history suggests for the target's date (测算).
//!
//! This is the one place of the crate where numbers are binary floats: a forecast
//! is an estimate, and its digits beyond the printed ones mean nothing. Nothing
//! exact is made from it: results are rounded to the figures' own digits and
//! marked as computed.

mod history;
mod method;
mod prospect;
mod season;
mod settings;
mod spread;

pub use method::{Method, Projection, Recipe, project};
pub(crate) use prospect::prospect;
pub use settings::{ForecastRules, Kind, ready_forecast_rules};
pub use spread::{chance_below, half_width_of_eighty};
