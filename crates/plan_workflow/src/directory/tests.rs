//! Duties over time.

use plan_model::UnitKind;

use super::{change::Asking, *};
use crate::{WorkflowError, permissions::Actor};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn unit(id: &str, name: &str) -> DirectoryEvent {
    DirectoryEvent::SetUnit(Unit {
        id: id.into(),
        name: name.to_owned(),
        aliases: vec![name.trim_start_matches("青禾区").to_owned()],
        unit_kind: UnitKind::Department,
        region: None,
        credit_code: None,
    })
}

fn person(id: &str, unit: &str) -> DirectoryEvent {
    DirectoryEvent::SetPerson(Person {
        id: id.to_owned(),
        name: format!("{id}某"),
        unit: unit.into(),
        account: Some(id.to_lowercase()),
        email: None,
        phone: None,
    })
}

fn give(duty: &str, unit: &str, place: Place, person: &str) -> DirectoryEvent {
    DirectoryEvent::Give {
        duty: duty.to_owned(),
        unit: unit.into(),
        role: "reporter".to_owned(),
        place,
        person: person.to_owned(),
        from: day("2023-01-01"),
        until: None,
    }
}

fn accept(duty: &str) -> DirectoryEvent {
    DirectoryEvent::Accept { duty: duty.to_owned() }
}

fn after(events: &[DirectoryEvent]) -> Directory {
    let mut directory = Directory::default();
    events.iter().for_each(|event| directory.apply(event));
    directory
}

/// Who acts for the unit as a reporter: `P1 P2代`.
fn acting(directory: &Directory, unit: &str, on: &str) -> String {
    let all = directory.holders(&unit.into(), "reporter", day(on));
    let shown = all.iter().map(|(person, deputy)| format!("{}{}", person.id, if *deputy { "代" } else { "" }));
    shown.collect::<Vec<_>>().join(" ")
}

fn start() -> Vec<DirectoryEvent> {
    vec![
        unit("U1", "青禾区教育局"),
        unit("U2", "青禾区文旅局"),
        person("P1", "U1"),
        person("P2", "U1"),
        person("P3", "U2"),
        give("D1", "U1", Place::First, "P1"),
    ]
}

#[test]
fn a_duty_is_held_when_it_is_accepted() {
    let mut events = start();
    let state = |events: &[DirectoryEvent], on: &str| {
        let directory = after(events);
        directory.state(directory.duty("D1").unwrap(), day(on))
    };
    assert_eq!(state(&events, "2023-02-01"), DutyState::Offered);
    let mut declined = events.clone();
    declined.push(DirectoryEvent::Decline { duty: "D1".to_owned(), reason: "已调离".to_owned() });
    assert_eq!(state(&declined, "2023-02-01"), DutyState::Vacant);
    events.push(accept("D1"));
    assert_eq!(acting(&after(&events), "U1", "2023-02-01"), "P1");
    // Handing over: the first one holds it until the other accepts and begins.
    events.push(DirectoryEvent::HandOver { duty: "D1".to_owned(), person: "P2".to_owned(), from: day("2023-03-01") });
    events.push(DirectoryEvent::Leave { person: "P1".to_owned(), on: day("2023-02-28") });
    assert_eq!(acting(&after(&events), "U1", "2023-02-28"), "P1");
    assert_eq!(state(&events, "2023-03-01"), DutyState::Offered);
    assert_eq!(acting(&after(&events), "U1", "2023-03-01"), "");
    events.push(accept("D1"));
    assert_eq!(acting(&after(&events), "U1", "2023-03-01"), "P2");
    assert_eq!(acting(&after(&events), "U1", "2023-02-28"), "P1");
    events.push(DirectoryEvent::End { duty: "D1".to_owned(), on: day("2023-06-30") });
    assert_eq!((state(&events, "2023-06-30"), state(&events, "2023-07-01")), (DutyState::Held, DutyState::Ended));
}

#[test]
fn a_second_person_and_a_deputy_stand_beside_the_first() {
    let mut events = start();
    events.extend([accept("D1"), give("D2", "U1", Place::Second, "P2"), accept("D2")]);
    events.push(DirectoryEvent::Depute {
        duty: "D1".to_owned(),
        person: "P3".to_owned(),
        from: day("2023-05-01"),
        until: day("2023-05-10"),
        reason: "休假".to_owned(),
    });
    let directory = after(&events);
    assert_eq!(acting(&directory, "U1", "2023-04-30"), "P1 P2");
    assert_eq!(acting(&directory, "U1", "2023-05-10"), "P1 P2 P3代");
    assert_eq!(
        directory.posts("p3", day("2023-05-01")),
        [Post { unit: "U1".into(), role: "reporter".to_owned(), deputy: true }]
    );
    assert!(
        directory.posts("p3", day("2023-05-11")).is_empty() && directory.posts("nobody", day("2023-05-01")).is_empty()
    );
}

#[test]
fn what_a_merged_unit_held_is_the_others() {
    let mut events = start();
    events.push(accept("D1"));
    let merge = |unit: &str, into: &str| DirectoryEvent::Merge {
        unit: unit.into(),
        into: into.into(),
        from: day("2023-04-01"),
    };
    events.push(merge("U1", "U2"));
    let directory = after(&events);
    assert_eq!(
        (acting(&directory, "U1", "2023-03-31"), acting(&directory, "U2", "2023-03-31")),
        ("P1".into(), "".into())
    );
    assert_eq!(
        (acting(&directory, "U1", "2023-04-01"), acting(&directory, "U2", "2023-04-01")),
        ("".into(), "P1".into())
    );
    assert_eq!(directory.units_on(day("2023-04-01")).map(|u| u.id.as_str()).collect::<Vec<_>>(), ["U2"]);
    // A ring, which no page allows, holds up nobody.
    events.push(merge("U2", "U1"));
    assert!(after(&events).unit_on(&"U1".into(), day("2023-05-01")).as_str().starts_with('U'));
    assert_eq!(directory.unit_named(" 教育 局").map(|u| u.id.as_str()), Some("U1"));
    assert_eq!(
        (directory.next_id("U"), directory.next_id("P"), directory.next_id("D")),
        ("U3".into(), "P4".into(), "D2".into())
    );
}

const TODAY: &str = "2023-06-01";

/// What a wish of somebody brings: the kinds of its events, or the words it is
/// refused with.
fn ask(directory: &mut Directory, actor: &str, wish: Wish) -> String {
    let posts = directory.posts(actor, day(TODAY));
    let role = if actor == "planner" { "planner" } else { "staff" };
    let actor = Actor::new(actor, role).with_posts(posts);
    match (Asking { directory, actor: &actor, today: day(TODAY) }.events(&wish)) {
        Ok(events) => {
            events.iter().for_each(|event| directory.apply(event));
            events.iter().map(Happening::kind).collect::<Vec<_>>().join(" ")
        }
        Err(WorkflowError::Forbidden { action, .. }) => format!("forbidden {action}"),
        Err(error) => error.to_string(),
    }
}

fn fields(name: &str) -> UnitFields {
    UnitFields {
        name: name.to_owned(),
        aliases: Vec::new(),
        kind: UnitKind::Department,
        region: "990102".to_owned(),
        credit_code: String::new(),
    }
}

fn who(name: &str, unit: &str, account: &str) -> PersonFields {
    PersonFields {
        name: name.to_owned(),
        unit: unit.into(),
        account: account.to_owned(),
        email: String::new(),
        phone: String::new(),
    }
}

#[test]
fn units_are_kept_without_doubles_and_odd_codes_are_named() {
    let mut d = after(&start());
    let set = |unit: Option<&str>, fields: UnitFields| Wish::SetUnit { unit: unit.map(UnitId::from), fields };
    let mut odd = fields("青禾区民政局");
    odd.region = "99010".to_owned();
    assert!(ask(&mut d, "planner", set(None, odd.clone())).contains("不是行政区划代码"));
    odd.region = "９９０１０２".to_owned();
    odd.credit_code = "11990102MB99".to_owned();
    assert!(ask(&mut d, "planner", set(None, odd.clone())).contains("应为 18 位"));
    odd.credit_code = "11990102MB9900371A".to_owned();
    assert_eq!(ask(&mut d, "planner", set(None, odd)), "set_unit", "a wrong check character is no reason to refuse");
    let added = d.unit_named("青禾区民政局").unwrap();
    assert!(credit_code_warning(added).unwrap().message.contains("末位应为 Y"));
    assert_eq!(added.region.unwrap().to_string(), "990102");
    assert!(ask(&mut d, "planner", set(None, fields("教育局"))).contains("已是单位 U1"));
    assert!(ask(&mut d, "planner", set(None, fields(" "))).contains("没有填写"));
    assert!(ask(&mut d, "planner", set(Some("X9"), fields("甲"))).contains("没有单位"));
    assert_eq!(ask(&mut d, "planner", set(Some("U3"), fields("青禾区民政局"))), "set_unit");
    assert_eq!(ask(&mut d, "planner", set(Some("U3"), fields("青禾区民政局"))), "", "the same again is no change");
    assert_eq!(ask(&mut d, "p1", set(None, fields("乙局"))), "forbidden directory.manage");
}

#[test]
fn units_are_merged_once_and_never_in_a_ring() {
    let mut d = after(&start());
    ask(&mut d, "planner", Wish::SetUnit { unit: None, fields: fields("青禾区民政局") });
    let merge =
        |unit: &str, into: &str, from: &str| Wish::Merge { unit: unit.into(), into: into.into(), from: day(from) };
    assert!(ask(&mut d, "planner", merge("U1", "U1", TODAY)).contains("不能并入自己"));
    assert!(ask(&mut d, "planner", merge("U1", "U9", TODAY)).contains("没有单位"));
    assert_eq!(ask(&mut d, "planner", merge("U1", "U2", "2023-07-01")), "merge");
    assert!(ask(&mut d, "planner", merge("U1", "U3", "2023-08-01")).contains("已自 2023-07-01 起并入"));
    assert!(ask(&mut d, "planner", merge("U2", "U1", "2023-08-01")).contains("不能互相并入"));
    assert_eq!(ask(&mut d, "planner", merge("U2", "U3", "2023-09-01")), "merge");
    assert!(ask(&mut d, "planner", merge("U3", "U1", "2023-10-01")).contains("不能互相并入"));
    assert_eq!(d.unit_on(&"U1".into(), day("2023-09-01")).as_str(), "U3");
}

#[test]
fn people_have_one_account_each_and_leave_with_their_duties_offered() {
    let mut d = after(&start());
    let set = |fields: PersonFields| Wish::SetPerson { person: None, fields };
    assert!(ask(&mut d, "planner", set(who("丁某", "U1", "p1"))).contains("已属于P1某"));
    assert!(ask(&mut d, "planner", set(who("P1 某", "U1", ""))).contains("同名"));
    let mut odd = who("丁某", "U1", "");
    odd.email = "丁某".to_owned();
    assert!(ask(&mut d, "planner", set(odd)).contains("不是邮箱地址"));
    assert_eq!(ask(&mut d, "planner", set(who("丁某", "U1", "ding"))), "set_person");
    assert_eq!(ask(&mut d, "p1", Wish::Accept { duty: "D1".to_owned() }), "accept");
    let leave = |to: Option<&str>| Wish::Leave {
        person: "P1".to_owned(),
        on: day("2023-06-30"),
        successor: to.map(str::to_owned),
    };
    assert_eq!(ask(&mut d, "planner", leave(None)), "leave");
    let open = open_duties(&d, day(TODAY));
    assert!(open.iter().any(|o| matches!(&o.concern, Concern::Leaving { person, .. } if person == "P1")), "{open:?}");
    assert!(ask(&mut d, "planner", leave(Some("P1"))).contains("不能交接给离岗的本人"));
    assert_eq!(ask(&mut d, "planner", leave(Some("P2"))), "hand_over");
    assert_eq!(d.state(d.duty("D1").unwrap(), day("2023-07-01")), DutyState::Offered);
    assert_eq!(ask(&mut d, "p2", Wish::Accept { duty: "D1".to_owned() }), "accept");
    assert_eq!(acting(&d, "U1", "2023-06-30"), "P1");
    assert_eq!(acting(&d, "U1", "2023-07-01"), "P2");
    assert!(!open_duties(&d, day(TODAY)).iter().any(|o| matches!(o.concern, Concern::Leaving { .. })));
    assert_eq!(ask(&mut d, "planner", Wish::Stay { person: "P1".to_owned() }), "stay");
}

#[test]
fn a_duty_is_taken_by_the_one_it_is_offered_to_and_by_nobody_else() {
    let mut d = after(&start());
    let accept = || Wish::Accept { duty: "D1".to_owned() };
    for other in ["planner", "p2", "nobody"] {
        assert!(ask(&mut d, other, accept()).contains("只能由本人"), "{other}");
    }
    let decline = |reason: &str| Wish::Decline { duty: "D1".to_owned(), reason: reason.to_owned() };
    assert!(ask(&mut d, "p1", decline(" ")).contains("没有填写"));
    assert_eq!(ask(&mut d, "p1", decline("已调离")), "decline");
    assert!(ask(&mut d, "p1", accept()).contains("没有等待答复"));
    let again = Wish::HandOver { duty: "D1".to_owned(), person: "P1".to_owned(), from: day(TODAY) };
    assert_eq!(ask(&mut d, "planner", again), "hand_over");
    assert_eq!(ask(&mut d, "p1", accept()), "accept");
    // Whoever holds it may offer it to a colleague, and to nobody of another unit.
    let to =
        |person: &str| Wish::HandOver { duty: "D1".to_owned(), person: person.to_owned(), from: day("2023-06-02") };
    assert_eq!(ask(&mut d, "p1", to("P3")), "forbidden duties.assign");
    assert_eq!(ask(&mut d, "p2", to("P2")), "forbidden duties.assign");
    assert_eq!(ask(&mut d, "p1", to("P2")), "hand_over");
    assert!(ask(&mut d, "planner", to("P1")).contains("现就在这个岗位"));
}

#[test]
fn an_approver_arranges_the_duties_of_the_own_unit_among_its_people() {
    let mut d = after(&start());
    let give = |unit: &str, role: &str, place: Place, person: &str| Wish::Give {
        unit: unit.into(),
        role: role.to_owned(),
        place,
        person: person.to_owned(),
        from: day("2023-01-01"),
        until: None,
    };
    assert_eq!(ask(&mut d, "p2", give("U1", "reporter", Place::Second, "P2")), "forbidden duties.assign");
    assert_eq!(ask(&mut d, "planner", give("U1", "approver", Place::First, "P2")), "give");
    assert_eq!(ask(&mut d, "p2", Wish::Accept { duty: "D2".to_owned() }), "accept");
    assert!(ask(&mut d, "p2", give("U1", "reporter", Place::First, "P2")).contains("已有 A 岗（D1 P1某）"));
    assert!(ask(&mut d, "p2", give("U1", "reporter", Place::Second, "P1")).contains("已是"));
    assert!(ask(&mut d, "p2", give("U1", "reporter", Place::Second, "P3")).contains("不是“青禾区教育局”的人员"));
    assert_eq!(ask(&mut d, "p2", give("U2", "reporter", Place::First, "P2")), "forbidden duties.assign");
    assert!(ask(&mut d, "planner", give("U1", "planner", Place::First, "P1")).contains("没有岗位"));
    assert_eq!(ask(&mut d, "p2", give("U1", "reporter", Place::Second, "P2")), "give");
    let depute = |person: &str, from: &str, until: &str, reason: &str| Wish::Depute {
        duty: "D2".to_owned(),
        person: person.to_owned(),
        from: day(from),
        until: day(until),
        reason: reason.to_owned(),
    };
    assert!(ask(&mut d, "p2", depute("P1", "2023-06-05", "2023-06-01", "学习")).contains("早于起始日期"));
    assert!(ask(&mut d, "p2", depute("P1", "2023-06-05", "2024-09-01", "学习")).contains("不超过一年"));
    assert!(ask(&mut d, "p2", depute("P1", "2023-06-05", "2023-06-09", "")).contains("没有填写"));
    assert!(ask(&mut d, "p2", depute("P2", "2023-06-05", "2023-06-09", "学习")).contains("现就在这个岗位"));
    assert_eq!(ask(&mut d, "p2", depute("P1", "2023-06-05", "2023-06-09", "学习")), "depute");
    assert!(ask(&mut d, "planner", depute("P1", "2023-06-09", "2023-06-12", "学习")).contains("已在 2023-06-05"));
    // Taken back: before it begins it never was, while it goes on it was until then.
    let recall =
        |from: &str, reason: &str| Wish::Recall { duty: "D2".to_owned(), from: day(from), reason: reason.to_owned() };
    let stands_in = |d: &Directory, on: &str| d.posts("p1", day(on)).iter().any(|post| post.deputy);
    assert!(stands_in(&d, "2023-06-06"));
    assert!(ask(&mut d, "p2", recall("2023-06-06", "提前返岗")).contains("没有自 2023-06-06 起"));
    assert!(ask(&mut d, "p2", recall("2023-06-05", " ")).contains("没有填写"));
    assert_eq!(ask(&mut d, "p1", recall("2023-06-05", "提前返岗")), "forbidden duties.assign");
    assert_eq!(ask(&mut d, "p2", recall("2023-06-05", "提前返岗")), "recall");
    assert!(!stands_in(&d, "2023-06-06"));
    assert!(ask(&mut d, "planner", recall("2023-06-05", "提前返岗")).contains("已收回"));
    assert_eq!(ask(&mut d, "planner", depute("P1", "2023-05-29", "2023-06-09", "学习")), "depute");
    assert_eq!(ask(&mut d, "planner", recall("2023-05-29", "提前返岗")), "recall");
    assert!(stands_in(&d, "2023-05-31") && !stands_in(&d, TODAY));
    assert!(ask(&mut d, "planner", depute("P1", "2023-05-30", "2023-06-02", "学习")).contains("已在 2023-05-29"));
    assert_eq!(ask(&mut d, "planner", depute("P1", TODAY, "2023-06-02", "学习")), "depute");
    assert!(ask(&mut d, "p2", Wish::End { duty: "D2".to_owned(), on: day("2022-01-01") }).contains("早于起始日期"));
    assert_eq!(ask(&mut d, "p2", Wish::End { duty: "D2".to_owned(), on: day("2023-06-30") }), "end");
    assert!(open_duties(&d, day(TODAY)).iter().any(|o| matches!(o.concern, Concern::EndsSoon { .. })));
}

const FILE: &str = "虚构\n\
区划代码,区划名称\n990102,青禾区\n\n\
单位名称,简称,类别,行政区划,统一社会信用代码\n\
青禾区财政局,财政局、区财政局,部门,990102,11990102MB9900371Y\n\
云岭镇人民政府,云岭镇,乡镇街道,990102,\n\n\
姓名,单位,账号,邮箱,办公电话,离岗日期\n\
样甲,财政局,jia,jia@example.cn,0990-1,\n\
样乙,云岭镇,yi,,,2023年8月31日\n\
样丙,青禾区财政局,,,,\n\n\
单位,岗位,AB岗,姓名,起始日期,截止日期\n\
财政局,审核人,,样甲,2023-01-01,\n\
云岭镇,填报人,A岗,样乙,2023-01-01,2023-12-31\n\
财政局,填报人,B岗,样丙,,\n";

fn look(directory: &Directory, text: &str) -> Preview {
    let planner = Actor::new("planner", "planner");
    preview(directory, (&planner, day(TODAY)), DirectoryFile { name: "a.csv", bytes: text.as_bytes() }).unwrap()
}

/// The directory with what a file brings.
fn with(mut directory: Directory, text: &str) -> Directory {
    let found = look(&directory, text);
    assert_eq!(found.errors, [], "{text}");
    found.events().iter().for_each(|event| directory.apply(event));
    directory
}

fn as_csv(directory: &Directory) -> String {
    let sheets = sheets(directory, day(TODAY)).into_iter();
    let rows = sheets.flat_map(|sheet| [vec![sheet.columns], sheet.rows].concat());
    rows.map(|row| format!("{}\n", row.join(","))).collect()
}

#[test]
fn a_file_is_looked_at_stored_and_the_same_file_changes_nothing() {
    let found = look(&Directory::default(), FILE);
    assert_eq!((found.errors.len(), found.count(None, Outcome::New), found.rows.len()), (0, 9, 9), "{found:?}");
    let directory = with(Directory::default(), FILE);
    let person = directory.person_of("yi").unwrap();
    assert_eq!(directory.leaves(&person.id), Some(day("2023-08-31")));
    assert_eq!(directory.duties().count(), 3);
    assert!(directory.duties().all(|duty| duty.holders.is_empty()), "a file names, it does not accept");
    let again = look(&directory, FILE);
    assert_eq!(
        (again.count(None, Outcome::Unchanged), again.changes(), again.warnings.len()),
        (9, false, 0),
        "{again:?}"
    );
    // What is written out is what is there.
    let written = as_csv(&directory);
    let same = look(&directory, &written);
    assert_eq!((same.errors.len(), same.changes(), same.count(None, Outcome::Unchanged)), (0, false, 9), "{written}");
    // A renamed unit, a new telephone number, another person asked.
    let renamed =
        written.replace("青禾区财政局,财政局、区财政局", "青禾区财政金融局,青禾区财政局").replace("0990-1", "0990-2");
    let found = look(&directory, &renamed);
    let changed: Vec<String> = found
        .rows
        .iter()
        .flat_map(|row| &row.differences)
        .map(|d| format!("{} {}→{}", d.column, d.before, d.after))
        .collect();
    assert_eq!(
        changed,
        ["单位名称 青禾区财政局→青禾区财政金融局", "简称 财政局、区财政局→青禾区财政局", "办公电话 0990-1→0990-2"]
    );
    let other = FILE.replace("财政局,审核人,,样甲", "财政局,审核人,,样丙");
    let found = look(&directory, &other);
    let row = found.rows.iter().find(|row| row.outcome == Outcome::Changed).unwrap();
    assert!(row.differences.iter().any(|d| (d.before.as_str(), d.after.as_str()) == ("样甲", "样丙")), "{row:?}");
    // Empty cells keep what is there.
    let short = "姓名,单位,办公电话\n样甲,财政局,\n";
    assert!(!look(&directory, short).changes());
}

#[test]
fn every_fault_of_a_file_is_named_at_once_with_its_place() {
    let text = "单位名称,类别,行政区划,信用代码,联系人\n\
                甲局,司局,99,123,无\n\
                甲局,部门,,,\n\
                ,部门,,,\n\
                姓名,单位,邮箱,离岗日期\n\
                样甲,甲局,无,明年\n\
                样乙,丙局,,,多的\n\
                单位,岗位,AB岗,姓名\n\
                甲局,科长,丙岗,样甲\n\
                甲局,填报人,A岗,样丁\n";
    let found = look(&Directory::default(), text);
    let said: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    for expected in [
        "2: 没有类别“司局”",
        "2: 行政区划：“99”不是行政区划代码",
        "2: 信用代码：统一社会信用代码应为 18 位",
        "3: 与 第 2 行 处是同一个：甲局",
        "4: 单位名称：没有填写",
        "6: “明年”不是日期",
        "6: 邮箱：“无”不是邮箱地址",
        "7: “多的”在表头之外",
        "7: 没有单位“丙局”",
        "9: 没有岗位“科长”",
        "9: “丙岗”不是 AB岗",
        "10: 没有“样丁”",
    ] {
        assert!(said.iter().any(|line| line.starts_with(expected)), "{expected}: {said:#?}");
    }
    assert_eq!(said.len(), 12, "{said:#?}");
    assert!(found.warnings.iter().any(|p| p.message.contains("联系人")), "{:?}", found.warnings);
    let none = look(&Directory::default(), "指标,2023\n甲,1\n");
    assert_eq!(none.errors.first().map(|p| p.code.as_str()), Some("no-header"));
}
