//! Nodes: the agreed steps by which work without a number is judged.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An agreed step of a task, project or milestone (节点): what is to be there, and by when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The id of the work item or indicator it belongs to.
    pub of: String,
    /// The last day on which it is in time.
    pub due: Date,
    /// What is to be there by then (成果), in the words agreed.
    pub deliverable: String,
    /// The day it was done, where it is.
    pub done_on: Option<Date>,
    /// Where the evidence is (a document's number, a file's name); empty where there is none.
    pub evidence: String,
    /// Somebody other than its reporter has verified it (核实).
    pub verified: bool,
}
