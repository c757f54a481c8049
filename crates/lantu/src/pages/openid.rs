//! Logging in by the identity provider: there and back.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use plan_workflow::{
    WorkflowError,
    accounts::identities::{self, Vouched},
};

use super::login;
use crate::{
    openid::{Back, Failed},
    server::{
        App, cookies,
        refusal::{Answer, Refusal, Spoken},
        tokens,
        visit::{self, Guest},
    },
};

/// What ties a log-in to the browser it was begun in is kept so long.
const COOKIE_SECONDS: u32 = 600;

/// GET /login/openid
pub(crate) async fn begin(State(app): State<App>, guest: Guest, headers: HeaderMap) -> Answer {
    let provider = app.openid.get().ok_or_else(Refusal::not_found)?;
    let fields = visit::query(&guest.address);
    let next = login::next(visit::field(&fields, "next").unwrap_or("/"));
    let browser = match browser(&headers) {
        Some(browser) => browser.to_owned(),
        None => tokens::fresh()?,
    };
    match provider.begin(&browser, next, app.clock.now()).await {
        Ok(address) => {
            let mut response = Redirect::to(&address).into_response();
            let cookie = cookies::set(cookies::OPENID, &browser, COOKIE_SECONDS, app.settings.secure_cookies);
            response.headers_mut().extend(cookie.map(|value| (header::SET_COOKIE, value)));
            Ok(response)
        }
        Err(failed) => refused(&app, guest.clone(), next, &failed),
    }
}

/// The browser's own token, if it is one of ours.
fn browser(headers: &HeaderMap) -> Option<&str> {
    cookies::get(headers, cookies::OPENID).filter(|t| t.len() == 64 && t.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// GET /login/openid/return
pub(crate) async fn finish(State(app): State<App>, guest: Guest, headers: HeaderMap) -> Answer {
    let provider = app.openid.get().ok_or_else(Refusal::not_found)?;
    let fields = visit::query(&guest.address);
    let field = |name: &str| visit::field(&fields, name);
    let back = Back {
        state: field("state").unwrap_or_default(),
        code: field("code").unwrap_or_default(),
        error: field("error"),
        issuer: field("iss"),
    };
    let now = app.clock.now();
    let person = match provider.finish(browser(&headers).unwrap_or_default(), back, now).await {
        Ok(person) => person,
        Err(failed) => return refused(&app, guest, "/", &failed),
    };
    let vouched = Vouched {
        issuer: provider.issuer().to_owned(),
        subject: person.subject,
        account: person.account,
        address: guest.origin.clone(),
    };
    let entropy = (tokens::entropy()?, tokens::entropy()?);
    let linking = provider.entry().linking;
    match identities::log_in(&app.store, vouched, linking, (now, app.sessions), entropy).await {
        Ok(opened) => Ok(login::enter(&app, &opened, &person.next)),
        Err(WorkflowError::UnknownIdentity { subject }) => {
            let words = guest.language.say_with("login-openid-unknown", &[("subject", subject.into())]);
            login_page(&app, guest, &person.next, (StatusCode::FORBIDDEN, &words))
        }
        Err(error) => Err(error.into()),
    }
}

/// The login page with what went wrong: one may still log in with a password.
fn refused(app: &App, guest: Guest, next: &str, failed: &Failed) -> Answer {
    tracing::warn!(%failed, "nobody was logged in by the identity provider");
    let (status, key) = match failed {
        Failed::Unreachable(_) => (StatusCode::SERVICE_UNAVAILABLE, "login-openid-unreachable"),
        Failed::Lost => (StatusCode::BAD_REQUEST, "login-openid-lost"),
        Failed::Denied(_) => (StatusCode::FORBIDDEN, "login-openid-denied"),
        Failed::Untrusted(_) => (StatusCode::FORBIDDEN, "login-openid-untrusted"),
    };
    let words = guest.language.say(key);
    login_page(app, guest, next, (status, &words))
}

fn login_page(app: &App, mut guest: Guest, next: &str, (status, words): (StatusCode, &str)) -> Answer<Response> {
    // The address of this answer is good once; links lead to the login page itself.
    guest.address = visit::address("/login", &[("next", next)]);
    let mut response = login::page(app, &guest, next, "", Some(words))?;
    *response.status_mut() = status;
    response.extensions_mut().insert(Spoken);
    Ok(response)
}
