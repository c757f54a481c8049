//! The sheets a visitor works on.

use std::{collections::BTreeSet, sync::Arc};

use plan_assessment::quality::{QualityFinding, QualityRules};
use plan_model::UnitId;
use plan_workflow::{
    collection::{Asking, Entry, RoundState, Rounds, Row, RowState, Sheet, SheetPlace, nobody_approves},
    directory::Directory,
    permissions::{Action, Reach},
    records::{Plan, PlanId},
    storage::Storage as _,
};

use crate::server::{
    App,
    refusal::{Answer, Refusal},
    visit::Visit,
};

/// A sheet of one of the visitor's units.
#[derive(Debug)]
pub(super) struct Mine {
    /// The plan.
    pub(super) plan: Plan,
    rounds: Arc<Rounds>,
    round: String,
    /// The unit that was asked.
    pub(super) unit: UnitId,
    /// The unit that answers for it today.
    pub(super) holder: UnitId,
    /// The answers.
    pub(super) sheet: Sheet,
}

impl Mine {
    /// The round.
    pub(super) fn state(&self) -> Option<&RoundState> {
        self.rounds.round(&self.round)
    }

    /// Which sheet it is.
    pub(super) fn place(&self) -> Option<SheetPlace<'_>> {
        Some(SheetPlace { plan: self.plan.id, round: self.state()?, unit: &self.unit })
    }

    /// What does not fit in the figures that are filled in.
    pub(super) fn findings(&self, asking: &Asking, rules: &QualityRules) -> Vec<QualityFinding> {
        let Some(state) = self.state() else { return Vec::new() };
        let value = |row: &Row| match &row.now()?.entry {
            Entry::Figure(answer) => answer.value(),
            Entry::Work(_) => None,
        };
        let figures = self.sheet.rows().filter_map(|(subject, row)| Some((subject, value(row)?)));
        asking.findings(&state.round, figures, rules)
    }

    /// Its address.
    pub(super) fn path(&self) -> String {
        format!("/report/{}/{}", self.plan.id, self.round)
    }
}

/// Whether a row waits for the reporter: open, saved, returned, or answered
/// without a figure that was to be there by now.
pub(super) fn waits(row: Option<&Row>, today: jiff::civil::Date) -> bool {
    row.is_none_or(|row| matches!(row.state, RowState::Saved | RowState::Returned)) || again(row, today)
}

/// Whether a figure that was not there is to be there by now: it is asked for again.
pub(super) fn again(row: Option<&Row>, today: jiff::civil::Date) -> bool {
    let Some(saved) = row.and_then(Row::now) else { return false };
    match &saved.entry {
        Entry::Figure(answer) => answer.expected().is_some_and(|day| day <= today),
        Entry::Work(_) => false,
    }
}

/// The units of these sheets for which nobody approves: what they submit waits for
/// nobody.
pub(super) fn without_approver<'a>(
    found: &'a [Mine],
    directory: &Directory,
    today: jiff::civil::Date,
) -> BTreeSet<&'a UnitId> {
    found.iter().map(|mine| &mine.holder).filter(|unit| nobody_approves(directory, unit, today)).collect()
}

/// For whom a visitor has anything to do with reports: reports, approves, or plans.
fn reaches(visit: &Visit) -> [Reach; 2] {
    [Action::ReportForUnit, Action::ApproveForUnit].map(|action| visit.actor.reach(action))
}

/// The sheets of open rounds in which something waits for the visitor, of all plans.
pub(super) async fn open(app: &App, visit: &Visit) -> Answer<Vec<Mine>> {
    let [report, approve] = reaches(visit);
    let today = app.today();
    let mut found = Vec::new();
    for listing in app.plans(visit).await? {
        let rounds = app.rounds_of(listing.plan.id).await?;
        for state in rounds.all().filter(|state| !state.is_locked() && state.round.opens <= today) {
            for mine in sheets(app, visit, (&listing.plan, &rounds), state).await? {
                let row = |subject: &str| mine.sheet.row(subject);
                let open = today <= state.round.closes;
                // After the last day what came back or was not published can still be filled in.
                let to_fill = |subject: &str| waits(row(subject), today) && (open || row(subject).is_some());
                let to_approve = |subject: &str| row(subject).is_some_and(|row| row.state == RowState::Submitted);
                let wanted = |subject: &str| {
                    (report.holds(&mine.holder) && to_fill(subject))
                        || (approve.holds(&mine.holder) && to_approve(subject))
                };
                if state.asked_of(&mine.unit).any(wanted) {
                    found.push(mine);
                }
            }
        }
    }
    Ok(found)
}

/// The visitor's sheets of one round; refused where there are none.
pub(super) async fn of_round(app: &App, visit: &Visit, plan: PlanId, round: &str) -> Answer<Vec<Mine>> {
    let plan = app.store.plan(plan).await?;
    let rounds = app.rounds_of(plan.id).await?;
    let state = rounds.round(round).ok_or_else(Refusal::not_found)?;
    let found = sheets(app, visit, (&plan, &rounds), state).await?;
    if found.is_empty() { Err(Refusal::not_allowed()) } else { Ok(found) }
}

async fn sheets(
    app: &App,
    visit: &Visit,
    (plan, rounds): (&Plan, &Arc<Rounds>),
    state: &RoundState,
) -> Answer<Vec<Mine>> {
    let reaches = reaches(visit);
    let directory = app.directory().await?;
    let mut found = Vec::new();
    for unit in state.units() {
        let holder = directory.unit_on(unit, app.today());
        if !reaches.iter().any(|reach| reach.holds(holder)) {
            continue;
        }
        let sheet = Sheet::read(&app.store, plan.id, &state.round.id, unit).await?;
        found.push(Mine {
            plan: plan.clone(),
            rounds: Arc::clone(rounds),
            round: state.round.id.clone(),
            unit: unit.clone(),
            holder: holder.clone(),
            sheet,
        });
    }
    Ok(found)
}
