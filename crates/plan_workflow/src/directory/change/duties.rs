//! Duties: given, handed over, accepted, declined, deputed and taken back, ended.
//!
//! A planner arranges the duties of every unit; an approver those of the own
//! unit, among its people; and whoever holds a duty may offer it to a colleague.
//! To take a duty or not is up to the person it is offered to, and to nobody else.

use jiff::{ToSpan as _, civil::Date};
use plan_model::UnitId;

use super::{Asking, missing, words, wrong};
use crate::{
    WorkflowError,
    directory::{DirectoryEvent, Duty, DutyState, Person, Place},
    permissions::{Action, Permissions, Reach},
};

/// The longest reason.
const REASON: usize = 200;
/// The longest span for which somebody stands in; what takes longer is handed over.
const LONGEST_STAND_IN: i64 = 366;

impl Asking<'_> {
    fn duty(&self, id: &str) -> Result<&Duty, WorkflowError> {
        self.directory.duty(id).ok_or_else(|| missing("岗位", id))
    }

    /// Who acts, where the account belongs to a person of the directory.
    fn own(&self) -> Option<&Person> {
        self.directory.person_of(&self.actor.name)
    }

    /// Refuses who may not arrange the duties of a unit, or not with this person.
    fn may_name(&self, unit: &UnitId, person: &Person) -> Result<(), WorkflowError> {
        let unit = self.directory.unit_on(unit, self.today);
        self.actor.require_for(Action::AssignDuties, unit)?;
        let all = self.actor.reach(Action::AssignDuties) == Reach::All;
        if all || self.directory.unit_on(&person.unit, self.today) == unit {
            return Ok(());
        }
        let message = format!(
            "{}不是“{}”的人员；请选择本单位的人员，或请规划管理人员安排",
            person.name,
            self.directory.unit_name(unit)
        );
        Err(wrong("人员", message))
    }

    /// A person who is there on a day.
    fn present(&self, field: &'static str, person: &str, day: Date) -> Result<&Person, WorkflowError> {
        let person = self.directory.person(person).ok_or_else(|| missing("人员", person))?;
        match self.directory.leaves(&person.id).filter(|last| day > *last) {
            Some(last) => Err(wrong(field, format!("{}于 {last} 离岗；请选择届时在岗的人员", person.name))),
            None => Ok(person),
        }
    }

    fn running(&self, duty: &Duty, day: Date) -> Result<(), WorkflowError> {
        match duty.until.filter(|until| day > *until) {
            Some(until) => Err(wrong("岗位", format!("该岗位于 {until} 结束；请重新分派岗位"))),
            None => Ok(()),
        }
    }

    /// Makes a duty and offers it.
    pub(super) fn give(
        self,
        (unit, role, place): (&UnitId, &str, Place),
        person: &str,
        (from, until): (Date, Option<Date>),
    ) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let known = self.directory.unit(unit).ok_or_else(|| missing("单位", unit.as_str()))?;
        let person = self.present("人员", person, from)?;
        self.may_name(unit, person)?;
        let in_force = self.directory.unit_on(unit, self.today.max(from));
        if in_force != unit {
            let message = format!("“{}”已并入“{}”；请选择后者", known.name, self.directory.unit_name(in_force));
            return Err(wrong("单位", message));
        }
        let table = Permissions::standard();
        let Some(row) = table.role(role).filter(|row| row.in_unit) else {
            let known: Vec<&str> = table.roles().iter().filter(|r| r.in_unit).map(|r| r.name.as_str()).collect();
            return Err(wrong("岗位", format!("没有岗位“{role}”；请从 {} 中选择", known.join("、"))));
        };
        if until.is_some_and(|until| until < from) {
            return Err(wrong("截止日期", format!("早于起始日期 {from}；请改正")));
        }
        let others = self.directory.duties_of(unit, self.today);
        for duty in others.into_iter().filter(|d| d.role == role) {
            let who = duty.current().and_then(|id| self.directory.person(id));
            let name = who.map_or("", |who| who.name.as_str());
            if duty.place == Place::First && place == Place::First {
                let message =
                    format!("“{}”的{}已有 A 岗（{} {name}）；请交接该岗位，或设为 B 岗", known.name, row.name, duty.id);
                return Err(wrong("AB岗", message));
            }
            if who.is_some_and(|who| who.id == person.id) {
                let message = format!("{name}已是“{}”的{}（{}）；请选择另一个人", known.name, row.name, duty.id);
                return Err(wrong("人员", message));
            }
        }
        let (duty, person) = (self.directory.next_id("D"), person.id.clone());
        Ok(vec![DirectoryEvent::Give { duty, unit: unit.clone(), role: role.to_owned(), place, person, from, until }])
    }

    /// Offers a duty to another person.
    pub(super) fn hand_over(self, duty: &str, person: &str, from: Date) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let duty = self.duty(duty)?;
        let person = self.present("接手人", person, from)?;
        let holder = duty.holders.last();
        // Who holds a duty may offer it to a colleague; he keeps it until it is accepted.
        let colleague =
            |own: &Person| self.directory.unit_on(&own.unit, from) == self.directory.unit_on(&person.unit, from);
        let own = self.own().is_some_and(|own| holder.is_some_and(|(id, _)| *id == own.id) && colleague(own));
        if !own {
            self.may_name(&duty.unit, person)?;
        }
        self.running(duty, from)?;
        if let Some((id, since)) = holder {
            if *id == person.id && !self.directory.left(id, from) {
                return Err(wrong("接手人", format!("{}现就在这个岗位；请选择另一个人", person.name)));
            }
            if from <= *since {
                return Err(wrong("起始日期", format!("须晚于现任的起始日期 {since}；请改正")));
            }
        }
        let waiting = duty.offer.as_ref().filter(|offer| offer.declined.is_none());
        if waiting.is_some_and(|offer| offer.person == person.id && offer.from == from) {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::HandOver { duty: duty.id.clone(), person: person.id.clone(), from }])
    }

    /// The duty that waits for the answer of who acts.
    fn offered(&self, duty: &str) -> Result<&Duty, WorkflowError> {
        let duty = self.duty(duty)?;
        let waiting = duty.offer.as_ref().filter(|offer| offer.declined.is_none());
        let Some(offer) = waiting else {
            return Err(wrong("岗位", "没有等待答复的安排，可能已改派或已答复；请刷新后核对"));
        };
        match self.own() {
            Some(own) if own.id == offer.person => Ok(duty),
            _ => {
                let name = self.directory.person(&offer.person).map_or(offer.person.as_str(), |p| p.name.as_str());
                Err(wrong("岗位", format!("该岗位安排给{name}，只能由本人认领或谢绝")))
            }
        }
    }

    /// Takes what was offered.
    pub(super) fn accept(self, duty: &str) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let duty = self.offered(duty)?;
        let from = duty.offer.as_ref().map_or(self.today, |offer| offer.from);
        self.running(duty, from.max(self.today))?;
        Ok(vec![DirectoryEvent::Accept { duty: duty.id.clone() }])
    }

    /// Does not take it.
    pub(super) fn decline(self, duty: &str, reason: &str) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let duty = self.offered(duty)?;
        let reason = words("理由", reason, REASON)?;
        Ok(vec![DirectoryEvent::Decline { duty: duty.id.clone(), reason }])
    }

    /// Has somebody stand in.
    pub(super) fn depute(
        self,
        duty: &str,
        person: &str,
        (from, until): (Date, Date),
        reason: &str,
    ) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let duty = self.duty(duty)?;
        if until < from {
            return Err(wrong("截止日期", format!("早于起始日期 {from}；请改正")));
        }
        let longest = from.checked_add(LONGEST_STAND_IN.days()).unwrap_or(from);
        if until > longest {
            return Err(wrong("截止日期", "代理不超过一年；时间更长的请交接岗位"));
        }
        let person = self.present("代理人", person, until)?;
        self.may_name(&duty.unit, person)?;
        self.running(duty, until)?;
        let reason = words("理由", reason, REASON)?;
        if self.directory.on_duty(duty, from).0.is_some_and(|holder| holder.id == person.id) {
            return Err(wrong("代理人", format!("{}现就在这个岗位；请选择另一个人", person.name)));
        }
        if let Some(other) = duty.deputies.iter().find(|d| d.overlaps(from, until)) {
            let name = self.directory.person(&other.person).map_or("", |p| p.name.as_str());
            let message = format!("{name}已在 {} 至 {} 代理；请错开日期，或先收回该次代理", other.from, other.until);
            return Err(wrong("起始日期", message));
        }
        let person = person.id.clone();
        Ok(vec![DirectoryEvent::Depute { duty: duty.id.clone(), person, from, until, reason }])
    }

    /// Takes back that somebody stands in, from today on: who holds the duty may,
    /// and who arranges the duties of the unit. What was done meanwhile stays.
    pub(super) fn recall(self, duty: &str, from: Date, reason: &str) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let duty = self.duty(duty)?;
        let own = self.own().is_some_and(|own| duty.holders.last().is_some_and(|(id, _)| *id == own.id));
        if !own {
            self.actor.require_for(Action::AssignDuties, self.directory.unit_on(&duty.unit, self.today))?;
        }
        if !duty.deputies.iter().any(|deputy| deputy.from == from && deputy.runs(self.today)) {
            let message = format!("没有自 {from} 起、仍在进行或将要开始的代理，可能已收回或已结束；请刷新后核对");
            return Err(wrong("代理", message));
        }
        let reason = words("理由", reason, REASON)?;
        Ok(vec![DirectoryEvent::Recall { duty: duty.id.clone(), from, on: self.today, reason }])
    }

    /// Ends a duty.
    pub(super) fn end(self, duty: &str, on: Date) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        let duty = self.duty(duty)?;
        self.actor.require_for(Action::AssignDuties, self.directory.unit_on(&duty.unit, self.today))?;
        if self.directory.state(duty, self.today) == DutyState::Ended {
            return Err(wrong("岗位", "该岗位已经结束；请刷新后核对"));
        }
        let since = duty.holders.last().map(|(_, from)| *from).or(duty.offer.as_ref().map(|offer| offer.from));
        if let Some(since) = since.filter(|since| on < *since) {
            return Err(wrong("截止日期", format!("早于起始日期 {since}；请改正")));
        }
        if duty.until == Some(on) {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::End { duty: duty.id.clone(), on }])
    }
}
