//! Fonts: from the bytes of a string to characters and their widths.

use std::{cell::RefCell, collections::HashMap};

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, UTF_16BE};
use lopdf::{Dictionary, Document, Object};

use super::cmap::CMap;

/// No CMap or width table of a font is larger unpacked.
pub(super) const MAX_FONT_PART: usize = 16 * 1024 * 1024;

/// A character as a font shows it.
pub(super) struct Glyph {
    /// Its text; empty where the font does not tell.
    pub(super) text: String,
    /// How far it moves on, in em.
    pub(super) width: f64,
    /// It is the one-byte space, which word spacing widens.
    pub(super) is_space: bool,
}

/// How codes are cut out of a string and read.
enum Codes<'a> {
    /// One byte each, read through the font's own table.
    Single(Option<lopdf::Encoding<'a>>),
    /// Two bytes each; text only through ToUnicode.
    Double,
    /// A national encoding.
    National(&'static Encoding),
}

/// A font of a page.
pub(super) struct Font<'a> {
    codes: Codes<'a>,
    to_unicode: Option<CMap>,
    widths: HashMap<u32, f64>,
    default_width: f64,
    /// Texts of single codes, looked up once.
    seen: RefCell<HashMap<u8, String>>,
}

impl<'a> Font<'a> {
    pub(super) fn of(document: &'a Document, font: &'a Dictionary) -> Self {
        let stream = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let to_unicode = stream
            .and_then(|s| s.get_plain_content_with_limit(MAX_FONT_PART).ok())
            .map(|bytes| CMap::parse(&bytes))
            .filter(|cmap| !cmap.is_empty());
        let composite = font.get(b"Subtype").and_then(Object::as_name).is_ok_and(|n| n == b"Type0");
        let mut found = if composite {
            let (widths, default_width) = composite_widths(document, font);
            Self { codes: composite_codes(document, font), to_unicode, widths, default_width, seen: RefCell::default() }
        } else {
            let encoding = if to_unicode.is_some() {
                None
            } else {
                font.get_font_encoding_with_limit(document, MAX_FONT_PART).ok()
            };
            let (widths, default_width) = simple_widths(document, font);
            Self { codes: Codes::Single(encoding), to_unicode, widths, default_width, seen: RefCell::default() }
        };
        if matches!(found.codes, Codes::National(_)) {
            // Their codes are characters already, and say so more surely than a table.
            found.to_unicode = None;
        }
        found
    }

    /// The characters of a string.
    pub(super) fn glyphs(&self, bytes: &[u8], mut each: impl FnMut(Glyph)) {
        let mut rest = bytes;
        while let Some(first) = rest.first().copied() {
            let length = self.code_length(rest).min(rest.len());
            let (code, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = after;
            let number = code.iter().fold(0_u32, |n, b| n << 8 | u32::from(*b));
            let text = self.text(code, number, first);
            let width = match &self.codes {
                Codes::National(_) if text.is_ascii() => 0.5,
                Codes::National(_) => 1.0,
                _ => self.widths.get(&number).copied().unwrap_or(self.default_width),
            };
            each(Glyph { text, width, is_space: length == 1 && first == b' ' });
        }
    }

    fn code_length(&self, rest: &[u8]) -> usize {
        let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
        match &self.codes {
            Codes::Single(_) => 1,
            Codes::Double => 2,
            Codes::National(encoding) if *encoding == UTF_16BE => {
                if (0xD8..0xDC).contains(&byte(0)) {
                    4
                } else {
                    2
                }
            }
            Codes::National(_) if byte(0) < 0x81 => 1,
            Codes::National(encoding) if *encoding == GB18030 && byte(1).is_ascii_digit() => 4,
            Codes::National(_) => 2,
        }
    }

    fn text(&self, code: &[u8], number: u32, first: u8) -> String {
        if let Some(cmap) = &self.to_unicode
            && let Some(text) = cmap.text(number)
        {
            return text;
        }
        match &self.codes {
            Codes::National(encoding) => encoding.decode_without_bom_handling(code).0.into_owned(),
            Codes::Double => String::new(),
            Codes::Single(encoding) => {
                let look_up = || {
                    let encoding = encoding.as_ref()?;
                    encoding.bytes_to_string(&[first]).ok()
                };
                self.seen.borrow_mut().entry(first).or_insert_with(|| look_up().unwrap_or_default()).clone()
            }
        }
    }
}

/// How a composite font cuts its codes, by the name of its encoding.
fn composite_codes<'a>(document: &Document, font: &Dictionary) -> Codes<'a> {
    let Ok(name) = font.get_deref(b"Encoding", document).and_then(Object::as_name) else { return Codes::Double };
    let name = String::from_utf8_lossy(name);
    let begins = |words: &[&str]| words.iter().any(|w| name.starts_with(w));
    if begins(&["UniGB-U", "UniCNS-U", "UniJIS-U", "UniKS-U", "UniJIS2004-U"]) && !name.contains("UTF8") {
        Codes::National(UTF_16BE)
    } else if begins(&["GBK", "GB-EUC", "GBpc-EUC", "GBT"]) {
        Codes::National(GB18030)
    } else if begins(&["B5pc", "ETen-B5", "ETenms-B5", "HKscs-B5"]) {
        Codes::National(BIG5)
    } else if begins(&["KSC"]) {
        Codes::National(EUC_KR)
    } else {
        Codes::Double
    }
}

fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from)
}

fn composite_widths(document: &Document, font: &Dictionary) -> (HashMap<u32, f64>, f64) {
    let mut widths = HashMap::new();
    let inner = || {
        let list = font.get_deref(b"DescendantFonts", document).ok()?.as_array().ok()?;
        document.dereference(list.first()?).ok()?.1.as_dict().ok()
    };
    let Some(inner) = inner() else { return (widths, 1.0) };
    let default = inner.get(b"DW").ok().and_then(number).unwrap_or(1000.0) / 1000.0;
    let list = inner.get_deref(b"W", document).and_then(Object::as_array);
    let mut list = list.map(|l| l.iter()).unwrap_or_default();
    // Either `first [w w w]` or `first last w`.
    while let Some(first) = list.next().and_then(|o| o.as_i64().ok()) {
        let Some(next) = list.next().and_then(|o| document.dereference(o).ok()) else { break };
        if let Ok(each) = next.1.as_array() {
            for (code, width) in (first..).zip(each.iter().take(65_536)) {
                widths.insert(code as u32, number(width).unwrap_or(1000.0) / 1000.0);
            }
        } else {
            let (Ok(last), Some(width)) = (next.1.as_i64(), list.next().and_then(number)) else { break };
            for code in first..=last.min(first.saturating_add(65_535)) {
                widths.insert(code as u32, width / 1000.0);
            }
        }
    }
    (widths, default)
}

fn simple_widths(document: &Document, font: &Dictionary) -> (HashMap<u32, f64>, f64) {
    // A font drawn by procedures measures in units of its own.
    let matrix = font.get_deref(b"FontMatrix", document).and_then(Object::as_array).ok();
    let unit = matrix.and_then(|m| m.first()).and_then(number).map_or(0.001, f64::abs);
    let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
    let list = font.get_deref(b"Widths", document).and_then(Object::as_array);
    let list = list.map(|l| l.iter()).unwrap_or_default();
    let width = |o: &Object| document.dereference(o).ok().and_then(|(_, o)| number(o)).unwrap_or(0.0) * unit;
    ((first..).zip(list.take(256)).map(|(code, o)| (code as u32, width(o))).collect(), 0.5)
}
