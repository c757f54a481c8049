//! Budget lines: what pays for a commitment.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use jiff::Timestamp;
use plan_model::{Decimal, Place, Problem, parse_decimal};
use serde::Deserialize;

use super::{Breakdown, BreakdownEvent, BudgetLine, read, stream};
use crate::{
    WorkflowError,
    events::{Append, EventBatch},
    permissions::{Action, Actor},
    records::PlanId,
    rows::{self, Problems, Row},
    storage::{Stamp, Storage, StorageError},
};

/// Lines in one file at most.
const MOST_LINES: usize = 10_000;

/// A budget line as typed.
#[derive(Debug, Clone, Default)]
pub struct NewLine {
    /// The code of the line.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The budget's year.
    pub year: String,
    /// How much, in 万元.
    pub amount: String,
    /// Where the money comes from.
    pub source: String,
    /// The commitment it pays for.
    pub subject: String,
}

/// What became of a file of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BudgetReport {
    /// Lines that were not there.
    pub new: usize,
    /// Lines that were there otherwise.
    pub changed: usize,
    /// Lines that were there already.
    pub unchanged: usize,
    /// What was odd about the file.
    pub warnings: Vec<Problem>,
}

/// The amounts of some lines by year, in 万元, and together.
pub fn amounts<'a>(lines: impl Iterator<Item = &'a BudgetLine>) -> (BTreeMap<i16, Decimal>, Decimal) {
    let mut by_year: BTreeMap<i16, Decimal> = BTreeMap::new();
    for line in lines {
        let sum = by_year.entry(line.year).or_default();
        *sum = sum.saturating_add(line.amount);
    }
    let all = by_year.values().fold(Decimal::ZERO, |sum, amount| sum.saturating_add(*amount));
    (by_year, all)
}

impl NewLine {
    /// The line; every fault of it.
    fn read(&self, subjects: &BTreeSet<String>) -> Result<BudgetLine, Vec<String>> {
        let mut wrong = Vec::new();
        let [code, name, subject] = [&self.code, &self.name, &self.subject].map(|text| text.trim().to_owned());
        if code.is_empty() || name.is_empty() {
            wrong.push("编码和名称都要填写".to_owned());
        }
        if !subjects.contains(&subject) {
            wrong.push(format!("没有编号为“{subject}”的承诺；请填指标或任务的编号，如 I012、W7"));
        }
        let year = self.year.trim().trim_end_matches('年').parse::<i16>().ok().filter(|y| (1949..=2100).contains(y));
        if year.is_none() {
            wrong.push(format!("“{}”不是年份；请写成 2023", self.year.trim()));
        }
        let amount = parse_decimal(&self.amount).map_err(|error| wrong.push(error.to_string())).ok();
        if amount.is_some_and(|amount| amount.is_sign_negative()) {
            wrong.push("金额不能为负；调减请改原来的数".to_owned());
        }
        match (year, amount) {
            (Some(year), Some(amount)) if wrong.is_empty() => {
                Ok(BudgetLine { code, name, year, amount, source: self.source.trim().to_owned(), subject })
            }
            _ => Err(wrong),
        }
    }
}

fn bad(message: String) -> WorkflowError {
    WorkflowError::BadInput { field: "预算", message }
}

async fn store<S: Storage>(
    storage: &S,
    (actor, now, plan): (&Actor, Timestamp, PlanId),
    breakdown: &Breakdown,
    (events, action): (&[BreakdownEvent], &'static str),
) -> Result<(), WorkflowError> {
    if events.is_empty() {
        return Ok(());
    }
    let appends = vec![Append::to(stream(plan), breakdown.version(), events)?];
    let batch =
        EventBatch { action, object: format!("plan:{plan}"), appends, touches: Some(plan), ..EventBatch::default() };
    storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    Ok(())
}

/// Adds a budget line, or changes the one with its code and year. `subjects` are
/// the ids of the plan's commitments.
pub async fn set_line<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    (new, subjects): (&NewLine, &BTreeSet<String>),
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    let line = new.read(subjects).map_err(|wrong| bad(wrong.join("；")))?;
    let breakdown = read(storage, plan, None).await?;
    if breakdown
        .lines()
        .any(|known| known.code == line.code && known.year == line.year && known.subject != line.subject)
    {
        let message = format!("{} 年的“{}”已记在另一项承诺下；请先删去那一条", line.year, line.code);
        return Err(bad(message));
    }
    let events = [BreakdownEvent::Line { line, reason: String::new() }];
    store(storage, (actor, now, plan), &breakdown, (&events, "budget.set")).await
}

/// Takes a budget line away.
pub async fn drop_line<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    (code, year, reason): (&str, i16, &str),
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    if reason.trim().is_empty() {
        return Err(bad("删去预算明细要写明理由".to_owned()));
    }
    let breakdown = read(storage, plan, None).await?;
    if !breakdown.lines().any(|line| line.code == code && line.year == year) {
        return Err(StorageError::NotFound { what: "预算明细", id: format!("{code} {year}") }.into());
    }
    let events = [BreakdownEvent::DropLine { code: code.to_owned(), year, reason: reason.trim().to_owned() }];
    store(storage, (actor, now, plan), &breakdown, (&events, "budget.drop")).await
}

/// The heads of the columns: `rules/budget.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heads {
    code: Vec<String>,
    name: Vec<String>,
    year: Vec<String>,
    amount: Vec<String>,
    source: Vec<String>,
    subject: Vec<String>,
}

static HEADS: LazyLock<Option<Heads>> =
    LazyLock::new(|| toml::from_str(include_str!("../../../../rules/budget.toml")).ok());

/// Where the columns are, and how many 万元 a unit of the amounts is.
struct Columns {
    at: [Option<usize>; 6],
    scale: Decimal,
}

impl Columns {
    fn of(row: &Row) -> Option<Self> {
        let heads = HEADS.as_ref()?;
        let bare = |cell: &str| {
            let end = cell.find(['（', '(']).unwrap_or(cell.len());
            cell.get(..end).unwrap_or_default().split_whitespace().collect::<String>().to_lowercase()
        };
        let find = |words: &Vec<String>| row.cells.iter().position(|cell| words.contains(&bare(cell)));
        let all = [&heads.code, &heads.name, &heads.year, &heads.amount, &heads.source, &heads.subject];
        let at = all.map(find);
        let head = at.get(3).copied().flatten().and_then(|at| row.cells.get(at)).map_or("", String::as_str);
        let scale = match head {
            head if head.contains("亿元") => Decimal::from(10_000),
            head if head.contains("万元") || !head.contains('元') => Decimal::ONE,
            _ => Decimal::new(1, 4),
        };
        let needed = [at.first(), at.get(2), at.get(3), at.get(5)];
        needed.into_iter().all(|column| column.copied().flatten().is_some()).then_some(Self { at, scale })
    }

    fn line(&self, row: &Row) -> NewLine {
        let [code, name, year, amount, source, subject] = self.at.map(|at| row.field(at).text);
        // A number that cannot be scaled stays as typed and is refused as such.
        let scaled = parse_decimal(&amount).ok().and_then(|amount| amount.checked_mul(self.scale));
        let amount = scaled.map_or(amount, |amount| amount.normalize().to_string());
        NewLine { name: if name.is_empty() { code.clone() } else { name }, code, year, amount, source, subject }
    }
}

/// Takes the lines of a CSV file or workbook, all or none; a fault of any row
/// refuses the file, with the places of all.
pub async fn import_lines<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    ((name, bytes), subjects): ((&str, &[u8]), &BTreeSet<String>),
) -> Result<BudgetReport, WorkflowError> {
    actor.require(Action::BreakDown)?;
    let mut problems = Problems::default();
    let tables = rows::read(name, bytes, &mut problems)?;
    let (mut wrong, mut lines) = (problems.errors, Vec::new());
    let mut heads = 0;
    for sheet in &tables {
        let head = sheet.rows.iter().take(10).enumerate().find_map(|(at, row)| Some((at, Columns::of(row)?)));
        let Some((at, columns)) = head else { continue };
        heads += 1;
        for row in sheet.rows.iter().skip(at + 1).filter(|row| !row.is_blank()) {
            match columns.line(row).read(subjects) {
                Ok(line) => lines.push(line),
                Err(faults) => {
                    let place = row.field(columns.at.first().copied().flatten()).place;
                    let hint = "请改正后重新导入；有一处错误，整个文件都不导入";
                    wrong.extend(
                        faults.into_iter().map(|what| Problem::new("bad-budget-line", place.clone(), what, hint)),
                    );
                }
            }
        }
    }
    if heads == 0 {
        let hint = "第一行应为：编码,名称,年度,金额（万元）,资金来源,承诺";
        wrong.push(Problem::new("no-header", Place::Line(1), "没有找到表头", hint));
    }
    let mut keys = BTreeSet::new();
    for line in &lines {
        if !keys.insert((line.year, line.code.clone())) {
            let what = format!("{} 年的“{}”有两行", line.year, line.code);
            wrong.push(Problem::new("budget-twice", Place::Whole, what, "请合并成一行"));
        }
    }
    if lines.len() > MOST_LINES {
        let what = format!("共 {} 行，超过一次 {MOST_LINES} 行的上限", lines.len());
        wrong.push(Problem::new("too-many-lines", Place::Whole, what, "请拆成几个文件分别导入"));
    }
    if !wrong.is_empty() {
        return Err(WorkflowError::BadFigures(wrong));
    }
    let breakdown = read(storage, plan, None).await?;
    let mut report = BudgetReport { warnings: problems.warnings, ..BudgetReport::default() };
    let mut events = Vec::new();
    for line in lines {
        let known = breakdown.lines().find(|known| known.code == line.code && known.year == line.year);
        match known {
            Some(known) if *known == line => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.changed += 1,
            None => report.new += 1,
        }
        events.push(BreakdownEvent::Line { line, reason: name.to_owned() });
    }
    store(storage, (actor, now, plan), &breakdown, (&events, "budget.import")).await?;
    Ok(report)
}
