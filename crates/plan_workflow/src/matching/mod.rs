//! Which commitments of two texts are about the same: an annual plan and the
//! plan it carries out, or two editions of one text.
//!
//! Pure. Each item has at most one partner; the same two lists have the same
//! pairs whatever order they come in, and each pair says why. Bars and words are
//! the table `rules/matching.toml`.

mod words;

use std::{cmp::Reverse, collections::HashMap};

use plan_model::{CommitmentClass, Decimal};
use serde::{Deserialize, Serialize};

use words::{Bare, bare, rules};

/// What is compared of a commitment, an indicator or a work item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What is measured or done.
    pub name: String,
    /// The unit as written; empty where there is none.
    pub unit: String,
    /// How it is measured; `None` for work without a measure.
    pub class: Option<CommitmentClass>,
    /// The value that is promised.
    pub value: Option<Decimal>,
    /// The chapter it stands in.
    pub chapter: String,
    /// The indicator of the dictionary that it is, where it is one.
    pub entry: Option<String>,
}

/// How sure it is that two items are about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Closeness {
    /// The same name, qualification, unit family and class.
    Exact,
    /// Worth a person's look.
    Likely,
}

/// Why two items are paired, or what speaks against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// Their names are the same but for words that do not tell them apart.
    SameName,
    /// They are the same indicator of the dictionary.
    SameEntry {
        /// Its standard name.
        entry: String,
    },
    /// So many thousandths of their names are the same.
    AlikeName {
        /// 0 to 1000.
        thousandths: u32,
    },
    /// One is a growth, an increase, a fall, the other is not.
    OtherMark {
        /// What qualifies the left one; empty for nothing.
        left: String,
        /// What qualifies the right one.
        right: String,
    },
    /// Their units cannot be put on one scale.
    OtherUnit {
        /// The left unit.
        left: String,
        /// The right unit.
        right: String,
    },
    /// They are measured in different ways (数值, 全覆盖, 清零 …).
    OtherClass,
}

/// Two items that are about the same, by their places in the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The place in the left list.
    pub left: usize,
    /// The place in the right list.
    pub right: usize,
    /// How sure it is.
    pub closeness: Closeness,
    /// In thousandths.
    pub score: u32,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Pairs the items of two lists: exact pairs first, then the closest ones; of
/// equally close ones those with the same unit, value and chapter, then those
/// that stand nearest to each other. Answers in the order of the left list.
pub fn pair(left: &[Item], right: &[Item]) -> Vec<Pair> {
    let names = Names::new(left, right);
    let mut entries: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, item) in right.iter().enumerate() {
        if let Some(entry) = &item.entry {
            entries.entry(entry).or_default().push(at);
        }
    }
    let mut found: Vec<(Pair, Tie)> = Vec::new();
    let (mut common, mut touched) = (vec![0_u64; right.len()], Vec::new());
    for (l, (a, mine)) in left.iter().zip(&names.left).enumerate() {
        names.share(mine, &mut common, &mut touched);
        touched.extend(a.entry.as_deref().and_then(|entry| entries.get(entry)).into_iter().flatten());
        for r in touched.drain(..) {
            let (Some(b), Some(other), Some(sum)) = (right.get(r), names.right.get(r), common.get_mut(r)) else {
                continue;
            };
            let alike = alike(mine, other, std::mem::take(sum));
            let Some((closeness, score, reasons)) = judged((a, b), (&mine.bare, &other.bare), alike) else { continue };
            let tie = Tie {
                other_name: matches!(reasons.first(), Some(Reason::AlikeName { .. })),
                score: Reverse(score),
                other_unit: a.unit != b.unit,
                other_value: a.value.is_none() || a.value != b.value,
                other_chapter: a.chapter != b.chapter,
                apart: place(l, left.len()).abs_diff(place(r, right.len())),
            };
            found.push((Pair { left: l, right: r, closeness, score, reasons }, tie));
        }
    }
    found.sort_by_key(|(pair, tie)| (pair.closeness, *tie, pair.left, pair.right));
    let (mut left_taken, mut right_taken) = (vec![false; left.len()], vec![false; right.len()]);
    let mut pairs: Vec<Pair> = Vec::new();
    for (pair, _) in found {
        let (Some(a), Some(b)) = (left_taken.get_mut(pair.left), right_taken.get_mut(pair.right)) else { continue };
        if !*a && !*b {
            (*a, *b) = (true, true);
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.left);
    pairs
}

/// What decides between pairs that are equally close; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tie {
    /// The names are only alike: the same name in another unit is nearer.
    other_name: bool,
    score: Reverse<u32>,
    other_unit: bool,
    other_value: bool,
    other_chapter: bool,
    /// How far apart they stand, in thousandths of the lists.
    apart: usize,
}

fn place(index: usize, length: usize) -> usize {
    index * 1000 / length.max(1)
}

/// Whether two names, each with its entry in the dictionary, are of one measure:
/// the same but for words that do not tell them apart, and qualified alike.
pub fn same_measure(one: (&str, Option<&str>), other: (&str, Option<&str>)) -> bool {
    let (left, right) = (bare(one.0), bare(other.0));
    let same_entry = one.1.is_some() && one.1 == other.1;
    (same_entry || left.core == right.core) && left.marks == right.marks
}

/// Two neighbouring characters of a name.
type Gram = (char, char);

struct Named {
    bare: Bare,
    /// The numbers of its grams, each once.
    grams: Vec<usize>,
    /// What its grams weigh together.
    weight: u64,
}

/// Both lists, prepared.
struct Names {
    left: Vec<Named>,
    right: Vec<Named>,
    /// How much a gram says: the rarer in both lists together, the more.
    weights: Vec<u64>,
    /// Which right names have a gram.
    with: Vec<Vec<usize>>,
}

impl Names {
    fn new(left: &[Item], right: &[Item]) -> Self {
        let mut numbers: HashMap<Gram, usize> = HashMap::new();
        let mut named = |items: &[Item]| -> Vec<Named> {
            let each = items.iter().map(|item| {
                let bare = bare(&item.name);
                let grams = grams(&bare.core, &mut numbers);
                Named { bare, grams, weight: 0 }
            });
            each.collect()
        };
        let (left, right) = (named(left), named(right));
        let mut names = Self { left, right, weights: vec![0; numbers.len()], with: vec![Vec::new(); numbers.len()] };
        for (at, name) in names.right.iter().enumerate() {
            for gram in &name.grams {
                if let Some(with) = names.with.get_mut(*gram) {
                    with.push(at);
                }
            }
        }
        names.weigh();
        names
    }

    /// From 2 for a gram of nearly every name; each halving of the number of
    /// names that have it adds 2.
    fn weigh(&mut self) {
        let mut counts = vec![0_usize; self.weights.len()];
        for gram in self.left.iter().chain(&self.right).flat_map(|name| &name.grams) {
            if let Some(count) = counts.get_mut(*gram) {
                *count += 1;
            }
        }
        let all = self.left.len() + self.right.len();
        // A word of both texts is there twice however rare it is; what stands only
        // where two words meet must not say more than that.
        let weight = |count: usize| u64::from(2 * (2 * all / count.max(2)).max(2).ilog2());
        self.weights = counts.into_iter().map(weight).collect();
        for name in self.left.iter_mut().chain(&mut self.right) {
            name.weight = name.grams.iter().filter_map(|gram| self.weights.get(*gram)).sum();
        }
    }

    /// Adds up what each right name shares with a name; `common` is empty
    /// before, and `touched` names the places that are not.
    fn share(&self, name: &Named, common: &mut [u64], touched: &mut Vec<usize>) {
        for gram in &name.grams {
            let weight = self.weights.get(*gram).copied().unwrap_or(0);
            for at in self.with.get(*gram).into_iter().flatten() {
                let Some(sum) = common.get_mut(*at) else { continue };
                if *sum == 0 {
                    touched.push(*at);
                }
                *sum += weight;
            }
        }
    }
}

/// The grams of a name by number; new ones get the next.
fn grams(core: &str, numbers: &mut HashMap<Gram, usize>) -> Vec<usize> {
    let chars: Vec<char> = core.chars().collect();
    let mut number = |gram: Gram| {
        let next = numbers.len();
        *numbers.entry(gram).or_insert(next)
    };
    let pairs = chars.windows(2).filter_map(|two| Some((*two.first()?, *two.last()?)));
    let mut grams: Vec<usize> = pairs.map(&mut number).collect();
    if let ([only], true) = (chars.as_slice(), grams.is_empty()) {
        grams.push(number((*only, *only)));
    }
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// How much of two names is the same, in thousandths.
fn alike(left: &Named, right: &Named, common: u64) -> u32 {
    let share = (2 * common * 1000).checked_div(left.weight + right.weight).unwrap_or(0);
    u32::try_from(share).unwrap_or(1000).min(1000)
}

/// Whether two names have the same characters in another order.
fn reordered(one: &str, other: &str) -> bool {
    let sorted = |name: &str| {
        let mut chars: Vec<char> = name.chars().collect();
        chars.sort_unstable();
        chars
    };
    one.len() == other.len() && one != other && sorted(one) == sorted(other)
}

/// Whether one name is the end of the other, and more than a common word.
fn ends_with(one: &str, other: &str) -> bool {
    let shorter = if one.len() < other.len() { one } else { other };
    (one.ends_with(other) || other.ends_with(one)) && shorter.chars().count() >= 4
}

/// Whether two items are about the same, how close they are and why.
fn judged(
    (left, right): (&Item, &Item),
    (mine, other): (&Bare, &Bare),
    alike: u32,
) -> Option<(Closeness, u32, Vec<Reason>)> {
    let rules = rules();
    let same_entry = left.entry.is_some() && left.entry == right.entry;
    let same_name = mine.core == other.core;
    let alike = if reordered(&mine.core, &other.core) { alike.max(rules.as_reordered) } else { alike };
    let alike = if ends_with(&mine.core, &other.core) { alike.max(rules.as_ending) } else { alike };
    // Most pairs share a word and no more.
    if !same_name && !same_entry && alike < rules.likely_from {
        return None;
    }
    let mut reasons = Vec::new();
    let mut score = 1000;
    if same_name {
        reasons.push(Reason::SameName);
    } else if same_entry {
        reasons.push(Reason::SameEntry { entry: left.entry.clone().unwrap_or_default() });
    } else {
        score = alike;
        reasons.push(Reason::AlikeName { thousandths: score });
    }
    let same = same_name || same_entry;
    let one_unit = plan_assessment::comparable_units(&left.unit, &right.unit);
    if mine.marks != other.marks {
        score = score.saturating_sub(rules.less_for_mark);
        reasons.push(Reason::OtherMark { left: mine.marks.join("、"), right: other.marks.join("、") });
    }
    if !one_unit {
        score = score.saturating_sub(rules.less_for_unit);
        reasons.push(Reason::OtherUnit { left: left.unit.clone(), right: right.unit.clone() });
    }
    if left.class != right.class {
        score = score.saturating_sub(rules.less_for_class);
        reasons.push(Reason::OtherClass);
    }
    if same && reasons.len() == 1 {
        return Some((Closeness::Exact, score, reasons));
    }
    let shown = score >= rules.likely_from && (same || one_unit);
    shown.then_some((Closeness::Likely, score, reasons))
}

#[cfg(test)]
mod tests;
