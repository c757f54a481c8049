//! One's own account: the password, and where one is logged in.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    accounts::{self, UserChange},
    records::Session,
};

use super::{login, plans::moment};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        tokens,
        visit::{self, Visit},
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place},
    },
};

/// The page that asks for a password of one's own before anything else.
pub(crate) const NEW_PASSWORD: &str = "/account/password";

/// GET /account
pub(crate) async fn account(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    let went = match visit::field(&visit.query(), "done") {
        Some("password") => Some(Went::Well("account-changed")),
        Some("sessions") => Some(Went::Well("sessions-ended")),
        _ => None,
    };
    page(&app, &visit, went).await
}

/// How what was asked went.
enum Went<'a> {
    Well(&'a str),
    Wrong(&'a str),
}

async fn page(app: &App, visit: &Visit, went: Option<Went<'_>>) -> Answer<Markup> {
    let say = |key: &str| visit.say(key);
    let sessions = accounts::own_sessions(&app.store, &visit.session, app.clock.now(), app.sessions).await?;
    let content = html! {
        @match went {
            Some(Went::Well(key)) => div.notice role="status" { p { (say(key)) } },
            Some(Went::Wrong(words)) => div.notice.wrong role="alert" { p { (words) } },
            None => {}
        }
        @if visit.actor.role == accounts::NO_ROLE { div.notice.warn role="note" { p { (say("account-no-role")) } } }
        dl.facts {
            dt { (say("login-name")) } dd { (visit.actor.name) }
            dt { (say("person-role")) } dd { (layout::role(&visit.actor.role, visit.language)) }
        }
        h2 { (say("account-password")) }
        (password_form(visit, "/account", ""))
        (open_sessions(visit, &sessions))
    };
    let title = say("account-title");
    Ok(layout::page(app, &Frame { visit, place: Place::System, plan: None, title: &title }, &content))
}

fn password_form(visit: &Visit, action: &str, next: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        form.rows method="post" action=(action) {
            (form::token(&visit.session.csrf))
            @if !next.is_empty() { input type="hidden" name="next" value=(next); }
            (Field { name: "password", label: say("account-new"), kind: "password", autocomplete: "new-password", hint: say("person-password-hint"), required: true, ..Field::default() }.draw())
            (Field { name: "again", label: say("account-again"), kind: "password", autocomplete: "new-password", required: true, ..Field::default() }.draw())
            div.actions { button.main type="submit" { (say("account-change")) } }
        }
    }
}

/// Where the person is logged in, and the way to end it.
fn open_sessions(visit: &Visit, sessions: &[Session]) -> Markup {
    let say = |key: &str| visit.say(key);
    let own = visit.session.handle();
    html! {
        section id="sessions" {
            h2 { (say("sessions-title")) }
            p { (say("sessions-intro")) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("session-from")) } th scope="col" { (say("session-how")) }
                    th scope="col" { (say("session-since")) } th scope="col" { (say("session-used")) }
                    th scope="col" { span.hidden { (say("person-change")) } }
                } }
                tbody { @for session in sessions {
                    tr {
                        th scope="row" { (session.address) }
                        td data-label=(say("session-how")) {
                            @match &session.provider {
                                Some(issuer) => { (say("session-by-provider")) " " span.second.small { (issuer) } }
                                None => (say("session-by-password")),
                            }
                        }
                        td.nowrap data-label=(say("session-since")) { (moment(session.created_at)) }
                        td.nowrap data-label=(say("session-used")) { (moment(session.seen_at)) }
                        td {
                            @if session.handle() == own { (say("session-this")) } @else {
                                form method="post" action=(format!("/account/sessions/{}", session.handle())) {
                                    (form::token(&visit.session.csrf))
                                    button.plain type="submit" { (say("session-end")) }
                                }
                            }
                        }
                    }
                } }
            } }
            @if sessions.len() > 1 {
                form.actions method="post" action="/account/sessions" {
                    (form::token(&visit.session.csrf))
                    button type="submit" { (say("sessions-end-others")) }
                }
            }
        }
    }
}

/// POST /account/sessions/{session}
pub(crate) async fn end_session(State(app): State<App>, Path(session): Path<String>, posted: Posted) -> Answer {
    accounts::end_session(&app.store, &posted.visit.session, &session, app.clock.now()).await?;
    Ok(Redirect::to("/account?done=sessions#sessions").into_response())
}

/// POST /account/sessions
pub(crate) async fn end_other_sessions(State(app): State<App>, posted: Posted) -> Answer {
    accounts::end_other_sessions(&app.store, &posted.visit.session, app.clock.now()).await?;
    Ok(Redirect::to("/account?done=sessions#sessions").into_response())
}

/// GET /account/password: for who was given their password by somebody else.
pub(crate) async fn new_password(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    let next = visit::field(&visit.query(), "next").map(|next| login::next(next).to_owned());
    Ok(first_page(&app, &visit, next.as_deref().unwrap_or("/"), None))
}

fn first_page(app: &App, visit: &Visit, next: &str, wrong: Option<&str>) -> Markup {
    let say = |key: &str| visit.say(key);
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (visit.language.say_with("account-first", &[("name", visit.actor.name.as_str().into())])) }
        (password_form(visit, NEW_PASSWORD, next))
        form.actions method="post" action="/logout" {
            (form::token(&visit.session.csrf))
            button.plain type="submit" { (say("log-out")) }
        }
    };
    layout::alone(app, visit.language, &visit.address, &say("account-first-title"), &content)
}

/// POST /account
pub(crate) async fn change_password(State(app): State<App>, posted: Posted) -> Answer {
    match set_password(&app, &posted).await? {
        Ok(opened) => Ok(login::enter(&app, &opened, "/account?done=password")),
        Err((status, words)) => Ok(spoken(status, page(&app, &posted.visit, Some(Went::Wrong(&words))).await?)),
    }
}

/// POST /account/password
pub(crate) async fn set_new_password(State(app): State<App>, posted: Posted) -> Answer {
    let next = login::next(posted.form.get("next"));
    match set_password(&app, &posted).await? {
        Ok(opened) => Ok(login::enter(&app, &opened, next)),
        Err((status, words)) => Ok(spoken(status, first_page(&app, &posted.visit, next, Some(&words)))),
    }
}

fn spoken(status: StatusCode, page: Markup) -> axum::response::Response {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    response
}

/// Sets one's own password and opens a session in the place of those that ended
/// with the old one; or what is wrong with the new one.
async fn set_password(app: &App, posted: &Posted) -> Answer<Result<accounts::Opened, (StatusCode, String)>> {
    let Posted { visit, form } = posted;
    let password = form.exact("password");
    if password != form.exact("again") {
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, visit.say("account-differ"))));
    }
    match renewed(app, visit, password.to_owned()).await {
        Ok(opened) => Ok(Ok(opened)),
        Err(refusal) if refusal.code == "bad-input" => Ok(Err((refusal.status, refusal.words(visit.language).0))),
        Err(refusal) => Err(refusal),
    }
}

/// Sets one's own password; all sessions end, and one is opened in their place.
pub(crate) async fn renewed(app: &App, visit: &Visit, password: String) -> Result<accounts::Opened, Refusal> {
    let change = UserChange { password: Some(password), ..UserChange::default() };
    let (now, salt) = (app.clock.now(), tokens::entropy()?);
    let user = accounts::change_user(&app.store, &visit.actor, now, (&visit.actor.name, change), salt).await?;
    let entropy = (tokens::entropy()?, tokens::entropy()?);
    let opened: Result<_, WorkflowError> =
        accounts::renew(&app.store, user, visit.session.clone(), (now, app.sessions), entropy).await;
    Ok(opened?)
}
