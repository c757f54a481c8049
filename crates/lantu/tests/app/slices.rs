//! An annual plan beside the plan it carries out.

use axum::http::StatusCode;
use plan_workflow::{
    records::{PlanId, PlanKind},
    storage::Storage as _,
};

use crate::people::Office;

/// A work report of one year of the plan in `people`. Fictional.
const REPORT: &str = "虚构县2023年政府工作报告\n\
    2023年，常住人口城镇化率达到62%，新增路内公共停车位200个，发放消费券300万元。\n";

async fn with_report() -> (Office, PlanId, PlanId) {
    let (office, plan) = Office::with_plan().await;
    let report = office.import_as(REPORT, "2023", PlanKind::Annual, Some(plan)).await;
    (office, plan, report)
}

#[tokio::test]
async fn a_report_shows_its_counterparts_and_a_person_confirms_one() {
    let (office, plan, report) = with_report().await;
    let planner = office.planner().await;
    let address = format!("/plans/{report}/slice");
    let page = planner.get(&address).await.main();
    for words in ["常住人口城镇化率", "公共停车位", "一致", "可能", "新增", "名称相近", "第 2 行"]
    {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    let records = office.store.links(report, None).await.unwrap();
    let likely = records.iter().find(|r| r.link.state.code() == "likely").expect("路内公共停车位 is like 公共停车位");
    let (item, other) = (likely.link.item.clone(), likely.link.other.clone().unwrap());
    let fields = [("seen", "1"), ("other", other.as_str()), ("note", "口径相同"), ("back_state", "likely")];
    let confirmed = planner.post(&format!("{address}/{item}"), &fields).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text());
    assert_eq!(confirmed.location(), format!("{address}?state=likely#{item}"));
    let page = planner.get(&format!("{address}?state=confirmed")).await.main();
    assert!(page.contains("口径相同") && page.contains("林规划") && !page.contains("消费券"), "{page}");
    // Who saw the old version is told, and nothing is lost.
    let late = planner.post(&format!("{address}/{item}"), &[("seen", "1"), ("other", "")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.main().contains("已被他人修改"), "{}", late.main());
    let wrong = planner.post(&format!("{address}/{item}"), &[("seen", "2"), ("other", "I999 没有")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The plan above lists its annual plans and their targets, each with a way there.
    let above = planner.get(&format!("/plans/{plan}/slice")).await.main();
    assert!(above.contains("虚构县2023年政府工作报告") && above.contains("用于判断"), "{above}");
}

#[tokio::test]
async fn a_yearly_target_stands_on_the_page_of_its_indicator_both_ways() {
    let (office, plan, report) = with_report().await;
    let reader = office.reader().await;
    let town = office.store.indicators(plan, None).await.unwrap()[0].indicator.id.clone();
    let page = reader.get(&format!("/plans/{plan}/indicators/{town}")).await.main();
    for words in ["年度目标", "62", "2023", "代替均匀进度", "虚构县2023年政府工作报告"] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert!(page.contains(&format!("/plans/{report}/source?line=2")), "{page}");
    let own = reader.get(&format!("/plans/{report}/indicators/I001")).await.main();
    assert!(own.contains(&format!("/plans/{plan}/indicators/{town}")) && own.contains("一致"), "{own}");
    // Entered, the year's figure is judged by the year's target, and the trail says so.
    let planner = office.planner().await;
    let figure = [("period", "2023"), ("value", "62"), ("standing", "reported"), ("seen", "0")];
    let entered = planner.post(&format!("/plans/{plan}/indicators/{town}/figures"), &figure).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    let page = reader.get(&format!("/plans/{plan}/indicators/{town}?as_of=2023-12-31")).await.main();
    assert!(page.contains("年度计划：《虚构县2023年政府工作报告》第 2 行"), "{page}");
    assert!(page.contains("不按全程均匀推算"), "{page}");
}

#[tokio::test]
async fn a_report_is_linked_again_when_asked_and_readers_only_look() {
    let (office, plan, report) = with_report().await;
    let (planner, reader) = (office.planner().await, office.reader().await);
    let address = format!("/plans/{report}/slice");
    let again = planner.post(&address, &[]).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, address.as_str()));
    let page = reader.get(&address).await.main();
    assert!(page.contains("消费券") && !page.contains("<form"), "{page}");
    assert_eq!(reader.post(&address, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post(&format!("{address}/I001"), &[("seen", "1")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(planner.post(&format!("{address}/I099"), &[("seen", "0")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(planner.post(&format!("{address}/I001"), &[("seen", "x")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(reader.get("/plans/99/slice").await.status, StatusCode::NOT_FOUND);
    let (empty, _) =
        (office.import_as("虚构镇规划\n到2025年，绿化率达到40%。\n", "2021-2025", PlanKind::Special, None).await, plan);
    assert!(reader.get(&format!("/plans/{empty}/slice")).await.main().contains("还没有年度计划"));
}

#[tokio::test]
async fn the_preview_of_a_report_says_how_it_would_be_linked() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let parent = plan.to_string();
    let fields = [("jurisdiction", "990199"), ("period", "2023"), ("kind", "annual"), ("parent", parent.as_str())];
    let sent = planner.upload("/plans/import", &fields, ("report.txt", REPORT.as_bytes())).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = planner.get(sent.location()).await.main();
    assert!(page.contains("一致 1 个，可能 1 个，新增 1 个"), "{page}");
}
