//! Heads of tables that sort, and the way through a long one.

use std::cmp::Ordering;

use maud::{Markup, html};

use crate::{messages::Language, server::visit::field};

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

/// The columns a list is sorted by; the default is the order of the text.
pub(crate) trait Column: Copy + PartialEq + Default + 'static {
    /// Each with its code in the address.
    const CODES: &'static [(Self, &'static str)];
}

/// How a list is sorted and which page of it is asked for. Kept in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Order<C> {
    /// The column it is sorted by.
    column: C,
    /// The other way round.
    down: bool,
    /// The page, from 1.
    pub(crate) page: usize,
}

impl<C: Column> Order<C> {
    /// Reads the fields of an address; what it does not know it ignores.
    pub(crate) fn read(fields: &[(String, String)]) -> Self {
        let asked = |name: &str| field(fields, name).unwrap_or_default();
        let known = C::CODES.iter().find(|(_, code)| *code == asked("sort"));
        Self {
            column: known.map(|(column, _)| *column).unwrap_or_default(),
            down: asked("order") == "down",
            page: asked("page").parse().unwrap_or(1),
        }
    }

    /// The order as fields of an address or of a form, without the page.
    pub(crate) fn kept<'a>(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let code = || C::CODES.iter().find(|(column, _)| *column == self.column).map_or("", |(_, code)| *code);
        let sort = if self.column == C::default() && !self.down { "" } else { code() };
        let order = if self.down { "down" } else { "" };
        [("sort", sort), ("order", order)].into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// The page as it stands in the address; empty for the first.
    pub(crate) fn page_field(self) -> String {
        if self.page > 1 { self.page.to_string() } else { String::new() }
    }

    /// Sorted by a column, the other way round if it is already, from its first page.
    pub(crate) fn by(self, column: C) -> Self {
        Self { column, down: self.column == column && !self.down, page: 1 }
    }

    /// Whether it is sorted by a column, and whether the other way round.
    pub(crate) fn sorted(self, column: C) -> Option<bool> {
        (self.column == column).then_some(self.down)
    }

    /// Puts rows that stand in the order of the text into this one.
    pub(crate) fn arrange<T>(self, rows: &mut [T], compare: impl Fn(C, &T, &T) -> Ordering) {
        rows.sort_by(|a, b| compare(self.column, a, b));
        if self.down {
            rows.reverse();
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
