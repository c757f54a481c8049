//! The indicators as a workbook or CSV.

use axum::extract::{Path, State};
use plan_model::{Decimal, InputRole};
use plan_workflow::permissions::Action;

use super::query::Query;
use crate::{
    messages::Language,
    pages::{
        dictionary,
        export::{self, Cell, List},
        indicator::measure,
        plans::plan_id,
    },
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::Answer,
        visit::Visit,
    },
    ui::{figure, light},
};

/// The columns: message key, and whether they hold numbers.
const COLUMNS: [(&str, bool); 20] = [
    ("export-id", false),
    ("indicator", false),
    ("indicator-chapter", false),
    ("indicator-kind", false),
    ("export-measure", false),
    ("correct-direction", false),
    ("export-unit", false),
    ("export-base", true),
    ("export-base-period", false),
    ("indicator-target", true),
    ("export-target-year", false),
    ("indicator-value", true),
    ("export-value-period", false),
    ("indicator-expected", true),
    ("indicator-ratio", true),
    ("indicator-status", false),
    ("indicator-why", false),
    ("export-line", false),
    ("dictionary-standard", false),
    ("dictionary-supplied", false),
];

/// Digits after the point that a computed number has here, as in the table that
/// the command line gives; the exact value stands in JSON.
const PLACES: u32 = 4;

fn computed(value: Option<Decimal>) -> Cell {
    Cell::Number(value.map(|value| value.round_dp(PLACES)))
}

fn row(plan: &JudgedPlan, judged: &Judged, language: Language) -> Vec<Cell> {
    let indicator = &judged.record.indicator;
    let verdict = &judged.verdict;
    // The target it is judged by; where it is not judged, the last one of the text.
    let used = verdict.trail.inputs.iter().find(|input| input.role == InputRole::Target);
    let last = indicator.targets.last();
    let (target, due) = match used {
        Some(input) => (Some(input.value), input.period.map(|period| period.to_string())),
        None => (last.and_then(|t| t.value), last.map(|t| t.due.to_string())),
    };
    let words = Cell::words;
    let kind = match indicator.kind {
        plan_model::IndicatorKind::Binding => language.say("kind-binding"),
        plan_model::IndicatorKind::Expected => language.say("kind-expected"),
        plan_model::IndicatorKind::NotStated => language.say("kind-not-stated"),
    };
    let link = judged.record.dictionary.as_ref();
    let supplied = [
        link.filter(|link| link.direction_supplied).map(|_| "correct-direction"),
        link.filter(|link| link.measure_supplied).map(|_| "export-measure"),
    ];
    let supplied = supplied.into_iter().flatten();
    let base = indicator.baseline.as_ref();
    let period = |period: Option<plan_model::Period>| Cell::Words(period.map(|p| p.to_string()).unwrap_or_default());
    vec![
        words(&indicator.id),
        words(&indicator.name),
        words(&indicator.group),
        Cell::Words(kind),
        Cell::Words(measure(&indicator.measure, language)),
        Cell::Words(dictionary::direction(indicator.direction, false, language)),
        words(&indicator.unit),
        Cell::Number(base.map(|b| b.value)),
        period(base.and_then(|b| b.period)),
        Cell::Number(target),
        Cell::Words(due.unwrap_or_default()),
        computed(verdict.value.as_ref().map(|v| v.value)),
        period(verdict.value.as_ref().map(|v| v.period)),
        computed(verdict.expected),
        computed(verdict.ratio),
        words(light::word(&verdict.status, language)),
        words(figure::sentence(&verdict.trail.reason, language)),
        Cell::Words(plan.lines(judged).map(|c| c.commitment.anchor.line.to_string()).collect::<Vec<_>>().join(" ")),
        words(link.map_or("", |link| link.entry.as_str())),
        Cell::Words(supplied.into_iter().map(|key| language.say(key)).collect::<Vec<_>>().join("、")),
    ]
}

/// What stands above the table: plan, day, rule set, and whether it is a sample.
fn heading(app: &App, visit: &Visit, plan: &JudgedPlan) -> String {
    let rules = app.rule_set(Some(&visit.rules)).map_or("", |rules| match visit.language {
        Language::Zh => rules.title.as_str(),
        Language::En => rules.title_en.as_str(),
    });
    let words = visit.language.say_with(
        "export-heading",
        &[
            ("plan", plan.plan.head.title.as_str().into()),
            ("date", visit.as_of.to_string().into()),
            ("rules", rules.into()),
        ],
    );
    export::heading(app, visit, words)
}

/// The rows asked for.
async fn asked(app: &App, plan: &str, visit: &Visit) -> Answer<List> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged_for(visit, plan_id(plan)?).await?;
    let width = |at: usize, number: bool| match at {
        1 => 36.0,
        16 => 60.0,
        _ if number => 12.0,
        _ => 16.0,
    };
    let columns = COLUMNS.iter().enumerate().map(|(at, (key, number))| (visit.say(key), width(at, *number)));
    let rows = Query::read(&visit.query()).apply(&judged);
    Ok(List {
        file: format!("lantu-plan{}-{}", judged.plan.id, visit.as_of),
        name: visit.say("place-indicators"),
        heading: heading(app, visit, &judged),
        columns: columns.collect(),
        rows: rows.into_iter().map(|listed| row(&judged, listed, visit.language)).collect(),
    })
}

/// GET /plans/{plan}/indicators.csv
pub(crate) async fn csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    asked(&app, &plan, &visit).await?.csv()
}

/// GET /plans/{plan}/indicators.xlsx
pub(crate) async fn xlsx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    asked(&app, &plan, &visit).await?.xlsx()
}
