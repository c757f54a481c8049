//! Events by stream.

use std::collections::HashMap;

use plan_workflow::{
    Timestamp,
    events::{Append, EventBatch, EventRecord, EventStore, Stream},
    storage::{Stamp, StorageError, Stored},
};
use serde_json::json;

use crate::{
    chain::{Chain, Entry},
    changes::touch_plan,
    decode,
    encode::micros,
    engine::{Row, Tx, values},
    figures::{self, KnownIndicators},
    store::{Store, unexpected, until},
    tables::{EVENTS, Rows},
    writer::{Change, Done},
};

const EVENT: &str = "stream, number, kind, subject, body, at, actor";

fn event(row: &Row) -> Result<EventRecord, StorageError> {
    let name = row.text(0)?;
    let (first, rest) = name.split_once('/').map_or((name.as_str(), None), |(first, rest)| (first, Some(rest)));
    let stream = rest.iter().flat_map(|rest| rest.split('/')).fold(Stream::named(first), Stream::part);
    Ok(EventRecord {
        stream,
        number: row.count(1)?,
        kind: row.text(2)?,
        subject: row.text(3)?,
        body: decode::json(row, 4)?,
        at: decode::moment(row, 5)?,
        actor: row.text(6)?,
    })
}

impl EventStore for Store {
    async fn events(&self, stream: &Stream, known_at: Option<Timestamp>) -> Stored<Vec<EventRecord>> {
        let sql = format!("SELECT {EVENT} FROM events WHERE stream = $1 AND at <= $2 ORDER BY number");
        self.rows("events", sql, values![stream.as_str(), until(known_at)], event).await
    }

    async fn events_below(&self, stream: &Stream, known_at: Option<Timestamp>) -> Stored<Vec<EventRecord>> {
        // `0` is the character after `/`: all names that begin with the stream's and a `/`.
        let sql = format!(
            "SELECT {EVENT} FROM events WHERE stream > $1 AND stream < $2 AND at <= $3 ORDER BY stream, number"
        );
        let range = values![format!("{stream}/"), format!("{stream}0"), until(known_at)];
        self.rows("events", sql, range, event).await
    }

    async fn last_event(&self, stream: &Stream) -> Stored<u32> {
        let sql = "SELECT COALESCE(MAX(number), 0) FROM events WHERE stream = $1";
        self.first(sql, values![stream.as_str()]).await?.map_or(Ok(0), |row| row.count(0))
    }

    async fn append(&self, stamp: Stamp, batch: EventBatch) -> Stored<Vec<u32>> {
        match self.write(Change::Events(stamp, Box::new(batch))).await? {
            Done::Numbers(numbers) => Ok(numbers),
            other => Err(unexpected(other)),
        }
    }
}

/// Stores events and the figures that come with them.
pub(crate) async fn append(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, batch: EventBatch) -> Stored<Done> {
    let EventBatch { action, object, appends, figures, touches } = batch;
    let seq = chain.next();
    let mut rows = Rows::default();
    let mut last = HashMap::new();
    let (mut numbers, mut said) = (Vec::with_capacity(appends.len()), Vec::with_capacity(appends.len()));
    for Append { stream, after, events } in appends {
        let sql = "SELECT COALESCE(MAX(number), 0) FROM events WHERE stream = $1";
        let stored = tx.first(sql, values![stream.as_str()]).await?.map_or(Ok(0), |row| row.count(0))?;
        // The same stream may come twice in a batch.
        let latest = last.get(&stream).copied().unwrap_or(stored);
        if let Some(after) = after.filter(|after| *after != latest) {
            return Err(StorageError::Conflict { what: "记录", id: format!("{stream} {after}"), latest });
        }
        let mut number = latest;
        for event in events {
            number += 1;
            let row = values![
                stream.as_str(),
                number,
                event.kind,
                event.subject,
                event.body.to_string(),
                micros(stamp.at),
                stamp.actor.as_str(),
            ];
            rows.add(&EVENTS, seq, row);
        }
        said.push(json!([stream.as_str(), latest + 1, number]));
        numbers.push(number);
        last.insert(stream, number);
    }
    let claims = rows.claims();
    rows.write(tx).await?;
    chain.add(&stamp, Entry { action, object, facts: json!({ "events": said }), claims });
    if let Some(plan) = touches {
        touch_plan(tx, plan, seq, &stamp).await?;
    }
    let batches: Vec<_> = figures.into_iter().map(|figures| (stamp.clone(), figures)).collect();
    // Nothing of the batch may stay where one figure of it is refused.
    let written = figures::write(tx, chain, &mut KnownIndicators::default(), &batches).await?;
    written.into_iter().collect::<Stored<Vec<_>>>()?;
    Ok(Done::Numbers(numbers))
}
