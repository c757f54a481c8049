//! `lantu demo`: the sample district, ready to click.

use std::{fs, net::SocketAddr, path::PathBuf};

use plan_store::Store;

use super::{Failure, Outcome, output, serve, store};
use crate::{
    clock::Clock,
    sample,
    server::tokens,
    settings::{SampleLogin, Settings},
};

/// Where to serve the sample from.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 端口；0 为任选空闲端口
    #[arg(long, default_value_t = 8420)]
    port: u16,
    /// 数据目录；再次启动时沿用其中的数据
    #[arg(long, default_value = "lantu-data")]
    data: PathBuf,
}

pub(crate) fn run(args: &Args) -> Outcome {
    super::logging();
    fs::create_dir_all(&args.data)
        .map_err(|error| Failure::new(format!("{}: 建不了数据目录（{error}）；请换一个目录", args.data.display())))?;
    let url = format!("sqlite:{}", args.data.join("demo.db").display());
    let sample = sample::settings();
    store::runtime()?.block_on(async {
        let now = Clock::System.now();
        let store = Store::connect(&url, now).await?;
        let entropy = tokens::entropy().map_err(|error| Failure::new(format!("系统没有随机数（{error}）")))?;
        sample::load(&store, now, entropy).await?;
        let listener = serve::listen(SocketAddr::from(([127, 0, 0, 1], args.port))).await?;
        output::print(&welcome(&serve::address(&listener)?.to_string(), &sample.logins))?;
        let settings = Settings { sample: Some(sample), ..Settings::default() };
        serve::serve(listener, store, settings).await
    })
}

fn welcome(address: &str, logins: &[SampleLogin]) -> String {
    let line = |login: &SampleLogin| format!("  {:<10} {:<14} {}\n", login.name, login.password, login.who);
    let logins: String = logins.iter().map(line).collect();
    format!(
        "蓝图示例已启动：http://{address}\n示例账号（用户名 密码 身份）：\n{logins}示例数据全部虚构。按 Ctrl+C 停止。\n"
    )
}
