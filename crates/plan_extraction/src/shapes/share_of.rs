//! N5 `60%的涉农镇街开展生活垃圾分类`: a share in front of its subject.

use plan_model::{CommitmentClass, Comparison, Intent};

use crate::{
    Part, naming,
    sentence::{Clause, Row, Sentence},
};

/// Reads a share that opens what it is a share of.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    for index in sentence.open_numbers(clause.start, clause.end) {
        let Some(number) = sentence.number(index) else { continue };
        let share = number.unit == "%" || (number.chinese && number.unit.is_empty());
        if !share || view.at(number.end) != '的' {
            continue;
        }
        let before = view.slice(clause.start, number.start);
        let predicate = crate::words::words().predicates.at_end(before);
        let name_end = number.start - predicate.map_or(0, |(length, _)| length);
        let left = naming::before_number(view, clause.start, name_end, naming::Front::Counted);
        // 占比超过5%的企业: the share tells which things are meant.
        if predicate.is_some_and(|(_, p)| p.compare != Comparison::Equal) && naming::is_measure(&left.text) {
            sentence.take(index, Part::Threshold);
            continue;
        }
        // 占30%的… belongs to the measure before it.
        if naming::is_measure(&left.text) || view.at(number.start.wrapping_sub(1)) == '占' {
            continue;
        }
        let mut name = view.slice(number.end + 1, clause.end).to_vec();
        naming::tidy(&mut name);
        if name.len() < 2 {
            continue;
        }
        let part = sentence.value_part();
        sentence.take(index, part);
        for later in sentence.open_numbers(number.end, clause.end) {
            sentence.take(later, Part::Threshold);
        }
        let before = view.slice(clause.start, number.start);
        let stated =
            crate::words::words().predicates.at_end(before).map(|(_, p)| p.compare).filter(|c| *c != Comparison::Equal);
        sentence.carry.name = name.clone();
        sentence.rows.push(Row {
            name,
            class: CommitmentClass::Numeric,
            compare: stated.or(number.compare).unwrap_or(Comparison::Equal),
            value: Some(number.value),
            high: number.high,
            unit: number.unit.clone(),
            intent: Intent::Reach,
            start: number.start,
            end: clause.end,
            at: number.start,
            year: None,
            own_period: false,
            rule: "N5",
        });
    }
}
