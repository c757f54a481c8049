//! A report before it has a format: title, headings, paragraphs, tables,
//! drawings, and numbers that know where they come from.

use plan_model::{Decimal, Period, ReportNumber, ReportPart, half_up, plain};

use crate::{ReportError, chart::Drawing};

/// A report to be written.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The assessment it belongs to. Written into the file, so that a returned
    /// one is recognised.
    pub assessment: String,
    /// Whom it is for, such as 内部: a label at the head of the first page, where
    /// offices set such labels; empty for none. It is no grade of secrecy (密级),
    /// which this program must not hold.
    pub mark: String,
    /// Its title.
    pub title: String,
    /// The lines below the title: who reports, the date, that it is a sample.
    pub subtitle: Vec<String>,
    /// How the first pages lie.
    pub orientation: Orientation,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

impl Document {
    /// The title in lines: one where it fits, else the name of the plan on lines of
    /// its own, because a title is broken between words and not within them.
    pub(crate) fn title_lines(&self) -> Vec<&str> {
        if self.title.chars().count() > TITLE_CHARS
            && let Some(at) = self.title.char_indices().find(|(_, c)| *c == '》').map(|(at, c)| at + c.len_utf8())
            && let Some((name, rest)) = self.title.split_at_checked(at)
            && !rest.is_empty()
        {
            return vec![name, rest];
        }
        vec![self.title.as_str()]
    }
}

/// Characters of a title on one line of an upright page: 二号 in 156 mm.
const TITLE_CHARS: usize = 20;

/// How a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// 竖排
    #[default]
    Portrait,
    /// 横排: for wide tables.
    Landscape,
}

/// The depth of a heading. The number before it is written by the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 一、 黑体
    One,
    /// （一） 楷体
    Two,
    /// 1. 仿宋
    Three,
    /// （1） 仿宋
    Four,
}

/// A part of the report.
#[derive(Debug, Clone)]
pub enum Block {
    /// 目录: the headings of the first two levels. A field that Word renews with
    /// page numbers; until then the headings alone.
    Contents,
    /// A heading, without its number.
    Heading(Level, Vec<Run>),
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// Small print under a table or drawing: sources, how it was counted.
    Note(Vec<Run>),
    /// A table.
    Table(Table),
    /// A drawing.
    Figure(Figure),
    /// Words that people write themselves.
    FreeText(FreeText),
    /// The next block begins a page.
    PageBreak,
    /// An annex begins, on a page of its own; headings count anew.
    Annex(Annex),
}

/// The head of an annex (附件).
#[derive(Debug, Clone)]
pub struct Annex {
    /// Its title, without 附件1, which the writer adds.
    pub title: String,
    /// How its pages lie.
    pub orientation: Orientation,
}

/// A stretch of text.
#[derive(Debug, Clone)]
pub enum Run {
    /// Plain words.
    Text(String),
    /// Words in bold.
    Strong(String),
    /// A bound number.
    Number(Number),
    /// A bound word.
    Word(Word),
}

impl Run {
    /// What is printed.
    pub(crate) fn words(&self) -> String {
        match self {
            Run::Text(words) | Run::Strong(words) => words.clone(),
            Run::Number(number) => number.words(),
            Run::Word(word) => word.words.clone(),
        }
    }
}

/// A word that a rule found, such as 滞后.
#[derive(Debug, Clone)]
pub struct Word {
    /// What it is said of, for people.
    pub name: String,
    /// The word.
    pub words: String,
}

impl From<Word> for Run {
    fn from(word: Word) -> Self {
        Run::Word(word)
    }
}

impl From<&str> for Run {
    fn from(text: &str) -> Self {
        Run::Text(text.to_owned())
    }
}

impl From<String> for Run {
    fn from(text: String) -> Self {
        Run::Text(text)
    }
}

impl From<Number> for Run {
    fn from(number: Number) -> Self {
        Run::Number(number)
    }
}

/// A number that is bound to its source.
#[derive(Debug, Clone)]
pub struct Number {
    /// What it is a number of, such as `I3/value/2023`: numbers with the same
    /// subject must agree.
    pub subject: String,
    /// The same for people.
    pub name: String,
    /// The exact value.
    pub value: Decimal,
    /// How many digits after the point are printed at most; all where none is said.
    pub places: Option<u32>,
    /// Its unit; empty where it has none.
    pub unit: String,
    /// Whether the unit is printed behind it.
    pub unit_shown: bool,
    /// The time it speaks of.
    pub period: Option<Period>,
    /// Where it comes from, in words.
    pub source: String,
}

impl Number {
    /// A number that the report itself counts, with its unit behind it.
    pub fn counted(subject: &str, name: &str, count: usize, unit: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            name: name.to_owned(),
            value: Decimal::from(count),
            places: None,
            unit: unit.to_owned(),
            unit_shown: true,
            period: None,
            source: String::new(),
        }
    }

    /// The digits as printed: rounded half up (四舍五入), without needless zeros.
    pub fn shown(&self) -> String {
        match self.places {
            Some(places) => plain(half_up(self.value, places)),
            None => plain(self.value),
        }
    }

    /// What is printed: the digits and, where it is to be there, the unit.
    pub fn words(&self) -> String {
        let unit = if self.unit_shown { self.unit.as_str() } else { "" };
        format!("{}{unit}", self.shown())
    }

    /// The number as it is remembered under its mark.
    pub(crate) fn bound(&self, mark: String, part: ReportPart) -> ReportNumber {
        ReportNumber {
            mark,
            subject: self.subject.clone(),
            name: self.name.clone(),
            value: self.value,
            shown: self.shown(),
            unit: self.unit.clone(),
            unit_shown: self.unit_shown,
            period: self.period,
            source: self.source.clone(),
            part,
        }
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its caption, without 表1, which the writer adds; empty for none.
    pub caption: String,
    /// Its columns from the left.
    pub columns: Vec<Column>,
    /// Its rows. A row may have fewer cells than the table has columns.
    pub rows: Vec<Row>,
    /// Set in small print (五号), as long tables of annexes are.
    pub small: bool,
}

impl Table {
    /// Refuses a table that cannot be set.
    pub(crate) fn check(&self) -> Result<(), ReportError> {
        let caption = || self.caption.clone();
        if self.columns.is_empty() {
            return Err(ReportError::NoColumns { caption: caption() });
        }
        for (row, at) in self.rows.iter().zip(1..) {
            match row {
                Row::Cells(cells) if cells.len() > self.columns.len() => {
                    let (cells, columns) = (cells.len(), self.columns.len());
                    return Err(ReportError::TooManyCells { caption: caption(), row: at, cells, columns });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its share of the width: a column of 2 is twice as wide as one of 1.
    pub width: u32,
    /// How its cells are set.
    pub align: Align,
}

impl Column {
    /// A column of words.
    pub fn words(head: &str, width: u32) -> Self {
        Self { head: head.to_owned(), width, align: Align::Left }
    }

    /// A column of short words or numbers, set in the middle.
    pub fn middle(head: &str, width: u32) -> Self {
        Self { head: head.to_owned(), width, align: Align::Centre }
    }

    /// A column of numbers, set to the right.
    pub fn numbers(head: &str, width: u32) -> Self {
        Self { head: head.to_owned(), width, align: Align::Right }
    }
}

/// How a cell is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// To the left.
    Left,
    /// In the middle.
    Centre,
    /// To the right.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone)]
pub enum Row {
    /// Its cells from the left.
    Cells(Vec<Vec<Run>>),
    /// A title across all columns, such as a chapter.
    Group(String),
}

/// A drawing with its caption.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its caption, without 图1, which the writer adds.
    pub caption: String,
    /// What is drawn.
    pub drawing: Drawing,
    /// Whether the numbers of the drawing follow as a table.
    pub with_table: bool,
}

impl Figure {
    /// The numbers of the drawing as a table without a caption, and the note
    /// below it, where they are to follow.
    pub(crate) fn table(&self, number: usize) -> Option<(Table, String)> {
        let data = &self.drawing.table;
        if !self.with_table || data.head.is_empty() {
            return None;
        }
        let table = Table {
            columns: data_columns(&data.head),
            rows: data.rows.iter().map(|row| Row::words(row.iter().cloned())).collect(),
            ..Table::default()
        };
        Some((table, format!("图{number}的数据")))
    }
}

/// The columns of a drawing's numbers: the first one names, the others hold the numbers.
pub(crate) fn data_columns(head: &[String]) -> Vec<Column> {
    let column = |(at, head): (usize, &String)| match at {
        0 => Column::words(head, 3),
        _ => Column::middle(head, 2),
    };
    head.iter().enumerate().map(column).collect()
}

/// Words that people write: before the report is made, or in Word afterwards.
#[derive(Debug, Clone)]
pub struct FreeText {
    /// Stable name, such as `difficulties`.
    pub name: String,
    /// What it is for, shown as the name of the field in Word.
    pub title: String,
    /// What to write there; shown where nothing is written yet.
    pub prompt: String,
    /// What was written, one paragraph each.
    pub paragraphs: Vec<String>,
}

impl Row {
    /// Cells of plain words.
    pub fn words<T: Into<String>>(cells: impl IntoIterator<Item = T>) -> Self {
        Row::Cells(cells.into_iter().map(|cell| vec![Run::Text(cell.into())]).collect())
    }
}
