//! 填报模板: one locked workbook for a unit and a round. Only what the unit is to
//! fill is unlocked; the rest is there to be read, and is compared when the file
//! comes back. The lock keeps people from slips, nothing more: whoever reads the
//! file checks everything again.
//!
//! Cells to be filled are cells for words. In a number cell Excel would turn `3-5`
//! into a date, `12.5%` into 0.125 and 12.50 into 12.5 before anybody could see
//! what was typed; in a cell for words what is typed stays.

mod words;

use std::collections::BTreeSet;

use plan_model::{
    AnswerKind, FIGURES_SHEET, FigureColumn, FigureRow, IDENTITY_SHEET, ReportingTemplate, TEMPLATE_LAYOUT, WORK_SHEET,
    WorkColumn, WorkState, plain,
};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula,
    IgnoreError, Note, ProtectionOptions, Workbook, Worksheet,
};

use crate::{ReportError, sheet::plain_words};

/// Grey: not to be filled.
const LOCKED: u32 = 0x00F2_F2F2;
/// Light yellow: to be filled.
const OPEN: u32 = 0x00FF_FBE6;
/// The number format of cells for words, by its number in every office program.
const WORDS: u8 = 49;
/// A4.
const A4: u8 = 9;

/// How many characters fit into a line across either table.
const LINE: usize = 80;

/// Writes the workbook of a template, with what was answered so far filled in. The
/// same template gives the same bytes.
///
/// # Errors
/// A template without rows or with two rows of the same key, since nobody could
/// say which is which when the file comes back; a text that does not fit a cell.
pub fn write_template(template: &ReportingTemplate) -> Result<Vec<u8>, ReportError> {
    check_keys(template)?;
    let mut workbook = Workbook::new();
    let opens = template.opens;
    let parts = (u16::try_from(opens.year()), u8::try_from(opens.month()), u8::try_from(opens.day()));
    if let (Ok(year), Ok(month), Ok(day)) = parts {
        let made = ExcelDateTime::from_ymd(year, month, day)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    }
    if !template.figures.is_empty() {
        let columns: Vec<_> = FigureColumn::ALL.iter().map(|column| words::figure_column(*column)).collect();
        let rows: Vec<Vec<String>> =
            template.figures.iter().map(|row| FigureColumn::ALL.iter().map(|c| row.cell(*c)).collect()).collect();
        let sheet = workbook.add_worksheet().set_name(FIGURES_SHEET)?;
        let first = write_table(sheet, template, "监测指标", &columns, &rows)?;
        guide_figures(sheet, template, first)?;
    }
    if !template.work.is_empty() {
        let columns: Vec<_> = WorkColumn::ALL.iter().map(|column| words::work_column(*column)).collect();
        let rows: Vec<Vec<String>> =
            template.work.iter().map(|row| WorkColumn::ALL.iter().map(|c| row.cell(*c)).collect()).collect();
        let sheet = workbook.add_worksheet().set_name(WORK_SHEET)?;
        let first = write_table(sheet, template, "任务、项目和创建", &columns, &rows)?;
        guide_work(sheet, template, first)?;
    }
    write_identity(workbook.add_worksheet().set_name(IDENTITY_SHEET)?, template)?;
    Ok(workbook.save_to_buffer()?)
}

/// A column as it is drawn.
#[derive(Debug, Clone, Copy)]
struct Look {
    head: &'static str,
    /// In characters.
    width: f64,
    filled: bool,
    /// What to do with it, shown at its head and beside its cells; empty for a locked one.
    advice: &'static str,
    /// Numbers stand on the right.
    number: bool,
}

fn check_keys(template: &ReportingTemplate) -> Result<(), ReportError> {
    if template.figures.is_empty() && template.work.is_empty() {
        return Err(ReportError::EmptyTemplate);
    }
    let keys = template.figures.iter().map(FigureRow::key).chain(template.work.iter().map(|row| row.item.clone()));
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(key.clone()) {
            return Err(ReportError::RepeatedRow { key });
        }
    }
    Ok(())
}

/// Rows and columns of a sheet are counted in `u32` and `u16`.
fn numbered<T>(items: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0_u32..).zip(items)
}

/// Writes head and rows of a sheet, locks it and sets it up for print. Answers the
/// row (from 0) of the first row of the table.
fn write_table(
    sheet: &mut Worksheet,
    template: &ReportingTemplate,
    what: &str,
    columns: &[Look],
    rows: &[Vec<String>],
) -> Result<u32, ReportError> {
    let last_column = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let heading = words::heading(template, what);
    for (row, line) in numbered(&heading) {
        let format = match row {
            0 => Format::new().set_font_size(16).set_bold().set_align(FormatAlign::Center),
            _ => Format::new().set_text_wrap(),
        };
        sheet.merge_range(row, 0, row, last_column, &plain_words(line), &format)?;
        // Merged cells do not grow with their text.
        if line.chars().count() > LINE {
            sheet.set_row_height(row, 31)?;
        }
    }
    let head_row = u32::try_from(heading.len()).unwrap_or(u32::MAX);
    let edge = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::VerticalCenter);
    let head = edge.clone().set_bold().set_align(FormatAlign::Center).set_background_color(LOCKED);
    for (column, look) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(head_row, column, look.head, &head)?.set_column_width(column, look.width)?;
        if !look.advice.is_empty() {
            sheet.insert_note(head_row, column, &Note::new(look.advice).add_author_prefix(false))?;
        }
    }
    let formats: Vec<Format> = columns
        .iter()
        .map(|look| {
            let format = edge.clone().set_num_format_index(WORDS);
            let format = if look.number { format.set_align(FormatAlign::Right) } else { format };
            match look.filled {
                true => format.set_background_color(OPEN).set_unlocked(),
                false => format.set_background_color(LOCKED),
            }
        })
        .collect();
    for (row, cells) in (head_row + 1..).zip(rows) {
        for ((column, cell), format) in (0_u16..).zip(cells).zip(&formats) {
            match cell.is_empty() {
                true => sheet.write_blank(row, column, format)?,
                false => sheet.write_string_with_format(row, column, plain_words(cell), format)?,
            };
        }
    }
    let last_row = head_row.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    // Digits in a cell for words are meant to be there.
    sheet.ignore_error_range(head_row + 1, 0, last_row, last_column, IgnoreError::NumberStoredAsText)?;
    sheet.set_freeze_panes(head_row + 1, 2)?;
    let allowed = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
    sheet.protect_with_options(&allowed);
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0).set_repeat_rows(head_row, head_row)?;
    sheet.set_footer("&C第 &P 页，共 &N 页");
    Ok(head_row + 1)
}

/// Drop-down lists and advice beside the cells of a column, from the first to the
/// last row of the table.
fn guide(sheet: &mut Worksheet, rows: (u32, u32), column: u16, rule: DataValidation) -> Result<(), ReportError> {
    sheet.add_data_validation(rows.0, column, rows.1, column, &rule)?;
    Ok(())
}

fn advised(rule: DataValidation, look: Look) -> Result<DataValidation, ReportError> {
    Ok(rule.set_input_title(look.head)?.set_input_message(look.advice)?)
}

fn chosen(words: &[&str]) -> Result<DataValidation, ReportError> {
    let rule = DataValidation::new().allow_list_strings(words)?;
    Ok(rule.set_error_title("请从下拉列表选择")?.set_error_message(format!("只能是：{}", words.join("、")))?)
}

fn guide_figures(sheet: &mut Worksheet, template: &ReportingTemplate, first: u32) -> Result<(), ReportError> {
    let rows = (first, first + u32::try_from(template.figures.len().saturating_sub(1)).unwrap_or(u32::MAX));
    for (at, column) in (0_u16..).zip(FigureColumn::ALL).filter(|(_, column)| column.is_filled()) {
        let look = words::figure_column(column);
        let rule = match column {
            FigureColumn::Value => {
                for (row, figure) in (first..).zip(&template.figures) {
                    guide(sheet, (row, row), at, advised(warned(figure, row, at)?, look)?)?;
                }
                continue;
            }
            FigureColumn::Answer => chosen(&AnswerKind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>())?,
            FigureColumn::Proxy => chosen(&["是", "否"])?,
            _ => DataValidation::new().allow_any_value(),
        };
        guide(sheet, rows, at, advised(rule, look)?)?;
    }
    Ok(())
}

/// Asks once more about a figure that is no number or outside the bounds; whoever
/// is sure keeps it.
fn warned(figure: &FigureRow, row: u32, column: u16) -> Result<DataValidation, ReportError> {
    let cell = rust_xlsxwriter::utility::row_col_to_cell(row, column);
    // A share may be typed with its sign, which VALUE would take for a hundredth.
    let value = format!("VALUE(SUBSTITUTE({cell},\"%\",\"\"))");
    let bounds = figure.expected.iter().flat_map(|range| {
        let low = range.low.map(|low| format!("{value}>={}", plain(low)));
        low.into_iter().chain(range.high.map(|high| format!("{value}<={}", plain(high))))
    });
    let conditions: Vec<String> = std::iter::once(format!("ISNUMBER({value})")).chain(bounds).collect();
    let message = match figure.expected.as_ref().map(plan_model::ExpectedRange::words) {
        Some(words) if !words.is_empty() => {
            format!("不是数字，或不在预期范围（{words}）之内。请核对；确认无误可以保留。")
        }
        _ => "不是数字。请核对；没有数的请在“答复”列选择。".to_owned(),
    };
    let rule = DataValidation::new().allow_custom(Formula::new(format!("AND({})", conditions.join(","))));
    Ok(rule.set_error_style(DataValidationErrorStyle::Warning).set_error_title("请核对")?.set_error_message(message)?)
}

fn guide_work(sheet: &mut Worksheet, template: &ReportingTemplate, first: u32) -> Result<(), ReportError> {
    let rows = (first, first + u32::try_from(template.work.len().saturating_sub(1)).unwrap_or(u32::MAX));
    for (at, column) in (0_u16..).zip(WorkColumn::ALL).filter(|(_, column)| column.is_filled()) {
        let rule = match column {
            WorkColumn::State => chosen(&WorkState::ALL.iter().map(|state| state.word()).collect::<Vec<_>>())?,
            _ => DataValidation::new().allow_any_value(),
        };
        guide(sheet, rows, at, advised(rule, words::work_column(column))?)?;
    }
    Ok(())
}

/// Which template it is, for the program that reads the file: a name and a value
/// in each row, then the key of each row of the tables.
fn write_identity(sheet: &mut Worksheet, template: &ReportingTemplate) -> Result<(), ReportError> {
    let layout = TEMPLATE_LAYOUT.to_string();
    let known = [
        ("layout", layout.as_str()),
        ("round", &template.round),
        ("round_title", &template.round_title),
        ("unit", &template.unit),
        ("unit_name", &template.unit_name),
        ("plan", &template.plan),
        ("plan_title", &template.plan_title),
        ("digest", &template.digest),
    ];
    let known = known.map(|(name, value)| (name, value.to_owned()));
    let figures = template.figures.iter().map(|row| ("figure", row.key()));
    let work = template.work.iter().map(|row| ("work", row.item.clone()));
    let words = Format::new().set_num_format_index(WORDS);
    for (row, (name, value)) in (0_u32..).zip(known.into_iter().chain(figures).chain(work)) {
        sheet.write_string(row, 0, name)?.write_string_with_format(row, 1, plain_words(&value), &words)?;
    }
    sheet.protect().set_very_hidden(true);
    Ok(())
}

#[cfg(test)]
mod tests;
