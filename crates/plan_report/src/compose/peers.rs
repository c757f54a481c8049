//! 横向比较: the region beside its peers, in sentences, drawings and a table in
//! which every figure has its source. A comparison judges nothing.

use plan_model::{Decimal, PeerChange, PeerComparison, PeerNote, PeerRow, PeerValue, Period};

use super::{
    data::{IndicatorStanding, ReportData},
    drawings, plain_paragraph, sentences,
};
use crate::{
    chart::{Dumbbell, DumbbellRow},
    document::{Block, Column, Level, Number, Row, Run, Table},
};

/// So many indicators are drawn; the others stand in the table.
const DRAWINGS: usize = 6;
/// Digits that a computed number is printed with.
const PLACES: u32 = 2;

/// A comparison with the indicator it is of.
type Beside<'a> = (&'a IndicatorStanding, &'a PeerComparison);

/// Heading, sentences and drawings of the first ones, the table of all; nothing where
/// there is no comparison.
pub(super) fn blocks(data: &ReportData) -> Vec<Block> {
    let all = wanted(data);
    if all.is_empty() {
        return Vec::new();
    }
    let mut regions: Vec<&str> = Vec::new();
    for row in all.iter().flat_map(|(_, beside)| &beside.rows).filter(|row| !row.own) {
        if !regions.contains(&row.region.as_str()) {
            regions.push(&row.region);
        }
    }
    let mut blocks = vec![
        Block::Heading(Level::Two, vec!["与同类地区比较".into()]),
        Block::Paragraph(vec![
            "有同类地区同期数的指标".into(),
            Number::counted("count/peers", "有同类地区同期数的指标", all.len(), "项").into(),
            format!("，同类地区为{}。", regions.join("、")).into(),
            "各地的数取自其公开发布的资料，只作比较，不参与对本规划的判断和测算。".into(),
        ]),
    ];
    for (standing, beside) in all.iter().take(DRAWINGS) {
        blocks.push(Block::Paragraph(sentence(standing, beside)));
        blocks.push(drawing(standing, beside));
        blocks.extend(notes(standing, beside));
    }
    if all.len() > DRAWINGS {
        blocks.push(plain_paragraph("其余指标的比较见表。"));
    }
    blocks.push(Block::Table(table(&all)));
    let note = "注：位次只在同期、同口径的地区之间排，* 为口径不同的数，不参加排位；没有注明好坏方向的指标不排位。总量的\
        变化按所列各数直接计算，没有扣除价格因素。";
    blocks.push(Block::Note(vec![note.into()]));
    blocks
}

/// Binding ones first, then those the plan calls expected, in the order of the register.
fn wanted(data: &ReportData) -> Vec<Beside<'_>> {
    let standing = |id: &str| data.indicators.iter().find(|standing| standing.indicator.id == id);
    let found = data.peers.iter().filter_map(|beside| Some((standing(&beside.indicator)?, beside)));
    let mut all: Vec<Beside<'_>> = found.collect();
    all.sort_by_key(|(standing, _)| standing.indicator.kind);
    all
}

fn period(of: Period) -> String {
    sentences::period_words(&of.to_string())
}

/// A figure of a region.
fn figure((standing, beside): Beside<'_>, (row, value, at): (&PeerRow, &PeerValue, Period), shown: bool) -> Number {
    let id = &standing.indicator.id;
    let whose = if row.own { "own" } else { row.region.as_str() };
    Number {
        subject: format!("P{id}/{whose}/{at}"),
        name: format!("{}：{}", row.region, standing.indicator.name),
        value: value.value,
        places: None,
        unit: beside.unit.clone(),
        unit_shown: shown,
        period: Some(at),
        source: source(value),
    }
}

/// Where a figure comes from, with the word it stands on where it is our own.
fn source(value: &PeerValue) -> String {
    match value.standing.map(sentences::standing_word) {
        Some(word) if value.source.is_empty() => word.to_owned(),
        Some(word) if !value.source.starts_with(word) => format!("{word}：{}", value.source),
        _ => value.source.clone(),
    }
}

/// A number made of figures of several regions.
fn computed((standing, _): Beside<'_>, what: &str, (value, unit): (Decimal, &str), at: Period) -> Number {
    Number {
        subject: format!("P{}/{what}", standing.indicator.id),
        name: format!("{}（与同类地区比较）", standing.indicator.name),
        value,
        places: Some(PLACES),
        unit: unit.to_owned(),
        unit_shown: true,
        period: Some(at),
        source: "由同类地区数据表所列各数计算".to_owned(),
    }
}

fn sentence(standing: &IndicatorStanding, beside: &PeerComparison) -> Vec<Run> {
    let of: Beside<'_> = (standing, beside);
    let Some(own) = beside.rows.iter().find(|row| row.own) else { return Vec::new() };
    let count = |what: &str, count: usize, unit: &str| -> Run {
        let subject = format!("count/peers/{}/{what}", standing.indicator.id);
        Number::counted(&subject, &format!("{}（{what}）", standing.indicator.name), count, unit).into()
    };
    let mut runs: Vec<Run> = vec![
        Run::Strong(format!("{}。", standing.indicator.name)),
        format!("{}{}为", period(beside.to), own.region).into(),
        figure(of, (own, &own.to, beside.to), true).into(),
    ];
    let counted = beside.rows.iter().filter(|row| !row.own && !row.other_definition).count();
    if let Some(place) = beside.place {
        runs.push("，在有同期、同口径数的".into());
        runs.push(count("地区数", place.of, "个"));
        runs.push(format!("地区（含本地区）中{}居第", if place.tied { "并列" } else { "" }).into());
        runs.push(count("位次", place.place, "位"));
    }
    if let Some(median) = beside.median {
        runs.push("，同类地区的中位数为".into());
        runs.push(computed(of, "median", (median, &beside.unit), beside.to).into());
    }
    if counted == 0 {
        runs.push("，同类地区口径都不同，不作排位".into());
    }
    if let (Some(change), Some(from)) = (&beside.change, beside.from) {
        runs.push(format!("；与{}相比，{}", period(from), own.region).into());
        runs.extend(moved(of, change, ("own", change.own)));
        runs.push("，同类地区变化的中位数为".into());
        runs.extend(moved(of, change, ("peers", change.median)));
    }
    runs.push("。".into());
    runs
}

/// 提高0.4个百分点, 下降12.5%, 持平.
fn moved(of: Beside<'_>, change: &PeerChange, (whose, value): (&str, Decimal)) -> Vec<Run> {
    if value.is_zero() {
        return vec!["持平".into()];
    }
    let up = match (value.is_sign_negative(), change.relative) {
        (true, _) => "下降",
        (false, true) => "增长",
        (false, false) => "提高",
    };
    let unit = if change.unit == "百分点" { "个百分点" } else { change.unit.as_str() };
    let number = computed(of, &format!("change/{whose}"), (value.abs(), unit), of.1.to);
    vec![up.into(), number.into()]
}

fn drawing(standing: &IndicatorStanding, beside: &PeerComparison) -> Block {
    let row = |row: &PeerRow| DumbbellRow {
        name: format!("{}{}", row.region, if row.other_definition { "*" } else { "" }),
        from: row.from.as_ref().map(|value| value.value),
        to: Some(row.to.value),
        own: row.own,
    };
    let title = format!("{}与同类地区比较", standing.indicator.name);
    let dumbbell = Dumbbell {
        title: title.clone(),
        unit: beside.unit.clone(),
        from: beside.from.map(period).unwrap_or_default(),
        to: period(beside.to),
        rows: beside.rows.iter().map(row).collect(),
    };
    drawings::figure(title, dumbbell.draw(), false)
}

/// What must be known before comparing, under the drawing.
fn notes(standing: &IndicatorStanding, beside: &PeerComparison) -> Option<Block> {
    let words: Vec<String> = beside.notes.iter().map(|note| note_words(note, beside.to)).collect();
    let name = &standing.indicator.name;
    (!words.is_empty()).then(|| Block::Note(vec![format!("注：{name}：{}。", words.join("；")).into()]))
}

fn note_words(note: &PeerNote, to: Period) -> String {
    match note {
        PeerNote::OtherDefinition { region, words } => format!("{region}口径不同（{words}），不参加排位"),
        PeerNote::NotThen { region, latest } => {
            format!("{region}没有{}的数（最近为{}），未列入", period(to), period(*latest))
        }
        PeerNote::OtherUnit { region, unit } => format!("{region}的数单位是“{unit}”，不能换算，未列入"),
        PeerNote::Redefined { from } => format!("本地区口径自{}起调整，前后的数不作比较", period(*from)),
    }
}

/// 同类地区数据: every figure that is compared, with its source.
fn table(all: &[Beside<'_>]) -> Table {
    let columns = vec![
        Column::words("地区", 13),
        Column::middle("位次", 9),
        Column::numbers("起点", 11),
        Column::numbers("终点", 11),
        Column::words("来源", 56),
    ];
    let mut rows = Vec::new();
    for of in all {
        let (standing, beside) = *of;
        let unit = if beside.unit.is_empty() { String::new() } else { format!("，{}", beside.unit) };
        let span = match beside.from {
            Some(from) => format!("{}—{}", period(from), period(beside.to)),
            None => period(beside.to),
        };
        rows.push(Row::Group(format!("{}（{span}{unit}）", standing.indicator.name)));
        rows.extend(beside.rows.iter().map(|row| region((standing, beside), row)));
    }
    Table { caption: "同类地区数据".to_owned(), columns, rows, small: true }
}

/// The sources of both ends; in one where only the year tells them apart:
/// 甲区2020、2023年统计公报.
fn sources(last: String, first: String, beside: &PeerComparison) -> String {
    if first.is_empty() || first == last {
        return last;
    }
    let years = beside.from.map(|from| (from.year().to_string(), beside.to.year().to_string()));
    match years {
        Some((from, to)) if last.matches(&to).count() == 1 && last.replace(&to, &from) == first => {
            last.replace(&to, &format!("{from}、{to}"))
        }
        _ => format!("{last}；起点：{first}"),
    }
}

fn region(of: Beside<'_>, row: &PeerRow) -> Row {
    let (standing, beside) = of;
    let place = match beside.place {
        Some(place) if row.own => {
            let subject = format!("count/peers/{}/位次", standing.indicator.id);
            let name = format!("{}（位次）", standing.indicator.name);
            vec![Number { unit_shown: false, ..Number::counted(&subject, &name, place.place, "位") }.into()]
        }
        _ => Vec::new(),
    };
    let from = row.from.as_ref().zip(beside.from).map(|(value, at)| figure(of, (row, value, at), false));
    let first = row.from.as_ref().map(source).unwrap_or_default();
    let last = source(&row.to);
    let sources = sources(last, first, beside);
    let mark = if row.other_definition { "*" } else { "" };
    let name = format!("{}{mark}", row.region);
    Row::Cells(vec![
        vec![if row.own { Run::Strong(name) } else { name.into() }],
        place,
        from.map_or_else(|| vec!["—".into()], |number| vec![number.into()]),
        vec![figure(of, (row, &row.to, beside.to), false).into()],
        vec![sources.into()],
    ])
}
