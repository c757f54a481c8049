//! Why a use case was not carried out.

use plan_model::Problem;

use crate::{
    confirm::CandidateKey,
    evidence::RefusedFile,
    permissions::Permissions,
    records::{PlanId, Register},
    storage::StorageError,
};

/// Why a use case was not carried out: a stable code, and a sentence in Chinese
/// that says what to do. Nothing was changed when one of these is answered.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// The actor may not do it.
    #[error("“{actor}”（{}）不能办理：{}；请联系规划管理人员", role_name(role), Permissions::standard().meaning(action))]
    Forbidden {
        /// Who tried.
        actor: String,
        /// In what role.
        role: String,
        /// What.
        action: &'static str,
    },
    /// The file could not be read.
    #[error("{0}")]
    Unreadable(#[from] document_reader::ReadError),
    /// What was typed does not do.
    #[error("{field}：{message}")]
    BadInput {
        /// The field, in Chinese.
        field: &'static str,
        /// What is wrong and what to do, in Chinese.
        message: String,
    },
    /// No commitment was found in the text.
    #[error("没有找到可衡量的目标；请核对是否选错了文件，确需导入请选择“仍然导入”（--force）")]
    NothingFound(Box<Register>),
    /// The same text is stored already for this jurisdiction and period.
    #[error("同一文本已导入为规划 {existing}；无需重复导入，确需再次导入请选择“仍然导入”（--force）")]
    AlreadyImported {
        /// The plan that holds it.
        existing: PlanId,
    },
    /// The figures have errors; none was stored.
    #[error("监测值有 {} 处错误，全部未保存；请按所列位置改正后重新提交", .0.len())]
    BadFigures(Vec<Problem>),
    /// A file of units, people and duties has errors; none of it was stored.
    #[error("文件有 {} 处错误，全部未保存；请按所列位置改正后重新导入", .0.len())]
    BadDirectory(Vec<Problem>),
    /// The file is not taken as evidence.
    #[error("佐证材料“{name}”未接收：{why}")]
    RefusedFile {
        /// What it is called.
        name: String,
        /// Why.
        why: RefusedFile,
    },
    /// Somebody else decided on the same candidate after the person last saw it.
    #[error("{candidate} 已由{actor}处理；请核对其决定，再决定是否改动")]
    DecidedMeanwhile {
        /// The candidate.
        candidate: CandidateKey,
        /// Who decided.
        actor: String,
    },
    /// Somebody else did something with the part after the person last saw it.
    #[error("{part}的责任已由{actor}处理，现为“{state}”；请核对后再提交")]
    PartChanged {
        /// The commitment and the unit.
        part: String,
        /// How it stands now, in Chinese.
        state: String,
        /// Who did it.
        actor: String,
    },
    /// How things stand does not allow the step; says what to do.
    #[error("{0}")]
    NotNow(String),
    /// The log-in is not right. It is not said which part.
    #[error("用户名或密码不正确；请重试，忘记密码请联系规划管理人员")]
    WrongLogin,
    /// A provider vouches for somebody to whom no account that may log in is linked.
    #[error("统一身份“{subject}”没有关联可登录的账号；请把此标识告知系统管理员，由其关联账号后再登录")]
    UnknownIdentity {
        /// Their name at the provider.
        subject: String,
    },
    /// Too many log-ins failed.
    #[error("登录失败次数过多；请 {wait_seconds} 秒后再试")]
    TooManyAttempts {
        /// How long to wait.
        wait_seconds: u64,
    },
    /// There is no open session, or it has ended.
    #[error("未登录或登录已过期；请重新登录")]
    NoSession,
    /// A form came without its token, or with another's.
    #[error("表单已失效；请刷新页面后重新提交")]
    ForgedForm,
    /// The store could not do it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The program itself failed.
    #[error("程序内部错误（{0}）；请联系维护人员")]
    Internal(String),
}

/// The name of a role, for people.
fn role_name(code: &str) -> &str {
    match Permissions::standard().role(code) {
        Some(role) => &role.name,
        None if code.is_empty() => "没有角色",
        None => code,
    }
}

impl WorkflowError {
    /// The stable code word of the error.
    pub fn code(&self) -> &'static str {
        use document_reader::ReadError;
        match self {
            Self::Forbidden { .. } => "forbidden",
            Self::Unreadable(ReadError::Empty) => "file-empty",
            Self::Unreadable(ReadError::TooLarge { .. }) => "file-too-large",
            Self::Unreadable(ReadError::UnknownFormat { .. }) => "file-format-unknown",
            Self::Unreadable(ReadError::Damaged { .. }) => "file-damaged",
            Self::Unreadable(ReadError::Bomb { .. }) => "file-too-large",
            Self::Unreadable(ReadError::Encrypted) => "file-encrypted",
            Self::Unreadable(_) => "file-unreadable",
            Self::BadInput { .. } => "bad-input",
            Self::NothingFound(_) => "nothing-found",
            Self::AlreadyImported { .. } => "already-imported",
            Self::BadFigures(_) => "bad-figures",
            Self::BadDirectory(_) => "bad-directory",
            Self::RefusedFile { why, .. } => why.code(),
            Self::DecidedMeanwhile { .. } => "decided-meanwhile",
            Self::PartChanged { .. } => "part-changed",
            Self::NotNow(_) => "not-now",
            Self::WrongLogin => "wrong-login",
            Self::UnknownIdentity { .. } => "unknown-identity",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::NoSession => "no-session",
            Self::ForgedForm => "forged-form",
            Self::Storage(StorageError::NotFound { .. }) => "not-found",
            Self::Storage(StorageError::Duplicate { .. }) => "duplicate",
            Self::Storage(StorageError::Conflict { .. }) => "conflict",
            Self::Storage(StorageError::Damaged { .. }) => "store-damaged",
            Self::Storage(StorageError::Unavailable { .. }) => "store-unavailable",
            Self::Internal(_) => "internal",
        }
    }
}
