//! What a person does in the first minutes.

use fantoccini::Locator;
use serde_json::json;

use crate::people::{Browser, Site};

/// Logs in, imports a plan through its preview, enters a figure, sees the verdict change.
async fn first_minutes(width: u32) {
    let site = Site::open().await;
    let browser = Browser::open(width).await;
    browser.log_in(&site, "planner", "guihua-2025").await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("规划.txt");
    let text = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n第一章 目标\n\
                2020年，公共图书馆读者满意率为60%。\n到2025年，公共图书馆读者满意率达到70%。\n";
    std::fs::write(&file, text).unwrap();
    browser.client.goto(&format!("{}/plans/import", site.address)).await.unwrap();
    browser.fill("file", &file.display().to_string()).await;
    browser.fill("jurisdiction", "990199").await;
    browser.press("main button.main").await;
    let preview = browser.wait_for("读到了什么，找到了什么").await;
    assert!(preview.contains("公共图书馆读者满意率") && preview.contains("2021-2025"), "{preview}");
    browser.check_page("preview").await;
    browser.press("main button.main").await;
    browser.wait_for("共 1 个指标").await;

    let path = browser.client.current_url().await.unwrap().path().to_owned();
    browser.client.goto(&format!("{}{path}/indicators", site.address)).await.unwrap();
    browser.press("main tbody th a").await;
    let before = browser.wait_for("公共图书馆读者满意率").await;
    assert!(before.contains("无法判断"), "{before}");
    browser.fill("period", "2023").await;
    browser.fill("value", "66").await;
    browser.fill("source", "读者调查").await;
    browser.press("#enter button.main").await;
    let after = browser.wait_for("已保存").await;
    assert!(after.contains("基本符合预期") && after.contains("读者调查"), "{after}");
    assert_eq!(browser.ask("return document.querySelectorAll('.chart circle').length >= 2").await, json!(true));
    browser.check_page("indicator").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_minutes_at_a_desk() {
    first_minutes(1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_minutes_on_a_telephone() {
    first_minutes(390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_at_any_width() {
    let site = Site::open().await;
    for width in [1440, 390] {
        let browser = Browser::open(width).await;
        browser.client.goto(&format!("{}/login", site.address)).await.unwrap();
        browser.check_page("/login").await;
        browser.log_in(&site, "planner", "guihua-2025").await;
        let plan = format!("/plans/{}", site.plan);
        let mut paths = vec![
            plan.clone(),
            format!("{plan}?lang=en"),
            format!("{plan}/source?lang=zh"),
            format!("{plan}/indicators"),
            format!("{plan}/indicators?page=3"),
            format!("{plan}/work"),
            format!("{plan}/work?kind=project&sort=due"),
            format!("{plan}/figures"),
            format!("{plan}/confirm"),
            format!("{plan}/confirm?at=C7&f_order=text"),
            format!("{plan}/confirm/coverage?show=all"),
            "/plans".to_owned(),
            "/plans/import".to_owned(),
            "/account".to_owned(),
            "/units".to_owned(),
            "/units/U5".to_owned(),
            "/units/import".to_owned(),
            "/regions".to_owned(),
            "/people/P10".to_owned(),
            "/duties".to_owned(),
            "/duties/D9".to_owned(),
        ];
        paths.extend((1..=60).step_by(7).map(|number| format!("{plan}/indicators/I{number:03}")));
        for path in paths {
            browser.client.goto(&format!("{}{path}", site.address)).await.unwrap();
            browser.check_page(&path).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_is_found_without_an_account() {
    let site = Site::open().await;
    let browser = Browser::open(390).await;
    browser.go(&format!("{}/public", site.address), "公开的评估").await;
    browser.press("main li a[href*='/assessments/']").await;
    let shown = browser.wait_for("下载报告").await;
    assert!(shown.contains("基本符合预期") && shown.contains("公开"), "{shown}");
    browser.check_page("published").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_in_the_text_leads_to_its_record_and_back() {
    let site = Site::open().await;
    let browser = Browser::open(1440).await;
    browser.log_in(&site, "reader", "chayue-2025").await;
    browser.client.goto(&format!("{}/plans/{}/source", site.address, site.plan)).await.unwrap();
    let marked = browser
        .ask("const a = document.querySelector('mark a'); const words = a.textContent; a.click(); return words")
        .await;
    browser.wait_for("原文第").await;
    browser.press(".quote + .caption a").await;
    browser.wait_for("原文说了什么").await;
    let target = browser.ask("return document.querySelector(location.hash + ' ~ mark').textContent").await;
    assert_eq!(target, marked, "the link leads back to the marked words");
    assert!(
        browser.client.find(Locator::Css("form[action*=import]")).await.is_err(),
        "a reader is offered nothing to write"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_finds_and_opens_an_indicator() {
    let site = Site::open().await;
    let browser = Browser::open(1440).await;
    browser.log_in(&site, "reader", "chayue-2025").await;
    browser.client.goto(&format!("{}/plans/{}/indicators", site.address, site.plan)).await.unwrap();
    let body = browser.client.find(Locator::Css("body")).await.unwrap();
    body.send_keys("jj").await.unwrap();
    let row = browser.ask("return document.querySelectorAll('main tbody tr')[1].classList.contains('here')").await;
    assert_eq!(row, json!(true), "j walks the rows");
    body.send_keys("/").await.unwrap();
    assert_eq!(browser.ask("return document.activeElement.name").await, json!("q"), "/ goes to the search field");
    browser.client.active_element().await.unwrap().send_keys("失业率\u{E007}").await.unwrap();
    browser.wait_for("城镇调查失业率").await;
    let rows = browser.ask("return document.querySelectorAll('main tbody tr').length").await;
    assert!(rows.as_u64().unwrap() < 5, "{rows}");
}
