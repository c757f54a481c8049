//! `/api/v1/plans/{plan}/indicators`: the register with its verdicts.

use axum::{
    Json,
    extract::{Path, State},
};
use plan_assessment::forecast::ByMethod;
use plan_model::{Indicator, Message, Verdict};
use plan_workflow::{
    marks::{self, Markable, Marks},
    permissions::Action,
    records::FigureRecord,
    register::dictionary::DictionaryLink,
};
use serde::Serialize;

use super::observations::ObservationJson;
use crate::{
    pages::{self, plans::plan_id},
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::{Answer, Refusal},
        visit::Visit,
    },
};

/// Where the text mentions an indicator.
#[derive(Serialize)]
struct MentionJson {
    line: u32,
    start: u32,
    end: u32,
    quote: String,
    rule: String,
}

/// An indicator with its verdict.
#[derive(Serialize)]
pub(crate) struct IndicatorJson {
    #[serde(flatten)]
    indicator: Indicator,
    version: u32,
    mark: &'static str,
    dictionary: Option<DictionaryLink>,
    mentions: Vec<MentionJson>,
    verdict: Verdict,
}

impl IndicatorJson {
    fn new(plan: &JudgedPlan, judged: &Judged, marks: &Marks) -> Self {
        let mentions = plan.lines(judged).map(|found| &found.commitment);
        Self {
            indicator: judged.record.indicator.clone(),
            version: judged.record.version,
            mark: marks.word(&Markable::Indicator(judged.record.indicator.id.clone())),
            dictionary: judged.record.dictionary.clone(),
            mentions: mentions
                .map(|c| MentionJson {
                    line: c.anchor.line,
                    start: c.anchor.start,
                    end: c.anchor.end,
                    quote: c.quote.clone(),
                    rule: c.rule.clone(),
                })
                .collect(),
            verdict: judged.verdict.clone(),
        }
    }
}

/// Every indicator of a plan.
#[derive(Serialize)]
pub(crate) struct Indicators {
    plan: i64,
    as_of: String,
    rule_set: String,
    indicators: Vec<IndicatorJson>,
}

/// GET /api/v1/plans/{plan}/indicators
pub(crate) async fn indicators(
    State(app): State<App>,
    Path(plan): Path<String>,
    visit: Visit,
) -> Answer<Json<Indicators>> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged_for(&visit, plan_id(&plan)?).await?;
    let marks = marks::read(&app.store, judged.plan.id).await?;
    let indicators = judged.indicators.iter().map(|indicator| IndicatorJson::new(&judged, indicator, &marks)).collect();
    Ok(Json(Indicators {
        plan: judged.plan.id.0,
        as_of: visit.as_of.to_string(),
        rule_set: visit.rules.clone(),
        indicators,
    }))
}

/// An indicator with every figure and vintage.
#[derive(Serialize)]
pub(crate) struct WithFigures {
    #[serde(flatten)]
    indicator: IndicatorJson,
    observations: Vec<ObservationJson>,
}

/// GET /api/v1/plans/{plan}/indicators/{indicator}
pub(crate) async fn indicator(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Json<WithFigures>> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged_for(&visit, plan_id(&plan)?).await?;
    let found = judged.indicator(&id).ok_or_else(Refusal::not_found)?;
    let observations = judged.figures(found).iter().map(|record| FigureRecord::clone(record).into()).collect();
    let marks = marks::read(&app.store, judged.plan.id).await?;
    Ok(Json(WithFigures { indicator: IndicatorJson::new(&judged, found, &marks), observations }))
}

/// The forecasts of an indicator by several methods, computed and never official.
#[derive(Serialize)]
pub(crate) struct Forecasts {
    indicator: String,
    as_of: String,
    rule_set: String,
    /// Empty where there is no forecast.
    methods: Vec<ByMethod>,
    /// What they say together, or why there is none.
    reading: Message,
}

/// GET /api/v1/plans/{plan}/indicators/{indicator}/forecasts
pub(crate) async fn forecasts(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Json<Forecasts>> {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let (methods, reading) = match pages::indicator::reckoned(&app, &visit, &plan, &id).await? {
        Ok(told) => (told.methods, told.reading),
        Err(reason) => (Vec::new(), reason),
    };
    let (as_of, rule_set) = (visit.as_of.to_string(), visit.rules.clone());
    Ok(Json(Forecasts { indicator: id, as_of, rule_set, methods, reading }))
}
