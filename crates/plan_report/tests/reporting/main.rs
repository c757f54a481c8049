//! 填报模板 there and back: what is written is read again, and whatever an office
//! program or a person does to it on the way is either understood or named.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test, which may fail loudly")]

mod office;

use jiff::civil::{Date, date};
use office::{Book, Put};
use plan_model::{
    Answer, AnswerKind, Decimal, DueNode, ExpectedRange, FIGURES_SHEET, FigureRow, IDENTITY_SHEET, LastFigure, Period,
    ReportingTemplate, WORK_SHEET, WorkKind, WorkReport, WorkRow, WorkState,
};
use plan_report::write_template;
use plan_workflow::collection::template::{ReturnedTemplate, TemplateError, read};
use proptest::prelude::*;

fn figure(indicator: &str, name: &str, unit: &str, period: &str) -> FigureRow {
    FigureRow {
        indicator: indicator.to_owned(),
        name: name.to_owned(),
        unit: unit.to_owned(),
        period: period.parse().unwrap(),
        last: None,
        expected: None,
        answer: None,
    }
}

fn work(item: &str, kind: WorkKind, title: &str) -> WorkRow {
    WorkRow { item: item.to_owned(), kind, title: title.to_owned(), nodes: Vec::new(), report: None }
}

/// Figures in the rows 7 to 10 of sheet 1, work in the rows 7 and 8 of sheet 2.
fn template() -> ReportingTemplate {
    let mut forest = figure("I001", "森林覆盖率", "%", "2024Q1");
    forest.last = Some(LastFigure { value: Decimal::new(4120, 2), period: Period::Year(2023) });
    forest.expected = Some(ExpectedRange { low: Some(Decimal::from(40)), high: Some(Decimal::new(505, 1)) });
    let mut lake = work("W7", WorkKind::Task, "推进湖区\n生态修复");
    lake.nodes = vec![DueNode { due: date(2024, 3, 31), deliverable: "完成勘测".to_owned() }];
    ReportingTemplate {
        round: "12".to_owned(),
        round_title: "2024年一季度".to_owned(),
        unit: "DEMO0001".to_owned(),
        unit_name: "虚构县林业局".to_owned(),
        plan: "3".to_owned(),
        plan_title: "虚构县规划纲要".to_owned(),
        opens: date(2024, 4, 1),
        due: date(2024, 4, 10),
        closes: date(2024, 4, 20),
        digest: "4d2a".to_owned(),
        notes: vec!["示例数据，均为虚构。".to_owned()],
        figures: vec![
            forest,
            figure("I002", "渔业总产值", "亿元", "2024Q1"),
            figure("I002", "渔业总产值", "亿元", "2024-03"),
            figure("I003", "通用机场", "", "2024"),
        ],
        work: vec![lake, work("W9", WorkKind::Project, "渔港码头")],
    }
}

/// The answers as `I001/2024Q1=…@cell`, or each fault as `code@cell`; then what is
/// open, and the warnings.
fn outcome(bytes: &[u8], expected: &ReportingTemplate) -> Vec<String> {
    let returned = match read(bytes, expected) {
        Ok(returned) => returned,
        Err(TemplateError::Faults(faults)) => {
            assert!(faults.iter().all(|fault| !fault.message.is_empty() && !fault.hint.is_empty()));
            return faults.iter().map(|fault| format!("{}@{}", fault.code, fault.place)).collect();
        }
        Err(error) => return vec![error.to_string()],
    };
    let ReturnedTemplate { figures, work, open, warnings } = returned;
    let json = |text: String| text.replace('"', "");
    let figures = figures.iter().map(|f| {
        let answer = json(serde_json::to_string(&f.answer).unwrap());
        let answer = answer.replace("answer:figure,value:", "").replace(",proxy:false", "").replace(",source:}", "}");
        format!("{}/{}={answer}@{}", f.indicator, f.period, f.place)
    });
    let work = work.iter().map(|w| {
        let report = &w.report;
        let share = report.share_done.map(|share| format!(" {share}")).unwrap_or_default();
        format!("{}={}{share} {}@{}", w.item, report.state, report.progress, w.place)
    });
    let open = open.iter().map(|key| format!("open {key}"));
    let warnings = warnings.iter().map(|warning| format!("warning {}@{}", warning.code, warning.place));
    figures.chain(work).chain(open).chain(warnings).collect()
}

/// The same without what is open.
fn said(bytes: &[u8]) -> Vec<String> {
    outcome(bytes, &template()).into_iter().filter(|line| !line.starts_with("open ")).collect()
}

fn filled(puts: &[(usize, &str, Put<'_>)]) -> Vec<u8> {
    let mut book = Book::open(&write_template(&template()).unwrap());
    for (sheet, at, put) in puts {
        book.put(*sheet, at, *put);
    }
    book.save()
}

#[test]
fn an_empty_template_comes_back_with_every_row_open() {
    let bytes = write_template(&template()).unwrap();
    let open = ["open I001/2024Q1", "open I002/2024Q1", "open I002/2024-03", "open I003/2024", "open W7", "open W9"];
    assert_eq!(outcome(&bytes, &template()), open);
    assert_eq!(outcome(&filled(&[]), &template()), open);
}

/// What is put where (sheet, cell), and what comes of it.
type Case<'a> = (Vec<(usize, &'a str, Put<'a>)>, Vec<String>);

#[test]
fn what_offices_put_into_cells_is_understood_or_named() {
    use Put::{Day, Error, Formula, Nothing, Number, Percent, True, Words};
    let figures = |at: &str| format!("{FIGURES_SHEET}!{at}");
    let cases: Vec<Case<'_>> = vec![
        (vec![(1, "G7", Words("12.50"))], vec![format!("I001/2024Q1={{12.50}}@{}", figures("G7"))]),
        (vec![(1, "G7", Number("12.300000000000001"))], vec![format!("I001/2024Q1={{12.3}}@{}", figures("G7"))]),
        (vec![(1, "G7", Number("1.25E1"))], vec![format!("I001/2024Q1={{12.5}}@{}", figures("G7"))]),
        (vec![(1, "G7", Percent("0.125"))], vec![format!("I001/2024Q1={{12.5}}@{}", figures("G7"))]),
        (vec![(1, "G8", Percent("0.125"))], vec![format!("unit-differs@{}", figures("G8"))]),
        (vec![(1, "G8", Words("12.5亿元"))], vec![format!("I002/2024Q1={{12.5}}@{}", figures("G8"))]),
        (vec![(1, "G8", Words("12.5万元"))], vec![format!("unit-differs@{}", figures("G8"))]),
        (vec![(1, "G9", Words("约12.5"))], vec![format!("approximate@{}", figures("G9"))]),
        (vec![(1, "G9", Words("同上"))], vec![format!("ditto@{}", figures("G9"))]),
        (vec![(1, "G9", Formula("G8*2", "25"))], vec![format!("formula@{}", figures("G9"))]),
        (vec![(1, "G9", Formula("G8*2", ""))], vec![format!("formula@{}", figures("G9"))]),
        (vec![(1, "G9", Formula("1/0", "")), (1, "H9", Words("数据"))], vec![format!("formula@{}", figures("G9"))]),
        (vec![(1, "L9", Formula("A1", "1")), (1, "G9", Number("1"))], vec![format!("formula@{}", figures("L9"))]),
        (vec![(1, "G9", Day("45356"))], vec![format!("date-for-number@{}", figures("G9"))]),
        (vec![(1, "G9", Error("#DIV/0!"))], vec![format!("cell-error@{}", figures("G9"))]),
        (vec![(1, "G9", True)], vec![format!("not-a-number@{}", figures("G9"))]),
        (vec![(1, "G9", Words(" \u{3000}"))], vec![]),
        (
            vec![(1, "H9", Words("本期无")), (1, "I9", Words("只有季度数")), (1, "J9", Day("45412"))],
            vec![format!(
                "I002/2024-03={{answer:none_this_period,reason:只有季度数,expected:2024-04-30}}@{}",
                figures("G9")
            )],
        ),
        (
            vec![(1, "H9", Words("本期无")), (1, "I9", Words("只有季度数")), (1, "J9", Number("45412"))],
            vec![format!("number-for-day@{}", figures("J9"))],
        ),
        (
            vec![(1, "H9", Words("本期无")), (1, "I9", Words("只有季度数")), (1, "J9", Number("20240430"))],
            vec![format!(
                "I002/2024-03={{answer:none_this_period,reason:只有季度数,expected:2024-04-30}}@{}",
                figures("G9")
            )],
        ),
        (vec![(1, "H9", Words("数据未发布"))], vec![format!("reason-missing@{}", figures("I9"))]),
        (
            vec![(1, "G9", Number("3")), (1, "H9", Words("数据未发布")), (1, "I9", Words("待审"))],
            vec![format!("value-without-data@{}", figures("G9"))],
        ),
        (vec![(1, "B8", Words("渔业产值")), (1, "G8", Number("1"))], vec![format!("locked-changed@{}", figures("B8"))]),
        (vec![(1, "C8", Words("万元"))], vec![format!("locked-changed@{}", figures("C8"))]),
        (vec![(1, "C10", Words("座"))], vec![format!("locked-changed@{}", figures("C10"))]),
        // What only informs may have moved on since.
        (vec![(1, "E7", Words("40（2022）")), (1, "F7", Nothing)], vec![]),
        (
            vec![(1, "A8", Words("I009"))],
            vec![format!("row-unknown@{}", figures("A8")), format!("row-missing@{FIGURES_SHEET}")],
        ),
        (
            vec![(1, "D8", Words("2024-03"))],
            vec![format!("row-repeated@{}", figures("A9")), format!("row-missing@{FIGURES_SHEET}")],
        ),
        (vec![(1, "A8", Words("ｉ002 ")), (1, "D8", Words("2024年1季度"))], vec![]),
        (vec![(1, "N8", Words("另见附件"))], vec![format!("column-unknown@{}", figures("N8"))]),
        // Without its head a column is nobody's, and the table is not read on.
        (vec![(1, "H6", Words("备注"))], vec![format!("column-missing@{}", figures("A6"))]),
        (
            vec![(2, "E7", Words("推进中")), (2, "F7", Percent("0.6")), (2, "G7", Words("甲"))],
            vec![format!("W7=underway 60 甲@{WORK_SHEET}!E7")],
        ),
        (
            vec![(2, "E7", Words("快了")), (2, "F8", Number("120")), (2, "C8", Words("码头"))],
            vec![
                format!("unknown-state@{WORK_SHEET}!E7"),
                format!("locked-changed@{WORK_SHEET}!C8"),
                format!("state-missing@{WORK_SHEET}!E8"),
                format!("share-outside@{WORK_SHEET}!F8"),
            ],
        ),
        // An office program may store the title's line break otherwise.
        (vec![(2, "C7", Words("推进湖区\r\n生态修复"))], vec![]),
        // All faults of both sheets at once.
        (
            vec![(1, "G7", Words("约1")), (1, "G8", Words("同上")), (1, "H8", Words("无")), (2, "F7", Words("一半"))],
            vec![
                format!("approximate@{}", figures("G7")),
                format!("ditto@{}", figures("G8")),
                format!("unknown-answer@{}", figures("H8")),
                format!("state-missing@{WORK_SHEET}!E7"),
                format!("not-a-number@{WORK_SHEET}!F7"),
            ],
        ),
    ];
    for (puts, wanted) in cases {
        assert_eq!(said(&filled(&puts)), wanted, "{puts:?}");
    }
}

#[test]
fn rows_are_found_by_their_key_wherever_they_stand() {
    let sheet = FIGURES_SHEET;
    let cases: [(&[usize], Vec<String>); 6] = [
        (&[7, 8, 9, 10], vec![format!("I001/2024Q1={{41}}@{sheet}!G7"), format!("I003/2024={{1}}@{sheet}!G10")]),
        (&[10, 9, 8, 7], vec![format!("I001/2024Q1={{41}}@{sheet}!G10"), format!("I003/2024={{1}}@{sheet}!G7")]),
        (&[7, 0, 8, 9, 0, 10], vec![format!("I001/2024Q1={{41}}@{sheet}!G7"), format!("I003/2024={{1}}@{sheet}!G12")]),
        (&[7, 9, 10], vec![format!("row-missing@{sheet}")]),
        (&[7, 8, 9, 10, 7], vec![format!("row-repeated@{sheet}!A11")]),
        (
            &[10, 10, 7],
            vec![format!("row-repeated@{sheet}!A8"), format!("row-missing@{sheet}"), format!("row-missing@{sheet}")],
        ),
    ];
    for (order, wanted) in cases {
        let mut book = Book::open(&write_template(&template()).unwrap());
        book.put(1, "G7", Put::Number("41"));
        book.put(1, "G10", Put::Number("1"));
        book.arrange(1, 7, order);
        assert_eq!(said(&book.save()), wanted, "{order:?}");
    }
    // A row that somebody added.
    let mut book = Book::open(&write_template(&template()).unwrap());
    book.arrange(1, 7, &[7, 8, 9, 10, 10]);
    for (at, put) in
        [("A11", Put::Nothing), ("B11", Put::Words("合计")), ("D11", Put::Nothing), ("G11", Put::Number("9"))]
    {
        book.put(1, at, put);
    }
    assert_eq!(said(&book.save()), [format!("row-unknown@{sheet}!A11")]);
}

#[test]
fn a_template_of_another_time_or_place_is_named_as_such() {
    type Change = fn(&mut ReportingTemplate);
    let cases: [(Change, &[&str]); 8] = [
        (|t| t.round = "13".to_owned(), &["template-of-other-round"]),
        (|t| t.unit = "DEMO0002".to_owned(), &["template-of-other-unit"]),
        (|t| t.plan = "4".to_owned(), &["template-of-other-plan"]),
        (
            |t| (t.round, t.unit) = ("13".to_owned(), "DEMO0002".to_owned()),
            &["template-of-other-round", "template-of-other-unit"],
        ),
        (|t| t.digest = "77aa".to_owned(), &["template-outdated"]),
        (|t| drop(t.figures.pop()), &["template-outdated"]),
        (|t| t.figures.push(figure("I004", "城市书房", "个", "2024")), &["template-outdated"]),
        (|t| t.work[1].item = "W10".to_owned(), &["template-outdated"]),
    ];
    let bytes = filled(&[(1, "G7", Put::Words("约1"))]);
    for (change, codes) in cases {
        let mut expected = template();
        change(&mut expected);
        let wanted: Vec<_> = codes.iter().map(|code| format!("{code}@{IDENTITY_SHEET}")).collect();
        assert_eq!(outcome(&bytes, &expected), wanted);
    }
    // The message names what it is a template of.
    let mut expected = template();
    (expected.round, expected.round_title) = ("13".to_owned(), "2024年二季度".to_owned());
    let Err(TemplateError::Faults(faults)) = read(&bytes, &expected) else { panic!("it is refused") };
    assert_eq!(faults[0].message, "这是填报轮次“2024年一季度”的模板，应为“2024年二季度”");
    // Figures that were known meanwhile change nothing.
    let mut expected = template();
    expected.figures[0].last = None;
    expected.figures[0].answer = Some(Answer::Figure { value: Decimal::ONE, proxy: false, source: String::new() });
    assert_eq!(outcome(&filled(&[]), &expected).last().unwrap(), &format!("warning answer-cleared@{FIGURES_SHEET}!G7"));
}

#[test]
fn sheets_that_are_gone_or_added_are_named() {
    let rename = |from: &str, to: &str| {
        let mut book = Book::open(&write_template(&template()).unwrap());
        let workbook = book.part("xl/workbook.xml");
        *workbook = workbook.replace(&format!("name=\"{from}\""), &format!("name=\"{to}\""));
        outcome(&book.save(), &template()).into_iter().filter(|line| !line.starts_with("open ")).collect::<Vec<_>>()
    };
    assert_eq!(rename(FIGURES_SHEET, "指标"), [format!("sheet-missing@{FIGURES_SHEET}")]);
    assert_eq!(rename(IDENTITY_SHEET, "甲"), [format!("not-a-template@{IDENTITY_SHEET}")]);
    let mut only_figures = template();
    only_figures.work.clear();
    let mut book = Book::open(&write_template(&only_figures).unwrap());
    book.put(1, "G7", Put::Number("41"));
    assert_eq!(outcome(&book.save(), &only_figures)[0], format!("I001/2024Q1={{41}}@{FIGURES_SHEET}!G7"));
    // A sheet that is not asked for is left alone, and said so.
    let mut book = Book::open(&write_template(&only_figures).unwrap());
    let with_both = Book::open(&write_template(&template()).unwrap()).save();
    assert_eq!(outcome(&with_both, &only_figures), [format!("template-outdated@{IDENTITY_SHEET}")]);
    let workbook = book.part("xl/workbook.xml");
    *workbook = workbook.replace("</sheets>", "<sheet name=\"草稿\" sheetId=\"9\" r:id=\"rId2\"/></sheets>");
    let said: Vec<_> = outcome(&book.save(), &only_figures).into_iter().filter(|l| !l.starts_with("open ")).collect();
    assert_eq!(said, ["warning sheet-unknown@草稿"]);
}

#[test]
fn what_is_no_workbook_is_refused_and_a_cut_file_does_not_break_the_reader() {
    let whole = filled(&[(1, "G7", Put::Number("41"))]);
    let cases: [&[u8]; 3] = [b"", "编号,本期值\nI001,41\n".as_bytes(), b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1xls"];
    for bytes in cases {
        assert!(matches!(read(bytes, &template()), Err(TemplateError::Unreadable(_))));
    }
    for part in 1..20 {
        let cut = &whole[..whole.len() * part / 20];
        assert!(matches!(read(cut, &template()), Err(TemplateError::Unreadable(_))), "{part}/20");
    }
}

#[test]
fn a_file_of_rubbish_is_answered_with_a_bounded_list() {
    let mut book = Book::open(&write_template(&template()).unwrap());
    let rows = (20..6_000).map(|row| format!(r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#));
    let more = format!("{}</sheetData>", rows.collect::<String>());
    let sheet = book.sheet(1);
    *sheet = sheet.replace("</sheetData>", &more);
    let lines = said(&book.save());
    assert_eq!(lines.len(), 2_001);
    assert_eq!(lines[2_000], format!("too-many-faults@{FIGURES_SHEET}"));
}

/// Text as it is kept: trimmed, lines ended with `\n`, nothing that cannot be seen.
fn kept_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "甲", "乙方", "12.5", "\n", " ", "=1+1", "_x000D_", "_x", "<r>", "</r>", "&amp;", "\"", "同上", "％", "𠮷",
        "'", "，",
    ]);
    prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat().trim().to_owned())
}

fn decimals() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0_u32..12).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn days() -> impl Strategy<Value = Option<Date>> {
    prop::option::of(
        (-500_i32..3_000).prop_map(|days| date(2024, 4, 1).checked_add(jiff::Span::new().days(days)).unwrap()),
    )
}

fn reasons() -> impl Strategy<Value = String> {
    kept_text().prop_map(|text| if text.is_empty() { "因故".to_owned() } else { text })
}

fn answers() -> impl Strategy<Value = Option<Answer>> {
    let figure = (decimals(), any::<bool>(), kept_text()).prop_map(|(value, proxy, source)| Answer::Figure {
        value,
        proxy: proxy && !source.is_empty(),
        source,
    });
    let kinds = prop::sample::select(AnswerKind::ALL[1..].to_vec());
    let without =
        (kinds, reasons(), days()).prop_map(|(kind, why, day)| Answer::without_figure(kind, why, day).unwrap());
    prop::option::of(prop_oneof![figure, without])
}

fn reports() -> impl Strategy<Value = Option<WorkReport>> {
    let share = prop::option::of((0_i64..=10_000).prop_map(|share| Decimal::new(share, 2)));
    let texts = [kept_text(), kept_text(), kept_text(), kept_text()];
    let report = (prop::sample::select(WorkState::ALL), share, texts).prop_map(|(state, share, texts)| {
        let [progress, problems, next_steps, evidence] = texts;
        let share_done = match state {
            WorkState::Completed => share.map(|_| Decimal::ONE_HUNDRED),
            WorkState::NotStarted => share.map(|_| Decimal::ZERO),
            _ => share,
        };
        let problems = if problems.is_empty() && state == WorkState::Blocked { "因故".to_owned() } else { problems };
        WorkReport { state, share_done, progress, problems, next_steps, evidence }
    });
    prop::option::of(report)
}

fn templates() -> impl Strategy<Value = ReportingTemplate> {
    let figures = prop::collection::vec((answers(), kept_text()), 0..12);
    let rows = prop::collection::vec((reports(), kept_text()), 0..6);
    (figures, rows).prop_filter("something is asked", |(f, w)| !f.is_empty() || !w.is_empty()).prop_map(
        |(figures, rows)| {
            let mut made = template();
            let units = ["%", "亿元", "家", "", "个百分点"];
            let of_figure = |(at, (answer, name)): (usize, (Option<Answer>, String))| {
                let mut row = figure(&format!("I{:03}", at / 2), &name, units[at % 5], ["2024Q1", "2024-03"][at % 2]);
                row.answer = answer;
                row
            };
            let of_work = |(at, (report, title)): (usize, (Option<WorkReport>, String))| {
                let mut row = work(&format!("W{at}"), WorkKind::Task, &title);
                row.report = report;
                row
            };
            made.figures = figures.into_iter().enumerate().map(of_figure).collect();
            made.work = rows.into_iter().enumerate().map(of_work).collect();
            made
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Export → import is the identity, and changes nothing.
    #[test]
    fn what_is_written_is_read(filled in templates()) {
        let returned = read(&write_template(&filled).unwrap(), &filled).unwrap();
        let figures: Vec<_> = returned.figures.iter().map(|f| (f.indicator.clone(), f.period, f.answer.clone())).collect();
        let given = filled.figures.iter().filter_map(|row| Some((row.indicator.clone(), row.period, row.answer.clone()?)));
        prop_assert_eq!(figures, given.collect::<Vec<_>>());
        let work: Vec<_> = returned.work.iter().map(|w| (w.item.clone(), w.report.clone())).collect();
        let given = filled.work.iter().filter_map(|row| Some((row.item.clone(), row.report.clone()?)));
        prop_assert_eq!(work, given.collect::<Vec<_>>());
        prop_assert!(returned.figures.iter().all(|f| f.unchanged) && returned.work.iter().all(|w| w.unchanged));
        prop_assert!(returned.warnings.is_empty());
        let rows = returned.figures.len() + returned.work.len() + returned.open.len();
        prop_assert_eq!(rows, filled.figures.len() + filled.work.len());
        // Even trailing zeros stay, since what is typed is kept as words.
        let digits = |answer: &Answer| answer.value().map(|value| value.to_string());
        for (row, back) in filled.figures.iter().filter(|row| row.answer.is_some()).zip(&returned.figures) {
            prop_assert_eq!(row.answer.as_ref().and_then(digits), digits(&back.answer));
        }
    }

    /// Whatever stands in the cells, there is an answer or faults with their cells.
    #[test]
    fn no_text_breaks_the_reader(texts in prop::collection::vec("\\PC{0,12}", 6), numbers in any::<[f64; 2]>()) {
        let mut book = Book::open(&write_template(&template()).unwrap());
        for (at, text) in ["G7", "H7", "I7", "J7", "K7", "L7"].iter().zip(&texts) {
            book.put(1, at, Put::Words(text));
            book.put(2, &at.replace(['H', 'K', 'L'], "F"), Put::Words(text));
        }
        for (at, number) in ["G8", "J8"].iter().zip(numbers) {
            book.put(1, at, Put::Number(&format!("{number:e}")));
        }
        for line in outcome(&book.save(), &template()) {
            prop_assert!(line.contains(FIGURES_SHEET) || line.contains(WORK_SHEET) || line.starts_with("open "), "{}", line);
        }
    }
}
