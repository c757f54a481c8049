//! An item as it is kept: in the document's own characters, with place and year.

use plan_model::{Amount, Anchor, Commitment, DueYear, WorkItem};

use super::{
    LineContext,
    clause::{Item, NOTHING, Span},
    project::BOX_ITEM,
};
use crate::{
    sentence::Clause,
    view::{WIDE, Written, chars_of},
    words::words,
};

/// The longest quote, in characters.
const QUOTE_CHARS: u32 = 60;

/// A time said in the line, and how far it reaches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// It says nothing of what stands here or later.
    pub(crate) to: usize,
    /// The year in which something is due, or 每年, or nothing: 每季度 is no year.
    pub(crate) due: DueYear,
}

/// When an item is due: the last time said before it in its sentence that reaches so
/// far, or the year of the paragraph.
pub(crate) fn due(item: &Item, times: &[Time], clauses: &[Clause], lead: Option<i16>) -> DueYear {
    let at = item.name.iter().find(|span| **span != NOTHING).map_or(item.quote.0, |span| span.0);
    if times.is_empty() {
        return lead.map_or(DueYear::NotStated, DueYear::Year);
    }
    let ends = |c: &&Clause| c.end <= at && matches!(c.stop, '。' | '!' | '?');
    let sentence = clauses.iter().rfind(ends).map_or(0, |c| c.end);
    let reaches = |t: &&Time| t.end <= at && t.start >= sentence && at < t.to;
    // The item of a box is due when its text first says so.
    let inside = |t: &&Time| item.rule == BOX_ITEM && t.start >= at && t.start < item.quote.1;
    let said = times.iter().filter(reaches).max_by_key(|t| t.start).or_else(|| times.iter().find(inside));
    match said {
        Some(time) => time.due,
        None => lead.map_or(DueYear::NotStated, DueYear::Year),
    }
}

/// The row of an item; `line` is the text of its line.
pub(crate) fn item(
    at: &LineContext<'_>,
    line: &Written<'_>,
    item: &Item,
    due: DueYear,
    commitments: &[Commitment],
) -> WorkItem {
    let (start, end) = at.view.place(item.quote.0, item.quote.1);
    let end = end.min(start + QUOTE_CHARS);
    let subject = item.subject.and_then(|index| commitments.get(index));
    let mut name = subject.map(|subject| measure(&subject.name)).unwrap_or_default();
    name.reserve(item.name.iter().map(|span| (span.1 - span.0) * WIDE).sum());
    for span in item.name.iter().filter(|span| **span != NOTHING) {
        at.view.write_original(line, *span, &mut name);
    }
    let original = |span: Span| {
        let mut text = String::new();
        if span != NOTHING {
            at.view.write_original(line, span, &mut text);
        }
        text
    };
    let (verb, lead, place) = (original(item.verb), original(item.lead), original(item.place));
    let optional = |text: String| (!text.is_empty()).then_some(text);
    let amount = item.amount.and_then(|index| at.numbers.get(index));
    WorkItem {
        kind: item.kind,
        verb,
        name,
        lead: optional(lead),
        place: optional(place),
        stage: item.stage,
        amount: amount.map(|n| Amount { value: n.value, unit: n.unit.clone() }),
        due,
        anchor: Anchor { line: at.number, start, end },
        quote: line.part(start, end).to_owned(),
        rule: item.rule.to_owned(),
        confidence: item.confidence,
    }
}

/// A measure without the growth stated of it: 人均收入年均增长 → 人均收入.
fn measure(name: &str) -> String {
    let chars = chars_of(name);
    let growth = words().predicates.at_end(&chars).filter(|(length, p)| p.keep && chars.len() > length + 1);
    chars.iter().take(chars.len() - growth.map_or(0, |(length, _)| length)).collect()
}
