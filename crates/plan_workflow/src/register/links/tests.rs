//! What the dictionary joins, what it must leave apart, and what it supplies.

use plan_model::Direction;

use super::super::tests::{fact, register};
use crate::records::Register;

/// `name (names also) direction measure`, with `*` after what the dictionary supplied.
fn shown(register: &Register) -> Vec<String> {
    let star = |is: bool| if is { "*" } else { "" };
    let indicators = register.indicators.iter().map(|new| {
        let (indicator, link) = (&new.indicator, new.dictionary.as_ref());
        let also = link.map(|link| link.also.join("、")).filter(|also| !also.is_empty());
        let also = also.map(|also| format!("（{also}）")).unwrap_or_default();
        let direction = indicator.direction.map_or("–", Direction::code);
        let (d, m) = link.map_or((false, false), |link| (link.direction_supplied, link.measure_supplied));
        format!("{}{also} {direction}{} {}{}", indicator.name, star(d), indicator.measure, star(m))
    });
    indicators.chain(register.problems.iter().map(|problem| problem.code.clone())).collect()
}

/// How many indicators two lines `name op value unit due intent` become in the
/// plan of the county 青禾县.
fn indicators(rows: [&str; 2]) -> usize {
    let rows: Vec<String> = rows.iter().zip(1..).map(|(row, line)| format!("{line} {row}")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    register(&["甲", "乙"], &rows, vec![], &[]).indicators.len()
}

#[test]
fn one_indicator_under_two_names_is_joined() {
    let cases = [
        ["地区生产总值 = 600 亿元 2025 reach", "GDP = 600 亿元 2025 reach"],
        ["地区生产总值 = 600 亿元 2025 reach", "生产总值 = 650 亿元 2025 reach"],
        ["地区生产总值年均增长 = 7 % _ grow", "GDP = 7.5 % _ grow"],
        ["地区生产总值 = 1.2 万亿元 2025 reach", "GDP = 12000 亿元 2025 reach"],
        ["累计实际使用外资 = 3 亿美元 2025 reach", "实际使用外资 = 3 亿美元 2025 add_up"],
        ["新增城镇就业 = 4.5 万人 2025 add_up", "城镇新增就业 = 4.5 万人 2025 reach"],
        ["单位GDP能耗降低 = 14 % 2025 fall_by", "单位地区生产总值能耗五年累计降低 = 14 % 2025 fall_by"],
        ["规模以上工业增加值增速 = 8 % 2025 reach", "规模以上工业增加值 = 8 % 2025 grow"],
        ["高新技术企业 = 80 家 2025 reach", "国家高新技术企业总数 = 80 家 2025 reach"],
        ["全县进出口总额 > 90 亿元 2025 reach", "进出口总额 = 90 亿元 2025 reach"],
        ["城乡居民收入倍差 <= 1.7 _ 2025 lower_to", "城乡居民收入比 <= 1.7 _ 2025 lower_to"],
    ];
    for rows in cases {
        assert_eq!(indicators(rows), 1, "{rows:?}");
    }
}

#[test]
fn what_is_not_surely_one_indicator_stays_apart() {
    let cases = [
        // Another group of people, another definition, another whole.
        ["居民人均可支配收入 = 5 万元 2025 reach", "农村居民人均可支配收入 = 5 万元 2025 reach"],
        ["城镇居民人均可支配收入 = 5 万元 2025 reach", "农村居民人均可支配收入 = 5 万元 2025 reach"],
        ["城镇新增就业 = 4 万人 2025 add_up", "城镇登记失业率 <= 4 % 2025 hold"],
        ["城镇调查失业率 <= 5 % 2025 hold", "城镇登记失业率 <= 5 % 2025 hold"],
        ["工业增加值 = 90 亿元 2025 reach", "规模以上工业增加值 = 90 亿元 2025 reach"],
        ["常住人口城镇化率 = 60 % 2025 reach", "户籍人口城镇化率 = 60 % 2025 reach"],
        ["每万人口高价值发明专利拥有量 = 8 件 2025 reach", "每万人口发明专利拥有量 = 8 件 2025 reach"],
        ["建成区绿地率 = 38 % 2025 reach", "建成区绿化覆盖率 = 38 % 2025 reach"],
        // A stock and what is added to it; a level and its growth; a sum and a year.
        ["高新技术企业 = 80 家 2025 reach", "新增高新技术企业 = 80 家 2025 add_up"],
        ["高新技术企业 = 80 家 2025 reach", "国家高新技术企业 = 80 家 2025 add_up"],
        ["高新技术企业 = 80 家 2025 add_up", "国家高新技术企业 = 80 家 2025 rise_by"],
        ["地区生产总值 = 600 亿元 2025 reach", "GDP年均增长 = 7.5 % 2025 grow"],
        ["地区生产总值 = 600 亿元 2025 reach", "GDP = 600 亿元 2025 rise_by"],
        ["累计实际使用外资 = 3 亿美元 2025 reach", "实际利用外资 = 3 亿美元 2025 reach"],
        ["城镇新增就业 = 4 万人 2025 add_up", "年均新增城镇就业 = 4 万人 2025 reach"],
        // Another place, another rank.
        ["全市地区生产总值 = 600 亿元 2025 reach", "地区生产总值 = 600 亿元 2025 reach"],
        ["全市地区生产总值 = 600 亿元 2025 reach", "全县地区生产总值 = 600 亿元 2025 reach"],
        ["全县森林覆盖率 = 38 % 2025 reach", "森林覆盖率 = 62 % 2025 reach"],
        ["省级绿色工厂 = 3 家 2025 reach", "国家级绿色工厂 = 3 家 2025 reach"],
        ["省级绿色工厂 = 3 家 2025 reach", "绿色工厂 = 3 家 2025 reach"],
        // Another unit, or one that says another promise.
        ["进出口总额 = 90 亿元 2025 reach", "外贸进出口总额 = 90 亿美元 2025 reach"],
        ["服务业增加值占GDP比重 = 3 % 2025 rise_by", "第三产业比重 = 3 个百分点 2025 rise_by"],
        ["地区生产总值 = 600 亿元 2025 reach", "GDP = 600 万人 2025 reach"],
        ["高新技术企业 = 80 家 2025 reach", "国家高新技术企业 = 80 个 2025 reach"],
    ];
    for rows in cases {
        assert_eq!(indicators(rows), 2, "{rows:?}");
    }
}

#[test]
fn joined_targets_are_kept_and_contradictions_listed() {
    let rows = [
        "1 地区生产总值 = 600 亿元 2025 reach",
        "2 绿色小站 = 3 个 2025 reach",
        "3 GDP = 650 亿元 2025 reach",
        "4 生产总值 = 0.06 万亿元 2025 reach",
        "5 地区生产总值年均增长 = 7 % _ grow",
    ];
    let register = register(&["甲", "乙", "丙", "丁", "戊"], &rows, vec![], &[]);
    let wanted = [
        "地区生产总值（GDP、生产总值） higher* level",
        "绿色小站 – level",
        "地区生产总值年均增长 higher yearly_growth",
        "targets-differ",
    ];
    assert_eq!(shown(&register), wanted);
    let first = &register.indicators[0];
    assert_eq!((first.indicator.id.as_str(), first.mentions.as_slice()), ("I001", [1, 3, 4].as_slice()));
    assert_eq!(first.indicator.targets.len(), 2, "0.06万亿元 is 600亿元");
    let ids: Vec<&str> = register.commitments.iter().map(|record| record.indicator.as_str()).collect();
    assert_eq!(ids, ["I001", "I002", "I001", "I001", "I003"]);
}

#[test]
fn the_dictionary_speaks_where_the_text_is_silent() {
    let cases = [
        ("城镇调查失业率 = 5.5 % 2025 reach", "城镇调查失业率 lower* hold_each_year*"),
        ("城镇调查失业率 <= 5.5 % 2025 hold", "城镇调查失业率 lower hold_each_year"),
        ("就业困难人员就业 = 4000 人 2025 reach", "就业困难人员就业 higher* cumulative*"),
        ("就业困难人员就业 = 800 人 annual reach", "就业困难人员就业 higher* hold_each_year"),
        ("单位GDP能耗降低 = 14 % 2025 reach", "单位GDP能耗降低 lower* cumulative_fall*"),
        ("固定资产投资五年累计 = 1500 亿元 2025 reach", "固定资产投资五年累计 higher* cumulative*"),
        ("高标准农田累计 = 40 万亩 2025 reach", "高标准农田累计 higher* level"),
        ("年均新增城镇就业 = 4 万人 2025 reach", "年均新增城镇就业 higher* level"),
        ("经营主体 = 2 倍 2035 reach", "经营主体 – level"),
        ("常住人口 ~ 60 万人 2025 reach", "常住人口 – level"),
        ("绿色小站 = 3 个 2025 reach", "绿色小站 – level"),
        // 达 in the quote, which the helper makes of the name.
        ("细颗粒物(PM2.5)浓度达 = 35 微克/立方米 2025 reach", "细颗粒物(PM2.5)浓度达 higher level"),
    ];
    for (row, wanted) in cases {
        let register = register(&["甲"], &[&format!("1 {row}")], vec![], &[]);
        assert_eq!(shown(&register), [wanted], "{row}");
    }
}

#[test]
fn the_text_wins_and_a_disagreement_is_listed() {
    let cases: [(&str, &[&str]); 4] = [
        ("森林覆盖率 <= 40 % 2025 reach", &["森林覆盖率 lower level", "dictionary-direction-differs"]),
        ("行政诉讼败诉率 >= 5 % 2025 reach", &["行政诉讼败诉率 higher level", "dictionary-direction-differs"]),
        ("城镇新增就业 = 4 万人 2025 raise_to", &["城镇新增就业 higher level", "dictionary-measure-differs"]),
        ("森林覆盖率 = 40 % 2025 add_up", &["森林覆盖率 higher* cumulative", "dictionary-measure-differs"]),
    ];
    for (row, wanted) in cases {
        let register = register(&["甲"], &[&format!("1 {row}")], vec![], &[]);
        assert_eq!(shown(&register), wanted, "{row}");
    }
}

#[test]
fn a_mention_that_says_its_arithmetic_speaks_for_the_silent_ones() {
    let rows = ["1 城镇调查失业率 = 5 % 2025 lower_to", "2 城镇调查失业率 = 5 % 2025 reach"];
    let both = register(&["甲", "乙"], &rows, vec![], &[]);
    assert_eq!(shown(&both), ["城镇调查失业率 lower level"]);
}

#[test]
fn a_base_found_under_one_name_serves_the_joined_indicator() {
    let rows = ["1 地区生产总值 = 600 亿元 2025 reach", "2 GDP = 600 亿元 2025 reach"];
    let facts = vec![fact("GDP", "400", "亿元", "2020")];
    let register = register(&["甲", "乙"], &rows, facts, &[(1, 0)]);
    assert_eq!(register.indicators[0].indicator.baseline.as_ref().unwrap().value.to_string(), "400");
}
