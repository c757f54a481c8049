//! The rules of `rules/reminders.md`, and what holds of every answer.

use std::collections::BTreeMap;

use jiff::{civil::DateTime, tz::TimeZone};

use super::{
    inbox::inbox,
    past::{Mark, NoticeEvent, Past, Recipient},
    rules::{From, ReminderRules},
    *,
};
use crate::calendar::WorkingDays;

fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

fn moment(text: &str) -> Timestamp {
    let wall: DateTime = text.replace(' ', "T").parse().unwrap();
    wall.to_zoned(zone()).unwrap().timestamp()
}

fn at(text: &str) -> Moment {
    Moment { now: moment(text), zone: zone() }
}

fn people() -> People {
    let duty = |duty, name: &str| ("甲局".to_owned(), duty, name.to_owned());
    People {
        duties: vec![
            duty(Duty::Reporter, "张报"),
            duty(Duty::Approver, "陈审"),
            duty(Duty::Leader, "高领"),
            ("乙局".to_owned(), Duty::Leader, "吴领".to_owned()),
        ],
        planners: vec!["林规".to_owned()],
        units: vec![("甲局".to_owned(), "甲局".to_owned())],
        groups: vec![Group { name: "甲局群".to_owned(), units: vec!["甲局".to_owned()] }],
        ..People::default()
    }
}

fn recipient(name: &str) -> Recipient {
    if name.ends_with('群') { Recipient::Group(name.to_owned()) } else { Recipient::Person(name.to_owned()) }
}

fn item(kind: &str, unit: &str, opened: &str, due: &str) -> Open {
    let kind = Kind::ALL.iter().copied().find(|known| known.code() == kind).unwrap();
    Open {
        kind,
        about: About { plan: Some(PlanId(1)), subject: "I001".to_owned(), unit: unit.to_owned() },
        title: "新增公共停车位".to_owned(),
        path: "/plans/1".to_owned(),
        opened: moment(&format!("{opened} 08:00")),
        due: (!due.is_empty()).then(|| due.parse().unwrap()),
        turn: Turn::Unit(unit.to_owned(), Duty::Reporter),
    }
}

/// A row of the cases: what was sent before, and what was noted.
fn past(open: &Open, sent: &str, noted: &str) -> BTreeMap<Recipient, Past> {
    let mut past: BTreeMap<Recipient, Past> = BTreeMap::new();
    for (number, one) in sent.split(';').map(str::trim).filter(|s| !s.is_empty()).enumerate() {
        let (name, rest) = one.split_once(':').unwrap();
        let (step, due) = rest.split_once(" @").map_or((rest, open.due), |(step, due)| (step, due.parse().ok()));
        let of = ReminderRules::standard().step(step).unwrap_or_else(|| panic!("no step {step}"));
        let round = match (of.from, due) {
            (From::Due, Some(due)) => format!("{} {due}", open.opened),
            _ => open.opened.to_string(),
        };
        let mark = Mark { item: open.key(), step: step.to_owned(), round };
        let of = past.entry(recipient(name)).or_default();
        send(of, &format!("m{number}"), false, vec![mark], moment("2026-08-03 09:00"));
    }
    for name in noted.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        let event = NoticeEvent::Noted { item: open.key(), opened: open.opened };
        past.entry(recipient(name)).or_default().add(&event, open.opened);
    }
    past
}

fn begin(past: &mut Past, message: &str, digest: bool, covers: Vec<Mark>, at: Timestamp) {
    past.add(&NoticeEvent::Begun { message: message.to_owned(), channel: "email".to_owned(), digest, covers }, at);
}

fn send(past: &mut Past, message: &str, digest: bool, covers: Vec<Mark>, at: Timestamp) {
    begin(past, message, digest, covers, at);
    past.add(&NoticeEvent::Sent { message: message.to_owned() }, at);
}

fn ask(open: &[Open], past: &BTreeMap<Recipient, Past>, at: &Moment) -> Vec<Message> {
    let (people, rules, days) = (people(), ReminderRules::standard(), WorkingDays::shipped());
    reminders(&Question { open, people: &people, rules, days, past, at })
}

fn shown(messages: &[Message]) -> Vec<String> {
    let one = |message: &Message, notice: &Notice| {
        let when = if notice.at_once { "即时" } else { "汇总" };
        format!("{}:{} {when}", message.to.name(), notice.mark.step)
    };
    let mut all: Vec<String> = messages.iter().flat_map(|m| m.notices.iter().map(|n| one(m, n))).collect();
    all.sort();
    all
}

#[test]
fn the_cases_in_prose_hold() {
    let text = include_str!("../../../../rules/reminders.md");
    let rows = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    let mut checked = 0;
    for row in rows.filter(|row| !row.starts_with("| 说明 |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, kind, unit, opened, due, sent, noted, now, expected] = cells[..] else { panic!("{row}") };
        let open = item(kind, unit, opened, due);
        let past = past(&open, sent, noted);
        let found = shown(&ask(&[open], &past, &at(now)));
        let mut expected: Vec<&str> = expected.split(';').map(str::trim).filter(|s| !s.is_empty()).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{row}");
        checked += 1;
    }
    assert!(checked >= 25, "{checked} rows");
}

/// Minute by minute over six weeks, with the clock jumping back and the program
/// stopping between sending and noting: nobody hears the same twice.
#[test]
fn nothing_is_said_twice() {
    let open = [item("report", "甲局", "2026-09-01", "2026-09-10"), item("offer", "甲局", "2026-09-02", "")];
    let mut past: BTreeMap<Recipient, Past> = BTreeMap::new();
    let mut heard: BTreeMap<(Recipient, Mark), u32> = BTreeMap::new();
    let mut digests: BTreeMap<(Recipient, Date), u32> = BTreeMap::new();
    let mut now = at("2026-08-31 00:00");
    for round in 0_i64..6000 {
        let back = round % 97 == 96;
        let minutes = if back { -60 * 30 } else { 37 };
        now.now = now.now.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
        let messages = ask(&open, &past, &now);
        assert_eq!(messages, ask(&open, &past, &now), "the same question, the same answer");
        for message in messages {
            let of = past.entry(message.to.clone()).or_default();
            let covers: Vec<Mark> = message.notices.iter().map(|n| n.mark.clone()).collect();
            begin(of, &message.id, message.digest, covers.clone(), now.now);
            match round % 3 {
                // Not taken: it is tried again, and does not count as heard.
                0 if of.failures() < 3 => {
                    let event = NoticeEvent::Deferred { message: message.id, detail: "忙".to_owned() };
                    of.add(&event, now.now);
                    continue;
                }
                // Sent, and the program ended before it could note it.
                1 => {}
                _ => of.add(&NoticeEvent::Sent { message: message.id }, now.now),
            }
            if message.digest {
                *digests.entry((message.to.clone(), now.today())).or_default() += 1;
            }
            for mark in covers {
                *heard.entry((message.to.clone(), mark)).or_default() += 1;
            }
        }
    }
    assert!(now.today() > "2026-10-01".parse().unwrap(), "{}", now.today());
    assert!(heard.values().chain(digests.values()).all(|times| *times == 1), "{heard:#?}");
    let to: std::collections::BTreeSet<&str> = heard.keys().map(|(to, _)| to.name()).collect();
    assert_eq!(to.into_iter().collect::<Vec<_>>(), ["张报", "林规", "甲局群", "陈审", "高领"]);
}

#[test]
fn one_digest_a_day_and_urgent_things_between() {
    let mut past: BTreeMap<Recipient, Past> = BTreeMap::new();
    let first = [item("report", "甲局", "2026-09-01", "2026-09-10")];
    let morning = at("2026-09-01 09:00");
    for message in ask(&first, &past, &morning) {
        let covers = message.notices.iter().map(|n| n.mark.clone()).collect();
        send(past.entry(message.to).or_default(), &message.id, message.digest, covers, morning.now);
    }
    let mut second = first.to_vec();
    second.push(item("offer", "甲局", "2026-09-01", ""));
    assert_eq!(shown(&ask(&second, &past, &at("2026-09-01 15:00"))), Vec::<String>::new(), "it waits for tomorrow");
    second.push(item("handover", "甲局", "2026-09-01", ""));
    let urgent = ask(&second, &past, &at("2026-09-01 15:00"));
    assert_eq!(shown(&urgent), ["张报:handover-new 即时", "甲局群:handover-new 即时"]);
    assert!(urgent.iter().all(|m| !m.digest));
    assert_eq!(urgent.iter().find(|m| m.to == recipient("张报")).unwrap().waiting, 3);
    let tomorrow = ask(&second, &past, &at("2026-09-02 09:00"));
    assert_eq!(tomorrow.len(), 2, "one message each, with both");
    assert!(tomorrow.iter().all(|m| m.digest && m.notices.len() == 2));
}

#[test]
fn what_is_not_taken_waits_longer_each_time_and_is_given_up_by_the_rules() {
    let open = [item("handover", "乙局", "2026-09-01", "")];
    let rules = ReminderRules::standard();
    let to = recipient("林规");
    let mut past: BTreeMap<Recipient, Past> = BTreeMap::new();
    let mut now = at("2026-09-01 08:30");
    for (failures, wait) in [(1, 5), (2, 30), (3, 120)] {
        let [message] = &ask(&open, &past, &now)[..] else { panic!("one message at {}", now.wall()) };
        assert_eq!(message.failures, failures - 1);
        let covers = message.notices.iter().map(|n| n.mark.clone()).collect();
        let of = past.entry(to.clone()).or_default();
        begin(of, &message.id, false, covers, now.now);
        of.add(&NoticeEvent::Deferred { message: message.id.clone(), detail: "忙".to_owned() }, now.now);
        assert_eq!(of.problems(now.now).len(), usize::try_from(failures).unwrap(), "it shows while it is tried");
        let later = |minutes| Moment {
            now: now.now.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap(),
            zone: zone(),
        };
        assert!(ask(&open, &past, &later(wait - 1)).is_empty(), "after {failures}");
        now = later(wait);
    }
    assert!(rules.retry.wait(4).is_some() && rules.retry.wait(5).is_none(), "then it is given up");
    let of = past.get_mut(&to).unwrap();
    begin(of, "last", false, vec![], now.now);
    of.add(&NoticeEvent::Failed { message: "last".to_owned(), detail: "查无此人".to_owned() }, now.now);
    assert_eq!(of.problems(now.now).iter().filter(|p| p.detail == "查无此人").count(), 1);
    assert_eq!(of.failures(), 0);
    send(of, "next", false, vec![], now.now.checked_add(jiff::SignedDuration::from_mins(1)).unwrap());
    assert!(of.problems(now.now).is_empty(), "a message that arrives ends the problem");
}

#[test]
fn a_message_whose_fate_is_unknown_is_a_problem_and_not_sent_again() {
    let open = [item("handover", "乙局", "2026-09-01", "")];
    let mut past: BTreeMap<Recipient, Past> = BTreeMap::new();
    let now = at("2026-09-01 10:00");
    let message = ask(&open, &past, &now).remove(0);
    let covers = message.notices.iter().map(|n| n.mark.clone()).collect();
    begin(past.entry(message.to.clone()).or_default(), &message.id, false, covers, now.now);
    let later = at("2026-09-01 10:20");
    assert!(ask(&open, &past, &later).is_empty());
    let of = &past[&message.to];
    assert!(of.problems(now.now).is_empty(), "it may still be under way");
    assert_eq!(of.problems(later.now).len(), 1);
}

#[test]
fn the_inbox_has_what_is_late_first_and_only_ones_own() {
    let mut late = item("report", "甲局", "2026-09-01", "2026-09-10");
    late.about.subject = "late".to_owned();
    let open = [item("offer", "甲局", "2026-09-01", ""), item("report", "甲局", "2026-09-01", "2026-09-30"), late];
    let orphan = item("report", "乙局", "2026-09-01", "2026-09-20");
    let all: Vec<Open> = open.iter().cloned().chain([orphan]).collect();
    let now = at("2026-09-15 10:00");
    let mut past = Past::default();
    past.add(&NoticeEvent::Noted { item: all[0].key(), opened: all[0].opened }, now.now);
    let (people, days) = (people(), WorkingDays::shipped());
    let own = inbox(&all, &people, "张报", &past, (days, &now));
    let seen: Vec<_> = own.iter().map(|i| (i.open.kind.code(), i.left, i.is_late(), i.noted)).collect();
    // The worked Sunday counts, the three days off do not.
    assert_eq!(
        seen,
        [("report", Some(-3), true, false), ("report", Some(11), false, false), ("offer", None, false, true)]
    );
    let planner = inbox(&all, &people, "林规", &Past::default(), (days, &now));
    assert_eq!(planner.len(), 1);
    assert!(planner[0].nobody && planner[0].open.about.unit == "乙局");
    assert!(inbox(&all, &people, "陈审", &Past::default(), (days, &now)).is_empty());
}

#[test]
fn a_table_with_a_fault_is_refused() {
    let whole = include_str!("../../../../rules/reminders.toml");
    assert_eq!(ReminderRules::from_toml(whole).as_ref(), Ok(ReminderRules::standard()));
    for (from, to, said) in [
        ("digest = \"09:00\"", "digest = \"19:00\"", "from ≤ digest < to"),
        ("digest = \"09:00\"", "digest = \"九点\"", "读不懂"),
        ("code = \"node\"", "code = \"report\"", "有且只有一行"),
        ("code = \"report-soon\"", "code = \"report-open\"", "写了两次"),
        ("to = [\"turn\", \"approver\"]", "to = []", "提醒谁"),
        ("to = [\"turn\"]", "to = [\"everybody\"]", "读不懂"),
        ("from = \"opened\"\ndays = 0", "from = \"opened\"\ndays = -2", "不能早于"),
    ] {
        let error = ReminderRules::from_toml(&whole.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(said), "{to}: {error}");
    }
}
