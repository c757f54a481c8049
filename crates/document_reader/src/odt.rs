//! OpenDocument text, as LibreOffice and WPS write it.
//!
//! Changes are read as accepted, annotations are left out, notes and text boxes
//! follow their paragraph, numbers of lists are computed.

mod lists;

use plan_model::{Place, Problem};
use quick_xml::events::BytesStart;

use self::lists::Lists;
use crate::{
    ReadError,
    flow_table::TableWalk,
    package::Package,
    source::{Format, Source},
    structure::{self, Hint, Raw},
    xml::{self, Node},
};

/// Tables, notes and boxes nested deeper than this are read as paragraphs.
const MAX_NESTING: usize = 16;
/// A cell is not repeated more often than this.
const MAX_REPEAT: usize = 200;

/// Reads an OpenDocument text.
pub(crate) fn read(package: &mut Package<'_>) -> Result<Source, ReadError> {
    if package.text("META-INF/manifest.xml")?.is_some_and(|m| m.contains("encryption-data")) {
        return Err(ReadError::Encrypted);
    }
    let mut lists = Lists::default();
    if let Some(styles) = package.text("styles.xml")? {
        lists.read(&styles, "styles.xml")?;
    }
    let content = package.required("content.xml")?;
    lists.read(&content, "content.xml")?;
    let mut walk = Walk { lists, flows: vec![Vec::new()], ..Walk::default() };
    xml::walk(&content, "content.xml", |node| {
        walk.step(node);
        Ok(())
    })?;
    let lines = walk.flows.into_iter().next().unwrap_or_default();
    Ok(structure::assemble(Format::Odt, "UTF-8".to_owned(), lines, walk.problems))
}

#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    hint: Hint,
    after: Vec<Raw>,
}

#[derive(Debug, Default)]
struct Walk {
    lists: Lists,
    in_body: bool,
    skipped: usize,
    paragraphs: Vec<Paragraph>,
    flows: Vec<Vec<Raw>>,
    /// What each open flow is for.
    kinds: Vec<Flow>,
    tables: Vec<TableWalk>,
    /// Tables that are nested too deep to be read as such.
    ignored_tables: usize,
    repeat: usize,
    /// Open tables of contents and indexes.
    indexes: usize,
    changes: bool,
    problems: Vec<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Cell,
    Note,
    Box,
    /// Nested too deep: its lines stay where they are.
    Through,
}

impl Walk {
    fn step(&mut self, node: Node<'_>) {
        match node {
            Node::Open(..) if self.skipped > 0 => self.skipped += 1,
            Node::Close(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Node::Open("text", start) if !self.in_body => self.in_body = start.name().as_ref().starts_with("office"),
            _ if !self.in_body => {}
            Node::Open(name, start) => self.open(name, start),
            Node::Close(name) => self.close(name),
            Node::Text(text) => self.write(&collapse(text)),
            Node::Entity(_) => {}
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            // White space is one space, and none at the start.
            let text = if paragraph.text.is_empty() || paragraph.text.ends_with(['\n', ' ']) {
                text.trim_start_matches(' ')
            } else {
                text
            };
            paragraph.text.push_str(text);
        }
    }

    fn put_blank(&mut self, blank: char, count: usize) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.extend(std::iter::repeat_n(blank, count.min(MAX_REPEAT)));
        }
    }

    fn problem(&mut self, code: &str, message: &str, hint: &str) {
        let rows = self.tables.first().map_or(0, TableWalk::rows_so_far);
        let line = (self.flows.first().map_or(0, Vec::len) + rows) as u32 + 1;
        self.problems.push(Problem::new(code, Place::Line(line), message, hint));
    }

    fn open(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            // Deleted text is kept aside; notes to the text are not of it.
            "tracked-changes"
            | "annotation"
            | "annotation-end"
            | "note-citation"
            | "ruby-text"
            | "sequence-decls"
            | "forms"
            | "desc"
            | "title"
            | "table-of-content-source"
            | "alphabetical-index-source"
            | "event-listeners" => {
                self.changes |= name == "tracked-changes";
                self.skipped = 1;
                if name == "annotation" && !self.problems.iter().any(|p| p.code == "comments") {
                    self.problem(
                        "comments",
                        "文件带有批注，批注的文字没有读取",
                        "请确认批注里没有需要改进正文的意见；如有，请在办公软件中处理后重新导入",
                    );
                }
            }
            "change" | "change-start" if self.changes => {
                self.changes = false;
                self.problem(
                    "tracked-changes",
                    "文件带有修订标记，已按全部接受修订后的文字读取",
                    "请确认这是定稿；如不是，请在办公软件中接受或拒绝修订后重新导入",
                );
            }
            "p" | "h" => self.open_paragraph(name, start),
            "s" => {
                let count = xml::number(start, "c").unwrap_or(1);
                self.put_blank(' ', count);
            }
            "tab" => self.put_blank('\t', 1),
            "line-break" => self.put_blank('\n', 1),
            "list" => self.lists.open_list(start),
            "list-item" => self.lists.open_item(start),
            "list-header" => self.lists.open_header(),
            "table-of-content" | "illustration-index" | "table-index" | "alphabetical-index" => self.indexes += 1,
            "note-body" => self.open_flow(Flow::Note),
            "text-box" => self.open_flow(Flow::Box),
            "table" => self.open_table(),
            "table-row" => self.on_table(TableWalk::open_row),
            "table-cell" => self.open_cell(start),
            "covered-table-cell" => self.on_table(TableWalk::add_covered),
            _ => {}
        }
    }

    fn open_flow(&mut self, kind: Flow) {
        if self.flows.len() > MAX_NESTING {
            return self.kinds.push(Flow::Through);
        }
        self.flows.push(Vec::new());
        self.kinds.push(kind);
    }

    /// Takes the lines of the flow that ends.
    fn close_flow(&mut self) -> Option<(Flow, Vec<Raw>)> {
        match self.kinds.pop()? {
            Flow::Through => None,
            kind => Some((kind, self.flows.pop().unwrap_or_default())),
        }
    }

    fn open_table(&mut self) {
        if self.flows.len() > MAX_NESTING {
            self.ignored_tables += 1;
            return;
        }
        if !self.tables.is_empty() {
            self.problem("nested-table", "表格里套着表格，内层各格的文字并入外层的格", "请核对这一行");
        }
        self.tables.push(TableWalk::default());
    }

    fn on_table(&mut self, act: impl FnOnce(&mut TableWalk)) {
        if let Some(table) = self.tables.last_mut().filter(|_| self.ignored_tables == 0) {
            act(table);
        }
    }

    fn open_cell(&mut self, start: &BytesStart<'_>) {
        if self.tables.is_empty() || self.ignored_tables > 0 {
            return self.kinds.push(Flow::Through);
        }
        self.repeat = xml::number(start, "number-columns-repeated").unwrap_or(1).clamp(1, MAX_REPEAT);
        self.on_table(TableWalk::open_cell);
        self.flows.push(Vec::new());
        self.kinds.push(Flow::Cell);
    }

    fn open_paragraph(&mut self, name: &str, start: &BytesStart<'_>) {
        let level = xml::number::<u8>(start, "outline-level").unwrap_or(1);
        let hint = match name {
            _ if self.indexes > 0 => Hint::Boilerplate,
            "h" => Hint::Heading(level),
            _ => Hint::None,
        };
        let text = self.lists.label(if name == "h" { Some(level) } else { None });
        self.paragraphs.push(Paragraph { text, hint, after: Vec::new() });
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                let Some(paragraph) = self.paragraphs.pop() else { return };
                let first = paragraph.hint;
                let rest = if first == Hint::Boilerplate { first } else { Hint::None };
                let lines = paragraph.text.split('\n').enumerate();
                let lines = lines.map(|(at, line)| (line.to_owned(), if at == 0 { first } else { rest }));
                let lines: Vec<Raw> = lines.chain(paragraph.after).collect();
                self.put(lines);
            }
            "list" => self.lists.close_list(),
            "table-of-content" | "illustration-index" | "table-index" | "alphabetical-index" => {
                self.indexes = self.indexes.saturating_sub(1);
            }
            "note-body" | "text-box" => {
                let Some((kind, lines)) = self.close_flow() else { return };
                let lines = lines.into_iter().filter(|(text, _)| !text.trim().is_empty());
                let lines: Vec<Raw> = if kind == Flow::Note {
                    // A note of several paragraphs is one line.
                    let text = lines.map(|(text, _)| text).collect::<Vec<_>>().join(" ");
                    vec![(text, Hint::Footnote)]
                } else {
                    lines.collect()
                };
                match self.paragraphs.last_mut() {
                    Some(paragraph) => paragraph.after.extend(lines),
                    None => self.put(lines),
                }
            }
            "table-cell" => {
                if let Some((_, lines)) = self.close_flow() {
                    let repeat = std::mem::replace(&mut self.repeat, 1);
                    self.on_table(|t| t.close_cell_repeated(lines, repeat));
                }
            }
            "table-row" => self.on_table(TableWalk::close_row),
            "table" if self.ignored_tables > 0 => self.ignored_tables -= 1,
            "table" => {
                if let Some(table) = self.tables.pop() {
                    let lines = if self.tables.is_empty() { table.lines() } else { table.nested_lines() };
                    self.put(lines);
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
}

/// Runs of white space are one space.
fn collapse(text: &str) -> String {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    if !text.contains(is_blank) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !is_blank(c) {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests;
