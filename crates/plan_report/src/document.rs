//! A report before it has a format: title, headings, paragraphs, tables,
//! drawings, and numbers that know where they come from.

use plan_model::{Decimal, Period, ReportNumber, ReportPart, half_up, plain};

use crate::{ReportError, chart::Drawing, title};

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
    /// The title in lines.
    pub(crate) fn title_lines(&self) -> Vec<&str> {
        title::lines(&self.title)
    }
}

/// How a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// 竖排
    #[default]
    Portrait,
    /// 横排: for wide tables.
    Landscape,
}

/// A line below the text, such as an annex that is named, the organ or the date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetLine {
    /// How far from the left edge it begins, in half characters of 16 pt.
    pub left: u32,
    /// Its words.
    pub words: String,
    /// Whether it stays on the page of the line after it.
    pub kept: bool,
}

impl SetLine {
    /// The annexes as they are named below the text (GB/T 9704-2012, 7.3.4).
    pub fn annexes(titles: &[&str]) -> Vec<Self> {
        let number = |at: usize| if titles.len() > 1 { format!("{}.", at + 1) } else { String::new() };
        let line = |(at, title): (usize, &&str)| match at {
            0 => Self { left: 4, words: format!("附件：{}{title}", number(0)), kept: titles.len() == 1 },
            // The organ and the date never stand alone on a page.
            _ => Self { left: 10, words: format!("{}{title}", number(at)), kept: at + 1 == titles.len() },
        };
        titles.iter().enumerate().map(line).collect()
    }

    /// Organ and date (GB/T 9704-2012, 7.3.5): two characters from the right edge, the
    /// date beginning two characters after the organ.
    pub fn signature(organ: &str, date: &str) -> Vec<Self> {
        let long = |words: &str| words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<u32>();
        let right: u32 = 2 * 28 - 4;
        let left = right.saturating_sub(long(organ)).min(right.saturating_sub(long(date) + 4));
        let line = |left, words: &str, kept| Self { left, words: words.to_owned(), kept };
        vec![line(left, organ, true), line(left + 4, date, false)]
    }
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
    /// 主送机关: whom it is for, at the left edge.
    Addressee(Vec<Run>),
    /// Lines below the text, after an empty one.
    Closing(Vec<SetLine>),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organ_and_date_stand_as_the_standard_says() {
        let lines = |organ: &str, date: &str| -> Vec<u32> {
            SetLine::signature(organ, date).into_iter().map(|line| line.left).collect()
        };
        // The organ is the longer one: it ends two characters before the edge.
        assert_eq!(lines("示例区发展和改革局办公室", "2024年3月1日"), [28, 32]);
        // The date is: it ends there.
        assert_eq!(lines("示例区", "2024年12月31日"), [34, 38]);
        let annexes: Vec<String> = SetLine::annexes(&["甲", "乙"]).into_iter().map(|line| line.words).collect();
        assert_eq!(annexes, ["附件：1.甲", "2.乙"]);
        assert_eq!(SetLine::annexes(&["甲"])[0].words, "附件：甲");
    }
}
