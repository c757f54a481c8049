//! `lantu directory import FILE`: units, people and duties into the store, all of
//! them or none.

use std::path::PathBuf;

use document_reader::MAX_BYTES;
use plan_workflow::{
    WorkflowError,
    directory::{self, DirectoryFile, Outcome, Preview},
};

use super::{Failure, Outcome as Done, files, output, store};
use crate::clock::Clock;

/// What to do with units and people.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Task {
    /// 从 xlsx 或 CSV 文件导入单位、人员和岗位职责；有一处错误就全部不保存
    Import(Import),
}

/// Which file.
#[derive(Debug, clap::Args)]
pub(crate) struct Import {
    /// 文件（xlsx 或 CSV）；模板可在“单位与人员”页面下载
    file: PathBuf,
    /// 只检查，不保存
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(task: &Task) -> Done {
    let Task::Import(args) = task;
    let bytes = files::bytes(&args.file, MAX_BYTES)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    args.store.with(async |store| {
        let file = DirectoryFile { name: &name, bytes: &bytes };
        let (actor, clock) = (store::actor(), Clock::System);
        let who = (&actor, clock.today());
        let read = if args.dry_run {
            let directory = directory::read(&store, None).await?;
            directory::preview(&directory, who, file)
        } else {
            directory::import(&store, who, clock.now(), file).await
        };
        match read {
            Ok(preview) if preview.errors.is_empty() => {
                eprint!("{}", files::problem_lines(&args.file, &preview.warnings));
                output::print(&said(&preview, args.dry_run))
            }
            Ok(Preview { errors, .. }) | Err(WorkflowError::BadDirectory(errors)) => {
                let lines = files::problem_lines(&args.file, &errors);
                Err(Failure::new(format!("{lines}{} 处错误，全部未保存；请改正后重新导入", errors.len())))
            }
            Err(WorkflowError::Unreadable(error)) => Err(Failure::new(format!("{}:0: {error}", args.file.display()))),
            Err(error) => Err(error.into()),
        }
    })
}

fn said(preview: &Preview, dry_run: bool) -> String {
    let done = if dry_run { "检查无误，未保存" } else { "已保存" };
    let count = |outcome| preview.count(None, outcome);
    let (new, changed, same) = (count(Outcome::New), count(Outcome::Changed), count(Outcome::Unchanged));
    format!("{done}：新增 {new}，变更 {changed}，与已有相同 {same}\n")
}
