//! Compares the forecasting methods by rolling origin, on one half of the invented
//! series to choose and calibrate and on the other half to report, and writes
//! `docs/backtest.md`: `cargo run --release -- ../docs/backtest.md`. Fails when
//! `rules/assessment/forecast.toml` says something else than what was found.

mod families;
mod library;
mod report;
mod samples;
mod score;

use std::{ops::Range, process::ExitCode, sync::LazyLock};

use families::{RATES, Random, WITHIN_NAMES, YEARLY, within};
use plan_assessment::forecast::{
    HalfWidths, Kind, Method, Projection, Recipe, Slower, project, project_slower, ready_forecast_rules,
};

/// Seeds of the series that choose, and of those that are reported.
const CHOOSE: Range<u64> = 0..60;
const REPORT: Range<u64> = 1000..1060;

/// Lengths of history a forecast starts from, and how far it goes.
fn origins(kind: Kind) -> (&'static [usize], usize) {
    match kind {
        Kind::Yearly | Kind::YearlyRates => (&[3, 4, 5, 6, 8, 10], 4),
        Kind::Quarterly => (&[8, 12, 16, 20], 8),
        Kind::Monthly => (&[24, 30, 36, 48], 24),
    }
}

/// What intervals are to hold.
static EIGHTY: LazyLock<HalfWidths> = LazyLock::new(|| HalfWidths::of(0.8));

/// A series with the family it belongs to.
pub struct Series {
    pub family: String,
    pub values: Vec<f64>,
}

fn generated(kind: Kind, seeds: Range<u64>) -> Vec<Series> {
    let (starts, horizon) = origins(kind);
    let count = starts.iter().max().copied().unwrap_or(3) + horizon;
    let mut all = Vec::new();
    for seed in seeds {
        let mut random = Random::new(seed * 31 + kind.code().len() as u64);
        let lists = match kind {
            Kind::Yearly => YEARLY,
            Kind::YearlyRates => RATES,
            Kind::Quarterly | Kind::Monthly => &[],
        };
        all.extend(lists.iter().map(|f| Series { family: f.name.to_owned(), values: (f.make)(&mut random, count) }));
        if kind.in_a_year() > 1 {
            all.extend(WITHIN_NAMES.iter().enumerate().map(|(place, name)| Series {
                family: (*name).to_owned(),
                values: within(place, kind.in_a_year(), &mut random, count),
            }));
        }
    }
    all
}

/// A value with the interval around it.
pub struct Step {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// What is compared: one of our recipes, a slower method, or the library.
#[derive(Clone, Copy)]
pub enum Candidate {
    Ours(Recipe),
    Slower(Slower, Recipe),
    Library(usize),
}

impl Candidate {
    fn name(self) -> String {
        match self {
            Candidate::Ours(recipe) => {
                format!("{}{}", recipe.method.code(), if recipe.seasonal { " + season" } else { "" })
            }
            Candidate::Slower(slower, _) => slower.code().to_owned(),
            Candidate::Library(_) => "augurs (AutoETS, MSTL)".to_owned(),
        }
    }

    /// Values with intervals of 80 %.
    fn forecast(self, history: &[f64], steps: usize) -> Option<Vec<Step>> {
        match self {
            Candidate::Ours(recipe) => project(history, recipe, steps).map(|projection| told(&projection)),
            Candidate::Slower(slower, recipe) => {
                project_slower(history, slower, recipe, steps).map(|projection| told(&projection))
            }
            Candidate::Library(in_a_year) => library::forecast(history, in_a_year, steps),
        }
    }

    /// Whether a way without noise is carried on to its end.
    fn carries_an_even_way_on(self) -> bool {
        let Candidate::Ours(recipe) = self else { return false };
        let history: Vec<f64> = (0..4 * recipe.in_a_year.max(2)).map(|at| 60.0 + 3.0 * at as f64).collect();
        let end = 60.0 + 3.0 * (history.len() + 7) as f64;
        project(&history, recipe, 8).and_then(|p| p.values.last().copied()).is_some_and(|v| (v - end).abs() < 1e-6)
    }
}

/// Every step of a projection.
fn told(projection: &Projection) -> Vec<Step> {
    let step = |ahead: usize| {
        let outcome = projection.at(ahead);
        let [low, high] = outcome.interval(&EIGHTY);
        Step { value: outcome.middle, low, high }
    };
    (1..=projection.values.len()).map(step).collect()
}

fn recipe(kind: Kind, method: Method, seasonal: bool) -> Recipe {
    Recipe { method, in_a_year: kind.in_a_year(), seasonal, widen: 1.0, least_error: 0.0 }
}

fn candidates(kind: Kind) -> Vec<Candidate> {
    let within = kind.in_a_year() > 1;
    let mut all = Vec::new();
    for method in Method::ALL {
        if method != Method::SeasonalDrift {
            all.push(Candidate::Ours(recipe(kind, method, false)));
        }
        if within {
            // This one has the season in itself.
            all.push(Candidate::Ours(recipe(kind, method, method != Method::SeasonalDrift)));
        }
    }
    all.push(Candidate::Library(kind.in_a_year()));
    all
}

/// Of the methods that may be chosen the one with the smallest error, and by how
/// much its intervals must be widened to hold 80 %.
fn choose(kind: Kind) -> Option<(Recipe, f64)> {
    let series = generated(kind, CHOOSE);
    let mut best: Option<(f64, Recipe, f64)> = None;
    for candidate in candidates(kind) {
        let Candidate::Ours(recipe) = candidate else { continue };
        if kind != Kind::YearlyRates && !candidate.carries_an_even_way_on() {
            continue;
        }
        let score = score::all(candidate, kind, &series).0;
        if best.as_ref().is_none_or(|best| score.scaled() < best.0) {
            // Never narrower than estimated.
            best = Some((score.scaled(), recipe, widening(&score).max(1.0)));
        }
    }
    best.map(|(_, recipe, widen)| (recipe, widen))
}

/// By how much intervals must be widened, in steps of a twentieth.
fn widening(score: &score::Score) -> f64 {
    (score.needed_width() * 20.0).ceil() / 20.0
}

/// The slower methods on top of the chosen one, each with its widening.
fn slower(kind: Kind, chosen: Recipe) -> Vec<(Slower, Recipe)> {
    let series = generated(kind, CHOOSE);
    let calibrated = |slower: Slower| {
        let score = score::all(Candidate::Slower(slower, Recipe { widen: 1.0, ..chosen }), kind, &series).0;
        (slower, Recipe { widen: widening(&score).max(0.5), ..chosen })
    };
    Slower::ALL.map(calibrated).to_vec()
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("say where to write: cargo run --release -- ../docs/backtest.md");
        return ExitCode::from(2);
    };
    let Some(rules) = ready_forecast_rules() else {
        eprintln!("rules/assessment/forecast.toml cannot be read");
        return ExitCode::FAILURE;
    };
    let mut text = report::head();
    let mut agreed = true;
    for kind in Kind::ALL {
        let Some((recipe, widen)) = choose(kind) else { continue };
        let written = rules.recipe(kind);
        let same = (written.method, written.seasonal) == (recipe.method, recipe.seasonal)
            && (written.widen - widen).abs() < 1e-9;
        if !same {
            eprintln!(
                "[{}] should say method = \"{}\", seasonal = {}, widen = \"{widen}\"",
                kind.code(),
                recipe.method.code(),
                recipe.seasonal
            );
            agreed = false;
        }
        let chosen = Recipe { widen, ..recipe };
        let slower = slower(kind, chosen);
        for (method, recipe) in &slower {
            if rules.slower(kind, *method).is_none_or(|written| (written.widen - recipe.widen).abs() >= 1e-9) {
                eprintln!("[{}.on_request] should say {} = \"{}\"", kind.code(), method.code(), recipe.widen);
                agreed = false;
            }
        }
        text += &report::section(kind, chosen, &slower);
    }
    if let Err(error) = std::fs::write(&path, text) {
        eprintln!("{path}: {error}");
        return ExitCode::FAILURE;
    }
    if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
