use crate::testing::{problems, shown};

fn lines(page: &str) -> Vec<String> {
    shown(&crate::read("page.html", page.as_bytes()).unwrap())
}

const PROSE: &str = "到2025年，全区渔港达到10座，冷库达到3座，渔业产值达到50亿元，群众收入稳步提高。";

#[test]
fn blocks_become_lines() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("paragraphs", "<html><p>甲，乙。</p><p>丙。</p>", &["p: 甲，乙。", "p: 丙。"]),
        ("no end tags", "<html><p>甲。<p>乙。", &["p: 甲。", "p: 乙。"]),
        ("line breaks", "<html><div>上行。<br/>下行。<br>末行。</div>", &["p: 上行。", "p: 下行。", "p: 末行。"]),
        ("inline tags", "<html><p>产值<b>50</b><span>亿元</span>。</p>", &["p: 产值50亿元。"]),
        ("entities", "<html><p>A&amp;B&nbsp;&lt;5&#8451;&ldquo;引&rdquo;。</p>", &["p: A&B\u{a0}<5℃“引”。"]),
        (
            "wrapped source",
            "<html><p>到2025年，\n    渔港 10 座，in\nfull。</p>",
            &["p: 到2025年，渔港 10 座，in full。"],
        ),
        ("script and style", "<html><style>p{}</style><p>甲。</p><script>if(a<b){'</p>'}</script>", &["p: 甲。"]),
        (
            "headings",
            "<html><h2>第一章 总则</h2><p>甲，乙。</p><h3>一般要求</h3>",
            &["h2 总则", "p: 甲，乙。", "h3 一般要求"],
        ),
        ("ordered list", "<html><ol><li><p>建港。</p><li>建库。</ol>", &["p: 1. 建港。", "p: 2. 建库。"]),
        ("stray end tags", "<html></div><p>甲。</p></td></table><p>乙。", &["p: 甲。", "p: 乙。"]),
        ("preformatted", "<html><pre>甲，  乙\n丙</pre>", &["p: 甲，  乙", "p: 丙"]),
        ("comment", "<html><p>甲<!-- 乙 -->丙。</p>", &["p: 甲丙。"]),
        ("choices", "<html><select><option>不要</option></select><p>要。", &["p: 要。"]),
    ];
    for (name, page, expected) in cases {
        assert_eq!(lines(page), *expected, "{name}");
    }
}

#[test]
fn tables_become_rows_and_layout_stays_prose() {
    let cases: &[(&str, String, &[&str])] = &[
        (
            "data",
            "<html><table><tr><th>指标<th>单位<tr><td>渔港<td>座</table>".to_owned(),
            &["TableRow: 指标 | 单位", "TableRow: 渔港 | 座"],
        ),
        (
            "merged",
            "<html><table><tr><td rowspan=2>产业</td><td colspan=2>甲</td></tr><tr><td>乙</td><td>丙</td></tr><tr><td>丁</td></tr></table>".to_owned(),
            &["TableRow: 产业 | 甲 | ", "TableRow:  | 乙 | 丙", "TableRow: 丁"],
        ),
        (
            "layout around data",
            format!("<html><table><tr><td><p>{PROSE}</p><table><tr><td>指标</td><td>值</td></tr><tr><td>渔港</td><td>10</td></tr></table></td></tr></table>"),
            &[&format!("p: {PROSE}"), "TableRow: 指标 | 值", "TableRow: 渔港 | 10"],
        ),
        ("a cell with tags", "<html><table><tr><td><p>渔</p><p>港</p></td><td>1\n 2</td></tr><tr><td>a</td></tr></table>".to_owned(), &["TableRow: 渔 港 | 1 2", "TableRow: a"]),
    ];
    for (name, page, expected) in cases {
        assert_eq!(lines(page), *expected, "{name}");
    }
}

#[test]
fn what_stands_around_the_text_stays_as_boilerplate() {
    let page = format!(
        "<!DOCTYPE html><html><head><title>望潮区渔业发展规划（2021—2025年）-望潮区人民政府</title></head><body>\
         <div class=\"top nav\"><a href=/>首页</a><a href=/a>公开</a></div>\
         <div>当前位置：首页 &gt; 公开</div><h1>望潮区渔业发展规划（2021—2025年）</h1>\
         <div class=info>发布时间：2021-05-06 来源：望潮区 字体：大 中 小</div>\
         <div id=zoom><p>一、发展目标</p><p>{PROSE}</p><p>{PROSE}</p><p><a href=x.pdf>附件：全文下载</a></p></div>\
         <div style=\"display: none\">隐藏的说明文字，共二十三字，不应当作为正文出现在这里。</div>\
         <div class=footer>主办：望潮区人民政府办公室，备案号12345</div></body></html>"
    );
    let expected = [
        "Boilerplate: 首页公开".to_owned(),
        "Boilerplate: 当前位置：首页 > 公开".to_owned(),
        "h1 望潮区渔业发展规划（2021—2025年）".to_owned(),
        "Boilerplate: 发布时间：2021-05-06 来源：望潮区 字体：大 中 小".to_owned(),
        "h2 发展目标".to_owned(),
        format!("p: {PROSE}"),
        format!("p: {PROSE}"),
        "Boilerplate: 附件：全文下载".to_owned(),
        "Boilerplate: 隐藏的说明文字，共二十三字，不应当作为正文出现在这里。".to_owned(),
        "Boilerplate: 主办：望潮区人民政府办公室，备案号12345".to_owned(),
    ];
    assert_eq!(lines(&page), expected);
}

#[test]
fn footnotes_leave_the_flow_with_their_marks() {
    // As LibreOffice, and as Word writes them.
    let pages = [
        "<html><h1>一、目标</h1><p>产值翻番<a class=sdfootnoteanc name=sdfootnote1anc href=#sdfootnote1sym><sup>1</sup></a>。</p><p>乙，丙。</p><div id=sdfootnote1><p><a class=sdfootnotesym href=#sdfootnote1anc>1</a>按2020年价格。</p></div>",
        "<html><h1>一、目标</h1><p>产值翻番<a href=\"#_ftn1\" name=\"_ftnref1\"><span>[1]</span></a>。</p><p>乙，丙。</p><div id=ftn1><p class=MsoFootnoteText><a href=\"#_ftnref1\">[1]</a>按2020年价格。</p></div>",
    ];
    for (page, note) in pages.iter().zip(["1按2020年价格。", "[1]按2020年价格。"]) {
        assert_eq!(lines(page), ["h1 目标", "p: 产值翻番。", "p: 乙，丙。", &format!("Footnote: {note}")]);
    }
    // A link to a place on the page is no note.
    assert_eq!(lines("<html><p>见<a href=#part2>2</a>，<a href=#ftn1>说明文字</a>。</p>"), ["p: 见2，说明文字。"]);
}

#[test]
fn the_encoding_is_found_even_where_the_page_is_wrong() {
    let page = |charset: &str| format!("<html><head><meta charset={charset}></head><p>{PROSE}</p>");
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16 = |text: &str| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("utf-8", page("utf-8").into_bytes(), &[]),
        ("gb2312", gb(&page("gb2312")), &[]),
        ("says gb2312, is UTF-8", page("gb2312").into_bytes(), &["encoding-mismatch@0"]),
        ("says UTF-8, is GBK", gb(&page("\"utf-8\"")), &["encoding-mismatch@0"]),
        ("says nothing, is GBK", gb(&page("")), &[]),
        ("UTF-16 with a mark", utf16(&page("gb2312")), &[]),
        (
            "old meta",
            gb(&page("x").replace("charset=x", "http-equiv=Content-Type content=\"text/html; charset=GBK\"")),
            &[],
        ),
    ];
    for (name, bytes, expected) in cases {
        let source = crate::read("a.htm", &bytes).unwrap();
        assert_eq!(shown(&source), [format!("p: {PROSE}")], "{name}");
        assert_eq!(problems(&source), expected, "{name}");
    }
}

#[test]
fn a_page_without_text_says_so() {
    let page = "<html><body><div id=app></div><script>load()</script></body></html>";
    assert_eq!(problems(&crate::read("a", page.as_bytes()).unwrap()), ["no-main-text@0"]);
}

#[test]
fn tags_nested_without_end_are_read_in_linear_time() {
    for tag in ["<div>", "<table><tr><td>", "<b>", "<p>", "<ol><li>", "<select>", "</div>", "<td>"] {
        let page = format!("<html>{}核。", tag.repeat(50_000));
        let began = std::time::Instant::now();
        let _ = crate::read("a", page.as_bytes());
        assert!(began.elapsed().as_secs() < 20, "{tag}");
    }
}
