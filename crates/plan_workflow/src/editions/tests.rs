use super::*;
use crate::{
    confirm::{Act, DecisionRecord, RejectReason, Take},
    import::{ImportRequest, preview},
    records::{Plan, PlanKind},
};

const OLD: &str = "虚构县第十四个五年规划纲要\n第一章 目标\n\
    到2025年，森林覆盖率达到48%，湖区观鸟台达到20座。\n到2025年，新增村史馆30个。\n\
    第二章 民生\n建成渔家客栈80家。\n湖鲜加工量达到3万吨。\n";

/// 48 becomes 49; 村史馆 is reworded; 渔家客栈 is gone; 灯塔 is new; 湖鲜 moved up.
const NEW: &str = "虚构县第十四个五年规划纲要\n第一章 目标\n湖鲜加工量达到3万吨。\n\
    到2025年，森林覆盖率达到49%，湖区观鸟台达到20座。\n到2025年，各镇新增村史馆30个。\n\
    第二章 民生\n修复灯塔7座。\n";

fn read(text: &str) -> Preview {
    let request = ImportRequest {
        title: None,
        jurisdiction: "990199".to_owned(),
        period: Some("2021-2025".parse().unwrap()),
        kind: PlanKind::Outline,
        parent: None,
    };
    preview(request, "plan.txt", text.as_bytes()).unwrap()
}

/// What was stored of the first text, untouched.
fn stored(text: &Preview) -> (Ground, Vec<IndicatorRecord>) {
    let plan = Plan {
        id: PlanId(1),
        head: text.head.clone(),
        file_name: "plan.txt".to_owned(),
        text_digest: text.text_digest.clone(),
        imported_at: Timestamp::UNIX_EPOCH,
        imported_by: "林规划".to_owned(),
    };
    let ground = Ground {
        plan,
        source: text.source.clone(),
        commitments: text.register.commitments.clone(),
        work: text.register.work.clone(),
        facts: text.register.facts.clone(),
    };
    let record = |new: &NewIndicator| IndicatorRecord {
        indicator: new.indicator.clone(),
        mentions: new.mentions.clone(),
        base_fact: new.base_fact,
        dictionary: new.dictionary.clone(),
        version: 1,
        reason: String::new(),
        at: Timestamp::UNIX_EPOCH,
        actor: String::new(),
    };
    let records = text.register.indicators.iter().map(record).collect();
    (ground, records)
}

fn crossed(decide: impl Fn(&Ground) -> Vec<NewDecision>) -> (Ground, Vec<IndicatorRecord>, State, Correction) {
    let (ground, records) = stored(&read(OLD));
    let state = State::fold(&ground, with_further(Vec::new(), &decide(&ground)));
    let last = (ground.commitments.len() as u32, ground.work.len() as u32);
    let correction = cross(&ground, (&state, &records), (read(NEW), last, 1));
    (ground, records, state, correction)
}

fn number(ground: &Ground, name: &str) -> u32 {
    ground.commitments.iter().find(|found| found.commitment.name.contains(name)).unwrap().number
}

fn decision(key: CandidateKey, act: Act) -> NewDecision {
    NewDecision { candidate: key, act, reason: String::new() }
}

#[test]
fn what_is_in_both_texts_keeps_its_number_and_the_rest_is_said() {
    let (ground, _, _, correction) = crossed(|_| Vec::new());
    let measures = correction.comparison.items.iter().filter(|item| matches!(item.key, CandidateKey::Commitment(_)));
    let said: Vec<String> = measures
        .map(|item| {
            let content = item.new.as_ref().or(item.old.as_ref()).unwrap();
            format!("{} {}", content.name(), item.change.code())
        })
        .collect();
    assert_eq!(
        said,
        [
            "森林覆盖率 value_changed",
            "新增村史馆 reworded",
            "渔家客栈 gone",
            "修复灯塔 new",
            "湖鲜加工量 unchanged",
            "湖区观鸟台 unchanged",
        ]
    );
    let forest = number(&ground, "森林覆盖率");
    let now = correction.text.register.commitments.iter().find(|found| found.number == forest).unwrap();
    assert_eq!(now.commitment.target.value.unwrap().to_string(), "49");
    // A number that was used is not given again.
    let new = correction.text.register.commitments.iter().find(|found| found.commitment.name.contains("灯塔")).unwrap();
    assert!(new.number > ground.commitments.iter().map(|found| found.number).max().unwrap());
    assert_eq!((correction.comparison.gone_lines.len(), correction.comparison.new_lines.len()), (3, 3));
}

#[test]
fn ids_stay_what_is_gone_is_no_longer_followed_and_what_is_new_gets_the_next() {
    let (_, records, _, correction) = crossed(|_| Vec::new());
    let version = |name: &str| correction.versions.iter().find(|v| v.new.indicator.name.contains(name)).unwrap();
    let id = |name: &str| records.iter().find(|r| r.indicator.name.contains(name)).unwrap().indicator.id.clone();
    let forest = version("森林覆盖率");
    assert_eq!((forest.new.indicator.id.as_str(), forest.seen), (id("森林覆盖率").as_str(), 1));
    assert_eq!(forest.new.indicator.targets[0].value.unwrap().to_string(), "49");
    let inn = version("渔家客栈");
    assert_eq!((inn.new.indicator.id.as_str(), inn.new.mentions.len(), inn.seen), (id("渔家客栈").as_str(), 0, 1));
    let lighthouse = version("灯塔");
    assert_eq!((lighthouse.seen, lighthouse.reason.as_str()), (0, "第 2 版文本"));
    assert!(records.iter().all(|record| record.indicator.id != lighthouse.new.indicator.id));
    // What did not change gets no further version.
    assert!(correction.versions.iter().all(|v| !v.new.indicator.name.contains("观鸟台")));
}

#[test]
fn decisions_are_taken_over_and_a_changed_value_is_open_again() {
    let corrected = |ground: &Ground, name: &str, to: &str| {
        let found = ground.commitments.iter().find(|found| found.commitment.name.contains(name)).unwrap();
        let mut commitment = found.commitment.clone();
        commitment.name = to.to_owned();
        Act::Correct(Take { content: Content::Measure(commitment), indicator: Some(found.indicator.clone()) })
    };
    let (ground, _, state, correction) = crossed(|ground| {
        let key = |name: &str| CandidateKey::Commitment(number(ground, name));
        vec![
            decision(key("森林覆盖率"), Act::Accept),
            decision(key("观鸟台"), Act::Reject(RejectReason::Slogan)),
            decision(key("湖鲜"), corrected(ground, "湖鲜", "湖鲜加工总量")),
            decision(key("渔家客栈"), Act::Accept),
            decision(key("村史馆"), Act::Accept),
        ]
    });
    let new = Ground {
        plan: ground.plan.clone(),
        source: correction.text.source.clone(),
        commitments: correction.text.register.commitments.clone(),
        work: correction.text.register.work.clone(),
        facts: correction.text.register.facts.clone(),
    };
    let all: Vec<DecisionRecord> = with_further(state.decisions().to_vec(), &correction.decisions);
    let after = State::fold(&new, all);
    let fate = |name: &str| {
        let item = after.item(CandidateKey::Commitment(number(&ground, name)));
        item.map(|item| (item.fate.code(), item.content.name().to_owned(), item.content.anchor().line))
    };
    assert_eq!(fate("森林覆盖率").unwrap().0, "open");
    assert_eq!(fate("观鸟台").unwrap().0, "rejected");
    assert_eq!(fate("湖鲜").unwrap(), ("corrected", "湖鲜加工总量".to_owned(), 3));
    assert_eq!(fate("村史馆").unwrap().0, "accepted");
    assert_eq!(fate("渔家客栈"), None);
    // The old decision is still there to be shown.
    let forest = CandidateKey::Commitment(number(&ground, "森林覆盖率"));
    assert!(after.history(forest).any(|decision| decision.act == Act::Accept));
    assert_eq!(correction.after, 5);
}

#[test]
fn what_a_person_added_moves_with_its_line_or_is_taken_back() {
    let added = |ground: &Ground, key: u32, name: &str, words: &str| {
        let (line, text) = (1_u32..).zip(&ground.source.lines).find(|(_, line)| line.text.contains(words)).unwrap();
        let start = text.text.split_once(words).unwrap().0.chars().count() as u32;
        let mut commitment = ground.commitments[0].commitment.clone();
        commitment.name = name.to_owned();
        commitment.anchor = plan_model::Anchor { line, start, end: start + words.chars().count() as u32 };
        commitment.quote = words.to_owned();
        let take = Take { content: Content::Measure(commitment), indicator: Some(format!("I90{key}")) };
        decision(CandidateKey::Added(key), Act::Add(take))
    };
    let (ground, _, state, correction) = crossed(|ground| {
        vec![added(ground, 1, "加工能力", "加工量达到3万吨"), added(ground, 2, "客栈床位", "渔家客栈80家")]
    });
    let new = Ground {
        source: correction.text.source.clone(),
        commitments: correction.text.register.commitments.clone(),
        work: correction.text.register.work.clone(),
        ..ground
    };
    let after = State::fold(&new, with_further(state.decisions().to_vec(), &correction.decisions));
    let moved = after.item(CandidateKey::Added(1)).unwrap();
    assert_eq!((moved.content.anchor().line, moved.fate.counts()), (3, true));
    let gone = after.item(CandidateKey::Added(2)).unwrap();
    assert_eq!(gone.fate.code(), "withdrawn");
    let version = correction.versions.iter().find(|v| v.new.indicator.id == "I902");
    assert!(version.is_none_or(|version| version.new.mentions.is_empty()));
}
