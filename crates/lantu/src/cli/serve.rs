//! `lantu serve`: the server.

use std::path::PathBuf;

use plan_store::Store;
use plan_workflow::storage::Storage as _;
use tokio::net::TcpListener;

use super::{Failure, Outcome, files, store};
use crate::{
    clock::Clock,
    openid::Provider,
    server::{self, App, Local},
    settings::Settings,
};

/// Where to serve from.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 配置文件；不写则全用默认值
    #[arg(long)]
    config: Option<PathBuf>,
    /// 数据库地址（sqlite:文件 或 postgres://…），优先于配置文件和环境变量
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    super::logging();
    let settings = match &args.config {
        Some(path) => Settings::read(path).map_err(Failure::new)?,
        None => Settings::default(),
    };
    let url = settings.database(args.database.as_deref());
    store::runtime()?.block_on(async {
        let store = Store::connect(&url, Clock::System.now()).await?;
        let listener = listen(settings.listen).await?;
        if store.users().await?.is_empty() {
            eprintln!("还没有账号；请另开终端运行：lantu user add 用户名 --role planner");
        }
        eprintln!("蓝图已启动：http://{}", address(&listener)?);
        serve(listener, store, settings).await
    })
}

/// Binds the address.
pub(crate) async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failure::new(format!("不能在 {address} 上监听（{error}）；端口可能已被占用，请换一个端口")))
}

/// The address that was bound.
pub(crate) fn address(listener: &TcpListener) -> Result<std::net::SocketAddr, Failure> {
    listener.local_addr().map_err(|error| Failure::new(format!("读不到监听地址（{error}）")))
}

/// Serves until asked to stop, then closes the store.
pub(crate) async fn serve(listener: TcpListener, store: Store, mut settings: Settings) -> Outcome {
    let local = settings.rule_sets.iter().map(|file| super::assess::rule_set(&file.to_string_lossy()));
    let local = local.collect::<Result<Vec<_>, Failure>>()?;
    settings.unit_rules = files::assignment_rules(&settings.assignment_rules)?;
    let dictionary = files::dictionary(&settings.indicators)?;
    let quality = files::quality(&settings.quality)?;
    let local = Local { rule_sets: local, dictionary, quality };
    let provider = settings.openid.clone().map(Provider::new).transpose().map_err(Failure::new)?;
    let app = App::with_local(store.clone(), settings, Clock::System, local);
    if let Some(provider) = provider {
        app.offer(provider);
    }
    let served = server::serve(listener, app).await;
    store.close().await;
    served.map_err(|error| Failure::new(format!("服务中断（{error}）；请查看日志")))
}
