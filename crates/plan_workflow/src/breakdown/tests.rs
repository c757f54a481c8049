//! What is agreed, as its fold; the use cases are tested with the pages.

use plan_assessment::AgreedBy;
use plan_model::{Comparison, DueYear, Indicator, IndicatorKind, Measure, Target};

use super::*;
use crate::records::IndicatorRecord;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn count() -> IndicatorRecord {
    let target = Target {
        comparison: Comparison::Equal,
        value: Some(decimal("800")),
        value_high: None,
        unit: "个".to_owned(),
        due: DueYear::Year(2025),
        soft: false,
    };
    let indicator = Indicator {
        id: "I001".to_owned(),
        name: "新增车位".to_owned(),
        group: String::new(),
        unit: "个".to_owned(),
        kind: IndicatorKind::NotStated,
        measure: Measure::Cumulative,
        direction: None,
        baseline: None,
        targets: vec![target],
    };
    let (reason, actor, at) = (String::new(), "甲".to_owned(), Timestamp::UNIX_EPOCH);
    IndicatorRecord { indicator, mentions: vec![1], base_fact: None, dictionary: None, version: 1, reason, at, actor }
}

fn years(values: &[i64], reason: &str) -> BreakdownEvent {
    BreakdownEvent::Years {
        indicator: "I001".to_owned(),
        unit: "个".to_owned(),
        years: (2021..).zip(values.iter().map(|v| Decimal::from(*v))).collect(),
        within: None,
        reason: reason.to_owned(),
    }
}

fn folded(events: Vec<BreakdownEvent>) -> Breakdown {
    let mut breakdown = Breakdown::default();
    for (number, what) in (1..).zip(events) {
        breakdown.apply(Event { number, what, at: Timestamp::UNIX_EPOCH, actor: "林规划".to_owned() });
    }
    breakdown
}

#[test]
fn each_change_is_a_version_and_none_takes_them_back() {
    let first = folded(vec![years(&[160; 5], "")]);
    assert_eq!((first.versions("I001"), first.years("I001").unwrap().of(2023)), ((1, 0), Some(decimal("160"))));
    let back = folded(vec![years(&[160; 5], ""), years(&[], "重新测算")]);
    assert_eq!((back.versions("I001"), back.years("I001"), back.history("I001").count()), ((2, 0), None, 2));
}

#[test]
fn verdicts_take_the_totals_by_the_end_of_each_year() {
    let breakdown = folded(vec![years(&[100, 150, 150, 200, 200], "")]);
    let period = "2021-2025".parse().unwrap();
    let agreed = agreed(&breakdown, &[count()], &[], period);
    let totals: Vec<String> = agreed.iter().map(|target| format!("{} {}", target.year, target.value)).collect();
    assert_eq!(totals, ["2021 100", "2022 250", "2023 400", "2024 600", "2025 800"]);
    assert!(agreed.iter().all(|target| target.by == AgreedBy::Breakdown && target.source == "第 1 版（林规划）"));
}

#[test]
fn shares_are_held_against_the_year_and_lines_are_summed() {
    let record = count();
    let period = "2021-2025".parse().unwrap();
    let breakdown = folded(vec![years(&[160; 5], "")]);
    let of = |year| whole_of(&record.indicator, breakdown.years("I001"), period, year);
    assert_eq!((of(2022), of(2026)), (Some(decimal("160")), None));
    assert_eq!(whole_of(&record.indicator, None, period, 2025), None, "a total of five years is no amount of the last");
    let line = |code: &str, year, amount: &str| BudgetLine {
        code: code.to_owned(),
        name: "停车场".to_owned(),
        year,
        amount: decimal(amount),
        source: "区级财政".to_owned(),
        subject: "I001".to_owned(),
    };
    let events = [line("a", 2023, "120.5"), line("b", 2023, "79.5"), line("a", 2024, "10")];
    let set = events.map(|line| BreakdownEvent::Line { line, reason: String::new() });
    let breakdown = folded(set.to_vec());
    let (by_year, all) = amounts(breakdown.lines_of("I001"));
    assert_eq!((by_year[&2023], all), (decimal("200.0"), decimal("210.0")));
}
