//! Rows of a drawing under the titles of their chapters.

use super::{
    canvas::{Anchor, Canvas},
    cut,
};

/// Characters of a chapter's title at most.
const TITLE: usize = 40;

/// A line of a drawing.
pub(super) enum Line<'a, R> {
    /// The title of a chapter.
    Chapter(&'a str),
    /// A row.
    Row(&'a R),
}

/// The rows with a title wherever the chapter changes.
pub(super) fn lines<'a, R>(rows: &'a [R], chapter_of: impl Fn(&'a R) -> &'a str) -> Vec<Line<'a, R>> {
    let mut lines = Vec::new();
    let mut last = "";
    for row in rows {
        let chapter = chapter_of(row);
        if chapter != last && !chapter.is_empty() {
            lines.push(Line::Chapter(chapter));
        }
        last = chapter;
        lines.push(Line::Row(row));
    }
    lines
}

/// Writes the title of a chapter on a line.
pub(super) fn chapter(canvas: &mut Canvas, words: &str, y: f64, high: f64) {
    canvas.words("label", (8.0, y + high / 2.0 + 5.0), Anchor::Start, cut(words, TITLE));
    canvas.bold();
}
