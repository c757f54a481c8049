//! 任务: what is to be done, by whom and by when? Tasks, projects, milestones,
//! directions, platforms and lists as they stand after confirming; filter, sort,
//! page, export.

mod export;
mod item;
pub(crate) mod nodes;
mod query;

pub(crate) use export::{csv, xlsx};
pub(crate) use item::item;
pub(crate) use nodes::change_nodes;

use std::sync::Arc;

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::{Confidence, DueYear, WorkItem, WorkKind};
use plan_workflow::{
    assess::Situation,
    assignments::Book,
    confirm::{self, Content, Fate, Item},
    directory::Directory,
    permissions::Action,
};

use self::query::{Column, Query, STATES};
use super::plans::plan_id;
use crate::{
    server::{App, kept::PlanText, refusal::Answer, visit::Visit},
    ui::{
        figure,
        form::{self, choice},
        layout::{self, Frame, Place},
        light,
        table::{self, Part},
    },
};

/// Rows on a page.
const ROWS: usize = 50;

/// A piece of work of the register.
#[derive(Debug, Clone, Copy)]
struct Listed<'a> {
    /// The candidate, with what became of it.
    item: &'a Item,
    /// What it says now.
    work: &'a WorkItem,
}

/// The work of a plan in the order of the text; what was split or merged is there
/// as what it became.
fn listed(state: &confirm::State) -> Vec<Listed<'_>> {
    let stays = |item: &&Item| !matches!(item.fate, Fate::Split { .. } | Fate::Merged { .. });
    state
        .items()
        .filter(stays)
        .filter_map(|item| match &item.content {
            Content::Work(work) => Some(Listed { item, work }),
            Content::Measure(_) => None,
        })
        .collect()
}

/// What the parts of the page share.
struct Page<'a> {
    visit: &'a Visit,
    text: &'a PlanText,
    situation: &'a Situation,
    query: Query,
    all: Vec<Listed<'a>>,
    /// How it is assigned, and the units.
    book: Arc<Book>,
    directory: Arc<Directory>,
    /// The address of the list.
    base: String,
}

/// GET /plans/{plan}/work
pub(crate) async fn work(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let text = app.text(plan_id(&plan)?).await?;
    let state = app.confirming(&text.ground).await?;
    let situation = app.situations.of(text.ground.plan.id).await?;
    let query = Query::read(&visit.query());
    let base = format!("/plans/{}/work", text.ground.plan.id);
    let (book, directory) = (app.book(text.ground.plan.id).await?, app.directory().await?);
    let page =
        Page { visit: &visit, text: &text, situation: &situation, query, all: listed(&state), book, directory, base };
    let title = visit.say("work-title");
    let frame = Frame { visit: &visit, place: Place::Work, plan: Some(&text.ground.plan), title: &title };
    Ok(layout::page(&app, &frame, &page.content()))
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn content(&self) -> Markup {
        if self.all.is_empty() {
            return html! { div.notice { p { (self.say("work-empty")) } } };
        }
        let rows = self.query.apply(&self.all);
        let part = Part::new(self.query.order.page, ROWS, rows.len());
        html! {
            (self.counts())
            (self.filters())
            @if rows.is_empty() {
                div.notice { p { (self.say("work-none-found")) " " a href=(self.visit.href(&self.base, &[])) { (self.say("work-all")) } } }
            } @else {
                (self.list(part, &rows))
                (part.draw(self.visit.language, |page| self.query.href(self.visit, &self.base, |q| q.order.page = page)))
            }
        }
    }

    /// How many there are of each kind in each chapter, of those that count.
    fn counts(&self) -> Markup {
        let counted: Vec<Listed<'_>> = self.all.iter().copied().filter(|one| one.item.fate.counts()).collect();
        let mut chapters: Vec<&str> = Vec::new();
        for one in &counted {
            if !chapters.contains(&one.item.chapter.as_str()) {
                chapters.push(&one.item.chapter);
            }
        }
        let count = |chapter: Option<&str>, kind: Option<WorkKind>| {
            let fits = |one: &&Listed<'_>| {
                chapter.is_none_or(|chapter| one.item.chapter == chapter)
                    && kind.is_none_or(|kind| one.work.kind == kind)
            };
            counted.iter().filter(fits).count()
        };
        let row = |chapter: Option<&str>| {
            let value = chapter.map_or("", |chapter| if chapter.is_empty() { "-" } else { chapter });
            let link = |kind: &str, count: usize| {
                let href = self.visit.href(&self.base, &[("chapter", value), ("kind", kind)]);
                html! { td.number { @if count == 0 { span.second { "·" } } @else { a href=(href) { (count) } } } }
            };
            html! {
                @for kind in WorkKind::ALL { (link(kind.code(), count(chapter, Some(*kind)))) }
                (link("", count(chapter, None)))
            }
        };
        html! {
            details open[self.query.is_plain()] {
                summary { (self.visit.language.say_with("work-counts", &[("count", counted.len().into())])) }
                div.table { table.counts {
                    thead { tr {
                        th scope="col" { (self.say("indicator-chapter")) }
                        @for kind in WorkKind::ALL { th.number scope="col" { (kind_words(self.visit, *kind)) } }
                        th.number scope="col" { (self.say("overview-total")) }
                    } }
                    tbody {
                        @for chapter in &chapters { tr {
                            th scope="row" { @if chapter.is_empty() { (self.say("chapter-none")) } @else { (chapter) } }
                            (row(Some(chapter)))
                        } }
                        tr.sum { th scope="row" { (self.say("overview-total")) } (row(None)) }
                    }
                } }
            }
        }
    }

    fn filters(&self) -> Markup {
        let (say, query) = (|key: &str| self.say(key), &self.query);
        let mut kinds = vec![(String::new(), say("filter-any"))];
        kinds.extend(WorkKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind_words(self.visit, *kind))));
        let mut states = vec![(String::new(), say("work-counted"))];
        states.extend(STATES.map(|code| (code.to_owned(), say(&format!("fate-{code}")))));
        let choices = html! {
            (choice("kind", &say("confirm-kind"), &query.kind, &kinds))
            (choice("state", &say("confirm-state"), &query.state, &states))
            (form::chapters(self.visit, &query.chapter, self.all.iter().map(|one| one.item.chapter.as_str())))
        };
        let export =
            |ending: &str| query.href(self.visit, &format!("{}.{ending}", self.base), |query| query.order.page = 1);
        let exports = [(export("xlsx"), "Excel"), (export("csv"), "CSV")];
        let kept: Vec<_> = query.order.kept().collect();
        form::filters(self.visit, (&self.base, &kept), (&say("work-search"), &query.words), &choices, &exports)
    }

    fn list(&self, part: Part, rows: &[Listed<'_>]) -> Markup {
        let head = |column: Column, key: &str| {
            let href = self.query.href(self.visit, &self.base, |query| query.order = query.order.by(column));
            table::head(&self.say(key), self.query.order.sorted(column), &href, false)
        };
        html! {
            div.table.cards { table {
                thead { tr {
                    (head(Column::Text, "work-item"))
                    (head(Column::Kind, "confirm-kind"))
                    th scope="col" { (self.say("confirm-verb")) }
                    (head(Column::Lead, "confirm-lead"))
                    (head(Column::Due, "work-due"))
                    th.number scope="col" { (self.say("confirm-amount")) }
                    th scope="col" { (self.say("work-progress")) }
                    (head(Column::State, "confirm-state"))
                } }
                tbody { @for one in part.of(rows) { (self.row(*one)) } }
            } }
        }
    }

    fn row(&self, one: Listed<'_>) -> Markup {
        let Listed { item, work } = one;
        let say = |key: &str| self.say(key);
        let plan = self.text.ground.plan.id;
        let line = work.anchor.line.to_string();
        let source = self.visit.href(&format!("/plans/{plan}/source"), &[("line", &line)]) + &format!("#L{line}");
        let key = item.key.to_string();
        let confirm = self.visit.href(&format!("/plans/{plan}/confirm"), &[("at", &key)]) + &format!("#{key}");
        html! {
            tr {
                th scope="row" {
                    a href=(source) title=(work.quote) { (work.name) }
                    div.second.small {
                        (self.visit.language.say_with("place-line", &[("line", line.as_str().into())]))
                        @if !item.chapter.is_empty() { " · " (item.chapter) }
                        @if let Some(place) = &work.place { " · " (say("confirm-place")) " " (place) }
                    }
                }
                td.nowrap data-label=(say("confirm-kind")) {
                    (kind_words(self.visit, work.kind))
                    @if let Some(stage) = work.stage { span.second.small { " · " (say(&format!("stage-{}", stage.code()))) } }
                }
                td data-label=(say("confirm-verb")) { (work.verb) }
                td data-label=(say("confirm-lead")) {
                    @let known = self.book.lead_shown(&key);
                    @if let Some(part) = known {
                        a href=(self.visit.href(&format!("/plans/{plan}/assignments/{key}"), &[])) { (self.directory.unit_name(&part.unit)) }
                        div.second.small { (say(&format!("partstate-{}", part.state.code()))) }
                    } @else {
                        @match &work.lead { Some(lead) => (lead), None => (figure::missing(&say("work-lead-none"))) }
                    }
                }
                td.nowrap data-label=(say("work-due")) {
                    @match work.due {
                        DueYear::NotStated => (figure::missing(&say("due-not-stated"))),
                        due => (figure::due(due, self.visit.language)),
                    }
                }
                td.number data-label=(say("confirm-amount")) { @if let Some(amount) = &work.amount { (figure::amount(amount.value, &amount.unit)) } }
                td data-label=(say("work-progress")) { (self.progress(&key)) }
                td.nowrap data-label=(say("confirm-state")) {
                    a href=(confirm) { (say(&format!("fate-{}", item.fate.code()))) }
                    @if item.fate == Fate::Open && work.confidence != Confidence::Certain {
                        " " span.kind { (say(&format!("confidence-{}", work.confidence.code()))) }
                    }
                }
            }
        }
    }
}

impl Page<'_> {
    /// How a piece of work stands by its nodes; leads to its page.
    fn progress(&self, key: &str) -> Markup {
        let verdict = self.situation.schedules.verdict(key, self.visit.as_of);
        let none = self.situation.schedules.of(key).is_none_or(|schedule| schedule.agreed.is_empty());
        let href = self.visit.href(&format!("/plans/{}/work/{key}", self.text.ground.plan.id), &[]);
        html! {
            a href=(href) {
                @match verdict.filter(|_| !none) {
                    Some(verdict) => (light::light(&verdict.status, self.visit.language)),
                    None => span.second { (self.say("nodes-none")) },
                }
            }
        }
    }
}

fn kind_words(visit: &Visit, kind: WorkKind) -> String {
    visit.say(&format!("workkind-{}", kind.code()))
}
