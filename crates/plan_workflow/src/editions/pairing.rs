//! Which sentence of the corrected text is which of the old one.

use std::collections::{HashMap, VecDeque};

use document_reader::Source;
use plan_model::{Anchor, Target};

use crate::matching::{self, Closeness, Item, Reason};

/// From which closeness on, in thousandths, other words for work count as the
/// same work: below that two tasks of one field look alike.
const SAME_WORK: u32 = 700;

/// The line of the new text that has the same words as a line of the old one; of
/// several such lines the first with the first, the second with the second.
pub(super) fn lines(old: &Source, new: &Source) -> HashMap<u32, u32> {
    let mut places: HashMap<&str, VecDeque<u32>> = HashMap::new();
    for (number, line) in (1_u32..).zip(&new.lines) {
        places.entry(line.text.trim()).or_default().push_back(number);
    }
    let pairs = (1_u32..).zip(&old.lines).filter_map(|(number, line)| {
        let same = places.get_mut(line.text.trim())?;
        same.pop_front().map(|other| (number, other))
    });
    pairs.collect()
}

/// What is compared of a candidate.
pub(super) struct Said<'a> {
    pub(super) item: Item,
    pub(super) anchor: Anchor,
    /// `None` for work.
    pub(super) target: Option<&'a Target>,
}

/// Pairs of places in the two lists. What stands at the same place of an
/// unchanged line is the same; of the rest, what has the same name, or nearly the
/// same name and the same value.
pub(super) fn pairs(old: &[Said<'_>], new: &[Said<'_>], lines: &HashMap<u32, u32>) -> Vec<(usize, usize)> {
    let mut at_place: HashMap<(u32, &str), Vec<usize>> = HashMap::new();
    for (place, said) in new.iter().enumerate().rev() {
        at_place.entry((said.anchor.line, &said.item.name)).or_default().push(place);
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    let (mut old_left, mut taken) = (Vec::new(), vec![false; new.len()]);
    for (place, said) in old.iter().enumerate() {
        let line = lines.get(&said.anchor.line);
        let same = line.and_then(|line| at_place.get_mut(&(*line, said.item.name.as_str()))?.pop());
        match same {
            Some(other) => {
                found.push((place, other));
                if let Some(taken) = taken.get_mut(other) {
                    *taken = true;
                }
            }
            None => old_left.push(place),
        }
    }
    let new_left: Vec<usize> = (0..new.len()).filter(|place| taken.get(*place) == Some(&false)).collect();
    let items = |all: &[Said<'_>], left: &[usize]| -> Vec<Item> {
        left.iter().filter_map(|place| all.get(*place)).map(|said| said.item.clone()).collect()
    };
    for pair in matching::pair(&items(old, &old_left), &items(new, &new_left)) {
        let (Some(a), Some(b)) = (old_left.get(pair.left), new_left.get(pair.right)) else { continue };
        let (Some(one), Some(other)) = (old.get(*a), new.get(*b)) else { continue };
        let named = matches!(pair.reasons.first(), Some(Reason::SameName | Reason::SameEntry { .. }));
        let same_value = one.target.is_some_and(|target| other.target.is_some_and(|t| t.value == target.value));
        let work = one.target.is_none() && pair.score >= SAME_WORK;
        if pair.closeness == Closeness::Exact || named || same_value || work {
            found.push((*a, *b));
        }
    }
    found.sort_unstable();
    found
}
