//! Delivering: messages to people by mail and to chat groups by their robots.

mod email;
pub(crate) mod outbox;
mod robot;
pub mod settings;
pub(crate) mod text;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use plan_workflow::{
    Timestamp,
    notices::{Message, past::Recipient},
};

use self::{email::Mailer, robot::Speaker, settings::Deliver, text::Letter};
use crate::messages::Language;

/// What the other side did with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It took it.
    Taken,
    /// It did not take it now; said for a person.
    Later(String),
    /// It will not take it; said for a person.
    Never(String),
}

/// The ways there are.
pub(crate) struct Ways {
    mailer: Option<Mailer>,
    speakers: HashMap<String, Speaker>,
    site: String,
}

/// A message with the way it goes.
pub(crate) struct Addressed<'a> {
    /// To whom, for the record: `email` or the kind of robot.
    pub(crate) channel: &'static str,
    way: Way<'a>,
}

enum Way<'a> {
    Mail(&'a Mailer, &'a str),
    Robot(&'a Speaker),
}

impl Ways {
    /// Those the settings describe; says what is wrong with them.
    pub(crate) fn open(settings: &Deliver) -> Result<Self, String> {
        settings.check()?;
        let mailer = settings.email.as_ref().map(Mailer::open).transpose()?;
        let speakers = settings.robots.iter().map(|robot| Ok((robot.name.clone(), Speaker::open(robot)?)));
        let site = settings.site.trim_end_matches('/').to_owned();
        Ok(Self { mailer, speakers: speakers.collect::<Result<_, String>>()?, site })
    }

    /// A message in words.
    pub(crate) fn letter(&self, message: &Message, language: Language) -> Letter {
        Letter::of(message, &self.site, language)
    }

    /// The way to somebody; `addresses` are the mail addresses of accounts. `None`
    /// where there is none: such a person has the inbox alone.
    pub(crate) fn to<'a>(&'a self, to: &Recipient, addresses: &'a HashMap<String, String>) -> Option<Addressed<'a>> {
        match to {
            Recipient::Person(name) => {
                let (mailer, address) = (self.mailer.as_ref()?, addresses.get(name)?);
                Some(Addressed { channel: "email", way: Way::Mail(mailer, address) })
            }
            Recipient::Group(name) => {
                let speaker = self.speakers.get(name)?;
                Some(Addressed { channel: speaker.channel(), way: Way::Robot(speaker) })
            }
        }
    }
}

impl Addressed<'_> {
    /// Where it goes, as a person reads it.
    pub(crate) fn address(&self) -> &str {
        match &self.way {
            Way::Mail(_, address) => address,
            Way::Robot(speaker) => speaker.name(),
        }
    }

    /// Hands a letter to the other side.
    pub(crate) async fn send(&self, id: &str, letter: &Letter, at: Timestamp) -> Outcome {
        match &self.way {
            Way::Mail(mailer, address) => mailer.send(address, id, letter, at).await,
            Way::Robot(speaker) => speaker.send(letter, at).await,
        }
    }
}
