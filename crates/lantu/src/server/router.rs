//! Every address of the program: its table of contents.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use super::{App, assets, speak};
use crate::{api, pages};

/// The largest upload, form and file together: a little more than the largest
/// document that is read, so that the reader's own message is met first.
const LARGEST_UPLOAD: usize = document_reader::MAX_BYTES + 1024 * 1024;
/// The largest form without a file.
const LARGEST_FORM: usize = 256 * 1024;
/// No request takes longer; a plan of 64 MB is read in less.
const LONGEST: Duration = Duration::from_secs(120);

pub(crate) fn router(app: &App) -> Router {
    Router::new()
        .merge(pages())
        .merge(uploads())
        .nest("/api/v1", programs())
        .route("/health", get(api::health))
        .route("/assets/{mark}/{name}", get(assets::asset))
        .fallback(async || StatusCode::NOT_FOUND)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
        .layer(CatchPanicLayer::custom(speak::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST))
        .layer(middleware::from_fn_with_state(app.clone(), speak::speak))
        .with_state(app.clone())
}

/// For people.
fn pages() -> Router<App> {
    Router::new()
        .route("/", get(pages::home::home))
        .route("/login", get(pages::login::login).post(pages::login::log_in))
        .route("/logout", post(pages::login::log_out))
        .route("/account", get(pages::account::account).post(pages::account::change_password))
        .route("/plans", get(pages::plans::plans))
        .route("/plans/import/{draft}", get(pages::import::preview).post(pages::import::accept))
        .route("/plans/{plan}", get(pages::overview::overview))
        .route("/plans/{plan}/source", get(pages::source::source))
        .route("/plans/{plan}/indicators", get(pages::indicators::indicators))
        .route("/plans/{plan}/indicators.csv", get(pages::indicators::csv))
        .route("/plans/{plan}/indicators.xlsx", get(pages::indicators::xlsx))
        .route("/plans/{plan}/indicators/{indicator}", get(pages::indicator::indicator))
        .route("/plans/{plan}/indicators/{indicator}/figures", post(pages::indicator::enter_figure))
        .route("/plans/{plan}/indicators/{indicator}/correct", post(pages::indicator::correct_indicator))
        .route("/system", get(pages::system::system))
        .route("/system/users", post(pages::system::add_user))
        .route("/system/users/{name}", post(pages::system::change_user))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}

/// Pages that take a file.
fn uploads() -> Router<App> {
    Router::new()
        .route("/plans/import", get(pages::import::import_form).post(pages::import::upload_plan))
        .route("/plans/{plan}/figures", get(pages::figures::figures).post(pages::figures::upload_figures))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
}

/// For programs.
fn programs() -> Router<App> {
    Router::new()
        .route("/sessions", post(api::sessions::log_in).delete(api::sessions::log_out))
        .route("/plans", get(api::plans::plans))
        .route("/plans/{plan}", get(api::plans::plan))
        .route("/plans/{plan}/indicators", get(api::indicators::indicators))
        .route("/plans/{plan}/indicators/{indicator}", get(api::indicators::indicator))
        .route("/plans/{plan}/observations", get(api::observations::observations).post(api::observations::record))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
}
