//! One indicator broken down: its years, the shares of units, what does not fit,
//! and what was agreed before. 核算 reckons with what was typed and keeps nothing.

mod shares;
mod years;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_assessment::{Unsplit, Whole, is_additive, whole};
use plan_model::UnitId;
use plan_workflow::{
    WorkflowError,
    assess::Situation,
    breakdown::{self, BreakdownEvent, NewShares, NewYears},
    directory::Directory,
    permissions::Action,
    records::IndicatorRecord,
};

use super::{View, arithmetic};
use crate::{
    pages::{
        plans::moment,
        work::nodes::{self, Typed},
    },
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, field},
    },
    ui::{
        figure,
        layout::{self, Frame, Place},
    },
};

/// What was typed into the forms, and what is wrong with it.
#[derive(Debug, Default)]
struct Sheet {
    years: Option<NewYears>,
    shares: Option<NewShares>,
    /// Units to be shown beside those that have a share.
    units: Vec<UnitId>,
    wrong: Option<String>,
}

/// What the parts of the page share.
struct Page<'a> {
    visit: &'a Visit,
    situation: &'a Situation,
    directory: &'a Directory,
    record: &'a IndicatorRecord,
    goal: Result<Whole, Unsplit>,
    sheet: Sheet,
}

/// GET /plans/{plan}/breakdown/{indicator}
pub(crate) async fn indicator(
    State(app): State<App>,
    Path((plan, indicator)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    page(&app, &visit, (&plan, &indicator), None).await
}

/// The page, with nodes that were typed and could not be taken.
pub(crate) async fn page(app: &App, visit: &Visit, address: (&str, &str), typed: Option<&Typed>) -> Answer<Markup> {
    drawn(app, visit, address, (Sheet::default(), typed)).await
}

async fn drawn(
    app: &App,
    visit: &Visit,
    (plan, id): (&str, &str),
    (sheet, typed): (Sheet, Option<&Typed>),
) -> Answer<Markup> {
    let view = View::read(app, plan).await?;
    let directory = app.directory().await?;
    let situation = &view.situation;
    let record = situation.records.iter().find(|r| r.indicator.id == id).ok_or_else(Refusal::not_found)?;
    let goal = whole(&record.indicator, situation.plan.head.period);
    let by_nodes = matches!(goal, Err(Unsplit::NoArithmetic));
    let page = Page { visit, situation, directory: &directory, record, goal, sheet };
    let content = html! {
        p.small { a href=(visit.href(&format!("/plans/{}/breakdown", view.plan()), &[])) { "← " (visit.say("breakdown-title")) } }
        @if let Some(wrong) = &page.sheet.wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        (page.head())
        @if page.goal.is_ok() { (page.years()) (page.shares()) }
        @if by_nodes { (nodes::section(app, visit, situation, (id, &record.indicator.name, Default::default()), typed).await?) }
        (page.history())
    };
    let title = visit.language.say_with("breakdown-of", &[("name", record.indicator.name.as_str().into())]);
    let frame = Frame { visit, place: Place::Breakdown, plan: Some(&situation.plan), title: &title };
    Ok(layout::page(app, &frame, &content))
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn may(&self) -> bool {
        self.visit.may(Action::BreakDown)
    }

    fn base(&self) -> String {
        format!("/plans/{}/breakdown/{}", self.situation.plan.id, self.record.indicator.id)
    }

    /// The years of the way.
    fn span(&self) -> std::ops::RangeInclusive<i16> {
        let period = self.situation.plan.head.period;
        period.first_year()..=self.goal.as_ref().map_or(period.last_year(), |goal| goal.last)
    }

    /// What is promised, and how the years make it up.
    fn head(&self) -> Markup {
        let (indicator, language) = (&self.record.indicator, self.visit.language);
        let address = format!("/plans/{}/indicators/{}", self.situation.plan.id, indicator.id);
        html! {
            dl.facts {
                dt { (self.say("indicator")) } dd { a href=(self.visit.href(&address, &[])) { (indicator.name) } }
                dt { (self.say("breakdown-whole")) } dd { @for target in &indicator.targets { div { (figure::target(target, language)) } } }
                dt { (self.say("indicator-base")) }
                dd { @match &indicator.baseline { Some(base) => (figure::baseline(base, &indicator.unit, language)), None => (self.say("base-not-stated")) } }
                dt { (self.say("breakdown-arithmetic")) }
                dd { @match &self.goal { Ok(goal) => (arithmetic(self.visit, goal.arithmetic)), Err(unsplit) => (breakdown::why(unsplit)) } }
            }
        }
    }

    /// What was agreed before.
    fn history(&self) -> Markup {
        let events: Vec<_> = self.situation.breakdown.history(&self.record.indicator.id).rev().collect();
        let what = |event: &BreakdownEvent| match event {
            BreakdownEvent::Years { years, unit, within, .. } => {
                let values: Vec<String> =
                    years.iter().map(|(year, value)| format!("{year}：{}{unit}", figure::number(*value))).collect();
                let within = within.as_ref().map(|course| format!("；{}", course.name)).unwrap_or_default();
                format!("{} {}{within}", self.say("breakdown-years"), values.join("，"))
            }
            BreakdownEvent::Shares { shares, .. } => {
                let count = shares.len();
                self.visit.language.say_with("breakdown-shares-event", &[("count", count.into())])
            }
            BreakdownEvent::Line { line, .. } => format!("{} {} {}", self.say("budget-line"), line.year, line.code),
            BreakdownEvent::DropLine { code, year, .. } => format!("{} {year} {code}", self.say("budget-drop")),
        };
        let reason = |event: &BreakdownEvent| match event {
            BreakdownEvent::Years { reason, .. }
            | BreakdownEvent::Shares { reason, .. }
            | BreakdownEvent::Line { reason, .. }
            | BreakdownEvent::DropLine { reason, .. } => reason.clone(),
        };
        html! {
            @if !events.is_empty() {
                section id="history" {
                    h2 { (self.say("breakdown-history")) }
                    ul.history { @for event in events {
                        li {
                            span.second.small { (moment(event.at)) " " (event.actor) } " " (what(&event.what))
                            @if !reason(&event.what).is_empty() { " · " (reason(&event.what)) }
                        }
                    } }
                }
            }
        }
    }
}

/// The version of the page that was sent.
fn seen(form: &Form) -> Answer<u32> {
    form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))
}

/// The page again with what was typed, and what is wrong with it.
async fn again(app: &App, visit: &Visit, address: (&str, &str), sheet: Sheet, error: Option<WorkflowError>) -> Answer {
    let (status, wrong) = match error {
        None => (axum::http::StatusCode::OK, None),
        Some(error @ (WorkflowError::BadInput { .. } | WorkflowError::Storage(_))) => {
            let refusal = Refusal::from(error);
            (refusal.status, Some(refusal.words(visit.language).0))
        }
        Some(error) => return Err(error.into()),
    };
    let page = drawn(app, visit, address, (Sheet { wrong, ..sheet }, None)).await?;
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}

/// POST /plans/{plan}/breakdown/{indicator}
pub(crate) async fn change_years(
    State(app): State<App>,
    Path((plan, indicator)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::BreakDown)?;
    let id = super::plan_id(&plan)?;
    let period = app.situations.of(id).await?.plan.head.period;
    let new = NewYears {
        indicator: indicator.clone(),
        years: (period.first_year()..=period.last_year())
            .map(|year| (year, form.get(&format!("y-{year}")).to_owned()))
            .collect(),
        within: form.get("within").to_owned(),
        reason: form.get("reason").to_owned(),
        seen: seen(&form)?,
    };
    let sheet = Sheet { years: Some(new.clone()), ..Sheet::default() };
    if form.get("do") == "check" {
        let wrong = breakdown::parse_years(period, &new.years).err();
        return again(&app, &visit, (&plan, &indicator), sheet, wrong).await;
    }
    match breakdown::set_years(&app.store, &visit.actor, app.clock.now(), id, new).await {
        Ok(()) => Ok(Redirect::to(&visit.href(&format!("/plans/{plan}/breakdown/{indicator}"), &[("saved", "years")]))
            .into_response()),
        Err(error) => again(&app, &visit, (&plan, &indicator), sheet, Some(error)).await,
    }
}

/// POST /plans/{plan}/breakdown/{indicator}/shares
pub(crate) async fn change_shares(
    State(app): State<App>,
    Path((plan, indicator)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::BreakDown)?;
    let id = super::plan_id(&plan)?;
    let situation = app.situations.of(id).await?;
    let period = situation.plan.head.period;
    let directory = app.directory().await?;
    let mut units: Vec<UnitId> = form.get("units").split_whitespace().map(UnitId::from).collect();
    let years = period.first_year()..=period.last_year();
    let cell = |unit: &UnitId, year: i16| (unit.clone(), year, form.get(&format!("s-{unit}-{year}")).to_owned());
    let new = NewShares {
        indicator: indicator.clone(),
        cells: units.iter().flat_map(|unit| years.clone().map(|year| cell(unit, year))).collect(),
        reason: form.get("reason").to_owned(),
        seen: seen(&form)?,
    };
    units.extend(Some(form.get("add")).filter(|add| !add.is_empty()).map(UnitId::from));
    // A unit that is not there for the visitor is not named back, unless it has a share already.
    let known = situation.breakdown.shares(&indicator).map_or(&[][..], |known| &known.shares);
    let there = |unit: &UnitId| {
        directory.unit_for(&visit.actor, unit, app.today()).is_some() || known.iter().any(|share| share.unit == *unit)
    };
    if !units.iter().all(there) {
        return Err(Refusal::not_found());
    }
    let sheet = Sheet { shares: Some(new.clone()), units, ..Sheet::default() };
    if matches!(form.get("do"), "check" | "add") {
        let wrong = breakdown::parse_shares(period, &directory, &new.cells).err();
        return again(&app, &visit, (&plan, &indicator), sheet, wrong).await;
    }
    match breakdown::set_shares(&app.store, &visit.actor, app.clock.now(), id, (&directory, new)).await {
        Ok(()) => {
            let path = visit.href(&format!("/plans/{plan}/breakdown/{indicator}"), &[("saved", "shares")]);
            Ok(Redirect::to(&(path + "#shares")).into_response())
        }
        Err(error) => again(&app, &visit, (&plan, &indicator), sheet, Some(error)).await,
    }
}

/// What became of what was just sent.
fn saved(visit: &Visit, what: &str) -> Markup {
    html! { @if field(&visit.query(), "saved") == Some(what) { div.notice role="status" { p { (visit.say("breakdown-saved")) } } } }
}

/// Whether units can have shares in an indicator.
fn may_be_shared(record: &IndicatorRecord) -> bool {
    is_additive(&record.indicator)
}
