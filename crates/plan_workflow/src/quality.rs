//! The quality of the figures of a plan as they are stored: what does not fit,
//! and where two standings of a figure contradict each other.
//!
//! The rules and the arithmetic are `plan_assessment::quality`'s; figures that
//! come in are checked by `crate::figures` with the same rules.

use std::collections::BTreeSet;

use jiff::civil::Date;
use plan_assessment::quality::{Contradiction, Look, QualityFinding, QualityRules, Subject};
use plan_model::Observation;

use crate::{assess::Situation, records::IndicatorRecord};

/// An indicator with every name it goes by.
fn subject(record: &IndicatorRecord) -> Subject<'_> {
    let link = record.dictionary.iter();
    let others = link.flat_map(|link| link.also.iter().chain([&link.entry])).map(String::as_str);
    Subject {
        indicator: &record.indicator,
        names: std::iter::once(record.indicator.name.as_str()).chain(others).collect(),
    }
}

/// The indicators with these ids and those the rules compare them with, in the
/// order of the register.
pub(crate) fn subjects<'a>(
    records: &'a [IndicatorRecord],
    ids: &BTreeSet<&str>,
    rules: &QualityRules,
) -> Vec<Subject<'a>> {
    let own = || records.iter().filter(|record| ids.contains(record.indicator.id.as_str())).map(subject);
    let names: Vec<&str> = own().flat_map(|s| s.names.into_iter().chain([s.indicator.id.as_str()])).collect();
    let related: BTreeSet<&str> = rules.related(&names).into_iter().collect();
    if related.is_empty() {
        return own().collect();
    }
    let wanted = |s: &Subject<'_>| {
        let id = s.indicator.id.as_str();
        ids.contains(id) || related.contains(id) || s.names.iter().any(|name| related.contains(name))
    };
    records.iter().map(subject).filter(wanted).collect()
}

/// What was found in the figures of a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Quality {
    /// What does not fit, the gravest first.
    pub findings: Vec<QualityFinding>,
    /// Standings that contradict each other.
    pub contradictions: Vec<Contradiction>,
}

/// What does not fit in the figures of one indicator, beside those of the
/// indicators the rules compare it with; the same findings as [`check`] has of it.
pub fn check_one(situation: &Situation, rules: &QualityRules, as_of: Date, indicator: &str) -> Quality {
    let subjects = subjects(&situation.records, &BTreeSet::from([indicator]), rules);
    let wanted = |id: &str| subjects.iter().any(|subject| subject.indicator.id == id);
    let figures: Vec<&Observation> = situation.figures.all(wanted).map(|record| &record.observation).collect();
    let plan = &situation.plan.head.title;
    let look = Look { subjects: &subjects, figures: &figures, breaks: situation.breaks(), plan, as_of, asked: None };
    let (mut findings, mut contradictions) = (rules.check(&look), rules.contradictions(&look));
    findings.retain(|f| f.indicator == indicator || f.with.iter().any(|(id, _)| id == indicator));
    contradictions.retain(|c| c.better.indicator == indicator);
    Quality { findings, contradictions }
}

/// The ids of the indicators that one is tied to, in the order of the register:
/// what it is compared with, what is compared with it, and those that the rules of
/// quality hold against it (a part and its whole, a rate and its level).
pub fn related<'s>(situation: &'s Situation, rules: &QualityRules, indicator: &str) -> Vec<&'s str> {
    let subjects: Vec<Subject<'_>> = situation.records.iter().map(subject).collect();
    let Some(own) = subjects.iter().find(|s| s.indicator.id == indicator) else { return Vec::new() };
    let names: Vec<&str> = own.names.iter().copied().chain([own.indicator.id.as_str()]).collect();
    let by_rule = rules.related(&names);
    let tied = |s: &Subject<'_>| {
        let id = s.indicator.id.as_str();
        own.indicator.measure.other() == Some(id)
            || s.indicator.measure.other() == Some(indicator)
            || by_rule.contains(&id)
            || s.names.iter().any(|name| by_rule.contains(name))
    };
    let others = situation.records.iter().zip(&subjects).filter(|(_, s)| s.indicator.id != indicator && tied(s));
    others.map(|(record, _)| record.indicator.id.as_str()).collect()
}

/// Looks at every figure of a situation whose period ended by a day.
pub fn check(situation: &Situation, rules: &QualityRules, as_of: Date) -> Quality {
    let subjects: Vec<Subject<'_>> = situation.records.iter().map(subject).collect();
    let figures: Vec<&Observation> = situation.figures.all(|_| true).map(|record| &record.observation).collect();
    let plan = &situation.plan.head.title;
    let look = Look { subjects: &subjects, figures: &figures, breaks: situation.breaks(), plan, as_of, asked: None };
    Quality { findings: rules.check(&look), contradictions: rules.contradictions(&look) }
}
