//! A sentence and its clauses: the state that goes from one to the next, and the
//! rows that the shapes find.

use std::ops::Range;

use plan_model::{CommitmentClass, Comparison, Decimal, Intent, PlanPeriod};
use smallvec::SmallVec;

use crate::{Part, due::Dues, quantity::Number, sieve::Kinds, view::View};

/// What a shape found, before it is placed in the document.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: Vec<char>,
    pub(crate) class: CommitmentClass,
    pub(crate) compare: Comparison,
    pub(crate) value: Option<Decimal>,
    pub(crate) high: Option<Decimal>,
    pub(crate) unit: String,
    pub(crate) intent: Intent,
    /// Its span in the view.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The place that decides year and firmness.
    pub(crate) at: usize,
    /// The year where the row itself says it (2023年、2024年分别…).
    pub(crate) year: Option<i16>,
    /// It has a period of its own (十年翻番), so no year around it is its year.
    pub(crate) own_period: bool,
    /// The code of the shape.
    pub(crate) rule: &'static str,
}

/// A clause: a span of the view between two of `,` `;` `:` `。`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The mark it ends with; a space at the end of the line.
    pub(crate) stop: char,
}

/// What is carried from clause to clause within a sentence.
#[derive(Debug, Default)]
pub(crate) struct Carry {
    /// A kept verb (新增) that also governs the next thing counted.
    pub(crate) verb: Vec<char>,
    /// A subject with 每 that governs a list of counts.
    pub(crate) each: Vec<char>,
    /// The last name found.
    pub(crate) name: Vec<char>,
    /// The unit of the last value.
    pub(crate) unit: String,
    /// The subject that a measure without one takes over.
    pub(crate) topic: Vec<char>,
    /// The topic of an earlier sentence of the paragraph, where this one has none.
    pub(crate) earlier_topic: Vec<char>,
    /// A subject before a word of will; it governs the sentence up to `;`.
    pub(crate) scope: Vec<char>,
    /// The words of the clause before, for coverage without a subject.
    pub(crate) clause: Option<Clause>,
}

/// The line a sentence stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineView<'a> {
    pub(crate) view: &'a View<'a>,
    pub(crate) numbers: &'a [Number],
    pub(crate) period: Option<PlanPeriod>,
    /// The words before the first `:` of an item (农旅融合工程), if any.
    pub(crate) title: (usize, usize),
}

/// A sentence while it is read.
pub(crate) struct Sentence<'a> {
    pub(crate) line: LineView<'a>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) dues: Dues,
    pub(crate) carry: Carry,
    pub(crate) rows: Vec<Row>,
    /// What each number of the line was taken for, by its index.
    pub(crate) parts: &'a mut [Part],
    /// It speaks of the past: its rows are facts.
    pub(crate) past: bool,
}

impl<'a> Sentence<'a> {
    pub(crate) fn new(line: LineView<'a>, start: usize, end: usize, parts: &'a mut [Part], past: bool) -> Self {
        let clauses = clauses(line.view, start, end);
        let dues = Dues::of(line.view, start, end, &clauses, line.period);
        Sentence { line, clauses, dues, carry: Carry::default(), rows: Vec::new(), parts, past }
    }

    pub(crate) fn view(&self) -> &'a View<'a> {
        self.line.view
    }

    /// The indices of the numbers of a span that are still open, in order.
    pub(crate) fn open_numbers(&self, start: usize, end: usize) -> SmallVec<[usize; 8]> {
        self.open_in(start, end).collect()
    }

    /// The same without keeping them, for one look.
    pub(crate) fn open_in(&self, start: usize, end: usize) -> impl Iterator<Item = usize> {
        numbers_in(self.line.numbers, start, end).filter(|i| self.parts.get(*i) == Some(&Part::Open))
    }

    pub(crate) fn number(&self, index: usize) -> Option<&'a Number> {
        self.line.numbers.get(index)
    }

    /// Marks a number as taken for something.
    pub(crate) fn take(&mut self, index: usize, part: Part) {
        if let Some(slot) = self.parts.get_mut(index) {
            *slot = part;
        }
    }

    /// The part that values of this sentence are.
    pub(crate) fn value_part(&self) -> Part {
        if self.past { Part::Baseline } else { Part::Target }
    }
}

/// Which of the numbers of a line, in order, begin in a span.
pub(crate) fn numbers_in(numbers: &[Number], start: usize, end: usize) -> Range<usize> {
    if numbers.is_empty() {
        return 0..0;
    }
    let from = numbers.partition_point(|n| n.start < start);
    from..from + numbers.iter().skip(from).take_while(|n| n.start < end).count()
}

/// The sentences of a view: spans that end with `。`, `!` or `?`.
pub(crate) fn sentences(view: &View) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut start = 0;
    for at in view.places(Kinds::SENTENCE_END, 0, view.chars.len()) {
        if matches!(view.at(at), '。' | '!' | '?') && !view.is_quoted(at) {
            spans.push((start, at + 1));
            start = at + 1;
        }
    }
    if start < view.chars.len() {
        spans.push((start, view.chars.len()));
    }
    spans
}

fn clauses(view: &View, start: usize, end: usize) -> Vec<Clause> {
    let mut found = Vec::with_capacity(8);
    let mut from = start;
    for at in view.places(Kinds::CLAUSE_END, start, end) {
        let c = view.at(at);
        let stops = match c {
            // 6.1:28.6:65.3 is one proportion.
            ':' if view.at(at + 1).is_ascii_digit() && view.at(at.wrapping_sub(1)).is_ascii_digit() => false,
            ',' | ';' | ':' => !view.is_quoted(at) && (!view.is_bracketed(at) || c != ','),
            '。' | '!' | '?' => !view.is_quoted(at),
            _ => false,
        };
        if stops {
            found.push(Clause { start: from, end: at, stop: c });
            from = at + 1;
        }
    }
    if from < end {
        found.push(Clause { start: from, end, stop: ' ' });
    }
    found
}
