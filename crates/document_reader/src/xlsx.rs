//! Workbooks: each sheet is a table, each row a line.
//!
//! Figures are given as typed: a binary fraction such as 0.30000000000000004 is
//! the decimal 0.3 that the sheet shows, 5.5% stays `5.5%`, a date is
//! `2023-06-30` (`2023-06`, `2023` where the sheet shows no more).

pub(crate) mod cells;

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};
use plan_model::{Place, Problem};
use rust_decimal::Decimal;

use crate::{
    ReadError,
    package::Package,
    source::{CellPlace, Format, Source},
    structure::{self, Hint},
};

/// Columns beyond this are not part of a table of indicators.
const MAX_COLUMNS: u32 = 500;
/// The most cells of all sheets, empty ones between used ones included.
const MAX_CELLS: usize = 5_000_000;

/// A cell that is not empty: row and column from 0, its text, and whether it is
/// a figure that was stored as text.
type Cell = (u32, u32, String, bool);

/// Reads a workbook.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    // The library has no limits of its own, so the container is measured first.
    Package::open(bytes)?.check_all()?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let sheets: Vec<_> = book.sheets_metadata().to_vec();
    let mut lines: Vec<(String, Hint)> = Vec::new();
    let mut places: Vec<(u32, CellPlace)> = Vec::new();
    let mut problems = Vec::new();
    let mut cells_left = MAX_CELLS;
    for sheet in sheets.iter().filter(|s| s.typ == SheetType::WorkSheet) {
        if sheet.visible != SheetVisible::Visible {
            problems.push(Problem::new(
                "hidden-sheet",
                Place::Cell(sheet.name.clone()),
                format!("工作表“{}”是隐藏的，没有读取", sheet.name),
                "如需导入，请取消隐藏后保存",
            ));
            continue;
        }
        let cells = read_sheet(&mut book, &sheet.name, &mut cells_left, &mut problems)?;
        note_figures_as_text(&sheet.name, &cells, &mut problems);
        if !lines.is_empty() && !cells.is_empty() {
            lines.push((String::new(), Hint::None));
        }
        add_rows(&sheet.name, cells, &mut cells_left, &mut lines, &mut places)?;
    }
    let mut source = structure::assemble(Format::Xlsx, "UTF-8".to_owned(), lines, problems);
    for table in &mut source.tables {
        let place = places.iter().find(|(line, _)| *line == table.first_line);
        table.place = place.map(|(_, place)| place.clone());
    }
    Ok(source)
}

fn damaged(error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Encrypted,
        other => ReadError::Damaged { detail: format!("工作簿无法读取（{other}）") },
    }
}

/// The cells of a sheet that are not empty, in the order of the file.
fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    cells_left: &mut usize,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Cell>, ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|e| damaged(&e))?;
    let mut cells: Vec<Cell> = Vec::new();
    let mut cut = false;
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|e| damaged(&e))? {
        let (row, column) = cell.get_position();
        let (text, as_text) = shown(cell.get_value(), reader.styles().get(style));
        if text.is_empty() {
            continue;
        }
        if let DataRef::Error(error) = cell.get_value() {
            problems.push(Problem::new(
                "cell-error",
                Place::Cell(address(sheet, row, column)),
                format!("这一格是错误值 {error}"),
                "请在表格软件中改正公式后重新导入",
            ));
        }
        if column >= MAX_COLUMNS {
            if !std::mem::replace(&mut cut, true) {
                problems.push(Problem::new(
                    "columns-cut",
                    Place::Cell(address(sheet, row, column)),
                    format!("超过 {MAX_COLUMNS} 列，其后的列没有读取"),
                    "请把表格拆开，或删去多余的列",
                ));
            }
            continue;
        }
        *cells_left = cells_left.checked_sub(1).ok_or_else(too_many)?;
        cells.push((row, column, text, as_text));
    }
    cells.sort_by_key(|(row, column, ..)| (*row, *column));
    Ok(cells)
}

fn too_many() -> ReadError {
    ReadError::Bomb { detail: format!("工作簿超过 {MAX_CELLS} 个单元格") }
}

/// A cell as the sheet shows it, and whether it is a figure stored as text.
fn shown(value: &DataRef<'_>, style: Option<&Style>) -> (String, bool) {
    let code = style.and_then(|s| s.number_format.as_ref()).map_or("", |f| f.format_code.as_str());
    let text = |text: &str| {
        let one_line = text.split(['\t', '\n', '\r']).map(str::trim).filter(|p| !p.is_empty()).collect::<Vec<_>>();
        let one_line = one_line.join(" ");
        let figure = is_figure(&one_line);
        (one_line, figure)
    };
    match value {
        DataRef::Int(number) => (percent(Decimal::from(*number), code), false),
        DataRef::Float(number) => (decimal(*number).map_or_else(|| number.to_string(), |d| percent(d, code)), false),
        DataRef::String(words) => text(words),
        DataRef::SharedString(words) => text(words),
        DataRef::Bool(yes) => (if *yes { "TRUE" } else { "FALSE" }.to_owned(), false),
        DataRef::DateTime(date) => (show_date(date, code), false),
        DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => (words.clone(), false),
        DataRef::Error(error) => (error.to_string(), false),
        DataRef::Empty => (String::new(), false),
    }
}

/// Fifteen digits are what a workbook keeps and shows; more is binary noise.
fn decimal(number: f64) -> Option<Decimal> {
    number.is_finite().then(|| Decimal::from_scientific(&format!("{number:.14e}")).ok())?.map(|d| d.normalize())
}

fn percent(number: Decimal, code: &str) -> String {
    let quoted = code.contains("\"%\"") || code.contains("\\%");
    if code.contains('%')
        && !quoted
        && let Some(hundredfold) = number.checked_mul(Decimal::ONE_HUNDRED)
    {
        return format!("{}%", hundredfold.normalize());
    }
    number.normalize().to_string()
}

fn show_date(date: &ExcelDateTime, code: &str) -> String {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if date.is_duration() {
        return decimal(date.as_f64()).map_or_else(String::new, |d| d.to_string());
    }
    let code = code.to_lowercase();
    let has = |letter: char| code.contains(letter);
    if has('y') && !has('d') {
        return if has('m') { format!("{year:04}-{month:02}") } else { format!("{year:04}") };
    }
    match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// `12.5`, `1,234`, `５６` or `12.5%` and nothing else.
fn is_figure(text: &str) -> bool {
    let plain: String = text
        .chars()
        .map(|c| if ('０'..='９').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c })
        .filter(|c| *c != ',' && *c != '，')
        .collect();
    plain.trim().trim_end_matches('%').parse::<Decimal>().is_ok()
}

/// Figures stored as text: one problem a column, since a whole column usually is.
/// Years and codes are often kept as text on purpose, and so are header rows.
fn note_figures_as_text(sheet: &str, cells: &[Cell], problems: &mut Vec<Problem>) {
    let first_row = cells.first().map_or(0, |(row, ..)| *row);
    let mut columns: Vec<u32> = cells.iter().map(|(_, column, ..)| *column).collect();
    columns.sort_unstable();
    columns.dedup();
    for column in columns {
        let is_label = |text: &str| {
            let whole = text.chars().all(|c| c.is_ascii_digit());
            whole && (text.starts_with('0') || text.len() == 4 && (text.starts_with("19") || text.starts_with("20")))
        };
        let found = |(row, at, text, as_text): &&Cell| *at == column && *as_text && *row > first_row && !is_label(text);
        let mut hits = cells.iter().filter(found);
        if let Some((row, _, text, _)) = hits.next() {
            let more = hits.count();
            let rest = if more > 0 { format!("，这一列另有 {more} 格也是") } else { String::new() };
            problems.push(Problem::new(
                "figure-as-text",
                Place::Cell(address(sheet, *row, column)),
                format!("数字“{text}”存成了文本{rest}"),
                "已按文字读取；请在表格软件中改为数值格式，以免口径有误",
            ));
        }
    }
}

/// Writes the rows of a sheet as lines. What stands alone in a row above the
/// first full row is a title or a note, not a row.
fn add_rows(
    sheet: &str,
    cells: Vec<Cell>,
    cells_left: &mut usize,
    lines: &mut Vec<(String, Hint)>,
    places: &mut Vec<(u32, CellPlace)>,
) -> Result<(), ReadError> {
    let first_column = cells.iter().map(|(_, column, ..)| *column).min().unwrap_or(0);
    let mut cells = cells.into_iter().peekable();
    let mut previous: Option<u32> = None;
    let mut in_table = false;
    while let Some((row, column, text, _)) = cells.next() {
        if previous.is_some_and(|p| row > p + 1) {
            lines.push((String::new(), Hint::None));
        }
        previous = Some(row);
        let alone = cells.peek().is_none_or(|(next, ..)| *next != row);
        let note = text.starts_with('注') || text.starts_with("说明") || text.starts_with("备注：");
        if alone && (!in_table || note) {
            lines.push((text, if in_table { Hint::Footnote } else { Hint::None }));
            continue;
        }
        in_table = true;
        let mut line = String::new();
        let mut at = first_column;
        let mut add = |column: u32, text: &str, left: &mut usize| {
            while at < column {
                line.push('\t');
                at += 1;
                *left = left.checked_sub(1).ok_or_else(too_many)?;
            }
            line.push_str(text);
            Ok::<(), ReadError>(())
        };
        add(column, &text, cells_left)?;
        while let Some((_, column, text, _)) = cells.next_if(|(next, ..)| *next == row) {
            add(column, &text, cells_left)?;
        }
        lines.push((line, Hint::TableRow));
        places
            .push((lines.len() as u32, CellPlace { sheet: sheet.to_owned(), row: row + 1, column: first_column + 1 }));
    }
    Ok(())
}

/// `Sheet1!C37` for row and column from 0.
fn address(sheet: &str, row: u32, column: u32) -> String {
    CellPlace { sheet: sheet.to_owned(), row: row.saturating_add(1), column: column.saturating_add(1) }.to_string()
}

#[cfg(test)]
mod tests;
