//! Carrying an assessment through its steps.

use jiff::{Timestamp, civil::Date};
use plan_assessment::RuleSet;
use plan_model::IndicatorKind;

use super::{Assessment, AssessmentEvent, Desk, Frozen, JudgedWork, Kinds, Matter, Refused, cover::peers_of};
use crate::{
    WorkflowError,
    calendar::WorkingDays,
    events::{Append, EventBatch, EventRecord, EventStore, Stream},
    permissions::{Action, Actor},
    records::PlanId,
    storage::{Stamp, StorageError},
};

/// The most characters of a text somebody writes.
const MOST_TEXT: usize = 20_000;

/// The day until which explanations are asked for, unless a person says otherwise:
/// so many working days after this one as `rules/assessments.toml` says.
pub fn explanations_due(today: Date) -> Date {
    let days = Kinds::standard().explanations.working_days;
    WorkingDays::shipped().after(today, u16::try_from(days).unwrap_or(u16::MAX)).date
}

pub(super) fn stream(plan: PlanId, id: &str) -> Stream {
    Stream::of_plan(plan, "assessments").part(id)
}

fn snapshots(plan: PlanId, id: &str) -> Stream {
    Stream::of_plan(plan, "snapshots").part(id)
}

fn fold(id: &str, records: &[EventRecord]) -> Result<Option<Assessment>, WorkflowError> {
    let mut assessment: Option<Assessment> = None;
    for record in records {
        let event: AssessmentEvent = record.read()?;
        match &mut assessment {
            None => assessment = Assessment::opened(id, &event),
            Some(known) => {
                known.apply(&event, record.at, &record.actor);
                known.events = record.number;
            }
        }
    }
    Ok(assessment)
}

/// The assessments of a plan that stand, the newest first.
pub async fn list<S: EventStore>(storage: &S, plan: PlanId) -> Result<Vec<Assessment>, WorkflowError> {
    let mut standing = all(storage, plan).await?;
    standing.retain(|assessment| assessment.withdrawn.is_none());
    Ok(standing)
}

/// The assessments of a plan with those that were withdrawn, the newest first.
pub async fn all<S: EventStore>(storage: &S, plan: PlanId) -> Result<Vec<Assessment>, WorkflowError> {
    let records = storage.events_below(&Stream::of_plan(plan, "assessments"), None).await?;
    let mut found = Vec::new();
    for one in records.chunk_by(|a, b| a.stream == b.stream) {
        let id = one.first().map_or("", |record| record.stream.last());
        found.extend(fold(id, one)?);
    }
    let number = |a: &Assessment| a.id.trim_start_matches('A').parse::<u32>().unwrap_or(0);
    found.sort_by_key(|a| std::cmp::Reverse(number(a)));
    Ok(found)
}

/// One assessment.
pub async fn read<S: EventStore>(storage: &S, plan: PlanId, id: &str) -> Result<Assessment, WorkflowError> {
    let records = storage.events(&stream(plan, id), None).await?;
    let missing = || StorageError::NotFound { what: "评估", id: id.to_owned() };
    Ok(fold(id, &records)?.ok_or_else(missing)?)
}

/// What an assessment judges, as it was frozen.
pub async fn frozen<S: EventStore>(storage: &S, plan: PlanId, id: &str) -> Result<Frozen, WorkflowError> {
    let records = storage.events(&snapshots(plan, id), None).await?;
    let missing = || StorageError::NotFound { what: "评估快照", id: id.to_owned() };
    Ok(records.first().ok_or_else(missing)?.read()?)
}

pub(super) fn bad(field: &'static str, message: String) -> WorkflowError {
    WorkflowError::BadInput { field, message }
}

/// Freezes what is judged, and asks the lead unit of everything behind schedule
/// to explain by a day: indicators that are not in line by the rule set, binding
/// ones first, then tasks and projects with an overdue node, the longest overdue
/// first, and those reported as blocked.
pub async fn freeze<S: EventStore>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    (assessment, matter): (&Assessment, &Matter),
    (rules, due): (&RuleSet, Date),
) -> Result<(), WorkflowError> {
    actor.require(Action::ManageAssessments)?;
    let plan = matter.situation.plan.id;
    let (as_of, chapters) = (assessment.as_of, assessment.chapters.as_slice());
    let snapshot = matter.snapshot(rules, as_of, chapters);
    let indicators = u32::try_from(snapshot.indicators.len()).unwrap_or(u32::MAX);
    let freeze = AssessmentEvent::Freeze { indicators };
    assessment.check(&freeze)?;
    let verdicts = snapshot.verdicts().map_err(|error| WorkflowError::Internal(error.to_string()))?;
    let (work, peers) = (matter.work(as_of, chapters), peers_of(&snapshot, &matter.peers));
    let frozen = Frozen { snapshot, verdicts, work, peers };
    let mut events = vec![freeze];
    events.extend(asked(&frozen, matter, (rules, due)));
    let batch = EventBatch {
        action: "assessment.freeze",
        object: format!("plan:{plan}/assessment:{}", assessment.id),
        appends: vec![
            Append::to(snapshots(plan, &assessment.id), 0, &[frozen])?,
            Append::to(stream(plan, &assessment.id), assessment.events, &events)?,
        ],
        ..EventBatch::default()
    };
    storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    Ok(())
}

/// Who is asked to explain what.
fn asked(frozen: &Frozen, matter: &Matter, (rules, due): (&RuleSet, Date)) -> Vec<AssessmentEvent> {
    let overview = matter.situation.overview(rules, frozen.snapshot.as_of);
    let ask = |subject: &str, name: &str, binding: bool, why: String| AssessmentEvent::Ask {
        subject: subject.to_owned(),
        name: name.to_owned(),
        unit: matter.book.lead_of(subject).map(|part| part.unit.clone()),
        binding,
        why,
        due,
    };
    let judged = frozen.snapshot.indicators.iter().zip(&frozen.verdicts);
    let behind = judged.filter(|(indicator, _)| overview.behind.contains(&indicator.id));
    let mut events: Vec<AssessmentEvent> = behind
        .map(|(indicator, verdict)| {
            let binding = indicator.kind == IndicatorKind::Binding;
            let why = format!("{}：{}", verdict.status.word, verdict.trail.reason.zh);
            ask(&indicator.id, &indicator.name, binding, why)
        })
        .collect();
    let mut work: Vec<&JudgedWork> = frozen.work.iter().filter(|work| work.is_behind()).collect();
    work.sort_by_key(|work| std::cmp::Reverse(work.verdict.days_behind));
    events.extend(work.iter().map(|work| ask(&work.id, &work.name, false, work.why())));
    events
}

/// Takes a step in an assessment as it was seen; refused where somebody else took
/// one since, where the actor may not, where the stage does not allow it, or where
/// a day it names cannot be (`today`: the last day that is not to come).
pub async fn act<S: EventStore>(
    storage: &S,
    actor: &Actor,
    (now, today): (Timestamp, Date),
    (plan, assessment): (PlanId, &Assessment),
    event: AssessmentEvent,
) -> Result<(), WorkflowError> {
    may(actor, assessment, &event)?;
    assessment.check(&event)?;
    assessment.in_time(&event, today)?;
    if serde_json::to_string(&event).is_ok_and(|text| text.chars().count() > MOST_TEXT) {
        return Err(bad("文字", format!("不能超过 {MOST_TEXT} 字，请精简或分次提交")));
    }
    let batch = EventBatch {
        action: "assessment.step",
        object: format!("plan:{plan}/assessment:{}", assessment.id),
        appends: vec![Append::to(stream(plan, &assessment.id), assessment.events, &[event])?],
        ..EventBatch::default()
    };
    storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    Ok(())
}

/// Whether the actor may take this step.
fn may(actor: &Actor, assessment: &Assessment, event: &AssessmentEvent) -> Result<(), WorkflowError> {
    use AssessmentEvent as E;
    // The unit that was asked; where nobody leads the commitment, the planner.
    let of_unit = |subject: &str, action: Action| -> Result<(), WorkflowError> {
        let asked = assessment.explanation(subject).and_then(|e| e.unit.as_ref());
        match asked {
            Some(unit) => actor.require_for(action, unit),
            None => actor.require(Action::ManageAssessments),
        }
    };
    match event {
        E::Explain { subject, basis, .. } => {
            let own = of_unit(subject, Action::ReportForUnit).or_else(|_| of_unit(subject, Action::ApproveForUnit));
            match (own, actor.may(Action::ManageAssessments)) {
                // What the unit said on paper is written down for it, and marked.
                (Err(_), true) if basis.trim().is_empty() => {
                    let message = "不能为空；说明由单位填写，代填须写明单位书面说明的出处，如来函文号";
                    Err(bad("代填依据", message.to_owned()))
                }
                (Err(_), true) => Ok(()),
                (own, _) => own,
            }
        }
        E::Approve { subject, desk: Desk::Unit } | E::Return { subject, desk: Desk::Unit, .. } => {
            of_unit(subject, Action::ApproveForUnit)
        }
        E::Outside { verdict, .. } if !verdict.official => {
            let named = assessment.evaluators.contains(&actor.name);
            if named { actor.require(Action::Evaluate) } else { actor.require(Action::ManageAssessments) }
        }
        E::Opine { .. } => actor.require(Action::RecordOpinions),
        _ => actor.require(Action::ManageAssessments),
    }
}

impl From<Refused> for WorkflowError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Day { field, message } => bad(field, message),
            other => Self::NotNow(other.to_string()),
        }
    }
}
