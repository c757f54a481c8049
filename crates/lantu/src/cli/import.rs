//! `lantu import FILE`: a plan into the store; its id alone on standard output.

use std::path::PathBuf;

use document_reader::MAX_BYTES;
use plan_model::PlanPeriod;
use plan_store::Store;
use plan_workflow::{
    Sheet, WorkflowError,
    confirm::Content,
    editions::{self, Change, Comparison},
    import::{self, ImportRequest, Preview},
    records::{PlanId, PlanKind},
    slice::LinkCounts,
    storage::Storage as _,
};

use super::{Failure, Outcome, files, output, store};
use crate::clock::Clock;

/// Which plan, and what to say of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 规划文件（txt、html、docx、xlsx）
    file: PathBuf,
    /// 标题
    #[arg(long, required_unless_present = "edition_of")]
    title: Option<String>,
    /// 行政区划代码（如 330902）或名称
    #[arg(long, required_unless_present = "edition_of")]
    jurisdiction: Option<String>,
    /// 规划期，如 2021-2025
    #[arg(long, required_unless_present = "edition_of")]
    period: Option<PlanPeriod>,
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
    /// 这是某一规划的更正文本：与现有文本比较，并把台账转到新文本
    #[arg(long, value_name = "ID", conflicts_with_all = ["title", "jurisdiction", "period", "kind", "parent", "force"])]
    edition_of: Option<PlanId>,
    /// 更正的缘由（与 --edition-of 合用）
    #[arg(long, requires = "edition_of", default_value = "")]
    note: String,
    /// 只比较，不保存（与 --edition-of 合用）
    #[arg(long, requires = "edition_of")]
    dry_run: bool,
    /// 没有找到目标、或同一文本已导入时，仍然导入
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if let Some(plan) = args.edition_of {
        return args.store.with(async |store| edition(args, &store, plan).await);
    }
    let request = ImportRequest {
        title: args.title.clone(),
        jurisdiction: args.jurisdiction.clone().unwrap_or_default(),
        period: args.period,
        kind: args.kind,
        parent: args.parent,
    };
    let preview = preview(args, request)?;
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

/// Compares a corrected text with the stored one, and stores it unless only
/// comparing was asked for.
async fn edition(args: &Args, store: &Store, plan: PlanId) -> Outcome {
    let head = store.plan(plan).await?.head;
    let (jurisdiction, period, kind, parent) = (head.jurisdiction, Some(head.period), head.kind, head.parent);
    let request = ImportRequest { title: Some(head.title), jurisdiction, period, kind, parent };
    let correction = editions::compare(store, plan, preview(args, request)?).await?;
    let comparison = &correction.comparison;
    let count = |change| comparison.count(change);
    eprintln!(
        "目标任务：不变 {}，改写 {}，数值有变 {}，删去 {}，新增 {}；文本：相同 {} 行，删去 {} 行，新增 {} 行",
        count(Change::Unchanged),
        count(Change::Reworded),
        count(Change::ValueChanged),
        count(Change::Gone),
        count(Change::New),
        comparison.same_lines,
        comparison.gone_lines.len(),
        comparison.new_lines.len(),
    );
    if args.dry_run {
        return output::print(&differences(comparison));
    }
    editions::store(store, &store::actor(), Clock::System.now(), correction, &args.note).await?;
    output::print(&format!("{plan}\n"))
}

/// What is not the same, a row each: `change key name old new line`.
fn differences(comparison: &Comparison) -> String {
    let mut rows = "change\tkey\tname\told\tnew\tline\n".to_owned();
    let said = |content: Option<&Content>| content.map_or("", Content::quote).replace(['\t', '\n', '\r'], " ");
    for item in comparison.items.iter().filter(|item| item.change != Change::Unchanged) {
        let (old, new) = (item.old.as_ref(), item.new.as_ref());
        let Some(content) = new.or(old) else { continue };
        let name = content.name().replace(['\t', '\n', '\r'], " ");
        let line = content.anchor().line;
        rows.push_str(&format!("{}\t{}\t{name}\t{}\t{}\t{line}\n", item.change.code(), item.key, said(old), said(new)));
    }
    rows
}

fn preview(args: &Args, request: ImportRequest) -> Result<Preview, Failure> {
    let bytes = files::bytes(&args.file, MAX_BYTES)?;
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
