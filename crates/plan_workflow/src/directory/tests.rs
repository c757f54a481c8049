//! Duties over time.

use plan_model::UnitKind;

use super::*;

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
