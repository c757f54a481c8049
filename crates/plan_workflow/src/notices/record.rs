//! Deliveries and marks as they are stored: one stream for each recipient.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{
    Message,
    past::{Mark, NoticeEvent, Past, Recipient},
};
use crate::{
    events::{Append, EventBatch, EventStore, Happening, Stream},
    storage::{Stamp, Stored},
};

/// Who sends: the program, by the rules.
pub const ACTOR: &str = "提醒";

impl Happening for NoticeEvent {
    fn kind(&self) -> &'static str {
        self.code()
    }

    fn subject(&self) -> String {
        self.about().to_owned()
    }
}

fn all() -> Stream {
    Stream::named("notices")
}

/// The stream of a recipient.
fn stream(to: &Recipient) -> Stream {
    match to {
        Recipient::Person(name) => all().part("person").part(name),
        Recipient::Group(name) => all().part("group").part(name),
    }
}

/// What was said to one recipient, and what they noted.
pub async fn past<S: EventStore>(storage: &S, to: &Recipient) -> Stored<Past> {
    let mut past = Past::default();
    for record in storage.events(&stream(to), None).await? {
        past.take(&record.read()?, record.number, record.at);
    }
    Ok(past)
}

/// What was said to each of these recipients.
pub async fn pasts<S: EventStore>(
    storage: &S,
    recipients: impl IntoIterator<Item = Recipient>,
) -> Stored<BTreeMap<Recipient, Past>> {
    let mut pasts: HashMap<Stream, Past> = HashMap::new();
    for record in storage.events_below(&all(), None).await? {
        let event = record.read()?;
        pasts.entry(record.stream).or_default().take(&event, record.number, record.at);
    }
    Ok(recipients
        .into_iter()
        .filter_map(|to| {
            let past = pasts.remove(&stream(&to))?;
            Some((to, past))
        })
        .collect())
}

/// Notes that a message is about to be sent. Refused with a conflict where
/// something else was said to the recipient since `past` was read: another program
/// is sending, and this one leaves it.
pub async fn begin<S: EventStore>(
    storage: &S,
    at: Timestamp,
    (message, past): (&Message, &Past),
    channel: &str,
) -> Stored<()> {
    let covers: Vec<Mark> = message.notices.iter().map(|notice| notice.mark.clone()).collect();
    let id = message.id.clone();
    let event = NoticeEvent::Begun { message: id, channel: channel.to_owned(), digest: message.digest, covers };
    store(storage, Stamp { actor: ACTOR.to_owned(), at }, &message.to, (Some(past.events()), event)).await
}

/// Notes what became of a message.
pub async fn settle<S: EventStore>(storage: &S, at: Timestamp, to: &Recipient, event: NoticeEvent) -> Stored<()> {
    store(storage, Stamp { actor: ACTOR.to_owned(), at }, to, (None, event)).await
}

/// Notes that a person has seen an item (知道了); by its key and when it opened.
pub async fn note<S: EventStore>(
    storage: &S,
    (account, at): (&str, Timestamp),
    item: String,
    opened: Timestamp,
) -> Stored<()> {
    let stamp = Stamp { actor: account.to_owned(), at };
    store(storage, stamp, &Recipient::Person(account.to_owned()), (None, NoticeEvent::Noted { item, opened })).await
}

async fn store<S: EventStore>(
    storage: &S,
    stamp: Stamp,
    to: &Recipient,
    (after, event): (Option<u32>, NoticeEvent),
) -> Stored<()> {
    let object = stream(to).to_string();
    let appends = vec![Append::to(stream(to), after, &[event])?];
    storage.append(stamp, EventBatch { action: "notices.record", object, appends, ..EventBatch::default() }).await?;
    Ok(())
}
