//! The steps people take in an assessment, and what the public sees of it.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_assessment::{OutsideVerdict, RuleSet, conclude};
use plan_model::UnitId;
use plan_workflow::{
    WorkflowError,
    assessments::{self, Assessment, AssessmentEvent, Desk, ExplanationState, Frozen, Matter},
    permissions::Action,
    records::PlanId,
};

use super::{
    one::{self, Whole},
    report,
    sent::{Sent, day},
};
use crate::{
    pages::plans::plan_id,
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Guest, Visit},
    },
    ui::{layout, light},
};

/// POST /plans/{plan}/assessments/{id}
pub(crate) async fn act(State(app): State<App>, Path((plan, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let plan = plan_id(&plan)?;
    // Who may not see it is not told that it is there.
    let whole = Whole::read(&app, &visit, plan, &id).await?;
    match take(&app, &visit, whole, &form).await {
        Ok(()) => {
            let back = visit.href(&format!("/plans/{plan}/assessments/{id}"), &[]);
            let place = if form.get("subject").is_empty() { form.get("do") } else { form.get("subject") };
            Ok(Redirect::to(&format!("{back}#{}", anchor(place))).into_response())
        }
        Err(refusal) => {
            let sent = Sent::refused(form, refusal, visit.language)?;
            let page = one::page(&app, &visit, (plan, &id), (None, Some(&sent))).await?;
            let mut response = (sent.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
    }
}

/// The part of the page to which a step leads back.
fn anchor(place: &str) -> &str {
    match place {
        "freeze" => "results",
        "outside" => "outside",
        "problem" | "solve" => "problems",
        "write" | "finish" | "reopen" => "report",
        "send" | "opine" | "reply" | "publish" => "congress",
        "withdraw" => "withdrawn",
        subject => subject,
    }
}

async fn take(app: &App, visit: &Visit, whole: Whole, form: &Form) -> Answer<()> {
    let seen: u32 = form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))?;
    let plan = whole.plan.id;
    // The step is taken on what the person saw.
    let assessment = Assessment { events: seen, ..whole.assessment };
    let now = app.clock.now();
    if form.get("do") == "freeze" {
        return freeze(app, visit, (plan, &assessment), day(form, ("due", "explain-due"))?).await;
    }
    let sections = report::sections(&assessment);
    if form.get("do") == "write" && sections.iter().all(|(name, _)| name != form.get("section")) {
        return Err(Refusal::wrong_field("section", form.get("section")));
    }
    if let Some((frozen, rules)) = &whole.frozen {
        in_snapshot(visit, form, frozen, rules)?;
    }
    let explained = assessment.explanations.iter().all(|one| one.state == ExplanationState::Accepted);
    if form.get("do") == "finish" && explained {
        // What is published is what stands here: no prompt may be left in it.
        let empty = |name: &String| assessment.texts.get(name).is_none_or(|text| text.trim().is_empty());
        let left: Vec<String> = sections.into_iter().map(|(name, _)| name).filter(empty).collect();
        if !left.is_empty() {
            return Err(Refusal::unwritten(&left.join("、")));
        }
    }
    let event = event(app, visit, form, assessment.as_of).await?;
    match assessments::act(&app.store, &visit.actor, (now, app.last_day()), (plan, &assessment), event).await {
        Err(error @ WorkflowError::Forbidden { .. }) => Err(of_another(app, form, &assessment, error).await?),
        done => Ok(done?),
    }
}

/// Refuses what is written down about something that was not frozen, and words of a
/// third party that the rule set does not have. An official evaluation has its own.
fn in_snapshot(visit: &Visit, form: &Form, frozen: &Frozen, rules: &RuleSet) -> Answer<()> {
    let (what, subject, word) = (form.get("do"), form.get("subject"), form.get("word"));
    let indicator = frozen.snapshot.indicators.iter().any(|one| one.id == subject);
    let known = match what {
        "outside" => indicator,
        "problem" => subject.is_empty() || indicator || frozen.work.iter().any(|one| one.id == subject),
        _ => true,
    };
    if !known {
        let field = if what == "problem" { "涉及的指标或任务" } else { "指标" };
        let message = format!("本次评估的快照中没有“{subject}”；请填写“逐项判断”中的编号，如 I012");
        return Err(WorkflowError::BadInput { field, message }.into());
    }
    let ours = |word: &str| rules.bands.iter().any(|band| band.status.word == word);
    if what == "outside" && !visit.may(Action::ManageAssessments) && !ours(word) {
        let message = format!("规则中没有“{word}”；请从列出的各项中选择");
        return Err(WorkflowError::BadInput { field: "对方结论", message }.into());
    }
    Ok(())
}

/// That an explanation is another unit's, by its name; other refusals as they are.
async fn of_another(app: &App, form: &Form, of: &Assessment, error: WorkflowError) -> Answer<Refusal> {
    let asked = of.explanation(form.get("subject")).filter(|_| form.get("desk") != "planning");
    let Some((asked, unit)) = asked.and_then(|asked| Some((asked, asked.unit.as_ref()?))) else {
        return Ok(error.into());
    };
    let directory = app.directory().await?;
    let words = format!(
        "“{}”由{}说明和审核，您在该单位没有相应的岗位；需要变动请联系规划管理人员",
        asked.name,
        directory.unit_name(unit)
    );
    Ok(Refusal { message: Some(words), ..Refusal::from(error) })
}

async fn freeze(app: &App, visit: &Visit, (plan, assessment): (PlanId, &Assessment), due: Date) -> Answer<()> {
    visit.require(Action::ManageAssessments)?;
    let name = assessment.rule_set.as_str();
    let rules = app.rule_set(Some(name)).ok_or_else(|| Refusal::wrong_field("rules", name))?;
    let matter = Matter::read(&app.store, plan, app.today()).await?;
    let now = app.clock.now();
    Ok(assessments::freeze(&app.store, &visit.actor, now, (assessment, &matter), (rules, due)).await?)
}

/// The step that a form describes.
async fn event(app: &App, visit: &Visit, form: &Form, as_of: Date) -> Answer<AssessmentEvent> {
    use AssessmentEvent as E;
    let text = |name: &str| form.get(name).to_owned();
    let subject = text("subject");
    let number = || form.get("number").parse::<u32>().map_err(|_| Refusal::wrong_field("number", form.get("number")));
    let desk = match form.get("desk") {
        "planning" => Desk::Planning,
        _ => Desk::Unit,
    };
    Ok(match form.get("do") {
        "chase" => E::Chase { subject },
        "explain" => E::Explain { subject, cause: text("cause"), measures: text("measures"), basis: text("basis") },
        "approve" => E::Approve { subject, desk },
        "return" => E::Return { subject, desk, reason: text("reason") },
        "outside" => {
            let manages = visit.may(Action::ManageAssessments);
            let official = manages && form.get("who") == "official";
            let by = if manages { text("by") } else { visit.actor.name.clone() };
            let (word, source) = (text("word"), text("source"));
            let verdict = OutsideVerdict { indicator: subject, by, official, word, as_of: Some(as_of), source };
            E::Outside { verdict, comment: text("comment") }
        }
        "problem" => {
            let due = if form.get("due").is_empty() { None } else { Some(day(form, ("due", "problem-due"))?) };
            let unit = unit(app, visit, form.get("unit")).await?;
            E::Problem { text: text("text"), subject, unit, due }
        }
        "solve" => E::Solve { number: number()?, how: text("how") },
        "write" => E::Write { section: text("section"), text: text("text") },
        "finish" => E::Finish { on: Some(app.today()) },
        "reopen" => E::Reopen { reason: text("reason") },
        "withdraw" => E::Withdraw { reason: text("reason") },
        "send" => E::Send { on: day(form, ("on", "send-on"))?, to: text("to") },
        "opine" => E::Opine { text: text("text"), from: text("from") },
        "reply" => E::Reply { number: number()?, text: text("text") },
        "publish" => E::Publish { on: day(form, ("on", "publish-on"))? },
        other => return Err(Refusal::wrong_field("do", other)),
    })
}

/// The unit of this name; none where the field is empty.
async fn unit(app: &App, visit: &Visit, name: &str) -> Answer<Option<UnitId>> {
    if name.is_empty() {
        return Ok(None);
    }
    let directory = app.directory_of(visit).await?;
    let found = directory.unit_named(name).map(|unit| unit.id.clone());
    let unknown = || WorkflowError::BadInput {
        field: "单位",
        message: format!("单位名册中没有“{name}”；请照名册中的名称填写，或留空"),
    };
    Ok(Some(found.ok_or_else(unknown)?))
}

/// GET /public/plans/{plan}/assessments/{id}: what was made public, for everybody.
pub(crate) async fn public(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    guest: Guest,
) -> Answer<Markup> {
    let whole = Whole::of(&app, plan_id(&plan)?, &id).await?;
    let of = &whole.assessment;
    let (Some(on), Some((frozen, rules))) = (of.published, &whole.frozen) else {
        return Err(Refusal::not_found());
    };
    let say = |key: &str| guest.language.say(key);
    let conclusion = conclude(&frozen.verdicts, rules);
    let content = html! {
        p { a href="/public" { (say("public-back")) } }
        p { (whole.plan.head.title) "，" (say("assessment-as-of")) " " (of.as_of) "，" (guest.language.say_with("published-line", &[("on", on.to_string().into())])) }
        p {
            a.button href=(format!("/public/plans/{}/assessments/{}/report.docx", whole.plan.id, of.id)) { (say("report-word")) }
            @if report::offers_pdf() { " " a.button href=(format!("/public/plans/{}/assessments/{}/report.pdf", whole.plan.id, of.id)) { (say("report-pdf")) } }
        }
        h2 { (say("results-title")) }
        ul.tally { @for count in &conclusion.counts { li { span.big { (count.count) } (light::light(&count.status, guest.language)) } } }
        (one::work_tally(frozen, guest.language))
        div.table { table { tbody { (one::verdict_rows(frozen, &frozen.verdicts, guest.language)) } } }
        h2 { (say("explanations-title")) }
        @for one in &of.explanations { h3 { (one.name) } p { (say("explain-cause")) (one.cause) } p { (say("explain-measures")) (one.measures) } }
        h2 { (say("congress-title")) }
        ol { @for opinion in &of.opinions { li { (opinion.text) @if let Some(reply) = &opinion.reply { p.small { strong { (say("opinion-replied")) } " " (reply) } } } } }
    };
    Ok(layout::alone(&app, guest.language, &guest.address, &of.title, &content))
}
