//! What waits in the kinds of work that exist.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use plan_model::UnitId;

use super::{About, Duty, Group, Kind, Open, People, Seen, Turn, Waits};
use crate::{
    assignments::{Assignment, Book, PartState, Steps},
    calendar::WorkingDays,
    collection::{RoundState, RowState, Sheet},
    directory::{self, Directory, DutyState},
    nodes::{Schedule, Schedules},
    permissions::{Permissions, sees_plans_of},
    records::{PlanId, User},
};

/// The beginning of a day, for work that knows the day alone.
fn beginning(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

impl People {
    /// The people of the directory who may log in, as of a day. A unit's leaders are
    /// those with that duty in it, and the accounts of leaders who belong to it. Of
    /// the plans, with their jurisdictions, each is told what the account sees.
    pub fn of(
        directory: &Directory,
        (users, plans): (&[User], &[(PlanId, String)]),
        groups: Vec<Group>,
        day: Date,
    ) -> Self {
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
            if let Some(region) = user.region {
                let sight = directory.sight((&user.name, region), day);
                let plans = plans.iter().filter(|(_, jurisdiction)| sees_plans_of(Some(region), jurisdiction));
                let units = directory.units().filter(|unit| sight.unit(&unit.id)).map(|unit| unit.id.to_string());
                let seen = Seen { plans: plans.map(|(plan, _)| *plan).collect(), units: units.collect() };
                people.held.insert(user.name.clone(), seen);
            }
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
            let path = "/duties".to_owned();
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
            // Where the person who is asked answers with one press.
            let path = match kind {
                Kind::Arbitration => format!("/plans/{}/assignments/arbitration#{}", self.plan, part.key.subject),
                _ => format!("/plans/{}/assignments/{}", self.plan, part.key.subject),
            };
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
            state.units().map(of).collect::<Vec<_>>()
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
                // Who fills in has all sheets of the unit on one page; who looks has each.
                path: match kind {
                    Kind::Approval => format!("/report/{}/{}/{unit}", self.plan, round.id),
                    _ => format!("/report/{}/{}", self.plan, round.id),
                },
                opened,
                due: Some(due),
                turn,
            };
        waits.into_iter().filter(|(count, ..)| *count > 0).map(open).collect()
    }
}

/// So many working days before it is due a node waits in the inbox.
const NEAR: u16 = 20;

/// Nodes that come due and are not done, and proposals of nodes that wait for the
/// planner.
pub struct Nodes<'a> {
    /// The plan.
    pub plan: PlanId,
    /// The nodes of its commitments.
    pub schedules: &'a Schedules,
    /// Who leads which commitment.
    pub book: &'a Book,
    /// What a commitment is called, by its id.
    pub name: &'a dyn Fn(&str) -> String,
    /// The day of the question.
    pub day: Date,
}

impl Waits for Nodes<'_> {
    fn open(&self) -> Vec<Open> {
        self.schedules.all().flat_map(|(subject, schedule)| self.of(subject, schedule)).collect()
    }
}

impl Nodes<'_> {
    fn of(&self, subject: &str, schedule: &Schedule) -> Vec<Open> {
        let lead = self.book.lead_of(subject).map(|part| part.unit.as_str().to_owned()).unwrap_or_default();
        let item = |kind, part: &str, title: String, (opened, due): (Timestamp, Option<Date>), turn| Open {
            kind,
            about: About { plan: Some(self.plan), subject: format!("{subject} {part}"), unit: lead.clone() },
            title,
            path: format!("/plans/{}/breakdown/nodes#{subject}", self.plan),
            opened,
            due,
            turn,
        };
        let name = (self.name)(subject);
        let mut open = Vec::new();
        if let Some(proposal) = schedule.open() {
            let title = format!("{name}：{} 个节点待批准", proposal.nodes.len());
            open.push(item(Kind::Approval, "节点", title, (proposal.at, None), Turn::Planner));
        }
        if let Some((_, approved)) = &schedule.approved {
            let near = |due: Date| WorkingDays::shipped().before(due, NEAR) <= self.day;
            let waits = schedule.agreed.iter().filter(|node| node.done.is_none());
            let waits = waits.map(|node| (node, node.planned.due.last_day())).filter(|(_, due)| near(*due));
            open.extend(waits.map(|(node, due)| {
                let title = format!("{name}：{}", node.planned.deliverable);
                let turn = Turn::Unit(lead.clone(), Duty::Reporter);
                item(Kind::Node, &node.planned.id, title, (*approved, Some(due)), turn)
            }));
        }
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nodes::{Event, NodeDue, NodeEvent, PlannedNode};

    #[test]
    fn a_node_waits_from_some_weeks_before_it_is_due_until_it_is_done() {
        let at: Timestamp = "2026-01-05T02:00:00Z".parse().unwrap();
        let node = |id: &str, due: &str| PlannedNode {
            id: id.to_owned(),
            due: NodeDue::Day(due.parse().unwrap()),
            deliverable: format!("{id}完成"),
            from_text: false,
        };
        let subject = || "W7".to_owned();
        let nodes = vec![node("N1", "2026-03-31"), node("N2", "2026-12-31")];
        let propose = NodeEvent::Propose { subject: subject(), unit: None, nodes, note: String::new() };
        let mut schedules = Schedules::default();
        let mut number = 0;
        let mut happens = |schedules: &mut Schedules, what| {
            number += 1;
            schedules.apply(Event { number, what, at, actor: "林规".to_owned() });
        };
        let open = |schedules: &Schedules, day: &str| -> Vec<(Kind, String, Turn)> {
            let (book, day) = (Book::default(), day.parse().unwrap());
            let name = |_: &str| "新建公园".to_owned();
            let nodes = Nodes { plan: PlanId(1), schedules, book: &book, name: &name, day };
            nodes.open().into_iter().map(|open| (open.kind, open.title, open.turn)).collect()
        };
        happens(&mut schedules, propose);
        let waits = (Kind::Approval, "新建公园：2 个节点待批准".to_owned(), Turn::Planner);
        assert_eq!(open(&schedules, "2026-01-06"), [waits]);
        happens(&mut schedules, NodeEvent::Approve { subject: subject(), note: String::new() });
        assert_eq!(open(&schedules, "2026-01-06"), [], "the first is due in months");
        let due = (Kind::Node, "新建公园：N1完成".to_owned(), Turn::Unit(String::new(), Duty::Reporter));
        for day in ["2026-03-20", "2026-04-20"] {
            assert_eq!(open(&schedules, day), std::slice::from_ref(&due), "{day}");
        }
        let done = NodeEvent::Done {
            subject: subject(),
            node: "N1".to_owned(),
            on: "2026-03-30".parse().unwrap(),
            evidence: "验收单".to_owned(),
        };
        happens(&mut schedules, done);
        assert_eq!(open(&schedules, "2026-04-20"), []);
    }
}
