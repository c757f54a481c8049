//! A figure is never naked: value, unit, period, and on whose word it stands.

use maud::{Markup, PreEscaped, html};
use plan_model::{
    Baseline, Comparison, Decimal, DueYear, IndicatorKind, InputRole, Made, Message, Period, Standing, Target, Verdict,
    plain,
};

use plan_report::chart;

use crate::messages::Language;

/// A figure has no more digits after the point; a computed number that has more is
/// shown with so many where it is smaller than one, else with two, as in reports.
const DIGITS: u32 = 4;
const COMPUTED: u32 = 2;

/// A number as people write it. Figures are shown as given; a computed one is
/// rounded for the eye alone and says so (≈).
pub(crate) fn number(value: Decimal) -> String {
    match value.normalize().scale() {
        0..=DIGITS => plain(value),
        _ if value.abs() >= Decimal::ONE => format!("≈{}", plain(value.round_dp(COMPUTED))),
        _ => format!("≈{}", plain(value.round_dp(DIGITS))),
    }
}

/// Value and unit.
pub(crate) fn amount(value: Decimal, unit: &str) -> Markup {
    html! { span.figure { (number(value)) @if !unit.is_empty() { span.unit { (unit) } } } }
}

/// Value, unit and period; what lies behind it on hover and in print.
pub(crate) fn figure(value: Decimal, unit: &str, period: Period, behind: &str) -> Markup {
    html! {
        span.figure title=(behind) {
            (number(value))
            @if !unit.is_empty() { span.unit { (unit) } }
            span.period { (period) }
            @if !behind.is_empty() { span.foot { "（" (behind) "）" } }
        }
    }
}

/// The word for a standing.
pub(crate) fn standing(standing: Standing, language: Language) -> String {
    match standing {
        Standing::Reported => language.say("standing-reported"),
        Standing::Statistical => language.say("standing-statistical"),
        Standing::Verified => language.say("standing-verified"),
    }
}

/// What lies behind a figure, in one line.
pub(crate) fn behind(on_word_of: Standing, source: &str, vintage: u32, language: Language) -> String {
    let vintage = vintage.to_string();
    let standing = standing(on_word_of, language);
    // What came by a round says so itself; once is enough.
    let source = source.strip_prefix(standing.as_str()).and_then(|rest| rest.strip_prefix('：')).unwrap_or(source);
    language.say_with(
        if source.is_empty() { "figure-behind-unsourced" } else { "figure-behind" },
        &[("standing", standing.into()), ("source", source.into()), ("vintage", vintage.into())],
    )
}

/// The course of figures as a line the size of a word; empty for fewer than two.
pub(crate) fn spark(values: &[Decimal], description: &str) -> Markup {
    let drawing = chart::sparkline(values, description);
    html! { @if let Some(drawing) = drawing { span.spark { (PreEscaped(drawing.page())) } } }
}

/// Missing is a dash with its reason, never a zero.
pub(crate) fn missing(reason: &str) -> Markup {
    html! { span.missing title=(reason) { "—" span.hidden { (reason) } } }
}

/// The sign of a comparison as pages show it.
fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::AtLeast => "≥",
        Comparison::MoreThan => ">",
        Comparison::AtMost => "≤",
        Comparison::LessThan => "<",
        Comparison::About => "≈",
        Comparison::Equal => "",
    }
}

/// A target's value without its year: `≥ 75%`, `1–2 个`.
pub(crate) fn target_value(target: &Target, language: Language) -> String {
    let unit = &target.unit;
    let value = match (target.value, target.value_high) {
        (Some(low), Some(high)) => format!("{}–{}", plain(low), plain(high)),
        (Some(value), None) => plain(value),
        (None, _) => return language.say("target-without-number"),
    };
    let space = if unit.is_empty() || unit.starts_with('%') { "" } else { "\u{2009}" };
    let sign = sign(target.comparison);
    let gap = if sign.is_empty() { "" } else { "\u{2009}" };
    format!("{sign}{gap}{value}{space}{unit}")
}

/// When a target is due, in words.
pub(crate) fn due(due: DueYear, language: Language) -> String {
    match due {
        DueYear::Year(year) => year.to_string(),
        DueYear::EveryYear => language.say("due-every-year"),
        DueYear::NotStated => language.say("due-not-stated"),
    }
}

/// A target with its year and, where it is one, that it is an aim (力争).
pub(crate) fn target(target: &Target, language: Language) -> Markup {
    html! {
        span.figure {
            (target_value(target, language))
            span.period { (due(target.due, language)) }
            @if target.soft { " " span.kind { (language.say("target-soft")) } }
        }
    }
}

/// A baseline with its period, where stated.
pub(crate) fn baseline(baseline: &Baseline, unit: &str, language: Language) -> Markup {
    html! {
        span.figure {
            (number(baseline.value))
            @if !unit.is_empty() { span.unit { (unit) } }
            span.period {
                @match baseline.period { Some(period) => { (period) } None => { (language.say("period-not-stated")) } }
            }
        }
    }
}

/// The kind of an indicator; "not stated" is a value.
pub(crate) fn kind(kind: IndicatorKind, language: Language) -> Markup {
    html! {
        @match kind {
            IndicatorKind::Binding => span.kind.binding { (language.say("kind-binding")) },
            IndicatorKind::Expected => span.kind { (language.say("kind-expected")) },
            IndicatorKind::NotStated => span.second.small { (language.say("kind-not-stated")) },
        }
    }
}

/// A sentence of a verdict in a language.
pub(crate) fn sentence(message: &Message, language: Language) -> &str {
    match language {
        Language::Zh => &message.zh,
        Language::En => &message.en,
    }
}

/// The figure a verdict judges, with its period, or a dash with the reason.
pub(crate) fn judged(verdict: &Verdict, language: Language) -> Markup {
    match &verdict.value {
        Some(value) => {
            let standing = standing(value.standing, language);
            let made = match value.made {
                Made::Figure => None,
                Made::Sum => Some("made-sum"),
                Made::Mean => Some("made-mean"),
            };
            html! {
                @if let Some(made) = made { span.second.small { (language.say(made)) } " " }
                (figure(value.value, &value.unit, value.period, &standing))
            }
        }
        None => missing(sentence(&verdict.trail.reason, language)),
    }
}

/// Where it should be, or a dash with the reason; in the unit of what is judged,
/// or of the target where nothing is.
pub(crate) fn expected(verdict: &Verdict, language: Language) -> Markup {
    let target = || verdict.trail.inputs.iter().find(|input| input.role == InputRole::Target);
    let unit = verdict.value.as_ref().map(|value| &value.unit).or_else(|| target().map(|input| &input.unit));
    match verdict.expected {
        Some(expected) => amount(expected, unit.map_or("", String::as_str)),
        None => missing(&language.say("expected-none")),
    }
}

/// How old the judged figure is, with a small clock where it is too old.
pub(crate) fn age(verdict: &Verdict, language: Language) -> Markup {
    let Some(value) = &verdict.value else { return html! {} };
    let end = value.period.last_day();
    let months = (i32::from(verdict.as_of.year()) - i32::from(end.year())) * 12 + i32::from(verdict.as_of.month())
        - i32::from(end.month());
    let words = language.say_with("figure-age", &[("months", months.max(0).into())]);
    html! {
        @if verdict.stale { span.age { span aria-hidden="true" { "◷ " } (words) } } @else { span.second.small { (words) } }
    }
}
