//! 填报: what am I to fill in today? What is due for one's units across all
//! plans, one input for each row, saved row by row.

mod draft;
mod mine;
mod rows;
mod sheet;
mod workbook;

pub(super) use rows::dates;
pub(crate) use sheet::{judge, sheet};
pub(crate) use workbook::{template, upload};

use std::collections::{BTreeMap, btree_map};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    collection::{Asking, Entry, Filled, Saved},
    permissions::Action,
    records::PlanId,
};

use self::{
    draft::{Draft, Trouble, Troubles},
    mine::Mine,
};
use super::plans::plan_id;
use crate::{
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, address, field},
    },
    ui::layout::{self, Frame, Place},
};

/// An answer that did not come from a form, by the same rules; else field and
/// words of every fault.
pub(crate) fn checked(
    entry: &Entry,
    (subject, unit): (&str, &str),
    opens: jiff::civil::Date,
) -> Result<Option<Entry>, Vec<(&'static str, String)>> {
    Draft::of(Some(entry), subject).read(unit, opens)
}

/// GET /report
pub(crate) async fn report(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    let mut found = mine::open(&app, &visit).await?;
    found.sort_by_key(|mine| mine.state().map(|state| state.round.due));
    page(&app, &visit, &found, &Came::default()).await
}

/// GET /report/{plan}/{round}
pub(crate) async fn round(State(app): State<App>, Path((plan, round)): Path<(String, String)>, visit: Visit) -> Answer {
    let found = mine::of_round(&app, &visit, plan_id(&plan)?, &round).await?;
    let fields = visit.query();
    if let Some(row) = field(&fields, "row") {
        // The link of a message: what stands behind `#` would be lost on the way over the login page.
        let to = address(&format!("/report/{plan}/{round}"), &[("at", row)]);
        return Ok(Redirect::to(&format!("{to}#{}", anchor(row))).into_response());
    }
    let came = Came { at: field(&fields, "at").unwrap_or_default().to_owned(), ..Came::default() };
    let saved = field(&fields, "saved").and_then(|text| text.parse::<usize>().ok());
    let done = field(&fields, "submitted").and_then(|text| text.parse::<usize>().ok());
    let came = Came { saved, submitted: done, ..came };
    Ok(page(&app, &visit, &found, &came).await?.into_response())
}

/// The id of a row within its page: letters and digits only.
fn anchor(row: &str) -> String {
    row.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// What came of a form.
#[derive(Debug, Default)]
struct Came {
    /// The row to look at.
    at: String,
    saved: Option<usize>,
    submitted: Option<usize>,
    /// Why nothing could be saved.
    refused: Option<String>,
    troubles: Troubles,
}

/// POST /report/{plan}/{round}
pub(crate) async fn fill(
    State(app): State<App>,
    Path((plan, round)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    let id = plan_id(&plan)?;
    let mut found = mine::of_round(&app, &visit, id, &round).await?;
    found.retain(|mine| visit.actor.reach(Action::ReportForUnit).holds(&mine.holder));
    if found.is_empty() {
        return Err(Refusal::not_allowed());
    }
    let asking = asking(&app, id, &found).await?;
    let mut came = Came::default();
    let (mut saved, mut submitted) = (0, 0);
    for mine in &found {
        match save(&app, &visit, (mine, &asking), &form, &mut came).await {
            Ok((stored, handed)) => (saved, submitted) = (saved + stored, submitted + handed),
            Err(WorkflowError::BadInput { message, .. }) => came.refused = Some(message),
            Err(error) => return Err(error.into()),
        }
    }
    if came.refused.is_none() && came.troubles.is_empty() {
        let (saved, submitted) = (saved.to_string(), submitted.to_string());
        let handed = if form.get("do") == "submit" { submitted.as_str() } else { "" };
        let fields = [("saved", saved.as_str()), ("submitted", handed), ("at", came.at.as_str())];
        let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let to = address(&format!("/report/{plan}/{round}"), &fields);
        let to = if came.at.is_empty() { to } else { format!("{to}#{}", anchor(&came.at)) };
        return Ok(Redirect::to(&to).into_response());
    }
    came.saved = Some(saved).filter(|saved| *saved > 0);
    let changed = came.troubles.values().any(|trouble| trouble.theirs.is_some());
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    // What was saved is shown as it stands now, what was not as it was typed.
    let found = mine::of_round(&app, &visit, id, &round).await?;
    let mut response = (status, page(&app, &visit, &found, &came).await?).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}

/// Saves the rows of a sheet that were changed, and hands in what is filled where
/// that was asked. Answers how many of each.
async fn save(
    app: &App,
    visit: &Visit,
    (mine, asking): (&Mine, &Asking),
    form: &Form,
    came: &mut Came,
) -> Result<(usize, usize), WorkflowError> {
    let Some(place) = mine.place() else { return Ok((0, 0)) };
    let round = &place.round.round;
    let mut filled = Vec::new();
    for subject in place.round.asked_of(&mine.unit) {
        let row = mine.sheet.row(subject);
        let seen: u32 = form.get(&format!("seen.{subject}")).parse().unwrap_or(0);
        let shown = row.and_then(|row| row.saved(seen)).map(|saved| &saved.entry);
        let taken = form.get("take").strip_prefix(subject).and_then(|rest| rest.strip_prefix('/'));
        if let Some(place) = taken.and_then(|place| place.parse::<usize>().ok()) {
            let due = asking.figure(round, subject, row);
            if let Some(known) = due.and_then(|due| due.known.into_iter().nth(place)) {
                let entry = Entry::Figure(draft::taken(&known));
                filled.push(Filled { subject: subject.to_owned(), entry, seen: Some(seen) });
            }
            continue;
        }
        let Some(typed) = Draft::sent(form, subject) else { continue };
        let unit = asking.indicator(subject).map_or("", |indicator| indicator.unit.as_str());
        match typed.read(unit, round.opens) {
            Ok(entry) if entry.as_ref() == shown => {}
            Ok(Some(entry)) => match asking.refuses(round, (subject, &entry), &app.quality) {
                None => filled.push(Filled { subject: subject.to_owned(), entry, seen: Some(seen) }),
                Some(words) => {
                    let trouble = Trouble { typed, wrong: vec![("value", words)], theirs: None };
                    came.troubles.insert(subject.to_owned(), trouble);
                }
            },
            Ok(None) => {
                let wrong = vec![typed.emptied(visit)];
                came.troubles.insert(subject.to_owned(), Trouble { typed, wrong, theirs: None });
            }
            Err(wrong) => {
                came.troubles.insert(subject.to_owned(), Trouble { typed, wrong, theirs: None });
            }
        }
    }
    let directory = app.directory().await.map_err(|_| WorkflowError::Internal("directory".to_owned()))?;
    let desk = app.desk(visit, &directory);
    let mut stored = 0;
    for (one, saved) in filled.iter().zip(desk.save(place, &filled, (false, false)).await?) {
        match saved {
            Saved::Changed(theirs) => {
                let typed = Draft::of(Some(&one.entry), &one.subject);
                let trouble = Trouble { typed, wrong: Vec::new(), theirs: Some(*theirs) };
                came.troubles.insert(one.subject.clone(), trouble);
            }
            Saved::Stored(_) => {
                stored += 1;
                if came.at.is_empty() {
                    came.at = one.subject.clone();
                }
            }
            Saved::Unchanged => {}
        }
    }
    let mut handed = 0;
    if form.get("do") == "submit" {
        let ready = place.round.asked_of(&mine.unit).filter(|subject| !came.troubles.contains_key(*subject));
        let ready: Vec<String> = ready.map(str::to_owned).collect();
        handed = desk.submit(place, &ready).await?.len();
    }
    Ok((stored, handed))
}

/// What the rows of these sheets of one plan are made of.
async fn asking(app: &App, plan: PlanId, found: &[Mine]) -> Answer<Asking> {
    let of_work = |mine: &Mine| {
        mine.state().is_some_and(|state| state.asked_of(&mine.unit).any(|subject| !subject.starts_with('I')))
    };
    app.asking(plan, found.iter().any(|mine| mine.plan.id == plan && of_work(mine))).await
}

async fn page(app: &App, visit: &Visit, found: &[Mine], came: &Came) -> Answer<Markup> {
    let say = |key: &str| visit.say(key);
    let mut of_plan: BTreeMap<PlanId, Asking> = BTreeMap::new();
    for mine in found {
        if let btree_map::Entry::Vacant(place) = of_plan.entry(mine.plan.id) {
            place.insert(asking(app, mine.plan.id, found).await?);
        }
    }
    let directory = app.directory().await?;
    let content = html! {
        @if let Some(words) = &came.refused { div.notice.wrong role="alert" { p { (words) } } }
        @if let Some(saved) = came.saved {
            div.notice role="status" { p { (visit.language.say_with("report-saved", &[("count", saved.into())])) } }
        }
        @if let Some(submitted) = came.submitted {
            div.notice role="status" { p { (visit.language.say_with("report-submitted", &[("count", submitted.into())])) } }
        }
        @for unit in mine::without_approver(found, &directory, app.today()) {
            div.notice.warn role="note" { p { (visit.language.say_with("report-no-approver", &[("unit", directory.unit_name(unit).into())])) } }
        }
        @if !came.troubles.is_empty() {
            div.notice.wrong role="alert" {
                p { (visit.language.say_with("report-troubles", &[("count", came.troubles.len().into())])) }
                ul { @for subject in came.troubles.keys() { li { a href={ "#" (anchor(subject)) } { (subject) } } } }
            }
        }
        @if found.is_empty() { div.notice { p { (say("report-nothing")) } } }
        @for mine in found {
            @if let Some(asking) = of_plan.get(&mine.plan.id) {
                @let findings = mine.findings(asking, &app.quality);
                (rows::section(&rows::Section { visit, today: app.today(), directory: &directory, mine, asking, came, findings: &findings }))
            }
        }
    };
    let title = say("fill-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Report, plan: None, title: &title }, &content))
}
