//! The Word file: its parts, its geometry, its marks.

use std::io::Read as _;

use plan_model::{Period, ReportPart};

use super::*;
use crate::{
    chart::{Dumbbell, DumbbellRow},
    document::{Align, Annex, Block, Column, Figure, FreeText, Level, Number, Orientation, Row, Run, SetLine, Table},
};

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn number(subject: &str, value: &str, unit: &str) -> Number {
    Number {
        subject: subject.to_owned(),
        name: format!("{subject}的值"),
        value: value.parse().unwrap(),
        places: Some(1),
        unit: unit.to_owned(),
        unit_shown: true,
        period: Some(Period::Year(2023)),
        source: "统计公报".to_owned(),
    }
}

fn written(blocks: Vec<Block>) -> Issued {
    let document =
        Document { assessment: "A-1".to_owned(), title: "试验报告".to_owned(), blocks, ..Document::default() };
    write_docx(&document).unwrap()
}

/// The value of the attribute in the first element of this name.
fn attribute(xml: &str, element: &str, name: &str) -> f64 {
    let from = xml.split_once(&format!("<{element} ")).unwrap_or_else(|| panic!("no {element}")).1;
    let value = from.split_once(&format!("{name}=\"")).unwrap().1;
    value.split_once('"').unwrap().0.parse().unwrap()
}

#[test]
fn the_page_is_that_of_the_standard() {
    let xml = part(&written(vec![Block::Paragraph(vec!["字".into()])]).bytes, "word/document.xml");
    let millimetres = |twips: f64| twips / 1440.0 * 25.4;
    let page = |element: &str, name: &str| attribute(&xml, element, name);
    let (wide, high) = (page("w:pgSz", "w:w"), page("w:pgSz", "w:h"));
    assert!((millimetres(wide) - 210.0).abs() < 0.1 && (millimetres(high) - 297.0).abs() < 0.1);
    for (side, expected) in [("w:top", 37.0), ("w:right", 26.0), ("w:bottom", 35.0), ("w:left", 28.0)] {
        let margin = millimetres(page("w:pgMar", side));
        assert!((margin - expected).abs() < 0.05, "{side} is {margin} mm");
    }
    // The text block holds 22 lines and not 23, 28 characters and not 29.
    let block = high - page("w:pgMar", "w:top") - page("w:pgMar", "w:bottom");
    assert!((millimetres(block) - 225.0).abs() < 0.1);
    assert_eq!((block / page("w:docGrid", "w:linePitch")).floor() as u32, 22);
    let line = (wide - page("w:pgMar", "w:left") - page("w:pgMar", "w:right")) / 20.0;
    assert!((line / 72.0 * 25.4 - 156.0).abs() < 0.1);
    let character = 16.0 + page("w:docGrid", "w:charSpace") / 4096.0;
    assert_eq!((line / character).floor() as u32, 28);
    // The page number stands at the outer edge of pages printed on both sides.
    assert!(part(&written(Vec::new()).bytes, "word/footer1.xml").contains(r#"<w:jc w:val="right"/>"#));
    assert!(part(&written(Vec::new()).bytes, "word/footer2.xml").contains(r#"<w:jc w:val="left"/>"#));
}

#[test]
fn every_part_is_sound_xml_and_named_in_the_package() {
    let issued = everything();
    let zip = zip::ZipArchive::new(Cursor::new(&issued.bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert!(names.contains(&"word/media/figure1.emf".to_owned()));
    for name in names.iter().filter(|n| !n.ends_with(".emf")) {
        let text = part(&issued.bytes, name);
        let mut open: Vec<&str> = Vec::new();
        for piece in text.split('<').skip(1) {
            let tag = piece.split_once('>').unwrap_or_else(|| panic!("{name}: {piece}")).0;
            match tag.chars().next() {
                Some('?') => {}
                Some('/') => assert_eq!(open.pop(), Some(tag.trim_start_matches('/')), "{name}"),
                _ if tag.ends_with('/') => {}
                _ => open.push(tag.split_whitespace().next().unwrap()),
            }
        }
        assert!(open.is_empty(), "{name}: {open:?} stays open");
    }
    // What relations point to is there.
    for target in part(&issued.bytes, "word/_rels/document.xml.rels").split("Target=\"").skip(1) {
        let target = format!("word/{}", target.split_once('"').unwrap().0);
        assert!(names.contains(&target), "{target}");
    }
}

fn everything() -> Issued {
    let dumbbell = Dumbbell {
        title: "变化 <图> & \"\u{1}".to_owned(),
        unit: "%".to_owned(),
        from: "2020年".to_owned(),
        to: "2023年".to_owned(),
        rows: vec![DumbbellRow {
            name: "甲".to_owned(),
            from: Some("1.5".parse().unwrap()),
            to: Some("2.5".parse().unwrap()),
            own: true,
        }],
    };
    let table = || Table {
        small: false,
        caption: "主要 <指标> & \u{b}".to_owned(),
        columns: vec![Column::words("指标", 3), Column { head: "值".to_owned(), width: 1, align: Align::Right }],
        rows: vec![
            Row::Group("一、经济".to_owned()),
            Row::Cells(vec![vec!["甲".into()], vec![number("a", "1.25", "%").into()]]),
        ],
    };
    written(vec![
        Block::Contents,
        Block::Heading(Level::One, vec!["总体情况".into()]),
        Block::Heading(Level::Two, vec!["经济".into()]),
        Block::Paragraph(vec!["增长".into(), number("a", "1.25", "%").into(), Run::Strong("。".to_owned())]),
        Block::Table(table()),
        Block::Table(Table { caption: String::new(), ..table() }),
        Block::Figure(Figure { caption: "变化".to_owned(), drawing: dumbbell.draw(), with_table: true }),
        Block::FreeText(FreeText {
            name: "difficulties".to_owned(),
            title: "困难".to_owned(),
            prompt: "请填写".to_owned(),
            paragraphs: Vec::new(),
        }),
        Block::Note(vec!["注：".into()]),
        Block::PageBreak,
        Block::Annex(Annex { title: "明细".to_owned(), orientation: Orientation::Landscape }),
        Block::Table(table()),
    ])
}

#[test]
fn numbers_are_bound_and_remembered_with_their_part() {
    let issued = everything();
    let xml = part(&issued.bytes, "word/document.xml");
    let parts: Vec<ReportPart> = issued.numbers.numbers.iter().map(|n| n.part).collect();
    assert_eq!(parts, [ReportPart::Text, ReportPart::Table, ReportPart::Table, ReportPart::Annex]);
    for number in &issued.numbers.numbers {
        assert!(xml.contains(&format!(r#"<w:tag w:val="{}"/>"#, number.mark)));
        assert!(xml.contains(&format!(r#"w:name="{}"/>"#, number.mark)));
        assert_eq!(number.shown, "1.3", "1.25 is rounded half up");
    }
    let properties = part(&issued.bytes, "docProps/custom.xml");
    assert!(properties.contains("A-1") && properties.contains(&issued.numbers.digest));
    assert_eq!(everything().bytes, issued.bytes, "the same report is the same file");
}

#[test]
fn cells_are_as_wide_in_every_program_and_closing_lines_stay_together() {
    let lines = [SetLine::annexes(&["甲", "乙"]), SetLine::signature("示例区人民政府", "2024年3月1日")];
    let mut blocks = vec![Block::Addressee(vec!["示例区人大常委会：".into()])];
    blocks.extend(lines.map(Block::Closing));
    blocks.push(Block::Table(Table {
        small: true,
        caption: String::new(),
        columns: vec![Column::words("指标", 1)],
        rows: vec![Row::words(["甲"])],
    }));
    let xml = part(&written(blocks).bytes, "word/document.xml");
    assert!(xml.contains(r#"<w:tblLayout w:type="fixed"/><w:tblCellMar>"#), "{xml}");
    let paragraph = |words: &str| {
        let (before, _) = xml.split_once(words).unwrap_or_else(|| panic!("no {words}"));
        before.rsplit_once("<w:p>").unwrap().1
    };
    assert!(paragraph("示例区人大常委会").contains(r#"w:firstLine="0""#), "at the left edge");
    // The last annex, the organ and what is between them stay on one page with the date.
    for (words, kept) in [("1.甲", false), ("2.乙", true), ("示例区人民政府", true), ("3月1日", false)] {
        assert_eq!(paragraph(words).contains("<w:keepNext/>"), kept, "{words}");
    }
}

#[test]
fn headings_count_as_offices_do() {
    let heading = |level, words: &str| Block::Heading(level, vec![words.into()]);
    let mut blocks = vec![
        heading(Level::One, "甲"),
        heading(Level::Two, "乙"),
        heading(Level::Three, "丙"),
        heading(Level::Four, "丁"),
        heading(Level::Two, "戊"),
        heading(Level::Three, "己"),
    ];
    blocks.extend((0..20).map(|_| heading(Level::One, "庚")));
    let xml = part(&written(blocks).bytes, "word/document.xml");
    for label in ["一、", "（一）", "1.", "（1）", "（二）", "十、", "十一、", "二十、", "二十一、"]
    {
        assert!(xml.contains(&format!(r#"<w:t xml:space="preserve">{label}</w:t>"#)), "{label}");
    }
}

#[test]
fn a_row_that_does_not_fit_is_refused_by_place() {
    let refused = |rows: Vec<Row>, columns: Vec<Column>| {
        let table = Table { caption: "指标".to_owned(), columns, rows, small: false };
        let document = Document { blocks: vec![Block::Table(table)], ..Document::default() };
        write_docx(&document).unwrap_err().to_string()
    };
    let long = refused(vec![Row::words(["1"]), Row::words(["1", "2"])], vec![Column::words("一", 1)]);
    assert!(long.contains("第 2 行有 2 格"), "{long}");
    assert!(refused(Vec::new(), Vec::new()).contains("没有列"));
}
