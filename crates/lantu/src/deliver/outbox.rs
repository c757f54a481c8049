//! Sending what is due: what to send is computed, noted, sent, and its fate noted.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use plan_workflow::{
    WorkflowError,
    calendar::WorkingDays,
    notices::{
        Message, Question,
        past::{NoticeEvent, Past, Recipient},
        record, reminders,
        rules::ReminderRules,
    },
    storage::StorageError,
};
use tokio::sync::watch;

use super::{Outcome, Ways};
use crate::{messages::Language, server::App};

/// What is to be sent now.
pub(crate) struct Outbox {
    /// The messages, by recipient.
    pub(crate) messages: Vec<Message>,
    /// The mail addresses of accounts.
    pub(crate) addresses: HashMap<String, String>,
    pasts: BTreeMap<Recipient, Past>,
}

/// What became of the messages of one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Taken by the other side.
    pub(crate) sent: usize,
    /// To be tried again.
    pub(crate) deferred: usize,
    /// Given up.
    pub(crate) failed: usize,
}

impl Outbox {
    /// Computes what is to be sent now.
    pub(crate) async fn compute(app: &App) -> Result<Self, WorkflowError> {
        let waiting = app.waiting().await?;
        let directory = app.directory().await?;
        let people = directory.people().filter_map(|person| Some((person.account.clone()?, person.email.clone()?)));
        let addresses = people.filter(|(_, address)| !address.trim().is_empty()).collect();
        let people = &waiting.people;
        let accounts = people.duties.iter().map(|(_, _, name)| name).chain(&people.planners);
        let accounts = accounts.cloned().chain(waiting.open.iter().flat_map(|open| {
            let names = people.holders(open).into_iter().map(str::to_owned);
            names.collect::<Vec<_>>()
        }));
        let groups = people.groups.iter().map(|group| Recipient::Group(group.name.clone()));
        let pasts = record::pasts(&app.store, accounts.map(Recipient::Person).chain(groups)).await?;
        let question = Question {
            open: &waiting.open,
            people,
            rules: ReminderRules::standard(),
            days: WorkingDays::shipped(),
            past: &pasts,
            at: &app.moment(),
        };
        Ok(Self { messages: reminders(&question), addresses, pasts })
    }

    /// Sends it. Each message is noted before it is sent: where that cannot be
    /// stored nothing is sent, and nothing is sent twice.
    pub(crate) async fn send(
        &self,
        app: &App,
        ways: &Ways,
        stop: &watch::Receiver<bool>,
    ) -> Result<Tally, WorkflowError> {
        let nothing = Past::default();
        let mut tally = Tally::default();
        for message in &self.messages {
            if *stop.borrow() {
                break;
            }
            let Some(way) = ways.to(&message.to, &self.addresses) else { continue };
            let past = self.pasts.get(&message.to).unwrap_or(&nothing);
            let letter = ways.letter(message, language(app));
            match record::begin(&app.store, app.clock.now(), (message, past), way.channel).await {
                // Another program is about to send, or the person has just noted something.
                Err(StorageError::Conflict { .. }) => continue,
                begun => begun?,
            }
            let outcome = way.send(&message.id, &letter, app.clock.now()).await;
            let event = fate(message, outcome, &mut tally);
            if let NoticeEvent::Deferred { detail, .. } | NoticeEvent::Failed { detail, .. } = &event {
                tracing::warn!(to = message.to.name(), channel = way.channel, detail, "a reminder was not delivered");
            }
            record::settle(&app.store, app.clock.now(), &message.to, event).await?;
        }
        Ok(tally)
    }
}

fn language(app: &App) -> Language {
    Language::from_code(&app.settings.language).unwrap_or_default()
}

/// What is noted of an outcome: after the last of the tries it is given up.
fn fate(message: &Message, outcome: Outcome, tally: &mut Tally) -> NoticeEvent {
    let id = message.id.clone();
    match outcome {
        Outcome::Taken => {
            tally.sent += 1;
            NoticeEvent::Sent { message: id }
        }
        Outcome::Later(detail) if ReminderRules::standard().retry.wait(message.failures + 1).is_some() => {
            tally.deferred += 1;
            NoticeEvent::Deferred { message: id, detail }
        }
        Outcome::Later(detail) => {
            tally.failed += 1;
            NoticeEvent::Failed {
                message: id, detail: format!("{detail}；已试 {} 次，不再重发", message.failures + 1)
            }
        }
        Outcome::Never(detail) => {
            tally.failed += 1;
            NoticeEvent::Failed { message: id, detail }
        }
    }
}

/// Sends what is due, again and again, until asked to stop; what is under way is
/// finished. Ends at once where the settings say of no way to deliver.
pub(crate) async fn keep_sending(app: App, mut stop: watch::Receiver<bool>) {
    let settings = &app.settings.deliver;
    if !settings.is_set() || settings.every_minutes == 0 || app.settings.sample.is_some() {
        return;
    }
    let ways = match Ways::open(settings) {
        Ok(ways) => ways,
        Err(fault) => return tracing::error!(fault, "reminders are not sent"),
    };
    let pause = Duration::from_secs(u64::from(settings.every_minutes) * 60);
    loop {
        let round = async { Outbox::compute(&app).await?.send(&app, &ways, &stop).await };
        match round.await {
            Ok(tally) if tally == Tally::default() => {}
            Ok(Tally { sent, deferred, failed }) => tracing::info!(sent, deferred, failed, "reminders"),
            Err(error) => tracing::warn!(%error, "reminders were not sent; it is tried again"),
        }
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
