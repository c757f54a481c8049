//! Which arithmetic a commitment is judged by: the table `rules/measure_types.toml`.

use std::sync::LazyLock;

use plan_assessment::is_percent;
use plan_model::{Commitment, CommitmentClass, Comparison, Decimal, Direction, DueYear, Intent, Measure, Target};
use serde::Deserialize;

use super::dictionary::{Dictionary, Found};

/// One rule of the table: every condition that is written must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureRule {
    pub(crate) measure: Measure,
    /// Which way is better, whatever the dictionary says of the level.
    direction: Option<Direction>,
    /// How the indicator's target is made of the words.
    #[serde(default)]
    target: Made,
    class: Option<CommitmentClass>,
    due: Option<DueYear>,
    #[serde(default)]
    intent: Vec<Intent>,
    #[serde(default)]
    comparison: Vec<Comparison>,
    #[serde(default)]
    unit: Vec<String>,
    /// Not a percentage nor a percentage point, but an amount with a number.
    amount: Option<bool>,
    /// Known as a level: by the dictionary, else by the words of [`Table::level`].
    of_level: Option<bool>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    name_starts: Vec<String>,
    #[serde(default)]
    name_ends: Vec<String>,
    /// A verb before the name.
    #[serde(default)]
    verb: Vec<String>,
    /// The number stands right behind the name.
    counted: Option<bool>,
    /// Why, for the planner who reads the table.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by people, and by the test of the table"))]
    why: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "run by the test of the table"))]
    example: Example,
}

/// How an indicator's target follows from what the text promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Made {
    /// It is what the text says.
    #[default]
    AsWritten,
    /// 年均: it is due again every year.
    EachYear,
    /// 零增长, 全部淘汰: at most 0.
    AtMostZero,
}

/// An invented commitment to which the rule applies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), expect(dead_code, reason = "run by the test of the table"))]
pub(crate) struct Example {
    name: String,
    value: String,
    quote: String,
    #[serde(default)]
    class: Option<CommitmentClass>,
    #[serde(default)]
    due: DueYear,
    #[serde(default)]
    intent: Intent,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    comparison: Option<Comparison>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Words around a name that are passed over before its start and end are looked at.
    around: Vec<String>,
    /// Words in the names of what is a level and not the amount of a year.
    level: Vec<String>,
    rule: Vec<MeasureRule>,
}

fn table() -> &'static Table {
    #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let text = include_str!("../../../../rules/measure_types.toml");
        toml::from_str(text).expect("rules/measure_types.toml")
    });
    &TABLE
}

impl Table {
    /// The name without 五年累计 and the like on either side.
    fn bare<'n>(&self, name: &'n str) -> &'n str {
        let mut rest = name;
        let shorter = |rest: &'n str| {
            let cut = |word: &String| rest.strip_prefix(word.as_str()).or_else(|| rest.strip_suffix(word.as_str()));
            self.around.iter().find_map(cut)
        };
        while let Some(shorter) = shorter(rest).filter(|shorter| !shorter.is_empty()) {
            rest = shorter;
        }
        rest
    }

    /// Whether a mention speaks of a level: the dictionary's word counts before that of
    /// the name.
    fn speaks_of_level(&self, found: &Commitment, link: Option<&Found<'_>>) -> bool {
        let link = link.filter(|link| link.entry.takes_unit(&found.target.unit));
        match link.map(|link| &link.entry.measure) {
            Some(measure) => matches!(measure, Measure::Level | Measure::HoldEachYear),
            None => self.level.iter().any(|word| found.name.contains(word.as_str())),
        }
    }
}

impl MeasureRule {
    fn fits(&self, found: &Commitment, link: Option<&Found<'_>>) -> bool {
        let (target, table) = (&found.target, table());
        let said = |word: &String| found.name.contains(word.as_str()) || found.quote.contains(word.as_str());
        let starts =
            |word: &String| [found.name.as_str(), table.bare(&found.name)].iter().any(|n| n.starts_with(word.as_str()));
        let ends = |word: &String| table.bare(&found.name).ends_with(word.as_str());
        self.class.is_none_or(|class| class == found.class)
            && self.due.is_none_or(|due| due == target.due)
            && (self.intent.is_empty() || self.intent.contains(&found.intent))
            && (self.comparison.is_empty() || self.comparison.contains(&target.comparison))
            && (self.unit.is_empty() || self.unit.contains(&target.unit))
            && self.amount.is_none_or(|amount| amount == is_amount(found))
            && (self.words.is_empty() || self.words.iter().any(said))
            && (self.name_starts.is_empty() || self.name_starts.iter().any(starts))
            && (self.name_ends.is_empty() || self.name_ends.iter().any(ends))
            && (self.verb.is_empty() || self.verb.iter().any(|verb| stands_before(verb, found)))
            && self.counted.is_none_or(|counted| counted == is_counted(found))
            && self.of_level.is_none_or(|level| level == table.speaks_of_level(found, link))
    }
}

/// 500吨, not 5%: a number in another unit than percent.
fn is_amount(found: &Commitment) -> bool {
    found.class == CommitmentClass::Numeric && found.target.value.is_some() && !is_percent(&found.target.unit)
}

/// 建成 before 高标准农田 in 建成高标准农田20万亩.
fn stands_before(verb: &str, found: &Commitment) -> bool {
    found.quote.match_indices(&found.name).any(|(at, _)| found.quote.get(..at).is_some_and(|left| left.ends_with(verb)))
}

/// 农村公路改造500公里, not 农村公路改造达到500公里.
fn is_counted(found: &Commitment) -> bool {
    let behind = found.quote.split(found.name.as_str()).nth(1).unwrap_or_default();
    behind.trim_start().starts_with(|first: char| first.is_numeric() || matches!(first, '约' | '近'))
}

/// What the table says of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arithmetic {
    pub(super) measure: Measure,
    /// The measure is the dictionary's: the text says none.
    pub(super) supplied: bool,
    /// Which way is better by what the words say is done.
    pub(super) direction: Option<Direction>,
    made: Made,
}

impl Arithmetic {
    /// By the first rule of the table that fits.
    pub(super) fn of(found: &Commitment, link: Option<&Found<'_>>) -> Self {
        let rule = table().rule.iter().find(|rule| rule.fits(found, link));
        rule.map_or(Self::supplied(Measure::Level), |rule| Self {
            measure: rule.measure.clone(),
            supplied: false,
            direction: rule.direction,
            made: rule.target,
        })
    }

    /// The dictionary's.
    pub(super) fn supplied(measure: Measure) -> Self {
        Self { measure, supplied: true, direction: None, made: Made::AsWritten }
    }

    /// The target an indicator has by this mention.
    pub(super) fn target(&self, found: &Commitment) -> Target {
        let target = found.target.clone();
        match self.made {
            Made::AsWritten => target,
            Made::EachYear => Target { due: DueYear::EveryYear, ..target },
            Made::AtMostZero => Target {
                comparison: Comparison::AtMost,
                value: Some(Decimal::ZERO),
                value_high: None,
                unit: String::new(),
                ..target
            },
        }
    }

    /// Whether two mentions can be of one indicator.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        self.measure == other.measure && self.made == other.made
    }
}

/// The arithmetic of a commitment: the first rule of the table that fits.
pub fn measure_of(found: &Commitment) -> Measure {
    Arithmetic::of(found, Dictionary::standard().find(&found.name).as_ref()).measure
}

/// Whether the text itself says by which arithmetic: a rule of the table with a
/// condition fits, or the words name a level (提高到, 降至). Else the last rule,
/// which fits all, is only what is left.
pub(super) fn text_says(found: &Commitment, link: Option<&Found<'_>>) -> bool {
    let rules = &table().rule;
    let last = rules.len().saturating_sub(1);
    let left_over = rules.iter().position(|rule| rule.fits(found, link)).is_none_or(|at| at == last);
    !left_over || found.class != CommitmentClass::Numeric || found.intent != Intent::Reach
}

#[cfg(test)]
mod tests {
    use plan_model::Anchor;

    use super::*;

    #[test]
    fn every_rule_has_a_reason_and_its_example_meets_it_first() {
        for (index, rule) in table().rule.iter().enumerate() {
            let example = &rule.example;
            let found = Commitment {
                name: example.name.clone(),
                class: example.class.unwrap_or(CommitmentClass::Numeric),
                target: Target {
                    comparison: example.comparison.unwrap_or(Comparison::Equal),
                    value: Some(example.value.parse().unwrap()),
                    value_high: None,
                    unit: example.unit.clone(),
                    due: example.due,
                    soft: false,
                },
                intent: example.intent,
                anchor: Anchor { line: 1, start: 0, end: 1 },
                quote: example.quote.clone(),
                rule: "test".to_owned(),
                confidence: plan_model::Confidence::Certain,
            };
            assert!(!rule.why.is_empty());
            let link = Dictionary::standard().find(&found.name);
            let first = table().rule.iter().position(|r| r.fits(&found, link.as_ref()));
            assert_eq!(first, Some(index), "{}", example.quote);
            assert_eq!(measure_of(&found), rule.measure, "{}", example.quote);
        }
        let last = table().rule.last().unwrap();
        assert!(last.class.is_none() && last.intent.is_empty() && last.words.is_empty(), "the last rule fits all");
    }
}
