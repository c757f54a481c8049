//! A filled template comes back: all its answers, or all its faults at once, each
//! with sheet and cell.
//!
//! The sheet is locked, but a lock on a sheet protects nothing, so everything is
//! looked at again. Rows are found by their key and columns by their head: sorting
//! does no harm, and what is missing, added or doubled is named. Names, units and
//! titles must be what was given out; last values, ranges and nodes are there to
//! be read and may have moved on since. A formula is refused even where it has
//! a result: the result may be out of date, belong to another workbook or carry
//! the noise of binary arithmetic, and what is reported must be a figure that
//! somebody states. Two things are not faults: a row left empty is not answered
//! yet, and a sheet that is not of the template is left alone with a warning.

mod sheet;
mod typed;

use std::collections::{BTreeMap, BTreeSet};

use document_reader::{ReadError, WorkbookSheet};
use plan_model::{
    Answer, FIGURES_SHEET, FigureRow, IDENTITY_SHEET, Period, Place, Problem, ReportingTemplate, TEMPLATE_LAYOUT,
    WORK_SHEET, WorkReport,
};

use crate::WorkflowError;
pub use typed::{AnswerDraft, Fault, MOST_NOTE, MOST_TEXT, WorkDraft, answer, work};

/// What a filled template says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturnedTemplate {
    /// The answered figures, in the order of the template.
    pub figures: Vec<ReturnedFigure>,
    /// The work reported on, in the order of the template.
    pub work: Vec<ReturnedWork>,
    /// The keys of the rows left empty, in the order of the template.
    pub open: Vec<String>,
    /// What somebody should look at; nothing is held back because of it.
    pub warnings: Vec<Problem>,
}

/// An answered figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedFigure {
    /// The indicator's id.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// The answer.
    pub answer: Answer,
    /// Whether it is what the expected template holds already.
    pub unchanged: bool,
    /// The cell of the figure, for what is found wrong later.
    pub place: Place,
}

/// Work reported on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedWork {
    /// The id of the work.
    pub item: String,
    /// The report.
    pub report: WorkReport,
    /// Whether it is what the expected template holds already.
    pub unchanged: bool,
    /// The cell of the state, for what is found wrong later.
    pub place: Place,
}

/// Why a returned template is not taken. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is no workbook that can be read.
    #[error("{0}")]
    Unreadable(#[from] ReadError),
    /// It has faults: all of them, by sheet and row.
    #[error("填报模板有 {} 处错误，全部未保存；请按所列单元格改正后重新上传", .0.len())]
    Faults(Vec<Problem>),
}

impl From<TemplateError> for WorkflowError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::Unreadable(error) => Self::Unreadable(error),
            TemplateError::Faults(problems) => Self::BadFigures(problems),
        }
    }
}

/// Reads a filled template and checks it against the one that is expected: what is
/// asked of the unit now, with the answers given so far.
///
/// # Errors
/// A file that is no workbook; else all faults. Of a workbook that was made for
/// another round, unit or plan, or from an older version, only that is said: its
/// rows would all be wrong.
pub fn read(bytes: &[u8], expected: &ReportingTemplate) -> Result<ReturnedTemplate, TemplateError> {
    let sheets = document_reader::read_workbook(bytes)?;
    let wrong = check_identity(&sheets, expected);
    if !wrong.is_empty() {
        return Err(TemplateError::Faults(wrong));
    }
    let mut faults = Vec::new();
    let mut returned = ReturnedTemplate::default();
    for (name, is_asked) in [(FIGURES_SHEET, !expected.figures.is_empty()), (WORK_SHEET, !expected.work.is_empty())] {
        if !is_asked {
            continue;
        }
        match sheets.iter().find(|sheet| sheet.name == name) {
            Some(found) if name == FIGURES_SHEET => sheet::figures(found, expected, &mut returned, &mut faults),
            Some(found) => sheet::work(found, expected, &mut returned, &mut faults),
            None => faults.push(Problem::new(
                "sheet-missing",
                Place::Cell(name.to_owned()),
                format!("没有工作表“{name}”，可能已被删除或改名"),
                "请恢复原名；如已删除，请重新下载模板填写",
            )),
        }
    }
    let known = [FIGURES_SHEET, WORK_SHEET, IDENTITY_SHEET];
    for extra in sheets.iter().filter(|sheet| !known.contains(&sheet.name.as_str()) && !sheet.cells.is_empty()) {
        returned.warnings.push(Problem::new(
            "sheet-unknown",
            Place::Cell(extra.name.clone()),
            format!("工作表“{}”不属于模板，没有读取", extra.name),
            "如其中有要填报的内容，请填到模板原有的工作表",
        ));
    }
    if faults.is_empty() { Ok(returned) } else { Err(TemplateError::Faults(faults)) }
}

/// Whether the hidden sheet names this template; else what it names.
fn check_identity(sheets: &[WorkbookSheet], expected: &ReportingTemplate) -> Vec<Problem> {
    let whole = |code: &str, message: String, hint: &str| {
        vec![Problem::new(code, Place::Cell(IDENTITY_SHEET.to_owned()), message, hint)]
    };
    let Some(identity) = sheets.iter().find(|sheet| sheet.name == IDENTITY_SHEET) else {
        let hint = "请从填报页面下载模板，在原文件中填写；不要把表格复制到新文件";
        return whole("not-a-template", "不是本系统生成的填报模板".to_owned(), hint);
    };
    let lines = pairs(identity);
    let value = |name: &str| lines.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
    let keys = |name: &'static str| lines.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.clone());
    let mut wrong = Vec::new();
    let checks = [
        ("template-of-other-round", "round", "round_title", "填报轮次", &expected.round, &expected.round_title),
        ("template-of-other-unit", "unit", "unit_name", "单位", &expected.unit, &expected.unit_name),
        ("template-of-other-plan", "plan", "plan_title", "规划", &expected.plan, &expected.plan_title),
    ];
    for (code, id, title, what, expected_id, expected_title) in checks {
        if value(id) != expected_id {
            let message = format!("这是{what}“{}”的模板，应为“{expected_title}”", value(title));
            wrong.extend(whole(code, message, "请核对是否选错了文件；或从填报页面重新下载模板填写"));
        }
    }
    if !wrong.is_empty() {
        return wrong;
    }
    let asked: BTreeSet<String> = expected.figures.iter().map(FigureRow::key).collect();
    let work: BTreeSet<String> = expected.work.iter().map(|row| row.item.clone()).collect();
    let is_current = value("layout") == TEMPLATE_LAYOUT.to_string()
        && value("digest") == expected.digest
        && keys("figure").collect::<BTreeSet<_>>() == asked
        && keys("work").collect::<BTreeSet<_>>() == work;
    if is_current {
        return Vec::new();
    }
    let hint = "请从填报页面重新下载模板，把已填的内容复制过去（只粘贴数值）后上传";
    whole("template-outdated", "模板是旧版本：此后填报清单有调整".to_owned(), hint)
}

/// Name and value of each row of the hidden sheet.
fn pairs(sheet: &WorkbookSheet) -> Vec<(String, String)> {
    let mut rows: BTreeMap<u32, (String, String)> = BTreeMap::new();
    for cell in &sheet.cells {
        let (name, value) = rows.entry(cell.row).or_default();
        match cell.column {
            1 => name.clone_from(&cell.text),
            2 => value.clone_from(&cell.text),
            _ => {}
        }
    }
    rows.into_values().collect()
}

#[cfg(test)]
mod tests;
