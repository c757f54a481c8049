//! Whatever is changed behind the chain's back is named with its place.

use plan_workflow::{
    records::{AuditFilter, PlanId, User},
    storage::Storage,
};

use crate::{
    database::{Database, at},
    records::{batch, figure, plan, rejection, stamp},
};

/// A store with a plan, figures in two changes, and a person.
async fn fill(database: &Database) {
    let store = database.open().await;
    let id = store.create_plan(stamp("2023-03-01T08:00:00Z"), plan("甲", 2)).await.unwrap();
    assert_eq!(id, PlanId(1));
    for (period, value) in [("2021", "41.6"), ("2022", "42.125")] {
        let figures = vec![figure("I001", period, value), figure("I002", period, value)];
        store.record_figures(stamp("2023-03-02T08:00:00Z"), batch(id, figures)).await.unwrap();
    }
    let user = User {
        name: "zhang".to_owned(),
        role: "reader".to_owned(),
        region: None,
        password_hash: "$argon2id$".to_owned(),
        active: true,
        must_change: false,
        at: at("2023-03-03T08:00:00Z"),
        actor: "林规划".to_owned(),
    };
    store.put_user(stamp("2023-03-03T08:00:00Z"), user, false).await.unwrap();
    store.record_decisions(stamp("2023-03-04T08:00:00Z"), id, rejection(0, 1)).await.unwrap();
    let check = store.verify_audit().await.unwrap();
    // One plan, its document of two lines, a fact, two indicators, a commitment,
    // a work item, four figures, a person, a decision with its indicator's version.
    assert_eq!((check.faults, check.records, check.rows), (vec![], 5, 1 + 1 + 2 + 1 + 2 + 1 + 1 + 4 + 1 + 2));
    store.close().await;
}

const FIGURE: &str = "plan_id = 1 AND indicator = 'I002' AND period = '2022'";

const NEW_FIGURE: &str = "INSERT INTO figures \
    (plan_id, indicator, period, standing, vintage, value, source, note, at, actor, seq, digest) \
    SELECT plan_id, indicator, period, standing, 2, value, source, note, at, actor, 9, digest \
    FROM figures WHERE plan_id = 1 AND indicator = 'I002' AND period = '2022'";
const NEW_RECORD: &str = "INSERT INTO audit \
    SELECT 6, at, actor, action, object, '{}', previous, hash FROM audit WHERE seq = 5";

/// What is done behind the chain's back, and the places that must be named.
fn tampering() -> Vec<(String, Vec<&'static str>)> {
    let figure = "figures plan_id=1 indicator=I002 period=2022 standing=reported vintage=1";
    let second = "figures plan_id=1 indicator=I002 period=2022 standing=reported vintage=2";
    let digest = "0".repeat(64);
    let update = |what: &str| format!("UPDATE figures SET {what} WHERE {FIGURE}");
    let line = "UPDATE source_lines SET text = '森林覆盖率达到44.0%以上。' WHERE line = 2";
    vec![
        (update("value = '42.126'"), vec![figure]),
        (update("actor = '他人'"), vec![figure]),
        (update(&format!("digest = '{digest}'")), vec![figure, "figures seq=3"]),
        (update("seq = 2"), vec!["figures seq=2", "figures seq=3"]),
        (format!("DELETE FROM figures WHERE {FIGURE}"), vec!["figures seq=3"]),
        (NEW_FIGURE.to_owned(), vec![second, "figures seq=9"]),
        ("UPDATE audit SET actor = '他人' WHERE seq = 2".to_owned(), vec!["audit 2"]),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3".to_owned(), vec!["audit 3"]),
        (format!("UPDATE audit SET hash = '{digest}' WHERE seq = 2"), vec!["audit 2", "audit 3"]),
        ("DELETE FROM audit WHERE seq = 2".to_owned(), vec!["audit 3", "figures seq=2"]),
        ("DELETE FROM audit WHERE seq = 5".to_owned(), vec!["audit_head", "decisions seq=5", "indicators seq=5"]),
        (NEW_RECORD.to_owned(), vec!["audit 6", "audit_head"]),
        ("UPDATE plans SET title = '乙'".to_owned(), vec!["plans id=1"]),
        (line.to_owned(), vec!["source_lines plan_id=1 line=2"]),
        ("UPDATE sources SET quantities = '[]'".to_owned(), vec!["sources plan_id=1"]),
        ("UPDATE facts SET quote = 'x'".to_owned(), vec!["facts plan_id=1 number=1"]),
        ("UPDATE commitments SET end_char = 10".to_owned(), vec!["commitments plan_id=1 number=1"]),
        (
            "UPDATE indicators SET base_fact = NULL WHERE code = 'I002'".to_owned(),
            vec!["indicators plan_id=1 code=I002 version=1"],
        ),
        ("UPDATE decisions SET payload = '\"slogan\"'".to_owned(), vec!["decisions plan_id=1 number=1"]),
        ("UPDATE decisions SET actor = '他人'".to_owned(), vec!["decisions plan_id=1 number=1"]),
        ("DELETE FROM decisions".to_owned(), vec!["decisions seq=5"]),
        ("UPDATE commitments SET confidence = NULL".to_owned(), vec!["commitments plan_id=1 number=1"]),
        ("UPDATE work_items SET chapter = ''".to_owned(), vec!["work_items plan_id=1 number=1"]),
        (
            "UPDATE indicators SET dictionary = NULL WHERE code = 'I002'".to_owned(),
            vec!["indicators plan_id=1 code=I002 version=1"],
        ),
        ("UPDATE users SET role = 'planner'".to_owned(), vec!["users name=zhang version=1"]),
    ]
}

pub(crate) async fn every_tampering_is_named_with_its_place(database: Database) {
    for (sql, places) in tampering() {
        let database = database.another();
        fill(&database).await;
        database.behind_the_back(&sql).await;
        let store = database.open().await;
        let faults = store.verify_audit().await.unwrap().faults;
        let found: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
        for place in &places {
            assert!(found.contains(place), "{sql}\nnamed {found:?} and not {place}");
        }
        let strangers: Vec<_> = found.iter().filter(|place| !places.contains(place)).collect();
        assert!(strangers.is_empty(), "{sql}\nalso named {strangers:?}");
        store.close().await;
    }
}

/// One bit of the file: for every place where a figure's source stands, the
/// damage is named, or the database says that it is damaged.
pub(crate) async fn a_flipped_bit_in_the_file_is_named() {
    let database = Database::sqlite();
    fill(&database).await;
    let file = database.url.strip_prefix("sqlite:").unwrap().to_owned();
    let whole = std::fs::read(&file).unwrap();
    for (needle, place) in [("42.125", "figures "), ("figures.record", "audit "), ("41.50", "")] {
        let needle = needle.as_bytes();
        let at = whole.windows(needle.len()).position(|w| w == needle).expect("the text stands in the file");
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        std::fs::write(&file, &flipped).unwrap();
        let store = database.open().await;
        let faults = store.verify_audit().await.unwrap().faults;
        assert!(faults.iter().any(|fault| fault.place.starts_with(place)), "{place}: {faults:?}");
        store.close().await;
    }
    std::fs::write(&file, &whole).unwrap();
    let store = database.open().await;
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn the_chain_can_be_read_newest_first(database: Database) {
    fill(&database).await;
    let store = database.open().await;
    let newest = store.audit(AuditFilter::default(), 2).await.unwrap();
    let shown: Vec<_> = newest.iter().map(|r| (r.seq, r.action.as_str(), r.object.as_str())).collect();
    assert_eq!(shown, [(5, "register.confirm", "plan:1/candidate:C1"), (4, "user.add", "user:zhang")]);
    assert!(newest[0].detail.contains("\"decisions\":[[\"C1\",\"reject\",\"\"]]"), "{}", newest[0].detail);
    assert_eq!(newest[0].previous, newest[1].hash);
    let rest = store.audit(AuditFilter { before: Some(4), ..AuditFilter::default() }, 10).await.unwrap();
    assert_eq!(rest.iter().map(|r| r.seq).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(rest[2].previous, "0".repeat(64));
    let asked = AuditFilter::default;
    for (filter, expected) in [
        (AuditFilter { actor: "林".to_owned(), ..asked() }, vec![5, 4, 3, 2, 1]),
        (AuditFilter { actor: "沈".to_owned(), ..asked() }, vec![]),
        (AuditFilter { action: "figures.".to_owned(), ..asked() }, vec![3, 2]),
        (AuditFilter { object: "plan:1".to_owned(), before: Some(5), ..asked() }, vec![3, 2, 1]),
        (AuditFilter { object: "%".to_owned(), ..asked() }, vec![]),
        (AuditFilter { from: Some(at("2023-03-03T08:00:00Z")), ..asked() }, vec![5, 4]),
        (AuditFilter { until: Some(at("2023-03-02T08:00:00Z")), ..asked() }, vec![1]),
    ] {
        let found = store.audit(filter.clone(), 10).await.unwrap();
        assert_eq!(found.iter().map(|r| r.seq).collect::<Vec<_>>(), expected, "{filter:?}");
    }
    assert!(rest[0].detail.contains("\"file\":\"figures.csv\"") && !newest[1].detail.contains("argon2id"));
}
