//! The right pane: how far one has come, the candidate at hand, the list.

use maud::{Markup, html};
use plan_model::Confidence;
use plan_workflow::confirm::{Content, Fate, Item, Progress};

use super::{Room, card};
use crate::ui::{figure::target_value, form::choice};

/// Candidates listed before and after the one at hand.
const BEFORE: usize = 4;
const AFTER: usize = 12;

/// The pane. What the script needs to know of it stands in its data attributes.
pub(super) fn pane(room: &Room<'_>) -> Markup {
    let items = room.view.items(room.state);
    let at = items.iter().position(|item| Some(item.key) == room.view.at).unwrap_or(0);
    let neighbour = |at: Option<usize>| at.and_then(|at| items.get(at)).map(|item| room.href_of(item.key));
    let open = room.view.open_after(room.state, room.view.at).map(|key| room.href_of(key));
    let current = room.current();
    html! {
        section.pane #pane tabindex="-1" aria-label=(room.say("confirm-candidates"))
            data-at=[room.view.at] data-href=(room.href(&room.view)) data-path=(room.path())
            data-fate=[current.map(|item| item.fate.code())] data-adding=[room.view.add.map(|_| "yes")]
            data-line=[current.map(|item| item.content.anchor().line)]
            data-previous=[neighbour(at.checked_sub(1))] data-next=[neighbour(at.checked_add(1))] data-open=[open] {
            (progress(room))
            @if let Some((words, wrong)) = &room.notice { div.notice.wrong[*wrong] role="alert" { p { (words) } } }
            @match (room.view.add, current) {
                (Some(anchor), _) if room.may => (card::adding(room, anchor)),
                (_, Some(item)) => (card::card(room, item, (items.get(at.wrapping_sub(1)).copied(), items.get(at + 1).copied()))),
                (_, None) => p.second { (room.say("confirm-none")) },
            }
            (list(room, &items, at))
            (filters(room))
            @if room.may { (card::find(room)) }
        }
    }
}

/// How far confirming has come, in all and by chapter.
fn progress(room: &Room<'_>) -> Markup {
    let all = room.state.progress(|_| true);
    let mut chapters: Vec<&str> = Vec::new();
    for item in room.state.items() {
        if !chapters.contains(&item.chapter.as_str()) {
            chapters.push(&item.chapter);
        }
    }
    let decided: Vec<String> = room
        .state
        .items()
        .filter(|item| item.fate != Fate::Open)
        .map(|item| format!("{}:{}", item.key, item.fate.code()))
        .collect();
    let conflicts = room.state.contradictions().len();
    html! {
        div #progress data-last=(room.state.last()) data-states=(decided.join(" ")) {
            div.actions {
                progress max=(all.all.max(1)) value=(all.done) aria-label=(room.say("confirm-progress")) {}
                strong { (counted(room, all)) }
                @if conflicts > 0 {
                    a.small href=(room.href(&super::View { state: "conflict".to_owned(), at: None, ..room.view.clone() })) {
                        (room.visit.language.say_with("confirm-conflicts", &[("count", conflicts.into())]))
                    }
                }
            }
            details {
                summary.small { (room.say("confirm-by-chapter")) }
                dl.facts.small {
                    @for chapter in chapters {
                        @let of = room.state.progress(|item| item.chapter == chapter);
                        @let measures = room.state.progress(|item| item.chapter == chapter && matches!(item.content, Content::Measure(_)));
                        dt { a href=(room.href(&super::View { chapter: chapter.to_owned(), at: None, ..room.view.clone() })) { @if chapter.is_empty() { "—" } @else { (chapter) } } }
                        dd { (room.visit.language.say_with("confirm-chapter-counts", &[
                            ("done", of.done.into()), ("all", of.all.into()),
                            ("measures", measures.all.into()), ("work", (of.all - measures.all).into()),
                        ])) }
                    }
                }
            }
        }
    }
}

fn counted(room: &Room<'_>, progress: Progress) -> String {
    room.visit.language.say_with("confirm-done-of", &[("done", progress.done.into()), ("all", progress.all.into())])
}

/// The candidates around the one at hand.
fn list(room: &Room<'_>, items: &[&Item], at: usize) -> Markup {
    let first = at.saturating_sub(BEFORE);
    html! {
        nav aria-label=(room.say("confirm-list")) {
            ol.candidates start=(first + 1) {
                @for item in items.iter().skip(first).take(BEFORE + 1 + AFTER) {
                    li aria-current=[(Some(item.key) == room.view.at).then_some("true")] data-fate=(item.fate.code()) {
                        a href=(room.href_of(item.key)) { (sign(room, item)) " " (item.content.name()) }
                        " " (promise(room, item))
                        @if item.content.confidence() != Confidence::Certain { " " span.kind { (confidence(room, item)) } }
                    }
                }
            }
            @if items.len() > first + BEFORE + 1 + AFTER {
                p.second.small { (room.visit.language.say_with("confirm-more", &[("count", (items.len() - first - BEFORE - 1 - AFTER).into())])) }
            }
        }
    }
}

/// What is promised, in short: the target, or the kind of work.
pub(super) fn promise(room: &Room<'_>, item: &Item) -> Markup {
    html! {
        span.second.nowrap {
            @match &item.content {
                Content::Measure(found) => { (target_value(&found.target, room.visit.language)) @let due = found.target.due.to_string(); @if !due.is_empty() { "（" (due) "）" } }
                Content::Work(found) => (room.say(&format!("workkind-{}", found.kind.code()))),
            }
        }
    }
}

/// The fate as a shape with its word for who cannot see it.
pub(super) fn sign(room: &Room<'_>, item: &Item) -> Markup {
    let shape = match item.fate {
        Fate::Open => "○",
        Fate::Accepted => "✓",
        Fate::Corrected => "✎",
        Fate::Rejected { .. } => "✗",
        Fate::Split { .. } => "⋔",
        Fate::Merged { .. } | Fate::Withdrawn => "→",
    };
    html! { span.fate data-fate=(item.fate.code()) title=(fate(room, item)) { (shape) span.hidden { (fate(room, item)) } } }
}

pub(super) fn fate(room: &Room<'_>, item: &Item) -> String {
    room.say(&format!("fate-{}", item.fate.code()))
}

pub(super) fn confidence(room: &Room<'_>, item: &Item) -> String {
    room.say(&format!("confidence-{}", item.content.confidence().code()))
}

/// Which candidates are listed, and how.
fn filters(room: &Room<'_>) -> Markup {
    let option = |value: &str, words: String| (value.to_owned(), words);
    let all = || option("", room.say("confirm-all"));
    let mut kinds = vec![all()];
    let mut chapters = vec![all()];
    for item in room.state.items() {
        let kind = item.content.kind();
        if !kinds.iter().any(|(known, _)| known == kind) {
            kinds.push(option(kind, room.say(&format!("workkind-{kind}"))));
        }
        if !item.chapter.is_empty() && !chapters.iter().any(|(known, _)| *known == item.chapter) {
            chapters.push(option(&item.chapter, item.chapter.clone()));
        }
    }
    let mut states = vec![all()];
    states.extend(
        ["open", "accepted", "corrected", "rejected", "split", "merged", "conflict"]
            .map(|code| option(code, room.say(&format!("fate-{code}")))),
    );
    let orders = [option("", room.say("confirm-look-first")), option("text", room.say("confirm-text-order"))];
    html! {
        form.filters method="get" action=(room.path()) {
            @for (name, value) in room.visit.chosen() { input type="hidden" name=(name) value=(value); }
            (choice("f_state", &room.say("confirm-state"), &room.view.state, &states))
            (choice("f_kind", &room.say("confirm-kind"), &room.view.kind, &kinds))
            (choice("f_chapter", &room.say("confirm-chapter"), &room.view.chapter, &chapters))
            (choice("f_order", &room.say("confirm-order"), &room.view.order, &orders))
            button type="submit" { (room.say("confirm-filter")) }
        }
    }
}
