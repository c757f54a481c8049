//! The period of a plan as a bar: how much of its time has passed.

use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::{Decimal, PlanPeriod, plain};
use plan_workflow::assess::time_passed;

use crate::messages::Language;

/// The bar, with a mark at each turn of the year.
pub(crate) fn timebar(period: PlanPeriod, as_of: Date, language: Language) -> Markup {
    const WIDE: i32 = 1000;
    let share = time_passed(period, as_of);
    let thousandths = i32::try_from((share * Decimal::ONE_THOUSAND).round()).unwrap_or_default();
    let years = i32::from(period.years()).max(1);
    let percent = plain((share * Decimal::ONE_HUNDRED).round_dp(1));
    let words = language.say_with(
        "time-passed",
        &[("date", as_of.to_string().into()), ("percent", percent.into()), ("period", period.to_string().into())],
    );
    html! {
        figure.time {
            svg viewBox=(format!("0 0 {WIDE} 12")) preserveAspectRatio="none" role="img" aria-label=(words) {
                rect.bar x="0" y="0" width=(WIDE) height="12" {}
                rect.bar-done x="0" y="0" width=(thousandths) height="12" {}
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
