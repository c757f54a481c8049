//! The office program that writes the formats.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Writes these files of the folder in another format, beside them.
pub(crate) fn convert(folder: &Path, files: impl Iterator<Item = String>, format: &str) {
    let (typed, set): (Vec<String>, Vec<String>) = files.partition(|file| file.ends_with(".txt"));
    // How to read plain text must be said; all else the program sees for itself.
    for (files, filter) in [(typed, Some("--infilter=Text (encoded):UTF8")), (set, None)] {
        if !files.is_empty() {
            run(folder, &files, filter, format);
        }
    }
}

fn run(folder: &Path, files: &[String], filter: Option<&str>, format: &str) {
    let done = Command::new(program())
        .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
        .arg("--headless")
        .args(filter)
        .args(["--convert-to", format, "--outdir", "."])
        .args(files)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(done.success(), "{format}: the office program failed");
}

fn program() -> &'static str {
    let runs = |name: &&&str| Command::new(name).arg("--version").stdout(Stdio::null()).status().is_ok();
    let found = ["soffice", "libreoffice"].iter().find(runs).copied();
    found.expect("the round trip needs LibreOffice: apt install libreoffice-writer-nogui")
}
