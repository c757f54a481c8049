//! Fields that people type, and what is said where one cannot be read: its label,
//! what was typed, what may stand in it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use crate::messages::Language;

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// A day.
    Day,
    /// A day up to this one.
    DayUntil(Date),
    /// A whole number.
    Number,
    /// One of the values that are offered.
    Choice,
}

/// A field that cannot be read.
#[derive(Debug, Clone)]
pub(crate) struct Unread {
    /// Its name in the form or address.
    pub(crate) name: String,
    /// The key of its label.
    pub(crate) label: &'static str,
    /// What was typed.
    pub(crate) value: String,
    /// What may stand in it.
    pub(crate) allowed: Allowed,
}

/// More characters of what was typed are not repeated.
const MOST_SHOWN: usize = 60;

impl Unread {
    /// What is wrong, without what to do.
    pub(crate) fn wrong(&self, language: Language) -> String {
        let label = language.say(self.label);
        if self.value.is_empty() {
            return language.say_with("field-empty", &[("label", label.into())]);
        }
        let mut value: String = self.value.chars().take(MOST_SHOWN).collect();
        if value.len() < self.value.len() {
            value.push('…');
        }
        language.say_with("field-unread", &[("label", label.into()), ("value", value.into())])
    }

    /// What may stand in the field.
    pub(crate) fn hint(&self, language: Language) -> String {
        match self.allowed {
            Allowed::Day => language.say("allowed-day"),
            Allowed::DayUntil(last) => language.say_with("allowed-day-until", &[("last", last.to_string().into())]),
            Allowed::Number => language.say("allowed-number"),
            Allowed::Choice => language.say("allowed-choice"),
        }
    }

    /// Both in one sentence.
    pub(crate) fn words(&self, language: Language) -> String {
        let (wrong, hint) = (self.wrong(language), self.hint(language));
        language.say_with("field-wrong", &[("wrong", wrong.into()), ("hint", hint.into())])
    }
}

/// The fields of a sent form, kept until its answer is written, so that a page that
/// asks for one field again loses none of the others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<(String, String)>>>);

impl Kept {
    /// Keeps the fields; those of a form with a password are not kept.
    pub(crate) fn keep(&self, fields: &[(String, String)]) {
        if !fields.iter().any(|(name, _)| name.contains("password")) {
            fields.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// What is kept.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// How a request can be sent again with one field put right.
#[derive(Debug, Clone)]
pub(crate) struct Again {
    /// Where to.
    pub(crate) address: String,
    /// Whether it changes something.
    pub(crate) posts: bool,
    /// Everything that was sent.
    pub(crate) fields: Vec<(String, String)>,
}
