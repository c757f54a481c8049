use crate::{
    ReadError, read,
    testing::{
        pdf::{Codes, Ink, pdf, text},
        problems, shown,
    },
};

fn lines(pages: &[Vec<Ink>]) -> Vec<String> {
    shown(&read("a", &pdf(Codes::UniGb, pages)).unwrap())
}

/// Lines of 30 characters from (50, `top`) on, 16 points apart.
fn block(top: f32, words: &[&str]) -> Vec<Ink> {
    words
        .iter()
        .enumerate()
        .map(|(i, w)| {
            let blanks = w.chars().take_while(|c| *c == ' ').count();
            text(50.0 + 10.0 * blanks as f32, top + 16.0 * i as f32, w.trim_start())
        })
        .collect()
}

/// A line of exactly 30 characters that ends inside a sentence.
const FULL: &str = "到二〇二五年全区渔港达到十座冷库达到三座渔业产值达到五十亿元群众";

#[test]
fn every_encoding_gives_the_text() {
    let page = [block(50.0, &["一、发展目标", "渔港达到10座，𠮷"])];
    for codes in [Codes::UniGb, Codes::ToUnicode] {
        let source = read("a", &pdf(codes, &page)).unwrap();
        assert_eq!(shown(&source), ["h1 发展目标", "p: 渔港达到10座，𠮷"]);
        assert!(source.problems.is_empty());
    }
    let page = [block(50.0, &["一、发展目标", "渔港达到10座，镕"])];
    let source = read("a", &pdf(Codes::Gbk, &page)).unwrap();
    assert_eq!(shown(&source), ["h1 发展目标", "p: 渔港达到10座，镕"]);
}

#[test]
fn fonts_that_do_not_tell_their_text_are_reported() {
    let source = read("a", &pdf(Codes::Nothing, &[block(50.0, &[FULL])])).unwrap();
    // With or without poppler there is nothing to read, and it is said.
    assert!(!source.problems.is_empty(), "{:?}", shown(&source));
}

#[test]
fn lines_are_joined_where_the_paragraph_goes_on() {
    let full: String = FULL.chars().take(30).collect();
    let inner: String = FULL.chars().take(28).collect();
    let (two, one) = (format!("{full}收入提高。"), "短段落，到此为止。");
    let indented = format!("  {inner}");
    let cases: &[(&str, Vec<&str>, Vec<String>)] = &[
        ("goes on", vec![&full, "收入提高。"], vec![format!("p: {two}")]),
        ("short line ends it", vec![one, &full, "收入提高。"], vec![format!("p: {one}"), format!("p: {two}")]),
        (
            "indents begin it",
            vec![&indented, "收入提高。", &indented, "收入提高。", &indented],
            vec![format!("p: {inner}收入提高。"), format!("p: {inner}收入提高。"), format!("p: {inner}")],
        ),
        (
            "number begins it",
            vec![&full, "提高。", "（一）做强渔业"],
            vec![format!("p: {full}提高。"), "h1 做强渔业".into()],
        ),
    ];
    for (name, page, expected) in cases {
        assert_eq!(lines(&[block(50.0, page)]), *expected, "{name}");
    }
}

#[test]
fn heads_and_page_numbers_leave_the_flow() {
    let full: String = FULL.chars().take(30).collect();
    let page = |number: u32| {
        let mut ink = vec![text(100.0, 30.0, "望潮区渔业规划"), text(190.0, 580.0, &format!("— {number} —"))];
        ink.extend((0..27).map(|i| text(50.0, 80.0 + 16.0 * i as f32, &full)));
        ink
    };
    let shown = lines(&[page(1), page(2), page(3)]);
    let (first, rest) = shown.split_first().unwrap();
    assert_eq!(first.chars().count(), 3 + 81 * 30);
    let marks: Vec<String> =
        (1..=3).flat_map(|n| ["Boilerplate: 望潮区渔业规划".to_owned(), format!("Boilerplate: — {n} —")]).collect();
    assert_eq!(rest, marks);
}

#[test]
fn footnotes_follow_their_page() {
    let small = |y: f32, words: &str| Ink::Text(50.0, y, 8.0, words.to_owned());
    let mut page = block(50.0, &["一、发展目标", "渔港达到十座。"]);
    page.push(small(500.0, "① 本规划所称渔港，"));
    page.push(small(510.0, "指二级以上渔港。"));
    assert_eq!(lines(&[page]), ["h1 发展目标", "p: 渔港达到十座。", "Footnote: ① 本规划所称渔港，指二级以上渔港。"]);
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let mut page = vec![text(50.0, 40.0, "两栏之上的一行。")];
    for i in 0..8 {
        let y = 70.0 + 16.0 * i as f32;
        page.push(text(50.0, y, "左栏的文字共有十三个字吗"));
        page.push(text(220.0, y + 3.0, "右栏的文字共有十三个字吗"));
    }
    page.push(text(50.0, 198.0, "左栏完。"));
    let shown = lines(&[page]);
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert_eq!(shown.get(1).unwrap().matches("左栏").count(), 9);
    assert_eq!(shown.get(2).unwrap().matches("右栏").count(), 8);
}

/// The rules of a grid at these places.
fn grid(xs: &[f32], ys: &[f32]) -> Vec<Ink> {
    let (left, right) = (xs.first().copied().unwrap(), xs.last().copied().unwrap());
    let (top, bottom) = (ys.first().copied().unwrap(), ys.last().copied().unwrap());
    let across = ys.iter().map(|y| Ink::Rule(left, *y, right, *y));
    across.chain(xs.iter().map(|x| Ink::Rule(*x, top, *x, bottom))).collect()
}

#[test]
fn ruled_tables_become_rows() {
    let mut page = vec![text(120.0, 40.0, "表1 主要指标")];
    page.extend(grid(&[50.0, 150.0, 200.0, 300.0], &[60.0, 80.0, 100.0, 140.0]));
    for (x, y, words) in [
        (60.0, 74.0, "指标"),
        (160.0, 74.0, "单位"),
        (210.0, 74.0, "2025年"),
        (60.0, 94.0, "渔港"),
        (160.0, 94.0, "座"),
        (210.0, 94.0, "10"),
        (60.0, 114.0, "渔业"),
        (60.0, 128.0, "产值"),
        (210.0, 122.0, "50"),
    ] {
        page.push(text(x, y, words));
    }
    page.push(text(50.0, 160.0, "下一段落。"));
    assert_eq!(
        lines(&[page]),
        [
            "TableTitle: 表1 主要指标",
            "TableRow: 指标 | 单位 | 2025年",
            "TableRow: 渔港 | 座 | 10",
            "TableRow: 渔业产值 |  | 50",
            "p: 下一段落。"
        ]
    );
}

#[test]
fn merged_cells_and_tables_over_two_pages_keep_their_columns() {
    // The left cell reaches over both rows: no rule between them there.
    let merged = || {
        let mut ink = vec![
            Ink::Rule(50.0, 60.0, 300.0, 60.0),
            Ink::Rule(150.0, 80.0, 300.0, 80.0),
            Ink::Rule(50.0, 100.0, 300.0, 100.0),
        ];
        ink.extend([50.0, 150.0, 200.0, 300.0].map(|x| Ink::Rule(x, 60.0, x, 100.0)));
        ink.extend(
            [(60.0, 84.0, "产业"), (160.0, 74.0, "甲"), (210.0, 74.0, "1"), (160.0, 94.0, "乙"), (210.0, 94.0, "2")]
                .map(|(x, y, w)| text(x, y, w)),
        );
        ink
    };
    assert_eq!(lines(&[merged()]), ["TableRow: 产业 | 甲 | 1", "TableRow:  | 乙 | 2"]);
    let page = |row: &str, number: &str| {
        let mut ink = grid(&[50.0, 150.0, 300.0], &[60.0, 80.0, 100.0]);
        ink.extend(
            [(60.0, 74.0, "指标"), (160.0, 74.0, "值"), (60.0, 94.0, row), (160.0, 94.0, "1"), (190.0, 590.0, number)]
                .map(|(x, y, w)| text(x, y, w)),
        );
        ink
    };
    assert_eq!(
        lines(&[page("渔港", "1"), page("冷库", "2")]),
        ["TableRow: 指标 | 值", "TableRow: 渔港 | 1", "TableRow: 冷库 | 1", "Boilerplate: 1", "Boilerplate: 2"]
    );
}

#[test]
fn a_page_without_text_is_reported_with_its_number() {
    let source = read("a", &pdf(Codes::UniGb, &[block(50.0, &["一、发展目标"]), Vec::new()])).unwrap();
    assert_eq!(problems(&source), ["page-without-text@p2"]);
}

#[test]
fn damaged_files_are_read_as_far_as_they_go_or_refused() {
    let whole = pdf(Codes::UniGb, &[block(50.0, &["一、发展目标"])]);
    // A broken cross-reference table is rebuilt.
    let at = whole.windows(9).rposition(|w| w == b"startxref").unwrap();
    let mut broken = whole.clone();
    broken.splice(at + 10..at + 12, *b"99");
    assert_eq!(shown(&read("a", &broken).unwrap()), ["h1 发展目标"]);
    assert!(matches!(read("a", b"%PDF-1.4 nothing"), Err(ReadError::Damaged { .. })));
}

#[test]
fn a_password_is_asked_for() {
    let mut document = lopdf::Document::load_mem(&pdf(Codes::UniGb, &[block(50.0, &["一、发展目标"])])).unwrap();
    document.trailer.set("ID", vec![lopdf::Object::string_literal("a"), lopdf::Object::string_literal("a")]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "o",
        user_password: "u",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    assert!(matches!(read("a", &bytes), Err(ReadError::Encrypted)), "{:?}", read("a", &bytes));
}
