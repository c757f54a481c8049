//! The workbook that a unit fills offline: what is asked in one round, row by
//! row, and the columns of its two tables. Writing and reading it are elsewhere
//! (`plan_report`, `plan_workflow`); both must agree on what stands here.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Answer, Period, WorkKind, WorkReport, decimal::plain};

/// The arrangement of sheets and columns. It rises when a workbook of the old
/// arrangement could be misread.
pub const TEMPLATE_LAYOUT: u32 = 1;

/// The names of the sheets: figures, work, and the hidden one that says which
/// template it is.
pub const FIGURES_SHEET: &str = "指标填报";
/// See [`FIGURES_SHEET`].
pub const WORK_SHEET: &str = "任务填报";
/// See [`FIGURES_SHEET`].
pub const IDENTITY_SHEET: &str = "模板信息";

/// What one unit is asked in one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportingTemplate {
    /// The id of the round.
    pub round: String,
    /// The round as people call it: 2024年一季度.
    pub round_title: String,
    /// The code of the unit.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// The id of the plan.
    pub plan: String,
    /// Its title.
    pub plan_title: String,
    /// The first day on which it can be reported.
    pub opens: Date,
    /// The last day in time.
    pub due: Date,
    /// The last day on which it is taken at all.
    pub closes: Date,
    /// A digest of [`asked`](Self::asked), made by the caller: a returned
    /// workbook with another one is of an older version.
    pub digest: String,
    /// Further lines of the head, such as that the data is invented.
    pub notes: Vec<String>,
    /// The figures that are due; no two with the same [key](FigureRow::key).
    pub figures: Vec<FigureRow>,
    /// The tasks, projects and milestones that are due; no two with the same id.
    pub work: Vec<WorkRow>,
}

impl ReportingTemplate {
    /// What is asked, as text to make the digest of: a line for each row. Neither
    /// answers nor last values are in it, so that a unit that reports some figures
    /// on the page can still return the workbook it took before.
    pub fn asked(&self) -> String {
        let mut text = format!("{TEMPLATE_LAYOUT}\n{}\n{}\n{}\n", self.round, self.unit, self.plan);
        for row in &self.figures {
            text.push_str(&format!("{}\t{}\t{}\n", row.key(), row.name, row.unit));
        }
        for row in &self.work {
            text.push_str(&format!("{}\t{}\n", row.item, row.title));
        }
        text
    }
}

/// A figure that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureRow {
    /// The indicator's id: I012.
    pub indicator: String,
    /// Its name.
    pub name: String,
    /// Its unit of measure; empty where it has none.
    pub unit: String,
    /// For which period it is due.
    pub period: Period,
    /// The last figure that is known.
    pub last: Option<LastFigure>,
    /// Within which bounds it is expected; outside them it is asked once more, not refused.
    pub expected: Option<ExpectedRange>,
    /// What was answered so far.
    pub answer: Option<Answer>,
}

/// The last known figure of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastFigure {
    /// The figure in the indicator's unit.
    pub value: Decimal,
    /// Of what period.
    pub period: Period,
}

/// Bounds, both included; at least one is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedRange {
    /// Not less than this.
    pub low: Option<Decimal>,
    /// Not more than this.
    pub high: Option<Decimal>,
}

/// A task, project or milestone that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkRow {
    /// Its id: W7.
    pub item: String,
    /// What sort of work it is.
    pub kind: WorkKind,
    /// What is to be done.
    pub title: String,
    /// The nodes that are due by this round.
    pub nodes: Vec<DueNode>,
    /// What was reported so far.
    pub report: Option<WorkReport>,
}

/// A node that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueNode {
    /// The last day in time.
    pub due: Date,
    /// What is to be there by then.
    pub deliverable: String,
}

/// A column of the table of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureColumn {
    /// The indicator's id.
    Id,
    /// Its name.
    Name,
    /// Its unit of measure.
    Unit,
    /// The period; with the id it is the key of the row.
    Period,
    /// The last figure.
    Last,
    /// The bounds within which it is expected.
    Range,
    /// The figure.
    Value,
    /// Which [`AnswerKind`](crate::AnswerKind); empty beside a figure means the figure.
    Answer,
    /// Why there is no figure.
    Reason,
    /// When there will be one.
    Expected,
    /// Whether the figure is a proxy.
    Proxy,
    /// Where it comes from.
    Source,
}

impl FigureColumn {
    /// All, in the order of the sheet; those to be filled come last.
    pub const ALL: [Self; 12] = [
        Self::Id,
        Self::Name,
        Self::Unit,
        Self::Period,
        Self::Last,
        Self::Range,
        Self::Value,
        Self::Answer,
        Self::Reason,
        Self::Expected,
        Self::Proxy,
        Self::Source,
    ];

    /// The head of the column.
    pub fn head(self) -> &'static str {
        match self {
            Self::Id => "编号",
            Self::Name => "指标",
            Self::Unit => "单位",
            Self::Period => "期间",
            Self::Last => "上期值",
            Self::Range => "预期范围",
            Self::Value => "本期值",
            Self::Answer => "答复",
            Self::Reason => "原因",
            Self::Expected => "预计时间",
            Self::Proxy => "替代口径",
            Self::Source => "来源依据",
        }
    }

    /// Whether the unit fills it.
    pub fn is_filled(self) -> bool {
        self >= Self::Value
    }
}

/// A column of the table of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkColumn {
    /// The id, which is the key of the row.
    Id,
    /// What sort of work it is.
    Kind,
    /// What is to be done.
    Title,
    /// The nodes that are due.
    Nodes,
    /// The state.
    State,
    /// The share done, in percent.
    ShareDone,
    /// 进展情况.
    Progress,
    /// 存在问题.
    Problems,
    /// 下一步打算.
    NextSteps,
    /// Where the evidence is.
    Evidence,
}

impl WorkColumn {
    /// All, in the order of the sheet; those to be filled come last.
    pub const ALL: [Self; 10] = [
        Self::Id,
        Self::Kind,
        Self::Title,
        Self::Nodes,
        Self::State,
        Self::ShareDone,
        Self::Progress,
        Self::Problems,
        Self::NextSteps,
        Self::Evidence,
    ];

    /// The head of the column.
    pub fn head(self) -> &'static str {
        match self {
            Self::Id => "编号",
            Self::Kind => "类别",
            Self::Title => "任务内容",
            Self::Nodes => "到期节点",
            Self::State => "进展状态",
            Self::ShareDone => "完成比例（%）",
            Self::Progress => "进展情况",
            Self::Problems => "存在问题",
            Self::NextSteps => "下一步打算",
            Self::Evidence => "佐证材料",
        }
    }

    /// Whether the unit fills it.
    pub fn is_filled(self) -> bool {
        self >= Self::State
    }
}

impl FigureRow {
    /// What tells the row from all others: `I012/2024Q1`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.indicator, self.period)
    }

    /// What stands in a cell: in a column to be filled, what was answered so far.
    pub fn cell(&self, column: FigureColumn) -> String {
        let answer = self.answer.as_ref();
        match column {
            FigureColumn::Id => self.indicator.clone(),
            FigureColumn::Name => self.name.clone(),
            FigureColumn::Unit => self.unit.clone(),
            FigureColumn::Period => self.period.to_string(),
            FigureColumn::Last => {
                self.last.as_ref().map_or_else(String::new, |last| format!("{}（{}）", plain(last.value), last.period))
            }
            FigureColumn::Range => self.expected.as_ref().map_or_else(String::new, ExpectedRange::words),
            FigureColumn::Value => answer.and_then(Answer::value).map_or_else(String::new, |value| value.to_string()),
            FigureColumn::Answer => answer.map_or("", |answer| answer.kind().word()).to_owned(),
            FigureColumn::Reason => answer.and_then(Answer::reason).unwrap_or_default().to_owned(),
            FigureColumn::Expected => answer.and_then(Answer::expected).map_or_else(String::new, |day| day.to_string()),
            FigureColumn::Proxy => match answer {
                Some(Answer::Figure { proxy: true, .. }) => "是".to_owned(),
                _ => String::new(),
            },
            FigureColumn::Source => match answer {
                Some(Answer::Figure { source, .. }) => source.clone(),
                _ => String::new(),
            },
        }
    }
}

impl ExpectedRange {
    /// The bounds in words.
    pub fn words(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => format!("{} 至 {}", plain(low), plain(high)),
            (Some(low), None) => format!("不低于 {}", plain(low)),
            (None, Some(high)) => format!("不高于 {}", plain(high)),
            (None, None) => String::new(),
        }
    }
}

impl WorkRow {
    /// What stands in a cell: in a column to be filled, what was reported so far.
    pub fn cell(&self, column: WorkColumn) -> String {
        let report = |text: fn(&WorkReport) -> String| self.report.as_ref().map(text).unwrap_or_default();
        match column {
            WorkColumn::Id => self.item.clone(),
            WorkColumn::Kind => kind_word(self.kind).to_owned(),
            WorkColumn::Title => self.title.clone(),
            WorkColumn::Nodes => {
                let nodes = self.nodes.iter().map(|node| format!("{} {}", node.due, node.deliverable));
                nodes.collect::<Vec<_>>().join("\n")
            }
            WorkColumn::State => report(|report| report.state.word().to_owned()),
            WorkColumn::ShareDone => report(|report| report.share_done.map(|s| s.to_string()).unwrap_or_default()),
            WorkColumn::Progress => report(|report| report.progress.clone()),
            WorkColumn::Problems => report(|report| report.problems.clone()),
            WorkColumn::NextSteps => report(|report| report.next_steps.clone()),
            WorkColumn::Evidence => report(|report| report.evidence.clone()),
        }
    }
}

fn kind_word(kind: WorkKind) -> &'static str {
    match kind {
        WorkKind::Task => "任务",
        WorkKind::Project => "项目",
        WorkKind::Milestone => "创建",
        WorkKind::Direction => "方向",
        WorkKind::Platform => "平台",
        WorkKind::List => "清单",
    }
}
