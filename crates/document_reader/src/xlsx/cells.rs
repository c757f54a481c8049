//! Workbooks cell by cell, for forms that come back filled: each cell with its
//! address, its kind and its formula. Hidden sheets are read too.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata};

use super::{damaged, shown};
use crate::{ReadError, package::Package};

/// The most cells of all sheets of a form; a unit's has some thousand.
pub(crate) const MAX_CELLS: usize = 200_000;

/// A worksheet with its cells that are not empty, by row and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookSheet {
    /// Its name.
    pub name: String,
    /// Whether people do not see it.
    pub hidden: bool,
    /// Its cells in the order of rows, then columns.
    pub cells: Vec<WorkbookCell>,
}

/// A cell that holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookCell {
    /// The row, counted from 1.
    pub row: u32,
    /// The column, counted from 1.
    pub column: u32,
    /// What it shows: words with their line breaks as `\n`, a number to fifteen
    /// digits (what a workbook shows; the rest is binary noise) and with `%` where
    /// it is shown as a share, a date as `2023-06-30`. Of a formula the last
    /// result, which may be empty.
    pub text: String,
    /// What it holds.
    pub kind: CellKind,
    /// The formula, without `=`; empty text where only its place is known.
    pub formula: Option<String>,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Words, or a number typed into a cell for words.
    Text,
    /// A number.
    Number,
    /// A number that is shown as a date or a time.
    Date,
    /// TRUE or FALSE.
    Truth,
    /// `#REF!` and the like.
    Error,
    /// A formula without a result.
    Nothing,
}

/// Reads at most so many cells of a workbook whose container is known to be one.
pub(crate) fn read(bytes: &[u8], most: usize) -> Result<Vec<WorkbookSheet>, ReadError> {
    Package::open(bytes)?.check_all()?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let sheets: Vec<_> = book.sheets_metadata().to_vec();
    let mut cells_left = most;
    let mut read = Vec::new();
    for sheet in sheets.into_iter().filter(|s| s.typ == SheetType::WorkSheet) {
        let cells = read_sheet(&mut book, &sheet.name, &mut cells_left)?;
        read.push(WorkbookSheet { hidden: sheet.visible != SheetVisible::Visible, name: sheet.name, cells });
    }
    Ok(read)
}

/// Formulas and values come in two passes: the library gives either the formula
/// or the style of a cell.
fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    cells_left: &mut usize,
) -> Result<Vec<WorkbookCell>, ReadError> {
    let too_many = || ReadError::Bomb { detail: "工作簿的单元格过多".to_owned() };
    let mut cells: BTreeMap<(u32, u32), WorkbookCell> = BTreeMap::new();
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|e| damaged(&e))?;
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|e| damaged(&e))? {
        let formula = match cell.formula {
            Some(XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. }) => formula,
            // Its text stands in the first cell of the group.
            Some(_) => String::new(),
            None => continue,
        };
        *cells_left = cells_left.checked_sub(1).ok_or_else(too_many)?;
        cells.insert(cell.pos, placed(cell.pos, String::new(), CellKind::Nothing, Some(formula)));
    }
    drop(reader);
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|e| damaged(&e))?;
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|e| damaged(&e))? {
        let value = cell.get_value();
        let text = match value {
            DataRef::String(words) => lines(words),
            DataRef::SharedString(words) => lines(words),
            other => shown(other, reader.styles().get(style)).0,
        };
        if text.is_empty() {
            continue;
        }
        let at = cell.get_position();
        let kind = kind(value);
        match cells.get_mut(&at) {
            Some(known) => (known.text, known.kind) = (text, kind),
            None => {
                *cells_left = cells_left.checked_sub(1).ok_or_else(too_many)?;
                cells.insert(at, placed(at, text, kind, None));
            }
        }
    }
    Ok(cells.into_values().collect())
}

fn placed((row, column): (u32, u32), text: String, kind: CellKind, formula: Option<String>) -> WorkbookCell {
    WorkbookCell { row: row.saturating_add(1), column: column.saturating_add(1), text, kind, formula }
}

fn lines(words: &str) -> String {
    words.replace("\r\n", "\n").replace('\r', "\n")
}

fn kind(value: &DataRef<'_>) -> CellKind {
    match value {
        DataRef::Int(_) | DataRef::Float(_) => CellKind::Number,
        DataRef::String(_) | DataRef::SharedString(_) => CellKind::Text,
        DataRef::Bool(_) => CellKind::Truth,
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => CellKind::Date,
        DataRef::Error(_) => CellKind::Error,
        DataRef::Empty => CellKind::Nothing,
    }
}
