//! The shapes of sentences, one file per shape. Each looks at a sentence and adds
//! the rows it finds; the codes are listed in `rules/shapes.toml`.

mod all_of;
mod completion;
mod coverage;
mod distributed;
mod multiple;
mod proportion;
mod rank;
mod share_of;
mod valued;
mod zero;

use crate::{
    quantity,
    sentence::{Sentence, numbers_in},
    sieve::Kinds,
    view::View,
    words::words,
};

/// Whether a word stands in the span that makes a commitment without a number: one of
/// the lists, or 应…尽…, 零 before what there shall be none of, 前 before a place.
pub(crate) fn has_marker(view: &View, start: usize, end: usize) -> bool {
    view.places(Kinds::MARKER, start, end).any(|at| match view.at(at) {
        '应' => coverage::formula(view, at),
        '零' if words().zero.none_of.at_start(view.slice(at + 1, end)).is_some() => true,
        '前' if quantity::may_begin(view.at(at + 1)) => true,
        _ => words().markers.at_start(view.slice(at, end)).is_some(),
    })
}

/// Runs every shape over a sentence, clause by clause. The order matters only
/// where two could claim the same number: the narrower shape comes first.
pub(crate) fn read(sentence: &mut Sentence<'_>, has_markers: bool) {
    for index in 0..sentence.clauses.len() {
        let Some(clause) = sentence.clauses.get(index).copied() else { break };
        let view = sentence.view();
        let numbers = !numbers_in(sentence.line.numbers, clause.start, clause.end).is_empty();
        if has_markers && !sentence.past {
            rank::positions(sentence, clause);
        }
        if numbers {
            proportion::read(sentence, clause);
            distributed::read(sentence, index);
            share_of::read(sentence, clause);
            valued::read(sentence, clause);
        }
        if has_markers {
            multiple::read(sentence, clause);
            if !sentence.past {
                rank::fronts(sentence, clause);
                coverage::read(sentence, clause);
                all_of::read(sentence, clause);
                zero::read(sentence, clause);
            }
        }
        if matches!(clause.stop, ';' | '。') {
            let carry = std::mem::take(&mut sentence.carry);
            let silent = carry.topic.is_empty();
            sentence.carry.earlier_topic = if silent { carry.earlier_topic } else { carry.topic };
        }
        let text = view.slice(clause.start, clause.end);
        // 到2025年, alone says nothing of a subject.
        if text.len() > 1 && crate::naming::time_at_start(text) < text.len() {
            sentence.carry.clause = Some(clause);
        }
    }
    sentence.rows.sort_by_key(|row| row.at);
}
