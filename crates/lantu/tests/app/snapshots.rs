//! The main parts of a few pages as they are, for people to review. Moments and
//! tokens are left out; reviewed with `cargo insta review`, never edited by hand.

use insta::{Settings, assert_snapshot};
use plan_workflow::storage::Storage as _;

use crate::people::Office;

/// One tag a line, so that a change shows as the lines it changed.
fn lines(main: &str) -> String {
    main.replace("><", ">\n<")
}

#[tokio::test]
async fn pages_as_they_are() {
    let (office, plan) = Office::with_plan().await;
    let town = office.import(crate::work::TEXT).await;
    let planner = office.planner().await;
    let records = office.store.indicators(plan, None).await.unwrap();
    let id = &records.iter().find(|r| r.indicator.name == "常住人口城镇化率").unwrap().indicator.id;
    let figure = [("period", "2023"), ("value", "64"), ("standing", "statistical"), ("source", "公报")];
    planner.post(&format!("/plans/{plan}/indicators/{id}/figures"), &figure).await;
    let pages = [
        ("overview", format!("/plans/{plan}?as_of=2023-12-31")),
        ("overview-en", format!("/plans/{plan}?as_of=2023-12-31&lang=en")),
        ("indicators", format!("/plans/{plan}/indicators?as_of=2023-12-31")),
        ("indicator", format!("/plans/{plan}/indicators/{id}?as_of=2023-12-31")),
        ("work", format!("/plans/{town}/work?as_of=2023-12-31&sort=due")),
        ("source", format!("/plans/{plan}/source?as_of=2023-12-31")),
        ("breakdown", format!("/plans/{plan}/breakdown?as_of=2023-12-31")),
        ("breakdown-indicator", format!("/plans/{plan}/breakdown/{id}?as_of=2023-12-31")),
        ("breakdown-indicator-en", format!("/plans/{plan}/breakdown/{id}?as_of=2023-12-31&lang=en")),
        ("work-item", format!("/plans/{town}/work/W1?as_of=2023-12-31")),
    ];
    let mut settings = Settings::clone_current();
    settings.set_omit_expression(true);
    settings.add_filter(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", "[moment]");
    settings.add_filter(r#"value="[0-9a-f]{64}""#, "value=\"[token]\"");
    settings.add_filter(r#"value="2024-03-15T[^"]*""#, "value=\"[shown]\"");
    for (name, path) in pages {
        let main = lines(&planner.get(&path).await.main());
        settings.bind(|| assert_snapshot!(name, main));
    }
    // A second word on the same figure, and one that looks as if in another unit.
    for (period, value, standing) in [("2023", "64.5", "reported"), ("2022", "0.63", "reported")] {
        let figure = [("period", period), ("value", value), ("standing", standing), ("source", "月报")];
        planner.post(&format!("/plans/{plan}/indicators/{id}/figures"), &figure).await;
    }
    let pages = [
        ("quality", format!("/plans/{plan}/quality?as_of=2023-12-31")),
        ("quality-en", format!("/plans/{plan}/quality?as_of=2023-12-31&lang=en")),
        ("contradictions", format!("/plans/{plan}/contradictions?as_of=2023-12-31")),
        ("contradictions-en", format!("/plans/{plan}/contradictions?as_of=2023-12-31&lang=en")),
        ("indicator-standings", format!("/plans/{plan}/indicators/{id}?as_of=2023-12-31")),
    ];
    for (name, path) in pages {
        let main = lines(&planner.get(&path).await.main());
        settings.bind(|| assert_snapshot!(name, main));
    }
}

#[tokio::test]
async fn the_pages_of_units_as_they_are() {
    let (_office, planner, first, _) = crate::directory::with_directory().await;
    first.post("/duties/D1", &[("do", "accept")]).await;
    let mut settings = Settings::clone_current();
    settings.set_omit_expression(true);
    settings.add_filter(r#"value="[0-9a-f]{64}""#, "value=\"[token]\"");
    let pages = [("units", "/units"), ("unit", "/units/U1"), ("person", "/people/P2"), ("duty", "/duties/D2")];
    for (name, path) in pages {
        let main = lines(&planner.get(path).await.main());
        settings.bind(|| assert_snapshot!(name, main));
    }
    let main = lines(&first.get("/duties?lang=en").await.main());
    settings.bind(|| assert_snapshot!("duties-en", main));
}
