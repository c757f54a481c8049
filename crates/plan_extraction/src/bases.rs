//! Which fact is the base of which commitment.

use plan_model::{Commitment, Fact};
use rustc_hash::FxHashMap;

use crate::{
    view::{Chars, chars_of},
    words::words,
};

/// Pairs commitments with facts of the same measure: the same name (general
/// subjects such as 全区 apart) and the same unit. The fact nearest before the
/// plan counts, which is the last one stated.
pub(crate) fn pair(commitments: &[Commitment], facts: &[Fact]) -> Vec<(usize, usize)> {
    let mut by_name: FxHashMap<(Chars, &str), usize> = FxHashMap::default();
    for (index, fact) in facts.iter().enumerate() {
        by_name.insert((bare(&fact.name), bare_unit(&fact.value.unit)), index);
    }
    let base = |(index, c): (usize, &Commitment)| {
        let fact = by_name.get(&(bare(&c.name), bare_unit(&c.target.unit)))?;
        Some((index, *fact))
    };
    commitments.iter().enumerate().filter_map(base).collect()
}

/// 迈上1000亿台阶 is 1000亿元: money is often written without its 元.
fn bare_unit(unit: &str) -> &str {
    unit.strip_suffix('元').unwrap_or(unit)
}

/// A name without the general subject before it and the words between its parts.
fn bare(name: &str) -> Chars {
    let mut bare = chars_of(name);
    let general = words().general.at_start(&bare).map_or(0, |(length, ())| length);
    bare.drain(..general);
    bare.retain(|c| !matches!(c, '的' | '“' | '”'));
    bare
}
