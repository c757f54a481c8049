//! A district of 200 indicators, five years of monthly figures: judged whole, with
//! trails and forecasts, by each rule set; then a plan of 300 indicators, whose
//! goal is under 50 ms, and 3,000 such plans on both cores, whose goal is under 60 s;
//! one indicator with its default forecast, and with those made on request.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may fail loudly; nobody's file reaches it")]

use std::sync::atomic::{AtomicU32, Ordering};

use plan_assessment::{
    Question, Rules, assess, assess_one, conclude, forecasts,
    quality::{Look, QualityRules, Subject},
    ready_rule_set,
};
use plan_model::{
    Baseline, Comparison, Decimal, Direction, DueYear, Indicator, IndicatorKind, Measure, Observation, Period,
    Standing, Target,
};

fn main() {
    divan::main();
}

/// Noise that is the same in every run.
fn noise(number: u32, month: i16) -> Decimal {
    let mixed =
        (u64::from(number) * 7919 + u64::from(month.unsigned_abs()) * 104_729).wrapping_mul(2_654_435_761) >> 13;
    Decimal::new(i64::try_from(mixed % 41).expect("small") - 20, 2)
}

/// Invented indicators of every measure type with a number, and their figures.
fn district(count: u32) -> (Vec<Indicator>, Vec<Observation>) {
    plan(0, count)
}

/// The same for the plan of this number: another one has other figures.
fn plan(plan: u32, count: u32) -> (Vec<Indicator>, Vec<Observation>) {
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
            let value = match word {
                "yearly_growth" | "cumulative_fall" => figure("2.7") + noise(plan * count + number, month),
                // Amounts of the year to date.
                "cumulative" => Decimal::from(month % 12 + 1) * figure("1.6"),
                _ => figure(base) + drift + noise(plan * count + number, month),
            };
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

fn question<'a>(indicators: &'a [Indicator], observations: &'a [Observation], as_of: &str) -> Question<'a> {
    Question {
        indicators,
        observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: "2021-2025".parse().ok(),
        as_of: as_of.parse().expect("a date"),
    }
}

#[divan::bench(args = ["share-of-pace", "points-behind", "growth-pace"])]
fn district_of_200_by_60_months(bencher: divan::Bencher<'_, '_>, rules: &str) {
    let (indicators, observations) = district(200);
    let rules = ready_rule_set(rules).expect("a ready rule set");
    let question = question(&indicators, &observations, "2024-06-30");
    bencher.bench(|| {
        let verdicts = assess(&question, rules);
        (conclude(&verdicts, rules), verdicts)
    });
}

fn judge(indicators: &[Indicator], observations: &[Observation]) -> usize {
    let rules = ready_rule_set("share-of-pace").expect("a ready rule set");
    let question = question(indicators, observations, "2025-10-31");
    let verdicts = assess(&question, rules);
    let chapters = verdicts.chunks(30).map(|chapter| conclude(chapter, rules).all).sum();
    assert!(verdicts.iter().filter(|verdict| verdict.prospect.forecast().is_some()).count() * 3 > verdicts.len());
    chapters
}

#[divan::bench]
fn plan_of_300_by_60_months(bencher: divan::Bencher<'_, '_>) {
    let (indicators, observations) = district(300);
    bencher.bench(|| judge(&indicators, &observations));
}

/// Making the figures of a plan: what the next bench does beside judging.
#[divan::bench]
fn only_making_a_plan_of_300(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| plan(divan::black_box(1), 300));
}

/// The 3,000 plans of the goal, each with figures of its own, on two threads; a plan
/// is made, judged and forgotten before the next one.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn three_thousand_plans_of_300_on_two_cores() {
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(number) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < 3000) {
                    let (indicators, observations) = plan(number, 300);
                    judge(&indicators, &observations);
                }
            });
        }
    });
}

/// One indicator of 60 months (`level`) or with the year's last month only, as ten
/// years have it: verdict with its default forecast, and all methods with their trials.
#[divan::bench(args = [("verdict", 60), ("verdict", 10), ("on request", 60), ("on request", 10)])]
fn one_indicator(bencher: divan::Bencher<'_, '_>, (what, numbers): (&str, i16)) {
    let (indicators, mut observations) = district(1);
    if numbers == 10 {
        observations.truncate(10);
        for (year, observation) in (2015i16..).zip(&mut observations) {
            observation.period = Period::Year(year);
        }
    }
    let rules = Rules::ready(ready_rule_set("share-of-pace").expect("a ready rule set"));
    let question = question(&indicators, &observations, if numbers == 10 { "2024-12-31" } else { "2025-10-31" });
    bencher.bench(|| match what {
        "verdict" => assess_one(&question, "0", rules.verdicts).is_some_and(|v| v.prospect.forecast().is_some()),
        _ => forecasts(&question, "0", &rules).is_some_and(|told| told.is_ok()),
    });
}

/// A figure that comes in, looked at by all rules of quality beside five years of
/// months, for an indicator of each measure type: what saving one costs.
#[divan::bench]
fn quality_of_one_figure_beside_60_months(bencher: divan::Bencher<'_, '_>) {
    let (indicators, observations) = district(8);
    let rules = QualityRules::standard();
    let mut next = (0..indicators.len()).cycle();
    bencher.with_inputs(|| next.next().expect("it goes round")).bench_local_values(|number| {
        let indicator = &indicators[number];
        let of_it: Vec<&Observation> = observations.iter().filter(|o| o.indicator == indicator.id).collect();
        let last = of_it[of_it.len() - 1];
        let asked = [(indicator.id.as_str(), last.period)].into();
        let subjects = [Subject { indicator, names: vec![&indicator.name] }];
        let as_of = "2025-12-31".parse().expect("a date");
        let look = Look { subjects: &subjects, figures: &of_it, breaks: &[], plan: "", as_of, asked: Some(&asked) };
        rules.check(&look)
    });
}
