//! The document as read.

use std::fmt;

use plan_model::{Place, Problem};
use serde::{Deserialize, Serialize};

/// The format a document was read from.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text.
    Txt,
    /// A web page.
    Html,
    /// A Word document (Office Open XML).
    Docx,
    /// A workbook (Office Open XML).
    Xlsx,
    /// A PDF with a text layer.
    Pdf,
    /// A Word document of the old binary format.
    Doc,
    /// A text document (OpenDocument).
    Odt,
    /// An OFD document (GB/T 33190).
    Ofd,
    /// Markdown.
    Md,
}

/// The numbering of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadingStyle {
    /// 第一篇
    Part,
    /// 第一章
    Chapter,
    /// 第一节
    Section,
    /// 一、
    Cjk,
    /// （一）
    CjkParen,
    /// 1.
    Digit,
    /// （1）
    DigitParen,
    /// 1)
    HalfParen,
    /// ①
    Circled,
    /// No number: a heading by its style in the file, or a run-in heading.
    Plain,
}

/// A heading: a line of its own, or the first words of a paragraph up to `。`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The line it stands in, counted from 1.
    pub line: u32,
    /// Its numbering.
    pub style: HeadingStyle,
    /// Its depth in this document, 1 for the outermost.
    pub level: u8,
    /// Its words without number, stray spaces and closing `。`.
    pub title: String,
    /// Whether the paragraph goes on after it.
    pub run_in: bool,
}

/// What part a line plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nothing but white space.
    Blank,
    /// A paragraph.
    Body,
    /// A heading line; its words are in [`Source::headings`].
    Heading,
    /// The title of a box (专栏).
    BoxTitle,
    /// A line inside a box.
    BoxItem,
    /// The title of a table.
    TableTitle,
    /// A row of [`Source::tables`], cells separated by tabs.
    TableRow,
    /// A footnote, or the note below a table.
    Footnote,
    /// What the web page or the printer added: menus, page numbers, the table of contents.
    Boilerplate,
}

/// A line of the source (a paragraph, where the format has them).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The text as written.
    pub text: String,
    /// What part it plays.
    pub role: Role,
    /// Where the body begins after a run-in heading, in characters; 0 without one.
    pub body_start: u32,
    /// Where the title of a box begins that is glued to the end of the paragraph,
    /// in characters.
    pub glued_box: Option<u32>,
}

impl Line {
    /// The cells of a table row with the place where each begins, in characters:
    /// separated by tabs or, where there is none, by runs of spaces.
    pub fn cells(&self) -> Vec<(u32, &str)> {
        cells(&self.text)
    }
}

/// Cuts a row into its cells, each trimmed, with the place where it begins in characters.
pub(crate) fn cells(text: &str) -> Vec<(u32, &str)> {
    let mut cells = Vec::new();
    let tabs = text.contains('\t');
    // Where the cell begins: in bytes and in characters; blanks seen at its end.
    let (mut from, mut from_chars) = (0, 0_u32);
    let mut blanks = 0_u32;
    let mut add = |from: usize, to: usize, from_chars: u32| {
        let cell = text.get(from..to).unwrap_or_default();
        let words = cell.trim_start();
        let skipped = cell.chars().count() - words.chars().count();
        let words = words.trim_end();
        if tabs || !words.is_empty() {
            cells.push((from_chars + skipped as u32, words));
        }
    };
    for (count, (at, c)) in text.char_indices().enumerate() {
        let wide = matches!(c, '\u{3000}' | '\u{2003}' | '\u{2002}');
        if tabs && c == '\t' {
            add(from, at, from_chars);
            (from, from_chars) = (at + 1, count as u32 + 1);
        } else if !tabs && (c.is_whitespace()) {
            blanks += if wide { 2 } else { 1 };
        } else {
            if blanks >= 2 {
                add(from, at, from_chars);
                (from, from_chars) = (at, count as u32);
            }
            blanks = 0;
        }
    }
    add(from, text.len(), from_chars);
    cells
}

/// A cell of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellPlace {
    /// The sheet.
    pub sheet: String,
    /// The row, counted from 1.
    pub row: u32,
    /// The column, counted from 1.
    pub column: u32,
}

impl fmt::Display for CellPlace {
    /// `Sheet1!C37`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut column = self.column;
        while column > 0 {
            column -= 1;
            letters.push(char::from(b'A' + (column % 26) as u8));
            column /= 26;
        }
        let letters: String = letters.iter().rev().collect();
        write!(f, "{}!{letters}{}", self.sheet, self.row)
    }
}

/// A table: where it stands and its cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The line of its first row, counted from 1; each row is a line.
    pub first_line: u32,
    /// Its title, if one stands above it.
    pub title: Option<String>,
    /// Its cells by rows. A merged cell stands in its first place, the others are empty.
    pub rows: Vec<Vec<String>>,
    /// Where its first cell stands in a workbook; `None` for other documents.
    pub place: Option<CellPlace>,
}

impl Table {
    /// The address of a cell for people: `Sheet1!C37` in a workbook, else the line.
    /// Row and column are counted from 0.
    pub fn address(&self, row: usize, column: usize) -> Place {
        match &self.place {
            Some(first) => {
                let cell = CellPlace {
                    sheet: first.sheet.clone(),
                    row: first.row + row as u32,
                    column: first.column + column as u32,
                };
                Place::Cell(cell.to_string())
            }
            None => Place::Line(self.first_line + row as u32),
        }
    }
}

/// A document as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it was read from.
    pub format: Format,
    /// The name of the character encoding, such as `UTF-8` or `gb18030`.
    pub encoding: String,
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its tables, in order.
    pub tables: Vec<Table>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

impl Source {
    /// The line with this number, counted from 1.
    pub fn line(&self, number: u32) -> Option<&Line> {
        self.lines.get(number.checked_sub(1)? as usize)
    }

    /// The headings a line stands under, outermost first, the line's own included.
    pub fn path(&self, line: u32) -> Vec<&Heading> {
        let mut path: Vec<&Heading> = Vec::new();
        for heading in self.headings.iter().take_while(|h| h.line <= line) {
            if heading.run_in && heading.line != line {
                continue;
            }
            while path.last().is_some_and(|h| h.level >= heading.level) {
                path.pop();
            }
            path.push(heading);
        }
        path
    }

    /// The outermost heading a line stands under.
    pub fn chapter(&self, line: u32) -> Option<&Heading> {
        let outermost = self.headings.iter().filter(|h| !h.run_in).map(|h| h.level).min()?;
        self.headings.iter().take_while(|h| h.line <= line).filter(|h| !h.run_in && h.level == outermost).last()
    }

    /// How many characters the document has, line ends not counted.
    pub fn characters(&self) -> usize {
        self.lines.iter().map(|l| l.text.chars().count()).sum()
    }
}
