//! From a file to raw figures: CSV or workbook, tall or wide.

use document_reader::ReadError;
use plan_model::{Period, Place, Problem};

use super::{
    MOST_FIGURES, RawFigure,
    words::{Column, Words},
};
use crate::rows::{self, Field, Problems, Row};

/// A file as read.
pub(crate) struct Read {
    pub(crate) figures: Vec<RawFigure>,
    pub(crate) problems: Problems,
}

/// The head of a table: which column holds what.
struct Head {
    known: Vec<(Column, usize)>,
    /// In a wide table the columns of periods, with the cells that name them.
    periods: Vec<(usize, Field)>,
    width: usize,
}

/// Reads a file of figures, our own or those of peers.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Read, ReadError> {
    let mut problems = Problems::default();
    let tables: Vec<Vec<Row>> = rows::read(name, bytes, &mut problems)?.into_iter().map(|sheet| sheet.rows).collect();
    let mut figures = Vec::new();
    let mut heads = 0;
    for rows in &tables {
        let Some((at, head)) = rows.iter().take(10).enumerate().find_map(|(at, row)| Some((at, head_of(row)?))) else {
            continue;
        };
        heads += 1;
        if let Some(row) = rows.get(at) {
            note_unread_columns(row, &head, &mut problems);
        }
        for row in rows.iter().skip(at + 1).filter(|row| !row.is_blank()) {
            take_row(row, &head, &mut figures, &mut problems);
        }
    }
    if heads == 0 {
        problems.errors.push(Problem::new(
            "no-header",
            Place::Line(1),
            "没有找到表头",
            "第一行应为：指标,期间,数值,口径,来源,备注；或者：指标,口径,来源,备注,2021,2022,2023（每期一列）",
        ));
    } else if figures.is_empty() && problems.errors.is_empty() {
        problems.warnings.push(Problem::new("no-figures", Place::Whole, "表中没有数值", "请填写数值后重新导入"));
    }
    if figures.len() > MOST_FIGURES {
        let message = format!("共 {} 个数值，超过一次 {MOST_FIGURES} 个的上限", figures.len());
        problems.errors.push(Problem::new("too-many-figures", Place::Whole, message, "请拆成几个文件分别导入"));
    }
    Ok(Read { figures, problems })
}

/// The head in a row, if it is one: it names the indicator, and a value or periods.
fn head_of(row: &Row) -> Option<Head> {
    let words = Words::standard();
    let mut head = Head { known: Vec::new(), periods: Vec::new(), width: 0 };
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        head.width = at + 1;
        if let Some(column) = words.column(cell) {
            head.known.push((column, at));
        } else if cell.parse::<Period>().is_ok() {
            head.periods.push((at, row.field(Some(at))));
        }
    }
    let has = |column| head.known.iter().any(|(known, _)| *known == column);
    let names = has(Column::Id) || has(Column::Indicator);
    let tall = has(Column::Value) && has(Column::Period);
    (names && (tall || !head.periods.is_empty())).then_some(head)
}

impl Head {
    fn at(&self, column: Column) -> Option<usize> {
        self.known.iter().find(|(known, _)| *known == column).map(|(_, at)| *at)
    }
}

/// A column that nobody reads may be a misspelt one.
fn note_unread_columns(row: &Row, head: &Head, problems: &mut Problems) {
    let words = Words::standard();
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        let known = head.known.iter().find(|(_, column)| *column == at);
        if let Some((column, _)) = known.filter(|(column, _)| head.at(*column) != Some(at)) {
            let message = format!("“{}”列有两列", words.word(*column));
            problems.errors.push(Problem::new("duplicate-column", row.place.of(at), message, "请只保留一列"));
        } else if known.is_none() && !head.periods.iter().any(|(column, _)| *column == at) {
            let message = format!("不认识的列“{}”，没有读取", cell.trim());
            let hint = "如应读取，请改用：指标、期间、数值、口径、来源、备注、单位，或期间如 2023";
            problems.warnings.push(Problem::new("unknown-column", row.place.of(at), message, hint));
        }
    }
}

fn take_row(row: &Row, head: &Head, figures: &mut Vec<RawFigure>, problems: &mut Problems) {
    if let Some((at, cell)) = row.cells.iter().enumerate().skip(head.width).find(|(_, cell)| !cell.trim().is_empty()) {
        let message = format!("“{}”在表头之外：这一行的列数多于表头", cell.trim());
        let hint = "请检查是否多了逗号；含逗号的文字须加英文双引号";
        problems.errors.push(Problem::new("too-many-cells", row.place.of(at), message, hint));
        return;
    }
    let field = |column| row.field(head.at(column));
    let figure = |period: Field, value: Field| RawFigure {
        id: field(Column::Id),
        name: field(Column::Indicator),
        period,
        value,
        standing: field(Column::Standing),
        source: field(Column::Source),
        note: field(Column::Note),
        unit: field(Column::Unit),
        region: field(Column::Region),
        definition: field(Column::Definition),
        seen: None,
    };
    if head.at(Column::Value).is_some() && head.at(Column::Period).is_some() {
        figures.push(figure(field(Column::Period), field(Column::Value)));
    }
    for (at, period) in &head.periods {
        let value = row.field(Some(*at));
        // An empty cell of a wide table is a period without a figure.
        if !value.text.is_empty() {
            figures.push(figure(period.clone(), value));
        }
    }
}
