//! `lantu read FILE`: the document as read, with problems.

use std::{fmt::Write as _, path::PathBuf};

use document_reader::{Role, Source};

use super::{Outcome, files, output};

/// What to read and how to show it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 要读的文件（txt、html、docx、xlsx）
    file: PathBuf,
    /// 输出格式
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let source = files::source(&args.file)?;
    eprint!("{}", files::problem_lines(&args.file, &source.problems));
    match args.format {
        Format::Text => output::print(&text(&source)),
        Format::Json => output::print(&output::json(&source)?),
    }
}

/// One row per line: number, part, depth of its heading, text.
fn text(source: &Source) -> String {
    let mut out = String::new();
    let mut headings = source.headings.iter().peekable();
    for (number, line) in (1u32..).zip(&source.lines) {
        let mut level = String::new();
        while let Some(heading) = headings.next_if(|h| h.line <= number) {
            if heading.line == number {
                level = heading.level.to_string();
            }
        }
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{number}\t{}\t{level}\t{}", role(line.role), line.text);
    }
    out
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Blank => "blank",
        Role::Body => "body",
        Role::Heading => "heading",
        Role::BoxTitle => "box_title",
        Role::BoxItem => "box_item",
        Role::TableTitle => "table_title",
        Role::TableRow => "table_row",
        Role::Footnote => "footnote",
        Role::Boilerplate => "boilerplate",
    }
}
