//! What is open among the duties: nobody there, nobody asked, or soon so.

use jiff::{ToSpan as _, civil::Date};
use plan_model::UnitId;

use super::{Directory, Duty, DutyState};
use crate::permissions::Permissions;

/// What is open about a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// A unit has no such duty, or none that goes on.
    Missing,
    /// 空岗: nobody holds it and nobody has it to answer.
    Vacant,
    /// The one asked declined, with the reason; who held it, if anybody, goes on.
    Declined {
        /// Who.
        person: String,
        /// Why.
        reason: String,
    },
    /// 待认领: an offer waits for an answer.
    Waiting {
        /// Who was asked.
        person: String,
        /// From which day on.
        from: Date,
    },
    /// Who holds it leaves, and nobody has taken it from the next day on.
    Leaving {
        /// Who.
        person: String,
        /// The last day.
        on: Date,
    },
    /// Its last day is near.
    EndsSoon {
        /// The last day.
        on: Date,
    },
}

/// A duty about which something is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDuty {
    /// The duty; none where the unit lacks it.
    pub duty: Option<String>,
    /// The unit, as merged on the day.
    pub unit: UnitId,
    /// The role's code word.
    pub role: String,
    /// What is open.
    pub concern: Concern,
}

/// So many days before its end a duty is listed.
const SOON: i64 = 60;

/// What is open on a day, unit by unit in their order: what nobody does now, then
/// what waits, then what will be open soon.
pub fn open_duties(directory: &Directory, day: Date) -> Vec<OpenDuty> {
    let soon = day.checked_add(SOON.days()).unwrap_or(day);
    let mut all = Vec::new();
    for unit in directory.units_on(day) {
        let duties = directory.duties_of(&unit.id, day);
        let mut found: Vec<OpenDuty> = Vec::new();
        for role in Permissions::standard().roles().iter().filter(|role| role.in_unit) {
            if !duties.iter().any(|duty| duty.role == role.code) {
                let (unit, role) = (unit.id.clone(), role.code.clone());
                found.push(OpenDuty { duty: None, unit, role, concern: Concern::Missing });
            }
        }
        for duty in duties {
            let concerns = concerns(directory, duty, (day, soon));
            found.extend(concerns.into_iter().map(|concern| OpenDuty {
                duty: Some(duty.id.clone()),
                unit: unit.id.clone(),
                role: duty.role.clone(),
                concern,
            }));
        }
        all.extend(found);
    }
    all.sort_by_key(|open| match open.concern {
        Concern::Missing | Concern::Vacant => 0,
        Concern::Declined { .. } | Concern::Waiting { .. } => 1,
        Concern::Leaving { .. } | Concern::EndsSoon { .. } => 2,
    });
    all
}

fn concerns(directory: &Directory, duty: &Duty, (day, soon): (Date, Date)) -> Vec<Concern> {
    let mut found = Vec::new();
    match &duty.offer {
        Some(offer) => found.push(match &offer.declined {
            Some(reason) => Concern::Declined { person: offer.person.clone(), reason: reason.clone() },
            None => Concern::Waiting { person: offer.person.clone(), from: offer.from },
        }),
        None if directory.state(duty, day) == DutyState::Vacant => found.push(Concern::Vacant),
        None => {}
    }
    if let (Some(holder), _) = directory.on_duty(duty, day)
        && let Some(on) = directory.leaves(&holder.id).filter(|on| *on <= soon)
    {
        let next = on.tomorrow().unwrap_or(on);
        let goes_on = duty.until.is_none_or(|until| until >= next);
        if goes_on && directory.on_duty(duty, next).0.is_none() {
            found.push(Concern::Leaving { person: holder.id.clone(), on });
        }
    }
    found.extend(duty.until.filter(|until| *until <= soon).map(|on| Concern::EndsSoon { on }));
    found
}
