//! Standard output: written whole, quiet when the reader of a pipe has gone.

use std::io::{self, ErrorKind, Write};

use super::{Failure, Outcome};

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        // `lantu extract … | head` ends here; there is nobody left to tell.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::new("")),
        Err(error) => Err(Failure::new(format!("写不了标准输出（{error}）；请检查磁盘空间"))),
    }
}

/// A cell of a tab-separated row: no tabs, no line ends.
pub(crate) fn cell(text: &str) -> String {
    text.replace(['\t', '\n', '\r'], " ")
}

/// A value as JSON with a line end.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|e| Failure::new(format!("不能写成 JSON（{e}）；请报告此问题")))
}
