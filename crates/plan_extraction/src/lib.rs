//! A plan's text → the commitments in it, with and without a measure, and the facts.
//!
//! Every row carries the place it stands at and the code of the rule that found
//! it. The words that rules look for are data (`rules/words/`); the shapes of
//! sentences are Rust (one file per shape). This crate does not know databases,
//! the web, or today's date.

mod bases;
pub mod chapters;
mod classify;
mod confidence;
mod document;
mod due;
mod lexicon;
mod naming;
mod quantity;
pub mod rows;
mod seen;
mod sentence;
mod shapes;
mod sieve;
mod tables;
mod tense;
mod view;
mod words;
mod work;

pub use document::extract;
pub use seen::{SeenNumber, numbers_in};

use plan_model::{Anchor, Commitment, Fact, IndicatorKind, PlanPeriod, Problem, WorkItem};
use serde::{Deserialize, Serialize};

/// What the caller may say about the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The years of the plan; without it they are taken from the text's title.
    pub plan_period: Option<PlanPeriod>,
}

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Extraction {
    /// The title of the plan, where the text has one.
    pub title: Option<String>,
    /// The years of the plan: given by the caller or found in the text.
    pub period: Option<PlanPeriod>,
    /// The measurable commitments, in the order of the text.
    pub commitments: Vec<Commitment>,
    /// Which commitments the text calls binding or expected: (index of the
    /// commitment, kind). What is missing here is not stated.
    pub kinds: Vec<(usize, IndicatorKind)>,
    /// The commitments without a measure: tasks, projects, milestones and their
    /// like, in the order of the text.
    pub work: Vec<WorkItem>,
    /// Past and present facts with a figure, in the order of the text.
    pub facts: Vec<Fact>,
    /// Targets and facts of the same measure: (index of the commitment, index of
    /// the fact that is its base).
    pub bases: Vec<(usize, usize)>,
    /// Every number of the text and what it was taken for.
    pub quantities: Vec<Quantity>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

/// A number of the text and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Where its digits stand.
    pub anchor: Anchor,
    /// The digits as written.
    pub text: String,
    /// What it was taken for.
    pub part: Part,
}

/// What a number of the text was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The value of a commitment.
    Target,
    /// The value of a past or present fact.
    Baseline,
    /// It defines what is measured (规模以上, 3岁以下).
    Threshold,
    /// Part of a name (5G, “4+3”产业).
    Name,
    /// A year, month or day.
    Date,
    /// The number of a heading, an item, an article.
    Ordinal,
    /// What the web page added.
    Boilerplate,
    /// None of these: nobody has accounted for it yet.
    Open,
}
