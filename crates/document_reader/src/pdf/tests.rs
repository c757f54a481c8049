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
fn tables_open_at_their_sides_keep_all_columns() {
    let across = [60.0, 80.0, 100.0].map(|y| Ink::Rule(50.0, y, 300.0, y));
    let down = [150.0, 200.0].map(|x| Ink::Rule(x, 60.0, x, 100.0));
    let mut page: Vec<Ink> = across.into_iter().chain(down).collect();
    page.extend(cells(&[60.0, 160.0, 210.0], 74.0, &[&["指标", "单位", "2025年"], &["渔港", "座", "10"]]));
    assert_eq!(lines(&[page]), ["TableRow: 指标 | 单位 | 2025年", "TableRow: 渔港 | 座 | 10"]);
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

/// A PDF with this password for opening it, and another for changing it.
fn locked(user_password: &str) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(&pdf(Codes::UniGb, &[block(50.0, &["一、发展目标"])])).unwrap();
    document.trailer.set("ID", vec![lopdf::Object::string_literal("a"), lopdf::Object::string_literal("a")]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "o",
        user_password,
        key_length: 128,
        permissions: lopdf::Permissions::PRINTABLE,
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_password_is_asked_for() {
    assert!(matches!(read("a", &locked("u")), Err(ReadError::Encrypted)));
}

#[test]
fn a_file_that_only_forbids_changes_is_read() {
    assert_eq!(shown(&read("a", &locked("")).unwrap()), ["h1 发展目标"]);
}

/// Rows of cells at these places, 20 points apart.
fn cells(xs: &[f32], top: f32, rows: &[&[&str]]) -> Vec<Ink> {
    let row = |(at, row): (usize, &&[&str])| {
        let y = top + 20.0 * at as f32;
        let cells = xs.iter().zip(*row).filter(|(_, words)| !words.is_empty());
        cells.map(|(x, words)| text(*x, y, words)).collect::<Vec<_>>()
    };
    rows.iter().enumerate().flat_map(row).collect()
}

#[test]
fn tables_without_rules_become_rows_by_their_columns() {
    let xs = [50.0, 150.0, 220.0, 300.0];
    let mut page = vec![text(50.0, 30.0, "表1 主要指标")];
    page.extend(cells(
        &xs,
        60.0,
        &[
            &["指标", "单位", "2020年", "2025年"],
            &["", "经济发展", "", ""],
            &["渔港", "座", "8", "10"],
            &["", "", "", ""],
            &["冷库", "座", "", "3"],
            &["产值", "亿元", "〔40〕", "〔50〕"],
        ],
    ));
    // A name of two lines beside figures that stand in the middle.
    page.extend([text(50.0, 115.0, "渔业增加"), text(50.0, 129.0, "值比重"), text(150.0, 122.0, "%")]);
    page.extend([text(220.0, 122.0, "5"), text(300.0, 122.0, "6")]);
    let caption = page.iter_mut().find(|i| matches!(i, Ink::Text(.., w) if w == "经济发展")).unwrap();
    *caption = text(180.0, 80.0, "经济发展");
    page.push(text(50.0, 200.0, "下一段落。"));
    assert_eq!(
        lines(&[page]),
        [
            "TableTitle: 表1 主要指标",
            "TableRow: 指标 | 单位 | 2020年 | 2025年",
            "TableRow: 经济发展 |  |  | ",
            "TableRow: 渔港 | 座 | 8 | 10",
            "TableRow: 渔业增加值比重 | % | 5 | 6",
            "TableRow: 冷库 | 座 |  | 3",
            "TableRow: 产值 | 亿元 | 〔40〕 | 〔50〕",
            "p: 下一段落。"
        ]
    );
}

#[test]
fn cells_that_stand_in_no_columns_are_reported_and_not_guessed() {
    let page: Vec<Ink> = [50.0, 75.0, 105.0, 135.0]
        .iter()
        .enumerate()
        .flat_map(|(at, shift)| {
            cells(&[50.0, 70.0 + shift, 110.0 + shift], 60.0 + 20.0 * at as f32, &[&["渔港", "8", "10"]])
        })
        .collect();
    let source = read("a", &pdf(Codes::UniGb, &[page])).unwrap();
    assert_eq!(shown(&source), ["Footnote: 渔港 8 10"; 4]);
    assert_eq!(problems(&source), ["table-columns-unclear@p1"]);
}

#[test]
fn a_table_cut_by_the_end_of_a_page_is_one_table() {
    let sides = |top: f32, bottom: f32| [50.0, 150.0, 200.0, 300.0].map(|x| Ink::Rule(x, top, x, bottom));
    let across = |y: f32| Ink::Rule(50.0, y, 300.0, y);
    let row = |y: f32, words: [&'static str; 3]| {
        [60.0, 160.0, 210.0].into_iter().zip(words).filter(|(_, w)| !w.is_empty()).map(move |(x, w)| text(x, y, w))
    };
    // No rule closes the first page; the name of its last row goes on.
    let mut first: Vec<Ink> = sides(500.0, 545.0).into_iter().chain([500.0, 520.0].map(across)).collect();
    first.extend(row(514.0, ["指标", "单位", "2025年"]).chain(row(534.0, ["渔业增加值占总值", "%", "6"])));
    let mut second: Vec<Ink> = sides(50.0, 110.0).into_iter().chain([50.0, 70.0, 90.0, 110.0].map(across)).collect();
    second.extend(row(64.0, ["指标", "单位", "2025年"]).chain(row(84.0, ["比重", "", ""])));
    second.extend(row(104.0, ["冷库", "座", "3"]));
    assert_eq!(
        lines(&[first, second]),
        ["TableRow: 指标 | 单位 | 2025年", "TableRow: 渔业增加值占总值比重 | % | 6", "TableRow: 冷库 | 座 | 3"]
    );
}

#[test]
fn a_box_in_a_frame_has_margins_of_its_own() {
    let small = |y: f32, words: &str| Ink::Text(70.0, y, 8.0, words.to_owned());
    let full: String = FULL.chars().take(30).collect();
    let mut page = block(300.0, &[&full, "专栏到此。", "专栏1 重点工程"]);
    page.extend(grid(&[60.0, 316.0], &[345.0, 420.0]));
    let words = "1. 渔港工程：新建泊位十个，改造泊位二十个，配套建设堆场和";
    page.push(small(360.0, words));
    page.push(small(372.0, "冷库三座。"));
    page.push(small(384.0, "2. 冷库工程：三座。"));
    assert_eq!(
        lines(&[page]),
        [
            format!("p: {full}专栏到此。"),
            "BoxTitle: 专栏1 重点工程".to_owned(),
            format!("BoxItem: {words}冷库三座。"),
            "BoxItem: 2. 冷库工程：三座。".to_owned()
        ]
    );
}

#[test]
fn two_thousand_pages_are_read_in_time() {
    let full: String = FULL.chars().take(30).collect();
    let page = |number: usize| {
        let mut ink = vec![text(100.0, 30.0, "望潮区渔业规划"), text(190.0, 580.0, &format!("— {number} —"))];
        ink.extend(block(80.0, &[&full, &full, "渔港达到十座。"]));
        ink
    };
    let bytes = pdf(Codes::ToUnicode, &(1..=2_000).map(page).collect::<Vec<_>>());
    let began = std::time::Instant::now();
    let source = read("a", &bytes).unwrap();
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    assert_eq!(source.lines.iter().filter(|l| l.role == crate::Role::Body).count(), 2_000);
    assert_eq!(source.lines.iter().filter(|l| l.role == crate::Role::Boilerplate).count(), 4_000);
}
