//! 数据矛盾: which figures are known differently on two words?

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::quality::Contradiction;
use plan_model::Observation;
use plan_workflow::{permissions::Action, records::FigureRecord};

use crate::{
    pages::{
        export::{self, Cell, List},
        plans::{moment, plan_id},
    },
    server::{
        App,
        judged::JudgedPlan,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        figure, form,
        layout::{self, Frame, Place},
    },
};

/// Rows shown at once; the export has them all.
const SHOWN: usize = 500;

/// Those whose indicator's name or id was asked for.
fn asked<'a>(app: &App, visit: &Visit, plan: &'a JudgedPlan) -> Vec<&'a Contradiction> {
    let fields = visit.query();
    let wanted = field(&fields, "q").unwrap_or_default();
    let fits = |c: &&Contradiction| {
        let name = plan.indicator(&c.better.indicator).map_or("", |j| j.record.indicator.name.as_str());
        wanted.is_empty() || c.better.indicator == wanted || name.contains(wanted)
    };
    plan.quality(&app.quality).contradictions.iter().filter(fits).collect()
}

/// The record of a figure: who entered it, and when.
fn record<'a>(plan: &'a JudgedPlan, seen: &Observation) -> Option<&'a FigureRecord> {
    plan.situation.figures_of(&seen.indicator).find(|record| record.observation == *seen)
}

/// GET /plans/{plan}/contradictions
pub(crate) async fn contradictions(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let rows = asked(&app, &visit, &plan);
    let base = format!("/plans/{}/contradictions", plan.plan.id);
    let fields = visit.query();
    let words = field(&fields, "q").unwrap_or_default();
    let exports = [(visit.href(&format!("{base}.csv"), &[("q", words)]), "CSV")];
    let quality = visit.href(&format!("/plans/{}/quality", plan.plan.id), &[]);
    let content = html! {
        p { (visit.say("contradictions-intro")) " " a href=(quality) { (visit.say("contradictions-to-quality")) } }
        (form::filters(&visit, (&base, &[]), (&visit.say("filter-search"), words), &html! {}, &exports))
        @if rows.is_empty() { div.notice { p { (visit.say("contradictions-none")) } } } @else {
            p.second { (visit.language.say_with("contradictions-count", &[("count", rows.len().into())])) }
            (list(&visit, &plan, &rows))
        }
    };
    let title = visit.say("contradictions-title");
    let frame = Frame { visit: &visit, place: Place::Quality, plan: Some(&plan.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

fn list(visit: &Visit, plan: &JudgedPlan, rows: &[&Contradiction]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("indicator")) }
                th scope="col" { (say("figure-period")) }
                th scope="col" { (say("contradictions-better")) }
                th scope="col" { (say("contradictions-other")) }
                th.number scope="col" { (say("contradictions-difference")) }
                th.number scope="col" { (say("contradictions-allowed")) }
            } }
            tbody { @for clash in rows.iter().take(SHOWN) { (row(visit, plan, clash)) } }
        } }
        @if rows.len() > SHOWN { p.second { (visit.language.say_with("contradictions-more", &[("count", (rows.len() - SHOWN).into())])) } }
    }
}

fn row(visit: &Visit, plan: &JudgedPlan, clash: &Contradiction) -> Markup {
    let say = |key: &str| visit.say(key);
    let indicator = plan.indicator(&clash.better.indicator).map(|judged| &judged.record.indicator);
    let unit = indicator.map_or("", |i| i.unit.as_str());
    let path = format!("/plans/{}/indicators/{}", plan.plan.id, clash.better.indicator);
    let side = |seen: &Observation| {
        html! {
            div { (figure::amount(seen.value, unit)) " " (figure::standing(seen.standing, visit.language)) }
            div.small.second { (figure::behind(seen.standing, &seen.source, seen.vintage, visit.language)) }
            @if !seen.note.is_empty() { div.small { (seen.note) } }
            @if let Some(record) = record(plan, seen) { div.small.second { (record.actor) " " (moment(record.at)) } }
        }
    };
    html! {
        tr {
            th scope="row" { a href=(visit.href(&path, &[]) + "#standings") { (indicator.map_or("", |i| i.name.as_str())) } }
            td data-label=(say("figure-period")) { (clash.better.period) }
            td data-label=(say("contradictions-better")) { (side(&clash.better)) }
            td data-label=(say("contradictions-other")) { (side(&clash.other)) }
            td.number data-label=(say("contradictions-difference")) {
                (figure::amount(clash.difference, unit))
                @if let Some(percent) = clash.percent { div.small.second { (figure::number(percent.round_dp(2))) "%" } }
            }
            td.number data-label=(say("contradictions-allowed")) title=(clash.why) { (figure::amount(clash.allowed, unit)) }
        }
    }
}

/// GET /plans/{plan}/contradictions.csv
pub(crate) async fn contradictions_csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let rows = asked(&app, &visit, &plan);
    let columns = [
        "export-id",
        "indicator",
        "export-unit",
        "figure-period",
        "contradictions-better",
        "figure-standing",
        "figure-source",
        "figure-by",
        "contradictions-other",
        "figure-standing",
        "figure-source",
        "figure-by",
        "contradictions-difference",
        "contradictions-allowed",
    ];
    let heading = export::heading(&app, &visit, format!("{} {}", plan.plan.head.title, visit.as_of));
    List {
        file: format!("lantu-plan{}-contradictions-{}", plan.plan.id, visit.as_of),
        name: visit.say("contradictions-short"),
        heading,
        columns: columns.iter().map(|key| (visit.say(key), 16.0)).collect(),
        rows: rows.into_iter().map(|clash| cells(&visit, &plan, clash)).collect(),
    }
    .csv()
}

fn cells(visit: &Visit, plan: &JudgedPlan, clash: &Contradiction) -> Vec<Cell> {
    let indicator = plan.indicator(&clash.better.indicator).map(|judged| &judged.record.indicator);
    let side = |seen: &Observation| {
        let by = record(plan, seen).map(|record| format!("{} {}", record.actor, moment(record.at))).unwrap_or_default();
        [
            Cell::Number(Some(seen.value)),
            Cell::Words(figure::standing(seen.standing, visit.language)),
            Cell::words(&seen.source),
            Cell::Words(by),
        ]
    };
    let mut cells = vec![
        Cell::words(&clash.better.indicator),
        Cell::words(indicator.map_or("", |i| i.name.as_str())),
        Cell::words(indicator.map_or("", |i| i.unit.as_str())),
        Cell::Words(clash.better.period.to_string()),
    ];
    cells.extend(side(&clash.better));
    cells.extend(side(&clash.other));
    cells.extend([Cell::Number(Some(clash.difference)), Cell::Number(Some(clash.allowed))]);
    cells
}
