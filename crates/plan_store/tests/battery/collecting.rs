//! Rounds and sheets: several people at once, and figures that become of record.

use plan_model::{Answer, Standing, UnitId};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    collection::{
        Asked, Desk, Entry, Filled, Frequency, Opening, RoundState, Rounds, RowState, Saved, Sheet, SheetPlace, Stage,
        Step,
    },
    directory::{Directory, DirectoryEvent, Post},
    permissions::Actor,
    records::PlanId,
    storage::Storage,
};

use crate::{
    database::{Database, at},
    records::{plan, stamp},
};

const PERIOD: &str = "2022Q1";

pub(crate) fn actor(name: &str, role: &str, unit: &str) -> Actor {
    let post = Post { unit: unit.into(), role: role.to_owned(), deputy: false };
    Actor::new(name, "staff").with_posts(vec![post])
}

pub(crate) fn desk<'a>(store: &'a Store, actor: &'a Actor, directory: &'a Directory, today: &str) -> Desk<'a, Store> {
    Desk { storage: store, actor, now: at("2022-04-06T08:00:00Z"), today: today.parse().unwrap(), directory }
}

pub(crate) fn filled(subject: &str, value: &str, seen: u32) -> Filled {
    let answer = Answer::Figure { value: value.parse().unwrap(), proxy: false, source: String::new() };
    Filled { subject: subject.to_owned(), entry: Entry::Figure(answer), seen: Some(seen) }
}

/// A plan with a round that asks U1 for I001 and I002.
pub(crate) async fn round(store: &Store) -> (PlanId, RoundState) {
    let id = store.create_plan(stamp("2022-03-01T08:00:00Z"), plan("甲", 3)).await.unwrap();
    let (planner, directory) = (Actor::new("林规划", "planner"), Directory::default());
    let desk = desk(store, &planner, &directory, "2022-04-01");
    let asked = |subject: &str| Asked { subject: subject.to_owned(), unit: "U1".into() };
    let opening = Opening {
        period: PERIOD.parse().unwrap(),
        frequency: Frequency::Quarterly,
        dates: None,
        asked: vec![asked("I001"), asked("I002")],
    };
    let none = Rounds::read(store, id, None).await.unwrap();
    desk.open(id, &none, opening.clone()).await.unwrap();
    // Who saw no round yet, and who asks the same again, is refused.
    assert!(matches!(desk.open(id, &none, opening.clone()).await, Err(WorkflowError::Storage(_))));
    let rounds = Rounds::read(store, id, None).await.unwrap();
    let twice = desk.open(id, &rounds, opening).await.unwrap_err();
    assert!(twice.to_string().contains("不重复采集"), "{twice}");
    (id, rounds.round(PERIOD).unwrap().clone())
}

pub(crate) async fn a_figure_becomes_of_record_when_it_is_accepted(database: Database) {
    let store = database.open().await;
    let (plan, state) = round(&store).await;
    let directory = Directory::default();
    let unit = UnitId::from("U1");
    let place = SheetPlace { plan, round: &state, unit: &unit };
    let [reporter, approver] = ["reporter", "approver"].map(|role| actor("周示例", role, "U1"));
    let planner = Actor::new("林规划", "planner");
    let stranger = actor("吴示例", "reporter", "U2");
    let row = |seen| [(unit.clone(), "I001".to_owned(), seen)];
    let by = |actor| desk(&store, actor, &directory, "2022-04-06");

    let refused = by(&stranger).save(place, &[filled("I001", "1", 0)], (false, true)).await;
    assert!(matches!(refused, Err(WorkflowError::Forbidden { .. })));
    let unasked = by(&reporter).save(place, &[filled("I003", "1", 0)], (false, true)).await;
    assert!(unasked.unwrap_err().to_string().contains("没有填报事项"));
    let saved = by(&reporter).save(place, &[filled("I001", "1.50", 0)], (false, true)).await.unwrap();
    assert_eq!(saved, [Saved::Stored(1)]);
    let figures = async || store.figures(plan, None, None).await.unwrap();
    for (who, step) in [(&approver, Step::Pass(Stage::Unit)), (&planner, Step::Pass(Stage::Planning))] {
        assert_eq!(figures().await, []);
        assert_eq!(by(who).judge(plan, &state, step, &row(1)).await.unwrap().done, 1);
    }
    // A further report revises it; the first vintage stays. The approver saw the first.
    by(&reporter).save(place, &[filled("I001", "1.6", 1)], (false, true)).await.unwrap();
    let left = by(&approver).judge(plan, &state, Step::Pass(Stage::Unit), &row(1)).await.unwrap();
    assert_eq!((left.done, left.left.len()), (0, 1));
    for (who, step) in [(&approver, Step::Pass(Stage::Unit)), (&planner, Step::Pass(Stage::Planning))] {
        by(who).judge(plan, &state, step, &row(5)).await.unwrap();
    }
    let found = figures().await;
    let told: Vec<_> = found
        .iter()
        .map(|figure| (figure.observation.value.to_string(), figure.observation.vintage, figure.observation.standing))
        .collect();
    assert_eq!(told, [("1.50".to_owned(), 1, Standing::Reported), ("1.6".to_owned(), 2, Standing::Reported)]);
    assert_eq!(found[0].observation.source, "自报：U1（2022年一季度季报）");
    let sheet = Sheet::read(&store, plan, PERIOD, &unit).await.unwrap();
    assert_eq!(sheet.row("I001").unwrap().state, RowState::Accepted);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn nobody_overwrites_anothers_report(database: Database) {
    let store = database.open().await;
    let (plan, state) = round(&store).await;
    let directory = Directory::default();
    let unit = UnitId::from("U1");
    let place = SheetPlace { plan, round: &state, unit: &unit };
    let reporter = actor("周示例", "reporter", "U1");
    // Many at once on the same empty row: one is stored, all others are shown it.
    let all: Vec<_> = (0..8)
        .map(|number| {
            let (store, state, reporter) = (store.clone(), state.clone(), reporter.clone());
            tokio::spawn(async move {
                let (directory, unit) = (Directory::default(), UnitId::from("U1"));
                let place = SheetPlace { plan, round: &state, unit: &unit };
                let mine = [filled("I001", &number.to_string(), 0)];
                desk(&store, &reporter, &directory, "2022-04-06").save(place, &mine, (false, false)).await
            })
        })
        .collect();
    let (mut stored, mut shown) = (0, Vec::new());
    for one in all {
        match one.await.unwrap().unwrap().remove(0) {
            Saved::Changed(other) => shown.push(other.entry),
            _ => stored += 1,
        }
    }
    let sheet = Sheet::read(&store, plan, PERIOD, &unit).await.unwrap();
    let kept = &sheet.row("I001").unwrap().saves;
    assert_eq!((stored, kept.len(), shown.len()), (1, 1, 7));
    assert!(shown.iter().all(|entry| *entry == kept[0].entry));
    // Different rows do not get in each other's way, and a repeat is no conflict.
    let by = desk(&store, &reporter, &directory, "2022-04-06");
    let (one, two) = ([filled("I002", "7", 0)], [filled("I002", "7.0", 0)]);
    let (a, b) = tokio::join!(by.save(place, &one, (false, false)), by.save(place, &two, (false, false)));
    let both = [a.unwrap().remove(0), b.unwrap().remove(0)];
    assert!(both.contains(&Saved::Unchanged), "{both:?}");
    // All or none, where it is asked.
    let mixed = [filled("I001", "99", 0), filled("I002", "8", 2)];
    let whole = by.save(place, &mixed, (true, false)).await.unwrap();
    assert!(matches!(whole[0], Saved::Changed(_)));
    let sheet = Sheet::read(&store, plan, PERIOD, &unit).await.unwrap();
    assert_eq!(sheet.row("I002").unwrap().saves.len(), 1);
}

pub(crate) async fn a_round_that_is_over_or_locked_takes_nothing(database: Database) {
    let store = database.open().await;
    let (plan, state) = round(&store).await;
    let unit = UnitId::from("U1");
    let reporter = actor("周示例", "reporter", "U1");
    let planner = Actor::new("林规划", "planner");
    let directory = Directory::default();
    let mine = [filled("I001", "1", 0)];
    let refused = async |state: &RoundState, today: &str| -> String {
        let place = SheetPlace { plan, round: state, unit: &unit };
        let done = desk(&store, &reporter, &directory, today).save(place, &mine, (false, true)).await;
        done.map_or_else(|error| error.to_string(), |_| String::new())
    };
    assert!(refused(&state, "2022-03-31").await.contains("2022-04-01 开始填报"));
    assert!(refused(&state, "2022-05-09").await.contains("截止"));
    let by = desk(&store, &planner, &directory, "2022-05-09");
    let rounds = async || Rounds::read(&store, plan, None).await.unwrap();
    assert!(by.lock(plan, &rounds().await, PERIOD, " ").await.unwrap_err().to_string().contains("理由"));
    by.lock(plan, &rounds().await, PERIOD, "数据已上会").await.unwrap();
    let locked = rounds().await.round(PERIOD).unwrap().clone();
    assert!(refused(&locked, "2022-04-06").await.contains("已锁定（数据已上会）"));
    // Reopened on a worked Saturday, which is a working day and stays.
    let day = "2022-10-08".parse().unwrap();
    by.reopen(plan, &rounds().await, (PERIOD, day), "补报一项").await.unwrap();
    let open = rounds().await.round(PERIOD).unwrap().clone();
    assert_eq!((open.round.closes, open.locks.len()), (day, 2));
    assert_eq!(refused(&open, "2022-10-08").await, "");
    let sheet = Sheet::read(&store, plan, PERIOD, &unit).await.unwrap();
    assert_eq!(sheet.late("I001", open.round.due, day), 120);
}

pub(crate) async fn a_merged_unit_leaves_its_rows_to_the_other(database: Database) {
    let store = database.open().await;
    let (plan, state) = round(&store).await;
    let unit = UnitId::from("U1");
    let place = SheetPlace { plan, round: &state, unit: &unit };
    let mut directory = Directory::default();
    let merge = DirectoryEvent::Merge { unit: "U1".into(), into: "U2".into(), from: "2022-04-07".parse().unwrap() };
    directory.apply(&merge);
    let [old, new] = ["U1", "U2"].map(|unit| actor("周示例", "reporter", unit));
    let save =
        async |who, today, mine: &[Filled]| desk(&store, who, &directory, today).save(place, mine, (false, true)).await;
    save(&old, "2022-04-06", &[filled("I001", "1", 0)]).await.unwrap();
    assert!(save(&new, "2022-04-06", &[filled("I002", "2", 0)]).await.is_err());
    assert!(save(&old, "2022-04-07", &[filled("I002", "2", 0)]).await.is_err());
    save(&new, "2022-04-07", &[filled("I002", "2", 0)]).await.unwrap();
    // Both are on one sheet, and the answer of the unit that is gone is there.
    let sheet = Sheet::read_all(&store, plan, PERIOD).await.unwrap().remove(&unit).unwrap();
    assert_eq!(sheet.rows().map(|(subject, _)| subject).collect::<Vec<_>>(), ["I001", "I002"]);
}
