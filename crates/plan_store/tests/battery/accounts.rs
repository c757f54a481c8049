//! People, passwords, sessions, and who guesses.

use jiff::{SignedDuration, Timestamp};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    accounts::{self, Login, NewUser, SessionRules, UserChange},
    permissions::Actor,
    storage::Storage,
};

use crate::database::{Database, at};

const PASSWORD: &str = "qinghe-2023-xx";

fn start() -> Timestamp {
    at("2023-05-01T08:00:00Z")
}

fn later(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn planner() -> Actor {
    Actor::new("命令行", "planner")
}

async fn with_user(database: &Database) -> Store {
    let store = database.open().await;
    let new = NewUser { name: "zhang".to_owned(), role: "reader".to_owned(), password: PASSWORD.to_owned() };
    accounts::add_user(&store, &planner(), start(), new, [7; 32]).await.unwrap();
    store
}

async fn try_login(
    store: &Store,
    password: &str,
    address: &str,
    now: Timestamp,
) -> Result<accounts::Opened, WorkflowError> {
    let login = Login { name: "zhang".to_owned(), password: password.to_owned(), address: address.to_owned() };
    let mut entropy = [0_u8; 32];
    entropy[..8].copy_from_slice(&now.as_microsecond().to_be_bytes());
    accounts::log_in(store, login, now, SessionRules::default(), (entropy, [2; 32])).await
}

pub(crate) async fn who_logs_in_has_a_session_until_it_ends(database: Database) {
    let store = with_user(&database).await;
    let rules = SessionRules::default();
    let opened = try_login(&store, PASSWORD, "10.0.0.1", start()).await.unwrap();
    let (session, user) = accounts::session(&store, &opened.token, later(60), rules).await.unwrap();
    assert_eq!((user.role.as_str(), session.user.as_str()), ("reader", "zhang"));
    assert!(accounts::check_form(&session, &opened.session.csrf).is_ok());
    assert!(matches!(accounts::check_form(&session, "forged"), Err(WorkflowError::ForgedForm)));
    // Neither another's token nor what is stored of this one opens anything.
    for token in ["", "00", &session.token_hash] {
        assert!(accounts::session(&store, token, later(60), rules).await.is_err());
    }
    // Used every hour it lasts, but not beyond its longest; unused it ends sooner.
    for hour in 1..12 {
        accounts::session(&store, &opened.token, later(hour * 3600), rules).await.unwrap();
    }
    assert!(accounts::session(&store, &opened.token, later(12 * 3600), rules).await.is_err());
    let idle = try_login(&store, PASSWORD, "10.0.0.1", later(1)).await.unwrap();
    assert!(accounts::session(&store, &idle.token, later(2 * 3600 + 2), rules).await.is_err());
    let left = try_login(&store, PASSWORD, "10.0.0.1", later(5)).await.unwrap();
    accounts::log_out(&store, &left.session, later(6)).await.unwrap();
    assert!(accounts::session(&store, &left.token, later(7), rules).await.is_err());
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
}

pub(crate) async fn a_person_switched_off_is_out_at_once(database: Database) {
    let store = with_user(&database).await;
    let rules = SessionRules::default();
    let opened = try_login(&store, PASSWORD, "10.0.0.1", start()).await.unwrap();
    let promote = UserChange { role: Some("planner".to_owned()), ..UserChange::default() };
    accounts::change_user(&store, &planner(), later(1), ("zhang", promote), [0; 32]).await.unwrap();
    let (_, user) = accounts::session(&store, &opened.token, later(2), rules).await.unwrap();
    assert_eq!(user.role, "planner");
    let password = UserChange { password: Some("another-Pass-77".to_owned()), ..UserChange::default() };
    accounts::change_user(&store, &planner(), later(2), ("zhang", password), [9; 32]).await.unwrap();
    assert!(accounts::session(&store, &opened.token, later(3), rules).await.is_err());
    let opened = try_login(&store, "another-Pass-77", "10.0.0.1", later(3)).await.unwrap();
    let off = UserChange { active: Some(false), ..UserChange::default() };
    accounts::change_user(&store, &planner(), later(3), ("zhang", off), [0; 32]).await.unwrap();
    assert!(accounts::session(&store, &opened.token, later(4), rules).await.is_err());
    assert!(matches!(try_login(&store, "another-Pass-77", "10.0.0.1", later(5)).await, Err(WorkflowError::WrongLogin)));
}

pub(crate) async fn guessing_is_slowed(database: Database) {
    let store = with_user(&database).await;
    let attempt = |password: &'static str, address: &'static str, seconds| {
        let store = &store;
        async move {
            match try_login(store, password, address, later(seconds)).await {
                Ok(_) => "in".to_owned(),
                Err(WorkflowError::WrongLogin) => "wrong".to_owned(),
                Err(WorkflowError::TooManyAttempts { wait_seconds }) => format!("wait {wait_seconds}"),
                Err(other) => panic!("{other}"),
            }
        }
    };
    for _ in 0..3 {
        assert_eq!(attempt("wrong-wrong-1", "10.0.0.9", 0).await, "wrong");
    }
    assert_eq!(attempt("wrong-wrong-1", "10.0.0.9", 0).await, "wait 1");
    // Even the right password waits; from elsewhere its owner gets in.
    assert_eq!(attempt(PASSWORD, "10.0.0.9", 1).await, "wait 1");
    assert_eq!(attempt(PASSWORD, "10.0.0.2", 1).await, "in");
    // Each try while waiting doubles the wait, which has an end.
    let mut wait = String::new();
    for _ in 0..14 {
        wait = attempt("wrong-wrong-1", "10.0.0.9", 2).await;
    }
    assert_eq!(wait, "wait 900");
    assert_eq!(attempt(PASSWORD, "10.0.0.9", 2 + 900).await, "in");
    assert_eq!(attempt("wrong-wrong-1", "10.0.0.9", 903).await, "wrong");
    // One IPv6 customer is one address.
    for last in ["::1", "::2", "::3"] {
        let address = format!("2001:db8:1:2{last}");
        assert!(matches!(
            try_login(&store, "wrong-wrong-1", &address, later(2000)).await,
            Err(WorkflowError::WrongLogin)
        ));
    }
    assert_eq!(attempt(PASSWORD, "2001:db8:1:2::4", 2000).await, "wait 1");
}

pub(crate) async fn guessing_all_at_once_is_slowed_like_in_a_row(database: Database) {
    let store = with_user(&database).await;
    let tries = (0..20).map(|_| try_login(&store, "wrong-wrong-1", "10.0.0.9", start()));
    let answers = futures_util::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|a| matches!(a, Err(WorkflowError::WrongLogin))).count();
    assert_eq!(looked_at, 3);
}

pub(crate) async fn odd_names_roles_and_passwords_are_refused(database: Database) {
    let store = with_user(&database).await;
    let cases = [
        ("zhang", "reader", PASSWORD, "duplicate"),
        ("a", "reader", PASSWORD, "bad-input"),
        ("a b", "reader", PASSWORD, "bad-input"),
        ("li\0", "reader", PASSWORD, "bad-input"),
        ("李四", "boss", PASSWORD, "bad-input"),
        ("李四", "reader", "short", "bad-input"),
        ("李四", "reader", "aaaaaaaaaaaa", "bad-input"),
        ("lisi", "reader", "LiSi-2023-xyz", "bad-input"),
    ];
    for (name, role, password, code) in cases {
        let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: password.to_owned() };
        let refused = accounts::add_user(&store, &planner(), start(), new, [1; 32]).await.unwrap_err();
        assert_eq!(refused.code(), code, "{name} {role} {password}");
    }
    let new = NewUser { name: "李四".to_owned(), role: "reader".to_owned(), password: PASSWORD.to_owned() };
    let reader = Actor::new("zhang", "reader");
    let refused = accounts::add_user(&store, &reader, start(), new, [1; 32]).await.unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    // One's own password is one's own; a role is not.
    let own = UserChange { password: Some("another-Pass-77".to_owned()), ..UserChange::default() };
    accounts::change_user(&store, &reader, start(), ("zhang", own), [3; 32]).await.unwrap();
    let promote = UserChange { role: Some("planner".to_owned()), ..UserChange::default() };
    assert!(accounts::change_user(&store, &reader, start(), ("zhang", promote), [3; 32]).await.is_err());
    assert!(try_login(&store, "another-Pass-77", "10.0.0.1", start()).await.is_ok());
    let login = Login { name: "x\0y".to_owned(), password: PASSWORD.to_owned(), address: "10.0.0.1".to_owned() };
    let odd = accounts::log_in(&store, login, start(), SessionRules::default(), ([1; 32], [2; 32])).await;
    assert!(matches!(odd, Err(WorkflowError::WrongLogin)));
    let hash = store.user("zhang").await.unwrap().unwrap().password_hash;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(store.users().await.unwrap().len(), 1);
}
