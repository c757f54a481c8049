//! What planners and units do with rounds and sheets: each checks who may do it,
//! whether it is possible now, and stores it all or not at all.

mod judge;
mod open;

use jiff::{Timestamp, civil::Date};
use plan_model::UnitId;

use super::{Entry, ReportEvent, RoundState, Row, RowState, SavedEntry, Sheet};
use crate::{
    WorkflowError,
    directory::Directory,
    events::{Append, EventBatch},
    permissions::{Action, Actor},
    records::PlanId,
    storage::{Stamp, Storage, StorageError, Stored},
};

pub use judge::{Judged, Step};
pub use open::Opening;

/// So often a change is tried again because another came in between.
const TRIES: usize = 12;
/// The most characters of a reason.
const MOST_REASON: usize = 500;

/// Who acts, when, and with what at hand.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a, S> {
    /// The store.
    pub storage: &'a S,
    /// Who acts.
    pub actor: &'a Actor,
    /// The moment.
    pub now: Timestamp,
    /// The day where the office is.
    pub today: Date,
    /// Units, people and duties.
    pub directory: &'a Directory,
}

/// Which sheet is meant.
#[derive(Debug, Clone, Copy)]
pub struct SheetPlace<'a> {
    /// The plan.
    pub plan: PlanId,
    /// The round.
    pub round: &'a RoundState,
    /// The unit that was asked, as of the opening.
    pub unit: &'a UnitId,
}

/// A row as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Which.
    pub subject: String,
    /// What it says.
    pub entry: Entry,
    /// The number of the version the person saw, 0 for none; where the row says
    /// something else by then, it is left alone. `None` does not check.
    pub seen: Option<u32>,
}

/// What became of a row that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// Stored, as this version.
    Stored(u32),
    /// It says so already.
    Unchanged,
    /// Somebody else changed it in the meantime; nothing was stored.
    Changed(Box<SavedEntry>),
}

impl<S: Storage> Desk<'_, S> {
    fn stamp(&self) -> Stamp {
        Stamp { actor: self.actor.name.clone(), at: self.now }
    }

    /// The unit that answers for a sheet today.
    pub fn holder<'u>(&'u self, unit: &'u UnitId) -> &'u UnitId {
        self.directory.unit_on(unit, self.today)
    }

    /// Saves rows of a sheet, and with `submit` hands them to the approver. A row
    /// that another person changed in the meantime is left alone and given back;
    /// with `whole` nothing is stored then. The answers are in the order given.
    ///
    /// # Errors
    /// Whoever does not report for the unit, rows that were not asked, and a round
    /// in which they cannot be changed.
    pub async fn save(
        &self,
        place: SheetPlace<'_>,
        filled: &[Filled],
        (whole, submit): (bool, bool),
    ) -> Result<Vec<Saved>, WorkflowError> {
        self.actor.require_for(Action::ReportForUnit, self.holder(place.unit))?;
        check_rows(place, filled)?;
        for _ in 0..TRIES {
            let sheet = Sheet::read(self.storage, place.plan, &place.round.round.id, place.unit).await?;
            let (saved, mut events) = self.look(place, &sheet, filled)?;
            if whole && saved.iter().any(|one| matches!(one, Saved::Changed(_))) {
                return Ok(saved);
            }
            if submit {
                let subjects = self.ready(place, &sheet, filled, &saved)?;
                if !subjects.is_empty() {
                    events.push(ReportEvent::Submit { subjects, on: self.today });
                }
            }
            if events.is_empty() {
                return Ok(saved);
            }
            let stream = Sheet::stream(place.plan, &place.round.round.id, place.unit);
            let action = if submit { "reports.submit" } else { "reports.save" };
            let object = format!("plan:{} {} {}", place.plan, place.round.round.id, place.unit);
            let appends = vec![Append::to(stream, sheet.version(), &events)?];
            let batch = EventBatch { action, object, appends, ..EventBatch::default() };
            match again(self.storage.append(self.stamp(), batch).await)? {
                Some(_) => return Ok(saved),
                None => continue,
            }
        }
        Err(busy(place.unit))
    }

    /// 报送 of rows that are saved or came back. Answers which; a row that cannot
    /// be submitted, because it is already or nothing was filled in, is left out.
    pub async fn submit(&self, place: SheetPlace<'_>, subjects: &[String]) -> Result<Vec<String>, WorkflowError> {
        let sheet = Sheet::read(self.storage, place.plan, &place.round.round.id, place.unit).await?;
        let rows = subjects.iter().filter_map(|subject| Some((subject, sheet.row(subject)?.now()?)));
        let filled: Vec<Filled> = rows
            .map(|(subject, now)| Filled { subject: subject.clone(), entry: now.entry.clone(), seen: Some(now.number) })
            .collect();
        let wait = |one: &&Filled| {
            sheet.row(&one.subject).is_some_and(|row| matches!(row.state, RowState::Saved | RowState::Returned))
        };
        let filled: Vec<Filled> = filled.iter().filter(wait).cloned().collect();
        let saved = self.save(place, &filled, (true, true)).await?;
        let done = filled.into_iter().zip(saved).filter(|(_, saved)| *saved == Saved::Unchanged);
        Ok(done.map(|(one, _)| one.subject).collect())
    }

    /// The rows that can be submitted after they were saved.
    fn ready(
        &self,
        place: SheetPlace<'_>,
        sheet: &Sheet,
        filled: &[Filled],
        saved: &[Saved],
    ) -> Result<Vec<String>, WorkflowError> {
        let mut subjects = Vec::new();
        for (one, saved) in filled.iter().zip(saved) {
            let row = sheet.row(&one.subject);
            let waits = row.is_some_and(|row| matches!(row.state, RowState::Saved | RowState::Returned));
            match saved {
                Saved::Stored(_) => subjects.push(one.subject.clone()),
                Saved::Unchanged if waits => {
                    self.check_open(place.round, row)?;
                    subjects.push(one.subject.clone());
                }
                _ => {}
            }
        }
        Ok(subjects)
    }

    /// What becomes of each row, and the events that follow.
    fn look(
        &self,
        place: SheetPlace<'_>,
        sheet: &Sheet,
        filled: &[Filled],
    ) -> Result<(Vec<Saved>, Vec<ReportEvent>), WorkflowError> {
        let mut events = Vec::new();
        let mut saved = Vec::with_capacity(filled.len());
        for one in filled {
            let row = sheet.row(&one.subject);
            let now = row.and_then(|row| row.now());
            let number = now.map_or(0, |now| now.number);
            if now.is_some_and(|now| now.entry == one.entry) {
                saved.push(Saved::Unchanged);
                continue;
            }
            if let (Some(now), true) = (now, one.seen.is_some_and(|seen| seen != number)) {
                saved.push(Saved::Changed(Box::new(now.clone())));
                continue;
            }
            self.check_open(place.round, row)?;
            let (subject, entry) = (one.subject.clone(), one.entry.clone());
            events.push(ReportEvent::Save { subject, entry, on: self.today });
            let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
            saved.push(Saved::Stored(sheet.version().saturating_add(count)));
        }
        Ok((saved, events))
    }

    /// Refuses to change a row in a round that is locked, not begun or over. What
    /// came back can be put right and what was accepted revised as long as the
    /// round is not locked.
    fn check_open(&self, state: &RoundState, row: Option<&Row>) -> Result<(), WorkflowError> {
        let round = &state.round;
        let again = row.is_some_and(|row| row.returned.is_some() || row.accepted.is_some());
        let message = if state.is_locked() {
            let why = state.locks.last().map_or("", |lock| lock.reason.as_str());
            format!("“{}”已锁定（{why}），不能改动；确需改动请联系规划管理人员重新开放", round.title)
        } else if self.today < round.opens {
            format!("“{}”于 {} 开始填报，请届时填报", round.title, round.opens)
        } else if self.today > round.closes && !again {
            let closes = round.closes;
            format!("“{}”已于 {closes} 截止，不再接收；确需补报请联系规划管理人员重新开放", round.title)
        } else {
            return Ok(());
        };
        Err(WorkflowError::BadInput { field: "采集", message })
    }
}

/// Refuses rows that were not asked of the unit, and answers of the wrong sort.
fn check_rows(place: SheetPlace<'_>, filled: &[Filled]) -> Result<(), WorkflowError> {
    for one in filled {
        if place.round.unit_of(&one.subject) != Some(place.unit) {
            let id = format!("{} {}", place.round.round.id, one.subject);
            return Err(StorageError::NotFound { what: "填报事项", id }.into());
        }
        let fits = matches!(one.entry, Entry::Figure(_)) == one.subject.starts_with('I');
        if !fits {
            let message = format!("“{}”的答复类别不对；指标填数据，任务填进展", one.subject);
            return Err(WorkflowError::BadInput { field: "填报", message });
        }
    }
    Ok(())
}

/// `None` where something else came in between, and it is to be tried again.
fn again(appended: Stored<Vec<u32>>) -> Stored<Option<Vec<u32>>> {
    match appended {
        Ok(numbers) => Ok(Some(numbers)),
        Err(StorageError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn busy(unit: &UnitId) -> WorkflowError {
    let detail = format!("{unit} 的填报同时改动过多，未能保存");
    StorageError::Unavailable { detail }.into()
}

/// A reason that is written and not too long.
fn reason(text: &str) -> Result<String, WorkflowError> {
    let text = text.trim();
    let length = text.chars().count();
    let message = match length {
        0 => "须写明理由；请补充后再提交".to_owned(),
        1..=MOST_REASON => return Ok(text.to_owned()),
        _ => format!("有 {length} 个字，超过 {MOST_REASON} 个字；请精简"),
    };
    Err(WorkflowError::BadInput { field: "理由", message })
}
