//! How a plan stands: its register and figures, judged by a rule set at a date.

mod figures;
mod kept;
mod suppose;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
};

use jiff::{Timestamp, civil::Date};
use plan_assessment::{
    AgreedTarget, Conclusion, Question, RuleSet, Rules, SeriesBreak, Snapshot, conclude, forecast::ByMethods,
};
use plan_model::{Indicator, IndicatorKind, Message, Node, Observation, Verdict};

use crate::{
    WorkflowError,
    breakdown::{self, Breakdown},
    figures::Names,
    nodes::{self, Schedules},
    records::{FigureRecord, IndicatorRecord, Plan, PlanId},
    slice::{self, YearlyTarget},
    storage::Storage,
};

pub use self::{
    figures::Figures,
    kept::{Situated, Situations},
    suppose::Supposition,
};

/// Everything verdicts on a plan depend on but the rule set and the date, as it
/// was known at one moment. Cheap to clone: all of it is shared.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The plan.
    pub plan: Arc<Plan>,
    /// Its indicators by id, with versions and mentions.
    pub records: Arc<Vec<IndicatorRecord>>,
    /// All figures with all vintages.
    pub figures: Figures,
    /// What annual plans say of its indicators, by indicator and year.
    pub yearly: Arc<Vec<YearlyTarget>>,
    /// The plan broken down over years and units.
    pub breakdown: Arc<Breakdown>,
    /// The nodes of its work.
    pub schedules: Arc<Schedules>,
    indicators: Arc<Vec<Indicator>>,
    breaks: Arc<Vec<SeriesBreak>>,
    agreed: Arc<Vec<AgreedTarget>>,
    nodes: Arc<Vec<Node>>,
    names: Arc<OnceLock<Names>>,
}

impl Situation {
    /// Reads a situation; `known_at` gives the one that was known at a past moment.
    pub async fn read<S: Storage>(
        storage: &S,
        plan: PlanId,
        known_at: Option<Timestamp>,
    ) -> Result<Self, WorkflowError> {
        let mut figures = Figures::default();
        figures.take_in(storage.figures(plan, None, known_at).await?);
        Self::with(storage, plan, known_at, figures).await
    }

    /// The situation with figures that were read already.
    async fn with<S: Storage>(
        storage: &S,
        plan: PlanId,
        known_at: Option<Timestamp>,
        figures: Figures,
    ) -> Result<Self, WorkflowError> {
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
        Ok(Self {
            plan: Arc::new(plan),
            indicators: Arc::new(indicators),
            breaks: Arc::new(breaks.collect()),
            agreed: Arc::new(agreed),
            nodes: Arc::new(nodes),
            yearly: Arc::new(yearly),
            breakdown: Arc::new(breakdown),
            schedules: Arc::new(schedules),
            records: Arc::new(records),
            names: Arc::default(),
            figures,
        })
    }

    /// The names by which its indicators are found.
    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.records))
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
        self.figures.all(wanted).map(|record| record.observation.clone()).collect()
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

    /// One indicator forecast by several methods (测算), or why there is no forecast;
    /// nothing where the plan has no such indicator. Takes a core for a while.
    pub fn forecasts(&self, indicator: &str, rules: &RuleSet, as_of: Date) -> Option<Result<ByMethods, Message>> {
        let found = self.indicators.iter().find(|i| i.id == indicator)?;
        let observations = self.observations(|id| id == indicator || found.measure.other() == Some(id));
        plan_assessment::forecasts(&self.question(&observations, as_of), indicator, &Rules::ready(rules))
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
        self.figures.of(indicator).iter().map(Arc::as_ref)
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

/// Behind is what the rule set says how to bring back in line, and its worst class
/// in any case.
pub fn is_behind(verdict: &Verdict, rules: &RuleSet) -> bool {
    let worst = rules.bands.iter().filter(|band| band.status.judged).map(|band| band.status.order).max();
    verdict.status.judged && (verdict.trail.to_green.is_some() || Some(verdict.status.order) == worst)
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
        for indicator in situation.indicators.iter() {
            if !chapters.contains(&indicator.group.as_str()) {
                chapters.push(&indicator.group);
            }
        }
        let by_chapter = chapters.into_iter().map(|c| (c.to_owned(), conclude_where(&|i| i.group == c))).collect();

        let mut behind: Vec<(&Indicator, &Verdict)> = judged().filter(|(_, v)| is_behind(v, rules)).collect();
        behind.sort_by_key(|(i, v)| (i.kind, std::cmp::Reverse(v.status.order)));

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
            never_reported: ids(&|i, _| situation.figures.of(&i.id).is_empty()),
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

/// The share of the days of a period that have passed at the end of a day, from 0 to 1.
pub fn time_passed(period: plan_model::PlanPeriod, as_of: Date) -> plan_model::Decimal {
    use plan_model::Decimal;
    let (Ok(first), Ok(last)) = (Date::new(period.first_year(), 1, 1), Date::new(period.last_year(), 12, 31)) else {
        return Decimal::ZERO;
    };
    let days = |to: Date| (to - first).get_days() + 1;
    let (passed, all) = (Decimal::from(days(as_of)), Decimal::from(days(last)));
    passed.checked_div(all).unwrap_or_default().clamp(Decimal::ZERO, Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_from_nothing_to_all() {
        let period = "2021-2025".parse().unwrap();
        for (day, share) in [
            ("2019-05-01", "0"),
            ("2020-12-31", "0"),
            ("2023-12-31", "0.5997"),
            ("2025-12-31", "1"),
            ("2031-01-01", "1"),
        ] {
            assert_eq!(time_passed(period, day.parse().unwrap()).round_dp(4).normalize().to_string(), share, "{day}");
        }
    }
}
