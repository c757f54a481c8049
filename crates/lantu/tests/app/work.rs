//! The list of work: what is shown, filtered, sorted and taken along.

use axum::http::StatusCode;
use plan_workflow::{confirm::Ground, records::PlanId};

use crate::people::{Office, Person};

/// An invented plan with work of several kinds in two chapters.
pub const TEXT: &str = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n\
    第一章 产业\n\
    到2025年，新增公共停车位1000个。\n\
    到2024年建成云岭算力中心。\n\
    专栏1  园区重大工程\n\
    1.石门园区提升工程:完成石门园区1.5平方公里基础设施配套。\n\
    2.石门道路工程:新建道路3公里。\n\
    第二章 民生\n\
    争创省级文明县。\n\
    编制公共服务清单。\n\
    完善社区养老服务体系。\n";

async fn town() -> (Office, PlanId, Person, Person) {
    let office = Office::open().await;
    let plan = office.import(TEXT).await;
    let (planner, reader) = (office.planner().await, office.reader().await);
    (office, plan, planner, reader)
}

/// The names in the rows of the list, in their order.
async fn names(reader: &Person, address: &str) -> Vec<String> {
    let answer = reader.get(address).await;
    assert_eq!(answer.status, StatusCode::OK, "{address}");
    let page = answer.main();
    let Some((_, list)) = page.split_once("<div class=\"table cards\">") else { return Vec::new() };
    let heads = list.split("<th scope=\"row\"><a").skip(1);
    heads.map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_work_of_a_plan_is_listed_counted_and_leads_to_its_sentence() {
    let (office, plan, planner, reader) = town().await;
    let ground = Ground::read(&office.store, plan).await.unwrap();
    let found: Vec<String> = ground.work.iter().map(|record| record.item.name.clone()).collect();
    assert!(found.len() >= 4, "{found:?}");
    let base = format!("/plans/{plan}/work");
    assert_eq!(names(&reader, &base).await, found, "all of it, in the order of the text");
    let page = reader.get(&base).await.main();
    assert!(page.contains(&format!("计入 {} 条", found.len())) && page.contains("<details open>"), "{page}");
    assert!(page.contains("云岭算力中心") && page.contains(">1.5<span class=\"unit\">平方公里<"), "{page}");
    let line = ground.work[0].item.anchor.line;
    let place = format!("/plans/{plan}/source?line={line}#L{line}");
    assert!(page.contains(&format!("href=\"{place}\"")), "{page}");
    let source = reader.get(&place).await.main();
    assert!(source.contains(&format!("id=\"L{line}\"")));
    assert!(page.contains("/confirm?at=W1#W1\">待确认</a>"), "{page}");
    // What is rejected no longer counts, and is found by its state.
    let confirm = format!("/plans/{plan}/confirm");
    let reject = [("wish", "reject"), ("key", "W1"), ("seen", "0"), ("reason", "slogan")];
    planner.post(&confirm, &reject).await;
    planner.post(&confirm, &[("wish", "accept"), ("key", "W2"), ("seen", "0")]).await;
    assert_eq!(names(&reader, &base).await, found[1..]);
    for (state, expected) in [("rejected", &found[..1]), ("accepted", &found[1..2]), ("open", &found[2..])] {
        assert_eq!(names(&reader, &format!("{base}?state={state}")).await, expected, "{state}");
    }
    assert!(reader.get(&base).await.main().contains(&format!("计入 {} 条", found.len() - 1)));
}

#[tokio::test]
async fn work_is_filtered_sorted_and_taken_along() {
    let (office, plan, _, reader) = town().await;
    let ground = Ground::read(&office.store, plan).await.unwrap();
    let base = format!("/plans/{plan}/work");
    let of = |fits: &dyn Fn(&plan_workflow::confirm::WorkItemRecord) -> bool| -> Vec<String> {
        ground.work.iter().filter(|record| fits(record)).map(|record| record.item.name.clone()).collect()
    };
    let chapter = urlencoding("民生");
    let second = of(&|record| record.chapter.contains("民生"));
    assert!(!second.is_empty() && second.len() < ground.work.len());
    assert_eq!(names(&reader, &format!("{base}?chapter={chapter}")).await, second);
    let milestones = of(&|record| record.item.kind.code() == "milestone");
    assert_eq!(milestones.len(), 1, "{milestones:?}");
    assert_eq!(names(&reader, &format!("{base}?kind=milestone")).await, milestones);
    let words = urlencoding("石门园区");
    assert_eq!(names(&reader, &format!("{base}?q={words}")).await, of(&|record| record.item.name.contains("石门园区")));
    let due = names(&reader, &format!("{base}?sort=due")).await;
    assert!(due[0].contains("云岭算力中心"), "what has a year comes before what has none: {due:?}");
    let down = names(&reader, &format!("{base}?order=down")).await;
    assert_eq!(down.first().cloned(), of(&|_| true).pop());
    let nothing = reader.get(&format!("{base}?q=nothing")).await.main();
    assert!(nothing.contains("没有符合条件的任务") && nothing.contains("显示全部"), "{nothing}");
    for nonsense in ["sort=nonsense&page=99", "page=-1", "kind=x", "state=%FF", "chapter=-"] {
        assert_eq!(reader.get(&format!("{base}?{nonsense}")).await.status, StatusCode::OK, "{nonsense}");
    }
    let csv = reader.get(&format!("{base}.csv?q={words}")).await;
    assert!(csv.headers["content-disposition"].to_str().unwrap().contains("attachment"));
    let text = csv.text();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[0].contains("编号,内容,类别") && rows[1].contains("石门园区提升工程"), "{text}");
    assert!(rows[1].contains(",1.5,平方公里,待确认,"), "{text}");
    assert!(reader.get(&format!("{base}.xlsx")).await.body.starts_with(b"PK"), "an xlsx file is a zip file");
}

#[tokio::test]
async fn a_plan_without_work_says_how_the_list_is_filled() {
    let (office, plan) = Office::with_plan().await;
    let page = office.reader().await.get(&format!("/plans/{plan}/work")).await.main();
    assert!(page.contains("还没有任务") && !page.contains("<form class=\"filters\""), "{page}");
}

fn urlencoding(words: &str) -> String {
    serde_urlencoded::to_string([("", words)]).unwrap().trim_start_matches('=').to_owned()
}
