//! Which part of a page is its main text: the innermost element that holds
//! nearly all of the prose that is not links.

use html5gum::StartTag;

use super::HtmlLine;
use crate::structure::Hint;

/// The share of the prose that the main text holds, in percent.
const MAIN_SHARE: usize = 90;

/// Words in `class` and `id` of parts that sites put around their text.
const AROUND: [&str; 20] = [
    "nav",
    "navbar",
    "menu",
    "crumb",
    "crumbs",
    "breadcrumb",
    "breadcrumbs",
    "position",
    "footer",
    "foot",
    "share",
    "bshare",
    "pagination",
    "pager",
    "toolbar",
    "copyright",
    "sidebar",
    "related",
    "print",
    "bottom",
];

#[derive(Debug)]
struct Element {
    parent: usize,
    /// Characters of prose in it.
    prose: usize,
    /// It can hold the main text.
    container: bool,
    /// Its name or class says that it stands around the text, or it is not shown.
    around: bool,
}

/// The elements of a page, each after its parent.
#[derive(Debug)]
pub(super) struct Elements(Vec<Element>);

impl Elements {
    pub(super) fn new() -> Self {
        Self(vec![Element { parent: 0, prose: 0, container: true, around: false }])
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn add(&mut self, parent: usize, name: &str, tag: &StartTag<()>) -> usize {
        let container = matches!(name, "html" | "body" | "div" | "article" | "section" | "main" | "td" | "form");
        let value = |name: &str| {
            tag.attributes.get(name.as_bytes()).map(|v| String::from_utf8_lossy(v).to_lowercase()).unwrap_or_default()
        };
        let mut around = matches!(name, "nav" | "footer" | "aside" | "button");
        if !tag.attributes.is_empty() && !matches!(name, "html" | "body") {
            let names = |v: String| v.split(|c: char| !c.is_alphanumeric()).any(|word| AROUND.contains(&word));
            let style: String = value("style").split_whitespace().collect();
            let hidden = tag.attributes.contains_key(b"hidden".as_slice()) || style.contains("display:none");
            around = around || hidden || names(value("class")) || names(value("id"));
        }
        let around = around || self.0.get(parent).is_some_and(|p| p.around);
        self.0.push(Element { parent, prose: 0, container, around });
        self.0.len() - 1
    }

    /// Marks the lines that are not the main text.
    pub(super) fn mark(&mut self, lines: &mut [HtmlLine], title: &str) {
        for line in lines.iter() {
            if let Some(element) = self.0.get_mut(line.element).filter(|e| !e.around) {
                element.prose += prose(line);
            }
        }
        for index in (1..self.0.len()).rev() {
            let (parent, prose) = self.0.get(index).map_or((0, 0), |e| (e.parent, e.prose));
            if let Some(parent) = self.0.get_mut(parent) {
                parent.prose += prose;
            }
        }
        let total = self.0.first().map_or(0, |root| root.prose);
        let holds = |e: &Element| e.container && e.prose * 100 >= total * MAIN_SHARE;
        let main = if total == 0 { 0 } else { self.0.iter().rposition(holds).unwrap_or(0) };
        let mut inside = vec![false; self.0.len()];
        for (index, element) in self.0.iter().enumerate() {
            let above = index > 0 && inside.get(element.parent).copied().unwrap_or(false);
            if let Some(place) = inside.get_mut(index) {
                *place = index == main || above;
            }
        }
        let title: String = title.chars().filter(|c| !c.is_whitespace()).collect();
        let mut titled = false;
        for line in lines {
            let around = self.0.get(line.element).is_some_and(|e| e.around);
            let inside = inside.get(line.element).copied().unwrap_or(true);
            // The document's title usually stands above the main text.
            let own_title = !titled && !inside && is_title(&line.text, &title);
            titled |= own_title;
            if !own_title && (around || !inside || is_link(line)) {
                line.hint = Hint::Boilerplate;
            }
        }
    }
}

/// How many characters of prose a line has: sentences and rows count, menus do not.
fn prose(line: &HtmlLine) -> usize {
    let count = line.text.chars().count().saturating_sub(line.linked);
    let sentence = line.hint == Hint::TableRow || line.text.contains(['。', '；', '，', ',']) || count >= 40;
    if sentence { count } else { 0 }
}

fn is_link(line: &HtmlLine) -> bool {
    let count = line.text.chars().count();
    count < 60 && line.linked * 10 >= count * 8
}

fn is_title(text: &str, title: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.chars().count() >= 8 && title.contains(&text)
}
