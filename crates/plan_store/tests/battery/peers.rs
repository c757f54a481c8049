//! Figures of peer regions with a real store under them.

use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    peers::{self, PeerEntry, PeersFile, PeersReport},
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};

use crate::{
    database::{Database, at},
    use_cases::{TEXT, import_text, planner},
};

const FILE: &str = "指标,地区,期间,数值,单位,来源\n\
    森林覆盖率,东禾区,2021,44.10,,东禾区公报\n\
    森林覆盖率,东禾区,2022,45,,东禾区公报\n\
    规模以上企业,东禾区,2022,0.031,万家,东禾区公报\n";

async fn import(store: &Store, plan: PlanId, (text, moment): (&str, &str)) -> Result<PeersReport, WorkflowError> {
    let file = PeersFile { name: "p.csv", bytes: text.as_bytes(), dry_run: false };
    let when = (at(moment), "2023-06-30".parse().unwrap());
    peers::import_file(store, &planner(), when, plan, file).await
}

/// What stands, such as `东禾区 2022 45% v1`.
async fn standing(store: &Store, plan: PlanId, known: Option<&str>) -> Vec<String> {
    let all = peers::read(store, plan, known.map(at)).await.unwrap();
    let line = |record: &peers::PeerRecord| {
        let of = &record.figure;
        format!("{} {} {}{} v{}", of.region, of.period, of.value, of.unit, record.vintage)
    };
    all.standing().map(line).collect()
}

pub(crate) async fn figures_of_peers_are_kept_whole_with_every_vintage(database: Database) {
    let store = database.open().await;
    let plan = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
    let counts = |r: &PeersReport| (r.new, r.corrected, r.unchanged);
    let bad = format!("{FILE}森林覆盖率,青禾区,2022,40,,公报\n森林覆盖率,东禾区,2022,45,,公报\n");
    match import(&store, plan, (&bad, "2023-06-02T08:00:00Z")).await {
        Err(WorkflowError::BadFigures(problems)) => {
            let named: Vec<_> = problems.iter().map(|p| format!("{}@{}", p.code, p.place)).collect();
            assert_eq!(named, ["own-region@5", "duplicate-row@6"]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(standing(&store, plan, None).await, Vec::<String>::new(), "nothing half written");
    let revision = store.revision(plan).await.unwrap();
    let first = import(&store, plan, (FILE, "2023-06-02T08:00:00Z")).await.unwrap();
    assert_eq!(counts(&first), (3, 0, 0));
    let records = store.verify_audit().await.unwrap().records;
    let exported = FILE.replace("0.031,万家", "310,家");
    let again = import(&store, plan, (&exported, "2023-06-03T08:00:00Z")).await.unwrap();
    assert_eq!((counts(&again), store.verify_audit().await.unwrap().records), ((0, 0, 3), records));
    let corrected = FILE.replace("2022,45,", "2022,45.5,");
    let later = import(&store, plan, (&corrected, "2023-06-04T08:00:00Z")).await.unwrap();
    assert_eq!(counts(&later), (0, 1, 2));
    assert_eq!(
        standing(&store, plan, None).await,
        ["东禾区 2021 44.10% v1", "东禾区 2022 45.5% v2", "东禾区 2022 310家 v1"]
    );
    let then = standing(&store, plan, Some("2023-06-03T00:00:00Z")).await;
    assert_eq!(then.get(1).map(String::as_str), Some("东禾区 2022 45% v1"), "as known then: {then:?}");
    assert_eq!(store.revision(plan).await.unwrap(), revision, "no verdict depends on them");

    let now = at("2023-06-05T08:00:00Z");
    let forest = peers::read(&store, plan, None).await.unwrap();
    let forest = forest.standing().find(|record| record.vintage == 2).unwrap().figure.clone();
    let entry = |seen: u32| PeerEntry {
        indicator: forest.indicator.clone(),
        region: forest.region.clone(),
        period: "2022".to_owned(),
        value: "46".to_owned(),
        source: "年鉴".to_owned(),
        seen,
        ..PeerEntry::default()
    };
    let when = (now, "2023-06-30".parse().unwrap());
    let unseen = peers::record(&store, &planner(), when, plan, entry(3)).await;
    assert_eq!(unseen.unwrap_err().code(), "conflict", "corrected since it was seen");
    let reader = Actor::new("读者", "reader");
    assert_eq!(peers::record(&store, &reader, when, plan, entry(4)).await.unwrap_err().code(), "forbidden");
    assert_eq!(counts(&peers::record(&store, &planner(), when, plan, entry(4)).await.unwrap()), (0, 1, 0));
    let key = (forest.indicator.as_str(), "东 禾区", forest.period);
    for (who, reason, seen, code) in [
        (&planner(), "", 5, "bad-input"),
        (&planner(), "地区有误", 4, "conflict"),
        (&reader, "地区有误", 5, "forbidden"),
    ] {
        let refused = peers::withdraw(&store, (who, now), plan, key, (reason, seen)).await;
        assert_eq!(refused.unwrap_err().code(), code);
    }
    peers::withdraw(&store, (&planner(), now), plan, key, ("地区有误", 5)).await.unwrap();
    assert_eq!(standing(&store, plan, None).await.len(), 2);
    let gone = peers::withdraw(&store, (&planner(), now), plan, key, ("地区有误", 6)).await;
    assert_eq!(gone.unwrap_err().code(), "not-found");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}
