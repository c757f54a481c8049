//! One column of text or two.

use super::{Page, Run, TextLine, base_lines, closes, line_text};
use crate::structure::Hint;

/// The fewest lines that make a column.
const MIN_LINES: usize = 5;

/// The lines of a page in the order of reading.
pub(super) fn lines(number: usize, page: &Page, runs: Vec<Run>) -> Vec<TextLine> {
    let rows = base_lines(runs);
    let mut found = Vec::new();
    let mut column = 0;
    for band in bands(page, &rows) {
        match band.gutter {
            None => found.extend(band.rows.iter().filter_map(|runs| line(number, 0, runs))),
            Some(gutter) => {
                let side = |left: bool| -> Vec<Run> {
                    let runs = band.rows.iter().flatten();
                    runs.filter(|r| ((r.x0 + r.x1) / 2.0 < gutter) == left).cloned().collect()
                };
                for left in [true, false] {
                    column += 1;
                    found.extend(base_lines(side(left)).iter().filter_map(|runs| line(number, column, runs)));
                }
            }
        }
    }
    found
}

fn line(page: usize, column: usize, runs: &[Run]) -> Option<TextLine> {
    let (first, last) = (runs.first()?, runs.last()?);
    let text = line_text(runs);
    if text.is_empty() {
        return None;
    }
    let size = runs.iter().max_by_key(|r| r.text.chars().count()).map_or(first.size, |r| r.size);
    // Closing punctuation may hang over the margin, so its width is left out.
    let end = last.text.trim_end().chars().next_back().filter(|c| closes(*c));
    let inner = last.x1 - end.map_or(0.0, |c| if c.is_ascii() { 0.5 } else { 1.0 }) * size;
    Some(TextLine { page, x0: first.x0, x1: last.x1, inner, y: first.y, size, text, column, hint: Hint::None })
}

/// Lines one below the other that are set alike.
struct Band<'a> {
    rows: &'a [Vec<Run>],
    /// The middle of the free strip between two columns, where there are two.
    gutter: Option<f64>,
}

/// Cuts a page into bands of one column or two.
fn bands<'a>(page: &Page, rows: &'a [Vec<Run>]) -> Vec<Band<'a>> {
    let mut best: Option<(usize, usize, f64)> = None;
    let mut x = page.width * 0.35;
    while x < page.width * 0.65 {
        for (from, to) in free(rows, x) {
            let longer = best.is_none_or(|(f, t, _)| to - from > t - f);
            if longer && rows.get(from..to).is_some_and(|band| is_prose(band, x)) {
                best = Some((from, to, x));
            }
        }
        x += 2.0;
    }
    let Some((from, to, x)) = best else { return vec![Band { rows, gutter: None }] };
    let (before, rest) = rows.split_at(from);
    let (band, after) = rest.split_at((to - from).min(rest.len()));
    let one = |rows: &'a [Vec<Run>]| Band { rows, gutter: None };
    vec![one(before), Band { rows: band, gutter: Some(x) }, one(after)]
}

/// The stretches of lines that leave the place free.
fn free(rows: &[Vec<Run>], x: f64) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = None;
    for (index, row) in rows.iter().enumerate() {
        let covered = row.iter().any(|r| r.x0 < x && x < r.x1);
        match (covered, from) {
            (false, None) => from = Some(index),
            (true, Some(start)) => {
                found.push((start, index));
                from = None;
            }
            _ => {}
        }
    }
    found.extend(from.map(|start| (start, rows.len())));
    found
}

/// Whether there is prose at both sides: lines without gaps that fill columns of
/// about the same width, as the cells of a table without rules do not.
fn is_prose(band: &[Vec<Run>], x: f64) -> bool {
    let side = |left: bool| -> Vec<Vec<&Run>> {
        let rows = band.iter().map(|row| row.iter().filter(|r| (r.x1 <= x) == left).collect::<Vec<_>>());
        rows.filter(|row| !row.is_empty()).collect()
    };
    let span = |rows: &[Vec<&Run>]| {
        let start = rows.iter().flatten().map(|r| r.x0).fold(f64::INFINITY, f64::min);
        let end = rows.iter().flatten().map(|r| r.x1).fold(f64::NEG_INFINITY, f64::max);
        (start, end)
    };
    let most = |count: usize, of: usize| count * 10 >= of * 6;
    let fills = |rows: &[Vec<&Run>]| {
        let (start, end) = span(rows);
        let full = |row: &&Vec<&Run>| row.last().is_some_and(|r| r.x1 - start > 0.75 * (end - start));
        let whole = |row: &&Vec<&Run>| row.iter().zip(row.iter().skip(1)).all(|(a, b)| b.x0 - a.x1 < 1.2 * a.size);
        let count = rows.len();
        count >= MIN_LINES
            && most(rows.iter().filter(full).count(), count)
            && most(rows.iter().filter(whole).count(), count)
    };
    let (left, right) = (side(true), side(false));
    let width = |rows: &[Vec<&Run>]| span(rows).1 - span(rows).0;
    let alike = width(&left) < 1.5 * width(&right) && width(&right) < 1.5 * width(&left);
    alike && fills(&left) && fills(&right)
}
