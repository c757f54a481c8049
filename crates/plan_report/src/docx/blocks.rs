//! The blocks of a document as paragraphs, sections and fields.

use plan_model::{ReportNumber, ReportPart};

use super::{
    page,
    parts::picture_relation,
    runs::{plain_words, text_run},
};
use crate::{
    Document, ReportError,
    document::{Align, Annex, Block, Column, Figure, FreeText, Level, Orientation, Row, Run, Table},
    xml::escape,
};

/// 635 English metric units are a twip.
const EMU: u32 = 635;

/// The body of a Word file on its way.
#[derive(Default)]
pub(super) struct Body {
    /// What is written.
    pub(super) xml: String,
    /// The numbers that were bound.
    pub(super) numbers: Vec<ReportNumber>,
    /// The pictures by the names of their files.
    pub(super) pictures: Vec<(String, Vec<u8>)>,
    pub(super) orientation: Orientation,
    /// How many headings of each level there were since the one above.
    headings: [usize; 4],
    heading_marks: usize,
    pub(super) tables: usize,
    figures: usize,
    annexes: usize,
    pub(super) in_table: bool,
    /// A table is the last thing that was written.
    pub(super) after_table: bool,
    controls: usize,
    /// The next paragraph begins a page.
    break_before: bool,
}

impl Body {
    /// Writes a whole document.
    pub(super) fn write(document: &Document) -> Result<Self, ReportError> {
        let mut body = Self { orientation: document.orientation, ..Self::default() };
        if !document.mark.is_empty() {
            body.paragraph("Mark", "", &text_run(&document.mark, ""));
        }
        if !document.title.is_empty() {
            body.paragraph("Title", "", &text_run(&document.title, ""));
        }
        for line in &document.subtitle {
            body.paragraph("Subtitle", "", &text_run(line, ""));
        }
        if !document.title.is_empty() {
            body.paragraph("BodyText", "", "");
        }
        for block in &document.blocks {
            body.block(block, document)?;
        }
        if body.after_table {
            // Word repairs a file whose last part is a table.
            body.gap();
        }
        body.xml.push_str(&page::section(body.orientation, body.annexes > 0));
        Ok(body)
    }

    fn block(&mut self, block: &Block, document: &Document) -> Result<(), ReportError> {
        match block {
            Block::Contents => self.contents(&document.blocks),
            Block::Heading(level, words) => self.heading(*level, words),
            Block::Paragraph(words) => {
                let runs = self.runs(words, "");
                self.paragraph("BodyText", "", &runs);
            }
            Block::Note(words) => {
                let runs = self.runs(words, "");
                self.paragraph("NoteText", "", &runs);
            }
            Block::Table(table) => self.table(table)?,
            Block::Figure(figure) => self.figure(figure)?,
            Block::FreeText(text) => self.free_text(text),
            Block::PageBreak => self.break_before = true,
            Block::Annex(annex) => self.annex(annex),
        }
        Ok(())
    }

    /// The part of the report that is being written.
    pub(super) fn part(&self) -> ReportPart {
        match (self.annexes, self.in_table) {
            (1.., _) => ReportPart::Annex,
            (0, true) => ReportPart::Table,
            (0, false) => ReportPart::Text,
        }
    }

    /// A paragraph of a style; `properties` are further ones of the paragraph, in
    /// the order of the standard.
    pub(super) fn paragraph(&mut self, style: &str, properties: &str, runs: &str) {
        let page = if std::mem::take(&mut self.break_before) { "<w:pageBreakBefore/>" } else { "" };
        self.after_table = false;
        self.xml.push_str(&format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/>{page}{properties}</w:pPr>{runs}</w:p>"#));
    }

    /// Whether the next paragraph begins a page.
    pub(super) fn breaks(&self) -> bool {
        self.break_before
    }

    /// A paragraph as low as a line can be, so that it never takes a page of its own.
    pub(super) fn gap(&mut self) {
        self.low_paragraph("");
    }

    fn low_paragraph(&mut self, section: &str) {
        let page = if std::mem::take(&mut self.break_before) { "<w:pageBreakBefore/>" } else { "" };
        self.after_table = false;
        self.xml.push_str(&format!(
            r#"<w:p><w:pPr>{page}<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>{section}</w:pPr></w:p>"#
        ));
    }

    fn heading(&mut self, level: Level, words: &[Run]) {
        let label = count(&mut self.headings, level);
        self.heading_marks += 1;
        let id = 500_000 + self.heading_marks;
        let runs = self.runs(words, "");
        let marked = format!(
            r#"<w:bookmarkStart w:id="{id}" w:name="_Toc{:08}"/>{}{runs}<w:bookmarkEnd w:id="{id}"/>"#,
            self.heading_marks,
            text_run(&label, "")
        );
        self.paragraph(&format!("Heading{}", level as usize + 1), "", &marked);
    }

    /// The headings of the first two levels as a field that Word renews.
    fn contents(&mut self, blocks: &[Block]) {
        let mut headings = [0; 4];
        let mut entries = Vec::new();
        let mut mark = 0;
        for block in blocks {
            match block {
                Block::Heading(level, words) => {
                    mark += 1;
                    let label = count(&mut headings, *level);
                    if *level <= Level::Two {
                        entries.push((*level, format!("{label}{}", plain_words(words)), mark));
                    }
                }
                Block::Annex(_) => headings = [0; 4],
                _ => {}
            }
        }
        let field = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
        let begin = format!(
            r#"{}<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>{}"#,
            field("begin"),
            field("separate")
        );
        self.paragraph("Subtitle", "", &text_run("目　录", ""));
        let last = entries.len().saturating_sub(1);
        for (at, (level, words, mark)) in entries.iter().enumerate() {
            let link =
                format!(r#"<w:hyperlink w:anchor="_Toc{mark:08}" w:history="1">{}</w:hyperlink>"#, text_run(words, ""));
            let open = if at == 0 { begin.as_str() } else { "" };
            let close = if at == last { field("end") } else { String::new() };
            self.paragraph(&format!("TOC{}", *level as usize + 1), "", &format!("{open}{link}{close}"));
        }
        self.break_before = true;
    }

    /// The head of an annex. Where its pages lie as those before, a page begins;
    /// else a section.
    fn annex(&mut self, annex: &Annex) {
        if annex.orientation == self.orientation {
            self.break_before = true;
        } else {
            let end = page::section(self.orientation, self.annexes > 0);
            self.low_paragraph(&end);
            self.orientation = annex.orientation;
        }
        self.annexes += 1;
        self.headings = [0; 4];
        self.paragraph("AnnexMark", "", &text_run(&format!("附件{}", self.annexes), ""));
        self.paragraph("Title", "", &text_run(&annex.title, ""));
        self.paragraph("BodyText", "", "");
    }

    fn figure(&mut self, figure: &Figure) -> Result<(), ReportError> {
        self.figures += 1;
        let number = self.figures;
        let drawing = &figure.drawing;
        let svg = drawing.standalone();
        let (emf_name, svg_name) = (format!("figure{number}.emf"), format!("figure{number}.svg"));
        let width = page::text_width(self.orientation) * EMU;
        let height = (f64::from(width) * drawing.height / drawing.width).round() as u32;
        let description = escape(&format!("{}。{}", drawing.title, drawing.description));
        let picture = format!(
            r#"<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="图{number}" descr="{description}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{emf_name}" descr="{description}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{}"><a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="{}"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"#,
            picture_relation(&emf_name),
            picture_relation(&svg_name)
        );
        self.paragraph("Figure", "", &picture);
        self.pictures.push((emf_name, drawing.metafile()));
        self.pictures.push((svg_name, svg.into_bytes()));
        self.paragraph("Caption", "", &text_run(&format!("图{number}　{}", figure.caption), ""));
        if figure.with_table {
            let data = &drawing.table;
            let columns = data.head.iter().enumerate().map(|(at, head)| Column {
                head: head.clone(),
                width: if at == 0 { 3 } else { 2 },
                align: if at == 0 { Align::Left } else { Align::Centre },
            });
            let rows = data.rows.iter().map(|row| Row::words(row.iter().cloned()));
            self.table(&Table { caption: String::new(), columns: columns.collect(), rows: rows.collect() })?;
            self.paragraph("NoteText", "", &text_run(&format!("图{number}的数据"), ""));
        }
        Ok(())
    }

    /// Words that people write, as a control that holds whole paragraphs.
    fn free_text(&mut self, text: &FreeText) {
        self.controls += 1;
        let empty = text.paragraphs.is_empty();
        let showing = if empty { "<w:showingPlcHdr/>" } else { "" };
        let title: String = text.title.chars().take(60).collect();
        let name: String = text.name.chars().take(50).collect();
        self.xml.push_str(&format!(
            r#"<w:sdt><w:sdtPr><w:alias w:val="{}"/><w:tag w:val="text_{}"/><w:id w:val="{}"/>{showing}</w:sdtPr><w:sdtContent>"#,
            escape(&title),
            escape(&name),
            2_000_000 + self.controls
        ));
        if empty {
            let prompt = format!("〔{}〕", text.prompt);
            self.paragraph("BodyText", "", &text_run(&prompt, r#"<w:color w:val="5B6776"/>"#));
        }
        for words in &text.paragraphs {
            self.paragraph("BodyText", "", &text_run(words, ""));
        }
        self.xml.push_str("</w:sdtContent></w:sdt>");
    }
}

/// Counts a heading and gives the number before its words.
fn count(headings: &mut [usize; 4], level: Level) -> String {
    let depth = level as usize;
    let mut number = 0;
    for (at, count) in headings.iter_mut().enumerate() {
        if at == depth {
            *count += 1;
            number = *count;
        } else if at > depth {
            *count = 0;
        }
    }
    match level {
        Level::One => format!("{}、", numeral(number)),
        Level::Two => format!("（{}）", numeral(number)),
        Level::Three => format!("{number}."),
        Level::Four => format!("（{number}）"),
    }
}

/// 1 → 一, 12 → 十二, 30 → 三十; in digits from 100 on.
fn numeral(number: usize) -> String {
    let digit = |n: usize| "零一二三四五六七八九".chars().nth(n).unwrap_or('零').to_string();
    match number {
        0..10 => digit(number),
        10 => "十".to_owned(),
        11..20 => format!("十{}", digit(number % 10)),
        20..100 if number.is_multiple_of(10) => format!("{}十", digit(number / 10)),
        20..100 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    }
}
