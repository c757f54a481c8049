//! What an assessment covers: indicators with their figures, and tasks, projects
//! and titles with their nodes, as they stood when it was frozen.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use plan_assessment::{
    InputChange, NodeRules, NodeVerdict, Replayed, RuleSet, RuleSetError, Snapshot, judge_nodes, replay,
};
use plan_model::{
    DueYear, Node, PeerFigure, Period, UnitId, Verdict, WorkItem, WorkKind, WorkReport, WorkState, plain,
};
use serde::{Deserialize, Serialize};

use crate::{
    WorkflowError,
    assess::Situation,
    assignments::{self, Book},
    collection::{Entry, RoundState, Rounds, Sheet},
    confirm::{Content, Ground, Item, State},
    directory::{self, Directory},
    events::Happening,
    peers::{self, Peers},
    records::PlanId,
    storage::Storage,
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
    /// How it stands by its nodes.
    pub verdict: NodeVerdict,
    /// What was last reported of it by then.
    #[serde(default)]
    pub reported: Option<Reported>,
}

/// What a unit reported of a piece of work, as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Of which period.
    pub period: Period,
    /// What it says.
    pub report: WorkReport,
}

impl JudgedWork {
    /// Whether a node of it is overdue, or its unit reported last that it cannot
    /// go on (受阻).
    pub fn is_behind(&self) -> bool {
        self.verdict.days_behind > 0 || (self.is_blocked() && !self.verdict.completed)
    }

    fn is_blocked(&self) -> bool {
        self.reported.as_ref().is_some_and(|last| last.report.state == WorkState::Blocked)
    }

    /// How it stands and why, in Chinese: what its nodes say, then what was reported.
    pub fn why(&self) -> String {
        let said = std::iter::once(self.verdict.reason.zh.clone()).chain(self.reported.as_ref().map(Reported::words));
        format!("{}：{}", self.verdict.status.word, said.collect::<Vec<_>>().join("；"))
    }
}

impl Reported {
    /// The report in one line: 2023-06报告推进中，完成60%，主体封顶；存在问题：….
    pub fn words(&self) -> String {
        let WorkReport { state, share_done, progress, problems, .. } = &self.report;
        let mut words = format!("{}报告{}", self.period, state.word());
        if let Some(share) = share_done {
            words.push_str(&format!("，完成{}%", plain(*share)));
        }
        let one_line = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        if !progress.is_empty() {
            words.push_str(&format!("，{}", one_line(progress)));
        }
        if !problems.is_empty() {
            words.push_str(&format!("；存在问题：{}", one_line(problems)));
        }
        words
    }
}

/// Everything an assessment is made from, as it stands now.
#[derive(Debug)]
pub struct Matter {
    /// The register, figures and nodes.
    pub situation: Arc<Situation>,
    /// The plan's commitments after confirming.
    pub confirmed: State,
    /// Who leads what.
    pub book: Arc<Book>,
    /// The units.
    pub directory: Arc<Directory>,
    /// What was accepted of the reports on work ([`accepted_reports`]).
    pub reports: BTreeMap<String, Vec<Reported>>,
    /// The figures of peer regions, which judge nothing.
    pub peers: Peers,
}

/// A round with what each unit answered.
pub type AnsweredRound = (RoundState, BTreeMap<UnitId, Sheet>);

/// What was accepted of the reports on work, by work item, in order of the periods.
pub fn accepted_reports(rounds: &[AnsweredRound]) -> BTreeMap<String, Vec<Reported>> {
    let mut found: BTreeMap<String, Vec<Reported>> = BTreeMap::new();
    for (state, sheets) in rounds {
        for (subject, row) in sheets.values().flat_map(Sheet::rows) {
            let accepted = row.accepted.and_then(|number| row.saved(number));
            if let Some(Entry::Work(report)) = accepted.map(|saved| &saved.entry) {
                let reported = Reported { period: state.round.period, report: report.clone() };
                found.entry(subject.to_owned()).or_default().push(reported);
            }
        }
    }
    found.values_mut().for_each(|reports| reports.sort_by_key(|one| one.period.last_day()));
    found
}

impl Matter {
    /// Reads it; units are those of a day.
    pub async fn read<S: Storage>(storage: &S, plan: PlanId, today: Date) -> Result<Self, WorkflowError> {
        let directory = directory::read(storage, None).await?;
        let ground = Ground::read(storage, plan).await?;
        let mut rounds = Vec::new();
        for state in Rounds::read(storage, plan, None).await?.all() {
            rounds.push((state.clone(), Sheet::read_all(storage, plan, &state.round.id).await?));
        }
        Ok(Self {
            situation: Arc::new(Situation::read(storage, plan, None).await?),
            confirmed: State::fold(&ground, storage.decisions(plan).await?),
            book: Arc::new(assignments::read(storage, plan, None).await?.on(&directory, today)),
            reports: accepted_reports(&rounds),
            peers: peers::read(storage, plan, None).await?,
            directory: Arc::new(directory),
        })
    }

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
        let reports = self.reports.get(&id).map(Vec::as_slice).unwrap_or_default();
        Some(JudgedWork {
            lead: accepted.or_else(|| work.lead.clone()).unwrap_or_default(),
            verdict: self.situation.schedules.verdict(&id, as_of)?,
            reported: reports.iter().rev().find(|one| one.period.last_day() <= as_of).cloned(),
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

/// The figures of peers for the indicators a snapshot judges, of periods that are
/// over on its day.
pub(super) fn peers_of(snapshot: &Snapshot, peers: &Peers) -> Vec<PeerFigure> {
    peers.known_on(snapshot.as_of, |id| snapshot.indicators.iter().any(|indicator| indicator.id == id))
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
    /// The figures of peer regions that the report compares with. No verdict depends
    /// on them.
    #[serde(default)]
    pub peers: Vec<PeerFigure>,
}

impl Frozen {
    /// Which figures of peers are others now than when it was frozen.
    pub fn peer_changes(&self, now: &Peers) -> Vec<InputChange> {
        peers::changes(&self.peers, &peers_of(&self.snapshot, now))
    }

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
