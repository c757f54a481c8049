//! `/api/v1/public`: what is marked public, for programs without an account.

use axum::{
    Json,
    extract::{Path, State},
};
use plan_model::plain;
use plan_workflow::records::Plan;
use serde::Serialize;

use crate::{
    pages::{plans::plan_id, public::Shown},
    server::{App, refusal::Answer},
};

/// A plan as everybody may see it: without who imported it, and without its parent,
/// which may be internal.
#[derive(Serialize)]
pub(crate) struct PublicPlan {
    id: i64,
    title: String,
    jurisdiction: String,
    period: String,
    kind: &'static str,
    mark: &'static str,
}

impl From<&Plan> for PublicPlan {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.id.0,
            title: plan.head.title.clone(),
            jurisdiction: plan.head.jurisdiction.clone(),
            period: plan.head.period.to_string(),
            kind: plan.head.kind.code(),
            mark: "公开",
        }
    }
}

/// The plans that are marked.
#[derive(Serialize)]
pub(crate) struct PublicPlans {
    plans: Vec<PublicPlan>,
}

/// A marked indicator.
#[derive(Serialize)]
struct PublicIndicator {
    id: String,
    name: String,
    unit: String,
    target: Option<String>,
    due: Option<String>,
    value: Option<String>,
    period: Option<String>,
    status: String,
}

/// A marked piece of work.
#[derive(Serialize)]
struct PublicWork {
    id: String,
    name: String,
}

/// What of a plan is marked.
#[derive(Serialize)]
pub(crate) struct PublicStands {
    #[serde(flatten)]
    plan: PublicPlan,
    as_of: String,
    indicators: Vec<PublicIndicator>,
    work: Vec<PublicWork>,
}

/// GET /api/v1/public/plans
pub(crate) async fn plans(State(app): State<App>) -> Answer<Json<PublicPlans>> {
    let plans = app.public_plans().await?.iter().map(PublicPlan::from).collect();
    Ok(Json(PublicPlans { plans }))
}

/// GET /api/v1/public/plans/{plan}
pub(crate) async fn plan(State(app): State<App>, Path(plan): Path<String>) -> Answer<Json<PublicStands>> {
    let Shown { plan, indicators, work } = app.public_plan(plan_id(&plan)?).await?;
    let indicators = indicators.into_iter().map(|(record, verdict)| {
        let last = record.indicator.targets.last();
        PublicIndicator {
            target: last.and_then(|target| target.value).map(plain),
            due: last.map(|target| target.due.to_string()),
            id: record.indicator.id,
            name: record.indicator.name,
            unit: record.indicator.unit,
            value: verdict.value.as_ref().map(|value| plain(value.value)),
            period: verdict.value.as_ref().map(|value| value.period.to_string()),
            status: verdict.status.word,
        }
    });
    Ok(Json(PublicStands {
        plan: PublicPlan::from(&plan),
        as_of: app.today().to_string(),
        indicators: indicators.collect(),
        work: work.into_iter().map(|(id, name)| PublicWork { id, name }).collect(),
    }))
}
