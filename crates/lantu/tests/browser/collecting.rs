//! Two collection periods: one by page, with a figure revised and one returned,
//! and one by workbook.

use plan_model::{Answer, Decimal, FigureRow, ReportingTemplate, Standing, UnitId};
use plan_workflow::{
    assess::Situation,
    collection::{Asked, Asking, Desk, Frequency, Opening, Rounds, Sheet, SheetPlace},
    directory,
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};
use serde_json::json;
use tempfile::TempDir;

use crate::people::{Browser, Site};

/// The period of the first round, and that of the second.
const PERIODS: [&str; 2] = ["2023-09", "2023-10"];

/// Opens a round for the first indicators of the sample's plan, for the education bureau.
async fn open(site: &Site, period: &str, rows: usize) -> (PlanId, UnitId) {
    let plan = PlanId(site.plan);
    let directory = directory::read(&site.store, None).await.unwrap();
    let unit = directory.unit_named("区教育局").unwrap().id.clone();
    let planner = Actor::new("planner", "planner");
    let desk = Desk {
        storage: &site.store,
        actor: &planner,
        now: jiff::Timestamp::now(),
        today: "2023-12-31".parse().unwrap(),
        directory: &directory,
    };
    let records = site.store.indicators(plan, None).await.unwrap();
    let asked = records.iter().filter(|record| record.is_followed()).take(rows);
    let asked = asked.map(|record| Asked { subject: record.indicator.id.clone(), unit: unit.clone() }).collect();
    let day = |text: &str| text.parse().unwrap();
    let dates = Some((day("2023-12-01"), day("2024-01-05"), day("2024-01-31")));
    let opening = Opening { period: period.parse().unwrap(), frequency: Frequency::Monthly, dates, asked };
    let rounds = Rounds::read(&site.store, plan, None).await.unwrap();
    desk.open(plan, &rounds, opening).await.unwrap();
    (plan, unit)
}

/// Somebody looks a sheet through and passes so many rows on.
pub async fn pass(browser: &Browser, sheet: &str, step: &str, rows: usize) {
    browser.client.goto(sheet).await.unwrap();
    browser.press(&format!("button[value={step}]")).await;
    browser.wait_for(&format!("已处理 {rows} 项")).await;
    browser.check_page(sheet).await;
}

/// A unit's template in a folder, filled as Excel would leave it: for each row, from
/// 1, a value and its source.
pub async fn filled<'a>(
    site: &Site,
    plan: PlanId,
    unit: &UnitId,
    round: &str,
    fill: impl Fn(u32, &FigureRow) -> (Decimal, &'a str),
) -> (TempDir, ReportingTemplate) {
    let rounds = Rounds::read(&site.store, plan, None).await.unwrap();
    let situation = Situation::read(&site.store, plan, None).await.unwrap();
    let asking =
        Asking { situation: situation.into(), work: Default::default(), nodes: Vec::new(), linked: Vec::new() };
    let place = SheetPlace { plan, round: rounds.round(round).unwrap(), unit };
    let directory = directory::read(&site.store, None).await.unwrap();
    let mut template = asking.template(place, &Sheet::default(), directory.unit_name(unit), Vec::new());
    for (number, row) in (1..).zip(&mut template.figures) {
        let (value, source) = fill(number, row);
        row.answer = Some(Answer::Figure { value, proxy: false, source: source.to_owned() });
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("填报.xlsx"), plan_report::write_template(&template).unwrap()).unwrap();
    (folder, template)
}

async fn by_page(width: u32) {
    let site = Site::open().await;
    let (plan, unit) = open(&site, PERIODS[0], 3).await;
    let browser = Browser::open(width).await;
    let round = format!("{}/report/{plan}/{}", site.address, PERIODS[0]);
    let sheet = format!("{round}/{unit}");
    let reported = async || {
        let mut figures = site.store.figures(plan, Some("I002"), None).await.unwrap();
        figures.retain(|figure| figure.observation.source.starts_with("自报：区教育局"));
        figures.iter().map(|figure| figure.observation.value.to_string()).collect::<Vec<_>>()
    };

    // The link of a message leads over the login page to the row; then one number, one press.
    browser.client.goto(&format!("{round}?row=I002")).await.unwrap();
    browser.enter("reporter", "tianbao-2025").await;
    browser.wait_for("我今天要填什么").await;
    assert_eq!(browser.ask("return document.activeElement.id").await, json!("I002"));
    browser.client.active_element().await.unwrap().send_keys("61.5").await.unwrap();
    browser.press("tr.here button[value=save]").await;
    browser.wait_for("已保存 1 项").await;
    browser.check_page("report").await;
    browser.type_into("I001", "约500").await;
    browser.type_into("I003", "3").await;
    browser.press("main button[value=submit]").await;
    let wrong = browser.wait_for("没有保存").await;
    assert!(wrong.contains("约"), "{wrong}");
    browser.expect_refusal().await;
    browser.type_into("I001", "500").await;
    browser.press("main button[value=submit]").await;
    browser.wait_for("已报送").await;

    browser.become_person(&site, "approver", "shenhe-2025").await;
    browser.client.goto(&sheet).await.unwrap();
    browser.wait_for("待审核").await;
    browser.press("button[value=approve]").await;
    browser.wait_for("已处理 3 项").await;
    browser.check_page("sheet").await;

    // The planner returns one row and accepts the others.
    browser.become_person(&site, "planner", "guihua-2025").await;
    browser.client.goto(&sheet).await.unwrap();
    for other in ["I002", "I003"] {
        browser.press(&format!("input[name=row][value^='{other}/']")).await;
    }
    browser.fill("reason", "请与统计部门核对").await;
    browser.press("button[value=return-planning]").await;
    browser.wait_for("已处理 1 项").await;
    browser.press("button[value=accept]").await;
    browser.wait_for("已处理 2 项").await;
    assert_eq!(reported().await, ["61.5"]);
    browser.client.goto(&format!("{}/plans/{plan}/rounds", site.address)).await.unwrap();
    browser.wait_for("填报负担").await;
    browser.check_page("rounds").await;
    browser.client.goto(&format!("{}/plans/{plan}/rounds/{}", site.address, PERIODS[0])).await.unwrap();
    browser.check_page("round").await;

    // The returned row is put right, and what was accepted is revised.
    browser.become_person(&site, "reporter", "tianbao-2025").await;
    browser.client.goto(&round).await.unwrap();
    let page = browser.wait_for("请与统计部门核对").await;
    assert!(page.contains("已退回"), "{page}");
    browser.type_into("I001", "501").await;
    browser.type_into("I002", "61.8").await;
    browser.press("main button[value=submit]").await;
    browser.wait_for("已报送 2 项").await;
    for (who, password, step) in [("approver", "shenhe-2025", "approve"), ("planner", "guihua-2025", "accept")] {
        browser.become_person(&site, who, password).await;
        pass(&browser, &sheet, step, 2).await;
    }
    assert_eq!(reported().await, ["61.5", "61.8"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_collected_by_page_at_a_desk() {
    by_page(1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_collected_by_page_on_a_telephone() {
    by_page(390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_of_forty_figures_is_collected_by_one_workbook() {
    let site = Site::open().await;
    let (plan, unit) = open(&site, PERIODS[1], 40).await;
    let browser = Browser::open(1440).await;
    let round = format!("{}/report/{plan}/{}", site.address, PERIODS[1]);
    browser.become_person(&site, "reporter", "tianbao-2025").await;

    let (folder, template) = filled(&site, plan, &unit, PERIODS[1], |number, row| {
        let value = if row.unit == "%" { Decimal::from(50) } else { Decimal::from(number) };
        (value, "月度台账")
    })
    .await;
    assert_eq!(template.figures.len(), 40);
    let file = folder.path().join("填报.xlsx");
    browser.client.goto(&round).await.unwrap();
    browser.fill("file", &file.display().to_string()).await;
    browser.press("form[enctype] button[value=submit]").await;
    browser.wait_for("已报送 40 项").await;

    browser.become_person(&site, "approver", "shenhe-2025").await;
    pass(&browser, &format!("{round}/{unit}"), "approve", 40).await;
    browser.become_person(&site, "planner", "guihua-2025").await;
    pass(&browser, &format!("{}/plans/{plan}/rounds/{}", site.address, PERIODS[1]), "accept", 40).await;
    let figures = site.store.figures(plan, None, None).await.unwrap();
    let of_record = figures.iter().filter(|figure| {
        let seen = &figure.observation;
        // The sample has a round of its own, of another period.
        let asked = seen.period.to_string() == PERIODS[1];
        asked && seen.source.starts_with("自报：区教育局") && seen.standing == Standing::Reported
    });
    assert_eq!(of_record.count(), 40);
}
