//! The calendar of collecting: `rules/collection.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use plan_model::Period;
use serde::{Deserialize, Serialize};

use crate::calendar::WorkingDays;

/// How often it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// 月报.
    Monthly,
    /// 季报.
    Quarterly,
    /// 半年报: the first half by its second quarter, the second by the year.
    HalfYearly,
    /// 年报.
    Yearly,
}

impl Frequency {
    /// All, the most frequent first.
    pub const ALL: [Self; 4] = [Self::Monthly, Self::Quarterly, Self::HalfYearly, Self::Yearly];

    /// The code word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::HalfYearly => "half_yearly",
            Self::Yearly => "yearly",
        }
    }

    /// By its code word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frequency| frequency.code() == code.trim())
    }

    /// Whether a round of this frequency can be for the period.
    pub fn fits(self, period: Period) -> bool {
        match self {
            Self::Monthly => matches!(period, Period::Month(..)),
            Self::Quarterly => matches!(period, Period::Quarter(..)),
            Self::HalfYearly => matches!(period, Period::Quarter(_, 2) | Period::Year(_)),
            Self::Yearly => matches!(period, Period::Year(_)),
        }
    }

    /// The period's name in the title of a round: 2024年一季度.
    pub fn title(self, period: Period) -> String {
        let year = period.year();
        match (self, period) {
            (Self::HalfYearly, Period::Year(_)) => format!("{year}年下半年"),
            (Self::HalfYearly, _) => format!("{year}年上半年"),
            (_, Period::Year(_)) => format!("{year}年度"),
            (_, Period::Quarter(_, quarter)) => {
                let word = ["一", "二", "三", "四"].get(usize::from(quarter.unsigned_abs()).saturating_sub(1));
                format!("{year}年{}季度", word.copied().unwrap_or_default())
            }
            (_, Period::Month(_, month)) => format!("{year}年{month}月"),
        }
    }
}

/// Which step makes a reported figure one of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CountsAfter {
    /// The approval in the unit.
    Unit,
    /// The acceptance by the planning department.
    Planning,
}

/// The days of a frequency: the first, the last in time and the last at all, as
/// working days after the period's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// From which working day on it can be reported.
    pub opens: u16,
    /// By which working day it is in time.
    pub due: u16,
    /// By which working day it is taken at all.
    pub closes: u16,
}

impl Days {
    /// Why these days make no calendar.
    pub fn fault(self) -> Option<&'static str> {
        match self {
            Self { closes: 0 | 251.., .. } => Some("须为 1 至 250 个工作日"),
            Self { opens, due, closes } if opens <= due && due <= closes => None,
            _ => Some("开始不能晚于到期，到期不能晚于截止"),
        }
    }
}

/// A row of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct FrequencyRow {
    pub(super) code: Frequency,
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) days: Days,
}

/// How many fields a row counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fields {
    pub(super) figure: u32,
    pub(super) work: u32,
}

/// The rules of collecting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionRules {
    /// Which step makes a figure one of record.
    pub counts_after: CountsAfter,
    fields: Fields,
    frequency: Vec<FrequencyRow>,
}

/// The dates of a round, and whether one of them may still move because the
/// holidays of its year are not announced (暂定).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundDates {
    /// The first day.
    pub opens: Date,
    /// The last day in time.
    pub due: Date,
    /// The last day at all.
    pub closes: Date,
    /// Whether they are provisional.
    pub provisional: bool,
}

impl CollectionRules {
    /// The rules that come with the program.
    pub fn standard() -> &'static Self {
        #[expect(clippy::expect_used, reason = "the embedded file is read by a test of this module")]
        static RULES: LazyLock<CollectionRules> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../../rules/collection.toml")).expect("rules/collection.toml")
        });
        &RULES
    }

    fn row(&self, frequency: Frequency) -> Option<&FrequencyRow> {
        self.frequency.iter().find(|row| row.code == frequency)
    }

    /// The name of a frequency: 季报.
    pub fn name(&self, frequency: Frequency) -> &str {
        self.row(frequency).map_or(frequency.code(), |row| row.name.as_str())
    }

    /// The days of a frequency.
    pub fn days(&self, frequency: Frequency) -> Days {
        // A test sees that no frequency is missing.
        self.row(frequency).map_or(Days { opens: 1, due: 1, closes: 1 }, |row| row.days)
    }

    /// How many fields the rows of these subjects are to fill in.
    pub fn fields<'a>(&self, subjects: impl IntoIterator<Item = &'a str>) -> u32 {
        let of = |subject: &str| if subject.starts_with('I') { self.fields.figure } else { self.fields.work };
        subjects.into_iter().map(of).fold(0, u32::saturating_add)
    }
}

impl Days {
    /// The dates of a round for a period.
    pub fn dates(self, period: Period, calendar: &WorkingDays) -> RoundDates {
        let after = |count| calendar.after(period.last_day(), count);
        let [opens, due, closes] = [self.opens, self.due, self.closes].map(after);
        let provisional = opens.provisional || due.provisional || closes.provisional;
        RoundDates { opens: opens.date, due: due.date, closes: closes.date, provisional }
    }
}
