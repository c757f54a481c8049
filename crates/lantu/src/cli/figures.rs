//! `lantu figures import PLAN FILE`: figures into the store, all of them or none;
//! `lantu figures check PLAN`: what does not fit among those stored.

use std::path::PathBuf;

use document_reader::MAX_BYTES;
use jiff::civil::Date;
use plan_assessment::quality::Severity;
use plan_model::plain;
use plan_workflow::{
    WorkflowError,
    assess::Situation,
    figures::{self, FiguresFile, Taking},
    quality::{self, Quality},
    records::PlanId,
};

use super::{Failure, Outcome, files, output, store};
use crate::clock::Clock;

/// What to do with figures.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Task {
    /// 从 CSV 或 xlsx 文件导入监测值；有一处错误就全部不保存
    Import(Import),
    /// 按质量规则检查已存的监测值，列出不合理的数和相互矛盾的数
    Check(Check),
}

/// Which figures, into which plan.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// 规划编号
    plan: PlanId,
    /// 监测值文件（CSV 或 xlsx）
    file: PathBuf,
    /// 只检查，不保存
    #[arg(long)]
    dry_run: bool,
    /// 本地质量规则文件（.toml），可写多次
    #[arg(long, value_name = "FILE")]
    quality: Vec<PathBuf>,
    #[command(flatten)]
    store: store::StoreArgs,
}

/// Whose figures to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// 规划编号
    plan: PlanId,
    /// 只看此日之前结束的期间，如 2023-12-31；不写则为今天
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    as_of: Option<Date>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// 本地质量规则文件（.toml），可写多次
    #[arg(long, value_name = "FILE")]
    quality: Vec<PathBuf>,
    #[command(flatten)]
    store: store::StoreArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(crate) fn run(task: &Task) -> Outcome {
    match task {
        Task::Import(args) => import(args),
        Task::Check(args) => check(args),
    }
}

fn check(args: &Check) -> Outcome {
    let rules = files::quality(&args.quality)?;
    let as_of = args.as_of.unwrap_or_else(|| Clock::System.today());
    args.store.with(async |store| {
        let situation = Situation::read(&store, args.plan, None).await?;
        let found = quality::check(&situation, &rules, as_of);
        match args.format {
            Format::Json => output::print(&output::json(&found)?),
            Format::Table => output::print(&lines(&situation, &found)),
        }
    })
}

/// One finding a line: what it weighs, rule, place, words, what to do.
fn lines(situation: &Situation, found: &Quality) -> String {
    let name =
        |id: &str| situation.records.iter().find(|r| r.indicator.id == id).map_or("", |r| r.indicator.name.as_str());
    let mut out = String::new();
    for finding in &found.findings {
        let place = format!("{} {} {}", finding.indicator, finding.period, finding.standing);
        let words = format!("{}；{}", finding.message.zh, finding.advice.zh);
        let cells = [finding.severity.word(), &finding.rule, &place, &output::cell(&words)].join("\t");
        out.push_str(&cells);
        out.push('\n');
    }
    for clash in &found.contradictions {
        let (one, other) = (&clash.better, &clash.other);
        let words = format!(
            "“{}”{} 为 {}，{} 为 {}，相差 {}，超过 {}",
            name(&one.indicator),
            one.standing,
            plain(one.value),
            other.standing,
            plain(other.value),
            plain(clash.difference.abs()),
            plain(clash.allowed)
        );
        out.push_str(&format!("矛盾\tstandings\t{} {}\t{}\n", one.indicator, one.period, output::cell(&words)));
    }
    let count = |severity: Severity| found.findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = Severity::ALL.iter().map(|severity| format!("{} {}", severity.word(), count(*severity)));
    out.push_str(&format!("{}，矛盾 {}\n", counts.collect::<Vec<_>>().join("，"), found.contradictions.len()));
    out
}

fn import(args: &Import) -> Outcome {
    let bytes = files::bytes(&args.file, MAX_BYTES)?;
    let rules = files::quality(&args.quality)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    args.store.with(async |store| {
        let file = FiguresFile { name: &name, bytes: &bytes };
        let taking = Taking { dry_run: args.dry_run, quality: rules, ..Taking::default() };
        let taken = figures::import_file(&store, &store::actor(), Clock::System.now(), args.plan, file, taking).await;
        match taken {
            Ok(report) => {
                eprint!("{}", files::problem_lines(&args.file, &report.warnings));
                let done = if report.dry_run { "检查无误，未保存" } else { "已保存" };
                let (new, revised, unchanged) = (report.new, report.revised, report.unchanged);
                output::print(&format!("{done}：新增 {new}，修订 {revised}，与已有相同 {unchanged}\n"))
            }
            Err(WorkflowError::BadFigures(problems)) => {
                let lines = files::problem_lines(&args.file, &problems);
                Err(Failure::new(format!("{lines}{} 处错误，全部未保存；请改正后重新导入", problems.len())))
            }
            Err(WorkflowError::Unreadable(error)) => Err(Failure::new(format!("{}:0: {error}", args.file.display()))),
            Err(error) => Err(error.into()),
        }
    })
}
