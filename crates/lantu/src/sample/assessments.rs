//! Assessments of the sample: the yearly one of 2022, which is published with an
//! opinion and its reply, and the mid-term evaluation, under way: some units have
//! explained, some have not.

use jiff::{Timestamp, civil::date};
use plan_assessment::{DEFAULT_RULE_SET, OutsideVerdict, ready_rule_sets};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    assessments::{self, AssessmentEvent as Event, Desk, Explanation, Matter, Scope},
    assignments::{self, Ask, Part, PartKey, Wish},
    directory::{self, Directory, Post},
    permissions::Actor,
    records::PlanId,
};

use super::AS_OF;

/// The chapter that the yearly assessment covers: the plan's main goals.
const GOALS: &str = "“十四五”时期的总体要求和主要目标";
/// Who leads what nobody was asked to lead before: words of a name, and the unit.
const LEADS: [(&str, &str); 3] = [
    ("空气质量优良天数比率", "云汀市生态环境局青渚分局"),
    ("细颗粒物(PM2.5)", "云汀市生态环境局青渚分局"),
    ("云汀西站商务区", "区住房和城乡建设局"),
];

/// How far an explanation has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    Written,
    Approved,
    Accepted,
    Returned,
    Chased,
}
use Reached::{Accepted, Approved, Chased, Returned, Written};

/// Words of a name, how far its explanation has come, cause, measures.
type Said = (&'static str, Reached, &'static str, &'static str);

const YEARLY: [Said; 5] = [
    (
        "一般公共预算收入",
        Accepted,
        "留抵退税政策集中兑现，减收因素多于年初预计",
        "2023年起按月会商税源，年内清理盘活存量资产",
    ),
    ("服务业增加值占", Accepted, "住宿餐饮和文旅消费恢复慢于预期", "2023年二季度前出台服务业纾困提质措施"),
    ("数字经济核心产业", Accepted, "两个数字产业项目延期投产，产值未能纳统", "逐项目专班推进，2023年三季度前建成投产"),
    ("托位", Accepted, "社区托育点选址协调用时较长", "2023年将托位建设列入民生实事，按季通报"),
    ("社会消费品零售总额", Accepted, "限额以上商贸企业培育不足，线下消费减少", "2023年举办消费促进活动不少于12场"),
];

const MIDTERM: [Said; 6] = [
    (
        "单位地区生产总值能耗",
        Accepted,
        "新投产项目处于产能爬坡期，工业用能占比上升",
        "2024年6月底前完成首批30家重点用能企业节能诊断，严格新上项目能效审查",
    ),
    (
        "一般公共预算收入",
        Accepted,
        "土地相关税收减少，新增税源尚在培育",
        "2024年起按月会商税源，年底前完成存量资产盘活方案",
    ),
    ("累计实际使用外资", Approved, "两个在谈项目出资计划推迟到2024年", "建立外资项目专班，2024年一季度完成首期出资"),
    (
        "社会消费品零售总额",
        Written,
        "大宗消费恢复不及预期，距“基本符合预期”相差不到0.1亿元",
        "2024年上半年开展汽车、家电以旧换新",
    ),
    ("空气质量优良天数", Returned, "不利气象条件偏多，臭氧超标天数增加", "加强污染天气应对"),
    ("细颗粒物", Chased, "", ""),
];

/// Who takes the steps of the sample's assessments, and on what.
struct Steps<'a> {
    store: &'a Store,
    planner: &'a Actor,
    now: Timestamp,
    plan: PlanId,
    directory: Directory,
}

/// Carries out the assessments of a plan that has none.
pub(super) async fn load(store: &Store, planner: &Actor, now: Timestamp, plan: PlanId) -> Result<(), WorkflowError> {
    let directory = directory::read(store, None).await?;
    let steps = Steps { store, planner, now, plan, directory };
    steps.assign().await?;
    let yearly = steps.begin("annual", "青渚区“十四五”规划2022年度监测评估", 2022, &[GOALS]).await?;
    for said in &YEARLY {
        steps.explain(&yearly, said).await?;
    }
    steps.publish(&yearly).await?;
    let midterm = steps.begin("midterm", "青渚区“十四五”规划中期评估", 2023, &[]).await?;
    for said in &MIDTERM {
        steps.explain(&midterm, said).await?;
    }
    steps.third_party(&midterm).await
}

impl Steps<'_> {
    /// Asks units to lead what nobody leads, and has them accept it.
    async fn assign(&self) -> Result<(), WorkflowError> {
        let subjects = assignments::read_subjects(self.store, self.plan).await?;
        let desk = assignments::Desk { plan: self.plan, subjects: &subjects, directory: &self.directory, today: AS_OF };
        for (words, unit) in LEADS {
            let subject = subjects.iter().find(|subject| subject.name.contains(words)).ok_or_else(|| missing(words))?;
            let unit = self.directory.unit_named(unit).ok_or_else(|| missing(unit))?.id.clone();
            let key = PartKey { subject: subject.id.clone(), unit: unit.clone() };
            let (due, reason) = (date(2024, 3, 31), "中期评估须明确牵头单位".to_owned());
            let offer =
                Wish { key: key.clone(), seen: None, ask: Ask::Offer { part: Part::Lead, due, joint: false, reason } };
            assignments::act(self.store, self.planner, self.now, desk, &[offer]).await?;
            let accept = Wish { key, seen: Some(1), ask: Ask::Accept };
            assignments::act(self.store, &self.of_unit(&unit, "approver"), self.now, desk, &[accept]).await?;
        }
        Ok(())
    }

    /// Begins an assessment at the end of a year, and freezes it.
    async fn begin(&self, kind: &str, title: &str, year: i16, chapters: &[&str]) -> Result<String, WorkflowError> {
        let scope = Scope {
            kind: kind.to_owned(),
            title: title.to_owned(),
            as_of: date(year, 12, 31),
            rule_set: DEFAULT_RULE_SET.to_owned(),
            chapters: chapters.iter().map(|&chapter| chapter.to_owned()).collect(),
            evaluators: vec!["evaluator".to_owned()],
            again: false,
        };
        let matter = Matter::read(self.store, self.plan, AS_OF).await?;
        let plan = &matter.situation.plan;
        let id = assessments::open(self.store, self.planner, (self.now, AS_OF), plan, scope).await?;
        let known = assessments::read(self.store, self.plan, &id).await?;
        let rules = ready_rule_sets().iter().find(|rules| rules.name == known.rule_set);
        let rules = rules.ok_or_else(|| missing(&known.rule_set))?;
        let due = date(year + 1, 1, 15);
        assessments::freeze(self.store, self.planner, self.now, (&known, &matter), (rules, due)).await?;
        Ok(id)
    }

    async fn step(&self, id: &str, actor: &Actor, event: Event) -> Result<(), WorkflowError> {
        let known = assessments::read(self.store, self.plan, id).await?;
        assessments::act(self.store, actor, (self.now, AS_OF), (self.plan, &known), event).await
    }

    /// Somebody with this duty in a unit.
    fn of_unit(&self, unit: &plan_model::UnitId, role: &str) -> Actor {
        let holders = self.directory.holders(unit, role, AS_OF);
        let name = holders.first().map_or("示例", |(person, _)| person.account.as_deref().unwrap_or(&person.name));
        let post = Post { unit: unit.clone(), role: role.to_owned(), deputy: false };
        Actor::new(name, "staff").with_posts(vec![post])
    }

    /// Whoever was asked explains, as far as the sample says.
    async fn explain(&self, id: &str, (words, reached, cause, measures): &Said) -> Result<(), WorkflowError> {
        let known = assessments::read(self.store, self.plan, id).await?;
        let asked = known.explanations.iter().find(|asked| asked.name.contains(words));
        let Explanation { subject, unit, .. } = asked.ok_or_else(|| missing(words))?.clone();
        let acts = |role: &str| unit.as_ref().map_or_else(|| self.planner.clone(), |unit| self.of_unit(unit, role));
        if *reached == Chased {
            return self.step(id, self.planner, Event::Chase { subject }).await;
        }
        let (cause, measures) = ((*cause).to_owned(), (*measures).to_owned());
        self.step(
            id,
            &acts("reporter"),
            Event::Explain { subject: subject.clone(), cause, measures, basis: String::new() },
        )
        .await?;
        if *reached == Written {
            return Ok(());
        }
        if unit.is_some() {
            let by_unit = Event::Approve { subject: subject.clone(), desk: Desk::Unit };
            self.step(id, &acts("approver"), by_unit).await?;
        }
        match reached {
            Accepted => self.step(id, self.planner, Event::Approve { subject, desk: Desk::Planning }).await,
            Returned => {
                let reason = "措施没有写明时限和责任人，请补充".to_owned();
                self.step(id, self.planner, Event::Return { subject, desk: Desk::Planning, reason }).await
            }
            Approved | Written | Chased => Ok(()),
        }
    }

    /// From the finished report to its publication.
    async fn publish(&self, id: &str) -> Result<(), WorkflowError> {
        let text = |section: &str, text: &str| Event::Write { section: section.to_owned(), text: text.to_owned() };
        let opinion = "财政收入和数字经济两项指标进度偏慢，建议加强税源培育和项目调度".to_owned();
        let reply = "已列入2023年重点工作，由区财政局、区经济和信息化局按季报告进展".to_owned();
        for event in [
            text("下一步工作", "2023年重点抓税源培育和数字产业项目调度，按季报告进展。"),
            Event::Finish { on: Some(date(2023, 3, 15)) },
            Event::Send { on: date(2023, 3, 20), to: "区人大常委会".to_owned() },
            Event::Opine { text: opinion, from: "财政经济工作委员会".to_owned() },
            Event::Reply { number: 1, text: reply },
            Event::Publish { on: date(2023, 4, 28) },
        ] {
            self.step(id, self.planner, event).await?;
        }
        Ok(())
    }

    /// A third party's view of two indicators, and a problem it found.
    async fn third_party(&self, id: &str) -> Result<(), WorkflowError> {
        let evaluator = Actor::new("evaluator", "evaluator");
        let known = assessments::read(self.store, self.plan, id).await?;
        for (words, word, comment) in [
            ("一般公共预算收入", "滞后", "与系统判断一致"),
            ("社会消费品零售总额", "基本符合预期", "差距在误差范围内，建议视为基本符合"),
        ] {
            let asked = known.explanations.iter().find(|asked| asked.name.contains(words));
            let indicator = asked.ok_or_else(|| missing(words))?.subject.clone();
            let verdict = OutsideVerdict {
                indicator,
                by: evaluator.name.clone(),
                official: false,
                word: word.to_owned(),
                as_of: Some(known.as_of),
                source: "第三方评估初稿（虚构）".to_owned(),
            };
            self.step(id, &evaluator, Event::Outside { verdict, comment: comment.to_owned() }).await?;
        }
        let problem = Event::Problem {
            text: "部分任务未排节点，进展无法判断".to_owned(),
            subject: String::new(),
            unit: self.directory.unit_named("区发展和改革局").map(|unit| unit.id.clone()),
            due: Some(date(2024, 3, 31)),
        };
        self.step(id, self.planner, problem).await
    }
}

fn missing(what: &str) -> WorkflowError {
    WorkflowError::Internal(format!("样例缺少“{what}”"))
}
