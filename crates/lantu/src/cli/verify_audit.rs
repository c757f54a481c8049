//! `lantu verify-audit`: is what is stored what was entered?

use plan_workflow::storage::Storage as _;

use super::{Failure, Outcome, output, store};

/// Which store.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(args: &Args) -> Outcome {
    args.store.with(async |store| {
        let check = store.verify_audit().await?;
        if check.faults.is_empty() {
            let (records, rows, head) = (check.records, check.rows, check.head);
            return output::print(&format!("核验无误：{records} 条审计记录，覆盖 {rows} 条数据\n末条校验值 {head}\n"));
        }
        for fault in &check.faults {
            output::print(&format!("{}: {}\n", fault.place, fault.message))?;
        }
        Err(Failure::new(format!("发现 {} 处不一致；请停止录入，从备份恢复并查明原因", check.faults.len())))
    })
}
