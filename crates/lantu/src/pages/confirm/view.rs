//! Which candidates are shown, in which order, and which one the page is at.

use plan_model::{Anchor, Confidence};
use plan_workflow::confirm::{CandidateKey, Fate, Item, State};

/// The view of the page; it stands in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct View {
    /// The candidate the page is at.
    pub(super) at: Option<CandidateKey>,
    /// `measure`, a kind of work, or empty for all.
    pub(super) kind: String,
    /// A chapter, or empty for all.
    pub(super) chapter: String,
    /// A fate, `conflict`, or empty for all.
    pub(super) state: String,
    /// `text`, or empty for what needs a look first.
    pub(super) order: String,
    /// The place of the text for which one is being added.
    pub(super) add: Option<Anchor>,
}

/// Whether the request names a place of the text.
pub(super) fn wants_selection(ask: impl Fn(&str) -> String) -> bool {
    !ask("line").is_empty()
}

impl View {
    /// What was asked for. What is not known shows nothing rather than something else.
    pub(super) fn asked(ask: impl Fn(&str) -> String) -> Self {
        Self {
            at: ask("at").parse().ok(),
            kind: ask("f_kind"),
            chapter: ask("f_chapter"),
            state: ask("f_state"),
            order: ask("f_order"),
            add: None,
        }
    }

    /// The fields of the address, without a place to add.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let at = self.at.map(|key| key.to_string()).unwrap_or_default();
        let fields = [
            ("at", &at),
            ("f_kind", &self.kind),
            ("f_chapter", &self.chapter),
            ("f_state", &self.state),
            ("f_order", &self.order),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())).collect()
    }

    /// This view at another candidate.
    pub(super) fn at(&self, key: CandidateKey) -> Self {
        Self { at: Some(key), add: None, ..self.clone() }
    }

    /// The candidates of the chapter and kind, in order.
    fn ordered<'a>(&self, state: &'a State) -> Vec<&'a Item> {
        let fits = |item: &&Item| {
            (self.kind.is_empty() || item.content.kind() == self.kind)
                && (self.chapter.is_empty() || item.chapter == self.chapter)
        };
        let mut items: Vec<&Item> = state.items().filter(fits).collect();
        if self.order != "text" {
            items.sort_by_key(|item| match item.content.confidence() {
                Confidence::Look => 0,
                Confidence::Likely => 1,
                Confidence::Certain => 2,
            });
        }
        items
    }

    /// The candidates shown, in order; the one the page is at always among them.
    pub(super) fn items<'a>(&self, state: &'a State) -> Vec<&'a Item> {
        let mut items = self.ordered(state);
        let conflicts = if self.state == "conflict" { state.contradictions() } else { Default::default() };
        items.retain(|item| {
            Some(item.key) == self.at
                || match self.state.as_str() {
                    "" => true,
                    "conflict" => conflicts.contains(&item.key),
                    fate => item.fate.code() == fate,
                }
        });
        items
    }

    /// Makes sure the page is at a candidate: the one asked for, else the first open one.
    pub(super) fn settle(&mut self, state: &State) {
        let there = |key: &CandidateKey| state.item(*key).is_some_and(|item| item.fate != Fate::Withdrawn);
        self.at = self.at.filter(there).or_else(|| {
            let items = self.items(state);
            items.iter().find(|item| item.fate == Fate::Open).or_else(|| items.first()).map(|item| item.key)
        });
    }

    /// The first open candidate after one, beginning again from the top; none where
    /// all are decided.
    pub(super) fn open_after(&self, state: &State, key: Option<CandidateKey>) -> Option<CandidateKey> {
        let items = self.ordered(state);
        let at = items.iter().position(|item| Some(item.key) == key).map_or(0, |at| at + 1);
        let (before, after) = items.split_at_checked(at)?;
        after.iter().chain(before).find(|item| item.fate == Fate::Open).map(|item| item.key)
    }

    /// This view at the next open candidate, or where it is.
    pub(super) fn next_open(self, state: &State, key: Option<CandidateKey>) -> Self {
        let at = self.open_after(state, key).or(key);
        Self { at, add: None, ..self }
    }
}
