//! The assignments of a plan as they stand now, kept until something happens.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::civil::Date;
use plan_workflow::{
    WorkflowError,
    assignments::{self, Book, Desk, Subject, suggest},
    directory::Directory,
    events::EventStore as _,
    records::{Plan, PlanId},
    storage::Storage as _,
};

use super::{App, refusal::Answer, visit::Visit};

/// What a book depends on: the events of the plan and of the directory, the day.
type Seen = (u32, u32, Date);

/// The books used last, by plan.
#[derive(Debug, Default)]
pub(crate) struct Books(Mutex<HashMap<PlanId, (Seen, Arc<Book>)>>);

/// So many books are kept.
const KEPT: usize = 64;

impl Books {
    fn get(&self, plan: PlanId, seen: Seen) -> Option<Arc<Book>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&plan).filter(|(at, _)| *at == seen).map(|(_, book)| Arc::clone(book))
    }

    fn put(&self, plan: PlanId, seen: Seen, book: &Arc<Book>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(plan, (seen, Arc::clone(book)));
    }
}

/// A plan with what can be assigned of it, how that stands, and the units.
pub(crate) struct Assigned {
    /// The plan.
    pub(crate) plan: Plan,
    /// What can be assigned, in the order of the text.
    pub(crate) subjects: Vec<Subject>,
    /// How it is assigned, each part at the unit that has it today.
    pub(crate) book: Arc<Book>,
    /// The units.
    pub(crate) directory: Arc<Directory>,
    /// The day on which people act.
    pub(crate) today: Date,
}

impl Assigned {
    /// What a use case is told of them.
    pub(crate) fn desk(&self) -> Desk<'_> {
        Desk { plan: self.plan.id, subjects: &self.subjects, directory: &self.directory, today: self.today }
    }

    /// What suggestions are made upon.
    pub(crate) fn ground(&self) -> suggest::Ground<'_> {
        let Self { subjects, book, directory, today, .. } = self;
        suggest::Ground { subjects, book, directory, today: *today }
    }

    /// A commitment by its id.
    pub(crate) fn subject(&self, id: &str) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.id == id)
    }
}

impl App {
    /// How the parts of a plan stand now, each at the unit that has it today.
    pub(crate) async fn book(&self, plan: PlanId) -> Result<Arc<Book>, WorkflowError> {
        let directory = self.directory().await?;
        let last = self.store.last_event(&assignments::stream(plan)).await?;
        let seen = (last, directory.version(), self.today());
        if let Some(book) = self.books.get(plan, seen) {
            return Ok(book);
        }
        let book = assignments::read(&self.store, plan, None).await?;
        let seen = (book.version(), seen.1, seen.2);
        let book = Arc::new(book.on(&directory, self.today()));
        self.books.put(plan, seen, &book);
        Ok(book)
    }

    /// A plan with what can be assigned of it and how that stands.
    pub(crate) async fn assigned(&self, plan: PlanId) -> Answer<Assigned> {
        let text = self.text(plan).await?;
        let state = self.confirming(&text.ground).await?;
        let subjects = assignments::subjects(&state, &self.store.indicators(plan, None).await?);
        let (book, directory) = (self.book(plan).await?, self.directory().await?);
        Ok(Assigned { plan: text.ground.plan.clone(), subjects, book, directory, today: self.today() })
    }

    /// The same with the units that are there for a visitor, for what suggests and
    /// finds units.
    pub(crate) async fn assigned_for(&self, visit: &Visit, plan: PlanId) -> Answer<Assigned> {
        let directory = self.directory_of(visit).await?;
        Ok(Assigned { directory, ..self.assigned(plan).await? })
    }
}
