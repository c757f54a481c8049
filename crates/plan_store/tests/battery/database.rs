//! A fresh database for each test.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use plan_store::Store;
use plan_workflow::Timestamp;
use sqlx::Connection as _;

/// A fresh database; its files are removed with it.
pub(crate) struct Database {
    /// What to connect to.
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
}

impl Database {
    /// A fresh SQLite file.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lantu.db").display());
        Self { url, _folder: Some(folder) }
    }

    /// A fresh database in this run's PostgreSQL cluster.
    pub(crate) fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("lantu_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(CLUSTER.programs.join("createdb"))
            .args(["-h", &CLUSTER.socket, "-U", "lantu", "-T", "template0", &name])
            .output()
            .unwrap();
        assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
        Self { url: format!("postgres://lantu@localhost/{name}?host={}", CLUSTER.socket), _folder: None }
    }

    /// Another fresh database of the same engine.
    pub(crate) fn another(&self) -> Self {
        if self.url.starts_with("sqlite:") { Self::sqlite() } else { Self::postgres() }
    }

    /// Does something without the store.
    pub(crate) async fn behind_the_back(&self, sql: &str) {
        let changed = if let Some(file) = self.url.strip_prefix("sqlite:") {
            let raw = rusqlite::Connection::open(file).unwrap();
            raw.execute_batch(sql).unwrap();
            raw.total_changes()
        } else {
            let mut raw = sqlx::PgConnection::connect(&self.url).await.unwrap();
            let done =
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.unwrap().rows_affected();
            raw.close().await.unwrap();
            done
        };
        assert!(changed > 0, "nothing was changed");
    }

    /// Every column and index of the tables, a line each.
    pub(crate) async fn schema(&self) -> Vec<String> {
        if let Some(file) = self.url.strip_prefix("sqlite:") {
            let raw = rusqlite::Connection::open(file).unwrap();
            let sql = "SELECT m.tbl_name || ' ' || COALESCE(m.sql, m.name) || ' ' || c.name || ' ' || c.type || ' ' || \
                       c.\"notnull\" || ' ' || c.pk FROM sqlite_master m, pragma_table_info(m.name) c \
                       UNION ALL SELECT tbl_name || ' ' || COALESCE(sql, name) FROM sqlite_master ORDER BY 1";
            let mut statement = raw.prepare(sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        } else {
            let mut raw = sqlx::PgConnection::connect(&self.url).await.unwrap();
            let sql = "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || \
                       COALESCE(collation_name, '') FROM information_schema.columns WHERE table_schema = 'public' \
                       UNION ALL SELECT tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public' \
                       UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
                       WHERE connamespace = 'public'::regnamespace ORDER BY 1";
            sqlx::query_scalar(sql).fetch_all(&mut raw).await.unwrap()
        }
    }

    /// Opens the store.
    pub(crate) async fn open(&self) -> Store {
        Store::connect(&self.url, at("2023-01-01T00:00:00Z")).await.unwrap()
    }
}

/// A moment.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

struct Cluster {
    programs: PathBuf,
    socket: String,
    /// Ends the cluster when this process ends, however it ends: the keeper
    /// waits for the end of its standard input.
    _keeper: Child,
}

static CLUSTER: LazyLock<Cluster> = LazyLock::new(start);

const KEEPER: &str = r#"
set -e
programs=$1; folder=$2; shift 2
"$@" "$programs/initdb" -D "$folder/data" -U lantu -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 \
    || { cat "$folder/initdb.log"; exit 1; }
"$@" "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=300 \
    -c fsync=off >"$folder/postgres.log" 2>&1 </dev/null &
server=$!
until "$programs/pg_isready" -q -h "$folder" -U lantu; do
    kill -0 $server 2>/dev/null || { cat "$folder/postgres.log"; exit 1; }
    sleep 0.1
done
echo ready
cat >/dev/null || true
"$@" "$programs/pg_ctl" stop -D "$folder/data" -m immediate >/dev/null 2>&1 || true
wait $server || true
rm -rf "$folder"
"#;

fn start() -> Cluster {
    let programs = programs().expect(
        "PostgreSQL was not found; the battery runs on both engines: install it (apt-get install postgresql), \
         or set LANTU_POSTGRES_BIN to the folder with initdb and postgres",
    );
    // Sockets have short names, so the folder lies right under the system's.
    let folder = tempfile::Builder::new().prefix("lantu-pg-").tempdir().unwrap().keep();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER, "keeper"])
        .args([&programs, &folder])
        .args(as_ordinary_user())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell starts");
    let mut said = String::new();
    let mut lines = BufReader::new(keeper.stdout.take().unwrap()).lines();
    loop {
        match lines.next() {
            Some(Ok(line)) if line == "ready" => break,
            Some(Ok(line)) => said = format!("{said}\n{line}"),
            _ => panic!("the PostgreSQL cluster did not start: {said}"),
        }
    }
    Cluster { programs, socket: folder.display().to_string(), _keeper: keeper }
}

fn programs() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("LANTU_POSTGRES_BIN") {
        return Some(PathBuf::from(folder));
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    found.pop().or_else(on_path)
}

/// What to put before the server's commands: initdb refuses root, then they
/// run as postgres, or where there is no such user as nobody.
fn as_ordinary_user() -> Vec<&'static str> {
    if !Path::new("/proc/self").metadata().is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        return Vec::new();
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    vec!["runuser", "-u", user, "--"]
}
