//! The steps by which the tables came about, each with its way back.
//!
//! A step that was released is never edited: its digest is stored with the
//! database, and a database that was made by another text is refused.

use plan_workflow::{Timestamp, storage::StorageError};

use crate::{
    digest,
    engine::{Keep, Pool, Tx, values},
};

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: (&'static str, &'static str),
    postgres: (&'static str, &'static str),
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sqlite: (
                include_str!(concat!("../migrations/sqlite/", $name, ".up.sql")),
                include_str!(concat!("../migrations/sqlite/", $name, ".down.sql")),
            ),
            postgres: (
                include_str!(concat!("../migrations/postgres/", $name, ".up.sql")),
                include_str!(concat!("../migrations/postgres/", $name, ".down.sql")),
            ),
        }
    };
}

const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_register"),
    migration!(2, "0002_confirming"),
    migration!(3, "0003_dictionary"),
    migration!(4, "0004_links"),
    migration!(5, "0005_editions"),
    migration!(6, "0006_events"),
    migration!(7, "0007_accounts"),
    migration!(8, "0008_evidence"),
    migration!(9, "0009_register_revision"),
    migration!(10, "0010_regions"),
    migration!(11, "0011_figures_since"),
];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations \
    (version BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// Brings the tables to the newest step, all steps or none.
pub(crate) async fn up(pool: &Pool, now: Timestamp) -> Result<(), StorageError> {
    let mut tx = begin(pool).await?;
    let applied = applied(&mut tx).await?;
    for (migration, found) in MIGRATIONS.iter().zip(&applied) {
        let (up, _) = texts(&tx, migration);
        if found.1 != digest::of_text(up) {
            let detail = format!("迁移 {} 与程序中的不一致：数据库由另一版本的程序建立", migration.name);
            return Err(StorageError::Unavailable { detail });
        }
    }
    if applied.len() > MIGRATIONS.len() {
        let detail = "数据库比程序新；请使用较新版本的程序".to_owned();
        return Err(StorageError::Unavailable { detail });
    }
    for migration in MIGRATIONS.iter().skip(applied.len()) {
        let (up, _) = texts(&tx, migration);
        tx.script(up).await?;
        let insert = "INSERT INTO schema_migrations (version, name, digest, applied_at) VALUES ($1, $2, $3, $4)";
        let row = values![migration.version, migration.name, digest::of_text(up), now.as_microsecond()];
        tx.execute(insert, row, Keep::Once).await?;
    }
    tx.commit().await
}

/// Takes back every step; all data are gone after it. For tests of the steps.
pub(crate) async fn down(pool: &Pool) -> Result<(), StorageError> {
    let mut tx = begin(pool).await?;
    let applied = applied(&mut tx).await?.len();
    for migration in MIGRATIONS.iter().take(applied).rev() {
        let (_, down) = texts(&tx, migration);
        tx.script(down).await?;
    }
    tx.script("DELETE FROM schema_migrations").await?;
    tx.commit().await
}

/// Begins; two programs that start at the same time take turns.
async fn begin(pool: &Pool) -> Result<Tx, StorageError> {
    let mut tx = pool.write().await?;
    if !tx.is_sqlite() {
        tx.script("SELECT pg_advisory_xact_lock(5103)").await?;
    }
    tx.script(TABLE).await?;
    Ok(tx)
}

async fn applied(tx: &mut Tx) -> Result<Vec<(i64, String)>, StorageError> {
    let rows = tx.fetch("SELECT version, digest FROM schema_migrations ORDER BY version", Vec::new()).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

fn texts(tx: &Tx, migration: &Migration) -> (&'static str, &'static str) {
    if tx.is_sqlite() { migration.sqlite } else { migration.postgres }
}
