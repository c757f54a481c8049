//! The numbers of lists and headings: ODF keeps how they look in list styles.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use crate::{
    ReadError,
    docx::numbering::format_count,
    xml::{self, Node},
};

const LEVELS: usize = 10;

#[derive(Debug, Clone)]
struct Level {
    format: String,
    prefix: String,
    suffix: String,
    start: u32,
    /// How many outer numbers are shown with it.
    shown: usize,
    /// Such as `第%1%章`, in newer files.
    pattern: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Style(HashMap<usize, Level>);

/// An open list.
#[derive(Debug)]
struct Open {
    style: Option<String>,
    /// The list as a whole, for what goes on after an interruption.
    key: String,
}

/// List styles and how far each list has counted.
#[derive(Debug, Default)]
pub(super) struct Lists {
    styles: HashMap<String, Style>,
    outline: Style,
    open: Vec<Open>,
    counters: HashMap<String, [u32; LEVELS]>,
    /// An item has begun whose number has not been written yet.
    item: bool,
}

impl Lists {
    /// Reads the list styles of a part.
    pub(super) fn read(&mut self, text: &str, part: &str) -> Result<(), ReadError> {
        let mut style: Option<(String, Style)> = None;
        let mut in_outline = false;
        xml::walk(text, part, |node| {
            match node {
                Node::Open("list-style", start) => {
                    style = Some((xml::attribute(start, "name").unwrap_or_default(), Style::default()));
                }
                Node::Open("outline-style", _) => in_outline = true,
                Node::Open("list-level-style-number" | "outline-level-style", start) => {
                    let depth: usize = xml::number(start, "level").unwrap_or(1);
                    let value = |name: &str| xml::attribute(start, name);
                    let level = Level {
                        format: value("num-format").unwrap_or_default(),
                        prefix: value("num-prefix").unwrap_or_default(),
                        suffix: value("num-suffix").unwrap_or_default(),
                        start: xml::number(start, "start-value").unwrap_or(1),
                        shown: xml::number(start, "display-levels").unwrap_or(1),
                        pattern: value("num-list-format"),
                    };
                    match &mut style {
                        Some((_, style)) => style.0.insert(depth, level),
                        None if in_outline => self.outline.0.insert(depth, level),
                        None => None,
                    };
                }
                Node::Close("list-style") => self.styles.extend(style.take()),
                Node::Close("outline-style") => in_outline = false,
                _ => {}
            }
            Ok(())
        })
    }

    pub(super) fn open_list(&mut self, start: &BytesStart<'_>) {
        let style = xml::attribute(start, "style-name").or_else(|| self.open.last()?.style.clone());
        let goes_on = xml::attribute(start, "continue-numbering").is_some_and(|v| v == "true");
        // A list that goes on another one names it; lists of one style that go on
        // are one list for the reader.
        let goes_on = goes_on || xml::attribute(start, "continue-list").is_some();
        let key = self.open.last().map(|o| o.key.clone()).or_else(|| style.clone()).unwrap_or_default();
        if self.open.is_empty() && !goes_on {
            self.counters.remove(&key);
        }
        self.open.push(Open { style, key });
    }

    pub(super) fn open_item(&mut self, start: &BytesStart<'_>) {
        self.item = true;
        if let (Some(value), Some(open)) = (xml::number::<u32>(start, "start-value"), self.open.last()) {
            let depth = self.open.len().min(LEVELS);
            let counters = self.counters.entry(open.key.clone()).or_default();
            if let Some(counter) = depth.checked_sub(1).and_then(|at| counters.get_mut(at)) {
                *counter = value.saturating_sub(1);
            }
        }
    }

    pub(super) fn open_header(&mut self) {
        self.item = false;
    }

    pub(super) fn close_list(&mut self) {
        self.open.pop();
        self.item = false;
    }

    /// The number of the paragraph that begins: in a list, or as a heading of
    /// this level.
    pub(super) fn label(&mut self, heading: Option<u8>) -> String {
        let (key, style, depth) = match (self.open.last(), heading) {
            (Some(open), _) if self.item => {
                let style = open.style.as_ref().and_then(|name| self.styles.get(name));
                (open.key.clone(), style, self.open.len())
            }
            (None, Some(level)) => ("outline".to_owned(), Some(&self.outline), usize::from(level)),
            _ => return String::new(),
        };
        self.item = false;
        let Some(style) = style.filter(|_| (1..=LEVELS).contains(&depth)) else { return String::new() };
        let Some(level) = style.0.get(&depth) else { return String::new() };
        let counters = self.counters.entry(key).or_default();
        for (at, counter) in counters.iter_mut().enumerate().skip(depth - 1) {
            *counter = match (at == depth - 1, *counter) {
                (false, _) => 0,
                (true, 0) => level.start,
                (true, count) => count.saturating_add(1),
            };
        }
        let count = |of: usize| {
            let level = style.0.get(&of);
            let number = of.checked_sub(1).and_then(|at| counters.get(at)).copied().unwrap_or(0);
            format_count(number.max(1), format_name(level.map_or("1", |l| &l.format)))
        };
        if level.format.is_empty() {
            return String::new();
        }
        let mut label = match &level.pattern {
            Some(pattern) => (1..=LEVELS).fold(pattern.clone(), |text, of| {
                let mark = format!("%{of}%");
                if text.contains(&mark) { text.replace(&mark, &count(of)) } else { text }
            }),
            None => {
                let from = (depth + 1).saturating_sub(level.shown.max(1)).max(1);
                let numbers: Vec<String> = (from..=depth).map(count).collect();
                format!("{}{}{}", level.prefix, numbers.join("."), level.suffix)
            }
        };
        if !label.is_empty() && !label.ends_with(['、', '）', ')', '．', '.', '，', '：', ' ']) {
            label.push(' ');
        }
        label
    }
}

/// The formats of ODF by the names of Word.
fn format_name(format: &str) -> &str {
    match format {
        "a" => "lowerLetter",
        "A" => "upperLetter",
        "i" => "lowerRoman",
        "I" => "upperRoman",
        "①, ②, ③, ..." => "decimalEnclosedCircle",
        "１, ２, ３, ..." => "decimalFullWidth",
        "甲, 乙, 丙, ..." => "ideographTraditional",
        "子, 丑, 寅, ..." => "ideographZodiac",
        f if f.starts_with('一') => "chineseCounting",
        _ => "decimal",
    }
}
