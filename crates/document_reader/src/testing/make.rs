//! Makes documents in memory for tests and benches, part by part as office
//! programs write them.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

/// A zip container of these parts.
pub(crate) fn container(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word document with this body, and further parts.
pub(crate) fn docx(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:body>{body}<w:sectPr/></w:body></w:document>"#
    );
    let mut all = vec![
        ("[Content_Types].xml", "<Types/>".as_bytes()),
        (
            "_rels/.rels",
            br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#.as_slice(),
        ),
        ("word/document.xml", document.as_bytes()),
    ];
    all.extend(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
    container(&all)
}

/// A paragraph of a Word document.
pub(crate) fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// A table of a Word document; each cell is the XML of its paragraphs with
/// properties in front.
pub(crate) fn tbl(rows: &[&[&str]]) -> String {
    let cell = |c: &&str| format!("<w:tc>{c}</w:tc>");
    let row = |r: &&[&str]| format!("<w:tr>{}</w:tr>", r.iter().map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

/// A workbook: sheets with the XML of their rows, and number formats for the
/// styles from 1.
pub(crate) fn xlsx(sheets: &[(&str, &str)], formats: &[&str]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let number = |i: usize| i + 1;
    let each = |f: &dyn Fn(usize, &(&str, &str)) -> String| {
        sheets.iter().enumerate().map(|(i, s)| f(number(i), s)).collect::<String>()
    };
    let list = each(&|i, (name, _)| {
        let (name, state) = name.strip_suffix("|hidden").map_or((*name, ""), |n| (n, r#" state="hidden""#));
        format!(r#"<sheet name="{name}" sheetId="{i}" r:id="rId{i}"{state}/>"#)
    });
    let workbook = format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{list}</sheets></workbook>"#);
    let relations =
        each(&|i, _| format!(r#"<Relationship Id="rId{i}" Type="{REL}/worksheet" Target="worksheets/sheet{i}.xml"/>"#));
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}<Relationship Id="rId99" Type="{REL}/styles" Target="styles.xml"/></Relationships>"#
    );
    let numbered = || formats.iter().enumerate().map(|(i, f)| (i + 164, f));
    let codes: String = numbered().map(|(i, f)| format!(r#"<numFmt numFmtId="{i}" formatCode="{f}"/>"#)).collect();
    let uses: String = numbered().map(|(i, _)| format!(r#"<xf numFmtId="{i}"/>"#)).collect();
    let styles = format!(
        r#"<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs><xf numFmtId="0"/>{uses}</cellXfs></styleSheet>"#
    );
    let bodies: Vec<(String, String)> = sheets
        .iter()
        .enumerate()
        .map(|(i, (_, rows))| {
            let body = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#);
            (format!("xl/worksheets/sheet{}.xml", number(i)), body)
        })
        .collect();
    let package = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let mut parts = vec![
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
    ];
    parts.extend(bodies.iter().map(|(name, body)| (name.as_str(), body.as_bytes())));
    container(&parts)
}
