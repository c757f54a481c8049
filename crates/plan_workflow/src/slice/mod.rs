//! The yearly slice: which indicator of the parent plan each indicator of an
//! annual plan or work report carries out in its year.
//!
//! Links are proposed at import by [`matching`](crate::matching) and stored; a
//! person confirms, rejects or changes them. Each change is a further version.
//! What of it counts for verdicts on the parent plan is decided in
//! [`YearlyTarget`] and shown in their trail.

mod targets;

use std::{collections::HashMap, fmt, str::FromStr};

use jiff::Timestamp;
use plan_model::{Indicator, UnknownWord};
use serde::{Deserialize, Serialize};

use crate::{
    WorkflowError,
    matching::{self, Closeness, Item, Reason},
    permissions::{Action, Actor},
    records::{CommitmentRecord, IndicatorRecord, NewIndicator, Plan, PlanHead, PlanId, PlanKind, Register},
    register::dictionary::DictionaryLink,
    storage::{Stamp, Storage, StorageError},
};

pub use targets::{Use, YearlyTarget, yearly_targets};

/// How an indicator of an annual plan stands to the parent plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkState {
    /// 一致: found to be the same by the rules.
    Exact,
    /// 可能: worth a person's look.
    Likely,
    /// 新增: nothing in the parent plan was found.
    New,
    /// 已确认: a person says so.
    Confirmed,
    /// 已排除: a person says that nothing in the parent plan corresponds.
    Rejected,
}

impl LinkState {
    /// Every value, in its natural order.
    pub const ALL: &[Self] = &[Self::Exact, Self::Likely, Self::New, Self::Confirmed, Self::Rejected];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Likely => "likely",
            Self::New => "new",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
        }
    }

    /// Whether a person decided it.
    pub fn by_person(self) -> bool {
        matches!(self, Self::Confirmed | Self::Rejected)
    }

    /// Whether it is sure enough to count: exact, or confirmed.
    pub fn is_sure(self) -> bool {
        matches!(self, Self::Exact | Self::Confirmed)
    }
}

impl fmt::Display for LinkState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for LinkState {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|state| state.code() == word.trim()).ok_or_else(|| UnknownWord {
            what: "衔接状态",
            word: word.to_owned(),
            known: Self::ALL.iter().map(|state| state.code()).collect::<Vec<_>>().join("、"),
        })
    }
}

/// A link that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewLink {
    /// The id of the indicator of the annual plan.
    pub item: String,
    /// The id of the indicator of the parent plan; `None` for new and rejected.
    pub other: Option<String>,
    /// How it stands.
    pub state: LinkState,
    /// How close the two are, in thousandths; 0 for none.
    pub score: u32,
    /// Why they are paired, and what speaks against it.
    pub reasons: Vec<Reason>,
}

/// A link as stored, in its latest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkRecord {
    /// The annual plan.
    pub plan: PlanId,
    /// The plan it carries out.
    pub parent: PlanId,
    /// The link.
    pub link: NewLink,
    /// 1 as proposed at import; each change is a further one.
    pub version: u32,
    /// What the person wrote; mostly empty.
    pub note: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// Links that are stored together or not at all.
#[derive(Debug, Clone)]
pub struct LinkBatch {
    /// The annual plan.
    pub plan: PlanId,
    /// The plan it carries out.
    pub parent: PlanId,
    /// Each link with the version the person saw, 0 for none.
    pub links: Vec<(NewLink, u32)>,
    /// What the person wrote.
    pub note: String,
    /// Whether a person decided, or the rules proposed anew.
    pub proposed: bool,
}

/// How many links there are of each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LinkCounts {
    /// Exact.
    pub exact: usize,
    /// Likely.
    pub likely: usize,
    /// New.
    pub new: usize,
    /// Confirmed by a person.
    pub confirmed: usize,
    /// Rejected by a person.
    pub rejected: usize,
}

impl LinkCounts {
    /// Counts states.
    pub fn of(states: impl Iterator<Item = LinkState>) -> Self {
        let mut counts = Self::default();
        for state in states {
            match state {
                LinkState::Exact => counts.exact += 1,
                LinkState::Likely => counts.likely += 1,
                LinkState::New => counts.new += 1,
                LinkState::Confirmed => counts.confirmed += 1,
                LinkState::Rejected => counts.rejected += 1,
            }
        }
        counts
    }
}

/// The plan that an annual plan slices, if it is one.
pub fn sliced(head: &PlanHead) -> Option<PlanId> {
    head.parent.filter(|_| head.kind == PlanKind::Annual)
}

/// The links of a register that is about to be stored as an annual plan.
pub async fn proposed<S: Storage>(
    storage: &S,
    parent: PlanId,
    register: &Register,
) -> Result<Vec<NewLink>, WorkflowError> {
    let (records, commitments) = (storage.indicators(parent, None).await?, storage.commitments(parent).await?);
    Ok(propose(new_side(register), (followed(&records), &commitments)))
}

/// An indicator as it is compared.
#[derive(Debug, Clone, Copy)]
struct One<'a> {
    indicator: &'a Indicator,
    /// The numbers of the commitments that mention it.
    mentions: &'a [u32],
    /// Its entry in the dictionary.
    entry: Option<&'a DictionaryLink>,
}

/// Indicators and the commitments of their text.
type Side<'a> = (Vec<One<'a>>, &'a [CommitmentRecord]);

impl<'a> From<&'a NewIndicator> for One<'a> {
    fn from(new: &'a NewIndicator) -> Self {
        Self { indicator: &new.indicator, mentions: &new.mentions, entry: new.dictionary.as_ref() }
    }
}

impl<'a> From<&'a IndicatorRecord> for One<'a> {
    fn from(record: &'a IndicatorRecord) -> Self {
        Self { indicator: &record.indicator, mentions: &record.mentions, entry: record.dictionary.as_ref() }
    }
}

fn new_side(register: &Register) -> Side<'_> {
    (register.indicators.iter().map(One::from).collect(), &register.commitments)
}

/// The indicators that the text still mentions.
fn followed(records: &[IndicatorRecord]) -> Vec<One<'_>> {
    records.iter().filter(|record| record.is_followed()).map(One::from).collect()
}

/// One link for each indicator of the annual plan, in its order.
fn propose(own: Side<'_>, parent: Side<'_>) -> Vec<NewLink> {
    let pairs = matching::pair(&items(&own), &items(&parent));
    let mut by_left: HashMap<usize, matching::Pair> = pairs.into_iter().map(|pair| (pair.left, pair)).collect();
    let links = own.0.iter().enumerate().map(|(at, One { indicator, .. })| {
        let found = by_left.remove(&at).and_then(|pair| Some((parent.0.get(pair.right)?.indicator.id.clone(), pair)));
        let item = indicator.id.clone();
        match found {
            None => NewLink { item, other: None, state: LinkState::New, score: 0, reasons: Vec::new() },
            Some((other, pair)) => NewLink {
                item,
                other: Some(other),
                state: match pair.closeness {
                    Closeness::Exact => LinkState::Exact,
                    Closeness::Likely => LinkState::Likely,
                },
                score: pair.score,
                reasons: pair.reasons,
            },
        }
    });
    links.collect()
}

fn items((indicators, commitments): &Side<'_>) -> Vec<Item> {
    let by_number: HashMap<u32, &CommitmentRecord> = commitments.iter().map(|c| (c.number, c)).collect();
    let item = |One { indicator, mentions, entry }: &One<'_>| {
        let first = mentions.first().and_then(|number| by_number.get(number));
        Item {
            name: indicator.name.clone(),
            unit: indicator.unit.clone(),
            class: first.map(|found| found.commitment.class),
            value: indicator.targets.last().and_then(|target| target.value),
            chapter: indicator.group.clone(),
            entry: entry.map(|link| link.entry.clone()),
        }
    };
    indicators.iter().map(item).collect()
}

/// Decides a link: `other` names the indicator of the parent plan, or says that
/// there is none. `seen` is the version that was shown to the person. Answers the
/// new version, or the old one where nothing changes.
pub async fn decide<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    (plan, item, seen): (PlanId, &str, u32),
    (other, note): (Option<&str>, &str),
) -> Result<u32, WorkflowError> {
    actor.require(Action::LinkPlans)?;
    let parent = parent_of(storage, plan).await?.id;
    let note = note.trim();
    if note.chars().count() > 500 || note.chars().any(|c| c.is_control() && c != '\n') {
        let message = "最多 500 个字，请缩短".to_owned();
        return Err(WorkflowError::BadInput { field: "说明", message });
    }
    let own = storage.indicators(plan, None).await?;
    if !own.iter().any(|record| record.indicator.id == item) {
        return Err(StorageError::NotFound { what: "指标", id: item.to_owned() }.into());
    }
    let others = storage.indicators(parent, None).await?;
    if let Some(other) = other
        && !others.iter().any(|record| record.indicator.id == other)
    {
        let message = format!("上级规划没有指标“{other}”，请从列表中选择");
        return Err(WorkflowError::BadInput { field: "对应指标", message });
    }
    let links = storage.links(plan, None).await?;
    let current = links.into_iter().find(|record| record.link.item == item);
    let state = if other.is_some() { LinkState::Confirmed } else { LinkState::Rejected };
    let same_pair = current.as_ref().filter(|c| other.is_some() && c.link.other.as_deref() == other);
    let link = NewLink {
        item: item.to_owned(),
        other: other.map(str::to_owned),
        state,
        score: same_pair.map_or(0, |c| c.link.score),
        reasons: same_pair.map(|c| c.link.reasons.clone()).unwrap_or_default(),
    };
    if let Some(current) =
        current.filter(|c| c.version == seen && c.link == link && (note.is_empty() || note == c.note))
    {
        return Ok(current.version);
    }
    let batch = LinkBatch { plan, parent, links: vec![(link, seen)], note: note.to_owned(), proposed: false };
    storage.record_links(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    Ok(seen + 1)
}

/// Proposes the links of an annual plan anew, for plans stored before there were
/// links, and after the parent plan's text was corrected. What a person decided
/// stays. Answers how many links changed.
pub async fn renew<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
) -> Result<usize, WorkflowError> {
    actor.require(Action::LinkPlans)?;
    let parent = parent_of(storage, plan).await?.id;
    let (own, own_text) = (storage.indicators(plan, None).await?, storage.commitments(plan).await?);
    let (others, text) = (storage.indicators(parent, None).await?, storage.commitments(parent).await?);
    let stored = storage.links(plan, None).await?;
    let stored: HashMap<&str, &LinkRecord> = stored.iter().map(|r| (r.link.item.as_str(), r)).collect();
    // What people decided is no longer to be had by others.
    let settled = |record: &&LinkRecord| record.link.state.by_person();
    let decided: Vec<&LinkRecord> = stored.values().copied().filter(settled).collect();
    let mut mine = followed(&own);
    mine.retain(|own| !decided.iter().any(|record| record.link.item == own.indicator.id));
    let mut theirs = followed(&others);
    theirs.retain(|one| !decided.iter().any(|record| record.link.other.as_ref() == Some(&one.indicator.id)));
    let proposed = propose((mine, &own_text), (theirs, &text));
    let changed = proposed.into_iter().filter_map(|link| {
        let current = stored.get(link.item.as_str());
        let same = current.is_some_and(|record| record.link == link);
        (!same).then(|| (link, current.map_or(0, |record| record.version)))
    });
    let links: Vec<(NewLink, u32)> = changed.collect();
    let count = links.len();
    if count > 0 {
        let batch = LinkBatch { plan, parent, links, note: String::new(), proposed: true };
        storage.record_links(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    }
    Ok(count)
}

async fn parent_of<S: Storage>(storage: &S, plan: PlanId) -> Result<Plan, WorkflowError> {
    let head = storage.plan(plan).await?.head;
    let Some(parent) = sliced(&head) else {
        let message = "这不是有上级规划的年度计划；导入时请选择类型“年度计划”和上级规划".to_owned();
        return Err(WorkflowError::BadInput { field: "规划", message });
    };
    Ok(storage.plan(parent).await?)
}

/// An annual plan beside the plan it carries out, as its page shows it.
#[derive(Debug, Clone)]
pub struct Slice {
    /// The annual plan.
    pub plan: Plan,
    /// The plan it carries out.
    pub parent: Plan,
    /// Its indicators in their order, each with its link; `None` where the plan
    /// was stored before there were links.
    pub rows: Vec<(IndicatorRecord, Option<LinkRecord>)>,
    /// The indicators of the parent plan by id.
    pub others: HashMap<String, IndicatorRecord>,
    /// The commitments of the annual plan by number.
    pub own_text: HashMap<u32, CommitmentRecord>,
    /// The commitments of the parent plan by number.
    pub other_text: HashMap<u32, CommitmentRecord>,
}

impl Slice {
    /// Reads it.
    pub async fn read<S: Storage>(storage: &S, plan: PlanId) -> Result<Self, WorkflowError> {
        let parent = parent_of(storage, plan).await?;
        let links = storage.links(plan, None).await?;
        let mut links: HashMap<String, LinkRecord> = links.into_iter().map(|r| (r.link.item.clone(), r)).collect();
        let own = storage.indicators(plan, None).await?;
        let numbered = |all: Vec<CommitmentRecord>| all.into_iter().map(|found| (found.number, found)).collect();
        let others = storage.indicators(parent.id, None).await?;
        let followed = own.into_iter().filter(|record| record.is_followed());
        Ok(Self {
            rows: followed
                .map(|record| {
                    let link = links.remove(&record.indicator.id);
                    (record, link)
                })
                .collect(),
            others: others.into_iter().map(|record| (record.indicator.id.clone(), record)).collect(),
            own_text: numbered(storage.commitments(plan).await?),
            other_text: numbered(storage.commitments(parent.id).await?),
            plan: storage.plan(plan).await?,
            parent,
        })
    }

    /// How many links there are of each state.
    pub fn counts(&self) -> LinkCounts {
        LinkCounts::of(self.rows.iter().filter_map(|(_, link)| Some(link.as_ref()?.link.state)))
    }

    /// The indicator of the parent plan that a link leads to.
    pub fn other(&self, link: &LinkRecord) -> Option<&IndicatorRecord> {
        self.others.get(link.link.other.as_deref()?)
    }

    /// The indicators of the parent plan that nothing of this year leads to.
    pub fn untouched(&self) -> Vec<&IndicatorRecord> {
        let linked: Vec<&str> = self.rows.iter().filter_map(|(_, link)| link.as_ref()?.link.other.as_deref()).collect();
        let mut left: Vec<&IndicatorRecord> = self
            .others
            .values()
            .filter(|record| record.is_followed() && !linked.contains(&record.indicator.id.as_str()))
            .collect();
        left.sort_by(|a, b| (a.indicator.id.len(), &a.indicator.id).cmp(&(b.indicator.id.len(), &b.indicator.id)));
        left
    }
}

#[cfg(test)]
mod tests;
