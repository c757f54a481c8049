//! Who may do what: without login, with another's session, with a forged form.

use axum::http::{Method, StatusCode};

use crate::people::{Office, PASSWORD};

#[tokio::test]
async fn a_passer_by_is_led_to_the_login_page_and_programs_get_401() {
    let (office, plan) = Office::with_plan().await;
    let nobody = office.passer_by();
    for path in ["/", "/plans", "/system", "/plans/import", "/account"] {
        let answer = nobody.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.location().starts_with("/login?next="), "{path}: {}", answer.location());
    }
    for path in
        ["/api/v1/plans".to_owned(), format!("/api/v1/plans/{plan}"), format!("/api/v1/plans/{plan}/indicators")]
    {
        let answer = nobody.get(&path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.json()["errors"][0]["code"], "not-logged-in", "{path}");
    }
    assert_eq!(nobody.get("/health").await.status, StatusCode::OK);
    assert_eq!(nobody.post_as_it_is("/plans/import", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_nobody_was_given_is_none() {
    let office = Office::open().await;
    let mut person = office.reader().await;
    assert_eq!(person.get("/plans").await.status, StatusCode::OK);
    person.cookie = format!("lantu_session={}", "0".repeat(64));
    assert_eq!(person.get("/plans").await.status, StatusCode::SEE_OTHER);
    assert_eq!(person.get("/api/v1/plans").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_with_logging_out() {
    let office = Office::open().await;
    let person = office.reader().await;
    assert_eq!(person.post("/logout", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(person.get("/plans").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_with_a_forged_or_anothers_token_changes_nothing() {
    let office = Office::open().await;
    let system = office.administrator("system_admin").await;
    let reader = office.reader().await;
    let fields =
        |token: &str| [("name", "新人".to_owned()), ("password", PASSWORD.to_owned()), ("token", token.to_owned())];
    for token in ["", "0", &reader.token] {
        let fields = fields(token);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let answer = system.post_as_it_is("/system/users", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "token {token:?}");
        assert!(answer.text().contains("forged-form"), "{}", answer.text());
    }
    let mut stranger = office.passer_by();
    stranger.cookie = "lantu_form=abc".to_owned();
    let answer =
        stranger.post_as_it_is("/login", &[("token", "abd"), ("name", "林规划"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.cookie("lantu_session").is_none());
    assert!(!system.get("/system").await.text().contains("新人"));
}

#[tokio::test]
async fn a_reader_sees_and_cannot_write() {
    let (office, plan) = Office::with_plan().await;
    let reader = office.reader().await;
    for path in [
        "/plans".to_owned(),
        format!("/plans/{plan}"),
        format!("/plans/{plan}/source"),
        format!("/plans/{plan}/confirm"),
        format!("/plans/{plan}/confirm/coverage"),
        format!("/plans/{plan}/confirm/cases.md"),
        format!("/plans/{plan}/indicators"),
        format!("/plans/{plan}/quality"),
        format!("/plans/{plan}/quality.csv"),
        format!("/plans/{plan}/contradictions"),
        format!("/plans/{plan}/contradictions.csv"),
        format!("/plans/{plan}/work"),
        format!("/plans/{plan}/work.csv"),
        format!("/plans/{plan}/work.xlsx"),
        format!("/plans/{plan}/slice"),
        format!("/plans/{plan}/editions"),
        format!("/plans/{plan}/editions/1/source"),
    ] {
        assert_eq!(reader.get(&path).await.status, StatusCode::OK, "{path}");
    }
    for path in ["/system", "/plans/import", "/plans/import/x"] {
        assert_eq!(reader.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let new = [("name", "新人"), ("role", "planner"), ("password", PASSWORD)];
    assert_eq!(reader.post("/system/users", &new).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post("/system/users/林规划", &[("active", "no")]).await.status, StatusCode::FORBIDDEN);
    let accept = [("wish", "accept"), ("key", "C1"), ("seen", "0")];
    assert_eq!(reader.post(&format!("/plans/{plan}/confirm"), &accept).await.status, StatusCode::FORBIDDEN);
    let upload = reader.upload("/plans/import", &[("jurisdiction", "990199")], ("plan.txt", "无".as_bytes())).await;
    assert_eq!(upload.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn wrong_passwords_are_slowed_and_do_not_tell_what_was_wrong() {
    let office = Office::open().await;
    let mut person = office.passer_by();
    let wrong = person.try_log_in("林规划", "wrong-horse-9").await;
    let unknown = person.try_log_in("没有此人", "wrong-horse-9").await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert!(wrong.main().contains("用户名或密码不正确") && unknown.main().contains("用户名或密码不正确"));
    let mut slowed = false;
    for _ in 0..8 {
        let answer = person.try_log_in("林规划", "wrong-horse-9").await;
        slowed |= answer.status == StatusCode::TOO_MANY_REQUESTS && answer.main().contains("秒后再试");
    }
    assert!(slowed, "many wrong tries must be slowed");
    let right = person.try_log_in("林规划", PASSWORD).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "a right password does not jump the wait");
}

#[tokio::test]
async fn a_person_who_is_switched_off_is_out_at_once() {
    let office = Office::open().await;
    let system = office.administrator("system_admin").await;
    let reader = office.reader().await;
    let off = system.post("/system/users/%E6%B2%88%E6%9F%A5%E9%98%85", &[("active", "no")]).await;
    assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.text());
    assert_eq!(reader.get("/plans").await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.passer_by().try_log_in("沈查阅", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_changes_ones_own_password() {
    let office = Office::open().await;
    let reader = office.reader().await;
    let differ = reader.post("/account", &[("password", "another-horse-8"), ("again", "another-horse-7")]).await;
    assert_eq!(differ.status, StatusCode::UNPROCESSABLE_ENTITY);
    let short = reader.post("/account", &[("password", "short"), ("again", "short")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = reader.post("/account", &[("password", "another-horse-8"), ("again", "another-horse-8")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account?done=password"));
    assert_eq!(reader.get("/plans").await.status, StatusCode::SEE_OTHER, "the old session has ended");
    let mut renewed = reader.clone();
    renewed.cookie = format!("lantu_session={}", done.cookie("lantu_session").unwrap());
    assert!(renewed.get(done.location()).await.main().contains("密码已修改"));
    assert_eq!(office.passer_by().try_log_in("沈查阅", "another-horse-8").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_program_logs_in_and_sends_its_token() {
    let office = Office::open().await;
    let program = office.passer_by();
    let open = |password: &str| {
        let body = serde_json::json!({"name": "林规划", "password": password}).to_string();
        program.request(Method::POST, "/api/v1/sessions").body(body.into()).unwrap()
    };
    let wrong = program.send(open("wrong-horse-9")).await;
    assert_eq!(
        (wrong.status, wrong.json()["errors"][0]["code"].clone()),
        (StatusCode::UNAUTHORIZED, "wrong-login".into())
    );
    let opened = program.send(open(PASSWORD)).await;
    assert_eq!(opened.status, StatusCode::CREATED);
    let bearer = format!("Bearer {}", opened.json()["token"].as_str().unwrap());
    let with = |method: Method, path: &str| {
        program.request(method, path).header("authorization", &bearer).body(String::new().into()).unwrap()
    };
    assert_eq!(program.send(with(Method::GET, "/api/v1/plans")).await.json()["plans"], serde_json::json!([]));
    assert_eq!(program.send(with(Method::DELETE, "/api/v1/sessions")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.send(with(Method::GET, "/api/v1/plans")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_answer_forbids_foreign_scripts_frames_and_caches() {
    let office = Office::open().await;
    let reader = office.reader().await;
    for path in ["/plans", "/login", "/nowhere", "/api/v1/plans"] {
        let headers = reader.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
    }
    let page = reader.get("/plans").await.text();
    assert!(!page.contains("style=\"") && !page.contains("onclick") && !page.contains("<script>"), "{page}");
    let login = office.passer_by().get("/login").await;
    let cookie = login.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}
