//! The blocks of a document as paragraphs, sections and fields.

use plan_model::{ReportNumber, ReportPart, ReportPassage, ReportWord};

use super::{page, page::INDENT, parts::picture_relation, runs::text_run};
use crate::{
    Document, ReportError,
    document::{Annex, Block, Figure, FreeText, Level, Orientation, Run, SetLine},
    numbering::{self, Numbering},
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
    /// The words that were bound.
    pub(super) words: Vec<ReportWord>,
    /// The computed passages with a mark.
    pub(super) passages: Vec<ReportPassage>,
    /// The marks of numbers and words, in order.
    pub(super) marks: Vec<String>,
    /// The pictures by the names of their files.
    pub(super) pictures: Vec<(String, Vec<u8>)>,
    pub(super) orientation: Orientation,
    pub(super) numbering: Numbering,
    /// How many headings and annexes have a mark that the contents lead to.
    heading_marks: usize,
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
            let lines = document.title_lines();
            let lines: Vec<String> = lines.into_iter().map(|line| body.passage(&[line.into()], "")).collect();
            body.paragraph("Title", "", &lines.join("<w:r><w:br/></w:r>"));
        }
        for line in &document.subtitle {
            let words = body.passage(&[line.as_str().into()], "");
            body.paragraph("Subtitle", "", &words);
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
        body.xml.push_str(&page::section(body.orientation, body.numbering.in_annex()));
        Ok(body)
    }

    fn block(&mut self, block: &Block, document: &Document) -> Result<(), ReportError> {
        match block {
            Block::Contents => self.contents(&document.blocks),
            Block::Addressee(words) => {
                let runs = self.runs(words, "");
                self.paragraph("BodyText", r#"<w:ind w:firstLineChars="0" w:firstLine="0"/>"#, &runs);
            }
            Block::Closing(lines) => self.closing(lines),
            Block::Heading(level, words) => self.heading(*level, words),
            Block::Paragraph(words) => {
                let runs = self.passage(words, "");
                self.paragraph("BodyText", "", &runs);
            }
            Block::Note(words) => {
                let runs = self.passage(words, "");
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
        match (self.numbering.in_annex(), self.in_table) {
            (true, _) => ReportPart::Annex,
            (false, true) => ReportPart::Table,
            (false, false) => ReportPart::Text,
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

    /// Lines below the text, each beginning where it says.
    fn closing(&mut self, lines: &[SetLine]) {
        self.paragraph("BodyText", "<w:keepNext/>", "");
        for line in lines {
            let keep = if line.kept { "<w:keepNext/>" } else { "" };
            let left = line.left * INDENT / 4;
            let begins = format!(
                r#"{keep}<w:ind w:leftChars="{}" w:left="{left}" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/>"#,
                line.left * 50
            );
            self.paragraph("BodyText", &begins, &text_run(&line.words, ""));
        }
    }

    fn heading(&mut self, level: Level, words: &[Run]) {
        let label = self.numbering.heading(level);
        let runs = self.passage(words, "");
        let marked = self.marked(&format!("{}{runs}", text_run(&label, "")));
        self.paragraph(&format!("Heading{}", level as usize + 1), "", &marked);
    }

    /// Runs inside a mark that the contents lead to.
    fn marked(&mut self, runs: &str) -> String {
        self.heading_marks += 1;
        let id = 500_000 + self.heading_marks;
        let name = self.heading_marks;
        format!(r#"<w:bookmarkStart w:id="{id}" w:name="_Toc{name:08}"/>{runs}<w:bookmarkEnd w:id="{id}"/>"#)
    }

    /// The headings of the first two levels as a field that Word renews.
    fn contents(&mut self, blocks: &[Block]) {
        let entries = numbering::contents(blocks);
        let field = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
        let begin = format!(
            r#"{}<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>{}"#,
            field("begin"),
            field("separate")
        );
        self.paragraph("Subtitle", "", &text_run("目　录", ""));
        let last = entries.len().saturating_sub(1);
        for (at, entry) in entries.iter().enumerate() {
            let link = format!(
                r#"<w:hyperlink w:anchor="_Toc{:08}" w:history="1">{}</w:hyperlink>"#,
                entry.mark,
                text_run(&entry.words, "")
            );
            let open = if at == 0 { begin.as_str() } else { "" };
            let close = if at == last { field("end") } else { String::new() };
            self.paragraph(&format!("TOC{}", entry.depth), "", &format!("{open}{link}{close}"));
        }
        self.break_before = true;
    }

    /// The head of an annex. Where its pages lie as those before, a page begins;
    /// else a section.
    fn annex(&mut self, annex: &Annex) {
        if annex.orientation == self.orientation {
            self.break_before = true;
        } else {
            let end = page::section(self.orientation, self.numbering.in_annex());
            self.low_paragraph(&end);
            self.orientation = annex.orientation;
        }
        let label = self.numbering.annex();
        let title = self.passage(&[annex.title.as_str().into()], "");
        let title = self.marked(&title);
        self.paragraph("AnnexMark", "", &text_run(&label, ""));
        self.paragraph("AnnexTitle", "", &title);
        self.paragraph("BodyText", "", "");
    }

    fn figure(&mut self, figure: &Figure) -> Result<(), ReportError> {
        let (number, caption) = self.numbering.figure(&figure.caption);
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
        let words = self.captioned(&caption, &figure.caption);
        self.paragraph("FigureCaption", "", &words);
        if let Some((table, note)) = figure.table(number) {
            self.table(&table)?;
            self.paragraph("NoteText", "", &text_run(&note, ""));
        }
        Ok(())
    }

    /// Words that people write: a control inside each paragraph. LibreOffice repeats
    /// the words of a control around a paragraph once for every run it cuts it into.
    fn free_text(&mut self, text: &FreeText) {
        if text.paragraphs.is_empty() {
            let prompt = format!("〔{}〕", text.prompt);
            self.written(text, "<w:showingPlcHdr/>", &text_run(&prompt, r#"<w:color w:val="5B6776"/>"#));
        }
        for words in &text.paragraphs {
            self.written(text, "", &text_run(words, ""));
        }
    }

    fn written(&mut self, text: &FreeText, showing: &str, run: &str) {
        self.controls += 1;
        let title: String = text.title.chars().take(60).collect();
        let name: String = text.name.chars().take(50).collect();
        let control = format!(
            r#"<w:sdt><w:sdtPr><w:alias w:val="{}"/><w:tag w:val="text_{}"/><w:id w:val="{}"/>{showing}</w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>"#,
            escape(&title),
            escape(&name),
            2_000_000 + self.controls
        );
        self.paragraph("BodyText", "", &control);
    }
}
