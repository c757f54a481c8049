//! What went wrong, where, and what to do.

use maud::{Markup, html};

use crate::{
    messages::Language,
    server::{
        App,
        fields::{Again, Allowed, Unread},
        refusal::{Refusal, Wrong},
    },
    ui::{
        form::{self, Field},
        layout,
    },
};

/// The page of a refusal. Where a field cannot be read it is asked for again, with
/// everything else that was sent.
pub(crate) fn page(app: &App, language: Language, refusal: &Refusal, again: Option<Again>) -> Markup {
    let (said, hint) = refusal.words(language);
    let content = html! {
        @match (&refusal.unread, again) {
            (Some(unread), Some(again)) => (ask_again(app, language, unread, &again)),
            _ => div.notice.wrong role="alert" {
                p { (said) }
                @if !hint.is_empty() { p { (hint) } }
                // Names of fields are for programs.
                @if refusal.code != "wrong-field" { (wrongs(&refusal.wrongs)) }
            },
        }
        p.actions {
            a.button href="/" { (language.say("refused-home")) }
        }
        p.second.small { (language.say_with("refused-code", &[("status", refusal.status.as_u16().to_string().into()), ("code", refusal.code.into())])) }
    };
    layout::alone(app, language, "/", &language.say("refused-title"), &content)
}

/// The form with the one field to put right.
fn ask_again(app: &App, language: Language, unread: &Unread, again: &Again) -> Markup {
    let words = unread.words(language);
    let (label, method) = (language.say(unread.label), if again.posts { "post" } else { "get" });
    let path = again.address.split('?').next().unwrap_or("/");
    let kind = if matches!(unread.allowed, Allowed::Day | Allowed::DayUntil(_)) { "date" } else { "" };
    let rules = app.rule_sets.iter().map(|rules| {
        (rules.name.clone(), if language == Language::Zh { rules.title.clone() } else { rules.title_en.clone() })
    });
    html! {
        form.rows method=(method) action=(if again.posts { &again.address } else { path }) {
            @for (name, value) in again.fields.iter().filter(|(name, _)| *name != unread.name) {
                input type="hidden" name=(name) value=(value);
            }
            @if unread.name == "rules" {
                p.notice.wrong role="alert" { (words) }
                (form::choice("rules", &label, "", &rules.collect::<Vec<_>>()))
            } @else {
                (Field { name: &unread.name, label, value: &unread.value, kind, wrong: Some(&words), required: true, ..Field::default() }.draw())
            }
            div.actions { button type="submit" { (language.say("refused-again")) } }
        }
    }
}

/// Everything that is wrong, each with its place.
pub(crate) fn wrongs(wrongs: &[Wrong]) -> Markup {
    html! {
        @if !wrongs.is_empty() {
            ul { @for wrong in wrongs {
                li { @if !wrong.place.is_empty() { strong { (wrong.place) } " " } (wrong.message) @if !wrong.hint.is_empty() { "；" (wrong.hint) } }
            } }
        }
    }
}
