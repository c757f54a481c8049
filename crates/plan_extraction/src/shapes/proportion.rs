//! N7 `三次产业比重由6.1:28.6:65.3调整为3.3:22.3:74.4`: a proportion. Three members or
//! more are a structure: facts where the text looks back, never targets. Of two
//! (2.8:1) the first is the value and the second what it is measured against.

use std::ops::Range;

use plan_model::{CommitmentClass, Comparison, Intent};

use crate::{
    Part,
    due::year_at,
    naming,
    quantity::Number,
    sentence::{Clause, Row, Sentence, numbers_in},
};

/// Reads the open numbers that are joined by `:`.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    let numbers = sentence.line.numbers;
    let joined = |pair: &[Number]| match pair {
        [left, right] => left.end + 1 == right.start && sentence.line.view.at(left.end) == ':',
        _ => false,
    };
    let Range { start: mut at, end } = numbers_in(numbers, clause.start, clause.end);
    // A run that began before the clause is not one of its own.
    while at < end && at > 0 && numbers.get(at - 1..=at).is_some_and(joined) {
        at += 1;
    }
    let mut name = Vec::new();
    while at < end {
        let run = 1 + numbers.get(at..).unwrap_or_default().windows(2).take_while(|pair| joined(pair)).count();
        match run {
            1 => {}
            2 => sentence.take(at + 1, Part::Threshold),
            _ => structure(sentence, clause, (at, run), &mut name),
        }
        at += run;
    }
}

/// 由“十二五”末的…: the year the first structure is of.
fn year_of_first(sentence: &Sentence<'_>, clause: Clause, start: usize) -> Option<i16> {
    let view = sentence.view();
    let opened = (clause.start..start).rev().find(|at| matches!(view.at(*at), '由' | '从'))?;
    (opened..start).find_map(|at| year_at(view, at, None)).map(|mark| mark.year)
}

/// The year between the two structures, else the first of the sentence.
fn year_of_second(sentence: &Sentence<'_>, first: usize) -> Option<i16> {
    let view = sentence.view();
    let (from, to) = (sentence.number(first.checked_sub(1)?)?.end, sentence.number(first)?.start);
    let year = |start: usize, end: usize| (start..end).find_map(|at| year_at(view, at, None)).map(|mark| mark.year);
    year(from, to).or_else(|| year(sentence.clauses.first()?.start, from))
}

/// A structure of three members or more; `name` is that of the one before, for the
/// second of two (由…调整为…).
fn structure(sentence: &mut Sentence<'_>, clause: Clause, (first, count): (usize, usize), name: &mut Vec<char>) {
    let view = sentence.view();
    let Some(start) = sentence.number(first).map(|n| n.start) else { return };
    // 2020年…由2015年的16:42:42调整为12:45:43: the second is of the year said first.
    let second = !name.is_empty();
    let year = if second { year_of_second(sentence, first) } else { year_of_first(sentence, clause, start) };
    if name.is_empty() {
        let text = view.slice(clause.start, start);
        let opened = text.iter().rposition(|c| matches!(c, '由' | '从')).map_or(start, |at| clause.start + at);
        *name = naming::before_number(view, clause.start, opened, naming::Front::Measure).text;
    }
    for index in first..first + count {
        let Some(number) = sentence.number(index) else { continue };
        if !sentence.past || name.is_empty() {
            sentence.take(index, Part::Name);
            continue;
        }
        sentence.take(index, Part::Baseline);
        sentence.rows.push(Row {
            name: name.clone(),
            class: CommitmentClass::Numeric,
            compare: Comparison::Equal,
            value: Some(number.value),
            high: None,
            unit: number.unit.clone(),
            intent: Intent::Reach,
            start: clause.start,
            end: number.end,
            at: number.start,
            year,
            own_period: false,
            rule: "N7",
        });
    }
}
