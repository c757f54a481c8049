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
        5\t\t坏数字\t%\t2020\t约60\t2025\t75%\t=\tlevel\tup\t\t\t\n\
        6\t\t坏年份\t%\t20\t60\t25\t75\t≥\tlevel\t\t\t\t\n\
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
            at("bad-number", 6),
            at("unknown-word", 6),
            at("unknown-word", 7),
            at("unknown-word", 7),
            at("unknown-word", 7),
            at("bad-range", 10),
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
            at("duplicate-figure", 4),
            at("bad-number", 6),
            at("unknown-word", 7),
            at("missing-period", 8),
            at("unknown-id", 9),
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
