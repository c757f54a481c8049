//! What people decided, taken over to a corrected edition of the text.
//!
//! What is said the same way or in other words keeps its decision; where the
//! value changed the decision is taken back, so that somebody looks again. What a
//! person wrote himself moves to the place where its sentence stands now. All of
//! it is done by further decisions; none is changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use plan_model::Anchor;

use super::{
    candidate::{CandidateKey, Content, Ground},
    decision::{Act, DecisionRecord, NewDecision, NewVersion, Take},
    effect::{by_indicator, follow},
    state::{Fate, State},
};
use crate::{
    records::{CommitmentRecord, IndicatorRecord, NewIndicator},
    register::Rebuilder,
};

/// Two editions of one text, with what is known of how they belong together. What
/// is in both has the same number in both.
pub struct Crossing<'a> {
    /// The edition that people confirmed.
    pub old: &'a Ground,
    /// The corrected one.
    pub new: &'a Ground,
    /// The candidates whose value is another one now.
    pub changed: &'a BTreeSet<CandidateKey>,
    /// The line of the new text that holds the same words as a line of the old one.
    pub lines: &'a HashMap<u32, u32>,
    /// The words put beside decisions and versions.
    pub reason: &'a str,
}

impl Crossing<'_> {
    /// The decisions that take what was decided over to the new text.
    pub fn decisions(&self, before: &State) -> Vec<NewDecision> {
        let mut further = Vec::new();
        let (open, lost) = self.taken_back(before);
        if let Some(first) = open.first() {
            let act = Act::Undo(open.iter().map(|(number, _)| *number).collect());
            further.push(NewDecision { candidate: first.1, act, reason: self.reason.to_owned() });
        }
        let after = State::fold(self.new, with(before.decisions().to_vec(), &further));
        for item in after.items().filter(|item| item.fate.counts() && !lost.contains(&item.key)) {
            let written = item.found.as_ref().is_none_or(|found| *found != item.content);
            if !written || matches!(item.fate, Fate::Open) {
                continue;
            }
            let place = match &item.found {
                Some(found) => Some((found.anchor(), found.quote().to_owned())),
                None => self.moved(item.content.anchor(), item.content.quote()),
            };
            let Some((anchor, quote)) = place else { continue };
            if (anchor, quote.as_str()) == (item.content.anchor(), item.content.quote()) {
                continue;
            }
            let mut content: Content = item.content.clone();
            content.put_at(anchor, quote);
            let take = Take { content, indicator: item.indicator.clone() };
            further.push(NewDecision { candidate: item.key, act: Act::Correct(take), reason: self.reason.to_owned() });
        }
        further
    }

    /// The decisions to be taken back, each with the candidate it is about: those
    /// on candidates whose value changed, and those that a person wrote about a
    /// sentence that is gone. Beside them the candidates that end with it.
    fn taken_back(&self, before: &State) -> (Vec<(u32, CandidateKey)>, BTreeSet<CandidateKey>) {
        let known: BTreeSet<CandidateKey> = self
            .new
            .commitments
            .iter()
            .map(|found| CandidateKey::Commitment(found.number))
            .chain(self.new.work.iter().map(|found| CandidateKey::Work(found.number)))
            .collect();
        let mut lost: BTreeSet<CandidateKey> = BTreeSet::new();
        for item in before.items() {
            let gone = match item.key {
                CandidateKey::Added(_) => self.moved(item.content.anchor(), item.content.quote()).is_none(),
                key => !known.contains(&key),
            };
            if gone {
                lost.insert(item.key);
            }
        }
        let held = before.decisions().iter().filter(|decision| before.holds(decision));
        let about = held.filter(|decision| {
            let touched = decision.touched();
            let changed = touched.iter().any(|key| self.changed.contains(key));
            // Accepting or rejecting what is gone says nothing any more; what wrote
            // or joined sentences would go on saying it.
            let writes = matches!(decision.act, Act::Split(_) | Act::Merge { .. } | Act::Add(_));
            changed || (writes && touched.iter().any(|key| lost.contains(key)))
        });
        (about.map(|decision| (decision.number, decision.candidate)).collect(), lost)
    }

    /// Where words of the old text stand in the new one: in the line that has the
    /// same words, else in the only line that holds the quoted ones.
    fn moved(&self, anchor: Anchor, quote: &str) -> Option<(Anchor, String)> {
        if let Some(line) = self.lines.get(&anchor.line) {
            return Some((Anchor { line: *line, ..anchor }, quote.to_owned()));
        }
        let words = quote.trim();
        if words.is_empty() {
            return None;
        }
        let mut holding = (1_u32..).zip(&self.new.source.lines).filter_map(|(number, line)| {
            let (before, _) = line.text.split_once(words)?;
            let start = u32::try_from(before.chars().count()).ok()?;
            let length = u32::try_from(words.chars().count()).ok()?;
            Some(Anchor { line: number, start, end: start.saturating_add(length) })
        });
        let only = holding.next().filter(|_| holding.next().is_none())?;
        Some((only, words.to_owned()))
    }

    /// The versions of indicators that the new text makes. `fresh` are the
    /// indicators as they were built from it, by id: who has touched nothing of an
    /// indicator gets that.
    pub fn versions(
        &self,
        (before, after): (&State, &State),
        stored: &[IndicatorRecord],
        fresh: &BTreeMap<String, NewIndicator>,
    ) -> Vec<NewVersion> {
        let (old, new) = (before.commitments(self.old), after.commitments(self.new));
        let (old, new) = (by_indicator(&old), by_indicator(&new));
        let then = Rebuilder::new(&self.old.source, &self.old.facts, self.old.plan.head.period);
        let now = Rebuilder::new(&self.new.source, &self.new.facts, self.new.plan.head.period);
        let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        let version = |id: &str| {
            let current = stored.iter().find(|record| record.indicator.id == id);
            let numbers = |members: Option<&Vec<&CommitmentRecord>>| -> Vec<u32> {
                members.map(|all| all.iter().map(|m| m.number).collect()).unwrap_or_default()
            };
            let untouched = current.is_none_or(|record| record.version == 1);
            let built =
                fresh.get(id).filter(|new_one| untouched && sorted(&new_one.mentions) == sorted(&numbers(new.get(id))));
            let next = match built {
                Some(built) => Some(built.clone()),
                None => {
                    let was = then.indicator(id, old.get(id).map(Vec::as_slice).unwrap_or_default());
                    let is = now.indicator(id, new.get(id).map(Vec::as_slice).unwrap_or_default());
                    follow(current, was.map(|(new, _)| new), is.map(|(new, _)| new))
                }
            }?;
            let same = current.is_some_and(|c| {
                (&c.indicator, &c.mentions, c.base_fact, &c.dictionary)
                    == (&next.indicator, &next.mentions, next.base_fact, &next.dictionary)
            });
            let seen = current.map_or(0, |record| record.version);
            (!same).then(|| NewVersion { new: next, seen, reason: self.reason.to_owned() })
        };
        ids.into_iter().filter_map(version).collect()
    }
}

fn sorted(numbers: &[u32]) -> Vec<u32> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers
}

/// Decisions with further ones after them, as they would be stored.
pub fn with(mut decisions: Vec<DecisionRecord>, further: &[NewDecision]) -> Vec<DecisionRecord> {
    let last = decisions.last().map_or(0, |decision| decision.number);
    let first = last.saturating_add(1);
    for (number, new) in (first..).zip(further) {
        decisions.push(DecisionRecord {
            number,
            batch: first,
            candidate: new.candidate,
            act: new.act.clone(),
            reason: new.reason.clone(),
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: String::new(),
        });
    }
    decisions
}
