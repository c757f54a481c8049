//! Tables of a Word document: merged cells, and tables that only draw a frame
//! around prose, as boxes (专栏) do.

use super::Raw;
use crate::structure::Hint;

/// No table of a plan is wider. What a file claims beyond it is cut.
const MAX_SPAN: usize = 200;

/// A cell: its paragraphs and how far it reaches.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub(super) lines: Vec<Raw>,
    pub(super) span: usize,
    /// It goes on a cell above or beside it and has no text of its own.
    pub(super) continued: bool,
}

/// A table on its way.
#[derive(Debug, Default)]
pub(super) struct TableWalk {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    span: usize,
    pub(super) continued: bool,
    pub(super) row_deleted: bool,
}

impl TableWalk {
    pub(super) fn rows_so_far(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn open_row(&mut self) {
        self.row.clear();
        self.row_deleted = false;
    }

    pub(super) fn open_cell(&mut self) {
        self.span = 1;
        self.continued = false;
    }

    pub(super) fn set_span(&mut self, columns: usize) {
        self.span = columns.clamp(1, MAX_SPAN);
    }

    /// Columns that the row leaves free at its beginning.
    pub(super) fn skip_columns(&mut self, columns: usize) {
        let count = columns.min(MAX_SPAN);
        self.row.extend(std::iter::repeat_with(|| Cell::from(Vec::new())).take(count));
    }

    pub(super) fn close_cell(&mut self, lines: Vec<Raw>) {
        self.row.push(Cell { lines, span: self.span.max(1), continued: self.continued });
    }

    pub(super) fn close_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !self.row_deleted && !row.is_empty() {
            self.rows.push(row);
        }
    }

    /// The lines of an inner table: a line for each row, for the outer cell.
    pub(super) fn nested_lines(self) -> Vec<Raw> {
        let text = |row: Vec<Cell>| row.into_iter().map(|c| cell_text(&c.lines)).collect::<Vec<_>>().join(" ");
        self.rows.into_iter().map(|row| (text(row), Hint::None)).collect()
    }

    /// The lines of the table. A frame of one column is prose. So is a row
    /// with a single cell that holds a title, a note or several paragraphs.
    pub(super) fn lines(self) -> Vec<Raw> {
        let width = |row: &[Cell]| row.iter().map(|c| c.span).sum::<usize>();
        let frame = self.rows.iter().all(|row| width(row) == 1);
        let mut lines = Vec::new();
        let mut notes = Vec::new();
        for row in self.rows {
            let (mut row, mut after) = split_notes(row);
            notes.append(&mut after);
            let used = row.iter().filter(|c| c.lines.iter().any(|(t, _)| !t.trim().is_empty())).count();
            if frame || used == 1 && row.iter().any(|c| is_prose(&c.lines)) {
                let prose = row.iter_mut().flat_map(|c| std::mem::take(&mut c.lines));
                lines.extend(prose.filter(|(t, _)| !t.trim().is_empty()));
                continue;
            }
            let mut cells = Vec::with_capacity(width(&row).min(MAX_SPAN));
            for cell in &row {
                cells.push(if cell.continued { String::new() } else { cell_text(&cell.lines) });
                cells.extend(std::iter::repeat_n(String::new(), cell.span - 1));
            }
            lines.push((cells.join("\t"), Hint::TableRow));
        }
        lines.extend(notes);
        lines
    }
}

/// Takes the footnotes out of the cells: they follow the table.
fn split_notes(row: Vec<Cell>) -> (Vec<Cell>, Vec<Raw>) {
    let mut notes = Vec::new();
    let split = |mut cell: Cell| {
        let (after, lines) = cell.lines.into_iter().partition(|(_, hint)| *hint == Hint::Footnote);
        notes.extend::<Vec<Raw>>(after);
        cell.lines = lines;
        cell
    };
    let row = row.into_iter().map(split).collect();
    (row, notes)
}

/// Whether the only cell of a row is prose rather than a caption inside the table.
fn is_prose(lines: &[Raw]) -> bool {
    let mut words = lines.iter().map(|(t, _)| t.trim()).filter(|t| !t.is_empty());
    let Some(first) = words.next() else { return false };
    let titled = ["专栏", "【专栏", "表", "附表", "注", "说明"].iter().any(|w| first.starts_with(w));
    titled || words.next().is_some() || first.chars().nth(60).is_some()
}

fn cell_text(lines: &[Raw]) -> String {
    let mut text = String::new();
    for (line, _) in lines {
        for part in line.split(['\t', '\n', '\r']).map(str::trim).filter(|p| !p.is_empty()) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(part);
        }
    }
    text
}
