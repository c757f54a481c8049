//! The store a command works on, and the runtime it works in.

use std::future::Future;

use plan_store::Store;
use plan_workflow::{WorkflowError, permissions::Actor, storage::StorageError};

use super::{Failure, Outcome};
use crate::{clock::Clock, settings::Settings};

/// Which store.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct StoreArgs {
    /// 数据库地址（sqlite:文件 或 postgres://…）；不写则取环境变量 LANTU_DATABASE_URL，再不写则为 sqlite:lantu.db
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl StoreArgs {
    /// Runs a task on the store and closes it, so that all is on disk at the end.
    pub(crate) fn with<F>(&self, task: impl FnOnce(Store) -> F) -> Outcome
    where
        F: Future<Output = Outcome>,
    {
        let url = Settings::default().database(self.database.as_deref());
        runtime()?.block_on(async {
            let store = Store::connect(&url, Clock::System.now()).await?;
            let outcome = task(store.clone()).await;
            store.close().await;
            outcome
        })
    }
}

/// The runtime of a command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("程序无法启动（{error}）；请检查系统资源")))
}

/// Who acts on the command line: the person's name on this machine, who has the
/// database file in hand and may therefore do everything.
pub(crate) fn actor() -> Actor {
    let name = ["LANTU_ACTOR", "USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|variable| std::env::var(variable).ok().filter(|name| !name.trim().is_empty()));
    Actor::new(format!("{}@命令行", name.as_deref().unwrap_or("本机")), "planner")
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<WorkflowError> for Failure {
    fn from(error: WorkflowError) -> Self {
        Self::new(error.to_string())
    }
}
