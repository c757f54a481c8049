//! Workbooks changed as an office program changes them: cells set, rows deleted,
//! doubled, moved, sheets renamed, all in the file's own XML.

use std::io::{Cursor, Read as _, Write as _};

/// A workbook taken apart.
pub(crate) struct Book {
    parts: Vec<(String, String)>,
}

/// What is put into a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Put<'a> {
    /// Words.
    Words(&'a str),
    /// A number as the file holds it.
    Number(&'a str),
    /// A number shown as a share.
    Percent(&'a str),
    /// A number shown as a day.
    Day(&'a str),
    /// A formula with its result.
    Formula(&'a str, &'a str),
    /// TRUE.
    True,
    /// An error value.
    Error(&'a str),
    /// Nothing.
    Nothing,
}

impl Book {
    /// Takes a workbook apart. Its styles get one for shares and one for days.
    pub(crate) fn open(bytes: &[u8]) -> Self {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let parts = (0..zip.len()).map(|at| {
            let mut part = zip.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        });
        let mut book = Self { parts: parts.collect() };
        let styles = book.part("xl/styles.xml");
        let more = r#"<xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
            <xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>"#;
        *styles = styles.replace("</cellXfs>", more);
        book
    }

    pub(crate) fn part(&mut self, name: &str) -> &mut String {
        let found = self.parts.iter_mut().find(|(part, _)| part == name);
        &mut found.unwrap_or_else(|| panic!("no part {name}")).1
    }

    /// The part of the sheet with this number, counted from 1.
    pub(crate) fn sheet(&mut self, number: usize) -> &mut String {
        self.part(&format!("xl/worksheets/sheet{number}.xml"))
    }

    /// How many styles the workbook had before it was opened.
    fn styles(&mut self) -> usize {
        let styles = self.part("xl/styles.xml");
        let count = styles.split_once("<cellXfs count=\"").unwrap().1;
        count.split_once('"').unwrap().0.parse().unwrap()
    }

    /// Puts something into a cell of a sheet; a cell that is not there is added at
    /// the end of its row.
    pub(crate) fn put(&mut self, sheet: usize, at: &str, put: Put<'_>) {
        let styles = self.styles();
        let xml = self.sheet(sheet);
        let old = element(xml, &format!("<c r=\"{at}\""), "</c>");
        let style = old.as_ref().and_then(|old| old.split_once(" s=\"")).map(|(_, s)| s.split('"').next().unwrap());
        let style = style.unwrap_or("0").to_owned();
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let new = match put {
            Put::Words(words) => {
                let words = escape(words);
                format!(r#"<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>"#)
            }
            Put::Number(number) => format!(r#"<c r="{at}" s="{style}"><v>{number}</v></c>"#),
            Put::Percent(number) => format!(r#"<c r="{at}" s="{styles}"><v>{number}</v></c>"#),
            Put::Day(number) => format!(r#"<c r="{at}" s="{}"><v>{number}</v></c>"#, styles + 1),
            Put::Formula(formula, "") => format!(r#"<c r="{at}" s="{style}"><f>{formula}</f></c>"#),
            Put::Formula(formula, value) => format!(r#"<c r="{at}" s="{style}"><f>{formula}</f><v>{value}</v></c>"#),
            Put::True => format!(r#"<c r="{at}" t="b"><v>1</v></c>"#),
            Put::Error(error) => format!(r#"<c r="{at}" t="e"><v>{error}</v></c>"#),
            Put::Nothing => format!(r#"<c r="{at}" s="{style}"/>"#),
        };
        let row = at.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        match old {
            Some(old) => *xml = xml.replacen(&old, &new, 1),
            None => {
                let row = element(xml, &format!("<row r=\"{row}\""), "</row>");
                let row = row.unwrap_or_else(|| panic!("no row for {at}"));
                let longer = row.replace("</row>", &format!("{new}</row>"));
                *xml = xml.replacen(&row, &longer, 1);
            }
        }
    }

    /// Puts the rows of a sheet into another order; a row may be left out or come
    /// twice, 0 is an empty row. The first number is the row they begin at.
    pub(crate) fn arrange(&mut self, sheet: usize, first: usize, order: &[usize]) {
        let xml = self.sheet(sheet);
        let (before, rest) = xml.split_once(&format!("<row r=\"{first}\"")).unwrap();
        let (_, after) = rest.split_once("</sheetData>").unwrap();
        let row = |number: usize| match number {
            0 => r#"<row r="0"/>"#.to_owned(),
            number => element(xml, &format!("<row r=\"{number}\""), "</row>").unwrap(),
        };
        let moved = (first..).zip(order).map(|(now, was)| {
            let text = row(*was).replace(&format!("<row r=\"{was}\""), &format!("<row r=\"{now}\""));
            ('A'..='Z')
                .fold(text, |text, column| text.replace(&format!("\"{column}{was}\""), &format!("\"{column}{now}\"")))
        });
        *xml = format!("{before}{}</sheetData>{after}", moved.collect::<String>());
    }

    pub(crate) fn save(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in &self.parts {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

/// The first element that begins like this.
fn element(xml: &str, begins: &str, ends: &str) -> Option<String> {
    let from = xml.get(xml.find(begins)?..)?;
    let tag = from.get(..=from.find('>')?)?;
    let whole = if tag.ends_with("/>") { tag.len() } else { from.find(ends)? + ends.len() };
    from.get(..whole).map(str::to_owned)
}
