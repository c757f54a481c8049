//! The courses on offer: `rules/curves.toml`.

use std::sync::LazyLock;

use plan_model::Decimal;
use serde::Deserialize;

use super::Course;

/// A course over the years of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcrossYears {
    /// Its code word; `even` is the arithmetic of the measure type.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// For what it is meant, in Chinese.
    pub explanation: String,
    /// The share of the way, in percent, at equal parts of the time; the last is 100.
    points: Vec<Decimal>,
}

impl AcrossYears {
    /// The share of the way, in percent, by the end of the `at`th of `count` years.
    pub fn share(&self, at: usize, count: usize) -> Option<Decimal> {
        let parts = Decimal::from(self.points.len());
        let place = Decimal::from(at).checked_mul(parts)?.checked_div(Decimal::from(count))?;
        let passed = usize::try_from(place.trunc().mantissa()).ok()?;
        let before = passed.checked_sub(1).map_or(Some(Decimal::ZERO), |at| self.points.get(at).copied())?;
        let after = self.points.get(passed).copied().unwrap_or(before);
        before.checked_add((after - before).checked_mul(place.fract())?)
    }
}

/// A course within a year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithinYear {
    /// Its code word.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// For what it is meant, in Chinese.
    pub explanation: String,
    /// The share of the year, in percent, by the end of each month.
    pub months: Vec<Decimal>,
}

impl WithinYear {
    /// The course as it is agreed on.
    pub fn course(&self) -> Course {
        Course { code: self.code.clone(), name: self.name.clone(), months: self.months.clone() }
    }
}

/// All courses on offer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curves {
    /// Over the years, the even one first.
    pub across_years: Vec<AcrossYears>,
    /// Within a year.
    pub within_year: Vec<WithinYear>,
}

impl Curves {
    /// Reads and checks a file: shares rise to 100, twelve of them in a year.
    pub fn parse(text: &str) -> Result<Self, String> {
        let curves: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let rises = |shares: &[Decimal]| {
            shares.is_sorted()
                && shares.first().is_some_and(|s| *s >= Decimal::ZERO)
                && shares.last() == Some(&Decimal::ONE_HUNDRED)
        };
        if let Some(wrong) = curves.across_years.iter().find(|curve| !rises(&curve.points)) {
            return Err(format!("曲线“{}”的 points 要从小到大，最后是 100", wrong.code));
        }
        if let Some(wrong) = curves.within_year.iter().find(|curve| curve.months.len() != 12 || !rises(&curve.months)) {
            return Err(format!("曲线“{}”的 months 要有 12 个数，从小到大，最后是 100", wrong.code));
        }
        if curves.across_years.first().is_none_or(|first| first.code != "even") {
            return Err("各年曲线的第一条应为 even".to_owned());
        }
        Ok(curves)
    }

    /// The courses that come with the program.
    pub fn standard() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
        static CURVES: LazyLock<Curves> =
            LazyLock::new(|| Curves::parse(include_str!("../../../../rules/curves.toml")).expect("rules/curves.toml"));
        &CURVES
    }

    /// A course over the years.
    pub fn across(&self, code: &str) -> Option<&AcrossYears> {
        self.across_years.iter().find(|curve| curve.code == code)
    }

    /// A course within a year.
    pub fn within(&self, code: &str) -> Option<&WithinYear> {
        self.within_year.iter().find(|curve| curve.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_courses_rise_to_the_whole() {
        let curves = Curves::standard();
        let front = curves.across("front-loaded").unwrap();
        let five: Vec<_> = (1..=5).map(|at| front.share(at, 5).unwrap().normalize().to_string()).collect();
        assert_eq!(five, ["28", "52", "72", "88", "100"]);
        let two: Vec<_> = (1..=2).map(|at| front.share(at, 2).unwrap().normalize().to_string()).collect();
        assert_eq!(two, ["62", "100"], "half of five years lies between the second and the third");
        let text = include_str!("../../../../rules/curves.toml");
        for (from, to, says) in [
            ("28, 52", "28, 20", "从小到大"),
            ("[3, 7, 15", "[7, 15", "12 个数"),
            ("code = \"even\"", "code = \"flat\"", "even"),
        ] {
            assert!(text.contains(from), "{from}");
            assert!(Curves::parse(&text.replacen(from, to, 1)).unwrap_err().contains(says), "{from}");
        }
    }
}
