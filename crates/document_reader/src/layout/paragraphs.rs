//! Lines joined into paragraphs: by what the writer of the page did, not by
//! what the text says. A line goes on in the next one when the next one's first
//! word no longer had room in it.

use std::collections::HashMap;

use super::{Block, Page, TextLine, closes, quantile};
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
            Block::Row(cells) => {
                out.end();
                let row = cells.join("\t");
                // The head of a table that runs over pages is printed again.
                if !(out.rows_from.is_some() && out.rows_from.as_ref() == Some(&row)) {
                    out.put_row(row);
                }
            }
            Block::Line(line) if line.hint == Hint::Boilerplate => out.aside.push((line.text, Hint::Boilerplate)),
            Block::Line(line) if line.hint == Hint::Footnote => out.footnote(line),
            Block::Line(line) => {
                let goes_on = out.last.as_ref().is_some_and(|last| manner.goes_on(last, &line));
                if !goes_on {
                    out.end();
                    out.rows_from = None;
                }
                append(&mut out.paragraph, &line.text);
                out.last = Some(line);
            }
        }
    }
    out.end();
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
    /// The first row of the table that is open.
    rows_from: Option<String>,
}

impl Out {
    fn end(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        if !text.is_empty() {
            self.lines.push((text, Hint::None));
        }
        self.last = None;
        self.lines.append(&mut self.aside);
    }

    fn put_row(&mut self, row: String) {
        if self.rows_from.is_none() {
            self.rows_from = Some(row.clone());
        } else if let Some(at) = self.lines.iter().rposition(|(_, hint)| *hint == Hint::TableRow) {
            // Heads between the rows of one table follow it.
            let after = self.lines.split_off(at + 1);
            self.lines.push((row, Hint::TableRow));
            self.lines.extend(after);
            return;
        }
        self.lines.push((row, Hint::TableRow));
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
        for line in lines() {
            let edge = edges.entry((line.page, line.column)).or_insert((f64::INFINITY, f64::NEG_INFINITY));
            *edge = (edge.0.min(line.x0), edge.1.max(line.inner));
        }
        for ((_, column), (left, right)) in &edges {
            spans.entry(*column > 0).or_default().push(right - left);
        }
        let widths: HashMap<bool, f64> =
            spans.into_iter().filter_map(|(kind, mut all)| Some((kind, quantile(&mut all, 0.6)?))).collect();
        let columns: HashMap<(usize, usize), Column> = edges
            .into_iter()
            .map(|(key, (left, right))| {
                // A page of short lines, such as a cover, does not show its margin.
                let page = sizes.get(key.0).map_or(0.0, |p| p.width) * if key.1 > 0 { 0.25 } else { 0.55 };
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
        if !full || last.text.ends_with(['。', '；', '：', ';', ':']) && begins_anew(&next.text) {
            return false;
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

/// Whether a line begins as paragraphs do: with a number, a dash,
/// a run-in heading, 一是, 专栏. Where
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
    ordinal || run_in || words.number().is_some() || words.begins("——") || words.starts_box()
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
