//! From pieces of text at places on pages to paragraphs and rows: for formats
//! that only know where ink goes (pdf, ofd).
//!
//! Places are in points from the upper left corner of the page, `y` downwards
//! to the base line.

mod columns;
mod grid;
mod heads;
mod paragraphs;

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
    /// The column it stands in, counted over the page.
    column: usize,
    hint: Hint,
}

/// A row of a ruled table, or a line.
#[derive(Debug)]
enum Block {
    Line(TextLine),
    Row(Vec<String>),
}

/// The lines of a document: a line for each paragraph, running heads and page
/// numbers marked, rows of ruled tables with tabs.
pub(crate) fn lines(pages: &[Page]) -> Vec<(String, Hint)> {
    let mut blocks = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let (tables, rest) = grid::tables(page);
        let mut found: Vec<Block> = Vec::new();
        let mut tables = tables.into_iter().peekable();
        for line in columns::lines(number, page, rest) {
            while let Some(table) = tables.next_if(|t| t.top < line.y) {
                found.extend(table.rows.into_iter().map(Block::Row));
            }
            found.push(Block::Line(line));
        }
        found.extend(tables.flat_map(|t| t.rows).map(Block::Row));
        blocks.push(found);
    }
    heads::mark(pages, &mut blocks);
    paragraphs::join(pages, blocks)
}

/// The lines of runs that stand in one column or cell, from the top.
fn base_lines(mut runs: Vec<Run>) -> Vec<Vec<Run>> {
    runs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        // Raised and lowered marks belong to the line they stand beside.
        let fits = |line: &Vec<Run>| line.first().is_some_and(|f| (run.y - f.y).abs() < 0.45 * run.size.max(f.size));
        match lines.last_mut().filter(|l| fits(l)) {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        drop_doubles(line);
        drop_note_marks(line);
    }
    lines
}

/// Bold is sometimes made by printing twice.
fn drop_doubles(line: &mut Vec<Run>) {
    line.dedup_by(|b, a| a.text == b.text && (a.x0 - b.x0).abs() < 0.15 * a.size && (a.y - b.y).abs() < 0.15 * a.size);
}

/// Small raised figures are marks of notes, unless they are powers (km²).
fn drop_note_marks(line: &mut Vec<Run>) {
    let size = line.iter().map(|r| r.size).fold(0.0, f64::max);
    let base = line.iter().filter(|r| r.size > 0.9 * size).map(|r| r.y).fold(f64::NEG_INFINITY, f64::max);
    let mut before = ' ';
    line.retain(|run| {
        let raised = run.size < 0.75 * size && run.y < base - 0.15 * size;
        let mark = run
            .text
            .trim()
            .chars()
            .all(|c| c.is_ascii_digit() || ('①'..='⑳').contains(&c) || matches!(c, '[' | ']' | '*'));
        let power = before.is_ascii_alphabetic() || before == '米';
        before = run.text.chars().next_back().unwrap_or(' ');
        !(raised && mark && !power)
    });
}

/// The text of the runs of a line. Wide gaps become a space; where they cut the
/// line into three cells or more, tabs.
fn line_text(runs: &[Run]) -> String {
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
