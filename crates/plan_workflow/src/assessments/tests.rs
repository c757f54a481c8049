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
    AssessmentEvent::Explain { subject: subject.to_owned(), cause, measures, basis: String::new() }
}

fn approve(subject: &str, desk: Desk) -> AssessmentEvent {
    AssessmentEvent::Approve { subject: subject.to_owned(), desk }
}

const FINISH: AssessmentEvent = AssessmentEvent::Finish { on: None };
const FREEZE: AssessmentEvent = AssessmentEvent::Freeze { indicators: 3 };

fn sent() -> Vec<AssessmentEvent> {
    let send = AssessmentEvent::Send { on: day("2024-02-01"), to: "区人大常委会".to_owned() };
    vec![FREEZE, FINISH, send]
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
    let finish = FINISH;
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
    let empty = AssessmentEvent::Explain {
        subject: "I001".to_owned(),
        cause: " ".to_owned(),
        measures: "无".to_owned(),
        basis: String::new(),
    };
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
    assert!(with(&[opine("加快建设"), reply(1), reply(1)]).contains("第 1 条审议意见已经答复"));
    assert!(with(&[opine("加快建设"), reply(3)]).contains("没有审议意见“3”"));
    assert!(after(&[FREEZE, opine("早了")]).1.contains("征求说明"));
}

#[test]
fn steps_come_in_their_order() {
    let reopen = AssessmentEvent::Reopen { reason: "数据有误".to_owned() };
    for (events, said) in [
        (vec![FINISH], "请先冻结快照"),
        (vec![FREEZE, FREEZE], "快照只冻结一次"),
        (vec![FREEZE, FINISH, reopen.clone()], "征求说明"),
        ([sent(), vec![reopen]].concat(), "不能撤回"),
        (vec![FREEZE, FINISH, ask("I001", true)], "不能要求说明"),
        (vec![FREEZE, AssessmentEvent::Solve { number: 1, how: "已办".to_owned() }], "没有问题“1”"),
    ] {
        let (_, found) = after(&events);
        assert!(found.contains(said), "{found}");
    }
}

#[test]
fn days_come_in_their_order_and_none_is_to_come() {
    let finish = AssessmentEvent::Finish { on: Some(day("2024-01-20")) };
    let send = |on: &str| AssessmentEvent::Send { on: day(on), to: "人大".to_owned() };
    let publish = |on: &str| AssessmentEvent::Publish { on: day(on) };
    let at = |events: &[AssessmentEvent], next: &AssessmentEvent| {
        let (assessment, _) = after(events);
        assessment.in_time(next, day("2024-03-15")).err().map(|refused| refused.to_string()).unwrap_or_default()
    };
    let finished = [FREEZE, finish];
    for (next, said) in [
        (send("2023-12-30"), "报送日期：2023-12-30 早于评估的截止日期 2023-12-31；请改为"),
        (send("2024-01-19"), "早于定稿日期 2024-01-20"),
        (send("2024-03-16"), "2024-03-16 还没有到，今天是 2024-03-15；请在报送之后再登记"),
        (send("2024-01-20"), ""),
    ] {
        let found = at(&finished, &next);
        assert!(if said.is_empty() { found.is_empty() } else { found.contains(said) }, "{found}");
    }
    let problem = AssessmentEvent::Problem {
        text: "未排节点".to_owned(),
        subject: String::new(),
        unit: None,
        due: Some(day("2019-01-01")),
    };
    assert!(at(&[FREEZE], &problem).contains("整改期限：2019-01-01 早于评估的截止日期 2023-12-31"));
    // Before the day of finishing was noted, only the assessment's own day counts.
    assert_eq!(at(&[FREEZE, FINISH], &send("2024-01-05")), "");
    let sent = [&finished[..], &[send("2024-02-01")]].concat();
    for (next, said) in [
        (publish("2018-01-01"), "公开日期：2018-01-01 早于报送日期 2024-02-01"),
        (publish("2099-01-01"), "今天是 2024-03-15；请在公开之后再登记"),
        (publish("2024-02-01"), ""),
    ] {
        let found = at(&sent, &next);
        assert!(if said.is_empty() { found.is_empty() } else { found.contains(said) }, "{found}");
    }
}

#[test]
fn what_was_begun_by_mistake_is_withdrawn_before_it_is_sent() {
    let withdraw = |reason: &str| AssessmentEvent::Withdraw { reason: reason.to_owned() };
    for early in [vec![], vec![FREEZE], vec![FREEZE, ask("I001", true)], vec![FREEZE, FINISH]] {
        let (assessment, said) = after(&[&early[..], &[withdraw("日期填错")]].concat());
        assert_eq!(said, "已撤回");
        let withdrawn = assessment.withdrawn.clone().unwrap();
        assert_eq!((withdrawn.reason.as_str(), withdrawn.by.as_str()), ("日期填错", "甲"));
        let chase = AssessmentEvent::Chase { subject: "I001".to_owned() };
        let text = AssessmentEvent::Write { section: "意见建议".to_owned(), text: "无".to_owned() };
        for next in [FREEZE, chase, explain("I001"), text, FINISH, withdraw("再撤一次")] {
            let refused = assessment.check(&next).unwrap_err().to_string();
            assert!(refused.contains("已撤回"), "{refused}");
        }
    }
    assert!(after(&[withdraw(" ")]).1.contains("撤回理由不能为空"));
    assert!(after(&[sent(), vec![withdraw("错了")]].concat()).1.contains("已报送的评估不能撤回"));
}

#[test]
fn what_was_kept_before_a_field_came_is_still_read() {
    for (text, kind) in [
        (r#"{"event":"finish"}"#, "finish"),
        (r#"{"event":"explain","subject":"I001","cause":"晚","measures":"快"}"#, "explain"),
    ] {
        let event: AssessmentEvent = serde_json::from_str(text).unwrap();
        assert_eq!(crate::events::Happening::kind(&event), kind);
    }
}

#[test]
fn each_step_waits_for_the_one_whose_turn_it_is() {
    use crate::notices::Waits as _;
    let directory = crate::directory::Directory::default();
    let waits = |events: &[AssessmentEvent]| -> Vec<String> {
        let (assessment, _) = after(events);
        let awaited = Awaited {
            plan: crate::records::PlanId(1),
            assessments: &[assessment],
            directory: &directory,
            day: day("2024-03-15"),
        };
        awaited
            .open()
            .iter()
            .map(|open| format!("{} {:?} {} {}", open.kind.code(), open.turn, open.title, open.path))
            .collect()
    };
    let asked = [FREEZE, ask("I001", true)];
    let third = "evaluate Person(\"third\") 中期评估：待录入第三方结论 /plans/1/assessments/A1#outside";
    let of = |more: &[AssessmentEvent]| waits(&[&asked, more].concat());
    assert!(waits(&[]).is_empty());
    let explain_it = "explain Unit(\"U1\", Reporter) 中期评估：“I001名”待说明 /plans/1/assessments/A1#I001";
    assert_eq!(of(&[]), [explain_it, third]);
    let back = AssessmentEvent::Return { subject: "I001".to_owned(), desk: Desk::Unit, reason: "不具体".to_owned() };
    let again = "explain Unit(\"U1\", Reporter) 中期评估：“I001名”的说明被退回 /plans/1/assessments/A1#I001";
    assert_eq!(of(&[explain("I001"), back]), [again, third]);
    let written = "approval Unit(\"U1\", Approver) 中期评估：“I001名”的说明待审核 /plans/1/assessments/A1#I001";
    assert_eq!(of(&[explain("I001")]), [written, third]);
    let approved = "approval Planner 中期评估：“I001名”的说明待审定 /plans/1/assessments/A1#I001";
    assert_eq!(of(&[explain("I001"), approve("I001", Desk::Unit)]), [approved, third]);
    let said = AssessmentEvent::Outside {
        verdict: OutsideVerdict {
            indicator: "I001".to_owned(),
            by: "third".to_owned(),
            official: false,
            word: "滞后".to_owned(),
            as_of: None,
            source: String::new(),
        },
        comment: String::new(),
    };
    assert_eq!(of(&[explain("I001"), approve("I001", Desk::Planning), said]), Vec::<String>::new());
    let opine = AssessmentEvent::Opine { text: "加快建设".to_owned(), from: String::new() };
    let reply = AssessmentEvent::Reply { number: 1, text: "已采纳".to_owned() };
    let open = "reply Planner 中期评估：第 1 条审议意见待答复 /plans/1/assessments/A1#congress";
    assert_eq!(waits(&[&sent(), &[opine.clone()][..]].concat()), [open]);
    assert!(waits(&[&sent(), &[opine, reply][..]].concat()).is_empty());
    let withdrawn = AssessmentEvent::Withdraw { reason: "填错".to_owned() };
    assert!(of(&[withdrawn]).is_empty(), "what was withdrawn asks nobody");
}
