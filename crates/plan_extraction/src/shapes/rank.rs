//! R1 `整体环境质量保持在全国前列` and R2 `进入全国前10位`: a place among peers.

use plan_model::{CommitmentClass, Comparison, Decimal, Intent};

use crate::{
    naming,
    sentence::{Clause, Row, Sentence},
    words::words,
};

/// Reads 前列 and 前N位 used as predicates.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    let text = view.slice(clause.start, clause.end);
    if let Some((offset, length, ())) = words.rank.front.find(text) {
        let at = clause.start + offset;
        let attribute = view.at(at + length) == '的' || view.is_quoted(at);
        let heading = text.starts_with(&['—', '—']) && clause.stop == '。';
        if !attribute && !heading {
            place(sentence, clause, at, (at + length, None), "R1");
        }
    }
    for index in sentence.open_numbers(clause.start, clause.end) {
        let Some(number) = sentence.number(index) else { continue };
        let front = view.at(number.start.wrapping_sub(1)) == '前';
        let position = words.rank.position.at_start(view.slice(number.digits_end, number.digits_end + 1)).is_some();
        if front
            && position
            && !view.is_quoted(number.start)
            && place(sentence, clause, number.start - 1, (number.end, Some(number.value)), "R2")
        {
            sentence.take(index, crate::Part::Target);
        }
    }
}

/// Walks back over the scope (全省) and the verb (居); what stands before is the name.
fn place(
    sentence: &mut Sentence<'_>,
    clause: Clause,
    at: usize,
    (end, value): (usize, Option<Decimal>),
    rule: &'static str,
) -> bool {
    let view = sentence.view();
    let words = words();
    let mut left = view.slice(clause.start, at);
    while let Some((length, ())) = words.rank.scopes.at_end(left) {
        left = left.get(..left.len() - length).unwrap_or_default();
    }
    let Some((length, ())) = words.rank.before.at_end(left) else { return false };
    let subject_end = clause.start + left.len() - length;
    let mut name = naming::before_number(view, clause.start, subject_end, naming::Front::Measure).text;
    let raw = view.slice(clause.start, subject_end);
    // 在…方面走在前列
    if let Some((length, ())) = words.rank.tails.at_end(&name).filter(|_| raw.first() == Some(&'在')) {
        name.truncate(name.len() - length);
    }
    if name.is_empty() {
        name = sentence.carry.name.clone();
    }
    if name.len() < 2 {
        return false;
    }
    sentence.rows.push(Row {
        name,
        class: CommitmentClass::Rank,
        compare: Comparison::Equal,
        value,
        high: None,
        unit: String::new(),
        intent: Intent::Reach,
        start: clause.start,
        end,
        at,
        year: None,
        rule,
    });
    true
}
