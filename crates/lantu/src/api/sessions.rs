//! `/api/v1/sessions`: logging in and out.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use plan_workflow::accounts;
use serde::{Deserialize, Serialize};

use super::check_proof;
use crate::server::{
    App,
    refusal::{Answer, Refusal},
    tokens,
    visit::{Guest, Visit},
};

/// What a program logs in with.
#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

/// An open session.
#[derive(Serialize)]
pub(crate) struct Opened {
    token: String,
    role: String,
    expires_at: String,
    /// Whether nothing but setting a password of one's own is answered yet.
    must_change_password: bool,
}

impl From<accounts::Opened> for Opened {
    fn from(opened: accounts::Opened) -> Self {
        Self {
            token: opened.token,
            role: opened.user.role,
            expires_at: opened.session.expires_at.to_string(),
            must_change_password: opened.user.must_change,
        }
    }
}

/// POST /api/v1/sessions
pub(crate) async fn log_in(
    State(app): State<App>,
    guest: Guest,
    request: Request,
) -> Answer<(StatusCode, Json<Opened>)> {
    let login: Login = super::observations::json(request, &app).await?;
    let login = accounts::Login { name: login.name, password: login.password, address: guest.origin };
    let entropy = (tokens::entropy()?, tokens::entropy()?);
    let opened = accounts::log_in(&app.store, login, app.clock.now(), app.sessions, entropy).await?;
    Ok((StatusCode::CREATED, Json(opened.into())))
}

/// DELETE /api/v1/sessions
pub(crate) async fn log_out(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<StatusCode, Refusal> {
    check_proof(&visit, &headers)?;
    accounts::log_out(&app.store, &visit.session, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
