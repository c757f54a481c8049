//! One's own account: the password.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    accounts::{self, UserChange},
};

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
        layout::{self, Frame, Place},
    },
};

/// GET /account
pub(crate) async fn account(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    Ok(page(&app, &visit, None))
}

/// How changing the password went.
enum Went<'a> {
    Well,
    Wrong(&'a str),
}

fn page(app: &App, visit: &Visit, went: Option<Went<'_>>) -> Markup {
    let say = |key: &str| visit.say(key);
    let content = html! {
        @match went {
            Some(Went::Well) => div.notice role="status" { p { (say("account-changed")) } },
            Some(Went::Wrong(words)) => div.notice.wrong role="alert" { p { (words) } },
            None => {}
        }
        dl.facts {
            dt { (say("login-name")) } dd { (visit.actor.name) }
            dt { (say("person-role")) } dd { (layout::role(&visit.actor.role, visit.language)) }
        }
        h2 { (say("account-password")) }
        form.rows method="post" action="/account" {
            (form::token(&visit.session.csrf))
            (Field { name: "password", label: say("account-new"), kind: "password", autocomplete: "new-password", hint: say("person-password-hint"), required: true, ..Field::default() }.draw())
            (Field { name: "again", label: say("account-again"), kind: "password", autocomplete: "new-password", required: true, ..Field::default() }.draw())
            div.actions { button.main type="submit" { (say("account-change")) } }
        }
    };
    let title = say("account-title");
    layout::page(app, &Frame { visit, place: Place::System, plan: None, title: &title }, &content)
}

/// POST /account
pub(crate) async fn change_password(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let password = form.exact("password");
    let wrong = |status: StatusCode, words: &str| {
        let mut response = (status, page(&app, &visit, Some(Went::Wrong(words)))).into_response();
        response.extensions_mut().insert(Spoken);
        Ok(response)
    };
    if password != form.exact("again") {
        return wrong(StatusCode::UNPROCESSABLE_ENTITY, &visit.say("account-differ"));
    }
    let change = UserChange { password: Some(password.to_owned()), ..UserChange::default() };
    let name = visit.actor.name.as_str();
    match accounts::change_user(&app.store, &visit.actor, app.clock.now(), (name, change), tokens::entropy()?).await {
        Ok(_) => Ok(page(&app, &visit, Some(Went::Well)).into_response()),
        Err(error @ WorkflowError::BadInput { .. }) => {
            let refusal = Refusal::from(error);
            wrong(refusal.status, &refusal.words(visit.language).0)
        }
        Err(error) => Err(error.into()),
    }
}
