//! 要情 for leaders and the congress, on a page and in Word.

use axum::http::StatusCode;
use plan_workflow::storage::Storage as _;

use crate::{
    assessing::words_of,
    people::{NOW, Office, Person},
};

/// The sample's office, and the address of its plan.
async fn sample() -> (Office, String) {
    let office = Office::open().await;
    lantu::sample::load(&office.store, NOW.parse().unwrap(), [3; 32]).await.unwrap();
    let plans = office.store.plans().await.unwrap();
    let plan = plans.iter().max_by_key(|listing| listing.indicators).unwrap().plan.id;
    (office, format!("/plans/{plan}"))
}

fn has(page: &str, words: &[&str]) {
    for words in words {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
}

async fn leader(office: &Office) -> Person {
    office.known("leader", "zhanwang-2025").await
}

#[tokio::test]
async fn a_leader_sees_what_changed_what_is_behind_and_what_waits() {
    let (office, plan) = sample().await;
    let leader = leader(&office).await;
    let day = "as_of=2023-12-31";
    assert!(leader.get(&format!("{plan}?{day}")).await.main().contains(&format!("{plan}/brief")));
    let page = leader.get(&format!("{plan}/brief?{day}")).await.main();
    // Compared with the last published assessment.
    has(&page, &["与 2022-12-31 相比：变差", "青渚区“十四五”规划2022年度监测评估", "其间完成节点 14 个", "主体完工"]);
    // What a unit has said stands as the cause, else what was computed.
    has(&page, &["工业用能占比上升", "严格新上项目能效审查", "单位说明，尚未审定", "单位尚未说明", "已逾期 92 天"]);
    has(&page, &["责任待裁定 1 项", "由 leader 于 2024-01-15 前裁定", "原文目标前后不一致、待定"]);
    // Three were not given by the day they were due, one came back.
    has(&page, &["说明逾期未交 6 项", "2024-01-15"]);
    // Any other day can be chosen; the day itself changes nothing.
    let same = leader.get(&format!("{plan}/brief?{day}&since=2023-12-31")).await.main();
    has(&same, &["变差 0 项，变好 0 项", "其间完成节点 0 个"]);
    for nonsense in ["2024-01-01", "x"] {
        let refused = leader.get(&format!("{plan}/brief?{day}&since={nonsense}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{nonsense}");
    }
    let file = leader.get(&format!("{plan}/brief.docx?{day}")).await;
    assert_eq!(file.status, StatusCode::OK);
    has(
        &words_of(&file.body),
        &[
            "与上次相比的变化",
            "与2022年12月31日相比，变差9项：",
            "责任待裁定 1 项（",
            "不利气象条件偏多",
            "另有5项指标（单位地区生产总值能耗五年累计降低等）",
            "3项重大项目（云汀西站商务区等）",
        ],
    );
    assert_eq!(pages_of(&file.body), 1, "a brief is one page");
}

#[tokio::test]
async fn the_congress_sees_the_same_but_not_what_the_government_decides_within() {
    let (office, plan) = sample().await;
    let congress = office.known("congress", "renda-2025").await;
    let page = congress.get(&format!("{plan}/brief?as_of=2023-12-31")).await.main();
    has(&page, &["工业用能占比上升", "与 2022-12-31 相比"]);
    assert!(!page.contains("责任待裁定") && !page.contains("前裁定"), "{page}");
    let nobody = office.passer_by().get(&format!("{plan}/brief")).await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
}

/// How many pages a Word file has where LibreOffice lays it out.
fn pages_of(docx: &[u8]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("brief.docx"), docx).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let done = std::process::Command::new(program).args(arguments).current_dir(folder.path()).output();
        let done = done.unwrap_or_else(|error| {
            panic!("this test needs {program} (apt install libreoffice-writer-nogui poppler-utils): {error}")
        });
        assert!(done.status.success(), "{program} failed");
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let home = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    run("soffice", &[&home, "--headless", "--convert-to", "pdf", "brief.docx"]);
    let told = run("pdfinfo", &["brief.pdf"]);
    let pages = told.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    pages.trim().parse().unwrap()
}
