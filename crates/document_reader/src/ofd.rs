//! OFD, the national format of fixed pages (GB/T 33190-2016): a zip of XML in
//! which text stands at places, in millimetres from the upper left corner.

use std::collections::HashMap;

use plan_model::{Place, Problem};
use quick_xml::events::BytesStart;

use crate::{
    ReadError,
    layout::{self, Page, Rule, Run},
    package::Package,
    source::{Format, Source},
    structure,
    xml::{self, Node},
};

/// Points in a millimetre.
const POINTS: f64 = 72.0 / 25.4;
/// More pages than this are not a plan.
const MAX_PAGES: usize = 3_000;
/// The most glyphs of all pages.
const MAX_GLYPHS: usize = 20_000_000;

/// Reads an OFD document.
pub(crate) fn read(package: &mut Package<'_>) -> Result<Source, ReadError> {
    let root = package.required("OFD.xml")?;
    if package.names().iter().any(|n| n.ends_with("Encryptions.xml")) {
        return Err(ReadError::Encrypted);
    }
    let mut problems = Vec::new();
    let mut pages = Vec::new();
    let mut glyphs_left = MAX_GLYPHS;
    for document in texts_of(&root, "OFD.xml", "DocRoot")? {
        read_document(package, &resolve("", &document), &mut pages, &mut glyphs_left, &mut problems)?;
    }
    if pages.is_empty() {
        return Err(ReadError::Damaged { detail: "OFD 文件里没有页面".to_owned() });
    }
    for (number, page) in (1..).zip(&pages) {
        if page.runs.is_empty() && !problems.iter().any(|p| p.place == Place::Page(number)) && problems.len() < 200 {
            problems.push(Problem::new(
                "page-without-text",
                Place::Page(number),
                format!("第 {number} 页没有文字，可能是扫描图片"),
                "请对这一页做文字识别（OCR）后重新导入，或补录其内容；如是空白页可不处理",
            ));
        }
    }
    let lines = layout::lines(&pages, &mut problems);
    Ok(structure::assemble(Format::Ofd, "UTF-8".to_owned(), lines, problems))
}

/// The texts of all elements of this name.
fn texts_of(text: &str, part: &str, element: &str) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    xml::walk(text, part, |node| {
        match node {
            Node::Open(name, _) if name == element => open = Some(String::new()),
            Node::Text(words) => {
                if let Some(open) = &mut open {
                    open.push_str(words);
                }
            }
            Node::Close(name) if name == element => found.extend(open.take().map(|t| t.trim().to_owned())),
            _ => {}
        }
        Ok(())
    })?;
    Ok(found)
}

/// A place as the standard writes it, from the folder of the part that names it.
fn resolve(part: &str, place: &str) -> String {
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = if place.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in place.split('/') {
        match step {
            ".." => {
                path.pop();
            }
            "." | "" => {}
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

/// What `Document.xml` names: the size of a page, templates and pages.
#[derive(Default)]
struct Outline {
    size: (f64, f64),
    templates: HashMap<String, String>,
    pages: Vec<String>,
}

fn read_document(
    package: &mut Package<'_>,
    part: &str,
    pages: &mut Vec<Page>,
    glyphs_left: &mut usize,
    problems: &mut Vec<Problem>,
) -> Result<(), ReadError> {
    let text = package.required(part)?;
    let mut outline = Outline { size: (210.0, 297.0), ..Outline::default() };
    let mut in_box = false;
    xml::walk(&text, part, |node| {
        match node {
            Node::Open("Page", start) => outline.pages.extend(xml::attribute(start, "BaseLoc")),
            Node::Open("TemplatePage", start) => {
                if let (Some(id), Some(place)) = (xml::attribute(start, "ID"), xml::attribute(start, "BaseLoc")) {
                    outline.templates.insert(id, place);
                }
            }
            Node::Open("PhysicalBox", _) => in_box = true,
            Node::Close("PhysicalBox") => in_box = false,
            Node::Text(words) if in_box => outline.size = size(words).unwrap_or(outline.size),
            _ => {}
        }
        Ok(())
    })?;
    let mut templates: HashMap<String, Page> = HashMap::new();
    for (id, place) in &outline.templates {
        if let Some(text) = package.text(&resolve(part, place))? {
            templates.insert(id.clone(), read_page(&text, place, outline.size, &HashMap::new(), glyphs_left)?);
        }
    }
    for place in &outline.pages {
        if pages.len() >= MAX_PAGES {
            return Err(ReadError::Bomb { detail: format!("超过 {MAX_PAGES} 页") });
        }
        let read = match package.text(&resolve(part, place))? {
            Some(text) => read_page(&text, place, outline.size, &templates, glyphs_left),
            None => Err(ReadError::Damaged { detail: format!("缺少部件 {place}") }),
        };
        let number = pages.len() as u32 + 1;
        pages.push(match read {
            Ok(page) => page,
            Err(ReadError::Damaged { detail }) => {
                problems.push(Problem::new(
                    "page-damaged",
                    Place::Page(number),
                    format!("第 {number} 页无法读取（{detail}）"),
                    "请向文件提供方索取完整的文件，或补录这一页",
                ));
                Page::default()
            }
            Err(other) => return Err(other),
        });
    }
    Ok(())
}

/// Width and height of a box `x y width height`.
fn size(text: &str) -> Option<(f64, f64)> {
    let [_, _, width, height] = numbers(text).try_into().ok()?;
    Some((width, height))
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_ascii_whitespace().filter_map(|n| n.parse().ok()).filter(|n: &f64| n.is_finite()).collect()
}

/// The object that text or lines belong to.
#[derive(Debug, Clone, Copy)]
struct Frame {
    x: f64,
    y: f64,
    matrix: [f64; 6],
    size: f64,
    scale: f64,
}

impl Frame {
    fn of(start: &BytesStart<'_>) -> Self {
        let list = |name: &str| xml::attribute(start, name).map(|v| numbers(&v)).unwrap_or_default();
        let at = list("Boundary");
        Self {
            x: at.first().copied().unwrap_or(0.0),
            y: at.get(1).copied().unwrap_or(0.0),
            matrix: list("CTM").try_into().unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
            size: xml::number(start, "Size").unwrap_or(0.0),
            scale: xml::number(start, "HScale").unwrap_or(1.0),
        }
    }

    /// A place in the object as a place on the page, in points.
    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.matrix;
        ((self.x + a * x + c * y + e) * POINTS, (self.y + b * x + d * y + f) * POINTS)
    }
}

/// A `TextCode` on its way.
#[derive(Default)]
struct Code {
    x: f64,
    y: f64,
    /// Distances from one character to the next, across and down.
    across: Vec<f64>,
    down: Vec<f64>,
    text: String,
}

fn read_page(
    text: &str,
    part: &str,
    size_mm: (f64, f64),
    templates: &HashMap<String, Page>,
    glyphs_left: &mut usize,
) -> Result<Page, ReadError> {
    let mut page = Page { width: size_mm.0 * POINTS, height: size_mm.1 * POINTS, ..Page::default() };
    let mut frame: Option<Frame> = None;
    let mut code: Option<Code> = None;
    let mut place = (0.0, 0.0);
    let mut path: Option<String> = None;
    let mut in_box = false;
    xml::walk(text, part, |node| {
        match node {
            Node::Open("Template", start) => {
                let template = xml::attribute(start, "TemplateID").and_then(|id| templates.get(&id));
                if let Some(template) = template {
                    page.runs.extend(template.runs.iter().cloned());
                    page.rules.extend(template.rules.iter().copied());
                    *glyphs_left = glyphs_left.saturating_sub(template.runs.len() + template.rules.len());
                }
            }
            Node::Open("PhysicalBox", _) => in_box = true,
            Node::Close("PhysicalBox") => in_box = false,
            Node::Open("TextObject" | "PathObject", start) => frame = Some(Frame::of(start)),
            Node::Close("TextObject" | "PathObject") => frame = None,
            Node::Open("TextCode", start) => code = Some(open_code(start, place)),
            Node::Open("AbbreviatedData", _) => path = Some(String::new()),
            Node::Text(words) => {
                if let Some(code) = &mut code {
                    code.text.push_str(words);
                } else if let Some(path) = &mut path {
                    path.push_str(words);
                } else if in_box {
                    let found = size(words).unwrap_or(size_mm);
                    (page.width, page.height) = (found.0 * POINTS, found.1 * POINTS);
                }
            }
            Node::Close("TextCode") => {
                if let (Some(frame), Some(code)) = (&frame, code.take()) {
                    place = (code.x, code.y);
                    *glyphs_left = glyphs_left.saturating_sub(code.text.len());
                    put_text(&mut page, frame, &code);
                }
            }
            Node::Close("AbbreviatedData") => {
                if let (Some(frame), Some(path)) = (&frame, path.take()) {
                    put_rules(&mut page, frame, &path);
                }
            }
            _ => {}
        }
        if *glyphs_left == 0 { Err(ReadError::Bomb { detail: "文字数量过大".to_owned() }) } else { Ok(()) }
    })?;
    Ok(page)
}

/// A `TextCode` without a place stands where the one before it did.
fn open_code(start: &BytesStart<'_>, before: (f64, f64)) -> Code {
    let list = |name: &str| xml::attribute(start, name).map(|v| deltas(&v)).unwrap_or_default();
    Code {
        x: xml::number(start, "X").unwrap_or(before.0),
        y: xml::number(start, "Y").unwrap_or(before.1),
        across: list("DeltaX"),
        down: list("DeltaY"),
        text: String::new(),
    }
}

/// Distances; `g 3 4.2` stands for three times 4.2.
fn deltas(text: &str) -> Vec<f64> {
    let mut found = Vec::new();
    let mut words = text.split_ascii_whitespace();
    while let Some(word) = words.next() {
        if word == "g" {
            let count: usize = words.next().and_then(|w| w.parse().ok()).unwrap_or(0);
            let value: f64 = words.next().and_then(|w| w.parse().ok()).unwrap_or(0.0);
            found.extend(std::iter::repeat_n(value, count.min(100_000)));
        } else {
            found.push(word.parse().unwrap_or(0.0));
        }
        if found.len() > 1_000_000 {
            break;
        }
    }
    found
}

fn put_text(page: &mut Page, frame: &Frame, code: &Code) {
    let [a, b, c, d, ..] = frame.matrix;
    let size = frame.size * (c * c + d * d).sqrt() * POINTS;
    // Slanting text is a watermark.
    if b.abs() > 0.1 * a.abs() || size < 1.0 || !size.is_finite() {
        return;
    }
    let (mut x, mut y) = (code.x, code.y);
    let mut run: Option<Run> = None;
    let chars = code.text.trim_matches(['\n', '\r']).chars();
    let mut across = code.across.iter();
    let mut down = code.down.iter();
    for c in chars {
        let wide = if c.is_ascii() { 0.5 } else { 1.0 };
        let (x0, at) = frame.place(x, y);
        let x1 = x0 + wide * size * frame.scale.abs();
        match &mut run {
            Some(run) if (x0 - run.x1).abs() < 0.35 * size && (at - run.y).abs() < 0.05 * size => {
                run.text.push(c);
                run.x1 = x1;
            }
            _ => {
                page.runs.extend(run.take().filter(|r| !r.text.trim().is_empty()));
                run = Some(Run { x0, x1, y: at, size, text: c.to_string() });
            }
        }
        // Where distances end, characters follow each other, unless they go down.
        let step = across.next().copied();
        x += step.unwrap_or(if code.down.is_empty() { wide * frame.size * frame.scale } else { 0.0 });
        y += down.next().copied().unwrap_or(0.0);
    }
    page.runs.extend(run.filter(|r| !r.text.trim().is_empty()));
}

/// The straight lines of a path: `M x y L x y … C`.
fn put_rules(page: &mut Page, frame: &Frame, path: &str) {
    let mut words = path.split_ascii_whitespace().peekable();
    let mut at = (0.0, 0.0);
    let mut begun = (0.0, 0.0);
    let mut rules = Vec::new();
    while let Some(word) = words.next() {
        let mut value =
            || words.next_if(|w| w.parse::<f64>().is_ok()).and_then(|w| w.parse::<f64>().ok()).unwrap_or(0.0);
        let to = match word {
            "M" | "S" => {
                begun = (value(), value());
                at = begun;
                continue;
            }
            "L" => (value(), value()),
            "C" => begun,
            _ => continue,
        };
        let ((x0, y0), (x1, y1)) = (frame.place(at.0, at.1), frame.place(to.0, to.1));
        rules.push(Rule { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) });
        at = to;
    }
    let straight =
        |r: &Rule| [r.x0, r.x1, r.y0, r.y1].iter().all(|v| v.is_finite()) && (r.x1 - r.x0 < 1.0) != (r.y1 - r.y0 < 1.0);
    page.rules.extend(rules.into_iter().filter(straight).filter(|r| r.x1 - r.x0 + r.y1 - r.y0 > 3.0).take(100_000));
}

#[cfg(test)]
mod tests;
