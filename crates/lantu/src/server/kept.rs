//! What is read once and kept: things of an edition of a plan's text, which never
//! change.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use plan_extraction::Quantity;
use plan_model::Problem;
use plan_workflow::{
    WorkflowError,
    confirm::{Ground, State},
    directory::{self, Directory},
    events::EventStore as _,
    records::{CommitmentRecord, PlanId},
    storage::{Storage as _, Stored},
};

use super::{App, refusal::Answer};

/// The values of the texts used last, by the number the text is stored under.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    most: usize,
    values: Mutex<Vec<(PlanId, Arc<T>)>>,
}

impl<T> Kept<T> {
    /// Keeps the values of at most so many texts.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, values: Mutex::new(Vec::new()) }
    }

    async fn of<E>(&self, plan: PlanId, read: impl Future<Output = Result<T, E>>) -> Result<Arc<T>, E> {
        if let Some(found) = self.found(plan) {
            return Ok(found);
        }
        let value = Arc::new(read.await?);
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.truncate(self.most.saturating_sub(1));
        values.insert(0, (plan, Arc::clone(&value)));
        Ok(value)
    }

    fn found(&self, plan: PlanId) -> Option<Arc<T>> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let at = values.iter().position(|(id, _)| *id == plan)?;
        let entry = values.remove(at);
        let value = Arc::clone(&entry.1);
        values.insert(0, entry);
        Some(value)
    }
}

/// The text of a plan and what each of its numbers was taken for.
#[derive(Debug)]
pub(crate) struct PlanText {
    /// What was found in it, with the document.
    pub(crate) ground: Ground,
    /// Its numbers.
    pub(crate) quantities: Vec<Quantity>,
    /// What was odd when it was imported.
    pub(crate) problems: Vec<Problem>,
}

/// What was found in a plan's text, as far as verdicts and counts need it.
#[derive(Debug)]
pub(crate) struct Found {
    /// The commitments with a measure, in the order of the text.
    pub(crate) commitments: Arc<Vec<CommitmentRecord>>,
    /// How many work items there are.
    pub(crate) work: usize,
}

impl App {
    /// The text of a plan.
    pub(crate) async fn text(&self, plan: PlanId) -> Answer<Arc<PlanText>> {
        let read = async {
            Ok::<_, WorkflowError>(PlanText {
                ground: Ground::read(&self.store, plan).await?,
                quantities: self.store.quantities(plan).await?,
                problems: self.store.import_problems(plan).await?,
            })
        };
        Ok(self.texts.of(self.store.text_of(plan).await?, read).await?)
    }

    /// Units, people and duties as they stand now.
    pub(crate) async fn directory(&self) -> Stored<Arc<Directory>> {
        let last = self.store.last_event(&directory::stream()).await?;
        let kept = self.directory.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if kept.version() == last {
            return Ok(kept);
        }
        let fresh = Arc::new(directory::read(&self.store, None).await?);
        *self.directory.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&fresh);
        Ok(fresh)
    }

    /// What holds of a plan's candidates now.
    pub(crate) async fn confirming(&self, ground: &Ground) -> Answer<State> {
        Ok(State::fold(ground, self.store.decisions(ground.plan.id).await?))
    }

    /// What was found in a plan's text, whatever people decided of it.
    pub(crate) async fn found(&self, plan: PlanId) -> Answer<Arc<Found>> {
        let read = async {
            Ok::<_, WorkflowError>(Found {
                commitments: Arc::new(self.store.commitments(plan).await?),
                work: self.store.work_items(plan).await?.len(),
            })
        };
        Ok(self.found.of(self.store.text_of(plan).await?, read).await?)
    }
}
