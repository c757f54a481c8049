//! What a visitor asked of the assignments: filters and page. Kept in the address.

use plan_workflow::assignments::Subject;

use crate::server::{
    assigned::Assigned,
    visit::{Visit, field},
};

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Words that its name, sentence or id must contain.
    pub(super) words: String,
    /// The code of how it stands; empty for any.
    pub(super) state: String,
    /// The id of a unit that is asked or holds a part; empty for any.
    pub(super) unit: String,
    /// A chapter, `-` for none; empty for any.
    pub(super) chapter: String,
    /// `measure` or the code of a kind of work; empty for any.
    pub(super) kind: String,
    /// The page, from 1.
    pub(super) page: usize,
}

impl Query {
    /// Reads the fields of an address.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let text = |name: &str| field(fields, name).unwrap_or_default().to_owned();
        Self {
            words: text("q"),
            state: text("state"),
            unit: text("unit"),
            chapter: text("chapter"),
            kind: text("kind"),
            page: text("page").parse().unwrap_or(1),
        }
    }

    /// The address of the list with something of the query changed.
    pub(super) fn href(&self, visit: &Visit, path: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut query = self.clone();
        change(&mut query);
        let page = if query.page > 1 { query.page.to_string() } else { String::new() };
        let fields = [
            ("q", query.words.as_str()),
            ("state", &query.state),
            ("unit", &query.unit),
            ("chapter", &query.chapter),
            ("kind", &query.kind),
            ("page", &page),
        ];
        visit.href(path, &fields)
    }

    fn holds(&self, of: &Assigned, subject: &Subject) -> bool {
        let chapter = if self.chapter == "-" { "" } else { self.chapter.as_str() };
        let wanted = self.words.to_lowercase();
        let told = [&subject.id, &subject.name, &subject.sentence];
        let has = |unit: &str| of.book.parts_of(&subject.id).any(|p| p.unit.as_str() == unit && p.state.is_live());
        (self.words.is_empty() || told.iter().any(|words| words.to_lowercase().contains(&wanted)))
            && (self.kind.is_empty() || subject.kind == self.kind)
            && (self.chapter.is_empty() || subject.chapter == chapter)
            && (self.unit.is_empty() || has(&self.unit))
            && (self.state.is_empty() || of.book.activity(&subject.id).code() == self.state)
    }

    /// The commitments that fit, in the order of the text.
    pub(super) fn apply<'a>(&self, of: &'a Assigned) -> Vec<&'a Subject> {
        of.subjects.iter().filter(|subject| self.holds(of, subject)).collect()
    }
}
