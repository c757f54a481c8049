//! Setting yearly targets and shares.

use std::collections::HashSet;

use jiff::{Timestamp, tz::TimeZone};
use plan_assessment::{Unsplit, YearShare, curved_years, even_years, is_additive, whole};
use plan_model::{Decimal, Indicator, PlanPeriod, UnitId, parse_decimal};

use super::{Breakdown, BreakdownEvent, Curves, Share, read, stream};
use crate::{
    WorkflowError,
    directory::Directory,
    events::{Append, EventBatch},
    permissions::{Action, Actor},
    records::{Plan, PlanId},
    storage::{Stamp, Storage, StorageError},
};

/// Why a target cannot be split, in Chinese, with what to do.
pub fn why(unsplit: &Unsplit) -> String {
    match unsplit {
        Unsplit::NoArithmetic => "位次、是否、与其他指标比较的目标没有按年的数，不分解到年；可排节点".to_owned(),
        Unsplit::BaseMissing => "没有基期值，推算不出各年的水平；请先在指标页补上基期值".to_owned(),
        Unsplit::Target(message) => message.zh.clone(),
        Unsplit::NoNumber => "目标没有给出可以分解的数；请先核对目标".to_owned(),
    }
}

/// Yearly targets to start from, by a course over the years.
pub fn propose(indicator: &Indicator, period: PlanPeriod, course: &str) -> Result<Vec<YearShare>, Unsplit> {
    match Curves::standard().across(course) {
        Some(curve) if curve.code != "even" => curved_years(indicator, period, |at, count| curve.share(at, count)),
        _ => even_years(indicator, period),
    }
}

/// Yearly targets as typed.
#[derive(Debug, Clone, Default)]
pub struct NewYears {
    /// The indicator.
    pub indicator: String,
    /// The year and what was typed for it; blank for none.
    pub years: Vec<(i16, String)>,
    /// The code of a course within the year; empty for none.
    pub within: String,
    /// Why; needed where something is changed.
    pub reason: String,
    /// The version the person saw, 0 for none.
    pub seen: u32,
}

/// Shares as typed.
#[derive(Debug, Clone, Default)]
pub struct NewShares {
    /// The indicator.
    pub indicator: String,
    /// Unit, year, and what was typed; blank for none.
    pub cells: Vec<(UnitId, i16, String)>,
    /// Why; needed where something is changed.
    pub reason: String,
    /// The version the person saw, 0 for none.
    pub seen: u32,
}

fn number(text: &str, what: &dyn Fn() -> String, wrong: &mut Vec<String>) -> Option<Decimal> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match parse_decimal(text) {
        Ok(value) => Some(value),
        Err(error) => {
            wrong.push(format!("{}：{error}", what()));
            None
        }
    }
}

fn refuse(field: &'static str, wrong: &[String]) -> WorkflowError {
    WorkflowError::BadInput { field, message: wrong.join("；") }
}

/// The yearly targets that were typed, in order; every fault in one answer.
pub fn parse_years(period: PlanPeriod, typed: &[(i16, String)]) -> Result<Vec<YearShare>, WorkflowError> {
    let (mut wrong, mut years) = (Vec::new(), Vec::new());
    for (year, text) in typed {
        let Some(value) = number(text, &|| format!("{year} 年"), &mut wrong) else { continue };
        if !period.contains(*year) {
            wrong.push(format!("{year} 年不在规划期 {period} 内"));
        } else if years.iter().any(|(known, _)| known == year) {
            wrong.push(format!("{year} 年有两个数"));
        }
        years.push((*year, value));
    }
    years.sort_unstable();
    if wrong.is_empty() { Ok(years) } else { Err(refuse("年度目标", &wrong)) }
}

/// The shares that were typed; every fault in one answer.
pub fn parse_shares(
    period: PlanPeriod,
    directory: &Directory,
    typed: &[(UnitId, i16, String)],
) -> Result<Vec<Share>, WorkflowError> {
    let (mut wrong, mut shares, mut known) = (Vec::new(), Vec::new(), HashSet::new());
    for (unit, year, text) in typed {
        let name = || format!("{} {year} 年", directory.unit_name(unit));
        let Some(value) = number(text, &name, &mut wrong) else { continue };
        if directory.unit(unit).is_none() {
            wrong.push(format!("没有单位“{unit}”"));
        }
        if !period.contains(*year) {
            wrong.push(format!("{year} 年不在规划期 {period} 内"));
        }
        if !known.insert((unit.clone(), *year)) {
            wrong.push(format!("{}有两个数", name()));
        }
        shares.push(Share { unit: unit.clone(), year: *year, value });
    }
    if wrong.is_empty() { Ok(shares) } else { Err(refuse("单位份额", &wrong)) }
}

/// What a change is checked against.
struct Ground {
    plan: Plan,
    indicator: Indicator,
    breakdown: Breakdown,
}

impl Ground {
    async fn read<S: Storage>(storage: &S, plan: PlanId, indicator: &str) -> Result<Self, WorkflowError> {
        let plan = storage.plan(plan).await?;
        let records = storage.indicators(plan.id, None).await?;
        let found = records.into_iter().find(|r| r.indicator.id == indicator && r.is_followed());
        let missing = || StorageError::NotFound { what: "指标", id: indicator.to_owned() };
        let indicator = found.ok_or_else(missing)?.indicator;
        let breakdown = read(storage, plan.id, None).await?;
        Ok(Self { plan, indicator, breakdown })
    }

    /// Refuses what was typed beside another version than the last.
    fn seen(&self, latest: u32, seen: u32) -> Result<(), WorkflowError> {
        let id = self.indicator.id.clone();
        if latest == seen { Ok(()) } else { Err(StorageError::Conflict { what: "分解", id, latest }.into()) }
    }

    async fn store<S: Storage>(
        self,
        storage: &S,
        (actor, now): (&Actor, Timestamp),
        event: BreakdownEvent,
        action: &'static str,
    ) -> Result<(), WorkflowError> {
        let plan = self.plan.id;
        let appends = vec![Append::to(stream(plan), self.breakdown.version(), &[event])?];
        let object = format!("plan:{plan} {}", self.indicator.id);
        let batch = EventBatch { action, object, appends, touches: Some(plan), ..EventBatch::default() };
        storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
        Ok(())
    }
}

fn needs_reason(version: u32, reason: &str) -> Result<(), WorkflowError> {
    if version > 0 && reason.trim().is_empty() {
        let message = "改动已约定的数要写明理由；请补充后再提交".to_owned();
        return Err(WorkflowError::BadInput { field: "理由", message });
    }
    Ok(())
}

/// Sets the yearly targets of an indicator; none takes them back. Gaps do not keep
/// from setting: they stay listed until they are put right.
pub async fn set_years<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    new: NewYears,
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    let ground = Ground::read(storage, plan, &new.indicator).await?;
    let (latest, _) = ground.breakdown.versions(&new.indicator);
    ground.seen(latest, new.seen)?;
    needs_reason(latest, &new.reason)?;
    let period = ground.plan.head.period;
    let refused = |unsplit: Unsplit| WorkflowError::BadInput { field: "年度目标", message: why(&unsplit) };
    let unit = whole(&ground.indicator, period).map_err(refused)?.unit;
    let years = parse_years(period, &new.years)?;
    let within = match new.within.trim() {
        "" => None,
        code => Some(Curves::standard().within(code).map(super::WithinYear::course).ok_or_else(|| {
            WorkflowError::BadInput {
                field: "年内曲线", message: format!("没有曲线“{code}”；请从列表中选择")
            }
        })?),
    };
    let reason = new.reason.trim().to_owned();
    let event = BreakdownEvent::Years { indicator: new.indicator, unit, years, within, reason };
    ground.store(storage, (actor, now), event, "breakdown.years").await
}

/// Sets the shares of units in an indicator's yearly targets. Refused with the
/// reason where the indicator does not add up.
pub async fn set_shares<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    (directory, new): (&Directory, NewShares),
) -> Result<(), WorkflowError> {
    actor.require(Action::BreakDown)?;
    let ground = Ground::read(storage, plan, &new.indicator).await?;
    let (_, latest) = ground.breakdown.versions(&new.indicator);
    ground.seen(latest, new.seen)?;
    needs_reason(latest, &new.reason)?;
    if !is_additive(&ground.indicator) {
        let refused = plan_assessment::check_shares(&ground.indicator, Decimal::ZERO, &[]).err();
        let message = refused.map_or_else(String::new, |problem| format!("{}；{}", problem.message, problem.hint));
        return Err(WorkflowError::BadInput { field: "单位份额", message });
    }
    let shares = parse_shares(ground.plan.head.period, directory, &new.cells)?;
    // A unit of another region is not there for who is held to one; what others gave it stays.
    let known = ground.breakdown.shares(&new.indicator).map_or(&[][..], |known| &known.shares);
    let today = now.to_zoned(TimeZone::UTC).date();
    let there = |unit: &UnitId| {
        directory.unit_for(actor, unit, today).is_some() || known.iter().any(|share| share.unit == *unit)
    };
    if let Some(share) = shares.iter().find(|share| !there(&share.unit)) {
        return Err(StorageError::NotFound { what: "单位", id: share.unit.to_string() }.into());
    }
    let event = BreakdownEvent::Shares { indicator: new.indicator, shares, reason: new.reason.trim().to_owned() };
    ground.store(storage, (actor, now), event, "breakdown.shares").await
}
