//! The left pane: the text with every candidate marked.

use std::collections::BTreeMap;

use document_reader::Role;
use maud::{Markup, html};
use plan_extraction::Part;
use plan_workflow::confirm::{Fate, Item};

use super::Room;
use crate::pages::source::{marked::pieces, paragraph};

/// Lines shown at once; a five-year plan has some hundreds.
const LINES: u32 = 1_500;

/// The text around the candidate the page is at.
pub(super) fn text(room: &Room<'_>) -> Markup {
    let source = &room.ground.source;
    let current = room.current();
    let line = room.view.add.map(|anchor| anchor.line).or_else(|| current.map(|item| item.content.anchor().line));
    let first = (line.unwrap_or(1).max(1) - 1) / LINES * LINES + 1;
    let shown = first..=first + LINES - 1;
    let mut by_line: BTreeMap<u32, Vec<&Item>> = BTreeMap::new();
    for item in room.state.items().filter(|item| !matches!(item.fate, Fate::Split { .. } | Fate::Merged { .. })) {
        by_line.entry(item.content.anchor().line).or_default().push(item);
    }
    let mut open: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for number in room.quantities.iter().filter(|number| number.part == Part::Open) {
        let span = (number.anchor.start as usize, number.anchor.end as usize);
        open.entry(number.anchor.line).or_default().push(span);
    }
    html! {
        div.reader.for-confirm {
            div.text #text lang="zh-Hans" {
                @for (number, line) in (1_u32..).zip(&source.lines).filter(|(number, _)| shown.contains(number)) {
                    @if line.role != Role::Blank && line.role != Role::Boilerplate {
                        @let items = by_line.get(&number).map(Vec::as_slice).unwrap_or_default();
                        @let open = open.get(&number).map(Vec::as_slice).unwrap_or_default();
                        (paragraph(source, number, line, &words(room, &line.text, items, open)))
                    }
                }
            }
        }
    }
}

/// A line with its marks; each piece leads to the shortest candidate it belongs to.
fn words(room: &Room<'_>, text: &str, items: &[&Item], open: &[(usize, usize)]) -> Markup {
    let spans: Vec<(usize, usize)> =
        items.iter().map(|item| (item.content.anchor().start as usize, item.content.anchor().end as usize)).collect();
    html! {
        @for piece in &pieces(text, &spans, open) {
            @for item in piece.beginning.iter().filter_map(|at| items.get(*at)) { a.anchor id=(item.key) {} }
            @let shortest = piece.within.iter().min_by_key(|at| spans.get(**at).map_or(0, |(start, end)| end - start));
            @match shortest.and_then(|at| items.get(*at)) {
                Some(item) => {
                    @let keys: Vec<String> = piece.within.iter().filter_map(|at| items.get(*at)).map(|item| item.key.to_string()).collect();
                    @let here = keys.iter().any(|key| room.view.at.is_some_and(|at| at.to_string() == *key));
                    mark.here[here] data-fate=(item.fate.code()) data-of=(item.key) data-keys=(keys.join(" ")) {
                        a href=(room.href_of(item.key)) tabindex="-1" { (piece.text) }
                    }
                }
                None => { @if piece.open { span.open-number { (piece.text) } } @else { (piece.text) } }
            }
        }
    }
}
