//! The pages in Debian's chromium, driven through chromedriver: what a person does
//! in the first minutes, at a desk's width and at a telephone's. Where the browser
//! is missing these tests fail and say what to install.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
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
    permissions::Actor,
    storage::Storage as _,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

const NEEDS: &str = "the page tests need chromium: apt install chromium chromium-driver fonts-noto-cjk";

/// The sample on a free port, answered by the whole application.
struct Site {
    address: String,
    plan: i64,
    store: Store,
    _folder: TempDir,
}

impl Site {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Clock::System.now();
        let store = Store::connect(&format!("sqlite:{}", folder.path().join("test.db").display()), now).await.unwrap();
        sample::load(&store, now, [[1; 32], [2; 32]]).await.unwrap();
        let plans = store.plans().await.unwrap();
        let plan = plans.iter().max_by_key(|p| p.indicators).unwrap().plan.id.0;
        let settings = Settings { sample: Some(sample::settings()), ..Settings::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(server::serve(listener, App::new(store.clone(), settings, Clock::System, Vec::new())));
        Self { address, plan, store, _folder: folder }
    }
}

/// chromedriver and a browser with a profile of its own; both end with it.
struct Browser {
    client: Client,
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
    async fn open(width: u32) -> Self {
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

    async fn fill(&self, name: &str, words: &str) {
        let field = self.client.find(Locator::Css(&format!("main [name={name}]"))).await.unwrap();
        field.send_keys(words).await.unwrap();
    }

    async fn press(&self, selector: &str) {
        let element = self.client.find(Locator::Css(selector)).await.expect(selector);
        // As a person would: scrolled out from under the bar at the bottom.
        let argument = serde_json::to_value(element.clone()).unwrap();
        self.client.execute("arguments[0].scrollIntoView({block: 'center'})", vec![argument]).await.unwrap();
        element.click().await.unwrap();
    }

    /// Waits until the page's main part says this.
    async fn wait_for(&self, words: &str) -> String {
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

    async fn log_in(&self, site: &Site, name: &str, password: &str) {
        self.client.goto(&site.address).await.unwrap();
        self.fill("name", name).await;
        self.fill("password", password).await;
        self.press("main button.main").await;
        self.wait_for("现在怎么样").await;
    }

    async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Nothing scrolls sideways, and the browser has nothing to complain about.
    async fn check_page(&self, path: &str) {
        let over = self.ask("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
        assert_eq!(over, json!(0), "{path} scrolls sideways");
        let log = self.client.issue_cmd(Console).await.unwrap();
        let errors: Vec<&Value> = log.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE").collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
}

/// Logs in, imports a plan through its preview, enters a figure, sees the verdict change.
async fn first_minutes(width: u32) {
    let site = Site::open().await;
    let browser = Browser::open(width).await;
    browser.log_in(&site, "planner", "guihua-2025").await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("规划.txt");
    let text = "虚构县国民经济和社会发展第十四个五年规划纲要（2021-2025年）\n第一章 目标\n\
                2020年，公共图书馆读者满意率为60%。\n到2025年，公共图书馆读者满意率达到70%。\n";
    std::fs::write(&file, text).unwrap();
    browser.client.goto(&format!("{}/plans/import", site.address)).await.unwrap();
    browser.fill("file", &file.display().to_string()).await;
    browser.fill("jurisdiction", "990199").await;
    browser.press("main button.main").await;
    let preview = browser.wait_for("读到了什么，找到了什么").await;
    assert!(preview.contains("公共图书馆读者满意率") && preview.contains("2021-2025"), "{preview}");
    browser.check_page("preview").await;
    browser.press("main button.main").await;
    browser.wait_for("共 1 个指标").await;

    let path = browser.client.current_url().await.unwrap().path().to_owned();
    browser.client.goto(&format!("{}{path}/indicators", site.address)).await.unwrap();
    browser.press("main tbody th a").await;
    let before = browser.wait_for("公共图书馆读者满意率").await;
    assert!(before.contains("无法判断"), "{before}");
    browser.fill("period", "2023").await;
    browser.fill("value", "66").await;
    browser.fill("source", "读者调查").await;
    browser.press("#enter button.main").await;
    let after = browser.wait_for("已保存").await;
    assert!(after.contains("基本符合预期") && after.contains("读者调查"), "{after}");
    assert_eq!(browser.ask("return document.querySelectorAll('.chart circle').length >= 2").await, json!(true));
    browser.check_page("indicator").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_minutes_at_a_desk() {
    first_minutes(1440).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_minutes_on_a_telephone() {
    first_minutes(390).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_at_any_width() {
    let site = Site::open().await;
    for width in [1440, 390] {
        let browser = Browser::open(width).await;
        browser.client.goto(&format!("{}/login", site.address)).await.unwrap();
        browser.check_page("/login").await;
        browser.log_in(&site, "planner", "guihua-2025").await;
        let plan = format!("/plans/{}", site.plan);
        let mut paths = vec![
            plan.clone(),
            format!("{plan}?lang=en"),
            format!("{plan}/source?lang=zh"),
            format!("{plan}/indicators"),
            format!("{plan}/indicators?page=3"),
            format!("{plan}/work"),
            format!("{plan}/work?kind=project&sort=due"),
            format!("{plan}/figures"),
            format!("{plan}/confirm"),
            format!("{plan}/confirm?at=C7&f_order=text"),
            format!("{plan}/confirm/coverage?show=all"),
            "/plans".to_owned(),
            "/plans/import".to_owned(),
            "/system?check=yes".to_owned(),
            "/account".to_owned(),
        ];
        paths.extend((1..=60).step_by(7).map(|number| format!("{plan}/indicators/I{number:03}")));
        for path in paths {
            browser.client.goto(&format!("{}{path}", site.address)).await.unwrap();
            browser.check_page(&path).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_in_the_text_leads_to_its_record_and_back() {
    let site = Site::open().await;
    let browser = Browser::open(1440).await;
    browser.log_in(&site, "reader", "chayue-2025").await;
    browser.client.goto(&format!("{}/plans/{}/source", site.address, site.plan)).await.unwrap();
    let marked = browser
        .ask("const a = document.querySelector('mark a'); const words = a.textContent; a.click(); return words")
        .await;
    browser.wait_for("原文第").await;
    browser.press(".quote + .caption a").await;
    browser.wait_for("原文说了什么").await;
    let target = browser.ask("return document.querySelector(location.hash + ' ~ mark').textContent").await;
    assert_eq!(target, marked, "the link leads back to the marked words");
    assert!(
        browser.client.find(Locator::Css("form[action*=import]")).await.is_err(),
        "a reader is offered nothing to write"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_finds_and_opens_an_indicator() {
    let site = Site::open().await;
    let browser = Browser::open(1440).await;
    browser.log_in(&site, "reader", "chayue-2025").await;
    browser.client.goto(&format!("{}/plans/{}/indicators", site.address, site.plan)).await.unwrap();
    let body = browser.client.find(Locator::Css("body")).await.unwrap();
    body.send_keys("jj").await.unwrap();
    let row = browser.ask("return document.querySelectorAll('main tbody tr')[1].classList.contains('here')").await;
    assert_eq!(row, json!(true), "j walks the rows");
    body.send_keys("/").await.unwrap();
    assert_eq!(browser.ask("return document.activeElement.name").await, json!("q"), "/ goes to the search field");
    browser.client.active_element().await.unwrap().send_keys("失业率\u{E007}").await.unwrap();
    browser.wait_for("城镇调查失业率").await;
    let rows = browser.ask("return document.querySelectorAll('main tbody tr').length").await;
    assert!(rows.as_u64().unwrap() < 5, "{rows}");
}

/// The keys of the page on which candidates are confirmed.
const ENTER: &str = "\u{E007}";

impl Browser {
    /// Sends keys to whatever has the focus, as a person's keyboard does.
    async fn keys(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Sends keys, the last of which exchanges the pane, and waits until it is.
    async fn exchange(&self, keys: &str) {
        self.ask("document.getElementById('pane').dataset.old = 'yes'").await;
        self.keys(keys).await;
        for _ in 0..400 {
            let done = "const p = document.getElementById('pane'); return !!p && !p.dataset.old && !p.ariaBusy";
            if self.ask(done).await == json!(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{keys:?} did nothing: {}", self.pane("innerText").await);
    }

    /// What the pane is at: one of its data attributes, or its text.
    async fn pane(&self, what: &str) -> String {
        let script = format!("const p = document.getElementById('pane'); return p.dataset.{what} ?? p.{what} ?? ''");
        self.ask(&script).await.as_str().unwrap_or_default().to_owned()
    }

    /// The fate of a candidate as the marks and the list of the page know it.
    async fn fate(&self, key: &str) -> String {
        let script = format!(
            "const all = document.getElementById('progress').dataset.states.split(' ').map(s => s.split(':')); \
             return (all.find(([k]) => k === '{key}') ?? [0, 'open'])[1]"
        );
        self.ask(&script).await.as_str().unwrap_or_default().to_owned()
    }

    async fn confirm(&self, site: &Site, query: &str) {
        self.client.goto(&format!("{}/plans/{}/confirm{query}", site.address, site.plan)).await.unwrap();
        self.wait_for("已确认").await;
        self.ask("document.getElementById('pane').focus()").await;
    }

    /// (decided, all) of the progress bar.
    async fn progress(&self) -> (u64, u64) {
        let script = "const p = document.querySelector('#progress progress'); return [p.value, p.max]";
        let counts = self.ask(script).await;
        (counts[0].as_f64().unwrap() as u64, counts[1].as_f64().unwrap() as u64)
    }
}

/// The stopwatch trial: the sample plan from freshly imported to fully confirmed,
/// by keys alone. Presses are counted to the candidate they were made at; one
/// press for many counts as one for each of them.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_plan_is_confirmed_by_keys_with_fewer_than_three_presses_at_the_median() {
    let site = Site::open().await;
    let browser = Browser::open(1440).await;
    browser.log_in(&site, "planner", "guihua-2025").await;
    browser.confirm(&site, "").await;
    let all = browser.progress().await.1;
    assert!(all > 400, "{all} candidates");
    let mut presses: Vec<u64> = Vec::new();
    let mut total = 0;
    let started = std::time::Instant::now();
    let mut slowest = Duration::ZERO;
    while browser.progress().await.0 < all {
        let (before, at) = (browser.progress().await.0, browser.pane("at").await);
        let of_chapter = "return !!document.getElementById('certain')";
        // Now and then one is rejected or its name corrected; what is certain goes by the chapter
        // once two hundred were looked at one by one.
        let keys = match presses.len() {
            n if n % 25 == 7 => vec!["x", "4"],
            n if n % 25 == 19 => vec!["e", "新", ENTER],
            200.. if browser.ask(of_chapter).await == json!(true) => vec!["A"],
            _ => vec![ENTER],
        };
        let (last, first) = keys.split_last().unwrap();
        for key in first {
            browser.keys(key).await;
        }
        let pressed = std::time::Instant::now();
        browser.exchange(last).await;
        slowest = slowest.max(pressed.elapsed());
        let decided = browser.progress().await.0 - before;
        assert!(decided > 0, "{keys:?} at {at} decided nothing: {}", browser.pane("innerText").await);
        total += keys.len() as u64;
        presses.extend(std::iter::repeat_n(keys.len() as u64, decided as usize));
    }
    presses.sort_unstable();
    let median = presses[presses.len() / 2];
    println!(
        "{all} candidates by {total} presses in {:?}, the slowest {slowest:?}, {median} at the median",
        started.elapsed()
    );
    assert!(median < 3, "{median} presses at the median");
    browser.check_page("confirm").await;
    assert_eq!(site.store.verify_audit().await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_of_confirming_does_what_it_says() {
    let site = Site::open().await;
    let browser = Browser::open(1440).await;
    browser.log_in(&site, "planner", "guihua-2025").await;
    browser.confirm(&site, "?f_order=text&f_kind=measure&at=C1").await;
    browser.exchange("j").await;
    assert_eq!(browser.pane("at").await, "C2");
    browser.exchange("k").await;
    browser.exchange("a").await;
    assert_eq!((browser.fate("C1").await.as_str(), browser.pane("at").await.as_str()), ("accepted", "C2"));
    let mark = "return document.querySelector('mark[data-of=C1]').dataset.fate";
    assert_eq!(browser.ask(mark).await, json!("accepted"), "the mark in the text follows");
    browser.keys("x").await;
    browser.exchange("2").await;
    assert_eq!(browser.fate("C2").await, "rejected");
    browser.keys("x5").await;
    browser.keys("统计口径不明").await;
    browser.exchange(ENTER).await;
    assert_eq!((browser.fate("C3").await.as_str(), browser.pane("at").await.as_str()), ("rejected", "C4"));
    browser.exchange("u").await;
    assert_eq!((browser.fate("C3").await.as_str(), browser.pane("at").await.as_str()), ("open", "C3"));
    browser.keys("e").await;
    browser.keys("全区口径").await;
    browser.exchange(ENTER).await;
    assert_eq!(browser.fate("C3").await, "corrected");
    // C4 is split in two at a slash, C5 swallows the next.
    browser.keys("s").await;
    browser.keys("甲类企业/乙类企业").await;
    browser.exchange(ENTER).await;
    assert_eq!((browser.fate("C4").await.as_str(), browser.fate("A1").await.as_str()), ("split", "accepted"));
    assert_eq!(browser.pane("at").await, "C5");
    browser.exchange("m").await;
    assert_eq!(browser.fate("C5").await, "corrected");
    let merged = browser.ask("return document.getElementById('progress').dataset.states").await;
    assert!(merged.as_str().unwrap().contains(":merged"), "{merged}");
    // One is added from selected words, and taken back.
    let select = "const p = [...document.querySelectorAll('#text p')].find(p => p.textContent.includes('年')); \
                  const t = [...p.childNodes].find(n => n.nodeType === 3 && n.textContent.length > 8); \
                  getSelection().setBaseAndExtent(t, 2, t, 8); return t.textContent.slice(2, 8)";
    let words = browser.ask(select).await;
    browser.exchange("n").await;
    assert_eq!(browser.pane("adding").await, "yes");
    let quoted = browser.ask("return document.querySelector('#pane .quote mark').textContent").await;
    assert_eq!(quoted, words, "the place is the selected one");
    browser.keys("亲手补充的任务").await;
    browser.exchange(ENTER).await;
    assert_eq!((browser.fate("A3").await.as_str(), browser.pane("at").await.as_str()), ("accepted", "A3"));
    browser.exchange("u").await;
    assert!(!browser.pane("innerText").await.contains("A3"), "what was added is gone again");
    browser.keys("?").await;
    assert_eq!(browser.ask("return document.getElementById('keys').open").await, json!(true));
    browser.check_page("confirm").await;
    assert_eq!(site.store.verify_audit().await.unwrap().faults, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_confirm_at_once_and_nothing_is_lost() {
    let site = Site::open().await;
    let admin = Actor::new("测试", "planner");
    let password = "guihua-2026";
    let new = NewUser { name: "zhou".to_owned(), role: "planner".to_owned(), password: password.to_owned() };
    accounts::add_user(&site.store, &admin, Clock::System.now(), new, [3; 32]).await.unwrap();
    let (first, second) = (Browser::open(1440).await, Browser::open(1440).await);
    first.log_in(&site, "planner", "guihua-2025").await;
    second.log_in(&site, "zhou", password).await;
    for browser in [&first, &second] {
        browser.confirm(&site, "?f_order=text&f_kind=measure&at=C1").await;
    }
    first.exchange(ENTER).await;
    // The second had the first candidate open, and types a correction of it.
    second.keys("e").await;
    second.keys("另一种说法").await;
    second.exchange(ENTER).await;
    let said = second.pane("innerText").await;
    assert!(said.contains("已由planner处理") && said.contains("采纳"), "{said}");
    let typed = second.ask("return document.querySelector('#fields [name=name]').value").await;
    assert_eq!(typed, json!("另一种说法"), "what was typed is kept");
    second.ask("document.querySelector('#fields [name=name]').focus()").await;
    second.exchange(ENTER).await;
    assert_eq!(second.fate("C1").await, "corrected");
    // Each goes on by himself, and sees with his next answer what the other did.
    first.exchange("j").await;
    second.exchange(ENTER).await;
    first.exchange(ENTER).await;
    assert_eq!(first.fate("C1").await, "corrected");
    assert_eq!(first.progress().await.0, 3);
    assert_eq!(site.store.verify_audit().await.unwrap().faults, []);
}

#[test]
fn the_driver_is_here() {
    let here = |name: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| Path::new(&folder).join(name).is_file())
    };
    assert!(here("chromedriver") && (here("chromium") || here("chromium-browser") || here("google-chrome")), "{NEEDS}");
}
