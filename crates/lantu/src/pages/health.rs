//! 健康: is the work on this plan alive?

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Path, State};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::{Period, UnitId};
use plan_workflow::{
    assignments::{self, Activity},
    collection::{RoundState, Sheet, burden::burden, without_approver},
    confirm::{Content, Fate},
    directory::Directory,
    health::{Asked, Followed, Health, HealthRules, Silent, examine},
    permissions::Action,
    records::PlanId,
};

use super::plans::plan_id;
use crate::{
    messages::Language,
    server::{App, refusal::Answer, visit::Visit},
    ui::layout::{self, Frame, Place},
};

/// Rows of a list shown at once; the rest is counted.
const SHOWN: usize = 100;

/// GET /plans/{plan}/health
pub(crate) async fn health(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let id = plan_id(&plan)?;
    let directory = app.directory().await?;
    let text = app.text(id).await?;
    let rounds = app.rounds(id, |_| true).await?;
    let reported = reported(&rounds, visit.as_of);
    let followed = followed(&app, id, &directory, (&visit, &reported)).await?;
    let asked = asked(&rounds, &directory, visit.as_of);
    let health = examine(&followed, &asked, HealthRules::standard(), visit.as_of);
    let waiting = without_approver(rounds.iter().map(|(state, _)| state), &directory, visit.as_of);
    let waiting: Vec<(&UnitId, &str)> = waiting.iter().map(|unit| (unit, directory.unit_name(unit))).collect();
    let page = Page { visit: &visit, plan: id };
    let title = visit.say("health-title");
    let frame = Frame { visit: &visit, place: Place::Health, plan: Some(&text.ground.plan), title: &title };
    Ok(layout::page(&app, &frame, &page.content(&health, &waiting)))
}

/// The commitments of a plan: its indicators, then its work, in the order of the text.
async fn followed(
    app: &App,
    plan: PlanId,
    directory: &Directory,
    (visit, reported): (&Visit, &HashMap<String, Date>),
) -> Answer<Vec<Followed>> {
    let situation = app.situations.of(plan).await?;
    let text = app.text(plan).await?;
    let state = app.confirming(&text.ground).await?;
    let book = assignments::read(&app.store, plan, None).await?.on(directory, visit.as_of);
    let one = |id: &str, name: &str, last| Followed {
        id: id.to_owned(),
        name: name.to_owned(),
        activity: book.activity(id),
        lead: book.lead_of(id).map(|part| directory.unit_name(&part.unit).to_owned()),
        last,
    };
    let last = |id: &str| {
        let days = situation.figures_of(id).map(|record| record.observation.period.last_day());
        days.filter(|day| *day <= visit.as_of).max().max(reported.get(id).copied())
    };
    let indicators = situation.records.iter().map(|record| {
        let id = record.indicator.id.as_str();
        one(id, &record.indicator.name, last(id))
    });
    let stays = |fate: &Fate| fate.counts();
    let work = state.items().filter(|item| stays(&item.fate)).filter_map(|item| match &item.content {
        Content::Work(work) => {
            let id = item.key.to_string();
            Some(one(&id, &work.name, reported.get(&id).copied()))
        }
        Content::Measure(_) => None,
    });
    Ok(indicators.chain(work).collect())
}

/// The rounds of a plan with what each unit answered.
type Answered = [(RoundState, BTreeMap<UnitId, Sheet>)];

/// The last day of the latest period that was reported of each commitment, up to a day.
fn reported(rounds: &Answered, day: Date) -> HashMap<String, Date> {
    let mut found: HashMap<String, Date> = HashMap::new();
    for (state, sheets) in rounds {
        let last = state.round.period.last_day();
        let rows = sheets.values().flat_map(Sheet::rows);
        for (subject, _) in rows.filter(|(_, row)| row.submitted.is_some() && last <= day) {
            let known = found.entry(subject.to_owned()).or_insert(last);
            *known = last.max(*known);
        }
    }
    found
}

/// The fields asked of each unit by month.
fn asked(rounds: &Answered, directory: &Directory, day: Date) -> Vec<Asked> {
    let all = burden(rounds.iter().map(|(state, _)| state), directory, day);
    let of_unit = |(unit, months): (UnitId, BTreeMap<Period, u32>)| {
        let unit = directory.unit_name(&unit).to_owned();
        let one = move |(month, fields): (Period, u32)| Asked { unit: unit.clone(), month: month.to_string(), fields };
        months.into_iter().map(one).collect::<Vec<_>>()
    };
    all.into_iter().flat_map(of_unit).collect()
}

struct Page<'a> {
    visit: &'a Visit,
    plan: PlanId,
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn say_count(&self, key: &str, count: usize, total: usize) -> String {
        self.visit.language.say_with(key, &[("count", count.into()), ("total", total.into())])
    }

    fn content(&self, health: &Health<'_>, without_approver: &[(&UnitId, &str)]) -> Markup {
        let total = health.total;
        html! {
            p.second { (self.say("health-intro")) }
            section id="owners" {
                h2 { (self.say_count("health-owners", health.without_owner.len(), total)) }
                @if health.unheld.is_empty() {
                    p { (self.say_count(if health.active > 0 { "health-active" } else { "health-active-none" }, health.active, total)) }
                } @else {
                    div.notice.wrong { p { (self.say_count("health-unheld", health.unheld.len(), total)) } }
                    (self.list(&health.unheld, |_| html! {}))
                }
                (self.list(&health.without_owner, |one| html! {
                    a href=(self.visit.href(&format!("/plans/{}/assignments/{}", self.plan, one.id), &[])) { (self.activity(one.activity)) }
                }))
            }
            (self.approvers(without_approver))
            section id="never" {
                h2 { (self.say_count("health-never", health.never.len(), total)) }
                (self.list(&health.never, |one| html! { (one.lead.as_deref().unwrap_or("—")) }))
            }
            (self.ages(health))
            (self.silent(&health.silent))
            (self.burden(health))
        }
    }

    /// Units that are asked and cannot get past submitting.
    fn approvers(&self, units: &[(&UnitId, &str)]) -> Markup {
        html! {
            section id="approvers" {
                h2 { (self.say_count("health-approvers", units.len(), units.len())) }
                @if units.is_empty() { p { "✓ " (self.say("health-none")) } } @else {
                    p { (self.say("health-approvers-do")) }
                    ul { @for (unit, name) in units {
                        li { a href=(self.visit.href(&format!("/units/{unit}"), &[]) + "#duties") { (name) } }
                    } }
                }
            }
        }
    }

    /// Commitments with a word to each, folded where they are many.
    fn list(&self, found: &[&Followed], word: impl Fn(&Followed) -> Markup) -> Markup {
        html! {
            @if found.is_empty() { p { "✓ " (self.say("health-none")) } } @else {
                details open[found.len() <= 10] {
                    summary { (self.say_count("health-show", found.len(), found.len())) }
                    ul { @for one in found.iter().take(SHOWN) {
                        li { a href=(self.href(one)) { (one.name) } " " span.second.small { (word(one)) } }
                    } }
                    @if found.len() > SHOWN { p.second { (self.say_count("health-more", found.len() - SHOWN, found.len())) } }
                }
            }
        }
    }

    fn href(&self, one: &Followed) -> String {
        let plan = self.plan;
        if one.id.starts_with('I') {
            self.visit.href(&format!("/plans/{plan}/indicators/{}", one.id), &[])
        } else {
            self.visit.href(&format!("/plans/{plan}/confirm"), &[("at", &one.id)]) + &format!("#{}", one.id)
        }
    }

    fn activity(&self, activity: Activity) -> String {
        self.say(match activity {
            Activity::Active => "activity-active",
            Activity::NotOffered => "activity-not-offered",
            Activity::Waiting => "activity-waiting",
            Activity::Disputed => "activity-disputed",
            Activity::TwoLeads => "activity-two-leads",
        })
    }

    fn ages(&self, health: &Health<'_>) -> Markup {
        let stale: usize = health.ages.iter().filter(|(age, _)| age.stale).map(|(_, found)| found.len()).sum();
        html! {
            section id="ages" {
                h2 { (self.say_count("health-stale", stale, health.total)) }
                @for (age, found) in &health.ages {
                    @let name = match self.visit.language { Language::Zh => &age.name, Language::En => &age.name_en };
                    h3 { @if age.stale && !found.is_empty() { span.age { "■ " } } (name) " · " (found.len()) }
                    @if age.stale && !found.is_empty() {
                        (self.list(found, |one| html! { @if let Some(last) = one.last { (last) } " " (one.lead.as_deref().unwrap_or("—")) }))
                    }
                }
            }
        }
    }

    fn silent(&self, silent: &Silent<'_>) -> Markup {
        html! {
            section id="silent" {
                h2 { (self.say_count("health-silent", silent.len(), silent.len())) }
                @if silent.is_empty() { p { "✓ " (self.say("health-none")) } } @else {
                    ul { @for (unit, count) in silent { li { (unit) " " span.second.small { (self.say_count("health-leads", *count, *count)) } } } }
                }
            }
        }
    }

    fn burden(&self, health: &Health<'_>) -> Markup {
        let mut months: Vec<&str> = health.burden.iter().flat_map(|(_, months)| months.keys().copied()).collect();
        months.sort_unstable();
        months.dedup();
        // The last year is what people can still change.
        let months = months.split_off(months.len().saturating_sub(12));
        html! {
            section id="burden" {
                h2 { (self.say("health-burden")) }
                @if months.is_empty() { p.second { (self.say("health-burden-none")) } } @else {
                    div.table { table {
                        thead { tr {
                            th scope="col" { (self.say("inbox-unit")) }
                            @for month in &months { th.number scope="col" { (month) } }
                        } }
                        tbody { @for (unit, fields) in &health.burden {
                            tr {
                                th scope="row" { (unit) }
                                @for month in &months { td.number { @match fields.get(month) { Some(count) => (count), None => span.second { "·" } } } }
                            }
                        } }
                    } }
                }
            }
        }
    }
}
