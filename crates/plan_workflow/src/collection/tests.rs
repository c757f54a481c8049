use jiff::{Timestamp, civil::Date};
use plan_model::{Answer, Period, UnitId};

use super::{
    Asked, CollectionRules, CountsAfter, Days, Entry, Frequency, ReportEvent, Round, RoundEvent, Rounds, RowState,
    Sheet, Stage, burden::burden,
};
use crate::{
    calendar::WorkingDays,
    directory::{Directory, DirectoryEvent},
};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn figure(value: &str) -> Entry {
    Entry::Figure(Answer::Figure { value: value.parse().unwrap(), proxy: false, source: String::new() })
}

fn save(subject: &str, value: &str, on: &str) -> ReportEvent {
    ReportEvent::Save { subject: subject.to_owned(), entry: figure(value), on: date(on) }
}

fn these(subjects: &[&str]) -> Vec<String> {
    subjects.iter().map(|subject| (*subject).to_owned()).collect()
}

fn sheet(events: &[ReportEvent]) -> Sheet {
    let mut sheet = Sheet::default();
    for (event, number) in events.iter().zip(1..) {
        sheet.apply(event.clone(), (number, Timestamp::UNIX_EPOCH, "甲"));
    }
    sheet
}

#[test]
fn the_rules_are_whole() {
    let rules = CollectionRules::standard();
    assert_eq!(rules.counts_after, CountsAfter::Planning);
    for frequency in Frequency::ALL {
        assert_eq!(rules.days(frequency).fault(), None, "{}", frequency.code());
        assert!(rules.name(frequency).ends_with('报'), "{}", frequency.code());
        assert_eq!(Frequency::from_code(frequency.code()), Some(frequency));
    }
    assert_eq!(rules.fields(["I001", "I002", "W3"]), 6);
}

#[test]
fn a_round_has_its_dates_from_the_working_days() {
    // frequency, period, title, opens, due, closes, provisional
    let cases = [
        // The Tomb-Sweeping days of 2024 lie in it, and the worked Sunday after them.
        ("quarterly", "2024Q1", "2024年一季度", "2024-04-01", "2024-04-11", "2024-04-22", false),
        // The worked Sunday of 4 February counts.
        ("monthly", "2024-01", "2024年1月", "2024-02-01", "2024-02-07", "2024-02-19", false),
        ("half_yearly", "2024Q2", "2024年上半年", "2024-07-01", "2024-07-12", "2024-07-26", false),
        ("half_yearly", "2024", "2024年下半年", "2025-01-02", "2025-01-15", "2025-02-05", false),
        ("yearly", "2026", "2026年度", "2027-01-07", "2027-01-28", "2027-02-25", true),
    ];
    for (frequency, period, title, opens, due, closes, provisional) in cases {
        let (frequency, period) = (Frequency::from_code(frequency).unwrap(), period.parse::<Period>().unwrap());
        let dates = CollectionRules::standard().days(frequency).dates(period, WorkingDays::shipped());
        let found = (dates.opens, dates.due, dates.closes, dates.provisional);
        assert_eq!(found, (date(opens), date(due), date(closes), provisional), "{period}");
        assert!(frequency.fits(period) && frequency.title(period) == title, "{period}");
    }
    assert!(!Frequency::Monthly.fits(Period::Year(2024)) && !Frequency::HalfYearly.fits(Period::Quarter(2024, 1)));
    assert!(
        Days { opens: 5, due: 3, closes: 9 }.fault().is_some()
            && Days { opens: 0, due: 0, closes: 0 }.fault().is_some()
    );
}

#[test]
fn a_row_goes_its_course_and_comes_back() {
    let pass = |stage, on: &str| ReportEvent::Pass { stage, subjects: these(&["I001"]), on: date(on) };
    let submit = |on: &str| ReportEvent::Submit { subjects: these(&["I001", "I009"]), on: date(on) };
    let back = |stage, on: &str| ReportEvent::Return {
        stage,
        subjects: these(&["I001"]),
        reason: "与公报不符".to_owned(),
        on: date(on),
    };
    let events = [
        save("I001", "5", "2024-04-02"),
        submit("2024-04-15"),
        pass(Stage::Unit, "2024-04-15"),
        back(Stage::Planning, "2024-04-16"),
        save("I001", "6", "2024-04-17"),
        submit("2024-04-17"),
        pass(Stage::Unit, "2024-04-17"),
        pass(Stage::Planning, "2024-04-18"),
        save("I001", "7", "2024-05-02"),
    ];
    use RowState::{Accepted, Approved, Returned, Saved, Submitted};
    let course = [Saved, Submitted, Approved, Returned, Saved, Submitted, Approved, Accepted, Saved];
    for (count, state) in (1..).zip(course) {
        assert_eq!(sheet(&events[..count]).row("I001").unwrap().state, state, "{count}");
    }
    let sheet = sheet(&events);
    let row = sheet.row("I001").unwrap();
    assert_eq!((row.number(), row.accepted, row.saves.len()), (9, Some(5), 3));
    assert_eq!(row.revises().unwrap().entry, figure("6"));
    assert_eq!(row.returned.as_ref().unwrap().reason, "与公报不符");
    // Late is by when it was submitted first; what was never filled in is as late as today.
    assert_eq!(sheet.late("I001", date("2024-04-11"), date("2024-06-30")), 2);
    assert_eq!(sheet.late("I002", date("2024-04-11"), date("2024-04-12")), 1);
    assert!(sheet.row("I009").is_none());
}

#[test]
fn steps_out_of_turn_change_nothing() {
    let pass = |stage| ReportEvent::Pass { stage, subjects: these(&["I001"]), on: date("2024-04-02") };
    let submit = ReportEvent::Submit { subjects: these(&["I001"]), on: date("2024-04-02") };
    let state = |events: &[ReportEvent]| sheet(events).row("I001").map(|row| row.state);
    let saved = save("I001", "5", "2024-04-02");
    assert_eq!(state(&[pass(Stage::Unit)]), None);
    assert_eq!(state(&[saved.clone(), pass(Stage::Unit)]), Some(RowState::Saved));
    assert_eq!(state(&[saved.clone(), submit.clone(), pass(Stage::Planning)]), Some(RowState::Submitted));
    // Who changes what was submitted takes it back.
    assert_eq!(state(&[saved.clone(), submit.clone(), save("I001", "6", "2024-04-02")]), Some(RowState::Saved));
}

#[test]
fn a_clock_that_goes_backwards_makes_nobody_early() {
    let submit = ReportEvent::Submit { subjects: these(&["I001"]), on: date("2024-04-01") };
    let sheet = sheet(&[save("I001", "5", "2024-04-15"), submit]);
    assert_eq!(sheet.late("I001", date("2024-04-11"), date("2024-04-01")), 2);
}

#[test]
fn rounds_are_opened_locked_and_reopened_and_ask_once() {
    let asked = |subject: &str, unit: &str| Asked { subject: subject.to_owned(), unit: UnitId::from(unit) };
    let round = Round {
        id: "2024Q1".to_owned(),
        title: "2024年一季度季报".to_owned(),
        period: Period::Quarter(2024, 1),
        frequency: Frequency::Quarterly,
        opens: date("2024-04-01"),
        due: date("2024-04-11"),
        closes: date("2024-04-22"),
        provisional: false,
        asked: vec![asked("I001", "U1"), asked("W3", "U1"), asked("I002", "U2")],
    };
    let mut rounds = Rounds::default();
    assert_eq!(rounds.next_id(Period::Quarter(2024, 1)), "2024Q1");
    let days = Days { opens: 1, due: 2, closes: 3 };
    let events = [RoundEvent::SetDays { frequency: Frequency::Yearly, days }, RoundEvent::Open(round)];
    events.into_iter().for_each(|event| rounds.apply(event, Timestamp::UNIX_EPOCH, "甲"));
    assert_eq!((rounds.days(Frequency::Yearly), rounds.has_own_days(Frequency::Monthly)), (days, false));
    assert_eq!(rounds.next_id(Period::Quarter(2024, 1)), "2024Q1-2");
    assert_eq!(rounds.asking("I001", Period::Quarter(2024, 1)).unwrap().round.id, "2024Q1");
    assert!(rounds.asking("I001", Period::Quarter(2024, 2)).is_none());
    let open = |rounds: &Rounds, day: &str| rounds.round("2024Q1").unwrap().is_open(date(day));
    assert!(!open(&rounds, "2024-03-31") && open(&rounds, "2024-04-22") && !open(&rounds, "2024-04-23"));
    let lock = RoundEvent::Lock { round: "2024Q1".to_owned(), reason: "已上会".to_owned() };
    rounds.apply(lock, Timestamp::UNIX_EPOCH, "甲");
    assert!(!open(&rounds, "2024-04-12"));
    let reopen =
        RoundEvent::Reopen { round: "2024Q1".to_owned(), reason: "更正".to_owned(), closes: date("2024-05-10") };
    rounds.apply(reopen, Timestamp::UNIX_EPOCH, "乙");
    assert!(open(&rounds, "2024-05-10"));
    assert_eq!(rounds.round("2024Q1").unwrap().locks.len(), 2);

    // The burden goes with the unit that another becomes part of.
    let mut directory = Directory::default();
    let merge = DirectoryEvent::Merge { unit: "U2".into(), into: "U1".into(), from: date("2024-04-15") };
    let burden_on = |directory: &Directory, day: &str| -> Vec<(String, Vec<u32>)> {
        let all = burden(rounds.all(), directory, date(day));
        all.into_iter().map(|(unit, months)| (unit.0, months.into_values().collect())).collect()
    };
    directory.apply(&merge);
    assert_eq!(burden_on(&directory, "2024-04-14"), [("U1".to_owned(), vec![5]), ("U2".to_owned(), vec![1])]);
    assert_eq!(burden_on(&directory, "2024-04-15"), [("U1".to_owned(), vec![6])]);
}

/// The stored form: a word changed here would make what is kept unreadable.
#[test]
fn events_keep_their_words() {
    let event = save("I001", "12.50", "2024-04-02");
    let text = r#"{"event":"save","subject":"I001","entry":{"figure":{"answer":"figure","value":"12.50","proxy":false,"source":""}},"on":"2024-04-02"}"#;
    assert_eq!(serde_json::to_string(&event).unwrap(), text);
    assert_eq!(serde_json::from_str::<ReportEvent>(text).unwrap(), event);
    let pass = ReportEvent::Pass { stage: Stage::Planning, subjects: these(&["I001"]), on: date("2024-04-02") };
    let text = r#"{"event":"pass","stage":"planning","subjects":["I001"],"on":"2024-04-02"}"#;
    assert_eq!(serde_json::to_string(&pass).unwrap(), text);
}
