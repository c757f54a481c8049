//! Corrections of the register by a person: each is a further version.

use jiff::Timestamp;
use plan_model::{Baseline, Direction, Indicator, IndicatorKind, Measure};

use crate::{
    WorkflowError,
    permissions::{Action, Actor},
    records::{BreakRecord, PlanId},
    storage::{Stamp, Storage, StorageError},
};

/// What a person corrects of an indicator; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// Whether it binds.
    pub kind: Option<IndicatorKind>,
    /// Its arithmetic.
    pub measure: Option<Measure>,
    /// Which way is better; `Some(None)` for not stated.
    pub direction: Option<Option<Direction>>,
    /// Where it started; `Some(None)` for no baseline.
    pub baseline: Option<Option<Baseline>>,
    /// Why; never empty.
    pub reason: String,
}

/// Corrects an indicator. `seen` is the version that was shown to the person:
/// where another one is there by now the correction is refused. Answers the new
/// version, or the old one where nothing differs.
pub async fn correct<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    (plan, id, seen): (PlanId, &str, u32),
    correction: Correction,
) -> Result<u32, WorkflowError> {
    actor.require(Action::ReviseIndicator)?;
    let reason = reason(&correction.reason)?;
    let records = storage.indicators(plan, None).await?;
    let found = records.iter().find(|record| record.indicator.id == id);
    let found = found.ok_or_else(|| StorageError::NotFound { what: "指标", id: id.to_owned() })?;
    let mut indicator: Indicator = found.indicator.clone();
    if let Some(other) = correction.measure.as_ref().and_then(Measure::other)
        && (other == id || !records.iter().any(|record| record.indicator.id == other))
    {
        let message = format!("没有可比较的指标“{other}”，请填写本规划中另一指标的编号");
        return Err(WorkflowError::BadInput { field: "指标类型", message });
    }
    indicator.kind = correction.kind.unwrap_or(indicator.kind);
    indicator.measure = correction.measure.unwrap_or(indicator.measure);
    indicator.direction = correction.direction.unwrap_or(indicator.direction);
    indicator.baseline = correction.baseline.unwrap_or(indicator.baseline);
    if indicator == found.indicator && seen == found.version {
        return Ok(seen);
    }
    let stamp = Stamp { actor: actor.name.clone(), at: now };
    Ok(storage.revise_indicator(stamp, plan, indicator, seen, reason).await?)
}

/// Records a change of definition (口径) of an indicator.
pub async fn record_break<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    plan: PlanId,
    mut change: BreakRecord,
) -> Result<(), WorkflowError> {
    actor.require(Action::ReviseIndicator)?;
    change.reason = reason(&change.reason)?;
    if let Some((_, new)) = change.overlap
        && new.is_zero()
    {
        let message = "新口径的数不能为 0：无法据此换算，请核对或留空".to_owned();
        return Err(WorkflowError::BadInput { field: "口径衔接", message });
    }
    Ok(storage.record_break(Stamp { actor: actor.name.clone(), at: now }, plan, change).await?)
}

fn reason(text: &str) -> Result<String, WorkflowError> {
    let text = text.trim();
    if (1..=500).contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() && c != '\n') {
        return Ok(text.to_owned());
    }
    let message = "须写明改正的依据，1 至 500 个字，请补充".to_owned();
    Err(WorkflowError::BadInput { field: "理由", message })
}
