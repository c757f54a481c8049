//! 测算: what the indicator's own history suggests for the target's date, or why
//! nothing is said. Computed, never official, and marked so wherever it is shown.

use maud::{Markup, html};
use plan_model::{Decimal, Forecast, ForecastPoint, Prospect, plain};
use plan_workflow::quality;

use crate::{
    messages::Language,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        visit::Visit,
    },
    ui::{figure, light},
};

/// The section of the page: the forecast, what the indicator is tied to, and the
/// way to suppose a figure.
pub(super) fn section(app: &App, visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Markup {
    let id = judged.record.indicator.id.as_str();
    let base = format!("/plans/{}", plan.plan.id);
    let related: Vec<&Judged> =
        quality::related(&plan.situation, &app.quality, id).into_iter().filter_map(|id| plan.indicator(id)).collect();
    html! {
        section id="prospect" {
            h2 { "ƒ " (visit.say("prospect-title")) " " span.kind { (visit.say("prospect-mark")) } }
            @match &judged.verdict.prospect {
                Prospect::Computed(forecast) => (computed(visit, forecast)),
                Prospect::Withheld(reason) => p.second { (figure::sentence(reason, visit.language)) },
            }
            @if judged.verdict.prospect.forecast().is_some() {
                p { a href=(visit.href(&format!("{base}/indicators/{id}/forecasts"), &[])) { (visit.say("prospect-slower")) } }
            }
            @if !related.is_empty() {
                p { (visit.say("prospect-related")) }
                ul { @for one in related {
                    li {
                        a href=(visit.href(&format!("{base}/indicators/{}", one.record.indicator.id), &[])) { (one.record.indicator.name) }
                        " " (light::light(&one.verdict.status, visit.language))
                    }
                } }
            }
            p { a href=(visit.href(&format!("{base}/what-if"), &[("indicator1", id)])) { (visit.say("prospect-what-if")) } }
        }
    }
}

fn computed(visit: &Visit, forecast: &Forecast) -> Markup {
    let say = |key: &str| visit.say(key);
    let version = forecast.rules_version.as_str();
    html! {
        p { (figure::sentence(&forecast.sentence, visit.language)) }
        dl.facts {
            @if let Some(end) = forecast.course.last() {
                dt { (say("prospect-end")) } dd { (figure::figure(end.value, &forecast.unit, end.period, "")) }
                dt { (inside(visit, forecast)) } dd { (interval(end, &forecast.unit)) }
            }
            dt { (say("prospect-chance")) } dd { (percent(forecast.chance)) }
            dt { (say("prospect-method")) } dd { (method(visit, forecast)) }
        }
        @if forecast.course.len() > 1 {
            details {
                summary { (say("prospect-course")) }
                div.table { table {
                    thead { tr {
                        th scope="col" { (say("figure-period")) }
                        th.number scope="col" { (say("prospect-value")) @if !forecast.unit.is_empty() { " (" (forecast.unit) ")" } }
                        th.number scope="col" { (inside(visit, forecast)) }
                    } }
                    tbody { @for point in &forecast.course { tr {
                        th scope="row" { (point.period) }
                        td.number { (plain(point.value)) }
                        td.number { (interval(point, "")) }
                    } } }
                } }
            }
        }
        p.caption { (visit.language.say_with("prospect-note", &[("version", version.into())])) }
    }
}

/// What the interval is called: with the share of outcomes it is to hold.
pub(super) fn inside(visit: &Visit, forecast: &Forecast) -> String {
    visit.language.say_with("prospect-interval", &[("percent", percent(forecast.inside).into())])
}

pub(super) fn interval(point: &ForecastPoint, unit: &str) -> Markup {
    html! { span.figure { (plain(point.low)) "–" (plain(point.high)) @if !unit.is_empty() { span.unit { (unit) } } } }
}

/// A share as a percentage.
pub(super) fn percent(share: Decimal) -> String {
    let hundredfold = share.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(share);
    format!("{}%", plain(hundredfold.normalize()))
}

/// The words for a sort of history (`history`) or a method (`method`).
pub(super) fn named(language: Language, kind: &str, code: &str) -> Option<String> {
    language.find(&format!("prospect-{kind}-{}", code.replace('_', "-")), &[])
}

/// What it rests on and how it was reckoned.
fn method(visit: &Visit, forecast: &Forecast) -> String {
    let words = |kind: &str, code: &str| named(visit.language, kind, code).unwrap_or_else(|| code.to_owned());
    visit.language.say_with(
        "prospect-rests-on",
        &[
            ("points", forecast.points.to_string().into()),
            ("history", words("history", &forecast.history).into()),
            ("method", words("method", &forecast.method).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use plan_assessment::forecast::{Kind, Method, Slower};

    use super::*;

    #[test]
    fn every_method_and_history_has_words_in_both_languages() {
        let methods = Method::ALL.map(|method| ("method", method.code()));
        let histories = Kind::ALL.map(|kind| ("history", kind.code()));
        let slower = Slower::ALL.map(|method| ("method", method.code()));
        for (kind, code) in methods.into_iter().chain(histories).chain(slower) {
            for language in [Language::Zh, Language::En] {
                assert!(named(language, kind, code).is_some(), "{kind} {code}");
            }
        }
        for kind in Kind::ALL {
            let key = format!("forecasts-ahead-{}", kind.code().replace('_', "-"));
            assert!([Language::Zh, Language::En].into_iter().all(|one| one.find(&key, &[]).is_some()), "{key}");
        }
    }
}
