//! The tables that the audit chain covers, column by column.

use std::collections::BTreeMap;

use plan_workflow::storage::StorageError;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::{
    digest,
    engine::{Keep, Tx, Value},
};

/// A table whose rows are written once and covered by the chain. Beside these
/// columns it has `seq` (the audit record) and `digest` (SM3 of the row).
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns that name a row to a person.
    pub(crate) key: &'static [&'static str],
    /// Name, and whether it is an integer.
    pub(crate) columns: &'static [(&'static str, bool)],
}

const INT: bool = true;
const TEXT: bool = false;

pub(crate) static PLANS: Table = Table {
    name: "plans",
    key: &["id"],
    columns: &[
        ("id", INT),
        ("title", TEXT),
        ("jurisdiction", TEXT),
        ("first_year", INT),
        ("last_year", INT),
        ("kind", TEXT),
        ("parent", INT),
        ("file_name", TEXT),
        ("text_digest", TEXT),
        ("at", INT),
        ("actor", TEXT),
        ("edition_of", INT),
        ("edition", INT),
        ("edition_note", TEXT),
    ],
};

pub(crate) static SOURCES: Table = Table {
    name: "sources",
    key: &["plan_id"],
    columns: &[
        ("plan_id", INT),
        ("format", TEXT),
        ("encoding", TEXT),
        ("headings", TEXT),
        ("tables", TEXT),
        ("problems", TEXT),
        ("quantities", TEXT),
    ],
};

pub(crate) static SOURCE_LINES: Table = Table {
    name: "source_lines",
    key: &["plan_id", "line"],
    columns: &[
        ("plan_id", INT),
        ("line", INT),
        ("role", TEXT),
        ("body_start", INT),
        ("glued_box", INT),
        ("text", TEXT),
    ],
};

pub(crate) static FACTS: Table = Table {
    name: "facts",
    key: &["plan_id", "number"],
    columns: &[
        ("plan_id", INT),
        ("number", INT),
        ("name", TEXT),
        ("value", TEXT),
        ("period", TEXT),
        ("line", INT),
        ("start_char", INT),
        ("end_char", INT),
        ("quote", TEXT),
        ("rule", TEXT),
    ],
};

pub(crate) static INDICATORS: Table = Table {
    name: "indicators",
    key: &["plan_id", "code", "version"],
    columns: &[
        ("plan_id", INT),
        ("code", TEXT),
        ("version", INT),
        ("name", TEXT),
        ("group_name", TEXT),
        ("unit", TEXT),
        ("kind", TEXT),
        ("measure", TEXT),
        ("direction", TEXT),
        ("base_value", TEXT),
        ("base_period", TEXT),
        ("targets", TEXT),
        ("mentions", TEXT),
        ("base_fact", INT),
        ("dictionary", TEXT),
        ("reason", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

pub(crate) static COMMITMENTS: Table = Table {
    name: "commitments",
    key: &["plan_id", "number"],
    columns: &[
        ("plan_id", INT),
        ("number", INT),
        ("indicator", TEXT),
        ("chapter", TEXT),
        ("bases", TEXT),
        ("name", TEXT),
        ("class", TEXT),
        ("intent", TEXT),
        ("target", TEXT),
        ("line", INT),
        ("start_char", INT),
        ("end_char", INT),
        ("quote", TEXT),
        ("rule", TEXT),
        // NULL for certain, as in rows written before there was a confidence.
        ("confidence", TEXT),
    ],
};

pub(crate) static WORK_ITEMS: Table = Table {
    name: "work_items",
    key: &["plan_id", "number"],
    columns: &[("plan_id", INT), ("number", INT), ("chapter", TEXT), ("item", TEXT)],
};

pub(crate) static DECISIONS: Table = Table {
    name: "decisions",
    key: &["plan_id", "number"],
    columns: &[
        ("plan_id", INT),
        ("number", INT),
        ("batch", INT),
        ("candidate", TEXT),
        ("action", TEXT),
        ("payload", TEXT),
        ("reason", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

pub(crate) static FIGURES: Table = Table {
    name: "figures",
    key: &["plan_id", "indicator", "period", "standing", "vintage"],
    columns: &[
        ("plan_id", INT),
        ("indicator", TEXT),
        ("period", TEXT),
        ("standing", TEXT),
        ("vintage", INT),
        ("value", TEXT),
        ("source", TEXT),
        ("note", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

pub(crate) static SERIES_BREAKS: Table = Table {
    name: "series_breaks",
    key: &["plan_id", "indicator", "from_period", "version"],
    columns: &[
        ("plan_id", INT),
        ("indicator", TEXT),
        ("from_period", TEXT),
        ("version", INT),
        ("overlap_old", TEXT),
        ("overlap_new", TEXT),
        ("reason", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

pub(crate) static LINKS: Table = Table {
    name: "links",
    key: &["plan_id", "item", "version"],
    columns: &[
        ("plan_id", INT),
        ("item", TEXT),
        ("version", INT),
        ("parent", INT),
        ("other", TEXT),
        ("state", TEXT),
        ("score", INT),
        ("reasons", TEXT),
        ("note", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

pub(crate) static USERS: Table = Table {
    name: "users",
    key: &["name", "version"],
    columns: &[
        ("name", TEXT),
        ("version", INT),
        ("role", TEXT),
        ("password_hash", TEXT),
        ("active", INT),
        ("at", INT),
        ("actor", TEXT),
        // NULL for no, as in rows written before there was the question.
        ("must_change", INT),
        // NULL for the whole installation.
        ("region", TEXT),
    ],
};

pub(crate) static IDENTITIES: Table = Table {
    name: "identities",
    key: &["issuer", "subject", "version"],
    columns: &[
        ("issuer", TEXT),
        ("subject", TEXT),
        ("version", INT),
        ("user_name", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

pub(crate) static EVENTS: Table = Table {
    name: "events",
    key: &["stream", "number"],
    columns: &[
        ("stream", TEXT),
        ("number", INT),
        ("kind", TEXT),
        ("subject", TEXT),
        ("body", TEXT),
        ("at", INT),
        ("actor", TEXT),
    ],
};

/// The files kept as evidence, each once. Their bytes lie in `evidence_contents`
/// under the hash that this row names.
pub(crate) static EVIDENCE_FILES: Table = Table {
    name: "evidence_files",
    key: &["hash"],
    columns: &[("hash", TEXT), ("media_type", TEXT), ("size", INT), ("name", TEXT), ("at", INT), ("actor", TEXT)],
};

/// Every table the chain covers.
pub(crate) static COVERED: &[&Table] = &[
    &PLANS,
    &SOURCES,
    &SOURCE_LINES,
    &FACTS,
    &INDICATORS,
    &COMMITMENTS,
    &WORK_ITEMS,
    &DECISIONS,
    &FIGURES,
    &SERIES_BREAKS,
    &LINKS,
    &USERS,
    &EVENTS,
    &IDENTITIES,
    &EVIDENCE_FILES,
];

/// How many rows go into one statement on PostgreSQL, where each statement is a
/// way over the network: below its limit on placeholders (65,535) for the widest
/// table. On SQLite one prepared statement for each row is quicker.
const ROWS_A_STATEMENT: usize = 500;

/// What an audit record says of the rows written with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) count: u64,
    pub(crate) digest: String,
}

/// The claims of an audit record, by table.
pub(crate) type Claims = BTreeMap<String, Claim>;

/// Rows on their way into the tables, and the digests the chain will cover.
#[derive(Default)]
pub(crate) struct Rows {
    rows: Vec<(&'static Table, Vec<Vec<Value>>)>,
    digests: BTreeMap<&'static str, Vec<String>>,
}

impl Rows {
    /// Adds a row; the values are those of the table's columns, in their order.
    pub(crate) fn add(&mut self, table: &'static Table, seq: i64, mut row: Vec<Value>) {
        debug_assert_eq!(row.len(), table.columns.len(), "{}", table.name);
        let digest = digest_of(table, &row);
        self.digests.entry(table.name).or_default().push(digest.clone());
        row.push(seq.into());
        row.push(digest.into());
        match self.rows.iter_mut().find(|(t, _)| t.name == table.name) {
            Some((_, rows)) => rows.push(row),
            None => self.rows.push((table, vec![row])),
        }
    }

    /// What the audit record is to say of the rows added since the last call.
    pub(crate) fn claims(&mut self) -> Claims {
        let digests = std::mem::take(&mut self.digests);
        let claim = |mut all: Vec<String>| Claim { count: all.len() as u64, digest: digest::of_digests(&mut all) };
        digests.into_iter().map(|(table, all)| (table.to_owned(), claim(all))).collect()
    }

    /// Takes over rows that were made by themselves.
    pub(crate) fn append(&mut self, other: Rows) {
        for (table, mut rows) in other.rows {
            match self.rows.iter_mut().find(|(t, _)| t.name == table.name) {
                Some((_, mine)) => mine.append(&mut rows),
                None => self.rows.push((table, rows)),
            }
        }
    }

    /// Writes the rows, table by table in the order in which they first came.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<(), StorageError> {
        for (table, rows) in self.rows {
            let columns = table.columns.iter().map(|(name, _)| *name).chain(["seq", "digest"]);
            insert(tx, table.name, &columns.collect::<Vec<_>>(), rows).await?;
        }
        Ok(())
    }
}

/// The digest of a row whose values are those of the table's columns.
pub(crate) fn digest_of(table: &Table, row: &[Value]) -> String {
    digest::of_row(table.name, table.columns.iter().map(|(name, _)| *name).zip(row))
}

/// Inserts rows, many in a statement.
pub(crate) async fn insert(
    tx: &mut Tx,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<(), StorageError> {
    let sqlite = tx.is_sqlite();
    let at_once = if sqlite { 1 } else { ROWS_A_STATEMENT };
    let statement =
        |rows| format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), places(rows, columns.len(), sqlite));
    let full = statement(at_once);
    let mut rows = rows.into_iter();
    loop {
        let piece: Vec<Vec<Value>> = rows.by_ref().take(at_once).collect();
        // Only the full statement and that for one row come back often enough to
        // be kept prepared.
        let (sql, keep) = match piece.len() {
            0 => return Ok(()),
            all if all == at_once => (full.clone(), Keep::Prepared),
            1 => (statement(1), Keep::Prepared),
            some => (statement(some), Keep::Once),
        };
        tx.execute(AssertSqlSafe(sql), piece.into_iter().flatten().collect(), keep).await?;
    }
}

/// `($1, $2), ($3, $4)`: placeholders for so many rows of so many columns. SQLite
/// gets `?`: it looks each named placeholder up among all others, which takes
/// longer than all the rest where there are thousands.
pub(crate) fn places(rows: usize, columns: usize, sqlite: bool) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(rows * columns * 7);
    for place in 0..rows * columns {
        text.push_str(match (place, place % columns) {
            (0, _) => "(",
            (_, 0) => "), (",
            _ => ", ",
        });
        // Writing into a string cannot fail.
        let _ = if sqlite { text.write_char('?') } else { write!(text, "${}", place + 1) };
    }
    text.push(')');
    text
}
