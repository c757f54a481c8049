//! 公开: what everybody may see without an account: what was marked public, and
//! nothing else of a plan.

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::Verdict;
use plan_workflow::{
    assessments::{self, Assessment},
    confirm::Content,
    marks::{self, Markable},
    records::{IndicatorRecord, Plan, PlanId},
    storage::Storage as _,
};

use super::plans::plan_id;
use crate::{
    server::{
        App,
        refusal::{Answer, Refusal},
        visit::Guest,
    },
    ui::{figure, layout, light},
};

/// A plan as everybody may see it.
pub(crate) struct Shown {
    /// The plan.
    pub(crate) plan: Plan,
    /// The marked indicators with their verdicts.
    pub(crate) indicators: Vec<(IndicatorRecord, Verdict)>,
    /// The marked work: key and name.
    pub(crate) work: Vec<(String, String)>,
}

impl App {
    /// The plans that are marked public.
    pub(crate) async fn public_plans(&self) -> Answer<Vec<Plan>> {
        let mut found = Vec::new();
        for listing in self.store.plans().await? {
            if marks::read(&self.store, listing.plan.id).await?.is_public(&Markable::Plan) {
                found.push(listing.plan);
            }
        }
        Ok(found)
    }

    /// The assessments that were published, each with its plan; whether the plan
    /// itself is marked does not matter.
    async fn published(&self) -> Answer<Vec<(Plan, Assessment)>> {
        let mut found = Vec::new();
        for listing in self.store.plans().await? {
            let all = assessments::list(&self.store, listing.plan.id).await?;
            found.extend(all.into_iter().filter(|one| one.published.is_some()).map(|one| (listing.plan.clone(), one)));
        }
        Ok(found)
    }

    /// What of a plan is marked public, judged today by the installation's rules; a
    /// plan that is not marked is not there.
    pub(crate) async fn public_plan(&self, id: PlanId) -> Answer<Shown> {
        let marks = marks::read(&self.store, id).await?;
        if !marks.is_public(&Markable::Plan) {
            return Err(Refusal::not_found());
        }
        let rules = self.rule_set(None).ok_or_else(Refusal::not_found)?.name.clone();
        let judged = self.judged(id, self.today(), &rules).await?;
        let marked = |id: &str| marks.is_public(&Markable::Indicator(id.to_owned()));
        let indicators = judged.indicators.iter().filter(|judged| marked(&judged.record.indicator.id));
        let indicators = indicators.map(|judged| (judged.record.clone(), judged.verdict.clone())).collect();
        let text = self.text(id).await?;
        let state = self.confirming(&text.ground).await?;
        let counted = state.items().filter(|item| item.fate.counts());
        let work = counted.filter_map(|item| match &item.content {
            Content::Work(work) => Some((item.key.to_string(), work.name.clone())),
            Content::Measure(_) => None,
        });
        let work = work.filter(|(key, _)| marks.is_public(&Markable::Work(key.clone()))).collect();
        Ok(Shown { plan: Plan::clone(&judged.plan), indicators, work })
    }
}

/// GET /public
pub(crate) async fn plans(State(app): State<App>, guest: Guest) -> Answer<Markup> {
    let say = |key: &str| guest.language.say(key);
    let plans = app.public_plans().await?;
    let published = app.published().await?;
    let content = html! {
        @if plans.is_empty() && published.is_empty() { div.notice { p { (say("public-none")) } } }
        ul { @for plan in &plans {
            li { a href=(format!("/public/plans/{}", plan.id)) { (plan.head.title) } " " span.second { (plan.head.period) } }
        } }
        @if !published.is_empty() {
            h2 { (say("public-assessments")) }
            ul { @for (plan, one) in &published {
                li {
                    a href=(format!("/public/plans/{}/assessments/{}", plan.id, one.id)) { (one.title) }
                    div.second.small { (plan.head.title) @if let Some(on) = one.published { " · " span.nowrap { (on) } } }
                }
            } }
        }
    };
    Ok(layout::alone(&app, guest.language, &guest.address, &say("public-title"), &content))
}

/// GET /public/plans/{plan}
pub(crate) async fn plan(State(app): State<App>, Path(plan): Path<String>, guest: Guest) -> Answer<Markup> {
    let Shown { plan, indicators, work } = app.public_plan(plan_id(&plan)?).await?;
    let say = |key: &str| guest.language.say(key);
    let content = html! {
        p { (plan.head.period) "，" (say("assessment-as-of")) " " (app.today()) " · " strong { (say("mark-public")) } }
        @if indicators.is_empty() && work.is_empty() { div.notice { p { (say("public-nothing")) } } }
        @if !indicators.is_empty() {
            h2 { (say("place-indicators")) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("indicator")) } th scope="col" { (say("indicator-target")) }
                    th scope="col" { (say("indicator-value")) } th scope="col" { (say("indicator-status")) }
                } }
                tbody { @for (record, verdict) in &indicators {
                    tr {
                        th scope="row" { (record.indicator.name) }
                        td data-label=(say("indicator-target")) { @if let Some(target) = record.indicator.targets.last() { (figure::target(target, guest.language)) } }
                        td data-label=(say("indicator-value")) { (figure::judged(verdict, guest.language)) }
                        td data-label=(say("indicator-status")) { (light::light(&verdict.status, guest.language)) }
                    }
                } }
            } }
        }
        @if !work.is_empty() {
            h2 { (say("place-work")) }
            ul { @for (_, name) in &work { li { (name) } } }
        }
        p { a href="/public" { (say("public-title")) } }
    };
    Ok(layout::alone(&app, guest.language, &guest.address, &plan.head.title, &content))
}
