//! The work as a workbook or CSV.

use axum::extract::{Path, State};
use plan_model::DueYear;
use plan_workflow::permissions::Action;

use super::{Listed, kind_words, listed, query::Query};
use crate::{
    pages::{
        export::{self, Cell, List},
        plans::plan_id,
    },
    server::{App, refusal::Answer, visit::Visit},
    ui::figure,
};

/// The columns: message key and width in characters.
const COLUMNS: [(&str, f64); 16] = [
    ("export-id", 8.0),
    ("work-item", 44.0),
    ("confirm-kind", 8.0),
    ("confirm-stage", 8.0),
    ("indicator-chapter", 20.0),
    ("confirm-verb", 12.0),
    ("confirm-lead", 18.0),
    ("confirm-place", 16.0),
    ("work-due", 10.0),
    ("confirm-amount", 12.0),
    ("confirm-amount-unit", 10.0),
    ("confirm-state", 10.0),
    ("work-confidence", 10.0),
    ("export-line", 8.0),
    ("indicator-sentence", 60.0),
    ("work-rule", 18.0),
];

fn row(visit: &Visit, one: Listed<'_>) -> Vec<Cell> {
    let Listed { item, work } = one;
    let optional = |words: &Option<String>| Cell::words(words.as_deref().unwrap_or_default());
    let due = match work.due {
        DueYear::NotStated => String::new(),
        due => figure::due(due, visit.language),
    };
    let amount = work.amount.as_ref();
    vec![
        Cell::Words(item.key.to_string()),
        Cell::words(&work.name),
        Cell::Words(kind_words(visit, work.kind)),
        Cell::Words(work.stage.map(|stage| visit.say(&format!("stage-{}", stage.code()))).unwrap_or_default()),
        Cell::words(&item.chapter),
        Cell::words(&work.verb),
        optional(&work.lead),
        optional(&work.place),
        Cell::Words(due),
        Cell::Number(amount.map(|amount| amount.value)),
        Cell::words(amount.map_or("", |amount| amount.unit.as_str())),
        Cell::Words(visit.say(&format!("fate-{}", item.fate.code()))),
        Cell::Words(visit.say(&format!("confidence-{}", work.confidence.code()))),
        Cell::Words(work.anchor.line.to_string()),
        Cell::words(&work.quote),
        Cell::words(&work.rule),
    ]
}

/// The rows asked for.
async fn asked(app: &App, plan: &str, visit: &Visit) -> Answer<List> {
    visit.require(Action::ReadPlans)?;
    let text = app.text(plan_id(plan)?).await?;
    let state = app.confirming(&text.ground).await?;
    let plan = &text.ground.plan;
    let rows = Query::read(&visit.query()).apply(&listed(&state));
    let words = visit.language.say_with("work-heading", &[("plan", plan.head.title.as_str().into())]);
    Ok(List {
        file: format!("lantu-plan{}-work", plan.id),
        name: visit.say("place-work"),
        heading: export::heading(app, visit, words),
        columns: COLUMNS.map(|(key, width)| (visit.say(key), width)).into(),
        rows: rows.into_iter().map(|one| row(visit, one)).collect(),
    })
}

/// GET /plans/{plan}/work.csv
pub(crate) async fn csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    asked(&app, &plan, &visit).await?.csv()
}

/// GET /plans/{plan}/work.xlsx
pub(crate) async fn xlsx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    asked(&app, &plan, &visit).await?.xlsx()
}
