//! `lantu extract FILE…`: the commitments of plan texts, those with a measure
//! (`--what targets`) or those without (`--what work`); JSON has both.
//!
//! Files are worked on by several threads and printed in the order given. A thread
//! that is done with a file goes on with the next, and waits only where too many
//! results wait for an earlier one, so few are held however many files there are.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::IsTerminal as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use document_reader::Source;
use plan_extraction::{
    Extraction, Options,
    chapters::{self, ChapterCounts},
    rows,
};
use plan_model::{Commitment, Place, PlanPeriod, Problem, WorkItem, plain};
use serde::Serialize;

use super::{Failure, Outcome, files, output};

/// What to extract and how to show it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 规划文件（txt、html、docx、xlsx），可多个
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Tsv)]
    format: Format,
    /// 逐行列出什么：可衡量的目标，或没有数字的任务、项目、创建、方向、平台、清单（json 两样都有）
    #[arg(long, value_enum, default_value_t = What::Targets)]
    what: What,
    /// 规划期，如 2021-2025；不写则取自文本
    #[arg(long)]
    plan_period: Option<PlanPeriod>,
    /// 同时处理的文件数；不写则按处理器核数
    #[arg(long)]
    jobs: Option<NonZeroUsize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Tsv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum What {
    Targets,
    Work,
}

const COLUMNS: &str = "line\tname\top\tvalue\tvalue_high\tunit\tyear\tsoft\tclass\tquote\n";

/// So many results may wait for an earlier file, which may be a large one.
const MOST_WAITING: usize = 16;

/// What one file comes to: for standard output, for standard error, done or not.
struct Printed {
    out: String,
    err: String,
    done: bool,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let several = args.files.len() > 1;
    let columns = match args.what {
        What::Targets => COLUMNS.to_owned(),
        What::Work => format!("{}\n", rows::WORK_COLUMNS),
    };
    output::print(match (args.format, several) {
        (Format::Tsv, false) => &columns,
        (Format::Tsv, true) => "file\t",
        (Format::Json, false) => "",
        (Format::Json, true) => "[\n",
    })?;
    if args.format == Format::Tsv && several {
        output::print(&columns)?;
    }
    let printer = Printer { format: args.format, several, total: args.files.len(), failed: 0, printed: 0 };
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let failed = in_order(&args.files, jobs.min(args.files.len()), printer, |path| one(path, args, several))?;
    if args.format == Format::Json && several {
        output::print("]\n")?;
    }
    // Each file has said for itself what is wrong with it.
    if failed > 0 { Err(Failure::new("")) } else { Ok(()) }
}

fn one(path: &Path, args: &Args, several: bool) -> Printed {
    let source = match files::source(path) {
        Ok(source) => source,
        Err(Failure(message)) => return Printed { out: String::new(), err: message + "\n", done: false },
    };
    let found = plan_extraction::extract(&source, &Options { plan_period: args.plan_period });
    let mut err = files::problem_lines(path, &source.problems);
    err += &files::problem_lines(path, found.problems.iter().filter(|p| !source.problems.contains(p)));
    let nothing = match args.what {
        What::Targets => found.commitments.is_empty(),
        What::Work => found.work.is_empty() && found.commitments.is_empty(),
    };
    if nothing {
        err += &files::problem_lines(path, [&nothing_found()]);
    }
    let name = path.display().to_string();
    let out = match args.format {
        Format::Tsv => {
            let file = several.then_some(name.as_str());
            match args.what {
                What::Targets => found.commitments.iter().map(|c| row(file, c)).collect(),
                What::Work => found.work.iter().map(|item| work_row(file, item)).collect(),
            }
        }
        Format::Json => match serde_json::to_string_pretty(&OfFile::new(&name, &source, &found)) {
            Ok(text) => text,
            Err(error) => return Printed { out: String::new(), err: format!("{name}:0: {error}\n"), done: false },
        },
    };
    Printed { out, err, done: true }
}

/// The problem of a readable text without a measurable commitment.
pub(crate) fn nothing_found() -> Problem {
    Problem::new(
        "nothing-found",
        Place::Whole,
        "没有找到可衡量的目标",
        "请确认这是规划文本，或用 lantu read 查看读到的内容",
    )
}

#[derive(Serialize)]
struct OfFile<'a> {
    file: &'a str,
    #[serde(flatten)]
    found: &'a Extraction,
    chapters: Vec<ChapterCounts>,
}

impl<'a> OfFile<'a> {
    fn new(file: &'a str, source: &Source, found: &'a Extraction) -> Self {
        OfFile { file, found, chapters: chapters::by_chapter(source, found) }
    }
}

fn work_row(file: Option<&str>, item: &WorkItem) -> String {
    let file = file.map(|name| output::cell(name) + "\t").unwrap_or_default();
    format!("{file}{}\n", rows::work_row(item))
}

fn row(file: Option<&str>, commitment: &Commitment) -> String {
    let target = &commitment.target;
    let mut row = file.map(|name| output::cell(name) + "\t").unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = writeln!(
        row,
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        commitment.anchor.line,
        output::cell(&commitment.name),
        target.comparison,
        target.value.map(plain).unwrap_or_default(),
        target.value_high.map(plain).unwrap_or_default(),
        output::cell(&target.unit),
        target.due,
        if target.soft { "yes" } else { "no" },
        commitment.class,
        output::cell(&commitment.quote),
    );
    row
}

/// Prints results in the order of the files.
struct Printer {
    format: Format,
    several: bool,
    total: usize,
    printed: usize,
    failed: usize,
}

impl Printer {
    fn print(&mut self, result: Printed) -> Outcome {
        eprint!("{}", result.err);
        let mut out = result.out;
        if self.format == Format::Json && result.done {
            if self.several && self.printed > self.failed {
                out.insert_str(0, ",\n");
            }
            out.push('\n');
        }
        output::print(&out)?;
        self.printed += 1;
        self.failed += usize::from(!result.done);
        if self.several && std::io::stderr().is_terminal() && !std::io::stdout().is_terminal() {
            let end = if self.printed == self.total { "\n" } else { "" };
            eprint!("\r{}/{}{end}", self.printed, self.total);
        }
        Ok(())
    }
}

/// What is finished and not yet printed.
struct Finished {
    printer: Printer,
    /// Results that wait for an earlier one, by the index of their file.
    waiting: BTreeMap<usize, Printed>,
    /// How printing went so far.
    went: Outcome,
}

impl Finished {
    /// Takes a result and prints all whose turn it is.
    fn take(&mut self, index: usize, result: Printed) {
        self.waiting.insert(index, result);
        while self.went.is_ok()
            && let Some(next) = self.waiting.remove(&self.printer.printed)
        {
            self.went = self.printer.print(next);
        }
    }

    fn is_full(&self) -> bool {
        self.went.is_ok() && self.waiting.len() >= MOST_WAITING
    }
}

/// Works on every file and prints in their order; how many failed.
fn in_order(
    paths: &[PathBuf],
    jobs: usize,
    printer: Printer,
    work: impl Fn(&Path) -> Printed + Sync,
) -> Result<usize, Failure> {
    let next = AtomicUsize::new(0);
    let room = Condvar::new();
    let finished = Mutex::new(Finished { printer, waiting: BTreeMap::new(), went: Ok(()) });
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some((index, path)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    paths.get(index).map(|path| (index, path))
                } {
                    let result = work(path);
                    let mut guard = finished.lock().unwrap_or_else(PoisonError::into_inner);
                    guard.take(index, result);
                    room.notify_all();
                    // Whoever works on the file that the others wait for never waits here.
                    let guard =
                        room.wait_while(guard, |finished| finished.is_full()).unwrap_or_else(PoisonError::into_inner);
                    if guard.went.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let finished = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
    finished.went.map(|()| finished.printer.failed)
}
