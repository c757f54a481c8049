//! 公开: what of a plan may everybody see? Everything is internal until it is marked
//! here, thing by thing, with who did and when.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    confirm::Content,
    marks::{self, Markable, Marks},
    permissions::Action,
    records::PlanId,
    storage::StorageError,
};

use super::plans::{moment, plan_id};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

/// A row: what can be marked, its name, its chapter.
struct Row {
    what: Markable,
    name: String,
    chapter: String,
}

/// GET /plans/{plan}/marks
pub(crate) async fn marks_page(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    page(&app, &visit, plan_id(&plan)?, None).await
}

async fn page(app: &App, visit: &Visit, id: PlanId, wrong: Option<&str>) -> Answer<Markup> {
    let text = app.text(id).await?;
    let plan = &text.ground.plan;
    let marks = marks::read(&app.store, id).await?;
    let [indicators, work] = rows(app, visit, id).await?;
    let head = Row { what: Markable::Plan, name: plan.head.title.clone(), chapter: String::new() };
    let may = visit.may(Action::MarkPublic);
    let lists = html! {
        (list(visit, &marks, &visit.say("marks-plan"), &[head], may))
        (list(visit, &marks, &visit.say("place-indicators"), &indicators, may))
        (list(visit, &marks, &visit.say("place-work"), &work, may))
    };
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        p { (visit.say("marks-intro")) " " a href=(format!("/public/plans/{id}")) { (visit.say("marks-public-page")) } }
        @if may {
            form method="post" action=(format!("/plans/{id}/marks")) {
                (form::token(&visit.session.csrf))
                input type="hidden" name="seen" value=(marks.version());
                (lists)
                div.actions {
                    button.main type="submit" name="public" value="yes" { (visit.say("marks-make-public")) }
                    button.plain type="submit" name="public" value="no" { (visit.say("marks-make-internal")) }
                }
            }
        } @else { (lists) }
    };
    let title = visit.say("marks-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Overview, plan: Some(plan), title: &title }, &content))
}

/// The indicators and the work of a plan that count.
async fn rows(app: &App, visit: &Visit, id: PlanId) -> Answer<[Vec<Row>; 2]> {
    let judged = app.judged_for(visit, id).await?;
    let indicators = judged.indicators.iter().map(|judged| &judged.record.indicator).map(|indicator| Row {
        what: Markable::Indicator(indicator.id.clone()),
        name: indicator.name.clone(),
        chapter: indicator.group.clone(),
    });
    let text = app.text(id).await?;
    let state = app.confirming(&text.ground).await?;
    let counted = state.items().filter(|item| item.fate.counts());
    let work = counted.filter_map(|item| match &item.content {
        Content::Work(work) => Some(Row {
            what: Markable::Work(item.key.to_string()),
            name: work.name.clone(),
            chapter: item.chapter.clone(),
        }),
        Content::Measure(_) => None,
    });
    Ok([indicators.collect(), work.collect()])
}

fn list(visit: &Visit, marks: &Marks, title: &str, rows: &[Row], may: bool) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        @if !rows.is_empty() {
            h2 { (title) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("marks-what")) } th scope="col" { (say("indicator-chapter")) }
                    th scope="col" { (say("marks-mark")) } th scope="col" { (say("person-changed")) }
                } }
                tbody { @for Row { what, name, chapter } in rows {
                    @let mark = marks.mark(what);
                    tr {
                        th scope="row" {
                            @if may { label { input type="checkbox" name="what" value=(what); " " (name) } } @else { (name) }
                        }
                        td data-label=(say("indicator-chapter")) { (chapter) }
                        td data-label=(say("marks-mark")) {
                            @if mark.is_some_and(|mark| mark.public) { strong { (say("mark-public")) } } @else { span.second { (say("mark-internal")) } }
                        }
                        td.small data-label=(say("person-changed")) { @if let Some(mark) = mark { (moment(mark.at)) " " (mark.actor) } }
                    }
                } }
            } }
        }
    }
}

/// POST /plans/{plan}/marks
pub(crate) async fn mark(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::MarkPublic)?;
    let id = plan_id(&plan)?;
    let public = match form.get("public") {
        "yes" => true,
        "no" => false,
        other => return Err(Refusal::wrong_field("public", other)),
    };
    let seen = form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))?;
    let what: BTreeSet<Markable> = form.all("what").map(markable).collect();
    let done = marks::mark(&app.store, (&visit.actor, app.clock.now()), id, (what, public), seen).await;
    match done {
        Ok(_) => Ok(Redirect::to(&visit.href(&format!("/plans/{id}/marks"), &[])).into_response()),
        Err(error @ (WorkflowError::BadInput { .. } | WorkflowError::Storage(StorageError::Conflict { .. }))) => {
            let refusal = Refusal::from(error);
            let words = refusal.words(visit.language);
            let page = page(&app, &visit, id, Some(&format!("{}{}", words.0, words.1))).await?;
            let mut response = (refusal.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// What a form names: the plan, an indicator (`I001`), else work (`W1`).
fn markable(name: &str) -> Markable {
    match name {
        "plan" => Markable::Plan,
        id if id.starts_with('I') => Markable::Indicator(id.to_owned()),
        key => Markable::Work(key.to_owned()),
    }
}
