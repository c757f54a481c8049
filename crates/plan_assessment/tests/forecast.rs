//! The forecast rules and the methods; how forecasts come out is in the prose
//! cases (`rules/assessment/cases/forecast.md`).

use plan_assessment::forecast::{
    ForecastRules, HalfWidths, Kind, Method, Projection, Recipe, Slower, project, project_slower, ready_forecast_rules,
};
use plan_assessment::{Question, Rules, assess_one, forecasts, read_case, ready_rule_set};
use plan_model::{Indicator, Observation};
use proptest::{collection::vec, prelude::*, sample::select};

const RULES: &str = include_str!("../../../rules/assessment/forecast.toml");
const BACKTEST: &str = include_str!("../../../docs/backtest.md");

/// The published backtest and the rules name the same methods; `make backtest` writes the one from the other.
#[test]
fn the_methods_are_those_of_the_published_backtest() {
    let rules = ready_forecast_rules().unwrap();
    for kind in Kind::ALL {
        let recipe = rules.recipe(kind);
        let season = if recipe.seasonal { " + season" } else { "" };
        let heading = format!("\n## {}: {}{season}, widened by {}\n", kind.code(), recipe.method.code(), recipe.widen);
        let section = BACKTEST.split(&heading).nth(1).unwrap_or_else(|| panic!("docs/backtest.md has no {heading}"));
        let section = section.split("\n## ").next().unwrap();
        for slower in Slower::ALL {
            let line =
                format!("\n- `{}`, intervals times {}: ", slower.code(), rules.slower(kind, slower).unwrap().widen);
            assert!(section.contains(&line), "docs/backtest.md does not say under {}:{line}", kind.code());
        }
    }
}

#[test]
fn broken_rules_are_refused_with_what_to_do() {
    let broken = [
        ("inside = \"0.8\"", "inside = \"1.8\"", "0 与 1"),
        ("inside = \"0.8\"", "inside = 0.8", "读不通"),
        ("doubtful_under = \"0.2\"", "doubtful_under = \"0.9\"", "小于"),
        ("method = \"smoothing\"", "method = \"magic\"", "magic"),
        ("least_points = 24", "least_points = 2", "least_points"),
        ("widen = \"1\"", "widen = \"0.5\"", "widen"),
        ("version = \"1\"", "version = \"\"", "版本"),
        ("seasonal = true", "seasonal = true\nmystery = 1", "mystery"),
        ("resampling = \"1.3\"", "resampling = \"0.3\"", "on_request"),
        ("resampling = \"1.3\"", "resampling = \"1.3\"\nmagic = \"1\"", "magic"),
    ];
    for (from, to, says) in broken {
        assert!(RULES.contains(from), "{from}");
        let error = ForecastRules::parse(&RULES.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(says), "{from} → {to}: {error}");
    }
}

/// Rules that an assessment kept before there were slower methods can still be read.
#[test]
fn rules_without_slower_methods_have_none() {
    let parts: Vec<&str> = RULES.split("\n[").filter(|part| !part.contains(".on_request]\n")).collect();
    let old = parts.join("\n[");
    let old = ForecastRules::parse(&old).unwrap();
    assert!(Kind::ALL.iter().all(|kind| old.slower(*kind, Slower::Combination).is_none()));
}

fn recipe(method: Method, in_a_year: usize) -> Recipe {
    Recipe { method, in_a_year, seasonal: in_a_year > 1, widen: 1.0, least_error: 0.0 }
}

/// A way without noise goes on as it is by the methods that say so, with its seasons.
#[test]
fn an_even_way_goes_on() {
    let season = [4.0, -1.0, -6.0, 3.0];
    for (method, in_a_year) in [
        (Method::Drift, 1),
        (Method::MedianDrift, 1),
        (Method::MedianLine, 1),
        (Method::EvidentTrend, 1),
        (Method::EvidentTrend, 4),
        (Method::SeasonalDrift, 4),
    ] {
        let value = |at: usize| 60.0 + 2.0 * at as f64 + if in_a_year == 4 { season[at % 4] } else { 0.0 };
        let history: Vec<f64> = (0..14).map(value).collect();
        let ahead = project(&history, recipe(method, in_a_year), 8).unwrap();
        for (step, forecast) in ahead.values.iter().enumerate() {
            // With a season the slope cannot be told apart from it entirely.
            let near = if in_a_year == 4 { 2.5 } else { 1e-9 };
            assert!((forecast - value(14 + step)).abs() < near, "{} {step}: {forecast}", method.code());
        }
    }
}

/// So does it by the slower methods, whatever the length of the history.
#[test]
fn an_even_way_goes_on_by_the_slower_methods() {
    for (in_a_year, count, slower) in [(1, 3), (1, 4), (1, 7), (1, 20), (4, 8), (4, 14), (12, 24), (12, 60)]
        .into_iter()
        .flat_map(|(per, count)| Slower::ALL.map(|slower| (per, count, slower)))
    {
        let history: Vec<f64> = (0..count).map(|at| 60.0 + 2.0 * f64::from(at)).collect();
        let ahead = project_slower(&history, slower, recipe(Method::EvidentTrend, in_a_year), 8).unwrap();
        for (step, value) in (count..).zip(&ahead.values) {
            let even = 60.0 + 2.0 * f64::from(step);
            assert!((value - even).abs() < 1e-3, "{} of {count}: {value} for {even}", slower.code());
        }
    }
}

/// One odd year does not turn the forecast round.
#[test]
fn an_odd_year_does_not_turn_it_round() {
    let ahead = project(&[60.0, 62.0, 55.0, 66.0, 68.0], recipe(Method::EvidentTrend, 1), 2).unwrap();
    assert!(ahead.values[1] > 66.0, "{:?}", ahead.values);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the history, every method gives numbers, and errors that grow with the distance.
    #[test]
    fn every_history_can_be_carried_on(
        history in vec(-1e9..1e9f64, 3..80),
        method in select(Method::ALL.to_vec()),
        in_a_year in select(vec![1usize, 4, 12]),
        steps in 1usize..60,
    ) {
        let ahead = project(&history, recipe(method, in_a_year), steps).unwrap();
        prop_assert_eq!(ahead.values.len(), steps);
        prop_assert!(ahead.values.iter().all(|value| value.is_finite()));
        let eighty = HalfWidths::of(0.8);
        let width = |step: usize| ahead.at(step).interval(&eighty);
        let errors: Vec<f64> = (1..=steps).map(width).map(|[low, high]| high - low).collect();
        prop_assert!(errors.is_sorted_by(|near, far| *far >= near * 0.999_999) && errors.iter().all(|e| e.is_finite()));
    }

    /// Twice the numbers, twice the forecast: no unit is better off.
    #[test]
    fn the_unit_does_not_matter(history in vec(1.0..1000f64, 3..40), method in select(Method::ALL.to_vec())) {
        let thousand: Vec<f64> = history.iter().map(|value| value * 1024.0).collect();
        let (small, large) =
            (project(&history, recipe(method, 4), 6).unwrap(), project(&thousand, recipe(method, 4), 6).unwrap());
        for (small, large) in small.values.iter().zip(&large.values) {
            prop_assert!((small * 1024.0 - large).abs() <= large.abs() * 1e-9 + 1e-6);
        }
        let eighty = HalfWidths::of(0.8);
        let width = |ahead: &Projection| { let [low, high] = ahead.at(6).interval(&eighty); high - low };
        prop_assert!((width(&small) * 1024.0 - width(&large)).abs() <= width(&large) * 1e-9 + 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same for the slower methods: numbers, an interval around the middle, the same
    /// ones each time, and a thousand times as much for a thousand times the figures.
    #[test]
    fn every_history_can_be_carried_on_slowly(
        history in vec(-1e6..1e6f64, 3..60),
        (in_a_year, default) in select(vec![
            (1usize, Method::EvidentTrend), (1, Method::Smoothing), (4, Method::EvidentTrend), (12, Method::EvidentTrend),
        ]),
        slower in select(Slower::ALL.to_vec()),
        steps in 1usize..24,
    ) {
        let recipe = recipe(default, in_a_year);
        let ahead = project_slower(&history, slower, recipe, steps).unwrap();
        let eighty = HalfWidths::of(0.8);
        let (sum, last) = (ahead.outcome(&vec![1.0; steps]), ahead.at(steps));
        for outcome in [&sum, &last] {
            let [low, high] = outcome.interval(&eighty);
            prop_assert!(low.is_finite() && high.is_finite() && low <= high);
            let chances = [low, outcome.middle, high].map(|limit| outcome.chance_below(limit));
            prop_assert!(chances.is_sorted() && chances.iter().all(|chance| (0.0..=1.0).contains(chance)), "{chances:?}");
            prop_assert!((chances[2] - chances[0] - 0.8).abs() < 0.02, "{chances:?}");
        }
        let again = project_slower(&history, slower, recipe, steps).unwrap();
        prop_assert_eq!(&again.values, &ahead.values);
        prop_assert_eq!(format!("{:?}", again.at(steps)), format!("{last:?}"));
        let thousand: Vec<f64> = history.iter().map(|value| value * 1024.0).collect();
        let large = project_slower(&thousand, slower, recipe, steps).unwrap();
        for (small, large) in ahead.values.iter().zip(&large.values) {
            prop_assert!((small * 1024.0 - large).abs() <= large.abs() * 1e-6 + 1e-3, "{small} {large}");
        }
    }
}

fn question<'a>(indicators: &'a [Indicator], observations: &'a [Observation]) -> Question<'a> {
    Question {
        indicators,
        observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: "2021-2025".parse().ok(),
        as_of: jiff::civil::date(2023, 12, 31),
    }
}

/// The answer depends on the indicator's own figures alone: not on the others, nor on
/// the order in which anything comes, nor on what was asked before.
#[test]
fn forecasts_on_request_depend_on_nothing_else() {
    let rules = Rules::ready(ready_rule_set("share-of-pace").unwrap());
    let indicators = "id\tname\tunit\tbase_year\tbase_value\ttarget_year\ttarget_value\top\ttype\tdirection\n\
        A\t甲\t家\t2015\t40\t2025\t80\t>=\tlevel\thigher\n\
        B\t乙\t家\t\t\t2025\t100\t>=\tcumulative\thigher\n\
        C\t丙\t%\t\t\t2025\t6\t>=\tyearly_growth\thigher\n";
    let mut values = String::from("id\tperiod\tvalue\tstatus\n");
    for (id, figures) in
        [("A", "43 47 46 53 55 52 61 66"), ("B", "18 21 22 17 20 19 24 20"), ("C", "7 6.5 4 8 6.1 6.3 5 6.6")]
    {
        for (year, value) in (2016..).zip(figures.split(' ')) {
            values += &format!("{id}\t{year}\t{value}\tsourced\n");
        }
    }
    let case = read_case(indicators, &values);
    let ask = |indicators: &[Indicator], observations: &[Observation], id: &str| {
        forecasts(&question(indicators, observations), id, &rules).unwrap().unwrap()
    };
    let (mut turned, mut figures) = (case.indicators.clone(), case.observations.clone());
    turned.reverse();
    figures.reverse();
    for indicator in &case.indicators {
        let first = ask(&case.indicators, &case.observations, &indicator.id);
        let methods: Vec<&str> = first.methods.iter().map(|one| one.forecast.method.as_str()).collect();
        assert_eq!(methods[1..], ["combination", "resampling", "naive", "drift"], "{}", indicator.id);
        assert_eq!(first, ask(&turned, &figures, &indicator.id), "{}", indicator.id);
        let alone: Vec<Observation> = figures.iter().filter(|f| f.indicator == indicator.id).cloned().collect();
        assert_eq!(first, ask(std::slice::from_ref(indicator), &alone, &indicator.id), "{}", indicator.id);
        // What every page shows is the first of them.
        let asked = question(&case.indicators, &case.observations);
        let verdict = assess_one(&asked, &indicator.id, rules.verdicts).unwrap();
        assert_eq!(verdict.prospect.forecast(), Some(&first.methods[0].forecast));
    }
}
