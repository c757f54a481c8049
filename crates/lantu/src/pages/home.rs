//! `/`: leads to the outline of the day, else the newest plan, else to where plans
//! are imported.

use axum::{extract::State, response::Redirect};
use plan_workflow::{permissions::Action, records::PlanKind, storage::Storage as _};

use crate::server::{App, refusal::Answer, visit::Visit};

/// GET /
pub(crate) async fn home(State(app): State<App>, visit: Visit) -> Answer<Redirect> {
    visit.require(Action::ReadPlans)?;
    let plans = app.store.plans().await?;
    let year = visit.as_of.year();
    let current = plans.iter().find(|p| p.plan.head.kind == PlanKind::Outline && p.plan.head.period.contains(year));
    Ok(match current.or(plans.first()) {
        Some(found) => Redirect::to(&visit.href(&format!("/plans/{}", found.plan.id), &[])),
        None => Redirect::to("/plans"),
    })
}
