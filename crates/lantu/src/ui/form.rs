//! Fields with label, hint and error tied to them, and the token every form carries.

use maud::{Markup, html};

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
        html! {
            div.field {
                label for=(id) { (self.label) }
                input id=(id) name=(self.name) value=(self.value) required[self.required]
                    type=(if self.kind.is_empty() { "text" } else { self.kind })
                    autocomplete=(if self.autocomplete.is_empty() { "off" } else { self.autocomplete })
                    aria-invalid=[self.wrong.map(|_| "true")] aria-describedby=[described];
                @if let Some(wrong) = self.wrong { span.wrong id=(format!("{id}-wrong")) { (wrong) } }
                @if !self.hint.is_empty() { span.hint id=(format!("{id}-hint")) { (self.hint) } }
            }
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
