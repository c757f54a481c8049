use super::*;

/// Events in short: `unit action part due`, `_` for nothing.
fn events(rows: &[&str]) -> Vec<Event> {
    let event = |row: &&str| {
        let parts: Vec<&str> = row.split(' ').collect();
        let [unit, action, part, due] = parts[..] else { panic!("{row}") };
        let word = |text: &str| serde_json::Value::String(text.to_owned());
        let needs_reason = !matches!(action, "offer" | "accept");
        Event {
            key: PartKey { subject: "I001".to_owned(), unit: unit.to_owned() },
            action: serde_json::from_value(word(action)).unwrap(),
            part: serde_json::from_value(word(part)).unwrap(),
            due: (due != "_").then(|| due.parse().unwrap()),
            arbiter: (action == "refer").then(|| "样仲裁".to_owned()),
            reason: if needs_reason { "不属于本单位职责".to_owned() } else { String::new() },
            at: Timestamp::UNIX_EPOCH,
            actor: "样某".to_owned(),
        }
    };
    rows.iter().map(event).collect()
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
    without[1].reason = "  ".to_owned();
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
