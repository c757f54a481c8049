//! `lantu number-check LIST FILE`: an edited report against its numbers as issued.

use std::path::PathBuf;

use document_reader::MAX_BYTES;
use plan_model::ReportNumbers;
use plan_workflow::number_check::{Finding, NumberCheck, check};

use super::{Failure, Outcome, files, output};

/// What to compare with what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 生成报告时写在旁边的数字清单（.numbers.json）
    numbers: PathBuf,
    /// 改过的报告（.docx）
    file: PathBuf,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let list = files::bytes(&args.numbers, MAX_BYTES)?;
    let issued: ReportNumbers = serde_json::from_slice(&list).map_err(|error| {
        let name = args.numbers.display();
        Failure::new(format!(
            "{name}:{}: 不是报告的数字清单（{error}）；请用生成报告时写出的 .numbers.json",
            error.line()
        ))
    })?;
    let returned = files::bytes(&args.file, MAX_BYTES)?;
    let name = args.file.display();
    let found = check(&issued, &returned).map_err(|error| Failure::new(format!("{name}:0: {error}")))?;
    match args.format {
        Format::Json => output::print(&output::json(&found)?)?,
        Format::Text => output::print(&text(&found))?,
    }
    match found.findings.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!("{name}:0: 有 {count} 处需要处理；请逐条改正后再核对"))),
    }
}

fn text(found: &NumberCheck) -> String {
    let line = |finding: &Finding| {
        let place = finding.place.as_ref().map_or_else(|| "（文中已没有）".to_owned(), ToString::to_string);
        let name = if finding.name.is_empty() { String::new() } else { format!("{}：", finding.name) };
        let expected =
            if finding.expected.is_empty() { String::new() } else { format!("应为 {}，", finding.expected) };
        let found = if finding.found.is_empty() { "无" } else { finding.found.as_str() };
        format!("【{}】{place}\n  {name}{expected}现为 {found}；{}\n", finding.kind.word(), finding.advice)
    };
    let mut out: String = found.findings.iter().map(line).collect();
    for disagreement in &found.disagreements {
        out.push_str(&format!("【前后不一】{}\n", disagreement.name));
        out.extend(disagreement.places.iter().map(|(place, words)| format!("  {words}  {place}\n")));
    }
    out.push_str(&format!(
        "核对绑定的数字和判断 {} 个，其中 {} 个未变；核对系统生成的语句和表格 {} 处；另看了 {} 个其他数字\n",
        found.compared, found.unchanged, found.passages, found.others
    ));
    if found.passages_lost > 0 {
        out.push_str(&format!("另有 {} 处系统生成的语句标记已丢失，没有核对其中的年月和用词\n", found.passages_lost));
    }
    out
}
