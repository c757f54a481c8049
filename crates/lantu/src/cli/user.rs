//! `lantu user add|role|reset NAME`: people who may log in. Whoever has the database
//! in hand begins an installation here: its three administrators, or in an office
//! without them all its accounts.

use std::io::{self, IsTerminal as _, Write as _};

use plan_model::RegionCode;
use plan_workflow::{
    WorkflowError,
    accounts::{self, Entropy, Grant, NO_ROLE, NewUser},
    permissions::Actor,
    records::User,
};

use super::{Failure, Outcome, output, store};
use crate::{clock::Clock, server::tokens};

/// What to do with accounts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Task {
    /// 新增账号；密码从标准输入读一行
    Add(Add),
    /// 授予角色与辖区，或收回（none）
    Role(Role),
    /// 重置密码；一次性密码写到标准输出
    Reset(Reset),
}

/// Who is added.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// 用户名
    name: String,
    /// 角色：planner 规划管理、reader 查阅、system_admin 系统管理员等；none 为以后再授予
    #[arg(long)]
    role: String,
    /// 密码由本人设定，首次登录不要求另设
    #[arg(long)]
    own_password: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

/// What is granted to whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Role {
    /// 用户名
    name: String,
    /// 角色；none 为收回
    role: String,
    /// 辖区的行政区划代码（六位）：只看该地区及其下级的规划；不写为不限
    #[arg(long)]
    region: Option<RegionCode>,
    #[command(flatten)]
    store: store::StoreArgs,
}

/// Who gets a one-time password.
#[derive(Debug, clap::Args)]
pub(crate) struct Reset {
    /// 用户名
    name: String,
    #[command(flatten)]
    store: store::StoreArgs,
}

pub(crate) fn run(task: &Task) -> Outcome {
    match task {
        Task::Add(args) => add(args),
        Task::Role(args) => args.store.with(async |store| {
            let grant = Grant { role: role(&args.role), region: args.region };
            let user = accounts::grant(&store, &actor(), Clock::System.now(), &args.name, grant).await?;
            eprintln!("账号 {} 的角色：{}，辖区：{}", user.name, named(&user), region(&user));
            Ok(())
        }),
        Task::Reset(args) => {
            let chance = (chance()?, chance()?);
            args.store.with(async |store| {
                let now = Clock::System.now();
                let password = accounts::reset_password(&store, &actor(), now, &args.name, chance).await?;
                eprintln!("账号 {} 的一次性密码如下，本人登录后须立即另设：", args.name);
                output::print(&format!("{password}\n"))
            })
        }
    }
}

fn add(args: &Add) -> Outcome {
    let new = NewUser { name: args.name.clone(), role: role(&args.role), password: password()? };
    let salt = chance()?;
    args.store.with(async |store| {
        let now = Clock::System.now();
        let user: Result<User, WorkflowError> = match args.own_password {
            true => accounts::add_user(&store, &actor(), now, new, salt).await,
            false => accounts::invite_user(&store, &actor(), now, new, salt).await,
        };
        let user = user?;
        let then = if user.must_change { "；首次登录时须另设密码" } else { "" };
        eprintln!("已新增账号 {}（{}）{then}", user.name, named(&user));
        Ok(())
    })
}

/// The one at the command line, who may do this and not what accounts may do.
fn actor() -> Actor {
    Actor::console(store::actor().name)
}

fn role(typed: &str) -> String {
    if typed == "none" { NO_ROLE.to_owned() } else { typed.to_owned() }
}

fn named(user: &User) -> &str {
    if user.role == NO_ROLE { "尚无角色" } else { &user.role }
}

fn region(user: &User) -> String {
    user.region.map_or_else(|| "不限".to_owned(), |region| region.to_string())
}

fn chance() -> Result<Entropy, Failure> {
    tokens::entropy().map_err(|error| Failure::new(format!("系统没有随机数（{error}）；请检查系统")))
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
