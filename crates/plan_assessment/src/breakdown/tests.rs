//! The sums of a breakdown.

use plan_model::{Baseline, DueYear, IndicatorKind, Target};

use super::*;

fn period() -> PlanPeriod {
    "2021-2025".parse().unwrap()
}

/// `measure unit base target`, such as `cumulative 家 _ =100`.
fn indicator(row: &str) -> Indicator {
    let parts: Vec<&str> = row.split(' ').collect();
    let [measure, unit, base, target] = parts[..] else { panic!("{row}") };
    let split = target.find(|c: char| c.is_ascii_digit()).unwrap();
    let (comparison, value) = target.split_at(split);
    let target = Target {
        comparison: comparison.parse().unwrap(),
        value: Some(value.parse().unwrap()),
        value_high: None,
        unit: if measure == "multiple" { "倍" } else { unit }.to_owned(),
        due: DueYear::Year(2025),
        soft: false,
    };
    let baseline = (base != "_").then(|| Baseline { value: base.parse().unwrap(), period: None });
    Indicator {
        id: "I001".to_owned(),
        name: "虚构指标".to_owned(),
        group: String::new(),
        unit: unit.to_owned(),
        kind: IndicatorKind::NotStated,
        measure: measure.parse().unwrap(),
        direction: None,
        baseline,
        targets: vec![target],
    }
}

fn years(values: &str) -> Vec<YearShare> {
    (2021..).zip(values.split(' ')).filter(|(_, v)| *v != "_").map(|(y, v)| (y, v.parse().unwrap())).collect()
}

#[test]
fn an_even_split_adds_up_and_passes_its_own_check() {
    let cases = [
        ("cumulative 家 _ =100", "20 20 20 20 20"),
        ("cumulative 家 _ =103", "20 20 21 21 21"),
        ("cumulative 亿元 _ =0.7", "0.1 0.1 0.1 0.2 0.2"),
        ("level % 60 =75", "63 66 69 72 75"),
        ("level % 1.92 <=1.75", "1.89 1.85 1.82 1.78 1.75"),
        ("yearly_growth % _ =7.5", "7.5 7.5 7.5 7.5 7.5"),
        ("cumulative_fall % _ =14.5", "3.09 3.09 3.09 3.09 3.09"),
        ("cumulative_rise 个百分点 _ =5", "1 1 1 1 1"),
        ("hold_each_year % _ <=5.5", "5.5 5.5 5.5 5.5 5.5"),
        ("multiple 亿元 100 =2", "114.9 132 151.6 174.1 200"),
        ("coverage % 40 =100", "52 64 76 88 100"),
        ("zero 个 10 =0", "8 6 4 2 0"),
    ];
    for (row, expected) in cases {
        let indicator = indicator(row);
        let split = even_years(&indicator, period()).unwrap_or_else(|e| panic!("{row}: {e:?}"));
        assert_eq!(split, years(expected), "{row}");
        assert_eq!(check_years(&indicator, period(), &split), Ok(vec![]), "{row}");
    }
}

#[test]
fn a_course_shifts_the_way_and_keeps_the_whole() {
    // Four fifths by the middle of the way.
    let front = |at: usize, count: usize| {
        let points = [0, 30, 55, 75, 90, 100];
        (count == 5).then(|| Decimal::from(points[at]))
    };
    let cases = [
        ("cumulative 家 _ =100", "30 25 20 15 10"),
        ("cumulative 家 _ =7", "2 2 1 1 1"),
        ("level % 60 =75", "64 68 71 74 75"),
        ("cumulative_fall % _ =14.5", "4.6 3.85 3.09 2.33 1.56"),
        ("yearly_growth % _ =7.5", "7.5 7.5 7.5 7.5 7.5"),
        ("multiple 亿元 100 =2", "123.1 146.4 168.2 186.6 200"),
    ];
    for (row, expected) in cases {
        let indicator = indicator(row);
        let split = curved_years(&indicator, period(), front).unwrap_or_else(|e| panic!("{row}: {e:?}"));
        assert_eq!(split, years(expected), "{row}");
        assert_eq!(check_years(&indicator, period(), &split), Ok(vec![]), "{row}");
    }
}

#[test]
fn what_is_due_every_year_is_no_sum() {
    let mut yearly = indicator("cumulative 家 _ =100");
    yearly.targets[0].due = DueYear::EveryYear;
    assert_eq!(even_years(&yearly, period()).unwrap(), years("100 100 100 100 100"));
    let gaps = check_years(&yearly, period(), &years("100 100 90 100 100")).unwrap();
    assert!(gaps[0].problem.message.contains("2023 年的目标 90家 没有守住"), "{gaps:?}");
}

#[test]
fn yearly_targets_are_totals_by_the_end_of_each_year() {
    let cases = [
        ("cumulative 家 _ =100", "20 20 20 20 20", "20 40 60 80 100"),
        ("cumulative 家 _ =100", "20 _ 20 20 20", "20"),
        ("cumulative_fall % _ =19", "10 10", "10 19"),
        ("level % 60 =75", "63 _ 69", "63 _ 69"),
        ("yearly_growth % _ =7.5", "7 8", "7 8"),
    ];
    for (row, given, expected) in cases {
        assert_eq!(by_year_end(&indicator(row), period(), &years(given)), Ok(years(expected)), "{row}");
    }
}

#[test]
fn every_gap_is_named_with_its_amount() {
    let cases = [
        ("cumulative 家 _ =100", "20 20 20 20 15", "各年合计 95家，比目标 100家 少 5家"),
        ("cumulative 家 _ =100", "20 20 20 20 25", "各年合计 105家，比目标 100家 多 5家"),
        ("cumulative 家 _ <=100", "30 30 30 30 30", "各年合计 150家，比目标 100家 多 50家"),
        ("cumulative 家 _ =100", "20 _ 20 20 20", "2022 年没有年度目标"),
        ("yearly_growth % _ =7", "7 7 7 7 6", "连乘后年均 6.799%，比目标 7% 低 0.2008 个百分点"),
        ("cumulative_fall % _ =13.5", "2.7 2.7 2.7 2.7 2.7", "累计下降 12.79%，比目标 13.5% 少 0.7096 个百分点"),
        (
            "hold_each_year % _ <=5.5",
            "5.5 5.6 5.5 5.5 5.5",
            "2022 年的目标 5.6% 没有守住每年都要达到的 5.5%，相差 0.1个百分点",
        ),
        ("level % 60 =75", "63 66 69 72 74", "2025 年的目标 74%，比目标 75% 少 1个百分点"),
        ("level % 60 =75", "63 62 69 72 75", "2022 年的目标 62% 比2021 年的 63% 倒退 1个百分点"),
        ("level % 60 =75", "59 66 69 72 75", "2021 年的目标 59% 比基期的 60% 倒退 1个百分点"),
    ];
    for (row, values, said) in cases {
        let gaps = check_years(&indicator(row), period(), &years(values)).unwrap();
        assert_eq!(gaps.len(), 1, "{row}: {gaps:?}");
        assert!(gaps[0].problem.message.contains(said), "{row}: {}", gaps[0].problem.message);
    }
    let outside = check_years(&indicator("level % 60 =75"), period(), &[(2026, Decimal::from(80))]).unwrap();
    assert!(outside.iter().any(|gap| gap.problem.code == "breakdown-year-outside"), "{outside:?}");
}

#[test]
fn what_cannot_be_split_says_why() {
    let cases = [
        ("rank 位 _ =10", Unsplit::NoArithmetic),
        ("yes_no 项 _ =1", Unsplit::NoArithmetic),
        ("level % _ =75", Unsplit::BaseMissing),
        ("multiple 亿元 _ =2", Unsplit::BaseMissing),
        ("multiple 亿元 0 =2", Unsplit::NoNumber),
    ];
    for (row, why) in cases {
        assert_eq!(even_years(&indicator(row), period()), Err(why), "{row}");
    }
}

#[test]
fn only_counts_and_amounts_are_shared_out() {
    let shares = |values: &[i64]| -> Vec<(String, Decimal)> {
        values.iter().enumerate().map(|(n, v)| (format!("{n}镇"), Decimal::from(*v))).collect()
    };
    let count = indicator("cumulative 家 _ =100");
    let whole = Decimal::from(30);
    assert_eq!(check_shares(&count, whole, &shares(&[10, 20])), Ok(None));
    let gap = check_shares(&count, whole, &shares(&[10, 12])).unwrap().unwrap();
    assert!(
        gap.problem.message.contains("2 个单位（0镇、1镇）合计 22家，比目标 30家 少 8家"),
        "{}",
        gap.problem.message
    );
    for row in ["level % 60 =75", "level 万元/人 14 =20", "rank 位 _ =10", "yearly_growth % _ =7", "level 岁 79 =81"]
    {
        assert!(!is_additive(&indicator(row)), "{row}");
        assert!(check_shares(&indicator(row), whole, &shares(&[10, 20])).is_err(), "{row}");
    }
    assert!(is_additive(&indicator("level 亿元 400 =600")));
}
