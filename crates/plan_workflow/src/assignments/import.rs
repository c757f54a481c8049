//! Taking over a table of duties that an office already has: a preview that says
//! where each row and each unit belongs, then all of it or nothing. What found no
//! place is kept with the import and stays listed.

use std::collections::{BTreeMap, HashMap};

use document_reader::Source;
use jiff::{Timestamp, civil::Date};
use plan_model::UnitId;
use serde::{Deserialize, Serialize};

use super::{
    Book, Desk, Part, PartKey, Wish,
    act::{Ask, act_with},
    ledger::{self, Columns, Ledger, LedgerRow},
    placing::{self, Placed},
    read,
    units::{self, Found},
};
use crate::{
    WorkflowError,
    events::{Append, EventStore, Happening, Stream},
    matching::Closeness,
    nodes::{self, NodeDue, NodeEvent, PlannedNode, Schedule, Schedules},
    permissions::{Action, Actor},
    records::PlanId,
    storage::{Storage, Stored},
};

/// More rows than this are not taken at once.
const MOST_ROWS: usize = 5000;

/// A table as it would be taken over.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The name of the file.
    pub file: String,
    /// What was read of it.
    pub ledger: Ledger,
    /// What each row is about.
    pub placed: Vec<Vec<Placed>>,
    /// Every unit the table names, in the order in which it does, and which one
    /// of the directory that is.
    pub units: Vec<(String, Found)>,
}

/// What a person chose on the preview.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The commitments that a row is about, by the row's place from 0.
    pub picks: HashMap<usize, Vec<String>>,
    /// Which unit a written name means where that was not found; `None` to leave
    /// it out.
    pub units: HashMap<String, Option<UnitId>>,
    /// The first date for rows that give none, or one that is past.
    pub due: Date,
    /// Whether several lead units of a cell all lead; else the first one leads and
    /// the others cooperate.
    pub joint: bool,
    /// Whether 完成时限 of a row is proposed as the node of work that has none.
    pub nodes: bool,
}

/// A row as it was taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRow {
    /// Where it stands in the file.
    pub place: String,
    /// Its cells as they stand there.
    pub cells: Vec<String>,
    /// The parts that were offered by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartKey>,
    /// What of it found no place, and why; Chinese.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// A table that was taken over, kept whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The name of the file.
    pub file: String,
    /// Every row with words in it.
    pub rows: Vec<KeptRow>,
}

impl Happening for Imported {
    fn kind(&self) -> &'static str {
        "import"
    }

    fn subject(&self) -> String {
        self.file.clone()
    }
}

/// What taking over a table came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// How many parts were offered.
    pub offered: usize,
    /// How many parts of the table were asked or held already.
    pub unchanged: usize,
    /// The nodes that are proposed.
    pub nodes: Vec<NodeEvent>,
    /// The rows, as they are kept.
    pub rows: Vec<KeptRow>,
}

impl Taken {
    /// The rows of which something found no place.
    pub fn left(&self) -> impl Iterator<Item = &KeptRow> {
        self.rows.iter().filter(|row| !row.left.is_empty())
    }
}

/// An import that was made: what, when, by whom.
pub type Past = (Imported, Timestamp, String);

/// The stream of the tables that were taken over.
pub fn stream(plan: PlanId) -> Stream {
    Stream::of_plan(plan, "ledgers")
}

/// The tables that were taken over, the oldest first.
pub async fn past<S: EventStore>(storage: &S, plan: PlanId) -> Stored<Vec<Past>> {
    let records = storage.events(&stream(plan), None).await?;
    records.into_iter().map(|record| Ok((record.read()?, record.at, record.actor))).collect()
}

/// Looks at a table: nothing is stored.
pub fn preview(desk: Desk<'_>, file: &str, source: &Source, columns: Option<Columns>) -> Preview {
    let ledger = ledger::read(source, columns);
    let placed = placing::place(&ledger.rows, desk.subjects);
    let mut names: Vec<(String, Found)> = Vec::new();
    for name in ledger.rows.iter().flat_map(|row| row.lead.iter().chain(&row.cooperating)) {
        if !names.iter().any(|(known, _)| known == name) {
            names.push((name.clone(), units::find(desk.directory, desk.today, name)));
        }
    }
    Preview { file: file.to_owned(), ledger, placed, units: names }
}

impl Preview {
    /// The commitments that are taken for a row where nobody chooses otherwise.
    pub fn sure(&self, row: usize) -> Vec<String> {
        let placed = self.placed.get(row).into_iter().flatten();
        placed.filter(|one| one.closeness == Closeness::Exact).map(|one| one.subject.clone()).collect()
    }

    /// How many rows are exact, likely, new.
    pub fn counts(&self) -> (usize, usize, usize) {
        let best = |placed: &Vec<Placed>| placed.iter().map(|one| one.closeness).min();
        let count = |wanted: Option<Closeness>| self.placed.iter().filter(|placed| best(placed) == wanted).count();
        (count(Some(Closeness::Exact)), count(Some(Closeness::Likely)), count(None))
    }

    /// The choice of whom nobody asks: what is sure, with this first date.
    pub fn plain_choice(&self, due: Date) -> Choice {
        let picks = (0..self.ledger.rows.len()).map(|row| (row, self.sure(row))).collect();
        Choice { picks, due, nodes: true, ..Choice::default() }
    }

    fn resolved(&self, choice: &Choice, written: &str) -> Vec<UnitId> {
        if let Some(chosen) = choice.units.get(written) {
            return chosen.iter().cloned().collect();
        }
        let found = self.units.iter().find(|(name, _)| name == written);
        found.map(|(_, found)| found.units().to_vec()).unwrap_or_default()
    }

    /// The units of a row with the part each is to take, and the names that are
    /// none's.
    fn asked(&self, row: &LedgerRow, choice: &Choice) -> (Vec<(UnitId, Part)>, Vec<String>) {
        let (mut asked, mut unknown): (Vec<(UnitId, Part)>, Vec<String>) = (Vec::new(), Vec::new());
        let lead = row.lead.iter().enumerate();
        let leads = lead.map(|(at, name)| (name, if at == 0 || choice.joint { Part::Lead } else { Part::Cooperating }));
        for (name, part) in leads.chain(row.cooperating.iter().map(|name| (name, Part::Cooperating))) {
            let units = self.resolved(choice, name);
            if units.is_empty() {
                unknown.push(name.clone());
            }
            for unit in units {
                if !asked.iter().any(|(known, _)| *known == unit) {
                    asked.push((unit, part));
                }
            }
        }
        (asked, unknown)
    }

    /// The nodes that a choice proposes: for each piece of work that has neither
    /// nodes nor a proposal, the first date a row of it names. They wait for the
    /// planner's approval like any others.
    fn nodes(&self, desk: Desk<'_>, schedules: &Schedules, choice: &Choice) -> Vec<NodeEvent> {
        let mut events: Vec<NodeEvent> = Vec::new();
        for (at, row) in self.ledger.rows.iter().enumerate().filter(|_| choice.nodes) {
            let Some(due) = row.due_text.parse().ok().or(row.due.map(NodeDue::Day)) else { continue };
            for pick in choice.picks.get(&at).into_iter().flatten() {
                let known = |event: &NodeEvent| event.subject() == *pick;
                let subject = desk.subjects.iter().find(|subject| subject.id == *pick && !subject.is_measure());
                let Some(subject) = subject else { continue };
                if events.iter().any(known) || schedules.of(pick).is_some_and(Schedule::is_planned) {
                    continue;
                }
                let deliverable = format!("完成：{}", subject.name);
                let node = PlannedNode { id: "N1".to_owned(), due, deliverable, from_text: false };
                let (subject, note) = (pick.clone(), self.reason(row));
                events.push(NodeEvent::Propose { subject, unit: None, nodes: vec![node], note });
            }
        }
        events
    }

    /// What a choice comes to upon the parts and the nodes there are.
    pub fn taken(&self, desk: Desk<'_>, (book, schedules): (&Book, &Schedules), choice: &Choice) -> (Vec<Wish>, Taken) {
        let mut wishes: BTreeMap<PartKey, Wish> = BTreeMap::new();
        let (mut rows, mut unchanged) = (Vec::new(), 0);
        for (at, row) in self.ledger.rows.iter().enumerate() {
            let (asked, unknown) = self.asked(row, choice);
            let mut left: Vec<String> = self.unused(row);
            left.extend(unknown.iter().map(|name| format!("单位“{name}”不在单位名录中，没有分办")));
            let picks = choice.picks.get(&at).cloned().unwrap_or_default();
            if picks.is_empty() {
                left.push("没有选定对应的目标任务，没有分办".to_owned());
            } else if asked.is_empty() {
                left.push("没有可分办的单位".to_owned());
            }
            let due = row.due.filter(|due| *due >= desk.today).unwrap_or(choice.due);
            if let Some(past) = row.due.filter(|due| *due < desk.today) {
                left.push(format!("完成时限 {past} 已过，首个期限改用 {due}"));
            }
            let mut parts = Vec::new();
            for (subject, (unit, part)) in picks.iter().flat_map(|pick| asked.iter().map(move |one| (pick, one))) {
                let key = PartKey { subject: subject.clone(), unit: unit.clone() };
                if book.part(&key).is_some_and(|known| known.state.is_live()) {
                    unchanged += 1;
                    continue;
                }
                let stands = |one: &&super::Assignment| {
                    let unit = |unit| desk.directory.unit_on(unit, desk.today);
                    one.part == Part::Lead && one.state.is_live() && unit(&one.key.unit) != unit(&key.unit)
                };
                let lead = book.parts_of(subject).find(stands).filter(|_| *part == Part::Lead && !choice.joint);
                if let Some(lead) = lead {
                    let (lead, unit) = (desk.directory.unit_name(&lead.key.unit), desk.directory.unit_name(unit));
                    left.push(format!("“{subject}”已有牵头单位“{lead}”，没有再分办“{unit}”牵头"));
                    continue;
                }
                let ask = Ask::Offer { part: *part, due, joint: true, reason: self.reason(row) };
                wishes.entry(key.clone()).or_insert(Wish { key: key.clone(), seen: None, ask });
                parts.push(key);
            }
            rows.push(KeptRow { place: row.place.to_string(), cells: row.cells.clone(), parts, left });
        }
        rows.extend(self.ledger.left.iter().map(|row| KeptRow {
            place: row.place.to_string(),
            cells: row.cells.clone(),
            parts: Vec::new(),
            left: vec![row.because.to_owned()],
        }));
        let wishes: Vec<Wish> = wishes.into_values().collect();
        let nodes = self.nodes(desk, schedules, choice);
        let taken = Taken { offered: wishes.len(), unchanged, nodes, rows };
        (wishes, taken)
    }

    fn reason(&self, row: &LedgerRow) -> String {
        let due =
            if row.due_text.is_empty() { String::new() } else { format!("，完成时限“{}”", row.due_text) };
        let reason = format!("台账《{}》{}{due}", self.file, row.place);
        reason.chars().take(300).collect()
    }

    /// The words of a row in columns that were not taken.
    fn unused(&self, row: &LedgerRow) -> Vec<String> {
        let Columns { task, lead, cooperating, due, group } = self.ledger.columns;
        let used = [task, lead, cooperating, due, group];
        let each = row.cells.iter().enumerate().filter(|(at, cell)| {
            let number = self.ledger.heads.get(*at).is_some_and(|head| ledger::is_number_head(head));
            !used.contains(&Some(*at)) && !number && !cell.trim().is_empty()
        });
        each.map(|(at, cell)| {
            let head = self.ledger.heads.get(at).map_or("", |head| head.trim());
            format!("“{head}”栏没有采用：{}", cell.trim())
        })
        .collect()
    }
}

/// Takes a table over: every part is offered, or none is.
pub async fn import<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    desk: Desk<'_>,
    (preview, choice): (&Preview, &Choice),
) -> Result<Taken, WorkflowError> {
    actor.require(Action::AssignParts)?;
    let rows = preview.ledger.rows.len();
    if rows > MOST_ROWS {
        let message = format!("有 {rows} 行，最多 {MOST_ROWS} 行；请分成几个文件");
        return Err(WorkflowError::BadInput { field: "台账", message });
    }
    let known = read(storage, desk.plan, None).await?;
    let schedules = nodes::read(storage, desk.plan, None).await?;
    let (wishes, taken) = preview.taken(desk, (&known, &schedules), choice);
    if wishes.is_empty() {
        let message = "没有一行可以分办：请先为各行选定目标任务，并补全单位名录".to_owned();
        return Err(WorkflowError::BadInput { field: "台账", message });
    }
    let event = Imported { file: preview.file.clone(), rows: taken.rows.clone() };
    let mut with = vec![Append::to(stream(desk.plan), None, &[event])?];
    if !taken.nodes.is_empty() {
        with.push(Append::to(nodes::stream(desk.plan), schedules.version(), &taken.nodes)?);
    }
    act_with(storage, actor, now, desk, (&wishes, with)).await?;
    Ok(taken)
}
