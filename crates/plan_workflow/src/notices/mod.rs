//! What waits for whom, and who is told when.
//!
//! Nothing here is a second copy of the state of work: each kind of work says
//! what of it is open and whose turn it is ([`Waits`]), and inbox and reminders
//! are computed from that. Stored are only the marks of what a person has seen
//! and what was delivered ([`past`]).

pub mod inbox;
pub mod past;
mod plan;
pub mod record;
pub mod rules;
pub mod sources;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

pub use self::plan::{Message, Notice, Question, reminders};
use crate::records::PlanId;

/// The kinds of things that wait; a row of `rules/reminders.toml` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 待认领: a unit was asked to take a part.
    Offer,
    /// 待重新分办: a unit returned its part to the planner.
    Returned,
    /// 待裁定: somebody is to decide a dispute.
    Arbitration,
    /// 待填报: a report of a period is open.
    Report,
    /// 待审核: a report waits for approval.
    Approval,
    /// 待接手: a duty was handed to somebody.
    Handover,
    /// 节点到期: a node of a piece of work comes due.
    Node,
    /// 待说明: a unit is to explain why something is behind.
    Explain,
    /// 待录入结论: a third party is to lay its view beside the assessment's.
    Evaluate,
    /// 待答复: an opinion of the congress is without a reply.
    Reply,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::Offer,
        Self::Returned,
        Self::Arbitration,
        Self::Report,
        Self::Approval,
        Self::Handover,
        Self::Node,
        Self::Explain,
        Self::Evaluate,
        Self::Reply,
    ];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Returned => "returned",
            Self::Arbitration => "arbitration",
            Self::Report => "report",
            Self::Approval => "approval",
            Self::Handover => "handover",
            Self::Node => "node",
            Self::Explain => "explain",
            Self::Evaluate => "evaluate",
            Self::Reply => "reply",
        }
    }
}

/// What a person does for a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Duty {
    /// 填报人.
    Reporter,
    /// 审核人.
    Approver,
    /// 单位领导.
    Leader,
}

/// What an open item is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct About {
    /// The plan; `None` for what belongs to none.
    pub plan: Option<PlanId>,
    /// The commitment, period or duty: what tells it from others of its kind.
    pub subject: String,
    /// The code of the unit it concerns; empty for none.
    pub unit: String,
}

/// Whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Those of a unit who have a duty.
    Unit(String, Duty),
    /// One person, by account name.
    Person(String),
    /// Whoever plans (规划管理).
    Planner,
}

/// Something that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What kind of thing.
    pub kind: Kind,
    /// What it is about.
    pub about: About,
    /// What it is, in the words of the plan.
    pub title: String,
    /// The page on which it is done, a path within the site with its query.
    pub path: String,
    /// Since when it waits. Another moment is another round of the same thing.
    pub opened: Timestamp,
    /// By when it is to be done, as agreed; may fall on a day off.
    pub due: Option<Date>,
    /// Whose turn it is.
    pub turn: Turn,
}

impl Open {
    /// The name of the item, the same as long as it is the same thing.
    pub fn key(&self) -> String {
        let plan = self.about.plan.map_or_else(String::new, |plan| plan.to_string());
        format!("{}/{plan}/{}/{}", self.kind.code(), self.about.subject, self.about.unit)
    }
}

/// A kind of work in which things wait for people. Collection, assignments,
/// matters, assessments join inbox, reminders and escalation by this alone.
pub trait Waits {
    /// Everything that is open now, in the order of the work.
    fn open(&self) -> Vec<Open>;
}

/// A chat group that a robot speaks to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Its name in the settings.
    pub name: String,
    /// The units whose items it is told of; empty for all.
    pub units: Vec<String>,
}

/// The people of the units, as of the day of the question: who deputises counts,
/// whose duty has ended does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Unit, duty, account name.
    pub duties: Vec<(String, Duty, String)>,
    /// The account names of those who plan.
    pub planners: Vec<String>,
    /// The units: code and name.
    pub units: Vec<(String, String)>,
    /// The chat groups that follow units.
    pub groups: Vec<Group>,
    /// What the accounts that are held to a region see; the others see everything.
    pub held: BTreeMap<String, Seen>,
}

/// What an account that is held to a region sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The plans.
    pub plans: BTreeSet<PlanId>,
    /// The codes of the units.
    pub units: BTreeSet<String>,
}

impl People {
    /// The accounts of a unit with a duty, each once.
    pub fn with_duty(&self, unit: &str, duty: Duty) -> Vec<&str> {
        let all = self.duties.iter().filter(|(of, has, _)| of == unit && *has == duty);
        let mut found: Vec<&str> = all.map(|(_, _, name)| name.as_str()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether an account sees what an item is about: its plan, or the unit of what
    /// belongs to no plan.
    pub fn sees(&self, account: &str, about: &About) -> bool {
        let Some(seen) = self.held.get(account) else { return true };
        match about.plan {
            Some(plan) => seen.plans.contains(&plan),
            None => seen.units.contains(&about.unit),
        }
    }

    /// Whose turn it is, by account name; empty where nobody has the duty.
    pub fn turn<'a>(&'a self, open: &'a Open) -> Vec<&'a str> {
        let names = match &open.turn {
            Turn::Unit(unit, duty) => self.with_duty(unit, *duty),
            Turn::Person(name) => vec![name.as_str()],
            Turn::Planner => return self.planners_of(&open.about),
        };
        names.into_iter().filter(|name| self.sees(name, &open.about)).collect()
    }

    /// Those who plan and see what an item is about.
    pub fn planners_of(&self, about: &About) -> Vec<&str> {
        self.planners.iter().map(String::as_str).filter(|name| self.sees(name, about)).collect()
    }

    /// Whose turn it is, or who plans where nobody has the duty: nothing waits for nobody.
    pub fn holders<'a>(&'a self, open: &'a Open) -> Vec<&'a str> {
        let found = self.turn(open);
        if found.is_empty() { self.planners_of(&open.about) } else { found }
    }

    /// The name of a unit, or its code.
    pub fn unit_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.units.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name.as_str())
    }
}

/// A moment, and what the clock on the wall says where the office is.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The moment.
    pub now: Timestamp,
    /// Where the office is.
    pub zone: TimeZone,
}

impl Moment {
    /// What the clock on the wall says.
    pub fn wall(&self) -> DateTime {
        self.at(self.now)
    }

    /// The day where the office is.
    pub fn today(&self) -> Date {
        self.wall().date()
    }

    /// What the clock on the wall said at another moment.
    pub fn at(&self, moment: Timestamp) -> DateTime {
        self.zone.to_datetime(moment)
    }
}

#[cfg(test)]
mod tests;
