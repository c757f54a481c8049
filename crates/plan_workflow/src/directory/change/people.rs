//! People: added, changed, leaving.

use jiff::civil::Date;

use super::{Asking, PersonFields, line, missing, new_id, words, wrong};
use crate::{
    WorkflowError,
    directory::{DirectoryEvent, Person},
    permissions::Action,
    register::name_key,
};

/// The longest name.
const NAME: usize = 30;
/// The longest address or number.
const CONTACT: usize = 100;

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl Asking<'_> {
    /// Adds a person, or changes one.
    pub(super) fn set_person(
        self,
        person: Option<&str>,
        fields: &PersonFields,
    ) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.actor.require(Action::ManageDirectory)?;
        let id = match person {
            None => self.directory.next_id("P"),
            Some(id) if self.directory.person(id).is_some() || new_id("P", id) => id.to_owned(),
            Some(id) => return Err(missing("人员", id)),
        };
        let name = words("姓名", &fields.name, NAME)?;
        let unit = self.directory.unit(&fields.unit).ok_or_else(|| missing("单位", fields.unit.as_str()))?;
        let today_unit = self.directory.unit_on(&unit.id, self.today);
        let before = self.directory.person(&id);
        if today_unit != &unit.id && before.is_none_or(|person| person.unit != unit.id) {
            let message = format!("“{}”已并入“{}”；请选择后者", unit.name, self.directory.unit_name(today_unit));
            return Err(wrong("单位", message));
        }
        let namesake = |p: &&Person| {
            p.id != id
                && p.unit == unit.id
                && name_key(&p.name) == name_key(&name)
                && !self.directory.left(&p.id, self.today)
        };
        if let Some(other) = self.directory.people().find(namesake) {
            let message = format!(
                "“{}”已有“{name}”（{}）；确为同名同姓的，请在姓名后加注以示区别，如“{name}（办公室）”",
                unit.name, other.id
            );
            return Err(wrong("姓名", message));
        }
        let account = line("账号", &fields.account, 32)?;
        if let Some(other) = self.directory.person_of(&account).filter(|p| !account.is_empty() && p.id != id) {
            if self.sight().is_some_and(|sight| !sight.person(&other.id)) {
                let message = format!("账号“{account}”已属于其他辖区的人员；一个账号只能给一个人，请核对");
                return Err(wrong("账号", message));
            }
            let message = format!("账号“{account}”已属于{}（{}）；一个账号只能给一个人，请核对", other.name, other.id);
            return Err(wrong("账号", message));
        }
        let email = line("邮箱", &fields.email, CONTACT)?;
        let parts = email.split_once('@');
        let sound = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'));
        if !email.is_empty() && (!sound || email.contains(char::is_whitespace)) {
            return Err(wrong("邮箱", format!("“{email}”不是邮箱地址；请写成 name@example.cn")));
        }
        let phone = line("电话", &fields.phone, CONTACT)?;
        let person =
            Person { id, name, unit: unit.id.clone(), account: some(account), email: some(email), phone: some(phone) };
        if before == Some(&person) {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::SetPerson(person)])
    }

    /// Notes that a person leaves, and offers the duties held then to another.
    pub(super) fn leave(
        self,
        person: &str,
        on: Date,
        successor: Option<&str>,
    ) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.actor.require(Action::ManageDirectory)?;
        self.directory.person(person).ok_or_else(|| missing("人员", person))?;
        let mut events = Vec::new();
        if self.directory.leaves(person) != Some(on) {
            events.push(DirectoryEvent::Leave { person: person.to_owned(), on });
        }
        let Some(successor) = successor else { return Ok(events) };
        let from = on.tomorrow().map_err(|_| wrong("离岗日期", format!("“{on}”太晚；请核对年份")))?;
        if successor == person {
            return Err(wrong("接手人", "不能交接给离岗的本人；请选择另一个人"));
        }
        for duty in self.directory.duties() {
            let held = self.directory.on_duty(duty, on).0.is_some_and(|holder| holder.id == person);
            let goes_on = duty.until.is_none_or(|until| until >= from);
            if held && goes_on {
                events.extend(self.hand_over(&duty.id, successor, from)?);
            }
        }
        Ok(events)
    }

    /// Takes back that a person leaves.
    pub(super) fn stay(self, person: &str) -> Result<Vec<DirectoryEvent>, WorkflowError> {
        self.actor.require(Action::ManageDirectory)?;
        self.directory.person(person).ok_or_else(|| missing("人员", person))?;
        if self.directory.leaves(person).is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::Stay { person: person.to_owned() }])
    }
}
