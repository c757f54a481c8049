//! Figures: what an indicator was, according to whom.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Period, target::code_words};

/// On whose word a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// 自报: reported by the responsible unit.
    Reported,
    /// 统计: published by the statistical authority.
    Statistical,
    /// 核查: verified on the spot or by audit.
    Verified,
}

code_words!(Standing, "数据来源", {
    Reported => "reported", Statistical => "statistical", Verified => "verified",
});

impl Standing {
    /// Reads the code word or the Chinese word of a figures file.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.trim() {
            "reported" | "自报" => Some(Self::Reported),
            "statistical" | "统计" => Some(Self::Statistical),
            "verified" | "核查" => Some(Self::Verified),
            _ => None,
        }
    }
}

/// A figure for an indicator and a period. A revised figure is a further
/// observation with a higher vintage; it replaces nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The indicator's id within its plan.
    pub indicator: String,
    /// The time the figure speaks of.
    pub period: Period,
    /// The figure in the indicator's unit.
    pub value: Decimal,
    /// On whose word it stands.
    pub standing: Standing,
    /// 1 for the first figure of this indicator, period and standing, then 2, …
    pub vintage: u32,
    /// Where it comes from (a bulletin, a form), as the person wrote it.
    pub source: String,
    /// A remark; empty where there is none.
    pub note: String,
}
