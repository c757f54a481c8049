//! 评估: how is the plan being assessed, and what is open before it can be
//! reported? The list of a plan's assessments, and the beginning of one.

mod act;
mod one;
mod report;

pub(crate) use act::{act, public};
pub(crate) use one::assessment;
pub(crate) use report::{INTERNAL, WORD, check_numbers, docx, pdf, public_docx, public_pdf, word_report};

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    assessments::{self, Assessment, Kinds, Scope},
    permissions::Action,
    records::{Plan, PlanId},
    storage::Storage as _,
};

use super::plans::plan_id;
use crate::{
    messages::Language,
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place},
    },
};

/// Whether somebody may see an assessment: who may see the plan, and the third
/// party that was named for it.
fn may_see(visit: &Visit, assessment: &Assessment) -> bool {
    let named = visit.may(Action::Evaluate) && assessment.evaluators.contains(&visit.actor.name);
    visit.may(Action::ReadPlans) || named
}

/// GET /plans/{plan}/assessments
pub(crate) async fn assessments(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    if !visit.may(Action::ReadPlans) {
        visit.require(Action::Evaluate)?;
    }
    page(&app, &visit, plan_id(&plan)?, None).await
}

async fn page(app: &App, visit: &Visit, id: PlanId, wrong: Option<(&str, &Form)>) -> Answer<Markup> {
    let plan = app.store.plan(id).await?;
    let mut all = assessments::list(&app.store, id).await?;
    all.retain(|assessment| may_see(visit, assessment));
    let content = html! {
        @if let Some((wrong, _)) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (visit.say("assessments-intro")) }
        @if all.is_empty() { div.empty { p { (visit.say("assessments-none")) } } }
        @else { (table(visit, id, &all)) }
        @if visit.may(Action::ManageAssessments) {
            details open[all.is_empty() || wrong.is_some()] {
                summary { (visit.say("assessment-new")) }
                (open_form(app, visit, &plan, wrong.map(|(_, form)| form)))
            }
        }
    };
    let title = visit.say("assessments-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Assessments, plan: Some(&plan), title: &title }, &content))
}

/// The name of a kind of assessment.
fn kind_name(code: &str, language: Language) -> String {
    match language {
        Language::Zh => Kinds::standard().kind(code).map(|kind| kind.name.clone()),
        Language::En => language.find(&format!("assessment-kind-{code}"), &[]),
    }
    .unwrap_or_else(|| code.to_owned())
}

fn table(visit: &Visit, plan: PlanId, all: &[Assessment]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("assessment-name")) }
                th scope="col" { (say("assessment-kind")) }
                th scope="col" { (say("assessment-as-of")) }
                th scope="col" { (say("assessment-stage")) }
                th scope="col" { (say("assessment-open")) }
            } }
            tbody { @for one in all {
                tr {
                    th scope="row" { a href=(visit.href(&format!("/plans/{plan}/assessments/{}", one.id), &[])) { (one.title) } }
                    td data-label=(say("assessment-kind")) { (kind_name(&one.kind, visit.language)) }
                    td data-label=(say("assessment-as-of")) { (one.as_of) }
                    td data-label=(say("assessment-stage")) { (one::stage(one.stage, visit.language)) }
                    td data-label=(say("assessment-open")) { (one::waiting(one, visit.language)) }
                }
            } }
        } }
    }
}

fn open_form(app: &App, visit: &Visit, plan: &Plan, sent: Option<&Form>) -> Markup {
    let say = |key: &str| visit.say(key);
    let value = |name: &str, default: String| sent.map_or(default, |form| form.get(name).to_owned());
    let kinds: Vec<(String, String)> =
        Kinds::standard().kinds.iter().map(|kind| (kind.code.clone(), kind_name(&kind.code, visit.language))).collect();
    let rules: Vec<(String, String)> =
        app.rule_sets.iter().map(|rules| (rules.name.clone(), rules.title.clone())).collect();
    let (title, as_of) = (value("title", String::new()), value("as_of", visit.as_of.to_string()));
    let (chapters, evaluators) = (value("chapters", String::new()), value("evaluators", String::new()));
    html! {
        form.rows method="post" action=(visit.href(&format!("/plans/{}/assessments", plan.id), &[])) {
            (form::token(&visit.session.csrf))
            (form::choice("kind", &say("assessment-kind"), &value("kind", "annual".to_owned()), &kinds))
            (Field { name: "title", label: say("assessment-name"), value: &title, hint: say("assessment-name-hint"), required: true, ..Field::default() }.draw())
            (Field { name: "as_of", label: say("assessment-as-of"), value: &as_of, kind: "date", required: true, ..Field::default() }.draw())
            (form::choice("rules", &say("assessment-rules"), &value("rules", visit.rules.clone()), &rules))
            (Field { name: "chapters", label: say("assessment-chapters"), value: &chapters, hint: say("assessment-chapters-hint"), ..Field::default() }.draw())
            (Field { name: "evaluators", label: say("assessment-evaluators"), value: &evaluators, hint: say("assessment-evaluators-hint"), ..Field::default() }.draw())
            div.actions { button type="submit" { (say("assessment-begin")) } }
        }
    }
}

/// The names in a field, divided by commas or blanks.
fn names(text: &str) -> Vec<String> {
    let parts = text.split(['、', '，', ',', ';', '；', '\n']);
    parts.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// POST /plans/{plan}/assessments
pub(crate) async fn open(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageAssessments)?;
    let id = plan_id(&plan)?;
    let plan = app.store.plan(id).await?;
    let as_of = form.get("as_of").parse().map_err(|_| Refusal::wrong_field("as_of", form.get("as_of")))?;
    let rules = form.get("rules");
    let rules = app.rule_set(Some(rules)).ok_or_else(|| Refusal::wrong_field("rules", rules))?;
    let scope = Scope {
        kind: form.get("kind").to_owned(),
        title: form.get("title").to_owned(),
        as_of,
        rule_set: rules.name.clone(),
        chapters: names(form.get("chapters")),
        evaluators: names(form.get("evaluators")),
    };
    let known = app.judged(id, as_of, &rules.name).await?;
    let unknown = scope.chapters.iter().find(|c| known.indicators.iter().all(|i| i.record.indicator.group != **c));
    let opened = match unknown {
        Some(chapter) => Err(WorkflowError::BadInput {
            field: "章",
            message: format!("规划中没有“{chapter}”一章的指标；请照总览中的写法填写，全部章留空"),
        }),
        None => {
            let of = (id, plan.head.period);
            assessments::open(&app.store, &visit.actor, app.clock.now(), of, scope).await
        }
    };
    match opened {
        Ok(new) => Ok(Redirect::to(&visit.href(&format!("/plans/{id}/assessments/{new}"), &[])).into_response()),
        Err(error @ WorkflowError::BadInput { .. }) => {
            let refusal = Refusal::from(error);
            let words = refusal.words(visit.language);
            let mut response = (refusal.status, page(&app, &visit, id, Some((&words.0, &form))).await?).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
