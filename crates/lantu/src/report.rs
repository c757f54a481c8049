//! From a plan as it stands to the values a report is made from.

use jiff::civil::Date;
use plan_assessment::RuleSet;
use plan_model::{DueYear, PeerComparison, PeerFigure, RegionCode, Verdict, WorkKind};
use plan_report::compose::{HistoryPoint, IndicatorStanding, ReportData, WorkGroup, WorkStanding};
use plan_workflow::{
    assess::{Overview, Situation},
    assessments::{JudgedWork, Reported},
    directory::Directory,
    peers::{self, OwnRegion},
};

use crate::server::judged::standing_for;

/// What a report says of a plan, judged by a rule set as of a day; work without
/// agreed nodes cannot be judged, and the report says so.
pub(crate) fn data(situation: &Situation, work: &[JudgedWork], rules: &RuleSet, as_of: Date) -> ReportData {
    let overview = situation.overview(rules, as_of);
    let head = &situation.plan.head;
    let region = head.jurisdiction.parse::<RegionCode>().is_err().then(|| head.jurisdiction.clone());
    ReportData {
        assessment: format!("plan{}@{as_of}", situation.plan.id),
        plan: head.title.clone(),
        // A code says nothing to a reader; the title of the plan names the place.
        region: region.unwrap_or_default(),
        period: head.period,
        as_of,
        rule_set: rules.title.clone(),
        time_passed: overview.time_passed,
        sample: false,
        indicators: indicators(situation, &overview, rules),
        work: works(work),
        peers: Vec::new(),
        texts: std::collections::BTreeMap::new(),
    }
}

/// The region beside its peers, as of a day: what a report compares, and judges nothing.
pub(crate) fn peers(
    situation: &Situation,
    judged: (&RuleSet, Date),
    directory: &Directory,
    figures: &[PeerFigure],
) -> Vec<PeerComparison> {
    let own = OwnRegion::of(&situation.plan.head, directory);
    peers::comparisons(situation, judged, &own.name, figures)
}

fn indicators(situation: &Situation, overview: &Overview, rules: &RuleSet) -> Vec<IndicatorStanding> {
    let as_of = overview.as_of;
    let first = situation.plan.head.period.first_year();
    let year_ends: Vec<(i16, Date)> = (first..=as_of.year())
        .filter_map(|year| Some((year, Date::new(year, 12, 31).ok()?)))
        .filter(|(_, end)| *end <= as_of)
        .collect();
    let by_year: Vec<(i16, Vec<Verdict>)> =
        year_ends.into_iter().map(|(year, end)| (year, situation.verdicts(rules, end))).collect();
    situation
        .records
        .iter()
        .zip(&overview.verdicts)
        .enumerate()
        .map(|(at, (record, verdict))| {
            let id = &record.indicator.id;
            let history = standing_for(situation.figures.of(id), as_of).into_iter().map(|seen| HistoryPoint {
                period: seen.period,
                value: seen.value,
                standing: seen.standing,
                source: seen.source.clone(),
            });
            let years = by_year.iter().filter_map(|(year, verdicts)| Some((*year, verdicts.get(at)?.clone())));
            IndicatorStanding {
                indicator: record.indicator.clone(),
                verdict: verdict.clone(),
                behind: overview.behind.contains(id),
                history: history.collect(),
                by_year: years.collect(),
                explanation: None,
            }
        })
        .collect()
}

/// Work as its nodes say; what else a reader must know of it (a node without
/// evidence, the next one to come, what its unit reported) stands beside the reason.
fn works(work: &[JudgedWork]) -> Vec<WorkStanding> {
    let standing = |one: &JudgedWork| {
        let said = std::iter::once(&one.verdict.reason).chain(&one.verdict.notes).map(|message| message.zh.clone());
        let said: Vec<String> = said.chain(one.reported.as_ref().map(Reported::words)).collect();
        WorkStanding {
            subject: one.id.clone(),
            group: if one.kind == WorkKind::Project { WorkGroup::Project } else { WorkGroup::Task },
            chapter: one.chapter.clone(),
            name: one.name.clone(),
            lead: one.lead.clone(),
            due: match one.due {
                DueYear::Year(year) => format!("{year}年"),
                DueYear::EveryYear => "每年".to_owned(),
                DueYear::NotStated => String::new(),
            },
            behind: one.is_behind(),
            progress: said.join("；"),
            status: one.verdict.status.clone(),
            explanation: None,
        }
    };
    work.iter().map(standing).collect()
}
