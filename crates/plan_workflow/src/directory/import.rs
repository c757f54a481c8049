//! Units, people and duties from a file: looked at first, then stored all or none.
//!
//! Each row becomes a wish and is checked as one, against a directory that holds
//! already what the rows before it bring, so that people may work in units that
//! come with them. What is there already changes nothing.

mod rows;

use jiff::civil::Date;
use plan_model::{Place as At, Problem};

use super::{
    Directory, DirectoryEvent,
    change::Asking,
    read, sheet, store,
    words::{Head, Words},
};
use crate::{
    WorkflowError,
    events::EventStore,
    permissions::{Action, Actor},
    rows::{Problems, Row, read as read_rows},
    storage::Stamp,
};

pub use super::words::TableKind;

/// The most rows that are taken at once.
const MOST_ROWS: usize = 20_000;

/// What a row brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// 新增.
    New,
    /// 变更.
    Changed,
    /// 不变.
    Unchanged,
    /// 有误.
    Wrong,
}

/// A cell that a row changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The head of its column.
    pub column: String,
    /// What it was.
    pub before: String,
    /// What it becomes.
    pub after: String,
}

/// A row and what it brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Of which table.
    pub table: TableKind,
    /// Where it stands.
    pub place: At,
    /// The name of what it is about.
    pub name: String,
    /// What it brings.
    pub outcome: Outcome,
    /// What it changes of what is there.
    pub differences: Vec<Difference>,
}

/// A file as understood, before anything is stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Its rows, regions first, then units, people, duties.
    pub rows: Vec<ImportRow>,
    /// What is wrong; with any of these nothing is stored.
    pub errors: Vec<Problem>,
    /// What somebody should look at.
    pub warnings: Vec<Problem>,
    events: Vec<DirectoryEvent>,
}

impl Preview {
    /// How many rows of a table, or of all, have an outcome.
    pub fn count(&self, table: Option<TableKind>, outcome: Outcome) -> usize {
        let of = |row: &&ImportRow| row.outcome == outcome && table.is_none_or(|table| row.table == table);
        self.rows.iter().filter(of).count()
    }

    /// What happens when it is stored.
    pub fn events(&self) -> &[DirectoryEvent] {
        &self.events
    }

    /// Whether storing it would change anything.
    pub fn changes(&self) -> bool {
        !self.events.is_empty()
    }
}

/// A file of units, people and duties.
#[derive(Debug, Clone, Copy)]
pub struct DirectoryFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its content: a workbook, or CSV with one table after the other.
    pub bytes: &'a [u8],
}

/// Says what a file would bring, on the day on which people act.
pub fn preview(
    directory: &Directory,
    (actor, today): (&Actor, Date),
    file: DirectoryFile<'_>,
) -> Result<Preview, WorkflowError> {
    actor.require(Action::ManageDirectory)?;
    let mut problems = Problems::default();
    let found = find(file, &mut problems)?;
    let mut reading = rows::Reading::new(directory.clone(), actor, today);
    reading.preview.errors = problems.errors;
    reading.preview.warnings = problems.warnings;
    for kind in TableKind::ALL {
        for found in found.iter().filter(|found| found.head.kind == kind) {
            reading.take(found);
        }
    }
    Ok(reading.preview)
}

/// Stores what a file brings: all of it, or with any error none.
pub async fn import<S: EventStore>(
    storage: &S,
    (actor, today): (&Actor, Date),
    now: jiff::Timestamp,
    file: DirectoryFile<'_>,
) -> Result<Preview, WorkflowError> {
    let directory = read(storage, None).await?;
    let preview = preview(&directory, (actor, today), file)?;
    if !preview.errors.is_empty() {
        return Err(WorkflowError::BadDirectory(preview.errors));
    }
    if preview.changes() {
        let stamp = Stamp { actor: actor.name.clone(), at: now };
        store(storage, stamp, (&directory, &preview.events), "directory.import").await?;
    }
    Ok(preview)
}

/// A row of a table, with the table's head.
struct Found {
    head: Head,
    row: Row,
}

/// The rows of the tables of a file. A row that is a head begins a table.
fn find(file: DirectoryFile<'_>, problems: &mut Problems) -> Result<Vec<Found>, WorkflowError> {
    let words = Words::standard();
    let mut found = Vec::new();
    let mut tables = 0;
    for sheet in read_rows(file.name, file.bytes, problems)? {
        if words.ignored_sheets.contains(&sheet.name) {
            continue;
        }
        let mut head: Option<Head> = None;
        let first = sheet.rows.iter().find(|row| !row.is_blank()).map(|row| row.place.of(0));
        for row in sheet.rows.into_iter().filter(|row| !row.is_blank()) {
            if let Some(new) = words.head(&row.cells) {
                tables += 1;
                note_head(&new, &row, problems);
                head = Some(new);
            } else if let Some(head) = &head {
                found.push(Found { head: head.clone(), row });
            }
        }
        if let (None, Some(place), false) = (head, first, sheet.name.is_empty()) {
            let message = format!("工作表“{}”没有认出表头，没有读取", sheet.name);
            problems.warnings.push(Problem::new("unknown-sheet", place, message, "如应读取，请对照模板改写表头"));
        }
    }
    if tables == 0 {
        let hint = "单位表须有“单位名称”，人员表须有“姓名”，岗位职责表须有“单位、岗位、姓名”；可下载模板填写";
        problems.errors.push(Problem::new("no-header", At::Whole, "没有认出任何表头", hint));
    }
    if found.len() > MOST_ROWS {
        let message = format!("共 {} 行，超过一次 {MOST_ROWS} 行的上限", found.len());
        problems.errors.push(Problem::new("too-many-rows", At::Whole, message, "请拆成几个文件分别导入"));
        found.clear();
    }
    Ok(found)
}

/// A column that nobody reads may be a misspelt one.
fn note_head(head: &Head, row: &Row, problems: &mut Problems) {
    let table = Words::standard().table(head.kind);
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        if head.columns.iter().all(|(_, column)| *column != at) {
            let message = format!("{}表的“{}”列没有读取", table.sheet, cell.trim());
            let known: Vec<&str> = table.columns.iter().map(|column| column.head()).collect();
            let hint = format!("如应读取，请改用：{}", known.join("、"));
            problems.warnings.push(Problem::new("unknown-column", row.place.of(at), message, hint));
        }
    }
}

/// The cells of a row of the directory that another state of it has changed.
fn differences(table: TableKind, before: &[String], after: &[String]) -> Vec<Difference> {
    let columns = &Words::standard().table(table).columns;
    let pairs = columns.iter().zip(before.iter().zip(after));
    let changed = pairs.filter(|(_, (before, after))| before != after);
    let of = |(column, (before, after)): (&super::words::ColumnWords, (&String, &String))| Difference {
        column: column.head().to_owned(),
        before: before.clone(),
        after: after.clone(),
    };
    changed.map(of).collect()
}

/// What a row of the directory looks like in a file; nothing where it is not there.
fn cells(directory: &Directory, table: TableKind, id: &str, day: Date) -> Option<Vec<String>> {
    Some(match table {
        TableKind::Regions => {
            let code = id.parse().ok()?;
            vec![id.to_owned(), directory.region_name(code)?.to_owned()]
        }
        TableKind::Units => sheet::unit_cells(directory.unit(&id.into())?),
        TableKind::People => sheet::person_cells(directory, directory.person(id)?, day),
        TableKind::Duties => {
            // Handed over by the file: not yet accepted, but what the file brings.
            let duty = directory.duty(id)?;
            let mut cells = sheet::duty_cells(directory, duty, day);
            if let Some(offer) = duty.offer.as_ref().filter(|offer| offer.declined.is_none()) {
                let table = Words::standard().table(table);
                let name = directory.person(&offer.person).map_or("", |person| person.name.as_str());
                for (code, text) in [("person", name.to_owned()), ("from", offer.from.to_string())] {
                    if let Some(cell) = table.at(code).and_then(|at| cells.get_mut(at)) {
                        *cell = text;
                    }
                }
            }
            cells
        }
    })
}

/// What happens when the wishes of a row are fulfilled one after the other.
fn fulfil(
    directory: &mut Directory,
    (actor, today): (&Actor, Date),
    wish: &super::Wish,
) -> Result<Vec<DirectoryEvent>, WorkflowError> {
    let events = Asking { directory, actor, today }.events(wish)?;
    events.iter().for_each(|event| directory.apply(event));
    Ok(events)
}
