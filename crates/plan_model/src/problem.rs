//! What was odd about an input: the work went on, but somebody should look.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where in an input something was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The input as a whole.
    Whole,
    /// A line, counted from 1.
    Line(u32),
    /// A cell of a workbook, such as `Sheet1!C37`.
    Cell(String),
    /// A page, counted from 1.
    Page(u32),
}

impl fmt::Display for Place {
    /// As it stands after the file's name: `FILE:37`, `FILE:Sheet1!C37`, `FILE:p3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Whole => f.write_str("0"),
            Place::Line(line) => write!(f, "{line}"),
            Place::Cell(cell) => f.write_str(cell),
            Place::Page(page) => write!(f, "p{page}"),
        }
    }
}

/// Something odd about an input, with its place and what to do about it.
/// Never fatal: the result beside it holds all that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word for the kind of problem, such as `table-lost`.
    pub code: String,
    /// Where it is.
    pub place: Place,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do about it, in Chinese.
    pub hint: String,
}

impl Problem {
    /// A problem of this kind at this place.
    pub fn new(code: &str, place: Place, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code: code.to_owned(), place, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}；{}", self.place, self.message, self.hint)
    }
}
