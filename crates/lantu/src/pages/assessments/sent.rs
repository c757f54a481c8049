//! A form that was sent and refused: what was typed stands in it again, and what is
//! wrong stands at its field.

use axum::http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::{
    messages::Language,
    server::{
        fields::Allowed,
        posted::Form,
        refusal::{Answer, Refusal},
    },
};

/// The fields of these forms, by what the use cases call them.
const FIELDS: [(&str, &str); 11] = [
    ("名称", "title"),
    ("截止日期", "as_of"),
    ("章", "chapters"),
    ("第三方评估账号", "evaluators"),
    ("报送日期", "on"),
    ("公开日期", "on"),
    ("单位", "unit"),
    ("说明期限", "due"),
    ("整改期限", "due"),
    ("涉及的指标或任务", "subject"),
    ("代填依据", "basis"),
];

/// A form that was refused.
pub(super) struct Sent {
    form: Form,
    /// The status of the answer.
    pub(super) status: StatusCode,
    words: String,
    /// The field that is wrong, where it is one.
    field: String,
}

impl Sent {
    /// A form that was refused for something the person can put right; what they
    /// cannot goes on as it is.
    pub(super) fn refused(form: Form, refusal: Refusal, language: Language) -> Answer<Self> {
        if refusal.status.is_server_error() || refusal.code == "not-found" {
            return Err(refusal);
        }
        let (message, hint) = refusal.words(language);
        let named = FIELDS.iter().find(|(label, _)| refusal.label == Some(label)).map(|(_, name)| *name);
        // A choice shows no error of its own.
        let typed = refusal.unread.as_ref().filter(|unread| unread.allowed != Allowed::Choice);
        let typed = typed.map(|unread| unread.name.as_str());
        // Not now: only because there is one already.
        let again = (refusal.code == "not-now").then_some("again");
        let field = typed.or(named).or(again).unwrap_or_default().to_owned();
        Ok(Self { form, status: refusal.status, words: message + &hint, field })
    }

    /// What is wrong, over the page; what stands at its field is not said twice.
    pub(super) fn notice(&self, language: Language) -> Markup {
        let at_field = !self.field.is_empty() && self.field != "again";
        html! {
            div.notice.wrong role="alert" {
                p { @if at_field { a href=(format!("#field-{}", self.field)) { (language.say("form-wrong")) } } @else { (self.words) } }
            }
        }
    }
}

/// A form on the page, with what was sent of it, if it was the one.
#[derive(Clone, Copy)]
pub(super) struct At<'a>(Option<&'a Sent>);

impl<'a> At<'a> {
    /// The only form of its page.
    pub(super) fn of(sent: Option<&'a Sent>) -> Self {
        Self(sent)
    }

    /// The form of a step, told from its like by these fields.
    pub(super) fn step(sent: Option<&'a Sent>, what: &str, key: &[(&str, &str)]) -> Self {
        let same =
            |sent: &&Sent| sent.form.get("do") == what && key.iter().all(|(name, value)| sent.form.get(name) == *value);
        Self(sent.filter(same))
    }

    /// What was typed in a field, else what stands in it at first.
    pub(super) fn value(&self, name: &str, default: &'a str) -> &'a str {
        self.0.map_or(default, |sent| sent.form.get(name))
    }

    /// What is wrong with a field.
    pub(super) fn wrong(&self, name: &str) -> Option<&'a str> {
        self.0.filter(|sent| sent.field == name).map(|sent| sent.words.as_str())
    }

    /// Whether this is the form that was sent.
    pub(super) fn is_sent(&self) -> bool {
        self.0.is_some()
    }

    /// Whether what is wrong is about a field.
    pub(super) fn is_about(&self, name: &str) -> bool {
        self.0.is_some_and(|sent| sent.field == name)
    }
}

/// The day in a field.
pub(super) fn day(form: &Form, (name, label): (&str, &'static str)) -> Answer<Date> {
    let typed = form.get(name);
    typed.parse().map_err(|_| Refusal::unread((name, label), typed, Allowed::Day))
}
