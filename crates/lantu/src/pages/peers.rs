//! 横向比较: which figures of peer regions are there, and where were they published?
//! The list by indicator, a form for one figure, a file of many, and both ways out.

mod files;
mod list;

pub(crate) use files::{csv, template, xlsx};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::{Indicator, Measure, Period, Problem};
use plan_workflow::{
    WorkflowError,
    peers::{self, PeerEntry, Peers, PeersFile, PeersReport},
    permissions::Action,
    storage::{Storage as _, StorageError},
};

use super::{plans::plan_id, problems};
use crate::{
    server::{
        App,
        judged::JudgedPlan,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, field},
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place},
    },
};

/// What came of what was sent.
enum Came<'a> {
    /// Nothing was sent.
    Nothing,
    /// The form, with what is wrong with it.
    Form(&'a Form, Vec<Problem>),
    /// A file that was taken or looked at.
    Taken(&'a PeersReport),
    /// A file with faults.
    Refused(&'a [Problem]),
    /// A file that could not be read at all.
    Wrong(String),
}

/// GET /plans/{plan}/peers
pub(crate) async fn list(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    page(&app, &visit, &plan, Came::Nothing).await
}

/// POST /plans/{plan}/peers: one figure is recorded, corrected or withdrawn.
pub(crate) async fn change(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::RecordFigures)?;
    let id = plan_id(&plan)?;
    app.store.plan(id).await?;
    let outcome = if form.get("do") == "withdraw" {
        withdraw(&app, &visit, id, &form).await
    } else {
        record(&app, &visit, id, &form).await
    };
    match outcome {
        Ok(outcome) => {
            let path = format!("/plans/{plan}/peers");
            Ok(Redirect::to(&(visit.href(&path, &[("done", outcome)]) + "#peers")).into_response())
        }
        Err(WorkflowError::BadFigures(wrong)) => {
            spoken(StatusCode::UNPROCESSABLE_ENTITY, page(&app, &visit, &plan, Came::Form(&form, wrong)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn record(
    app: &App,
    visit: &Visit,
    plan: plan_workflow::records::PlanId,
    form: &Form,
) -> Result<&'static str, WorkflowError> {
    let text = |name: &str| form.get(name).to_owned();
    let entry = PeerEntry {
        indicator: text("indicator"),
        region: text("region"),
        period: text("period"),
        value: text("value"),
        unit: text("unit"),
        source: text("source"),
        definition: text("definition"),
        note: text("note"),
        seen: form.get("seen").parse().unwrap_or(0),
    };
    let when = (app.clock.now(), app.today());
    let report = peers::record(&*app.situations, &visit.actor, when, plan, entry).await?;
    Ok(match (report.new, report.corrected) {
        (0, 0) => "unchanged",
        (0, _) => "corrected",
        _ => "new",
    })
}

async fn withdraw(
    app: &App,
    visit: &Visit,
    plan: plan_workflow::records::PlanId,
    form: &Form,
) -> Result<&'static str, WorkflowError> {
    let which = (form.get("indicator"), form.get("region"));
    let missing = || StorageError::NotFound { what: "同类地区的数", id: which.1.to_owned() };
    let period: Period = form.get("period").parse().map_err(|_| missing())?;
    let seen = form.get("seen").parse().unwrap_or(0);
    let (actor, now) = (&visit.actor, app.clock.now());
    peers::withdraw(&app.store, (actor, now), plan, (which.0, which.1, period), (form.get("reason"), seen)).await?;
    Ok("withdrawn")
}

/// POST /plans/{plan}/peers/import: a file is looked at, or taken whole or not at all.
pub(crate) async fn upload(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::RecordFigures)?;
    let id = plan_id(&plan)?;
    app.store.plan(id).await?;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(file) = &form.file else {
        let none = Came::Wrong(visit.say("upload-no-file"));
        return spoken(refused, page(&app, &visit, &plan, none).await?);
    };
    let file = PeersFile { name: &file.name, bytes: &file.bytes, dry_run: form.get("do") == "check" };
    let when = (app.clock.now(), app.today());
    match peers::import_file(&*app.situations, &visit.actor, when, id, file).await {
        Ok(report) => spoken(StatusCode::OK, page(&app, &visit, &plan, Came::Taken(&report)).await?),
        Err(WorkflowError::BadFigures(wrong)) => {
            spoken(refused, page(&app, &visit, &plan, Came::Refused(&wrong)).await?)
        }
        Err(error @ (WorkflowError::Unreadable(_) | WorkflowError::BadInput { .. })) => {
            let refusal = Refusal::from(error);
            let (status, words) = (refusal.status, refusal.words(visit.language).0);
            spoken(status, page(&app, &visit, &plan, Came::Wrong(words)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// An answer that says itself what is wrong.
fn spoken(status: StatusCode, page: Markup) -> Answer {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}

async fn page(app: &App, visit: &Visit, plan: &str, came: Came<'_>) -> Answer<Markup> {
    let judged = app.judged_for(visit, plan_id(plan)?).await?;
    let all = peers::read(&app.store, judged.plan.id, visit.known_at).await?;
    let base = format!("/plans/{}/peers", judged.plan.id);
    let may = visit.may(Action::RecordFigures);
    let content = html! {
        (done(visit))
        (notice(visit, &came))
        p { (visit.say("peers-intro")) }
        (list::list(visit, &judged, &all, &base))
        @if may {
            (entry_form(visit, &judged, &all, &came, &base))
            (import_form(visit, &base))
        }
    };
    let title = visit.say("peers-title");
    let frame = Frame { visit, place: Place::Indicators, plan: Some(&judged.plan), title: &title };
    Ok(layout::page(app, &frame, &content))
}

/// What became of the figure that was just sent.
fn done(visit: &Visit) -> Markup {
    let words = match field(&visit.query(), "done") {
        Some("new") => visit.say("peers-done-new"),
        Some("corrected") => visit.say("peers-done-corrected"),
        Some("unchanged") => visit.say("peers-done-unchanged"),
        Some("withdrawn") => visit.say("peers-done-withdrawn"),
        _ => return html! {},
    };
    html! { div.notice role="status" { p { (words) } } }
}

/// What became of a file.
fn notice(visit: &Visit, came: &Came<'_>) -> Markup {
    let language = visit.language;
    match came {
        Came::Nothing | Came::Form(..) => html! {},
        Came::Wrong(words) => html! { div.notice.wrong role="alert" { p { (words) } } },
        Came::Refused(wrong) => html! {
            div.notice.wrong role="alert" { p { (language.say_with("upload-wrong", &[("count", wrong.len().into())])) } }
            (problems::table(wrong, language))
        },
        Came::Taken(report) => {
            let key = if report.dry_run { "peers-checked" } else { "peers-taken" };
            let fillings = [
                ("new", report.new.into()),
                ("corrected", report.corrected.into()),
                ("unchanged", report.unchanged.into()),
            ];
            html! {
                div.notice role="status" { p { (language.say_with(key, &fillings)) } }
                (problems::table(&report.warnings, language))
            }
        }
    }
}

/// The fields of the form, each with what is wrong with it.
const FIELDS: [&str; 8] = ["indicator", "region", "period", "value", "unit", "source", "definition", "note"];

/// The form for one figure; filled in where the address names one that is there.
fn entry_form(visit: &Visit, plan: &JudgedPlan, all: &Peers, came: &Came<'_>, base: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let (sent, wrong): (Option<&Form>, &[Problem]) = match came {
        Came::Form(form, wrong) => (Some(form), wrong),
        _ => (None, &[]),
    };
    let asked = visit.query();
    let asked = |name: &str| field(&asked, name).unwrap_or_default().to_owned();
    let known = asked("period").parse().ok();
    let known = known.and_then(|period| all.find(&asked("indicator"), &asked("region"), period));
    let value = |name: &str| match (sent, known) {
        (Some(form), _) => form.get(name).to_owned(),
        (None, Some(record)) => list::field_of(record, name),
        (None, None) => asked(name),
    };
    let wrong_with = |name: &str| {
        let of_field = |p: &&Problem| p.place.to_string().ends_with(&format!("].{name}"));
        wrong.iter().find(of_field).map(|p| format!("{}；{}", p.message, p.hint))
    };
    let rest = wrong.iter().filter(|p| !FIELDS.iter().any(|name| p.place.to_string().ends_with(&format!("].{name}"))));
    let compared = plan.indicators.iter().map(|one| &one.record.indicator).filter(|of| of.measure != Measure::YesNo);
    let named = |of: &Indicator| match of.unit.as_str() {
        "" => of.name.clone(),
        unit => format!("{}（{unit}）", of.name),
    };
    let none = (String::new(), say("peers-choose"));
    let options = std::iter::once(none).chain(compared.map(|of| (of.id.clone(), named(of))));
    let options: Vec<(String, String)> = options.collect();
    let line = |name: &'static str, label: &str, hint: &str, required: bool| {
        let (value, wrong) = (value(name), wrong_with(name));
        let hint = if hint.is_empty() { String::new() } else { say(hint) };
        Field { name, label: say(label), value: &value, hint, wrong: wrong.as_deref(), required, ..Field::default() }
            .draw()
    };
    html! {
        section id="enter" {
            h2 { (say(if known.is_some() { "peers-correct-title" } else { "peers-enter-title" })) }
            @for problem in rest { div.notice.wrong role="alert" { p { (problem.message) "；" (problem.hint) } } }
            form.rows method="post" action=(visit.href(base, &[])) {
                (form::token(&visit.session.csrf))
                input type="hidden" name="seen" value=(all.version());
                (form::choice("indicator", &say("peers-indicator"), &value("indicator"), &options))
                @if let Some(wrong) = wrong_with("indicator") { span.wrong id="field-indicator-wrong" { (wrong) } }
                (line("region", "peers-region", "peers-region-hint", true))
                (line("period", "figure-period", "enter-period-hint", true))
                (line("value", "figure-value", "peers-value-hint", true))
                (line("unit", "peers-unit", "peers-unit-hint", false))
                (line("source", "figure-source", "peers-source-hint", true))
                (line("definition", "peers-definition", "peers-definition-hint", false))
                (line("note", "peers-note", "", false))
                div.actions { button.main type="submit" name="do" value="record" { (say("save")) } }
            }
        }
    }
}

fn import_form(visit: &Visit, base: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let fields = html! {
        div.field {
            label for="field-file" { (say("upload-file")) }
            input type="file" id="field-file" name="file" required aria-describedby="field-file-hint" accept=".csv,.xlsx";
            span.hint id="field-file-hint" { (say("peers-file-hint")) " " a href=(format!("{base}/template.xlsx")) { (say("peers-template")) } }
        }
        div.actions {
            button.main type="submit" name="do" value="import" { (say("upload-import")) }
            button type="submit" name="do" value="check" { (say("upload-check")) }
        }
    };
    html! {
        section id="import" {
            h2 { (say("peers-import-title")) }
            (form::upload(visit, &visit.href(&format!("{base}/import"), &[]), &fields))
        }
    }
}
