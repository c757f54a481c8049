//! 指标词典: what is this indicator, and under which names does it go? Also the
//! part of an indicator's page that says what the dictionary knows of it.

use axum::extract::State;
use maud::{Markup, html};
use plan_model::Direction;
use plan_workflow::{
    permissions::Action,
    records::IndicatorRecord,
    register::dictionary::{Dictionary, DictionaryLink, Entry, Strength},
};

use super::indicator::measure;
use crate::{
    messages::Language,
    server::{
        App,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        form::choice,
        layout::{self, Frame, Place},
        table::Part,
    },
};

/// The address of the page.
const ADDRESS: &str = "/dictionary";

/// Entries on a page.
const ROWS: usize = 50;

/// GET /dictionary
pub(crate) async fn dictionary(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let query = visit.query();
    let words = field(&query, "q").unwrap_or_default().trim();
    let of_field = field(&query, "field").unwrap_or_default();
    let found = search(&app.dictionary, words, of_field);
    let page = field(&query, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let part = Part::new(page, ROWS, found.len());
    let say = |key: &str| visit.say(key);
    let content = html! {
        p.second { (say("dictionary-about")) }
        form.filters method="get" action=(ADDRESS) role="search" {
            @for (key, value) in visit.chosen() { input type="hidden" name=(key) value=(value); }
            div.field {
                label for="field-q" { (say("dictionary-search")) }
                input type="search" id="field-q" name="q" value=(words);
            }
            (choice("field", &say("dictionary-field"), of_field, &fields(&app.dictionary, &visit)))
            div.actions { button type="submit" { (say("filter-apply")) } }
        }
        @if found.is_empty() {
            div.notice { p { (say("dictionary-none")) " " a href=(visit.href(ADDRESS, &[])) { (say("dictionary-all")) } } }
        } @else {
            (list(&visit, part.of(&found).copied()))
            (part.draw(visit.language, |page| visit.href(ADDRESS, &[("q", words), ("field", of_field), ("page", &page.to_string())])))
        }
    };
    let title = say("dictionary-title");
    Ok(layout::page(&app, &Frame { visit: &visit, place: Place::Dictionary, plan: None, title: &title }, &content))
}

/// The entries that the words are a name of, then those whose names contain them.
fn search<'a>(all: &'a Dictionary, words: &str, of_field: &str) -> Vec<&'a Entry> {
    let wanted = words.to_lowercase();
    let named = all.find(words).map(|found| found.entry);
    let contains = |entry: &&Entry| {
        let mut names = std::iter::once(&entry.name).chain(&entry.aliases).chain([&entry.english]);
        names.any(|name| name.to_lowercase().contains(&wanted))
    };
    let others = all.entries().iter().filter(|entry| named.is_none_or(|named| named.name != entry.name));
    let found = named.into_iter().chain(others.filter(contains));
    found.filter(|entry| of_field.is_empty() || entry.field == of_field).collect()
}

fn fields(all: &Dictionary, visit: &Visit) -> Vec<(String, String)> {
    let mut fields = vec![(String::new(), visit.say("filter-any"))];
    for entry in all.entries().iter().filter(|entry| !entry.field.is_empty()) {
        if !fields.iter().any(|(known, _)| *known == entry.field) {
            let words = match visit.language {
                Language::En if !entry.field_english.is_empty() => &entry.field_english,
                _ => &entry.field,
            };
            fields.push((entry.field.clone(), words.clone()));
        }
    }
    fields
}

fn list<'a>(visit: &Visit, entries: impl Iterator<Item = &'a Entry>) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("dictionary-standard")) }
                th scope="col" { (say("export-unit")) }
                th scope="col" { (say("correct-direction")) }
                th scope="col" { (say("dictionary-usual")) }
                th scope="col" { (say("dictionary-definition")) }
            } }
            tbody { @for entry in entries {
                tr {
                    th scope="row" {
                        (entry.name)
                        @if visit.language == Language::En { div.second.small { (entry.english) } }
                        @if !entry.aliases.is_empty() { details.small { summary { (say("dictionary-aliases")) " " (entry.aliases.len()) } (entry.aliases.join("、")) } }
                    }
                    td data-label=(say("export-unit")) { (units(entry, visit)) }
                    td.nowrap data-label=(say("correct-direction")) { (direction(entry.direction, true, visit.language)) }
                    td.nowrap data-label=(say("dictionary-usual")) { (measure(&entry.measure, visit.language)) }
                    td.small data-label=(say("dictionary-definition")) { (entry.definition) div.second { (say("dictionary-source")) "：" (entry.source) } }
                }
            } }
        } }
    }
}

fn units(entry: &Entry, visit: &Visit) -> String {
    let word = |unit: &String| if unit.is_empty() { visit.say("unit-none") } else { unit.clone() };
    entry.units.iter().map(word).collect::<Vec<_>>().join("、")
}

/// Which way is better, in words; of the dictionary nothing stated means that
/// neither way is.
pub(crate) fn direction(direction: Option<Direction>, of_dictionary: bool, language: Language) -> String {
    language.say(match direction {
        Some(Direction::Higher) => "direction-higher",
        Some(Direction::Lower) => "direction-lower",
        None if of_dictionary => "direction-neutral",
        None => "direction-not-stated",
    })
}

/// The mark behind what the dictionary supplied.
pub(crate) fn mark(supplied: bool, language: Language) -> Markup {
    html! { @if supplied { " " span.second.small.nowrap { (language.say("dictionary-supplied")) } } }
}

/// What the dictionary supplied, as a list under the name shows it.
pub(crate) fn supplied(record: &IndicatorRecord, language: Language) -> Markup {
    let Some(link) = record.dictionary.as_ref().filter(|l| l.direction_supplied || l.measure_supplied) else {
        return html! {};
    };
    let indicator = &record.indicator;
    html! {
        div.second.small {
            @if link.direction_supplied { (direction(indicator.direction, false, language)) " · " }
            @if link.measure_supplied { (measure(&indicator.measure, language)) " · " }
            (language.say("dictionary-supplied"))
        }
    }
}

fn strength(strength: Strength, language: Language) -> String {
    match strength {
        Strength::Exact => language.say("dictionary-exact"),
        Strength::Alias => language.say("dictionary-alias"),
        Strength::Scope => language.say("dictionary-scope"),
    }
}

/// What the dictionary knows of an indicator; for one that was not linked when it
/// was imported, what it knows by now.
pub(super) fn section(app: &App, visit: &Visit, record: &IndicatorRecord) -> Markup {
    let language = visit.language;
    let by_now = || app.dictionary.find(&record.indicator.name);
    let unlinked = record.dictionary.is_none();
    let link = record.dictionary.clone().or_else(|| {
        let found = by_now().filter(|found| found.entry.takes_unit(&record.indicator.unit))?;
        let (entry, strength) = (found.entry.name.clone(), found.strength);
        Some(DictionaryLink { entry, strength, direction_supplied: false, measure_supplied: false, also: Vec::new() })
    });
    let Some(link) = link else { return html! {} };
    let entry = app.dictionary.entry(&link.entry);
    let say = |key: &str| visit.say(key);
    html! {
        section id="dictionary" {
            h2 { (say("dictionary-title")) }
            dl.facts {
                dt { (say("dictionary-standard")) }
                dd {
                    a href=(visit.href(ADDRESS, &[("q", &link.entry)])) { (link.entry) }
                    " " span.second.small { (strength(link.strength, language)) }
                    @if let Some(entry) = entry.filter(|_| language == Language::En) { div.second.small { (entry.english) } }
                }
                @if !link.also.is_empty() { dt { (say("dictionary-also")) } dd { (link.also.join("、")) } }
                @if let Some(entry) = entry {
                    dt { (say("dictionary-definition")) } dd { (entry.definition) }
                    dt { (say("dictionary-source")) } dd { (entry.source) }
                    dt { (say("dictionary-usual")) } dd { (direction(entry.direction, true, language)) " · " (measure(&entry.measure, language)) " · " (units(entry, visit)) }
                }
            }
            @if entry.is_none() { p.second.small { (say("dictionary-gone")) } }
            @if unlinked { p.second.small { (say("dictionary-now")) } }
        }
    }
}
