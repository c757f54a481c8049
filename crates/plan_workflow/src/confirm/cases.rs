//! Corrections as cases for the rules: text a developer can drop into
//! `rules/cases/`, in the form described there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use plan_extraction::rows;

use super::{
    candidate::{Content, Ground},
    propose::BY_HAND,
    state::{Fate, Item, State},
};

/// One case for each line of the text in which people corrected, rejected, split,
/// merged or added something, with every row the line is to give.
/// Lines in which something is still open are left out: nobody has said yet what
/// they give. `None` where there is nothing to export.
pub fn cases(ground: &Ground, state: &State) -> Option<String> {
    let mut lines: BTreeMap<u32, Vec<&Item>> = BTreeMap::new();
    for item in state.items() {
        lines.entry(item.content.anchor().line).or_default().push(item);
    }
    lines.retain(|_, items| {
        let decided = items.iter().all(|item| item.fate != Fate::Open);
        decided && items.iter().any(|item| item.found.is_none() || item.fate != Fate::Accepted)
    });
    if lines.is_empty() {
        return None;
    }
    let mut text = format!("# 确认更正：{}\n", one_line(&ground.plan.head.title));
    for (number, items) in lines {
        let Some(line) = ground.source.line(number) else { continue };
        // Writing into a string cannot fail.
        let _ = write!(
            text,
            "\n## 第 {number} 行\n\n{}。\n\n- period: {}\n\n```text\n{}\n```\n\n",
            why(&items),
            ground.plan.head.period,
            line.text.replace("```", "'''").trim(),
        );
        text.push_str(&tables(&items));
    }
    Some(text)
}

/// What people did, and who.
fn why(items: &[&Item]) -> String {
    let said = items.iter().filter_map(|item| {
        let verb = match &item.fate {
            Fate::Corrected => "改正",
            Fate::Rejected { .. } => "否决",
            Fate::Split { .. } => "拆分",
            Fate::Merged { .. } => "合并",
            Fate::Accepted if item.found.is_none() => "补充",
            _ => return None,
        };
        let words = match &item.fate {
            Fate::Rejected { words, .. } if !words.is_empty() => format!("（{}）", one_line(words)),
            _ => String::new(),
        };
        Some(format!("{verb}“{}”{words}", one_line(item.content.name())))
    });
    let people: BTreeSet<&str> = items.iter().filter_map(|item| Some(item.by.as_ref()?.0.as_str())).collect();
    let people: Vec<&str> = people.into_iter().collect();
    format!("确认时{}；确认人：{}", said.collect::<Vec<_>>().join("，"), one_line(&people.join("、")))
}

/// The rows the line is to give in one table for each sort, or `none`.
fn tables(items: &[&Item]) -> String {
    let counted = || items.iter().filter(|item| item.fate.counts());
    let measures: Vec<String> = counted().filter_map(|item| measure_row(item)).collect();
    let work: Vec<String> = counted().filter_map(|item| work_row(item)).collect();
    let table = |head: &[&str], rows: Vec<String>| {
        let bar = "|---".repeat(head.len());
        rows.into_iter().fold(format!("| {} |\n{bar}|\n", head.join(" | ")), |text, row| text + &row)
    };
    let measures = (!measures.is_empty()).then(|| table(&MEASURE_HEAD, measures));
    let work = (!work.is_empty()).then(|| table(&WORK_HEAD, work));
    let tables: Vec<String> = measures.into_iter().chain(work).collect();
    if tables.is_empty() { "none\n".to_owned() } else { tables.join("\n") }
}

const MEASURE_HEAD: [&str; 8] = ["name", "op", "value", "unit", "year", "soft", "class", "shape"];
const WORK_HEAD: [&str; 9] = ["kind", "verb", "name", "lead", "place", "stage", "amount", "due", "rule"];

fn measure_row(item: &Item) -> Option<String> {
    let Content::Measure(found) = &item.content else { return None };
    let printed = rows::row(found);
    let cells: Vec<&str> = printed.split('\t').collect();
    let [_, name, op, low, high, unit, year, soft, class, _] = cells.as_slice() else { return None };
    let value = if high.is_empty() { (*low).to_owned() } else { format!("{low}-{high}") };
    Some(row(&[name, op, value.as_str(), unit, year, soft, class, rule(item)]))
}

fn work_row(item: &Item) -> Option<String> {
    let Content::Work(found) = &item.content else { return None };
    let printed = rows::work_row(found);
    let cells: Vec<&str> = printed.split('\t').collect();
    let [_, kind, verb, name, lead, place, stage, amount, unit, due, _] = cells.as_slice() else { return None };
    let amount = format!("{amount}{unit}");
    Some(row(&[kind, verb, name, lead, place, stage, amount.as_str(), due, rule(item)]))
}

/// Which rule is to find what a person added is for the developer to say.
fn rule(item: &Item) -> &str {
    let rule = item.content.rule();
    if rule == BY_HAND { "?" } else { rule }
}

fn row(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "｜")).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
