//! How sure a rule can be of a measurable commitment: whether its name stands as it
//! is in the clause of its value, or was put together from elsewhere.

use plan_model::{CommitmentClass, Confidence};

use crate::{
    naming,
    sentence::{Clause, Row},
    view::View,
};

/// A shorter name (总量, 产值) says little by itself.
const SHORT_NAME: usize = 4;
/// A longer name has often swallowed words that are none of it.
const LONG_NAME: usize = 22;

/// - `Certain`: the name stands in one piece in the clause of the value.
/// - `Likely`: it was put together within the clause or the sentence (a carried
///   subject, a verb or measure shared in a list, names and values paired by 分别), is
///   a list, or is unusually long.
/// - `Look`: a part of it comes from another sentence of the paragraph, or the name
///   says hardly anything by itself.
pub(crate) fn of(view: &View, clauses: &[Clause], row: &Row) -> Confidence {
    let inside = |c: &&Clause| row.at >= c.start && row.at <= c.end;
    let clause = clauses.iter().find(inside);
    let (Some(clause), Some(first), Some(last)) = (clause, clauses.first(), clauses.last()) else {
        return Confidence::Look;
    };
    let measured = row.class == CommitmentClass::Numeric;
    let bare = row.name.len() < SHORT_NAME || naming::is_dependent(&row.name);
    if bare && measured || !is_within(view.slice(first.start, last.end), &row.name) {
        return Confidence::Look;
    }
    let own = view.slice(clause.start, clause.end);
    let whole = own.windows(row.name.len()).any(|words| words == row.name);
    let shared = row.name.contains(&'、') || row.rule == "N6";
    let plain = whole && !shared && row.name.len() <= LONG_NAME;
    if plain { Confidence::Certain } else { Confidence::Likely }
}

/// Whether the characters of a name stand in the text in this order.
fn is_within(text: &[char], name: &[char]) -> bool {
    let mut rest = text.iter();
    name.iter().all(|c| rest.any(|t| t == c))
}
