//! 规则对比: where do rule sets differ? Indicators down, rule sets across; what one
//! finds behind and another does not is marked.

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::{RuleSet, RuleSetRow};
use plan_workflow::permissions::Action;

use super::plans::plan_id;
use crate::{
    messages::Language,
    server::{
        App,
        judged::JudgedPlan,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        layout::{self, Frame, Place},
        light,
    },
};

/// GET /plans/{plan}/rule-sets
pub(crate) async fn rule_sets(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let rule_sets: Vec<&RuleSet> = app.rule_sets.iter().collect();
    let mut rows = plan.situation.by_rule_sets(&rule_sets, visit.as_of);
    // What no rule set can judge shows no difference between them.
    rows.retain(|row| row.statuses.iter().any(|status| status.judged));
    let (judged, differ) = (rows.len(), rows.iter().filter(|row| row.differs).count());
    let all = field(&visit.query(), "show") == Some("all");
    if !all {
        rows.retain(|row| row.differs);
    }
    let base = format!("/plans/{}/rule-sets", plan.plan.id);
    let counts = [("judged", judged.into()), ("differ", differ.into())];
    let content = html! {
        p { (visit.say("rule-sets-intro")) }
        p {
            (visit.language.say_with("rule-sets-count", &counts)) " "
            @if all { a href=(visit.href(&base, &[])) { (visit.say("rule-sets-only")) } }
            @else { a href=(visit.href(&base, &[("show", "all")])) { (visit.say("rule-sets-all")) } }
        }
        @if rows.is_empty() { div.notice { p { (visit.say("rule-sets-none")) } } }
        @else { (table(&visit, &plan, &rule_sets, &rows)) }
    };
    let title = visit.say("rule-sets-title");
    let frame = Frame { visit: &visit, place: Place::Indicators, plan: Some(&plan.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

fn table(visit: &Visit, plan: &JudgedPlan, rule_sets: &[&RuleSet], rows: &[RuleSetRow]) -> Markup {
    let title = |rules: &RuleSet| match visit.language {
        Language::Zh => rules.title.clone(),
        Language::En => rules.title_en.clone(),
    };
    let compared = visit.say("rule-sets-compared");
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("indicator")) }
                @for rules in rule_sets { th scope="col" { (title(rules)) } }
                th scope="col" { (compared) }
            } }
            tbody { @for row in rows {
                @let path = format!("/plans/{}/indicators/{}", plan.plan.id, row.indicator);
                @let name = plan.indicator(&row.indicator).map_or(row.indicator.as_str(), |one| one.record.indicator.name.as_str());
                tr {
                    th scope="row" { a href=(visit.href(&path, &[])) { (name) } }
                    @for (rules, status) in rule_sets.iter().zip(&row.statuses) {
                        td data-label=(title(rules)) {
                            // Each verdict leads to its own trail.
                            a href=(visit.href(&path, &[("rules", &rules.name)]) + "#trail") { (light::light(status, visit.language)) }
                        }
                    }
                    td data-label=(compared) {
                        @if row.differs { strong { "≠ " (visit.say("rule-sets-differs")) } } @else { span.second { (visit.say("rule-sets-same")) } }
                    }
                }
            } }
        } }
    }
}
