//! `lantu assignments PLAN`: who does what, and have they taken it;
//! `lantu assignments import PLAN FILE`: an office's own table of duties.

use std::path::PathBuf;

use jiff::civil::Date;
use plan_model::DueYear;
use plan_store::Store;
use plan_workflow::{
    assignments::{
        self, Assignment, Book, Desk, Part, Subject,
        import::{self, Choice, Preview, Taken},
        units::Found,
    },
    directory::{self, Directory},
    nodes,
    records::PlanId,
};
use serde::Serialize;

use super::{Failure, Outcome, files, output, store};
use crate::{clock::Clock, messages::Language};

/// What to do with the parts of a plan; without a word, they are listed.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    /// 规划编号
    #[arg(required = true)]
    plan: Option<PlanId>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    store: store::StoreArgs,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// 从 xlsx 或 docx 导入已有的任务分工表：只分办名称一致的行和单位，其余逐行列出；有一处不成立就全部不保存
    Import(Import),
}

/// Which table, into which plan.
#[derive(Debug, clap::Args)]
struct Import {
    /// 规划编号
    plan: PlanId,
    /// 任务分工表（xlsx、docx 或网页）
    file: PathBuf,
    /// 首个期限，用于没有写明日期或日期已过的行，如 2024-03-31
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    due: Date,
    /// 一格中有几个牵头单位时都作牵头；不写则首个牵头，其余配合
    #[arg(long)]
    joint: bool,
    /// 只检查，不保存
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    store: store::StoreArgs,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

pub(crate) fn run(args: &Args) -> Outcome {
    match (&args.task, args.plan) {
        (Some(Task::Import(import)), _) => take(import),
        (None, Some(plan)) => args.store.with(async |store| {
            let ground = Ground::read(&store, plan).await?;
            output::print(&shown(args.format, &ground)?)
        }),
        // Clap asks for it.
        (None, None) => Err(Failure::new("请写出规划编号")),
    }
}

/// What can be assigned of a plan, how that stands, and the units.
struct Ground {
    subjects: Vec<Subject>,
    directory: Directory,
    book: Book,
    today: Date,
}

impl Ground {
    async fn read(store: &Store, plan: PlanId) -> Result<Self, Failure> {
        let today = Clock::System.today();
        let subjects = assignments::read_subjects(store, plan).await?;
        let directory = directory::read(store, None).await?;
        let book = assignments::read(store, plan, None).await?.on(&directory, today);
        Ok(Self { subjects, directory, book, today })
    }

    fn desk(&self, plan: PlanId) -> Desk<'_> {
        Desk { plan, subjects: &self.subjects, directory: &self.directory, today: self.today }
    }
}

/// A commitment with its units.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    kind: &'static str,
    name: &'a str,
    chapter: &'a str,
    /// Whether somebody has it in hand: the code word.
    activity: &'static str,
    lead: Vec<Held<'a>>,
    cooperating: Vec<Held<'a>>,
    first_due: Option<Date>,
    due: DueYear,
}

/// A unit with how its part stands.
#[derive(Debug, Serialize)]
struct Held<'a> {
    unit: &'a str,
    /// The code word.
    state: &'static str,
    #[serde(skip)]
    words: String,
}

impl<'a> Row<'a> {
    fn new(ground: &'a Ground, subject: &'a Subject) -> Self {
        let held = |part: &'a Assignment| {
            let unit = ground.directory.unit_name(&part.unit);
            let words = if part.is_held() { unit.to_owned() } else { format!("{unit}（{}）", part.state_word()) };
            Held { unit, state: part.state.code(), words }
        };
        let units = |wanted: Part| -> Vec<Held<'a>> {
            let of = ground.book.parts_of(&subject.id).filter(|part| part.part == wanted && part.state.is_live());
            of.map(held).collect()
        };
        Self {
            id: &subject.id,
            kind: subject.kind,
            name: &subject.name,
            chapter: &subject.chapter,
            activity: ground.book.activity(&subject.id).code(),
            lead: units(Part::Lead),
            cooperating: units(Part::Cooperating),
            first_due: ground
                .book
                .lead_shown(&subject.id)
                .filter(|part| part.state.is_live())
                .and_then(|part| part.due),
            due: subject.due,
        }
    }

    /// Number, task, state, lead, cooperating, first date, date; Chinese.
    fn cells(&self) -> [String; 7] {
        let units = |of: &[Held<'_>]| of.iter().map(|held| held.words.as_str()).collect::<Vec<_>>().join("、");
        [
            self.id.to_owned(),
            output::cell(self.name),
            Language::Zh.say(&format!("activity-{}", self.activity.replace('_', "-"))),
            units(&self.lead),
            units(&self.cooperating),
            self.first_due.map(|due| due.to_string()).unwrap_or_default(),
            match self.due {
                DueYear::EveryYear => "每年".to_owned(),
                other => other.to_string(),
            },
        ]
    }
}

/// The heads of the columns, as offices write them.
const HEADS: [&str; 7] = ["编号", "目标任务", "状态", "牵头单位", "配合单位", "首个期限", "完成时限"];

fn shown(format: Format, ground: &Ground) -> Result<String, Failure> {
    let rows: Vec<Row<'_>> = ground.subjects.iter().map(|subject| Row::new(ground, subject)).collect();
    match format {
        Format::Json => output::json(&rows),
        Format::Csv => output::csv(HEADS, rows.iter().map(Row::cells)),
        Format::Table => {
            let cells: Vec<_> = std::iter::once(HEADS.map(str::to_owned)).chain(rows.iter().map(Row::cells)).collect();
            Ok(output::table(&cells))
        }
    }
}

fn take(args: &Import) -> Outcome {
    let source = files::source(&args.file)?;
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    args.store.with(async |store| {
        let ground = Ground::read(&store, args.plan).await?;
        let desk = ground.desk(args.plan);
        let preview = import::preview(desk, &name, &source, None);
        eprint!("{}", files::problem_lines(&args.file, &preview.ledger.problems));
        let choice = sure(&preview, args);
        let taken = if args.dry_run {
            let schedules = nodes::read(&store, args.plan, None).await?;
            preview.taken(desk, (&ground.book, &schedules), &choice).1
        } else {
            import::import(&store, &store::actor(), Clock::System.now(), desk, (&preview, &choice)).await?
        };
        eprint!("{}", left(args, &taken));
        output::print(&said(&taken, args.dry_run))
    })
}

/// What may be taken though nobody looks: rows and units that are certain.
fn sure(preview: &Preview, args: &Import) -> Choice {
    let likely = preview.units.iter().filter(|(_, found)| matches!(found, Found::Likely(_)));
    let units = likely.map(|(name, _)| (name.clone(), None)).collect();
    Choice { units, joint: args.joint, ..preview.plain_choice(args.due) }
}

/// What found no place, row by row.
fn left(args: &Import, taken: &Taken) -> String {
    let line = |row: &import::KeptRow| format!("{}:{}: {}\n", args.file.display(), row.place, row.left.join("；"));
    taken.left().map(line).collect()
}

fn said(taken: &Taken, dry_run: bool) -> String {
    let done = if dry_run { "检查完毕，未保存" } else { "已分办" };
    let Taken { offered, unchanged, nodes, .. } = taken;
    let (nodes, left) = (nodes.len(), taken.left().count());
    format!("{done}：分办 {offered}，已有 {unchanged}，提出节点 {nodes} 项；{left} 行有内容没有落处\n")
}
