//! The words of files of units and people: `rules/directory.toml`.

use std::sync::LazyLock;

use plan_model::UnitKind;
use serde::Deserialize;

use super::Place;
use crate::register::name_key;

/// A table of such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    /// 行政区划.
    Regions,
    /// 单位.
    Units,
    /// 人员.
    People,
    /// 岗位职责.
    Duties,
}

impl TableKind {
    /// In the order in which they are taken in: what others need comes first.
    pub const ALL: [Self; 4] = [Self::Regions, Self::Units, Self::People, Self::Duties];
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnWords {
    /// What the code calls it.
    pub(super) code: String,
    /// What files call it; the first one is what ours do.
    pub(super) words: Vec<String>,
}

impl ColumnWords {
    /// The head of the column in our own files.
    pub(super) fn head(&self) -> &str {
        self.words.first().map_or(self.code.as_str(), String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableWords {
    pub(super) sheet: String,
    needs: Vec<String>,
    pub(super) columns: Vec<ColumnWords>,
}

impl TableWords {
    /// The place of a column in our own files.
    pub(super) fn at(&self, code: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.code == code)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    first: Vec<String>,
    second: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    department: Vec<String>,
    town: Vec<String>,
    region: Vec<String>,
    other: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) ignored_sheets: Vec<String>,
    pub(super) separators: Vec<String>,
    pub(super) notes: Vec<String>,
    places: Places,
    kinds: Kinds,
    regions: TableWords,
    units: TableWords,
    people: TableWords,
    duties: TableWords,
}

/// The head of a table: which column of the sheet holds what.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) kind: TableKind,
    /// The code of each column that is read, with its place.
    pub(super) columns: Vec<(&'static str, usize)>,
    /// How many columns there are.
    pub(super) width: usize,
}

impl Words {
    /// The words that come with the program.
    pub(super) fn standard() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
        static WORDS: LazyLock<Words> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../rules/directory.toml")).expect("rules/directory.toml")
        });
        &WORDS
    }

    /// The words of a table.
    pub(super) fn table(&self, kind: TableKind) -> &TableWords {
        match kind {
            TableKind::Regions => &self.regions,
            TableKind::Units => &self.units,
            TableKind::People => &self.people,
            TableKind::Duties => &self.duties,
        }
    }

    /// The head that a row is, if it is one.
    pub(super) fn head(&'static self, cells: &[String]) -> Option<Head> {
        let heads = TableKind::ALL.into_iter().filter_map(|kind| {
            let table = self.table(kind);
            let columns: Vec<(&'static str, usize)> = table
                .columns
                .iter()
                .filter_map(|column| {
                    let says = |cell: &String| column.words.iter().any(|word| name_key(word) == name_key(cell));
                    Some((column.code.as_str(), cells.iter().position(says)?))
                })
                .collect();
            let has = |code: &String| columns.iter().any(|(known, _)| known == code);
            let whole = table.needs.iter().all(has) && columns.len() >= 2;
            let width = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
            whole.then_some(Head { kind, columns, width })
        });
        // Of two tables that fit equally well the later one says more: it needs more.
        heads.max_by_key(|head| head.columns.len())
    }

    /// First or second place; nothing where the word is neither.
    pub(super) fn place(&self, word: &str) -> Option<Place> {
        let is = |words: &[String]| words.iter().any(|known| name_key(known) == name_key(word));
        if is(&self.places.first) {
            return Some(Place::First);
        }
        is(&self.places.second).then_some(Place::Second)
    }

    /// The word for a place in our own files.
    pub(super) fn place_word(&self, place: Place) -> &str {
        let words = match place {
            Place::First => &self.places.first,
            Place::Second => &self.places.second,
        };
        words.first().map_or("", String::as_str)
    }

    fn kind_words(&self, kind: UnitKind) -> &[String] {
        match kind {
            UnitKind::Department => &self.kinds.department,
            UnitKind::Town => &self.kinds.town,
            UnitKind::Region => &self.kinds.region,
            UnitKind::Other => &self.kinds.other,
        }
    }

    /// The kind of unit a word means.
    pub(super) fn kind(&self, word: &str) -> Option<UnitKind> {
        let is = |kind: &&UnitKind| self.kind_words(**kind).iter().any(|known| name_key(known) == name_key(word));
        UnitKind::ALL.iter().find(is).copied()
    }

    /// The word for a kind of unit in our own files.
    pub(super) fn kind_word(&self, kind: UnitKind) -> &str {
        self.kind_words(kind).first().map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_known_by_its_own_head_and_no_word_means_two_columns() {
        let words = Words::standard();
        for kind in TableKind::ALL {
            let table = words.table(kind);
            let heads: Vec<String> = table.columns.iter().map(|c| c.head().to_owned()).collect();
            let head = words.head(&heads).unwrap();
            assert_eq!((head.kind, head.columns.len()), (kind, heads.len()), "{heads:?}");
            assert!(table.needs.iter().all(|code| table.at(code).is_some()));
            let mut all: Vec<String> = table.columns.iter().flat_map(|c| &c.words).map(|w| name_key(w)).collect();
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count, "{kind:?}");
        }
        assert!(words.head(&["姓名".to_owned()]).is_none() && words.head(&["附件".to_owned()]).is_none());
        let office = ["序号", "姓名", "单 位", "职务", "办公电话"].map(str::to_owned);
        assert_eq!(words.head(&office).unwrap().kind, TableKind::People);
        assert_eq!((words.place("Ｂ岗"), words.place("丙岗")), (Some(Place::Second), None));
        assert_eq!((words.kind("街道"), words.kind("")), (Some(UnitKind::Town), None));
        assert!(!words.notes.is_empty() && !words.separators.is_empty());
    }
}
