//! A line as rules see it: without white space, with one form for each
//! punctuation mark, and with the way back to the characters as written.

use smallvec::SmallVec;

use crate::{
    lexicon::Lexicon,
    sieve::{self, Kinds},
    words::words,
};

/// The views of all lines of a text, one after the other in the same buffers: a text
/// is looked over once, whoever asks for its lines and how often.
#[derive(Debug, Default)]
pub(crate) struct Views {
    chars: Vec<char>,
    kinds: Vec<Kinds>,
    dropped: Vec<u32>,
    /// Where each line ends in `chars` and in `dropped`.
    ends: Vec<(usize, usize)>,
}

/// A line's characters for matching. Positions here are indices of `chars`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct View<'a> {
    pub(crate) chars: &'a [char],
    /// What may stand at each place, and whether it is quoted or bracketed.
    kinds: &'a [Kinds],
    /// The characters that the line has and the view has not, in order: each as the
    /// place of the view before which it stood.
    dropped: &'a [u32],
}

/// Characters that ask for memory only where they are many.
pub(crate) type Chars = SmallVec<[char; 32]>;

/// The characters of a short text.
pub(crate) fn chars_of(text: &str) -> Chars {
    text.chars().collect()
}

/// Characters as text, with memory asked for once.
pub(crate) fn text_of(chars: &[char]) -> String {
    let mut text = String::with_capacity(chars.len() * WIDE);
    text.extend(chars);
    text
}

/// The bytes of nearly every character.
pub(crate) const WIDE: usize = 3;

/// A line as written, of which parts are asked for from front to back: each is found
/// from the mark before it, not from the start of a line that may be long.
pub(crate) struct Written<'t> {
    line: &'t str,
    /// What stands behind the mark, and the place of the mark.
    rest: &'t str,
    place: u32,
}

impl<'t> Written<'t> {
    pub(crate) fn new(line: &'t str) -> Self {
        Written { line, rest: line, place: 0 }
    }

    /// Sets the mark to a place: the parts asked for next stand behind it.
    pub(crate) fn mark(&mut self, place: u32) {
        (self.rest, self.place) = (self.from(place), place);
    }

    /// The characters from `start` up to `end`, or what there is of them.
    pub(crate) fn part(&self, start: u32, end: u32) -> &'t str {
        let from = self.from(start);
        from.split_at(bytes_of(from, end.saturating_sub(start))).0
    }

    fn from(&self, place: u32) -> &'t str {
        let behind = place.checked_sub(self.place);
        let (text, skip) = behind.map_or((self.line, place), |skip| (self.rest, skip));
        text.split_at(bytes_of(text, skip)).1
    }
}

/// How many bytes the first characters of a text have.
fn bytes_of(text: &str, characters: u32) -> usize {
    let mut chars = text.chars();
    characters.checked_sub(1).and_then(|last| chars.nth(last as usize));
    text.len() - chars.as_str().len()
}

/// A quotation that does not close within so many characters is a stray mark.
const LONGEST_QUOTE: usize = 160;

impl Views {
    /// The views of these lines.
    pub(crate) fn of<'t>(lines: impl IntoIterator<Item = &'t str, IntoIter: Clone>) -> Self {
        let lines = lines.into_iter();
        // Most characters have three bytes, some one.
        let expected = lines.clone().map(str::len).sum::<usize>() / 5 * 2;
        let mut views = Views {
            chars: Vec::with_capacity(expected),
            kinds: Vec::with_capacity(expected),
            ends: Vec::with_capacity(lines.size_hint().0),
            dropped: Vec::new(),
        };
        for line in lines {
            views.add(line);
        }
        views
    }

    /// How many characters all lines have together.
    pub(crate) fn characters(&self) -> usize {
        self.chars.len()
    }

    /// The view of a line, counted from 0; an empty one past the end.
    pub(crate) fn line(&self, index: usize) -> View<'_> {
        let (from, dropped_from) =
            index.checked_sub(1).map_or((0, 0), |i| self.ends.get(i).copied().unwrap_or_default());
        let Some((to, dropped_to)) = self.ends.get(index).copied() else { return View::default() };
        View {
            chars: self.chars.get(from..to).unwrap_or_default(),
            kinds: self.kinds.get(from..to).unwrap_or_default(),
            dropped: self.dropped.get(dropped_from..dropped_to).unwrap_or_default(),
        }
    }

    fn add(&mut self, text: &str) {
        let start = self.chars.len();
        for c in text.chars() {
            // Ideographs stay as they are, and are nine characters of ten.
            if matches!(c, '\u{4e00}'..='\u{9fff}') {
                self.chars.push(c);
            } else if let Some(folded) = fold(c) {
                self.chars.push(folded);
            } else {
                self.dropped.push((self.chars.len() - start) as u32);
            }
        }
        let chars = self.chars.get(start..).unwrap_or_default();
        words().sieve.look_over(chars, &mut self.kinds);
        mark_enclosed(chars, self.kinds.get_mut(start..).unwrap_or_default());
        self.ends.push((self.chars.len(), self.dropped.len()));
    }
}

impl<'a> View<'a> {
    /// The place in the line of the view's span `start..end`.
    pub(crate) fn place(&self, start: usize, end: usize) -> (u32, u32) {
        let origin = |at: usize| {
            let before = match self.dropped {
                [] => 0,
                dropped => dropped.partition_point(|dropped| *dropped as usize <= at),
            };
            (at < self.chars.len()).then_some((at + before) as u32)
        };
        let first = origin(start).unwrap_or(0);
        let last = end.checked_sub(1).and_then(origin).map_or(first, |i| i + 1);
        (first, last.max(first))
    }

    /// The first place in the view that comes from the character `place` of the line
    /// or a later one.
    pub(crate) fn index_of(&self, place: u32) -> usize {
        let mut at = place as usize;
        for (before, dropped) in self.dropped.iter().enumerate() {
            // The dropped character stood at this place of the line.
            if *dropped as usize + before >= place as usize {
                break;
            }
            at -= 1;
        }
        at.min(self.chars.len())
    }

    /// Writes a span with the characters that the line has there, without white space.
    pub(crate) fn write_original(&self, line: &Written<'_>, (start, end): (usize, usize), text: &mut String) {
        let (first, last) = self.place(start, end);
        let written = line.part(first, last);
        text.reserve(written.len());
        if (last - first) as usize == end - start {
            text.push_str(written);
        } else {
            text.extend(written.chars().filter(|c| fold(*c).is_some()));
        }
    }

    /// The character at a place; a space past the end.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or(' ')
    }

    /// The characters of a span, cut to what there is.
    #[inline]
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a [char] {
        let end = end.min(self.chars.len());
        self.chars.get(start.min(end)..end).unwrap_or_default()
    }

    /// The first place from `from` on, and before `end`, at which one of these kinds
    /// may stand.
    #[inline]
    pub(crate) fn next(&self, kinds: Kinds, from: usize, end: usize) -> Option<usize> {
        sieve::next(self.kinds, kinds, from, end)
    }

    /// All places of a span at which one of these kinds may stand, in order.
    #[inline]
    pub(crate) fn places(&self, kinds: Kinds, start: usize, end: usize) -> impl Iterator<Item = usize> {
        let all = self.kinds;
        let mut from = start;
        std::iter::from_fn(move || {
            let at = sieve::next(all, kinds, from, end)?;
            from = at + 1;
            Some(at)
        })
    }

    /// The first word of a list in a span: place, length and value. The places at which
    /// the list's words may begin are of this kind.
    #[inline]
    pub(crate) fn find<'w, T>(
        &self,
        words: &'w Lexicon<T>,
        kind: Kinds,
        start: usize,
        end: usize,
    ) -> Option<(usize, usize, &'w T)> {
        self.places(kind, start, end).find_map(|at| {
            let (length, value) = words.at_start(self.slice(at, end))?;
            Some((at, length, value))
        })
    }

    #[inline]
    pub(crate) fn is_quoted(&self, index: usize) -> bool {
        self.kinds.get(index).is_some_and(|kinds| kinds.meets(Kinds::QUOTED))
    }

    #[inline]
    pub(crate) fn is_bracketed(&self, index: usize) -> bool {
        self.kinds.get(index).is_some_and(|kinds| kinds.meets(Kinds::BRACKETED))
    }
}

/// Marks what stands inside quotation marks, book title marks and brackets.
fn mark_enclosed(chars: &[char], kinds: &mut [Kinds]) {
    let mut from = 0;
    while let Some(open) = sieve::next(kinds, Kinds::OPENING, from, kinds.len()) {
        from = open + 1;
        let (close, enclosed) = match chars.get(open) {
            Some('“') => ('”', Kinds::QUOTED),
            Some('《') => ('》', Kinds::QUOTED),
            Some('(') => (')', Kinds::BRACKETED),
            _ => continue,
        };
        let inside = chars.iter().skip(open + 1).take(LONGEST_QUOTE);
        let Some(length) = inside.clone().position(|c| *c == close) else { continue };
        // A sentence that ends inside means that the mark was lost.
        if close != ')' && inside.take(length).any(|c| *c == '。') {
            continue;
        }
        for kinds in kinds.iter_mut().skip(open).take(length + 2) {
            kinds.add(enclosed);
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
    match c {
        '、' | '。' | '“' | '”' => Some(c),
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
        '＂' => Some('"'),
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{00ad}' => None,
        _ if c.is_whitespace() => None,
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_back_to_the_line_as_written() {
        let views = Views::of(["一 二\u{3000}三", "　　ｍ ２（“甲”）", ""]);
        let (first, second, third) = (views.line(0), views.line(1), views.line(2));
        assert_eq!(first.chars, ['一', '二', '三']);
        assert_eq!([first.place(0, 1), first.place(1, 2), first.place(0, 3)], [(0, 1), (2, 3), (0, 5)]);
        assert_eq!(second.chars, ['m', '2', '(', '“', '甲', '”', ')']);
        assert_eq!([second.place(0, 2), second.place(4, 5), second.place(9, 9)], [(2, 5), (7, 8), (0, 0)]);
        let places = |holds: &dyn Fn(usize) -> bool| (0..7).filter(|at| holds(*at)).collect::<Vec<_>>();
        assert_eq!(places(&|at| second.is_quoted(at)), [3, 4, 5]);
        assert_eq!(places(&|at| second.is_bracketed(at)), [2, 3, 4, 5, 6]);
        assert_eq!((third.chars.len(), views.line(3).chars.len()), (0, 0));
    }

    #[test]
    fn a_mark_that_was_lost_encloses_nothing() {
        let views = Views::of(["“甲。乙”丙"]);
        assert!((0..6).all(|at| !views.line(0).is_quoted(at)));
    }
}
