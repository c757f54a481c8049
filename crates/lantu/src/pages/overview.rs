//! 总览: how do things stand? Time passed, verdicts by kind and chapter, what is
//! behind (binding first), what is stale, what cannot be judged and why.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::{IndicatorKind, Status};
use plan_workflow::permissions::Action;

use crate::{
    messages::Language,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::Answer,
        visit::Visit,
    },
    ui::{
        figure,
        layout::{self, Frame, Place},
        light, timebar,
    },
};

use super::plans::plan_id;

/// Rows of a list before it leads on to the indicator list.
const SHOWN: usize = 12;

/// GET /plans/{plan}
pub(crate) async fn overview(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let judged = app.judged(plan_id(&plan)?, visit.as_of, &visit.rules).await?;
    let bands: Vec<&Status> = app
        .rule_set(Some(&visit.rules))
        .map(|rules| rules.bands.iter().map(|b| &b.status).collect())
        .unwrap_or_default();
    let content = content(&visit, &judged, &bands);
    let title = visit.say("overview-title");
    Ok(layout::page(
        &app,
        &Frame { visit: &visit, place: Place::Overview, plan: Some(&judged.plan), title: &title },
        &content,
    ))
}

/// The groups of a table and how many of each status they hold.
type Counts<'a, K> = BTreeMap<K, BTreeMap<&'a str, usize>>;

fn count<'a, K: Ord>(indicators: &'a [Judged], group: impl Fn(&'a Judged) -> K) -> Counts<'a, K> {
    let mut counts: Counts<'a, K> = BTreeMap::new();
    for judged in indicators {
        *counts.entry(group(judged)).or_default().entry(&judged.verdict.status.code).or_default() += 1;
    }
    counts
}

fn content(visit: &Visit, plan: &JudgedPlan, bands: &[&Status]) -> Markup {
    let indicators = &plan.indicators;
    let base = format!("/plans/{}", plan.plan.id);
    if indicators.is_empty() {
        return html! { div.notice { p { (visit.say("overview-empty")) } } };
    }
    let kinds = count(indicators, |j| j.record.indicator.kind);
    let kinds: Vec<_> = kinds.into_iter().map(|(kind, counts)| (kind_row(kind, visit.language), counts)).collect();
    let mut chapters: Vec<(Row, BTreeMap<&str, usize>)> = Vec::new();
    // Chapters in the order of the text, which is the order of the indicators.
    for judged in indicators {
        let name = judged.record.indicator.group.as_str();
        let status = judged.verdict.status.code.as_str();
        let at = chapters.iter().position(|(row, _)| row.value == name);
        let counts = match at.and_then(|at| chapters.get_mut(at)) {
            Some((_, counts)) => counts,
            None => {
                let words = if name.is_empty() { visit.say("chapter-none") } else { name.to_owned() };
                chapters.push((Row { words, field: "chapter", value: name.to_owned() }, BTreeMap::new()));
                match chapters.last_mut() {
                    Some((_, counts)) => counts,
                    None => continue,
                }
            }
        };
        *counts.entry(status).or_default() += 1;
    }
    html! {
        (summary(visit, plan, bands, &base))
        (timebar::timebar(plan.plan.head.period, visit.as_of, visit.language))
        (behind(visit, plan, bands, &base))
        div.columns {
            section { h2 { (visit.say("overview-by-kind")) } (table(visit, &base, &visit.say("overview-kind"), &kinds, bands)) }
            section { (unjudged(visit, plan, &base)) }
        }
        section { h2 { (visit.say("overview-by-chapter")) } (table(visit, &base, &visit.say("overview-chapter"), &chapters, bands)) }
        (stale(visit, plan, &base))
    }
}

/// One sentence and the count of each light.
fn summary(visit: &Visit, plan: &JudgedPlan, bands: &[&Status], base: &str) -> Markup {
    let total = plan.indicators.len();
    let judged = plan.indicators.iter().filter(|j| j.verdict.status.judged).count();
    let binding = plan.indicators.iter().filter(|j| j.record.indicator.kind == IndicatorKind::Binding).count();
    html! {
        p { (visit.language.say_with("overview-summary", &[("total", total.into()), ("binding", binding.into()), ("judged", judged.into()), ("unjudged", (total - judged).into())])) }
        ul.tally {
            @for status in bands {
                @let number = plan.indicators.iter().filter(|j| j.verdict.status.code == status.code).count();
                li { a href=(visit.href(&format!("{base}/indicators"), &[("status", &status.code)])) {
                    span.big { (number) } (light::light(status, visit.language))
                } }
            }
        }
    }
}

/// A row of a table of counts: its words, and the filter it leads to.
struct Row {
    words: String,
    field: &'static str,
    value: String,
}

fn kind_row(kind: IndicatorKind, language: Language) -> Row {
    let key = match kind {
        IndicatorKind::Binding => "kind-binding",
        IndicatorKind::Expected => "kind-expected",
        IndicatorKind::NotStated => "kind-not-stated",
    };
    Row { words: language.say(key), field: "kind", value: kind.code().to_owned() }
}

fn table(visit: &Visit, base: &str, head: &str, rows: &[(Row, BTreeMap<&str, usize>)], bands: &[&Status]) -> Markup {
    let list = format!("{base}/indicators");
    html! {
        div.table {
            table.counts {
                thead { tr {
                    th scope="col" { (head) }
                    @for status in bands { th.number scope="col" { (light::narrow(status, visit.language)) } }
                    th.number scope="col" { (visit.say("overview-total")) }
                } }
                tbody {
                    @for (row, counts) in rows {
                        tr {
                            th scope="row" { a href=(visit.href(&list, &[(row.field, if row.value.is_empty() { "-" } else { &row.value })])) { (row.words) } }
                            @for status in bands {
                                td.number {
                                    @match counts.get(status.code.as_str()) {
                                        Some(number) => a href=(visit.href(&list, &[(row.field, &row.value), ("status", &status.code)])) { (number) },
                                        None => span.second { "·" },
                                    }
                                }
                            }
                            td.number { (counts.values().sum::<usize>()) }
                        }
                    }
                }
            }
        }
    }
}

/// What is behind, binding indicators first, the worst first among them.
fn behind(visit: &Visit, plan: &JudgedPlan, bands: &[&Status], base: &str) -> Markup {
    let Some(worst) = bands.iter().filter(|status| status.judged).max_by_key(|status| status.order) else {
        return html! {};
    };
    let mut rows: Vec<&Judged> = plan.indicators.iter().filter(|j| j.verdict.status.code == worst.code).collect();
    rows.sort_by(|a, b| {
        (a.record.indicator.kind, a.verdict.ratio, &a.record.indicator.id).cmp(&(
            b.record.indicator.kind,
            b.verdict.ratio,
            &b.record.indicator.id,
        ))
    });
    let say = |key: &str| visit.say(key);
    html! {
        section {
            h2 { (visit.language.say_with("overview-behind", &[("status", light::word(worst, visit.language).into()), ("count", rows.len().into())])) }
            @if rows.is_empty() { p.second { (say("overview-behind-none")) } } @else {
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (say("indicator")) }
                        th scope="col" { (say("indicator-kind")) }
                        th.number scope="col" { (say("indicator-value")) }
                        th.number scope="col" { (say("indicator-expected")) }
                        th scope="col" { (say("indicator-why")) }
                    } }
                    tbody { @for judged in rows.iter().take(SHOWN) {
                        @let verdict = &judged.verdict;
                        tr {
                            th scope="row" { a href=(visit.href(&format!("{base}/indicators/{}", judged.record.indicator.id), &[])) { (judged.record.indicator.name) } }
                            td data-label=(say("indicator-kind")) { (figure::kind(judged.record.indicator.kind, visit.language)) }
                            td.number data-label=(say("indicator-value")) { (figure::judged(verdict, visit.language)) }
                            td.number data-label=(say("indicator-expected")) { (figure::expected(verdict, visit.language)) }
                            td.small data-label=(say("indicator-why")) { (figure::sentence(&verdict.trail.reason, visit.language)) }
                        }
                    } }
                } }
                @if rows.len() > SHOWN {
                    p { a href=(visit.href(&format!("{base}/indicators"), &[("status", &worst.code)])) { (visit.language.say_with("overview-all", &[("count", rows.len().into())])) } }
                }
            }
        }
    }
}

/// What cannot be judged, by reason.
fn unjudged(visit: &Visit, plan: &JudgedPlan, base: &str) -> Markup {
    let mut reasons: BTreeMap<&str, (usize, &plan_model::Message)> = BTreeMap::new();
    for judged in plan.indicators.iter().filter(|j| !j.verdict.status.judged) {
        let reason = &judged.verdict.trail.reason;
        reasons.entry(&reason.code).or_insert((0, reason)).0 += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(code, (count, _))| (std::cmp::Reverse(*count), *code));
    html! {
        h2 { (visit.say("overview-unjudged")) }
        @if reasons.is_empty() { p.second { (visit.say("overview-unjudged-none")) } } @else {
            div.table { table {
                thead { tr { th scope="col" { (visit.say("overview-reason")) } th.number scope="col" { (visit.say("overview-total")) } } }
                tbody { @for (code, (count, reason)) in reasons {
                    tr {
                        th scope="row" { (reason_words(code, reason, visit.language)) }
                        td.number { a href=(visit.href(&format!("{base}/indicators"), &[("reason", code)])) { (count) } }
                    }
                } }
            } }
        }
    }
}

/// A reason for a whole group: its own words where there are some, else the
/// sentence of one of them.
fn reason_words(code: &str, reason: &plan_model::Message, language: Language) -> String {
    let key = format!("reason-{}", code.replace('_', "-"));
    language.find(&key, &[]).unwrap_or_else(|| figure::sentence(reason, language).to_owned())
}

/// What is older than the rule set finds fresh.
fn stale(visit: &Visit, plan: &JudgedPlan, base: &str) -> Markup {
    let mut rows: Vec<&Judged> = plan.indicators.iter().filter(|j| j.verdict.stale).collect();
    rows.sort_by_key(|j| j.verdict.value.as_ref().map(|v| v.period.last_day()));
    html! {
        section {
            h2 { (visit.language.say_with("overview-stale", &[("count", rows.len().into())])) }
            @if rows.is_empty() { p.second { (visit.say("overview-stale-none")) } } @else {
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (visit.say("indicator")) }
                        th scope="col" { (visit.say("indicator-kind")) }
                        th.number scope="col" { (visit.say("indicator-value")) }
                        th scope="col" { (visit.say("indicator-age")) }
                    } }
                    tbody { @for judged in rows.iter().take(SHOWN) {
                        tr {
                            th scope="row" { a href=(visit.href(&format!("{base}/indicators/{}", judged.record.indicator.id), &[])) { (judged.record.indicator.name) } }
                            td data-label=(visit.say("indicator-kind")) { (figure::kind(judged.record.indicator.kind, visit.language)) }
                            td.number data-label=(visit.say("indicator-value")) { (figure::judged(&judged.verdict, visit.language)) }
                            td data-label=(visit.say("indicator-age")) { (figure::age(&judged.verdict, visit.language)) }
                        }
                    } }
                } }
                @if rows.len() > SHOWN {
                    p { a href=(visit.href(&format!("{base}/indicators"), &[("stale", "yes")])) { (visit.language.say_with("overview-all", &[("count", rows.len().into())])) } }
                }
            }
        }
    }
}
