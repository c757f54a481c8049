//! Whom to ask, and why: by the text, a file of rules, a chapter, or an earlier
//! plan. A suggestion is never an offer; a person takes it, one by one or all.

use std::{collections::HashMap, sync::LazyLock};

use jiff::civil::Date;
use plan_model::UnitId;

use super::{
    Book, Part, Subject,
    rules::{Asked, Rules},
    units::{self, Found},
};
use crate::{
    directory::Directory,
    matching::{self, Closeness},
};

/// A unit that might be asked to take a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The commitment's id.
    pub subject: String,
    /// The unit as the source names it.
    pub written: String,
    /// Which unit of the directory that is.
    pub unit: Found,
    /// The part it would take.
    pub part: Part,
    /// Why, in Chinese: the rule, the words of the text, the earlier plan.
    pub because: String,
}

/// Units and parts as they stand on a day: what suggestions are made upon.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// What can be assigned.
    pub subjects: &'a [Subject],
    /// What is assigned.
    pub book: &'a Book,
    /// The units.
    pub directory: &'a Directory,
    /// The day.
    pub today: Date,
}

/// The rules that come with the program: `rules/assignments/units.toml`.
#[expect(clippy::expect_used, reason = "the shipped rules are read by a test")]
pub fn standard_rules() -> &'static Rules {
    static RULES: LazyLock<Rules> = LazyLock::new(|| {
        Rules::parse(include_str!("../../../../rules/assignments/units.toml")).expect("rules/assignments/units.toml")
    });
    &RULES
}

impl Ground<'_> {
    fn suggestion(&self, subject: &Subject, written: &str, part: Part, because: String) -> Suggestion {
        let unit = units::find(self.directory, self.today, written);
        Suggestion { subject: subject.id.clone(), written: written.to_owned(), unit, part, because }
    }

    /// Whether a lead may still be suggested: none is asked, holds it or disputes it.
    fn wants_lead(&self, subject: &Subject) -> bool {
        !self.book.parts_of(&subject.id).any(|part| part.part == Part::Lead && part.state.is_live())
    }

    /// Leaves out what is asked already, and what a unit has returned or was
    /// relieved of: it said no once.
    fn open(&self, suggestion: &Suggestion) -> bool {
        let Some(subject) = self.subjects.iter().find(|subject| subject.id == suggestion.subject) else { return false };
        if suggestion.part == Part::Lead && !self.wants_lead(subject) {
            return false;
        }
        let units = suggestion.unit.units();
        let known = |unit: &UnitId| self.book.parts_of(&subject.id).any(|part| part.unit == *unit);
        units.is_empty() || units.iter().any(|unit| !known(unit))
    }

    /// By the units the text names and by rules; those of the office come before
    /// ours. Each commitment's suggestions stand together, its lead first.
    pub fn by_rules(&self, local: &[Rules]) -> Vec<Suggestion> {
        let mut all = Vec::new();
        for subject in self.subjects {
            let (name, quote) = (subject.name.as_str(), subject.sentence.as_str());
            let (chapter, named) = (subject.chapter.as_str(), subject.named.as_str());
            let asked = Asked { name, quote, chapter, named };
            let mut found = local.iter().map(|rules| rules.suggest(asked)).find(|found| !found.is_empty());
            let has_lead = |found: &Option<Vec<super::rules::Suggestion>>| {
                found.as_ref().is_some_and(|found| found.iter().any(|one| one.part == Part::Lead))
            };
            if !has_lead(&found) {
                let ours = standard_rules().suggest(asked);
                found.get_or_insert_default().extend(ours);
            }
            let each = found.unwrap_or_default().into_iter();
            all.extend(each.map(|one| self.suggestion(subject, &one.unit, one.part, one.because)));
        }
        self.kept(all)
    }

    /// One unit for every commitment of a chapter.
    pub fn by_chapter(&self, chapter: &str, unit: &UnitId, part: Part) -> Vec<Suggestion> {
        let name = self.directory.unit_name(unit).to_owned();
        let of = self.subjects.iter().filter(|subject| subject.chapter == chapter);
        let because =
            || if chapter.is_empty() { "整章分办".to_owned() } else { format!("整章分办：“{chapter}”") };
        let all = of.map(|subject| Suggestion {
            subject: subject.id.clone(),
            written: name.clone(),
            unit: Found::Exact(unit.clone()),
            part,
            because: because(),
        });
        self.kept(all.collect())
    }

    /// By who held the commitments of another plan that these are paired with;
    /// `title` names that plan in the reasons.
    pub fn by_plan(&self, title: &str, others: &[Subject], held: &Book) -> Vec<Suggestion> {
        let (left, right): (Vec<_>, Vec<_>) =
            (self.subjects.iter().map(Subject::compared).collect(), others.iter().map(Subject::compared).collect());
        let mut all = Vec::new();
        for pair in matching::pair(&left, &right) {
            let (Some(own), Some(other)) = (self.subjects.get(pair.left), others.get(pair.right)) else { continue };
            let how = match pair.closeness {
                Closeness::Exact => "一致",
                Closeness::Likely => "相近",
            };
            for part in held.parts_of(&other.id).filter(|part| part.is_held()) {
                let unit = self.directory.unit_on(&part.key.unit, self.today);
                let word = part.part.name();
                all.push(Suggestion {
                    subject: own.id.clone(),
                    written: self.directory.unit_name(unit).to_owned(),
                    unit: Found::Exact(unit.clone()),
                    part: part.part,
                    because: format!("《{title}》“{}”（{how}）由其{word}", other.name),
                });
            }
        }
        self.kept(all)
    }

    /// What is still open, each unit at most once for a commitment.
    fn kept(&self, all: Vec<Suggestion>) -> Vec<Suggestion> {
        let mut seen: HashMap<String, Vec<Found>> = HashMap::new();
        let mut first = |one: &Suggestion| {
            let known = seen.entry(one.subject.clone()).or_default();
            let new = one.unit == Found::Unknown || !known.contains(&one.unit);
            known.push(one.unit.clone());
            new
        };
        let mut open: Vec<Suggestion> = all.into_iter().filter(|one| self.open(one)).collect();
        open.retain(|one| first(one));
        open
    }
}
