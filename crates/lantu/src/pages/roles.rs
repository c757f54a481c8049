//! 角色: what the security administrator does: grants others their role and the
//! region they are held to, and takes them back.

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::RegionCode;
use plan_workflow::{
    WorkflowError,
    accounts::{self, Grant, NO_ROLE},
    permissions::Permissions,
    records::User,
};

use super::{
    plans::moment,
    system::{self, encode},
};
use crate::{
    server::{App, posted::Posted, refusal::Answer, visit::Visit},
    ui::{form, layout::role},
};

/// The accounts with their roles, each with the form that grants another.
pub(crate) fn roles(visit: &Visit, users: &[User]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        section id="roles" {
            h2 { (say("system-roles")) }
            p { (say("system-roles-intro")) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("login-name")) } th scope="col" { (say("person-role")) }
                    th scope="col" { (say("person-region")) } th scope="col" { (say("person-active")) }
                    th scope="col" { (say("person-changed")) } th scope="col" { span.hidden { (say("role-grant")) } }
                } }
                tbody { @for user in users {
                    tr {
                        th scope="row" { (user.name) }
                        td data-label=(say("person-role")) { (role(&user.role, visit.language)) }
                        td data-label=(say("person-region")) { @match user.region { Some(region) => (region), None => span.second { (say("person-region-all")) } } }
                        td data-label=(say("person-active")) { (say(if user.active { "person-may-log-in" } else { "person-may-not-log-in" })) }
                        td.small data-label=(say("person-changed")) { (moment(user.at)) " " (user.actor) }
                        td { @if user.name != visit.actor.name { (grant_form(visit, user)) } }
                    }
                } }
            } }
        }
    }
}

fn grant_form(visit: &Visit, user: &User) -> Markup {
    let say = |key: &str| visit.say(key);
    let region = user.region.map(|region| region.to_string()).unwrap_or_default();
    html! {
        form.actions method="post" action=(format!("/system/users/{}/role", encode(&user.name))) {
            (form::token(&visit.session.csrf))
            select name="role" aria-label=(format!("{} {}", user.name, say("person-role"))) {
                option value=(NO_ROLE) selected[user.role == NO_ROLE] { (role(NO_ROLE, visit.language)) }
                @for known in Permissions::standard().of_accounts() {
                    option value=(known.code) selected[user.role == known.code] { (role(&known.code, visit.language)) }
                }
            }
            input name="region" value=(region) inputmode="numeric" maxlength="6" size="8" placeholder=(say("person-region-hint"))
                aria-label=(format!("{} {}", user.name, say("person-region")));
            button.plain type="submit" { (say("role-grant")) }
        }
    }
}

/// POST /system/users/{name}/role
pub(crate) async fn grant_role(State(app): State<App>, Path(name): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let done = match region(form.get("region")) {
        Ok(region) => {
            let grant = Grant { role: form.get("role").to_owned(), region };
            accounts::grant(&app.store, &visit.actor, app.clock.now(), &name, grant).await
        }
        Err(error) => Err(error),
    };
    system::answer(&app, &visit, done).await
}

/// A region as it was typed; nothing is the whole installation.
pub(crate) fn region(typed: &str) -> Result<Option<RegionCode>, WorkflowError> {
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong =
        |error: plan_model::UnknownWord| WorkflowError::BadInput { field: "辖区", message: error.to_string() };
    typed.parse().map(Some).map_err(wrong)
}
