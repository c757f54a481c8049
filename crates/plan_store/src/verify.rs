//! Checking that what is stored is what the audit chain says was stored.

use std::collections::BTreeMap;

use plan_workflow::{
    records::{AuditCheck, AuditFault},
    storage::Stored,
};
use serde::Deserialize;

use crate::{
    chain, digest,
    engine::{Pool, Tx, Value},
    evidence,
    tables::{self, COVERED, Claim, Claims, Table},
};

/// So many places are named; after that the rest is only counted.
const MOST_FAULTS: usize = 200;

/// What was found so far.
#[derive(Default)]
struct Findings {
    faults: Vec<AuditFault>,
    more: u64,
}

impl Findings {
    fn add(&mut self, place: String, message: impl Into<String>) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(AuditFault { place, message: message.into() });
        } else {
            self.more += 1;
        }
    }
}

/// The rows of one table, counted and digested by audit record.
type Found = BTreeMap<i64, Claim>;

/// Checks the chain and every row it covers, in one state of the database.
pub(crate) async fn verify(pool: &Pool) -> Stored<AuditCheck> {
    let mut tx = pool.snapshot().await?;
    let mut findings = Findings::default();
    if tx.is_sqlite() {
        for row in tx.fetch("PRAGMA integrity_check(20)", Vec::new()).await? {
            let said = row.text(0)?;
            if said != "ok" {
                findings.add("database file".to_owned(), format!("数据库文件损坏：{said}"));
            }
        }
    }
    let mut rows = 0;
    let mut found: BTreeMap<&'static str, Found> = BTreeMap::new();
    for table in COVERED {
        let of_table = check_rows(&mut tx, table, &mut findings).await?;
        rows += of_table.values().map(|claim| claim.count).sum::<u64>();
        found.insert(table.name, of_table);
    }
    for (place, message) in evidence::check(&mut tx).await? {
        findings.add(place, message);
    }
    let (records, head) = check_chain(&mut tx, &mut found, &mut findings).await?;
    for (table, left) in &found {
        for (seq, claim) in left {
            let message = format!("有 {} 行不在任何审计记录中（seq = {seq}），可能是绕过系统写入的", claim.count);
            findings.add(format!("{table} seq={seq}"), message);
        }
    }
    if findings.more > 0 {
        let message = format!("另有 {} 处不符，未逐一列出", findings.more);
        findings.faults.push(AuditFault { place: "…".to_owned(), message });
    }
    Ok(AuditCheck { records, rows, head, faults: findings.faults })
}

/// Checks each row of a table against its own digest, and digests them by record.
async fn check_rows(tx: &mut Tx, table: &'static Table, findings: &mut Findings) -> Stored<Found> {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    // `+seq` keeps the index out: an entry of the table that its index no longer
    // knows must still be read.
    let sql = format!("SELECT {}, seq, digest FROM {} ORDER BY +seq", columns.join(", "), table.name);
    let mut found = Found::new();
    let mut open: Option<(i64, Vec<String>)> = None;
    let width = columns.len();
    let close = |found: &mut Found, group: Option<(i64, Vec<String>)>| {
        if let Some((seq, mut digests)) = group {
            let count = digests.len() as u64;
            found.insert(seq, Claim { count, digest: digest::of_digests(&mut digests) });
        }
    };
    tx.each_row(sql, |row| {
        let values: Vec<Value> = table.columns.iter().enumerate().map(|(at, (_, int))| row.raw(at, *int)).collect();
        let seq = match row.raw(width, true) {
            Value::Int(Some(seq)) => seq,
            _ => -1,
        };
        let computed = tables::digest_of(table, &values);
        let stored = row.raw(width + 1, false);
        if stored != Value::Text(Some(computed)) {
            findings.add(place_of(table, &columns, &values), "内容与其摘要不符：这一行被改动过");
        }
        let Value::Text(stored) = stored else { return Ok(()) };
        if open.as_ref().is_none_or(|(current, _)| *current != seq) {
            close(&mut found, open.take());
        }
        open.get_or_insert_with(|| (seq, Vec::new())).1.push(stored.unwrap_or_default());
        Ok(())
    })
    .await?;
    close(&mut found, open);
    Ok(found)
}

/// `figures plan_id=1 indicator=I003 period=2023 …`
fn place_of(table: &Table, columns: &[&str], values: &[Value]) -> String {
    let mut place = table.name.to_owned();
    for (name, value) in columns.iter().zip(values).filter(|(name, _)| table.key.contains(name)) {
        let shown = match value {
            Value::Int(Some(int)) => int.to_string(),
            Value::Text(Some(text)) => text.clone(),
            Value::Int(None) | Value::Text(None) => "NULL".to_owned(),
            Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        };
        place.push_str(&format!(" {name}={shown}"));
    }
    place
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    rows: Claims,
}

/// Follows the chain from its first record, taking from `found` what each
/// record claims; answers the number of records and the last hash.
async fn check_chain(
    tx: &mut Tx,
    found: &mut BTreeMap<&'static str, Found>,
    findings: &mut Findings,
) -> Stored<(u64, String)> {
    let (mut records, mut last, mut hash) = (0_u64, 0_i64, digest::NOTHING.to_owned());
    let sql = "SELECT seq, at, actor, action, object, detail, previous, hash FROM audit ORDER BY +seq".to_owned();
    tx.each_row(sql, |row| {
        let integer = [true, true, false, false, false, false, false];
        let values: Vec<Value> = (0..7).zip(integer).map(|(at, int)| row.raw(at, int)).collect();
        let text = |value: Option<&Value>| match value {
            Some(Value::Text(Some(text))) => text.clone(),
            _ => String::new(),
        };
        let seq = match values.first() {
            Some(Value::Int(Some(seq))) => *seq,
            _ => -1,
        };
        records += 1;
        let place = || format!("audit {seq}");
        if seq != last + 1 {
            findings.add(place(), format!("审计记录不连续：{last} 之后应为 {}，缺少或插入了记录", last + 1));
        }
        if text(values.get(6)) != hash {
            findings.add(place(), "与上一条记录的哈希接不上：上一条或本条被改动、删除或插入");
        }
        let stored = text(Some(&row.raw(7, false)));
        if chain::hash_of(&values) != stored {
            findings.add(place(), "内容与其哈希不符：这一条审计记录被改动过");
        }
        match serde_json::from_str::<Detail>(&text(values.get(5))) {
            Ok(detail) => check_claims(seq, detail.rows, found, findings),
            Err(_) => findings.add(place(), "明细无法解读"),
        }
        (last, hash) = (seq, stored);
        Ok(())
    })
    .await?;
    match tx.first("SELECT seq, hash FROM audit_head WHERE id = 1", Vec::new()).await? {
        Some(row) if row.raw(0, true) == Value::from(last) && row.raw(1, false) == Value::from(hash.as_str()) => {}
        Some(row) => {
            let said = row.int(0).unwrap_or(-1);
            findings.add(
                "audit_head".to_owned(),
                format!("链尾应为第 {said} 条，实际为第 {last} 条：末尾的记录被删除或改动"),
            );
        }
        None => findings.add("audit_head".to_owned(), "链尾记录被删除"),
    }
    Ok((records, hash))
}

/// Compares what a record says of its rows with the rows that were found.
fn check_claims(seq: i64, claims: Claims, found: &mut BTreeMap<&'static str, Found>, findings: &mut Findings) {
    for (table, claim) in claims {
        let rows = found.get_mut(table.as_str()).and_then(|of_table| of_table.remove(&seq));
        let count = rows.as_ref().map_or(0, |rows| rows.count);
        let place = || format!("{table} seq={seq}");
        if count != claim.count {
            let message = format!("审计记录 {seq} 写入 {} 行，现有 {count} 行：有行被删除或插入", claim.count);
            findings.add(place(), message);
        } else if rows.is_some_and(|rows| rows.digest != claim.digest) {
            findings.add(place(), format!("与审计记录 {seq} 的摘要不符：所写入的行连同摘要被改动或替换过"));
        }
    }
}
