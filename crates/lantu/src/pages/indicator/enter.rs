//! The form that takes a figure, with its source and evidence.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use jiff::Timestamp;
use maud::{Markup, html};
use plan_model::{Observation, Period, Problem, Standing};
use plan_workflow::{
    WorkflowError,
    figures::{self, FigureEntry},
    permissions::Action,
    records::{FigureOutcome, FigureRecord},
};

use crate::{
    pages::plans::plan_id,
    server::{
        App,
        judged::Judged,
        posted::{Form, Posted},
        refusal::{Answer, Spoken},
        visit::Visit,
    },
    ui::{
        figure,
        form::{self, Field, choice},
    },
};

/// What was entered, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Entry {
    form: Form,
    wrong: Vec<Problem>,
}

impl Entry {
    /// What is wrong with a field, message and advice together.
    fn wrong(&self, field: &str) -> Option<String> {
        let place = format!("].{field}");
        let of_field = |problem: &&Problem| problem.place.to_string().ends_with(&place);
        self.wrong.iter().find(of_field).map(|problem| format!("{}；{}", problem.message, problem.hint))
    }

    /// What is wrong with none of the fields in particular.
    fn rest(&self) -> impl Iterator<Item = &Problem> {
        self.wrong.iter().filter(|p| !FIELDS.iter().any(|field| p.place.to_string().ends_with(&format!("].{field}"))))
    }
}

const FIELDS: [&str; 5] = ["period", "value", "standing", "source", "note"];

/// The latest vintage of a period and standing that was stored at a moment, 0 for none.
fn latest(figures: &[Arc<FigureRecord>], (period, standing): (Period, Standing), at: Timestamp) -> u32 {
    let same = |o: &Observation| o.period == period && o.standing == standing;
    let known = figures.iter().filter(|f| same(&f.observation) && f.at <= at);
    known.map(|f| f.observation.vintage).max().unwrap_or(0)
}

/// The form. It carries the moment it was shown, so that a revision somebody
/// else made in the meantime is not overwritten unseen.
pub(super) fn form(visit: &Visit, (action, now): (&str, Timestamp), judged: &Judged, entry: &Entry) -> Markup {
    let say = |key: &str| visit.say(key);
    let unit = judged.record.indicator.unit.as_str();
    let value_hint = match unit {
        "" => say("enter-value-hint-none"),
        unit => visit.language.say_with("enter-value-hint", &[("unit", unit.into())]),
    };
    let standings: Vec<(String, String)> =
        Standing::ALL.iter().map(|s| (s.code().to_owned(), figure::standing(*s, visit.language))).collect();
    let (period, value, source, note) =
        (entry.wrong("period"), entry.wrong("value"), entry.wrong("source"), entry.wrong("note"));
    let sent = |name: &str| entry.form.get(name).to_owned();
    html! {
        section id="enter" {
            h2 { (say("enter-title")) }
            @for problem in entry.rest() { div.notice.wrong role="alert" { p { (problem.message) "；" (problem.hint) } } }
            form.rows method="post" action=(action) {
                (form::token(&visit.session.csrf))
                input type="hidden" name="shown" value=(now);
                (Field { name: "period", label: say("figure-period"), value: &sent("period"), hint: say("enter-period-hint"), wrong: period.as_deref(), required: true, ..Field::default() }.draw())
                (Field { name: "value", label: say("figure-value"), value: &sent("value"), hint: value_hint, wrong: value.as_deref(), required: true, ..Field::default() }.draw())
                (choice("standing", &say("figure-standing"), entry.form.get("standing"), &standings))
                (Field { name: "source", label: say("figure-source"), value: &sent("source"), hint: say("enter-source-hint"), wrong: source.as_deref(), ..Field::default() }.draw())
                (Field { name: "note", label: say("figure-note"), value: &sent("note"), hint: say("enter-note-hint"), wrong: note.as_deref(), ..Field::default() }.draw())
                p.second.small { (say("enter-revise-hint")) }
                div.actions { button.main type="submit" { (say("enter-submit")) } }
            }
        }
    }
}

/// POST /plans/{plan}/indicators/{indicator}/figures
pub(crate) async fn enter_figure(
    State(app): State<App>,
    Path((plan, indicator)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::RecordFigures)?;
    let id = plan_id(&plan)?;
    let judged = app.judged(id, visit.as_of, &visit.rules).await?;
    let known = judged.indicator(&indicator).ok_or_else(crate::server::refusal::Refusal::not_found)?;
    let entry = entry(&form, known, judged.figures(known));
    let taken = figures::record(&*app.situations, &visit.actor, app.clock.now(), id, vec![entry], app.taking()).await;
    match taken {
        Ok(report) => {
            let outcome = match report.outcomes.first() {
                Some(FigureOutcome::Unchanged(_)) => "unchanged",
                Some(FigureOutcome::Revised(_)) => "revised",
                _ => "new",
            };
            let path = format!("/plans/{plan}/indicators/{indicator}");
            Ok(Redirect::to(&(visit.href(&path, &[("entered", outcome)]) + "#figures")).into_response())
        }
        Err(WorkflowError::BadFigures(wrong)) => {
            let entry = Entry { form, wrong };
            let page = super::page(&app, &visit, (&plan, &indicator), &entry).await?;
            let mut response = (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// The entry as the use case takes it, with the vintage the person saw.
fn entry(form: &Form, known: &Judged, figures: &[Arc<FigureRecord>]) -> FigureEntry {
    let period = form.get("period").parse::<Period>().ok();
    let standing = form.get("standing").parse::<Standing>().unwrap_or(Standing::Reported);
    let shown = form.get("shown").parse::<Timestamp>().ok();
    let seen = period.zip(shown).map(|(period, shown)| latest(figures, (period, standing), shown));
    FigureEntry {
        indicator: known.record.indicator.id.clone(),
        period: form.get("period").to_owned(),
        value: form.get("value").to_owned(),
        standing: form.get("standing").to_owned(),
        source: form.get("source").to_owned(),
        note: form.get("note").to_owned(),
        seen,
    }
}
