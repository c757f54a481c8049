//! Who does what: asked, taken, returned, arbitrated, and an office's own table.

use axum::http::StatusCode;
use plan_model::{Unit, UnitKind};
use plan_workflow::{
    accounts::{self, NewUser},
    directory::{self, Directory, DirectoryEvent, Person as Member, Place},
    nodes,
    permissions::Actor,
    records::PlanId,
    storage::Stamp,
};

use crate::people::{NOW, Office, PASSWORD, Person};

/// The plan of the stories; its second line names a unit. Fictional.
pub const TEXT: &str = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n\
    第一章 发展目标\n\
    到2025年，森林覆盖率达到48%以上，常住人口城镇化率达到70%。\n\
    第二章 民生\n\
    到2025年，新增公共停车位1000个。加快建设环湖绿道。\n";

const UNITS: [(&str, &str, &str); 3] = [
    ("U1", "虚构县住房和城乡建设局", "住建局"),
    ("U2", "虚构县自然资源和规划局", "资规局"),
    ("U3", "虚构县统计局", "统计局"),
];

/// Three units; 王审核 approves for the first, 李审核 for the second, 孙领导 arbitrates.
pub async fn with_units(text: &str) -> (Office, PlanId) {
    let office = Office::open().await;
    let plan = office.import(text).await;
    let now = NOW.parse().unwrap();
    for (name, role, salt) in [("王审核", "staff", 3), ("李审核", "staff", 4), ("孙领导", "leader", 5)] {
        let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: PASSWORD.to_owned() };
        accounts::add_user(&office.store, &Actor::console("测试"), now, new, [salt; 32]).await.unwrap();
    }
    let mut events: Vec<DirectoryEvent> = Vec::new();
    for (id, name, short) in UNITS {
        events.push(DirectoryEvent::SetUnit(Unit {
            id: id.into(),
            name: name.to_owned(),
            aliases: vec![short.to_owned()],
            unit_kind: UnitKind::Department,
            region: None,
            credit_code: None,
        }));
    }
    for (number, (name, unit)) in (1..).zip([("王审核", "U1"), ("李审核", "U2")]) {
        let person = Member {
            id: format!("P{number}"),
            name: name.to_owned(),
            unit: unit.into(),
            account: Some(name.to_owned()),
            email: None,
            phone: None,
        };
        let duty = format!("D{number}");
        events.push(DirectoryEvent::SetPerson(person));
        events.push(DirectoryEvent::Give {
            duty: duty.clone(),
            unit: unit.into(),
            role: "approver".to_owned(),
            place: Place::First,
            person: format!("P{number}"),
            from: "2024-01-01".parse().unwrap(),
            until: None,
        });
        events.push(DirectoryEvent::Accept { duty });
    }
    let stamp = Stamp { actor: "林规划".to_owned(), at: now };
    directory::store(&office.store, stamp, (&Directory::default(), &events), "directory.change").await.unwrap();
    (office, plan)
}

/// The value of a checkbox beside these words in a page.
fn picks(page: &str) -> Vec<String> {
    page.split("name=\"pick\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn hidden(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn offer_all(planner: &Person, plan: PlanId) -> Vec<String> {
    let address = format!("/plans/{plan}/assignments/offer");
    let page = planner.get(&format!("{address}?source=rules")).await.main();
    let (all, book) = (picks(&page), hidden(&page, "book"));
    let fields = [("source", "rules"), ("book", book.as_str()), ("due", "2024-06-30"), ("do", "all")];
    let sent = planner.post(&address, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    all
}

#[tokio::test]
async fn all_is_offered_by_rules_some_taken_some_returned_and_one_arbitrated() {
    let (office, plan) = with_units(TEXT).await;
    let planner = office.planner().await;
    let base = format!("/plans/{plan}/assignments");
    let page = planner.get(&base).await.main();
    assert!(page.contains("未分办") && page.contains("按原文和规则查看建议"), "{page}");
    // Suggestions say why; looking offers nothing.
    let page = planner.get(&format!("{base}/offer?source=rules")).await.main();
    for words in ["含“森林覆盖率”", "虚构县自然资源和规划局", "含“停车”", "虚构县住房和城乡建设局"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(planner.get(&base).await.main().contains("state=not_offered"));
    let offered = offer_all(&planner, plan).await;
    assert!(offered.len() >= 3, "{offered:?}");
    // A second offer of the same page is told.
    let late = [("source", "rules"), ("book", "0"), ("due", "2024-06-30"), ("do", "all")];
    assert_eq!(planner.post(&format!("{base}/offer"), &late).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The unit answers what it was asked, and nobody else does.
    let wang = office.named("王审核").await;
    let page = wang.get(&format!("{base}/unit")).await.main();
    assert!(page.contains("虚构县住房和城乡建设局") && page.contains("认领所勾选"), "{page}");
    let mine = picks(&page);
    assert!(mine.len() >= 2, "{page}");
    // A message leads to where one press takes the part.
    let asked = mine.first().unwrap().split('|').next().unwrap();
    let link = format!("href=\"{base}/{asked}\"");
    assert!(wang.get("/inbox").await.main().contains(&link), "{link}");
    let one = wang.get(&format!("{base}/{asked}")).await.main();
    assert!(one.contains("value=\"accept\""), "{one}");
    let li = office.named("李审核").await;
    let (first, last) = (mine.first().unwrap().as_str(), mine.last().unwrap().as_str());
    let take = [("pick", first), ("do", "accept"), ("unit", "U1")];
    assert_eq!(li.post(&format!("{base}/unit"), &take).await.status, StatusCode::FORBIDDEN);
    assert_eq!(planner.post(&format!("{base}/unit"), &take).await.status, StatusCode::FORBIDDEN);
    assert_eq!(wang.post(&format!("{base}/unit"), &take).await.status, StatusCode::SEE_OTHER);
    assert_eq!(wang.post(&format!("{base}/unit"), &take).await.status, StatusCode::CONFLICT);
    let back = [("pick", last), ("do", "return"), ("unit", "U1")];
    let without = wang.post(&format!("{base}/unit"), &back).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.main().contains("须写明理由"), "{}", without.main());
    let back: Vec<(&str, &str)> = back.into_iter().chain([("reason", "应由资规局负责")]).collect();
    assert_eq!(wang.post(&format!("{base}/unit"), &back).await.status, StatusCode::SEE_OTHER);
    let subject = last.split('|').next().unwrap().to_owned();
    let address = format!("{base}/{subject}");
    let page = planner.get(&address).await.main();
    assert!(page.contains("应由资规局负责") && page.contains("提请仲裁") && page.contains("孙领导"), "{page}");
    // To a named person, who alone decides.
    let refer = [
        ("do", "refer"),
        ("unit", "U1"),
        ("seen", "2"),
        ("arbiter", "孙领导"),
        ("due", "2024-04-01"),
        ("reason", "请裁定"),
    ];
    assert_eq!(planner.post(&address, &refer).await.status, StatusCode::SEE_OTHER);
    let leader = office.named("孙领导").await;
    let link = format!("href=\"{base}/arbitration#{subject}\"");
    assert!(leader.get("/inbox").await.main().contains(&link), "{link}");
    let page = leader.get(&format!("{base}/arbitration")).await.main();
    assert!(
        page.contains(&format!("id=\"{subject}\""))
            && page.contains("应由资规局负责")
            && page.contains("请裁定")
            && page.contains("2024-04-01"),
        "{page}"
    );
    let decide = [("do", "impose"), ("unit", "U1"), ("seen", "3"), ("reason", "按职责分工"), ("back", "arbitration")];
    assert_eq!(planner.post(&address, &decide).await.status, StatusCode::FORBIDDEN);
    let decided = leader.post(&address, &decide).await;
    assert_eq!((decided.status, decided.location()), (StatusCode::SEE_OTHER, format!("{base}/arbitration").as_str()));
    let page = planner.get(&address).await.main();
    assert!(page.contains("裁定承担") && page.contains("按职责分工") && page.contains("已落实"), "{page}");
    let active = planner.get(&format!("{base}?state=active")).await.main();
    assert!(active.contains(&address), "{active}");
    // Who reads sees it, on the pages of the indicator and of the work too.
    let reader = office.reader().await;
    let list = reader.get(&base).await.main();
    assert!(list.contains("虚构县住房和城乡建设局") && !list.contains("成批分办"), "{list}");
    assert_eq!(reader.get(&format!("{base}/offer")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post(&address, &decide).await.status, StatusCode::FORBIDDEN);
    let indicator = reader.get(&format!("/plans/{plan}/indicators/I001")).await.main();
    assert!(indicator.contains("牵头单位") && indicator.contains("虚构县自然资源和规划局"), "{indicator}");
    let work = reader.get(&format!("/plans/{plan}/work")).await.main();
    assert!(work.contains("虚构县住房和城乡建设局"), "{work}");
}

#[tokio::test]
async fn one_commitment_is_offered_by_hand_and_taken_back() {
    let (office, plan) = with_units(TEXT).await;
    let planner = office.planner().await;
    let address = format!("/plans/{plan}/assignments/I001");
    let offer = [("do", "offer"), ("unit", "U3"), ("part", "lead"), ("due", "2024-06-30"), ("seen", "0")];
    assert_eq!(planner.post(&address, &offer).await.status, StatusCode::SEE_OTHER);
    // Who had not seen that is told what was done.
    let other = [("do", "offer"), ("unit", "U2"), ("part", "lead"), ("due", "2024-06-30"), ("seen", "0")];
    let late = planner.post(&address, &other).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.main().contains("已由林规划处理") && late.main().contains("虚构县统计局"), "{}", late.main());
    let past = [("do", "offer"), ("unit", "U2"), ("part", "lead"), ("due", "2024-03-01"), ("seen", "1")];
    assert!(planner.post(&address, &past).await.main().contains("已过"));
    let withdraw = [("do", "withdraw"), ("unit", "U3"), ("seen", "1"), ("reason", "分办有误")];
    assert_eq!(planner.post(&address, &withdraw).await.status, StatusCode::SEE_OTHER);
    let page = planner.get(&address).await.main();
    assert!(page.contains("已撤回") && page.contains("分办有误") && page.contains("未分办"), "{page}");
    for (path, status) in [
        (format!("/plans/{plan}/assignments/I999"), StatusCode::NOT_FOUND),
        ("/plans/99/assignments".to_owned(), StatusCode::NOT_FOUND),
        (format!("/plans/{plan}/assignments/offer?source=moon"), StatusCode::BAD_REQUEST),
        (format!("/plans/{plan}/assignments/import/none"), StatusCode::GONE),
        (format!("/plans/{plan}/assignments/import/past/1"), StatusCode::NOT_FOUND),
        (format!("/plans/{plan}/assignments/unit?unit=U9"), StatusCode::OK),
    ] {
        assert_eq!(planner.get(&path).await.status, status, "{path}");
    }
    let chapter = format!("/plans/{plan}/assignments/offer?source=chapter&unit=U3&part=cooperating&chapter=");
    let page = planner.get(&format!("{chapter}{}", "%E6%B0%91%E7%94%9F")).await.main();
    assert!(page.contains("整章分办：“民生”") && page.contains("环湖绿道"), "{page}");
}

#[tokio::test]
async fn the_table_goes_out_as_offices_write_it_and_comes_back_with_nothing_lost() {
    let (office, plan) = with_units(TEXT).await;
    let planner = office.planner().await;
    let base = format!("/plans/{plan}/assignments");
    offer_all(&planner, plan).await;
    for ending in ["xlsx", "docx"] {
        let file = planner.get(&format!("{base}.{ending}")).await;
        assert_eq!(file.status, StatusCode::OK);
        let source = document_reader::read(&format!("分工.{ending}"), &file.body).unwrap();
        let cells: Vec<String> = source.tables.iter().flat_map(|table| table.rows.concat()).collect();
        for words in ["序号", "目标任务", "牵头单位", "配合单位", "完成时限", "民生", "2025年12月"]
        {
            assert!(cells.iter().any(|cell| cell.contains(words)), "{words} is not in the {ending}: {cells:?}");
        }
        assert!(cells.iter().any(|cell| cell == "虚构县自然资源和规划局（待认领）"), "{cells:?}");
        // Into another plan of the same text, still empty.
        let other = import_again(&office).await;
        let import = format!("/plans/{other}/assignments/import");
        let sent = planner.upload(&import, &[], (&format!("分工.{ending}"), &file.body)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let preview = planner.get(sent.location()).await.main();
        assert!(preview.contains("没有对应 0") && preview.contains("0 个要核对"), "{ending}: {preview}");
        let ticked = picks(&preview);
        let mut fields: Vec<(&str, &str)> = ticked.iter().map(|pick| ("pick", pick.as_str())).collect();
        fields.extend([("due", "2024-06-30"), ("nodes", "yes")]);
        let taken = planner.post(sent.location(), &fields).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        let page = planner.get(taken.location()).await.main();
        assert!(page.contains("台账") || page.contains("分办"), "{page}");
        let list = planner.get(&format!("/plans/{other}/assignments?state=waiting")).await.main();
        assert!(list.contains("虚构县自然资源和规划局"), "{list}");
        // 完成时限 of work waits as a node; an indicator has targets instead.
        let proposed = nodes::read(&office.store, other, None).await.unwrap();
        let dues: Vec<String> = proposed
            .all()
            .flat_map(|(subject, schedule)| {
                schedule.draft().into_iter().map(move |node| format!("{subject} {}", node.due))
            })
            .collect();
        assert_eq!(dues, ["W1 2025-12"], "{ending}");
        assert!(planner.get(&format!("/plans/{other}/breakdown/nodes")).await.main().contains("环湖绿道"));
    }
}

async fn import_again(office: &Office) -> PlanId {
    use plan_workflow::import::{self, ImportRequest};
    let request = ImportRequest {
        title: None,
        jurisdiction: "990199".to_owned(),
        period: Some("2021-2025".parse().unwrap()),
        kind: plan_workflow::records::PlanKind::Outline,
        parent: None,
    };
    let preview = import::preview(request, "plan.txt", TEXT.as_bytes()).unwrap();
    let admin = Actor::new("林规划", "planner");
    import::import(&office.store, &admin, NOW.parse().unwrap(), preview, true).await.unwrap().plan
}

#[tokio::test]
async fn a_ledger_with_other_columns_unknown_units_and_new_rows_is_worked_through() {
    let (office, plan) = with_units(TEXT).await;
    let planner = office.planner().await;
    let rows = [
        "事权,谁来办,谁来帮,何时,备注",
        "森林覆盖率达到48%以上,资规局,县林场、统计局,2024年底,样例备注",
        "修订档案管理办法,县档案馆,,长期,",
    ];
    let rows: String = rows
        .iter()
        .map(|row| format!("<tr>{}</tr>", row.split(',').map(|cell| format!("<td>{cell}</td>")).collect::<String>()))
        .collect();
    let html = format!("<html><body><table>{rows}</table></body></html>");
    let import = format!("/plans/{plan}/assignments/import");
    let sent = planner.upload(&import, &[], ("台账.html", html.as_bytes())).await;
    let draft = sent.location().to_owned();
    let page = planner.get(&draft).await.main();
    assert!(page.contains("没有找到任务分工表") && page.contains("第 2 列 谁来办"), "{page}");
    // Named by hand, it is read.
    let columns = [("column-task", "0"), ("column-lead", "1"), ("column-cooperating", "2"), ("column-due", "3")];
    let query = serde_urlencoded::to_string(columns).unwrap();
    let page = planner.get(&format!("{draft}?{query}")).await.main();
    for words in ["县林场", "县档案馆", "修订档案管理办法", "文字相同", "（不分办，另行列出）", "用作列名"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let ticked = picks(&page);
    let mut fields: Vec<(&str, &str)> = columns.to_vec();
    fields.extend(ticked.iter().map(|pick| ("pick", pick.as_str())));
    fields.push(("due", "2024-06-30"));
    // A row taken for something that is not there: nothing is stored.
    let mut wrong = fields.clone();
    wrong.push(("other-1", "I999 没有"));
    let refused = planner.post(&draft, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("I999 没有"), "{}", refused.main());
    assert!(!planner.get(&import).await.main().contains("台账.html"));
    let taken = planner.post(&draft, &fields).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let page = planner.get(taken.location()).await.main();
    for words in ["样例备注", "“县林场”不在单位名录中", "没有选定对应的目标任务", "修订档案管理办法", "分办 2 份"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(planner.get(&import).await.main().contains("台账.html"));
    assert_eq!(planner.get(&draft).await.status, StatusCode::GONE);
    assert_eq!(office.reader().await.get(&import).await.status, StatusCode::FORBIDDEN);
    let nothing = planner.upload(&import, &[], ("台账.xlsx", b"")).await;
    assert!(nothing.status.is_client_error() && nothing.main().contains("导入已有的任务分工表"), "{}", nothing.text());
    assert_eq!(planner.post(&import, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
