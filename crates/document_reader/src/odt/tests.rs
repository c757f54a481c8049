use crate::{
    ReadError, read,
    testing::{container, problems, shown},
};

const NS: &str = r#"xmlns:office="o" xmlns:text="t" xmlns:table="tb" xmlns:draw="d" xmlns:style="s""#;

fn odt(body: &str, styles: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content {NS}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    container(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content.as_bytes())])
}

fn lines(body: &str) -> Vec<String> {
    shown(&read("a.odt", &odt(body, "")).unwrap())
}

fn p(text: &str) -> String {
    format!("<text:p>{text}</text:p>")
}

#[test]
fn paragraphs_keep_their_text() {
    let cases: &[(&str, String, &[&str])] = &[
        ("two", p("甲，一") + &p("乙"), &["p: 甲，一", "p: 乙"]),
        ("blanks", p("甲  \n 乙<text:s text:c=\"3\"/>丙<text:tab/>丁"), &["p: 甲 乙   丙 | 丁"]),
        ("line break", p("上行<text:line-break/>下行"), &["p: 上行", "p: 下行"]),
        ("entities", p("A&amp;B&#8451;"), &["p: A&B℃"]),
        ("spans", p("产值<text:span>50</text:span>亿元<text:soft-page-break/>"), &["p: 产值50亿元"]),
        ("heading", "<text:h text:outline-level=\"2\">第一节 总则</text:h>".into(), &["h2 总则"]),
        ("annotation", p("甲<office:annotation><text:p>请核</text:p></office:annotation>乙"), &["p: 甲乙"]),
        (
            "note",
            p(
                "产值<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>现价。</text:p><text:p>其他。</text:p></text:note-body></text:note>翻番",
            ),
            &["p: 产值翻番", "Footnote: 现价。 其他。"],
        ),
        (
            "box",
            p("甲<draw:frame><draw:text-box><text:p>框内</text:p></draw:text-box></draw:frame>乙"),
            &["p: 甲乙", "p: 框内"],
        ),
        (
            "contents",
            format!(
                "<text:table-of-content><text:index-body>{}</text:index-body></text:table-of-content>",
                p("第一章 总则<text:tab/>1")
            ),
            &["Boilerplate: 第一章 总则 | 1"],
        ),
    ];
    for (name, body, expected) in cases {
        assert_eq!(lines(body), *expected, "{name}");
    }
}

#[test]
fn comments_are_left_out_and_said() {
    let note = "<office:annotation><text:p>请核</text:p></office:annotation>";
    let source = crate::read("a", &odt(&(p("甲") + &p(&format!("乙{note}{note}"))), "")).unwrap();
    assert_eq!(
        (shown(&source), problems(&source)),
        (vec!["p: 甲".to_owned(), "p: 乙".to_owned()], vec!["comments@2".to_owned()])
    );
}

#[test]
fn tables_become_rows() {
    let cell = |attributes: &str, text: &str| format!("<table:table-cell {attributes}>{}</table:table-cell>", p(text));
    let row = |cells: String| format!("<table:table-row>{cells}</table:table-row>");
    let table = |rows: String| format!("<table:table>{rows}</table:table>");
    let covered = "<table:covered-table-cell/>";
    let cases: &[(&str, String, &[&str])] = &[
        (
            "plain",
            table(row(cell("", "指标") + &cell("", "单位")) + &row(cell("", "渔港") + &cell("", "座"))),
            &["TableRow: 指标 | 单位", "TableRow: 渔港 | 座"],
        ),
        (
            "merged",
            table(row(cell("table:number-columns-spanned=\"2\"", "合") + covered + &cell("", "丙"))),
            &["TableRow: 合 |  | 丙"],
        ),
        ("repeated", table(row(cell("table:number-columns-repeated=\"3\"", "同"))), &["TableRow: 同 | 同 | 同"]),
        ("a frame", table(row(cell("", "专栏1 工程"))), &["BoxTitle: 专栏1 工程"]),
    ];
    for (name, body, expected) in cases {
        assert_eq!(lines(body), *expected, "{name}");
    }
}

#[test]
fn numbers_of_lists_are_computed() {
    let styles = r#"<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/><text:list-level-style-number text:level="2" style:num-format="1" style:num-prefix="（" style:num-suffix="）"/></text:list-style><text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>"#;
    let item = |inner: &str| format!("<text:list-item>{inner}</text:list-item>");
    let inner = format!("<text:list>{}</text:list>", item(&p("丙")) + &item(&p("丁")));
    let body = format!(
        "<text:list text:style-name=\"L\">{}{}</text:list>{}<text:list text:style-name=\"L\" text:continue-numbering=\"true\">{}</text:list><text:list text:style-name=\"L\">{}</text:list><text:list text:style-name=\"B\">{}</text:list>",
        item(&p("甲")),
        item(&(p("乙") + &p("乙二") + &inner)),
        p("间"),
        item(&p("戊")),
        item(&p("己")),
        item(&p("点"))
    );
    let source = read("a", &odt(&body, styles)).unwrap();
    let texts: Vec<&str> = source.lines.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["一、甲", "二、乙", "乙二", "（1）丙", "（2）丁", "间", "三、戊", "一、己", "点"]);
}

#[test]
fn changes_are_read_as_accepted_and_passwords_reported() {
    let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧</text:p></text:deletion></text:changed-region></text:tracked-changes>".to_owned()
        + &p("产值<text:change text:change-id=\"1\"/>50亿元");
    let source = read("a", &odt(&body, "")).unwrap();
    assert_eq!(
        (shown(&source), problems(&source)),
        (vec!["p: 产值50亿元".to_owned()], vec!["tracked-changes@1".to_owned()])
    );
    let locked = container(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<manifest><file><encryption-data/></file></manifest>"),
    ]);
    assert!(matches!(read("a", &locked), Err(ReadError::Encrypted)));
}
