//! Time as plans use it: a year, a quarter, a month, each with its precision.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The stretch of time a figure speaks of. The precision is part of the value:
/// 2023 and 2023Q4 are different periods although they end on the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// A calendar year, 1949 to 2100.
    Year(i16),
    /// A quarter, 1 to 4, of a year.
    Quarter(i16, i8),
    /// A month, 1 to 12, of a year.
    Month(i16, i8),
}

/// Why a text is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}”不是期间；请写成 2023、2023Q2 或 2023-06")]
pub struct PeriodError {
    /// The text as given.
    pub text: String,
}

const YEARS: std::ops::RangeInclusive<i16> = 1949..=2100;

impl Period {
    /// The calendar year the period lies in.
    pub fn year(self) -> i16 {
        match self {
            Period::Year(y) | Period::Quarter(y, _) | Period::Month(y, _) => y,
        }
    }

    /// The last month of the period, 1 to 12.
    pub fn last_month(self) -> i8 {
        match self {
            Period::Year(_) => 12,
            Period::Quarter(_, q) => q.saturating_mul(3),
            Period::Month(_, m) => m,
        }
    }

    /// How many months the period lasts: 12, 3 or 1.
    pub fn months(self) -> i8 {
        match self {
            Period::Year(_) => 12,
            Period::Quarter(..) => 3,
            Period::Month(..) => 1,
        }
    }

    /// The last day of the period: a figure can be known from then on.
    pub fn last_day(self) -> Date {
        // The fields are checked when the value is made, so the fallback is never met.
        Date::new(self.year(), self.last_month(), 1).map_or(Date::MAX, Date::last_of_month)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Year(y) => write!(f, "{y:04}"),
            Period::Quarter(y, q) => write!(f, "{y:04}Q{q}"),
            Period::Month(y, m) => write!(f, "{y:04}-{m:02}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    /// Reads `2023`, `2023Q2` or `2023-06`; also `2023年`, `2023年6月`, `2023年二季度`
    /// as offices write them in the heads of their tables.
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let refuse = || PeriodError { text: text.trim().to_owned() };
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let digits: String = squeezed.chars().take_while(char::is_ascii_digit).collect();
        if digits.len() != 4 {
            return Err(refuse());
        }
        let year: i16 = digits.parse().map_err(|_| refuse())?;
        if !YEARS.contains(&year) {
            return Err(refuse());
        }
        let rest: String = squeezed.chars().skip(4).collect();
        let rest = rest.strip_prefix('年').unwrap_or(&rest);
        if rest.is_empty() {
            return Ok(Period::Year(year));
        }
        let quarter = rest.strip_prefix(['Q', 'q']).or_else(|| rest.strip_suffix("季度"));
        if let Some(number) = quarter {
            return match number.trim_start_matches('第') {
                "1" | "一" => Ok(Period::Quarter(year, 1)),
                "2" | "二" => Ok(Period::Quarter(year, 2)),
                "3" | "三" => Ok(Period::Quarter(year, 3)),
                "4" | "四" => Ok(Period::Quarter(year, 4)),
                _ => Err(refuse()),
            };
        }
        let month = rest.strip_prefix('-').or_else(|| rest.strip_suffix('月')).ok_or_else(refuse)?;
        if month.is_empty() || month.len() > 2 || !month.chars().all(|c| c.is_ascii_digit()) {
            return Err(refuse());
        }
        match month.parse() {
            Ok(number @ 1..=12) => Ok(Period::Month(year, number)),
            _ => Err(refuse()),
        }
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}

/// The years a plan covers, both included: `2021-2025`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanPeriod {
    first_year: i16,
    last_year: i16,
}

impl PlanPeriod {
    /// A period from `first_year` to `last_year`, at most 30 years.
    pub fn new(first_year: i16, last_year: i16) -> Result<Self, PeriodError> {
        let fits = YEARS.contains(&first_year) && YEARS.contains(&last_year);
        if !fits || last_year < first_year || last_year - first_year >= 30 {
            return Err(PeriodError { text: format!("{first_year}-{last_year}") });
        }
        Ok(Self { first_year, last_year })
    }

    /// The first year of the plan.
    pub fn first_year(self) -> i16 {
        self.first_year
    }

    /// The last year of the plan.
    pub fn last_year(self) -> i16 {
        self.last_year
    }

    /// The year before the plan starts, to which its baselines usually belong.
    pub fn base_year(self) -> i16 {
        self.first_year - 1
    }

    /// How many years the plan lasts (five for a five-year plan).
    pub fn years(self) -> i16 {
        self.last_year - self.first_year + 1
    }

    /// Whether the year lies in the plan.
    pub fn contains(self, year: i16) -> bool {
        (self.first_year..=self.last_year).contains(&year)
    }
}

impl fmt::Display for PlanPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first_year, self.last_year)
    }
}

impl FromStr for PlanPeriod {
    type Err = PeriodError;

    /// Reads `2021-2025`; a single year `2023` is the period of a yearly plan.
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let refuse = || PeriodError { text: text.trim().to_owned() };
        let (first, last) = match text.trim().split_once(['-', '–', '—', '至']) {
            Some((first, last)) => (first, last),
            None => (text, text),
        };
        let year = |part: &str| part.trim().trim_end_matches('年').parse::<i16>().map_err(|_| refuse());
        Self::new(year(first)?, year(last)?).map_err(|_| refuse())
    }
}

impl TryFrom<String> for PlanPeriod {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

impl From<PlanPeriod> for String {
    fn from(period: PlanPeriod) -> String {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_and_written() {
        let read = [
            ("2023", "2023"),
            ("2023年", "2023"),
            ("2023Q2", "2023Q2"),
            ("2023q4", "2023Q4"),
            ("2023年二季度", "2023Q2"),
            ("2023年第3季度", "2023Q3"),
            ("2023-06", "2023-06"),
            ("2023-6", "2023-06"),
            (" 2023 年 11 月 ", "2023-11"),
        ];
        for (text, written) in read {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), written, "{text}");
        }
        for text in ["", "23", "2023Q5", "2023-13", "2023-", "2023-0", "1890", "2023-06-01", "二〇二三", "2023年度计划"]
        {
            assert!(text.parse::<Period>().is_err(), "{text} must be refused");
        }
    }

    #[test]
    fn a_period_ends_on_its_last_day() {
        for (text, day) in [("2023", "2023-12-31"), ("2024Q1", "2024-03-31"), ("2024-02", "2024-02-29")] {
            assert_eq!(text.parse::<Period>().unwrap().last_day().to_string(), day);
        }
    }

    #[test]
    fn plan_periods_are_bounded() {
        let plan: PlanPeriod = "2021-2025".parse().unwrap();
        assert_eq!((plan.years(), plan.base_year(), plan.contains(2026)), (5, 2020, false));
        assert_eq!("2023".parse::<PlanPeriod>().unwrap().years(), 1);
        for text in ["2025-2021", "21-25", "abc", "1949-2100"] {
            assert!(text.parse::<PlanPeriod>().is_err(), "{text} must be refused");
        }
    }
}
