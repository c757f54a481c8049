//! R1 `整体环境质量保持在全国前列` and R2 `进入全国前10位`: a place among peers.

use plan_model::{CommitmentClass, Comparison, Decimal, Intent};

use crate::{
    naming,
    sentence::{Clause, Row, Sentence},
    sieve::Kinds,
    words::words,
};

/// Reads 前列 used as a predicate.
pub(crate) fn fronts(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    let text = view.slice(clause.start, clause.end);
    if let Some((at, length, ())) = view.find(&words.rank.front, Kinds::MARKER, clause.start, clause.end) {
        let attribute = view.at(at + length) == '的' || view.is_quoted(at);
        let heading = text.starts_with(&['—', '—']) && clause.stop == '。';
        if !attribute && !heading {
            place(sentence, clause, at, (at + length, None), "R1");
        }
    }
}

/// Reads 前N位 used as a predicate, before other shapes take the number.
pub(crate) fn positions(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
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
    let near = words.rank.before.at_end(left).map(|(length, ())| (left.len(), length));
    let Some((verb_end, length)) = near.or_else(|| verb_before_scope(view.slice(clause.start, at))) else {
        return false;
    };
    let left = view.slice(clause.start, clause.start + verb_end);
    let subject_end = clause.start + left.len() - length;
    let mut name = naming::before_number(
        view,
        super::coverage::after_values(sentence, clause.start, subject_end),
        subject_end,
        naming::Front::Measure,
    )
    .text;
    let raw = view.slice(clause.start, subject_end);
    // 在…方面走在前列
    if let Some((length, ())) = words.rank.tails.at_end(&name).filter(|_| raw.first() == Some(&'在')) {
        name.truncate(name.len() - length);
    }
    let mut names = vec![name];
    if names.iter().all(Vec::is_empty) {
        // 群众安全感和满意度均保持在97%以上、位居全市前列: both again.
        let here = |row: &&Row| row.at >= clause.start && row.at < at;
        names = sentence.rows.iter().filter(here).map(|row| row.name.clone()).collect();
        if names.is_empty() {
            names.push(sentence.carry.name.clone());
        }
    } else if view.slice(clause.start, subject_end).last() == Some(&'均') {
        names = names.iter().flat_map(|name| super::distributed::share_parts(naming::split_list(name))).collect();
    }
    names.retain(|name| name.len() > 1);
    let found = !names.is_empty();
    for name in names {
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
            own_period: false,
            rule,
        });
    }
    found
}

/// 进入全国沿海港口前15位: a verb of two characters or more, then a scope that no list
/// names, without a stop between.
fn verb_before_scope(left: &[char]) -> Option<(usize, usize)> {
    const LONGEST_SCOPE: usize = 14;
    (left.len().saturating_sub(LONGEST_SCOPE)..left.len()).rev().find_map(|end| {
        let (length, ()) = words().rank.before.at_end(left.get(..end)?)?;
        let scope = left.get(end..)?;
        let stops = scope.iter().any(|c| matches!(c, '、' | ',' | ';' | '的' | '”'));
        (length >= 2 && !stops).then_some((end, length))
    })
}
