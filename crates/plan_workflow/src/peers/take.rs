//! Figures of peers come in: one by the form, many by a file; all or none.

use jiff::{Timestamp, civil::Date};
use plan_model::{PeerFigure, Period, Place, Problem};
use serde::Serialize;

use super::{OwnRegion, PeerEvent, Peers, check, read, stream};
use crate::{
    WorkflowError,
    assess::Situated,
    directory,
    events::{Append, EventBatch, EventStore},
    figures::{self, RawFigure},
    permissions::{Action, Actor},
    records::PlanId,
    rows::{Field, Problems},
    storage::{Stamp, StorageError},
};

/// The most figures of peers that are taken at once.
const MOST: usize = 5_000;
/// The most characters of a reason.
const MOST_REASON: usize = 500;

/// A figure of a peer as it was typed, before it is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeerEntry {
    /// The indicator's id or its exact name.
    pub indicator: String,
    /// The region.
    pub region: String,
    /// `2023`, `2023Q2` or `2023-06`.
    pub period: String,
    /// The figure: digits only, exact.
    pub value: String,
    /// Its unit; empty for that of the indicator.
    pub unit: String,
    /// Where it was published.
    pub source: String,
    /// In what it counts otherwise.
    pub definition: String,
    /// A remark.
    pub note: String,
    /// The number of the last change that was shown to the person: a figure somebody
    /// else corrected since is not corrected unseen.
    pub seen: u32,
}

/// A file of figures of peers.
#[derive(Debug, Clone, Copy)]
pub struct PeersFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its content: CSV (UTF-8 or GB18030) or a workbook.
    pub bytes: &'a [u8],
    /// Look, but store nothing.
    pub dry_run: bool,
}

/// What came of figures of peers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PeersReport {
    /// How many figures there were.
    pub figures: usize,
    /// Those that are the first of their indicator, region and period.
    pub new: usize,
    /// Those that correct an earlier one, which stays known.
    pub corrected: usize,
    /// Those that were there already.
    pub unchanged: usize,
    /// Whether they were only looked at.
    pub dry_run: bool,
    /// What somebody should look at.
    pub warnings: Vec<Problem>,
}

/// Takes figures of peers from a file: all of them, or with any error none.
///
/// # Errors
/// [`WorkflowError::BadFigures`] with every fault and its place.
pub async fn import_file<S: Situated>(
    plans: &S,
    actor: &Actor,
    (now, today): (Timestamp, Date),
    plan: PlanId,
    file: PeersFile<'_>,
) -> Result<PeersReport, WorkflowError> {
    actor.require(Action::RecordFigures)?;
    let read = figures::read_file(file.name, file.bytes)?;
    let mut problems = read.problems;
    let hint = "第一行应为：指标,地区,期间,数值,单位,来源,口径差异,备注；可下载模板填写";
    problems.errors.iter_mut().filter(|p| p.code == "no-header").for_each(|p| hint.clone_into(&mut p.hint));
    // Rows of the template that nobody filled in.
    let filled = |raw: &RawFigure| [&raw.region, &raw.value].iter().any(|field| !field.text.trim().is_empty());
    let raw: Vec<RawFigure> = read.figures.into_iter().filter(filled).collect();
    if raw.len() > MOST {
        let message = format!("共 {} 个数值，超过一次 {MOST} 个的上限", raw.len());
        problems.errors.push(Problem::new("too-many-figures", Place::Whole, message, "请拆成几个文件分别导入"));
    }
    if raw.is_empty() && problems.errors.is_empty() {
        let hint = "请填写地区、期间、数值、来源后重新导入";
        problems.errors.push(Problem::new("no-figures", Place::Whole, "表中没有数值", hint));
    }
    let taking = Taking { raw, seen: None, today, dry_run: file.dry_run };
    take(plans, Stamp { actor: actor.name.clone(), at: now }, plan, taking, problems).await
}

/// Takes one figure from the form. Places in problems are `peers[0].value`.
///
/// # Errors
/// [`WorkflowError::BadFigures`] with every fault; a conflict where somebody else
/// corrected the same figure since it was shown.
pub async fn record<S: Situated>(
    plans: &S,
    actor: &Actor,
    (now, today): (Timestamp, Date),
    plan: PlanId,
    entry: PeerEntry,
) -> Result<PeersReport, WorkflowError> {
    actor.require(Action::RecordFigures)?;
    let field = |name: &str, text: String| Field { text, place: Place::Cell(format!("peers[0].{name}")) };
    let raw = RawFigure {
        id: field("indicator", String::new()),
        name: field("indicator", entry.indicator),
        period: field("period", entry.period),
        value: field("value", entry.value),
        standing: field("standing", String::new()),
        source: field("source", entry.source),
        note: field("note", entry.note),
        unit: field("unit", entry.unit),
        region: field("region", entry.region),
        definition: field("definition", entry.definition),
        seen: None,
    };
    let taking = Taking { raw: vec![raw], seen: Some(entry.seen), today, dry_run: false };
    take(plans, Stamp { actor: actor.name.clone(), at: now }, plan, taking, Problems::default()).await
}

/// Figures on their way into the store.
struct Taking {
    raw: Vec<RawFigure>,
    /// Up to which change they were seen, where a person saw them.
    seen: Option<u32>,
    today: Date,
    dry_run: bool,
}

async fn take<S: Situated>(
    plans: &S,
    stamp: Stamp,
    plan: PlanId,
    taking: Taking,
    found: Problems,
) -> Result<PeersReport, WorkflowError> {
    let storage = plans.storage();
    let situation = plans.situation(plan).await?;
    let peers = read(storage, plan, None).await?;
    let directory = directory::read(storage, None).await?;
    let own = OwnRegion::of(&situation.plan.head, &directory);
    let ground = check::Ground {
        names: situation.names(),
        period: situation.plan.head.period,
        own: &own,
        peers: &peers,
        today: taking.today,
    };
    let mut errors = found.errors;
    let figures = check::check(&taking.raw, &ground, &mut errors);
    if !errors.is_empty() {
        return Err(WorkflowError::BadFigures(errors));
    }
    let mut report = PeersReport {
        figures: figures.len(),
        dry_run: taking.dry_run,
        warnings: found.warnings,
        ..PeersReport::default()
    };
    let mut events = Vec::new();
    for figure in figures {
        match peers.find(&figure.indicator, &figure.region, figure.period) {
            Some(kept) if is_there(&kept.figure, &figure) => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.corrected += 1,
            None => report.new += 1,
        }
        if taking.seen.is_some() {
            unseen(&peers, &figure, taking.seen)?;
        }
        events.push(PeerEvent::Record(figure));
    }
    if !events.is_empty() && !taking.dry_run {
        store(storage, stamp, (plan, &peers), ("peers.record", &events)).await?;
    }
    Ok(report)
}

/// Whether a figure is there already. What was published in another unit comes back
/// from an export in that of the indicator.
fn is_there(kept: &PeerFigure, new: &PeerFigure) -> bool {
    let given = if new.given.is_empty() { kept.given.clone() } else { new.given.clone() };
    *kept == PeerFigure { given, ..new.clone() }
}

/// Refuses where something happened to the figure after it was shown.
fn unseen(peers: &Peers, figure: &PeerFigure, seen: Option<u32>) -> Result<(), WorkflowError> {
    let last = peers.last_event(&figure.indicator, &figure.region, figure.period);
    if seen.is_none_or(|seen| last <= seen) {
        return Ok(());
    }
    let id = format!("{} {} {}", figure.indicator, figure.region, figure.period);
    Err(StorageError::Conflict { what: "同类地区的数", id, latest: last }.into())
}

async fn store<S: EventStore>(
    storage: &S,
    stamp: Stamp,
    (plan, peers): (PlanId, &Peers),
    (action, events): (&'static str, &[PeerEvent]),
) -> Result<(), WorkflowError> {
    let batch = EventBatch {
        action,
        object: format!("plan:{plan}"),
        appends: vec![Append::to(stream(plan), peers.version(), events)?],
        ..EventBatch::default()
    };
    storage.append(stamp, batch).await?;
    Ok(())
}

/// Withdraws a figure that should not be there, with a reason.
///
/// # Errors
/// Not found where no such figure stands; a conflict where it changed after `seen`.
pub async fn withdraw<S: EventStore>(
    storage: &S,
    (actor, now): (&Actor, Timestamp),
    plan: PlanId,
    (indicator, region, period): (&str, &str, Period),
    (reason, seen): (&str, u32),
) -> Result<(), WorkflowError> {
    actor.require(Action::RecordFigures)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > MOST_REASON {
        let message = format!("请写明理由，最多 {MOST_REASON} 个字");
        return Err(WorkflowError::BadInput { field: "撤下理由", message });
    }
    let peers = read(storage, plan, None).await?;
    let missing =
        || StorageError::NotFound { what: "同类地区的数", id: format!("{indicator} {region} {period}") };
    let kept = peers.find(indicator, region, period).ok_or_else(missing)?;
    unseen(&peers, &kept.figure, Some(seen))?;
    let event = PeerEvent::Withdraw {
        indicator: indicator.to_owned(),
        region: kept.figure.region.clone(),
        period,
        reason: reason.to_owned(),
    };
    store(storage, Stamp { actor: actor.name.clone(), at: now }, (plan, &peers), ("peers.withdraw", &[event])).await
}
