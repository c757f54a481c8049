//! Heads of tables that sort, and the way through a long one.

use maud::{Markup, html};

use crate::messages::Language;

/// The head of a column that sorts; `href` is the address sorted by it, the
/// other way round if it is sorted by it already.
pub(crate) fn head(words: &str, sorted: Option<bool>, href: &str, number: bool) -> Markup {
    let order = sorted.map(|down| if down { "descending" } else { "ascending" });
    html! {
        th scope="col" class=[number.then_some("number")] aria-sort=[order] {
            a href=(href) {
                (words)
                @match sorted { Some(true) => " ↓", Some(false) => " ↑", None => "" }
            }
        }
    }
}

/// Which part of a long table is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// The page, from 1.
    pub(crate) page: usize,
    /// Rows on a page.
    pub(crate) size: usize,
    /// Rows in all.
    pub(crate) total: usize,
}

impl Part {
    /// The page asked for, or the nearest there is.
    pub(crate) fn new(page: usize, size: usize, total: usize) -> Self {
        let last = total.div_ceil(size.max(1)).max(1);
        Self { page: page.clamp(1, last), size: size.max(1), total }
    }

    /// How many pages there are.
    pub(crate) fn last(self) -> usize {
        self.total.div_ceil(self.size).max(1)
    }

    /// The rows of this page.
    pub(crate) fn of<T>(self, rows: &[T]) -> impl Iterator<Item = &T> {
        rows.iter().skip((self.page - 1) * self.size).take(self.size)
    }

    /// How many there are, where one is, and the ways to the neighbours.
    pub(crate) fn draw(self, language: Language, href: impl Fn(usize) -> String) -> Markup {
        let first = if self.total == 0 { 0 } else { (self.page - 1) * self.size + 1 };
        let end = (self.page * self.size).min(self.total);
        html! {
            nav.pages aria-label=(language.say("table-pages")) {
                span { (language.say_with("table-rows", &[("first", first.into()), ("end", end.into()), ("total", self.total.into())])) }
                @if self.page > 1 { a rel="prev" href=(href(self.page - 1)) { (language.say("table-previous")) } }
                @if self.page < self.last() { a rel="next" href=(href(self.page + 1)) { (language.say("table-next")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_there_leads_to_the_nearest() {
        let rows: Vec<u32> = (0..120).collect();
        for (asked, page, first, count) in [(0, 1, 0, 50), (2, 2, 50, 50), (3, 3, 100, 20), (99, 3, 100, 20)] {
            let part = Part::new(asked, 50, rows.len());
            let shown: Vec<u32> = part.of(&rows).copied().collect();
            assert_eq!((part.page, shown.first().copied(), shown.len()), (page, Some(first), count));
        }
        assert_eq!(Part::new(7, 50, 0).page, 1);
    }
}
