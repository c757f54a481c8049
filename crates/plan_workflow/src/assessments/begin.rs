//! The beginning of an assessment: what it covers, and whether that can be.

use jiff::{
    Timestamp,
    civil::{Date, date},
};

use super::{
    Assessment, AssessmentEvent, Kinds,
    run::{all, bad, stream},
};
use crate::{
    WorkflowError,
    events::{Append, EventBatch},
    permissions::{Action, Actor, sees_plans_of},
    records::{Plan, User},
    storage::{Stamp, Storage},
};

/// The most characters of a title.
pub const LONGEST_TITLE: usize = 100;

/// What an assessment is to cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The kind's code word.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The day as of which is judged.
    pub as_of: Date,
    /// The name of the rule set.
    pub rule_set: String,
    /// The chapters; all where empty.
    pub chapters: Vec<String>,
    /// Accounts of the third party.
    pub evaluators: Vec<String>,
    /// Whether another one is wanted although one of the same kind, day and
    /// chapters stands.
    pub again: bool,
}

impl Scope {
    /// Whether an assessment is of the same kind, day and chapters.
    fn same(&self, other: &Assessment) -> bool {
        let sorted = |chapters: &[String]| {
            let mut chapters = chapters.to_vec();
            chapters.sort();
            chapters
        };
        let chapters = sorted(&self.chapters) == sorted(&other.chapters);
        chapters && self.kind == other.kind && self.as_of == other.as_of && other.withdrawn.is_none()
    }

    /// Whether it can be: title, day and kind. `today` is the last day that is not
    /// to come.
    fn check(&self, plan: &Plan, today: Date) -> Result<(), WorkflowError> {
        if Kinds::standard().kind(&self.kind).is_none() {
            let known = Kinds::standard().kinds.iter().map(|k| k.name.as_str()).collect::<Vec<_>>().join("、");
            return Err(bad("评估类型", format!("没有“{}”；请从 {known} 中选择", self.kind)));
        }
        let length = self.title.trim().chars().count();
        if length == 0 {
            return Err(bad("名称", "不能为空；请填写，如“2023年度监测评估”".to_owned()));
        }
        if length > LONGEST_TITLE {
            return Err(bad("名称", format!("有 {length} 字，最多 {LONGEST_TITLE} 字；请缩短")));
        }
        let (period, day) = (plan.head.period, self.as_of);
        let (first, last) = (date(period.first_year(), 1, 1), date(period.last_year(), 12, 31));
        let wrong = match day {
            _ if day < first => format!("{day} 早于规划期的第一天 {first}"),
            _ if day > last => format!("{day} 晚于规划期的最后一天 {last}"),
            _ if day > today => format!("{day} 还没有到，今天是 {today}"),
            _ => return Ok(()),
        };
        Err(bad("截止日期", format!("{wrong}；请改为 {first} 至 {} 之间的日期", last.min(today))))
    }
}

/// The accounts that can be named as the third party of a plan's assessment: in
/// use, with a role that evaluates, and of a region that sees the plan.
pub async fn evaluators<S: Storage>(storage: &S, plan: &Plan) -> Result<Vec<User>, WorkflowError> {
    let mut users = storage.users().await?;
    users.retain(|user| why_not(user, plan).is_none());
    Ok(users)
}

/// Why an account cannot be named as the third party.
fn why_not(user: &User, plan: &Plan) -> Option<&'static str> {
    if !user.active {
        return Some("已停用");
    }
    if !Actor::new(user.name.clone(), user.role.clone()).may(Action::Evaluate) {
        return Some("不是第三方评估角色");
    }
    let sees = sees_plans_of(user.region, &plan.head.jurisdiction);
    (!sees).then_some("看不到本规划所在的地区")
}

/// Refuses accounts that are not there or cannot evaluate, with their names.
async fn check_evaluators<S: Storage>(storage: &S, plan: &Plan, names: &[String]) -> Result<(), WorkflowError> {
    let users = storage.users().await?;
    let wrong = names.iter().filter_map(|name| match users.iter().find(|user| user.name == *name) {
        None => Some(format!("“{name}”没有这个账号")),
        Some(user) => why_not(user, plan).map(|why| format!("“{name}”{why}")),
    });
    let wrong: Vec<String> = wrong.collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let known = users.iter().filter(|user| why_not(user, plan).is_none()).map(|user| user.name.as_str());
    let known = known.collect::<Vec<_>>().join("、");
    let advice = match known.as_str() {
        "" => "还没有可指定的账号，请先请系统管理员新增，由安全管理员授予第三方评估角色".to_owned(),
        known => format!("可指定的账号：{known}"),
    };
    Err(bad("第三方评估账号", format!("{}；{advice}", wrong.join("，"))))
}

/// Begins an assessment; answers its id. `today` is the last day that is not to
/// come. One of the same kind, day and chapters is begun again only where that is
/// said ([`Scope::again`]).
pub async fn open<S: Storage>(
    storage: &S,
    actor: &Actor,
    (now, today): (Timestamp, Date),
    plan: &Plan,
    scope: Scope,
) -> Result<String, WorkflowError> {
    actor.require(Action::ManageAssessments)?;
    scope.check(plan, today)?;
    check_evaluators(storage, plan, &scope.evaluators).await?;
    let plan = plan.id;
    let known = all(storage, plan).await?;
    if let Some(same) = known.iter().find(|one| !scope.again && scope.same(one)) {
        let (id, title) = (&same.id, &same.title);
        return Err(WorkflowError::NotNow(format!(
            "已有类型、截止日期和章都相同的评估 {id}“{title}”；请继续办理那一次，发起错了的请先撤回，确需再评一次的请勾选“再评一次”"
        )));
    }
    let last = known.first().map_or(0, |a| a.id.trim_start_matches('A').parse().unwrap_or(0));
    let id = format!("A{}", last + 1_u32);
    let Scope { kind, title, as_of, rule_set, chapters, evaluators, .. } = scope;
    let title = title.trim().to_owned();
    let event = AssessmentEvent::Open { kind, title, as_of, rule_set, chapters, evaluators };
    let batch = EventBatch {
        action: "assessment.open",
        object: format!("plan:{plan}/assessment:{id}"),
        // Two who begin one at the same time do not share an id.
        appends: vec![Append::to(stream(plan, &id), 0, &[event])?],
        ..EventBatch::default()
    };
    storage.append(Stamp { actor: actor.name.clone(), at: now }, batch).await?;
    Ok(id)
}
