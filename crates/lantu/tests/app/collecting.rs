//! Rounds of collecting: opened by the planner, filled in by a unit's reporter
//! (周填报), approved in the unit (钱审核), accepted or returned by the planner.

use axum::http::{Method, StatusCode};
use plan_model::{Answer as Answered, Unit, UnitKind};
use plan_workflow::{
    assess::Situation,
    collection::{Asking, Entry, Rounds, RowState, Sheet, SheetPlace, template},
    directory::{self, DirectoryEvent, Person as Colleague, Place},
    records::PlanId,
    storage::{Stamp, Storage as _},
};

use crate::people::{NOW, Office, PLAN, Person};

/// A round for February that is open at the time of these tests, and two working
/// days over its due day.
const DATES: [(&str, &str); 3] = [("opens", "2024-03-01"), ("due", "2024-03-13"), ("closes", "2024-03-29")];

struct Town {
    office: Office,
    plan: PlanId,
    planner: Person,
    reporter: Person,
    approver: Person,
}

impl Town {
    /// An office with a unit, its reporter and its approver.
    async fn open() -> Self {
        let office = Office::open().await;
        let text = format!("{PLAN}加快推进智慧停车平台建设。\n");
        let plan = office.import(&text).await;
        let planner = office.planner().await;
        let town = Self {
            plan,
            planner,
            reporter: office.colleague("周填报", "staff").await,
            approver: office.colleague("钱审核", "staff").await,
            office,
        };
        let mut events = vec![unit("U1", "虚构县发展和改革局"), unit("U2", "虚构县统计局")];
        for (number, name, role, of) in
            [(1, "周填报", "reporter", "U1"), (2, "钱审核", "approver", "U1"), (3, "孙统计", "reporter", "U2")]
        {
            events.extend(duty(number, name, role, of));
        }
        town.happen(&events).await;
        town
    }

    async fn happen(&self, events: &[DirectoryEvent]) {
        let known = directory::read(&self.office.store, None).await.unwrap();
        let stamp = Stamp { actor: "测试".to_owned(), at: NOW.parse().unwrap() };
        directory::store(&self.office.store, stamp, (&known, events), "directory.change").await.unwrap();
    }

    /// Opens a round for February for these rows; its id.
    async fn round(&self, subjects: &str) -> String {
        let fields = [("frequency", "monthly"), ("period", "2024-02"), ("scope", "chosen"), ("subjects", subjects)];
        let fields: Vec<_> = fields.into_iter().chain(DATES).collect();
        let opened = self.planner.post(&format!("/plans/{}/rounds", self.plan), &fields).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
        opened.location().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    async fn sheet(&self, round: &str) -> Sheet {
        Sheet::read(&self.office.store, self.plan, round, &"U1".into()).await.unwrap()
    }

    fn path(&self, round: &str) -> String {
        format!("/report/{}/{round}", self.plan)
    }
}

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

fn duty(number: u32, name: &str, role: &str, of: &str) -> [DirectoryEvent; 3] {
    let (person, duty) = (format!("P{number}"), format!("D{number}"));
    let colleague = Colleague {
        id: person.clone(),
        name: name.to_owned(),
        unit: of.into(),
        account: Some(name.to_owned()),
        email: None,
        phone: None,
    };
    let from = "2024-01-01".parse().unwrap();
    let (unit, role, place) = (of.into(), role.to_owned(), Place::First);
    let give = DirectoryEvent::Give { duty: duty.clone(), unit, role, place, person, from, until: None };
    [DirectoryEvent::SetPerson(colleague), give, DirectoryEvent::Accept { duty }]
}

fn value(sheet: &Sheet, subject: &str) -> String {
    match sheet.row(subject).and_then(|row| row.now()).map(|saved| &saved.entry) {
        Some(Entry::Figure(Answered::Figure { value, .. })) => value.to_string(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_round_goes_its_course_by_page() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U1 W1=虚构县发展和改革局").await;
    assert_eq!(round, "2024-02");
    let path = town.path(&round);
    let page = town.reporter.get("/report").await;
    insta::assert_snapshot!(
        "report",
        page.main().replace(&town.reporter.token, "TOKEN").replace(&page.form_token(), "TOKEN")
    );
    assert!(page.text().contains("迟 2 个工作日"), "{}", page.main());

    // One number and one button; what stands in other rows is stored as well.
    let saved = town.reporter.post(&path, &[("seen.I001", "0"), ("value.I001", "66.5"), ("do", "save")]).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*format!("{path}?saved=1&at=I001#I001")));
    let rest = [
        ("seen.I001", "1"),
        ("value.I001", "66.5"),
        ("seen.I002", "0"),
        ("answer.I002", "数据未发布"),
        ("reason.I002", "月底发布"),
        ("expected.I002", "2024-03-31"),
        ("seen.W1", "0"),
        ("state.W1", "推进中"),
        ("share.W1", "40"),
        ("progress.W1", "已完成招标"),
        ("do", "submit"),
    ];
    let handed = town.reporter.post(&path, &rest).await;
    assert_eq!(handed.location(), format!("{path}?saved=2&submitted=3&at=I002#I002"), "{}", handed.text());

    // The approver looks, the planner returns one row and accepts the rest.
    let sheet = format!("{path}/U1");
    let look = town.approver.get(&sheet).await.text();
    assert!(look.contains("数据未发布") && look.contains("月底发布") && look.contains("已完成招标"), "{look}");
    let all = [("row", "I001/1"), ("row", "I002/2"), ("row", "W1/3")];
    let approve: Vec<_> = all.into_iter().chain([("do", "approve")]).collect();
    assert!(town.reporter.post(&sheet, &approve).await.status == StatusCode::FORBIDDEN);
    assert_eq!(town.approver.post(&sheet, &approve).await.location(), format!("{sheet}?done=3&left=0"));
    let back = town.planner.post(&sheet, &[("row", "I001/1"), ("reason", ""), ("do", "return-planning")]).await;
    assert!(back.text().contains("须写明理由"), "{}", back.text());
    let back = [("row", "I001/1"), ("reason", "与上月不衔接"), ("do", "return-planning")];
    assert_eq!(town.planner.post(&sheet, &back).await.status, StatusCode::SEE_OTHER);
    let accept = [("unit", "U1"), ("do", "accept")];
    let accepted = town.planner.post(&format!("/plans/{}/rounds/{round}", town.plan), &accept).await;
    assert!(accepted.location().ends_with("done=2&left=0"), "{}", accepted.location());
    assert_eq!(town.office.store.figures(town.plan, None, None).await.unwrap(), []);

    // The returned row comes first, is put right and becomes of record.
    let page = town.reporter.get("/report").await.main();
    assert!(page.contains("与上月不衔接") && page.contains("规划管理部门退回"), "{page}");
    let right = [("seen.I001", "1"), ("value.I001", "６６．８"), ("do", "submit")];
    assert_eq!(town.reporter.post(&path, &right).await.status, StatusCode::SEE_OTHER);
    let number = town.sheet(&round).await.row("I001").unwrap().number().to_string();
    let row = format!("I001/{number}");
    town.approver.post(&sheet, &[("row", &row), ("do", "approve")]).await;
    town.planner.post(&sheet, &[("row", &row), ("do", "accept")]).await;
    let figures = town.office.store.figures(town.plan, None, None).await.unwrap();
    let said = figures.iter().map(|f| (f.observation.value.to_string(), f.observation.source.as_str()));
    assert_eq!(said.collect::<Vec<_>>(), [("66.8".to_owned(), "自报：虚构县发展和改革局（2024年2月月报）")]);
    let rounds = town.planner.get(&format!("/plans/{}/rounds", town.plan)).await;
    insta::assert_snapshot!("rounds", rounds.main().replace(&rounds.form_token(), "TOKEN"));
    let english = town.planner.get(&format!("/plans/{}/rounds/{round}?lang=en", town.plan)).await;
    assert!(english.text().contains("Lock and reopen") && !english.text().contains("round-"), "{}", english.main());
}

#[tokio::test]
async fn what_is_no_figure_is_refused_with_its_row_and_the_rest_is_saved() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U1").await;
    let path = town.path(&round);
    // typed, said
    let cases = [
        ("约12.5", "约"),
        ("同上", "同上"),
        ("12.5万", "与这一行的单位"),
        ("-", "不是数值"),
        ("-5", "负"),
        ("1,2,3", "不是"),
    ];
    for (typed, said) in cases {
        let other = format!("5.{}", typed.chars().count());
        let seen = town.sheet(&round).await.row("I002").map_or(0, |row| row.number()).to_string();
        let fields = [("seen.I001", "0"), ("value.I001", typed), ("seen.I002", &seen), ("value.I002", &other)];
        let answer = town.reporter.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let page = answer.main();
        assert!(page.contains(said) && page.contains(&format!("value=\"{typed}\"")), "{typed}: {page}");
        assert_eq!(value(&town.sheet(&round).await, "I002"), other, "{typed}");
        assert!(town.sheet(&round).await.row("I001").is_none(), "{typed}");
    }
    // What was said is not taken back by emptying the field.
    let seen = town.sheet(&round).await.row("I002").unwrap().number().to_string();
    let emptied = town.reporter.post(&path, &[("seen.I002", &seen), ("value.I002", "")]).await;
    assert!(emptied.text().contains("不能清空"), "{}", emptied.main());
}

#[tokio::test]
async fn a_template_comes_back_whole_or_with_all_its_faults() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U1 W1=U1").await;
    let sheet = format!("{}/U1", town.path(&round));
    let given = town.reporter.get(&format!("{sheet}/template.xlsx")).await;
    assert_eq!(given.status, StatusCode::OK);
    // What was given out is what a filled one is compared with.
    let rounds = Rounds::read(&town.office.store, town.plan, None).await.unwrap();
    let situation = Situation::read(&town.office.store, town.plan, None).await.unwrap();
    let work = town.office.store.work_items(town.plan).await.unwrap();
    let work = work.into_iter().map(|record| (format!("W{}", record.number), record.item)).collect();
    let asking = Asking { situation: situation.into(), work, nodes: Vec::new(), linked: Vec::new() };
    let unit = "U1".into();
    let place = SheetPlace { plan: town.plan, round: rounds.round(&round).unwrap(), unit: &unit };
    let expected = asking.template(place, &Sheet::default(), "虚构县发展和改革局", Vec::new());
    assert_eq!(template::read(&given.body, &expected).unwrap().open.len(), 3);
    let fill = |value: &str| {
        let mut filled = expected.clone();
        for row in &mut filled.figures {
            row.answer = Some(Answered::Figure { value: value.parse().unwrap(), proxy: false, source: String::new() });
        }
        filled
    };
    let send = async |template: &plan_model::ReportingTemplate| {
        let bytes = plan_report::write_template(template).unwrap();
        town.reporter.upload(&format!("{sheet}/workbook"), &[("do", "submit")], ("填报.xlsx", &bytes)).await
    };
    let mut other = fill("5");
    (other.round, other.round_title) = ("2024-01".to_owned(), "2024年1月月报".to_owned());
    let refused = send(&other).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("2024年1月月报"), "{}", refused.main());
    // Two figures that cannot be right are both named by their cells.
    let unsound = send(&fill("-5")).await.main();
    assert_eq!(unsound.matches("指标填报!").count(), 2, "{unsound}");
    assert_eq!(town.sheet(&round).await.version(), 0);
    let taken = send(&fill("5")).await;
    assert_eq!(taken.location(), format!("{}?saved=2&submitted=2", town.path(&round)), "{}", taken.text());
    // The same file again changes nothing.
    assert!(send(&fill("5")).await.location().ends_with("saved=0&submitted=0"));
    let none = town.reporter.upload(&format!("{sheet}/workbook"), &[("do", "save")], ("a.xlsx", b"no workbook")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn two_people_at_one_row_lose_nothing() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U1").await;
    let path = town.path(&round);
    let other = town.office.colleague("吴同事", "staff").await;
    town.happen(&duty(9, "吴同事", "reporter", "U1")).await;
    let send = async |who: &Person, seen: &str, first: &str, second: &str| {
        let fields = [("seen.I001", seen), ("value.I001", first), ("seen.I002", "0"), ("value.I002", second)];
        who.post(&path, &fields).await
    };
    assert_eq!(send(&town.reporter, "0", "66.5", "").await.status, StatusCode::SEE_OTHER);
    let late = send(&other, "0", "66.6", "5.1").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = late.main();
    assert!(page.contains("周填报已改为") && page.contains("66.5") && page.contains("value=\"66.6\""), "{page}");
    // The page now carries the newer version, so that the second press decides.
    assert!(page.contains("name=\"seen.I001\" value=\"1\""), "{page}");
    assert_eq!(value(&town.sheet(&round).await, "I002"), "5.1");
    assert_eq!(send(&other, "1", "66.6", "").await.status, StatusCode::SEE_OTHER);
    let sheet = town.sheet(&round).await;
    assert_eq!((value(&sheet, "I001"), sheet.row("I001").unwrap().saves.len()), ("66.6".to_owned(), 2));
    // Who left the row alone overwrites nothing.
    assert_eq!(send(&town.reporter, "1", "66.5", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(value(&town.sheet(&round).await, "I001"), "66.6");
}

#[tokio::test]
async fn the_link_of_a_message_leads_to_the_row_after_logging_in() {
    let town = Town::open().await;
    let round = town.round("I001=U1").await;
    let link = format!("{}?row=I001", town.path(&round));
    let mut person = town.office.passer_by();
    let sent = person.get(&link).await;
    assert!(sent.location().starts_with("/login?next="), "{}", sent.location());
    let login = person.get(sent.location()).await;
    person.cookie = format!("lantu_form={}", login.cookie("lantu_form").unwrap());
    let fields =
        [("token", &*login.form_token()), ("name", "周填报"), ("password", crate::people::PASSWORD), ("next", &link)];
    assert!(login.text().contains(&format!("value=\"{}\"", link)), "{}", login.text());
    let inside = person.post_as_it_is("/login", &fields).await;
    assert_eq!(inside.location(), link);
    let row = town.reporter.get(&link).await;
    assert_eq!(row.location(), format!("{}?at=I001#I001", town.path(&round)));
    assert!(town.reporter.get(row.location()).await.text().contains("<input id=\"I001\""));
}

#[tokio::test]
async fn a_figure_that_is_known_is_taken_over_with_one_press() {
    let town = Town::open().await;
    let entry =
        r#"[{"indicator":"I001","period":"2024-02","value":"66.1","standing":"statistical","source":"统计月报"}]"#;
    let request = town
        .planner
        .request(Method::POST, &format!("/api/v1/plans/{}/observations", town.plan))
        .header("content-type", "application/json")
        .header("x-lantu-token", &town.planner.token);
    assert_eq!(town.planner.send(request.body(entry.into()).unwrap()).await.status, StatusCode::CREATED);
    let round = town.round("I001=U1").await;
    let page = town.reporter.get("/report").await.main();
    assert!(page.contains("以统计登记：66.1") && page.contains("value=\"I001/0\""), "{page}");
    let taken =
        town.reporter.post(&town.path(&round), &[("seen.I001", "0"), ("value.I001", ""), ("take", "I001/0")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    assert_eq!(value(&town.sheet(&round).await, "I001"), "66.1");
    // The same is not asked for twice.
    let fields = [("frequency", "monthly"), ("period", "2024-02"), ("scope", "chosen"), ("subjects", "I001=U2")];
    let twice = town.planner.post(&format!("/plans/{}/rounds", town.plan), &fields).await;
    assert!(twice.text().contains("不重复采集"), "{}", twice.main());
}

#[tokio::test]
async fn a_locked_round_and_anothers_sheet_are_closed() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U2").await;
    let (path, admin) = (town.path(&round), format!("/plans/{}/rounds/{round}", town.plan));
    let reader = town.office.reader().await;
    for (who, address) in [
        (&reader, path.clone()),
        (&reader, format!("{path}/U1")),
        (&reader, admin.clone()),
        (&reader, format!("/plans/{}/rounds", town.plan)),
        (&town.reporter, admin.clone()),
        (&town.reporter, format!("{path}/U2")),
        (&town.reporter, format!("{path}/U2/template.xlsx")),
        (&town.reporter, format!("/api/v1/plans/{}/rounds/{round}/rows?unit=U2", town.plan)),
    ] {
        assert_eq!(who.get(&address).await.status, StatusCode::FORBIDDEN, "{address}");
    }
    // Another unit's row in one's own form is not even looked at.
    let foreign = town.reporter.post(&path, &[("seen.I002", "0"), ("value.I002", "9")]).await;
    assert_eq!(foreign.status, StatusCode::SEE_OTHER);
    let other = Sheet::read(&town.office.store, town.plan, &round, &"U2".into()).await.unwrap();
    assert!(other.row("I002").is_none());
    let lock = [("do", "lock"), ("reason", "数据已上会")];
    assert_eq!(town.planner.post(&admin, &lock).await.status, StatusCode::SEE_OTHER);
    let refused = town.reporter.post(&path, &[("seen.I001", "0"), ("value.I001", "66")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("数据已上会"), "{}", refused.main());
    let open = [("do", "reopen"), ("reason", "更正一项"), ("closes", "2024-04-07")];
    assert_eq!(town.planner.post(&admin, &open).await.status, StatusCode::SEE_OTHER);
    let taken = town.reporter.post(&path, &[("seen.I001", "0"), ("value.I001", "66")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_merged_unit_leaves_its_rows_to_the_other() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U2").await;
    let path = town.path(&round);
    town.reporter.post(&path, &[("seen.I001", "0"), ("value.I001", "66"), ("do", "submit")]).await;
    let merge = DirectoryEvent::Merge { unit: "U1".into(), into: "U2".into(), from: "2024-03-10".parse().unwrap() };
    let statistician = town.office.colleague("孙统计", "staff").await;
    town.happen(&[merge]).await;
    let page = statistician.get(&path).await.main();
    assert!(page.contains("原由虚构县发展和改革局承担") && page.contains("value=\"66\""), "{page}");
    let both = [("seen.I001", "1"), ("value.I001", "67"), ("seen.I002", "0"), ("value.I002", "5")];
    assert_eq!(statistician.post(&path, &both).await.status, StatusCode::SEE_OTHER);
    assert_eq!(value(&town.sheet(&round).await, "I001"), "67");
    // Whoever reported for it now reports for the other.
    assert_eq!(town.reporter.get(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_program_reads_what_is_due_and_answers_all_or_nothing() {
    let town = Town::open().await;
    let round = town.round("I001=U1 I002=U1 W1=U1").await;
    let address = format!("/api/v1/plans/{}/rounds/{round}/rows", town.plan);
    let due = town.reporter.get(&format!("{address}?unit=U1")).await.json();
    assert_eq!(due["rows"].as_array().unwrap().len(), 3);
    assert_eq!((&due["rows"][0]["subject"], &due["rows"][0]["late_days"]), (&"I001".into(), &2.into()));
    let send = async |rows: serde_json::Value| {
        let request = town.reporter.request(Method::POST, &address).header("x-lantu-token", &town.reporter.token);
        let body = serde_json::json!({"unit": "U1", "submit": true, "rows": rows}).to_string();
        town.reporter.send(request.body(body.into()).unwrap()).await
    };
    let figure = |value: &str| serde_json::json!({"answer": "figure", "value": value});
    let bad = send(serde_json::json!([
        {"subject": "I001", "answer": figure("66.5")},
        {"subject": "I002", "answer": {"answer": "not_published", "reason": " "}},
        {"subject": "W1", "report": {"state": "blocked"}},
    ]))
    .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let places: Vec<String> = bad.json()["errors"].as_array().unwrap().iter().map(|e| e["place"].to_string()).collect();
    assert_eq!(places, ["\"rows[1].reason\"", "\"rows[2].problems\""]);
    let taken = send(serde_json::json!([{"subject": "I001", "seen": 0, "answer": figure("66.5")}])).await;
    assert_eq!((taken.status, taken.json()["stored"].clone()), (StatusCode::CREATED, 1.into()));
    assert_eq!(town.sheet(&round).await.row("I001").unwrap().state, RowState::Submitted);
    let late = send(serde_json::json!([{"subject": "I001", "seen": 0, "answer": figure("67")}])).await;
    assert_eq!(
        (late.status, late.json()["errors"][0]["code"].clone()),
        (StatusCode::CONFLICT, "changed-meanwhile".into())
    );
    let rounds = town.reporter.get(&format!("/api/v1/plans/{}/rounds", town.plan)).await.json();
    assert_eq!(rounds["rounds"][0]["due"], "2024-03-13");
}

#[tokio::test]
async fn a_unit_that_nobody_approves_for_is_told_so_and_listed() {
    let town = Town::open().await;
    let statistics = town.office.colleague("孙统计", "staff").await;
    let round = town.round("I001=U1 I002=U2").await;
    let path = town.path(&round);
    let said = "虚构县统计局没有在岗的审核人";
    assert!(statistics.get("/report").await.main().contains(said));
    let fields = [("seen.I002", "0"), ("value.I002", "5.1"), ("do", "submit")];
    let handed = statistics.post(&path, &fields).await;
    assert_eq!(handed.location(), format!("{path}?saved=1&submitted=1&at=I002#I002"), "{}", handed.text());
    let page = statistics.get(handed.location().split('#').next().unwrap()).await.main();
    assert!(page.contains("已报送 1 项") && page.contains(said) && page.contains("分派审核人"), "{page}");
    assert!(!town.reporter.get(&path).await.main().contains("没有在岗的审核人"), "U1 has one");
    let health = format!("/plans/{}/health", town.plan);
    let listed = town.planner.get(&health).await.main();
    assert!(listed.contains("没有在岗审核人的单位：1 个") && listed.contains("/units/U2#duties"), "{listed}");
    // The planning department does not approve in its place; it gives somebody the duty.
    let sheet = format!("{path}/U2");
    let approve = [("row", "I002/1"), ("do", "approve")];
    assert_eq!(town.planner.post(&sheet, &approve).await.status, StatusCode::FORBIDDEN);
    town.happen(&duty(4, "赵审核", "approver", "U2")).await;
    let approver = town.office.colleague("赵审核", "staff").await;
    assert_eq!(approver.post(&sheet, &approve).await.location(), format!("{sheet}?done=1&left=0"));
    assert!(town.planner.get(&health).await.main().contains("没有在岗审核人的单位：0 个"));
    assert!(!statistics.get(&path).await.main().contains(said));
}
