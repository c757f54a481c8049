//! Confirming a register: a person goes through what was found in a plan's text
//! and accepts, corrects, splits, merges, rejects or adds.
//!
//! What was found never changes; people's [decisions](decision::DecisionRecord)
//! are only ever added. What holds now is the pure fold of the two
//! ([`State::fold`]), and the register follows it: a decision that changes a
//! measurable commitment makes further versions of the indicators it touches, in
//! the same transaction (`docs/decisions/0019-confirming-is-a-fold.md`).

mod candidate;
mod carry;
mod cases;
mod coverage;
mod decide;
mod decision;
mod effect;
mod propose;
mod state;

pub use candidate::{CandidateKey, Content, Ground, WorkItemRecord};
pub use carry::{Crossing, with as with_further};
pub use cases::cases;
pub use coverage::{Answer, Covered, Sort, coverage};
pub use decide::{Decided, Wish, decide};
pub use decision::{Act, DecisionBatch, DecisionRecord, NewDecision, NewVersion, Piece, RejectReason, Take};
pub use propose::{BY_HAND, blank_measure, blank_work, propose};
pub use state::{Fate, Item, Progress, State};

#[cfg(test)]
mod tests;
