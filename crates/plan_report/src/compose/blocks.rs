//! The parts of a report that are tables and paragraphs of their own.

use plan_model::{IndicatorKind, Met};

use super::{
    data::{Explanation, IndicatorStanding, ReportData, WorkGroup, WorkStanding, by_chapter},
    drawings, peers, plain_paragraph, sentences, tables,
    tables::kind_word,
    tidy,
};
use crate::document::{Block, FreeText, Level, Number, Run};

/// Rows of the short list of what is behind: a brief is one page.
const BEHIND: usize = 9;

/// So many of what is behind are told one by one in a brief, which is to stay one page.
const POINTS: usize = 2;

/// So many indicators are told in the paragraph that counts them.
const FEW: usize = 3;

/// The blocks of a field; its name is one of those of `fields::BLOCKS`.
pub(super) fn fill(name: &str, data: &ReportData) -> Vec<Block> {
    match name {
        "总体结论" => sentences::whole(data).into_iter().map(Block::Paragraph).collect(),
        "简要结论" => vec![Block::Paragraph(sentences::brief(data))],
        "主要指标表" => tables::or_none(tables::main(data), data),
        "滞后指标清单" => behind_list(data),
        "滞后要点" => behind_points(data),
        "无法判断说明" => unjudged(data),
        "进度图" => drawings::bullets(data),
        "历年判断图" => drawings::heat_maps(data),
        "年度变化图" => drawings::changes(data),
        "指标走势图" => drawings::trajectories(data),
        "横向比较" => peers::blocks(data),
        "重点任务情况" => work(data, WorkGroup::Task, "重点任务"),
        "重大项目情况" => work(data, WorkGroup::Project, "重大项目"),
        "指标明细表" => tables::or_none(tables::detail(data), data),
        "任务明细表" => tables::work(&of_group(data, WorkGroup::Task), "重点任务"),
        "项目明细表" => tables::work(&of_group(data, WorkGroup::Project), "重大项目"),
        _ => Vec::new(),
    }
}

/// The blocks of a field that speaks of what stands before it.
pub(super) fn fill_after(name: &str, data: &ReportData, before: &[Block]) -> Option<Vec<Block>> {
    match name {
        "图表数据" => Some(tables::chart_data(before)),
        "分章结论" => Some(chapters(data, level_below(before))),
        "滞后指标说明" => Some(explanations(data, level_below(before))),
        _ => None,
    }
}

/// The level of headings under the last one: none is left out.
fn level_below(before: &[Block]) -> Level {
    let above = before.iter().rev().find_map(|block| match block {
        Block::Heading(level, _) => Some(Some(*level)),
        Block::Annex(_) => Some(None),
        _ => None,
    });
    match above.flatten() {
        None => Level::One,
        Some(Level::One) => Level::Two,
        Some(Level::Two) => Level::Three,
        Some(Level::Three | Level::Four) => Level::Four,
    }
}

fn chapters(data: &ReportData, level: Level) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (at, (chapter, all)) in by_chapter(&data.indicators).into_iter().enumerate() {
        let title = if chapter.is_empty() { "其他指标" } else { chapter };
        blocks.push(Block::Heading(level, vec![bare_title(title).into()]));
        blocks.extend(of_chapter(&format!("chapter{at}"), title, &all).into_iter().map(Block::Paragraph));
    }
    blocks
}

/// Counts, and a sentence on each indicator a reader must know of: binding, behind
/// or met. All others stand in the tables.
fn of_chapter(scope: &str, title: &str, all: &[&IndicatorStanding]) -> Vec<Vec<Run>> {
    let number = |tail: &str, word: &str, count: usize| -> Run {
        Number::counted(&format!("count/{scope}{tail}"), &format!("{title}{word}"), count, "项").into()
    };
    let mut counted: Vec<Run> = vec!["共".into(), number("", "指标", all.len())];
    if all.iter().all(|i| !i.verdict.status.judged) {
        counted.push("，目前都无法判断。".into());
    } else {
        counted.push("，".into());
        counted.extend(sentences::counts(scope, &format!("{title}指标"), all.iter().map(|i| &i.verdict.status)));
        let met = all.iter().filter(|i| i.verdict.met == Met::Yes).count();
        if met > 0 {
            counted.push("；已达到规划目标值的".into());
            counted.push(number("/met", "已达目标", met));
        }
        counted.push("。".into());
    }
    let known: Vec<&IndicatorStanding> = all.iter().copied().filter(|i| i.verdict.value.is_some()).collect();
    let (behind, known): (Vec<&IndicatorStanding>, Vec<_>) = known.into_iter().partition(|i| i.behind);
    let (met, known): (Vec<&IndicatorStanding>, Vec<_>) = known.into_iter().partition(|i| i.verdict.met == Met::Yes);
    let (binding, rest): (Vec<&IndicatorStanding>, Vec<_>) =
        known.into_iter().partition(|i| i.indicator.kind == IndicatorKind::Binding);
    let told = behind.len() + met.len() + binding.len();
    let mut paragraphs = vec![counted];
    for (word, some) in [("滞后的：", behind), ("已达到目标的：", met), ("其他约束性指标：", binding)]
    {
        let sentences: Vec<Run> = some.into_iter().flat_map(sentences::indicator).collect();
        match paragraphs.last_mut().filter(|_| told <= FEW) {
            Some(last) => last.extend(sentences),
            None if sentences.is_empty() => {}
            // Many stand in paragraphs of their own.
            None => paragraphs.push(std::iter::once(word.into()).chain(sentences).collect()),
        }
    }
    if let Some(last) = paragraphs.last_mut().filter(|_| !rest.is_empty()) {
        last.push(if told == 0 { "有监测值的" } else { "其余有监测值的" }.into());
        last.push(number("/rest", "其余有监测值的指标", rest.len()));
        last.push("见指标明细表。".into());
    }
    paragraphs
}

/// A heading of the plan without its number, since the report counts its own.
fn bare_title(title: &str) -> &str {
    let after = |mark: char| title.split_once(mark).filter(|(number, _)| number.chars().count() <= 5).map(|(_, t)| t);
    let starts = title.starts_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '（', '第']);
    let bare = if starts {
        after('、').or_else(|| after('）')).or_else(|| after('章')).or_else(|| after('篇'))
    } else {
        None
    };
    bare.map_or(title, |t| t.trim_start_matches([' ', '\u{3000}', '　'])).trim()
}

/// Behind, binding ones first.
fn behind(data: &ReportData) -> Vec<&IndicatorStanding> {
    let mut all: Vec<&IndicatorStanding> = data.indicators.iter().filter(|i| i.behind).collect();
    all.sort_by_key(|i| i.indicator.kind);
    all
}

fn behind_list(data: &ReportData) -> Vec<Block> {
    let all = behind(data);
    if all.is_empty() {
        return vec![plain_paragraph("没有进度滞后的指标。")];
    }
    let mut blocks = vec![Block::Table(tables::behind(all.iter().copied().take(BEHIND)))];
    if all.len() > BEHIND {
        let rest = Number::counted("count/behind/rest", "其余滞后指标", all.len() - BEHIND, "项");
        blocks.push(Block::Note(vec!["另有".into(), rest.into(), "滞后，见监测报告。".into()]));
    }
    blocks
}

/// What is behind in a few lines: the first ones with their causes, the others counted.
fn behind_points(data: &ReportData) -> Vec<Block> {
    let all = behind(data);
    let mut blocks: Vec<Block> = Vec::new();
    for standing in all.iter().take(POINTS) {
        let mut runs: Vec<Run> = vec![standing.indicator.name.as_str().into()];
        if standing.indicator.kind == IndicatorKind::Binding {
            runs.push("（约束性）".into());
        }
        runs.extend(sentences::value(standing, true).map(Run::Number));
        runs.push("，目标".into());
        runs.extend(tables::or_dash(sentences::spoken_target(standing)));
        let cause = standing.explanation.as_ref().map_or("尚未说明原因", |said| said.cause.as_str());
        runs.push(format!("：{}。", briefly(cause)).into());
        blocks.push(Block::Paragraph(runs));
    }
    let indicators: Vec<&str> = all.iter().skip(POINTS).map(|standing| standing.indicator.name.as_str()).collect();
    let work = |group| -> Vec<&str> {
        data.work.iter().filter(|w| w.behind && w.group == group).map(|w| w.name.as_str()).collect()
    };
    let others = [(indicators, "指标"), (work(WorkGroup::Task), "重点任务"), (work(WorkGroup::Project), "重大项目")];
    let others: Vec<String> = others.into_iter().filter_map(|(names, what)| named(&names, what)).collect();
    if !others.is_empty() {
        let and = if blocks.is_empty() { "" } else { "另有" };
        blocks.push(plain_paragraph(format!("{and}{}进度滞后。", others.join("、"))));
    }
    if blocks.is_empty() {
        blocks.push(plain_paragraph("没有滞后的指标和任务。"));
    }
    blocks
}

/// The longest cause in a brief, in characters: two lines with the name before it.
const CAUSE: usize = 36;

/// A cause as a brief of one page has room for; the whole of it is in the report.
fn briefly(cause: &str) -> String {
    let cause = cause.trim().trim_end_matches('。');
    if cause.chars().count() <= CAUSE {
        return cause.to_owned();
    }
    format!("{}……", cause.chars().take(CAUSE).collect::<String>())
}

/// 1项重大项目（甲园区）, 4项指标（甲等）; none of nothing.
fn named(names: &[&str], what: &str) -> Option<String> {
    let first = names.first()?;
    let more = if names.len() > 1 { "等" } else { "" };
    Some(format!("{}项{what}（{first}{more}）", names.len()))
}

/// Every indicator behind schedule is explained, binding ones first (Decision on
/// economic supervision 2021, art. 8 and 14).
fn explanations(data: &ReportData, level: Level) -> Vec<Block> {
    let all = behind(data);
    if all.is_empty() {
        return vec![plain_paragraph("没有进度滞后的指标。")];
    }
    let mut blocks = Vec::new();
    for standing in all {
        let title = format!("{}（{}）", standing.indicator.name, kind_word(standing.indicator.kind));
        blocks.push(Block::Heading(level, vec![title.into()]));
        let mut runs = sentences::indicator(standing);
        runs.push(tidy::beyond_value(&standing.verdict.trail.reason.zh).into());
        runs.extend(standing.verdict.trail.to_green.as_ref().map(|way| Run::from(tidy::sentence(&way.zh))));
        if let Some(forecast) = standing.verdict.prospect.forecast() {
            runs.push(tidy::sentence(&forecast.sentence.zh).into());
        }
        blocks.push(Block::Paragraph(runs));
        blocks.extend(said(&standing.indicator.name, standing.explanation.as_ref(), data));
    }
    blocks
}

/// Why something is behind and what is done, in places that people may rewrite.
fn said(name: &str, explanation: Option<&Explanation>, data: &ReportData) -> [Block; 2] {
    let place = |what: &str, said: Option<String>| {
        let title = format!("{name}：{what}");
        let written = data.texts.get(&title).cloned();
        let paragraphs = written.unwrap_or_else(|| said.map(|s| vec![format!("{what}：{s}")]).unwrap_or_default());
        let prompt = format!("请牵头单位写明{what}");
        Block::FreeText(FreeText { name: title.clone(), title, prompt, paragraphs })
    };
    let cause =
        |e: &Explanation| if e.unit.is_empty() { e.cause.clone() } else { format!("{}（{}）", e.cause, e.unit) };
    [place("原因", explanation.map(cause)), place("措施", explanation.map(|e| e.measures.clone()))]
}

fn unjudged(data: &ReportData) -> Vec<Block> {
    let all: Vec<&IndicatorStanding> = data.indicators.iter().filter(|i| !i.verdict.status.judged).collect();
    match tables::unjudged(&all) {
        Some(table) => vec![Block::Table(table)],
        None => vec![plain_paragraph("全部指标均能判断。")],
    }
}

fn of_group(data: &ReportData, group: WorkGroup) -> Vec<&WorkStanding> {
    data.work.iter().filter(|w| w.group == group).collect()
}

/// Why most of what cannot be judged cannot; none where all is judged.
fn main_reason<'a>(all: &[&'a WorkStanding]) -> Option<&'a str> {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for item in all.iter().filter(|w| !w.status.judged) {
        match reasons.iter_mut().find(|(seen, _)| *seen == item.progress) {
            Some((_, count)) => *count += 1,
            None => reasons.push((&item.progress, 1)),
        }
    }
    // The first of the most frequent ones.
    reasons.into_iter().rev().max_by_key(|(_, count)| *count).map(|(reason, _)| reason)
}

/// A paragraph of counts, and those behind by name.
fn work(data: &ReportData, group: WorkGroup, what: &str) -> Vec<Block> {
    let all = of_group(data, group);
    if all.is_empty() {
        return vec![plain_paragraph(format!("没有登记{what}。"))];
    }
    let scope = if group == WorkGroup::Task { "tasks" } else { "projects" };
    let count = Number::counted(&format!("count/{scope}"), what, all.len(), "项");
    let mut runs: Vec<Run> = vec![format!("{what}共").into(), count.into(), "，".into()];
    if all.iter().any(|w| w.status.judged) {
        runs.extend(sentences::counts(scope, what, all.iter().map(|w| &w.status)));
    } else {
        runs.push("目前都无法判断".into());
    }
    runs.push("。".into());
    if let Some(reason) = main_reason(&all) {
        runs.push(format!("无法判断的主要原因：{}。", tidy::found(reason)).into());
    }
    let mut blocks = vec![Block::Paragraph(runs)];
    for item in all.iter().filter(|w| w.behind) {
        let lead = if item.lead.is_empty() { String::new() } else { format!("（牵头单位：{}）", item.lead) };
        let progress = tidy::found(&item.progress);
        let judged = sentences::judged(&item.name, &item.status);
        let runs = vec![format!("{}{lead}：", item.name).into(), judged, format!("，{progress}。").into()];
        blocks.push(Block::Paragraph(runs));
        blocks.extend(said(&item.name, item.explanation.as_ref(), data));
    }
    blocks
}
