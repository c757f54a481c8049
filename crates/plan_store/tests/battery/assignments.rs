//! Parts of units: several people at once, and what an import keeps.

use plan_model::{Unit, UnitId, UnitKind};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    accounts::{self, NewUser},
    assignments::{
        self, Activity, Ask, Book, Desk, Part, PartKey, PartState, Subject, Wish,
        import::{self, Choice},
        suggest,
    },
    directory::{self, Directory, DirectoryEvent, Post},
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};

use crate::{
    database::{Database, at},
    records::stamp,
    use_cases::{TEXT, import_text, planner},
};

const NOW: &str = "2023-06-05T08:00:00Z";

fn unit(id: &str, name: &str) -> DirectoryEvent {
    DirectoryEvent::SetUnit(Unit {
        id: id.into(),
        name: name.to_owned(),
        aliases: Vec::new(),
        unit_kind: UnitKind::Department,
        region: None,
        credit_code: None,
    })
}

fn approver(name: &str, unit: &str) -> Actor {
    let post = Post { unit: unit.into(), role: "approver".to_owned(), deputy: false };
    Actor::new(name, "staff").with_posts(vec![post])
}

/// A plan with its commitments and three units.
struct Office {
    store: Store,
    plan: PlanId,
    subjects: Vec<Subject>,
    directory: Directory,
}

impl Office {
    async fn open(database: &Database) -> Self {
        let store = database.open().await;
        let plan = import_text(&store, TEXT.as_bytes(), false).await.unwrap().plan;
        let units = [unit("U1", "青禾区林业局"), unit("U2", "青禾区文化局"), unit("U3", "青禾区经济局")];
        let empty = Directory::default();
        directory::store(&store, stamp("2023-06-02T08:00:00Z"), (&empty, &units), "directory.change").await.unwrap();
        let directory = directory::read(&store, None).await.unwrap();
        let subjects = assignments::read_subjects(&store, plan).await.unwrap();
        Self { store, plan, subjects, directory }
    }

    fn desk(&self) -> Desk<'_> {
        let today = "2023-06-05".parse().unwrap();
        Desk { plan: self.plan, subjects: &self.subjects, directory: &self.directory, today }
    }

    fn id(&self, name: &str) -> String {
        self.subjects.iter().find(|s| s.name.contains(name)).unwrap_or_else(|| panic!("{name}")).id.clone()
    }

    fn key(&self, name: &str, unit: &str) -> PartKey {
        PartKey { subject: self.id(name), unit: unit.into() }
    }

    async fn act(&self, actor: &Actor, wishes: &[Wish]) -> Result<Book, WorkflowError> {
        assignments::act(&self.store, actor, at(NOW), self.desk(), wishes).await
    }

    async fn book(&self) -> Book {
        assignments::read(&self.store, self.plan, None).await.unwrap()
    }
}

fn offer(key: PartKey, seen: Option<u32>) -> Wish {
    let ask = Ask::Offer { part: Part::Lead, due: "2023-09-30".parse().unwrap(), joint: false, reason: String::new() };
    Wish { key, seen, ask }
}

fn reason() -> String {
    "不属于本单位职责".to_owned()
}

pub(crate) async fn a_part_goes_its_way_and_only_the_named_one_decides(database: Database) {
    let office = Office::open(&database).await;
    let (forest, shops) = (office.key("森林覆盖率", "U1"), office.key("城市书房", "U1"));
    office.act(&planner(), &[offer(forest.clone(), Some(0)), offer(shops.clone(), None)]).await.unwrap();
    let book = office.book().await;
    assert_eq!((book.activity(&forest.subject), book.version()), (Activity::Waiting, 2));
    // Who did not see the first offer asks nobody a second time.
    let late = office.act(&planner(), &[offer(office.key("森林覆盖率", "U2"), Some(0))]).await.unwrap_err();
    assert_eq!(late.code(), "part-changed");
    assert!(late.to_string().contains("青禾区林业局") && late.to_string().contains("林规划"), "{late}");
    let wang = approver("wang", "U1");
    let taken = [Wish { key: forest.clone(), seen: Some(1), ask: Ask::Accept }];
    // Another unit's approver, and a reporter's planner, take nothing for it.
    assert_eq!(office.act(&approver("li", "U2"), &taken).await.unwrap_err().code(), "forbidden");
    assert_eq!(office.act(&planner(), &taken).await.unwrap_err().code(), "forbidden");
    office.act(&wang, &taken).await.unwrap();
    let back =
        |reason: &str| Wish { key: shops.clone(), seen: Some(1), ask: Ask::Return { reason: reason.to_owned() } };
    assert_eq!(office.act(&wang, &[back(" ")]).await.unwrap_err().code(), "bad-input");
    office.act(&wang, &[back("不属于本单位职责")]).await.unwrap();
    let book = office.book().await;
    assert_eq!((book.activity(&forest.subject), book.activity(&shops.subject)), (Activity::Active, Activity::Disputed));
    assert_eq!(book.lead_of(&forest.subject).unwrap().unit, UnitId::from("U1"));
    // The named person decides, and nobody else with the same role.
    for name in ["shen", "wu"] {
        let new = NewUser { name: name.to_owned(), role: "leader".to_owned(), password: "correct-horse-9".to_owned() };
        accounts::add_user(&office.store, &Actor::console("命令行"), at(NOW), new, [7; 32]).await.unwrap();
    }
    let refer = |arbiter: &str| Wish {
        key: shops.clone(),
        seen: Some(2),
        ask: Ask::Refer {
            arbiter: arbiter.to_owned(), by: "2023-06-20".parse().unwrap(), reason: "请裁定".to_owned()
        },
    };
    for nobody in ["林规划", "nobody"] {
        assert_eq!(office.act(&planner(), &[refer(nobody)]).await.unwrap_err().code(), "bad-input", "{nobody}");
    }
    office.act(&planner(), &[refer("shen")]).await.unwrap();
    let impose =
        [Wish { key: shops.clone(), seen: Some(3), ask: Ask::Impose { reason: "按三定方案".to_owned() } }];
    for (name, role) in [("wu", "leader"), ("林规划", "planner"), ("shen", "staff")] {
        assert_eq!(office.act(&Actor::new(name, role), &impose).await.unwrap_err().code(), "forbidden", "{name}");
    }
    let book = office.act(&Actor::new("shen", "leader"), &impose).await.unwrap();
    assert_eq!(
        (book.activity(&shops.subject), book.part(&shops).unwrap().state),
        (Activity::Active, PartState::Imposed)
    );
    assert_eq!(book, office.book().await);
    // What nobody may ask at all.
    let strange = [
        (offer(PartKey { subject: "I999".to_owned(), unit: "U1".into() }, None), "not-found"),
        (offer(office.key("失业率", "U9"), None), "not-found"),
        (offer(forest, None), "not-now"),
    ];
    for (wish, code) in strange {
        assert_eq!(office.act(&planner(), &[wish]).await.unwrap_err().code(), code);
    }
    one_lead_unit(&office).await;
    let past = Ask::Offer { part: Part::Lead, due: "2023-06-04".parse().unwrap(), joint: false, reason: String::new() };
    let past = Wish { key: office.key("失业率", "U1"), seen: None, ask: past };
    assert!(office.act(&planner(), &[past]).await.unwrap_err().to_string().contains("已过"));
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

/// A second lead unit is refused, asked or taking its part, unless an office's table
/// names several.
async fn one_lead_unit(office: &Office) {
    let key = |unit: &str| office.key("失业率", unit);
    let refused = async |actor: &Actor, wishes: &[Wish]| {
        let error = office.act(actor, wishes).await.unwrap_err();
        assert!(error.to_string().contains("只有一个牵头单位"), "{error}");
    };
    let answer = |unit: &str, ask: Ask| [Wish { key: key(unit), seen: None, ask }];
    refused(&planner(), &[offer(key("U1"), None), offer(key("U2"), None)]).await;
    office.act(&planner(), &[offer(key("U1"), None)]).await.unwrap();
    refused(&planner(), &[offer(key("U2"), None)]).await;
    // Returned, another one takes it, and then the first is to be made to.
    office.act(&approver("wang", "U1"), &answer("U1", Ask::Return { reason: reason() })).await.unwrap();
    office.act(&planner(), &[offer(key("U2"), None)]).await.unwrap();
    office.act(&approver("li", "U2"), &answer("U2", Ask::Accept)).await.unwrap();
    let by = "2023-06-20".parse().unwrap();
    let refer = Ask::Refer { arbiter: "shen".to_owned(), by, reason: "请裁定".to_owned() };
    office.act(&planner(), &answer("U1", refer)).await.unwrap();
    let shen = Actor::new("shen", "leader");
    refused(&shen, &answer("U1", Ask::Impose { reason: reason() })).await;
    office.act(&shen, &answer("U1", Ask::Release { reason: reason() })).await.unwrap();
    office.act(&planner(), &answer("U2", Ask::Withdraw { reason: reason() })).await.unwrap();
    // Together, as a table names them.
    let together = |unit: &str| {
        let due = "2023-09-30".parse().unwrap();
        let ask = Ask::Offer { part: Part::Lead, due, joint: true, reason: String::new() };
        Wish { key: key(unit), seen: None, ask }
    };
    office.act(&planner(), &[together("U1"), together("U2")]).await.unwrap();
    office.act(&approver("wang", "U1"), &answer("U1", Ask::Accept)).await.unwrap();
    let book = office.act(&approver("li", "U2"), &answer("U2", Ask::Accept)).await.unwrap();
    assert_eq!(book.activity(&key("U1").subject), Activity::TwoLeads);
}

pub(crate) async fn two_people_answer_for_the_same_part_and_one_is_told(database: Database) {
    let office = Office::open(&database).await;
    let names = ["森林覆盖率", "城市书房", "规模以上企业", "失业率"];
    let offers: Vec<Wish> = names.iter().map(|name| offer(office.key(name, "U1"), Some(0))).collect();
    office.act(&planner(), &offers).await.unwrap();
    let (a, b) = (approver("wang", "U1"), approver("li", "U1"));
    for name in names {
        let key = office.key(name, "U1");
        let accept = [Wish { key: key.clone(), seen: Some(1), ask: Ask::Accept }];
        let back = [Wish { key: key.clone(), seen: Some(1), ask: Ask::Return { reason: reason() } }];
        let (one, other) = tokio::join!(office.act(&a, &accept), office.act(&b, &back));
        let (won, lost) = match (&one, &other) {
            (Ok(_), Err(lost)) => (PartState::Accepted, lost),
            (Err(lost), Ok(_)) => (PartState::Returned, lost),
            both => panic!("{name}: one of them must win: {both:?}"),
        };
        assert_eq!(lost.code(), "part-changed", "{lost}");
        assert_eq!(office.book().await.part(&key).unwrap().state, won, "{name}");
    }
    // People at different parts do not hinder each other, however many they are.
    let helps = |name: &&str| {
        let due = "2023-09-30".parse().unwrap();
        let ask = Ask::Offer { part: Part::Cooperating, due, joint: false, reason: String::new() };
        Wish { key: office.key(name, "U2"), seen: None, ask }
    };
    let many: Vec<Wish> = names.iter().map(helps).collect();
    office.act(&planner(), &many).await.unwrap();
    let office = std::sync::Arc::new(office);
    let each: Vec<_> = names
        .iter()
        .map(|name| {
            let (office, key) = (office.clone(), office.key(name, "U2"));
            tokio::spawn(async move {
                let accept = [Wish { key, seen: Some(1), ask: Ask::Accept }];
                office.act(&approver("zhou", "U2"), &accept).await.map(|_| ())
            })
        })
        .collect();
    for one in each {
        one.await.unwrap().unwrap();
    }
    let held = office.book().await.of_unit(&"U2".into()).filter(|part| part.is_held()).count();
    assert_eq!(held, names.len());
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_table_of_duties_is_taken_over_whole_or_not_at_all(database: Database) {
    let office = Office::open(&database).await;
    let rows = [
        "<td>序号</td><td>目标任务</td><td>责任领导</td><td>牵头单位</td><td>配合单位</td><td>完成时限</td>",
        "<td>1</td><td>到2025年，森林覆盖率达到48%以上</td><td>样某</td><td>青禾区林业局、区经济局</td><td>区园林处</td><td>2023年底前</td>",
        "<td>2</td><td>新增城市书房20家</td><td></td><td>青禾区文化局</td><td></td><td>2023年5月</td>",
        "<td>3</td><td>修订档案管理办法</td><td></td><td>区档案馆</td><td></td><td>长期</td>",
    ];
    let rows: String = rows.iter().map(|row| format!("<tr>{row}</tr>")).collect();
    let text = format!("<html><body><table>{rows}</table></body></html>");
    let source = document_reader::read("台账.html", text.as_bytes()).unwrap();
    let preview = import::preview(office.desk(), "台账.html", &source, None);
    assert_eq!(preview.counts(), (2, 0, 1));
    let due = "2023-12-31".parse().unwrap();
    let choice = preview.plain_choice(due);
    let taken = import::import(&office.store, &planner(), at(NOW), office.desk(), (&preview, &choice)).await.unwrap();
    assert_eq!((taken.offered, taken.unchanged, taken.rows.len()), (3, 0, 3));
    let left: Vec<String> = taken.left().flat_map(|row| row.left.clone()).collect();
    let expected = [
        "“责任领导”栏没有采用：样某",
        "单位“区园林处”不在单位名录中，没有分办",
        "完成时限 2023-05-31 已过，首个期限改用 2023-12-31",
        "单位“区档案馆”不在单位名录中，没有分办",
        "没有选定对应的目标任务，没有分办",
    ];
    assert_eq!(left, expected);
    let book = office.book().await;
    let part = book.part(&office.key("森林覆盖率", "U3")).unwrap();
    assert_eq!((part.part, part.due), (Part::Cooperating, Some("2023-12-31".parse().unwrap())));
    assert!(part.reason.contains("台账《台账.html》") && part.reason.contains("2023年底前"), "{}", part.reason);
    // Kept whole, and the same again asks nobody twice.
    let past = import::past(&office.store, office.plan).await.unwrap();
    assert_eq!((past.len(), &past[0].0.rows, past[0].2.as_str()), (1, &taken.rows, "林规划"));
    let again = import::import(&office.store, &planner(), at(NOW), office.desk(), (&preview, &choice)).await;
    assert!(again.unwrap_err().to_string().contains("没有一行可以分办"));
    // By hand: what a row and an unknown unit mean.
    let mut choice = Choice { due, ..Choice::default() };
    choice.picks.insert(2, vec![office.id("便民服务点")]);
    choice.units.insert("区档案馆".to_owned(), Some("U2".into()));
    let taken = import::import(&office.store, &planner(), at(NOW), office.desk(), (&preview, &choice)).await.unwrap();
    assert_eq!(taken.offered, 1);
    // One wish that cannot be takes the whole import with it, the kept table too.
    choice.picks.insert(0, vec!["I999".to_owned()]);
    let whole = import::import(&office.store, &planner(), at(NOW), office.desk(), (&preview, &choice)).await;
    assert_eq!(whole.unwrap_err().code(), "not-found");
    assert_eq!(import::past(&office.store, office.plan).await.unwrap().len(), 2);
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn suggestions_say_why_and_leave_out_who_was_asked(database: Database) {
    let office = Office::open(&database).await;
    let shown = |book: &Book, local: &[assignments::rules::Rules]| -> Vec<String> {
        let ground = suggest::Ground {
            subjects: &office.subjects,
            book,
            directory: &office.directory,
            today: office.desk().today,
        };
        let all = ground.by_rules(local);
        all.iter().map(|s| format!("{} {:?} {}", s.written, s.unit.units().first(), s.because)).collect()
    };
    let local = "[[rule]]\nunit = \"林业局\"\nwords = [\"森林\"]";
    let local = vec![assignments::rules::Rules::parse(local).unwrap()];
    let empty = Book::default();
    let found = shown(&empty, &local);
    assert!(found.contains(&"林业局 Some(UnitId(\"U1\")) 含“森林”".to_owned()), "{found:?}");
    office.act(&planner(), &[offer(office.key("森林覆盖率", "U1"), Some(0))]).await.unwrap();
    let book = office.book().await;
    assert!(!shown(&book, &local).iter().any(|s| s.contains("森林")));
    // An earlier plan whose commitments are held by units of today.
    let accept = [Wish { key: office.key("森林覆盖率", "U1"), seen: Some(1), ask: Ask::Accept }];
    office.act(&approver("wang", "U1"), &accept).await.unwrap();
    let held = office.book().await;
    let ground = suggest::Ground {
        subjects: &office.subjects,
        book: &empty,
        directory: &office.directory,
        today: office.desk().today,
    };
    let earlier = ground.by_plan("上个规划", &office.subjects, &held);
    let because: Vec<&str> = earlier.iter().map(|s| s.because.as_str()).collect();
    assert_eq!(because, ["《上个规划》“森林覆盖率”（一致）由其牵头"]);
    let chapter = office.subjects[0].chapter.clone();
    let all = ground.by_chapter(&chapter, &"U2".into(), Part::Lead);
    assert_eq!(all.len(), office.subjects.iter().filter(|s| s.chapter == chapter).count());
}
