//! A heat map: verdicts of indicators over years. A cell tells its verdict by
//! its shape and its words; the colour only helps.

use plan_model::Status;

use super::{
    DataTable, Drawing,
    canvas::{Anchor, Canvas},
    chapters::{Line, chapter, lines},
    cut,
};

/// Verdicts over time.
#[derive(Debug, Clone, Default)]
pub struct HeatMap {
    /// What is shown.
    pub title: String,
    /// The heads of the columns: years.
    pub columns: Vec<String>,
    /// A row for each indicator.
    pub rows: Vec<HeatRow>,
}

/// One indicator over time.
#[derive(Debug, Clone)]
pub struct HeatRow {
    /// The chapter it stands under: its name is written where it changes; empty for none.
    pub chapter: String,
    /// Its name.
    pub name: String,
    /// Its cells from the left; missing ones are shown as a dash.
    pub cells: Vec<Option<HeatCell>>,
}

/// A verdict at a time.
#[derive(Debug, Clone)]
pub struct HeatCell {
    /// The verdict.
    pub status: Status,
    /// The value, in words.
    pub value: String,
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 200.0;
const TOP: f64 = 30.0;
const ROW: f64 = 24.0;

impl HeatRow {
    fn draw(&self, canvas: &mut Canvas, y: f64, columns: usize, wide: f64) {
        let base_line = y + ROW / 2.0 + 4.0;
        canvas.words("label", (LEFT - 8.0, base_line), Anchor::End, cut(&self.name, 15));
        for at in 0..columns {
            let x = LEFT + wide * at as f64;
            canvas.rectangle("cell", (x, y), (wide, ROW));
            let middle = (x + wide / 2.0, base_line);
            let Some(cell) = self.cells.get(at).and_then(Option::as_ref) else {
                canvas.words("", middle, Anchor::Middle, "—");
                continue;
            };
            canvas.coloured(&cell.status.colour, 0.22);
            let words = format!("{} {}", cell.status.shape, cell.value);
            canvas.words("label", middle, Anchor::Middle, cut(&words, (wide / 8.0) as usize));
        }
    }
}

impl HeatMap {
    /// Draws it.
    pub fn draw(&self) -> Drawing {
        let statuses = self.statuses();
        let wide = (WIDTH - LEFT - 8.0) / self.columns.len().max(1) as f64;
        let lines = lines(&self.rows, |row| &row.chapter);
        let below = TOP + ROW * lines.len() as f64;
        let height = below + 30.0;
        let key = (WIDTH - 16.0) / statuses.len().max(1) as f64;
        let mut canvas = Canvas::default();
        for (at, head) in self.columns.iter().enumerate() {
            canvas.words("", (LEFT + wide * (at as f64 + 0.5), 20.0), Anchor::Middle, head.as_str());
        }
        for (at, line) in lines.iter().enumerate() {
            let y = TOP + ROW * at as f64;
            match line {
                Line::Chapter(words) => chapter(&mut canvas, words, y, ROW),
                Line::Row(row) => row.draw(&mut canvas, y, self.columns.len(), wide),
            }
        }
        for (at, status) in statuses.iter().enumerate() {
            let words = format!("{} {}", status.shape, status.word);
            canvas.words("", (8.0 + key * at as f64, below + 20.0), Anchor::Start, words);
        }
        Drawing {
            width: WIDTH,
            height,
            title: self.title.clone(),
            description: format!("{}项指标在{}个时点的判断", self.rows.len(), self.columns.len()),
            table: self.table(),
            canvas,
        }
    }

    /// The verdicts that occur, in the order of their rule set.
    fn statuses(&self) -> Vec<Status> {
        let mut found: Vec<Status> = Vec::new();
        for cell in self.rows.iter().flat_map(|row| row.cells.iter().flatten()) {
            if !found.iter().any(|s| s.code == cell.status.code) {
                found.push(cell.status.clone());
            }
        }
        found.sort_by_key(|s| s.order);
        found
    }

    fn table(&self) -> DataTable {
        let words = |cell: Option<&HeatCell>| match cell {
            Some(cell) => format!("{} {}（{}）", cell.status.shape, cell.value, cell.status.word),
            None => "—".to_owned(),
        };
        let row = |row: &HeatRow| {
            let cells = (0..self.columns.len()).map(|at| words(row.cells.get(at).and_then(Option::as_ref)));
            std::iter::once(row.name.clone()).chain(cells).collect()
        };
        let head = std::iter::once("指标".to_owned()).chain(self.columns.iter().cloned());
        DataTable { head: head.collect(), rows: self.rows.iter().map(row).collect() }
    }
}
