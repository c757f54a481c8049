//! 评估: how is the plan being assessed, and what is open before it can be
//! reported? The list of a plan's assessments, and the beginning of one.

mod act;
mod closing;
mod explanations;
mod one;
mod outside;
mod report;
mod sent;

pub(crate) use act::{act, public};
pub(crate) use one::assessment;
pub(crate) use report::{INTERNAL, WORD, check_numbers, docx, pdf, public_docx, public_pdf, word_report};

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    assessments::{self, Assessment, Kinds, Scope, Stage},
    permissions::Action,
    records::{Plan, PlanId, User},
    storage::Storage as _,
};

use self::sent::{At, Sent};
use super::plans::{moment, plan_id};
use crate::{
    messages::Language,
    server::{
        App,
        fields::Allowed,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place},
    },
};

/// Whether somebody may see an assessment: who may see the plan (outside the
/// government from its sending on), and the third party that was named for it. One that was withdrawn is there only for those who
/// may begin one.
fn may_see(visit: &Visit, assessment: &Assessment) -> bool {
    if assessment.withdrawn.is_some() {
        return visit.may(Action::ManageAssessments);
    }
    let named = visit.may(Action::Evaluate) && assessment.evaluators.contains(&visit.actor.name);
    // The report reaches the congress when it is sent; before, it is the government's.
    let within = visit.may(Action::ReadDirectory) || assessment.stage >= Stage::Sent;
    (visit.may(Action::ReadPlans) && within) || named
}

/// GET /plans/{plan}/assessments
pub(crate) async fn assessments(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    if !visit.may(Action::ReadPlans) {
        visit.require(Action::Evaluate)?;
    }
    page(&app, &visit, plan_id(&plan)?, None).await
}

async fn page(app: &App, visit: &Visit, id: PlanId, sent: Option<&Sent>) -> Answer<Markup> {
    let plan = app.store.plan(id).await?;
    let mut all = assessments::all(&app.store, id).await?;
    all.retain(|assessment| may_see(visit, assessment));
    let (withdrawn, standing): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.withdrawn.is_some());
    let manages = visit.may(Action::ManageAssessments);
    let evaluators = if manages { assessments::evaluators(&app.store, &plan).await? } else { Vec::new() };
    let content = html! {
        @if let Some(sent) = sent { (sent.notice(visit.language)) }
        p { (visit.say("assessments-intro")) }
        @if standing.is_empty() { div.empty { p { (visit.say("assessments-none")) } } }
        @else { (table(visit, id, &standing)) }
        @if manages {
            details open[standing.is_empty() || sent.is_some()] {
                summary { (visit.say("assessment-new")) }
                (open_form(app, visit, (&plan, &evaluators), At::of(sent)))
            }
            @if !withdrawn.is_empty() { (withdrawn_list(visit, id, &withdrawn)) }
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

/// Those that were begun by mistake, with who withdrew them and why.
fn withdrawn_list(visit: &Visit, plan: PlanId, all: &[Assessment]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        details {
            summary { (visit.language.say_with("assessments-withdrawn", &[("count", all.len().into())])) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("assessment-name")) }
                    th scope="col" { (say("assessment-as-of")) }
                    th scope="col" { (say("withdrawn-when")) }
                    th scope="col" { (say("withdrawn-why")) }
                } }
                tbody { @for (one, how) in all.iter().filter_map(|one| Some((one, one.withdrawn.as_ref()?))) {
                    tr {
                        th scope="row" { a href=(visit.href(&format!("/plans/{plan}/assessments/{}", one.id), &[])) { (one.title) } }
                        td data-label=(say("assessment-as-of")) { (one.as_of) }
                        td data-label=(say("withdrawn-when")) { (how.by) " " (moment(how.at)) }
                        td data-label=(say("withdrawn-why")) { (how.reason) }
                    }
                } }
            } }
        }
    }
}

fn open_form(app: &App, visit: &Visit, (plan, evaluators): (&Plan, &[User]), at: At<'_>) -> Markup {
    let say = |key: &str| visit.say(key);
    let kinds: Vec<(String, String)> =
        Kinds::standard().kinds.iter().map(|kind| (kind.code.clone(), kind_name(&kind.code, visit.language))).collect();
    let rules: Vec<(String, String)> =
        app.rule_sets.iter().map(|rules| (rules.name.clone(), rules.title.clone())).collect();
    let day = visit.as_of.to_string();
    let field = |name: &'static str, label: &str, default: &str, hint: &str, kind: &'static str, required: bool| {
        let hint = if hint.is_empty() { String::new() } else { say(hint) };
        let (value, wrong) = (at.value(name, default), at.wrong(name));
        Field { name, label: say(label), value, hint, kind, wrong, required, ..Field::default() }.draw()
    };
    html! {
        form.rows method="post" action=(visit.href(&format!("/plans/{}/assessments", plan.id), &[])) {
            (form::token(&visit.session.csrf))
            (form::choice("kind", &say("assessment-kind"), at.value("kind", "annual"), &kinds))
            (field("title", "assessment-name", "", "assessment-name-hint", "", true))
            (field("as_of", "assessment-as-of", &day, "", "date", true))
            (form::choice("rules", &say("assessment-rules"), at.value("rules", &visit.rules), &rules))
            (field("chapters", "assessment-chapters", "", "assessment-chapters-hint", "", false))
            (field("evaluators", "assessment-evaluators", "", "", "", false))
            @if evaluators.is_empty() { p.second.small { (say("assessment-evaluators-none")) } }
            @else {
                p.second.small { (say("assessment-evaluators-hint")) @for (at, user) in evaluators.iter().enumerate() { @if at > 0 { "、" } code { (user.name) } } }
            }
            @if at.is_about("again") {
                label { input type="checkbox" name="again" value="yes"; " " (say("assessment-again")) }
            }
            div.actions { button type="submit" { (say("assessment-begin")) } }
        }
    }
}

/// What stands between the names in a field.
const DIVIDERS: [char; 6] = ['、', '，', ',', ';', '；', '\n'];

/// The names in a field.
fn names(text: &str) -> Vec<String> {
    let parts = text.split(DIVIDERS);
    parts.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The chapters in a field, divided in the same way; the name of a chapter may have
/// such a sign in it.
fn chapters(text: &str, known: &BTreeSet<&str>) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| DIVIDERS.contains(&c) || c.is_whitespace());
        if rest.is_empty() {
            return found;
        }
        let ends = |after: &str| after.trim_start().is_empty() || after.trim_start().starts_with(DIVIDERS);
        let fits = known.iter().filter(|name| !name.is_empty() && rest.strip_prefix(**name).is_some_and(ends));
        let typed = || rest.split(DIVIDERS).next().unwrap_or(rest);
        let name = fits.copied().max_by_key(|name| name.len()).unwrap_or_else(typed);
        found.push(name.trim().to_owned());
        rest = rest.strip_prefix(name).unwrap_or_default();
    }
}

/// POST /plans/{plan}/assessments
pub(crate) async fn open(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageAssessments)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    match begin(&app, &visit, &plan, &form).await {
        Ok(new) => Ok(Redirect::to(&visit.href(&format!("/plans/{}/assessments/{new}", plan.id), &[])).into_response()),
        Err(refusal) => {
            let sent = Sent::refused(form, refusal, visit.language)?;
            let mut response = (sent.status, page(&app, &visit, plan.id, Some(&sent)).await?).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
    }
}

/// Begins what a form describes; answers its id.
async fn begin(app: &App, visit: &Visit, plan: &Plan, form: &Form) -> Answer<String> {
    let as_of = sent::day(form, ("as_of", "assessment-as-of"))?;
    let rules = form.get("rules");
    let unknown = || Refusal::unread(("rules", "assessment-rules"), rules, Allowed::Choice);
    let rules = app.rule_set(Some(rules)).ok_or_else(unknown)?;
    let known = app.judged(plan.id, as_of, &rules.name).await?;
    let groups: BTreeSet<&str> = known.indicators.iter().map(|one| one.record.indicator.group.as_str()).collect();
    let scope = Scope {
        kind: form.get("kind").to_owned(),
        title: form.get("title").to_owned(),
        as_of,
        rule_set: rules.name.clone(),
        chapters: chapters(form.get("chapters"), &groups),
        evaluators: names(form.get("evaluators")),
        again: form.get("again") == "yes",
    };
    let unknown = scope.chapters.iter().find(|chapter| !groups.contains(chapter.as_str()));
    if let Some(chapter) = unknown {
        let message = format!("规划中没有“{chapter}”一章的指标；请照总览中的写法填写，全部章留空");
        return Err(WorkflowError::BadInput { field: "章", message }.into());
    }
    Ok(assessments::open(&app.store, &visit.actor, (app.clock.now(), app.last_day()), plan, scope).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_may_have_a_divider_in_its_name() {
        let known = BTreeSet::from(["", "教育、卫生和文化", "教育", "教育、卫生", "生态, 环境"]);
        for (typed, found) in [
            ("", vec![]),
            ("教育、卫生和文化", vec!["教育、卫生和文化"]),
            ("教育、 生态, 环境；教育、卫生", vec!["教育", "生态, 环境", "教育、卫生"]),
            ("教育、交通", vec!["教育", "交通"]),
            ("教育事业，教育 ", vec!["教育事业", "教育"]),
        ] {
            assert_eq!(chapters(typed, &known), found, "{typed}");
        }
    }
}
