//! `/api/v1/plans/{plan}/observations`: figures in and out.

use axum::{
    Json,
    extract::{FromRequest, Path, Request, State},
    http::{StatusCode, header},
};
use plan_workflow::{
    figures::{self, FigureEntry, FiguresFile, FiguresReport, Taking},
    permissions::Action,
    records::FigureRecord,
    storage::Storage as _,
};
use serde::{Serialize, de::DeserializeOwned};

use super::check_proof;
use crate::{
    pages::plans::plan_id,
    server::{
        App,
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
};

/// A figure as the API says it. Values are strings: exact decimals, no floats.
#[derive(Serialize)]
pub(crate) struct ObservationJson {
    indicator: String,
    period: String,
    value: String,
    standing: &'static str,
    vintage: u32,
    source: String,
    note: String,
    recorded_at: String,
    recorded_by: String,
}

impl From<&FigureRecord> for ObservationJson {
    fn from(record: &FigureRecord) -> Self {
        let seen = &record.observation;
        Self {
            indicator: seen.indicator.clone(),
            period: seen.period.to_string(),
            value: plan_model::plain(seen.value),
            standing: seen.standing.code(),
            vintage: seen.vintage,
            source: seen.source.clone(),
            note: seen.note.clone(),
            recorded_at: record.at.to_string(),
            recorded_by: record.actor.clone(),
        }
    }
}

/// Every figure of a plan, with all vintages.
#[derive(Serialize)]
pub(crate) struct Observations {
    observations: Vec<ObservationJson>,
}

/// GET /api/v1/plans/{plan}/observations
pub(crate) async fn observations(
    State(app): State<App>,
    Path(plan): Path<String>,
    visit: Visit,
) -> Answer<Json<Observations>> {
    visit.require(Action::ReadPlans)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let figures = app.store.figures(plan.id, None, visit.known_at).await?;
    Ok(Json(Observations { observations: figures.iter().map(ObservationJson::from).collect() }))
}

/// POST /api/v1/plans/{plan}/observations: a JSON array, or CSV in the form of
/// figures files; with `dry_run=true` it is only looked at.
pub(crate) async fn record(
    State(app): State<App>,
    Path(plan): Path<String>,
    visit: Visit,
    request: Request,
) -> Answer<(StatusCode, Json<FiguresReport>)> {
    check_proof(&visit, request.headers())?;
    visit.require(Action::RecordFigures)?;
    let plan = plan_id(&plan)?;
    let dry_run = match field(&visit.query(), "dry_run") {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => return Err(Refusal::wrong_field("dry_run", other)),
    };
    let taking = Taking { dry_run, ..app.taking() };
    let now = app.clock.now();
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let report = match kind.split(';').next().unwrap_or_default().trim() {
        "application/json" => {
            let entries: Vec<FigureEntry> = json(request, &app).await?;
            figures::record(&app.store, &visit.actor, now, plan, entries, taking).await?
        }
        "text/csv" => {
            let body = body(request, &app).await?;
            let file = FiguresFile { name: "observations.csv", bytes: &body };
            figures::import_file(&app.store, &visit.actor, now, plan, file, taking).await?
        }
        _ => return Err(Refusal::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    };
    let status = if dry_run || report.new + report.revised == 0 { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(report)))
}

async fn body(request: Request, app: &App) -> Answer<axum::body::Bytes> {
    axum::body::Bytes::from_request(request, app).await.map_err(|rejection| Refusal::of_status(rejection.status()))
}

/// The body of a request as JSON.
pub(super) async fn json<T: DeserializeOwned>(request: Request, app: &App) -> Answer<T> {
    serde_json::from_slice(&body(request, app).await?).map_err(|error| Refusal::bad_json(&error))
}
