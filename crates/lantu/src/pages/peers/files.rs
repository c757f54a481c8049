//! Figures of peers as a file: what is there, and a template with the plan's
//! indicators. Both are read back by the import.

use axum::extract::{Path, State};
use plan_model::Measure;
use plan_workflow::{peers, permissions::Action};

use crate::{
    pages::{
        export::{self, Cell, List},
        plans::plan_id,
    },
    server::{App, judged::JudgedPlan, refusal::Answer, visit::Visit},
};

/// The columns, named as the import knows them, and how wide they are.
const COLUMNS: [(&str, f64); 9] = [
    ("peers-column-id", 8.0),
    ("peers-column-indicator", 36.0),
    ("peers-column-region", 16.0),
    ("peers-column-period", 10.0),
    ("peers-column-value", 12.0),
    ("peers-column-unit", 10.0),
    ("peers-column-source", 36.0),
    ("peers-column-definition", 24.0),
    ("peers-column-note", 24.0),
];

fn file(app: &App, visit: &Visit, plan: &JudgedPlan, (name, rows): (&str, Vec<Vec<Cell>>)) -> List {
    let title = plan.plan.head.title.as_str();
    List {
        file: format!("lantu-{}-{name}", plan.plan.id),
        name: visit.say("peers-title"),
        heading: export::heading(app, visit, visit.language.say_with("peers-heading", &[("plan", title.into())])),
        columns: COLUMNS.iter().map(|(key, width)| (visit.say(key), *width)).collect(),
        rows,
    }
}

/// The figures that stand.
async fn asked(app: &App, plan: &str, visit: &Visit) -> Answer<List> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged_for(visit, plan_id(plan)?).await?;
    let all = peers::read(&app.store, judged.plan.id, visit.known_at).await?;
    let rows = all.standing().filter_map(|record| {
        let of = &record.figure;
        let name = &judged.indicator(&of.indicator)?.record.indicator.name;
        let mut cells: Vec<Cell> = [&of.indicator, name, &of.region].map(|words| Cell::words(words)).into();
        cells.push(Cell::Words(of.period.to_string()));
        cells.push(Cell::Number(Some(of.value)));
        cells.extend([&of.unit, &of.source, &of.definition, &of.note].map(|words| Cell::words(words)));
        Some(cells)
    });
    let rows = rows.collect();
    Ok(file(app, visit, &judged, ("peers", rows)))
}

/// GET /plans/{plan}/peers.csv
pub(crate) async fn csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    asked(&app, &plan, &visit).await?.csv()
}

/// GET /plans/{plan}/peers.xlsx
pub(crate) async fn xlsx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    asked(&app, &plan, &visit).await?.xlsx()
}

/// GET /plans/{plan}/peers/template.xlsx: a row for each indicator that can be compared.
pub(crate) async fn template(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::RecordFigures)?;
    let judged = app.judged_for(&visit, plan_id(&plan)?).await?;
    let indicators = judged.indicators.iter().map(|one| &one.record.indicator);
    let row = |of: &plan_model::Indicator| {
        let (id, name, unit) = (Cell::words(&of.id), Cell::words(&of.name), Cell::words(&of.unit));
        let empty = || Cell::words("");
        vec![id, name, empty(), empty(), Cell::Number(None), unit, empty(), empty(), empty()]
    };
    let rows = indicators.filter(|of| of.measure != Measure::YesNo).map(row).collect();
    file(&app, &visit, &judged, ("peers-template", rows)).xlsx()
}
