//! What a visitor asked of the work: filters, order, page. Kept in the address.

use std::cmp::Ordering;

use plan_model::DueYear;

use super::Listed;
use crate::{
    server::visit::{Visit, field},
    ui::table::{self, Order},
};

/// The states that can be asked for; without one, what the register counts.
pub(super) const STATES: [&str; 4] = ["open", "accepted", "corrected", "rejected"];

/// A column the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Column {
    /// The order of the text.
    #[default]
    Text,
    Kind,
    Lead,
    Due,
    State,
}

impl table::Column for Column {
    const CODES: &'static [(Self, &'static str)] = &[
        (Column::Text, "text"),
        (Column::Kind, "kind"),
        (Column::Lead, "lead"),
        (Column::Due, "due"),
        (Column::State, "state"),
    ];
}

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Words that its name, verb, unit, place or sentence must contain.
    pub(super) words: String,
    /// The code of a kind; empty for any.
    pub(super) kind: String,
    /// A chapter, `-` for none; empty for any.
    pub(super) chapter: String,
    /// The code of a state; empty for those that count.
    pub(super) state: String,
    /// The order and the page.
    pub(super) order: Order<Column>,
}

impl Query {
    /// Reads the fields of an address; an order it does not know it ignores.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let text = |name: &str| field(fields, name).unwrap_or_default().to_owned();
        Self {
            words: text("q"),
            kind: text("kind"),
            chapter: text("chapter"),
            state: text("state"),
            order: Order::read(fields),
        }
    }

    fn filters(&self) -> [(&'static str, &str); 4] {
        [("q", &self.words), ("kind", &self.kind), ("chapter", &self.chapter), ("state", &self.state)]
    }

    /// Whether nothing is filtered and the first page is asked for.
    pub(super) fn is_plain(&self) -> bool {
        self.order.page <= 1 && self.filters().iter().all(|(_, value)| value.is_empty())
    }

    /// The address of the list with something of the query changed.
    pub(super) fn href(&self, visit: &Visit, path: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut query = self.clone();
        change(&mut query);
        let page = query.order.page_field();
        let fields: Vec<(&str, &str)> =
            query.filters().into_iter().chain(query.order.kept()).chain([("page", page.as_str())]).collect();
        visit.href(path, &fields)
    }

    fn holds(&self, one: &Listed<'_>) -> bool {
        let Listed { item, work } = *one;
        let chapter = if self.chapter == "-" { "" } else { self.chapter.as_str() };
        let wanted = self.words.to_lowercase();
        let told = [&work.name, &work.verb, &work.quote];
        let mut told = told.into_iter().chain(&work.lead).chain(&work.place);
        (self.words.is_empty() || told.any(|words| words.to_lowercase().contains(&wanted)))
            && (self.kind.is_empty() || work.kind.code() == self.kind)
            && (self.chapter.is_empty() || item.chapter == chapter)
            && (if self.state.is_empty() { item.fate.counts() } else { item.fate.code() == self.state })
    }

    fn compare(column: Column, a: &Listed<'_>, b: &Listed<'_>) -> Ordering {
        let (x, y) = (a.work, b.work);
        // What has none stands behind what has one.
        let due = |due: DueYear| match due {
            DueYear::Year(year) => (0, year),
            DueYear::EveryYear => (1, 0),
            DueYear::NotStated => (2, 0),
        };
        let state = |one: &Listed<'_>| STATES.iter().position(|code| *code == one.item.fate.code());
        match column {
            Column::Text => Ordering::Equal,
            Column::Kind => x.kind.cmp(&y.kind),
            Column::Lead => (x.lead.is_none(), &x.lead).cmp(&(y.lead.is_none(), &y.lead)),
            Column::Due => due(x.due).cmp(&due(y.due)),
            Column::State => state(a).cmp(&state(b)),
        }
    }

    /// The work that fits, in the order asked for.
    pub(super) fn apply<'a>(&self, all: &[Listed<'a>]) -> Vec<Listed<'a>> {
        let mut rows: Vec<Listed<'a>> = all.iter().copied().filter(|one| self.holds(one)).collect();
        self.order.arrange(&mut rows, Self::compare);
        rows
    }
}
