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

mod agreement;
mod aim;
mod assess;
mod base;
mod breakdown;
mod breaks;
mod case;
mod conclude;
mod conventions;
mod exact;
mod figures;
mod finding;
pub mod forecast;
mod gauge;
mod judge;
mod measures;
mod message;
mod nodes;
pub mod quality;
mod replay;
mod row;
mod rule_set;
mod units;
mod weights;
mod what_if;

pub use agreement::{Agreement, Compared, Likeness, OutsideVerdict, RuleSetRow, agreements, compare, side_by_side};
pub use aim::{AgreedBy, AgreedTarget};
pub use assess::{Question, Rules, assess, assess_one, assess_with, forecasts};
pub use breakdown::{
    Arithmetic, Gap, Unsplit, Whole, YearShare, by_year_end, check_shares, check_years, curved_years, even_years,
    is_additive, whole,
};
pub use breaks::SeriesBreak;
pub use case::{Case, read_case};
pub use conclude::{Conclusion, StatusCount, conclude};
pub use nodes::{NodeRules, NodeVerdict, judge_nodes, ready_node_rules};
pub use replay::{InputChange, Replayed, Snapshot, changes, replay};
pub use row::AssessRow;
pub use rule_set::{Band, DEFAULT_RULE_SET, Gauge, RuleSet, RuleSetError, ready_rule_set, ready_rule_sets};
pub use units::comparable as comparable_units;
pub use units::{convert as convert_unit, is_percent, is_points};
pub use weights::{IndexPart, WeightedIndex, Weights, weighted_index};
pub use what_if::{Supposed, WhatIf, WhatIfError, what_if};
