//! 岗位: what waits for my answer, what I act as, and what is open?

pub(crate) mod one;

use axum::extract::State;
use jiff::civil::Date;
use maud::{Markup, html};
use plan_workflow::{
    directory::{Directory, Duty, DutyState, OpenDuty, Person, open_duties},
    permissions::Action,
};

use super::{
    people,
    units::words::{concern, duty_name, hidden, unit_link},
};
use crate::{
    server::{App, refusal::Answer, visit::Visit},
    ui::{
        form::Field,
        layout::{self, Frame, Place, role},
    },
};

/// GET /duties
pub(crate) async fn duties(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(&visit).await?;
    let day = app.today();
    let own = directory.person_of(&visit.actor.name);
    let reach = visit.actor.reach(Action::AssignDuties);
    let open: Vec<OpenDuty> = open_duties(&directory, day).into_iter().filter(|open| reach.holds(&open.unit)).collect();
    let content = html! {
        @match own {
            Some(person) => (mine(&visit, (&directory, day), person)),
            None => p.second { (visit.say("duties-nobody")) },
        }
        @if visit.may(Action::AssignDuties) {
            section id="open" {
                h2 { (visit.language.say_with("duties-open", &[("count", open.len().into())])) }
                @if open.is_empty() { p { "✓ " (visit.say("duties-open-none")) } } @else { (open_table(&visit, &directory, &open)) }
            }
        }
    };
    let title = visit.say("duties-title");
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::Duties, plan: None, title: &title }, &content))
}

/// The offers a person has to answer, and what the person acts as.
fn mine(visit: &Visit, (directory, day): (&Directory, Date), person: &Person) -> Markup {
    let all = people::duties_of(directory, &person.id);
    let waiting = |duty: &&&Duty| {
        let asked = duty.offer.as_ref().is_some_and(|offer| offer.person == person.id && offer.declined.is_none());
        asked && directory.state(duty, day) != DutyState::Ended
    };
    let offers: Vec<&Duty> = all.iter().filter(waiting).copied().collect();
    let acting = |duty: &&&Duty| {
        let (holder, deputies) = directory.on_duty(duty, day);
        holder.into_iter().chain(deputies).any(|who| who.id == person.id)
    };
    let held: Vec<&Duty> = all.iter().filter(acting).copied().collect();
    html! {
        section id="offers" {
            h2 { (visit.language.say_with("duties-offers", &[("count", offers.len().into())])) }
            @if offers.is_empty() { p.second { (visit.say("duties-offers-none")) } }
            @for duty in offers { (offer(visit, (directory, day), duty)) }
        }
        section id="held" {
            h2 { (visit.say("duties-held")) }
            @if held.is_empty() { p.second { (visit.say("duties-held-none")) } } @else { (people::table(visit, (directory, day), &held)) }
        }
    }
}

/// An offer with its two answers.
pub(crate) fn offer(visit: &Visit, (directory, day): (&Directory, Date), duty: &Duty) -> Markup {
    let Some(offer) = &duty.offer else { return html! {} };
    let action = format!("/duties/{}", duty.id);
    let before = directory.on_duty(duty, day).0.filter(|holder| holder.id != offer.person);
    html! {
        div.notice {
            p {
                strong { (unit_link(visit, directory, directory.unit_on(&duty.unit, day))) " " (duty_name(visit, duty)) }
                " " (visit.language.say_with("duty-from", &[("date", offer.from.to_string().into())]))
                @if let Some(before) = before { " · " (visit.language.say_with("duty-after", &[("name", before.name.as_str().into())])) }
            }
            div.actions {
                form method="post" action=(action) {
                    (hidden(visit, directory, "accept"))
                    button.main type="submit" { (visit.say("duty-accept")) }
                }
                details {
                    summary { (visit.say("duty-decline")) }
                    form.rows method="post" action=(action) {
                        (hidden(visit, directory, "decline"))
                        (Field { name: "reason", label: visit.say("duty-reason"), required: true, ..Field::default() }.draw())
                        div.actions { button type="submit" { (visit.say("duty-decline")) } }
                    }
                }
            }
        }
    }
}

fn open_table(visit: &Visit, directory: &Directory, open: &[OpenDuty]) -> Markup {
    html! {
        div.table.cards { table {
            thead { tr { th scope="col" { (visit.say("unit")) } th scope="col" { (visit.say("duty")) } th scope="col" { (visit.say("duties-concern")) } th scope="col" { span.hidden { (visit.say("duty-arrange")) } } } }
            tbody { @for open in open {
                tr {
                    th scope="row" { (unit_link(visit, directory, &open.unit)) }
                    td data-label=(visit.say("duty")) { (role(&open.role, visit.language)) }
                    td data-label=(visit.say("duties-concern")) { (concern(visit, directory, open)) }
                    td { @match &open.duty {
                        Some(duty) => a href=(visit.href(&format!("/duties/{duty}"), &[])) { (visit.say("duty-arrange")) },
                        None => a href=(format!("/units/{}#give", open.unit)) { (visit.say("duty-give")) },
                    } }
                }
            } }
        } }
    }
}
