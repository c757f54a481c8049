//! From a plan as it stands to the values a report is made from.

use jiff::civil::Date;
use plan_assessment::{RuleSet, judge_nodes, ready_node_rules};
use plan_model::{DueYear, RegionCode, Verdict, WorkKind};
use plan_report::compose::{HistoryPoint, IndicatorStanding, ReportData, WorkGroup, WorkStanding};
use plan_workflow::{
    assess::{Overview, Situation},
    confirm::{Content, State},
};

use crate::server::judged::standing_for;

/// What a report says of a plan, judged by a rule set as of a day. Work without
/// agreed nodes cannot be judged, and the report says so.
pub(crate) fn data(situation: &Situation, work: &State, rules: &RuleSet, as_of: Date) -> ReportData {
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
        work: works(work, as_of),
        texts: std::collections::BTreeMap::new(),
    }
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

/// Tasks, projects and milestones that hold. Directions (显著提升) promise no
/// work that could be done or not.
fn works(state: &State, as_of: Date) -> Vec<WorkStanding> {
    let Some(rules) = ready_node_rules() else { return Vec::new() };
    let standing = |(chapter, item): (&str, &plan_model::WorkItem)| {
        let verdict = judge_nodes(&[], as_of, rules);
        WorkStanding {
            group: if item.kind == WorkKind::Project { WorkGroup::Project } else { WorkGroup::Task },
            chapter: chapter.to_owned(),
            name: item.name.clone(),
            lead: item.lead.clone().unwrap_or_default(),
            due: match item.due {
                DueYear::Year(year) => format!("{year}年"),
                DueYear::EveryYear => "每年".to_owned(),
                DueYear::NotStated => String::new(),
            },
            behind: verdict.days_behind > 0,
            progress: verdict.reason.zh,
            status: verdict.status,
        }
    };
    let items = state.items().filter(|item| item.fate.counts());
    let work = items.filter_map(|item| match &item.content {
        Content::Work(work) if work.kind != WorkKind::Direction => Some((item.chapter.as_str(), work)),
        _ => None,
    });
    work.map(standing).collect()
}
