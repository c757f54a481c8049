//! Tables: caption above, head repeated on each page, rows not torn apart.

use super::{blocks::Body, page};
use crate::{
    ReportError,
    document::{Align, Column, Row, Run, Table},
};

/// A millimetre beside the words of a cell. Each table says so itself: LibreOffice
/// does not take it from the style and would leave less room for words than Word.
const CELL_MARGINS: &str = r#"<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>"#;

impl Body {
    /// Writes a table.
    pub(super) fn table(&mut self, table: &Table) -> Result<(), ReportError> {
        table.check()?;
        if table.caption.is_empty() && (self.after_table || self.breaks()) {
            // Two tables without a paragraph between them are one table to Word.
            self.gap();
        }
        if let Some(words) = self.numbering.table(&table.caption) {
            let words = self.captioned(&words, &table.caption);
            self.paragraph("Caption", "", &words);
        }
        let widths = widths(&table.columns, page::text_width(self.orientation));
        let grid: String = widths.iter().map(|w| format!(r#"<w:gridCol w:w="{w}"/>"#)).collect();
        let total: u32 = widths.iter().sum();
        let border = |side: &str| format!(r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"#);
        let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(border).concat();
        self.xml.push_str(&format!(
            r#"<w:tbl><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>{CELL_MARGINS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"#
        ));
        self.in_table = true;
        let (head_style, text_style) = match table.small {
            true => ("TableHeadSmall", "TableTextSmall"),
            false => ("TableHead", "TableText"),
        };
        let head: Vec<Vec<Run>> = table.columns.iter().map(|c| vec![Run::from(c.head.as_str())]).collect();
        let centred = vec![Align::Centre; table.columns.len()];
        self.row(&head, &centred, &widths, (head_style, true));
        let aligns: Vec<Align> = table.columns.iter().map(|c| c.align).collect();
        for row in &table.rows {
            match row {
                Row::Cells(cells) => self.row(cells, &aligns, &widths, (text_style, false)),
                Row::Group(words) => {
                    let words = self.passage(&[words.as_str().into()], "");
                    self.xml.push_str(&format!(
                    r#"<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{total}" w:type="dxa"/><w:gridSpan w:val="{}"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{head_style}"/><w:jc w:val="left"/></w:pPr>{}</w:p></w:tc></w:tr>"#,
                    widths.len(),
                    words
                ));
                }
            }
        }
        self.in_table = false;
        self.xml.push_str("</w:tbl>");
        self.after_table = true;
        Ok(())
    }

    fn row(&mut self, cells: &[Vec<Run>], aligns: &[Align], widths: &[u32], (style, head): (&str, bool)) {
        let repeat = if head { "<w:tblHeader/>" } else { "" };
        let mut row = format!("<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>");
        let cells = cells.iter().map(Vec::as_slice).chain(std::iter::repeat([].as_slice()));
        for (at, ((runs, align), width)) in cells.zip(aligns).zip(widths).enumerate() {
            let align = match align {
                Align::Left => "left",
                Align::Centre => "center",
                Align::Right => "right",
            };
            let runs = if at == 0 && is_count(runs) { self.runs(runs, "") } else { self.passage(runs, "") };
            row.push_str(&format!(
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{align}"/></w:pPr>{runs}</w:p></w:tc>"#
            ));
        }
        row.push_str("</w:tr>");
        self.xml.push_str(&row);
    }
}

/// Whether a first cell holds the number of its row, which changes when a row is
/// taken out.
fn is_count(runs: &[Run]) -> bool {
    runs.iter().all(|run| matches!(run, Run::Text(words) if words.chars().all(|c| c.is_ascii_digit())))
}

/// The widths of the columns, which together are `total`.
fn widths(columns: &[Column], total: u32) -> Vec<u32> {
    let shares: u32 = columns.iter().map(|c| c.width.max(1)).sum();
    let mut left = total;
    let mut shares_left = shares;
    let mut widths = Vec::with_capacity(columns.len());
    for column in columns {
        let share = column.width.max(1);
        let width = left * share / shares_left.max(1);
        left -= width;
        shares_left -= share;
        widths.push(width);
    }
    widths
}
