//! The rules of reminding as data: `rules/reminders.toml`.

use std::sync::LazyLock;

use jiff::{
    SignedDuration,
    civil::{Date, Time},
};
use serde::Deserialize;

use super::Kind;
use crate::calendar::WorkingDays;

/// When messages may be sent on a working day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// From when the day's digest is sent.
    pub digest: Time,
}

/// How often what could not be delivered is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Minutes to wait after the first, second, … failure; after the last it is given up.
    pub minutes: Vec<u16>,
}

impl Retry {
    /// How long to wait after so many failures in a row; `None` where it is given up.
    pub fn wait(&self, failures: u32) -> Option<SignedDuration> {
        let place = usize::try_from(failures.checked_sub(1)?).ok()?;
        self.minutes.get(place).map(|minutes| SignedDuration::from_mins(i64::from(*minutes)))
    }
}

/// A row of the table of kinds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRow {
    /// Which kind.
    pub code: Kind,
    /// Its word on pages and in messages.
    pub name: String,
    /// What it is, in Chinese.
    pub meaning: String,
}

/// From which day a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// The day the item opened.
    Opened,
    /// The day it is due; an item without one has no such step.
    Due,
}

/// Whom a step tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Whose turn it is; with them the chat groups that follow the unit.
    Turn,
    /// The approvers of the unit.
    Approver,
    /// The leaders of the unit.
    Leader,
    /// Whoever plans.
    Planner,
}

/// A row of the table of steps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its code word.
    pub code: String,
    /// For which kinds.
    pub kinds: Vec<Kind>,
    /// From which day it counts.
    pub from: From,
    /// Working days after that day, or before it where negative.
    pub days: i16,
    /// Whom it tells.
    pub to: Vec<Audience>,
    /// At once, or with the day's digest.
    pub at_once: bool,
    /// Not to who has noted the item already.
    #[serde(default)]
    pub unless_read: bool,
    /// What it says, in Chinese.
    pub meaning: String,
}

impl Step {
    /// The day from which the step tells, for an item opened and due on these days.
    pub fn day(&self, days: &WorkingDays, opened: Date, due: Option<Date>) -> Option<Date> {
        let anchor = match self.from {
            From::Opened => opened,
            From::Due => days.on_or_after(due?).date,
        };
        let count = self.days.unsigned_abs();
        Some(if self.days < 0 { days.before(anchor, count) } else { days.after(anchor, count).date })
    }
}

/// Why a table is refused; says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// It is not TOML of the expected keys.
    #[error("提醒规则读不懂：{0}；请对照 rules/reminders.toml 改正")]
    Malformed(String),
    /// The rows do not agree.
    #[error("提醒规则中“{at}”{fault}；请改正")]
    Contradiction {
        /// Where.
        at: String,
        /// What is wrong, in Chinese.
        fault: &'static str,
    },
}

/// The rules of reminding.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReminderRules {
    /// When messages may be sent.
    pub hours: Hours,
    /// How often they are tried again.
    pub retry: Retry,
    kind: Vec<KindRow>,
    step: Vec<Step>,
}

impl ReminderRules {
    /// Reads a table.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        let rules: Self = toml::from_str(text).map_err(|error| RulesError::Malformed(error.message().to_owned()))?;
        match rules.fault() {
            Some((at, fault)) => Err(RulesError::Contradiction { at, fault }),
            None => Ok(rules),
        }
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        if !(self.hours.from <= self.hours.digest && self.hours.digest < self.hours.to) {
            return Some(("hours".to_owned(), "的时刻应为 from ≤ digest < to"));
        }
        if let Some(missing) =
            Kind::ALL.iter().find(|kind| self.kind.iter().filter(|row| row.code == **kind).count() != 1)
        {
            return Some((missing.code().to_owned(), "应有且只有一行类别"));
        }
        for (at, step) in self.step.iter().enumerate() {
            if self.step.iter().take(at).any(|before| before.code == step.code) {
                return Some((step.code.clone(), "写了两次"));
            }
            if step.to.is_empty() || step.kinds.is_empty() {
                return Some((step.code.clone(), "没有写明类别或提醒谁"));
            }
            if step.meaning.is_empty() {
                return Some((step.code.clone(), "没有说明"));
            }
            if step.from == From::Opened && step.days < 0 {
                return Some((step.code.clone(), "不能早于开始之日"));
            }
        }
        None
    }

    /// The table that comes with the program.
    #[expect(clippy::expect_used, reason = "the shipped table is read by a test")]
    pub fn standard() -> &'static Self {
        static RULES: LazyLock<ReminderRules> = LazyLock::new(|| {
            ReminderRules::from_toml(include_str!("../../../../rules/reminders.toml")).expect("rules/reminders.toml")
        });
        &RULES
    }

    /// The word for a kind.
    pub fn name(&self, kind: Kind) -> &str {
        self.kind.iter().find(|row| row.code == kind).map_or(kind.code(), |row| row.name.as_str())
    }

    /// The kinds, in the order of the table.
    pub fn kinds(&self) -> &[KindRow] {
        &self.kind
    }

    /// The steps of a kind with their sharpness, the mildest first.
    pub fn steps(&self, kind: Kind) -> impl DoubleEndedIterator<Item = (usize, &Step)> {
        self.step.iter().enumerate().filter(move |(_, step)| step.kinds.contains(&kind))
    }

    /// The step with this code.
    pub(super) fn step(&self, code: &str) -> Option<&Step> {
        self.step.iter().find(|step| step.code == code)
    }

    /// The sharpness of a step; `None` for one the table no longer has.
    pub(super) fn sharpness(&self, code: &str) -> Option<usize> {
        self.step.iter().position(|step| step.code == code)
    }
}
