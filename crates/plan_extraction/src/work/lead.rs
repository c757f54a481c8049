//! Who is responsible: 区水利局负责…, （牵头单位：区教育局）, 责任单位：….

use super::{
    LineContext,
    clause::{Item, NOTHING, Phrase, Span},
    words::WorkWords,
};
use crate::sieve::Kinds;

/// The longest name of a unit, or of several.
const LONGEST_UNIT: usize = 24;
/// The longest list of units.
const LONGEST_LIST: usize = 40;

/// A unit at the head of a clause and what it is charged with: (the unit, where the
/// charge begins).
pub(crate) fn of_clause(phrase: &Phrase<'_>) -> Option<(Span, usize)> {
    let text = phrase.text();
    let named = matches!(text.first(), Some('区' | '市' | '县' | '省' | '州' | '由' | '各'));
    let opens = phrase.start == 0 || phrase.view.at(phrase.start - 1) == '。';
    if !named && !opens {
        return None;
    }
    let begin = phrase.start + usize::from(text.first() == Some(&'由'));
    let last = phrase.end.min(begin + if named { LONGEST_UNIT } else { LONGEST_LIST });
    let mut ends = (begin + 2..last).filter(|end| phrase.words.units.may_end(phrase.view.at(end - 1)));
    ends.find_map(|end| {
        phrase.words.units.at_end(phrase.view.slice(begin, end))?;
        let rest = phrase.rest(end);
        let charged = phrase.words.charged.at_start(rest).or_else(|| phrase.words.charges.at_start(rest));
        let office = matches!(phrase.view.at(end - 1), '局' | '委' | '办' | '门' | '府' | '位' | '县');
        match charged {
            // …、…等镇要结合实际…: several units that do not begin like one.
            Some((length, ())) if named || phrase.view.slice(begin, end).contains(&'、') => {
                Some(((begin, end), end + length))
            }
            None if named && office && phrase.verb_at(end).is_some() => Some(((begin, end), end)),
            _ => None,
        }
    })
}

/// Leaves a note on the responsible unit at the end of a clause out of it:
/// …（牵头单位：区教育局）.
pub(crate) fn cut_note(phrase: &mut Phrase<'_>) {
    if phrase.view.at(phrase.end - 1) != ')' {
        return;
    }
    let Some(open) = (phrase.start..phrase.end).rfind(|at| phrase.view.at(*at) == '(') else { return };
    if label(phrase.words, phrase.view.slice(open + 1, phrase.end)).is_some() {
        phrase.end = open;
    }
}

/// The length of 牵头单位: and the like at the start of a text.
fn label(words: &WorkWords, text: &[char]) -> Option<usize> {
    let (length, ()) = words.unit_labels.at_start(text)?;
    (text.get(length) == Some(&':')).then_some(length + 1)
}

/// Gives the items of a line the units that notes in it name: those since the last
/// 。 before the note; a note that is a sentence of its own reaches over the line.
pub(crate) fn from_notes(at: &LineContext<'_>, words: &WorkWords, items: &mut [Item]) {
    let view = at.view;
    if items.is_empty() || !view.chars.contains(&':') {
        return;
    }
    let mut sentence = 0;
    for place in view.places(Kinds::UNIT_LABEL, 0, view.chars.len()) {
        let c = view.at(place);
        if c == '。' {
            sentence = place + 1;
        }
        let Some(length) = label(words, view.slice(place, place + LONGEST_UNIT)) else { continue };
        let begin = place + length;
        let stop = (begin..view.chars.len()).find(|i| matches!(view.at(*i), ')' | ';' | '。' | ','));
        let unit = (begin, stop.unwrap_or(view.chars.len()));
        let own = place <= sentence + 1;
        for item in items.iter_mut().filter(|i| i.quote.0 < place && i.lead == NOTHING) {
            if own || item.quote.0 >= sentence {
                item.lead = unit;
            }
        }
    }
}
