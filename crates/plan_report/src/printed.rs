//! A report as every other format gets it: numbered, plain, in JSON. `lantu-pdf`
//! reads this; `pdf/README.md` describes it for those who write another format.

use serde::Serialize;

use crate::{
    Document, ReportError,
    document::{Align, Block, Figure, Level, Orientation, Row, Run, Table},
    numbering::{self, Numbering},
};

/// The name and version of the form. It grows when something is added, and changes
/// when a reader of the old one would go wrong.
pub const PRINTED_FORM: &str = "lantu-report/1";

/// A whole report.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    form: &'static str,
    /// Whom it is for, such as 内部; empty for none.
    mark: &'a str,
    title: String,
    /// The title as it is broken into lines.
    title_lines: Vec<&'a str>,
    subtitle: &'a [String],
    landscape: bool,
    blocks: Vec<Part>,
}

/// A part of it, with its number in its words.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Part {
    Addressee {
        words: Vec<Piece>,
    },
    /// Lines below the text, after an empty one.
    Closing {
        lines: Vec<ClosingLine>,
    },
    Contents {
        entries: Vec<Entry>,
    },
    /// `level` is how it looks; `depth` is how deep it lies, no level left out.
    Heading {
        level: u8,
        depth: u8,
        words: Vec<Piece>,
    },
    Paragraph {
        words: Vec<Piece>,
    },
    Note {
        words: Vec<Piece>,
    },
    Table(PrintedTable),
    Figure(PrintedFigure),
    FreeText {
        title: String,
        prompt: String,
        paragraphs: Vec<String>,
    },
    PageBreak,
    Annex {
        mark: String,
        title: String,
        landscape: bool,
    },
}

/// A line of the contents.
#[derive(Debug, Serialize)]
struct Entry {
    depth: u8,
    words: String,
    /// Which of all headings and annexes it leads to, counted from 1.
    mark: usize,
}

/// A line and where it begins, in half characters of 16 pt from the left edge, and
/// whether it stays with the next one.
#[derive(Debug, Serialize)]
struct ClosingLine {
    left: u32,
    words: String,
    kept: bool,
}

/// A stretch of words. A number has where it comes from, in words.
#[derive(Debug, Serialize)]
struct Piece {
    words: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    strong: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

#[derive(Debug, Serialize)]
struct PrintedTable {
    caption: Option<String>,
    small: bool,
    columns: Vec<PrintedColumn>,
    rows: Vec<PrintedRow>,
}

#[derive(Debug, Serialize)]
struct PrintedColumn {
    head: String,
    width: u32,
    align: &'static str,
}

/// A row: its cells, or a title across all columns.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum PrintedRow {
    Cells(Vec<Vec<Piece>>),
    Group(String),
}

#[derive(Debug, Serialize)]
struct PrintedFigure {
    caption: String,
    /// What is seen, in words.
    alt: String,
    /// An SVG file with its own colours.
    svg: String,
    /// The same to others of its size, in units of its own.
    width: f64,
    height: f64,
}

/// The report as JSON.
///
/// # Errors
/// A table whose rows do not fit its columns, as for the Word file.
pub fn write_printed(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut numbering = Numbering::default();
    let mut blocks = Vec::new();
    for block in &document.blocks {
        part(block, &document.blocks, &mut numbering, &mut blocks)?;
    }
    // In an annex its title is the first level.
    let (mut above, mut under_annex) = (0, 0);
    for block in &mut blocks {
        match block {
            Part::Annex { .. } => (above, under_annex) = (1, 1),
            Part::Heading { level, depth, .. } => {
                *depth = (*level + under_annex).min(above + 1);
                above = *depth;
            }
            _ => {}
        }
    }
    let printed = Printed {
        form: PRINTED_FORM,
        mark: &document.mark,
        title: document.title.clone(),
        title_lines: document.title_lines(),
        subtitle: &document.subtitle,
        landscape: document.orientation == Orientation::Landscape,
        blocks,
    };
    Ok(serde_json::to_vec(&printed)?)
}

fn part(block: &Block, all: &[Block], numbering: &mut Numbering, out: &mut Vec<Part>) -> Result<(), ReportError> {
    out.push(match block {
        Block::Contents => {
            let entries = numbering::contents(all).into_iter();
            Part::Contents {
                entries: entries.map(|e| Entry { depth: e.depth, words: e.words, mark: e.mark }).collect(),
            }
        }
        Block::Addressee(words) => Part::Addressee { words: pieces(words) },
        Block::Closing(lines) => Part::Closing {
            lines: lines
                .iter()
                .map(|line| ClosingLine { left: line.left, words: line.words.clone(), kept: line.kept })
                .collect(),
        },
        Block::Heading(level, words) => heading(*level, words, numbering),
        Block::Paragraph(words) => Part::Paragraph { words: pieces(words) },
        Block::Note(words) => Part::Note { words: pieces(words) },
        Block::Table(table) => Part::Table(printed_table(table, numbering)?),
        Block::Figure(figure) => return figure_parts(figure, numbering, out),
        Block::FreeText(text) => Part::FreeText {
            title: text.title.clone(),
            prompt: format!("〔{}〕", text.prompt),
            paragraphs: text.paragraphs.clone(),
        },
        Block::PageBreak => Part::PageBreak,
        Block::Annex(annex) => Part::Annex {
            mark: numbering.annex(),
            title: annex.title.clone(),
            landscape: annex.orientation == Orientation::Landscape,
        },
    });
    Ok(())
}

fn heading(level: Level, words: &[Run], numbering: &mut Numbering) -> Part {
    let label = Piece { words: numbering.heading(level), strong: false, source: None };
    let level = level as u8 + 1;
    Part::Heading { level, depth: level, words: std::iter::once(label).chain(pieces(words)).collect() }
}

fn pieces(runs: &[Run]) -> Vec<Piece> {
    let piece = |run: &Run| match run {
        Run::Text(words) => Piece { words: words.clone(), strong: false, source: None },
        Run::Strong(words) => Piece { words: words.clone(), strong: true, source: None },
        Run::Number(number) => {
            let source = Some(number.source.clone()).filter(|source| !source.is_empty());
            Piece { words: number.words(), strong: false, source }
        }
        Run::Word(word) => Piece { words: word.words.clone(), strong: false, source: None },
    };
    runs.iter().map(piece).collect()
}

fn printed_table(table: &Table, numbering: &mut Numbering) -> Result<PrintedTable, ReportError> {
    table.check()?;
    let align = |align| match align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
    };
    let columns = table.columns.iter();
    let rows = table.rows.iter().map(|row| match row {
        Row::Cells(cells) => {
            // A short row has empty cells at its end.
            let mut cells: Vec<Vec<Piece>> = cells.iter().map(|cell| pieces(cell)).collect();
            cells.resize_with(table.columns.len(), Vec::new);
            PrintedRow::Cells(cells)
        }
        Row::Group(words) => PrintedRow::Group(words.clone()),
    });
    Ok(PrintedTable {
        caption: numbering.table(&table.caption),
        small: table.small,
        columns: columns
            .map(|c| PrintedColumn { head: c.head.clone(), width: c.width.max(1), align: align(c.align) })
            .collect(),
        rows: rows.collect(),
    })
}

fn figure_parts(figure: &Figure, numbering: &mut Numbering, out: &mut Vec<Part>) -> Result<(), ReportError> {
    let (number, caption) = numbering.figure(&figure.caption);
    let drawing = &figure.drawing;
    out.push(Part::Figure(PrintedFigure {
        caption,
        alt: format!("{}。{}", drawing.title, drawing.description),
        svg: drawing.standalone(),
        width: drawing.width,
        height: drawing.height,
    }));
    if let Some((table, note)) = figure.table(number) {
        out.push(Part::Table(printed_table(&table, numbering)?));
        out.push(Part::Note { words: vec![Piece { words: note, strong: false, source: None }] });
    }
    Ok(())
}
