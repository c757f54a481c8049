//! Tables of a web page: those with data become rows, those that only lay out
//! the page are their content.

use super::HtmlLine;
use crate::structure::Hint;

/// What a page claims beyond this is cut.
const MAX_SPAN: usize = 200;
/// The most columns of a row.
const MAX_COLUMNS: usize = 500;
/// A table whose fullest cell has more characters than this lays out prose.
const LAYOUT_CHARS: usize = 400;

#[derive(Debug, Default)]
struct Cell {
    lines: Vec<HtmlLine>,
    columns: usize,
    rows: usize,
}

/// A table on its way.
#[derive(Debug)]
pub(super) struct HtmlTable {
    element: usize,
    rows: Vec<Vec<Cell>>,
    /// Columns that a cell above still covers: rows left to cover.
    covered: Vec<usize>,
    /// The span of the open cell, in columns and rows.
    span: (usize, usize),
}

impl HtmlTable {
    pub(super) fn new(element: usize) -> Self {
        Self { element, rows: Vec::new(), covered: Vec::new(), span: (1, 1) }
    }

    pub(super) fn open_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn open_cell(&mut self, columns: usize, rows: usize) {
        self.span = (columns.clamp(1, MAX_SPAN), rows.clamp(1, MAX_SPAN));
    }

    pub(super) fn close_cell(&mut self, lines: Vec<HtmlLine>) {
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        let Some(row) = self.rows.last_mut() else { return };
        row.push(Cell { lines, columns: self.span.0, rows: self.span.1 });
    }

    /// The lines of the table.
    pub(super) fn lines(mut self) -> Vec<HtmlLine> {
        let cells = || self.rows.iter().flatten();
        let has_rows = cells().flat_map(|c| &c.lines).any(|l| l.hint == Hint::TableRow);
        let fullest = cells().map(|c| c.lines.iter().map(|l| l.text.chars().count()).sum::<usize>()).max().unwrap_or(0);
        let widest = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        if has_rows || widest < 2 || self.rows.len() < 2 || fullest > LAYOUT_CHARS {
            return self.rows.into_iter().flatten().flat_map(|c| c.lines).collect();
        }
        let mut lines = Vec::new();
        for row in std::mem::take(&mut self.rows) {
            lines.push(self.row(row));
        }
        lines
    }

    /// A row as a line. Merged cells leave their other places empty.
    fn row(&mut self, row: Vec<Cell>) -> HtmlLine {
        let mut cells: Vec<String> = Vec::new();
        let mut linked = 0;
        for cell in row {
            let (columns, rows) = (cell.columns, cell.rows);
            self.skip_covered(&mut cells);
            if cells.len() >= MAX_COLUMNS {
                break;
            }
            linked += cell.lines.iter().map(|l| l.linked).sum::<usize>();
            let text = cell.lines.iter().map(|l| l.text.replace('\t', " ")).collect::<Vec<_>>().join(" ");
            for at in cells.len()..cells.len() + columns {
                if self.covered.len() <= at {
                    self.covered.resize(at + 1, 0);
                }
                if let Some(left) = self.covered.get_mut(at) {
                    *left = rows - 1;
                }
            }
            cells.push(text);
            cells.extend(std::iter::repeat_n(String::new(), columns - 1));
        }
        self.skip_covered(&mut cells);
        HtmlLine { text: cells.join("\t"), hint: Hint::TableRow, element: self.element, linked }
    }

    fn skip_covered(&mut self, cells: &mut Vec<String>) {
        while let Some(left) = self.covered.get_mut(cells.len()).filter(|left| **left > 0) {
            *left -= 1;
            cells.push(String::new());
        }
    }
}
