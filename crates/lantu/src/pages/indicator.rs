//! An indicator: where has it got to? The sentence, the targets, the course, the
//! verdict with its trail, the pace needed, every figure, and a form for the next.

mod correct;
mod course;
mod enter;
mod forecasts;
mod peers;
mod prospect;
mod standings;

pub(crate) use correct::correct_indicator;
pub(crate) use enter::enter_figure;
pub(crate) use forecasts::{forecasts, reckoned};

use std::sync::Arc;

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_model::{InputRole, Observation, Origin, Verdict};
use plan_workflow::{permissions::Action, records::FigureRecord, storage::Storage as _};

use self::enter::Entry;
use super::{
    assignments, dictionary,
    evidence::{self, Shelf},
    plans::{moment, plan_id},
    quality, slice,
};
use crate::{
    messages::Language,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
    ui::{
        figure,
        layout::{self, Frame, Place},
        light,
    },
};

/// GET /plans/{plan}/indicators/{indicator}
pub(crate) async fn indicator(
    State(app): State<App>,
    Path((plan, indicator)): Path<(String, String)>,
    visit: Visit,
) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    page(&app, &visit, (&plan, &indicator), &Entry::default()).await
}

/// The page, with what was entered if it could not be taken.
async fn page(app: &App, visit: &Visit, (plan, id): (&str, &str), entry: &Entry) -> Answer<Markup> {
    drawn(app, visit, (plan, id), (entry, None)).await
}

/// The page, with what is wrong with a correction.
async fn page_with(app: &App, visit: &Visit, (plan, id): (&str, &str), wrong: Option<&str>) -> Answer<Markup> {
    drawn(app, visit, (plan, id), (&Entry::default(), wrong)).await
}

async fn drawn(
    app: &App,
    visit: &Visit,
    (plan, id): (&str, &str),
    (entry, wrong): (&Entry, Option<&str>),
) -> Answer<Markup> {
    let plan = app.judged_for(visit, plan_id(plan)?).await?;
    let judged = plan.indicator(id).ok_or_else(Refusal::not_found)?;
    let mentions = mentions(app, visit, &plan, judged).await?;
    let address = format!("/plans/{}/indicators/{id}", plan.plan.id);
    let above = slice::upward(app, visit, &plan, judged).await?;
    let lead = assignments::lead(app, visit, plan.plan.id, id).await?;
    let shelf = Shelf::of_subject(app, visit, plan.plan.id, id).await?;
    let of_evidence = evidence::Form {
        subjects: vec![(id.to_owned(), String::new())],
        figures: evidence::figures(visit, plan.figures(judged)),
        ..evidence::Form::default()
    };
    let beside = peers::section(app, visit, &plan, judged).await?;
    let content = html! {
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        (entered(visit))
        div.wide-left {
            div {
                (standing(visit, judged))
                dl.facts { dt { (visit.say("assign-lead")) } dd { (lead) } }
                (course::course(app, visit, &plan, judged))
                (prospect::section(app, visit, &plan, judged))
                (beside)
                (trail(app, visit, &judged.verdict))
                (quality::on_indicator(app, visit, &plan, id))
                (standings::section(app, visit, plan.figures(judged), &judged.record.indicator.unit))
                (figures(visit, &shelf, plan.figures(judged), &judged.record.indicator.unit))
            }
            div {
                section { h2 { (visit.say("indicator-sentence")) } (mentions) }
                (slice::on_indicator(visit, &plan, judged))
                (above)
                (facts(visit, judged))
                (dictionary::section(app, visit, &judged.record))
                @if visit.may(Action::ReviseIndicator) { (correct::form(visit, &visit.href(&format!("{address}/correct"), &[]), judged)) }
                @if visit.may(Action::RecordFigures) { (enter::form(visit, (&visit.href(&format!("{address}/figures"), &[]), app.clock.now()), judged, entry)) }
                (shelf.section(app, visit, Some(of_evidence)))
            }
        }
    };
    let name = &judged.record.indicator.name;
    let frame = Frame { visit, place: Place::Indicators, plan: Some(&plan.plan), title: name };
    Ok(layout::page(app, &frame, &content))
}

/// What became of the figure that was just entered.
fn entered(visit: &Visit) -> Markup {
    let words = match field(&visit.query(), "entered") {
        Some("new") => visit.say("entered-new"),
        Some("revised") => visit.say("entered-revised"),
        Some("unchanged") => visit.say("entered-unchanged"),
        _ => return html! {},
    };
    html! { div.notice role="status" { p { (words) } } }
}

/// How it stands, in one line, with the reason.
fn standing(visit: &Visit, judged: &Judged) -> Markup {
    let verdict = &judged.verdict;
    let language = visit.language;
    html! {
        p.standing {
            span.large { (light::light(&verdict.status, language)) }
            (figure::kind(judged.record.indicator.kind, language))
            @if verdict.stale { (figure::age(verdict, language)) }
        }
        p { (figure::sentence(&verdict.trail.reason, language)) }
        dl.facts {
            dt { (visit.say("indicator-value")) } dd { (figure::judged(verdict, language)) }
            dt { (visit.say("indicator-expected")) } dd { (figure::expected(verdict, language)) }
            @if let Some(pace) = &verdict.needed_pace {
                dt { (visit.say("indicator-needed")) } dd { (figure::amount(pace.per_year, &pace.unit)) " " span.second.small { (visit.say("per-year")) } }
            }
            dt { (visit.say("indicator-outlook")) } dd { (outlook(verdict, language)) }
            @if let Some(message) = &verdict.trail.to_green {
                dt { (visit.say("indicator-to-green")) } dd { (figure::sentence(message, language)) }
            }
        }
    }
}

/// What the pace so far means for the end, in words.
pub(crate) fn outlook(verdict: &Verdict, language: Language) -> String {
    use plan_model::Outlook;
    match verdict.outlook {
        Outlook::Reached => language.say("outlook-reached"),
        Outlook::OnCourse => language.say("outlook-on-course"),
        Outlook::NeedsPace => language.say("outlook-needs-pace"),
        Outlook::OutOfReach => language.say("outlook-out-of-reach"),
        Outlook::Unknown => language.say("outlook-unknown"),
    }
}

/// How the verdict came about: formula, inputs, rule set, notes.
fn trail(app: &App, visit: &Visit, verdict: &Verdict) -> Markup {
    let (trail, language) = (&verdict.trail, visit.language);
    let say = |key: &str| language.say(key);
    let rules = format!("{} {}", trail.rule_set, trail.rule_set_version);
    html! {
        section id="trail" {
            h2 { "ƒ " (say("trail-title")) }
            @if let Some(formula) = &trail.formula { p.formula { (figure::sentence(formula, language)) } }
            @if !trail.inputs.is_empty() {
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (say("trail-input")) }
                        th.number scope="col" { (say("trail-value")) }
                        th scope="col" { (say("trail-period")) }
                        th scope="col" { (say("trail-origin")) }
                    } }
                    tbody { @for input in &trail.inputs {
                        tr {
                            th scope="row" { (role(input.role, language)) }
                            td.number data-label=(say("trail-value")) { (figure::amount(input.value, &input.unit)) }
                            td data-label=(say("trail-period")) { @match input.period { Some(period) => (period), None => span.second { "—" } } }
                            td data-label=(say("trail-origin")) { (origin(&input.origin, language)) }
                        }
                    } }
                } }
            }
            @for note in &trail.notes { p.second.small { (figure::sentence(note, language)) } }
            p.caption {
                (language.say_with("trail-rule-set", &[("rules", rules.into()), ("date", verdict.as_of.to_string().into())]))
                " " (standings::order(app, visit))
            }
        }
    }
}

fn role(role: InputRole, language: Language) -> String {
    match role {
        InputRole::Base => language.say("input-base"),
        InputRole::Target => language.say("input-target"),
        InputRole::Interim => language.say("input-interim"),
        InputRole::Figure => language.say("input-figure"),
        InputRole::OtherFigure => language.say("input-other-figure"),
        InputRole::Tolerance => language.say("input-tolerance"),
    }
}

fn origin(origin: &Origin, language: Language) -> String {
    match origin {
        Origin::Register => language.say("origin-register"),
        Origin::YearlyPlan { source } => language.say_with("origin-yearly-plan", &[("source", source.as_str().into())]),
        Origin::Breakdown { source } => language.say_with("origin-breakdown", &[("source", source.as_str().into())]),
        Origin::RuleSet => language.say("origin-rule-set"),
        Origin::Figure { standing, vintage, source } => figure::behind(*standing, source, *vintage, language),
    }
}

/// Each sentence that mentions it, in its paragraph, with the way to its place.
async fn mentions(app: &App, visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Answer<Markup> {
    let id = plan.plan.id;
    // An older edition is read whole: only the last one is asked line by line.
    let older = match visit.known_at {
        Some(_) => Some(app.store.source_of(plan.text).await?),
        None => None,
    };
    let mut quotes = Vec::new();
    for found in plan.lines(judged) {
        let anchor = found.commitment.anchor;
        let lines = match &older {
            Some(source) => source.line(anchor.line).map(|line| vec![(anchor.line, line.clone())]).unwrap_or_default(),
            None => app.store.source_lines(id, anchor.line..=anchor.line).await?,
        };
        let text = lines.first().map(|(_, line)| line.text.as_str()).unwrap_or_default();
        let part = |from: usize, to: usize| text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>();
        let (start, end) = (anchor.start as usize, anchor.end as usize);
        quotes.push(html! {
            blockquote.quote {
                (part(0, start)) mark { (part(start, end)) } (part(end, usize::MAX))
            }
            p.caption {
                a href=(visit.href(&format!("/plans/{id}/source"), &[("line", &anchor.line.to_string())]).to_owned() + &format!("#c{}", found.number)) {
                    (visit.language.say_with("mention-line", &[("line", anchor.line.to_string().into())]))
                }
                @if !found.chapter.is_empty() { " · " (found.chapter) }
                " · " (visit.language.say_with("mention-rule", &[("rule", found.commitment.rule.as_str().into())]))
            }
        });
    }
    Ok(html! {
        @if quotes.is_empty() { p.second { (visit.say("mention-none")) } }
        @for quote in quotes { (quote) }
    })
}

/// What the register says of it.
fn facts(visit: &Visit, judged: &Judged) -> Markup {
    let indicator = &judged.record.indicator;
    let link = judged.record.dictionary.as_ref();
    let language = visit.language;
    html! {
        section {
            h2 { (visit.say("indicator-register")) }
            dl.facts {
                dt { (visit.say("indicator-targets")) }
                dd {
                    @if indicator.targets.is_empty() { (figure::missing(&visit.say("target-none"))) }
                    @for target in &indicator.targets { div { (figure::target(target, language)) } }
                }
                dt { (visit.say("indicator-base")) }
                dd { @match &indicator.baseline { Some(base) => (figure::baseline(base, &indicator.unit, language)), None => (visit.say("base-not-stated")) } }
                dt { (visit.say("export-measure")) }
                dd { (measure(&indicator.measure, language)) (dictionary::mark(link.is_some_and(|link| link.measure_supplied), language)) }
                dt { (visit.say("correct-direction")) }
                dd { (dictionary::direction(indicator.direction, false, language)) (dictionary::mark(link.is_some_and(|link| link.direction_supplied), language)) }
                dt { (visit.say("export-unit")) } dd { @if indicator.unit.is_empty() { (visit.say("unit-none")) } @else { (indicator.unit) } }
                @if !indicator.group.is_empty() { dt { (visit.say("indicator-chapter")) } dd { (indicator.group) } }
                dt { (visit.say("export-id")) } dd { code { (indicator.id) } }
            }
        }
    }
}

/// The words for a measure type.
pub(crate) fn measure(measure: &plan_model::Measure, language: Language) -> String {
    let words = language.say(&format!("measure-{}", measure.word().replace('_', "-")));
    match measure.other() {
        Some(other) => format!("{words} {other}"),
        None => words,
    }
}

/// Figures shown at once; the rest is folded.
const FIGURES: usize = 18;

/// Every figure with every vintage, the newest period first; those after the day
/// of judgement apart.
fn figures(visit: &Visit, shelf: &Shelf, all: &[Arc<FigureRecord>], unit: &str) -> Markup {
    let mut rows: Vec<&FigureRecord> = all.iter().map(Arc::as_ref).collect();
    rows.sort_by_key(|f| {
        let o = &f.observation;
        (std::cmp::Reverse(o.period.last_day()), o.period, o.standing, std::cmp::Reverse(o.vintage))
    });
    let (known, later): (Vec<_>, Vec<_>) = rows.iter().partition(|f| f.observation.period.last_day() <= visit.as_of);
    let (first, rest) = known.split_at(known.len().min(FIGURES));
    let folded = |key: &str, rows: &[&FigureRecord]| {
        html! {
            @if !rows.is_empty() {
                details {
                    summary { (visit.language.say_with(key, &[("count", rows.len().into())])) }
                    (figure_table(visit, shelf, (all, unit), rows))
                }
            }
        }
    };
    html! {
        section id="figures" {
            h2 { (visit.language.say_with("figures-title", &[("count", rows.len().into())])) }
            @if rows.is_empty() { p.second { (visit.say("figures-none")) } }
            (folded("figures-later", &later))
            @if !first.is_empty() { (figure_table(visit, shelf, (all, unit), first)) }
            (folded("figures-earlier", rest))
        }
    }
}

/// Whether a later vintage of the same figure is there.
fn replaced(record: &FigureRecord, all: &[Arc<FigureRecord>]) -> bool {
    let o = &record.observation;
    let later = |p: &Observation| p.period == o.period && p.standing == o.standing && p.vintage > o.vintage;
    all.iter().any(|other| later(&other.observation))
}

fn figure_table(
    visit: &Visit,
    shelf: &Shelf,
    (all, unit): (&[Arc<FigureRecord>], &str),
    rows: &[&FigureRecord],
) -> Markup {
    let say = |key: &str| visit.say(key);
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("figure-period")) }
                th.number scope="col" { (say("figure-value")) @if !unit.is_empty() { " (" (unit) ")" } }
                th scope="col" { (say("figure-standing")) }
                th.number scope="col" { (say("figure-vintage")) }
                th scope="col" { (say("figure-source")) }
                th scope="col" { (say("figure-note")) }
                th scope="col" { (say("figure-by")) }
            } }
            tbody { @for record in rows {
                @let seen = &record.observation;
                @let value = figure::number(seen.value);
                tr {
                    th scope="row" { (seen.period) }
                    td.number data-label=(say("figure-value")) { @if replaced(record, all) { s { (value) } } @else { (value) } }
                    td data-label=(say("figure-standing")) { (figure::standing(seen.standing, visit.language)) }
                    td.number data-label=(say("figure-vintage")) { (seen.vintage) }
                    td data-label=(say("figure-source")) { (seen.source) }
                    td data-label=(say("figure-note")) { (seen.note) (shelf.beside_figure(visit, record)) }
                    td.small data-label=(say("figure-by")) { (record.actor) " " (moment(record.at)) }
                }
            } }
        } }
    }
}
