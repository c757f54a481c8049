//! The layout as an office program sets it: the pages of a specimen, converted
//! by LibreOffice, measured on the PDF. Needs LibreOffice and poppler and fails
//! without them; `LANTU_KEEP_PAGES=DIR` keeps the specimen for looking at it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test, which may fail loudly and says what it measured")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use plan_model::{Decimal, Status};
use plan_report::{
    Annex, Block, Column, Document, Duty, DutyGroup, Figure, FreeText, Level, Number, Orientation, ResponsibilityTable,
    Row, Table,
    chart::{
        Bullet, BulletRow, Chart, DataTable, Dumbbell, DumbbellRow, Forecast, Goal, HeatCell, HeatMap, HeatRow, Mark,
        Point,
    },
    write_docx, write_xlsx,
};

fn folder(name: &str) -> PathBuf {
    let folder = match std::env::var_os("LANTU_KEEP_PAGES") {
        Some(kept) => PathBuf::from(kept),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
    };
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The PDF of a Word file, as text with the box of each word.
fn boxes(folder: &Path, name: &str, docx: &[u8]) -> String {
    let file = folder.join(format!("{name}.docx"));
    fs::write(&file, docx).unwrap();
    let profile = std::env::temp_dir().join(format!("lantu-office-{}-{name}", std::process::id()));
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        let done = command.status().unwrap_or_else(|e| {
            panic!("this test needs {program} (apt install libreoffice-writer-nogui poppler-utils): {e}")
        });
        assert!(done.success(), "{program} failed");
    };
    let home = format!("-env:UserInstallation=file://{}", profile.display());
    run("soffice", &[&home, "--headless", "--convert-to", "pdf", &format!("{name}.docx")]);
    run("pdftotext", &["-bbox-layout", &format!("{name}.pdf"), &format!("{name}.html")]);
    let _ = fs::remove_dir_all(profile);
    fs::read_to_string(folder.join(format!("{name}.html"))).unwrap()
}

/// The lines of each page: top, left and right end in millimetres, and words.
fn lines(boxes: &str) -> Vec<Vec<(f64, f64, f64, String)>> {
    let value = |text: &str, name: &str| -> f64 {
        let from = text.split_once(&format!("{name}=\"")).unwrap().1;
        from.split_once('"').unwrap().0.parse::<f64>().unwrap() / 72.0 * 25.4
    };
    let line = |text: &str| {
        let words = text.split("<word ").skip(1);
        let words = words.map(|w| w.split_once('>').unwrap().1.split_once("</word>").unwrap().0);
        (value(text, "yMin"), value(text, "xMin"), value(text, "xMax"), words.collect::<String>())
    };
    boxes.split("<page ").skip(1).map(|page| page.split("<line ").skip(1).map(line).collect()).collect()
}

#[test]
fn a_full_page_has_22_lines_of_28_characters() {
    let text = "规划实施情况监测评估".repeat(140);
    let document = Document { blocks: vec![Block::Paragraph(vec![text.into()])], ..Document::default() };
    let pages = lines(&boxes(&folder("page"), "full", &write_docx(&document).unwrap().bytes));
    let first = pages.first().expect("a page");
    let body: Vec<_> = first.iter().filter(|line| line.3.contains('规')).collect();
    assert_eq!(body.len(), 22, "lines on the page");
    // The first line is indented by two characters; all others are full.
    for line in body.iter().skip(1) {
        assert_eq!(line.3.chars().count(), 28, "{}", line.3);
        assert!((line.1 - 28.0).abs() < 0.3, "the line begins at {:.2} mm", line.1);
        assert!((line.2 - 184.0).abs() < 0.6, "the line ends at {:.2} mm", line.2);
    }
    let pitch = (body.last().unwrap().0 - body.first().unwrap().0) / 21.0;
    assert!((pitch - 28.95 / 72.0 * 25.4).abs() < 0.02, "the lines are {pitch:.3} mm apart");
    // The page number: odd pages to the right, even ones to the left, below the text.
    let foot = |page: usize| pages.get(page).unwrap().iter().find(|l| l.3.contains('—')).expect("a page number");
    let (odd, even) = (foot(0), foot(1));
    eprintln!("first line at {:.2} mm, foot at {:.2} mm, pitch {pitch:.3} mm", body.first().unwrap().0, odd.0);
    assert!(odd.2 > 170.0 && odd.3.contains('1'), "{odd:?}");
    assert!(even.1 < 40.0 && even.3.contains('2'), "{even:?}");
    assert!(odd.0 > 297.0 - 35.0 && odd.0 < 297.0 - 22.0, "{odd:?}");
}

fn status(at: usize) -> Status {
    let all = [
        ("early", "提前实现", "★", "#0b5cad"),
        ("faster", "快于预期", "▲", "#1b7f4b"),
        ("in_line", "基本符合预期", "●", "#4a8f29"),
        ("behind", "滞后", "■", "#b3261e"),
    ];
    let (code, word, shape, colour) = all.get(at % 4).unwrap();
    Status {
        code: (*code).to_owned(),
        word: (*word).to_owned(),
        word_en: (*code).to_owned(),
        shape: (*shape).to_owned(),
        colour: (*colour).to_owned(),
        order: at as u8 % 4,
        judged: true,
    }
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn number(name: &str, value: &str, unit: &str, unit_shown: bool) -> Number {
    Number {
        subject: name.to_owned(),
        name: name.to_owned(),
        value: decimal(value),
        places: None,
        unit: unit.to_owned(),
        unit_shown,
        period: Some("2023".parse().unwrap()),
        source: "统计：示例统计公报".to_owned(),
    }
}

fn trajectory() -> Chart {
    let mark = |period: &str, value: &str, superseded| Mark {
        point: Point::new(period.parse().unwrap(), decimal(value)),
        superseded,
        words: format!("{period} {value}%"),
    };
    let point = |at: f64, value: &str| Point { at, value: decimal(value) };
    let likely = |at: f64, low: &str, middle: &str, high: &str| Forecast {
        at,
        low: decimal(low),
        middle: decimal(middle),
        high: decimal(high),
    };
    Chart {
        first_year: 2020,
        last_year: 2025,
        unit: "%".to_owned(),
        base: Some((point(2020.0, "2.1"), "基期 2.1".to_owned())),
        path: vec![point(2020.0, "2.1"), point(2025.0, "3.0")],
        goals: vec![Goal {
            at: Some(2025.0),
            value: decimal("3.0"),
            high: None,
            good_below: false,
            soft: false,
            label: "≥ 3%".to_owned(),
        }],
        marks: vec![
            mark("2021", "2.2", false),
            mark("2022", "2.3", true),
            mark("2022", "2.45", false),
            mark("2023", "2.6", false),
        ],
        forecast_word: "测算".to_owned(),
        forecast: vec![
            likely(2023.0, "2.6", "2.6", "2.6"),
            likely(2024.0, "2.65", "2.76", "2.87"),
            likely(2025.0, "2.7", "2.92", "3.14"),
        ],
        as_of: Some((2023.5, "2024-06-30".to_owned())),
        title: "研发投入强度的走势".to_owned(),
        description: "2023年为2.6%".to_owned(),
        table: DataTable {
            head: ["年份", "监测值（%）", "应达（%）"].map(str::to_owned).to_vec(),
            rows: [["2021", "2.2", "2.28"], ["2022", "2.45", "2.46"], ["2023", "2.6", "2.64"]]
                .map(|row| row.map(str::to_owned).to_vec())
                .to_vec(),
        },
    }
}

fn figures() -> Vec<Block> {
    let names = [
        "研发投入强度",
        "全员劳动生产率",
        "常住人口城镇化率",
        "单位地区生产总值能耗降低",
        "一个名字很长的、画不下而要截短的指标",
    ];
    let bullet = Bullet {
        labels: Bullet::default().labels,
        title: "各项指标的进度".to_owned(),
        rows: names
            .iter()
            .enumerate()
            .map(|(at, name)| BulletRow {
                chapter: String::new(),
                name: (*name).to_owned(),
                way: (at != 3).then(|| Decimal::new(30 + 25 * at as i64, 2)),
                time: Some(decimal("0.6")),
                status: status(at),
                value: format!("{}%", 50 + at),
                target: "≥ 75%".to_owned(),
            })
            .collect(),
    };
    let heat = HeatMap {
        title: "各年判断".to_owned(),
        columns: (2021..=2024).map(|y| y.to_string()).collect(),
        rows: names
            .iter()
            .enumerate()
            .map(|(at, name)| HeatRow {
                chapter: String::new(),
                name: (*name).to_owned(),
                cells: (0..4)
                    .map(|y| {
                        let value = format!("{}.5", at + y);
                        (at + y != 3).then(|| HeatCell { status: status(at + y), value, behind: at + y > 3 })
                    })
                    .collect(),
            })
            .collect(),
    };
    let dumbbell = Dumbbell {
        title: "与同类地区比较".to_owned(),
        unit: "%".to_owned(),
        from: "2020年".to_owned(),
        to: "2023年".to_owned(),
        rows: [("本区", "2.1", "2.6", true), ("甲区", "2.8", "2.5", false), ("乙区", "1.9", "3.1", false)]
            .map(|(name, from, to, own)| DumbbellRow {
                name: name.to_owned(),
                from: Some(decimal(from)),
                to: Some(decimal(to)),
                own,
            })
            .to_vec(),
    };
    let figure =
        |caption: &str, drawing, with_table| Block::Figure(Figure { caption: caption.to_owned(), drawing, with_table });
    vec![
        figure("研发投入强度的走势", trajectory().draw(), true),
        figure("各项指标的进度", bullet.draw(), false),
        figure("各年判断", heat.draw(), false),
        figure("与同类地区比较", dumbbell.draw(), true),
    ]
}

#[test]
fn a_report_with_everything_keeps_its_layout() {
    let heading = |level, words: &str| Block::Heading(level, vec![words.into()]);
    let table = |rows: usize| Table {
        small: false,
        caption: "主要指标进展情况".to_owned(),
        columns: vec![
            Column::middle("序号", 2),
            Column::words("指标", 8),
            Column::middle("属性", 3),
            Column::middle("单位", 2),
            Column::numbers("2023年", 3),
            Column::numbers("2025年目标", 3),
            Column::words("判断", 5),
        ],
        rows: (1..=rows)
            .map(|at| {
                Row::Cells(vec![
                    vec![at.to_string().into()],
                    vec!["研发经费投入占地区生产总值比重".into()],
                    vec!["预期性".into()],
                    vec!["%".into()],
                    vec![number(&format!("{at}"), "2.6", "%", false).into()],
                    vec![number(&format!("{at}-t"), "3", "%", false).into()],
                    vec!["● 基本符合预期".into()],
                ])
            })
            .collect(),
    };
    let mut blocks = vec![
        Block::Contents,
        heading(Level::One, "总体情况"),
        heading(Level::Two, "主要指标"),
        Block::Paragraph(vec![
            "《示例区国民经济和社会发展第十四个五年规划纲要》共列出主要指标".into(),
            Number::counted("count", "指标数", 28, "项").into(),
            "，其中研发投入强度为".into(),
            number("研发投入强度", "2.6", "%", true).into(),
            "，比上年提高".into(),
            number("提高", "0.15", "个百分点", true).into(),
            "，达到时间进度要求。".into(),
        ]),
        heading(Level::Three, "创新发展"),
        heading(Level::Four, "投入"),
        Block::Table(table(24)),
        Block::Note(vec!["注：数据来源为示例统计公报，截至2024年6月30日。".into()]),
        heading(Level::One, "困难和问题"),
        Block::FreeText(FreeText {
            name: "difficulties".to_owned(),
            title: "困难和问题".to_owned(),
            prompt: "请写明主要困难和问题".to_owned(),
            paragraphs: Vec::new(),
        }),
    ];
    blocks.extend(figures());
    blocks.push(Block::Annex(Annex { title: "主要指标明细".to_owned(), orientation: Orientation::Landscape }));
    blocks.push(Block::Table(table(6)));
    blocks.push(Block::Annex(Annex { title: "说明".to_owned(), orientation: Orientation::Portrait }));
    blocks.push(Block::Paragraph(vec!["本报告为示例。".into()]));
    let document = Document {
        assessment: "specimen".to_owned(),
        title: "示例区“十四五”规划中期评估报告".to_owned(),
        subtitle: vec!["（示例数据，2024年6月30日）".to_owned()],
        blocks,
        ..Document::default()
    };
    let pages = lines(&boxes(&folder("everything"), "everything", &write_docx(&document).unwrap().bytes));
    let text = |page: &[(f64, f64, f64, String)]| page.iter().map(|l| l.3.as_str()).collect::<String>();
    let all: Vec<String> = pages.iter().map(|p| text(p)).collect();
    assert!(!all.concat().contains("TOC \\o"), "the field codes show");
    // The head of the table stands on each of its pages.
    let heads = all.iter().filter(|page| page.contains("2025年目标")).count();
    assert!(heads >= 3, "the head of the table is on {heads} pages");
    // Words of the pictures are there, so they are vectors with fonts.
    assert!(all.concat().contains("匀速应达"), "the drawings have no words");
    for page in &all {
        assert!(page.chars().count() > 10, "an empty page: {page:?}");
    }
}

#[test]
fn the_responsibility_table_is_written_for_word_and_excel() {
    let duty = |at: usize| Duty {
        task: format!("到2025年建成示例工程{at}，新增停车位500个，完善配套设施并投入使用"),
        lead: if at == 3 { Vec::new() } else { vec!["区发展和改革局".to_owned()] },
        cooperating: vec!["区财政局".to_owned(), "区自然资源和规划局".to_owned(), "各镇（街道）".to_owned()],
        due: "2025年12月".to_owned(),
    };
    let table = ResponsibilityTable {
        mark: "内部".to_owned(),
        title: "示例区“十四五”规划主要目标任务分工表".to_owned(),
        subtitle: vec!["（示例数据）".to_owned()],
        groups: vec![
            DutyGroup { title: "一、创新发展".to_owned(), duties: (1..=9).map(duty).collect() },
            DutyGroup { title: "二、绿色发展".to_owned(), duties: (1..=9).map(duty).collect() },
        ],
    };
    let folder = folder("duties");
    let pages = lines(&boxes(&folder, "duties", &write_docx(&table.document()).unwrap().bytes));
    assert!(pages.len() >= 2, "{} pages", pages.len());
    for page in &pages {
        let text: String = page.iter().map(|l| l.3.as_str()).collect();
        assert!(text.contains("牵头单位") && text.contains("完成时限"), "a page without the head: {text}");
    }
    let marked: Vec<usize> = pages.iter().map(|page| page.iter().filter(|line| line.3 == "内部").count()).collect();
    assert!(pages[0][0].3 == "内部" && marked.iter().sum::<usize>() == 1, "the label heads the first page: {marked:?}");
    let bytes = write_xlsx(&table.sheet()).unwrap();
    fs::write(folder.join("duties.xlsx"), &bytes).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let rows = calamine::Reader::worksheet_range(&mut book, "任务分工表").unwrap();
    let row = |at: usize| rows.rows().nth(at).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(row(0)[0], format!("【内部】{}", table.title));
    assert_eq!(row(2), ["序号", "目标任务", "牵头单位", "配合单位", "完成时限"]);
    assert_eq!(row(4)[2..4], ["区发展和改革局", "区财政局、区自然资源和规划局、各镇（街道）"]);
    assert_eq!(row(6)[2], "—", "nobody has accepted it");
    assert_eq!(row(14)[0], "10", "numbers run on over the chapters");
}
