//! The entries are complete and agree with one another; names are found or not.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;

use super::{Dictionary, Strength, load::FIELDS};

#[derive(Deserialize)]
struct Family {
    name: String,
    kind: String,
    units: Vec<String>,
}

#[derive(Deserialize)]
struct Units {
    family: Vec<Family>,
}

/// The family of each unit that the extraction reads.
fn families() -> HashMap<String, String> {
    let text = include_str!("../../../../../rules/words/units.toml");
    let units: Units = toml::from_str(&text.replace("[not_before]\nwords", "not_before")).unwrap();
    // Jobs are counted in 人 as well as in 个: what counts is one family.
    let name = |f: &Family| if f.kind == "count" { f.kind.clone() } else { f.name.clone() };
    units.family.iter().flat_map(|f| f.units.iter().map(move |unit| (unit.clone(), name(f)))).collect()
}

/// The family of a unit without scale and without what it is counted by.
fn family(unit: &str, known: &HashMap<String, String>, more: &[String]) -> Option<String> {
    let head = unit.split('/').next().unwrap();
    let mut rest = head;
    loop {
        if let Some(family) = known.get(rest) {
            return Some(family.clone());
        }
        if more.iter().any(|unit| unit == rest) {
            return Some("more".to_owned());
        }
        rest = rest.strip_prefix(['十', '百', '千', '万', '亿'])?;
    }
}

#[test]
fn every_file_of_the_folder_is_part_of_the_dictionary() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/indicators");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml") && name != "words.toml")
        .collect();
    there.sort();
    let mut known: Vec<String> = FIELDS.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(there, known);
}

#[test]
fn every_entry_is_complete() {
    let all = Dictionary::standard();
    assert!(all.entries().len() >= 250, "{}", all.entries().len());
    let (known, more) = (families(), &all.words.units.more);
    for entry in all.entries() {
        let name = &entry.name;
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(!entry.english.contains(han), "{name}");
        assert!(!entry.english.is_empty() && !entry.field.is_empty() && !entry.field_english.is_empty(), "{name}");
        assert!(entry.definition.ends_with('。') && entry.definition.chars().count() >= 10, "{name}");
        assert!(!entry.source.is_empty() && !entry.source.ends_with('。'), "{name}");
        let mut of_units: Vec<String> = entry
            .units
            .iter()
            .filter(|unit| !unit.is_empty())
            .map(|unit| match unit.starts_with(['1', '/']) {
                true => "more".to_owned(),
                false if unit.ends_with("人年") => "count".to_owned(),
                false => family(unit, &known, more).unwrap_or_else(|| panic!("{name}: nobody reads “{unit}”")),
            })
            .filter(|family| family != "more")
            // Water is told in tonnes as well as in cubic metres.
            .map(|family| if family == "mass" && name.contains('水') { "volume".to_owned() } else { family })
            .collect();
        of_units.dedup();
        assert!(of_units.len() <= 1, "{name} mixes {of_units:?}");
    }
}

#[test]
fn every_name_and_alias_leads_to_its_entry() {
    let all = Dictionary::standard();
    for entry in all.entries() {
        let found = all.find(&entry.name).unwrap();
        assert_eq!((found.entry.name.as_str(), found.strength), (entry.name.as_str(), Strength::Exact));
        for alias in &entry.aliases {
            let found = all.find(alias).unwrap();
            assert_eq!((found.entry.name.as_str(), found.strength), (entry.name.as_str(), Strength::Alias), "{alias}");
        }
    }
}

#[test]
fn a_name_is_found_character_by_character_or_not_at_all() {
    let cases = [
        ("地区生产总值", "exact 地区生产总值"),
        ("GDP", "alias 地区生产总值"),
        ("生产总值", "alias 地区生产总值"),
        ("ＧＤＰ", "alias 地区生产总值"),
        ("地区生产总值（亿元）", "exact 地区生产总值"),
        ("地区生产总值(人)", ""),
        ("全区地区生产总值", "scope 地区生产总值"),
        ("地区生产总值年均增长", "scope 地区生产总值"),
        ("五年累计完成固定资产投资", "scope 固定资产投资"),
        ("固定资产投资五年累计", "scope 固定资产投资"),
        ("新增城镇就业", "alias 城镇新增就业"),
        ("单位GDP能耗降低", "scope 单位地区生产总值能耗"),
        ("万元地区生产总值能耗五年累计降低", "scope 单位地区生产总值能耗"),
        ("服务业增加值占GDP比重", "alias 服务业增加值占地区生产总值比重"),
        ("每千人口拥有执业（助理）医师", "alias 每千人口拥有执业(助理)医师数"),
        ("国家级专精特新“小巨人”企业", "alias 专精特新“小巨人”企业"),
        ("省级绿色工厂", "scope 绿色工厂"),
        ("规上工业增加值增速", "scope 规模以上工业增加值"),
        ("空气质量优良天数比例", "alias 空气质量优良天数比率"),
        ("居民人均可支配收入", "exact 居民人均可支配收入"),
        ("农村居民人均可支配收入", "exact 农村居民人均可支配收入"),
        ("新增高新技术企业", "exact 新增高新技术企业"),
        ("新增专精特新中小企业", ""),
        ("高新技术企业产值", ""),
        ("青禾县地区生产总值", ""),
        ("城镇登记失业率", "exact 城镇登记失业率"),
        ("就业", ""),
        ("累计", ""),
        ("全区", ""),
        ("", ""),
    ];
    for (name, wanted) in cases {
        let found = Dictionary::standard().find(name);
        let found = found.map(|found| format!("{} {}", found.strength.code(), found.entry.name)).unwrap_or_default();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn the_plans_own_scope_is_read_from_its_title() {
    let cases = [
        ("青禾县国民经济和社会发展第十四个五年规划纲要", Some('县')),
        ("清州市清江区“十四五”规划", Some('区')),
        ("清州市人民政府关于印发…", Some('市')),
        ("中国规划", None),
        ("2023年政府工作报告", None),
        ("规划", None),
        ("", None),
    ];
    for (title, wanted) in cases {
        assert_eq!(Dictionary::standard().own_level(title), wanted, "{title}");
    }
}

const LOCAL: &str = r#"
field = "本地"

[[indicator]]
name = "茶叶全产业链产值"
aliases = ["茶产业产值", "GDP总量"]
units = ["亿元"]
direction = "higher"
measure = "level"
source = "农业农村部门"
definition = "本地茶叶种植、加工、流通各环节的产值合计。"

[[indicator]]
name = "常住人口"
units = ["万人"]
direction = "higher"
measure = "level"
source = "统计部门"
definition = "本地以吸引人口为目标，多者为好。"
"#;

fn local(text: &str) -> Result<Dictionary, String> {
    let file = ("local.toml".to_owned(), text.to_owned());
    Dictionary::standard().with_local(&[file]).map_err(|error| error.to_string())
}

#[test]
fn a_place_adds_entries_and_replaces_ours() {
    let (ours, all) = (Dictionary::standard(), local(LOCAL).unwrap());
    assert_eq!(all.entries().len(), ours.entries().len() + 1);
    let name = |text: &str| all.find(text).map(|found| found.entry.name.clone());
    assert_eq!(name("全县茶产业产值"), Some("茶叶全产业链产值".to_owned()));
    assert_eq!(name("GDP总量"), Some("茶叶全产业链产值".to_owned()), "the alias moved");
    assert!(!all.entry("地区生产总值").unwrap().aliases.contains(&"GDP总量".to_owned()));
    assert_eq!(name("GDP"), Some("地区生产总值".to_owned()));
    assert!(all.entry("常住人口").unwrap().direction.is_some());
    assert_eq!(name("年末常住人口"), Some("常住人口".to_owned()), "an end of a year may be left out");
    assert_eq!(name("常住人口规模"), None, "the entry that was replaced took its aliases along");
    assert!(ours.entry("常住人口").unwrap().direction.is_none(), "ours is as it was");
}

#[test]
fn a_wrong_entry_is_named_with_its_line() {
    let entry = |name: &str, rest: &str| {
        format!(
            "[[indicator]]\nname = \"{name}\"\nunits = [\"个\"]\ndirection = \"higher\"\nmeasure = \"level\"\nsource = \"统计部门\"\ndefinition = \"个数。\"\n{rest}\n"
        )
    };
    let cases = [
        ("indicator = 3".to_owned(), "local.toml:1: "),
        (entry("甲数量", "colour = \"red\""), "colour"),
        (entry("甲数量", "").replace("higher", "up"), "local.toml:4: "),
        (entry("甲数量", "").replace("level", "rank"), "rank"),
        (entry("甲数量", "").replace("个数。", " "), "definition 是空的"),
        (entry("甲数量", "").replace("\"个\"", ""), "没有计量单位"),
        (entry("甲数量", "aliases = [\"乙\"]"), "别名太短"),
        (entry("甲数量", "") + &entry("甲数量", ""), "local.toml:10: "),
        (entry("甲数量", "aliases = [\"乙数量\"]") + &entry("乙数量", ""), "同时指“甲数量”和“乙数量”"),
        (entry("甲数量", "aliases = [\"GDP\"]"), "标准名称“地区生产总值”"),
        (entry("甲数量", "aliases = [\"GDP总量\"]"), ""),
        (entry("甲数量", "aliases = [\"地区生产总值\"]"), "标准名称“地区生产总值”"),
    ];
    for (text, part) in cases {
        match local(&text) {
            Ok(_) => assert_eq!(part, "", "{text}"),
            Err(error) => assert!(!part.is_empty() && error.contains(part) && error.contains('；'), "{text}: {error}"),
        }
    }
}
