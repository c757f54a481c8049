//! The sample's mid-term and final evaluation, from their beginning to publication:
//! frozen, explained by the units, seen by a third party, reported, checked, laid
//! before the congress, answered, published.

use std::{path::Path, process::Command};

use lantu::clock::Clock;
use plan_model::UnitId;
use plan_workflow::{
    accounts::{self, NewUser},
    assessments::{self, Assessment, Explanation},
    directory,
    permissions::Actor,
    records::PlanId,
    storage::Storage as _,
};
use serde_json::json;

use crate::people::{Browser, Site};

const PASSWORD: &str = "pinggu-ceshi-2025";
/// The chapter with the plan's main goals.
const GOALS: &str = "“十四五”时期的总体要求和主要目标";

/// An evaluation: which, as of when, of which chapters, and what its report says.
struct Evaluation {
    kind: &'static str,
    title: &'static str,
    as_of: &'static str,
    chapters: &'static str,
    parts: &'static [&'static str],
    /// The days on which it is sent and published.
    sent: &'static str,
    published: &'static str,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mid_term_evaluation_goes_from_start_to_published() {
    goes_from_start_to_published(Evaluation {
        kind: "midterm",
        title: "青渚区规划中期评估（验收）",
        as_of: "2023-12-31",
        chapters: "",
        parts: &["实施情况中期评估报告", "云汀西站商务区", "重大项目明细表", "重点任务明细表"],
        sent: "2024-02-01",
        published: "2024-03-15",
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_final_evaluation_goes_from_start_to_published() {
    goes_from_start_to_published(Evaluation {
        kind: "final",
        title: "青渚区规划总结评估（验收）",
        as_of: "2025-12-31",
        chapters: GOALS,
        // The five parts that the decision of 2021 asks for.
        parts: &["主要指标", "重点任务", "重大项目", "困难和问题", "意见"],
        sent: "2026-02-01",
        published: "2026-03-15",
    })
    .await;
}

/// The one story: everybody does their part, each in a browser.
async fn goes_from_start_to_published(evaluation: Evaluation) {
    let site = Site::open().await;
    let planner = Browser::open(1440).await;
    planner.log_in(&site, "planner", "guihua-2025").await;
    let case = Case { address: begin(&planner, &site, &evaluation).await, site: &site, evaluation: &evaluation };
    planner.check_page("begun").await;
    step(&planner, "freeze", &[]).await;
    planner.wait_for("征求说明").await;
    planner.check_page("frozen").await;
    let asked = case.read().await.explanations;
    assert!(asked.len() >= 5 && asked.iter().any(|one| one.binding), "{asked:?}");
    assert!(asked.windows(2).all(|two| two[0].binding || !two[1].binding), "binding ones first");

    // The first one goes back once, with a reason; then all are explained and accepted.
    let person = Browser::open(390).await;
    let first = asked.iter().find(|one| one.unit.is_some()).expect("a unit is asked");
    case.explain(&person, &planner, first, "先写一版").await;
    planner.go(&case.address, "待规划部门审定").await;
    step(&planner, "return", &[("subject", &first.subject), ("desk", "planning"), ("reason", "请写明时限")]).await;
    planner.wait_for("请写明时限").await;
    for one in &asked {
        case.explain(&person, &planner, one, "年底前完成").await;
        planner.go(&case.address, &one.name).await;
        step(&planner, "approve", &[("subject", &one.subject), ("desk", "planning")]).await;
    }
    planner.wait_for(&format!("须说明 {0} 项，已审定 {0} 项", asked.len())).await;

    case.third_party_judges(&person, &asked[0]).await;
    let report = case.report_is_written(&planner).await;
    let lines = words_of(&report);
    let words = lines.join("\n");
    for part in evaluation.parts.iter().chain(&["年底前完成", "要素保障不足"]) {
        assert!(words.contains(part), "{part} is not in the report");
    }
    case.numbers_are_checked(&planner, &report).await;
    case.congress_is_answered(&planner, &person).await;
    case.everybody_reads_it(&person, &lines, &asked[0]).await;
    assert_eq!(site.store.verify_audit().await.unwrap().faults, []);
}

struct Case<'a> {
    site: &'a Site,
    /// The address of the assessment's page.
    address: String,
    evaluation: &'a Evaluation,
}

/// Begins an evaluation; the address of its page.
async fn begin(planner: &Browser, site: &Site, evaluation: &Evaluation) -> String {
    let list = format!("{}/plans/{}/assessments", site.address, site.plan);
    // The sample has a mid-term evaluation of the same day; this one takes its place.
    planner.go(&format!("{list}/A2"), "撤回这次评估").await;
    step(planner, "withdraw", &[("reason", "另行发起（验收）")]).await;
    planner.wait_for("理由：另行发起（验收）").await;
    planner.check_page("withdrawn").await;
    planner.go(&list, "已撤回（1）").await;
    let fields = [
        ("kind", evaluation.kind),
        ("title", evaluation.title),
        ("as_of", evaluation.as_of),
        ("chapters", evaluation.chapters),
        ("evaluators", "evaluator"),
    ];
    send(planner, "form => form.elements.evaluators", &fields).await;
    planner.wait_for("冻结快照").await;
    planner.client.current_url().await.unwrap().to_string()
}

/// Fills in the form of a step and sends it, as its page offers it; `fields` with
/// a hidden twin choose among several.
async fn step(browser: &Browser, what: &str, fields: &[(&str, &str)]) {
    let chosen: Vec<(&str, &str)> =
        fields.iter().copied().filter(|(name, _)| matches!(*name, "subject" | "desk" | "number" | "section")).collect();
    let hidden = "form.elements[name].type !== 'hidden' || form.elements[name].value === value";
    let fits = format!(
        "form => form.elements.do?.value === {what} && {chosen}.every(([name, value]) => form.elements[name] && ({hidden}))",
        what = json!(what),
        chosen = json!(chosen),
    );
    send(browser, &fits, fields).await;
}

/// Fills in the first form of the page that fits and presses its button; waits
/// until the next page is there.
async fn send(browser: &Browser, fits: &str, fields: &[(&str, &str)]) {
    let script = format!(
        "const form = [...document.querySelectorAll('main form')].find({fits}); \
         if (!form) return false; \
         for (let up = form; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true; \
         for (const [name, value] of {fields}) if (form.elements[name].type !== 'hidden') form.elements[name].value = value; \
         window.before = true; form.querySelector('button').click(); return true",
        fields = json!(fields),
    );
    let sent = browser.ask(&script).await;
    assert_eq!(sent, json!(true), "no form {fits}: {}", browser.client.source().await.unwrap());
    for _ in 0..300 {
        let there = "return !window.before && document.readyState === 'complete'";
        if browser.client.execute(there, Vec::new()).await.ok() == Some(json!(true)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nothing came after {fits} {fields:?}: {}", browser.client.source().await.unwrap());
}

/// The words of a Word file, line by line.
fn words_of(docx: &[u8]) -> Vec<String> {
    document_reader::read("报告.docx", docx).unwrap().lines.into_iter().map(|line| line.text).collect()
}

/// The bytes behind an address, as the browser gets them.
async fn download(browser: &Browser, address: &str) -> Vec<u8> {
    let script = "const [address, done] = arguments; fetch(address).then(answer => answer.arrayBuffer()) \
                  .then(bytes => done([...new Uint8Array(bytes)]))";
    let bytes = browser.client.execute_async(script, vec![json!(address)]).await.unwrap();
    serde_json::from_value(bytes).unwrap()
}

impl Case<'_> {
    async fn read(&self) -> Assessment {
        let id = self.address.rsplit('/').next().unwrap();
        assessments::read(&self.site.store, PlanId(self.site.plan), id).await.unwrap()
    }

    /// The account of somebody with this duty in a unit, made where there is none,
    /// and its password.
    async fn account(&self, unit: &UnitId, role: &str) -> (String, String) {
        let directory = directory::read(&self.site.store, None).await.unwrap();
        let holders = directory.holders(unit, role, "2023-12-31".parse().unwrap());
        let account = holders.iter().find_map(|(person, _)| person.account.clone()).expect(role);
        let logins = lantu::sample::settings().logins;
        if let Some(known) = logins.into_iter().find(|login| login.name == account) {
            return (account, known.password);
        }
        if self.site.store.user(&account).await.unwrap().is_none() {
            let new = NewUser { name: account.clone(), role: "staff".to_owned(), password: PASSWORD.to_owned() };
            let (console, now) = (Actor::console("测试"), Clock::System.now());
            accounts::add_user(&self.site.store, &console, now, new, [7; 32]).await.unwrap();
        }
        (account, PASSWORD.to_owned())
    }

    /// Whoever was asked explains; in a unit somebody else approves it.
    async fn explain(&self, person: &Browser, planner: &Browser, one: &Explanation, measures: &str) {
        let words = [("subject", one.subject.as_str()), ("cause", "前期工作用时较长"), ("measures", measures)];
        let Some(unit) = &one.unit else {
            planner.go(&self.address, &one.name).await;
            return step(planner, "explain", &words).await;
        };
        let (reporter, approver) = (self.account(unit, "reporter").await, self.account(unit, "approver").await);
        person.become_person(self.site, &reporter.0, &reporter.1).await;
        person.go(&self.address, &one.name).await;
        step(person, "explain", &words).await;
        person.check_page("explained").await;
        person.become_person(self.site, &approver.0, &approver.1).await;
        person.go(&self.address, &one.name).await;
        step(person, "approve", &[("subject", &one.subject), ("desk", "unit")]).await;
    }

    /// The third party is led to what it was named for, and lays its verdict beside ours.
    async fn third_party_judges(&self, person: &Browser, one: &Explanation) {
        person.become_person(self.site, "evaluator", "pinggu-2025").await;
        let path = self.address.trim_start_matches(&self.site.address);
        person.wait_for("评估").await;
        person.press(&format!("main a[href='{path}']")).await;
        person.wait_for(&one.name).await;
        step(person, "outside", &[("subject", &one.subject), ("word", "滞后"), ("comment", "与现场核查一致")]).await;
        let page = person.wait_for("可比 1 个，一致 1 个").await;
        assert!(page.contains("与现场核查一致"), "{page}");
        person.check_page("third party").await;
    }

    /// The free sections are written, a problem is noted and put right, the report is
    /// finished and taken.
    async fn report_is_written(&self, planner: &Browser) -> Vec<u8> {
        planner.go(&self.address, "与官方、第三方结论对照").await;
        let sections = "return [...document.querySelectorAll('main form')].filter(form => form.elements.do?.value === 'write') \
                        .map(form => form.elements.section.value)";
        let sections: Vec<String> = serde_json::from_value(planner.ask(sections).await).unwrap();
        assert!(sections.iter().any(|name| name == "困难和问题"), "{sections:?}");
        for section in &sections {
            step(planner, "write", &[("section", section), ("text", "要素保障不足，拟加强调度。")]).await;
        }
        step(planner, "problem", &[("text", "部分任务未排节点"), ("unit", "区发展和改革局"), ("due", "2026-03-31")])
            .await;
        planner.wait_for("部分任务未排节点").await;
        step(planner, "solve", &[("number", "1"), ("how", "已全部补排")]).await;
        planner.wait_for("已全部补排").await;
        step(planner, "finish", &[]).await;
        planner.wait_for("撤回定稿").await;
        download(planner, &format!("{}/report.docx", self.address)).await
    }

    /// The file as it was issued has nothing to correct; with one number changed the
    /// place is named.
    async fn numbers_are_checked(&self, planner: &Browser, report: &[u8]) {
        let folder = tempfile::tempdir().unwrap();
        let (file, changed) = (folder.path().join("报告.docx"), folder.path().join("改过的报告.docx"));
        std::fs::write(&file, report).unwrap();
        change_a_number(&file, &changed);
        for (file, says) in [(&file, "有 0 处需要处理"), (&changed, "数字改动")] {
            planner.go(&self.address, "核对改过的报告").await;
            planner.fill("file", &file.display().to_string()).await;
            send(planner, "form => form.elements.file", &[]).await;
            planner.wait_for(says).await;
            planner.check_page("check").await;
        }
    }

    /// Sent, two opinions, two replies; not public before.
    async fn congress_is_answered(&self, planner: &Browser, person: &Browser) {
        planner.go(&self.address, "报送").await;
        step(planner, "send", &[("on", self.evaluation.sent), ("to", "区人大常委会")]).await;
        planner.wait_for(&format!("{} 报送区人大常委会", self.evaluation.sent)).await;
        person.become_person(self.site, "congress", "renda-2025").await;
        for (text, from) in [("加快补齐生态环境短板", "城建环资工委"), ("加强财源建设", "财政经济工委")]
        {
            person.go(&self.address, "审议意见").await;
            step(person, "opine", &[("text", text), ("from", from)]).await;
            person.wait_for(text).await;
        }
        person.check_page("opinions").await;
        for number in ["1", "2"] {
            planner.go(&self.address, "加强财源建设").await;
            step(planner, "reply", &[("number", number), ("text", "已列入2024年重点工作")]).await;
        }
        step(planner, "publish", &[("on", self.evaluation.published)]).await;
        planner.wait_for(&format!("{} 公开", self.evaluation.published)).await;
        planner.check_page("published").await;
    }

    /// Who has no account reads report, opinions and replies, and gets the same report.
    async fn everybody_reads_it(&self, person: &Browser, report: &[String], one: &Explanation) {
        person.client.delete_all_cookies().await.unwrap();
        let path = self.address.trim_start_matches(&self.site.address);
        let address = format!("{}/public{path}", self.site.address);
        let page = person.go(&address, &format!("{} 公开", self.evaluation.published)).await;
        for words in [&*one.name, "前期工作用时较长", "加快补齐生态环境短板", "已列入2024年重点工作"]
        {
            assert!(page.contains(words), "{words} is not public: {page}");
        }
        let published = words_of(&download(person, &format!("{address}/report.docx")).await);
        let (label, inside) = report.split_first().unwrap();
        assert!(label == "内部" && inside == published, "the same file, but for the label");
    }
}

/// Writes the same file with the first bound number one larger, as somebody would
/// who edits it.
fn change_a_number(from: &Path, to: &Path) {
    let script = "import re, sys, zipfile\n\
        with zipfile.ZipFile(sys.argv[1]) as old, zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as new:\n\
        \x20   for item in old.infolist():\n\
        \x20       data = old.read(item)\n\
        \x20       if item.filename == 'word/document.xml':\n\
        \x20           more = lambda found: found[1] + str(int(found[2]) + 1)\n\
        \x20           text, changed = re.subn(r'(<w:sdtContent>(?:(?!</w:sdtContent>).)*?<w:t[^>]*>)(\\d+)', more, data.decode(), count=1, flags=re.S)\n\
        \x20           assert changed == 1\n\
        \x20           data = text.encode()\n\
        \x20       new.writestr(item, data)\n";
    let ran = Command::new("python3").arg("-c").arg(script).args([from, to]).status().expect("python3");
    assert!(ran.success());
}
