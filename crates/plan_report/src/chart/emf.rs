//! A drawing as an enhanced metafile (EMF, [MS-EMF]): vectors for programs that
//! do not show SVG, such as Word before 2016, WPS and LibreOffice. Unlike a
//! painted picture it takes the fonts of the reader's machine, so that a server
//! without Chinese fonts writes it as well as any other, and it prints sharp.

use super::{
    Drawing,
    canvas::{Anchor, Form, Place, Shape, WORDS},
};

/// Steps to one unit of the drawing.
const FINE: f64 = 20.0;
/// A unit of the drawing in hundredths of a millimetre: 96 to the inch.
const UNIT: f64 = 2540.0 / 96.0;
/// The face of words; readers without it take their own Chinese one.
const FACE: &str = "Microsoft YaHei";
/// The handles: words, words in bold, and one each for a pen and a brush.
const FONT: u32 = 1;
const BOLD: u32 = 2;
const PEN: u32 = 3;
const BRUSH: u32 = 4;
/// Objects that every reader has: no brush, no pen.
const NO_BRUSH: u32 = 0x8000_0005;
const NO_PEN: u32 = 0x8000_0008;

/// Records on their way.
struct Records {
    bytes: Vec<u8>,
    count: u32,
}

impl Records {
    /// A record of this kind with these numbers.
    fn add(&mut self, kind: u32, numbers: &[u32]) {
        let size = 8 + 4 * numbers.len() as u32;
        for number in [kind, size].iter().chain(numbers) {
            self.bytes.extend(number.to_le_bytes());
        }
        self.count += 1;
    }

    fn font(&mut self, handle: u32, weight: u32) {
        let mut numbers = vec![handle, fine(-WORDS), 0, 0, 0, weight];
        // Charset GB 2312; the other flags as a plain reader chooses.
        numbers.extend([134 << 24, 0]);
        let face: Vec<u16> = FACE.encode_utf16().collect();
        let name = |at: usize| u32::from(face.get(at).copied().unwrap_or(0));
        numbers.extend((0..16).map(|pair| name(pair * 2) | name(pair * 2 + 1) << 16));
        // Full name, style and panose: left open.
        numbers.resize(1 + 320 / 4, 0);
        self.add(82, &numbers);
    }

    fn pen(&mut self, colour: u32, width: f64) {
        self.add(38, &[PEN, 0, fine(width).max(1), 0, colour_ref(colour)]);
        self.add(37, &[PEN]);
    }

    fn brush(&mut self, colour: u32) {
        self.add(39, &[BRUSH, 0, colour_ref(colour), 0]);
        self.add(37, &[BRUSH]);
    }

    /// A line or an area through these places.
    fn track(&mut self, kind: u32, places: &[Place]) {
        let mut numbers = vec![0, 0, 0, 0, places.len() as u32];
        numbers.extend(places.iter().flat_map(|(x, y)| [fine(*x), fine(*y)]));
        self.add(kind, &numbers);
    }

    fn words(&mut self, (x, y): Place, anchor: Anchor, words: &str) {
        let units: Vec<u16> = words.encode_utf16().collect();
        let align = match anchor {
            Anchor::Start => 0,
            Anchor::End => 2,
            Anchor::Middle => 6,
        };
        // From the base line, as SVG sets words.
        self.add(22, &[24 | align]);
        let scale = ((UNIT / FINE) as f32).to_bits();
        let pairs = units.len().div_ceil(2);
        let string_at = 76_u32;
        let spaces_at = string_at + 4 * pairs as u32;
        let mut numbers = vec![0, 0, 0, 0, 1, scale, scale, fine(x), fine(y), units.len() as u32, string_at, 0];
        numbers.extend([0, 0, 0, 0, spaces_at]);
        let unit = |at: usize| u32::from(units.get(at).copied().unwrap_or(0));
        numbers.extend((0..pairs).map(|pair| unit(pair * 2) | unit(pair * 2 + 1) << 16));
        numbers.extend(words.chars().flat_map(spaces));
        self.add(84, &numbers);
    }

    fn shape(&mut self, shape: &Shape) {
        let look = shape.look();
        if let Form::Words(at, anchor, words, bold) = &shape.form {
            let (colour, strength) = look.fill.unwrap_or((0, 1.0));
            self.add(24, &[colour_ref(faded(colour, strength))]);
            self.add(37, &[if *bold { BOLD } else { FONT }]);
            self.words(*at, *anchor, words);
            return;
        }
        match look.stroke {
            Some((colour, width)) => self.pen(colour, width),
            None => self.add(37, &[NO_PEN]),
        }
        let filled = look.fill.filter(|_| !matches!(shape.form, Form::Line(_)));
        match filled {
            Some((colour, strength)) => self.brush(faded(colour, strength)),
            None => self.add(37, &[NO_BRUSH]),
        }
        match &shape.form {
            Form::Line(places) => match look.dash {
                // Readers disagree about dashes of wide pens: each is drawn.
                Some((dash, gap)) => dashes(places, dash, gap).iter().for_each(|d| self.track(4, d)),
                None => self.track(4, places),
            },
            Form::Area(places) => self.track(3, places),
            Form::Disc((x, y), r) => self.add(42, &[fine(x - r), fine(y - r), fine(x + r), fine(y + r)]),
            Form::Words(..) => {}
        }
        // A pen or brush must not be in use when it is given up.
        self.add(37, &[NO_PEN]);
        self.add(37, &[NO_BRUSH]);
        if look.stroke.is_some() {
            self.add(40, &[PEN]);
        }
        if filled.is_some() {
            self.add(40, &[BRUSH]);
        }
    }
}

/// The drawing as the bytes of a metafile.
pub(crate) fn write(drawing: &Drawing) -> Vec<u8> {
    let mut records = Records { bytes: Vec::new(), count: 0 };
    let (wide, high) = (drawing.width, drawing.height);
    // Logical units are twentieths of a unit, device units are units.
    records.add(17, &[8]);
    records.add(10, &[0, 0]);
    records.add(9, &[fine(wide), fine(high)]);
    records.add(12, &[0, 0]);
    records.add(11, &[whole(wide), whole(high)]);
    records.add(18, &[1]);
    records.font(FONT, 400);
    records.font(BOLD, 700);
    for shape in &drawing.canvas.shapes {
        records.shape(shape);
    }
    records.add(14, &[0, 0, 20]);
    let header = [
        1,
        88,
        0,
        0,
        whole(wide),
        whole(high),
        0,
        0,
        whole(wide * UNIT),
        whole(high * UNIT),
        0x464d_4520,
        0x1_0000,
        88 + records.bytes.len() as u32,
        records.count + 1,
        // Five handles, the metafile's own included.
        5,
        0,
        0,
        0,
        // A device of 1920 × 1080 dots at 96 to the inch.
        1920,
        1080,
        508,
        286,
    ];
    let mut bytes: Vec<u8> = header.iter().flat_map(|number: &u32| number.to_le_bytes()).collect();
    bytes.append(&mut records.bytes);
    bytes
}

/// A coordinate in steps, as the bits of a signed number.
fn fine(value: f64) -> u32 {
    whole(value * FINE)
}

fn whole(value: f64) -> u32 {
    (value.round() as i32).cast_unsigned()
}

/// `rrggbb` as metafiles have it: blue first.
fn colour_ref(rgb: u32) -> u32 {
    (rgb & 0xff) << 16 | rgb & 0xff00 | rgb >> 16 & 0xff
}

/// A colour on white: metafiles know no transparency.
fn faded(rgb: u32, strength: f64) -> u32 {
    let part = |shift: u32| {
        let colour = f64::from(rgb >> shift & 0xff);
        ((255.0 - (255.0 - colour) * strength).round() as u32) << shift
    };
    part(16) | part(8) | part(0)
}

/// How far the next character stands from this one, for each of its units.
fn spaces(c: char) -> impl Iterator<Item = u32> {
    let em = match c {
        '0'..='9' | '-' | '–' | '~' | '≥' | '≤' | '≈' => 0.56,
        ' ' | '.' | ',' | ':' | '/' | '|' | '\'' | '\u{2009}' => 0.3,
        '%' | '‰' => 0.85,
        'i' | 'j' | 'l' | 'I' => 0.28,
        'm' | 'w' | 'M' | 'W' => 0.85,
        _ if c.is_ascii() => 0.56,
        _ => 1.0,
    };
    let units = c.len_utf16();
    std::iter::once(fine(em * WORDS)).chain(std::iter::repeat_n(0, units - 1))
}

/// A line cut into its dashes.
fn dashes(places: &[Place], dash: f64, gap: f64) -> Vec<[Place; 2]> {
    let mut out = Vec::new();
    // How far into the pattern the line is.
    let mut at = 0.0;
    for (from, to) in places.iter().zip(places.iter().skip(1)) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        // A drawing is no larger than some thousand units.
        if !(length > 0.0 && length < 100_000.0) {
            continue;
        }
        let point = |way: f64| (from.0 + dx * way / length, from.1 + dy * way / length);
        let mut done = 0.0;
        while done < length {
            let drawn = at < dash;
            let rest = if drawn { dash - at } else { dash + gap - at };
            let step = rest.min(length - done);
            if drawn {
                out.push([point(done), point(done + step)]);
            }
            done += step;
            at = if step < rest {
                at + step
            } else if drawn {
                dash
            } else {
                0.0
            };
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashed_line_is_as_long_as_its_pattern_says() {
        let cut = dashes(&[(0.0, 0.0), (10.0, 0.0), (10.0, 8.0)], 5.0, 4.0);
        let lengths: Vec<i64> = cut.iter().map(|[a, b]| (b.0 - a.0).hypot(b.1 - a.1).round() as i64).collect();
        // 5 drawn, 4 left out, 1 and round the corner 4 more.
        assert_eq!(lengths, [5, 1, 4]);
        assert!(dashes(&[(0.0, 0.0), (f64::NAN, 1.0)], 5.0, 4.0).is_empty());
    }

    #[test]
    fn colours_are_turned_and_faded() {
        assert_eq!(colour_ref(0x11_22_33), 0x33_22_11);
        assert_eq!(faded(0x00_00_00, 0.0), 0xff_ff_ff);
        assert_eq!(faded(0x0b_5c_ad, 1.0), 0x0b_5c_ad);
    }
}
