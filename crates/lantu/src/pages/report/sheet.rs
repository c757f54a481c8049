//! A sheet as those see it who approve it in the unit or accept it for the plan.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::UnitId;
use plan_workflow::{
    collection::{Asking, RoundState, Row, RowState, Sheet, Stage, Step},
    permissions::Action,
    storage::Storage as _,
};

use super::rows::{dates, entry_words, is_outside, late_words, state_words};
use crate::{
    pages::{evidence, plans::plan_id},
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal},
        visit::{Visit, address, field},
    },
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

/// What may be done with a row in its state.
fn stage_of(state: RowState) -> Option<Stage> {
    match state {
        RowState::Submitted => Some(Stage::Unit),
        RowState::Approved => Some(Stage::Planning),
        _ => None,
    }
}

/// GET /report/{plan}/{round}/{unit}
pub(crate) async fn sheet(
    State(app): State<App>,
    Path((plan, round, unit)): Path<(String, String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    let plan = app.store.plan(plan_id(&plan)?).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let state = rounds.round(&round).ok_or_else(Refusal::not_found)?;
    let (directory, unit) = (app.directory().await?, UnitId(unit));
    let holder = directory.unit_on(&unit, app.today());
    let own = |action| visit.actor.reach(action).holds(holder);
    let [fills, approves, plans] =
        [own(Action::ReportForUnit), own(Action::ApproveForUnit), visit.may(Action::CollectReports)];
    if !(fills || approves || plans) {
        return Err(Refusal::not_allowed());
    }
    if state.asked_of(&unit).next().is_none() {
        return Err(Refusal::not_found());
    }
    let with_work = state.asked_of(&unit).any(|subject| !subject.starts_with('I'));
    let look = Look {
        visit: &visit,
        state,
        asking: &app.asking(plan.id, with_work).await?,
        sheet: &Sheet::read(&app.store, plan.id, &round, &unit).await?,
        today: app.today(),
        may: (approves && !state.is_locked(), plans && !state.is_locked()),
        evidence: &evidence::Shelf::of_sheet(&app, &visit, &plan, (&round, &unit)).await?,
    };
    let named =
        |subject: &str| (subject.to_owned(), format!("{subject} {}", look.asking.name(subject).unwrap_or_default()));
    let rows: Vec<_> = state.asked_of(&unit).map(named).collect();
    let form = evidence::Form { subjects: rows, round: &round, ..evidence::Form::default() };
    let form = Some(form).filter(|_| !state.is_locked());
    let path = format!("/report/{}/{round}", plan.id);
    let content = html! {
        (look.came())
        p.second.small {
            (dates(state, app.today(), &visit))
            @if fills { " · " a href=(path) { (visit.say("report-fill")) } }
            @if plans { " · " a href=(visit.href(&format!("/plans/{}/rounds/{round}", plan.id), &[])) { (visit.say("rounds-title")) } }
        }
        (look.form(&format!("{path}/{unit}"), &unit))
        (look.evidence.section(&app, &visit, form))
    };
    let title = format!("{} · {}", directory.unit_name(holder), state.round.title);
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::Report, plan: Some(&plan), title: &title }, &content))
}

/// POST /report/{plan}/{round}/{unit}
pub(crate) async fn judge(
    State(app): State<App>,
    Path((plan, round, unit)): Path<(String, String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    let id = plan_id(&plan)?;
    let rounds = app.rounds_of(id).await?;
    let state = rounds.round(&round).ok_or_else(Refusal::not_found)?;
    let (directory, unit) = (app.directory().await?, UnitId(unit));
    let rows = rows(form.all("row"), &unit);
    let (pass, stage) = match form.get("do") {
        "approve" => (true, Stage::Unit),
        "return-unit" => (false, Stage::Unit),
        "accept" => (true, Stage::Planning),
        "return-planning" => (false, Stage::Planning),
        other => return Err(Refusal::wrong_field("do", other)),
    };
    let step = if pass { Step::Pass(stage) } else { Step::Return(stage, form.get("reason").to_owned()) };
    let judged = app.desk(&visit, &directory).judge(id, state, step, &rows).await?;
    let (done, left) = (judged.done.to_string(), judged.left.len().to_string());
    let to = address(&format!("/report/{plan}/{round}/{unit}"), &[("done", &done), ("left", &left)]);
    Ok(Redirect::to(&to).into_response())
}

/// The rows named in a form as `I012/7`: the subject and the version that was seen.
pub(super) fn rows<'a>(sent: impl Iterator<Item = &'a str>, unit: &UnitId) -> Vec<(UnitId, String, u32)> {
    let row = |text: &str| {
        let (subject, seen) = text.rsplit_once('/')?;
        Some((unit.clone(), subject.to_owned(), seen.parse().ok()?))
    };
    sent.filter_map(row).collect()
}

struct Look<'a> {
    visit: &'a Visit,
    state: &'a RoundState,
    asking: &'a Asking,
    sheet: &'a Sheet,
    today: jiff::civil::Date,
    /// Whether one approves for the unit, and accepts for the plan.
    may: (bool, bool),
    evidence: &'a evidence::Shelf,
}

impl Look<'_> {
    fn came(&self) -> Markup {
        let fields = self.visit.query();
        let count = |name: &str| field(&fields, name).and_then(|text| text.parse::<usize>().ok());
        html! {
            @if let Some(done) = count("done") {
                div.notice role="status" { p { (self.visit.language.say_with("sheet-done", &[("count", done.into())])) } }
            }
            @if let Some(left) = count("left").filter(|left| *left > 0) {
                div.notice.warn role="alert" { p { (self.visit.language.say_with("sheet-left", &[("count", left.into())])) } }
            }
        }
    }

    fn takes(&self, row: &Row) -> bool {
        match stage_of(row.state) {
            Some(Stage::Unit) => self.may.0,
            Some(Stage::Planning) => self.may.1,
            None => false,
        }
    }

    fn form(&self, path: &str, unit: &UnitId) -> Markup {
        let say = |key: &str| self.visit.say(key);
        let subjects: Vec<&str> = self.state.asked_of(unit).collect();
        let at = |stage: Stage| {
            subjects
                .iter()
                .filter_map(|subject| self.sheet.row(subject))
                .any(|row| self.takes(row) && stage_of(row.state) == Some(stage))
        };
        let (unit_stage, planning_stage) = (at(Stage::Unit), at(Stage::Planning));
        html! {
            form method="post" action=(path) {
                (form::token(&self.visit.session.csrf))
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (say("report-subject")) }
                        th scope="col" { (say("report-entry")) }
                        th.number scope="col" { (say("report-last")) }
                        th scope="col" { (say("report-state")) }
                        th scope="col" { (say("report-by")) }
                    } }
                    tbody { @for subject in &subjects { (self.row(subject)) } }
                } }
                @if unit_stage || planning_stage {
                    div.field {
                        label for="field-reason" { (say("sheet-reason")) }
                        input id="field-reason" name="reason" autocomplete="off";
                    }
                    div.actions {
                        @if unit_stage {
                            button.main type="submit" name="do" value="approve" { (say("sheet-approve")) }
                            button type="submit" name="do" value="return-unit" { (say("sheet-return")) }
                        }
                        @if planning_stage {
                            button.main type="submit" name="do" value="accept" { (say("sheet-accept")) }
                            button type="submit" name="do" value="return-planning" { (say("sheet-return")) }
                        }
                    }
                }
            }
        }
    }

    fn row(&self, subject: &str) -> Markup {
        let say = |key: &str| self.visit.say(key);
        let row = self.sheet.row(subject);
        let due = self.asking.figure(&self.state.round, subject, row);
        let unit = due.as_ref().map_or("", |due| due.row.unit.as_str());
        let late = self.sheet.late(subject, self.state.round.due, self.today);
        let name = self.asking.name(subject).unwrap_or(subject);
        html! {
            tr {
                th scope="row" {
                    @match row.filter(|row| self.takes(row)) {
                        Some(row) => label { input type="checkbox" name="row" value={ (subject) "/" (row.number()) } checked; " " (name) },
                        None => (name),
                    }
                    div.second.small { (subject) }
                }
                td data-label=(say("report-entry")) {
                    @match row.and_then(Row::now) {
                        Some(saved) => (entry_words(&saved.entry, unit, self.visit)),
                        None => span.missing { "—" },
                    }
                    @if due.as_ref().is_some_and(is_outside) { div.age { (say("report-outside")) } }
                    @if let Some(before) = row.and_then(Row::revises) { div.second.small { (say("report-revises")) " " (entry_words(&before.entry, unit, self.visit)) } }
                    @if let Some(row) = row.filter(|row| row.saves.len() > 1) { (self.history(row, unit)) }
                    (self.evidence.beside(self.visit, |about| about.subject == subject))
                }
                td.number data-label=(say("report-last")) {
                    @if let Some(last) = due.as_ref().and_then(|due| due.row.last.as_ref()) { (crate::ui::figure::figure(last.value, unit, last.period, "")) } @else { "—" }
                }
                td data-label=(say("report-state")) {
                    (state_words(row, self.visit.language)) " " (late_words(late, self.visit))
                    @if let Some(returned) = row.and_then(|row| row.returned.as_ref()) {
                        div.second.small { (returned.actor) "：" (returned.reason) }
                    }
                }
                td data-label=(say("report-by")) {
                    @if let Some(saved) = row.and_then(Row::now) { (saved.actor) div.second.small { (saved.at.strftime("%F %R").to_string()) } }
                }
            }
        }
    }

    /// What the row said before, the last first.
    fn history(&self, row: &Row, unit: &str) -> Markup {
        html! {
            details {
                summary.small { (self.visit.language.say_with("sheet-history", &[("count", (row.saves.len() - 1).into())])) }
                ul { @for saved in row.saves.iter().rev().skip(1) {
                    li.small { (saved.at.strftime("%F %R").to_string()) " " (saved.actor) " " (entry_words(&saved.entry, unit, self.visit)) }
                } }
            }
        }
    }
}
