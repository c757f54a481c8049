//! `lantu-pdf < report.json > report.pdf`: a report of Lantu as PDF, in the layout of
//! GB/T 9704-2012. The form of the JSON is described in README.md.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use lantu_pdf::{Faces, pdf};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    if std::env::args_os().nth(1).is_some() {
        return Err("用法：lantu-pdf < 报告.json > 报告.pdf；通常由 lantu report … -o 报告.pdf 调用".to_owned());
    }
    let mut report = Vec::new();
    io::stdin().lock().read_to_end(&mut report).map_err(|error| format!("读不了标准输入（{error}）"))?;
    let bytes = pdf(report, Faces::find()).map_err(|error| error.to_string())?;
    io::stdout().lock().write_all(&bytes).map_err(|error| format!("写不了标准输出（{error}）"))
}
