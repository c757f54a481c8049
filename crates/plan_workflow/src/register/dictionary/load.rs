//! Reading the dictionary: the files that come with Lantu, and those of a place.

use std::collections::HashMap;

use plan_model::{Direction, Measure};
use serde::Deserialize;
use toml::Spanned;

use super::{Dictionary, Entry, name_key, words::Words};

/// Why a file cannot be a part of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}；{hint}")]
pub struct DictionaryError {
    /// The file's name as given.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do, in Chinese.
    pub hint: String,
}

macro_rules! fields {
    ($($name:literal),+ $(,)?) => {
        /// The files of `rules/indicators/`, by field.
        pub(super) const FIELDS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../../rules/indicators/", $name)))),+];
    };
}

fields!(
    "economy.toml",
    "finance.toml",
    "industry.toml",
    "innovation.toml",
    "digital.toml",
    "agriculture.toml",
    "opening.toml",
    "culture.toml",
    "ecology.toml",
    "energy.toml",
    "wellbeing.toml",
    "education.toml",
    "health.toml",
    "care.toml",
    "urban.toml",
    "transport.toml",
    "safety.toml",
    "governance.toml",
);

const WORDS: &str = include_str!("../../../../../rules/indicators/words.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    field: String,
    #[serde(default)]
    field_en: String,
    #[serde(default)]
    indicator: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: Spanned<String>,
    #[serde(default)]
    en: String,
    #[serde(default)]
    aliases: Vec<String>,
    units: Vec<String>,
    direction: Leaning,
    measure: Measure,
    source: String,
    definition: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Leaning {
    Higher,
    Lower,
    Neutral,
}

/// The dictionary of the embedded files.
pub(super) fn standard() -> Result<Dictionary, DictionaryError> {
    let words: Words = toml::from_str(WORDS).map_err(|error| unreadable("words.toml", WORDS, &error))?;
    let mut all = Dictionary { entries: Vec::new(), by_key: HashMap::new(), words };
    let files: Vec<(String, String)> =
        FIELDS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    add(&mut all, &files)?;
    Ok(all)
}

/// Adds the entries of files that belong together: within them a name or alias
/// stands for one entry only; what was there before gives way.
pub(super) fn add(all: &mut Dictionary, files: &[(String, String)]) -> Result<(), DictionaryError> {
    let mut here: HashMap<String, String> = HashMap::new();
    for (file, text) in files {
        let read: File = toml::from_str(text).map_err(|error| unreadable(file, text, &error))?;
        for raw in read.indicator {
            let line = line_at(text, raw.name.span().start);
            let entry = complete(raw, (&read.field, &read.field_en));
            let refuse = |(message, hint): (String, &str)| DictionaryError {
                file: file.clone(),
                line,
                message,
                hint: hint.to_owned(),
            };
            let entry = entry.map_err(refuse)?;
            put(all, &mut here, entry).map_err(refuse)?;
        }
    }
    Ok(())
}

type Wrong = (String, &'static str);

/// An entry with everything it must have.
fn complete(raw: Raw, (field, field_english): (&str, &str)) -> Result<Entry, Wrong> {
    let Raw { name, en, aliases, units, direction, measure, source, definition } = raw;
    let name = name.into_inner();
    let texts = [("name", &name), ("source", &source), ("definition", &definition)];
    if let Some((key, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return Err((format!("指标“{name}”的 {key} 是空的"), "请补全"));
    }
    if units.is_empty() {
        return Err((format!("指标“{name}”没有计量单位"), "请写出单位；没有单位的数写 units = [\"\"]"));
    }
    if aliases.iter().any(|alias| name_key(alias).chars().count() < 2) {
        return Err((format!("指标“{name}”的别名太短"), "别名至少两个字"));
    }
    if !matches!(measure, Measure::Level | Measure::Cumulative | Measure::HoldEachYear) {
        return Err((
            format!("指标“{name}”的类型 {measure} 不能作为通常类型"),
            "请写 level、cumulative 或 hold_each_year；增速、降幅由原文的说法决定",
        ));
    }
    let direction = match direction {
        Leaning::Higher => Some(Direction::Higher),
        Leaning::Lower => Some(Direction::Lower),
        Leaning::Neutral => None,
    };
    let (field, field_english) = (field.to_owned(), field_english.to_owned());
    Ok(Entry { name, english: en, aliases, units, direction, measure, source, definition, field, field_english })
}

/// Puts an entry into the dictionary; `here` are the keys of the files it comes with.
fn put(all: &mut Dictionary, here: &mut HashMap<String, String>, entry: Entry) -> Result<(), Wrong> {
    let key = |name: &str| all.words.fold(&name_key(name));
    let own = key(&entry.name);
    let keys: Vec<String> = std::iter::once(own.clone()).chain(entry.aliases.iter().map(|a| key(a))).collect();
    for key in &keys {
        if let Some(other) = here.get(key).filter(|other| **other != entry.name || *key == own) {
            return Err((
                format!("“{key}”同时指“{other}”和“{}”", entry.name),
                "一个名称或别名只能指一个指标，请删去一处",
            ));
        }
        let standard = all.by_key.get(key).and_then(|at| all.entries.get(*at));
        let takes = standard.filter(|other| *key != own && *key == all.words.fold(&name_key(&other.name)));
        if let Some(other) = takes {
            return Err((
                format!("“{}”的别名是词典中另一指标的标准名称“{}”", entry.name, other.name),
                "要改写那个指标，请用它的标准名称作为 name",
            ));
        }
    }
    here.extend(keys.iter().map(|key| (key.clone(), entry.name.clone())));
    let before = all.by_key.get(&own).copied();
    let replaced =
        before.filter(|at| all.entries.get(*at).is_some_and(|old| all.words.fold(&name_key(&old.name)) == own));
    // An alias that moves is no longer one of the entry that had it.
    let givers: Vec<usize> = keys.iter().filter_map(|key| all.by_key.get(key).copied()).collect();
    for at in givers {
        let Dictionary { entries, words, .. } = &mut *all;
        if let Some(old) = entries.get_mut(at) {
            old.aliases.retain(|alias| !keys.contains(&words.fold(&name_key(alias))));
        }
    }
    let at = match replaced {
        Some(at) => {
            all.by_key.retain(|_, place| *place != at);
            if let Some(place) = all.entries.get_mut(at) {
                *place = entry;
            }
            at
        }
        None => {
            all.entries.push(entry);
            all.entries.len() - 1
        }
    };
    all.by_key.extend(keys.into_iter().map(|key| (key, at)));
    Ok(())
}

fn unreadable(file: &str, text: &str, error: &toml::de::Error) -> DictionaryError {
    let line = error.span().map_or(0, |span| line_at(text, span.start));
    let message = format!("指标词典有误（{}）", error.message());
    let hint = "请对照 rules/indicators/README.md 改正".to_owned();
    DictionaryError { file: file.to_owned(), line, message, hint }
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|b| *b == b'\n').count() + 1
}
