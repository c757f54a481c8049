//! How fast documents are read: `cargo bench -p document_reader`.
//! The text is made up; it has the mix of headings, paragraphs, boxes and
//! tables of a plan.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench made of fixtures that are known to be good")]

use divan::{Bencher, counter::CharsCount};

#[allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared with the tests, which use more of it")]
#[path = "../src/testing/make.rs"]
mod make;

#[allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared with the tests, which use more of it")]
#[path = "../src/testing/pdf.rs"]
mod pdf_maker;

fn main() {
    divan::main();
}

/// A plan text of about 40,000 characters.
fn plan() -> String {
    let mut text = String::from("望潮区国民经济和社会发展第十四个五年规划纲要\n");
    for chapter in 1..=12 {
        text.push_str(&format!("第{chapter}章 发展目标\n一、总体要求\n"));
        for clause in 1..=14 {
            text.push_str(&format!(
                "（一）做强渔业。到2025年，全区渔港达到{clause}座，冷库达到3座，渔业产值达到50亿元，"
            ));
            text.push_str(&"完善码头设施，提高泊位能力，服务渔民生产生活，形成产业集群，".repeat(6));
            text.push_str("群众收入稳步提高。\n");
        }
        text.push_str("专栏1 重点工程\n1. 渔港工程：新建泊位10个。\n2. 冷库工程：新建冷库3座。\n");
        text.push_str("表1 主要指标\n指标\t单位\t2020年\t2025年\n渔港\t座\t8\t10\n冷库\t座\t1\t3\n");
    }
    text
}

#[divan::bench]
fn txt(bencher: Bencher) {
    let text = plan();
    bencher
        .counter(CharsCount::new(text.chars().count()))
        .bench(|| document_reader::read("plan.txt", divan::black_box(text.as_bytes())).unwrap());
}

#[divan::bench]
fn txt_gb18030(bencher: Bencher) {
    let text = plan();
    let bytes = encoding_rs::GB18030.encode(&text).0.into_owned();
    bencher
        .counter(CharsCount::new(text.chars().count()))
        .bench(|| document_reader::read("plan.txt", divan::black_box(&bytes)).unwrap());
}

#[divan::bench]
fn txt_one_line(bencher: Bencher) {
    let text = plan().replace('\n', "").repeat(25);
    bencher
        .counter(CharsCount::new(text.chars().count()))
        .bench(|| document_reader::read("plan.txt", divan::black_box(text.as_bytes())).unwrap());
}

#[divan::bench]
fn docx(bencher: Bencher) {
    let text = plan();
    let body: String = text.lines().map(make::p).collect();
    let bytes = make::docx(&body, &[]);
    bencher
        .counter(CharsCount::new(text.chars().count()))
        .bench(|| document_reader::read("plan.docx", divan::black_box(&bytes)).unwrap());
}

#[divan::bench]
fn html(bencher: Bencher) {
    let text = plan();
    let body: String = text.lines().map(|l| format!("<p style=\"text-indent:2em\">{l}</p>\n")).collect();
    let page = format!("<html><body><div class=nav><a href=/>首页</a></div><div>{body}</div></body></html>");
    bencher
        .counter(CharsCount::new(text.chars().count()))
        .bench(|| document_reader::read("plan.html", divan::black_box(page.as_bytes())).unwrap());
}

#[divan::bench]
fn xlsx(bencher: Bencher) {
    let row = |n: usize| {
        format!(
            "<row r=\"{n}\"><c r=\"A{n}\" t=\"inlineStr\"><is><t>渔港数量</t></is></c><c r=\"B{n}\"><v>{n}.5</v></c></row>"
        )
    };
    let rows: String = (1..=5_000).map(row).collect();
    let bytes = make::xlsx(&[("指标", &rows)], &[]);
    bencher
        .counter(CharsCount::new(5_000_usize * 8))
        .bench(|| document_reader::read("plan.xlsx", divan::black_box(&bytes)).unwrap());
}

/// Twenty pages of thirty lines.
#[divan::bench]
fn pdf(bencher: Bencher) {
    let text: Vec<char> = plan().chars().filter(|c| !c.is_control()).collect();
    let lines: Vec<String> = text.chunks(30).take(600).map(|line| line.iter().collect()).collect();
    let line = |(at, line): (usize, &String)| pdf_maker::text(50.0, 60.0 + 16.0 * at as f32, line);
    let pages: Vec<Vec<_>> = lines.chunks(30).map(|page| page.iter().enumerate().map(line).collect()).collect();
    let bytes = pdf_maker::pdf(pdf_maker::Codes::ToUnicode, &pages);
    bencher
        .counter(divan::counter::ItemsCount::new(pages.len()))
        .bench(|| document_reader::read("plan.pdf", divan::black_box(&bytes)).unwrap());
}

/// Twenty pages as a gazette sets them: two columns of forty lines, notes at the
/// foot, and a table with rules across both.
#[divan::bench]
fn pdf_two_columns(bencher: Bencher) {
    use pdf_maker::{Ink, text};
    let words: Vec<char> = plan().chars().filter(|c| !c.is_control()).collect();
    let mut lines = words.chunks(16).map(|line| line.iter().collect::<String>()).cycle();
    let page = |number: usize| {
        let mut ink = vec![text(150.0, 25.0, "望潮区渔业规划"), text(190.0, 590.0, &format!("— {number} —"))];
        for (x, top, count) in [(30.0, 45.0, 20), (215.0, 45.0, 20), (30.0, 420.0, 12), (215.0, 420.0, 12)] {
            for at in 0..count {
                ink.push(text(x, top + 12.5 * at as f32, &lines.next().unwrap_or_default()));
            }
        }
        ink.extend((0..7).map(|at| Ink::Rule(30.0, 310.0 + 15.0 * at as f32, 375.0, 310.0 + 15.0 * at as f32)));
        ink.extend([30.0, 150.0, 225.0, 300.0, 375.0].map(|x| Ink::Rule(x, 310.0, x, 400.0)));
        for at in 0..6 {
            let y = 321.0 + 15.0 * at as f32;
            ink.extend(
                [(35.0, "渔业增加值"), (155.0, "亿元"), (230.0, "40"), (305.0, "50")].map(|(x, w)| text(x, y, w)),
            );
        }
        ink.push(Ink::Text(30.0, 572.0, 8.0, format!("{number} 二级以上渔港。")));
        ink
    };
    let pages: Vec<Vec<Ink>> = (1..=20).map(page).collect();
    let bytes = pdf_maker::pdf(pdf_maker::Codes::ToUnicode, &pages);
    bencher
        .counter(divan::counter::ItemsCount::new(pages.len()))
        .bench(|| document_reader::read("plan.pdf", divan::black_box(&bytes)).unwrap());
}
