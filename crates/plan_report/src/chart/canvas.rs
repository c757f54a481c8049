//! What a drawing is made of, and how each part looks. A page colours the parts
//! by their class in its style sheet; a file carries the looks below.

use crate::xml::escape;

/// A place on the drawing.
pub(crate) type Place = (f64, f64);

/// Where a text stands from its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn word(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// A part of a drawing.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    /// A line through these places.
    Line(Vec<Place>),
    /// An area inside these places.
    Area(Vec<Place>),
    /// A disc: centre and radius.
    Disc(Place, f64),
    /// Words at a place; in bold or not.
    Words(Place, Anchor, String, bool),
}

/// A part of a drawing with its class.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) form: Form,
    pub(crate) class: &'static str,
    /// A colour that is data (`#rrggbb`): that of a verdict, and how strong it is.
    pub(crate) fill: Option<(String, f64)>,
    /// What a pointer resting on it is told.
    pub(crate) hint: Option<String>,
}

/// A drawing on its way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Canvas {
    pub(crate) shapes: Vec<Shape>,
}

impl Canvas {
    fn add(&mut self, class: &'static str, form: Form) {
        self.shapes.push(Shape { form, class, fill: None, hint: None });
    }

    pub(super) fn line(&mut self, class: &'static str, from: Place, to: Place) {
        self.add(class, Form::Line(vec![from, to]));
    }

    pub(super) fn path(&mut self, class: &'static str, places: Vec<Place>) {
        self.add(class, Form::Line(places));
    }

    pub(super) fn area(&mut self, class: &'static str, places: Vec<Place>) {
        self.add(class, Form::Area(places));
    }

    pub(super) fn rectangle(&mut self, class: &'static str, (x, y): Place, (wide, high): Place) {
        self.area(class, vec![(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]);
    }

    pub(super) fn disc(&mut self, class: &'static str, centre: Place, radius: f64) {
        self.add(class, Form::Disc(centre, radius));
    }

    pub(super) fn words(&mut self, class: &'static str, at: Place, anchor: Anchor, words: impl Into<String>) {
        self.add(class, Form::Words(at, anchor, words.into(), false));
    }

    /// Words on a piece of paper of their own, so that no line runs through them.
    pub(super) fn backed_words(&mut self, class: &'static str, at: Place, anchor: Anchor, words: &str) {
        let wide = width(words);
        let left = match anchor {
            Anchor::Start => at.0,
            Anchor::Middle => at.0 - wide / 2.0,
            Anchor::End => at.0 - wide,
        };
        self.rectangle("paper", (left - 2.0, at.1 - WORDS + 1.0), (wide + 4.0, WORDS + 2.0));
        self.words(class, at, anchor, words);
    }

    /// Gives the last part a colour that is data.
    pub(super) fn coloured(&mut self, colour: &str, strength: f64) {
        // What is not a colour is not written into a file.
        let sound = colour.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && u32::from_str_radix(hex, 16).is_ok());
        if let Some(last) = self.shapes.last_mut().filter(|_| sound) {
            last.fill = Some((colour.to_owned(), strength));
        }
    }

    /// Gives the last part words for a pointer resting on it.
    pub(super) fn hinted(&mut self, words: &str) {
        if let Some(last) = self.shapes.last_mut() {
            last.hint = Some(words.to_owned());
        }
    }

    /// Sets the last words in bold.
    pub(super) fn bold(&mut self) {
        if let Some(Shape { form: Form::Words(.., bold), .. }) = self.shapes.last_mut() {
            *bold = true;
        }
    }
}

/// How parts of a class look in a file: the colours of the pages in daylight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Look {
    /// Colour and width of its line.
    pub(crate) stroke: Option<(u32, f64)>,
    /// Length of its dashes and of the gaps between them.
    pub(crate) dash: Option<(f64, f64)>,
    /// Colour and strength of its area, or of its words.
    pub(crate) fill: Option<(u32, f64)>,
}

/// The look of a class.
pub(crate) fn look(class: &str) -> Look {
    let line = |colour, width| Look { stroke: Some((colour, width)), dash: None, fill: None };
    let dashed = |colour, width, dash| Look { stroke: Some((colour, width)), dash: Some(dash), fill: None };
    let area = |colour, strength| Look { stroke: None, dash: None, fill: Some((colour, strength)) };
    let both = |colour, width, fill| Look { stroke: Some((colour, width)), dash: None, fill: Some((fill, 1.0)) };
    match class {
        "grid" => line(0xd9_de_e4, 1.0),
        "axis" => line(0x8a_95_a3, 1.0),
        "path" => dashed(0x39_43_4f, 1.5, (5.0, 4.0)),
        "band" => area(0x1b_7f_4b, 0.13),
        "forecast" => area(0x0b_5c_ad, 0.16),
        "forecast-stroke" => line(0x8f_b3_d9, 0.6),
        "forecast-label" => area(0x0b_4a_8c, 1.0),
        "forecast-line" => dashed(0x0b_5c_ad, 1.5, (2.0, 3.0)),
        "goal" => line(0x1b_7f_4b, 1.75),
        "goal soft" => dashed(0x1b_7f_4b, 1.75, (2.0, 3.0)),
        "base" => both(0x1d_27_33, 1.75, 0xff_ff_ff),
        "run" => line(0x0b_5c_ad, 1.75),
        "figure-mark" => both(0xff_ff_ff, 1.5, 0x0b_5c_ad),
        "figure-mark old" => both(0x5b_67_76, 1.25, 0xff_ff_ff),
        "today" => dashed(0x5b_67_76, 1.0, (1.0, 3.0)),
        "label" => area(0x1d_27_33, 1.0),
        "goal-label" => area(0x14_66_3b, 1.0),
        "bar" => area(0xe3_e7_ec, 1.0),
        "bar-done" => area(0x0b_5c_ad, 1.0),
        "target" => line(0x1d_27_33, 2.5),
        "expected" => both(0x1d_27_33, 1.5, 0xff_ff_ff),
        "cell" => both(0xff_ff_ff, 1.5, 0xf3_f5_f7),
        "paper" => area(0xff_ff_ff, 1.0),
        "frame" => line(0x1d_27_33, 1.75),
        "link" => line(0x8a_95_a3, 3.0),
        _ => area(0x39_43_4f, 1.0),
    }
}

/// The size of words, in units of the drawing.
pub(crate) const WORDS: f64 = 12.0;

/// About how wide words are, in units of the drawing.
pub(super) fn width(words: &str) -> f64 {
    words.chars().map(|c| if c.is_ascii() { 0.58 } else { 1.0 }).sum::<f64>() * WORDS
}
/// Words cut to so many units of the drawing.
pub(super) fn fitting(words: &str, most: f64) -> String {
    if width(words) <= most {
        return words.to_owned();
    }
    let mut out = String::new();
    for c in words.chars() {
        if width(&out) + width(&c.to_string()) + WORDS > most {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// The typefaces of words in a file, best first.
const FACES: &str = "'Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',SimHei,sans-serif";

/// A coordinate as written in the drawing.
fn n(value: f64) -> String {
    format!("{value:.1}")
}

impl Shape {
    /// The part as SVG: with its class alone for a page, or with its look for a file.
    pub(super) fn svg(&self, with_look: bool) -> String {
        let mut attributes = match (with_look, self.class) {
            (true, _) => self.look_attributes(),
            (false, "") => String::new(),
            (false, class) => format!(r#" class="{class}""#),
        };
        if let (Some((colour, strength)), false) = (&self.fill, with_look) {
            attributes.push_str(&format!(r#" fill="{colour}" fill-opacity="{strength}""#));
        }
        let hint = self.hint.as_ref().map(|h| format!("<title>{}</title>", escape(h))).unwrap_or_default();
        match &self.form {
            Form::Line(places) | Form::Area(places) => {
                let close = if matches!(self.form, Form::Area(_)) { "Z" } else { "" };
                format!(r#"<path{attributes} d="{}{close}">{hint}</path>"#, track(places))
            }
            Form::Disc((x, y), radius) => {
                format!(r#"<circle{attributes} cx="{}" cy="{}" r="{radius}">{hint}</circle>"#, n(*x), n(*y))
            }
            Form::Words((x, y), anchor, words, bold) => {
                let weight = if *bold { r#" font-weight="bold""# } else { "" };
                format!(
                    r#"<text{attributes}{weight} x="{}" y="{}" text-anchor="{}">{}</text>"#,
                    n(*x),
                    n(*y),
                    anchor.word(),
                    escape(words)
                )
            }
        }
    }

    /// The look of the part, its own colour first.
    pub(crate) fn look(&self) -> Look {
        let mut look = look(self.class);
        if let Some((colour, strength)) = &self.fill {
            let rgb = colour.strip_prefix('#').and_then(|hex| u32::from_str_radix(hex, 16).ok());
            look.fill = rgb.map(|rgb| (rgb, *strength)).or(look.fill);
        }
        look
    }

    fn look_attributes(&self) -> String {
        let look = self.look();
        let mut out = match look.fill {
            Some((colour, strength)) if strength < 1.0 => {
                format!(r##" fill="#{colour:06x}" fill-opacity="{strength}""##)
            }
            Some((colour, _)) => format!(r##" fill="#{colour:06x}""##),
            None => r#" fill="none""#.to_owned(),
        };
        if let Some((colour, width)) = look.stroke {
            out.push_str(&format!(r##" stroke="#{colour:06x}" stroke-width="{width}""##));
        }
        if let Some((dash, gap)) = look.dash {
            out.push_str(&format!(r#" stroke-dasharray="{dash} {gap}""#));
        }
        if matches!(self.form, Form::Words(..)) {
            out.push_str(&format!(r#" font-family="{FACES}" font-size="{WORDS}""#));
        }
        out
    }
}

/// Places as the data of a path.
fn track(places: &[Place]) -> String {
    let mut out = String::new();
    for (index, (x, y)) in places.iter().enumerate() {
        out.push(if index == 0 { 'M' } else { 'L' });
        out.push_str(&format!("{x:.1} {y:.1}"));
    }
    out
}
