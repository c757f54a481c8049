//! The tables of a report.

use plan_model::{IndicatorKind, Measure, Period, Status};

use super::{
    data::{IndicatorStanding, ReportData, WorkStanding, by_chapter},
    plain_paragraph, sentences, tidy,
};
use crate::{
    document::{Block, Column, Number, Row, Run, Table, data_columns},
    numbering::Numbering,
};

/// Names in one cell, so that a row never outgrows a page.
const NAMES: usize = 20;
/// Years that a table has columns for: a plan's five and its base.
const YEARS: usize = 6;

/// The table with its note, or that there is nothing to list.
pub(super) fn or_none(table: Table, data: &ReportData) -> Vec<Block> {
    if data.indicators.is_empty() {
        return vec![plain_paragraph("没有列入监测的指标。")];
    }
    if table.rows.is_empty() {
        return vec![plain_paragraph("各项指标目前都没有监测值，目标见指标明细表。")];
    }
    let totals = if data.indicators.iter().any(adds_up) { "[ ]内为累计数；" } else { "" };
    let note = "各数的来源、期间和精确值在Word版的数字上有标记；判断由系统按规则计算，不是官方结论。";
    vec![Block::Table(table), Block::Note(vec![format!("注：{totals}{note}").into()])]
}

/// Whether its numbers are sums over years.
fn adds_up(standing: &IndicatorStanding) -> bool {
    matches!(standing.indicator.measure, Measure::Cumulative | Measure::CumulativeFall | Measure::CumulativeRise)
}

/// The words of a cell, in brackets where they are a sum over years, as plans write it.
fn bracketed(standing: &IndicatorStanding, words: Vec<Run>) -> Vec<Run> {
    let number = words.iter().any(|run| matches!(run, Run::Number(_)));
    if !number || !adds_up(standing) {
        return words;
    }
    let mut out = vec!["[".into()];
    out.extend(words);
    out.push("]".into());
    out
}

/// ● 基本符合预期
fn light(of: &str, status: &Status) -> Vec<Run> {
    vec![format!("{} ", status.shape).into(), sentences::judged(of, status)]
}

pub(super) fn kind_word(kind: IndicatorKind) -> &'static str {
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

pub(super) fn or_dash(runs: Vec<Run>) -> Vec<Run> {
    if runs.is_empty() { vec!["—".into()] } else { runs }
}

fn dash(words: &str) -> String {
    if words.is_empty() { "—".to_owned() } else { words.to_owned() }
}

/// 主要指标表
pub(super) fn main(data: &ReportData) -> Table {
    let columns = vec![
        Column::middle("序号", 7),
        Column::words("指标", 23),
        Column::middle("属性", 9),
        Column::middle("单位", 10),
        Column::numbers("基期", 10),
        Column::numbers("现值", 10),
        Column::numbers("目标", 10),
        Column::words("判断", 18),
    ];
    let mut rows = Vec::new();
    let mut number = 0;
    for (chapter, all) in by_chapter(data.main()) {
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
                bracketed(standing, cell(sentences::base(standing, differs(standing, |s| sentences::base(s, false))))),
                bracketed(standing, cell(sentences::value(standing, false))),
                bracketed(standing, or_dash(sentences::target(standing, target_differs(standing)))),
                light(&standing.indicator.name, &standing.verdict.status),
            ]));
        }
    }
    Table { caption: "主要指标进展情况".to_owned(), columns, rows, small: true }
}

/// The unit of the column: that of the value, else that of the indicator.
fn unit(standing: &IndicatorStanding) -> String {
    let judged = standing.verdict.value.as_ref().map(|v| v.unit.as_str());
    dash(judged.unwrap_or(&standing.indicator.unit))
}

/// Whether a number has another unit than the column and must show its own.
fn differs(standing: &IndicatorStanding, number: impl Fn(&IndicatorStanding) -> Option<Number>) -> bool {
    number(standing).is_some_and(|number| !number.unit.is_empty() && number.unit != unit(standing))
}

fn target_differs(standing: &IndicatorStanding) -> bool {
    let numbers = sentences::target(standing, false);
    numbers.iter().any(|run| matches!(run, Run::Number(n) if !n.unit.is_empty() && n.unit != unit(standing)))
}

/// 滞后指标清单
pub(super) fn behind<'a>(all: impl Iterator<Item = &'a IndicatorStanding>) -> Table {
    let row = |standing: &IndicatorStanding| {
        Row::Cells(vec![
            vec![standing.indicator.name.as_str().into()],
            vec![kind_word(standing.indicator.kind).into()],
            cell(sentences::value(standing, true)),
            or_dash(sentences::target(standing, true)),
            light(&standing.indicator.name, &standing.verdict.status),
        ])
    };
    Table {
        columns: vec![
            Column::words("指标", 28),
            Column::middle("属性", 10),
            Column::numbers("现值", 17),
            Column::numbers("目标", 17),
            Column::words("判断", 10),
        ],
        rows: all.map(row).collect(),
        small: true,
        ..Table::default()
    }
}

/// 无法判断说明: by what is missing, the most frequent first; none where all are judged.
pub(super) fn unjudged(all: &[&IndicatorStanding]) -> Option<Table> {
    let mut reasons: Vec<(String, Vec<&IndicatorStanding>)> = Vec::new();
    for standing in all {
        let reason = tidy::found(&standing.verdict.trail.reason.zh);
        match reasons.iter_mut().find(|(seen, _)| *seen == reason) {
            Some((_, those)) => those.push(standing),
            None => reasons.push((reason, vec![standing])),
        }
    }
    reasons.sort_by_key(|(_, those)| std::cmp::Reverse(those.len()));
    let mut rows = Vec::new();
    for (reason, those) in &reasons {
        rows.push(Row::Group(format!("{reason}（{}项）", those.len())));
        for (chapter, ones) in by_chapter(those.iter().copied()) {
            let names: Vec<&str> = ones.iter().map(|i| i.indicator.name.as_str()).collect();
            rows.extend(names.chunks(NAMES).map(|names| Row::words([dash(chapter), names.join("、")])));
        }
    }
    let columns = vec![Column::words("篇章", 2), Column::words("指标", 5)];
    let caption = "无法判断的指标及缺少的数据".to_owned();
    (!rows.is_empty()).then_some(Table { caption, columns, rows, small: true })
}

/// The years of the plan up to the day of judgement, with the base year; those of
/// which there is no number at all are left out.
fn years(data: &ReportData) -> Vec<i16> {
    let last = data.as_of.year().min(data.period.last_year());
    let mut years: Vec<i16> = (data.period.base_year()..=last).rev().take(YEARS).collect();
    years.reverse();
    years.retain(|year| data.indicators.iter().any(|standing| yearly(standing, *year, data).is_some()));
    years
}

/// 指标明细表
pub(super) fn detail(data: &ReportData) -> Table {
    let years = years(data);
    // More years leave less room for words.
    let (name, ground) = if years.len() > 4 { (22, 32) } else { (26, 40) };
    let mut columns = vec![
        Column::middle("序号", 8),
        Column::words("指标", name),
        Column::middle("属性", 12),
        Column::middle("单位", 12),
    ];
    columns.extend(years.iter().map(|year| Column::numbers(&format!("{year}年"), 11)));
    columns.extend([Column::numbers("目标", 13), Column::words("判断", 25), Column::words("依据", ground)]);
    let day = format!("截至{}", sentences::date(data.as_of));
    let row = |number: usize, standing: &IndicatorStanding| {
        let mut cells: Vec<Vec<Run>> = vec![
            vec![number.to_string().into()],
            vec![standing.indicator.name.as_str().into()],
            vec![kind_word(standing.indicator.kind).into()],
            vec![dash(&standing.indicator.unit).into()],
        ];
        cells.extend(years.iter().map(|year| cell(yearly(standing, *year, data))));
        let other = sentences::target(standing, false);
        let shows = other.iter().any(|r| matches!(r, Run::Number(n) if n.unit != standing.indicator.unit));
        cells.push(bracketed(standing, or_dash(sentences::target(standing, shows))));
        cells.push(light(&standing.indicator.name, &standing.verdict.status));
        // What stands under a year is not told again.
        let judged = standing.verdict.value.as_ref().map(|value| value.period);
        let shown = years.iter().any(|year| judged == Some(Period::Year(*year)) && !adds_up(standing));
        let ground = &standing.verdict.trail.reason.zh;
        let ground = if shown { tidy::beyond_value(ground) } else { tidy::found(ground) };
        // The day stands on the first page.
        cells.push(vec![ground.trim_start_matches(&day).trim_end_matches('。').into()]);
        Row::Cells(cells)
    };
    let mut rows = Vec::new();
    let mut number = 0;
    for (chapter, all) in by_chapter(&data.indicators) {
        if !chapter.is_empty() {
            rows.push(Row::Group(chapter.to_owned()));
        }
        for standing in all {
            number += 1;
            rows.push(row(number, standing));
        }
    }
    Table { caption: "指标逐年数据与判断".to_owned(), columns, rows, small: true }
}

/// The figure of a year in the indicator's unit; that of the base year is the base
/// where the way to the target starts there.
fn yearly(standing: &IndicatorStanding, year: i16, data: &ReportData) -> Option<Number> {
    let figure = figure_of(standing, year);
    if figure.is_some() || year != data.period.base_year() || !sentences::starts_from_base(standing) {
        return figure;
    }
    let base = sentences::base(standing, false)?;
    let then = base.period.is_none_or(|period| period == Period::Year(year));
    (then && base.unit == standing.indicator.unit).then_some(base)
}

fn figure_of(standing: &IndicatorStanding, year: i16) -> Option<Number> {
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

/// 任务明细表、项目明细表
pub(super) fn work(all: &[&WorkStanding], what: &str) -> Vec<Block> {
    if all.is_empty() {
        return vec![plain_paragraph(format!("没有登记{what}。"))];
    }
    let mut rows = Vec::new();
    let mut chapter = "";
    for (at, item) in all.iter().enumerate() {
        if item.chapter != chapter {
            chapter = &item.chapter;
            rows.push(Row::Group(dash(chapter)));
        }
        rows.push(Row::Cells(vec![
            vec![(at + 1).to_string().into()],
            vec![item.name.as_str().into()],
            vec![dash(&item.lead).into()],
            vec![dash(&item.due).into()],
            light(&item.name, &item.status),
            vec![tidy::found(&item.progress).into()],
        ]));
    }
    let columns = vec![
        Column::middle("序号", 7),
        Column::words("内容", 44),
        Column::words("牵头单位", 20),
        Column::middle("完成时限", 12),
        Column::words("判断", 17),
        Column::words("进展", 34),
    ];
    vec![Block::Table(Table { caption: format!("{what}进展情况"), columns, rows, small: true })]
}

/// 图表数据: the numbers of all drawings so far, those with the same heads in one table.
pub(super) fn chart_data(before: &[Block]) -> Vec<Block> {
    let mut numbering = Numbering::default();
    let mut tables: Vec<(&Vec<String>, Vec<usize>, Vec<Row>)> = Vec::new();
    for block in before {
        let Block::Figure(figure) = block else { continue };
        let (number, caption) = numbering.figure(&figure.caption);
        let data = &figure.drawing.table;
        let rows = data.rows.iter().map(|row| Row::words(row.iter().cloned()));
        let rows = std::iter::once(Row::Group(caption)).chain(rows);
        match tables.iter_mut().find(|(head, ..)| **head == data.head) {
            Some((_, numbers, all)) => {
                numbers.push(number);
                all.extend(rows);
            }
            None => tables.push((&data.head, vec![number], rows.collect())),
        }
    }
    if tables.is_empty() {
        return vec![plain_paragraph("本报告没有图。")];
    }
    let table = |(head, numbers, rows): (&Vec<String>, Vec<usize>, Vec<Row>)| {
        let columns = data_columns(head);
        Block::Table(Table { caption: format!("{}的数据", drawings_named(&numbers)), columns, rows, small: true })
    };
    tables.into_iter().map(table).collect()
}

/// 图1, 图1、图2, 图5至图37.
fn drawings_named(numbers: &[usize]) -> String {
    let in_a_row = numbers.iter().zip(numbers.iter().skip(1)).all(|(one, next)| one + 1 == *next);
    match numbers {
        [first, _, .., last] if in_a_row && numbers.len() > 2 => format!("图{first}至图{last}"),
        _ => numbers.iter().map(|number| format!("图{number}")).collect::<Vec<_>>().join("、"),
    }
}
