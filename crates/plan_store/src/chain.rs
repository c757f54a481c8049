//! The audit chain: each record carries the hash of the one before.

use plan_workflow::storage::{Stamp, StorageError};
use serde_json::{Map, Value as Json};

use crate::{
    digest,
    encode::micros,
    engine::{Keep, Tx, Value, values},
    tables::{Claims, insert},
};

/// The end of the chain, and the records made in this transaction.
pub(crate) struct Chain {
    seq: i64,
    hash: String,
    records: Vec<Vec<Value>>,
}

/// What an audit record says.
pub(crate) struct Entry<'a> {
    pub(crate) action: &'a str,
    pub(crate) object: String,
    pub(crate) facts: Json,
    pub(crate) claims: Claims,
}

const COLUMNS: [&str; 8] = ["seq", "at", "actor", "action", "object", "detail", "previous", "hash"];

/// The hash of a record whose values are those of all columns but the last.
pub(crate) fn hash_of(record: &[Value]) -> String {
    digest::of_row("audit", COLUMNS.iter().copied().zip(record))
}

impl Chain {
    /// The chain as it stands, held until the transaction ends so that nobody
    /// else adds to it.
    pub(crate) async fn lock(tx: &mut Tx) -> Result<Self, StorageError> {
        // SQLite's write lock is held already; PostgreSQL locks the row.
        let sql = match tx.is_sqlite() {
            true => "SELECT seq, hash FROM audit_head WHERE id = 1",
            false => "SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE",
        };
        let row = tx.first(sql, Vec::new()).await?;
        let row = row.ok_or_else(|| crate::engine::damaged("audit_head", "没有记录"))?;
        Ok(Self { seq: row.int(0)?, hash: row.text(1)?, records: Vec::new() })
    }

    /// The number the next record will have.
    pub(crate) fn next(&self) -> i64 {
        self.seq + 1
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, stamp: &Stamp, entry: Entry<'_>) {
        let mut detail = match entry.facts {
            Json::Object(facts) => facts,
            _ => Map::new(),
        };
        if !entry.claims.is_empty()
            && let Ok(claims) = serde_json::to_value(&entry.claims)
        {
            detail.insert("rows".to_owned(), claims);
        }
        let seq = self.next();
        let mut record = values![
            seq,
            micros(stamp.at),
            stamp.actor.as_str(),
            entry.action,
            entry.object,
            Json::Object(detail).to_string(),
            self.hash.as_str(),
        ];
        let hash = hash_of(&record);
        record.push(hash.as_str().into());
        self.records.push(record);
        self.seq = seq;
        self.hash = hash;
    }

    /// A place to come back to when what follows is undone.
    pub(crate) fn mark(&self) -> (i64, String, usize) {
        (self.seq, self.hash.clone(), self.records.len())
    }

    /// Forgets the records added since the mark.
    pub(crate) fn back_to(&mut self, (seq, hash, length): (i64, String, usize)) {
        self.seq = seq;
        self.hash = hash;
        self.records.truncate(length);
    }

    /// Writes the records and the new end of the chain.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), StorageError> {
        if self.records.is_empty() {
            return Ok(());
        }
        insert(tx, "audit", &COLUMNS, self.records).await?;
        let update = "UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1";
        tx.execute(update, values![self.seq, self.hash], Keep::Prepared).await?;
        Ok(())
    }
}
