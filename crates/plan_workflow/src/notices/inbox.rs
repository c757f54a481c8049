//! 待办: what waits for one person.

use super::{Moment, Open, People, past::Past, plan::days_left};
use crate::calendar::WorkingDays;

/// Something that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// What waits.
    pub open: &'a Open,
    /// Working days until it is due, negative where it is late; `None` without a date.
    pub left: Option<i64>,
    /// Working days since it opened.
    pub waited: u16,
    /// Whether the person noted it (知道了).
    pub noted: bool,
    /// It is shown to the planner because nobody has the duty whose turn it is.
    pub nobody: bool,
}

impl Item<'_> {
    /// Whether it should have been done by now.
    pub fn is_late(&self) -> bool {
        self.left.is_some_and(|left| left < 0)
    }
}

/// What waits for a person, by due date: what is late comes first, what has no
/// date last and in the order in which it opened.
pub fn inbox<'a>(
    open: &'a [Open],
    people: &People,
    account: &str,
    past: &Past,
    (days, at): (&WorkingDays, &Moment),
) -> Vec<Item<'a>> {
    let today = at.today();
    let mut found: Vec<Item<'a>> = open
        .iter()
        .filter(|one| people.holders(one).contains(&account))
        .map(|one| Item {
            open: one,
            left: one.due.map(|due| days_left(days, today, due)),
            waited: days.between(at.at(one.opened).date(), today),
            noted: past.noted(&one.key(), one.opened),
            nobody: people.turn(one).is_empty(),
        })
        .collect();
    found.sort_by_key(|item| (item.open.due.is_none(), item.open.due, item.open.opened));
    found
}
