//! Whether a target's unit and a figure's unit can be put on one scale exactly.

use rust_decimal::Decimal;

/// What units look like: their scale and what is left of them.
const SCALES: [(char, i64); 5] = [('十', 10), ('百', 100), ('千', 1_000), ('万', 10_000), ('亿', 100_000_000)];

/// Words for the same unit.
const PERCENT: [&str; 5] = ["%", "％", "个百分点", "百分点", "百分之"];

/// Whether the unit is percent or percentage points.
pub(crate) fn is_percent(unit: &str) -> bool {
    PERCENT.contains(&unit.trim())
}

/// Whether the unit is percentage points: a difference, not a share.
pub(crate) fn is_points(unit: &str) -> bool {
    unit.trim().ends_with("百分点")
}

/// By what a figure in `from` is multiplied to be in `to`; nothing where the two
/// do not measure the same. A missing unit is taken to be the other one.
pub fn factor(from: &str, to: &str) -> Option<Decimal> {
    let (from, to) = (from.trim(), to.trim());
    if from == to || from.is_empty() || to.is_empty() || (is_percent(from) && is_percent(to)) {
        return Some(Decimal::ONE);
    }
    let ((from_scale, from_rest), (to_scale, to_rest)) = (scale(from), scale(to));
    (from_rest == to_rest).then(|| from_scale.checked_div(to_scale)).flatten()
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
    match (rest, factor.checked_mul(Decimal::ONE_THOUSAND)) {
        ("公里", Some(metres)) => (metres, "米".to_owned()),
        _ => (factor, rest.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_converted_exactly_or_not_at_all() {
        let known = [
            ("亿元", "万元", "10000"),
            ("万元", "亿元", "0.0001"),
            ("万元/人", "元/人", "10000"),
            ("万亿元", "亿元", "10000"),
            ("公里", "千米", "1"),
            ("%", "个百分点", "1"),
            ("", "家", "1"),
            ("万千瓦", "千瓦", "10000"),
        ];
        for (from, to, by) in known {
            assert_eq!(factor(from, to), Some(by.parse().unwrap()), "{from} → {to}");
        }
        for (from, to) in [("亿元", "亿美元"), ("家", "个"), ("%", "亿元"), ("万元/人", "万元")] {
            assert_eq!(factor(from, to), None, "{from} → {to}");
        }
    }
}
