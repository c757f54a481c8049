//! Files that show that a figure or a report is true: what is taken, what is
//! refused and why, who sees what, and how a file leaves.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use plan_model::{Unit, UnitKind};
use plan_workflow::{
    directory::{self, DirectoryEvent, Person as Colleague, Place},
    evidence::hash_of,
    records::PlanId,
    storage::Stamp,
};

use crate::people::{Answer, NOW, Office, PLAN, Person};

const PDF: &[u8] = b"%PDF-1.7\n fictional\n%%EOF\n";

/// Two units with a reporter each: 周填报 for U1, 孙统计 for U2.
async fn town() -> (Office, PlanId, [Person; 4]) {
    let office = Office::open().await;
    let plan = office.import(&format!("{PLAN}加快推进智慧停车平台建设。\n")).await;
    let people = [
        office.planner().await,
        office.colleague("周填报", "staff").await,
        office.colleague("孙统计", "staff").await,
        office.reader().await,
    ];
    let mut events = Vec::new();
    for (number, name, of, called) in [(1, "周填报", "U1", "虚构县住房局"), (2, "孙统计", "U2", "虚构县统计局")]
    {
        let (person, duty) = (format!("P{number}"), format!("D{number}"));
        events.push(DirectoryEvent::SetUnit(Unit {
            id: of.into(),
            name: called.to_owned(),
            aliases: Vec::new(),
            unit_kind: UnitKind::Department,
            region: None,
            credit_code: None,
        }));
        let (account, unit) = (Some(name.to_owned()), of.into());
        let name = name.to_owned();
        let colleague = Colleague { id: person.clone(), name, unit, account, email: None, phone: None };
        let from = "2024-01-01".parse().unwrap();
        let (unit, role, place) = (of.into(), "reporter".to_owned(), Place::First);
        events.push(DirectoryEvent::SetPerson(colleague));
        events.push(DirectoryEvent::Give { duty: duty.clone(), unit, role, place, person, from, until: None });
        events.push(DirectoryEvent::Accept { duty });
    }
    let known = directory::read(&office.store, None).await.unwrap();
    let stamp = Stamp { actor: "测试".to_owned(), at: NOW.parse().unwrap() };
    directory::store(&office.store, stamp, (&known, &events), "directory.change").await.unwrap();
    (office, plan, people)
}

/// Opens a round for February that asks U1 for I001 and W1; its id.
async fn round(planner: &Person, plan: PlanId) -> String {
    let fields = [
        ("frequency", "monthly"),
        ("period", "2024-02"),
        ("scope", "chosen"),
        ("subjects", "I001=U1 W1=U1"),
        ("opens", "2024-03-01"),
        ("due", "2024-03-20"),
        ("closes", "2024-03-29"),
    ];
    let opened = planner.post(&format!("/plans/{plan}/rounds"), &fields).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
    opened.location().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_file_goes_with_its_figure_and_leaves_as_a_download() {
    let (office, plan, [planner, staff, _, reader]) = town().await;
    let page = format!("/plans/{plan}/indicators/I001");
    let figure = [("period", "2023"), ("value", "66.5"), ("standing", "statistical"), ("source", "统计公报")];
    let entered = planner.post(&format!("{page}/figures"), &figure).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    let shown = planner.get(&page).await.main();
    assert!(shown.contains("还没有佐证材料") && shown.contains("涉密") && shown.contains("不超过 20 MB"), "{shown}");
    assert!(shown.contains("value=\"2023/statistical/1\""), "{shown}");
    let fields = [("subject", "I001"), ("figure", "2023/statistical/1"), ("about", "公报第三页")];
    let evidence = format!("/plans/{plan}/evidence");
    let sent = planner.upload(&evidence, &fields, ("公报 2023.pdf", PDF)).await;
    assert_eq!(
        (sent.status, sent.location()),
        (StatusCode::SEE_OTHER, &*format!("{page}#evidence")),
        "{}",
        sent.text()
    );
    let file = format!("{evidence}/{}", hash_of(PDF));
    let shown = reader.get(&page).await.main();
    // Beside the figure and in the list; who only reads has no form.
    assert_eq!(shown.matches(&format!("href=\"{file}\"")).count(), 2, "{shown}");
    assert!(shown.contains("公报 2023.pdf") && shown.contains("林规划") && shown.contains("公报第三页"), "{shown}");
    assert!(!shown.contains(&format!("action=\"{evidence}")), "{shown}");
    let english = reader.get(&format!("{page}?lang=en")).await.main();
    assert!(english.contains("Evidence (1)"), "{english}");
    let taken = reader.get(&file).await;
    assert_eq!((taken.status, taken.body.as_slice()), (StatusCode::OK, PDF));
    assert_eq!(header(&taken, "content-type"), "application/pdf");
    assert_eq!(header(&taken, "x-content-type-options"), "nosniff");
    let disposition = header(&taken, "content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"evidence-1.pdf\"; filename*=UTF-8''%E5%85%AC"),
        "{disposition}"
    );
    // A figure that is not there, a commitment that is not there, nothing chosen.
    for (fields, status) in [
        ([("subject", "I001"), ("figure", "2022/statistical/1")], StatusCode::NOT_FOUND),
        ([("subject", "I999"), ("figure", "")], StatusCode::NOT_FOUND),
        ([("subject", "I001"), ("figure", "2023")], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(planner.upload(&evidence, &fields, ("a.pdf", PDF)).await.status, status, "{fields:?}");
    }
    assert_eq!(planner.post(&evidence, &[("subject", "I001")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Who has no part in it, and who only reads, attaches nothing.
    assert_eq!(staff.upload(&evidence, &fields, ("a.pdf", PDF)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(reader.upload(&evidence, &fields, ("a.pdf", PDF)).await.status, StatusCode::FORBIDDEN);
    // By the hash in another plan there is nothing.
    let other = office.import("虚构县另一规划\n到2025年，森林覆盖率达到48%。\n").await;
    assert_eq!(planner.get(&format!("/plans/{other}/evidence/{}", hash_of(PDF))).await.status, StatusCode::NOT_FOUND);
    // Taken back with a reason: no longer given out, and the history stays.
    let none = planner.post(&format!("{evidence}/1"), &[("reason", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reader.post(&format!("{evidence}/1"), &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
    let back = planner.post(&format!("{evidence}/1"), &[("reason", "传错了文件")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
    assert_eq!(reader.get(&file).await.status, StatusCode::NOT_FOUND);
    let shown = planner.get(&page).await.main();
    assert!(shown.contains("传错了文件") && !shown.contains(&format!("href=\"{file}\"")), "{shown}");
}

#[tokio::test]
async fn what_could_run_or_is_not_what_it_says_is_refused_with_the_reason() {
    let (_office, plan, [planner, ..]) = town().await;
    let evidence = format!("/plans/{plan}/evidence");
    let large = [PDF, vec![b' '; 20 * 1024 * 1024].as_slice()].concat();
    let cases: [(&str, &[u8], &str, &str); 10] = [
        ("a.pdf", b"", "文件是空的", "empty"),
        ("a.pdf", b"MZ\x90\0", "程序或脚本", "program"),
        ("a.txt", b"<!doctype html><script>1</script>", "打印为 PDF", "web page"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", "SVG"),
        ("a.docx", b"Rar!\x1A\x07\0", "压缩包", "archive"),
        ("a.pdf", b"%PDF-1.7 cut off", "不完整", "not whole"),
        ("a.txt", b"\0\x01\x02\x03", "不收这种文件", "not taken"),
        ("a.png", PDF, "内容却是PDF", "another type"),
        ("a.exe", "期间,数值\n".as_bytes(), "内容却是文本", "another type"),
        ("a.pdf", &large, "超过 20 MB", "too large"),
    ];
    for (name, bytes, zh, en) in cases {
        let refused = planner.upload(&evidence, &[("subject", "I001")], (name, bytes)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {zh}");
        assert!(refused.text().contains(zh), "{zh}: {}", refused.text());
        let english = planner.upload(&format!("{evidence}?lang=en"), &[("subject", "I001")], (name, bytes)).await;
        assert!(english.text().contains(en), "{en}: {}", english.text());
    }
    let list = planner.get(&format!("/api/v1/plans/{plan}/evidence")).await.json();
    assert_eq!(list, serde_json::json!({ "evidence": [] }), "nothing of it was stored");
}

#[tokio::test]
async fn a_unit_attaches_on_its_sheet_and_others_see_it_when_it_is_accepted() {
    let (_office, plan, [planner, own, other, reader]) = town().await;
    let round = round(&planner, plan).await;
    let sheet = format!("/report/{plan}/{round}/U1");
    let evidence = format!("/plans/{plan}/evidence");
    let file = format!("{evidence}/{}", hash_of(PDF));
    assert!(own.get(&sheet).await.main().contains("涉密"));
    let fields = [("subject", "W1"), ("round", round.as_str())];
    let sent = own.upload(&evidence, &fields, ("现场照片说明.pdf", PDF)).await;
    assert_eq!(
        (sent.status, sent.location()),
        (StatusCode::SEE_OTHER, &*format!("{sheet}#evidence")),
        "{}",
        sent.text()
    );
    assert_eq!(own.get(&sheet).await.main().matches(&format!("href=\"{file}\"")).count(), 2);
    assert_eq!(other.upload(&evidence, &fields, ("a.pdf", PDF)).await.status, StatusCode::NOT_FOUND);
    for (who, status) in [
        (&own, StatusCode::OK),
        (&planner, StatusCode::OK),
        (&other, StatusCode::NOT_FOUND),
        (&reader, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(who.get(&file).await.status, status);
        let list = who.get(&format!("/api/v1/plans/{plan}/evidence")).await.json();
        let seen = list["evidence"].as_array().unwrap().len();
        assert_eq!(seen == 1, status == StatusCode::OK, "{list}");
    }
    let work = format!("/plans/{plan}/work/W1");
    assert!(planner.get(&work).await.main().contains("现场照片说明.pdf"));
    assert!(!other.get(&work).await.main().contains("现场照片说明.pdf"));
    assert_eq!(other.post(&format!("{evidence}/1"), &[("reason", "x")]).await.status, StatusCode::NOT_FOUND);
    let back = own.post(&format!("{evidence}/1"), &[("reason", "传错了")]).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, &*format!("{sheet}#evidence")));
    assert_eq!(own.get(&file).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn programs_send_list_fetch_and_take_back_evidence() {
    let (_office, plan, [planner, _, _, reader]) = town().await;
    let base = format!("/api/v1/plans/{plan}/evidence");
    let send = async |who: &Person, method: Method, path: &str, body: &[u8]| {
        let request = who.request(method, path).header("x-lantu-token", &who.token);
        // What the sender says of the type does not count.
        let request = request.header("content-type", "text/html").body(Body::from(body.to_vec()));
        who.send(request.unwrap()).await
    };
    let sent = send(&planner, Method::POST, &format!("{base}?subject=I001&name=a.pdf&note=x"), PDF).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text());
    let told = sent.json();
    assert_eq!(
        (told["number"].as_u64(), told["media_type"].as_str(), told["hash"].as_str(), told["subject"].as_str()),
        (Some(1), Some("application/pdf"), Some(hash_of(PDF).as_str()), Some("I001"))
    );
    let refused = send(&planner, Method::POST, &format!("{base}?subject=I001&name=a.pdf"), b"<html>").await;
    assert_eq!(refused.json()["errors"][0]["code"], "evidence-page");
    let forged = planner.send(planner.request(Method::POST, &base).body(Body::from(PDF)).unwrap()).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let denied = send(&reader, Method::POST, &format!("{base}?subject=I001&name=a.pdf"), PDF).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&base).await.json()["evidence"].as_array().unwrap().len(), 1);
    assert_eq!(reader.get(&format!("{base}/{}", hash_of(PDF))).await.body, PDF);
    assert_eq!(reader.get(&format!("{base}/{}", "0".repeat(64))).await.status, StatusCode::NOT_FOUND);
    let back = send(&planner, Method::DELETE, &format!("{base}/1?reason=wrong"), b"").await;
    assert_eq!(back.status, StatusCode::NO_CONTENT);
    assert_eq!(planner.get(&base).await.json()["evidence"][0]["detached"], "wrong");
}
