//! How units, people and duties are shown, and how their forms are answered.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::{UnitId, UnitKind};
use plan_workflow::{
    WorkflowError,
    directory::{self, Changed, Concern, Directory, Duty, OpenDuty, Person, Place, Wish},
    permissions::Permissions,
    storage::StorageError,
};

use crate::{
    server::{
        App,
        posted::Form,
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{form, layout::role},
};

/// What a form sent that could not be done: shown again as it was typed.
pub(crate) struct Sent<'a> {
    pub(crate) form: &'a Form,
    pub(crate) wrong: String,
}

impl Sent<'_> {
    /// What stands in a field: what was typed, where it was typed in this form.
    pub(crate) fn value<'b>(sent: Option<&'b Self>, which: &str, name: &str, otherwise: &'b str) -> &'b str {
        match sent.filter(|sent| sent.form.get("do") == which) {
            Some(sent) => sent.form.get(name),
            None => otherwise,
        }
    }

    /// Whether this is the form that could not be done; it stays open.
    pub(crate) fn open(sent: Option<&Self>, which: &str) -> bool {
        sent.is_some_and(|sent| sent.form.get("do") == which)
    }
}

/// The sentence on what could not be done.
pub(crate) fn notice(sent: Option<&Sent<'_>>) -> Markup {
    html! { @if let Some(sent) = sent { div.notice.wrong role="alert" { p { (sent.wrong) } } } }
}

/// The hidden fields of a form: its token, which it is, and what was seen.
pub(crate) fn hidden(visit: &Visit, directory: &Directory, which: &str) -> Markup {
    html! {
        (form::token(&visit.session.csrf))
        input type="hidden" name="seen" value=(directory.version());
        input type="hidden" name="do" value=(which);
    }
}

/// Fulfils what a form wishes. What its sender can put right is answered inside.
pub(crate) async fn fulfil(
    app: &App,
    visit: &Visit,
    form: &Form,
    wish: Result<Wish, WorkflowError>,
) -> Answer<Result<Changed, (StatusCode, String)>> {
    let done = match wish {
        Ok(wish) => {
            let seen = form.get("seen").parse().ok();
            directory::change(&app.store, (&visit.actor, app.today()), app.clock.now(), seen, &wish).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(changed) => Ok(Ok(changed)),
        Err(
            error @ (WorkflowError::BadInput { .. }
            | WorkflowError::Storage(StorageError::Conflict { .. } | StorageError::NotFound { .. })),
        ) => {
            let refusal = Refusal::from(error);
            Ok(Err((refusal.status, refusal.words(visit.language).0)))
        }
        Err(error) => Err(error.into()),
    }
}

/// A page that says what could not be done.
pub(crate) fn spoken(status: StatusCode, page: Markup) -> Response {
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    response
}

/// A day of a form; `None` where the field is empty.
pub(crate) fn maybe_day(form: &Form, name: &str, field: &'static str) -> Result<Option<Date>, WorkflowError> {
    match form.get(name) {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| WorkflowError::BadInput {
                field, message: format!("“{text}”不是日期；请写成 2024-01-31")
            }),
    }
}

/// A day of a form.
pub(crate) fn day(form: &Form, name: &str, field: &'static str) -> Result<Date, WorkflowError> {
    maybe_day(form, name, field)?
        .ok_or_else(|| WorkflowError::BadInput {
            field, message: "没有填写；请填写日期，如 2024-01-31".to_owned()
        })
}

/// A unit with the way to its page.
pub(crate) fn unit_link(visit: &Visit, directory: &Directory, unit: &UnitId) -> Markup {
    html! { a href=(visit.href(&format!("/units/{unit}"), &[])) { (directory.unit_name(unit)) } }
}

/// A person with the way to their page.
pub(crate) fn person_link(visit: &Visit, person: &Person) -> Markup {
    html! { a href=(visit.href(&format!("/people/{}", person.id), &[])) { (person.name) } }
}

fn person_by_id(visit: &Visit, directory: &Directory, id: &str) -> Markup {
    html! { @match directory.person(id) { Some(person) => (person_link(visit, person)), None => (id) } }
}

/// The word for a kind of unit.
pub(crate) fn kind(visit: &Visit, kind: UnitKind) -> String {
    visit.say(match kind {
        UnitKind::Department => "unit-kind-department",
        UnitKind::Town => "unit-kind-town",
        UnitKind::Region => "unit-kind-region",
        UnitKind::Other => "unit-kind-other",
    })
}

/// The word for a place.
pub(crate) fn place(visit: &Visit, place: Place) -> String {
    visit.say(match place {
        Place::First => "duty-first",
        Place::Second => "duty-second",
    })
}

/// The name of a duty: its role, and its place where it is the second one.
pub(crate) fn duty_name(visit: &Visit, duty: &Duty) -> String {
    match duty.place {
        Place::First => role(&duty.role, visit.language),
        Place::Second => format!("{} · {}", role(&duty.role, visit.language), place(visit, duty.place)),
    }
}

/// Who holds a duty on a day, who stands in, who was asked.
pub(crate) fn holders(visit: &Visit, directory: &Directory, duty: &Duty, day: Date) -> Markup {
    let (holder, _) = directory.on_duty(duty, day);
    let stand_in = duty.deputies.iter().filter(|d| d.stands_in(day) && !directory.left(&d.person, day));
    html! {
        @match holder {
            Some(person) => {
                (person_link(visit, person))
                @if let Some(on) = directory.leaves(&person.id) {
                    " " span.age.small { (visit.language.say_with("duty-until", &[("date", on.to_string().into())])) }
                }
            }
            None => span.age { "◇ " (visit.say("duty-vacant")) },
        }
        @for deputy in stand_in {
            " " span.nowrap { "· " (person_by_id(visit, directory, &deputy.person)) "（" (visit.say("duty-deputy")) "）" }
            " " span.second.small.nowrap { (visit.language.say_with("duty-until", &[("date", deputy.until.to_string().into())])) }
        }
        @if let Some(offer) = &duty.offer {
            div.small {
                @match &offer.declined {
                    None => span.age { "◆ " (visit.say("duty-waiting")) "：" },
                    Some(_) => span.second { "✕ " (visit.say("duty-declined")) "：" },
                }
                (person_by_id(visit, directory, &offer.person))
                " " span.second { (visit.language.say_with("duty-from", &[("date", offer.from.to_string().into())])) }
                @if let Some(reason) = &offer.declined { " " span.second { (reason) } }
            }
        }
    }
}

/// What is open about a duty, in words.
pub(crate) fn concern(visit: &Visit, directory: &Directory, open: &OpenDuty) -> Markup {
    let dated = |key: &str, day: &Date| visit.language.say_with(key, &[("date", day.to_string().into())]);
    html! {
        @match &open.concern {
            Concern::Missing => span.age { "◇ " (visit.say("concern-missing")) },
            Concern::Vacant => span.age { "◇ " (visit.say("duty-vacant")) },
            Concern::Declined { person, reason } => { "✕ " (visit.say("duty-declined")) "：" (person_by_id(visit, directory, person)) " " span.second { (reason) } },
            Concern::Waiting { person, from } => { "◆ " (visit.say("duty-waiting")) "：" (person_by_id(visit, directory, person)) " " span.second.small { (dated("duty-from", from)) } },
            Concern::Leaving { person, on } => { "■ " (person_by_id(visit, directory, person)) " " (dated("concern-leaving", on)) },
            Concern::EndsSoon { on } => { "● " (dated("concern-ends", on)) },
        }
    }
}

/// The roles a duty can have, to choose from.
pub(crate) fn roles(visit: &Visit) -> Vec<(String, String)> {
    let roles = Permissions::standard().roles().iter().filter(|role| role.in_unit);
    roles.map(|r| (r.code.clone(), role(&r.code, visit.language))).collect()
}

/// The people who can be named on a day: those of the unit first, then, where
/// everybody may be named, the others with their units.
pub(crate) fn people(directory: &Directory, unit: &UnitId, day: Date, everybody: bool) -> Vec<(String, String)> {
    let own = directory.people_of(unit, day).map(|person| (person.id.clone(), person.name.clone()));
    let others = directory.people().filter(|p| everybody && directory.unit_on(&p.unit, day) != unit);
    let others = others.filter(|p| !directory.left(&p.id, day));
    let others = others.map(|p| (p.id.clone(), format!("{}（{}）", p.name, directory.unit_name(&p.unit))));
    std::iter::once((String::new(), "—".to_owned())).chain(own).chain(others).collect()
}
