//! Which sections and sentences promise nothing: guiding ideas, principles, the
//! situation, rules on the document itself.

use std::iter::Peekable;

use document_reader::{Heading, Source};

use super::{clause::Phrase, words::WorkWords};

/// The headings of a text, passed line by line.
pub(crate) struct Sections<'a> {
    headings: Peekable<std::slice::Iter<'a, Heading>>,
    /// The level of the heading whose section is not read.
    silent: Option<u8>,
    title: Vec<char>,
}

impl<'a> Sections<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Sections { headings: source.headings.iter().peekable(), silent: None, title: Vec::new() }
    }

    /// Passes the headings up to a line; whether its section is one that is read.
    pub(crate) fn pass(&mut self, line: u32, words: &WorkWords) -> bool {
        while let Some(heading) = self.headings.next_if(|h| h.line <= line) {
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

/// 本纲要与…相衔接, 省委提出…: the clause speaks of this document or of others'
/// tasks.
pub(crate) fn speaks_of_document(phrase: &Phrase<'_>) -> bool {
    let words = phrase.words;
    let text = phrase.text();
    if words.quoted.at_start(text).is_some() {
        return true;
    }
    words.document_rules.within(text) && words.document.within(text)
}
