//! What went wrong, where, and what to do.

use maud::{Markup, html};

use crate::{
    messages::Language,
    server::{
        App,
        refusal::{Refusal, Wrong},
    },
    ui::layout,
};

/// The page of a refusal.
pub(crate) fn page(app: &App, language: Language, refusal: &Refusal) -> Markup {
    let (said, hint) = refusal.words(language);
    let content = html! {
        div.notice.wrong role="alert" {
            p { (said) }
            @if !hint.is_empty() { p { (hint) } }
            (wrongs(&refusal.wrongs))
        }
        p.actions {
            a.button href="/" { (language.say("refused-home")) }
        }
        p.second.small { (language.say_with("refused-code", &[("status", refusal.status.as_u16().to_string().into()), ("code", refusal.code.into())])) }
    };
    layout::alone(app, language, "/", &language.say("refused-title"), &content)
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
