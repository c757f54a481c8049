//! Which sections and sentences promise nothing: guiding ideas, principles, the
//! situation, rules on the document itself.

use std::iter::Peekable;

use document_reader::{Heading, Source};

use super::{clause::Phrase, words::WorkWords};
use crate::{sentence::Clause, sieve::Kinds, view::View};

/// The headings of a text, passed line by line.
pub(crate) struct Sections<'a> {
    headings: Peekable<std::slice::Iter<'a, Heading>>,
    /// The level of the heading whose section is not read.
    silent: Option<u8>,
    title: Vec<char>,
    /// No heading has come yet in a text that has some: letterhead, titles, menus.
    preamble: bool,
}

impl<'a> Sections<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let preamble = source.headings.iter().any(|h| !h.run_in);
        Sections { headings: source.headings.iter().peekable(), silent: None, title: Vec::new(), preamble }
    }

    /// Passes the headings up to a line; whether its section is one that is read.
    pub(crate) fn pass(&mut self, line: u32, words: &WorkWords) -> bool {
        while let Some(heading) = self.headings.next_if(|h| h.line <= line) {
            self.preamble &= heading.run_in;
            self.title.clear();
            self.title.extend(heading.title.chars().filter(|c| !c.is_whitespace()));
            let reads = words.read_headings.within(&self.title);
            let silent = !reads && words.no_row_headings.within(&self.title);
            match self.silent {
                Some(level) if heading.level > level && !reads => {}
                _ => self.silent = silent.then_some(heading.level),
            }
        }
        self.silent.is_none()
    }
}

impl Sections<'_> {
    /// Whether a line is one that may promise something: before the first heading only
    /// whole sentences are.
    pub(crate) fn reads(&self, view: &View) -> bool {
        !self.preamble || matches!(view.chars.last(), Some('。' | ';' | ':'))
    }
}

/// 从外部环境看,…: the sentence and those after it in the paragraph tell how things
/// stand.
pub(crate) fn tells_the_situation(view: &View, sentence: &[Clause]) -> bool {
    sentence.first().is_some_and(|clause| {
        let text = view.slice(clause.start, clause.end);
        text.first() == Some(&'从') && text.last() == Some(&'看')
    })
}

/// 本纲要与…相衔接, 省委提出…: the clause speaks of this document or of others'
/// tasks.
pub(crate) fn speaks_of_document(phrase: &Phrase<'_>) -> bool {
    let words = phrase.words;
    let text = phrase.text();
    if words.quoted.at_start(text).is_some() {
        return true;
    }
    phrase.find(&words.document_rules, Kinds::DOCUMENT, phrase.start).is_some() && words.document.within(text)
}

/// 制定本实施方案: the sentence says why and how the document was made.
pub(crate) fn makes_document(text: &[char], words: &WorkWords) -> bool {
    words.makes.at_start(text).is_some() || words.makes.at_end(text).is_some()
}

/// 本纲要自…起施行: the document itself is the subject.
pub(crate) fn is_about_document(text: &[char], words: &WorkWords) -> bool {
    words.itself.at_start(text).is_some()
}
