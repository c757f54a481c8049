//! Files that are not what they seem, and files made to do harm.

use crate::{
    Format, MAX_BYTES, ReadError, read,
    testing::{container, docx, p},
};

#[test]
fn the_content_tells_the_format() {
    let cases: Vec<(&str, Vec<u8>, Format)> = vec![
        ("a.docx", "一、目标".into(), Format::Txt),
        ("a.txt", docx(&p("甲"), &[]), Format::Docx),
        ("a.doc", "<html><p>甲</p>".into(), Format::Html),
        ("a.html", "<p>甲</p>".into(), Format::Html),
        ("a.txt", "<p>甲</p>".into(), Format::Txt),
        ("a.docx", crate::testing::xlsx(&[("S", "")], &[]), Format::Xlsx),
    ];
    for (name, bytes, format) in cases {
        assert_eq!(read(name, &bytes).unwrap().format, format, "{name}");
    }
}

/// The start of an old office container with a stream of this name.
fn cfb(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

#[test]
fn what_cannot_be_read_is_refused_with_a_hint() {
    let many: Vec<(String, &[u8])> = (0..20_001).map(|i| (format!("p{i}"), b"".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), *b)).collect();
    let blank = vec![b' '; 12 * 1024 * 1024];
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "空的"),
        ("too large", vec![b'a'; MAX_BYTES + 1], "超过上限"),
        ("binary", b"\x01\x02\0\x03".to_vec(), "二进制"),
        ("picture", b"\x89PNG\r\n\x1a\n".to_vec(), "OCR"),
        ("rtf", b"{\\rtf1 x}".to_vec(), "另存为 docx"),
        ("archive", container(&[("a.txt", b"x")]), "解压"),
        ("slides", container(&[("ppt/presentation.xml", b"<p/>")]), "演示文稿"),
        ("with a password", cfb("EncryptedPackage"), "密码"),
        ("old workbook", cfb("Workbook"), "另存为 xlsx"),
        ("not a zip", b"PK\x03\x04 and then nothing of the kind".to_vec(), "截断"),
        ("too many parts", container(&many), "部件"),
        ("a bomb", container(&[("word/document.xml", &blank)]), "膨胀"),
        ("a bomb in a workbook", container(&[("xl/workbook.xml", b"<x/>"), ("xl/a.xml", &blank)]), "膨胀"),
    ];
    for (name, bytes, words) in cases {
        let error = read("a", &bytes).map(|s| s.lines.len()).unwrap_err();
        assert!(error.to_string().contains(words), "{name}: {error}");
        assert_eq!(matches!(error, ReadError::Encrypted), name == "with a password", "{name}");
    }
}

#[test]
fn any_cut_of_a_document_is_an_error_and_never_a_panic() {
    let whole = docx(&p("到2025年，渔港达到10座。"), &[]);
    for length in 4..whole.len() {
        assert!(read("a", whole.get(..length).unwrap()).is_err(), "cut at {length}");
    }
}

#[test]
fn a_million_characters_in_one_paragraph_are_read_in_time() {
    let text = "到2025年，渔港达到10座，冷库达到3座；".repeat(50_000);
    let part = |body: &str| {
        let open = r#"<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text>"#;
        format!("{open}<text:p>{body}</text:p></office:text></office:body></office:document-content>")
    };
    let odt =
        container(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", part(&text).as_bytes())]);
    let split = text.split('；').map(|words| format!("<w:r><w:t>{words}；</w:t></w:r>")).collect::<String>();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("a.txt", text.clone().into_bytes()),
        ("a.md", text.clone().into_bytes()),
        ("a.html", format!("<html><p>{text}</p>").into_bytes()),
        ("inline.html", format!("<html><p>{}</p>", text.replace('1', "<b>1</b>")).into_bytes()),
        ("a.docx", docx(&p(&text), &[])),
        ("runs.docx", docx(&format!("<w:p>{split}</w:p>"), &[])),
        ("a.odt", odt),
    ];
    for (name, bytes) in cases {
        let began = std::time::Instant::now();
        let source = read(name, &bytes).unwrap();
        assert!(began.elapsed().as_secs() < 20, "{name}: {:?}", began.elapsed());
        let longest = source.lines.iter().map(|l| l.text.chars().count()).max();
        assert!(longest >= Some(text.chars().count()), "{name}: {longest:?}");
    }
}

#[test]
fn entities_that_a_file_defines_for_itself_are_not_expanded() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "呀呀呀呀呀呀呀呀呀呀"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>"#;
    let odt = format!(
        r#"{bomb}<office:document-content xmlns:office="o" xmlns:text="t"><office:body><office:text><text:p>甲&c;乙</text:p></office:text></office:body></office:document-content>"#
    );
    let sheet = format!(
        r#"{bomb}<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲&c;乙</t></is></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>"#
    );
    let book = crate::testing::xlsx(&[("S", "")], &[]);
    let mut parts = Vec::new();
    let mut package = crate::package::Package::open(&book).unwrap();
    for name in package.names() {
        let text = if name.ends_with("sheet1.xml") { sheet.clone() } else { package.required(&name).unwrap() };
        parts.push((name, text));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        (
            "a.odt",
            container(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", odt.as_bytes())]),
        ),
        ("a.xlsx", container(&parts)),
        ("a.html", format!("{bomb}<html><p>甲&c;乙，丙。</p>").into_bytes()),
    ];
    for (name, bytes) in cases {
        // Read without them or refused, never grown.
        if let Ok(source) = read(name, &bytes) {
            assert!(!source.lines.iter().any(|l| l.text.contains('呀')), "{name}");
        }
    }
}
