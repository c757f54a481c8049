//! The interface for programs: JSON under `/api/v1`, one file for each resource.
//!
//! A program logs in once (`POST /api/v1/sessions`) and sends the token it gets
//! in the `Authorization` header. A page's script may use the browser's session
//! and must then send the form token in `X-Lantu-Token` with every change.
//! Everything that is wrong with a request is answered at once, as
//! `{"errors": [{"code", "message", "place", "hint"}]}`.

pub(crate) mod account;
pub(crate) mod evidence;
pub(crate) mod indicators;
pub(crate) mod observations;
pub(crate) mod plans;
pub(crate) mod public;
pub(crate) mod rounds;
pub(crate) mod sessions;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use plan_workflow::{accounts, storage::Storage as _};
use serde::Serialize;

use crate::server::{
    App,
    refusal::{Answer, Refusal},
    visit::{Proof, Visit, field},
};

/// What `GET /health` answers.
#[derive(Serialize)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
}

/// GET /health: 200 while requests are answered and the store answers too.
pub(crate) async fn health(State(app): State<App>) -> Result<Json<Health>, StatusCode> {
    match app.store.user("health").await {
        Ok(_) => Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// A field of a query as what it stands for; `None` where it is not given.
pub(super) fn typed<T: std::str::FromStr>(fields: &[(String, String)], name: &'static str) -> Answer<Option<T>> {
    let read = |text: &str| text.parse().map_err(|_| Refusal::wrong_field(name, text));
    field(fields, name).map(read).transpose()
}

/// Refuses a change that a browser may have been talked into by another site, and
/// any change of a past day.
pub(crate) fn check_proof(visit: &Visit, headers: &HeaderMap) -> Answer<()> {
    if visit.known_on.is_some() {
        return Err(Refusal::looking_back());
    }
    match visit.proof {
        Proof::Bearer => Ok(()),
        Proof::Cookie => {
            let token = headers.get("x-lantu-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
            Ok(accounts::check_form(&visit.session, token)?)
        }
    }
}
