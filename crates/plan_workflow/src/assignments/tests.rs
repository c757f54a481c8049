use super::*;

/// Events in short: `unit action part due`, `_` for nothing.
fn events(rows: &[&str]) -> Vec<Event> {
    let event = |row: &&str| {
        let parts: Vec<&str> = row.split(' ').collect();
        let [unit, action, part, due] = parts[..] else { panic!("{row}") };
        let word = |text: &str| serde_json::Value::String(text.to_owned());
        let needs_reason = !matches!(action, "offer" | "accept");
        PartEvent {
            key: PartKey { subject: "I001".to_owned(), unit: unit.into() },
            action: serde_json::from_value(word(action)).unwrap(),
            part: serde_json::from_value(word(part)).unwrap(),
            due: (due != "_").then(|| due.parse().unwrap()),
            arbiter: (action == "refer").then(|| "样仲裁".to_owned()),
            joint: false,
            reason: if needs_reason { "不属于本单位职责".to_owned() } else { String::new() },
        }
    };
    let (at, actor) = (Timestamp::UNIX_EPOCH, "样某".to_owned());
    let numbered = (1..).zip(rows.iter().map(event));
    numbered.map(|(number, what)| Event { number, what, at, actor: actor.clone() }).collect()
}

#[test]
fn the_table_is_whole() {
    let steps = Steps::standard();
    assert_eq!((steps.state.len(), steps.step.len()), (7, 7));
    // Every state can be reached, and every one but the settled ones left.
    for row in &steps.state {
        assert!(steps.step.iter().any(|step| step.to == row.code), "{row:?}");
        let left = steps.open_to(Some(row.code)).count();
        assert!(left > 0, "{row:?}");
        assert!(["", "planner", "unit", "arbiter"].contains(&row.open.as_str()));
    }
    assert_eq!(steps.open_to(None).map(|s| s.action).collect::<Vec<_>>(), [Move::Offer]);
}

#[test]
fn a_commitment_is_active_when_its_lead_accepted_and_a_date_is_set() {
    let cases: [(&[&str], Activity); 9] = [
        (&[], Activity::NotOffered),
        (&["QZ01 offer lead 2024-03-31"], Activity::Waiting),
        (&["QZ01 offer lead 2024-03-31", "QZ01 accept lead _"], Activity::Active),
        (&["QZ01 offer cooperating 2024-03-31", "QZ01 accept cooperating _"], Activity::NotOffered),
        (&["QZ01 offer lead 2024-03-31", "QZ01 return lead _"], Activity::Disputed),
        (
            &["QZ01 offer lead 2024-03-31", "QZ01 return lead _", "QZ01 refer lead 2024-02-01", "QZ01 impose lead _"],
            Activity::Active,
        ),
        (
            &["QZ01 offer lead 2024-03-31", "QZ01 return lead _", "QZ01 refer lead 2024-02-01", "QZ01 release lead _"],
            Activity::NotOffered,
        ),
        (
            &["QZ01 offer lead 2024-03-31", "QZ01 accept lead _", "QZ02 offer lead 2024-03-31", "QZ02 accept lead _"],
            Activity::TwoLeads,
        ),
        (&["QZ01 offer lead 2024-03-31", "QZ01 accept lead _", "QZ01 withdraw lead _"], Activity::NotOffered),
    ];
    for (rows, expected) in cases {
        assert_eq!(activity(&fold(&events(rows))), expected, "{rows:?}");
    }
}

#[test]
fn a_step_that_does_not_fit_is_refused_with_the_reason() {
    let said = |rows: &[&str]| {
        let all = events(rows);
        let (last, before) = all.split_last().unwrap();
        step(fold(before).first(), last).unwrap_err().to_string()
    };
    assert_eq!(
        said(&["QZ01 offer lead 2024-03-31", "QZ01 accept lead _", "QZ01 return lead _"]),
        "“QZ01”在“I001”中的责任现为“已认领”，不能退回；请刷新后核对"
    );
    assert_eq!(said(&["QZ01 accept lead _"]), "“QZ01”在“I001”中的责任现为“未分办”，不能认领；请刷新后核对");
    assert_eq!(said(&["QZ01 offer lead _"]), "分办须写明期限；请补充后再提交");
    let mut without = events(&["QZ01 offer lead 2024-03-31", "QZ01 return lead _"]);
    without[1].what.reason = "  ".to_owned();
    let error = step(fold(&without[..1]).first(), &without[1]).unwrap_err();
    assert_eq!(error.to_string(), "退回须写明理由；请补充后再提交");
}

#[test]
fn the_due_date_is_that_of_the_offer_and_the_arbitration_has_its_own() {
    let all = fold(&events(&["QZ01 offer lead 2024-03-31", "QZ01 return lead _", "QZ01 refer lead 2024-02-01"]));
    assert_eq!(all[0].due, Some("2024-03-31".parse().unwrap()));
    assert_eq!(all[0].arbitration, Some(("样仲裁".to_owned(), "2024-02-01".parse().unwrap())));
    assert_eq!((all[0].events, all[0].state), (3, PartState::Arbitrating));
}

#[test]
fn a_book_answers_by_commitment_and_by_unit_as_merged_on_a_day() {
    use crate::directory::{Directory, DirectoryEvent};
    let mut all = events(&["U1 offer lead 2024-03-31", "U2 offer cooperating 2024-03-31", "U1 accept lead _"]);
    all[1].what.key.subject = "W7".to_owned();
    let book = Book::of(all);
    assert_eq!((book.version(), book.last_of("I001"), book.last_of("W7"), book.last_of("W8")), (3, 3, 2, 0));
    assert_eq!((book.activity("I001"), book.activity("W7")), (Activity::Active, Activity::NotOffered));
    assert_eq!(book.lead_of("I001").unwrap().unit, "U1".into());
    assert!(book.lead_of("W7").is_none() && book.parts_of("W7").count() == 1 && book.history("W7").count() == 1);
    let mut directory = Directory::default();
    let from = "2024-07-01".parse().unwrap();
    directory.apply(&DirectoryEvent::Merge { unit: "U1".into(), into: "U2".into(), from });
    let (before, after) = ("2024-06-30".parse().unwrap(), from);
    let of = |book: &Book, unit: &str| book.of_unit(&unit.into()).map(|p| p.key.subject.clone()).collect::<Vec<_>>();
    let (early, late) = (book.clone().on(&directory, before), book.on(&directory, after));
    assert_eq!((of(&early, "U1"), of(&early, "U2")), (vec!["I001".to_owned()], vec!["W7".to_owned()]));
    assert_eq!((of(&late, "U1"), of(&late, "U2")), (vec![], vec!["I001".to_owned(), "W7".to_owned()]));
    // Both units had the lead: after the merger that is one lead.
    let two = events(&["U1 offer lead 2024-03-31", "U1 accept lead _", "U2 offer lead 2024-03-31", "U2 accept lead _"]);
    let book = Book::of(two);
    assert_eq!(book.activity("I001"), Activity::TwoLeads);
    assert_eq!(book.on(&directory, after).activity("I001"), Activity::Active);
}

/// The cases beside the rules that come with the program, each line one.
#[test]
fn the_rules_that_come_with_the_program_keep_their_cases() {
    let rules = suggest::standard_rules();
    assert!(rules.rules().len() > 20);
    let mut cases = 0;
    for line in include_str!("../../../../rules/assignments/cases.tsv").lines().skip(1) {
        let [name, chapter, named, expected, _why] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let found = rules.suggest(rules::Asked { name, quote: "", chapter, named });
        let shown: Vec<String> = found.iter().map(|s| format!("{} {}", s.unit, s.part.code())).collect();
        assert_eq!(shown.join("; "), expected, "{name}");
        cases += 1;
    }
    assert!(cases > 8);
}
