//! Tables of a plain text whose columns are held apart by runs of spaces.

use crate::{
    source,
    structure::{Hint, words::Words},
};

/// Longer lines are prose, whatever spaces they have (in bytes).
const MAX_ROW_BYTES: usize = 600;
/// A cell of a table is a short thing.
const MAX_CELL_CHARS: usize = 30;
/// Fewer columns are a list or a line of signatures.
const MIN_CELLS: usize = 3;

/// The cells of the rows of such tables, by line from 0. A row with fewer cells
/// than the widest one has each cell in the column it stands under.
pub(super) fn find(lines: &[(String, Hint)]) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(first) = row(lines, at) else {
            at += 1;
            continue;
        };
        let mut rows = vec![(at, first)];
        let mut next = at + 1;
        // A caption alone in its row belongs to the table when rows go on after it.
        while next < lines.len() {
            if let Some(cells) = row(lines, next) {
                rows.push((next, cells));
                next += 1;
            } else if let (Some(caption), true) = (caption(lines, next), row(lines, next + 1).is_some()) {
                rows.push((next, caption));
                next += 1;
            } else {
                break;
            }
        }
        at = next;
        let full = rows.iter().filter(|(_, cells)| cells.len() >= MIN_CELLS).count();
        let figures =
            rows.iter().flat_map(|(_, cells)| cells).any(|(_, c)| c.starts_with(|c: char| c.is_ascii_digit()));
        if full >= 2 && figures {
            found.extend(align(lines, rows));
        }
    }
    found
}

/// A cell with the column of the page it begins in.
type Cell = (usize, String);

/// The cells of a line that looks like a row.
fn row(lines: &[(String, Hint)], at: usize) -> Option<Vec<Cell>> {
    let (text, hint) = lines.get(at)?;
    let gaps =
        || ["  ", "\u{3000}"].iter().any(|gap| memchr::memmem::find(text.trim().as_bytes(), gap.as_bytes()).is_some());
    if *hint != Hint::None || text.len() > MAX_ROW_BYTES || !gaps() || text.contains(['\t', '。', '，']) {
        return None;
    }
    let cells = source::cells(text);
    let short = cells.iter().all(|(_, cell)| cell.chars().count() <= MAX_CELL_CHARS);
    (short && cells.len() >= MIN_CELLS).then(|| placed(text, cells))
}

/// A short line that can stand alone in a row, such as `一、经济发展`.
fn caption(lines: &[(String, Hint)], at: usize) -> Option<Vec<Cell>> {
    let (text, hint) = lines.get(at)?;
    let words = Words::of(text);
    let short = !words.is_empty() && words.chars().len() <= 15 && !words.chars().contains(&'。');
    (*hint == Hint::None && short && !words.starts_table_title()).then(|| placed(text, source::cells(text)))
}

/// Cells with their columns on the page, where a Chinese character is two wide.
fn placed(text: &str, cells: Vec<(u32, &str)>) -> Vec<Cell> {
    let width = |c: char| if c as u32 >= 0x1100 { 2 } else { 1 };
    let mut chars = text.chars();
    let (mut passed, mut column) = (0, 0);
    let place = |(start, cell): (u32, &str)| {
        while passed < start {
            column += chars.next().map_or(0, width);
            passed += 1;
        }
        (column, cell.to_owned())
    };
    cells.into_iter().map(place).collect()
}

/// Puts each cell of the narrower rows into the column it begins nearest to.
fn align(lines: &[(String, Hint)], rows: Vec<(usize, Vec<Cell>)>) -> Vec<(usize, Vec<String>)> {
    debug_assert!(rows.iter().all(|(at, _)| *at < lines.len()));
    let widest = rows.iter().map(|(_, cells)| cells).max_by_key(|cells| cells.len());
    let columns: Vec<usize> = widest.map(|cells| cells.iter().map(|(at, _)| *at).collect()).unwrap_or_default();
    let fit = |cells: Vec<Cell>| {
        if cells.len() == columns.len() {
            return cells.into_iter().map(|(_, text)| text).collect();
        }
        let mut row = vec![String::new(); columns.len()];
        let mut free = 0;
        let count = cells.len();
        for (index, (at, text)) in cells.into_iter().enumerate() {
            // Leave room for the cells still to come.
            let last = columns.len() - (count - index);
            let near = (free..=last).min_by_key(|c| columns.get(*c).map_or(usize::MAX, |x| x.abs_diff(at)));
            let column = near.unwrap_or(free);
            if let Some(place) = row.get_mut(column) {
                *place = text;
            }
            free = column + 1;
        }
        row
    };
    rows.into_iter().map(|(at, cells)| (at, fit(cells))).collect()
}
