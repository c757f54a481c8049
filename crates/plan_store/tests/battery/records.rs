//! Invented records that the stories store.

use document_reader::{Format, Heading, HeadingStyle, Line, Role, Source, Table};
use plan_extraction::{Part, Quantity};
use plan_model::{
    Amount, Anchor, Baseline, Commitment, CommitmentClass, Comparison, Confidence, Direction, DueYear, Fact, Indicator,
    IndicatorKind, Intent, Measure, Place, Problem, Stage, Standing, Target, WorkItem, WorkKind,
};
use plan_workflow::{
    confirm::{Act, CandidateKey, DecisionBatch, NewDecision, NewVersion, RejectReason, WorkItemRecord},
    records::{
        CommitmentRecord, FactRecord, FigureBatch, NewFigure, NewIndicator, NewPlan, PlanHead, PlanId, PlanKind,
        Register, Repeat,
    },
    register::dictionary::{DictionaryLink, Strength},
    storage::Stamp,
};

use crate::database::at;

pub(crate) fn stamp(moment: &str) -> Stamp {
    Stamp { actor: "林规划".to_owned(), at: at(moment) }
}

fn target(value: &str, unit: &str, due: DueYear) -> Target {
    Target {
        comparison: Comparison::AtLeast,
        value: Some(value.parse().unwrap()),
        value_high: None,
        unit: unit.to_owned(),
        due,
        soft: true,
    }
}

fn indicator(id: &str, name: &str) -> NewIndicator {
    let indicator = Indicator {
        id: id.to_owned(),
        name: name.to_owned(),
        group: "绿色发展".to_owned(),
        unit: "%".to_owned(),
        kind: IndicatorKind::Binding,
        measure: Measure::Level,
        direction: Some(Direction::Higher),
        baseline: Some(Baseline { value: "41.50".parse().unwrap(), period: Some("2020".parse().unwrap()) }),
        targets: vec![target("44", "%", DueYear::Year(2023)), target("48.0", "%", DueYear::Year(2025))],
    };
    let dictionary = Some(DictionaryLink {
        entry: "森林覆盖率".to_owned(),
        strength: Strength::Alias,
        direction_supplied: true,
        measure_supplied: true,
        also: vec!["全县森林覆盖率".to_owned()],
    });
    NewIndicator { indicator, mentions: vec![1], base_fact: Some(1), dictionary }
}

fn work_item() -> WorkItem {
    WorkItem {
        kind: WorkKind::Project,
        verb: "加快建设".to_owned(),
        name: "环湖绿道".to_owned(),
        lead: Some("园林处".to_owned()),
        place: None,
        stage: Some(Stage::Build),
        amount: Some(Amount { value: "12.50".parse().unwrap(), unit: "公里".to_owned() }),
        due: DueYear::Year(2024),
        anchor: Anchor { line: 2, start: 0, end: 3 },
        quote: "森林覆".to_owned(),
        rule: "P1".to_owned(),
        confidence: Confidence::Likely,
    }
}

/// A small plan with `indicators` indicators, told apart from others by its title.
pub(crate) fn plan(title: &str, indicators: usize) -> NewPlan {
    let anchor = Anchor { line: 2, start: 3, end: 9 };
    let commitment = Commitment {
        name: "森林覆盖率".to_owned(),
        class: CommitmentClass::Numeric,
        target: target("48.0", "%", DueYear::Year(2025)),
        intent: Intent::RaiseTo,
        anchor,
        quote: "森林覆盖率力争提高到48.0%以上".to_owned(),
        rule: "level".to_owned(),
        confidence: Confidence::Look,
    };
    let fact = Fact {
        name: "森林覆盖率".to_owned(),
        value: target("41.50", "%", DueYear::NotStated),
        period: Some("2020".parse().unwrap()),
        anchor,
        quote: "2020年森林覆盖率41.50%".to_owned(),
        rule: "fact".to_owned(),
    };
    let line = |text: &str, role: Role| Line { text: text.to_owned(), role, body_start: 0, glued_box: Some(4) };
    let heading =
        Heading { line: 1, style: HeadingStyle::Chapter, level: 1, title: "绿色发展".to_owned(), run_in: false };
    let source = Source {
        format: Format::Txt,
        encoding: "gb18030".to_owned(),
        lines: vec![line("第一章　绿色发展", Role::Heading), line("森林覆盖率力争提高到48.0%以上。", Role::Body)],
        headings: vec![heading],
        tables: vec![Table {
            first_line: 2,
            title: None,
            rows: vec![vec!["甲".to_owned(), String::new()]],
            place: None,
        }],
        problems: vec![Problem::new("table-lost", Place::Line(2), "表格丢失", "请补录")],
    };
    let register = Register {
        indicators: (1..=indicators).map(|n| indicator(&format!("I{n:03}"), &format!("指标{n}"))).collect(),
        commitments: vec![CommitmentRecord {
            number: 1,
            indicator: "I001".to_owned(),
            chapter: "绿色发展".to_owned(),
            bases: vec![1],
            commitment,
        }],
        work: vec![WorkItemRecord { number: 1, chapter: "绿色发展".to_owned(), item: work_item() }],
        facts: vec![FactRecord { number: 1, fact }],
        quantities: vec![Quantity { anchor, text: "48.0".to_owned(), part: Part::Target }],
        problems: source.problems.clone(),
    };
    let head = PlanHead {
        title: title.to_owned(),
        jurisdiction: "990101".to_owned(),
        period: "2021-2025".parse().unwrap(),
        kind: PlanKind::Outline,
        parent: None,
    };
    let text_digest = format!("digest of {title}");
    NewPlan {
        head,
        file_name: "虚构规划.txt".to_owned(),
        text_digest,
        source,
        register,
        links: Vec::new(),
        again: false,
    }
}

pub(crate) fn figure(indicator: &str, period: &str, value: &str) -> NewFigure {
    NewFigure {
        indicator: indicator.to_owned(),
        period: period.parse().unwrap(),
        value: value.parse().unwrap(),
        standing: Standing::Reported,
        source: "月报".to_owned(),
        note: String::new(),
        seen: None,
    }
}

pub(crate) fn batch(plan: PlanId, figures: Vec<NewFigure>) -> FigureBatch {
    FigureBatch { plan, figures, repeat: Repeat::AnyVintage, origin: "figures.csv".to_owned(), dry_run: false }
}

/// The commitment of [`plan`] is rejected upon decision `after`, and its
/// indicator, seen in this version, is no longer mentioned.
pub(crate) fn rejection(after: u32, seen: u32) -> DecisionBatch {
    let new = NewIndicator { mentions: Vec::new(), ..indicator("I001", "指标1") };
    DecisionBatch {
        after,
        decisions: vec![NewDecision {
            candidate: CandidateKey::Commitment(1),
            act: Act::Reject(RejectReason::Duplicate),
            reason: String::new(),
        }],
        versions: vec![NewVersion { new, seen, reason: "确认：否决 C1".to_owned() }],
    }
}
