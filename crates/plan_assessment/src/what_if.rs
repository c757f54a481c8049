//! What if: figures that are only supposed, and the verdicts that move.

use plan_model::{Decimal, Input, Observation, Origin, Period, Verdict};

use crate::{
    assess::{Question, assess},
    rule_set::RuleSet,
};

/// A figure that is only supposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supposed {
    /// The indicator's id.
    pub indicator: String,
    /// The time it speaks of, past or to come.
    pub period: Period,
    /// The figure, in the indicator's unit.
    pub value: Decimal,
}

/// Why a supposition makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhatIfError {
    /// An indicator that is not asked about.
    #[error("清单中没有指标“{0}”：请用清单中的编号")]
    UnknownIndicator(String),
    /// Two figures for one period.
    #[error("指标“{indicator}”在 {period} 假设了两个数：请只留一个")]
    Twice {
        /// The indicator's id.
        indicator: String,
        /// The period.
        period: Period,
    },
}

/// A verdict as it is, and as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// As it is on the day that is asked about.
    pub before: Verdict,
    /// As it would be when the supposed periods are over.
    pub after: Verdict,
}

/// What stands as the source of a figure that is only supposed.
const SUPPOSED: &str = "假设";

impl WhatIf {
    /// Whether the later verdict rests on a supposed figure at all; one for a time
    /// that is not judged changes nothing.
    pub fn rests_on_supposed(&self) -> bool {
        self.after.trail.inputs.iter().any(is_supposed)
    }

    /// Whether what is judged is itself a supposed figure.
    pub fn judges_supposed(&self) -> bool {
        let judged = self.after.value.as_ref().map(|judged| judged.period);
        self.after.trail.inputs.iter().any(|input| is_supposed(input) && input.period == judged)
    }

    /// Whether status, outlook or the target's being met would be another.
    pub fn moves(&self) -> bool {
        let says = |verdict: &Verdict| (verdict.status.code.clone(), verdict.outlook, verdict.met);
        says(&self.before) != says(&self.after)
    }
}

fn is_supposed(input: &Input) -> bool {
    matches!(&input.origin, Origin::Figure { source, .. } if source == SUPPOSED)
}

/// The verdicts that supposed figures touch: of their own indicators and of those
/// compared with them. A supposed figure takes the place of any for its period;
/// after the day that is asked about there are no others. The day moves on to the end of the last supposed period, never back.
pub fn what_if(question: &Question<'_>, supposed: &[Supposed], rules: &RuleSet) -> Result<Vec<WhatIf>, WhatIfError> {
    for (place, one) in supposed.iter().enumerate() {
        if !question.indicators.iter().any(|indicator| indicator.id == one.indicator) {
            return Err(WhatIfError::UnknownIndicator(one.indicator.clone()));
        }
        let twin = |other: &&Supposed| (&other.indicator, other.period) == (&one.indicator, one.period);
        if supposed.iter().skip(place + 1).any(|other| twin(&other)) {
            return Err(WhatIfError::Twice { indicator: one.indicator.clone(), period: one.period });
        }
    }
    let replaced = |o: &Observation| supposed.iter().any(|s| (&s.indicator, s.period) == (&o.indicator, o.period));
    // What came after the day that is asked about is not known on it.
    let stays = |o: &&Observation| o.period.last_day() <= question.as_of && !replaced(o);
    let mut observations: Vec<Observation> = question.observations.iter().filter(stays).cloned().collect();
    observations.extend(supposed.iter().map(|one| Observation {
        indicator: one.indicator.clone(),
        period: one.period,
        value: one.value,
        standing: plan_model::Standing::Reported,
        vintage: 1,
        source: SUPPOSED.to_owned(),
        note: String::new(),
    }));
    let last = supposed.iter().map(|one| one.period.last_day()).max().unwrap_or(question.as_of);
    let later = Question { observations: &observations, as_of: question.as_of.max(last), ..*question };
    let (before, after) = (assess(question, rules), assess(&later, rules));
    let touched = |id: &str| supposed.iter().any(|one| one.indicator == id);
    let pairs = question.indicators.iter().zip(before.into_iter().zip(after));
    let pairs = pairs.filter(|(i, _)| touched(&i.id) || i.measure.other().is_some_and(touched));
    Ok(pairs.map(|(_, (before, after))| WhatIf { before, after }).collect())
}
