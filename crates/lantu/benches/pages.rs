//! The overview and the indicator list, answered in process with 50 plans stored,
//! login included. The goal is a median under 10 ms each.
//!
//! `warm` is the page somebody looked at before; `cold` is asked on another day
//! of judgement each time, so everything is read and judged anew.

#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up must stop")]

use std::sync::atomic::{AtomicU32, Ordering};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use divan::Bencher;
use http_body_util::BodyExt as _;
use lantu::{clock::Clock, sample, server::App, settings::Settings};
use plan_store::Store;
use plan_workflow::{
    Timestamp,
    accounts::{self, Login, SessionRules},
    import::{self, ImportRequest},
    permissions::Actor,
    records::{FigureBatch, NewFigure, PlanId, PlanKind, Repeat},
    storage::{Stamp, Storage as _},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

fn main() {
    divan::main();
}

/// Plans stored: the sample's four, and the district's again and again.
const PLANS: usize = 50;

/// Imports the district's plan once more, with its figures.
async fn copy(store: &Store, plan: PlanId, now: Timestamp) {
    let actor = Actor::new("测试", "planner");
    let request = ImportRequest {
        title: Some("青渚区规划（又一份）".to_owned()),
        jurisdiction: "990102".to_owned(),
        period: Some("2021-2025".parse().unwrap()),
        kind: PlanKind::Outline,
        parent: None,
    };
    let preview = import::preview(request, "plan.txt", include_bytes!("../../../samples/district-plan.txt")).unwrap();
    let copied = import::import(store, &actor, now, preview, true).await.unwrap().plan;
    let figures = store.figures(plan, None, None).await.unwrap().into_iter().map(|record| record.observation);
    let figures = figures.map(|o| NewFigure {
        indicator: o.indicator,
        period: o.period,
        value: o.value,
        standing: o.standing,
        source: o.source,
        note: o.note,
        seen: None,
    });
    let batch = FigureBatch {
        plan: copied,
        figures: figures.collect(),
        repeat: Repeat::AnyVintage,
        origin: String::new(),
        dry_run: false,
    };
    store.record_figures(Stamp { actor: actor.name, at: now }, batch).await.unwrap();
}

struct Office {
    runtime: Runtime,
    router: Router,
    cookie: String,
    plan: i64,
    _folder: TempDir,
}

impl Office {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2024-03-15T08:00:00Z".parse().unwrap();
        let (router, token, plan) = runtime.block_on(async {
            let store =
                Store::connect(&format!("sqlite:{}", folder.path().join("bench.db").display()), now).await.unwrap();
            sample::load(&store, now, [1; 32]).await.unwrap();
            let plan = store.plans().await.unwrap().into_iter().find(|p| p.indicators > 300).unwrap().plan.id;
            for _ in 4..PLANS {
                copy(&store, plan, now).await;
            }
            assert_eq!(store.plans().await.unwrap().len(), PLANS);
            let login =
                Login { name: "planner".to_owned(), password: "guihua-2025".to_owned(), address: String::new() };
            let opened =
                accounts::log_in(&store, login, now, SessionRules::default(), ([3; 32], [4; 32])).await.unwrap();
            let app = App::new(store, Settings::default(), Clock::Fixed(now), Vec::new());
            (app.router(), opened.token, plan.0)
        });
        Self { runtime, router, cookie: format!("lantu_session={token}"), plan, _folder: folder }
    }

    fn get(&self, path: &str) -> usize {
        self.runtime.block_on(async {
            let request = Request::get(path).header(header::COOKIE, &self.cookie).body(Body::empty()).unwrap();
            let response = self.router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            response.into_body().collect().await.unwrap().to_bytes().len()
        })
    }
}

/// A day nobody has asked about yet, in 2023.
fn another_day() -> String {
    static DAY: AtomicU32 = AtomicU32::new(0);
    let day = DAY.fetch_add(1, Ordering::Relaxed);
    format!("{}-{:02}-{:02}", 2022 + day / 336, day / 28 % 12 + 1, day % 28 + 1)
}

#[divan::bench(args = ["", "/indicators", "/indicators?sort=status&page=2", "/source"], sample_count = 100)]
fn warm(bencher: Bencher<'_, '_>, page: &str) {
    let office = Office::open();
    let path = format!("/plans/{}{page}", office.plan);
    bencher.bench_local(|| office.get(&path));
}

#[divan::bench(args = ["", "/indicators"], sample_count = 100, sample_size = 1)]
fn cold(bencher: Bencher<'_, '_>, page: &str) {
    let office = Office::open();
    bencher.bench_local(|| office.get(&format!("/plans/{}{page}?as_of={}", office.plan, another_day())));
}
