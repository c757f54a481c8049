//! 数文一致: a report that comes back edited is compared with the numbers it was
//! issued with.
//!
//! Every number and verdict that was bound is looked up by its mark; years,
//! directions and quantities of computed sentences are compared by place; every
//! other quantity of the text must be one the report knows. What differs is listed
//! by place, with what to do. Nothing is corrected here: which side is right, a person says.

mod bound;
mod facts;
mod free;
mod lost;
mod passages;
mod place;
#[cfg(test)]
mod tests;
mod verdicts;

use std::collections::BTreeMap;

use document_reader::{Marked, ReadError, read_marked};
use plan_model::{ASSESSMENT_PROPERTY, DIGEST_PROPERTY, MARK_PREFIX, ReportLiteral, ReportNumbers};
use serde::Serialize;

pub use place::FindingPlace;

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// 改动: a bound number is no longer the one that was issued.
    Changed,
    /// 单位不符: the digits may be right, the unit is another or missing.
    WrongUnit,
    /// 百分点写成%: a difference of percentages with the sign of a share.
    PointsAsPercent,
    /// 与附表矛盾: the text says another number of an indicator than the report has.
    Contradiction,
    /// 来源不明: a quantity that the report does not know.
    Unexplained,
    /// 判断改动: the word of a verdict is no longer the one the rules gave.
    Verdict,
    /// 年月改动: a computed sentence speaks of another year or month.
    Date,
    /// 方向相反: a word of a computed sentence was turned into its opposite.
    Turned,
    /// 标记丢失: a bound number or word is gone, or changed without its mark.
    Missing,
    /// 标记丢失，数未变: the mark is gone, what it held stands where it was.
    MarkLost,
}

impl FindingKind {
    /// Every kind, the gravest first.
    pub const ALL: &[Self] = &[
        Self::Changed,
        Self::Verdict,
        Self::WrongUnit,
        Self::PointsAsPercent,
        Self::Turned,
        Self::Date,
        Self::Contradiction,
        Self::Unexplained,
        Self::Missing,
        Self::MarkLost,
    ];

    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "数字改动",
            Self::WrongUnit => "单位不符",
            Self::PointsAsPercent => "百分点写成%",
            Self::Contradiction => "前后矛盾",
            Self::Unexplained => "来源不明",
            Self::Verdict => "判断改动",
            Self::Date => "年月改动",
            Self::Turned => "方向相反",
            Self::Missing => "标记丢失",
            Self::MarkLost => "标记丢失，未改动",
        }
    }
}

/// Something about a number that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is wrong.
    pub kind: FindingKind,
    /// Where it stands in the returned file; `None` for what is no longer there.
    pub place: Option<FindingPlace>,
    /// The mark of the bound number; empty for one without a mark.
    pub mark: String,
    /// What it is a number of, where that is known.
    pub name: String,
    /// What stands there now.
    pub found: String,
    /// What was issued, with its source; empty where nothing was.
    pub expected: String,
    /// What to do.
    pub advice: String,
}

/// The same thing with different numbers in different places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// What it is a number of.
    pub name: String,
    /// What stands where.
    pub places: Vec<(FindingPlace, String)>,
}

/// What the comparison gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NumberCheck {
    /// How many bound numbers and words were compared.
    pub compared: usize,
    /// How many of them are as issued.
    pub unchanged: usize,
    /// How many computed sentences and cells were compared.
    pub passages: usize,
    /// How many of them could not be, because their mark is gone.
    pub passages_lost: usize,
    /// How many other quantities were looked at.
    pub others: usize,
    /// What differs, in the order of the text; what is gone comes last.
    pub findings: Vec<Finding>,
    /// Bound numbers of the same thing that no longer agree: text against annex.
    pub disagreements: Vec<Disagreement>,
}

/// Why a returned file cannot be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NumberCheckError {
    /// It cannot be read.
    #[error("交回的文件读不出来：{0}")]
    Read(#[from] ReadError),
    /// It does not say which assessment it belongs to.
    #[error(
        "这份文件没有评估标识，不是由本系统生成的报告，或者内容被复制到了另一个文件里；请在系统生成的报告文件上直接修改后交回"
    )]
    NoIdentity,
    /// It belongs to another assessment.
    #[error("这份文件属于另一项评估（{found}），不是“{expected}”；请选对文件，或到那项评估中交回")]
    OtherAssessment {
        /// The assessment the file names.
        found: String,
        /// The one it was returned to.
        expected: String,
    },
    /// It is another issue of the report.
    #[error(
        "这份文件是同一评估另一次生成的报告，数字清单与本次不同；请交回最近一次生成的报告，或把修改并入新报告后再交回"
    )]
    OtherIssue,
    /// All marks are gone.
    #[error(
        "报告里 {0} 个数字的标记（书签和内容控件）全部丢失，无法逐个核对；请不要“全选—仅保留文本”，请从系统重新下载报告，把修改并入后交回"
    )]
    MarksGone(usize),
}

impl NumberCheckError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read(_) => "unreadable",
            Self::NoIdentity => "no-identity",
            Self::OtherAssessment { .. } => "other-assessment",
            Self::OtherIssue => "other-issue",
            Self::MarksGone(_) => "marks-gone",
        }
    }
}

/// The numbers of the fixed sentences of a report as issued: kept with its bound
/// numbers, so that they are no news when the file comes back.
///
/// # Errors
/// A file that cannot be read.
pub fn literals(issued: &[u8]) -> Result<Vec<ReportLiteral>, ReadError> {
    let marked = read_marked(issued, MARK_PREFIX)?;
    let mut found: Vec<ReportLiteral> = free::quantities(&marked).map(|q| q.literal()).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Which assessment and which issue of its report a file says it is.
///
/// # Errors
/// A file that cannot be read or that does not say it.
pub fn identity(file: &[u8]) -> Result<(String, String), NumberCheckError> {
    identity_of(&read_marked(file, MARK_PREFIX)?)
}

fn identity_of(marked: &Marked) -> Result<(String, String), NumberCheckError> {
    let property = |name: &str| marked.properties.get(name).filter(|value| !value.is_empty()).cloned();
    property(ASSESSMENT_PROPERTY).zip(property(DIGEST_PROPERTY)).ok_or(NumberCheckError::NoIdentity)
}

/// Compares a returned file with the numbers the report was issued with.
///
/// # Errors
/// A file that cannot be read, belongs to another assessment or issue, or has
/// lost all its marks.
pub fn check(issued: &ReportNumbers, returned: &[u8]) -> Result<NumberCheck, NumberCheckError> {
    let marked = read_marked(returned, MARK_PREFIX)?;
    let (assessment, digest) = identity_of(&marked)?;
    if assessment != issued.assessment {
        return Err(NumberCheckError::OtherAssessment { found: assessment, expected: issued.assessment.clone() });
    }
    if digest != issued.digest {
        return Err(NumberCheckError::OtherIssue);
    }
    if marked.marks.iter().all(passages::is_passage) && !issued.numbers.is_empty() {
        return Err(NumberCheckError::MarksGone(issued.numbers.len()));
    }
    let compared = bound::compare(issued, &marked);
    let passages = passages::compare(issued, &marked);
    let (lost, mut told) = lost::find(issued, &marked);
    let mut findings = compared.findings;
    findings.extend(lost);
    for (finding, line, start, end) in passages.findings {
        findings.push(finding);
        told.push((line, start, end));
    }
    let mut others = 0;
    for quantity in free::quantities(&marked) {
        others += 1;
        // Each place is told once.
        if !quantity.in_any(&told) {
            findings.extend(free::judge(issued, &marked, &quantity));
        }
    }
    findings.sort_by_key(|f| f.place.as_ref().map_or((u32::MAX, u32::MAX), |p| (p.line, p.start)));
    Ok(NumberCheck {
        compared: compared.compared,
        unchanged: compared.unchanged,
        passages: passages.compared,
        passages_lost: passages.lost,
        others,
        findings,
        disagreements: disagreements(issued, &compared.seen),
    })
}

/// What stands at each mark: number of the list, place, words.
type Seen = Vec<(usize, FindingPlace, String)>;

/// Numbers of the same thing that read differently. A number printed with more
/// digits in the annex than in the text is the same number.
fn disagreements(issued: &ReportNumbers, seen: &Seen) -> Vec<Disagreement> {
    let mut subjects: BTreeMap<&str, Vec<&(usize, FindingPlace, String)>> = BTreeMap::new();
    for entry in seen {
        if let Some(number) = issued.numbers.get(entry.0).filter(|n| !n.subject.is_empty()) {
            subjects.entry(&number.subject).or_default().push(entry);
        }
    }
    let differ = |entries: &Vec<&(usize, FindingPlace, String)>| {
        let sound = |entry: &&&(usize, FindingPlace, String)| {
            issued.numbers.get(entry.0).is_some_and(|number| bound::same(number, &entry.2))
        };
        let right = entries.iter().filter(sound).count();
        let wrong: Vec<&String> = entries.iter().filter(|e| !sound(e)).map(|e| &e.2).collect();
        // One that was changed among others that were not, or changed in two ways.
        !wrong.is_empty() && (right > 0 || wrong.iter().any(|w| wrong.first() != Some(w)))
    };
    subjects
        .into_values()
        .filter(differ)
        .filter_map(|entries| {
            let name = issued.numbers.get(entries.first()?.0)?.name.clone();
            let places = entries.into_iter().map(|(_, place, words)| (place.clone(), words.clone()));
            Some(Disagreement { name, places: places.collect() })
        })
        .collect()
}
