//! The sample plan typed, set on pages as offices and printers do, written by an
//! office program in every format it knows, and read back: the commitments found
//! are the same as those of the text. With the real documents at hand
//! (`LANTU_CORPUS`) they go the same way.
//!
//! Needs LibreOffice (`apt install libreoffice-writer-nogui`) and fails without it.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

mod office;
mod typeset;

#[allow(dead_code, unreachable_pub, reason = "shared with the tests of the reader, which use more of it")]
#[path = "../../../document_reader/src/testing/make.rs"]
mod make;

use std::{
    fs,
    path::{Path, PathBuf},
};

use document_reader::{Role, Source};
use plan_extraction::{Options, extract};
use plan_model::{Commitment, plain};
use typeset::Look;

const FORMATS: [&str; 5] = ["docx", "doc", "odt", "html", "pdf"];

/// What counts of a commitment: all but the line it stands in and its words.
fn row(commitment: &Commitment) -> String {
    let t = &commitment.target;
    let figure = |f: Option<_>| f.map(plain).unwrap_or_default();
    let (value, high) = (figure(t.value), figure(t.value_high));
    format!("{} {} {value} {high} {} {} {} {}", commitment.name, t.comparison, t.unit, t.due, t.soft, commitment.class)
}

fn rows(source: &Source) -> Vec<String> {
    extract(source, &Options::default()).commitments.iter().map(row).collect()
}

/// Those that stand in tables.
fn rows_of_tables(source: &Source) -> Vec<String> {
    let found = extract(source, &Options::default()).commitments;
    let in_table = |c: &&Commitment| source.line(c.anchor.line).is_some_and(|l| l.role == Role::TableRow);
    found.iter().filter(in_table).map(row).collect()
}

fn texts() -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = vec![workspace.join("samples/district-plan.txt")];
    let real = std::env::var_os("LANTU_CORPUS").map(|folder| workspace.join(folder).join("plans"));
    let entries = real.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten();
    let mut real: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    real.sort();
    found.extend(real);
    found
}

#[test]
fn every_format_gives_the_commitments_of_the_text() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("round-trip");
    fs::create_dir_all(&folder).unwrap();
    let mut made = Vec::new();
    for path in texts() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let source = document_reader::read("plan.txt", &bytes).unwrap();
        let (expected, tabbed) = (rows(&source), rows_of_tables(&source));
        assert!(expected.len() > 20, "{name} has {} rows", expected.len());
        fs::write(folder.join(format!("{name}-typed.txt")), &bytes).unwrap();
        made.push((format!("{name}-typed"), "txt", expected.clone(), tabbed.clone()));
        for (look, kind) in [(Look::OFFICE, "office"), (Look::GAZETTE, "gazette")] {
            fs::write(folder.join(format!("{name}-{kind}.fodt")), typeset::flat_odt(&source, look)).unwrap();
            made.push((format!("{name}-{kind}"), "fodt", expected.clone(), tabbed.clone()));
        }
    }
    let mut wrong = Vec::new();
    for format in FORMATS {
        office::convert(&folder, made.iter().map(|(name, from, ..)| format!("{name}.{from}")), format);
        for (name, _, expected, tabbed) in &made {
            let file = format!("{name}.{format}");
            let source = document_reader::read(&file, &fs::read(folder.join(&file)).unwrap()).unwrap();
            let found = rows(&source);
            let (mut missing, extra) = (without(expected, &found), without(&found, expected));
            // Tabs that were printed are gaps of any width: where they make no columns,
            // the table is reported and none of its rows is guessed.
            if source.problems.iter().any(|p| p.code == "table-columns-unclear") && name.ends_with("-typed") {
                missing.retain(|row| !tabbed.contains(row));
            }
            println!("{file}: {} rows, {} missing, {} extra", found.len(), missing.len(), extra.len());
            wrong.extend(missing.iter().map(|row| format!("{file} - {row}")));
            wrong.extend(extra.iter().map(|row| format!("{file} + {row}")));
        }
    }
    assert!(wrong.is_empty(), "{} rows differ\n{}", wrong.len(), wrong.join("\n"));
}

/// The rows of one that the other has not, counted.
fn without<'a>(of: &'a [String], other: &[String]) -> Vec<&'a String> {
    let mut rest: Vec<&String> = other.iter().collect();
    of.iter().filter(|row| rest.iter().position(|r| r == row).map(|at| rest.swap_remove(at)).is_none()).collect()
}

/// The main indicator table as somebody hands it in beside the plan: a sheet.
#[test]
fn the_main_table_is_read_from_a_sheet() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/district-plan.txt");
    let plan = document_reader::read("plan.txt", &fs::read(path).unwrap()).unwrap();
    let expected = rows_of_tables(&plan);
    assert!(expected.len() > 20, "{} rows", expected.len());
    let table = plan.tables.iter().max_by_key(|t| t.rows.len()).unwrap();
    let first = plan.tables.first().map_or(0, |t| t.first_line);
    let last = plan.tables.last().map_or(0, |t| t.first_line + t.rows.len() as u32 - 1);
    assert!(table.rows.len() > 3 && first > 1);
    // The heading above the table, then every line of it with its captions.
    let lines = (first - 1..=last).filter_map(|number| plan.line(number));
    let cell = |(column, text): (u8, &str)| {
        let at = char::from(b'A' + column);
        format!(r#"<c r="{at}ROW" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let row = |(number, line): (u32, &document_reader::Line)| {
        let cells: String = (0..).zip(line.text.split('\t')).map(cell).collect();
        format!("<row r=\"{number}\">{}</row>", cells.replace("ROW", &number.to_string()))
    };
    let rows: String = (1..).zip(lines).map(row).collect();
    let sheet = document_reader::read("main.xlsx", &make::xlsx(&[("主要指标", &rows)], &[])).unwrap();
    assert_eq!(self::rows(&sheet), expected);
}
