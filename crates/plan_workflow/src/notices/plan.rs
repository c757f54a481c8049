//! Which messages are to be sent now.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    About, Duty, Kind, Moment, Open, People,
    past::{Mark, Past, Recipient},
    rules::{Audience, From, ReminderRules, Step},
};
use crate::calendar::WorkingDays;

/// What the answer rests on.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What waits for whom.
    pub open: &'a [Open],
    /// Who is who today.
    pub people: &'a People,
    /// When who is told.
    pub rules: &'a ReminderRules,
    /// When people work.
    pub days: &'a WorkingDays,
    /// What was sent already, by recipient.
    pub past: &'a BTreeMap<Recipient, Past>,
    /// Now.
    pub at: &'a Moment,
}

/// That an item waits, said to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What kind of thing waits.
    pub kind: Kind,
    /// What it is about.
    pub about: About,
    /// The name of the unit; empty for none.
    pub unit: String,
    /// What it is, in the words of the plan.
    pub title: String,
    /// The page on which it is done, a path within the site.
    pub path: String,
    /// By when it is to be done.
    pub due: Option<Date>,
    /// Working days until it is due, negative where it is late.
    pub left: Option<i64>,
    /// Working days since it opened.
    pub waited: u16,
    /// Whether it is the recipient's own turn, or they are told because it is late.
    pub own: bool,
    /// Urgent: sent at once, not with the day's digest.
    pub at_once: bool,
    /// What the step that speaks says, in Chinese.
    pub meaning: String,
    /// What is noted as told once it is sent.
    pub mark: Mark,
}

/// A message to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id: the same for the same content to the same recipient at the same attempt.
    pub id: String,
    /// To whom.
    pub to: Recipient,
    /// Whether it is the digest of the day.
    pub digest: bool,
    /// What it tells of, late things first; never empty.
    pub notices: Vec<Notice>,
    /// How many things wait for the person in all.
    pub waiting: usize,
    /// How often it was tried before.
    pub failures: u32,
}

/// The messages to be sent now, by recipient. The same question has the same
/// answer; what was told is not told again, also when the clock goes back.
pub fn reminders(question: &Question<'_>) -> Vec<Message> {
    let Question { rules, days, at, .. } = question;
    let (today, time) = (at.today(), at.wall().time());
    if !days.is_working(today) || time < rules.hours.from || time >= rules.hours.to {
        return Vec::new();
    }
    let mut told: BTreeMap<Recipient, Vec<Notice>> = BTreeMap::new();
    for open in question.open {
        for (recipient, step) in question.steps(open, today) {
            told.entry(recipient).or_default().push(question.notice(open, step));
        }
    }
    let nothing = Past::default();
    told.into_iter()
        .filter_map(|(to, notices)| {
            let past = question.past.get(&to).unwrap_or(&nothing);
            question.message(to, notices, past)
        })
        .collect()
}

impl<'a> Question<'a> {
    /// For each recipient who is to be told of an item the sharpest step that has
    /// come, if it was not told yet.
    fn steps(&self, open: &Open, today: Date) -> BTreeMap<Recipient, Told<'a>> {
        let opened = self.at.at(open.opened).date();
        let mut sharpest: BTreeMap<Recipient, Told<'a>> = BTreeMap::new();
        for (sharpness, step) in self.rules.steps(open.kind) {
            if step.day(self.days, opened, open.due).is_none_or(|day| day > today) {
                continue;
            }
            for audience in &step.to {
                let own = *audience == Audience::Turn;
                for recipient in self.audience(open, *audience) {
                    let before = sharpest.get(&recipient).is_some_and(|told| told.own);
                    sharpest.insert(recipient, Told { sharpness, step, own: own || before });
                }
            }
        }
        let (key, nothing) = (open.key(), Past::default());
        sharpest.retain(|recipient, told| {
            let past = self.past.get(recipient).unwrap_or(&nothing);
            let known = past.told(&key).iter().any(|mark| {
                let step = self.rules.sharpness(&mark.step).zip(self.rules.step(&mark.step));
                step.is_some_and(|(sharp, step)| sharp >= told.sharpness && mark.round == round(open, step))
            });
            !(known || told.step.unless_read && past.noted(&key, open.opened))
        });
        sharpest
    }

    fn audience(&self, open: &Open, audience: Audience) -> Vec<Recipient> {
        let unit = open.about.unit.as_str();
        let names = match audience {
            Audience::Turn => self.people.holders(open),
            Audience::Approver => self.people.with_duty(unit, Duty::Approver),
            Audience::Leader => self.people.with_duty(unit, Duty::Leader),
            Audience::Planner => self.people.planners_of(&open.about),
        };
        let people = names
            .into_iter()
            .filter(|name| self.people.sees(name, &open.about))
            .map(|name| Recipient::Person(name.to_owned()));
        let follows = |units: &[String]| !unit.is_empty() && (units.is_empty() || units.iter().any(|u| u == unit));
        let groups = self.people.groups.iter().filter(|g| audience == Audience::Turn && follows(&g.units));
        people.chain(groups.map(|group| Recipient::Group(group.name.clone()))).collect()
    }

    fn notice(&self, open: &Open, told: Told<'_>) -> Notice {
        let today = self.at.today();
        let opened = self.at.at(open.opened).date();
        Notice {
            kind: open.kind,
            about: open.about.clone(),
            unit: self.people.unit_name(&open.about.unit).to_owned(),
            title: open.title.clone(),
            path: open.path.clone(),
            due: open.due,
            left: open.due.map(|due| days_left(self.days, today, due)),
            waited: self.days.between(opened, today),
            own: told.own,
            at_once: told.step.at_once,
            meaning: told.step.meaning.clone(),
            mark: Mark { item: open.key(), step: told.step.code.clone(), round: round(open, told.step) },
        }
    }

    fn message(&self, to: Recipient, mut notices: Vec<Notice>, past: &Past) -> Option<Message> {
        if past.waits(&self.rules.retry, self.at.now) {
            return None;
        }
        let day = self.at.today();
        let digest = self.at.wall().time() >= self.rules.hours.digest && !past.had_digest(day, self.at);
        notices.retain(|notice| notice.at_once || digest);
        if notices.is_empty() {
            return None;
        }
        notices.sort_by(|a, b| {
            let order = |n: &Notice| (n.due.is_none(), n.due, n.mark.item.clone());
            order(a).cmp(&order(b))
        });
        let waiting = match &to {
            Recipient::Person(name) => self.waiting(name),
            Recipient::Group(_) => notices.len(),
        };
        Some(Message {
            id: id(&to, &notices, past.failures()),
            digest: notices.iter().any(|notice| !notice.at_once),
            notices,
            waiting,
            failures: past.failures(),
            to,
        })
    }

    fn waiting(&self, name: &str) -> usize {
        self.open.iter().filter(|open| self.people.holders(open).contains(&name)).count()
    }
}

/// A step that speaks to a recipient.
#[derive(Debug, Clone, Copy)]
struct Told<'a> {
    sharpness: usize,
    step: &'a Step,
    own: bool,
}

/// Working days from today until a date, on which a day off moves to the next
/// working day; negative where it has passed.
pub(super) fn days_left(days: &WorkingDays, today: Date, due: Date) -> i64 {
    let due = days.on_or_after(due).date;
    let count = |from, until| i64::from(days.between(from, until));
    if due >= today { count(today, due) } else { -count(due, today) }
}

fn round(open: &Open, step: &Step) -> String {
    match (step.from, open.due) {
        (From::Due, Some(due)) => format!("{} {due}", open.opened),
        _ => open.opened.to_string(),
    }
}

fn id(to: &Recipient, notices: &[Notice], failures: u32) -> String {
    use sm3::{Digest as _, Sm3};
    let mut hash = Sm3::new();
    let kind = match to {
        Recipient::Person(_) => "person",
        Recipient::Group(_) => "group",
    };
    let marks = notices.iter().flat_map(|n| [&n.mark.item, &n.mark.step, &n.mark.round]);
    for part in [kind, to.name()].into_iter().chain(marks.map(String::as_str)) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(failures.to_be_bytes());
    hash.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}
