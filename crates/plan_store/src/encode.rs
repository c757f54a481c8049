//! From records to rows.

use plan_model::{Commitment, Confidence, Fact, Indicator, Observation};
use plan_workflow::{
    Timestamp,
    records::{BreakRecord, CommitmentRecord, FactRecord, NewPlan, PlanId, User},
    register::dictionary::DictionaryLink,
    slice::NewLink,
    storage::{Stamp, StorageError},
};
use serde::Serialize;

use crate::{
    decisions::work_row,
    engine::{Value, values},
    tables::{COMMITMENTS, FACTS, INDICATORS, LINKS, PLANS, Rows, SOURCE_LINES, SOURCES, WORK_ITEMS},
};

/// A moment as it is stored: microseconds since 1970.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A value as JSON text.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Unavailable { detail: error.to_string() })
}

/// The code word of an enum that serde writes as a string.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, StorageError> {
    Ok(json(value)?.trim_matches('"').to_owned())
}

/// Of which plan a text is a further edition, which one, and why.
pub(crate) type EditionOf<'a> = (PlanId, u32, &'a str);

/// Every row of a plan, or of the text of a further edition of one.
pub(crate) fn plan_rows(
    rows: &mut Rows,
    (id, edition): (PlanId, Option<EditionOf<'_>>),
    seq: i64,
    stamp: &Stamp,
    new: &NewPlan,
) -> Result<(), StorageError> {
    let head = &new.head;
    let plan = values![
        id.0,
        head.title.trim(),
        head.jurisdiction.trim(),
        head.period.first_year(),
        head.period.last_year(),
        head.kind.code(),
        head.parent.map(|p| p.0),
        new.file_name.as_str(),
        new.text_digest.as_str(),
        micros(stamp.at),
        stamp.actor.as_str(),
        edition.map(|(plan, ..)| plan.0),
        edition.map(|(_, number, _)| i64::from(number)),
        edition.map(|(.., note)| note.to_owned()),
    ];
    rows.add(&PLANS, seq, plan);
    let source = &new.source;
    let document = values![
        id.0,
        word(&source.format)?,
        source.encoding.as_str(),
        json(&source.headings)?,
        json(&source.tables)?,
        json(&new.register.problems)?,
        json(&new.register.quantities)?,
    ];
    rows.add(&SOURCES, seq, document);
    for (number, line) in (1_i64..).zip(&source.lines) {
        let row = values![id.0, number, word(&line.role)?, line.body_start, line.glued_box, line.text.as_str()];
        rows.add(&SOURCE_LINES, seq, row);
    }
    for fact in &new.register.facts {
        rows.add(&FACTS, seq, fact_row(id, fact)?);
    }
    for new in &new.register.indicators {
        let version = Version {
            number: 1,
            mentions: &new.mentions,
            base_fact: new.base_fact,
            dictionary: new.dictionary.as_ref(),
            reason: "",
        };
        rows.add(&INDICATORS, seq, indicator_row(id, stamp, &new.indicator, &version)?);
    }
    for commitment in &new.register.commitments {
        rows.add(&COMMITMENTS, seq, commitment_row(id, commitment)?);
    }
    for record in &new.register.work {
        rows.add(&WORK_ITEMS, seq, work_row(id, record)?);
    }
    if let Some(parent) = head.parent {
        for link in &new.links {
            rows.add(&LINKS, seq, link_row((id, parent), stamp, (link, 1), "")?);
        }
    }
    Ok(())
}

pub(crate) fn link_row(
    (plan, parent): (PlanId, PlanId),
    stamp: &Stamp,
    (link, version): (&NewLink, u32),
    note: &str,
) -> Result<Vec<Value>, StorageError> {
    Ok(values![
        plan.0,
        link.item.as_str(),
        version,
        parent.0,
        link.other.clone(),
        link.state.code(),
        link.score,
        json(&link.reasons)?,
        note,
        micros(stamp.at),
        stamp.actor.as_str(),
    ])
}

fn fact_row(plan: PlanId, record: &FactRecord) -> Result<Vec<Value>, StorageError> {
    let Fact { name, value, period, anchor, quote, rule } = &record.fact;
    Ok(values![
        plan.0,
        record.number,
        name.as_str(),
        json(value)?,
        period.map(|p| p.to_string()),
        anchor.line,
        anchor.start,
        anchor.end,
        quote.as_str(),
        rule.as_str(),
    ])
}

fn commitment_row(plan: PlanId, record: &CommitmentRecord) -> Result<Vec<Value>, StorageError> {
    let Commitment { name, class, target, intent, anchor, quote, rule, confidence } = &record.commitment;
    Ok(values![
        plan.0,
        record.number,
        record.indicator.as_str(),
        record.chapter.as_str(),
        json(&record.bases)?,
        name.as_str(),
        class.code(),
        intent.code(),
        json(target)?,
        anchor.line,
        anchor.start,
        anchor.end,
        quote.as_str(),
        rule.as_str(),
        (*confidence != Confidence::Certain).then(|| confidence.code().to_owned()),
    ])
}

/// What a version of an indicator has beside the indicator itself.
pub(crate) struct Version<'a> {
    pub(crate) number: u32,
    pub(crate) mentions: &'a [u32],
    pub(crate) base_fact: Option<u32>,
    pub(crate) dictionary: Option<&'a DictionaryLink>,
    pub(crate) reason: &'a str,
}

pub(crate) fn indicator_row(
    plan: PlanId,
    stamp: &Stamp,
    indicator: &Indicator,
    version: &Version<'_>,
) -> Result<Vec<Value>, StorageError> {
    let Indicator { id, name, group, unit, kind, measure, direction, baseline, targets } = indicator;
    let period = baseline.as_ref().and_then(|b| b.period);
    Ok(values![
        plan.0,
        id.as_str(),
        version.number,
        name.as_str(),
        group.as_str(),
        unit.as_str(),
        kind.code(),
        measure.to_string(),
        direction.map(|d| d.code().to_owned()),
        baseline.as_ref().map(|b| b.value.to_string()),
        period.map(|p| p.to_string()),
        json(targets)?,
        json(&version.mentions)?,
        version.base_fact,
        version.dictionary.map(json).transpose()?,
        version.reason,
        micros(stamp.at),
        stamp.actor.as_str(),
    ])
}

pub(crate) fn figure_row(plan: PlanId, stamp: &Stamp, figure: &Observation) -> Vec<Value> {
    values![
        plan.0,
        figure.indicator.as_str(),
        figure.period.to_string(),
        figure.standing.code(),
        figure.vintage,
        figure.value.to_string(),
        figure.source.as_str(),
        figure.note.as_str(),
        micros(stamp.at),
        stamp.actor.as_str(),
    ]
}

pub(crate) fn break_row(plan: PlanId, stamp: &Stamp, change: &BreakRecord, version: i64) -> Vec<Value> {
    values![
        plan.0,
        change.indicator.as_str(),
        change.from.to_string(),
        version,
        change.overlap.map(|(old, _)| old.to_string()),
        change.overlap.map(|(_, new)| new.to_string()),
        change.reason.as_str(),
        micros(stamp.at),
        stamp.actor.as_str(),
    ]
}

pub(crate) fn user_row(stamp: &Stamp, user: &User, version: i64) -> Vec<Value> {
    values![
        user.name.as_str(),
        version,
        user.role.as_str(),
        user.password_hash.as_str(),
        user.active,
        micros(stamp.at),
        stamp.actor.as_str(),
        user.must_change.then_some(1_i64),
        user.region.map(|region| region.to_string()),
    ]
}
