//! The server under load and the database it stands on, started and ended here.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::http::{Connection, Failure};

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// A throw-away cluster with its usual durability.
    Postgres,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A database in a folder of its own.
pub struct Database {
    /// Where to connect.
    pub url: String,
    folder: tempfile::TempDir,
    cluster: Option<(PathBuf, Vec<&'static str>)>,
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let done = command.output()?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr)).into())
}

/// The newest folder with PostgreSQL's programs.
fn programs() -> Result<PathBuf, Failure> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|_| "PostgreSQL was not found: apt-get install postgresql")?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().ok_or_else(|| "PostgreSQL was not found: apt-get install postgresql".into())
}

impl Database {
    /// Makes a database; a cluster is started for PostgreSQL.
    pub fn start(engine: Engine) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix("lantu-load-").tempdir()?;
        if engine == Engine::Sqlite {
            return Ok(Self { url: format!("sqlite:{}", folder.path().join("lantu.db").display()), folder, cluster: None });
        }
        let (bin, place) = (programs()?, folder.path().display().to_string());
        // PostgreSQL refuses to run as root.
        let root = Command::new("id").arg("-u").output()?.stdout.starts_with(b"0\n");
        let user: Vec<&'static str> =
            if root { vec!["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] } else { vec!["env"] };
        if root {
            run(Command::new("chown").args(["nobody:nogroup", &place]))?;
        }
        let as_user = |program: &str| {
            let mut command = Command::new(user.first().copied().unwrap_or("env"));
            command.args(user.iter().skip(1)).arg(bin.join(program));
            command
        };
        let data = folder.path().join("data");
        run(as_user("initdb").arg("-D").arg(&data).args(["-U", "lantu", "-A", "trust", "-E", "UTF8", "--locale=C"]))?;
        let options = format!("-k {place} -c listen_addresses=");
        let log = folder.path().join("log");
        run(as_user("pg_ctl").arg("-D").arg(&data).arg("-l").arg(&log).args(["-w", "-o", &options, "start"]))?;
        run(as_user("createdb").args(["-h", &place, "-U", "lantu", "lantu"]))?;
        Ok(Self { url: format!("postgres://lantu@localhost/lantu?host={place}"), folder, cluster: Some((bin, user)) })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((bin, user)) = &self.cluster {
            let mut command = Command::new(user.first().copied().unwrap_or("env"));
            command.args(user.iter().skip(1)).arg(bin.join("pg_ctl"));
            let _ = command.arg("-D").arg(self.folder.path().join("data")).args(["-m", "fast", "stop"]).output();
        }
    }
}

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: String,
    process: Child,
}

impl Server {
    /// Starts `lantu serve` on a database and waits until it answers.
    pub async fn start(lantu: &Path, database: &Database) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let settings = database.folder.path().join("lantu.toml");
        std::fs::write(&settings, format!("listen = \"{address}\"\n"))?;
        let mut command = Command::new(lantu);
        command.arg("serve").arg("--config").arg(&settings).args(["--database", &database.url]);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let said = process.stderr.take().ok_or("no standard error")?;
        // What the server says is read away, so that it never waits for us.
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok).filter(|line| line.contains("ERROR")) {
                eprintln!("{line}");
            }
        });
        let server = Self { address, process };
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if let Ok(mut connection) = Connection::open(&server.address).await
                && connection.expect((hyper::Method::GET, "/health"), None, &[200]).await.is_ok()
            {
                return Ok(server);
            }
        }
        Err("the server did not answer within ten seconds".into())
    }

    /// The memory the process holds and the most it ever held, in MiB.
    pub fn memory(&self) -> Result<(f64, f64), Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let of = |key: &str| -> f64 {
            let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
        };
        Ok((of("VmRSS:"), of("VmHWM:")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Our own child, by its handle.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
