//! 节点 of all work: chapter by chapter, what is agreed, what waits, what is not
//! scheduled; and nodes by year ends as a proposal to edit.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::DueYear;
use plan_workflow::{
    nodes::{self, Schedule},
    permissions::Action,
};

use super::{Tab, View, page_of, tabs};
use crate::{
    server::{
        App,
        posted::Posted,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::form,
};

/// Proposals listed at once; the others come as these are answered.
const OPEN: usize = 50;

/// How the nodes of a piece of work stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Agreed,
    Waiting,
    Returned,
    None,
}

impl Stand {
    fn of(schedule: Option<&Schedule>) -> Self {
        match schedule {
            Some(schedule) if schedule.open().is_some() => Self::Waiting,
            Some(schedule) if !schedule.agreed.is_empty() => Self::Agreed,
            Some(schedule) if schedule.proposal.is_some() => Self::Returned,
            _ => Self::None,
        }
    }
}

const STANDS: [(Stand, &str); 4] = [
    (Stand::Agreed, "nodes-agreed"),
    (Stand::Waiting, "nodes-waiting"),
    (Stand::Returned, "nodes-returned"),
    (Stand::None, "nodes-none"),
];

/// GET /plans/{plan}/breakdown/nodes
pub(crate) async fn nodes(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let view = View::read(&app, &plan).await?;
    let content = draw(&visit, &view);
    Ok(view.page(&app, &visit, "nodes-title", &content))
}

fn draw(visit: &Visit, view: &View) -> Markup {
    let say = |key: &str| visit.say(key);
    let mut chapters: Vec<&str> = Vec::new();
    for (_, chapter, _) in &view.work {
        if !chapters.contains(&chapter.as_str()) {
            chapters.push(chapter);
        }
    }
    let stand = |subject: &str| Stand::of(view.situation.schedules.of(subject));
    let count = |chapter: &str, wanted: Stand| {
        view.work.iter().filter(|(key, of, _)| of == chapter && stand(&key.to_string()) == wanted).count()
    };
    let open: Vec<_> = view.work.iter().filter(|(key, ..)| stand(&key.to_string()) == Stand::Waiting).collect();
    let done = field(&visit.query(), "done").and_then(|count| count.parse::<usize>().ok());
    html! {
        (tabs(visit, view.plan(), Tab::Nodes))
        @if let Some(count) = done { div.notice role="status" { p { (visit.language.say_with("nodes-done-many", &[("count", count.into())])) } } }
        p { (say("nodes-intro")) }
        @if view.work.is_empty() { div.notice { p { (say("work-empty")) } } } @else {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("indicator-chapter")) }
                    @for (_, key) in STANDS { th.number scope="col" { (say(key)) } }
                    @if visit.may(Action::BreakDown) { th scope="col" { (say("nodes-do")) } }
                } }
                tbody { @for chapter in chapters { tr {
                    th scope="row" { @if chapter.is_empty() { (say("chapter-none")) } @else { (chapter) } }
                    @for (wanted, key) in STANDS { td.number data-label=(say(key)) { (count(chapter, wanted)) } }
                    @if visit.may(Action::BreakDown) {
                        td data-label=(say("nodes-do")) { (bulk(visit, view, chapter, (count(chapter, Stand::None), count(chapter, Stand::Waiting)))) }
                    }
                } } }
            } }
        }
        @if !open.is_empty() {
            h2 { (visit.language.say_with("nodes-open", &[("count", open.len().into())])) }
            ul { @for (key, _, work) in open.iter().take(OPEN) {
                li { a href=(visit.href(&page_of(view.plan(), &key.to_string()), &[])) { (work.name) } }
            } }
        }
    }
}

/// What can be done with the work of a chapter at once.
fn bulk(visit: &Visit, view: &View, chapter: &str, (none, waiting): (usize, usize)) -> Markup {
    let action = visit.href(&format!("/plans/{}/breakdown/nodes", view.plan()), &[]);
    html! {
        form.actions method="post" action=(action) {
            (form::token(&visit.session.csrf))
            input type="hidden" name="chapter" value=(chapter);
            @if none > 0 { button.plain type="submit" name="do" value="propose" { (visit.say("nodes-propose-chapter")) } }
            @if waiting > 0 { button.plain type="submit" name="do" value="approve" { (visit.say("nodes-approve-chapter")) } }
        }
    }
}

/// POST /plans/{plan}/breakdown/nodes
pub(crate) async fn plan_nodes(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::BreakDown)?;
    let view = View::read(&app, &plan).await?;
    let chapter = form.get("chapter");
    let of_chapter = || view.work.iter().filter(|(_, of, _)| of == chapter);
    let count = if form.get("do") == "approve" {
        let subjects: Vec<String> = of_chapter().map(|(key, ..)| key.to_string()).collect();
        nodes::approve_many(&app.store, &visit.actor, app.clock.now(), view.plan(), &subjects).await?
    } else {
        let work: Vec<(String, String, DueYear)> =
            of_chapter().map(|(key, _, work)| (key.to_string(), work.name.clone(), work.due)).collect();
        nodes::propose_many(&app.store, &visit.actor, app.clock.now(), view.plan(), &work).await?
    };
    let path = format!("/plans/{plan}/breakdown/nodes");
    Ok(Redirect::to(&visit.href(&path, &[("done", &count.to_string())])).into_response())
}
