//! The one helper of these tests: an application on a database of its own, and
//! the people who visit it. 林规划 plans, 沈查阅 reads, a passer-by has no account.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use lantu::{
    clock::Clock,
    openid::{Entry, Provider},
    server::App,
    settings::Settings,
};
use plan_store::Store;
use plan_workflow::{
    accounts::{self, Grant, NewUser},
    import::{self, ImportRequest},
    permissions::Actor,
    records::{PlanId, PlanKind},
    storage::Storage as _,
};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// The moment of these tests: the afternoon of 2024-03-15.
pub const NOW: &str = "2024-03-15T08:00:00Z";
/// Everybody's password here.
pub const PASSWORD: &str = "correct-horse-9";

/// A short plan in a plan's manner. Fictional, like everything here.
pub const PLAN: &str = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n\
    第一章 发展目标\n\
    2020年，常住人口城镇化率为60%。\n\
    到2025年，常住人口城镇化率达到70%，城镇调查失业率控制在5.5%以内。\n\
    第二章 民生\n\
    到2025年，新增公共停车位1000个，行政村5G网络实现全覆盖。\n";

/// An application and its database; both are gone with it.
pub struct Office {
    pub store: Store,
    router: Router,
    _folder: Arc<TempDir>,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the answer is UTF-8")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a cookie it sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        set.filter_map(|cookie| cookie.split(';').next()?.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }

    /// The part of a page between tags, to compare or to snapshot.
    pub fn main(&self) -> String {
        let text = self.text();
        let start = text.find("<main").expect("a page has a main part");
        text[start..text.find("</main>").expect("it ends")].to_owned()
    }

    /// The token of the page's forms.
    pub fn form_token(&self) -> String {
        let text = self.text();
        let rest = text.split("name=\"token\" value=\"").nth(1).expect("the page has a form");
        rest.split('"').next().unwrap().to_owned()
    }
}

/// Somebody with a browser: it keeps a session and the token of its forms.
#[derive(Clone)]
pub struct Person {
    router: Router,
    pub cookie: String,
    pub token: String,
}

impl Office {
    /// An empty office with its two people.
    pub async fn open() -> Self {
        Self::open_with(|_| ()).await
    }

    async fn open_with(change: impl FnOnce(&App)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = NOW.parse().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::connect(&url, now).await.unwrap();
        let admin = Actor::console("测试");
        for (name, role, salt) in [("林规划", "planner", 1), ("沈查阅", "reader", 2)] {
            let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: PASSWORD.to_owned() };
            accounts::add_user(&store, &admin, now, new, [salt; 32]).await.unwrap();
        }
        let app = App::new(store.clone(), Settings::default(), Clock::Fixed(now), Vec::new());
        change(&app);
        Self { router: app.router(), store, _folder: Arc::new(folder) }
    }

    /// The same office at another moment.
    pub fn at(&self, moment: &str) -> Self {
        let clock = Clock::Fixed(moment.parse().unwrap());
        let app = App::new(self.store.clone(), Settings::default(), clock, Vec::new());
        Self { router: app.router(), store: self.store.clone(), _folder: Arc::clone(&self._folder) }
    }

    /// An office where one may log in by an identity provider as well.
    pub async fn with_provider(entry: Entry) -> Self {
        let provider = Provider::new(entry).unwrap();
        Self::open_with(|app| app.offer(provider)).await
    }

    /// An office that has imported [`PLAN`].
    pub async fn with_plan() -> (Self, PlanId) {
        let office = Self::open().await;
        let plan = office.import(PLAN).await;
        (office, plan)
    }

    pub async fn import(&self, text: &str) -> PlanId {
        self.import_as(text, "2021-2025", PlanKind::Outline, None).await
    }

    pub async fn import_as(&self, text: &str, period: &str, kind: PlanKind, parent: Option<PlanId>) -> PlanId {
        let request = ImportRequest {
            title: None,
            jurisdiction: "990199".to_owned(),
            period: Some(period.parse().unwrap()),
            kind,
            parent,
        };
        let preview = import::preview(request, "plan.txt", text.as_bytes()).unwrap();
        let admin = Actor::new("林规划", "planner");
        import::import(&self.store, &admin, NOW.parse().unwrap(), preview, false).await.unwrap().plan
    }

    /// A plan of another jurisdiction.
    pub async fn import_of(&self, text: &str, jurisdiction: &str) -> PlanId {
        let request = ImportRequest {
            title: None,
            jurisdiction: jurisdiction.to_owned(),
            period: Some("2021-2025".parse().unwrap()),
            kind: PlanKind::Outline,
            parent: None,
        };
        let preview = import::preview(request, "plan.txt", text.as_bytes()).unwrap();
        let planner = Actor::new("林规划", "planner");
        import::import(&self.store, &planner, NOW.parse().unwrap(), preview, false).await.unwrap().plan
    }

    /// Holds an account to a region.
    pub async fn hold(&self, name: &str, role: &str, region: &str) {
        let grant = Grant { role: role.to_owned(), region: Some(region.parse().unwrap()) };
        accounts::grant(&self.store, &Actor::console("测试"), NOW.parse().unwrap(), name, grant).await.unwrap();
    }

    /// How many places do not agree with the audit chain.
    pub async fn store_faults(&self) -> usize {
        self.store.verify_audit().await.unwrap().faults.len()
    }

    /// Who has not logged in.
    pub fn passer_by(&self) -> Person {
        Person { router: self.router.clone(), cookie: String::new(), token: String::new() }
    }

    pub async fn planner(&self) -> Person {
        self.log_in("林规划").await
    }

    pub async fn reader(&self) -> Person {
        self.log_in("沈查阅").await
    }

    /// One of the three administrators: `system_admin`, `security_admin`, `audit_admin`.
    pub async fn administrator(&self, role: &str) -> Person {
        if self.store.user(role).await.unwrap().is_none() {
            return self.colleague(role, role).await;
        }
        self.log_in(role).await
    }

    /// Another person, with a password of their own.
    pub async fn colleague(&self, name: &str, role: &str) -> Person {
        let new = NewUser { name: name.to_owned(), role: role.to_owned(), password: PASSWORD.to_owned() };
        let admin = Actor::console("测试");
        accounts::add_user(&self.store, &admin, NOW.parse().unwrap(), new, [3; 32]).await.unwrap();
        self.log_in(name).await
    }

    /// Somebody else who has an account.
    pub async fn named(&self, name: &str) -> Person {
        self.log_in(name).await
    }

    async fn log_in(&self, name: &str) -> Person {
        self.known(name, PASSWORD).await
    }

    /// Somebody whose password is known.
    pub async fn known(&self, name: &str, password: &str) -> Person {
        let mut person = self.passer_by();
        let answer = person.try_log_in(name, password).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name} logs in");
        person.cookie = format!("lantu_session={}", answer.cookie("lantu_session").unwrap());
        person.token = person.get("/account").await.form_token();
        person
    }
}

impl Person {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer { status, headers, body }
    }

    pub fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        if self.cookie.is_empty() { request } else { request.header(header::COOKIE, &self.cookie) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form with the token of its page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("token", self.token.as_str())]).collect();
        self.post_as_it_is(path, &fields).await
    }

    pub async fn post_as_it_is(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(serde_urlencoded::to_string(fields).unwrap()));
        self.send(request.unwrap()).await
    }

    /// Sends a form with a file.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], (name, bytes): (&str, &[u8])) -> Answer {
        self.upload_files(path, fields, &[("file", name, bytes)]).await
    }

    /// Sends several files: the field of each, its name and its content.
    pub async fn upload_files(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Answer {
        const EDGE: &str = "edge-of-parts";
        let mut body = Vec::new();
        for (field, value) in fields.iter().copied().chain([("token", self.token.as_str())]) {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (field, name, bytes) in files {
            let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
            body.extend(format!("--{EDGE}\r\n{head}\r\n\r\n").bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").bytes());
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    /// Opens the login page and sends its form.
    pub async fn try_log_in(&mut self, name: &str, password: &str) -> Answer {
        let page = self.get("/login").await;
        self.cookie = format!("lantu_form={}", page.cookie("lantu_form").unwrap());
        let token = page.form_token();
        self.post_as_it_is("/login", &[("token", &token), ("name", name), ("password", password)]).await
    }
}
