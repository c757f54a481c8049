//! A measurable commitment of the register: what is followed until it is met.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Period, UnknownWord,
    target::{Target, code_words},
};

/// Whether the indicator binds the government.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// 约束性: a promise of government.
    Binding,
    /// 预期性: what is expected of the economy and society.
    Expected,
    /// The text does not say; it is never guessed.
    #[default]
    NotStated,
}

code_words!(IndicatorKind, "指标属性", {
    Binding => "binding", Expected => "expected", NotStated => "not_stated",
});

impl IndicatorKind {
    /// Reads the word of a table cell: 约束性 or 预期性; anything else is not stated.
    pub fn from_chinese(word: &str) -> Self {
        match word.trim() {
            "约束性" | "约束" => Self::Binding,
            "预期性" | "预期" => Self::Expected,
            _ => Self::NotStated,
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better (达到 75%).
    Higher,
    /// Less is better (缩小到 1.6 以内).
    Lower,
}

code_words!(Direction, "方向", { Higher => "higher", Lower => "lower" });

/// The arithmetic of an indicator (rulebook, section 2). Written as one word,
/// with the other indicator after a colon where there is one: `faster_than:1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Measure {
    /// A level to be reached at the end: 达到 75%.
    Level,
    /// A yearly rate of growth: 年均增长 7%.
    YearlyGrowth,
    /// Faster than another indicator (its id): 快于 GDP.
    FasterThan(String),
    /// In step with another indicator (its id): 与经济增长同步.
    InStepWith(String),
    /// Yearly amounts that add up: 新增 20 家, 累计 800 亿元.
    Cumulative,
    /// A fall in percent over the whole period: 五年累计降低 13.5%.
    CumulativeFall,
    /// A rise over the whole period: 累计提高 5 个百分点.
    CumulativeRise,
    /// A bound that holds every year: 稳定在 80% 以上, 每年….
    HoldEachYear,
    /// A multiple of the base: 翻番.
    Multiple,
    /// All of a whole: 全覆盖.
    Coverage,
    /// None left: 清零.
    Zero,
    /// A place among peers: 前10位.
    Rank,
    /// Done or not done: 建成.
    YesNo,
    /// Growth without a number: 保持在合理区间.
    GrowthUnstated,
}

/// Why a text is not a measure type.
pub type MeasureError = UnknownWord;

impl Measure {
    /// The code words, without the other indicator of the two that name one.
    pub const WORDS: &[&str] = &[
        "level",
        "yearly_growth",
        "faster_than",
        "in_step_with",
        "cumulative",
        "cumulative_fall",
        "cumulative_rise",
        "hold_each_year",
        "multiple",
        "coverage",
        "zero",
        "rank",
        "yes_no",
        "growth_unstated",
    ];

    /// The code word without the other indicator.
    pub fn word(&self) -> &'static str {
        match self {
            Measure::Level => "level",
            Measure::YearlyGrowth => "yearly_growth",
            Measure::FasterThan(_) => "faster_than",
            Measure::InStepWith(_) => "in_step_with",
            Measure::Cumulative => "cumulative",
            Measure::CumulativeFall => "cumulative_fall",
            Measure::CumulativeRise => "cumulative_rise",
            Measure::HoldEachYear => "hold_each_year",
            Measure::Multiple => "multiple",
            Measure::Coverage => "coverage",
            Measure::Zero => "zero",
            Measure::Rank => "rank",
            Measure::YesNo => "yes_no",
            Measure::GrowthUnstated => "growth_unstated",
        }
    }

    /// The id of the indicator it is compared with, if any.
    pub fn other(&self) -> Option<&str> {
        match self {
            Measure::FasterThan(id) | Measure::InStepWith(id) => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        self.other().map_or(Ok(()), |id| write!(f, ":{id}"))
    }
}

impl FromStr for Measure {
    type Err = MeasureError;

    fn from_str(text: &str) -> Result<Self, MeasureError> {
        let refuse = || UnknownWord { what: "指标类型", word: text.to_owned(), known: Self::WORDS.join("、") };
        let (word, other) = match text.trim().split_once(':') {
            Some((word, id)) if !id.trim().is_empty() => (word.trim(), Some(id.trim().to_owned())),
            Some(_) => return Err(refuse()),
            None => (text.trim(), None),
        };
        match (word, other) {
            ("faster_than", Some(id)) => Ok(Measure::FasterThan(id)),
            ("in_step_with", Some(id)) => Ok(Measure::InStepWith(id)),
            (_, Some(_)) => Err(refuse()),
            ("level", None) => Ok(Measure::Level),
            ("yearly_growth", None) => Ok(Measure::YearlyGrowth),
            ("cumulative", None) => Ok(Measure::Cumulative),
            ("cumulative_fall", None) => Ok(Measure::CumulativeFall),
            ("cumulative_rise", None) => Ok(Measure::CumulativeRise),
            ("hold_each_year", None) => Ok(Measure::HoldEachYear),
            ("multiple", None) => Ok(Measure::Multiple),
            ("coverage", None) => Ok(Measure::Coverage),
            ("zero", None) => Ok(Measure::Zero),
            ("rank", None) => Ok(Measure::Rank),
            ("yes_no", None) => Ok(Measure::YesNo),
            ("growth_unstated", None) => Ok(Measure::GrowthUnstated),
            _ => Err(refuse()),
        }
    }
}

impl TryFrom<String> for Measure {
    type Error = MeasureError;
    fn try_from(text: String) -> Result<Self, MeasureError> {
        text.parse()
    }
}

impl From<Measure> for String {
    fn from(measure: Measure) -> String {
        measure.to_string()
    }
}

/// Where an indicator started: a figure the text or a person gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The value in the indicator's unit.
    pub value: Decimal,
    /// The time it speaks of, where stated.
    pub period: Option<Period>,
}

/// An indicator of the register with everything a verdict needs but the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indicator {
    /// Stable within its plan; what figures files and `faster_than:…` refer to.
    pub id: String,
    /// What is measured.
    pub name: String,
    /// The chapter or group it belongs to; empty where there is none.
    pub group: String,
    /// The unit of figures and targets.
    pub unit: String,
    /// Whether it binds.
    pub kind: IndicatorKind,
    /// Its arithmetic.
    pub measure: Measure,
    /// Which way is better, where the text, the table or a person says it.
    pub direction: Option<Direction>,
    /// Where it started.
    pub baseline: Option<Baseline>,
    /// What is promised, the final target last. A register keeps every distinct
    /// target of the text; contradictions are shown, not resolved.
    pub targets: Vec<Target>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_go_both_ways() {
        for word in Measure::WORDS {
            let text = match *word {
                "faster_than" | "in_step_with" => format!("{word}:7"),
                _ => (*word).to_owned(),
            };
            assert_eq!(text.parse::<Measure>().unwrap().to_string(), text);
        }
        for text in ["", "faster_than", "faster_than:", "level:3", "speed"] {
            assert!(text.parse::<Measure>().is_err(), "{text} must be refused");
        }
    }

    #[test]
    fn a_kind_is_read_but_never_guessed() {
        assert_eq!(IndicatorKind::from_chinese(" 约束性 "), IndicatorKind::Binding);
        assert_eq!(IndicatorKind::from_chinese("—"), IndicatorKind::NotStated);
    }
}
