//! Breaking a plan down: years, shares, nodes, budget, and everything that does
//! not fit.

use axum::http::StatusCode;
use plan_model::{Unit, UnitKind};
use plan_workflow::{
    directory::{self, Directory, DirectoryEvent},
    records::{PlanId, PlanKind},
    storage::{Stamp, Storage as _},
};

use crate::{
    people::{NOW, Office, PLAN, Person},
    work::TEXT,
};

/// The plan of `people` with two towns.
async fn county() -> (Office, PlanId, Person, Person) {
    let (office, plan) = Office::with_plan().await;
    let town = |id: &str, name: &str| {
        DirectoryEvent::SetUnit(Unit {
            id: id.into(),
            name: name.to_owned(),
            aliases: Vec::new(),
            unit_kind: UnitKind::Town,
            region: None,
            credit_code: None,
        })
    };
    let stamp = Stamp { actor: "测试".to_owned(), at: NOW.parse().unwrap() };
    let events = [town("U1", "甲镇"), town("U2", "乙镇")];
    directory::store(&office.store, stamp, (&Directory::default(), &events), "directory.test").await.unwrap();
    let (planner, reader) = (office.planner().await, office.reader().await);
    (office, plan, planner, reader)
}

/// The id of an indicator.
async fn id(office: &Office, plan: PlanId, name: &str) -> String {
    let records = office.store.indicators(plan, None).await.unwrap();
    records.into_iter().find(|r| r.indicator.name.contains(name)).expect(name).indicator.id
}

fn years<'a>(values: &[&'a str; 5], rest: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let names = ["y-2021", "y-2022", "y-2023", "y-2024", "y-2025"];
    names.into_iter().zip(values.iter().copied()).chain(rest.iter().copied()).collect()
}

#[tokio::test]
async fn a_target_is_broken_down_to_years_and_towns_with_every_gap_found() {
    assert!(PLAN.contains("新增公共停车位1000个"));
    let (office, plan, planner, reader) = county().await;
    let parking = id(&office, plan, "停车位").await;
    let address = format!("/plans/{plan}/breakdown/{parking}");
    let page = planner.get(&address).await.main();
    assert!(page.contains("各年相加") && page.contains("value=\"200\"") && page.contains("还没有约定"), "{page}");
    // 核算 reckons and keeps nothing.
    let short = ["200", "200", "200", "200", "180"];
    let checked = planner.post(&address, &years(&short, &[("seen", "0"), ("do", "check")])).await;
    assert_eq!(checked.status, StatusCode::OK);
    assert!(checked.main().contains("各年合计 980个，比目标 1000个 少 20个"), "{}", checked.main());
    assert!(!reader.get(&address).await.main().contains("980"));
    let wrong = planner.post(&address, &years(&["2oo", "", "", "", "x"], &[("seen", "0"), ("do", "set")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.main().contains("2021 年") && wrong.main().contains("2025 年"), "every fault at once");
    let set = planner.post(&address, &years(&short, &[("seen", "0"), ("do", "set"), ("within", "seasonal")])).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text());
    // Who saw the version before is told; a change needs its reason.
    let late = planner.post(&address, &years(&short, &[("seen", "0"), ("do", "set")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.main());
    let bare = planner.post(&address, &years(&short, &[("seen", "1"), ("do", "set")])).await;
    assert!(bare.main().contains("要写明理由"), "{}", bare.main());
    // Shares: units and years, sums against the year.
    let shares = |values: [&'static str; 2], rest: &[(&'static str, &'static str)]| {
        let cells = [("s-U1-2023", values[0]), ("s-U2-2023", values[1]), ("units", "U1 U2")];
        cells.into_iter().chain(rest.iter().copied()).collect::<Vec<_>>()
    };
    let path = format!("{address}/shares");
    let checked = planner.post(&path, &shares(["120", "70"], &[("seen", "0"), ("do", "check")])).await.main();
    assert!(checked.contains("2023 年：2 个单位（甲镇、乙镇）合计 190个，比目标 200个 少 10个"), "{checked}");
    let set = planner.post(&path, &shares(["120", "70"], &[("seen", "0"), ("do", "set")])).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text());
    let gaps = reader.get(&format!("/plans/{plan}/breakdown/gaps")).await.main();
    for words in ["少 20个", "少 10个", "共 2 处"] {
        assert!(gaps.contains(words), "{words} is missing in {gaps}");
    }
    let csv = reader.get(&format!("/plans/{plan}/breakdown/gaps.csv")).await.text();
    assert!(csv.contains("breakdown-sum") && csv.contains(",20,个,") && csv.contains(",10,个,"), "{csv}");
    // Put right with a reason, the gap is gone and the history tells why.
    let right = years(&["200", "200", "200", "200", "200"], &[("seen", "1"), ("do", "set"), ("reason", "补足总量")]);
    assert_eq!(planner.post(&address, &right).await.status, StatusCode::SEE_OTHER);
    let page = reader.get(&address).await.main();
    assert!(page.contains("补足总量") && page.contains("各年与总目标一致") && !page.contains("name=\"y-"), "{page}");
    let list = reader.get(&format!("/plans/{plan}/breakdown")).await.main();
    assert!(list.contains("第 2 版") && list.contains("200 · 200"), "{list}");
}

#[tokio::test]
async fn what_does_not_add_up_is_not_shared_out_and_says_why() {
    let (office, plan, planner, reader) = county().await;
    let town = id(&office, plan, "城镇化率").await;
    let address = format!("/plans/{plan}/breakdown/{town}");
    let page = planner.get(&address).await.main();
    assert!(page.contains("各单位的数不能相加") && !page.contains("s-U1-2023"), "{page}");
    let fields = [("s-U1-2023", "60"), ("units", "U1"), ("seen", "0"), ("do", "set")];
    let refused = planner.post(&format!("{address}/shares"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("不能相加"), "{}", refused.main());
    assert_eq!(reader.post(&address, &[("seen", "0")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post(&format!("{address}/shares"), &[("seen", "0")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&format!("/plans/{plan}/breakdown/I999")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn agreed_years_enter_verdicts_and_annual_plans_win() {
    let (office, plan, planner, reader) = county().await;
    let town = id(&office, plan, "城镇化率").await;
    let address = format!("/plans/{plan}/breakdown/{town}");
    let values = ["61", "62", "63", "66", "70"];
    assert_eq!(
        planner.post(&address, &years(&values, &[("seen", "0"), ("do", "set")])).await.status,
        StatusCode::SEE_OTHER
    );
    let figure = [("period", "2023"), ("value", "63"), ("standing", "statistical"), ("seen", "0")];
    let figures = format!("/plans/{plan}/indicators/{town}/figures");
    assert_eq!(planner.post(&figures, &figure).await.status, StatusCode::SEE_OTHER);
    let shown = format!("/plans/{plan}/indicators/{town}?as_of=2023-12-31");
    let page = reader.get(&shown).await.main();
    assert!(page.contains("年度分解：第 1 版（林规划）") && page.contains("基本符合预期"), "{page}");
    // A report of the year says otherwise: it wins, and the contradiction is shown.
    let report = "虚构县2023年政府工作报告\n2023年，常住人口城镇化率达到64%。\n";
    office.import_as(report, "2023", PlanKind::Annual, Some(plan)).await;
    let page = reader.get(&shown).await.main();
    assert!(page.contains("年度计划：《虚构县2023年政府工作报告》第 2 行"), "{page}");
    let gaps = reader.get(&format!("/plans/{plan}/breakdown/gaps")).await.main();
    assert!(gaps.contains("2023 年的年度分解为 63%") && gaps.contains("相差 1个百分点"), "{gaps}");
}

#[tokio::test]
async fn nodes_are_proposed_approved_done_and_verified() {
    let office = Office::open().await;
    let plan = office.import(TEXT).await;
    let (planner, reader) = (office.planner().await, office.reader().await);
    let work = office.store.work_items(plan).await.unwrap();
    let centre = format!("W{}", work.iter().find(|w| w.item.name.contains("算力中心")).unwrap().number);
    let address = format!("/plans/{plan}/work/{centre}");
    let page = planner.get(&address).await.main();
    assert!(page.contains("未排节点") && page.contains("原文时限") && page.contains("value=\"2024\""), "{page}");
    // By chapter, as a proposal; approved only when the planner says so.
    let bulk = format!("/plans/{plan}/breakdown/nodes");
    let chapter = work.iter().find(|w| w.item.name.contains("算力中心")).unwrap().chapter.clone();
    let fields = [("chapter", chapter.as_str()), ("do", "propose")];
    assert_eq!(planner.post(&bulk, &fields).await.status, StatusCode::SEE_OTHER);
    assert!(reader.get(&address).await.main().contains("待审定"));
    let returned = planner
        .post(&format!("/plans/{plan}/nodes/{centre}"), &[("seen", "1"), ("do", "return"), ("reason", "写明成果")])
        .await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.text());
    assert!(reader.get(&address).await.main().contains("写明成果"));
    let node =
        |at: &str, due: &'static str, what: &'static str| [(format!("due-{at}"), due), (format!("what-{at}"), what)];
    let rows: Vec<_> = node("0", "2023Q2", "开工").into_iter().chain(node("1", "2025", "建成")).collect();
    let mut fields: Vec<(&str, &str)> = rows.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.extend([("rows", "2"), ("seen", "2"), ("do", "agree"), ("note", "据实调整")]);
    let path = format!("/plans/{plan}/nodes/{centre}");
    let agreed = planner.post(&path, &fields).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.text());
    let page = reader.get(&format!("{address}?as_of=2023-12-31")).await.main();
    assert!(page.contains("落后") || page.contains("far behind"), "{page}");
    let list = reader.get(&format!("/plans/{plan}/work?as_of=2023-12-31")).await.main();
    assert!(list.contains("落后") && list.contains("未排节点"), "{list}");
    // Its end lies after the year the text names: listed with its days.
    let gaps = reader.get(&format!("/plans/{plan}/breakdown/gaps")).await.main();
    assert!(gaps.contains("晚于原文时限 2024 年底 365 天"), "{gaps}");
    // Done with evidence, verified by somebody else.
    let id = office.store.clone();
    let nodes = plan_workflow::nodes::read(&id, plan, None).await.unwrap();
    let first = nodes.of(&centre).unwrap().agreed[0].planned.id.clone();
    let done = |evidence: &'static str| {
        [("seen", "4"), ("do", "done"), ("node", first.as_str()), ("on", "2023-06-20"), ("evidence", evidence)]
    };
    assert_eq!(planner.post(&path, &done(" ")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(planner.post(&path, &done("开工令〔2023〕3号")).await.status, StatusCode::SEE_OTHER);
    let verify = [("seen", "5"), ("do", "verify"), ("node", first.as_str())];
    let own = planner.post(&path, &verify).await;
    assert!(own.main().contains("不能自己核实"), "{}", own.main());
    let other = office.colleague("周规划", "planner").await;
    assert_eq!(other.post(&path, &verify).await.status, StatusCode::SEE_OTHER);
    let page = reader.get(&format!("{address}?as_of=2023-12-31")).await.main();
    assert!(page.contains("按节点推进") && page.contains("周规划") && !page.contains("<form"), "{page}");
    assert_eq!(reader.post(&path, &verify).await.status, StatusCode::FORBIDDEN);
    assert_eq!(planner.post(&format!("/plans/{plan}/nodes/W99"), &verify).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn budget_lines_are_summed_by_commitment_and_a_file_is_taken_whole_or_not() {
    let (office, plan, planner, reader) = county().await;
    let parking = id(&office, plan, "停车位").await;
    let address = format!("/plans/{plan}/breakdown/budget");
    let line = [
        ("do", "add"),
        ("subject", parking.as_str()),
        ("code", "YS-1"),
        ("name", "停车场建设"),
        ("year", "2023"),
        ("amount", "120.5"),
        ("source", "县级财政"),
    ];
    assert_eq!(planner.post(&address, &line).await.status, StatusCode::SEE_OTHER);
    let good = format!("编码,名称,年度,金额（亿元）,资金来源,承诺\nYS-2,专项债,2024,0.5,专项债券,{parking}\n");
    let taken = planner.upload(&address, &[("do", "import")], ("budget.csv", good.as_bytes())).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let page = reader.get(&address).await.main();
    assert!(page.contains("5120.5") && page.contains("2023 120.5，2024 5000"), "{page}");
    let bad = "编码,名称,年度,金额,资金来源,承诺\nYS-3,甲,2024,1,,I999\nYS-4,乙,二四年,约3,,I999\n";
    let refused = planner.upload(&address, &[("do", "import")], ("budget.csv", bad.as_bytes())).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.main();
    assert!(page.contains("有 4 处错误") && page.contains("第 3 行") && page.contains("I999"), "{page}");
    assert!(!reader.get(&address).await.main().contains("YS-3"));
    let drop = [("do", "drop"), ("code", "YS-1"), ("year", "2023"), ("reason", "调出")];
    assert_eq!(planner.post(&address, &drop).await.status, StatusCode::SEE_OTHER);
    assert!(!reader.get(&address).await.main().contains("YS-1"));
    assert_eq!(reader.post(&address, &drop).await.status, StatusCode::FORBIDDEN);
}
