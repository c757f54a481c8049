//! Commitments in, indicators and problems out.

use document_reader::Source;
use plan_extraction::Extraction;
use plan_model::{Anchor, Commitment, CommitmentClass, Comparison, Direction, DueYear, Fact, IndicatorKind, Target};

use super::{Making, build, dictionary::Dictionary, name_key};
use crate::records::Register;

/// A line of a fictional plan for each row, so that anchors agree with a source.
fn source(lines: &[&str]) -> Source {
    document_reader::read("plan.txt", lines.join("\n").as_bytes()).unwrap()
}

/// A commitment in short: `line name op value unit due intent`, `_` for nothing.
fn commitment(row: &str) -> Commitment {
    let parts: Vec<&str> = row.split(' ').map(|part| if part == "_" { "" } else { part }).collect();
    let [line, name, op, value, unit, due, intent] = parts[..] else { panic!("{row}") };
    Commitment {
        name: name.to_owned(),
        class: CommitmentClass::Numeric,
        target: Target {
            comparison: op.parse().unwrap(),
            value: Some(value.parse().unwrap()),
            value_high: None,
            unit: unit.to_owned(),
            due: due.parse().unwrap(),
            soft: false,
        },
        intent: intent.parse().unwrap(),
        anchor: Anchor { line: line.parse().unwrap(), start: 0, end: 1 },
        quote: name.to_owned(),
        rule: "test".to_owned(),
        confidence: plan_model::Confidence::Certain,
    }
}

pub(super) fn fact(name: &str, value: &str, unit: &str, period: &str) -> Fact {
    Fact {
        name: name.to_owned(),
        value: Target {
            comparison: Comparison::Equal,
            value: Some(value.parse().unwrap()),
            value_high: None,
            unit: unit.to_owned(),
            due: DueYear::NotStated,
            soft: false,
        },
        period: (!period.is_empty()).then(|| period.parse().unwrap()),
        anchor: Anchor { line: 1, start: 0, end: 1 },
        quote: format!("{name}{value}{unit}"),
        rule: "test".to_owned(),
    }
}

pub(super) fn register(lines: &[&str], rows: &[&str], facts: Vec<Fact>, bases: &[(usize, usize)]) -> Register {
    with_kinds(lines, rows, facts, bases, &[])
}

fn with_kinds(
    lines: &[&str],
    rows: &[&str],
    facts: Vec<Fact>,
    bases: &[(usize, usize)],
    kinds: &[(usize, IndicatorKind)],
) -> Register {
    let found = Extraction {
        title: None,
        period: None,
        commitments: rows.iter().map(|row| commitment(row)).collect(),
        kinds: kinds.to_vec(),
        work: Vec::new(),
        facts,
        bases: bases.to_vec(),
        quantities: vec![],
        problems: vec![],
    };
    let dictionary = Dictionary::standard();
    build(
        &source(lines),
        found,
        Making {
            period: "2021-2025".parse().unwrap(), title: "青禾县国民经济规划", dictionary, attached: None
        },
    )
}

/// `I001 name measure targets`, then the codes of the problems.
fn shown(register: &Register) -> Vec<String> {
    let indicators = register.indicators.iter().map(|new| {
        let indicator = &new.indicator;
        let targets = indicator.targets.iter().map(|t| format!("{}{}@{}", t.comparison, t.value.unwrap(), t.due));
        let targets = targets.collect::<Vec<_>>().join(" ");
        let mentions = new.mentions.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        format!("{} {} {} [{targets}] {mentions}", indicator.id, indicator.name, indicator.measure)
    });
    indicators.chain(register.problems.iter().map(|p| format!("{}@{}", p.code, p.place))).collect()
}

#[test]
fn mentions_of_one_measure_are_one_indicator() {
    let rows = [
        "1 森林覆盖率 >= 48 % 2025 reach",
        "2 规模以上企业 = 300 家 2025 reach",
        "3 森林　覆盖率 >= 48 % _ reach",
        "4 “森林覆盖率” >= 45 % 2023 reach",
        "5 森林覆盖率 = 3 个百分点 _ rise_by",
    ];
    assert_eq!(
        shown(&register(&["甲", "乙", "丙", "丁", "戊"], &rows, vec![], &[])),
        [
            "I001 森林覆盖率 level [>=45@2023 >=48@2025] 1,3,4",
            "I002 规模以上企业 level [=300@2025] 2",
            "I003 森林覆盖率 cumulative_rise [=3@] 5",
        ]
    );
}

#[test]
fn contradictions_are_kept_and_listed() {
    let rows = ["1 绿道 = 100 公里 2025 add_up", "2 绿道 = 120 公里 2025 reach", "3 绿道 <= 90 公里 2035 lower_to"];
    assert_eq!(
        shown(&register(&["甲", "乙", "丙"], &rows, vec![], &[])),
        [
            "I001 绿道 level [=100@2025 =120@2025 <=90@2035] 1,2,3",
            "targets-differ@1",
            "measures-differ@1",
            "dictionary-direction-differs@1",
        ]
    );
    let both = ["1 床位 >= 10 张 2025 reach", "2 床位 <= 20 张 2024 reach"];
    let register = register(&["甲", "乙"], &both, vec![], &[]);
    assert_eq!(register.indicators[0].indicator.direction, None);
    assert_eq!(register.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["directions-differ"]);
}

#[test]
fn a_direction_is_there_only_where_the_words_say_it() {
    let cases = [
        ("1 甲率 = 5 % _ reach", None),
        ("1 甲率 ~ 5 % _ hold", None),
        ("1 甲率 >= 5 % _ reach", Some(Direction::Higher)),
        ("1 甲率 < 5 % _ hold", Some(Direction::Lower)),
        ("1 甲率 = 5 % _ lower_to", Some(Direction::Lower)),
        ("1 甲率 = 5 % _ fall_by", Some(Direction::Lower)),
        ("1 甲率 = 5 % _ raise_to", Some(Direction::Higher)),
        ("1 甲率 <= 5 % _ grow", Some(Direction::Lower)),
        ("1 乙馆 = 5 个 _ add_up", None),
        // The helper quotes the name: 甲率达….
        ("1 甲率达 = 5 % _ reach", Some(Direction::Higher)),
        ("1 甲率达 ~ 5 % _ reach", None),
    ];
    for (row, wanted) in cases {
        let register = register(&["甲"], &[row], vec![], &[]);
        assert_eq!(register.indicators[0].indicator.direction, wanted, "{row}");
    }
}

#[test]
fn what_is_to_be_reached_from_above_has_no_direction_of_its_own() {
    let row = ["1 甲浓度达 = 35 微克/立方米 2025 reach"];
    let direction = |base: &str| {
        let facts = vec![fact("甲浓度", base, "微克/立方米", "2020")];
        register(&["甲"], &row, facts, &[(0, 0)]).indicators[0].indicator.direction
    };
    assert_eq!((direction("33"), direction("36")), (Some(Direction::Higher), None));
}

#[test]
fn money_without_its_yuan_is_the_same_unit() {
    let facts = vec![fact("产值", "653", "亿元", "2020")];
    let register = register(&["甲"], &["1 产值 = 1000 亿 2025 raise_to"], facts, &[(0, 0)]);
    assert!(register.indicators[0].indicator.baseline.is_some(), "{:?}", register.problems);
}

#[test]
fn a_base_is_the_latest_one_the_text_gives_in_the_same_unit() {
    let row = ["1 森林覆盖率 >= 48 % 2025 reach"];
    let base = |facts: Vec<Fact>| {
        let pairs: Vec<(usize, usize)> = (0..facts.len()).map(|fact| (0, fact)).collect();
        let register = register(&["甲"], &row, facts, &pairs);
        let new = &register.indicators[0];
        let baseline = new.indicator.baseline.as_ref().map(|b| b.value.to_string());
        let codes: Vec<String> = register.problems.iter().map(|p| p.code.clone()).collect();
        (baseline, new.base_fact, codes)
    };
    let forest = |value: &str, unit: &str, period: &str| fact("森林覆盖率", value, unit, period);
    assert_eq!(base(vec![]), (None, None, vec![]));
    let two = vec![forest("39", "%", "2015"), forest("41.5", "%", "2020"), forest("43", "%", "2022")];
    assert_eq!(base(two), (Some("41.5".to_owned()), Some(2), vec![]));
    let undated = vec![forest("41.5", "%", "")];
    assert_eq!(base(undated), (Some("41.5".to_owned()), Some(1), vec![]));
    let other_unit = vec![forest("12", "万亩", "2020")];
    assert_eq!(base(other_unit), (None, None, vec!["base-unit-differs".to_owned()]));
    let torn = vec![forest("41.5", "%", "2020"), forest("42", "%", "2020")];
    assert_eq!(base(torn), (None, None, vec!["bases-differ".to_owned()]));
}

#[test]
fn a_kind_comes_from_the_row_of_a_table_or_not_at_all() {
    let lines = [
        "第一章 目标",
        "指标名称\t2020年\t2025年\t属性",
        "1.森林覆盖率（%）\t41.5\t48\t约束性",
        "规模以上企业（家）\t200\t300\t预期性",
        "绿道（公里）\t50\t100\t约束性",
        "绿道（公里）\t50\t100\t预期性",
        "第二章 任务",
        "森林覆盖率达到48%，规模以上企业达到300家，绿道达到100公里，书房达到20家。",
    ];
    let rows = [
        "8 森林覆盖率 = 48 % _ reach",
        "4 规模以上企业 = 300 家 2025 reach",
        "8 绿道 = 100 公里 _ reach",
        "8 书房 = 20 家 _ reach",
    ];
    let found = [(1, IndicatorKind::Expected)];
    let register = with_kinds(&lines, &rows, vec![], &[], &found);
    let kinds: Vec<_> = register.indicators.iter().map(|new| new.indicator.kind).collect();
    let wanted = [IndicatorKind::Binding, IndicatorKind::Expected, IndicatorKind::NotStated, IndicatorKind::NotStated];
    assert_eq!(kinds, wanted);
    assert!(register.problems.iter().any(|p| p.code == "kinds-differ"));
    let groups: Vec<_> = register.indicators.iter().map(|new| new.indicator.group.as_str()).collect();
    assert_eq!((groups[0], groups[1]), ("任务", "目标"));
}

#[test]
fn mentions_that_disagree_on_the_kind_leave_it_open() {
    let rows = ["1 绿道 = 100 公里 _ reach", "2 绿道 = 100 公里 _ reach"];
    let kinds = [(0, IndicatorKind::Binding), (1, IndicatorKind::Expected)];
    let register = with_kinds(&["甲", "乙"], &rows, vec![], &[], &kinds);
    assert_eq!(register.indicators[0].indicator.kind, IndicatorKind::NotStated);
    assert_eq!(register.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["kinds-differ"]);
    let agreed = with_kinds(&["甲", "乙"], &rows, vec![], &[], &kinds[..1]);
    assert_eq!(agreed.indicators[0].indicator.kind, IndicatorKind::Binding);
}

#[test]
fn names_are_compared_without_what_does_not_matter() {
    assert_eq!(name_key(" “四好”农村路（ＡＢ） "), "四好农村路(ab)");
    assert_ne!(name_key("新增绿道"), name_key("绿道"));
}

#[test]
fn an_empty_text_gives_an_empty_register() {
    let register = register(&["没有目标。"], &[], vec![], &[]);
    assert!(register.indicators.is_empty() && register.commitments.is_empty());
}
