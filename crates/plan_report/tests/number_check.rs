//! 数文一致, tried on a report with 500 numbers: a script changes 50 of them in
//! text, tables and annex, and the check must find these and nothing else, also
//! after LibreOffice has saved the file. Needs LibreOffice and fails without it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test, which may fail loudly"
)]

use std::{
    collections::BTreeSet,
    fs,
    io::{Cursor, Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use document_reader::{Role, read_marked};
use plan_model::{Decimal, MARK_PREFIX, ReportNumbers, ReportPart};
use plan_report::{
    Annex, Block, Column, Document, FreeText, Level, Number, Orientation, Row, Run, Table, Word, write_docx,
};
use plan_workflow::number_check::{Finding, FindingKind, NumberCheck, check, identity, literals};

/// How many indicators the report speaks of; each stands in text, table and annex.
const INDICATORS: usize = 100;

const UNITS: [&str; 5] = ["%", "亿元", "个百分点", "万人", "家"];

/// A value of an indicator: which year, and whether its unit is printed.
fn number(indicator: usize, year: i16, unit_shown: bool) -> Number {
    let unit = UNITS[indicator % UNITS.len()];
    let scale = if unit == "家" { 0 } else { 2 };
    let value = Decimal::new(1037 + 291 * indicator as i64 + 17 * i64::from(year - 2020), scale);
    Number {
        subject: format!("I{indicator}/value/{year}"),
        name: format!("示例指标{}", letters(indicator)),
        value,
        places: Some(1),
        unit: unit.to_owned(),
        unit_shown,
        period: Some(year.to_string().parse().unwrap()),
        source: "统计：示例统计公报".to_owned(),
    }
}

/// A name without digits: 3 → 甲丁.
fn letters(number: usize) -> String {
    let letter = |n: usize| "甲乙丙丁戊己庚辛壬癸".chars().nth(n % 10).unwrap();
    [letter(number / 10), letter(number)].iter().collect()
}

/// A report as it is issued: the file and the list of its numbers.
fn issued(assessment: &str, title: &str, blocks: Vec<Block>) -> (Vec<u8>, ReportNumbers) {
    let document =
        Document { assessment: assessment.to_owned(), title: title.to_owned(), blocks, ..Document::default() };
    let issued = write_docx(&document).unwrap();
    let mut numbers = issued.numbers;
    numbers.literals = literals(&issued.bytes).unwrap();
    (issued.bytes, numbers)
}

/// 100 numbers in sentences, 200 in a table, 200 in an annex: 500 in all.
fn report(assessment: &str) -> (Vec<u8>, ReportNumbers) {
    let mut blocks = vec![Block::Heading(Level::One, vec!["主要指标".into()])];
    for indicator in 0..INDICATORS {
        blocks.push(Block::Paragraph(vec![
            Run::from(format!("到2023年底，示例指标{}为", letters(indicator))),
            number(indicator, 2023, true).into(),
            Run::from("，全区3个片区均有进展，共涉及12项举措。"),
        ]));
    }
    let table = |caption: &str, years: [i16; 2]| Table {
        small: false,
        caption: caption.to_owned(),
        columns: vec![
            Column::middle("序号", 1),
            Column::words("指标", 4),
            Column::middle("单位", 2),
            Column::numbers(&format!("{}年", years[0]), 2),
            Column::numbers(&format!("{}年", years[1]), 2),
        ],
        rows: (0..INDICATORS)
            .map(|indicator| {
                Row::Cells(vec![
                    vec![(indicator + 1).to_string().into()],
                    vec![format!("示例指标{}", letters(indicator)).into()],
                    vec![UNITS[indicator % UNITS.len()].into()],
                    vec![number(indicator, years[0], false).into()],
                    vec![number(indicator, years[1], false).into()],
                ])
            })
            .collect(),
    };
    blocks.push(Block::Table(table("主要指标进展情况", [2022, 2023])));
    blocks.push(Block::Annex(Annex { title: "指标明细".to_owned(), orientation: Orientation::Landscape }));
    blocks.push(Block::Table(table("逐年数据", [2021, 2023])));
    let document = Document {
        assessment: assessment.to_owned(),
        title: "示例区规划中期评估报告".to_owned(),
        blocks,
        ..Document::default()
    };
    let issued = write_docx(&document).unwrap();
    let mut numbers = issued.numbers;
    assert_eq!(numbers.numbers.len(), 500);
    numbers.literals = literals(&issued.bytes).unwrap();
    (issued.bytes, numbers)
}

/// The file with its main part changed.
fn edited(docx: &[u8], edit: impl FnOnce(String) -> String) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut edit = Some(edit);
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        let name = part.name().unwrap().into_owned();
        if name == "word/document.xml" {
            bytes = edit.take().unwrap()(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Types other digits over the numbers at these places of the list.
fn typed_over(xml: String, numbers: &ReportNumbers, which: &BTreeSet<usize>) -> String {
    let mut out = xml;
    for at in which {
        let number = &numbers.numbers[*at];
        let begins = out.find(&format!("w:tag w:val=\"{}\"", number.mark)).expect("the mark");
        let (head, tail) = out.split_at(begins);
        // The last digit becomes another one: what a slip of the finger does.
        let mut digits = number.shown.clone();
        let last = digits.pop().and_then(|c| c.to_digit(10)).expect("a digit");
        digits.push_str(&((last + 3) % 10).to_string());
        out = format!("{head}{}", tail.replacen(&format!(">{}", number.shown), &format!(">{digits}"), 1));
    }
    out
}

/// The file as LibreOffice saves it.
fn saved_by_office(docx: &[u8], name: &str) -> Vec<u8> {
    converted(docx, name, &["docx"])
}

/// The file converted by LibreOffice into these formats, one after another.
fn converted(docx: &[u8], name: &str, formats: &[&str]) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let mut file = folder.join("report.docx");
    fs::write(&file, docx).unwrap();
    let profile = std::env::temp_dir().join(format!("lantu-check-{}-{name}", std::process::id()));
    for (at, format) in formats.iter().enumerate() {
        let saved = folder.join(format!("saved{at}"));
        let done = Command::new("soffice")
            .arg(format!("-env:UserInstallation=file://{}", profile.display()))
            .args(["--headless", "--convert-to", format, "--outdir"])
            .args([&saved, &file])
            // It leaves files of its own where it is started.
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("this test needs LibreOffice: apt install libreoffice-writer-nogui");
        assert!(done.success());
        file = saved.join("report").with_extension(format);
    }
    let _ = fs::remove_dir_all(profile);
    fs::read(file).unwrap()
}

fn shown(findings: &[Finding]) -> String {
    let line = |f: &Finding| {
        let place = f.place.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {} {} → {}：{}\n", f.kind.word(), place, f.expected, f.found, f.advice)
    };
    findings.iter().map(line).collect()
}

/// The check found exactly these numbers of the list changed.
fn assert_found(numbers: &ReportNumbers, found: &NumberCheck, which: &BTreeSet<usize>) {
    let expected: BTreeSet<&str> = which.iter().map(|at| numbers.numbers[*at].mark.as_str()).collect();
    let marks: BTreeSet<&str> = found.findings.iter().map(|f| f.mark.as_str()).collect();
    assert_eq!(marks, expected, "{}", shown(&found.findings));
    assert_eq!(found.findings.len(), which.len(), "{}", shown(&found.findings));
    assert!(found.findings.iter().all(|f| f.kind == FindingKind::Changed), "{}", shown(&found.findings));
    assert_eq!((found.compared, found.unchanged), (500, 500 - which.len()));
}

#[test]
fn fifty_changed_numbers_of_five_hundred_are_found_and_no_other() {
    let (docx, numbers) = report("A-2024-1");
    assert_eq!(identity(&docx).unwrap(), ("A-2024-1".to_owned(), numbers.digest.clone()));
    let none = BTreeSet::new();
    assert_found(&numbers, &check(&numbers, &docx).unwrap(), &none);
    assert_found(&numbers, &check(&numbers, &saved_by_office(&docx, "untouched")).unwrap(), &none);

    // 20 in the text, 20 in the table, 10 in the annex.
    let part = |part: ReportPart, count: usize, every: usize| {
        let places = numbers.numbers.iter().enumerate().filter(move |(_, n)| n.part == part).map(|(at, _)| at);
        places.step_by(every).take(count).collect::<Vec<_>>()
    };
    let mut which: BTreeSet<usize> = BTreeSet::new();
    which.extend(part(ReportPart::Text, 20, 5));
    which.extend(part(ReportPart::Table, 20, 9));
    which.extend(part(ReportPart::Annex, 10, 13));
    assert_eq!(which.len(), 50);
    let changed = edited(&docx, |xml| typed_over(xml, &numbers, &which));
    for file in [changed.clone(), saved_by_office(&changed, "changed")] {
        let found = check(&numbers, &file).unwrap();
        assert_found(&numbers, &found, &which);
        assert!(!found.disagreements.is_empty(), "text and annex disagree now");
        let places: Vec<String> = found.findings.iter().map(|f| f.place.as_ref().unwrap().to_string()).collect();
        assert!(places.iter().any(|p| p.contains("主要指标")), "{places:?}");
        assert!(places.iter().any(|p| p.contains("“2023年”列")), "{places:?}");
    }
}

/// What people write mixes figures, Latin and Chinese, spaces and signs.
const WRITTEN: [&str; 5] = [
    "原因：前期工作用时较长，1.2个百分点缺口来自A区B类项目（PPP、EPC各3个），2023年6月才开工。",
    "措施：2024年6月底前完成招标，全年投资 3.5 亿元；Q3 达到 60% 以上。",
    "第二段没有数字。",
    "GDP 与 R&D 口径按 2021-2025 年 GB/T 9704 执行，\u{201c}十四五\u{201d}期间不变。",
    "12",
];

/// A report with words that people wrote among its numbers.
fn with_written(assessment: &str) -> (Vec<u8>, ReportNumbers) {
    let place = |name: &str, paragraphs: &[&str]| {
        Block::FreeText(FreeText {
            name: name.to_owned(),
            title: format!("示例指标甲甲：{name}"),
            prompt: "请牵头单位写明原因".to_owned(),
            paragraphs: paragraphs.iter().map(|p| (*p).to_owned()).collect(),
        })
    };
    let blocks = vec![
        Block::Heading(Level::One, vec!["滞后指标".into()]),
        Block::Paragraph(vec!["示例指标甲甲为".into(), number(0, 2023, true).into(), "。".into()]),
        place("原因", &WRITTEN[..2]),
        place("措施", &WRITTEN[2..]),
        place("困难", &[]),
        Block::Paragraph(vec!["示例指标甲乙为".into(), number(1, 2023, true).into(), "。".into()]),
    ];
    issued(assessment, "示例区规划中期评估报告", blocks)
}

#[test]
fn what_people_wrote_comes_back_once_from_other_programs() {
    let (docx, numbers) = with_written("A-2024-2");
    let paragraphs = |file: &[u8]| {
        let source = read_marked(file, MARK_PREFIX).unwrap().source;
        let lines = source.lines.into_iter().filter(|line| line.role != Role::Blank);
        lines.map(|line| line.text.trim().to_owned()).collect::<Vec<_>>()
    };
    let written = paragraphs(&docx);
    for words in WRITTEN {
        assert_eq!(written.iter().filter(|line| *line == words).count(), 1, "{words} in {written:#?}");
    }
    for (name, formats) in [("written", &["docx"][..]), ("written-odt", &["odt", "docx"])] {
        let saved = converted(&docx, name, formats);
        assert_eq!(paragraphs(&saved), written, "{formats:?}");
        let found = check(&numbers, &saved).unwrap();
        assert!(found.findings.is_empty(), "{formats:?}: {}", shown(&found.findings));
        assert_eq!((found.compared, found.unchanged), (2, 2));
    }
}

const VERDICTS: [&str; 4] = ["提前实现", "快于预期", "基本符合预期", "滞后"];

/// The verdict on an indicator.
fn verdict(indicator: usize) -> Word {
    Word { name: format!("示例指标{}（判断）", letters(indicator)), words: VERDICTS[indicator % 4].to_owned() }
}

/// A report that says of each indicator when, which way, how much and how it is
/// judged, in a sentence and in a table, with words of people between.
fn judged(assessment: &str) -> (Vec<u8>, ReportNumbers) {
    let mut blocks = vec![Block::Heading(Level::One, vec!["2023年进展".into()])];
    for indicator in 0..INDICATORS {
        let name = letters(indicator);
        blocks.push(Block::Paragraph(vec![
            Run::from(format!("截至2023年12月31日，示例指标{name}为")),
            number(indicator, 2023, true).into(),
            Run::from("，比上年增长"),
            number(indicator, 2022, true).into(),
            Run::from("，判断为"),
            verdict(indicator).into(),
            Run::from(format!("。按序时进度应为{}.5%，没有守住界限。", 40 + indicator % 50)),
        ]));
        blocks.push(Block::FreeText(FreeText {
            name: "cause".to_owned(),
            title: format!("示例指标{name}：原因"),
            prompt: "请写明原因".to_owned(),
            paragraphs: vec![format!("2023年6月起工期拖延，与计划相差{}.2个百分点，正在下降。", indicator + 300)],
        }));
    }
    let rows = (0..INDICATORS).map(|indicator| {
        Row::Cells(vec![
            vec![(indicator + 1).to_string().into()],
            vec![format!("示例指标{}", letters(indicator)).into()],
            vec![UNITS[indicator % UNITS.len()].into()],
            vec![number(indicator, 2023, false).into()],
            vec!["● ".into(), verdict(indicator).into()],
        ])
    });
    blocks.push(Block::Table(Table {
        small: false,
        caption: "主要指标进展情况".to_owned(),
        columns: vec![
            Column::middle("序号", 1),
            Column::words("指标", 4),
            Column::middle("单位", 2),
            Column::numbers("2023年", 2),
            Column::words("判断", 3),
        ],
        rows: rows.collect(),
    }));
    issued(assessment, "示例区规划2023年度监测报告", blocks)
}

/// The nth place of these words in the file as others.
fn swapped(xml: &str, from: &str, to: &str, nth: usize) -> String {
    let (at, _) = xml.match_indices(from).nth(nth).unwrap_or_else(|| panic!("{from} is not there {nth} times"));
    let (head, tail) = xml.split_at(at);
    format!("{head}{}", tail.replacen(from, to, 1))
}

/// A file without the controls and bookmarks of these marks; their words stay.
fn unmarked(xml: &str, marks: &[&str]) -> String {
    let mut out = xml.to_owned();
    for mark in marks {
        out = out.replace(&format!("w:name=\"{mark}\""), "w:name=\"other\"");
        out = out.replace(&format!("w:tag w:val=\"{mark}\""), "w:tag w:val=\"other\"");
    }
    out
}

#[test]
fn years_verdicts_directions_and_lost_marks_are_found_and_nothing_else() {
    use FindingKind::{Changed, Date, MarkLost, Missing, PointsAsPercent, Turned, Verdict};
    let (docx, numbers) = judged("A-2024-3");
    assert_eq!((numbers.numbers.len(), numbers.words.len()), (300, 200));
    let clean = |file: &[u8]| {
        let found = check(&numbers, file).unwrap();
        assert!(found.findings.is_empty(), "{}", shown(&found.findings));
        assert_eq!((found.compared, found.unchanged, found.passages_lost), (500, 500, 0));
        assert!(found.passages >= 100, "{} passages", found.passages);
    };
    clean(&docx);
    clean(&saved_by_office(&docx, "judged"));

    // Ten of each sort, and a mark that went with its number.
    let lost: Vec<&str> = (0..10).map(|at| numbers.numbers[at * 29 + 3].mark.as_str()).collect();
    let gone = numbers.words[150].mark.clone();
    let changed = edited(&docx, |xml| {
        let mut xml = unmarked(&xml, &lost);
        for at in 0..10 {
            // From the last to the first, so that the places stay.
            let nth = 9 - at;
            xml = swapped(&xml, "截至2023年", "截至2022年", nth * 7);
            xml = swapped(&xml, "，比上年增长", "，比上年下降", nth * 8 + 1);
            xml = swapped(&xml, ".5%，没有", ".9%，没有", nth * 6 + 3);
            xml = swapped(&xml, "没有守住界限", "守住界限", nth * 9 + 2);
            xml = swapped(&xml, ".2个百分点，正在", ".2%，正在", nth * 5 + 4);
            xml = swapped(&xml, ">滞后<", ">基本符合预期<", nth * 4 + 1);
        }
        xml = swapped(&xml, "<w:t xml:space=\"preserve\">2023年</w:t>", "<w:t>2022年</w:t>", 0);
        // People may write what they like of their own, and polish ours.
        xml = swapped(&xml, "2023年6月起工期拖延", "2022年9月起工期提前", 90);
        xml = swapped(&xml, "截至2023年12月31日", "到2023年底", 89);
        let at = xml.find(&format!("w:tag w:val=\"{gone}\"")).unwrap();
        let (head, tail) = xml.split_at(at);
        let tail = tail.replacen(&format!(">{}<", numbers.words[150].words), "><", 1);
        unmarked(&format!("{head}{tail}"), &[&gone])
    });
    for file in [changed.clone(), saved_by_office(&changed, "judged-changed")] {
        let found = check(&numbers, &file).unwrap();
        let count = |kind| found.findings.iter().filter(|f| f.kind == kind).count();
        let counts = [Date, Turned, Changed, PointsAsPercent, Verdict, MarkLost, Missing].map(count);
        assert_eq!(counts, [11, 20, 10, 10, 10, 10, 1], "{}", shown(&found.findings));
        assert_eq!(found.findings.len(), 72, "{}", shown(&found.findings));
        assert!(found.disagreements.is_empty(), "{:?}", found.disagreements);
        let said = |kind| found.findings.iter().find(|f| f.kind == kind).unwrap();
        assert_eq!((said(Verdict).expected.as_str(), said(Verdict).found.as_str()), ("滞后", "基本符合预期"));
        assert_eq!(said(PointsAsPercent).expected, "304.2个百分点");
        assert!(said(Date).place.as_ref().unwrap().around.contains("2022年"));
        for finding in found.findings.iter().filter(|f| f.kind == MarkLost) {
            let issued = numbers.numbers.iter().find(|n| n.mark == finding.mark).unwrap();
            assert!(issued.shown == finding.found && finding.place.is_some(), "{}", shown(&found.findings));
        }
    }
}

/// The one finding that replacing some words of the file gives.
fn after(replace: &[(&str, &str)]) -> Vec<Finding> {
    let (docx, numbers) = report("A-2024-1");
    let file = edited(&docx, |xml| {
        replace.iter().fold(xml, |xml, (from, to)| {
            assert!(xml.contains(from), "{from} is not in the report");
            xml.replacen(from, to, 1)
        })
    });
    check(&numbers, &file).unwrap().findings
}

#[test]
fn each_sort_of_slip_is_named() {
    let text = |words: &str| format!("<w:t xml:space=\"preserve\">{words}</w:t>");
    let first = |indicator: usize| text(&number(indicator, 2023, true).words());
    let stop = text("，全区3个片区均有进展，共涉及12项举措。");
    let typed = |words: &str| text(&format!("，全区3个片区均有进展，共涉及12项举措。{words}"));
    let shown = |indicator: usize| number(indicator, 2023, true).shown();
    let cases = [
        (
            "a fixed number changed",
            stop.clone(),
            text("，全区3个片区均有进展，共涉及13项举措。"),
            vec![FindingKind::Changed],
        ),
        ("points as percent", first(2), text(&format!("{}%", shown(2))), vec![FindingKind::PointsAsPercent]),
        ("a smaller unit", first(1), text(&format!("{}万元", shown(1))), vec![FindingKind::WrongUnit]),
        ("no unit", first(1), text(&shown(1)), vec![FindingKind::WrongUnit]),
        ("another unit", first(1), text(&format!("{}万人", shown(1))), vec![FindingKind::WrongUnit]),
        (
            "a sentence with a number of the report",
            stop.clone(),
            typed(&format!("示例指标甲甲达到{}。", number(0, 2023, true).words())),
            vec![],
        ),
        (
            "a sentence with points as percent",
            stop.clone(),
            typed(&format!("示例指标甲丙提高{}%。", shown(2))),
            vec![FindingKind::PointsAsPercent],
        ),
        (
            "a sentence against the annex",
            stop.clone(),
            typed("示例指标甲甲达到99.9%。"),
            vec![FindingKind::Contradiction],
        ),
        ("a sentence from elsewhere", stop.clone(), typed("另新建停车位8765个。"), vec![FindingKind::Unexplained]),
        ("dates and ordinals", stop, typed("2024年6月召开第15次会议，见表2。"), vec![]),
    ];
    for (what, from, to, kinds) in cases {
        let found = after(&[(&from, &to)]);
        let seen: Vec<FindingKind> = found.iter().map(|f| f.kind).collect();
        assert_eq!(seen, kinds, "{what}: {}", self::shown(&found));
    }
}

#[test]
fn a_number_that_was_deleted_is_not_found_again_in_the_number_of_a_row() {
    let rows = (1..=3).map(|at| {
        let count = Number { unit_shown: false, ..Number::counted(&format!("count/{at}"), "项目", at + 1, "项") };
        Row::Cells(vec![vec![at.to_string().into()], vec!["示例".into()], vec![count.into()]])
    });
    let columns = vec![Column::middle("序号", 1), Column::words("名称", 2), Column::numbers("项数", 1)];
    let table = Table { caption: "项目".to_owned(), columns, rows: rows.collect(), ..Table::default() };
    let document = Document { assessment: "A-1".to_owned(), blocks: vec![Block::Table(table)], ..Document::default() };
    let mut issued = write_docx(&document).unwrap();
    issued.numbers.literals = literals(&issued.bytes).unwrap();
    let kinds = |edit: fn(String) -> String| {
        let found = check(&issued.numbers, &edited(&issued.bytes, edit)).unwrap().findings;
        found.iter().map(|f| (f.kind, f.found.clone())).collect::<Vec<_>>()
    };
    // The first number is 2, and so is the number of the second row.
    let gone = |xml: String| {
        unmarked(&xml, &["lantu_00001"]).replacen(">2</w:t></w:r></w:sdtContent>", "></w:t></w:r></w:sdtContent>", 1)
    };
    assert_eq!(kinds(gone), [(FindingKind::Missing, String::new())]);
    assert_eq!(kinds(|xml| unmarked(&xml, &["lantu_00001"])), [(FindingKind::MarkLost, "2".to_owned())]);
}

#[test]
fn a_number_typed_in_front_of_its_field_is_seen() {
    let mark = r#"<w:bookmarkStart w:id="1" "#;
    let found = after(&[(mark, &format!("<w:r><w:t>1</w:t></w:r>{mark}"))]);
    assert_eq!(found.len(), 1, "{}", shown(&found));
    assert_eq!(found[0].kind, FindingKind::Changed);
}

#[test]
fn files_that_do_not_belong_here_are_refused() {
    let (docx, numbers) = report("A-2024-1");
    let refused = |file: &[u8]| check(&numbers, file).unwrap_err();
    let (other, _) = report("B-2024-7");
    let error = refused(&other);
    assert_eq!(error.code(), "other-assessment");
    assert!(error.to_string().contains("B-2024-7"), "{error}");
    // The same assessment, another issue of its report.
    let mut newer = numbers.clone();
    newer.digest = "0".repeat(64);
    assert_eq!(check(&newer, &docx).unwrap_err().code(), "other-issue");
    // Marks deleted: all, and one.
    let strip = |xml: String| {
        let mut out = String::new();
        for piece in xml.split_inclusive('>') {
            let drop = ["<w:bookmarkStart", "<w:bookmarkEnd", "<w:tag"].iter().any(|tag| piece.contains(tag));
            out.push_str(if drop { "" } else { piece });
        }
        out
    };
    let error = refused(&edited(&docx, strip));
    assert_eq!(error.code(), "marks-gone");
    assert!(error.to_string().contains("500"), "{error}");
    let one = edited(&docx, |xml| xml.replace("lantu_00007\"", "elsewhere\""));
    let found = check(&numbers, &one).unwrap();
    assert_eq!(found.findings.len(), 1, "{}", shown(&found.findings));
    assert_eq!(found.findings[0].kind, FindingKind::MarkLost, "it still stands there");
    // Pasted into a file of somebody else.
    let plain = write_docx(&Document { title: "别的文件".to_owned(), ..Document::default() }).unwrap();
    assert_eq!(refused(&plain.bytes).code(), "no-identity");
    assert_eq!(refused(b"PK\x03\x04").code(), "unreadable");
}
