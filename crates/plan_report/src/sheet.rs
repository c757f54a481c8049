//! A table as an Excel workbook.

use std::borrow::Cow;

use plan_model::{Decimal, plain};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};

use crate::ReportError;

/// A table for Excel: lines above it, a head, rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The name of the worksheet: at most 31 characters, without `[]:*?/\`.
    pub name: String,
    /// The lines above the head: title, day, that it is a sample.
    pub heading: Vec<String>,
    /// The heads of the columns and their widths in characters.
    pub columns: Vec<(String, f64)>,
    /// The rows.
    pub rows: Vec<Vec<SheetCell>>,
    /// How many columns stay in sight on the left.
    pub frozen_columns: u16,
    /// Whether cells have borders and wrapped text, for print; else the head can filter.
    pub printed: bool,
}

/// A cell.
#[derive(Debug, Clone)]
pub enum SheetCell {
    /// Words, never taken for a formula.
    Words(String),
    /// A number. Workbooks hold binary floats; what does not fit one is written as words.
    Number(Decimal),
    /// Nothing.
    Empty,
    /// Words across all columns, such as a chapter; the first cell of its row.
    Across(String),
}

/// Words as they are. What begins and ends like marked-up text the library would
/// write as mark-up, and the file would be broken or say something else; a blank
/// without width in front keeps it words.
pub(crate) fn plain_words(words: &str) -> Cow<'_, str> {
    match words.starts_with("<r>") && words.ends_with("</r>") {
        true => Cow::Owned(format!("\u{200b}{words}")),
        false => Cow::Borrowed(words),
    }
}

/// Writes a workbook with one sheet.
///
/// # Errors
/// A name that Excel does not take, or more rows than it has.
pub fn write_xlsx(sheet: &Sheet) -> Result<Vec<u8>, ReportError> {
    write_workbook(std::slice::from_ref(sheet))
}

/// Writes a workbook with several sheets.
///
/// # Errors
/// As [`write_xlsx`]; two sheets of one name.
pub fn write_workbook(sheets: &[Sheet]) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        fill(workbook.add_worksheet(), sheet)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), ReportError> {
    page.set_name(&sheet.name)?;
    let head = Format::new().set_bold().set_text_wrap();
    let cell = if sheet.printed {
        Format::new().set_text_wrap().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter)
    } else {
        Format::new()
    };
    let head = if sheet.printed {
        head.set_border(FormatBorder::Thin).set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter)
    } else {
        head
    };
    let across = cell.clone().set_bold();
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let above = u32::try_from(sheet.heading.len()).unwrap_or(u32::MAX);
    for (row, (at, words)) in (0_u32..).zip(sheet.heading.iter().enumerate()) {
        let size = if sheet.printed && at == 0 { 18.0 } else { 11.0 };
        let title = Format::new().set_font_size(size);
        if sheet.printed && last_column > 0 {
            page.merge_range(row, 0, row, last_column, &plain_words(words), &title.set_align(FormatAlign::Center))?;
        } else {
            page.write_string_with_format(row, 0, plain_words(words), &title)?;
        }
    }
    for (column, (words, width)) in (0_u16..).zip(&sheet.columns) {
        page.write_string_with_format(above, column, plain_words(words), &head)?.set_column_width(column, *width)?;
    }
    page.set_freeze_panes(above + 1, sheet.frozen_columns)?;
    for (line, row) in (above + 1..).zip(&sheet.rows) {
        for (column, content) in (0_u16..).zip(row) {
            match content {
                SheetCell::Words(words) => page.write_string_with_format(line, column, plain_words(words), &cell)?,
                SheetCell::Number(number) => match f64::try_from(*number) {
                    Ok(float) => page.write_number_with_format(line, column, float, &cell)?,
                    Err(_) => page.write_string_with_format(line, column, plain(*number), &cell)?,
                },
                SheetCell::Empty if sheet.printed => page.write_blank(line, column, &cell)?,
                SheetCell::Empty => continue,
                SheetCell::Across(words) if last_column > 0 => {
                    page.merge_range(line, 0, line, last_column, &plain_words(words), &across)?
                }
                SheetCell::Across(words) => page.write_string_with_format(line, column, plain_words(words), &across)?,
            };
        }
    }
    if sheet.printed {
        page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(above, above)?;
    } else if let Some(count) = u32::try_from(sheet.rows.len()).ok().filter(|n| *n > 0) {
        page.autofilter(above, 0, above + count, last_column)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use calamine::{Reader as _, Xlsx};

    use super::*;

    #[test]
    fn words_that_look_like_mark_up_stay_words() {
        let words = ["<r>甲</r>", "<r><t>乙</t></r>", "<r>&lt;", "_x000D_", "=1+1"];
        let cells = words.iter().map(|words| vec![SheetCell::Words((*words).to_owned())]).collect();
        let columns = vec![("<r>头</r>".to_owned(), 10.0)];
        let sheet = Sheet { name: "表".to_owned(), columns, rows: cells, ..Sheet::default() };
        let bytes = write_xlsx(&sheet).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range("表").unwrap();
        let read: Vec<_> = range.rows().map(|row| row[0].to_string().replace('\u{200b}', "")).collect();
        assert_eq!(read, ["<r>头</r>", words[0], words[1], words[2], words[3], words[4]]);
    }
}
