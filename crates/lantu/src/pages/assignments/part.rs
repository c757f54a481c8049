//! One commitment: which unit has which part, what may be done now, and all that
//! happened.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    assignments::{self, Ask, Assignment, Event, Move, PartKey, PartState, Subject, Wish},
    permissions::Action,
    storage::Storage as _,
};

use super::{
    activity, base, choice, day, first_due, part_of, part_word, parts, spoken, state, tabs, unit_choices, who,
};
use crate::{
    pages::plans::{moment, plan_id},
    server::{
        App,
        assigned::Assigned,
        posted::{Form, Posted},
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::form::{self, Field},
};

/// GET /plans/{plan}/assignments/{subject}
pub(crate) async fn part(
    State(app): State<App>,
    Path((plan, subject)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let of = app.assigned(plan_id(&plan)?).await?;
    let arbiters = arbiters(&app, &visit, &of.plan).await?;
    let there = of.subject(&subject).is_some() || of.book.parts_of(&subject).next().is_some();
    if !there {
        return Err(Refusal::not_found());
    }
    Ok(drawn(&app, &visit, (&of, &subject), (&arbiters, None)))
}

/// Who may be named to arbitrate, for the planner's form.
async fn arbiters(app: &App, visit: &Visit, plan: &plan_workflow::records::Plan) -> Answer<Vec<(String, String)>> {
    if !visit.may(Action::AssignParts) {
        return Ok(Vec::new());
    }
    let directory = app.directory().await?;
    let users = app.store.users().await?;
    let named = users
        .into_iter()
        .filter(|user| assignments::may_arbitrate(user, &plan.head.jurisdiction) && user.name != visit.actor.name);
    let words = |name: &str| match directory.person_of(name) {
        Some(person) if person.name != name => format!("{}（{name}）", person.name),
        _ => name.to_owned(),
    };
    Ok(named.map(|user| (user.name.clone(), words(&user.name))).collect())
}

/// POST /plans/{plan}/assignments/{subject}
pub(crate) async fn act(
    State(app): State<App>,
    Path((plan, subject)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ReadPlans)?;
    let of = app.assigned(plan_id(&plan)?).await?;
    let done = match wish(&subject, &form) {
        Ok(wish) => assignments::act(&app.store, &visit.actor, app.clock.now(), of.desk(), &[wish])
            .await
            .map(|_| ())
            .map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => {
            let back = match form.get("back") {
                "arbitration" => format!("{}/arbitration", base(of.plan.id)),
                _ => format!("{}/{subject}", base(of.plan.id)),
            };
            Ok(Redirect::to(&visit.href(&back, &[])).into_response())
        }
        Err(refusal) => {
            let (fresh, arbiters) = (app.assigned(of.plan.id).await?, arbiters(&app, &visit, &of.plan).await?);
            spoken(refusal, &visit, |words| drawn(&app, &visit, (&fresh, &subject), (&arbiters, Some(words))))
        }
    }
}

fn wish(subject: &str, form: &Form) -> Result<Wish, Refusal> {
    let reason = || form.get("reason").to_owned();
    let ask = match form.get("do") {
        "offer" => Ask::Offer {
            part: part_of(form.get("part")),
            due: day(form.get("due"), "首个期限")?,
            joint: false,
            reason: reason(),
        },
        "accept" => Ask::Accept,
        "return" => Ask::Return { reason: reason() },
        "refer" => Ask::Refer {
            arbiter: form.get("arbiter").to_owned(),
            by: day(form.get("due"), "裁定期限")?,
            reason: reason(),
        },
        "impose" => Ask::Impose { reason: reason() },
        "release" => Ask::Release { reason: reason() },
        "withdraw" => Ask::Withdraw { reason: reason() },
        other => return Err(Refusal::wrong_field("do", other)),
    };
    let seen = form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))?;
    let key = PartKey { subject: subject.to_owned(), unit: form.get("unit").into() };
    Ok(Wish { key, seen: Some(seen), ask })
}

fn drawn(
    app: &App,
    visit: &Visit,
    (of, id): (&Assigned, &str),
    (arbiters, wrong): (&[(String, String)], Option<&str>),
) -> Markup {
    let view = View { visit, of, id, arbiters };
    let content = html! {
        (tabs(visit, of, "part"))
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        @match of.subject(id) {
            Some(subject) => (view.sentence(subject)),
            None => div.notice.warn { p { (visit.say("assign-stray-one")) } },
        }
        section { h2 { (visit.say("assign-parts")) } (view.parts()) }
        @if visit.may(Action::AssignParts) && of.subject(id).is_some() { (view.offer()) }
        section { h2 { (visit.say("assign-history")) } (view.history()) }
    };
    let title = of.subject(id).map_or(id, |subject| subject.name.as_str());
    let frame =
        crate::ui::layout::Frame { visit, place: crate::ui::layout::Place::Assignments, plan: Some(&of.plan), title };
    crate::ui::layout::page(app, &frame, &content)
}

/// What the parts of the page share.
struct View<'a> {
    visit: &'a Visit,
    of: &'a Assigned,
    id: &'a str,
    arbiters: &'a [(String, String)],
}

impl View<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn address(&self) -> String {
        self.visit.href(&format!("{}/{}", base(self.of.plan.id), self.id), &[])
    }

    fn sentence(&self, subject: &Subject) -> Markup {
        let plan = self.of.plan.id;
        let line = subject.anchor.line.to_string();
        let source = self.visit.href(&format!("/plans/{plan}/source"), &[("line", &line)]) + &format!("#L{line}");
        let own = self.visit.href(&format!("/plans/{plan}/indicators/{}", subject.id), &[]);
        html! {
            p.standing { span.large { (activity(self.of.book.activity(self.id), self.visit.language)) } }
            blockquote.quote { (subject.sentence) }
            p.caption {
                a href=(source) { (self.visit.language.say_with("mention-line", &[("line", line.as_str().into())])) }
                @if !subject.chapter.is_empty() { " · " (subject.chapter) }
                @if subject.is_measure() { " · " a href=(own) { (self.say("assign-to-indicator")) } }
                @if !subject.named.is_empty() { " · " (self.visit.language.say_with("assign-named", &[("unit", subject.named.as_str().into())])) }
            }
        }
    }

    fn parts(&self) -> Markup {
        let parts: Vec<&Assignment> = self.of.book.parts_of(self.id).collect();
        let say = |key: &str| self.say(key);
        html! {
            @if parts.is_empty() { p.second { (say("assign-nobody")) } } @else {
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (say("assign-unit")) }
                        th scope="col" { (say("assign-part")) }
                        th scope="col" { (say("confirm-state")) }
                        th scope="col" { (say("assign-first-due")) }
                        th scope="col" { (say("assign-said")) }
                        th scope="col" { (say("assign-do")) }
                    } }
                    tbody { @for part in parts { (self.row(part)) } }
                } }
            }
        }
    }

    fn row(&self, part: &Assignment) -> Markup {
        let say = |key: &str| self.say(key);
        let merged = part.unit != part.key.unit;
        html! {
            tr {
                th scope="row" {
                    (self.of.directory.unit_name(&part.unit))
                    @if merged { div.second.small { (self.visit.language.say_with("assign-merged", &[("unit", self.of.directory.unit_name(&part.key.unit).into())])) } }
                }
                td.nowrap data-label=(say("assign-part")) { (part_word(part.part, self.visit.language)) }
                td data-label=(say("confirm-state")) {
                    (state(part.state, self.visit.language))
                    @if let Some((arbiter, by)) = &part.arbitration {
                        div.second.small { (self.visit.language.say_with("assign-arbiter-by", &[("arbiter", who(self.of, arbiter).into()), ("by", by.to_string().into())])) }
                    }
                }
                td.nowrap data-label=(say("assign-first-due")) { @match part.due { Some(due) => (due), None => "—" } }
                td data-label=(say("assign-said")) { (part.reason) div.second.small { (who(self.of, &part.actor)) " " (moment(part.at)) } }
                td data-label=(say("assign-do")) { (self.doings(part)) }
            }
        }
    }

    /// What this visitor may do with a part now.
    fn doings(&self, part: &Assignment) -> Markup {
        let (visit, state) = (self.visit, part.state);
        let unit = visit.actor.reach(Action::ApproveForUnit).holds(&part.unit);
        let planner = visit.may(Action::AssignParts);
        let mine = part.arbitration.as_ref().is_some_and(|(name, _)| *name == visit.actor.name);
        let withdrawn = matches!(state, PartState::Withdrawn | PartState::Released);
        html! {
            @if unit && state == PartState::Offered { (self.plain(part, Move::Accept)) (self.reasoned(part, Move::Return)) }
            @if planner && state == PartState::Returned { (self.refer(part)) }
            @if mine && state == PartState::Arbitrating { (decide(visit, (&self.address(), ""), part)) }
            @if planner && !withdrawn { (self.reasoned(part, Move::Withdraw)) }
        }
    }

    fn plain(&self, part: &Assignment, action: Move) -> Markup {
        html! {
            form method="post" action=(self.address()) {
                (hidden(self.visit, part, ""))
                button.main type="submit" name="do" value=(action.code()) { (step(self.visit, action)) }
            }
        }
    }

    /// A step that asks for a reason, folded until it is wanted.
    fn reasoned(&self, part: &Assignment, action: Move) -> Markup {
        let id = format!("reason-{}-{}", action.code(), part.key.unit);
        html! {
            details {
                summary.small { (step(self.visit, action)) }
                form.field method="post" action=(self.address()) {
                    (hidden(self.visit, part, ""))
                    label for=(id) { (self.say("assign-reason")) }
                    input id=(id) name="reason" required maxlength="500" autocomplete="off";
                    button type="submit" name="do" value=(action.code()) { (step(self.visit, action)) }
                }
            }
        }
    }

    fn refer(&self, part: &Assignment) -> Markup {
        let say = |key: &str| self.say(key);
        html! {
            details {
                summary.small { (step(self.visit, Move::Refer)) }
                @if self.arbiters.is_empty() { p.second.small { (say("assign-no-arbiter")) } } @else {
                    form.rows method="post" action=(self.address()) {
                        (hidden(self.visit, part, ""))
                        (choice("arbiter", &say("assign-arbiter"), "", self.arbiters))
                        (Field { name: "due", label: say("assign-decide-by"), kind: "date", required: true, ..Field::default() }.draw())
                        (Field { name: "reason", label: say("assign-reason"), required: true, ..Field::default() }.draw())
                        div.actions { button type="submit" name="do" value="refer" { (step(self.visit, Move::Refer)) } }
                    }
                }
            }
        }
    }

    /// The form by which a unit is asked.
    fn offer(&self) -> Markup {
        let say = |key: &str| self.say(key);
        let due = first_due(self.of.today).to_string();
        let units = unit_choices(self.visit, self.of, None);
        let lead = self.of.book.parts_of(self.id).find(|p| p.part == assignments::Part::Lead && p.state.is_live());
        html! {
            section {
                h2 { (step(self.visit, Move::Offer)) }
                @if units.is_empty() { p.second { (say("assign-no-units")) } } @else {
                    @if let Some(lead) = lead {
                        p.second { (self.visit.language.say_with("assign-has-lead", &[("unit", self.of.directory.unit_name(&lead.unit).into())])) }
                    }
                    form.filters method="post" action=(self.address()) {
                        (form::token(&self.visit.session.csrf))
                        input type="hidden" name="seen" value=(self.of.book.last_of(self.id));
                        (choice("unit", &say("assign-unit"), "", &units))
                        (choice("part", &say("assign-part"), if lead.is_some() { "cooperating" } else { "lead" }, &parts(self.visit.language)))
                        (Field { name: "due", label: say("assign-first-due"), value: &due, kind: "date", required: true, ..Field::default() }.draw())
                        div.actions { button.main type="submit" name="do" value="offer" { (step(self.visit, Move::Offer)) } }
                    }
                }
            }
        }
    }

    fn history(&self) -> Markup {
        let events: Vec<&Event> = self.of.book.history(self.id).rev().collect();
        html! {
            @if events.is_empty() { p.second { (self.say("assign-history-none")) } }
            ol.history { @for event in events {
                li {
                    span.second.small { (moment(event.at)) " " (who(self.of, &event.actor)) } " "
                    strong { (step(self.visit, event.what.action)) } " "
                    (self.of.directory.unit_name(&event.what.key.unit)) " " (part_word(event.what.part, self.visit.language))
                    @if let Some(arbiter) = &event.what.arbiter { " · " (self.say("assign-arbiter")) " " (who(self.of, arbiter)) }
                    @if let Some(due) = event.what.due { " · " (due) }
                    @if !event.what.reason.is_empty() { div.small { (event.what.reason) } }
                }
            } }
        }
    }
}

/// The hidden fields of a form about a part.
fn hidden(visit: &Visit, part: &Assignment, back: &str) -> Markup {
    html! {
        (form::token(&visit.session.csrf))
        input type="hidden" name="unit" value=(part.key.unit);
        input type="hidden" name="seen" value=(part.events);
        @if !back.is_empty() { input type="hidden" name="back" value=(back); }
    }
}

/// The form by which the named person decides.
pub(super) fn decide(visit: &Visit, (address, back): (&str, &str), part: &Assignment) -> Markup {
    let id = format!("decide-{}-{}", part.key.subject, part.key.unit);
    html! {
        form.field method="post" action=(address) {
            (hidden(visit, part, back))
            label for=(id) { (visit.say("assign-reason")) }
            input id=(id) name="reason" required maxlength="500" autocomplete="off";
            div.actions {
                button.main type="submit" name="do" value="impose" { (step(visit, Move::Impose)) }
                button type="submit" name="do" value="release" { (step(visit, Move::Release)) }
            }
        }
    }
}

/// The word for a step.
pub(super) fn step(visit: &Visit, action: Move) -> String {
    visit.say(&format!("partstep-{}", action.code()))
}
