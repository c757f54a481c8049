//! Assessments (评估) as a process: scope and day, a frozen snapshot, explanations
//! from the lead units, a third party's view, the report, the congress's opinions
//! and the replies, publication.
//!
//! An assessment is a stream of events. What it judges is frozen once: inputs,
//! rules and verdicts are kept as they were, so that its numbers cannot drift
//! afterwards, and it can be recomputed at any time (`plan_assessment::replay`).
//! The report cannot be finished while an indicator or task behind schedule
//! lacks an approved explanation (Decision of 2021, articles 8 and 14).

mod begin;
mod cover;
mod run;
mod state;
#[cfg(test)]
mod tests;
mod waits;

use jiff::civil::Date;
use plan_assessment::OutsideVerdict;
use plan_model::UnitId;
use serde::{Deserialize, Serialize};

use crate::events::Happening;

pub use begin::{LONGEST_TITLE, Scope, evaluators, open};
pub use cover::{AnsweredRound, Frozen, JudgedWork, Matter, Reported, accepted_reports};
pub use run::{act, all, explanations_due, freeze, frozen, list, read};
pub use state::{Assessment, Explanation, ExplanationState, Opinion, Problem, Refused, Stage, Withdrawal};
pub use waits::Awaited;

/// A kind of assessment: a row of `rules/assessments.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its code word.
    pub code: String,
    /// Its name in Chinese.
    pub name: String,
    /// The code word of its report.
    pub report: String,
    /// The law or rule that asks for it.
    pub origin: String,
    /// When it is made and for whom.
    pub meaning: String,
}

/// The rule on explanations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExplanationRule {
    /// Working days from the freezing to the day they are due.
    pub working_days: u32,
    /// Where that number comes from.
    pub origin: String,
}

/// The table of `rules/assessments.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    /// The kinds.
    #[serde(rename = "kind")]
    pub kinds: Vec<Kind>,
    /// The rule on explanations.
    pub explanations: ExplanationRule,
}

impl Kinds {
    /// The table that comes with the program.
    #[expect(clippy::expect_used, reason = "the shipped table is read by a test")]
    pub fn standard() -> &'static Self {
        static KINDS: std::sync::LazyLock<Kinds> = std::sync::LazyLock::new(|| {
            toml::from_str(include_str!("../../../../rules/assessments.toml")).expect("rules/assessments.toml")
        });
        &KINDS
    }

    /// The kind with this code word.
    pub fn kind(&self, code: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.code == code)
    }
}

/// Where an approval or a return comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// 单位审核.
    Unit,
    /// 规划部门审定.
    Planning,
}

/// What happens to an assessment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AssessmentEvent {
    /// It is begun.
    Open {
        /// The kind's code word.
        kind: String,
        /// Its title.
        title: String,
        /// The day as of which is judged.
        as_of: Date,
        /// The name of the rule set.
        rule_set: String,
        /// The chapters it covers; all where empty.
        chapters: Vec<String>,
        /// Accounts of the third party that may see the snapshot and nothing else.
        evaluators: Vec<String>,
    },
    /// What is judged is frozen; it is kept in a stream of its own ([`Frozen`]),
    /// because it is large and never changes.
    Freeze {
        /// How many indicators are judged.
        indicators: u32,
    },
    /// A lead unit is asked to explain.
    Ask {
        /// The indicator's or work item's id.
        subject: String,
        /// Its name.
        name: String,
        /// The unit asked; `None` while nobody leads it: the planner explains.
        unit: Option<UnitId>,
        /// Whether it is binding.
        binding: bool,
        /// What the verdict says.
        why: String,
        /// By when.
        due: Date,
    },
    /// The unit is reminded.
    Chase {
        /// Of which subject.
        subject: String,
    },
    /// The unit explains.
    Explain {
        /// Of which subject.
        subject: String,
        /// Why it is behind.
        cause: String,
        /// What is done about it.
        measures: String,
        /// Where the planning department writes down what the unit said elsewhere:
        /// where it said so. Empty where the unit writes itself.
        #[serde(default)]
        basis: String,
    },
    /// An explanation is approved.
    Approve {
        /// Of which subject.
        subject: String,
        /// By whom.
        desk: Desk,
    },
    /// An explanation goes back.
    Return {
        /// Of which subject.
        subject: String,
        /// From whom.
        desk: Desk,
        /// Why.
        reason: String,
    },
    /// A verdict of somebody else is laid beside ours.
    Outside {
        /// The verdict.
        verdict: OutsideVerdict,
        /// What else was said.
        comment: String,
    },
    /// A problem found, to be put right.
    Problem {
        /// What.
        text: String,
        /// About which indicator or work item; may be empty.
        subject: String,
        /// Who puts it right.
        unit: Option<UnitId>,
        /// By when.
        due: Option<Date>,
    },
    /// A problem is put right.
    Solve {
        /// Which one, from 1.
        number: u32,
        /// How, with evidence.
        how: String,
    },
    /// A free section of the report is written.
    Write {
        /// The section's name in the template.
        section: String,
        /// Its paragraphs, by lines.
        text: String,
    },
    /// The report is finished: nothing of it changes from here on.
    Finish {
        /// On which day, as the office counts it; it is not sent before.
        #[serde(default)]
        on: Option<Date>,
    },
    /// The report is taken up again.
    Reopen {
        /// Why.
        reason: String,
    },
    /// It was begun by mistake and goes no further. What happened stays on record.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The report goes to the standing committee.
    Send {
        /// When.
        on: Date,
        /// To whom.
        to: String,
    },
    /// An opinion of the committee.
    Opine {
        /// What it says.
        text: String,
        /// Who said it, where stated.
        from: String,
    },
    /// The written reply to an opinion.
    Reply {
        /// To which one, from 1.
        number: u32,
        /// The reply.
        text: String,
    },
    /// Report, opinions and replies are made public.
    Publish {
        /// When.
        on: Date,
    },
}

impl Happening for AssessmentEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Freeze { .. } => "freeze",
            Self::Ask { .. } => "ask",
            Self::Chase { .. } => "chase",
            Self::Explain { .. } => "explain",
            Self::Approve { .. } => "approve",
            Self::Return { .. } => "return",
            Self::Outside { .. } => "outside",
            Self::Problem { .. } => "problem",
            Self::Solve { .. } => "solve",
            Self::Write { .. } => "write",
            Self::Finish { .. } => "finish",
            Self::Reopen { .. } => "reopen",
            Self::Withdraw { .. } => "withdraw",
            Self::Send { .. } => "send",
            Self::Opine { .. } => "opine",
            Self::Reply { .. } => "reply",
            Self::Publish { .. } => "publish",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Ask { subject, .. }
            | Self::Chase { subject }
            | Self::Explain { subject, .. }
            | Self::Approve { subject, .. }
            | Self::Return { subject, .. } => subject.clone(),
            Self::Outside { verdict, .. } => verdict.indicator.clone(),
            Self::Write { section, .. } => section.clone(),
            _ => String::new(),
        }
    }
}
