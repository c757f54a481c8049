//! Fields with label, hint and error tied to them, and the token every form carries.

use jiff::civil::Date;
use maud::{Markup, html};

use crate::{messages::Language, server::visit::Visit};

/// The hidden field that proves a form was given to this person.
pub(crate) fn token(token: &str) -> Markup {
    html! { input type="hidden" name="token" value=(token); }
}

/// A line to fill in.
#[derive(Debug, Default)]
pub(crate) struct Field<'a> {
    /// Its name in the form.
    pub(crate) name: &'a str,
    /// Its label.
    pub(crate) label: String,
    /// What stands in it.
    pub(crate) value: &'a str,
    /// What to write, under the label.
    pub(crate) hint: String,
    /// What is wrong with what was sent, if anything.
    pub(crate) wrong: Option<&'a str>,
    /// `text`, `password`, `date`, …; empty for text.
    pub(crate) kind: &'a str,
    /// What the browser may fill in.
    pub(crate) autocomplete: &'a str,
    /// Whether it has to be filled in.
    pub(crate) required: bool,
}

impl Field<'_> {
    /// Draws it.
    pub(crate) fn draw(&self) -> Markup {
        let id = format!("field-{}", self.name);
        let described = match (self.wrong, self.hint.is_empty()) {
            (Some(_), _) => Some(format!("{id}-wrong")),
            (None, false) => Some(format!("{id}-hint")),
            (None, true) => None,
        };
        // What is no day is shown as it was typed; a field for days would be empty.
        let unreadable = self.kind == "date" && self.wrong.is_some() && self.value.parse::<Date>().is_err();
        let kind = if self.kind.is_empty() || unreadable { "text" } else { self.kind };
        html! {
            div.field {
                label for=(id) { (self.label) }
                input id=(id) name=(self.name) value=(self.value) required[self.required]
                    type=(kind)
                    autocomplete=(if self.autocomplete.is_empty() { "off" } else { self.autocomplete })
                    aria-invalid=[self.wrong.map(|_| "true")] aria-describedby=[described];
                @if let Some(wrong) = self.wrong { span.wrong id=(format!("{id}-wrong")) { (wrong) } }
                @if !self.hint.is_empty() { span.hint id=(format!("{id}-hint")) { (self.hint) } }
            }
        }
    }
}

/// That secrets of the state must not be entered: this is an internal system and
/// not one that is classified for them.
pub(crate) fn no_secrets(language: Language) -> Markup {
    html! { div.notice.warn role="note" { p { (language.say("no-secrets")) } } }
}

/// A form that takes files; the one place where such forms are made.
pub(crate) fn upload(visit: &Visit, action: &str, content: &Markup) -> Markup {
    html! {
        form.rows method="post" action=(action) enctype="multipart/form-data" {
            (token(&visit.session.csrf))
            (no_secrets(visit.language))
            (content)
        }
    }
}

/// A choice of one among several: (value, words).
pub(crate) fn choice(name: &str, label: &str, chosen: &str, options: &[(String, String)]) -> Markup {
    let id = format!("field-{name}");
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                @for (value, words) in options {
                    option value=(value) selected[value == chosen] { (words) }
                }
            }
        }
    }
}

/// The form that filters a list: a search field, choices, and the ways to take the
/// rows along. `kept` are fields of the address that it does not show; `exports`
/// are addresses with their words.
pub(crate) fn filters(
    visit: &Visit,
    (base, kept): (&str, &[(&'static str, &str)]),
    (search, words): (&str, &str),
    choices: &Markup,
    exports: &[(String, &str)],
) -> Markup {
    html! {
        form.filters method="get" action=(base) role="search" {
            @for (key, value) in visit.chosen() { input type="hidden" name=(key) value=(value); }
            @for (key, value) in kept { input type="hidden" name=(key) value=(value); }
            div.field {
                label for="field-q" { (search) }
                input type="search" id="field-q" name="q" value=(words);
            }
            (choices)
            div.actions {
                button type="submit" { (visit.say("filter-apply")) }
                span.second.small {
                    (visit.say("export")) " "
                    @for (at, (href, words)) in exports.iter().enumerate() { @if at > 0 { " · " } a href=(href) { (words) } }
                }
            }
        }
    }
}

/// The choice of a chapter among those of a list, in their order; `-` for what
/// stands under none.
pub(crate) fn chapters<'a>(visit: &Visit, chosen: &str, all: impl Iterator<Item = &'a str>) -> Markup {
    let mut options = vec![(String::new(), visit.say("filter-any"))];
    for chapter in all {
        let (value, words) =
            if chapter.is_empty() { ("-", visit.say("chapter-none")) } else { (chapter, chapter.to_owned()) };
        if !options.iter().any(|(known, _)| known == value) {
            options.push((value.to_owned(), words));
        }
    }
    choice("chapter", &visit.say("indicator-chapter"), chosen, &options)
}
