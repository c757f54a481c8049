//! Binding or expected: only where a table of the document says it.

use std::collections::HashMap;

use document_reader::Source;
use plan_model::IndicatorKind;

use super::name_key;
use crate::records::CommitmentRecord;

/// What the document says about kinds.
pub(super) struct Stated {
    /// By the number of the commitment, as found with it.
    by_commitment: HashMap<u32, IndicatorKind>,
    /// By the name in a row of a table; `None` where two rows disagree.
    by_name: HashMap<String, Option<IndicatorKind>>,
}

/// The kinds found with commitments (by index), and those of measures that the
/// text names again elsewhere: a cell of a table that is just 约束性 or 预期性
/// speaks of the measure named in its row.
pub(super) fn stated(source: &Source, found: &[(usize, IndicatorKind)]) -> Stated {
    let by_commitment = found.iter().map(|(index, kind)| (super::number(*index), *kind)).collect();
    let mut stated = Stated { by_commitment, by_name: HashMap::new() };
    for row in source.tables.iter().flat_map(|table| &table.rows) {
        let kinds = row.iter().map(|cell| IndicatorKind::from_chinese(cell));
        let mut said: Vec<IndicatorKind> = kinds.filter(|kind| *kind != IndicatorKind::NotStated).collect();
        said.dedup();
        // A row that says both says neither: a legend, not an indicator.
        let [kind] = said.as_slice() else { continue };
        for name in row.iter().filter_map(|cell| measure_named(cell)) {
            let kept = stated.by_name.entry(name).or_insert(Some(*kind));
            *kept = kept.filter(|other| other == kind);
        }
    }
    stated
}

/// The key of the measure a cell names: without a unit in brackets, footnote or
/// list number; `None` for numbers and short codes.
fn measure_named(cell: &str) -> Option<String> {
    let key = name_key(cell);
    let key = key.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '、' | '*'));
    let bare = key.split(['(', '[', '*']).next().unwrap_or_default().to_owned();
    (bare.chars().filter(|c| c.is_alphabetic()).count() >= 2).then_some(bare)
}

impl Stated {
    /// The kind of an indicator: the one its mentions agree on, else the one of
    /// the table row that names it. `None` where the text disagrees with itself.
    pub(super) fn kind_of(&self, members: &[&CommitmentRecord]) -> Option<IndicatorKind> {
        let mut own: Vec<IndicatorKind> =
            members.iter().filter_map(|m| self.by_commitment.get(&m.number).copied()).collect();
        own.sort_unstable();
        own.dedup();
        let named = members.iter().find_map(|m| self.by_name.get(&name_key(&m.commitment.name)));
        match own.as_slice() {
            [] => named.copied().unwrap_or(Some(IndicatorKind::NotStated)),
            [one] => Some(*one),
            _ => None,
        }
    }
}
