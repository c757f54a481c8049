//! What waits for whom, gathered from every kind of work; and how much waits for
//! each person, for the top bar.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use plan_model::UnitId;
use plan_workflow::{
    WorkflowError,
    assessments::{self, Awaited},
    collection::{RoundState, Rounds, Sheet},
    directory::Directory,
    nodes,
    notices::{
        Group, Moment, Open, People, Waits as _,
        sources::{Duties, Nodes, Parts, Sheets},
    },
    records::PlanId,
    storage::Storage as _,
};

use super::App;

/// The numbers of the top bar are this old at most; the inbox itself is always
/// read anew.
const KEPT: SignedDuration = SignedDuration::from_secs(10);

/// How many things wait for each person.
type Numbers = Arc<HashMap<String, usize>>;

/// Counting may take this part of the time: where it took a second, it is not done
/// again for twenty.
const SHARE: i32 = 20;

/// How many things wait for each person, as counted at a moment, and when they are
/// to be counted anew.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    kept: Mutex<Option<Counted>>,
    /// Somebody counts: others need not.
    counting: AtomicBool,
}

#[derive(Debug, Clone)]
struct Counted {
    at: Timestamp,
    good_for: SignedDuration,
    numbers: Numbers,
}

/// Lets the next one count, however counting ended.
struct Done(App);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.waiting.counting.store(false, Ordering::Release);
    }
}

/// What waits, and who is who.
pub(crate) struct Waiting {
    /// Everything that is open.
    pub(crate) open: Vec<Open>,
    /// The people of today.
    pub(crate) people: People,
}

impl App {
    /// The moment at which people act: now; in the sample noon of its day.
    pub(crate) fn moment(&self) -> Moment {
        let zone = self.clock.zone();
        let now = match &self.settings.sample {
            Some(sample) => sample.as_of.at(12, 0, 0, 0).to_zoned(zone.clone()).map(|zoned| zoned.timestamp()).ok(),
            None => None,
        };
        Moment { now: now.unwrap_or_else(|| self.clock.now()), zone }
    }

    /// What waits for whom now.
    pub(crate) async fn waiting(&self) -> Result<Waiting, WorkflowError> {
        let begin = self.clock.now();
        let directory = self.directory().await?;
        let day = self.today();
        let robots = self.settings.deliver.robots.iter();
        let groups = robots.map(|robot| Group { name: robot.name.clone(), units: robot.units.clone() }).collect();
        let plans = self.store.plans().await?.into_iter().map(|listing| listing.plan);
        let plans: Vec<_> = plans.map(|plan| (plan.id, plan.head.jurisdiction)).collect();
        let people = People::of(&directory, (&self.store.users().await?, &plans), groups, day);
        let open = self.open(&directory).await?;
        let waiting = Waiting { open, people };
        let took = self.clock.now().duration_since(begin).abs();
        self.count(&waiting, took);
        Ok(waiting)
    }

    /// Everything that is open: each kind of work adds its own here.
    async fn open(&self, directory: &Directory) -> Result<Vec<Open>, WorkflowError> {
        let day = self.today();
        let mut open = Duties { directory, day }.open();
        for listing in self.store.plans().await? {
            let plan = listing.plan.id;
            let rounds = self.rounds(plan, |state| state.is_open(day)).await?;
            open.extend(Sheets { plan, rounds: &rounds, directory, day }.open());
            let assessments = assessments::list(&self.store, plan).await?;
            open.extend(Awaited { plan, assessments: &assessments, directory, day }.open());
            let book = self.book(plan).await?;
            let schedules = nodes::read(&self.store, plan, None).await?;
            if book.parts().is_empty() && schedules.version() == 0 {
                continue;
            }
            let names = self.names(plan).await?;
            let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
            open.extend(Parts { plan, parts: book.parts(), name: &name }.open());
            open.extend(Nodes { plan, schedules: &schedules, book: &book, name: &name, day }.open());
        }
        Ok(open)
    }

    /// The rounds of a plan that are wanted, with what each unit answered.
    pub(crate) async fn rounds(
        &self,
        plan: PlanId,
        wanted: impl Fn(&RoundState) -> bool,
    ) -> Result<Vec<(RoundState, BTreeMap<UnitId, Sheet>)>, WorkflowError> {
        let mut found = Vec::new();
        for state in Rounds::read(&self.store, plan, None).await?.all().filter(|state| wanted(state)) {
            found.push((state.clone(), Sheet::read_all(&self.store, plan, &state.round.id).await?));
        }
        Ok(found)
    }

    /// What the commitments of a plan are called, by id.
    async fn names(&self, plan: PlanId) -> Result<HashMap<String, String>, WorkflowError> {
        let indicators = self.store.indicators(plan, None).await?;
        let indicators = indicators.into_iter().map(|record| (record.indicator.id, record.indicator.name));
        let work = self.store.work_items(plan).await?;
        let work = work.into_iter().map(|record| (format!("W{}", record.number), record.item.name));
        Ok(indicators.chain(work).collect())
    }

    /// The accounts.
    pub(crate) async fn accounts(&self) -> Result<Vec<String>, WorkflowError> {
        Ok(self.store.users().await?.into_iter().map(|user| user.name).collect())
    }

    fn count(&self, waiting: &Waiting, took: SignedDuration) {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for open in &waiting.open {
            for name in waiting.people.holders(open) {
                *counts.entry(name.to_owned()).or_default() += 1;
            }
        }
        let good_for = took.saturating_mul(SHARE).max(KEPT);
        let counted = Counted { at: self.clock.now(), good_for, numbers: Arc::new(counts) };
        *self.waiting.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted);
    }

    /// How many things wait for a person. A page is shown also where they cannot be
    /// counted; nobody waits for a count but the first visitor of all.
    pub(crate) async fn waiting_for(&self, account: &str) -> usize {
        let kept = || self.waiting.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fresh = |counted: &Counted| {
            let age = self.clock.now().duration_since(counted.at);
            age >= SignedDuration::ZERO && age < counted.good_for
        };
        let known = kept();
        if !known.as_ref().is_some_and(fresh) && !self.waiting.counting.swap(true, Ordering::AcqRel) {
            let app = self.clone();
            let counting = async move {
                let done = Done(app);
                if let Err(error) = done.0.waiting().await {
                    tracing::error!(%error, "what waits was not counted");
                }
            };
            match known {
                Some(_) => drop(tokio::spawn(counting)),
                None => counting.await,
            }
        }
        kept().and_then(|counted| counted.numbers.get(account).copied()).unwrap_or(0)
    }
}
