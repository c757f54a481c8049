//! The use cases in which reading, extracting, judging and storing meet.
//!
//! A program calls these functions with its [`Storage`](storage::Storage), the
//! actor and the moment; they check that the actor may do it, do the work, and
//! answer with a value or a [`WorkflowError`] that has a stable code and says
//! what to do. This crate does not know HTTP, HTML or SQL, and reads neither the
//! clock nor a source of randomness: both are arguments.

pub mod accounts;
pub mod assess;
pub mod assessments;
pub mod assignments;
mod attach;
pub mod breakdown;
pub mod brief;
pub mod calendar;
pub mod collection;
pub mod confirm;
pub mod directory;
pub mod editions;
mod error;
pub mod events;
pub mod evidence;
pub mod figures;
pub mod health;
pub mod import;
pub mod indicators;
pub mod marks;
pub mod matching;
pub mod nodes;
pub mod notices;
pub mod number_check;
pub mod peers;
pub mod permissions;
pub mod quality;
pub mod records;
pub mod register;
mod rows;
pub mod slice;
pub mod storage;

pub use attach::Sheet;
pub use error::WorkflowError;
pub use jiff::Timestamp;
