//! A unit: its people, who does what for it, what it was merged with.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::{Unit, UnitId};
use plan_workflow::{
    WorkflowError,
    directory::{self, Directory, PersonFields, Wish, credit_code_warning},
    permissions::{Action, Reach},
};

use super::{
    regions, unit_fields, unit_wish,
    words::{self, Sent, duty_name, fulfil, hidden, holders, kind, notice, person_link, spoken, unit_link},
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

/// GET /units/{unit}
pub(crate) async fn unit(State(app): State<App>, Path(unit): Path<String>, visit: Visit) -> Answer<Markup> {
    page(&app, &visit, &UnitId(unit), None).await
}

async fn page(app: &App, visit: &Visit, id: &UnitId, sent: Option<&Sent<'_>>) -> Answer<Markup> {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(visit).await?;
    let unit = directory.unit(id).ok_or_else(Refusal::not_found)?;
    let day = app.today();
    let may = visit.may(Action::ManageDirectory);
    let merged = directory.merged(id);
    let parts: Vec<&Unit> =
        directory.units().filter(|u| directory.merged(&u.id).is_some_and(|(into, _)| into == id)).collect();
    let content = html! {
        (notice(sent))
        @if let Some((into, from)) = merged {
            div.notice.warn role="note" { p {
                (visit.language.say_with("unit-merged-into", &[("date", from.to_string().into())])) " " (unit_link(visit, &directory, into))
            } }
        }
        @if let Some(problem) = credit_code_warning(unit) {
            div.notice.warn role="note" { p { (problem.message) "；" (problem.hint) } }
        }
        (facts(visit, &directory, unit))
        @for part in parts {
            @if let Some((_, from)) = directory.merged(&part.id) {
                p.second { (visit.language.say_with("unit-merged-from", &[("date", from.to_string().into())])) " " (unit_link(visit, &directory, &part.id)) }
            }
        }
        section id="duties" {
            h2 { (visit.say("units-duties")) }
            (duties(visit, &directory, id, day))
            @if visit.actor.reach(Action::AssignDuties).holds(id) && merged.is_none() { (give(visit, (&directory, day), id, sent)) }
        }
        section id="people" {
            h2 { (visit.language.say_with("unit-people", &[("count", directory.people_of(id, day).count().into())])) }
            (people(visit, &directory, id, day))
            @if may && merged.is_none() { (add_person(visit, &directory, id, sent)) }
        }
        @if may { (change(visit, (&directory, day), unit, sent)) }
    };
    Ok(layout::page(app, &Frame { visit, place: Place::Units, plan: None, title: &unit.name }, &content))
}

fn facts(visit: &Visit, directory: &Directory, unit: &Unit) -> Markup {
    html! {
        dl.facts {
            dt { (visit.say("export-id")) } dd { code { (unit.id) } }
            dt { (visit.say("unit-kind")) } dd { (kind(visit, unit.unit_kind)) }
            @if !unit.aliases.is_empty() { dt { (visit.say("unit-aliases")) } dd { (unit.aliases.join("、")) } }
            dt { (visit.say("plan-jurisdiction")) } dd { @match unit.region { Some(code) => { (regions::name(directory, code)) " " code.second { (code) } }, None => "—" } }
            dt { (visit.say("unit-credit-code")) } dd { @match &unit.credit_code { Some(code) => code { (code) }, None => "—" } }
        }
    }
}

/// The duties of a unit with who holds them on the day, and the roles nobody has.
fn duties(visit: &Visit, directory: &Directory, id: &UnitId, day: Date) -> Markup {
    let all = directory.duties_of(id, day);
    let missing: Vec<_> =
        words::roles(visit).into_iter().filter(|(code, _)| all.iter().all(|d| d.role != *code)).collect();
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (visit.say("duty")) } th scope="col" { (visit.say("duty-who")) }
                th scope="col" { (visit.say("duty-end")) } th scope="col" { span.hidden { (visit.say("duty-arrange")) } }
            } }
            tbody {
                @for duty in &all {
                    tr {
                        th scope="row" { (duty_name(visit, duty)) }
                        td data-label=(visit.say("duty-who")) { (holders(visit, directory, duty, day)) }
                        td.nowrap data-label=(visit.say("duty-end")) { @match duty.until { Some(until) => (until), None => span.second { "—" } } }
                        td { a href=(visit.href(&format!("/duties/{}", duty.id), &[])) { (visit.say("duty-arrange")) } }
                    }
                }
                @for (_, name) in missing {
                    tr { th scope="row" { (name) } td data-label=(visit.say("duty-who")) { span.age { "◇ " (visit.say("concern-missing")) } } td {} td {} }
                }
            }
        } }
    }
}

fn people(visit: &Visit, directory: &Directory, id: &UnitId, day: Date) -> Markup {
    html! {
        div.table.cards { table {
            thead { tr { th scope="col" { (visit.say("person-name")) } th scope="col" { (visit.say("login-name")) } th scope="col" { (visit.say("person-phone")) } th scope="col" { (visit.say("person-email")) } th scope="col" { (visit.say("person-leaves")) } } }
            tbody { @for person in directory.people_of(id, day) {
                tr {
                    th scope="row" { (person_link(visit, person)) }
                    td data-label=(visit.say("login-name")) { (person.account.as_deref().unwrap_or("—")) }
                    td data-label=(visit.say("person-phone")) { (person.phone.as_deref().unwrap_or("—")) }
                    td data-label=(visit.say("person-email")) { (person.email.as_deref().unwrap_or("—")) }
                    td data-label=(visit.say("person-leaves")) { @match directory.leaves(&person.id) { Some(on) => span.age { (on) }, None => span.second { "—" } } }
                }
            } }
        } }
    }
}

/// Makes a duty and offers it.
fn give(visit: &Visit, (directory, day): (&Directory, Date), id: &UnitId, sent: Option<&Sent<'_>>) -> Markup {
    let value = |name: &str, otherwise| Sent::value(sent, "give", name, otherwise);
    let everybody = visit.actor.reach(Action::AssignDuties) == Reach::All;
    let places = [("first".to_owned(), visit.say("duty-first")), ("second".to_owned(), visit.say("duty-second"))];
    let today = day.to_string();
    html! {
        details open[Sent::open(sent, "give")] {
            summary { (visit.say("duty-give")) }
            form.rows id="give" method="post" action=(format!("/units/{id}")) {
                (hidden(visit, directory, "give"))
                (choice("role", &visit.say("duty"), value("role", ""), &words::roles(visit)))
                (choice("place", &visit.say("duty-place"), value("place", ""), &places))
                (choice("person", &visit.say("person-name"), value("person", ""), &words::people(directory, id, day, everybody)))
                (Field { name: "from", label: visit.say("duty-from-label"), kind: "date", value: value("from", &today), required: true, ..Field::default() }.draw())
                (Field { name: "until", label: visit.say("duty-until-label"), kind: "date", value: value("until", ""), hint: visit.say("duty-until-hint"), ..Field::default() }.draw())
                div.actions { button.main type="submit" { (visit.say("duty-give")) } span.second.small { (visit.say("duty-give-hint")) } }
            }
        }
    }
}

/// The fields of a person.
pub(crate) fn person_fields(
    visit: &Visit,
    sent: Option<&Sent<'_>>,
    which: &str,
    person: Option<&directory::Person>,
) -> Markup {
    let value = |name: &str, otherwise| Sent::value(sent, which, name, otherwise);
    let of = |part: fn(&directory::Person) -> Option<&str>| person.and_then(part).unwrap_or_default();
    html! {
        (Field { name: "name", label: visit.say("person-name"), value: value("name", of(|p| Some(&p.name))), required: true, ..Field::default() }.draw())
        (Field { name: "account", label: visit.say("login-name"), value: value("account", of(|p| p.account.as_deref())), hint: visit.say("person-account-hint"), ..Field::default() }.draw())
        (Field { name: "phone", label: visit.say("person-phone"), value: value("phone", of(|p| p.phone.as_deref())), ..Field::default() }.draw())
        (Field { name: "email", label: visit.say("person-email"), value: value("email", of(|p| p.email.as_deref())), ..Field::default() }.draw())
    }
}

/// What a form says of a person.
pub(crate) fn person_wish(form: &Form, person: Option<&str>, unit: UnitId) -> Wish {
    let text = |name: &str| form.get(name).to_owned();
    let fields =
        PersonFields { name: text("name"), unit, account: text("account"), email: text("email"), phone: text("phone") };
    Wish::SetPerson { person: person.map(str::to_owned), fields }
}

fn add_person(visit: &Visit, directory: &Directory, id: &UnitId, sent: Option<&Sent<'_>>) -> Markup {
    html! {
        details open[Sent::open(sent, "person")] {
            summary { (visit.say("person-new")) }
            form.rows method="post" action=(format!("/units/{id}")) {
                (hidden(visit, directory, "person"))
                (person_fields(visit, sent, "person", None))
                div.actions { button.main type="submit" { (visit.say("person-new")) } }
            }
        }
    }
}

/// What the planner may change of the unit itself.
fn change(visit: &Visit, (directory, day): (&Directory, Date), unit: &Unit, sent: Option<&Sent<'_>>) -> Markup {
    let value = |name: &str, otherwise| Sent::value(sent, "merge", name, otherwise);
    let others = directory.units_on(day).filter(|other| other.id != unit.id);
    let others = others.map(|other| (other.id.to_string(), other.name.clone()));
    let others: Vec<_> = std::iter::once((String::new(), "—".to_owned())).chain(others).collect();
    let today = day.to_string();
    let action = format!("/units/{}", unit.id);
    html! {
        section {
            h2 { (visit.say("unit-change")) }
            details open[Sent::open(sent, "change")] {
                summary { (visit.say("unit-change-words")) }
                form.rows method="post" action=(action) {
                    (hidden(visit, directory, "change"))
                    (unit_fields(visit, sent, "change", Some(unit)))
                    div.actions { button.main type="submit" { (visit.say("save")) } }
                }
            }
            @if directory.merged(&unit.id).is_none() {
                details open[Sent::open(sent, "merge")] {
                    summary { (visit.say("unit-merge")) }
                    form.rows method="post" action=(action) {
                        (hidden(visit, directory, "merge"))
                        p.second { (visit.say("unit-merge-hint")) }
                        (choice("into", &visit.say("unit-merge-label"), value("into", ""), &others))
                        (Field { name: "from", label: visit.say("duty-from-label"), kind: "date", value: value("from", &today), required: true, ..Field::default() }.draw())
                        div.actions { button type="submit" { (visit.say("unit-merge")) } }
                    }
                }
            }
        }
    }
}

fn wish(form: &Form, unit: &UnitId) -> Answer<Result<Wish, WorkflowError>> {
    let text = |name: &str| form.get(name).to_owned();
    Ok(match form.get("do") {
        "change" => unit_wish(form, Some(unit.clone())),
        "person" => Ok(person_wish(form, None, unit.clone())),
        "merge" => words::day(form, "from", "起始日期").map(|from| Wish::Merge {
            unit: unit.clone(),
            into: UnitId(text("into")),
            from,
        }),
        "give" => words::day(form, "from", "起始日期").and_then(|from| {
            Ok(Wish::Give {
                unit: unit.clone(),
                role: text("role"),
                place: if form.get("place") == "second" { directory::Place::Second } else { directory::Place::First },
                person: text("person"),
                from,
                until: words::maybe_day(form, "until", "截止日期")?,
            })
        }),
        other => return Err(Refusal::wrong_field("do", other)),
    })
}

/// POST /units/{unit}
pub(crate) async fn change_unit(State(app): State<App>, Path(unit): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let unit = UnitId(unit);
    app.directory_of(&visit).await?.unit(&unit).ok_or_else(Refusal::not_found)?;
    let wish = wish(&form, &unit)?;
    match fulfil(&app, &visit, &form, wish).await? {
        Ok(_) => {
            let part = match form.get("do") {
                "person" => "#people",
                "give" => "#duties",
                _ => "",
            };
            Ok(Redirect::to(&format!("/units/{unit}{part}")).into_response())
        }
        Err((status, wrong)) => {
            let sent = Sent { form: &form, wrong };
            Ok(spoken(status, page(&app, &visit, &unit, Some(&sent)).await?))
        }
    }
}
