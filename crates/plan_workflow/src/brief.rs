//! 要情: what leaders and the congress ask of a plan: what changed since last
//! time, what is behind and why, and what waits for a decision. Nothing is stored
//! here: it is gathered from what the other parts say.

use std::collections::HashMap;

use jiff::civil::Date;
use plan_assessment::quality::Contradiction;
use plan_model::{Indicator, IndicatorKind, Period, Status, UnitId, Verdict};

use crate::{
    assessments::{AnsweredRound, Assessment, Explanation, ExplanationState, JudgedWork, Matter, Stage},
    assignments::PartState,
    collection::RowState,
    confirm::Content,
};

#[cfg(test)]
mod tests;

/// The way a status went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// 变差.
    Worse,
    /// 变好.
    Better,
    /// It can be judged now, or no longer.
    Otherwise,
}

/// Something that stands otherwise than last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The indicator's or work item's id.
    pub subject: String,
    /// How it stood.
    pub before: Status,
    /// How it stands.
    pub after: Status,
    /// The way it went.
    pub turn: Turn,
}

/// What stands otherwise than before, what became worse first; what was not there
/// before is left out. Each side names subjects with their statuses.
pub fn moved<'a>(
    before: impl IntoIterator<Item = (&'a str, &'a Status)>,
    after: impl IntoIterator<Item = (&'a str, &'a Status)>,
) -> Vec<Moved> {
    let before: HashMap<&str, &Status> = before.into_iter().collect();
    let changed = after.into_iter().filter_map(|(subject, after)| {
        let before = *before.get(subject)?;
        if before.code == after.code {
            return None;
        }
        let turn = match (before.judged && after.judged, after.order.cmp(&before.order)) {
            (true, std::cmp::Ordering::Greater) => Turn::Worse,
            (true, std::cmp::Ordering::Less) => Turn::Better,
            _ => Turn::Otherwise,
        };
        Some(Moved { subject: subject.to_owned(), before: before.clone(), after: after.clone(), turn })
    });
    let mut changed: Vec<Moved> = changed.collect();
    changed.sort_by_key(|one| one.turn);
    changed
}

/// Why something is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Its lead unit has said so.
    Said {
        /// Why.
        cause: String,
        /// What is done about it.
        measures: String,
        /// Whether the planning department has accepted it.
        accepted: bool,
    },
    /// Nobody has explained it yet: what was computed, in Chinese and English.
    Computed(String, String),
}

/// Something that is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The indicator's or work item's id.
    pub subject: String,
    /// Its name.
    pub name: String,
    /// Whether it is a binding indicator.
    pub binding: bool,
    /// How it stands.
    pub status: Status,
    /// The unit that leads it; empty where none does.
    pub lead: String,
    /// Why.
    pub cause: Cause,
}

/// What is behind and why: the indicators as given, which come with binding ones
/// first, then the work. The words of a unit are those of the newest assessment in
/// which it gave some; `assessments` come with the newest first.
pub fn behind(
    indicators: &[(&Indicator, &Verdict)],
    work: &[JudgedWork],
    matter: &Matter,
    assessments: &[Assessment],
) -> Vec<Behind> {
    let said = |subject: &str| {
        let words = assessments.iter().filter_map(|one| one.explanation(subject));
        words.into_iter().find(|one| !one.cause.is_empty()).map(|one| Cause::Said {
            cause: one.cause.clone(),
            measures: one.measures.clone(),
            accepted: one.state == ExplanationState::Accepted,
        })
    };
    let lead = |subject: &str| {
        let part = matter.book.lead_of(subject);
        part.map_or_else(String::new, |part| matter.directory.unit_name(&part.unit).to_owned())
    };
    let mut rows: Vec<Behind> = Vec::new();
    for (indicator, verdict) in indicators {
        let reason = &verdict.trail.reason;
        rows.push(Behind {
            subject: indicator.id.clone(),
            name: indicator.name.clone(),
            binding: indicator.kind == IndicatorKind::Binding,
            status: verdict.status.clone(),
            lead: lead(&indicator.id),
            cause: said(&indicator.id).unwrap_or_else(|| Cause::Computed(reason.zh.clone(), reason.en.clone())),
        });
    }
    for one in work.iter().filter(|one| one.is_behind()) {
        let reason = &one.verdict.reason;
        rows.push(Behind {
            subject: one.id.clone(),
            name: one.name.clone(),
            binding: false,
            status: one.verdict.status.clone(),
            lead: one.lead.clone(),
            cause: said(&one.id).unwrap_or_else(|| Cause::Computed(one.why(), reason.en.clone())),
        });
    }
    rows
}

/// Something that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// 待裁定: who leads is disputed.
    Arbitration {
        /// The commitment.
        subject: String,
        /// The unit that says it does not.
        unit: UnitId,
        /// Whose word is asked, and by when.
        arbiter: Option<(String, Date)>,
    },
    /// 说明逾期: a unit has not explained in time.
    Overdue {
        /// The assessment's id.
        assessment: String,
        /// What is to be explained.
        explanation: Box<Explanation>,
    },
    /// 意见待答复: an opinion of the congress has no reply.
    Opinion {
        /// The assessment's id.
        assessment: String,
        /// What it says.
        text: String,
    },
    /// 目标待定: the text promises different values for the same time.
    Targets {
        /// The indicator.
        subject: String,
    },
    /// 节点调整待审定: agreed nodes are to be changed.
    Nodes {
        /// The commitment.
        subject: String,
        /// Why, in the words of who proposes it.
        note: String,
    },
    /// 数据矛盾: a figure is known differently on two words.
    Contradiction {
        /// The indicator.
        subject: String,
        /// The period.
        period: Period,
    },
    /// 已退回: a figure or report was rejected and has not come again.
    Rejected {
        /// The commitment.
        subject: String,
        /// The unit.
        unit: UnitId,
        /// Why.
        reason: String,
    },
}

impl Decision {
    /// Its sort: a code word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Arbitration { .. } => "arbitration",
            Self::Overdue { .. } => "overdue",
            Self::Opinion { .. } => "opinion",
            Self::Targets { .. } => "targets",
            Self::Nodes { .. } => "nodes",
            Self::Contradiction { .. } => "contradiction",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// Whether it is a matter within the government, not the congress's.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Arbitration { .. } | Self::Overdue { .. } | Self::Nodes { .. } | Self::Rejected { .. })
    }
}

/// What may wait for a decision.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// The plan.
    pub matter: &'a Matter,
    /// Its rounds with what units answered.
    pub rounds: &'a [AnsweredRound],
    /// Its contradictions.
    pub contradictions: &'a [Contradiction],
    /// Its assessments.
    pub assessments: &'a [Assessment],
    /// The day on which it is asked.
    pub today: Date,
}

impl Waiting<'_> {
    /// What waits for a decision, by its sorts.
    pub fn decisions(&self) -> Vec<Decision> {
        let mut found = self.arbitrations();
        found.extend(self.overdue());
        found.extend(self.opinions());
        found.extend(self.targets());
        found.extend(self.nodes());
        let contradictions = self
            .contradictions
            .iter()
            .map(|one| Decision::Contradiction { subject: one.better.indicator.clone(), period: one.better.period });
        found.extend(contradictions);
        found.extend(self.rejected());
        found
    }

    fn arbitrations(&self) -> Vec<Decision> {
        let parts = self.matter.book.parts().iter().filter(|part| part.state == PartState::Arbitrating);
        let one = |part: &crate::assignments::Assignment| Decision::Arbitration {
            subject: part.key.subject.clone(),
            unit: part.unit.clone(),
            arbiter: part.arbitration.clone(),
        };
        parts.map(one).collect()
    }

    fn overdue(&self) -> Vec<Decision> {
        let open = |one: &&Explanation| {
            matches!(one.state, ExplanationState::Asked | ExplanationState::Returned) && one.due < self.today
        };
        let explaining = self.assessments.iter().filter(|one| one.stage == Stage::Explaining);
        let rows = explaining.flat_map(|one| one.explanations.iter().filter(open).map(move |late| (one, late)));
        rows.map(|(one, late)| Decision::Overdue { assessment: one.id.clone(), explanation: Box::new(late.clone()) })
            .collect()
    }

    fn opinions(&self) -> Vec<Decision> {
        let open = self.assessments.iter().flat_map(|one| one.opinions.iter().map(move |opinion| (one, opinion)));
        let open = open.filter(|(_, opinion)| opinion.reply.is_none());
        open.map(|(one, opinion)| Decision::Opinion { assessment: one.id.clone(), text: opinion.text.clone() })
            .collect()
    }

    fn targets(&self) -> Vec<Decision> {
        let confirmed = &self.matter.confirmed;
        let disputed = confirmed.contradictions();
        let mut subjects: Vec<String> = Vec::new();
        for item in confirmed.items().filter(|item| disputed.contains(&item.key)) {
            let measured = matches!(item.content, Content::Measure(_));
            if let Some(subject) = item.indicator.clone().filter(|subject| measured && !subjects.contains(subject)) {
                subjects.push(subject);
            }
        }
        subjects.into_iter().map(|subject| Decision::Targets { subject }).collect()
    }

    fn nodes(&self) -> Vec<Decision> {
        let all = self.matter.situation.schedules.all().filter(|(_, schedule)| !schedule.agreed.is_empty());
        let open = all.filter_map(|(subject, schedule)| Some((subject, schedule.open()?)));
        open.map(|(subject, proposal)| Decision::Nodes { subject: subject.to_owned(), note: proposal.note.clone() })
            .collect()
    }

    fn rejected(&self) -> Vec<Decision> {
        let sheets = self.rounds.iter().flat_map(|(_, sheets)| sheets.iter());
        let rows = sheets.flat_map(|(unit, sheet)| sheet.rows().map(move |(subject, row)| (unit, subject, row)));
        let returned = rows.filter(|(_, _, row)| row.state == RowState::Returned);
        let one = |(unit, subject, row): (&UnitId, &str, &crate::collection::Row)| Decision::Rejected {
            subject: subject.to_owned(),
            unit: unit.clone(),
            reason: row.returned.as_ref().map(|back| back.reason.clone()).unwrap_or_default(),
        };
        returned.map(one).collect()
    }
}

/// The day to compare with where none is chosen: that of the last published
/// assessment, else the end of the month before.
pub fn last_time(assessments: &[Assessment], as_of: Date) -> (Date, Option<&Assessment>) {
    let published = assessments.iter().filter(|one| one.published.is_some() && one.as_of < as_of);
    match published.max_by_key(|one| (one.as_of, one.published)) {
        Some(one) => (one.as_of, Some(one)),
        None => (month_before(as_of), None),
    }
}

/// The last day of the month before.
pub fn month_before(day: Date) -> Date {
    day.first_of_month().yesterday().unwrap_or(day)
}
