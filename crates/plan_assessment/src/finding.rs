//! What the arithmetic of a measure type finds out, before any rule set has
//! said what it calls that.

use plan_model::{Direction, Input, Made, Message, Met, Period, Standing};
use rust_decimal::Decimal;

use crate::exact::Num;

/// The four numbers of a path, on one scale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Where it started.
    pub(crate) start: Num,
    /// Where it is to end; nothing where the end is not known.
    pub(crate) end: Num,
    /// Where it is.
    pub(crate) value: Num,
    /// Where it should be by now.
    pub(crate) expected: Num,
}

/// How a number on the scale of a path is read by people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As it is.
    Plain,
    /// An index (1 at the start) over so many months, read as a mean yearly rate in percent.
    MeanRate(i32),
    /// An index (1 at the start), read as a fall in percent.
    Fall,
    /// The amount of a whole year, read as the share of it (in percent) that is due
    /// within the year by the agreed course.
    PartOfYear(Decimal),
}

impl Reading {
    /// The number as people read it.
    pub(crate) fn of(self, number: Num) -> Option<Decimal> {
        match self {
            Reading::Plain => number.0,
            Reading::MeanRate(months) => ((number.power(12, months) - Num::ONE) * Num::HUNDRED).0,
            Reading::Fall => ((Num::ONE - number) * Num::HUNDRED).0,
            Reading::PartOfYear(share) => (number * Num::from(share) / Num::HUNDRED).0,
        }
    }
}

/// A way from a start to an end with a place on it.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) here: Scale,
    /// The least and the most favourable numbers that would be printed the same.
    pub(crate) printed_the_same: Option<(Scale, Scale)>,
    /// Months from the start to the figure, as far as figures cover them.
    pub(crate) elapsed: i32,
    /// Months from the start to the end, where known.
    pub(crate) total: Option<i32>,
    /// Adds up from zero, so that it has no rate of growth.
    pub(crate) additive: bool,
    pub(crate) reading: Reading,
}

/// How a bound stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    Kept,
    Slipped,
    Broken,
}

/// What there is to judge.
#[derive(Debug, Clone)]
pub(crate) enum Course {
    /// Something needed is missing; the message names it.
    Unknown(Message),
    Path(Path),
    /// A bound, a comparison or an allowance, with its sentence but for the status.
    Bound(Bound, Message),
    /// The target is met (or, when finished, missed) and no path is known.
    Point,
}

/// A figure, sum or mean as judged.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) value: Decimal,
    pub(crate) period: Period,
    pub(crate) standing: Standing,
    pub(crate) made: Made,
}

/// Pace per year as far as known: needed and so far, in the same unit.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    pub(crate) needed: Num,
    pub(crate) so_far: Num,
    pub(crate) unit: String,
    /// A larger number is a better pace.
    pub(crate) more_is_better: bool,
}

/// How the yearly steps of a chain are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainReading {
    /// As a mean yearly rate in percent.
    MeanRate,
    /// As a fall over all years in percent.
    Fall,
    /// As a mean difference of two rates in percentage points.
    Difference,
}

/// What of an indicator's history leads to its target.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Quantity {
    /// What stands at the end of the target's year; `amounts` where parts of a
    /// year are known to be amounts of the year to date.
    Level { amounts: bool },
    /// Yearly amounts that add up from this month on.
    Total { from: i32 },
    /// Yearly growth as logarithms, by year, chained from this month on.
    Chain { steps: Vec<(i16, f64)>, from: i32, reading: ChainReading },
}

/// What a forecast is to be compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    pub(crate) quantity: Quantity,
    pub(crate) least: Option<Decimal>,
    pub(crate) most: Option<Decimal>,
    /// The month at whose end it is due.
    pub(crate) due: i32,
    /// The month at whose end the base stands, for changes of definition.
    pub(crate) start: Option<i32>,
}

impl Goal {
    /// At least, or at most, a bar.
    pub(crate) fn toward(quantity: Quantity, bar: Decimal, direction: Direction, due: i32) -> Self {
        let (least, most) = match direction {
            Direction::Higher => (Some(bar), None),
            Direction::Lower => (None, Some(bar)),
        };
        Self { quantity, least, most, due, start: None }
    }
}

/// What the arithmetic found out.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) course: Course,
    pub(crate) judged: Option<Judged>,
    pub(crate) unit: String,
    pub(crate) expected: Option<Decimal>,
    /// The target as a sentence shows it.
    pub(crate) target: String,
    /// The year of the target, where known.
    pub(crate) due: Option<i16>,
    pub(crate) met: Met,
    /// What is met now can still be lost before the end (rates, bounds).
    pub(crate) can_be_lost: bool,
    /// The target was reached before its date, by a measure for which this counts.
    pub(crate) reached_early: bool,
    /// The figure is that of the target's date.
    pub(crate) finished: bool,
    /// No figure to come can make the target good.
    pub(crate) lost: bool,
    pub(crate) pace: Option<Pace>,
    /// What a forecast is compared with, where there is something to forecast.
    pub(crate) goal: Option<Goal>,
    pub(crate) formula: Option<Message>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) notes: Vec<Message>,
}

impl Finding {
    /// A finding that nothing is known but what `reason` says.
    pub(crate) fn unknown(unit: &str, reason: Message) -> Self {
        Self {
            course: Course::Unknown(reason),
            judged: None,
            unit: unit.to_owned(),
            expected: None,
            target: String::new(),
            due: None,
            met: Met::Unknown,
            can_be_lost: false,
            reached_early: false,
            finished: false,
            lost: false,
            pace: None,
            goal: None,
            formula: None,
            inputs: Vec::new(),
            notes: Vec::new(),
        }
    }
}
