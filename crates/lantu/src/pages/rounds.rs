//! 采集: who was asked for what, who answered, who is late? The planner opens
//! rounds, accepts or returns what was reported, locks and reopens.

mod open;
mod round;

pub(crate) use open::{open_round, set_days};
pub(crate) use round::{change_round, round};

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::{Period, UnitId};
use plan_workflow::{
    collection::{RoundState, Rounds, RowState, Sheet, burden::burden},
    directory::Directory,
    permissions::Action,
    records::Plan,
    storage::Storage as _,
};

use super::plans::plan_id;
use crate::{
    server::{
        App,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::layout::{self, Frame, Place},
};

/// How far a sheet has got, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    pub(crate) answered: usize,
    pub(crate) submitted: usize,
    pub(crate) approved: usize,
    pub(crate) accepted: usize,
    /// Rows that are not submitted although they are due, or were submitted late.
    pub(crate) late: usize,
    /// The most working days by which one of them is late.
    pub(crate) days: u16,
}

impl Tally {
    /// Counts the rows of a unit.
    pub(crate) fn of(state: &RoundState, unit: &UnitId, sheet: Option<&Sheet>, today: jiff::civil::Date) -> Self {
        let none = Sheet::default();
        let sheet = sheet.unwrap_or(&none);
        let mut tally = Self::default();
        for subject in state.asked_of(unit) {
            let row = sheet.row(subject);
            let at = |from: RowState| row.is_some_and(|row| row.state >= from);
            tally.asked += 1;
            tally.answered += usize::from(row.is_some());
            tally.submitted += usize::from(at(RowState::Submitted));
            tally.approved += usize::from(at(RowState::Approved));
            tally.accepted += usize::from(at(RowState::Accepted));
            let days = sheet.late(subject, state.round.due, today);
            tally.late += usize::from(days > 0);
            tally.days = tally.days.max(days);
        }
        tally
    }

    fn add(&mut self, other: Self) {
        self.asked += other.asked;
        self.answered += other.answered;
        self.submitted += other.submitted;
        self.approved += other.approved;
        self.accepted += other.accepted;
        self.late += other.late;
        self.days = self.days.max(other.days);
    }
}

/// The word for how a round stands on a day.
fn standing(state: &RoundState, today: jiff::civil::Date, visit: &Visit) -> String {
    visit.say(if state.is_locked() {
        "round-locked"
    } else if today < state.round.opens {
        "round-not-begun"
    } else if today > state.round.closes {
        "round-closed"
    } else {
        "round-open"
    })
}

/// GET /plans/{plan}/rounds
pub(crate) async fn rounds(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::CollectReports)?;
    let plan = app.store.plan(plan_id(&plan)?).await?;
    page(&app, &visit, &plan, None).await
}

/// The page, with what is wrong with a form that was sent.
async fn page(app: &App, visit: &Visit, plan: &Plan, wrong: Option<&str>) -> Answer<Markup> {
    let rounds = app.rounds_of(plan.id).await?;
    let directory = app.directory().await?;
    let mut tallies = Vec::new();
    for state in rounds.all() {
        let sheets = Sheet::read_all(&app.store, plan.id, &state.round.id).await?;
        let mut all = Tally::default();
        state.units().for_each(|unit| all.add(Tally::of(state, unit, sheets.get(unit), app.today())));
        tallies.push(all);
    }
    let fields = visit.query();
    let content = html! {
        @if let Some(words) = wrong { div.notice.wrong role="alert" { p { (words) } } }
        @if let Some(left) = field(&fields, "unasked").and_then(|text| text.parse::<usize>().ok()).filter(|left| *left > 0) {
            div.notice role="status" { p { (visit.language.say_with("rounds-unasked", &[("count", left.into())])) } }
        }
        p { (visit.say("rounds-intro")) }
        (list(app, visit, plan, &rounds, &tallies))
        (open::form(app, visit, plan, &rounds))
        (load(visit, &rounds, &directory, app.today()))
    };
    let title = visit.say("rounds-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Rounds, plan: Some(plan), title: &title }, &content))
}

fn list(app: &App, visit: &Visit, plan: &Plan, rounds: &Rounds, tallies: &[Tally]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        @if tallies.is_empty() { div.notice { p { (say("rounds-none")) } } } @else {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("round-title")) }
                    th scope="col" { (say("round-due")) }
                    th scope="col" { (say("report-state")) }
                    th.number scope="col" { (say("round-asked")) }
                    th.number scope="col" { (say("round-submitted")) }
                    th.number scope="col" { (say("round-accepted")) }
                    th.number scope="col" { (say("round-late")) }
                } }
                tbody {
                    @for (state, tally) in rounds.all().zip(tallies).rev() {
                        tr {
                            th scope="row" { a href=(visit.href(&format!("/plans/{}/rounds/{}", plan.id, state.round.id), &[])) { (state.round.title) } }
                            td.nowrap data-label=(say("round-due")) { (state.round.due) @if state.round.provisional { " " span.kind { (say("report-provisional")) } } }
                            td.nowrap data-label=(say("report-state")) { (standing(state, app.today(), visit)) }
                            td.number data-label=(say("round-asked")) { (tally.asked) }
                            td.number data-label=(say("round-submitted")) { (tally.submitted) }
                            td.number data-label=(say("round-accepted")) { (tally.accepted) }
                            td.number data-label=(say("round-late")) { (tally.late) }
                        }
                    }
                }
            } }
        }
    }
}

/// 填报负担: the fields asked of each unit in each month.
fn load(visit: &Visit, rounds: &Rounds, directory: &Directory, today: jiff::civil::Date) -> Markup {
    let all: BTreeMap<UnitId, BTreeMap<Period, u32>> = burden(rounds.all(), directory, today);
    let months: BTreeSet<Period> = all.values().flat_map(BTreeMap::keys).copied().collect();
    // A year is enough to see whether it grows.
    let months: Vec<Period> = months.into_iter().rev().take(12).rev().collect();
    html! {
        @if !all.is_empty() {
            h2 #burden { (visit.say("burden-title")) }
            p.second { (visit.say("burden-intro")) }
            div.table { table.counts {
                thead { tr {
                    th scope="col" { (visit.say("burden-unit")) }
                    @for month in &months { th.number scope="col" { (month) } }
                } }
                tbody { @for (unit, of_month) in &all {
                    tr {
                        th scope="row" { (directory.unit_name(unit)) }
                        @for month in &months { td.number { (of_month.get(month).copied().unwrap_or(0)) } }
                    }
                } }
            } }
        }
    }
}
