//! What figures of a plan are checked against, read once for many figures.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use plan_assessment::SeriesBreak;
use plan_model::PlanPeriod;

use super::check::Names;
use crate::{
    WorkflowError,
    assess::{Situation, Situations},
    records::{FigureRecord, IndicatorRecord, PlanId},
    storage::Storage,
};

/// The register of a plan as figures are checked against it.
#[derive(Debug)]
pub struct Register {
    pub(super) title: String,
    pub(super) period: PlanPeriod,
    pub(super) records: Vec<IndicatorRecord>,
    pub(super) names: Names,
    pub(super) breaks: Vec<SeriesBreak>,
}

impl Register {
    async fn read<S: Storage>(storage: &S, plan: PlanId) -> Result<Self, WorkflowError> {
        let head = storage.plan(plan).await?.head;
        let mut records = storage.indicators(plan, None).await?;
        records.retain(IndicatorRecord::is_followed);
        let also = |record: &IndicatorRecord| record.dictionary.clone().map(|link| link.also).unwrap_or_default();
        let names = Names::new(records.iter().map(|record| (also(record), record.indicator.clone())).collect());
        let breaks = storage.breaks(plan, None).await?;
        let breaks =
            breaks.into_iter().map(|b| SeriesBreak { indicator: b.indicator, from: b.from, overlap: b.overlap });
        Ok(Self { title: head.title, period: head.period, records, names, breaks: breaks.collect() })
    }
}

/// All figures of a plan: read for this once, or kept.
#[derive(Debug)]
pub enum Whole {
    /// Read from the store.
    Read(Vec<FigureRecord>),
    /// Of a situation that is kept.
    Kept(Arc<Situation>),
}

impl Whole {
    /// All of them.
    pub(super) fn all(&self) -> &[FigureRecord] {
        match self {
            Self::Read(all) => all,
            Self::Kept(situation) => &situation.figures,
        }
    }
}

/// Where figures are taken to: a store, or a store with registers kept beside it.
pub trait Registers: Sync {
    /// The store.
    type Store: Storage;
    /// It.
    fn storage(&self) -> &Self::Store;
    /// All figures of a plan as they are now.
    fn whole(&self, plan: PlanId) -> impl Future<Output = Result<Whole, WorkflowError>> + Send;
    /// The register of a plan as it is now.
    fn register(&self, plan: PlanId) -> impl Future<Output = Result<Arc<Register>, WorkflowError>> + Send;
}

impl<S: Storage> Registers for S {
    type Store = S;

    fn storage(&self) -> &S {
        self
    }

    async fn whole(&self, plan: PlanId) -> Result<Whole, WorkflowError> {
        Ok(Whole::Read(Storage::figures(self, plan, None, None).await?))
    }

    async fn register(&self, plan: PlanId) -> Result<Arc<Register>, WorkflowError> {
        Ok(Arc::new(Register::read(self, plan).await?))
    }
}

/// A store with the registers of the plans used last: a single figure then costs no
/// reading of hundreds of indicators. Whether a register is still the newest is
/// asked of the store each time.
#[derive(Debug)]
pub struct KeptRegisters<S> {
    storage: S,
    situations: Arc<Situations<S>>,
    kept: Mutex<Vec<(PlanId, i64, Arc<Register>)>>,
    most: usize,
}

impl<S: Storage> KeptRegisters<S> {
    /// Keeps the registers of at most `most` plans of a store, beside situations of
    /// the same store.
    pub fn new(storage: S, situations: Arc<Situations<S>>, most: usize) -> Self {
        Self { storage, situations, kept: Mutex::new(Vec::new()), most: most.max(1) }
    }
}

impl<S: Storage> Registers for KeptRegisters<S> {
    type Store = S;

    fn storage(&self) -> &S {
        &self.storage
    }

    async fn whole(&self, plan: PlanId) -> Result<Whole, WorkflowError> {
        Ok(Whole::Kept(self.situations.of(plan).await?))
    }

    async fn register(&self, plan: PlanId) -> Result<Arc<Register>, WorkflowError> {
        // Asked before reading: what is read is at least as new as this number.
        let revision = self.storage.revision(plan).await?.register;
        let known = |kept: &[(PlanId, i64, Arc<Register>)]| {
            let found = kept.iter().find(|(id, number, _)| *id == plan && *number == revision);
            found.map(|(.., register)| Arc::clone(register))
        };
        if let Some(register) = known(&self.kept.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(register);
        }
        let read = Arc::new(Register::read(&self.storage, plan).await?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(id, ..)| *id != plan);
        kept.truncate(self.most - 1);
        kept.insert(0, (plan, revision, Arc::clone(&read)));
        Ok(read)
    }
}
