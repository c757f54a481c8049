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
    open(&browser, &home, "新增规模以上工业企业").await;
    let script = "document.querySelector('#years [name=y-2025]').value = '35'; \
                  document.querySelector('#years [name=reason]').value = '补足五年总量'; return 1";
    assert_eq!(browser.ask(script).await, json!(1));
    browser.press("#years button[value=check]").await;
    browser.wait_for("各年与总目标一致").await;
    browser.press("#years button[value=set]").await;
    browser.wait_for("补足五年总量").await;
    browser.check_page("indicator").await;

    // The town that is short.
    open(&browser, &home, "新增等级民宿").await;
    let script = "const row = [...document.querySelectorAll('#shares tbody tr')].find(r => r.textContent.includes('石砚镇')); \
                  row.querySelector('[name$=\"-2023\"]').value = '3'; \
                  document.querySelector('#shares [name=reason]').value = '补上一家'; return 1";
    assert_eq!(browser.ask(script).await, json!(1));
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
async fn open(browser: &Browser, home: &str, name: &str) {
    browser.client.goto(&format!("{home}?state=agreed")).await.unwrap();
    browser.wait_for(name).await;
    browser.check_page("list").await;
    let script =
        format!("[...document.querySelectorAll('main th a')].find(a => a.textContent === '{name}').click(); return 1");
    browser.ask(&script).await;
    browser.wait_for("单位份额").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_broken_down_at_a_desk() {
    broken_down(1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_broken_down_on_a_telephone() {
    broken_down(390).await;
}
