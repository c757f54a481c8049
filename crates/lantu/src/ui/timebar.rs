//! The period of a plan as a bar: how much of its time has passed.

use jiff::civil::{Date, date};
use maud::{Markup, html};
use plan_model::PlanPeriod;

use crate::messages::Language;

/// The share of the plan's days that have passed, in thousandths, 0 to 1000.
pub(crate) fn passed(period: PlanPeriod, as_of: Date) -> i32 {
    let start = date(period.first_year(), 1, 1);
    let end = date(period.last_year(), 12, 31);
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
    let whole = days(start, end) + 1;
    ((days(start, as_of) + 1).clamp(0, whole) * 1000) / whole.max(1)
}

/// The bar, with a mark at each turn of the year.
pub(crate) fn timebar(period: PlanPeriod, as_of: Date, language: Language) -> Markup {
    const WIDE: i32 = 1000;
    let share = passed(period, as_of);
    let years = i32::from(period.years()).max(1);
    let percent = format!("{}.{}", share / 10, share % 10);
    let words = language.say_with(
        "time-passed",
        &[("date", as_of.to_string().into()), ("percent", percent.into()), ("period", period.to_string().into())],
    );
    html! {
        figure.time {
            svg viewBox=(format!("0 0 {WIDE} 12")) preserveAspectRatio="none" role="img" aria-label=(words) {
                rect.bar x="0" y="0" width=(WIDE) height="12" {}
                rect.bar-done x="0" y="0" width=(share) height="12" {}
                @for index in 1..years {
                    @let x = index * WIDE / years;
                    line.turn x1=(x) x2=(x) y1="0" y2="12" {}
                }
            }
            div.years aria-hidden="true" {
                @for year in period.first_year()..=period.last_year() { span { (year) } }
            }
            figcaption.caption { (words) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_from_nothing_to_all() {
        let period: PlanPeriod = "2021-2025".parse().unwrap();
        for (day, share) in [
            (date(2019, 5, 1), 0),
            (date(2020, 12, 31), 0),
            (date(2023, 12, 31), 599),
            (date(2025, 12, 31), 1000),
            (date(2031, 1, 1), 1000),
        ] {
            assert_eq!(passed(period, day), share, "{day}");
        }
    }
}
