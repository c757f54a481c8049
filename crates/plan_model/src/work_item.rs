//! What a plan promises to do without saying how much: tasks, projects,
//! milestones and their like.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Anchor,
    target::{DueYear, code_words},
};

/// What sort of work a commitment without a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkKind {
    /// 任务: something is to be done (推进, 完善, 建立, 实施 and an object).
    Task,
    /// 项目: something is to be built, at a place or along a line.
    Project,
    /// 创建: a title, grade or pilot is to be won (创建, 争创, 创成).
    Milestone,
    /// 方向: a state is to change without a number (显著提升, 明显缩小, 快于).
    Direction,
    /// 平台: a named system or platform is to be set up.
    Platform,
    /// 清单: a list is to be drawn up or kept.
    List,
}

code_words!(WorkKind, "任务类别", {
    Task => "task", Project => "project", Milestone => "milestone", Direction => "direction",
    Platform => "platform", List => "list",
});

/// The stage a project is at or is to reach, as the text words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// 谋划, 规划, 研究.
    Plan,
    /// 前期.
    Prepare,
    /// 新建, 建设, 开工.
    Build,
    /// 续建, 加快建设.
    Continue,
    /// 建成, 完工, 投用.
    Complete,
    /// 改造, 提升, 修缮.
    Rebuild,
    /// 扩建, 延伸.
    Extend,
}

code_words!(Stage, "项目阶段", {
    Plan => "plan", Prepare => "prepare", Build => "build", Continue => "continue", Complete => "complete",
    Rebuild => "rebuild", Extend => "extend",
});

/// How sure the rule is that what it found is what the text promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// 确定: the sentence has the plain shape of its rule.
    #[default]
    Certain,
    /// 较可能: a part was put together from elsewhere in the paragraph, or the
    /// shape is one that also occurs otherwise.
    Likely,
    /// 待看: a person should look before it counts.
    Look,
}

code_words!(Confidence, "把握", { Certain => "certain", Likely => "likely", Look => "look" });

/// An amount that the text gives for a piece of work: investment, length, area, count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The number in the text's own unit.
    pub value: Decimal,
    /// The unit as written: 亿元, 公里, 平方米, 座.
    pub unit: String,
}

/// A commitment without a measure, as found in the text. `samples/gold/WORK-ITEMS.md`
/// says precisely what is one and what each field holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// What sort of work it is.
    pub kind: WorkKind,
    /// The verbs of intent as written (加快推进); empty where the text has none.
    pub verb: String,
    /// What is to be done, built, won or changed, in the document's own characters.
    pub name: String,
    /// The unit the text names as responsible.
    pub lead: Option<String>,
    /// Where, if the text says so of a project.
    pub place: Option<String>,
    /// The stage of a project.
    pub stage: Option<Stage>,
    /// The first amount the text gives for it.
    pub amount: Option<Amount>,
    /// By when.
    pub due: DueYear,
    /// Where it stands in the source.
    pub anchor: Anchor,
    /// The words of the source at that place, at most 60 characters.
    pub quote: String,
    /// The code of the rule that found it; the codes are listed in `rules/`.
    pub rule: String,
    /// How sure the rule is.
    pub confidence: Confidence,
}
