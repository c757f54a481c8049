use crate::testing::{docx, p, problems, shown, tbl};

/// Reads a body with these further parts and shows its lines.
fn lines(body: &str, parts: &[(&str, &str)]) -> Vec<String> {
    shown(&crate::read("plan.docx", &docx(body, parts)).unwrap())
}

#[test]
fn paragraphs_keep_their_text() {
    let run = |inner: &str| format!("<w:p><w:r>{inner}</w:r></w:p>");
    let cases: &[(&str, String, &[&str])] = &[
        ("two paragraphs", p("到2025年，建成渔港。") + &p("其次。"), &["p: 到2025年，建成渔港。", "p: 其次。"]),
        ("an empty one", p("甲") + "<w:p/>" + &p("乙"), &["p: 甲", "Blank: ", "p: 乙"]),
        ("runs join", "<w:p><w:r><w:t>产值50</w:t></w:r><w:r><w:t>亿元</w:t></w:r></w:p>".into(), &["p: 产值50亿元"]),
        ("entities", p("A&amp;B&lt;5&#8451;&#x4E2D;"), &["p: A&B<5℃中"]),
        ("unknown entity", p("甲&bomb;乙"), &["p: 甲乙"]),
        ("soft break", run("<w:t>上行</w:t><w:br/><w:t>下行</w:t>"), &["p: 上行", "p: 下行"]),
        ("page break", run("<w:t>上</w:t><w:br w:type=\"page\"/><w:t>下</w:t>"), &["p: 上下"]),
        ("tab and hyphen", run("<w:t>甲</w:t><w:tab/><w:t>A</w:t><w:noBreakHyphen/>"), &["p: 甲 | A-"]),
        ("hidden", p("甲") + &run("<w:rPr><w:vanish/></w:rPr><w:t>暗</w:t>"), &["p: 甲", "Blank: "]),
        ("not hidden", run("<w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>明</w:t>"), &["p: 明"]),
        ("field", run("<w:instrText>PAGE</w:instrText><w:t>3</w:t>"), &["p: 3"]),
        ("symbol", run("<w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/><w:sym w:char=\"2460\"/>"), &["p: □①"]),
        ("hyperlink", "<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>".into(), &["p: 链接"]),
        ("content control", format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", p("甲")), &["p: 甲"]),
        (
            "text box in both renderings",
            "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>续</w:t></w:r></w:p>".into(),
            &["p: 正文续", "p: 框内"],
        ),
        (
            "old text box",
            run("<w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict>"),
            &["Blank: ", "p: 框"],
        ),
        ("ruby", run("<w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase></w:ruby>"), &["p: 拼"]),
    ];
    for (name, body, expected) in cases {
        assert_eq!(lines(body, &[]), *expected, "{name}");
    }
}

#[test]
fn tracked_changes_are_read_as_accepted() {
    let text = |t: &str| format!("<w:r><w:t>{t}</w:t></w:r>");
    let body = [
        format!(
            "<w:p>{}<w:del><w:r><w:delText>40</w:delText></w:r></w:del><w:ins>{}</w:ins>{}</w:p>",
            text("产值"),
            text("50"),
            text("亿元")
        ),
        format!("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p>{}", text("前半"), p("后半")),
        format!("<w:p><w:moveFrom>{}</w:moveFrom><w:moveTo>{}</w:moveTo></w:p>", text("旧"), text("新")),
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>".to_owned(),
        "<w:p><w:pPr><w:pPrChange><w:pPr><w:pStyle w:val=\"1\"/></w:pPr></w:pPrChange></w:pPr></w:p>".to_owned(),
    ];
    let source = crate::read("a", &docx(&body.concat(), &[])).unwrap();
    assert_eq!(shown(&source), ["p: 产值50亿元", "p: 前半后半", "p: 新", "Blank: "]);
    assert_eq!(problems(&source), ["tracked-changes@1"]);
}

#[test]
fn tables_become_rows() {
    let c = p("单元");
    let two = p("甲") + &p("乙");
    let merged = format!("<w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{}", p("合并"));
    let down = format!("<w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>{}", p("下伸"));
    let goes_on = "<w:tcPr><w:vMerge/></w:tcPr><w:p/>".to_owned();
    let nested = p("外") + &tbl(&[&[&p("内1"), &p("内2")]]) + "<w:p/>";
    let boxed = p("专栏1 重点工程") + &p("1. 渔港工程：泊位10个。") + &p("2. 冷库工程：冷库3座。");
    let cases: &[(&str, String, &[&str])] = &[
        ("plain", tbl(&[&[&c, &c], &[&c, &two]]), &["TableRow: 单元 | 单元", "TableRow: 单元 | 甲 乙"]),
        ("merged across", tbl(&[&[&merged, &c]]), &["TableRow: 合并 |  | 单元"]),
        ("merged down", tbl(&[&[&down, &c], &[&goes_on, &c]]), &["TableRow: 下伸 | 单元", "TableRow:  | 单元"]),
        ("nested", tbl(&[&[&nested, &c]]), &["TableRow: 外 内1 内2 | 单元"]),
        (
            "a frame around a box",
            tbl(&[&[&boxed]]),
            &["BoxTitle: 专栏1 重点工程", "BoxItem: 1. 渔港工程：泊位10个。", "BoxItem: 2. 冷库工程：冷库3座。"],
        ),
        (
            "title and note inside the table",
            tbl(&[
                &[&format!("<w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{}", p("表1 主要指标"))],
                &[&c, &c],
                &[&p("注：累计数。")],
            ]),
            &["TableTitle: 表1 主要指标", "TableRow: 单元 | 单元", "Footnote: 注：累计数。"],
        ),
        (
            "a caption row",
            tbl(&[&[&p("一、经济"), "<w:p/>"], &[&c, &c]]),
            &["TableRow: 一、经济 | ", "TableRow: 单元 | 单元"],
        ),
    ];
    for (name, body, expected) in cases {
        assert_eq!(lines(body, &[]), *expected, "{name}");
    }
    let source = crate::read("a", &docx(&tbl(&[&[&nested, &c]]), &[])).unwrap();
    assert_eq!(problems(&source), ["nested-table@1"]);
}

#[test]
fn footnotes_are_kept_and_comments_are_left_out_and_said() {
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>按2020年价格。</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let body = "<w:p><w:r><w:t>产值翻番</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r><w:commentRangeStart w:id=\"1\"/><w:r><w:t>。</w:t></w:r><w:commentRangeEnd w:id=\"1\"/><w:r><w:commentReference w:id=\"1\"/></w:r></w:p>";
    let comments =
        r#"<w:comments xmlns:w="w"><w:comment><w:p><w:r><w:t>请再核</w:t></w:r></w:p></w:comment></w:comments>"#;
    let parts = [("word/footnotes.xml", notes), ("word/comments.xml", comments)];
    let source = crate::read("plan.docx", &docx(body, &parts)).unwrap();
    assert_eq!(shown(&source), ["p: 产值翻番。", "Footnote: 按2020年价格。"]);
    assert_eq!(problems(&source), ["comments@1"]);
}

const STYLES: &str = r#"<w:styles xmlns:w="w">
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="自定二级"/><w:basedOn w:val="2"/></w:style>
<w:style w:type="paragraph" w:styleId="t1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="x"/><w:basedOn w:val="loop"/></w:style></w:styles>"#;

const NUMBERING: &str = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="3">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1章"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%3"/><w:isLgl/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl></w:abstractNum>
<w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="4"/></w:num>
<w:num w:numId="9"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>"#;

#[test]
fn automatic_numbers_are_computed() {
    let styled = |style: &str, text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let numbered = |id: u8, level: u8, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{id}\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        styled("t1", "第一章 总体要求\t1"),
        styled("1", "总体要求"),
        styled("2", "指导思想"),
        styled("a5", "基本原则"),
        styled("1", "主要任务"),
        styled("2", "产业"),
        numbered(9, 1, "另起"),
        numbered(8, 0, "圆点"),
        numbered(7, 2, "到2025年，产值达到50亿元"),
        numbered(99, 0, "没有这个编号"),
        styled("loop", "自指的样式"),
    ];
    let parts = [("word/styles.xml", STYLES), ("word/numbering.xml", NUMBERING)];
    let source = crate::read("a", &docx(&body.concat(), &parts)).unwrap();
    let texts: Vec<&str> = source.lines.iter().map(|l| l.text.as_str()).collect();
    let expected = [
        "第一章 总体要求\t1",
        "第一章 总体要求",
        "（一）指导思想",
        "（二）基本原则",
        "第二章 主要任务",
        "（一）产业",
        "（五）另起",
        "圆点",
        "2.1 到2025年，产值达到50亿元",
        "没有这个编号",
        "自指的样式",
    ];
    assert_eq!(texts, expected);
    let shown = shown(&source);
    assert_eq!(shown.get(..3).unwrap(), ["Boilerplate: 第一章 总体要求 | 1", "h1 总体要求", "h2 指导思想"]);
}

#[test]
fn a_paragraph_with_a_heading_style_stays_a_paragraph() {
    let long = "到2025年，渔港达到10座，冷库达到3座。完善码头设施，提高泊位能力，服务渔民生产生活，形成产业集群。";
    let outline = |t: &str| format!("<w:p><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr><w:r><w:t>{t}</w:t></w:r></w:p>");
    assert_eq!(lines(&(outline("目标") + &outline(long)), &[]), ["h2 目标".to_owned(), format!("p: {long}")]);
}

#[test]
fn damaged_documents_say_what_is_wrong() {
    let whole = docx(&p("甲"), &[]);
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;\">]>", "呀".repeat(1000));
    let deep = "<w:p><w:r>".repeat(3_000);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("truncated", whole.get(..whole.len() - 40).unwrap().to_vec(), "截断"),
        ("not closed", crate::testing::container(&[("word/document.xml", b"<w:document><w:body>")]), "不完整"),
        ("crossed tags", docx("<w:p><w:r></w:p></w:r>", &[]), "不是合格的 XML"),
        ("no main part", crate::testing::container(&[("[Content_Types].xml", b"<Types/>")]), "没有文档正文"),
        ("too deep", docx(&deep, &[]), "嵌套"),
        ("bad styles", docx(&p("甲"), &[("word/styles.xml", "<w:styles>")]), "styles.xml"),
    ];
    for (name, bytes, words) in cases {
        let error = crate::read("a.docx", &bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{name}: {error}");
    }
    let xml = format!("{bomb}<w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>", p("甲&b;乙"));
    let source = crate::read("a", &crate::testing::container(&[("word/document.xml", xml.as_bytes())])).unwrap();
    assert_eq!((shown(&source), problems(&source)), (vec!["p: 甲乙".to_owned()], vec!["unknown-entity@1".to_owned()]));
}

#[test]
fn tables_nested_without_end_are_read_in_linear_time() {
    let depth = 300;
    let body = "<w:tbl><w:tr><w:tc>".repeat(depth) + &p("核") + &"</w:tc></w:tr></w:tbl>".repeat(depth);
    let source = crate::read("a", &docx(&body, &[])).unwrap();
    assert!(source.lines.iter().any(|l| l.text.contains('核')));
}

#[test]
fn the_habits_of_wps_are_understood() {
    // Styles with figures for ids, numbers as 【第%1章】 with a space after them,
    // a text box without a second rendering, its own elements in between, blank
    // lines and ideographic spaces for layout, a box drawn as a table of one cell.
    let styles = r#"<w:styles xmlns:w="w"><w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>"#;
    let numbering = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="space"/><w:lvlText w:val="第%1章"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let heading = |text: &str| {
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"3\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        p("　　"),
        heading("总体　要求"),
        "<wpsCustomData:customSectProps/>".to_owned(),
        p("　　到２０２５年，渔港达到１０座。"),
        "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>专栏1 工程</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>".to_owned(),
        tbl(&[&[&(p("专栏2 工程") + &p("1. 渔港工程。"))]]),
        heading("主要任务"),
        "<w:p><w:r><w:t>上半句</w:t><w:br w:type=\"textWrapping\"/><w:t>下半句，完</w:t></w:r></w:p>".to_owned(),
    ];
    let parts = [("word/styles.xml", styles), ("word/numbering.xml", numbering)];
    let expected = [
        "Blank: 　　",
        "h1 总体要求",
        "p: 　　到２０２５年，渔港达到１０座。",
        "Blank: ",
        "BoxTitle: 专栏1 工程",
        "BoxTitle: 专栏2 工程",
        "BoxItem: 1. 渔港工程。",
        "h1 主要任务",
        "p: 上半句",
        "p: 下半句，完",
    ];
    assert_eq!(lines(&body.concat(), &parts), expected);
}

/// A marked document: name, kind, line and words of each mark.
fn marks(body: &str) -> Vec<String> {
    let bytes = docx(body, &[]);
    let marked = crate::read_marked(&bytes, "lantu_").unwrap();
    let shown = |m: &super::Mark| {
        let line = marked.source.line(m.line).unwrap();
        let cut: String = line.text.chars().take(m.end as usize).skip(m.start as usize).collect();
        assert_eq!(cut, m.text, "the place of {} in {}", m.name, line.text);
        format!("{} {:?} {} {}", m.name, m.kind, m.line, m.text)
    };
    marked.marks.iter().map(shown).collect()
}

fn control(tag: &str, words: &str) -> String {
    format!(
        "<w:sdt><w:sdtPr><w:tag w:val=\"{tag}\"/></w:sdtPr><w:sdtContent><w:r><w:t>{words}</w:t></w:r></w:sdtContent></w:sdt>"
    )
}

fn bookmark(id: u32, name: &str, inner: &str) -> String {
    format!("<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>{inner}<w:bookmarkEnd w:id=\"{id}\"/>")
}

#[test]
fn named_places_are_found_in_text_and_tables() {
    let words = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let paragraph = |inner: &str| format!("<w:p>{inner}</w:p>");
    let both =
        paragraph(&format!("{}{}{}", words("增长"), bookmark(1, "lantu_1", &control("lantu_1", "2.5%")), words("。")));
    assert_eq!(marks(&both), ["lantu_1 Control 1 2.5%", "lantu_1 Bookmark 1 2.5%"]);
    // Other names are not asked for, and cost nothing.
    let other = paragraph(&format!("{}{}", bookmark(1, "_Toc1", &words("一")), control("date", "2023")));
    assert!(marks(&other).is_empty());
    // In a cell that follows others, with blanks around it.
    let cell = |inner: &str| format!("<w:p>{inner}</w:p>");
    let row = [cell(&words("指标")), cell(&format!("{}{}", words(" "), control("lantu_2", "37")))];
    let row: Vec<&str> = row.iter().map(String::as_str).collect();
    assert_eq!(marks(&tbl(&[&row, &row])), ["lantu_2 Control 1 37", "lantu_2 Control 2 37"]);
    // As LibreOffice writes it: the bookmark begins inside and ends outside.
    let crossed = paragraph(&format!(
        "<w:sdt><w:sdtPr></w:sdtPr><w:sdtContent><w:bookmarkStart w:id=\"3\" w:name=\"lantu_3\"/>{}</w:sdtContent></w:sdt><w:bookmarkEnd w:id=\"3\"/>",
        words("28")
    ));
    assert_eq!(marks(&crossed), ["lantu_3 Bookmark 1 28"]);
    // Over the end of a paragraph, never closed, and signs typed by somebody: none.
    let open = format!(
        "{}{}",
        paragraph("<w:bookmarkStart w:id=\"4\" w:name=\"lantu_4\"/>"),
        paragraph("<w:bookmarkEnd w:id=\"4\"/>")
    );
    assert!(marks(&open).is_empty());
    assert!(marks(&paragraph(&words("\u{fdd0}\u{f0000}甲\u{fdd1}\u{f0000}"))).is_empty());
    // Deleted with tracked changes: the words are gone, the place is there.
    let deleted = bookmark(
        5,
        "lantu_5",
        "<w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:ins><w:r><w:t>8</w:t></w:r></w:ins>",
    );
    assert_eq!(marks(&paragraph(&deleted)), ["lantu_5 Bookmark 1 8"]);
}

#[test]
fn custom_properties_are_read_and_other_files_refused() {
    let properties = r#"<Properties xmlns:vt="v"><property name="LantuAssessment"><vt:lpwstr>A&amp;1</vt:lpwstr></property></Properties>"#;
    let bytes = docx(&p("字"), &[("docProps/custom.xml", properties)]);
    let marked = crate::read_marked(&bytes, "lantu_").unwrap();
    assert_eq!(marked.properties.get("LantuAssessment").map(String::as_str), Some("A&1"));
    for (bytes, part) in [(b"".as_slice(), "空"), (b"plain words", "另存为 docx"), (b"PK\x03\x04rubbish", "损坏")]
    {
        let refused = crate::read_marked(bytes, "lantu_").unwrap_err().to_string();
        assert!(refused.contains(part), "{refused}");
    }
}
