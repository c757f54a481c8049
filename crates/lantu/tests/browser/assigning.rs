//! Who does what: everything is offered by a file of rules, taken, returned,
//! arbitrated; and the health page finds nothing held in name only.

use lantu::clock::Clock;
use plan_workflow::{
    import::{self, ImportRequest},
    permissions::Actor,
    records::PlanKind,
};

use crate::people::{Browser, Site};

/// A small plan of the sample's district; fictional.
const TEXT: &str = "青渚区教育事业发展“十四五”规划（虚构样例）\n\
    第一章 发展目标\n\
    到2025年，普惠性幼儿园在园幼儿占比达到90%以上，义务教育巩固率达到99.8%。\n\
    第二章 主要任务\n\
    到2025年，新增学位8000个，改造寄宿制学校12所。加快建设望汐实验中学。\n";

/// All of it goes to the bureau of education; for places at school finance helps.
const RULES: &str = "[[rule]]\nunit = \"教育局\"\nchapters = [\"目标\", \"任务\"]\n\
    [[rule]]\nunit = \"财政局\"\npart = \"cooperating\"\nwords = [\"学位\"]\n";

/// The number of the plan, imported into the site's store.
async fn imported(site: &Site) -> i64 {
    let request = ImportRequest {
        title: None,
        jurisdiction: "990102".to_owned(),
        period: Some("2021-2025".parse().unwrap()),
        kind: PlanKind::Outline,
        parent: None,
    };
    let preview = import::preview(request, "education.txt", TEXT.as_bytes()).unwrap();
    let actor = Actor::new("示例", "planner");
    import::import(&site.store, &actor, Clock::System.now(), preview, false).await.unwrap().plan.0
}

/// What a tally of the list says beside these words.
pub async fn tally(browser: &Browser, words: &str) -> u64 {
    let script = format!(
        "const one = [...document.querySelectorAll('.tally li')].find(li => li.textContent.includes('{words}')); \
         return Number(one.querySelector('.big').textContent)"
    );
    browser.ask(&script).await.as_u64().unwrap()
}

/// The planner offers whatever the office's own rules suggest, all at once;
/// answers what the page of suggestions said.
pub async fn offer_by_rules(planner: &Browser, list: &str) -> String {
    planner.go(list, "成批分办").await;
    planner.press("details.bulk summary").await;
    planner.press("details.bulk a.button").await;
    let offer = planner.wait_for("分办本页所勾选").await;
    planner.check_page("offer").await;
    planner.press("button[value=all]").await;
    planner.wait_for("待认领").await;
    offer
}

/// The unit's approver returns the last of so many parts with its reason and takes
/// the rest together.
pub async fn return_one_and_take_the_rest(approver: &Browser, list: &str, count: u64) {
    approver.go(&format!("{list}/unit"), &format!("待认领 {count} 项")).await;
    approver.press("main button[value=return]").await;
    approver.wait_for("须写明理由").await;
    approver.expect_refusal().await;
    approver.press("main tbody tr:last-child input[name=pick]").await;
    approver.fill("reason", "属望汐街道办事处职责").await;
    approver.press("main button[value=return]").await;
    approver.wait_for(&format!("待认领 {} 项", count - 1)).await;
    approver.press("main button[value=accept-all]").await;
    approver.wait_for("没有待认领的任务").await;
}

/// The planner takes what was returned before an arbiter, with a date.
pub async fn refer(planner: &Browser, list: &str, arbiter: &str) {
    planner.go(&format!("{list}?state=disputed"), "已退回").await;
    planner.press("main tbody th a").await;
    planner.wait_for("属望汐街道办事处职责").await;
    let fill = format!(
        "const form = document.querySelector('button[value=refer]').closest('form'); \
         form.closest('details').open = true; form.elements.arbiter.value = '{arbiter}'; \
         form.elements.due.value = '2024-01-31'; form.elements.reason.value = '单位意见不一，请裁定'; return 1"
    );
    planner.ask(&fill).await;
    planner.press("button[value=refer]").await;
    planner.wait_for("仲裁中").await;
    planner.check_page("referred").await;
}

/// From the inbox the arbiter decides that the unit takes it.
pub async fn arbitrate(arbiter: &Browser, site: &Site, plan: i64) {
    arbiter.go(&format!("{}/inbox", site.address), "待").await;
    arbiter.press(&format!("main a[href^='/plans/{plan}/assignments/arbitration']")).await;
    let asked = arbiter.wait_for("单位意见不一，请裁定").await;
    assert!(asked.contains("属望汐街道办事处职责") && asked.contains("2024-01-31"), "{asked}");
    arbiter.check_page("arbitration").await;
    arbiter.fill("reason", "按职责分工由该单位牵头").await;
    arbiter.press("main button[value=impose]").await;
    arbiter.wait_for("没有等您裁定的任务").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_offered_by_rules_answered_and_nothing_is_held_in_name_only() {
    let site = Site::with_rules(RULES).await;
    let plan = imported(&site).await;
    let (home, list) = (format!("{}/plans/{plan}", site.address), format!("{}/plans/{plan}/assignments", site.address));
    let (health, inbox) = (format!("{home}/health"), format!("{}/inbox", site.address));
    let planner = Browser::open(1440).await;
    planner.log_in(&site, "planner", "guihua-2025").await;
    planner.go(&list, "未分办").await;
    let total = tally(&planner, "全部目标任务").await;
    assert!(total >= 5, "{total}");
    assert_eq!(tally(&planner, "未分办").await, total);
    planner.go(&health, &format!("没有认领牵头单位：{total} / {total} 项")).await;

    let offer = offer_by_rules(&planner, &list).await;
    assert!(
        offer.contains("区教育局") && offer.contains("区财政局") && !offer.contains("单位名录中没有的单位"),
        "{offer}"
    );
    assert_eq!((tally(&planner, "待认领").await, tally(&planner, "未分办").await), (total, 0));
    // Offered is not held.
    planner.go(&health, "还没有已落实的").await;

    // The unit's approver, on a telephone: from the inbox one press takes a part.
    let approver = Browser::open(390).await;
    approver.log_in(&site, "approver", "shenhe-2025").await;
    approver.go(&inbox, "待认领").await;
    approver.press(&format!("main a[href^='/plans/{plan}/assignments/']")).await;
    approver.wait_for("各单位的责任").await;
    approver.check_page("part").await;
    approver.press("main form button[value=accept]").await;
    approver.wait_for("已落实").await;
    return_one_and_take_the_rest(&approver, &list, total - 1).await;
    planner.go(&health, &format!("没有认领牵头单位：1 / {total} 项")).await;
    refer(&planner, &list, "leader").await;
    let leader = Browser::open(390).await;
    leader.log_in(&site, "leader", "zhanwang-2025").await;
    arbitrate(&leader, &site, plan).await;

    // Every commitment is active, and every one by a unit that took it or was told to.
    let alive = planner.go(&health, &format!("没有认领牵头单位：0 / {total} 项")).await;
    assert!(alive.contains(&format!("已落实 {total} 项：每一项都有一个已认领的牵头单位")), "{alive}");
    planner.go(&list, "全部目标任务").await;
    assert_eq!(tally(&planner, "已落实").await, total);
}
