//! 要情: what changed since last time, what is behind and why, what waits for a
//! decision? For leaders and the congress; the same as a brief in Word.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::{Indicator, Status, Verdict};
use plan_report::compose::{Explanation, ReportKind};
use plan_workflow::{
    assessments::{self, Assessment, JudgedWork, Matter, accepted_reports},
    brief::{self, Behind, Cause, Decision, Moved, Turn, Waiting},
    peers,
    permissions::Action,
    records::PlanId,
};

use super::{
    assessments::{INTERNAL, WORD, word_report},
    export,
    plans::plan_id,
};
use crate::{
    messages::Language,
    report,
    server::{
        App,
        fields::Allowed,
        judged::JudgedPlan,
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
    ui::{
        form::Field,
        layout::{self, Frame, Place},
        light,
    },
};

/// Rows of a list before the rest is only counted.
const SHOWN: usize = 12;
/// Names of a list in the Word file, which is to stay one page.
const NAMES: usize = 1;

/// Everything the page and the file say.
struct Brief {
    plan: std::sync::Arc<JudgedPlan>,
    matter: Matter,
    work: Vec<JudgedWork>,
    since: Date,
    /// The assessment whose day is the one compared with.
    published: Option<Assessment>,
    moved: Vec<Moved>,
    /// Nodes done in between: what is there now, of what, and the day.
    done: Vec<(String, String, Date)>,
    behind: Vec<Behind>,
    decisions: Vec<Decision>,
    names: HashMap<String, String>,
}

impl Brief {
    async fn read(app: &App, visit: &Visit, id: PlanId) -> Answer<Self> {
        let plan = app.judged(id, visit.as_of, &visit.rules).await?;
        let all = assessments::list(&app.store, id).await?;
        let (last, published) = brief::last_time(&all, visit.as_of);
        let since = match field(&visit.query(), "since") {
            Some(text) => {
                let day = text.parse().ok().filter(|day| *day <= visit.as_of);
                day.ok_or_else(|| Refusal::unread(("since", "brief-since"), text, Allowed::DayUntil(visit.as_of)))?
            }
            None => last,
        };
        let published = published.filter(|one| one.as_of == since).cloned();
        let before = app.judged(id, since, &visit.rules).await?;
        let rounds = app.rounds(id, |_| true).await?;
        let text = app.text(id).await?;
        let matter = Matter {
            situation: app.situations.of(id).await?,
            confirmed: app.confirming(&text.ground).await?,
            book: app.book(id).await?,
            directory: app.directory().await?,
            reports: accepted_reports(&rounds),
            peers: peers::read(&app.store, id, None).await?,
        };
        let (work, work_before) = (matter.work(visit.as_of, &[]), matter.work(since, &[]));
        let moved = brief::moved(statuses(&before, &work_before), statuses(&plan, &work));
        let indicators: Vec<(&Indicator, &Verdict)> =
            plan.those(&plan.overview.behind).map(|judged| (&judged.record.indicator, &judged.verdict)).collect();
        let contradictions = &plan.quality(&app.quality).contradictions;
        let waiting =
            Waiting { matter: &matter, rounds: &rounds, contradictions, assessments: &all, today: app.today() };
        let mut decisions = waiting.decisions();
        // What is decided within the government is no matter of the congress.
        decisions.retain(|one| visit.may(Action::ReadDirectory) || !one.is_internal());
        let named = plan.indicators.iter().map(|one| (&one.record.indicator.id, &one.record.indicator.name));
        let names = named.chain(work.iter().map(|one| (&one.id, &one.name)));
        let names: HashMap<String, String> = names.map(|(id, name)| (id.clone(), name.clone())).collect();
        let done = done(&matter, &names, (since, visit.as_of));
        let behind = brief::behind(&indicators, &work, &matter, &all);
        Ok(Self { matter, work, since, published, moved, done, behind, decisions, names, plan })
    }

    fn name<'a>(&'a self, subject: &'a str) -> &'a str {
        self.names.get(subject).map_or(subject, String::as_str)
    }
}

/// How everything stands: indicators, then work.
fn statuses<'a>(plan: &'a JudgedPlan, work: &'a [JudgedWork]) -> impl Iterator<Item = (&'a str, &'a Status)> {
    let indicators = plan.indicators.iter().map(|one| (one.record.indicator.id.as_str(), &one.verdict.status));
    indicators.chain(work.iter().map(|one| (one.id.as_str(), &one.verdict.status)))
}

/// The nodes done after one day and up to another, in the order of their days.
fn done(matter: &Matter, names: &HashMap<String, String>, (since, until): (Date, Date)) -> Vec<(String, String, Date)> {
    let mut found = Vec::new();
    for (subject, schedule) in matter.situation.schedules.all() {
        for node in &schedule.agreed {
            let day = node.done.as_ref().map(|mark| mark.on).filter(|day| *day > since && *day <= until);
            if let (Some(day), true) = (day, names.contains_key(subject)) {
                found.push((subject.to_owned(), node.planned.deliverable.clone(), day));
            }
        }
    }
    found.sort_by_key(|(_, _, day)| *day);
    found
}

/// GET /plans/{plan}/brief
pub(crate) async fn brief(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let brief = Brief::read(&app, &visit, plan_id(&plan)?).await?;
    let title = visit.say("brief-title");
    let frame = Frame { visit: &visit, place: Place::Brief, plan: Some(&brief.plan.plan), title: &title };
    Ok(layout::page(&app, &frame, &Page { visit: &visit, brief: &brief }.content()))
}

struct Page<'a> {
    visit: &'a Visit,
    brief: &'a Brief,
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn count(&self, key: &str, count: usize) -> String {
        self.visit.language.say_with(key, &[("count", count.into())])
    }

    fn href(&self, tail: &str) -> String {
        self.visit.href(&format!("/plans/{}{tail}", self.brief.plan.plan.id), &[])
    }

    fn subject(&self, subject: &str) -> Markup {
        let place = if subject.starts_with('I') { "indicators" } else { "work" };
        html! { a href=(self.href(&format!("/{place}/{subject}"))) { (self.brief.name(subject)) } }
    }

    fn content(&self) -> Markup {
        let base = format!("/plans/{}/brief", self.brief.plan.plan.id);
        let since = self.brief.since.to_string();
        html! {
            p { a.button href=(self.visit.href(&format!("{base}.docx"), &[("since", &since)])) { (self.say("brief-word")) } }
            form.filters method="get" action=(base) {
                @for (key, value) in self.visit.chosen() { input type="hidden" name=(key) value=(value); }
                (Field { name: "since", label: self.say("brief-since"), value: &since, kind: "date", required: true, ..Field::default() }.draw())
                button type="submit" { (self.say("brief-compare")) }
            }
            (self.changes())
            (self.behind())
            (self.decisions())
        }
    }

    /// What stands otherwise than on the day compared with.
    fn changes(&self) -> Markup {
        let moved = &self.brief.moved;
        let of = |turn: Turn| moved.iter().filter(|one| one.turn == turn).count();
        let fillings = [
            ("date", self.brief.since.to_string().into()),
            ("worse", of(Turn::Worse).into()),
            ("better", of(Turn::Better).into()),
            ("otherwise", of(Turn::Otherwise).into()),
            ("done", self.brief.done.len().into()),
        ];
        html! {
            section aria-labelledby="changes" {
                h2 #changes { (self.say("brief-changes")) }
                p {
                    (self.visit.language.say_with("brief-changes-line", &fillings))
                    @if let Some(published) = &self.brief.published {
                        " " a href=(self.href(&format!("/assessments/{}", published.id))) { (published.title) }
                    }
                }
                @if !moved.is_empty() {
                    div.table.cards { table {
                        thead { tr {
                            th scope="col" { (self.say("brief-what")) }
                            th scope="col" { (self.say("brief-turn")) }
                            th scope="col" { (self.say("brief-before")) }
                            th scope="col" { (self.say("brief-after")) }
                        } }
                        tbody { @for one in moved.iter().take(SHOWN) { tr {
                            th scope="row" { (self.subject(&one.subject)) }
                            td data-label=(self.say("brief-turn")) { (turn(one.turn, self.visit.language)) }
                            td data-label=(self.say("brief-before")) { (light::light(&one.before, self.visit.language)) }
                            td data-label=(self.say("brief-after")) { (light::light(&one.after, self.visit.language)) }
                        } } }
                    } }
                    (self.rest(moved.len()))
                }
                @if !self.brief.done.is_empty() {
                    h3 { (self.say("brief-done")) }
                    ul { @for (subject, deliverable, day) in self.brief.done.iter().take(SHOWN) {
                        li { (self.subject(subject)) "：" (deliverable) " " span.second.small { (day) } }
                    } }
                    (self.rest(self.brief.done.len()))
                }
            }
        }
    }

    fn rest(&self, all: usize) -> Markup {
        html! { @if all > SHOWN { p.second.small { (self.count("brief-rest", all - SHOWN)) } } }
    }

    /// What is behind and why, binding indicators first.
    fn behind(&self) -> Markup {
        let behind = &self.brief.behind;
        let all = || statuses(&self.brief.plan, &self.brief.work);
        let judged = all().filter(|(_, status)| status.judged).count();
        let unjudged = all().count() - judged;
        html! {
            section aria-labelledby="behind" {
                h2 #behind { (self.count("brief-behind", behind.len())) }
                p { (self.visit.language.say_with("brief-judged", &[("judged", judged.into()), ("unjudged", unjudged.into())])) }
                @if behind.is_empty() {
                    p.second { (self.say(if judged > 0 { "brief-behind-none" } else { "brief-behind-unjudged" })) }
                } @else {
                    div.table.cards { table {
                        thead { tr {
                            th scope="col" { (self.say("brief-what")) }
                            th scope="col" { (self.say("indicator-status")) }
                            th scope="col" { (self.say("brief-lead")) }
                            th scope="col" { (self.say("brief-why")) }
                        } }
                        tbody { @for one in behind.iter().take(2 * SHOWN) { tr {
                            th scope="row" {
                                (self.subject(&one.subject))
                                @if one.binding { " " span.second.small { (self.say("explain-binding")) } }
                            }
                            td data-label=(self.say("indicator-status")) { (light::light(&one.status, self.visit.language)) }
                            td data-label=(self.say("brief-lead")) { @if one.lead.is_empty() { span.second { (self.say("brief-no-lead")) } } @else { (one.lead) } }
                            td data-label=(self.say("brief-why")) { (self.cause(&one.cause)) }
                        } } }
                    } }
                    @if behind.len() > 2 * SHOWN { p.second.small { (self.count("brief-rest", behind.len() - 2 * SHOWN)) } }
                }
            }
        }
    }

    fn cause(&self, cause: &Cause) -> Markup {
        match cause {
            Cause::Said { cause, measures, accepted } => html! {
                (cause)
                div.small { strong { (self.say("explain-measures")) } (measures) }
                @if !accepted { div.small.second { (self.say("brief-not-accepted")) } }
            },
            Cause::Computed(zh, en) => html! {
                @match self.visit.language { Language::Zh => (zh), Language::En => (en) }
                div.small.second { (self.say("brief-unexplained")) }
            },
        }
    }

    /// What waits for a decision, sort by sort.
    fn decisions(&self) -> Markup {
        let all = &self.brief.decisions;
        html! {
            section aria-labelledby="decisions" {
                h2 #decisions { (self.count("brief-decisions", all.len())) }
                @if all.is_empty() { p.second { (self.say("brief-decisions-none")) } }
                @for sort in all.chunk_by(|a, b| a.code() == b.code()) {
                    @if let Some(first) = sort.first() {
                        h3 { (self.count(&format!("decision-{}", first.code()), sort.len())) }
                        ul { @for one in sort.iter().take(SHOWN) { li { (self.decision(one)) } } }
                        (self.rest(sort.len()))
                    }
                }
            }
        }
    }

    fn decision(&self, one: &Decision) -> Markup {
        let unit = |unit| self.brief.matter.directory.unit_name(unit).to_owned();
        match one {
            Decision::Arbitration { subject, unit: of, arbiter } => html! {
                a href=(self.href(&format!("/assignments/{subject}"))) { (self.brief.name(subject)) } " " (unit(of))
                @if let Some((arbiter, by)) = arbiter { " " span.second.small { (self.visit.language.say_with("decision-arbiter", &[("who", arbiter.clone().into()), ("date", by.to_string().into())])) } }
            },
            Decision::Overdue { assessment, explanation } => html! {
                a href=(self.href(&format!("/assessments/{assessment}")) + "#" + &explanation.subject) { (explanation.name) }
                " " @match &explanation.unit { Some(of) => (unit(of)), None => (self.say("explain-no-unit")) }
                " " span.second.small { (self.visit.language.say_with("explain-by", &[("due", explanation.due.to_string().into())])) }
            },
            Decision::Opinion { assessment, text } => {
                html! { a href=(self.href(&format!("/assessments/{assessment}")) + "#congress") { (text) } }
            }
            Decision::Targets { subject } => self.subject(subject),
            Decision::Nodes { subject, note } => html! { (self.subject(subject)) @if !note.is_empty() { "：" (note) } },
            Decision::Contradiction { subject, period } => html! {
                a href=(self.visit.href(&format!("/plans/{}/contradictions", self.brief.plan.plan.id), &[("q", subject)])) { (self.brief.name(subject)) } " " (period)
            },
            Decision::Rejected { subject, unit: of, reason } => {
                html! { (self.subject(subject)) " " (unit(of)) "：" (reason) }
            }
        }
    }
}

fn turn(of: Turn, language: Language) -> String {
    match of {
        Turn::Worse => language.say("brief-worse"),
        Turn::Better => language.say("brief-better"),
        Turn::Otherwise => language.say("brief-otherwise"),
    }
}

/// GET /plans/{plan}/brief.docx: the same on a page of Word, in Chinese as all reports.
pub(crate) async fn docx(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Response> {
    visit.require(Action::ReadPlans)?;
    let brief = Brief::read(&app, &visit, plan_id(&plan)?).await?;
    let rules = app.rule_set(Some(&visit.rules)).ok_or_else(Refusal::not_found)?;
    let mut data = report::data(&brief.matter.situation, &brief.work, rules, visit.as_of);
    data.sample = app.settings.sample.is_some();
    data.texts = brief.texts();
    for one in &mut data.indicators {
        let said = brief.behind.iter().find(|behind| behind.subject == one.indicator.id);
        one.explanation = said.and_then(|behind| match &behind.cause {
            Cause::Said { cause, measures, .. } => {
                Some(Explanation { unit: behind.lead.clone(), cause: cause.clone(), measures: measures.clone() })
            }
            Cause::Computed(..) => None,
        });
    }
    let issued = word_report(ReportKind::Brief, data, INTERNAL).await?;
    Ok(export::download(WORD, &format!("lantu-{}-brief.docx", brief.plan.plan.id), issued.bytes))
}

impl Brief {
    /// What is computed for the places of the template that a person may rewrite.
    fn texts(&self) -> std::collections::BTreeMap<String, Vec<String>> {
        [("与上次相比的变化".to_owned(), self.change_lines()), ("需要决策的事项".to_owned(), self.decision_lines())]
            .into()
    }

    fn change_lines(&self) -> Vec<String> {
        let turns = [
            (Turn::Worse, "brief-line-worse"),
            (Turn::Better, "brief-line-better"),
            (Turn::Otherwise, "brief-line-other"),
        ];
        let told = turns.iter().filter_map(|(turn, key)| {
            let moved = self.moved.iter().filter(|one| one.turn == *turn);
            let names: Vec<&str> = moved.map(|one| self.name(&one.subject)).collect();
            let fillings = [("count", names.len().into()), ("names", list(&names)?.into())];
            Some(Language::Zh.say_with(key, &fillings))
        });
        let told: Vec<String> = told.collect();
        let date = [("date", date(self.since).into())];
        vec![match told.is_empty() {
            true => Language::Zh.say_with("brief-line-same", &date),
            false => format!("{}{}。", Language::Zh.say_with("brief-line-since", &date), told.join("；")),
        }]
    }

    fn decision_lines(&self) -> Vec<String> {
        let sorts = self.decisions.chunk_by(|a, b| a.code() == b.code());
        let sorts = sorts.filter_map(|sort| {
            let names: Vec<&str> = sort.iter().map(|one| self.about(one)).collect();
            let title =
                Language::Zh.say_with(&format!("decision-{}", sort.first()?.code()), &[("count", sort.len().into())]);
            Some(format!("{title}（{}）", list(&names)?))
        });
        let sorts: Vec<String> = sorts.collect();
        vec![if sorts.is_empty() { Language::Zh.say("brief-decisions-none") } else { sorts.join("；") + "。" }]
    }

    /// What a decision is about, by name.
    fn about<'a>(&'a self, one: &'a Decision) -> &'a str {
        match one {
            Decision::Overdue { explanation, .. } => &explanation.name,
            Decision::Opinion { text, .. } => text,
            Decision::Arbitration { subject, .. }
            | Decision::Targets { subject }
            | Decision::Nodes { subject, .. }
            | Decision::Contradiction { subject, .. }
            | Decision::Rejected { subject, .. } => self.name(subject),
        }
    }
}

/// The first names of a list, each once, and that it goes on.
fn list(names: &[&str]) -> Option<String> {
    let mut unique: Vec<&str> = Vec::new();
    for name in names {
        if !unique.contains(name) {
            unique.push(name);
        }
    }
    let shown = unique.get(..NAMES).unwrap_or(&unique).join("、");
    match unique.len() {
        0 => None,
        all if all > NAMES => Some(Language::Zh.say_with("brief-line-list", &[("names", shown.into())])),
        _ => Some(shown),
    }
}

/// 2023-12-31 → 2023年12月31日.
fn date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
