//! Whether a target's unit and a figure's unit can be put on one scale exactly.

use rust_decimal::Decimal;

use crate::conventions::conventions;

/// What units look like: their scale and what is left of them.
const SCALES: [(char, i64); 5] = [('十', 10), ('百', 100), ('千', 1_000), ('万', 10_000), ('亿', 100_000_000)];

/// Words for the same unit.
const PERCENT: [&str; 5] = ["%", "％", "个百分点", "百分点", "百分之"];

/// Whether the unit is percent or percentage points.
pub fn is_percent(unit: &str) -> bool {
    PERCENT.contains(&unit.trim())
}

/// Whether the unit is percentage points: a difference, not a share.
pub fn is_points(unit: &str) -> bool {
    unit.trim().ends_with("百分点")
}

/// Whether two units are the same, or one of them is missing and taken to be the other.
pub(crate) fn same(from: &str, to: &str) -> bool {
    let (from, to) = (from.trim(), to.trim());
    from == to || from.is_empty() || to.is_empty() || (is_percent(from) && is_percent(to))
}

/// A number in `from` as a number in `to`; nothing where the two do not measure
/// the same, or where the division does not come out.
pub fn convert(value: Decimal, from: &str, to: &str) -> Option<Decimal> {
    if same(from, to) {
        return Some(value);
    }
    let ((from_scale, from_rest), (to_scale, to_rest)) = (scale(from.trim()), scale(to.trim()));
    let scaled = value.checked_mul(from_scale).filter(|_| from_rest == to_rest)?;
    let converted = scaled.checked_div(to_scale)?;
    // A division that does not come out fills all 28 digits.
    (converted.round_dp(20) == converted).then_some(converted)
}

/// Whether numbers in the two units can be put on one scale.
pub fn comparable(one: &str, other: &str) -> bool {
    convert(Decimal::ONE, one, other).is_some() || convert(Decimal::ONE, other, one).is_some()
}

/// `万元/人` → (10000, `元/人`). A scale word is one only where something follows
/// it, so 百分点 and 千米 keep their meaning beside one another.
fn scale(unit: &str) -> (Decimal, String) {
    let mut factor = Decimal::ONE;
    let mut rest = unit;
    if is_points(unit) {
        return (factor, rest.to_owned());
    }
    while let Some(first) = rest.chars().next() {
        let tail = rest.strip_prefix(first).unwrap_or_default();
        let known = SCALES.iter().find(|(word, _)| *word == first);
        match (known, tail.is_empty()) {
            (Some((_, size)), false) => match factor.checked_mul(Decimal::from(*size)) {
                Some(product) => (factor, rest) = (product, tail),
                None => break,
            },
            _ => break,
        }
    }
    // 万公顷/年 is measured in what comes before the stroke.
    let (counted, per) = rest.split_once('/').map_or((rest, None), |(counted, per)| (counted, Some(per)));
    let known = conventions().units.get(counted).and_then(|unit| Some((factor.checked_mul(unit.is)?, &unit.of)));
    match (known, per) {
        (Some((factor, of)), Some(per)) => (factor, format!("{of}/{per}")),
        (Some((factor, of)), None) => (factor, of.clone()),
        (None, _) => (factor, rest.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_converted_exactly_or_not_at_all() {
        let known = [
            ("亿元", "万元", "1", "10000"),
            ("万元", "亿元", "1", "0.0001"),
            ("万元/人", "元/人", "1", "10000"),
            ("万亿元", "亿元", "1", "10000"),
            ("公里", "千米", "1", "1"),
            ("公顷", "平方公里", "1", "0.01"),
            ("万亩", "公顷", "3", "2000"),
            ("平方公里", "平方米", "1", "1000000"),
            ("亿斤", "万吨", "1", "5"),
            ("毫克/升", "微克/升", "1", "1000"),
            ("‰", "%", "5", "0.5"),
            ("小时", "分钟", "1", "60"),
            ("%", "个百分点", "1", "1"),
            ("", "家", "1", "1"),
            ("万千瓦", "千瓦", "1", "10000"),
        ];
        for (from, to, value, result) in known {
            assert_eq!(convert(value.parse().unwrap(), from, to), Some(result.parse().unwrap()), "{from} → {to}");
        }
        let unknown =
            [("亿元", "亿美元"), ("家", "个"), ("%", "亿元"), ("万元/人", "万元"), ("吨", "吨标准煤"), ("亩", "公顷")];
        for (from, to) in unknown {
            assert_eq!(convert(Decimal::ONE, from, to), None, "{from} → {to}");
        }
    }
}
