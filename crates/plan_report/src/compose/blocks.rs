//! The parts of a report that are tables and paragraphs of their own.

use plan_model::{IndicatorKind, Met, Period, Status};

use super::{
    data::{Explanation, IndicatorStanding, ReportData, WorkGroup, WorkStanding},
    drawings, plain_paragraph, sentences,
};
use crate::document::{Block, Column, FreeText, Level, Number, Row, Run, Table};

/// So many of what is behind are told one by one in a brief, which is to stay one page.
const POINTS: usize = 3;

/// The blocks of a field; its name is one of those of `fields::BLOCKS`.
pub(super) fn fill(name: &str, data: &ReportData) -> Vec<Block> {
    match name {
        "总体结论" => sentences::whole(data).into_iter().map(Block::Paragraph).collect(),
        "分章结论" => chapters(data),
        "主要指标表" => or_none(main_table(data), data.indicators.is_empty(), "没有列入监测的指标。"),
        "滞后指标清单" => behind_list(data),
        "滞后要点" => behind_points(data),
        "滞后指标说明" => explanations(data),
        "无法判断说明" => unjudged(data),
        "进度图" => drawings::bullets(data),
        "历年判断图" => drawings::heat_maps(data),
        "指标走势图" => drawings::trajectories(data),
        "重点任务情况" => work(data, WorkGroup::Task, "重点任务"),
        "重大项目情况" => work(data, WorkGroup::Project, "重大项目"),
        "指标明细表" => or_none(detail_table(data), data.indicators.is_empty(), "没有列入监测的指标。"),
        "任务明细表" => work_table(data, WorkGroup::Task, "重点任务"),
        "项目明细表" => work_table(data, WorkGroup::Project, "重大项目"),
        _ => Vec::new(),
    }
}

fn or_none(table: Table, none: bool, words: &str) -> Vec<Block> {
    if none { vec![plain_paragraph(words)] } else { vec![Block::Table(table), source_note()] }
}

fn source_note() -> Block {
    Block::Note(vec!["注：各数的来源、期间和精确值见数字上的标记；判断由系统按规则计算，不是官方结论。".into()])
}

/// ● 基本符合预期
fn light(status: &Status) -> String {
    format!("{} {}", status.shape, status.word)
}

fn kind_word(kind: IndicatorKind) -> &'static str {
    match kind {
        IndicatorKind::Binding => "约束性",
        IndicatorKind::Expected => "预期性",
        IndicatorKind::NotStated => "未注明",
    }
}

/// A cell with a number, or a dash.
fn cell(number: Option<Number>) -> Vec<Run> {
    number.map_or_else(|| vec!["—".into()], |number| vec![number.into()])
}

fn or_dash(runs: Vec<Run>) -> Vec<Run> {
    if runs.is_empty() { vec!["—".into()] } else { runs }
}

/// The main indicators (主要指标): those the plan calls binding or expected. A plan
/// that says it of none has no table of main indicators; then all are.
fn main_ones(data: &ReportData) -> Vec<&IndicatorStanding> {
    let said: Vec<_> = data.indicators.iter().filter(|i| i.indicator.kind != IndicatorKind::NotStated).collect();
    if said.is_empty() { data.indicators.iter().collect() } else { said }
}

/// The chapters in the order of the register with those of their indicators.
fn by_chapter<'a>(
    data: &'a ReportData,
    wanted: &[&'a IndicatorStanding],
) -> Vec<(&'a str, Vec<&'a IndicatorStanding>)> {
    let mut chapters: Vec<(&str, Vec<&IndicatorStanding>)> = Vec::new();
    let wanted = |standing: &&IndicatorStanding| wanted.iter().any(|w| w.indicator.id == standing.indicator.id);
    for standing in data.indicators.iter().filter(wanted) {
        let chapter = standing.indicator.group.as_str();
        match chapters.iter_mut().find(|(name, _)| *name == chapter) {
            Some((_, all)) => all.push(standing),
            None => chapters.push((chapter, vec![standing])),
        }
    }
    chapters
}

fn chapters(data: &ReportData) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (at, (chapter, all)) in by_chapter(data, &data.indicators.iter().collect::<Vec<_>>()).into_iter().enumerate() {
        let title = if chapter.is_empty() { "其他指标" } else { chapter };
        blocks.push(Block::Heading(Level::Two, vec![bare_title(title).into()]));
        let scope = format!("chapter{at}");
        let met = all.iter().filter(|i| i.verdict.met == Met::Yes).count();
        let mut runs: Vec<Run> = vec![
            "共".into(),
            Number::counted(&format!("count/{scope}"), &format!("{title}指标"), all.len(), "项").into(),
            "，".into(),
        ];
        runs.extend(sentences::counts(&scope, &format!("{title}指标"), all.iter().map(|i| &i.verdict.status)));
        runs.push("；已达到规划目标值的".into());
        runs.push(Number::counted(&format!("count/{scope}/met"), &format!("{title}已达目标"), met, "项").into());
        runs.push("。".into());
        for standing in all.iter().filter(|i| i.verdict.value.is_some()) {
            runs.extend(sentences::indicator(standing));
        }
        blocks.push(Block::Paragraph(runs));
    }
    blocks
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

fn main_table(data: &ReportData) -> Table {
    let columns = vec![
        Column::middle("序号", 7),
        Column::words("指标", 19),
        Column::middle("属性", 10),
        Column::middle("单位", 9),
        Column::numbers("基期", 9),
        Column::numbers("现值", 9),
        Column::numbers("目标", 10),
        Column::words("判断", 14),
    ];
    let mut rows = Vec::new();
    let mut number = 0;
    for (chapter, all) in by_chapter(data, &main_ones(data)) {
        if !chapter.is_empty() {
            rows.push(Row::Group(chapter.to_owned()));
        }
        for standing in all {
            number += 1;
            rows.push(Row::Cells(vec![
                vec![number.to_string().into()],
                vec![standing.indicator.name.as_str().into()],
                vec![kind_word(standing.indicator.kind).into()],
                vec![unit(standing).into()],
                cell(sentences::base(standing, differs(standing, |s| sentences::base(s, false)))),
                cell(sentences::value(standing, false)),
                or_dash(sentences::target(standing, target_differs(standing))),
                vec![light(&standing.verdict.status).into()],
            ]));
        }
    }
    Table { caption: "主要指标进展情况".to_owned(), columns, rows }
}

/// The unit of the column: that of the value, else that of the indicator.
fn unit(standing: &IndicatorStanding) -> String {
    let judged = standing.verdict.value.as_ref().map(|v| v.unit.as_str());
    let unit = judged.unwrap_or(&standing.indicator.unit);
    if unit.is_empty() { "—".to_owned() } else { unit.to_owned() }
}

/// Whether a number has another unit than the column and must show its own.
fn differs(standing: &IndicatorStanding, number: impl Fn(&IndicatorStanding) -> Option<Number>) -> bool {
    number(standing).is_some_and(|number| !number.unit.is_empty() && number.unit != unit(standing))
}

fn target_differs(standing: &IndicatorStanding) -> bool {
    let numbers = sentences::target(standing, false);
    numbers.iter().any(|run| matches!(run, Run::Number(n) if !n.unit.is_empty() && n.unit != unit(standing)))
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
    let row = |standing: &&IndicatorStanding| {
        Row::Cells(vec![
            vec![standing.indicator.name.as_str().into()],
            vec![kind_word(standing.indicator.kind).into()],
            cell(sentences::value(standing, true)),
            or_dash(sentences::target(standing, true)),
            vec![light(&standing.verdict.status).into()],
        ])
    };
    vec![Block::Table(Table {
        caption: String::new(),
        columns: vec![
            Column::words("指标", 16),
            Column::middle("属性", 6),
            Column::numbers("现值", 9),
            Column::numbers("目标", 9),
            Column::words("判断", 8),
        ],
        rows: all.iter().map(row).collect(),
    })]
}

/// What is behind in a few lines: the first ones with their causes, the others counted.
fn behind_points(data: &ReportData) -> Vec<Block> {
    let (all, work) = (behind(data), data.work.iter().filter(|work| work.behind));
    let mut blocks: Vec<Block> = Vec::new();
    for standing in all.iter().take(POINTS) {
        let mut runs: Vec<Run> = vec![standing.indicator.name.as_str().into()];
        if standing.indicator.kind == IndicatorKind::Binding {
            runs.push("（约束性）".into());
        }
        runs.extend(sentences::value(standing, true).map(Run::Number));
        runs.push("，目标".into());
        runs.extend(or_dash(sentences::target(standing, true)));
        let cause = standing.explanation.as_ref().map_or("尚未说明原因", |said| said.cause.as_str());
        runs.push(format!("：{cause}。").into());
        blocks.push(Block::Paragraph(runs));
    }
    let others = all.iter().skip(POINTS).map(|standing| standing.indicator.name.as_str());
    let others: Vec<&str> = others.chain(work.map(|work| work.name.as_str())).collect();
    if !others.is_empty() {
        let named = others.first().copied().unwrap_or_default();
        let and = if blocks.is_empty() { "" } else { "另有" };
        let more = if others.len() > 1 { format!("等{}项", others.len()) } else { String::new() };
        blocks.push(plain_paragraph(format!("{and}{named}{more}滞后。")));
    }
    if blocks.is_empty() {
        blocks.push(plain_paragraph("没有滞后的指标和任务。"));
    }
    blocks
}

/// Every indicator behind schedule is explained, binding ones first (Decision on
/// economic supervision 2021, art. 8 and 14).
fn explanations(data: &ReportData) -> Vec<Block> {
    let all = behind(data);
    if all.is_empty() {
        return vec![plain_paragraph("没有进度滞后的指标。")];
    }
    let mut blocks = Vec::new();
    for standing in all {
        let title = format!("{}（{}）", standing.indicator.name, kind_word(standing.indicator.kind));
        blocks.push(Block::Heading(Level::Three, vec![title.into()]));
        let mut runs = sentences::indicator(standing);
        runs.push(standing.verdict.trail.reason.zh.as_str().into());
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
    if all.is_empty() {
        return vec![plain_paragraph("全部指标均能判断。")];
    }
    let rows = all.iter().map(|i| Row::words([i.indicator.name.clone(), i.verdict.trail.reason.zh.clone()]));
    vec![Block::Table(Table {
        caption: "无法判断的指标及缺少的数据".to_owned(),
        columns: vec![Column::words("指标", 2), Column::words("原因", 5)],
        rows: rows.collect(),
    })]
}

/// The years of the plan up to the day of judgement, with the base year.
fn years(data: &ReportData) -> Vec<i16> {
    let last = data.as_of.year().min(data.period.last_year());
    (data.period.base_year()..=last).rev().take(6).collect::<Vec<_>>().into_iter().rev().collect()
}

fn detail_table(data: &ReportData) -> Table {
    let years = years(data);
    let mut columns = vec![
        Column::middle("序号", 5),
        Column::words("指标", 14),
        Column::middle("属性", 6),
        Column::middle("单位", 6),
    ];
    columns.extend(years.iter().map(|year| Column::numbers(&format!("{year}年"), 8)));
    columns.extend([Column::numbers("目标", 8), Column::words("判断", 10), Column::words("依据", 20)]);
    let row = |(at, standing): (usize, &IndicatorStanding)| {
        let mut cells: Vec<Vec<Run>> = vec![
            vec![(at + 1).to_string().into()],
            vec![standing.indicator.name.as_str().into()],
            vec![kind_word(standing.indicator.kind).into()],
            vec![if standing.indicator.unit.is_empty() { "—" } else { standing.indicator.unit.as_str() }.into()],
        ];
        cells.extend(years.iter().map(|year| cell(yearly(standing, *year))));
        let other = sentences::target(standing, false);
        let shows = other.iter().any(|r| matches!(r, Run::Number(n) if n.unit != standing.indicator.unit));
        cells.push(or_dash(sentences::target(standing, shows)));
        cells.push(vec![light(&standing.verdict.status).into()]);
        cells.push(vec![standing.verdict.trail.reason.zh.as_str().into()]);
        Row::Cells(cells)
    };
    let rows = data.indicators.iter().enumerate().map(row).collect();
    Table { caption: "指标逐年数据与判断".to_owned(), columns, rows }
}

/// The figure of a year in the indicator's unit.
fn yearly(standing: &IndicatorStanding, year: i16) -> Option<Number> {
    let point = standing.history.iter().find(|p| p.period == Period::Year(year))?;
    let judged = standing.verdict.value.as_ref();
    // The same number as in the text, unless the text has a computed one.
    let same =
        judged.is_some_and(|v| v.period == point.period && v.value == point.value && v.unit == standing.indicator.unit);
    let what = if same { "value" } else { "figure" };
    let colon = if point.source.is_empty() { "" } else { "：" };
    Some(Number {
        subject: format!("I{}/{what}/{}", standing.indicator.id, point.period),
        name: standing.indicator.name.clone(),
        value: point.value,
        places: None,
        unit: standing.indicator.unit.clone(),
        unit_shown: false,
        period: Some(point.period),
        source: format!("{}{colon}{}", sentences::standing_word(point.standing), point.source),
    })
}

fn of_group(data: &ReportData, group: WorkGroup) -> Vec<&WorkStanding> {
    data.work.iter().filter(|w| w.group == group).collect()
}

/// A paragraph of counts, and those behind by name.
fn work(data: &ReportData, group: WorkGroup, what: &str) -> Vec<Block> {
    let all = of_group(data, group);
    if all.is_empty() {
        return vec![plain_paragraph(format!("没有登记{what}。"))];
    }
    let scope = if group == WorkGroup::Task { "tasks" } else { "projects" };
    let mut runs: Vec<Run> = vec![
        format!("{what}共").into(),
        Number::counted(&format!("count/{scope}"), what, all.len(), "项").into(),
        "，".into(),
    ];
    runs.extend(sentences::counts(scope, what, all.iter().map(|w| &w.status)));
    runs.push("。".into());
    let mut blocks = vec![Block::Paragraph(runs)];
    for item in all.iter().filter(|w| w.behind) {
        let lead = if item.lead.is_empty() { String::new() } else { format!("（牵头单位：{}）", item.lead) };
        blocks.push(plain_paragraph(format!("{}{lead}：{}，{}。", item.name, item.status.word, item.progress)));
        blocks.extend(said(&item.name, item.explanation.as_ref(), data));
    }
    blocks
}

fn work_table(data: &ReportData, group: WorkGroup, what: &str) -> Vec<Block> {
    let all = of_group(data, group);
    if all.is_empty() {
        return vec![plain_paragraph(format!("没有登记{what}。"))];
    }
    let dash = |words: &str| if words.is_empty() { "—".to_owned() } else { words.to_owned() };
    let mut rows = Vec::new();
    let mut chapter = "";
    for (at, item) in all.iter().enumerate() {
        if item.chapter != chapter {
            chapter = &item.chapter;
            rows.push(Row::Group(dash(chapter)));
        }
        rows.push(Row::words([
            (at + 1).to_string(),
            item.name.clone(),
            dash(&item.lead),
            dash(&item.due),
            light(&item.status),
            item.progress.clone(),
        ]));
    }
    let columns = vec![
        Column::middle("序号", 5),
        Column::words("内容", 24),
        Column::words("牵头单位", 10),
        Column::middle("完成时限", 9),
        Column::words("判断", 11),
        Column::words("进展", 20),
    ];
    vec![Block::Table(Table { caption: format!("{what}进展情况"), columns, rows })]
}
