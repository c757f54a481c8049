//! `/api/v1/account`: one's own password.

use axum::{
    Json,
    extract::{Request, State},
    http::HeaderMap,
};
use serde::Deserialize;

use super::{check_proof, sessions::Opened};
use crate::{
    pages::account,
    server::{App, refusal::Answer, visit::Visit},
};

/// The password to be set.
#[derive(Deserialize)]
struct NewPassword {
    password: String,
}

/// PUT /api/v1/account/password: all sessions of the person end, and the answer
/// is one opened in their place.
pub(crate) async fn set_password(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    request: Request,
) -> Answer<Json<Opened>> {
    check_proof(&visit, &headers)?;
    let NewPassword { password } = super::observations::json(request, &app).await?;
    Ok(Json(account::renewed(&app, &visit, password).await?.into()))
}
