//! Values → Word in the official layout of GB/T 9704-2012, Excel, and charts.
//!
//! This crate knows no database and not how a verdict came about: it is given
//! values and words and lays them out. Every number of a Word file can be bound
//! to its source by a mark around it, so that a file that comes back edited can
//! be compared with what was written (数文一致).

pub mod chart;
pub mod compose;
mod document;
mod docx;
mod error;
mod numbering;
mod printed;
mod reporting;
mod responsibility;
mod sheet;
mod title;
mod xml;

pub use document::{
    Align, Annex, Block, Column, Document, Figure, FreeText, Level, Number, Orientation, Row, Run, SetLine, Table, Word,
};
pub use docx::{Issued, page, write_docx};
pub use error::ReportError;
pub use printed::{PRINTED_FORM, write_printed};
pub use reporting::write_template;
pub use responsibility::{Duty, DutyGroup, ResponsibilityTable};
pub use sheet::{Sheet, SheetCell, write_workbook, write_xlsx};
