//! Whether figures can be right: rules as data, run over figures as they come in
//! and over all that are stored.
//!
//! A finding is never a change: it names the rule, the figure, the numbers that
//! do not fit and what to do. The rules are in `rules/quality.toml`; a place adds
//! or replaces some with a file of the same form ([`QualityRules::with_local`]).

mod alone;
mod book;
mod history;
mod related;
mod rules;
mod standings;

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use plan_model::{Decimal, Indicator, Message, Observation, Period, Standing};
use serde::{Deserialize, Serialize};

use self::{book::Book, rules::Test};
pub use self::{
    rules::{QualityRule, QualityRules, QualityRulesError},
    standings::Contradiction,
};
use crate::{breaks::SeriesBreak, message::fill};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// 错误: it cannot be right. Such a figure is not taken.
    Error,
    /// 警示: it is probably wrong. It is taken and shown.
    Warning,
    /// 提示: somebody should look.
    Hint,
}

impl Severity {
    /// All, the gravest first.
    pub const ALL: &[Self] = &[Self::Error, Self::Warning, Self::Hint];

    /// The stable code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }

    /// The Chinese word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警示",
            Self::Hint => "提示",
        }
    }
}

/// An indicator with every name it goes by: its own, those of the text, the
/// dictionary's.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The indicator.
    pub indicator: &'a Indicator,
    /// Its names.
    pub names: Vec<&'a str>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The indicators, in the order of the register.
    pub subjects: &'a [Subject<'a>],
    /// Their figures with all vintages, in any order; the latest vintage of each
    /// indicator, period and standing counts.
    pub figures: &'a [&'a Observation],
    /// Their changes of definition: nothing is compared across one.
    pub breaks: &'a [SeriesBreak],
    /// The plan's title, for relations that hold for one plan alone.
    pub plan: &'a str,
    /// Figures of periods that ended later are left aside.
    pub as_of: Date,
    /// The figures, by indicator and period, that findings are asked for: those of
    /// the others, which are only there to compare with, are not told. All where it
    /// is not set.
    pub asked: Option<&'a HashSet<(&'a str, Period)>>,
}

/// Something about a figure that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QualityFinding {
    /// The code of the rule.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// The indicator's id.
    pub indicator: String,
    /// The period of the figure.
    pub period: Period,
    /// Its standing.
    pub standing: Standing,
    /// Its vintage.
    pub vintage: u32,
    /// The figure.
    pub value: Decimal,
    /// What does not fit, with the numbers.
    pub message: Message,
    /// What to do.
    pub advice: Message,
    /// Figures of other indicators that are part of it: id and period.
    pub with: Vec<(String, Period)>,
}

impl QualityFinding {
    /// Whether it speaks of this figure, or of others together with it.
    pub fn touches(&self, indicator: &str, period: Period, standing: Standing) -> bool {
        let itself = self.indicator == indicator && self.period == period && self.standing == standing;
        itself || self.with.iter().any(|(id, at)| id == indicator && *at == period)
    }
}

impl QualityRules {
    /// What does not fit, the gravest first, then in the order of the register
    /// and of time.
    pub fn check(&self, look: &Look<'_>) -> Vec<QualityFinding> {
        let book = Book::new(look);
        let mut found = Vec::new();
        for rule in &self.rules {
            let mut report = Report { rule, asked: look.asked, found: &mut found };
            match &rule.test {
                Test::Range(range) => alone::range(range, &book, &mut report),
                Test::Sign(sign) => alone::sign(sign, &book, &mut report),
                Test::Unit(unit) => history::unit(unit, &book, &mut report),
                Test::Jump(jump) => history::jump(jump, &book, &mut report),
                Test::Monotone(monotone) => history::monotone(monotone, &book, &mut report),
                Test::Sum => related::sums(&self.sums, &book, &mut report),
                Test::Within => related::within(&self.within, &book, &mut report),
                Test::Growth => related::growth(&self.growth, &book, &mut report),
            }
        }
        self.drop_what_is_explained(&mut found);
        let order: HashMap<&str, usize> =
            look.subjects.iter().enumerate().map(|(at, s)| (s.indicator.id.as_str(), at)).collect();
        found.sort_by(|a, b| {
            let key = |f: &QualityFinding| {
                (f.severity, order.get(f.indicator.as_str()).copied(), f.period.last_day(), f.period, f.standing)
            };
            key(a).cmp(&key(b))
        });
        found
    }

    /// Two standings of one figure that differ by more than is allowed, in the
    /// order of the register and of time.
    pub fn contradictions(&self, look: &Look<'_>) -> Vec<Contradiction> {
        standings::contradictions(&self.tolerances, &Book::new(look))
    }

    /// A figure in the wrong unit also jumps: what a rule explains better than
    /// another is said once.
    fn drop_what_is_explained(&self, found: &mut Vec<QualityFinding>) {
        let place = |f: &QualityFinding| (f.indicator.clone(), f.period, f.standing);
        let mut explained = HashSet::new();
        for finding in found.iter() {
            let rule = self.rules.iter().find(|rule| rule.code == finding.rule);
            for other in rule.iter().flat_map(|rule| &rule.instead_of) {
                explained.insert((other.clone(), place(finding)));
            }
        }
        found.retain(|finding| !explained.contains(&(finding.rule.clone(), place(finding))));
    }
}

/// Where a test writes what it finds.
struct Report<'a> {
    rule: &'a QualityRule,
    asked: Option<&'a HashSet<(&'a str, Period)>>,
    found: &'a mut Vec<QualityFinding>,
}

impl Report<'_> {
    /// A figure that does not fit; `params` are put into the rule's sentences.
    fn add(&mut self, subject: &Subject<'_>, figure: &Observation, params: &[(&str, String)]) {
        self.add_with(subject, figure, params, Vec::new());
    }

    fn add_with(
        &mut self,
        subject: &Subject<'_>,
        figure: &Observation,
        params: &[(&str, String)],
        with: Vec<(String, Period)>,
    ) {
        let asked = |id: &str, period: Period| self.asked.is_none_or(|asked| asked.contains(&(id, period)));
        if !asked(&figure.indicator, figure.period) && !with.iter().any(|(id, period)| asked(id, *period)) {
            return;
        }
        let own = [
            ("name", subject.indicator.name.clone()),
            ("unit", subject.indicator.unit.clone()),
            ("period", figure.period.to_string()),
            ("value", plan_model::plain(figure.value)),
        ];
        let params: BTreeMap<String, String> =
            own.iter().chain(params).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let message = |zh: &str, en: &str| Message {
            code: self.rule.code.clone(),
            zh: fill(zh, &params),
            en: fill(en, &params),
            params: params.clone(),
        };
        let rule = self.rule;
        self.found.push(QualityFinding {
            rule: rule.code.clone(),
            severity: rule.severity,
            indicator: figure.indicator.clone(),
            period: figure.period,
            standing: figure.standing,
            vintage: figure.vintage,
            value: figure.value,
            message: message(&rule.message, &rule.message_en),
            advice: message(&rule.advice, &rule.advice_en),
            with,
        });
    }
}
