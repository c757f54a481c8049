//! Tables drawn with rules.

use super::{Page, Rule, Run, base_lines, line_text};

/// How far two rules may miss each other and still meet, in points.
const REACH: f64 = 3.0;
/// A page with more rules than this is a drawing.
const MAX_RULES: usize = 1_500;

/// A table on a page.
pub(super) struct Table {
    pub(super) top: f64,
    pub(super) rows: Vec<Vec<String>>,
}

/// The ruled tables of a page from the top, and the text outside them.
pub(super) fn tables(page: &Page) -> (Vec<Table>, Vec<Run>) {
    let mut rest = page.runs.clone();
    if page.rules.len() > MAX_RULES {
        return (Vec::new(), rest);
    }
    let mut tables = Vec::new();
    for rules in meeting(&page.rules) {
        let grid = Grid::of(&rules);
        // A frame around prose is no table.
        if grid.xs.len() < 3 || grid.ys.len() < 2 {
            continue;
        }
        let (inside, outside): (Vec<Run>, Vec<Run>) = rest.into_iter().partition(|run| grid.cell(run).is_some());
        rest = outside;
        let rows = grid.rows(inside);
        if rows.iter().flatten().any(|cell| !cell.is_empty()) {
            tables.push(Table { top: grid.ys.first().copied().unwrap_or(0.0), rows });
        }
    }
    tables.sort_by(|a, b| a.top.total_cmp(&b.top));
    (tables, rest)
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
        let xs = places(rules.iter().filter(|r| !is_across(r)).map(|r| r.x0).collect());
        let ys = places(rules.iter().filter(|r| is_across(r)).map(|r| r.y0).collect());
        Self { xs, ys, rules: rules.to_vec() }
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

    /// The cells. A merged cell stands in its first place.
    fn rows(&self, runs: Vec<Run>) -> Vec<Vec<String>> {
        let (height, width) = (self.ys.len().saturating_sub(1), self.xs.len().saturating_sub(1));
        let mut cells: Vec<Vec<Vec<Run>>> = vec![vec![Vec::new(); width]; height];
        for run in runs {
            if let Some((row, column)) = self.cell(&run).map(|at| self.first_of(at))
                && let Some(cell) = cells.get_mut(row).and_then(|r| r.get_mut(column))
            {
                cell.push(run);
            }
        }
        let text = |runs: Vec<Run>| {
            let lines = base_lines(runs);
            lines.iter().map(|line| line_text(line).replace('\t', " ")).collect::<Vec<_>>().concat()
        };
        let rows = cells.into_iter().map(|row| row.into_iter().map(text).collect::<Vec<String>>());
        rows.filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
    }
}
