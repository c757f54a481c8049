//! A sheet: what one unit answers to one round, row by row.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use plan_model::{Answer, UnitId, WorkReport};
use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkingDays,
    events::{EventRecord, EventStore, Happening, Stream},
    records::PlanId,
    storage::Stored,
};

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The answer to a due figure.
    Figure(Answer),
    /// The report on work.
    Work(WorkReport),
}

/// Who looks at what was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// 审核: the unit's own approver.
    Unit,
    /// 核收: the planning department.
    Planning,
}

/// What happens to a sheet. `on` is the day where the office is, by which being
/// late is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ReportEvent {
    /// A row is filled in or changed.
    Save {
        /// Which.
        subject: String,
        /// What it says.
        entry: Entry,
        /// The day.
        on: Date,
    },
    /// 报送: rows go to the approver.
    Submit {
        /// Which.
        subjects: Vec<String>,
        /// The day.
        on: Date,
    },
    /// 审核通过 by the unit, 核收 by the planning department.
    Pass {
        /// At which stage.
        stage: Stage,
        /// Which rows.
        subjects: Vec<String>,
        /// The day.
        on: Date,
    },
    /// 退回.
    Return {
        /// At which stage.
        stage: Stage,
        /// Which rows.
        subjects: Vec<String>,
        /// Why.
        reason: String,
        /// The day.
        on: Date,
    },
}

impl Happening for ReportEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Save { .. } => "save",
            Self::Submit { .. } => "submit",
            Self::Pass { stage: Stage::Unit, .. } => "approve",
            Self::Pass { stage: Stage::Planning, .. } => "accept",
            Self::Return { .. } => "return",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Save { subject, .. } => subject.clone(),
            Self::Submit { subjects, .. } | Self::Pass { subjects, .. } | Self::Return { subjects, .. } => {
                subjects.iter().take(3).cloned().collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// 已填未报: saved, not submitted.
    Saved,
    /// 已退回.
    Returned,
    /// 待审核.
    Submitted,
    /// 待核收.
    Approved,
    /// 已核收.
    Accepted,
}

impl RowState {
    /// The code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Returned => "returned",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Accepted => "accepted",
        }
    }

    /// Whether a row in this state can take a step.
    fn takes(self, event: &ReportEvent) -> bool {
        match event {
            ReportEvent::Save { .. } => true,
            ReportEvent::Submit { .. } => matches!(self, Self::Saved | Self::Returned),
            ReportEvent::Pass { stage, .. } | ReportEvent::Return { stage, .. } => match stage {
                Stage::Unit => self == Self::Submitted,
                Stage::Planning => self == Self::Approved,
            },
        }
    }
}

/// What a row said at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedEntry {
    /// The number of the event, which names this version of the row.
    pub number: u32,
    /// What it said.
    pub entry: Entry,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// Why a row came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// From which stage.
    pub stage: Stage,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// A row that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// How it stands.
    pub state: RowState,
    /// What it said, in its order; never empty, the last is what it says now.
    pub saves: Vec<SavedEntry>,
    /// The day on which it was submitted first.
    pub submitted: Option<Date>,
    /// Why it came back last.
    pub returned: Option<Returned>,
    /// Which of the saves was accepted last.
    pub accepted: Option<u32>,
}

impl Row {
    /// What it says now.
    pub fn now(&self) -> Option<&SavedEntry> {
        self.saves.last()
    }

    /// The number of what it says now: who sends it back says what they saw.
    pub fn number(&self) -> u32 {
        self.now().map_or(0, |saved| saved.number)
    }

    /// What it said under a number.
    pub fn saved(&self, number: u32) -> Option<&SavedEntry> {
        self.saves.iter().find(|saved| saved.number == number)
    }

    /// What was accepted, where the row says something else by now.
    pub fn revises(&self) -> Option<&SavedEntry> {
        let accepted = self.saved(self.accepted?)?;
        (accepted.number != self.number()).then_some(accepted)
    }
}

/// What a unit answered to a round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    rows: BTreeMap<String, Row>,
    /// The latest day so far: a clock that goes backwards makes nobody early.
    day: Option<Date>,
    events: u32,
}

impl Sheet {
    /// The stream of the sheets of a round.
    pub fn round_stream(plan: PlanId, round: &str) -> Stream {
        Stream::of_plan(plan, "reports").part(round)
    }

    /// The stream of one sheet.
    pub fn stream(plan: PlanId, round: &str, unit: &UnitId) -> Stream {
        Self::round_stream(plan, round).part(unit)
    }

    /// A sheet as stored.
    pub async fn read<S: EventStore>(storage: &S, plan: PlanId, round: &str, unit: &UnitId) -> Stored<Self> {
        Self::fold(&storage.events(&Self::stream(plan, round, unit), None).await?)
    }

    /// All sheets of a round, by unit.
    pub async fn read_all<S: EventStore>(storage: &S, plan: PlanId, round: &str) -> Stored<BTreeMap<UnitId, Self>> {
        let mut sheets: BTreeMap<UnitId, Self> = BTreeMap::new();
        for record in storage.events_below(&Self::round_stream(plan, round), None).await? {
            sheets.entry(UnitId::from(record.stream.last())).or_default().take(&record)?;
        }
        Ok(sheets)
    }

    fn fold(records: &[EventRecord]) -> Stored<Self> {
        let mut sheet = Self::default();
        for record in records {
            sheet.take(record)?;
        }
        Ok(sheet)
    }

    fn take(&mut self, record: &EventRecord) -> Stored<()> {
        self.apply(record.read()?, (record.number, record.at, &record.actor));
        Ok(())
    }

    /// Takes in what happened; what a row cannot take changes nothing.
    pub fn apply(&mut self, event: ReportEvent, (number, at, actor): (u32, Timestamp, &str)) {
        self.events = number;
        let actor = actor.to_owned();
        let on = match &event {
            ReportEvent::Save { on, .. }
            | ReportEvent::Submit { on, .. }
            | ReportEvent::Pass { on, .. }
            | ReportEvent::Return { on, .. } => *on,
        };
        let day = self.day.map_or(on, |day| day.max(on));
        self.day = Some(day);
        match &event {
            ReportEvent::Save { subject, entry, .. } => {
                let saved = SavedEntry { number, entry: entry.clone(), at, actor };
                let row = self.rows.entry(subject.clone()).or_insert_with(|| Row {
                    state: RowState::Saved,
                    saves: Vec::new(),
                    submitted: None,
                    returned: None,
                    accepted: None,
                });
                row.state = RowState::Saved;
                row.saves.push(saved);
            }
            ReportEvent::Submit { subjects, .. } => self.each(subjects, &event, |row| {
                row.state = RowState::Submitted;
                row.submitted.get_or_insert(day);
            }),
            ReportEvent::Pass { stage: Stage::Unit, subjects, .. } => {
                self.each(subjects, &event, |row| row.state = RowState::Approved);
            }
            ReportEvent::Pass { stage: Stage::Planning, subjects, .. } => self.each(subjects, &event, |row| {
                row.state = RowState::Accepted;
                row.accepted = Some(row.number());
            }),
            ReportEvent::Return { stage, subjects, reason, .. } => self.each(subjects, &event, |row| {
                row.state = RowState::Returned;
                row.returned = Some(Returned { stage: *stage, reason: reason.clone(), at, actor: actor.clone() });
            }),
        }
    }

    fn each(&mut self, subjects: &[String], event: &ReportEvent, mut change: impl FnMut(&mut Row)) {
        for subject in subjects {
            if let Some(row) = self.rows.get_mut(subject).filter(|row| row.state.takes(event)) {
                change(row);
            }
        }
    }

    /// How many events made it so.
    pub fn version(&self) -> u32 {
        self.events
    }

    /// The row of a subject, once something was filled in.
    pub fn row(&self, subject: &str) -> Option<&Row> {
        self.rows.get(subject)
    }

    /// The rows filled in, by subject.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Row)> {
        self.rows.iter().map(|(subject, row)| (subject.as_str(), row))
    }

    /// Whether a row can take a step now.
    pub fn takes(&self, subject: &str, event: &ReportEvent) -> bool {
        self.row(subject).is_some_and(|row| row.state.takes(event))
    }

    /// By how many working days a row is late: as submitted, else as of a day. 0
    /// in time.
    pub fn late(&self, subject: &str, due: Date, today: Date) -> u16 {
        let day = self.row(subject).and_then(|row| row.submitted).unwrap_or(today);
        WorkingDays::shipped().between(due, day)
    }
}
