//! PDF by the program `lantu-pdf`, which stands beside this one. It is a program of
//! its own because the typesetter in it takes longer to build than all of Lantu.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use plan_report::{Document, ReportError, write_printed};

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PdfError {
    /// The report itself cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The program is not there.
    #[error("没有写 PDF 的程序 {}；请在源码目录运行 make pdf，把 pdf/target/release/lantu-pdf 放在 lantu 旁边，或先写成 .docx 再用办公软件另存", .0.display())]
    Missing(PathBuf),
    /// It cannot be run.
    #[error("运行不了 {}（{}）；请检查它是不是本机的程序、有没有执行权限", .0.display(), .1)]
    Broken(PathBuf, io::Error),
    /// It says why there is no PDF.
    #[error("{0}")]
    Refused(String),
}

/// Where the program is to be: beside this one.
pub(crate) fn beside() -> PathBuf {
    let name = format!("lantu-pdf{}", std::env::consts::EXE_SUFFIX);
    let folder = std::env::current_exe().ok().and_then(|own| own.parent().map(Path::to_path_buf));
    folder.unwrap_or_default().join(name)
}

/// The report as PDF, written by the program at `program`.
pub(crate) fn write(document: &Document, program: &Path) -> Result<Vec<u8>, PdfError> {
    let report = write_printed(document)?;
    if !program.is_file() {
        return Err(PdfError::Missing(program.to_path_buf()));
    }
    let broken = |error| PdfError::Broken(program.to_path_buf(), error);
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(broken)?;
    let stdin = child.stdin.take();
    // Written aside: a program that answers before it has read all must not wait for us.
    let writing = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&report)));
    let done = child.wait_with_output().map_err(broken)?;
    // What it could not be given shows in its answer.
    drop(writing.join());
    if done.status.success() && done.stdout.starts_with(b"%PDF-") {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    let silent = || format!("{} 没有写出 PDF（{}）；请报告此问题", program.display(), done.status);
    Err(PdfError::Refused(if said.is_empty() { silent() } else { said }))
}
