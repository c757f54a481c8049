//! How fast the store is: figures in, overview out.
//!
//! `cargo bench -p plan_store`. The floor is what SQLite does with the same rows
//! and nothing else: no look-up, no digests, no audit record.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench that cannot be set up must stop")]

use std::sync::atomic::{AtomicU32, Ordering};

use document_reader::{Format, Line, Role, Source};
use plan_assessment::ready_rule_set;
use plan_model::{
    Anchor, Baseline, Commitment, CommitmentClass, Comparison, Decimal, DueYear, Indicator, IndicatorKind, Intent,
    Measure, Standing, Target,
};
use plan_store::Store;
use plan_workflow::{
    Timestamp,
    assess::{Situation, Situations},
    figures::{self, FiguresFile, Taking},
    permissions::Actor,
    records::{
        CommitmentRecord, FigureBatch, NewFigure, NewIndicator, NewPlan, PlanHead, PlanId, PlanKind, Register, Repeat,
    },
    storage::{Stamp, Storage},
};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

const INDICATORS: usize = 200;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn now() -> Timestamp {
    "2023-06-01T08:00:00Z".parse().unwrap()
}

fn stamp() -> Stamp {
    Stamp { actor: "林规划".to_owned(), at: now() }
}

fn plan(number: usize) -> NewPlan {
    let target = Target {
        comparison: Comparison::AtLeast,
        value: Some(100.into()),
        value_high: None,
        unit: "家".to_owned(),
        due: DueYear::Year(2025),
        soft: false,
    };
    let id = |n: usize| format!("I{n:03}");
    let indicator = |n: usize| NewIndicator {
        indicator: Indicator {
            id: id(n),
            name: format!("虚构指标{n}"),
            group: format!("第{}章", n / 20 + 1),
            unit: "家".to_owned(),
            kind: IndicatorKind::Expected,
            measure: Measure::Level,
            direction: None,
            baseline: Some(Baseline { value: 10.into(), period: Some("2020".parse().unwrap()) }),
            targets: vec![target.clone()],
        },
        mentions: vec![u32::try_from(n).unwrap()],
        base_fact: None,
        dictionary: None,
    };
    let commitment = |n: usize| CommitmentRecord {
        number: u32::try_from(n).unwrap(),
        indicator: id(n),
        chapter: format!("第{}章", n / 20 + 1),
        bases: vec![],
        commitment: Commitment {
            name: format!("虚构指标{n}"),
            class: CommitmentClass::Numeric,
            target: target.clone(),
            intent: Intent::Reach,
            anchor: Anchor { line: 1, start: 0, end: 3 },
            quote: format!("虚构指标{n}达到100家"),
            rule: "bench".to_owned(),
            confidence: plan_model::Confidence::Certain,
        },
    };
    let line = Line { text: "虚构的一行。".repeat(10), role: Role::Body, body_start: 0, glued_box: None };
    NewPlan {
        head: PlanHead {
            title: format!("虚构规划{number}"),
            jurisdiction: format!("9901{number:02}"),
            period: "2021-2025".parse().unwrap(),
            kind: PlanKind::Outline,
            parent: None,
        },
        file_name: "bench.txt".to_owned(),
        text_digest: number.to_string(),
        source: Source {
            format: Format::Txt,
            encoding: "UTF-8".to_owned(),
            lines: vec![line; 500],
            headings: vec![],
            tables: vec![],
            problems: vec![],
        },
        register: Register {
            work: Vec::new(),
            indicators: (1..=INDICATORS).map(indicator).collect(),
            commitments: (1..=INDICATORS).map(commitment).collect(),
            facts: vec![],
            quantities: vec![],
            problems: vec![],
        },
        links: vec![],
        again: false,
    }
}

/// Monthly figures for all indicators, so many months.
fn monthly(months: usize) -> Vec<NewFigure> {
    let month = |m: usize| format!("{}-{:02}", 2021 + m / 12, m % 12 + 1).parse().unwrap();
    let figure = |n: usize, m: usize| NewFigure {
        indicator: format!("I{n:03}"),
        period: month(m),
        value: i64::try_from(10 + m).unwrap().into(),
        standing: Standing::Reported,
        source: "月报".to_owned(),
        note: String::new(),
        seen: None,
    };
    (0..months).flat_map(|m| (1..=INDICATORS).map(move |n| figure(n, m))).collect()
}

fn csv(figures: &[NewFigure]) -> String {
    let rows = figures.iter().map(|f| format!("{},{},{},,{},\n", f.indicator, f.period, f.value, f.source));
    std::iter::once("indicator,period,value,standing,source,note\n".to_owned()).chain(rows).collect()
}

fn batch(plan: PlanId, figures: Vec<NewFigure>) -> FigureBatch {
    FigureBatch { plan, figures, repeat: Repeat::AnyVintage, origin: String::new(), dry_run: false }
}

struct Bench {
    runtime: Runtime,
    store: Store,
    _folder: tempfile::TempDir,
}

fn fresh(plans: usize, months: usize) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let runtime = runtime();
    let url = format!("sqlite:{}", folder.path().join("bench.db").display());
    let store = runtime.block_on(async {
        let store = Store::connect(&url, now()).await.unwrap();
        for number in 1..=plans {
            let id = store.create_plan(stamp(), plan(number)).await.unwrap();
            if months > 0 {
                store.record_figures(stamp(), batch(id, monthly(months))).await.unwrap();
            }
        }
        store
    });
    Bench { runtime, store, _folder: folder }
}

/// The goal: under one second, reading and checking the file included.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn import_10_000_figures_from_csv(bencher: divan::Bencher<'_, '_>) {
    let text = csv(&monthly(50));
    let actor = Actor::new("林规划", "planner");
    bencher.with_inputs(|| fresh(1, 0)).bench_local_refs(|bench| {
        let file = FiguresFile { name: "bench.csv", bytes: text.as_bytes() };
        let report = figures::import_file(&bench.store, &actor, now(), PlanId(1), file, Taking::default());
        assert_eq!(bench.runtime.block_on(report).unwrap().new, 10_000);
    });
}

/// The floor beside it: the same 10,000 rows, 500 in a statement, one transaction.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn floor_10_000_raw_rows(bencher: divan::Bencher<'_, '_>) {
    let figures = monthly(50);
    let setup = || {
        let folder = tempfile::tempdir().unwrap();
        let raw = rusqlite::Connection::open(folder.path().join("floor.db")).unwrap();
        raw.pragma_update(None, "journal_mode", "wal").unwrap();
        let table = "CREATE TABLE figures (plan_id INTEGER, indicator TEXT, period TEXT, standing TEXT, \
                     vintage INTEGER, value TEXT, source TEXT, note TEXT, at INTEGER, actor TEXT, seq INTEGER, \
                     digest TEXT, PRIMARY KEY (plan_id, indicator, period, standing, vintage)) STRICT, WITHOUT ROWID";
        raw.execute_batch(table).unwrap();
        (raw, folder)
    };
    let row = "(1, ?, ?, 'reported', 1, ?, '月报', '', 0, '林规划', 1, '0')";
    let sql = format!("INSERT INTO figures VALUES {}", vec![row; 500].join(", "));
    bencher.with_inputs(setup).bench_local_refs(|(raw, _)| {
        let tx = raw.transaction().unwrap();
        for piece in figures.chunks(500) {
            let values = piece.iter().flat_map(|f| [f.indicator.clone(), f.period.to_string(), f.value.to_string()]);
            tx.prepare_cached(&sql).unwrap().execute(rusqlite::params_from_iter(values)).unwrap();
        }
        tx.commit().unwrap();
    });
}

/// 32 people who each enter one figure after the other, durable and audited,
/// into a store that holds 600,000.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn single_figures_8_000_by_32_people(bencher: divan::Bencher<'_, '_>) {
    let bench = fresh(50, 60);
    let mut round = 0_i64;
    let figures = || {
        round += 1000;
        let revised = |figure: NewFigure| NewFigure { value: figure.value + Decimal::from(round), ..figure };
        monthly(40).into_iter().map(revised).collect::<Vec<_>>()
    };
    bencher.with_inputs(figures).bench_local_refs(|figures| {
        let next = AtomicU32::new(0);
        let person = || async {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed) as usize;
                let Some(figure) = figures.get(at) else { break };
                bench.store.record_figures(stamp(), batch(PlanId(25), vec![figure.clone()])).await.unwrap();
            }
        };
        bench.runtime.block_on(futures_util::future::join_all((0..32).map(|_| person())));
    });
}

/// 50 plans stored, each with 200 indicators and five years of monthly figures.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn overview_as_the_pages_ask_for_it(bencher: divan::Bencher<'_, '_>) {
    let bench = fresh(50, 60);
    let situations = Situations::new(bench.store.clone(), 50);
    let rules = ready_rule_set("share-of-pace").unwrap();
    let as_of = "2025-12-31".parse().unwrap();
    bencher.bench_local(|| {
        bench.runtime.block_on(async {
            let situation = situations.of(PlanId(25)).await.unwrap();
            assert_eq!(situation.overview(rules, as_of).whole.all, INDICATORS);
        });
    });
}

/// The same right after a figure came in, as on a reporting day.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn overview_right_after_a_figure(bencher: divan::Bencher<'_, '_>) {
    let bench = fresh(50, 60);
    let situations = Situations::new(bench.store.clone(), 50);
    let rules = ready_rule_set("share-of-pace").unwrap();
    let as_of = "2025-12-31".parse().unwrap();
    let change = AtomicU32::new(0);
    bench.runtime.block_on(situations.of(PlanId(25))).unwrap();
    let enter = || {
        let value = i64::from(change.fetch_add(1, Ordering::Relaxed) + 1000).into();
        let figure = NewFigure { value, ..monthly(1).remove(0) };
        bench.runtime.block_on(bench.store.record_figures(stamp(), batch(PlanId(25), vec![figure]))).unwrap();
    };
    bencher.with_inputs(enter).bench_local_values(|()| {
        bench.runtime.block_on(async {
            let situation = situations.of(PlanId(25)).await.unwrap();
            assert_eq!(situation.overview(rules, as_of).whole.all, INDICATORS);
        });
    });
}

/// The same for the first time: everything is read.
#[divan::bench(sample_count = 30, sample_size = 1)]
fn overview_for_the_first_time(bencher: divan::Bencher<'_, '_>) {
    let bench = fresh(50, 60);
    let rules = ready_rule_set("share-of-pace").unwrap();
    let as_of = "2025-12-31".parse().unwrap();
    bencher.bench_local(|| {
        bench.runtime.block_on(async {
            let situation = Situation::read(&bench.store, PlanId(25), None).await.unwrap();
            assert_eq!(situation.overview(rules, as_of).whole.all, INDICATORS);
        });
    });
}

/// The list of 50 plans.
#[divan::bench(sample_count = 100, sample_size = 1)]
fn list_of_50_plans(bencher: divan::Bencher<'_, '_>) {
    let bench = fresh(50, 1);
    bencher.bench_local(|| {
        assert_eq!(bench.runtime.block_on(bench.store.plans()).unwrap().len(), 50);
    });
}

/// Checking 200,000 figures and their audit records.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn verify_200_000_figures(bencher: divan::Bencher<'_, '_>) {
    let bench = fresh(20, 50);
    bencher.bench_local(|| {
        assert!(bench.runtime.block_on(bench.store.verify_audit()).unwrap().faults.is_empty());
    });
}
