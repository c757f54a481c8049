//! SQLite, called where we are: a question takes some tens of microseconds, less
//! than handing it to another thread and waiting for the answer.
//!
//! Readers read a state of their own and wait for nobody. The writer, which waits
//! for the disk, has a thread of its own ([`crate::writer`]).

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use plan_workflow::storage::StorageError;
use rusqlite::{CachedStatement, Connection, OpenFlags, Statement, types::ValueRef};

use super::{BUSY, Keep, Row, Value, damaged};

/// So many connections that read are kept open for the next question; when more
/// ask at once, more are opened and closed again.
const KEPT: usize = 8;

/// So many statements a connection keeps prepared.
const STATEMENTS: usize = 100;

/// A database file.
#[derive(Clone)]
pub(crate) struct File(Arc<Held>);

struct Held {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    writers: Mutex<Vec<Connection>>,
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

impl File {
    /// Opens the file, made where it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, StorageError> {
        let held = Held { path: path.to_owned(), readers: Mutex::default(), writers: Mutex::default() };
        // The first connection makes the file; readers only find it.
        let writer = connect(path, Kind::Write)?;
        give_back(&held.writers, writer);
        Ok(Self(Arc::new(held)))
    }

    fn of(&self, kind: Kind) -> &Mutex<Vec<Connection>> {
        match kind {
            Kind::Read => &self.0.readers,
            Kind::Write => &self.0.writers,
        }
    }

    fn lend(&self, kind: Kind) -> Result<Lent, StorageError> {
        let kept = self.of(kind).lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = kept.map_or_else(|| connect(&self.0.path, kind), Ok)?;
        Ok(Lent { connection: Some(connection), file: self.clone(), kind })
    }

    /// A connection for one question.
    pub(super) fn reader(&self) -> Result<Lent, StorageError> {
        self.lend(Kind::Read)
    }

    /// A transaction.
    pub(super) fn begin(&self, kind: Kind) -> Result<Transaction, StorageError> {
        let lent = self.lend(kind)?;
        lent.script(if kind == Kind::Write { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
        Ok(Transaction { lent, open: true })
    }

    /// Closes what is not in use.
    pub(super) fn close(&self) {
        for kind in [Kind::Read, Kind::Write] {
            self.of(kind).lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }
}

fn connect(path: &Path, kind: Kind) -> Result<Connection, StorageError> {
    let only_read = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let make = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    // A connection is used by one thread at a time.
    let flags = if kind == Kind::Write { make } else { only_read } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).map_err(refused)?;
    opened.set_prepared_statement_cache_capacity(STATEMENTS);
    opened.busy_timeout(BUSY).map_err(refused)?;
    let set = |name: &str, value: &str| opened.pragma_update(None, name, value).map_err(refused);
    set("temp_store", "memory")?;
    // Pages of the file are read where they lie, instead of copied by a call each.
    set("mmap_size", "268435456")?;
    if kind == Kind::Read {
        set("cache_size", "-4000")?;
        return Ok(opened);
    }
    // Set on every connection that writes; the first is kept in the file.
    set("journal_mode", "wal")?;
    set("synchronous", "full")?;
    set("foreign_keys", "on")?;
    set("cache_size", "-32000")?;
    // In pages of 4 KiB: the log is taken over into the file every 16 MiB.
    set("wal_autocheckpoint", "4000")?;
    Ok(opened)
}

fn give_back(kept: &Mutex<Vec<Connection>>, connection: Connection) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() < KEPT {
        kept.push(connection);
    }
}

/// A connection in use; it goes back when it is dropped.
pub(crate) struct Lent {
    /// Always there until it is dropped.
    connection: Option<Connection>,
    file: File,
    kind: Kind,
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            give_back(self.file.of(self.kind), connection);
        }
    }
}

/// A statement, prepared for once or kept.
enum Prepared<'c> {
    Kept(CachedStatement<'c>),
    Once(Statement<'c>),
}

impl<'c> Prepared<'c> {
    fn statement(&mut self) -> &mut Statement<'c> {
        match self {
            Self::Kept(kept) => kept,
            Self::Once(once) => once,
        }
    }
}

impl Lent {
    fn connection(&self) -> Result<&Connection, StorageError> {
        self.connection
            .as_ref()
            .ok_or_else(|| StorageError::Unavailable { detail: "the connection is gone".to_owned() })
    }

    fn prepare(&self, sql: &str, values: &[Value], keep: Keep) -> Result<Prepared<'_>, StorageError> {
        let connection = self.connection()?;
        // `$1` is a name to SQLite, `?1` a number.
        let numbered;
        let sql = if sql.contains('$') {
            numbered = sql.replace('$', "?");
            &numbered
        } else {
            sql
        };
        let mut prepared = match keep {
            Keep::Prepared => Prepared::Kept(connection.prepare_cached(sql).map_err(refused)?),
            Keep::Once => Prepared::Once(connection.prepare(sql).map_err(refused)?),
        };
        let statement = prepared.statement();
        for (place, value) in (1_usize..).zip(values) {
            let bound = match value {
                Value::Int(int) => statement.raw_bind_parameter(place, int),
                Value::Text(text) => statement.raw_bind_parameter(place, text),
                Value::Bytes(bytes) => statement.raw_bind_parameter(place, bytes),
            };
            bound.map_err(refused)?;
        }
        Ok(prepared)
    }

    fn each(
        &self,
        (sql, values, keep): (&str, &[Value], Keep),
        mut each: impl FnMut(Cells) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let mut prepared = self.prepare(sql, values, keep)?;
        let statement = prepared.statement();
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(refused)? {
            let cells = (0..columns).map(|column| row.get_ref(column).map(Cell::from).map_err(refused));
            each(Cells(cells.collect::<Result<_, _>>()?))?;
        }
        Ok(())
    }

    pub(super) fn fetch(&self, sql: &str, values: &[Value], keep: Keep) -> Result<Vec<Row>, StorageError> {
        let mut found = Vec::new();
        self.each((sql, values, keep), |cells| {
            found.push(Row::Sqlite(cells));
            Ok(())
        })?;
        Ok(found)
    }

    fn script(&self, sql: &str) -> Result<(), StorageError> {
        self.connection()?.execute_batch(sql).map_err(refused)
    }
}

/// A transaction; dropped before it is committed it is undone.
pub(crate) struct Transaction {
    lent: Lent,
    open: bool,
}

impl Transaction {
    pub(super) fn fetch(&self, sql: &str, values: &[Value], keep: Keep) -> Result<Vec<Row>, StorageError> {
        self.lent.fetch(sql, values, keep)
    }

    pub(super) fn each_row(
        &self,
        sql: &str,
        each: impl FnMut(Cells) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        self.lent.each((sql, &[], Keep::Once), each)
    }

    pub(super) fn execute(&self, sql: &str, values: &[Value], keep: Keep) -> Result<u64, StorageError> {
        let changed = self.lent.prepare(sql, values, keep)?.statement().raw_execute().map_err(refused)?;
        Ok(changed as u64)
    }

    pub(super) fn script(&self, sql: &str) -> Result<(), StorageError> {
        self.lent.script(sql)
    }

    pub(super) fn commit(mut self) -> Result<(), StorageError> {
        self.lent.script("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        // A connection that cannot go back to where it was is not used again.
        if let Err(error) = self.lent.script("ROLLBACK") {
            tracing::error!(%error, "a transaction was not undone; its connection is closed");
            self.lent.connection = None;
        }
    }
}

/// Does something that takes long without holding up what others wait for, where
/// there are other threads to take over.
pub(super) fn long<T>(work: impl FnOnce() -> T) -> T {
    let flavor = tokio::runtime::Handle::try_current().map(|handle| handle.runtime_flavor());
    if flavor.is_ok_and(|flavor| flavor == tokio::runtime::RuntimeFlavor::MultiThread) {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

/// The columns of a row, copied out of the statement.
pub(crate) struct Cells(Box<[Cell]>);

enum Cell {
    Null,
    Int(i64),
    Text(Box<str>),
    /// Bytes, or what stands in a column of text and is none.
    Other(Box<[u8]>),
}

impl From<ValueRef<'_>> for Cell {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(int) => Self::Int(int),
            ValueRef::Real(real) => Self::Other(real.to_string().into_bytes().into()),
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Self::Text(text.into()),
                Err(_) => Self::Other(bytes.into()),
            },
            ValueRef::Blob(bytes) => Self::Other(bytes.into()),
        }
    }
}

impl Cells {
    fn cell(&self, column: usize) -> Result<&Cell, StorageError> {
        self.0.get(column).ok_or_else(|| wrong(column, "没有这一列"))
    }

    pub(super) fn opt_int(&self, column: usize) -> Result<Option<i64>, StorageError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Int(int) => Ok(Some(*int)),
            Cell::Text(_) | Cell::Other(_) => Err(wrong(column, "不是整数")),
        }
    }

    pub(super) fn opt_text(&self, column: usize) -> Result<Option<String>, StorageError> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text.to_string())),
            Cell::Int(_) | Cell::Other(_) => Err(wrong(column, "不是文字")),
        }
    }

    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>, StorageError> {
        match self.cell(column)? {
            Cell::Other(bytes) => Ok(bytes.to_vec()),
            Cell::Text(text) => Ok(text.as_bytes().to_vec()),
            Cell::Null | Cell::Int(_) => Err(wrong(column, "不是字节")),
        }
    }

    /// As it is stored, whatever it is.
    pub(super) fn raw(&self, column: usize, integer: bool) -> Value {
        let text = |text: String| Value::Text(Some(text));
        match self.cell(column) {
            Err(_) | Ok(Cell::Null) if integer => Value::Int(None),
            Err(_) | Ok(Cell::Null) => Value::Text(None),
            Ok(Cell::Int(int)) if integer => Value::Int(Some(*int)),
            Ok(Cell::Int(int)) => text(int.to_string()),
            Ok(Cell::Text(own)) => text(own.to_string()),
            Ok(Cell::Other(bytes)) => text(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

fn wrong(column: usize, what: &str) -> StorageError {
    damaged(&format!("column {column}"), what)
}

fn refused(error: rusqlite::Error) -> StorageError {
    StorageError::Unavailable { detail: error.to_string() }
}
