//! What can be assigned: the commitments of the confirmed register.

use std::collections::HashMap;

use plan_model::{Anchor, CommitmentClass, Decimal, DueYear};

use crate::{
    WorkflowError,
    confirm::{Content, Ground, Item, State},
    matching,
    records::{IndicatorRecord, PlanId},
    storage::Storage,
};

/// A commitment that a unit can be asked to take: an indicator that the register
/// follows, or a work item that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The indicator's id (I012) or the work item's (W7, A3).
    pub id: String,
    /// What is measured or done.
    pub name: String,
    /// The words of the plan.
    pub sentence: String,
    /// The outermost heading it stands under; empty where there is none.
    pub chapter: String,
    /// `measure`, or the code word of the kind of work.
    pub kind: &'static str,
    /// The unit the text itself names; empty where it names none.
    pub named: String,
    /// By when it is promised.
    pub due: DueYear,
    /// Where it stands in the source.
    pub anchor: Anchor,
    /// The unit of measure; empty for work.
    pub unit: String,
    /// The value that is promised last.
    pub value: Option<Decimal>,
    class: Option<CommitmentClass>,
    entry: Option<String>,
}

impl Subject {
    /// Whether it is an indicator.
    pub fn is_measure(&self) -> bool {
        self.kind == "measure"
    }

    /// How it is compared with the commitments of another plan.
    pub(super) fn compared(&self) -> matching::Item {
        matching::Item {
            name: self.name.clone(),
            unit: self.unit.clone(),
            class: self.class,
            value: self.value,
            chapter: self.chapter.clone(),
            entry: self.entry.clone(),
        }
    }

    fn of_indicator(record: &IndicatorRecord, first: Option<&Item>) -> Option<Self> {
        let (item, indicator) = (first?, &record.indicator);
        let Content::Measure(found) = &item.content else { return None };
        let target = indicator.targets.last();
        Some(Self {
            id: indicator.id.clone(),
            name: indicator.name.clone(),
            sentence: found.quote.clone(),
            chapter: item.chapter.clone(),
            kind: "measure",
            named: String::new(),
            due: target.map_or(found.target.due, |target| target.due),
            anchor: found.anchor,
            unit: indicator.unit.clone(),
            value: target.and_then(|target| target.value),
            class: Some(found.class),
            entry: record.dictionary.as_ref().map(|link| link.entry.clone()),
        })
    }

    fn of_work(item: &Item) -> Option<Self> {
        let Content::Work(work) = &item.content else { return None };
        Some(Self {
            id: item.key.to_string(),
            name: work.name.clone(),
            sentence: work.quote.clone(),
            chapter: item.chapter.clone(),
            kind: work.kind.code(),
            named: work.lead.clone().unwrap_or_default(),
            due: work.due,
            anchor: work.anchor,
            unit: String::new(),
            value: None,
            class: None,
            entry: None,
        })
    }
}

/// What can be assigned of a plan, in the order of the text.
pub fn subjects(state: &State, indicators: &[IndicatorRecord]) -> Vec<Subject> {
    let counted = || state.items().filter(|item| item.fate.counts());
    let mut first: HashMap<&str, &Item> = HashMap::new();
    for item in counted() {
        if let Some(indicator) = &item.indicator {
            first.entry(indicator).or_insert(item);
        }
    }
    let followed = indicators.iter().filter(|record| record.is_followed());
    let measures =
        followed.filter_map(|record| Subject::of_indicator(record, first.get(record.indicator.id.as_str()).copied()));
    let mut all: Vec<Subject> = measures.chain(counted().filter_map(Subject::of_work)).collect();
    all.sort_by(|a, b| (a.anchor.line, a.anchor.start, &a.id).cmp(&(b.anchor.line, b.anchor.start, &b.id)));
    all
}

/// Reads what can be assigned of a plan.
pub async fn read_subjects<S: Storage>(storage: &S, plan: PlanId) -> Result<Vec<Subject>, WorkflowError> {
    let ground = Ground::read(storage, plan).await?;
    let state = State::fold(&ground, storage.decisions(plan).await?);
    Ok(subjects(&state, &storage.indicators(plan, None).await?))
}
