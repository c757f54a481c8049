//! What the administrator of accounts does with ways to log in: a one-time
//! password for who lost theirs. No data of the person are shown.

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use maud::{Markup, html};
use plan_workflow::{accounts, records::User};

use super::system::encode;
use crate::{
    server::{App, posted::Posted, refusal::Answer, tokens, visit::Visit},
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

/// The way to a one-time password, in a person's row.
pub(crate) fn reset_button(visit: &Visit, user: &User) -> Markup {
    html! {
        form method="post" action=(format!("/system/users/{}/reset", encode(&user.name))) {
            (form::token(&visit.session.csrf))
            button.plain type="submit" { (visit.say("person-reset")) }
        }
    }
}

/// POST /system/users/{name}/reset
pub(crate) async fn reset_password(State(app): State<App>, Path(name): Path<String>, posted: Posted) -> Answer {
    let visit = posted.visit;
    let chance = (tokens::entropy()?, tokens::entropy()?);
    let password = accounts::reset_password(&app.store, &visit.actor, app.clock.now(), &name, chance).await?;
    let content = html! {
        div.notice role="status" { p { (visit.language.say_with("person-reset-done", &[("name", name.as_str().into())])) } }
        p { code id="one-time" { (password) } }
        p { (visit.say("person-reset-hint")) }
        p.actions { a.button href="/system#people" { (visit.say("person-reset-back")) } }
    };
    let title = visit.say("person-reset-title");
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::System, plan: None, title: &title }, &content)
        .into_response())
}
