//! What holds for every indicator and every figure.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use plan_assessment::{
    Question, SeriesBreak, assess, assess_one, conclude, read_case, ready_rule_set, ready_rule_sets,
};
use plan_model::{
    Baseline, Comparison, Decimal, Direction, DueYear, Indicator, IndicatorKind, Measure, Observation, Period,
    PlanPeriod, Standing, Target,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn figures() -> impl Strategy<Value = Decimal> {
    let usual = (-2_000_000i64..2_000_000, 0u32..6).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    let awkward = select(vec![Decimal::ZERO, Decimal::ONE, Decimal::ONE_HUNDRED, -Decimal::ONE_HUNDRED]);
    let huge = select(vec![Decimal::MAX, Decimal::MIN, Decimal::new(1, 28), Decimal::new(i64::MAX, 0)]);
    prop_oneof![6 => usual, 2 => awkward, 1 => huge]
}

fn periods() -> impl Strategy<Value = Period> {
    prop_oneof![
        4 => (2015i16..2032).prop_map(Period::Year),
        1 => (2015i16..2032, 1i8..=4).prop_map(|(year, quarter)| Period::Quarter(year, quarter)),
        1 => (2015i16..2032, 1i8..=12).prop_map(|(year, month)| Period::Month(year, month)),
        1 => select(vec![Period::Year(1949), Period::Year(2100)]),
    ]
}

const UNITS: [&str; 6] = ["%", "", "万元", "亿元", "个百分点", "家"];

prop_compose! {
    fn targets()(
        comparison in select(Comparison::ALL.to_vec()),
        value in option::weighted(0.9, figures()),
        range in option::weighted(0.1, 0i64..100),
        unit in select(UNITS.to_vec()),
        due in prop_oneof![
            5 => (2015i16..2032).prop_map(DueYear::Year),
            1 => Just(DueYear::NotStated),
            1 => Just(DueYear::EveryYear),
        ],
        soft in any::<bool>(),
    ) -> Target {
        let value_high = value.zip(range).and_then(|(value, range)| value.checked_add(Decimal::from(range)));
        Target { comparison, value, value_high, unit: unit.to_owned(), due, soft }
    }
}

prop_compose! {
    fn indicators()(
        word in select(Measure::WORDS.to_vec()),
        unit in select(UNITS.to_vec()),
        direction in option::of(select(Direction::ALL.to_vec())),
        baseline in option::weighted(0.8, (figures(), option::weighted(0.9, periods()))),
        targets in vec(targets(), 0..4),
    ) -> Indicator {
        let measure = match word {
            "faster_than" | "in_step_with" => format!("{word}:other"),
            _ => word.to_owned(),
        };
        Indicator {
            id: "own".to_owned(),
            name: "甲".to_owned(),
            group: String::new(),
            unit: unit.to_owned(),
            kind: IndicatorKind::NotStated,
            measure: measure.parse().unwrap(),
            direction,
            baseline: baseline.map(|(value, period)| Baseline { value, period }),
            targets,
        }
    }
}

prop_compose! {
    fn observations()(
        own in any::<bool>(),
        period in periods(),
        value in figures(),
        standing in select(Standing::ALL.to_vec()),
        vintage in 1u32..3,
    ) -> Observation {
        let indicator = if own { "own" } else { "other" }.to_owned();
        Observation { indicator, period, value, standing, vintage, source: String::new(), note: String::new() }
    }
}

prop_compose! {
    /// Figures of periods in a row, so that there is a history to carry on.
    fn runs()(
        step in select(vec![1i16, 3, 12]),
        first in 2012i16..2022,
        values in vec(option::weighted(0.9, figures()), 3..60),
        standing in select(Standing::ALL.to_vec()),
    ) -> Vec<Observation> {
        let period = |at: i16| {
            let months = at * step;
            let year = first + months / 12;
            match step {
                12 => Period::Year(year),
                3 => Period::Quarter(year, i8::try_from(months % 12 / 3 + 1).unwrap()),
                _ => Period::Month(year, i8::try_from(months % 12 + 1).unwrap()),
            }
        };
        let known = (0i16..).zip(values).filter_map(|(at, value)| Some((period(at), value?)));
        let figure = |(period, value)| {
            let indicator = "own".to_owned();
            Observation { indicator, period, value, standing, vintage: 1, source: String::new(), note: String::new() }
        };
        known.filter(|(period, _)| period.year() < 2100).map(figure).collect()
    }
}

prop_compose! {
    fn breaks()(from in periods(), overlap in option::of((figures(), figures()))) -> SeriesBreak {
        SeriesBreak { indicator: "own".to_owned(), from, overlap }
    }
}

fn level(figure: Decimal, observed: i16) -> (Indicator, Observation) {
    let case = read_case(
        "id\tname\tunit\tbase_year\tbase_value\ttarget_year\ttarget_value\top\ttype\tdirection\nown\t甲\t家\t2020\t100\t2025\t200\t=\tlevel\thigher\n",
        "id\tperiod\tvalue\nown\t2022\t1\n",
    );
    let figure = Observation { value: figure, period: Period::Year(observed), ..case.observations[0].clone() };
    (case.indicators[0].clone(), figure)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is asked, there is an answer with a reason, and the order of the
    /// figures does not matter.
    #[test]
    fn every_question_has_one_answer(
        own in indicators(),
        other in indicators(),
        observations in prop_oneof![vec(observations(), 0..16), runs()],
        breaks in vec(breaks(), 0..2),
        period in option::of((2014i16..2026, 0i16..10)),
        day in (2014i16..2033, 1i8..=12, 1i8..=28),
    ) {
        let other = Indicator { id: "other".to_owned(), ..other };
        let indicators = [own, other];
        let mut reversed = observations.clone();
        reversed.reverse();
        let question = Question {
            indicators: &indicators,
            observations: &observations,
            breaks: &breaks,
            agreed: &[],
            nodes: &[],
            period: period.and_then(|(first, years)| PlanPeriod::new(first, first + years).ok()),
            as_of: jiff::civil::Date::new(day.0, day.1, day.2).unwrap(),
        };
        for rules in ready_rule_sets() {
            let verdicts = assess(&question, rules);
            prop_assert_eq!(verdicts.len(), 2);
            for verdict in &verdicts {
                let trail = &verdict.trail;
                let said = trail.notes.iter().chain([&trail.reason]).chain(&trail.formula).chain(&trail.to_green);
                for sentence in said {
                    prop_assert!(!sentence.zh.contains('{') && !sentence.en.contains('{'), "{}", sentence.zh);
                }
                prop_assert_eq!(verdict.ratio.is_some() && !verdict.status.judged, false);
                let sentence = verdict.prospect.sentence();
                prop_assert!(!sentence.zh.contains('{') && !sentence.en.contains('{'), "{}", sentence.zh);
                if let Some(forecast) = verdict.prospect.forecast() {
                    prop_assert!(forecast.chance >= Decimal::new(1, 2) && forecast.chance <= Decimal::new(99, 2));
                    prop_assert!(forecast.course.iter().all(|point| point.low <= point.value && point.value <= point.high));
                    prop_assert!(forecast.course.is_sorted_by_key(|point| point.period));
                }
            }
            let shuffled = Question { observations: &reversed, ..question };
            prop_assert_eq!(&assess(&shuffled, rules), &verdicts);
            prop_assert_eq!(assess_one(&question, "own", rules), verdicts.first().cloned());
            let conclusion = conclude(&verdicts, rules);
            prop_assert_eq!(conclusion.counts.iter().map(|entry| entry.count).sum::<usize>(), 2);
        }
    }

    /// More of what is better is never judged worse.
    #[test]
    fn a_better_figure_is_never_judged_worse(low in 0i64..40_000, more in 0i64..40_000, observed in 2021i16..=2025) {
        for rules in ready_rule_sets() {
            let judge = |cents: i64| {
                let (indicator, figure) = level(Decimal::new(cents, 2), observed);
                let (indicators, observations) = ([indicator], [figure]);
                let question = Question {
                    indicators: &indicators,
                    observations: &observations,
                    breaks: &[],
                    agreed: &[],
                    nodes: &[],
                    period: None,
                    as_of: "2025-12-31".parse().unwrap(),
                };
                assess(&question, rules).remove(0)
            };
            let (worse, better) = (judge(low), judge(low + more));
            prop_assert!(better.status.order <= worse.status.order || !worse.status.judged);
            if let Some((worse, better)) = worse.ratio.zip(better.ratio) {
                let (low, high) = if rules.name == "points-behind" { (better, worse) } else { (worse, better) };
                prop_assert!(low <= high);
            }
        }
    }
}

/// Figures after the as-of date do not exist yet.
#[test]
fn later_figures_change_nothing() {
    let (indicator, figure) = level(Decimal::from(140), 2022);
    let later = Observation { period: Period::Year(2023), value: Decimal::from(500), ..figure.clone() };
    let indicators = [indicator];
    let ask = |observations: &[Observation]| {
        let as_of = "2023-12-30".parse().unwrap();
        let question = Question {
            indicators: &indicators,
            observations,
            breaks: &[],
            agreed: &[],
            nodes: &[],
            period: None,
            as_of,
        };
        assess(&question, ready_rule_set("share-of-pace").unwrap())
    };
    assert_eq!(ask(&[figure.clone(), later]), ask(&[figure]));
}
