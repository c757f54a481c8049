//! The marks in a line: commitments with the way to their records, numbers that
//! nobody has accounted for. Spans may overlap; the text is shown once, each
//! piece of it leads to the shortest commitment it belongs to, and after the end
//! of each commitment stands its light, which leads to its own record.

use std::collections::BTreeMap;

use maud::{Markup, html};
use plan_extraction::{Part, Quantity};
use plan_workflow::records::CommitmentRecord;

use crate::{
    server::{judged::JudgedPlan, visit::Visit},
    ui::light,
};

/// What is marked, by line.
pub(super) struct Marks<'a> {
    visit: &'a Visit,
    plan: &'a JudgedPlan,
    commitments: BTreeMap<u32, Vec<&'a CommitmentRecord>>,
    open: BTreeMap<u32, Vec<(usize, usize)>>,
}

/// A piece of a line: characters that belong to the same commitments.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::pages) struct Piece {
    pub(in crate::pages) text: String,
    /// The commitments it belongs to, by their place in the line's list.
    pub(in crate::pages) within: Vec<usize>,
    /// The commitments that end with it.
    pub(in crate::pages) ending: Vec<usize>,
    /// The commitments that begin with it.
    pub(in crate::pages) beginning: Vec<usize>,
    /// Whether it is a number nobody has accounted for.
    pub(in crate::pages) open: bool,
}

/// Cuts a line at every place where a span begins or ends.
pub(in crate::pages) fn pieces(text: &str, spans: &[(usize, usize)], open: &[(usize, usize)]) -> Vec<Piece> {
    let characters: Vec<char> = text.chars().collect();
    let length = characters.len();
    let mut cuts: Vec<usize> =
        spans.iter().chain(open).flat_map(|(start, end)| [*start, *end]).chain([0, length]).collect();
    cuts.retain(|cut| *cut <= length);
    cuts.sort_unstable();
    cuts.dedup();
    let all = |from: usize, to: usize| {
        spans.iter().enumerate().filter(move |(_, (start, end))| *start <= from && to <= *end && start < end)
    };
    cuts.windows(2)
        .filter_map(|cut| cut.first().copied().zip(cut.last().copied()))
        .map(|(from, to)| Piece {
            text: characters.iter().skip(from).take(to - from).collect(),
            within: all(from, to).map(|(index, _)| index).collect(),
            ending: all(from, to).filter(|(_, span)| span.1.min(length) == to).map(|(index, _)| index).collect(),
            beginning: all(from, to).filter(|(_, span)| span.0 == from).map(|(index, _)| index).collect(),
            open: open.iter().any(|(start, end)| *start <= from && to <= *end),
        })
        .collect()
}

impl<'a> Marks<'a> {
    pub(super) fn new(visit: &'a Visit, plan: &'a JudgedPlan, quantities: &[Quantity]) -> Self {
        let mut commitments: BTreeMap<u32, Vec<&CommitmentRecord>> = BTreeMap::new();
        for found in plan.commitments.iter() {
            commitments.entry(found.commitment.anchor.line).or_default().push(found);
        }
        let mut open: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
        for quantity in quantities.iter().filter(|q| q.part == Part::Open) {
            let span = (quantity.anchor.start as usize, quantity.anchor.end as usize);
            open.entry(quantity.anchor.line).or_default().push(span);
        }
        Self { visit, plan, commitments, open }
    }

    /// The line with its marks.
    pub(super) fn draw(&self, number: u32, text: &str) -> Markup {
        let found = self.commitments.get(&number).map(Vec::as_slice).unwrap_or_default();
        let open = self.open.get(&number).map(Vec::as_slice).unwrap_or_default();
        let spans: Vec<(usize, usize)> =
            found.iter().map(|c| (c.commitment.anchor.start as usize, c.commitment.anchor.end as usize)).collect();
        let pieces = pieces(text, &spans, open);
        html! {
            @for piece in &pieces {
                @let words = html! { @if piece.open { span.open-number { (piece.text) } } @else { (piece.text) } };
                @let shortest = piece.within.iter().min_by_key(|i| spans.get(**i).map_or(0, |(start, end)| end - start));
                @for found in piece.beginning.iter().filter_map(|i| found.get(*i)) { a.anchor id=(format!("c{}", found.number)) {} }
                @match shortest.and_then(|i| found.get(*i)) {
                    Some(found) => { mark { a href=(self.href(found)) title=(self.title(found)) { (words) } } }
                    None => { (words) }
                }
                @for found in piece.ending.iter().filter_map(|i| found.get(*i)) { (self.light(found)) }
            }
        }
    }

    fn href(&self, found: &CommitmentRecord) -> String {
        self.visit.href(&format!("/plans/{}/indicators/{}", self.plan.plan.id, found.indicator), &[])
    }

    fn title(&self, found: &CommitmentRecord) -> String {
        let target = crate::ui::figure::target_value(&found.commitment.target, self.visit.language);
        format!("{} {target}", found.commitment.name)
    }

    fn light(&self, found: &CommitmentRecord) -> Markup {
        html! {
            @if let Some(judged) = self.plan.indicator(&found.indicator) {
                a href=(self.href(found)) title=(self.title(found)) { (light::shape(&judged.verdict.status, self.visit.language)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_spans_show_the_text_once() {
        let text = "产值达到500亿元、600亿元";
        let cut = pieces(text, &[(0, 9), (0, 15), (10, 15)], &[(4, 7)]);
        assert_eq!(cut.iter().map(|p| p.text.as_str()).collect::<String>(), text);
        let within: Vec<(&str, &[usize], bool)> =
            cut.iter().map(|p| (p.text.as_str(), p.within.as_slice(), p.open)).collect();
        assert_eq!(
            within,
            [
                ("产值达到", [0, 1].as_slice(), false),
                ("500", &[0, 1], true),
                ("亿元", &[0, 1], false),
                ("、", &[1], false),
                ("600亿元", &[1, 2], false)
            ]
        );
        assert_eq!(cut.last().map(|p| p.ending.clone()), Some(vec![1, 2]));
    }

    #[test]
    fn spans_beyond_the_line_do_no_harm() {
        let cut = pieces("甲乙", &[(1, 9), (5, 7), (1, 1)], &[]);
        assert_eq!(cut.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["甲", "乙"]);
        assert_eq!(pieces("", &[(0, 0)], &[]), []);
    }
}
