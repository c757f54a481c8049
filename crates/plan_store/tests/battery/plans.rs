//! Plans, their text and register.

use plan_model::{Baseline, Decimal, Measure};
use plan_workflow::{
    records::{BreakRecord, FigureOutcome, IndicatorRecord, PlanId},
    storage::{Storage, StorageError},
};

use crate::{
    database::{Database, at},
    records::{batch, figure, plan, stamp},
};

pub(crate) async fn a_plan_comes_back_as_it_was_stored(database: Database) {
    let store = database.open().await;
    let new = plan("青禾区规划", 3);
    let id = store.create_plan(stamp("2023-03-01T08:00:00.000123Z"), new.clone()).await.unwrap();
    let stored = store.plan(id).await.unwrap();
    assert_eq!((stored.head, stored.text_digest), (new.head, new.text_digest));
    assert_eq!((stored.imported_at, stored.imported_by.as_str()), (at("2023-03-01T08:00:00.000123Z"), "林规划"));
    assert_eq!(store.source(id).await.unwrap(), new.source);
    assert_eq!(store.source_lines(id, 2..=2).await.unwrap(), [(2, new.source.lines[1].clone())]);
    assert_eq!(store.commitments(id).await.unwrap(), new.register.commitments);
    assert_eq!(store.work_items(id).await.unwrap(), new.register.work);
    assert_eq!(store.facts(id).await.unwrap(), new.register.facts);
    assert_eq!(store.quantities(id).await.unwrap(), new.register.quantities);
    assert_eq!(store.import_problems(id).await.unwrap(), new.register.problems);
    let indicators = store.indicators(id, None).await.unwrap();
    assert_eq!(indicators[0].indicator.baseline.as_ref().unwrap().value.to_string(), "41.50");
    assert_eq!((indicators[0].mentions.as_slice(), indicators[0].base_fact), ([1_u32].as_slice(), Some(1)));
    let wanted: Vec<_> = new.register.indicators.into_iter().map(|new| new.indicator).collect();
    assert_eq!(indicators.into_iter().map(|record| record.indicator).collect::<Vec<_>>(), wanted);
    let listing = store.plans().await.unwrap();
    assert_eq!(listing.iter().map(|l| (l.commitments, l.indicators)).collect::<Vec<_>>(), [(1, 3)]);
    // Another program that opens the same database sees the same.
    let again = database.open().await;
    assert_eq!(again.plans().await.unwrap(), listing);
    let figures = vec![figure("I001", "2023", "43.10"), figure("I002", "2023Q1", "-7")];
    let done = again.record_figures(stamp("2023-03-02T08:00:00Z"), batch(id, figures)).await.unwrap();
    assert_eq!(done, [FigureOutcome::New, FigureOutcome::New]);
    assert_eq!(store.figures(id, Some("I001"), None).await.unwrap()[0].observation.value.to_string(), "43.10");
    let check = store.verify_audit().await.unwrap();
    assert_eq!((check.faults, check.records), (vec![], 2));
}

pub(crate) async fn the_same_text_is_refused_with_the_plan_that_holds_it(database: Database) {
    let store = database.open().await;
    let first = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 1)).await.unwrap();
    let same = store.create_plan(stamp("2023-03-01T09:00:00Z"), plan("甲", 1)).await;
    assert_eq!(same, Err(StorageError::Duplicate { what: "规划", id: first.to_string() }));
    let mut other_period = plan("甲", 1);
    other_period.head.period = "2026-2030".parse().unwrap();
    store.create_plan(stamp("2023-03-01T09:00:00Z"), other_period).await.unwrap();
    let mut forced = plan("甲", 1);
    forced.again = true;
    let third = store.create_plan(stamp("2023-03-01T09:00:00Z"), forced).await.unwrap();
    assert_eq!(third, PlanId(3));
    let new = plan("甲", 1);
    let held = store.plan_with_text(&new.head.jurisdiction, new.head.period, &new.text_digest).await.unwrap();
    assert_eq!(held, Some(first));
    let mut orphan = plan("乙", 1);
    orphan.head.parent = Some(PlanId(77));
    let refused = store.create_plan(stamp("2023-03-01T09:00:00Z"), orphan).await;
    assert!(matches!(refused, Err(StorageError::NotFound { .. })));
    assert_eq!(store.plans().await.unwrap().len(), 3);
    assert_eq!(store.verify_audit().await.unwrap().records, 3);
}

pub(crate) async fn what_is_not_there_is_said_so(database: Database) {
    let store = database.open().await;
    let missing = PlanId(9);
    let gone = |what: &'static str, id: &str| StorageError::NotFound { what, id: id.to_owned() };
    assert_eq!(store.plan(missing).await, Err(gone("规划", "9")));
    assert_eq!(store.source(missing).await, Err(gone("规划", "9")));
    assert_eq!(store.revision(missing).await, Err(gone("规划", "9")));
    assert_eq!(store.quantities(missing).await, Err(gone("规划", "9")));
    assert_eq!(store.indicator_versions(missing, "I001").await, Err(gone("指标", "I001")));
    assert_eq!(store.user("nobody").await, Ok(None));
    assert_eq!(store.session("0").await, Ok(None));
    assert_eq!(store.plans().await, Ok(vec![]));
}

pub(crate) async fn indicators_beyond_a_thousand_stay_in_order(database: Database) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("大", 1203)).await.unwrap();
    let ids: Vec<String> =
        store.indicators(id, None).await.unwrap().into_iter().map(|record| record.indicator.id).collect();
    let wanted: Vec<String> = (1..=1203).map(|number| format!("I{number:03}")).collect();
    assert_eq!(ids, wanted);
}

pub(crate) async fn a_correction_is_a_further_version(database: Database) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 2)).await.unwrap();
    let before = store.revision(id).await.unwrap();
    let mut indicator = store.indicators(id, None).await.unwrap()[1].indicator.clone();
    indicator.measure = Measure::FasterThan("I001".to_owned());
    indicator.baseline = Some(Baseline { value: Decimal::new(-3125, 3), period: None });
    let moment = stamp("2023-04-01T08:00:00Z");
    let revised = store.revise_indicator(moment.clone(), id, indicator.clone(), 1, "按统计局口径".to_owned()).await;
    assert_eq!(revised, Ok(2));
    assert!(store.revision(id).await.unwrap() > before);
    // Who saw the first version must look again.
    let late = store.revise_indicator(moment.clone(), id, indicator.clone(), 1, "迟到".to_owned()).await;
    assert_eq!(late, Err(StorageError::Conflict { what: "指标", id: "I002".to_owned(), latest: 2 }));
    let now = &store.indicators(id, None).await.unwrap()[1];
    assert_eq!((&now.indicator, now.version, now.reason.as_str()), (&indicator, 2, "按统计局口径"));
    // The base no longer is the one of the text; the mentions still are.
    assert_eq!((now.base_fact, now.mentions.as_slice()), (None, [1_u32].as_slice()));
    // What a person set is no longer the dictionary's; the rest is.
    let supplied = |record: &IndicatorRecord| {
        let link = record.dictionary.as_ref().unwrap();
        (link.direction_supplied, link.measure_supplied, link.also.len())
    };
    assert_eq!(supplied(now), (true, false, 1));
    let then = &store.indicators(id, Some(at("2023-03-15T00:00:00Z"))).await.unwrap()[1];
    assert_eq!(supplied(then), (true, true, 1));
    assert_eq!((then.version, &then.indicator.measure), (1, &Measure::Level));
    let versions = store.indicator_versions(id, "I002").await.unwrap();
    assert_eq!(versions.iter().map(|v| v.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_change_of_definition_can_be_corrected(database: Database) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 1)).await.unwrap();
    let change = |overlap: Option<(i64, i64)>, moment: &str| BreakRecord {
        indicator: "I001".to_owned(),
        from: "2022".parse().unwrap(),
        overlap: overlap.map(|(old, new)| (Decimal::new(old, 1), Decimal::new(new, 1))),
        reason: "普查后修订口径".to_owned(),
        at: at(moment),
        actor: "林规划".to_owned(),
    };
    for (overlap, moment) in [(None, "2023-03-02T08:00:00Z"), (Some((412, 405)), "2023-03-05T08:00:00Z")] {
        store.record_break(stamp(moment), id, change(overlap, moment)).await.unwrap();
    }
    assert_eq!(store.breaks(id, None).await.unwrap(), [change(Some((412, 405)), "2023-03-05T08:00:00Z")]);
    let then = store.breaks(id, Some(at("2023-03-03T00:00:00Z"))).await.unwrap();
    assert_eq!(then, [change(None, "2023-03-02T08:00:00Z")]);
    let mut unknown = change(None, "2023-03-02T08:00:00Z");
    unknown.indicator = "I999".to_owned();
    let refused = store.record_break(stamp("2023-03-02T08:00:00Z"), id, unknown).await;
    assert!(matches!(refused, Err(StorageError::NotFound { .. })));
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}
