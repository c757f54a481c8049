//! When a node is due: a day, or a month, quarter or year as people agree on it.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use plan_model::{Period, UnknownWord};
use serde::{Deserialize, Serialize};

/// When a node is due, as precise as it was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum NodeDue {
    /// On this day.
    Day(Date),
    /// By the end of this month, quarter or year.
    Within(Period),
}

impl NodeDue {
    /// The last day on which it is in time.
    pub fn last_day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Within(period) => period.last_day(),
        }
    }
}

impl fmt::Display for NodeDue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Within(period) => period.fmt(f),
        }
    }
}

impl FromStr for NodeDue {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let text = text.trim();
        // 年底, 季末 and 月底 say no more than the period itself.
        let bare = text.trim_end_matches(['底', '末', '前']);
        let day = || text.parse::<Date>().ok().filter(|day| (1949..=2100).contains(&day.year())).map(Self::Day);
        bare.parse::<Period>().ok().map(Self::Within).or_else(day).ok_or_else(|| UnknownWord {
            what: "节点时限",
            word: text.to_owned(),
            known: "2023、2023Q2、2023-06、2023-06-30".to_owned(),
        })
    }
}

impl TryFrom<String> for NodeDue {
    type Error = UnknownWord;
    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<NodeDue> for String {
    fn from(due: NodeDue) -> String {
        due.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_due_on_the_last_day_of_what_was_agreed() {
        for (text, written, day) in [
            ("2023", "2023", "2023-12-31"),
            ("2023年底", "2023", "2023-12-31"),
            ("2023年二季度末", "2023Q2", "2023-06-30"),
            ("2023-02", "2023-02", "2023-02-28"),
            ("2023-06-15", "2023-06-15", "2023-06-15"),
        ] {
            let due: NodeDue = text.parse().unwrap();
            assert_eq!((due.to_string().as_str(), due.last_day().to_string().as_str()), (written, day), "{text}");
        }
        for text in ["", "年底", "2023-02-30", "尽快", "23年"] {
            assert!(text.parse::<NodeDue>().is_err(), "{text}");
        }
    }
}
