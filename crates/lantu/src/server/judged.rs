//! A plan as judged on a day by a rule set, kept until something of it changes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jiff::{Timestamp, civil::Date};
use plan_assessment::{RuleSet, quality::QualityRules};
use plan_model::{Decimal, Observation, Period, Verdict};
use plan_workflow::{
    assess::{Overview, Situation},
    confirm::{Ground, Progress, State},
    editions,
    quality::{self, Quality},
    records::{CommitmentRecord, FigureRecord, IndicatorRecord, Plan, PlanId, Revision},
    storage::Storage as _,
};

use super::{
    App,
    refusal::{Answer, Refusal},
    visit::Visit,
};

/// A plan with everything its pages show of its indicators.
#[derive(Debug)]
pub(crate) struct JudgedPlan {
    /// The plan.
    pub(crate) plan: Arc<Plan>,
    /// The register and the figures as they are known.
    pub(crate) situation: Arc<Situation>,
    /// What the verdicts amount to.
    pub(crate) overview: Overview,
    /// The indicators in the order of the register.
    pub(crate) indicators: Vec<Judged>,
    /// The commitments that count, in the order of the text.
    pub(crate) commitments: Arc<Vec<CommitmentRecord>>,
    /// How far confirming has come.
    pub(crate) confirmed: Progress,
    /// Under which number the text is stored that they are from.
    pub(crate) text: PlanId,
    quality: OnceLock<Quality>,
}

/// An indicator with its verdict.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The indicator in its latest version.
    pub(crate) record: IndicatorRecord,
    /// What the rule set says of it.
    pub(crate) verdict: Verdict,
    /// Its course up to the day, one value for each period, for the sparkline.
    pub(crate) course: Vec<Decimal>,
}

impl JudgedPlan {
    fn new(
        situation: Arc<Situation>,
        (text, commitments, confirmed): (PlanId, Arc<Vec<CommitmentRecord>>, Progress),
        rules: &RuleSet,
        as_of: Date,
    ) -> Self {
        let overview = situation.overview(rules, as_of);
        let judged = situation.records.iter().zip(&overview.verdicts).map(|(record, verdict)| {
            let course = course(situation.figures.of(&record.indicator.id), as_of);
            Judged { record: record.clone(), verdict: verdict.clone(), course }
        });
        let indicators = judged.collect();
        let plan = Arc::clone(&situation.plan);
        Self { plan, situation, overview, indicators, commitments, confirmed, text, quality: OnceLock::new() }
    }

    /// What does not fit in the figures, worked out when it is first asked for.
    pub(crate) fn quality(&self, rules: &QualityRules) -> &Quality {
        self.quality.get_or_init(|| quality::check(&self.situation, rules, self.overview.as_of))
    }

    /// The indicator with this id.
    pub(crate) fn indicator(&self, id: &str) -> Option<&Judged> {
        self.indicators.iter().find(|judged| judged.record.indicator.id == id)
    }

    /// The figures of an indicator with all their vintages, those after the day included.
    pub(crate) fn figures(&self, judged: &Judged) -> &[Arc<FigureRecord>] {
        self.situation.figures.of(&judged.record.indicator.id)
    }

    /// The indicators with these ids.
    pub(crate) fn those<'a>(&'a self, ids: &'a [String]) -> impl Iterator<Item = &'a Judged> {
        ids.iter().filter_map(|id| self.indicator(id))
    }

    /// The commitments that mention an indicator.
    pub(crate) fn lines<'a>(&'a self, judged: &'a Judged) -> impl Iterator<Item = &'a CommitmentRecord> {
        self.commitments.iter().filter(|found| judged.record.mentions.contains(&found.number))
    }
}

fn course(figures: &[Arc<FigureRecord>], as_of: Date) -> Vec<Decimal> {
    standing_for(figures, as_of).into_iter().map(|seen| seen.value).collect()
}

/// The figure that stands for each period up to the day: the latest vintage of
/// the best standing; years where there are at least two, else quarters, months.
pub(crate) fn standing_for(figures: &[Arc<FigureRecord>], as_of: Date) -> Vec<&Observation> {
    let mut best: BTreeMap<(i8, Period), &Observation> = BTreeMap::new();
    for figure in figures {
        let seen = &figure.observation;
        if seen.period.last_day() > as_of {
            continue;
        }
        let place = best.entry((seen.period.months(), seen.period)).or_insert(seen);
        if (seen.standing, seen.vintage) > (place.standing, place.vintage) {
            *place = seen;
        }
    }
    let of_months = |months: i8| -> Vec<&Observation> {
        best.iter().filter(|((length, _), _)| *length == months).map(|(_, seen)| *seen).collect()
    };
    [12, 3, 1].into_iter().map(of_months).find(|values| values.len() > 1).unwrap_or_default()
}

/// What a judged plan is asked for by: also the moment looked back to.
type Key = (PlanId, Date, String, Option<Timestamp>);

/// Judged plans kept for the next request. An entry is valid as long as the
/// store's revision of the plan is the one it was made at.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<HashMap<Key, (Revision, Arc<JudgedPlan>)>>);

/// So many judged plans are kept; a district has one plan and a few dates.
const KEPT: usize = 128;

impl Cache {
    fn get(&self, key: &Key, revision: Revision) -> Option<Arc<JudgedPlan>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(at, _)| *at == revision).map(|(_, judged)| Arc::clone(judged))
    }

    fn put(&self, key: Key, revision: Revision, judged: &Arc<JudgedPlan>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, (revision, Arc::clone(judged)));
    }
}

impl App {
    /// The plan as judged on a day by a rule set.
    pub(crate) async fn judged(&self, plan: PlanId, as_of: Date, rules: &str) -> Answer<Arc<JudgedPlan>> {
        self.judged_then(plan, (as_of, None), rules).await
    }

    /// The plan as a visitor asks to see it: judged on a day by a rule set, from
    /// what was known on the day looked back to.
    pub(crate) async fn judged_for(&self, visit: &Visit, plan: PlanId) -> Answer<Arc<JudgedPlan>> {
        self.judged_then(plan, (visit.as_of, visit.known_at), &visit.rules).await
    }

    async fn judged_then(
        &self,
        plan: PlanId,
        (as_of, known_at): (Date, Option<Timestamp>),
        rules: &str,
    ) -> Answer<Arc<JudgedPlan>> {
        let rules = self.rule_set(Some(rules)).ok_or_else(Refusal::not_found)?;
        // Asked before reading: what changes in between is read again next time.
        let revision = self.store.revision(plan).await?;
        let key = (plan, as_of, rules.name.clone(), known_at);
        if let Some(judged) = self.judged.get(&key, revision) {
            return Ok(judged);
        }
        let (situation, counted) = match known_at {
            None => (self.situations.of(plan).await?, self.counted(plan).await?),
            Some(moment) => self.counted_then(plan, moment).await?,
        };
        let judged = Arc::new(JudgedPlan::new(situation, counted, rules, as_of));
        self.judged.put(key, revision, &judged);
        Ok(judged)
    }

    /// The commitments that count now.
    async fn counted(&self, plan: PlanId) -> Answer<Counted> {
        let text = self.store.text_of(plan).await?;
        let decisions = self.store.decisions(plan).await?;
        if decisions.is_empty() {
            let found = self.found(plan).await?;
            let all = found.commitments.len() + found.work;
            return Ok((text, Arc::clone(&found.commitments), Progress { done: 0, all }));
        }
        let read = self.text(plan).await?;
        let state = State::fold(&read.ground, decisions);
        Ok((text, Arc::new(state.commitments(&read.ground)), state.progress(|_| true)))
    }

    /// The situation and the commitments that counted at a past moment.
    async fn counted_then(&self, plan: PlanId, moment: Timestamp) -> Answer<(Arc<Situation>, Counted)> {
        let text = editions::text_known(&self.store, plan, Some(moment)).await?;
        let situation = Arc::new(Situation::read(&self.store, plan, Some(moment)).await?);
        let mut decisions = self.store.decisions(plan).await?;
        decisions.retain(|decision| decision.at <= moment);
        let ground = Ground::read_of(&self.store, plan, text).await?;
        let counted = match decisions.is_empty() {
            // Without decisions everything counts as found, in the same order as now.
            true => {
                let all = ground.commitments.len() + ground.work.len();
                (text, Arc::new(ground.commitments), Progress { done: 0, all })
            }
            false => {
                let state = State::fold(&ground, decisions);
                (text, Arc::new(state.commitments(&ground)), state.progress(|_| true))
            }
        };
        Ok((situation, counted))
    }
}

/// The text, the commitments of it that count, and how far confirming has come.
type Counted = (PlanId, Arc<Vec<CommitmentRecord>>, Progress);
