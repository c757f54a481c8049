//! The two tables of a returned template: rows by key, columns by head.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use document_reader::{CellKind, CellPlace, WorkbookCell, WorkbookSheet};
use plan_model::{Answer, FigureColumn, FigureRow, Period, Place, Problem, ReportingTemplate, WorkColumn, WorkRow};

use super::{
    ReturnedFigure, ReturnedTemplate, ReturnedWork,
    typed::{self, AnswerDraft, Fault, WorkDraft, clean},
};
use crate::register::name_key;

/// Where the heads of the columns are looked for.
const HEAD_WITHIN: usize = 50;
/// More faults than this are not listed: the file is not worth mending.
const MOST_FAULTS: usize = 2_000;

/// Faults with their row and column, so that they can be told in the order of the sheet.
struct Faults<'a> {
    sheet: &'a str,
    found: Vec<(u32, u32, Problem)>,
}

impl<'a> Faults<'a> {
    fn of(sheet: &'a str) -> Self {
        Self { sheet, found: Vec::new() }
    }

    /// A fault of a cell.
    fn cell(&mut self, (row, column): (u32, u32), code: &str, message: String, hint: &str) {
        if self.found.len() <= MOST_FAULTS {
            let place = address(self.sheet, row, column);
            self.found.push((row, column, Problem::new(code, place, message, hint)));
        }
    }

    /// A fault of the sheet as a whole.
    fn sheet(&mut self, code: &str, message: String, hint: &str) {
        let place = Place::Cell(self.sheet.to_owned());
        self.found.push((u32::MAX, u32::MAX, Problem::new(code, place, message, hint)));
    }

    fn tell(mut self, faults: &mut Vec<Problem>) {
        self.found.sort_by_key(|(row, column, _)| (*row, *column));
        if self.found.len() > MOST_FAULTS {
            self.found.truncate(MOST_FAULTS);
            let message = format!("错误超过 {MOST_FAULTS} 处，其余没有列出");
            self.sheet("too-many-faults", message, "请重新下载模板填写");
        }
        faults.extend(self.found.into_iter().map(|(_, _, problem)| problem));
    }
}

fn address(sheet: &str, row: u32, column: u32) -> Place {
    Place::Cell(CellPlace { sheet: sheet.to_owned(), row, column }.to_string())
}

/// A row of a table: its cells that are not blank, by column.
struct Row<'a, C> {
    number: u32,
    cells: BTreeMap<C, &'a WorkbookCell>,
}

impl<C: Ord> Row<'_, C> {
    fn text(&self, column: &C) -> String {
        self.cells.get(column).map(|cell| cell.text.clone()).unwrap_or_default()
    }
}

/// A table: where its columns stand, and its rows.
struct Table<'a, C> {
    columns: BTreeMap<C, u32>,
    rows: Vec<Row<'a, C>>,
}

impl<C: Ord> Table<'_, C> {
    fn at(&self, row: u32, column: &C) -> (u32, u32) {
        (row, self.columns.get(column).copied().unwrap_or(1))
    }
}

/// Whether people see something in a cell. A formula is something.
fn is_seen(cell: &WorkbookCell) -> bool {
    cell.formula.is_some() || !clean(&cell.text).is_empty()
}

/// Finds the head and reads the rows below it. `None` where columns are missing.
fn table<'a, C: Copy + Ord>(
    sheet: &'a WorkbookSheet,
    heads: &[(C, &'static str)],
    faults: &mut Faults<'_>,
) -> Option<Table<'a, C>> {
    let mut by_row: BTreeMap<u32, Vec<&WorkbookCell>> = BTreeMap::new();
    for cell in sheet.cells.iter().filter(|cell| is_seen(cell)) {
        by_row.entry(cell.row).or_default().push(cell);
    }
    let column_of = |cell: &WorkbookCell| {
        let key = name_key(&clean(&cell.text));
        heads.iter().find(|(_, head)| name_key(head) == key).map(|(column, _)| *column)
    };
    let matching = |cells: &Vec<&WorkbookCell>| cells.iter().filter_map(|cell| column_of(cell)).count();
    let head = by_row.iter().take(HEAD_WITHIN).rev().max_by_key(|(_, cells)| matching(cells));
    let Some((&head_row, head_cells)) = head.filter(|(_, cells)| matching(cells) * 2 >= heads.len()) else {
        let hint = "请不要改动表头；可重新下载模板，把已填的内容复制过去";
        faults.sheet("head-missing", format!("工作表“{}”没有表头行", sheet.name), hint);
        return None;
    };
    let mut columns: BTreeMap<C, u32> = BTreeMap::new();
    let mut by_place: BTreeMap<u32, C> = BTreeMap::new();
    for cell in head_cells {
        let Some(column) = column_of(cell) else { continue };
        match columns.entry(column) {
            Entry::Vacant(free) => {
                free.insert(cell.column);
                by_place.insert(cell.column, column);
            }
            Entry::Occupied(_) => {
                let message = format!("“{}”列有两列", clean(&cell.text));
                faults.cell((cell.row, cell.column), "column-repeated", message, "请只保留一列");
            }
        }
    }
    let missing: Vec<&str> = heads.iter().filter(|(c, _)| !columns.contains_key(c)).map(|(_, head)| *head).collect();
    if !missing.is_empty() {
        let message = format!("表头缺少：{}", missing.join("、"));
        let hint = "请恢复被删除或改名的列；可重新下载模板，把已填的内容复制过去";
        faults.cell((head_row, 1), "column-missing", message, hint);
        return None;
    }
    let mut outside = BTreeSet::new();
    let mut rows = Vec::new();
    for (number, cells) in by_row.range(head_row..) {
        let mut row = Row { number: *number, cells: BTreeMap::new() };
        for cell in cells {
            match by_place.get(&cell.column) {
                Some(column) => drop(row.cells.insert(*column, *cell)),
                None if !outside.contains(&cell.column) && column_of(cell).is_none() => {
                    outside.insert(cell.column);
                    let message = format!("“{}”在模板的列之外，不会读取", shorten(&cell.text));
                    let hint = "请把内容移到“来源依据”“佐证材料”等列，删去多余的列";
                    faults.cell((cell.row, cell.column), "column-unknown", message, hint);
                }
                None => {}
            }
        }
        if *number > head_row && !row.cells.is_empty() {
            rows.push(row);
        }
    }
    Some(Table { columns, rows })
}

fn shorten(text: &str) -> String {
    let text = clean(text).replace('\n', " ");
    if text.chars().count() <= 30 { text } else { text.chars().take(30).chain(['…']).collect() }
}

/// The rows by their keys. `key` gives the key of a row, `shown` how people call
/// it; `expected` holds the keys that must be there with what people call them.
fn by_key<'t, 'a, C: Copy + Ord>(
    table: &'t Table<'a, C>,
    key: impl Fn(&Row<'a, C>) -> (String, String),
    id: C,
    expected: &BTreeMap<String, String>,
    faults: &mut Faults<'_>,
) -> BTreeMap<String, &'t Row<'a, C>> {
    let mut found: BTreeMap<String, &Row<'a, C>> = BTreeMap::new();
    for row in &table.rows {
        let (key, shown) = key(row);
        let at = table.at(row.number, &id);
        if !expected.contains_key(&key) {
            let message = match shown.is_empty() {
                true => "这一行没有编号，不是模板中的行".to_owned(),
                false => format!("模板中没有“{shown}”这一行"),
            };
            let hint = "请删去自行增加的行；编号和期间如被改动，请恢复原样";
            faults.cell(at, "row-unknown", message, hint);
        } else if let Some(first) = found.get(&key) {
            let message = format!("“{shown}”与第 {} 行重复", first.number);
            faults.cell(at, "row-repeated", message, "请只保留一行");
        } else {
            found.insert(key, row);
        }
    }
    for (_, shown) in expected.iter().filter(|(key, _)| !found.contains_key(*key)) {
        let hint = "请恢复这一行；没有数也要保留，可以留空";
        faults.sheet("row-missing", format!("缺少“{shown}”这一行"), hint);
    }
    found
}

/// A cell that was given out must still say the same; spaces and line breaks do
/// not count, since office programs move them.
fn check_locked<C: Copy + Ord>(
    table: &Table<'_, C>,
    row: &Row<'_, C>,
    (column, head): (C, &str),
    given: &str,
    faults: &mut Faults<'_>,
) {
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let now = row.text(&column);
    if squeeze(&clean(&now)) != squeeze(&clean(given)) {
        let message = format!("“{head}”被改动：应为“{given}”，现为“{}”", shorten(&now));
        let hint = "请恢复原样；如原来的内容有误，请告知规划管理人员，不要在模板中改";
        faults.cell(table.at(row.number, &column), "locked-changed", message, hint);
    }
}

/// What cannot be taken whatever is in it. Answers the columns concerned: what else
/// could be said of them would only repeat it.
fn check_cells<C: Copy + Ord>(
    row: &Row<'_, C>,
    is_filled: impl Fn(C) -> bool,
    number: C,
    faults: &mut Faults<'_>,
) -> Vec<C> {
    let mut refused = Vec::new();
    for (column, cell) in row.cells.iter().filter(|(column, _)| is_filled(**column)) {
        let at = (cell.row, cell.column);
        if let Some(formula) = &cell.formula {
            let shown =
                if cell.text.is_empty() { String::new() } else { format!("，结果为 {}", shorten(&cell.text)) };
            let formula = if formula.is_empty() { String::new() } else { format!("（={}）", shorten(formula)) };
            let hint = "请复制这一格，用“选择性粘贴”中的“数值”粘贴回来，核对后上传";
            faults.cell(at, "formula", format!("这一格是公式{formula}{shown}"), hint);
        } else if cell.kind == CellKind::Error {
            faults.cell(at, "cell-error", format!("这一格是错误值 {}", cell.text), "请改填数值或文字");
        } else if cell.kind == CellKind::Date && *column == number {
            let message = format!("这一格是日期 {}，可能是输入的数被转成了日期", cell.text);
            faults.cell(at, "date-for-number", message, "请先把单元格格式改为“文本”，再填数值");
        } else {
            continue;
        }
        refused.push(*column);
    }
    refused
}

fn tell<C: Copy + Ord>(table: &Table<'_, C>, row: u32, said: Vec<Fault<C>>, refused: &[C], faults: &mut Faults<'_>) {
    for fault in said.into_iter().filter(|fault| !refused.contains(&fault.field)) {
        faults.cell(table.at(row, &fault.field), fault.code, fault.message, fault.hint);
    }
}

/// The row was answered before and comes back empty.
fn warn_cleared(place: Place, shown: &str, returned: &mut ReturnedTemplate) {
    let message = format!("“{shown}”此前已填报，这次为空；已填报的内容保留不变");
    returned.warnings.push(Problem::new("answer-cleared", place, message, "如需更正，请填写新的内容"));
}

/// Reads the table of figures.
pub(super) fn figures(
    sheet: &WorkbookSheet,
    expected: &ReportingTemplate,
    returned: &mut ReturnedTemplate,
    faults: &mut Vec<Problem>,
) {
    use FigureColumn as Column;
    let mut found = Faults::of(&sheet.name);
    if let Some(table) = table(sheet, &Column::ALL.map(|column| (column, column.head())), &mut found) {
        let key = |id: &str, period: &str| {
            let period = period.parse::<Period>().map_or_else(|_| name_key(period), |period| period.to_string());
            format!("{}/{period}", name_key(&clean(id)))
        };
        let key_of = |row: &Row<'_, Column>| {
            let (id, period) = (row.text(&Column::Id), clean(&row.text(&Column::Period)));
            (key(&id, &period), format!("{} {period}", clean(&id)).trim().to_owned())
        };
        let shown = |row: &FigureRow| format!("{} {} {}", row.indicator, row.name, row.period);
        let keys = expected.figures.iter().map(|row| (key(&row.indicator, &row.period.to_string()), shown(row)));
        let keys: BTreeMap<String, String> = keys.collect();
        let rows = by_key(&table, key_of, Column::Id, &keys, &mut found);
        for asked in &expected.figures {
            let Some(row) = rows.get(&key(&asked.indicator, &asked.period.to_string())) else { continue };
            for column in [Column::Name, Column::Unit] {
                check_locked(&table, row, (column, column.head()), &asked.cell(column), &mut found);
            }
            let refused = check_cells(row, Column::is_filled, Column::Value, &mut found);
            let (line, column) = table.at(row.number, &Column::Value);
            let place = address(&sheet.name, line, column);
            // A day that was named before may stay, though the round began after it.
            let named = asked.answer.as_ref().and_then(Answer::expected);
            let earliest = named.map_or(expected.opens, |day| day.min(expected.opens));
            match typed::answer(&answer_draft(row), &asked.unit, earliest) {
                Err(said) => tell(&table, row.number, said, &refused, &mut found),
                Ok(Some(answer)) => returned.figures.push(ReturnedFigure {
                    unchanged: asked.answer.as_ref() == Some(&answer),
                    indicator: asked.indicator.clone(),
                    period: asked.period,
                    answer,
                    place,
                }),
                Ok(None) => {
                    returned.open.push(asked.key());
                    if asked.answer.is_some() {
                        warn_cleared(place, &shown(asked), returned);
                    }
                }
            }
        }
    }
    found.tell(faults);
}

fn answer_draft(row: &Row<'_, FigureColumn>) -> AnswerDraft {
    AnswerDraft {
        value: row.text(&FigureColumn::Value),
        answer: row.text(&FigureColumn::Answer),
        reason: row.text(&FigureColumn::Reason),
        expected: row.text(&FigureColumn::Expected),
        proxy: row.text(&FigureColumn::Proxy),
        source: row.text(&FigureColumn::Source),
    }
}

/// Reads the table of work.
pub(super) fn work(
    sheet: &WorkbookSheet,
    expected: &ReportingTemplate,
    returned: &mut ReturnedTemplate,
    faults: &mut Vec<Problem>,
) {
    use WorkColumn as Column;
    let mut found = Faults::of(&sheet.name);
    if let Some(table) = table(sheet, &Column::ALL.map(|column| (column, column.head())), &mut found) {
        let key_of = |row: &Row<'_, Column>| {
            let id = clean(&row.text(&Column::Id));
            (name_key(&id), id)
        };
        let shown = |row: &WorkRow| format!("{} {}", row.item, shorten(&row.title));
        let keys = expected.work.iter().map(|row| (name_key(&row.item), shown(row))).collect();
        let rows = by_key(&table, key_of, Column::Id, &keys, &mut found);
        for asked in &expected.work {
            let Some(row) = rows.get(&name_key(&asked.item)) else { continue };
            check_locked(&table, row, (Column::Title, Column::Title.head()), &asked.title, &mut found);
            let refused = check_cells(row, Column::is_filled, Column::ShareDone, &mut found);
            let (line, column) = table.at(row.number, &Column::State);
            let place = address(&sheet.name, line, column);
            match typed::work(&work_draft(row)) {
                Err(said) => tell(&table, row.number, said, &refused, &mut found),
                Ok(Some(report)) => returned.work.push(ReturnedWork {
                    unchanged: asked.report.as_ref() == Some(&report),
                    item: asked.item.clone(),
                    report,
                    place,
                }),
                Ok(None) => {
                    returned.open.push(asked.item.clone());
                    if asked.report.is_some() {
                        warn_cleared(place, &shown(asked), returned);
                    }
                }
            }
        }
    }
    found.tell(faults);
}

fn work_draft(row: &Row<'_, WorkColumn>) -> WorkDraft {
    WorkDraft {
        state: row.text(&WorkColumn::State),
        share_done: row.text(&WorkColumn::ShareDone),
        progress: row.text(&WorkColumn::Progress),
        problems: row.text(&WorkColumn::Problems),
        next_steps: row.text(&WorkColumn::NextSteps),
        evidence: row.text(&WorkColumn::Evidence),
    }
}
