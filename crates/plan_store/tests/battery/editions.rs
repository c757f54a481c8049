//! A corrected edition of a plan's text.

use plan_store::Store;
use plan_workflow::{
    confirm::{CandidateKey, Ground, State, Wish, decide},
    editions::{self, Change, Correction},
    figures::{self, FigureEntry, Taking},
    import::{self, ImportRequest, Preview},
    indicators::{self, Correction as IndicatorCorrection},
    permissions::Actor,
    records::{AuditFilter, PlanId, PlanKind},
    storage::Storage,
};

use crate::database::{Database, at};

/// A fictional plan and its corrected edition.
const OLD: &str = "青禾区国民经济和社会发展第十四个五年规划纲要\n\
    到2025年，森林覆盖率达到48%，新增村史馆30个。\n湖鲜加工量达到3万吨。\n建成渔家客栈80家。\n";
const NEW: &str = "青禾区国民经济和社会发展第十四个五年规划纲要\n\
    湖鲜加工量达到3万吨。\n到2025年，森林覆盖率达到49%，新增村史馆30个。\n修复灯塔7座。\n";

fn planner() -> Actor {
    Actor::new("林规划", "planner")
}

fn read(text: &str) -> Preview {
    let request = ImportRequest {
        title: None,
        jurisdiction: "990101".to_owned(),
        period: Some("2021-2025".parse().unwrap()),
        kind: PlanKind::Outline,
        parent: None,
    };
    import::preview(request, "qinghe.txt", text.as_bytes()).unwrap()
}

async fn imported(store: &Store) -> PlanId {
    import::import(store, &planner(), at("2023-06-01T08:00:00Z"), read(OLD), false).await.unwrap().plan
}

async fn look(store: &Store, plan: PlanId, text: &str) -> Correction {
    editions::compare(store, plan, read(text)).await.unwrap()
}

async fn id(store: &Store, plan: PlanId, name: &str) -> String {
    let records = store.indicators(plan, None).await.unwrap();
    records.into_iter().find(|record| record.indicator.name.contains(name)).unwrap().indicator.id
}

async fn accept(store: &Store, plan: PlanId, name: &str) -> CandidateKey {
    let ground = Ground::read(store, plan).await.unwrap();
    let found = ground.commitments.iter().find(|found| found.commitment.name.contains(name)).unwrap();
    let key = CandidateKey::Commitment(found.number);
    decide(store, &planner(), at("2023-06-02T08:00:00Z"), &ground, Wish::Accept { key, seen: 0 }).await.unwrap();
    key
}

pub(crate) async fn a_corrected_text_takes_everything_over(database: Database) {
    let store = database.open().await;
    let plan = imported(&store).await;
    let (forest, lake) = (accept(&store, plan, "森林覆盖率").await, accept(&store, plan, "湖鲜").await);
    let now = at("2023-06-03T08:00:00Z");
    let forest_id = id(&store, plan, "森林覆盖率").await;
    let entry = FigureEntry {
        indicator: forest_id.clone(),
        period: "2022".to_owned(),
        value: "44.2".to_owned(),
        ..FigureEntry::default()
    };
    figures::record(&store, &planner(), now, plan, vec![entry], Taking::default()).await.unwrap();
    let kind = IndicatorCorrection {
        kind: Some(plan_model::IndicatorKind::Binding),
        reason: "按批复".to_owned(),
        ..IndicatorCorrection::default()
    };
    indicators::correct(&store, &planner(), now, (plan, &forest_id, 1), kind).await.unwrap();
    let (old_source, old_commitments) = (store.source(plan).await.unwrap(), store.commitments(plan).await.unwrap());

    let correction = look(&store, plan, NEW).await;
    let count = |change| {
        correction
            .comparison
            .items
            .iter()
            .filter(|i| i.change == change && matches!(i.key, CandidateKey::Commitment(_)))
            .count()
    };
    let counts = [Change::ValueChanged, Change::Gone, Change::New, Change::Unchanged].map(count);
    assert_eq!(counts, [1, 1, 1, 2]);
    // Nothing is stored by looking.
    assert_eq!(store.editions(plan).await.unwrap().len(), 1);
    let revision = store.revision(plan).await.unwrap();
    let number = editions::store(&store, &planner(), now, correction, "勘误").await.unwrap();
    assert_eq!(number, 2);
    assert!(store.revision(plan).await.unwrap() > revision);

    // The plan's text is the new one; the older edition is as it was.
    let all = store.editions(plan).await.unwrap();
    assert_eq!(all.iter().map(|e| (e.number, e.note.as_str())).collect::<Vec<_>>(), [(1, ""), (2, "勘误")]);
    assert_eq!(store.source(plan).await.unwrap().lines[1].text, "湖鲜加工量达到3万吨。");
    assert_eq!(store.source_of(all[0].text).await.unwrap(), old_source);
    assert_eq!(store.commitments_of(all[0].text).await.unwrap(), old_commitments);
    assert_eq!(
        store.source_lines(plan, 3..=3).await.unwrap()[0].1.text,
        "到2025年，森林覆盖率达到49%，新增村史馆30个。"
    );
    // Ids, figures and what people set stay; the target follows the text.
    let records = store.indicators(plan, None).await.unwrap();
    let record = records.iter().find(|record| record.indicator.id == forest_id).unwrap();
    assert_eq!(record.indicator.targets[0].value.unwrap().to_string(), "49");
    assert_eq!((record.indicator.kind, record.version), (plan_model::IndicatorKind::Binding, 3));
    assert_eq!(store.figures(plan, Some(&forest_id), None).await.unwrap().len(), 1);
    let inn = records.iter().find(|record| record.indicator.name.contains("渔家客栈")).unwrap();
    assert!(!inn.is_followed() && inn.version == 2);
    // What was confirmed stays so, but for what says another value now.
    let ground = Ground::read(&store, plan).await.unwrap();
    let state = State::fold(&ground, store.decisions(plan).await.unwrap());
    assert_eq!(state.item(lake).unwrap().fate.code(), "accepted");
    assert_eq!(state.item(forest).unwrap().fate.code(), "open");
    // A figure for what is new can be stored at once, by the same program.
    let entry = FigureEntry {
        indicator: id(&store, plan, "灯塔").await,
        period: "2023".to_owned(),
        value: "2".to_owned(),
        ..FigureEntry::default()
    };
    figures::record(&store, &planner(), now, plan, vec![entry], Taking::default()).await.unwrap();
    let listing = store.plans().await.unwrap();
    assert_eq!(listing.iter().map(|l| (l.plan.id, l.commitments)).collect::<Vec<_>>(), [(plan, 4)]);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
    let newest = store.audit(AuditFilter::default(), 2).await.unwrap();
    assert_eq!((newest[1].action.as_str(), newest[1].object.as_str()), ("plan.edition", "plan:1"));

    // Back to the first words: what was gone is there again under its old number.
    let back = look(&store, plan, &format!("{OLD}\n说明：以本版为准。\n")).await;
    let inn_again = back.text.register.commitments.iter().find(|c| c.commitment.name.contains("渔家客栈")).unwrap();
    assert!(inn_again.number > all.iter().map(|e| e.last_commitment).max().unwrap());
    assert_eq!(editions::store(&store, &planner(), now, back, "").await.unwrap(), 3);
    assert_eq!(store.editions(plan).await.unwrap().len(), 3);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn an_edition_that_must_not_be_stored_is_not(database: Database) {
    let store = database.open().await;
    let plan = imported(&store).await;
    let same = editions::compare(&store, plan, read(OLD)).await.unwrap_err();
    assert_eq!(same.code(), "already-imported");
    let missing = editions::compare(&store, PlanId(9), read(NEW)).await.unwrap_err();
    assert_eq!(missing.code(), "not-found");
    let now = at("2023-06-03T08:00:00Z");
    let reader = Actor::new("读者", "reader");
    let refused = editions::store(&store, &reader, now, look(&store, plan, NEW).await, "").await.unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    let nothing = editions::store(&store, &planner(), now, look(&store, plan, "今天天气很好。\n").await, "").await;
    assert_eq!(nothing.unwrap_err().code(), "nothing-found");
    // Somebody confirmed in between, or stored another edition: look again.
    let seen = look(&store, plan, NEW).await;
    accept(&store, plan, "森林覆盖率").await;
    let late = editions::store(&store, &planner(), now, seen, "").await.unwrap_err();
    assert_eq!(late.code(), "conflict");
    let (first, second) = (look(&store, plan, NEW).await, look(&store, plan, &format!("{NEW}新增图书馆3座。\n")).await);
    editions::store(&store, &planner(), now, first, "").await.unwrap();
    let late = editions::store(&store, &planner(), now, second, "").await.unwrap_err();
    assert_eq!(late.code(), "conflict");
    // The text of an edition is no plan of its own.
    let text = store.text_of(plan).await.unwrap();
    assert_ne!(text, plan);
    assert!(store.plan(text).await.is_err());
    let child = ImportRequest {
        title: None,
        jurisdiction: "990101".to_owned(),
        period: Some("2023".parse().unwrap()),
        kind: PlanKind::Annual,
        parent: Some(text),
    };
    let child = import::preview(child, "b.txt", NEW.as_bytes()).unwrap();
    assert_eq!(import::import(&store, &planner(), now, child, false).await.unwrap_err().code(), "not-found");
    // The same text again is found with the plan, whichever edition it is.
    let again = import::import(&store, &planner(), now, read(NEW), false).await.unwrap_err();
    assert!(again.to_string().contains("规划 1"), "{again}");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}
