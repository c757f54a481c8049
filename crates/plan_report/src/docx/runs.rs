//! Text inside a paragraph: words, bound numbers and words, and the marks of passages.

use plan_model::{BOUND, MARK_PREFIX, PASSAGE_PREFIX, ReportPassage, ReportWord};

use super::blocks::Body;
use crate::{
    document::{Number, Run, Word},
    xml::escape,
};

/// Word cuts the title of a content control here.
const TITLE_CHARS: usize = 60;
/// The numbers of the bookmarks of passages begin here.
const PASSAGES: usize = 3_000_000;

impl Body {
    /// The XML of these runs; `properties` are those of their characters.
    pub(super) fn runs(&mut self, runs: &[Run], properties: &str) -> String {
        runs.iter()
            .map(|run| match run {
                Run::Text(text) => text_run(text, properties),
                Run::Strong(text) => text_run(text, &format!("{properties}<w:b/>")),
                Run::Number(number) => self.number(number, properties),
                Run::Word(word) => self.word(word, properties),
            })
            .collect()
    }

    /// The same inside a bookmark of their own where they say more than a name: a
    /// year that is changed or a word that is turned round is then found by place.
    pub(super) fn passage(&mut self, runs: &[Run], properties: &str) -> String {
        let before = self.marks.len();
        let xml = self.runs(runs, properties);
        let words: String = runs
            .iter()
            .map(|run| match run {
                Run::Text(words) | Run::Strong(words) => words.replace(BOUND, ""),
                Run::Number(_) | Run::Word(_) => BOUND.to_string(),
            })
            .collect();
        if !words.contains(|c: char| c.is_ascii_digit() || matches!(c, '，' | '。' | '；')) {
            return xml;
        }
        let bound = self.marks.iter().skip(before).cloned().collect();
        let count = self.passages.len() + 1;
        let (mark, id) = (format!("{PASSAGE_PREFIX}{count:05}"), PASSAGES + count);
        let marked = format!(r#"<w:bookmarkStart w:id="{id}" w:name="{mark}"/>{xml}<w:bookmarkEnd w:id="{id}"/>"#);
        self.passages.push(ReportPassage { mark, words, bound });
        marked
    }

    /// A caption behind its number (表1　…), which changes when another table goes.
    pub(super) fn captioned(&mut self, words: &str, caption: &str) -> String {
        let label = words.strip_suffix(caption).unwrap_or_default();
        format!("{}{}", text_run(label, ""), self.passage(&[caption.into()], ""))
    }

    fn number(&mut self, number: &Number, properties: &str) -> String {
        let mark = self.mark();
        let period = number.period.map(|p| format!(" {p}")).unwrap_or_default();
        let source = if number.source.is_empty() { String::new() } else { format!(" {}", number.source) };
        let title = format!("{}{period}{source}", number.name);
        self.numbers.push(number.bound(mark.clone(), self.part()));
        self.bound(&mark, &title, &text_run(&number.words(), properties))
    }

    fn word(&mut self, word: &Word, properties: &str) -> String {
        let mark = self.mark();
        self.words.push(ReportWord { mark: mark.clone(), name: word.name.clone(), words: word.words.clone() });
        self.bound(&mark, &word.name, &text_run(&word.words, properties))
    }

    /// The next mark of a number or word.
    fn mark(&mut self) -> String {
        let mark = format!("{MARK_PREFIX}{:05}", self.marks.len() + 1);
        self.marks.push(mark.clone());
        mark
    }

    /// What is bound: a content control, which Word keeps when its words are typed
    /// over, inside a bookmark, which every other program keeps.
    fn bound(&self, mark: &str, title: &str, run: &str) -> String {
        let count = self.marks.len();
        let title: String = title.chars().take(TITLE_CHARS).collect();
        format!(
            r#"<w:bookmarkStart w:id="{count}" w:name="{mark}"/><w:sdt><w:sdtPr><w:alias w:val="{}"/><w:tag w:val="{mark}"/><w:id w:val="{}"/><w:lock w:val="sdtLocked"/></w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt><w:bookmarkEnd w:id="{count}"/>"#,
            escape(&title),
            1_000_000 + count,
        )
    }
}

/// A run of one look.
pub(super) fn text_run(text: &str, properties: &str) -> String {
    let look = if properties.is_empty() { String::new() } else { format!("<w:rPr>{properties}</w:rPr>") };
    format!(r#"<w:r>{look}<w:t xml:space="preserve">{}</w:t></w:r>"#, escape(text))
}
