use plan_model::PlanPeriod;

use super::*;
use crate::import::{ImportRequest, preview};

/// The register of an invented text.
fn register(text: &str, period: &str) -> Register {
    let request = ImportRequest {
        title: Some("虚构".to_owned()),
        jurisdiction: "990199".to_owned(),
        period: Some(period.parse::<PlanPeriod>().unwrap()),
        kind: PlanKind::Outline,
        parent: None,
    };
    preview(request, "plan.txt", text.as_bytes()).unwrap().register
}

/// `item → other state` of what is proposed between two texts.
fn proposed(annual: &str, plan: &str) -> Vec<String> {
    let (own, other) = (register(annual, "2023"), register(plan, "2021-2025"));
    let name = |register: &Register, id: &str| {
        let found = register.indicators.iter().find(|new| new.indicator.id == id).unwrap();
        found.indicator.name.clone()
    };
    let links = propose(new_side(&own), new_side(&other));
    let words = |link: &NewLink| {
        let other = link.other.as_ref().map_or_else(|| "—".to_owned(), |id| name(&other, id));
        format!("{} → {other} {}", name(&own, &link.item), link.state)
    };
    links.iter().map(words).collect()
}

#[test]
fn each_item_of_a_work_report_finds_its_place_in_the_plan() {
    let plan = "到2025年，森林覆盖率达到48%，地区生产总值年均增长6%，高新技术企业达到150家，新增城镇就业4.5万人。\n";
    let report = "2023年，森林覆盖率达到45%，地区生产总值增长5.5%，新认定高新技术企业25家，城镇新增就业9000人，发放消费券200万元。\n";
    assert_eq!(
        proposed(report, plan),
        [
            "森林覆盖率 → 森林覆盖率 exact",
            "地区生产总值增长 → 地区生产总值年均增长 exact",
            "新认定高新技术企业 → 高新技术企业 likely",
            "城镇新增就业 → 新增城镇就业 exact",
            "发放消费券 → — new",
        ]
    );
    assert_eq!(proposed(report, "第一章 总则\n").len(), 5);
}

/// The sample's work report beside its plan: the counts are recorded, so that a
/// change of the rules shows what it does.
#[test]
fn the_samples_work_report_is_linked_with_its_plan() {
    let plan = include_str!("../../../../samples/district-plan.txt");
    let report = include_str!("../../../../samples/work-report-2023.txt");
    let lines = proposed(report, plan);
    if std::env::var_os("LANTU_SHOW").is_some() {
        println!("{}", lines.join("\n"));
    }
    let count = |state: &str| lines.iter().filter(|line| line.ends_with(state)).count();
    assert_eq!((count("exact"), count("likely"), count("new")), (70, 20, 25));
}
