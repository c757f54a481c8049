//! 系统: is what is stored what was entered, and who may do what?

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    accounts::{self, NewUser, UserChange},
    permissions::{Action, Permissions},
    records::{AuditCheck, AuditRecord, User},
    storage::Storage as _,
};

use super::{credentials, plans::moment};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        tokens,
        visit::{Visit, field},
    },
    ui::{
        form::{self, Field, choice},
        layout::{self, Frame, Place, role},
    },
};

/// Audit records shown.
const RECORDS: u32 = 50;

/// GET /system; with `check=yes` the whole audit chain is checked.
pub(crate) async fn system(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    page(&app, &visit, None).await
}

async fn page(app: &App, visit: &Visit, wrong: Option<&str>) -> Answer<Markup> {
    visit.require(Action::ReadAudit)?;
    let check = match field(&visit.query(), "check") {
        Some("yes") => Some(app.store.verify_audit().await?),
        _ => None,
    };
    let records = app.store.audit(None, RECORDS).await?;
    let users = if visit.may(Action::ManageUsers) { app.store.users().await? } else { Vec::new() };
    let identities = credentials::identities(app, visit, &users).await?;
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        section id="audit" {
            h2 { (visit.say("system-audit")) }
            @match &check { Some(check) => (checked(visit, check)), None => p { (visit.say("system-audit-intro")) } }
            p.actions { a.button href=(visit.href("/system", &[("check", "yes")])) { (visit.say("system-check")) } }
            (trail(visit, &records))
        }
        @if visit.may(Action::ManageUsers) { (people(visit, &users)) (identities) }
    };
    let title = visit.say("system-title");
    Ok(layout::page(app, &Frame { visit, place: Place::System, plan: None, title: &title }, &content))
}

fn checked(visit: &Visit, check: &AuditCheck) -> Markup {
    let fillings =
        [("records", check.records.into()), ("rows", check.rows.into()), ("faults", check.faults.len().into())];
    html! {
        @if check.faults.is_empty() {
            div.notice role="status" {
                p { "✓ " (visit.language.say_with("system-audit-sound", &fillings)) }
                p.small { (visit.say("system-audit-head")) " " code.hash { (check.head) } }
            }
        } @else {
            div.notice.wrong role="alert" {
                p { (visit.language.say_with("system-audit-broken", &fillings)) }
                ul { @for fault in &check.faults { li { code { (fault.place) } " " (fault.message) } } }
            }
        }
    }
}

fn trail(visit: &Visit, records: &[AuditRecord]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            caption { (visit.language.say_with("system-audit-latest", &[("count", records.len().into())])) }
            thead { tr {
                th.number scope="col" { (say("audit-seq")) }
                th scope="col" { (say("audit-at")) }
                th scope="col" { (say("audit-actor")) }
                th scope="col" { (say("audit-action")) }
                th scope="col" { (say("audit-object")) }
            } }
            tbody { @for record in records {
                tr {
                    td.number data-label=(say("audit-seq")) { (record.seq) }
                    td.nowrap data-label=(say("audit-at")) { (moment(record.at)) }
                    td data-label=(say("audit-actor")) { (record.actor) }
                    td data-label=(say("audit-action")) { code { (record.action) } }
                    td data-label=(say("audit-object")) { code { (record.object) } }
                }
            } }
        } }
    }
}

fn people(visit: &Visit, users: &[User]) -> Markup {
    let say = |key: &str| visit.say(key);
    let roles: Vec<(String, String)> = Permissions::standard()
        .roles()
        .iter()
        .filter(|r| !r.in_unit)
        .map(|r| (r.code.clone(), role(&r.code, visit.language)))
        .collect();
    html! {
        section id="people" {
            h2 { (say("system-people")) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("login-name")) } th scope="col" { (say("person-role")) }
                    th scope="col" { (say("person-active")) } th scope="col" { (say("person-changed")) } th scope="col" { span.hidden { (say("person-change")) } }
                } }
                tbody { @for user in users {
                    tr {
                        th scope="row" { (user.name) }
                        td data-label=(say("person-role")) { (role(&user.role, visit.language)) }
                        td data-label=(say("person-active")) { (say(if user.active { "person-may-log-in" } else { "person-may-not-log-in" })) @if user.must_change { " · " (say("person-must-change")) } }
                        td.small data-label=(say("person-changed")) { (moment(user.at)) " " (user.actor) }
                        td {
                            @if user.name != visit.actor.name {
                                form method="post" action=(format!("/system/users/{}", encode(&user.name))) {
                                    (form::token(&visit.session.csrf))
                                    button.plain type="submit" name="active" value=(if user.active { "no" } else { "yes" }) {
                                        (say(if user.active { "person-switch-off" } else { "person-switch-on" }))
                                    }
                                }
                                (credentials::reset_button(visit, user))
                            }
                        }
                    }
                } }
            } }
            h3 { (say("person-add")) }
            form.rows method="post" action="/system/users" {
                (form::token(&visit.session.csrf))
                (Field { name: "name", label: say("login-name"), required: true, ..Field::default() }.draw())
                (Field { name: "password", label: say("login-password"), kind: "password", autocomplete: "new-password", hint: say("person-first-hint"), required: true, ..Field::default() }.draw())
                (choice("role", &say("person-role"), "reader", &roles))
                div.actions { button type="submit" { (say("person-add")) } }
            }
        }
    }
}

/// A name as part of an address.
pub(crate) fn encode(name: &str) -> String {
    name.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b == b'-' || b == b'_' {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// The page with what could not be done, or the way back to it.
pub(crate) async fn answer<T>(app: &App, visit: &Visit, done: Result<T, WorkflowError>) -> Answer {
    match done {
        Ok(_) => Ok(Redirect::to("/system#people").into_response()),
        Err(error @ (WorkflowError::BadInput { .. } | WorkflowError::Storage(_))) => {
            let refusal = Refusal::from(error);
            if refusal.status.is_server_error() || refusal.status == StatusCode::NOT_FOUND {
                return Err(refusal);
            }
            let page = page(app, visit, Some(&refusal.words(visit.language).0)).await?;
            let mut response = (refusal.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /system/users
pub(crate) async fn add_user(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let new = NewUser {
        name: form.get("name").to_owned(),
        role: form.get("role").to_owned(),
        password: form.exact("password").to_owned(),
    };
    let done = accounts::invite_user(&app.store, &visit.actor, app.clock.now(), new, tokens::entropy()?).await;
    answer(&app, &visit, done).await
}

/// POST /system/users/{name}
pub(crate) async fn change_user(State(app): State<App>, Path(name): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let active = match form.get("active") {
        "yes" => Some(true),
        "no" => Some(false),
        other => return Err(Refusal::wrong_field("active", other)),
    };
    let change = UserChange { active, ..UserChange::default() };
    let done =
        accounts::change_user(&app.store, &visit.actor, app.clock.now(), (&name, change), tokens::entropy()?).await;
    answer(&app, &visit, done).await
}
