use plan_model::Place;

use crate::testing::{problems, shown, xlsx};

/// A cell with a number, in style `s`.
fn n(at: &str, number: &str, s: u8) -> String {
    format!(r#"<c r="{at}" s="{s}"><v>{number}</v></c>"#)
}

/// A cell with text.
fn t(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn row(number: u32, cells: &[String]) -> String {
    format!(r#"<row r="{number}">{}</row>"#, cells.concat())
}

const FORMATS: [&str; 5] = ["0.0%", "yyyy-mm-dd", "yyyy\\年", "yyyy\\-mm", "#,##0.00"];

#[test]
fn cells_are_read_as_the_sheet_shows_them() {
    let cases = [
        (n("A2", "0.30000000000000004", 0), "0.3"),
        (n("A2", "12.300000000000001", 0), "12.3"),
        (n("A2", "653", 0), "653"),
        (n("A2", "1234567.89", 5), "1234567.89"),
        (n("A2", "5.5E-2", 1), "5.5%"),
        (n("A2", "0.14499999999999999", 1), "14.5%"),
        (n("A2", "45107", 2), "2023-06-30"),
        (n("A2", "44927", 3), "2023"),
        (n("A2", "45078", 4), "2023-06"),
        (n("A2", "-0.05", 0), "-0.05"),
        (n("A2", "1e300", 0), "1000000000000000"),
        (t("A2", "〔15〕\n累计"), "〔15〕 累计"),
        (r#"<c r="A2" t="b"><v>1</v></c>"#.to_owned(), "TRUE"),
        (r#"<c r="A2" t="str"><f>A1</f><v>结果</v></c>"#.to_owned(), "结果"),
    ];
    for (cell, text) in cases {
        let rows = row(1, &[t("A1", "指标"), t("B1", "单位")]) + &row(2, &[cell.clone(), t("B2", "个")]);
        let source = crate::read("a.xlsx", &xlsx(&[("表", &rows)], &FORMATS)).unwrap();
        let found = source.tables.first().and_then(|t| t.rows.get(1)).and_then(|r| r.first());
        assert!(found.is_some_and(|f| f.starts_with(text)), "{cell}: {found:?} is not {text}");
    }
}

#[test]
fn a_sheet_is_a_table_with_addresses() {
    let rows = [
        row(1, &[t("B1", "表1 主要指标")]),
        row(2, &[t("B2", "指标"), t("C2", "单位"), t("E2", "2025年")]),
        row(3, &[t("B3", "一、经济发展")]),
        row(4, &[t("B4", "渔业产值"), t("C4", "亿元"), n("E4", "50", 0)]),
        row(5, &[t("B5", "注：〔〕内为累计数。")]),
        row(9, &[t("B9", "另表"), t("C9", "甲")]),
    ];
    let second = row(1, &[t("A1", "名"), t("B1", "值")]);
    let bytes = xlsx(&[("指标", &rows.concat()), ("密|hidden", &second), ("乙", &second)], &FORMATS);
    let source = crate::read("a.xlsx", &bytes).unwrap();
    let expected = [
        "TableTitle: 表1 主要指标",
        "TableRow: 指标 | 单位 |  | 2025年",
        "TableRow: 一、经济发展",
        "TableRow: 渔业产值 | 亿元 |  | 50",
        "Footnote: 注：〔〕内为累计数。",
        "Blank: ",
        "TableRow: 另表 | 甲",
        "Blank: ",
        "TableRow: 名 | 值",
    ];
    assert_eq!(shown(&source), expected);
    assert_eq!(problems(&source), ["hidden-sheet@密"]);
    let addresses: Vec<Place> = source.tables.iter().map(|t| t.address(0, 1)).collect();
    assert_eq!(addresses.first(), Some(&Place::Cell("指标!C2".to_owned())));
    assert_eq!(addresses.get(1), Some(&Place::Cell("指标!C9".to_owned())));
    assert_eq!(
        source.tables.first().map(|t| (t.title.as_deref(), t.address(2, 3))),
        Some((Some("表1主要指标"), Place::Cell("指标!E4".to_owned())))
    );
}

#[test]
fn figures_stored_as_text_and_errors_are_reported_with_their_cell() {
    let rows = [
        row(1, &[t("A1", "指标"), t("B1", "2025")]),
        row(2, &[t("A2", "渔港"), t("B2", "12.5")]),
        row(3, &[t("A3", "冷库"), t("B3", "1,300")]),
        row(4, &[t("A4", "年份"), t("B4", "2021"), t("C4", "007")]),
        row(5, &[t("A5", "比例"), r#"<c r="B5" t="e"><v>#DIV/0!</v></c>"#.to_owned()]),
    ];
    let source = crate::read("a.xlsx", &xlsx(&[("S", &rows.concat())], &[])).unwrap();
    assert_eq!(problems(&source), ["cell-error@S!B5", "figure-as-text@S!B2"]);
    assert!(source.problems.iter().any(|p| p.message.contains("另有 1 格")));
}

#[test]
fn a_sheet_of_two_far_corners_does_not_fill_the_memory() {
    let rows = row(1, &[t("A1", "左上"), t("B1", "x")]) + &row(1_048_576, &[t("XFD1048576", "右下")]);
    let source = crate::read("a.xlsx", &xlsx(&[("S", &rows)], &[])).unwrap();
    assert_eq!(shown(&source), ["TableRow: 左上 | x"]);
    assert_eq!(problems(&source), ["columns-cut@S!XFD1048576"]);
}

#[test]
fn damaged_workbooks_say_so() {
    let broken = xlsx(&[("S", "<row><c><v>1</row>")], &[]);
    assert!(matches!(crate::read("a", &broken), Err(crate::ReadError::Damaged { .. })));
}

#[test]
fn a_filled_form_is_read_cell_by_cell() {
    use crate::CellKind::{Date, Error, Nothing, Number, Text, Truth};
    let cases = [
        (t("B3", "甲\r\n乙_x000D_\n丙"), "甲\n乙\n丙", Text, None),
        (t("B3", "１２．５"), "１２．５", Text, None),
        (n("B3", "0.30000000000000004", 0), "0.3", Number, None),
        (n("B3", "0.125", 1), "12.5%", Number, None),
        (n("B3", "45107", 2), "2023-06-30", Date, None),
        (r#"<c r="B3" t="b"><v>1</v></c>"#.to_owned(), "TRUE", Truth, None),
        (r#"<c r="B3" t="e"><v>#REF!</v></c>"#.to_owned(), "#REF!", Error, None),
        (r#"<c r="B3"><f>A1*2</f><v>12.5</v></c>"#.to_owned(), "12.5", Number, Some("A1*2")),
        (r#"<c r="B3"><f>A1*2</f></c>"#.to_owned(), "", Nothing, Some("A1*2")),
    ];
    for (cell, text, kind, formula) in cases {
        let bytes =
            xlsx(&[("表", &row(3, std::slice::from_ref(&cell))), ("密|hidden", &row(1, &[t("A1", "键")]))], &FORMATS);
        let sheets = crate::read_workbook(&bytes).unwrap();
        let (shown, secret) = (&sheets[0], &sheets[1]);
        assert!(!shown.hidden && secret.hidden && secret.cells[0].text == "键", "{cell}");
        assert_eq!(shown.cells.len(), 1, "{cell}");
        let found = &shown.cells[0];
        assert_eq!((found.row, found.column, found.text.as_str(), found.kind), (3, 2, text, kind), "{cell}");
        assert_eq!(found.formula.as_deref(), formula, "{cell}");
    }
}

#[test]
fn a_shared_formula_is_seen_in_every_cell() {
    let cells = [
        r#"<c r="A1"><f t="shared" ref="A1:A2" si="0">B1+1</f><v>2</v></c>"#,
        r#"<c r="A2"><f t="shared" si="0"/><v>3</v></c>"#,
    ];
    let rows = row(1, &[cells[0].to_owned()]) + &row(2, &[cells[1].to_owned()]);
    let sheets = crate::read_workbook(&xlsx(&[("表", &rows)], &FORMATS)).unwrap();
    let formulas: Vec<_> = sheets[0].cells.iter().map(|cell| cell.formula.as_deref().unwrap()).collect();
    assert_eq!(formulas, ["B1+1", ""]);
}

#[test]
fn what_is_no_workbook_is_refused_with_what_to_do() {
    let docx = crate::testing::docx("<w:p/>", &[]);
    let cases: [(&[u8], &str); 5] = [
        (b"", "空"),
        ("编号,本期值\nI001,12.5\n".as_bytes(), "另存为 xlsx"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "另存为 xlsx"),
        (b"PK\x03\x04broken", "损坏"),
        (&docx, "另存为 xlsx"),
    ];
    for (bytes, said) in cases {
        let error = crate::read_workbook(bytes).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_form_of_too_many_cells_is_refused() {
    let two = row(1, &[n("A1", "1", 0), r#"<c r="B1"><f>A1</f><v>1</v></c>"#.to_owned()]);
    let bytes = xlsx(&[("甲", &two), ("乙", &two)], &FORMATS);
    assert!(super::cells::read(&bytes, 4).is_ok());
    assert!(matches!(super::cells::read(&bytes, 3), Err(crate::ReadError::Bomb { .. })));
}
