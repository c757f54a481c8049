//! How well found rows agree with hand labels.
//!
//! A found row matches a labelled one when line, value, upper value and unit
//! agree and the names share at least half of their characters in order.
//! Matching is one to one, best names first. A match is exact when comparison,
//! year, softness and class agree too and the names share at least 0.8.

use crate::labels::{Near, Row, squeeze};

/// Labelled and found rows of one or more documents, paired.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) matched: Vec<Match>,
    pub(crate) missed: Vec<Row>,
    pub(crate) extra: Vec<Row>,
}

/// A labelled row and the found row that is the same commitment.
pub(crate) struct Match {
    pub(crate) gold: Row,
    pub(crate) found: Row,
    pub(crate) similarity: Similarity,
}

impl Match {
    /// Whether everything agrees, not only the number.
    pub(crate) fn is_exact(&self) -> bool {
        self.gold.said == self.found.said && self.similarity.at_least(4, 5)
    }
}

impl Outcome {
    pub(crate) fn labelled(&self) -> usize {
        self.matched.len() + self.missed.len()
    }

    pub(crate) fn found(&self) -> usize {
        self.matched.len() + self.extra.len()
    }

    pub(crate) fn exact(&self) -> usize {
        self.matched.iter().filter(|m| m.is_exact()).count()
    }

    pub(crate) fn add(&mut self, other: Outcome) {
        self.matched.extend(other.matched);
        self.missed.extend(other.missed);
        self.extra.extend(other.extra);
    }
}

/// The share of characters that two names have in common, in order: exact, so
/// that equal shares compare equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Similarity {
    common: usize,
    longer: usize,
}

impl Similarity {
    /// White space and quotation marks do not count.
    pub(crate) fn of(a: &str, b: &str) -> Self {
        let clean =
            |text: &str| -> Vec<char> { squeeze(text).chars().filter(|c| !"“”‘’\"'".contains(*c)).collect() };
        let (a, b) = (clean(a), clean(b));
        let longer = a.len().max(b.len());
        if a.is_empty() || b.is_empty() {
            return Similarity { common: 0, longer: longer.max(1) };
        }
        // The longest common subsequence, one row of the table at a time.
        let mut row = vec![0; b.len()];
        for x in &a {
            let (mut diagonal, mut left) = (0, 0);
            for (y, cell) in b.iter().zip(&mut row) {
                let above = *cell;
                left = if x == y { diagonal + 1 } else { above.max(left) };
                (diagonal, *cell) = (above, left);
            }
        }
        Similarity { common: row.last().copied().unwrap_or_default(), longer }
    }

    pub(crate) fn at_least(self, part: usize, whole: usize) -> bool {
        self.common * whole >= part * self.longer
    }

    pub(crate) fn share(self) -> f64 {
        self.common as f64 / self.longer as f64
    }

    fn compare(self, other: Self) -> std::cmp::Ordering {
        (self.common * other.longer).cmp(&(other.common * self.longer))
    }
}

/// Pairs found rows with labelled ones; extra rows that are near misses are left out.
pub(crate) fn score(gold: &[Row], found: &[Row], near: &[Near]) -> Outcome {
    let mut pairs = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, f) in found.iter().enumerate() {
            let same = (g.line, &g.value, &g.value_high, &g.unit) == (f.line, &f.value, &f.value_high, &f.unit);
            let similarity = Similarity::of(&g.name, &f.name);
            if same && similarity.at_least(1, 2) {
                pairs.push((similarity, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.compare(a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut gold_left, mut found_left) = (some(gold), some(found));
    let mut outcome = Outcome::default();
    for (similarity, i, j) in pairs {
        if let (Some(g), Some(f)) = (gold_left.get_mut(i), found_left.get_mut(j))
            && g.is_some()
            && f.is_some()
        {
            outcome.matched.extend(g.take().zip(f.take()).map(|(gold, found)| Match { gold, found, similarity }));
        }
    }
    outcome.missed = gold_left.into_iter().flatten().collect();
    let charged = |f: &Row| !near.iter().any(|n| n.line == f.line && said(f).contains(&n.words));
    outcome.extra = found_left.into_iter().flatten().filter(charged).collect();
    outcome
}

fn some(rows: &[Row]) -> Vec<Option<Row>> {
    rows.iter().cloned().map(Some).collect()
}

fn said(row: &Row) -> String {
    squeeze(&row.name) + &squeeze(&row.quote)
}

/// Precision, recall and F1; 0 where there is nothing to divide by.
pub(crate) fn f1(right: usize, found: usize, wanted: usize) -> (f64, f64, f64) {
    let ratio = |a: usize, b: usize| if b == 0 { 0.0 } else { a as f64 / b as f64 };
    // 2PR/(P+R) with P = right/found and R = right/wanted.
    (ratio(right, found), ratio(right, wanted), ratio(2 * right, found + wanted))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::labels::{near, targets};

    const HEAD: &str = "line\tname\top\tvalue\tvalue_high\tunit\tyear\tsoft\tclass\tquote\n";

    fn rows(text: &str) -> Vec<Row> {
        targets(&(HEAD.to_owned() + text), Path::new("rows"))
    }

    /// Matched, exact, missed, extra.
    fn count(gold: &str, found: &str, near_misses: &str) -> (usize, usize, usize, usize) {
        let near = near(&format!("doc\tline\twords\n{near_misses}"), Path::new("near"), "doc");
        let outcome = score(&rows(gold), &rows(found), &near);
        (outcome.matched.len(), outcome.exact(), outcome.missed.len(), outcome.extra.len())
    }

    #[test]
    fn names_are_compared_by_characters_in_order() {
        for (a, b, common, longer) in [
            ("森林覆盖率", "森林覆盖率", 5, 5),
            ("“森林” 覆盖率", "森林覆盖率", 5, 5),
            ("森林覆盖率", "覆盖森林", 2, 5),
            ("森林覆盖率", "绿道", 0, 5),
            ("", "绿道", 0, 2),
            ("公共图书馆", "新建公共图书馆分馆", 5, 9),
        ] {
            assert_eq!(Similarity::of(a, b), Similarity { common, longer }, "{a} {b}");
        }
    }

    #[test]
    fn rows_match_by_line_value_and_unit() {
        let gold = "5\t绿道\t=\t120\t\t公里\t2025\tno\tnumeric\t绿道120公里\n";
        assert_eq!(count(gold, gold, ""), (1, 1, 0, 0));
        assert_eq!(count(gold, &gold.replace("120\t", "120.0\t").replace("公里\t", "km\t"), ""), (1, 1, 0, 0));
        assert_eq!(count(gold, &gold.replacen('5', "6", 1), ""), (0, 0, 1, 1), "another line");
        assert_eq!(count(gold, &gold.replace("120\t", "12\t"), ""), (0, 0, 1, 1), "another value");
        assert_eq!(count(gold, &gold.replace("\t\t公里", "\t130\t公里"), ""), (0, 0, 1, 1), "a range");
        assert_eq!(count(gold, &gold.replace("2025", ""), ""), (1, 0, 0, 0), "another year is not exact");
        assert_eq!(count(gold, &gold.replace("\t绿道\t", "\t城区绿道\t"), ""), (1, 0, 0, 0), "half of the name");
        assert_eq!(count(gold, &gold.replace("\t绿道\t", "\t城市新区绿道\t"), ""), (0, 0, 1, 1), "under half");
    }

    #[test]
    fn the_best_names_match_first_and_each_row_once() {
        let gold = "5\t城区公园\t=\t3\t\t个\t\tno\tnumeric\t\n5\t公园\t=\t3\t\t个\t\tno\tnumeric\t\n";
        let found = "5\t公园\t=\t3\t\t个\t\tno\tnumeric\t\n5\t城区公园\t=\t3\t\t个\t\tno\tnumeric\t\n";
        assert_eq!(count(gold, found, ""), (2, 2, 0, 0));
        let once = "5\t公园\t=\t3\t\t个\t\tno\tnumeric\t\n";
        assert_eq!(count(once, found, ""), (1, 1, 0, 1));
    }

    #[test]
    fn near_misses_are_not_charged_for() {
        let found = "5\t事故隐患\t=\t0\t\t\t\tno\tzero\t消除事故隐患\n";
        assert_eq!(count("", found, "doc\t5\t事故隐患\n"), (0, 0, 0, 0));
        assert_eq!(count("", found, "doc\t6\t事故隐患\n"), (0, 0, 0, 1));
        assert_eq!(count("", found, "other\t5\t事故隐患\n"), (0, 0, 0, 1));
    }
}
