//! Drawings of all sorts, whatever the figures.

use plan_model::{Comparison, Direction, Measure};

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
        forecast_word: "测算".to_owned(),
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
    let cell = || Some(HeatCell { status: status("behind", 3), value: "12.5".to_owned(), behind: true });
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

/// The words of a drawing with the boxes they fill: left, top, right, bottom.
fn boxes(drawing: &Drawing) -> Vec<(String, [f64; 4])> {
    let words = |shape: &canvas::Shape| match &shape.form {
        canvas::Form::Words((x, y), anchor, words, _) => {
            let wide = canvas::width(words);
            let left = match anchor {
                canvas::Anchor::Start => *x,
                canvas::Anchor::Middle => x - wide / 2.0,
                canvas::Anchor::End => x - wide,
            };
            Some((words.clone(), [left, y - 9.0, left + wide, y + 2.0]))
        }
        _ => None,
    };
    drawing.canvas.shapes.iter().filter_map(words).collect()
}

/// A course with everything on it, as plans have them.
fn full(base: &str, target: &str, unit: &str, comparison: Comparison) -> Chart {
    let value = |text: &str| text.parse::<Decimal>().unwrap();
    let (base, target) = (value(base), value(target));
    let step = (target - base) / Decimal::from(5);
    let year = |at: i64| base + step * Decimal::from(at);
    let goal = |value: Decimal| Goal {
        at: Some(2025.0),
        value,
        high: None,
        good_below: good_below(&Measure::Level, None, comparison),
        soft: false,
        label: format!("目标 {value}{unit}"),
    };
    let marks = (1..=3).map(|at| Mark {
        point: Point { at: 2020.0 + at as f64, value: year(at) - step / Decimal::TWO },
        superseded: false,
        words: String::new(),
    });
    let likely =
        |at: i64| Forecast { at: 2020.0 + at as f64, low: year(at) - step, middle: year(at), high: year(at) + step };
    Chart {
        unit: unit.to_owned(),
        base: Some((Point { at: 2020.0, value: base }, "基期".to_owned())),
        path: vec![Point { at: 2020.0, value: base }, Point { at: 2025.0, value: target }],
        goals: vec![goal(target), goal(target + step / Decimal::from(4))],
        marks: marks.collect(),
        forecast: (3..=5).map(likely).collect(),
        as_of: Some((2023.0, "截至2023年12月31日".to_owned())),
        ..chart(&[])
    }
}

#[test]
fn no_words_stand_over_others_or_beyond_the_sheet() {
    let mut all = drawings();
    // A number of 29 digits is no figure of a plan.
    all.retain(|drawing| !drawing.table.rows.iter().flatten().any(|cell| cell.len() > 28 && cell.is_ascii()));
    for (base, target, unit, comparison) in [
        ("36", "31", "微克/立方米", Comparison::AtMost),
        ("2.7", "3.6", "人", Comparison::AtLeast),
        ("38460", "56500", "元", Comparison::Equal),
        ("1.92", "1.75", "", Comparison::AtMost),
        ("1063.7", "1620.2", "亿元", Comparison::AtLeast),
    ] {
        all.push(full(base, target, unit, comparison).draw());
    }
    for drawing in all {
        let boxes = boxes(&drawing);
        for (at, (words, [left, top, right, bottom])) in boxes.iter().enumerate() {
            assert!(!words.contains('…') || drawing.title == "进度", "{}: {words} is cut", drawing.title);
            assert!(*left >= 0.0 && *right <= drawing.width + 1.0, "{}: {words} from {left} to {right}", drawing.title);
            for (other, [l, t, r, b]) in boxes.iter().skip(at + 1) {
                let over = left < r && l < right && top < b && t < bottom;
                assert!(!over, "{}: {words} over {other}", drawing.title);
            }
        }
    }
}

#[test]
fn an_axis_is_labelled_with_its_true_values() {
    // Steps of 2.5: 8 would be 7.5.
    let words: Vec<String> =
        boxes(&chart(&[("2021", "5.9"), ("2023", "12.7")]).draw()).into_iter().map(|(words, _)| words).collect();
    assert!(words.contains(&"7.5".to_owned()) && words.contains(&"10.0".to_owned()), "{words:?}");
    for (step, count) in [(1.0, 0), (2.5, 1), (0.25, 2), (500.0, 0), (0.1, 1)] {
        assert_eq!(label_digits(step), count, "{step}");
    }
}

#[test]
fn more_of_a_fall_is_better() {
    let lower = Some(Direction::Lower);
    assert!(!good_below(&Measure::CumulativeFall, lower, Comparison::Equal));
    assert!(good_below(&Measure::Level, lower, Comparison::Equal));
    assert!(good_below(&Measure::Level, None, Comparison::AtMost));
    assert!(good_below(&Measure::Rank, None, Comparison::Equal));
    assert!(!good_below(&Measure::Level, lower, Comparison::AtLeast));
}

#[test]
fn names_and_targets_of_a_plan_are_not_cut() {
    let name = "亿元地区生产总值生产安全事故死亡率累计降低";
    let row = BulletRow {
        chapter: String::new(),
        name: name.to_owned(),
        way: Some(Decimal::ONE),
        time: None,
        status: status("behind", 3),
        value: "34.1微克/立方米".to_owned(),
        target: "≤31微克/立方米".to_owned(),
    };
    let bullet = Bullet { rows: vec![row], ..Bullet::default() }.draw();
    let cells = vec![Some(HeatCell { status: status("behind", 3), value: "123456.7".to_owned(), behind: true }); 5];
    let rows = vec![HeatRow { chapter: String::new(), name: name.to_owned(), cells }];
    let columns = (2021..2026).map(|year| format!("{year}年")).collect();
    let heat = HeatMap { title: String::new(), columns, rows }.draw();
    for drawing in [bullet, heat] {
        let svg = drawing.standalone();
        assert!(svg.contains(name) && !svg.contains('…'), "{svg}");
    }
}
