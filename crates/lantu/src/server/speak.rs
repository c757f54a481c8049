//! The edge: refusals become a page or JSON in the visitor's language, every
//! answer carries the headers that keep a browser safe, a panic becomes a
//! sentence.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;

use super::{
    App, cookies,
    fields::{Again, Kept},
    refusal::{Refusal, Spoken, Wrong},
    visit,
};
use crate::{messages::Language, pages};

/// No script but our own file, no style but our own sheets, no frame, no form
/// that leads away.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The head of an answer that says whom it is for: `internal` or `public`.
const MARK: &str = "x-lantu-mark";

/// Whom an answer is for: what needs no account shows what is marked public and
/// nothing else; everything else is internal. What shows nothing of plans has no mark.
fn mark(path: &str) -> Option<&'static str> {
    let under = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let bare = ["/assets", "/health", "/login", "/api/v1/sessions"];
    match path {
        _ if under("/public") || under("/api/v1/public") => Some("public"),
        _ if bare.into_iter().any(under) => None,
        _ => Some("internal"),
    }
}

/// The errors of an API answer.
#[derive(Serialize)]
struct Errors {
    errors: Vec<Wrong>,
}

/// Turns refusals into answers and sets the headers of every answer.
pub(crate) async fn speak(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let language = visit::language(&app, request.headers(), &address);
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let for_program = address.starts_with("/api/") || address == "/health";
    let mark = mark(request.uri().path());
    let kept = Kept::default();
    request.extensions_mut().insert(kept.clone());
    let response = next.run(request).await;

    let refusal = response.extensions().get::<Refusal>().cloned();
    let status = response.status();
    let spoken = response.extensions().get::<Spoken>().is_some();
    let bare = !spoken && (status.is_client_error() || status.is_server_error());
    let mut response = match refusal.or_else(|| bare.then(|| Refusal::of_status(status))) {
        None => response,
        Some(refusal) if for_program => errors(&refusal, language),
        Some(refusal) if refusal.status == StatusCode::UNAUTHORIZED && asks => {
            Redirect::to(&visit::address("/login", &[("next", &address)])).into_response()
        }
        Some(refusal) if refusal.code == "new-password-first" && asks => {
            Redirect::to(&visit::address(pages::account::NEW_PASSWORD, &[("next", &address)])).into_response()
        }
        Some(refusal) => {
            let fields = if asks { visit::query(&address) } else { kept.fields() };
            let again = (!fields.is_empty()).then(|| Again { address: address.clone(), posts: !asks, fields });
            (refusal.status, pages::refused::page(&app, language, &refusal, again)).into_response()
        }
    };

    let asked = visit::field(&visit::query(&address), "lang").and_then(Language::from_code);
    let headers = response.headers_mut();
    if let Some(chosen) = asked {
        let year = 365 * 24 * 3600;
        headers.extend(
            cookies::set(cookies::LANGUAGE, chosen.code(), year, app.settings.secure_cookies)
                .map(|value| (header::SET_COOKIE, value)),
        );
    }
    if let Some(mark) = mark {
        headers.insert(MARK, HeaderValue::from_static(mark));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // What is shown depends on who asks, and must be gone after logging out.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A refusal as the API says it: everything that is wrong in one answer.
fn errors(refusal: &Refusal, language: Language) -> Response {
    let errors = if refusal.wrongs.is_empty() { vec![refusal.wrong(language)] } else { refusal.wrongs.clone() };
    (refusal.status, Json(Errors { errors })).into_response()
}

/// A panic of a handler: logged here, once, and answered with a sentence.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response<Body> {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = words.unwrap_or("without words"), "a request panicked");
    Refusal::broken().into_response()
}
