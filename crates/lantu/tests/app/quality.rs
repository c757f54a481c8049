//! What cannot be right is refused, what is odd is shown; standings side by side;
//! and every page as it was on a past day.

use axum::http::{Method, StatusCode};
use plan_workflow::storage::Storage as _;

use crate::{
    figures::id_of,
    people::{Answer, Office, Person},
};

const NAME: &str = "常住人口城镇化率";

async fn enter(person: &Person, page: &str, [period, value, standing]: [&str; 3]) -> Answer {
    let fields = [("period", period), ("value", value), ("standing", standing), ("source", "虚构月报")];
    person.post(&format!("{page}/figures?as_of=2023-12-31"), &fields).await
}

#[tokio::test]
async fn a_figure_that_cannot_be_is_refused_on_the_page_with_what_to_do() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    for (value, words) in [("130", "占比不可能超过 100%"), ("-6", "不可能是负数")] {
        let refused = enter(&planner, &page, ["2023", value, "reported"]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
        assert!(refused.main().contains(words), "{value}: {}", refused.main());
        assert!(refused.main().contains(&format!("value=\"{value}\"")), "what was typed is still there");
    }
    assert!(office.store.figures(plan, None, None).await.unwrap().is_empty());
    // What is only odd is stored, and said on the page one comes back to.
    let taken = enter(&planner, &page, ["2023", "0.66", "reported"]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let shown = planner.get(taken.location()).await.main();
    assert!(shown.contains("已保存") && shown.contains("像是按另一单位填写"), "{shown}");
    let list = planner.get(&format!("/plans/{plan}/quality?as_of=2023-12-31")).await.main();
    assert!(list.contains("像是另一个单位的数") && list.contains(NAME) && list.contains("警示"), "{list}");
    let none = planner.get(&format!("/plans/{plan}/quality?as_of=2023-12-31&severity=error")).await.main();
    assert!(none.contains("没有符合条件"), "{none}");
    let before = planner.get(&format!("/plans/{plan}/quality?as_of=2022-12-31")).await.main();
    assert!(before.contains("没有发现问题"), "the figure is of a later period: {before}");
}

#[tokio::test]
async fn files_and_programs_are_told_the_same() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let path = format!("/api/v1/plans/{plan}/observations");
    let send = async |query: &str, value: &str| {
        let body = format!(r#"[{{"indicator":"{NAME}","period":"2023","value":"{value}"}}]"#);
        let request = planner
            .request(Method::POST, &format!("{path}{query}"))
            .header("content-type", "application/json")
            .header("x-lantu-token", &planner.token);
        planner.send(request.body(body.into()).unwrap()).await
    };
    let refused = send("", "130").await;
    let error = refused.json()["errors"][0].clone();
    assert_eq!(
        (refused.status, error["code"].as_str(), error["place"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("share-over-100"), Some("observations[0].value"))
    );
    for query in ["?dry_run=true", ""] {
        let odd = send(query, "0.66").await.json();
        let warning = &odd["warnings"][0];
        assert_eq!((odd["new"].clone(), warning["code"].as_str()), (1.into(), Some("unit-factor")), "{query} {odd}");
        assert!(warning["message"].as_str().unwrap().starts_with("警示："), "{warning}");
    }
    let upload = async |row: &str| {
        let csv = format!("indicator,period,value\n{row}\n");
        planner.upload(&format!("/plans/{plan}/figures"), &[], ("figures.csv", csv.as_bytes())).await
    };
    let refused = upload(&format!("{NAME},2022,130")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("占比不可能超过") && refused.main().contains("第 2 行"), "{}", refused.main());
    let taken = upload("新增公共停车位,2022,12.5").await;
    assert!(
        taken.main().contains("已保存") && taken.main().contains("提示：") && taken.main().contains("个数带小数"),
        "{}",
        taken.main()
    );
}

#[tokio::test]
async fn standings_stand_side_by_side_and_contradict() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    let clashes = format!("/plans/{plan}/contradictions");
    enter(&planner, &page, ["2023", "66", "reported"]).await;
    assert!(!planner.get(&page).await.main().contains("id=\"standings\""), "one standing needs no table");
    enter(&planner, &page, ["2023", "66.1", "statistical"]).await;
    let shown = planner.get(&format!("{page}?as_of=2023-12-31")).await.main();
    assert!(shown.contains("id=\"standings\"") && shown.contains("采用"), "{shown}");
    assert!(shown.contains("取用次序：核查 → 统计 → 自报"), "{shown}");
    assert!(planner.get(&clashes).await.main().contains("没有矛盾"), "a tenth of a point is allowed");
    enter(&planner, &page, ["2023", "67", "verified"]).await;
    let list = planner.get(&clashes).await.main();
    for words in ["67", "66.1", "-0.9", "虚构月报", "林规划", "核查", "统计"] {
        assert!(list.contains(words), "{words} is missing in {list}");
    }
    let csv = planner.get(&format!("{clashes}.csv")).await.text();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains(",67,核查,虚构月报,") && csv.contains(",-0.9,0.1"), "{csv}");
    let english = planner.get(&format!("{clashes}?lang=en")).await.main();
    assert!(english.contains("2 in all") && english.contains("verified"), "{english}");
    // A revision that agrees ends the contradiction; a verdict used the better one all along.
    enter(&planner, &page, ["2023", "66", "verified"]).await;
    assert!(planner.get(&clashes).await.main().contains("没有矛盾"));
    let json = planner.get(&format!("/api/v1/plans/{plan}/indicators/{id}?as_of=2023-12-31")).await.json();
    assert_eq!(
        (json["verdict"]["value"]["standing"].as_str(), json["verdict"]["value"]["value"].as_str()),
        (Some("verified"), Some("66"))
    );
}

#[tokio::test]
async fn every_page_of_a_past_day_is_as_it_was() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    enter(&planner, &page, ["2023", "66", "reported"]).await;
    enter(&planner, &page, ["2023", "67", "statistical"]).await;
    enter(&planner, &page, ["2022", "0.64", "reported"]).await;
    let then = "as_of=2023-12-31&known_on=2024-03-15";
    let tails = ["", "/indicators", &format!("/indicators/{id}"), "/quality", "/contradictions"];
    let paths: Vec<String> = tails.iter().map(|tail| format!("/plans/{plan}{tail}?{then}")).collect();
    let mut that_day = Vec::new();
    for path in &paths {
        let answer = planner.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert!(answer.text().contains("回看 2024-03-15"), "the chip in the head says so: {path}");
        that_day.push(answer.main());
    }
    // A month later figures are revised, the register is corrected, candidates are confirmed.
    let later = office.at("2024-04-20T08:00:00Z");
    let planner = later.planner().await;
    for revised in [["2023", "68", "statistical"], ["2022", "64", "reported"], ["2023", "69", "verified"]] {
        assert_eq!(enter(&planner, &page, revised).await.status, StatusCode::SEE_OTHER);
    }
    let correction = [
        ("seen", "1"),
        ("kind", "binding"),
        ("measure", "level"),
        ("direction", "higher"),
        ("base", "59"),
        ("base_period", "2020"),
        ("reason", "据统计年鉴"),
    ];
    assert_eq!(planner.post(&format!("{page}/correct"), &correction).await.status, StatusCode::SEE_OTHER);
    let reject = [("wish", "accept"), ("key", "C1"), ("seen", "0")];
    let decided = planner.post(&format!("/plans/{plan}/confirm"), &reject).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
    for (path, that_day) in paths.iter().zip(&that_day) {
        assert_eq!(planner.get(path).await.main(), *that_day, "{path} shows the day as it was");
        let now = planner.get(&path.replace("&known_on=2024-03-15", "")).await.main();
        assert_ne!(now, *that_day, "{path} shows another thing today");
    }
    let figures = planner.get(&format!("/api/v1/plans/{plan}/observations?known_on=2024-03-15")).await.json();
    assert_eq!(figures["observations"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn nobody_writes_while_looking_back() {
    let (office, plan) = Office::with_plan().await;
    let later = office.at("2024-04-20T08:00:00Z");
    let planner = later.planner().await;
    let id = id_of(&office, plan, NAME).await;
    let page = format!("/plans/{plan}/indicators/{id}");
    let back = planner.get(&format!("{page}?known_on=2024-03-15")).await.main();
    assert!(!back.contains("method=\"post\"") && back.contains("正在回看"), "{back}");
    assert!(planner.get(&page).await.main().contains("method=\"post\""));
    let refused =
        planner.post(&format!("{page}/figures?known_on=2024-03-15"), &[("period", "2023"), ("value", "66")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("请先回到现在"), "{}", refused.text());
    // Pages that cannot look back say so.
    let source = planner.get(&format!("/plans/{plan}/source?known_on=2024-03-15")).await.main();
    assert!(source.contains("本页不能回看"), "{source}");
    for (asked, status) in [
        ("2024-04-21", StatusCode::BAD_REQUEST),
        ("gestern", StatusCode::BAD_REQUEST),
        ("2024-03-14", StatusCode::NOT_FOUND),
        ("2024-03-15", StatusCode::OK),
    ] {
        let answer = planner.get(&format!("/plans/{plan}?known_on={asked}")).await;
        assert_eq!(answer.status, status, "{asked}: the plan came on the 15th");
    }
    let shown = planner.get(&format!("/plans/{plan}?known_on=2024-03-15")).await.text();
    assert!(shown.contains("截至 2024-03-15"), "judged on that day where no other is chosen");
}
