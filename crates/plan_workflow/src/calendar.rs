//! Working days: weekends, holidays and worked weekends (调休) by the State
//! Council's yearly notices, one file a year in `rules/calendars/`.
//!
//! A year that is not announced yet counts Monday to Friday, and every answer
//! that rests on such a year says so: a deadline that may still move is shown as
//! provisional (暂定).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};
use serde::Deserialize;

/// The days of the years that are announced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingDays {
    years: BTreeMap<i16, Year>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Year {
    notice: String,
    off: BTreeSet<Date>,
    work: BTreeSet<Date>,
}

/// A date reached by counting, and whether it rests on announced years only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The date.
    pub date: Date,
    /// A year on the way is not announced yet: the date may move (暂定).
    pub provisional: bool,
}

/// Why the file of a year is refused; says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It is not TOML of the expected keys.
    #[error("工作日历读不懂：{0}；请对照 rules/calendars 中的文件改正")]
    Malformed(String),
    /// A day does not exist, or a range runs backwards.
    #[error("{year} 年工作日历中“{day}”不是日期；请写作“月-日”或“月-日..月-日”")]
    NotADay {
        /// The year of the file.
        year: i16,
        /// What was written.
        day: String,
    },
    /// A day stands twice, or is both off and worked, or worked but no weekend.
    #[error("{year} 年工作日历中 {day}：{fault}；请按通知改正")]
    Contradiction {
        /// The year of the file.
        year: i16,
        /// The day.
        day: Date,
        /// What is wrong with it, in Chinese.
        fault: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: i16,
    notice: String,
    off: Vec<String>,
    work: Vec<String>,
}

const SHIPPED: [&str; 7] = [
    include_str!("../../../rules/calendars/2020.toml"),
    include_str!("../../../rules/calendars/2021.toml"),
    include_str!("../../../rules/calendars/2022.toml"),
    include_str!("../../../rules/calendars/2023.toml"),
    include_str!("../../../rules/calendars/2024.toml"),
    include_str!("../../../rules/calendars/2025.toml"),
    include_str!("../../../rules/calendars/2026.toml"),
];

impl WorkingDays {
    /// The years that come with the program.
    pub fn shipped() -> &'static Self {
        static DAYS: LazyLock<WorkingDays> = LazyLock::new(|| {
            let mut days = WorkingDays::default();
            for text in SHIPPED {
                // A test reads every shipped file; one that is refused leaves its year provisional.
                let _ = days.add(text);
            }
            days
        });
        &DAYS
    }

    /// Adds the file of a year, or replaces the one there; answers the year.
    pub fn add(&mut self, text: &str) -> Result<i16, CalendarError> {
        let file: File = toml::from_str(text).map_err(|error| CalendarError::Malformed(error.message().to_owned()))?;
        let mut year = Year { notice: file.notice, off: BTreeSet::new(), work: BTreeSet::new() };
        for text in &file.off {
            for day in days(file.year, text)? {
                if !year.off.insert(day) {
                    return Err(CalendarError::Contradiction { year: file.year, day, fault: "写了两次" });
                }
            }
        }
        for text in &file.work {
            for day in days(file.year, text)? {
                let fault = if year.off.contains(&day) {
                    Some("既放假又上班")
                } else if !is_weekend(day) {
                    Some("不是周末，无需写为上班")
                } else if !year.work.insert(day) {
                    Some("写了两次")
                } else {
                    None
                };
                if let Some(fault) = fault {
                    return Err(CalendarError::Contradiction { year: file.year, day, fault });
                }
            }
        }
        self.years.insert(file.year, year);
        Ok(file.year)
    }

    /// The number of the notice for a year; `None` where it is not announced.
    pub fn notice(&self, year: i16) -> Option<&str> {
        self.years.get(&year).map(|year| year.notice.as_str())
    }

    /// Whether people work on a day.
    pub fn is_working(&self, day: Date) -> bool {
        match self.years.get(&day.year()) {
            Some(year) if year.work.contains(&day) => true,
            Some(year) => !year.off.contains(&day) && !is_weekend(day),
            None => !is_weekend(day),
        }
    }

    /// The day itself where people work on it, else the next on which they do:
    /// what a deadline that falls on a holiday moves to.
    pub fn on_or_after(&self, day: Date) -> Reached {
        self.reach(day, 0)
    }

    /// The working day `count` working days after a day, which itself does not
    /// count (二十个工作日内: the period begins the next day).
    pub fn after(&self, day: Date, count: u16) -> Reached {
        self.reach(day, count)
    }

    /// The working day `count` working days before a day, which itself does not count.
    pub fn before(&self, day: Date, count: u16) -> Date {
        let (mut reached, mut left) = (day, count);
        while left > 0 {
            let Ok(earlier) = reached.checked_sub(1.day()) else { break };
            reached = earlier;
            left -= u16::from(self.is_working(earlier));
        }
        reached
    }

    /// How many working days lie after a day up to another, the last one
    /// included: by how many a deadline was missed. 0 where it was not; at most
    /// those of ten years.
    pub fn between(&self, after: Date, until: Date) -> u16 {
        let days = after.series(1.day()).skip(1).take_while(|day| *day <= until).take(3660);
        u16::try_from(days.filter(|day| self.is_working(*day)).count()).unwrap_or(u16::MAX)
    }

    fn reach(&self, from: Date, count: u16) -> Reached {
        let mut reached = Reached { date: from, provisional: !self.years.contains_key(&from.year()) };
        let mut left = count;
        while left > 0 || !self.is_working(reached.date) {
            // The calendar of jiff ends in the year 9999; a date there stays where it is.
            let Ok(next) = reached.date.checked_add(1.day()) else { break };
            reached.date = next;
            reached.provisional |= !self.years.contains_key(&next.year());
            if left > 0 && self.is_working(next) {
                left -= 1;
            }
        }
        reached
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// `05-01` or `05-01..05-05` in a year.
fn days(year: i16, text: &str) -> Result<Vec<Date>, CalendarError> {
    let fault = || CalendarError::NotADay { year, day: text.to_owned() };
    let day = |text: &str| {
        let (month, day) = text.split_once('-')?;
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (day(first).ok_or_else(fault)?, day(last).ok_or_else(fault)?);
    if last < first {
        return Err(fault());
    }
    Ok(first.series(1.day()).take_while(|day| *day <= last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn every_shipped_year_is_read() {
        let mut days = WorkingDays::default();
        for (text, year) in SHIPPED.iter().zip(2020..) {
            assert_eq!(days.add(text), Ok(year));
            assert!(days.notice(year).is_some_and(|n| n.contains('号')));
        }
        assert_eq!(&days, WorkingDays::shipped());
    }

    /// The number of working days of a year: known from the notices, so that a
    /// day left out of a file shows.
    #[test]
    fn the_years_have_their_number_of_working_days() {
        let expected = [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)];
        for (year, working) in expected {
            let first = Date::new(year, 1, 1).unwrap();
            let days = first.series(1.day()).take_while(|d| d.year() == year);
            assert_eq!(days.filter(|d| WorkingDays::shipped().is_working(*d)).count(), working, "{year}");
        }
    }

    #[test]
    fn deadlines_move_to_working_days() {
        // from, working days, reached, provisional
        let cases = [
            ("2024-02-04", 0, "2024-02-04", false),  // a worked Sunday
            ("2024-02-10", 0, "2024-02-18", false),  // the Spring Festival, to the worked Sunday after it
            ("2023-04-21", 2, "2023-04-24", false),  // the Sunday between is worked
            ("2025-09-27", 20, "2025-10-30", false), // 20 working days over the autumn holidays
            ("2026-12-25", 5, "2027-01-01", true),   // runs into a year that is not announced
            ("2019-12-30", 1, "2019-12-31", true),   // a year before the files
        ];
        for (from, count, reached, provisional) in cases {
            let found = WorkingDays::shipped().after(date(from), count);
            assert_eq!(found, Reached { date: date(reached), provisional }, "{from} + {count}");
        }
        assert_eq!(WorkingDays::shipped().on_or_after(date("2024-02-10")).date, date("2024-02-18"));
    }

    #[test]
    fn days_are_counted_back_and_between() {
        // from, working days before, reached
        let cases = [
            ("2026-10-09", 1, "2026-10-08"), // the day after the autumn holidays
            ("2026-10-08", 1, "2026-09-30"),
            ("2026-10-12", 1, "2026-10-10"), // a worked Saturday
            ("2026-10-12", 0, "2026-10-12"),
        ];
        let days = WorkingDays::shipped();
        for (from, count, reached) in cases {
            assert_eq!(days.before(date(from), count), date(reached), "{from} - {count}");
            assert_eq!(days.between(date(reached), date(from)), count, "{reached} to {from}");
        }
        assert_eq!(days.before(date("2026-10-03"), 2), date("2026-09-29"));
        assert_eq!(days.between(date("2026-10-12"), date("2026-10-09")), 0);
    }

    #[test]
    fn being_late_is_counted_in_working_days() {
        // due, done, late
        let cases = [
            ("2024-02-09", "2024-02-18", 1), // over the Spring Festival, to the worked Sunday after it
            ("2024-02-02", "2024-02-04", 1), // a worked Sunday
            ("2024-03-08", "2024-03-08", 0),
            ("2024-03-08", "2024-03-10", 0), // a weekend later
            ("2024-03-08", "2024-03-01", 0),
            ("2024-03-08", "2024-03-15", 5),
        ];
        for (due, done, late) in cases {
            assert_eq!(WorkingDays::shipped().between(date(due), date(done)), late, "{due} {done}");
        }
    }

    #[test]
    fn a_file_with_a_fault_is_refused_and_changes_nothing() {
        let cases = [
            ("year = 2030", "读不懂"),
            ("year = 2030\nnotice = \"\"\noff = [\"02-30\"]\nwork = []", "“02-30”不是日期"),
            ("year = 2030\nnotice = \"\"\noff = [\"05-05..05-01\"]\nwork = []", "不是日期"),
            ("year = 2030\nnotice = \"\"\noff = [\"05-01\", \"05-01\"]\nwork = []", "写了两次"),
            ("year = 2030\nnotice = \"\"\noff = [\"05-04\"]\nwork = [\"05-04\"]", "既放假又上班"),
            ("year = 2030\nnotice = \"\"\noff = []\nwork = [\"05-06\"]", "不是周末"),
        ];
        for (text, said) in cases {
            let mut days = WorkingDays::default();
            let error = days.add(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            assert_eq!(days, WorkingDays::default());
        }
    }
}
