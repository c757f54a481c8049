//! Exact arithmetic that cannot panic: a result that does not exist (division
//! by zero, too large, a root of a negative number) is nothing, and stays so
//! through the rest of the formula.

use std::ops::{Add, Div, Mul, Neg, Sub};

use rust_decimal::{Decimal, prelude::ToPrimitive};

/// A figure, or nothing where the formula has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Num(pub(crate) Option<Decimal>);

impl Num {
    pub(crate) const ONE: Num = Num(Some(Decimal::ONE));
    pub(crate) const HUNDRED: Num = Num(Some(Decimal::ONE_HUNDRED));

    /// `numerator` months as a fraction of `denominator` months.
    pub(crate) fn share(numerator: i32, denominator: i32) -> Num {
        Num::from(numerator) / Num::from(denominator)
    }

    /// `self` to the power `numerator / denominator`, for bases of at least 0.
    /// Whole powers are exact to the 28 digits of a decimal; roots are Newton's,
    /// exact to about 25 digits.
    pub(crate) fn power(self, numerator: i32, denominator: i32) -> Num {
        if denominator <= 0 {
            return Num(None);
        }
        if numerator < 0 {
            return Num::ONE / self.power(numerator.saturating_neg(), denominator);
        }
        let shared = common_divisor(numerator, denominator);
        let (up, down) = (numerator / shared, denominator / shared);
        Num(self
            .0
            .and_then(|base| root(base, down.unsigned_abs()))
            .and_then(|root| whole_power(root, up.unsigned_abs())))
    }
}

impl Num {
    /// `self` to the power of so many percent, taken to a quarter of one; for bases
    /// of at least 0.
    pub(crate) fn hundredths(self, percent: Decimal) -> Num {
        let quarters = percent.checked_mul(Decimal::from(4)).and_then(|quarters| quarters.round().to_i32());
        quarters.map_or(Num(None), |quarters| self.power(quarters, 400))
    }
}

impl From<Decimal> for Num {
    fn from(value: Decimal) -> Self {
        Num(Some(value))
    }
}

impl From<i32> for Num {
    fn from(value: i32) -> Self {
        Num(Some(Decimal::from(value)))
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $checked:ident) => {
        impl $trait for Num {
            type Output = Num;
            fn $method(self, other: Num) -> Num {
                Num(self.0.zip(other.0).and_then(|(left, right)| left.$checked(right)))
            }
        }
    };
}
operator!(Add, add, checked_add);
operator!(Sub, sub, checked_sub);
operator!(Mul, mul, checked_mul);
operator!(Div, div, checked_div);

impl Neg for Num {
    type Output = Num;
    fn neg(self) -> Num {
        Num(self.0.map(|value| -value))
    }
}

fn common_divisor(mut left: i32, mut right: i32) -> i32 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}

fn whole_power(base: Decimal, mut exponent: u32) -> Option<Decimal> {
    let (mut result, mut square) = (Decimal::ONE, base);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result.checked_mul(square)?;
        }
        exponent /= 2;
        if exponent > 0 {
            square = square.checked_mul(square)?;
        }
    }
    Some(result)
}

/// The root of a number of at least 0, of at most the 600th degree.
fn root(value: Decimal, degree: u32) -> Option<Decimal> {
    if degree == 1 || value.is_zero() || value == Decimal::ONE {
        return Some(value);
    }
    if value.is_sign_negative() || degree == 0 || degree > 600 {
        return None;
    }
    // The binary number is only where the search starts; the decimals decide.
    let start = value.to_f64()?.powf(1.0 / f64::from(degree));
    let mut guess = Decimal::from_f64_retain(start)?;
    let count = Decimal::from(degree);
    let close = Decimal::new(1, 25);
    for _ in 0..20 {
        let lower = whole_power(guess, degree - 1)?;
        let next =
            (count - Decimal::ONE).checked_mul(guess)?.checked_add(value.checked_div(lower)?)?.checked_div(count)?;
        let moved = (next - guess).abs();
        guess = next;
        if moved <= close.checked_mul(guess.max(Decimal::ONE))? {
            break;
        }
    }
    // A root that has few digits is found exactly, so that a tie stays a tie.
    let few_digits = guess.round_dp(12).normalize();
    let exact = whole_power(few_digits, degree).is_some_and(|power| power == value);
    Some(if exact { few_digits } else { guess })
}

/// A computed figure as a sentence shows it: four significant digits, at least
/// those before the point, no trailing zeros. Comparisons never use it.
pub(crate) fn shown(value: Decimal) -> String {
    let size = value.abs();
    let whole_digits = size.trunc().to_string().len();
    let places = if size >= Decimal::ONE {
        4usize.saturating_sub(whole_digits).max(if whole_digits <= 4 { 1 } else { 0 })
    } else {
        4
    };
    plan_model::plain(value.round_dp(u32::try_from(places).unwrap_or(4)))
}

/// Half a unit of the last printed decimal: how far the unprinted value may lie
/// from the printed one. Whole numbers are taken as exact (they may be counts).
pub(crate) fn rounding(printed: Decimal) -> Decimal {
    match printed.scale() {
        0 => Decimal::ZERO,
        scale => Decimal::try_new(5, scale + 1).unwrap_or(Decimal::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Num {
        Num(Some(text.parse().unwrap()))
    }

    #[test]
    fn powers_are_exact_where_they_can_be() {
        assert_eq!(number("1.07").power(24, 12), number("1.1449"));
        assert_eq!(number("1.21").power(6, 12), number("1.1"));
        assert_eq!(number("1.61051").power(12, 60), number("1.1"), "a tie must stay a tie");
        assert_eq!(number("32").power(12, 60), number("2"));
        assert_eq!(number("2").power(-12, 12), number("0.5"));
        assert_eq!(number("0").power(1, 3), number("0"));
        assert_eq!(number("-1").power(1, 2), Num(None));
        assert_eq!(number("10").power(1200, 1), Num(None), "too large is nothing, not a panic");
        let fifth = number("0.865").power(24, 60).power(60, 24).0.unwrap();
        assert!((fifth - Decimal::new(865, 3)).abs() < Decimal::new(1, 24), "{fifth}");
        let long = number("1000").power(1, 359).power(359, 1).0.unwrap();
        assert!((long - Decimal::from(1000)).abs() < Decimal::new(1, 18), "{long}");
    }

    #[test]
    fn what_has_no_answer_is_nothing() {
        assert_eq!(number("1") / number("0"), Num(None));
        assert_eq!(Num(Some(Decimal::MAX)) * number("2") - number("1"), Num(None));
    }

    #[test]
    fn figures_are_shown_short() {
        for (value, text) in [
            ("12.3456", "12.35"),
            ("0.123456", "0.1235"),
            ("1234.56", "1234.6"),
            ("123456.7", "123457"),
            ("-5", "-5"),
            ("2.50", "2.5"),
        ] {
            assert_eq!(shown(value.parse().unwrap()), text);
        }
    }

    #[test]
    fn only_decimals_were_rounded() {
        assert_eq!(rounding("10.8".parse().unwrap()), "0.05".parse().unwrap());
        assert_eq!(rounding("91".parse().unwrap()), Decimal::ZERO);
    }
}
