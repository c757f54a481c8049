//! What is only asked, and never stored: figures that are supposed, and the same
//! indicators by several rule sets.

use jiff::civil::Date;
use plan_assessment::{
    Conclusion, RuleSet, RuleSetRow, Supposed, WhatIf, WhatIfError, conclude, side_by_side, what_if,
};
use plan_model::{Decimal, Observation, Period, Verdict, parse_decimal};

use super::Situation;
use crate::WorkflowError;

/// So many years after a plan's last one a figure may be supposed.
const YEARS_BEYOND: i16 = 15;

/// What supposed figures would change (测算).
#[derive(Debug, Clone, PartialEq)]
pub struct Supposition {
    /// The verdicts they touch, in the order of the register.
    pub moved: Vec<WhatIf>,
    /// The chapters of these indicators, as they are and as they would be: every
    /// other indicator stands as it does now.
    pub chapters: Vec<(String, Conclusion, Conclusion)>,
}

impl Situation {
    /// Reads a figure that somebody supposes, as it was typed.
    pub fn supposed(&self, indicator: &str, period: &str, value: &str) -> Result<Supposed, WorkflowError> {
        let bad = |field, message: String| WorkflowError::BadInput { field, message };
        let known = self.indicators.iter().find(|known| known.id == indicator.trim());
        let unknown = || bad("指标", format!("规划中没有指标“{indicator}”；请从清单中选择"));
        let known = known.ok_or_else(unknown)?;
        let years = self.plan.head.period;
        let (first, last) = (years.first_year(), years.last_year().saturating_add(YEARS_BEYOND));
        let within = |period: &Period| (first..=last).contains(&period.last_day().year());
        let period: Option<Period> = period.trim().parse().ok().filter(within);
        let wrong = || bad("期间", format!("请填写 {first} 至 {last} 年间的期间，如 {last}、{first}-06、{first}Q2"));
        if value.trim().is_empty() {
            return Err(bad("数值", format!("“{}”没有填写假设的数；不假设它请选（不假设）", known.name)));
        }
        let bare = value.trim().trim_end_matches(known.unit.as_str());
        let figure: Result<Decimal, _> = parse_decimal(bare.trim());
        let figure =
            figure.map_err(|_| bad("数值", format!("“{value}”不是数；请只填写数字，单位为“{}”", known.unit)))?;
        Ok(Supposed { indicator: known.id.clone(), period: period.ok_or_else(wrong)?, value: figure })
    }

    /// How verdicts and conclusions would move if these figures came in.
    pub fn what_if(&self, supposed: &[Supposed], rules: &RuleSet, as_of: Date) -> Result<Supposition, WorkflowError> {
        let observations: Vec<Observation> = self.observations(|_| true);
        let moved = what_if(&self.question(&observations, as_of), supposed, rules)?;
        let before = self.verdicts(rules, as_of);
        let after: Vec<&Verdict> = before
            .iter()
            .map(|now| {
                let touched = moved.iter().find(|one| one.before.indicator == now.indicator);
                touched.map_or(now, |one| &one.after)
            })
            .collect();
        let mut chapters: Vec<&str> = Vec::new();
        for indicator in self.indicators.iter() {
            let touched = moved.iter().any(|one| one.before.indicator == indicator.id);
            if touched && !chapters.contains(&indicator.group.as_str()) {
                chapters.push(&indicator.group);
            }
        }
        let of = |chapter: &str, verdicts: &[&Verdict]| {
            let judged = self.indicators.iter().zip(verdicts).filter(|(indicator, _)| indicator.group == chapter);
            conclude(judged.map(|(_, verdict)| *verdict), rules)
        };
        let before: Vec<&Verdict> = before.iter().collect();
        let chapters = chapters.into_iter().map(|name| (name.to_owned(), of(name, &before), of(name, &after)));
        let chapters = chapters.collect();
        Ok(Supposition { moved, chapters })
    }

    /// All indicators by several rule sets, in the order of the register.
    pub fn by_rule_sets(&self, rule_sets: &[&RuleSet], as_of: Date) -> Vec<RuleSetRow> {
        side_by_side(&self.question(&self.observations(|_| true), as_of), rule_sets)
    }
}

impl From<WhatIfError> for WorkflowError {
    fn from(error: WhatIfError) -> Self {
        Self::BadInput { field: "假设", message: error.to_string() }
    }
}
