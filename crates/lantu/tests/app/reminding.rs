//! 待办 and 健康: what waits for whom, and whether the work is alive.

use axum::http::StatusCode;
use plan_model::{Answer, Unit, UnitKind};
use plan_workflow::{
    assignments::{self, Move, Part, PartEvent, PartKey},
    collection::{Entry, Frequency, ReportEvent, Round, RoundEvent, Rounds, Sheet},
    directory::{self, DirectoryEvent, Person, Place},
    events::{Append, EventBatch, EventStore as _},
    records::PlanId,
    storage::Stamp,
};

use crate::{
    county::County,
    people::{NOW, Office},
};

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
    // What waits leads to where it is answered.
    let path = main.split("<th scope=\"row\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let answered = reader.get(path).await;
    assert!(
        answered.status == StatusCode::OK && answered.main().contains("待我答复：1 项"),
        "{path}: {}",
        answered.status
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

impl Office {
    /// Stores what somebody else's page will store.
    async fn happens<H: plan_workflow::events::Happening>(&self, stream: plan_workflow::events::Stream, events: &[H]) {
        let appends = vec![Append::to(stream, None, events).unwrap()];
        self.store.append(stamp(), EventBatch { action: "test", appends, ..EventBatch::default() }).await.unwrap();
    }

    /// A round that asks the unit for two indicators.
    async fn asks(&self, plan: PlanId) {
        let asked = ["I001", "I002"]
            .map(|subject| plan_workflow::collection::Asked { subject: subject.to_owned(), unit: "U1".into() });
        let round = Round {
            id: "2024-02".to_owned(),
            title: "2024年2月月报".to_owned(),
            period: "2024-02".parse().unwrap(),
            frequency: Frequency::Monthly,
            opens: "2024-03-01".parse().unwrap(),
            due: "2024-03-12".parse().unwrap(),
            closes: "2024-03-29".parse().unwrap(),
            provisional: false,
            asked: asked.to_vec(),
        };
        self.happens(Rounds::stream(plan), &[RoundEvent::Open(round)]).await;
    }
}

/// What waits for somebody leads to a page that they may see.
#[tokio::test]
async fn every_item_of_an_inbox_opens() {
    let county = County::open().await;
    let sheet = format!("/report/{}/2024-02/U1", county.plan);
    let approve = [("row", "I001/1"), ("do", "approve")];
    let answer = county.person("own-approver").post(&sheet, &approve).await;
    assert_eq!(answer.location(), format!("{sheet}?done=1&left=0"), "{}", answer.text());
    let people = county.people.iter().map(|(name, person, _)| (name.as_str(), person));
    let mut opened = std::collections::BTreeMap::new();
    for (name, person) in people.chain([("planner", &county.planner)]) {
        let inbox = person.get("/inbox").await.main();
        for link in inbox.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let page = person.get(link.split('#').next().unwrap()).await;
            assert_eq!(page.status, StatusCode::OK, "{name} {link}");
            *opened.entry(name).or_insert(0) += 1;
        }
    }
    // Nothing of the first region waits for people of the other one.
    let expected = [
        ("other-reporter", 1),
        ("own-approver", 1),
        // An explanation is asked of the unit as well.
        ("own-deputy", 2),
        ("own-reporter", 2),
        ("own-second", 3),
        ("named-evaluator", 1),
        ("planner", 2),
    ];
    let expected: std::collections::BTreeMap<_, _> = expected.into_iter().collect();
    assert_eq!(opened, expected);
}

#[tokio::test]
async fn parts_and_reports_wait_for_who_has_the_duty() {
    let (office, plan) = Office::with_plan().await;
    offer_a_duty(&office, "沈查阅").await;
    let (reader, planner) = (office.reader().await, office.planner().await);
    office.happens(directory::stream(), &[DirectoryEvent::Accept { duty: "D1".to_owned() }]).await;
    office.asks(plan).await;
    let offer = |action, due: Option<&str>| PartEvent {
        key: PartKey { subject: "I001".to_owned(), unit: "U1".into() },
        action,
        part: Part::Lead,
        due: due.map(|day| day.parse().unwrap()),
        arbiter: None,
        joint: false,
        reason: "职责不在本单位".to_owned(),
    };
    office.happens(assignments::stream(plan), &[offer(Move::Offer, Some("2024-06-30"))]).await;
    // The report is the reporter's; nobody approves for the unit, so the offer is the planner's to see to.
    let own = reader.get("/inbox").await.main();
    assert!(own.contains("2024年2月月报：2 项待报") && own.contains("■ 期限 2024-03-12，逾期 3 个工作日"), "{own}");
    assert!(own.contains(&format!("href=\"/report/{plan}/2024-02\"")) && !own.contains("待认领"), "{own}");
    let planned = planner.get("/inbox").await.main();
    assert!(planned.contains("常住人口城镇化率") && planned.contains("待认领"), "{planned}");
    assert!(planned.contains("无人可登录办理") && planned.contains("由规划管理代为处理"), "{planned}");
    office.happens(assignments::stream(plan), &[offer(Move::Return, None)]).await;
    assert!(planner.get("/inbox").await.main().contains("待重新分办"));
    let on = "2024-03-13".parse().unwrap();
    let figure = Answer::Figure { value: "62.5".parse().unwrap(), proxy: false, source: String::new() };
    let subject = "I001".to_owned();
    let save = ReportEvent::Save { subject: subject.clone(), entry: Entry::Figure(figure), on };
    let submit = ReportEvent::Submit { subjects: vec![subject], on };
    office.happens(Sheet::stream(plan, "2024-02", &"U1".into()), &[save, submit]).await;
    assert!(reader.get("/inbox").await.main().contains("1 项待报"));
    assert!(planner.get("/inbox").await.main().contains("1 项待审核"), "nobody approves for the unit");
    let health = planner.get(&format!("/plans/{plan}/health")).await.main();
    assert!(health.contains("2024-03") && health.contains("虚构县甲局"), "the burden is counted: {health}");
}
