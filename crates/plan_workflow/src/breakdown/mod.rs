//! 分解: a plan's targets over its years and over towns or units, and the budget
//! lines that pay for a commitment.
//!
//! What is agreed is kept as versions, one after the other; nothing is put right
//! silently. Every figure that does not fit its whole is a gap with its amount
//! ([`gaps`]), also after the whole changed. Agreed yearly targets enter verdicts
//! where no annual plan says otherwise ([`agreed`]); `docs/decisions/0029-breakdown.md`.

mod budget;
mod curves;
mod gaps;
mod set;
#[cfg(test)]
mod tests;
mod verdicts;

use std::collections::BTreeMap;

use jiff::Timestamp;
use plan_model::{Decimal, UnitId};
use serde::{Deserialize, Serialize};

use crate::{
    events::{EventStore, Happening, Stream},
    records::PlanId,
    storage::Stored,
};

pub use budget::{BudgetReport, NewLine, amounts, drop_line, import_lines, set_line};
pub use curves::{AcrossYears, Curves, WithinYear};
pub use gaps::{Inconsistency, gaps, late_nodes, whole_of};
pub use set::{NewShares, NewYears, parse_shares, parse_years, propose, set_shares, set_years, why};
pub use verdicts::agreed;

/// The course agreed within each year, as it was when it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its code word in `rules/curves.toml`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The shares of the year, in percent, covered by the end of each month.
    pub months: Vec<Decimal>,
}

/// The part of a unit in a year's target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The unit.
    pub unit: UnitId,
    /// The year.
    pub year: i16,
    /// How much, in the indicator's unit.
    pub value: Decimal,
}

/// A line of a budget that pays for a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLine {
    /// The code of the line in the budget; with the year it names the line.
    pub code: String,
    /// What it is called there.
    pub name: String,
    /// The budget's year.
    pub year: i16,
    /// How much, in 万元.
    pub amount: Decimal,
    /// Where the money comes from.
    pub source: String,
    /// The commitment it pays for: an indicator's id (I012) or a work item's (W7).
    pub subject: String,
}

/// What happens to a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum BreakdownEvent {
    /// The yearly targets of an indicator are set; none takes them back.
    Years {
        /// The indicator.
        indicator: String,
        /// The unit of the values.
        unit: String,
        /// The year and its target.
        years: Vec<(i16, Decimal)>,
        /// The course within each year, where one is agreed.
        within: Option<Course>,
        /// Why they were changed; may be empty for the first.
        reason: String,
    },
    /// The shares of units in an indicator's yearly targets are set.
    Shares {
        /// The indicator.
        indicator: String,
        /// The shares.
        shares: Vec<Share>,
        /// Why they were changed.
        reason: String,
    },
    /// A budget line is added, or changed where its code and year are known.
    Line {
        /// The line.
        line: BudgetLine,
        /// Why it was changed.
        reason: String,
    },
    /// A budget line is taken away.
    DropLine {
        /// The code of the line.
        code: String,
        /// Its year.
        year: i16,
        /// Why.
        reason: String,
    },
}

impl Happening for BreakdownEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Years { .. } => "years",
            Self::Shares { .. } => "shares",
            Self::Line { .. } => "line",
            Self::DropLine { .. } => "drop_line",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::Years { indicator, .. } | Self::Shares { indicator, .. } => indicator.clone(),
            Self::Line { line, .. } => line.subject.clone(),
            Self::DropLine { code, .. } => code.clone(),
        }
    }
}

/// An event with its number in the stream, when it was and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number in the stream, from 1.
    pub number: u32,
    /// What happened.
    pub what: BreakdownEvent,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// Who made a version, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Which version, from 1.
    pub version: u32,
    /// Why; may be empty for the first.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// The yearly targets of an indicator as agreed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Yearly {
    /// The unit of the values.
    pub unit: String,
    /// The year and its target, by year; none once they were taken back.
    pub years: Vec<(i16, Decimal)>,
    /// The course within each year, where one is agreed.
    pub within: Option<Course>,
    /// Who agreed.
    pub made: Made,
}

impl Yearly {
    /// The target of a year.
    pub fn of(&self, year: i16) -> Option<Decimal> {
        self.years.iter().find(|(given, _)| *given == year).map(|(_, value)| *value)
    }
}

/// The shares of units as agreed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The shares, in the order given.
    pub shares: Vec<Share>,
    /// Who agreed.
    pub made: Made,
}

/// A plan broken down, as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Breakdown {
    events: Vec<Event>,
    years: BTreeMap<String, Yearly>,
    shares: BTreeMap<String, Shared>,
    lines: BTreeMap<(i16, String), BudgetLine>,
}

/// The stream of a plan's breakdown.
pub fn stream(plan: PlanId) -> Stream {
    Stream::of_plan(plan, "breakdown")
}

/// The breakdown of a plan as stored; as known at a moment, where one is given.
pub async fn read<S: EventStore>(storage: &S, plan: PlanId, known_at: Option<Timestamp>) -> Stored<Breakdown> {
    let mut breakdown = Breakdown::default();
    for record in storage.events(&stream(plan), known_at).await? {
        let what = record.read()?;
        breakdown.apply(Event { number: record.number, what, at: record.at, actor: record.actor });
    }
    Ok(breakdown)
}

impl Breakdown {
    /// Takes in what happened.
    pub fn apply(&mut self, event: Event) {
        let made = |before: Option<&Made>, reason: &String| Made {
            version: before.map_or(0, |made| made.version).saturating_add(1),
            reason: reason.clone(),
            at: event.at,
            actor: event.actor.clone(),
        };
        match &event.what {
            BreakdownEvent::Years { indicator, unit, years, within, reason } => {
                let made = made(self.years.get(indicator).map(|known| &known.made), reason);
                let mut years = years.clone();
                years.sort_unstable();
                let known = Yearly { unit: unit.clone(), years, within: within.clone(), made };
                self.years.insert(indicator.clone(), known);
            }
            BreakdownEvent::Shares { indicator, shares, reason } => {
                let made = made(self.shares.get(indicator).map(|known| &known.made), reason);
                self.shares.insert(indicator.clone(), Shared { shares: shares.clone(), made });
            }
            BreakdownEvent::Line { line, .. } => {
                self.lines.insert((line.year, line.code.clone()), line.clone());
            }
            BreakdownEvent::DropLine { code, year, .. } => {
                self.lines.remove(&(*year, code.clone()));
            }
        }
        self.events.push(event);
    }

    /// How many events made it so.
    pub fn version(&self) -> u32 {
        self.events.last().map_or(0, |event| event.number)
    }

    /// The yearly targets of an indicator, where any are agreed.
    pub fn years(&self, indicator: &str) -> Option<&Yearly> {
        self.years.get(indicator).filter(|yearly| !yearly.years.is_empty())
    }

    /// The shares of units in an indicator, where any are agreed.
    pub fn shares(&self, indicator: &str) -> Option<&Shared> {
        self.shares.get(indicator).filter(|shared| !shared.shares.is_empty())
    }

    /// Which version of an indicator's yearly targets and of its shares is the last,
    /// 0 for none: who sets them sends it, so that nobody overwrites unseen.
    pub fn versions(&self, indicator: &str) -> (u32, u32) {
        let years = self.years.get(indicator).map_or(0, |known| known.made.version);
        (years, self.shares.get(indicator).map_or(0, |known| known.made.version))
    }

    /// The budget lines, by year and code.
    pub fn lines(&self) -> impl Iterator<Item = &BudgetLine> {
        self.lines.values()
    }

    /// The budget lines of a commitment.
    pub fn lines_of<'a>(&'a self, subject: &'a str) -> impl Iterator<Item = &'a BudgetLine> {
        self.lines().filter(move |line| line.subject == subject)
    }

    /// What happened to a commitment, in its order.
    pub fn history<'a>(&'a self, subject: &'a str) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.events.iter().filter(move |event| event.what.subject() == subject)
    }
}
