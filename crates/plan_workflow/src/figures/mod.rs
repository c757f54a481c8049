//! Figures come in: by page or API one at a time or many, or by file.
//!
//! All of it is checked before any of it is stored, and every fault is named in
//! one answer with its place. What is stored already is left alone; another
//! value for the same indicator, period and standing is a further vintage.

mod check;
mod file;
mod sound;
mod words;

use std::sync::Arc;

use jiff::Timestamp;
use plan_assessment::quality::QualityRules;
use plan_model::{Place, Problem, Standing};
use serde::{Deserialize, Serialize};

use crate::{
    WorkflowError,
    assess::Situated,
    peers,
    permissions::{Action, Actor},
    records::{FigureBatch, FigureOutcome, NewFigure, PlanId, Repeat},
    rows::{Field, Problems},
    storage::{Stamp, Storage as _},
};

pub(crate) use check::{Names, check_period, check_text, check_value, in_unit};
pub(crate) use file::read as read_file;

/// The most figures that are taken at once.
pub const MOST_FIGURES: usize = 200_000;

/// A figure as it was typed, before it is checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FigureEntry {
    /// The indicator's id or its exact name.
    pub indicator: String,
    /// `2023`, `2023Q2` or `2023-06`.
    pub period: String,
    /// The figure: digits only, exact.
    pub value: String,
    /// reported (自报), statistical (统计) or verified (核查); empty for the default.
    pub standing: String,
    /// Where it comes from.
    pub source: String,
    /// A remark.
    pub note: String,
    /// The vintage that was shown to the person, 0 for none: where another one
    /// is there by now the entry is refused. Left out, it is not checked.
    pub seen: Option<u32>,
}

/// A file of figures.
#[derive(Debug, Clone, Copy)]
pub struct FiguresFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its content: CSV (UTF-8 or GB18030) or a workbook.
    pub bytes: &'a [u8],
}

/// How figures are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// The standing where none is given.
    pub standing: Standing,
    /// Look, but store nothing.
    pub dry_run: bool,
    /// What figures are checked by. What cannot be right is refused, what is
    /// probably wrong is taken and said in the report's warnings.
    pub quality: Arc<QualityRules>,
}

impl Default for Taking {
    fn default() -> Self {
        Self { standing: Standing::Reported, dry_run: false, quality: Arc::clone(QualityRules::standard()) }
    }
}

/// What came of figures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FiguresReport {
    /// How many figures there were.
    pub figures: usize,
    /// Those that are the first of their indicator, period and standing.
    pub new: usize,
    /// Those that became a further vintage.
    pub revised: usize,
    /// Those that were there already.
    pub unchanged: usize,
    /// Whether they were only looked at.
    pub dry_run: bool,
    /// What somebody should look at; nothing was held back because of it.
    pub warnings: Vec<Problem>,
    /// What became of each, in their order.
    #[serde(skip)]
    pub outcomes: Vec<FigureOutcome>,
}

/// A figure as read, each part with its place.
#[derive(Debug, Clone)]
pub(crate) struct RawFigure {
    pub(crate) id: Field,
    pub(crate) name: Field,
    pub(crate) period: Field,
    pub(crate) value: Field,
    pub(crate) standing: Field,
    pub(crate) source: Field,
    pub(crate) note: Field,
    pub(crate) unit: Field,
    /// Whose figure it is, in files of peers.
    pub(crate) region: Field,
    /// In what it counts otherwise, in files of peers.
    pub(crate) definition: Field,
    pub(crate) seen: Option<u32>,
}

/// Takes figures from a file: all of them, or with any error none. A figure that
/// is stored already, in whatever vintage, changes nothing.
pub async fn import_file<S: Situated>(
    plans: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    file: FiguresFile<'_>,
    taking: Taking,
) -> Result<FiguresReport, WorkflowError> {
    actor.require(Action::RecordFigures)?;
    let read = file::read(file.name, file.bytes)?;
    let batch = Batch { plan, raw: read.figures, repeat: Repeat::AnyVintage, origin: file.name, taking };
    take(plans, Stamp { actor: actor.name.clone(), at: now }, batch, read.problems).await
}

/// Takes figures from a page or the API: all of them, or with any error none.
/// Places in problems are `observations[0].value`.
pub async fn record<S: Situated>(
    plans: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    entries: Vec<FigureEntry>,
    taking: Taking,
) -> Result<FiguresReport, WorkflowError> {
    actor.require(Action::RecordFigures)?;
    if entries.is_empty() || entries.len() > MOST_FIGURES {
        let message = format!("须为 1 至 {MOST_FIGURES} 个，请分批提交");
        return Err(WorkflowError::BadInput { field: "监测值", message });
    }
    let raw = entries.into_iter().enumerate().map(|(index, entry)| raw_entry(index, entry)).collect();
    let batch = Batch { plan, raw, repeat: Repeat::LatestVintage, origin: "", taking };
    take(plans, Stamp { actor: actor.name.clone(), at: now }, batch, Problems::default()).await
}

fn raw_entry(index: usize, entry: FigureEntry) -> RawFigure {
    let field = |name: &str, text: String| Field { text, place: Place::Cell(format!("observations[{index}].{name}")) };
    RawFigure {
        id: field("indicator", String::new()),
        name: field("indicator", entry.indicator),
        period: field("period", entry.period),
        value: field("value", entry.value),
        standing: field("standing", entry.standing),
        source: field("source", entry.source),
        note: field("note", entry.note),
        unit: field("unit", String::new()),
        region: field("region", String::new()),
        definition: field("definition", String::new()),
        seen: entry.seen,
    }
}

/// Figures on their way into the store.
struct Batch<'a> {
    plan: PlanId,
    raw: Vec<RawFigure>,
    repeat: Repeat,
    origin: &'a str,
    taking: Taking,
}

async fn take<S: Situated>(
    plans: &S,
    stamp: Stamp,
    batch: Batch<'_>,
    found: Problems,
) -> Result<FiguresReport, WorkflowError> {
    let Batch { plan, raw, repeat, origin, taking } = batch;
    let situation = plans.situation(plan).await?;
    let foreign = peers::among_own(&raw, &situation.plan.head);
    let checked = check::check(raw, situation.names(), situation.plan.head.period, taking.standing);
    let sound = sound::check(&situation, &checked, (&taking.quality, repeat));
    let (mut errors, mut warnings) = (found.errors, found.warnings);
    errors.extend(foreign);
    errors.extend(checked.errors);
    errors.extend(sound.errors);
    warnings.extend(checked.warnings);
    warnings.extend(sound.warnings);
    if !errors.is_empty() {
        return Err(WorkflowError::BadFigures(errors));
    }
    let figures: Vec<NewFigure> = checked.figures;
    let mut report =
        FiguresReport { figures: figures.len(), dry_run: taking.dry_run, warnings, ..FiguresReport::default() };
    if figures.is_empty() {
        return Ok(report);
    }
    let batch = FigureBatch { plan, figures, repeat, origin: origin.to_owned(), dry_run: taking.dry_run };
    report.outcomes = plans.storage().record_figures(stamp, batch).await?;
    for outcome in &report.outcomes {
        match outcome {
            FigureOutcome::New => report.new += 1,
            FigureOutcome::Revised(_) => report.revised += 1,
            FigureOutcome::Unchanged(_) => report.unchanged += 1,
        }
    }
    Ok(report)
}

#[cfg(test)]
mod tests;
