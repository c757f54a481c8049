//! `lantu figures import PLAN FILE`: figures into the store, all of them or none.

use std::path::PathBuf;

use document_reader::MAX_BYTES;
use plan_workflow::{
    WorkflowError,
    figures::{self, FiguresFile, Taking},
    records::PlanId,
};

use super::{Failure, Outcome, files, output, store};
use crate::clock::Clock;

/// What to do with figures.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Task {
    /// 从 CSV 或 xlsx 文件导入监测值；有一处错误就全部不保存
    Import(Import),
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
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(task: &Task) -> Outcome {
    let Task::Import(args) = task;
    let bytes = files::bytes(&args.file, MAX_BYTES)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    args.store.with(async |store| {
        let file = FiguresFile { name: &name, bytes: &bytes };
        let taking = Taking { dry_run: args.dry_run, ..Taking::default() };
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
