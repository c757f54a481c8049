//! Reading case folders: what cannot be read is named with its line and left out.

use plan_assessment::{AssessRow, Question, assess, read_case, ready_rule_set};
use plan_model::{Place, Problem};

const HEAD: &str = "id\tgroup\tname\tunit\tbase_year\tbase_value\ttarget_year\ttarget_value\top\ttype\tdirection\tkind\tofficial_verdict\tnote\n";
const VALUES: &str = "id\tperiod\tvalue\tstatus\tnote\n";

fn codes(problems: &[Problem]) -> Vec<(String, Place)> {
    problems.iter().map(|problem| (problem.code.clone(), problem.place.clone())).collect()
}

#[test]
fn odd_indicators_are_named_with_their_line() {
    let text = format!(
        "{HEAD}\
        1\t\t甲\t%\t2020\t60\t2025\t75\t=\tlevel\thigher\t预期性\t滞后\t\n\
        1\t\t重复\t%\t2020\t60\t2025\t75\t=\tlevel\thigher\t\t\t\n\
        \t\t无编号\t%\t\t\t\t\t\tlevel\t\t\t\t\n\
        4\t\t坏类型\t%\t\t\t\t\t\tspeed\t\t\t\t\n\
        5\t\t坏数字\t%\t2020\t六十\t2025\t很高\t=\tlevel\tup\t\t\t\n\
        6\t\t坏年份\t%\t20\t60\t25\t75\t大致\tlevel\t\t\t\t\n\
        7\t\t无此对照\t%\t\t\t2025\t\t\tfaster_than:99\t\t\t\t\n\
        8\t\t区间\t个\t\t\t2025\t4–6\t=\tlevel\thigher\t\t\t\n\
        9\t\t反了\t个\t\t\t2025\t6–4\t=\tlevel\thigher\t\t\t\n\
        10\t\t无类型\t%\n"
    );
    let case = read_case(&text, VALUES);
    let at = |code: &str, line| (code.to_owned(), Place::Line(line));
    assert_eq!(
        codes(&case.indicator_problems),
        [
            at("duplicate-id", 3),
            at("missing-id", 4),
            at("unknown-word", 5),
            at("bad-number", 6),
            at("unknown-word", 6),
            at("bad-number", 6),
            at("unknown-word", 7),
            at("unknown-word", 7),
            at("unknown-word", 7),
            at("bad-number", 10),
            at("missing-type", 11),
            at("unknown-other", 8),
        ]
    );
    assert!(case.indicator_problems.iter().all(|p| !p.hint.is_empty() && !p.message.is_empty()));
    let ids: Vec<&str> = case.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    assert_eq!(ids, ["1", "5", "6", "7", "8", "9"]);
    assert_eq!(case.indicators[4].targets[0].value_high, Some("6".parse().unwrap()));
    assert_eq!(case.official["1"], "滞后");
    assert_eq!(case.period.unwrap().to_string(), "2021-2025");
}

#[test]
fn odd_values_are_named_with_their_line() {
    let indicators = format!("{HEAD}1\t\t甲\t%\t2020\t60\t2025\t75\t=\tlevel\thigher\t\t\t\n");
    let values = format!(
        "\u{feff}{VALUES}\
        1\t2021\t63\tsourced\t\r\n\
        \r\n\
        1\t2021\t63.1\tsourced\t修订\r\n\
        1\t2022\t\t\t没有找到\r\n\
        1\t2022\tNaN\t\t\r\n\
        1\t二〇二二\t66\t\t\r\n\
        1\t\t66\t\t\r\n\
        2\t2022\t66\t\t\r\n\
        1\t2022\t66\t自报\t\tzu viel\r\n"
    );
    let case = read_case(&indicators, &values);
    let at = |code: &str, line| (code.to_owned(), Place::Line(line));
    assert_eq!(
        codes(&case.value_problems),
        [
            at("too-many-cells", 10),
            at("bad-number", 6),
            at("unknown-word", 7),
            at("missing-period", 8),
            at("unknown-id", 9),
            at("duplicate-figure", 4),
        ]
    );
    let figures: Vec<String> =
        case.observations.iter().map(|o| format!("{} {} {} v{}", o.period, o.value, o.standing, o.vintage)).collect();
    assert_eq!(figures, ["2021 63 statistical v1", "2021 63.1 statistical v2", "2022 66 reported v1"]);
}

#[test]
fn what_is_no_table_is_refused_whole() {
    for (text, code) in [("", "empty"), ("\n\n", "empty"), ("甲,乙\n1,2\n", "missing-column")] {
        let case = read_case(text, VALUES);
        assert_eq!(case.indicator_problems[0].code, code);
        assert!(case.indicators.is_empty() && case.period.is_none());
    }
}

/// The period starts after the commonest base year; without base years a plan has five years.
#[test]
fn the_period_is_inferred() {
    let row = |id: &str, base: &str, due: &str| {
        format!("{id}\t\t甲\t%\t{base}\t{}\t{due}\t75\t=\tlevel\t\t\t\t\n", if base.is_empty() { "" } else { "60" })
    };
    for (rows, period) in [
        (vec![row("1", "2020", "2025"), row("2", "2020", "2025"), row("3", "2019", "2025")], Some("2021-2025")),
        (vec![row("1", "2022", "2025")], Some("2023-2025")),
        (vec![row("1", "", "2020")], Some("2016-2020")),
        (vec![row("1", "", "")], None),
        (vec![row("1", "2025", "2025")], Some("2021-2025")),
        (vec![row("1", "2019", "2025"), row("2", "2019", "2025"), row("3", "2020", "2025")], Some("2021-2025")),
        (vec![row("1", "2020", "2025"), row("2", "2020", "2025"), row("3", "2020", "2035")], Some("2021-2025")),
        (vec![row("1", "2025", "2035")], Some("2026-2035")),
    ] {
        let case = read_case(&format!("{HEAD}{}", rows.concat()), VALUES);
        assert_eq!(case.period.map(|period| period.to_string()).as_deref(), period);
    }
}

#[test]
fn a_row_has_the_columns_of_the_command() {
    let indicators = format!("{HEAD}1\t\t甲\t%\t2020\t60\t2025\t75\t>=\tlevel\thigher\t约束性\t\t\n");
    let case = read_case(&indicators, &format!("{VALUES}1\t2022\t65\tsourced\t\n"));
    let question = Question {
        indicators: &case.indicators,
        observations: &case.observations,
        breaks: &[],
        agreed: &[],
        nodes: &[],
        period: case.period,
        as_of: "2022-12-31".parse().unwrap(),
    };
    let verdicts = assess(&question, ready_rule_set("share-of-pace").unwrap());
    let row = AssessRow::new(&case.indicators[0], &verdicts[0]);
    assert_eq!(
        AssessRow::COLUMNS.join(","),
        "id,name,type,kind,base,target,target_year,value,value_period,expected,ratio,status,outlook,rule_set,reason"
    );
    assert_eq!(
        row.cells().join(","),
        "1,甲,level,约束性,60,75,2025,65,2022,66,0.8333,基本符合预期,needs_pace,share-of-pace,\
         截至 2022，实际 65%，按序时进度应为 66%，进度比 0.8333（≥ 0.8, < 1.2）"
    );
}

/// Official tables say more in a cell than a number: what, is read; what cannot be read, is named.
#[test]
fn cells_are_read_as_tables_write_them() {
    // unit, base, target, op -> base, target
    for (unit, base, target, op, found) in [
        ("%", "约60", "75%", "", "60 = 75%"),
        ("%", "60%", "75%以上", "=", "60 >= 75%"),
        ("%", "60", "≥75", "", "60 >= 75%"),
        ("%", "60", "<75", ">=", "60 >= 75%"),
        ("%", "60", "75", "＞", "60 > 75%"),
        ("%", "60", "75", "不低于", "60 >= 75%"),
        ("个", "97以上", "〔120〕", "", "97 = 120个"),
        ("%", "3", "3.2左右", "", "3 ~ 3.2%"),
        ("%", "3", "控制在5.5以内", "", "3 <= 5.5%"),
        ("%", "20", "3个百分点", "", "20 = 3个百分点"),
        ("个", "20", "36-38", "", "20 = 36..38个"),
        ("个", "20", "36至38个", "", "20 = 36..38个"),
        ("位", "第5", "前3位", "", "5 = 3位"),
        ("万元", "-1,200.5", "－3", "", "-1200.5 = -3万元"),
        ("%", "", "全部完成", "", "— = —%"),
    ] {
        let row = format!("1\t\t甲\t{unit}\t2020年\t{base}\t2025年底\t{target}\t{op}\tlevel\tHigher\t\t\t\n");
        let case = read_case(&format!("{HEAD}{row}"), VALUES);
        let [indicator] = &case.indicators[..] else { panic!("{target}") };
        let base = indicator.baseline.as_ref().map_or("—".to_owned(), |base| base.value.to_string());
        let target = &indicator.targets[0];
        let value = target.value.map_or("—".to_owned(), |value| value.to_string());
        let high = target.value_high.map(|high| format!("..{high}")).unwrap_or_default();
        let told = format!("{base} {} {value}{high}{}", target.comparison.code(), target.unit);
        assert_eq!((told.as_str(), target.due.to_string().as_str()), (found, "2025"));
        assert_eq!(case.indicator_problems.is_empty(), target.value.is_some(), "{:?}", case.indicator_problems);
    }
}

#[test]
fn figures_are_read_as_tables_write_them() {
    let head = "id\tperiod\tvalue\tstatus\tunit\tnote\n";
    let row = "1\t\t甲\t万人\t2020\t60\t2025\t全覆盖\t\tcoverage\thigher\t\t\t监测值比2020年\n\
               2\t\t乙\t万人\t2020\t60\t2025\t90\t\tcumulative\thigher\t\t\t五年累计\n";
    let values = format!(
        "{head}1\t2021年底\t61\tsourced\t\t快报\n1\t2022.12\t620000人\tsourced\t\t\n1\t2023-12-31\t630000\tsourced\t人\t\n\
         1\t2024\t64\tsourced\t\t\n1\t2024\t63.5\tsourced\t\tpreliminary\n1\t2025\t65\tsourced\t公里\t\n2\t2021\t9\tsourced\t\t\n"
    );
    let case = read_case(&format!("{HEAD}{row}"), &values);
    let figures: Vec<String> =
        case.observations.iter().map(|o| format!("{} {} v{} {}", o.period, o.value, o.vintage, o.note)).collect();
    assert_eq!(
        figures,
        [
            "2021 61 v1 快报；监测值比2020年",
            "2024 63.5 v1 preliminary；监测值比2020年",
            "2023 63 v1 监测值比2020年",
            "2024 64 v2 监测值比2020年",
            "2021 9 v1 ",
        ],
        "what is provisional comes before what is not"
    );
    assert_eq!(codes(&case.value_problems).len(), 3, "{:?}", case.value_problems);
}
