//! What people decide of what was found in a plan.

use plan_model::WorkItem;
use plan_workflow::{
    confirm::{Act, DecisionBatch, DecisionRecord, NewVersion, WorkItemRecord},
    records::PlanId,
    storage::{Stamp, StorageError, Stored},
};
use serde_json::{Value as Json, json};

use crate::{
    chain::{Chain, Entry},
    changes::touch_plan,
    decode,
    encode::{self, json as as_json, micros},
    engine::{Row, Tx, Value, damaged, values},
    tables::{DECISIONS, INDICATORS, Rows},
    writer::Done,
};

pub(crate) const DECISION: &str = "number, batch, candidate, action, payload, reason, at, actor";

pub(crate) fn decision(row: &Row) -> Result<DecisionRecord, StorageError> {
    let payload = row.opt_text(4)?.map_or(Ok(Json::Null), |text| serde_json::from_str(&text));
    let payload = payload.map_err(|error| damaged("payload", error.to_string()))?;
    let mut act = json!({ "action": row.text(3)? });
    if let (Some(fields), false) = (act.as_object_mut(), payload.is_null()) {
        fields.insert("payload".to_owned(), payload);
    }
    let act: Act = serde_json::from_value(act).map_err(|error| damaged("action", error.to_string()))?;
    Ok(DecisionRecord {
        number: row.count(0)?,
        batch: row.count(1)?,
        candidate: decode::parsed(row, 2)?,
        act,
        reason: row.text(5)?,
        at: decode::moment(row, 6)?,
        actor: row.text(7)?,
    })
}

pub(crate) const WORK_ITEM: &str = "number, chapter, item";

pub(crate) fn work_item(row: &Row) -> Result<WorkItemRecord, StorageError> {
    let item: WorkItem = decode::json(row, 2)?;
    Ok(WorkItemRecord { number: row.count(0)?, chapter: row.text(1)?, item })
}

pub(crate) fn work_row(plan: PlanId, record: &WorkItemRecord) -> Result<Vec<Value>, StorageError> {
    Ok(values![plan.0, record.number, record.chapter.as_str(), as_json(&record.item)?])
}

/// The values of a decision's row and what the audit record says of it.
fn decision_row(
    plan: PlanId,
    stamp: &Stamp,
    (number, batch): (u32, u32),
    new: &plan_workflow::confirm::NewDecision,
) -> Result<Vec<Value>, StorageError> {
    let act =
        serde_json::to_value(&new.act).map_err(|error| StorageError::Unavailable { detail: error.to_string() })?;
    Ok(values![
        plan.0,
        number,
        batch,
        new.candidate.to_string(),
        new.act.code(),
        act.get("payload").map(Json::to_string),
        new.reason.as_str(),
        micros(stamp.at),
        stamp.actor.as_str(),
    ])
}

/// Stores decisions and the versions of indicators that follow from them.
pub(crate) async fn record(
    tx: &mut Tx,
    chain: &mut Chain,
    stamp: Stamp,
    plan: PlanId,
    batch: DecisionBatch,
) -> Stored<Done> {
    if tx.first("SELECT id FROM plans WHERE id = $1", values![plan.0]).await?.is_none() {
        return Err(StorageError::NotFound { what: "规划", id: plan.to_string() });
    }
    let seq = chain.next();
    let mut rows = Rows::default();
    let first = batch.after.saturating_add(1);
    let last = batch_rows(tx, &mut rows, (plan, seq, &stamp), &batch).await?;
    let claims = rows.claims();
    rows.write(tx).await?;
    touch_plan(tx, plan, seq, &stamp).await?;
    let decided: Vec<Json> =
        batch.decisions.iter().map(|new| json!([new.candidate, new.act.code(), new.reason])).collect();
    let indicators: Vec<&str> = batch.versions.iter().map(|version| version.new.indicator.id.as_str()).collect();
    let facts = json!({ "first": first, "decisions": decided, "indicators": indicators });
    let object = match batch.decisions.as_slice() {
        [one] => format!("plan:{plan}/candidate:{}", one.candidate),
        _ => format!("plan:{plan}"),
    };
    chain.add(&stamp, Entry { action: "register.confirm", object, facts, claims });
    Ok(Done::Version(last))
}

/// Adds the rows of decisions and versions made upon the decision `batch.after`;
/// answers the number of the last decision.
pub(crate) async fn batch_rows(
    tx: &mut Tx,
    rows: &mut Rows,
    (plan, seq, stamp): (PlanId, i64, &Stamp),
    batch: &DecisionBatch,
) -> Stored<u32> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM decisions WHERE plan_id = $1";
    let latest = tx.first(sql, values![plan.0]).await?.map_or(Ok(0), |row| row.count(0))?;
    if latest != batch.after {
        return Err(StorageError::Conflict { what: "规划的确认", id: plan.to_string(), latest });
    }
    let first = latest.saturating_add(1);
    let mut last = latest;
    for (number, new) in (first..).zip(&batch.decisions) {
        rows.add(&DECISIONS, seq, decision_row(plan, stamp, (number, first), new)?);
        last = number;
    }
    for version in &batch.versions {
        rows.add(&INDICATORS, seq, version_row(tx, plan, stamp, version).await?);
    }
    Ok(last)
}

/// The row of an indicator's further version, if it follows the latest one.
async fn version_row(
    tx: &mut Tx,
    plan: PlanId,
    stamp: &Stamp,
    version: &NewVersion,
) -> Result<Vec<Value>, StorageError> {
    let NewVersion { new, seen, reason } = version;
    let sql = "SELECT COALESCE(MAX(version), 0) FROM indicators WHERE plan_id = $1 AND code = $2";
    let row = tx.first(sql, values![plan.0, new.indicator.id.as_str()]).await?;
    let latest = row.map_or(Ok(0), |row| row.count(0))?;
    if latest != *seen {
        return Err(StorageError::Conflict { what: "指标", id: new.indicator.id.clone(), latest });
    }
    let number = latest.saturating_add(1);
    let dictionary = new.dictionary.as_ref();
    let version = encode::Version { number, mentions: &new.mentions, base_fact: new.base_fact, dictionary, reason };
    encode::indicator_row(plan, stamp, &new.indicator, &version)
}
