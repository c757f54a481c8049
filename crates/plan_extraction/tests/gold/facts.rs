//! How well the numerals of a text are told apart: those of past and present
//! facts are to be returned as facts, those that are no values are not to become
//! values of commitments.

use plan_extraction::{Extraction, Part, Quantity};
use plan_model::{Decimal, Target, parse_decimal};

use crate::labels::Numeral;

/// Counts over the labelled numerals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FactCounts {
    /// Labelled `baseline`.
    pub(crate) baselines: usize,
    /// Of them returned as the figure of a fact.
    pub(crate) returned: usize,
    /// Labelled `threshold`, `name`, `date` or `ordinal`.
    pub(crate) others: usize,
    /// Of them taken for the value of a commitment.
    pub(crate) taken: usize,
}

/// Counts the numerals of one text.
pub(crate) fn score(numerals: &[Numeral], found: &Extraction) -> FactCounts {
    let mut counts = FactCounts::default();
    for numeral in numerals {
        let quantity = found.quantities.iter().find(|q| {
            q.anchor.line == numeral.line && q.anchor.start <= numeral.column && numeral.column < q.anchor.end
        });
        match numeral.label.as_str() {
            "baseline" => {
                counts.baselines += 1;
                counts.returned += usize::from(quantity.is_some_and(|q| is_fact(q, found)));
            }
            "threshold" | "name" | "date" | "ordinal" => {
                counts.others += 1;
                counts.taken += usize::from(quantity.is_some_and(|q| q.part == Part::Target));
            }
            _ => {}
        }
    }
    counts
}

/// Whether a fact that stands around the number has its figure.
fn is_fact(quantity: &Quantity, found: &Extraction) -> bool {
    let digits: String = quantity.text.chars().filter(|c| !c.is_whitespace()).collect();
    let figure = parse_decimal(&digits).ok();
    found.facts.iter().any(|fact| {
        let around = fact.anchor.line == quantity.anchor.line
            && fact.anchor.start <= quantity.anchor.start
            && quantity.anchor.start < fact.anchor.end;
        around && figure.is_some_and(|f| gives(&fact.value, f))
    })
}

fn gives(target: &Target, figure: Decimal) -> bool {
    target.value == Some(figure) || target.value_high == Some(figure)
}
