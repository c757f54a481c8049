//! People, passwords, sessions, and who guesses.

use jiff::{SignedDuration, Timestamp};
use plan_store::Store;
use plan_workflow::{
    WorkflowError,
    accounts::{
        self, Grant, Login, NewUser, SessionRules, UserChange,
        identities::{self, IdentityStore as _, Linking, Vouched},
    },
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

fn console() -> Actor {
    Actor::console("命令行")
}

fn role(code: &str) -> Grant {
    Grant { role: code.to_owned(), region: None }
}

async fn with_user(database: &Database) -> Store {
    let store = database.open().await;
    let new = NewUser { name: "zhang".to_owned(), role: "reader".to_owned(), password: PASSWORD.to_owned() };
    accounts::add_user(&store, &console(), start(), new, [7; 32]).await.unwrap();
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
    accounts::grant(&store, &console(), later(1), "zhang", role("planner")).await.unwrap();
    let (_, user) = accounts::session(&store, &opened.token, later(2), rules).await.unwrap();
    assert_eq!(user.role, "planner");
    let password = UserChange { password: Some("another-Pass-77".to_owned()), ..UserChange::default() };
    accounts::change_user(&store, &console(), later(2), ("zhang", password), [9; 32]).await.unwrap();
    assert!(accounts::session(&store, &opened.token, later(3), rules).await.is_err());
    let opened = try_login(&store, "another-Pass-77", "10.0.0.1", later(3)).await.unwrap();
    let off = UserChange { active: Some(false), ..UserChange::default() };
    accounts::change_user(&store, &console(), later(3), ("zhang", off), [0; 32]).await.unwrap();
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
        let refused = accounts::add_user(&store, &console(), start(), new, [1; 32]).await.unwrap_err();
        assert_eq!(refused.code(), code, "{name} {role} {password}");
    }
    let new = NewUser { name: "李四".to_owned(), role: "reader".to_owned(), password: PASSWORD.to_owned() };
    let reader = Actor::new("zhang", "reader");
    let refused = accounts::add_user(&store, &reader, start(), new, [1; 32]).await.unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    // One's own password is one's own; a role is not.
    let own = UserChange { password: Some("another-Pass-77".to_owned()), ..UserChange::default() };
    accounts::change_user(&store, &reader, start(), ("zhang", own), [3; 32]).await.unwrap();
    assert!(accounts::grant(&store, &reader, start(), "zhang", role("planner")).await.is_err());
    assert!(try_login(&store, "another-Pass-77", "10.0.0.1", start()).await.is_ok());
    let login = Login { name: "x\0y".to_owned(), password: PASSWORD.to_owned(), address: "10.0.0.1".to_owned() };
    let odd = accounts::log_in(&store, login, start(), SessionRules::default(), ([1; 32], [2; 32])).await;
    assert!(matches!(odd, Err(WorkflowError::WrongLogin)));
    let hash = store.user("zhang").await.unwrap().unwrap().password_hash;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(store.users().await.unwrap().len(), 1);
}

pub(crate) async fn each_of_three_administrators_does_their_own_part(database: Database) {
    let store = with_user(&database).await;
    let administrators = ["system_admin", "security_admin", "audit_admin"];
    for code in administrators {
        let new = NewUser { name: code.to_owned(), role: code.to_owned(), password: PASSWORD.to_owned() };
        accounts::add_user(&store, &console(), start(), new, [8; 32]).await.unwrap();
    }
    let [system, security, audit] = administrators.map(|code| Actor::new(code, code));
    let granted = async |actor: &Actor, name: &str, grant: Grant| {
        accounts::grant(&store, actor, later(1), name, grant).await.map(|user| (user.role, user.region))
    };
    let added = async |actor: &Actor, name: &str, role: &str| {
        let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: PASSWORD.to_owned() };
        accounts::invite_user(&store, actor, later(1), new, [8; 32]).await.map(|user| user.role)
    };
    // The system administrator adds accounts, without a role.
    assert_eq!(added(&system, "wang", "reader").await.unwrap_err().code(), "forbidden");
    assert_eq!(added(&system, "wang", "").await.unwrap(), "");
    for actor in [&security, &audit, &Actor::new("林规划", "planner")] {
        assert_eq!(added(actor, "zhao", "").await.unwrap_err().code(), "forbidden", "{}", actor.name);
    }
    // The security administrator grants, to others, what an account can have.
    for actor in [&system, &audit, &Actor::new("林规划", "planner")] {
        assert_eq!(granted(actor, "wang", role("reader")).await.unwrap_err().code(), "forbidden", "{}", actor.name);
    }
    let region = "990102".parse().unwrap();
    let held = |code: &str| Grant { role: code.to_owned(), region: Some(region) };
    assert_eq!(granted(&security, "wang", held("reader")).await.unwrap(), ("reader".to_owned(), Some(region)));
    assert_eq!(store.user("wang").await.unwrap().unwrap().region, Some(region));
    for (name, grant, code) in [
        ("security_admin", role("planner"), "bad-input"),
        ("wang", role("approver"), "bad-input"),
        ("wang", role("console"), "bad-input"),
        ("wang", held("audit_admin"), "bad-input"),
        ("nobody", role("reader"), "not-found"),
    ] {
        assert_eq!(granted(&security, name, grant.clone()).await.unwrap_err().code(), code, "{name} {grant:?}");
    }
    // No way into another administrator's account by one person alone.
    let chance = ([5; 32], [6; 32]);
    let off = || UserChange { active: Some(false), ..UserChange::default() };
    for name in ["security_admin", "audit_admin", "system_admin"] {
        let reset = accounts::reset_password(&store, &system, later(2), name, chance).await;
        assert_eq!(reset.unwrap_err().code(), "bad-input", "{name}");
        let switched = accounts::change_user(&store, &system, later(2), (name, off()), [0; 32]).await;
        assert_eq!(switched.unwrap_err().code(), "bad-input", "{name}");
        let linked = identities::link(&store, &system, later(2), ("https://id.test", "s1"), Some(name)).await;
        assert_eq!(linked.unwrap_err().code(), "bad-input", "{name}");
    }
    for actor in [&security, &audit] {
        let switched = accounts::change_user(&store, actor, later(2), ("wang", off()), [0; 32]).await;
        assert_eq!(switched.unwrap_err().code(), "forbidden", "{}", actor.name);
    }
    assert_eq!(granted(&security, "audit_admin", role("")).await.unwrap().0, "");
    assert!(accounts::reset_password(&store, &system, later(3), "audit_admin", chance).await.is_ok());
    assert!(accounts::reset_password(&store, &console(), later(3), "security_admin", chance).await.is_ok());
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
    database.behind_the_back("UPDATE users SET region = '990103' WHERE region IS NOT NULL").await;
    assert!(!store.verify_audit().await.unwrap().faults.is_empty());
}

pub(crate) async fn who_was_given_a_password_must_change_it(database: Database) {
    let store = with_user(&database).await;
    assert!(!store.user("zhang").await.unwrap().unwrap().must_change, "a password of one's own lasts");
    let new = NewUser { name: "wang".to_owned(), role: "reader".to_owned(), password: PASSWORD.to_owned() };
    assert!(accounts::invite_user(&store, &console(), start(), new, [8; 32]).await.unwrap().must_change);
    let wang = Actor::new("wang", "reader");
    let own = |password: &str| UserChange { password: Some(password.to_owned()), ..UserChange::default() };
    let same = accounts::change_user(&store, &wang, later(1), ("wang", own(PASSWORD)), [9; 32]).await.unwrap_err();
    assert!(same.to_string().contains("不能与原密码相同"), "{same}");
    let changed = accounts::change_user(&store, &wang, later(2), ("wang", own("wo-de-mima-8")), [9; 32]).await.unwrap();
    assert!(!changed.must_change);

    let opened = try_login(&store, PASSWORD, "10.0.0.1", later(3)).await.unwrap();
    let (zhang, chance) = (Actor::new("zhang", "reader"), ([5; 32], [6; 32]));
    assert!(accounts::reset_password(&store, &zhang, later(4), "wang", chance).await.is_err());
    assert!(accounts::reset_password(&store, &console(), later(4), "nobody", chance).await.is_err());
    assert!(accounts::reset_password(&store, &console(), later(4), "命令行", chance).await.is_err());
    let one_time = accounts::reset_password(&store, &console(), later(4), "zhang", chance).await.unwrap();
    let rules = SessionRules::default();
    assert!(accounts::session(&store, &opened.token, later(5), rules).await.is_err(), "sessions end");
    assert!(matches!(try_login(&store, PASSWORD, "10.0.0.1", later(6)).await, Err(WorkflowError::WrongLogin)));
    let opened = try_login(&store, &one_time, "10.0.0.1", later(7)).await.unwrap();
    assert!(opened.user.must_change);
    let renewed = accounts::renew(&store, opened.user, opened.session, (later(8), rules), ([3; 32], [4; 32])).await;
    assert!(accounts::session(&store, &renewed.unwrap().token, later(9), rules).await.is_ok());
    // Kept in the rows with their digests, and not a word in those of other people.
    database.behind_the_back("UPDATE users SET must_change = NULL WHERE must_change IS NULL").await;
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
    database.behind_the_back("UPDATE users SET must_change = NULL WHERE must_change = 1").await;
    assert!(!store.verify_audit().await.unwrap().faults.is_empty());
}

pub(crate) async fn a_person_sees_and_ends_their_own_sessions(database: Database) {
    let store = with_user(&database).await;
    let rules = SessionRules::default();
    let new = NewUser { name: "wang".to_owned(), role: "reader".to_owned(), password: PASSWORD.to_owned() };
    accounts::add_user(&store, &console(), start(), new, [8; 32]).await.unwrap();
    let login = Login { name: "wang".to_owned(), password: PASSWORD.to_owned(), address: "10.0.0.7".to_owned() };
    let other = accounts::log_in(&store, login, start(), rules, ([77; 32], [2; 32])).await.unwrap();
    let first = try_login(&store, PASSWORD, "10.0.0.1", start()).await.unwrap();
    let second = try_login(&store, PASSWORD, "10.0.0.2", later(60)).await.unwrap();
    let third = try_login(&store, PASSWORD, "10.0.0.3", later(120)).await.unwrap();
    let own = |now| accounts::own_sessions(&store, &third.session, now, rules);
    let from = |sessions: Vec<plan_workflow::records::Session>| -> Vec<String> {
        sessions.into_iter().map(|session| session.address).collect()
    };
    assert_eq!(from(own(later(180)).await.unwrap()), ["10.0.0.3", "10.0.0.2", "10.0.0.1"]);
    accounts::session(&store, &first.token, later(3600), rules).await.unwrap();
    assert_eq!(from(own(later(3600)).await.unwrap()), ["10.0.0.1", "10.0.0.3", "10.0.0.2"], "used last");
    assert_eq!(from(own(later(7330)).await.unwrap()), ["10.0.0.1"], "ended ones are not listed");
    // One's own, and nobody else's.
    assert!(accounts::end_session(&store, &third.session, &other.session.handle(), later(3600)).await.is_err());
    assert!(accounts::end_session(&store, &third.session, "", later(3600)).await.is_err());
    accounts::end_session(&store, &third.session, &first.session.handle(), later(3600)).await.unwrap();
    assert!(accounts::session(&store, &first.token, later(3601), rules).await.is_err());
    assert_eq!(accounts::end_other_sessions(&store, &third.session, later(3602)).await.unwrap(), 1);
    assert!(accounts::session(&store, &second.token, later(3603), rules).await.is_err());
    assert!(accounts::session(&store, &third.token, later(3603), rules).await.is_ok());
    assert!(accounts::session(&store, &other.token, later(3603), rules).await.is_ok());
}

const ISSUER: &str = "https://id.example";

async fn vouched(
    store: &Store,
    (subject, account): (&str, &str),
    linking: Linking,
    seconds: i64,
) -> Result<accounts::Opened, WorkflowError> {
    let mut entropy = [9_u8; 32];
    entropy[..8].copy_from_slice(&seconds.to_be_bytes());
    let who = Vouched {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        account: Some(account.to_owned()),
        address: "10.0.0.1".to_owned(),
    };
    identities::log_in(store, who, linking, (later(seconds), SessionRules::default()), (entropy, [2; 32])).await
}

pub(crate) async fn an_identity_opens_the_account_it_is_linked_with(database: Database) {
    let store = with_user(&database).await;
    let refused = |answer: Result<accounts::Opened, WorkflowError>| answer.unwrap_err().code() == "unknown-identity";
    assert!(refused(vouched(&store, ("s-1", "zhang"), Linking::Administrator, 1).await));
    assert!(refused(vouched(&store, ("s-1", "nobody"), Linking::AccountName, 2).await));
    assert_eq!(store.users().await.unwrap().len(), 1, "nobody is created");
    let link = async |subject: &str, user: Option<&str>| {
        identities::link(&store, &console(), later(3), (ISSUER, subject), user).await.map_err(|e| e.code())
    };
    assert_eq!(link("s-1", Some("nobody")).await, Err("not-found"));
    assert_eq!(link("s-1", None).await, Err("not-found"));
    assert_eq!(link("a\0b", Some("zhang")).await, Err("bad-input"));
    assert_eq!(link(&"长".repeat(256), Some("zhang")).await, Err("bad-input"));
    let reader = Actor::new("zhang", "reader");
    assert!(identities::link(&store, &reader, later(3), (ISSUER, "s-1"), Some("zhang")).await.is_err());
    assert_eq!(link("s-1", Some("zhang")).await, Ok(()));
    assert_eq!(link("s-2", Some("zhang")).await, Err("duplicate"), "an account is one person's");
    let opened = vouched(&store, ("s-1", "whatever"), Linking::Administrator, 4).await.unwrap();
    assert_eq!((opened.user.name.as_str(), opened.session.provider.as_deref()), ("zhang", Some(ISSUER)));
    let (session, _) = accounts::session(&store, &opened.token, later(5), SessionRules::default()).await.unwrap();
    assert_eq!(session.provider.as_deref(), Some(ISSUER));
    let by_password = try_login(&store, PASSWORD, "10.0.0.1", later(5)).await.unwrap();
    // Taken back: sessions by the provider end, the name brings nothing again.
    assert_eq!(link("s-1", None).await, Ok(()));
    assert!(accounts::session(&store, &opened.token, later(6), SessionRules::default()).await.is_err());
    assert!(accounts::session(&store, &by_password.token, later(6), SessionRules::default()).await.is_ok());
    assert!(refused(vouched(&store, ("s-1", "zhang"), Linking::AccountName, 7).await));
    // By name once; from then on it is the subject that counts.
    assert!(vouched(&store, ("s-3", "zhang"), Linking::AccountName, 8).await.is_ok());
    assert!(vouched(&store, ("s-3", "renamed"), Linking::AccountName, 9).await.is_ok());
    assert!(refused(vouched(&store, ("s-4", "zhang"), Linking::AccountName, 10).await));
    let off = UserChange { active: Some(false), ..UserChange::default() };
    accounts::change_user(&store, &console(), later(11), ("zhang", off), [0; 32]).await.unwrap();
    assert!(refused(vouched(&store, ("s-3", "zhang"), Linking::AccountName, 12).await));
    let kept: Vec<_> = store.identities().await.unwrap().into_iter().map(|i| (i.subject, i.user, i.version)).collect();
    assert!(kept.contains(&("s-1".to_owned(), None, 2)) && kept.len() == 2, "{kept:?}");
    assert_eq!(store.verify_audit().await.unwrap().faults, []);
    database.behind_the_back("UPDATE identities SET user_name = 'wang' WHERE subject = 's-3'").await;
    assert!(!store.verify_audit().await.unwrap().faults.is_empty());
}
