//! What an assessment covers: indicators with their figures, and tasks, projects
//! and titles with their nodes, as they stood when it was frozen.

use jiff::civil::Date;
use plan_assessment::{NodeRules, NodeVerdict, Replayed, RuleSet, RuleSetError, Snapshot, judge_nodes, replay};
use plan_model::{DueYear, Node, Verdict, WorkItem, WorkKind};
use serde::{Deserialize, Serialize};

use crate::{
    assess::Situation,
    assignments::Book,
    confirm::{Content, Item, State},
    directory::Directory,
    events::Happening,
};

/// A task, a project or a title to be won, as its nodes say on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedWork {
    /// The work item's id (W7, A3).
    pub id: String,
    /// The outermost heading it stands under; empty where there is none.
    pub chapter: String,
    /// What is to be done.
    pub name: String,
    /// What sort of work it is.
    pub kind: WorkKind,
    /// The unit that has accepted to lead it, else the one the text names; empty
    /// where there is neither.
    pub lead: String,
    /// By when it is promised.
    pub due: DueYear,
    /// How it stands.
    pub verdict: NodeVerdict,
}

impl JudgedWork {
    /// Whether a node of it is overdue.
    pub fn is_behind(&self) -> bool {
        self.verdict.days_behind > 0
    }
}

/// Everything an assessment is made from, as it stands now.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// The register, figures and nodes.
    pub situation: &'a Situation,
    /// The plan's commitments after confirming.
    pub confirmed: &'a State,
    /// Who leads what.
    pub book: &'a Book,
    /// The units.
    pub directory: &'a Directory,
}

impl Matter<'_> {
    /// The work of these chapters (all where empty), in the order of the text, as
    /// judged on a day. Directions (显著提升) promise nothing that could be done or
    /// not, and are left out.
    pub fn work(&self, as_of: Date, chapters: &[String]) -> Vec<JudgedWork> {
        let within = |item: &&Item| chapters.is_empty() || chapters.contains(&item.chapter);
        let counted = self.confirmed.items().filter(|item| item.fate.counts()).filter(within);
        let work = counted.filter_map(|item| match &item.content {
            Content::Work(work) if work.kind != WorkKind::Direction => Some((item, work)),
            _ => None,
        });
        work.filter_map(|(item, work)| self.judged(item, work, as_of)).collect()
    }

    fn judged(&self, item: &Item, work: &WorkItem, as_of: Date) -> Option<JudgedWork> {
        let id = item.key.to_string();
        let accepted = self.book.lead_of(&id).map(|part| self.directory.unit_name(&part.unit).to_owned());
        Some(JudgedWork {
            lead: accepted.or_else(|| work.lead.clone()).unwrap_or_default(),
            verdict: self.situation.schedules.verdict(&id, as_of)?,
            chapter: item.chapter.clone(),
            name: work.name.clone(),
            kind: work.kind,
            due: work.due,
            id,
        })
    }

    /// Inputs and rules of a judgement of these chapters, to be kept: the nodes of
    /// the work are among them.
    pub fn snapshot(&self, rules: &RuleSet, as_of: Date, chapters: &[String]) -> Snapshot {
        let mut snapshot = self.situation.snapshot(rules, as_of, chapters);
        let work = self.work(as_of, chapters);
        snapshot.nodes.extend(work.iter().flat_map(|work| self.situation.schedules.nodes(&work.id)));
        snapshot
    }
}

/// What an assessment judges, as it was frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// Every input and the rules.
    pub snapshot: Snapshot,
    /// The verdicts that followed, in the order of the register.
    pub verdicts: Vec<Verdict>,
    /// The work without a number and what followed for it, in the order of the text.
    #[serde(default)]
    pub work: Vec<JudgedWork>,
}

impl Frozen {
    /// Judges what was kept again, indicators and work, and compares.
    pub fn replay(&self) -> Result<Replayed, RuleSetError> {
        let mut other = match replay(&self.snapshot, &self.verdicts)? {
            Replayed::Identical => Vec::new(),
            Replayed::ProgramDiffers(ids) => ids,
        };
        if !self.work.is_empty() {
            let rules = NodeRules::parse(&self.snapshot.node_rules)?;
            let differs = |work: &&JudgedWork| {
                let nodes: Vec<&Node> = self.snapshot.nodes.iter().filter(|node| node.of == work.id).collect();
                judge_nodes(&nodes, self.snapshot.as_of, &rules) != work.verdict
            };
            other.extend(self.work.iter().filter(differs).map(|work| work.id.clone()));
        }
        Ok(if other.is_empty() { Replayed::Identical } else { Replayed::ProgramDiffers(other) })
    }
}

impl Happening for Frozen {
    fn kind(&self) -> &'static str {
        "frozen"
    }

    fn subject(&self) -> String {
        String::new()
    }
}
