//! The indicator dictionary: what the indicators of plans are called, in which
//! units they come, which way is better, and where their figures come from.
//!
//! The entries are data (`rules/indicators/`, one file a field); a place adds its
//! own files ([`Dictionary::with_local`]). A name is found only character by
//! character: as a standard name, as an alias, or as what is left of it without
//! words that say where, when or how it changes (`rules/indicators/words.toml`).
//! Nothing is ever guessed from likeness.

mod load;
mod words;

use std::{collections::HashMap, sync::LazyLock};

use plan_model::{Decimal, Direction, Measure};
use serde::{Deserialize, Serialize};

pub use load::DictionaryError;
pub(super) use words::{Change, Reading};

use self::words::Words;
use super::name_key;

/// An indicator of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The standard name.
    pub name: String,
    /// An English gloss of it.
    pub english: String,
    /// What plans also call it.
    pub aliases: Vec<String>,
    /// The usual unit first, then others that measure the same; an empty text is a
    /// number without unit. Other scales (万元 for 亿元) need not be listed.
    pub units: Vec<String>,
    /// Which way is better; `None` where more is neither better nor worse.
    pub direction: Option<Direction>,
    /// Its usual arithmetic: a level, yearly amounts that add up, or a bound that
    /// holds every year.
    pub measure: Measure,
    /// Who usually publishes it and where, in Chinese.
    pub source: String,
    /// What it is, in Chinese.
    pub definition: String,
    /// Its field, in Chinese.
    pub field: String,
    /// Its field, in English.
    pub field_english: String,
}

impl Entry {
    /// Whether figures in this unit can be figures of the indicator.
    pub fn takes_unit(&self, unit: &str) -> bool {
        self.units.iter().any(|own| same_measure(unit, own))
    }
}

/// Whether two units measure the same: the same word, or one is the other on
/// another scale. Money is often written without its 元 (1000亿).
fn same_measure(a: &str, b: &str) -> bool {
    a == b
        || super::same_unit(a, b)
        || (!a.is_empty() && !b.is_empty() && plan_assessment::convert_unit(Decimal::ONE, a, b).is_some())
}

/// How surely a name of a plan is an indicator of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// It is the standard name.
    Exact,
    /// It is one of its aliases, or the name in another way of writing.
    Alias,
    /// It is the name or an alias together with words that say where (全区), when
    /// (累计) or how it changes (年均增长).
    Scope,
}

impl Strength {
    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Scope => "scope",
        }
    }
}

/// What the register keeps of an indicator's entry in the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DictionaryLink {
    /// The standard name.
    pub entry: String,
    /// How surely the indicator is that entry.
    pub strength: Strength,
    /// The direction is the dictionary's: the text says none.
    #[serde(default)]
    pub direction_supplied: bool,
    /// The measure type is the dictionary's: the text says none.
    #[serde(default)]
    pub measure_supplied: bool,
    /// Other names by which the text calls the indicator; figures may use them.
    #[serde(default)]
    pub also: Vec<String>,
}

/// A name that was found.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// How surely it is that.
    pub strength: Strength,
    pub(super) reading: Reading,
}

/// The indicators that are known.
#[derive(Debug, Clone)]
pub struct Dictionary {
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
    words: Words,
}

/// So many words may be left out of a name at most.
const MOST_WORDS: usize = 4;

impl Dictionary {
    /// The dictionary that comes with Lantu.
    pub fn standard() -> &'static Dictionary {
        #[expect(clippy::expect_used, reason = "the embedded files are read by a test of this module")]
        static STANDARD: LazyLock<Dictionary> = LazyLock::new(|| load::standard().expect("rules/indicators/"));
        &STANDARD
    }

    /// This dictionary with the entries of further files, each with its name for
    /// messages and its text. An entry of the same name takes the place of the one
    /// that is there, an alias moves to the entry that names it last.
    pub fn with_local(&self, files: &[(String, String)]) -> Result<Dictionary, DictionaryError> {
        let mut all = self.clone();
        load::add(&mut all, files)?;
        Ok(all)
    }

    /// The entries, by field.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this standard name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Looks a name up as a plan writes it.
    pub fn find(&self, name: &str) -> Option<Found<'_>> {
        let plain = name_key(name);
        self.find_key(&plain).or_else(|| {
            // 地区生产总值(亿元): a name with its unit, as tables write it.
            let (bare, unit) = plain.strip_suffix([')', ']', '〕'])?.rsplit_once(['(', '[', '〔'])?;
            self.find_key(bare).filter(|found| unit == "%" || found.entry.takes_unit(unit))
        })
    }

    fn find_key(&self, plain: &str) -> Option<Found<'_>> {
        let (entry, reading) = self.read(&self.words.fold(plain))?;
        let entry = self.entries.get(entry)?;
        let strength = match reading.left_out {
            0 if plain == name_key(&entry.name) => Strength::Exact,
            0 => Strength::Alias,
            _ => Strength::Scope,
        };
        Some(Found { entry, strength, reading })
    }

    /// The entry of a key, with as few words left out as possible; none where that
    /// leads to two entries.
    fn read(&self, key: &str) -> Option<(usize, Reading)> {
        let mut tried = vec![(key.to_owned(), Reading::default())];
        for _ in 0..=MOST_WORDS {
            let mut hits = tried.iter().filter_map(|(key, reading)| Some((*self.by_key.get(key)?, reading)));
            if let Some((entry, reading)) = hits.next() {
                return hits.all(|(other, _)| other == entry).then(|| (entry, reading.clone()));
            }
            tried = tried.iter().flat_map(|(key, reading)| self.words.shorter(key, reading)).collect();
        }
        None
    }

    /// The last character of the plan's own place, going by its title: what 全区
    /// means in the plan of a district.
    pub(super) fn own_level(&self, title: &str) -> Option<char> {
        self.words.level_of(title)
    }
}

#[cfg(test)]
mod tests;
