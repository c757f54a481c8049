//! What is kept: plans, their text, their register, figures, people, changes.

use std::{fmt, str::FromStr};

use document_reader::Source;
use jiff::Timestamp;
use plan_extraction::Quantity;
use plan_model::{Commitment, Fact, Indicator, Observation, PlanPeriod, Problem, RegionCode, UnknownWord};
use serde::{Deserialize, Serialize};

use crate::{confirm::WorkItemRecord, register::dictionary::DictionaryLink, slice::NewLink};

/// The number of a plan; `import` prints it and every command takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlanId(pub i64);

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PlanId {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text.trim().parse() {
            Ok(number @ 1..) => Ok(Self(number)),
            _ => Err(UnknownWord {
                what: "规划编号", word: text.to_owned(), known: "导入时给出的正整数".to_owned()
            }),
        }
    }
}

/// What sort of plan it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanKind {
    /// 纲要: the outline of a jurisdiction for the period.
    #[default]
    Outline,
    /// 专项规划: one field.
    Special,
    /// 实施方案: how something is carried out.
    Scheme,
    /// 年度计划 or work report: the slice of one year.
    Annual,
}

impl PlanKind {
    /// Every value, in its natural order.
    pub const ALL: &[Self] = &[Self::Outline, Self::Special, Self::Scheme, Self::Annual];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Outline => "outline",
            Self::Special => "special",
            Self::Scheme => "scheme",
            Self::Annual => "annual",
        }
    }
}

impl fmt::Display for PlanKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for PlanKind {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|kind| kind.code() == word.trim()).ok_or_else(|| UnknownWord {
            what: "规划类型",
            word: word.to_owned(),
            known: Self::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join("、"),
        })
    }
}

/// What a person says of a plan when it is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHead {
    /// Its title.
    pub title: String,
    /// The region it holds for: a code such as 330902, or a name.
    pub jurisdiction: String,
    /// The years it covers.
    pub period: PlanPeriod,
    /// What sort of plan it is.
    pub kind: PlanKind,
    /// The plan it carries out.
    pub parent: Option<PlanId>,
}

/// A stored plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its number.
    pub id: PlanId,
    /// What was said of it at import.
    pub head: PlanHead,
    /// The name of the file it was read from.
    pub file_name: String,
    /// SM3 of its text, in hexadecimal: the same text has the same digest in
    /// whatever file and encoding it comes.
    pub text_digest: String,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// By whom.
    pub imported_by: String,
}

/// A plan in a list, with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanListing {
    /// The plan.
    pub plan: Plan,
    /// How many commitments its text holds.
    pub commitments: u64,
    /// How many indicators its register holds.
    pub indicators: u64,
    /// When something of it (register or figures) changed last.
    pub changed_at: Timestamp,
}

/// A commitment of the register, as found in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitmentRecord {
    /// Its number in the order of the text, from 1.
    pub number: u32,
    /// The id of the indicator it is a mention of.
    pub indicator: String,
    /// The outermost heading it stands under; empty where there is none.
    pub chapter: String,
    /// The numbers of the facts that are its base in the text.
    pub bases: Vec<u32>,
    /// What was found.
    pub commitment: Commitment,
}

/// A fact of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRecord {
    /// Its number in the order of the text, from 1.
    pub number: u32,
    /// What was found.
    pub fact: Fact,
}

/// An indicator of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorRecord {
    /// The indicator in the form in which it is judged.
    pub indicator: Indicator,
    /// The numbers of the commitments that mention it; none once people rejected
    /// them all, see [`IndicatorRecord::is_followed`].
    pub mentions: Vec<u32>,
    /// The number of the fact its baseline was taken from; `None` where there is
    /// no baseline or a person gave it.
    pub base_fact: Option<u32>,
    /// Its entry in the dictionary, and what that supplied.
    #[serde(default)]
    pub dictionary: Option<DictionaryLink>,
    /// 1 as imported; a person's correction is a further version.
    pub version: u32,
    /// Why this version was made; empty for the first.
    pub reason: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

impl IndicatorRecord {
    /// Whether the text still mentions it after what people decided; what is not
    /// followed is not listed or judged, and keeps its history and figures.
    pub fn is_followed(&self) -> bool {
        !self.mentions.is_empty()
    }
}

/// The register of a plan as built from its text, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Register {
    /// The indicators, in the order of the text.
    pub indicators: Vec<NewIndicator>,
    /// The commitments, in the order of the text.
    pub commitments: Vec<CommitmentRecord>,
    /// The work items, in the order of the text.
    pub work: Vec<WorkItemRecord>,
    /// The facts, in the order of the text.
    pub facts: Vec<FactRecord>,
    /// Every number of the text and what it was taken for.
    pub quantities: Vec<Quantity>,
    /// What was odd in reading, extracting and building.
    pub problems: Vec<Problem>,
}

/// An indicator of a register that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewIndicator {
    /// The indicator.
    pub indicator: Indicator,
    /// The numbers of the commitments that mention it.
    pub mentions: Vec<u32>,
    /// The number of the fact its baseline was taken from.
    pub base_fact: Option<u32>,
    /// Its entry in the dictionary, and what that supplied.
    pub dictionary: Option<DictionaryLink>,
}

/// A plan ready to be stored: all of it or nothing.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// What the person said of it.
    pub head: PlanHead,
    /// The name of the file.
    pub file_name: String,
    /// SM3 of its text.
    pub text_digest: String,
    /// The document as read.
    pub source: Source,
    /// Its register.
    pub register: Register,
    /// For an annual plan: how its indicators stand to the parent plan's.
    pub links: Vec<NewLink>,
    /// Store it although the same text is stored for the same jurisdiction and period.
    pub again: bool,
}

/// A figure as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureRecord {
    /// The figure, with its vintage.
    pub observation: Observation,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// A figure to be stored. Its vintage is given by the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFigure {
    /// The indicator's id within its plan.
    pub indicator: String,
    /// The time the figure speaks of.
    pub period: plan_model::Period,
    /// The figure in the indicator's unit.
    pub value: plan_model::Decimal,
    /// On whose word it stands.
    pub standing: plan_model::Standing,
    /// Where it comes from, as the person wrote it.
    pub source: String,
    /// A remark.
    pub note: String,
    /// The vintage the person saw when writing, 0 for none; where another one is
    /// stored by then the figure is refused, so that nobody overwrites unseen.
    /// `None` does not check.
    pub seen: Option<u32>,
}

/// When a figure counts as being there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It equals any stored vintage: for files, so that a second import of the
    /// same file changes nothing, revisions in it included.
    AnyVintage,
    /// It equals the latest vintage: for a single entry, which may go back to an
    /// earlier value on purpose.
    LatestVintage,
}

/// Figures that are stored together or not at all.
#[derive(Debug, Clone)]
pub struct FigureBatch {
    /// Their plan.
    pub plan: PlanId,
    /// The figures, in order.
    pub figures: Vec<NewFigure>,
    /// When one counts as being there already.
    pub repeat: Repeat,
    /// The name of the file they come from; empty for an entry by page or API.
    pub origin: String,
    /// Look, but store nothing.
    pub dry_run: bool,
}

/// Which figures of a plan are asked for; what is not set does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureFilter {
    /// Of this indicator.
    pub indicator: Option<String>,
    /// Of this standing.
    pub standing: Option<plan_model::Standing>,
    /// Of periods that end in or after the first month of this one.
    pub from: Option<plan_model::Period>,
    /// Of periods that end in or before the last month of this one.
    pub until: Option<plan_model::Period>,
    /// After the one in this place, in the order of indicator, period, standing
    /// and vintage.
    pub after: Option<FigurePlace>,
    /// So many at most; all where it is not set.
    pub limit: Option<u32>,
    /// Those that were known at this moment.
    pub known_at: Option<Timestamp>,
}

/// The place of a figure in the order of a plan's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigurePlace {
    /// The indicator's id.
    pub indicator: String,
    /// The period.
    pub period: plan_model::Period,
    /// The standing.
    pub standing: plan_model::Standing,
    /// The vintage.
    pub vintage: u32,
}

impl std::fmt::Display for FigurePlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { indicator, period, standing, vintage } = self;
        write!(f, "{indicator},{period},{},{vintage}", standing.code())
    }
}

impl std::str::FromStr for FigurePlace {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let parts: Vec<&str> = text.split(',').collect();
        let [indicator, period, standing, vintage] = parts.as_slice() else { return Err(()) };
        Ok(Self {
            indicator: (*indicator).to_owned(),
            period: period.parse().map_err(|_| ())?,
            standing: standing.parse().map_err(|_| ())?,
            vintage: vintage.parse().map_err(|_| ())?,
        })
    }
}

/// Since when nothing of a plan is another: the numbers of audit records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// Nothing at all.
    pub all: i64,
    /// Nothing but figures.
    pub register: i64,
}

/// What became of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureOutcome {
    /// The first figure of its indicator, period and standing.
    New,
    /// A further vintage, with its number.
    Revised(u32),
    /// It was there already, as this vintage.
    Unchanged(u32),
}

/// A change of definition (口径) of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakRecord {
    /// The indicator's id within its plan.
    pub indicator: String,
    /// The first period whose figure follows the new definition.
    pub from: plan_model::Period,
    /// Figures of one and the same period under the old and the new definition.
    pub overlap: Option<(plan_model::Decimal, plan_model::Decimal)>,
    /// What changed and who says so.
    pub reason: String,
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// A person who may log in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// The role's code word, empty until one is granted; what it may do stands in
    /// `rules/permissions.toml`.
    pub role: String,
    /// The region whose plans, and those of what lies in it, the person may see;
    /// without one the whole installation.
    pub region: Option<RegionCode>,
    /// The password's argon2id hash in PHC form. Never serialised.
    #[serde(skip)]
    pub password_hash: String,
    /// Whether the person may log in now.
    pub active: bool,
    /// Whether the password was set by somebody else: then the person sets one of
    /// their own before anything else can be seen or done.
    pub must_change: bool,
    /// When the account was changed last.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// A log-in that is open. The token itself is only with the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SM3 of the token, in hexadecimal.
    pub token_hash: String,
    /// Whose it is.
    pub user: String,
    /// What forms must send back.
    pub csrf: String,
    /// Where it was opened from.
    pub address: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was used last (to within some minutes).
    pub seen_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The issuer of the provider by which it was opened; `None` by password.
    pub provider: Option<String>,
}

/// Failed log-ins of one account, address, or both together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptState {
    /// What is counted, such as `account:zhang`.
    pub key: String,
    /// How many failed since the last success.
    pub failures: u32,
    /// When the last one was.
    pub last_at: Timestamp,
}

/// A record of the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// Its place in the chain, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done, a code word such as `plan.import`.
    pub action: String,
    /// To what, such as `plan:3`.
    pub object: String,
    /// The particulars, JSON.
    pub detail: String,
    /// The hash of the record before, 64 zeros for the first.
    pub previous: String,
    /// SM3 over all of the above.
    pub hash: String,
}

/// Which records of the audit chain are asked for; what is empty asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those before this one.
    pub before: Option<i64>,
    /// What the person's name begins with.
    pub actor: String,
    /// What the action begins with.
    pub action: String,
    /// What the object begins with.
    pub object: String,
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
}

/// A place where the stored data do not agree with the audit chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFault {
    /// Where, such as `audit 17` or `figures plan=1 indicator=I003 period=2023 …`.
    pub place: String,
    /// What does not agree, in Chinese.
    pub message: String,
}

/// What checking the audit chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditCheck {
    /// How many records the chain has.
    pub records: u64,
    /// How many rows it covers.
    pub rows: u64,
    /// The hash of the last record: noted down elsewhere, it later proves that
    /// the chain was not rewritten as a whole.
    pub head: String,
    /// Where something does not agree; empty when all is well.
    pub faults: Vec<AuditFault>,
}
