//! Units that are asked and have nobody who approves for them: what they submit
//! stays where it is. Nobody approves in a unit's place, because the unit answers
//! for its figures; the planning department gives somebody there the duty.

use std::collections::BTreeSet;

use jiff::civil::Date;
use plan_model::UnitId;

use super::RoundState;
use crate::directory::Directory;

/// Whether nobody with an account approves for a unit on a day.
pub fn nobody_approves(directory: &Directory, unit: &UnitId, day: Date) -> bool {
    let holders = directory.holders(directory.unit_on(unit, day), "approver", day);
    holders.iter().all(|(person, _)| person.account.is_none())
}

/// The units that rounds which are not locked ask and for which nobody approves on
/// a day, as they are on that day.
pub fn without_approver<'a>(
    rounds: impl Iterator<Item = &'a RoundState>,
    directory: &Directory,
    day: Date,
) -> BTreeSet<UnitId> {
    let running = rounds.filter(|state| !state.is_locked() && state.round.opens <= day);
    let units = running.flat_map(RoundState::units).map(|unit| directory.unit_on(unit, day));
    units.filter(|unit| nobody_approves(directory, unit, day)).cloned().collect()
}
