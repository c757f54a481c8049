//! The one door of the crate: a question with everything it depends on, and its answer.

use std::collections::HashMap;

use jiff::civil::Date;
use plan_model::{Indicator, Observation, PlanPeriod, Verdict};

use crate::{
    aim::AgreedTarget,
    breaks::SeriesBreak,
    figures::Series,
    judge::judge,
    measures::{Context, find},
    rule_set::RuleSet,
};

/// Everything verdicts depend on but the rule set. Nothing else is looked at: no
/// clock, no file, so the same question has the same answer.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The indicators to judge; the ones they are compared with must be among them.
    pub indicators: &'a [Indicator],
    /// Their figures, in any order. Those that ended after `as_of` are not used.
    pub observations: &'a [Observation],
    /// Known changes of definition.
    pub breaks: &'a [SeriesBreak],
    /// Yearly targets agreed outside of the plan's own text, in any order. Those
    /// of years after `as_of` are not used.
    pub agreed: &'a [AgreedTarget],
    /// The years of the plan, where known: the start of what adds up and of yearly
    /// rates, and the horizon of judgement of targets without a year (a note says so).
    pub period: Option<PlanPeriod>,
    /// The day as of which is judged.
    pub as_of: Date,
}

/// The verdicts of a rule set on all indicators, in their order.
pub fn assess(question: &Question<'_>, rules: &RuleSet) -> Vec<Verdict> {
    let book = Book::new(question, rules);
    question.indicators.iter().filter_map(|indicator| book.verdict(indicator)).collect()
}

/// The verdict on one indicator; nothing where it is not among those asked about.
pub fn assess_one(question: &Question<'_>, id: &str, rules: &RuleSet) -> Option<Verdict> {
    let indicator = question.indicators.iter().find(|indicator| indicator.id == id)?;
    let needed = |candidate: &str| candidate == id || indicator.measure.other() == Some(candidate);
    Book::only(question, rules, needed).verdict(indicator)
}

struct Book<'a> {
    question: &'a Question<'a>,
    rules: &'a RuleSet,
    indicators: HashMap<&'a str, &'a Indicator>,
    series: HashMap<&'a str, Series<'a>>,
    breaks: HashMap<&'a str, Vec<&'a SeriesBreak>>,
    agreed: HashMap<&'a str, Vec<&'a AgreedTarget>>,
}

impl<'a> Book<'a> {
    fn new(question: &'a Question<'a>, rules: &'a RuleSet) -> Self {
        Self::only(question, rules, |_| true)
    }

    fn only(question: &'a Question<'a>, rules: &'a RuleSet, needed: impl Fn(&str) -> bool) -> Self {
        let mut figures: HashMap<&str, Vec<&Observation>> = HashMap::new();
        // Figures mostly come indicator by indicator: look each run of them up once.
        for run in question.observations.chunk_by(|a, b| a.indicator == b.indicator) {
            if let Some(first) = run.first().filter(|first| needed(&first.indicator)) {
                figures.entry(&first.indicator).or_default().extend(run);
            }
        }
        let mut breaks: HashMap<&str, Vec<&SeriesBreak>> = HashMap::new();
        for change in question.breaks.iter().filter(|b| needed(&b.indicator)) {
            breaks.entry(&change.indicator).or_default().push(change);
        }
        let mut agreed: HashMap<&str, Vec<&AgreedTarget>> = HashMap::new();
        for target in question.agreed.iter().filter(|t| needed(&t.indicator) && t.year <= question.as_of.year()) {
            agreed.entry(&target.indicator).or_default().push(target);
        }
        let series = figures.iter().map(|(id, all)| (*id, Series::new(all, question.as_of, rules))).collect();
        let indicators = question.indicators.iter().map(|indicator| (indicator.id.as_str(), indicator)).collect();
        Self { question, rules, indicators, series, breaks, agreed }
    }

    fn verdict(&self, indicator: &'a Indicator) -> Option<Verdict> {
        let none = Series::default();
        let series = |id: &str| self.series.get(id).unwrap_or(&none);
        let other = indicator.measure.other().and_then(|id| self.indicators.get(id));
        let context = Context {
            indicator,
            series: series(&indicator.id),
            other: other.map(|other| (*other, series(&other.id))),
            breaks: self.breaks.get(indicator.id.as_str()).map(Vec::as_slice).unwrap_or_default(),
            agreed: self.agreed.get(indicator.id.as_str()).map(Vec::as_slice).unwrap_or_default(),
            period: self.question.period,
            as_of: self.question.as_of,
            rules: self.rules,
        };
        judge(&indicator.id, self.question.as_of, find(&context), self.rules)
    }
}
