//! Every address × everybody: who may call what, by the table `permissions.tsv`
//! and the roles of `rules/permissions.toml`, with people of two units, a second
//! person, a deputy, evaluators and people of another region beside the roles; and
//! that plans of another region are not there for an account held to one. `docs/permissions.md` is made of the same
//! tables: `LANTU_WRITE_DOCS=1 cargo test -p lantu --test app permissions`.

use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use plan_workflow::{
    evidence,
    permissions::{Action, Actor, Permissions, Reach},
    records::PlanId,
    storage::Storage as _,
};

use crate::{
    county::{County, PDF, ROUND},
    directory::with_directory,
    people::{Answer, Office, PLAN, Person},
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
    /// By the thing itself: whom it lets in, where the table says.
    Object(Vec<Let>),
    Actions(Vec<Action>),
}

/// Whom an object lets in.
#[derive(Debug, Clone)]
enum Let {
    /// Who may do this for anybody, or for the unit.
    Action(Action, Option<&'static str>),
    /// This account of the county.
    Account(String),
}

impl Let {
    fn read(word: &str) -> Self {
        let (code, unit) = word.split_once('@').map_or((word, None), |(code, _)| (code, Some("U1")));
        match Action::ALL.iter().find(|action| action.code() == code) {
            Some(action) => Self::Action(*action, unit),
            None => Self::Account(word.to_owned()),
        }
    }

    fn lets(&self, actor: &Actor) -> bool {
        match self {
            Self::Action(action, None) => actor.may(*action),
            Self::Action(action, Some(unit)) => actor.reach(*action).holds(&(*unit).into()),
            Self::Account(name) => actor.name == *name,
        }
    }

    /// In words, for the document.
    fn words(&self) -> String {
        let may = |role: &&plan_workflow::permissions::Role, action| {
            !role.console && Permissions::standard().allows(&role.code, action)
        };
        match self {
            Self::Action(action, unit) => {
                let own = if unit.is_some() { "该单位的" } else { "" };
                let roles = Permissions::standard().roles().iter().filter(|role| may(role, *action));
                let named = |role: &plan_workflow::permissions::Role| match role.in_unit {
                    true => format!("{own}{}", role.name),
                    false => role.name.clone(),
                };
                roles.map(named).collect::<Vec<_>>().join("、")
            }
            Self::Account(_) => "被指定的第三方评估".to_owned(),
        }
    }
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
        let cells: Vec<&str> = line.split('\t').collect();
        let [method, path, need, lets @ ..] = &cells[..] else { panic!("three columns: {line}") };
        let lets = lets.iter().flat_map(|lets| lets.split(' ')).map(Let::read).collect();
        let need = match *need {
            "public" => Need::Public,
            "login" => Need::Login,
            "object" => Need::Object(lets),
            actions => Need::Actions(actions.split('|').map(action).collect()),
        };
        Route { method: method.parse().unwrap(), path: (*path).to_owned(), need }
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

impl Somebody {
    /// Whether the account is held to the region in which nothing of the walk lies.
    fn is_far(&self) -> bool {
        self.actor.as_ref().is_some_and(|actor| actor.region == Some("990200".parse().unwrap()))
    }
}

/// Nobody, every role an account can have, none, and the people of the county.
async fn everybody(county: &County) -> Vec<Somebody> {
    let office = &county.office;
    let mut all = vec![Somebody { who: "nobody".to_owned(), person: office.passer_by(), actor: None }];
    let roles = Permissions::standard().of_accounts().map(|role| role.code.as_str()).chain([""]);
    for (number, role) in roles.enumerate() {
        let name = format!("walker-{number}");
        let person = office.colleague(&name, role).await;
        let who = if role.is_empty() { "without a role" } else { role };
        all.push(Somebody { who: who.to_owned(), person, actor: Some(Actor::new(name, role)) });
    }
    for (who, person, actor) in &county.people {
        all.push(Somebody { who: who.clone(), person: person.clone(), actor: Some(actor.clone()) });
    }
    all
}

fn filled(method: &Method, path: &str, plan: PlanId) -> String {
    let file = if *method == Method::GET { evidence::hash_of(PDF) } else { "1".to_owned() };
    let values = [
        ("{plan}", plan.to_string()),
        ("{indicator}", "I001".to_owned()),
        ("{item}", "I001".to_owned()),
        ("{subject}", "I001".to_owned()),
        ("{number}", "1".to_owned()),
        ("{round}", ROUND.to_owned()),
        ("{unit}", "U1".to_owned()),
        ("{person}", "P1".to_owned()),
        ("{duty}", "D1".to_owned()),
        ("{file}", file),
        ("{id}", "A1".to_owned()),
        ("crate::openid::RETURN", "/login/openid/return".to_owned()),
    ];
    let path = values.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    let path = if path.ends_with("/rows") { path + "?unit=U1" } else { path };
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

/// Whether a route names a thing of the county, which is not there for people of
/// another region.
fn names_a_thing(path: &str) -> bool {
    let things = ["{plan}", "{unit}", "{person}", "{duty}"];
    !path.contains("/public") && things.iter().any(|thing| path.contains(thing))
}

/// Whether the answer is what the table says, or what is wrong with it.
fn judged(route: &Route, somebody: &Somebody, answer: &Answer) -> Result<(), &'static str> {
    if answer.status.is_server_error() {
        return Err("broken");
    }
    let done = answer.status.is_success() || answer.status.is_redirection();
    // Let in, and told that the program that writes PDF is not there.
    let done = done || answer.status == StatusCode::NOT_ACCEPTABLE;
    let gone = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
    let far = somebody.is_far() && names_a_thing(&route.path);
    match (&route.need, &somebody.actor) {
        (Need::Public, _) => Ok(()),
        (_, None) if refused(answer) => Ok(()),
        (_, None) => Err("answered without an account"),
        (_, Some(_)) if far && gone => Ok(()),
        (_, Some(_)) if far => Err("answered to another region"),
        (Need::Login, Some(_)) if refused(answer) => Err("refused to an account"),
        (Need::Login, Some(_)) => Ok(()),
        (Need::Object(lets), Some(actor)) if route.method == Method::GET => {
            match lets.iter().any(|one| one.lets(actor)) {
                true if !done => Err("not let in"),
                false if !gone => Err("let in"),
                _ => Ok(()),
            }
        }
        (Need::Object(_), Some(actor)) => match actor.may(Action::ReadPlans) || actor.may(Action::Evaluate) {
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
    let county = County::open().await;
    let all = everybody(&county).await;
    let mut routes = table();
    assert!(routes.iter().all(|route| match &route.need {
        Need::Object(lets) => route.method != Method::GET || !lets.is_empty(),
        _ => true,
    }));
    // What ends a session comes last.
    routes.sort_by_key(|route| route.path == "/logout" || route.path.ends_with("/sessions"));
    let mut wrong = Vec::new();
    for somebody in &all {
        for route in &routes {
            let path = filled(&route.method, &route.path, county.plan);
            let answer = call(&somebody.person, &route.method, &path).await;
            let ended = somebody.actor.is_some() && matches!(route.need, Need::Login) && refused(&answer);
            if ended && (route.path == "/logout" || route.path.ends_with("/sessions")) {
                continue;
            }
            if let Err(what) = judged(route, somebody, &answer) {
                wrong.push(format!("{} {} {}: {what} ({})", somebody.who, route.method, route.path, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} × {}:\n{}", wrong.len(), all.len(), routes.len(), wrong.join("\n"));
    assert!(all.len() >= 27, "{} people", all.len());
    assert_eq!(county.office.store.verify_audit().await.unwrap().faults, []);
}

#[tokio::test]
async fn a_plan_of_another_region_is_not_there() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let before = office.store.revision(plan).await.unwrap();
    for (number, role) in ["planner", "reader", "supervisor", "congress", "leader", "staff"].into_iter().enumerate() {
        let name = format!("held-{number}");
        let person = office.colleague(&name, role).await;
        let held = async |region: &str| office.hold(&name, role, region).await;
        // Its own region, and the one that it lies in.
        for region in ["990199", "990100", "990000"] {
            held(region).await;
            assert_eq!(person.get(&format!("/plans/{plan}")).await.status, StatusCode::OK, "{role} {region}");
        }
        held("990200").await;
        assert_eq!(person.get(&format!("/plans/{plan}")).await.status, StatusCode::NOT_FOUND, "{role}");
        for path in ["/", "/plans", "/api/v1/plans", "/inbox", "/plans/import"] {
            let answer = person.get(path).await;
            assert!(!answer.text().contains("虚构县国民经济"), "{role} {path}");
            assert!(!answer.location().contains(&format!("/plans/{plan}")), "{role} {path}");
        }
    }
    let import = [("jurisdiction", "990199"), ("period", "2021-2025")];
    let held = office.colleague("held", "planner").await;
    office.hold("held", "planner", "990200").await;
    let outside = held.upload("/plans/import", &import, ("plan.txt", PLAN.as_bytes())).await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", outside.text());
    assert!(outside.main().contains("不在您的辖区内"), "{}", outside.main());
    assert_eq!(office.store.revision(plan).await.unwrap(), before, "nothing was changed");
    assert_eq!(planner.get(&format!("/plans/{plan}")).await.status, StatusCode::OK);
}

/// A list of plans that did not go through `App::plans` would show those of other regions.
#[test]
fn lists_of_plans_and_units_are_made_in_one_place() {
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
    // So are the pages of the directory; a file is compared with all of it.
    let mut pages = vec![place("src/pages/units.rs"), place("src/pages/people.rs"), place("src/pages/duties.rs")];
    ["src/pages/units", "src/pages/duties"].iter().for_each(|folder| files(&place(folder), &mut pages));
    pages.retain(|path| !path.ends_with("transfer.rs"));
    pages.retain(|path| std::fs::read_to_string(path).unwrap().contains("app.directory()"));
    assert_eq!(pages, Vec::<PathBuf>::new());
}

#[tokio::test]
async fn who_only_reads_is_shown_no_form_that_writes() {
    let (office, _, _, _) = with_directory().await;
    let plan = office.import(PLAN).await;
    for role in ["reader", "leader", "supervisor", "congress"] {
        let person = office.colleague(role, role).await;
        for route in table().iter().filter(|route| route.method == Method::GET && !route.path.starts_with("/account")) {
            let path = filled(&Method::GET, &route.path, plan);
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
        每个账号只有一个角色，业务角色与三员不能兼任；新账号没有角色。设了辖区的账号，辖区以外的规划、单位、人员、岗位、待办一律不存在（404），也不能改动；没有填行政区划的单位不属于任何辖区，\
        只有不设辖区的账号和在该单位有岗位的人能看到。\n\n\
        测试以下列人员逐一走遍全部地址：未登录者；各角色的账号和没有角色的账号；一个单位的填报人、审核人、B 岗、代理人；\
        同一辖区另一单位的填报人、审核人；另一辖区的规划管理、查阅、督查、人大查阅、领导、填报人、审核人；\
        被指定的和未被指定的第三方评估。又以另一单位、另一辖区的人员猜测编号，逐一试读、试改各单位的对象\
        （`crates/lantu/tests/app/guessing.rs`）：一律 403 或 404，库中没有任何变化。\n\n\
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
            Need::Object(lets) if lets.is_empty() => ("视对象".to_owned(), "视对象".to_owned()),
            Need::Object(lets) => {
                let who: Vec<String> = lets.iter().map(Let::words).collect();
                ("视对象".to_owned(), who.join("、"))
            }
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
