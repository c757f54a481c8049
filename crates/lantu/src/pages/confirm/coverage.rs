//! Was anything overlooked? Every number, word of intent and box item of the text
//! with what became of it; and the corrections as cases for the rules.

use axum::{
    extract::{Path, State},
    http::header,
    response::IntoResponse,
};
use maud::{Markup, html};
use plan_extraction::Part;
use plan_workflow::{
    confirm::{self, Answer as Answered, Covered, Ground, Sort},
    permissions::Action,
};

use crate::{
    pages::plans::plan_id,
    server::{
        App,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        form::choice,
        layout::{self, Frame, Place},
    },
};

/// Places listed at once.
const LISTED: usize = 400;
const SORTS: [(Sort, &str); 3] =
    [(Sort::Number, "cover-number"), (Sort::Intent, "cover-intent"), (Sort::BoxItem, "cover-box-item")];
const ANSWERS: [&str; 4] = ["registered", "rejected", "accounted", "open"];

/// GET /plans/{plan}/confirm/coverage
pub(crate) async fn coverage(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let kept = app.text(plan_id(&plan)?).await?;
    let state = app.confirming(&kept.ground).await?;
    let all = confirm::coverage(&kept.ground, &state, &kept.quantities);
    let query = visit.query();
    let show = field(&query, "show").unwrap_or("open").to_owned();
    let sort = field(&query, "sort").unwrap_or_default().to_owned();
    let fits = |place: &&Covered| {
        (show == "all" || place.answer.code() == show) && (sort.is_empty() || sort == sort_code(place.sort))
    };
    let shown: Vec<&Covered> = all.iter().filter(fits).collect();
    let path = format!("/plans/{}/confirm", kept.ground.plan.id);
    let content = html! {
        (super::tabs(&visit, &path, true))
        p { (visit.say("cover-intro")) }
        (counts(&visit, &all))
        (filters(&visit, &path, &show, &sort))
        p.second { (visit.language.say_with("cover-shown", &[("count", shown.len().into())])) }
        ol.candidates.coverage {
            @for place in shown.iter().take(LISTED) { li data-fate=(place.answer.code()) { (row(&visit, &kept.ground, &path, place)) } }
        }
        @if shown.len() > LISTED { p.second { (visit.language.say_with("problem-more", &[("count", (shown.len() - LISTED).into())])) } }
    };
    let title = visit.say("cover-title");
    let frame = Frame { visit: &visit, place: Place::Confirm, plan: Some(&kept.ground.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

fn sort_code(sort: Sort) -> &'static str {
    match sort {
        Sort::Number => "number",
        Sort::Intent => "intent",
        Sort::BoxItem => "box-item",
    }
}

/// How many of each sort became what.
fn counts(visit: &Visit, all: &[Covered]) -> Markup {
    let count = |sort: Sort, answer: &str| all.iter().filter(|p| p.sort == sort && p.answer.code() == answer).count();
    html! {
        div.table { table.counts {
            thead { tr { th { (visit.say("cover-what")) } @for answer in ANSWERS { th.number { (visit.say(&format!("cover-{answer}"))) } } } }
            tbody { @for (sort, words) in SORTS { tr {
                th scope="row" { (visit.say(words)) }
                @for answer in ANSWERS { td.number { (count(sort, answer)) } }
            } } }
        } }
    }
}

fn filters(visit: &Visit, path: &str, show: &str, sort: &str) -> Markup {
    let mut answers = vec![("all".to_owned(), visit.say("confirm-all"))];
    answers.extend(ANSWERS.map(|answer| (answer.to_owned(), visit.say(&format!("cover-{answer}")))));
    let mut sorts = vec![(String::new(), visit.say("confirm-all"))];
    sorts.extend(SORTS.map(|(sort, words)| (sort_code(sort).to_owned(), visit.say(words))));
    html! {
        form.filters method="get" action=(format!("{path}/coverage")) {
            @for (name, value) in visit.chosen() { input type="hidden" name=(name) value=(value); }
            (choice("show", &visit.say("cover-answer"), show, &answers))
            (choice("sort", &visit.say("cover-what"), sort, &sorts))
            button type="submit" { (visit.say("confirm-filter")) }
        }
    }
}

fn row(visit: &Visit, ground: &Ground, path: &str, place: &Covered) -> Markup {
    const WORDS: usize = 14;
    let anchor = place.anchor;
    let text = ground.source.line(anchor.line).map(|line| line.text.as_str()).unwrap_or_default();
    let (start, end) = (anchor.start as usize, anchor.end as usize);
    let from = start.saturating_sub(WORDS);
    let cut = |from: usize, to: usize| text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>();
    let source = visit.href(&format!("/plans/{}/source", ground.plan.id), &[("line", &anchor.line.to_string())]);
    let candidate = |key: confirm::CandidateKey| visit.href(path, &[("at", &key.to_string())]) + &format!("#{key}");
    // What answers for a place may begin before it: the form gets some words around it.
    let (first, last) = (start.saturating_sub(WORDS).to_string(), (end + WORDS).min(text.chars().count()).to_string());
    let (first, last) =
        if place.sort == Sort::BoxItem { (anchor.start.to_string(), anchor.end.to_string()) } else { (first, last) };
    let add = visit.href(path, &[("line", &anchor.line.to_string()), ("start", &first), ("end", &last)]);
    html! {
        a href=(format!("{source}#L{}", anchor.line)) { (anchor.line) } " "
        span.kind { (visit.say(&format!("cover-{}", sort_code(place.sort)))) } " "
        @if from > 0 { "…" } (cut(from, start)) strong { (cut(start, end.min(start + 60))) } (cut(end, end + WORDS)) " "
        @match &place.answer {
            Answered::Registered(key, sure) => { a href=(candidate(*key)) { (key) } " " span.second { (visit.say(if *sure { "cover-confirmed" } else { "fate-open" })) } }
            Answered::Rejected(key) => { a href=(candidate(*key)) { (key) } " " span.second { (visit.say("fate-rejected")) } }
            Answered::Accounted(part) => span.second { (visit.say(part_key(*part))) },
            Answered::Open => { @if visit.may(Action::ConfirmRegister) { a href=(add) { (visit.say("cover-add")) } } }
        }
    }
}

fn part_key(part: Part) -> &'static str {
    match part {
        Part::Target => "part-target",
        Part::Baseline => "part-baseline",
        Part::Threshold => "part-threshold",
        Part::Name => "part-name",
        Part::Date => "part-date",
        Part::Ordinal => "part-ordinal",
        Part::Boilerplate => "part-boilerplate",
        Part::Open => "part-open",
    }
}

/// GET /plans/{plan}/confirm/cases.md
pub(crate) async fn cases(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::ReadPlans)?;
    let kept = app.text(plan_id(&plan)?).await?;
    let state = app.confirming(&kept.ground).await?;
    let text = confirm::cases(&kept.ground, &state).unwrap_or_else(|| visit.say("confirm-no-cases") + "\n");
    let name = format!("attachment; filename=\"internal-confirmed-{}.md\"", kept.ground.plan.id);
    let headers =
        [(header::CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
