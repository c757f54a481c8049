//! The register on disk: tables, migrations, queries and the audit chain, for
//! SQLite (the embedded default) and PostgreSQL (a shared installation).
//!
//! This is the only crate with SQL. It does not know HTTP, documents or rules:
//! what is stored was decided by `plan_workflow`, whose trait
//! [`Storage`](plan_workflow::storage::Storage) it implements.

mod chain;
mod changes;
mod decisions;
mod decode;
mod digest;
mod editions;
mod encode;
mod engine;
mod events;
mod evidence;
mod figures;
mod identities;
mod migrations;
mod store;
mod tables;
mod verify;
mod writer;

pub use store::Store;
