//! What a target says: comparison, value, unit, year.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A word that is none of those a type knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}”不是{what}；可用：{known}")]
pub struct UnknownWord {
    /// What was expected, in Chinese.
    pub what: &'static str,
    /// The word as given.
    pub word: String,
    /// The words that are known.
    pub known: String,
}

/// Implements `code`, `ALL`, `Display` and `FromStr` for an enum whose values
/// have stable code words.
macro_rules! code_words {
    ($type:ident, $what:literal, { $($variant:ident => $code:literal),+ $(,)? }) => {
        impl $type {
            /// Every value, in its natural order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable code word, used in files, tables and the API.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::UnknownWord;
            fn from_str(word: &str) -> Result<Self, $crate::UnknownWord> {
                Self::ALL.iter().copied().find(|v| v.code() == word.trim()).ok_or_else(|| $crate::UnknownWord {
                    what: $what,
                    word: word.to_owned(),
                    known: Self::ALL.iter().map(|v| v.code()).collect::<Vec<_>>().join("、"),
                })
            }
        }
    };
}
pub(crate) use code_words;

/// How a figure is compared with the target's value. The code words are those
/// of the hand labels (`>=` 以上, `>` 突破, `<=` 以内, `<` 低于, `~` 左右, `=` 达到).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Comparison {
    /// 以上, 不低于, 不少于, 至少.
    #[serde(rename = ">=")]
    AtLeast,
    /// 突破, 超过, 高于, 多于, 余.
    #[serde(rename = ">")]
    MoreThan,
    /// 以内, 以下, 不超过, 不高于, 控制在…内.
    #[serde(rename = "<=")]
    AtMost,
    /// 低于, 小于.
    #[serde(rename = "<")]
    LessThan,
    /// 左右, 约, 近, 接近.
    #[serde(rename = "~")]
    About,
    /// 达到, 实现, 完成, 为, or nothing.
    #[serde(rename = "=")]
    Equal,
}

code_words!(Comparison, "比较方式", {
    AtLeast => ">=", MoreThan => ">", AtMost => "<=", LessThan => "<", About => "~", Equal => "=",
});

/// The year a target is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DueYear {
    /// The text says no year. The plan's last year is not put in its place.
    #[default]
    NotStated,
    /// By the end of this year.
    Year(i16),
    /// 每年: due again every year.
    EveryYear,
}

impl fmt::Display for DueYear {
    /// Four digits, `annual`, or nothing, as in the hand labels.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DueYear::NotStated => Ok(()),
            DueYear::Year(year) => write!(f, "{year:04}"),
            DueYear::EveryYear => f.write_str("annual"),
        }
    }
}

impl FromStr for DueYear {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text.trim() {
            "" => Ok(DueYear::NotStated),
            "annual" => Ok(DueYear::EveryYear),
            year => match year.parse() {
                Ok(number @ 1949..=2100) => Ok(DueYear::Year(number)),
                _ => Err(UnknownWord {
                    what: "目标年份",
                    word: text.to_owned(),
                    known: "四位年份、annual、空".to_owned(),
                }),
            },
        }
    }
}

impl TryFrom<String> for DueYear {
    type Error = UnknownWord;
    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<DueYear> for String {
    fn from(year: DueYear) -> String {
        year.to_string()
    }
}

/// What is promised of one measure: comparison, value, unit, year, firmness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// How a figure is compared with the value.
    pub comparison: Comparison,
    /// The value in `unit`; `None` where the text gives none (全省前列).
    pub value: Option<Decimal>,
    /// The upper end where the text gives a range (1-2 个), never below `value`.
    pub value_high: Option<Decimal>,
    /// The unit as the text writes it, spaces removed; empty where there is none.
    pub unit: String,
    /// When it is due.
    pub due: DueYear,
    /// Governed by 力争, 争取, 努力 or 力求: an aim rather than a promise.
    pub soft: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_words_go_both_ways() {
        for word in Comparison::ALL {
            assert_eq!(word.code().parse::<Comparison>().unwrap(), *word);
        }
        assert!("≥".parse::<Comparison>().is_err());
        for (text, due) in [("", DueYear::NotStated), ("annual", DueYear::EveryYear), ("2025", DueYear::Year(2025))] {
            assert_eq!(text.parse::<DueYear>().unwrap(), due);
            assert_eq!(due.to_string(), text);
        }
        assert!("25".parse::<DueYear>().is_err());
    }
}
