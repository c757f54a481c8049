//! Figures come in: by form, by file, by the API; good ones and bad ones.

use axum::http::{Method, StatusCode};
use plan_workflow::storage::Storage as _;

use crate::people::{Answer, Office, Person};

/// The id of the indicator of this name.
pub async fn id_of(office: &Office, plan: plan_workflow::records::PlanId, name: &str) -> String {
    let records = office.store.indicators(plan, None).await.unwrap();
    let found = records.iter().find(|r| r.indicator.name == name);
    found
        .unwrap_or_else(|| {
            panic!("no {name} among {:?}", records.iter().map(|r| &r.indicator.name).collect::<Vec<_>>())
        })
        .indicator
        .id
        .clone()
}

const NAME: &str = "常住人口城镇化率";

#[tokio::test]
async fn a_figure_changes_the_verdict_and_both_say_where_they_come_from() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    let before = planner.get(&format!("{page}?as_of=2023-12-31")).await.main();
    assert!(before.contains("无法判断"), "{before}");
    let sent = planner
        .post(
            &format!("{page}/figures?as_of=2023-12-31"),
            &[
                ("period", "2023"),
                ("value", "66.0"),
                ("standing", "statistical"),
                ("source", "统计公报"),
                ("note", "常住口径"),
            ],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let after = planner.get(sent.location()).await.main();
    for words in ["已保存", "基本符合预期", "统计公报", "常住口径", "林规划", "第 1 版"] {
        assert!(after.contains(words), "{words} is missing in {after}");
    }
    assert!(!after.contains("无法判断</span>"), "{after}");
    // The same verdict on the list, the overview and in the API.
    for path in [format!("/plans/{plan}/indicators"), format!("/plans/{plan}")] {
        assert!(planner.get(&format!("{path}?as_of=2023-12-31")).await.main().contains("基本符合预期"), "{path}");
    }
    let json = planner.get(&format!("/api/v1/plans/{plan}/indicators/{id}?as_of=2023-12-31")).await.json();
    assert_eq!(json["verdict"]["status"]["word"], "基本符合预期");
    assert_eq!(json["observations"][0]["value"], "66");
    // Another rule set, another word; both from the same figure.
    let points = planner.get(&format!("{page}?as_of=2023-12-31&rules=points-behind")).await.main();
    assert!(points.contains("points-behind"), "{points}");
}

#[tokio::test]
async fn a_revision_keeps_what_was_there() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    for (value, outcome) in [("66", "已保存。"), ("66.5", "修订"), ("66.5", "没有改动")] {
        let sent = planner.post(&format!("{page}/figures"), &[("period", "2023"), ("value", value)]).await;
        let shown = planner.get(sent.location()).await.main();
        assert!(shown.contains(outcome), "{value}: {shown}");
    }
    let shown = planner.get(&page).await.main();
    assert!(shown.contains("<s>66</s>") && shown.contains("66.5"), "{shown}");
}

#[tokio::test]
async fn a_revision_made_meanwhile_is_not_overwritten_unseen() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}/figures");
    planner.post(&page, &[("period", "2023"), ("value", "66")]).await;
    let shown_before = [("period", "2023"), ("value", "67"), ("shown", "2024-03-15T07:59:00Z")];
    let refused = planner.post(&page, &shown_before).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
    assert_eq!(office.store.figures(plan, None, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_wrong_figure_is_refused_beside_its_field() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}/figures");
    let cases = [
        ("2023", "NaN", "value"),
        ("2023", "约66", "value"),
        ("2023", "", "value"),
        ("2023", "-3", "value"),
        ("去年", "66", "period"),
        ("2031", "66", "period"),
    ];
    for (period, value, field) in cases {
        let answer = planner.post(&page, &[("period", period), ("value", value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{period} {value}: {}", answer.text());
        let shown = answer.main();
        assert!(shown.contains(&format!("id=\"field-{field}-wrong\"")), "{period} {value}: {shown}");
        assert!(shown.contains(&format!("value=\"{period}\"")), "what was typed is kept: {shown}");
    }
    assert!(office.store.figures(plan, None, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_is_taken_whole_or_not_at_all() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let path = format!("/plans/{plan}/figures");
    let good = format!(
        "indicator,period,value,standing,source,note\n{NAME},2022,64,statistical,公报,\n{NAME},2023,66,statistical,公报,\n"
    );
    let bad = format!("{good}没有此指标,2023,1,,,\n{NAME},2023Q9,x,,,\n");
    let refused = planner.upload(&path, &[("do", "import")], ("figures.csv", bad.as_bytes())).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = refused.main();
    assert!(shown.contains("第 4 行") && shown.contains("第 5 行") && shown.contains("没有此指标"), "{shown}");
    assert!(office.store.figures(plan, None, None).await.unwrap().is_empty());

    let checked = planner.upload(&path, &[("do", "check")], ("figures.csv", good.as_bytes())).await;
    assert!(checked.main().contains("新增 2 条") && checked.main().contains("尚未保存"), "{}", checked.main());
    assert!(office.store.figures(plan, None, None).await.unwrap().is_empty());

    for (time, words) in [(1, "新增 2 条"), (2, "相同 2 条")] {
        let taken = planner.upload(&path, &[("do", "import")], ("figures.csv", good.as_bytes())).await;
        assert!(taken.status == StatusCode::OK && taken.main().contains(words), "time {time}: {}", taken.main());
    }
    assert_eq!(office.store.figures(plan, None, None).await.unwrap().len(), 2);
    let none = planner.post(&path, &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// A program with a session's cookie and its form token.
async fn send(person: &Person, path: &str, kind: &str, body: &str) -> Answer {
    let request = person
        .request(Method::POST, path)
        .header("content-type", kind)
        .header("x-lantu-token", &person.token)
        .body(body.to_owned().into());
    person.send(request.unwrap()).await
}

#[tokio::test]
async fn programs_send_json_or_csv_and_are_told_everything_that_is_wrong() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let path = format!("/api/v1/plans/{plan}/observations");
    let json = format!(
        r#"[{{"indicator":"{NAME}","period":"2023","value":"66.0","standing":"statistical","source":"公报"}}]"#
    );
    let looked = send(&planner, &format!("{path}?dry_run=true"), "application/json", &json).await;
    assert_eq!(
        (looked.status, looked.json()["new"].clone(), looked.json()["dry_run"].clone()),
        (StatusCode::OK, 1.into(), true.into())
    );
    let stored = send(&planner, &path, "application/json", &json).await;
    assert_eq!((stored.status, stored.json()["new"].clone()), (StatusCode::CREATED, 1.into()));
    let csv = format!("indicator,period,value\n{NAME},2022,64\n");
    assert_eq!(send(&planner, &path, "text/csv; charset=utf-8", &csv).await.status, StatusCode::CREATED);
    assert_eq!(send(&planner, &path, "text/csv", &csv).await.json()["unchanged"], 1);

    let wrong = r#"[{"indicator":"没有","period":"2023","value":"1"},{"indicator":"常住人口城镇化率","period":"x","value":"y"}]"#;
    let refused = send(&planner, &path, "application/json", wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    let places: Vec<&str> = errors.iter().map(|e| e["place"].as_str().unwrap()).collect();
    assert_eq!(places, ["observations[0].indicator", "observations[1].period", "observations[1].value"]);
    assert!(errors.iter().all(|e| e["code"].is_string() && e["message"].is_string() && e["hint"].is_string()));

    for (kind, body, status) in [
        ("application/json", "[", StatusCode::BAD_REQUEST),
        ("application/json", "[{\"value\": 1.5}]", StatusCode::BAD_REQUEST),
        ("application/json", "[]", StatusCode::UNPROCESSABLE_ENTITY),
        ("application/xml", "<a/>", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("text/csv", "", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = send(&planner, &path, kind, body).await;
        assert_eq!(answer.status, status, "{kind} {body}: {}", answer.text());
        assert!(answer.json()["errors"][0]["code"].is_string(), "{kind} {body}");
    }
    let dry = send(&planner, &format!("{path}?dry_run=perhaps"), "text/csv", &csv).await;
    assert_eq!(dry.status, StatusCode::BAD_REQUEST);
    let all = planner.get(&path).await.json();
    assert_eq!(all["observations"].as_array().unwrap().len(), 2);
    // Page after page, one at a time; the last says that nothing follows.
    let first = planner.get(&format!("{path}?limit=1&from=2021&standing=reported")).await.json();
    let place = first["next"].as_str().unwrap().to_owned();
    assert_eq!(first["observations"], serde_json::json!([all["observations"][0]]));
    let second = planner.get(&format!("{path}?after={}", place.replace(',', "%2C"))).await.json();
    assert_eq!((&second["observations"][0], &second["next"]), (&all["observations"][1], &serde_json::Value::Null));
    for wrong in ["limit=0", "limit=1001", "from=2021-13", "standing=guessed", "after=I001"] {
        assert_eq!(planner.get(&format!("{path}?{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn programs_may_not_write_as_readers_or_without_the_form_token() {
    let (office, plan) = Office::with_plan().await;
    let path = format!("/api/v1/plans/{plan}/observations");
    let body = format!(r#"[{{"indicator":"{NAME}","period":"2023","value":"66"}}]"#);
    let reader = office.reader().await;
    assert_eq!(send(&reader, &path, "application/json", &body).await.status, StatusCode::FORBIDDEN);
    let mut planner = office.planner().await;
    planner.token = reader.token.clone();
    let forged = send(&planner, &path, "application/json", &body).await;
    assert_eq!(
        (forged.status, forged.json()["errors"][0]["code"].clone()),
        (StatusCode::FORBIDDEN, "forged-form".into())
    );
    assert_eq!(send(&office.passer_by(), &path, "application/json", &body).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        send(&reader, "/api/v1/plans/77/observations", "application/json", &body).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(office.store.figures(plan, None, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_register_is_corrected_with_a_reason() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    let fields = |reason: &'static str, seen: &'static str, base: &'static str| {
        [
            ("seen", seen),
            ("kind", "binding"),
            ("measure", "level"),
            ("direction", "higher"),
            ("base", base),
            ("base_period", "2020"),
            ("reason", reason),
        ]
    };
    for wrong in [fields("", "1", "60"), fields("据统计年鉴", "1", "六十")] {
        let answer = planner.post(&format!("{page}/correct"), &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        assert!(answer.main().contains("role=\"alert\""));
    }
    let done = planner.post(&format!("{page}/correct"), &fields("据统计年鉴", "1", "60.5")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let shown = planner.get(&page).await.main();
    assert!(shown.contains("60.5") && shown.contains("约束性"), "{shown}");
    let stale = planner.post(&format!("{page}/correct"), &fields("再改", "1", "61")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
    let reader = office.reader().await;
    assert_eq!(
        reader.post(&format!("{page}/correct"), &fields("我也改", "2", "61")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        reader.post(&format!("{page}/figures"), &[("period", "2023"), ("value", "66")]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_system_page_checks_what_is_stored() {
    let (office, _) = Office::with_plan().await;
    let auditor = office.administrator("audit_admin").await;
    let shown = auditor.get("/system?check=yes").await.main();
    assert!(shown.contains("核验无误") && shown.contains("plan.import"), "{shown}");
}
