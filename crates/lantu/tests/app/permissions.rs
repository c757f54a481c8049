//! Every address × everybody: who may call what, by the table `permissions.tsv`
//! and the roles of `rules/permissions.toml`; and that plans of another region are
//! not there for an account held to one. `docs/permissions.md` is made of the same
//! tables: `LANTU_WRITE_DOCS=1 cargo test -p lantu --test app permissions`.

use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use plan_workflow::{
    accounts::{self, Grant},
    directory::Post,
    permissions::{Action, Actor, Permissions, Reach},
    records::PlanId,
    storage::Storage as _,
};

use crate::{
    directory::with_directory,
    people::{Answer, NOW, Office, PLAN, Person},
};

/// An address with a method, and what one needs for it.
#[derive(Debug, Clone)]
struct Route {
    method: Method,
    path: String,
    need: Need,
}

#[derive(Debug, Clone)]
enum Need {
    Public,
    Login,
    Object,
    Actions(Vec<Action>),
}

fn place(tail: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(tail)
}

/// The table.
fn table() -> Vec<Route> {
    let text = std::fs::read_to_string(place("tests/app/permissions.tsv")).unwrap();
    let action = |code: &str| *Action::ALL.iter().find(|action| action.code() == code).expect(code);
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    let route = |line: &str| {
        let [method, path, need] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("three columns: {line}") };
        let need = match need {
            "public" => Need::Public,
            "login" => Need::Login,
            "object" => Need::Object,
            actions => Need::Actions(actions.split('|').map(action).collect()),
        };
        Route { method: method.parse().unwrap(), path: path.to_owned(), need }
    };
    rows.map(route).collect()
}

/// What the router says: every method of every address.
fn of_router() -> BTreeSet<(String, String)> {
    let source = std::fs::read_to_string(place("src/server/router.rs")).unwrap();
    let source = source.split("#[cfg(test)]").next().unwrap();
    let programs = source.find("fn programs()").unwrap();
    let mut found = BTreeSet::new();
    for (at, _) in source.match_indices(".route(") {
        let rest = &source[at + ".route(".len()..];
        let rest = rest.split(".route(").next().unwrap().split(".layer(").next().unwrap();
        let (path, handlers) = rest.split_once(',').unwrap();
        let path = path.trim().trim_matches('"');
        let path = if at > programs { format!("/api/v1{path}") } else { path.to_owned() };
        for method in ["get", "post", "put", "delete", "patch"] {
            let called = |(start, _): (usize, &str)| {
                !handlers[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            };
            if handlers.match_indices(&format!("{method}(")).any(called) {
                found.insert((method.to_uppercase(), path.clone()));
            }
        }
    }
    found
}

#[test]
fn every_address_of_the_router_is_in_the_table() {
    let known: BTreeSet<(String, String)> =
        table().into_iter().map(|route| (route.method.to_string(), route.path)).collect();
    let routed = of_router();
    assert!(routed.len() > 100, "{routed:?}");
    let missing: Vec<_> = routed.difference(&known).collect();
    let gone: Vec<_> = known.difference(&routed).collect();
    assert!(missing.is_empty(), "put into tests/app/permissions.tsv who may call them: {missing:?}");
    assert!(gone.is_empty(), "no longer routed, take them out of permissions.tsv: {gone:?}");
}

/// Somebody of the walk.
struct Somebody {
    who: String,
    person: Person,
    /// `None` without an account.
    actor: Option<Actor>,
}

/// Nobody, every role an account can have, none, and people of units.
async fn everybody(office: &Office, staff: [&Person; 2]) -> Vec<Somebody> {
    let mut all = vec![Somebody { who: "nobody".to_owned(), person: office.passer_by(), actor: None }];
    let roles = Permissions::standard().of_accounts().map(|role| role.code.as_str()).chain([""]);
    for (number, role) in roles.enumerate() {
        let name = format!("walker-{number}");
        let person = office.colleague(&name, role).await;
        let who = if role.is_empty() { "without a role" } else { role };
        all.push(Somebody { who: who.to_owned(), person, actor: Some(Actor::new(name, role)) });
    }
    // 样甲 approves for U1, 样乙 reports for it.
    for ((name, role), person) in [("yangjia", "approver"), ("yangyi", "reporter")].into_iter().zip(staff) {
        let post = Post { unit: "U1".into(), role: role.to_owned(), deputy: false };
        let actor = Actor::new(name, "staff").with_posts(vec![post]);
        all.push(Somebody { who: format!("{role} of a unit"), person: person.clone(), actor: Some(actor) });
    }
    all
}

fn filled(path: &str, plan: PlanId) -> String {
    let values = [
        ("{plan}", plan.to_string()),
        ("{indicator}", "I001".to_owned()),
        ("{item}", "I001".to_owned()),
        ("{subject}", "I001".to_owned()),
        ("{number}", "1".to_owned()),
        ("{round}", "R1".to_owned()),
        ("{unit}", "U1".to_owned()),
        ("{person}", "P1".to_owned()),
        ("{duty}", "D1".to_owned()),
        ("{file}", "1".to_owned()),
        ("{id}", "A1".to_owned()),
        ("crate::openid::RETURN", "/login/openid/return".to_owned()),
    ];
    let path = values.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    ["{draft}", "{name}", "{session}", "{mark}"].iter().fold(path, |path, name| path.replace(name, "unknown"))
}

async fn call(person: &Person, method: &Method, path: &str) -> Answer {
    let mut request = person.request(method.clone(), path);
    let body = match *method {
        Method::GET => Body::empty(),
        _ if path.starts_with("/api/") => {
            request = request.header("x-lantu-token", &person.token);
            Body::from("{}")
        }
        _ => {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            Body::from(format!("token={}", person.token))
        }
    };
    person.send(request.body(body).unwrap()).await
}

/// Whether an answer says that one is not let in; without an account a page leads
/// to the log-in.
fn refused(answer: &Answer) -> bool {
    answer.status == StatusCode::FORBIDDEN
        || answer.status == StatusCode::UNAUTHORIZED
        || answer.location().starts_with("/login?next=")
}

/// Whether the answer is what the table says, or what is wrong with it.
fn judged(route: &Route, actor: Option<&Actor>, answer: &Answer) -> Result<(), &'static str> {
    if answer.status.is_server_error() {
        return Err("broken");
    }
    let done = answer.status.is_success() || answer.status.is_redirection();
    match (&route.need, actor) {
        (Need::Public, _) => Ok(()),
        (_, None) if refused(answer) => Ok(()),
        (_, None) => Err("answered without an account"),
        (Need::Login, Some(_)) if refused(answer) => Err("refused to an account"),
        (Need::Login, Some(_)) => Ok(()),
        (Need::Object, Some(actor)) => match actor.may(Action::ReadPlans) || actor.may(Action::Evaluate) {
            false if done && route.path != "/inbox" => Err("done for who sees no plans"),
            _ => Ok(()),
        },
        (Need::Actions(actions), Some(actor)) => match actions.iter().any(|action| actor.may(*action)) {
            true if refused(answer) => Err("refused although allowed"),
            false if answer.status != StatusCode::FORBIDDEN => Err("not refused"),
            _ => Ok(()),
        },
    }
}

#[tokio::test]
async fn everybody_may_call_what_the_table_says() {
    let (office, _, approver, reporter) = with_directory().await;
    for (person, duty) in [(&approver, "/duties/D1"), (&reporter, "/duties/D2")] {
        assert_eq!(person.post(duty, &[("do", "accept")]).await.status, StatusCode::SEE_OTHER);
    }
    let plan = office.import(PLAN).await;
    let all = everybody(&office, [&approver, &reporter]).await;
    let mut routes = table();
    // What ends a session comes last.
    routes.sort_by_key(|route| route.path == "/logout" || route.path.ends_with("/sessions"));
    let mut wrong = Vec::new();
    for somebody in &all {
        for route in &routes {
            let answer = call(&somebody.person, &route.method, &filled(&route.path, plan)).await;
            let ended = somebody.actor.is_some() && matches!(route.need, Need::Login) && refused(&answer);
            if ended && (route.path == "/logout" || route.path.ends_with("/sessions")) {
                continue;
            }
            if let Err(what) = judged(route, somebody.actor.as_ref(), &answer) {
                wrong.push(format!("{} {} {}: {what} ({})", somebody.who, route.method, route.path, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} × {}:\n{}", wrong.len(), all.len(), routes.len(), wrong.join("\n"));
    assert_eq!(office.store.verify_audit().await.unwrap().faults, []);
}

#[tokio::test]
async fn a_plan_of_another_region_is_not_there() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let before = office.store.revision(plan).await.unwrap();
    for (number, role) in ["planner", "reader", "supervisor", "congress", "leader", "staff"].into_iter().enumerate() {
        let name = format!("held-{number}");
        let person = office.colleague(&name, role).await;
        let held = async |region: &str| {
            let grant = Grant { role: role.to_owned(), region: Some(region.parse().unwrap()) };
            accounts::grant(&office.store, &Actor::console("测试"), NOW.parse().unwrap(), &name, grant).await.unwrap();
        };
        // Its own region, and the one that it lies in.
        for region in ["990199", "990100", "990000"] {
            held(region).await;
            assert_eq!(person.get(&format!("/plans/{plan}")).await.status, StatusCode::OK, "{role} {region}");
        }
        held("990200").await;
        for route in table().iter().filter(|route| route.path.contains("{plan}") && !route.path.starts_with("/public"))
        {
            let answer = call(&person, &route.method, &filled(&route.path, plan)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{role} {} {}", route.method, route.path);
            let guess = call(&person, &route.method, &filled(&route.path, PlanId(plan.0 + 7))).await;
            assert_eq!(guess.status, StatusCode::NOT_FOUND, "{role} {} {}", route.method, route.path);
        }
        for path in ["/", "/plans", "/api/v1/plans", "/inbox", "/plans/import"] {
            let answer = person.get(path).await;
            assert!(!answer.text().contains("虚构县国民经济"), "{role} {path}");
            assert!(!answer.location().contains(&format!("/plans/{plan}")), "{role} {path}");
        }
    }
    let import = [("jurisdiction", "990199"), ("period", "2021-2025")];
    let held = office.colleague("held", "planner").await;
    let grant = Grant { role: "planner".to_owned(), region: Some("990200".parse().unwrap()) };
    accounts::grant(&office.store, &Actor::console("测试"), NOW.parse().unwrap(), "held", grant).await.unwrap();
    let outside = held.upload("/plans/import", &import, ("plan.txt", PLAN.as_bytes())).await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", outside.text());
    assert!(outside.main().contains("不在您的辖区内"), "{}", outside.main());
    assert_eq!(office.store.revision(plan).await.unwrap(), before, "nothing was changed");
    assert_eq!(planner.get(&format!("/plans/{plan}")).await.status, StatusCode::OK);
}

/// A list of plans that did not go through `App::plans` would show those of other regions.
#[test]
fn lists_of_plans_are_made_in_one_place() {
    fn files(folder: &std::path::Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    for folder in ["src/pages", "src/api"] {
        files(&place(folder), &mut found);
    }
    // What is marked public is public in every region.
    found.retain(|path| !path.ends_with("pages/public.rs"));
    found.retain(|path| std::fs::read_to_string(path).unwrap().contains("store.plans()"));
    assert_eq!(found, Vec::<PathBuf>::new());
}

#[tokio::test]
async fn who_only_reads_is_shown_no_form_that_writes() {
    let (office, _, _, _) = with_directory().await;
    let plan = office.import(PLAN).await;
    for role in ["reader", "leader", "supervisor", "congress"] {
        let person = office.colleague(role, role).await;
        for route in table().iter().filter(|route| route.method == Method::GET && !route.path.starts_with("/account")) {
            let path = filled(&route.path, plan);
            let answer = call(&person, &Method::GET, &path).await;
            let page = String::from_utf8_lossy(&answer.body).into_owned();
            if answer.status != StatusCode::OK || !page.starts_with("<!DOCTYPE html>") || path == "/login" {
                continue;
            }
            for form in page.split("<form").skip(1).map(|form| form.split('>').next().unwrap()) {
                let writes = form.contains("method=\"post\"") && !form.contains("action=\"/logout\"");
                assert!(!writes, "{role} {path}: <form{form}>");
            }
        }
    }
}

#[test]
fn the_document_of_permissions_is_true() {
    let place = place("../../docs/permissions.md");
    let made = document();
    if std::env::var_os("LANTU_WRITE_DOCS").is_some() {
        std::fs::write(&place, &made).unwrap();
    }
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        written == made,
        "docs/permissions.md is out of date: LANTU_WRITE_DOCS=1 cargo test -p lantu --test app permissions"
    );
}

/// The table for who is responsible for security, in Chinese.
fn document() -> String {
    let table_of_roles = Permissions::standard();
    let roles: Vec<_> = table_of_roles.roles().iter().filter(|role| !role.console).collect();
    let mut text = "# 权限表\n\n本页由测试从 `rules/permissions.toml` 和 `crates/lantu/tests/app/permissions.tsv` 生成，请勿手改；\
        重新生成：`LANTU_WRITE_DOCS=1 cargo test -p lantu --test app permissions`。\n\n\
        每个账号只有一个角色，业务角色与三员不能兼任；新账号没有角色。设了辖区的账号，辖区以外的规划一律不存在（404）。\n\n\
        ## 角色\n\n| 角色 | 代码 | 说明 |\n|---|---|---|\n"
        .to_owned();
    for role in &roles {
        let place = if role.in_unit { "（只在本单位）" } else { "" };
        writeln!(text, "| {}{place} | `{}` | {} |", role.name, role.code, role.meaning).unwrap();
    }
    text.push_str("\n## 操作\n\n● 可以；○ 只对有岗位的单位；空白为不可以。\n\n| 操作 |");
    roles.iter().for_each(|role| write!(text, " {} |", role.name).unwrap());
    text.push_str("\n|---|");
    roles.iter().for_each(|_| text.push_str(":-:|"));
    text.push('\n');
    for action in Action::ALL {
        write!(text, "| `{}` |", action.code()).unwrap();
        for role in &roles {
            let may = table_of_roles.allows(&role.code, *action);
            write!(
                text,
                " {} |",
                if !may {
                    ""
                } else if role.in_unit {
                    "○"
                } else {
                    "●"
                }
            )
            .unwrap();
        }
        text.push('\n');
    }
    let routes = table();
    writeln!(
        text,
        "\n## 地址\n\n共 {} 项。`登录`：任何账号；`视对象`：由对象决定（本人的岗位、本单位的任务、指定给本人的评估）。\n\n\
         | 方法 | 地址 | 需要 | 角色 |\n|---|---|---|---|",
        routes.len()
    )
    .unwrap();
    for Route { method, path, need } in routes {
        let path = if path.starts_with('/') { path } else { "/login/openid/return".to_owned() };
        let (need, who) = match need {
            Need::Public => ("公开".to_owned(), "任何人".to_owned()),
            Need::Login => ("登录".to_owned(), "任何账号".to_owned()),
            Need::Object => ("视对象".to_owned(), "视对象".to_owned()),
            Need::Actions(actions) => {
                let may = |code: &str| actions.iter().any(|action| table_of_roles.allows(code, *action));
                let who: Vec<&str> =
                    roles.iter().filter(|role| may(&role.code)).map(|role| role.name.as_str()).collect();
                let codes: Vec<String> = actions.iter().map(|action| format!("`{}`", action.code())).collect();
                (codes.join(" 或 "), who.join("、"))
            }
        };
        writeln!(text, "| {method} | `{path}` | {need} | {who} |").unwrap();
    }
    text
}

#[test]
fn an_account_without_a_role_reaches_nobody() {
    for action in Action::ALL {
        assert_eq!(Actor::new("甲", "").reach(*action), Reach::Units(Vec::new()));
    }
}
