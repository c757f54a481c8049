//! One look at every character of a text, on behalf of all who look for words in it.
//!
//! Each question put to a text (where is a number, a year, a sign of tense, the end of
//! a clause?) has a bit. While a line is read, every place is given the bits of the
//! questions that it may answer, judged by its character and the one after it. Who
//! asks then jumps from place to place of its own kind and passes over the rest, four
//! characters at a step. A bit says “perhaps”: whoever asks looks for himself.

/// What may stand at a place of a text: a set of the kinds below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Kinds(u16);

impl Kinds {
    /// A number, in digits or in Chinese numerals.
    pub(crate) const NUMBER: Kinds = Kinds(1);
    /// A year, the name of a planning period, or a word of past or future.
    pub(crate) const TENSE: Kinds = Kinds(1 << 1);
    /// A year in which something is due, 每年, a word of will or one that ends its reach.
    pub(crate) const DUE: Kinds = Kinds(1 << 2);
    /// A word that makes a commitment without a number (全覆盖, 清零).
    pub(crate) const MARKER: Kinds = Kinds(1 << 3);
    /// The end of a sentence.
    pub(crate) const SENTENCE_END: Kinds = Kinds(1 << 4);
    /// The end of a clause, that of a sentence included.
    pub(crate) const CLAUSE_END: Kinds = Kinds(1 << 5);
    /// An opening quotation mark or bracket.
    pub(crate) const OPENING: Kinds = Kinds(1 << 6);
    /// A verb of intent, or a noun that begins like one.
    pub(crate) const WORK_VERB: Kinds = Kinds(1 << 7);
    /// A verb of state between a subject and an object.
    pub(crate) const COPULA: Kinds = Kinds(1 << 8);
    /// The label of a responsible unit, or the end of a sentence.
    pub(crate) const UNIT_LABEL: Kinds = Kinds(1 << 9);
    /// A figure of speech.
    pub(crate) const SLOGAN: Kinds = Kinds(1 << 10);
    /// What is said of the document itself.
    pub(crate) const DOCUMENT: Kinds = Kinds(1 << 11);
    /// A title that can be won.
    pub(crate) const TITLE: Kinds = Kinds(1 << 12);
    /// What joins the members of a list or ends it (等).
    pub(crate) const JOINT: Kinds = Kinds(1 << 13);
    /// Inside quotation marks or book title marks, the marks included. This is
    /// certain: the view finds it out.
    pub(crate) const QUOTED: Kinds = Kinds(1 << 14);
    /// Inside brackets, the brackets included; certain too.
    pub(crate) const BRACKETED: Kinds = Kinds(1 << 15);

    /// Whether the two sets have a kind in common.
    #[inline]
    pub(crate) fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub(crate) fn add(&mut self, other: Kinds) {
        self.0 |= other.0;
    }
}

/// How many characters are told apart; the others share a slot with one of these.
/// With 4096 the whole table stays in the processor's nearest memory.
const SLOTS: usize = 4096;

/// The kinds of all characters.
#[derive(Debug)]
pub(crate) struct Sieve(Box<[Slot; SLOTS]>);

/// What a character says of the place it stands at and of the place before it.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// What it may begin whatever follows.
    alone: u16,
    /// What it may begin if the next character goes on with it.
    first: u16,
    /// What it may go on with.
    second: u16,
}

impl Sieve {
    pub(crate) fn new() -> Self {
        Sieve(Box::new([Slot::default(); SLOTS]))
    }

    /// Gives a kind to the places where one of these words may begin, each told by its
    /// first character and, where it has one, the second.
    pub(crate) fn add(&mut self, kind: Kinds, beginnings: impl IntoIterator<Item = (char, Option<char>)>) {
        for (first, second) in beginnings {
            match second {
                Some(second) => {
                    self.slot_mut(first, |slot| slot.first |= kind.0);
                    self.slot_mut(second, |slot| slot.second |= kind.0);
                }
                None => self.slot_mut(first, |slot| slot.alone |= kind.0),
            }
        }
    }

    fn slot_mut(&mut self, c: char, change: impl FnOnce(&mut Slot)) {
        if let Some(slot) = self.0.get_mut(c as usize % SLOTS) {
            change(slot);
        }
    }

    #[inline]
    fn slot(&self, c: char) -> Slot {
        self.0.get(c as usize % SLOTS).copied().unwrap_or_default()
    }

    /// Appends the kinds of each place of a text.
    pub(crate) fn look_over(&self, text: &[char], kinds: &mut Vec<Kinds>) {
        let Some((first, rest)) = text.split_first() else { return };
        let mut this = self.slot(*first);
        kinds.extend(rest.iter().map(|c| {
            let next = self.slot(*c);
            let here = this.alone | (this.first & next.second);
            this = next;
            Kinds(here)
        }));
        kinds.push(Kinds(this.alone));
    }
}

/// The first place from `from` on, and before `end`, with one of the kinds.
#[inline]
pub(crate) fn next(kinds: &[Kinds], wanted: Kinds, from: usize, end: usize) -> Option<usize> {
    let places = kinds.get(from..end.min(kinds.len()))?;
    // Four places are one number for the processor, so most are passed over in fours.
    let (fours, rest) = places.as_chunks::<4>();
    for (passed, four) in fours.iter().enumerate() {
        let met = four.map(|kinds| kinds.0 & wanted.0);
        if met != [0; 4] {
            let near = met.iter().position(|met| *met != 0)?;
            return Some(from + passed * 4 + near);
        }
    }
    let near = rest.iter().position(|kinds| kinds.meets(wanted))?;
    Some(from + places.len() - rest.len() + near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_place_is_found_at_every_distance() {
        for length in [0, 1, 15, 16, 17, 40] {
            for place in 0..length {
                let mut kinds = vec![Kinds::OPENING; length];
                kinds[place].add(Kinds::NUMBER);
                for from in 0..length {
                    let expected = (from <= place).then_some(place);
                    assert_eq!(next(&kinds, Kinds::NUMBER, from, length), expected);
                    assert_eq!(next(&kinds, Kinds::NUMBER, from, place), None, "the end is not looked at");
                }
            }
        }
    }
}
