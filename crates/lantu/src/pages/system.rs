//! 系统: what each of the three administrators does (三员分立): accounts here, roles
//! in `roles.rs`, the audit chain in `audit.rs`. None of it shows data of plans.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    accounts::{self, NewUser, UserChange},
    permissions::{Action, Permissions, Role},
    records::User,
    storage::Storage as _,
};

use super::{audit, credentials, plans::moment, roles};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        tokens,
        visit::Visit,
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place, role},
    },
};

/// What leads here: the part of one of the three.
pub(crate) const NEEDS: &[Action] = &[Action::ManageAccounts, Action::GrantRoles, Action::ReadAudit];

/// GET /system: the part of whoever asks.
pub(crate) async fn system(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    page(&app, &visit, None).await
}

async fn page(app: &App, visit: &Visit, wrong: Option<&str>) -> Answer<Markup> {
    if !visit.may_any(NEEDS) {
        return Err(Refusal::not_allowed());
    }
    let of_accounts = visit.may_any(&[Action::ManageAccounts, Action::GrantRoles]);
    let users = if of_accounts { app.store.users().await? } else { Vec::new() };
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        @if of_accounts { (missing(visit, &users)) }
        @if visit.may(Action::ManageAccounts) { (people(visit, &users)) (credentials::identities(app, visit, &users).await?) }
        @if visit.may(Action::GrantRoles) { (roles::roles(visit, &users)) }
        @if visit.may(Action::ReadAudit) { (audit::audit(app, visit).await?) }
    };
    let title = visit.say("system-title");
    Ok(layout::page(app, &Frame { visit, place: Place::System, plan: None, title: &title }, &content))
}

/// Which of the three administrators nobody is, if one is missing.
fn missing(visit: &Visit, users: &[User]) -> Markup {
    let held = |role: &Role| users.iter().any(|user| user.active && user.role == role.code);
    let open: Vec<String> = Permissions::standard()
        .of_accounts()
        .filter(|role| role.administers && !held(role))
        .map(|found| role(&found.code, visit.language))
        .collect();
    html! {
        @if !open.is_empty() {
            div.notice.warn role="note" {
                p { (visit.language.say_with("system-three-missing", &[("roles", open.join("、").into())])) }
            }
        }
    }
}

fn people(visit: &Visit, users: &[User]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        section id="people" {
            h2 { (say("system-people")) }
            p { (say("system-people-intro")) }
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
                            @if user.name != visit.actor.name && !administers(user) {
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
                div.actions { button type="submit" { (say("person-add")) } }
            }
        }
    }
}

/// Whether it is the account of one of the three, which nobody manages alone.
fn administers(user: &User) -> bool {
    Permissions::standard().role(&user.role).is_some_and(|role| role.administers)
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
        Ok(_) => Ok(Redirect::to("/system").into_response()),
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
        role: accounts::NO_ROLE.to_owned(),
        password: form.exact("password").to_owned(),
    };
    let done = accounts::invite_user(&app.store, &visit.actor, app.clock.now(), new, tokens::entropy()?).await;
    answer(&app, &visit, done).await
}

/// POST /system/users/{name}
pub(crate) async fn change_user(State(app): State<App>, Path(name): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageAccounts)?;
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
