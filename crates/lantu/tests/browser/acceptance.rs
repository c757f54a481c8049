//! The whole of who does what by when, from an office's first day on: the sample's
//! own files come in, everything is offered, answered, broken down, collected twice
//! and seen, and a person's duties go to another.

use std::{collections::BTreeMap, path::PathBuf};

use plan_model::{Decimal, UnitId};
use plan_report::{SheetCell, write_workbook};
use plan_workflow::{directory, records::PlanId, storage::Storage as _};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    assigning::{arbitrate, offer_by_rules, refer, return_one_and_take_the_rest, tally},
    breakdown, collecting,
    handing_over::hand_over,
    people::{Browser, Site},
};

const PASSWORD: &str = "yanshou-2025";

/// Who has an account: the planner, the leader, those of the bureau of science (样怀瑾
/// approves, 样明溪 reports), and of the farming bureau who leaves and who follows.
const ACCOUNTS: [(&str, &str); 6] = [
    ("planner", "planner"),
    ("leader", "leader"),
    ("huaijin", "staff"),
    ("mingxi", "staff"),
    ("xiaozhou", "staff"),
    ("successor", "staff"),
];

const BUREAU: &str = "区科学技术局";

/// What the bureau is asked for, and what it reports for 2022 and 2023. The
/// statistics say 103 and 127 of the first.
const ASKED: [(&str, &str, &str); 3] =
    [("高新技术企业", "103", "131"), ("科技型中小企业", "262", "331"), ("累计共建创新载体", "2", "2")];

fn sample(file: &str) -> PathBuf {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "samples", file].iter().collect();
    path.canonicalize().unwrap()
}

/// The sample's plan comes in through its preview; its number.
async fn plan_is_imported(planner: &Browser, site: &Site) -> PlanId {
    planner.go(&format!("{}/plans/import", site.address), "涉密信息不得录入").await;
    planner.fill("file", &sample("district-plan.txt").display().to_string()).await;
    planner.fill("title", "青渚区国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要").await;
    planner.fill("jurisdiction", "990102").await;
    planner.press("main button.main").await;
    planner.wait_for("读到了什么，找到了什么").await;
    planner.check_page("preview").await;
    planner.press("main button.main").await;
    planner.wait_for("个指标").await;
    let path = planner.client.current_url().await.unwrap().path().to_owned();
    PlanId(path.rsplit('/').next().unwrap().parse().unwrap())
}

/// The sample's units and people as an office keeps them: a workbook of four sheets.
fn workbook(folder: &TempDir) -> PathBuf {
    let text = std::fs::read_to_string(sample("directory.csv")).unwrap();
    let names = ["行政区划", "单位", "人员", "岗位职责"];
    let blocks = text.split("\n\n").skip(1);
    let sheet = |(name, block): (&str, &str)| {
        let mut rows = block.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        plan_report::Sheet {
            name: name.to_owned(),
            heading: vec!["虚构样例".to_owned()],
            columns: rows.next().unwrap().into_iter().map(|head| (head, 20.0)).collect(),
            rows: rows.map(|row| row.into_iter().map(SheetCell::Words).collect()).collect(),
            frozen_columns: 1,
            printed: false,
        }
    };
    let sheets: Vec<_> = names.into_iter().zip(blocks).map(sheet).collect();
    assert_eq!(sheets.len(), names.len());
    let file = folder.path().join("单位与人员.xlsx");
    std::fs::write(&file, write_workbook(&sheets).unwrap()).unwrap();
    file
}

async fn units_and_people_are_imported(planner: &Browser, site: &Site) {
    let folder = tempfile::tempdir().unwrap();
    planner.go(&format!("{}/units/import", site.address), "导入单位与人员").await;
    planner.fill("file", &workbook(&folder).display().to_string()).await;
    planner.press("main button.main").await;
    let preview = planner.wait_for("确认导入").await;
    assert!(preview.contains("单位 21 0 0 0") && preview.contains("人员 48 0 0 0"), "{preview}");
    planner.check_page("units preview").await;
    planner.press("main form button.main").await;
    let units = planner.wait_for("有哪些单位和人员").await;
    assert!(units.contains("松屏镇人民政府") && units.contains("待认领：样明溪"), "{units}");
    planner.check_page("units").await;
}

/// What the text gives to a unit that the file did not name waits for that unit.
async fn the_missing_unit_is_added(planner: &Browser, site: &Site) {
    planner.go(&format!("{}/units", site.address), "有哪些单位和人员").await;
    planner.press("main details:last-of-type summary").await;
    planner.fill("name", "区政府办公室").await;
    planner.fill("aliases", "区政府").await;
    planner.press("main details button.main").await;
    planner.wait_for("区政府办公室").await;
}

/// A duty is held once its person says so.
async fn a_duty_is_accepted(browser: &Browser, site: &Site, account: &str) {
    browser.become_person(site, account, PASSWORD).await;
    browser.go(&format!("{}/duties", site.address), "待我答复：1 项").await;
    browser.press("#offers button.main").await;
    browser.wait_for("待我答复：0 项").await;
}

/// What the bureau of statistics and those who verify say, from the sample's files;
/// the departments have reported nothing yet.
async fn statistics_are_imported(planner: &Browser, home: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, revised) in [("yearly.csv", 1), ("monthly.csv", 0)] {
        let text = std::fs::read_to_string(sample("figures").join(name)).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains(",reported,")).collect();
        let file = folder.path().join(name);
        std::fs::write(&file, lines.join("\n")).unwrap();
        planner.go(&format!("{home}/figures"), "涉密信息不得录入").await;
        planner.fill("file", &file.display().to_string()).await;
        planner.press("main button.main").await;
        let new = lines.len() - 1 - revised;
        let said = planner.wait_for(&format!("已保存：新增 {new} 条，修订 {revised} 条")).await;
        assert_eq!(said.contains("在第 4 行已有一个数，按修订数处理"), revised > 0, "{said}");
    }
}

/// Yearly targets that are five short, and shares of towns that are one short: both
/// are found, and nothing else is.
async fn it_is_broken_down(planner: &Browser, home: &str) {
    let list = format!("{home}/breakdown?q=");
    breakdown::open(planner, &format!("{list}新增规模以上工业企业"), "新增规模以上工业企业").await;
    let years = [("#y-2021", "25"), ("#y-2022", "30"), ("#y-2023", "30"), ("#y-2024", "30"), ("#y-2025", "30")];
    breakdown::fill(planner, "#years", &years, "").await;
    planner.press("#years button[value=set]").await;
    planner.wait_for("各年合计 145家，比目标 150家 少 5家").await;
    planner.check_page("years").await;
    breakdown::open(planner, &format!("{list}新增等级民宿"), "新增等级民宿").await;
    breakdown::fill(planner, "#years", &years.map(|(field, _)| (field, "12")), "").await;
    planner.press("#years button[value=set]").await;
    planner.wait_for("各年与总目标一致").await;
    let towns = ["枫涧", "石砚", "南苇", "松屏"];
    let cells: Vec<(String, &str)> = towns
        .iter()
        .zip(["4", "2", "2", "3"])
        .map(|(town, share)| (format!("[aria-label=\"{town}镇人民政府 2023\"]"), share))
        .collect();
    let cells: Vec<(&str, &str)> = cells.iter().map(|(field, share)| (field.as_str(), *share)).collect();
    breakdown::fill(planner, "#shares", &cells, "").await;
    planner.press("#shares button[value=set]").await;
    planner.wait_for("合计 11家，比目标 12家 少 1家").await;
    planner.check_page("shares").await;
    let gaps = planner.go(&format!("{home}/breakdown/gaps"), "逐项写明差多少").await;
    assert!(gaps.contains("共 2 处") && gaps.contains("少 5家") && gaps.contains("少 1家"), "{gaps}");
}

/// The planner opens a round of a year for what the bureau is asked for.
async fn a_round_is_opened(planner: &Browser, home: &str, year: &str, subjects: &str) {
    planner.go(&format!("{home}/rounds"), "开放采集").await;
    let fill = format!(
        "const form = document.querySelector('main form.rows'); form.querySelector('details').open = true; \
         const all = {{frequency: 'yearly', period: '{year}', scope: 'chosen', subjects: '{subjects}', \
                       opens: '2023-12-01', due: '2023-12-29', closes: '2024-01-31'}}; \
         for (const name in all) form.elements[name].value = all[name]; return 1"
    );
    planner.ask(&fill).await;
    planner.press("main form.rows button.main").await;
    planner.wait_for(&format!("{year}年度年报")).await;
    planner.check_page("round").await;
}

/// The acceptance of issue 4, in one sitting.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_goes_from_its_files_to_duties_figures_and_verdicts() {
    let rules = std::fs::read_to_string(sample("assignment-rules.toml")).unwrap();
    let site = Site::first_day(&ACCOUNTS, PASSWORD, &rules).await;
    let browser = Browser::open(1440).await;
    let sit_down = async |name: &str| browser.become_person(&site, name, PASSWORD).await;

    sit_down("planner").await;
    let plan = plan_is_imported(&browser, &site).await;
    let home = format!("{}/plans/{plan}", site.address);
    units_and_people_are_imported(&browser, &site).await;
    for account in ["huaijin", "mingxi", "xiaozhou"] {
        a_duty_is_accepted(&browser, &site, account).await;
    }
    let units = directory::read(&site.store, None).await.unwrap();
    let unit: UnitId = units.unit_named(BUREAU).unwrap().id.clone();

    // All of it is offered by the rules; the bureau takes its part but one, which the leader decides.
    let list = format!("{home}/assignments");
    sit_down("planner").await;
    let offer = offer_by_rules(&browser, &list).await;
    let total = tally(&browser, "全部目标任务").await;
    assert!(total > 1000 && offer.contains("区政府 5 项"), "{total} {offer}");
    assert_eq!(tally(&browser, "未分办").await, 5);
    the_missing_unit_is_added(&browser, &site).await;
    offer_by_rules(&browser, &list).await;
    assert_eq!((tally(&browser, "待认领").await, tally(&browser, "未分办").await), (total, 0));
    browser.go(&format!("{home}/health"), "还没有已落实的").await;
    sit_down("huaijin").await;
    let script = "return document.querySelectorAll('main tbody input[name=pick]').length";
    browser.go(&format!("{list}/unit"), "待认领").await;
    let parts = browser.ask(script).await.as_u64().unwrap();
    return_one_and_take_the_rest(&browser, &list, parts).await;
    sit_down("planner").await;
    refer(&browser, &list, "leader").await;
    sit_down("leader").await;
    arbitrate(&browser, &site, plan.0).await;
    sit_down("planner").await;
    browser.go(&format!("{home}/health"), &format!("已落实 {parts} 项")).await;

    it_is_broken_down(&browser, &home).await;
    statistics_are_imported(&browser, &home).await;

    // Two rounds: one by page, with a figure put right after it was accepted, one by workbook.
    let records = site.store.indicators(plan, None).await.unwrap();
    let id = |name: &str| {
        let found = records.iter().find(|record| record.indicator.name == name && record.is_followed());
        found.unwrap_or_else(|| panic!("{name}")).indicator.id.clone()
    };
    let subjects = ASKED.map(|(name, ..)| id(name));
    for year in ["2022", "2023"] {
        a_round_is_opened(&browser, &home, year, &subjects.join(" ")).await;
    }
    let (first, second) =
        (format!("{}/report/{plan}/2022", site.address), format!("{}/report/{plan}/2023", site.address));
    sit_down("mingxi").await;
    browser.go(&first, "我今天要填什么").await;
    for (subject, (_, value, _)) in subjects.iter().zip(ASKED) {
        browser.type_into(subject, value).await;
    }
    browser.press("main button[value=submit]").await;
    browser.wait_for("已报送 3 项").await;
    let judged = async |sheet: &str, rows: usize| {
        for (who, step) in [("huaijin", "approve"), ("planner", "accept")] {
            sit_down(who).await;
            collecting::pass(&browser, &format!("{sheet}/{unit}"), step, rows).await;
        }
    };
    judged(&first, 3).await;
    sit_down("mingxi").await;
    browser.go(&first, "已核收").await;
    browser.type_into(&subjects[1], "268").await;
    browser.press("main button[value=submit]").await;
    browser.wait_for("已报送 1 项").await;
    judged(&first, 1).await;

    sit_down("mingxi").await;
    let (folder, _) = collecting::filled(&site, plan, &unit, "2023", |_, row| {
        let (_, _, value) = ASKED.iter().find(|(name, ..)| *name == row.name).unwrap();
        (value.parse::<Decimal>().unwrap(), "区科学技术局台账")
    })
    .await;
    browser.go(&second, "下载填报模板").await;
    browser.fill("file", &folder.path().join("填报.xlsx").display().to_string()).await;
    browser.press("form[enctype] button[value=submit]").await;
    browser.wait_for("已报送 3 项").await;
    judged(&second, 3).await;

    what_came_of_it(&browser, &home, &subjects).await;

    // 样晓舟 leaves; 样拾穗 follows.
    let successor = Browser::open(390).await;
    successor.become_person(&site, "successor", PASSWORD).await;
    hand_over(&browser, &successor, &site).await;
    assert_eq!(site.store.verify_audit().await.unwrap().faults, []);
}

/// The vintages of the revised figure, the contradiction of the reported with the
/// statistical one, and of every indicator its verdict and on whose word it stands.
async fn what_came_of_it(planner: &Browser, home: &str, [disputed, revised, _]: &[String; 3]) {
    planner.go(&format!("{home}/indicators/{revised}"), "全部监测值").await;
    let cells = "return [...document.querySelectorAll('#figures tbody tr')].map(row => \
                 [...row.cells].slice(0, 4).map(cell => cell.innerText.trim()).join(' '))";
    let rows = planner.ask(cells).await;
    assert_eq!(rows, json!(["2023 331 自报 1", "2022 268 自报 2", "2022 262 自报 1"]));

    planner.go(&format!("{home}/contradictions"), "数据矛盾").await;
    let rows = planner.ask("return [...document.querySelectorAll('main tbody tr')].map(row => row.innerText)").await;
    let rows: Vec<&str> = rows.as_array().unwrap().iter().filter_map(|row| row.as_str()).collect();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    for words in ["高新技术企业", "2023", "127家", "统计 · 青渚区2023年统计公报", "131家", "自报 · 区科学技术局", "4家"]
    {
        assert!(row.replace(['\n', '\u{2009}'], "").contains(words), "{words}: {row}");
    }
    planner.go(&format!("{home}/indicators/{disputed}"), "各数据口径对照").await;
    let used = "return [...document.querySelectorAll('#standings tbody tr')].find(row => row.cells[0].innerText === '2023').innerText";
    let used = planner.ask(used).await.to_string();
    assert!(used.contains("127 采用") && used.contains("131") && !used.contains("131 采用"), "{used}");

    // Page by page: every row has its light, and what is judged by a figure says on whose word.
    let lights = "return [...document.querySelectorAll('main tbody tr')].map(row => [ \
                  row.querySelector('th a').getAttribute('href'), row.querySelector('.light').innerText, \
                  row.querySelector('td[data-label=现值] .figure')?.title ?? ''])";
    let mut seen: BTreeMap<String, (String, String)> = BTreeMap::new();
    for page in 1.. {
        let text = planner.go(&format!("{home}/indicators?page={page}"), "指标").await;
        let rows: Vec<(String, String, String)> = serde_json::from_value(planner.ask(lights).await).unwrap();
        let before = seen.len();
        seen.extend(rows.into_iter().map(|(href, light, standing)| (href, (light, standing))));
        // Beyond the last page the last one is shown.
        if seen.len() == before {
            assert!(text.contains(&format!("共 {before} 行")), "{before} of {text}");
            break;
        }
    }
    let mut judged: BTreeMap<&str, usize> = BTreeMap::new();
    for (href, (light, standing)) in &seen {
        let word = light.chars().skip(1).collect::<String>();
        assert!(["提前实现", "快于预期", "基本符合预期", "滞后", "无法判断"].contains(&word.trim()), "{href} {light}");
        if word.trim() == "无法判断" {
            continue;
        }
        assert!(["自报", "统计", "核查"].contains(&standing.as_str()), "{href} {light} on {standing:?}");
        *judged.entry(standing).or_default() += 1;
        let address = format!("{}{href}", home.split("/plans/").next().unwrap());
        planner.go(&address, word.trim()).await;
        let trail = planner.ask("return document.getElementById('trail').innerText").await.to_string();
        assert!(trail.contains(&format!("{standing} · ")), "{href}: {trail}");
    }
    assert!(judged["自报"] >= 1 && judged["统计"] > 20, "{judged:?}");
}
