//! `lantu user add NAME --role ROLE`: people who may log in.

use std::io::{self, IsTerminal as _, Write as _};

use plan_workflow::accounts::{self, NewUser};

use super::{Failure, Outcome, store};
use crate::{clock::Clock, server::tokens};

/// What to do with accounts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Task {
    /// 新增账号；密码从标准输入读一行
    Add(Add),
}

/// Who is added.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// 用户名
    name: String,
    /// 角色：planner 规划管理、reader 查阅
    #[arg(long)]
    role: String,
    /// 密码由本人设定，首次登录不要求另设
    #[arg(long)]
    own_password: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(task: &Task) -> Outcome {
    let Task::Add(args) = task;
    let password = password()?;
    let new = NewUser { name: args.name.clone(), role: args.role.clone(), password };
    let salt = tokens::entropy().map_err(|error| Failure::new(format!("系统没有随机数（{error}）；请检查系统")))?;
    args.store.with(async |store| {
        let (actor, now) = (store::actor(), Clock::System.now());
        let user = match args.own_password {
            true => accounts::add_user(&store, &actor, now, new, salt).await?,
            false => accounts::invite_user(&store, &actor, now, new, salt).await?,
        };
        let then = if user.must_change { "；首次登录时须另设密码" } else { "" };
        eprintln!("已新增账号 {}（{}）{then}", user.name, user.role);
        Ok(())
    })
}

/// A line of standard input. A password is never an argument: those can be read
/// in the list of processes and in the shell's history.
fn password() -> Result<String, Failure> {
    let unreadable = |error: io::Error| Failure::new(format!("读不到密码（{error}）；请从标准输入给出一行"));
    if io::stdin().is_terminal() {
        eprint!("密码（会显示在屏幕上）：");
        io::stderr().flush().map_err(unreadable)?;
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(unreadable)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        Err(Failure::new("没有给出密码；请从标准输入给出一行"))
    } else {
        Ok(password)
    }
}
