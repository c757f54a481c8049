//! Logging in and out.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use plan_workflow::{WorkflowError, accounts};

use crate::server::{
    App, cookies,
    posted::{Form, Posted},
    refusal::{Answer, Refusal, Spoken},
    tokens,
    visit::{self, Guest},
};
use crate::ui::{
    form::{self, Field},
    layout,
};
use crate::{messages::Language, openid::Provider};

/// The form token of the login page is kept so long; a page left open overnight
/// still works in the morning.
const FORM_SECONDS: u32 = 24 * 3600;

/// Where to go after logging in: a path on this site, nothing else.
pub(crate) fn next(asked: &str) -> &str {
    let inside = asked.starts_with('/') && !asked.starts_with("//") && !asked.contains('\\');
    if inside && !asked.chars().any(char::is_control) { asked } else { "/" }
}

/// GET /login
pub(crate) async fn login(State(app): State<App>, guest: Guest) -> Answer {
    let fields = visit::query(&guest.address);
    let next = next(visit::field(&fields, "next").unwrap_or("/")).to_owned();
    page(&app, &guest, &next, "", None)
}

/// POST /login
pub(crate) async fn log_in(State(app): State<App>, guest: Guest, request: Request) -> Answer {
    let form = Form::read(request, &app).await?;
    if !guest.form_token.as_deref().is_some_and(|token| tokens::same(token, form.exact("token"))) {
        return Err(Refusal::forged_form());
    }
    let next = next(form.get("next")).to_owned();
    let name = form.get("name").to_owned();
    let login = accounts::Login {
        name: name.clone(),
        password: form.exact("password").to_owned(),
        address: guest.origin.clone(),
    };
    let entropy = (tokens::entropy()?, tokens::entropy()?);
    match accounts::log_in(&app.store, login, app.clock.now(), app.sessions, entropy).await {
        Ok(opened) => Ok(enter(&app, &opened, &next)),
        Err(error @ (WorkflowError::WrongLogin | WorkflowError::TooManyAttempts { .. })) => {
            let (status, words) = match &error {
                WorkflowError::TooManyAttempts { wait_seconds } => (
                    StatusCode::TOO_MANY_REQUESTS,
                    guest.language.say_with("login-slowed", &[("seconds", (*wait_seconds).into())]),
                ),
                _ => (StatusCode::UNAUTHORIZED, guest.language.say("login-wrong")),
            };
            let mut response = page(&app, &guest, &next, &name, Some(&words))?;
            *response.status_mut() = status;
            // Written here in full; the edge has nothing to add.
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives the browser its session and leads on.
pub(crate) fn enter(app: &App, opened: &accounts::Opened, next: &str) -> Response {
    let seconds = app.sessions.longest_minutes.saturating_mul(60);
    let cookie = cookies::set(cookies::SESSION, &opened.token, seconds, app.settings.secure_cookies);
    let mut response = Redirect::to(next).into_response();
    response.headers_mut().extend(cookie.map(|value| (header::SET_COOKIE, value)));
    response
}

/// POST /logout
pub(crate) async fn log_out(State(app): State<App>, posted: Posted) -> Answer {
    accounts::log_out(&app.store, &posted.visit.session, app.clock.now()).await?;
    let mut response = Redirect::to("/login").into_response();
    let gone = cookies::set(cookies::SESSION, "", 0, app.settings.secure_cookies);
    response.headers_mut().extend(gone.map(|value| (header::SET_COOKIE, value)));
    Ok(response)
}

pub(crate) fn page(app: &App, guest: &Guest, next: &str, name: &str, wrong: Option<&str>) -> Answer {
    let token = match &guest.form_token {
        Some(token) if !token.is_empty() => token.clone(),
        _ => tokens::fresh()?,
    };
    let content = content(app, guest, (&token, next, name), wrong);
    let page = layout::alone(app, guest.language, &guest.address, &guest.language.say("login-title"), &content);
    let mut response = page.into_response();
    let cookie = cookies::set(cookies::FORM, &token, FORM_SECONDS, app.settings.secure_cookies);
    response.headers_mut().extend(cookie.map(|value| (header::SET_COOKIE, value)));
    Ok(response)
}

fn content(app: &App, guest: &Guest, (token, next, name): (&str, &str, &str), wrong: Option<&str>) -> Markup {
    let say = |key: &str| guest.language.say(key);
    html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        (form::no_secrets(guest.language))
        form.rows method="post" action="/login" {
            (form::token(token))
            input type="hidden" name="next" value=(next);
            (Field { name: "name", label: say("login-name"), value: name, autocomplete: "username", required: true, ..Field::default() }.draw())
            (Field { name: "password", label: say("login-password"), kind: "password", autocomplete: "current-password", required: true, ..Field::default() }.draw())
            button.main type="submit" { (say("login-submit")) }
        }
        @if let Some(provider) = app.openid.get() {
            p.actions { a.button href=(visit::address("/login/openid", &[("next", next)])) { (provider_button(provider, guest)) } }
        }
        @if let Some(sample) = &app.settings.sample {
            h2 { (say("login-sample")) }
            div.table { table {
                thead { tr { th scope="col" { (say("login-name")) } th scope="col" { (say("login-password")) } th scope="col" { (say("login-who")) } } }
                tbody { @for login in &sample.logins { tr { td { code { (login.name) } } td { code { (login.password) } } td { (login.who) } } } }
            } }
        }
    }
}

/// What leads to the identity provider: the installation's words, or ours.
fn provider_button(provider: &Provider, guest: &Guest) -> String {
    let entry = provider.entry();
    let own = match guest.language {
        Language::Zh => &entry.button,
        Language::En => &entry.button_en,
    };
    own.clone().unwrap_or_else(|| guest.language.say("login-openid"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_led_nowhere_else_after_logging_in() {
        for (asked, led) in [
            ("/plans/1?as_of=2023-12-31", "/plans/1?as_of=2023-12-31"),
            ("//elsewhere.example", "/"),
            ("https://elsewhere.example", "/"),
            ("/\\elsewhere.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(next(asked), led, "{asked}");
        }
    }
}
