//! What the administrator of accounts does with ways to log in: a one-time
//! password for who lost theirs, without any data of the person, and which
//! account somebody at the identity provider has.

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use maud::{Markup, html};
use plan_workflow::{
    accounts::{
        self,
        identities::{self, IdentityStore as _},
    },
    permissions::Action,
    records::User,
};

use super::{
    plans::moment,
    system::{self, encode},
};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal},
        tokens,
        visit::Visit,
    },
    ui::{
        form::{self, Field, choice},
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
        p.actions { a.button href="/system" { (visit.say("person-reset-back")) } }
    };
    let title = visit.say("person-reset-title");
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::System, plan: None, title: &title }, &content)
        .into_response())
}

/// Who at the identity provider has which account; nothing where there is no provider.
pub(crate) async fn identities(app: &App, visit: &Visit, users: &[User]) -> Answer<Markup> {
    let Some(provider) = app.openid.get() else { return Ok(html! {}) };
    let found = app.store.identities().await?;
    let say = |key: &str| visit.say(key);
    let accounts: Vec<(String, String)> = users.iter().map(|user| (user.name.clone(), user.name.clone())).collect();
    Ok(html! {
        section id="identities" {
            h2 { (say("identities-title")) }
            p { (visit.language.say_with("identities-intro", &[("issuer", provider.issuer().into())])) }
            @if !found.is_empty() { div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("identity-subject")) } th scope="col" { (say("identity-account")) }
                    th scope="col" { (say("person-changed")) } th scope="col" { span.hidden { (say("person-change")) } }
                } }
                tbody { @for identity in &found {
                    tr {
                        th scope="row" { code { (identity.subject) } @if identity.issuer != provider.issuer() { " " span.second.small { (identity.issuer) } } }
                        td data-label=(say("identity-account")) { @match &identity.user { Some(user) => (user), None => span.second { (say("identity-none")) } } }
                        td.small data-label=(say("person-changed")) { (moment(identity.at)) " " (identity.actor) }
                        td { @if identity.user.is_some() {
                            form method="post" action="/system/identities/unlink" {
                                (form::token(&visit.session.csrf))
                                input type="hidden" name="issuer" value=(identity.issuer);
                                input type="hidden" name="subject" value=(identity.subject);
                                button.plain type="submit" { (say("identity-unlink")) }
                            }
                        } }
                    }
                } }
            } } }
            form.rows method="post" action="/system/identities" {
                (form::token(&visit.session.csrf))
                (Field { name: "subject", label: say("identity-subject"), required: true, ..Field::default() }.draw())
                (choice("account", &say("identity-account"), "", &accounts))
                div.actions { button type="submit" { (say("identity-link")) } }
            }
        }
    })
}

/// POST /system/identities
pub(crate) async fn link_identity(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageAccounts)?;
    let issuer = app.openid.get().ok_or_else(Refusal::not_found)?.issuer();
    let (identity, account) = ((issuer, form.get("subject")), Some(form.get("account")));
    let done = identities::link(&app.store, &visit.actor, app.clock.now(), identity, account).await;
    system::answer(&app, &visit, done).await
}

/// POST /system/identities/unlink
pub(crate) async fn unlink_identity(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let identity = (form.get("issuer"), form.get("subject"));
    let done = identities::link(&app.store, &visit.actor, app.clock.now(), identity, None).await;
    system::answer(&app, &visit, done).await
}
