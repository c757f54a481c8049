//! A planner enters what a neighbour published, imports what others did, and sees
//! the own region beside them.

use plan_workflow::storage::Storage as _;
use serde_json::json;

use crate::people::{Browser, Site};

const NAME: &str = "常住人口城镇化率";

async fn compared(width: u32) {
    let site = Site::open().await;
    let browser = Browser::open(width).await;
    browser.log_in(&site, "planner", "guihua-2025").await;
    let page = format!("{}/plans/{}/peers", site.address, site.plan);
    browser.go(&page, "共 8 项指标、4 个同类地区").await;

    // The own region is no peer: refused, what was typed stays.
    enter(&browser, &[("region", "青渚区"), ("period", "2022"), ("value", "70.1"), ("source", "公报（虚构）")]).await;
    browser.wait_for("“青渚区”是本地区").await;
    browser.expect_refusal().await;
    browser.check_page("refused").await;
    browser.type_into("field-region", "霁溪区").await;
    browser.press("#enter button.main").await;
    browser.wait_for("已保存").await;

    // A file: every fault with its line, then taken whole.
    let head = "指标,地区,期间,数值,来源\n";
    send_file(&browser, &format!("{head}{NAME},江皋县,2022,第3名,公报\n")).await;
    let refused = browser.wait_for("是位次").await;
    assert!(refused.contains("第 2 行") && refused.contains("全部没有保存"), "{refused}");
    browser.expect_refusal().await;
    browser.check_page("refused file").await;
    let rows = "江皋县,2022,63.4,公报（虚构）";
    send_file(&browser, &format!("{head}{NAME},{rows}\n{NAME},苇溪县,2021,61.2,公报（虚构）\n")).await;
    browser.wait_for("已保存：新增 2 个").await;
    browser.check_page("imported").await;

    // Beside the indicator: drawn, said, and with its sources.
    let script = format!(
        "[...document.querySelectorAll('#peers details')].find(d => d.textContent.includes('{NAME}')) \
         .querySelector('a').click(); return 1"
    );
    assert_eq!(browser.ask(&script).await, json!(1));
    let shown = browser.wait_for("3 个地区").await;
    assert!(shown.contains("居第 2 位") && shown.contains("苇溪县没有2022年的数"), "{shown}");
    let marks = browser.ask("return document.querySelectorAll('#beside svg .figure-mark').length").await;
    assert_eq!(marks, json!(3));
    browser.check_page("beside").await;
    assert_eq!(site.store.verify_audit().await.unwrap().faults, []);
}

/// Fills in the form for one figure and sends it.
async fn enter(browser: &Browser, values: &[(&str, &str)]) {
    let mut script = format!(
        "const form = document.querySelector('#enter form'); const choice = form.elements.indicator; \
         choice.value = [...choice.options].find(o => o.text.startsWith('{NAME}')).value; "
    );
    for (name, value) in values {
        script += &format!("form.elements['{name}'].value = '{value}'; ");
    }
    assert_eq!(browser.ask(&(script + "return 1")).await, json!(1));
    browser.press("#enter button.main").await;
}

/// Sends a file with these words.
async fn send_file(browser: &Browser, words: &str) {
    let words = json!(words);
    let script = format!(
        "const files = new DataTransfer(); files.items.add(new File([{words}], 'peers.csv')); \
         document.querySelector('#import input[type=file]').files = files.files; return 1"
    );
    assert_eq!(browser.ask(&script).await, json!(1));
    browser.press("#import button.main").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_are_entered_imported_and_compared_at_a_desk() {
    compared(1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_are_entered_imported_and_compared_on_a_telephone() {
    compared(390).await;
}
