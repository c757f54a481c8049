//! S1, L1: the head noun of the object makes a platform (数据平台) or a list (责任清单).

use plan_model::WorkKind;

use super::clause::{Phrase, Span};
use crate::lexicon::Lexicon;

/// The kind that the head noun of the object gives, with the code of its rule.
pub(crate) fn kind(phrase: &Phrase<'_>, object: Span) -> Option<(WorkKind, &'static str)> {
    let words = phrase.words;
    let first = phrase.members(object).next()?;
    let ends = |list: &Lexicon, not: &Lexicon, span: Span| {
        let mut text = phrase.view.slice(span.0, span.1);
        if let Some((length, ())) = words.after_head.at_end(text).filter(|(length, ())| *length + 2 < text.len()) {
            text = text.get(..text.len() - length).unwrap_or_default();
        }
        let platform = text.ends_with(&['平', '台']);
        let carried = platform && !words.serving.within(text) && !words.informational.within(text);
        !carried
            && list.at_end(text).is_some()
            && (not.at_end(text).is_none() || platform && words.informational.within(text))
    };
    // Modifiers before one shared head (智慧停车、客流监测系统) are one object.
    let shared = phrase.words.heads.at_end(phrase.view.slice(first.0, first.1)).is_none();
    let is = |list: &Lexicon, not: &Lexicon| ends(list, not, first) || (shared && ends(list, not, object));
    if is(&words.platforms, &words.carriers) {
        return Some((WorkKind::Platform, "S1"));
    }
    is(&words.lists, &words.not_lists).then_some((WorkKind::List, "L1"))
}
