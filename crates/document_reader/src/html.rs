//! Web pages: a line for each block of text, a tab-separated line for each row
//! of a table. Menus, crumbs, links to print and share and the page's foot stay
//! in place as [`Role::Boilerplate`](crate::Role), so that positions hold.
//!
//! The page is read as a stream of tags with a stack of our own, not as a tree:
//! nothing recurses and the time grows with the length alone, however the tags
//! are nested.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use plan_model::{Place, Problem};

use crate::{
    ReadError,
    source::{Format, Source},
    structure::{self, Hint},
    txt,
};

mod main_text;
mod notes;
mod table;

use main_text::Elements;
use table::HtmlTable;

/// Tags nested deeper than this are taken for their neighbours.
const MAX_DEPTH: usize = 1_000;
/// Tables nested deeper than this are read as plain blocks.
const MAX_TABLES: usize = 16;
/// The most elements of a page.
const MAX_ELEMENTS: usize = 2_000_000;

/// A line of the page and what is known of it.
#[derive(Debug)]
pub(super) struct HtmlLine {
    pub(super) text: String,
    pub(super) hint: Hint,
    /// The element it stands in.
    pub(super) element: usize,
    /// How many of its characters are in links.
    pub(super) linked: usize,
}

/// Reads a web page.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let (text, encoding, mut problems) = decode(bytes)?;
    let mut walk = Walk::new();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(&*text, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => walk.open(&tag),
            Ok(Token::EndTag(tag)) => walk.close(&String::from_utf8_lossy(&tag.name)),
            Ok(Token::String(words)) => walk.text(&String::from_utf8_lossy(&words)),
            Ok(Token::Comment(_) | Token::Doctype(_) | Token::Error(_)) => {}
            Err(never) => match never {},
        }
        if walk.elements.len() > MAX_ELEMENTS {
            return Err(ReadError::Bomb { detail: format!("网页里的元素超过 {MAX_ELEMENTS} 个") });
        }
    }
    let lines = walk.finish();
    if lines.iter().all(|(text, hint)| *hint == Hint::Boilerplate || text.trim().is_empty()) {
        problems.push(Problem::new(
            "no-main-text",
            Place::Whole,
            "网页里没有找到正文，正文可能由脚本另行加载",
            "请在浏览器中打开网页，复制正文另存为 txt 或 docx 后导入",
        ));
    }
    Ok(structure::assemble(Format::Html, encoding, lines, problems))
}

/// The page's text. What it says of its own encoding counts only where the
/// bytes do not say otherwise.
fn decode(bytes: &[u8]) -> Result<(String, String, Vec<Problem>), ReadError> {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let declared = declared_encoding(&String::from_utf8_lossy(head));
    let marked = encoding_rs::Encoding::for_bom(bytes).is_some();
    if let (Some(encoding), false) = (declared, marked) {
        // GB2312 and GBK pages are read as GB18030, which holds both.
        let encoding = if encoding == encoding_rs::GBK { encoding_rs::GB18030 } else { encoding };
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        if !damaged {
            let valid_utf8 = encoding != encoding_rs::UTF_8 && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
            if !valid_utf8 {
                return Ok((text.into_owned(), encoding.name().to_lowercase(), Vec::new()));
            }
        }
    }
    let decoded = txt::decode(bytes)?;
    let (text, encoding, damaged) = (decoded.text.into_owned(), decoded.encoding, decoded.damaged);
    let mut problems = Vec::new();
    if let Some(other) = declared.filter(|d| !d.name().eq_ignore_ascii_case(&encoding) && !marked) {
        problems.push(Problem::new(
            "encoding-mismatch",
            Place::Whole,
            format!("网页自称编码为 {}，实际按 {encoding} 读取", other.name()),
            "请核对文字有无乱码",
        ));
    }
    if damaged {
        problems.push(txt::bad_characters(&text, &encoding));
    }
    Ok((text, encoding, problems))
}

/// What `<meta charset>` or `<?xml encoding?>` says.
fn declared_encoding(head: &str) -> Option<&'static encoding_rs::Encoding> {
    let head = head.to_ascii_lowercase();
    ["charset", "encoding"].iter().find_map(|word| {
        let (_, after) = head.split_once(word)?;
        let label = after.trim_start().strip_prefix('=')?.trim_start_matches(['"', '\'', ' ']);
        let label: String = label.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        encoding_rs::Encoding::for_label(label.as_bytes())
    })
}

/// What the walk knows of a tag by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its text is not shown.
    Silent,
    /// It stands in the line, like `<b>`.
    Inline,
    Link,
    /// It begins and ends a line.
    Block,
    Heading(u8),
    ListItem,
    OrderedList,
    Table,
    Row,
    Cell,
    /// It has no end tag and breaks the line.
    Break,
    /// It has no end tag and shows no text.
    Void,
}

fn kind(name: &str) -> Kind {
    match name {
        "script" | "style" | "noscript" | "template" | "svg" | "iframe" | "select" | "textarea" | "object" | "math"
        | "title" | "audio" | "video" | "canvas" => Kind::Silent,
        "a" => Kind::Link,
        "h1" => Kind::Heading(1),
        "h2" => Kind::Heading(2),
        "h3" => Kind::Heading(3),
        "h4" => Kind::Heading(4),
        "h5" => Kind::Heading(5),
        "h6" => Kind::Heading(6),
        "li" => Kind::ListItem,
        "ol" => Kind::OrderedList,
        "table" => Kind::Table,
        "tr" => Kind::Row,
        "td" | "th" => Kind::Cell,
        "br" | "hr" => Kind::Break,
        "area" | "base" | "col" | "embed" | "img" | "input" | "link" | "meta" | "param" | "source" | "track"
        | "wbr" | "frame" => Kind::Void,
        "html" | "head" | "body" | "p" | "div" | "section" | "article" | "main" | "header" | "footer" | "nav"
        | "aside" | "ul" | "dl" | "dt" | "dd" | "pre" | "blockquote" | "form" | "fieldset" | "figure"
        | "figcaption" | "center" | "address" | "caption" | "tbody" | "thead" | "tfoot" | "details" | "summary"
        | "button" => Kind::Block,
        _ => Kind::Inline,
    }
}

/// An open tag.
#[derive(Debug)]
struct Open {
    name: String,
    kind: Kind,
    element: usize,
    /// How many items of an ordered list have begun.
    items: u32,
    /// It belongs to a footnote.
    note: bool,
    /// A link from the text to a note: where in the line its mark begins.
    mark_from: Option<usize>,
}

#[derive(Debug)]
struct Walk {
    elements: Elements,
    open: Vec<Open>,
    /// The tag whose content is not shown, with the number of equal tags open in it.
    silent: Option<(String, u32)>,
    /// The title in the page's head, against which lines are compared.
    title: String,
    line: String,
    /// The number of a list item, for its first line.
    label: String,
    linked: usize,
    links: usize,
    /// Open places for lines: the page, then cells.
    flows: Vec<Vec<HtmlLine>>,
    tables: Vec<HtmlTable>,
}

impl Walk {
    fn new() -> Self {
        Self {
            elements: Elements::new(),
            open: Vec::new(),
            silent: None,
            title: String::new(),
            line: String::new(),
            label: String::new(),
            linked: 0,
            links: 0,
            flows: vec![Vec::new()],
            tables: Vec::new(),
        }
    }

    fn element(&self) -> usize {
        self.open.last().map_or(0, |o| o.element)
    }

    fn open(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if let Some((silent, count)) = &mut self.silent {
            *count += u32::from(*silent == name && !tag.self_closing);
            return;
        }
        let kind = kind(&name);
        match kind {
            Kind::Silent if tag.self_closing => return,
            Kind::Silent => {
                self.silent = Some((name, 0));
                return;
            }
            Kind::Void => return,
            Kind::Break => return self.flush(Hint::None),
            Kind::Inline | Kind::Link => {}
            _ => self.flush(Hint::None),
        }
        // Rows of tables that are read as blocks have nothing to end.
        let nested = self.tables.len() >= MAX_TABLES;
        match kind {
            Kind::Row if !nested => self.end_open(&[Kind::Row, Kind::Cell]),
            Kind::Cell if !nested => self.end_open(&[Kind::Cell]),
            _ => {}
        }
        if self.open.len() >= MAX_DEPTH {
            return;
        }
        let element = self.elements.add(self.element(), &name, tag);
        match kind {
            Kind::Table if nested => {}
            Kind::Table => self.tables.push(HtmlTable::new(element)),
            Kind::Row => self.on_table(HtmlTable::open_row),
            Kind::Cell if !self.tables.is_empty() && !nested => {
                let span = |name: &str| {
                    let value = tag.attributes.get(name.as_bytes()).map(|v| String::from_utf8_lossy(v).into_owned());
                    value.and_then(|v| v.trim().parse::<usize>().ok()).unwrap_or(1)
                };
                let (columns, rows) = (span("colspan"), span("rowspan"));
                self.on_table(|t| t.open_cell(columns, rows));
                self.flows.push(Vec::new());
            }
            Kind::Link => self.links += 1,
            Kind::ListItem => {
                let list = self.open.iter_mut().rev().find(|o| matches!(o.name.as_str(), "ol" | "ul"));
                if let Some(list) = list.filter(|l| l.kind == Kind::OrderedList) {
                    list.items += 1;
                    self.label = format!("{}. ", list.items);
                }
            }
            _ => {}
        }
        let kind = if nested && matches!(kind, Kind::Table | Kind::Row | Kind::Cell) { Kind::Block } else { kind };
        let note = self.open.last().is_some_and(|o| o.note) || notes::is_note(tag);
        let mark_from = (kind == Kind::Link && !note && notes::is_reference(tag)).then_some(self.line.len());
        self.open.push(Open { name, kind, element, items: 0, note, mark_from });
    }

    fn on_table(&mut self, act: impl FnOnce(&mut HtmlTable)) {
        if let Some(table) = self.tables.last_mut() {
            act(table);
        }
    }

    /// `<td>` ends the cell before it, `<tr>` the row before it: their end tags
    /// may be left out.
    fn end_open(&mut self, kinds: &[Kind]) {
        let inner = self.open.iter().rev().take_while(|o| o.kind != Kind::Table).enumerate();
        let outermost = inner.filter(|(_, o)| kinds.contains(&o.kind)).map(|(at, _)| at + 1).last();
        for _ in 0..outermost.unwrap_or(0) {
            self.pop();
        }
    }

    fn close(&mut self, name: &str) {
        if let Some((silent, count)) = &mut self.silent {
            if silent == name {
                match count.checked_sub(1) {
                    Some(left) => *count = left,
                    None => self.silent = None,
                }
            }
            return;
        }
        if matches!(kind(name), Kind::Break) || name == "p" {
            self.flush(Hint::None);
        }
        // An end tag without a beginning inside this cell is a slip.
        let within = |o: &&Open| !matches!(o.kind, Kind::Cell | Kind::Table) || o.name == name;
        let reach = if matches!(name, "table" | "tr" | "body" | "html") {
            self.open.iter().rev().position(|o| o.name == name)
        } else {
            let inner = self.open.iter().rev().take(64).take_while(within);
            inner.clone().position(|o| o.name == name)
        };
        for _ in 0..reach.map_or(0, |at| at + 1) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(kind) = self.open.last().map(|o| o.kind) else { return };
        match kind {
            Kind::Inline => {}
            Kind::Link => {
                self.links = self.links.saturating_sub(1);
                let mark = self.open.last().and_then(|o| o.mark_from);
                if let Some((from, mark)) = mark.and_then(|from| Some((from, self.line.get(from..)?)))
                    && notes::is_mark(mark)
                {
                    self.line.truncate(from);
                }
            }
            Kind::Heading(level) => self.flush(Hint::Heading(level)),
            _ => self.flush(Hint::None),
        }
        self.open.pop();
        match kind {
            Kind::Cell if self.flows.len() > 1 && !self.tables.is_empty() => {
                let lines = self.flows.pop().unwrap_or_default();
                self.on_table(|t| t.close_cell(lines));
            }
            Kind::Table => {
                if let Some(table) = self.tables.pop() {
                    let lines = table.lines();
                    if let Some(flow) = self.flows.last_mut() {
                        flow.extend(lines);
                    }
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, words: &str) {
        if let Some((silent, _)) = &self.silent {
            if silent == "title" {
                self.title.push_str(words);
            }
            return;
        }
        // Preformatted text keeps its lines and its spaces.
        if self.open.iter().rev().take(8).any(|o| o.name == "pre") {
            for (index, part) in words.split('\n').enumerate() {
                if index > 0 {
                    self.flush(Hint::None);
                }
                self.line.push_str(part.trim_end_matches('\r'));
            }
            return;
        }
        let before = self.line.len();
        push_collapsed(&mut self.line, words);
        if self.links > 0 {
            self.linked += self.line.get(before..).map_or(0, |added| added.chars().count());
        }
    }

    fn flush(&mut self, hint: Hint) {
        let linked = std::mem::take(&mut self.linked);
        let text = std::mem::take(&mut self.line);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() {
            return;
        }
        let element = self.element();
        let note = self.open.last().is_some_and(|o| o.note);
        let hint = if note && hint == Hint::None { Hint::Footnote } else { hint };
        if let Some(flow) = self.flows.last_mut() {
            let text = std::mem::take(&mut self.label) + text;
            flow.push(HtmlLine { text, hint, element, linked });
        }
    }

    fn finish(mut self) -> Vec<(String, Hint)> {
        while !self.open.is_empty() {
            self.pop();
        }
        self.flush(Hint::None);
        let mut lines = self.flows.into_iter().next().unwrap_or_default();
        self.elements.mark(&mut lines, &self.title);
        lines.into_iter().map(|l| (l.text, l.hint)).collect()
    }
}

/// Appends text as a browser shows it: white space is one space, and none at a
/// line break between two Chinese characters, where writers wrap their source.
fn push_collapsed(line: &mut String, words: &str) {
    let mut rest = words;
    while let Some(c) = rest.chars().next() {
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        if is_space(c) {
            let after = rest.trim_start_matches(is_space);
            let gap = rest.strip_suffix(after).unwrap_or_default();
            let wide = |c: Option<char>| c.is_some_and(|c| c as u32 >= 0x2E80);
            let wrapped = gap.contains('\n') && wide(line.chars().next_back()) && wide(after.chars().next());
            if !line.is_empty() && !line.ends_with(' ') && !wrapped {
                line.push(' ');
            }
            rest = after;
        } else {
            let end = rest.find(is_space).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            line.push_str(word);
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests;
