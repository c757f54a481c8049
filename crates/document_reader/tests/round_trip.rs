//! The sample plan written by an office program in every format it knows, read
//! back, and compared with the text it was written from.
//!
//! Needs LibreOffice (`apt install libreoffice-writer-nogui`) and fails without it.

#![allow(
    missing_docs,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test, which says what it could not do"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The share of characters that must come back.
const SIMILARITY: f64 = 0.99;

#[test]
fn the_sample_comes_back_from_every_format() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/district-plan.txt");
    let office = office().expect("the round trip needs LibreOffice: apt install libreoffice-writer-nogui");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("round-trip");
    fs::create_dir_all(&folder).unwrap();
    let expected = words(&document_reader::read("plan.txt", &fs::read(&sample).unwrap()).unwrap());
    assert!(expected.len() > 100, "the sample has {} lines", expected.len());
    for format in ["docx", "doc", "odt", "html", "pdf"] {
        let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
        let done = Command::new(office)
            .args([&profile, "--headless", "--infilter=Text (encoded):UTF8", "--convert-to", format, "--outdir"])
            .arg(&folder)
            .arg(&sample)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "{format}: the office program failed");
        let name = format!("district-plan.{format}");
        let bytes = fs::read(folder.join(&name)).unwrap();
        let found = words(&document_reader::read(&name, &bytes).unwrap());
        let similarity = similarity(&expected, &found);
        let same = expected.iter().filter(|line| found.contains(line)).count();
        eprintln!("{format}: {similarity:.4} of the characters, {same} of {} lines", expected.len());
        assert!(similarity >= SIMILARITY, "{format}: {similarity}");
        assert_eq!(same, expected.len(), "{format}: lines differ");
    }
}

fn office() -> Option<&'static str> {
    let quiet = |name: &&&str| Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok();
    ["soffice", "libreoffice"].iter().find(quiet).copied()
}

/// The lines without their white space, empty ones left out.
fn words(source: &document_reader::Source) -> Vec<String> {
    let squeezed = source.lines.iter().map(|l| l.text.split_whitespace().collect::<String>());
    squeezed.filter(|l| !l.is_empty()).collect()
}

/// Twice the characters that both have in the same order, over all characters:
/// line by line, since lines that are the same need no closer look.
fn similarity(a: &[String], b: &[String]) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) =
        (a.iter().flat_map(|l| l.chars()).collect(), b.iter().flat_map(|l| l.chars()).collect());
    let before = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let rest = (a.len().min(b.len())) - before;
    let after = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let (mut row, inner) = (vec![0_usize; b.len() - before - after + 1], a.len() - before - after);
    for x in a.iter().skip(before).take(inner) {
        let mut diagonal = 0;
        for (at, y) in b.iter().skip(before).take(row.len() - 1).enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    2.0 * (before + after + row[row.len() - 1]) as f64 / (a.len() + b.len()) as f64
}
