//! Plans, their text and register.

use plan_workflow::{records::FigureOutcome, storage::Storage};

use crate::{
    database::Database,
    records::{batch, figure, plan, stamp},
};

pub(crate) async fn a_plan_comes_back_as_it_was_stored(database: Database) {
    let store = database.open().await;
    let new = plan("青禾区规划", 3);
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), new.clone()).await.unwrap();
    let stored = store.plan(id).await.unwrap();
    assert_eq!((stored.head, stored.text_digest.as_str()), (new.head, new.text_digest.as_str()));
    assert_eq!(store.source(id).await.unwrap(), new.source);
    assert_eq!(store.commitments(id).await.unwrap(), new.register.commitments);
    assert_eq!(store.facts(id).await.unwrap(), new.register.facts);
    assert_eq!(store.quantities(id).await.unwrap(), new.register.quantities);
    assert_eq!(store.import_problems(id).await.unwrap(), new.register.problems);
    let indicators = store.indicators(id, None).await.unwrap();
    let wanted: Vec<_> = new.register.indicators.into_iter().map(|new| new.indicator).collect();
    assert_eq!(indicators.into_iter().map(|record| record.indicator).collect::<Vec<_>>(), wanted);
    let listing = store.plans().await.unwrap();
    assert_eq!(listing.iter().map(|l| (l.commitments, l.indicators)).collect::<Vec<_>>(), [(1, 3)]);
    let figures = vec![figure("I001", "2023", "43.10"), figure("I002", "2023Q1", "-7")];
    let done = store.record_figures(stamp("2023-03-02T08:00:00Z"), batch(id, figures)).await.unwrap();
    assert_eq!(done, [FigureOutcome::New, FigureOutcome::New]);
    let check = store.verify_audit().await.unwrap();
    assert_eq!(check.faults, []);
    assert_eq!(check.records, 2);
}
