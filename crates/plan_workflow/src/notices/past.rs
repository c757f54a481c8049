//! What was sent to somebody and what they noted: the fold of their events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Moment, rules::Retry};

/// Who a message goes to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipient {
    /// A person, by account name.
    Person(String),
    /// A chat group, by its name in the settings.
    Group(String),
}

impl Recipient {
    /// The name, of the person or of the group.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Group(name) => name,
        }
    }
}

/// That somebody was told of an item by a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// The item, by [`super::Open::key`].
    pub item: String,
    /// The code of the step.
    pub step: String,
    /// Which round of the item: when it opened and, for a step that counts from
    /// it, when it was due. An item that opens again, or is due on another day, is
    /// told of again.
    pub round: String,
}

/// What happened between the program and a recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum NoticeEvent {
    /// A message is about to be sent. Stored before it is, so that a program that
    /// ends between sending and noting it does not send again.
    Begun {
        /// Its id.
        message: String,
        /// By which way, such as `email`.
        channel: String,
        /// Whether it is the digest of the day.
        digest: bool,
        /// What it tells of.
        covers: Vec<Mark>,
    },
    /// The other side took it.
    Sent {
        /// Its id.
        message: String,
    },
    /// The other side did not take it now; it is tried again.
    Deferred {
        /// Its id.
        message: String,
        /// What was said, in words for a person.
        detail: String,
    },
    /// It cannot be delivered, and is not tried again.
    Failed {
        /// Its id.
        message: String,
        /// What was said, in words for a person.
        detail: String,
    },
    /// The person noted an item (知道了).
    Noted {
        /// The item, by [`super::Open::key`].
        item: String,
        /// The round: when it opened.
        opened: Timestamp,
    },
}

impl NoticeEvent {
    /// The code word of what happened.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Begun { .. } => "begun",
            Self::Sent { .. } => "sent",
            Self::Deferred { .. } => "deferred",
            Self::Failed { .. } => "failed",
            Self::Noted { .. } => "noted",
        }
    }

    /// The message or item it is about.
    pub fn about(&self) -> &str {
        match self {
            Self::Begun { message, .. }
            | Self::Sent { message }
            | Self::Deferred { message, .. }
            | Self::Failed { message, .. } => message,
            Self::Noted { item, .. } => item,
        }
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was about to be sent, and nothing was noted since: it may have arrived.
    Begun,
    /// It arrived at the other side.
    Sent,
    /// It was not taken, and is tried again.
    Deferred,
    /// It was given up.
    Failed,
}

/// A message that was sent, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// By which way.
    pub channel: String,
    /// Whether it was the digest of a day.
    pub digest: bool,
    /// What it told of.
    pub covers: Vec<Mark>,
    /// When it was begun.
    pub at: Timestamp,
    /// What became of it.
    pub fate: Fate,
    /// What the other side said; empty where it took it.
    pub detail: String,
}

/// A message of which nothing was noted for so long is one whose fate is not known.
const LOST_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// Everything between the program and one recipient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    sendings: BTreeMap<String, Sending>,
    noted: BTreeSet<(String, Timestamp)>,
    told: HashMap<String, Vec<Mark>>,
    /// The messages that failed since the last one arrived or was given up.
    failing: Vec<String>,
    last_failure: Option<Timestamp>,
    last_arrival: Option<Timestamp>,
    events: u32,
}

impl Past {
    /// Takes in what is stored under a number.
    pub(super) fn take(&mut self, event: &NoticeEvent, number: u32, at: Timestamp) {
        self.add(event, at);
        self.events = number;
    }

    /// How many events made it so.
    pub fn events(&self) -> u32 {
        self.events
    }

    /// Takes in what happened next.
    pub fn add(&mut self, event: &NoticeEvent, at: Timestamp) {
        match event {
            NoticeEvent::Begun { message, channel, digest, covers } => {
                let sending = Sending {
                    channel: channel.clone(),
                    digest: *digest,
                    covers: covers.clone(),
                    at,
                    fate: Fate::Begun,
                    detail: String::new(),
                };
                self.sendings.insert(message.clone(), sending);
                for mark in covers {
                    self.told.entry(mark.item.clone()).or_default().push(mark.clone());
                }
            }
            NoticeEvent::Sent { message } => {
                self.settle(message, Fate::Sent, "");
                self.failing.clear();
                (self.last_failure, self.last_arrival) = (None, Some(at));
            }
            NoticeEvent::Deferred { message, detail } => {
                let covers = self.settle(message, Fate::Deferred, detail);
                for mark in covers {
                    if let Some(told) = self.told.get_mut(&mark.item)
                        && let Some(place) = told.iter().rposition(|known| *known == mark)
                    {
                        told.remove(place);
                    }
                }
                self.failing.push(message.clone());
                self.last_failure = Some(at);
            }
            NoticeEvent::Failed { message, detail } => {
                self.settle(message, Fate::Failed, detail);
                self.failing.clear();
                self.last_failure = None;
            }
            NoticeEvent::Noted { item, opened } => {
                self.noted.insert((item.clone(), *opened));
            }
        }
    }

    /// Gives a message its fate and answers what it told of.
    fn settle(&mut self, message: &str, fate: Fate, detail: &str) -> Vec<Mark> {
        let Some(sending) = self.sendings.get_mut(message) else { return Vec::new() };
        sending.fate = fate;
        detail.clone_into(&mut sending.detail);
        sending.covers.clone()
    }

    /// What was told of an item, by messages that arrived, may have, or were given up.
    pub(super) fn told(&self, item: &str) -> &[Mark] {
        self.told.get(item).map_or(&[], Vec::as_slice)
    }

    /// Whether the person noted this round of an item.
    pub fn noted(&self, item: &str, opened: Timestamp) -> bool {
        self.noted.contains(&(item.to_owned(), opened))
    }

    /// Whether a digest was sent on a day.
    pub(super) fn had_digest(&self, day: Date, at: &Moment) -> bool {
        let arrived = |sending: &&Sending| sending.digest && sending.fate != Fate::Deferred;
        self.sendings.values().filter(arrived).any(|sending| at.at(sending.at).date() == day)
    }

    /// Whether the last message failed so lately that the next waits. Where the
    /// clock went back behind the failure nothing is known of the time since, and
    /// one may try.
    pub(super) fn waits(&self, retry: &Retry, now: Timestamp) -> bool {
        let (Some(last), Some(wait)) = (self.last_failure, retry.wait(self.failures())) else { return false };
        let since = now.duration_since(last);
        since >= SignedDuration::ZERO && since < wait
    }

    /// How many failures in a row there were.
    pub fn failures(&self) -> u32 {
        u32::try_from(self.failing.len()).unwrap_or(u32::MAX)
    }

    /// The messages, by id.
    pub fn sendings(&self) -> impl Iterator<Item = (&str, &Sending)> {
        self.sendings.iter().map(|(id, sending)| (id.as_str(), sending))
    }

    /// What did not arrive or may not have, since a message last arrived: given up,
    /// being retried, or of unknown fate. Newest first.
    pub fn problems(&self, now: Timestamp) -> Vec<&Sending> {
        let mut found: Vec<&Sending> = self
            .sendings
            .iter()
            .filter(|(_, sending)| self.last_arrival.is_none_or(|arrival| sending.at > arrival))
            .filter(|(id, sending)| match sending.fate {
                Fate::Sent => false,
                Fate::Failed => true,
                Fate::Deferred => self.failing.contains(id),
                Fate::Begun => now.duration_since(sending.at) >= LOST_AFTER,
            })
            .map(|(_, sending)| sending)
            .collect();
        found.sort_by_key(|sending| std::cmp::Reverse(sending.at));
        found
    }
}
