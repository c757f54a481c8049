//! Named places of a Word document: content controls by their tag, bookmarks by
//! their name. Only those whose name begins as asked for are looked at.
//!
//! While the document is walked a place is a pair of signs inside the text, so
//! that it stays right when cells are joined and numbers are put before
//! headings; at the end the signs are taken out and their places are known.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::structure::Raw;

/// Noncharacters, which no document may contain; each is followed by the number of its mark.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';
/// The number of a mark as one private character.
const FIRST: u32 = 0xf_0000;
/// So many marks are told apart.
const MOST: usize = 0xfff0;

/// What marks a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// A content control; the name is its tag.
    Control,
    /// A bookmark.
    Bookmark,
}

/// A named place inside a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its name.
    pub name: String,
    /// What marks it.
    pub kind: MarkKind,
    /// The line, counted from 1.
    pub line: u32,
    /// The first character of the line that belongs to it, counted from 0.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// The characters between.
    pub text: String,
}

/// The marks of a document on their way.
#[derive(Debug, Default)]
pub(super) struct MarkWalk {
    prefix: String,
    found: Vec<(String, MarkKind)>,
    /// Bookmarks that are open, by the number that ties their ends.
    bookmarks: HashMap<String, usize>,
    /// The tag of the control whose properties are being read.
    tag: Option<String>,
    /// Controls that are open, from the outermost inwards.
    controls: Vec<Option<usize>>,
}

impl MarkWalk {
    /// Looks for names that begin with `prefix`.
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..Self::default() }
    }

    fn add(&mut self, name: String, kind: MarkKind) -> Option<usize> {
        let wanted = name.starts_with(&self.prefix) && self.found.len() < MOST;
        wanted.then(|| {
            self.found.push((name, kind));
            self.found.len() - 1
        })
    }

    /// A tag among the properties of a control.
    pub(super) fn tag(&mut self, tag: Option<String>) {
        self.tag = tag;
    }

    /// The content of a control begins; what is to be written into the text.
    pub(super) fn open_control(&mut self) -> String {
        let tag = self.tag.take();
        let at = tag.and_then(|tag| self.add(tag, MarkKind::Control));
        self.controls.push(at);
        sign(OPEN, at)
    }

    /// The content of a control ends.
    pub(super) fn close_control(&mut self) -> String {
        sign(CLOSE, self.controls.pop().flatten())
    }

    /// A bookmark begins.
    pub(super) fn open_bookmark(&mut self, id: Option<String>, name: Option<String>) -> String {
        let at = name.and_then(|name| self.add(name, MarkKind::Bookmark));
        if let (Some(id), Some(at)) = (id, at) {
            self.bookmarks.insert(id, at);
        }
        sign(OPEN, at)
    }

    /// A bookmark ends.
    pub(super) fn close_bookmark(&mut self, id: Option<String>) -> String {
        sign(CLOSE, id.and_then(|id| self.bookmarks.remove(&id)))
    }

    /// Takes the signs out of the lines. A mark that does not end in the line it
    /// begins in is none.
    pub(super) fn take(self, lines: &mut [Raw]) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (index, (text, _)) in lines.iter_mut().enumerate() {
            if text.contains(OPEN) || text.contains(CLOSE) {
                *text = self.clean(text, index as u32 + 1, &mut marks);
            }
        }
        marks.sort_by_key(|m| (m.line, m.start, m.kind));
        marks
    }

    fn clean(&self, text: &str, line: u32, marks: &mut Vec<Mark>) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut count = 0_u32;
        // Where each open mark began: in characters and in bytes.
        let mut open: HashMap<u32, (u32, usize)> = HashMap::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != OPEN && c != CLOSE {
                clean.push(c);
                count += 1;
                continue;
            }
            let Some(number) = chars.next().and_then(|c| u32::from(c).checked_sub(FIRST)) else { continue };
            if c == OPEN {
                open.insert(number, (count, clean.len()));
                continue;
            }
            let named = self.found.get(number as usize);
            if let (Some((start, from)), Some((name, kind))) = (open.remove(&number), named) {
                let text = clean.get(from..).unwrap_or_default().to_owned();
                marks.push(Mark { name: name.clone(), kind: *kind, line, start, end: count, text });
            }
        }
        clean
    }
}

/// Text of the document without what would be taken for a sign.
pub(super) fn without_signs(text: &str) -> String {
    text.replace([OPEN, CLOSE], "")
}

fn sign(which: char, mark: Option<usize>) -> String {
    let number = mark.and_then(|at| char::from_u32(FIRST + at as u32));
    number.map(|number| String::from_iter([which, number])).unwrap_or_default()
}
