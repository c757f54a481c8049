//! From lines to the part each plays: headings of all numberings, run-in
//! headings, boxes, tables, and titles of tables that were lost on the way.

use plan_model::{Place, Problem};

use crate::source::{Format, Heading, HeadingStyle, Line, Role, Source, Table};

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
    /// Menus, page numbers and the like.
    Boilerplate,
}

/// Longer than this a numbered line is a paragraph, not a heading.
const HEADING_CHARS: usize = 40;
/// Longer than this the first sentence of a paragraph is no run-in heading.
const RUN_IN_CHARS: usize = 30;
/// The title of a table or a box is no longer than this.
const TITLE_CHARS: usize = 45;

/// Finds the parts of a document in its lines.
pub(crate) fn assemble(format: Format, encoding: String, raw: Vec<(String, Hint)>, problems: Vec<Problem>) -> Source {
    let mut source = Source {
        format,
        encoding,
        lines: Vec::with_capacity(raw.len()),
        headings: Vec::new(),
        tables: Vec::new(),
        problems,
    };
    let mut in_box = false;
    let mut title: Option<(u32, String)> = None;
    for (index, (text, hint)) in raw.into_iter().enumerate() {
        let number = index as u32 + 1;
        let mut line = Line { text, role: Role::Body, body_start: 0, glued_box: None };
        let words = Words::of(&line.text);
        if words.is_empty() {
            line.role = Role::Blank;
        } else if hint == Hint::Boilerplate {
            line.role = Role::Boilerplate;
        } else if hint == Hint::TableRow || line.text.contains('\t') && words.cells(&line.text) >= 3 {
            line.role = Role::TableRow;
            add_row(&mut source.tables, number, &mut title, &line.text);
        } else if words.starts_table_title() {
            line.role = Role::TableTitle;
        } else if words.starts_box() {
            line.role = Role::BoxTitle;
        } else {
            let found = heading(&words, number, hint);
            if let Some(found) = found.filter(|h| !(in_box && h.style >= HeadingStyle::Digit)) {
                if found.run_in {
                    line.body_start = words.sentence_end.unwrap_or(0);
                } else {
                    line.role = Role::Heading;
                }
                source.headings.push(found);
            }
            if line.role == Role::Body && in_box && words.number_style() == Some(HeadingStyle::Digit) {
                line.role = Role::BoxItem;
            }
            line.glued_box = glued_box(&line.text);
        }
        // A box goes on while its numbered items do; anything else ends it.
        in_box = match line.role {
            Role::BoxTitle | Role::BoxItem | Role::Blank | Role::TableTitle => in_box || line.role == Role::BoxTitle,
            _ => line.glued_box.is_some(),
        };
        note_lost_table(&mut source, &mut title, &line, number);
        source.lines.push(line);
    }
    if let Some((line, words)) = title {
        source.problems.push(lost_table(line, &words));
    }
    set_levels(&mut source.headings);
    source
}

/// Remembers the title of a table and reports it when no row follows.
fn note_lost_table(source: &mut Source, title: &mut Option<(u32, String)>, line: &Line, number: u32) {
    match line.role {
        Role::TableTitle => {
            if let Some((line, words)) = title.replace((number, squeeze(&line.text))) {
                source.problems.push(lost_table(line, &words));
            }
        }
        Role::Blank | Role::TableRow => {}
        _ => {
            if let Some((line, words)) = title.take() {
                source.problems.push(lost_table(line, &words));
            }
        }
    }
}

fn lost_table(line: u32, title: &str) -> Problem {
    Problem::new(
        "table-lost",
        Place::Line(line),
        format!("只有表题“{title}”，没有表的内容"),
        "请从原文件中补上这张表，或把表另存为 xlsx 一并导入",
    )
}

fn add_row(tables: &mut Vec<Table>, number: u32, title: &mut Option<(u32, String)>, text: &str) {
    let cells = text.split('\t').map(|c| c.trim().to_owned()).collect();
    let next_row_of = |t: &Table| t.first_line + t.rows.len() as u32;
    match tables.last_mut() {
        Some(table) if next_row_of(table) == number => table.rows.push(cells),
        _ => {
            let title = title.take().map(|(_, words)| words);
            tables.push(Table { first_line: number, title, rows: vec![cells] });
        }
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The start of a line without its white space, enough to tell what it is.
struct Words {
    /// The first characters without white space.
    start: Vec<char>,
    /// Whether the line has more characters than `start`.
    longer: bool,
    /// Where the first sentence ends, in characters of the original, if within reach.
    sentence_end: Option<u32>,
    /// How many characters of `start` the first sentence has, its `。` not counted.
    sentence_chars: usize,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words =
            Words { start: Vec::with_capacity(TITLE_CHARS), longer: false, sentence_end: None, sentence_chars: 0 };
        for (index, c) in text.chars().enumerate() {
            if c.is_whitespace() || c == '\u{feff}' {
                continue;
            }
            if words.start.len() == TITLE_CHARS {
                words.longer = true;
                break;
            }
            words.start.push(c);
            if c == '。' && words.sentence_end.is_none() {
                words.sentence_end = Some(index as u32 + 1);
                words.sentence_chars = words.start.len() - 1;
            }
        }
        words
    }

    fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    fn at(&self, index: usize) -> char {
        self.start.get(index).copied().unwrap_or(' ')
    }

    fn begins(&self, words: &str) -> bool {
        words.chars().enumerate().all(|(i, c)| self.at(i) == c)
    }

    fn cells(&self, text: &str) -> usize {
        text.split('\t').filter(|c| !c.trim().is_empty()).count()
    }

    /// 表1-1 …, 表 1 …, or a short line that ends in 指标表.
    fn starts_table_title(&self) -> bool {
        let numbered = self.at(0) == '表' && (self.at(1).is_ascii_digit() || is_cjk_digit(self.at(1)));
        let named = !self.longer && self.start.len() > 4 && self.start.ends_with(&['指', '标', '表']);
        !self.longer && !self.start.contains(&'。') && (numbered || named)
    }

    /// 专栏, 专栏1, 专栏一, 【专栏…】 at the start of a short line.
    fn starts_box(&self) -> bool {
        !self.longer && (self.begins("专栏") || self.begins("【专栏") || self.begins("〖专栏") || self.begins("[专栏"))
    }

    /// The numbering at the start, and how many characters it takes.
    fn number(&self) -> Option<(HeadingStyle, usize)> {
        let cjk = |from: usize| self.start.iter().skip(from).take_while(|c| is_cjk_digit(**c)).count();
        let digits = |from: usize| self.start.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
        if self.at(0) == '第' {
            let count = cjk(1).max(digits(1));
            let style = match self.at(1 + count) {
                _ if count == 0 => return None,
                '篇' | '部' | '编' => HeadingStyle::Part,
                '章' => HeadingStyle::Chapter,
                '节' => HeadingStyle::Section,
                _ => return None,
            };
            return Some((style, 2 + count));
        }
        if matches!(self.at(0), '(' | '（') {
            let (style, count) = match (cjk(1), digits(1)) {
                (0, 0) => return None,
                (0, count) => (HeadingStyle::DigitParen, count),
                (count, _) => (HeadingStyle::CjkParen, count),
            };
            return matches!(self.at(1 + count), ')' | '）').then_some((style, 2 + count));
        }
        match (cjk(0), digits(0)) {
            (0, 0) => None,
            (0, count) if matches!(self.at(count), '.' | '．' | '、') && count <= 3 => {
                // 3.5万亩… is a number, not the third item; 6.233国道 is taken for one too,
                // which costs nothing: an item's words are read like any others.
                (!self.at(count + 1).is_ascii_digit()).then_some((HeadingStyle::Digit, count + 1))
            }
            (count, _) if count > 0 && matches!(self.at(count), '、') => Some((HeadingStyle::Cjk, count + 1)),
            _ => None,
        }
    }

    fn number_style(&self) -> Option<HeadingStyle> {
        let digits = self.start.iter().take_while(|c| c.is_ascii_digit()).count();
        let dotted = digits > 0 && digits <= 2 && matches!(self.at(digits), '.' | '．');
        self.number().map(|(style, _)| style).or(dotted.then_some(HeadingStyle::Digit))
    }
}

fn is_cjk_digit(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '〇' | '零')
}

/// The heading a line is or begins with.
fn heading(words: &Words, line: u32, hint: Hint) -> Option<Heading> {
    let number = words.number();
    let (style, skip) = number.unwrap_or((HeadingStyle::Plain, 0));
    let title = |upto: usize| words.start.iter().take(upto).skip(skip).collect::<String>();
    if let Hint::Heading(level) = hint {
        return Some(Heading { line, style, level, title: title(words.start.len()), run_in: false });
    }
    let ends_sentence = words.start.iter().any(|c| matches!(c, '。' | '；' | ';'));
    let whole = !words.longer && !ends_sentence && words.start.len() <= HEADING_CHARS;
    if whole && number.is_some() && words.start.len() > skip {
        return Some(Heading { line, style, level: 0, title: title(words.start.len()), run_in: false });
    }
    // A run-in heading: a short first sentence with more text after it, without
    // commas, colons and figures, which belong to ordinary sentences.
    let runs_on = words.longer || words.start.len() > words.sentence_chars + 1;
    let lead = words.start.get(skip..words.sentence_chars)?;
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

/// `…。专栏:…` at the end of a paragraph: where the title begins, in characters.
fn glued_box(text: &str) -> Option<u32> {
    let at = text.rfind("专栏")?;
    let before = text.get(..at)?;
    let after = text.get(at..)?;
    let closes = before.trim_end().ends_with(['。', '；', ';']);
    (closes && after.chars().count() <= TITLE_CHARS && !after.contains('。')).then(|| before.chars().count() as u32)
}

/// Depths by the numberings that occur: the outermost one used is 1, and so on.
/// A heading whose depth the file gave keeps it.
fn set_levels(headings: &mut [Heading]) {
    let mut styles: Vec<HeadingStyle> = headings.iter().filter(|h| h.level == 0).map(|h| h.style).collect();
    styles.sort_unstable();
    styles.dedup();
    for heading in headings.iter_mut().filter(|h| h.level == 0) {
        let depth = styles.iter().position(|s| *s == heading.style).unwrap_or(0);
        heading.level = depth as u8 + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line of `text` with what was made of it.
    fn parts(text: &str) -> Vec<String> {
        let lines = text.split('\n').map(|l| (l.to_owned(), Hint::None)).collect();
        let source = assemble(Format::Txt, "UTF-8".to_owned(), lines, Vec::new());
        let shown = |n: u32, l: &Line| {
            let heading = source.headings.iter().find(|h| h.line == n);
            match (l.role, heading) {
                (_, Some(h)) => format!("{:?}{} {}", h.style, if h.run_in { " run-in" } else { "" }, h.title),
                (role, None) => {
                    format!("{role:?}{}", l.glued_box.map(|at| format!(" box at {at}")).unwrap_or_default())
                }
            }
        };
        source.lines.iter().zip(1..).map(|(l, n)| shown(n, l)).collect()
    }

    #[test]
    fn headings_of_every_numbering_are_found() {
        let cases = [
            ("第一章 总体要求", "Chapter 总体要求"),
            ("第十二节　发展目标", "Section 发展目标"),
            ("一、 发展基础", "Cjk 发展基础"),
            ("（三）主要目标", "CjkParen 主要目标"),
            ("(三)主要目标", "CjkParen 主要目标"),
            ("2. 建设港口", "Digit 建设港口"),
            ("(2)建设港口", "DigitParen 建设港口"),
            ("做强渔业。到2025年,产值达到50亿元。", "Plain run-in 做强渔业"),
            ("(一) 做强渔业 。 到2025年,产值达到50亿元。", "CjkParen run-in 做强渔业"),
            ("——创新更有活力。研发投入强度达到3%。", "Plain run-in 创新更有活力"),
            ("到2025年,产值达到50亿元。渔港建成。", "Body"),
            ("1.26万亩农田排涝能力提高到10年一遇。", "Body"),
            ("第二产业增加值达到30亿元", "Body"),
            ("", "Blank"),
            ("表1-1 主要指标", "TableTitle"),
            ("专栏3 重点工程", "BoxTitle"),
            ("产值达到50亿元。专栏:重点工程", "Body box at 9"),
        ];
        for (text, part) in cases {
            assert_eq!(parts(text), [part], "{text}");
        }
    }

    #[test]
    fn a_box_keeps_its_items_and_ends_with_the_next_paragraph() {
        let text = "到2025年建成新港。专栏:重点工程\n1. 渔港工程:泊位10个。\n2. 冷链工程:冷库3座。\n加快渔业转型,再造优势,力争领先。";
        assert_eq!(parts(text), ["Body box at 11", "BoxItem", "BoxItem", "Body"]);
    }

    #[test]
    fn a_table_without_rows_is_reported() {
        let lines = |t: &str| t.lines().map(|l| (l.to_owned(), Hint::None)).collect();
        let lost = assemble(Format::Txt, String::new(), lines("表2 主要指标\n二、目标"), Vec::new());
        assert_eq!(lost.problems.first().map(|p| p.code.as_str()), Some("table-lost"));
        let whole =
            assemble(Format::Txt, String::new(), lines("表2 主要指标\n指标\t单位\t2025年\n人口\t万人\t30"), Vec::new());
        assert!(whole.problems.is_empty());
        assert_eq!(whole.tables.first().map(|t| (t.rows.len(), t.title.as_deref())), Some((2, Some("表2主要指标"))));
    }
}
