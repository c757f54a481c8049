//! People whom an identity provider vouches for (OpenID Connect): which account
//! is whose, and logging in with it. Nobody gets an account by being vouched for.

use std::future::Future;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Entropy, Opened, SessionRules, check_name, sessions};
use crate::{
    WorkflowError,
    permissions::{Action, Actor},
    records::User,
    storage::{Stamp, Storage, StorageError, Stored},
};

/// The longest subject, as OpenID Connect Core 1.0 (section 2, `sub`) allows it.
const SUBJECT_MAX: usize = 255;

/// A person at a provider, and the account that is theirs here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person's name at the provider, which never goes to another person.
    pub subject: String,
    /// The account, or `None` where the link was taken back.
    pub user: Option<String>,
    /// Counted from 1.
    pub version: u32,
    /// When this version was stored.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
}

/// The part of a store that keeps identities.
pub trait IdentityStore: Clone + Send + Sync + 'static {
    /// An identity in its latest version.
    fn identity(&self, issuer: &str, subject: &str) -> impl Future<Output = Stored<Option<Identity>>> + Send;
    /// Every identity in its latest version, by account.
    fn identities(&self) -> impl Future<Output = Stored<Vec<Identity>>> + Send;
    /// Stores a version of an identity: refused with a conflict where it is not
    /// the next one, as a duplicate where the account has another identity of the
    /// same issuer. Sessions that the provider opened for the account it was
    /// linked with before end.
    fn put_identity(&self, stamp: Stamp, identity: Identity) -> impl Future<Output = Stored<()>> + Send;
}

/// How an identity that nobody has linked finds its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Linking {
    /// Not at all: who administers accounts links it.
    #[default]
    Administrator,
    /// By the account of the same name, once; from then on the subject counts.
    AccountName,
}

/// Whom a provider vouched for just now.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// The person's name at the provider.
    pub subject: String,
    /// What the provider says the account is called, if it does.
    pub account: Option<String>,
    /// Where the request comes from.
    pub address: String,
}

/// Logs in whom a provider vouches for, into the account that is linked.
pub async fn log_in<S: Storage>(
    storage: &S,
    vouched: Vouched,
    linking: Linking,
    (now, rules): (Timestamp, SessionRules),
    entropy: (Entropy, Entropy),
) -> Result<Opened, WorkflowError> {
    check_subject(&vouched.subject)?;
    let unknown = || WorkflowError::UnknownIdentity { subject: vouched.subject.clone() };
    let user = match storage.identity(&vouched.issuer, &vouched.subject).await? {
        Some(Identity { user: Some(name), .. }) => storage.user(&name).await?,
        // Somebody took the link back; the same name does not bring it again.
        Some(Identity { user: None, .. }) => None,
        None if linking == Linking::AccountName => link_by_name(storage, &vouched, now).await?,
        None => None,
    };
    let user = user.filter(|user| user.active).ok_or_else(unknown)?;
    sessions::open(storage, (user, Some(vouched.issuer)), vouched.address, (now, rules), entropy).await
}

/// Links an identity with the account of its name, if that has none yet.
async fn link_by_name<S: Storage>(
    storage: &S,
    vouched: &Vouched,
    now: Timestamp,
) -> Result<Option<User>, WorkflowError> {
    let Some(name) = vouched.account.as_deref().filter(|name| check_name(name).is_ok()) else { return Ok(None) };
    let Some(user) = storage.user(name).await?.filter(|user| user.active) else { return Ok(None) };
    let identity = Identity {
        issuer: vouched.issuer.clone(),
        subject: vouched.subject.clone(),
        user: Some(user.name.clone()),
        version: 1,
        at: now,
        actor: user.name.clone(),
    };
    match storage.put_identity(Stamp { actor: user.name.clone(), at: now }, identity).await {
        Ok(()) => Ok(Some(user)),
        // The account is another person's at the same provider.
        Err(StorageError::Duplicate { .. } | StorageError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Links an identity with an account, or takes the link back (`None`).
pub async fn link<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    (issuer, subject): (&str, &str),
    user: Option<&str>,
) -> Result<(), WorkflowError> {
    actor.require(Action::ManageAccounts)?;
    check_subject(subject)?;
    if let Some(name) = user {
        super::managed(storage, actor, name).await?;
    }
    let found = storage.identity(issuer, subject).await?;
    if user.is_none() && found.is_none() {
        return Err(StorageError::NotFound { what: "统一身份", id: subject.to_owned() }.into());
    }
    let identity = Identity {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        user: user.map(str::to_owned),
        version: found.map_or(0, |found| found.version) + 1,
        at: now,
        actor: actor.name.clone(),
    };
    Ok(storage.put_identity(Stamp { actor: actor.name.clone(), at: now }, identity).await?)
}

fn check_subject(subject: &str) -> Result<(), WorkflowError> {
    let length = subject.chars().count();
    if (1..=SUBJECT_MAX).contains(&length) && !subject.chars().any(char::is_control) {
        return Ok(());
    }
    let message = format!("须为 1 至 {SUBJECT_MAX} 个字符，请照登录被拒绝的页面所示填写");
    Err(WorkflowError::BadInput { field: "统一身份标识", message })
}
