//! D1, D2: a change or a state without a number (城乡差距明显缩小; 提高服务能力).

use plan_model::{Confidence, WorkKind};

use super::{
    clause::{Item, NOTHING, Phrase, Span},
    words::Verb,
};
use crate::sieve::Kinds;

/// So far from the end of a clause its predicate begins.
const LONGEST_PREDICATE: usize = 14;

/// A subject and what becomes of it: 改革取得突破, 营商环境更加优化.
pub(crate) fn of_subject(phrase: &Phrase<'_>) -> Option<Item> {
    let (at, confidence) = changed(phrase).or_else(|| stated(phrase))?;
    let subject = phrase.view.slice(phrase.start, at);
    let bare = subject.len() < 2 && phrase.view.at(phrase.start) != '与'
        || matches!(subject.last(), Some('的' | '、' | '和' | '“'));
    let mut item = Item::new(WorkKind::Direction, "D1", NOTHING, (phrase.start, phrase.end), phrase.start);
    item.confidence = confidence;
    // 主要指标力争进入第一方阵: the word of will is no part of the name.
    if let Some((at, length, ())) = crate::words::words().soft.find(phrase.text()) {
        let (from, to) = (phrase.start + at, phrase.start + at + length);
        item.name = [(phrase.start, from), (to, phrase.end), NOTHING];
    }
    (!bare).then_some(item)
}

/// Whether the clause ends in an adverb of degree and a change: …明显提升. Gives
/// where the predicate begins.
pub(crate) fn changed(phrase: &Phrase<'_>) -> Option<(usize, Confidence)> {
    let (length, ()) = phrase.words.changes.at_end(phrase.text())?;
    let change = phrase.end - length;
    let from = phrase.end.saturating_sub(LONGEST_PREDICATE).max(phrase.start + 1);
    let degree = (from..change.max(from)).rev().find(|at| {
        let found = phrase.words.degrees.at_start(phrase.rest(*at));
        found.is_some_and(|(length, ())| at + length <= change) && !phrase.view.is_quoted(*at)
    });
    degree.map(|at| (at, Confidence::Certain))
}

/// 收入增速快于经济增长: a verb of state between subject and object.
fn stated(phrase: &Phrase<'_>) -> Option<(usize, Confidence)> {
    let words = phrase.words;
    // 收入增长与经济增长同步
    if words.alongside.at_end(phrase.text()).is_some()
        && let Some(at) = (phrase.start + 2..phrase.end).find(|at| phrase.view.at(*at) == '与')
    {
        return Some((at, Confidence::Likely));
    }
    let last = phrase.end.saturating_sub(3);
    phrase.view.places(Kinds::COPULA, phrase.start + 2, last).find_map(|at| {
        if phrase.view.is_quoted(at) || phrase.view.is_bracketed(at) {
            return None;
        }
        let rest = phrase.rest(at);
        let (length, ()) = words.copulas.at_start(rest)?;
        if length < 2 || phrase.view.at(at - 1) == '的' || phrase.view.at(at + length) == '的' {
            return None;
        }
        // …是由近郊…转向…的关键: a description.
        if phrase.view.slice(phrase.start, at).contains(&'是') {
            return None;
        }
        if rest.starts_with(&['完', '成']) && words.assigned.at_end(rest).is_none() {
            return None;
        }
        Some((at, Confidence::Likely))
    })
}

/// 提高服务能力: a verb of change and a noun of state.
pub(crate) fn verb_first(phrase: &Phrase<'_>, (from, object): Span, verb: Verb) -> Option<Item> {
    let text = phrase.rest(object);
    let state = verb.change && !verb.pivot && phrase.words.states.at_end(text).is_some();
    state.then(|| Item::new(WorkKind::Direction, "D2", NOTHING, (from, phrase.end), from))
}

/// 基本建成区域性商贸中心: the whole area is to become something.
pub(crate) fn as_a_whole(phrase: &Phrase<'_>, (from, object): Span) -> Option<Item> {
    let text = phrase.rest(object);
    let becomes = phrase.rest(from).starts_with(&['建', '成']);
    let whole = text.first() == Some(&'“') || phrase.words.wholes.at_start(text).is_some();
    let bare = text.strip_suffix(&['”']).unwrap_or(text);
    let found = becomes && whole && phrase.words.places.at_end(bare).is_some();
    // 基本 says how far and stays.
    let basic = phrase.view.slice(from.saturating_sub(2), from) == ['基', '本'];
    let start = from - if basic { 2 } else { 0 };
    found.then(|| Item::new(WorkKind::Direction, "D2", NOTHING, (start, phrase.end), start))
}

/// 人均收入年均增长8%、增速快于经济增长: a direction behind a number, joined by 、.
pub(crate) fn behind_number(phrase: &Phrase<'_>) -> Option<Item> {
    let mark = (phrase.start..phrase.end).rfind(|at| phrase.view.at(*at) == '、' && !phrase.view.is_quoted(*at))?;
    let rest = Phrase { start: mark + 1, ..*phrase };
    let digits = rest.text().iter().any(char::is_ascii_digit);
    let said = !digits && crate::naming::is_dependent_start(rest.text());
    said.then(|| of_subject(&rest)).flatten()
}

/// 增幅与经济增长同步 says of the measure named before it: the commitment whose name
/// goes in front.
pub(crate) fn missing_subject(
    phrase: &Phrase<'_>,
    item: &Item,
    at: &super::LineContext<'_>,
    found: &crate::Extraction,
) -> Option<usize> {
    if item.rule != "D1" {
        return None;
    }
    let lacks = phrase.view.at(item.quote.0) == '与'
        || crate::naming::is_dependent_start(phrase.view.slice(item.quote.0, phrase.end));
    if !lacks {
        return None;
    }
    let (start, _) = at.view.place(item.quote.0, phrase.end);
    let rows = found.commitments.get(at.first_commitment..)?;
    let index = rows.iter().rposition(|c| c.anchor.end <= start)?;
    Some(at.first_commitment + index)
}
