//! The steps of the tables, there and back.

use plan_store::Store;
use plan_workflow::storage::{Storage, StorageError};

use crate::{
    database::{Database, at},
    records::{plan, stamp},
};

pub(crate) async fn up_down_up_gives_the_same_tables(database: Database) {
    let store = database.open().await;
    let first = database.schema().await;
    assert!(first.len() > 40, "{first:?}");
    store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 2)).await.unwrap();
    store.close().await;
    Store::take_down(&database.url).await.unwrap();
    let empty = database.schema().await;
    assert!(empty.iter().all(|line| line.contains("schema_migrations")), "{empty:?}");
    let store = database.open().await;
    assert_eq!(database.schema().await, first);
    assert_eq!(store.plans().await, Ok(vec![]));
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_database_of_another_program_is_refused(database: Database) {
    let tampering = [
        "UPDATE schema_migrations SET digest = 'x'",
        "INSERT INTO schema_migrations SELECT version + 100, 'later', digest, applied_at FROM schema_migrations",
    ];
    for sql in tampering {
        let database = database.another();
        database.open().await.close().await;
        database.behind_the_back(sql).await;
        let refused = Store::connect(&database.url, at("2023-01-01T00:00:00Z")).await;
        assert!(matches!(refused.map(|_| ()), Err(StorageError::Unavailable { .. })), "{sql}");
    }
}

pub(crate) async fn a_wrong_address_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite:{}/no/such/folder/lantu.db", folder.path().display());
    let not_one = folder.path().join("text.db");
    std::fs::write(&not_one, "this is no database, although it is long enough to look like one").unwrap();
    let not_one = format!("sqlite:{}", not_one.display());
    for url in ["", "mysql://x", "sqlite:", "sqlite::memory:", &missing, &not_one, "postgres://lantu@127.0.0.1:1/x"] {
        let refused = Store::connect(url, at("2023-01-01T00:00:00Z")).await;
        let error = refused.map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("请检查数据库地址"), "{url}: {error}");
    }
}
