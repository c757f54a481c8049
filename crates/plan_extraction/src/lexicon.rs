//! A list of words, looked up at a place of a text.

use rustc_hash::FxHashMap;

/// A set of words that can be matched at a place of a text, longest first.
#[derive(Debug)]
pub(crate) struct Lexicon<T = ()> {
    // Boxed, because there are many lists and each index is large.
    by_start: Box<Index<T>>,
    by_end: Box<Index<T>>,
}

/// The words as one meets them from one side. Looking a text over asks for a word at
/// every place and nearly always finds none, so the answer “none” comes in steps,
/// each cheaper than the next: a bit by the first character, one by the first two, and
/// only then the words themselves.
#[derive(Debug)]
struct Index<T> {
    firsts: Bits,
    pairs: Bits,
    singles: Bits,
    /// Words of one character.
    single: FxHashMap<char, T>,
    /// Longer words by their first two characters as met from this side.
    longer: FxHashMap<u64, Vec<Longer<T>>>,
}

/// A word of two characters or more; those of the same two stand longest first.
#[derive(Debug)]
struct Longer<T> {
    length: usize,
    /// What it has besides the two that lead to it. Most words have nothing.
    rest: Box<[char]>,
    value: T,
}

/// A set of characters, or of pairs, that may hold more than was put into it: a “no”
/// is certain, a “yes” is not.
#[derive(Debug)]
struct Bits([u64; 64]);

impl Bits {
    #[inline]
    fn of_pair(first: char, second: char) -> u32 {
        (first as u32).wrapping_mul(0x9E5) ^ second as u32
    }

    fn add(&mut self, hash: u32) {
        if let Some(bits) = self.0.get_mut((hash >> 6 & 63) as usize) {
            *bits |= 1 << (hash & 63);
        }
    }

    #[inline]
    fn may_hold(&self, hash: u32) -> bool {
        self.0.get((hash >> 6 & 63) as usize).is_some_and(|bits| bits >> (hash & 63) & 1 == 1)
    }
}

impl<T> Index<T> {
    fn new() -> Self {
        let none = || Bits([0; 64]);
        Index {
            firsts: none(),
            pairs: none(),
            singles: none(),
            single: FxHashMap::default(),
            longer: FxHashMap::default(),
        }
    }

    /// Adds a word; `first` and `second` are its characters as met from this side,
    /// `rest` the others in the order of the text.
    fn add(&mut self, first: char, second: Option<char>, rest: &[char], value: T) {
        self.firsts.add(first as u32);
        match second {
            Some(second) => {
                self.pairs.add(Bits::of_pair(first, second));
                let words = self.longer.entry(key(first, second)).or_default();
                // Of a word that stands in the list twice the first counts.
                let at = words.partition_point(|known| known.rest.len() >= rest.len());
                words.insert(at, Longer { length: rest.len() + 2, rest: rest.into(), value });
            }
            None => {
                self.singles.add(first as u32);
                self.single.entry(first).or_insert(value);
            }
        }
    }

    #[inline]
    fn may_begin(&self, first: char) -> bool {
        self.firsts.may_hold(first as u32)
    }

    /// The longest word with these characters at this side whose rest `fits`.
    #[inline]
    fn longest(&self, first: char, second: Option<&char>, fits: impl Fn(&[char]) -> bool) -> Option<(usize, &T)> {
        let pair = second.filter(|second| self.pairs.may_hold(Bits::of_pair(first, **second)));
        let longer = pair.and_then(|second| self.longer.get(&key(first, *second)));
        let found = longer.and_then(|words| words.iter().find(|word| word.rest.is_empty() || fits(&word.rest)));
        if let Some(word) = found {
            return Some((word.length, &word.value));
        }
        let single = Some(&first).filter(|first| self.singles.may_hold(**first as u32));
        single.and_then(|first| self.single.get(first)).map(|value| (1, value))
    }
}

/// Two characters as one number.
#[inline]
fn key(first: char, second: char) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

impl<T: Clone> Lexicon<T> {
    pub(crate) fn build(entries: impl IntoIterator<Item = (String, T)>) -> Self {
        let (mut by_start, mut by_end) = (Box::new(Index::new()), Box::new(Index::new()));
        for (word, value) in entries {
            let chars: Vec<char> = word.chars().collect();
            match chars.as_slice() {
                [] => {}
                [only] => {
                    by_end.add(*only, None, &[], value.clone());
                    by_start.add(*only, None, &[], value);
                }
                [first, second, rest @ ..] => {
                    if let [before @ .., second_last, last] = chars.as_slice() {
                        by_end.add(*last, Some(*second_last), before, value.clone());
                    }
                    by_start.add(*first, Some(*second), rest, value);
                }
            }
        }
        Lexicon { by_start, by_end }
    }
}

impl Lexicon {
    /// A list of words that say nothing more.
    pub(crate) fn of(words: impl IntoIterator<Item = String>) -> Self {
        Self::build(words.into_iter().map(|word| (word, ())))
    }
}

impl<T> Lexicon<T> {
    /// The longest word that `text` begins with.
    #[inline]
    pub(crate) fn at_start(&self, text: &[char]) -> Option<(usize, &T)> {
        let first = text.first().filter(|c| self.by_start.may_begin(**c))?;
        self.longest_at_start(*first, text)
    }

    /// Kept apart so that the test before it can stand in every loop.
    #[inline(never)]
    fn longest_at_start(&self, first: char, text: &[char]) -> Option<(usize, &T)> {
        self.by_start.longest(first, text.get(1), |rest| text.get(2..).is_some_and(|text| text.starts_with(rest)))
    }

    /// Whether a word may end with the character; a “no” is certain.
    #[inline]
    pub(crate) fn may_end(&self, last: char) -> bool {
        self.by_end.may_begin(last)
    }

    /// The longest word that `text` ends with.
    #[inline]
    pub(crate) fn at_end(&self, text: &[char]) -> Option<(usize, &T)> {
        let last = text.last().filter(|c| self.by_end.may_begin(**c))?;
        self.longest_at_end(*last, text)
    }

    #[inline(never)]
    fn longest_at_end(&self, last: char, text: &[char]) -> Option<(usize, &T)> {
        let (before, second) = match text {
            [before @ .., second, _] => (before, Some(second)),
            _ => (&[][..], None),
        };
        self.by_end.longest(last, second, |rest| before.ends_with(rest))
    }

    /// The first place at which a word stands: (start, length, value).
    pub(crate) fn find<'a>(&'a self, text: &[char]) -> Option<(usize, usize, &'a T)> {
        text.iter().enumerate().filter(|(_, c)| self.by_start.may_begin(**c)).find_map(|(at, c)| {
            let (length, value) = self.longest_at_start(*c, text.get(at..)?)?;
            Some((at, length, value))
        })
    }

    /// Whether any word stands in the text.
    pub(crate) fn within(&self, text: &[char]) -> bool {
        self.find(text).is_some()
    }

    /// Whether the text is one of the words.
    pub(crate) fn is(&self, text: &[char]) -> bool {
        self.at_start(text).is_some_and(|(length, _)| length == text.len())
    }

    /// How the words begin: the first character, and the second of those that have one.
    pub(crate) fn beginnings(&self) -> impl Iterator<Item = (char, Option<char>)> {
        let single = self.by_start.single.keys().map(|c| (*c, None));
        let pair = |key: &u64| Some((char::from_u32((key >> 32) as u32)?, char::from_u32(*key as u32)));
        single.chain(self.by_start.longer.keys().filter_map(pair))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_matches_from_either_side() {
        let entries = [("提高到", 1), ("提高", 2), ("到", 3), ("高", 4), ("到", 5)];
        let lexicon = Lexicon::build(entries.map(|(word, value)| (word.to_owned(), value)));
        let start = |text: &str| lexicon.at_start(&text.chars().collect::<Vec<_>>()).map(|(l, v)| (l, *v));
        let end = |text: &str| lexicon.at_end(&text.chars().collect::<Vec<_>>()).map(|(l, v)| (l, *v));
        assert_eq!(start("提高到75%"), Some((3, 1)));
        assert_eq!(start("提高75%"), Some((2, 2)));
        assert_eq!(start("提"), None);
        assert_eq!(start("到"), Some((1, 3)), "of a word that stands twice the first counts");
        assert_eq!(end("比重提高到"), Some((3, 1)));
        assert_eq!(end("达到"), Some((1, 3)));
        assert_eq!(end("比重提高"), Some((2, 2)));
        assert_eq!(end("上涨"), None);
        assert_eq!(lexicon.find(&"税收提高到".chars().collect::<Vec<_>>()), Some((2, 3, &1)));
    }
}
