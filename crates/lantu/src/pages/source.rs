//! 原文: what does the text say? Every commitment marked in its sentence, leading
//! to its record; every quantity that nobody has accounted for listed.

pub(in crate::pages) mod marked;

use axum::extract::{Path, State};
use document_reader::{Heading, Line, Role, Source};
use maud::{Markup, html};
use plan_extraction::{Part, Quantity};
use plan_workflow::permissions::Action;

use self::marked::Marks;
use super::{plans::plan_id, problems};
use crate::{
    server::{
        App,
        judged::JudgedPlan,
        kept::PlanText,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::layout::{self, Frame, Place},
};

/// Lines on a page; a five-year plan has some hundreds.
const LINES: u32 = 1_500;
/// Quantities and headings listed beside the text.
const LISTED: usize = 300;

/// GET /plans/{plan}/source
pub(crate) async fn source(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged(plan_id(&plan)?, visit.as_of, &visit.rules).await?;
    let kept = app.text(judged.plan.id).await?;
    let PlanText { ground, quantities, problems: found } = kept.as_ref();
    let text = &ground.source;
    let total = u32::try_from(text.lines.len()).unwrap_or(u32::MAX);
    let asked =
        field(&visit.query(), "line").and_then(|line| line.parse().ok()).unwrap_or(1_u32).clamp(1, total.max(1));
    let first = (asked - 1) / LINES * LINES + 1;
    let last = (first + LINES - 1).min(total);
    let content = html! {
        p.no-print { a href=(visit.href(&format!("/plans/{}/editions", judged.plan.id), &[])) { (visit.say("editions-link")) } }
        (coverage(&visit, &judged, quantities))
        div.reader {
            div {
                (leaf(&visit, &judged, (first, last, total)))
                div.text lang="zh-Hans" { (lines(&visit, &judged, text, quantities, first..=last)) }
                (leaf(&visit, &judged, (first, last, total)))
            }
            aside aria-label=(visit.say("source-aside")) {
                (headings(&visit, &judged, text, first..=last))
                (open(&visit, &judged, text, quantities))
            }
        }
        @if !found.is_empty() {
            section id="problems" { h2 { (visit.language.say_with("source-problems", &[("count", found.len().into())])) } (problems::table(found, visit.language)) }
        }
    };
    let title = visit.say("source-title");
    let frame = Frame { visit: &visit, place: Place::Source, plan: Some(&judged.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

/// What became of the numbers of the text, so that nothing is overlooked.
fn coverage(visit: &Visit, plan: &JudgedPlan, quantities: &[Quantity]) -> Markup {
    let count = |part: Part| quantities.iter().filter(|q| q.part == part).count();
    html! {
        p {
            (visit.language.say_with("source-summary", &[
                ("commitments", plan.commitments.len().into()),
                ("indicators", plan.indicators.len().into()),
                ("quantities", quantities.len().into()),
                ("open", count(Part::Open).into()),
            ]))
        }
        details.no-print {
            summary.small { (visit.say("source-coverage")) }
            dl.facts {
                @for (part, key) in PARTS { dt { (visit.say(key)) } dd { (count(part)) } }
            }
        }
    }
}

const PARTS: [(Part, &str); 8] = [
    (Part::Target, "part-target"),
    (Part::Baseline, "part-baseline"),
    (Part::Threshold, "part-threshold"),
    (Part::Name, "part-name"),
    (Part::Date, "part-date"),
    (Part::Ordinal, "part-ordinal"),
    (Part::Boilerplate, "part-boilerplate"),
    (Part::Open, "part-open"),
];

/// The way to the neighbouring part of a very long text.
fn leaf(visit: &Visit, plan: &JudgedPlan, (first, last, total): (u32, u32, u32)) -> Markup {
    let path = format!("/plans/{}/source", plan.plan.id);
    let href = |line: u32| visit.href(&path, &[("line", &line.to_string())]);
    html! {
        @if total > LINES {
            nav.pages {
                span { (visit.language.say_with("source-lines", &[("first", first.to_string().into()), ("last", last.to_string().into()), ("total", total.to_string().into())])) }
                @if first > 1 { a rel="prev" href=(href(first.saturating_sub(LINES))) { (visit.say("table-previous")) } }
                @if last < total { a rel="next" href=(href(last + 1)) { (visit.say("table-next")) } }
            }
        }
    }
}

fn lines(
    visit: &Visit,
    plan: &JudgedPlan,
    source: &Source,
    quantities: &[Quantity],
    shown: std::ops::RangeInclusive<u32>,
) -> Markup {
    let marks = Marks::new(visit, plan, quantities);
    html! {
        @for (number, line) in (1u32..).zip(&source.lines) {
            @if shown.contains(&number) && line.role != Role::Blank && line.role != Role::Boilerplate {
                (paragraph(source, number, line, &marks.draw(number, &line.text)))
            }
        }
    }
}

/// A line of the text as what it is: heading, box, table row, paragraph.
pub(in crate::pages) fn paragraph(source: &Source, number: u32, line: &Line, drawn: &Markup) -> Markup {
    let id = format!("L{number}");
    let words = html! { span.line aria-hidden="true" { (number) } (drawn) };
    let level = || source.headings.iter().find(|h| h.line == number && !h.run_in).map_or(3, |h| h.level);
    html! {
        @match line.role {
            Role::Heading => @match level() {
                1 => h2 id=(id) { (words) },
                2 => h3 id=(id) { (words) },
                3 => h4 id=(id) { (words) },
                _ => h5 id=(id) { (words) },
            },
            Role::BoxTitle | Role::TableTitle => p.box id=(id) { strong { (words) } },
            Role::BoxItem | Role::TableRow => p.box id=(id) { (words) },
            _ => p id=(id) { (words) },
        }
    }
}

/// The headings, to go to.
fn headings(visit: &Visit, plan: &JudgedPlan, source: &Source, shown: std::ops::RangeInclusive<u32>) -> Markup {
    let list: Vec<&Heading> = source.headings.iter().filter(|h| !h.run_in && h.level <= 3).collect();
    let href = |line: u32| {
        if shown.contains(&line) {
            format!("#L{line}")
        } else {
            visit.href(&format!("/plans/{}/source", plan.plan.id), &[("line", &line.to_string())])
                + &format!("#L{line}")
        }
    };
    html! {
        @if !list.is_empty() {
            nav aria-label=(visit.say("source-headings")) {
                h2 { (visit.say("source-headings")) }
                ol { @for heading in list.iter().take(LISTED) {
                    li class=[match heading.level { 1 => None, 2 => Some("deep"), _ => Some("deeper") }] { a href=(href(heading.line)) { (heading.title) } }
                } }
            }
        }
    }
}

/// The numbers nobody has accounted for, each with some words around it.
fn open(visit: &Visit, plan: &JudgedPlan, source: &Source, quantities: &[Quantity]) -> Markup {
    let open: Vec<&Quantity> = quantities.iter().filter(|q| q.part == Part::Open).collect();
    html! {
        section id="open" {
            h2 { (visit.language.say_with("source-open", &[("count", open.len().into())])) }
            p.second { (visit.say(if open.is_empty() { "source-open-none" } else { "source-open-hint" })) }
            ol { @for quantity in open.iter().take(LISTED) {
                li {
                    a href=(visit.href(&format!("/plans/{}/source", plan.plan.id), &[("line", &quantity.anchor.line.to_string())]) + &format!("#L{}", quantity.anchor.line)) { (quantity.anchor.line) }
                    " " (around(source, quantity))
                }
            } }
            @if open.len() > LISTED { p.second { (visit.language.say_with("problem-more", &[("count", (open.len() - LISTED).into())])) } }
        }
    }
}

fn around(source: &Source, quantity: &Quantity) -> Markup {
    const WORDS: usize = 8;
    let Some(line) = source.line(quantity.anchor.line) else { return html! {} };
    let start = quantity.anchor.start as usize;
    let length = quantity.text.chars().count();
    let from = start.saturating_sub(WORDS);
    let before: String = line.text.chars().skip(from).take(start - from).collect();
    let after: String = line.text.chars().skip(start + length).take(WORDS).collect();
    html! { "…" (before) strong { (quantity.text) } (after) "…" }
}
