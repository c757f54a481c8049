//! 责任分工: who does what, and have they taken it? All commitments with their
//! lead unit and how that stands; whom to ask in bulk; one commitment's parts;
//! what a unit was asked; what is to be arbitrated; an office's own table.

mod import;
mod offer;
mod part;
mod query;
mod table;
mod unit;

pub(crate) use import::{past_import, preview_ledger, take_ledger, upload_ledger, uploads};
pub(crate) use offer::{offer_all, suggestions};
pub(crate) use part::{act, part};
pub(crate) use table::{docx, xlsx};
pub(crate) use unit::{answer, arbitration, unit};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use plan_model::{DueYear, Unit, WorkKind};
use plan_workflow::{
    WorkflowError,
    assignments::{Activity, Assignment, Part, PartState, Subject},
    permissions::Action,
    records::PlanId,
};

use self::query::Query;
use super::plans::plan_id;
use crate::{
    messages::Language,
    server::{
        App,
        assigned::Assigned,
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::{
        figure,
        form::{self, choice},
        layout::{self, Frame, Place},
        table::Part as Rows,
    },
};

/// Rows on a page.
const ROWS: usize = 50;

/// GET /plans/{plan}/assignments
pub(crate) async fn assignments(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let of = app.assigned(plan_id(&plan)?).await?;
    let earlier = earlier(&app, &visit, of.plan.id).await?;
    let query = Query::read(&visit.query());
    let page = Page { visit: &visit, of: &of, base: base(of.plan.id), query };
    let content = html! {
        (tabs(&visit, &of, "all"))
        (page.content(&earlier))
    };
    Ok(framed(&app, &visit, &of, "assign-title", &content))
}

/// Other plans whose assignments can be looked at for suggestions.
async fn earlier(app: &App, visit: &Visit, plan: PlanId) -> Answer<Vec<(String, String)>> {
    if !visit.may(Action::AssignParts) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for listing in app.plans(visit).await? {
        let other = listing.plan.id;
        if other != plan && app.book(other).await?.parts().iter().any(Assignment::is_held) {
            found.push((other.to_string(), listing.plan.head.title));
        }
    }
    Ok(found)
}

/// The address of the list.
fn base(plan: PlanId) -> String {
    format!("/plans/{plan}/assignments")
}

/// A page of this place.
fn framed(app: &App, visit: &Visit, of: &Assigned, title: &str, content: &Markup) -> Markup {
    let title = visit.say(title);
    let frame = Frame { visit, place: Place::Assignments, plan: Some(&of.plan), title: &title };
    layout::page(app, &frame, content)
}

/// A page that says what went wrong, with the status of the error; what is no
/// fault of the visitor goes on as it is.
fn spoken(refusal: Refusal, visit: &Visit, page: impl FnOnce(&str) -> Markup) -> Answer<Response> {
    if refusal.status.is_server_error() || matches!(refusal.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
        return Err(refusal);
    }
    let (said, hint) = refusal.words(visit.language);
    let mut response = (refusal.status, page(&format!("{said}{hint}"))).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}

/// A refusal for something a person has to correct.
fn bad(field: &'static str, message: String) -> Refusal {
    WorkflowError::BadInput { field, message }.into()
}

/// A day that was typed.
fn day(typed: &str, field: &'static str) -> Result<jiff::civil::Date, Refusal> {
    typed.parse().map_err(|_| bad(field, "请填日期，如 2024-03-31".to_owned()))
}

/// The ways between the pages of this place.
fn tabs(visit: &Visit, of: &Assigned, here: &str) -> Markup {
    let base = base(of.plan.id);
    let mine = |part: &&Assignment| part.arbitration.as_ref().is_some_and(|(name, _)| *name == visit.actor.name);
    let waiting = of.book.parts().iter().filter(|part| part.state == PartState::Arbitrating);
    let waiting = if visit.may(Action::AssignParts) { waiting.count() } else { waiting.filter(mine).count() };
    let all = [("all", base.clone(), "assign-tab-all"), ("unit", format!("{base}/unit"), "assign-tab-unit")];
    html! {
        nav.tabs aria-label=(visit.say("place-assignments")) { ul {
            @for (code, href, words) in all {
                li { a href=(visit.href(&href, &[])) aria-current=[(code == here).then_some("page")] { (visit.say(words)) } }
            }
            li { a href=(visit.href(&format!("{base}/arbitration"), &[])) aria-current=[(here == "arbitration").then_some("page")] {
                (visit.language.say_with("assign-tab-arbitration", &[("count", waiting.into())]))
            } }
            @if visit.may(Action::AssignParts) {
                li { a href=(visit.href(&format!("{base}/import"), &[])) aria-current=[(here == "import").then_some("page")] { (visit.say("assign-tab-import")) } }
            }
        } }
    }
}

/// How a commitment stands, as a word with its shape.
fn activity(of: Activity, language: Language) -> Markup {
    let shape = match of {
        Activity::Active => "✓",
        Activity::Waiting => "○",
        Activity::Disputed => "◆",
        Activity::TwoLeads => "■",
        Activity::NotOffered => "◇",
    };
    let word = language.say(&format!("activity-{}", of.code().replace('_', "-")));
    html! { span.light { span.shape aria-hidden="true" { (shape) } span.word { (word) } } }
}

/// Who acted: the person of an account, or the account where it is nobody's.
fn who<'a>(of: &'a Assigned, account: &'a str) -> &'a str {
    of.directory.person_of(account).map_or(account, |person| person.name.as_str())
}

/// The word for how a part stands.
fn state(of: PartState, language: Language) -> String {
    language.say(&format!("partstate-{}", of.code()))
}

/// The word for a part.
fn part_word(of: Part, language: Language) -> String {
    language.say(&format!("part-{}", of.code()))
}

/// The word for a kind of commitment.
fn kind(code: &str, language: Language) -> String {
    if code == "measure" { language.say("assign-measure") } else { language.say(&format!("workkind-{code}")) }
}

/// A commitment with the way to its parts, and where it stands in the text.
fn heading(visit: &Visit, plan: PlanId, subject: &Subject) -> Markup {
    let line = subject.anchor.line.to_string();
    let href = visit.href(&format!("{}/{}", base(plan), subject.id), &[]);
    html! {
        a href=(href) title=(subject.sentence) { (subject.name) }
        div.second.small {
            (subject.id) " · " (visit.language.say_with("place-line", &[("line", line.as_str().into())]))
            @if !subject.chapter.is_empty() { " · " (subject.chapter) }
        }
    }
}

/// The lead unit of a commitment with its state, for the pages of the indicator
/// and of the work.
pub(crate) async fn lead(app: &App, visit: &Visit, plan: PlanId, subject: &str) -> Answer<Markup> {
    let (book, directory) = (app.book(plan).await?, app.directory().await?);
    let href = visit.href(&format!("{}/{subject}", base(plan)), &[]);
    Ok(html! {
        @match book.lead_shown(subject) {
            Some(part) => {
                a href=(href) { (directory.unit_name(&part.unit)) } " "
                span.second.small { (state(part.state, visit.language)) @if let Some(due) = part.due { " · " (due) } }
            },
            None => a href=(href) { (activity(Activity::NotOffered, visit.language)) },
        }
    })
}

struct Page<'a> {
    visit: &'a Visit,
    of: &'a Assigned,
    base: String,
    query: Query,
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        self.visit.say(key)
    }

    fn content(&self, earlier: &[(String, String)]) -> Markup {
        if self.of.subjects.is_empty() {
            return html! { div.notice { p { (self.say("assign-empty")) } } };
        }
        let rows = self.query.apply(self.of);
        let part = Rows::new(self.query.page, ROWS, rows.len());
        html! {
            (self.tally())
            @if self.visit.may(Action::AssignParts) { (self.bulk(earlier)) }
            (self.filters())
            @if rows.is_empty() {
                div.notice { p { (self.say("assign-none-found")) " " a href=(self.visit.href(&self.base, &[])) { (self.say("assign-all")) } } }
            } @else {
                (self.list(part, &rows))
                (part.draw(self.visit.language, |page| self.query.href(self.visit, &self.base, |q| q.page = page)))
            }
            (self.stray())
        }
    }

    /// How many commitments stand how, each leading to them.
    fn tally(&self) -> Markup {
        let count =
            |wanted: Activity| self.of.subjects.iter().filter(|s| self.of.book.activity(&s.id) == wanted).count();
        let href = |code: &str| self.query.href(self.visit, &self.base, |q| (q.state, q.page) = (code.to_owned(), 1));
        html! {
            ul.tally {
                li { a href=(href("")) aria-current=[self.query.state.is_empty().then_some("true")] {
                    span.big { (self.of.subjects.len()) } span { (self.say("assign-tally-all")) }
                } }
                @for one in Activity::ALL {
                    li { a href=(href(one.code())) aria-current=[(self.query.state == one.code()).then_some("true")] {
                        span.big { (count(*one)) } (activity(*one, self.visit.language))
                    } }
                }
            }
            p.second.small { (self.say("assign-active-means")) }
        }
    }

    /// The ways to ask many units at once.
    fn bulk(&self, earlier: &[(String, String)]) -> Markup {
        let say = |key: &str| self.say(key);
        let offer = format!("{}/offer", self.base);
        let units = unit_choices(self.visit, self.of, None);
        let chapters: Vec<(String, String)> = chapters(self.of)
            .into_iter()
            .map(|c| if c.is_empty() { ("-".to_owned(), say("chapter-none")) } else { (c.to_owned(), c.to_owned()) })
            .collect();
        html! {
            details.bulk {
                summary { (say("assign-bulk")) }
                @if units.is_empty() { div.notice.warn { p { (say("assign-no-units")) } } }
                p { a.button href=(self.visit.href(&offer, &[("source", "rules")])) { (say("assign-by-rules")) } " " span.second.small { (say("assign-by-rules-hint")) } }
                form.filters method="get" action=(offer) {
                    input type="hidden" name="source" value="chapter";
                    (choice("chapter", &say("indicator-chapter"), "", &chapters))
                    (choice("unit", &say("assign-unit"), "", &units))
                    (choice("part", &say("assign-part"), "lead", &parts(self.visit.language)))
                    div.actions { button type="submit" { (say("assign-by-chapter")) } }
                }
                @if !earlier.is_empty() {
                    form.filters method="get" action=(offer) {
                        input type="hidden" name="source" value="plan";
                        (choice("of", &say("assign-earlier"), "", earlier))
                        div.actions { button type="submit" { (say("assign-by-plan")) } }
                    }
                }
            }
        }
    }

    fn filters(&self) -> Markup {
        let (say, query) = (|key: &str| self.say(key), &self.query);
        let any = || (String::new(), say("filter-any"));
        let mut kinds = vec![any(), ("measure".to_owned(), say("assign-measure"))];
        kinds.extend(WorkKind::ALL.iter().map(|k| (k.code().to_owned(), kind(k.code(), self.visit.language))));
        let states: Vec<_> = std::iter::once(any())
            .chain(
                Activity::ALL
                    .iter()
                    .map(|a| (a.code().to_owned(), say(&format!("activity-{}", a.code().replace('_', "-"))))),
            )
            .collect();
        let units = unit_choices(self.visit, self.of, Some(any()));
        let choices = html! {
            (choice("state", &say("confirm-state"), &query.state, &states))
            (choice("unit", &say("assign-unit"), &query.unit, &units))
            (choice("kind", &say("confirm-kind"), &query.kind, &kinds))
            (form::chapters(self.visit, &query.chapter, self.of.subjects.iter().map(|s| s.chapter.as_str())))
        };
        let export = |ending: &str| query.href(self.visit, &format!("{}.{ending}", self.base), |q| q.page = 1);
        let exports = [(export("xlsx"), "Excel"), (export("docx"), "Word")];
        form::filters(self.visit, (&self.base, &[]), (&say("assign-search"), &query.words), &choices, &exports)
    }

    fn list(&self, part: Rows, rows: &[&Subject]) -> Markup {
        let say = |key: &str| self.say(key);
        html! {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (say("assign-subject")) }
                    th scope="col" { (say("confirm-kind")) }
                    th scope="col" { (say("confirm-state")) }
                    th scope="col" { (say("part-lead")) }
                    th scope="col" { (say("part-cooperating")) }
                    th scope="col" { (say("assign-first-due")) }
                    th scope="col" { (say("work-due")) }
                } }
                tbody { @for subject in part.of(rows) { (self.row(subject)) } }
            } }
        }
    }

    fn row(&self, subject: &Subject) -> Markup {
        let (say, book) = (|key: &str| self.say(key), &self.of.book);
        let stands = book.activity(&subject.id);
        let live = |wanted: Part| -> Vec<&Assignment> {
            let of = book.parts_of(&subject.id).filter(|p| p.part == wanted);
            of.filter(|p| !matches!(p.state, PartState::Withdrawn | PartState::Released)).collect()
        };
        let units = |all: &[&Assignment]| {
            html! { @for part in all { div {
                (self.of.directory.unit_name(&part.unit))
                @if !part.is_held() { " " span.second.small { (state(part.state, self.visit.language)) } }
            } } }
        };
        let (leads, others) = (live(Part::Lead), live(Part::Cooperating));
        html! {
            tr {
                th scope="row" { (heading(self.visit, self.of.plan.id, subject)) }
                td.nowrap data-label=(say("confirm-kind")) { (kind(subject.kind, self.visit.language)) }
                td.nowrap data-label=(say("confirm-state")) { (activity(stands, self.visit.language)) }
                td data-label=(say("part-lead")) {
                    @if leads.is_empty() {
                        @if subject.named.is_empty() { span.second { "—" } }
                        @else { span.second.small { (self.visit.language.say_with("assign-named", &[("unit", subject.named.as_str().into())])) } }
                    } @else { (units(&leads)) }
                }
                td data-label=(say("part-cooperating")) { @if others.is_empty() { span.second { "—" } } @else { (units(&others)) } }
                td.nowrap data-label=(say("assign-first-due")) {
                    @match leads.iter().find_map(|part| part.due) { Some(due) => (due), None => span.second { "—" } }
                }
                td.nowrap data-label=(say("work-due")) {
                    @match subject.due {
                        DueYear::NotStated => (figure::missing(&say("due-not-stated"))),
                        due => (figure::due(due, self.visit.language)),
                    }
                }
            }
        }
    }

    /// Parts of commitments that the register no longer counts: shown, so that
    /// somebody takes them back.
    fn stray(&self) -> Markup {
        let known = |part: &&Assignment| self.of.subject(&part.key.subject).is_none() && part.state.is_live();
        let stray: Vec<&Assignment> = self.of.book.parts().iter().filter(known).collect();
        html! {
            @if !stray.is_empty() {
                section {
                    h2 { (self.visit.language.say_with("assign-stray", &[("count", stray.len().into())])) }
                    p.second { (self.say("assign-stray-hint")) }
                    ul { @for part in stray {
                        li {
                            a href=(self.visit.href(&format!("{}/{}", self.base, part.key.subject), &[])) { (part.key.subject) }
                            " " (self.of.directory.unit_name(&part.unit)) " " (state(part.state, self.visit.language))
                        }
                    } }
                }
            }
        }
    }
}

/// The chapters of a plan's commitments, in their order.
fn chapters(of: &Assigned) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for subject in &of.subjects {
        if !found.contains(&subject.chapter.as_str()) {
            found.push(&subject.chapter);
        }
    }
    found
}

/// The units of today that are there for the visitor as a choice, behind an option
/// of its own where one is given.
fn unit_choices(visit: &Visit, of: &Assigned, first: Option<(String, String)>) -> Vec<(String, String)> {
    let sight = visit.sight(&of.directory, of.today);
    let seen = |unit: &&Unit| sight.as_ref().is_none_or(|sight| sight.unit(&unit.id));
    let units = of.directory.units_on(of.today).filter(seen).map(|unit| (unit.id.to_string(), unit.name.clone()));
    first.into_iter().chain(units).collect()
}

/// The parts as a choice.
fn parts(language: Language) -> Vec<(String, String)> {
    [Part::Lead, Part::Cooperating].map(|part| (part.code().to_owned(), part_word(part, language))).to_vec()
}

/// The part with this code.
fn part_of(code: &str) -> Part {
    if code == Part::Cooperating.code() { Part::Cooperating } else { Part::Lead }
}

/// The day offered as first date where nobody says one: the end of the quarter
/// in which a month from today lies.
fn first_due(today: jiff::civil::Date) -> jiff::civil::Date {
    let soon = today.saturating_add(jiff::Span::new().days(30));
    let month = (soon.month() + 2) / 3 * 3;
    soon.with().day(1).month(month).build().map_or(soon, jiff::civil::Date::last_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_date_is_the_end_of_the_next_quarter_worth_the_name() {
        for (today, due) in [
            ("2024-01-01", "2024-03-31"),
            ("2024-02-29", "2024-03-31"),
            ("2024-03-15", "2024-06-30"),
            ("2023-12-31", "2024-03-31"),
        ] {
            assert_eq!(first_due(today.parse().unwrap()).to_string(), due, "{today}");
        }
    }
}
