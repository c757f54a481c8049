//! 内部 and 公开: nothing is shown without an account but what was marked.

use axum::http::StatusCode;

use crate::people::Office;

#[tokio::test]
async fn nothing_is_public_until_it_is_marked() {
    let (office, plan) = Office::with_plan().await;
    let nobody = office.passer_by();
    assert!(!nobody.get("/public").await.text().contains("虚构县"));
    assert_eq!(nobody.get("/api/v1/public/plans").await.json()["plans"], serde_json::json!([]));
    for path in [
        format!("/public/plans/{plan}"),
        format!("/api/v1/public/plans/{plan}"),
        "/public/plans/99".to_owned(),
        "/public/plans/x".to_owned(),
    ] {
        let answer = nobody.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("虚构县"), "{path}");
    }
}

#[tokio::test]
async fn what_is_marked_is_shown_and_nothing_beside_it() {
    let (office, plan) = Office::with_plan().await;
    let (planner, nobody) = (office.planner().await, office.passer_by());
    let marks = format!("/plans/{plan}/marks");
    let set = async |what: &[&str], public: &str, seen: &str| {
        let mut fields: Vec<(&str, &str)> = what.iter().map(|what| ("what", *what)).collect();
        fields.extend([("public", public), ("seen", seen)]);
        planner.post(&marks, &fields).await.status
    };
    let page = format!("/public/plans/{plan}");
    let api = format!("/api/v1/public/plans/{plan}");
    // An indicator alone shows nothing; with its plan it does, and its neighbour does not.
    assert_eq!(set(&["I001"], "yes", "0").await, StatusCode::SEE_OTHER);
    assert_eq!(nobody.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(set(&["plan"], "yes", "0").await, StatusCode::CONFLICT, "somebody marked since");
    assert_eq!(set(&["plan"], "yes", "1").await, StatusCode::SEE_OTHER);
    let shown = nobody.get(&page).await.main();
    assert!(shown.contains("城镇化率") && shown.contains("70"), "{shown}");
    assert!(!shown.contains("失业率") && !shown.contains("停车") && !shown.contains("林规划"), "{shown}");
    assert!(nobody.get("/public").await.main().contains("虚构县"));
    let json = nobody.get(&api).await.json();
    assert_eq!(json["indicators"].as_array().unwrap().len(), 1);
    assert_eq!((&json["indicators"][0]["target"], &json["mark"]), (&"70".into(), &"公开".into()));
    assert!(!json.to_string().contains("失业率") && !json.to_string().contains("林规划"), "{json}");
    // Who, and when; and back again.
    let own = planner.get(&marks).await.main();
    assert!(own.contains("林规划") && own.contains("公开"), "{own}");
    assert_eq!(set(&["plan"], "no", "2").await, StatusCode::SEE_OTHER);
    assert_eq!(nobody.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.get(&api).await.status, StatusCode::NOT_FOUND);
    // Only what is there, only by a planner.
    assert_eq!(set(&["I999"], "yes", "3").await, StatusCode::UNPROCESSABLE_ENTITY);
    let reader = office.reader().await;
    assert_eq!(
        reader.post(&marks, &[("what", "plan"), ("public", "yes"), ("seen", "3")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!reader.get(&marks).await.main().contains("checkbox"));
    assert_eq!(office.store_faults().await, 0);
}
