//! A mid-term report with 60 charts, 300 indicators and 500 tasks in its annexes:
//! as a Word file, and as what `lantu-pdf` reads (which itself is timed by its own
//! test, `make pdf`). The goal for Word and PDF together is under 5 s.

#![expect(clippy::expect_used, reason = "a bench may fail loudly; nobody's file reaches it")]

use plan_model::Decimal;
use plan_report::{
    Annex, Block, Column, Document, Figure, Level, Number, Orientation, Row, Table,
    chart::{Chart, DataTable, Forecast, Goal, Mark, Point},
    write_docx, write_printed,
};

fn main() {
    divan::main();
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn course(at: usize) -> Block {
    let point = |at: f64, value: &str| Point { at, value: decimal(value) };
    let mark = |month: usize| {
        let period = format!("{}-{:02}", 2021 + month / 12, month % 12 + 1).parse().expect("a month");
        let value = Decimal::new(200 + month as i64, 2);
        Mark { point: Point::new(period, value), superseded: false, words: format!("{period} {value}%") }
    };
    let likely = |at: f64, low: &str, high: &str| Forecast {
        at,
        low: decimal(low),
        middle: decimal("2.9"),
        high: decimal(high),
    };
    let name = format!("示例指标{at}的走势");
    let chart = Chart {
        first_year: 2020,
        last_year: 2025,
        unit: "%".to_owned(),
        base: Some((point(2020.0, "2"), "基期 2".to_owned())),
        path: vec![point(2020.0, "2"), point(2025.0, "3")],
        goals: vec![Goal {
            at: Some(2025.0),
            value: decimal("3"),
            high: None,
            good_below: false,
            soft: false,
            label: "目标 3%".to_owned(),
        }],
        marks: (0..36).map(mark).collect(),
        forecast_word: "测算".to_owned(),
        forecast: vec![likely(2024.0, "2.6", "2.8"), likely(2025.0, "2.7", "3.1")],
        as_of: Some((2024.0, "2023-12-31".to_owned())),
        title: name.clone(),
        description: "2023年为2.35%".to_owned(),
        table: DataTable::default(),
    };
    Block::Figure(Figure { caption: name, drawing: chart.draw(), with_table: false })
}

fn table(caption: &str, rows: usize) -> Block {
    let number = |at: usize, year: i16| Number {
        subject: format!("{caption}{at}/{year}"),
        name: format!("示例指标{at}"),
        value: Decimal::new(at as i64 * 37 + i64::from(year), 2),
        places: None,
        unit: "%".to_owned(),
        unit_shown: false,
        period: Some(plan_model::Period::Year(year)),
        source: "统计：示例统计公报".to_owned(),
    };
    let row = |at: usize| {
        let years = (2020..2024).map(|year| vec![number(at, year).into()]);
        let words = [at.to_string(), format!("示例指标第{at}项占地区生产总值的比重")].map(|w| vec![w.into()]);
        Row::Cells(words.into_iter().chain(years).chain([vec!["● 基本符合预期".into()]]).collect())
    };
    let mut columns = vec![Column::middle("序号", 3), Column::words("指标", 10)];
    columns.extend((2020..2024).map(|year| Column::numbers(&format!("{year}年"), 4)));
    columns.push(Column::words("判断", 8));
    Block::Table(Table { caption: caption.to_owned(), columns, rows: (1..=rows).map(row).collect(), small: true })
}

fn report() -> Document {
    let annex = |title: &str| Block::Annex(Annex { title: title.to_owned(), orientation: Orientation::Landscape });
    let mut blocks = vec![Block::Heading(Level::One, vec!["总体情况".into()])];
    blocks.extend((0..60).map(course));
    blocks.extend([annex("指标明细表"), table("指标逐年数据", 300), annex("任务明细表"), table("任务进展", 500)]);
    Document { title: "示例区规划中期评估报告".to_owned(), blocks, ..Document::default() }
}

/// Draws and packs the Word file with its bound numbers.
#[divan::bench]
fn word() -> usize {
    write_docx(&report()).expect("a report").bytes.len()
}

/// Draws and writes what `lantu-pdf` reads.
#[divan::bench]
fn for_pdf() -> usize {
    write_printed(&report()).expect("a report").len()
}
