//! The candidate at hand with everything one can decide of it, and the form for
//! one that is missing.

use maud::{Markup, html};
use plan_model::Anchor;
use plan_workflow::confirm::{Act, Content, DecisionRecord, Fate, Item, RejectReason, propose};

use super::{
    Room, fields,
    pane::{confidence, fate, promise, sign},
};
use crate::{pages::plans::moment, server::posted::Form, ui::form};

/// Characters shown before and after the words of a candidate.
const AROUND: usize = 40;

/// The candidate, its neighbours in the list being (previous, next).
pub(super) fn card(room: &Room<'_>, item: &Item, neighbours: (Option<&Item>, Option<&Item>)) -> Markup {
    let decidable = !matches!(item.fate, Fate::Split { .. } | Fate::Merged { .. });
    // What was typed for another form of the pane is not for the fields.
    let typed = room.typed.filter(|form| form.get("wish") == "correct" && form.get("key") == item.key.to_string());
    html! {
        article.candidate {
            header.actions {
                strong { (sign(room, item)) " " (item.key) }
                span { (fate(room, item)) }
                span.kind { (confidence(room, item)) }
                span.second.small { (item.content.rule()) @if !item.chapter.is_empty() { " · " (item.chapter) } }
                span.spring {}
                @if let Some(previous) = neighbours.0 { a.small rel="prev" href=(room.href_of(previous.key)) { (room.say("confirm-previous")) } }
                @if let Some(next) = neighbours.1 { a.small rel="next" href=(room.href_of(next.key)) { (room.say("confirm-next")) } }
            }
            (quoted(room, item.content.anchor()))
            (became(room, item))
            (history(room, item))
            @if room.may && decidable {
                div.actions.decide {
                    (deciding(room, item, ("accept", "accept"), &html! { button.main type="submit" { (room.say("confirm-accept")) " " kbd { "a" } } }))
                    (after_next(room, item))
                    (undo(room, item))
                }
                (deciding(room, item, ("correct", "fields"), &html! {
                    (fields::draw(room.visit, &item.content, typed, false))
                    div.actions { button type="submit" { (room.say("confirm-save")) " " kbd { "e" } } }
                }))
                (same(room, item))
                (reject(room, item))
                (split(room, item))
            } @else {
                @if room.may { div.actions.decide { (undo(room, item)) } }
            }
        }
    }
}

/// The words in their line.
fn quoted(room: &Room<'_>, anchor: Anchor) -> Markup {
    let Some(line) = room.ground.source.line(anchor.line) else { return html! {} };
    let (start, end) = (anchor.start as usize, anchor.end as usize);
    let from = start.saturating_sub(AROUND);
    let cut = |from: usize, to: usize| line.text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>();
    html! {
        blockquote.quote lang="zh-Hans" {
            @if from > 0 { "…" } (cut(from, start)) mark { (cut(start, end)) } (cut(end, end + AROUND))
            " " span.second.small { (room.visit.language.say_with("confirm-line", &[("line", anchor.line.to_string().into())])) }
        }
    }
}

/// What it was split into, merged into or split off.
fn became(room: &Room<'_>, item: &Item) -> Markup {
    let others = match &item.fate {
        Fate::Split { into } => into.clone(),
        Fate::Merged { into } => vec![*into],
        _ => item.parent.into_iter().collect(),
    };
    html! {
        @if !others.is_empty() {
            p.small { (room.say("confirm-related")) @for other in others { " " a href=(room.href_of(other)) { (other) } } }
        }
        @if let Fate::Rejected { reason, words } = &item.fate {
            p.small { (reason_words(room, *reason)) @if !words.is_empty() { "：" (words) } }
        }
    }
}

fn reason_words(room: &Room<'_>, reason: RejectReason) -> String {
    room.say(&format!("reject-{}", reason.code().replace('_', "-")))
}

/// Who decided what of it.
fn history(room: &Room<'_>, item: &Item) -> Markup {
    let decisions: Vec<&DecisionRecord> = room.state.history(item.key).collect();
    html! {
        @if !decisions.is_empty() {
            ul.history.small.second {
                @for decision in decisions.iter().rev().take(5) {
                    li {
                        @let said = html! { (decision.actor) " " (moment(decision.at)) " " (room.say(&format!("act-{}", decision.act.code()))) (said(room, decision)) };
                        @if room.state.holds(decision) { (said) } @else if matches!(decision.act, Act::Undo(_)) { (said) } @else { s { (said) } }
                    }
                }
            }
        }
    }
}

/// What a decision says, so that it can be compared with one's own.
fn said(room: &Room<'_>, decision: &DecisionRecord) -> Markup {
    let take = match &decision.act {
        Act::Correct(take) | Act::Add(take) | Act::Merge { take, .. } => take,
        Act::Reject(reason) => {
            return html! { "：" (reason_words(room, *reason)) @if !decision.reason.is_empty() { "，" (decision.reason) } };
        }
        _ => return html! {},
    };
    html! {
        "：" (take.content.name())
        @if let Content::Measure(found) = &take.content { " " (crate::ui::figure::target_value(&found.target, room.visit.language)) " " (found.target.due) }
    }
}

/// A form that decides on a candidate: `wish` is what it sends, `id` its name for the keys.
fn deciding(room: &Room<'_>, item: &Item, (wish, id): (&str, &str), inner: &Markup) -> Markup {
    html! {
        form id=(id) method="post" action=(room.visit.href(&room.path(), &[])) {
            (hidden(room, wish))
            input type="hidden" name="key" value=(item.key);
            input type="hidden" name="seen" value=(item.last);
            (inner)
        }
    }
}

/// What every form of the pane carries: token, wish, and the view to come back to.
fn hidden(room: &Room<'_>, wish: &str) -> Markup {
    html! {
        (form::token(&room.visit.session.csrf))
        input type="hidden" name="wish" value=(wish);
        @for (name, value) in room.view.fields() { input type="hidden" name=(name) value=(value); }
    }
}

/// What goes beyond the one at hand: merging with the next, all certain ones of the chapter.
fn after_next(room: &Room<'_>, item: &Item) -> Markup {
    let same_sort = |other: &&Item| {
        matches!(
            (&item.content, &other.content),
            (Content::Measure(_), Content::Measure(_)) | (Content::Work(_), Content::Work(_))
        )
    };
    let following = room.state.items().skip_while(|other| other.key != item.key).skip(1);
    let next = following.filter(same_sort).find(|other| other.fate.counts());
    let certain = room.state.items().filter(|i| i.chapter == item.chapter && i.fate == Fate::Open && i.is_certain());
    let certain = certain.count();
    html! {
        @if let Some(next) = next {
            (deciding(room, item, ("merge", "merge"), &html! {
                input type="hidden" name="other" value=(next.key);
                input type="hidden" name="other_seen" value=(next.last);
                button type="submit" title=(next.content.name()) { (room.visit.language.say_with("confirm-merge", &[("key", next.key.to_string().into())])) " " kbd { "m" } }
            }))
        }
        @if certain > 1 {
            form id="certain" method="post" action=(room.visit.href(&room.path(), &[])) {
                (hidden(room, "certain"))
                input type="hidden" name="key" value=(item.key);
                input type="hidden" name="of" value=(item.chapter);
                button type="submit" { (room.visit.language.say_with("confirm-certain", &[("count", certain.into())])) " " kbd { "A" } }
            }
        }
    }
}

/// Taking back: one's own last press, and the last decision on this candidate.
fn undo(room: &Room<'_>, item: &Item) -> Markup {
    let decided = room.state.history(item.key).any(|decision| room.state.holds(decision));
    html! {
        form id="undo" method="post" action=(room.visit.href(&room.path(), &[])) {
            (hidden(room, "undo-last"))
            button type="submit" { (room.say("confirm-undo")) " " kbd { "u" } }
        }
        @if decided { (deciding(room, item, ("undo", "undo-this"), &html! { button.plain.small type="submit" { (room.say("confirm-undo-this")) } })) }
    }
}

/// The other mentions of the same indicator, where targets can contradict.
fn same(room: &Room<'_>, item: &Item) -> Markup {
    let Some(indicator) = &item.indicator else { return html! {} };
    let others = room
        .state
        .items()
        .filter(|other| other.key != item.key && other.indicator.as_ref() == Some(indicator) && other.fate.counts());
    let others: Vec<&Item> = others.collect();
    let conflicts = room.state.contradictions();
    html! {
        p.small {
            (room.say("confirm-indicator")) " "
            a href=(room.visit.href(&format!("/plans/{}/indicators/{indicator}", room.ground.plan.id), &[])) { (indicator) }
            @if conflicts.contains(&item.key) { " " strong.age { (room.say("fate-conflict")) } }
            @for other in others { "；" a href=(room.href_of(other.key)) { (sign(room, other)) " " (other.key) } " " (promise(room, other)) }
        }
    }
}

/// Why it is none: one press for each reason, words for another one.
fn reasons(room: &Room<'_>) -> Markup {
    html! {
        @for (digit, reason) in (1..).zip(RejectReason::ALL.iter().filter(|reason| **reason != RejectReason::Other)) {
            button type="submit" name="reason" value=(reason.code()) data-digit=(digit) { kbd { (digit) } " " (reason_words(room, *reason)) }
        }
    }
}

fn other_reason(room: &Room<'_>) -> Markup {
    html! {
        input type="hidden" name="reason" value=(RejectReason::Other.code());
        input name="words" maxlength="200" required data-digit="5" aria-label=(room.say("reject-other")) placeholder=(room.say("confirm-other-hint")) autocomplete="off";
        button type="submit" { kbd { "5" } " " (room.say("reject-other")) }
    }
}

fn reject(room: &Room<'_>, item: &Item) -> Markup {
    html! {
        details id="reject" {
            summary { (room.say("confirm-reject")) " " kbd { "x" } }
            (deciding(room, item, ("reject", "reject-known"), &html! { div.actions { (reasons(room)) } }))
            (deciding(room, item, ("reject", "reject-other"), &html! { div.actions { (other_reason(room)) } }))
        }
    }
}

fn split(room: &Room<'_>, item: &Item) -> Markup {
    let kept = |form: &Form, name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let typed = |name: &str| room.typed.filter(|form| form.get("wish") == "split").and_then(|form| kept(form, name));
    // 软件、算力产值 is proposed as two where the name itself says so.
    let proposed = || item.content.name().replace(['、', '和', '及', '与'], "/");
    let values = match &item.content {
        Content::Measure(found) => found.target.value.map(plan_model::plain).unwrap_or_default(),
        Content::Work(_) => String::new(),
    };
    html! {
        details id="split" open[typed("names").is_some()] {
            summary { (room.say("confirm-split")) " " kbd { "s" } }
            (deciding(room, item, ("split", "split-form"), &html! {
                p.second.small { (room.say("confirm-split-hint")) }
                div.field { label for="split-names" { (room.say("confirm-names")) } input id="split-names" name="names" value=(typed("names").unwrap_or_else(proposed)) autocomplete="off"; }
                @if matches!(item.content, Content::Measure(_)) {
                    div.field { label for="split-values" { (room.say("confirm-values")) } input id="split-values" name="values" value=(typed("values").unwrap_or(values)) autocomplete="off"; }
                }
                div.actions { button type="submit" { (room.say("confirm-split-do")) } }
            }))
        }
    }
}

/// The form for one that is missing, filled with what the rules find in the words.
pub(super) fn adding(room: &Room<'_>, anchor: Anchor) -> Markup {
    let Some(content) = propose(room.ground, anchor) else {
        return html! { div.notice.wrong role="alert" { p { (room.say("confirm-no-such-words")) } } };
    };
    let typed = room.typed.filter(|form| form.get("wish") == "add" && form.get("reason").is_empty());
    let place = html! {
        (hidden(room, "add"))
        input type="hidden" name="line" value=(anchor.line);
        input type="hidden" name="start" value=(anchor.start);
        input type="hidden" name="end" value=(anchor.end);
    };
    let action = room.visit.href(&room.path(), &[]);
    html! {
        article.candidate {
            header.actions { strong { (room.say("confirm-add-title")) } span.spring {} a.small href=(room.href(&room.view)) { (room.say("cancel")) } }
            (quoted(room, anchor))
            form id="fields" method="post" action=(action) {
                (place)
                (fields::draw(room.visit, &content, typed, true))
                div.actions { button.main type="submit" { (room.say("confirm-add")) } }
            }
            details id="reject" {
                summary { (room.say("confirm-add-none")) }
                form method="post" action=(action) { (place) div.actions { (reasons(room)) } }
                form method="post" action=(action) { (place) div.actions { (other_reason(room)) } }
            }
        }
    }
}

/// The way to add one without selecting: a line and words that stand in it.
pub(super) fn find(room: &Room<'_>) -> Markup {
    html! {
        details id="find" {
            summary { (room.say("confirm-find")) " " kbd { "n" } }
            form.rows method="get" action=(room.path()) {
                p.second.small { (room.say("confirm-find-hint")) }
                @for (name, value) in room.visit.chosen() { input type="hidden" name=(name) value=(value); }
                @for (name, value) in room.view.fields() { input type="hidden" name=(name) value=(value); }
                (form::Field { name: "line", label: room.say("confirm-find-line"), ..form::Field::default() }.draw())
                (form::Field { name: "words", label: room.say("confirm-find-words"), ..form::Field::default() }.draw())
                div.actions { button type="submit" { (room.say("confirm-find-do")) } }
            }
        }
    }
}
