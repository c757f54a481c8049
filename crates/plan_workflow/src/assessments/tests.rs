//! The steps of an assessment.

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn opened() -> Assessment {
    let open = AssessmentEvent::Open {
        kind: "midterm".to_owned(),
        title: "中期评估".to_owned(),
        as_of: day("2023-12-31"),
        rule_set: "share-of-pace".to_owned(),
        chapters: Vec::new(),
        evaluators: vec!["third".to_owned()],
    };
    Assessment::opened("A1", &open).unwrap()
}

/// Takes steps; the first that is refused is said, else the stage.
fn after(events: &[AssessmentEvent]) -> (Assessment, String) {
    let mut assessment = opened();
    for event in events {
        if let Err(refused) = assessment.check(event) {
            return (assessment, refused.to_string());
        }
        assessment.apply(event, "2024-01-05T08:00:00Z".parse().unwrap(), "甲");
    }
    let stage = assessment.stage.name().to_owned();
    (assessment, stage)
}

fn ask(subject: &str, binding: bool) -> AssessmentEvent {
    AssessmentEvent::Ask {
        subject: subject.to_owned(),
        name: format!("{subject}名"),
        unit: Some("U1".into()),
        binding,
        why: "滞后".to_owned(),
        due: day("2024-01-20"),
    }
}

fn explain(subject: &str) -> AssessmentEvent {
    let (cause, measures) = ("项目开工晚".to_owned(), "加快建设".to_owned());
    AssessmentEvent::Explain { subject: subject.to_owned(), cause, measures }
}

fn approve(subject: &str, desk: Desk) -> AssessmentEvent {
    AssessmentEvent::Approve { subject: subject.to_owned(), desk }
}

const FREEZE: AssessmentEvent = AssessmentEvent::Freeze { indicators: 3 };

fn sent() -> Vec<AssessmentEvent> {
    let send = AssessmentEvent::Send { on: day("2024-02-01"), to: "区人大常委会".to_owned() };
    vec![FREEZE, AssessmentEvent::Finish, send]
}

#[test]
fn every_kind_names_its_source() {
    let kinds = Kinds::standard();
    assert_eq!(
        kinds.kinds.iter().map(|k| k.code.as_str()).collect::<Vec<_>>(),
        ["annual", "midterm", "final", "yearly-plan"]
    );
    assert!(kinds.kinds.iter().all(|k| !k.origin.is_empty() && !k.meaning.is_empty() && !k.report.is_empty()));
    assert!(kinds.kind("midterm").is_some() && kinds.kind("x").is_none() && kinds.explanations.working_days > 0);
}

#[test]
fn work_is_behind_by_its_nodes_or_where_its_unit_is_blocked() {
    let rules = plan_assessment::ready_node_rules().unwrap();
    let node = |due: &str| plan_model::Node {
        of: "W1".to_owned(),
        due: day(due),
        deliverable: "开工".to_owned(),
        done_on: None,
        evidence: String::new(),
        verified: false,
    };
    let work = |due: &str, state: Option<plan_model::WorkState>| JudgedWork {
        id: "W1".to_owned(),
        chapter: String::new(),
        name: "水厂".to_owned(),
        kind: plan_model::WorkKind::Project,
        lead: String::new(),
        due: plan_model::DueYear::NotStated,
        verdict: plan_assessment::judge_nodes(&[&node(due)], day("2023-12-31"), rules),
        reported: state.map(|state| Reported {
            period: "2023-11".parse().unwrap(),
            report: plan_model::WorkReport {
                state,
                share_done: Some(plan_model::Decimal::from(60)),
                progress: "征迁\n进行中".to_owned(),
                problems: "用地未批".to_owned(),
                next_steps: String::new(),
                evidence: String::new(),
            },
        }),
    };
    use plan_model::WorkState::{Blocked, Completed, Underway};
    for (due, state, behind) in [
        ("2024-06-30", None, false),
        ("2024-06-30", Some(Underway), false),
        ("2024-06-30", Some(Blocked), true),
        ("2023-06-30", None, true),
        // What a unit says of itself does not undo an overdue node.
        ("2023-06-30", Some(Completed), true),
    ] {
        assert_eq!(work(due, state).is_behind(), behind, "{due} {state:?}");
    }
    let why = work("2024-06-30", Some(Blocked)).why();
    assert!(why.ends_with("；2023-11报告受阻，完成60%，征迁 进行中；存在问题：用地未批"), "{why}");
}

#[test]
fn a_report_is_not_finished_while_something_behind_is_unexplained() {
    let asked = [FREEZE, ask("I002", false), ask("I001", true)];
    let (assessment, _) = after(&asked);
    let order: Vec<&str> = assessment.explanations.iter().map(|e| e.subject.as_str()).collect();
    assert_eq!(order, ["I001", "I002"], "binding ones come first");
    let with = |more: &[AssessmentEvent]| after(&[&asked, more].concat()).1;
    let finish = AssessmentEvent::Finish;
    assert!(with(std::slice::from_ref(&finish)).contains("I001名、I002名"));
    let first = [explain("I001"), approve("I001", Desk::Unit), approve("I001", Desk::Planning)];
    assert!(with(&[&first[..], std::slice::from_ref(&finish)].concat()).contains("1 项"));
    let second = [explain("I002"), approve("I002", Desk::Planning)];
    assert_eq!(with(&[&first[..], &second, &[finish]].concat()), "已定稿");
}

#[test]
fn an_explanation_goes_back_with_its_reason_and_comes_again() {
    let back =
        AssessmentEvent::Return {
            subject: "I001".to_owned(), desk: Desk::Planning, reason: "措施不具体".to_owned()
        };
    let start = [FREEZE, ask("I001", true)];
    let with = |more: &[AssessmentEvent]| after(&[&start, more].concat());
    assert!(with(&[approve("I001", Desk::Unit)]).1.contains("待说明"));
    assert!(with(&[explain("I009")]).1.contains("没有待说明的事项"));
    let steps = [explain("I001"), approve("I001", Desk::Unit), back.clone()];
    let (assessment, _) = with(&steps);
    let found = assessment.explanation("I001").unwrap();
    assert_eq!((found.state, found.returned.as_ref().unwrap().0.as_str()), (ExplanationState::Returned, "措施不具体"));
    let chase = AssessmentEvent::Chase { subject: "I001".to_owned() };
    let again = [&steps[..], &[chase, explain("I001"), approve("I001", Desk::Unit)]].concat();
    let (assessment, _) = with(&again);
    let found = assessment.explanation("I001").unwrap();
    assert_eq!((found.state, found.chased, &found.returned), (ExplanationState::Approved, 1, &None));
    let empty =
        AssessmentEvent::Explain { subject: "I001".to_owned(), cause: " ".to_owned(), measures: "无".to_owned() };
    assert!(with(&[empty]).1.contains("原因不能为空"));
}

#[test]
fn opinions_are_answered_before_anything_is_public() {
    let opine = |text: &str| AssessmentEvent::Opine { text: text.to_owned(), from: String::new() };
    let reply = |number: u32| AssessmentEvent::Reply { number, text: "已采纳".to_owned() };
    let publish = AssessmentEvent::Publish { on: day("2024-03-01") };
    let with = |more: &[AssessmentEvent]| after(&[&sent(), more].concat()).1;
    assert!(with(&[opine("加快建设"), opine("公开数据"), reply(2), publish.clone()]).contains("第 1 条"));
    assert_eq!(with(&[opine("加快建设"), reply(1), publish.clone()]), "已公开");
    assert!(with(&[opine("加快建设"), reply(3)]).contains("没有审议意见“3”"));
    assert!(after(&[FREEZE, opine("早了")]).1.contains("征求说明"));
}

#[test]
fn steps_come_in_their_order() {
    let reopen = AssessmentEvent::Reopen { reason: "数据有误".to_owned() };
    for (events, said) in [
        (vec![AssessmentEvent::Finish], "请先冻结快照"),
        (vec![FREEZE, FREEZE], "快照只冻结一次"),
        (vec![FREEZE, AssessmentEvent::Finish, reopen.clone()], "征求说明"),
        ([sent(), vec![reopen]].concat(), "不能撤回"),
        (vec![FREEZE, AssessmentEvent::Finish, ask("I001", true)], "不能要求说明"),
        (vec![FREEZE, AssessmentEvent::Solve { number: 1, how: "已办".to_owned() }], "没有问题“1”"),
    ] {
        let (_, found) = after(&events);
        assert!(found.contains(said), "{found}");
    }
}
