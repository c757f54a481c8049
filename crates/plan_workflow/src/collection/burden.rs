//! 填报负担: how many fields units are asked to fill in, by month.

use std::collections::BTreeMap;

use jiff::civil::Date;
use plan_model::{Period, UnitId};

use super::{CollectionRules, RoundState};
use crate::directory::Directory;

/// The fields asked of each unit in each month; a round counts in the month in
/// which it is due, for the unit that answers for it on a day.
pub fn burden<'a>(
    rounds: impl IntoIterator<Item = &'a RoundState>,
    directory: &Directory,
    today: Date,
) -> BTreeMap<UnitId, BTreeMap<Period, u32>> {
    let mut all: BTreeMap<UnitId, BTreeMap<Period, u32>> = BTreeMap::new();
    for state in rounds {
        let month = Period::Month(state.round.due.year(), state.round.due.month());
        for unit in state.units() {
            let fields = CollectionRules::standard().fields(state.asked_of(unit));
            let months = all.entry(directory.unit_on(unit, today).clone()).or_default();
            let sum = months.entry(month).or_default();
            *sum = sum.saturating_add(fields);
        }
    }
    all
}
