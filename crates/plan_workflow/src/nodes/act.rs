//! Proposing, approving, reporting and verifying nodes.

use jiff::{Timestamp, civil::Date};
use plan_model::{DueYear, Period, PlanPeriod, UnitId};

use super::{NodeDue, NodeEvent, PlannedNode, Schedule, Schedules, read, stream};
use crate::{
    WorkflowError,
    events::{Append, EventBatch},
    permissions::{Action, Actor},
    records::PlanId,
    storage::{Stamp, Storage, StorageError},
};

/// Nodes of one commitment at most.
const MOST: usize = 60;

/// A node as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewNode {
    /// Its id where it is known already; empty for a new one.
    pub id: String,
    /// By when.
    pub due: String,
    /// What is to be there.
    pub deliverable: String,
    /// The plan's own text names the time.
    pub from_text: bool,
}

/// Nodes proposed for a commitment.
#[derive(Debug, Clone, Default)]
pub struct NewSchedule {
    /// The commitment.
    pub subject: String,
    /// The nodes; rows left blank are passed over.
    pub nodes: Vec<NewNode>,
    /// A remark, or why they are changed.
    pub note: String,
    /// The version the person saw, 0 for none.
    pub seen: u32,
}

fn bad(message: impl Into<String>) -> WorkflowError {
    WorkflowError::BadInput { field: "节点", message: message.into() }
}

/// For which unit somebody acts on a commitment: the planner for none, people of
/// the lead unit for it. Refused for everybody else.
fn acting(actor: &Actor, lead: Option<&UnitId>) -> Result<Option<UnitId>, WorkflowError> {
    if actor.may(Action::BreakDown) {
        return Ok(None);
    }
    let Some(lead) = lead else {
        actor.require(Action::BreakDown)?;
        return Ok(None);
    };
    let approver = actor.require_for(Action::ApproveForUnit, lead);
    actor.require_for(Action::ReportForUnit, lead).or(approver)?;
    Ok(Some(lead.clone()))
}

/// The nodes that were typed, by their dates; every fault in one answer. New ones
/// get the next ids.
pub fn parse(schedule: &Schedule, typed: &[NewNode]) -> Result<Vec<PlannedNode>, WorkflowError> {
    let mut wrong = Vec::new();
    let known = schedule.draft().into_iter().chain(schedule.agreed.iter().map(|node| node.planned.clone()));
    let number = |id: &str| id.strip_prefix('N').and_then(|rest| rest.parse::<u32>().ok()).unwrap_or(0);
    let mut last =
        known.map(|node| number(&node.id)).chain(typed.iter().map(|node| number(&node.id))).max().unwrap_or(0);
    let mut nodes: Vec<PlannedNode> = Vec::new();
    let blank = |node: &&NewNode| !(node.due.trim().is_empty() && node.deliverable.trim().is_empty());
    for (row, node) in (1..).zip(typed.iter().filter(blank)) {
        let deliverable = node.deliverable.trim();
        if deliverable.is_empty() {
            wrong.push(format!("第 {row} 个节点没有写成果"));
        }
        let due = match node.due.parse::<NodeDue>() {
            Ok(due) => due,
            Err(error) => {
                wrong.push(format!("第 {row} 个节点：{error}"));
                continue;
            }
        };
        let id = if number(&node.id) > 0 && nodes.iter().all(|other| other.id != node.id) {
            node.id.clone()
        } else {
            last = last.saturating_add(1);
            format!("N{last}")
        };
        nodes.push(PlannedNode { id, due, deliverable: deliverable.to_owned(), from_text: node.from_text });
    }
    if nodes.is_empty() && wrong.is_empty() {
        wrong.push("至少要有一个节点，写明时限和成果".to_owned());
    }
    if nodes.len() > MOST {
        wrong.push(format!("一项工作最多 {MOST} 个节点"));
    }
    nodes.sort_by_key(|node| node.due.last_day());
    if wrong.is_empty() { Ok(nodes) } else { Err(bad(wrong.join("；"))) }
}

/// What a change is checked against.
struct Ground {
    plan: PlanId,
    schedules: Schedules,
}

impl Ground {
    async fn read<S: Storage>(storage: &S, plan: PlanId) -> Result<Self, WorkflowError> {
        Ok(Self { plan, schedules: read(storage, plan, None).await? })
    }

    fn of(&self, subject: &str, seen: u32) -> Result<Schedule, WorkflowError> {
        let schedule = self.schedules.of(subject).cloned().unwrap_or_default();
        if schedule.version == seen {
            return Ok(schedule);
        }
        Err(StorageError::Conflict { what: "节点", id: subject.to_owned(), latest: schedule.version }.into())
    }

    async fn store<S: Storage>(
        &self,
        storage: &S,
        (actor, now): (&Actor, Timestamp),
        events: &[NodeEvent],
        action: &'static str,
    ) -> Result<(), WorkflowError> {
        if events.is_empty() {
            return Ok(());
        }
        let appends = vec![Append::to(stream(self.plan), self.schedules.version(), events)?];
        let object = format!("plan:{}", self.plan);
        let batch = EventBatch { action, object, appends, touches: Some(self.plan), ..EventBatch::default() };
        storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
        Ok(())
    }
}

/// Proposes the nodes of a commitment: the lead unit, whose proposal waits for the
/// planner, or the planner, whose nodes are agreed at once where `agree` says so.
pub async fn propose<S: Storage>(
    storage: &S,
    (actor, lead): (&Actor, Option<&UnitId>),
    now: Timestamp,
    plan: PlanId,
    (new, agree): (NewSchedule, bool),
) -> Result<(), WorkflowError> {
    let unit = acting(actor, lead)?;
    let ground = Ground::read(storage, plan).await?;
    let schedule = ground.of(&new.subject, new.seen)?;
    let nodes = parse(&schedule, &new.nodes)?;
    if !schedule.agreed.is_empty() && new.note.trim().is_empty() {
        return Err(bad("改动已审定的节点要写明理由；请补充后再提交"));
    }
    let agree = agree && unit.is_none();
    let subject = new.subject;
    let note = new.note.trim().to_owned();
    let mut events = vec![NodeEvent::Propose { subject: subject.clone(), unit, nodes, note }];
    if agree {
        events.push(NodeEvent::Approve { subject, note: String::new() });
    }
    ground.store(storage, (actor, now), &events, "nodes.propose").await
}

/// Approves the open proposal of a commitment.
pub async fn approve<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    (subject, seen): (&str, u32),
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    let ground = Ground::read(storage, plan).await?;
    if ground.of(subject, seen)?.open().is_none() {
        return Err(bad("没有待审定的节点"));
    }
    let events = [NodeEvent::Approve { subject: subject.to_owned(), note: String::new() }];
    ground.store(storage, (actor, now), &events, "nodes.approve").await
}

/// Approves the open proposals of these commitments; answers how many there were.
pub async fn approve_many<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    subjects: &[String],
) -> Result<usize, WorkflowError> {
    actor.require(Action::BreakDown)?;
    let ground = Ground::read(storage, plan).await?;
    let open = |subject: &&String| ground.schedules.of(subject).is_some_and(|schedule| schedule.open().is_some());
    let approve = |subject: &String| NodeEvent::Approve { subject: subject.clone(), note: String::new() };
    let events: Vec<NodeEvent> = subjects.iter().filter(open).map(approve).collect();
    ground.store(storage, (actor, now), &events, "nodes.approve").await?;
    Ok(events.len())
}

/// Returns the open proposal of a commitment with a reason.
pub async fn send_back<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    (subject, reason, seen): (&str, &str, u32),
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    let ground = Ground::read(storage, plan).await?;
    if ground.of(subject, seen)?.open().is_none() {
        return Err(bad("没有待审定的节点"));
    }
    if reason.trim().is_empty() {
        return Err(bad("退回要写明理由；请补充后再提交"));
    }
    let events = [NodeEvent::Return { subject: subject.to_owned(), reason: reason.trim().to_owned() }];
    ground.store(storage, (actor, now), &events, "nodes.return").await
}

/// Nodes by the end of each year of the plan up to a commitment's own year: what a
/// planner starts from. The last stands in the text where that names a year.
pub fn by_year_ends(name: &str, due: DueYear, period: PlanPeriod) -> Vec<NewNode> {
    let (last, from_text) = match due {
        DueYear::Year(year) if year >= period.first_year() => (year, true),
        _ => (period.last_year(), false),
    };
    let node = |year: i16| NewNode {
        id: String::new(),
        due: Period::Year(year).to_string(),
        deliverable: if year == last { format!("完成：{name}") } else { format!("{year}年阶段成果：{name}") },
        from_text: from_text && year == last,
    };
    let years = (period.first_year()..last.min(period.last_year().saturating_add(1))).chain([last]);
    years.map(node).collect()
}

/// Proposes [`by_year_ends`] for every one of these commitments that has neither
/// nodes nor a proposal; answers for how many.
pub async fn propose_many<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    work: &[(String, String, DueYear)],
) -> Result<usize, WorkflowError> {
    actor.require(Action::BreakDown)?;
    let period = storage.plan(plan).await?.head.period;
    let ground = Ground::read(storage, plan).await?;
    let mut events = Vec::new();
    for (subject, name, due) in work {
        if !ground.schedules.of(subject).is_some_and(Schedule::is_planned) {
            let nodes = parse(&Schedule::default(), &by_year_ends(name, *due, period))?;
            events.push(NodeEvent::Propose { subject: subject.clone(), unit: None, nodes, note: String::new() });
        }
    }
    ground.store(storage, (actor, now), &events, "nodes.propose").await?;
    Ok(events.len())
}

/// Reports a node done on a day, with where the evidence is.
pub async fn mark_done<S: Storage>(
    storage: &S,
    (actor, lead): (&Actor, Option<&UnitId>),
    (now, today): (Timestamp, Date),
    plan: PlanId,
    (subject, node, on, evidence, seen): (&str, &str, &str, &str, u32),
) -> Result<(), WorkflowError> {
    acting(actor, lead)?;
    let ground = Ground::read(storage, plan).await?;
    let schedule = ground.of(subject, seen)?;
    known(&schedule, node)?;
    let day: Date = on.trim().parse().map_err(|_| bad(format!("“{}”不是日期；请写成 2023-06-30", on.trim())))?;
    if day > today {
        return Err(bad(format!("完成日期 {day} 晚于今天 {today}；完成以后再登记")));
    }
    if evidence.trim().is_empty() {
        return Err(bad("要写明佐证在哪里（文号、文件名、链接）；没有佐证的不算完成"));
    }
    let (subject, node, evidence) = (subject.to_owned(), node.to_owned(), evidence.trim().to_owned());
    ground.store(storage, (actor, now), &[NodeEvent::Done { subject, node, on: day, evidence }], "nodes.done").await
}

/// Verifies that a node is done, or takes the mark back with a reason (`Some`).
/// Who reported it cannot verify it.
pub async fn check_node<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    (subject, node, rejected, seen): (&str, &str, Option<&str>, u32),
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    let ground = Ground::read(storage, plan).await?;
    let schedule = ground.of(subject, seen)?;
    let done = known(&schedule, node)?.done.as_ref().ok_or_else(|| bad("这个节点还没有登记完成"))?;
    let (subject, node) = (subject.to_owned(), node.to_owned());
    let event = match rejected.map(str::trim) {
        Some("") => return Err(bad("不予核实要写明理由；请补充后再提交")),
        Some(reason) => NodeEvent::Reject { subject, node, reason: reason.to_owned() },
        None if done.by == actor.name => return Err(bad("登记完成的人不能自己核实；请由另一人核实")),
        None => NodeEvent::Verify { subject, node },
    };
    ground.store(storage, (actor, now), &[event], "nodes.verify").await
}

fn known<'a>(schedule: &'a Schedule, node: &str) -> Result<&'a super::AgreedNode, WorkflowError> {
    let found = schedule.agreed.iter().find(|agreed| agreed.planned.id == node);
    found.ok_or_else(|| StorageError::NotFound { what: "节点", id: node.to_owned() }.into())
}
