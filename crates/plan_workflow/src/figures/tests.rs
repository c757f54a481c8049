//! Files in, figures and faults with their places out.

use plan_assessment::quality::{QualityRules, Subject};
use plan_model::{Indicator, IndicatorKind, Measure, Observation, Standing};

use super::{check, file, sound};
use crate::{
    assess::Figures,
    records::{FigureRecord, Repeat},
};

fn indicator(id: &str, name: &str, unit: &str, measure: Measure) -> Indicator {
    Indicator {
        id: id.to_owned(),
        name: name.to_owned(),
        group: String::new(),
        unit: unit.to_owned(),
        kind: IndicatorKind::NotStated,
        measure,
        direction: None,
        baseline: None,
        targets: Vec::new(),
    }
}

fn register() -> Vec<check::Named> {
    let all = [
        indicator("I001", "森林覆盖率", "%", Measure::Level),
        indicator("I002", "服务业增加值", "%", Measure::YearlyGrowth),
        indicator("I003", "规模以上企业", "家", Measure::Level),
        indicator("I004", "城市书房", "个", Measure::Level),
        indicator("I005", "城市书房", "个", Measure::Cumulative),
        indicator("I006", "通用机场", "", Measure::YesNo),
        indicator("I007", "旅游收入", "亿元", Measure::Multiple),
        indicator("I008", "旅游收入", "亿元", Measure::Level),
        indicator("I010", "有效商标", "件", Measure::Multiple),
    ];
    // The text speaks of the first under a second name.
    let also = |place: usize| if place == 0 { vec!["全县森林覆盖率".to_owned()] } else { Vec::new() };
    all.into_iter().enumerate().map(|(place, indicator)| (also(place), indicator)).collect()
}

/// A workbook whose rows begin in the second column under a title.
fn workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        sheet.write(0, 1, "虚构监测表").unwrap();
        for (row, cells) in (2..).zip(*rows) {
            for (column, cell) in (1..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).unwrap(),
                    Err(_) if cell.is_empty() => sheet,
                    Err(_) => sheet.write(row, column, *cell).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// What a file gives: `I001 2023 41.5 reported source/note`, or the faults as
/// `code@place`, then the warnings as `warning code@place`.
fn outcome(bytes: &[u8]) -> Vec<String> {
    beside(&[], bytes)
}

/// The same, where figures of I001 and I003 are stored already: `(id, year, value)`.
fn beside(stored: &[(&str, i16, &str)], bytes: &[u8]) -> Vec<String> {
    let mut figures = Figures::default();
    let records = stored
        .iter()
        .map(|(id, year, value)| FigureRecord {
            observation: Observation {
                indicator: (*id).to_owned(),
                period: plan_model::Period::Year(*year),
                value: value.parse().unwrap(),
                standing: Standing::Reported,
                vintage: 1,
                source: String::new(),
                note: String::new(),
            },
            at: jiff::Timestamp::UNIX_EPOCH,
            actor: String::new(),
        })
        .collect();
    figures.take_in(records);
    let read = file::read("figures.csv", bytes).unwrap();
    let register = register();
    let checked = check::check(
        read.figures,
        &check::Names::new(register.clone()),
        "2021-2025".parse().unwrap(),
        Standing::Reported,
    );
    let subjects: Vec<Subject<'_>> =
        register.iter().map(|(_, indicator)| Subject { indicator, names: vec![&indicator.name] }).collect();
    let rules = (&**QualityRules::standard(), Repeat::AnyVintage);
    let sound = sound::judge((&subjects, ""), (&figures, &[]), &checked, rules);
    let errors: Vec<_> = read.problems.errors.iter().chain(&checked.errors).chain(&sound.errors).collect();
    let warnings = read.problems.warnings.iter().chain(&checked.warnings).chain(&sound.warnings);
    let mut lines: Vec<String> = errors.iter().map(|p| format!("{}@{}", p.code, p.place)).collect();
    if errors.is_empty() {
        lines.extend(
            checked
                .figures
                .iter()
                .map(|f| format!("{} {} {} {} {}/{}", f.indicator, f.period, f.value, f.standing, f.source, f.note)),
        );
    }
    for problem in errors {
        assert!(!problem.message.is_empty() && !problem.hint.is_empty());
    }
    lines.extend(warnings.map(|p| format!("warning {}@{}", p.code, p.place)));
    lines
}

#[test]
fn an_indicator_goes_by_every_name_the_text_gives_it() {
    let file =
        "编号,指标,年份,数值\n,全县森林覆盖率,2021,41\n,全县森林覆盖率（%）,2022,42\nI001,全县森林覆盖率,2023,43\n";
    let lines = outcome(file.as_bytes());
    assert_eq!(lines, ["I001 2021 41 reported /", "I001 2022 42 reported /", "I001 2023 43 reported /"]);
}

#[test]
fn tall_files_are_read_in_both_languages() {
    let english =
        "indicator,period,value,standing,source,note\nI001,2023,41.50,statistical,年鉴,\n森林覆盖率,2022,41,,,x\n";
    assert_eq!(outcome(english.as_bytes()), ["I001 2023 41.50 statistical 年鉴/", "I001 2022 41 reported /x"]);
    let chinese =
        "指标，期间\n指标,期间,数值,口径,来源,备注\r\n规模以上企业,2023年二季度,\"1,234\",核查,,\"甲,乙\"\r\n";
    let wanted = ["I003 2023Q2 1234 verified /甲,乙"];
    assert_eq!(outcome(chinese.as_bytes()), wanted);
    let (gb, _, _) = encoding_rs::GB18030.encode(chinese);
    assert_eq!(outcome(&gb), wanted);
    assert_eq!(outcome(format!("\u{feff}{chinese}").as_bytes()), wanted);
    assert_eq!(outcome(chinese.replace(",核查,,", ",数据来源,,").as_bytes()), ["bad-standing@3"]);
    let with_unit = "指标,期间,数值\n规模以上企业（家）,2022,9\n";
    assert_eq!(outcome(with_unit.as_bytes()), ["I003 2022 9 reported /"]);
    let tabs = "编号\t指标\t期间\t数值\nI005\t城市书房\t2023-06\t7\n";
    assert_eq!(outcome(tabs.as_bytes()), ["I005 2023-06 7 reported /"]);
}

#[test]
fn wide_files_have_a_column_for_each_period() {
    let wide = "指标名称,单位,2021,2022年,2023Q1\nI001,%,40.1%,,41\n规模以上企业,家,10,11,\n";
    assert_eq!(
        outcome(wide.as_bytes()),
        [
            "I001 2021 40.1 reported /",
            "I001 2023Q1 41 reported /",
            "I003 2021 10 reported /",
            "I003 2022 11 reported /"
        ]
    );
}

#[test]
fn a_unit_tells_a_level_from_what_is_to_double() {
    let table = "指标,期间,数值\n旅游收入（亿元）,2021,58\n旅游收入（倍）,2021,57\n有效商标（件）,2021,90\n";
    assert_eq!(
        outcome(table.as_bytes()),
        ["I008 2021 58 reported /", "I007 2021 57 reported /", "I010 2021 90 reported /"]
    );
}

#[test]
fn a_figure_in_another_unit_is_converted_where_that_is_exact() {
    let table = "编号,期间,数值,性质,备注,单位\nI008,2021,585000,统计,快报,万元\nI008,2022,60,统计,,亿元\n";
    assert_eq!(
        outcome(table.as_bytes()),
        ["I008 2021 58.5 statistical /快报；原报 585000万元", "I008 2022 60 statistical /"]
    );
}

#[test]
fn every_fault_is_named_with_its_place_and_code() {
    let head = "indicator,period,value,standing,source,note,unit\n";
    let cases = [
        ("通用车站,2023,1", "unknown-indicator@2"),
        (",2023,1", "unknown-indicator@2"),
        ("城市书房,2023,1", "ambiguous-indicator@2"),
        ("城市书房（个）,2023,1", "ambiguous-indicator@2"),
        ("I001,二〇二三,1", "bad-period@2"),
        ("I001,,1", "bad-period@2"),
        ("I001,2019,1", "year-outside-period@2"),
        ("I001,2026Q1,1", "year-outside-period@2"),
        ("I001,2023,", "bad-value@2"),
        ("I001,2023,NaN", "bad-value@2"),
        ("I001,2023,约12.5", "bad-value@2"),
        ("I001,2023,同上", "bad-value@2"),
        ("I003,2023,12%", "bad-value@2"),
        ("I006,2023,2", "bad-value@2"),
        ("I003,2023,-1", "negative-impossible@2"),
        ("I001,2023,-0.5", "negative-impossible@2"),
        ("I001,2023,1,official", "bad-standing@2"),
        ("I001,2023,1,,,,家", "unit-differs@2"),
        ("I001,2023,1,,,,%,更多", "too-many-cells@2"),
        ("I001,2023,1,,\u{7},", "bad-text@2"),
    ];
    for (row, fault) in cases {
        assert_eq!(outcome(format!("{head}{row}\n").as_bytes()), [fault], "{row}");
    }
    let negative_growth = format!("{head}I002,2023,-3.1\nI001,2020,0\n");
    assert_eq!(outcome(negative_growth.as_bytes()), ["I002 2023 -3.1 reported /", "I001 2020 0 reported /"]);
}

#[test]
fn what_cannot_be_is_refused_and_what_is_odd_is_said_beside_what_is_stored() {
    let history = [("I001", 2021, "40"), ("I001", 2022, "41"), ("I003", 2021, "-5"), ("I001", 2023, "0.42")];
    let head = "indicator,period,value\n";
    for (row, lines) in [
        // What is stored already, right or wrong, is not said again.
        ("I001,2023,0.42", vec!["I001 2023 0.42 reported /"]),
        ("I003,2022,7", vec!["I003 2022 7 reported /"]),
        ("I001,2024,0.43", vec!["I001 2024 0.43 reported /"]),
        ("I001,2024,4100", vec!["share-over-100@2"]),
        ("I004,2024,2.5", vec!["I004 2024 2.5 reported /", "warning count-not-whole@2"]),
    ] {
        assert_eq!(beside(&history, format!("{head}{row}\n").as_bytes()), lines, "{row}");
    }
    let steady = &history[..2];
    let odd = beside(steady, format!("{head}I001,2024,0.43\nI001,2025,x\n").as_bytes());
    assert_eq!(odd, ["bad-value@3", "warning unit-factor@2"], "all of it in one answer");
    let many: String = (0..48)
        .flat_map(|n| {
            let (year, month) = (2021 + n / 12, 1 + n % 12);
            ["reported", "statistical", "verified"]
                .map(|word| format!("I003,{year}-{month:02},1.5,{word}\nI004,{year}-{month:02},1.5,{word}\n"))
        })
        .collect();
    let told = beside(&[], format!("indicator,period,value,standing\n{many}").as_bytes());
    let warnings: Vec<&String> = told.iter().filter(|line| line.starts_with("warning ")).collect();
    assert_eq!((warnings.len(), warnings[200].as_str()), (201, "warning more-warnings@0"), "288 would bury the rest");
}

#[test]
fn all_faults_of_a_file_come_in_one_answer() {
    let text = "indicator,period,value,standing\nI001,2023,x\n\nI009,2030,-\nI003,2023,5,自报\n";
    let wanted = ["bad-value@2", "unknown-indicator@4", "year-outside-period@4", "bad-value@4"];
    assert_eq!(outcome(text.as_bytes()), wanted);
}

#[test]
fn the_same_key_twice_is_a_mistake_unless_it_says_that_it_is_a_revision() {
    let head = "indicator,period,value,source,note\n";
    let twice = format!("{head}I001,2023,1,月报,\n森林覆盖率,2023,2,月报,\n");
    assert_eq!(outcome(twice.as_bytes()), ["duplicate-row@3"]);
    let revised = format!("{head}I001,2023,1,月报,\nI001,2023,2,月报,年报修订\n");
    let wanted = ["I001 2023 1 reported 月报/", "I001 2023 2 reported 月报/年报修订", "warning revised-in-file@3"];
    assert_eq!(outcome(revised.as_bytes()), wanted);
    let wide = "指标,2023,2023年\nI001,1,2\n";
    assert_eq!(outcome(wide.as_bytes()), ["duplicate-row@2"]);
}

#[test]
fn workbooks_are_read_sheet_by_sheet_with_cell_addresses() {
    let good = workbook(&[
        (
            "年度",
            &[&["编号", "指标", "2021", "2022"], &["I001", "森林覆盖率", "40.1", "0.3"], &[], &["I003", "", "", "7"]],
        ),
        ("月度", &[&["指标", "期间", "数值", "口径"], &["I002", "2023-01", "-3.1", "统计"]]),
        ("说明", &[&["填报", "说明"], &["不含", "表头"]]),
    ]);
    assert_eq!(
        outcome(&good),
        [
            "I001 2021 40.1 reported /",
            "I001 2022 0.3 reported /",
            "I003 2022 7 reported /",
            "I002 2023-01 -3.1 statistical /",
            "warning unit-factor@年度!D4",
            "warning unit-factor@年度!E4"
        ]
    );
    let bad = workbook(&[(
        "年度",
        &[&["编号", "指标", "2021", "2030"], &["I001", "城市书房", "约40", "1"], &["I004", "", "-2", ""]],
    )]);
    assert_eq!(
        outcome(&bad),
        [
            "indicator-mismatch@年度!C4",
            "bad-value@年度!D4",
            "year-outside-period@年度!E3",
            "negative-impossible@年度!D5"
        ]
    );
}

#[test]
fn odd_files_say_what_they_should_look_like() {
    assert_eq!(outcome("说明\n没有表格\n".as_bytes()), ["no-header@1"]);
    assert_eq!(outcome("指标,期间,数值\n".as_bytes()), ["warning no-figures@0"]);
    assert_eq!(outcome("指标,期间,数值,数值\nI001,2023,1,2\n".as_bytes()), ["duplicate-column@1"]);
    let unknown = "指标,期间,数值,standng\nI001,2023,1,统计\n";
    assert_eq!(outcome(unknown.as_bytes()), ["I001 2023 1 reported /", "warning unknown-column@1"]);
    assert!(outcome(b"\xd6\xb8\xb1\xea,2023\nI001,\xff\xff\n").contains(&"bad-characters@2".to_owned()));
    assert!(file::read("x.csv", b"").is_err());
    assert!(file::read("x.csv", b"a\0b").is_err());
    assert!(file::read("x.xlsx", b"PK\x03\x04 truncated").is_err());
}
