//! A heat map: verdicts of indicators over years. A cell tells its verdict by
//! its shape and its words; the colour only helps.

use plan_model::Status;

use super::{
    DataTable, Drawing,
    canvas::{Anchor, Canvas, Place, fitting, width},
    chapters::{Line, chapter, lines},
    cut, occurring,
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
    /// Whether it is behind: framed and in bold, so that it is found without colour too.
    pub behind: bool,
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 264.0;
const TOP: f64 = 30.0;
const ROW: f64 = 24.0;

/// Characters of a name at most.
const NAME: usize = 21;

impl HeatRow {
    fn draw(&self, canvas: &mut Canvas, y: f64, columns: usize, wide: f64) {
        let base_line = y + ROW / 2.0 + 4.0;
        canvas.words("label", (LEFT - 8.0, base_line), Anchor::End, cut(&self.name, NAME));
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
            canvas.words("label", middle, Anchor::Middle, fitting(&words, wide - 6.0));
            if cell.behind {
                canvas.bold();
                framed(canvas, (x + 2.0, y + 2.0), (wide - 4.0, ROW - 4.0));
            }
        }
    }
}

/// A frame that is seen where there is no colour.
fn framed(canvas: &mut Canvas, (x, y): Place, (wide, high): Place) {
    let corners = vec![(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)];
    canvas.path("frame", corners);
}

impl HeatMap {
    /// Draws it.
    pub fn draw(&self) -> Drawing {
        let cells = self.rows.iter().flat_map(|row| row.cells.iter().flatten());
        let statuses = occurring(cells.map(|cell| &cell.status));
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
            let (x, y) = (8.0 + key * at as f64, below + 20.0);
            if self.behind(status) {
                framed(&mut canvas, (x - 6.0, y - 14.0), (width(&words) + 12.0, ROW - 4.0));
            }
            canvas.words("", (x, y), Anchor::Start, words);
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

    /// Whether cells of this verdict are framed.
    fn behind(&self, status: &Status) -> bool {
        self.rows.iter().flat_map(|row| row.cells.iter().flatten()).any(|c| c.behind && c.status.code == status.code)
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
