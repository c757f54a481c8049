//! What the workbook offers to the person who fills it, looked up in its XML. That
//! it is read again is tried in `tests/reporting`.

use std::io::{Cursor, Read as _};

use jiff::civil::date;
use plan_model::{DueNode, ExpectedRange, Period, WorkKind, WorkRow};

use super::*;

fn template() -> ReportingTemplate {
    let figure = |id: &str, expected| FigureRow {
        indicator: id.to_owned(),
        name: "虚构指标".to_owned(),
        unit: "%".to_owned(),
        period: Period::Quarter(2024, 1),
        last: None,
        expected,
        answer: None,
    };
    let range =
        ExpectedRange { low: plan_model::parse_decimal("40").ok(), high: plan_model::parse_decimal("50.5").ok() };
    ReportingTemplate {
        round: "12".to_owned(),
        round_title: "2024年一季度".to_owned(),
        unit: "DEMO0001".to_owned(),
        unit_name: "虚构县林业局".to_owned(),
        plan: "3".to_owned(),
        plan_title: "虚构县规划纲要".to_owned(),
        opens: date(2024, 4, 1),
        due: date(2024, 4, 10),
        closes: date(2024, 4, 20),
        digest: "4d2a".to_owned(),
        notes: vec!["示例数据，均为虚构。".to_owned()],
        figures: vec![figure("I001", Some(range)), figure("I002", None)],
        work: vec![WorkRow {
            item: "W7".to_owned(),
            kind: WorkKind::Project,
            title: "虚构码头".to_owned(),
            nodes: vec![DueNode { due: date(2024, 3, 31), deliverable: "开工".to_owned() }],
            report: None,
        }],
    }
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The attribute of the first element that begins like this.
fn attribute<'a>(xml: &'a str, begins: &str, name: &str) -> Option<&'a str> {
    let tag = xml.split_once(begins)?.1.split_once('>')?.0;
    Some(tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0)
}

#[test]
fn only_what_is_to_be_filled_is_unlocked() {
    let bytes = write_template(&template()).unwrap();
    let styles = part(&bytes, "xl/styles.xml");
    let formats = styles.split_once("<cellXfs").unwrap().1;
    let is_open = |style: usize| {
        let format = formats.split("<xf ").nth(style + 1).unwrap();
        (format.contains("locked=\"0\""), format.contains("numFmtId=\"49\""))
    };
    for (sheet, row, locked, open) in [(1, 7, "ABCDEF", "GHIJKL"), (1, 8, "ABCDEF", "GHIJKL"), (2, 7, "ABCD", "EFGHIJ")]
    {
        let xml = part(&bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(xml.contains("<sheetProtection sheet=\"1\""), "{xml}");
        let style = |column: char| attribute(&xml, &format!("<c r=\"{column}{row}\""), "s").unwrap().parse().unwrap();
        // 49 is the format of words: what is typed stays what it is.
        assert!(locked.chars().all(|column| !is_open(style(column)).0), "sheet {sheet}");
        assert!(open.chars().all(|column| is_open(style(column)) == (true, true)), "sheet {sheet}");
        assert!(attribute(&xml, "<c r=\"A6\"", "s").is_some_and(|head| !is_open(head.parse().unwrap()).0));
    }
}

#[test]
fn lists_advice_and_warnings_stand_beside_the_cells() {
    let bytes = write_template(&template()).unwrap();
    let figures = part(&bytes, "xl/worksheets/sheet1.xml");
    let work = part(&bytes, "xl/worksheets/sheet2.xml");
    let found = [
        (&figures, "\"数据,数据未发布,本期无,不适用\"", "H7:H8"),
        (&figures, "\"是,否\"", "K7:K8"),
        (&work, "\"未启动,推进中,已完成,受阻\"", "E7"),
    ];
    for (xml, list, range) in found {
        let rules = xml.split("<dataValidation ").filter(|rule| rule.contains(&format!("sqref=\"{range}\"")));
        let rules: Vec<_> = rules.collect();
        assert!(rules.len() == 1 && rules[0].contains("type=\"list\""), "{range}");
        assert!(rules[0].replace("&quot;", "\"").contains(list), "{}", rules[0]);
    }
    // Beyond its range a figure is asked for once more, not refused.
    let rule = figures.split("<dataValidation ").find(|rule| rule.contains("sqref=\"G7\"")).unwrap();
    assert!(rule.contains("errorStyle=\"warning\"") && rule.contains("40 至 50.5"), "{rule}");
    let formula = "AND(ISNUMBER(VALUE(SUBSTITUTE(G7,\"%\",\"\"))),VALUE(SUBSTITUTE(G7,\"%\",\"\"))&gt;=40,";
    assert!(rule.replace("&quot;", "\"").contains(formula), "{rule}");
    let filled = FigureColumn::ALL.iter().filter(|c| c.is_filled()).count() + 1;
    assert_eq!(figures.matches("promptTitle=").count(), filled);
    assert_eq!(work.matches("promptTitle=").count(), WorkColumn::ALL.iter().filter(|c| c.is_filled()).count());
    let notes = [part(&bytes, "xl/comments1.xml"), part(&bytes, "xl/comments2.xml")].concat();
    let heads = FigureColumn::ALL.map(|column| words::figure_column(column).advice).to_vec();
    let heads = [heads, WorkColumn::ALL.map(|column| words::work_column(column).advice).to_vec()].concat();
    assert!(heads.iter().all(|advice| notes.contains(advice)));
}

#[test]
fn the_head_stays_in_sight_and_on_every_printed_page() {
    let bytes = write_template(&template()).unwrap();
    for sheet in [1, 2] {
        let xml = part(&bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
        assert_eq!(attribute(&xml, "<pane", "topLeftCell"), Some("C7"));
        assert_eq!(attribute(&xml, "<pageSetup", "paperSize"), Some("9"));
        assert_eq!(attribute(&xml, "<pageSetup", "orientation"), Some("landscape"));
        assert_eq!(attribute(&xml, "<pageSetup", "fitToHeight"), Some("0"));
    }
    let workbook = part(&bytes, "xl/workbook.xml");
    assert!(workbook.contains("指标填报!$6:$6") && workbook.contains("任务填报!$6:$6"), "{workbook}");
    assert!(workbook.contains("name=\"模板信息\" sheetId=\"3\" state=\"veryHidden\""), "{workbook}");
    let texts = part(&bytes, "xl/sharedStrings.xml");
    for text in [
        "涉密信息不得录入。",
        "示例数据，均为虚构。",
        "虚构县林业局（DEMO0001）",
        "2024-04-10",
        "40 至 50.5",
        "2024-03-31 开工",
    ] {
        assert!(texts.contains(text), "{text}");
    }
}

#[test]
fn a_table_without_rows_is_left_out() {
    let mut only_work = template();
    only_work.figures.clear();
    let workbook = part(&write_template(&only_work).unwrap(), "xl/workbook.xml");
    assert!(!workbook.contains(FIGURES_SHEET) && workbook.contains(WORK_SHEET));
    only_work.work.clear();
    assert!(matches!(write_template(&only_work), Err(ReportError::EmptyTemplate)));
}

#[test]
fn two_rows_of_the_same_key_are_refused() {
    let mut figures = template();
    figures.figures[1].indicator = "I001".to_owned();
    let error = write_template(&figures).unwrap_err().to_string();
    assert!(error.contains("I001/2024Q1"), "{error}");
    let mut work = template();
    work.work.push(work.work[0].clone());
    assert!(matches!(write_template(&work), Err(ReportError::RepeatedRow { key }) if key == "W7"));
}

#[test]
fn the_same_template_gives_the_same_bytes() {
    assert_eq!(write_template(&template()).unwrap(), write_template(&template()).unwrap());
}

#[test]
fn every_word_of_advice_fits_its_box() {
    let looks = FigureColumn::ALL.map(words::figure_column).into_iter().chain(WorkColumn::ALL.map(words::work_column));
    for look in looks {
        assert_eq!(look.filled, !look.advice.is_empty(), "{}", look.head);
        assert!(look.advice.chars().count() <= 255 && look.head.chars().count() <= 32, "{}", look.head);
    }
}
