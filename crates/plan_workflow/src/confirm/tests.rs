//! Stories: a fictional text, what people decide one after the other, and what
//! the candidates and the register are after it.

use std::collections::BTreeSet;

use plan_model::{Confidence, Direction, DueYear, WorkItem, WorkKind};

use super::{
    CandidateKey, Content, DecisionRecord, Fate, Ground, RejectReason, State, Wish, WorkItemRecord,
    decide::{Prepared, prepare},
};
use crate::{
    WorkflowError, import,
    records::{IndicatorRecord, Plan, PlanId, PlanKind},
    storage::Stamp,
};

const TEXT: &str = "虚构县第十四个五年规划纲要（2021-2025年）\n\
    第一章 目标\n\
    2020年，森林覆盖率为41.5%。\n\
    到2025年，森林覆盖率达到48%以上，新增城市书房20家。\n\
    第二章 产业\n\
    到2025年，规模以上企业达到300家。\n\
    到2025年，规模以上企业达到320家。\n\
    到2025年，软件和算力产业产值达到500亿元。\n\
    加快建设算力中心，推进数据开放。\n";

/// A plan and its store, without a database.
struct Story {
    ground: Ground,
    decisions: Vec<DecisionRecord>,
    indicators: Vec<IndicatorRecord>,
    figures: BTreeSet<String>,
}

fn work(number: u32, line: u32, name: &str, (start, end): (u32, u32), confidence: Confidence) -> WorkItemRecord {
    let item = WorkItem {
        kind: WorkKind::Task,
        verb: "推进".to_owned(),
        name: name.to_owned(),
        lead: None,
        place: None,
        stage: None,
        amount: None,
        due: DueYear::NotStated,
        anchor: plan_model::Anchor { line, start, end },
        quote: name.to_owned(),
        rule: "T1".to_owned(),
        confidence,
    };
    WorkItemRecord { number, chapter: "产业".to_owned(), item }
}

impl Story {
    fn new() -> Self {
        let request = import::ImportRequest {
            title: None,
            jurisdiction: "990199".to_owned(),
            period: Some("2021-2025".parse().unwrap()),
            kind: PlanKind::Outline,
            parent: None,
        };
        let preview = import::preview(request, "plan.txt", TEXT.as_bytes()).unwrap();
        let at = "2024-03-15T08:00:00Z".parse().unwrap();
        let plan = Plan {
            id: PlanId(1),
            head: preview.head,
            file_name: preview.file_name,
            text_digest: preview.text_digest,
            imported_at: at,
            imported_by: "林规划".to_owned(),
        };
        let indicators = preview.register.indicators.into_iter().map(|new| IndicatorRecord {
            indicator: new.indicator,
            mentions: new.mentions,
            base_fact: new.base_fact,
            dictionary: new.dictionary,
            version: 1,
            reason: String::new(),
            at,
            actor: "林规划".to_owned(),
        });
        let items = [("建设算力中心", (2, 8), Confidence::Certain), ("数据开放", (11, 15), Confidence::Look)];
        let items = (1..).zip(items);
        Self {
            indicators: indicators.collect(),
            ground: Ground {
                plan,
                source: preview.source,
                commitments: preview.register.commitments,
                work: items.map(|(n, (name, span, sure))| work(n, 9, name, span, sure)).collect(),
                facts: preview.register.facts,
            },
            decisions: Vec::new(),
            figures: BTreeSet::new(),
        }
    }

    fn state(&self) -> State {
        State::fold(&self.ground, self.decisions.clone())
    }

    /// Decides as the use case does; what comes of it is kept as a store would.
    fn decide(&mut self, actor: &str, wish: &Wish) -> Result<(), WorkflowError> {
        let stamp = Stamp { actor: actor.to_owned(), at: "2024-03-15T08:00:00Z".parse().unwrap() };
        let before = self.state();
        let Prepared { decided, batch } =
            prepare((&self.ground, &before), &self.indicators, &stamp, self.figures.clone(), wish)?;
        for version in batch.versions {
            let record = IndicatorRecord {
                indicator: version.new.indicator,
                mentions: version.new.mentions,
                base_fact: version.new.base_fact,
                dictionary: version.new.dictionary,
                version: version.seen + 1,
                reason: version.reason,
                at: stamp.at,
                actor: stamp.actor.clone(),
            };
            self.indicators.retain(|old| old.indicator.id != record.indicator.id);
            self.indicators.push(record);
        }
        self.indicators.sort_by(|a, b| a.indicator.id.cmp(&b.indicator.id));
        self.decisions = decided.state.decisions().to_vec();
        Ok(())
    }

    fn content(&self, key: &str) -> Content {
        self.state().item(key.parse().unwrap()).unwrap().content.clone()
    }

    fn seen(&self, key: &str) -> (CandidateKey, u32) {
        let key: CandidateKey = key.parse().unwrap();
        (key, self.state().item(key).map_or(0, |item| item.last))
    }

    /// One step in words, `甲 reject C2 duplicate`, `甲 correct C3 value=320`.
    fn step(&mut self, step: &str) -> Result<(), WorkflowError> {
        let words: Vec<&str> = step.split(' ').collect();
        let (key, seen) = words.get(2).filter(|w| w.len() < 4).map_or((CandidateKey::Work(9), 0), |k| self.seen(k));
        let wish = match words[..] {
            [_, "accept", _] => Wish::Accept { key, seen },
            [_, "reject", _, reason] => {
                Wish::Reject { key, seen, reason: reason.parse().unwrap(), words: String::new() }
            }
            [_, "correct", of, change] => {
                let content = Box::new(changed(self.content(of), change));
                Wish::Correct { key, seen, content }
            }
            [_, "split", of, names] => {
                let whole = self.content(of);
                let pieces = names.split('/').map(|name| changed(whole.clone(), &format!("name={name}"))).collect();
                Wish::Split { key, seen, pieces }
            }
            [_, "merge", _, other] => Wish::Merge { key, seen, other: self.seen(other) },
            [_, "add", like, change] => {
                let content = Box::new(changed(self.content(like), change));
                Wish::Add { content, rejected: None }
            }
            [_, "certain", chapter] => Wish::AcceptCertain { chapter: chapter.to_owned() },
            [_, "undo"] => Wish::UndoLast,
            [_, "undo", _] => Wish::Undo { key, seen },
            _ => panic!("{step}"),
        };
        self.decide(words[0], &wish)
    }

    /// `C1 accepted I001 森林覆盖率 48%` for each candidate somebody decided on,
    /// then `I001 v2 name targets [mentions]` for each indicator that is not as imported.
    fn shown(&self) -> Vec<String> {
        let state = self.state();
        let items = state.items().filter(|item| item.fate != Fate::Open).map(|item| {
            let value = match &item.content {
                Content::Measure(found) => {
                    let value = found.target.value.map(|v| v.to_string()).unwrap_or_default();
                    format!(" {value}{}", found.target.unit)
                }
                Content::Work(_) => String::new(),
            };
            let indicator = item.indicator.as_deref().unwrap_or("-");
            format!("{} {} {indicator} {}{value}", item.key, item.fate.code(), item.content.name())
        });
        let indicators = self.indicators.iter().filter(|record| record.version > 1 || !record.reason.is_empty());
        let indicators = indicators.map(|record| {
            let targets: Vec<String> =
                record.indicator.targets.iter().map(|t| format!("{}{}", t.value.unwrap(), t.unit)).collect();
            let (indicator, version) = (&record.indicator, record.version);
            format!("{} v{version} {} {} {:?}", indicator.id, indicator.name, targets.join(" "), record.mentions)
        });
        items.chain(indicators).collect()
    }
}

fn changed(mut content: Content, change: &str) -> Content {
    let (field, value) = change.split_once('=').unwrap();
    match (&mut content, field) {
        (Content::Measure(found), "name") => found.name = value.to_owned(),
        (Content::Measure(found), "unit") => found.target.unit = value.to_owned(),
        (Content::Measure(found), "value") => found.target.value = Some(value.parse().unwrap()),
        (Content::Work(found), "name") => found.name = value.to_owned(),
        _ => panic!("{change}"),
    }
    content
}

/// Tells a story and shows its end; a step after `!` must be refused with a code.
fn told(story: &mut Story, steps: &[&str]) -> Vec<String> {
    for step in steps {
        match step.strip_prefix('!') {
            None => story.step(step).unwrap_or_else(|error| panic!("{step}: {error}")),
            Some(refused) => {
                let (code, step) = refused.split_once(' ').unwrap();
                assert_eq!(story.step(step).expect_err(step).code(), code, "{step}");
            }
        }
    }
    story.shown()
}

fn check(steps: &[&str], wanted: &[&str]) {
    assert_eq!(told(&mut Story::new(), steps), wanted, "{steps:?}");
}

#[test]
fn nothing_decided_is_the_register_as_imported() {
    let story = Story::new();
    assert_eq!(story.state().commitments(&story.ground), story.ground.commitments);
    let keys: Vec<String> = story.state().items().map(|item| item.key.to_string()).collect();
    assert_eq!(keys, ["C1", "C2", "C3", "C4", "C5", "W1", "W2"]);
    assert_eq!(story.state().progress(|_| true), super::Progress { done: 0, all: 7 });
}

#[test]
fn accepting_changes_no_indicator() {
    check(&["甲 accept C1", "乙 accept W2"], &["C1 accepted I001 森林覆盖率 48%", "W2 accepted - 数据开放"]);
}

#[test]
fn contradicting_targets_are_settled_by_one_correction_or_rejection() {
    check(&["甲 correct C3 value=320"], &["C3 corrected I003 规模以上企业 320家", "I003 v2 规模以上企业 320家 [3, 4]"]);
    check(&["甲 reject C3 duplicate"], &["C3 rejected I003 规模以上企业 300家", "I003 v2 规模以上企业 320家 [4]"]);
}

#[test]
fn an_indicator_nobody_mentions_is_no_longer_followed_until_undone() {
    check(&["甲 reject C2 not_target"], &["C2 rejected I002 新增城市书房 20家", "I002 v2 新增城市书房 20家 []"]);
    check(&["甲 reject C2 not_target", "甲 undo"], &["I002 v3 新增城市书房 20家 [2]"]);
    check(
        &["甲 reject C2 not_target", "乙 accept C2"],
        &["C2 accepted I002 新增城市书房 20家", "I002 v3 新增城市书房 20家 [2]"],
    );
}

#[test]
fn a_renamed_measure_keeps_joins_or_opens_an_indicator() {
    // Nobody else mentions it: the indicator is renamed, and keeps id and figures.
    check(
        &["甲 correct C2 name=新建城市书房"],
        &["C2 corrected I002 新建城市书房 20家", "I002 v2 新建城市书房 20家 [2]"],
    );
    // It is the name of another one: it joins that.
    check(
        &["甲 correct C2 name=规模以上企业"],
        &[
            "C2 corrected I003 规模以上企业 20家",
            "I002 v2 新增城市书房 20家 []",
            "I003 v2 规模以上企业 20家 300家 320家 [2, 3, 4]",
        ],
    );
    // Another one mentions the indicator too: a new one is opened.
    check(
        &["甲 correct C4 name=规模以上工业企业"],
        &[
            "C4 corrected I005 规模以上工业企业 320家",
            "I003 v2 规模以上企业 300家 [3]",
            "I005 v1 规模以上工业企业 320家 [4]",
        ],
    );
}

#[test]
fn another_unit_leaves_figures_where_they_are() {
    let mut story = Story::new();
    story.figures.insert("I002".to_owned());
    let shown = told(&mut story, &["甲 correct C2 unit=处"]);
    let wanted =
        ["C2 corrected I005 新增城市书房 20处", "I002 v2 新增城市书房 20家 []", "I005 v1 新增城市书房 20处 [2]"];
    assert_eq!(shown, wanted);
    // Back again: the old indicator with its figures is the one.
    let shown = told(&mut story, &["甲 correct C2 unit=家"]);
    assert_eq!(shown[0], "C2 accepted I002 新增城市书房 20家");
    // Without figures the indicator changes its unit.
    check(&["甲 correct C2 unit=处"], &["C2 corrected I002 新增城市书房 20处", "I002 v2 新增城市书房 20处 [2]"]);
}

#[test]
fn what_a_person_corrected_of_an_indicator_stays() {
    let mut story = Story::new();
    let record = story.indicators.iter_mut().find(|r| r.indicator.id == "I001").unwrap();
    record.indicator.direction = Some(Direction::Lower);
    let base = record.indicator.baseline.as_mut().unwrap();
    base.value = "41.7".parse().unwrap();
    record.version = 2;
    told(&mut story, &["甲 correct C1 value=49"]);
    let record = story.indicators.iter().find(|r| r.indicator.id == "I001").unwrap();
    assert_eq!(record.indicator.direction, Some(Direction::Lower));
    assert_eq!(record.indicator.baseline.as_ref().unwrap().value.to_string(), "41.7");
    assert_eq!(record.indicator.targets[0].value.unwrap().to_string(), "49");
}

#[test]
fn a_split_makes_candidates_and_undoing_it_takes_them_away() {
    let split = "甲 split C5 软件产业产值/算力产业产值";
    check(
        &[split],
        &[
            "C5 split I004 软件和算力产业产值 500亿元",
            "A1 accepted I004 软件产业产值 500亿元",
            "A2 accepted I005 算力产业产值 500亿元",
            "I004 v2 软件产业产值 500亿元 [6]",
            "I005 v1 算力产业产值 500亿元 [7]",
        ],
    );
    check(&[split, "甲 undo"], &["I004 v3 软件和算力产业产值 500亿元 [5]", "I005 v2 算力产业产值 500亿元 []"]);
    // A part that was worked on holds the split; keys are not given twice.
    check(
        &[
            split,
            "乙 correct A2 value=200",
            "!bad-input 甲 undo",
            "乙 undo",
            "甲 undo",
            "甲 split C5 软件/算力",
            "甲 accept A3",
        ],
        &[
            "C5 split I004 软件和算力产业产值 500亿元",
            "A3 accepted I004 软件 500亿元",
            "A4 accepted I006 算力 500亿元",
            "I004 v4 软件 500亿元 [8]",
            "I005 v4 算力产业产值 500亿元 []",
            "I006 v1 算力 500亿元 [9]",
        ],
    );
    check(
        &["!bad-input 甲 split C5 一条", "甲 split W1 算力中心一期/算力中心二期"],
        &["W1 split - 建设算力中心", "A1 accepted - 算力中心一期", "A2 accepted - 算力中心二期"],
    );
}

#[test]
fn figures_of_a_whole_belong_to_none_of_its_parts() {
    let mut story = Story::new();
    story.figures.insert("I004".to_owned());
    let shown = told(&mut story, &["甲 split C5 软件产业产值/算力产业产值"]);
    assert!(shown.contains(&"I004 v2 软件和算力产业产值 500亿元 []".to_owned()), "{shown:?}");
}

#[test]
fn a_merge_keeps_one_and_is_undone_whole() {
    check(
        &["甲 merge C3 C4"],
        &["C3 accepted I003 规模以上企业 300家", "C4 merged I003 规模以上企业 320家", "I003 v2 规模以上企业 300家 [3]"],
    );
    check(&["甲 merge C3 C4", "甲 undo"], &["I003 v3 规模以上企业 300家 320家 [3, 4]"]);
    check(
        &["!bad-input 甲 merge C5 W1", "甲 merge W1 W2", "!bad-input 甲 accept W2"],
        &["W1 corrected - 建设算力中心", "W2 merged - 数据开放"],
    );
}

#[test]
fn one_press_accepts_what_is_certain_in_a_chapter() {
    let mut story = Story::new();
    for commitment in &mut story.ground.commitments {
        commitment.commitment.confidence = Confidence::Certain;
    }
    let shown = told(&mut story, &["甲 reject C3 past_fact", "甲 certain 产业"]);
    let heads: Vec<&str> = shown.iter().map(|line| line.rsplit_once(" I").map_or(line.as_str(), |(h, _)| h)).collect();
    assert_eq!(&heads[..4], ["C3 rejected", "C4 accepted", "C5 accepted", "W1 accepted - 建设算力中心"]);
    assert_eq!(story.decisions.iter().map(|d| d.batch).collect::<Vec<_>>(), [1, 2, 2, 2]);
    told(&mut story, &["!bad-input 甲 certain 产业", "甲 undo"]);
    assert_eq!(story.state().progress(|_| true).done, 1);
}

#[test]
fn one_undoes_ones_own_decisions_one_after_the_other() {
    check(
        &["甲 accept C1", "乙 accept C2", "甲 accept C5", "甲 undo", "甲 undo", "!bad-input 甲 undo"],
        &["C2 accepted I002 新增城市书房 20家"],
    );
    // Of one candidate, anybody may take back the last decision.
    check(&["甲 accept C1", "乙 undo C1", "!bad-input 乙 undo C1"], &[]);
}

#[test]
fn who_has_not_seen_the_others_decision_is_refused() {
    let mut story = Story::new();
    told(&mut story, &["甲 accept C1"]);
    let late = |seen| Wish::Reject {
        key: CandidateKey::Commitment(1),
        seen,
        reason: RejectReason::Duplicate,
        words: String::new(),
    };
    let error = story.decide("乙", &late(0)).unwrap_err();
    assert!(matches!(error, WorkflowError::DecidedMeanwhile { ref actor, .. } if actor == "甲"), "{error}");
    // Taking back is something to have seen, too.
    told(&mut story, &["甲 undo"]);
    assert_eq!(story.decide("乙", &late(1)).unwrap_err().code(), "decided-meanwhile");
    story.decide("乙", &late(2)).unwrap();
}

#[test]
fn what_is_added_joins_the_register() {
    check(
        &["甲 add C2 name=乡村书房", "!bad-input 甲 add A1 name=乡村书房"],
        &["A1 accepted I005 乡村书房 20家", "I005 v1 乡村书房 20家 [6]"],
    );
    let mut story = Story::new();
    let mut content = story.content("W1");
    content.put_at(plan_model::Anchor { line: 9, start: 30, end: 40 }, String::new());
    let beyond = story.decide("甲", &Wish::Add { content: Box::new(content), rejected: None });
    assert_eq!(beyond.unwrap_err().code(), "bad-input");
    let rejected = Some((RejectReason::Slogan, String::new()));
    let content = Box::new(changed(story.content("C2"), "name=口号"));
    story.decide("甲", &Wish::Add { content, rejected }).unwrap();
    assert_eq!(story.shown(), ["A1 rejected - 口号 20家"]);
    told(&mut story, &["甲 undo"]);
    assert_eq!(story.shown(), Vec::<String>::new());
}

#[test]
fn fields_that_cannot_be_are_refused() {
    let mut story = Story::new();
    for (change, field) in [("name=", "名称"), ("unit=一二三四五六七八九十一二三四五六七八九十一", "单位")]
    {
        let error = story.step(&format!("甲 correct C2 {change}")).unwrap_err();
        assert!(matches!(error, WorkflowError::BadInput { field: f, .. } if f == field), "{error}");
    }
    let unexplained =
        Wish::Reject { key: CandidateKey::Commitment(1), seen: 0, reason: RejectReason::Other, words: " ".to_owned() };
    assert_eq!(story.decide("甲", &unexplained).unwrap_err().code(), "bad-input");
    let missing = Wish::Accept { key: CandidateKey::Commitment(99), seen: 0 };
    assert_eq!(story.decide("甲", &missing).unwrap_err().code(), "not-found");
}

#[test]
fn keys_go_both_ways() {
    for text in ["C1", "W12", "A3"] {
        assert_eq!(text.parse::<CandidateKey>().unwrap().to_string(), text);
    }
    for text in ["", "C", "C0", "X1", "C-1", "1", "森1"] {
        assert!(text.parse::<CandidateKey>().is_err(), "{text}");
    }
}
