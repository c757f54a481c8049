//! Ours against the official verdicts of published evaluations. The table in
//! `docs/official-cases.md` is this output; a change of a verdict must change it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use plan_assessment::{AssessRow, Question, RuleSet, assess, compare, read_case, ready_rule_set};

const DOCUMENT: &str = include_str!("../../../docs/official-cases.md");

const RULES: &str = include_str!("../../../rules/assessment/share-of-pace.toml");
const INDICATORS: &str = include_str!("../../../rules/assessment/official/plan14/indicators.tsv");
const VALUES: &str = include_str!("../../../rules/assessment/official/plan14/values.tsv");

/// The table of a case as the document prints it, and same, judged, farthest.
fn table(rules: &RuleSet, as_of: &str) -> (String, (usize, usize, u8)) {
    let case = read_case(INDICATORS, VALUES);
    assert_eq!((case.indicator_problems.as_slice(), case.value_problems.as_slice()), (&[][..], &[][..]));
    let question = Question {
        indicators: &case.indicators,
        observations: &case.observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: case.period,
        as_of: as_of.parse().unwrap(),
    };
    let verdicts = assess(&question, rules);
    let agreement = compare(&verdicts, &case.official, rules);
    let mut table = String::from("| 编号 | 指标 | 进度比 | 我们 | 官方 | 理由 |\n|---|---|---|---|---|---|\n");
    for (indicator, verdict) in case.indicators.iter().zip(&verdicts) {
        let row = AssessRow::new(indicator, verdict);
        let official = &case.official[&row.id];
        let ratio = if row.ratio.is_empty() { "—" } else { &row.ratio };
        table += &format!("| {} | {} | {ratio} | {} | {official} | {} |\n", row.id, row.name, row.status, row.reason);
    }
    (table, (agreement.same, agreement.judged, agreement.farthest))
}

#[test]
fn plan14() {
    let (table, counts) = table(ready_rule_set("share-of-pace").unwrap(), "2022-12-31");
    assert_eq!(counts, (18, 18, 0), "\n{table}");
    assert!(DOCUMENT.contains(&table), "docs/official-cases.md must print this table:\n{table}");
}

/// The document shows what other bands would give, so that nobody takes ours for found by search.
#[test]
fn other_bands_are_shown_too() {
    for (low, high) in [("0.7", "1.3"), ("0.75", "1.25"), ("0.8", "1.2"), ("0.85", "1.15"), ("0.9", "1.1")] {
        let text = RULES.replace("at_least = \"0.8\"", &format!("at_least = \"{low}\""));
        let text = text.replace("at_least = \"1.2\"", &format!("at_least = \"{high}\""));
        let (_, (same, judged, _)) = table(&RuleSet::parse(&text).unwrap(), "2022-12-31");
        assert_eq!(judged, 18);
        let row = format!("| {low} | {high} | {same} |\n");
        assert!(DOCUMENT.contains(&row), "docs/official-cases.md must say: {row}");
    }
}
