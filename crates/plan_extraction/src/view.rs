//! A line as rules see it: without white space, with one form for each
//! punctuation mark, and with the way back to the characters as written.

/// A line's characters for matching. Positions here are indices of `chars`;
/// `origin` gives the character of the line each came from.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) chars: Vec<char>,
    origin: Vec<u32>,
    /// Inside quotation marks or book title marks, the marks included.
    quoted: Vec<bool>,
    /// Inside brackets, the brackets included.
    bracketed: Vec<bool>,
}

/// A quotation that does not close within so many characters is a stray mark.
const LONGEST_QUOTE: usize = 160;

impl View {
    /// Fills the view with a line from the character `skip` on.
    pub(crate) fn fill(&mut self, text: &str, skip: usize) {
        self.chars.clear();
        self.origin.clear();
        for (index, c) in text.chars().enumerate().skip(skip) {
            if let Some(folded) = fold(c) {
                self.chars.push(folded);
                self.origin.push(index as u32);
            }
        }
        self.mark_enclosed();
    }

    /// The place in the line of the view's span `start..end`.
    pub(crate) fn place(&self, start: usize, end: usize) -> (u32, u32) {
        let first = self.origin.get(start).copied().unwrap_or(0);
        let last = end.checked_sub(1).and_then(|i| self.origin.get(i)).map_or(first, |i| i + 1);
        (first, last.max(first))
    }

    /// The character at a place; a space past the end.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or(' ')
    }

    /// The characters of a span, cut to what there is.
    #[inline]
    pub(crate) fn slice(&self, start: usize, end: usize) -> &[char] {
        let end = end.min(self.chars.len());
        self.chars.get(start.min(end)..end).unwrap_or_default()
    }

    pub(crate) fn is_quoted(&self, index: usize) -> bool {
        self.quoted.get(index).copied().unwrap_or(false)
    }

    pub(crate) fn is_bracketed(&self, index: usize) -> bool {
        self.bracketed.get(index).copied().unwrap_or(false)
    }

    fn mark_enclosed(&mut self) {
        self.quoted.clear();
        self.quoted.resize(self.chars.len(), false);
        self.bracketed.clear();
        self.bracketed.resize(self.chars.len(), false);
        for open in 0..self.chars.len() {
            let (close, marks) = match self.at(open) {
                '“' => ('”', &mut self.quoted),
                '《' => ('》', &mut self.quoted),
                '(' => (')', &mut self.bracketed),
                _ => continue,
            };
            let inside = self.chars.iter().skip(open + 1).take(LONGEST_QUOTE);
            let Some(length) = inside.clone().position(|c| *c == close) else { continue };
            // A sentence that ends inside means that the mark was lost.
            if close != ')' && inside.take(length).any(|c| *c == '。') {
                continue;
            }
            for mark in marks.iter_mut().skip(open).take(length + 2) {
                *mark = true;
            }
        }
    }
}

/// The form a character is matched in; `None` for white space and invisible marks.
fn fold(c: char) -> Option<char> {
    if c.is_ascii() {
        return match c {
            ' ' | '\t' | '\r' | '\n' => None,
            _ => Some(c),
        };
    }
    // Ideographs first: nine characters of ten.
    if ('\u{4e00}'..='\u{9fff}').contains(&c) {
        return Some(c);
    }
    match c {
        '，' => Some(','),
        '；' => Some(';'),
        '：' | '∶' => Some(':'),
        '（' => Some('('),
        '）' => Some(')'),
        '％' | '﹪' => Some('%'),
        '．' => Some('.'),
        '！' => Some('!'),
        '？' => Some('?'),
        '＋' => Some('+'),
        '／' => Some('/'),
        '～' => Some('~'),
        '－' | '–' | '‐' | '‑' => Some('-'),
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xFEE0),
        '〔' | '［' => Some('('),
        '〕' | '］' => Some(')'),
        '㎡' => Some('㎡'),
        '＂' => Some('"'),
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{00ad}' => None,
        _ if c.is_whitespace() => None,
        _ => Some(c),
    }
}
