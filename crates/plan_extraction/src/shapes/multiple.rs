//! M1 `企业亩均效益翻番`: a multiple of the base.

use plan_model::{CommitmentClass, Comparison, Decimal, Intent};

use super::completion;
use crate::{
    naming,
    sentence::{Clause, Row, Sentence},
    sieve::Kinds,
    words::words,
};

/// Reads 翻番, 倍增 and the like used as predicates.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    let found = view.find(&words.multiple.words, Kinds::MARKER, clause.start, clause.end);
    let Some((at, length, times)) = found else { return };
    let attribute = words.multiple.not_before.at_start(view.slice(at + length, at + length + 4)).is_some();
    if attribute || view.is_quoted(at) || matches!(view.at(at.wrapping_sub(1)), '双' | '的') || sentence.past {
        return;
    }
    let start = super::coverage::after_values(sentence, clause.start, at);
    let name = naming::before_number(view, start, at, naming::Front::Measure);
    let mut names = naming::split_list(&name.text);
    if !(names.len() > 1 && names.iter().all(|n| naming::is_measure(n) || n.len() > 2)) || name.text.contains(&'的') {
        names = vec![name.text];
    }
    for mut name in names {
        if name.ends_with(&['实', '现']) {
            name.truncate(name.len() - 2);
        }
        if naming::is_dependent(&name) {
            name = completion::joined(completion::topic_for(view, &sentence.carry, &name), &name);
        }
        if name.is_empty() {
            name = sentence.carry.name.clone();
        }
        if name.len() < 3 {
            continue;
        }
        let after = view.slice(at + length, at + length + 2);
        let compare = if after == ['以', '上'] { Comparison::AtLeast } else { Comparison::Equal };
        sentence.carry.name = name.clone();
        sentence.carry.topic = naming::topic_of(&name);
        sentence.rows.push(Row {
            name,
            class: CommitmentClass::Multiple,
            compare,
            value: Some(Decimal::from(*times)),
            high: None,
            unit: "倍".to_owned(),
            intent: Intent::Reach,
            start: clause.start,
            end: at + length,
            at,
            year: None,
            own_period: has_own_period(view.slice(start, at)),
            rule: "M1",
        });
    }
}

/// 十年实现翻番, 十年倍增: the span stands right before the words.
fn has_own_period(text: &[char]) -> bool {
    let text = text.strip_suffix(&['实', '现']).unwrap_or(text);
    let text = text.strip_suffix(&['内']).unwrap_or(text);
    let Some(body) = text.strip_suffix(&['年']) else { return false };
    body.last().is_some_and(|c| "一二三四五六七八九十".contains(*c)) && !body.ends_with(&['五'])
}
