//! From rows to records. A row that cannot be read is named, never guessed at.

use document_reader::{Line, Source};
use plan_extraction::Quantity;
use plan_model::{Anchor, Baseline, Commitment, Fact, Indicator, Observation, PlanPeriod};
use plan_workflow::{
    Timestamp,
    records::{
        AuditRecord, BreakRecord, CommitmentRecord, FactRecord, FigureRecord, IndicatorRecord, Plan, PlanHead, PlanId,
        Session, User,
    },
    slice::{LinkRecord, NewLink},
    storage::StorageError,
};
use serde::de::DeserializeOwned;

use crate::engine::{Row, damaged};

/// The moment in a column.
pub(crate) fn moment(row: &Row, column: usize) -> Result<Timestamp, StorageError> {
    let micros = row.int(column)?;
    Timestamp::from_microsecond(micros).map_err(|error| damaged(&format!("column {column}"), error.to_string()))
}

/// A column that holds something written as text.
pub(crate) fn parsed<T>(row: &Row, column: usize) -> Result<T, StorageError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = row.str(column)?;
    text.parse().map_err(|error: T::Err| damaged(&format!("column {column}"), error.to_string()))
}

fn opt_parsed<T>(row: &Row, column: usize) -> Result<Option<T>, StorageError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    if row.opt_text(column)?.is_none() { Ok(None) } else { parsed(row, column).map(Some) }
}

/// A column that holds JSON.
pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, StorageError> {
    let text = row.text(column)?;
    serde_json::from_str(&text).map_err(|error| damaged(&format!("column {column}"), error.to_string()))
}

pub(crate) fn opt_json<T: DeserializeOwned>(row: &Row, column: usize) -> Result<Option<T>, StorageError> {
    if row.opt_text(column)?.is_none() { Ok(None) } else { json(row, column).map(Some) }
}

/// A column that holds the code word of an enum that serde writes as a string.
fn word<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T, StorageError> {
    let word = serde_json::Value::String(row.text(column)?);
    serde_json::from_value(word).map_err(|error| damaged(&format!("column {column}"), error.to_string()))
}

fn opt_count(row: &Row, column: usize) -> Result<Option<u32>, StorageError> {
    if row.opt_int(column)?.is_none() { Ok(None) } else { row.count(column).map(Some) }
}

/// Says in which table and row something could not be read.
pub(crate) fn at<T>(place: impl FnOnce() -> String, decoded: Result<T, StorageError>) -> Result<T, StorageError> {
    decoded.map_err(|error| match error {
        StorageError::Damaged { place: column, detail } => {
            StorageError::Damaged { place: format!("{} {column}", place()), detail }
        }
        other => other,
    })
}

pub(crate) const PLAN: &str = "p.id, p.title, p.jurisdiction, p.first_year, p.last_year, p.kind, p.parent, p.file_name, p.text_digest, p.at, p.actor";

pub(crate) fn plan(row: &Row) -> Result<Plan, StorageError> {
    let year = |column| -> Result<i16, StorageError> {
        i16::try_from(row.int(column)?).map_err(|error| damaged(&format!("column {column}"), error.to_string()))
    };
    let period = PlanPeriod::new(year(3)?, year(4)?).map_err(|error| damaged("column 3", error.to_string()))?;
    Ok(Plan {
        id: PlanId(row.int(0)?),
        head: PlanHead {
            title: row.text(1)?,
            jurisdiction: row.text(2)?,
            period,
            kind: parsed(row, 5)?,
            parent: row.opt_int(6)?.map(PlanId),
        },
        file_name: row.text(7)?,
        text_digest: row.text(8)?,
        imported_at: moment(row, 9)?,
        imported_by: row.text(10)?,
    })
}

/// A document without its lines: `format, encoding, headings, tables, problems`.
pub(crate) fn source(row: &Row, lines: Vec<Line>) -> Result<Source, StorageError> {
    Ok(Source {
        format: word(row, 0)?,
        encoding: row.text(1)?,
        lines,
        headings: json(row, 2)?,
        tables: json(row, 3)?,
        problems: json(row, 4)?,
    })
}

pub(crate) fn line(row: &Row) -> Result<(u32, Line), StorageError> {
    let line =
        Line { role: word(row, 1)?, body_start: row.count(2)?, glued_box: opt_count(row, 3)?, text: row.text(4)? };
    Ok((row.count(0)?, line))
}

fn anchor(row: &Row, column: usize) -> Result<Anchor, StorageError> {
    Ok(Anchor { line: row.count(column)?, start: row.count(column + 1)?, end: row.count(column + 2)? })
}

pub(crate) const FACT: &str = "number, name, value, period, line, start_char, end_char, quote, rule";

pub(crate) fn fact(row: &Row) -> Result<FactRecord, StorageError> {
    let fact = Fact {
        name: row.text(1)?,
        value: json(row, 2)?,
        period: opt_parsed(row, 3)?,
        anchor: anchor(row, 4)?,
        quote: row.text(7)?,
        rule: row.text(8)?,
    };
    Ok(FactRecord { number: row.count(0)?, fact })
}

pub(crate) const COMMITMENT: &str = "number, indicator, chapter, bases, name, class, intent, target, line, start_char, end_char, quote, rule, confidence";

pub(crate) fn commitment(row: &Row) -> Result<CommitmentRecord, StorageError> {
    let commitment = Commitment {
        name: row.text(4)?,
        class: parsed(row, 5)?,
        intent: parsed(row, 6)?,
        target: json(row, 7)?,
        anchor: anchor(row, 8)?,
        quote: row.text(11)?,
        rule: row.text(12)?,
        confidence: opt_parsed(row, 13)?.unwrap_or_default(),
    };
    Ok(CommitmentRecord {
        number: row.count(0)?,
        indicator: row.text(1)?,
        chapter: row.text(2)?,
        bases: json(row, 3)?,
        commitment,
    })
}

pub(crate) const INDICATOR: &str = "i.code, i.version, i.name, i.group_name, i.unit, i.kind, i.measure, i.direction, \
     i.base_value, i.base_period, i.targets, i.mentions, i.base_fact, i.reason, i.at, i.actor, \
     i.dictionary";

pub(crate) fn indicator(row: &Row) -> Result<IndicatorRecord, StorageError> {
    let period = opt_parsed(row, 9)?;
    let indicator = Indicator {
        id: row.text(0)?,
        name: row.text(2)?,
        group: row.text(3)?,
        unit: row.text(4)?,
        kind: parsed(row, 5)?,
        measure: parsed(row, 6)?,
        direction: opt_parsed(row, 7)?,
        baseline: opt_parsed(row, 8)?.map(|value| Baseline { value, period }),
        targets: json(row, 10)?,
    };
    Ok(IndicatorRecord {
        indicator,
        version: row.count(1)?,
        mentions: json(row, 11)?,
        base_fact: opt_count(row, 12)?,
        reason: row.text(13)?,
        at: moment(row, 14)?,
        actor: row.text(15)?,
        dictionary: opt_json(row, 16)?,
    })
}

pub(crate) const FIGURE: &str = "indicator, period, standing, vintage, value, source, note, at, actor";

pub(crate) fn figure(row: &Row) -> Result<FigureRecord, StorageError> {
    let observation = Observation {
        indicator: row.text(0)?,
        period: parsed(row, 1)?,
        standing: parsed(row, 2)?,
        vintage: row.count(3)?,
        value: parsed(row, 4)?,
        source: row.text(5)?,
        note: row.text(6)?,
    };
    Ok(FigureRecord { observation, at: moment(row, 7)?, actor: row.text(8)? })
}

pub(crate) const BREAK: &str = "b.indicator, b.from_period, b.overlap_old, b.overlap_new, b.reason, b.at, b.actor";

pub(crate) fn series_break(row: &Row) -> Result<BreakRecord, StorageError> {
    Ok(BreakRecord {
        indicator: row.text(0)?,
        from: parsed(row, 1)?,
        overlap: opt_parsed(row, 2)?.zip(opt_parsed(row, 3)?),
        reason: row.text(4)?,
        at: moment(row, 5)?,
        actor: row.text(6)?,
    })
}

pub(crate) const LINK: &str =
    "l.plan_id, l.item, l.version, l.parent, l.other, l.state, l.score, l.reasons, l.note, l.at, l.actor";

pub(crate) fn link(row: &Row) -> Result<LinkRecord, StorageError> {
    Ok(LinkRecord {
        plan: PlanId(row.int(0)?),
        parent: PlanId(row.int(3)?),
        link: NewLink {
            item: row.text(1)?,
            other: row.opt_text(4)?,
            state: parsed(row, 5)?,
            score: row.count(6)?,
            reasons: json(row, 7)?,
        },
        version: row.count(2)?,
        note: row.text(8)?,
        at: moment(row, 9)?,
        actor: row.text(10)?,
    })
}

/// A column that holds the numbers of a text.
pub(crate) fn quantities(row: &Row, column: usize) -> Result<Vec<Quantity>, StorageError> {
    json(row, column)
}

pub(crate) const USER: &str = "u.name, u.role, u.password_hash, u.active, u.at, u.actor, u.must_change, u.region";

/// A person, from the columns of [`USER`] beginning at `first`.
pub(crate) fn user(row: &Row, first: usize) -> Result<User, StorageError> {
    Ok(User {
        name: row.text(first)?,
        role: row.text(first + 1)?,
        password_hash: row.text(first + 2)?,
        active: row.int(first + 3)? != 0,
        at: moment(row, first + 4)?,
        actor: row.text(first + 5)?,
        must_change: row.opt_int(first + 6)?.is_some_and(|must| must != 0),
        region: opt_parsed(row, first + 7)?,
    })
}

pub(crate) const SESSION: &str =
    "s.token_hash, s.user_name, s.csrf, s.address, s.created_at, s.seen_at, s.expires_at, s.provider";

pub(crate) fn session(row: &Row) -> Result<Session, StorageError> {
    Ok(Session {
        token_hash: row.text(0)?,
        user: row.text(1)?,
        csrf: row.text(2)?,
        address: row.text(3)?,
        created_at: moment(row, 4)?,
        seen_at: moment(row, 5)?,
        expires_at: moment(row, 6)?,
        provider: row.opt_text(7)?,
    })
}

pub(crate) const AUDIT: &str = "seq, at, actor, action, object, detail, previous, hash";

pub(crate) fn audit(row: &Row) -> Result<AuditRecord, StorageError> {
    Ok(AuditRecord {
        seq: row.int(0)?,
        at: moment(row, 1)?,
        actor: row.text(2)?,
        action: row.text(3)?,
        object: row.text(4)?,
        detail: row.text(5)?,
        previous: row.text(6)?,
        hash: row.text(7)?,
    })
}
