//! Changes of definition (口径): they break a series. Figures on the two sides
//! are chained only where both were recorded for one period.

use jiff::civil::Date;
use plan_model::{Message, Observation, Period, plain};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{exact::Num, figures::end_month, message::Say};

/// A change of definition of one indicator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesBreak {
    /// The indicator's id.
    pub indicator: String,
    /// The first period whose figure follows the new definition.
    pub from: Period,
    /// Figures of one and the same period under the old and the new definition.
    pub overlap: Option<(Decimal, Decimal)>,
}

impl SeriesBreak {
    fn lies_between(&self, start: Option<i32>, figure: &Observation) -> bool {
        let first = end_month(self.from) - i32::from(self.from.months());
        start.is_none_or(|start| start <= first) && end_month(figure.period) > first
    }
}

/// The last month of the definition before the one that held at `start`: older
/// figures cannot be compared with it.
pub(crate) fn not_comparable_until(start: i32, breaks: &[&SeriesBreak]) -> Option<i32> {
    let first = |change: &&SeriesBreak| end_month(change.from) - i32::from(change.from.months());
    breaks.iter().map(first).filter(|before| *before < start).max()
}

/// The figure under the definition that held at `start`, with a note where it was
/// chained; an error where that is not possible.
pub(crate) fn under_old_definition(
    figure: &Observation,
    start: Option<i32>,
    breaks: &[&SeriesBreak],
) -> Result<(Decimal, Option<Message>), Message> {
    let mut value = Num::from(figure.value);
    let mut note = None;
    for change in breaks.iter().filter(|change| change.lies_between(start, figure)) {
        let refuse = || Say::DefinitionChanged.with([("period", change.from.to_string())]);
        let (old, new) = change.overlap.ok_or_else(refuse)?;
        value = value * Num::from(old) / Num::from(new);
        let chained = value.0.ok_or_else(refuse)?;
        note = Some(Say::NoteChained.with([
            ("period", change.from.to_string()),
            ("value", plain(figure.value)),
            ("chained", crate::exact::shown(chained)),
        ]));
    }
    value.0.map(|value| (value, note)).ok_or_else(|| Say::OutOfRange.with([]))
}

/// A note for measures whose yearly figures each stand under one definition.
pub(crate) fn mention(breaks: &[&SeriesBreak], as_of: Date) -> Vec<Message> {
    let known = breaks.iter().filter(|change| change.from.last_day() <= as_of);
    known.map(|change| Say::NoteDefinition.with([("period", change.from.to_string())])).collect()
}
