//! Approving, accepting and returning what was submitted; with it figures become
//! of record.

use std::collections::BTreeMap;

use plan_model::{Answer, Standing, UnitId};

use super::{Desk, TRIES, again, busy, reason};
use crate::{
    WorkflowError,
    collection::{CollectionRules, CountsAfter, Entry, ReportEvent, RoundState, Sheet, Stage},
    events::{Append, EventBatch},
    permissions::Action,
    records::{FigureBatch, NewFigure, PlanId, Repeat},
    storage::Storage,
};

/// What is done with rows that were submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// 审核通过 or 核收.
    Pass(Stage),
    /// 退回, with the reason.
    Return(Stage, String),
}

impl Step {
    fn stage(&self) -> Stage {
        match self {
            Self::Pass(stage) | Self::Return(stage, _) => *stage,
        }
    }

    fn event(&self, subjects: Vec<String>, on: jiff::civil::Date) -> ReportEvent {
        match self.clone() {
            Self::Pass(stage) => ReportEvent::Pass { stage, subjects, on },
            Self::Return(stage, reason) => ReportEvent::Return { stage, subjects, reason, on },
        }
    }
}

/// What became of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judged {
    /// How many took the step.
    pub done: usize,
    /// Those that did not, because they changed in the meantime or are elsewhere
    /// in their course.
    pub left: Vec<(UnitId, String)>,
    /// How many figures became of record.
    pub figures: usize,
}

impl<S: Storage> Desk<'_, S> {
    /// Takes a step with rows of one or several sheets of a round, each with the
    /// version that was seen. Figures become of record with the step that counts,
    /// in the same transaction.
    pub async fn judge(
        &self,
        plan: PlanId,
        round: &RoundState,
        step: Step,
        rows: &[(UnitId, String, u32)],
    ) -> Result<Judged, WorkflowError> {
        let mut sheets: BTreeMap<&UnitId, Vec<(&String, u32)>> = BTreeMap::new();
        for (unit, subject, seen) in rows {
            match step.stage() {
                Stage::Unit => self.actor.require_for(Action::ApproveForUnit, self.holder(unit))?,
                Stage::Planning => self.actor.require(Action::CollectReports)?,
            }
            sheets.entry(unit).or_default().push((subject, *seen));
        }
        let step = match step {
            Step::Return(stage, why) => Step::Return(stage, reason(&why)?),
            pass => pass,
        };
        if round.is_locked() {
            let message = format!("“{}”已锁定，不能审核、核收或退回；请先重新开放", round.round.title);
            return Err(WorkflowError::BadInput { field: "采集", message });
        }
        for _ in 0..TRIES {
            let (mut judged, mut batch) = (Judged::default(), EventBatch::default());
            let mut figures = Vec::new();
            for (unit, rows) in &sheets {
                let sheet = Sheet::read(self.storage, plan, &round.round.id, unit).await?;
                let fits = |subject: &String, seen: u32| {
                    let event = step.event(vec![subject.clone()], self.today);
                    sheet.takes(subject, &event) && sheet.row(subject).is_some_and(|row| row.number() == seen)
                };
                let (take, left): (Vec<_>, Vec<_>) = rows.iter().partition(|(subject, seen)| fits(subject, *seen));
                judged.left.extend(left.into_iter().map(|(subject, _)| ((*unit).clone(), (*subject).clone())));
                if take.is_empty() {
                    continue;
                }
                let subjects: Vec<String> = take.iter().map(|(subject, _)| (*subject).clone()).collect();
                if counts(&step) {
                    figures.extend(subjects.iter().filter_map(|subject| self.figure(round, unit, &sheet, subject)));
                }
                judged.done += subjects.len();
                let stream = Sheet::stream(plan, &round.round.id, unit);
                batch.appends.push(Append::to(stream, sheet.version(), &[step.event(subjects, self.today)])?);
            }
            if judged.done == 0 {
                return Ok(judged);
            }
            judged.figures = figures.len();
            if !figures.is_empty() {
                let (repeat, origin) = (Repeat::LatestVintage, String::new());
                batch.figures.push(FigureBatch { plan, figures, repeat, origin, dry_run: false });
            }
            batch.action = match &step {
                Step::Pass(Stage::Unit) => "reports.approve",
                Step::Pass(Stage::Planning) => "reports.accept",
                Step::Return(..) => "reports.return",
            };
            batch.object = format!("plan:{plan} {}", round.round.id);
            if again(self.storage.append(self.stamp(), batch).await)?.is_some() {
                return Ok(judged);
            }
        }
        Err(sheets.keys().next().map_or_else(|| WorkflowError::Internal("no rows".to_owned()), |unit| busy(unit)))
    }

    /// The figure of a row as it becomes of record; `None` where it has none.
    fn figure(&self, round: &RoundState, unit: &UnitId, sheet: &Sheet, subject: &str) -> Option<NewFigure> {
        let Entry::Figure(Answer::Figure { value, proxy, source }) = &sheet.row(subject)?.now()?.entry else {
            return None;
        };
        let by = self.directory.unit_name(self.holder(unit));
        let mut words = format!("自报：{by}（{}）", round.round.title);
        if !source.is_empty() {
            words = format!("{words}；{source}");
        }
        Some(NewFigure {
            indicator: subject.to_owned(),
            period: round.round.period,
            value: *value,
            standing: Standing::Reported,
            source: words,
            note: if *proxy { "替代口径".to_owned() } else { String::new() },
            seen: None,
        })
    }
}

/// Whether figures become of record with a step.
fn counts(step: &Step) -> bool {
    matches!(
        (step, CollectionRules::standard().counts_after),
        (Step::Pass(Stage::Planning), CountsAfter::Planning) | (Step::Pass(Stage::Unit), CountsAfter::Unit)
    )
}
