//! Z1 `零就业家庭动态清零`, Z2 `全面消除劣V类水`, Z3 `零拒绝`: none left.

use plan_model::{CommitmentClass, Comparison, Decimal, Intent};

use crate::{
    naming,
    sentence::{Clause, Row, Sentence},
    sieve::Kinds,
    words::words,
};

/// Reads the words of zero.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    cleared(sentence, clause);
    removed(sentence, clause);
    none_of(sentence, clause);
}

/// Subject, then 清零.
fn cleared(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    let text = view.slice(clause.start, clause.end);
    let found = view.find(&words.zero.cleared, Kinds::MARKER, clause.start, clause.end);
    let Some((at, length, ())) = found else { return };
    let goes_on = !matches!(view.at(at + length), ' ' | ',' | ';' | '。' | '、' | ')' | '和');
    if goes_on && length > 2 && view.slice(at, at + 2) != ['实', '现'] {
        return;
    }
    if view.is_quoted(at)
        || noun_after(view.slice(at + length, clause.end))
        || super::coverage::stated_as_principle(text)
    {
        return;
    }
    for name in super::coverage::names(sentence, clause.start, at) {
        push(sentence, name, clause, (at, at + length), "Z1");
    }
}

/// What follows 清零 is a noun (清零行动): it is only an attribute.
fn noun_after(rest: &[char]) -> bool {
    words().zero.not_before.at_start(rest).is_some()
}

/// 消除 and a countable thing.
fn removed(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    let found = view.find(&words.zero.remove, Kinds::MARKER, clause.start, clause.end);
    let Some((at, length, ())) = found else { return };
    let object = view.slice(at + length, clause.end);
    let mut name = naming::strip_back(naming::after_list(object)).to_vec();
    naming::tidy(&mut name);
    let valued = sentence.rows.iter().any(|r| r.at > at && r.at < clause.end);
    if name.len() < 2 || valued || view.is_quoted(at) || words.zero.abstract_nouns.at_end(&name).is_some() {
        return;
    }
    let countable = words.zero.countable.at_end(&name).is_some();
    let firm = length > 2;
    if !(countable || firm) || name.len() > 20 {
        return;
    }
    // 全区国省考地表水断面Ⅲ类水体比例…,全面消除劣V类水: the place goes before the thing.
    let parts = naming::split_list(&name);
    let names = if parts.len() > 1 && parts.iter().all(|p| p.len() > 3) { parts } else { vec![name] };
    for name in names {
        push(sentence, name, clause, (at, clause.end), "Z2");
    }
}

/// 零 and a countable noun.
fn none_of(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    for at in view.places(Kinds::MARKER, clause.start, clause.end) {
        if view.at(at) != '零' || view.is_quoted(at) {
            continue;
        }
        let rest = view.slice(at + 1, clause.end);
        let Some((length, ())) = words.zero.none_of.at_start(rest) else { continue };
        if words.zero.not_none_of.at_start(rest).is_some() || noun_after(rest.get(length..).unwrap_or_default()) {
            continue;
        }
        let mut name = naming::before_number(view, clause.start, at, naming::Front::Measure).text;
        // 义务教育全覆盖、零拒绝: the same subject.
        if let Some(cut) = name.windows(3).position(|w| w == ['全', '覆', '盖']) {
            name.truncate(cut);
        }
        naming::tidy(&mut name);
        if name.is_empty() {
            name = sentence.carry.name.clone();
        }
        name.extend(rest.iter().take(length));
        push(sentence, name, clause, (at, at + 1 + length), "Z3");
    }
}

fn push(sentence: &mut Sentence<'_>, name: Vec<char>, clause: Clause, span: (usize, usize), rule: &'static str) {
    if name.len() < 2 || sentence.rows.iter().any(|r| r.class == CommitmentClass::Zero && r.name == name) {
        return;
    }
    sentence.rows.push(Row {
        name,
        class: CommitmentClass::Zero,
        compare: Comparison::Equal,
        value: Some(Decimal::ZERO),
        high: None,
        unit: String::new(),
        intent: Intent::Reach,
        start: clause.start,
        end: span.1,
        at: span.0,
        year: None,
        own_period: false,
        rule,
    });
}
