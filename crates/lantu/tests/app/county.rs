//! Two regions with people in every sort of place: what the tests of permissions
//! walk over. 990199 has the plan and two units, 990200 has one unit and people who
//! are held to it. Everything is invented.

use axum::http::StatusCode;
use plan_model::{Unit, UnitKind};
use plan_workflow::{
    assignments::{self, Move, Part, PartEvent, PartKey},
    directory::{self, DirectoryEvent, Person as Colleague, Place, Post},
    events::{Append, EventBatch, EventStore as _},
    figures::{self, FigureEntry, Taking},
    permissions::Actor,
    records::PlanId,
    storage::Stamp,
};

use crate::people::{NOW, Office, PLAN, Person};

/// A small file that is taken for evidence.
pub const PDF: &[u8] = b"%PDF-1.7\n of one unit\n%%EOF\n";
/// The round of collecting.
pub const ROUND: &str = "2024-02";
/// What only the people of U1 and the planning department may read here.
pub const SECRETS: [&str; 4] = ["本单位未核收进展", "本单位佐证.pdf", "66.125", "P1@example.cn"];

/// Everybody who acts for a unit: account, unit, role, place, and whether another
/// holds the duty and the person stands in.
pub const STAFF: [(&str, &str, &str, Place, bool); 8] = [
    ("own-reporter", "U1", "reporter", Place::First, false),
    ("own-approver", "U1", "approver", Place::First, false),
    ("own-second", "U1", "reporter", Place::Second, false),
    ("own-deputy", "U1", "reporter", Place::First, true),
    ("other-reporter", "U2", "reporter", Place::First, false),
    ("other-approver", "U2", "approver", Place::First, false),
    ("far-reporter", "U3", "reporter", Place::First, false),
    ("far-approver", "U3", "approver", Place::First, false),
];

/// The roles that an account held to the other region has as well.
pub const FAR_ROLES: [&str; 5] = ["planner", "reader", "supervisor", "congress", "leader"];

/// The two regions.
pub struct County {
    pub office: Office,
    pub plan: PlanId,
    pub planner: Person,
    /// Account, person, and as whom the account acts.
    pub people: Vec<(String, Person, Actor)>,
}

impl County {
    /// The person of an account.
    pub fn person(&self, account: &str) -> &Person {
        &self.people.iter().find(|(name, ..)| name == account).expect(account).1
    }

    /// With people, figures, a round, parts, nodes, evidence, an assessment.
    pub async fn open() -> Self {
        let office = Office::open().await;
        let plan = office.import(&format!("{PLAN}加快推进智慧停车平台建设。\n")).await;
        let events = directory_of_two();
        let known = directory::read(&office.store, None).await.unwrap();
        directory::store(&office.store, stamp(), (&known, &events), "directory.change").await.unwrap();
        let planner = office.planner().await;
        let mut people = Vec::new();
        for (account, unit, role, _, deputy) in STAFF {
            let person = office.colleague(account, "staff").await;
            let region = if unit == "U3" { "990200" } else { "990199" };
            office.hold(account, "staff", region).await;
            let posts = vec![Post { unit: unit.into(), role: role.to_owned(), deputy }];
            let actor = Actor::new(account, "staff").with_posts(posts).held_to(Some(region.parse().unwrap()));
            people.push((account.to_owned(), person, actor));
        }
        for role in FAR_ROLES {
            let account = format!("far-{role}");
            let person = office.colleague(&account, role).await;
            office.hold(&account, role, "990200").await;
            let actor = Actor::new(&account, role).held_to(Some("990200".parse().unwrap()));
            people.push((account, person, actor));
        }
        for account in ["named-evaluator", "other-evaluator"] {
            let person = office.colleague(account, "evaluator").await;
            people.push((account.to_owned(), person, Actor::new(account, "evaluator")));
        }
        let county = Self { office, plan, planner, people };
        county.work().await;
        county
    }

    /// The units at work: U1 reports, proposes, explains, is asked.
    async fn work(&self) {
        let plan = self.plan;
        self.parts(&[("I001", "U1", Move::Offer), ("I001", "U1", Move::Accept)]).await;
        self.parts(&[("W1", "U1", Move::Offer), ("W1", "U1", Move::Accept), ("I002", "U1", Move::Offer)]).await;
        let round = [
            ("frequency", "monthly"),
            ("period", ROUND),
            ("scope", "chosen"),
            ("subjects", "I001=U1 W1=U1 I002=U2"),
            ("opens", "2024-03-01"),
            ("due", "2024-03-20"),
            ("closes", "2024-03-29"),
        ];
        done(self.planner.post(&format!("/plans/{plan}/rounds"), &round).await);
        let reporter = self.person("own-reporter");
        let filled = [("seen.I001", "0"), ("value.I001", "66.125"), ("do", "submit")];
        done(reporter.post(&format!("/report/{plan}/{ROUND}"), &filled).await);
        let filled =
            [("seen.W1", "0"), ("state.W1", "推进中"), ("share.W1", "40"), ("progress.W1", "本单位未核收进展")];
        done(reporter.post(&format!("/report/{plan}/{ROUND}"), &[&filled[..], &[("do", "save")]].concat()).await);
        let about = [("subject", "W1"), ("round", ROUND)];
        done(reporter.upload(&format!("/plans/{plan}/evidence"), &about, ("本单位佐证.pdf", PDF)).await);
        let nodes = [("rows", "1"), ("due-0", "2024Q4"), ("what-0", "建成"), ("seen", "0"), ("do", "propose")];
        done(reporter.post(&format!("/plans/{plan}/nodes/W1"), &nodes).await);
        let (indicator, period, value) = ("I001".to_owned(), "2023".to_owned(), "61".to_owned());
        let entry = FigureEntry { indicator, period, value, ..FigureEntry::default() };
        let by = Actor::new("林规划", "planner");
        figures::record(&self.office.store, &by, NOW.parse().unwrap(), plan, vec![entry], Taking::default())
            .await
            .unwrap();
        let list = format!("/plans/{plan}/assessments");
        let open = [
            ("kind", "midterm"),
            ("title", "中期评估"),
            ("as_of", "2023-12-31"),
            ("rules", "share-of-pace"),
            ("evaluators", "named-evaluator"),
        ];
        done(self.planner.post(&list, &open).await);
        let seen = self.seen(&format!("{list}/A1")).await;
        let freeze = [("do", "freeze"), ("due", "2024-04-01"), ("seen", seen.as_str())];
        done(self.planner.post(&format!("{list}/A1"), &freeze).await);
    }

    /// The version that the forms of a planner's page send back.
    pub async fn seen(&self, path: &str) -> String {
        let page = self.planner.get(path).await.main();
        page.split("name=\"seen\" value=\"").nth(1).expect("a form").split('"').next().unwrap().to_owned()
    }

    async fn parts(&self, steps: &[(&str, &str, Move)]) {
        let event = |(subject, unit, action): &(&str, &str, Move)| PartEvent {
            key: PartKey { subject: (*subject).to_owned(), unit: (*unit).into() },
            action: *action,
            part: Part::Lead,
            due: Some("2025-12-31".parse().unwrap()),
            arbiter: None,
            joint: false,
            reason: String::new(),
        };
        let events: Vec<PartEvent> = steps.iter().map(event).collect();
        let appends = vec![Append::to(assignments::stream(self.plan), None, &events).unwrap()];
        let batch = EventBatch { action: "test", object: String::new(), appends, ..EventBatch::default() };
        self.office.store.append(stamp(), batch).await.unwrap();
    }
}

fn done(answer: crate::people::Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
}

fn stamp() -> Stamp {
    Stamp { actor: "测试".to_owned(), at: NOW.parse().unwrap() }
}

/// Three units in two regions, everybody of [`STAFF`] as P1, P2, … with the duties
/// D1, D2, …; D9 waits for the second person's answer.
fn directory_of_two() -> Vec<DirectoryEvent> {
    let from = "2023-01-01".parse().unwrap();
    let unit = |id: &str, name: &str, region: &str| {
        DirectoryEvent::SetUnit(Unit {
            id: id.into(),
            name: name.to_owned(),
            aliases: Vec::new(),
            unit_kind: UnitKind::Department,
            region: Some(region.parse().unwrap()),
            credit_code: None,
        })
    };
    let mut events = vec![
        unit("U1", "虚构县住房局", "990199"),
        unit("U2", "虚构县统计局", "990199"),
        unit("U3", "远方市民政局", "990200"),
    ];
    for (number, (account, of, role, place, deputy)) in (1..).zip(STAFF) {
        let (person, duty) = (format!("P{number}"), format!("D{number}"));
        events.push(DirectoryEvent::SetPerson(Colleague {
            id: person.clone(),
            name: format!("样{account}"),
            unit: of.into(),
            account: Some(account.to_owned()),
            email: Some(format!("{person}@example.cn")),
            phone: None,
        }));
        if deputy {
            let (from, until) = ("2024-03-11".parse().unwrap(), "2024-03-22".parse().unwrap());
            let (duty, reason) = ("D1".to_owned(), "学习".to_owned());
            events.push(DirectoryEvent::Depute { duty, person, from, until, reason });
            continue;
        }
        let (unit, role) = (of.into(), role.to_owned());
        events.push(DirectoryEvent::Give { duty: duty.clone(), unit, role, place, person, from, until: None });
        events.push(DirectoryEvent::Accept { duty });
    }
    let (duty, person, role) = ("D9".to_owned(), "P3".to_owned(), "approver".to_owned());
    let (unit, place) = ("U1".into(), Place::Second);
    events.push(DirectoryEvent::Give { duty, unit, role, place, person, from, until: None });
    events
}
