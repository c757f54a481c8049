//! Situations kept in memory, renewed by what came since.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use super::Situation;
use crate::{
    WorkflowError,
    records::{PlanId, Revision},
    storage::Storage,
};

/// A store with the situations of its plans: read each time, or kept beside it.
pub trait Situated: Sync {
    /// The store.
    type Store: Storage;
    /// It.
    fn storage(&self) -> &Self::Store;
    /// The present situation of a plan.
    fn situation(&self, plan: PlanId) -> impl Future<Output = Result<Arc<Situation>, WorkflowError>> + Send;
}

impl<S: Storage> Situated for S {
    type Store = S;

    fn storage(&self) -> &S {
        self
    }

    async fn situation(&self, plan: PlanId) -> Result<Arc<Situation>, WorkflowError> {
        Ok(Arc::new(Situation::read(self, plan, None).await?))
    }
}

/// Situations that were read, kept until something of their plan changes; then
/// only what came since is read.
///
/// Whether it changed is asked of the store each time, so a change by another
/// program is seen at once. Holds a limited number of plans, the ones used last;
/// a plan with 12,000 figures takes some 4 MB.
#[derive(Debug)]
pub struct Situations<S> {
    storage: S,
    kept: Mutex<Vec<(Revision, Arc<Situation>)>>,
    most: usize,
}

impl<S: Storage> Situations<S> {
    /// Keeps the situations of at most `most` plans of a store.
    pub fn new(storage: S, most: usize) -> Self {
        Self { storage, kept: Mutex::new(Vec::new()), most: most.max(1) }
    }

    /// The present situation of a plan.
    pub async fn of(&self, plan: PlanId) -> Result<Arc<Situation>, WorkflowError> {
        // Asked before reading: what is read is at least as new as this number.
        let revision = self.storage.revision(plan).await?;
        let read = match self.take(plan) {
            Some((known, situation)) if known == revision => {
                self.keep(known, &situation);
                return Ok(situation);
            }
            Some((known, situation)) => self.renew((known, revision), &situation).await?,
            None => Situation::read(&self.storage, plan, None).await?,
        };
        let read = Arc::new(read);
        self.keep(revision, &read);
        Ok(read)
    }

    /// The situation with what came since.
    async fn renew(&self, (known, now): (Revision, Revision), old: &Situation) -> Result<Situation, WorkflowError> {
        let plan = old.plan.id;
        let mut figures = old.figures.clone();
        figures.take_in(self.storage.figures_since(plan, known.all).await?);
        if known.register != now.register {
            return Situation::with(&self.storage, plan, None, figures).await;
        }
        // Only figures came: the rest is as it was.
        Ok(Situation { figures, ..old.clone() })
    }

    fn take(&self, plan: PlanId) -> Option<(Revision, Arc<Situation>)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(_, situation)| situation.plan.id == plan).cloned()
    }

    fn keep(&self, revision: Revision, read: &Arc<Situation>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have read a newer one in the meantime.
        let newer = kept.iter().any(|(number, situation)| situation.plan.id == read.plan.id && *number > revision);
        if !newer {
            kept.retain(|(_, situation)| situation.plan.id != read.plan.id);
            kept.truncate(self.most - 1);
            kept.insert(0, (revision, Arc::clone(read)));
        }
    }
}

impl<S: Storage> Situated for Situations<S> {
    type Store = S;

    fn storage(&self) -> &S {
        &self.storage
    }

    async fn situation(&self, plan: PlanId) -> Result<Arc<Situation>, WorkflowError> {
        self.of(plan).await
    }
}
