//! The main indicator table beside the sentences: where the two say different
//! things of the same measure. Nothing is decided; both stay.

use document_reader::Source;
use plan_assessment::{convert_unit, is_percent};
use plan_model::{Commitment, CommitmentClass, Decimal, DueYear, Problem, plain};

use super::dictionary::Dictionary;
use crate::{matching::same_measure, records::CommitmentRecord};

/// The rule that reads rows of tables.
const TABLE_RULE: &str = "T1";

/// What a row and a sentence differ in.
enum Difference {
    Value,
    Unit,
    Year,
}

/// Every place where a row of an indicator table and another mention of the same
/// measure differ in value, unit or year. What the register says anyway of the
/// targets of one indicator is left to it, unless the row is of an attached file
/// (whose rows begin at the line `attached`).
pub(super) fn contradictions(
    source: &Source,
    commitments: &[CommitmentRecord],
    (dictionary, attached): (&Dictionary, Option<u32>),
) -> Vec<Problem> {
    let known: Vec<(&CommitmentRecord, Option<String>)> = commitments
        .iter()
        .filter(|record| record.commitment.class == CommitmentClass::Numeric)
        .map(|record| (record, dictionary.find(&record.commitment.name).map(|found| found.entry.name.clone())))
        .collect();
    let mut problems = Vec::new();
    for (row, entry) in known.iter().filter(|(record, _)| record.commitment.rule == TABLE_RULE) {
        let from_file = attached.is_some_and(|line| row.commitment.anchor.line > line);
        for (other, other_entry) in &known {
            let in_table = other.commitment.rule == TABLE_RULE;
            // Two rows are compared once, the later one with the earlier.
            if row.number == other.number || (in_table && other.number > row.number) {
                continue;
            }
            let said = row.indicator == other.indicator
                && row.commitment.target.due == other.commitment.target.due
                && row.commitment.target.unit == other.commitment.target.unit;
            if said && !from_file {
                continue;
            }
            let (one, two) = ((row.commitment.name.as_str(), entry), (other.commitment.name.as_str(), other_entry));
            if !same_measure((one.0, one.1.as_deref()), (two.0, two.1.as_deref())) {
                continue;
            }
            if let Some(difference) = differ(&row.commitment, &other.commitment) {
                problems.push(problem(source, row, other, &difference));
            }
        }
    }
    problems
}

/// What a row and another mention of the same measure differ in, if in anything.
fn differ(row: &Commitment, other: &Commitment) -> Option<Difference> {
    let (mine, theirs) = (&row.target, &other.target);
    let (value, said) = (mine.value?, theirs.value?);
    let converted = convert_unit(said, &theirs.unit, &mine.unit);
    let same = |converted: Decimal| {
        let high = theirs.value_high.and_then(|high| convert_unit(high, &theirs.unit, &mine.unit));
        converted == value && high == mine.value_high
    };
    match (mine.due, theirs.due) {
        (DueYear::EveryYear, _) | (_, DueYear::EveryYear) => None,
        (DueYear::Year(a), DueYear::Year(b)) if a != b => {
            // Another value in another year is a target on the way.
            converted.is_some_and(same).then_some(Difference::Year)
        }
        _ => match converted {
            Some(converted) => (!same(converted)).then_some(Difference::Value),
            // A rate beside a level measures something else.
            None if is_percent(&mine.unit) != is_percent(&theirs.unit) => None,
            None => Some(Difference::Unit),
        },
    }
}

fn problem(source: &Source, row: &CommitmentRecord, other: &CommitmentRecord, difference: &Difference) -> Problem {
    let (code, what) = match difference {
        Difference::Value => ("table-value-differs", "数值不同"),
        Difference::Unit => ("table-unit-differs", "单位不同"),
        Difference::Year => ("table-year-differs", "年份不同"),
    };
    let line = row.commitment.anchor.line;
    let table = source.tables.iter().find(|t| (t.first_line..t.first_line + t.rows.len() as u32).contains(&line));
    let place =
        table.map_or(plan_model::Place::Line(line), |table| table.address((line - table.first_line) as usize, 0));
    let message = format!(
        "指标表{}“{}”为 {}，{}“{}”为 {}：{what}",
        at(source, row),
        row.commitment.name,
        written(&row.commitment),
        at(source, other),
        other.commitment.name,
        written(&other.commitment),
    );
    Problem::new(code, place, message, "均已保留；请核对以哪一处为准，在指标页面改正")
}

/// The place for people: the cell of a workbook with its line, or the line.
fn at(source: &Source, record: &CommitmentRecord) -> String {
    let line = record.commitment.anchor.line;
    let holds = |t: &&document_reader::Table| (t.first_line..t.first_line + t.rows.len() as u32).contains(&line);
    let table = source.tables.iter().find(holds).filter(|table| table.place.is_some());
    match table.map(|table| table.address((line - table.first_line) as usize, 0)) {
        Some(plan_model::Place::Cell(cell)) => format!(" {cell}（第 {line} 行）"),
        _ => format!("第 {line} 行"),
    }
}

fn written(found: &Commitment) -> String {
    let target = &found.target;
    let value = [target.value, target.value_high].into_iter().flatten().map(plain).collect::<Vec<_>>().join("–");
    match target.due {
        DueYear::Year(year) => format!("{value}{}（{year} 年）", target.unit),
        _ => format!("{value}{}", target.unit),
    }
}
