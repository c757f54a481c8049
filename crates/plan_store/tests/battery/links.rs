//! An annual plan beside the plan it carries out.

use plan_assessment::ready_rule_set;
use plan_model::{InputRole, Origin};
use plan_store::Store;
use plan_workflow::{
    assess::{Situation, Situations},
    figures::{self, FigureEntry, Taking},
    import::{self, ImportRequest},
    permissions::Actor,
    records::{AuditFilter, PlanId, PlanKind},
    slice::{self, LinkState, Slice, Use},
    storage::Storage,
};

use crate::database::{Database, at};

/// A fictional plan and the work report of one of its years.
const PLAN: &str = "青禾区国民经济和社会发展第十四个五年规划纲要\n\
    2020年，森林覆盖率为40%，城市书房座席率为50%。\n\
    到2025年，森林覆盖率达到50%，高新技术企业达到150家，城市书房座席率达到70%，新增城市书房20家。\n";
const REPORT: &str = "青禾区2023年政府工作报告\n\
    2023年，森林覆盖率达到42%，新认定高新技术企业25家，图书座席率达到52%，新增城市书房3家，发放消费券200万元。\n";

fn planner() -> Actor {
    Actor::new("林规划", "planner")
}

async fn import(store: &Store, text: &str, period: &str, parent: Option<PlanId>) -> import::Imported {
    let request = ImportRequest {
        title: None,
        jurisdiction: "990101".to_owned(),
        period: Some(period.parse().unwrap()),
        kind: if parent.is_some() { PlanKind::Annual } else { PlanKind::Outline },
        parent,
    };
    let preview = import::preview(request, "a.txt", text.as_bytes()).unwrap();
    import::import(store, &planner(), at("2023-02-01T08:00:00Z"), preview, false).await.unwrap()
}

/// The plan, its report, and how the report's items stand: `name → other state`.
async fn both(store: &Store) -> (PlanId, PlanId) {
    let plan = import(store, PLAN, "2021-2025", None).await.plan;
    let report = import(store, REPORT, "2023", Some(plan)).await;
    assert_eq!(report.links.len(), 5);
    (plan, report.plan)
}

async fn shown(store: &Store, report: PlanId) -> Vec<String> {
    let slice = Slice::read(store, report).await.unwrap();
    let row = |(own, link): &(_, Option<slice::LinkRecord>)| {
        let own: &plan_workflow::records::IndicatorRecord = own;
        let link = link.as_ref().unwrap();
        let other = slice.other(link).map_or("—", |record| record.indicator.name.as_str());
        format!("{} → {other} {}", own.indicator.name, link.link.state)
    };
    slice.rows.iter().map(row).collect()
}

async fn id(store: &Store, plan: PlanId, name: &str) -> String {
    let records = store.indicators(plan, None).await.unwrap();
    records.into_iter().find(|record| record.indicator.name == name).unwrap().indicator.id
}

pub(crate) async fn links_are_proposed_at_import_and_decided_by_people(database: Database) {
    let store = database.open().await;
    let (plan, report) = both(&store).await;
    let first = [
        "森林覆盖率 → 森林覆盖率 exact",
        "新认定高新技术企业 → 高新技术企业 likely",
        "图书座席率 → — new",
        "新增城市书房 → 新增城市书房 exact",
        "发放消费券 → — new",
    ];
    assert_eq!(shown(&store, report).await, first);
    let now = at("2023-03-01T08:00:00Z");
    let decide = async |name: &str, seen: u32, other: Option<&str>| {
        let item = id(&store, report, name).await;
        let other = match other {
            Some(other) => Some(id(&store, plan, other).await),
            None => None,
        };
        slice::decide(&store, &planner(), now, (report, &item, seen), (other.as_deref(), "按口径")).await
    };
    assert_eq!(decide("新认定高新技术企业", 1, None).await.unwrap(), 2);
    assert_eq!(decide("图书座席率", 1, Some("城市书房座席率")).await.unwrap(), 2);
    // Who saw the first version must look again; the same decision twice is one.
    assert_eq!(decide("图书座席率", 1, None).await.unwrap_err().code(), "conflict");
    assert_eq!(decide("图书座席率", 2, Some("城市书房座席率")).await.unwrap(), 2);
    let nobody = slice::decide(&store, &planner(), now, (report, "I001", 1), (Some("I099"), "")).await;
    assert_eq!(nobody.unwrap_err().code(), "bad-input");
    let nothing = slice::decide(&store, &planner(), now, (report, "I099", 0), (None, "")).await;
    assert_eq!(nothing.unwrap_err().code(), "not-found");
    let no_report = slice::decide(&store, &planner(), now, (plan, "I001", 1), (None, "")).await;
    assert_eq!(no_report.unwrap_err().code(), "bad-input");
    let reader = Actor::new("读者", "reader");
    let refused = slice::decide(&store, &reader, now, (report, "I001", 1), (None, "")).await;
    assert_eq!(refused.unwrap_err().code(), "forbidden");
    let after = shown(&store, report).await;
    assert_eq!(
        (after[1].as_str(), after[2].as_str()),
        ("新认定高新技术企业 → — rejected", "图书座席率 → 城市书房座席率 confirmed")
    );
    // Proposing anew leaves alone what a person decided.
    assert_eq!(slice::renew(&store, &planner(), now, report).await.unwrap(), 0);
    assert_eq!(shown(&store, report).await, after);
    let then = store.links(report, Some(at("2023-02-15T00:00:00Z"))).await.unwrap();
    assert_eq!((then[1].link.state, then[1].version), (LinkState::Likely, 1));
    let check = store.verify_audit().await.unwrap();
    assert_eq!((check.faults, check.records), (vec![], 4));
    let newest = store.audit(AuditFilter::default(), 1).await.unwrap();
    assert_eq!((newest[0].action.as_str(), newest[0].object.as_str()), ("links.decide", "plan:2"));
}

pub(crate) async fn a_yearly_target_counts_and_says_where_it_comes_from(database: Database) {
    let store = database.open().await;
    let plan = import(&store, PLAN, "2021-2025", None).await.plan;
    let now = at("2024-01-10T08:00:00Z");
    let entry = |name: &str, value: &str| FigureEntry {
        indicator: name.to_owned(),
        period: "2023".to_owned(),
        value: value.to_owned(),
        ..FigureEntry::default()
    };
    let entries = vec![entry("森林覆盖率", "42"), entry("城市书房座席率", "52")];
    figures::record(&store, &planner(), now, plan, entries, Taking::default()).await.unwrap();
    let (forest, seats) = (id(&store, plan, "森林覆盖率").await, id(&store, plan, "城市书房座席率").await);
    let situations = Situations::new(store.clone(), 4);
    let rules = ready_rule_set("share-of-pace").unwrap();
    let expected = async |id: &str, day: &str| {
        let verdict = situations.of(plan).await.unwrap().verdict(id, rules, day.parse().unwrap()).unwrap();
        let yearly: Vec<String> = verdict
            .trail
            .inputs
            .iter()
            .filter(|input| input.role == InputRole::Interim)
            .map(|input| match &input.origin {
                Origin::YearlyPlan { source } => format!("{} {source}", input.value),
                other => format!("{other:?}"),
            })
            .collect();
        (verdict.expected.unwrap().normalize().to_string(), yearly)
    };
    // Without a yearly plan it is the even path.
    assert_eq!(expected(&forest, "2023-12-31").await, ("46".to_owned(), vec![]));
    let report = import(&store, REPORT, "2023", Some(plan)).await.plan;
    let source = "42 《青禾区2023年政府工作报告》第 2 行".to_owned();
    assert_eq!(expected(&forest, "2023-12-31").await, ("42".to_owned(), vec![source]));
    // A target of 2023 says nothing of 2022.
    let before = situations.of(plan).await.unwrap().verdict(&forest, rules, "2022-12-31".parse().unwrap()).unwrap();
    assert!(before.trail.inputs.iter().all(|input| input.role != InputRole::Interim));
    // A link nobody confirmed does not count, nor what is measured otherwise.
    assert_eq!(expected(&seats, "2023-12-31").await, ("62".to_owned(), vec![]));
    let item = id(&store, report, "图书座席率").await;
    slice::decide(&store, &planner(), now, (report, &item, 1), (Some(&seats), "")).await.unwrap();
    assert_eq!(expected(&seats, "2023-12-31").await.0, "52");
    let situation = situations.of(plan).await.unwrap();
    let uses: Vec<(&str, Use)> = situation.yearly.iter().map(|t| (t.name.as_str(), t.used)).collect();
    assert_eq!(
        uses,
        [
            ("森林覆盖率", Use::Counts),
            ("新认定高新技术企业", Use::Unconfirmed),
            ("图书座席率", Use::Counts),
            ("新增城市书房", Use::OtherMeasure),
        ]
    );
    // A second report of the year that says otherwise: neither counts.
    let other = REPORT.replace("42%", "43%").replace("工作报告", "工作报告（修订）");
    import(&store, &other, "2023", Some(plan)).await;
    assert_eq!(expected(&forest, "2023-12-31").await, ("46".to_owned(), vec![]));
    let fresh = Situation::read(&store, plan, None).await.unwrap();
    assert_eq!(fresh.yearly.iter().filter(|t| t.used == Use::Differs).count(), 2);
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}
