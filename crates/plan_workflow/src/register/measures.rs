//! Which arithmetic a commitment is judged by: the table `rules/measure_types.toml`.

use std::sync::LazyLock;

use plan_model::{Commitment, CommitmentClass, DueYear, Intent, Measure};
use serde::Deserialize;

/// One rule of the table: every condition that is written must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeasureRule {
    pub(crate) measure: Measure,
    class: Option<CommitmentClass>,
    due: Option<DueYear>,
    #[serde(default)]
    intent: Vec<Intent>,
    #[serde(default)]
    unit: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    name_starts: Vec<String>,
    /// Why, for the planner who reads the table.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by people, and by the test of the table"))]
    why: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "run by the test of the table"))]
    example: Example,
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
    comparison: Option<plan_model::Comparison>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: Vec<MeasureRule>,
}

fn rules() -> &'static [MeasureRule] {
    #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
    static RULES: LazyLock<Vec<MeasureRule>> = LazyLock::new(|| {
        let text = include_str!("../../../../rules/measure_types.toml");
        toml::from_str::<Table>(text).expect("rules/measure_types.toml").rule
    });
    &RULES
}

impl MeasureRule {
    fn fits(&self, found: &Commitment) -> bool {
        let unit = &found.target.unit;
        let said = |word: &String| found.name.contains(word.as_str()) || found.quote.contains(word.as_str());
        self.class.is_none_or(|class| class == found.class)
            && self.due.is_none_or(|due| due == found.target.due)
            && (self.intent.is_empty() || self.intent.contains(&found.intent))
            && (self.unit.is_empty() || self.unit.contains(unit))
            && (self.words.is_empty() || self.words.iter().any(said))
            && (self.name_starts.is_empty() || self.name_starts.iter().any(|word| found.name.starts_with(word)))
    }
}

/// The arithmetic of a commitment: the first rule of the table that fits.
pub fn measure_of(found: &Commitment) -> Measure {
    rules().iter().find(|rule| rule.fits(found)).map_or(Measure::Level, |rule| rule.measure.clone())
}

/// Whether the text itself says by which arithmetic: a rule of the table with a
/// condition fits, or the words name a level (提高到, 降至). Else the last rule,
/// which fits all, is only what is left.
pub(super) fn text_says(found: &Commitment) -> bool {
    let last = rules().len().saturating_sub(1);
    let left_over = rules().iter().position(|rule| rule.fits(found)).is_none_or(|at| at == last);
    !left_over || found.class != CommitmentClass::Numeric || found.intent != Intent::Reach
}

#[cfg(test)]
mod tests {
    use plan_model::{Anchor, Comparison, Target};

    use super::*;

    #[test]
    fn every_rule_has_a_reason_and_its_example_meets_it_first() {
        for (index, rule) in rules().iter().enumerate() {
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
            assert_eq!(rules().iter().position(|r| r.fits(&found)), Some(index), "{}", example.quote);
            assert_eq!(measure_of(&found), rule.measure, "{}", example.quote);
        }
        let last = rules().last().unwrap();
        assert!(last.class.is_none() && last.intent.is_empty() && last.words.is_empty(), "the last rule fits all");
    }
}
