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

/// A head and rows as CSV.
pub(crate) fn csv<R>(
    head: impl IntoIterator<Item = &'static str>,
    rows: impl Iterator<Item = R>,
) -> Result<String, Failure>
where
    R: IntoIterator<Item = String>,
{
    let broken = |error: csv::Error| Failure::new(format!("不能写成 CSV（{error}）；请报告此问题"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(broken)?;
    for row in rows {
        writer.write_record(row).map_err(broken)?;
    }
    let bytes = writer.into_inner().map_err(|error| Failure::new(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Columns side by side; a Chinese character takes two places in a terminal.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |text: &str| -> usize { text.chars().map(|c| if (c as u32) < 0x1100 { 1 } else { 2 }).sum() };
    let mut widths = [0; N];
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(width(cell));
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (most, cell) in widths.iter().zip(row) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', most - width(cell) + 2));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
