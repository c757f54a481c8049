//! Cases written as Markdown; their form is described in `rules/cases/README.md`.

use std::{fs, path::Path};

use plan_model::PlanPeriod;

/// The columns of a case's table. A range stands in `value` as `1-2`.
pub(crate) const HEAD: [&str; 8] = ["name", "op", "value", "unit", "year", "soft", "class", "shape"];

/// The columns of the table of work items. `amount` is written with its unit.
pub(crate) const WORK_HEAD: [&str; 9] = ["kind", "verb", "name", "lead", "place", "stage", "amount", "due", "rule"];

/// A text and the rows it is to give.
pub(crate) struct Case {
    /// `file:line` of the heading.
    pub(crate) place: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) period: Option<PlanPeriod>,
    /// The codes of shapes that the text comes close to and does not have.
    pub(crate) near: Vec<String>,
    /// The rows, written by [`row`] and sorted.
    pub(crate) expected: Vec<String>,
    /// The work items, written by [`row`] and sorted.
    pub(crate) work: Vec<String>,
}

impl Case {
    /// Whether the case says what facts are to be found; else they are left open.
    pub(crate) fn lists_facts(&self) -> bool {
        self.expected.iter().any(|row| class_and_shape(row).0 == "fact")
    }

    /// Whether the case says what work items are to be found: it lists them, or is
    /// close to a rule that finds them; else they are left open.
    pub(crate) fn lists_work(&self) -> bool {
        !self.work.is_empty() || self.near.iter().any(|code| is_work_code(code))
    }

    /// The shapes of the rows expected.
    pub(crate) fn shapes(&self) -> Vec<&str> {
        self.expected.iter().chain(&self.work).map(|row| class_and_shape(row).1).collect()
    }
}

/// Whether a code is one of a rule for work items.
pub(crate) fn is_work_code(code: &str) -> bool {
    code.starts_with(['W', 'P', 'H', 'D', 'S', 'L'])
}

/// A row as one line of a table.
pub(crate) fn row(cells: &[String]) -> String {
    cells.join(" | ")
}

fn class_and_shape(row: &str) -> (&str, &str) {
    let mut cells = row.rsplit(" | ");
    let shape = cells.next().unwrap_or_default();
    (cells.next().unwrap_or_default(), shape)
}

/// All cases of a folder but its README.
pub(crate) fn read_all(folder: &Path) -> Vec<Case> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name != "README.md" {
            cases.extend(read(&name, &fs::read_to_string(&path).unwrap()));
        }
    }
    cases
}

/// A section while it is read.
#[derive(Default)]
struct Draft {
    place: String,
    title: String,
    why: bool,
    text: Option<String>,
    period: Option<PlanPeriod>,
    near: Vec<String>,
    /// The table that is being read: its head.
    head: Option<&'static [&'static str]>,
    rows: Vec<String>,
    work: Vec<String>,
    none: bool,
}

fn read(file: &str, text: &str) -> Vec<Case> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let place = format!("{file}:{}", at + 1);
        if let Some(title) = line.strip_prefix("## ") {
            drafts.push(Draft { place, title: title.to_owned(), ..Draft::default() });
        } else if let Some(draft) = drafts.last_mut() {
            if line == "```text" {
                let block = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
                assert!(draft.text.is_none(), "{place}: a second text in one case");
                draft.text = Some(block.collect::<Vec<_>>().join("\n"));
            } else {
                draft.take(line, &place);
            }
        }
    }
    drafts.into_iter().map(Draft::finish).collect()
}

impl Draft {
    fn take(&mut self, line: &str, place: &str) {
        if let Some((key, value)) = line.strip_prefix("- ").and_then(|rest| rest.split_once(": ")) {
            match key {
                "period" => self.period = Some(value.parse().unwrap_or_else(|e| panic!("{place}: {e}"))),
                "near" => self.near = value.split(", ").map(str::to_owned).collect(),
                _ => panic!("{place}: not a setting: {key}"),
            }
        } else if line.starts_with("|---") || line.is_empty() {
        } else if line.starts_with('|') {
            let cells: Vec<String> = line.trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect();
            let is_head = |head: &&&'static [&'static str]| cells == **head;
            if let Some(head) = [&HEAD[..], &WORK_HEAD].iter().find(is_head) {
                self.head = Some(head);
                return;
            }
            let head = self.head.unwrap_or_else(|| panic!("{place}: the head of the table: {line}"));
            assert_eq!(cells.len(), head.len(), "{place}: cells of a row");
            let rows = if head == HEAD { &mut self.rows } else { &mut self.work };
            rows.push(row(&cells));
        } else if self.text.is_some() {
            assert_eq!(line, "none", "{place}: after the text stands a table, or `none`");
            self.none = true;
        } else {
            self.why = true;
        }
    }

    fn finish(mut self) -> Case {
        let place = self.place;
        assert!(self.why, "{place}: no sentence says why");
        let rows = !self.rows.is_empty() || !self.work.is_empty();
        assert!(self.none != rows && self.head.is_some() == rows, "{place}: a table with rows, or `none`");
        self.rows.sort();
        self.work.sort();
        let text = self.text.unwrap_or_else(|| panic!("{place}: no ```text block"));
        let (period, near, expected, work) = (self.period, self.near, self.rows, self.work);
        let case = Case { place, title: self.title, text, period, near, expected, work };
        let both = case.near.iter().find(|code| case.shapes().contains(&code.as_str()));
        assert!(both.is_none(), "{}: close to {both:?}, and a row of it", case.place);
        case
    }
}
