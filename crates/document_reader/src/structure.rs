//! From lines to the part each plays: headings of all numberings, run-in
//! headings, boxes, tables, notes, and titles of tables that were lost on the way.

mod levels;
mod spaced;
mod words;

use memchr::memmem;
use plan_model::{Place, Problem};

use crate::source::{self, Format, Heading, HeadingStyle, Line, Role, Source, Table};
use words::TITLE_CHARS;
pub(crate) use words::Words;

/// What a format knows of a line beyond its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hint {
    /// Nothing: plain text.
    #[default]
    None,
    /// The file calls it a heading of this depth.
    Heading(u8),
    /// A row of a table, cells separated by tabs.
    TableRow,
    /// A footnote or the note below a table.
    Footnote,
    /// Menus and the like.
    Boilerplate,
    /// A running head or a page number, which stands inside the flow of the text
    /// only because pages end there.
    PageMark,
}

/// A line on its way to the source.
pub(crate) type Raw = (String, Hint);

/// Longer than this a numbered line is a paragraph, not a heading.
const HEADING_CHARS: usize = 40;
/// Longer than this the first sentence of a paragraph is no run-in heading.
const RUN_IN_CHARS: usize = 30;

/// Finds the parts of a document in its lines.
pub(crate) fn assemble(format: Format, encoding: String, raw: Vec<(String, Hint)>, problems: Vec<Problem>) -> Source {
    let spaced = if format == Format::Txt { spaced::find(&raw) } else { Vec::new() };
    let mut assembly = Assembly {
        source: Source {
            format,
            encoding,
            lines: Vec::with_capacity(raw.len()),
            headings: Vec::new(),
            tables: Vec::new(),
            problems: Vec::new(),
        },
        read: 0,
        aside: Vec::new(),
        moved: Vec::new(),
        in_box: false,
        title: None,
        box_word: memmem::Finder::new("专栏"),
    };
    let mut spaced = spaced.into_iter().peekable();
    for (index, (text, hint)) in raw.into_iter().enumerate() {
        let cells = spaced.next_if(|(at, _)| *at == index).map(|(_, cells)| cells);
        assembly.read = index as u32 + 1;
        assembly.add(text, hint, cells);
    }
    assembly.read += 1;
    assembly.put_aside();
    if let Some((line, words)) = assembly.title.take() {
        assembly.source.problems.push(lost_table(line, &words));
    }
    let moved = assembly.moved;
    let mut source = assembly.source;
    let mut problems: Vec<Problem> = problems.into_iter().map(|p| placed(p, &moved)).collect();
    problems.append(&mut source.problems);
    source.problems = problems;
    levels::set(&mut source.headings);
    source
}

/// A line taken out of the flow: its place in the order of the file, the place
/// before which it was put, and its number since.
struct Moved {
    from: u32,
    before: u32,
    line: u32,
}

/// A source on its way.
struct Assembly {
    source: Source,
    /// The line being read, counted from 1 in the order of the file.
    read: u32,
    /// Notes and page marks taken out of the flow, each with its place in the file:
    /// they stand before the next heading, so that a paragraph is followed by the next.
    aside: Vec<(u32, Line)>,
    moved: Vec<Moved>,
    in_box: bool,
    /// The title of a table whose rows have not come yet, with its line.
    title: Option<(u32, String)>,
    box_word: memmem::Finder<'static>,
}

impl Assembly {
    fn add(&mut self, text: String, hint: Hint, cells: Option<Vec<String>>) {
        let number = self.source.lines.len() as u32 + 1;
        let mut line = Line { text, role: Role::Body, body_start: 0, glued_box: None };
        let words = Words::of(&line.text);
        let after_table = self.source.lines.last().is_some_and(|l| l.role == Role::TableRow);
        line.role = match hint {
            _ if words.is_empty() => Role::Blank,
            Hint::Boilerplate | Hint::PageMark => Role::Boilerplate,
            Hint::TableRow => Role::TableRow,
            _ if cells.is_some() || is_tabbed_row(&line.text) => Role::TableRow,
            Hint::Footnote => Role::Footnote,
            Hint::None if words.is_boilerplate() => Role::Boilerplate,
            _ if words.starts_note(after_table) => Role::Footnote,
            _ if words.starts_table_title() => Role::TableTitle,
            _ if words.starts_box() => Role::BoxTitle,
            _ => Role::Body,
        };
        // Notes directly below a table belong to it.
        let below = self.source.lines.last().is_some_and(|l| matches!(l.role, Role::TableRow | Role::Footnote));
        if hint == Hint::PageMark || hint == Hint::Footnote && !below {
            return self.aside.push((self.read, line));
        }
        match line.role {
            Role::TableRow => self.add_row(number, cells, &line.text),
            Role::Body => self.read_paragraph(&mut line, &words, number, hint),
            _ => {}
        }
        if line.role == Role::Heading && !self.aside.is_empty() {
            self.put_aside();
            if let Some(heading) = self.source.headings.last_mut() {
                heading.line = self.source.lines.len() as u32 + 1;
            }
        }
        // A box goes on while its numbered items do; anything else ends it.
        self.in_box = match line.role {
            Role::BoxTitle => true,
            Role::BoxItem | Role::Blank | Role::TableTitle | Role::Boilerplate | Role::Footnote => self.in_box,
            _ => line.glued_box.is_some(),
        };
        self.note_lost_table(&line, &words, number);
        self.source.lines.push(line);
    }

    /// Puts what was taken out of the flow before the line being read.
    fn put_aside(&mut self) {
        for (from, line) in std::mem::take(&mut self.aside) {
            self.source.lines.push(line);
            self.moved.push(Moved { from, before: self.read, line: self.source.lines.len() as u32 });
        }
    }

    /// Finds the heading, the item or the box title in a paragraph.
    fn read_paragraph(&mut self, line: &mut Line, words: &Words, number: u32, hint: Hint) {
        let found = heading(words, number, hint).filter(|h| !(self.in_box && h.style >= HeadingStyle::Digit));
        if let Some(found) = found {
            if found.run_in {
                line.body_start = words.sentence_end.unwrap_or(0);
            } else {
                line.role = Role::Heading;
            }
            self.source.headings.push(found);
        } else if self.in_box && words.is_item() {
            line.role = Role::BoxItem;
        }
        line.glued_box = self.glued_box(&line.text);
    }

    /// `…。专栏:…` at the end of a paragraph: where the title begins, in characters.
    fn glued_box(&self, text: &str) -> Option<u32> {
        self.box_word.find(text.as_bytes())?;
        let at = text.rfind("专栏")?;
        let (before, after) = text.split_at_checked(at)?;
        let closes = before.trim_end().ends_with(['。', '；', ';']);
        let short = after.chars().nth(TITLE_CHARS).is_none() && !after.contains('。');
        (closes && short).then(|| before.chars().count() as u32)
    }

    fn add_row(&mut self, number: u32, cells: Option<Vec<String>>, text: &str) {
        let cells = cells.unwrap_or_else(|| source::cells(text).into_iter().map(|(_, c)| c.to_owned()).collect());
        let next_row_of = |t: &Table| t.first_line + t.rows.len() as u32;
        match self.source.tables.last_mut() {
            Some(table) if next_row_of(table) == number => table.rows.push(cells),
            _ => {
                let title = self.title.take().map(|(_, words)| words);
                self.source.tables.push(Table { first_line: number, title, rows: vec![cells], place: None });
            }
        }
    }

    /// Remembers the title of a table and reports it when no row follows.
    fn note_lost_table(&mut self, line: &Line, words: &Words, number: u32) {
        let lost = match line.role {
            Role::TableTitle => self.title.replace((number, squeeze(&line.text))),
            Role::Blank | Role::TableRow | Role::Boilerplate => None,
            _ if words.is_unit_note() => None,
            _ => self.title.take(),
        };
        if let Some((line, words)) = lost {
            self.source.problems.push(lost_table(line, &words));
        }
    }
}

/// The problem with the number its line has since others were moved.
fn placed(mut problem: Problem, moved: &[Moved]) -> Problem {
    if let Place::Line(line) = &mut problem.place {
        let own = moved.iter().find(|m| m.from == *line).map(|m| m.line);
        let later = moved.iter().filter(|m| m.from < *line && *line < m.before).count() as u32;
        *line = own.unwrap_or(*line - later);
    }
    problem
}

/// Three cells or more held apart by tabs.
fn is_tabbed_row(text: &str) -> bool {
    text.contains('\t') && text.split('\t').filter(|c| !c.trim().is_empty()).nth(2).is_some()
}

fn lost_table(line: u32, title: &str) -> Problem {
    Problem::new(
        "table-lost",
        Place::Line(line),
        format!("只有表题“{title}”，没有表的内容"),
        "请从原文件中补上这张表，或把表另存为 xlsx 一并导入",
    )
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The heading a line is or begins with.
fn heading(words: &Words, line: u32, hint: Hint) -> Option<Heading> {
    let number = words.number();
    let (style, skip) = number.unwrap_or((HeadingStyle::Plain, 0));
    let start = words.chars();
    let title = |upto: usize| start.iter().take(upto).skip(skip).collect::<String>();
    let whole_heading = |level: u8| Heading {
        line,
        style,
        level,
        title: title(start.len()).trim_end_matches('。').to_owned(),
        run_in: false,
    };
    // Some writers give whole paragraphs the style of a heading.
    let one_sentence = words.sentence_end.is_none() || words.sentence_chars + 1 == start.len();
    if let (Hint::Heading(level), false, true) = (hint, words.longer, one_sentence && start.len() > skip) {
        return Some(whole_heading(level.max(1)));
    }
    if words.starts_appendix() {
        return Some(whole_heading(levels::APPENDIX));
    }
    let ends_sentence = start.iter().any(|c| matches!(c, '。' | '；' | ';'));
    let whole = !words.longer && !ends_sentence && start.len() <= HEADING_CHARS;
    if whole && number.is_some() && start.len() > skip {
        return Some(whole_heading(0));
    }
    // A run-in heading: a short first sentence with more text after it, without
    // commas, colons and figures, which belong to ordinary sentences.
    let runs_on = words.longer || start.len() > words.sentence_chars + 1;
    let lead = start.get(skip..words.sentence_chars)?;
    let plain = !lead.is_empty()
        && words.sentence_chars <= RUN_IN_CHARS
        && !lead.iter().any(|c| matches!(c, ',' | '，' | ':' | '：') || c.is_ascii_digit())
        && !lead.iter().all(|c| matches!(c, '—' | '-'));
    (words.sentence_end.is_some() && runs_on && plain).then(|| Heading {
        line,
        style,
        level: 0,
        title: lead.iter().filter(|c| !matches!(c, '—' | '-')).collect(),
        run_in: true,
    })
}

#[cfg(test)]
mod tests;
