//! 分解: how are the targets spread over the years, towns and units, and what does
//! not fit? The indicators with what is agreed; beside them the gaps, the nodes of
//! work without a number, and the budget.

mod budget;
mod gaps;
mod indicator;
mod nodes;

pub(crate) use budget::{budget, change_budget, lines as budget_lines};
pub(crate) use gaps::{csv as gaps_csv, gaps};
pub(crate) use indicator::{change_shares, change_years, indicator, page as indicator_page};
pub(crate) use nodes::{nodes, plan_nodes};

use std::{collections::HashMap, sync::Arc};

use axum::extract::{Path, State};
use maud::{Markup, html};
use plan_assessment::{Arithmetic, whole};
use plan_model::WorkItem;
use plan_workflow::{
    assess::Situation,
    breakdown::{self, Inconsistency},
    confirm::{self, CandidateKey, Content},
    permissions::Action,
    records::{IndicatorRecord, PlanId},
};

use super::plans::plan_id;
use crate::{
    server::{
        App,
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        figure, form,
        layout::{self, Frame, Place},
        table::Part,
    },
};

/// Rows on a page.
const ROWS: usize = 50;

/// The pages of this place, as tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Indicators,
    Gaps,
    Nodes,
    Budget,
}

/// What the pages of this place begin with.
fn tabs(visit: &Visit, plan: PlanId, here: Tab) -> Markup {
    let all = [
        (Tab::Indicators, "breakdown-tab-indicators", ""),
        (Tab::Gaps, "breakdown-tab-gaps", "/gaps"),
        (Tab::Nodes, "breakdown-tab-nodes", "/nodes"),
        (Tab::Budget, "breakdown-tab-budget", "/budget"),
    ];
    html! {
        nav.tabs aria-label=(visit.say("breakdown-tabs")) { ul {
            @for (tab, key, tail) in all {
                @let href = visit.href(&format!("/plans/{plan}/breakdown{tail}"), &[]);
                li { a href=(href) aria-current=[(tab == here).then_some("page")] { (visit.say(key)) } }
            }
        } }
    }
}

/// A plan with everything in its breakdown that does not fit.
struct View {
    situation: Arc<Situation>,
    /// The work that counts, by its key, in the order of the text.
    work: Vec<(CandidateKey, String, WorkItem)>,
    gaps: Vec<Inconsistency>,
}

/// The work that counts, with its chapter.
fn counted(state: &confirm::State) -> Vec<(CandidateKey, String, WorkItem)> {
    let counts = state.items().filter(|item| item.fate.counts());
    let work = counts.filter_map(|item| match &item.content {
        Content::Work(work) => Some((item.key, item.chapter.clone(), work.clone())),
        Content::Measure(_) => None,
    });
    work.collect()
}

impl View {
    async fn read(app: &App, plan: &str) -> Answer<Self> {
        let situation = app.situations.of(plan_id(plan)?).await?;
        let text = app.text(situation.plan.id).await?;
        let work = counted(&app.confirming(&text.ground).await?);
        let directory = app.directory().await?;
        let mut gaps = breakdown::gaps(&situation, &directory);
        let due = work.iter().map(|(key, _, work)| (key.to_string(), work.name.as_str(), work.due));
        gaps.extend(breakdown::late_nodes(&situation.schedules, due));
        Ok(Self { situation, work, gaps })
    }

    fn plan(&self) -> PlanId {
        self.situation.plan.id
    }

    /// How many gaps a commitment has.
    fn counts(&self) -> HashMap<&str, usize> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for gap in &self.gaps {
            *counts.entry(gap.subject.as_str()).or_default() += 1;
        }
        counts
    }

    fn page(&self, app: &App, visit: &Visit, key: &str, content: &Markup) -> Markup {
        let title = visit.say(key);
        let frame = Frame { visit, place: Place::Breakdown, plan: Some(&self.situation.plan), title: &title };
        layout::page(app, &frame, content)
    }
}

/// The page of a commitment on which it is broken down or its nodes are kept.
fn page_of(plan: PlanId, subject: &str) -> String {
    if subject.starts_with('I') {
        format!("/plans/{plan}/breakdown/{subject}")
    } else {
        format!("/plans/{plan}/work/{subject}")
    }
}

/// How the years make up the whole, in a word.
fn arithmetic(visit: &Visit, arithmetic: Arithmetic) -> String {
    visit.say(match arithmetic {
        Arithmetic::Sum => "arithmetic-sum",
        Arithmetic::Same => "arithmetic-same",
        Arithmetic::Compound => "arithmetic-compound",
        Arithmetic::Chain => "arithmetic-chain",
        Arithmetic::Arrive => "arithmetic-arrive",
        Arithmetic::Multiply => "arithmetic-multiply",
    })
}

/// What can be asked of the list.
const STATES: [&str; 4] = ["agreed", "open", "gaps", "unsplit"];

/// GET /plans/{plan}/breakdown
pub(crate) async fn breakdown(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let view = View::read(&app, &plan).await?;
    let content = list(&visit, &view);
    Ok(view.page(&app, &visit, "breakdown-title", &content))
}

/// In which state an indicator is: agreed, open, or not to be split.
fn state(view: &View, record: &IndicatorRecord) -> &'static str {
    let (situation, indicator) = (&view.situation, &record.indicator);
    match whole(indicator, situation.plan.head.period) {
        _ if situation.breakdown.years(&indicator.id).is_some() => "agreed",
        Ok(_) => "open",
        Err(_) => "unsplit",
    }
}

fn list(visit: &Visit, view: &View) -> Markup {
    let say = |key: &str| visit.say(key);
    let query = visit.query();
    let (words, asked) = (field(&query, "q").unwrap_or_default(), field(&query, "state").unwrap_or_default());
    let counts = view.counts();
    let is = |record: &IndicatorRecord, code: &str| match code {
        "gaps" => counts.contains_key(record.indicator.id.as_str()),
        code => state(view, record) == code,
    };
    let number = |code: &str| view.situation.records.iter().filter(|record| is(record, code)).count();
    let fits = |record: &&IndicatorRecord| {
        (asked.is_empty() || is(record, asked)) && (words.is_empty() || record.indicator.name.contains(words))
    };
    let rows: Vec<&IndicatorRecord> = view.situation.records.iter().filter(fits).collect();
    let part = Part::new(field(&query, "page").and_then(|page| page.parse().ok()).unwrap_or(1), ROWS, rows.len());
    let base = format!("/plans/{}/breakdown", view.plan());
    let kept = if asked.is_empty() { vec![] } else { vec![("state", asked)] };
    html! {
        (tabs(visit, view.plan(), Tab::Indicators))
        p { (say("breakdown-intro")) }
        ul.tally {
            @for code in STATES {
                li { a href=(visit.href(&base, &[("state", code)])) aria-current=[(asked == code).then_some("true")] {
                    span.big { (number(code)) } span { (say(&format!("breakdown-state-{code}"))) }
                } }
            }
            @if !asked.is_empty() { li { a href=(visit.href(&base, &[])) { (say("filter-any")) } } }
        }
        (form::filters(visit, (&base, &kept), (&say("breakdown-search"), words), &html! {}, &[]))
        @if rows.is_empty() { div.notice { p { (say("breakdown-none-found")) } } } @else {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("indicator")) }
                    th scope="col" { (say("breakdown-whole")) }
                    th scope="col" { (say("breakdown-arithmetic")) }
                    th scope="col" { (say("breakdown-years")) }
                    th.number scope="col" { (say("breakdown-units")) }
                    th.number scope="col" { (say("breakdown-gaps")) }
                } }
                tbody { @for record in part.of(&rows) { (row(visit, view, record, counts.get(record.indicator.id.as_str()).copied())) } }
            } }
            (part.draw(visit.language, |page| visit.href(&base, &[("q", words), ("state", asked), ("page", &page.to_string())])))
        }
    }
}

fn row(visit: &Visit, view: &View, record: &IndicatorRecord, gaps: Option<usize>) -> Markup {
    let (say, indicator) = (|key: &str| visit.say(key), &record.indicator);
    let (id, period, of) = (&indicator.id, view.situation.plan.head.period, &view.situation.breakdown);
    let units = of.shares(id).map(|shared| {
        let mut units: Vec<_> = shared.shares.iter().map(|share| &share.unit).collect();
        units.sort();
        units.dedup();
        units.len()
    });
    html! {
        tr {
            th scope="row" { a href=(visit.href(&page_of(view.plan(), id), &[])) { (indicator.name) } }
            td data-label=(say("breakdown-whole")) { @for target in indicator.targets.iter().rev().take(1) { (figure::target(target, visit.language)) } }
            @match whole(indicator, period) {
                Ok(goal) => td data-label=(say("breakdown-arithmetic")) { (arithmetic(visit, goal.arithmetic)) },
                Err(_) => td.second data-label=(say("breakdown-arithmetic")) { (say("breakdown-state-unsplit")) },
            }
            td data-label=(say("breakdown-years")) {
                @match of.years(id) {
                    Some(yearly) => {
                        span.figure { @for (at, (_, value)) in yearly.years.iter().enumerate() { @if at > 0 { " · " } (figure::number(*value)) } span.unit { (yearly.unit) } }
                        div.small.second { (visit.language.say_with("breakdown-version", &[("version", yearly.made.version.into()), ("actor", yearly.made.actor.as_str().into())])) }
                    },
                    None => span.second { "—" },
                }
            }
            td.number data-label=(say("breakdown-units")) { @match units { Some(units) => (units), None => span.second { "—" } } }
            td.number data-label=(say("breakdown-gaps")) {
                @match gaps {
                    Some(gaps) => a href=(visit.href(&format!("/plans/{}/breakdown/gaps", view.plan()), &[]) + "#" + id) { (gaps) },
                    None => span.second { "0" },
                }
            }
        }
    }
}
