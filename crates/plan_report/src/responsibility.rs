//! 任务分工表: who does what by when, in the form offices use.

use crate::{
    document::{Block, Column, Document, Orientation, Row, Table},
    sheet::{Sheet, SheetCell},
};

/// The responsibility table of a plan.
#[derive(Debug, Clone, Default)]
pub struct ResponsibilityTable {
    /// Whom it is for, such as 内部; empty for none.
    pub mark: String,
    /// Its title, such as …主要目标任务分工表.
    pub title: String,
    /// Lines below the title: the day, that it is a sample.
    pub subtitle: Vec<String>,
    /// The tasks by chapter, in the order of the plan.
    pub groups: Vec<DutyGroup>,
}

/// The tasks of a chapter.
#[derive(Debug, Clone, Default)]
pub struct DutyGroup {
    /// The chapter; empty where the plan has none.
    pub title: String,
    /// Its tasks.
    pub duties: Vec<Duty>,
}

/// A task and who does it.
#[derive(Debug, Clone, Default)]
pub struct Duty {
    /// 目标任务, in the words of the plan.
    pub task: String,
    /// 牵头单位; none where nobody has accepted it.
    pub lead: Vec<String>,
    /// 配合单位.
    pub cooperating: Vec<String>,
    /// 完成时限, such as 2025年12月 or 每年; empty where none is stated.
    pub due: String,
}

/// The heads of the columns, with their shares of the width.
const COLUMNS: [(&str, u32); 5] = [("序号", 5), ("目标任务", 40), ("牵头单位", 16), ("配合单位", 24), ("完成时限", 13)];

/// Several units in one cell.
fn units(names: &[String]) -> String {
    names.join("、")
}

/// What nobody has said is a dash.
fn or_dash(words: String) -> String {
    if words.is_empty() { "—".to_owned() } else { words }
}

impl Duty {
    fn cells(&self, number: usize) -> [String; 5] {
        [
            number.to_string(),
            self.task.clone(),
            or_dash(units(&self.lead)),
            or_dash(units(&self.cooperating)),
            or_dash(self.due.clone()),
        ]
    }
}

impl ResponsibilityTable {
    /// As a document for Word; the page lies across.
    pub fn document(&self) -> Document {
        let columns = COLUMNS.iter().enumerate().map(|(at, (head, width))| match at {
            0 | 4 => Column::middle(head, *width),
            _ => Column::words(head, *width),
        });
        let mut rows = Vec::new();
        let mut number = 0;
        for group in &self.groups {
            if !group.title.is_empty() {
                rows.push(Row::Group(group.title.clone()));
            }
            for duty in &group.duties {
                number += 1;
                rows.push(Row::words(duty.cells(number)));
            }
        }
        let table = Table { columns: columns.collect(), rows, ..Table::default() };
        Document {
            mark: self.mark.clone(),
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            orientation: Orientation::Landscape,
            blocks: vec![Block::Table(table)],
            ..Document::default()
        }
    }

    /// As a table for Excel.
    pub fn sheet(&self) -> Sheet {
        let mut rows = Vec::new();
        let mut number = 0;
        for group in &self.groups {
            if !group.title.is_empty() {
                rows.push(vec![SheetCell::Across(group.title.clone())]);
            }
            for duty in &group.duties {
                number += 1;
                rows.push(duty.cells(number).map(SheetCell::Words).to_vec());
            }
        }
        let mark = if self.mark.is_empty() { String::new() } else { format!("【{}】", self.mark) };
        let heading = std::iter::once(mark + &self.title).chain(self.subtitle.iter().cloned());
        Sheet {
            name: "任务分工表".to_owned(),
            heading: heading.collect(),
            columns: COLUMNS.iter().map(|(head, width)| ((*head).to_owned(), f64::from(*width) * 1.2)).collect(),
            rows,
            frozen_columns: 0,
            printed: true,
        }
    }
}
