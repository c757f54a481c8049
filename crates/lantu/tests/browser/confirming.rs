//! Candidates are confirmed: by keys alone, and by two people at once.

use std::time::Duration;

use lantu::clock::Clock;
use plan_workflow::{
    accounts::{self, NewUser},
    permissions::Actor,
    storage::Storage as _,
};
use serde_json::json;

use crate::people::{Browser, Site};

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
    let admin = Actor::console("测试");
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
