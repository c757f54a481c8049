//! 假设: if this were the figure, how would the verdict move? Never stored, always
//! marked as computed.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use maud::{Markup, html};
use plan_assessment::{Conclusion, Supposed, WhatIf};
use plan_model::Verdict;
use plan_workflow::{WorkflowError, assess::Supposition, permissions::Action};

use super::plans::plan_id;
use crate::{
    server::{
        App,
        judged::JudgedPlan,
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, field},
    },
    ui::{
        figure,
        form::{self, Field},
        layout::{self, Frame, Place},
        light,
    },
};

/// So many figures can be supposed at once.
const MOST: usize = 3;

/// GET /plans/{plan}/what-if
pub(crate) async fn what_if(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Response> {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let rules = app.rule_set(Some(&visit.rules)).ok_or_else(Refusal::not_found)?;
    let found = supposed(&visit, &plan).and_then(|supposed| match supposed.is_empty() {
        true => Ok(None),
        false => plan.situation.what_if(&supposed, rules, visit.as_of).map(Some),
    });
    let found = found.map_err(Refusal::from);
    let page = Page { visit: &visit, plan: &plan };
    let wrong = found.as_ref().err().map(|refusal| refusal.words(visit.language));
    let content = html! {
        p { span.kind { (visit.say("what-if-mark")) } " " (visit.say("what-if-intro")) }
        @if let Some((message, hint)) = &wrong { div.notice.wrong role="alert" { p { (message) " " (hint) } } }
        (page.form())
        @if let Ok(Some(found)) = &found { (page.result(found)) }
    };
    let title = visit.say("what-if-title");
    let frame = Frame { visit: &visit, place: Place::Indicators, plan: Some(&plan.plan), title: &title };
    let drawn = layout::page(&app, &frame, &content);
    let Err(refusal) = found else { return Ok(drawn.into_response()) };
    if refusal.status.is_server_error() {
        return Err(refusal);
    }
    let mut response = (refusal.status, drawn).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}

/// The figures that the address supposes; rows without a figure are passed over.
fn supposed(visit: &Visit, plan: &JudgedPlan) -> Result<Vec<Supposed>, WorkflowError> {
    let fields = visit.query();
    let of = |name: &str, number: usize| field(&fields, &format!("{name}{number}")).unwrap_or_default().to_owned();
    let rows = (1..=MOST).map(|number| (of("indicator", number), of("period", number), of("value", number)));
    // A link from an indicator's page names the indicator only.
    let typed =
        rows.filter(|(indicator, period, value)| !indicator.is_empty() && (!period.is_empty() || !value.is_empty()));
    typed.map(|(indicator, period, value)| plan.situation.supposed(&indicator, &period, &value)).collect()
}

struct Page<'a> {
    visit: &'a Visit,
    plan: &'a JudgedPlan,
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn form(&self) -> Markup {
        let fields = self.visit.query();
        let mut choices = vec![(String::new(), self.say("what-if-none"))];
        choices.extend(self.plan.indicators.iter().map(|one| {
            let indicator = &one.record.indicator;
            let unit = if indicator.unit.is_empty() { String::new() } else { format!("（{}）", indicator.unit) };
            (indicator.id.clone(), format!("{}{unit}", indicator.name))
        }));
        let last = self.plan.plan.head.period.last_year().to_string();
        html! {
            form.rows method="get" action=(format!("/plans/{}/what-if", self.plan.plan.id)) {
                @for (key, value) in self.visit.chosen() { input type="hidden" name=(key) value=(value); }
                @for number in 1..=MOST {
                    @let name = |name: &str| format!("{name}{number}");
                    @let value = |of: &str| field(&fields, &name(of)).unwrap_or_default().to_owned();
                    @let period = value("period");
                    div.filters {
                        (form::choice(&name("indicator"), &self.say("indicator"), &value("indicator"), &choices))
                        (Field { name: &name("period"), label: self.say("what-if-period"), value: if period.is_empty() { &last } else { &period }, ..Field::default() }.draw())
                        (Field { name: &name("value"), label: self.say("what-if-value"), value: &value("value"), ..Field::default() }.draw())
                    }
                }
                div.actions { button.main type="submit" { (self.say("what-if-do")) } }
            }
        }
    }

    fn result(&self, found: &Supposition) -> Markup {
        html! {
            section id="moved" {
                h2 { "ƒ " (self.say("what-if-then")) " " span.kind { (self.say("what-if-mark")) } }
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (self.say("indicator")) }
                        th scope="col" { (self.say("what-if-now")) }
                        th scope="col" { (self.say("what-if-then")) }
                        th scope="col" { (self.say("brief-turn")) }
                    } }
                    tbody { @for one in &found.moved { (self.moved(one)) } }
                } }
            }
            @for (chapter, before, after) in &found.chapters {
                section {
                    @let name = if chapter.is_empty() { self.say("chapter-none") } else { chapter.clone() };
                    h2 { (self.visit.language.say_with("what-if-chapter", &[("chapter", name.into())])) " " span.kind { (self.say("what-if-mark")) } }
                    (self.chapter(before, after))
                    p.caption { (self.say("what-if-chapter-hint")) }
                }
            }
        }
    }

    fn moved(&self, one: &WhatIf) -> Markup {
        let id = &one.before.indicator;
        let name = self.plan.indicator(id).map_or(id.as_str(), |judged| judged.record.indicator.name.as_str());
        let href = self.visit.href(&format!("/plans/{}/indicators/{id}", self.plan.plan.id), &[]);
        html! {
            tr {
                th scope="row" { a href=(href) { (name) } }
                td data-label=(self.say("what-if-now")) { (self.verdict(&one.before, false)) }
                td data-label=(self.say("what-if-then")) {
                    (self.verdict(&one.after, one.judges_supposed()))
                    @if !one.rests_on_supposed() { div.small { strong { (self.say("what-if-unused")) } } }
                }
                td data-label=(self.say("brief-turn")) { @if one.moves() { strong { (self.say("what-if-moves")) } } @else { (self.say("what-if-stays")) } }
            }
        }
    }

    fn verdict(&self, verdict: &Verdict, supposed: bool) -> Markup {
        let language = self.visit.language;
        html! {
            (light::light(&verdict.status, language)) " "
            @match verdict.value.as_ref().filter(|_| supposed) {
                Some(value) => (figure::figure(value.value, &value.unit, value.period, &self.say("what-if-supposed"))),
                None => (figure::judged(verdict, language)),
            }
            div.small { (figure::sentence(&verdict.trail.reason, language)) }
            div.small.second { (super::indicator::outlook(verdict, language)) }
        }
    }

    /// The counts of a chapter, now and then.
    fn chapter(&self, before: &Conclusion, after: &Conclusion) -> Markup {
        let row = |words: Markup, now: usize, then: usize| {
            html! {
                tr {
                    th scope="row" { (words) }
                    td.number { (now) }
                    td.number { @if now == then { (then) } @else { strong { (then) } } }
                }
            }
        };
        html! {
            div.table { table.counts {
                thead { tr {
                    th scope="col" { (self.say("indicator-status")) }
                    th.number scope="col" { (self.say("what-if-before")) }
                    th.number scope="col" { (self.say("what-if-after")) }
                } }
                tbody {
                    @for (now, then) in before.counts.iter().zip(&after.counts) {
                        (row(light::light(&now.status, self.visit.language), now.count, then.count))
                    }
                    (row(html! { (self.say("what-if-met")) }, before.met, after.met))
                }
            } }
        }
    }
}
