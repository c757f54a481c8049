//! Targets, figures, a rule set and a date make a verdict with its trail.
//!
//! Pure: everything a verdict depends on is an argument ([`Question`]), rule sets
//! are texts ([`RuleSet::parse`]; three come with Lantu), and the as-of date is
//! given. The crate knows no clock, no file, no database and not where figures
//! come from. It never guesses: what it would need is named in a verdict of
//! 无法判断.
//!
//! The way of a verdict: `aim` chooses the target and `figures` the figures that
//! count, a file of `measures` does the arithmetic of the measure type and leaves
//! a `finding`, `judge` applies a rule set to it.

mod aim;
mod assess;
mod base;
mod breakdown;
mod breaks;
mod case;
mod conclude;
mod exact;
mod figures;
mod finding;
mod gauge;
mod judge;
mod measures;
mod message;
mod row;
mod rule_set;
mod units;

pub use aim::AgreedTarget;
pub use assess::{Question, assess, assess_one};
pub use breakdown::{Unsplit, YearShare, check_shares, check_years, even_years, is_additive};
pub use breaks::SeriesBreak;
pub use case::{Agreement, Case, Compared, compare, read_case};
pub use conclude::{Conclusion, StatusCount, conclude};
pub use row::AssessRow;
pub use rule_set::{Band, DEFAULT_RULE_SET, Gauge, RuleSet, RuleSetError, ready_rule_set, ready_rule_sets};
pub use units::factor as unit_factor;
