//! A person leaves: the duties are offered to another, who accepts.

use fantoccini::Locator;
use plan_workflow::directory::{self, DutyState};

use crate::people::{Browser, Site};

/// The planner gives the duties of 样晓舟 to 样拾穗, who is asked and accepts.
pub async fn hand_over(planner: &Browser, successor: &Browser, site: &Site) {
    planner.client.goto(&format!("{}/units?q=农业农村", site.address)).await.unwrap();
    planner.wait_for("样晓舟").await;
    planner.client.find(Locator::LinkText("样晓舟")).await.unwrap().click().await.unwrap();
    planner.wait_for("离岗与交接").await;
    planner.check_page("/people").await;
    let choice = planner.client.find(Locator::Css("#leave select[name=successor]")).await.unwrap();
    choice.select_by_label("样拾穗").await.unwrap();
    planner.press("#leave button.main").await;
    planner.wait_for("待认领").await;
    successor.client.goto(&format!("{}/duties", site.address)).await.unwrap();
    successor.wait_for("接替样晓舟").await;
    successor.press("#offers button.main").await;
    successor.wait_for("待我答复：0 项").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_duties_are_handed_over_and_count_once_accepted() {
    let site = Site::open().await;
    // 样晓舟 of the farming bureau leaves on 2024-01-15. 样拾穗 was asked to follow and declines;
    // the planner offers it again, and now it is accepted.
    let planner = Browser::open(1440).await;
    planner.log_in(&site, "planner", "guihua-2025").await;
    planner.client.goto(&format!("{}/duties", site.address)).await.unwrap();
    let open = planner.wait_for("需要处理的岗位").await;
    assert!(open.contains("样晓舟 2024-01-15 后离岗") && open.contains("未设岗"), "{open}");
    planner.check_page("/duties").await;

    let successor = Browser::open(390).await;
    successor.log_in(&site, "successor", "jiaojie-2025").await;
    successor.client.goto(&format!("{}/duties", site.address)).await.unwrap();
    successor.wait_for("待我答复：1 项").await;
    successor.check_page("/duties").await;
    successor.press("#offers details summary").await;
    successor.fill("reason", "另有任务").await;
    successor.press("#offers details button").await;
    successor.wait_for("待我答复：0 项").await;

    hand_over(&planner, &successor, &site).await;
    let directory = directory::read(&site.store, None).await.unwrap();
    let person = directory.person_of("successor").unwrap();
    let duty = directory.duties().find(|duty| duty.holders.iter().any(|(id, _)| *id == person.id)).unwrap();
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(directory.state(duty, day("2024-01-16")), DutyState::Held);
    assert_eq!(directory.on_duty(duty, day("2024-01-15")).0.unwrap().name, "样晓舟");
    assert_eq!(directory.on_duty(duty, day("2024-01-16")).0.unwrap().name, "样拾穗");
    planner.client.goto(&format!("{}/duties", site.address)).await.unwrap();
    let open = planner.wait_for("需要处理的岗位").await;
    assert!(!open.contains("样晓舟"), "{open}");
}
