//! `/api/v1/plans`: what is stored, and how each plan stands.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use plan_workflow::{
    marks::{self, Markable, Marks},
    permissions::Action,
    records::Plan,
};
use serde::Serialize;

use crate::{
    pages::plans::plan_id,
    server::{App, refusal::Answer, visit::Visit},
};

/// A plan as the API says it.
#[derive(Serialize)]
pub(crate) struct PlanJson {
    id: i64,
    title: String,
    jurisdiction: String,
    period: String,
    kind: &'static str,
    parent: Option<i64>,
    imported_at: String,
    imported_by: String,
    mark: &'static str,
}

impl PlanJson {
    fn new(plan: &Plan, marks: &Marks) -> Self {
        Self {
            id: plan.id.0,
            title: plan.head.title.clone(),
            jurisdiction: plan.head.jurisdiction.clone(),
            period: plan.head.period.to_string(),
            kind: plan.head.kind.code(),
            parent: plan.head.parent.map(|parent| parent.0),
            imported_at: plan.imported_at.to_string(),
            imported_by: plan.imported_by.clone(),
            mark: marks.word(&Markable::Plan),
        }
    }
}

/// Every plan.
#[derive(Serialize)]
pub(crate) struct Plans {
    plans: Vec<PlanJson>,
}

/// GET /api/v1/plans
pub(crate) async fn plans(State(app): State<App>, visit: Visit) -> Answer<Json<Plans>> {
    visit.require(Action::ReadPlans)?;
    let mut plans = Vec::new();
    for listing in app.plans(&visit).await? {
        plans.push(PlanJson::new(&listing.plan, &marks::read(&app.store, listing.plan.id).await?));
    }
    Ok(Json(Plans { plans }))
}

/// A plan and how many of its indicators have each status.
#[derive(Serialize)]
pub(crate) struct PlanStands {
    #[serde(flatten)]
    plan: PlanJson,
    as_of: String,
    rule_set: String,
    indicators: usize,
    commitments: usize,
    statuses: BTreeMap<String, usize>,
}

/// GET /api/v1/plans/{plan}
pub(crate) async fn plan(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Json<PlanStands>> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged_for(&visit, plan_id(&plan)?).await?;
    let mut statuses = BTreeMap::new();
    for indicator in &judged.indicators {
        *statuses.entry(indicator.verdict.status.word.clone()).or_default() += 1;
    }
    Ok(Json(PlanStands {
        plan: PlanJson::new(&judged.plan, &marks::read(&app.store, judged.plan.id).await?),
        as_of: visit.as_of.to_string(),
        rule_set: visit.rules.clone(),
        indicators: judged.indicators.len(),
        commitments: judged.commitments.len(),
        statuses,
    }))
}
