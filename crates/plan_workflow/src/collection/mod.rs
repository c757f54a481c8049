//! Collecting what units report: by page and by workbook.

pub mod template;
