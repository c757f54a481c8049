//! `/api/v1/plans/{plan}/observations`: figures in and out.

use axum::{
    Json,
    extract::{FromRequest, Path, Request, State},
    http::{StatusCode, header},
};
use plan_model::Observation;
use plan_workflow::{
    figures::{self, FigureEntry, FiguresFile, FiguresReport, Taking},
    permissions::Action,
    records::{FigureFilter, FigurePlace, FigureRecord},
    storage::Storage as _,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{check_proof, typed};
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

impl From<FigureRecord> for ObservationJson {
    fn from(record: FigureRecord) -> Self {
        let seen = record.observation;
        Self {
            indicator: seen.indicator,
            period: seen.period.to_string(),
            value: plan_model::plain(seen.value),
            standing: seen.standing.code(),
            vintage: seen.vintage,
            source: seen.source,
            note: seen.note,
            recorded_at: record.at.to_string(),
            recorded_by: record.actor,
        }
    }
}

/// Figures of a plan, with all vintages.
#[derive(Serialize)]
pub(crate) struct Observations {
    observations: Vec<ObservationJson>,
    /// Sent back as `after`, it asks for the ones that follow; null after the last.
    next: Option<String>,
}

/// The most figures in one answer where a number is asked for.
const MOST_A_PAGE: u32 = 1000;

/// What the query of an address asks for.
fn filter(visit: &Visit) -> Answer<FigureFilter> {
    let fields = visit.query();
    let limit: Option<u32> = typed(&fields, "limit")?;
    if let Some(limit) = limit.filter(|limit| !(1..=MOST_A_PAGE).contains(limit)) {
        return Err(Refusal::wrong_field("limit", &limit.to_string()));
    }
    Ok(FigureFilter {
        indicator: field(&fields, "indicator").map(str::to_owned),
        standing: typed(&fields, "standing")?,
        from: typed(&fields, "from")?,
        until: typed(&fields, "until")?,
        after: typed(&fields, "after")?,
        limit,
        known_at: visit.known_at,
    })
}

/// GET /api/v1/plans/{plan}/observations
pub(crate) async fn observations(
    State(app): State<App>,
    Path(plan): Path<String>,
    visit: Visit,
) -> Answer<Json<Observations>> {
    visit.require(Action::ReadPlans)?;
    let plan = plan_id(&plan)?;
    let filter = filter(&visit)?;
    let limit = filter.limit;
    let figures = app.store.figure_page(plan, filter).await?;
    if figures.is_empty() {
        // Nothing found may mean that there is no such plan.
        app.store.plan(plan).await?;
    }
    let full = limit.is_some_and(|limit| u32::try_from(figures.len()).is_ok_and(|found| found == limit));
    let last = figures.last().filter(|_| full).map(|record| {
        let Observation { indicator, period, standing, vintage, .. } = record.observation.clone();
        FigurePlace { indicator, period, standing, vintage }.to_string()
    });
    Ok(Json(Observations { observations: figures.into_iter().map(ObservationJson::from).collect(), next: last }))
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
            figures::record(&*app.situations, &visit.actor, now, plan, entries, taking).await?
        }
        "text/csv" => {
            let body = body(request, &app).await?;
            let file = FiguresFile { name: "observations.csv", bytes: &body };
            figures::import_file(&*app.situations, &visit.actor, now, plan, file, taking).await?
        }
        _ => return Err(Refusal::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    };
    let status = if dry_run || report.new + report.revised == 0 { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(report)))
}

pub(super) async fn body(request: Request, app: &App) -> Answer<axum::body::Bytes> {
    axum::body::Bytes::from_request(request, app).await.map_err(|rejection| Refusal::of_status(rejection.status()))
}

/// The body of a request as JSON.
pub(super) async fn json<T: DeserializeOwned>(request: Request, app: &App) -> Answer<T> {
    serde_json::from_slice(&body(request, app).await?).map_err(|error| Refusal::bad_json(&error))
}
