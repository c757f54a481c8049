//! Files that were uploaded and looked at, and wait to be accepted. Kept in
//! memory for a while; a restart loses them, and the file is uploaded again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use plan_workflow::{assignments::import as ledgers, import::Preview, records::PlanId};

/// A draft is kept so long.
const KEPT: SignedDuration = SignedDuration::from_mins(30);
/// So many characters of text are kept in all.
const CHARACTERS: usize = 40_000_000;

/// What is kept; how much it is, in characters.
pub(crate) trait Weighed {
    /// How many characters of text it holds.
    fn characters(&self) -> usize;
}

impl Weighed for Preview {
    fn characters(&self) -> usize {
        self.source.characters()
    }
}

/// A table of duties that is to be taken over into a plan.
#[derive(Debug)]
pub(crate) struct LedgerDraft {
    /// The plan.
    pub(crate) plan: PlanId,
    /// The name of the file.
    pub(crate) file: String,
    /// What was read of it.
    pub(crate) source: document_reader::Source,
}

impl LedgerDraft {
    /// The draft beside a plan, its columns recognised or named by a person.
    pub(crate) fn preview(
        &self,
        desk: plan_workflow::assignments::Desk<'_>,
        columns: Option<plan_workflow::assignments::ledger::Columns>,
    ) -> ledgers::Preview {
        ledgers::preview(desk, &self.file, &self.source, columns)
    }
}

impl Weighed for LedgerDraft {
    fn characters(&self) -> usize {
        self.source.characters()
    }
}

/// A file of units and people; checked again when it is accepted.
impl Weighed for super::posted::SentFile {
    fn characters(&self) -> usize {
        self.bytes.len()
    }
}

#[derive(Debug)]
struct Draft<T> {
    owner: String,
    at: Timestamp,
    characters: usize,
    preview: Arc<T>,
}

/// The drafts, by a token nobody can guess.
#[derive(Debug)]
pub(crate) struct Drafts<T>(Mutex<HashMap<String, Draft<T>>>);

impl<T> Default for Drafts<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Weighed> Drafts<T> {
    /// Keeps a preview for its owner, the oldest giving way where it gets too much.
    pub(crate) fn keep(&self, token: String, owner: &str, preview: T, now: Timestamp) -> Arc<T> {
        let preview = Arc::new(preview);
        let characters = preview.characters();
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.retain(|_, draft| now.duration_since(draft.at) < KEPT);
        while drafts.values().map(|d| d.characters).sum::<usize>() + characters > CHARACTERS {
            let Some(oldest) = drafts.iter().min_by_key(|(_, d)| d.at).map(|(key, _)| key.clone()) else { break };
            drafts.remove(&oldest);
        }
        let draft = Draft { owner: owner.to_owned(), at: now, characters, preview: Arc::clone(&preview) };
        drafts.insert(token, draft);
        preview
    }

    /// The draft of this token, if it is this person's and not too old.
    pub(crate) fn find(&self, token: &str, owner: &str, now: Timestamp) -> Option<Arc<T>> {
        let drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let draft = drafts.get(token).filter(|d| d.owner == owner && now.duration_since(d.at) < KEPT)?;
        Some(Arc::clone(&draft.preview))
    }

    /// Forgets a draft.
    pub(crate) fn forget(&self, token: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }
}
