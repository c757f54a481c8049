//! 用较慢的方法再算: one indicator forecast by several methods side by side, with how
//! far off each was on the indicator's own past. Made only for who asks, and never
//! part of a verdict.

use std::sync::Arc;

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::forecast::{ByMethod, ByMethods, Role, Trials};
use plan_model::{Forecast, Message, plain};
use plan_workflow::permissions::Action;
use tokio::sync::Semaphore;

use super::prospect::{inside, interval, named, percent};
use crate::{
    pages::plans::plan_id,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::{
        figure,
        layout::{self, Frame, Place},
        light,
    },
};

/// So many are reckoned at a time: each takes a core for a while.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);

/// The forecasts of an indicator by several methods, or why there are none, reckoned
/// outside of the threads that answer requests.
pub(crate) async fn reckoned(
    app: &App,
    visit: &Visit,
    plan: &Arc<JudgedPlan>,
    id: &str,
) -> Answer<Result<ByMethods, Message>> {
    let rules = app.rule_set(Some(&visit.rules)).ok_or_else(Refusal::not_found)?.clone();
    let (plan, id, as_of) = (Arc::clone(plan), id.to_owned(), visit.as_of);
    let _turn = AT_A_TIME.acquire().await.map_err(|_| Refusal::broken())?;
    let work = tokio::task::spawn_blocking(move || plan.situation.forecasts(&id, &rules, as_of));
    let done = work.await.map_err(|error| {
        tracing::error!(%error, "forecasts on request failed");
        Refusal::broken()
    })?;
    done.ok_or_else(Refusal::not_found)
}

/// GET /plans/{plan}/indicators/{indicator}/forecasts
pub(crate) async fn forecasts(
    State(app): State<App>,
    Path((plan, id)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let judged = plan.indicator(&id).ok_or_else(Refusal::not_found)?;
    let told = reckoned(&app, &visit, &plan, &id).await?;
    let back = visit.href(&format!("/plans/{}/indicators/{id}", plan.plan.id), &[]);
    let content = html! {
        p { span.kind { (visit.say("prospect-mark")) } " " (visit.say("forecasts-intro")) }
        (now(&visit, judged))
        @match &told {
            Ok(told) => (table(&visit, told)),
            Err(reason) => p.second { (figure::sentence(reason, visit.language)) },
        }
        p { a href={ (back) "#prospect" } { (visit.say("forecasts-back")) } }
    };
    let title = visit.language.say_with("forecasts-title", &[("name", judged.record.indicator.name.as_str().into())]);
    let frame = Frame { visit: &visit, place: Place::Indicators, plan: Some(&plan.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

/// Target and verdict, which all this leaves as they are.
fn now(visit: &Visit, judged: &Judged) -> Markup {
    let indicator = &judged.record.indicator;
    html! {
        dl.facts {
            dt { (visit.say("indicator-targets")) }
            dd {
                @if indicator.targets.is_empty() { (figure::missing(&visit.say("target-none"))) }
                @for target in &indicator.targets { div { (figure::target(target, visit.language)) } }
            }
            dt { (visit.say("forecasts-verdict")) }
            dd { (light::light(&judged.verdict.status, visit.language)) " " span.second.small { (visit.say("forecasts-no-effect")) } }
        }
    }
}

fn table(visit: &Visit, told: &ByMethods) -> Markup {
    let say = |key: &str| visit.say(key);
    let Some(default) = told.methods.first().map(|one| &one.forecast) else { return html! {} };
    html! {
        p { strong { (figure::sentence(&told.reading, visit.language)) } }
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("prospect-method")) }
                th.number scope="col" { (end(visit, default)) }
                th.number scope="col" { (inside(visit, default)) }
                th.number scope="col" { (say("prospect-chance")) }
                th scope="col" { (say("forecasts-tried")) }
            } }
            tbody { @for one in &told.methods { (row(visit, one)) } }
        } }
        p.caption { (say("forecasts-tried-hint")) }
        p.caption { (say("forecasts-reference-hint")) }
        p.caption { (visit.language.say_with("prospect-note", &[("version", default.rules_version.as_str().into())])) }
    }
}

/// What the end value is called, with its unit.
fn end(visit: &Visit, forecast: &Forecast) -> String {
    let unit = if forecast.unit.is_empty() { String::new() } else { format!(" ({})", forecast.unit) };
    visit.say("prospect-end") + &unit
}

fn row(visit: &Visit, one: &ByMethod) -> Markup {
    let say = |key: &str| visit.say(key);
    let ByMethod { role, forecast, trials } = one;
    let last = forecast.course.last();
    let reference = *role == Role::Reference;
    let words = named(visit.language, "method", &forecast.method).unwrap_or_else(|| forecast.method.clone());
    html! {
        tr {
            th scope="row" {
                (words)
                div.small.second { (match role { Role::Default => say("forecasts-default"), Role::Slower => say("forecasts-slower"), Role::Reference => say("forecasts-reference") }) }
            }
            td.number data-label=(end(visit, forecast)) { @if let Some(last) = last { (plain(last.value)) } }
            td.number data-label=(inside(visit, forecast)) { @match last.filter(|_| !reference) { Some(last) => (interval(last, "")), None => span.second { "—" } } }
            td.number data-label=(say("prospect-chance")) { @if reference { span.second { "—" } } @else { (percent(forecast.chance)) } }
            td data-label=(say("forecasts-tried")) { (tried(visit, forecast, trials.as_ref(), reference)) }
        }
    }
}

/// How far off the method was, how often it was tried, and how far ahead.
fn tried(visit: &Visit, forecast: &Forecast, trials: Option<&Trials>, reference: bool) -> Markup {
    let Some(trials) = trials else { return html! { span.second { (visit.say("forecasts-too-short")) } } };
    let key = format!("forecasts-ahead-{}", forecast.history.replace('_', "-"));
    let ahead = visit.language.say_with(&key, &[("ahead", trials.ahead.into())]);
    let (count, inside) = (trials.count, trials.inside);
    html! {
        (visit.language.say_with("forecasts-off", &[("off", plain(trials.off).into()), ("unit", trials.unit.as_str().into())]))
        div.small.second {
            (visit.language.say_with("forecasts-times", &[("count", count.into()), ("ahead", ahead.into())]))
            @if !reference { (visit.language.say_with("forecasts-inside", &[("inside", inside.into())])) }
        }
    }
}
