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
    // A code says nothing to a reader; the title of the plan names the place.
    let coded = head.jurisdiction.parse::<RegionCode>().is_ok();
    let region = if coded { place(&head.title).to_owned() } else { head.jurisdiction.clone() };
    ReportData {
        assessment: format!("plan{}@{as_of}", situation.plan.id),
        plan: head.title.clone(),
        region,
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

/// The place that the title of a plan begins with; empty where it names none.
fn place(title: &str) -> &str {
    let ends = |(at, c): &(usize, char)| {
        let after = title.get(at + c.len_utf8()..).unwrap_or_default();
        let plan = ["国民经济", "“", "第十", "政府工作报告"].iter().any(|word| after.starts_with(word));
        "省市区县旗州盟乡镇".contains(*c) && (plan || after.starts_with(|c: char| c.is_ascii_digit()))
    };
    let end = title.char_indices().find(ends).map(|(at, c)| at + c.len_utf8());
    end.and_then(|end| title.get(..end)).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_a_plan_names_its_place() {
        for (title, named) in [
            ("示例区国民经济和社会发展第十四个五年规划纲要", "示例区"),
            ("示例市示例县2023年政府工作报告", "示例市示例县"),
            ("示例省“十四五”数字经济发展规划", "示例省"),
            ("国民经济和社会发展第十四个五年规划纲要", ""),
            ("", ""),
        ] {
            assert_eq!(place(title), named);
        }
    }
}
