//! The word lists of `rules/words/`, ready for matching.

use std::{collections::HashMap, sync::OnceLock};

use plan_model::{Comparison, Intent, PlanPeriod};
use serde::Deserialize;

use crate::{
    due,
    lexicon::Lexicon,
    quantity,
    sieve::{Kinds, Sieve},
    work,
};

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
    /// Where in a text it is worth looking for what.
    pub(crate) sieve: Sieve,
    pub(crate) units: Lexicon<UnitUse>,
    pub(crate) not_unit_before: Lexicon,
    pub(crate) verbs: Lexicon<Verb>,
    pub(crate) predicates: Lexicon<Predicate>,
    pub(crate) after: Lexicon<Comparison>,
    pub(crate) inside: Lexicon<Comparison>,
    pub(crate) periods: Lexicon<PlanPeriod>,
    /// The words that make a commitment without a number and need no other beside them.
    pub(crate) markers: Lexicon,
    pub(crate) coverage: Coverage,
    pub(crate) zero: Zero,
    pub(crate) multiple: Multiple,
    pub(crate) rank: Rank,
    pub(crate) verb_nouns: Lexicon,
    pub(crate) light_verbs: Lexicon,
    pub(crate) inner_verbs: Lexicon,
    pub(crate) ending_verbs: Lexicon,
    pub(crate) cut_after: Lexicon,
    pub(crate) adverbs: Lexicon,
    pub(crate) connectors: Lexicon,
    pub(crate) subjects: Lexicon,
    pub(crate) soft: Lexicon,
    pub(crate) firm: Lexicon,
    pub(crate) soft_noun_before: Lexicon,
    pub(crate) back: Lexicon,
    pub(crate) paragraph: Lexicon,
    pub(crate) general: Lexicon,
    pub(crate) other_verbs: Lexicon,
    pub(crate) end_of_period: Lexicon,
    pub(crate) end_of_plan: Lexicon,
    pub(crate) every_year: Lexicon,
    pub(crate) not_due_after: Lexicon,
    pub(crate) due_after: Lexicon,
    pub(crate) past_headings: Lexicon,
    pub(crate) future_headings: Lexicon,
    /// Words of the past (true) and of the plan (false) in one, looked up together.
    pub(crate) tense: Lexicon<bool>,
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
    pub(crate) paired_measures: Lexicon,
    pub(crate) object_units: Lexicon,
    pub(crate) grades: Lexicon,
    pub(crate) per: Lexicon,
    pub(crate) often: Lexicon,
    pub(crate) terms: Lexicon,
    pub(crate) unit_tails: Lexicon,
    pub(crate) plan_kinds: Lexicon,
    pub(crate) yearly: Lexicon,
    pub(crate) capacity: Lexicon,
    pub(crate) labels: Lexicon,
}

/// Words of coverage.
#[derive(Debug)]
pub(crate) struct Coverage {
    pub(crate) full: Lexicon,
    pub(crate) not_before: Lexicon,
    pub(crate) all_then: Lexicon,
    pub(crate) all_acts: Lexicon,
    pub(crate) scopes: Lexicon,
    pub(crate) shared_places: Lexicon,
    pub(crate) promises: Lexicon,
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
    pub(crate) not_before: Lexicon,
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
    pub(crate) tails: Lexicon,
    pub(crate) position: Lexicon,
}

/// The word lists, read once. They are part of the program, so a broken list is
/// a failing test, not an error at run time.
pub(crate) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| Words::build().unwrap_or_else(|error| broken(&error)))
}

#[expect(clippy::panic, reason = "the lists are compiled in and a test reads them; there is no way on without them")]
pub(crate) fn broken<T>(error: &str) -> T {
    panic!("a built-in word list is broken: {error}; run `cargo test -p plan_extraction`")
}

/// The lists of a file by their keys; a key that is never taken is an error, so no
/// list can be left unused.
pub(crate) struct Lists {
    file: &'static str,
    lists: HashMap<String, Vec<String>>,
}

impl Lists {
    pub(crate) fn read(file: &'static str, table: toml::Table) -> Result<Self, String> {
        let mut lists = HashMap::new();
        for (key, value) in table {
            let words = value.try_into().map_err(|e| format!("{file}: {key}: {e}"))?;
            lists.insert(key, words);
        }
        Ok(Lists { file, lists })
    }

    pub(crate) fn words(&mut self, key: &str) -> Result<Vec<String>, String> {
        self.lists.remove(key).ok_or_else(|| format!("{}: list `{key}` is missing", self.file))
    }

    pub(crate) fn take(&mut self, key: &str) -> Result<Lexicon, String> {
        Ok(Lexicon::build(self.words(key)?.into_iter().map(|word| (word, ()))))
    }

    pub(crate) fn done(self) -> Result<(), String> {
        match self.lists.keys().next() {
            Some(key) => Err(format!("{}: list `{key}` is used nowhere", self.file)),
            None => Ok(()),
        }
    }
}

/// The words whose presence alone makes a sentence worth a look for commitments
/// without digits.
fn all_markers(markers: &toml::Table) -> Result<Lexicon, String> {
    let lists = [
        ("coverage", "full"),
        ("zero", "cleared"),
        ("zero", "remove"),
        ("multiple", "double"),
        ("multiple", "quadruple"),
        ("rank", "front"),
    ];
    let mut words: Vec<String> = ["全部", "所有"].map(str::to_owned).to_vec();
    for (section, list) in lists {
        let found = markers.get(section).and_then(|s| s.get(list)).and_then(toml::Value::as_array);
        let found = found.ok_or_else(|| format!("markers.toml: list `{section}.{list}` is missing"))?;
        words.extend(found.iter().filter_map(toml::Value::as_str).map(str::to_owned));
    }
    Ok(Lexicon::build(words.into_iter().map(|word| (word, ()))))
}

pub(crate) fn table(file: &'static str, text: &str) -> Result<toml::Table, String> {
    toml::from_str(text).map_err(|e| format!("{file}: {e}"))
}

pub(crate) fn typed<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|e| format!("{file}: {e}"))
}

impl Words {
    fn build() -> Result<Self, String> {
        let units: UnitsFile = typed("units.toml", include_str!("../../../rules/words/units.toml"))?;
        let predicates: PredicatesFile =
            typed("predicates.toml", include_str!("../../../rules/words/predicates.toml"))?;
        let comparisons: ComparisonsFile =
            typed("comparisons.toml", include_str!("../../../rules/words/comparisons.toml"))?;
        let periods: PeriodsFile = typed("periods.toml", include_str!("../../../rules/words/periods.toml"))?;
        let mut verbs =
            Lists::read("verbs.toml", table("verbs.toml", include_str!("../../../rules/words/verbs.toml"))?)?;
        let mut openings =
            Lists::read("openings.toml", table("openings.toml", include_str!("../../../rules/words/openings.toml"))?)?;
        let mut time = Lists::read("time.toml", table("time.toml", include_str!("../../../rules/words/time.toml"))?)?;
        let mut names =
            Lists::read("names.toml", table("names.toml", include_str!("../../../rules/words/names.toml"))?)?;
        let mut markers = table("markers.toml", include_str!("../../../rules/words/markers.toml"))?;
        let markers_of_all = all_markers(&markers)?;
        let mut section = |name: &str| match markers.remove(name) {
            Some(toml::Value::Table(table)) => Lists::read("markers.toml", table),
            _ => Err(format!("markers.toml: section `{name}` is missing")),
        };
        let (past, future) = (time.words("past")?, time.words("future")?);
        let (dropped, kept) = (verbs.words("dropped")?, verbs.words("kept")?);
        let mut words = Words {
            sieve: Sieve::new(),
            units: Lexicon::build(units.family.into_iter().flat_map(|family| {
                let use_ = if family.kind == UnitKind::Count { UnitUse::Count } else { UnitUse::Measure };
                family.units.into_iter().map(move |unit| (unit, use_))
            })),
            not_unit_before: Lexicon::build(units.not_before.words.into_iter().map(|word| (word, ()))),
            verbs: Lexicon::build(
                (dropped.into_iter().map(|word| (word, Verb::Dropped)))
                    .chain(kept.into_iter().map(|word| (word, Verb::Kept))),
            ),
            predicates: Lexicon::build(predicates.predicate.into_iter().flat_map(|p| {
                let stated = Predicate { compare: p.compare, intent: p.intent, keep: p.keep };
                p.words.into_iter().map(move |word| (word, stated))
            })),
            after: comparisons.after.lexicon(),
            inside: comparisons.inside.lexicon(),
            periods: Lexicon::build(
                periods.period.into_iter().flat_map(|p| p.names.into_iter().map(move |name| (name, p.years))),
            ),
            markers: markers_of_all,
            coverage: Coverage::build(section("coverage")?)?,
            zero: Zero::build(section("zero")?)?,
            multiple: Multiple::build(section("multiple")?)?,
            rank: Rank::build(section("rank")?)?,
            verb_nouns: verbs.take("nouns")?,
            light_verbs: verbs.take("light")?,
            inner_verbs: verbs.take("inner")?,
            ending_verbs: verbs.take("ending")?,
            cut_after: verbs.take("cut_after")?,
            adverbs: openings.take("adverbs")?,
            connectors: openings.take("connectors")?,
            subjects: openings.take("subjects")?,
            soft: openings.take("soft")?,
            firm: openings.take("firm")?,
            soft_noun_before: openings.take("soft_noun_before")?,
            back: openings.take("back")?,
            paragraph: openings.take("paragraph")?,
            general: openings.take("general")?,
            other_verbs: openings.take("other_verbs")?,
            end_of_period: time.take("end_of_period")?,
            end_of_plan: time.take("end_of_plan")?,
            every_year: time.take("every_year")?,
            not_due_after: time.take("not_due_after")?,
            due_after: time.take("due_after")?,
            past_headings: time.take("past_headings")?,
            future_headings: time.take("future_headings")?,
            tense: Lexicon::build(
                (past.into_iter().map(|word| (word, true))).chain(future.into_iter().map(|word| (word, false))),
            ),
            stock: time.take("stock")?,
            measures: names.take("measures")?,
            dependent: names.take("dependent")?,
            dependent_starts: names.take("dependent_starts")?,
            topics: names.take("topics")?,
            name_after: names.take("name_after")?,
            threshold_units: names.take("threshold_units")?,
            praise: names.take("praise")?,
            abstract_nouns: names.take("abstract")?,
            not_list_before: names.take("not_list_before")?,
            paired_measures: names.take("paired_measures")?,
            object_units: names.take("object_units")?,
            grades: names.take("grades")?,
            per: names.take("per")?,
            often: names.take("often")?,
            terms: names.take("terms")?,
            unit_tails: names.take("unit_tails")?,
            plan_kinds: names.take("plan_kinds")?,
            yearly: names.take("yearly")?,
            capacity: names.take("capacity")?,
            labels: names.take("labels")?,
        };
        for lists in [verbs, openings, time, names] {
            lists.done()?;
        }
        words.sieve = words.sieve();
        Ok(words)
    }

    /// What each kind of place can begin with.
    fn sieve(&self) -> Sieve {
        let alone = |chars: &'static str| chars.chars().map(|c| (c, None));
        let mut sieve = Sieve::new();
        sieve.add(Kinds::NUMBER, quantity::beginnings(self));
        sieve.add(Kinds::TENSE, due::beginnings(&self.periods).chain(self.tense.beginnings()));
        sieve.add(Kinds::DUE, due::beginnings(&self.periods).chain(self.end_of_plan.beginnings()));
        sieve.add(Kinds::DUE, self.every_year.beginnings().chain(alone(";")).chain([('五', Some('年'))]));
        sieve.add(Kinds::DUE, self.soft.beginnings().chain(self.firm.beginnings()));
        sieve.add(Kinds::MARKER, self.markers.beginnings().chain(alone("应")));
        sieve.add(Kinds::MARKER, self.zero.none_of.beginnings().map(|(first, _)| ('零', Some(first))));
        sieve.add(Kinds::MARKER, quantity::characters().map(|c| ('前', Some(c))));
        sieve.add(Kinds::SENTENCE_END, alone("。!?"));
        sieve.add(Kinds::CLAUSE_END, alone(",;:。!?"));
        sieve.add(Kinds::OPENING, alone("“《("));
        work::add_kinds(&mut sieve);
        sieve
    }
}

impl Coverage {
    fn build(mut lists: Lists) -> Result<Self, String> {
        let words = Coverage {
            full: lists.take("full")?,
            not_before: lists.take("not_before")?,
            all_then: lists.take("all_then")?,
            all_acts: lists.take("all_acts")?,
            scopes: lists.take("scopes")?,
            shared_places: lists.take("shared_places")?,
            promises: lists.take("promises")?,
        };
        lists.done()?;
        Ok(words)
    }
}

impl Zero {
    fn build(mut lists: Lists) -> Result<Self, String> {
        let words = Zero {
            cleared: lists.take("cleared")?,
            remove: lists.take("remove")?,
            countable: lists.take("countable")?,
            abstract_nouns: lists.take("abstract")?,
            none_of: lists.take("none_of")?,
            not_none_of: lists.take("not_none_of")?,
            not_before: lists.take("not_before")?,
        };
        lists.done()?;
        Ok(words)
    }
}

impl Multiple {
    fn build(mut lists: Lists) -> Result<Self, String> {
        let (double, quadruple) = (lists.words("double")?, lists.words("quadruple")?);
        let words = Multiple {
            words: Lexicon::build(
                (double.into_iter().map(|word| (word, 2))).chain(quadruple.into_iter().map(|word| (word, 4))),
            ),
            not_before: lists.take("not_before")?,
        };
        lists.done()?;
        Ok(words)
    }
}

impl Rank {
    fn build(mut lists: Lists) -> Result<Self, String> {
        let words = Rank {
            front: lists.take("front")?,
            before: lists.take("before")?,
            scopes: lists.take("scopes")?,
            tails: lists.take("tails")?,
            position: lists.take("position")?,
        };
        lists.done()?;
        Ok(words)
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
    fn every_word_is_met_by_its_kind() {
        let words = words();
        let met = |text: &str, kind| {
            let views = crate::view::Views::of([text]);
            assert_eq!(views.line(0).next(kind, 0, 1), Some(0), "{text}");
        };
        for (kind, list) in [
            (Kinds::DUE, &words.soft),
            (Kinds::DUE, &words.firm),
            (Kinds::DUE, &words.every_year),
            (Kinds::DUE, &words.end_of_plan),
            (Kinds::MARKER, &words.markers),
        ] {
            for (first, second) in list.beginnings() {
                met(&[Some(first), second].into_iter().flatten().collect::<String>(), kind);
            }
        }
        for text in ["2025年", "1999年", "二〇三五年", "二零三五年", "“十四五”末", "十四五末"] {
            met(text, Kinds::TENSE);
            met(text, Kinds::DUE);
        }
        met("五年累计", Kinds::DUE);
        met("截至2020年底", Kinds::TENSE);
        for text in ["7", "７", "半个月", "两座", "万名", "三分之二", "六成", "十多家", "百二十吨", "八/10万"]
        {
            met(text, Kinds::NUMBER);
        }
    }
}
