//! 总览: how do things stand? Time passed, what is behind (binding first), verdicts
//! by kind and chapter, what cannot be judged and why, what is stale.

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::Conclusion;
use plan_model::{IndicatorKind, Message};
use plan_workflow::{confirm::Progress, permissions::Action};

use crate::{
    messages::Language,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::Answer,
        visit::{Visit, field},
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
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let base = format!("/plans/{}/indicators", plan.plan.id);
    let page = Page { visit: &visit, plan: &plan, base };
    let title = visit.say("overview-title");
    let frame = Frame { visit: &visit, place: Place::Overview, plan: Some(&plan.plan), title: &title };
    Ok(layout::page(&app, &frame, &page.content()))
}

/// What the parts of the page share.
struct Page<'a> {
    visit: &'a Visit,
    plan: &'a JudgedPlan,
    /// The address of the indicator list.
    base: String,
}

/// A row of a table of counts: its words, and the filter it leads to.
struct Row<'a> {
    words: String,
    value: &'a str,
    conclusion: &'a Conclusion,
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn list(&self, fields: &[(&str, &str)]) -> String {
        self.visit.href(&self.base, fields)
    }

    fn content(&self) -> Markup {
        let overview = &self.plan.overview;
        if overview.verdicts.is_empty() {
            return html! { (self.confirming()) div.notice { p { (self.say("overview-empty")) } } };
        }
        let kinds: Vec<Row<'_>> = overview
            .by_kind
            .iter()
            .map(|(kind, conclusion)| Row {
                words: kind_words(*kind, self.visit.language),
                value: kind.code(),
                conclusion,
            })
            .collect();
        let chapters: Vec<Row<'_>> = overview
            .by_chapter
            .iter()
            .map(|(name, conclusion)| match name.as_str() {
                "" => Row { words: self.say("chapter-none"), value: "-", conclusion },
                name => Row { words: name.to_owned(), value: name, conclusion },
            })
            .collect();
        html! {
            (self.confirming())
            (self.summary())
            (self.quality())
            (timebar::timebar(self.plan.plan.head.period, self.visit.as_of, self.visit.language))
            (self.behind())
            div.columns {
                section { h2 { (self.say("overview-by-kind")) } (self.table(("kind", &self.say("indicator-kind")), &kinds)) }
                section { (self.unjudged()) }
            }
            section { h2 { (self.say("overview-by-chapter")) } (self.table(("chapter", &self.say("indicator-chapter")), &chapters)) }
            (self.stale())
        }
    }

    /// What waits to be confirmed, and the way there; after an import as the next step.
    fn confirming(&self) -> Markup {
        let Progress { done, all } = self.plan.confirmed;
        let open = all.saturating_sub(done);
        let fillings = [("open", open.into()), ("done", done.into()), ("all", all.into())];
        let href = self.visit.href(&format!("/plans/{}/confirm", self.plan.plan.id), &[]);
        let imported = field(&self.visit.query(), "imported").is_some();
        html! {
            p.small {
                a href=(self.visit.href(&format!("/plans/{}/brief", self.plan.plan.id), &[])) { (self.say("brief-title")) } " · "
                a href=(self.visit.href(&format!("/plans/{}/marks", self.plan.plan.id), &[])) { (self.say("marks-title")) }
            }
            @if open > 0 && imported && self.visit.may(Action::ConfirmRegister) {
                div.notice role="status" {
                    p { (self.visit.language.say_with("overview-imported", &fillings)) }
                    p { a.button.main href=(href) { (self.say("overview-confirm")) } }
                }
            } @else if open > 0 {
                p {
                    a href=(href) { (self.visit.language.say_with("overview-open", &fillings)) }
                    span.second.small { " " (self.visit.language.say_with("overview-open-of", &fillings)) }
                }
            }
        }
    }

    /// How many there are, how many are met, how many keep up, and each light.
    fn summary(&self) -> Markup {
        let overview = &self.plan.overview;
        let whole = &overview.whole;
        let binding =
            overview.by_kind.iter().find(|(kind, _)| *kind == IndicatorKind::Binding).map_or(0, |(_, c)| c.all);
        let unjudged: usize = overview.cannot_judge.iter().map(|(_, ids)| ids.len()).sum();
        let fillings = [
            ("total", whole.all.into()),
            ("binding", binding.into()),
            ("judged", (whole.all - unjudged).into()),
            ("unjudged", unjudged.into()),
            ("met", whole.met.into()),
            ("paths", whole.on_a_path.into()),
            ("keeping", whole.way_keeps_up_with_time.into()),
        ];
        html! {
            p {
                (self.visit.language.say_with("overview-summary", &fillings))
                @if whole.on_a_path > 0 { " " (self.visit.language.say_with("overview-pace", &fillings)) }
            }
            ul.tally {
                @for entry in &whole.counts {
                    li { a href=(self.list(&[("status", &entry.status.code)])) {
                        span.big { (entry.count) } (light::light(&entry.status, self.visit.language))
                    } }
                }
            }
        }
    }

    /// The ways to the figures that do not fit.
    fn quality(&self) -> Markup {
        let way = |tail: &str| self.visit.href(&format!("/plans/{}/{tail}", self.plan.plan.id), &[]);
        html! {
            p.second.small {
                (self.say("overview-quality")) " "
                a href=(way("quality")) { (self.say("quality-title")) } " · "
                a href=(way("contradictions")) { (self.say("contradictions-title")) } " · "
                a href=(way("rule-sets")) { (self.say("rule-sets-title")) } " · "
                a href=(way("what-if")) { (self.say("what-if-title")) }
            }
        }
    }

    fn table(&self, (field, head): (&str, &str), rows: &[Row<'_>]) -> Markup {
        let statuses = || self.plan.overview.whole.counts.iter().map(|entry| &entry.status);
        html! {
            div.table {
                table.counts {
                    thead { tr {
                        th scope="col" { (head) }
                        @for status in statuses() { th.number scope="col" { (light::narrow(status, self.visit.language)) } }
                        th.number scope="col" { (self.say("overview-total")) }
                    } }
                    tbody {
                        @for row in rows {
                            tr {
                                th scope="row" { a href=(self.list(&[(field, row.value)])) { (row.words) } }
                                @for entry in &row.conclusion.counts {
                                    td.number {
                                        @if entry.count == 0 { span.second { "·" } }
                                        @else { a href=(self.list(&[(field, row.value), ("status", &entry.status.code)])) { (entry.count) } }
                                    }
                                }
                                td.number { (row.conclusion.all) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What to say where nothing is behind: that is no good news where nothing is judged.
    fn none_behind(&self) -> &'static str {
        let judged = self.plan.overview.verdicts.iter().any(|verdict| verdict.status.judged);
        if judged { "overview-behind-none" } else { "overview-behind-unjudged" }
    }

    /// What is not in line, binding indicators first.
    fn behind(&self) -> Markup {
        let rows: Vec<&Judged> = self.plan.those(&self.plan.overview.behind).collect();
        html! {
            section {
                h2 { (self.visit.language.say_with("overview-behind", &[("count", rows.len().into())])) }
                @if rows.is_empty() { p.second { (self.say(self.none_behind())) } } @else {
                    div.table.cards { table {
                        thead { tr {
                            th scope="col" { (self.say("indicator")) }
                            th scope="col" { (self.say("indicator-kind")) }
                            th scope="col" { (self.say("indicator-status")) }
                            th.number scope="col" { (self.say("indicator-value")) }
                            th.number scope="col" { (self.say("indicator-expected")) }
                            th scope="col" { (self.say("indicator-to-green")) }
                        } }
                        tbody { @for judged in rows.iter().take(SHOWN) { (self.behind_row(judged)) } }
                    } }
                    (self.more(rows.len(), &[("behind", "yes")]))
                }
            }
        }
    }

    fn behind_row(&self, judged: &Judged) -> Markup {
        let (verdict, language) = (&judged.verdict, self.visit.language);
        let advice = verdict.trail.to_green.as_ref().unwrap_or(&verdict.trail.reason);
        html! {
            tr {
                (self.name(judged))
                td data-label=(self.say("indicator-kind")) { (figure::kind(judged.record.indicator.kind, language)) }
                td data-label=(self.say("indicator-status")) { (light::light(&verdict.status, language)) }
                td.number data-label=(self.say("indicator-value")) { (figure::judged(verdict, language)) }
                td.number data-label=(self.say("indicator-expected")) { (figure::expected(verdict, language)) }
                td.small data-label=(self.say("indicator-to-green")) { (figure::sentence(advice, language)) }
            }
        }
    }

    fn name(&self, judged: &Judged) -> Markup {
        let indicator = &judged.record.indicator;
        html! { th scope="row" { a href=(self.visit.href(&format!("{}/{}", self.base, indicator.id), &[])) { (indicator.name) } } }
    }

    /// The way to the rest of a list that is longer than what is shown.
    fn more(&self, count: usize, fields: &[(&str, &str)]) -> Markup {
        html! {
            @if count > SHOWN {
                p { a href=(self.list(fields)) { (self.visit.language.say_with("overview-all", &[("count", count.into())])) } }
            }
        }
    }

    /// What cannot be judged, by reason.
    fn unjudged(&self) -> Markup {
        let reasons = &self.plan.overview.cannot_judge;
        html! {
            h2 { (self.say("overview-unjudged")) }
            @if reasons.is_empty() { p.second { (self.say("overview-unjudged-none")) } } @else {
                div.table { table {
                    thead { tr { th scope="col" { (self.say("overview-reason")) } th.number scope="col" { (self.say("overview-total")) } } }
                    tbody { @for (reason, ids) in reasons {
                        tr {
                            th scope="row" { (reason_words(reason, self.visit.language)) }
                            td.number { a href=(self.list(&[("reason", &reason.code)])) { (ids.len()) } }
                        }
                    } }
                } }
            }
        }
    }

    /// What is older than the rule set finds fresh, the oldest first.
    fn stale(&self) -> Markup {
        let mut rows: Vec<&Judged> = self.plan.those(&self.plan.overview.stale).collect();
        rows.sort_by_key(|j| j.verdict.value.as_ref().map(|v| v.period.last_day()));
        let language = self.visit.language;
        html! {
            section {
                h2 { (language.say_with("overview-stale", &[("count", rows.len().into())])) }
                @if rows.is_empty() { p.second { (self.say("overview-stale-none")) } } @else {
                    div.table.cards { table {
                        thead { tr {
                            th scope="col" { (self.say("indicator")) }
                            th scope="col" { (self.say("indicator-kind")) }
                            th.number scope="col" { (self.say("indicator-value")) }
                            th scope="col" { (self.say("indicator-age")) }
                        } }
                        tbody { @for judged in rows.iter().take(SHOWN) {
                            tr {
                                (self.name(judged))
                                td data-label=(self.say("indicator-kind")) { (figure::kind(judged.record.indicator.kind, language)) }
                                td.number data-label=(self.say("indicator-value")) { (figure::judged(&judged.verdict, language)) }
                                td data-label=(self.say("indicator-age")) { (figure::age(&judged.verdict, language)) }
                            }
                        } }
                    } }
                    (self.more(rows.len(), &[("stale", "yes")]))
                }
            }
        }
    }
}

/// The words for a kind.
fn kind_words(kind: IndicatorKind, language: Language) -> String {
    match kind {
        IndicatorKind::Binding => language.say("kind-binding"),
        IndicatorKind::Expected => language.say("kind-expected"),
        IndicatorKind::NotStated => language.say("kind-not-stated"),
    }
}

/// A reason for a whole group: its own words where there are some, else the
/// sentence of one of them.
fn reason_words(reason: &Message, language: Language) -> String {
    let key = format!("reason-{}", reason.code.replace('_', "-"));
    language.find(&key, &[]).unwrap_or_else(|| figure::sentence(reason, language).to_owned())
}
