//! Sessions: opened, found by their token, seen and ended by their person.

use jiff::{SignedDuration, Timestamp};

use super::{Entropy, Opened, SessionRules, hex, token_hash};
use crate::{
    WorkflowError,
    records::{Session, User},
    storage::{Stamp, Storage, StorageError},
};

impl Session {
    /// What names the session on a page of its person: part of what is stored of
    /// its token, which opens nothing.
    pub fn handle(&self) -> String {
        self.token_hash.chars().take(16).collect()
    }

    /// Whether it may still be used: not unused for too long, and not over.
    fn lasts(&self, now: Timestamp, rules: SessionRules) -> bool {
        let idle = now.duration_since(self.seen_at);
        idle <= SignedDuration::from_mins(i64::from(rules.idle_minutes)) && now < self.expires_at
    }
}

/// Opens a session for a person, by password or by a provider (its issuer).
pub(super) async fn open<S: Storage>(
    storage: &S,
    (user, provider): (User, Option<String>),
    address: String,
    (now, rules): (Timestamp, SessionRules),
    entropy: (Entropy, Entropy),
) -> Result<Opened, WorkflowError> {
    let longest = SignedDuration::from_mins(i64::from(rules.longest_minutes));
    let token = hex(&entropy.0);
    let session = Session {
        token_hash: token_hash(&token),
        user: user.name.clone(),
        csrf: hex(&entropy.1),
        address,
        created_at: now,
        seen_at: now,
        expires_at: now.saturating_add(longest).unwrap_or(now),
        provider,
    };
    storage.open_session(Stamp { actor: user.name.clone(), at: now }, session.clone()).await?;
    Ok(Opened { token, session, user })
}

/// Opens a session in the place of one that ended because its person has set
/// another password just now.
pub async fn renew<S: Storage>(
    storage: &S,
    user: User,
    ended: Session,
    (now, rules): (Timestamp, SessionRules),
    entropy: (Entropy, Entropy),
) -> Result<Opened, WorkflowError> {
    open(storage, (user, ended.provider), ended.address, (now, rules), entropy).await
}

/// The open session of a token, with its person; an ended one is none.
pub async fn session<S: Storage>(
    storage: &S,
    token: &str,
    now: Timestamp,
    rules: SessionRules,
) -> Result<(Session, User), WorkflowError> {
    let found = storage.session(&token_hash(token)).await?;
    let (mut session, user) = found.ok_or(WorkflowError::NoSession)?;
    if !session.lasts(now, rules) || !user.active {
        return Err(WorkflowError::NoSession);
    }
    // Noted every five minutes, not at every request: reading must not write.
    if now.duration_since(session.seen_at) > SignedDuration::from_mins(5) {
        storage.touch_session(&session.token_hash, now).await?;
        session.seen_at = now;
    }
    Ok((session, user))
}

/// The open sessions of the person whose session this is, the one used last first.
pub async fn own_sessions<S: Storage>(
    storage: &S,
    own: &Session,
    now: Timestamp,
    rules: SessionRules,
) -> Result<Vec<Session>, WorkflowError> {
    let mut found = storage.sessions(&own.user).await?;
    found.retain(|session| session.lasts(now, rules));
    found.sort_by_key(|session| std::cmp::Reverse((session.seen_at, session.created_at)));
    Ok(found)
}

/// Ends one of the person's own sessions, named by its [`Session::handle`].
pub async fn end_session<S: Storage>(
    storage: &S,
    own: &Session,
    handle: &str,
    now: Timestamp,
) -> Result<(), WorkflowError> {
    let sessions = storage.sessions(&own.user).await?;
    let Some(session) = sessions.into_iter().find(|session| session.handle() == handle) else {
        return Err(StorageError::NotFound { what: "登录", id: handle.to_owned() }.into());
    };
    super::log_out(storage, &session, now).await
}

/// Ends every session of the person but this one; answers how many.
pub async fn end_other_sessions<S: Storage>(
    storage: &S,
    own: &Session,
    now: Timestamp,
) -> Result<usize, WorkflowError> {
    let mut others = storage.sessions(&own.user).await?;
    others.retain(|session| session.token_hash != own.token_hash);
    for session in &others {
        super::log_out(storage, session, now).await?;
    }
    Ok(others.len())
}
