//! The rules of quality against the cases in prose of `rules/quality/`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::{collections::BTreeMap, fs, path::Path};

use plan_assessment::{
    SeriesBreak,
    quality::{Look, QualityRules, Severity, Subject},
};
use plan_model::{Baseline, Comparison, DueYear, Indicator, IndicatorKind, Observation, Period, Standing, Target};

/// A table of a case file with what stands above it.
struct Table {
    place: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    breaks: Vec<(String, Period)>,
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn tables(name: &str, text: &str) -> Vec<Table> {
    let mut all = Vec::new();
    let mut breaks = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        if let Some(rest) = line.strip_prefix("- break: ") {
            let (id, period) = rest.split_once(' ').unwrap();
            breaks.push((id.to_owned(), period.parse().unwrap()));
        }
        if !line.starts_with('|') {
            continue;
        }
        let mut table = Table {
            place: format!("{name}:{}", at + 1),
            head: cells(line),
            rows: Vec::new(),
            breaks: std::mem::take(&mut breaks),
        };
        while let Some((_, row)) = lines.next_if(|(_, next)| next.starts_with('|')) {
            if !row.starts_with("|---") {
                table.rows.push(cells(row));
            }
        }
        all.push(table);
    }
    all
}

impl Table {
    fn cell<'a>(&self, row: &'a [String], column: &str) -> &'a str {
        let at = self.head.iter().position(|head| head == column);
        at.and_then(|at| row.get(at)).map_or("", String::as_str)
    }
}

fn figures(id: &str, text: &str) -> Vec<Observation> {
    let mut seen: BTreeMap<(Period, Standing), u32> = BTreeMap::new();
    let entries = text.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    let read = entries.map(|entry| {
        let (period, rest) = entry.split_once(':').unwrap_or_else(|| panic!("{id}: {entry}"));
        let (rest, note) = match rest.split_once('（') {
            Some((rest, note)) => (rest, note.trim_end_matches('）')),
            None => (rest, ""),
        };
        let mut words = rest.split_whitespace();
        let value = words.next().unwrap().parse().unwrap_or_else(|_| panic!("{id}: {entry}"));
        let standing = words.next().map_or(Standing::Statistical, |word| Standing::from_word(word).unwrap());
        let period: Period = period.trim().parse().unwrap();
        let vintage = seen.entry((period, standing)).or_default();
        *vintage += 1;
        Observation {
            indicator: id.to_owned(),
            period,
            value,
            standing,
            vintage: *vintage,
            source: String::new(),
            note: note.to_owned(),
        }
    });
    read.collect()
}

fn indicator(table: &Table, row: &[String]) -> Indicator {
    let baseline = table.cell(row, "base").split_once(':').map(|(period, value)| Baseline {
        value: value.trim().parse().unwrap(),
        period: Some(period.parse().unwrap()),
    });
    let target = table.cell(row, "target").parse().ok();
    let targets = target.into_iter().map(|value| Target {
        value: Some(value),
        value_high: None,
        unit: table.cell(row, "unit").to_owned(),
        comparison: Comparison::AtLeast,
        due: DueYear::Year(2025),
        soft: false,
    });
    Indicator {
        id: table.cell(row, "id").to_owned(),
        name: table.cell(row, "name").to_owned(),
        group: String::new(),
        unit: table.cell(row, "unit").to_owned(),
        kind: IndicatorKind::NotStated,
        measure: table.cell(row, "type").parse().unwrap(),
        direction: None,
        baseline,
        targets: targets.collect(),
    }
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Reported => "自报",
        Standing::Statistical => "统计",
        Standing::Verified => "核查",
    }
}

/// What was found at each indicator: `2022 jump`, `2022 统计-自报`.
type Found = BTreeMap<String, Vec<String>>;

fn run(table: &Table, rules: &QualityRules) -> (Found, Found) {
    let indicators: Vec<Indicator> = table.rows.iter().map(|row| indicator(table, row)).collect();
    let also: Vec<Vec<&str>> = table
        .rows
        .iter()
        .map(|row| table.cell(row, "names").split('、').filter(|name| !name.is_empty()).collect())
        .collect();
    let subjects: Vec<Subject<'_>> = indicators
        .iter()
        .zip(&also)
        .map(|(indicator, also)| Subject {
            indicator,
            names: std::iter::once(indicator.name.as_str()).chain(also.iter().copied()).collect(),
        })
        .collect();
    let all: Vec<Observation> =
        table.rows.iter().flat_map(|row| figures(table.cell(row, "id"), table.cell(row, "figures"))).collect();
    let figures: Vec<&Observation> = all.iter().collect();
    let breaks: Vec<SeriesBreak> = table
        .breaks
        .iter()
        .map(|(id, from)| SeriesBreak { indicator: id.clone(), from: *from, overlap: None })
        .collect();
    let look = Look {
        subjects: &subjects,
        figures: &figures,
        breaks: &breaks,
        plan: "虚构县规划",
        as_of: "2030-12-31".parse().unwrap(),
        asked: None,
    };
    let (mut found, mut clashes) = (Found::new(), Found::new());
    for finding in rules.check(&look) {
        let standing = if finding.standing == Standing::Statistical {
            String::new()
        } else {
            format!(" {}", word(finding.standing))
        };
        for text in [&finding.message.zh, &finding.message.en, &finding.advice.zh, &finding.advice.en] {
            assert!(!text.contains('{') && !text.is_empty(), "{}: {text}", table.place);
        }
        found
            .entry(finding.indicator.clone())
            .or_default()
            .push(format!("{} {}{standing}", finding.period, finding.rule));
    }
    for clash in rules.contradictions(&look) {
        let (better, other) = (word(clash.better.standing), word(clash.other.standing));
        clashes
            .entry(clash.better.indicator.clone())
            .or_default()
            .push(format!("{} {better}-{other}", clash.better.period));
    }
    (found, clashes)
}

fn case_files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/quality");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let cases = paths.filter(|path| path.extension().is_some_and(|e| e == "md") && !path.ends_with("README.md"));
    cases
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn wanted(table: &Table, column: &str) -> Option<Found> {
    table.head.iter().any(|head| head == column).then(|| {
        let entries = table.rows.iter().map(|row| {
            let all = table.cell(row, column).split(';').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty());
            (table.cell(row, "id").to_owned(), all.collect::<Vec<_>>())
        });
        entries.filter(|(_, all)| !all.is_empty()).collect()
    })
}

fn sorted(mut found: Found) -> Found {
    found.values_mut().for_each(|all| all.sort());
    found
}

#[test]
fn the_cases_in_prose_hold_and_every_rule_has_one() {
    let rules = QualityRules::standard();
    let (mut wrong, mut used) = (Vec::new(), Vec::new());
    for (name, text) in case_files() {
        for table in tables(&name, &text) {
            let (found, clashes) = run(&table, rules);
            used.extend(found.values().flatten().filter_map(|f| f.split(' ').nth(1).map(str::to_owned)));
            for (got, column) in [(found, "finds"), (clashes, "clashes")] {
                let Some(wanted) = wanted(&table, column) else { continue };
                if sorted(got.clone()) != sorted(wanted.clone()) {
                    wrong.push(format!("{} {column}\n  wanted {wanted:?}\n  got    {got:?}", table.place));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let without: Vec<&str> =
        rules.rules.iter().map(|r| r.code.as_str()).filter(|code| !used.iter().any(|u| u == code)).collect();
    assert!(without.is_empty(), "rules without a case: {without:?}");
}

#[test]
fn the_rules_are_whole_and_a_refusal_is_only_for_what_cannot_be() {
    let rules = QualityRules::standard();
    let read = QualityRules::default().with_local(include_str!("../../../rules/quality.toml")).unwrap();
    assert!(rules.rules.len() == 13 && read == **rules);
    for rule in &rules.rules {
        assert!(!rule.meaning.is_empty() && !rule.origin.is_empty(), "{}", rule.code);
        let refuses = matches!(rule.kind.as_str(), "range" | "sign");
        assert!(rule.severity != Severity::Error || refuses, "{}: what history tells is never certain", rule.code);
    }
}

#[test]
fn a_local_file_replaces_adds_and_switches_off() {
    let ours = QualityRules::standard();
    let local = r#"
off = ["jump"]
[[rule]]
code = "share-over-100"
kind = "range"
name = "占比"
name_en = "share"
meaning = "本地"
severity = "hint"
message = "{name}{value}"
message_en = "{name}{value}"
advice = "看"
advice_en = "look"
origin = "本地"
[rule.applies]
percent = true
[rule.parameters]
at_most = "200"
[[sum]]
whole = "I001"
parts = ["I002", "I003"]
share = "0"
plan = "别的规划"
why = "本地分项"
[[tolerance]]
units = ["公里"]
share = "0.5"
why = "本地"
"#;
    let rules = ours.with_local(local).unwrap();
    assert!(rules.rule("jump").is_none() && rules.rules.len() == ours.rules.len() - 1);
    assert_eq!(rules.rule("share-over-100").unwrap().severity, Severity::Hint);
    let text = "| id | name | unit | type | figures |\n|---|---|---|---|---|\n\
        | I001 | 绿道 | 公里 | level | 2022: 10; 2022: 14 自报 |\n| I002 | 甲 | 公里 | level | 2022: 1 |\n\
        | I003 | 乙 | 公里 | level | 2022: 2 |\n";
    let table = &tables("local", text)[0];
    assert_eq!(run(table, &rules), (Found::new(), Found::new()), "the sum is for another plan, the difference allowed");
    let here = ours.with_local(&local.replace("别的规划", "虚构县规划")).unwrap();
    assert_eq!(
        run(table, &here).0["I001"],
        ["2022 sum-of-parts", "2022 sum-of-parts 自报"].map(str::to_owned).into_iter().rev().collect::<Vec<_>>()
    );
    assert_eq!(here.related(&["I002"]), ["I002", "I003", "I001"]);
}

#[test]
fn a_wrong_file_is_refused_with_the_reason() {
    let rule = |kind: &str, parameters: &str| {
        format!(
            "[[rule]]\ncode = \"x\"\nkind = \"{kind}\"\nname = \"x\"\nname_en = \"x\"\nmeaning = \"x\"\nseverity = \"hint\"\nmessage = \"x\"\n\
             message_en = \"x\"\nadvice = \"x\"\nadvice_en = \"x\"\norigin = \"x\"\n[rule.parameters]\n{parameters}\n"
        )
    };
    for (text, part) in [
        ("[[rule]]\ncode = \"x\"\n".to_owned(), "第 1 行"),
        (rule("range", ""), "至少要写一项"),
        (rule("range", "at_most = \"viel\""), "parameters 有误"),
        (rule("range", "most = \"3\""), "parameters 有误"),
        (rule("guess", ""), "不认得"),
        (rule("sum", "share = \"1\""), "没有 parameters"),
        (rule("range", "whole = true").replace("meaning = \"x\"", "meaning = \" \""), "都要填写"),
        (rule("range", "whole = true").repeat(2), "写了两次"),
        (rule("jump", "least_changes = 0\ntimes = \"1\"\nleast_share = \"1\"\nleast_points = \"1\""), "至少为 1"),
        ("off = [\"nothing\"]\n".to_owned(), "不是已有的规则"),
        ("[[sum]]\nparts = [\"a\", \"b\"]\nshare = \"0\"\nwhy = \"x\"\n".to_owned(), "写且只写一个"),
        ("[[tolerance]]\nshare = \"-1\"\nwhy = \"x\"\n".to_owned(), "不能是负数"),
        ("[[tolerance]]\nshare = \"1\"\nwhy = \"\"\n".to_owned(), "why"),
    ] {
        let error = QualityRules::standard().with_local(&text).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("rules/quality.toml"), "{error}");
    }
}
