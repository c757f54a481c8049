//! The fixtures follow the text of the standard: no other program's files.

use crate::{
    ReadError, read,
    testing::{container, problems, shown},
};

const ROOT: &str = r#"<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"#;

/// Text of 4 mm at a place in millimetres.
fn text(x: f64, y: f64, words: &str) -> String {
    let steps = words.chars().count().saturating_sub(1);
    format!(
        r#"<ofd:TextObject Boundary="{x} {} 150 6" Font="1" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="g {steps} 4">{words}</ofd:TextCode></ofd:TextObject>"#,
        y - 4.0
    )
}

fn line(x0: f64, y0: f64, x1: f64, y1: f64) -> String {
    format!(
        r#"<ofd:PathObject Boundary="{x0} {y0} 100 100"><ofd:AbbreviatedData>M 0 0 L {} {}</ofd:AbbreviatedData></ofd:PathObject>"#,
        x1 - x0,
        y1 - y0
    )
}

fn page(objects: &str) -> String {
    format!(
        r#"<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Template TemplateID="9"/><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"#
    )
}

/// An OFD of these pages; an empty one is left out of the container.
fn ofd(template: &str, pages: &[String]) -> Vec<u8> {
    let list: String =
        (0..pages.len()).map(|i| format!(r#"<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>"#)).collect();
    let document = format!(
        r#"<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:TemplatePage ID="9" BaseLoc="./Tpls/T.xml"/></ofd:CommonData><ofd:Pages>{list}</ofd:Pages></ofd:Document>"#
    );
    let names: Vec<String> = (0..pages.len()).map(|i| format!("Doc_0/Pages/Page_{i}/Content.xml")).collect();
    let template = page(template);
    let mut parts = vec![
        ("OFD.xml", ROOT.as_bytes()),
        ("Doc_0/Document.xml", document.as_bytes()),
        ("Doc_0/Tpls/T.xml", template.as_bytes()),
    ];
    parts.extend(names.iter().zip(pages).filter(|(_, p)| !p.is_empty()).map(|(n, p)| (n.as_str(), p.as_bytes())));
    container(&parts)
}

#[test]
fn text_at_places_becomes_paragraphs() {
    let full = "到二〇二五年全区渔港达到十座冷库达到三座渔业产值达到五十亿元群众收入";
    let one = text(25.0, 40.0, "第一章 总体要求")
        + &text(25.0, 50.0, full)
        + &text(25.0, 56.0, "稳步提高。")
        + &text(25.0, 62.0, "短段落。");
    let source = read("a.ofd", &ofd("", &[page(&one)])).unwrap();
    assert_eq!(shown(&source), ["h1 总体要求".to_owned(), format!("p: {full}稳步提高。"), "p: 短段落。".to_owned()]);
}

#[test]
fn templates_give_running_heads_and_rules_give_tables() {
    let head = text(80.0, 15.0, "望潮区渔业规划");
    let rules: String = [40.0, 50.0, 60.0].iter().map(|y| line(25.0, *y, 125.0, *y)).collect::<String>()
        + &[25.0, 75.0, 125.0].iter().map(|x| line(*x, 40.0, *x, 60.0)).collect::<String>();
    let cells = [(30.0, 47.0, "指标"), (80.0, 47.0, "二〇二五年"), (30.0, 57.0, "渔港"), (80.0, 57.0, "十座")];
    let table: String = cells.iter().map(|(x, y, w)| text(*x, *y, w)).collect();
    let other = |words: &str| page(&text(25.0, 60.0, words));
    let pages = [page(&(rules + &table)), other("一、建港"), other("二、建库")];
    let source = read("a", &ofd(&head, &pages)).unwrap();
    let expected = [
        "TableRow: 指标 | 二〇二五年",
        "TableRow: 渔港 | 十座",
        "Boilerplate: 望潮区渔业规划",
        "Boilerplate: 望潮区渔业规划",
        "h1 建港",
        "Boilerplate: 望潮区渔业规划",
        "h1 建库",
    ];
    assert_eq!(shown(&source), expected);
}

#[test]
fn missing_parts_are_reported_with_the_page() {
    let pages = [page(&text(25.0, 60.0, "一、建港")), String::new(), page(""), "<ofd:Page>".to_owned()];
    let source = read("a", &ofd("", &pages)).unwrap();
    assert_eq!(shown(&source), ["h1 建港"]);
    assert_eq!(problems(&source), ["page-damaged@p2", "page-damaged@p4", "page-without-text@p3"]);
    let alone = container(&[("OFD.xml", ROOT.as_bytes())]);
    assert!(matches!(read("a", &alone), Err(ReadError::Damaged { .. })));
    let locked = container(&[("OFD.xml", ROOT.as_bytes()), ("Encryptions.xml", b"<x/>")]);
    assert!(matches!(read("a", &locked), Err(ReadError::Encrypted)));
}

#[test]
fn distances_and_places_follow_the_standard() {
    let deltas = |text: &str| super::deltas(text).len();
    assert_eq!((deltas("1 2.5 3"), deltas("g 3 4.2 1"), deltas("g 999999999 1"), deltas("x")), (3, 4, 100_000, 1));
    let cases = [
        ("Doc_0/Document.xml", "Pages/P/C.xml", "Doc_0/Pages/P/C.xml"),
        ("Doc_0/Document.xml", "/Doc_0/P.xml", "Doc_0/P.xml"),
        ("A/B/C.xml", "../x.xml", "A/x.xml"),
        ("", "./D.xml", "D.xml"),
        ("", "../../D.xml", "D.xml"),
    ];
    for (part, place, path) in cases {
        assert_eq!(super::resolve(part, place), path);
    }
}

#[test]
fn signs_that_are_not_characters_do_not_cut_a_line() {
    let source = read("a", &ofd("", &[page(&text(25.0, 60.0, "一、建&#10;&#9;港"))])).unwrap();
    let texts: Vec<&str> = source.lines.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["一、建 港"]);
}
