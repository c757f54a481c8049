//! Commitments as rows of a tab-separated table, the form of the hand labels.

use plan_model::{Commitment, WorkItem, plain};

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

/// The column names of work items, in order.
pub const WORK_COLUMNS: &str = "line\tkind\tverb\tname\tlead\tplace\tstage\tamount\tamount_unit\tdue\tquote";

/// A work item as a row of [`WORK_COLUMNS`], without a line end.
pub fn work_row(item: &WorkItem) -> String {
    let clean = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let optional = |text: &Option<String>| text.as_deref().map(clean).unwrap_or_default();
    let (amount, unit) = item.amount.as_ref().map(|a| (plain(a.value), clean(&a.unit))).unwrap_or_default();
    format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{amount}\t{unit}\t{}\t{}",
        item.anchor.line,
        item.kind,
        clean(&item.verb),
        clean(&item.name),
        optional(&item.lead),
        optional(&item.place),
        item.stage.map(|s| s.to_string()).unwrap_or_default(),
        item.due,
        clean(&item.quote),
    )
}
