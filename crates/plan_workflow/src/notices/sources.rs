//! What waits in the kinds of work that exist.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use plan_model::UnitId;

use super::{About, Duty, Group, Kind, Open, People, Turn, Waits};
use crate::{
    assignments::{Assignment, PartState, Steps},
    collection::{RoundState, RowState, Sheet},
    directory::{self, Directory, DutyState},
    permissions::Permissions,
    records::{PlanId, User},
};

/// The beginning of a day, for work that knows the day alone.
fn beginning(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

impl People {
    /// The people of the directory who may log in, as of a day. A unit's leaders are
    /// those with that duty in it, and the accounts of leaders who belong to it.
    pub fn of(directory: &Directory, users: &[User], groups: Vec<Group>, day: Date) -> Self {
        let active: BTreeSet<&str> = users.iter().filter(|user| user.active).map(|user| user.name.as_str()).collect();
        let mut people = Self { groups, ..Self::default() };
        let account = |person: &directory::Person| person.account.clone().filter(|name| active.contains(name.as_str()));
        for unit in directory.units_on(day) {
            let id = unit.id.as_str().to_owned();
            people.units.push((id.clone(), unit.name.clone()));
            for (role, duty) in [("reporter", Duty::Reporter), ("approver", Duty::Approver), ("leader", Duty::Leader)] {
                let holders = directory.holders(&unit.id, role, day);
                let holders = holders.into_iter().filter_map(|(person, _)| account(person));
                people.duties.extend(holders.map(|name| (id.clone(), duty, name)));
            }
        }
        for user in users.iter().filter(|user| user.active) {
            let here = |person: &&directory::Person| directory.leaves(&person.id).is_none_or(|last| day <= last);
            match (user.role.as_str(), directory.person_of(&user.name).filter(here)) {
                ("planner", _) => people.planners.push(user.name.clone()),
                ("leader", Some(person)) => {
                    let unit = directory.unit_on(&person.unit, day).as_str().to_owned();
                    people.duties.push((unit, Duty::Leader, user.name.clone()));
                }
                _ => {}
            }
        }
        people
    }
}

/// Duties that nobody holds: offered and not accepted, or with nobody asked.
#[derive(Debug, Clone, Copy)]
pub struct Duties<'a> {
    /// Units, people and duties.
    pub directory: &'a Directory,
    /// The day of the question.
    pub day: Date,
}

impl Waits for Duties<'_> {
    fn open(&self) -> Vec<Open> {
        let role = |code: &str| Permissions::standard().role(code).map_or(code.to_owned(), |role| role.name.clone());
        let open = |duty: &directory::Duty| {
            let unit = self.directory.unit_on(&duty.unit, self.day);
            let name = self.directory.unit_name(unit);
            let about = About { plan: None, subject: duty.id.clone(), unit: unit.as_str().to_owned() };
            let asked = duty.offer.as_ref().filter(|offer| offer.declined.is_none());
            let (turn, since) = match asked {
                // A person without an account cannot answer; somebody who plans sees to it.
                Some(offer) => {
                    let account = self.directory.person(&offer.person).and_then(|person| person.account.clone());
                    (account.map_or(Turn::Planner, Turn::Person), offer.from)
                }
                None if self.directory.state(duty, self.day) == DutyState::Vacant => {
                    let last = duty.holders.last().and_then(|(person, _)| self.directory.leaves(person));
                    let declined = duty.offer.as_ref().map(|offer| offer.from);
                    (Turn::Planner, declined.or(last).unwrap_or(self.day))
                }
                None => return None,
            };
            let title = format!("{name}{}", role(&duty.role));
            let path = "/directory".to_owned();
            Some(Open { kind: Kind::Handover, about, title, path, opened: beginning(since), due: None, turn })
        };
        let running = |duty: &&directory::Duty| self.directory.state(duty, self.day) != DutyState::Ended;
        self.directory.duties().filter(running).filter_map(open).collect()
    }
}

/// Parts in commitments that wait for an answer.
pub struct Parts<'a> {
    /// The plan.
    pub plan: PlanId,
    /// How each unit's part stands.
    pub parts: &'a [Assignment],
    /// What a commitment is called, by its id.
    pub name: &'a dyn Fn(&str) -> String,
}

impl Waits for Parts<'_> {
    fn open(&self) -> Vec<Open> {
        let steps = Steps::standard();
        let open = |part: &Assignment| {
            let unit = part.unit.to_string();
            let (kind, due, turn) = match (part.state, steps.row(part.state)?.open.as_str()) {
                (PartState::Arbitrating, _) => {
                    let (arbiter, due) = part.arbitration.clone()?;
                    (Kind::Arbitration, Some(due), Turn::Person(arbiter))
                }
                (_, "unit") => (Kind::Offer, None, Turn::Unit(unit.clone(), Duty::Approver)),
                (_, "planner") => (Kind::Returned, None, Turn::Planner),
                _ => return None,
            };
            let about = About { plan: Some(self.plan), subject: part.key.subject.clone(), unit };
            let title = (self.name)(&part.key.subject);
            let path = format!("/plans/{}/assignments#{}", self.plan, part.key.subject);
            Some(Open { kind, about, title, path, opened: part.at, due, turn })
        };
        self.parts.iter().filter_map(open).collect()
    }
}

/// Sheets of the rounds of a plan that wait for the unit's figures, for its
/// approval, or for the planning department.
pub struct Sheets<'a> {
    /// The plan.
    pub plan: PlanId,
    /// The rounds with what each unit answered.
    pub rounds: &'a [(RoundState, BTreeMap<UnitId, Sheet>)],
    /// Units, people and duties.
    pub directory: &'a Directory,
    /// The day of the question.
    pub day: Date,
}

impl Waits for Sheets<'_> {
    fn open(&self) -> Vec<Open> {
        let taken = self.rounds.iter().filter(|(state, _)| state.is_open(self.day));
        let nothing = Sheet::default();
        let units = taken.flat_map(|(state, sheets)| {
            let of = |unit: &UnitId| (state, unit.clone(), sheets.get(unit).unwrap_or(&nothing));
            state.units().into_iter().map(of).collect::<Vec<_>>()
        });
        units.flat_map(|(state, unit, sheet)| self.of_unit(state, &unit, sheet)).collect()
    }
}

impl Sheets<'_> {
    fn of_unit(&self, state: &RoundState, unit: &UnitId, sheet: &Sheet) -> Vec<Open> {
        let round = &state.round;
        let rows: Vec<_> = state.asked_of(unit).map(|subject| sheet.row(subject)).collect();
        let count =
            |fits: &dyn Fn(Option<RowState>) -> bool| rows.iter().filter(|row| fits(row.map(|row| row.state))).count();
        let unsaid = count(&|state| matches!(state, None | Some(RowState::Saved | RowState::Returned)));
        let submitted = count(&|state| state == Some(RowState::Submitted));
        let approved = count(&|state| state == Some(RowState::Approved));
        // A sheet that came back is another round of the same thing, and told of again.
        let came_back = rows.iter().flatten().filter(|row| row.state == RowState::Returned);
        let came_back = came_back.filter_map(|row| row.returned.as_ref().map(|returned| returned.at)).max();
        let opened = came_back.unwrap_or_else(|| beginning(round.opens));
        let first = rows.iter().flatten().filter_map(|row| row.submitted).min().unwrap_or(round.opens);
        let holder = self.directory.unit_on(unit, self.day).as_str().to_owned();
        let to = |duty| Turn::Unit(holder.clone(), duty);
        let waits = [
            (unsaid, Kind::Report, "", "项待报", opened, round.due, to(Duty::Reporter)),
            (submitted, Kind::Approval, "", "项待审核", beginning(first), round.closes, to(Duty::Approver)),
            (approved, Kind::Approval, " 核收", "项待核收", beginning(first), round.closes, Turn::Planner),
        ];
        let open =
            |(count, kind, step, words, opened, due, turn): (usize, Kind, &str, &str, Timestamp, Date, Turn)| Open {
                kind,
                about: About {
                    plan: Some(self.plan),
                    subject: format!("{}{step}", round.id),
                    unit: unit.as_str().to_owned(),
                },
                title: format!("{}：{count} {words}", round.title),
                path: format!("/report/{}/{}", self.plan, round.id),
                opened,
                due: Some(due),
                turn,
            };
        waits.into_iter().filter(|(count, ..)| *count > 0).map(open).collect()
    }
}
