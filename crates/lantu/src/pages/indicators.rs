//! 指标: which indicators are there, and how does each stand? Filter, sort, page, export.

mod charts;
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
        form::{self, choice},
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
    let judged = app.judged_for(&visit, plan_id(&plan)?).await?;
    let query = Query::read(&visit.query());
    let rows = query.apply(&judged);
    let base = format!("/plans/{}/indicators", judged.plan.id);
    let part = Part::new(query.order.page, ROWS, rows.len());
    let content = html! {
        (filters(&app, &visit, &query, &judged, &base))
        @if judged.indicators.is_empty() {
            div.notice { p { (visit.say("indicators-empty")) } }
        } @else if rows.is_empty() {
            div.notice { p { (visit.say("indicators-none-found")) " " a href=(visit.href(&base, &[])) { (visit.say("indicators-all")) } } }
        } @else {
            (list(&visit, &query, part, &rows, &base))
            (part.draw(visit.language, |page| query.href(&visit, &base, |q| q.order.page = page)))
            p { a href=(visit.href(&format!("/plans/{}/peers", judged.plan.id), &[])) { (visit.say("peers-open")) } }
            @if !query.chapter.is_empty() { (charts::charts(&app, &visit, &judged, &part.of(&rows).copied().collect::<Vec<_>>())) }
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
    let choices = html! {
        (choice("status", &say("indicator-status"), &query.status, &statuses))
        (choice("kind", &say("indicator-kind"), &query.kind, &kinds))
        (form::chapters(visit, &query.chapter, plan.indicators.iter().map(|judged| judged.record.indicator.group.as_str())))
    };
    let export = |ending: &str| query.href(visit, &format!("{base}.{ending}"), |q| q.order.page = 1);
    let exports = [(export("xlsx"), "Excel"), (export("csv"), "CSV")];
    form::filters(visit, (base, &query.kept()), (&say("filter-search"), &query.words), &choices, &exports)
}

fn list(visit: &Visit, query: &Query, part: Part, rows: &[&Judged], base: &str) -> Markup {
    let say = |key: &str| visit.say(key);
    let head = |column: Column, key: &str, number: bool| {
        let href = query.href(visit, base, |q| q.order = q.order.by(column));
        table::head(&say(key), query.order.sorted(column), &href, number)
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
