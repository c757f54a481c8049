//! An indicator built again after a person changed its mentions.

use document_reader::Source;
use plan_model::{PlanPeriod, Problem};

use super::{Maker, dictionary::Dictionary, kinds, links};
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
    /// What the text leaves unsaid is what the dictionary that comes with Lantu says.
    pub fn indicator(&self, id: &str, members: &[&CommitmentRecord]) -> Option<(NewIndicator, Vec<Problem>)> {
        let mut problems = Vec::new();
        let mentions: Vec<_> = members.iter().map(|member| &member.commitment).collect();
        let group = &links::one_group(&mentions, Dictionary::standard());
        let maker = Maker { id, members, group, facts: self.facts, period: self.period, kinds: &self.kinds };
        maker.indicator(&mut problems).map(|new| (new, problems))
    }
}
