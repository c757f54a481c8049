//! The rows of a table of duties beside the commitments of a plan.

use plan_model::plain;

use super::{Subject, ledger::LedgerRow};
use crate::{
    matching::{self, Closeness},
    register::name_key,
};

/// A commitment that a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The commitment's id.
    pub subject: String,
    /// How sure it is.
    pub closeness: Closeness,
    /// Why, in Chinese.
    pub because: &'static str,
}

/// A name of fewer characters than this is no sign that a row speaks of it.
const SHORTEST_NAME: usize = 4;
/// The same for a sentence.
const SHORTEST_SENTENCE: usize = 6;

/// What each row is about, in the order of the rows; nothing for a row that is new.
/// A row that lists several commitments is about each of them.
pub fn place(rows: &[LedgerRow], subjects: &[Subject]) -> Vec<Vec<Placed>> {
    let keys: Vec<(String, String, String)> = subjects.iter().map(keys).collect();
    let mut placed: Vec<Vec<Placed>> = Vec::new();
    for row in rows {
        let task = name_key(&row.task);
        let each = subjects.iter().zip(&keys);
        let mut found: Vec<Placed> = each.filter_map(|(subject, keys)| told(&task, subject, keys)).collect();
        // Where a row says exactly what a commitment says, a name it shares with
        // another one is no further sign.
        if found.iter().any(|one| one.closeness == Closeness::Exact) {
            found.retain(|one| one.closeness == Closeness::Exact);
        }
        placed.push(found);
    }
    alike(rows, subjects, &mut placed);
    placed
}

/// Name, sentence and promised value of a commitment as they are compared.
fn keys(subject: &Subject) -> (String, String, String) {
    (name_key(&subject.name), name_key(&subject.sentence), subject.value.map(plain).unwrap_or_default())
}

fn told(task: &str, subject: &Subject, (name, sentence, value): &(String, String, String)) -> Option<Placed> {
    let of = |closeness, because| Some(Placed { subject: subject.id.clone(), closeness, because });
    let long = |text: &str, least: usize| text.chars().count() >= least;
    if task == sentence || task == name {
        return of(Closeness::Exact, "文字相同");
    }
    if long(sentence, SHORTEST_SENTENCE) && task.contains(sentence.as_str()) {
        return of(Closeness::Exact, "含有规划原句");
    }
    if long(task, SHORTEST_SENTENCE) && sentence.contains(task) {
        return of(Closeness::Exact, "在规划原句之中");
    }
    if !long(name, SHORTEST_NAME) || !task.contains(name.as_str()) {
        return None;
    }
    match subject.is_measure() && !value.is_empty() && task.contains(value.as_str()) {
        true => of(Closeness::Exact, "名称和目标值都相同"),
        false => of(Closeness::Likely, "含有其名称"),
    }
}

/// Pairs what is left of both by how alike the names are.
fn alike(rows: &[LedgerRow], subjects: &[Subject], placed: &mut [Vec<Placed>]) {
    let item = |name: &str| matching::Item { name: name.to_owned(), ..matching::Item::default() };
    let taken = |subject: &Subject| placed.iter().flatten().any(|one| one.subject == subject.id);
    let open: Vec<usize> = (0..rows.len()).filter(|at| placed.get(*at).is_some_and(Vec::is_empty)).collect();
    let left: Vec<_> = open.iter().filter_map(|at| rows.get(*at)).map(|row| item(&row.task)).collect();
    let rest: Vec<&Subject> = subjects.iter().filter(|subject| !taken(subject)).collect();
    // The sentence first: it says more than the name.
    for by_sentence in [true, false] {
        let right: Vec<_> = rest.iter().map(|s| item(if by_sentence { &s.sentence } else { &s.name })).collect();
        for pair in matching::pair(&left, &right) {
            let (Some(at), Some(subject)) = (open.get(pair.left), rest.get(pair.right)) else { continue };
            if let Some(found) = placed.get_mut(*at).filter(|found| found.is_empty()) {
                let because = "文字相近";
                found.push(Placed { subject: subject.id.clone(), closeness: Closeness::Likely, because });
            }
        }
    }
}
