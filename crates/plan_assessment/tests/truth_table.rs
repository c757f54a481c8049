//! The truth table of the ready rule sets: one invented situation a row, one rule
//! set a column. `rules/assessment/truth-table.md` is this output, so that a
//! planner sees at a glance what each rule set calls what.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use plan_assessment::{Question, assess, read_case, ready_rule_sets};
use plan_model::Status;

const DOCUMENT: &str = include_str!("../../../rules/assessment/truth-table.md");

/// Situation, as-of date, `type op target@year direction base@year`, figures.
const SITUATIONS: &[(&str, &str, &str, &str)] = &[
    ("目标年末之前已达到，仍然达到", "2023-12-31", "level = 200@2025 higher 100@2020", "2022:190 2023:205"),
    ("曾经达到，又失去", "2023-12-31", "level = 200@2025 higher 100@2020", "2022:205 2023:150"),
    ("领先三成", "2023-12-31", "level = 200@2025 higher 100@2020", "2023:178"),
    ("踩着序时进度", "2023-12-31", "level = 200@2025 higher 100@2020", "2023:160"),
    ("落后一成", "2023-12-31", "level = 200@2025 higher 100@2020", "2023:154"),
    ("落后三成", "2023-12-31", "level = 200@2025 higher 100@2020", "2023:142"),
    ("几乎没动", "2023-12-31", "level = 200@2025 higher 100@2020", "2023:103"),
    ("倒退", "2023-12-31", "level = 200@2025 higher 100@2020", "2023:90"),
    ("到期达到", "2025-12-31", "level = 200@2025 higher 100@2020", "2024:180 2025:200"),
    ("到期未达到，只差一点", "2025-12-31", "level = 200@2025 higher 100@2020", "2024:180 2025:199"),
    ("达到了，但没有基期", "2023-12-31", "level = 200@2025 higher", "2023:205"),
    ("没达到，也没有基期", "2023-12-31", "level = 200@2025 higher", "2023:150"),
    ("基期已达到，守住", "2023-12-31", "level = 90@2025 higher 100@2020", "2023:95"),
    ("基期已达到，失守", "2023-12-31", "level = 90@2025 higher 100@2020", "2023:80"),
    ("零基期", "2023-12-31", "level = 100@2025 higher 0@2020", "2023:60"),
    ("界限年年守住", "2023-12-31", "hold_each_year <= 50@2025 lower", "2021:48 2022:49 2023:47"),
    ("界限失守过一年，又守住", "2023-12-31", "hold_each_year <= 50@2025 lower", "2021:48 2022:60 2023:47"),
    ("界限最近一年明显失守", "2023-12-31", "hold_each_year <= 50@2025 lower", "2021:48 2022:49 2023:60"),
    ("额度用得太快", "2023-12-31", "cumulative <= 100@2025 lower", "2021:30 2022:30 2023:35"),
    ("离基期不到两年，在进度上", "2021-12-31", "level = 200@2025 higher 100@2020", "2021:120"),
    ("没有监测值", "2023-12-31", "level = 200@2025 higher 100@2020", ""),
];

fn statuses((_, as_of, indicator, figures): &(&str, &str, &str, &str)) -> Vec<Status> {
    let words: Vec<&str> = indicator.split_whitespace().collect();
    let [measure, op, target, direction] = *words.first_chunk().unwrap();
    let (value, year) = target.split_once('@').unwrap();
    let (base, base_year) = words.get(4).and_then(|base| base.split_once('@')).unwrap_or_default();
    let indicators = format!(
        "id\tname\tunit\tbase_year\tbase_value\ttarget_year\ttarget_value\top\ttype\tdirection\n\
         1\t甲\t家\t{base_year}\t{base}\t{year}\t{value}\t{op}\t{measure}\t{direction}\n"
    );
    let mut values = String::from("id\tperiod\tvalue\tstatus\n");
    for (period, value) in figures.split_whitespace().filter_map(|figure| figure.split_once(':')) {
        values += &format!("1\t{period}\t{value}\tsourced\n");
    }
    let case = read_case(&indicators, &values);
    assert!(case.indicator_problems.is_empty() && case.value_problems.is_empty(), "{indicator}: {figures}");
    let question = Question {
        indicators: &case.indicators,
        observations: &case.observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: "2021-2025".parse().ok(),
        as_of: as_of.parse().unwrap(),
    };
    let first = |rules| assess(&question, rules).into_iter().next().unwrap().status;
    ready_rule_sets().iter().map(first).collect()
}

#[test]
fn the_truth_table_is_the_printed_one() {
    let names = ready_rule_sets().iter().map(|rules| rules.name.as_str()).collect::<Vec<_>>().join(" | ");
    let mut table = format!("| 情形 | {names} |\n|---|---|---|---|\n");
    let mut seen = std::collections::BTreeSet::new();
    for situation in SITUATIONS {
        let statuses = statuses(situation);
        let words: Vec<String> = statuses.iter().map(|status| format!("{} {}", status.shape, status.word)).collect();
        seen.extend(words.iter().cloned());
        table += &format!("| {} | {} |\n", situation.0, words.join(" | "));
    }
    assert!(DOCUMENT.contains(&table), "rules/assessment/truth-table.md must print this table:\n{table}");
    for status in ready_rule_sets().iter().flat_map(|rules| &rules.bands).map(|band| &band.status) {
        assert!(seen.contains(&format!("{} {}", status.shape, status.word)), "no situation is called {}", status.word);
    }
}
