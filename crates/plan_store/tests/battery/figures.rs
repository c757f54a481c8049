//! Figures: vintages, conflicts, bursts.

use plan_model::{Observation, Standing};
use plan_store::Store;
use plan_workflow::{
    assess::Situations,
    records::{FigureFilter, FigureOutcome, FigurePlace, NewFigure, PlanId, Repeat},
    storage::{Storage, StorageError, Stored},
};

use crate::{
    database::{Database, at},
    records::{batch, figure, plan, stamp},
};

async fn with_plan(database: &Database, indicators: usize) -> (Store, PlanId) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-01-01T08:00:00Z"), plan("甲", indicators)).await.unwrap();
    (store, id)
}

async fn enter(store: &Store, plan: PlanId, figure: NewFigure, repeat: Repeat) -> Stored<FigureOutcome> {
    let mut one = batch(plan, vec![figure]);
    one.repeat = repeat;
    store.record_figures(stamp("2023-02-01T08:00:00Z"), one).await.map(|outcomes| outcomes[0])
}

pub(crate) async fn another_value_is_a_further_vintage(database: Database) {
    let (store, id) = with_plan(&database, 1).await;
    let value = |value: &str| figure("I001", "2023", value);
    let steps = [
        ("10", Repeat::LatestVintage, FigureOutcome::New),
        ("10.0", Repeat::LatestVintage, FigureOutcome::Unchanged(1)),
        ("12", Repeat::LatestVintage, FigureOutcome::Revised(2)),
        // A file that still holds the old figure changes nothing …
        ("10", Repeat::AnyVintage, FigureOutcome::Unchanged(1)),
        // … a person who goes back to it does.
        ("10", Repeat::LatestVintage, FigureOutcome::Revised(3)),
    ];
    for (text, repeat, wanted) in steps {
        assert_eq!(enter(&store, id, value(text), repeat).await, Ok(wanted), "{text}");
    }
    let noted = NewFigure { note: "年报修订".to_owned(), ..value("10") };
    assert_eq!(enter(&store, id, noted, Repeat::AnyVintage).await, Ok(FigureOutcome::Revised(4)));
    let stored = store.figures(id, None, None).await.unwrap();
    let vintages: Vec<_> = stored.iter().map(|f| (f.observation.vintage, f.observation.value.to_string())).collect();
    assert_eq!(vintages, [(1, "10".to_owned()), (2, "12".to_owned()), (3, "10".to_owned()), (4, "10".to_owned())]);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn who_saw_an_older_vintage_is_refused(database: Database) {
    let (store, id) = with_plan(&database, 1).await;
    let seen = |value: &str, seen: u32| NewFigure { seen: Some(seen), ..figure("I001", "2023", value) };
    assert_eq!(enter(&store, id, seen("1", 0), Repeat::LatestVintage).await, Ok(FigureOutcome::New));
    let conflict = StorageError::Conflict { what: "监测值", id: "I001 2023".to_owned(), latest: 1 };
    assert_eq!(enter(&store, id, seen("2", 0), Repeat::LatestVintage).await, Err(conflict));
    assert_eq!(enter(&store, id, seen("2", 1), Repeat::LatestVintage).await, Ok(FigureOutcome::Revised(2)));
}

pub(crate) async fn a_filter_gives_page_after_page(database: Database) {
    let (store, id) = with_plan(&database, 2).await;
    let periods = ["2022", "2022Q4", "2022-12", "2023-01", "2023-03", "2023Q1", "2023-06", "2023Q2", "2023", "2024-01"];
    let mut all: Vec<NewFigure> = periods.iter().map(|period| figure("I001", period, "1")).collect();
    all.push(NewFigure { standing: Standing::Statistical, ..figure("I001", "2023-03", "2") });
    all.push(figure("I002", "2023-03", "3"));
    store.record_figures(stamp("2023-02-01T08:00:00Z"), batch(id, all)).await.unwrap();
    let shown = async |filter: FigureFilter| -> String {
        let found = store.figure_page(id, filter).await.unwrap();
        let one = |f: &plan_workflow::records::FigureRecord| {
            let o = &f.observation;
            format!("{} {} {}", o.indicator, o.period, o.standing.code().chars().take(1).collect::<String>())
        };
        found.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let of = |indicator: &str, from: &str, until: &str| FigureFilter {
        indicator: Some(indicator.to_owned()),
        standing: Some(Standing::Reported),
        from: Some(from.parse().unwrap()),
        until: Some(until.parse().unwrap()),
        ..FigureFilter::default()
    };
    // A period counts by the month in which it ends.
    assert_eq!(
        shown(of("I001", "2023-02", "2023Q2")).await,
        "I001 2023-03 r, I001 2023-06 r, I001 2023Q1 r, I001 2023Q2 r"
    );
    assert_eq!(shown(of("I001", "2022-12", "2022-12")).await, "I001 2022 r, I001 2022-12 r, I001 2022Q4 r");
    assert_eq!(shown(of("I001", "2023", "2023-01")).await, "I001 2023-01 r");
    assert_eq!(shown(of("I001", "2023Q4", "2025")).await, "I001 2023 r, I001 2024-01 r");
    let mut after = None;
    let mut pages = Vec::new();
    loop {
        let filter = FigureFilter { after, limit: Some(5), ..FigureFilter::default() };
        let page = store.figure_page(id, filter).await.unwrap();
        pages.push(page.len());
        let Some(last) = page.last().map(|f| f.observation.clone()) else { break };
        let Observation { indicator, period, standing, vintage, .. } = last;
        let place = FigurePlace { indicator, period, standing, vintage };
        assert_eq!(place.to_string().parse(), Ok(place.clone()));
        after = Some(place);
    }
    assert_eq!(pages, [5, 5, 2, 0]);
    assert_eq!(shown(FigureFilter::default()).await.matches("I00").count(), 12);
    let later = batch(id, vec![figure("I002", "2023-03", "4")]);
    store.record_figures(stamp("2023-02-02T08:00:00Z"), later).await.unwrap();
    let known = |moment: &str| FigureFilter {
        indicator: Some("I002".to_owned()),
        known_at: Some(moment.parse().unwrap()),
        ..FigureFilter::default()
    };
    for (moment, count) in [("2023-01-31T08:00:00Z", 0), ("2023-02-01T08:00:00Z", 1), ("2023-02-02T08:00:00Z", 2)] {
        assert_eq!(store.figure_page(id, known(moment)).await.unwrap().len(), count, "{moment}");
    }
}

pub(crate) async fn a_batch_is_stored_whole_or_not_at_all(database: Database) {
    let (store, id) = with_plan(&database, 1).await;
    let bad = batch(id, vec![figure("I001", "2023", "1"), figure("I777", "2023", "1")]);
    let refused = store.record_figures(stamp("2023-02-01T08:00:00Z"), bad).await;
    assert!(matches!(refused, Err(StorageError::NotFound { what: "指标", .. })));
    let late = NewFigure { seen: Some(5), ..figure("I001", "2022", "1") };
    let conflict = batch(id, vec![figure("I001", "2023", "1"), figure("I001", "2023", "2"), late]);
    assert!(store.record_figures(stamp("2023-02-01T08:00:00Z"), conflict).await.is_err());
    assert_eq!(store.figures(id, None, None).await, Ok(vec![]));
    let mut dry = batch(id, vec![figure("I001", "2023", "1"), figure("I001", "2023", "2")]);
    dry.dry_run = true;
    let would = store.record_figures(stamp("2023-02-01T08:00:00Z"), dry).await;
    assert_eq!(would, Ok(vec![FigureOutcome::New, FigureOutcome::Revised(2)]));
    assert_eq!(store.figures(id, None, None).await, Ok(vec![]));
    assert_eq!(store.verify_audit().await.unwrap().records, 1);
}

pub(crate) async fn a_past_moment_shows_what_was_known_then(database: Database) {
    let (store, id) = with_plan(&database, 1).await;
    for (value, moment) in [("1", "2023-02-01T08:00:00Z"), ("2", "2023-03-01T08:00:00Z")] {
        store.record_figures(stamp(moment), batch(id, vec![figure("I001", "2022", value)])).await.unwrap();
    }
    for (moment, known) in [("2023-01-31T00:00:00Z", 0), ("2023-02-01T08:00:00Z", 1), ("2023-04-01T00:00:00Z", 2)] {
        assert_eq!(store.figures(id, None, Some(at(moment))).await.unwrap().len(), known, "{moment}");
    }
}

/// The clock of the machine is put back a month between two figures: the second one
/// is still the later vintage, each carries the time it was told, and the situation
/// that is kept beside the store takes both in.
pub(crate) async fn a_clock_that_goes_backwards_loses_nothing(database: Database) {
    let (store, id) = with_plan(&database, 1).await;
    let kept = Situations::new(store.clone(), 1);
    for (number, (value, moment)) in
        [("1", "2023-03-01T08:00:00Z"), ("2", "2023-02-01T08:00:00Z")].into_iter().enumerate()
    {
        store.record_figures(stamp(moment), batch(id, vec![figure("I001", "2022", value)])).await.unwrap();
        assert_eq!(kept.of(id).await.unwrap().figures.of("I001").len(), number + 1);
    }
    let latest = store.figures(id, None, None).await.unwrap().pop().unwrap();
    assert_eq!((latest.observation.vintage, latest.observation.value), (2, 2.into()));
    let known = store.figures(id, None, Some(at("2023-02-02T00:00:00Z"))).await.unwrap();
    assert_eq!(known, [latest], "what was told in February, as far as February's clock knows");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

/// Thirty-two people at once, some with figures that are refused: everybody gets
/// their own answer and nobody's figure is lost.
pub(crate) async fn a_burst_is_grouped_and_nobody_spoils_it(database: Database) {
    let (store, id) = with_plan(&database, 40).await;
    let mut people = Vec::new();
    for person in 0..32_u32 {
        let store = store.clone();
        people.push(tokio::spawn(async move {
            let mut stored = 0;
            for month in 1..=12 {
                let code = if month % 4 == 0 { "I999".to_owned() } else { format!("I{:03}", person + 1) };
                let one = figure(&code, &format!("2023-{month:02}"), &format!("{person}.{month}"));
                match enter(&store, id, one, Repeat::LatestVintage).await {
                    Ok(outcome) => {
                        assert_eq!(outcome, FigureOutcome::New);
                        stored += 1;
                    }
                    Err(error) => assert!(month % 4 == 0, "{error}"),
                }
            }
            stored
        }));
    }
    let mut stored = 0;
    for person in people {
        stored += person.await.unwrap();
    }
    // All of them on one figure: each gets a vintage of its own.
    let same = (0..32).map(|n| enter(&store, id, figure("I040", "2023", &n.to_string()), Repeat::LatestVintage));
    let mut vintages: Vec<u32> = Vec::new();
    for outcome in futures_util::future::join_all(same).await {
        vintages.push(match outcome.unwrap() {
            FigureOutcome::New => 1,
            FigureOutcome::Revised(vintage) => vintage,
            FigureOutcome::Unchanged(_) => panic!("each value differs"),
        });
    }
    vintages.sort_unstable();
    assert_eq!(vintages, (1..=32).collect::<Vec<_>>());
    assert_eq!(stored, 32 * 9);
    assert_eq!(store.figures(id, None, None).await.unwrap().len(), 32 * 9 + 32);
    let check = store.verify_audit().await.unwrap();
    assert_eq!((check.faults, check.records), (vec![], 1 + 32 * 9 + 32));
}

/// What the database itself refuses (PostgreSQL: a text with a zero byte) costs
/// the neighbours in the same transaction nothing.
pub(crate) async fn what_the_database_refuses_spoils_no_neighbour(database: Database) {
    let (store, id) = with_plan(&database, 20).await;
    let entries = (1..=20).map(|n| {
        let source = if n % 5 == 0 { "月\0报" } else { "月报" };
        let one = NewFigure { source: source.to_owned(), ..figure(&format!("I{n:03}"), "2023", "1") };
        enter(&store, id, one, Repeat::LatestVintage)
    });
    let answers = futures_util::future::join_all(entries).await;
    let good = (1..=20).zip(&answers).filter(|(n, _)| n % 5 != 0).map(|(_, answer)| answer);
    assert!(good.clone().all(|answer| *answer == Ok(FigureOutcome::New)), "{answers:?}");
    let stored = store.figures(id, None, None).await.unwrap().len();
    assert_eq!(stored, answers.iter().filter(|answer| answer.is_ok()).count());
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

/// Two programs on one database (a server and the command line) take turns.
pub(crate) async fn two_programs_write_into_one_chain(database: Database) {
    let (one, id) = with_plan(&database, 2).await;
    let two = database.open().await;
    let write = |store: Store, code: &'static str| async move {
        for month in 1..=12 {
            let figure = figure(code, &format!("2023-{month:02}"), "1");
            enter(&store, id, figure, Repeat::AnyVintage).await.unwrap();
        }
    };
    tokio::join!(write(one.clone(), "I001"), write(two, "I002"));
    assert_eq!(one.figures(id, None, None).await.unwrap().len(), 24);
    assert_eq!(one.verify_audit().await.unwrap().faults, []);
}
