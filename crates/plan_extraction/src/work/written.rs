//! An item as it is kept: in the document's own characters, with place and year.

use plan_model::{Amount, Anchor, Commitment, DueYear, WorkItem};

use super::{
    LineContext,
    clause::{Item, NOTHING, Span},
};
use crate::{due::YearMark, sentence::Clause, words::words};

/// The longest quote, in characters.
const QUOTE_CHARS: u32 = 60;

/// When an item is due: 每年 in its clause, the last year said before it in its
/// sentence, or the year of the paragraph.
pub(crate) fn due(item: &Item, years: &[YearMark], yearly: &[Span], clauses: &[Clause], lead: Option<i16>) -> DueYear {
    let at = item.quote.0;
    if yearly.iter().any(|(from, to)| *from <= at && at < *to) {
        return DueYear::EveryYear;
    }
    let ends = |c: &&Clause| c.end <= at && matches!(c.stop, '。' | '!' | '?');
    let sentence = || clauses.iter().rfind(ends).map_or(0, |c| c.end);
    let said = years.iter().rev().find(|mark| mark.end <= at && mark.start >= sentence());
    said.map(|mark| mark.year).or(lead).map_or(DueYear::NotStated, DueYear::Year)
}

/// The row of an item.
pub(crate) fn item(at: &LineContext<'_>, item: &Item, due: DueYear, commitments: &[Commitment]) -> WorkItem {
    let (start, end) = at.view.place(item.quote.0, item.quote.1);
    let end = end.min(start + QUOTE_CHARS);
    let mut name = String::new();
    if let Some(subject) = item.subject.and_then(|index| commitments.get(index)) {
        name.push_str(&measure(&subject.name));
    }
    for span in item.name.iter().filter(|span| **span != NOTHING) {
        at.view.write_original(&at.line.text, *span, &mut name);
    }
    let optional = |span: Span| {
        let mut text = String::new();
        at.view.write_original(&at.line.text, span, &mut text);
        (!text.is_empty()).then_some(text)
    };
    let amount = item.amount.and_then(|index| at.numbers.get(index));
    WorkItem {
        kind: item.kind,
        verb: optional(item.verb).unwrap_or_default(),
        name,
        lead: optional(item.lead),
        place: optional(item.place),
        stage: item.stage,
        amount: amount.map(|n| Amount { value: n.value, unit: n.unit.clone() }),
        due,
        anchor: Anchor { line: at.number, start, end },
        quote: at.line.text.chars().skip(start as usize).take((end - start) as usize).collect(),
        rule: item.rule.to_owned(),
        confidence: item.confidence,
    }
}

/// A measure without the growth stated of it: 人均收入年均增长 → 人均收入.
fn measure(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let growth = words().predicates.at_end(&chars).filter(|(length, p)| p.keep && chars.len() > length + 1);
    chars.iter().take(chars.len() - growth.map_or(0, |(length, _)| length)).collect()
}
