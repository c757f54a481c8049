//! People who log in: passwords, sessions, and slowing down who guesses.

pub mod identities;
mod roles;
mod sessions;

pub use roles::{Grant, NO_ROLE, grant};
pub use sessions::{end_other_sessions, end_session, own_sessions, renew, session};

use std::net::IpAddr;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
use sm3::{Digest, Sm3};

use crate::{
    WorkflowError,
    permissions::{Action, Actor},
    records::{AttemptState, Session, User},
    storage::{Stamp, Storage, StorageError},
};

/// Random bytes from the caller's source. Never use the same twice.
pub type Entropy = [u8; 32];

/// The fewest characters of a password.
pub const PASSWORD_MIN: usize = 10;
/// The most characters of a password: longer ones only cost time to hash.
pub const PASSWORD_MAX: usize = 128;

/// OWASP's password storage cheat sheet: argon2id, 19 MiB, two passes, one lane.
fn hasher() -> Result<Argon2<'static>, WorkflowError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| WorkflowError::Internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The argon2id hash of a password in PHC form. Takes some 20 ms of processor
/// time on purpose: call it where that does not hold up others.
pub fn hash_password(password: &str, salt: Entropy) -> Result<String, WorkflowError> {
    hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|error| WorkflowError::Internal(error.to_string()))
}

fn password_fits(password: &str, hash: &str) -> bool {
    match (PasswordHash::new(hash), hasher()) {
        (Ok(parsed), Ok(hasher)) => hasher.verify_password(password.as_bytes(), &parsed).is_ok(),
        _ => false,
    }
}

/// Runs something slow where it does not hold up other requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, WorkflowError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| WorkflowError::Internal(error.to_string()))
}

/// Adds a person whose password is of their own choice.
pub async fn add_user<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    new: NewUser,
    salt: Entropy,
) -> Result<User, WorkflowError> {
    put_new_user(storage, actor, now, (new, false), salt).await
}

/// Adds a person with a first password that somebody else knows: at the first
/// log-in it must be changed before anything else can be seen or done.
pub async fn invite_user<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    new: NewUser,
    salt: Entropy,
) -> Result<User, WorkflowError> {
    put_new_user(storage, actor, now, (new, true), salt).await
}

async fn put_new_user<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    (new, must_change): (NewUser, bool),
    salt: Entropy,
) -> Result<User, WorkflowError> {
    actor.require(Action::ManageAccounts)?;
    if new.role != NO_ROLE {
        actor.require(Action::GrantRoles)?;
        roles::check_role(&new.role)?;
    }
    check_name(&new.name)?;
    check_password(&new.name, &new.password)?;
    let password = new.password;
    let password_hash = aside(move || hash_password(&password, salt)).await??;
    let actor = &actor.name;
    let user = User {
        name: new.name,
        role: new.role,
        region: None,
        password_hash,
        active: true,
        must_change,
        at: now,
        actor: actor.clone(),
    };
    storage.put_user(Stamp { actor: actor.clone(), at: now }, user.clone(), false).await?;
    Ok(user)
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The name to log in with: 2 to 32 letters, digits, Chinese characters, `_`, `-`, `.`.
    pub name: String,
    /// The role's code word, for who may grant it; else [`NO_ROLE`].
    pub role: String,
    /// The password, 10 to 128 characters.
    pub password: String,
}

/// What is changed of a person; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// Another password; all open sessions of the person end with it.
    pub password: Option<String>,
    /// Whether the person may log in. Switched off, open sessions end at once.
    pub active: Option<bool>,
}

/// Changes a person's password, or whether they may log in.
pub async fn change_user<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    (name, change): (&str, UserChange),
    salt: Entropy,
) -> Result<User, WorkflowError> {
    // Everybody may set their own password; the rest is for who manages accounts.
    let own_password = actor.name == name && change.active.is_none();
    let mut user = if own_password { found(storage, name).await? } else { managed(storage, actor, name).await? };
    if let Some(password) = change.password {
        check_password(name, &password)?;
        let present = user.password_hash;
        user.password_hash = aside(move || match password_fits(&password, &present) {
            true => Err(WorkflowError::BadInput {
                field: "密码", message: "不能与原密码相同，请另设".to_owned()
            }),
            false => hash_password(&password, salt),
        })
        .await??;
        user.must_change = actor.name != name;
    }
    user.active = change.active.unwrap_or(user.active);
    user.at = now;
    user.actor = actor.name.clone();
    storage.put_user(Stamp { actor: actor.name.clone(), at: now }, user.clone(), true).await?;
    Ok(user)
}

async fn found<S: Storage>(storage: &S, name: &str) -> Result<User, WorkflowError> {
    let missing = || StorageError::NotFound { what: "用户", id: name.to_owned() };
    Ok(storage.user(name).await?.ok_or_else(missing)?)
}

/// An account that the actor may switch off or give a way in: not one's own, and
/// not another administrator's. Whoever could make a way into those would be two
/// administrators at once (三员分立); the security administrator takes the role
/// back first.
async fn managed<S: Storage>(storage: &S, actor: &Actor, name: &str) -> Result<User, WorkflowError> {
    actor.require(Action::ManageAccounts)?;
    let refused = |message: &str| WorkflowError::BadInput { field: "用户名", message: message.to_owned() };
    if actor.name == name {
        return Err(refused("不能停用自己的账号或重置自己的密码；密码请在“我的账号”中修改"));
    }
    let user = found(storage, name).await?;
    if actor.role != "console" && roles::administers(&user.role) {
        let message = "三员的账号不能由系统管理员停用、重置密码或关联；请先由安全管理员收回角色，\
                       或在服务器上运行 lantu user";
        return Err(refused(message));
    }
    Ok(user)
}

/// The characters of a one-time password: none that is taken for another when it
/// is read out or copied by hand. 32 of them, so that each is worth 5 bits.
const ONE_TIME: &[char; 32] = &[
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    '1', '2', '3', '4', '5', '6', '7', '8', '9',
];

/// A password of 16 characters in four groups, 80 bits of chance.
fn one_time_password(entropy: &Entropy) -> String {
    let letters = entropy.iter().filter_map(|byte| ONE_TIME.get(usize::from(byte % 32)));
    let mut password = String::new();
    for (at, letter) in letters.take(16).enumerate() {
        if at > 0 && at % 4 == 0 {
            password.push('-');
        }
        password.push(*letter);
    }
    password
}

/// Gives a person who lost their password one that is good for one log-in, and
/// answers it; the person's sessions end, and it must be changed at the log-in.
/// One's own password is changed, not reset, and that of another administrator
/// is not reset by one alone.
pub async fn reset_password<S: Storage>(
    storage: &S,
    actor: &Actor,
    now: Timestamp,
    name: &str,
    (chance, salt): (Entropy, Entropy),
) -> Result<String, WorkflowError> {
    let user = managed(storage, actor, name).await?;
    let password = one_time_password(&chance);
    let given = password.clone();
    let password_hash = aside(move || hash_password(&given, salt)).await??;
    let user = User { password_hash, must_change: true, at: now, actor: actor.name.clone(), ..user };
    storage.put_user(Stamp { actor: actor.name.clone(), at: now }, user, true).await?;
    Ok(password)
}

fn check_name(name: &str) -> Result<(), WorkflowError> {
    let length = name.chars().count();
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if (2..=32).contains(&length) && name.chars().all(allowed) {
        return Ok(());
    }
    let message = "须为 2 至 32 个汉字、字母、数字或 _ - .，请改正".to_owned();
    Err(WorkflowError::BadInput { field: "用户名", message })
}

fn check_password(name: &str, password: &str) -> Result<(), WorkflowError> {
    let length = password.chars().count();
    let mut kinds: Vec<char> = password.chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let message = if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
        format!("须为 {PASSWORD_MIN} 至 {PASSWORD_MAX} 个字符，请改正")
    } else if password.to_lowercase().contains(&name.to_lowercase()) {
        "不能含有用户名，请另设".to_owned()
    } else if kinds.len() < 5 {
        "字符过于单一（至少 5 种不同字符），请另设".to_owned()
    } else {
        return Ok(());
    };
    Err(WorkflowError::BadInput { field: "密码", message })
}

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// A session ends so many minutes after it was used last.
    pub idle_minutes: u32,
    /// A session ends so many minutes after it was opened, used or not.
    pub longest_minutes: u32,
}

impl Default for SessionRules {
    /// Two hours without use, twelve in all: a long working day.
    fn default() -> Self {
        Self { idle_minutes: 120, longest_minutes: 720 }
    }
}

/// A log-in to be tried.
#[derive(Debug, Clone)]
pub struct Login {
    /// The name given.
    pub name: String,
    /// The password given.
    pub password: String,
    /// The address it comes from.
    pub address: String,
}

/// An open session, as the browser's side needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The secret for the cookie; only its hash is stored.
    pub token: String,
    /// The session.
    pub session: Session,
    /// Who it is.
    pub user: User,
}

/// What is counted, how many failures are free, and the longest wait in seconds.
/// A pair of account and address is slowed first, so that somebody else's
/// guessing at an account hardly holds up its owner; guessing from many
/// addresses at one account, and from one address at many, is slowed as well.
const SLOWING: [(&str, u32, u64); 3] = [("pair", 3, 900), ("account", 10, 60), ("address", 20, 900)];

/// How long to wait after so many failures: nothing for the free ones, then
/// 1, 2, 4 … seconds up to the longest.
fn wait_seconds(failures: u32, free: u32, longest: u64) -> u64 {
    match failures.checked_sub(free) {
        Some(over) => 1_u64.checked_shl(over).unwrap_or(longest).min(longest),
        None => 0,
    }
}

fn attempt_keys(login: &Login) -> Vec<String> {
    // One IPv6 customer has a whole /64 and could try each address of it.
    let address = match login.address.parse() {
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
        _ => login.address.clone(),
    };
    // The name is an unchecked input: what is stored of it is its hash.
    let account = hex(&Sm3::digest(login.name.as_bytes()));
    let values = [format!("{account}@{address}"), account, address];
    SLOWING.iter().zip(values).map(|((kind, ..), value)| format!("{kind}:{value}")).collect()
}

fn still_to_wait(states: &[AttemptState], now: Timestamp) -> u64 {
    let waits = states.iter().zip(SLOWING).map(|(state, (_, free, longest))| {
        let wait = wait_seconds(state.failures, free, longest);
        let passed = u64::try_from(now.duration_since(state.last_at).as_secs()).unwrap_or(0);
        wait.saturating_sub(passed)
    });
    waits.max().unwrap_or(0)
}

/// Logs in. Each try is counted before the password is looked at, so that many
/// at once are slowed like many in a row.
pub async fn log_in<S: Storage>(
    storage: &S,
    login: Login,
    now: Timestamp,
    rules: SessionRules,
    entropy: (Entropy, Entropy),
) -> Result<Opened, WorkflowError> {
    let keys = attempt_keys(&login);
    let yesterday = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let states = storage.begin_attempt(now, yesterday, keys.clone()).await?;
    let wait_seconds = still_to_wait(&states, now);
    if wait_seconds > 0 {
        return Err(WorkflowError::TooManyAttempts { wait_seconds });
    }
    let user = match check_name(&login.name) {
        Ok(()) => storage.user(&login.name).await?.filter(|user| user.active),
        Err(_) => None,
    };
    // A name that does not exist costs the same time as a wrong password.
    let known = user.is_some();
    let hash = user.as_ref().map(|u| u.password_hash.clone());
    let password = login.password;
    let fits = aside(move || match hash {
        Some(hash) => password_fits(&password, &hash),
        None => hash_password(&password, [0; 32]).is_err(),
    })
    .await?;
    let Some(user) = user.filter(|_| known && fits) else {
        return Err(WorkflowError::WrongLogin);
    };
    // The address only takes this one back: one right password must not cover
    // for a hundred wrong ones from the same place.
    let (address, own): (Vec<String>, Vec<String>) = keys.into_iter().partition(|key| key.starts_with("address:"));
    storage.settle_attempt(own, address).await?;
    sessions::open(storage, (user, None), login.address, (now, rules), entropy).await
}

/// Refuses a form whose token is not the session's, without telling by the time
/// it takes how much of it was right.
pub fn check_form(session: &Session, token: &str) -> Result<(), WorkflowError> {
    if Sm3::digest(session.csrf.as_bytes()) == Sm3::digest(token.as_bytes()) {
        return Ok(());
    }
    Err(WorkflowError::ForgedForm)
}

/// Ends a session.
pub async fn log_out<S: Storage>(storage: &S, session: &Session, now: Timestamp) -> Result<(), WorkflowError> {
    let stamp = Stamp { actor: session.user.clone(), at: now };
    Ok(storage.close_session(stamp, &session.token_hash).await?)
}

fn token_hash(token: &str) -> String {
    hex(&Sm3::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_one_time_password_passes_the_rules_and_uses_its_chance() {
        let one = one_time_password(&std::array::from_fn(|at| u8::try_from(at).unwrap_or(0)));
        assert_eq!(one, "abcd-efgh-jkmn-pqrs");
        assert!(check_password("林规划", &one).is_ok());
        assert_ne!(one, one_time_password(&std::array::from_fn(|at| u8::try_from(at + 1).unwrap_or(0))));
        assert!(ONE_TIME.iter().all(|letter| !"ilo0".contains(*letter)));
    }
}
