//! Passwords that others set, sessions of one's own, and what must not be entered.

use axum::http::{Method, StatusCode};

use crate::people::{Answer, Office, PASSWORD, Person};

/// The session that an answer gives, in the hands of somebody.
async fn with_session(person: &Person, answer: &Answer) -> Person {
    let cookie = answer.cookie("lantu_session").expect("a session is given");
    let mut person = person.clone();
    person.cookie = format!("lantu_session={cookie}");
    let account = person.get("/account").await;
    let page = if account.status == StatusCode::OK { account } else { person.get("/account/password").await };
    person.token = page.form_token();
    person
}

/// Somebody whom one administrator has added, to whom another has granted a role,
/// and who has logged in.
async fn newcomer(office: &Office) -> Person {
    let new = [("name", "新人"), ("password", PASSWORD)];
    let added = office.administrator("system_admin").await.post("/system/users", &new).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let grant = [("role", "planner")];
    let path = "/system/users/%E6%96%B0%E4%BA%BA/role";
    let granted = office.administrator("security_admin").await.post(path, &grant).await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER, "{}", granted.text());
    let mut person = office.passer_by();
    let answer = person.try_log_in("新人", PASSWORD).await;
    with_session(&person, &answer).await
}

#[tokio::test]
async fn a_newcomer_sets_a_password_before_anything_else() {
    let (office, plan) = Office::with_plan().await;
    let newcomer = newcomer(&office).await;
    for path in ["/", "/plans", "/account", "/system", "/dictionary", &format!("/plans/{plan}/indicators.xlsx")] {
        let answer = newcomer.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/account/password?next="), "{path}: {}", answer.location());
    }
    let user = [("name", "他人"), ("role", "reader"), ("password", PASSWORD)];
    for path in ["/system/users", "/account", "/account/sessions", "/plans/import"] {
        let answer = newcomer.post(path, &user).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.text().contains("new-password-first"), "{path}: {}", answer.text());
    }
    let program = newcomer.get("/api/v1/plans").await;
    assert_eq!(program.status, StatusCode::FORBIDDEN);
    assert_eq!(program.json()["errors"][0]["code"], "new-password-first");

    let page = newcomer.get("/account/password?next=%2Fplans").await;
    assert!(page.main().contains("请先设置新密码") && !page.main().contains("/system"), "{}", page.main());
    let set = async |password: &str, again: &str| {
        newcomer.post("/account/password", &[("password", password), ("again", again), ("next", "/plans")]).await
    };
    for (password, again, words) in [
        (PASSWORD, PASSWORD, "不能与原密码相同"),
        ("another-horse-8", "another-horse-7", "不一致"),
        ("short", "short", "10 至 128"),
    ] {
        let answer = set(password, again).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.main().contains(words), "{}", answer.main());
    }
    let done = set("another-horse-8", "another-horse-8").await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/plans"));
    assert_eq!(newcomer.get("/plans").await.status, StatusCode::SEE_OTHER, "the first session has ended");
    assert_eq!(with_session(&newcomer, &done).await.get("/plans").await.status, StatusCode::OK);
    assert_eq!(office.passer_by().try_log_in("新人", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_newcomer_may_leave() {
    let office = Office::open().await;
    let newcomer = newcomer(&office).await;
    assert_eq!(newcomer.post("/logout", &[]).await.location(), "/login");
    assert!(newcomer.get("/account/password").await.location().starts_with("/login"));
}

#[tokio::test]
async fn a_program_sets_its_password_first_as_well() {
    let office = Office::open().await;
    newcomer(&office).await;
    let program = office.passer_by();
    let body = serde_json::json!({"name": "新人", "password": PASSWORD}).to_string();
    let opened = program.send(program.request(Method::POST, "/api/v1/sessions").body(body.into()).unwrap()).await;
    assert_eq!(opened.json()["must_change_password"], true);
    let send = async |method: Method, path: &str, token: &str, body: String| {
        let request = program.request(method, path).header("authorization", format!("Bearer {token}"));
        program.send(request.body(body.into()).unwrap()).await
    };
    let first = opened.json()["token"].as_str().unwrap().to_owned();
    let refused = send(Method::GET, "/api/v1/plans", &first, String::new()).await;
    assert_eq!(refused.json()["errors"][0]["code"], "new-password-first");
    let password = |text: &str| serde_json::json!({ "password": text }).to_string();
    let weak = send(Method::PUT, "/api/v1/account/password", &first, password("short")).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = send(Method::PUT, "/api/v1/account/password", &first, password("another-horse-8")).await;
    assert_eq!((set.status, &set.json()["must_change_password"]), (StatusCode::OK, &false.into()));
    let token = set.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(send(Method::GET, "/api/v1/plans", &token, String::new()).await.status, StatusCode::OK);
    assert_eq!(send(Method::GET, "/api/v1/plans", &first, String::new()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_reset_shows_a_one_time_password_and_nothing_else() {
    let (office, _) = Office::with_plan().await;
    let (system, reader) = (office.administrator("system_admin").await, office.reader().await);
    let path = "/system/users/%E6%B2%88%E6%9F%A5%E9%98%85/reset";
    assert_eq!(reader.post("/system/users/%E6%9E%97%E8%A7%84%E5%88%92/reset", &[]).await.status, StatusCode::FORBIDDEN);
    let answer = system.post(path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let main = answer.main();
    let password = main.split("id=\"one-time\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(password.len(), 19, "{password}");
    assert!(!main.contains("<table") && !main.contains("local"), "no data of the person: {main}");
    assert_eq!(reader.get("/plans").await.status, StatusCode::SEE_OTHER, "the sessions of the person end");
    assert_eq!(system.get("/system").await.status, StatusCode::OK);
    assert_eq!(office.passer_by().try_log_in("沈查阅", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    let mut person = office.passer_by();
    let entered = person.try_log_in("沈查阅", &password).await;
    let person = with_session(&person, &entered).await;
    assert!(person.get("/plans").await.location().starts_with("/account/password"));
    let own = [("password", "another-horse-8"), ("again", "another-horse-8")];
    let done = person.post("/account/password", &own).await;
    assert_eq!(with_session(&person, &done).await.get("/plans").await.status, StatusCode::OK);
    let trail = office.administrator("audit_admin").await.get("/system").await.main();
    assert!(trail.contains("user.change"), "{trail}");
    assert_eq!(system.post("/system/users/nobody/reset", &[]).await.status, StatusCode::NOT_FOUND);
    let own = system.post("/system/users/system_admin/reset", &[]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "one changes one's own and does not reset it");
}

#[tokio::test]
async fn one_sees_and_ends_where_one_is_logged_in() {
    let office = Office::open().await;
    let (here, there, elsewhere) = (office.reader().await, office.reader().await, office.reader().await);
    let planner = office.planner().await;
    let main = here.get("/account").await.main();
    let ways: Vec<&str> =
        main.split("action=\"/account/sessions/").skip(1).map(|r| r.split('"').next().unwrap()).collect();
    assert_eq!((ways.len(), main.matches("本次登录").count()), (2, 1), "{main}");
    let way = format!("/account/sessions/{}", ways[0]);
    assert_eq!(planner.post(&way, &[]).await.status, StatusCode::NOT_FOUND, "others' are none of one's own");
    assert_eq!(here.post(&way, &[]).await.status, StatusCode::SEE_OTHER);
    let open = [there.get("/plans").await.status, elsewhere.get("/plans").await.status];
    assert_eq!(open.iter().filter(|status| **status == StatusCode::OK).count(), 1, "one of the two has ended");
    assert_eq!(here.post("/account/sessions", &[]).await.location(), "/account?done=sessions#sessions");
    for person in [&there, &elsewhere] {
        assert_eq!(person.get("/plans").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(here.get("/plans").await.status, StatusCode::OK);
    assert_eq!(planner.get("/plans").await.status, StatusCode::OK);
}

#[tokio::test]
async fn it_is_said_where_people_log_in_and_upload_that_secrets_must_not_be_entered() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    assert!(office.passer_by().get("/login").await.main().contains("涉密信息不得录入"));
    for path in ["/plans/import", &format!("/plans/{plan}/figures"), &format!("/plans/{plan}/editions")] {
        let main = planner.get(path).await.main();
        assert!(main.contains("type=\"file\"") && main.contains("涉密信息不得录入"), "{path}");
    }
}

/// Forms that take files are made in one place, so that none goes without the notice.
#[test]
fn upload_forms_are_made_in_one_place() {
    fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&source, &mut found);
    found.retain(|path| std::fs::read_to_string(path).unwrap_or_default().contains("enctype="));
    assert_eq!(found, [source.join("ui/form.rs")]);
}
