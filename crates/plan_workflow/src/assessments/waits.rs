//! What of an assessment waits for whom: explanations, their approval, the third
//! party's view, replies to opinions.

use jiff::{Timestamp, civil::Date};

use super::{Assessment, Explanation, ExplanationState, Stage};
use crate::{
    directory::Directory,
    notices::{About, Duty, Kind, Open, Turn, Waits},
    records::PlanId,
};

/// The assessments of a plan, for inbox and reminders.
pub struct Awaited<'a> {
    /// The plan.
    pub plan: PlanId,
    /// Its assessments.
    pub assessments: &'a [Assessment],
    /// Units, people and duties.
    pub directory: &'a Directory,
    /// The day of the question.
    pub day: Date,
}

impl Waits for Awaited<'_> {
    fn open(&self) -> Vec<Open> {
        self.assessments.iter().flat_map(|one| self.of(one)).collect()
    }
}

impl Awaited<'_> {
    fn of(&self, one: &Assessment) -> Vec<Open> {
        match one.stage {
            Stage::Explaining => {
                let explanations = one.explanations.iter().filter_map(|asked| self.explanation(one, asked));
                explanations.chain(self.third_party(one)).collect()
            }
            Stage::Sent => self.replies(one),
            _ => Vec::new(),
        }
    }

    fn item(
        &self,
        one: &Assessment,
        (kind, part, place): (Kind, &str, &str),
        words: &str,
        (opened, due): (Timestamp, Option<Date>),
        turn: Turn,
    ) -> Open {
        let unit = if let Turn::Unit(unit, _) = &turn { unit.clone() } else { String::new() };
        Open {
            kind,
            about: About { plan: Some(self.plan), subject: format!("{} {part}", one.id), unit },
            title: format!("{}：{words}", one.title),
            path: format!("/plans/{}/assessments/{}#{place}", self.plan, one.id),
            opened,
            due,
            turn,
        }
    }

    /// The unit explains and approves; where nobody leads the commitment the planner does.
    fn explanation(&self, one: &Assessment, asked: &Explanation) -> Option<Open> {
        use ExplanationState as S;
        let unit = asked.unit.as_ref().map(|unit| self.directory.unit_on(unit, self.day).as_str().to_owned());
        let to = |duty| unit.clone().map_or(Turn::Planner, |unit| Turn::Unit(unit, duty));
        let (kind, words, turn) = match asked.state {
            S::Asked => (Kind::Explain, "待说明", to(Duty::Reporter)),
            S::Returned => (Kind::Explain, "的说明被退回", to(Duty::Reporter)),
            S::Written if unit.is_some() => (Kind::Approval, "的说明待审核", to(Duty::Approver)),
            S::Written | S::Approved => (Kind::Approval, "的说明待审定", Turn::Planner),
            S::Accepted => return None,
        };
        let words = format!("“{}”{words}", asked.name);
        let due = (kind == Kind::Explain).then_some(asked.due);
        Some(self.item(one, (kind, &asked.subject, &asked.subject), &words, (asked.since, due), turn))
    }

    /// Whoever was named and has not said anything yet.
    fn third_party(&self, one: &Assessment) -> Vec<Open> {
        let silent = one.evaluators.iter().filter(|name| one.outside.iter().all(|(verdict, _)| verdict.by != **name));
        let item = |name: &String| {
            let when = (one.frozen.unwrap_or(Timestamp::UNIX_EPOCH), None);
            let place = (Kind::Evaluate, name.as_str(), "outside");
            self.item(one, place, "待录入第三方结论", when, Turn::Person(name.clone()))
        };
        silent.map(item).collect()
    }

    fn replies(&self, one: &Assessment) -> Vec<Open> {
        let open = (1_usize..).zip(&one.opinions).filter(|(_, opinion)| opinion.reply.is_none());
        let item = |(number, opinion): (usize, &super::Opinion)| {
            let words = format!("第 {number} 条审议意见待答复");
            let place = (Kind::Reply, format!("意见{number}"));
            self.item(one, (place.0, &place.1, "congress"), &words, (opinion.at, None), Turn::Planner)
        };
        open.map(item).collect()
    }
}
