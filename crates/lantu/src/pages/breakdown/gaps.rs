//! 不一致: everything in a breakdown that does not fit, with its amount.

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_workflow::{breakdown::Inconsistency, permissions::Action};

use super::{Tab, View, page_of, tabs};
use crate::{
    pages::export::{self, Cell, List},
    server::{App, refusal::Answer, visit::Visit},
    ui::figure,
};

/// GET /plans/{plan}/breakdown/gaps
pub(crate) async fn gaps(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let view = View::read(&app, &plan).await?;
    let say = |key: &str| visit.say(key);
    let export = visit.href(&format!("/plans/{}/breakdown/gaps.csv", view.plan()), &[]);
    let groups = view.gaps.chunk_by(|a, b| a.subject == b.subject);
    let content = html! {
        (tabs(&visit, view.plan(), Tab::Gaps))
        @if view.gaps.is_empty() { div.notice { p { (say("gaps-none")) } } } @else {
            p {
                (visit.language.say_with("gaps-count", &[("count", view.gaps.len().into())])) " "
                span.second.small { (say("export")) " " a href=(export) { "CSV" } }
            }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("gaps-subject")) }
                    th scope="col" { (say("problem-message")) }
                    th.number scope="col" { (say("gaps-amount")) }
                    th scope="col" { (say("problem-hint")) }
                } }
                tbody {
                    @for group in groups { @for (at, gap) in group.iter().enumerate() { (row(&visit, &view, gap, at == 0)) } }
                }
            } }
        }
    };
    Ok(view.page(&app, &visit, "gaps-title", &content))
}

fn row(visit: &Visit, view: &View, gap: &Inconsistency, first: bool) -> Markup {
    html! {
        tr id=[first.then_some(&gap.subject)] {
            th scope="row" { a href=(visit.href(&page_of(view.plan(), &gap.subject), &[])) { (gap.name) } }
            td data-label=(visit.say("problem-message")) { (gap.what) }
            td.number data-label=(visit.say("gaps-amount")) { @if let Some(amount) = gap.amount { (figure::amount(amount, &gap.unit)) } }
            td.small data-label=(visit.say("problem-hint")) { (gap.hint) }
        }
    }
}

/// GET /plans/{plan}/breakdown/gaps.csv
pub(crate) async fn csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::ReadPlans)?;
    let view = View::read(&app, &plan).await?;
    let columns = [
        ("export-id", 8.0),
        ("gaps-subject", 30.0),
        ("gaps-code", 20.0),
        ("problem-message", 60.0),
        ("gaps-amount", 12.0),
        ("export-unit", 10.0),
        ("problem-hint", 40.0),
    ];
    let row = |gap: &Inconsistency| {
        vec![
            Cell::words(&gap.subject),
            Cell::words(&gap.name),
            Cell::words(&gap.code),
            Cell::words(&gap.what),
            Cell::Number(gap.amount),
            Cell::words(&gap.unit),
            Cell::words(&gap.hint),
        ]
    };
    let list = List {
        file: format!("lantu-plan{}-gaps", view.plan()),
        name: visit.say("breakdown-tab-gaps"),
        heading: export::heading(&app, &visit, visit.say("gaps-title")),
        columns: columns.map(|(key, width)| (visit.say(key), width)).into(),
        rows: view.gaps.iter().map(row).collect(),
    };
    list.csv()
}
