//! How figures are recognised: `rules/assessment/figures.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::rule_set::exact;

/// Amounts of the year to date.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct YearToDate {
    pub(crate) words: Vec<String>,
    pub(crate) not: Vec<String>,
}

/// Figures that speak of all the years since the plan's start.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SinceStart {
    totals: Vec<String>,
    means: Vec<String>,
}

/// What a figure since the plan's start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Since {
    /// All that came together in these years.
    Total,
    /// A mean of these years.
    Mean,
}

impl SinceStart {
    /// What a remark says of its figure, if it says that.
    pub(crate) fn of(&self, note: &str) -> Option<Since> {
        let has = |words: &[String]| words.iter().any(|word| note.contains(word.as_str()));
        let mean = || has(&self.means).then_some(Since::Mean);
        mean().or_else(|| has(&self.totals).then_some(Since::Total))
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provisional {
    pub(crate) words: Vec<String>,
}

/// A unit as a multiple of another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnitEntry {
    #[serde(deserialize_with = "exact")]
    pub(crate) is: Decimal,
    pub(crate) of: String,
}

/// The conventions of figures.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Conventions {
    pub(crate) year_to_date: YearToDate,
    pub(crate) since_start: SinceStart,
    pub(crate) provisional: Provisional,
    pub(crate) units: BTreeMap<String, UnitEntry>,
}

impl YearToDate {
    /// Whether a remark calls its figure one of the year to date: an amount, a mean, a share.
    pub(crate) fn speaks_of_the_year(&self, note: &str) -> bool {
        self.words.iter().any(|word| note.contains(word.as_str()))
    }

    /// Whether a remark calls its figure an amount of the year to date.
    pub(crate) fn says_so(&self, note: &str) -> bool {
        self.speaks_of_the_year(note) && !self.not.iter().any(|word| note.contains(word.as_str()))
    }
}

const FILE: &str = include_str!("../../../rules/assessment/figures.toml");

// A test proves that the file parses.
static CONVENTIONS: LazyLock<Conventions> = LazyLock::new(|| toml::from_str(FILE).unwrap_or_default());

/// The conventions that come with Lantu.
pub(crate) fn conventions() -> &'static Conventions {
    &CONVENTIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_parses_and_is_not_empty() {
        let read: Conventions = toml::from_str(FILE).unwrap();
        assert!(!read.year_to_date.words.is_empty() && !read.provisional.words.is_empty());
        assert!(read.units.values().all(|unit| unit.is > Decimal::ZERO));
    }

    #[test]
    fn only_amounts_are_to_date() {
        let to_date = &conventions().year_to_date;
        assert!(to_date.says_so("本年累计"));
        for note in ["本年累计平均", "本年累计同比", "期末数", "", "累计建成"] {
            assert!(!to_date.says_so(note), "{note}");
        }
    }
}
