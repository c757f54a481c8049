//! The numbers of a report, each with its address: what a returned Word file is
//! compared with (数文一致).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{Period, target::code_words};

/// Every mark that Lantu puts around a number of a document begins like this.
pub const MARK_PREFIX: &str = "lantu_";

/// The mark around a computed passage begins like this; what stands in it is not
/// bound as a whole.
pub const PASSAGE_PREFIX: &str = "lantu_p";

/// Stands for a bound number or word in [`ReportPassage::words`].
pub const BOUND: char = '\u{fffc}';

/// The property of a Word file that names the assessment it belongs to.
pub const ASSESSMENT_PROPERTY: &str = "LantuAssessment";

/// The property of a Word file that holds the digest of its numbers as issued.
pub const DIGEST_PROPERTY: &str = "LantuDigest";

/// The part of a report a number stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportPart {
    /// 正文: a sentence or a heading.
    Text,
    /// 表: a table in the text.
    Table,
    /// 附件: a sentence or a table of an annex.
    Annex,
}

code_words!(ReportPart, "报告部分", { Text => "text", Table => "table", Annex => "annex" });

/// A number as it was written into a report, bound to where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportNumber {
    /// The name of its mark in the document, beginning with [`MARK_PREFIX`];
    /// unique within the report.
    pub mark: String,
    /// What it is a number of, such as `I3/value/2023`. Numbers of one report
    /// with the same subject must agree.
    pub subject: String,
    /// The same for people, such as 研发投入强度（2023年）.
    pub name: String,
    /// The exact value in `unit`.
    pub value: Decimal,
    /// The digits as printed; rounded where the report rounds.
    pub shown: String,
    /// Its unit; empty where it has none.
    pub unit: String,
    /// Whether the unit stands inside the mark. In a table it usually stands in
    /// a column of its own.
    pub unit_shown: bool,
    /// The time it speaks of.
    pub period: Option<Period>,
    /// Where it comes from, in words; empty for what the report itself counts.
    pub source: String,
    /// The part of the report it stands in.
    pub part: ReportPart,
}

/// A word that a rule found, such as 滞后, bound as a number is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportWord {
    /// The name of its mark, counted with those of the numbers.
    pub mark: String,
    /// What it is said of, for people, such as 研发投入强度.
    pub name: String,
    /// The word as printed.
    pub words: String,
}

/// A computed sentence, heading or cell: its years, quantities and directions are
/// compared by place, all other words may be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPassage {
    /// The name of its mark, beginning with [`PASSAGE_PREFIX`].
    pub mark: String,
    /// Its words, with [`BOUND`] for each bound number or word.
    pub words: String,
    /// The marks of these, in order.
    pub bound: Vec<String>,
}

/// A number that the report writes without a mark: part of a fixed sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReportLiteral {
    /// Its value, or the lower end of a range.
    pub value: Decimal,
    /// The upper end of a range.
    pub high: Option<Decimal>,
    /// Its unit as written.
    pub unit: String,
}

/// All numbers of one issued report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportNumbers {
    /// The assessment the report belongs to, as written into the file.
    pub assessment: String,
    /// SM3 of numbers, words and passages, in hexadecimal, as written into the file: tells one
    /// issue of the report from the next.
    pub digest: String,
    /// The bound numbers in the order of the report.
    pub numbers: Vec<ReportNumber>,
    /// The bound words in the order of the report.
    #[serde(default)]
    pub words: Vec<ReportWord>,
    /// Its computed passages in the order of the report.
    #[serde(default)]
    pub passages: Vec<ReportPassage>,
    /// The numbers of its fixed sentences.
    pub literals: Vec<ReportLiteral>,
}
