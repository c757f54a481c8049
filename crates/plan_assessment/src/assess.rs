//! The one door of the crate: a question with everything it depends on, and its answer.

use std::collections::HashMap;

use jiff::civil::Date;
use plan_model::{Indicator, Message, Node, Observation, PlanPeriod, Verdict};

use crate::{
    aim::AgreedTarget,
    breaks::SeriesBreak,
    figures::Series,
    finding::Finding,
    forecast::{ByMethods, ForecastRules, by_methods, prospect, ready_forecast_rules},
    judge::judge,
    measures::{Context, find},
    nodes::{NodeRules, ready_node_rules},
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
    /// Agreed nodes of indicators that are done or not done, in any order.
    pub nodes: &'a [Node],
    /// The years of the plan, where known: the start of what adds up and of yearly
    /// rates, and the horizon of judgement of targets without a year (a note says so).
    pub period: Option<PlanPeriod>,
    /// The day as of which is judged.
    pub as_of: Date,
}

/// Everything that decides what figures mean: rule sets are texts that can be kept.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'r> {
    /// How a finding becomes a status.
    pub verdicts: &'r RuleSet,
    /// How forecasts are made; without them none are.
    pub forecasts: Option<&'r ForecastRules>,
    /// How nodes become a finding; without them they do not count.
    pub nodes: Option<&'r NodeRules>,
}

impl<'r> Rules<'r> {
    /// A rule set with the forecast and node rules that come with Lantu.
    pub fn ready(verdicts: &'r RuleSet) -> Self {
        Self { verdicts, forecasts: ready_forecast_rules(), nodes: ready_node_rules() }
    }
}

/// The verdicts of a rule set on all indicators, in their order, with the forecast
/// and node rules that come with Lantu.
pub fn assess(question: &Question<'_>, rules: &RuleSet) -> Vec<Verdict> {
    assess_with(question, &Rules::ready(rules))
}

/// The verdicts on all indicators, in their order.
pub fn assess_with(question: &Question<'_>, rules: &Rules<'_>) -> Vec<Verdict> {
    let book = Book::only(question, rules, |_| true);
    question.indicators.iter().filter_map(|indicator| book.verdict(indicator)).collect()
}

/// The verdict on one indicator; nothing where it is not among those asked about.
pub fn assess_one(question: &Question<'_>, id: &str, rules: &RuleSet) -> Option<Verdict> {
    let indicator = question.indicators.iter().find(|indicator| indicator.id == id)?;
    let needed = |candidate: &str| candidate == id || indicator.measure.other() == Some(candidate);
    Book::only(question, &Rules::ready(rules), needed).verdict(indicator)
}

/// One indicator forecast by the default method, the slower ones and two simple ones
/// (测算), or why there is no forecast; nothing where it is not among those asked
/// about. Takes hundreds of times as long as its verdict, on which it has no effect.
pub fn forecasts(question: &Question<'_>, id: &str, rules: &Rules<'_>) -> Option<Result<ByMethods, Message>> {
    let indicator = question.indicators.iter().find(|indicator| indicator.id == id)?;
    let needed = |candidate: &str| candidate == id || indicator.measure.other() == Some(candidate);
    Some(Book::only(question, rules, needed).forecasts(indicator))
}

struct Book<'a> {
    question: &'a Question<'a>,
    rules: Rules<'a>,
    indicators: HashMap<&'a str, &'a Indicator>,
    series: HashMap<&'a str, Series<'a>>,
    breaks: HashMap<&'a str, Vec<&'a SeriesBreak>>,
    agreed: HashMap<&'a str, Vec<&'a AgreedTarget>>,
    nodes: HashMap<&'a str, Vec<&'a Node>>,
}

impl<'a> Book<'a> {
    fn only(question: &'a Question<'a>, rules: &Rules<'a>, needed: impl Fn(&str) -> bool) -> Self {
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
        let mut nodes: HashMap<&str, Vec<&Node>> = HashMap::new();
        for node in question.nodes.iter().filter(|node| needed(&node.of)) {
            nodes.entry(&node.of).or_default().push(node);
        }
        let series = figures.iter().map(|(id, all)| (*id, Series::new(all, question.as_of, rules.verdicts))).collect();
        let indicators = question.indicators.iter().map(|indicator| (indicator.id.as_str(), indicator)).collect();
        Self { question, rules: *rules, indicators, series, breaks, agreed, nodes }
    }

    fn about<T>(&self, indicator: &'a Indicator, answer: impl FnOnce(&Context<'_>, Finding) -> T) -> T {
        let none = Series::default();
        let series = |id: &str| self.series.get(id).unwrap_or(&none);
        let other = indicator.measure.other().and_then(|id| self.indicators.get(id));
        let context = Context {
            indicator,
            series: series(&indicator.id),
            other: other.map(|other| (*other, series(&other.id))),
            breaks: self.breaks.get(indicator.id.as_str()).map(Vec::as_slice).unwrap_or_default(),
            agreed: self.agreed.get(indicator.id.as_str()).map(Vec::as_slice).unwrap_or_default(),
            nodes: self.nodes.get(indicator.id.as_str()).map(Vec::as_slice).unwrap_or_default(),
            period: self.question.period,
            as_of: self.question.as_of,
            rules: self.rules.verdicts,
            node_rules: self.rules.nodes,
        };
        let finding = find(&context);
        answer(&context, finding)
    }

    fn verdict(&self, indicator: &'a Indicator) -> Option<Verdict> {
        self.about(indicator, |context, finding| {
            let prospect = prospect(context, &finding, self.rules.forecasts);
            judge(&indicator.id, self.question.as_of, (finding, prospect), &self.rules)
        })
    }

    fn forecasts(&self, indicator: &'a Indicator) -> Result<ByMethods, Message> {
        self.about(indicator, |context, finding| by_methods(context, &finding, self.rules.forecasts))
    }
}
