//! What a unit was asked and holds, to be taken or returned, one by one or many
//! at once; and what waits for an arbiter.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::UnitId;
use plan_workflow::{
    assignments::{self, Ask, Assignment, PartKey, PartState, Wish},
    permissions::Action,
};

use super::{bad, base, choice, framed, heading, part, part_word, spoken, state, tabs, unit_choices, who};
use crate::{
    pages::plans::{moment, plan_id},
    server::{
        App,
        assigned::Assigned,
        posted::{Form, Posted},
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
    ui::form,
};

/// GET /plans/{plan}/assignments/unit
pub(crate) async fn unit(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let of = app.assigned(plan_id(&plan)?).await?;
    let query = visit.query();
    let asked = field(&query, "unit").map(UnitId::from);
    let done = field(&query, "done").unwrap_or_default().to_owned();
    let said = (!done.is_empty()).then(|| visit.say("unit-done"));
    Ok(drawn(&app, &visit, (&of, asked), (said.as_deref(), None)))
}

/// POST /plans/{plan}/assignments/unit
pub(crate) async fn answer(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ApproveForUnit)?;
    let of = app.assigned(plan_id(&plan)?).await?;
    let unit = form.get("unit").to_owned();
    let done = match wishes(&form) {
        Ok(wishes) => assignments::act(&app.store, &visit.actor, app.clock.now(), of.desk(), &wishes)
            .await
            .map(|_| ())
            .map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => {
            let fields = [("unit", unit.as_str()), ("done", "yes")];
            Ok(Redirect::to(&visit.href(&format!("{}/unit", base(of.plan.id)), &fields)).into_response())
        }
        Err(refusal) => {
            let fresh = app.assigned(of.plan.id).await?;
            let unit = Some(UnitId::from(unit.as_str()));
            spoken(refusal, &visit, |words| drawn(&app, &visit, (&fresh, unit), (None, Some(words))))
        }
    }
}

/// What the box of a part sends: commitment, unit, and what was seen.
fn told(part: &Assignment) -> String {
    format!("{}|{}|{}", part.key.subject, part.key.unit, part.events)
}

/// The answers of a form: for each ticked part, or for all that were shown, the same.
fn wishes(form: &Form) -> Result<Vec<Wish>, Refusal> {
    let reason = form.get("reason").to_owned();
    let ask = match form.get("do") {
        "accept" | "accept-all" => Ask::Accept,
        "return" if reason.is_empty() => return Err(bad("退回", "须写明理由；请补充后再提交".to_owned())),
        "return" => Ask::Return { reason },
        other => return Err(Refusal::wrong_field("do", other)),
    };
    let mut wishes = Vec::new();
    let taken = if form.get("do") == "accept-all" { "shown" } else { "pick" };
    for pick in form.all(taken) {
        let wrong = || Refusal::wrong_field("pick", pick);
        let mut fields = pick.split('|');
        let (Some(subject), Some(unit), Some(seen)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(wrong());
        };
        let seen = Some(seen.parse().map_err(|_| wrong())?);
        let key = PartKey { subject: subject.to_owned(), unit: unit.into() };
        wishes.push(Wish { key, seen, ask: ask.clone() });
    }
    if wishes.is_empty() {
        return Err(bad("认领", "没有勾选；请勾选要认领或退回的".to_owned()));
    }
    Ok(wishes)
}

/// The unit that is shown: the one asked for, else one the visitor acts for, else
/// the first one that has a part.
fn shown(visit: &Visit, of: &Assigned, asked: Option<UnitId>) -> Option<UnitId> {
    let sight = visit.sight(&of.directory, of.today);
    let seen =
        |unit: &UnitId| sight.as_ref().is_none_or(|sight| sight.unit(unit)) || of.book.of_unit(unit).next().is_some();
    let asked = asked.filter(|unit| of.directory.unit(unit).is_some() && seen(unit));
    let own = || visit.actor.posts.first().map(|post| post.unit.clone());
    let first = || of.book.parts().first().map(|part| part.unit.clone());
    let any = || of.directory.units_on(of.today).map(|unit| unit.id.clone()).find(|unit| seen(unit));
    asked.or_else(own).or_else(first).or_else(any)
}

fn drawn(
    app: &App,
    visit: &Visit,
    (of, asked): (&Assigned, Option<UnitId>),
    (said, wrong): (Option<&str>, Option<&str>),
) -> Markup {
    let say = |key: &str| visit.say(key);
    let address = format!("{}/unit", base(of.plan.id));
    let unit = shown(visit, of, asked);
    let content = html! {
        (tabs(visit, of, "unit"))
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        @if let Some(said) = said { div.notice role="status" { p { (said) } } }
        @match &unit {
            None => div.notice { p { (say("assign-no-units")) } },
            Some(unit) => {
                form.filters method="get" action=(address) {
                    (choice("unit", &say("assign-unit"), unit.as_str(), &unit_choices(visit, of, None)))
                    div.actions { button type="submit" { (say("unit-look")) } }
                }
                (lists(visit, of, unit))
            },
        }
    };
    framed(app, visit, of, "unit-title", &content)
}

fn lists(visit: &Visit, of: &Assigned, unit: &UnitId) -> Markup {
    let may = visit.actor.reach(Action::ApproveForUnit).holds(unit);
    let those = |fits: &dyn Fn(&Assignment) -> bool| -> Vec<&Assignment> {
        of.book.of_unit(unit).filter(|part| fits(part)).collect()
    };
    let offered = those(&|part| part.state == PartState::Offered);
    let held = those(&Assignment::is_held);
    let other = those(&|part| !part.is_held() && part.state != PartState::Offered);
    let count = |key: &str, all: &[&Assignment]| visit.language.say_with(key, &[("count", all.len().into())]);
    html! {
        section {
            h2 { (count("unit-offered", &offered)) }
            @if offered.is_empty() { p.second { (visit.say("unit-offered-none")) } }
            @else if may { (answers(visit, of, unit, &offered)) }
            @else { p.second { (visit.say("unit-who-answers")) } (table(visit, of, &offered, None)) }
        }
        section {
            h2 { (count("unit-held", &held)) }
            @if !held.is_empty() { (table(visit, of, &held, None)) }
        }
        @if !other.is_empty() {
            section { h2 { (count("unit-other", &other)) } (table(visit, of, &other, None)) }
        }
    }
}

/// The form by which the unit's approver answers.
fn answers(visit: &Visit, of: &Assigned, unit: &UnitId, offered: &[&Assignment]) -> Markup {
    let say = |key: &str| visit.say(key);
    let address = visit.href(&format!("{}/unit", base(of.plan.id)), &[]);
    html! {
        form method="post" action=(address) {
            (form::token(&visit.session.csrf))
            input type="hidden" name="unit" value=(unit);
            (table(visit, of, offered, Some("pick")))
            @for part in offered { input type="hidden" name="shown" value=(told(part)); }
            div.filters {
                div.actions {
                    button.main type="submit" name="do" value="accept" { (say("unit-accept")) }
                    @if offered.len() > 1 {
                        button type="submit" name="do" value="accept-all" { (visit.language.say_with("unit-accept-all", &[("count", offered.len().into())])) }
                    }
                }
                div.field {
                    label for="field-reason" { (say("unit-return-reason")) }
                    input id="field-reason" name="reason" maxlength="500" autocomplete="off";
                }
                div.actions { button type="submit" name="do" value="return" { (say("unit-return")) } }
            }
        }
    }
}

fn table(visit: &Visit, of: &Assigned, rows: &[&Assignment], pick: Option<&str>) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                @if pick.is_some() { th scope="col" { (say("offer-pick")) } }
                th scope="col" { (say("assign-subject")) }
                th scope="col" { (say("assign-part")) }
                th scope="col" { (say("assign-first-due")) }
                th scope="col" { (say("confirm-state")) }
                th scope="col" { (say("assign-said")) }
            } }
            tbody { @for part in rows { tr {
                @if let Some(name) = pick {
                    td data-label=(say("offer-pick")) {
                        input type="checkbox" name=(name) value=(told(part)) aria-label=(of.subject(&part.key.subject).map_or(part.key.subject.as_str(), |subject| subject.name.as_str()));
                    }
                }
                th scope="row" {
                    @match of.subject(&part.key.subject) { Some(subject) => (heading(visit, of.plan.id, subject)), None => (part.key.subject) }
                }
                td.nowrap data-label=(say("assign-part")) { (part_word(part.part, visit.language)) }
                td.nowrap data-label=(say("assign-first-due")) { @match part.due { Some(due) => (due), None => "—" } }
                td.nowrap data-label=(say("confirm-state")) { (state(part.state, visit.language)) }
                td.small data-label=(say("assign-said")) { (part.reason) div.second { (who(of, &part.actor)) " " (moment(part.at)) } }
            } } }
        } }
    }
}

/// GET /plans/{plan}/assignments/arbitration
pub(crate) async fn arbitration(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let of = app.assigned(plan_id(&plan)?).await?;
    let open: Vec<&Assignment> = of.book.parts().iter().filter(|p| p.state == PartState::Arbitrating).collect();
    let named = |part: &&Assignment| part.arbitration.as_ref().is_some_and(|(name, _)| *name == visit.actor.name);
    let (mine, others): (Vec<&Assignment>, Vec<&Assignment>) = open.iter().partition(|part| named(part));
    let content = html! {
        (tabs(&visit, &of, "arbitration"))
        section {
            h2 { (visit.language.say_with("arbitration-mine", &[("count", mine.len().into())])) }
            @if mine.is_empty() { p.second { (visit.say("arbitration-none")) } }
            @for part in &mine { (question(&visit, &of, part, true)) }
        }
        @if !others.is_empty() {
            section {
                h2 { (visit.language.say_with("arbitration-others", &[("count", others.len().into())])) }
                @for part in &others { (question(&visit, &of, part, false)) }
            }
        }
    };
    Ok(framed(&app, &visit, &of, "arbitration-title", &content))
}

/// What is to be decided: who says what.
fn question(visit: &Visit, of: &Assigned, asked: &Assignment, mine: bool) -> Markup {
    let subject = of.subject(&asked.key.subject);
    let returned = of
        .book
        .history(&asked.key.subject)
        .rfind(|event| event.what.key == asked.key && event.what.action == assignments::Move::Return);
    let late = asked.arbitration.as_ref().is_some_and(|(_, by)| *by < of.today);
    let address = visit.href(&format!("{}/{}", base(of.plan.id), asked.key.subject), &[]);
    html! {
        div.candidate id=(asked.key.subject) {
            @match subject { Some(subject) => { (heading(visit, of.plan.id, subject)) blockquote.quote { (subject.sentence) } }, None => p { (asked.key.subject) } }
            dl.facts {
                dt { (visit.say("assign-unit")) } dd { (of.directory.unit_name(&asked.unit)) " " (part_word(asked.part, visit.language)) }
                @if let Some(returned) = returned { dt { (visit.say("arbitration-unit-says")) } dd { (returned.what.reason) " " span.second.small { (who(of, &returned.actor)) " " (moment(returned.at)) } } }
                dt { (visit.say("arbitration-planner-says")) } dd { (asked.reason) " " span.second.small { (who(of, &asked.actor)) " " (moment(asked.at)) } }
                @if let Some((arbiter, by)) = &asked.arbitration {
                    dt { (visit.say("assign-arbiter")) } dd { (who(of, arbiter)) }
                    dt { (visit.say("assign-decide-by")) } dd { (by) @if late { " " strong { (visit.say("arbitration-late")) } } }
                }
            }
            @if mine { (part::decide(visit, (&address, "arbitration"), asked)) }
        }
    }
}
