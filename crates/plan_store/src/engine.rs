//! The only place that knows that there are two database engines.
//!
//! Above it there is one SQL text with `$1` placeholders, two kinds of values
//! (64-bit integers and text, either may be NULL), bytes where a file is kept, and rows
//! read by column number.

mod sqlite;

use std::{path::Path, time::Duration};

use plan_workflow::storage::StorageError;
use sqlx::{
    AssertSqlSafe, ConnectOptions, PgPool, Postgres, Row as _, SqlSafeStr, SqlStr, Transaction, ValueRef,
    postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow},
    query::Query,
};

/// How many connections there are to PostgreSQL.
const CONNECTIONS: u32 = 10;

/// How long a writer waits for another program's lock before it gives up.
const BUSY: Duration = Duration::from_secs(20);

/// A value of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($type:ty => $value:ident => $made:expr;)+) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self { $made }
        })+
    };
}
value_from! {
    i64 => v => Value::Int(Some(v));
    u32 => v => Value::Int(Some(i64::from(v)));
    i16 => v => Value::Int(Some(i64::from(v)));
    bool => v => Value::Int(Some(i64::from(v)));
    Option<i64> => v => Value::Int(v);
    Option<u32> => v => Value::Int(v.map(i64::from));
    &str => v => Value::Text(Some(v.to_owned()));
    String => v => Value::Text(Some(v));
    Option<String> => v => Value::Text(v);
    Vec<u8> => v => Value::Bytes(v);
}

/// A list of values for placeholders.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Value::from($value)),*] };
}
pub(crate) use values;

/// A row of an answer.
pub(crate) enum Row {
    Sqlite(sqlite::Cells),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>, StorageError> {
        match self {
            Self::Sqlite(cells) => cells.opt_int(column),
            Self::Postgres(row) => row.try_get(column).map_err(refused),
        }
    }

    pub(crate) fn int(&self, column: usize) -> Result<i64, StorageError> {
        self.opt_int(column)?.ok_or_else(|| empty(column))
    }

    /// A number that is never negative and small: a line, a version.
    pub(crate) fn count(&self, column: usize) -> Result<u32, StorageError> {
        let value = self.int(column)?;
        u32::try_from(value).map_err(|_| damaged(&format!("column {column}"), format!("{value}")))
    }

    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<String>, StorageError> {
        match self {
            Self::Sqlite(cells) => cells.opt_text(column),
            Self::Postgres(row) => row.try_get(column).map_err(refused),
        }
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, StorageError> {
        self.opt_text(column)?.ok_or_else(|| empty(column))
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, StorageError> {
        match self {
            Self::Sqlite(cells) => cells.bytes(column),
            Self::Postgres(row) => row.try_get(column).map_err(refused),
        }
    }

    /// A column as it is stored, also where its bytes are no longer text: for
    /// checking rows that may have been damaged.
    pub(crate) fn raw(&self, column: usize, integer: bool) -> Value {
        let row = match self {
            Self::Sqlite(cells) => return cells.raw(column, integer),
            Self::Postgres(row) => row,
        };
        if row.try_get_raw(column).is_ok_and(|value| value.is_null()) {
            return if integer { Value::Int(None) } else { Value::Text(None) };
        }
        if integer && let Ok(value) = self.int(column) {
            return Value::Int(Some(value));
        }
        let bytes: Vec<u8> = row.try_get_unchecked(column).unwrap_or_default();
        Value::Text(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

fn empty(column: usize) -> StorageError {
    damaged(&format!("column {column}"), "没有值")
}

/// The connections to a database.
#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(sqlite::File),
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`] it is undone.
pub(crate) enum Tx {
    Sqlite(sqlite::Transaction),
    Postgres(Transaction<'static, Postgres>),
}

/// The statements of which there are many more forms than are worth keeping
/// prepared (the last, shorter piece of a long insert).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Prepared,
    Once,
}

fn for_postgres(sql: SqlStr, values: Vec<Value>, keep: Keep) -> Query<'static, Postgres, PgArguments> {
    values.into_iter().fold(sqlx::query(sql).persistent(keep == Keep::Prepared), |query, value| match value {
        Value::Int(int) => query.bind(int),
        Value::Text(text) => query.bind(text),
        Value::Bytes(bytes) => query.bind(bytes),
    })
}

impl Pool {
    /// Opens `sqlite:FILE` (made where it is missing) or `postgres://…`.
    pub(crate) async fn open(url: &str) -> Result<Self, StorageError> {
        if let Some(file) = url.strip_prefix("sqlite:") {
            let file = Path::new(file.strip_prefix("//").unwrap_or(file));
            if file.as_os_str().is_empty() || file == Path::new(":memory:") {
                // Each connection would see a database of its own.
                let detail = "SQLite 数据库必须是文件，如 sqlite:lantu.db".to_owned();
                return Err(StorageError::Unavailable { detail });
            }
            return sqlite::File::open(file).map(Self::Sqlite);
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options: PgConnectOptions = url.parse().map_err(refused)?;
            let pool = PgPoolOptions::new()
                .max_connections(CONNECTIONS)
                .acquire_timeout(BUSY)
                .connect_with(options.application_name("lantu").disable_statement_logging());
            return Ok(Self::Postgres(pool.await.map_err(refused)?));
        }
        let detail = format!("不认识的数据库地址“{url}”（应为 sqlite:文件 或 postgres://用户@主机/库名）");
        Err(StorageError::Unavailable { detail })
    }

    /// Every row of an answer.
    pub(crate) async fn fetch(&self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Vec<Row>, StorageError> {
        let sql = sql.into_sql_str();
        match self {
            Self::Sqlite(file) => file.reader()?.fetch(sql.as_str(), &values, Keep::Prepared),
            Self::Postgres(pool) => {
                let rows = for_postgres(sql, values, Keep::Prepared).fetch_all(pool).await;
                Ok(rows.map_err(refused)?.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// The first row of an answer.
    pub(crate) async fn first(&self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Option<Row>, StorageError> {
        Ok(self.fetch(sql, values).await?.into_iter().next())
    }

    /// A transaction that will write. On SQLite it takes the write lock at once:
    /// one that first reads and then writes would fail where another wrote in between.
    pub(crate) async fn write(&self) -> Result<Tx, StorageError> {
        match self {
            Self::Sqlite(file) => file.begin(sqlite::Kind::Write).map(Tx::Sqlite),
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await.map_err(refused)?)),
        }
    }

    /// A transaction that reads one state of the database.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StorageError> {
        match self {
            Self::Sqlite(file) => file.begin(sqlite::Kind::Read).map(Tx::Sqlite),
            Self::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Ok(Tx::Postgres(pool.begin_with(begin).await.map_err(refused)?))
            }
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close(),
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub(crate) async fn fetch(&mut self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Vec<Row>, StorageError> {
        self.fetch_kept(sql.into_sql_str(), values, Keep::Prepared).await
    }

    async fn fetch_kept(&mut self, sql: SqlStr, values: Vec<Value>, keep: Keep) -> Result<Vec<Row>, StorageError> {
        match self {
            Self::Sqlite(tx) => tx.fetch(sql.as_str(), &values, keep),
            Self::Postgres(tx) => {
                let rows = for_postgres(sql, values, keep).fetch_all(&mut **tx).await.map_err(refused)?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// A statement that is put together, such as one with a list of keys.
    pub(crate) async fn fetch_built(
        &mut self,
        sql: String,
        values: Vec<Value>,
        keep: Keep,
    ) -> Result<Vec<Row>, StorageError> {
        self.fetch_kept(AssertSqlSafe(sql).into_sql_str(), values, keep).await
    }

    pub(crate) async fn first(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StorageError> {
        Ok(self.fetch(sql, values).await?.into_iter().next())
    }

    /// Calls `each` with every row of an answer, without holding them all.
    pub(crate) async fn each_row(
        &mut self,
        sql: String,
        mut each: impl FnMut(Row) -> Result<(), StorageError> + Send,
    ) -> Result<(), StorageError> {
        use futures_util::TryStreamExt as _;
        match self {
            Self::Sqlite(tx) => sqlite::long(|| tx.each_row(&sql, |cells| each(Row::Sqlite(cells)))),
            Self::Postgres(tx) => {
                let sql = AssertSqlSafe(sql).into_sql_str();
                let mut rows = for_postgres(sql, Vec::new(), Keep::Once).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await.map_err(refused)? {
                    each(Row::Postgres(row))?;
                }
                Ok(())
            }
        }
    }

    /// Carries out a statement and answers how many rows it changed.
    pub(crate) async fn execute(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
        keep: Keep,
    ) -> Result<u64, StorageError> {
        let sql = sql.into_sql_str();
        match self {
            Self::Sqlite(tx) => tx.execute(sql.as_str(), &values, keep),
            Self::Postgres(tx) => {
                let done = for_postgres(sql, values, keep).execute(&mut **tx).await.map_err(refused)?;
                Ok(done.rows_affected())
            }
        }
    }

    /// Carries out several statements, as a migration has them.
    pub(crate) async fn script(&mut self, sql: impl SqlSafeStr) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(tx) => tx.script(sql.into_sql_str().as_str()),
            Self::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(|_| ()).map_err(refused),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub(crate) async fn commit(self) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(tx) => tx.commit(),
            Self::Postgres(tx) => tx.commit().await.map_err(refused),
        }
    }
}

/// What the database said, as an error of the store.
pub(crate) fn refused(error: sqlx::Error) -> StorageError {
    match error {
        sqlx::Error::ColumnDecode { index, source } => damaged(&format!("column {index}"), source.to_string()),
        other => StorageError::Unavailable { detail: other.to_string() },
    }
}

pub(crate) fn damaged(place: &str, detail: impl Into<String>) -> StorageError {
    StorageError::Damaged { place: place.to_owned(), detail: detail.into() }
}
