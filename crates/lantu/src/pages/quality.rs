//! 质量: which figures do not fit? Findings by severity, each with what to do and
//! the way to its figure.

pub(crate) mod contradictions;

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::quality::{QualityFinding, QualityRules, Severity};
use plan_model::Message;
use plan_workflow::permissions::Action;

use super::{
    export::{self, Cell, List},
    plans::plan_id,
};
use crate::{
    messages::Language,
    server::{
        App,
        judged::JudgedPlan,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        figure,
        form::{self, choice},
        layout::{self, Frame, Place},
        table::Part,
    },
};

/// Rows on a page.
const ROWS: usize = 100;

/// What a visitor asked of the list.
struct Query {
    words: String,
    severity: String,
    rule: String,
    page: usize,
}

impl Query {
    fn read(visit: &Visit) -> Self {
        let fields = visit.query();
        let text = |name: &str| field(&fields, name).unwrap_or_default().to_owned();
        let page = text("page").parse().unwrap_or(1);
        Self { words: text("q"), severity: text("severity"), rule: text("rule"), page }
    }

    fn apply<'a>(&self, plan: &'a JudgedPlan, rules: &QualityRules) -> Vec<&'a QualityFinding> {
        let name = |f: &QualityFinding| plan.indicator(&f.indicator).map_or("", |j| j.record.indicator.name.as_str());
        let fits = |f: &&QualityFinding| {
            (self.severity.is_empty() || f.severity.code() == self.severity)
                && (self.rule.is_empty() || f.rule == self.rule)
                && (self.words.is_empty() || name(f).contains(&self.words) || f.indicator == self.words)
        };
        plan.quality(rules).findings.iter().filter(fits).collect()
    }
}

/// The word for a severity.
pub(crate) fn severity(severity: Severity, language: Language) -> Markup {
    let (key, mark) = match severity {
        Severity::Error => ("severity-error", "✕"),
        Severity::Warning => ("severity-warning", "△"),
        Severity::Hint => ("severity-hint", "○"),
    };
    html! { span.nowrap { span aria-hidden="true" { (mark) " " } (language.say(key)) } }
}

/// A sentence of a finding in a language.
pub(crate) fn words(message: &Message, language: Language) -> &str {
    figure::sentence(message, language)
}

/// The name of a rule.
fn rule_name<'a>(rules: &'a QualityRules, code: &'a str, language: Language) -> &'a str {
    let rule = rules.rule(code);
    match language {
        Language::Zh => rule.map_or(code, |rule| rule.name.as_str()),
        Language::En => rule.map_or(code, |rule| rule.name_en.as_str()),
    }
}

/// GET /plans/{plan}/quality
pub(crate) async fn quality(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let query = Query::read(&visit);
    let rows = query.apply(&plan, &app.quality);
    let base = format!("/plans/{}/quality", plan.plan.id);
    let part = Part::new(query.page, ROWS, rows.len());
    let href = |page: usize| {
        let page = page.to_string();
        visit.href(&base, &[("q", &query.words), ("severity", &query.severity), ("rule", &query.rule), ("page", &page)])
    };
    let all = &plan.quality(&app.quality).findings;
    let content = html! {
        p { (visit.say("quality-intro")) }
        (summary(&visit, &plan, &app, &base))
        (filters(&app, &visit, &query, &base))
        @if all.is_empty() { div.notice { p { (visit.say("quality-none")) } } }
        @else if rows.is_empty() { div.notice { p { (visit.say("quality-none-found")) " " a href=(visit.href(&base, &[])) { (visit.say("quality-all")) } } } }
        @else {
            (list(&app, &visit, &plan, &part.of(&rows).copied().collect::<Vec<_>>()))
            (part.draw(visit.language, href))
        }
        (rules(&app, &visit))
    };
    let title = visit.say("quality-title");
    let frame = Frame { visit: &visit, place: Place::Quality, plan: Some(&plan.plan), title: &title };
    Ok(layout::page(&app, &frame, &content))
}

/// How many there are of each severity, and how many contradictions.
fn summary(visit: &Visit, plan: &JudgedPlan, app: &App, base: &str) -> Markup {
    let found = plan.quality(&app.quality);
    let count = |wanted: Severity| found.findings.iter().filter(|f| f.severity == wanted).count();
    let clashes = visit.href(&format!("/plans/{}/contradictions", plan.plan.id), &[]);
    html! {
        ul.tally {
            @for each in Severity::ALL {
                li { a href=(visit.href(base, &[("severity", each.code())])) { span.big { (count(*each)) } (severity(*each, visit.language)) } }
            }
            li { a href=(clashes) { span.big { (found.contradictions.len()) } span { (visit.say("contradictions-short")) } } }
        }
    }
}

fn filters(app: &App, visit: &Visit, query: &Query, base: &str) -> Markup {
    let any = || vec![(String::new(), visit.say("filter-any"))];
    let mut severities = any();
    severities
        .extend(Severity::ALL.iter().map(|s| (s.code().to_owned(), visit.say(&format!("severity-{}", s.code())))));
    let mut rules = any();
    let names = app
        .quality
        .rules
        .iter()
        .map(|rule| (rule.code.clone(), rule_name(&app.quality, &rule.code, visit.language).to_owned()));
    rules.extend(names);
    let choices = html! {
        (choice("severity", &visit.say("quality-severity"), &query.severity, &severities))
        (choice("rule", &visit.say("quality-rule"), &query.rule, &rules))
    };
    let fields = [("q", query.words.as_str()), ("severity", query.severity.as_str()), ("rule", query.rule.as_str())];
    let exports = [(visit.href(&format!("{base}.csv"), &fields), "CSV")];
    form::filters(visit, (base, &[]), (&visit.say("filter-search"), &query.words), &choices, &exports)
}

fn list(app: &App, visit: &Visit, plan: &JudgedPlan, rows: &[&QualityFinding]) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("indicator")) }
                th scope="col" { (say("quality-severity")) }
                th scope="col" { (say("quality-rule")) }
                th scope="col" { (say("figure-period")) }
                th scope="col" { (say("figure-standing")) }
                th.number scope="col" { (say("figure-value")) }
                th scope="col" { (say("quality-what")) }
                th scope="col" { (say("problem-hint")) }
            } }
            tbody { @for finding in rows { (row(app, visit, plan, finding)) } }
        } }
    }
}

fn row(app: &App, visit: &Visit, plan: &JudgedPlan, finding: &QualityFinding) -> Markup {
    let (say, language) = (|key: &str| visit.say(key), visit.language);
    let indicator = plan.indicator(&finding.indicator).map(|judged| &judged.record.indicator);
    let path = format!("/plans/{}/indicators/{}", plan.plan.id, finding.indicator);
    html! {
        tr {
            th scope="row" { a href=(visit.href(&path, &[]) + "#figures") { (indicator.map_or("", |i| i.name.as_str())) } }
            td data-label=(say("quality-severity")) { (severity(finding.severity, language)) }
            td data-label=(say("quality-rule")) { (rule_name(&app.quality, &finding.rule, language)) }
            td data-label=(say("figure-period")) { (finding.period) }
            td data-label=(say("figure-standing")) { (figure::standing(finding.standing, language)) }
            td.number data-label=(say("figure-value")) { (figure::amount(finding.value, indicator.map_or("", |i| i.unit.as_str()))) }
            td data-label=(say("quality-what")) { (words(&finding.message, language)) }
            td.small data-label=(say("problem-hint")) { (words(&finding.advice, language)) }
        }
    }
}

/// The rules that were run, with what they mean and where they come from.
fn rules(app: &App, visit: &Visit) -> Markup {
    let language = visit.language;
    html! {
        details {
            summary { (language.say_with("quality-rules", &[("count", app.quality.rules.len().into())])) }
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (visit.say("quality-rule")) }
                    th scope="col" { (visit.say("quality-severity")) }
                    th scope="col" { (visit.say("quality-meaning")) }
                    th scope="col" { (visit.say("quality-origin")) }
                } }
                tbody { @for rule in &app.quality.rules { tr {
                    th scope="row" { (rule_name(&app.quality, &rule.code, language)) " " code.small { (rule.code) } }
                    td data-label=(visit.say("quality-severity")) { (severity(rule.severity, language)) }
                    td data-label=(visit.say("quality-meaning")) lang=[(language == Language::En).then_some("zh-Hans")] { (rule.meaning) }
                    td.small data-label=(visit.say("quality-origin")) lang=[(language == Language::En).then_some("zh-Hans")] { (rule.origin) }
                } } }
            } }
        }
    }
}

/// GET /plans/{plan}/quality.csv
pub(crate) async fn quality_csv(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer {
    visit.require(Action::ReadPlans)?;
    let plan = app.judged_for(&visit, plan_id(&plan)?).await?;
    let rows = Query::read(&visit).apply(&plan, &app.quality);
    let language = visit.language;
    let row = |finding: &QualityFinding| {
        let indicator = plan.indicator(&finding.indicator).map(|judged| &judged.record.indicator);
        vec![
            Cell::words(&finding.indicator),
            Cell::words(indicator.map_or("", |i| i.name.as_str())),
            Cell::Words(visit.say(&format!("severity-{}", finding.severity.code()))),
            Cell::words(&finding.rule),
            Cell::Words(finding.period.to_string()),
            Cell::Words(figure::standing(finding.standing, language)),
            Cell::Number(Some(finding.value)),
            Cell::words(words(&finding.message, language)),
            Cell::words(words(&finding.advice, language)),
        ]
    };
    let columns = [
        "export-id",
        "indicator",
        "quality-severity",
        "quality-rule",
        "figure-period",
        "figure-standing",
        "figure-value",
        "quality-what",
        "problem-hint",
    ];
    let heading = export::heading(&app, &visit, format!("{} {}", plan.plan.head.title, visit.as_of));
    List {
        file: format!("lantu-plan{}-quality-{}", plan.plan.id, visit.as_of),
        name: visit.say("place-quality"),
        heading,
        columns: columns.iter().map(|key| (visit.say(key), 16.0)).collect(),
        rows: rows.into_iter().map(row).collect(),
    }
    .csv()
}

/// What does not fit among the figures of one indicator, on its page.
pub(crate) fn on_indicator(app: &App, visit: &Visit, plan: &JudgedPlan, id: &str) -> Markup {
    let found = plan_workflow::quality::check_one(&plan.situation, &app.quality, visit.as_of, id);
    let language = visit.language;
    html! {
        @if !found.findings.is_empty() {
            section id="quality" {
                h2 { (language.say_with("quality-on-indicator", &[("count", found.findings.len().into())])) }
                ul {
                    @for finding in &found.findings {
                        li { (severity(finding.severity, language)) " " (words(&finding.message, language)) span.second.small { " " (words(&finding.advice, language)) } }
                    }
                }
            }
        }
        @if !found.contradictions.is_empty() {
            p {
                a href=(visit.href(&format!("/plans/{}/contradictions", plan.plan.id), &[("q", id)])) {
                    (language.say_with("contradictions-on-indicator", &[("count", found.contradictions.len().into())]))
                }
            }
        }
    }
}
