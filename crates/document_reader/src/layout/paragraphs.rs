//! Lines joined into paragraphs: by what the writer of the page did, not by
//! what the text says. A line goes on in the next one when the next one's first
//! word no longer had room in it.

use std::collections::HashMap;

use super::{Block, Page, Row, TextLine, closes, quantile};
use crate::structure::{Hint, Words};

/// How lines lie in one column of a page.
#[derive(Debug, Clone, Copy)]
struct Column {
    left: f64,
    right: f64,
}

/// What holds for the whole document.
struct Manner {
    columns: HashMap<(usize, usize), Column>,
    /// Distance of base lines within a paragraph, in em.
    pitch: f64,
    /// Paragraphs begin with an indented line.
    indented: bool,
}

/// Joins the lines of all pages.
pub(super) fn join(sizes: &[Page], pages: Vec<Vec<Block>>) -> Vec<(String, Hint)> {
    let manner = Manner::of(sizes, &pages);
    let mut out = Out::default();
    for block in pages.into_iter().flatten() {
        match block {
            Block::Row(row) => {
                out.end();
                out.put_row(row);
            }
            Block::Loose(text) => {
                out.end();
                out.close_table();
                // Kept aside as notes are: as a sentence or a row its figures would run together.
                out.lines.push((text, Hint::Footnote));
            }
            Block::Line(line) if line.hint == Hint::PageMark => out.aside.push((line.text, Hint::PageMark)),
            Block::Line(line) if line.hint == Hint::Footnote => out.footnote(line),
            Block::Line(line) => {
                let goes_on = out.last.as_ref().is_some_and(|last| manner.goes_on(last, &line));
                if !goes_on {
                    out.end();
                    out.close_table();
                }
                append(&mut out.paragraph, &line.text);
                out.last = Some(line);
            }
        }
    }
    out.end();
    out.close_table();
    out.lines
}

/// What has been joined so far.
#[derive(Default)]
struct Out {
    lines: Vec<(String, Hint)>,
    paragraph: String,
    last: Option<TextLine>,
    /// Heads and notes met inside the open paragraph: they follow it.
    aside: Vec<(String, Hint)>,
    /// The rows of the table that is open, and what follows it.
    table: Vec<Row>,
    behind: Vec<(String, Hint)>,
}

impl Out {
    fn end(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        if !text.is_empty() {
            self.lines.push((text, Hint::None));
        }
        self.last = None;
        let to = if self.table.is_empty() { &mut self.lines } else { &mut self.behind };
        to.append(&mut self.aside);
    }

    fn put_row(&mut self, row: Row) {
        // The head of a table that runs over pages is printed again.
        let turned = self.table.last().is_some_and(|last| last.page != row.page);
        if turned && self.table.first().is_some_and(|head| head.cells == row.cells) {
            return;
        }
        match self.table.last_mut() {
            // A row can be cut in two there.
            Some(last) if turned && row.goes_on(last) => last.join(row),
            _ => self.table.push(row),
        }
    }

    /// Heads and notes between the rows of a table follow it.
    fn close_table(&mut self) {
        let rows = std::mem::take(&mut self.table);
        if !rows.is_empty() {
            self.lines.extend(rows.into_iter().map(|row| (row.cells.join("\t"), Hint::TableRow)));
            self.lines.append(&mut self.behind);
        }
    }

    /// A footnote's first line begins it, the others go on.
    fn footnote(&mut self, line: TextLine) {
        let begins = line.text.starts_with(|c: char| ('①'..='⑳').contains(&c) || matches!(c, '*' | '[' | '〔' | '注'))
            || line.text.starts_with(|c: char| c.is_ascii_digit());
        match self.aside.last_mut().filter(|(_, hint)| *hint == Hint::Footnote && !begins) {
            Some((text, _)) => append(text, &line.text),
            None => self.aside.push((line.text, Hint::Footnote)),
        }
    }
}

impl Row {
    /// Whether the row is the rest of one that the end of the page has cut: it has
    /// few cells, and each goes on one that was full.
    fn goes_on(&self, last: &Row) -> bool {
        let used = |row: &Row| row.cells.iter().filter(|c| !c.is_empty()).count();
        let fits = self.cells.iter().zip(&last.full).all(|(cell, full)| cell.is_empty() || *full);
        let alike = self.cells.len() == last.cells.len() && !self.spans && !last.spans;
        alike && fits && used(self) * 2 < used(last)
    }

    fn join(&mut self, rest: Row) {
        for (cell, more) in self.cells.iter_mut().zip(rest.cells) {
            cell.push_str(&more);
        }
        self.page = rest.page;
        self.full = rest.full;
    }
}

/// Appends a line to its paragraph. Latin words keep their space.
fn append(paragraph: &mut String, line: &str) {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (before, after) = (paragraph.chars().next_back(), line.chars().next());
    if letter(before) && word(after) || word(before) && letter(after) {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

impl Manner {
    fn of(sizes: &[Page], pages: &[Vec<Block>]) -> Self {
        let lines = || {
            pages.iter().flatten().filter_map(|b| match b {
                Block::Line(line) if line.hint == Hint::None => Some(line),
                _ => None,
            })
        };
        // Most pages are set alike: their width is that of the widest lines of
        // their kind, the left margin that of each page.
        let mut spans: HashMap<bool, Vec<f64>> = HashMap::new();
        let mut edges: HashMap<(usize, usize), (f64, f64)> = HashMap::new();
        let mut frames: Vec<((usize, usize), (f64, f64))> = Vec::new();
        let mut counts: HashMap<(usize, usize), usize> = HashMap::new();
        let size = quantile(&mut lines().map(|l| l.size).collect::<Vec<f64>>(), 0.5).unwrap_or(10.0);
        for line in lines() {
            *counts.entry((line.page, line.column)).or_default() += 1;
            frames.extend(line.frame.map(|sides| ((line.page, line.column), sides)));
            let edge = edges.entry((line.page, line.column)).or_insert((f64::INFINITY, f64::NEG_INFINITY));
            *edge = (edge.0.min(line.x0), edge.1.max(line.inner));
        }
        let frames: HashMap<(usize, usize), (f64, f64)> = frames.into_iter().collect();
        for (key, (left, right)) in edges.iter().filter(|(key, _)| !frames.contains_key(*key)) {
            let (_, column) = key;
            spans.entry(*column > 0).or_default().push(right - left);
        }
        let widths: HashMap<bool, f64> =
            spans.into_iter().filter_map(|(kind, mut all)| Some((kind, quantile(&mut all, 0.6)?))).collect();
        let lefts = edges.iter().filter(|(key, _)| !frames.contains_key(*key)).map(|(_, e)| e.0);
        let lefts = usual(lefts);
        let columns: HashMap<(usize, usize), Column> = edges
            .into_iter()
            .map(|(key, (left, right))| {
                if let Some((from, to)) = frames.get(&key) {
                    // The text keeps the same distance from both sides of its frame.
                    return (key, Column { left, right: (to - (left - from).max(0.0)).max(right) });
                }
                // A page of short lines, such as a cover, does not show its margin.
                let page = sizes.get(key.0).map_or(0.0, |p| p.width) * if key.1 > 0 { 0.25 } else { 0.55 };
                let left = margin(&lefts, left, counts.get(&key).copied().unwrap_or(0), size);
                let width = widths.get(&(key.1 > 0)).copied().unwrap_or(right - left).max(page);
                (key, Column { left, right: (left + width).max(right) })
            })
            .collect();
        let follows = |(a, b): &(&TextLine, &TextLine)| a.page == b.page && a.column == b.column && b.y > a.y;
        let mut steps: Vec<f64> =
            lines().zip(lines().skip(1)).filter(follows).map(|(a, b)| (b.y - a.y) / a.size.max(1.0)).collect();
        let pitch = quantile(&mut steps, 0.4).unwrap_or(1.5);
        let indent = |l: &TextLine| columns.get(&(l.page, l.column)).map_or(0.0, |c| (l.x0 - c.left) / l.size.max(1.0));
        let all = lines().count();
        let in_by_two = lines().filter(|l| (1.5..=3.0).contains(&indent(l))).count();
        let indented = in_by_two * 100 >= all * 8;
        Self { columns, pitch, indented }
    }

    /// Whether `next` goes on the paragraph that `last` belongs to.
    fn goes_on(&self, last: &TextLine, next: &TextLine) -> bool {
        let em = last.size.max(1.0);
        if (last.size - next.size).abs() > 0.08 * em || last.text.contains('\t') || next.text.contains('\t') {
            return false;
        }
        let same_column = last.page == next.page && last.column == next.column;
        if same_column && (next.y - last.y) / em > self.pitch * 1.35 + 0.1 {
            return false;
        }
        let column = |l: &TextLine| self.columns.get(&(l.page, l.column)).copied();
        let (Some(here), Some(there)) = (column(last), column(next)) else { return false };
        let (indent, last_indent) = ((next.x0 - there.left) / em, (last.x0 - here.left) / em);
        let full = here.right - last.x1 < needed(&next.text) * em + 0.3 * em;
        let ended = last.text.ends_with(['。', '；', '：', ';', ':']);
        // Where paragraphs are set in, a line at the margin goes on unless it has a number.
        let flush = self.indented && indent < 0.5 && last_indent < 3.0;
        if !full || ended && (begins_numbered(&next.text) || !flush && begins_anew(&next.text)) {
            return false;
        }
        let middle = |l: &TextLine, c: Column| (l.x0 + l.x1 - c.left - c.right).abs() < 2.0 * em;
        if indent > 2.5 && !ended && middle(next, there) && middle(last, here) {
            // A heading of two lines, set in the middle.
            return true;
        }
        if indent > last_indent + 0.5 {
            // Only the further lines of a numbered item are set in.
            let item = Words::of(&last.text).is_item() && !Words::of(&next.text).is_item();
            return item && indent < 4.0;
        }
        // Two indented lines, one after the other, are two paragraphs where
        // paragraphs begin so.
        !(self.indented && indent > 1.2 && indent > last_indent - 0.5)
    }
}

/// The left margins that three columns or more have, with their number, in whole points.
fn usual(lefts: impl Iterator<Item = f64>) -> Vec<(f64, usize)> {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for left in lefts {
        *counts.entry(left.round() as i64).or_default() += 1;
    }
    let often = counts.into_iter().filter(|(_, count)| *count >= 3);
    let mut often: Vec<(f64, usize)> = often.map(|(left, count)| (left as f64, count)).collect();
    often.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
    often.truncate(16);
    often
}

/// The left margin of a column that has too few lines to show it: where other
/// columns have theirs, if that is no further out than lines are set in.
fn margin(usual: &[(f64, usize)], left: f64, lines: usize, size: f64) -> f64 {
    let near = |at: f64| at < left - 1.0 && left - at < 3.2 * size;
    let found = usual.iter().map(|(at, _)| *at).find(|at| near(*at));
    found.filter(|_| lines <= 5).unwrap_or(left)
}

/// Whether a line begins as paragraphs do: with a run-in heading or 一是. Where
/// the line before is full to the margin and ends a sentence, nothing else tells.
fn begins_anew(text: &str) -> bool {
    let words = Words::of(text);
    let ordinal = "一二三四五六七八九十".contains(words.at(0)) && words.at(1) == '是';
    let run_in = (2..=14).contains(&words.sentence_chars)
        && !words
            .chars()
            .iter()
            .take(words.sentence_chars)
            .any(|c| c.is_ascii_digit() || matches!(c, ',' | '，' | '、' | '；' | ';'));
    ordinal || run_in
}

/// Whether a line begins with the number of a heading or an item, a dash or 专栏.
fn begins_numbered(text: &str) -> bool {
    let words = Words::of(text);
    words.number().is_some() || words.begins("——") || words.starts_box()
}

/// The room the first word of a line takes, in em: a line breaks before it only
/// when it has no room.
fn needed(text: &str) -> f64 {
    let mut room = 0.0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let latin = c.is_ascii_graphic();
        room += if latin { 0.55 } else { 1.0 };
        let Some(next) = chars.peek() else { break };
        let sticks = closes(*next) || matches!(c, '“' | '‘' | '（' | '《' | '【' | '(' | '〔');
        if !(sticks || latin && next.is_ascii_alphanumeric()) || room > 8.0 {
            break;
        }
    }
    room
}
