//! The use cases of plan_workflow with a real store under them.

use plan_assessment::ready_rule_set;
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    assess::{Situation, Situations},
    confirm::{self, Ground, Wish},
    figures::{self, FigureEntry, FiguresFile, FiguresReport, Taking},
    import::{self, ImportRequest, Imported},
    indicators::{self, Correction},
    permissions::Actor,
    records::{PlanId, PlanKind},
    storage::Storage,
};

use crate::database::{Database, at};

/// A fictional plan.
pub(crate) const TEXT: &str = "青禾区国民经济和社会发展第十四个五年规划纲要\n\
    第一章 发展目标\n\
    2020年，全区森林覆盖率达到41.5%。到2025年，森林覆盖率达到48%以上，新增城市书房20家，规模以上企业达到300家。\n\
    第二章 民生福祉\n\
    城镇调查失业率控制在5%以内，村级便民服务点实现全覆盖。\n";

pub(crate) fn planner() -> Actor {
    Actor::new("林规划", "planner")
}

fn request() -> ImportRequest {
    ImportRequest {
        title: None,
        jurisdiction: "990101".to_owned(),
        period: Some("2021-2025".parse().unwrap()),
        kind: PlanKind::Outline,
        parent: None,
    }
}

pub(crate) async fn import_text(store: &Store, bytes: &[u8], force: bool) -> Result<Imported, WorkflowError> {
    let preview = import::preview(request(), "qinghe.txt", bytes)?;
    import::import(store, &planner(), at("2023-06-01T08:00:00Z"), preview, force).await
}

async fn import_figures(
    store: &Store,
    plan: PlanId,
    text: &str,
    dry_run: bool,
) -> Result<FiguresReport, WorkflowError> {
    let file = FiguresFile { name: "2022.csv", bytes: text.as_bytes() };
    let taking = Taking { dry_run, ..Taking::default() };
    figures::import_file(store, &planner(), at("2023-06-02T08:00:00Z"), plan, file, taking).await
}

pub(crate) async fn a_text_becomes_a_plan_with_figures_and_verdicts(database: Database) {
    let store = database.open().await;
    let imported = import_text(&store, TEXT.as_bytes(), false).await.unwrap();
    let register = &imported.preview.register;
    let names: Vec<&str> = register.indicators.iter().map(|i| i.indicator.name.as_str()).collect();
    assert!(names.contains(&"森林覆盖率") && names.len() >= 4, "{names:?}");
    let stored = store.indicators(imported.plan, None).await.unwrap();
    assert_eq!(stored.len(), register.indicators.len());
    let situations = Situations::new(store.clone(), 4);
    let rules = ready_rule_set("share-of-pace").unwrap();
    let as_of = "2022-12-31".parse().unwrap();
    let before = situations.of(imported.plan).await.unwrap().overview(rules, as_of);
    assert_eq!(before.never_reported.len(), stored.len());
    let entry = FigureEntry {
        indicator: "森林覆盖率".to_owned(),
        period: "2022".to_owned(),
        value: "44.2".to_owned(),
        ..FigureEntry::default()
    };
    let now = at("2023-06-02T08:00:00Z");
    let report = figures::record(&store, &planner(), now, imported.plan, vec![entry], Taking::default()).await.unwrap();
    assert_eq!((report.new, report.unchanged), (1, 0));
    // What was kept is read again, because the plan changed.
    let after = situations.of(imported.plan).await.unwrap();
    let forest = stored.iter().find(|r| r.indicator.name == "森林覆盖率").unwrap();
    let verdict = after.verdict(&forest.indicator.id, rules, as_of).unwrap();
    assert_eq!(verdict.value.as_ref().unwrap().value.to_string(), "44.2");
    assert_eq!(after.verdicts(rules, as_of).len(), stored.len());
    // What came since was added to what was kept: it is what a fresh look gives.
    let fresh = Situation::read(&store, imported.plan, None).await.unwrap();
    assert_eq!((&after.figures, &after.records), (&fresh.figures, &fresh.records));
    let overview = after.overview(rules, as_of);
    assert_eq!(overview.never_reported.len(), stored.len() - 1);
    assert_eq!(overview.whole.all, stored.len());
    assert_eq!(overview.by_chapter.iter().map(|(_, c)| c.all).sum::<usize>(), stored.len());
    assert_eq!(overview.time_passed.round_dp(4).to_string(), "0.3998");
    // As known before, nothing had been reported.
    let then = Situation::read(&store, imported.plan, Some(at("2023-06-01T12:00:00Z"))).await.unwrap();
    assert_eq!(then.figures.all(|_| true).count(), 0);
    let correction = Correction { baseline: Some(None), reason: "基期数有误".to_owned(), ..Correction::default() };
    let target = (imported.plan, forest.indicator.id.as_str(), 1);
    assert_eq!(indicators::correct(&store, &planner(), now, target, correction).await.unwrap(), 2);
    let corrected = situations.of(imported.plan).await.unwrap();
    assert!(!corrected.verdict(&forest.indicator.id, rules, as_of).unwrap().status.judged);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_plan_that_must_not_be_stored_is_not(database: Database) {
    let store = database.open().await;
    let nothing = import_text(&store, "今天天气很好。\n".as_bytes(), false).await.unwrap_err();
    assert_eq!(nothing.code(), "nothing-found");
    for (bytes, code) in
        [(b"".as_slice(), "file-empty"), (b"PK\x03\x04...", "file-damaged"), (b"\0\x01\x02", "file-format-unknown")]
    {
        assert_eq!(import_text(&store, bytes, false).await.unwrap_err().code(), code);
    }
    let no_region = ImportRequest { jurisdiction: " ".to_owned(), ..request() };
    assert_eq!(import::preview(no_region, "a.txt", TEXT.as_bytes()).unwrap_err().code(), "bad-input");
    let no_period = ImportRequest { period: None, ..request() };
    let text = "森林覆盖率达到48%以上。\n";
    assert_eq!(import::preview(no_period, "a.txt", text.as_bytes()).unwrap_err().code(), "bad-input");
    let orphan = ImportRequest { parent: Some(PlanId(5)), ..request() };
    let orphan = import::preview(orphan, "a.txt", TEXT.as_bytes()).unwrap();
    let refused = import::import(&store, &planner(), at("2023-06-01T08:00:00Z"), orphan, false).await.unwrap_err();
    assert_eq!(refused.code(), "not-found");
    assert_eq!(store.plans().await, Ok(vec![]));
    let forced = import_text(&store, "今天天气很好。\n".as_bytes(), true).await.unwrap();
    assert_eq!(forced.plan, PlanId(1));
    let first = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    // The same words in another encoding and with other line ends are the same text.
    let (gb, _, _) = encoding_rs::GB18030.encode(TEXT);
    let crlf = TEXT.replace('\n', " \r\n");
    for bytes in [gb.as_ref(), crlf.as_bytes()] {
        match import_text(&store, bytes, false).await {
            Err(WorkflowError::AlreadyImported { existing }) => assert_eq!(existing, first),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(import_text(&store, TEXT.as_bytes(), true).await.unwrap().plan, PlanId(3));
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_file_of_figures_imported_twice_changes_nothing(database: Database) {
    let store = database.open().await;
    let plan = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    let good = "指标,期间,数值,来源,备注\n森林覆盖率,2021,42,年报,\n森林覆盖率,2022,43.5,快报,\n森林覆盖率,2022,43.7,年报,修订\n";
    let counts = |r: &FiguresReport| (r.figures, r.new, r.revised, r.unchanged);
    let looked = import_figures(&store, plan, good, true).await.unwrap();
    assert_eq!((counts(&looked), looked.dry_run), ((3, 2, 1, 0), true));
    assert_eq!(store.figures(plan, None, None).await.unwrap().len(), 0);
    assert_eq!(counts(&import_figures(&store, plan, good, false).await.unwrap()), (3, 2, 1, 0));
    let (revision, records) = (store.revision(plan).await, store.verify_audit().await.unwrap().records);
    assert_eq!(counts(&import_figures(&store, plan, good, false).await.unwrap()), (3, 0, 0, 3));
    assert_eq!((store.revision(plan).await, store.verify_audit().await.unwrap().records), (revision, records));
    let bad = format!("{good}森林覆盖率,2020,x,,\n不存在,2021,1,,\n");
    match import_figures(&store, plan, &bad, false).await {
        Err(WorkflowError::BadFigures(problems)) => {
            let named: Vec<_> = problems.iter().map(|p| format!("{}@{}", p.code, p.place)).collect();
            assert_eq!(named, ["bad-value@5", "unknown-indicator@6"]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(store.figures(plan, None, None).await.unwrap().len(), 3);
    let missing = import_figures(&store, PlanId(9), good, false).await.unwrap_err();
    assert_eq!(missing.code(), "not-found");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_reader_changes_nothing(database: Database) {
    let store = database.open().await;
    let plan = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    let reader = Actor::new("读者", "reader");
    let now = at("2023-06-03T08:00:00Z");
    let preview = import::preview(request(), "b.txt", format!("{TEXT}又。\n").as_bytes()).unwrap();
    let entry = FigureEntry {
        indicator: "I001".to_owned(),
        period: "2022".to_owned(),
        value: "1".to_owned(),
        ..FigureEntry::default()
    };
    let file = FiguresFile { name: "a.csv", bytes: b"id,2022\nI001,1\n" };
    let correction = Correction { reason: "x".to_owned(), ..Correction::default() };
    let ground = Ground::read(&store, plan).await.unwrap();
    let refusals = [
        confirm::decide(&store, &reader, now, &ground, Wish::UndoLast).await.map(|_| ()),
        import::import(&store, &reader, now, preview, false).await.map(|_| ()),
        figures::record(&store, &reader, now, plan, vec![entry], Taking::default()).await.map(|_| ()),
        figures::import_file(&store, &reader, now, plan, file, Taking::default()).await.map(|_| ()),
        indicators::correct(&store, &reader, now, (plan, "I001", 1), correction).await.map(|_| ()),
    ];
    for refusal in refusals {
        assert_eq!(refusal.unwrap_err().code(), "forbidden");
    }
    assert_eq!(store.verify_audit().await.unwrap().records, 1);
}
