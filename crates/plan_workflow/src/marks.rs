//! 内部 and 公开: everything of a plan is internal unless somebody has marked it
//! public, thing by thing; who did and when is kept.
//!
//! A commitment is shown to everybody only where it and its plan are both marked:
//! taking the plan's mark back hides all of it at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    WorkflowError,
    confirm::{Ground, State},
    events::{Append, EventBatch, EventRecord, EventStore, Happening, Stream},
    permissions::{Action, Actor},
    records::PlanId,
    storage::{Stamp, Storage, Stored},
};

/// What can be marked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Markable {
    /// The plan: its title, period, jurisdiction.
    Plan,
    /// An indicator with its targets, verdict and figures.
    Indicator(String),
    /// A task, project or other work, by its key (`W3`).
    Work(String),
}

impl fmt::Display for Markable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan => f.write_str("plan"),
            Self::Indicator(id) | Self::Work(id) => f.write_str(id),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Marked {
    what: Markable,
    public: bool,
}

impl Happening for Marked {
    fn kind(&self) -> &'static str {
        if self.public { "public" } else { "internal" }
    }
    fn subject(&self) -> String {
        self.what.to_string()
    }
}

/// A mark as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Whether everybody may see it.
    pub public: bool,
    /// Who said so.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// The marks of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    marks: BTreeMap<Markable, Mark>,
    version: u32,
}

impl Marks {
    fn fold(events: &[EventRecord]) -> Stored<Self> {
        let mut marks = Self::default();
        for event in events {
            let Marked { what, public } = event.read()?;
            marks.marks.insert(what, Mark { public, actor: event.actor.clone(), at: event.at });
            marks.version = event.number;
        }
        Ok(marks)
    }

    /// The mark somebody made; `None` where nobody did, and it is internal.
    pub fn mark(&self, what: &Markable) -> Option<&Mark> {
        self.marks.get(what)
    }

    /// Whether everybody may see it: it and its plan are marked.
    pub fn is_public(&self, what: &Markable) -> bool {
        let marked = |what: &Markable| self.marks.get(what).is_some_and(|mark| mark.public);
        marked(&Markable::Plan) && marked(what)
    }

    /// The word for whom it is: 公开 or 内部.
    pub fn word(&self, what: &Markable) -> &'static str {
        if self.is_public(what) { "公开" } else { "内部" }
    }

    /// The number of the last change.
    pub fn version(&self) -> u32 {
        self.version
    }
}

fn stream(plan: PlanId) -> Stream {
    Stream::of_plan(plan, "marks")
}

/// The marks of a plan as they stand.
pub async fn read<S: EventStore>(storage: &S, plan: PlanId) -> Stored<Marks> {
    Marks::fold(&storage.events(&stream(plan), None).await?)
}

/// Marks things of a plan public, or internal again. What stands so already stays
/// as it is; refused where somebody else marked something after `seen`.
pub async fn mark<S: Storage>(
    storage: &S,
    (actor, now): (&Actor, Timestamp),
    plan: PlanId,
    (what, public): (BTreeSet<Markable>, bool),
    seen: u32,
) -> Result<Marks, WorkflowError> {
    actor.require(Action::MarkPublic)?;
    let known = markable(storage, plan).await?;
    if let Some(unknown) = what.iter().find(|what| !known.contains(*what)) {
        let message = format!("规划中没有“{unknown}”；请刷新页面后重选");
        return Err(WorkflowError::BadInput { field: "公开标记", message });
    }
    let marks = read(storage, plan).await?;
    let stands = |what: &Markable| marks.mark(what).is_some_and(|mark| mark.public) == public;
    let events: Vec<Marked> =
        what.into_iter().filter(|what| !stands(what)).map(|what| Marked { what, public }).collect();
    if events.is_empty() {
        return Ok(marks);
    }
    let batch = EventBatch {
        action: if public { "marks.public" } else { "marks.internal" },
        object: format!("plan:{plan}"),
        appends: vec![Append::to(stream(plan), seen, &events)?],
        ..EventBatch::default()
    };
    storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    Ok(read(storage, plan).await?)
}

/// Everything of a plan that can be marked, as it counts now.
async fn markable<S: Storage>(storage: &S, plan: PlanId) -> Result<BTreeSet<Markable>, WorkflowError> {
    let indicators = storage.indicators(plan, None).await?;
    let ground = Ground::read(storage, plan).await?;
    let state = State::fold(&ground, storage.decisions(plan).await?);
    let work = state.items().map(|item| Markable::Work(item.key.to_string()));
    let indicators = indicators.into_iter().map(|record| Markable::Indicator(record.indicator.id));
    Ok(std::iter::once(Markable::Plan).chain(indicators).chain(work).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_thing_is_public_where_it_and_its_plan_are_marked() {
        let indicator = Markable::Indicator("I001".to_owned());
        let event = |number: u32, what: &Markable, public: bool| EventRecord {
            stream: stream(PlanId(1)),
            number,
            kind: String::new(),
            subject: what.to_string(),
            body: json!({ "what": what, "public": public }),
            at: Timestamp::MIN,
            actor: "林规划".to_owned(),
        };
        let steps = [(&indicator, true, false), (&Markable::Plan, true, true), (&indicator, false, false)];
        let (mut events, none) = (Vec::new(), Marks::default());
        assert!(!none.is_public(&indicator) && !none.is_public(&Markable::Plan));
        for (number, (what, public, seen)) in (1..).zip(steps) {
            events.push(event(number, what, public));
            let marks = Marks::fold(&events).unwrap();
            assert_eq!((marks.is_public(&indicator), marks.version()), (seen, number));
            assert_eq!(marks.mark(what).unwrap().actor, "林规划");
        }
        let hidden = Marks::fold(&[
            event(1, &indicator, true),
            event(2, &Markable::Plan, true),
            event(3, &Markable::Plan, false),
        ]);
        assert!(!hidden.unwrap().is_public(&indicator), "without the plan's mark nothing of it is public");
    }
}
