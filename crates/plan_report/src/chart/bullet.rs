//! Bullet rows: how much of the way from base to target each indicator has
//! gone, and how much it should have.

use plan_model::{Decimal, Status, plain};

use super::{
    DataTable, Drawing,
    canvas::{Anchor, Canvas, fitting},
    chapters::{Line, chapter, lines},
    cut, ink, occurring,
};

/// How far the indicators of a chapter are.
#[derive(Debug, Clone)]
pub struct Bullet {
    /// What is shown.
    pub title: String,
    /// A row for each indicator.
    pub rows: Vec<BulletRow>,
    /// The words above base, even pace and target; Chinese where nothing else is said.
    pub labels: [String; 3],
}

impl Default for Bullet {
    fn default() -> Self {
        Self { title: String::new(), rows: Vec::new(), labels: ["基期", "匀速应达", "目标"].map(str::to_owned) }
    }
}

/// One indicator.
#[derive(Debug, Clone)]
pub struct BulletRow {
    /// The chapter it stands under: its name is written where it changes; empty for none.
    pub chapter: String,
    /// Its name.
    pub name: String,
    /// The share of the way that is done, 1 for all; `None` where it cannot be told.
    pub way: Option<Decimal>,
    /// The share of the time that has passed: where an even pace would be.
    pub time: Option<Decimal>,
    /// Its verdict.
    pub status: Status,
    /// The value, in words.
    pub value: String,
    /// The target, in words.
    pub target: String,
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 280.0;
const RIGHT: f64 = 164.0;
const TOP: f64 = 34.0;
const ROW: f64 = 24.0;
/// Characters of a name at most.
const NAME: usize = 21;
/// The height of the line that tells what the shapes mean.
const KEY: f64 = 22.0;
/// The scale ends here: beyond the target by a fifth.
const MOST: f64 = 1.2;
/// And begins here: a little behind the base.
const LEAST: f64 = -0.1;

fn x(way: f64) -> f64 {
    LEFT + (way.clamp(LEAST, MOST) - LEAST) / (MOST - LEAST) * (WIDTH - LEFT - RIGHT)
}

impl BulletRow {
    fn draw(&self, canvas: &mut Canvas, y: f64) {
        let middle = y + ROW / 2.0;
        let base_line = middle + 4.0;
        canvas.words("label", (LEFT - 26.0, base_line), Anchor::End, cut(&self.name, NAME));
        canvas.words("", (LEFT - 12.0, base_line), Anchor::Middle, self.status.shape.as_str());
        canvas.coloured(&self.status.colour, 1.0);
        canvas.rectangle("bar", (x(0.0), y + 6.0), (x(1.0) - x(0.0), ROW - 12.0));
        let Some(way) = self.way.map(ink) else {
            canvas.words("", (x(0.0) + 6.0, base_line), Anchor::Start, self.status.word.as_str());
            return;
        };
        let (from, to) = (x(0.0).min(x(way)), x(0.0).max(x(way)));
        canvas.rectangle("bar-done", (from, y + 9.0), ((to - from).max(1.0), ROW - 18.0));
        if let Some(time) = self.time {
            let at = x(ink(time).clamp(0.0, 1.0));
            canvas
                .area("expected", vec![(at, middle - 5.0), (at + 5.0, middle), (at, middle + 5.0), (at - 5.0, middle)]);
        }
        let words = beside(&self.value, &self.target);
        canvas.words("", (x(MOST) + 8.0, base_line), Anchor::Start, fitting(&words, RIGHT - 10.0));
    }
}

/// Value and target, their unit once: 34.1 / ≤31微克/立方米.
fn beside(value: &str, target: &str) -> String {
    let is_unit = |c: &char| !c.is_ascii_digit() && *c != ' ';
    let unit: String = target.chars().rev().take_while(is_unit).collect::<Vec<_>>().into_iter().rev().collect();
    let bare = value.strip_suffix(&unit).map(str::trim_end).filter(|bare| bare.ends_with(|c: char| c.is_ascii_digit()));
    format!("{} / {target}", bare.unwrap_or(value))
}

impl Bullet {
    /// Draws it.
    pub fn draw(&self) -> Drawing {
        let lines = lines(&self.rows, |row| &row.chapter);
        let bottom = TOP + ROW * lines.len() as f64 + 4.0;
        let height = bottom + KEY;
        let mut canvas = Canvas::default();
        let [base, expected, target] = &self.labels;
        for (share, words) in [(0.0, base.clone()), (0.5, format!("◇ {expected}")), (1.0, target.clone())] {
            canvas.words("", (x(share), 20.0), Anchor::Middle, words);
        }
        for (at, line) in lines.iter().enumerate() {
            let y = TOP + ROW * at as f64;
            match line {
                Line::Chapter(words) => chapter(&mut canvas, words, y, ROW),
                Line::Row(row) => row.draw(&mut canvas, y),
            }
        }
        canvas.line("axis", (x(0.0), TOP - 8.0), (x(0.0), bottom));
        // Over the bars, so that it is seen where a bar goes beyond it.
        canvas.line("target", (x(1.0), TOP - 8.0), (x(1.0), bottom));
        let statuses = occurring(self.rows.iter().map(|row| &row.status));
        let key = (WIDTH - 16.0) / statuses.len().max(1) as f64;
        for (at, status) in statuses.iter().enumerate() {
            let words = format!("{} {}", status.shape, status.word);
            canvas.words("", (8.0 + key * at as f64, height - 4.0), Anchor::Start, words);
        }
        Drawing {
            width: WIDTH,
            height,
            title: self.title.clone(),
            description: format!("{}项指标从基期到目标走过的比例，菱形为匀速应达的位置", self.rows.len()),
            table: self.table(),
            canvas,
        }
    }

    fn table(&self) -> DataTable {
        let percent = |share: Option<Decimal>| {
            let hundred = share.and_then(|s| s.checked_mul(Decimal::ONE_HUNDRED));
            hundred.map_or_else(|| "—".to_owned(), |p| format!("{}%", plain(p.round_dp(1))))
        };
        let rows = self.rows.iter().map(|row| {
            vec![
                row.name.clone(),
                row.value.clone(),
                row.target.clone(),
                percent(row.way),
                percent(row.time),
                format!("{} {}", row.status.shape, row.status.word),
            ]
        });
        DataTable {
            head: ["指标", "现值", "目标", "已走", "时间", "判断"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_the_sheet_does() {
        assert_eq!(fitting("12 / ≥20%", 154.0), "12 / ≥20%");
        assert_eq!(fitting("累计三十四点一微克每立方米以内的天数", 154.0), "累计三十四点一微克每立…");
    }

    #[test]
    fn a_unit_is_said_once() {
        for (value, target, words) in [
            ("34.1微克/立方米", "≤31微克/立方米", "34.1 / ≤31微克/立方米"),
            ("2.66%", "3%", "2.66 / 3%"),
            ("1.81", "≤1.75", "1.81 / ≤1.75"),
            ("5家", "1—2个", "5家 / 1—2个"),
        ] {
            assert_eq!(beside(value, target), words);
        }
    }
}
