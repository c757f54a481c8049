//! `lantu report PLAN`: a report as a Word file, and beside it the list of its
//! numbers, with which the edited file is compared later; or the same report as PDF.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use plan_assessment::DEFAULT_RULE_SET;
use plan_model::PlanPeriod;
use plan_report::{
    compose::{ReportKind, Template, compose},
    write_docx,
};
use plan_workflow::{assessments::Matter, number_check, records::PlanId};

use super::{Failure, Outcome, assess, files, output, store};
use crate::{clock::Clock, pdf, report};

/// A template is no larger.
const LARGEST_TEMPLATE: usize = 1024 * 1024;

/// Which report of what, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 规划编号
    plan: PlanId,
    /// 种类：annual 年度监测、midterm 中期评估、final 总结评估、yearly-plan 年度计划执行、brief 一页简报
    #[arg(long)]
    kind: ReportKind,
    /// 判断日期，如 2023-12-31；不写则为今天
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
    /// 判断规则：share-of-pace、points-behind、growth-pace，或一个 .toml 规则文件
    #[arg(long, value_name = "NAME", default_value = DEFAULT_RULE_SET)]
    rules: String,
    /// 自己的报告模板；不写则用该种类的现成模板
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// 数据是虚构的示例，在标题下注明
    #[arg(long)]
    sample: bool,
    /// 写到哪个文件（.docx 或 .pdf）；.docx 的数字清单写在旁边的 .numbers.json
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// 写 PDF 的程序；不写则用 lantu 旁边的 lantu-pdf
    #[arg(long, value_name = "FILE")]
    pdf_writer: Option<PathBuf>,
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let path = &args.output;
    let ends = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    if !ends("docx") && !ends("pdf") {
        return Err(Failure::new(format!(
            "{}:0: 报告写成 Word 或 PDF 文件；请把输出文件名的结尾写成 .docx 或 .pdf",
            path.display()
        )));
    }
    let rules = assess::rule_set(&args.rules)?;
    let as_of = args.as_of.unwrap_or_else(|| Clock::System.today());
    let template = template(args)?;
    args.store.with(async |store| {
        let matter = Matter::read(&store, args.plan, as_of).await?;
        fits(args.kind, matter.situation.plan.head.period, as_of)?;
        let mut data = report::data(&matter.situation, &matter.work(as_of, &[]), &rules, as_of);
        data.sample = args.sample;
        let peers = matter.peers.known_on(as_of, |_| true);
        data.peers = report::peers(&matter.situation, (&rules, as_of), &matter.directory, &peers);
        let name = args.template.as_ref().map_or_else(|| args.kind.to_string(), |path| path.display().to_string());
        let mut document = compose(&template, &data).map_err(|error| Failure::new(format!("{name}:{error}")))?;
        "内部".clone_into(&mut document.mark);
        if ends("pdf") {
            let program = args.pdf_writer.clone().unwrap_or_else(pdf::beside);
            let bytes = pdf::write(&document, &program).map_err(|error| Failure::new(error.to_string()))?;
            write(path, &bytes)?;
            return output::print(&format!("{}\n", path.display()));
        }
        let issued = write_docx(&document).map_err(|error| Failure::new(error.to_string()))?;
        let mut numbers = issued.numbers;
        numbers.literals = number_check::literals(&issued.bytes).map_err(|error| Failure::new(error.to_string()))?;
        let list = path.with_extension("numbers.json");
        // The list first: a report without it could not be checked.
        write(&list, output::json(&numbers)?.as_bytes())?;
        write(path, &issued.bytes)?;
        output::print(&format!("{}\n{}\n", path.display(), list.display()))
    })
}

/// Refuses a report on a plan that has not begun, and one of a kind that is not made
/// of plans of so many years.
fn fits(kind: ReportKind, period: PlanPeriod, as_of: Date) -> Outcome {
    let first = period.first_year();
    if as_of.year() < first {
        return Err(Failure::new(format!(
            "规划从 {first} 年开始，{as_of} 还没有实施情况可报告；请用 --as-of 写规划开始以后的日期"
        )));
    }
    let of_one_year = period.years() == 1;
    match kind {
        ReportKind::YearlyPlan if !of_one_year => Err(Failure::new(
            "年度计划执行情况报告的对象是一年的计划；请写年度计划（或政府工作报告）的编号，或改用 annual 年度监测",
        )),
        ReportKind::MidTerm | ReportKind::Final if of_one_year => {
            Err(Failure::new("中期评估、总结评估的对象是几年的规划；一年的计划请用 yearly-plan"))
        }
        _ => Ok(()),
    }
}

fn template(args: &Args) -> Result<Template, Failure> {
    let (name, text) = match &args.template {
        None => (args.kind.to_string(), args.kind.ready_template().to_owned()),
        Some(path) => {
            let name = path.display().to_string();
            let text = String::from_utf8(files::bytes(path, LARGEST_TEMPLATE)?)
                .map_err(|_| Failure::new(format!("{name}:0: 不是 UTF-8 文本；请另存为 UTF-8")))?;
            (name, text)
        }
    };
    Template::parse(&text).map_err(|error| Failure::new(format!("{name}:{error}")))
}

/// Writes a file whole: beside it first, then in its place.
fn write(path: &Path, bytes: &[u8]) -> Outcome {
    let cannot = |error: std::io::Error| {
        Failure::new(format!(
            "{}:0: 写不了文件（{error}）；请检查文件夹是否存在、有没有权限、磁盘是否已满",
            path.display()
        ))
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    fs::write(&beside, bytes).map_err(cannot)?;
    fs::rename(&beside, path).map_err(cannot)
}
