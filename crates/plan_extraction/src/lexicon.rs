//! A list of words, looked up at a place of a text.

use rustc_hash::FxHashMap;

/// A set of words that can be matched at a place of a text, longest first.
#[derive(Debug)]
pub(crate) struct Lexicon<T = ()> {
    by_start: Index<T>,
    by_end: Index<T>,
}

/// The words as one meets them from one side. Looking a text over asks for a word at
/// every place and nearly always finds none, so the answer “none” comes in steps,
/// each cheaper than the next: a bit by the first character, a map by the first two,
/// and only then the words themselves.
#[derive(Debug)]
struct Index<T> {
    firsts: Bits,
    /// Words of one character.
    single: FxHashMap<char, T>,
    /// Longer words by their first two characters, the longest first.
    longer: FxHashMap<(char, char), Entries<T>>,
}

type Entries<T> = Vec<(Vec<char>, T)>;

/// Tells at once that most characters begin (or end) no word of a list.
#[derive(Debug)]
struct Bits([u64; 64]);

impl Bits {
    #[inline]
    fn place(c: char) -> (usize, u64) {
        let hash = (c as u32) & 4095;
        ((hash >> 6) as usize, 1 << (hash & 63))
    }

    fn add(&mut self, c: char) {
        let (slot, bit) = Self::place(c);
        if let Some(bits) = self.0.get_mut(slot) {
            *bits |= bit;
        }
    }

    #[inline]
    fn may_hold(&self, c: char) -> bool {
        let (slot, bit) = Self::place(c);
        self.0.get(slot).is_some_and(|bits| bits & bit != 0)
    }
}

impl<T> Index<T> {
    fn new() -> Self {
        Index { firsts: Bits([0; 64]), single: FxHashMap::default(), longer: FxHashMap::default() }
    }

    /// Adds a word; `first` and `second` are its characters as met from this side.
    fn add(&mut self, first: char, second: Option<char>, word: Vec<char>, value: T) {
        self.firsts.add(first);
        match second {
            Some(second) => {
                let words = self.longer.entry((first, second)).or_default();
                // Of a word that stands in the list twice the first counts.
                let at = words.partition_point(|(known, _)| known.len() >= word.len());
                words.insert(at, (word, value));
            }
            None => {
                self.single.entry(first).or_insert(value);
            }
        }
    }

    /// The longest word that `fits`, among those with these characters at this side.
    #[inline]
    fn longest(&self, first: char, second: Option<&char>, fits: impl Fn(&[char]) -> bool) -> Option<(usize, &T)> {
        let longer = second.and_then(|second| self.longer.get(&(first, *second)));
        let found = longer.and_then(|words| words.iter().find(|(word, _)| fits(word)));
        match found {
            Some((word, value)) => Some((word.len(), value)),
            None => self.single.get(&first).map(|value| (1, value)),
        }
    }
}

impl<T: Clone> Lexicon<T> {
    pub(crate) fn build(entries: impl IntoIterator<Item = (String, T)>) -> Self {
        let (mut by_start, mut by_end) = (Index::new(), Index::new());
        for (word, value) in entries {
            let chars: Vec<char> = word.chars().collect();
            if let (Some(first), Some(last)) = (chars.first().copied(), chars.last().copied()) {
                let second_last = chars.len().checked_sub(2).and_then(|i| chars.get(i)).copied();
                by_end.add(last, second_last, chars.clone(), value.clone());
                by_start.add(first, chars.get(1).copied(), chars, value);
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
        let first = text.first().filter(|c| self.by_start.firsts.may_hold(**c))?;
        self.longest_at_start(*first, text)
    }

    /// Kept apart so that the test before it can stand in every loop.
    #[inline(never)]
    fn longest_at_start(&self, first: char, text: &[char]) -> Option<(usize, &T)> {
        self.by_start.longest(first, text.get(1), |word| text.starts_with(word))
    }

    /// The longest word that `text` ends with.
    #[inline]
    pub(crate) fn at_end(&self, text: &[char]) -> Option<(usize, &T)> {
        let last = text.last().filter(|c| self.by_end.firsts.may_hold(**c))?;
        self.longest_at_end(*last, text)
    }

    #[inline(never)]
    fn longest_at_end(&self, last: char, text: &[char]) -> Option<(usize, &T)> {
        let before = text.len().checked_sub(2).and_then(|i| text.get(i));
        self.by_end.longest(last, before, |word| text.ends_with(word))
    }

    /// The first place at which a word stands: (start, length, value).
    pub(crate) fn find<'a>(&'a self, text: &[char]) -> Option<(usize, usize, &'a T)> {
        (0..text.len()).find_map(|at| {
            let (length, value) = self.at_start(text.get(at..)?)?;
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
        single.chain(self.by_start.longer.keys().map(|(first, second)| (*first, Some(*second))))
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
