//! A planner breaks the sample down to years and towns, and finds everything that
//! does not fit.

use serde_json::json;

use crate::people::{Browser, Site};

async fn broken_down(width: u32) {
    let site = Site::open().await;
    let browser = Browser::open(width).await;
    browser.log_in(&site, "planner", "guihua-2025").await;
    let home = format!("{}/plans/{}/breakdown", site.address, site.plan);
    browser.client.goto(&format!("{home}/gaps")).await.unwrap();
    let gaps = browser.wait_for("逐项写明差多少").await;
    assert!(gaps.contains("各年合计 145家，比目标 150家 少 5家"), "{gaps}");
    assert!(gaps.contains("合计 11家，比目标 12家 少 1家"), "{gaps}");
    browser.check_page("gaps").await;

    // The year that is short: reckoned first, then kept with its reason.
    let agreed = format!("{home}?state=agreed");
    open(&browser, &agreed, "新增规模以上工业企业").await;
    fill(&browser, "#years", &[("[name=y-2025]", "35")], "补足五年总量").await;
    browser.press("#years button[value=check]").await;
    browser.wait_for("各年与总目标一致").await;
    browser.press("#years button[value=set]").await;
    browser.wait_for("补足五年总量").await;
    browser.check_page("indicator").await;

    // The town that is short.
    open(&browser, &agreed, "新增等级民宿").await;
    fill(&browser, "#shares", &[("[aria-label=\"石砚镇人民政府 2023\"]", "3")], "补上一家").await;
    browser.press("#shares button[value=set]").await;
    browser.wait_for("补上一家").await;
    browser.check_page("shares").await;
    browser.client.goto(&format!("{home}/gaps")).await.unwrap();
    let gaps = browser.wait_for("不一致").await;
    assert!(!gaps.contains("少 5家") && !gaps.contains("少 1家"), "{gaps}");

    // Work without a number, by its nodes; and what pays for it.
    for (tail, words) in [("/nodes", "按年底排节点"), ("/budget", "项目建设资金")] {
        browser.client.goto(&format!("{home}{tail}")).await.unwrap();
        browser.wait_for(words).await;
        browser.check_page(tail).await;
    }
    browser
        .ask("[...document.querySelectorAll('main h2 a')].find(a => a.href.includes('/work/')).click(); return 1")
        .await;
    let work = browser.wait_for("主体完工").await;
    assert!(work.contains("按节点推进") && work.contains("980.5"), "{work}");
    browser.check_page("work item").await;
}

/// Opens an indicator from the list.
pub async fn open(browser: &Browser, list: &str, name: &str) {
    browser.go(list, name).await;
    let script =
        format!("[...document.querySelectorAll('main th a')].find(a => a.textContent === '{name}').click(); return 1");
    browser.ask(&script).await;
    browser.wait_for("单位份额").await;
}

/// Writes values into fields of a section, and why.
pub async fn fill(browser: &Browser, section: &str, values: &[(&str, &str)], why: &str) {
    let mut script = format!("const all = document.querySelector('{section}'); ");
    for (field, value) in values.iter().chain([&("[name=reason]", why)]) {
        script += &format!("all.querySelector(`{field}`).value = '{value}'; ");
    }
    assert_eq!(browser.ask(&(script + "return 1")).await, json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_broken_down_at_a_desk() {
    broken_down(1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_broken_down_on_a_telephone() {
    broken_down(390).await;
}
