//! Every change but figures: what it writes and what its audit record says.

use plan_model::Indicator;
use plan_workflow::{
    records::{AttemptState, BreakRecord, NewPlan, PlanId, Session, User},
    register::dictionary::DictionaryLink,
    slice::LinkBatch,
    storage::{Stamp, StorageError, Stored},
};
use serde_json::json;

use crate::{
    chain::{Chain, Entry},
    decisions, decode, editions,
    encode::{self, micros},
    engine::{Keep, Tx, values},
    events, evidence, identities,
    tables::{Claims, INDICATORS, LINKS, Rows, SERIES_BREAKS, USERS},
    writer::{Change, Done},
};

/// A correction of an indicator.
pub(crate) struct Correction {
    pub(crate) plan: PlanId,
    pub(crate) indicator: Indicator,
    pub(crate) seen: u32,
    pub(crate) reason: String,
}

pub(crate) async fn apply(tx: &mut Tx, chain: &mut Chain, change: Change) -> Stored<Done> {
    match change {
        Change::CreatePlan(stamp, new) => create_plan(tx, chain, stamp, *new).await,
        Change::ReviseIndicator(stamp, revision) => revise_indicator(tx, chain, stamp, *revision).await,
        Change::Decisions(stamp, plan, batch) => decisions::record(tx, chain, stamp, plan, *batch).await,
        Change::RecordBreak(stamp, plan, change) => record_break(tx, chain, stamp, plan, change).await,
        Change::CreateEdition(stamp, new) => editions::create(tx, chain, stamp, *new).await,
        Change::RecordLinks(stamp, batch) => record_links(tx, chain, stamp, batch).await,
        Change::Events(stamp, batch) => events::append(tx, chain, stamp, *batch).await,
        Change::Evidence(stamp, new) => evidence::store(tx, chain, stamp, *new).await,
        Change::PutUser { stamp, user, replace } => put_user(tx, chain, stamp, user, replace).await,
        Change::PutIdentity(stamp, identity) => identities::put(tx, chain, stamp, *identity).await,
        Change::OpenSession(stamp, session) => open_session(tx, chain, stamp, *session).await,
        Change::CloseSession { stamp, token_hash } => close_session(tx, chain, stamp, token_hash).await,
        Change::TouchSession { token_hash, at } => {
            let sql = "UPDATE sessions SET seen_at = $1 WHERE token_hash = $2";
            tx.execute(sql, values![micros(at), token_hash], Keep::Prepared).await?;
            Ok(Done::Nothing)
        }
        Change::BeginAttempt { at, forget_before, keys } => {
            let (at, forget_before) = (micros(at), micros(forget_before));
            let mut states = Vec::with_capacity(keys.len());
            for key in keys {
                states.push(count_attempt(tx, key, at, forget_before).await?);
            }
            tx.execute("DELETE FROM login_attempts WHERE last_at < $1", values![forget_before], Keep::Prepared).await?;
            Ok(Done::Attempts(states))
        }
        Change::SettleAttempt { clear, lessen } => {
            for key in clear {
                tx.execute("DELETE FROM login_attempts WHERE key = $1", values![key], Keep::Prepared).await?;
            }
            for key in lessen {
                let sql = "UPDATE login_attempts SET failures = failures - 1 WHERE key = $1 AND failures > 0";
                tx.execute(sql, values![key], Keep::Prepared).await?;
            }
            Ok(Done::Nothing)
        }
        Change::Figures(..) => {
            Err(StorageError::Unavailable { detail: "figures are written by their own module".to_owned() })
        }
    }
}

/// Notes when something of a plan changed last that is no figure.
pub(crate) async fn touch_plan(tx: &mut Tx, plan: PlanId, seq: i64, stamp: &Stamp) -> Stored<()> {
    let sql = "INSERT INTO plan_changes (plan_id, seq, register_seq, at) VALUES ($1, $2, $2, $3) \
               ON CONFLICT (plan_id) DO UPDATE \
               SET seq = excluded.seq, register_seq = excluded.register_seq, at = excluded.at";
    tx.execute(sql, values![plan.0, seq, micros(stamp.at)], Keep::Prepared).await?;
    Ok(())
}

/// Notes when figures of a plan came last.
pub(crate) async fn touch_figures(tx: &mut Tx, plan: PlanId, seq: i64, stamp: &Stamp) -> Stored<()> {
    let sql = "UPDATE plan_changes SET seq = $2, at = $3 WHERE plan_id = $1";
    tx.execute(sql, values![plan.0, seq, micros(stamp.at)], Keep::Prepared).await?;
    Ok(())
}

async fn create_plan(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, new: NewPlan) -> Stored<Done> {
    let head = &new.head;
    if !new.again {
        let sql = "SELECT COALESCE(edition_of, id) FROM plans WHERE jurisdiction = $1 AND first_year = $2 \
                   AND last_year = $3 AND text_digest = $4 ORDER BY id LIMIT 1";
        let (first, last) = (head.period.first_year(), head.period.last_year());
        let same = values![head.jurisdiction.trim(), first, last, new.text_digest.as_str()];
        if let Some(row) = tx.first(sql, same).await? {
            return Err(StorageError::Duplicate { what: "规划", id: row.int(0)?.to_string() });
        }
    }
    if let Some(parent) = head.parent
        && tx.first("SELECT id FROM plans WHERE id = $1 AND edition_of IS NULL", values![parent.0]).await?.is_none()
    {
        return Err(StorageError::NotFound { what: "上级规划", id: parent.to_string() });
    }
    let last = tx.first("SELECT COALESCE(MAX(id), 0) FROM plans", Vec::new()).await?;
    let id = PlanId(last.map_or(Ok(0), |row| row.int(0))? + 1);
    let seq = chain.next();
    let mut rows = Rows::default();
    encode::plan_rows(&mut rows, (id, None), seq, &stamp, &new)?;
    let claims = rows.claims();
    rows.write(tx).await?;
    touch_plan(tx, id, seq, &stamp).await?;
    if let Some(parent) = head.parent.filter(|_| !new.links.is_empty()) {
        touch_plan(tx, parent, seq, &stamp).await?;
    }
    let facts = json!({
        "title": head.title.trim(), "jurisdiction": head.jurisdiction.trim(), "period": head.period,
        "file": new.file_name, "text": new.text_digest,
    });
    chain.add(&stamp, Entry { action: "plan.import", object: format!("plan:{id}"), facts, claims });
    Ok(Done::Plan(id))
}

async fn revise_indicator(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, revision: Correction) -> Stored<Done> {
    let Correction { plan, indicator, seen, reason } = revision;
    let sql = "SELECT version, mentions, base_fact, base_value, base_period, direction, measure, dictionary \
               FROM indicators \
               WHERE plan_id = $1 AND code = $2 ORDER BY version DESC LIMIT 1";
    let found = tx.first(sql, values![plan.0, indicator.id.as_str()]).await?;
    let row = found.ok_or_else(|| StorageError::NotFound { what: "指标", id: indicator.id.clone() })?;
    let latest = row.count(0)?;
    if latest != seen {
        return Err(StorageError::Conflict { what: "指标", id: indicator.id, latest });
    }
    let base = indicator.baseline.as_ref();
    let same_base = row.opt_text(3)? == base.map(|b| b.value.to_string())
        && row.opt_text(4)? == base.and_then(|b| b.period).map(|p| p.to_string());
    let base_fact = if same_base { row.opt_int(2)? } else { None };
    // What a person set is no longer the dictionary's.
    let mut dictionary: Option<DictionaryLink> = decode::opt_json(&row, 7)?;
    if let Some(link) = &mut dictionary {
        link.direction_supplied &= row.opt_text(5)? == indicator.direction.map(|d| d.code().to_owned());
        link.measure_supplied &= row.text(6)? == indicator.measure.to_string();
    }
    let version = encode::Version {
        number: latest + 1,
        mentions: &decode::json::<Vec<u32>>(&row, 1)?,
        base_fact: base_fact.and_then(|n| u32::try_from(n).ok()),
        dictionary: dictionary.as_ref(),
        reason: &reason,
    };
    let seq = chain.next();
    let mut rows = Rows::default();
    rows.add(&INDICATORS, seq, encode::indicator_row(plan, &stamp, &indicator, &version)?);
    let claims = rows.claims();
    rows.write(tx).await?;
    touch_plan(tx, plan, seq, &stamp).await?;
    // The yearly targets of the plan it carries out depend on it.
    let parent = tx.first("SELECT DISTINCT parent FROM links WHERE plan_id = $1", values![plan.0]).await?;
    if let Some(row) = parent {
        touch_plan(tx, PlanId(row.int(0)?), seq, &stamp).await?;
    }
    let facts = json!({ "version": latest + 1, "reason": reason });
    let object = format!("plan:{plan}/indicator:{}", indicator.id);
    chain.add(&stamp, Entry { action: "indicator.revise", object, facts, claims });
    Ok(Done::Version(latest + 1))
}

async fn record_break(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, plan: PlanId, change: BreakRecord) -> Stored<Done> {
    let sql = "SELECT code FROM indicators WHERE plan_id = $1 AND code = $2 LIMIT 1";
    if tx.first(sql, values![plan.0, change.indicator.as_str()]).await?.is_none() {
        return Err(StorageError::NotFound { what: "指标", id: change.indicator });
    }
    let sql = "SELECT COALESCE(MAX(version), 0) FROM series_breaks \
               WHERE plan_id = $1 AND indicator = $2 AND from_period = $3";
    let key = values![plan.0, change.indicator.as_str(), change.from.to_string()];
    let version = tx.first(sql, key).await?.map_or(Ok(0), |row| row.int(0))? + 1;
    let seq = chain.next();
    let mut rows = Rows::default();
    rows.add(&SERIES_BREAKS, seq, encode::break_row(plan, &stamp, &change, version));
    let claims = rows.claims();
    rows.write(tx).await?;
    touch_plan(tx, plan, seq, &stamp).await?;
    let facts = json!({ "from": change.from, "reason": change.reason });
    let object = format!("plan:{plan}/indicator:{}", change.indicator);
    chain.add(&stamp, Entry { action: "indicator.break", object, facts, claims });
    Ok(Done::Nothing)
}

async fn record_links(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, batch: LinkBatch) -> Stored<Done> {
    let LinkBatch { plan, parent, links, note, proposed } = batch;
    let seq = chain.next();
    let mut rows = Rows::default();
    let mut said = Vec::new();
    for (link, seen) in links {
        let sql = "SELECT COALESCE(MAX(version), 0) FROM links WHERE plan_id = $1 AND item = $2";
        let latest = tx.first(sql, values![plan.0, link.item.as_str()]).await?.map_or(Ok(0), |row| row.count(0))?;
        if latest != seen {
            return Err(StorageError::Conflict { what: "指标的对应", id: link.item, latest });
        }
        rows.add(&LINKS, seq, encode::link_row((plan, parent), &stamp, (&link, latest + 1), &note)?);
        said.push(json!({ "item": link.item, "other": link.other, "state": link.state, "version": latest + 1 }));
    }
    let claims = rows.claims();
    rows.write(tx).await?;
    touch_plan(tx, plan, seq, &stamp).await?;
    touch_plan(tx, parent, seq, &stamp).await?;
    let facts = json!({ "parent": parent, "links": said, "note": note });
    let action = if proposed { "links.propose" } else { "links.decide" };
    chain.add(&stamp, Entry { action, object: format!("plan:{plan}"), facts, claims });
    Ok(Done::Nothing)
}

async fn put_user(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, user: User, replace: bool) -> Stored<Done> {
    let sql = "SELECT version, password_hash FROM users WHERE name = $1 ORDER BY version DESC LIMIT 1";
    let row = tx.first(sql, values![user.name.as_str()]).await?;
    let latest = row.as_ref().map_or(Ok(0), |row| row.int(0))?;
    let same_password = row.map_or(Ok(false), |row| row.text(1).map(|hash| hash == user.password_hash))?;
    match (latest, replace) {
        (1.., false) => return Err(StorageError::Duplicate { what: "用户", id: user.name }),
        (..=0, true) => return Err(StorageError::NotFound { what: "用户", id: user.name }),
        _ => {}
    }
    let seq = chain.next();
    let mut rows = Rows::default();
    rows.add(&USERS, seq, encode::user_row(&stamp, &user, latest + 1));
    let claims = rows.claims();
    rows.write(tx).await?;
    if !user.active || !same_password {
        // Whoever was in with the old password, or may no longer log in, is out.
        tx.execute("DELETE FROM sessions WHERE user_name = $1", values![user.name.as_str()], Keep::Prepared).await?;
    }
    let action = if replace { "user.change" } else { "user.add" };
    let facts = json!({
        "role": user.role, "region": user.region, "active": user.active, "must_change": user.must_change,
        "version": latest + 1,
    });
    chain.add(&stamp, Entry { action, object: format!("user:{}", user.name), facts, claims });
    Ok(Done::Nothing)
}

async fn open_session(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, session: Session) -> Stored<Done> {
    // Ended sessions are swept out whenever one is opened.
    tx.execute("DELETE FROM sessions WHERE expires_at < $1", values![micros(stamp.at)], Keep::Prepared).await?;
    let sql = "INSERT INTO sessions (token_hash, user_name, csrf, address, created_at, seen_at, expires_at, \
               provider) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let row = values![
        session.token_hash,
        session.user.as_str(),
        session.csrf,
        session.address.as_str(),
        micros(session.created_at),
        micros(session.seen_at),
        micros(session.expires_at),
        session.provider.clone(),
    ];
    tx.execute(sql, row, Keep::Prepared).await?;
    let facts = json!({ "address": session.address, "provider": session.provider });
    let object = format!("user:{}", session.user);
    chain.add(&stamp, Entry { action: "session.open", object, facts, claims: Claims::new() });
    Ok(Done::Nothing)
}

async fn close_session(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, token_hash: String) -> Stored<Done> {
    let sql = "DELETE FROM sessions WHERE token_hash = $1 RETURNING user_name";
    if let Some(row) = tx.first(sql, values![token_hash]).await? {
        let object = format!("user:{}", row.text(0)?);
        chain.add(&stamp, Entry { action: "session.close", object, facts: json!({}), claims: Claims::new() });
    }
    Ok(Done::Nothing)
}

/// Counts one try under a key; answers how the key stood before.
async fn count_attempt(tx: &mut Tx, key: String, at: i64, forget_before: i64) -> Stored<AttemptState> {
    let sql = "SELECT failures, last_at FROM login_attempts WHERE key = $1 AND last_at >= $2";
    let found = tx.first(sql, values![key.as_str(), forget_before]).await?;
    let (failures, last_at) = match found {
        Some(row) => (row.count(0)?, row.int(1)?),
        None => (0, at),
    };
    let sql = "INSERT INTO login_attempts (key, failures, last_at) VALUES ($1, $2, $3) \
               ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at";
    tx.execute(sql, values![key.as_str(), failures.saturating_add(1), at], Keep::Prepared).await?;
    let last_at = plan_workflow::Timestamp::from_microsecond(last_at)
        .map_err(|error| crate::engine::damaged("login_attempts", error.to_string()))?;
    Ok(AttemptState { key, failures, last_at })
}
