//! Drawings of all sorts, whatever the figures.

use plan_model::Status;

use super::*;
use crate::chart::trajectory::{LEFT, RIGHT, WIDTH};

fn chart(values: &[(&str, &str)]) -> Chart {
    let marks = values
        .iter()
        .map(|(period, value)| Mark {
            point: Point::new(period.parse().unwrap(), value.parse().unwrap()),
            superseded: false,
            words: (*period).to_owned(),
        })
        .collect();
    Chart {
        first_year: 2020,
        last_year: 2025,
        unit: "%".to_owned(),
        base: None,
        path: Vec::new(),
        goals: Vec::new(),
        marks,
        forecast: Vec::new(),
        as_of: None,
        title: "t".to_owned(),
        description: "d".to_owned(),
        table: DataTable::default(),
    }
}

#[test]
fn a_chart_is_drawn_within_its_sheet_whatever_the_figures() {
    let cases: [&[(&str, &str)]; 6] = [
        &[],
        &[("2021", "0")],
        &[("2021", "5"), ("2022", "5")],
        &[("2021", "-3.5"), ("2022-06", "12345678901234567890")],
        &[("1950", "1"), ("2099", "2")],
        &[("2021", "0.0000001"), ("2022", "0.0000002")],
    ];
    for case in cases {
        let svg = chart(case).draw().standalone();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{case:?}: {svg}");
        for part in svg.split("cx=\"").skip(1) {
            let x: f64 = part.split('"').next().unwrap().parse().unwrap();
            assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{case:?}: {x}");
        }
    }
}

#[test]
fn a_period_stands_where_it_ends() {
    let at = |text: &str| end_of(text.parse().unwrap());
    assert!((at("2023") - 2023.0).abs() < 1e-9);
    assert!((at("2023-06") - 2022.5).abs() < 1e-9);
    assert!((at("2023Q4") - 2023.0).abs() < 1e-9);
}

#[test]
fn steps_are_round() {
    for (rough, step) in [(0.9, 1.0), (1.2, 2.0), (2.2, 2.5), (30.0, 50.0), (700.0, 1000.0)] {
        assert!((nice_step(rough) - step).abs() < 1e-9, "{rough}");
    }
    for (step, digits) in [(1.0, 0), (2.5, 1), (0.25, 2), (0.5, 1), (25.0, 0), (0.2, 1), (1e9, 0), (1e-9, 6)] {
        assert_eq!(label_digits(step), digits, "{step}");
    }
}

fn status(code: &str, order: u8) -> Status {
    Status {
        code: code.to_owned(),
        word: "滞后".to_owned(),
        word_en: "behind".to_owned(),
        shape: "■".to_owned(),
        colour: "#b3261e".to_owned(),
        order,
        judged: true,
    }
}

/// Every kind of drawing, with values that are missing, huge and equal.
fn drawings() -> Vec<Drawing> {
    let number = |text: &str| Some(text.parse::<Decimal>().unwrap());
    let bullet = |way, time| BulletRow {
        chapter: String::new(),
        name: "一个名字长到画不下、因此要截短的指标".to_owned(),
        way,
        time,
        status: status("behind", 3),
        value: "12%".to_owned(),
        target: "≥ 20%".to_owned(),
    };
    let row = |from, to| DumbbellRow { name: "甲 <&>".to_owned(), from, to, own: false };
    let cell = || Some(HeatCell { status: status("behind", 3), value: "12.5".to_owned() });
    vec![
        chart(&[("2021", "5"), ("2022", "7")]).draw(),
        Bullet {
            labels: Bullet::default().labels,
            title: "进度".to_owned(),
            rows: vec![bullet(number("0.5"), number("0.6")), bullet(number("-99999"), None), bullet(None, number("2"))],
        }
        .draw(),
        Bullet::default().draw(),
        HeatMap {
            title: "判断".to_owned(),
            columns: vec!["2022".to_owned(), "2023".to_owned()],
            rows: vec![
                HeatRow { chapter: "一、经济".to_owned(), name: "甲".to_owned(), cells: vec![cell(), None] },
                HeatRow { chapter: "一、经济".to_owned(), name: "乙".to_owned(), cells: Vec::new() },
            ],
        }
        .draw(),
        HeatMap::default().draw(),
        Dumbbell {
            rows: vec![
                row(number("1"), number("1")),
                row(None, number("79228162514264337593543950335")),
                row(None, None),
            ],
            ..Dumbbell::default()
        }
        .draw(),
        sparkline(&["1".parse().unwrap(), "1".parse().unwrap()], "走势").unwrap(),
    ]
}

#[test]
fn every_drawing_is_sound_and_has_its_numbers_as_a_table() {
    for drawing in drawings() {
        for svg in [drawing.page(), drawing.standalone()] {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert_eq!(svg.matches('<').count(), svg.matches('>').count());
        }
        // Pages forbid inline styles; a file must not lean on a style sheet.
        assert!(!drawing.page().contains("style="));
        assert!(!drawing.standalone().contains("class="));
        assert!(drawing.table.rows.iter().all(|row| row.len() == drawing.table.head.len()));
    }
}

#[test]
fn a_metafile_is_a_row_of_whole_records() {
    for drawing in drawings() {
        let bytes = drawing.metafile();
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!((word(0), word(40), word(48) as usize), (1, 0x464d_4520, bytes.len()));
        let (mut at, mut count) = (0, 0);
        while at < bytes.len() {
            let size = word(at + 4) as usize;
            assert!(size >= 8 && size.is_multiple_of(4), "a record of {size} bytes");
            at += size;
            count += 1;
        }
        assert_eq!((at, count), (bytes.len(), word(52)));
    }
}

#[test]
fn verdicts_are_told_apart_without_colour() {
    let heat = drawings().swap_remove(3);
    let svg = heat.standalone();
    assert!(svg.contains("■ 12.5") && svg.contains("■ 滞后"), "shape, value and word: {svg}");
    assert_eq!(heat.table.rows[0], ["甲", "■ 12.5（滞后）", "—"]);
}
