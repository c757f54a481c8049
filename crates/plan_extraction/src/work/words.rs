//! The word lists of `rules/words/work/`, ready for matching.

use std::sync::OnceLock;

use plan_model::Stage;
use serde::Deserialize;

use crate::{
    lexicon::Lexicon,
    sieve::{Kinds, Sieve},
    words::{Lists, broken, table, typed},
};

/// How a verb of intent is used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Verb {
    /// Another verb may follow it: 加快推进.
    pub(crate) light: bool,
    /// It may follow a light verb and be read as one with it.
    pub(crate) joined: bool,
    /// Somebody and what he is to do follow it: 支持龙头企业建设….
    pub(crate) pivot: bool,
    /// What it is done to may be bodily work.
    pub(crate) build: bool,
    /// It wins a title: 创建.
    pub(crate) title: bool,
    /// With a noun of state it is a direction: 提高服务能力.
    pub(crate) change: bool,
    /// It may follow a subject of its own in the clause.
    pub(crate) subject: bool,
    /// The stage of a project that it states.
    pub(crate) stage: Option<Stage>,
}

/// All word lists for work items.
#[derive(Debug)]
pub(crate) struct WorkWords {
    pub(crate) verbs: Lexicon<Verb>,
    pub(crate) verb_nouns: Lexicon,
    pub(crate) verb_ends: Lexicon,
    /// What is dropped at the start of a clause.
    pub(crate) skipped: Lexicon,
    pub(crate) adjuncts: Lexicon,
    pub(crate) attributes: Lexicon,
    pub(crate) not_adverbs: Lexicon,
    pub(crate) not_adjuncts: Lexicon,
    pub(crate) never: Lexicon,
    pub(crate) results: Lexicon,
    pub(crate) result_verbs: Lexicon,
    pub(crate) slogans: Lexicon,
    pub(crate) no_row_headings: Lexicon,
    pub(crate) read_headings: Lexicon,
    pub(crate) document: Lexicon,
    pub(crate) makes: Lexicon,
    pub(crate) from_now_on: Lexicon,
    pub(crate) reported: Lexicon,
    pub(crate) itself: Lexicon,
    pub(crate) document_rules: Lexicon,
    pub(crate) quoted: Lexicon,
    pub(crate) units: Lexicon,
    pub(crate) charged: Lexicon,
    pub(crate) placed: Lexicon,
    pub(crate) own_periods: Lexicon,
    pub(crate) charges: Lexicon,
    pub(crate) unit_labels: Lexicon,
    pub(crate) not_fronted: Lexicon,
    pub(crate) degrees: Lexicon,
    pub(crate) changes: Lexicon,
    pub(crate) copulas: Lexicon,
    pub(crate) assigned: Lexicon,
    pub(crate) states: Lexicon,
    pub(crate) places: Lexicon,
    pub(crate) alongside: Lexicon,
    pub(crate) wholes: Lexicon,
    pub(crate) works: Lexicon,
    pub(crate) counted: Lexicon,
    pub(crate) numbered_roads: Lexicon,
    pub(crate) unique: Lexicon,
    pub(crate) joints: Lexicon,
    pub(crate) not_works: Lexicon,
    /// Words for the work itself at the end of an object, with the stage they state.
    pub(crate) tails: Lexicon<Stage>,
    pub(crate) list_tails: Lexicon,
    pub(crate) common: Lexicon,
    pub(crate) single: Lexicon,
    pub(crate) anonymous: Lexicon,
    pub(crate) phases: Lexicon,
    pub(crate) grades: Lexicon,
    pub(crate) titles: Lexicon,
    pub(crate) applied: Lexicon,
    pub(crate) inner_titles: Lexicon,
    pub(crate) won_titles: Lexicon,
    pub(crate) platforms: Lexicon,
    pub(crate) carriers: Lexicon,
    pub(crate) serving: Lexicon,
    pub(crate) after_head: Lexicon,
    pub(crate) lists: Lexicon,
    pub(crate) not_lists: Lexicon,
    pub(crate) heads: Lexicon,
    pub(crate) informational: Lexicon,
}

/// The lists, read once; a broken one is a failing test (see [`crate::words::words`]).
pub(crate) fn work_words() -> &'static WorkWords {
    static WORDS: OnceLock<WorkWords> = OnceLock::new();
    WORDS.get_or_init(|| WorkWords::build().unwrap_or_else(|error| broken(&error)))
}

/// What each kind of place that this pass asks for can begin with.
pub(crate) fn add_kinds(sieve: &mut Sieve) {
    let words = work_words();
    let alone = |chars: &'static str| chars.chars().map(|c| (c, None));
    sieve.add(Kinds::WORK_VERB, words.verbs.beginnings().chain(words.verb_nouns.beginnings()));
    sieve.add(Kinds::COPULA, words.copulas.beginnings());
    sieve.add(Kinds::UNIT_LABEL, words.unit_labels.beginnings().chain(alone("。")));
    sieve.add(Kinds::SLOGAN, words.slogans.beginnings());
    sieve.add(Kinds::DOCUMENT, words.document_rules.beginnings());
    sieve.add(Kinds::TITLE, words.inner_titles.beginnings());
    sieve.add(Kinds::JOINT, alone("、和及与以等"));
}

impl WorkWords {
    fn build() -> Result<Self, String> {
        let verbs: VerbsFile = typed("work/verbs.toml", include_str!("../../../../rules/words/work/verbs.toml"))?;
        let read = |file, text| Lists::read(file, table(file, text)?);
        let mut openings = read("work/openings.toml", include_str!("../../../../rules/words/work/openings.toml"))?;
        let mut directions =
            read("work/directions.toml", include_str!("../../../../rules/words/work/directions.toml"))?;
        let nouns = "work/nouns.toml";
        let mut noun_table = table(nouns, include_str!("../../../../rules/words/work/nouns.toml"))?;
        let tails: Vec<TailEntry> = match noun_table.remove("tails") {
            Some(value) => value.try_into().map_err(|e| format!("{nouns}: tails: {e}"))?,
            None => return Err(format!("{nouns}: list `tails` is missing")),
        };
        let mut nouns = Lists::read(nouns, noun_table)?;
        let mut skipped = openings.words("adverbs")?;
        skipped.extend(openings.words("connectors")?);
        let words = WorkWords {
            verbs: Lexicon::build(verbs.group.into_iter().flat_map(|group| {
                let verb = group.verb();
                group.words.into_iter().map(move |word| (word, verb))
            })),
            verb_nouns: Lexicon::of(verbs.compounds.nouns),
            verb_ends: Lexicon::of(verbs.compounds.ends),
            skipped: Lexicon::of(skipped),
            adjuncts: openings.take("adjuncts")?,
            attributes: openings.take("attributes")?,
            not_adverbs: openings.take("not_adverbs")?,
            not_adjuncts: openings.take("not_adjuncts")?,
            never: openings.take("never")?,
            results: openings.take("results")?,
            result_verbs: openings.take("result_verbs")?,
            slogans: openings.take("slogans")?,
            no_row_headings: openings.take("no_row_headings")?,
            read_headings: openings.take("read_headings")?,
            document: openings.take("document")?,
            makes: openings.take("makes")?,
            from_now_on: openings.take("from_now_on")?,
            reported: openings.take("reported")?,
            itself: openings.take("itself")?,
            document_rules: openings.take("document_rules")?,
            quoted: openings.take("quoted")?,
            units: openings.take("units")?,
            charged: openings.take("charged")?,
            placed: openings.take("placed")?,
            own_periods: openings.take("own_periods")?,
            charges: openings.take("charges")?,
            unit_labels: openings.take("unit_labels")?,
            not_fronted: openings.take("not_fronted")?,
            degrees: directions.take("degrees")?,
            changes: directions.take("changes")?,
            copulas: directions.take("copulas")?,
            assigned: directions.take("assigned")?,
            states: directions.take("states")?,
            places: directions.take("places")?,
            alongside: directions.take("alongside")?,
            wholes: directions.take("wholes")?,
            works: nouns.take("works")?,
            counted: nouns.take("counted")?,
            numbered_roads: nouns.take("numbered_roads")?,
            unique: nouns.take("unique")?,
            joints: nouns.take("joints")?,
            not_works: nouns.take("not_works")?,
            tails: Lexicon::build(
                tails.into_iter().flat_map(|tail| tail.words.into_iter().map(move |word| (word, tail.stage))),
            ),
            list_tails: nouns.take("list_tails")?,
            common: nouns.take("common")?,
            single: nouns.take("single")?,
            anonymous: nouns.take("anonymous")?,
            phases: nouns.take("phases")?,
            grades: nouns.take("grades")?,
            titles: nouns.take("titles")?,
            applied: nouns.take("applied")?,
            inner_titles: nouns.take("inner_titles")?,
            won_titles: nouns.take("won_titles")?,
            platforms: nouns.take("platforms")?,
            carriers: nouns.take("carriers")?,
            serving: nouns.take("serving")?,
            after_head: nouns.take("after_head")?,
            lists: nouns.take("lists")?,
            not_lists: nouns.take("not_lists")?,
            heads: nouns.take("heads")?,
            informational: nouns.take("informational")?,
        };
        for lists in [openings, directions, nouns] {
            lists.done()?;
        }
        Ok(words)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbsFile {
    group: Vec<Group>,
    compounds: Compounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compounds {
    nouns: Vec<String>,
    ends: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[expect(dead_code, reason = "it is for the person who reads the file")]
    about: String,
    words: Vec<String>,
    #[serde(default)]
    light: bool,
    #[serde(default)]
    joined: bool,
    #[serde(default)]
    pivot: bool,
    #[serde(default)]
    build: bool,
    #[serde(default)]
    title: bool,
    #[serde(default)]
    change: bool,
    #[serde(default)]
    subject: bool,
    stage: Option<Stage>,
}

impl Group {
    fn verb(&self) -> Verb {
        Verb {
            light: self.light,
            joined: self.joined,
            pivot: self.pivot,
            build: self.build,
            title: self.title,
            change: self.change,
            subject: self.subject,
            stage: self.stage,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TailEntry {
    words: Vec<String>,
    stage: Stage,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_parse() {
        WorkWords::build().unwrap();
    }
}
