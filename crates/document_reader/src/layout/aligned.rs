//! Tables without rules: cells held apart by nothing but white space.

use super::{Block, Part, Row, Run, line_text};

/// The longest cell line and, on average, the longest, in characters: what is
/// longer is prose.
const CELL_CHARS: usize = 20;
const MEAN_CHARS: usize = 9;
/// Fewer rows may be anything.
const MIN_ROWS: usize = 3;
/// Fewer columns are a list.
const MIN_COLUMNS: usize = 3;
/// How many lines without several cells may stand between two rows.
const MAX_BETWEEN: usize = 3;

/// Text without a gap.
struct Piece {
    x0: f64,
    x1: f64,
    text: String,
    runs: Vec<Run>,
}

/// A base line in pieces.
struct Pieces {
    y: f64,
    size: f64,
    list: Vec<Piece>,
    /// It looks like the row of a table.
    is_row: bool,
    /// It could belong to one.
    is_short: bool,
}

impl Pieces {
    /// Whether both may be lines of one row: half a line apart, as beside a cell
    /// set in the middle, or the next line of a cell.
    fn is_beside(&self, other: &Pieces) -> bool {
        let away = (self.y - other.y).abs() / self.size.max(1.0);
        let below = |p: &Piece| other.list.iter().any(|o| o.x0 < p.x1 && p.x0 < o.x1);
        away < 0.95 || away < 1.75 && self.list.iter().all(below)
    }
}

/// The tables among these lines: the first line, the line after the last, and the table.
pub(super) fn tables(page: usize, rows: &[Vec<Run>]) -> Vec<(usize, usize, Part)> {
    // Most pages have none, and most lines are prose.
    let gaps = |row: &Vec<Run>| row.iter().zip(row.iter().skip(1)).filter(|(a, b)| b.x0 - a.x1 > a.size).count();
    if rows.iter().filter(|row| gaps(row) >= 2).count() < MIN_ROWS {
        return Vec::new();
    }
    let lines: Vec<Pieces> = rows.iter().map(|row| pieces(row)).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (from, to) = group(&lines, at);
        let group = lines.get(from..to).unwrap_or_default();
        match table(page, group) {
            Some(part) => found.push((from, to, part)),
            None => found.extend(loose(group).map(|(first, last, part)| (from + first, from + last, part))),
        }
        at = to.max(at + 1);
    }
    found
}

fn pieces(row: &[Run]) -> Pieces {
    let mut list: Vec<Vec<Run>> = Vec::new();
    let mut wide = 0;
    for run in row {
        let last = list.last_mut().and_then(|runs| Some((runs.last()?.x1, runs)));
        match last {
            Some((end, runs)) if run.x0 - end <= 0.6 * run.size => runs.push(run.clone()),
            last => {
                wide += usize::from(last.is_some_and(|(end, _)| run.x0 - end > run.size));
                list.push(vec![run.clone()]);
            }
        }
    }
    let piece = |runs: Vec<Run>| {
        let ends = runs.first().zip(runs.last()).map(|(a, b)| (a.x0, b.x1)).unwrap_or_default();
        Piece { x0: ends.0, x1: ends.1, text: line_text(&runs), runs }
    };
    let list: Vec<Piece> = list.into_iter().map(piece).collect();
    let chars = |p: &Piece| p.text.chars().count();
    let is_short = list.iter().all(|p| chars(p) <= CELL_CHARS && !p.text.contains("....") && !p.text.contains('…'));
    let mean = list.iter().map(chars).sum::<usize>() <= MEAN_CHARS * list.len();
    let is_row = is_short && mean && list.len() >= MIN_COLUMNS && wide >= 2;
    let y = row.iter().map(|r| r.y).fold(f64::NEG_INFINITY, f64::max);
    let size = row.iter().map(|r| r.size).fold(0.0, f64::max);
    Pieces { y, size, list, is_row, is_short }
}

/// The next lines that may be a table: from the first that looks like a row to
/// the last, with what belongs to them.
fn group(lines: &[Pieces], at: usize) -> (usize, usize) {
    let row_after = |from: usize| lines.iter().skip(from).position(|l| l.is_row).map(|p| from + p);
    let close = |a: Option<&Pieces>, b: Option<&Pieces>| {
        a.zip(b).is_some_and(|(a, b)| b.y - a.y < 3.5 * a.size.max(b.size) && b.y > a.y)
    };
    let Some(first) = row_after(at) else { return (lines.len(), lines.len()) };
    let mut last = first;
    while let Some(next) = row_after(last + 1) {
        let between = lines.get(last + 1..next).unwrap_or_default();
        let together = (last..next).all(|i| close(lines.get(i), lines.get(i + 1)));
        if between.len() > MAX_BETWEEN || !between.iter().all(|l| l.is_short) || !together {
            break;
        }
        last = next;
    }
    // Cells of the first and of the last row that take several lines.
    let belongs = |line: Option<&Pieces>, other: Option<&Pieces>| {
        line.zip(other).is_some_and(|(l, o)| l.is_short && l.is_beside(o) && (l.size - o.size).abs() < 0.5)
    };
    let mut from = first;
    while from > at && belongs(lines.get(from - 1), lines.get(from)) {
        from -= 1;
    }
    let mut to = last + 1;
    while belongs(lines.get(to), lines.get(to - 1)) {
        to += 1;
    }
    (from, to)
}

/// The table that these lines make, if their pieces stand in columns.
fn table(page: usize, lines: &[Pieces]) -> Option<Part> {
    let rows: Vec<&Pieces> = lines.iter().filter(|l| l.is_row).collect();
    if rows.len() < MIN_ROWS {
        return None;
    }
    let columns = columns(&rows)?;
    // Each line's row: its own, or the one it is the rest of a cell of.
    let mut owners: Vec<(f64, bool, Vec<&Pieces>)> = rows.iter().map(|row| (row.y, false, vec![*row])).collect();
    let mut rest: Vec<&Pieces> = lines.iter().filter(|l| !l.is_row).collect();
    let away = |line: &Pieces| rows.iter().map(|r| (r.y - line.y).abs()).fold(f64::INFINITY, f64::min);
    rest.sort_by(|a, b| away(a).total_cmp(&away(b)));
    for line in rest {
        let near = |own: &Vec<&Pieces>| own.iter().any(|o| line.is_beside(o));
        let open = owners.iter_mut().filter(|(_, spans, own)| !spans && near(own));
        match open.min_by(|a, b| (a.0 - line.y).abs().total_cmp(&(b.0 - line.y).abs())) {
            Some((_, _, own)) => own.push(line),
            None => owners.push((line.y, line.list.len() == 1, vec![line])),
        }
    }
    owners.sort_by(|a, b| a.0.total_cmp(&b.0));
    let row = |(_, spans, mut lines): (f64, bool, Vec<&Pieces>)| {
        lines.sort_by(|a, b| a.y.total_cmp(&b.y));
        let mut cells: Vec<Vec<Vec<Run>>> = vec![Vec::new(); columns.len()];
        for piece in lines.into_iter().flat_map(|l| &l.list) {
            let at = if spans { 0 } else { nearest(&columns, piece) };
            if let Some(cell) = cells.get_mut(at) {
                cell.push(piece.runs.clone());
            }
        }
        let mut row = Row { page, spans, ..Row::default() };
        for (cell, (_, right)) in cells.iter().zip(&columns) {
            row.push(cell, *right);
        }
        Block::Row(row)
    };
    let (left, right) = (columns.first()?.0, columns.last()?.1);
    let first = lines.first()?;
    let top = first.y - first.size;
    Some(Part { top, left, right, blocks: owners.into_iter().map(row).collect() })
}

/// Lines with cells that stand in no columns: which figure belongs to which head
/// cannot be told, so they are no rows. What stands before the first row and after
/// the last is text like any other: the end of a paragraph, a title.
fn loose(lines: &[Pieces]) -> Option<(usize, usize, Part)> {
    if lines.iter().filter(|l| l.is_row).count() < MIN_ROWS {
        return None;
    }
    let (from, to) = (lines.iter().position(|l| l.is_row)?, lines.iter().rposition(|l| l.is_row)? + 1);
    let lines = lines.get(from..to)?;
    let first = lines.first()?;
    let pieces = || lines.iter().flat_map(|l| &l.list);
    let left = pieces().map(|p| p.x0).fold(f64::INFINITY, f64::min);
    let right = pieces().map(|p| p.x1).fold(f64::NEG_INFINITY, f64::max);
    let text = |line: &Pieces| line.list.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ");
    let blocks = lines.iter().map(|line| Block::Loose(text(line))).collect();
    Some((from, to, Part { top: first.y - first.size, left, right, blocks }))
}

/// Left and right of the columns, as the fullest rows show them.
fn columns(rows: &[&Pieces]) -> Option<Vec<(f64, f64)>> {
    let most = rows.iter().map(|row| row.list.len()).max()?;
    // One row can have too many pieces by chance.
    let often = |count: usize| rows.iter().filter(|row| row.list.len() == count).count();
    let count = (MIN_COLUMNS..=most).rev().find(|count| often(*count) * 4 >= rows.len())?;
    let full = || rows.iter().filter(|row| row.list.len() == count);
    let column = |at: usize| {
        let pieces = || full().filter_map(|row| row.list.get(at));
        let left = pieces().map(|p| p.x0).fold(f64::INFINITY, f64::min);
        (left, pieces().map(|p| p.x1).fold(f64::NEG_INFINITY, f64::max))
    };
    let columns: Vec<(f64, f64)> = (0..count).map(column).collect();
    let apart = columns.iter().zip(columns.iter().skip(1)).all(|(a, b)| a.1 < b.0);
    // A piece that lies over two columns is a cell of neither: the columns are not these.
    let over = |piece: &Piece| columns.iter().filter(|c| piece.x0 < c.1 && c.0 < piece.x1).count() > 1;
    let strays = rows.iter().filter(|row| row.list.iter().any(over)).count();
    (apart && strays * 5 <= rows.len()).then_some(columns)
}

/// The column a piece stands in.
fn nearest(columns: &[(f64, f64)], piece: &Piece) -> usize {
    let away = |(left, right): &(f64, f64)| {
        let overlap = right.min(piece.x1) - left.max(piece.x0);
        if overlap > 0.0 { -overlap } else { ((left + right) / 2.0 - (piece.x0 + piece.x1) / 2.0).abs() }
    };
    let best = columns.iter().enumerate().min_by(|a, b| away(a.1).total_cmp(&away(b.1)));
    best.map_or(0, |(at, _)| at)
}
