//! 规划: which plans are there?

use axum::extract::State;
use maud::{Markup, html};
use plan_workflow::{
    permissions::Action,
    records::{PlanId, PlanKind, PlanListing},
};

use crate::{
    messages::Language,
    server::{
        App,
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::layout::{self, Frame, Place},
};

/// The plan an address names.
pub(crate) fn plan_id(text: &str) -> Answer<PlanId> {
    text.parse().map_err(|_| Refusal::not_found())
}

/// The word for a kind of plan.
pub(crate) fn kind(kind: PlanKind, language: Language) -> String {
    match kind {
        PlanKind::Outline => language.say("plan-kind-outline"),
        PlanKind::Special => language.say("plan-kind-special"),
        PlanKind::Scheme => language.say("plan-kind-scheme"),
        PlanKind::Annual => language.say("plan-kind-annual"),
    }
}

/// GET /plans
pub(crate) async fn plans(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let plans = app.plans(&visit).await?;
    let may_import = visit.may(Action::ImportPlan);
    let content = html! {
        @if may_import { p.actions { a.button.main href="/plans/import" { (visit.say("import-plan")) } } }
        @if plans.is_empty() {
            div.notice { p { (visit.say(if may_import { "plans-empty" } else { "plans-empty-reader" })) } }
        } @else { (list(&visit, &plans)) }
    };
    let title = visit.say("plans-title");
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::Plans, plan: None, title: &title }, &content))
}

fn list(visit: &Visit, plans: &[PlanListing]) -> Markup {
    let say = |key: &str| visit.say(key);
    let title_of = |id: PlanId| plans.iter().find(|p| p.plan.id == id).map(|p| p.plan.head.title.as_str());
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("plan-title")) }
                th scope="col" { (say("plan-kind")) }
                th scope="col" { (say("plan-jurisdiction")) }
                th scope="col" { (say("plan-period")) }
                th scope="col" { (say("plan-parent")) }
                th.number scope="col" { (say("plan-commitments")) }
                th.number scope="col" { (say("plan-indicators")) }
                th scope="col" { (say("plan-imported")) }
            } }
            tbody { @for PlanListing { plan, commitments, indicators, .. } in plans {
                tr {
                    th scope="row" { a href=(visit.href(&format!("/plans/{}", plan.id), &[])) { (plan.head.title) } }
                    td data-label=(say("plan-kind")) { (kind(plan.head.kind, visit.language)) }
                    td data-label=(say("plan-jurisdiction")) { (plan.head.jurisdiction) }
                    td.nowrap data-label=(say("plan-period")) { (plan.head.period) }
                    td data-label=(say("plan-parent")) { @match plan.head.parent.and_then(title_of) { Some(title) => (title), None => span.second { "—" } } }
                    td.number data-label=(say("plan-commitments")) { (commitments) }
                    td.number data-label=(say("plan-indicators")) { (indicators) }
                    td.small data-label=(say("plan-imported")) { (moment(plan.imported_at)) " " (plan.imported_by) }
                }
            } }
        } }
    }
}

/// A moment as people write it, in the office's time, to the minute.
pub(crate) fn moment(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}
