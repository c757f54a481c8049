//! What a person says of a link.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use plan_workflow::{WorkflowError, permissions::Action, records::PlanId, slice, storage::Storage as _};

use crate::{
    pages::plans::plan_id,
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
};

/// POST /plans/{plan}/slice/{item}
pub(crate) async fn decide_link(
    State(app): State<App>,
    Path((plan, item)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::LinkPlans)?;
    let id = plan_id(&plan)?;
    above(&app, &visit, id).await?;
    let seen = form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))?;
    // The field offers `I007 名称`.
    let other = form.get("other").split_whitespace().next();
    let decided =
        slice::decide(&app.store, &visit.actor, app.clock.now(), (id, &item, seen), (other, form.get("note"))).await;
    match decided {
        Ok(_) => {
            let back = [("state", form.get("back_state")), ("page", form.get("back_page"))];
            let back = visit.href(&format!("/plans/{id}/slice"), &back);
            Ok(Redirect::to(&format!("{back}#{item}")).into_response())
        }
        Err(error @ (WorkflowError::BadInput { .. } | WorkflowError::Storage(_))) => {
            let refusal = Refusal::from(error);
            if refusal.status.is_server_error() || refusal.code == "not-found" {
                return Err(refusal);
            }
            let words = refusal.words(visit.language);
            let page = super::page(&app, &visit, id, Some(&format!("{}{}", words.0, words.1))).await?;
            let mut response = (refusal.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// POST /plans/{plan}/slice
pub(crate) async fn renew_links(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let visit = posted.visit;
    visit.require(Action::LinkPlans)?;
    let id = plan_id(&plan)?;
    above(&app, &visit, id).await?;
    slice::renew(&app.store, &visit.actor, app.clock.now(), id).await?;
    Ok(Redirect::to(&visit.href(&format!("/plans/{id}/slice"), &[])).into_response())
}

/// Refuses to touch links that lead to a plan the person does not see.
async fn above(app: &App, visit: &Visit, id: PlanId) -> Answer<()> {
    match slice::sliced(&app.store.plan(id).await?.head) {
        Some(parent) => app.visible(visit.actor.region, parent).await,
        None => Ok(()),
    }
}
