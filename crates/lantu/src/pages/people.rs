//! A person: what they hold, how to reach them, whether they leave and to whom
//! their duties pass.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::UnitId;
use plan_workflow::{
    WorkflowError,
    directory::{Directory, Duty, Person, Wish},
    permissions::Action,
};

use super::units::{
    one::{person_fields, person_wish},
    words::{self, Sent, duty_name, fulfil, hidden, holders, notice, spoken, unit_link},
};
use crate::{
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

/// GET /people/{person}
pub(crate) async fn person(State(app): State<App>, Path(person): Path<String>, visit: Visit) -> Answer<Markup> {
    page(&app, &visit, &person, None).await
}

/// The duties a person holds, held, stands in for or was asked to take.
pub(crate) fn duties_of<'a>(directory: &'a Directory, person: &str) -> Vec<&'a Duty> {
    let asked = |duty: &Duty| duty.offer.as_ref().is_some_and(|offer| offer.person == person);
    let of = |duty: &&Duty| {
        asked(duty)
            || duty.holders.iter().any(|(holder, _)| holder == person)
            || duty.deputies.iter().any(|deputy| deputy.person == person)
    };
    directory.duties().filter(of).collect()
}

/// Duties as a table: unit, role, who holds them.
pub(crate) fn table(visit: &Visit, (directory, day): (&Directory, Date), duties: &[&Duty]) -> Markup {
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("duty")) } th scope="col" { (visit.say("unit")) }
                th scope="col" { (visit.say("duty-who")) } th scope="col" { (visit.say("duty-end")) }
            } }
            tbody { @for duty in duties {
                tr {
                    th scope="row" { a href=(visit.href(&format!("/duties/{}", duty.id), &[])) { (duty_name(visit, duty)) } }
                    td data-label=(visit.say("unit")) { (unit_link(visit, directory, directory.unit_on(&duty.unit, day))) }
                    td data-label=(visit.say("duty-who")) { (holders(visit, directory, duty, day)) }
                    td.nowrap data-label=(visit.say("duty-end")) { @match duty.until { Some(until) => (until), None => span.second { "—" } } }
                }
            } }
        } }
    }
}

async fn page(app: &App, visit: &Visit, id: &str, sent: Option<&Sent<'_>>) -> Answer<Markup> {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(visit).await?;
    let person = directory.person(id).ok_or_else(Refusal::not_found)?;
    let day = app.today();
    let duties = duties_of(&directory, id);
    let content = html! {
        (notice(sent))
        @if let Some(on) = directory.leaves(id) {
            div.notice.warn role="note" { p { (visit.language.say_with("person-leaves-on", &[("date", on.to_string().into())])) } }
        }
        dl.facts {
            dt { (visit.say("unit")) } dd { (unit_link(visit, &directory, directory.unit_on(&person.unit, day))) }
            dt { (visit.say("login-name")) } dd { (person.account.as_deref().unwrap_or("—")) }
            dt { (visit.say("person-phone")) } dd { (person.phone.as_deref().unwrap_or("—")) }
            dt { (visit.say("person-email")) } dd { (person.email.as_deref().unwrap_or("—")) }
        }
        section id="duties" {
            h2 { (visit.say("units-duties")) }
            @if duties.is_empty() { p.second { (visit.say("person-no-duties")) } } @else { (table(visit, (&directory, day), &duties)) }
        }
        @if visit.may(Action::ManageDirectory) { (leaving(visit, (&directory, day), person, sent)) (change(visit, (&directory, day), person, sent)) }
    };
    Ok(layout::page(app, &Frame { visit, place: Place::Units, plan: None, title: &person.name }, &content))
}

/// Leaving, with the person who is to follow; or staying after all.
fn leaving(visit: &Visit, (directory, day): (&Directory, Date), person: &Person, sent: Option<&Sent<'_>>) -> Markup {
    let value = |name: &str, otherwise| Sent::value(sent, "leave", name, otherwise);
    let on = directory.leaves(&person.id).unwrap_or(day).to_string();
    let mut people = words::people(directory, directory.unit_on(&person.unit, day), day, true);
    people.retain(|(id, _)| *id != person.id);
    let action = format!("/people/{}", person.id);
    html! {
        section id="leave" {
            h2 { (visit.say("person-leave")) }
            p.second { (visit.say("person-leave-hint")) }
            form.rows method="post" action=(action) {
                (hidden(visit, directory, "leave"))
                (Field { name: "on", label: visit.say("person-last-day"), kind: "date", value: value("on", &on), required: true, ..Field::default() }.draw())
                (choice("successor", &visit.say("person-successor"), value("successor", ""), &people))
                div.actions { button.main type="submit" { (visit.say("person-leave-do")) } }
            }
            @if directory.leaves(&person.id).is_some() {
                form method="post" action=(action) {
                    (hidden(visit, directory, "stay"))
                    button.plain type="submit" { (visit.say("person-stay")) }
                }
            }
        }
    }
}

fn change(visit: &Visit, (directory, day): (&Directory, Date), person: &Person, sent: Option<&Sent<'_>>) -> Markup {
    let own = directory.unit_on(&person.unit, day);
    let mut units: Vec<(String, String)> =
        directory.units_on(day).map(|u| (u.id.to_string(), u.name.clone())).collect();
    // Who is entered for a unit that was merged stays so until somebody changes it.
    if *own != person.unit {
        units.insert(0, (person.unit.to_string(), directory.unit_name(&person.unit).to_owned()));
    }
    html! {
        details open[Sent::open(sent, "change")] {
            summary { (visit.say("person-change-words")) }
            form.rows method="post" action=(format!("/people/{}", person.id)) {
                (hidden(visit, directory, "change"))
                (choice("unit", &visit.say("unit"), Sent::value(sent, "change", "unit", person.unit.as_str()), &units))
                (person_fields(visit, sent, "change", Some(person)))
                div.actions { button.main type="submit" { (visit.say("save")) } }
            }
        }
    }
}

fn wish(form: &Form, person: &str) -> Answer<Result<Wish, WorkflowError>> {
    let who = person.to_owned();
    Ok(match form.get("do") {
        "change" => Ok(person_wish(form, Some(person), UnitId(form.get("unit").to_owned()))),
        "leave" => words::day(form, "on", "离岗日期").map(|on| {
            let successor = Some(form.get("successor").to_owned()).filter(|id| !id.is_empty());
            Wish::Leave { person: who, on, successor }
        }),
        "stay" => Ok(Wish::Stay { person: who }),
        other => return Err(Refusal::wrong_field("do", other)),
    })
}

/// POST /people/{person}
pub(crate) async fn change_person(State(app): State<App>, Path(person): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    app.directory_of(&visit).await?.person(&person).ok_or_else(Refusal::not_found)?;
    let wish = wish(&form, &person)?;
    match fulfil(&app, &visit, &form, wish).await? {
        Ok(_) => Ok(Redirect::to(&format!("/people/{person}")).into_response()),
        Err((status, wrong)) => {
            let sent = Sent { form: &form, wrong };
            Ok(spoken(status, page(&app, &visit, &person, Some(&sent)).await?))
        }
    }
}
