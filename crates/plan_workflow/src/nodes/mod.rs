//! 节点: the steps agreed for work without a number, by which it is judged.
//!
//! The lead unit proposes them, the planner approves or returns them with a
//! reason; a year that the text itself names is the last node, marked as from the
//! text. Done marks come from the lead unit with a note where the evidence is, and
//! somebody else verifies them. Until nodes are approved there is nothing to judge
//! by (未排节点).

mod act;
mod due;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use plan_assessment::{NodeVerdict, judge_nodes, ready_node_rules};
use plan_model::{Node, UnitId};
use serde::{Deserialize, Serialize};

use crate::{
    events::{EventStore, Happening, Stream},
    records::PlanId,
    storage::Stored,
};

pub use act::{
    NewNode, NewSchedule, approve, approve_many, by_year_ends, check_node, mark_done, parse, propose, propose_many,
    send_back,
};
pub use due::NodeDue;

/// A node as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedNode {
    /// Its id within the commitment, such as `N2`.
    pub id: String,
    /// By when.
    pub due: NodeDue,
    /// What is to be there by then.
    pub deliverable: String,
    /// The plan's own text names the time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_text: bool,
}

/// What happens to the nodes of a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NodeEvent {
    /// All nodes of a commitment are proposed; they take the place of an open proposal.
    Propose {
        /// The commitment: a work item's id (W7) or an indicator's (I012).
        subject: String,
        /// The unit that proposes; none where the planner does.
        unit: Option<UnitId>,
        /// The nodes.
        nodes: Vec<PlannedNode>,
        /// Why, or a remark.
        note: String,
    },
    /// The open proposal is approved: its nodes are agreed.
    Approve {
        /// The commitment.
        subject: String,
        /// A remark.
        note: String,
    },
    /// The open proposal is returned.
    Return {
        /// The commitment.
        subject: String,
        /// Why.
        reason: String,
    },
    /// A node is reported done.
    Done {
        /// The commitment.
        subject: String,
        /// The node.
        node: String,
        /// The day it was done.
        on: Date,
        /// Where the evidence is.
        evidence: String,
    },
    /// Somebody other than the reporter has verified that it is done.
    Verify {
        /// The commitment.
        subject: String,
        /// The node.
        node: String,
    },
    /// It is not done after all; the mark is taken back.
    Reject {
        /// The commitment.
        subject: String,
        /// The node.
        node: String,
        /// Why.
        reason: String,
    },
}

impl Happening for NodeEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Propose { .. } => "propose",
            Self::Approve { .. } => "approve",
            Self::Return { .. } => "return",
            Self::Done { .. } => "done",
            Self::Verify { .. } => "verify",
            Self::Reject { .. } => "reject",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Propose { subject, .. }
            | Self::Approve { subject, .. }
            | Self::Return { subject, .. }
            | Self::Done { subject, .. }
            | Self::Verify { subject, .. }
            | Self::Reject { subject, .. } => subject.clone(),
        }
    }
}

/// An event with its number in the stream, when it was and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the stream, from 1.
    pub number: u32,
    /// What happened.
    pub what: NodeEvent,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// A mark that a node is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneMark {
    /// The day it was done.
    pub on: Date,
    /// Where the evidence is.
    pub evidence: String,
    /// Who says so.
    pub by: String,
    /// Who verified it.
    pub verified_by: Option<String>,
}

/// An agreed node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedNode {
    /// The node.
    pub planned: PlannedNode,
    /// Whether it is done.
    pub done: Option<DoneMark>,
    /// Why the last mark was taken back.
    pub rejected: Option<String>,
}

/// Nodes that wait for an answer, or were returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The unit that proposes; none where the planner does.
    pub unit: Option<UnitId>,
    /// The nodes.
    pub nodes: Vec<PlannedNode>,
    /// Why, or a remark.
    pub note: String,
    /// Who proposed.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why it was returned, once it was.
    pub returned: Option<String>,
}

/// The nodes of a commitment as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The agreed nodes, by their dates.
    pub agreed: Vec<AgreedNode>,
    /// Who approved them, and when.
    pub approved: Option<(String, Timestamp)>,
    /// What is proposed beside them.
    pub proposal: Option<Proposal>,
    /// How many events made it so; who changes it sends the number seen.
    pub version: u32,
}

impl Schedule {
    /// Whether there are nodes, agreed or proposed.
    pub fn is_planned(&self) -> bool {
        !self.agreed.is_empty() || self.proposal.is_some()
    }

    /// The proposal that waits for the planner's answer.
    pub fn open(&self) -> Option<&Proposal> {
        self.proposal.as_ref().filter(|proposal| proposal.returned.is_none())
    }

    /// What a new proposal starts from: the last proposal, else what is agreed.
    pub fn draft(&self) -> Vec<PlannedNode> {
        match &self.proposal {
            Some(proposal) => proposal.nodes.clone(),
            None => self.agreed.iter().map(|node| node.planned.clone()).collect(),
        }
    }

    fn approve(&mut self, by: &str, at: Timestamp) {
        let Some(proposal) = self.proposal.take() else { return };
        let before = std::mem::take(&mut self.agreed);
        // A mark stays with its node as long as it speaks of the same deliverable.
        let same = |old: &AgreedNode, new: &PlannedNode| {
            old.planned.id == new.id && old.planned.deliverable == new.deliverable
        };
        self.agreed = proposal
            .nodes
            .into_iter()
            .map(|planned| {
                let done = before.iter().find(|old| same(old, &planned)).and_then(|old| old.done.clone());
                AgreedNode { planned, done, rejected: None }
            })
            .collect();
        self.agreed.sort_by_key(|node| node.planned.due.last_day());
        self.approved = Some((by.to_owned(), at));
    }

    fn node(&mut self, id: &str) -> Option<&mut AgreedNode> {
        self.agreed.iter_mut().find(|node| node.planned.id == id)
    }
}

/// The nodes of all commitments of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedules {
    events: Vec<Event>,
    by_subject: BTreeMap<String, Schedule>,
}

/// The stream of a plan's nodes.
pub fn stream(plan: PlanId) -> Stream {
    Stream::of_plan(plan, "nodes")
}

/// The nodes of a plan as stored; as known at a moment, where one is given.
pub async fn read<S: EventStore>(storage: &S, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Schedules> {
    let mut schedules = Schedules::default();
    for record in storage.events(&stream(plan), known_at).await? {
        let what = record.read()?;
        schedules.apply(Event { number: record.number, what, at: record.at, actor: record.actor });
    }
    Ok(schedules)
}

impl Schedules {
    /// Takes in what happened. An event that names what is not there changes
    /// nothing: it was refused when it came.
    pub fn apply(&mut self, event: Event) {
        let schedule = self.by_subject.entry(event.what.subject()).or_default();
        schedule.version = schedule.version.saturating_add(1);
        match &event.what {
            NodeEvent::Propose { unit, nodes, note, .. } => {
                let (unit, nodes, note, by, at) =
                    (unit.clone(), nodes.clone(), note.clone(), event.actor.clone(), event.at);
                schedule.proposal = Some(Proposal { unit, nodes, note, by, at, returned: None });
            }
            NodeEvent::Approve { .. } => schedule.approve(&event.actor, event.at),
            NodeEvent::Return { reason, .. } => {
                if let Some(proposal) = &mut schedule.proposal {
                    proposal.returned = Some(reason.clone());
                }
            }
            NodeEvent::Done { node, on, evidence, .. } => {
                if let Some(node) = schedule.node(node) {
                    let (on, evidence, by) = (*on, evidence.clone(), event.actor.clone());
                    (node.done, node.rejected) = (Some(DoneMark { on, evidence, by, verified_by: None }), None);
                }
            }
            NodeEvent::Verify { node, .. } => {
                if let Some(done) = schedule.node(node).and_then(|node| node.done.as_mut()) {
                    done.verified_by = Some(event.actor.clone());
                }
            }
            NodeEvent::Reject { node, reason, .. } => {
                if let Some(node) = schedule.node(node) {
                    (node.done, node.rejected) = (None, Some(reason.clone()));
                }
            }
        }
        self.events.push(event);
    }

    /// How many events made it so.
    pub fn version(&self) -> u32 {
        self.events.last().map_or(0, |event| event.number)
    }

    /// The nodes of a commitment; `None` where nothing ever happened.
    pub fn of(&self, subject: &str) -> Option<&Schedule> {
        self.by_subject.get(subject)
    }

    /// The commitments with nodes or a proposal.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Schedule)> {
        self.by_subject.iter().map(|(subject, schedule)| (subject.as_str(), schedule))
    }

    /// The agreed nodes of a commitment as they are judged.
    pub fn nodes(&self, subject: &str) -> Vec<Node> {
        let agreed = self.of(subject).map(|schedule| schedule.agreed.as_slice()).unwrap_or_default();
        let node = |node: &AgreedNode| Node {
            of: subject.to_owned(),
            due: node.planned.due.last_day(),
            deliverable: node.planned.deliverable.clone(),
            done_on: node.done.as_ref().map(|done| done.on),
            evidence: node.done.as_ref().map(|done| done.evidence.clone()).unwrap_or_default(),
            verified: node.done.as_ref().is_some_and(|done| done.verified_by.is_some()),
        };
        agreed.iter().map(node).collect()
    }

    /// How a commitment stands by its nodes on a day, by the rules that come with
    /// Lantu (`rules/assessment/nodes.toml`).
    pub fn verdict(&self, subject: &str, as_of: Date) -> Option<NodeVerdict> {
        let nodes = self.nodes(subject);
        Some(judge_nodes(&nodes.iter().collect::<Vec<_>>(), as_of, ready_node_rules()?))
    }

    /// What happened to a commitment's nodes, in its order.
    pub fn history<'a>(&'a self, subject: &'a str) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.what.subject() == subject)
    }
}
