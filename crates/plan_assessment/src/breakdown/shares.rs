//! The shares of towns or units in a whole.

use plan_model::{Decimal, Indicator, Measure, Problem, plain};

use super::gaps::{Gap, difference, gap, refused};
use crate::units;

/// Compares the shares of towns or units with what they are to make together.
/// `Err` says why such shares do not add up at all.
pub fn check_shares(
    indicator: &Indicator,
    whole: Decimal,
    shares: &[(String, Decimal)],
) -> Result<Option<Gap>, Problem> {
    if !is_additive(indicator) {
        let what = format!("“{}”（{}）是比率、强度或位次，各单位的数不能相加", indicator.name, indicator.unit);
        return Err(refused("breakdown-not-additive", what, "请给各单位分别定目标，不要求合计"));
    }
    let sum = shares.iter().try_fold(Decimal::ZERO, |sum, (_, share)| sum.checked_add(*share));
    let Some(sum) = sum else {
        return Err(refused("breakdown-too-large", "各单位之和太大，无法计算".to_owned(), "请核对单位"));
    };
    let names: Vec<&str> = shares.iter().map(|(name, _)| name.as_str()).collect();
    Ok((sum != whole).then(|| {
        let what = format!(
            "{} 个单位（{}）合计 {}{}，{}",
            shares.len(),
            names.join("、"),
            plain(sum),
            indicator.unit,
            difference(sum, whole, &indicator.unit)
        );
        let apart = Some((sum - whole, indicator.unit.as_str()));
        gap("breakdown-shares", what, "请调整各单位的数，或注明留给本级的部分", apart)
    }))
}

/// Whether the values of towns or units can be added to one for all: counts and
/// amounts can, shares, ratios, ranks and averages cannot.
pub fn is_additive(indicator: &Indicator) -> bool {
    let unit = indicator.unit.trim();
    let counted = !unit.is_empty()
        && !units::is_percent(unit)
        && !unit.contains('/')
        && !["倍", "位", "名次", "岁", "年", "天", "小时", "分钟", "工作日", "年一遇", "级", "分"].contains(&unit);
    let average = ["人均", "平均", "户均", "亩均", "每"].iter().any(|word| indicator.name.contains(word));
    let adds =
        matches!(indicator.measure, Measure::Level | Measure::Cumulative | Measure::Zero | Measure::HoldEachYear);
    counted && adds && !average
}
