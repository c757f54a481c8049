//! The command line: one enum as its table of contents, one file per command.

mod assess;
mod assignments;
mod demo;
mod directory;
mod extract;
mod figures;
mod files;
mod forecasts;
mod import;
mod number_check;
mod output;
mod read;
mod remind;
mod report;
mod serve;
mod store;
mod user;
mod verify_audit;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How a command ended: done, or failed with sentences for the person.
pub(crate) type Outcome = Result<(), Failure>;

/// Why a command failed. What it says goes to standard error.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    /// A failure that says this: what happened, where, what to do.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// 蓝图: 把规划文本变成可核对、可跟踪的目标台账.
#[derive(Debug, Parser)]
#[command(name = "lantu", version, about = "蓝图：从规划文本到可核对的目标台账", propagate_version = true)]
struct Command {
    #[command(subcommand)]
    task: Task,
}

/// Everything `lantu` does.
#[derive(Debug, Subcommand)]
enum Task {
    /// 启动示例：一个虚构的区，打开就能点
    Demo(demo::Args),
    /// 启动服务
    Serve(serve::Args),
    /// 读入文件，显示读到的内容和问题
    Read(read::Args),
    /// 从规划文本中提取可衡量的目标
    Extract(extract::Args),
    /// 把规划导入数据库，输出其编号
    Import(import::Args),
    /// 导入监测值
    #[command(subcommand)]
    Figures(figures::Task),
    /// 单位、人员与岗位职责
    #[command(subcommand)]
    Directory(directory::Task),
    /// 责任分工：哪个单位承担哪一项，认领了没有
    Assignments(assignments::Args),
    /// 判断各指标的进展
    Assess(assess::Args),
    /// 生成报告（Word、PDF）：年度监测、中期评估、总结评估、年度计划执行、简报
    Report(report::Args),
    /// 数文一致：核对交回的报告
    NumberCheck(number_check::Args),
    /// 发送此刻到期的提醒
    Remind(remind::Args),
    /// 管理账号
    #[command(subcommand)]
    User(user::Task),
    /// 核验审计记录和每一条数据
    VerifyAudit(verify_audit::Args),
}

/// Reads a day that somebody typed.
fn day(text: &str) -> Result<jiff::civil::Date, String> {
    text.trim().parse().map_err(|_| format!("“{text}”不是日期：请写成 2022-12-31"))
}

/// Runs the command given by the program's arguments.
pub fn run() -> ExitCode {
    let command = Command::parse();
    let outcome = match command.task {
        Task::Demo(args) => demo::run(&args),
        Task::Serve(args) => serve::run(&args),
        Task::Read(args) => read::run(&args),
        Task::Extract(args) => extract::run(&args),
        Task::Import(args) => import::run(&args),
        Task::Figures(task) => figures::run(&task),
        Task::Directory(task) => directory::run(&task),
        Task::Assignments(args) => assignments::run(&args),
        Task::Assess(args) => assess::run(&args),
        Task::Report(args) => report::run(&args),
        Task::NumberCheck(args) => number_check::run(&args),
        Task::Remind(args) => remind::run(&args),
        Task::User(task) => user::run(&task),
        Task::VerifyAudit(args) => verify_audit::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(message)) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Log lines of the server on standard error; `LANTU_LOG=debug` shows more.
fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LANTU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
