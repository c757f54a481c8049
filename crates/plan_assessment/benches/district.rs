//! A district of 200 indicators, five years of monthly figures: judged whole, with
//! trails and forecasts, by each rule set; then a plan of 300 indicators, whose
//! goal is under 50 ms, and many such plans on both cores (3,000 in under 60 s).

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench may fail loudly; nobody's file reaches it")]

use plan_assessment::{
    Question, assess, conclude,
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
                "yearly_growth" | "cumulative_fall" => figure("2.7") + noise(number, month),
                // Amounts of the year to date.
                "cumulative" => Decimal::from(month % 12 + 1) * figure("1.6"),
                _ => figure(base) + drift + noise(number, month),
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

#[divan::bench(args = ["share-of-pace", "points-behind", "growth-pace"])]
fn district_of_200_by_60_months(bencher: divan::Bencher<'_, '_>, rules: &str) {
    let (indicators, observations) = district(200);
    let rules = ready_rule_set(rules).expect("a ready rule set");
    let question = Question {
        indicators: &indicators,
        observations: &observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: "2021-2025".parse().ok(),
        as_of: "2024-06-30".parse().expect("a date"),
    };
    bencher.bench(|| {
        let verdicts = assess(&question, rules);
        (conclude(&verdicts, rules), verdicts)
    });
}

/// One plan of the size the goal names, with its chapters' conclusions.
fn plan_of_300() -> (Vec<Indicator>, Vec<Observation>) {
    district(300)
}

fn judge(indicators: &[Indicator], observations: &[Observation]) -> usize {
    let rules = ready_rule_set("share-of-pace").expect("a ready rule set");
    let question = Question {
        indicators,
        observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: "2021-2025".parse().ok(),
        as_of: "2025-10-31".parse().expect("a date"),
    };
    let verdicts = assess(&question, rules);
    let chapters = verdicts.chunks(30).map(|chapter| conclude(chapter, rules).all).sum();
    assert!(verdicts.iter().filter(|verdict| verdict.prospect.forecast().is_some()).count() * 3 > verdicts.len());
    chapters
}

#[divan::bench]
fn plan_of_300_by_60_months(bencher: divan::Bencher<'_, '_>) {
    let (indicators, observations) = plan_of_300();
    bencher.bench(|| judge(&indicators, &observations));
}

/// A thirtieth of the 3,000 plans of the goal, on two threads.
#[divan::bench(sample_count = 3)]
fn hundred_plans_of_300_on_two_cores(bencher: divan::Bencher<'_, '_>) {
    let (indicators, observations) = plan_of_300();
    bencher.bench(|| {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..50).map(|_| judge(&indicators, &observations)).sum::<usize>());
            }
        });
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
