//! From pieces of text at places on pages to paragraphs and rows: for formats
//! that only know where ink goes (pdf, ofd).
//!
//! Places are in points from the upper left corner of the page, `y` downwards
//! to the base line.

mod aligned;
mod columns;
mod grid;
mod heads;
mod paragraphs;

use plan_model::{Place, Problem};

use crate::structure::Hint;

/// A piece of text on one base line.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) x0: f64,
    pub(crate) x1: f64,
    pub(crate) y: f64,
    /// The height of the letters: one em.
    pub(crate) size: f64,
    pub(crate) text: String,
}

/// A line drawn across or down the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

/// What stands on a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) runs: Vec<Run>,
    pub(crate) rules: Vec<Rule>,
}

/// A line of text within its column.
#[derive(Debug, Clone)]
struct TextLine {
    page: usize,
    x0: f64,
    x1: f64,
    /// Where its ink ends, closing punctuation at its end left out: it may hang
    /// over the margin.
    inner: f64,
    y: f64,
    size: f64,
    text: String,
    /// The column it stands in, counted over the page; the text in a frame is one.
    column: usize,
    /// The left and right of the frame that stands around it.
    frame: Option<(f64, f64)>,
    hint: Hint,
}

/// A row of a table.
#[derive(Debug, Default)]
struct Row {
    page: usize,
    cells: Vec<String>,
    /// Which cells are full to their last line's end, so that a word may go on
    /// where the page ends.
    full: Vec<bool>,
    /// One cell reaches across the table.
    spans: bool,
}

/// A row of a table, or a line.
#[derive(Debug)]
enum Block {
    Line(TextLine),
    Row(Row),
    /// A line of a table whose columns cannot be told.
    Loose(String),
}

/// A table or a frame, and the room it takes.
#[derive(Debug)]
struct Part {
    top: f64,
    left: f64,
    right: f64,
    blocks: Vec<Block>,
}

impl Part {
    fn is_loose(&self) -> bool {
        self.blocks.iter().any(|block| matches!(block, Block::Loose(_)))
    }
}

/// Part of the height of a page: what stands between two tables that reach
/// across it, and the table below.
struct Zone {
    page: usize,
    rows: Vec<Vec<Run>>,
    /// Tables beside which there is text.
    narrow: Vec<Part>,
    below: Option<Part>,
}

/// The lines of a document: a line for each paragraph, running heads and page
/// numbers marked, rows of tables with tabs; and what could not be told.
pub(crate) fn lines(pages: &[Page], problems: &mut Vec<Problem>) -> Vec<(String, Hint)> {
    let drawn: Vec<grid::Drawn> = pages.iter().map(grid::Drawn::on).collect();
    // A box can fill a page; a border stands around most pages.
    let borders = drawn.iter().zip(pages).filter(|(drawn, page)| drawn.has_border(page)).count() * 2 > pages.len();
    let parts = drawn.iter().zip(pages).enumerate().map(|(number, (drawn, page))| drawn.parts(number, page, borders));
    let zones: Vec<Zone> =
        pages.iter().zip(parts).enumerate().flat_map(|(number, (page, parts))| zones(number, page, parts)).collect();
    let mut setting = columns::Setting::of(pages, &zones);
    for zone in zones.iter().filter(|z| z.below.as_ref().is_some_and(Part::is_loose)) {
        let number = zone.page as u32 + 1;
        problems.push(Problem::new(
            "table-columns-unclear",
            Place::Page(number),
            format!("第 {number} 页有表格没有对齐成列，没有当作表格读取"),
            "请把这张表另存为 xlsx 一并导入，或在原文件中做成表格后重新导出",
        ));
    }
    let mut blocks: Vec<Vec<Block>> = Vec::new();
    blocks.resize_with(pages.len(), Vec::new);
    for zone in zones {
        let lines = setting.lines(&zone);
        if let Some(found) = blocks.get_mut(zone.page) {
            found.extend(placed(lines, zone.narrow));
            found.extend(zone.below.into_iter().flat_map(|part| part.blocks));
        }
    }
    heads::mark(pages, &mut blocks);
    paragraphs::join(pages, blocks)
}

/// Cuts a page where tables reach across it.
fn zones(number: usize, page: &Page, (parts, rest): (Vec<Part>, Vec<Run>)) -> Vec<Zone> {
    let left = page.runs.iter().map(|r| r.x0).fold(f64::INFINITY, f64::min);
    let right = page.runs.iter().map(|r| r.x1).fold(f64::NEG_INFINITY, f64::max);
    let across = |part: &Part| part.right - part.left > 0.6 * (right - left);
    let (wide, mut narrow): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(across);
    let tops: Vec<f64> = wide.iter().map(|part| part.top).collect();
    let above = |y: f64| tops.iter().filter(|top| **top < y).count();
    let mut bands: Vec<Vec<Run>> = vec![Vec::new(); tops.len() + 1];
    for run in rest {
        if let Some(band) = bands.get_mut(above(run.y)) {
            band.push(run);
        }
    }
    let mut zones = Vec::new();
    let mut wide = wide.into_iter();
    for (index, runs) in bands.into_iter().enumerate() {
        let (mut beside, others): (Vec<Part>, Vec<Part>) = narrow.into_iter().partition(|p| above(p.top) == index);
        narrow = others;
        let mut rows = base_lines(runs);
        // Tables without rules reach across the page as well; from the last to the first.
        let mut found = vec![wide.next()];
        let mut cut: Vec<Zone> = Vec::new();
        for (from, to, part) in aligned::tables(number, &rows).into_iter().rev() {
            let after = rows.split_off(to.min(rows.len()));
            rows.truncate(from);
            let (earlier, later) = beside.into_iter().partition(|p| p.top < part.top);
            beside = earlier;
            cut.push(Zone { page: number, rows: after, narrow: later, below: found.pop().flatten() });
            found.push(Some(part));
        }
        cut.push(Zone { page: number, rows, narrow: beside, below: found.pop().flatten() });
        zones.extend(cut.into_iter().rev());
    }
    zones
}

/// Puts tables between the lines of the column they stand in.
fn placed(lines: Vec<TextLine>, mut parts: Vec<Part>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let beside = |part: &Part, line: &TextLine| part.left < line.x1 && line.x0 < part.right;
    let mut put = |blocks: &mut Vec<Block>, due: &dyn Fn(&Part) -> bool| {
        let (ready, later): (Vec<Part>, Vec<Part>) = std::mem::take(&mut parts).into_iter().partition(due);
        parts = later;
        blocks.extend(ready.into_iter().flat_map(|part| part.blocks));
        !parts.is_empty()
    };
    let mut ended: Option<TextLine> = None;
    let mut more = true;
    for line in lines {
        if more {
            // What stands at the foot of the column before, or fills it, comes first.
            let turned = line.column > 0 && ended.as_ref().is_none_or(|last| last.column != line.column);
            if let Some(last) = ended.filter(|last| last.column != line.column && last.column > 0) {
                put(&mut blocks, &|part| beside(part, &last));
            }
            if turned {
                put(&mut blocks, &|part| part.right < line.x0);
            }
            more = put(&mut blocks, &|part| part.top < line.y && beside(part, &line));
        }
        ended = more.then(|| line.clone());
        blocks.push(Block::Line(line));
    }
    // What no line follows: the left half of the page before the right one.
    let middle = (parts.iter().map(|p| p.left).fold(f64::INFINITY, f64::min)
        + parts.iter().map(|p| p.right).fold(f64::NEG_INFINITY, f64::max))
        / 2.0;
    let (left, right): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(|p| p.left < middle);
    blocks.extend(left.into_iter().chain(right).flat_map(|part| part.blocks));
    blocks
}

/// The lines of runs that stand in one column or cell, from the top.
fn base_lines(mut runs: Vec<Run>) -> Vec<Vec<Run>> {
    runs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        // Raised and lowered marks belong to the line they stand beside.
        let reach = |f: &Run| if run.size.min(f.size) < 0.75 * run.size.max(f.size) { 0.6 } else { 0.45 };
        let fits =
            |line: &Vec<Run>| line.first().is_some_and(|f| (run.y - f.y).abs() < reach(f) * run.size.max(f.size));
        match lines.last_mut().filter(|l| fits(l)) {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        drop_doubles(line);
    }
    lines
}

/// Bold is sometimes made by printing twice.
fn drop_doubles(line: &mut Vec<Run>) {
    line.dedup_by(|b, a| a.text == b.text && (a.x0 - b.x0).abs() < 0.15 * a.size && (a.y - b.y).abs() < 0.15 * a.size);
}

/// The runs of a line without marks of notes: small raised figures, unless they
/// are powers (km²).
fn without_note_marks(line: &[Run]) -> Vec<Run> {
    let size = line.iter().map(|r| r.size).fold(0.0, f64::max);
    let base = line.iter().filter(|r| r.size > 0.9 * size).map(|r| r.y).fold(f64::NEG_INFINITY, f64::max);
    let mut before = ' ';
    let own = |run: &&Run| {
        let raised = run.size < 0.75 * size && run.y < base - 0.15 * size;
        let mark = run
            .text
            .trim()
            .chars()
            .all(|c| c.is_ascii_digit() || ('①'..='⑳').contains(&c) || matches!(c, '[' | ']' | '*'));
        let power = before.is_ascii_alphabetic() || before == '米';
        before = run.text.chars().next_back().unwrap_or(' ');
        !(raised && mark && !power)
    };
    line.iter().filter(own).cloned().collect()
}

/// The text of the runs of a line. Wide gaps become a space; where they cut the
/// line into three cells or more, tabs.
fn line_text(runs: &[Run]) -> String {
    let runs = without_note_marks(runs);
    let wide = |a: &Run, b: &Run| b.x0 - a.x1 > 1.8 * a.size.max(b.size);
    let pairs = || runs.iter().zip(runs.iter().skip(1));
    let tabs = pairs().filter(|(a, b)| wide(a, b)).count() >= 2;
    let mut text = String::new();
    // A font can map a sign to a line end or a tab: these are ours to set.
    let plain = |run: &Run| run.text.replace(char::is_control, " ");
    if let Some(first) = runs.first() {
        text.push_str(&plain(first));
    }
    for (a, b) in pairs() {
        let gap = b.x0 - a.x1;
        let spaced = text.ends_with(' ') || b.text.starts_with(' ');
        if tabs && wide(a, b) {
            text.truncate(text.trim_end().len());
            text.push('\t');
            text.push_str(plain(b).trim_start());
            continue;
        }
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let words = latin(a.text.chars().next_back()) && latin(b.text.chars().next());
        if !spaced && gap > if words { 0.18 } else { 0.5 } * a.size.max(b.size) {
            text.push(' ');
        }
        text.push_str(&plain(b));
    }
    text.trim().to_owned()
}

/// The value below which this share of the sorted values lies.
fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get(((last as f64) * share).round() as usize).copied()
}

/// Whether a character closes something and may not begin a line.
fn closes(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '”'
            | '’'
            | '）'
            | '》'
            | '】'
            | '〕'
            | ','
            | '.'
            | ';'
            | ':'
            | ')'
            | '%'
            | '％'
    )
}

#[cfg(test)]
mod tests;
