//! A row as typed: from the form, to an answer or its faults, and back.

use std::collections::BTreeMap;

use jiff::civil::Date;
use plan_model::{Answer, FigureColumn, WorkColumn};
use plan_workflow::collection::{
    Entry, Known, SavedEntry,
    template::{self, AnswerDraft, WorkDraft},
};

use crate::server::{posted::Form, visit::Visit};

/// What is wrong with a row that was sent.
#[derive(Debug)]
pub(super) struct Trouble {
    /// As it was typed.
    pub(super) typed: Draft,
    /// Field and words.
    pub(super) wrong: Vec<(&'static str, String)>,
    /// What somebody else wrote in the meantime.
    pub(super) theirs: Option<SavedEntry>,
}

/// By subject.
pub(super) type Troubles = BTreeMap<String, Trouble>;

/// The fields of a row.
#[derive(Debug, Clone)]
pub(super) enum Draft {
    Figure(AnswerDraft),
    Work(WorkDraft),
}

/// The field of a form that a column is.
fn figure_field(column: FigureColumn) -> &'static str {
    match column {
        FigureColumn::Answer => "answer",
        FigureColumn::Reason => "reason",
        FigureColumn::Expected => "expected",
        FigureColumn::Proxy => "proxy",
        FigureColumn::Source => "source",
        _ => "value",
    }
}

fn work_field(column: WorkColumn) -> &'static str {
    match column {
        WorkColumn::ShareDone => "share",
        WorkColumn::Progress => "progress",
        WorkColumn::Problems => "problems",
        WorkColumn::NextSteps => "next",
        WorkColumn::Evidence => "evidence",
        _ => "state",
    }
}

impl Draft {
    /// The fields of a row as sent; `None` where the row was not in the form.
    pub(super) fn sent(form: &Form, subject: &str) -> Option<Self> {
        let there = form.all(&format!("seen.{subject}")).next().is_some();
        let get = |field: &str| form.get(&format!("{field}.{subject}")).to_owned();
        there.then(|| match subject.starts_with('I') {
            true => Self::Figure(AnswerDraft {
                value: get("value"),
                answer: get("answer"),
                reason: get("reason"),
                expected: get("expected"),
                proxy: get("proxy"),
                source: get("source"),
            }),
            false => Self::Work(WorkDraft {
                state: get("state"),
                share_done: get("share"),
                progress: get("progress"),
                problems: get("problems"),
                next_steps: get("next"),
                evidence: get("evidence"),
            }),
        })
    }

    /// The fields of a row as they show what is stored.
    pub(super) fn of(entry: Option<&Entry>, subject: &str) -> Self {
        match entry {
            Some(Entry::Figure(answer)) => {
                let (proxy, source) = match answer {
                    Answer::Figure { proxy, source, .. } => (*proxy, source.clone()),
                    _ => (false, String::new()),
                };
                let value = answer.value().map(|value| value.to_string()).unwrap_or_default();
                Self::Figure(AnswerDraft {
                    answer: if value.is_empty() { answer.kind().word().to_owned() } else { String::new() },
                    value,
                    reason: answer.reason().unwrap_or_default().to_owned(),
                    expected: answer.expected().map(|day| day.to_string()).unwrap_or_default(),
                    proxy: if proxy { "是".to_owned() } else { String::new() },
                    source,
                })
            }
            Some(Entry::Work(report)) => Self::Work(WorkDraft {
                state: report.state.word().to_owned(),
                share_done: report.share_done.map(|share| share.to_string()).unwrap_or_default(),
                progress: report.progress.clone(),
                problems: report.problems.clone(),
                next_steps: report.next_steps.clone(),
                evidence: report.evidence.clone(),
            }),
            None if subject.starts_with('I') => Self::Figure(AnswerDraft::default()),
            None => Self::Work(WorkDraft::default()),
        }
    }

    /// The answer; `None` where nothing is filled in. Else field and words of
    /// every fault.
    pub(super) fn read(&self, unit: &str, opens: Date) -> Result<Option<Entry>, Vec<(&'static str, String)>> {
        match self {
            Self::Figure(typed) => match template::answer(typed, unit, opens) {
                Ok(answer) => Ok(answer.map(Entry::Figure)),
                Err(faults) => Err(faults
                    .into_iter()
                    .map(|fault| (figure_field(fault.field), format!("{}；{}", fault.message, fault.hint)))
                    .collect()),
            },
            Self::Work(typed) => match template::work(typed) {
                Ok(report) => Ok(report.map(Entry::Work)),
                Err(faults) => Err(faults
                    .into_iter()
                    .map(|fault| (work_field(fault.field), format!("{}；{}", fault.message, fault.hint)))
                    .collect()),
            },
        }
    }

    /// What is wrong with a row from which everything was taken out.
    pub(super) fn emptied(&self, visit: &Visit) -> (&'static str, String) {
        let field = if matches!(self, Self::Figure(_)) { "value" } else { "state" };
        (field, visit.say("report-emptied"))
    }
}

/// The answer that takes over a figure that is known already.
pub(super) fn taken(known: &Known) -> Answer {
    let from = match (&known.plan, known.source.is_empty()) {
        (Some(plan), _) => format!("沿用已报送的数据（{plan}）"),
        (None, true) => "沿用已登记的数据".to_owned(),
        (None, false) => format!("沿用已登记的数据：{}", known.source),
    };
    let source = from.chars().take(template::MOST_NOTE).collect();
    Answer::Figure { value: known.value, proxy: false, source }
}
