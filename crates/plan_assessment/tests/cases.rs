//! Runs the prose cases of `rules/assessment/cases/`; their form is described in
//! the README there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use std::{collections::BTreeMap, fs, path::Path};

use jiff::civil::Date;
use plan_assessment::{
    AgreedBy, AgreedTarget, Question, RuleSet, Rules, SeriesBreak, assess, forecast::ByMethods, forecasts, judge_nodes,
    ready_node_rules, ready_rule_set,
};
use plan_model::{
    Baseline, Comparison, Decimal, DueYear, Indicator, IndicatorKind, Node, Observation, Period, PlanPeriod, Standing,
    Target, Verdict, plain,
};

/// A section of a file: settings and a table.
#[derive(Default)]
struct Section {
    place: String,
    settings: Vec<(String, String)>,
    head: Vec<String>,
    rows: Vec<BTreeMap<String, String>>,
}

impl Section {
    fn setting(&self, key: &str) -> Option<&str> {
        self.settings.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn sections(file: &str, text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section { place: format!("{file} “{title}”"), ..Section::default() });
            continue;
        }
        let Some(section) = sections.last_mut() else { continue };
        if let Some((key, value)) = line.strip_prefix("- ").and_then(|line| line.split_once(':')) {
            section.settings.push((key.trim().to_owned(), value.trim().to_owned()));
        } else if line.starts_with("|---") {
        } else if line.starts_with('|') && section.head.is_empty() {
            section.head = cells(line);
        } else if line.starts_with('|') {
            let cells = cells(line);
            assert_eq!(cells.len(), section.head.len(), "{}: {line}", section.place);
            section.rows.push(section.head.iter().cloned().zip(cells).collect());
        }
    }
    sections
}

fn decimal(text: &str) -> Decimal {
    text.trim().parse().unwrap_or_else(|_| panic!("“{text}” is not a figure"))
}

fn target(text: &str) -> Target {
    let soft = text.starts_with("力争");
    let text = text.trim_start_matches("力争").trim();
    let (sign, rest) = text.split_once(' ').unwrap();
    let (amount, due) = rest.split_once('@').unwrap_or((rest, ""));
    let digits = |c: char| c.is_ascii_digit() || "-.–".contains(c);
    let number: String = amount.trim().chars().take_while(|c| digits(*c)).collect();
    let unit: String = amount.trim().chars().skip_while(|c| digits(*c)).collect();
    let (value, value_high) = match number.split_once('–') {
        Some((low, high)) => (Some(decimal(low)), Some(decimal(high))),
        None => ((!number.is_empty()).then(|| decimal(&number)), None),
    };
    let comparison: Comparison = sign.parse().unwrap();
    let due: DueYear = due.parse().unwrap();
    Target { comparison, value, value_high, unit: unit.trim().to_owned(), due, soft }
}

/// One figure, or a row of them: `2023-01..: 1 2 3`.
fn figures(indicator: &str, text: &str) -> Vec<Observation> {
    let Some((first, rest)) = text.split_once("..:") else { return vec![figure(indicator, text)] };
    let mut period: Period = first.trim().parse().unwrap();
    let mut all = Vec::new();
    for value in rest.split_whitespace() {
        if value != "—" {
            all.push(figure(indicator, &format!("{period}: {value}")));
        }
        period = match period {
            Period::Year(year) => Period::Year(year + 1),
            Period::Quarter(year, 4) => Period::Quarter(year + 1, 1),
            Period::Quarter(year, quarter) => Period::Quarter(year, quarter + 1),
            Period::Month(year, 12) => Period::Month(year + 1, 1),
            Period::Month(year, month) => Period::Month(year, month + 1),
        };
    }
    all
}

fn figure(indicator: &str, text: &str) -> Observation {
    let (period, rest) = text.split_once(':').unwrap();
    let (before, remark) = rest.split_once('“').unwrap_or((rest, ""));
    let (remark, after) = remark.split_once('”').unwrap_or((remark, ""));
    let note = remark.to_owned();
    let mut words = before.split_whitespace().chain(after.split_whitespace());
    let value = decimal(words.next().unwrap());
    let (mut standing, mut vintage) = (Standing::Statistical, 1);
    for word in words {
        match word.strip_prefix('v') {
            Some(number) => vintage = number.parse().unwrap(),
            None => standing = Standing::from_word(word).unwrap(),
        }
    }
    let (indicator, period) = (indicator.to_owned(), period.parse().unwrap());
    Observation { indicator, period, value, standing, vintage, source: String::new(), note }
}

fn series_break(text: &str) -> SeriesBreak {
    let mut words = text.split_whitespace();
    let (indicator, from) = (words.next().unwrap().to_owned(), words.next().unwrap().parse().unwrap());
    let overlap = words.next().map(|pair| pair.split_once('→').map(|(old, new)| (decimal(old), decimal(new))).unwrap());
    SeriesBreak { indicator, from, overlap }
}

/// `森林 2023 43% 年度计划`, from a breakdown with the shares of its months in
/// percent `分解 5/10/…/100`
fn agreed(text: &str) -> AgreedTarget {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (words, course) = words.split_at(words.len().min(4));
    let [indicator, year, value, source] = words[..] else { panic!("{text}") };
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let (number, unit) = value.split_at(digits);
    AgreedTarget {
        indicator: indicator.to_owned(),
        year: year.parse().unwrap(),
        value: decimal(number),
        unit: unit.to_owned(),
        source: source.to_owned(),
        by: if source == "分解" { AgreedBy::Breakdown } else { AgreedBy::YearlyPlan },
        by_month: course.iter().flat_map(|shares| shares.split('/')).map(decimal).collect(),
    }
}

fn indicator(row: &BTreeMap<String, String>) -> Indicator {
    let cell = |name: &str| row.get(name).map(String::as_str).unwrap_or_default();
    let base = match cell("base").split_once(':') {
        Some((period, value)) => Some(Baseline { value: decimal(value), period: Some(period.parse().unwrap()) }),
        None if cell("base").is_empty() => None,
        None => Some(Baseline { value: decimal(cell("base")), period: None }),
    };
    let name = if cell("name").is_empty() { cell("id") } else { cell("name") };
    Indicator {
        id: cell("id").to_owned(),
        name: name.to_owned(),
        group: String::new(),
        unit: cell("unit").to_owned(),
        kind: IndicatorKind::NotStated,
        measure: cell("type").parse().unwrap(),
        direction: (!cell("direction").is_empty()).then(|| cell("direction").parse().unwrap()),
        baseline: base,
        targets: cell("target").split(';').filter(|t| !t.trim().is_empty()).map(|t| target(t.trim())).collect(),
    }
}

/// The verdict of each row, and where the section asks for it the forecasts by several methods.
fn judge(section: &Section) -> Vec<(Verdict, Option<ByMethods>)> {
    let setting = |key: &str| section.setting(key);
    let indicators: Vec<Indicator> = section.rows.iter().map(indicator).collect();
    let observations: Vec<Observation> = section
        .rows
        .iter()
        .flat_map(|row| {
            let figures = row.get("figures").map(String::as_str).unwrap_or_default();
            let id = row.get("id").unwrap();
            figures
                .split(';')
                .filter(|f| !f.trim().is_empty())
                .flat_map(|f| self::figures(id, f.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    let breaks: Vec<SeriesBreak> =
        section.settings.iter().filter(|(key, _)| key == "break").map(|(_, text)| series_break(text)).collect();
    let agreed: Vec<AgreedTarget> =
        section.settings.iter().filter(|(key, _)| key == "agreed").map(|(_, text)| agreed(text)).collect();
    let period = match setting("plan") {
        Some("无") => None,
        text => Some(text.unwrap_or("2021-2025").parse::<PlanPeriod>().unwrap()),
    };
    let as_of = setting("as-of").unwrap_or("2022-12-31").parse().unwrap();
    let rules: &RuleSet = ready_rule_set(setting("rules").unwrap_or("share-of-pace")).unwrap();
    let nodes: Vec<Node> = section.rows.iter().flat_map(nodes).collect();
    let (indicators, observations, breaks, nodes) = (&indicators, &observations, &breaks, &nodes);
    let agreed = &agreed;
    let question = Question { indicators, observations, breaks, agreed, nodes, period, as_of };
    let asked = section.head.iter().any(|column| column == "combination");
    let by_methods = |id: &str| forecasts(&question, id, &Rules::ready(rules))?.ok().filter(|_| asked);
    assess(&question, rules)
        .into_iter()
        .map(|verdict| (by_methods(&verdict.indicator), verdict))
        .map(|(m, v)| (v, m))
        .collect()
}

/// Nodes of a row: `2022-03-31 初设批复 2022-03-20 佐证 核实; 2022-12-31 开工`.
fn nodes(row: &BTreeMap<String, String>) -> Vec<Node> {
    let cell = row.get("nodes").map(String::as_str).unwrap_or_default();
    let node = |text: &str| {
        let mut words = text.split_whitespace();
        let (due, deliverable) = (words.next().unwrap().parse().unwrap(), words.next().unwrap().to_owned());
        let of = row.get("id").unwrap().clone();
        let mut node = Node { of, due, deliverable, done_on: None, evidence: String::new(), verified: false };
        for word in words {
            match word {
                "佐证" => node.evidence = "会议纪要".to_owned(),
                "核实" => node.verified = true,
                day => node.done_on = Some(day.parse().unwrap()),
            }
        }
        node
    };
    cell.split(';').filter(|text| !text.trim().is_empty()).map(node).collect()
}

/// A row of a section that judges by nodes alone, and what differs.
fn node_differences(row: &BTreeMap<String, String>, as_of: Date) -> Vec<String> {
    let nodes = nodes(row);
    let verdict = judge_nodes(&nodes.iter().collect::<Vec<_>>(), as_of, ready_node_rules().unwrap());
    let said: Vec<&str> = verdict.notes.iter().chain([&verdict.reason]).map(|m| m.code.as_str()).collect();
    let mut differences = Vec::new();
    for (column, expected) in row {
        let got = match column.as_str() {
            "verdict" => verdict.status.word.clone(),
            "days" => verdict.days_behind.to_string(),
            "because" if expected.split_whitespace().all(|code| said.contains(&code)) => continue,
            "because" => said.join(" "),
            _ => continue,
        };
        if got != *expected {
            differences.push(format!("{column}: expected {expected}, got {got}"));
        }
    }
    differences
}

/// The forecast for the target's date: `2025: 75 (70 … 80)`.
fn last_point(verdict: &Verdict) -> String {
    let point = verdict.prospect.forecast().and_then(|forecast| forecast.course.last());
    point.map_or_else(
        || verdict.prospect.sentence().code.clone(),
        |p| format!("{}: {} ({} … {})", p.period, plain(p.value), plain(p.low), plain(p.high)),
    )
}

/// A method's end value, interval and chance: `75 (73 … 77) 0.5`; `tried` says how it
/// did: `1.2 个 4×2 inside 3`, off by so much in four trials two numbers ahead.
fn by_method(all: Option<&ByMethods>, method: &str, tried: bool) -> String {
    let Some(one) = all.and_then(|all| all.methods.iter().find(|one| one.forecast.method == method)) else {
        return String::new();
    };
    if tried {
        let told = one
            .trials
            .as_ref()
            .map(|t| format!("{} {} {}×{} inside {}", plain(t.off), t.unit, t.count, t.ahead, t.inside));
        return told.unwrap_or_default();
    }
    let Some(end) = one.forecast.course.last() else { return String::new() };
    format!("{} ({} … {}) {}", plain(end.value), plain(end.low), plain(end.high), plain(one.forecast.chance))
}

/// What a row expects and the verdict does not say.
fn differences(row: &BTreeMap<String, String>, (verdict, methods): &(Verdict, Option<ByMethods>)) -> Vec<String> {
    let methods = methods.as_ref();
    let trail = &verdict.trail;
    let short = |value: Option<Decimal>| value.map(|value| plain(value.round_dp(4))).unwrap_or_default();
    let said = |code: &str| {
        let sentences = trail.notes.iter().chain([&trail.reason]).chain(&trail.formula).chain(&trail.to_green);
        let sentences = sentences.chain([verdict.prospect.sentence()]);
        sentences.into_iter().any(|sentence| sentence.code == code)
    };
    let mut differences = Vec::new();
    for (column, expected) in row {
        let got = match column.as_str() {
            "verdict" if !expected.is_empty() => verdict.status.word.clone(),
            "ratio" => short(verdict.ratio),
            "met" if !expected.is_empty() => verdict.met.code().to_owned(),
            "outlook" if !expected.is_empty() => verdict.outlook.code().to_owned(),
            "chance" if !expected.is_empty() => {
                verdict.prospect.forecast().map(|f| plain(f.chance)).unwrap_or_default()
            }
            "forecast" if !expected.is_empty() => last_point(verdict),
            "combination" | "resampling" => by_method(methods, column, false),
            "tried" if !expected.is_empty() => {
                let method = verdict.prospect.forecast().map(|f| f.method.as_str()).unwrap_or_default();
                by_method(methods, method, true)
            }
            "reading" => methods.map(|all| all.reading.code.clone()).unwrap_or_default(),
            "pace" => short(verdict.needed_pace.as_ref().map(|pace| pace.per_year)),
            _ => continue,
        };
        if got != *expected {
            differences.push(format!("{column}: expected {expected}, got {got}"));
        }
    }
    let because = row.get("because").map(String::as_str).unwrap_or_default();
    let silent: Vec<&str> = because.split_whitespace().filter(|code| !said(code)).collect();
    if !silent.is_empty() {
        let notes: Vec<&str> = trail.notes.iter().map(|note| note.code.as_str()).collect();
        differences.push(format!("does not say {silent:?} but {} {notes:?}", trail.reason.code));
    }
    let wanted = row.get("says").map(String::as_str).unwrap_or_default();
    if !trail.reason.zh.contains(wanted) {
        differences.push(format!("the reason does not say “{wanted}”"));
    }
    let all = trail.notes.iter().chain([&trail.reason]).chain(&trail.formula).chain(&trail.to_green);
    let all = all.chain([verdict.prospect.sentence()]);
    for sentence in all.filter(|sentence| sentence.zh.contains('{') || sentence.en.contains('{')) {
        differences.push(format!("a place is not filled in: {} / {}", sentence.zh, sentence.en));
    }
    differences
}

#[test]
fn prose_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/assessment/cases");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut count, mut failures) = (0, Vec::new());
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        for section in sections(&name, &fs::read_to_string(&path).unwrap()) {
            assert!(!section.rows.is_empty(), "{} has no table", section.place);
            let known = ["as-of", "plan", "rules", "break", "agreed"];
            assert!(section.settings.iter().all(|(key, _)| known.contains(&key.as_str())), "{}", section.place);
            if section.setting("rules") == Some("nodes") {
                let as_of = section.setting("as-of").unwrap_or("2022-12-31").parse().unwrap();
                for row in &section.rows {
                    count += 1;
                    let found = node_differences(row, as_of);
                    if !found.is_empty() {
                        failures.push(format!("{} {}: {}", section.place, row.get("id").unwrap(), found.join("; ")));
                    }
                }
                continue;
            }
            for (row, verdict) in section.rows.iter().zip(judge(&section)) {
                count += 1;
                let found = differences(row, &verdict);
                if !found.is_empty() {
                    failures.push(format!(
                        "{} {}: {}\n    {}",
                        section.place,
                        verdict.0.indicator,
                        found.join("; "),
                        verdict.0.trail.reason.zh
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} cases:\n{}", failures.len(), failures.join("\n"));
    assert!(count >= 100, "only {count} cases were found");
}
