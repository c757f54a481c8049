//! The nodes of a commitment: how it stands by them, what is proposed, what is done.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::{DueYear, UnitId};
use plan_workflow::{
    WorkflowError,
    assess::Situation,
    assignments,
    confirm::{CandidateKey, Content},
    nodes::{self, AgreedNode, NewNode, NewSchedule, PlannedNode, Schedule},
    permissions::Action,
    records::PlanId,
};

use crate::{
    pages::{breakdown, plans::plan_id},
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{
        figure,
        form::{self, Field},
        light,
    },
};

/// Blank rows below those that are filled.
const BLANK: usize = 3;

/// What was typed and could not be taken.
#[derive(Debug)]
pub(crate) struct Typed {
    rows: Vec<NewNode>,
    note: String,
    wrong: String,
}

/// For whom the visitor acts on the nodes of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acts {
    Planner,
    LeadUnit,
    Nobody,
}

async fn lead(app: &App, plan: PlanId, subject: &str) -> Answer<Option<UnitId>> {
    let directory = app.directory().await?;
    let book = assignments::read(&app.store, plan, None).await?.on(&directory, app.today());
    Ok(book.lead_of(subject).map(|part| part.unit.clone()))
}

fn acts(visit: &Visit, lead: Option<&UnitId>) -> Acts {
    let for_unit = |action| lead.is_some_and(|unit| visit.actor.reach(action).holds(unit));
    if visit.may(Action::BreakDown) {
        Acts::Planner
    } else if for_unit(Action::ReportForUnit) || for_unit(Action::ApproveForUnit) {
        Acts::LeadUnit
    } else {
        Acts::Nobody
    }
}

/// What the parts of the section share.
struct Section<'a> {
    visit: &'a Visit,
    /// Where its forms are sent.
    action: String,
    schedule: Schedule,
    acts: Acts,
}

/// The nodes of a commitment with everything that can be done with them.
pub(crate) async fn section(
    app: &App,
    visit: &Visit,
    situation: &Situation,
    (subject, name, due): (&str, &str, DueYear),
    typed: Option<&Typed>,
) -> Answer<Markup> {
    let plan = situation.plan.id;
    let lead = lead(app, plan, subject).await?;
    let schedule = situation.schedules.of(subject).cloned().unwrap_or_default();
    let action = visit.href(&format!("/plans/{plan}/nodes/{subject}"), &[]);
    let part = Section { visit, action, schedule, acts: acts(visit, lead.as_ref()) };
    let verdict = situation.schedules.verdict(subject, visit.as_of);
    let rows = match typed {
        Some(typed) => typed.rows.clone(),
        None => {
            let draft: Vec<NewNode> = part.schedule.draft().iter().map(row_of).collect();
            if draft.is_empty() { nodes::by_year_ends(name, due, situation.plan.head.period) } else { draft }
        }
    };
    let language = visit.language;
    Ok(html! {
        section id="nodes" {
            h2 { (visit.say("nodes-heading")) }
            @if let Some(typed) = typed { div.notice.wrong role="alert" { p { (typed.wrong) } } }
            @if let Some(verdict) = &verdict {
                p.standing { span.large { (light::light(&verdict.status, language)) } }
                p { (figure::sentence(&verdict.reason, language)) }
                @for note in &verdict.notes { p.second.small { (figure::sentence(note, language)) } }
            }
            @if !part.schedule.agreed.is_empty() { (part.agreed()) }
            (part.proposal())
            @if part.acts != Acts::Nobody { (part.edit(&rows, typed.map_or("", |typed| typed.note.as_str()), typed.is_some())) }
        }
    })
}

fn row_of(node: &PlannedNode) -> NewNode {
    let (id, due, deliverable) = (node.id.clone(), node.due.to_string(), node.deliverable.clone());
    NewNode { id, due, deliverable, from_text: node.from_text }
}

impl Section<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn hidden(&self) -> Markup {
        html! {
            (form::token(&self.visit.session.csrf))
            input type="hidden" name="seen" value=(self.schedule.version);
        }
    }

    fn planned(&self, node: &PlannedNode) -> Markup {
        html! {
            th scope="row" { (node.deliverable) @if node.from_text { " " span.kind { (self.say("nodes-from-text")) } } }
            td.nowrap data-label=(self.say("nodes-due")) { (node.due) }
        }
    }

    /// The agreed nodes, with what is done.
    fn agreed(&self) -> Markup {
        html! {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (self.say("nodes-deliverable")) }
                    th scope="col" { (self.say("nodes-due")) }
                    th scope="col" { (self.say("nodes-done")) }
                } }
                tbody { @for node in &self.schedule.agreed {
                    tr id=(node.planned.id) { (self.planned(&node.planned)) td data-label=(self.say("nodes-done")) { (self.done(node)) } }
                } }
            } }
        }
    }

    fn done(&self, node: &AgreedNode) -> Markup {
        let (id, late) = (&node.planned.id, node.planned.due.last_day() < self.visit.as_of);
        html! {
            @match &node.done {
                Some(done) => {
                    "✓ " (done.on) " · " (done.evidence)
                    div.small.second {
                        (done.by)
                        @match &done.verified_by {
                            Some(by) => { " · " (self.say("nodes-verified")) " " (by) },
                            None => { " · " (self.say("nodes-unverified")) },
                        }
                    }
                    @if done.verified_by.is_none() && self.acts == Acts::Planner { (self.check(id)) }
                },
                None => {
                    @if late { span.age { (self.say("nodes-overdue")) } } @else { span.second { (self.say("nodes-to-come")) } }
                    @if let Some(why) = &node.rejected { div.small { (self.say("nodes-rejected")) "：" (why) } }
                    @if self.acts != Acts::Nobody { (self.report(id)) }
                },
            }
        }
    }

    /// The form that reports a node done.
    fn report(&self, id: &str) -> Markup {
        html! {
            details { summary.small { (self.say("nodes-report")) }
                form.rows method="post" action=(self.action) {
                    (self.hidden())
                    input type="hidden" name="node" value=(id);
                    div.field { label for=(format!("on-{id}")) { (self.say("nodes-done-on")) } input id=(format!("on-{id}")) type="date" name="on" required; }
                    div.field { label for=(format!("ev-{id}")) { (self.say("nodes-evidence")) } input id=(format!("ev-{id}")) name="evidence" required autocomplete="off"; }
                    div.actions { button type="submit" name="do" value="done" { (self.say("nodes-report")) } }
                }
            }
        }
    }

    /// The forms that verify a node, or take its mark back.
    fn check(&self, id: &str) -> Markup {
        html! {
            form.actions method="post" action=(self.action) {
                (self.hidden())
                input type="hidden" name="node" value=(id);
                button.plain type="submit" name="do" value="verify" { (self.say("nodes-verify")) }
            }
            details { summary.small { (self.say("nodes-reject")) }
                form.actions method="post" action=(self.action) {
                    (self.hidden())
                    input type="hidden" name="node" value=(id);
                    input name="reason" required autocomplete="off" aria-label=(self.say("breakdown-reason"));
                    button type="submit" name="do" value="reject" { (self.say("nodes-reject")) }
                }
            }
        }
    }

    /// What is proposed, and the planner's answer.
    fn proposal(&self) -> Markup {
        let Some(proposal) = &self.schedule.proposal else { return html! {} };
        html! {
            h3 { (self.say(if proposal.returned.is_some() { "nodes-returned" } else { "nodes-waiting" })) }
            @if let Some(why) = &proposal.returned { div.notice.warn { p { (self.say("nodes-returned-why")) "：" (why) } } }
            div.table.cards { table {
                thead { tr { th scope="col" { (self.say("nodes-deliverable")) } th scope="col" { (self.say("nodes-due")) } } }
                tbody { @for node in &proposal.nodes { tr { (self.planned(node)) } } }
            } }
            p.small.second { (proposal.by) @if !proposal.note.is_empty() { " · " (proposal.note) } }
            @if self.acts == Acts::Planner && proposal.returned.is_none() {
                form.actions method="post" action=(self.action) {
                    (self.hidden())
                    button.main type="submit" name="do" value="approve" { (self.say("nodes-approve")) }
                }
                details { summary.small { (self.say("nodes-return")) }
                    form.actions method="post" action=(self.action) {
                        (self.hidden())
                        input name="reason" required autocomplete="off" aria-label=(self.say("breakdown-reason"));
                        button type="submit" name="do" value="return" { (self.say("nodes-return")) }
                    }
                }
            }
        }
    }

    /// The form in which nodes are proposed.
    fn edit(&self, rows: &[NewNode], note: &str, open: bool) -> Markup {
        let nothing = self.schedule.agreed.is_empty() && self.schedule.proposal.is_none();
        let blank = NewNode::default();
        let all = rows.iter().chain(std::iter::repeat_n(&blank, BLANK)).enumerate();
        html! {
            details open[open || nothing] {
                summary { (self.say(if nothing { "nodes-plan" } else { "nodes-change" })) }
                @if nothing && !open { p.second.small { (self.say("nodes-plan-hint")) } }
                form method="post" action=(self.action) {
                    (self.hidden())
                    input type="hidden" name="rows" value=(rows.len() + BLANK);
                    div.table.cards { table.sheet {
                        thead { tr { th scope="col" { (self.say("nodes-deliverable")) } th scope="col" { (self.say("nodes-due")) } } }
                        tbody { @for (at, row) in all { tr {
                            td data-label=(self.say("nodes-deliverable")) {
                                input type="hidden" name=(format!("id-{at}")) value=(row.id);
                                @if row.from_text { input type="hidden" name=(format!("text-{at}")) value="1"; }
                                input.wide name=(format!("what-{at}")) value=(row.deliverable) autocomplete="off" aria-label=(self.say("nodes-deliverable"));
                                @if row.from_text { " " span.kind { (self.say("nodes-from-text")) } }
                            }
                            td data-label=(self.say("nodes-due")) { input name=(format!("due-{at}")) value=(row.due) autocomplete="off" size="11" aria-label=(self.say("nodes-due")); }
                        } } }
                    } }
                    p.second.small { (self.say("nodes-due-hint")) }
                    div.rows {
                        (Field { name: "note", label: self.say("nodes-note"), value: note, hint: self.say("breakdown-reason-hint"), ..Field::default() }.draw())
                        div.actions {
                            @if self.acts == Acts::Planner { button.main type="submit" name="do" value="agree" { (self.say("nodes-set")) } }
                            button type="submit" name="do" value="propose" { (self.say("nodes-propose")) }
                        }
                    }
                }
            }
        }
    }
}

/// The nodes that a form holds.
fn rows(form: &Form) -> Vec<NewNode> {
    let count = form.get("rows").parse::<usize>().unwrap_or(0).min(100);
    let text = |name: &str, at: usize| form.get(&format!("{name}-{at}")).to_owned();
    let row = |at| NewNode {
        id: text("id", at),
        due: text("due", at),
        deliverable: text("what", at),
        from_text: !text("text", at).is_empty(),
    };
    (0..count).map(row).filter(|row| !(row.due.is_empty() && row.deliverable.is_empty())).collect()
}

/// Refuses what is no commitment of the plan.
async fn known(app: &App, plan: PlanId, subject: &str) -> Answer<()> {
    let Ok(key) = subject.parse::<CandidateKey>() else {
        let situation = app.situations.of(plan).await?;
        let found = situation.records.iter().any(|record| record.indicator.id == subject);
        return if found { Ok(()) } else { Err(Refusal::not_found()) };
    };
    let text = app.text(plan).await?;
    let state = app.confirming(&text.ground).await?;
    let work = state.item(key).filter(|item| item.fate.counts() && matches!(item.content, Content::Work(_)));
    work.map(|_| ()).ok_or_else(Refusal::not_found)
}

/// POST /plans/{plan}/nodes/{subject}
pub(crate) async fn change_nodes(
    State(app): State<App>,
    Path((plan, subject)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ReadPlans)?;
    let id = plan_id(&plan)?;
    known(&app, id, &subject).await?;
    let lead = lead(&app, id, &subject).await?;
    let seen: u32 = form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))?;
    let (store, now, by) = (&app.store, app.clock.now(), (&visit.actor, lead.as_ref()));
    let node = form.get("node");
    let done = match form.get("do") {
        what @ ("propose" | "agree") => {
            let new =
                NewSchedule { subject: subject.clone(), nodes: rows(&form), note: form.get("note").to_owned(), seen };
            nodes::propose(store, by, now, id, (new, what == "agree")).await
        }
        "approve" => nodes::approve(store, by.0, now, id, (&subject, seen)).await,
        "return" => nodes::send_back(store, by.0, now, id, (&subject, form.get("reason"), seen)).await,
        "done" => {
            let mark = (subject.as_str(), node, form.get("on"), form.get("evidence"), seen);
            nodes::mark_done(store, by, (now, app.today()), id, mark).await
        }
        "verify" => nodes::check_node(store, by.0, now, id, (&subject, node, None, seen)).await,
        "reject" => nodes::check_node(store, by.0, now, id, (&subject, node, Some(form.get("reason")), seen)).await,
        _ => return Err(Refusal::bad_request()),
    };
    let indicator = subject.starts_with('I');
    match done {
        Ok(()) => {
            let folder = if indicator { "breakdown" } else { "work" };
            Ok(Redirect::to(&(visit.href(&format!("/plans/{plan}/{folder}/{subject}"), &[]) + "#nodes"))
                .into_response())
        }
        Err(error @ WorkflowError::BadInput { .. }) => {
            let refusal = Refusal::from(error);
            let wrong = refusal.words(visit.language).0;
            let typed = Typed { rows: rows(&form), note: form.get("note").to_owned(), wrong };
            let address = (plan.as_str(), subject.as_str());
            let page = if indicator {
                breakdown::indicator_page(&app, &visit, address, Some(&typed)).await?
            } else {
                super::item::page(&app, &visit, address, Some(&typed)).await?
            };
            let mut response = (refusal.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
