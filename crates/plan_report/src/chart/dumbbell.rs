//! A dumbbell: two values of each of several things on one scale, such as where
//! peers started ○ and where they are ●.

use plan_model::{Decimal, plain};

use super::{
    DataTable, Drawing,
    canvas::{Anchor, Canvas},
    cut, ink, label_digits, nice_step,
};

/// Two values each.
#[derive(Debug, Clone, Default)]
pub struct Dumbbell {
    /// What is shown.
    pub title: String,
    /// The unit of all values.
    pub unit: String,
    /// What the hollow end is, such as 2020年; empty where no row has one.
    pub from: String,
    /// What the filled end is, such as 2023年.
    pub to: String,
    /// A row for each.
    pub rows: Vec<DumbbellRow>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct DumbbellRow {
    /// Its name.
    pub name: String,
    /// The value at the hollow end.
    pub from: Option<Decimal>,
    /// The value at the filled end.
    pub to: Option<Decimal>,
    /// Whether the row is the one all others are compared with.
    pub own: bool,
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 276.0;
const RIGHT: f64 = 60.0;
const TOP: f64 = 34.0;
const ROW: f64 = 24.0;

/// Characters of a name at most.
const NAME: usize = 21;

impl Dumbbell {
    /// Draws it.
    pub fn draw(&self) -> Drawing {
        let values: Vec<f64> = self.rows.iter().flat_map(|r| [r.from, r.to]).flatten().map(ink).collect();
        let (low, high, step) = scale(&values);
        let x = |value: f64| LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT);
        let below = TOP + ROW * self.rows.len() as f64;
        let digits = label_digits(step);
        let count = ((high - low) / step).round().clamp(1.0, 20.0) as u32;
        let mut canvas = Canvas::default();
        let unit = if self.unit.is_empty() { String::new() } else { format!("　（{}）", self.unit) };
        let hollow = if self.from.is_empty() { String::new() } else { format!("○ {}　", self.from) };
        canvas.words("", (8.0, 20.0), Anchor::Start, format!("{hollow}● {}{unit}", self.to));
        for tick in 0..=count {
            let value = low + f64::from(tick) * step;
            canvas.line("grid", (x(value), TOP - 4.0), (x(value), below));
            canvas.words("", (x(value), below + 16.0), Anchor::Middle, format!("{value:.digits$}"));
        }
        for (at, row) in self.rows.iter().enumerate() {
            let y = TOP + ROW * (at as f64 + 0.5);
            canvas.words("label", (LEFT - 12.0, y + 4.0), Anchor::End, cut(&row.name, NAME));
            if row.own {
                canvas.bold();
            }
            if let (Some(from), Some(to)) = (row.from.map(ink), row.to.map(ink)) {
                canvas.line("link", (x(from), y), (x(to), y));
            }
            if let Some(from) = row.from {
                canvas.disc("base", (x(ink(from)), y), 5.0);
            }
            let Some(to) = row.to else {
                canvas.words("", (WIDTH - RIGHT, y + 4.0), Anchor::End, "—");
                continue;
            };
            canvas.disc("figure-mark", (x(ink(to)), y), 5.5);
            let left = row.from.is_some_and(|from| from > to);
            let (away, anchor) = if left { (-10.0, Anchor::End) } else { (10.0, Anchor::Start) };
            canvas.words("label", (x(ink(to)) + away, y + 4.0), anchor, plain(to));
        }
        Drawing {
            width: WIDTH,
            height: below + 26.0,
            title: self.title.clone(),
            description: self.description(),
            table: self.table(),
            canvas,
        }
    }

    /// What is drawn, in a sentence.
    fn description(&self) -> String {
        let unit = if self.unit.is_empty() { String::new() } else { format!("，单位{}", self.unit) };
        let count = self.rows.len();
        match self.from.is_empty() {
            true => format!("{count}项{}的数{unit}", self.to),
            false => format!("{count}项从{}到{}的变化{unit}", self.from, self.to),
        }
    }

    fn table(&self) -> DataTable {
        let words = |value: Option<Decimal>| value.map_or_else(|| "—".to_owned(), plain);
        let unit = if self.unit.is_empty() { String::new() } else { format!("（{}）", self.unit) };
        let two = !self.from.is_empty();
        let row = |name: String, from: String, to: String| -> Vec<String> {
            [Some(name), two.then_some(from), Some(to)].into_iter().flatten().collect()
        };
        DataTable {
            head: row("名称".to_owned(), format!("{}{unit}", self.from), format!("{}{unit}", self.to)),
            rows: self.rows.iter().map(|r| row(r.name.clone(), words(r.from), words(r.to))).collect(),
        }
    }
}

/// A round scale around values: its ends and the step of its labels.
fn scale(values: &[f64]) -> (f64, f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
    let spread = if high - low > f64::EPSILON * high.abs().max(1.0) { high - low } else { high.abs().max(1.0) * 0.2 };
    let step = nice_step(spread * 1.2 / 5.0);
    let below = ((low - spread * 0.1) / step).floor() * step;
    let low_end = if low >= 0.0 { below.max(0.0) } else { below };
    (low_end, ((high + spread * 0.1) / step).ceil() * step, step)
}
