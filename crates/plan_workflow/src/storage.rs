//! What the use cases ask of a store. `plan_store` implements it.

use std::{future::Future, ops::RangeInclusive};

use document_reader::{Line, Source};
use jiff::Timestamp;
use plan_extraction::Quantity;
use plan_model::{Indicator, Problem};

use crate::{
    accounts::identities::IdentityStore,
    confirm::{DecisionBatch, DecisionRecord, WorkItemRecord},
    editions::{Edition, NewEdition},
    events::EventStore,
    evidence::EvidenceStore,
    records::{
        AttemptState, AuditCheck, AuditFilter, AuditRecord, BreakRecord, CommitmentRecord, FactRecord, FigureBatch,
        FigureFilter, FigureOutcome, FigureRecord, IndicatorRecord, NewPlan, Plan, PlanId, PlanListing, Revision,
        Session, User,
    },
    slice::{LinkBatch, LinkRecord},
};

/// Who changes something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The name of the person.
    pub actor: String,
    /// The moment.
    pub at: Timestamp,
}

/// Why the store could not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// There is no such thing.
    #[error("没有{what}“{id}”；请核对编号")]
    NotFound {
        /// What was asked for, in Chinese.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// It is there already.
    #[error("已有{what}“{id}”；请勿重复")]
    Duplicate {
        /// What was to be added, in Chinese.
        what: &'static str,
        /// The id of the one that is there.
        id: String,
    },
    /// Somebody else changed it in the meantime.
    #[error("{what}“{id}”已被他人修改（现为第 {latest} 版）；请刷新、核对后再提交")]
    Conflict {
        /// What was to be changed, in Chinese.
        what: &'static str,
        /// Its id.
        id: String,
        /// The version that is stored now.
        latest: u32,
    },
    /// What is stored cannot be read.
    #[error("库中数据已损坏（{place}：{detail}）；请运行 lantu verify-audit，并从备份恢复")]
    Damaged {
        /// The table and row.
        place: String,
        /// What is wrong.
        detail: String,
    },
    /// The database does not answer or refuses.
    #[error("数据库不可用：{detail}；请检查数据库地址、磁盘空间和权限")]
    Unavailable {
        /// What it said.
        detail: String,
    },
}

/// The answer of a store.
pub type Stored<T> = Result<T, StorageError>;

/// A store of plans, figures, accounts and their audit chain.
///
/// Every change is written together with its audit record or not at all, and is
/// durable when the call returns. Reading never waits for writing.
pub trait Storage: EventStore + EvidenceStore + IdentityStore {
    /// Stores a plan with its text and register.
    fn create_plan(&self, stamp: Stamp, plan: NewPlan) -> impl Future<Output = Stored<PlanId>> + Send;
    /// Every plan, newest first.
    fn plans(&self) -> impl Future<Output = Stored<Vec<PlanListing>>> + Send;
    /// One plan.
    fn plan(&self, plan: PlanId) -> impl Future<Output = Stored<Plan>> + Send;
    /// The plan that holds the same text for the same jurisdiction and period.
    fn plan_with_text(
        &self,
        jurisdiction: &str,
        period: plan_model::PlanPeriod,
        text_digest: &str,
    ) -> impl Future<Output = Stored<Option<PlanId>>> + Send;
    /// Numbers that change whenever something of the plan changes.
    fn revision(&self, plan: PlanId) -> impl Future<Output = Stored<Revision>> + Send;

    /// The document of a plan, whole.
    fn source(&self, plan: PlanId) -> impl Future<Output = Stored<Source>> + Send;
    /// Some lines of the document, with their numbers.
    fn source_lines(
        &self,
        plan: PlanId,
        lines: RangeInclusive<u32>,
    ) -> impl Future<Output = Stored<Vec<(u32, Line)>>> + Send;
    /// What was odd when the plan was imported.
    fn import_problems(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<Problem>>> + Send;
    /// Every number of the text and what it was taken for.
    fn quantities(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<Quantity>>> + Send;

    /// The commitments of a plan, in the order of the text.
    fn commitments(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<CommitmentRecord>>> + Send;
    /// The work items of a plan, in the order of the text.
    fn work_items(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<WorkItemRecord>>> + Send;
    /// What people decided of what was found, in its order.
    fn decisions(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<DecisionRecord>>> + Send;
    /// Stores decisions and the versions of indicators that follow from them;
    /// refused with a conflict where another decision of the plan, or another
    /// version of one of these indicators, was stored since. Answers the number
    /// of the last decision.
    fn record_decisions(
        &self,
        stamp: Stamp,
        plan: PlanId,
        batch: DecisionBatch,
    ) -> impl Future<Output = Stored<u32>> + Send;
    /// The facts of a plan, in the order of the text.
    fn facts(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<FactRecord>>> + Send;
    /// The indicators of a plan by id, each in its latest version, or in the
    /// one known at a moment.
    fn indicators(
        &self,
        plan: PlanId,
        known_at: Option<Timestamp>,
    ) -> impl Future<Output = Stored<Vec<IndicatorRecord>>> + Send;
    /// Every version of one indicator, the oldest first; never empty.
    fn indicator_versions(
        &self,
        plan: PlanId,
        indicator: &str,
    ) -> impl Future<Output = Stored<Vec<IndicatorRecord>>> + Send;
    /// Stores a corrected indicator as a further version; `seen` is the version
    /// the person saw. Answers the new version.
    fn revise_indicator(
        &self,
        stamp: Stamp,
        plan: PlanId,
        indicator: Indicator,
        seen: u32,
        reason: String,
    ) -> impl Future<Output = Stored<u32>> + Send;

    /// Stores figures; the answers are in the order given.
    fn record_figures(
        &self,
        stamp: Stamp,
        batch: FigureBatch,
    ) -> impl Future<Output = Stored<Vec<FigureOutcome>>> + Send;
    /// The figures of a plan with all their vintages, or of one of its
    /// indicators; those known at a moment, where one is given.
    fn figures(
        &self,
        plan: PlanId,
        indicator: Option<&str>,
        known_at: Option<Timestamp>,
    ) -> impl Future<Output = Stored<Vec<FigureRecord>>> + Send;

    /// The figures of a plan that a filter asks for, by indicator, period,
    /// standing and vintage.
    fn figure_page(&self, plan: PlanId, filter: FigureFilter)
    -> impl Future<Output = Stored<Vec<FigureRecord>>> + Send;

    /// The figures of a plan that were stored after it had this revision.
    fn figures_since(&self, plan: PlanId, revision: i64) -> impl Future<Output = Stored<Vec<FigureRecord>>> + Send;

    /// Records a change of definition, or corrects the one recorded for the same
    /// indicator and period.
    fn record_break(&self, stamp: Stamp, plan: PlanId, change: BreakRecord) -> impl Future<Output = Stored<()>> + Send;
    /// The changes of definition of a plan's indicators; those known at a
    /// moment, where one is given.
    fn breaks(
        &self,
        plan: PlanId,
        known_at: Option<Timestamp>,
    ) -> impl Future<Output = Stored<Vec<BreakRecord>>> + Send;

    /// The editions of a plan's text, the oldest first; never empty. What else is
    /// asked of a plan's text is answered from the last one.
    fn editions(&self, plan: PlanId) -> impl Future<Output = Stored<Vec<Edition>>> + Send;
    /// Under which number the text of the last edition is stored.
    fn text_of(&self, plan: PlanId) -> impl Future<Output = Stored<PlanId>> + Send;
    /// The document of one edition, by [`Edition::text`].
    fn source_of(&self, text: PlanId) -> impl Future<Output = Stored<Source>> + Send;
    /// The commitments of one edition.
    fn commitments_of(&self, text: PlanId) -> impl Future<Output = Stored<Vec<CommitmentRecord>>> + Send;
    /// The work items of one edition.
    fn work_items_of(&self, text: PlanId) -> impl Future<Output = Stored<Vec<WorkItemRecord>>> + Send;
    /// Stores a further edition with the decisions and versions of indicators that
    /// take the register over; refused with a conflict where another edition or
    /// decision was stored since. Answers its number.
    fn create_edition(&self, stamp: Stamp, edition: NewEdition) -> impl Future<Output = Stored<u32>> + Send;

    /// How the indicators of an annual plan stand to those of the plan it carries
    /// out, each in its latest version or in the one known at a moment; by id.
    fn links(&self, plan: PlanId, known_at: Option<Timestamp>) -> impl Future<Output = Stored<Vec<LinkRecord>>> + Send;
    /// The links of all annual plans that lead to an indicator of this plan.
    fn links_to(
        &self,
        parent: PlanId,
        known_at: Option<Timestamp>,
    ) -> impl Future<Output = Stored<Vec<LinkRecord>>> + Send;
    /// Stores links as further versions, all or none; refused with a conflict
    /// where another version than the one seen is stored.
    fn record_links(&self, stamp: Stamp, batch: LinkBatch) -> impl Future<Output = Stored<()>> + Send;

    /// Adds a person, or changes the one of this name where `replace` says so.
    /// Another password, or switching off, ends the person's sessions.
    fn put_user(&self, stamp: Stamp, user: User, replace: bool) -> impl Future<Output = Stored<()>> + Send;
    /// One person.
    fn user(&self, name: &str) -> impl Future<Output = Stored<Option<User>>> + Send;
    /// Every person, by name.
    fn users(&self) -> impl Future<Output = Stored<Vec<User>>> + Send;

    /// Counts a log-in that is about to be tried as failed, before it is tried,
    /// under several keys, and answers how each stood before, in their order.
    /// What was last counted before `forget_before` is forgotten.
    fn begin_attempt(
        &self,
        at: Timestamp,
        forget_before: Timestamp,
        keys: Vec<String>,
    ) -> impl Future<Output = Stored<Vec<AttemptState>>> + Send;
    /// A log-in succeeded after all: forgets the failures under the keys of
    /// `clear`, and takes back one under those of `lessen`.
    fn settle_attempt(&self, clear: Vec<String>, lessen: Vec<String>) -> impl Future<Output = Stored<()>> + Send;
    /// Opens a session.
    fn open_session(&self, stamp: Stamp, session: Session) -> impl Future<Output = Stored<()>> + Send;
    /// A session by the hash of its token, with its person as of now.
    fn session(&self, token_hash: &str) -> impl Future<Output = Stored<Option<(Session, User)>>> + Send;
    /// The open sessions of a person.
    fn sessions(&self, user: &str) -> impl Future<Output = Stored<Vec<Session>>> + Send;
    /// Notes that a session was used.
    fn touch_session(&self, token_hash: &str, at: Timestamp) -> impl Future<Output = Stored<()>> + Send;
    /// Ends a session.
    fn close_session(&self, stamp: Stamp, token_hash: &str) -> impl Future<Output = Stored<()>> + Send;

    /// The newest records of the audit chain that a filter asks for, newest first.
    fn audit(&self, filter: AuditFilter, limit: u32) -> impl Future<Output = Stored<Vec<AuditRecord>>> + Send;
    /// Checks the audit chain and every row it covers.
    fn verify_audit(&self) -> impl Future<Output = Stored<AuditCheck>> + Send;
}
