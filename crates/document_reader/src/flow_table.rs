//! Tables of word processors: merged cells, and tables that only draw a frame
//! around prose, as boxes (专栏) do.

use crate::structure::{Hint, Raw};

/// No table of a plan is wider. What a file claims beyond it is cut.
const MAX_SPAN: usize = 200;

/// A cell: its paragraphs and how far it reaches.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    pub(crate) lines: Vec<Raw>,
    pub(crate) span: usize,
    /// It goes on a cell above or beside it and has no text of its own.
    pub(crate) continued: bool,
}

/// A table on its way.
#[derive(Debug, Default)]
pub(crate) struct TableWalk {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
    span: usize,
    pub(crate) continued: bool,
    pub(crate) row_deleted: bool,
}

impl TableWalk {
    pub(crate) fn rows_so_far(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn open_row(&mut self) {
        self.row.clear();
        self.row_deleted = false;
    }

    pub(crate) fn open_cell(&mut self) {
        self.span = 1;
        self.continued = false;
    }

    pub(crate) fn set_span(&mut self, columns: usize) {
        self.span = columns.clamp(1, MAX_SPAN);
    }

    /// Columns that the row leaves free at its beginning.
    pub(crate) fn skip_columns(&mut self, columns: usize) {
        let count = columns.min(MAX_SPAN);
        self.row.extend(std::iter::repeat_with(|| Cell::from(Vec::new())).take(count));
    }

    pub(crate) fn close_cell(&mut self, lines: Vec<Raw>) {
        self.row.push(Cell { lines, span: self.span.max(1), continued: self.continued });
    }

    /// The same for a cell that stands several times.
    pub(crate) fn close_cell_repeated(&mut self, lines: Vec<Raw>, times: usize) {
        for _ in 1..times.min(MAX_SPAN) {
            if self.row.len() < MAX_SPAN {
                self.row.push(Cell::from(lines.clone()));
            }
        }
        self.close_cell(lines);
    }

    pub(crate) fn close_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !self.row_deleted && !row.is_empty() {
            self.rows.push(row);
        }
    }

    /// A cell that another one covers.
    pub(crate) fn add_covered(&mut self) {
        if self.row.len() < MAX_SPAN {
            self.row.push(Cell { lines: Vec::new(), span: 1, continued: true });
        }
    }

    /// The lines of an inner table: a line for each row, for the outer cell.
    pub(crate) fn nested_lines(self) -> Vec<Raw> {
        let text = |row: Vec<Cell>| row.into_iter().map(|c| cell_text(&c.lines)).collect::<Vec<_>>().join(" ");
        self.rows.into_iter().map(|row| (text(row), Hint::None)).collect()
    }

    /// The lines of the table. A frame of one column is prose. So is a row
    /// with a single cell that holds a title, a note or several paragraphs.
    pub(crate) fn lines(self) -> Vec<Raw> {
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

/// What a cell holds, one column wide.
impl From<Vec<Raw>> for Cell {
    fn from(lines: Vec<Raw>) -> Self {
        Cell { lines, span: 1, continued: false }
    }
}
