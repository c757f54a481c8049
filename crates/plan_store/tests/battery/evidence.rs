//! Files kept as evidence: each once, unchanged, and for whom.

use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    collection::{SheetPlace, Stage, Step},
    directory::Directory,
    events::EventStore as _,
    evidence::{About, Cabinet, Evidence, EvidenceStore as _, LIMIT_MB, Sent, hash_of},
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};

use crate::{
    collecting::{actor, desk, filled, round},
    database::{Database, at},
    use_cases::{TEXT, import_text, planner},
};

const PDF: &[u8] = b"%PDF-1.7\n\x00\xFF fictional\n%%EOF\n";

fn cabinet<'a>(store: &'a Store, actor: &'a Actor, directory: &'a Directory) -> Cabinet<'a, Store> {
    Cabinet { storage: store, actor, now: at("2023-06-05T08:00:00Z"), today: "2023-06-05".parse().unwrap(), directory }
}

fn about(subject: &str) -> About {
    About { subject: subject.to_owned(), note: "验收报告".to_owned(), ..About::default() }
}

async fn attach(store: &Store, actor: &Actor, plan: PlanId, about: About) -> Result<u32, WorkflowError> {
    let sent = Sent { name: "验收.pdf", bytes: PDF };
    cabinet(store, actor, &Directory::default()).attach(plan, about, (sent, LIMIT_MB)).await
}

/// How many rows and audit records there are, nothing being wrong.
async fn sound(store: &Store) -> (u64, u64) {
    let check = store.verify_audit().await.unwrap();
    assert_eq!(check.faults, []);
    (check.records, check.rows)
}

pub(crate) async fn the_same_content_is_kept_once_and_comes_back(database: Database) {
    let store = database.open().await;
    let plan = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    let (records, rows) = sound(&store).await;
    let who = planner();
    let both = [about("I001"), about("I002")].map(|about| attach(&store, &who, plan, about));
    let [one, two] = both;
    let (one, two) = tokio::join!(one, two);
    let mut numbers = [one.unwrap(), two.unwrap()];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
    // One file with its record, and each attachment with its own.
    assert_eq!(sound(&store).await, (records + 3, rows + 3));
    let kept = store.evidence(&hash_of(PDF)).await.unwrap().unwrap();
    assert_eq!((kept.media_type.as_str(), kept.bytes.as_slice()), ("application/pdf", PDF));
    assert_eq!(store.evidence(&hash_of(b"other")).await, Ok(None));
    let all = Evidence::read(&store, plan, None).await.unwrap();
    let first = &all.all()[0];
    assert_eq!((first.name.as_str(), first.size, first.actor.as_str()), ("验收.pdf", PDF.len() as u64, "林规划"));
    // Nothing is stored of what is refused, and of what nobody asked for.
    let events = store.last_event(&Evidence::stream(plan)).await.unwrap();
    assert_eq!(attach(&store, &planner(), plan, about("I999")).await.unwrap_err().code(), "not-found");
    assert_eq!(attach(&store, &planner(), PlanId(99), about("I001")).await.unwrap_err().code(), "not-found");
    let page = Sent { name: "a.txt", bytes: b"<html>" };
    let directory = Directory::default();
    let refused = cabinet(&store, &who, &directory).attach(plan, about("I001"), (page, LIMIT_MB)).await;
    assert_eq!(refused.unwrap_err().code(), "evidence-page");
    assert_eq!(store.last_event(&Evidence::stream(plan)).await.unwrap(), events);
    // Taken back, it is no longer given out by its attachment, and its history stays.
    let by = cabinet(&store, &who, &directory);
    assert_eq!(by.detach(plan, 1, " ").await.unwrap_err().code(), "bad-input");
    by.detach(plan, 1, "传错了文件").await.unwrap();
    assert_eq!(by.detach(plan, 1, "再撤").await.unwrap_err().code(), "not-found");
    by.open(plan, &hash_of(PDF)).await.unwrap();
    by.detach(plan, 2, "传错了文件").await.unwrap();
    assert_eq!(by.open(plan, &hash_of(PDF)).await.unwrap_err().code(), "not-found");
    let all = Evidence::read(&store, plan, None).await.unwrap();
    assert!(all.all().iter().all(|one| one.detached.as_ref().is_some_and(|(why, ..)| why == "传错了文件")));
    sound(&store).await;
}

pub(crate) async fn a_changed_file_is_named_and_not_given_out(database: Database) {
    let hash = hash_of(PDF);
    let place = format!("evidence_contents hash={hash}");
    let files = format!("evidence_files hash={hash}");
    let bytes = if database.url.starts_with("sqlite:") { "X'00'" } else { "'\\x00'::bytea" };
    let changes = [
        (format!("UPDATE evidence_contents SET bytes = {bytes}"), &place),
        ("DELETE FROM evidence_contents".to_owned(), &place),
        ("UPDATE evidence_files SET media_type = 'text/html'".to_owned(), &files),
        ("UPDATE evidence_files SET size = 1".to_owned(), &files),
    ];
    for (sql, place) in changes {
        let database = database.another();
        let store = database.open().await;
        let plan = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
        attach(&store, &planner(), plan, about("I001")).await.unwrap();
        store.close().await;
        database.behind_the_back(&sql).await;
        let store = database.open().await;
        let faults = store.verify_audit().await.unwrap().faults;
        let found: Vec<&String> = faults.iter().map(|fault| &fault.place).collect();
        assert_eq!(found, [place], "{sql}");
        if sql.contains("contents") {
            let (who, directory) = (planner(), Directory::default());
            let opened = cabinet(&store, &who, &directory).open(plan, &hash).await;
            assert_eq!(opened.unwrap_err().code(), "store-damaged", "{sql}");
            // Put back from a copy, all is well again.
            let hex: String = PDF.iter().map(|byte| format!("{byte:02x}")).collect();
            let bytes =
                if database.url.starts_with("sqlite:") { format!("X'{hex}'") } else { format!("'\\x{hex}'::bytea") };
            store.close().await;
            let back = match sql.starts_with("DELETE") {
                true => format!("INSERT INTO evidence_contents (hash, bytes) VALUES ('{hash}', {bytes})"),
                false => format!("UPDATE evidence_contents SET bytes = {bytes}"),
            };
            database.behind_the_back(&back).await;
            let store = database.open().await;
            sound(&store).await;
            assert_eq!(cabinet(&store, &who, &directory).open(plan, &hash).await.unwrap().1, PDF);
            store.close().await;
        }
    }
}

pub(crate) async fn evidence_goes_with_the_unit_and_its_round(database: Database) {
    let store = database.open().await;
    let (plan, state) = round(&store).await;
    let directory = Directory::default();
    let [own, approver, other] =
        [("周示例", "reporter", "U1"), ("钱示例", "approver", "U1"), ("吴示例", "reporter", "U2")]
            .map(|(name, role, unit)| actor(name, role, unit));
    let (reader, leader) = (Actor::new("沈查阅", "reader"), Actor::new("马领导", "leader"));
    let on_sheet = |subject: &str| About { round: Some(state.round.id.clone()), ..about(subject) };
    // Only who was asked, and nobody without a part outside of the sheet.
    assert_eq!(attach(&store, &other, plan, on_sheet("I001")).await.unwrap_err().code(), "not-found");
    assert_eq!(attach(&store, &own, plan, on_sheet("I003")).await.unwrap_err().code(), "not-found");
    assert_eq!(attach(&store, &reader, plan, on_sheet("I001")).await.unwrap_err().code(), "forbidden");
    let number = attach(&store, &own, plan, on_sheet("I001")).await.unwrap();
    let hash = hash_of(PDF);
    let sees = async |who: &Actor| cabinet(&store, who, &directory).open(plan, &hash).await.is_ok();
    let seen = async || {
        [sees(&own).await, sees(&approver).await, sees(&leader).await, sees(&other).await, sees(&reader).await]
    };
    assert_eq!(seen().await, [true, true, true, false, false]);
    assert_eq!(cabinet(&store, &other, &directory).readable(plan, None).await.unwrap(), []);
    assert_eq!(cabinet(&store, &other, &directory).detach(plan, number, "x").await.unwrap_err().code(), "not-found");
    let found = cabinet(&store, &own, &directory).readable(plan, None).await.unwrap().remove(0).about;
    assert_eq!((found.unit.unwrap().as_str(), found.period), ("U1", Some(state.round.period)));
    // Accepted by the planning department, it is open to who reads the plan, and stays.
    let unit = "U1".into();
    let place = SheetPlace { plan, round: &state, unit: &unit };
    let planner = planner();
    let by = |actor| desk(&store, actor, &directory, "2022-04-06");
    by(&own).save(place, &[filled("I001", "1.5", 0)], (false, true)).await.unwrap();
    let row = [(unit.clone(), "I001".to_owned(), 1)];
    by(&approver).judge(plan, &state, Step::Pass(Stage::Unit), &row).await.unwrap();
    by(&planner).judge(plan, &state, Step::Pass(Stage::Planning), &row).await.unwrap();
    assert_eq!(seen().await, [true; 5]);
    let late = cabinet(&store, &own, &directory).detach(plan, number, "传错了").await.unwrap_err();
    assert_eq!(late.code(), "not-now");
    cabinet(&store, &planner, &directory).detach(plan, number, "传错了").await.unwrap();
    assert_eq!(seen().await, [false; 5]);
    sound(&store).await;
}
