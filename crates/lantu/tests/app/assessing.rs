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
async fn a_table_to_take_away_has_words_and_no_needless_digits() {
    let (office, plan) = Office::with_plan().await;
    let town = id(&office, plan, "常住人口城镇化率").await;
    figure(&office, plan, &town, "61").await;
    let csv = office.planner().await.get(&format!("/plans/{plan}/indicators.csv?as_of=2023-12-31")).await.text();
    let row = csv.lines().find(|line| line.contains("常住人口城镇化率")).expect("the indicator has a row");
    // One of the six points expected by then.
    assert!(row.contains(",水平值,") && row.contains(",61,2023,66,0.1667,"), "{row}");
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
    // Nobody is named who cannot evaluate, and why is said.
    let named = |names: &'static str| -> Vec<(&str, &str)> {
        open.iter().map(|(k, v)| (*k, if *k == "evaluators" { names } else { *v })).collect()
    };
    for (names, said) in [
        ("第三方甲、不存在", "“不存在”没有这个账号；可指定的账号：第三方乙、第三方甲"),
        ("沈查阅", "“沈查阅”不是第三方评估角色"),
    ] {
        let refused = planner.post(&list, &named(names)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.main().contains(said), "{}", refused.main());
    }
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
    let waits = async |person: &Person, words: &str| {
        let page = person.get("/inbox").await.main();
        assert!(page.contains(words) && page.contains(&format!("{one}#{town}")), "{words}: {page}");
    };
    waits(&reporter, "“常住人口城镇化率”待说明").await;
    step(&reporter, &one, &explain).await;
    waits(&approver, "“常住人口城镇化率”的说明待审核").await;
    assert!(third.get("/inbox").await.main().contains("待录入第三方结论"));
    let own = [("do", "approve"), ("subject", town.as_str()), ("desk", "unit")];
    let at = seen(&reporter, &one).await;
    assert_eq!(reporter.post(&one, &[&own[..], &[("seen", &at)]].concat()).await.status, StatusCode::FORBIDDEN);
    step(&approver, &one, &own).await;
    waits(&planner, "“常住人口城镇化率”的说明待审定").await;
    // Two at once: the second is told, nothing is lost.
    let at = seen(&planner, &one).await;
    step(&planner, &one, &[("do", "approve"), ("subject", &town), ("desk", "planning")]).await;
    let late = planner.post(&one, &[("do", "finish"), ("seen", &at)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());

    // The third party sees this assessment and nothing else; others do not see it.
    let inside = third.get(&one).await.main();
    assert!(
        inside.contains(&format!("href=\"#v-{town}\"")) && inside.contains(&format!("id=\"v-{town}\"")),
        "{inside}"
    );
    assert!(!third.get(&one).await.text().contains("href=\"/plans\""), "the list of plans is not theirs");
    assert!(!inside.contains("/indicators/"), "no way that leads nowhere: {inside}");
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
    // The congress sees it from its sending on.
    let congress = office.colleague("人大甲", "congress").await;
    assert_eq!(congress.get(&one).await.status, StatusCode::NOT_FOUND);
    assert!(!congress.get(&list).await.main().contains("中期评估</a>"));
    let send = [("do", "send"), ("on", "2024-04-10"), ("to", "县人大常委会")];
    let at = seen(&planner, &one).await;
    let early = planner.post(&one, &[&send[..], &[("seen", &at)]].concat()).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = early.main();
    assert!(page.contains("2024-04-10 还没有到，今天是 2024-03-15"), "{page}");
    assert!(page.contains("value=\"县人大常委会\"") && page.contains("value=\"2024-04-10\""), "{page}");
    // Weeks later.
    let office = office.at("2024-05-06T08:00:00Z");
    let planner = office.planner().await;
    for (day, said) in [
        ("2024-03-14", "2024-03-14 早于定稿日期 2024-03-15"),
        ("2019-01-01", "2019-01-01 早于评估的截止日期 2023-12-31"),
        ("昨天", "报送日期“昨天”读不出；请写成 2023-12-31 这样的日期"),
        ("", "报送日期没有填写；请写成"),
    ] {
        let wrong = [("do", "send"), ("on", day), ("to", "县人大常委会"), ("seen", at.as_str())];
        let page = planner.post(&one, &wrong).await.main();
        assert_eq!(page.matches(said).count(), 1, "{said}: {page}");
        assert!(page.contains(&format!("value=\"{day}\"")) && page.contains("value=\"县人大常委会\""), "{day}: {page}");
    }
    step(&planner, &one, &send).await;
    let congress = office.named("人大甲").await;
    assert_eq!(congress.get(&one).await.status, StatusCode::OK);
    step(&planner, &one, &[("do", "opine"), ("text", "加快公共服务建设"), ("from", "财经委")]).await;
    assert!(planner.get("/inbox").await.main().contains("第 1 条审议意见待答复"));
    let nobody = office.passer_by();
    assert_eq!(nobody.get(&public).await.status, StatusCode::NOT_FOUND);
    let at = seen(&planner, &one).await;
    let unanswered = planner.post(&one, &[("do", "publish"), ("on", "2024-05-01"), ("seen", &at)]).await;
    assert!(unanswered.main().contains("第 1 条"), "{}", unanswered.main());
    step(&planner, &one, &[("do", "reply"), ("number", "1"), ("text", "已列入明年计划")]).await;
    let early = [("do", "publish"), ("on", "2018-01-01"), ("seen", &seen(&planner, &one).await)];
    let early = planner.post(&one, &early).await.main();
    assert!(early.contains("公开日期：2018-01-01 早于报送日期 2024-04-10"), "{early}");
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

/// The form that begins an assessment, with some of its fields filled in otherwise.
fn begin<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual =
        [("kind", "annual"), ("title", "2022年度监测评估"), ("as_of", "2022-12-31"), ("rules", "share-of-pace")];
    let usual = usual.into_iter().filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
    usual.chain(other.iter().copied()).collect()
}

#[tokio::test]
async fn what_cannot_be_is_refused_on_the_form_that_was_filled_in() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let list = format!("/plans/{plan}/assessments");
    let long = "评".repeat(101);
    for (other, said) in [
        (("as_of", "2099-12-31"), "2099-12-31 晚于规划期的最后一天 2025-12-31；请改为 2021-01-01 至 2024-03-15 之间"),
        (("as_of", "2024-03-16"), "2024-03-16 还没有到，今天是 2024-03-15"),
        (("as_of", "昨天"), "截止日期“昨天”读不出；请写成 2023-12-31 这样的日期"),
        (("as_of", ""), "截止日期没有填写"),
        (("title", long.as_str()), "有 101 字，最多 100 字"),
        (("rules", "foo"), "判断规则“foo”读不出；请从列出的各项中选择"),
        (("evaluators", "nobody"), "“nobody”没有这个账号；还没有可指定的账号"),
        (("chapters", "第九章"), "没有“第九章”一章"),
    ] {
        let refused = planner.post(&list, &begin(&[other, ("comment", "x")])).await;
        let page = refused.main();
        assert!(refused.status.is_client_error(), "{said}");
        assert_eq!(page.matches(said).count(), 1, "{said}: {page}");
        let kept = if other.0 == "title" { other.1 } else { "2022年度监测评估" };
        assert!(page.contains(&format!("value=\"{kept}\"")), "{said}: {page}");
    }
    assert!(planner.get(&list).await.main().contains("还没有评估"));
}

#[tokio::test]
async fn an_assessment_begun_by_mistake_is_withdrawn() {
    let (office, plan) = Office::with_plan().await;
    let (planner, reader) = (office.planner().await, office.reader().await);
    let third = office.colleague("第三方甲", "evaluator").await;
    let town = id(&office, plan, "常住人口城镇化率").await;
    figure(&office, plan, &town, "61").await;
    let (reporter, _) = with_unit(&office).await;
    lead(&office, plan, &town).await;
    let list = format!("/plans/{plan}/assessments");
    let form = begin(&[("as_of", "2023-12-31"), ("evaluators", "第三方甲")]);
    assert_eq!(planner.post(&list, &form).await.location(), format!("{list}/A1"));
    // The same once more is asked about, and done where it is wanted.
    let again = planner.post(&list, &form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let page = again.main();
    assert!(page.contains("相同的评估 A1“2022年度监测评估”") && page.contains("name=\"again\""), "{page}");
    let wanted = planner.post(&list, &[&form[..], &[("again", "yes")]].concat()).await;
    assert_eq!(wanted.location(), format!("{list}/A2"));
    let one = format!("{list}/A1");
    step(&planner, &one, &[("do", "freeze"), ("due", "2024-04-01")]).await;
    assert!(reporter.get("/inbox").await.main().contains("待说明"));

    let withdraw = [("do", "withdraw"), ("reason", "截止日期填错")];
    let at = seen(&planner, &one).await;
    assert_eq!(reader.post(&one, &[&withdraw[..], &[("seen", &at)]].concat()).await.status, StatusCode::FORBIDDEN);
    let silent = planner.post(&one, &[("do", "withdraw"), ("reason", " "), ("seen", &at)]).await;
    assert!(silent.main().contains("撤回理由不能为空"), "{}", silent.main());
    step(&planner, &one, &withdraw).await;
    let list_of_planner = planner.get(&list).await.main();
    for words in ["已撤回（1）", "截止日期填错", "林规划"] {
        assert!(list_of_planner.contains(words), "{words}: {list_of_planner}");
    }
    for person in [&reader, &third, &reporter] {
        assert_eq!(person.get(&one).await.status, StatusCode::NOT_FOUND);
        assert_eq!(person.get(&format!("{one}/report.docx")).await.status, StatusCode::NOT_FOUND);
        assert!(!person.get(&list).await.main().contains("/A1\""));
    }
    let page = planner.get(&one).await.main();
    assert!(page.contains("撤回了这次评估，理由：截止日期填错") && !page.contains("name=\"seen\""), "{page}");
    let late = [("do", "chase"), ("subject", town.as_str()), ("seen", "9")];
    assert!(planner.post(&one, &late).await.main().contains("处于“已撤回”阶段"));
    assert!(!reporter.get("/inbox").await.main().contains("待说明"));
    assert_eq!(office.store_faults().await, 0);
}

#[tokio::test]
async fn what_a_unit_said_on_paper_is_written_down_for_it() {
    let (office, plan) = Office::with_plan().await;
    let (planner, town) = (office.planner().await, id(&office, plan, "常住人口城镇化率").await);
    figure(&office, plan, &town, "61").await;
    let (_, approver) = with_unit(&office).await;
    let other = office.colleague("别单位", "staff").await;
    lead(&office, plan, &town).await;
    let list = format!("/plans/{plan}/assessments");
    planner.post(&list, &begin(&[("kind", "midterm"), ("as_of", "2023-12-31")])).await;
    let one = format!("{list}/A1");
    step(&planner, &one, &[("do", "freeze"), ("due", "2024-04-01")]).await;
    let at = seen(&planner, &one).await;
    let explain = [("do", "explain"), ("subject", town.as_str()), ("cause", "人口外流"), ("measures", "扩大就业")];
    let of_another = other.post(&one, &[&explain[..], &[("seen", &at)]].concat()).await;
    assert_eq!(of_another.status, StatusCode::FORBIDDEN);
    let words = "“常住人口城镇化率”由虚构县建设局说明和审核，您在该单位没有相应的岗位";
    assert!(of_another.main().contains(words), "{}", of_another.main());
    let without = planner.post(&one, &[&explain[..], &[("seen", &at)]].concat()).await;
    let page = without.main();
    assert!(page.contains("代填须写明单位书面说明的出处") && page.contains(">人口外流<"), "{page}");
    step(&planner, &one, &[&explain[..], &[("basis", "建设局来函〔2024〕3号")]].concat()).await;
    assert!(approver.get(&one).await.main().contains("林规划 代填，依据：建设局来函〔2024〕3号"));
    step(&planner, &one, &[("do", "approve"), ("subject", &town), ("desk", "planning")]).await;
    let report = words_of(&planner.get(&format!("{one}/report.docx")).await.body);
    assert!(report.contains("人口外流（虚构县建设局，规划部门代填）"), "{report}");
}

#[tokio::test]
async fn a_field_that_cannot_be_read_is_asked_for_again_with_all_the_others() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    for (address, said, kept) in [
        ("brief?since=abc&lang=zh", "与哪一天相比“abc”读不出；请写成 2023-12-31 这样的日期，不晚于 2024-03-15", "lang"),
        ("indicators?q=城镇&known_on=foo", "“foo”读不出", "城镇"),
        ("indicators?q=城镇&rules=foo", "“foo”读不出；请从列出的各项中选择", "城镇"),
        ("indicators?as_of=昨天&q=城镇", "“昨天”读不出", "城镇"),
    ] {
        let answer = planner.get(&encoded(&format!("/plans/{plan}/{address}"))).await;
        let page = answer.main();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
        assert_eq!(page.matches(said).count(), 1, "{said}: {page}");
        assert!(page.contains(kept) && page.contains("method=\"get\""), "{page}");
        for code in ["known_on“", "用于 ", "since“", "as_of“"] {
            assert!(!page.contains(code), "{code}: {page}");
        }
    }
    // A form of another page: everything that was typed goes along.
    let days = [("frequency", "monthly"), ("opens", "一"), ("due", "7"), ("closes", "9")];
    let answer = planner.post(&format!("/plans/{plan}/rounds/days"), &days).await;
    let page = answer.main();
    assert!(page.contains("开始“一”读不出；请写成整数") && page.contains("method=\"post\""), "{page}");
    assert!(page.contains("name=\"closes\" value=\"9\"") && page.contains("value=\"一\""), "{page}");
    // What nobody types is not named by its code.
    let stale =
        planner.post(&format!("/plans/{plan}/marks"), &[("what", "plan"), ("public", "x"), ("seen", "y")]).await;
    assert!(stale.main().contains("页面可能已过期") && !stale.main().contains("public"), "{}", stale.main());
}

/// An address with what is no ASCII written as browsers do.
fn encoded(path: &str) -> String {
    let byte = |b: u8| if b.is_ascii() { char::from(b).to_string() } else { format!("%{b:02X}") };
    path.bytes().map(byte).collect()
}

#[tokio::test]
async fn what_was_not_frozen_is_not_written_down_beside_it() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let third = office.colleague("第三方甲", "evaluator").await;
    let list = format!("/plans/{plan}/assessments");
    planner.post(&list, &begin(&[("evaluators", "第三方甲")])).await;
    let one = format!("{list}/A1");
    step(&planner, &one, &[("do", "freeze"), ("due", "2024-04-01")]).await;
    let at = seen(&planner, &one).await;
    for (who, fields, said) in [
        (&third, vec![("do", "outside"), ("subject", "I999"), ("word", "滞后")], "快照中没有“I999”"),
        (&third, vec![("do", "outside"), ("subject", "I001"), ("word", "乱写")], "规则中没有“乱写”"),
        (
            &planner,
            vec![("do", "outside"), ("subject", "I001"), ("word", "滞后"), ("who", "official")],
            "机构名称不能为空",
        ),
        (&planner, vec![("do", "problem"), ("text", "问题"), ("subject", "I999")], "快照中没有“I999”"),
        (&planner, vec![("do", "problem"), ("text", "问题"), ("due", "2019-01-01")], "整改期限：2019-01-01 早于"),
    ] {
        let refused = who.post(&one, &[&fields[..], &[("seen", at.as_str())]].concat()).await;
        assert!(refused.status.is_client_error() && refused.main().contains(said), "{said}: {}", refused.main());
    }
    // An official evaluation has words of its own.
    let official =
        [("do", "outside"), ("subject", "I001"), ("word", "达到预期进度"), ("who", "official"), ("by", "省评估组")];
    step(&planner, &one, &official).await;
    assert!(planner.get(&one).await.main().contains("达到预期进度"));
}
