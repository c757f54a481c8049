//! `/`: leads to the outline of the day, else the newest plan, else to where plans
//! are imported; an administrator to their own part, a third party to the assessment
//! it was named for, and who has no role yet to their account.

use axum::{extract::State, response::Redirect};
use plan_workflow::{assessments, permissions::Action, records::PlanKind};

use super::system;
use crate::server::{App, refusal::Answer, visit::Visit};

/// GET /
pub(crate) async fn home(State(app): State<App>, visit: Visit) -> Answer<Redirect> {
    if !visit.may(Action::ReadPlans) {
        if visit.may(Action::Evaluate)
            && let Some(list) = named_for(&app, &visit).await?
        {
            return Ok(Redirect::to(&list));
        }
        return Ok(Redirect::to(if visit.may_any(system::NEEDS) { "/system" } else { "/account" }));
    }
    let plans = app.plans(&visit).await?;
    let year = visit.as_of.year();
    let current = plans.iter().find(|p| p.plan.head.kind == PlanKind::Outline && p.plan.head.period.contains(year));
    Ok(match current.or(plans.first()) {
        Some(found) => Redirect::to(&visit.href(&format!("/plans/{}", found.plan.id), &[])),
        None => Redirect::to("/plans"),
    })
}

/// The assessments of the newest plan with one that a third party was named for.
async fn named_for(app: &App, visit: &Visit) -> Answer<Option<String>> {
    for listing in app.plans(visit).await? {
        let plan = listing.plan.id;
        let all = assessments::list(&app.store, plan).await?;
        if all.iter().any(|one| one.evaluators.contains(&visit.actor.name)) {
            return Ok(Some(format!("/plans/{plan}/assessments")));
        }
    }
    Ok(None)
}
