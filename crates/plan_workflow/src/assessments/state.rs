//! How an assessment stands: the fold of its events, and what may follow.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use plan_assessment::OutsideVerdict;
use plan_model::UnitId;

use super::{AssessmentEvent, Desk};

/// How far an assessment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 准备: scope, day and rules are set.
    Preparing,
    /// 征求说明: the snapshot is frozen, units explain.
    Explaining,
    /// 已定稿.
    Finished,
    /// 已报送.
    Sent,
    /// 已公开.
    Published,
    /// 已撤回: begun by mistake, goes no further.
    Withdrawn,
}

impl Stage {
    /// The stages of an assessment that is carried through, in order.
    pub const ALL: [Self; 5] = [Self::Preparing, Self::Explaining, Self::Finished, Self::Sent, Self::Published];

    /// Its name on pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Preparing => "准备",
            Self::Explaining => "征求说明",
            Self::Finished => "已定稿",
            Self::Sent => "已报送",
            Self::Published => "已公开",
            Self::Withdrawn => "已撤回",
        }
    }
}

/// How an explanation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExplanationState {
    /// 待说明.
    Asked,
    /// 待单位审核.
    Written,
    /// 待规划部门审定.
    Approved,
    /// 已审定.
    Accepted,
    /// 已退回.
    Returned,
}

/// What a unit was asked and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The indicator's or work item's id.
    pub subject: String,
    /// Its name.
    pub name: String,
    /// The unit asked; `None`: the planner.
    pub unit: Option<UnitId>,
    /// Whether it is binding.
    pub binding: bool,
    /// What the verdict says.
    pub why: String,
    /// By when.
    pub due: Date,
    /// How it stands.
    pub state: ExplanationState,
    /// Why it is behind.
    pub cause: String,
    /// What is done about it.
    pub measures: String,
    /// Why it went back, and who said so.
    pub returned: Option<(String, String)>,
    /// How often the unit was reminded.
    pub chased: u32,
    /// Who wrote it last.
    pub by: String,
    /// Where the unit said so, if the planning department wrote it down for it;
    /// empty where it was written by whoever was asked.
    pub basis: String,
    /// Since when it stands so; a reminder begins anew.
    pub since: Timestamp,
}

/// A problem found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub text: String,
    /// About what; may be empty.
    pub subject: String,
    /// Who puts it right.
    pub unit: Option<UnitId>,
    /// By when.
    pub due: Option<Date>,
    /// How it was put right.
    pub solved: Option<String>,
}

/// An opinion of the standing committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// What it says.
    pub text: String,
    /// Who said it.
    pub from: String,
    /// The reply.
    pub reply: Option<String>,
    /// When it was recorded.
    pub at: Timestamp,
}

/// That an assessment was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// An assessment as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Its id within the plan, such as `A1`.
    pub id: String,
    /// The kind's code word.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The day as of which is judged.
    pub as_of: Date,
    /// The name of the rule set.
    pub rule_set: String,
    /// The chapters it covers; all where empty.
    pub chapters: Vec<String>,
    /// Accounts of the third party.
    pub evaluators: Vec<String>,
    /// How far it is.
    pub stage: Stage,
    /// When it was frozen.
    pub frozen: Option<Timestamp>,
    /// Explanations asked for, binding ones first.
    pub explanations: Vec<Explanation>,
    /// Verdicts of others, with what else they said.
    pub outside: Vec<(OutsideVerdict, String)>,
    /// Problems found.
    pub problems: Vec<Problem>,
    /// The free sections of the report.
    pub texts: BTreeMap<String, String>,
    /// The day its report was finished, where that was noted.
    pub finished: Option<Date>,
    /// When the report went to the committee, and to whom.
    pub sent: Option<(Date, String)>,
    /// The committee's opinions.
    pub opinions: Vec<Opinion>,
    /// When all of it was made public.
    pub published: Option<Date>,
    /// That it was withdrawn.
    pub withdrawn: Option<Withdrawal>,
    /// How many events made it so.
    pub events: u32,
}

/// Why a step is refused; says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The stage does not allow it.
    #[error("评估现处于“{stage}”阶段，不能{what}；{hint}")]
    NotNow {
        /// The stage.
        stage: &'static str,
        /// What was tried.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// Explanations are missing.
    #[error("还有 {} 项滞后的指标或任务没有经审定的说明，不能定稿：{}；请先催办、审定（约束性指标在前）", .0.len(), .0.join("、"))]
    Unexplained(Vec<String>),
    /// Opinions are without a reply.
    #[error("第 {} 条审议意见还没有书面答复，不能公开；请先答复", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"))]
    Unanswered(Vec<usize>),
    /// A day cannot be.
    #[error("{field}：{message}")]
    Day {
        /// What day it is.
        field: &'static str,
        /// Both days, and what to do.
        message: String,
    },
    /// The opinion has its reply; that stays as it was given.
    #[error("第 {0} 条审议意见已经答复，答复不再改动；请刷新后核对")]
    Answered(u32),
    /// There is no such thing in the assessment.
    #[error("评估中没有{what}“{which}”；请刷新后核对")]
    Unknown {
        /// What.
        what: &'static str,
        /// Which one.
        which: String,
    },
    /// A text is missing.
    #[error("{0}不能为空；请填写后再提交")]
    Empty(&'static str),
    /// The explanation is not in that state.
    #[error("“{subject}”的说明现为“{state}”，不能{what}；请刷新后核对")]
    ExplanationNotNow {
        /// Whose.
        subject: String,
        /// How it stands.
        state: &'static str,
        /// What was tried.
        what: &'static str,
    },
}

impl ExplanationState {
    /// Its name on pages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "待说明",
            Self::Written => "待单位审核",
            Self::Approved => "待规划部门审定",
            Self::Accepted => "已审定",
            Self::Returned => "已退回",
        }
    }
}

impl Assessment {
    /// The assessment that an [`AssessmentEvent::Open`] begins.
    pub(super) fn opened(id: &str, event: &AssessmentEvent) -> Option<Self> {
        let AssessmentEvent::Open { kind, title, as_of, rule_set, chapters, evaluators } = event.clone() else {
            return None;
        };
        Some(Self {
            id: id.to_owned(),
            kind,
            title,
            as_of,
            rule_set,
            chapters,
            evaluators,
            stage: Stage::Preparing,
            frozen: None,
            explanations: Vec::new(),
            outside: Vec::new(),
            problems: Vec::new(),
            texts: BTreeMap::new(),
            finished: None,
            sent: None,
            opinions: Vec::new(),
            published: None,
            withdrawn: None,
            events: 1,
        })
    }

    /// The explanation of a subject.
    pub fn explanation(&self, subject: &str) -> Option<&Explanation> {
        self.explanations.iter().find(|e| e.subject == subject)
    }

    /// Whether an event may follow now; what it says is complete.
    pub fn check(&self, event: &AssessmentEvent) -> Result<(), Refused> {
        use AssessmentEvent as E;
        let only = |stages: &[Stage], what: &'static str, hint: &'static str| {
            if stages.contains(&self.stage) {
                return Ok(());
            }
            Err(Refused::NotNow { stage: self.stage.name(), what, hint })
        };
        let filled = |text: &str, what: &'static str| {
            if text.trim().is_empty() { Err(Refused::Empty(what)) } else { Ok(()) }
        };
        let explaining = [Stage::Explaining];
        let open = [Stage::Preparing, Stage::Explaining];
        match event {
            E::Open { .. } => only(&[], "重新发起", "请另建一次评估"),
            E::Freeze { .. } => only(&[Stage::Preparing], "冻结", "快照只冻结一次；口径有变请另建一次评估"),
            E::Ask { .. } => only(&explaining, "要求说明", "请先冻结快照，定稿后须先撤回定稿"),
            E::Chase { subject } => {
                only(&explaining, "催办", "已定稿的评估不再催办")?;
                self.must_be(subject, &[ExplanationState::Asked, ExplanationState::Returned], "催办")
            }
            E::Explain { subject, cause, measures, .. } => {
                only(&explaining, "填写说明", "请联系规划部门")?;
                filled(cause, "原因")?;
                filled(measures, "措施")?;
                use ExplanationState as S;
                self.must_be(subject, &[S::Asked, S::Written, S::Returned], "填写")
            }
            E::Approve { subject, desk } => {
                only(&explaining, "审核说明", "已定稿的评估须先撤回定稿")?;
                self.must_be(subject, before(*desk), "通过")
            }
            E::Return { subject, desk, reason } => {
                only(&explaining, "退回说明", "已定稿的评估须先撤回定稿")?;
                filled(reason, "退回理由")?;
                self.must_be(subject, before(*desk), "退回")
            }
            E::Outside { verdict, .. } => {
                let hint = match self.stage {
                    Stage::Preparing => "请先冻结快照",
                    Stage::Finished => "确需录入的请先撤回定稿",
                    _ => "报告报送后不再录入，可在下一次评估中录入",
                };
                only(&explaining, "录入其他评估结论", hint)?;
                filled(&verdict.by, "机构名称")?;
                filled(&verdict.word, "结论")
            }
            E::Problem { text, .. } => {
                only(&[Stage::Explaining, Stage::Finished, Stage::Sent], "登记问题", "公开后请另建一次评估")?;
                filled(text, "问题")
            }
            E::Solve { number, how } => {
                only(&[Stage::Explaining, Stage::Finished, Stage::Sent, Stage::Published], "记录整改", "请先冻结快照")?;
                filled(how, "整改情况")?;
                self.numbered(*number, self.problems.len(), "问题")
            }
            E::Write { .. } => only(&open, "改写报告文字", "已定稿的报告须先撤回定稿"),
            E::Finish { .. } => {
                only(&explaining, "定稿", "请先冻结快照")?;
                let open = self.explanations.iter().filter(|e| e.state != ExplanationState::Accepted);
                let open: Vec<String> = open.map(|e| e.name.clone()).collect();
                if open.is_empty() { Ok(()) } else { Err(Refused::Unexplained(open)) }
            }
            E::Reopen { reason } => {
                only(&[Stage::Finished], "撤回定稿", "已报送的报告不能撤回，请在答复中说明")?;
                filled(reason, "理由")
            }
            E::Withdraw { reason } => {
                let early = [Stage::Preparing, Stage::Explaining, Stage::Finished];
                only(&early, "撤回", "已报送的评估不能撤回；确有错误请在答复中说明，或另行发起一次")?;
                filled(reason, "撤回理由")
            }
            E::Send { to, .. } => {
                only(&[Stage::Finished], "报送", "请先定稿")?;
                filled(to, "报送对象")
            }
            E::Opine { text, .. } => {
                only(&[Stage::Sent], "记录审议意见", "报告报送后才有审议意见")?;
                filled(text, "意见")
            }
            E::Reply { number, text } => {
                only(&[Stage::Sent], "答复", "报告报送后才有审议意见")?;
                filled(text, "答复")?;
                self.numbered(*number, self.opinions.len(), "审议意见")?;
                let opinion = self.opinions.get((*number as usize).wrapping_sub(1));
                let open = opinion.is_none_or(|opinion| opinion.reply.is_none());
                if open { Ok(()) } else { Err(Refused::Answered(*number)) }
            }
            E::Publish { .. } => {
                only(&[Stage::Sent], "公开", "请先报送，并答复全部审议意见")?;
                let open = (1..).zip(&self.opinions).filter(|(_, opinion)| opinion.reply.is_none());
                let open: Vec<usize> = open.map(|(number, _)| number).collect();
                if open.is_empty() { Ok(()) } else { Err(Refused::Unanswered(open)) }
            }
        }
    }

    /// Whether the days an event names can be: in their order, and none to come
    /// (`today`: the last day that is not).
    pub fn in_time(&self, event: &AssessmentEvent, today: Date) -> Result<(), Refused> {
        let day = |field: &'static str, day: Date, earliest: &[(&str, Option<Date>)]| {
            let wrong = |message: String| Err(Refused::Day { field, message });
            if day > today {
                return wrong(format!(
                    "{day} 还没有到，今天是 {today}；请在{}之后再登记",
                    field.trim_end_matches("日期")
                ));
            }
            for (what, first) in earliest {
                if let Some(first) = first.filter(|first| day < *first) {
                    return wrong(format!("{day} 早于{what} {first}；请改为 {first} 或以后的日期"));
                }
            }
            Ok(())
        };
        match event {
            AssessmentEvent::Send { on, .. } => {
                day("报送日期", *on, &[("评估的截止日期", Some(self.as_of)), ("定稿日期", self.finished)])
            }
            // A problem may be put right later, and not before the day it was seen on.
            AssessmentEvent::Problem { due: Some(due), .. } if *due < self.as_of => Err(Refused::Day {
                field: "整改期限",
                message: format!("{due} 早于评估的截止日期 {0}；请改为 {0} 以后的日期", self.as_of),
            }),
            AssessmentEvent::Publish { on } => {
                day("公开日期", *on, &[("报送日期", self.sent.as_ref().map(|(sent, _)| *sent))])
            }
            _ => Ok(()),
        }
    }

    fn numbered(&self, number: u32, length: usize, what: &'static str) -> Result<(), Refused> {
        if (1..=length).contains(&(number as usize)) {
            return Ok(());
        }
        Err(Refused::Unknown { what, which: number.to_string() })
    }

    fn must_be(&self, subject: &str, states: &[ExplanationState], what: &'static str) -> Result<(), Refused> {
        let unknown = || Refused::Unknown { what: "待说明的事项", which: subject.to_owned() };
        let found = self.explanation(subject).ok_or_else(unknown)?;
        if states.contains(&found.state) {
            return Ok(());
        }
        Err(Refused::ExplanationNotNow { subject: found.name.clone(), state: found.state.name(), what })
    }

    /// Takes in what happened; an event that does not fit was refused when it came.
    pub(super) fn apply(&mut self, event: &AssessmentEvent, at: Timestamp, actor: &str) {
        use AssessmentEvent as E;
        match event.clone() {
            E::Open { .. } | E::Finish { .. } | E::Reopen { .. } | E::Send { .. } | E::Publish { .. } => {
                self.advance(event);
            }
            E::Withdraw { reason } => {
                self.stage = Stage::Withdrawn;
                self.withdrawn = Some(Withdrawal { reason, by: actor.to_owned(), at });
            }
            E::Freeze { .. } => {
                self.frozen = Some(at);
                self.stage = Stage::Explaining;
            }
            E::Ask { subject, name, unit, binding, why, due } => {
                self.explanations.retain(|e| e.subject != subject);
                self.explanations.push(Explanation {
                    subject,
                    name,
                    unit,
                    binding,
                    why,
                    due,
                    state: ExplanationState::Asked,
                    cause: String::new(),
                    measures: String::new(),
                    returned: None,
                    chased: 0,
                    by: String::new(),
                    basis: String::new(),
                    since: at,
                });
                // Binding ones first, as the decision of 2021 asks.
                self.explanations.sort_by_key(|e| !e.binding);
            }
            E::Chase { subject } => self.change(&subject, at, |e| e.chased += 1),
            E::Explain { subject, cause, measures, basis } => self.change(&subject, at, |e| {
                (e.cause, e.measures) = (cause.trim().to_owned(), measures.trim().to_owned());
                (e.state, e.returned, e.by) = (ExplanationState::Written, None, actor.to_owned());
                e.basis = basis.trim().to_owned();
            }),
            E::Approve { subject, desk } => self.change(&subject, at, |e| {
                e.state = if desk == Desk::Unit { ExplanationState::Approved } else { ExplanationState::Accepted };
            }),
            E::Return { subject, reason, .. } => self.change(&subject, at, |e| {
                (e.state, e.returned) = (ExplanationState::Returned, Some((reason, actor.to_owned())));
            }),
            E::Outside { verdict, comment } => {
                self.outside.retain(|(v, _)| (&v.indicator, &v.by) != (&verdict.indicator, &verdict.by));
                self.outside.push((verdict, comment));
            }
            E::Problem { text, subject, unit, due } => {
                self.problems.push(Problem { text, subject, unit, due, solved: None });
            }
            E::Solve { number, how } => {
                if let Some(problem) = self.problems.get_mut((number as usize).wrapping_sub(1)) {
                    problem.solved = Some(how);
                }
            }
            E::Write { section, text } => {
                self.texts.insert(section, text);
            }
            E::Opine { text, from } => self.opinions.push(Opinion { text, from, reply: None, at }),
            E::Reply { number, text } => {
                if let Some(opinion) = self.opinions.get_mut((number as usize).wrapping_sub(1)) {
                    opinion.reply = Some(text);
                }
            }
        }
    }

    fn advance(&mut self, event: &AssessmentEvent) {
        match event {
            AssessmentEvent::Finish { on } => (self.stage, self.finished) = (Stage::Finished, *on),
            AssessmentEvent::Reopen { .. } => (self.stage, self.finished) = (Stage::Explaining, None),
            AssessmentEvent::Send { on, to } => {
                (self.stage, self.sent) = (Stage::Sent, Some((*on, to.clone())));
            }
            AssessmentEvent::Publish { on } => (self.stage, self.published) = (Stage::Published, Some(*on)),
            _ => {}
        }
    }

    fn change(&mut self, subject: &str, at: Timestamp, change: impl FnOnce(&mut Explanation)) {
        if let Some(found) = self.explanations.iter_mut().find(|e| e.subject == subject) {
            change(found);
            found.since = at;
        }
    }
}

/// In which state a desk may approve or return. The planning department may also
/// take what a unit wrote and has nobody to approve.
fn before(desk: Desk) -> &'static [ExplanationState] {
    match desk {
        Desk::Unit => &[ExplanationState::Written],
        Desk::Planning => &[ExplanationState::Approved, ExplanationState::Written],
    }
}
