//! An indicator built again after a person changed its mentions.

use document_reader::Source;
use plan_model::{PlanPeriod, Problem};

use super::{Maker, kinds};
use crate::records::{CommitmentRecord, FactRecord, NewIndicator};

/// What indicators of one plan are built again from.
pub struct Rebuilder<'a> {
    facts: &'a [FactRecord],
    period: PlanPeriod,
    kinds: kinds::Stated,
}

impl<'a> Rebuilder<'a> {
    /// Kinds are those the document's tables state by name; what else the import
    /// knew of kinds is kept by the caller.
    pub fn new(source: &Source, facts: &'a [FactRecord], period: PlanPeriod) -> Self {
        Self { facts, period, kinds: kinds::stated(source, &[]) }
    }

    /// The indicator of these mentions, with what is odd about it; `None` without any.
    pub fn indicator(&self, id: &str, members: &[&CommitmentRecord]) -> Option<(NewIndicator, Vec<Problem>)> {
        let mut problems = Vec::new();
        let maker = Maker { id, members, facts: self.facts, period: self.period, kinds: &self.kinds };
        maker.indicator(&mut problems).map(|new| (new, problems))
    }
}
