//! Streams of events.

use plan_model::{Unit, UnitId, UnitKind};
use plan_workflow::{
    directory::{self, DirectoryEvent, DutyState, Person, Place},
    events::{Append, EventBatch, EventStore, Happening, Stream},
    records::PlanId,
    storage::Storage,
};
use serde::{Deserialize, Serialize};

use crate::{
    database::{Database, at},
    records::{batch, figure, plan, stamp},
};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Said(String);

impl Happening for Said {
    fn kind(&self) -> &'static str {
        "say"
    }
    fn subject(&self) -> String {
        self.0.chars().take(1).collect()
    }
}

fn said(stream: &Stream, after: impl Into<Option<u32>>, words: &[&str]) -> Append {
    let events: Vec<Said> = words.iter().map(|word| Said((*word).to_owned())).collect();
    Append::to(stream.clone(), after, &events).unwrap()
}

fn together(appends: Vec<Append>) -> EventBatch {
    EventBatch { action: "test.say", object: "plan:1".to_owned(), appends, ..EventBatch::default() }
}

pub(crate) async fn events_come_back_in_their_order_and_as_known_then(database: Database) {
    let store = database.open().await;
    let mother = Stream::of_plan(PlanId(1), "words");
    let (a, b) = (mother.clone().part("a"), mother.clone().part("b"));
    let strange = Stream::of_plan(PlanId(1), "words2");
    let first = together(vec![said(&b, 0, &["一", "二"]), said(&a, None, &["甲"]), said(&strange, 0, &["他"])]);
    assert_eq!(store.append(stamp("2023-03-01T08:00:00Z"), first).await.unwrap(), [2, 1, 1]);
    // The same stream twice in a batch goes on counting.
    let second = together(vec![said(&b, 2, &["三"]), said(&b, 3, &["四"])]);
    assert_eq!(store.append(stamp("2023-03-02T08:00:00Z"), second).await.unwrap(), [3, 4]);
    let words = async |known: Option<&str>| -> Vec<String> {
        let found = store.events_below(&mother, known.map(at)).await.unwrap();
        found.iter().map(|r| format!("{}{}{}", r.stream.last(), r.number, r.read::<Said>().unwrap().0)).collect()
    };
    assert_eq!(words(None).await, ["a1甲", "b1一", "b2二", "b3三", "b4四"]);
    assert_eq!(words(Some("2023-03-01T12:00:00Z")).await, ["a1甲", "b1一", "b2二"]);
    let found = store.events(&b, None).await.unwrap();
    let last = &found[3];
    assert_eq!((last.kind.as_str(), last.subject.as_str(), last.actor.as_str()), ("say", "四", "林规划"));
    assert_eq!((&last.stream, last.at), (&b, at("2023-03-02T08:00:00Z")));
    assert_eq!((store.last_event(&b).await.unwrap(), store.last_event(&mother).await.unwrap()), (4, 0));
    assert!(found[0].read::<Number>().unwrap_err().to_string().contains("plan/1/words/b number=1"));
    let check = store.verify_audit().await.unwrap();
    assert_eq!((check.faults, check.records, check.rows), (vec![], 2, 6));
}

/// What the bodies of those streams are not.
#[derive(Debug, Serialize, Deserialize)]
struct Number(u32);

impl Happening for Number {
    fn kind(&self) -> &'static str {
        "number"
    }
    fn subject(&self) -> String {
        String::new()
    }
}

pub(crate) async fn who_read_less_is_refused_and_nothing_stays(database: Database) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 2)).await.unwrap();
    let (a, b) = (Stream::of_plan(id, "a"), Stream::of_plan(id, "b"));
    let now = "2023-03-02T08:00:00Z";
    store.append(stamp(now), together(vec![said(&a, 0, &["一"])])).await.unwrap();
    let late = together(vec![said(&b, 0, &["二"]), said(&a, 0, &["三"])]);
    let refused = store.append(stamp(now), late).await.unwrap_err();
    assert!(refused.to_string().contains("现为第 1 版"), "{refused}");
    // A figure that is refused takes its events with it, and the other way round.
    let unknown = EventBatch {
        figures: vec![batch(id, vec![figure("I001", "2022", "1"), figure("I099", "2022", "1")])],
        ..together(vec![said(&b, 0, &["二"])])
    };
    assert!(store.append(stamp(now), unknown).await.is_err());
    assert_eq!((store.last_event(&b).await.unwrap(), store.figures(id, None, None).await.unwrap().len()), (0, 0));
    let before = store.revision(id).await.unwrap();
    let whole = EventBatch {
        figures: vec![batch(id, vec![figure("I001", "2022", "1")])],
        touches: Some(id),
        ..together(vec![said(&b, 0, &["二"])])
    };
    store.append(stamp(now), whole).await.unwrap();
    assert_eq!((store.last_event(&b).await.unwrap(), store.figures(id, None, None).await.unwrap().len()), (1, 1));
    assert!(store.revision(id).await.unwrap() > before);
    // Many at once: each number is given once.
    let all: Vec<_> = (0..40)
        .map(|_| {
            let (store, a) = (store.clone(), a.clone());
            tokio::spawn(async move { store.append(stamp(now), together(vec![said(&a, None, &["多"])])).await })
        })
        .collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    let numbers: Vec<u32> = store.events(&a, None).await.unwrap().iter().map(|r| r.number).collect();
    assert_eq!(numbers, (1..=41).collect::<Vec<_>>());
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn an_installation_keeps_its_directory(database: Database) {
    let store = database.open().await;
    let unit = Unit {
        id: UnitId::from("U1"),
        name: "青禾区发展和改革局".to_owned(),
        aliases: vec!["区发改局".to_owned()],
        unit_kind: UnitKind::Department,
        region: Some("990101".parse().unwrap()),
        credit_code: None,
    };
    let person = Person {
        id: "P1".to_owned(),
        name: "周示例".to_owned(),
        unit: unit.id.clone(),
        account: Some("zhou".to_owned()),
        email: None,
        phone: None,
    };
    let give = DirectoryEvent::Give {
        duty: "D1".to_owned(),
        unit: unit.id.clone(),
        role: "reporter".to_owned(),
        place: Place::First,
        person: "P1".to_owned(),
        from: "2023-01-01".parse().unwrap(),
        until: None,
    };
    let events = [DirectoryEvent::SetUnit(unit.clone()), DirectoryEvent::SetPerson(person), give];
    let empty = directory::read(&store, None).await.unwrap();
    let now = stamp("2023-01-05T08:00:00Z");
    directory::store(&store, now.clone(), (&empty, &events), "directory.change").await.unwrap();
    // Who saw the empty directory must look again.
    assert!(directory::store(&store, now.clone(), (&empty, &events), "directory.change").await.is_err());
    let read = directory::read(&store, None).await.unwrap();
    assert_eq!((read.version(), read.unit(&unit.id)), (3, Some(&unit)));
    let day = "2023-02-01".parse().unwrap();
    assert_eq!(read.state(read.duty("D1").unwrap(), day), DutyState::Offered);
    let accept = [DirectoryEvent::Accept { duty: "D1".to_owned() }];
    directory::store(&store, now, (&read, &accept), "directory.accept").await.unwrap();
    let read = directory::read(&store, None).await.unwrap();
    assert_eq!(read.posts("zhou", day).len(), 1);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}
