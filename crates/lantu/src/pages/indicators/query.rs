//! What a visitor asked of the list: filters, order, page. Kept in the address.

use std::cmp::Ordering;

use crate::{
    server::{
        judged::{Judged, JudgedPlan},
        visit::{Visit, field},
    },
    ui::table::{self, Order},
};

/// A column the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Column {
    /// The order of the text.
    #[default]
    Text,
    Kind,
    Ratio,
    Status,
    Age,
}

impl table::Column for Column {
    const CODES: &'static [(Self, &'static str)] = &[
        (Column::Text, "text"),
        (Column::Kind, "kind"),
        (Column::Ratio, "ratio"),
        (Column::Status, "status"),
        (Column::Age, "age"),
    ];
}

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// Words the name must contain.
    pub(crate) words: String,
    /// The code of a status; empty for any.
    pub(crate) status: String,
    /// The code of a kind; empty for any.
    pub(crate) kind: String,
    /// A chapter, `-` for those without one; empty for any.
    pub(crate) chapter: String,
    /// The code of a reason; empty for any.
    pub(crate) reason: String,
    /// Only those whose figure is too old.
    pub(crate) stale: bool,
    /// Only those that are not in line.
    pub(crate) behind: bool,
    /// The order and the page.
    pub(crate) order: Order<Column>,
}

impl Query {
    /// Reads the fields of an address; what it does not know it ignores.
    pub(crate) fn read(fields: &[(String, String)]) -> Self {
        let text = |name: &str| field(fields, name).unwrap_or_default().to_owned();
        Self {
            words: text("q"),
            status: text("status"),
            kind: text("kind"),
            chapter: text("chapter"),
            reason: text("reason"),
            stale: text("stale") == "yes",
            behind: text("behind") == "yes",
            order: Order::read(fields),
        }
    }

    /// The fields that the filter form does not show but keeps.
    pub(crate) fn kept(&self) -> Vec<(&'static str, &str)> {
        let yes = |is: bool| if is { "yes" } else { "" };
        let (stale, behind) = (yes(self.stale), yes(self.behind));
        let filters = [("stale", stale), ("behind", behind), ("reason", self.reason.as_str())];
        self.order.kept().chain(filters).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The address of the list with something of the query changed.
    pub(crate) fn href(&self, visit: &Visit, path: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut query = self.clone();
        change(&mut query);
        let page = query.order.page_field();
        let mut fields = vec![
            ("q", query.words.as_str()),
            ("status", query.status.as_str()),
            ("kind", query.kind.as_str()),
            ("chapter", query.chapter.as_str()),
            ("page", page.as_str()),
        ];
        fields.extend(query.kept());
        visit.href(path, &fields)
    }

    fn holds(&self, judged: &Judged) -> bool {
        let indicator = &judged.record.indicator;
        let verdict = &judged.verdict;
        let chapter = if self.chapter == "-" { "" } else { self.chapter.as_str() };
        let wanted = self.words.to_lowercase();
        // Also by the other names the text gives it, and by the standard one.
        let link = judged.record.dictionary.iter().flat_map(|link| link.also.iter().chain([&link.entry]));
        let mut names = std::iter::once(&indicator.name).chain(link);
        (self.words.is_empty() || names.any(|name| name.to_lowercase().contains(&wanted)))
            && (self.status.is_empty() || verdict.status.code == self.status)
            && (self.kind.is_empty() || indicator.kind.code() == self.kind)
            && (self.chapter.is_empty() || indicator.group == chapter)
            && (self.reason.is_empty() || verdict.trail.reason.code == self.reason)
            && (!self.stale || verdict.stale)
    }

    fn compare(column: Column, a: &Judged, b: &Judged) -> Ordering {
        let (x, y) = (&a.verdict, &b.verdict);
        match column {
            Column::Text => Ordering::Equal,
            Column::Kind => a.record.indicator.kind.cmp(&b.record.indicator.kind),
            // What has none stands behind what has one.
            Column::Ratio => (x.ratio.is_none(), x.ratio).cmp(&(y.ratio.is_none(), y.ratio)),
            // The worst first; what cannot be judged stands behind what can.
            Column::Status => {
                let key = |v: &plan_model::Verdict| (!v.status.judged, std::cmp::Reverse(v.status.order));
                key(x).cmp(&key(y))
            }
            Column::Age => {
                let end = |v: &plan_model::Verdict| v.value.as_ref().map(|value| value.period.last_day());
                (end(x).is_none(), end(x)).cmp(&(end(y).is_none(), end(y)))
            }
        }
    }

    /// The indicators that fit, in the order asked for.
    pub(crate) fn apply<'a>(&self, plan: &'a JudgedPlan) -> Vec<&'a Judged> {
        let behind = |judged: &Judged| plan.overview.behind.contains(&judged.record.indicator.id);
        let fits = |judged: &&Judged| self.holds(judged) && (!self.behind || behind(judged));
        let mut rows: Vec<&Judged> = plan.indicators.iter().filter(fits).collect();
        self.order.arrange(&mut rows, |column, a, b| Self::compare(column, a, b));
        rows
    }
}
