//! 采集: what units are asked for, and what they answer.
//!
//! A round asks units for the figures and the work of one period. A unit's
//! answers to a round are a sheet: each row is saved by itself, submitted,
//! approved in the unit, and accepted by the planning department or returned with
//! a reason. Rounds and sheets are folds of events, so that nothing that was said
//! is ever lost. Which step makes a figure one of record, and the days of the
//! calendar, are data (`rules/collection.toml`).

mod approvers;
pub mod burden;
mod desk;
mod due;
mod rounds;
mod rules;
mod sheet;
pub mod template;
#[cfg(test)]
mod tests;

pub use approvers::{nobody_approves, without_approver};
pub use desk::{Desk, Filled, Judged, Opening, Saved, SheetPlace, Step};
pub use due::{Asking, DueFigure, Known, LinkedFigure, Twin, twins};
pub use rounds::{Asked, Lock, Round, RoundEvent, RoundState, Rounds};
pub use rules::{CollectionRules, CountsAfter, Days, Frequency, RoundDates};
pub use sheet::{Entry, ReportEvent, Returned, Row, RowState, SavedEntry, Sheet, Stage};
