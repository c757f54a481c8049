//! 三员分立: accounts, roles and the audit chain are three people's, none of whom
//! sees data of plans, and nobody grants anything to themselves.

use axum::http::StatusCode;

use crate::people::{Office, PASSWORD};

const ROLES: [&str; 3] = ["system_admin", "security_admin", "audit_admin"];

#[tokio::test]
async fn each_administrator_has_one_part_and_no_data_of_plans() {
    let (office, plan) = Office::with_plan().await;
    let own = [("id=\"people\"", "新增账号"), ("id=\"roles\"", "角色与辖区"), ("id=\"audit\"", "核验审计记录")];
    for (role, (part, words)) in ROLES.into_iter().zip(own) {
        let person = office.administrator(role).await;
        assert_eq!(person.get("/").await.location(), "/system", "{role}");
        let main = person.get("/system").await.main();
        assert!(main.contains(part) && main.contains(words), "{role}: {main}");
        assert!(own.iter().filter(|(other, _)| main.contains(other)).count() == 1, "{role}: {main}");
        assert!(!main.contains("虚构县"), "{role}: {main}");
        for path in [
            "/plans".to_owned(),
            format!("/plans/{plan}"),
            format!("/plans/{plan}/indicators.csv"),
            format!("/plans/{plan}/work.xlsx"),
            format!("/api/v1/plans/{plan}"),
        ] {
            assert_eq!(person.get(&path).await.status, StatusCode::FORBIDDEN, "{role} {path}");
        }
    }
    for person in [office.planner().await, office.reader().await] {
        assert_eq!(person.get("/system").await.status, StatusCode::FORBIDDEN);
        assert!(!person.get("/plans").await.text().contains("/system"));
    }
}

#[tokio::test]
async fn a_new_account_sees_nothing_until_another_administrator_grants_a_role() {
    let office = Office::open().await;
    let (system, security) = (office.administrator("system_admin").await, office.administrator("security_admin").await);
    let new = [("name", "newcomer"), ("role", "planner"), ("password", PASSWORD)];
    assert_eq!(system.post("/system/users", &new).await.status, StatusCode::SEE_OTHER);
    let shown = security.get("/system").await.main();
    assert!(shown.contains("newcomer") && shown.contains("尚无角色"), "what the form asked for is not given: {shown}");
    // Neither who adds accounts nor anybody else grants; nobody to themselves.
    let grant = [("role", "reader"), ("region", "")];
    for person in [&system, &office.administrator("audit_admin").await, &office.planner().await] {
        assert_eq!(person.post("/system/users/newcomer/role", &grant).await.status, StatusCode::FORBIDDEN);
    }
    let own = security.post("/system/users/security_admin/role", &[("role", "planner")]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own.main().contains("不能给自己授予"), "{}", own.main());
    for (role, region, words) in
        [("approver", "", "没有角色"), ("reader", "33", "行政区划"), ("audit_admin", "990102", "不设辖区")]
    {
        let wrong = security.post("/system/users/newcomer/role", &[("role", role), ("region", region)]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{role} {region}");
        assert!(wrong.main().contains(words), "{}", wrong.main());
    }
    let granted = security.post("/system/users/newcomer/role", &[("role", "reader"), ("region", "990102")]).await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER, "{}", granted.text());
    assert!(security.get("/system").await.main().contains("990102"));
}

#[tokio::test]
async fn who_has_no_role_is_told_so() {
    let office = Office::open().await;
    let person = office.colleague("newcomer", "").await;
    assert_eq!(person.get("/").await.location(), "/account");
    assert!(person.get("/account").await.main().contains("尚未授予角色"));
    assert_eq!(person.get("/plans").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn it_is_said_which_administrator_is_missing() {
    let office = Office::open().await;
    let system = office.administrator("system_admin").await;
    let missing = system.get("/system").await.main();
    assert!(missing.contains("三员尚缺：安全管理员、审计管理员"), "{missing}");
    for role in ROLES {
        office.administrator(role).await;
    }
    assert!(!system.get("/system").await.main().contains("三员尚缺"));
}

#[tokio::test]
async fn the_audit_trail_is_filtered_by_who_what_and_when() {
    let (office, plan) = Office::with_plan().await;
    let auditor = office.administrator("audit_admin").await;
    for (query, seen, unseen) in [
        ("action=plan", "plan.import", "user.add"),
        ("action=user.", "user.add", "plan.import"),
        ("actor=%E6%9E%97", "plan.import", "user.add"),
        ("object=user%3Aaudit", "user:audit_admin", "user:林规划"),
        ("from=2024-03-15&until=2024-03-15", "plan.import", "没有符合条件"),
        ("from=2024-03-17", "没有符合条件", "plan.import"),
        ("until=2024-03-13", "没有符合条件", "plan.import"),
        ("before=2", "user.add", "plan.import"),
    ] {
        let main = auditor.get(&format!("/system?{query}")).await.main();
        assert!(main.contains(seen) && !main.contains(unseen), "{query}: {main}");
    }
    for query in ["from=gestern", "until=9999-12-31", "before=x"] {
        assert_eq!(auditor.get(&format!("/system?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(office.reader().await.get(&format!("/plans/{plan}")).await.status, StatusCode::OK);
}
