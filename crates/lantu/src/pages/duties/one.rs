//! A duty: who holds it and held it; handed over, deputed, ended here.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_workflow::{
    WorkflowError,
    directory::{Directory, Duty, DutyState, Wish},
    permissions::{Action, Reach},
};

use crate::{
    pages::units::words::{self, Sent, duty_name, fulfil, hidden, holders, notice, person_link, spoken, unit_link},
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::{
        form::{Field, choice},
        layout::{self, Frame, Place},
    },
};

/// GET /duties/{duty}
pub(crate) async fn duty(State(app): State<App>, Path(duty): Path<String>, visit: Visit) -> Answer<Markup> {
    page(&app, &visit, &duty, None).await
}

async fn page(app: &App, visit: &Visit, id: &str, sent: Option<&Sent<'_>>) -> Answer<Markup> {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(visit).await?;
    let duty = directory.duty(id).ok_or_else(Refusal::not_found)?;
    let day = app.today();
    let unit = directory.unit_on(&duty.unit, day);
    let own = directory.person_of(&visit.actor.name).map(|person| person.id.as_str());
    let asked = duty.offer.as_ref().filter(|offer| offer.declined.is_none()).map(|offer| offer.person.as_str());
    let may = visit.actor.reach(Action::AssignDuties).holds(unit);
    let running = directory.state(duty, day) != DutyState::Ended;
    let holder = duty.holders.last().map(|(person, _)| person.as_str());
    let content = html! {
        (notice(sent))
        dl.facts {
            dt { (visit.say("unit")) } dd { (unit_link(visit, &directory, unit)) }
            dt { (visit.say("duty")) } dd { (duty_name(visit, duty)) }
            dt { (visit.say("duty-who")) } dd { @if running { (holders(visit, &directory, duty, day)) } @else { (visit.say("duty-ended")) } }
            @if let Some(until) = duty.until { dt { (visit.say("duty-end")) } dd { (until) } }
        }
        @if running && own.is_some() && own == asked { (super::offer(visit, (&directory, day), duty)) }
        @if running && (may || (own.is_some() && own == holder)) { (hand_over(visit, (&directory, day), duty, sent)) }
        @if running && (may || (own.is_some() && own == holder)) { (recall(visit, (&directory, day), duty, sent)) }
        @if running && may { (depute(visit, (&directory, day), duty, sent)) (end(visit, (&directory, day), duty, sent)) }
        (history(visit, &directory, duty))
    };
    let title = format!("{} · {}", directory.unit_name(unit), duty_name(visit, duty));
    Ok(layout::page(app, &Frame { visit, place: Place::Duties, plan: None, title: &title }, &content))
}

/// The people who may be named, without the one who has it.
fn people(visit: &Visit, (directory, day): (&Directory, Date), duty: &Duty) -> Vec<(String, String)> {
    let everybody = visit.actor.reach(Action::AssignDuties) == Reach::All;
    let holder = directory.on_duty(duty, day).0.map(|person| person.id.clone());
    let mut people = words::people(directory, directory.unit_on(&duty.unit, day), day, everybody);
    people.retain(|(id, _)| Some(id) != holder.as_ref());
    people
}

fn hand_over(visit: &Visit, (directory, day): (&Directory, Date), duty: &Duty, sent: Option<&Sent<'_>>) -> Markup {
    let value = |name: &str, otherwise| Sent::value(sent, "hand-over", name, otherwise);
    let tomorrow = day.tomorrow().unwrap_or(day).to_string();
    html! {
        details open[Sent::open(sent, "hand-over")] {
            summary { (visit.say("duty-hand-over")) }
            form.rows id="hand-over" method="post" action=(format!("/duties/{}", duty.id)) {
                (hidden(visit, directory, "hand-over"))
                p.second { (visit.say("duty-hand-over-hint")) }
                (choice("person", &visit.say("duty-to"), value("person", ""), &people(visit, (directory, day), duty)))
                (Field { name: "from", label: visit.say("duty-from-label"), kind: "date", value: value("from", &tomorrow), required: true, ..Field::default() }.draw())
                div.actions { button.main type="submit" { (visit.say("duty-hand-over")) } }
            }
        }
    }
}

fn depute(visit: &Visit, (directory, day): (&Directory, Date), duty: &Duty, sent: Option<&Sent<'_>>) -> Markup {
    let value = |name: &str, otherwise| Sent::value(sent, "depute", name, otherwise);
    let today = day.to_string();
    html! {
        details open[Sent::open(sent, "depute")] {
            summary { (visit.say("duty-depute")) }
            form.rows id="depute" method="post" action=(format!("/duties/{}", duty.id)) {
                (hidden(visit, directory, "depute"))
                p.second { (visit.say("duty-depute-hint")) }
                (choice("person", &visit.say("duty-deputy-label"), value("person", ""), &people(visit, (directory, day), duty)))
                (Field { name: "from", label: visit.say("duty-from-label"), kind: "date", value: value("from", &today), required: true, ..Field::default() }.draw())
                (Field { name: "until", label: visit.say("duty-until-label"), kind: "date", value: value("until", ""), required: true, ..Field::default() }.draw())
                (Field { name: "reason", label: visit.say("duty-reason"), value: value("reason", ""), required: true, ..Field::default() }.draw())
                div.actions { button type="submit" { (visit.say("duty-depute")) } }
            }
        }
    }
}

/// Takes back those who stand in or are to, each with its reason.
fn recall(visit: &Visit, (directory, day): (&Directory, Date), duty: &Duty, sent: Option<&Sent<'_>>) -> Markup {
    let person = |id: &str| directory.person(id).map_or_else(|| id.to_owned(), |person| person.name.clone());
    html! {
        @for deputy in duty.deputies.iter().filter(|deputy| deputy.runs(day)) {
            @let which = deputy.from.to_string();
            @let meant = sent.is_some_and(|sent| sent.form.get("from") == which);
            details open[meant && Sent::open(sent, "recall")] {
                summary { (visit.say("duty-recall")) "：" (person(&deputy.person)) "（" (deputy.from) " – " (deputy.until) "）" }
                form.rows method="post" action=(format!("/duties/{}", duty.id)) {
                    (hidden(visit, directory, "recall"))
                    input type="hidden" name="from" value=(which);
                    p.second { (visit.say("duty-recall-hint")) }
                    (Field { name: "reason", label: visit.say("duty-reason"), value: if meant { Sent::value(sent, "recall", "reason", "") } else { "" }, required: true, ..Field::default() }.draw())
                    div.actions { button type="submit" { (visit.say("duty-recall")) } }
                }
            }
        }
    }
}

fn end(visit: &Visit, (directory, day): (&Directory, Date), duty: &Duty, sent: Option<&Sent<'_>>) -> Markup {
    let until = duty.until.unwrap_or(day).to_string();
    html! {
        details open[Sent::open(sent, "end")] {
            summary { (visit.say("duty-end-do")) }
            form.rows method="post" action=(format!("/duties/{}", duty.id)) {
                (hidden(visit, directory, "end"))
                p.second { (visit.say("duty-end-hint")) }
                (Field { name: "on", label: visit.say("duty-end"), kind: "date", value: Sent::value(sent, "end", "on", &until), required: true, ..Field::default() }.draw())
                div.actions { button type="submit" { (visit.say("duty-end-do")) } }
            }
        }
    }
}

/// Who held it from when, and who stood in.
fn history(visit: &Visit, directory: &Directory, duty: &Duty) -> Markup {
    let person =
        |id: &str| html! { @match directory.person(id) { Some(person) => (person_link(visit, person)), None => (id) } };
    html! {
        section {
            h2 { (visit.say("duty-history")) }
            @if duty.holders.is_empty() && duty.deputies.is_empty() { p.second { (visit.say("duty-history-none")) } }
            ul {
                @for (id, from) in &duty.holders { li { (person(id)) " " (visit.language.say_with("duty-from", &[("date", from.to_string().into())])) } }
                @for deputy in &duty.deputies { li { (person(&deputy.person)) "（" (visit.say("duty-deputy")) "） " (deputy.from) " – " (deputy.until) " " span.second { (deputy.reason) }
                    @if let Some((on, reason)) = &deputy.recalled {
                        " · " (visit.language.say_with("duty-recalled", &[("date", on.to_string().into())])) " " span.second { (reason) }
                    }
                } }
            }
        }
    }
}

fn wish(form: &Form, duty: &str) -> Answer<Result<Wish, WorkflowError>> {
    let (duty, person, reason) = (duty.to_owned(), form.get("person").to_owned(), form.get("reason").to_owned());
    Ok(match form.get("do") {
        "accept" => Ok(Wish::Accept { duty }),
        "decline" => Ok(Wish::Decline { duty, reason }),
        "hand-over" => words::day(form, "from", "起始日期").map(|from| Wish::HandOver { duty, person, from }),
        "depute" => words::day(form, "from", "起始日期").and_then(|from| {
            let until = words::day(form, "until", "截止日期")?;
            Ok(Wish::Depute { duty, person, from, until, reason })
        }),
        "recall" => words::day(form, "from", "起始日期").map(|from| Wish::Recall { duty, from, reason }),
        "end" => words::day(form, "on", "截止日期").map(|on| Wish::End { duty, on }),
        other => return Err(Refusal::wrong_field("do", other)),
    })
}

/// POST /duties/{duty}
pub(crate) async fn change_duty(State(app): State<App>, Path(duty): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    app.directory_of(&visit).await?.duty(&duty).ok_or_else(Refusal::not_found)?;
    let wish = wish(&form, &duty)?;
    match fulfil(&app, &visit, &form, wish).await? {
        Ok(_) => {
            // An answer leads back to what else waits, an arrangement to the duty.
            let to = if matches!(form.get("do"), "accept" | "decline") {
                "/duties".to_owned()
            } else {
                format!("/duties/{duty}")
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err((status, wrong)) => {
            let sent = Sent { form: &form, wrong };
            Ok(spoken(status, page(&app, &visit, &duty, Some(&sent)).await?))
        }
    }
}
