//! Exact decimals: what a person typed is what is kept.

use rust_decimal::{Decimal, RoundingStrategy};

/// Why a text is not a figure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}”不是数字；请只填数字，如 12.5（不带单位、百分号和文字）")]
pub struct DecimalError {
    /// The text as given.
    pub text: String,
}

/// Reads a figure typed by a person: plain or full-width digits, an optional
/// sign, thousands separators (`1,234.5`). Exponents, `NaN`, words and units
/// are refused, because what they mean would have to be guessed.
pub fn parse_decimal(text: &str) -> Result<Decimal, DecimalError> {
    let refuse = || DecimalError { text: text.trim().to_owned() };
    let folded: String = text
        .trim()
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            '．' => '.',
            '－' | '−' => '-',
            '，' => ',',
            other => other,
        })
        .collect();
    let (sign, digits) = match folded.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", folded.strip_prefix('+').unwrap_or(&folded)),
    };
    let whole = digits.split('.').next().unwrap_or_default();
    if whole.contains(',') {
        let mut groups = whole.split(',');
        let first_fits = groups.next().is_some_and(|g| (1..=3).contains(&g.len()));
        if !first_fits || groups.any(|g| g.len() != 3) {
            return Err(refuse());
        }
    }
    let bare = digits.replace(',', "");
    let plain_digits = !bare.is_empty()
        && bare.chars().all(|c| c.is_ascii_digit() || c == '.')
        && bare.starts_with(|c: char| c.is_ascii_digit())
        && !bare.ends_with('.');
    if !plain_digits {
        return Err(refuse());
    }
    format!("{sign}{bare}").parse().map_err(|_| refuse())
}

/// The figure as people write it: no exponent, no trailing zeros.
pub fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

/// A computed figure to so many digits after the point, half up (四舍五入).
pub fn half_up(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_exactly_or_refused() {
        let read = [
            ("12.50", "12.5"),
            (" 1,234,567.8 ", "1234567.8"),
            ("－３．２", "-3.2"),
            ("+7", "7"),
            ("0.10", "0.1"),
            ("100", "100"),
        ];
        for (text, value) in read {
            assert_eq!(plain(parse_decimal(text).unwrap()), value, "{text}");
        }
        for text in ["", "-", "NaN", "1e5", "约12.5", "12.5%", "1.2.3", "12.", ".5", "1,23", "12,3456", "inf"] {
            assert!(parse_decimal(text).is_err(), "{text} must be refused");
        }
    }
}
