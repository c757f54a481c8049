//! What counts as the same number, and what is said of one that is not.

use plan_model::{ReportNumber, ReportPart};

use super::bound::{fault, same};
use super::*;

fn number(value: &str, shown: &str, unit: &str, unit_shown: bool) -> ReportNumber {
    ReportNumber {
        mark: "lantu_00001".to_owned(),
        subject: "I1/value/2023".to_owned(),
        name: "研发投入强度".to_owned(),
        value: value.parse().unwrap(),
        shown: shown.to_owned(),
        unit: unit.to_owned(),
        unit_shown,
        period: None,
        source: String::new(),
        part: ReportPart::Text,
    }
}

#[test]
fn a_bound_number_is_compared_as_a_person_would() {
    use FindingKind::{Changed, PointsAsPercent, WrongUnit};
    // The number as issued, what stands there, what follows, and the finding.
    let percent = || number("2.645", "2.65", "%", true);
    let money = || number("65.3", "65.3", "亿元", true);
    let points = || number("0.15", "0.15", "个百分点", true);
    let bare = || number("12.5", "12.5", "%", false);
    let cases: &[(ReportNumber, &str, &str, Option<FindingKind>)] = &[
        (percent(), "2.65%", "", None),
        (percent(), " ２．６５ ％", "", None),
        (percent(), "2.65%左右", "", None),
        (percent(), "约2.65%", "", None),
        (percent(), "2.645%", "", None),
        (percent(), "2.650%", "", None),
        (percent(), "2.6%", "", Some(Changed)),
        (percent(), "2.56%", "", Some(Changed)),
        (percent(), "2.65", "%，增长", None),
        (percent(), "2.65", "，增长", Some(WrongUnit)),
        (percent(), "2.65‰", "", Some(WrongUnit)),
        (percent(), "2.65个百分点", "", Some(WrongUnit)),
        (percent(), "2.65%-3%", "", Some(Changed)),
        (percent(), "-2.65%", "", Some(Changed)),
        (percent(), "较高水平", "", Some(Changed)),
        (percent(), "", "", Some(Changed)),
        (money(), "653000万元", "", None),
        (money(), "65.3万元", "", Some(WrongUnit)),
        (money(), "65.4万元", "", Some(Changed)),
        (money(), "65.3亿美元", "", Some(WrongUnit)),
        (money(), "65.3亿", "元", Some(WrongUnit)),
        (points(), "0.15个百分点", "", None),
        (points(), "0.15百分点", "", None),
        (points(), "0.15%", "", Some(PointsAsPercent)),
        (bare(), "12.5", "", None),
        (bare(), "12.5%", "", None),
        (bare(), "12.5个百分点", "", Some(WrongUnit)),
        (bare(), "15.2", "", Some(Changed)),
        (number("1234.5", "1234.5", "亿元", true), "1,234.5亿元", "", None),
        (number("-3.2", "-3.2", "%", true), "−3.2%", "", None),
        (number("-3.2", "-3.2", "%", true), "3.2%", "", Some(Changed)),
        (number("7", "7", "", false), "7", "", None),
        (number("7", "7", "", false), "7.", "", None),
        (number("7", "7", "项", true), "7项", "", None),
        (number("7", "7", "项", true), "7家", "", Some(WrongUnit)),
        (number("7", "7", "万", true), "7万元", "", Some(WrongUnit)),
    ];
    for (number, words, after, expected) in cases {
        assert_eq!(fault(number, words, after), *expected, "{}{} became {words}", number.shown, number.unit);
    }
    assert!(same(&percent(), "2.65%") && !same(&percent(), "2.7%"));
}

#[test]
fn an_exact_value_has_no_more_digits_than_help() {
    let words = |value: &str, shown: &str| bound::issued_words(&number(value, shown, "%", true));
    assert_eq!(words("59.96714129244249726177437021", "60"), "60%（精确值59.9671）");
    assert_eq!(words("2.645", "2.65"), "2.65%（精确值2.645）");
    assert_eq!(words("0.123456789", "0.1235"), "0.1235%（精确值0.123457）");
    assert_eq!(words("66.666666", "66.66667"), "66.66667%（精确值66.666666）");
    assert_eq!(words("60.00000001", "60"), "60%");
}

#[test]
fn a_file_that_is_not_ours_is_refused_in_words() {
    let refused = check(&ReportNumbers::default(), b"words").unwrap_err();
    assert_eq!(refused.code(), "unreadable");
    assert!(refused.to_string().contains("另存为 docx"), "{refused}");
}
