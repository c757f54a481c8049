//! Binding or expected: only where a table of the document says it.

use std::collections::HashMap;

use document_reader::Source;
use plan_model::{IndicatorKind, Place, Problem};

use super::name_key;
use crate::records::CommitmentRecord;

/// What the document's tables say about kinds.
pub(super) struct Stated {
    by_line: HashMap<u32, IndicatorKind>,
    by_name: HashMap<String, IndicatorKind>,
}

/// Reads the kinds from the rows of tables: a cell that is just 约束性 or 预期性
/// speaks of the row it stands in, and of the measure named in that row.
pub(super) fn stated(source: &Source, problems: &mut Vec<Problem>) -> Stated {
    let mut stated = Stated { by_line: HashMap::new(), by_name: HashMap::new() };
    let mut torn: Vec<String> = Vec::new();
    for table in &source.tables {
        for (line, row) in (table.first_line..).zip(&table.rows) {
            let kinds: Vec<IndicatorKind> = row.iter().map(|cell| IndicatorKind::from_chinese(cell)).collect();
            let said = kinds.iter().copied().find(|kind| *kind != IndicatorKind::NotStated);
            let Some(kind) = said else { continue };
            if kinds.iter().any(|k| *k != IndicatorKind::NotStated && *k != kind) {
                continue; // A row that says both says neither: a legend, not an indicator.
            }
            stated.by_line.insert(line, kind);
            for name in row.iter().filter_map(|cell| measure_named(cell)) {
                let before = stated.by_name.insert(name.clone(), kind);
                if before.is_some_and(|other| other != kind) {
                    torn.push(name.clone());
                    problems.push(Problem::new(
                        "kinds-differ",
                        Place::Line(line),
                        format!("“{name}”在表中既是约束性又是预期性"),
                        "按未注明处理；请核对后在指标页面选定",
                    ));
                }
            }
        }
    }
    for name in torn {
        stated.by_name.remove(&name);
    }
    stated
}

/// The key of the measure a cell names: without a unit in brackets, footnote or
/// list number; `None` for numbers and short codes.
fn measure_named(cell: &str) -> Option<String> {
    let key = name_key(cell);
    let key = key.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、' | '*'));
    let bare = key.split(['(', '[', '*']).next().unwrap_or_default().to_owned();
    (bare.chars().filter(|c| c.is_alphabetic()).count() >= 3).then_some(bare)
}

impl Stated {
    /// The kind of an indicator: its own row in a table, else the row that names it.
    pub(super) fn kind_of(&self, members: &[&CommitmentRecord]) -> IndicatorKind {
        let own = members.iter().filter_map(|m| self.by_line.get(&m.commitment.anchor.line));
        let named = members.iter().filter_map(|m| self.by_name.get(&name_key(&m.commitment.name)));
        own.chain(named).copied().next().unwrap_or_default()
    }
}
