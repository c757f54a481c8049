//! Hand labels as files: tab-separated, one header line, no quoting.

use std::{collections::HashMap, path::Path};

use plan_model::{Confidence, Decimal};

/// The labels of one document.
pub(crate) struct Labels {
    /// The commitments.
    pub(crate) targets: Vec<Row>,
    /// Every numeral of the text with what it is, where somebody labelled them.
    pub(crate) numerals: Option<Vec<Numeral>>,
    /// Phrases that come close to a commitment: finding them is not charged for.
    pub(crate) near: Vec<Near>,
}

/// A row of labels or of a prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u32,
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) value_high: Value,
    pub(crate) unit: String,
    /// `op`, `year`, `soft`, `class` as written, white space removed.
    pub(crate) said: [String; 4],
    pub(crate) quote: String,
    /// How sure the rule was that found it; of found rows only.
    pub(crate) confidence: Option<Confidence>,
}

impl Row {
    pub(crate) fn class(&self) -> &str {
        let [_, _, _, class] = &self.said;
        class
    }
}

/// The columns of [`Row::said`].
pub(crate) const SAID: [&str; 4] = ["op", "year", "soft", "class"];

/// A value cell: compared as a number where it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Number(Decimal),
    Text(String),
}

impl Value {
    fn read(text: &str) -> Self {
        let plain = text.trim().replace(',', "");
        plain.parse().map_or(Value::Text(plain), |n: Decimal| Value::Number(n.round_dp(6).normalize()))
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// A numeral of the text: `[0-9]+(\.[0-9]+)?`.
pub(crate) struct Numeral {
    pub(crate) line: u32,
    /// The first digit, counted in characters from 0.
    pub(crate) column: u32,
    /// `target`, `baseline`, `threshold`, `name`, `date`, `ordinal`, `boilerplate`, `other`.
    pub(crate) label: String,
}

/// A phrase that is not charged for.
pub(crate) struct Near {
    pub(crate) line: u32,
    pub(crate) words: String,
}

/// Units that are written in several ways.
const SAME_UNIT: &[(&str, &str)] = &[
    ("％", "%"),
    ("元/年", "元"),
    ("元/月", "元"),
    ("人/千人", "人"),
    ("张/千人", "张"),
    ("个/千人", "个"),
    ("吨标煤", "吨标准煤"),
    ("平方公里", "平方千米"),
    ("km", "公里"),
    ("千米", "公里"),
];

fn unit(text: &str) -> String {
    let text = squeeze(text);
    SAME_UNIT.iter().find(|(other, _)| *other == text).map_or(text, |(_, usual)| (*usual).to_owned())
}

/// The text without white space.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Reads commitments from a table; `place` is for messages.
pub(crate) fn targets(text: &str, place: &Path) -> Vec<Row> {
    let read = |record: &Record<'_>| Row {
        line: record.number("line"),
        name: record.cell("name").to_owned(),
        value: Value::read(record.cell("value")),
        value_high: Value::read(record.cell("value_high")),
        unit: unit(record.cell("unit")),
        said: SAID.map(|column| squeeze(record.cell(column))),
        quote: record.cell("quote").to_owned(),
        confidence: None,
    };
    records(text, place).iter().map(read).collect()
}

/// Reads labelled numerals.
pub(crate) fn numerals(text: &str, place: &Path) -> Vec<Numeral> {
    let read = |record: &Record<'_>| Numeral {
        line: record.number("line"),
        column: record.number("col"),
        label: record.cell("label").to_owned(),
    };
    records(text, place).iter().map(read).collect()
}

/// Reads the near misses of one document.
pub(crate) fn near(text: &str, place: &Path, document: &str) -> Vec<Near> {
    let read = |record: &Record<'_>| Near { line: record.number("line"), words: record.cell("words").to_owned() };
    records(text, place).iter().filter(|r| r.cell("doc") == document).map(read).collect()
}

/// A line of a table by its column names.
pub(crate) struct Record<'a> {
    place: String,
    cells: HashMap<&'a str, &'a str>,
}

impl Record<'_> {
    pub(crate) fn cell(&self, column: &str) -> &str {
        self.cells.get(column).unwrap_or_else(|| panic!("{}: no column {column}", self.place))
    }

    pub(crate) fn number(&self, column: &str) -> u32 {
        let cell = self.cell(column);
        cell.parse().unwrap_or_else(|_| panic!("{}: {column} is not a number: {cell:?}", self.place))
    }
}

/// The records of a table.
pub(crate) fn records<'a>(text: &'a str, place: &Path) -> Vec<Record<'a>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let header: Vec<&str> = lines.next().map(|(_, head)| head.split('\t').collect()).unwrap_or_default();
    let record = |(index, line): (usize, &'a str)| {
        // A short line lacks its last cells, which were empty.
        let cells = line.split('\t').chain(std::iter::repeat(""));
        Record {
            place: format!("{}:{}", place.display(), index + 1),
            cells: header.iter().copied().zip(cells).collect(),
        }
    };
    lines.filter(|(_, line)| !line.is_empty()).map(record).collect()
}
