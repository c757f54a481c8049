//! Word documents (Office Open XML), as Word, WPS and LibreOffice write them.
//!
//! The text is the accepted state: insertions are kept, deletions are gone, and
//! a problem says that the document still carries tracked changes. Comments,
//! hidden text, running heads and page numbers are left out. Text boxes and
//! footnotes follow the paragraph they hang on.

mod marks;
pub(crate) mod numbering;
mod styles;

use std::collections::HashMap;

use plan_model::{Place, Problem};
use quick_xml::events::BytesStart;

use self::{
    marks::{MarkWalk, without_signs},
    numbering::Numbering,
    styles::Styles,
};
use crate::{
    ReadError,
    flow_table::TableWalk,
    package::Package,
    source::{Format, Source},
    structure::{self, Hint, Raw},
    xml::{self, Node},
};

/// Tables and text boxes nested deeper than this are read as plain paragraphs.
const MAX_NESTING: usize = 16;

pub use marks::{Mark, MarkKind};

/// Reads a Word document whose main part is `main`.
pub(crate) fn read(package: &mut Package<'_>, main: &str) -> Result<Source, ReadError> {
    Ok(read_marked(package, main, None)?.0)
}

/// The same with the marks whose names begin with `prefix`.
pub(crate) fn read_marked(
    package: &mut Package<'_>,
    main: &str,
    prefix: Option<&str>,
) -> Result<(Source, Vec<Mark>), ReadError> {
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut beside = |name: &str| package.text(&format!("{folder}/{name}"));
    let styles = beside("styles.xml")?.map_or_else(|| Ok(Styles::default()), |t| Styles::read(&t))?;
    let numbering = beside("numbering.xml")?.map_or_else(|| Ok(Numbering::default()), |t| Numbering::read(&t))?;
    let mut notes = HashMap::new();
    for (part, prefix) in [("footnotes.xml", 'f'), ("endnotes.xml", 'e')] {
        if let Some(text) = beside(part)? {
            read_notes(&text, part, prefix, &mut notes)?;
        }
    }
    let text = package.required(main)?;
    let marks = prefix.map(MarkWalk::new);
    let mut walk = Walk { styles, numbering, notes, marks, flows: vec![Vec::new()], ..Walk::default() };
    xml::walk(&text, main, |node| {
        walk.step(node);
        Ok(())
    })?;
    let marks = walk.marks.take();
    let (mut lines, problems) = walk.finish();
    let marks = marks.map(|marks| marks.take(&mut lines)).unwrap_or_default();
    Ok((structure::assemble(Format::Docx, "UTF-8".to_owned(), lines, problems), marks))
}

/// The texts of footnotes or endnotes by their ids.
fn read_notes(text: &str, part: &str, prefix: char, notes: &mut HashMap<String, String>) -> Result<(), ReadError> {
    let mut id = None;
    let mut words = String::new();
    let mut in_text = false;
    xml::walk(text, part, |node| {
        match node {
            Node::Open("footnote" | "endnote", start) => {
                // Separators between text and notes are kept as notes of a type.
                id = if xml::attribute(start, "type").is_some() { None } else { xml::attribute(start, "id") };
                words.clear();
            }
            Node::Open("t", _) => in_text = true,
            Node::Close("t") => in_text = false,
            Node::Close("p") => words.push(' '),
            Node::Text(text) if in_text => words.push_str(text),
            Node::Close("footnote" | "endnote") => {
                if let Some(id) = id.take() {
                    notes.insert(format!("{prefix}{id}"), words.trim().to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    })
}

/// Elements whose place among their parents matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    ParagraphProperties,
    RowProperties,
    Run,
    RunProperties,
    Text,
    /// A table, cell or text box that is nested too deep and read as if it were not there.
    Ignored,
    Other,
}

/// A paragraph on its way.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    number: Option<String>,
    number_level: Option<u8>,
    outline: Option<u8>,
    /// Its end was deleted: it runs on into the next one.
    joined_to_next: bool,
    /// Text boxes and notes that hang on it.
    after: Vec<Raw>,
}

#[derive(Debug, Default)]
struct Walk {
    styles: Styles,
    numbering: Numbering,
    notes: HashMap<String, String>,
    /// Open elements from the outermost inwards.
    tags: Vec<Tag>,
    /// How many open elements deep a left-out part is.
    skipped: usize,
    /// The run being read is hidden.
    hidden: bool,
    /// Open paragraphs: more than one where a text box stands in one.
    paragraphs: Vec<Paragraph>,
    /// Open places for lines: the body, then cells and text boxes.
    flows: Vec<Vec<Raw>>,
    tables: Vec<TableWalk>,
    /// Text of a paragraph whose end was deleted.
    carried: String,
    changes: u32,
    first_change: u32,
    commented: bool,
    problems: Vec<Problem>,
    /// The named places, where they are asked for.
    marks: Option<MarkWalk>,
}

impl Walk {
    fn step(&mut self, node: Node<'_>) {
        match node {
            Node::Open(..) if self.skipped > 0 => self.skipped += 1,
            Node::Close(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Node::Open(name, start) => self.open(name, start),
            Node::Close(name) => self.close(name),
            Node::Text(text) => {
                if self.tags.last() == Some(&Tag::Text) && !self.hidden {
                    match self.marks {
                        Some(_) => self.write(&without_signs(text)),
                        None => self.write(text),
                    }
                }
            }
            Node::Entity(name) => self.problem(
                "unknown-entity",
                format!("实体“&{name};”由文件自行定义，没有展开"),
                "请核对此处文字；如有缺失，请用办公软件另存为 docx 后重新导入",
            ),
        }
    }

    /// The number of the line that is being written, as good as it is known.
    fn line(&self) -> u32 {
        let rows = self.tables.first().map_or(0, TableWalk::rows_so_far);
        (self.flows.first().map_or(0, Vec::len) + rows) as u32 + 1
    }

    fn problem(&mut self, code: &str, message: String, hint: &str) {
        let place = Place::Line(self.line());
        let seen = self.problems.iter().any(|p| p.code == code && p.place == place);
        if !seen && self.problems.len() < 100 {
            self.problems.push(Problem::new(code, place, message, hint));
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn change(&mut self) {
        if self.changes == 0 {
            self.first_change = self.line();
        }
        self.changes += 1;
    }

    fn open(&mut self, name: &str, start: &BytesStart<'_>) {
        let parent = self.tags.last().copied();
        let tag = match name {
            // What a second rendering repeats, what is not text, what earlier states looked like.
            "Fallback" | "rt" | "instrText" | "sectPr" | "pPrChange" | "rPrChange" | "tblPrChange" | "trPrChange"
            | "tcPrChange" | "sectPrChange" | "binData" => {
                self.skipped = 1;
                return;
            }
            "del" | "moveFrom" if !matches!(parent, Some(Tag::RunProperties | Tag::RowProperties)) => {
                self.change();
                self.skipped = 1;
                return;
            }
            "pPr" => Tag::ParagraphProperties,
            "trPr" => Tag::RowProperties,
            "rPr" => Tag::RunProperties,
            "r" => {
                self.hidden = false;
                Tag::Run
            }
            "t" => Tag::Text,
            "tbl" | "txbxContent" if self.flows.len() > MAX_NESTING => Tag::Ignored,
            _ => Tag::Other,
        };
        match name {
            "p" => self.paragraphs.push(Paragraph { text: std::mem::take(&mut self.carried), ..Paragraph::default() }),
            "ins" | "moveTo" => self.change(),
            "tbl" if tag != Tag::Ignored => {
                if !self.tables.is_empty() {
                    self.problem(
                        "nested-table",
                        "表格里套着表格，内层各格的文字并入外层的格".to_owned(),
                        "请核对这一行",
                    );
                }
                self.tables.push(TableWalk::default());
            }
            "txbxContent" if tag != Tag::Ignored => self.flows.push(Vec::new()),
            "tc" if self.in_table() => {
                self.flows.push(Vec::new());
                self.on_table(TableWalk::open_cell);
            }
            "tr" if self.in_table() => self.on_table(TableWalk::open_row),
            "bookmarkStart" | "bookmarkEnd" | "tag" | "sdtContent" => self.mark(name, start),
            _ => self.property(name, start, parent),
        }
        self.tags.push(tag);
    }

    /// A named place begins or ends.
    fn mark(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(marks) = &mut self.marks else { return };
        let sign = match name {
            "bookmarkStart" => marks.open_bookmark(xml::attribute(start, "id"), xml::attribute(start, "name")),
            "bookmarkEnd" => marks.close_bookmark(xml::attribute(start, "id")),
            "sdtContent" => marks.open_control(),
            _ => {
                marks.tag(xml::attribute(start, "val"));
                return;
            }
        };
        self.write(&sign);
    }

    /// Whether rows and cells belong to a table that is read as one.
    fn in_table(&self) -> bool {
        !self.tables.is_empty() && !self.tags.contains(&Tag::Ignored)
    }

    fn on_table(&mut self, act: impl FnOnce(&mut TableWalk)) {
        if let Some(table) = self.tables.last_mut() {
            act(table);
        }
    }

    /// Small elements: properties of paragraphs, rows and cells, and characters
    /// that are written as elements.
    fn property(&mut self, name: &str, start: &BytesStart<'_>, parent: Option<Tag>) {
        let val = || xml::attribute(start, "val");
        match (name, parent) {
            ("tab", Some(Tag::Run)) | ("ptab", _) => self.write("\t"),
            ("br", Some(Tag::Run)) if !matches!(xml::attribute(start, "type").as_deref(), Some("page" | "column")) => {
                self.write("\n");
            }
            ("cr", _) => self.write("\n"),
            ("noBreakHyphen", _) => self.write("-"),
            ("sym", _) => {
                // Symbol fonts live in the private area: the glyph cannot be known.
                let code = xml::attribute(start, "char").and_then(|c| u32::from_str_radix(&c, 16).ok());
                let shown = code.and_then(char::from_u32).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c));
                self.write(shown.unwrap_or('□').encode_utf8(&mut [0; 4]));
            }
            ("vanish", Some(Tag::RunProperties)) if self.tags.iter().rev().nth(1) == Some(&Tag::Run) => {
                self.hidden = xml::is_on(start);
            }
            ("footnoteReference" | "endnoteReference", _) => self.note(name, start),
            ("commentReference", _) => self.comment(),
            ("del", Some(Tag::RunProperties)) => {
                self.change();
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.joined_to_next = true;
                }
            }
            ("del", Some(Tag::RowProperties)) => {
                self.change();
                self.on_table(|t| t.row_deleted = true);
            }
            ("gridBefore", _) => {
                let count = xml::number(start, "val").unwrap_or(0);
                self.on_table(|t| t.skip_columns(count));
            }
            ("gridSpan", _) => {
                let count = xml::number(start, "val").unwrap_or(1);
                self.on_table(|t| t.set_span(count));
            }
            ("vMerge" | "hMerge", _) if val().is_none_or(|v| v == "continue") => self.on_table(|t| t.continued = true),
            _ => {
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    match name {
                        "pStyle" => paragraph.style = val(),
                        "outlineLvl" => paragraph.outline = xml::number(start, "val"),
                        "numId" => paragraph.number = val(),
                        "ilvl" => paragraph.number_level = xml::number(start, "val"),
                        _ => {}
                    }
                }
            }
        }
    }

    fn note(&mut self, name: &str, start: &BytesStart<'_>) {
        let prefix = if name == "footnoteReference" { 'f' } else { 'e' };
        let id = xml::attribute(start, "id").unwrap_or_default();
        let text = self.notes.remove(&format!("{prefix}{id}")).filter(|t| !t.is_empty());
        if let (Some(text), Some(paragraph)) = (text, self.paragraphs.last_mut()) {
            paragraph.after.push((text, Hint::Footnote));
        }
    }

    /// Comments are not text; that there are some is said once.
    fn comment(&mut self) {
        if !std::mem::replace(&mut self.commented, true) {
            self.problem(
                "comments",
                "文件带有批注，批注的文字没有读取".to_owned(),
                "请确认批注里没有需要改进正文的意见；如有，请在办公软件中处理后重新导入",
            );
        }
    }

    fn close(&mut self, name: &str) {
        let tag = self.tags.pop();
        match name {
            "p" => self.close_paragraph(),
            "sdtContent" => {
                let sign = self.marks.as_mut().map(MarkWalk::close_control);
                self.write(&sign.unwrap_or_default());
            }
            "tc" if self.in_table() && self.flows.len() > 1 => {
                let lines = self.flows.pop().unwrap_or_default();
                self.on_table(|t| t.close_cell(lines));
            }
            "tr" if self.in_table() => self.on_table(TableWalk::close_row),
            "tbl" if tag != Some(Tag::Ignored) => {
                if let Some(table) = self.tables.pop() {
                    let lines = if self.tables.is_empty() { table.lines() } else { table.nested_lines() };
                    self.put(lines);
                }
            }
            "txbxContent" if tag != Some(Tag::Ignored) && self.flows.len() > 1 => {
                let lines = self.flows.pop().unwrap_or_default();
                let words = lines.into_iter().filter(|(text, _)| !text.trim().is_empty());
                match self.paragraphs.last_mut() {
                    Some(paragraph) => paragraph.after.extend(words),
                    None => self.put(words.collect()),
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, lines: Vec<Raw>) {
        if let Some(flow) = self.flows.last_mut() {
            flow.extend(lines);
        }
    }

    fn close_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        if paragraph.joined_to_next {
            self.carried = paragraph.text;
            self.put(paragraph.after);
            return;
        }
        let look = paragraph.style.as_deref().map(|s| self.styles.look(s)).unwrap_or_default();
        let number = paragraph.number.or(look.numbering).filter(|id| id != "0");
        let tied = paragraph.style.as_deref().and_then(|s| self.numbering.level_of_style(s));
        let depth = paragraph.number_level.or(look.numbering_level).or(tied).unwrap_or(0);
        let label = number.map(|id| self.numbering.next(&id, depth)).unwrap_or_default();
        let heading = match paragraph.outline {
            Some(9..) => None,
            Some(level) => Some(level + 1),
            None => look.heading,
        };
        let hint = match heading {
            _ if look.contents => Hint::Boilerplate,
            Some(level) => Hint::Heading(level),
            None => Hint::None,
        };
        let lines = paragraph.text.split('\n').enumerate().map(|(at, line)| match at {
            0 if !line.trim().is_empty() => (format!("{label}{line}"), hint),
            _ => (line.to_owned(), if hint == Hint::Boilerplate { hint } else { Hint::None }),
        });
        let lines = lines.chain(paragraph.after).collect();
        self.put(lines);
    }

    /// The lines and problems of the whole document.
    fn finish(mut self) -> (Vec<Raw>, Vec<Problem>) {
        if !self.carried.is_empty() {
            let text = std::mem::take(&mut self.carried);
            self.put(vec![(text, Hint::None)]);
        }
        if self.changes > 0 {
            self.problems.push(Problem::new(
                "tracked-changes",
                Place::Line(self.first_change),
                format!("文件带有 {} 处修订标记，已按全部接受修订后的文字读取", self.changes),
                "请确认这是定稿；如不是，请在办公软件中接受或拒绝修订后重新导入",
            ));
        }
        let lines = self.flows.into_iter().next().unwrap_or_default();
        (lines, self.problems)
    }
}

#[cfg(test)]
mod tests;
