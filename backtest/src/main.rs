//! Compares the forecasting methods by rolling origin, on one half of the invented
//! series to choose and calibrate and on the other half to report, and writes
//! `docs/backtest.md`: `cargo run --release -- ../docs/backtest.md`. Fails when
//! `rules/assessment/forecast.toml` says something else than what was found.

mod families;
mod library;
mod report;
mod samples;
mod score;

use std::{ops::Range, process::ExitCode};

use families::{RATES, Random, WITHIN_NAMES, YEARLY, within};
use plan_assessment::forecast::{Kind, Method, Recipe, half_width_of_eighty, project, ready_forecast_rules};

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

/// What is compared: one of our recipes or the library.
#[derive(Clone, Copy)]
pub enum Candidate {
    Ours(Recipe),
    Library(usize),
}

impl Candidate {
    fn name(self) -> String {
        match self {
            Candidate::Ours(recipe) => {
                format!("{}{}", recipe.method.code(), if recipe.seasonal { " + season" } else { "" })
            }
            Candidate::Library(_) => "augurs (AutoETS, MSTL)".to_owned(),
        }
    }

    /// Values and half widths of 80 % intervals.
    fn forecast(self, history: &[f64], steps: usize) -> Option<(Vec<f64>, Vec<f64>)> {
        match self {
            Candidate::Ours(recipe) => {
                let projection = project(history, recipe, steps)?;
                let width = half_width_of_eighty(projection.freedom());
                let widths = (1..=steps).map(|step| width * projection.error_at(step)).collect();
                Some((projection.values, widths))
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
            // In steps of a twentieth; never narrower than estimated.
            let widen = (score.needed_width() * 20.0).ceil() / 20.0;
            best = Some((score.scaled(), recipe, widen.max(1.0)));
        }
    }
    best.map(|(_, recipe, widen)| (recipe, widen))
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
        text += &report::section(kind, Recipe { widen, ..recipe });
    }
    if let Err(error) = std::fs::write(&path, text) {
        eprintln!("{path}: {error}");
        return ExitCode::FAILURE;
    }
    if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
