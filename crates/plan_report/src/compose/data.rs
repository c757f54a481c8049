//! What a report is made from: indicators with their verdicts, work with its
//! state, and words that people wrote. Plain values; who fills them decides
//! where they come from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use plan_model::{Decimal, Indicator, IndicatorKind, PeerComparison, Period, PlanPeriod, Standing, Status, Verdict};

/// Everything a report may speak of.
#[derive(Debug, Clone)]
pub struct ReportData {
    /// The assessment, as written into the file.
    pub assessment: String,
    /// The title of the plan.
    pub plan: String,
    /// The region the plan holds for, in words.
    pub region: String,
    /// The years of the plan.
    pub period: PlanPeriod,
    /// The day as of which was judged.
    pub as_of: Date,
    /// The title of the rule set.
    pub rule_set: String,
    /// The share of the plan's time that has passed, from 0 to 1.
    pub time_passed: Decimal,
    /// Whether all of it is a fictional sample, which the report then says.
    pub sample: bool,
    /// The indicators in the order of the register.
    pub indicators: Vec<IndicatorStanding>,
    /// Tasks, projects and milestones in the order of the plan.
    pub work: Vec<WorkStanding>,
    /// The region beside its peers, for the indicators that have any, in the order of
    /// the register.
    pub peers: Vec<PeerComparison>,
    /// What people wrote, by the title of its place in the template.
    pub texts: BTreeMap<String, Vec<String>>,
}

impl ReportData {
    /// The main indicators (主要指标): those the plan calls binding or expected. A plan
    /// that says it of none has no table of main indicators; then those with a figure.
    pub(super) fn main(&self) -> Vec<&IndicatorStanding> {
        let said: Vec<_> = self.indicators.iter().filter(|i| i.indicator.kind != IndicatorKind::NotStated).collect();
        if said.is_empty() { self.indicators.iter().filter(|i| i.verdict.value.is_some()).collect() } else { said }
    }
}

/// The chapters in the order of the register with those of their indicators.
pub(super) fn by_chapter<'a>(
    wanted: impl IntoIterator<Item = &'a IndicatorStanding>,
) -> Vec<(&'a str, Vec<&'a IndicatorStanding>)> {
    let mut chapters: Vec<(&str, Vec<&IndicatorStanding>)> = Vec::new();
    for standing in wanted {
        let chapter = standing.indicator.group.as_str();
        match chapters.iter_mut().find(|(name, _)| *name == chapter) {
            Some((_, all)) => all.push(standing),
            None => chapters.push((chapter, vec![standing])),
        }
    }
    chapters
}

/// An indicator and how it stands.
#[derive(Debug, Clone)]
pub struct IndicatorStanding {
    /// The indicator.
    pub indicator: Indicator,
    /// Its verdict.
    pub verdict: Verdict,
    /// Whether it is behind, so that the law asks for an explanation.
    pub behind: bool,
    /// Its figures, one for each period, in order of time.
    pub history: Vec<HistoryPoint>,
    /// Its verdicts at the ends of the years so far.
    pub by_year: Vec<(i16, Verdict)>,
    /// Why it is behind and what is done, where its lead unit has said so.
    pub explanation: Option<Explanation>,
}

/// A figure of an indicator.
#[derive(Debug, Clone)]
pub struct HistoryPoint {
    /// The time it speaks of.
    pub period: Period,
    /// The figure in the indicator's unit.
    pub value: Decimal,
    /// On whose word it stands.
    pub standing: Standing,
    /// Where it comes from.
    pub source: String,
}

/// Why something is behind, in the words of its lead unit.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The unit that explains.
    pub unit: String,
    /// Why.
    pub cause: String,
    /// What is done about it, with dates.
    pub measures: String,
}

/// What sort of work it is, as reports group it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkGroup {
    /// 重点任务, milestones among them.
    Task,
    /// 重大项目
    Project,
}

/// A task or project and how it stands.
#[derive(Debug, Clone)]
pub struct WorkStanding {
    /// Its id.
    pub subject: String,
    /// What sort of work it is.
    pub group: WorkGroup,
    /// The chapter it belongs to; empty where there is none.
    pub chapter: String,
    /// What is to be done.
    pub name: String,
    /// The lead unit; empty where nobody has accepted it.
    pub lead: String,
    /// When it is due, in words; empty where none is stated.
    pub due: String,
    /// How it stands.
    pub status: Status,
    /// What was reported, or why it cannot be judged.
    pub progress: String,
    /// Whether it is behind, so that the law asks for an explanation.
    pub behind: bool,
    /// Why it is behind and what is done, where its lead unit has said so.
    pub explanation: Option<Explanation>,
}
