//! Files by the hash of their content.

use plan_workflow::{
    events::EventBatch,
    evidence::{Content, EvidenceStore, NewFile},
    storage::{Stamp, StorageError, Stored},
};
use serde_json::json;

use crate::{
    chain::{Chain, Entry},
    digest,
    encode::micros,
    engine::{Keep, Tx, Value, damaged, values},
    events,
    store::{Store, unexpected},
    tables::{EVIDENCE_FILES, Rows},
    writer::{Change, Done},
};

impl EvidenceStore for Store {
    async fn store_evidence(&self, stamp: Stamp, file: NewFile, batch: EventBatch) -> Stored<Vec<u32>> {
        match self.write(Change::Evidence(stamp, Box::new((file, batch)))).await? {
            Done::Numbers(numbers) => Ok(numbers),
            other => Err(unexpected(other)),
        }
    }

    async fn evidence(&self, hash: &str) -> Stored<Option<Content>> {
        let sql = "SELECT f.media_type, c.bytes FROM evidence_files f \
                   JOIN evidence_contents c ON c.hash = f.hash WHERE f.hash = $1";
        let Some(row) = self.first(sql, values![hash]).await? else { return Ok(None) };
        let content = Content { media_type: row.text(0)?, bytes: row.bytes(1)? };
        // Nobody is given a file that is not the one that was handed in.
        if digest::of_bytes(&content.bytes) != hash {
            return Err(damaged(&format!("evidence_contents hash={hash}"), "内容与其哈希不符"));
        }
        Ok(Some(content))
    }
}

/// Stores a file where it is not there yet, and the events that attach it.
pub(crate) async fn store(
    tx: &mut Tx,
    chain: &mut Chain,
    stamp: Stamp,
    (file, batch): (NewFile, EventBatch),
) -> Stored<Done> {
    let NewFile { media_type, name, bytes } = file;
    let hash = digest::of_bytes(&bytes);
    let sql = "SELECT hash FROM evidence_files WHERE hash = $1";
    if tx.first(sql, values![hash.as_str()]).await?.is_none() {
        let size = i64::try_from(bytes.len())
            .map_err(|_| StorageError::Unavailable { detail: "文件过大，无法保存".to_owned() })?;
        let mut rows = Rows::default();
        let row =
            values![hash.as_str(), media_type.as_str(), size, name.as_str(), micros(stamp.at), stamp.actor.as_str(),];
        rows.add(&EVIDENCE_FILES, chain.next(), row);
        let claims = rows.claims();
        rows.write(tx).await?;
        let sql = "INSERT INTO evidence_contents (hash, bytes) VALUES ($1, $2)";
        tx.execute(sql, values![hash.as_str(), bytes], Keep::Once).await?;
        let facts = json!({ "name": name, "media_type": media_type, "size": size });
        chain.add(&stamp, Entry { action: "evidence.store", object: format!("evidence:{hash}"), facts, claims });
    }
    events::append(tx, chain, stamp, batch).await
}

/// The places where the contents are not those the rows name, with what is wrong.
pub(crate) async fn check(tx: &mut Tx) -> Stored<Vec<(String, &'static str)>> {
    let mut found = Vec::new();
    let sql = "SELECT hash, bytes FROM evidence_contents ORDER BY hash";
    tx.each_row(sql.to_owned(), |row| {
        let hash = match row.raw(0, false) {
            Value::Text(Some(hash)) => hash,
            _ => String::new(),
        };
        if row.bytes(1).ok().is_none_or(|bytes| digest::of_bytes(&bytes) != hash) {
            found.push((format!("evidence_contents hash={hash}"), "内容与其哈希不符：这份佐证材料被改动或替换过"));
        }
        Ok(())
    })
    .await?;
    let lost = "SELECT f.hash FROM evidence_files f LEFT JOIN evidence_contents c ON c.hash = f.hash \
                WHERE c.hash IS NULL ORDER BY f.hash";
    for row in tx.fetch(lost, Vec::new()).await? {
        found.push((format!("evidence_contents hash={}", row.text(0)?), "这份佐证材料的内容被删除"));
    }
    let stray = "SELECT c.hash FROM evidence_contents c LEFT JOIN evidence_files f ON f.hash = c.hash \
                 WHERE f.hash IS NULL ORDER BY c.hash";
    for row in tx.fetch(stray, Vec::new()).await? {
        found.push((
            format!("evidence_contents hash={}", row.text(0)?),
            "这份内容不属于任何佐证材料，可能是绕过系统写入的",
        ));
    }
    Ok(found)
}
