//! `lantu import FILE`: a plan into the store; its id alone on standard output.

use std::path::PathBuf;

use document_reader::MAX_BYTES;
use plan_model::PlanPeriod;
use plan_workflow::{
    Sheet, WorkflowError,
    import::{self, ImportRequest, Preview},
    records::{PlanId, PlanKind},
    slice::LinkCounts,
};

use super::{Failure, Outcome, files, output, store};
use crate::clock::Clock;

/// Which plan, and what to say of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 规划文件（txt、html、docx、xlsx）
    file: PathBuf,
    /// 标题
    #[arg(long)]
    title: String,
    /// 行政区划代码（如 330902）或名称
    #[arg(long)]
    jurisdiction: String,
    /// 规划期，如 2021-2025
    #[arg(long)]
    period: PlanPeriod,
    /// 类型：outline 纲要、special 专项规划、scheme 实施方案、annual 年度计划
    #[arg(long, default_value = "outline")]
    kind: PlanKind,
    /// 上位规划的编号
    #[arg(long, value_name = "ID")]
    parent: Option<PlanId>,
    /// 增补或改写指标词典的文件，可多次给出
    #[arg(long, value_name = "FILE")]
    indicators: Vec<PathBuf>,
    /// 主要指标表另在一个文件中（xlsx、docx、html）时，该文件
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// 没有找到目标、或同一文本已导入时，仍然导入
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let preview = preview(args)?;
    eprint!("{}", files::problem_lines(&args.file, &preview.register.problems));
    if preview.register.commitments.is_empty() {
        eprint!("{}", files::problem_lines(&args.file, [&super::extract::nothing_found()]));
    }
    args.store.with(async |store| {
        let imported = import::import(&store, &store::actor(), Clock::System.now(), preview, args.force).await?;
        if !imported.links.is_empty() {
            let counts = LinkCounts::of(imported.links.iter().map(|link| link.state));
            let LinkCounts { exact, likely, new, .. } = counts;
            eprintln!("与上级规划的对应：一致 {exact}，可能 {likely}，新增 {new}；请在“衔接”页面核对");
        }
        output::print(&format!("{}\n", imported.plan))
    })
}

fn preview(args: &Args) -> Result<Preview, Failure> {
    let bytes = files::bytes(&args.file, MAX_BYTES)?;
    let request = ImportRequest {
        title: Some(args.title.clone()),
        jurisdiction: args.jurisdiction.clone(),
        period: Some(args.period),
        kind: args.kind,
        parent: args.parent,
    };
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let dictionary = files::dictionary(&args.indicators)?;
    let table = args.table.as_ref().map(|path| files::bytes(path, MAX_BYTES).map(|bytes| (path, bytes))).transpose()?;
    let sheet_name = args.table.as_ref().and_then(|path| path.file_name()).unwrap_or_default().to_string_lossy();
    let sheet = table.as_ref().map(|(_, bytes)| Sheet { name: &sheet_name, bytes });
    import::preview_with(request, (&name, &bytes), sheet, &dictionary).map_err(|error| match error {
        WorkflowError::Unreadable(_) => Failure::new(format!("{}:0: {error}", args.file.display())),
        other => other.into(),
    })
}
