//! What a rule set says of an indicator at a date, with everything needed to
//! follow it back. A verdict is computed, never official: an official one is
//! recorded beside it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Period, Standing, target::code_words};

/// Whether the condition of the target holds on the figures used. Never needs a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Met {
    /// The condition holds.
    Yes,
    /// The condition does not hold (yet).
    No,
    /// It cannot be told.
    #[default]
    Unknown,
}

code_words!(Met, "是否达标", { Yes => "yes", No => "no", Unknown => "unknown" });

/// What the pace so far means for the end. Computed, never official.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// The target's condition holds already.
    Reached,
    /// The pace so far, kept up, is enough.
    OnCourse,
    /// A faster pace than so far is needed (see [`Verdict::needed_pace`]).
    NeedsPace,
    /// The date has passed, or the needed pace is a multiple of the pace so far
    /// that the rule set names.
    OutOfReach,
    /// It cannot be told.
    #[default]
    Unknown,
}

code_words!(Outlook, "前景", {
    Reached => "reached", OnCourse => "on_course", NeedsPace => "needs_pace",
    OutOfReach => "out_of_reach", Unknown => "unknown",
});

/// One class of a rule set: a light is a word, a shape and a colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Stable within its rule set, such as `in_line`.
    pub code: String,
    /// The Chinese word, such as 基本符合预期.
    pub word: String,
    /// The English word.
    pub word_en: String,
    /// One character that tells it apart in grey print.
    pub shape: String,
    /// `#rrggbb`.
    pub colour: String,
    /// The place in the order of the rule set, 0 for the best.
    pub order: u8,
    /// False for 无法判断.
    pub judged: bool,
}

/// A sentence as a code with parameters and its renderings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Stable code of the sentence.
    pub code: String,
    /// What is put into it, by name.
    pub params: BTreeMap<String, String>,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What an input is to the formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputRole {
    /// Where the indicator started.
    Base,
    /// What is promised.
    Target,
    /// An agreed target for a year on the way.
    Interim,
    /// A figure of the indicator.
    Figure,
    /// A figure of the indicator it is compared with.
    OtherFigure,
    /// A tolerance of the rule set.
    Tolerance,
}

code_words!(InputRole, "输入", {
    Base => "base", Target => "target", Interim => "interim", Figure => "figure",
    OtherFigure => "other_figure", Tolerance => "tolerance",
});

/// On whose word an input stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The text of the plan, or what a person put into the register for it.
    Register,
    /// A figure.
    Figure {
        /// On whose word it stands.
        standing: Standing,
        /// Which publication of it.
        vintage: u32,
        /// Where it comes from, as the person wrote it.
        source: String,
    },
    /// A yearly plan or work report that carries the plan out.
    YearlyPlan {
        /// Which one and where, for people.
        source: String,
    },
    /// The yearly targets agreed when the plan was broken down.
    Breakdown {
        /// Which version of them, for people.
        source: String,
    },
    /// The rule set.
    RuleSet,
}

/// One number that went into a verdict, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// What it is to the formula.
    pub role: InputRole,
    /// The number as given.
    pub value: Decimal,
    /// Its unit as written.
    pub unit: String,
    /// The time it speaks of.
    pub period: Option<Period>,
    /// On whose word it stands.
    pub origin: Origin,
}

/// What a judged value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// One figure.
    #[default]
    Figure,
    /// All that came together since the plan's start: a total, a chained fall (累计).
    Sum,
    /// The mean of each year since the plan's start (年均).
    Mean,
}

impl Made {
    /// Whether it is one figure as it was reported.
    pub fn is_figure(&self) -> bool {
        *self == Made::Figure
    }

    /// The Chinese word before the value; empty for one figure.
    pub fn word(self) -> &'static str {
        match self {
            Made::Figure => "",
            Made::Sum => "累计",
            Made::Mean => "年均",
        }
    }
}

/// The figure a verdict judges: one figure, or the sum or mean of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedValue {
    /// In `unit`; not rounded.
    pub value: Decimal,
    /// Its unit.
    pub unit: String,
    /// The (last) period it speaks of.
    pub period: Period,
    /// On whose word the (last) figure stands.
    pub standing: Standing,
    /// Whether it is that figure, or made of the figures of several years.
    #[serde(default, skip_serializing_if = "Made::is_figure")]
    pub made: Made,
}

/// How fast it must go from the figure's date to the target's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeededPace {
    /// Per year: in the indicator's unit for levels and amounts, in percent for
    /// growth and falls.
    pub per_year: Decimal,
    /// The unit of `per_year`.
    pub unit: String,
}

/// Where a forecast expects the indicator at the end of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastPoint {
    /// The year at whose end it is expected.
    pub period: Period,
    /// The middle of the forecast.
    pub value: Decimal,
    /// The lower end of the interval.
    pub low: Decimal,
    /// The upper end of the interval.
    pub high: Decimal,
}

/// What an indicator's own history suggests for the target's date (测算). Computed
/// with estimates, rounded to the figures' own digits, never official.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// The end of each year until the target's, which comes last: on the scale the
    /// target is compared on (a level, a year's amount, a running total, a mean rate).
    pub course: Vec<ForecastPoint>,
    /// The unit of the course.
    pub unit: String,
    /// The share of outcomes an interval is to hold, such as 0.8.
    pub inside: Decimal,
    /// How likely the target is to be met, from 0.01 to 0.99.
    pub chance: Decimal,
    /// The code of the method, as the forecast rules name it.
    pub method: String,
    /// What sort of history it rests on: `yearly`, `yearly_rates`, `quarterly`, `monthly`.
    pub history: String,
    /// How many figures it rests on.
    pub points: u32,
    /// The version of the forecast rules.
    pub rules_version: String,
    /// All of it in one sentence, marked as computed.
    pub sentence: Message,
}

/// A forecast, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prospect {
    /// The forecast.
    Computed(Box<Forecast>),
    /// Why none was made.
    Withheld(Message),
}

impl Prospect {
    /// The forecast, where one was made.
    pub fn forecast(&self) -> Option<&Forecast> {
        match self {
            Prospect::Computed(forecast) => Some(forecast),
            Prospect::Withheld(_) => None,
        }
    }

    /// One sentence: the forecast, or why there is none.
    pub fn sentence(&self) -> &Message {
        match self {
            Prospect::Computed(forecast) => &forecast.sentence,
            Prospect::Withheld(reason) => reason,
        }
    }
}

/// How a verdict came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// Every number used, with its origin, in the order of the formula.
    pub inputs: Vec<Input>,
    /// The formula in words, with the numbers; absent where nothing was computed.
    pub formula: Option<Message>,
    /// The rule set's name.
    pub rule_set: String,
    /// The rule set's version.
    pub rule_set_version: String,
    /// One sentence: why this status.
    pub reason: Message,
    /// What else a reader must know (missing years, assumed year, revised base).
    pub notes: Vec<Message>,
    /// What would bring it back in line, in figures; absent where it is.
    pub to_green: Option<Message>,
}

/// What a rule set says of one indicator at a date (进展判断).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The indicator's id within its plan.
    pub indicator: String,
    /// Only figures whose period had ended by this day were used.
    pub as_of: Date,
    /// The class of the rule set.
    pub status: Status,
    /// What was judged; comparable with `expected`.
    pub value: Option<JudgedValue>,
    /// Where it should be at the end of the value's period, or the bound.
    pub expected: Option<Decimal>,
    /// What the rule set's bands are applied to; absent for bounds and comparisons.
    pub ratio: Option<Decimal>,
    /// Share of the way from base to target that is done (1 = all); may be negative.
    pub way: Option<Decimal>,
    /// Share of the time from base to target that had passed at the figure's date.
    pub time: Option<Decimal>,
    /// Whether the target's condition holds.
    pub met: Met,
    /// What the pace so far means for the end; a forecast that clearly says
    /// otherwise comes before it.
    pub outlook: Outlook,
    /// The forecast for the target's date, or why there is none.
    pub prospect: Prospect,
    /// The pace needed from now on; absent where met or where there is none.
    pub needed_pace: Option<NeededPace>,
    /// The figure is older than the rule set finds fresh.
    pub stale: bool,
    /// How it came about.
    pub trail: Trail,
}
