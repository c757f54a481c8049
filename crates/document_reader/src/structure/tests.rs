use super::*;
use crate::testing::shown;

fn assembled(text: &str) -> Source {
    let lines = text.split('\n').map(|l| (l.to_owned(), Hint::None)).collect();
    assemble(Format::Txt, "UTF-8".to_owned(), lines, Vec::new())
}

/// Each line of `text` with what was made of it.
fn parts(text: &str) -> Vec<String> {
    let source = assembled(text);
    let shown = |n: u32, l: &Line| {
        let heading = source.headings.iter().find(|h| h.line == n);
        match (l.role, heading) {
            (_, Some(h)) => format!("{:?}{} {}", h.style, if h.run_in { " run-in" } else { "" }, h.title),
            (role, None) => format!("{role:?}{}", l.glued_box.map(|at| format!(" box at {at}")).unwrap_or_default()),
        }
    };
    source.lines.iter().zip(1..).map(|(l, n)| shown(n, l)).collect()
}

#[test]
fn the_part_a_line_plays_is_told_by_its_start() {
    let cases = [
        ("第一章 总体要求", "Chapter 总体要求"),
        ("第一部分 总体要求", "Part 总体要求"),
        ("第二部委协作", "Body"),
        ("第十二节　发展目标", "Section 发展目标"),
        ("一、 发展基础", "Cjk 发展基础"),
        ("（三）主要目标", "CjkParen 主要目标"),
        ("(三)主要目标", "CjkParen 主要目标"),
        ("2. 建设港口", "Digit 建设港口"),
        ("2、建设港口", "Digit 建设港口"),
        ("(2)建设港口", "DigitParen 建设港口"),
        ("⑵建设港口", "DigitParen 建设港口"),
        ("2）建设港口", "HalfParen 建设港口"),
        ("1)建设港口", "HalfParen 建设港口"),
        ("③建设港口", "Circled 建设港口"),
        ("做强渔业。到2025年,产值达到50亿元。", "Plain run-in 做强渔业"),
        ("(一) 做强渔业 。 到2025年,产值达到50亿元。", "CjkParen run-in 做强渔业"),
        ("①做强渔业。到2025年,产值达到50亿元。", "Circled run-in 做强渔业"),
        ("——创新更有活力。研发投入强度达到3%。", "Plain run-in 创新更有活力"),
        ("到2025年,产值达到50亿元。渔港建成。", "Body"),
        ("1.26万亩农田排涝能力提高到10年一遇。", "Body"),
        ("第二产业增加值达到30亿元", "Body"),
        ("附件", "Plain 附件"),
        ("附件2：重点项目表", "Plain 附件2：重点项目表"),
        ("附录A 名词解释", "Plain 附录A名词解释"),
        ("附件一览", "Body"),
        ("附件1所列项目,由各单位落实", "Body"),
        ("", "Blank"),
        ("表1-1 主要指标", "TableTitle"),
        ("附表3 重点项目", "TableTitle"),
        ("续表", "TableTitle"),
        ("专栏3 重点工程", "BoxTitle"),
        ("产值达到50亿元。专栏:重点工程", "Body box at 9"),
        ("— 12 —", "Boilerplate"),
        ("第 3 页 共 10 页", "Boilerplate"),
        ("▲上接第2版", "Boilerplate"),
        ("第一章 总体要求 …………… 1", "Boilerplate"),
        ("（一）指导思想........12", "Boilerplate"),
        ("发布时间：2021-05-06 浏览次数：12", "Boilerplate"),
        ("—10 座", "Body"),
        ("[1] 本规划所称渔港，指二级以上渔港。", "Footnote"),
        ("注：甲", "Body"),
    ];
    for (text, part) in cases {
        assert_eq!(parts(text), [part], "{text}");
    }
}

#[test]
fn a_box_keeps_its_items_and_ends_with_the_next_paragraph() {
    let cases: &[(&str, &[&str])] = &[
        (
            "到2025年建成新港。专栏:重点工程\n1. 渔港工程:泊位10个。\n2. 冷链工程:冷库3座。\n加快渔业转型,再造优势,力争领先。",
            &["Body box at 11", "BoxItem", "BoxItem", "Body"],
        ),
        ("专栏1 工程\n（1）渔港\n①泊位\n2）冷库", &["BoxTitle", "BoxItem", "BoxItem", "BoxItem"]),
        ("专栏1 工程\n1. 渔港\n— 12 —\n2. 冷库", &["BoxTitle", "BoxItem", "Boilerplate", "BoxItem"]),
    ];
    for (text, expected) in cases {
        assert_eq!(parts(text), *expected);
    }
}

#[test]
fn a_table_without_rows_is_reported() {
    let codes =
        |text: &str| assembled(text).problems.iter().map(|p| format!("{} {}", p.code, p.place)).collect::<Vec<_>>();
    assert_eq!(codes("表2 主要指标\n二、目标"), ["table-lost 1"]);
    assert_eq!(codes("表2 主要指标\n表3 项目"), ["table-lost 1", "table-lost 2"]);
    assert!(codes("表2 主要指标\n单位：亿元\n\n指标\t单位\t2025年\n人口\t万人\t30").is_empty());
    let whole = assembled("表2 主要指标\n指标\t单位\t2025年\n人口\t万人\t30");
    assert_eq!(whole.tables.first().map(|t| (t.rows.len(), t.title.as_deref())), Some((2, Some("表2主要指标"))));
}

#[test]
fn tables_in_plain_text_are_found_by_tabs_or_runs_of_spaces() {
    let rows = |text: &str| -> Vec<String> {
        assembled(text).tables.iter().flat_map(|t| t.rows.iter().map(|r| r.join("|"))).collect()
    };
    let cases: &[(&str, &[&str])] = &[
        ("指标\t单位\t2025年\n渔港\t座\t10", &["指标|单位|2025年", "渔港|座|10"]),
        ("渔港\t\t\t10\t座", &["渔港|||10|座"]),
        (
            "指标      单位   2025年\n渔港      座     10\n冷库　　座　　3",
            &["指标|单位|2025年", "渔港|座|10", "冷库|座|3"],
        ),
        (
            "指标      单位   2020年   2025年\n一、经济发展\n渔港      座     8        10\n冷库      座              3",
            &["指标|单位|2020年|2025年", "一、经济发展|||", "渔港|座|8|10", "冷库|座||3"],
        ),
        ("张三   李四   王五\n赵六   钱七   孙八", &[]),
        ("到 2025 年,  建成渔港  10 座,冷库 3 座。\n另  建  码头 5 座。", &[]),
        ("指标      单位   2025年", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(rows(text), *expected, "{text}");
    }
}

#[test]
fn cells_know_where_they_begin() {
    let cases: &[(&str, &[(u32, &str)])] = &[
        ("指标\t 单位 \t", &[(0, "指标"), (4, "单位"), (8, "")]),
        ("  渔港 码头   座  10", &[(2, "渔港 码头"), (10, "座"), (13, "10")]),
        ("一格", &[(0, "一格")]),
        ("", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(source::cells(text), *expected, "{text:?}");
    }
}

#[test]
fn depths_follow_the_numberings_and_the_file() {
    let plain = |words: &str| (words.to_owned(), Hint::None);
    let given = |level: u8, words: &str| (words.to_owned(), Hint::Heading(level));
    let cases = vec![
        (vec![plain("一、甲"), plain("（一）乙"), plain("1. 丙"), plain("（1）丁")], vec![1, 2, 3, 4]),
        (vec![plain("第一章 甲"), plain("一、乙"), plain("做强渔业。到2025年，建港。")], vec![1, 2, 3]),
        (vec![given(1, "第一章 甲"), plain("一、乙"), given(3, "（一）丙")], vec![1, 2, 3]),
        (vec![given(1, "目标"), plain("一、乙")], vec![1, 2]),
        (vec![given(2, "一、甲"), plain("（一）乙")], vec![2, 3]),
        (vec![plain("一、甲"), plain("（一）乙"), plain("附件1：名词解释"), plain("一、丙")], vec![1, 2, 1, 1]),
        (vec![plain("第一章 甲"), plain("附录"), plain("第一节 乙")], vec![1, 1, 2]),
    ];
    for (lines, levels) in cases {
        let source = assemble(Format::Docx, String::new(), lines.clone(), Vec::new());
        assert_eq!(source.headings.iter().map(|h| h.level).collect::<Vec<_>>(), levels, "{lines:?}");
    }
}

#[test]
fn a_source_shows_its_notes() {
    let text = "表1 指标\n渔港\t座\t10\n注：累计数。\n[2] 说明。";
    assert_eq!(
        shown(&assembled(text)),
        ["TableTitle: 表1 指标", "TableRow: 渔港 | 座 | 10", "Footnote: 注：累计数。", "Footnote: [2] 说明。"]
    );
}

#[test]
fn notes_and_page_marks_stand_before_the_next_heading() {
    let line = |hint: Hint, words: &str| (words.to_owned(), hint);
    let lines = vec![
        line(Hint::None, "一、目标"),
        line(Hint::None, "到2025年，主要目标是："),
        line(Hint::Footnote, "① 二级以上渔港。"),
        line(Hint::PageMark, "— 1 —"),
        line(Hint::None, "——渔港达到10座，冷库达到3座。"),
        line(Hint::None, "二、任务"),
        line(Hint::None, "指标\t单位\t2025年"),
        line(Hint::Footnote, "注：累计数。"),
        line(Hint::Footnote, "说明：按2020年价格。"),
        line(Hint::PageMark, "— 2 —"),
    ];
    let problem = |line| Problem::new("odd", Place::Line(line), "", "");
    let source = assemble(Format::Docx, String::new(), lines, vec![problem(2), problem(3), problem(5), problem(6)]);
    let expected = [
        "h1 目标",
        "p: 到2025年，主要目标是：",
        "p: ——渔港达到10座，冷库达到3座。",
        "Footnote: ① 二级以上渔港。",
        "Boilerplate: — 1 —",
        "h1 任务",
        "TableRow: 指标 | 单位 | 2025年",
        "Footnote: 注：累计数。",
        "Footnote: 说明：按2020年价格。",
        "Boilerplate: — 2 —",
    ];
    assert_eq!(shown(&source), expected);
    assert_eq!(source.headings.iter().map(|h| h.line).collect::<Vec<_>>(), [1, 6]);
    assert_eq!(crate::testing::problems(&source), ["odd@2", "odd@4", "odd@3", "odd@6"]);
}
