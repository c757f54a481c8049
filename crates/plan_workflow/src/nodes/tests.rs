//! How nodes stand after what happened.

use plan_model::DueYear;

use super::*;

fn typed(rows: &[(&str, &str, &str)]) -> Vec<NewNode> {
    let node = |(id, due, deliverable): &(&str, &str, &str)| NewNode {
        id: (*id).to_owned(),
        due: (*due).to_owned(),
        deliverable: (*deliverable).to_owned(),
        from_text: false,
    };
    rows.iter().map(node).collect()
}

fn folded(events: Vec<(&str, NodeEvent)>) -> Schedules {
    let mut schedules = Schedules::default();
    for (number, (actor, what)) in (1..).zip(events) {
        schedules.apply(Event { number, what, at: Timestamp::UNIX_EPOCH, actor: actor.to_owned() });
    }
    schedules
}

fn proposed(rows: &[(&str, &str, &str)]) -> NodeEvent {
    let nodes = parse(&Schedule::default(), &typed(rows)).unwrap();
    NodeEvent::Propose { subject: "W7".to_owned(), unit: Some("U1".into()), nodes, note: String::new() }
}

fn w7() -> String {
    "W7".to_owned()
}

const ROWS: &[(&str, &str, &str)] = &[("", "2023", "竣工"), ("", "2022Q2", "开工")];

#[test]
fn nodes_count_only_once_they_are_approved() {
    let waiting = folded(vec![("李填报", proposed(ROWS))]);
    assert!(waiting.nodes("W7").is_empty() && waiting.of("W7").unwrap().open().is_some());
    let day = "2022-12-31".parse().unwrap();
    assert!(!waiting.verdict("W7", day).unwrap().status.judged, "未排节点");
    let approve = NodeEvent::Approve { subject: w7(), note: String::new() };
    let agreed = folded(vec![("李填报", proposed(ROWS)), ("林规划", approve)]);
    let verdict = agreed.verdict("W7", day).unwrap();
    assert_eq!((verdict.days_behind, verdict.all), (184, 2));
}

#[test]
fn a_done_mark_stays_with_its_node_and_is_verified_by_another() {
    let approve = || ("林规划", NodeEvent::Approve { subject: w7(), note: String::new() });
    let done = NodeEvent::Done {
        subject: w7(),
        node: "N2".to_owned(),
        on: "2022-06-20".parse().unwrap(),
        evidence: "开工令".to_owned(),
    };
    let mut events = vec![("李填报", proposed(ROWS)), approve(), ("李填报", done)];
    let again = [("N1", "2024", "竣工"), ("N2", "2022Q3", "开工")];
    events.extend([("李填报", proposed(&again)), approve()]);
    let moved = folded(events.clone());
    let nodes = &moved.of("W7").unwrap().agreed;
    assert_eq!(nodes[0].planned.due.to_string(), "2022Q3");
    assert_eq!(nodes[0].done.as_ref().unwrap().by, "李填报");
    assert!(nodes[1].done.is_none());
    events
        .push(("林规划", NodeEvent::Reject { subject: w7(), node: "N2".to_owned(), reason: "现场未动工".to_owned() }));
    let rejected = folded(events);
    let node = &rejected.of("W7").unwrap().agreed[0];
    assert_eq!((node.done.clone(), node.rejected.as_deref()), (None, Some("现场未动工")));
}

#[test]
fn what_was_typed_is_refused_with_every_fault() {
    let wrong = parse(&Schedule::default(), &typed(&[("", "尽快", "开工"), ("", "2023", " "), ("", "", "")]));
    let said = wrong.unwrap_err().to_string();
    assert!(said.contains("第 1 个节点") && said.contains("第 2 个节点没有写成果"), "{said}");
    assert!(parse(&Schedule::default(), &[]).is_err());
    let known = folded(vec![("林规划", proposed(ROWS))]);
    let nodes = parse(known.of("W7").unwrap(), &typed(&[("N2", "2022Q2", "开工"), ("", "2022", "封顶")])).unwrap();
    assert_eq!(nodes.iter().map(|n| n.id.as_str()).collect::<Vec<_>>(), ["N2", "N3"]);
}

#[test]
fn a_year_in_the_text_is_the_last_node() {
    let period = "2021-2025".parse().unwrap();
    let nodes = by_year_ends("东湖大桥", DueYear::Year(2023), period);
    let told: Vec<_> = nodes.iter().map(|n| (n.due.as_str(), n.from_text)).collect();
    assert_eq!(told, [("2021", false), ("2022", false), ("2023", true)]);
    assert_eq!(nodes[2].deliverable, "完成：东湖大桥");
    assert_eq!(by_year_ends("东湖大桥", DueYear::NotStated, period).last().map(|n| n.from_text), Some(false));
    let beyond = by_year_ends("东湖大桥", DueYear::Year(2035), period);
    assert_eq!((beyond.len(), beyond[5].due.as_str()), (6, "2035"));
}
