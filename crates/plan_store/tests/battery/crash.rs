//! A program that is killed while it writes.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use plan_store::Store;
use plan_workflow::{
    records::{FigureBatch, NewFigure, PlanId},
    storage::Storage,
};

use crate::{
    database::{Database, at},
    records::{batch, figure, plan, stamp},
};

const ROWS: usize = 50_000;
const CHILD: &str = "LANTU_BATTERY_CHILD";

fn many() -> FigureBatch {
    let rows: Vec<NewFigure> = (0..ROWS)
        .map(|n| {
            let period = format!("{}-{:02}", 2021 + n % 5, 1 + n / 5 % 12);
            NewFigure {
                note: format!("第{n}行"), ..figure(&format!("I{:03}", 1 + n / 60), &period, &format!("{n}.5"))
            }
        })
        .collect();
    batch(PlanId(1), rows)
}

/// The child: this same test, started again with the database in its environment.
async fn import_in_child(url: &str) -> ! {
    let store = Store::connect(url, at("2023-01-01T00:00:00Z")).await.unwrap();
    let figures = many();
    println!("\nimporting");
    store.record_figures(stamp("2023-02-01T08:00:00Z"), figures).await.unwrap();
    println!("\ndone");
    std::process::exit(0)
}

pub(crate) async fn killed_in_the_middle_of_an_import_all_or_nothing_is_there(database: Database) {
    if let Ok(url) = std::env::var(CHILD) {
        import_in_child(&url).await;
    }
    let store = database.open().await;
    store.create_plan(stamp("2023-01-01T08:00:00Z"), plan("甲", ROWS.div_ceil(60))).await.unwrap();
    store.close().await;
    // The first is killed as soon as the file shows that rows are being written
    // (PostgreSQL: after a moment), the others at other moments.
    let wal = database.url.strip_prefix("sqlite:").map(|file| format!("{file}-wal"));
    let mut nothing = 0;
    for delay in [0, 150, 400] {
        kill_while_importing(&database.url, wal.as_deref(), Duration::from_millis(delay));
        let store = database.open().await;
        let rows = store.figures(PlanId(1), None, None).await.unwrap().len();
        assert!(rows == 0 || rows == ROWS, "{rows} of {ROWS} rows are there");
        nothing += usize::from(rows == 0);
        assert_eq!(store.verify_audit().await.unwrap().faults, []);
        store.close().await;
    }
    assert!(nothing > 0, "no import was killed before its end");
    // Done again it is there, and the chain goes on.
    let store = database.open().await;
    store.record_figures(stamp("2023-02-02T08:00:00Z"), many()).await.unwrap();
    assert_eq!(store.figures(PlanId(1), None, None).await.unwrap().len(), ROWS);
    let check = store.verify_audit().await.unwrap();
    assert_eq!((check.faults, check.records), (vec![], 2));
}

fn kill_while_importing(url: &str, wal: Option<&str>, delay: Duration) {
    let test = std::thread::current().name().expect("the test's thread has its name").to_owned();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture"])
        .env(CHILD, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "importing"), "the child did not get so far");
    let started = Instant::now();
    let size = || wal.and_then(|file| std::fs::metadata(file).ok()).map_or(0, |file| file.len());
    while wal.is_some() && size() < 3_000_000 && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(delay);
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
}
