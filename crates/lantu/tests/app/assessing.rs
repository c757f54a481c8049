//! An assessment from its beginning to publication.

use axum::http::StatusCode;
use plan_model::{Unit, UnitKind};
use plan_workflow::{
    assignments::{self, Move, Part, PartEvent, PartKey},
    directory::{self, DirectoryEvent, Person as Staff, Place},
    events::{Append, EventBatch, EventStore as _},
    figures::{self, FigureEntry, Taking},
    nodes::{self, NewNode, NewSchedule},
    permissions::Actor,
    records::PlanId,
    storage::{Stamp, Storage as _},
};

use crate::people::{NOW, Office, Person};

/// Two people of one unit: 周填报 reports, 吴审核 approves.
async fn with_unit(office: &Office) -> (Person, Person) {
    let day = "2024-01-01".parse().unwrap();
    let unit = Unit {
        id: "U1".into(),
        name: "虚构县建设局".to_owned(),
        aliases: Vec::new(),
        unit_kind: UnitKind::Department,
        region: None,
        credit_code: None,
    };
    let mut events = vec![DirectoryEvent::SetUnit(unit)];
    for (number, (name, role)) in (1..).zip([("周填报", "reporter"), ("吴审核", "approver")]) {
        let (person, duty) = (format!("P{number}"), format!("D{number}"));
        events.push(DirectoryEvent::SetPerson(Staff {
            id: person.clone(),
            name: name.to_owned(),
            unit: "U1".into(),
            account: Some(name.to_owned()),
            email: None,
            phone: None,
        }));
        let (role, place) = (role.to_owned(), Place::First);
        let unit = "U1".into();
        events.push(DirectoryEvent::Give { duty: duty.clone(), unit, role, place, person, from: day, until: None });
        events.push(DirectoryEvent::Accept { duty });
    }
    let stamp = Stamp { actor: "测试".to_owned(), at: NOW.parse().unwrap() };
    let empty = directory::read(&office.store, None).await.unwrap();
    directory::store(&office.store, stamp, (&empty, &events), "directory.change").await.unwrap();
    (office.colleague("周填报", "staff").await, office.colleague("吴审核", "staff").await)
}

/// The unit leads an indicator.
async fn lead(office: &Office, plan: PlanId, subject: &str) {
    let key = PartKey { subject: subject.to_owned(), unit: "U1".into() };
    let step = |action: Move| PartEvent {
        key: key.clone(),
        action,
        part: Part::Lead,
        due: Some("2025-12-31".parse().unwrap()),
        arbiter: None,
        joint: false,
        reason: String::new(),
    };
    let appends = vec![Append::to(assignments::stream(plan), 0, &[step(Move::Offer), step(Move::Accept)]).unwrap()];
    let batch = EventBatch { action: "test", object: String::new(), appends, ..EventBatch::default() };
    office.store.append(Stamp { actor: "测试".to_owned(), at: NOW.parse().unwrap() }, batch).await.unwrap();
}

async fn id(office: &Office, plan: PlanId, name: &str) -> String {
    let records = office.store.indicators(plan, None).await.unwrap();
    records.into_iter().find(|record| record.indicator.name == name).unwrap().indicator.id
}

async fn figure(office: &Office, plan: PlanId, indicator: &str, value: &str) {
    let entry = FigureEntry {
        indicator: indicator.to_owned(),
        period: "2023".to_owned(),
        value: value.to_owned(),
        ..FigureEntry::default()
    };
    let planner = Actor::new("林规划", "planner");
    figures::record(&office.store, &planner, NOW.parse().unwrap(), plan, vec![entry], Taking::default()).await.unwrap();
}

/// How many events the page was made from: what its forms send back.
async fn seen(person: &Person, path: &str) -> String {
    let page = person.get(path).await.main();
    page.split("name=\"seen\" value=\"").nth(1).expect("a form").split('"').next().unwrap().to_owned()
}

async fn step(person: &Person, path: &str, fields: &[(&str, &str)]) {
    let seen = seen(person, path).await;
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("seen", seen.as_str())]).collect();
    let answer = person.post(path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{fields:?}: {}", answer.text());
}

#[tokio::test]
async fn an_assessment_goes_from_its_snapshot_to_publication() {
    let (office, plan) = Office::with_plan().await;
    let town = id(&office, plan, "常住人口城镇化率").await;
    figure(&office, plan, &town, "61").await;
    let (reporter, approver) = with_unit(&office).await;
    lead(&office, plan, &town).await;
    let (planner, reader) = (office.planner().await, office.reader().await);
    let third = office.colleague("第三方甲", "evaluator").await;
    let stranger = office.colleague("第三方乙", "evaluator").await;

    let list = format!("/plans/{plan}/assessments");
    let open = [
        ("kind", "midterm"),
        ("title", "“十四五”规划中期评估"),
        ("as_of", "2023-12-31"),
        ("rules", "share-of-pace"),
        ("evaluators", "第三方甲"),
    ];
    assert_eq!(reader.post(&list, &open).await.status, StatusCode::FORBIDDEN);
    let early: Vec<_> = open.iter().map(|(k, v)| (*k, if *k == "as_of" { "2019-12-31" } else { v })).collect();
    let refused = planner.post(&list, &early).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("早于规划期") && refused.main().contains("中期评估"), "{}", refused.main());
    let opened = planner.post(&list, &open).await;
    let one = format!("{list}/A1");
    assert_eq!(opened.location(), one, "{}", opened.text());

    step(&planner, &one, &[("do", "freeze"), ("due", "2024-04-01")]).await;
    let page = planner.get(&one).await.main();
    for words in ["征求说明", "滞后", "虚构县建设局", "2024-04-01", "须说明 1 项，已审定 0 项"] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    // What comes later does not change what was frozen, and is named.
    figure(&office, plan, &town, "65").await;
    let again = planner.get(&format!("{one}?replay=1")).await.main();
    assert!(again.contains("完全一致") && again.contains(&format!("{town} 2023")), "{again}");

    // Not finished while it is unexplained; explained, approved, accepted in turn.
    let at = seen(&planner, &one).await;
    let early = planner.post(&one, &[("do", "finish"), ("seen", &at)]).await;
    assert!(early.status == StatusCode::CONFLICT && early.main().contains("常住人口城镇化率"), "{}", early.main());
    let explain = [("do", "explain"), ("subject", town.as_str()), ("cause", "人口外流"), ("measures", "扩大就业")];
    let may_not = reader.post(&one, &[&explain[..], &[("seen", &at)]].concat()).await;
    assert_eq!(may_not.status, StatusCode::FORBIDDEN);
    step(&planner, &one, &[("do", "chase"), ("subject", &town)]).await;
    step(&reporter, &one, &explain).await;
    let own = [("do", "approve"), ("subject", town.as_str()), ("desk", "unit")];
    let at = seen(&reporter, &one).await;
    assert_eq!(reporter.post(&one, &[&own[..], &[("seen", &at)]].concat()).await.status, StatusCode::FORBIDDEN);
    step(&approver, &one, &own).await;
    // Two at once: the second is told, nothing is lost.
    let at = seen(&planner, &one).await;
    step(&planner, &one, &[("do", "approve"), ("subject", &town), ("desk", "planning")]).await;
    let late = planner.post(&one, &[("do", "finish"), ("seen", &at)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());

    // The third party sees this assessment and nothing else; others do not see it.
    assert_eq!(stranger.get(&one).await.status, StatusCode::NOT_FOUND);
    assert_eq!(third.get(&format!("/plans/{plan}")).await.status, StatusCode::FORBIDDEN);
    let said = [("do", "outside"), ("subject", town.as_str()), ("word", "滞后"), ("comment", "同意")];
    step(&third, &one, &said).await;
    assert!(planner.get(&one).await.main().contains("可比 1 个，一致 1 个"));

    let section = [("do", "write"), ("section", "困难和问题"), ("text", "人口总量\n持续减少")];
    step(&planner, &one, &section).await;
    let unwritten = planner.post(&one, &[("do", "finish"), ("seen", &seen(&planner, &one).await)]).await;
    assert!(unwritten.status == StatusCode::CONFLICT && unwritten.main().contains("没写的部分：意见建议"));
    let elsewhere = [("do", "write"), ("section", "另一节"), ("text", "无"), ("seen", &seen(&planner, &one).await)];
    assert_eq!(planner.post(&one, &elsewhere).await.status, StatusCode::BAD_REQUEST);
    step(&planner, &one, &[("do", "write"), ("section", "意见建议"), ("text", "无")]).await;
    step(&planner, &one, &[("do", "finish")]).await;
    let report = planner.get(&format!("{one}/report.docx")).await;
    assert!(report.status == StatusCode::OK && report.body.starts_with(b"PK"));
    assert_eq!(planner.get(&format!("{one}/report.docx")).await.body, report.body, "the same however often");
    // No program that writes PDF stands beside the tests: said, and what to do.
    let pdf = planner.get(&format!("{one}/report.pdf")).await;
    assert_eq!(pdf.status, StatusCode::NOT_ACCEPTABLE);
    assert!(pdf.main().contains("make pdf") && !planner.get(&one).await.main().contains("report.pdf"));
    let checked = planner.upload(&format!("{one}/check"), &[], ("报告.docx", &report.body)).await;
    assert!(checked.main().contains("有 0 处需要处理"), "{}", checked.main());
    let not_a_report = planner.upload(&format!("{one}/check"), &[], ("报告.docx", b"PK nothing")).await;
    assert_eq!(not_a_report.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(not_a_report.main().contains("notice wrong"), "{}", not_a_report.main());

    let public = format!("/public{one}");
    step(&planner, &one, &[("do", "send"), ("on", "2024-04-10"), ("to", "县人大常委会")]).await;
    step(&planner, &one, &[("do", "opine"), ("text", "加快公共服务建设"), ("from", "财经委")]).await;
    let nobody = office.passer_by();
    assert_eq!(nobody.get(&public).await.status, StatusCode::NOT_FOUND);
    let at = seen(&planner, &one).await;
    let unanswered = planner.post(&one, &[("do", "publish"), ("on", "2024-05-01"), ("seen", &at)]).await;
    assert!(unanswered.main().contains("第 1 条"), "{}", unanswered.main());
    step(&planner, &one, &[("do", "reply"), ("number", "1"), ("text", "已列入明年计划")]).await;
    step(&planner, &one, &[("do", "publish"), ("on", "2024-05-01")]).await;
    let seen_by_all = nobody.get(&public).await.main();
    for words in ["滞后", "人口外流", "加快公共服务建设", "已列入明年计划", "2024-05-01"] {
        assert!(seen_by_all.contains(words), "{words} is missing in {seen_by_all}");
    }
    // The label goes with publication, and nothing else.
    let published = nobody.get(&format!("{public}/report.docx")).await;
    assert_eq!(published.body, planner.get(&format!("{one}/report.docx")).await.body);
    let words = |body: &[u8]| {
        let source = document_reader::read("报告.docx", body).unwrap();
        source.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    let (inside, outside) = (words(&report.body), words(&published.body));
    assert_eq!((inside[0].as_str(), &inside[1..]), ("内部", &outside[..]));
    let heads = [&report, &published].map(|answer| answer.headers["x-lantu-mark"].to_str().unwrap());
    assert_eq!(heads, ["internal", "public"]);
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

/// A work item of the plan whose agreed nodes are these: due and deliverable.
async fn schedule(office: &Office, plan: PlanId, name: &str, steps: &[(&str, &str)]) -> String {
    let work = office.store.work_items(plan).await.unwrap();
    let names: Vec<&str> = work.iter().map(|record| record.item.name.as_str()).collect();
    let found = work.iter().find(|record| record.item.name.contains(name)).unwrap_or_else(|| panic!("{names:?}"));
    let subject = format!("W{}", found.number);
    let node = |(due, deliverable): &(&str, &str)| NewNode {
        due: (*due).to_owned(),
        deliverable: (*deliverable).to_owned(),
        ..NewNode::default()
    };
    let nodes = steps.iter().map(node).collect();
    let new = NewSchedule { subject: subject.clone(), nodes, ..NewSchedule::default() };
    let planner = Actor::new("林规划", "planner");
    nodes::propose(&office.store, (&planner, None), NOW.parse().unwrap(), plan, (new, true)).await.unwrap();
    subject
}

/// The words of a Word file, line by line.
pub fn words_of(docx: &[u8]) -> String {
    let source = document_reader::read("报告.docx", docx).unwrap();
    source.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn work_behind_its_nodes_is_frozen_explained_and_reported() {
    let office = Office::open().await;
    let plan = office.import(&format!("{}建设虚构水厂二期工程，完善虚构养老服务体系。\n", crate::people::PLAN)).await;
    let town = id(&office, plan, "常住人口城镇化率").await;
    figure(&office, plan, &town, "61").await;
    let late = schedule(&office, plan, "水厂", &[("2022Q4", "主体完工"), ("2025", "建成投用")]).await;
    schedule(&office, plan, "养老", &[("2025", "服务体系基本建成")]).await;
    let (reporter, approver) = with_unit(&office).await;
    lead(&office, plan, &late).await;
    let planner = office.planner().await;

    let list = format!("/plans/{plan}/assessments");
    let open = [("kind", "midterm"), ("title", "中期评估"), ("as_of", "2023-12-31"), ("rules", "share-of-pace")];
    planner.post(&list, &open).await;
    let one = format!("{list}/A1");
    step(&planner, &one, &[("do", "freeze"), ("due", "2024-04-01")]).await;
    let page = planner.get(&one).await.main();
    for words in ["须说明 2 项", "主体完工", "已逾期 365 天", "虚构县建设局", "按节点推进", "/work/W"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(page.find("常住人口城镇化率") < page.find("主体完工"), "indicators before work: {page}");

    // What was reported since is another input; what was frozen gives the same again.
    let somebody = Actor::new("填报", "planner");
    let done = (late.as_str(), "N1", "2024-01-20", "竣工验收单", 2);
    let now = NOW.parse().unwrap();
    nodes::mark_done(&office.store, (&somebody, None), (now, "2024-03-15".parse().unwrap()), plan, done).await.unwrap();
    let again = planner.get(&format!("{one}?replay=1")).await.main();
    assert!(again.contains("完全一致") && again.contains("竣工验收单"), "{again}");

    let early = planner.post(&one, &[("do", "finish"), ("seen", &seen(&planner, &one).await)]).await;
    assert!(early.status == StatusCode::CONFLICT && early.main().contains("水厂"), "{}", early.main());
    step(&reporter, &one, &[("do", "explain"), ("subject", &late), ("cause", "征迁慢"), ("measures", "倒排工期")])
        .await;
    step(&approver, &one, &[("do", "approve"), ("subject", &late), ("desk", "unit")]).await;
    let planners = [("do", "explain"), ("subject", town.as_str()), ("cause", "人口外流"), ("measures", "扩大就业")];
    step(&planner, &one, &planners).await;
    for subject in [&late, &town] {
        step(&planner, &one, &[("do", "approve"), ("subject", subject), ("desk", "planning")]).await;
    }
    for section in ["困难和问题", "意见建议"] {
        step(&planner, &one, &[("do", "write"), ("section", section), ("text", "无")]).await;
    }
    step(&planner, &one, &[("do", "finish")]).await;
    let report = planner.get(&format!("{one}/report.docx")).await;
    let words = words_of(&report.body);
    for expected in
        ["征迁慢（虚构县建设局）", "倒排工期", "重大项目明细表", "已逾期365天", "重点任务共1项", "按节点推进"]
    {
        assert!(words.contains(expected), "{expected} is missing in {words}");
    }
    let checked = planner.upload(&format!("{one}/check"), &[], ("报告.docx", &report.body)).await;
    assert!(checked.main().contains("有 0 处需要处理"), "{}", checked.main());
}
