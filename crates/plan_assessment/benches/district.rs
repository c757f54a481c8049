//! A district of 200 indicators, five years of monthly figures: judged whole, with
//! trails, by each rule set. The goal is under 5 ms.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may fail loudly; nobody's file reaches it")]

use plan_assessment::{Question, assess, conclude, ready_rule_set};
use plan_model::{
    Baseline, Comparison, Decimal, Direction, DueYear, Indicator, IndicatorKind, Measure, Observation, Period,
    Standing, Target,
};

fn main() {
    divan::main();
}

/// Invented indicators of every measure type with a number, and their figures.
fn district(count: u32) -> (Vec<Indicator>, Vec<Observation>) {
    let words =
        ["level", "cumulative", "yearly_growth", "hold_each_year", "cumulative_fall", "coverage", "multiple", "zero"];
    let mut indicators = Vec::new();
    let mut observations = Vec::new();
    for number in 0..count {
        let word = words[number as usize % words.len()];
        let measure: Measure = word.parse().expect("one of the words");
        let (unit, target_unit, base, target, step) = match word {
            "cumulative" => ("家", "家", "0", "100", "20"),
            "yearly_growth" => ("%", "%", "5", "6", "0"),
            "cumulative_fall" => ("%", "%", "0", "13.5", "0"),
            "multiple" => ("万吨", "倍", "10", "2", "0.2"),
            "zero" => ("处", "处", "60", "0", "-1"),
            _ => ("%", "%", "60.5", "75", "0.25"),
        };
        let figure = |text: &str| text.parse::<Decimal>().expect("a figure");
        indicators.push(Indicator {
            id: number.to_string(),
            name: format!("指标{number}"),
            group: String::new(),
            unit: unit.to_owned(),
            kind: IndicatorKind::NotStated,
            measure,
            direction: (word != "zero").then_some(Direction::Higher),
            baseline: Some(Baseline { value: figure(base), period: Some(Period::Year(2020)) }),
            targets: vec![Target {
                comparison: Comparison::AtLeast,
                value: Some(figure(target)),
                value_high: None,
                unit: target_unit.to_owned(),
                due: DueYear::Year(2025),
                soft: false,
            }],
        });
        for month in 0..60i16 {
            let drift = figure(step) * Decimal::from(month + 1);
            let value =
                if word == "yearly_growth" || word == "cumulative_fall" { figure("2.7") } else { figure(base) + drift };
            observations.push(Observation {
                indicator: number.to_string(),
                period: Period::Month(2021 + month / 12, i8::try_from(month % 12 + 1).expect("a month")),
                value,
                standing: Standing::Reported,
                vintage: 1,
                source: "月报".to_owned(),
                note: String::new(),
            });
        }
    }
    (indicators, observations)
}

#[divan::bench(args = ["share-of-pace", "points-behind", "growth-pace"])]
fn district_of_200_by_60_months(bencher: divan::Bencher<'_, '_>, rules: &str) {
    let (indicators, observations) = district(200);
    let rules = ready_rule_set(rules).expect("a ready rule set");
    let question = Question {
        indicators: &indicators,
        observations: &observations,
        breaks: &[],
        agreed: &[],
        period: "2021-2025".parse().ok(),
        as_of: "2024-06-30".parse().expect("a date"),
    };
    bencher.bench(|| {
        let verdicts = assess(&question, rules);
        (conclude(&verdicts, rules), verdicts)
    });
}
