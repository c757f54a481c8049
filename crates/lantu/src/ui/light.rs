//! A light: a shape, a word and a colour, never a colour alone.
//!
//! Words, shapes and colours are the rule set's. Its colours become classes of a
//! style sheet of their own, because the pages allow no inline style.

use std::fmt::Write as _;

use maud::{Markup, html};
use plan_assessment::{RuleSet, ready_node_rules};
use plan_model::Status;

use crate::messages::Language;

/// The class that carries a colour such as `#1b7f4b`.
fn class(colour: &str) -> String {
    let digits: String = colour.chars().filter(char::is_ascii_hexdigit).collect();
    format!("light-{}", digits.to_ascii_lowercase())
}

/// The style sheet for the colours of these rule sets and of the node rules. The shape has the colour
/// itself; the word is drawn towards the ink until it can be read on paper, in
/// the dark and in print.
pub(crate) fn style_sheet(rule_sets: &[RuleSet]) -> String {
    let mut colours: Vec<&str> =
        rule_sets.iter().flat_map(|rules| &rules.bands).map(|band| band.status.colour.as_str()).collect();
    colours.extend(ready_node_rules().iter().flat_map(|rules| &rules.statuses).map(|status| status.colour.as_str()));
    colours.sort_unstable();
    colours.dedup();
    let mut css = String::new();
    for colour in colours {
        let class = class(colour);
        // Writing to a string cannot fail.
        let _ = writeln!(
            css,
            ".{class}{{color:color-mix(in oklab,{colour} 78%,var(--ink))}}.{class} .shape{{color:{colour}}}\
             .{class}.bar-part{{fill:{colour}}}\
             @media (prefers-color-scheme:dark){{@media screen{{.{class}{{color:color-mix(in oklab,{colour} 45%,var(--ink))}}\
             .{class} .shape{{color:color-mix(in oklab,{colour} 60%,var(--ink))}}}}}}",
        );
    }
    css
}

/// The word of a status in a language.
pub(crate) fn word(status: &Status, language: Language) -> &str {
    match language {
        Language::Zh => &status.word,
        Language::En => &status.word_en,
    }
}

/// The light of a status.
pub(crate) fn light(status: &Status, language: Language) -> Markup {
    html! {
        span class=(format!("light {}", class(&status.colour))) {
            span.shape aria-hidden="true" { (status.shape) }
            (word(status, language))
        }
    }
}

/// The shape alone, its word for those who cannot see it, for narrow places.
pub(crate) fn shape(status: &Status, language: Language) -> Markup {
    html! {
        span class=(format!("light mark-light {}", class(&status.colour))) title=(word(status, language)) {
            span.shape aria-hidden="true" { (status.shape) }
            span.hidden { (word(status, language)) }
        }
    }
}

/// The shape above its word, for the heads of narrow columns.
pub(crate) fn narrow(status: &Status, language: Language) -> Markup {
    html! {
        span class=(format!("light narrow {}", class(&status.colour))) {
            span.shape aria-hidden="true" { (status.shape) } span.word { (word(status, language)) }
        }
    }
}
