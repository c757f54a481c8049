//! The word lists of `rules/words/`, ready for matching.

use std::{collections::HashMap, sync::OnceLock};

use plan_model::{Comparison, Intent, PlanPeriod};
use serde::Deserialize;

/// A set of words that can be matched at a place of a text, longest first.
#[derive(Debug, Default)]
pub(crate) struct Lexicon<T = ()> {
    by_first: HashMap<char, Vec<(Vec<char>, T)>>,
    by_last: HashMap<char, Vec<(Vec<char>, T)>>,
}

impl<T: Clone> Lexicon<T> {
    fn build(entries: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut lexicon = Lexicon { by_first: HashMap::new(), by_last: HashMap::new() };
        for (word, value) in entries {
            let chars: Vec<char> = word.chars().collect();
            if let (Some(first), Some(last)) = (chars.first().copied(), chars.last().copied()) {
                lexicon.by_last.entry(last).or_default().push((chars.clone(), value.clone()));
                lexicon.by_first.entry(first).or_default().push((chars, value));
            }
        }
        for words in lexicon.by_first.values_mut().chain(lexicon.by_last.values_mut()) {
            words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        }
        lexicon
    }

    /// The longest word that `text` begins with.
    pub(crate) fn at_start(&self, text: &[char]) -> Option<(usize, &T)> {
        let words = self.by_first.get(text.first()?)?;
        words.iter().find(|(word, _)| text.starts_with(word)).map(|(word, value)| (word.len(), value))
    }

    /// The longest word that `text` ends with.
    pub(crate) fn at_end(&self, text: &[char]) -> Option<(usize, &T)> {
        let words = self.by_last.get(text.last()?)?;
        words.iter().find(|(word, _)| text.ends_with(word)).map(|(word, value)| (word.len(), value))
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
}

/// What a word between measure and value states.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Predicate {
    pub(crate) compare: Comparison,
    pub(crate) intent: Intent,
    /// The word stays in the name.
    pub(crate) keep: bool,
}

/// What a verb before the thing counted does to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Dropped,
    Kept,
}

/// How a unit is used: what it counts may follow it, or it measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitUse {
    Count,
    Measure,
}

/// All word lists.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) units: Lexicon<UnitUse>,
    pub(crate) verbs: Lexicon<Verb>,
    pub(crate) verb_nouns: Lexicon,
    pub(crate) light_verbs: Lexicon,
    pub(crate) not_unit_before: Lexicon,
    pub(crate) predicates: Lexicon<Predicate>,
    pub(crate) after: Lexicon<Comparison>,
    pub(crate) inside: Lexicon<Comparison>,
    pub(crate) adverbs: Lexicon,
    pub(crate) connectors: Lexicon,
    pub(crate) subjects: Lexicon,
    pub(crate) soft: Lexicon,
    pub(crate) firm: Lexicon,
    pub(crate) soft_noun_before: Lexicon,
    pub(crate) end_of_period: Lexicon,
    pub(crate) end_of_plan: Lexicon,
    pub(crate) every_year: Lexicon,
    pub(crate) not_due_after: Lexicon,
    pub(crate) due_after: Lexicon,
    pub(crate) past_headings: Lexicon,
    pub(crate) future_headings: Lexicon,
    pub(crate) past: Lexicon,
    pub(crate) future: Lexicon,
    pub(crate) stock: Lexicon,
    pub(crate) measures: Lexicon,
    pub(crate) dependent: Lexicon,
    pub(crate) dependent_starts: Lexicon,
    pub(crate) topics: Lexicon,
    pub(crate) name_after: Lexicon,
    pub(crate) threshold_units: Lexicon,
    pub(crate) praise: Lexicon,
    pub(crate) abstract_nouns: Lexicon,
    pub(crate) not_list_before: Lexicon,
    pub(crate) coverage: Coverage,
    pub(crate) zero: Zero,
    pub(crate) multiple: Multiple,
    pub(crate) rank: Rank,
    pub(crate) periods: Lexicon<PlanPeriod>,
}

/// Words of coverage.
#[derive(Debug)]
pub(crate) struct Coverage {
    pub(crate) full: Lexicon,
    pub(crate) not_before: Lexicon,
    pub(crate) principle: Lexicon,
    pub(crate) all_then: Lexicon,
    pub(crate) all_acts: Lexicon,
}

/// Words of zero.
#[derive(Debug)]
pub(crate) struct Zero {
    pub(crate) cleared: Lexicon,
    pub(crate) remove: Lexicon,
    pub(crate) countable: Lexicon,
    pub(crate) abstract_nouns: Lexicon,
    pub(crate) none_of: Lexicon,
    pub(crate) not_none_of: Lexicon,
}

/// Words of multiples.
#[derive(Debug)]
pub(crate) struct Multiple {
    /// With the multiple the word states, 2 or 4.
    pub(crate) words: Lexicon<u8>,
    pub(crate) not_before: Lexicon,
}

/// Words of rank.
#[derive(Debug)]
pub(crate) struct Rank {
    pub(crate) front: Lexicon,
    pub(crate) before: Lexicon,
    pub(crate) scopes: Lexicon,
    pub(crate) position: Lexicon,
}

/// The word lists, read once. They are part of the program, so a broken list is
/// a failing test, not an error at run time; a list that does not parse is empty.
pub(crate) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| Words::build().unwrap_or_else(|_| unreachable_words()))
}

#[expect(clippy::panic, reason = "the lists are compiled in and a test reads them; there is no way on without them")]
fn unreachable_words() -> Words {
    panic!("the built-in word lists do not parse; run `cargo test -p plan_extraction`")
}

fn plain(words: Vec<String>) -> Lexicon {
    Lexicon::build(words.into_iter().map(|word| (word, ())))
}

impl Words {
    fn build() -> Result<Self, toml::de::Error> {
        let units: UnitsFile = toml::from_str(include_str!("../../../rules/words/units.toml"))?;
        let verbs: VerbsFile = toml::from_str(include_str!("../../../rules/words/verbs.toml"))?;
        let predicates: PredicatesFile = toml::from_str(include_str!("../../../rules/words/predicates.toml"))?;
        let comparisons: ComparisonsFile = toml::from_str(include_str!("../../../rules/words/comparisons.toml"))?;
        let openings: OpeningsFile = toml::from_str(include_str!("../../../rules/words/openings.toml"))?;
        let time: TimeFile = toml::from_str(include_str!("../../../rules/words/time.toml"))?;
        let names: NamesFile = toml::from_str(include_str!("../../../rules/words/names.toml"))?;
        let markers: MarkersFile = toml::from_str(include_str!("../../../rules/words/markers.toml"))?;
        let periods: PeriodsFile = toml::from_str(include_str!("../../../rules/words/periods.toml"))?;
        let multiples = markers.multiple;
        Ok(Words {
            units: Lexicon::build(units.family.into_iter().flat_map(|family| {
                let use_ = if family.kind == UnitKind::Count { UnitUse::Count } else { UnitUse::Measure };
                family.units.into_iter().map(move |unit| (unit, use_))
            })),
            verbs: Lexicon::build(
                (verbs.dropped.into_iter().map(|word| (word, Verb::Dropped)))
                    .chain(verbs.kept.into_iter().map(|word| (word, Verb::Kept))),
            ),
            verb_nouns: plain(verbs.nouns),
            light_verbs: plain(verbs.light),
            not_unit_before: plain(units.not_before.words),
            predicates: Lexicon::build(predicates.predicate.into_iter().flat_map(|p| {
                let stated = Predicate { compare: p.compare, intent: p.intent, keep: p.keep };
                p.words.into_iter().map(move |word| (word, stated))
            })),
            after: comparisons.after.lexicon(),
            inside: comparisons.inside.lexicon(),
            adverbs: plain(openings.adverbs),
            connectors: plain(openings.connectors),
            subjects: plain(openings.subjects),
            soft: plain(openings.soft),
            firm: plain(openings.firm),
            soft_noun_before: plain(openings.soft_noun_before),
            end_of_period: plain(time.end_of_period),
            end_of_plan: plain(time.end_of_plan),
            every_year: plain(time.every_year),
            not_due_after: plain(time.not_due_after),
            due_after: plain(time.due_after),
            past_headings: plain(time.past_headings),
            future_headings: plain(time.future_headings),
            past: plain(time.past),
            future: plain(time.future),
            stock: plain(time.stock),
            measures: plain(names.measures),
            dependent: plain(names.dependent),
            dependent_starts: plain(names.dependent_starts),
            topics: plain(names.topics),
            name_after: plain(names.name_after),
            threshold_units: plain(names.threshold_units),
            praise: plain(names.praise),
            abstract_nouns: plain(names.r#abstract),
            not_list_before: plain(names.not_list_before),
            coverage: Coverage {
                full: plain(markers.coverage.full),
                not_before: plain(markers.coverage.not_before),
                principle: plain(markers.coverage.principle),
                all_then: plain(markers.coverage.all_then),
                all_acts: plain(markers.coverage.all_acts),
            },
            zero: Zero {
                cleared: plain(markers.zero.cleared),
                remove: plain(markers.zero.remove),
                countable: plain(markers.zero.countable),
                abstract_nouns: plain(markers.zero.r#abstract),
                none_of: plain(markers.zero.none_of),
                not_none_of: plain(markers.zero.not_none_of),
            },
            multiple: Multiple {
                words: Lexicon::build(
                    (multiples.double.into_iter().map(|word| (word, 2)))
                        .chain(multiples.quadruple.into_iter().map(|word| (word, 4))),
                ),
                not_before: plain(multiples.not_before),
            },
            rank: Rank {
                front: plain(markers.rank.front),
                before: plain(markers.rank.before),
                scopes: plain(markers.rank.scopes),
                position: plain(markers.rank.position),
            },
            periods: Lexicon::build(
                periods.period.into_iter().flat_map(|p| p.names.into_iter().map(move |name| (name, p.years))),
            ),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitsFile {
    family: Vec<Family>,
    not_before: NotBefore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    #[expect(dead_code, reason = "the name is for the person who reads the file")]
    name: String,
    kind: UnitKind,
    units: Vec<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum UnitKind {
    Count,
    Measure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotBefore {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbsFile {
    light: Vec<String>,
    dropped: Vec<String>,
    kept: Vec<String>,
    nouns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicatesFile {
    predicate: Vec<PredicateEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PredicateEntry {
    words: Vec<String>,
    compare: Comparison,
    intent: Intent,
    #[serde(default)]
    keep: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComparisonsFile {
    after: Compared,
    inside: Compared,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Compared(HashMap<Comparison, Vec<String>>);

impl Compared {
    fn lexicon(self) -> Lexicon<Comparison> {
        Lexicon::build(self.0.into_iter().flat_map(|(compare, words)| words.into_iter().map(move |w| (w, compare))))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpeningsFile {
    adverbs: Vec<String>,
    connectors: Vec<String>,
    subjects: Vec<String>,
    soft: Vec<String>,
    firm: Vec<String>,
    soft_noun_before: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeFile {
    end_of_period: Vec<String>,
    end_of_plan: Vec<String>,
    every_year: Vec<String>,
    not_due_after: Vec<String>,
    due_after: Vec<String>,
    past_headings: Vec<String>,
    future_headings: Vec<String>,
    past: Vec<String>,
    future: Vec<String>,
    stock: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamesFile {
    measures: Vec<String>,
    dependent: Vec<String>,
    dependent_starts: Vec<String>,
    topics: Vec<String>,
    name_after: Vec<String>,
    threshold_units: Vec<String>,
    praise: Vec<String>,
    r#abstract: Vec<String>,
    not_list_before: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkersFile {
    coverage: CoverageEntry,
    zero: ZeroEntry,
    multiple: MultipleEntry,
    rank: RankEntry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageEntry {
    full: Vec<String>,
    not_before: Vec<String>,
    principle: Vec<String>,
    all_then: Vec<String>,
    all_acts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZeroEntry {
    cleared: Vec<String>,
    remove: Vec<String>,
    countable: Vec<String>,
    r#abstract: Vec<String>,
    none_of: Vec<String>,
    not_none_of: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MultipleEntry {
    double: Vec<String>,
    quadruple: Vec<String>,
    not_before: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RankEntry {
    front: Vec<String>,
    before: Vec<String>,
    scopes: Vec<String>,
    position: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodsFile {
    period: Vec<PeriodEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodEntry {
    names: Vec<String>,
    years: PlanPeriod,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_parse() {
        Words::build().unwrap();
    }

    #[test]
    fn the_longest_word_matches() {
        let text: Vec<char> = "提高到75%".chars().collect();
        let (length, predicate) = words().predicates.at_start(&text).unwrap();
        assert_eq!((length, predicate.intent, predicate.keep), (3, Intent::RaiseTo, false));
        let text: Vec<char> = "税收突破".chars().collect();
        assert_eq!(words().predicates.at_end(&text).unwrap().1.compare, Comparison::MoreThan);
    }
}
