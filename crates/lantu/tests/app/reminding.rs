//! 待办 and 健康: what waits for whom, and whether the work is alive.

use axum::http::StatusCode;
use plan_model::{Unit, UnitKind};
use plan_workflow::{
    assignments,
    directory::{self, DirectoryEvent, Person, Place},
    events::{Append, EventBatch, EventStore as _},
    storage::Stamp,
};

use crate::people::{NOW, Office};

fn stamp() -> Stamp {
    Stamp { actor: "林规划".to_owned(), at: NOW.parse().unwrap() }
}

/// A unit whose duty of reporting is offered to a colleague with an account.
async fn offer_a_duty(office: &Office, account: &str) {
    let unit = Unit {
        id: "U1".into(),
        name: "虚构县甲局".to_owned(),
        aliases: Vec::new(),
        unit_kind: UnitKind::Department,
        region: None,
        credit_code: None,
    };
    let person = Person {
        id: "P1".to_owned(),
        name: account.to_owned(),
        unit: "U1".into(),
        account: Some(account.to_owned()),
        email: None,
        phone: None,
    };
    let give = DirectoryEvent::Give {
        duty: "D1".to_owned(),
        unit: "U1".into(),
        role: "reporter".to_owned(),
        place: Place::First,
        person: "P1".to_owned(),
        from: "2024-03-01".parse().unwrap(),
        until: None,
    };
    let empty = directory::read(&office.store, None).await.unwrap();
    let events = [DirectoryEvent::SetUnit(unit), DirectoryEvent::SetPerson(person), give];
    directory::store(&office.store, stamp(), (&empty, &events), "directory.change").await.unwrap();
}

#[tokio::test]
async fn the_inbox_shows_ones_own_and_what_was_noted() {
    let office = Office::open().await;
    offer_a_duty(&office, "沈查阅").await;
    let (reader, planner) = (office.reader().await, office.planner().await);
    let page = reader.get("/inbox").await;
    assert!(page.text().contains("aria-label=\"待办 1 件\""), "{}", page.text());
    let main = page.main();
    assert!(
        main.contains("虚构县甲局填报人") && main.contains("待接手") && main.contains("已等 10 个工作日"),
        "{main}"
    );
    let others = planner.get("/inbox").await;
    assert!(others.main().contains("没有等您办理的事") && others.text().contains("待办 0 件"), "{}", others.main());
    // Nobody notes what is not theirs, or what is not there.
    let key = "handover//D1/U1";
    assert_eq!(planner.post("/inbox", &[("item", key)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(reader.post("/inbox", &[("item", "handover//D9/U1")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(reader.post_as_it_is("/inbox", &[("item", key)]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post("/inbox", &[("item", key)]).await.status, StatusCode::SEE_OTHER);
    assert!(reader.get("/inbox").await.main().contains("已知道"));
    assert_eq!(office.passer_by().get("/inbox").await.status, StatusCode::SEE_OTHER);
    // Once it is taken nothing waits.
    let read = directory::read(&office.store, None).await.unwrap();
    let accept = [DirectoryEvent::Accept { duty: "D1".to_owned() }];
    directory::store(&office.store, stamp(), (&read, &accept), "directory.accept").await.unwrap();
    assert!(reader.get("/inbox").await.main().contains("没有等您办理的事"));
}

#[tokio::test]
async fn a_plan_nobody_has_in_hand_says_so() {
    let (office, plan) = Office::with_plan().await;
    let reader = office.reader().await;
    let path = format!("/plans/{plan}/health");
    let page = reader.get(&path).await.main();
    assert!(page.contains("没有认领牵头单位：4 / 4 项") && page.contains("从未填报：4 / 4 项"), "{page}");
    assert!(page.contains("常住人口城镇化率") && page.contains("还没有开展填报"), "{page}");
    let planner = office.planner().await;
    let figures = "indicator,period,value\nI001,2021,62\nI004,2023,90\n";
    planner.upload(&format!("/plans/{plan}/figures"), &[("do", "import")], ("f.csv", figures.as_bytes())).await;
    let page = reader.get(&path).await.main();
    assert!(page.contains("从未填报：2 / 4 项") && page.contains("数据陈旧：1 / 4 项"), "{page}");
    assert!(reader.get(&format!("{path}?as_of=2022-06-30")).await.main().contains("数据陈旧：0 / 4 项"));
    assert_eq!(reader.get("/plans/99/health").await.status, StatusCode::NOT_FOUND);
}
