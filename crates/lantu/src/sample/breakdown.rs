//! The sample broken down: yearly targets, one with a gap on purpose, shares of
//! towns, nodes of some work, budget lines. Fictional, like all of it.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::date};
use plan_model::{DueYear, WorkKind};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    breakdown::{self, NewLine, NewShares, NewYears},
    confirm::{CandidateKey, WorkItemRecord},
    directory,
    nodes::{self, NewNode, NewSchedule},
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};

use super::AS_OF;

/// Indicator, the targets of 2021 to 2025, course within the year. The first adds
/// up to 145 of 150, to be found.
const YEARS: [(&str, [&str; 5], &str); 3] = [
    ("新增规模以上工业企业", ["25", "30", "30", "30", "30"], "year-end"),
    (SHARED, ["12", "12", "12", "12", "12"], ""),
    ("新增公共停车泊位", ["1200", "1600", "1800", "1800", "1600"], "seasonal"),
];

/// The shares of towns in this one; those of 2023 make 11 of 12.
const SHARED: &str = "新增等级民宿";
const SHARES: [(&str, [&str; 5]); 4] = [
    ("枫涧镇人民政府", ["4", "4", "4", "4", "4"]),
    ("石砚镇人民政府", ["3", "3", "2", "3", "3"]),
    ("南苇镇人民政府", ["2", "2", "2", "2", "2"]),
    ("松屏镇人民政府", ["3", "3", "3", "3", "3"]),
];

/// Due, deliverable, and the day it was done; empty where it is not.
type Step = (&'static str, &'static str, &'static str);

/// The nodes of some work: one goes by them, one is behind.
const NODES: [(&str, [Step; 3]); 2] = [
    (PAID, [("2021Q4", "方案批复", "2021-11-30"), ("2023Q2", "主体完工", "2023-06-20"), ("2025", "建成投用", "")]),
    ("云汀西站商务区", [("2022Q2", "立项", "2022-06-15"), ("2023Q3", "开工", ""), ("2025", "完工验收", "")]),
];

/// Of the other projects, one in so many goes by year ends; of those, one in so
/// many is behind.
const SCHEDULED: usize = 3;
const BEHIND: usize = 7;

/// The work that budget lines pay for.
const PAID: &str = "特种纸新材料产业园";

/// Breaks the district's plan down.
pub(super) async fn load(store: &Store, planner: &Actor, now: Timestamp, plan: PlanId) -> Result<(), WorkflowError> {
    let records = store.indicators(plan, None).await?;
    let id = |name: &str| {
        let found = records.iter().find(|record| record.indicator.name == name);
        found.map(|record| record.indicator.id.clone()).ok_or_else(|| missing(name))
    };
    for (name, values, within) in YEARS {
        let years = (2021..).zip(values.map(str::to_owned)).collect();
        let new = NewYears { indicator: id(name)?, years, within: within.to_owned(), ..NewYears::default() };
        breakdown::set_years(store, planner, now, plan, new).await?;
    }
    let units = directory::read(store, None).await?;
    let mut cells = Vec::new();
    for (name, values) in SHARES {
        let unit = units.unit_named(name).ok_or_else(|| missing(name))?.id.clone();
        cells.extend((2021..).zip(values).map(|(year, value)| (unit.clone(), year, value.to_owned())));
    }
    let new = NewShares { indicator: id(SHARED)?, cells, ..NewShares::default() };
    breakdown::set_shares(store, planner, now, plan, (&units, new)).await?;
    let work = store.work_items(plan).await?;
    let subject = |name: &str| {
        let found = work.iter().find(|record| record.item.name == name);
        found.map(|record| CandidateKey::Work(record.number).to_string()).ok_or_else(|| missing(name))
    };
    for (name, steps) in NODES {
        schedule(store, planner, (now, plan), (&subject(name)?, steps)).await?;
    }
    by_year_ends(store, planner, (now, plan), &work).await?;
    let (paid, shared) = (subject(PAID)?, id(SHARED)?);
    let known: BTreeSet<String> = [paid.clone(), shared.clone()].into();
    for (code, name, year, amount, subject) in [
        ("YS-2022-017", "项目前期经费", "2022", "120", &paid),
        ("YS-2023-017", "项目建设资金", "2023", "860.5", &paid),
        ("YS-2023-031", "民宿等级评定补助", "2023", "36", &shared),
    ] {
        let [code, name, year, amount] = [code, name, year, amount].map(str::to_owned);
        let (source, subject) = ("区级财政（虚构）".to_owned(), subject.clone());
        let line = NewLine { code, name, year, amount, source, subject };
        breakdown::set_line(store, planner, now, plan, (&line, &known)).await?;
    }
    Ok(())
}

async fn schedule(
    store: &Store,
    planner: &Actor,
    (now, plan): (Timestamp, PlanId),
    (subject, steps): (&str, [Step; 3]),
) -> Result<(), WorkflowError> {
    let row = |(due, deliverable, _): Step| NewNode {
        due: due.to_owned(),
        deliverable: deliverable.to_owned(),
        ..NewNode::default()
    };
    let new = NewSchedule { subject: subject.to_owned(), nodes: steps.map(row).into(), ..NewSchedule::default() };
    nodes::propose(store, (planner, None), now, plan, (new, true)).await?;
    let done = steps.into_iter().map(|(_, _, on)| on).filter(|on| !on.is_empty());
    mark(store, planner, (now, plan), (subject, done)).await
}

/// Reports the first nodes of some work done on these days, and verifies them.
async fn mark(
    store: &Store,
    planner: &Actor,
    (now, plan): (Timestamp, PlanId),
    (subject, days): (&str, impl Iterator<Item = impl ToString>),
) -> Result<(), WorkflowError> {
    // Proposing and approving were two events; each mark is one more.
    let mut seen = 2;
    let reporter = Actor::new("示例填报", "planner");
    for (number, on) in (1..).zip(days) {
        let (node, on) = (format!("N{number}"), on.to_string());
        let mark = (subject, node.as_str(), on.as_str(), "虚构佐证：完成情况说明", seen);
        nodes::mark_done(store, (&reporter, None), (now, AS_OF), plan, mark).await?;
        nodes::check_node(store, planner, now, plan, (subject, &node, None, seen + 1)).await?;
        seen += 2;
    }
    Ok(())
}

/// The other projects have a step by the end of each year: what was due is done
/// and verified, but for a few.
async fn by_year_ends(
    store: &Store,
    planner: &Actor,
    (now, plan): (Timestamp, PlanId),
    work: &[WorkItemRecord],
) -> Result<(), WorkflowError> {
    let projects = work.iter().filter(|record| record.item.kind == WorkKind::Project).step_by(SCHEDULED);
    let projects: Vec<(String, String, DueYear)> = projects
        .map(|record| (CandidateKey::Work(record.number).to_string(), record.item.name.clone(), record.item.due))
        .collect();
    nodes::propose_many(store, planner, now, plan, &projects).await?;
    let subjects: Vec<String> = projects.into_iter().map(|(subject, ..)| subject).collect();
    nodes::approve_many(store, planner, now, plan, &subjects).await?;
    let schedules = nodes::read(store, plan, None).await?;
    let named: Vec<String> = subjects.into_iter().filter(|subject| schedules.nodes(subject).len() > 3).collect();
    for (at, subject) in named.iter().enumerate() {
        let last = if at % BEHIND == BEHIND - 1 { 2021 } else { 2023 };
        let steps = (2021..=last).map(|year| date(year, 12, 20 - i8::try_from(at % 7).unwrap_or_default()));
        mark(store, planner, (now, plan), (subject, steps)).await?;
    }
    Ok(())
}

fn missing(what: &str) -> WorkflowError {
    WorkflowError::Internal(format!("样例缺少“{what}”"))
}
