//! The cases in prose of `rules/cases/` and the catalogue of shapes in
//! `rules/shapes.toml`, run against the extraction.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod catalogue;
mod prose;

use std::path::PathBuf;

use plan_extraction::{Extraction, Options, extract, rows};
use plan_model::PlanPeriod;
use prose::Case;

/// The plan's period where a case says nothing else.
const PERIOD: &str = "2021-2025";

fn rules() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules"))
}

/// Reads a text as a plan of that period.
fn read(text: &str, period: PlanPeriod) -> Extraction {
    let source = document_reader::read("case.txt", text.as_bytes()).unwrap();
    extract(&source, &Options { plan_period: Some(period) })
}

/// What was found, each row as a case's table writes it: the columns of
/// [`prose::HEAD`]. Facts are listed where the case lists facts.
fn found(case: &Case) -> Vec<String> {
    let extraction = read(&case.text, case.period.unwrap_or_else(|| PERIOD.parse().unwrap()));
    let shown = |cells: [&str; 8]| prose::row(&cells.map(str::to_owned));
    let range = |value: &str, high: &str| if high.is_empty() { value.to_owned() } else { format!("{value}-{high}") };
    let mut found = Vec::new();
    for commitment in &extraction.commitments {
        let printed = rows::row(commitment);
        let cells: Vec<&str> = printed.split('\t').collect();
        let [_, name, op, value, high, unit, year, soft, class, _] = cells[..] else { panic!("{printed}") };
        found.push(shown([name, op, &range(value, high), unit, year, soft, class, &commitment.rule]));
    }
    if case.lists_facts() {
        for fact in &extraction.facts {
            let number = |n: Option<plan_model::Decimal>| n.map(plan_model::plain).unwrap_or_default();
            let value = range(&number(fact.value.value), &number(fact.value.value_high));
            let year = fact.period.map(|p| p.to_string()).unwrap_or_default();
            let op = fact.value.comparison.code();
            found.push(shown([&fact.name, op, &value, &fact.value.unit, &year, "", "fact", &fact.rule]));
        }
    }
    found.sort();
    found
}

/// The work items found, each as a case's table writes it: the columns of
/// [`prose::WORK_HEAD`]. Nothing where the case leaves them open.
fn found_work(case: &Case) -> Vec<String> {
    if !case.lists_work() {
        return Vec::new();
    }
    let extraction = read(&case.text, case.period.unwrap_or_else(|| PERIOD.parse().unwrap()));
    let shown = |item: &plan_model::WorkItem| {
        let printed = rows::work_row(item);
        let cells: Vec<&str> = printed.split('\t').collect();
        let [_, kind, verb, name, lead, place, stage, amount, unit, due, _] = cells[..] else { panic!("{printed}") };
        let amount = format!("{amount}{unit}");
        prose::row(&[kind, verb, name, lead, place, stage, &amount, due, &item.rule].map(str::to_owned))
    };
    let mut found: Vec<String> = extraction.work.iter().map(shown).collect();
    found.sort();
    found
}

#[test]
fn every_case_gives_its_rows() {
    let cases = prose::read_all(&rules().join("cases"));
    let mut failures = Vec::new();
    for case in &cases {
        let (found, work) = (found(case), found_work(case));
        if found != case.expected || work != case.work {
            let found: Vec<&String> = found.iter().chain(&work).collect();
            let expected: Vec<&String> = case.expected.iter().chain(&case.work).collect();
            let lost = expected.iter().filter(|row| !found.contains(row)).map(|row| format!("  - {row}\n"));
            let new = found.iter().filter(|row| !expected.contains(row)).map(|row| format!("  + {row}\n"));
            let diff: String = lost.chain(new).collect();
            failures.push(format!("{} {}\n  {}\n{diff}", case.place, case.title, case.text.replace('\n', "\n  ")));
        }
    }
    let (wrong, all) = (failures.len(), cases.len());
    assert!(wrong == 0, "{wrong} of {all} cases (- expected, + found):\n\n{}", failures.join("\n"));
}
