//! Word documents of the old binary format (97-2003), through the `undoc` crate.
//!
//! The crate is young, so it stands behind this module alone: what it makes of
//! a file is turned into lines here, and should it fail within itself the file
//! is reported as damaged.

use std::panic::{AssertUnwindSafe, catch_unwind};

use plan_model::{Place, Problem};
use undoc::model::{Block, Document, HeadingLevel, ListType, Paragraph, RevisionType, Table};

use crate::{
    ReadError,
    flow_table::TableWalk,
    source::{Format, Source},
    structure::{self, Hint, Raw},
};

/// Tables nested deeper than this are left out.
const MAX_NESTING: usize = 8;

/// Reads a `.doc` file.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let damaged = |detail: String| ReadError::Damaged { detail: format!("doc 文件无法读取（{detail}）") };
    let document = catch_unwind(AssertUnwindSafe(|| undoc::parse_bytes(bytes)))
        .map_err(|_| damaged("内部结构错误".to_owned()))?
        .map_err(|e| match e {
            undoc::Error::Encrypted => ReadError::Encrypted,
            other => damaged(other.to_string()),
        })?;
    let mut walk = Walk::default();
    walk.document(&document);
    Ok(structure::assemble(Format::Doc, "UTF-16LE".to_owned(), walk.lines, walk.problems))
}

#[derive(Default)]
struct Walk {
    lines: Vec<Raw>,
    problems: Vec<Problem>,
}

impl Walk {
    fn document(&mut self, document: &Document) {
        for block in document.sections.iter().flat_map(|s| &s.content) {
            match block {
                Block::Paragraph(paragraph) => {
                    let lines = self.paragraph(paragraph);
                    self.lines.extend(lines);
                }
                Block::Table(table) => {
                    let walk = self.table(table, 0);
                    self.lines.extend(walk.lines());
                }
                Block::Note { content, .. } => {
                    let text: Vec<String> = content.iter().flat_map(|p| self.paragraph(p)).map(|(t, _)| t).collect();
                    self.lines.push((text.join(" "), Hint::Footnote));
                }
                _ => {}
            }
        }
    }

    fn problem(&mut self, code: &str, message: &str, hint: &str) {
        if !self.problems.iter().any(|p| p.code == code) {
            let place = Place::Line(self.lines.len() as u32 + 1);
            self.problems.push(Problem::new(code, place, message, hint));
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) -> Vec<Raw> {
        let mut text = String::new();
        for run in &paragraph.runs {
            if run.revision != RevisionType::None {
                self.problem(
                    "tracked-changes",
                    "文件带有修订标记，已按全部接受修订后的文字读取",
                    "请确认这是定稿；如不是，请在办公软件中接受或拒绝修订后重新导入",
                );
            }
            if run.revision != RevisionType::Deleted {
                text.push_str(&run.text);
                // A section's end is its last paragraph's end.
                text.extend((run.line_break || run.page_break).then_some('\n'));
            }
        }
        let numbered = paragraph.list_info.as_ref().is_some_and(|l| l.list_type == ListType::Numbered);
        if numbered && !text.trim().is_empty() {
            self.problem(
                "automatic-numbers",
                "有自动编号，doc 格式里读不出编号的样式，编号没有写入文字",
                "如需保留“第一章”“（一）”这类编号，请用办公软件另存为 docx 后导入",
            );
        }
        let hint = match paragraph.heading {
            HeadingLevel::None => Hint::None,
            HeadingLevel::H1 => Hint::Heading(1),
            HeadingLevel::H2 => Hint::Heading(2),
            HeadingLevel::H3 => Hint::Heading(3),
            HeadingLevel::H4 => Hint::Heading(4),
            HeadingLevel::H5 => Hint::Heading(5),
            HeadingLevel::H6 => Hint::Heading(6),
        };
        let text = text.trim_end_matches('\n');
        let first = |at: usize| if at == 0 { hint } else { Hint::None };
        text.split('\n').enumerate().map(|(at, line)| (line.to_owned(), first(at))).collect()
    }

    /// Recursion ends at [`MAX_NESTING`].
    fn table(&mut self, table: &Table, depth: usize) -> TableWalk {
        let mut walk = TableWalk::default();
        for row in &table.rows {
            walk.open_row();
            for cell in &row.cells {
                walk.open_cell();
                walk.set_span(cell.col_span as usize);
                let mut lines: Vec<Raw> = cell.content.iter().flat_map(|p| self.paragraph(p)).collect();
                for inner in cell.nested_tables.iter().filter(|_| depth < MAX_NESTING) {
                    lines.extend(self.table(inner, depth + 1).nested_lines());
                }
                walk.close_cell(lines);
            }
            walk.close_row();
        }
        walk
    }
}

#[cfg(test)]
mod tests {
    use crate::{ReadError, read};

    /// A small document, written for the fuzz targets.
    const PLAN: &[u8] = include_bytes!("../../../fuzz/seeds/doc/plan");

    #[test]
    fn a_password_is_asked_for() {
        assert!(read("a.doc", PLAN).is_ok());
        // The flag in the header of the main stream, which begins with this mark.
        let at = PLAN.windows(2).position(|w| w == [0xEC, 0xA5]).unwrap();
        let mut locked = PLAN.to_vec();
        locked[at + 11] |= 1;
        assert!(matches!(read("a.doc", &locked), Err(ReadError::Encrypted)), "{:?}", read("a.doc", &locked));
    }

    #[test]
    fn any_cut_and_any_broken_byte_is_an_error_or_read() {
        for length in (512..PLAN.len()).step_by(61) {
            let _ = read("a.doc", PLAN.get(..length).unwrap());
            let mut broken = PLAN.to_vec();
            broken[length] ^= 0xFF;
            let _ = read("a.doc", &broken);
        }
    }
}
