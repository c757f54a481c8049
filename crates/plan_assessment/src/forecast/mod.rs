//! What an indicator's own history suggests for the target's date (测算).
//!
//! This is the one place of the crate where numbers are binary floats: a forecast
//! is an estimate, and its digits beyond the printed ones mean nothing. Nothing
//! exact is made from it: results are rounded to the figures' own digits and
//! marked as computed.

mod combination;
mod history;
mod method;
mod projection;
mod prospect;
mod request;
mod resampling;
mod season;
mod settings;
mod slower;
mod spread;

pub use method::{Method, Recipe, project};
pub use projection::{Outcome, Projection};
pub(crate) use prospect::prospect;
pub(crate) use request::by_methods;
pub use request::{ByMethod, ByMethods, Role, Trials};
pub use settings::{ForecastRules, Kind, ready_forecast_rules};
pub use slower::{Slower, project_slower};
pub use spread::HalfWidths;
