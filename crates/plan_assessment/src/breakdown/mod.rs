//! Splitting a target: over the years of the plan, and over towns or units.
//!
//! Each measure type has its own arithmetic (rulebook, section 2): amounts add
//! up, rates of growth compound, falls chain, levels arrive, bounds repeat.
//! Every gap is named with its amount; nothing is put right silently.

mod gaps;
mod goal;
mod shares;
mod split;
#[cfg(test)]
mod tests;

use plan_model::{Decimal, Indicator, Message, PlanPeriod};

pub use gaps::{Gap, check_years};
use goal::Goal;
pub use shares::{check_shares, is_additive};
pub use split::{by_year_end, curved_years, even_years};

/// A yearly target: the year and its value in the unit of the target (for growth
/// and falls the year's own rate).
pub type YearShare = (i16, Decimal);

/// Why a target cannot be split over the years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsplit {
    /// Its measure type has no amount for a year (rank, yes/no, comparison).
    NoArithmetic,
    /// The path needs a base and there is none.
    BaseMissing,
    /// The target itself cannot be used; the message of a verdict says why.
    Target(Message),
    /// It gives no number, or the arithmetic has no result for it.
    NoNumber,
}

/// How the years of an indicator make up its whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// Amounts of the years add up to the whole.
    Sum,
    /// The same bound, or the same amount, every year.
    Same,
    /// Yearly rates of growth compound to a mean.
    Compound,
    /// Yearly falls in percent chain to the whole fall.
    Chain,
    /// A level moves from the base to the target.
    Arrive,
    /// A level multiplies from the base to the target.
    Multiply,
}

/// What the yearly targets of an indicator are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The whole, rate, bound or level in `unit`.
    pub value: Decimal,
    /// The unit of the yearly targets.
    pub unit: String,
    /// The last year of the way.
    pub last: i16,
    /// The arithmetic.
    pub arithmetic: Arithmetic,
}

/// What the yearly targets of an indicator are held against.
pub fn whole(indicator: &Indicator, period: PlanPeriod) -> Result<Whole, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let arithmetic = goal.arithmetic();
    Ok(Whole { value: goal.value, unit: goal.unit, last: goal.last, arithmetic })
}
