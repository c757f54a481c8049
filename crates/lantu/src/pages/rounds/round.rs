//! One round: its units, how far each has got, and what the planner does with it.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::UnitId;
use plan_workflow::{
    collection::{RoundState, RowState, Sheet, Stage, Step},
    directory::Directory,
    permissions::Action,
    records::Plan,
    storage::Storage as _,
};

use super::{Tally, standing};
use crate::{
    pages::plans::plan_id,
    server::{
        App,
        fields::Allowed,
        posted::Posted,
        refusal::{Answer, Refusal},
        visit::{Visit, address, field},
    },
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

type Sheets = std::collections::BTreeMap<UnitId, Sheet>;

/// GET /plans/{plan}/rounds/{round}
pub(crate) async fn round(
    State(app): State<App>,
    Path((plan, round)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::CollectReports)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let state = rounds.round(&round).ok_or_else(Refusal::not_found)?;
    let sheets = Sheet::read_all(&app.store, plan.id, &round).await?;
    let directory = app.directory().await?;
    let content = html! {
        (came(&visit))
        p {
            (standing(state, app.today(), &visit)) " · "
            (super::super::report::dates(state, app.today(), &visit))
        }
        (units(&app, &visit, (&plan, state), (&sheets, &directory)))
        (lock(&visit, &plan, state, app.today()))
    };
    let title = state.round.title.clone();
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::Rounds, plan: Some(&plan), title: &title }, &content))
}

fn came(visit: &Visit) -> Markup {
    let fields = visit.query();
    let count = |name: &str| field(&fields, name).and_then(|text| text.parse::<usize>().ok());
    let said = [("done", "sheet-done"), ("left", "sheet-left"), ("unasked", "rounds-unasked")];
    html! {
        @for (name, key) in said {
            @if let Some(count) = count(name).filter(|count| name == "done" || *count > 0) {
                div.notice role="status" { p { (visit.language.say_with(key, &[("count", count.into())])) } }
            }
        }
    }
}

/// The rows of a unit that wait for the planning department, with their versions.
fn waiting(state: &RoundState, unit: &UnitId, sheets: &Sheets) -> Vec<(UnitId, String, u32)> {
    let Some(sheet) = sheets.get(unit) else { return Vec::new() };
    let rows = state.asked_of(unit).filter_map(|subject| Some((subject, sheet.row(subject)?)));
    let rows = rows.filter(|(_, row)| row.state == RowState::Approved);
    rows.map(|(subject, row)| (unit.clone(), subject.to_owned(), row.number())).collect()
}

fn units(
    app: &App,
    visit: &Visit,
    (plan, state): (&Plan, &RoundState),
    (sheets, directory): (&Sheets, &Directory),
) -> Markup {
    let say = |key: &str| visit.say(key);
    let path = format!("/plans/{}/rounds/{}", plan.id, state.round.id);
    html! {
        form method="post" action=(path) {
            (form::token(&visit.session.csrf))
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("burden-unit")) }
                    th.number scope="col" { (say("round-asked")) }
                    th.number scope="col" { (say("round-answered")) }
                    th.number scope="col" { (say("round-submitted")) }
                    th.number scope="col" { (say("round-approved")) }
                    th.number scope="col" { (say("round-accepted")) }
                    th.number scope="col" { (say("round-late")) }
                } }
                tbody { @for unit in state.units() {
                    @let tally = Tally::of(state, unit, sheets.get(unit), app.today());
                    @let holder = directory.unit_on(unit, app.today());
                    @let wait = waiting(state, unit, sheets).len();
                    tr {
                        th scope="row" {
                            @if wait > 0 && !state.is_locked() {
                                label { input type="checkbox" name="unit" value=(unit) checked; span.hidden { (directory.unit_name(holder)) } } " "
                            }
                            a href=(format!("/report/{}/{}/{unit}", plan.id, state.round.id)) { (directory.unit_name(holder)) }
                            @if holder != unit { div.second.small { (visit.language.say_with("report-from-merged", &[("unit", directory.unit_name(unit).into())])) } }
                        }
                        td.number data-label=(say("round-asked")) { (tally.asked) }
                        td.number data-label=(say("round-answered")) { (tally.answered) }
                        td.number data-label=(say("round-submitted")) { (tally.submitted) }
                        td.number data-label=(say("round-approved")) { (tally.approved) }
                        td.number data-label=(say("round-accepted")) { (tally.accepted) }
                        td.number data-label=(say("round-late")) {
                            @if tally.late == 0 { "0" } @else {
                                span.age { (visit.language.say_with("round-late-days", &[("rows", tally.late.into()), ("days", tally.days.into())])) }
                            }
                        }
                    }
                } }
            } }
            @if !state.is_locked() && state.units().any(|unit| !waiting(state, unit, sheets).is_empty()) {
                div.field { label for="field-reason" { (say("sheet-reason")) } input id="field-reason" name="reason" autocomplete="off"; }
                div.actions {
                    button.main type="submit" name="do" value="accept" { (say("rounds-accept")) }
                    button type="submit" name="do" value="return" { (say("rounds-return")) }
                }
            }
        }
    }
}

/// Locking and reopening, and what was locked before.
fn lock(visit: &Visit, plan: &Plan, state: &RoundState, today: Date) -> Markup {
    let say = |key: &str| visit.say(key);
    let path = format!("/plans/{}/rounds/{}", plan.id, state.round.id);
    html! {
        h2 { (say("rounds-lock-title")) }
        @if !state.locks.is_empty() {
            ul { @for lock in &state.locks {
                li { (lock.at.strftime("%F").to_string()) " " (lock.actor) " " (say(if lock.locked { "rounds-lock" } else { "rounds-reopen" })) "：" (lock.reason) }
            } }
        }
        form.rows method="post" action=(path) {
            (form::token(&visit.session.csrf))
            div.field { label for="field-why" { (say("rounds-why")) } input id="field-why" name="reason" required autocomplete="off"; }
            @if state.is_locked() || today > state.round.closes {
                div.field { label for="field-closes" { (say("rounds-closes")) } input type="date" id="field-closes" name="closes" required; }
                div.actions { button type="submit" name="do" value="reopen" { (say("rounds-reopen")) } }
            }
            @if !state.is_locked() { div.actions { button type="submit" name="do" value="lock" formnovalidate[today > state.round.closes] { (say("rounds-lock")) } } }
        }
    }
}

/// POST /plans/{plan}/rounds/{round}
pub(crate) async fn change_round(
    State(app): State<App>,
    Path((plan, round)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::CollectReports)?;
    let id = plan_id(&plan)?;
    let rounds = app.rounds_of(id).await?;
    let state = rounds.round(&round).ok_or_else(Refusal::not_found)?;
    let directory = app.directory().await?;
    let desk = app.desk(&visit, &directory);
    let (why, path) = (form.get("reason"), format!("/plans/{plan}/rounds/{round}"));
    match form.get("do") {
        "lock" => desk.lock(id, &rounds, &round, why).await?,
        "reopen" => {
            let typed = form.get("closes");
            let closes =
                typed.parse().map_err(|_| Refusal::unread(("closes", "rounds-closes"), typed, Allowed::Day))?;
            desk.reopen(id, &rounds, (&round, closes), why).await?;
        }
        "accept" | "return" => {
            let sheets = Sheet::read_all(&app.store, id, &round).await?;
            let chosen = form.all("unit").map(UnitId::from);
            let rows: Vec<_> = chosen.flat_map(|unit| waiting(state, &unit, &sheets)).collect();
            let step = match form.get("do") {
                "accept" => Step::Pass(Stage::Planning),
                _ => Step::Return(Stage::Planning, why.to_owned()),
            };
            let judged = desk.judge(id, state, step, &rows).await?;
            let (done, left) = (judged.done.to_string(), judged.left.len().to_string());
            return Ok(Redirect::to(&address(&path, &[("done", &done), ("left", &left)])).into_response());
        }
        other => return Err(Refusal::wrong_field("do", other)),
    }
    Ok(Redirect::to(&path).into_response())
}
