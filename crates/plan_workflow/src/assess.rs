//! How a plan stands: its register and figures, judged by a rule set at a date.

mod suppose;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{Timestamp, civil::Date};
use plan_assessment::{AgreedTarget, Conclusion, Question, RuleSet, Rules, SeriesBreak, Snapshot, conclude};
use plan_model::{Indicator, IndicatorKind, Message, Node, Observation, Period, Standing, Verdict};

use crate::{
    WorkflowError,
    breakdown::{self, Breakdown},
    nodes::{self, Schedules},
    records::{FigureRecord, IndicatorRecord, Plan, PlanId, Revision},
    slice::{self, YearlyTarget},
    storage::Storage,
};

pub use suppose::Supposition;

/// Everything verdicts on a plan depend on but the rule set and the date, as it
/// was known at one moment.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The plan.
    pub plan: Plan,
    /// Its indicators by id, with versions and mentions.
    pub records: Vec<IndicatorRecord>,
    /// All figures with all vintages, by indicator, period, standing and vintage.
    pub figures: Vec<FigureRecord>,
    /// What annual plans say of its indicators, by indicator and year.
    pub yearly: Vec<YearlyTarget>,
    /// The plan broken down over years and units.
    pub breakdown: Breakdown,
    /// The nodes of its work.
    pub schedules: Schedules,
    indicators: Vec<Indicator>,
    breaks: Vec<SeriesBreak>,
    agreed: Vec<AgreedTarget>,
    nodes: Vec<Node>,
}

impl Situation {
    /// Reads a situation; `known_at` gives the one that was known at a past moment.
    pub async fn read<S: Storage>(
        storage: &S,
        plan: PlanId,
        known_at: Option<Timestamp>,
    ) -> Result<Self, WorkflowError> {
        let figures = storage.figures(plan, None, known_at).await?;
        Self::with(storage, plan, known_at, figures).await
    }

    /// Takes in figures that were stored since.
    fn take_in(&mut self, new: Vec<FigureRecord>) {
        self.figures.extend(new);
        // Runs that are sorted already cost little; what was read last time may
        // have been newer than the number it was kept under.
        self.figures.sort_by(|a, b| place(a).cmp(&place(b)));
        self.figures.dedup_by(|a, b| place(a) == place(b));
    }

    /// The situation with figures that were read already.
    async fn with<S: Storage>(
        storage: &S,
        plan: PlanId,
        known_at: Option<Timestamp>,
        mut figures: Vec<FigureRecord>,
    ) -> Result<Self, WorkflowError> {
        figures.sort_by(|a, b| place(a).cmp(&place(b)));
        // What was read last time may have been newer than the number it was kept under.
        figures.dedup_by(|a, b| place(a) == place(b));
        let plan = storage.plan(plan).await?;
        let mut records = storage.indicators(plan.id, known_at).await?;
        records.retain(IndicatorRecord::is_followed);
        let breaks = storage.breaks(plan.id, known_at).await?;
        let breaks =
            breaks.into_iter().map(|b| SeriesBreak { indicator: b.indicator, from: b.from, overlap: b.overlap });
        let indicators = records.iter().map(|record| record.indicator.clone()).collect();
        let yearly = slice::yearly_targets(storage, plan.id, &records, known_at).await?;
        let breakdown = breakdown::read(storage, plan.id, known_at).await?;
        let agreed = breakdown::agreed(&breakdown, &records, &yearly, plan.head.period);
        let schedules = nodes::read(storage, plan.id, known_at).await?;
        let nodes = records.iter().flat_map(|record| schedules.nodes(&record.indicator.id)).collect();
        let breaks = breaks.collect();
        Ok(Self { plan, indicators, breaks, agreed, nodes, yearly, breakdown, schedules, records, figures })
    }

    fn question<'a>(&'a self, observations: &'a [Observation], as_of: Date) -> Question<'a> {
        Question {
            indicators: &self.indicators,
            observations,
            breaks: &self.breaks,
            agreed: &self.agreed,
            nodes: &self.nodes,
            period: Some(self.plan.head.period),
            as_of,
        }
    }

    /// The figures of the indicators that are wanted, as they are judged.
    fn observations(&self, wanted: impl Fn(&str) -> bool) -> Vec<Observation> {
        let figures = self.figures.iter().map(|record| &record.observation);
        figures.filter(|observation| wanted(&observation.indicator)).cloned().collect()
    }

    /// The verdicts on all indicators, in the order of [`Situation::records`].
    pub fn verdicts(&self, rules: &RuleSet, as_of: Date) -> Vec<Verdict> {
        plan_assessment::assess(&self.question(&self.observations(|_| true), as_of), rules)
    }

    /// The verdict on one indicator.
    pub fn verdict(&self, indicator: &str, rules: &RuleSet, as_of: Date) -> Option<Verdict> {
        let found = self.indicators.iter().find(|i| i.id == indicator)?;
        let observations = self.observations(|id| id == indicator || found.measure.other() == Some(id));
        plan_assessment::assess_one(&self.question(&observations, as_of), indicator, rules)
    }

    /// Everything the verdicts of a rule set on the indicators of these chapters
    /// (all where empty) depend on, to be kept.
    pub fn snapshot(&self, rules: &RuleSet, as_of: Date, chapters: &[String]) -> Snapshot {
        let within = |indicator: &Indicator| chapters.is_empty() || chapters.contains(&indicator.group);
        let mut ids: Vec<&str> = self.indicators.iter().filter(|i| within(i)).map(|i| i.id.as_str()).collect();
        // What an indicator is compared with must be kept with it.
        let others = self.indicators.iter().filter(|i| within(i)).filter_map(|i| i.measure.other());
        ids.extend(others.collect::<Vec<_>>());
        let observations = self.observations(|id| ids.contains(&id));
        let question = self.question(&observations, as_of);
        let mut snapshot = Snapshot::of(&question, &Rules::ready(rules));
        snapshot.indicators.retain(|indicator| ids.contains(&indicator.id.as_str()));
        snapshot.breaks.retain(|change| ids.contains(&change.indicator.as_str()));
        snapshot.agreed.retain(|target| ids.contains(&target.indicator.as_str()));
        snapshot.nodes.retain(|node| ids.contains(&node.of.as_str()));
        snapshot
    }

    /// The figures of one indicator, by period, standing and vintage.
    pub fn figures_of(&self, indicator: &str) -> impl Iterator<Item = &FigureRecord> {
        self.figures.iter().filter(move |record| record.observation.indicator == indicator)
    }

    /// The changes of definition that are known.
    pub fn breaks(&self) -> &[SeriesBreak] {
        &self.breaks
    }

    /// The overview of the plan.
    pub fn overview(&self, rules: &RuleSet, as_of: Date) -> Overview {
        Overview::of(self, self.verdicts(rules, as_of), rules, as_of)
    }
}

/// How a plan stands as a whole.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The day as of which was judged.
    pub as_of: Date,
    /// The share of the plan's period that has passed, from 0 to 1.
    pub time_passed: plan_model::Decimal,
    /// All indicators together.
    pub whole: Conclusion,
    /// By kind, binding ones first; kinds without indicators are left out.
    pub by_kind: Vec<(IndicatorKind, Conclusion)>,
    /// By chapter, in the order of the text.
    pub by_chapter: Vec<(String, Conclusion)>,
    /// Ids of the indicators that are not in line (the verdict says what would
    /// bring them back), binding ones first, then the worst status first.
    pub behind: Vec<String>,
    /// Ids of the indicators whose latest figure is stale by the rule set.
    pub stale: Vec<String>,
    /// Ids of the indicators without any figure.
    pub never_reported: Vec<String>,
    /// Why indicators cannot be judged: the reason of the first one of each
    /// sort, and the ids; the most frequent sort first.
    pub cannot_judge: Vec<(Message, Vec<String>)>,
    /// The verdicts, in the order of the register.
    pub verdicts: Vec<Verdict>,
}

impl Overview {
    fn of(situation: &Situation, verdicts: Vec<Verdict>, rules: &RuleSet, as_of: Date) -> Self {
        let by_id: HashMap<&str, &Verdict> = verdicts.iter().map(|v| (v.indicator.as_str(), v)).collect();
        let judged = || situation.indicators.iter().filter_map(|i| Some((i, *by_id.get(i.id.as_str())?)));
        let conclude_where =
            |fits: &dyn Fn(&Indicator) -> bool| conclude(judged().filter(|(i, _)| fits(i)).map(|(_, v)| v), rules);

        let kinds = IndicatorKind::ALL.iter().copied();
        let kinds = kinds.filter(|kind| situation.indicators.iter().any(|i| i.kind == *kind));
        let by_kind = kinds.map(|kind| (kind, conclude_where(&|i| i.kind == kind))).collect();
        let mut chapters: Vec<&str> = Vec::new();
        for indicator in &situation.indicators {
            if !chapters.contains(&indicator.group.as_str()) {
                chapters.push(&indicator.group);
            }
        }
        let by_chapter = chapters.into_iter().map(|c| (c.to_owned(), conclude_where(&|i| i.group == c))).collect();

        // Behind is what the rule set says how to bring back in line, and its
        // worst class in any case.
        let worst = rules.bands.iter().filter(|b| b.status.judged).map(|b| b.status.order).max();
        let worse = |v: &Verdict| v.status.judged && (v.trail.to_green.is_some() || Some(v.status.order) == worst);
        let mut behind: Vec<(&Indicator, &Verdict)> = judged().filter(|(_, v)| worse(v)).collect();
        behind.sort_by_key(|(i, v)| (i.kind, std::cmp::Reverse(v.status.order)));

        let reported: std::collections::HashSet<&str> =
            situation.figures.iter().map(|f| f.observation.indicator.as_str()).collect();
        let ids = |fits: &dyn Fn(&Indicator, &Verdict) -> bool| -> Vec<String> {
            judged().filter(|(i, v)| fits(i, v)).map(|(i, _)| i.id.clone()).collect()
        };
        Self {
            as_of,
            time_passed: time_passed(situation.plan.head.period, as_of),
            whole: conclude(&verdicts, rules),
            by_kind,
            by_chapter,
            behind: behind.into_iter().map(|(i, _)| i.id.clone()).collect(),
            stale: ids(&|_, v| v.stale),
            never_reported: ids(&|i, _| !reported.contains(i.id.as_str())),
            cannot_judge: reasons(judged().map(|(_, v)| v).filter(|v| !v.status.judged)),
            verdicts,
        }
    }
}

fn reasons<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Vec<(Message, Vec<String>)> {
    let mut sorts: BTreeMap<&str, (Message, Vec<String>)> = BTreeMap::new();
    for verdict in verdicts {
        let reason = &verdict.trail.reason;
        let sort = sorts.entry(&reason.code).or_insert_with(|| (reason.clone(), Vec::new()));
        sort.1.push(verdict.indicator.clone());
    }
    let mut sorts: Vec<(Message, Vec<String>)> = sorts.into_values().collect();
    sorts.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    sorts
}

/// The share of the days of a period that have passed at the end of a day.
fn time_passed(period: plan_model::PlanPeriod, as_of: Date) -> plan_model::Decimal {
    use plan_model::Decimal;
    let (Ok(first), Ok(last)) = (Date::new(period.first_year(), 1, 1), Date::new(period.last_year(), 12, 31)) else {
        return Decimal::ZERO;
    };
    let days = |to: Date| (to - first).get_days() + 1;
    let (passed, all) = (Decimal::from(days(as_of)), Decimal::from(days(last)));
    passed.checked_div(all).unwrap_or_default().clamp(Decimal::ZERO, Decimal::ONE)
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
        let new = self.storage.figures_since(plan, known.all).await?;
        if known.register != now.register {
            let figures = old.figures.iter().cloned().chain(new).collect();
            return Situation::with(&self.storage, plan, None, figures).await;
        }
        // Only figures came: the rest is as it was.
        let mut situation = old.clone();
        situation.take_in(new);
        Ok(situation)
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

/// What names a figure within its plan, in the order in which figures are given.
fn place(record: &FigureRecord) -> (&str, Period, Standing, u32) {
    let observation = &record.observation;
    (&observation.indicator, observation.period, observation.standing, observation.vintage)
}
