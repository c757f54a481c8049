//! The text of `docs/backtest.md`.

use plan_assessment::forecast::{Kind, Method, Recipe, Slower};

use crate::{
    Candidate, REPORT, Series, candidates, generated, origins, recipe, samples,
    score::{self, Score},
};

/// What the page says before its tables.
pub fn head() -> String {
    "\
# Backtest of the forecasts

Written by `make backtest` (the package `backtest/`, kept out of the workspace because it compiles a forecasting library
to compare with). It fails when `rules/assessment/forecast.toml` names another method or width than what is found here.

**Series.** Invented ones only, made from a generator of our own: families of what planning indicators look like, 60
series of each to choose and calibrate, 60 others to report. Beside them the figures of the fictional district in
`samples/figures/`, which were written before any forecast.

**Rolling origin.** From each of several lengths of history (named in each section) the numbers after it are forecast
and compared with what came. Nothing of the future is seen.

**Columns.** *Scaled error*: mean absolute error divided by the series' mean change from one number to the next (MASE
with the scale of the whole series; 1 is as far off as one usual step). *sMAPE*: symmetric mean error in percent.
*Inside*: how many outcomes lay inside the interval that promises 80 %; *last step* the same for the farthest one.
*Half width*: of the interval, in usual steps.

**Who may be chosen.** The rulebook's path from base to target is even, and an indicator that keeps to it must not be
called unlikely to arrive. So of our methods only those may be chosen that carry a way without noise on to its end;
`naive`, `mean`, `smoothing`, `theta` and the damped drift do not. They are in the tables all the same: on series that
fill up to a ceiling they are better, and a reader should see what this choice costs. For yearly rates every method may
be chosen: a rate that changes is not a promise to go on changing. Of those the smallest scaled error on the choosing half wins. The chosen
method's intervals are widened until they hold 80 % there; what they hold on the reported half is in the tables.

**On request** a page or a command compares two slower methods with the default one (`plan_assessment/src/forecast/slower.rs`):
`combination`, all methods together, each weighted by the inverse fourth power of its errors at rolling origins within the
series' own past; and `resampling`, the default method refitted to 300 histories that could have led to where the series
stands, with errors drawn again in blocks. They are never chosen here: the default has to be made for every indicator of
every page and has to be said in one sentence. Their intervals are widened, or drawn together, until they hold 80 % on the
choosing half; those factors stand in the rules too. Both carry a way without noise on to its end. With noise the
combination also listens to the methods that expect everything to slow down, so it calls an indicator on its even way a
little less likely to arrive than the default does: one more reason why it informs and does not decide.

**The library** is augurs (exponential smoothing chosen by AICc, with MSTL around it for seasons), used as its manual
says. Where it refuses a history (too short) the last number stands in; how often is noted.
"
    .to_owned()
}

fn table(kind: Kind, series: &[Series], chosen: Recipe, slower: &[(Slower, Recipe)]) -> (String, usize) {
    let mut refused = 0;
    let asked = slower.iter().map(|(method, recipe)| Candidate::Slower(*method, *recipe));
    let mut rows: Vec<(String, Score)> = candidates(kind)
        .into_iter()
        .chain(asked)
        .map(|candidate| {
            let is_chosen = matches!(candidate, Candidate::Ours(recipe)
                if (recipe.method, recipe.seasonal) == (chosen.method, chosen.seasonal));
            let (name, candidate) = if is_chosen {
                (format!("**{}**", candidate.name()), Candidate::Ours(chosen))
            } else if matches!(candidate, Candidate::Slower(..)) {
                (format!("*{}* (on request)", candidate.name()), candidate)
            } else {
                (candidate.name(), candidate)
            };
            let score = score::all(candidate, kind, series).0;
            refused = refused.max(score.refused);
            (name, score)
        })
        .collect();
    rows.sort_by(|a, b| a.1.scaled().total_cmp(&b.1.scaled()));
    let mut text = String::from(
        "| method | scaled error | sMAPE % | inside % | last step % | half width |\n|---|---|---|---|---|---|\n",
    );
    for (name, s) in rows {
        text += &format!(
            "| {name} | {:.2} | {:.1} | {:.0} | {:.0} | {:.2} |\n",
            s.scaled(),
            s.percent(),
            s.inside(),
            s.far_inside(),
            s.width()
        );
    }
    (text, refused)
}

fn families(kind: Kind, series: &[Series], chosen: Recipe, slower: &[(Slower, Recipe)]) -> String {
    let mut compared = vec![Candidate::Ours(chosen)];
    compared.extend(slower.iter().map(|(method, recipe)| Candidate::Slower(*method, *recipe)));
    compared.extend([
        Candidate::Ours(recipe(kind, Method::Naive, false)),
        Candidate::Ours(recipe(kind, Method::Drift, kind.in_a_year() > 1)),
        Candidate::Library(kind.in_a_year()),
    ]);
    let names: Vec<String> = compared.iter().map(|candidate| candidate.name()).collect();
    let mut text = format!("| family | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    let scores: Vec<_> = compared.iter().map(|candidate| score::all(*candidate, kind, series).1).collect();
    for family in scores.first().into_iter().flat_map(|scores| scores.keys()) {
        let cells = scores.iter().map(|scores| scores.get(family).map_or(f64::NAN, Score::scaled));
        text += &format!("| {family} | {} |\n", cells.map(|cell| format!("{cell:.2}")).collect::<Vec<_>>().join(" | "));
    }
    text
}

/// How the slower methods compare with the chosen one, in words that follow the numbers.
fn asked(kind: Kind, series: &[Series], chosen: Recipe, slower: &[(Slower, Recipe)]) -> String {
    let own = score::all(Candidate::Ours(chosen), kind, series);
    let told = slower.iter().map(|(method, recipe)| {
        let (whole, families) = score::all(Candidate::Slower(*method, *recipe), kind, series);
        let apart = 100.0 * (whole.scaled() / own.0.scaled() - 1.0);
        let word = if apart < 0.0 { "smaller" } else { "larger" };
        let better = families.iter().filter(|(name, score)| {
            own.1.get(*name).is_some_and(|own| score.scaled() < own.scaled())
        });
        format!(
            "- `{}`, intervals times {}: error {:.1} % {word} than the default's, better in {} of {} families; \
             intervals {:.2} steps to each side where the default's are {:.2}, holding {:.0} % where the default's hold {:.0} %.",
            method.code(),
            recipe.widen,
            apart.abs(),
            better.count(),
            families.len(),
            whole.width(),
            own.0.width(),
            whole.inside(),
            own.0.inside()
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

/// How often the library refused, and how the two compare where it did not.
fn refusals(kind: Kind, series: &[Series], chosen: Recipe, refused: usize) -> String {
    let library = Candidate::Library(kind.in_a_year());
    let own = score::where_answered(Candidate::Ours(chosen), library, kind, series);
    let theirs = score::where_answered(library, library, kind, series);
    match refused {
        0 => "The library answered all of them.".to_owned(),
        _ => format!(
            "The library refused {refused} histories; where it answered, its scaled error is {:.2} (inside {:.0} %), ours {:.2} (inside {:.0} %).",
            theirs.scaled(),
            theirs.inside(),
            own.scaled(),
            own.inside()
        ),
    }
}

/// The section of one kind of history.
pub fn section(kind: Kind, chosen: Recipe, slower: &[(Slower, Recipe)]) -> String {
    let (starts, horizon) = origins(kind);
    let reported = generated(kind, REPORT);
    let (main, refused) = table(kind, &reported, chosen, slower);
    let starts: Vec<String> = starts.iter().map(usize::to_string).collect();
    let mut text = format!(
        "\n## {}: {}{}, widened by {}\n\nHistories of {} numbers, {horizon} steps ahead; {} series. \
         {}\n\nOn request:\n\n{}\n\n{main}\nScaled error by family:\n\n{}",
        kind.code(),
        chosen.method.code(),
        if chosen.seasonal { " + season" } else { "" },
        chosen.widen,
        starts.join(", "),
        reported.len(),
        refusals(kind, &reported, chosen, refused),
        asked(kind, &reported, chosen, slower),
        families(kind, &reported, chosen, slower)
    );
    let own: Vec<Series> =
        samples::series(kind).into_iter().map(|values| Series { family: String::new(), values }).collect();
    let (sample, refused) = table(kind, &own, chosen, slower);
    text +=
        &format!("\nOn the {} series of the sample (the library refused {refused} histories):\n\n{sample}", own.len());
    text
}
