//! Sets a plan text as a planning office or a printer would: headings with
//! styles, first lines set in, a running head, page numbers, footnotes, boxes in
//! frames and tables with rules. The result is a flat OpenDocument text, from
//! which an office program makes every other format.

use document_reader::{Line, Role, Source};

/// How the pages look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// The size of body text, in points.
    pub(crate) size: u32,
    /// The distance of its lines, in points.
    pub(crate) pitch: u32,
    /// Columns of text.
    pub(crate) columns: u32,
    /// Tables have rules.
    pub(crate) ruled: bool,
    /// A footnote stands at every so many paragraphs.
    pub(crate) notes_every: usize,
}

impl Look {
    /// As offices print: large letters, far apart, in one column.
    pub(crate) const OFFICE: Self = Self { size: 16, pitch: 28, columns: 1, ruled: true, notes_every: 9 };
    /// As a gazette prints: small letters, close, in two columns, tables without rules.
    pub(crate) const GAZETTE: Self = Self { size: 10, pitch: 15, columns: 2, ruled: false, notes_every: 7 };
}

/// The words of the running head and of the footnotes: no part of any plan.
const HEAD: &str = "规划文本排印样张";
const NOTE: &str = "所称数据,以统计部门发布的口径为准。";

/// The text set on pages.
pub(crate) fn flat_odt(source: &Source, look: Look) -> String {
    let mut setter = Setter { look, body: String::new(), paragraphs: 0, in_columns: false };
    let kinds: Vec<Role> = source.lines.iter().enumerate().map(|(at, line)| kind(&source.lines, at, line)).collect();
    let mut at = 0;
    while let Some(line) = source.lines.get(at) {
        let same = kinds.iter().skip(at).take_while(|kind| **kind == kinds[at]).count();
        let group: Vec<&Line> = source.lines.iter().skip(at).take(same).collect();
        let number = at as u32 + 1;
        let heading = source.headings.iter().find(|h| h.line == number && !h.run_in);
        at += match kinds[at] {
            Role::TableRow => {
                setter.table(&group);
                same
            }
            Role::BoxItem => {
                setter.frame(&group);
                same
            }
            _ => {
                setter.paragraph(line, heading.map(|h| h.level));
                1
            }
        };
    }
    setter.columns(false);
    setter.whole()
}

/// What a line is set as: a word alone between the rows of a table stands across it.
fn kind(lines: &[Line], at: usize, line: &Line) -> Role {
    let beside = |by: Option<usize>| by.and_then(|at| lines.get(at)).is_some_and(|l| l.role == Role::TableRow);
    let caption = line.text.chars().count() <= 10 && beside(at.checked_sub(1)) && beside(Some(at + 1));
    if caption { Role::TableRow } else { line.role }
}

struct Setter {
    look: Look,
    body: String,
    paragraphs: usize,
    in_columns: bool,
}

impl Setter {
    /// Opens or closes the columns: tables reach over the whole page.
    fn columns(&mut self, open: bool) {
        if self.look.columns > 1 && self.in_columns != open {
            let tag = r#"<text:section text:name="S" text:style-name="Columns">"#;
            self.body.push_str(if open { tag } else { "</text:section>" });
            self.in_columns = open;
        }
    }

    fn paragraph(&mut self, line: &Line, level: Option<u8>) {
        self.columns(true);
        let words = escaped(&line.text);
        let set = match (level, line.role) {
            (Some(level), _) => {
                let style = level.min(3);
                format!(r#"<text:h text:style-name="H{style}" text:outline-level="{level}">{words}</text:h>"#)
            }
            (None, Role::TableTitle) => format!(r#"<text:p text:style-name="Centred">{words}</text:p>"#),
            _ => {
                self.paragraphs += 1;
                let note = if self.paragraphs.is_multiple_of(self.look.notes_every) && !line.text.is_empty() {
                    note(self.paragraphs)
                } else {
                    String::new()
                };
                format!(r#"<text:p text:style-name="Body">{words}{note}</text:p>"#)
            }
        };
        self.body.push_str(&set);
        self.body.push('\n');
    }

    /// A table whose first row is repeated on every page.
    fn table(&mut self, rows: &[&Line]) {
        self.columns(false);
        let cells = |line: &Line| -> Vec<String> { line.cells().into_iter().map(|(_, c)| escaped(c)).collect() };
        let width = rows.iter().map(|row| row.cells().len()).max().unwrap_or(1);
        let row = |line: &Line| {
            let cells = cells(line);
            let alone = cells.iter().filter(|c| !c.is_empty()).count() == 1;
            let inner = if alone {
                let covered = "<table:covered-table-cell/>".repeat(width - 1);
                let words = cells.concat();
                format!(
                    r#"<table:table-cell table:style-name="Cell" table:number-columns-spanned="{width}"><text:p text:style-name="Centred">{words}</text:p></table:table-cell>{covered}"#
                )
            } else {
                let cell = |c: &String| {
                    format!(
                        r#"<table:table-cell table:style-name="Cell"><text:p text:style-name="InCell">{c}</text:p></table:table-cell>"#
                    )
                };
                cells.iter().map(cell).collect()
            };
            format!("<table:table-row>{inner}</table:table-row>")
        };
        let (head, rest) = rows.split_first().map_or((String::new(), &[] as &[&Line]), |(h, r)| (row(h), r));
        let rest: String = rest.iter().map(|line| row(line)).collect();
        self.body.push_str(&format!(
            r#"<table:table table:name="T{0}" table:style-name="Table"><table:table-column table:style-name="First"/><table:table-column table:style-name="Other" table:number-columns-repeated="{1}"/><table:table-header-rows>{head}</table:table-header-rows>{rest}</table:table>"#,
            self.body.len(),
            width.saturating_sub(1).max(1),
        ));
        self.body.push('\n');
    }

    /// A box: a table of one cell.
    fn frame(&mut self, items: &[&Line]) {
        let item = |line: &&Line| format!(r#"<text:p text:style-name="InBox">{}</text:p>"#, escaped(&line.text));
        let items: String = items.iter().map(item).collect();
        self.body.push_str(&format!(
            r#"<table:table table:name="B{}" table:style-name="Table"><table:table-column/><table:table-row><table:table-cell table:style-name="Framed">{items}</table:table-cell></table:table-row></table:table>"#,
            self.body.len(),
        ));
        self.body.push('\n');
    }

    fn whole(&self) -> String {
        let Look { size, pitch, columns, ruled, .. } = self.look;
        let rule = if ruled { "0.5pt solid #000000" } else { "none" };
        let font =
            r#"style:font-name="F" style:font-name-asian="F" style:language-asian="zh" style:country-asian="CN""#;
        let text = |name: &str, size: u32, pitch: u32, more: &str| {
            format!(
                r#"<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties style:punctuation-wrap="simple" fo:line-height="{pitch}pt" {more}/><style:text-properties {font} fo:font-size="{size}pt" style:font-size-asian="{size}pt"/></style:style>"#
            )
        };
        let indent = format!(r#"fo:text-indent="{}pt" fo:text-align="justify""#, 2 * size);
        let centred = r#"fo:text-align="center" fo:keep-with-next="always""#;
        let styles = [
            text("Body", size, pitch, &indent),
            text("Centred", size, pitch, centred),
            text("H1", size + 4, pitch + 6, centred),
            text("H2", size + 1, pitch + 2, centred),
            text("H3", size, pitch, &indent),
            text("InCell", size.min(11), pitch.min(16), r#"fo:text-align="center""#),
            text("InBox", size.min(14), pitch.min(22), &indent),
            text("Head", 9, 12, r#"fo:text-align="center""#),
            text("Small", 9, 12, ""),
        ]
        .concat();
        let body = &self.body;
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'Noto Serif CJK SC'"/></office:font-face-decls>
<office:styles>{styles}</office:styles>
<office:automatic-styles>
<style:style style:name="Columns" style:family="section"><style:section-properties><style:columns fo:column-count="{columns}" fo:column-gap="0.8cm"/></style:section-properties></style:style>
<style:style style:name="Table" style:family="table"><style:table-properties table:align="margins"/></style:style>
<style:style style:name="First" style:family="table-column"><style:table-column-properties style:rel-column-width="30*"/></style:style>
<style:style style:name="Other" style:family="table-column"><style:table-column-properties style:rel-column-width="14*"/></style:style>
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border="{rule}" fo:padding="0.1cm" style:vertical-align="middle"/></style:style>
<style:style style:name="Framed" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.1cm"/></style:style>
<style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.8cm" fo:margin-right="2.6cm"/><style:header-style><style:header-footer-properties fo:min-height="1cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="1cm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Page"><style:header><text:p text:style-name="Head">{HEAD}</text:p></style:header><style:footer><text:p text:style-name="Head">— <text:page-number>1</text:page-number> —</text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>
{body}</office:text></office:body></office:document>
"#
        )
    }
}

fn note(number: usize) -> String {
    // No two notes are alike, as in any document.
    let digit = |n: usize| "〇一二三四五六七八九".chars().nth(n % 10).unwrap_or('〇');
    let place: String = [digit(number / 100), digit(number / 10), digit(number)].iter().collect();
    format!(
        r#"<text:note text:id="n{number}" text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p text:style-name="Small">第{place}段{NOTE}</text:p></text:note-body></text:note>"#
    )
}

/// Text as XML. Blanks that XML would join keep their number.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\t' => out.push_str("<text:tab/>"),
            ' ' => out.push_str("<text:s/>"),
            c => out.push(c),
        }
    }
    out
}
