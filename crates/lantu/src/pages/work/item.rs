//! A piece of work: what does the text say, who does it, by which nodes, how does
//! it stand, and what pays for it?

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::{DueYear, WorkItem};
use plan_workflow::{
    assess::Situation,
    assignments::{self, Book},
    confirm::{CandidateKey, Content, Item},
    directory::Directory,
    nodes::NodeEvent,
    permissions::Action,
};

use super::{kind_words, nodes};
use crate::{
    pages::{
        breakdown::budget_lines,
        evidence::{self, Shelf},
        plans::{moment, plan_id},
    },
    server::{
        App,
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::{
        figure,
        layout::{self, Frame, Place},
    },
};

/// GET /plans/{plan}/work/{item}
pub(crate) async fn item(
    State(app): State<App>,
    Path((plan, item)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    page(&app, &visit, (&plan, &item), None).await
}

/// The page, with nodes that were typed and could not be taken.
pub(super) async fn page(
    app: &App,
    visit: &Visit,
    (plan, item): (&str, &str),
    typed: Option<&nodes::Typed>,
) -> Answer<Markup> {
    let text = app.text(plan_id(plan)?).await?;
    let state = app.confirming(&text.ground).await?;
    let key: CandidateKey = item.parse().map_err(|_| Refusal::not_found())?;
    let found = state.item(key).ok_or_else(Refusal::not_found)?;
    let Content::Work(work) = &found.content else { return Err(Refusal::not_found()) };
    let situation = app.situations.of(text.ground.plan.id).await?;
    let directory = app.directory().await?;
    let book = assignments::read(&app.store, situation.plan.id, None).await?.on(&directory, app.today());
    let subject = key.to_string();
    let lines: Vec<_> = situation.breakdown.lines_of(&subject).collect();
    let shelf = Shelf::of_subject(app, visit, situation.plan.id, &subject).await?;
    let form = evidence::Form { subjects: vec![(subject.clone(), String::new())], ..evidence::Form::default() };
    let content = html! {
        div.wide-left {
            div {
                (nodes::section(app, visit, &situation, (&subject, &work.name, work.due), typed).await?)
                section id="budget" {
                    h2 { (visit.say("breakdown-tab-budget")) }
                    @if lines.is_empty() { p.second { (visit.say("budget-none")) } } @else { (budget_lines(visit, &lines)) }
                }
                (shelf.section(app, visit, Some(form)))
                (history(visit, &situation, &subject))
            }
            div {
                (sentence(visit, &situation, found, work))
                (units(visit, &directory, &book, &subject, work))
            }
        }
    };
    let frame = Frame { visit, place: Place::Work, plan: Some(&situation.plan), title: &work.name };
    Ok(layout::page(app, &frame, &content))
}

/// What the text says.
fn sentence(visit: &Visit, situation: &Situation, item: &Item, work: &WorkItem) -> Markup {
    let say = |key: &str| visit.say(key);
    let (plan, line, key) = (situation.plan.id, work.anchor.line.to_string(), item.key.to_string());
    let source = visit.href(&format!("/plans/{plan}/source"), &[("line", &line)]) + &format!("#L{line}");
    let confirm = visit.href(&format!("/plans/{plan}/confirm"), &[("at", &key)]) + &format!("#{key}");
    html! {
        section {
            h2 { (say("indicator-sentence")) }
            blockquote.quote { (work.quote) }
            p.caption { a href=(source) { (visit.language.say_with("mention-line", &[("line", line.as_str().into())])) } @if !item.chapter.is_empty() { " · " (item.chapter) } }
            dl.facts {
                dt { (say("confirm-kind")) } dd { (kind_words(visit, work.kind)) }
                dt { (say("work-due")) }
                dd { @match work.due { DueYear::NotStated => (say("due-not-stated")), due => (figure::due(due, visit.language)) } }
                @if let Some(amount) = &work.amount { dt { (say("confirm-amount")) } dd { (figure::amount(amount.value, &amount.unit)) } }
                @if let Some(place) = &work.place { dt { (say("confirm-place")) } dd { (place) } }
                dt { (say("confirm-state")) } dd { a href=(confirm) { (say(&format!("fate-{}", item.fate.code()))) } }
                dt { (say("export-id")) } dd { code { (key) } }
            }
        }
    }
}

/// The units that have a part in it, and the one the text names.
fn units(visit: &Visit, directory: &Directory, book: &Book, subject: &str, work: &WorkItem) -> Markup {
    html! {
        section id="units" {
            h2 { (visit.say("item-units")) }
            @if let Some(lead) = &work.lead { p { (visit.say("item-lead-in-text")) " " (lead) } }
            @if book.parts_of(subject).next().is_none() { p.second { (visit.say("item-units-none")) } } @else {
                ul { @for part in book.parts_of(subject) {
                    li { (directory.unit_name(&part.unit)) " · " (part.part.name()) " · " (part.state_word()) @if let Some(due) = part.due { " · " (due) } }
                } }
            }
        }
    }
}

/// What happened to its nodes and its budget, the latest first.
fn history(visit: &Visit, situation: &Situation, subject: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let told = |event: &NodeEvent| match event {
        NodeEvent::Propose { nodes, note, .. } => {
            let words = visit.language.say_with("nodes-event-propose", &[("count", nodes.len().into())]);
            (words, note.clone())
        }
        NodeEvent::Approve { note, .. } => (say("nodes-event-approve"), note.clone()),
        NodeEvent::Return { reason, .. } => (say("nodes-event-return"), reason.clone()),
        NodeEvent::Done { node, on, evidence, .. } => {
            (format!("{} {node} {on}", say("nodes-event-done")), evidence.clone())
        }
        NodeEvent::Verify { node, .. } => (format!("{} {node}", say("nodes-event-verify")), String::new()),
        NodeEvent::Reject { node, reason, .. } => (format!("{} {node}", say("nodes-event-reject")), reason.clone()),
    };
    let nodes = situation.schedules.history(subject).map(|event| (event.at, &event.actor, told(&event.what)));
    let lines =
        situation.breakdown.history(subject).map(|event| (event.at, &event.actor, (say("budget-line"), String::new())));
    let mut all: Vec<_> = nodes.chain(lines).collect();
    all.reverse();
    all.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    html! {
        @if !all.is_empty() {
            section id="history" {
                h2 { (say("breakdown-history")) }
                ul.history { @for (at, actor, (words, why)) in all {
                    li { span.second.small { (moment(at)) " " (actor) } " " (words) @if !why.is_empty() { " · " (why) } }
                } }
            }
        }
    }
}
