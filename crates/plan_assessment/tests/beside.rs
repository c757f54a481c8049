//! What is built on verdicts: weighted indexes, verdicts of others, several rule
//! sets, suppositions, replay.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use plan_assessment::{
    AgreedTarget, Likeness, OutsideVerdict, Question, Replayed, Rules, Snapshot, Supposed, Weights, WhatIfError,
    agreements, assess, changes, conclude, read_case, ready_rule_set, ready_rule_sets, replay, side_by_side,
    weighted_index, what_if,
};
use plan_model::{Decimal, Indicator, Node, Observation, PlanPeriod};

const HEAD: &str = "id\tname\tunit\tbase_year\tbase_value\ttarget_year\ttarget_value\top\ttype\tdirection\n";

/// Invented indicators: two on paths, a bound, a rank, one in step with the first, one without a figure.
const INDICATORS: &str = "\
1\t造林\t万亩\t2020\t0\t2025\t100\t=\tlevel\thigher\n\
2\t绿道\t公里\t2020\t50\t2025\t100\t=\tlevel\thigher\n\
3\t失业率\t%\t\t\t2025\t5.5\t<\thold_each_year\tlower\n\
4\t排名\t位\t2020\t15\t2025\t10\t=\trank\tlower\n\
5\t收入增速\t%\t\t\t2025\t\t=\tin_step_with:6\thigher\n\
6\t经济增速\t%\t\t\t2025\t5\t>=\tyearly_growth\thigher\n\
7\t新设\t家\t2020\t0\t2025\t10\t=\tlevel\thigher\n";
const VALUES: &str = "id\tperiod\tvalue\tstatus\n\
1\t2021\t18\tsourced\n1\t2022\t44\tsourced\n1\t2023\t60\tsourced\n\
2\t2021\t54\tsourced\n2\t2022\t59\tsourced\n2\t2023\t65\tsourced\n\
3\t2021\t5\tsourced\n3\t2022\t5.2\tsourced\n3\t2023\t5.1\tsourced\n\
4\t2023\t12\tsourced\n\
5\t2021\t6\tsourced\n5\t2022\t4.9\tsourced\n5\t2023\t5.1\tsourced\n\
6\t2021\t6\tsourced\n6\t2022\t5\tsourced\n6\t2023\t5.2\tsourced\n";

struct Plan {
    indicators: Vec<Indicator>,
    observations: Vec<Observation>,
    nodes: Vec<Node>,
    period: Option<PlanPeriod>,
}

impl Plan {
    fn sample() -> Self {
        let case = read_case(&format!("{HEAD}{INDICATORS}"), VALUES);
        assert!(case.indicator_problems.is_empty() && case.value_problems.is_empty());
        let nodes = vec![Node {
            of: "7".to_owned(),
            due: "2023-06-30".parse().unwrap(),
            deliverable: "选址".to_owned(),
            done_on: None,
            evidence: String::new(),
            verified: false,
        }];
        Self { indicators: case.indicators, observations: case.observations, nodes, period: case.period }
    }

    fn question(&self) -> Question<'_> {
        Question {
            indicators: &self.indicators,
            observations: &self.observations,
            breaks: &[],
            agreed: &[],
            nodes: &self.nodes,
            period: self.period,
            as_of: "2023-12-31".parse().unwrap(),
        }
    }
}

fn weights(least: &str, entries: &[(&str, &str)]) -> String {
    let mut text = format!(
        "name = \"本县权重\"\nversion = \"1\"\ntitle = \"权重\"\nexplanation = \"说明\"\norigin = \"会议确定\"\nleast_share = \"{least}\"\n"
    );
    for (indicator, weight) in entries {
        text += &format!("[[weight]]\nindicator = \"{indicator}\"\nweight = \"{weight}\"\n");
    }
    text
}

#[test]
fn an_index_averages_what_has_a_way_and_names_the_rest() {
    let plan = Plan::sample();
    let verdicts = assess(&plan.question(), ready_rule_set("share-of-pace").unwrap());
    let index = |text: &str| weighted_index(plan.indicators.iter().zip(&verdicts), &Weights::parse(text).unwrap());

    // 60 % of the way with weight 3, 30 % with weight 1, by id and by name.
    let found = index(&weights("0.8", &[("1", "3"), ("绿道", "1")]));
    assert_eq!(found.way, Some("0.525".parse().unwrap()));
    assert_eq!(found.time, Some("0.6".parse().unwrap()));
    assert!(found.left_out.is_empty() && found.refused.is_none());

    // A bound, a rank, one without figures and one that does not exist: named, with their weight.
    let all = [("1", "4"), ("3", "1"), ("4", "1"), ("7", "1"), ("没有的", "1")];
    let found = index(&weights("0.5", &all));
    assert_eq!(found.way, Some("0.6".parse().unwrap()));
    let reasons: Vec<(&str, &str)> =
        found.left_out.iter().map(|(id, _, why)| (id.as_str(), why.code.as_str())).collect();
    assert_eq!(
        reasons,
        [("3", "index_no_way"), ("4", "index_rank"), ("7", "no_figure"), ("没有的", "index_not_in_register")]
    );
    let found = index(&weights("0.8", &all));
    assert_eq!((found.way, found.refused.unwrap().code.as_str()), (None, "index_refused"));
}

#[test]
fn broken_weights_are_refused() {
    for (text, says) in [
        (weights("0.8", &[("1", "0")]), "大于 0"),
        (weights("0.8", &[("1", "1"), ("1", "2")]), "两次"),
        (weights("1.8", &[("1", "1")]), "least_share"),
        (weights("0.8", &[]), "weight"),
        (weights("0.8", &[("1", "1")]).replace("会议确定", ""), "来源"),
        (weights("0.8", &[("1", "1")]).replace("\"0.8\"", "0.8"), "读不通"),
    ] {
        let error = Weights::parse(&text).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
}

#[test]
fn verdicts_of_others_stand_beside_ours() {
    let plan = Plan::sample();
    let rules = ready_rule_set("share-of-pace").unwrap();
    let verdicts = assess(&plan.question(), rules);
    let given = |indicator: &str, by: &str, official, word: &str, day: &str| OutsideVerdict {
        indicator: indicator.to_owned(),
        by: by.to_owned(),
        official,
        word: word.to_owned(),
        as_of: day.parse().ok(),
        source: "评估报告".to_owned(),
    };
    let outside = [
        given("1", "第三方", false, "滞后", "2023-12-31"),
        given("1", "中期评估", true, "快于预期", "2023-06-30"),
        given("1", "中期评估", true, "符合预期", "2023-12-31"),
        given("2", "中期评估", true, "基本符合预期", "2023-12-31"),
        given("3", "中期评估", true, "很好", "2023-12-31"),
        given("7", "中期评估", true, "滞后", "2023-12-31"),
    ];
    let tables = agreements(&verdicts, &outside, rules);
    let names: Vec<&str> = tables.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["中期评估", "第三方"]);
    let official = &tables[0].1;
    let likeness: Vec<Likeness> = official.rows.iter().map(|row| row.likeness).collect();
    assert_eq!(likeness, [Likeness::Same, Likeness::Apart(1), Likeness::UnknownWord, Likeness::NotJudged]);
    assert_eq!((official.judged, official.same, official.farthest), (2, 1, 1));
    assert!(official.rows.iter().all(|row| !row.reason.zh.is_empty()));
}

#[test]
fn rule_sets_stand_side_by_side() {
    let plan = Plan::sample();
    let rule_sets: Vec<_> = ready_rule_sets().iter().collect();
    let rows = side_by_side(&plan.question(), &rule_sets);
    let green: Vec<&str> = rows[1].statuses.iter().map(|status| status.word.as_str()).collect();
    assert_eq!(green, ["滞后", "黄灯", "进展一般"]);
    assert!(!rows[1].differs && rows[1].behind.iter().all(|behind| *behind == Some(true)));
    assert_eq!(rows[6].behind, [None, None, None]);
    assert!(rows[0].behind[0] == Some(false));
}

#[test]
fn a_conclusion_adds_chances_up() {
    let plan = Plan::sample();
    let rules = ready_rule_set("share-of-pace").unwrap();
    let verdicts = assess(&plan.question(), rules);
    let whole = conclude(&verdicts, rules);
    assert_eq!(whole.outlooks.iter().map(|(_, count)| count).sum::<usize>(), 7);
    let chances: Vec<Decimal> = verdicts.iter().filter_map(|v| v.prospect.forecast()).map(|f| f.chance).collect();
    assert_eq!((whole.foreseen, whole.expected_met), (5, Some(chances.iter().sum::<Decimal>().round_dp(1))));
    assert_eq!((whole.on_a_path, whole.way_keeps_up_with_time), (4, 3));
}

#[test]
fn supposed_figures_move_their_verdicts_and_those_compared_with_them() {
    let plan = Plan::sample();
    let rules = ready_rule_set("share-of-pace").unwrap();
    let suppose = |indicator: &str, period: &str, value: i64| Supposed {
        indicator: indicator.to_owned(),
        period: period.parse().unwrap(),
        value: Decimal::from(value),
    };
    let moved = what_if(&plan.question(), &[suppose("2", "2024", 95)], rules).unwrap();
    assert_eq!(moved.len(), 1);
    assert!(moved[0].moves());
    assert_eq!((moved[0].before.status.word.as_str(), moved[0].after.status.word.as_str()), ("滞后", "基本符合预期"));
    assert_eq!(moved[0].after.as_of, "2024-12-31".parse().unwrap());

    // The economy growing by 9 leaves income behind; a supposed figure takes the place of a real one.
    let moved = what_if(&plan.question(), &[suppose("6", "2023", 9)], rules).unwrap();
    let ids: Vec<&str> = moved.iter().map(|pair| pair.before.indicator.as_str()).collect();
    assert_eq!(ids, ["5", "6"]);
    assert_eq!((moved[0].before.status.code.as_str(), moved[0].after.status.code.as_str()), ("in_line", "behind"));
    assert_eq!(moved[0].after.as_of, plan.question().as_of);

    assert!(moved[1].rests_on_supposed());

    // What came after the day is not known on it: the supposed figure is the latest.
    let mut later = plan.question();
    let mut observations = later.observations.to_vec();
    let known = observations.iter().find(|figure| figure.indicator == "2").unwrap();
    let real = Observation { period: "2025".parse().unwrap(), value: Decimal::from(10), ..known.clone() };
    observations.push(real);
    later.observations = &observations;
    let moved = what_if(&later, &[suppose("2", "2025", 95)], rules).unwrap();
    assert_eq!(moved[0].after.value.as_ref().unwrap().value, Decimal::from(95));
    let moved = what_if(&later, &[suppose("2", "2026", 95)], rules).unwrap();
    assert!(moved[0].after.value.as_ref().unwrap().value != Decimal::from(10), "{:?}", moved[0].after.value);

    assert_eq!(what_if(&plan.question(), &[], rules), Ok(Vec::new()));
    let unknown = what_if(&plan.question(), &[suppose("9", "2024", 1)], rules);
    assert_eq!(unknown, Err(WhatIfError::UnknownIndicator("9".to_owned())));
    let twice = what_if(&plan.question(), &[suppose("1", "2024", 1), suppose("1", "2024", 2)], rules);
    assert!(matches!(twice, Err(WhatIfError::Twice { .. })));
}

#[test]
fn a_snapshot_gives_the_same_verdicts_again() {
    let plan = Plan::sample();
    for verdict_rules in ready_rule_sets() {
        let rules = Rules::ready(verdict_rules);
        let verdicts = assess(&plan.question(), verdict_rules);
        let snapshot = Snapshot::of(&plan.question(), &rules);
        assert_eq!(replay(&snapshot, &verdicts), Ok(Replayed::Identical));
        // Kept as text and read again, it is the same.
        let kept: Snapshot = serde_json::from_str(&serde_json::to_string(&snapshot).unwrap()).unwrap();
        assert_eq!(kept, snapshot);
        let kept: Vec<_> = serde_json::from_str(&serde_json::to_string(&verdicts).unwrap()).unwrap();
        assert_eq!(replay(&snapshot, &kept), Ok(Replayed::Identical));
        let mut other = verdicts;
        other[1].stale = !other[1].stale;
        other.remove(4);
        assert_eq!(replay(&snapshot, &other), Ok(Replayed::ProgramDiffers(vec!["2".to_owned(), "5".to_owned()])));
    }
}

#[test]
fn what_changed_is_said_exactly() {
    let plan = Plan::sample();
    let rules = ready_rule_sets();
    let before = Snapshot::of(&plan.question(), &Rules::ready(&rules[0]));
    let mut after = before.clone();
    after.observations.reverse();
    after.nodes.reverse();
    assert_eq!(changes(&before, &after), []);

    after.as_of = "2024-03-31".parse().unwrap();
    after.indicators[0].targets[0].value = Some(Decimal::from(120));
    after.indicators.remove(3);
    let revised = after.observations.iter_mut().find(|o| o.indicator == "2" && o.period.year() == 2022).unwrap();
    revised.value = Decimal::from(58);
    after.observations.retain(|o| o.indicator != "4");
    after.observations.push(Observation { vintage: 2, ..after.observations[0].clone() });
    after.agreed.push(AgreedTarget {
        indicator: "1".to_owned(),
        year: 2023,
        value: Decimal::from(90),
        unit: "万亩".to_owned(),
        source: "年度计划第3行".to_owned(),
        ..AgreedTarget::default()
    });
    after.nodes[0].done_on = "2023-06-01".parse().ok();
    after.rule_set.clone_from(&rules[1].text);
    let found: Vec<String> = changes(&before, &after)
        .into_iter()
        .map(|c| {
            let short =
                |text: Option<String>| text.map_or("—".to_owned(), |t| t.lines().next().unwrap_or("").to_owned());
            format!("{} {} {}: {} → {}", c.sort, c.which, c.field, short(c.before), short(c.after))
        })
        .collect();
    assert_eq!(
        found,
        [
            "as_of  : 2023-12-31 → 2024-03-31",
            "rule_set  : # 进展判断规则：按序时进度比。默认规则。 → # 进展判断规则：按落后序时进度的百分点亮灯。",
            "indicator 1 targets: = 100万亩 @2025 → = 120万亩 @2025",
            "indicator 4 : base: 2020: 15; direction: lower; kind: not_stated; measure: rank; name: 排名; targets: = 10位 @2025; unit: 位 → —",
            "figure 2 2022 statistical v1 value: 59 → 58",
            "figure 4 2023 statistical v1 : source: sourced; value: 12 → —",
            "figure 6 2023 statistical v2 : — → source: sourced; value: 5.2",
            "yearly_target 1 2023 : — → source: 年度计划第3行; value: 90万亩",
            "node 7 2023-06-30 选址 done_on:  → 2023-06-01",
        ]
    );
}
