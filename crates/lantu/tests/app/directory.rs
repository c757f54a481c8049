//! Units, people and duties: imported, shown, handed over, refused.

use axum::http::StatusCode;
use plan_workflow::{
    accounts::{self, NewUser},
    permissions::Actor,
    records::AuditFilter,
    storage::Storage as _,
};

use crate::people::{NOW, Office, PASSWORD, Person};

/// An invented office of three units.
pub const FILE: &str = "虚构\n\
    区划代码,区划名称\n990199,虚构县\n\n\
    单位名称,简称,类别,行政区划,统一社会信用代码\n\
    虚构县教育局,县教育局,部门,990199,11990199MB9901489A\n\
    虚构县文旅局,县文旅局,部门,990199,\n\
    云岭镇人民政府,云岭镇,乡镇街道,990199,\n\n\
    姓名,单位,账号,邮箱,办公电话,离岗日期\n\
    样甲,县教育局,yangjia,jia@example.cn,0990-1,\n\
    样乙,县教育局,yangyi,,,\n\
    样丙,云岭镇,,,,\n\n\
    单位,岗位,AB岗,姓名,起始日期,截止日期\n\
    县教育局,审核人,A岗,样甲,2023-01-01,\n\
    县教育局,填报人,A岗,样乙,2023-01-01,\n\
    云岭镇,填报人,A岗,样丙,2023-01-01,2024-04-30\n";

/// Uploads a file and answers the address of its preview.
async fn upload(planner: &Person, file: (&str, &[u8])) -> String {
    let answer = planner.upload("/units/import", &[], file).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_owned()
}

/// An office with the directory, its planner, and the two of the education bureau.
pub async fn with_directory() -> (Office, Person, Person, Person) {
    let office = Office::open().await;
    let planner = office.planner().await;
    let preview = upload(&planner, ("单位.csv", FILE.as_bytes())).await;
    assert_eq!(planner.post(&preview, &[]).await.location(), "/units");
    let admin = Actor::console("测试");
    for (name, salt) in [("yangjia", 7), ("yangyi", 8)] {
        let new = NewUser { name: name.to_owned(), role: "staff".to_owned(), password: PASSWORD.to_owned() };
        accounts::add_user(&office.store, &admin, NOW.parse().unwrap(), new, [salt; 32]).await.unwrap();
    }
    let first = enter(&office, "yangjia").await;
    let second = enter(&office, "yangyi").await;
    (office, planner, first, second)
}

async fn enter(office: &Office, name: &str) -> Person {
    let mut person = office.passer_by();
    let answer = person.try_log_in(name, PASSWORD).await;
    person.cookie = format!("lantu_session={}", answer.cookie("lantu_session").unwrap());
    person.token = person.get("/duties").await.form_token();
    person
}

#[tokio::test]
async fn a_file_is_shown_then_stored_and_what_is_written_out_changes_nothing() {
    let office = Office::open().await;
    let planner = office.planner().await;
    assert!(planner.get("/units").await.main().contains("还没有单位"));
    let preview = upload(&planner, ("单位.csv", FILE.as_bytes())).await;
    let page = planner.get(&preview).await.main();
    assert!(page.contains("虚构县教育局") && page.contains("确认导入"), "{page}");
    assert!(planner.get("/units").await.main().contains("还没有单位"), "a preview stores nothing");
    assert_eq!(planner.post(&preview, &[]).await.status, StatusCode::SEE_OTHER);
    let list = planner.get("/units").await.main();
    assert!(list.contains("云岭镇人民政府") && list.contains("校验不符") && list.contains("待认领"), "{list}");
    assert_eq!(planner.get(&preview).await.status, StatusCode::GONE, "a draft is accepted once");
    let written = planner.get("/units.xlsx").await.body;
    let again = upload(&planner, ("单位.xlsx", &written)).await;
    let page = planner.get(&again).await.main();
    assert!(page.contains("没有要导入的"), "{page}");
    assert!(planner.get("/units/template.xlsx").await.body.starts_with(b"PK"));
    // Every fault at once, none of it stored.
    let wrong = upload(&planner, ("单位.csv", "姓名,单位\n样丁,丙局\n,县教育局\n".as_bytes())).await;
    let answer = planner.get(&wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.main().contains("有 2 处错误") && answer.main().contains("第 2 行"), "{}", answer.main());
    let other = planner.upload("/units/import", &[], ("a.bin", b"\x00\x01\x02".as_slice())).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Only a planner may.
    let reader = office.reader().await;
    assert_eq!(reader.get("/units").await.status, StatusCode::OK);
    assert!(!reader.get("/units/U1").await.main().contains("<form"));
    assert_eq!(reader.get("/units/import").await.status, StatusCode::FORBIDDEN);
    let mut forms = vec![("do", "change"), ("name", "甲"), ("kind", "town")];
    assert_eq!(reader.post("/units/U1", &forms).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post("/units", &forms).await.status, StatusCode::FORBIDDEN);
    forms = vec![("do", "leave"), ("on", "2024-03-15")];
    assert_eq!(reader.post("/people/P1", &forms).await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.passer_by().get("/units").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_duty_is_accepted_handed_over_and_deputed() {
    let (office, planner, first, second) = with_directory().await;
    let page = first.get("/duties").await.main();
    assert!(page.contains("待我答复：1 项") && page.contains("认领"), "{page}");
    let not_mine = second.post("/duties/D1", &[("do", "accept")]).await;
    assert_eq!(not_mine.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(not_mine.main().contains("只能由本人"), "{}", not_mine.main());
    assert_eq!(first.post("/duties/D1", &[("do", "accept")]).await.location(), "/duties");
    assert_eq!(second.post("/duties/D2", &[("do", "accept")]).await.status, StatusCode::SEE_OTHER);
    // The approver arranges the own unit, and no other.
    let depute =
        [("do", "depute"), ("person", "P1"), ("from", "2024-03-18"), ("until", "2024-03-22"), ("reason", "学习")];
    assert_eq!(first.post("/duties/D3", &depute).await.status, StatusCode::FORBIDDEN);
    assert_eq!(second.post("/duties/D1", &depute).await.status, StatusCode::FORBIDDEN);
    assert_eq!(first.post("/duties/D2", &depute).await.location(), "/duties/D2");
    let duty = first.get("/duties/D2").await.main();
    assert!(duty.contains("2024-03-18 – 2024-03-22") && duty.contains("收回代理"), "{duty}");
    // Back sooner: whoever arranges the duty takes the deputy back, with a reason.
    let recall = |reason: &'static str| [("do", "recall"), ("from", "2024-03-18"), ("reason", reason)];
    let untold = first.post("/duties/D2", &recall("")).await;
    assert_eq!(untold.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", untold.text());
    assert_eq!(first.post("/duties/D2", &recall("提前返岗")).await.location(), "/duties/D2");
    let duty = first.get("/duties/D2").await.main();
    assert!(
        duty.contains("2024-03-15 收回") && duty.contains("提前返岗") && !duty.contains("value=\"recall\""),
        "{duty}"
    );
    assert_eq!(first.post("/duties/D2", &recall("提前返岗")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = office.store.audit(AuditFilter::default(), 1).await.unwrap();
    assert_eq!((told[0].action.as_str(), told[0].actor.as_str()), ("duties.recall", "yangjia"));
    // What was typed stays where it is refused.
    let no_reason = first
        .post("/duties/D1", &[("do", "depute"), ("person", "P2"), ("from", "2024-05-01"), ("until", "明天")])
        .await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        no_reason.main().contains("不是日期") && no_reason.main().contains("value=\"2024-05-01\""),
        "{}",
        no_reason.main()
    );
    // The planner lets 样乙 leave; 样甲 is to follow and takes it.
    let leave = [("do", "leave"), ("on", "2024-03-31"), ("successor", "P1")];
    assert_eq!(planner.post("/people/P2", &leave).await.location(), "/people/P2");
    assert!(planner.get("/duties").await.main().contains("2024-03-31 后离岗"));
    assert_eq!(first.post("/duties/D2", &[("do", "accept")]).await.status, StatusCode::SEE_OTHER);
    let open = planner.get("/duties").await.main();
    assert!(!open.contains("后离岗，尚无人接手") && open.contains("2024-04-30 到期"), "{open}");
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

#[tokio::test]
async fn who_saw_an_older_state_is_refused_and_keeps_what_was_typed() {
    let (_office, planner, _, _) = with_directory().await;
    let page = planner.get("/units/U2").await.main();
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let change = |name: &'static str, seen: &str| {
        vec![
            ("do", "change".to_owned()),
            ("seen", seen.to_owned()),
            ("name", name.to_owned()),
            ("kind", "department".to_owned()),
        ]
    };
    let send = async |unit: &str, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
        planner.post(unit, &fields).await
    };
    assert_eq!(send("/units/U2", change("虚构县文体局", &seen)).await.status, StatusCode::SEE_OTHER);
    let late = send("/units/U2", change("虚构县旅游局", &seen)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.main().contains("已被他人修改") && late.main().contains("虚构县旅游局"), "{}", late.main());
    // What somebody else did to another unit is no hindrance.
    assert_eq!(send("/units/U3", change("云岭镇政府", &seen)).await.status, StatusCode::SEE_OTHER);
    let merge = |into: &'static str| {
        vec![("do", "merge".to_owned()), ("into", into.to_owned()), ("from", "2024-03-01".to_owned())]
    };
    assert_eq!(send("/units/U2", merge("U2")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(send("/units/U2", merge("U1")).await.status, StatusCode::SEE_OTHER);
    assert!(planner.get("/units/U2").await.main().contains("自 2024-03-01 起并入"));
    for nonsense in ["/units/U99", "/people/P99", "/duties/D99", "/units/import/x"] {
        assert!(planner.get(nonsense).await.status.is_client_error(), "{nonsense}");
    }
    for nonsense in ["q=%FF", "kind=x", "region=1", "sort=x&order=down&page=99", "state=open&q=样"] {
        assert_eq!(planner.get(&format!("/units?{nonsense}")).await.status, StatusCode::OK, "{nonsense}");
    }
    let region = [("region", "990100"), ("name", "虚构市"), ("do", "990100")];
    assert_eq!(planner.post("/regions", &region).await.location(), "/regions");
    assert!(planner.get("/regions").await.main().contains("虚构市"));
}
