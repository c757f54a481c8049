//! 指标: which indicators are there, and how does each stand? Filter, sort, page, export.

mod export;
mod query;

pub(crate) use export::{csv, xlsx};

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::IndicatorKind;
use plan_workflow::permissions::Action;

use self::query::{Column, Query};
use super::{dictionary, plans::plan_id};
use crate::{
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::Answer,
        visit::Visit,
    },
    ui::{
        figure,
        form::choice,
        layout::{self, Frame, Place},
        light,
        table::{self, Part},
    },
};

/// Rows on a page.
const ROWS: usize = 50;

/// GET /plans/{plan}/indicators
pub(crate) async fn indicators(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged(plan_id(&plan)?, visit.as_of, &visit.rules).await?;
    let query = Query::read(&visit.query());
    let rows = query.apply(&judged);
    let base = format!("/plans/{}/indicators", judged.plan.id);
    let part = Part::new(query.page, ROWS, rows.len());
    let content = html! {
        (filters(&app, &visit, &query, &judged, &base))
        @if judged.indicators.is_empty() {
            div.notice { p { (visit.say("indicators-empty")) } }
        } @else if rows.is_empty() {
            div.notice { p { (visit.say("indicators-none-found")) " " a href=(visit.href(&base, &[])) { (visit.say("indicators-all")) } } }
        } @else {
            (list(&visit, &query, part, &rows, &base))
            (part.draw(visit.language, |page| query.href(&visit, &base, |q| q.page = page)))
        }
    };
    let title = visit.say("indicators-title");
    let frame = Frame { visit: &visit, place: Place::Indicators, plan: Some(&judged.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

fn filters(app: &App, visit: &Visit, query: &Query, plan: &JudgedPlan, base: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let any = || vec![(String::new(), say("filter-any"))];
    let mut kinds = any();
    for kind in IndicatorKind::ALL {
        let key = match kind {
            IndicatorKind::Binding => "kind-binding",
            IndicatorKind::Expected => "kind-expected",
            IndicatorKind::NotStated => "kind-not-stated",
        };
        kinds.push((kind.code().to_owned(), say(key)));
    }
    let mut statuses = any();
    if let Some(rules) = app.rule_set(Some(&visit.rules)) {
        statuses.extend(
            rules.bands.iter().map(|b| (b.status.code.clone(), light::word(&b.status, visit.language).to_owned())),
        );
    }
    let mut chapters = any();
    for judged in &plan.indicators {
        let group = &judged.record.indicator.group;
        let value = if group.is_empty() { "-" } else { group.as_str() };
        if !chapters.iter().any(|(known, _)| known == value) {
            chapters.push((value.to_owned(), if group.is_empty() { say("chapter-none") } else { group.clone() }));
        }
    }
    html! {
        form.filters method="get" action=(base) role="search" {
            @for (key, value) in visit.chosen() { input type="hidden" name=(key) value=(value); }
            @for (key, value) in query.kept() { input type="hidden" name=(key) value=(value); }
            div.field {
                label for="field-q" { (say("filter-search")) }
                input type="search" id="field-q" name="q" value=(query.words);
            }
            (choice("status", &say("indicator-status"), &query.status, &statuses))
            (choice("kind", &say("indicator-kind"), &query.kind, &kinds))
            (choice("chapter", &say("indicator-chapter"), &query.chapter, &chapters))
            div.actions {
                button type="submit" { (say("filter-apply")) }
                span.second.small { (say("export")) " "
                    a href=(query.href(visit, &format!("{base}.xlsx"), |q| q.page = 1)) { "Excel" } " · "
                    a href=(query.href(visit, &format!("{base}.csv"), |q| q.page = 1)) { "CSV" } }
            }
        }
    }
}

fn list(visit: &Visit, query: &Query, part: Part, rows: &[&Judged], base: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let head = |column: Column, key: &str, number: bool| {
        let sorted = (query.sort == column).then_some(query.down);
        let href = query.href(visit, base, |q| {
            q.down = q.sort == column && !q.down;
            q.sort = column;
            q.page = 1;
        });
        table::head(&say(key), sorted, &href, number)
    };
    html! {
        div.table.cards {
            table {
                thead { tr {
                    (head(Column::Text, "indicator", false))
                    (head(Column::Kind, "indicator-kind", false))
                    th.number scope="col" { (say("indicator-target")) }
                    th.number scope="col" { (say("indicator-value")) }
                    th scope="col" { (say("indicator-course")) }
                    (head(Column::Ratio, "indicator-ratio", true))
                    (head(Column::Status, "indicator-status", false))
                    (head(Column::Age, "indicator-age", false))
                } }
                tbody { @for judged in part.of(rows) { (row(visit, judged, base)) } }
            }
        }
    }
}

fn row(visit: &Visit, judged: &Judged, base: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let language = visit.language;
    let indicator = &judged.record.indicator;
    let verdict = &judged.verdict;
    let course = language.say_with(
        "indicator-course-of",
        &[("count", judged.course.len().into()), ("name", indicator.name.as_str().into())],
    );
    html! {
        tr {
            th scope="row" {
                a href=(visit.href(&format!("{base}/{}", indicator.id), &[])) { (indicator.name) }
                (dictionary::supplied(&judged.record, language))
            }
            td data-label=(say("indicator-kind")) { (figure::kind(indicator.kind, language)) }
            td.number data-label=(say("indicator-target")) {
                @if indicator.targets.is_empty() { (figure::missing(&say("target-none"))) }
                @for target in &indicator.targets { div { (figure::target(target, language)) } }
            }
            td.number data-label=(say("indicator-value")) { (figure::judged(verdict, language)) }
            td data-label=(say("indicator-course")) { (figure::spark(&judged.course, &course)) }
            td.number data-label=(say("indicator-ratio")) {
                @match verdict.ratio { Some(ratio) => { (figure::number(ratio.round_dp(3))) } None => { (figure::missing(&say("ratio-none"))) } }
            }
            td data-label=(say("indicator-status")) { (light::light(&verdict.status, language)) }
            td data-label=(say("indicator-age")) { (figure::age(verdict, language)) }
        }
    }
}
