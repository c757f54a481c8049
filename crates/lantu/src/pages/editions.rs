//! 文本版本: which editions of the text are there, what did each change, and does
//! a corrected one come in? Upload, look at the comparison, accept.

mod compared;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use document_reader::Role;
use maud::{Markup, html};
use plan_workflow::{
    Sheet, WorkflowError,
    confirm::DecisionRecord,
    editions::{self, Comparison, Correction, Edition},
    import::{self, ImportRequest, Preview},
    permissions::Action,
    records::{Plan, PlanId},
    storage::Storage as _,
};

use self::compared::Comparing;
use super::{
    plans::{moment, plan_id},
    problems, source,
};
use crate::{
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        tokens,
        visit::Visit,
    },
    ui::{
        form::{self, Field},
        layout::{self, Frame, Place},
    },
};

/// GET /plans/{plan}/editions
pub(crate) async fn editions(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    list(&app, &visit, plan_id(&plan)?, None).await
}

async fn list(app: &App, visit: &Visit, id: PlanId, wrong: Option<&str>) -> Answer<Markup> {
    let plan = app.store.plan(id).await?;
    let all = app.store.editions(id).await?;
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        (table(visit, id, &all))
        (gone(app, visit, id).await?)
        @if visit.may(Action::ImportPlan) { (upload(visit, id)) }
    };
    Ok(framed(app, visit, &plan, &content))
}

fn framed(app: &App, visit: &Visit, plan: &Plan, content: &Markup) -> Markup {
    let title = visit.say("editions-title");
    layout::page(app, &Frame { visit, place: Place::Source, plan: Some(plan), title: &title }, content)
}

fn table(visit: &Visit, plan: PlanId, all: &[Edition]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("edition")) }
                th scope="col" { (say("import-file")) }
                th scope="col" { (say("edition-note")) }
                th scope="col" { (say("plan-imported")) }
                th scope="col" { (say("edition-look")) }
            } }
            tbody { @for edition in all.iter().rev() {
                @let path = format!("/plans/{plan}/editions/{}", edition.number);
                tr {
                    th scope="row" { (visit.language.say_with("edition-number", &[("number", edition.number.into())])) }
                    td data-label=(say("import-file")) { (edition.file_name) }
                    td data-label=(say("edition-note")) { @if edition.note.is_empty() { span.second { "—" } } @else { (edition.note) } }
                    td.small data-label=(say("plan-imported")) { (moment(edition.at)) " " (edition.actor) }
                    td data-label=(say("edition-look")) {
                        a href=(visit.href(&format!("{path}/source"), &[])) { (say("edition-text")) }
                        @if edition.number > 1 { " · " a href=(visit.href(&path, &[])) { (say("edition-changes")) } }
                    }
                }
            } }
        } }
    }
}

/// The indicators that the text no longer mentions.
async fn gone(app: &App, visit: &Visit, plan: PlanId) -> Answer<Markup> {
    let records = app.store.indicators(plan, None).await?;
    let gone: Vec<_> = records.iter().filter(|record| !record.is_followed()).collect();
    Ok(html! {
        @if !gone.is_empty() {
            details {
                summary { (visit.language.say_with("edition-gone", &[("count", gone.len().into())])) }
                ul { @for record in gone { li { (record.indicator.name) " " span.second.small { (record.indicator.id) " · " (record.reason) " · " (record.actor) " " (moment(record.at)) } } } }
            }
        }
    })
}

fn upload(visit: &Visit, plan: PlanId) -> Markup {
    let say = |key: &str| visit.say(key);
    let fields = html! {
        div.field {
            label for="field-file" { (say("import-file")) }
            input type="file" id="field-file" name="file" required;
        }
        div.field {
            label for="field-table" { (say("import-table")) }
            input type="file" id="field-table" name="table" accept=".xlsx,.docx,.html,.htm";
        }
        div.actions { button.main type="submit" { (say("edition-compare")) } }
    };
    html! {
        section id="upload" {
            h2 { (say("edition-upload")) }
            p { (say("edition-intro")) }
            (form::upload(visit, &visit.href(&format!("/plans/{plan}/editions"), &[]), &fields))
        }
    }
}

/// POST /plans/{plan}/editions
pub(crate) async fn upload_edition(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, mut form } = posted;
    visit.require(Action::ImportPlan)?;
    let id = plan_id(&plan)?;
    let read = match read(&app, id, &mut form).await? {
        // Comparing finds out whether it is another text at all.
        Ok(text) => editions::compare(&app.store, id, text.clone()).await.map(|_| text),
        Err(wrong) => Err(wrong),
    };
    match read {
        Ok(text) => {
            let token = tokens::fresh()?;
            app.drafts.keep(token.clone(), &visit.actor.name, text, app.clock.now());
            Ok(Redirect::to(&format!("/plans/{id}/editions/drafts/{token}")).into_response())
        }
        Err(wrong) => {
            let refusal = match wrong {
                WorkflowError::AlreadyImported { .. } => Refusal::same_text(),
                other => Refusal::from(other),
            };
            let words = refusal.words(visit.language);
            let page = list(&app, &visit, id, Some(&format!("{}{}", words.0, words.1))).await?;
            Ok(spoken(refusal.status, page))
        }
    }
}

fn spoken(status: StatusCode, page: Markup) -> axum::response::Response {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    response
}

/// Reads the files with what is known of the plan, away from other requests.
async fn read(app: &App, id: PlanId, form: &mut Form) -> Answer<Result<Preview, WorkflowError>> {
    let Some(file) = form.file.take() else {
        let message = "没有选择文件，请选择更正后的规划文本".to_owned();
        return Ok(Err(WorkflowError::BadInput { field: "文件", message }));
    };
    let table = form.table.take();
    let head = app.store.plan(id).await?.head;
    let (jurisdiction, period, kind, parent) = (head.jurisdiction, Some(head.period), head.kind, head.parent);
    let request = ImportRequest { title: Some(head.title), jurisdiction, period, kind, parent };
    let dictionary = app.dictionary.clone();
    let work = move || {
        let sheet = table.as_ref().map(|table| Sheet { name: &table.name, bytes: &table.bytes });
        import::preview_with(request, (&file.name, &file.bytes), sheet, &dictionary)
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading an uploaded edition failed");
        Refusal::broken()
    })
}

/// The comparison of a draft with the text as it is now.
async fn draft(app: &App, visit: &Visit, id: PlanId, token: &str) -> Answer<Correction> {
    visit.require(Action::ImportPlan)?;
    let text = app.drafts.find(token, &visit.actor.name, app.clock.now()).ok_or_else(Refusal::draft_gone)?;
    Ok(editions::compare(&app.store, id, text.as_ref().clone()).await?)
}

/// GET /plans/{plan}/editions/drafts/{draft}
pub(crate) async fn preview(
    State(app): State<App>,
    Path((plan, token)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    let id = plan_id(&plan)?;
    let correction = draft(&app, &visit, id, &token).await?;
    preview_page(&app, &visit, (&token, &correction), None).await
}

/// POST /plans/{plan}/editions/drafts/{draft}
pub(crate) async fn accept(
    State(app): State<App>,
    Path((plan, token)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    let id = plan_id(&plan)?;
    let correction = draft(&app, &visit, id, &token).await?;
    let seen = format!("{}.{}", correction.seen, correction.after);
    if form.get("seen") != seen {
        let words = visit.say("edition-changed-meanwhile");
        let page = preview_page(&app, &visit, (&token, &correction), Some(&words)).await?;
        return Ok(spoken(StatusCode::CONFLICT, page));
    }
    match editions::store(&app.store, &visit.actor, app.clock.now(), correction.clone(), form.get("note")).await {
        Ok(number) => {
            app.drafts.forget(&token);
            Ok(Redirect::to(&visit.href(&format!("/plans/{id}/editions/{number}"), &[])).into_response())
        }
        Err(error @ (WorkflowError::BadInput { .. } | WorkflowError::NothingFound(_))) => {
            let refusal = Refusal::from(error);
            let words = refusal.words(visit.language);
            let page = preview_page(&app, &visit, (&token, &correction), Some(&words.0)).await?;
            Ok(spoken(refusal.status, page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn preview_page(
    app: &App,
    visit: &Visit,
    (token, correction): (&str, &Correction),
    wrong: Option<&str>,
) -> Answer<Markup> {
    let plan = app.store.plan(correction.plan).await?;
    let decisions = app.store.decisions(plan.id).await?;
    let found = &correction.text.register.problems;
    let comparing = Comparing {
        visit,
        plan: plan.id,
        comparison: &correction.comparison,
        before: correction.seen,
        decisions: &decisions,
    };
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (visit.language.say_with("edition-preview", &[("number", correction.seen.into()), ("file", correction.text.file_name.as_str().into())])) }
        (comparing.summary())
        form.rows method="post" action=(format!("/plans/{}/editions/drafts/{token}", plan.id)) {
            (form::token(&visit.session.csrf))
            input type="hidden" name="seen" value=(format!("{}.{}", correction.seen, correction.after));
            (Field { name: "note", label: visit.say("edition-note"), hint: visit.say("edition-note-hint"), ..Field::default() }.draw())
            div.actions {
                button.main type="submit" { (visit.say("edition-accept")) }
                a href=(visit.href(&format!("/plans/{}/editions", plan.id), &[])) { (visit.say("cancel")) }
            }
        }
        (comparing.differences(&correction.text.source))
        @if !found.is_empty() {
            details { summary { (visit.language.say_with("import-problems", &[("count", found.len().into())])) } (problems::table(found, visit.language)) }
        }
    };
    Ok(framed(app, visit, &plan, &content))
}

/// GET /plans/{plan}/editions/{number}: what this edition changed.
pub(crate) async fn edition(
    State(app): State<App>,
    Path((plan, number)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let id = plan_id(&plan)?;
    let number: u32 = number.parse().ok().filter(|number| *number > 1).ok_or_else(Refusal::not_found)?;
    let old = editions::ground_of(&app.store, id, number - 1).await?;
    let new = editions::ground_of(&app.store, id, number).await?;
    let comparison = Comparison::of(&old, &new);
    let decisions: Vec<DecisionRecord> = app.store.decisions(id).await?;
    let comparing =
        Comparing { visit: &visit, plan: id, comparison: &comparison, before: number - 1, decisions: &decisions };
    let content = html! {
        p { (comparing.visit.language.say_with("edition-shown", &[("number", number.into()), ("before", (number - 1).into())])) }
        (comparing.summary())
        (comparing.differences(&new.source))
    };
    Ok(framed(&app, comparing.visit, &new.plan, &content))
}

/// GET /plans/{plan}/editions/{number}/source: the text of an edition.
pub(crate) async fn edition_source(
    State(app): State<App>,
    Path((plan, number)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let id = plan_id(&plan)?;
    let number: u32 = number.parse().map_err(|_| Refusal::not_found())?;
    let ground = editions::ground_of(&app.store, id, number).await?;
    let text = &ground.source;
    let content = html! {
        p {
            (visit.language.say_with("edition-number", &[("number", number.into())])) " · "
            a href=(visit.href(&format!("/plans/{id}/editions"), &[])) { (visit.say("editions-title")) }
        }
        div.reader { div.text lang="zh-Hans" {
            @for (at, line) in (1u32..).zip(&text.lines) {
                @if line.role != Role::Blank && line.role != Role::Boilerplate { (source::paragraph(text, at, line, &html! { (line.text) })) }
            }
        } }
    };
    Ok(framed(&app, &visit, &ground.plan, &content))
}
