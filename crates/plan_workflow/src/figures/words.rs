//! The words of figures files: `rules/figures.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::register::name_key;

/// What a column of a figures file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Column {
    Id,
    Indicator,
    Period,
    Value,
    Standing,
    Source,
    Note,
    Unit,
    /// Of a peer's figure: whose it is.
    Region,
    /// Of a peer's figure: in what it counts otherwise.
    Definition,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    columns: BTreeMap<Column, Vec<String>>,
}

impl Words {
    /// The words that come with the program.
    pub(super) fn standard() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
        static WORDS: LazyLock<Words> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../rules/figures.toml")).expect("rules/figures.toml")
        });
        &WORDS
    }

    /// What the head of a column means.
    pub(super) fn column(&self, head: &str) -> Option<Column> {
        let key = name_key(head);
        self.columns.iter().find(|(_, words)| words.iter().any(|word| name_key(word) == key)).map(|(column, _)| *column)
    }

    /// The first word for a column, for messages.
    pub(super) fn word(&self, column: Column) -> &str {
        let words = self.columns.get(&column);
        words.and_then(|words| words.iter().find(|word| !word.is_ascii())).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_no_word_stands_for_two_columns() {
        let words = Words::standard();
        assert_eq!(words.columns.len(), 10);
        let mut all: Vec<String> = words.columns.values().flatten().map(|word| name_key(word)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(words.column(" Ｐeriod "), Some(Column::Period));
        assert_eq!(words.column("2023"), None);
    }
}
