//! What a plan promises, with its place in the approved text.

use serde::{Deserialize, Serialize};

use crate::{
    Confidence, Period,
    target::{Target, code_words},
};

/// A place in a source: a line and the characters in it. Characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Anchor {
    /// The line, counted from 1 as editors do.
    pub line: u32,
    /// The first character, counted from 0.
    pub start: u32,
    /// One past the last character; never below `start`.
    pub end: u32,
}

/// What kind of measure a commitment gives (`numeric`, `coverage` 全覆盖, `zero`
/// 清零, `multiple` 翻番, `rank` 前列).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommitmentClass {
    /// A number that says how much.
    Numeric,
    /// All of a named whole: 全覆盖, 全部, 所有, 应…尽….
    Coverage,
    /// None left: 清零, 消除, 杜绝, 动态归零.
    Zero,
    /// A multiple of the base: 翻番, 倍增.
    Multiple,
    /// A place among peers: 前列, 前10位.
    Rank,
}

code_words!(CommitmentClass, "目标类别", {
    Numeric => "numeric", Coverage => "coverage", Zero => "zero", Multiple => "multiple", Rank => "rank",
});

/// What the predicate says is done to the measure, where the text says it; it
/// decides the arithmetic (rulebook, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// 达到, 完成, or no verb: a level or an amount is to be there.
    #[default]
    Reach,
    /// 提高到, 增至, 提升至: the level is to rise.
    RaiseTo,
    /// 降至, 缩小到, 压减到: the level is to fall.
    LowerTo,
    /// 稳定在, 保持在, 控制在: the bound holds all the time.
    Hold,
    /// 增长 7%, 年均增长 7%: a rate of growth.
    Grow,
    /// 下降 13.5%, 降低: a fall by so much.
    FallBy,
    /// 提高 5 个百分点, 提升 10 位: a rise by so much.
    RiseBy,
    /// 新增, 培育, 建成, 引进, 完成投资: counts or amounts that add up.
    AddUp,
}

code_words!(Intent, "目标意图", {
    Reach => "reach", RaiseTo => "raise_to", LowerTo => "lower_to", Hold => "hold", Grow => "grow",
    FallBy => "fall_by", RiseBy => "rise_by", AddUp => "add_up",
});

/// One measurable promise of a plan, as found in its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// What is measured, in the document's own characters.
    pub name: String,
    /// How it is measured.
    pub class: CommitmentClass,
    /// What is promised.
    pub target: Target,
    /// What is done to the measure.
    pub intent: Intent,
    /// Where it stands in the source.
    pub anchor: Anchor,
    /// The words of the source at that place, at most 60 characters.
    pub quote: String,
    /// The code of the rule that found it; the codes are listed in `rules/`.
    pub rule: String,
    /// How sure the rule is.
    #[serde(default)]
    pub confidence: Confidence,
}

/// A past or present fact with a figure, the likely base of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What was measured, in the document's own characters.
    pub name: String,
    /// The figure, its unit, and how the text qualifies it (`due` says nothing here).
    pub value: Target,
    /// The time it speaks of, where the text says it.
    pub period: Option<Period>,
    /// Where it stands in the source.
    pub anchor: Anchor,
    /// The words of the source at that place.
    pub quote: String,
    /// The code of the rule that found it.
    pub rule: String,
}
