//! `lantu remind`: sends what is due now, or shows it.

use std::{fmt::Write as _, path::PathBuf};

use plan_store::Store;
use plan_workflow::notices::Message;
use tokio::sync::watch;

use super::{Failure, Outcome, output, store};
use crate::{
    clock::Clock,
    deliver::{Ways, outbox::Outbox},
    server::App,
    settings::Settings,
};

/// What to send.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 配置文件，其中的 [deliver] 说明怎样送达
    #[arg(long)]
    config: Option<PathBuf>,
    /// 数据库地址（sqlite:文件 或 postgres://…），优先于配置文件和环境变量
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// 只显示此刻应发的，不发送、不记录
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let settings = match &args.config {
        Some(path) => Settings::read(path).map_err(Failure::new)?,
        None => Settings::default(),
    };
    if !args.dry_run && !settings.deliver.is_set() {
        return Err(Failure::new(
            "没有送达的方式；请在配置文件中写 [deliver]，并用 --config 指明，或加 --dry-run 只看不发",
        ));
    }
    let url = settings.database(args.database.as_deref());
    let dry_run = args.dry_run;
    store::runtime()?.block_on(async {
        let store = Store::connect(&url, Clock::System.now()).await?;
        let ways = Ways::open(&settings.deliver).map_err(Failure::new)?;
        let app = App::new(store.clone(), settings, Clock::System, Vec::new());
        let done = round(&app, &ways, dry_run).await;
        store.close().await;
        done
    })
}

async fn round(app: &App, ways: &Ways, dry_run: bool) -> Outcome {
    let outbox = Outbox::compute(app).await?;
    if dry_run {
        return output::print(&listed(&outbox, ways));
    }
    // Nobody asks this command to stop between two messages.
    let (_go, stop) = watch::channel(false);
    let tally = outbox.send(app, ways, &stop).await?;
    eprintln!("已送达 {} 份，待重发 {} 份，未送达 {} 份", tally.sent, tally.deferred, tally.failed);
    if tally.failed > 0 {
        Err(Failure::new("有消息未送达；原因见待办页的“送达情况”"))
    } else {
        Ok(())
    }
}

/// One line for each thing that would be told: to whom, by which way, what, why.
fn listed(outbox: &Outbox, ways: &Ways) -> String {
    let mut text = String::new();
    for message in &outbox.messages {
        let way = ways.to(&message.to, &outbox.addresses);
        let way = way.map_or("只在待办中（没有邮箱或送达方式）".to_owned(), |way| {
            format!("{} {}", way.channel, way.address())
        });
        for line in lines(message, &way) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
    }
    if text.is_empty() { "此刻没有要发的提醒\n".to_owned() } else { text }
}

fn lines(message: &Message, way: &str) -> Vec<String> {
    let when = if message.digest { "汇总" } else { "即时" };
    let one = |notice: &plan_workflow::notices::Notice| {
        let due = notice.due.map_or(String::new(), |due| format!("，期限 {due}"));
        format!("{}\t{way}\t{when}\t{}{}{due}\t{}", message.to.name(), notice.title, notice.unit, notice.meaning)
    };
    message.notices.iter().map(one).collect()
}
