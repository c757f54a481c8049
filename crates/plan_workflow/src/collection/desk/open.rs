//! Opening, locking and reopening rounds.

use std::collections::HashSet;

use jiff::civil::Date;
use plan_model::Period;

use super::{Desk, reason};
use crate::{
    WorkflowError,
    calendar::WorkingDays,
    collection::{Asked, Days, Frequency, Round, RoundDates, RoundEvent, Rounds},
    events::{Append, EventBatch, Happening as _},
    permissions::Action,
    records::PlanId,
    storage::{Storage, StorageError},
};

/// The most rows of a round.
const MOST_ROWS: usize = 20_000;

/// A round to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// For which period.
    pub period: Period,
    /// How often.
    pub frequency: Frequency,
    /// The first day, the last in time, the last at all, where they are not those
    /// of the calendar. A day on which nobody works becomes the next working day.
    pub dates: Option<(Date, Date, Date)>,
    /// The rows.
    pub asked: Vec<Asked>,
}

impl<S: Storage> Desk<'_, S> {
    /// Opens a round; answers its id.
    ///
    /// # Errors
    /// What was asked for the same period already is not asked twice.
    pub async fn open(&self, plan: PlanId, rounds: &Rounds, opening: Opening) -> Result<String, WorkflowError> {
        self.actor.require(Action::CollectReports)?;
        let Opening { period, frequency, dates, asked } = opening;
        let head = self.storage.plan(plan).await?.head;
        if !frequency.fits(period) {
            let message = format!("{period} 不是{}的期间；请核对", name(frequency));
            return Err(WorkflowError::BadInput { field: "期间", message });
        }
        if !head.period.contains(period.year()) {
            let message = format!("{period} 不在规划期 {} 之内；请核对年份", head.period);
            return Err(WorkflowError::BadInput { field: "期间", message });
        }
        check_asked(rounds, period, &asked)?;
        let RoundDates { opens, due, closes, provisional } = match dates {
            None => rounds.days(frequency).dates(period, WorkingDays::shipped()),
            Some(dates) => moved(dates)?,
        };
        let id = rounds.next_id(period);
        let title = format!("{}{}", frequency.title(period), name(frequency));
        let round = Round { id: id.clone(), title, period, frequency, opens, due, closes, provisional, asked };
        self.change(plan, rounds, RoundEvent::Open(round)).await?;
        Ok(id)
    }

    /// Sets the plan's own days for a frequency.
    pub async fn set_days(
        &self,
        plan: PlanId,
        rounds: &Rounds,
        (frequency, days): (Frequency, Days),
    ) -> Result<(), WorkflowError> {
        self.actor.require(Action::CollectReports)?;
        if let Some(fault) = days.fault() {
            let message = format!("{fault}；请改正后再提交");
            return Err(WorkflowError::BadInput { field: "采集日历", message });
        }
        self.change(plan, rounds, RoundEvent::SetDays { frequency, days }).await
    }

    /// Locks a round: nothing of it may be changed, accepted or returned.
    pub async fn lock(&self, plan: PlanId, rounds: &Rounds, round: &str, why: &str) -> Result<(), WorkflowError> {
        self.actor.require(Action::CollectReports)?;
        let state = found(rounds, round)?;
        if state.is_locked() {
            let message = format!("“{}”已经锁定；无需重复", state.round.title);
            return Err(WorkflowError::BadInput { field: "采集", message });
        }
        self.change(plan, rounds, RoundEvent::Lock { round: round.to_owned(), reason: reason(why)? }).await
    }

    /// Opens a round again that is locked or over, until a day.
    pub async fn reopen(
        &self,
        plan: PlanId,
        rounds: &Rounds,
        (round, closes): (&str, Date),
        why: &str,
    ) -> Result<(), WorkflowError> {
        self.actor.require(Action::CollectReports)?;
        let state = found(rounds, round)?;
        if state.is_open(self.today) {
            let message = format!("“{}”正在填报；无需重新开放", state.round.title);
            return Err(WorkflowError::BadInput { field: "采集", message });
        }
        let closes = WorkingDays::shipped().on_or_after(closes).date;
        if closes < self.today {
            let message = format!("{closes} 已经过去；请填今天或以后的日期");
            return Err(WorkflowError::BadInput { field: "截止日期", message });
        }
        let event = RoundEvent::Reopen { round: round.to_owned(), reason: reason(why)?, closes };
        self.change(plan, rounds, event).await
    }

    async fn change(&self, plan: PlanId, rounds: &Rounds, event: RoundEvent) -> Result<(), WorkflowError> {
        let action = match event {
            RoundEvent::SetDays { .. } => "rounds.set_days",
            RoundEvent::Open(_) => "rounds.open",
            RoundEvent::Lock { .. } => "rounds.lock",
            RoundEvent::Reopen { .. } => "rounds.reopen",
        };
        let object = format!("plan:{plan} {}", event.subject());
        let appends = vec![Append::to(Rounds::stream(plan), rounds.version(), &[event])?];
        self.storage.append(self.stamp(), EventBatch { action, object, appends, ..EventBatch::default() }).await?;
        Ok(())
    }
}

fn name(frequency: Frequency) -> &'static str {
    crate::collection::CollectionRules::standard().name(frequency)
}

fn found<'a>(rounds: &'a Rounds, round: &str) -> Result<&'a crate::collection::RoundState, WorkflowError> {
    rounds.round(round).ok_or_else(|| StorageError::NotFound { what: "采集", id: round.to_owned() }.into())
}

/// Dates typed by hand, on working days and in their order.
fn moved((opens, due, closes): (Date, Date, Date)) -> Result<RoundDates, WorkflowError> {
    if due < opens || closes < due {
        let message = format!("开始 {opens}、到期 {due}、截止 {closes} 的先后不对；请改正后再提交");
        return Err(WorkflowError::BadInput { field: "日期", message });
    }
    let [opens, due, closes] = [opens, due, closes].map(|day| WorkingDays::shipped().on_or_after(day));
    let provisional = opens.provisional || due.provisional || closes.provisional;
    Ok(RoundDates { opens: opens.date, due: due.date, closes: closes.date, provisional })
}

fn check_asked(rounds: &Rounds, period: Period, asked: &[Asked]) -> Result<(), WorkflowError> {
    if asked.is_empty() || asked.len() > MOST_ROWS {
        let message = format!("须为 1 至 {MOST_ROWS} 项；没有可采集的事项时，请先分办并由牵头单位认领，或另行选定");
        return Err(WorkflowError::BadInput { field: "填报事项", message });
    }
    let mut once = HashSet::new();
    let twice = asked.iter().find(|one| !once.insert(one.subject.as_str()));
    if let Some(twice) = twice {
        let message = format!("“{}”列了两次；一项只向一个单位采集，请删去一处", twice.subject);
        return Err(WorkflowError::BadInput { field: "填报事项", message });
    }
    if let Some((one, state)) = asked.iter().find_map(|one| Some((one, rounds.asking(&one.subject, period)?))) {
        let message = format!("“{}”在“{}”中已采集同一期间；不重复采集，请删去", one.subject, state.round.title);
        return Err(WorkflowError::BadInput { field: "填报事项", message });
    }
    Ok(())
}
