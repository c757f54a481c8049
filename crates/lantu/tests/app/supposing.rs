//! What is only asked: supposed figures, rule sets side by side, what an indicator
//! is tied to.

use axum::http::StatusCode;
use plan_workflow::storage::Storage as _;

use crate::people::Office;

#[tokio::test]
async fn a_supposed_figure_moves_the_verdict_and_the_chapter_and_is_not_stored() {
    let (office, plan) = Office::with_plan().await;
    let records = office.store.indicators(plan, None).await.unwrap();
    let of = |name: &str| records.iter().find(|one| one.indicator.name == name).unwrap().indicator.id.clone();
    let (town, parking) = (of("常住人口城镇化率"), of("新增公共停车位"));
    let reader = office.reader().await;
    let base = format!("/plans/{plan}/what-if");
    let empty = reader.get(&base).await.main();
    assert!(empty.contains("测算，非官方") && empty.contains("常住人口城镇化率（%）"), "{empty}");
    assert!(!empty.contains("假设后的判断"), "{empty}");

    let asked = format!("{base}?as_of=2024-03-15&indicator1={town}&period1=2025&value1=70.5%25");
    let page = reader.get(&asked).await.main();
    // The chapter: nothing met before, one met then.
    let met = "<tr><th scope=\"row\">已达到目标</th><td class=\"number\">0</td><td class=\"number\"><strong>1</strong></td></tr>";
    for words in ["无法判断", "基本符合预期", "会变", "发展目标：结论怎么变", met] {
        assert!(page.contains(words), "{words} is missing in {page}");
    }
    assert_eq!(page.matches("测算，非官方").count(), 3, "everything is marked: {page}");
    assert!(page.contains("（假设）") && !page.contains("（自报）"), "{page}");
    let both = format!("{asked}&indicator2={parking}&period2=2025&value2=10");
    let both = reader.get(&both).await.main();
    assert!(both.contains("民生：结论怎么变") && both.contains("滞后"), "{both}");
    assert!(office.store.figures(plan, None, None).await.unwrap().is_empty(), "nothing is stored");

    for (wrong, says) in [
        ("indicator1=I999&period1=2025&value1=1", "没有指标“I999”"),
        (&format!("indicator1={town}&period1=2099&value1=1"), "2021 至 2040 年间"),
        (&format!("indicator1={town}&period1=x&value1=1"), "2021 至 2040 年间"),
        (&format!("indicator1={town}&period1=2025&value1=七十"), "“七十”不是数"),
        (&format!("indicator1={town}&period1=2025&value1="), "没有填写假设的数"),
        (&format!("indicator1={town}&period1=2025&value1=1&indicator2={town}&period2=2025&value2=2"), "假设了两个数"),
    ] {
        let refused = reader.get(&format!("{base}?{}", wrong.replace("七十", "%E4%B8%83%E5%8D%81"))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.main().contains(says), "{wrong}: {}", refused.main());
    }
}

#[tokio::test]
async fn rule_sets_stand_side_by_side_and_lead_to_their_trails() {
    let office = Office::open().await;
    lantu::sample::load(&office.store, crate::people::NOW.parse().unwrap(), [3; 32]).await.unwrap();
    let plans = office.store.plans().await.unwrap();
    let plan = plans.iter().max_by_key(|listing| listing.indicators).unwrap().plan.id;
    let reader = office.reader().await;
    let base = format!("/plans/{plan}/rule-sets");
    let differing = reader.get(&format!("{base}?as_of=2023-12-31")).await.main();
    let all = reader.get(&format!("{base}?as_of=2023-12-31&show=all")).await.main();
    let rows = |page: &str| page.matches("<tr>").count() - 1;
    assert!(rows(&differing) > 0 && rows(&all) > rows(&differing), "{} {}", rows(&differing), rows(&all));
    assert_eq!(differing.matches("≠ 不同").count(), rows(&differing));
    assert_eq!(all.matches("≠ 不同").count(), rows(&differing), "the same ones are marked among all");
    // Each verdict leads to the trail by its own rule set.
    let link = differing.split("href=\"").find(|rest| rest.contains("rules=points-behind")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    assert!(link.ends_with("#trail"), "{link}");
    let trail = reader.get(link.trim_end_matches("#trail")).await.main();
    assert!(trail.contains("points-behind"), "{trail}");
    // What an indicator is tied to stands at its outlook.
    let records = office.store.indicators(plan, None).await.unwrap();
    let of = |name: &str| &records.iter().find(|one| one.indicator.name == name).unwrap().indicator.id;
    let (tied, other) = (of("居民人均可支配收入"), of("居民人均可支配收入年均增长"));
    let page = reader.get(&format!("/plans/{plan}/indicators/{tied}")).await.main();
    let prospect = page.split("id=\"prospect\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(prospect.contains("相关指标") && prospect.contains(&format!("/indicators/{other}")), "{prospect}");
    assert!(prospect.contains(&format!("what-if?indicator1={tied}")), "{prospect}");
}

#[tokio::test]
async fn slower_methods_are_made_on_request_and_change_no_verdict() {
    let (office, plan) = Office::with_plan().await;
    let planner = office.planner().await;
    let page = format!("/plans/{plan}/indicators/I001");
    let none = planner.get(&format!("{page}/forecasts?as_of=2024-03-15")).await.main();
    assert!(none.contains("不作测算") && !none.contains("<table"), "why there is nothing: {none}");
    assert!(!planner.get(&format!("{page}?as_of=2024-03-15")).await.main().contains("/forecasts"));
    let quarters = (2021..=2023).flat_map(|year| (1..=4).map(move |quarter| format!("{year}Q{quarter}")));
    let values = ["61", "61.2", "61.9", "62.1", "62.8", "63", "63.6", "63.9", "64.7", "64.9", "65.6", "66"];
    for (period, value) in quarters.zip(values) {
        let figure = [("period", &*period), ("value", value), ("standing", "statistical"), ("source", "公报")];
        planner.post(&format!("{page}/figures"), &figure).await;
    }
    let reader = office.reader().await;
    let before = reader.get(&format!("{page}?as_of=2024-03-15")).await.main();
    let link = before.split("href=\"").find(|rest| rest.starts_with(&format!("{page}/forecasts?"))).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    assert!(link.contains("as_of=2024-03-15"), "the day goes on: {link}");
    let shown = reader.get(&link).await.main();
    for words in [
        "系统测算，非官方结论",
        "不受本页测算影响",
        "<strong>测算：",
        "默认方法：各页和报告用的就是它",
        "组合：各种方法一起用",
        "重抽样：按过去误差的样子",
        "保持最近一期不变",
        "按历史平均变化延伸",
        "个百分点",
        "试 3 次，每次向前 2 个季度",
        "次落在区间内",
        "as_of=2024-03-15",
    ] {
        assert!(shown.contains(words), "{words} is missing in {shown}");
    }
    let rows: Vec<&str> = shown.split("<tr>").skip(2).collect();
    assert_eq!(rows.len(), 5, "{shown}");
    // The first row is what the indicator's page says; simple methods show no interval.
    let end = rows[0].split("data-label=\"目标年末约 (%)\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(before.contains(&format!("2025 年末约 {end}%")), "{end}: {before}");
    assert!(rows[3].matches('—').count() == 2 && rows[0].matches('—').count() == 0, "{shown}");
    assert_eq!(reader.get(&link).await.main(), shown, "asked twice, the same");
    assert_eq!(reader.get(&format!("{page}?as_of=2024-03-15")).await.main(), before, "nothing has moved");
    let english = reader.get(&format!("{link}&lang=en")).await.main();
    assert!(english.contains("computed, not official") && english.contains("on average"), "{english}");
    // What was known on a day before the figures came in forecasts nothing.
    let known = reader.get(&format!("{page}/forecasts?known_on=2020-01-01")).await;
    assert!(!known.main().contains("<table"), "{}", known.main());
    assert_eq!(reader.get(&format!("/plans/{plan}/indicators/I999/forecasts")).await.status, StatusCode::NOT_FOUND);
}
