//! The PDF of a specimen: the same text as its Word file has on the pages of
//! LibreOffice, the page of GB/T 9704, embedded typefaces, tags and bookmarks.
//! Needs LibreOffice, poppler and a Chinese typeface and fails without them;
//! `LANTU_KEEP_PAGES=DIR` keeps the files for looking at them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use lantu_pdf::{Faces, pdf};
use plan_model::{Decimal, Status};
use plan_report::{
    Annex, Block, Column, Document, Figure, FreeText, Level, Number, Orientation, Row, Run, Table,
    chart::{Bullet, BulletRow, Chart, DataTable, Forecast, Goal, HeatCell, HeatMap, HeatRow, Mark, Point},
    write_docx, write_printed,
};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let folder = match std::env::var_os("LANTU_KEEP_PAGES") {
        Some(kept) => PathBuf::from(kept),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
    };
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What a program of poppler or LibreOffice prints.
fn said(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stderr(Stdio::null());
    let done = command.output().unwrap_or_else(|e| {
        panic!("this test needs {program} (apt install libreoffice-writer-nogui poppler-utils): {e}")
    });
    assert!(done.status.success(), "{program} failed");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The document as `NAME.pdf`, and by way of Word and LibreOffice as `NAME-word.pdf`.
fn printed(folder: &Path, name: &str, document: &Document) -> Value {
    let report = write_printed(document).unwrap();
    fs::write(folder.join(format!("{name}.pdf")), pdf(report.clone(), Faces::find()).unwrap()).unwrap();
    let word = format!("{name}-word.docx");
    fs::write(folder.join(&word), write_docx(document).unwrap().bytes).unwrap();
    let profile = std::env::temp_dir().join(format!("lantu-pdf-office-{}-{name}", std::process::id()));
    let home = format!("-env:UserInstallation=file://{}", profile.display());
    said(folder, "soffice", &[&home, "--headless", "--convert-to", "pdf", &word]);
    let _ = fs::remove_dir_all(profile);
    serde_json::from_slice(&report).unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn number(name: &str, value: &str, unit: &str, unit_shown: bool) -> Run {
    Run::Number(Number {
        subject: name.to_owned(),
        name: name.to_owned(),
        value: decimal(value),
        places: None,
        unit: unit.to_owned(),
        unit_shown,
        period: Some("2023".parse().unwrap()),
        source: "统计：示例统计公报".to_owned(),
    })
}

fn status(at: usize) -> Status {
    let (code, word, shape, colour) = [
        ("faster", "快于预期", "▲", "#1b7f4b"),
        ("in_line", "基本符合预期", "●", "#4a8f29"),
        ("behind", "滞后", "■", "#b3261e"),
    ][at % 3];
    Status {
        code: code.to_owned(),
        word: word.to_owned(),
        word_en: code.to_owned(),
        shape: shape.to_owned(),
        colour: colour.to_owned(),
        order: (at % 3) as u8,
        judged: true,
    }
}

fn course(at: usize) -> Block {
    let point = |at: f64, value: &str| Point { at, value: decimal(value) };
    let mark = |period: &str, value: &str| Mark {
        point: Point::new(period.parse().unwrap(), decimal(value)),
        superseded: false,
        words: format!("{period} {value}%"),
    };
    let likely = |at: f64, low: &str, middle: &str, high: &str| Forecast {
        at,
        low: decimal(low),
        middle: decimal(middle),
        high: decimal(high),
    };
    let name = format!("示例指标{at}的走势");
    let chart = Chart {
        first_year: 2020,
        last_year: 2025,
        unit: "%".to_owned(),
        base: Some((point(2020.0, "2.1"), "基期 2.1".to_owned())),
        path: vec![point(2020.0, "2.1"), point(2025.0, "3")],
        goals: vec![Goal {
            at: Some(2025.0),
            value: decimal("3"),
            high: None,
            good_below: false,
            soft: false,
            label: "目标 3%".to_owned(),
        }],
        marks: vec![mark("2021", "2.2"), mark("2022", "2.3"), mark("2023", "2.6")],
        forecast_word: "测算".to_owned(),
        forecast: vec![
            likely(2023.0, "2.6", "2.6", "2.6"),
            likely(2024.0, "2.65", "2.76", "2.87"),
            likely(2025.0, "2.7", "2.92", "3.14"),
        ],
        as_of: Some((2023.5, "2024-06-30".to_owned())),
        title: name.clone(),
        description: "2023年为2.6%".to_owned(),
        table: DataTable::default(),
    };
    Block::Figure(Figure { caption: name, drawing: chart.draw(), with_table: false })
}

fn chapters() -> Vec<Block> {
    let names = ["研发投入强度", "常住人口城镇化率", "单位地区生产总值能耗降低"];
    let rows = names.iter().enumerate();
    let bullet = Bullet {
        labels: Bullet::default().labels,
        title: "各项指标的进度".to_owned(),
        rows: rows
            .clone()
            .map(|(at, name)| BulletRow {
                chapter: "一、创新发展".to_owned(),
                name: (*name).to_owned(),
                way: Some(Decimal::new(30 + 40 * at as i64, 2)),
                time: Some(decimal("0.6")),
                status: status(at),
                value: "50%".to_owned(),
                target: "≥75%".to_owned(),
            })
            .collect(),
    };
    let heat = HeatMap {
        title: "各年判断".to_owned(),
        columns: vec!["2022年".to_owned(), "2023年".to_owned()],
        rows: rows
            .map(|(at, name)| HeatRow {
                chapter: String::new(),
                name: (*name).to_owned(),
                cells: (0..2).map(|y| Some(HeatCell { status: status(at + y), value: format!("{at}.5"), behind: y == 1 })).collect(),
            })
            .collect(),
    };
    let figure =
        |caption: &str, drawing, with_table| Block::Figure(Figure { caption: caption.to_owned(), drawing, with_table });
    vec![figure("各项指标的进度", bullet.draw(), true), figure("各年判断", heat.draw(), false)]
}

fn table(caption: &str, rows: usize, small: bool) -> Block {
    let row = |at: usize| {
        Row::Cells(vec![
            vec![at.to_string().into()],
            vec![format!("示例指标第{at}项占地区生产总值的比重").into()],
            vec!["%".into()],
            vec![number(&format!("{caption}{at}"), "2.6", "%", false)],
            vec!["● 基本符合预期".into()],
        ])
    };
    let mut rows: Vec<Row> = (1..=rows).map(row).collect();
    rows.insert(0, Row::Group("一、创新发展".to_owned()));
    let columns = vec![
        Column::middle("序号", 3),
        Column::words("指标", 10),
        Column::middle("单位", 3),
        Column::numbers("现值", 4),
        Column::words("判断", 8),
    ];
    Block::Table(Table { caption: caption.to_owned(), columns, rows, small })
}

fn specimen() -> Document {
    let heading = |level, words: &str| Block::Heading(level, vec![words.into()]);
    let mut blocks = vec![
        Block::Contents,
        heading(Level::One, "总体情况"),
        heading(Level::Two, "主要指标"),
        Block::Paragraph(vec![
            "示例区列出主要指标".into(),
            Number::counted("count", "指标数", 28, "项").into(),
            "，其中研发投入强度为".into(),
            number("研发投入强度", "2.6", "%", true),
            "，比上年提高0.15个百分点，达到时间进度要求。".into(),
        ]),
        heading(Level::Three, "创新发展"),
        heading(Level::Four, "投入"),
        table("主要指标进展情况", 40, false),
        Block::Note(vec!["注：数据来源为示例统计公报，截至2024年6月30日。".into()]),
    ];
    blocks.extend(chapters());
    blocks.extend([
        heading(Level::One, "困难和问题"),
        // A level is left out: the tags must not.
        heading(Level::Three, "主要困难"),
        Block::FreeText(FreeText {
            name: "difficulties".to_owned(),
            title: "困难和问题".to_owned(),
            prompt: "请写明主要困难和问题".to_owned(),
            paragraphs: Vec::new(),
        }),
        Block::Annex(Annex { title: "指标明细".to_owned(), orientation: Orientation::Landscape }),
        table("指标逐年数据", 40, true),
        Block::Annex(Annex { title: "说明".to_owned(), orientation: Orientation::Portrait }),
        heading(Level::One, "编制说明"),
        Block::Paragraph(vec!["本报告为<示例> & “虚构” #let *x* $y$。".into()]),
    ]);
    Document {
        assessment: "specimen".to_owned(),
        mark: "内部".to_owned(),
        title: "《示例区国民经济和社会发展第十四个五年规划纲要》中期评估报告".to_owned(),
        subtitle: vec!["（示例数据，2024年6月30日）".to_owned()],
        blocks,
        ..Document::default()
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Everything that is to be read, in order; and what may stand there besides, and how often.
fn units(report: &Value) -> (Vec<String>, Vec<String>) {
    let text = |value: &Value| bare(value.as_str().unwrap());
    let words =
        |pieces: &Value| bare(&pieces.as_array().unwrap().iter().map(|p| text(&p["words"])).collect::<String>());
    let (mut units, mut besides) = (Vec::new(), Vec::new());
    units.push(text(&report["mark"]));
    units.extend(report["title_lines"].as_array().unwrap().iter().map(text));
    units.extend(report["subtitle"].as_array().unwrap().iter().map(text));
    for block in report["blocks"].as_array().unwrap() {
        match block["kind"].as_str().unwrap() {
            "contents" => {
                units.push("目录".to_owned());
                units.extend(block["entries"].as_array().unwrap().iter().map(|entry| text(&entry["words"])));
            }
            "heading" | "paragraph" | "note" => units.push(words(&block["words"])),
            "table" => {
                units.extend(block["caption"].as_str().map(bare));
                let heads: Vec<String> =
                    block["columns"].as_array().unwrap().iter().map(|column| text(&column["head"])).collect();
                besides.push(heads.concat());
                units.extend(heads);
                for row in block["rows"].as_array().unwrap() {
                    match row.get("group") {
                        Some(group) => units.push(text(group)),
                        None => units.extend(row["cells"].as_array().unwrap().iter().map(words)),
                    }
                }
            }
            "figure" => {
                let svg = block["svg"].as_str().unwrap();
                let drawn = svg.split("</text>").filter_map(|piece| piece.split_once("<text")?.1.split_once('>'));
                besides.extend(drawn.map(|(_, words)| bare(words)));
                units.push(text(&block["caption"]));
            }
            "free_text" => units.push(text(&block["prompt"])),
            "annex" => units.extend([text(&block["mark"]), text(&block["title"])]),
            other => panic!("{other} is not in the specimen"),
        }
    }
    (units, besides)
}

/// What is left of a text when the units are taken out of it in their order.
fn without(text: &str, units: &[String], of: &str) -> String {
    let (mut rest, mut left) = (text, String::new());
    for unit in units {
        let (before, after) = rest.split_once(unit.as_str()).unwrap_or_else(|| {
            panic!(
                "{of}: “{unit}” does not follow “{}”",
                left.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect::<String>()
            )
        });
        left.push_str(before);
        rest = after;
    }
    left.push_str(rest);
    left
}

#[test]
fn it_says_what_the_word_file_says() {
    let folder = folder("same");
    let report = printed(&folder, "specimen", &specimen());
    let (units, mut besides) = units(&report);
    // The longest first, so that none is cut by a shorter one.
    besides.sort_by_key(|words| std::cmp::Reverse(words.chars().count()));
    for file in ["specimen.pdf", "specimen-word.pdf"] {
        let text = bare(&said(&folder, "pdftotext", &["-raw", file, "-"]));
        let mut left = without(&text, &units, file);
        for words in &besides {
            left = left.replace(words.as_str(), "");
        }
        // Page numbers, and the dots and numbers of the contents.
        left.retain(|c| !c.is_ascii_digit() && !matches!(c, '—' | '.' | '·'));
        assert_eq!(left, "", "{file} says more than the report");
    }
}

/// The lines of each page: top, left and right end in millimetres, and words.
fn lines(folder: &Path, file: &str) -> Vec<Vec<(f64, f64, f64, String)>> {
    let boxes = said(folder, "pdftotext", &["-bbox-layout", file, "-"]);
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
fn the_page_is_that_of_the_standard_and_of_the_word_file() {
    let folder = folder("page");
    let text = "规划实施情况监测评估".repeat(140);
    let document = Document { blocks: vec![Block::Paragraph(vec![text.into()])], ..Document::default() };
    printed(&folder, "full", &document);
    let (own, word) = (lines(&folder, "full.pdf"), lines(&folder, "full-word.pdf"));
    let body = |pages: &[Vec<(f64, f64, f64, String)>]| -> Vec<(f64, f64, f64, String)> {
        pages[0].iter().filter(|line| line.3.contains('规')).cloned().collect()
    };
    let (own_body, word_body) = (body(&own), body(&word));
    assert_eq!((own_body.len(), word_body.len()), (22, 22), "lines on a page");
    for (line, other) in own_body.iter().zip(&word_body).skip(1) {
        assert_eq!(line.3, other.3, "both break their lines alike");
        assert_eq!(line.3.chars().count(), 28);
        assert!((line.1 - 28.0).abs() < 0.3, "the line begins at {:.2} mm", line.1);
        assert!((line.2 - 184.0).abs() < 0.6, "the line ends at {:.2} mm", line.2);
    }
    let pitch = (own_body[21].0 - own_body[0].0) / 21.0;
    assert!((pitch - 28.95 / 72.0 * 25.4).abs() < 0.02, "the lines are {pitch:.3} mm apart");
    let foot = |pages: &[Vec<(f64, f64, f64, String)>], page: usize| {
        pages[page].iter().find(|line| line.3.contains('—')).expect("a page number").clone()
    };
    let (odd, even, other) = (foot(&own, 0), foot(&own, 1), foot(&word, 0));
    println!(
        "foot {:.2} mm, in Word {:.2} mm; first line {:.2} and {:.2} mm",
        odd.0, other.0, own_body[0].0, word_body[0].0
    );
    assert!(odd.2 > 170.0 && odd.3.contains('1'), "{odd:?}");
    assert!(even.1 < 40.0 && even.3.contains('2'), "{even:?}");
    assert!((odd.0 - other.0).abs() < 2.0, "the page number stands at {:.2} mm, in Word at {:.2}", odd.0, other.0);
}

#[test]
fn it_is_tagged_has_bookmarks_and_brings_its_typefaces() {
    let folder = folder("made");
    printed(&folder, "made", &specimen());
    let info = said(&folder, "pdfinfo", &["made.pdf"]);
    for line in ["Tagged:          yes", "Title:           《示例区国民经济", "(A4)"] {
        assert!(info.contains(line), "{line} is not in {info}");
    }
    let fonts = said(&folder, "pdffonts", &["made.pdf"]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(
        !rows.is_empty() && rows.iter().all(|row| row.contains(" yes yes yes")),
        "embedded, in part, with Unicode: {fonts}"
    );
    let outline = said(&folder, "pdftohtml", &["-xml", "-i", "-stdout", "made.pdf"]);
    let outline = outline.split_once("<outline>").expect("bookmarks").1;
    let marks = ["一、总体情况", "（一）主要指标", "1.创新发展", "二、困难和问题", "指标明细", "说明", "一、编制说明"];
    let mut rest = outline;
    for mark in marks {
        rest = rest.split_once(mark).unwrap_or_else(|| panic!("no bookmark “{mark}” in {outline}")).1;
    }
    let structure = said(&folder, "pdfinfo", &["-struct", "made.pdf"]);
    for tag in ["H1", "H2", "Table", "TH", "TD", "Figure"] {
        assert!(structure.lines().any(|line| line.trim_start().starts_with(tag)), "no {tag} in {structure}");
    }
}

#[test]
fn sixty_charts_with_annexes_are_ready_in_five_seconds() {
    let mut document = specimen();
    document.blocks.extend((0..60).map(course));
    document.blocks.push(Block::Annex(Annex { title: "明细".to_owned(), orientation: Orientation::Landscape }));
    document.blocks.push(table("三百项指标", 300, true));
    document.blocks.push(table("五百项任务", 500, true));
    let start = Instant::now();
    let word = write_docx(&document).unwrap().bytes;
    let word_time = start.elapsed();
    let bytes = pdf(write_printed(&document).unwrap(), Faces::find()).unwrap();
    let both = start.elapsed();
    println!("Word {word_time:?} ({} kB), Word and PDF {both:?} ({} kB)", word.len() / 1024, bytes.len() / 1024);
    // Without optimisation typesetting is ten times slower.
    assert!(cfg!(debug_assertions) || both.as_secs_f64() < 5.0, "{both:?}");
}

#[test]
fn what_cannot_be_set_is_refused_in_words() {
    let refused = |report: &str| pdf(report.as_bytes().to_vec(), Faces::find()).unwrap_err().to_string();
    assert!(refused("{").contains("收到的不是可以排版的报告"));
    assert!(refused(r#"{"form":"lantu-report/9"}"#).contains("需要“lantu-report/1”"));
    assert!(refused(r#"{"form":"lantu-report/1"}"#).contains("报告不能排成 PDF"));
    let empty = folder("no-typefaces");
    let report = write_printed(&specimen()).unwrap();
    let error = pdf(report, Faces::of_folder(&empty)).unwrap_err().to_string();
    assert!(error.contains("fonts-noto-cjk"), "{error}");
}
