//! Tables drawn with rules.

use super::{Block, Page, Part, Row, Rule, Run, TextLine, base_lines, columns, line_text};

/// How far two rules may miss each other and still meet, in points.
const REACH: f64 = 3.0;
/// A page with more rules than this is a drawing.
const MAX_RULES: usize = 1_500;
/// Columns of text within frames are counted from here.
const FIRST_FRAME: usize = 1_000_000;

/// The tables and frames that the rules of a page draw.
#[derive(Default)]
pub(super) struct Drawn {
    tables: Vec<Grid>,
    frames: Vec<Grid>,
}

impl Drawn {
    pub(super) fn on(page: &Page) -> Self {
        if page.rules.len() > MAX_RULES {
            return Self::default();
        }
        let mut groups = meeting(&page.rules);
        pair_sides(&mut groups);
        let grids = groups.iter().map(|rules| Grid::of(rules)).filter(|g| g.xs.len() >= 2 && g.ys.len() >= 2);
        let (tables, frames) = grids.partition(|g: &Grid| g.xs.len() > 2);
        Self { tables, frames }
    }

    /// Whether a frame stands around nearly all of the page.
    pub(super) fn has_border(&self, page: &Page) -> bool {
        self.frames.iter().any(|grid| grid.is_border(page))
    }

    /// The tables and the frames with what stands in them, from the top, and the
    /// text outside them.
    pub(super) fn parts(&self, number: usize, page: &Page, borders: bool) -> (Vec<Part>, Vec<Run>) {
        let mut rest = page.runs.clone();
        let mut parts = Vec::new();
        for grid in &self.tables {
            let (inside, outside): (Vec<Run>, Vec<Run>) = rest.into_iter().partition(|run| grid.cell(run).is_some());
            rest = outside;
            let rows = grid.rows(number, inside);
            if !rows.is_empty() {
                parts.extend(grid.part(rows.into_iter().map(Block::Row).collect()));
            }
        }
        for (index, grid) in self.frames.iter().enumerate() {
            // A border of the page or around a table is not one around a text.
            if borders && grid.is_border(page) || self.tables.iter().any(|t| grid.is_around(t)) {
                continue;
            }
            let (inside, outside): (Vec<Run>, Vec<Run>) = rest.into_iter().partition(|run| grid.cell(run).is_some());
            rest = outside;
            let lines = grid.lines(number, FIRST_FRAME + index, inside);
            if !lines.is_empty() {
                parts.extend(grid.part(lines));
            }
        }
        parts.sort_by(|a, b| a.top.total_cmp(&b.top));
        (parts, rest)
    }
}

fn is_across(rule: &Rule) -> bool {
    (rule.x1 - rule.x0).abs() >= (rule.y1 - rule.y0).abs()
}

/// Groups of rules that meet one another.
fn meeting(rules: &[Rule]) -> Vec<Vec<Rule>> {
    let mut group: Vec<usize> = (0..rules.len()).collect();
    let root = |group: &[usize], mut at: usize| {
        while let Some(up) = group.get(at).copied().filter(|up| *up != at) {
            at = up;
        }
        at
    };
    let meet = |a: &Rule, b: &Rule| {
        let across =
            |a0: f64, a1: f64, b0: f64, b1: f64| a0.min(a1) - REACH <= b0.max(b1) && b0.min(b1) - REACH <= a0.max(a1);
        across(a.x0, a.x1, b.x0, b.x1) && across(a.y0, a.y1, b.y0, b.y1)
    };
    for (i, a) in rules.iter().enumerate() {
        for (j, b) in rules.iter().enumerate().skip(i + 1) {
            if meet(a, b) {
                let (from, to) = (root(&group, j), root(&group, i));
                if let Some(place) = group.get_mut(from) {
                    *place = to;
                }
            }
        }
    }
    let mut groups: Vec<(usize, Vec<Rule>)> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let of = root(&group, index);
        match groups.iter_mut().find(|(root, _)| *root == of) {
            Some((_, rules)) => rules.push(*rule),
            None => groups.push((of, vec![*rule])),
        }
    }
    groups.into_iter().map(|(_, rules)| rules).collect()
}

/// Adds the ends of a table to the places of its rules where it reaches further.
fn stretch(places: &mut Vec<f64>, (from, to): (f64, f64)) {
    if places.first().is_none_or(|first| from < first - 3.0 * REACH) {
        places.insert(0, from);
    }
    if places.last().is_none_or(|last| to > last + 3.0 * REACH) {
        places.push(to);
    }
}

/// The sides of a frame that the end of the page cuts above and below: nothing
/// across joins them.
fn pair_sides(groups: &mut Vec<Vec<Rule>>) {
    let side = |group: &[Rule]| match group {
        [rule] if !is_across(rule) && rule.y1 - rule.y0 > 10.0 * REACH => Some(*rule),
        _ => None,
    };
    let mut sides: Vec<Rule> = groups.iter().filter_map(|group| side(group)).collect();
    sides.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let alike = |a: &Rule, b: &Rule| (a.y0 - b.y0).abs() <= REACH && (a.y1 - b.y1).abs() <= REACH;
    while let Some(left) = (!sides.is_empty()).then(|| sides.remove(0)) {
        if let Some(at) = sides.iter().position(|right| alike(&left, right)) {
            groups.push(vec![left, sides.remove(at)]);
        }
    }
}

/// The places of the rules of a table.
struct Grid {
    xs: Vec<f64>,
    ys: Vec<f64>,
    rules: Vec<Rule>,
}

impl Grid {
    fn of(rules: &[Rule]) -> Self {
        let places = |values: Vec<f64>| {
            let mut values = values;
            values.sort_by(f64::total_cmp);
            values.dedup_by(|b, a| *b - *a < REACH);
            values
        };
        let mut xs = places(rules.iter().filter(|r| !is_across(r)).map(|r| r.x0).collect());
        let mut ys = places(rules.iter().filter(|r| is_across(r)).map(|r| r.y0).collect());
        // Where a page ends inside a table no rule closes it, and many tables are
        // left open at both sides: the other rules show how far it reaches.
        let reach = |across: bool, ends: fn(&Rule) -> (f64, f64)| {
            let all = rules.iter().filter(|r| is_across(r) == across).map(ends);
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), (a, b)| (from.min(a), to.max(b)))
        };
        let (inner_rows, inner_columns) = (ys.len(), xs.len());
        if inner_columns > 1 {
            stretch(&mut ys, reach(false, |r| (r.y0, r.y1)));
        }
        if inner_rows > 1 && inner_columns > 0 {
            stretch(&mut xs, reach(true, |r| (r.x0, r.x1)));
        }
        Self { xs, ys, rules: rules.to_vec() }
    }

    /// The room of the table, with what stands in it.
    fn part(&self, blocks: Vec<Block>) -> Option<Part> {
        let (left, right) = (*self.xs.first()?, *self.xs.last()?);
        Some(Part { top: *self.ys.first()?, left, right, blocks })
    }

    /// The lines of a frame.
    fn lines(&self, page: usize, column: usize, inside: Vec<Run>) -> Vec<Block> {
        let frame = self.xs.first().copied().zip(self.xs.last().copied());
        let lines = base_lines(inside);
        let lines = lines.iter().filter_map(|runs| columns::line(page, column, runs));
        lines.map(|line| Block::Line(TextLine { frame, ..line })).collect()
    }

    fn is_border(&self, page: &Page) -> bool {
        let inside = page.runs.iter().filter(|run| self.cell(run).is_some()).count();
        inside * 10 > page.runs.len() * 7
    }

    fn is_around(&self, other: &Self) -> bool {
        let holds = |own: &[f64], other: &[f64]| own.first() <= other.first() && own.last() >= other.last();
        holds(&self.xs, &other.xs) && holds(&self.ys, &other.ys)
    }

    /// The row and column a run stands in.
    fn cell(&self, run: &Run) -> Option<(usize, usize)> {
        let band = |places: &[f64], at: f64| {
            let passed = places.iter().filter(|p| **p <= at).count();
            (1..places.len()).contains(&passed).then(|| passed - 1)
        };
        let row = band(&self.ys, run.y - run.size * 0.35)?;
        let column = band(&self.xs, run.x0 + run.size * 0.3)?;
        Some((row, column))
    }

    /// The first place of the merged cell that a place belongs to.
    fn first_of(&self, (mut row, mut column): (usize, usize)) -> (usize, usize) {
        let middle = |places: &[f64], at: usize| Some((places.get(at)? + places.get(at + 1)?) / 2.0);
        let near = |a: f64, b: f64| (a - b).abs() <= REACH;
        let within = |a: f64, b: f64, at: f64| a.min(b) <= at && at <= a.max(b);
        while column > 0 {
            let (Some(x), Some(y)) = (self.xs.get(column), middle(&self.ys, row)) else { break };
            if self.rules.iter().any(|r| !is_across(r) && near(r.x0, *x) && within(r.y0, r.y1, y)) {
                break;
            }
            column -= 1;
        }
        while row > 0 {
            let (Some(y), Some(x)) = (self.ys.get(row), middle(&self.xs, column)) else { break };
            if self.rules.iter().any(|r| is_across(r) && near(r.y0, *y) && within(r.x0, r.x1, x)) {
                break;
            }
            row -= 1;
        }
        (row, column)
    }

    /// The rows. A merged cell stands in its first place.
    fn rows(&self, page: usize, runs: Vec<Run>) -> Vec<Row> {
        let (height, width) = (self.ys.len().saturating_sub(1), self.xs.len().saturating_sub(1));
        let mut cells: Vec<Vec<Vec<Run>>> = vec![vec![Vec::new(); width]; height];
        for run in runs {
            if let Some((row, column)) = self.cell(&run).map(|at| self.first_of(at))
                && let Some(cell) = cells.get_mut(row).and_then(|r| r.get_mut(column))
            {
                cell.push(run);
            }
        }
        let mut rows = Vec::new();
        for (at, cells) in cells.into_iter().enumerate() {
            if cells.iter().all(Vec::is_empty) {
                continue;
            }
            let last = width.saturating_sub(1);
            let mut row = Row { page, spans: self.first_of((at, last)) == (at, 0), ..Row::default() };
            for (column, runs) in cells.into_iter().enumerate() {
                let right = self.xs.get(column + 1).copied().unwrap_or(f64::INFINITY);
                row.push(&base_lines(runs), right);
            }
            rows.push(row);
        }
        rows
    }
}

impl Row {
    /// Adds a cell with these lines, which ends at `right`.
    pub(super) fn push(&mut self, lines: &[Vec<Run>], right: f64) {
        let last = lines.last().and_then(|line| line.last());
        self.full.push(last.is_some_and(|run| right - run.x1 < 1.6 * run.size));
        self.cells.push(lines.iter().map(|line| line_text(line).replace('\t', " ")).collect::<Vec<_>>().concat());
    }
}
