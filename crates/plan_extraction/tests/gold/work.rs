//! The second gold set: work items against hand labels, as `samples/gold/WORK-ITEMS.md`
//! defines row, match and exactness.
//!
//! A found item matches a labelled one on the same line and of the same group (tasks
//! and their like, projects, milestones) whose name shares at least 0.6 of its pairs
//! of characters. Matching is one to one, best names first. A match is exact when kind,
//! due year and name agree.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use plan_extraction::{Extraction, Options, extract};
use plan_model::{Confidence, WorkItem, WorkKind};

use crate::{
    Scored,
    counts::Counts,
    is_set,
    labels::{Near, near, records, squeeze},
    score::f1,
};

/// A labelled or found item, as far as it is compared.
#[derive(Debug, Clone)]
struct Item {
    line: u32,
    kind: WorkKind,
    /// Without white space and quotation marks.
    name: String,
    due: String,
    quote: String,
    /// Of found items only.
    confidence: Option<Confidence>,
}

/// Kinds that may stand for each other in a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Tasks,
    Projects,
    Milestones,
}

const GROUPS: [(Group, &str); 3] =
    [(Group::Tasks, "tasks…"), (Group::Projects, "projects"), (Group::Milestones, "milestones")];

impl Item {
    fn group(&self) -> Group {
        match self.kind {
            WorkKind::Project => Group::Projects,
            WorkKind::Milestone => Group::Milestones,
            WorkKind::Task | WorkKind::Platform | WorkKind::List | WorkKind::Direction => Group::Tasks,
        }
    }

    fn of(found: &WorkItem) -> Self {
        Item {
            line: found.anchor.line,
            kind: found.kind,
            name: bare(&found.name),
            due: found.due.to_string(),
            quote: squeeze(&found.quote),
            confidence: Some(found.confidence),
        }
    }
}

fn bare(text: &str) -> String {
    squeeze(text).replace(['“', '”', '‘', '’', '"', '\''], "")
}

/// The share of pairs of characters that two names have in common (Dice), as a
/// fraction: twice the common pairs, and all pairs.
fn likeness(a: &str, b: &str) -> (usize, usize) {
    if a == b {
        return (1, 1);
    }
    let pairs = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        chars.windows(2).map(<[char]>::to_vec).collect::<Vec<_>>()
    };
    let (mut left, right) = (pairs(a), pairs(b));
    let all = left.len() + right.len();
    let mut common = 0;
    for pair in right {
        if let Some(at) = left.iter().position(|p| *p == pair) {
            left.swap_remove(at);
            common += 1;
        }
    }
    (2 * common, all.max(1))
}

/// Labelled and found items, paired.
#[derive(Default)]
struct Outcome {
    matched: Vec<(Item, Item)>,
    missed: Vec<Item>,
    extra: Vec<Item>,
}

fn exact((gold, found): &(Item, Item)) -> bool {
    (gold.kind, &gold.name, &gold.due) == (found.kind, &found.name, &found.due)
}

impl Outcome {
    fn counts(&self) -> Counts {
        Counts {
            labelled: self.matched.len() + self.missed.len(),
            found: self.matched.len() + self.extra.len(),
            matched: self.matched.len(),
            exact: self.matched.iter().filter(|pair| exact(pair)).count(),
            facts: Default::default(),
        }
    }
}

fn score(gold: &[Item], found: &[Item], near: &[Near]) -> Outcome {
    let mut pairs = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, f) in found.iter().enumerate().filter(|(_, f)| f.line == g.line && f.group() == g.group()) {
            let (common, all) = likeness(&g.name, &f.name);
            if common * 5 >= all * 3 {
                pairs.push((common, all, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| (b.0 * a.1).cmp(&(a.0 * b.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let mut gold: Vec<Option<Item>> = gold.iter().cloned().map(Some).collect();
    let mut found: Vec<Option<Item>> = found.iter().cloned().map(Some).collect();
    let mut outcome = Outcome::default();
    for (_, _, i, j) in pairs {
        if let (Some(g), Some(f)) = (gold.get_mut(i), found.get_mut(j))
            && g.is_some()
            && f.is_some()
        {
            outcome.matched.extend(g.take().zip(f.take()));
        }
    }
    outcome.missed = gold.into_iter().flatten().collect();
    let doubtful = |f: &Item| {
        near.iter()
            .any(|n| n.line == f.line && (f.name.contains(&bare(&n.words)) || bare(&f.quote).contains(&bare(&n.words))))
    };
    outcome.extra = found.into_iter().flatten().filter(|f| !doubtful(f)).collect();
    outcome
}

/// Scores every `*.work.tsv` of a folder; the texts lie in another.
pub(crate) fn scored(gold: &Path, texts: &Path, pool: &str) -> Vec<Scored> {
    let mut scored = Vec::new();
    let mut pooled = Counts::default();
    let mut all = Outcome::default();
    for path in labelled(gold) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = file.trim_end_matches(".work.tsv");
        let outcome = of_document(gold, texts, name);
        print!("{}", table(&format!("{name}, work items"), &outcome));
        if is_set("LANTU_GOLD_ERRORS") {
            print!("{}", errors(&outcome));
        }
        let counts = outcome.counts();
        pooled.add(&counts);
        all.matched.extend(outcome.matched);
        all.missed.extend(outcome.missed);
        all.extra.extend(outcome.extra);
        let key = format!("{pool}/{name}, work items");
        scored.push(Scored { key, shown: format!("{name}, work items"), pool: false, counts });
    }
    if scored.len() > 1 {
        let shown = format!("{pool}, work items, pooled");
        print!("{}", table(&shown, &all));
        scored.push(Scored { key: format!("{pool}/pool, work items"), shown, pool: true, counts: pooled });
    }
    scored
}

fn labelled(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let mut paths: Vec<PathBuf> = files.filter(|p| p.to_string_lossy().ends_with(".work.tsv")).collect();
    paths.sort();
    paths
}

fn of_document(folder: &Path, texts: &Path, name: &str) -> Outcome {
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (gold_path, near_path) = (folder.join(format!("{name}.work.tsv")), folder.join("work-near.tsv"));
    let lines_path = folder.join("work-lines.tsv");
    let gold = read(&gold_path);
    let item = |r: &crate::labels::Record<'_>| Item {
        line: r.number("line"),
        kind: r.cell("kind").parse().unwrap_or_else(|e| panic!("{}: {e}", gold_path.display())),
        name: bare(r.cell("name")),
        due: r.cell("due").to_owned(),
        quote: squeeze(r.cell("quote")),
        confidence: None,
    };
    let gold: Vec<Item> = records(&gold, &gold_path).iter().map(item).collect();
    let lines = read(&lines_path);
    let spans: Vec<(u32, u32)> = records(&lines, &lines_path)
        .iter()
        .filter(|r| r.cell("doc") == name)
        .map(|r| (r.number("from"), r.number("to")))
        .collect();
    let found = extraction(&texts.join(format!("{name}.txt")));
    let inside = |item: &Item| spans.iter().any(|(from, to)| (*from..=*to).contains(&item.line));
    let found: Vec<Item> = found.work.iter().map(Item::of).filter(inside).collect();
    score(&gold, &found, &near(&read(&near_path), &near_path, name))
}

fn extraction(path: &Path) -> Extraction {
    let bytes = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let name = path.to_string_lossy();
    let source = document_reader::read(&name, &bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    extract(&source, &Options::default())
}

/// The table of one document or of all: by group and kind, and how the steps of
/// confidence hold.
fn table(title: &str, outcome: &Outcome) -> String {
    let mut text = format!("\n{title}\ngroup       gold  found right  precision recall  F1\n");
    let mut line = |name: &str, wanted: usize, found: usize, right: usize| {
        let (precision, recall, f) = f1(right, found, wanted);
        writeln!(text, "{name:11} {wanted:4} {found:6} {right:5}  {precision:9.3} {recall:6.3}  {f:.3}")
            .expect("a string");
    };
    let gold = || outcome.matched.iter().map(|(g, _)| g).chain(&outcome.missed);
    let found = || outcome.matched.iter().map(|(_, f)| f).chain(&outcome.extra);
    for (group, name) in GROUPS {
        let right = outcome.matched.iter().filter(|(g, _)| g.group() == group).count();
        let of = |i: &&Item| i.group() == group;
        line(name, gold().filter(of).count(), found().filter(of).count(), right);
    }
    for kind in [WorkKind::Task, WorkKind::Direction, WorkKind::Platform, WorkKind::List] {
        let right = outcome.matched.iter().filter(|(g, f)| g.kind == kind && f.kind == kind).count();
        let of = |i: &&Item| i.kind == kind;
        line(&format!("  {kind}"), gold().filter(of).count(), found().filter(of).count(), right);
    }
    let counts = outcome.counts();
    line("all", counts.labelled, counts.found, counts.matched);
    line("exact", counts.labelled, counts.found, counts.exact);
    let rows = outcome.matched.iter().map(|pair| (pair.1.confidence, exact(pair)));
    text += &crate::table::confidence(rows.chain(outcome.extra.iter().map(|f| (f.confidence, false))));
    text
}

fn errors(outcome: &Outcome) -> String {
    let mut text = String::new();
    for (title, items) in [("missed", &outcome.missed), ("extra", &outcome.extra)] {
        for Item { line, kind, name, due, .. } in items {
            writeln!(text, "{title}\t{line}\t{kind}\t{due}\t{name}").expect("a string");
        }
    }
    for pair in outcome.matched.iter().filter(|pair| !exact(pair)) {
        let (gold, found) = pair;
        let Item { line, kind, name, due, .. } = gold;
        writeln!(text, "differs\t{line}\t{kind} {}\t{due} {}\t{name}\t{}", found.kind, found.due, found.name)
            .expect("a string");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(line: u32, kind: WorkKind, name: &str) -> Item {
        Item { line, kind, name: bare(name), due: String::new(), quote: String::new(), confidence: None }
    }

    #[test]
    fn names_are_alike_by_pairs_of_characters() {
        for (a, b, expected) in [
            ("节水技术", "节水技术", (1, 1)),
            ("节水技术", "节水灌溉技术", (4, 8)),
            ("节水", "养老", (0, 2)),
            ("节", "节水", (0, 1)),
        ] {
            assert_eq!(likeness(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn items_match_by_line_group_and_name() {
        let gold = [item(3, WorkKind::Platform, "“沙岭通”服务平台"), item(4, WorkKind::Project, "沙岭大桥修缮")];
        let count = |found: &[Item]| {
            let counts = score(&gold, found, &[]).counts();
            (counts.matched, counts.exact, counts.found)
        };
        assert_eq!(count(&gold), (2, 2, 2));
        assert_eq!(count(&[item(3, WorkKind::Task, "沙岭通服务平台")]), (1, 0, 1), "another kind of the group");
        assert_eq!(count(&[item(4, WorkKind::Task, "沙岭大桥修缮")]), (0, 0, 1), "another group");
        assert_eq!(count(&[item(5, WorkKind::Project, "沙岭大桥修缮")]), (0, 0, 1), "another line");
        let near = [Near { line: 9, words: "文明".to_owned() }];
        let extra =
            score(&gold, &[item(9, WorkKind::Task, "文明新风"), item(8, WorkKind::Task, "文明新风")], &near).extra;
        assert_eq!(extra.len(), 1, "a doubtful phrase is not charged for");
    }
}
