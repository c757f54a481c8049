//! 待办: what waits for me?

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect},
};
use maud::{Markup, html};
use plan_workflow::{
    calendar::WorkingDays,
    notices::{
        People,
        inbox::{Item, inbox},
        past::{Fate, Past, Recipient, Sending},
        record,
    },
    permissions::Action,
};

use super::plans::moment;
use crate::{
    deliver::text::{self, term},
    server::{
        App,
        posted::Posted,
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::{
        form,
        layout::{self, Frame, Place},
    },
};

/// Problems of delivery shown at once.
const SHOWN: usize = 50;

/// GET /inbox
pub(crate) async fn inbox_page(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    let waiting = app.waiting().await?;
    let past = record::past(&app.store, &Recipient::Person(visit.actor.name.clone())).await?;
    let at = app.moment();
    let items = inbox(&waiting.open, &waiting.people, &visit.actor.name, &past, (WorkingDays::shipped(), &at));
    let problems =
        if visit.may(Action::ManageDirectory) { problems(&app, &visit, &waiting.people).await? } else { Vec::new() };
    let late = items.iter().filter(|item| item.is_late()).count();
    let content = html! {
        @if items.is_empty() {
            div.notice { p { (visit.say("inbox-empty")) } }
        } @else {
            p { (visit.language.say_with("inbox-count", &[("count", items.len().into()), ("late", late.into())])) }
            @if items.iter().any(|item| item.nobody) { p.second.small { (visit.say("inbox-nobody-hint")) } }
            (list(&visit, &waiting.people, &items))
        }
        (undelivered(&visit, &problems))
    };
    let title = visit.say("inbox-title");
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::Inbox, plan: None, title: &title }, &content))
}

/// POST /inbox: the person notes an item.
pub(crate) async fn note_item(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    let waiting = app.waiting().await?;
    let key = form.get("item");
    let own = |open: &&plan_workflow::notices::Open| {
        open.key() == key && waiting.people.holders(open).contains(&visit.actor.name.as_str())
    };
    let open = waiting.open.iter().find(own).ok_or_else(Refusal::not_found)?;
    record::note(&app.store, (&visit.actor.name, app.clock.now()), open.key(), open.opened).await?;
    Ok(Redirect::to(&visit.href("/inbox", &[])).into_response())
}

fn list(visit: &Visit, people: &People, items: &[Item<'_>]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("inbox-what")) }
                th scope="col" { (say("inbox-kind")) }
                th scope="col" { (say("inbox-unit")) }
                th scope="col" { (say("inbox-due")) }
                th scope="col" { (say("inbox-noted")) }
            } }
            tbody { @for item in items {
                tr.late[item.is_late()] {
                    th scope="row" { a href=(item.open.path) { (item.open.title) } }
                    td.nowrap data-label=(say("inbox-kind")) { (text::kind(item.open.kind, visit.language)) }
                    td data-label=(say("inbox-unit")) {
                        @if item.open.about.unit.is_empty() { span.second { "—" } } @else { (people.unit_name(&item.open.about.unit)) }
                        @if item.nobody { " " span.kind { (say("inbox-nobody")) } }
                    }
                    td data-label=(say("inbox-due")) {
                        @if item.is_late() { span.age { "■ " (term(item.open.due, item.left, item.waited, visit.language)) } }
                        @else { (term(item.open.due, item.left, item.waited, visit.language)) }
                    }
                    td {
                        @if item.noted { span.second { (say("inbox-is-noted")) } } @else {
                            form method="post" action="/inbox" {
                                (form::token(&visit.session.csrf))
                                input type="hidden" name="item" value=(item.open.key());
                                button.plain.small type="submit" { (say("inbox-note")) }
                            }
                        }
                    }
                }
            } }
        } }
    }
}

/// What did not arrive, with to whom; the newest first.
async fn problems(app: &App, visit: &Visit, people: &People) -> Answer<Vec<(String, Sending)>> {
    let (directory, everywhere) = (app.directory_of(visit).await?, visit.actor.region.is_none());
    let seen = |name: &String| everywhere || *name == visit.actor.name || directory.person_of(name).is_some();
    let accounts = app.accounts().await?.into_iter().filter(seen).map(Recipient::Person);
    let groups = people.groups.iter().filter(|_| everywhere).map(|group| Recipient::Group(group.name.clone()));
    let pasts: BTreeMap<Recipient, Past> = record::pasts(&app.store, accounts.chain(groups)).await?;
    let now = app.clock.now();
    let of = |(to, past): (&Recipient, &Past)| {
        past.problems(now).into_iter().map(|sending| (to.name().to_owned(), sending.clone())).collect::<Vec<_>>()
    };
    let mut found: Vec<(String, Sending)> = pasts.iter().flat_map(of).collect();
    found.sort_by_key(|(_, sending)| std::cmp::Reverse(sending.at));
    Ok(found)
}

fn undelivered(visit: &Visit, problems: &[(String, Sending)]) -> Markup {
    let say = |key: &str| visit.say(key);
    let fate = |sending: &Sending| {
        say(match sending.fate {
            Fate::Deferred => "delivery-deferred",
            Fate::Failed => "delivery-failed",
            Fate::Begun | Fate::Sent => "delivery-unknown",
        })
    };
    html! {
        @if !problems.is_empty() {
            section id="undelivered" {
                h2 { (say("delivery-title")) }
                p.second { (visit.language.say_with("delivery-intro", &[("count", problems.len().into())])) }
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (say("delivery-to")) }
                        th scope="col" { (say("delivery-channel")) }
                        th scope="col" { (say("delivery-when")) }
                        th scope="col" { (say("delivery-fate")) }
                        th scope="col" { (say("delivery-detail")) }
                    } }
                    tbody { @for (to, sending) in problems.iter().take(SHOWN) {
                        tr {
                            th scope="row" { (to) }
                            td.nowrap data-label=(say("delivery-channel")) { (sending.channel) }
                            td.nowrap data-label=(say("delivery-when")) { (moment(sending.at)) }
                            td.nowrap data-label=(say("delivery-fate")) { (fate(sending)) }
                            td data-label=(say("delivery-detail")) { (sending.detail) }
                        }
                    } }
                } }
            }
        }
    }
}
