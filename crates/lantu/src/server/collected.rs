//! Rounds of collecting, and what their rows are made of.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use plan_workflow::{
    collection::{Asking, Desk, LinkedFigure, Rounds, twins},
    confirm::Content,
    directory::Directory,
    events::EventStore as _,
    nodes::{self, Schedules},
    records::PlanId,
};

use super::{App, refusal::Answer, visit::Visit};

/// The rounds of each plan, kept until another event comes.
pub(crate) type KeptRounds = Mutex<HashMap<PlanId, Arc<Rounds>>>;

impl App {
    /// The rounds of a plan as they stand now.
    pub(crate) async fn rounds_of(&self, plan: PlanId) -> Answer<Arc<Rounds>> {
        let last = self.store.last_event(&Rounds::stream(plan)).await?;
        let kept = self.rounds.lock().unwrap_or_else(PoisonError::into_inner).get(&plan).cloned();
        match kept {
            Some(kept) if kept.version() == last => return Ok(kept),
            None if last == 0 => return Ok(Arc::default()),
            _ => {}
        }
        let fresh = Arc::new(Rounds::read(&self.store, plan, None).await?);
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner).insert(plan, Arc::clone(&fresh));
        Ok(fresh)
    }

    /// What the rows of a plan's rounds are made of; the work only where it is asked for.
    pub(crate) async fn asking(&self, plan: PlanId, with_work: bool) -> Answer<Asking> {
        let situation = self.situations.of(plan).await?;
        let mut work = BTreeMap::new();
        if with_work {
            let text = self.text(plan).await?;
            let state = self.confirming(&text.ground).await?;
            for item in state.items().filter(|item| item.fate.counts()) {
                if let Content::Work(found) = &item.content {
                    work.insert(item.key.to_string(), found.clone());
                }
            }
        }
        let mut linked = Vec::new();
        for twin in twins(&self.store, plan).await? {
            let other = self.situations.of(twin.plan).await?;
            let of = |id: &str, records: &[plan_workflow::records::IndicatorRecord]| {
                records.iter().find(|record| record.indicator.id == id).map(|record| record.indicator.unit.clone())
            };
            // A figure in another unit is not the figure that is asked for.
            if of(&twin.other, &other.records) != of(&twin.subject, &situation.records) {
                continue;
            }
            let figures = other.figures_of(&twin.other).cloned();
            let title = &other.plan.head.title;
            linked.extend(figures.map(|record| LinkedFigure {
                subject: twin.subject.clone(),
                plan: title.clone(),
                record,
            }));
        }
        let schedules = if with_work { nodes::read(&self.store, plan, None).await? } else { Schedules::default() };
        let nodes = work.keys().flat_map(|subject| schedules.nodes(subject)).collect();
        Ok(Asking { situation, work, nodes, linked })
    }

    /// The desk at which a visitor acts.
    pub(crate) fn desk<'a>(&'a self, visit: &'a Visit, directory: &'a Directory) -> Desk<'a, plan_store::Store> {
        Desk { storage: &self.store, actor: &visit.actor, now: self.clock.now(), today: self.today(), directory }
    }
}
