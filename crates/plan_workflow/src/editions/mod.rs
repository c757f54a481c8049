//! A corrected edition of a plan's text: compared with the one that is stored,
//! shown, and then stored beside it. The register goes over to it; nothing that
//! people confirmed or entered is lost.
//!
//! A commitment that is in both editions has the same number in both, an
//! indicator the same id. So what is compared afterwards is just the numbers, and
//! figures, corrections and decisions stay where they are. Each edition's text is
//! stored whole; no row of an older one changes.

mod pairing;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use plan_model::Commitment;
use serde::Serialize;

use crate::{
    WorkflowError,
    confirm::{CandidateKey, Content, Crossing, Ground, NewDecision, NewVersion, State, WorkItemRecord, with_further},
    import::Preview,
    matching::Item,
    permissions::{Action, Actor},
    records::{CommitmentRecord, IndicatorRecord, NewIndicator, PlanId, Register},
    register::{dictionary::Dictionary, indicator_id},
    storage::{Stamp, Storage, StorageError},
};
use pairing::Said;

/// A note has at most so many characters.
const NOTE_CHARS: usize = 500;

/// An edition of a plan's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// 1 for the text as first imported.
    pub number: u32,
    /// Under which number its text is stored.
    pub text: PlanId,
    /// The name of the file.
    pub file_name: String,
    /// SM3 of its text.
    pub text_digest: String,
    /// Why there is a new edition; empty for the first.
    pub note: String,
    /// The highest number of a commitment in it.
    pub last_commitment: u32,
    /// The highest number of a work item in it.
    pub last_work: u32,
    /// When it was stored.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// Under which number the edition is stored that was the last one at a moment;
/// the present one without a moment. An error where the plan was not there yet.
pub async fn text_known<S: Storage>(
    storage: &S,
    plan: PlanId,
    known_at: Option<Timestamp>,
) -> Result<PlanId, WorkflowError> {
    let Some(moment) = known_at else { return Ok(storage.text_of(plan).await?) };
    let editions = storage.editions(plan).await?;
    let known = editions.into_iter().rfind(|edition| edition.at <= moment);
    let missing = || StorageError::NotFound { what: "该日之前导入的规划", id: plan.to_string() };
    Ok(known.ok_or_else(missing)?.text)
}

/// What became of a commitment or piece of work in the next edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The target is another one: value, unit, comparison or year.
    ValueChanged,
    /// It is said in other words.
    Reworded,
    /// It is no longer in the text.
    Gone,
    /// It is new in the text.
    New,
    /// It is said the same way, here or elsewhere in the text.
    Unchanged,
}

impl Change {
    /// Every value, what needs a look first.
    pub const ALL: &[Self] = &[Self::ValueChanged, Self::Reworded, Self::Gone, Self::New, Self::Unchanged];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::ValueChanged => "value_changed",
            Self::Reworded => "reworded",
            Self::Gone => "gone",
            Self::New => "new",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A commitment or piece of work in two editions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Its key, the same in both.
    pub key: CandidateKey,
    /// What became of it.
    pub change: Change,
    /// As it was.
    pub old: Option<Content>,
    /// As it is.
    pub new: Option<Content>,
}

/// Two editions beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// Every commitment and piece of work, those with a changed value first, then
    /// in the order of the text.
    pub items: Vec<Compared>,
    /// How many lines of the text have the same words.
    pub same_lines: usize,
    /// The lines of the old text that the new one does not have.
    pub gone_lines: Vec<u32>,
    /// The lines of the new text that the old one does not have.
    pub new_lines: Vec<u32>,
}

impl Comparison {
    /// How many there are of a sort.
    pub fn count(&self, change: Change) -> usize {
        self.items.iter().filter(|item| item.change == change).count()
    }

    /// Two editions whose numbers agree.
    pub fn of(old: &Ground, new: &Ground) -> Self {
        let (before, after) = (contents(old), contents(new));
        let keys: BTreeSet<&CandidateKey> = before.keys().chain(after.keys()).collect();
        let mut items: Vec<Compared> = keys
            .into_iter()
            .map(|key| {
                let (old, new) = (before.get(key).cloned(), after.get(key).cloned());
                Compared { key: *key, change: change(old.as_ref(), new.as_ref()), old, new }
            })
            .collect();
        items.sort_by_key(|item| {
            let content = item.new.as_ref().or(item.old.as_ref());
            (item.change, content.map(Content::anchor), item.key)
        });
        let lines = pairing::lines(&old.source, &new.source);
        let kept: BTreeSet<u32> = lines.values().copied().collect();
        let written = |source: &document_reader::Source, without: &dyn Fn(u32) -> bool| -> Vec<u32> {
            let numbered = (1_u32..).zip(&source.lines);
            numbered.filter(|(n, line)| !line.text.trim().is_empty() && !without(*n)).map(|(n, _)| n).collect()
        };
        Self {
            items,
            same_lines: lines.len(),
            gone_lines: written(&old.source, &|line| lines.contains_key(&line)),
            new_lines: written(&new.source, &|line| kept.contains(&line)),
        }
    }
}

fn contents(ground: &Ground) -> BTreeMap<CandidateKey, Content> {
    let measures = ground
        .commitments
        .iter()
        .map(|found| (CandidateKey::Commitment(found.number), Content::Measure(found.commitment.clone())));
    let work = ground.work.iter().map(|found| (CandidateKey::Work(found.number), Content::Work(found.item.clone())));
    measures.chain(work).collect()
}

fn change(old: Option<&Content>, new: Option<&Content>) -> Change {
    match (old, new) {
        (None, _) => Change::New,
        (_, None) => Change::Gone,
        (Some(Content::Measure(old)), Some(Content::Measure(new))) if old.target != new.target => Change::ValueChanged,
        (Some(Content::Work(old)), Some(Content::Work(new)))
            if (&old.amount, old.due, old.stage, &old.lead) != (&new.amount, new.due, new.stage, &new.lead) =>
        {
            Change::ValueChanged
        }
        (Some(old), Some(new)) if (old.name(), old.quote()) != (new.name(), new.quote()) => Change::Reworded,
        _ => Change::Unchanged,
    }
}

/// A corrected edition that was looked at, before it is stored.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The plan whose text it corrects.
    pub plan: PlanId,
    /// The edition it was compared with.
    pub seen: u32,
    /// The last decision that was known.
    pub after: u32,
    /// The new text as read; its commitments and work items have the numbers they
    /// will be stored with.
    pub text: Preview,
    /// The two texts beside each other.
    pub comparison: Comparison,
    /// What takes people's decisions over.
    pub decisions: Vec<NewDecision>,
    /// The versions of indicators that follow.
    pub versions: Vec<NewVersion>,
}

/// A corrected edition ready to be stored: all of it or nothing.
#[derive(Debug, Clone)]
pub struct NewEdition {
    /// What was looked at.
    pub correction: Correction,
    /// Why there is a new edition.
    pub note: String,
}

/// Compares a text as read with the plan's present edition; stores nothing.
pub async fn compare<S: Storage>(storage: &S, plan: PlanId, text: Preview) -> Result<Correction, WorkflowError> {
    let editions = storage.editions(plan).await?;
    let current = editions.last().ok_or_else(|| StorageError::NotFound { what: "规划", id: plan.to_string() })?;
    if current.text_digest == text.text_digest {
        return Err(WorkflowError::AlreadyImported { existing: plan });
    }
    let old = Ground::read(storage, plan).await?;
    let decisions = storage.decisions(plan).await?;
    let stored = storage.indicators(plan, None).await?;
    let state = State::fold(&old, decisions);
    let last = (
        editions.iter().map(|edition| edition.last_commitment).max().unwrap_or(0),
        editions.iter().map(|edition| edition.last_work).max().unwrap_or(0),
    );
    Ok(cross(&old, (&state, &stored), (text, last, current.number)))
}

/// Takes register and decisions over to a new text.
fn cross(
    old: &Ground,
    (state, stored): (&State, &[IndicatorRecord]),
    (mut text, last, seen): (Preview, (u32, u32), u32),
) -> Correction {
    let lines = pairing::lines(&old.source, &text.source);
    let fresh = renumber(old, stored, &mut text.register, (&lines, last));
    let new = Ground {
        plan: old.plan.clone(),
        source: text.source.clone(),
        commitments: text.register.commitments.clone(),
        work: text.register.work.clone(),
        facts: text.register.facts.clone(),
    };
    let comparison = Comparison::of(old, &new);
    let changed: BTreeSet<CandidateKey> =
        comparison.items.iter().filter(|item| item.change == Change::ValueChanged).map(|item| item.key).collect();
    let reason = format!("第 {} 版文本", seen.saturating_add(1));
    let crossing = Crossing { old, new: &new, changed: &changed, lines: &lines, reason: &reason };
    let decisions = crossing.decisions(state);
    let after = State::fold(&new, with_further(state.decisions().to_vec(), &decisions));
    let versions = crossing.versions((state, &after), stored, &fresh);
    Correction { plan: old.plan.id, seen, after: state.last(), text, comparison, decisions, versions }
}

/// Gives what is in both texts the number and id it had, and what is new the next
/// ones. Answers the indicators as built from the new text, by the ids they get.
fn renumber(
    old: &Ground,
    stored: &[IndicatorRecord],
    register: &mut Register,
    (lines, (last, last_work)): (&HashMap<u32, u32>, (u32, u32)),
) -> BTreeMap<String, NewIndicator> {
    let (before, after): (Vec<Said<'_>>, Vec<Said<'_>>) =
        (old.commitments.iter().map(said).collect(), register.commitments.iter().map(said).collect());
    let pairs: HashMap<usize, usize> =
        pairing::pairs(&before, &after, lines).into_iter().map(|(old, new)| (new, old)).collect();
    let mut next = last;
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    // Which stored indicator the mentions of a fresh one belonged to, and how often.
    let mut votes: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (place, record) in register.commitments.iter_mut().enumerate() {
        let known = pairs.get(&place).and_then(|place| old.commitments.get(*place));
        let number = known.map_or_else(
            || {
                next = next.saturating_add(1);
                next
            },
            |known| known.number,
        );
        numbers.insert(record.number, number);
        if let Some(known) = known {
            *votes.entry((record.indicator.clone(), known.indicator.clone())).or_default() += 1;
        }
        record.number = number;
    }
    let ids = ids(votes, register, stored);
    for record in &mut register.commitments {
        if let Some(id) = ids.get(&record.indicator) {
            record.indicator.clone_from(id);
        }
    }
    renumber_work(old, &mut register.work, (lines, last_work));
    let mut fresh = BTreeMap::new();
    for new in &mut register.indicators {
        if let Some(id) = ids.get(&new.indicator.id) {
            new.indicator.id.clone_from(id);
        }
        new.mentions = new.mentions.iter().filter_map(|number| numbers.get(number).copied()).collect();
        fresh.insert(new.indicator.id.clone(), new.clone());
    }
    fresh
}

/// The id each fresh indicator gets: that of the stored one most of its mentions
/// belonged to, each given once; else the next.
fn ids(
    votes: BTreeMap<(String, String), usize>,
    register: &Register,
    stored: &[IndicatorRecord],
) -> HashMap<String, String> {
    let mut ranked: Vec<((String, String), usize)> = votes.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (mut ids, mut given): (HashMap<String, String>, BTreeSet<String>) = (HashMap::new(), BTreeSet::new());
    for ((fresh, known), _) in ranked {
        if !ids.contains_key(&fresh) && given.insert(known.clone()) {
            ids.insert(fresh, known);
        }
    }
    let numbers = stored.iter().filter_map(|record| record.indicator.id.strip_prefix('I')?.parse::<usize>().ok());
    let mut last = numbers.max().unwrap_or(0);
    for new in &register.indicators {
        if !ids.contains_key(&new.indicator.id) {
            last = last.saturating_add(1);
            ids.insert(new.indicator.id.clone(), indicator_id(last));
        }
    }
    ids
}

fn renumber_work(old: &Ground, work: &mut [WorkItemRecord], (lines, last): (&HashMap<u32, u32>, u32)) {
    let (before, after): (Vec<Said<'_>>, Vec<Said<'_>>) =
        (old.work.iter().map(said_work).collect(), work.iter().map(said_work).collect());
    let pairs: HashMap<usize, usize> =
        pairing::pairs(&before, &after, lines).into_iter().map(|(old, new)| (new, old)).collect();
    let mut next = last;
    for (place, record) in work.iter_mut().enumerate() {
        let known = pairs.get(&place).and_then(|place| old.work.get(*place));
        record.number = known.map_or_else(
            || {
                next = next.saturating_add(1);
                next
            },
            |known| known.number,
        );
    }
}

fn said(record: &CommitmentRecord) -> Said<'_> {
    let Commitment { name, class, target, anchor, .. } = &record.commitment;
    let item = Item {
        name: name.clone(),
        unit: target.unit.clone(),
        class: Some(*class),
        value: target.value,
        chapter: record.chapter.clone(),
        entry: Dictionary::standard().find(name).map(|found| found.entry.name.clone()),
    };
    Said { item, anchor: *anchor, target: Some(target) }
}

fn said_work(record: &WorkItemRecord) -> Said<'_> {
    let name = record.item.name.clone();
    let item = Item { name, chapter: record.chapter.clone(), ..Item::default() };
    Said { item, anchor: record.item.anchor, target: None }
}

/// Stores a corrected edition that was looked at. Where another edition or
/// another decision came in between it is refused with a conflict: compare again.
pub async fn store<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    correction: Correction,
    note: &str,
) -> Result<u32, WorkflowError> {
    actor.require(Action::ImportPlan)?;
    let note = note.trim();
    if note.chars().count() > NOTE_CHARS || note.chars().any(|c| c.is_control() && c != '\n') {
        let message = "最多 500 个字，请缩短".to_owned();
        return Err(WorkflowError::BadInput { field: "说明", message });
    }
    if correction.text.register.commitments.is_empty() {
        return Err(WorkflowError::NothingFound(Box::new(correction.text.register)));
    }
    let edition = NewEdition { correction, note: note.to_owned() };
    Ok(storage.create_edition(Stamp { actor: actor.name.clone(), at: now }, edition).await?)
}

/// An edition's text with what was found in it.
pub async fn ground_of<S: Storage>(storage: &S, plan: PlanId, number: u32) -> Result<Ground, WorkflowError> {
    let editions = storage.editions(plan).await?;
    let edition = editions.iter().find(|edition| edition.number == number);
    let edition = edition.ok_or_else(|| StorageError::NotFound { what: "版本", id: number.to_string() })?;
    let text = edition.text;
    Ok(Ground {
        plan: storage.plan(plan).await?,
        source: storage.source_of(text).await?,
        commitments: storage.commitments_of(text).await?,
        work: storage.work_items_of(text).await?,
        facts: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
