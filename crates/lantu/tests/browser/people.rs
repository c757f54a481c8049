//! The one helper of these tests: the sample as a site, and a browser to visit it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use lantu::{
    clock::Clock,
    sample,
    server::{self, App},
    settings::Settings,
};
use plan_store::Store;
use plan_workflow::{
    accounts::{self, NewUser},
    assignments::rules::Rules,
    permissions::Actor,
    storage::Storage as _,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

pub const NEEDS: &str = "the page tests need chromium: apt install chromium chromium-driver fonts-noto-cjk";

/// The sample on a free port, answered by the whole application.
pub struct Site {
    pub address: String,
    pub plan: i64,
    pub store: Store,
    _folder: TempDir,
}

impl Site {
    pub async fn open() -> Self {
        Self::with_rules("").await
    }

    /// The sample with an office's own file of rules for assignments.
    pub async fn with_rules(rules: &str) -> Self {
        let (store, folder) = empty_store().await;
        sample::load(&store, Clock::System.now(), [1; 32]).await.unwrap();
        let plans = store.plans().await.unwrap();
        let plan = plans.iter().max_by_key(|p| p.indicators).unwrap().plan.id.0;
        Self::serve(store, folder, rules, plan).await
    }

    /// An office on its first day, on the day of the sample: nothing but accounts,
    /// each a name and a role, all with one password.
    pub async fn first_day(accounts: &[(&str, &str)], password: &str, rules: &str) -> Self {
        let (store, folder) = empty_store().await;
        for (salt, (name, role)) in (1..).zip(accounts) {
            let new = NewUser { name: (*name).to_owned(), role: (*role).to_owned(), password: password.to_owned() };
            accounts::add_user(&store, &Actor::console("测试"), Clock::System.now(), new, [salt; 32]).await.unwrap();
        }
        Self::serve(store, folder, rules, 0).await
    }

    async fn serve(store: Store, folder: TempDir, rules: &str, plan: i64) -> Self {
        let unit_rules = vec![Rules::parse(rules).unwrap()];
        let settings = Settings { sample: Some(sample::settings()), unit_rules, ..Settings::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(server::serve(listener, App::new(store.clone(), settings, Clock::System, Vec::new())));
        Self { address, plan, store, _folder: folder }
    }
}

async fn empty_store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    (Store::connect(&url, Clock::System.now()).await.unwrap(), folder)
}

/// chromedriver and a browser with a profile of its own; both end with it.
pub struct Browser {
    pub client: Client,
    driver: Child,
    /// Where to ask the driver to end the session: port and path.
    session: (String, String),
    _profile: TempDir,
}

/// Ends the session, which ends the browser, and then the driver, also where a
/// test has failed.
impl Drop for Browser {
    fn drop(&mut self) {
        let (port, path) = &self.session;
        if let Ok(mut stream) = TcpStream::connect(format!("127.0.0.1:{port}")) {
            let request = format!("DELETE {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read(&mut [0; 64]));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// What the browser wrote to its console.
#[derive(Debug)]
struct Console;

impl WebDriverCompatibleCommand for Console {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

impl Browser {
    /// A browser as wide as this; under 700 px it is a telephone.
    pub async fn open(width: u32) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{NEEDS} ({error})"));
        let said = BufReader::new(driver.stdout.take().unwrap());
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver names its port");
        let profile = tempfile::tempdir().unwrap();
        let mut options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-first-run",
                format!("--window-size={width},900"),
                format!("--user-data-dir={}", profile.path().display()),
            ],
        });
        if width < 700 {
            options["mobileEmulation"] = json!({"deviceMetrics": {"width": width, "height": 844, "pixelRatio": 1}});
        }
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), options);
        wanted.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("{NEEDS} ({error})"));
        let id = client.session_id().await.unwrap().expect("the session has an id");
        Self { client, driver, session: (port, format!("/session/{id}")), _profile: profile }
    }

    pub async fn fill(&self, name: &str, words: &str) {
        let field = self.client.find(Locator::Css(&format!("main [name={name}]"))).await.unwrap();
        field.send_keys(words).await.unwrap();
    }

    pub async fn press(&self, selector: &str) {
        let element = self.client.find(Locator::Css(selector)).await.expect(selector);
        // As a person would: scrolled out from under the bar at the bottom.
        let argument = serde_json::to_value(element.clone()).unwrap();
        self.client.execute("arguments[0].scrollIntoView({block: 'center'})", vec![argument]).await.unwrap();
        element.click().await.unwrap();
    }

    /// Waits until the page's main part says this.
    pub async fn wait_for(&self, words: &str) -> String {
        for _ in 0..100 {
            if let Ok(main) = self.client.find(Locator::Css("main")).await
                && let Ok(text) = main.text().await
                && text.contains(words)
            {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the page never said {words}: {}", self.client.source().await.unwrap());
    }

    /// Empties a field and types into it.
    pub async fn type_into(&self, id: &str, words: &str) {
        let field = self.client.find(Locator::Id(id)).await.expect(id);
        field.clear().await.unwrap();
        field.send_keys(words).await.unwrap();
    }

    /// Goes to a page, waits for it and looks at it.
    pub async fn go(&self, address: &str, words: &str) -> String {
        self.client.goto(address).await.unwrap();
        let page = self.wait_for(words).await;
        self.check_page(address).await;
        page
    }

    /// Fills in the login page.
    pub async fn enter(&self, name: &str, password: &str) {
        self.fill("name", name).await;
        self.fill("password", password).await;
        self.press("main button.main").await;
    }

    pub async fn log_in(&self, site: &Site, name: &str, password: &str) {
        self.client.goto(&site.address).await.unwrap();
        self.enter(name, password).await;
        self.wait_for("现在怎么样").await;
    }

    /// Lays the session of whoever sat here down and logs in as somebody.
    pub async fn become_person(&self, site: &Site, name: &str, password: &str) {
        self.client.delete_all_cookies().await.unwrap();
        self.client.goto(&format!("{}/login", site.address)).await.unwrap();
        self.enter(name, password).await;
        for _ in 0..100 {
            if self.client.current_url().await.unwrap().path() != "/login" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{name} could not log in: {}", self.client.source().await.unwrap());
    }

    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// The browser complains of the refusal (422) that was just provoked, and of nothing else.
    pub async fn expect_refusal(&self) {
        let log = self.client.issue_cmd(Console).await.unwrap();
        let severe = log.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE");
        let said: Vec<&str> = severe.filter_map(|entry| entry["message"].as_str()).collect();
        assert!(said.len() == 1 && said[0].contains("422"), "{said:?}");
    }

    /// Nothing scrolls sideways, and the browser has nothing to complain about.
    pub async fn check_page(&self, path: &str) {
        let over = self.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(over, json!(0), "{path} scrolls sideways");
        let log = self.client.issue_cmd(Console).await.unwrap();
        let errors: Vec<&Value> = log.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE").collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
}
