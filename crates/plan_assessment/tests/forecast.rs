//! The forecast rules and the methods; how forecasts come out is in the prose
//! cases (`rules/assessment/cases/forecast.md`).

use plan_assessment::forecast::{ForecastRules, Kind, Method, Recipe, project, ready_forecast_rules};
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
        assert!(BACKTEST.contains(&heading), "docs/backtest.md has no {heading}");
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
    ];
    for (from, to, says) in broken {
        assert!(RULES.contains(from), "{from}");
        let error = ForecastRules::parse(&RULES.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(says), "{from} → {to}: {error}");
    }
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
        let errors: Vec<f64> = (1..=steps).map(|step| ahead.error_at(step)).collect();
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
        prop_assert!((small.error_at(6) * 1024.0 - large.error_at(6)).abs() <= large.error_at(6) * 1e-9 + 1e-6);
    }
}
