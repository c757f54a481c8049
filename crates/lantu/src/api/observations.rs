//! `/api/v1/plans/{plan}/observations`: figures in and out.

use axum::extract::{FromRequest, Request};
use plan_workflow::records::FigureRecord;
use serde::{Serialize, de::DeserializeOwned};

use crate::server::{
    App,
    refusal::{Answer, Refusal},
};

/// A figure as the API says it.
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

/// The body of a request as JSON.
pub(super) async fn json<T: DeserializeOwned>(request: Request, app: &App) -> Answer<T> {
    let body = axum::body::Bytes::from_request(request, app)
        .await
        .map_err(|rejection| Refusal::of_status(rejection.status()))?;
    serde_json::from_slice(&body).map_err(|error| Refusal::bad_json(&error))
}
