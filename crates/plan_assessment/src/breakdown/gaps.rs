//! Yearly targets held against their whole and against each other.

use plan_model::{Comparison, Decimal, Direction, Indicator, Place, PlanPeriod, Problem, plain};

use super::{
    Unsplit, YearShare,
    goal::{Goal, Kind},
};
use crate::{
    aim,
    exact::{Num, shown},
    units,
};

/// Yearly targets that do not fit their whole, or each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What does not fit, by how much, and what to do.
    pub problem: Problem,
    /// By how much, never negative; nothing where no amount can be named (a year
    /// without a target).
    pub amount: Option<Decimal>,
    /// The unit of the amount: percentage points between two shares.
    pub unit: String,
}

/// Compares yearly targets with the whole; each gap is named with its amount.
pub fn check_years(indicator: &Indicator, period: PlanPeriod, years: &[YearShare]) -> Result<Vec<Gap>, Unsplit> {
    let goal = Goal::of(indicator, period)?;
    let mut gaps = Vec::new();
    let missing: Vec<String> = (period.first_year()..=goal.last)
        .filter(|year| !years.iter().any(|(given, _)| given == year))
        .map(|year| year.to_string())
        .collect();
    if !missing.is_empty() {
        let what = format!("{} 年没有年度目标", missing.join("、"));
        gaps.push(gap("breakdown-year-missing", what, "请补上，或说明当年不安排", None));
    }
    for (year, _) in years.iter().filter(|(year, _)| !period.contains(*year)) {
        let what = format!("{year} 年不在规划期 {period} 内");
        gaps.push(gap("breakdown-year-outside", what, "请删去或改正年份", None));
    }
    let within: Vec<YearShare> = years.iter().copied().filter(|(year, _)| period.contains(*year)).collect();
    let whole = missing.is_empty();
    match goal.kind {
        Kind::Sum => gaps.extend(whole.then(|| goal.sum_gap(&within)).flatten()),
        Kind::Same if goal.compounds => gaps.extend(whole.then(|| goal.growth_gap(&within)).flatten()),
        Kind::Same => gaps.extend(goal.bound_gaps(&within)),
        Kind::Chain => gaps.extend(whole.then(|| goal.chain_gap(&within)).flatten()),
        Kind::Arrive { base } | Kind::Multiply { base } => gaps.extend(goal.path_gaps(base, &within)),
    }
    Ok(gaps)
}

impl Goal {
    fn sum_gap(&self, years: &[YearShare]) -> Option<Gap> {
        let sum = years.iter().try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(*value))?;
        let enough = match self.direction.or_else(|| aim::compared(self.comparison)) {
            Some(Direction::Lower) if self.kind_is_allowance() => sum <= self.value,
            _ => sum == self.value || (sum > self.value && self.comparison != Comparison::Equal),
        };
        (!enough).then(|| {
            let what = format!("各年合计 {}{}，{}", plain(sum), self.unit, difference(sum, self.value, &self.unit));
            gap("breakdown-sum", what, "请调整年度目标，使各年之和与总目标一致", Some((sum - self.value, &self.unit)))
        })
    }

    /// 不超过…: an allowance may stay unused.
    fn kind_is_allowance(&self) -> bool {
        matches!(self.comparison, Comparison::AtMost | Comparison::LessThan)
    }

    fn growth_gap(&self, years: &[YearShare]) -> Option<Gap> {
        let count = i32::try_from(years.len()).ok()?;
        let one = |rate: Decimal| Num::ONE + Num::from(rate) / Num::HUNDRED;
        let product = years.iter().fold(Num::ONE, |product, (_, rate)| product * one(*rate));
        let whole = one(self.value).power(count, 1);
        let average = ((product.power(1, count) - Num::ONE) * Num::HUNDRED).0?;
        (product.0? < whole.0?).then(|| {
            let what = format!(
                "各年增速连乘后年均 {}%，比目标 {}% 低 {} 个百分点",
                shown(average),
                plain(self.value),
                shown(self.value - average)
            );
            gap(
                "breakdown-growth",
                what,
                "增速按连乘计算，不能相加平均；请提高部分年份的目标",
                Some((self.value - average, "个百分点")),
            )
        })
    }

    fn chain_gap(&self, years: &[YearShare]) -> Option<Gap> {
        let left = |rate: Decimal| Num::ONE - Num::from(rate) / Num::HUNDRED;
        let product = years.iter().fold(Num::ONE, |product, (_, rate)| product * left(*rate));
        let fallen = ((Num::ONE - product) * Num::HUNDRED).0?;
        (product.0? > left(self.value).0?).then(|| {
            let what = format!(
                "各年降幅连乘后累计下降 {}%，比目标 {}% 少 {} 个百分点",
                shown(fallen),
                plain(self.value),
                shown(self.value - fallen)
            );
            gap(
                "breakdown-fall",
                what,
                "累计降幅按连乘计算，不能相加；请加大部分年份的降幅",
                Some((self.value - fallen, "个百分点")),
            )
        })
    }

    fn bound_gaps(&self, years: &[YearShare]) -> Vec<Gap> {
        let broken = years.iter().filter(|(_, value)| !self.met_by(*value));
        let said = broken.map(|(year, value)| {
            let what = format!(
                "{year} 年的目标 {}{} 没有守住每年都要达到的 {}{}，相差 {}",
                plain(*value),
                self.unit,
                plain(self.value),
                self.unit,
                apart(*value, self.value, &self.unit)
            );
            gap("breakdown-bound", what, "这是每年都要守住的数；请改正", Some((*value - self.value, &self.unit)))
        });
        said.collect()
    }

    fn path_gaps(&self, base: Decimal, years: &[YearShare]) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let mut years = years.to_vec();
        years.sort_unstable();
        if let Some((_, planned)) = years.iter().find(|(year, _)| *year == self.last).filter(|(_, v)| !self.met_by(*v))
        {
            let what = format!(
                "{} 年的目标 {}{}，{}",
                self.last,
                plain(*planned),
                self.unit,
                difference(*planned, self.value, &self.unit)
            );
            gaps.push(gap(
                "breakdown-end",
                what,
                "最后一年的年度目标应与总目标一致；请改正",
                Some((*planned - self.value, &self.unit)),
            ));
        }
        let rising = self.value >= base;
        let mut before = (None, base);
        for (year, value) in years {
            if (rising && value < before.1) || (!rising && value > before.1) {
                let earlier = before.0.map_or_else(|| "基期".to_owned(), |year: i16| format!("{year} 年"));
                let what = format!(
                    "{year} 年的目标 {}{} 比{earlier}的 {}{} 倒退 {}",
                    plain(value),
                    self.unit,
                    plain(before.1),
                    self.unit,
                    apart(value, before.1, &self.unit)
                );
                gaps.push(gap(
                    "breakdown-backwards",
                    what,
                    "请核对；确有安排的请注明原因",
                    Some((value - before.1, &self.unit)),
                ));
            }
            before = (Some(year), value);
        }
        gaps
    }
}

pub(super) fn difference(planned: Decimal, whole: Decimal, unit: &str) -> String {
    let word = if planned < whole { "少" } else { "多" };
    format!("比目标 {}{unit} {word} {}", plain(whole), apart(planned, whole, unit))
}

/// How far two values lie apart: two shares by percentage points, never by “%”.
fn apart(left: Decimal, right: Decimal, unit: &str) -> String {
    let unit = if units::is_percent(unit) { "个百分点" } else { unit };
    format!("{}{unit}", plain((left - right).abs()))
}

/// A gap of so much in a unit.
pub(super) fn gap(code: &str, what: String, hint: &str, apart: Option<(Decimal, &str)>) -> Gap {
    let unit = apart.map_or("", |(_, unit)| if units::is_percent(unit) { "个百分点" } else { unit }).to_owned();
    Gap { problem: refused(code, what, hint), amount: apart.map(|(amount, _)| amount.abs()), unit }
}

pub(super) fn refused(code: &str, what: String, hint: &str) -> Problem {
    Problem::new(code, Place::Whole, what, hint)
}
