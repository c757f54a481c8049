//! `lantu-load LANTU [SECONDS]`: puts load on the program LANTU and prints
//! `docs/performance.md`'s tables.
//!
//! The generator runs on the same machine as the server and takes its share of
//! it: that is counted, not taken off. Every answer is checked; one that is not
//! as it should be ends the run.

mod day;
mod http;
mod machine;
mod measure;
mod office;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use hyper::Method;
use plan_workflow::{Timestamp, records::PlanId};
use sqlx::Connection as _;

use crate::{
    http::{Connection, Failure},
    machine::{Database, Engine, Server},
    measure::{Measured, during},
    office::{INDICATORS, LOGIN, MONTHS, indicator_id, month},
};

/// Connections at once, as in the measurement we compare with.
const CALLERS: usize = 32;
const JSON: &str = "application/json";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let Some(lantu) = given.next().map(PathBuf::from) else {
        eprintln!("usage: lantu-load LANTU [SECONDS]");
        return ExitCode::from(2);
    };
    let seconds = given.next().and_then(|s| s.parse().ok()).unwrap_or(15);
    match run(&lantu, Duration::from_secs(seconds)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(lantu: &std::path::Path, length: Duration) -> Result<(), Failure> {
    println!("| what | engine | a second | p50 ms | p99 ms |\n|---|---|---|---|---|");
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let database = Database::start(engine)?;
        let now = Timestamp::now();
        let today = jiff::Zoned::now().date();
        let plans = office::furnish(&database.url, (now, today)).await?;
        let floor = floor(engine, &database.url, length.min(Duration::from_secs(5))).await?;
        line("rows a second, raw, 500 a commit (floor)", engine, floor, None);
        let server = Server::start(lantu, &database).await?;
        let idle = server.memory()?.0;
        let day = day::day(&server, &plans, length * 4).await?;
        let busy = server.memory()?.1;
        println!(
            "| reporting day: {} figures of 200 units, {} pages read | {} | {:.0} | | |",
            day.figures,
            day.read.requests,
            engine.name(),
            day.figures as f64 / day.took.as_secs_f64()
        );
        for (what, times) in [
            ("a figure saved on the page, and the page again", &day.page),
            ("ten figures by a program", &day.program),
            ("ten figures by workbook, down and up", &day.workbook),
            ("a leader's page", &day.read),
        ] {
            line(&format!("during the day: {what}"), engine, times.requests as f64 / day.took.as_secs_f64(), Some(times));
        }
        let single = singles(&server, &plans, length).await?;
        line("single figures, 32 connections", engine, single.a_second(), Some(&single));
        let hundreds = batches(&server, &plans, length).await?;
        line("figures in batches of 100, 32 connections", engine, hundreds.a_second() * 100.0, Some(&hundreds));
        for callers in [1, CALLERS] {
            let lists = lists(&server, &plans, (callers, length)).await?;
            line(&format!("filtered lists of 50, {callers} connections"), engine, lists.a_second(), Some(&lists));
        }
        let (after, most) = server.memory()?;
        println!("| memory MiB: idle, during the day, at the end, most | {} | {idle:.0}, {busy:.0}, {after:.0}, {most:.0} | | |", engine.name());
    }
    Ok(())
}

fn line(what: &str, engine: Engine, a_second: f64, times: Option<&Measured>) {
    let times = times.map_or_else(|| "| |".to_owned(), |m| format!("{:.2} | {:.2} |", m.within(0.5), m.within(0.99)));
    println!("| {what} | {} | {a_second:.0} | {times}", engine.name());
}

async fn connection(server: &Server) -> Result<Connection, Failure> {
    let mut connection = Connection::open(&server.address).await?;
    connection.log_in(LOGIN.0, LOGIN.1).await?;
    Ok(connection)
}

/// A figure that is new: each caller has plans and months of its own.
fn figure(caller: usize, number: u64) -> serde_json::Value {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let n = (caller * 37 + number) % INDICATORS + 1;
    let m = number / INDICATORS % 110;
    // Near what was there, as figures are, and always another value: a further
    // vintage where the month is there already.
    let value = format!("{}.{:06}", office::level(m), number % 1_000_000);
    serde_json::json!({
        "indicator": indicator_id(n), "period": month(m), "value": value, "source": "季报", "note": format!("依据台账第{caller}页"),
    })
}

fn plan_of(plans: &[PlanId], caller: usize) -> String {
    plans.get(caller % plans.len().max(1)).map_or_else(|| "1".to_owned(), ToString::to_string)
}

async fn singles(server: &Server, plans: &[PlanId], length: Duration) -> Result<Measured, Failure> {
    let plans = plans.to_vec();
    during(
        CALLERS,
        length,
        |_| connection(server),
        move |mut connection: Connection, caller, number| {
            let path = format!("/api/v1/plans/{}/observations", plan_of(&plans, caller));
            let body = serde_json::json!([figure(caller, number)]).to_string();
            async move {
                connection.expect((Method::POST, &path), Some((JSON, body)), &[200, 201]).await?;
                Ok(connection)
            }
        },
    )
    .await
}

async fn batches(server: &Server, plans: &[PlanId], length: Duration) -> Result<Measured, Failure> {
    let plans = plans.to_vec();
    during(
        CALLERS,
        length,
        |_| connection(server),
        move |mut connection: Connection, caller, number| {
            let path = format!("/api/v1/plans/{}/observations", plan_of(&plans, caller));
            // Values that the single figures did not have.
            let all: Vec<_> = (0..100).map(|i| figure(caller, 500_000 + number * 100 + i)).collect();
            let body = serde_json::Value::from(all).to_string();
            async move {
                connection.expect((Method::POST, &path), Some((JSON, body)), &[200, 201]).await?;
                Ok(connection)
            }
        },
    )
    .await
}

async fn lists(server: &Server, plans: &[PlanId], (callers, length): (usize, Duration)) -> Result<Measured, Failure> {
    let plans = plans.to_vec();
    during(
        callers,
        length,
        |_| connection(server),
        move |mut connection: Connection, caller, number| {
            let number = usize::try_from(number).unwrap_or(0);
            let n = (caller * 13 + number) % INDICATORS + 1;
            let plan = plan_of(&plans, caller + number);
            let from = month(number * 7 % (MONTHS / 2));
            let path = format!(
                "/api/v1/plans/{plan}/observations?indicator={}&standing=reported&from={from}&limit=50",
                indicator_id(n)
            );
            async move {
                let body = connection.expect((Method::GET, &path), None, &[200]).await?;
                // 50 figures of some 150 bytes each: an empty list would be quick and wrong.
                if body.len() < 50 * 100 {
                    return Err(format!("{path}: {} bytes", body.len()).into());
                }
                Ok(connection)
            }
        },
    )
    .await
}

/// What the database does with the rows alone: no look-up, no digest, no audit,
/// 500 rows in a statement and a durable commit.
async fn floor(engine: Engine, url: &str, length: Duration) -> Result<f64, Failure> {
    const ROWS: usize = 500;
    let create = "CREATE TABLE floor (plan_id BIGINT, indicator TEXT, period TEXT, standing TEXT, vintage BIGINT, \
                  value TEXT, source TEXT, note TEXT, at BIGINT, actor TEXT, seq BIGINT, digest TEXT, \
                  PRIMARY KEY (seq))";
    let insert = |first: usize| {
        let row = |n: usize| {
            format!(
                "(1,'I001','2023-01','reported',1,'12.5','季报','依据台账第1页',1700000000000000,'load',{n},'{:064}')",
                n
            )
        };
        let rows: Vec<String> = (first..first + ROWS).map(row).collect();
        format!("INSERT INTO floor VALUES {}", rows.join(","))
    };
    let begin = std::time::Instant::now();
    let mut rows = 0;
    match engine {
        Engine::Sqlite => {
            let raw = rusqlite::Connection::open(url.trim_start_matches("sqlite:"))?;
            raw.pragma_update(None, "synchronous", "full")?;
            raw.execute_batch(create)?;
            while begin.elapsed() < length {
                raw.execute_batch(&insert(rows))?;
                rows += ROWS;
            }
            raw.execute_batch("DROP TABLE floor")?;
        }
        Engine::Postgres => {
            let mut raw = sqlx::PgConnection::connect(url).await?;
            sqlx::raw_sql(create).execute(&mut raw).await?;
            while begin.elapsed() < length {
                sqlx::raw_sql(sqlx::AssertSqlSafe(insert(rows))).execute(&mut raw).await?;
                rows += ROWS;
            }
            sqlx::raw_sql("DROP TABLE floor").execute(&mut raw).await?;
            raw.close().await?;
        }
    }
    Ok(rows as f64 / begin.elapsed().as_secs_f64())
}
