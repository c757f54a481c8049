//! Where in a returned file something stands, as a person would look for it.

use std::fmt;

use document_reader::Source;
use serde::Serialize;

/// How many characters of the sentence are shown on either side.
const AROUND: usize = 12;

/// A place in a returned file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingPlace {
    /// The paragraph or row, counted from 1.
    pub line: u32,
    /// The first character of it, counted from 0.
    pub start: u32,
    /// The headings above, outermost first.
    pub headings: Vec<String>,
    /// In a table: its title, the row counted from 1 without the head, and the
    /// head of the column.
    pub cell: Option<(String, usize, String)>,
    /// The words around it.
    pub around: String,
}

impl FindingPlace {
    /// The place of these characters of a line.
    pub(super) fn of(source: &Source, line: u32, start: u32, end: u32) -> Self {
        let text = source.line(line).map_or("", |l| l.text.as_str());
        let from = (start as usize).saturating_sub(AROUND);
        let around: String = text.chars().take(end as usize + AROUND).skip(from).collect();
        Self {
            line,
            start,
            headings: source.path(line).iter().map(|h| h.title.clone()).collect(),
            cell: cell(source, line, start),
            around: around.replace('\t', " "),
        }
    }
}

/// The table, row and column of a character.
fn cell(source: &Source, line: u32, start: u32) -> Option<(String, usize, String)> {
    let table = source.tables.iter().find(|t| {
        let rows = t.first_line..t.first_line + t.rows.len() as u32;
        rows.contains(&line)
    })?;
    let text = &source.line(line)?.text;
    let column = text.chars().take(start as usize).filter(|c| *c == '\t').count();
    let head = table.rows.first().and_then(|row| row.get(column)).cloned().unwrap_or_default();
    Some((table.title.clone().unwrap_or_default(), (line - table.first_line) as usize, head))
}

impl fmt::Display for FindingPlace {
    /// `总体情况 › 主要指标，表1主要指标第3行“2023年”列：…2.6%…`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.headings.is_empty() {
            write!(f, "第{}段", self.line)?;
        } else {
            f.write_str(&self.headings.join(" › "))?;
        }
        if let Some((title, row, column)) = &self.cell {
            let title = if title.is_empty() { "表" } else { title };
            write!(f, "，{title}第{row}行“{column}”列")?;
        }
        write!(f, "：…{}…", self.around.trim())
    }
}
