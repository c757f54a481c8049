//! Commitments as rows of a tab-separated table, the form of the hand labels.

use plan_model::{Commitment, plain};

/// The column names, in order.
pub const COLUMNS: &str = "line\tname\top\tvalue\tvalue_high\tunit\tyear\tsoft\tclass\tquote";

/// A commitment as a row of [`COLUMNS`], without a line end.
pub fn row(c: &Commitment) -> String {
    let number = |value: Option<plan_model::Decimal>| value.map(plain).unwrap_or_default();
    let clean = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        c.anchor.line,
        clean(&c.name),
        c.target.comparison,
        number(c.target.value),
        number(c.target.value_high),
        c.target.unit,
        c.target.due,
        if c.target.soft { "yes" } else { "no" },
        c.class,
        clean(&c.quote),
    )
}
