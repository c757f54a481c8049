//! The drawing commands of a page: where text and rules go.

use std::{collections::HashMap, rc::Rc};

use lopdf::{
    Dictionary, Document, Object, ObjectId,
    content::{Content, Operation},
};

use super::fonts::Font;
use crate::layout::{Page, Rule, Run};

/// The commands of all pages together may not be more.
const MAX_OPERATIONS: usize = 20_000_000;
/// Unpacked, a page's commands are no more than this.
const MAX_PAGE_BYTES: usize = 64 * 1024 * 1024;
/// Drawings within drawings.
const MAX_FORMS: usize = 8;
/// Saved states within one another.
const MAX_SAVED: usize = 512;
/// A filled strip thinner than this is a rule, in points.
const THIN: f64 = 3.0;

/// A transformation: the six numbers of PDF.
#[derive(Debug, Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `then`.
    fn then(&self, then: &Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [ta, tb, tc, td, te, tf] = then.0;
        Self([
            a * ta + b * tc,
            a * tb + b * td,
            c * ta + d * tc,
            c * tb + d * td,
            e * ta + f * tc + te,
            e * tb + f * td + tf,
        ])
    }

    fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// What text looks like at this point.
#[derive(Clone)]
struct State<'a> {
    matrix: Matrix,
    font: Option<Rc<Font<'a>>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

/// Reads the pages of a document one after the other.
pub(super) struct Interpreter<'a> {
    document: &'a Document,
    fonts: HashMap<ObjectId, Rc<Font<'a>>>,
    operations_left: usize,
    /// Characters shown, and those among them without text.
    pub(super) shown: usize,
    pub(super) unmapped: usize,
}

/// A page on its way.
struct Drawing<'a> {
    page: Page,
    state: State<'a>,
    saved: Vec<State<'a>>,
    text: Matrix,
    line: Matrix,
    /// The pieces of the path that has not been painted yet.
    path: Vec<Rule>,
    boxes: Vec<Rule>,
    at: (f64, f64),
    start: (f64, f64),
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document, fonts: HashMap::new(), operations_left: MAX_OPERATIONS, shown: 0, unmapped: 0 }
    }

    /// What stands on a page; `None` where its commands cannot be read.
    pub(super) fn page(&mut self, id: ObjectId) -> Option<Page> {
        let dictionary = self.document.get_dictionary(id).ok()?;
        let [x0, y0, x1, y1] = self.media_box(dictionary);
        // `y` downwards from the upper edge, the page turned as it is shown.
        let (width, height) = ((x1 - x0).abs(), (y1 - y0).abs());
        let upright = Matrix([1.0, 0.0, 0.0, -1.0, -x0.min(x1), y0.max(y1)]);
        let turn = inherited(self.document, dictionary, b"Rotate").and_then(|o| o.as_i64().ok()).unwrap_or(0);
        let (matrix, width, height) = match turn.rem_euclid(360) {
            90 => (upright.then(&Matrix([0.0, 1.0, -1.0, 0.0, height, 0.0])), height, width),
            180 => (upright.then(&Matrix([-1.0, 0.0, 0.0, -1.0, width, height])), width, height),
            270 => (upright.then(&Matrix([0.0, -1.0, 1.0, 0.0, 0.0, width])), height, width),
            _ => (upright, width, height),
        };
        let content = self.document.get_page_content_with_limit(id, MAX_PAGE_BYTES).ok()?;
        let resources = inherited(self.document, dictionary, b"Resources").and_then(|o| o.as_dict().ok());
        let state = State {
            matrix,
            font: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut drawing = Drawing {
            page: Page { width, height, ..Page::default() },
            state,
            saved: Vec::new(),
            text: Matrix::ONE,
            line: Matrix::ONE,
            path: Vec::new(),
            boxes: Vec::new(),
            at: (0.0, 0.0),
            start: (0.0, 0.0),
        };
        self.run(&content, resources, &mut drawing, 0);
        Some(drawing.page)
    }

    fn media_box(&self, page: &Dictionary) -> [f64; 4] {
        let list = inherited(self.document, page, b"CropBox").or_else(|| inherited(self.document, page, b"MediaBox"));
        let list = list.and_then(|o| o.as_array().ok());
        let side = |at: usize| list.and_then(|l| number(self.document.dereference(l.get(at)?).ok()?.1));
        [side(0).unwrap_or(0.0), side(1).unwrap_or(0.0), side(2).unwrap_or(595.0), side(3).unwrap_or(842.0)]
    }

    /// Forms within forms are the only recursion, as deep as [`MAX_FORMS`].
    fn run(&mut self, content: &[u8], resources: Option<&'a Dictionary>, drawing: &mut Drawing<'a>, depth: usize) {
        let Ok(content) = Content::decode(content) else { return };
        for operation in &content.operations {
            let Some(left) = self.operations_left.checked_sub(1) else { return };
            self.operations_left = left;
            match operation.operator.as_str() {
                "Do" if depth < MAX_FORMS => self.form(operation, resources, drawing, depth),
                "Tf" => {
                    let name = operation.operands.first().and_then(|o| o.as_name().ok());
                    drawing.state.font = name.and_then(|name| self.font(resources, name));
                    drawing.state.size = operand(operation, 1);
                }
                "Tj" | "'" | "\"" | "TJ" => self.show(operation, drawing),
                _ => drawing.step(operation),
            }
        }
    }

    fn form(
        &mut self,
        operation: &Operation,
        resources: Option<&'a Dictionary>,
        drawing: &mut Drawing<'a>,
        depth: usize,
    ) {
        let document = self.document;
        let find = || {
            let name = operation.operands.first()?.as_name().ok()?;
            let forms = resources?.get_deref(b"XObject", document).ok()?.as_dict().ok()?;
            forms.get_deref(name, document).ok()?.as_stream().ok()
        };
        let Some(stream) = find() else { return };
        if !stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|n| n == b"Form") {
            return;
        }
        let Ok(content) = stream.get_plain_content_with_limit(MAX_PAGE_BYTES) else { return };
        let own = stream.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        let matrix = stream.dict.get_deref(b"Matrix", document).and_then(Object::as_array).ok();
        let side = |at: usize| matrix.and_then(|m| number(m.get(at)?));
        let matrix = match [side(0), side(1), side(2), side(3), side(4), side(5)] {
            [Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)] => Matrix([a, b, c, d, e, f]),
            _ => Matrix::ONE,
        };
        let before = drawing.state.clone();
        let saved = std::mem::take(&mut drawing.saved);
        drawing.state.matrix = matrix.then(&before.matrix);
        // Unpacking costs too: a form counts as much as its size.
        self.operations_left = self.operations_left.saturating_sub(content.len() / 16);
        self.run(&content, own.or(resources), drawing, depth + 1);
        drawing.state = before;
        drawing.saved = saved;
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<Rc<Font<'a>>> {
        let fonts = resources?.get_deref(b"Font", self.document).ok()?.as_dict().ok()?;
        let object = fonts.get(name).ok()?;
        let (id, object) = self.document.dereference(object).ok()?;
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let font = Rc::new(Font::of(self.document, object.as_dict().ok()?));
        if let Some(id) = id {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    fn show(&mut self, operation: &Operation, drawing: &mut Drawing<'a>) {
        match operation.operator.as_str() {
            "'" => drawing.next_line(0.0, -drawing.state.leading),
            "\"" => {
                drawing.state.word_space = operand(operation, 0);
                drawing.state.char_space = operand(operation, 1);
                drawing.next_line(0.0, -drawing.state.leading);
            }
            _ => {}
        }
        let Some(font) = drawing.state.font.clone() else { return };
        let single = operation.operands.last().map(std::slice::from_ref).unwrap_or_default();
        let list = operation.operands.first().and_then(|o| o.as_array().ok()).map_or(single, Vec::as_slice);
        let mut piece = Piece::default();
        for part in list {
            if let Ok(bytes) = part.as_str() {
                font.glyphs(bytes, |glyph| {
                    self.shown += 1;
                    // Codes without text and codes of private use say nothing.
                    let mapped = !glyph.text.is_empty() && !glyph.text.contains(is_private);
                    self.unmapped += usize::from(!mapped);
                    drawing.put(&glyph.text, glyph.width, glyph.is_space, &mut piece);
                });
            } else if let Some(back) = number(part) {
                drawing.advance(-back / 1000.0 * drawing.state.size * drawing.state.scale);
            }
        }
        drawing.finish(&mut piece);
    }
}

/// Text that runs on without a gap.
#[derive(Default)]
struct Piece {
    run: Option<Run>,
}

fn is_private(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c) || c == '\u{fffd}'
}

impl Drawing<'_> {
    fn advance(&mut self, by: f64) {
        self.text = Matrix([1.0, 0.0, 0.0, 1.0, by, 0.0]).then(&self.text);
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix([1.0, 0.0, 0.0, 1.0, x, y]).then(&self.line);
        self.text = self.line;
    }

    /// Puts a character at the current place and moves on.
    fn put(&mut self, text: &str, width: f64, is_space: bool, piece: &mut Piece) {
        let whole = self.text.then(&self.state.matrix);
        let [a, b, c, d, ..] = whole.0;
        let (x0, y) = whole.apply(0.0, self.state.rise);
        let size = self.state.size.abs() * (c * c + d * d).sqrt();
        let extra = self.state.char_space + if is_space { self.state.word_space } else { 0.0 };
        self.advance((width * self.state.size + extra) * self.state.scale);
        let ink = width * self.state.size * self.state.scale * (a * a + b * b).sqrt();
        // Slanting text is a watermark; what has no size is not seen.
        let level = b.abs() <= 0.1 * a.abs() && a > 0.0;
        if !level || size < 1.0 || !x0.is_finite() || !y.is_finite() || text.is_empty() {
            return;
        }
        let x1 = x0 + ink;
        match &mut piece.run {
            Some(run) if (x0 - run.x1).abs() < 0.12 * size && (y - run.y).abs() < 0.05 * size => {
                run.text.push_str(text);
                run.x1 = x1;
            }
            _ => {
                self.finish(piece);
                piece.run = Some(Run { x0, x1, y, size, text: text.to_owned() });
            }
        }
    }

    fn finish(&mut self, piece: &mut Piece) {
        // A run of blanks is a gap, and gaps are measured.
        if let Some(run) = piece.run.take().filter(|r| !r.text.trim().is_empty()) {
            self.page.runs.push(run);
        }
    }

    fn step(&mut self, operation: &Operation) {
        let value = |at: usize| operand(operation, at);
        let six = || Matrix([value(0), value(1), value(2), value(3), value(4), value(5)]);
        match operation.operator.as_str() {
            "q" if self.saved.len() < MAX_SAVED => self.saved.push(self.state.clone()),
            "Q" => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            "cm" => self.state.matrix = six().then(&self.state.matrix),
            "BT" => (self.text, self.line) = (Matrix::ONE, Matrix::ONE),
            "Tm" => (self.text, self.line) = (six(), six()),
            "Td" => self.next_line(value(0), value(1)),
            "TD" => {
                self.state.leading = -value(1);
                self.next_line(value(0), value(1));
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "Tc" => self.state.char_space = value(0),
            "Tw" => self.state.word_space = value(0),
            "Tz" => self.state.scale = value(0) / 100.0,
            "TL" => self.state.leading = value(0),
            "Ts" => self.state.rise = value(0),
            "m" => (self.at, self.start) = ((value(0), value(1)), (value(0), value(1))),
            "l" => self.line_to((value(0), value(1))),
            "h" => self.line_to(self.start),
            "re" => {
                let (x, y) = (value(0), value(1));
                let rule = self.placed((x, y), (x + value(2), y + value(3)));
                self.boxes.push(rule);
            }
            "S" | "s" | "B" | "B*" | "b" | "b*" => self.paint(true),
            "f" | "F" | "f*" => self.paint(false),
            "n" => {
                self.path.clear();
                self.boxes.clear();
            }
            _ => {}
        }
    }

    fn line_to(&mut self, to: (f64, f64)) {
        let rule = self.placed(self.at, to);
        self.path.push(rule);
        self.at = to;
    }

    fn placed(&self, from: (f64, f64), to: (f64, f64)) -> Rule {
        let (x0, y0) = self.state.matrix.apply(from.0, from.1);
        let (x1, y1) = self.state.matrix.apply(to.0, to.1);
        Rule { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) }
    }

    /// Keeps what looks like a rule of what was painted.
    fn paint(&mut self, stroked: bool) {
        let mut found: Vec<Rule> = Vec::new();
        for rule in self.boxes.drain(..) {
            let (width, height) = (rule.x1 - rule.x0, rule.y1 - rule.y0);
            let (x, y) = ((rule.x0 + rule.x1) / 2.0, (rule.y0 + rule.y1) / 2.0);
            if height <= THIN && width > THIN {
                found.push(Rule { y0: y, y1: y, ..rule });
            } else if width <= THIN && height > THIN {
                found.push(Rule { x0: x, x1: x, ..rule });
            } else if stroked {
                found.push(Rule { y1: rule.y0, ..rule });
                found.push(Rule { y0: rule.y1, ..rule });
                found.push(Rule { x1: rule.x0, ..rule });
                found.push(Rule { x0: rule.x1, ..rule });
            }
        }
        let path = self.path.drain(..);
        if stroked {
            found.extend(path.filter(|r| r.x1 - r.x0 < 1.0 || r.y1 - r.y0 < 1.0));
        } else {
            // A thin strip drawn as a path: its long sides.
            found.extend(
                path.filter(|r| (r.x1 - r.x0 < 1.0) != (r.y1 - r.y0 < 1.0))
                    .filter(|r| r.x1 - r.x0 + r.y1 - r.y0 > 2.0 * THIN),
            );
        }
        let seen = found.into_iter().filter(|r| [r.x0, r.x1, r.y0, r.y1].iter().all(|v| v.is_finite()));
        self.page.rules.extend(seen.filter(|r| r.x1 - r.x0 + r.y1 - r.y0 > THIN));
    }
}

fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from)
}

fn operand(operation: &Operation, at: usize) -> f64 {
    operation.operands.get(at).and_then(number).unwrap_or(0.0)
}

/// A property of a page or of the tree above it.
fn inherited<'a>(document: &'a Document, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut node = page;
    for _ in 0..64 {
        if let Ok(found) = node.get_deref(key, document) {
            return Some(found);
        }
        node = node.get_deref(b"Parent", document).ok()?.as_dict().ok()?;
    }
    None
}
