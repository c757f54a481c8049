//! `/`: leads to the outline of the day, else the newest plan, else to where plans
//! are imported; an administrator to their own part, and who has no role yet to
//! their account.

use axum::{extract::State, response::Redirect};
use plan_workflow::{permissions::Action, records::PlanKind};

use super::system;
use crate::server::{App, refusal::Answer, visit::Visit};

/// GET /
pub(crate) async fn home(State(app): State<App>, visit: Visit) -> Answer<Redirect> {
    if !visit.may(Action::ReadPlans) {
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
