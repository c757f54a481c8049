//! A corrected edition of a plan's text, in the browser.

use axum::http::StatusCode;
use plan_workflow::storage::Storage as _;

use crate::people::{Office, PLAN};

/// [`PLAN`] with another value, a sentence gone and one more. Fictional.
fn corrected() -> String {
    PLAN.replace("达到70%", "达到71%").replace("新增公共停车位1000个，", "") + "到2025年，新建灯塔3座。\n"
}

#[tokio::test]
async fn a_corrected_text_is_compared_before_it_is_taken() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let town = office.store.indicators(plan, None).await.unwrap()[0].indicator.id.clone();
    let figure = [("period", "2023"), ("value", "64"), ("standing", "reported"), ("seen", "0")];
    planner.post(&format!("/plans/{plan}/indicators/{town}/figures"), &figure).await;
    let address = format!("/plans/{plan}/editions");
    let page = planner.get(&address).await.main();
    assert!(page.contains("第 1 版") && page.contains("上传并比较"), "{page}");

    let text = corrected();
    let sent = planner.upload(&address, &[], ("更正.txt", text.as_bytes())).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let draft = sent.location().to_owned();
    let page = planner.get(&draft).await.main();
    for words in ["尚未保存", "数值有变", "71%", "70%", "公共停车位", "灯塔", "需要重新确认"] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert_eq!(office.store.editions(plan).await.unwrap().len(), 1, "nothing is stored yet");

    // Who compared with another state sees the comparison again.
    let stale = planner.post(&draft, &[("seen", "0.0")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let taken = planner.post(&draft, &[("seen", "1.0"), ("note", "勘误")]).await;
    assert_eq!((taken.status, taken.location()), (StatusCode::SEE_OTHER, format!("{address}/2").as_str()));
    assert_eq!(planner.get(&draft).await.status, StatusCode::GONE, "a draft is taken once");
    let shown = planner.get(&format!("{address}/2")).await.main();
    assert!(shown.contains("数值有变") && shown.contains("71%"), "{shown}");

    // Pages show the new text; figures stay; the old text can still be read.
    let source = planner.get(&format!("/plans/{plan}/source")).await.main();
    assert!(source.contains("灯塔") && !source.contains("公共停车位"), "{source}");
    let indicator = planner.get(&format!("/plans/{plan}/indicators/{town}")).await.main();
    assert!(indicator.contains("71%") && indicator.contains("64"), "{indicator}");
    let old = planner.get(&format!("{address}/1/source")).await.main();
    assert!(old.contains("公共停车位") && !old.contains("灯塔"), "{old}");
    let list = planner.get(&address).await.main();
    assert!(list.contains("勘误") && list.contains("已不在现行文本中的指标：1"), "{list}");
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

#[tokio::test]
async fn the_same_text_a_reader_and_wrong_addresses_are_refused() {
    let (office, plan) = Office::with_plan().await;
    let (planner, reader) = (office.planner().await, office.reader().await);
    let address = format!("/plans/{plan}/editions");
    let same = planner.upload(&address, &[], ("plan.txt", PLAN.as_bytes())).await;
    assert_eq!(same.status, StatusCode::CONFLICT);
    assert!(same.main().contains("与现行文本相同"), "{}", same.main());
    let broken = planner.upload(&address, &[], ("plan.docx", b"PK\x03\x04")).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reader.upload(&address, &[], ("a.txt", corrected().as_bytes())).await.status, StatusCode::FORBIDDEN);
    assert!(!reader.get(&address).await.main().contains("<form"));
    for path in ["/1", "/9", "/x", "/9/source", "/x/source"] {
        assert_eq!(reader.get(&format!("{address}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(reader.get(&format!("{address}/drafts/x")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(planner.get(&format!("{address}/drafts/x")).await.status, StatusCode::GONE);
}
