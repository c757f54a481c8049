//! How figures are recognised: `rules/assessment/figures.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use plan_model::{Comparison, Observation};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::rule_set::exact;

/// Whether one of these words stands in a text.
fn holds(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.contains(word.as_str()))
}

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
    /// Of a whole year: a total, unless one of `not` is there.
    sums: Vec<String>,
    not: Vec<String>,
    /// Compared with the base year, which stands in place of `{base}`.
    against: Vec<String>,
    /// Between the first year of a span and its last one.
    through: Vec<String>,
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
    /// What the remark of a figure says of it, if it says that; `base` is the year
    /// before the plan's first one.
    pub(crate) fn of(&self, figure: &Observation, base: Option<i16>) -> Option<Since> {
        if figure.note.is_empty() {
            return None;
        }
        let note = figure.note.to_lowercase();
        let has = |words: &[String]| holds(&note, words);
        if has(&self.means) {
            return Some(Since::Mean);
        }
        let whole_year = figure.period.months() == 12;
        let sum = || whole_year && has(&self.sums) && !has(&self.not);
        let since = |base: i16| {
            let year = base.to_string();
            let against = || self.against.iter().any(|words| note.contains(&words.replace("{base}", &year)));
            note.contains(&year) && against() || self.spans(&note, base.saturating_add(1))
        };
        let total = has(&self.totals) || sum() || whole_year && base.is_some_and(since);
        total.then_some(Since::Total)
    }

    /// What stands between the two ends of a span or a range.
    pub(crate) fn through(&self) -> impl Iterator<Item = &str> {
        self.through.iter().map(String::as_str)
    }

    /// Whether a remark names a span of years that begins with this one: 2016-2017年.
    fn spans(&self, note: &str, first: i16) -> bool {
        let first = first.to_string();
        note.match_indices(&first).any(|(at, _)| {
            let rest = note.get(at + first.len()..).unwrap_or_default();
            let rest = rest.strip_prefix('年').unwrap_or(rest);
            let later = self.through.iter().find_map(|word| rest.strip_prefix(word.as_str()));
            later.is_some_and(|later| later.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        })
    }
}

/// What is told as a fall, or as an amount that is taken away.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Falls {
    taken_away: Vec<String>,
    rates: Vec<String>,
}

impl Falls {
    /// Whether an amount of this name is taken away: more of it is better.
    pub(crate) fn takes_away(&self, name: &str) -> bool {
        holds(name, &self.taken_away)
    }

    /// Whether yearly rates of this name are falls: a larger number is better.
    pub(crate) fn is_rate(&self, name: &str) -> bool {
        holds(name, &self.rates)
    }
}

/// What begins anew every year.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renewed {
    names: Vec<String>,
}

impl Renewed {
    /// Whether an indicator of this name begins anew every year.
    pub(crate) fn is(&self, name: &str) -> bool {
        holds(name, &self.names)
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provisional {
    words: Vec<String>,
}

impl Provisional {
    /// Whether a figure is provisional by its remark or its source.
    pub(crate) fn is(&self, figure: &Observation) -> bool {
        [&figure.note, &figure.source].iter().any(|text| holds(&text.to_lowercase(), &self.words))
    }
}

/// What the cells of official tables say beside their numbers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cells {
    at_least: Vec<String>,
    more_than: Vec<String>,
    at_most: Vec<String>,
    less_than: Vec<String>,
    about: Vec<String>,
    /// Words that stand before a number and add nothing.
    pub(crate) before: Vec<String>,
    pub(crate) points: Vec<String>,
    figures: Vec<String>,
}

impl Cells {
    /// Whether the remark on an indicator speaks of its figures, not of its target.
    pub(crate) fn speaks_of_figures(&self, note: &str) -> bool {
        holds(&note.to_lowercase(), &self.figures)
    }

    /// Every word with what it says of the number beside it.
    pub(crate) fn comparisons(&self) -> impl Iterator<Item = (Comparison, &str)> {
        let lists = [
            (Comparison::AtLeast, &self.at_least),
            (Comparison::MoreThan, &self.more_than),
            (Comparison::AtMost, &self.at_most),
            (Comparison::LessThan, &self.less_than),
            (Comparison::About, &self.about),
        ];
        lists.into_iter().flat_map(|(code, list)| list.iter().map(move |word| (code, word.as_str())))
    }
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
    pub(crate) renewed: Renewed,
    pub(crate) falls: Falls,
    pub(crate) cells: Cells,
    pub(crate) provisional: Provisional,
    pub(crate) units: BTreeMap<String, UnitEntry>,
}

impl YearToDate {
    /// Whether a remark calls its figure one of the year to date: an amount, a mean, a share.
    pub(crate) fn speaks_of_the_year(&self, note: &str) -> bool {
        holds(note, &self.words)
    }

    /// Whether a remark calls its figure an amount of the year to date.
    pub(crate) fn says_so(&self, note: &str) -> bool {
        self.speaks_of_the_year(note) && !holds(note, &self.not)
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
    fn a_remark_tells_what_came_together_since_the_start() {
        let of = |period: &str, note: &str| {
            let figure = Observation {
                indicator: String::new(),
                period: period.parse().unwrap(),
                value: Decimal::ONE,
                standing: plan_model::Standing::Reported,
                vintage: 1,
                source: String::new(),
                note: note.to_owned(),
            };
            conventions().since_start.of(&figure, Some(2020))
        };
        for note in [
            "三年累计",
            "前两年",
            "累计",
            "累计下降",
            "比2020年下降",
            "较2020年累计下降",
            "2020年以来",
            "2021-2022年",
            "2021年至2022年合计",
            "2021—2022",
            "Cumulative since 2020",
            "compared with 2020",
            "two-year total",
        ] {
            assert_eq!(of("2022", note), Some(Since::Total), "{note}");
        }
        for note in ["", "当年累计", "全年累计", "比上年下降", "较2019年", "2020-2021年", "2021年修订"]
        {
            assert_eq!(of("2022", note), None, "{note}");
        }
        assert_eq!(of("2022-06", "累计"), None, "within a year it is the year to date");
        assert_eq!(of("2022", "年均下降"), Some(Since::Mean));
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
