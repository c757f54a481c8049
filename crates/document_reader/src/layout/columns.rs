//! One column of text or two.

use std::collections::HashMap;

use super::{Page, Run, TextLine, Zone, base_lines, closes, line_text, quantile, without_note_marks};
use crate::structure::Hint;

/// The fewest lines that make a column on a page that has none elsewhere.
const MIN_LINES: usize = 5;
/// A page is not cut more often than this.
const MAX_BANDS: usize = 16;

/// How a document is set: pages of one document are set alike, so where most
/// have two columns, a few lines are enough to see them elsewhere.
pub(super) struct Setting {
    widths: HashMap<usize, f64>,
    gutter: Option<f64>,
    /// The columns so far.
    columns: usize,
}

impl Setting {
    pub(super) fn of(pages: &[Page], zones: &[Zone]) -> Self {
        let widths: HashMap<usize, f64> = pages.iter().map(|p| p.width).enumerate().collect();
        let width = |zone: &Zone| widths.get(&zone.page).copied().unwrap_or(0.0);
        let full = zones.iter().filter(|z| z.rows.len() >= 2 * MIN_LINES).count();
        let mut gutters: Vec<f64> = zones.iter().filter_map(|z| best(width(z), &z.rows).map(|(.., x)| x)).collect();
        let usual = gutters.len() * 3 >= full;
        let gutter = quantile(&mut gutters, 0.5).filter(|_| usual);
        Self { widths, gutter, columns: 0 }
    }

    /// The lines of a zone in the order of reading.
    pub(super) fn lines(&mut self, zone: &Zone) -> Vec<TextLine> {
        let width = self.widths.get(&zone.page).copied().unwrap_or(0.0);
        let mut found = Vec::new();
        // A box can fill one of two columns.
        let boxed = |x: &f64| zone.narrow.iter().any(|p| p.right <= *x || p.left >= *x);
        for band in bands(width, &zone.rows, self.gutter, self.gutter.is_some_and(|x| boxed(&x))) {
            match band.gutter {
                None => found.extend(band.rows.iter().filter_map(|runs| line(zone.page, 0, runs))),
                Some(gutter) => {
                    let side = |left: bool| -> Vec<Run> {
                        let runs = band.rows.iter().flatten();
                        runs.filter(|r| ((r.x0 + r.x1) / 2.0 < gutter) == left).cloned().collect()
                    };
                    for left in [true, false] {
                        self.columns += 1;
                        let rows = base_lines(side(left));
                        found.extend(rows.iter().filter_map(|runs| line(zone.page, self.columns, runs)));
                    }
                }
            }
        }
        found
    }
}

/// The line that these runs make.
pub(super) fn line(page: usize, column: usize, runs: &[Run]) -> Option<TextLine> {
    let plain = without_note_marks(runs);
    let runs = if plain.is_empty() { runs } else { &plain };
    let (first, last) = (runs.first()?, runs.last()?);
    let text = line_text(runs);
    if text.is_empty() {
        return None;
    }
    let longest = runs.iter().max_by_key(|r| r.text.chars().count());
    let size = longest.map_or(first.size, |r| r.size);
    // Closing punctuation may hang over the margin, so its width is left out.
    let end = last.text.trim_end().chars().next_back().filter(|c| closes(*c));
    let inner = last.x1 - end.map_or(0.0, |c| if c.is_ascii() { 0.5 } else { 1.0 }) * size;
    let (x0, x1, y) = (first.x0, last.x1, runs.iter().map(|r| r.y).fold(f64::NEG_INFINITY, f64::max));
    Some(TextLine { page, x0, x1, inner, y, size, text, column, frame: None, hint: Hint::None })
}

/// Lines one below the other that are set alike.
struct Band<'a> {
    rows: &'a [Vec<Run>],
    /// The middle of the free strip between two columns, where there are two.
    gutter: Option<f64>,
}

/// Cuts a zone into bands of one column or two.
fn bands<'a>(width: f64, rows: &'a [Vec<Run>], usual: Option<f64>, boxed: bool) -> Vec<Band<'a>> {
    let mut open = vec![rows];
    let mut found = Vec::new();
    while let Some(rows) = open.pop() {
        let cut = if found.len() + open.len() < MAX_BANDS {
            best(width, rows).or_else(|| few(rows, usual?, boxed))
        } else {
            None
        };
        let Some((from, to, x)) = cut else {
            found.push(Band { rows, gutter: None });
            continue;
        };
        let (before, rest) = rows.split_at(from);
        let (band, after) = rest.split_at((to - from).min(rest.len()));
        // What stands before is looked at first.
        if !after.is_empty() {
            open.push(after);
        }
        if before.is_empty() {
            found.push(Band { rows: band, gutter: Some(x) });
        } else {
            open.push(band);
            open.push(before);
        }
    }
    found
}

/// The longest stretch of lines that is set in two columns, and where between them.
fn best(width: f64, rows: &[Vec<Run>]) -> Option<(usize, usize, f64)> {
    let mut best: Option<(usize, usize, f64)> = None;
    let mut x = width * 0.35;
    while x < width * 0.65 {
        for (from, to) in free(rows, x) {
            let longer = best.is_none_or(|(f, t, _)| to - from > t - f);
            if longer && rows.get(from..to).is_some_and(|band| is_prose(band, x)) {
                best = Some((from, to, x));
            }
        }
        x += 2.0;
    }
    best
}

/// The same for a few lines, at the place where other pages have their gutter:
/// lines at both sides, or at one side where a box takes the other.
fn few(rows: &[Vec<Run>], x: f64, boxed: bool) -> Option<(usize, usize, f64)> {
    let apart = |row: &Vec<Run>| {
        let left = row.iter().rev().find(|r| r.x1 <= x);
        let right = row.iter().find(|r| r.x1 > x);
        left.zip(right).is_some_and(|(a, b)| b.x0 - a.x1 > 0.8 * a.size)
    };
    let stretches = free(rows, x).into_iter();
    let two = |(from, to): &(usize, usize)| rows.get(*from..*to).is_some_and(|band| boxed || band.iter().any(apart));
    let longest = stretches.filter(two).max_by_key(|(from, to)| to - from);
    longest.map(|(from, to)| (from, to, x))
}

/// The stretches of lines that leave the place free.
fn free(rows: &[Vec<Run>], x: f64) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = None;
    for (index, row) in rows.iter().enumerate() {
        let covered = row.iter().any(|r| r.x0 < x && x < r.x1) || is_one_text(row, x);
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

/// Whether the words at both sides of the place stand together.
fn is_one_text(row: &[Run], x: f64) -> bool {
    let left = row.iter().rev().find(|r| r.x1 <= x);
    let right = row.iter().find(|r| r.x0 >= x);
    left.zip(right).is_some_and(|(a, b)| b.x0 - a.x1 < 0.8 * a.size)
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
