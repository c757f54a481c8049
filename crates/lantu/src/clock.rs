//! The clock: the only place that asks for the time of day.

use jiff::{Timestamp, ToSpan as _, Zoned, civil::Date, tz::TimeZone};

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock and time zone.
    #[default]
    System,
    /// Always this moment, for tests.
    Fixed(Timestamp),
}

impl Clock {
    /// The moment.
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp::now(),
            Clock::Fixed(moment) => *moment,
        }
    }

    /// Where the office is.
    pub fn zone(&self) -> TimeZone {
        match self {
            Clock::System => TimeZone::system(),
            Clock::Fixed(_) => TimeZone::UTC,
        }
    }

    /// The day where the office is.
    pub fn today(&self) -> Date {
        match self {
            Clock::System => Zoned::now().date(),
            Clock::Fixed(moment) => moment.to_zoned(TimeZone::UTC).date(),
        }
    }

    /// The last moment of a day where the office is, to the microsecond that the
    /// store keeps; `None` for a day beyond all calendars.
    pub fn end_of(&self, day: Date) -> Option<Timestamp> {
        let zone = match self {
            Clock::System => TimeZone::system(),
            Clock::Fixed(_) => TimeZone::UTC,
        };
        let next = day.tomorrow().ok()?.to_zoned(zone).ok()?.timestamp();
        next.checked_sub(1.microsecond()).ok()
    }
}
