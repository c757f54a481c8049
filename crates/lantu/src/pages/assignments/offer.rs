//! Whom to ask, in bulk: suggestions by rules, for a chapter, or after an earlier
//! plan. Each says why; a person ticks some or takes all.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::UnitId;
use plan_workflow::{
    assignments::{self, Ask, PartKey, Wish, suggest::Suggestion, units::Found},
    permissions::Action,
    records::PlanId,
    storage::Storage as _,
};

use super::{base, day, first_due, framed, heading, part_of, part_word, spoken, tabs};
use crate::{
    pages::plans::plan_id,
    server::{
        App,
        assigned::Assigned,
        posted::Posted,
        refusal::{Answer, Refusal},
        visit::{Visit, field},
    },
    ui::{
        form::{self, Field},
        table::Part as Rows,
    },
};

/// Suggestions on a page.
const ROWS: usize = 100;

/// Where the suggestions come from, as it stands in the address.
struct Source {
    /// `rules`, `chapter` or `plan`.
    code: String,
    chapter: String,
    unit: String,
    part: String,
    /// The number of the other plan.
    of: String,
}

impl Source {
    fn read(ask: impl Fn(&str) -> String) -> Self {
        let code = ask("source");
        let code = if code.is_empty() { "rules".to_owned() } else { code };
        Self { code, chapter: ask("chapter"), unit: ask("unit"), part: ask("part"), of: ask("of") }
    }

    fn fields(&self) -> [(&'static str, &str); 5] {
        let Self { code, chapter, unit, part, of } = self;
        [("source", code), ("chapter", chapter), ("unit", unit), ("part", part), ("of", of)]
    }

    async fn suggestions(&self, app: &App, visit: &Visit, of: &Assigned) -> Answer<Vec<Suggestion>> {
        let ground = of.ground();
        match self.code.as_str() {
            "rules" => Ok(ground.by_rules(&app.settings.unit_rules)),
            "chapter" => {
                let chapter = if self.chapter == "-" { "" } else { &self.chapter };
                let unit = UnitId::from(self.unit.as_str());
                let known = of.directory.unit(&unit).is_some();
                if !known {
                    return Err(super::bad("单位", "请选择单位".to_owned()));
                }
                Ok(ground.by_chapter(chapter, &unit, part_of(&self.part)))
            }
            "plan" => {
                let other: PlanId = plan_id(&self.of)?;
                let title = app.store.plan(other).await?.head.title;
                app.visible(visit.actor.region, other).await?;
                let subjects = assignments::read_subjects(&app.store, other).await?;
                Ok(ground.by_plan(&title, &subjects, &*app.book(other).await?))
            }
            other => Err(Refusal::wrong_field("source", other)),
        }
    }
}

/// GET /plans/{plan}/assignments/offer
pub(crate) async fn suggestions(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::AssignParts)?;
    let of = app.assigned_for(&visit, plan_id(&plan)?).await?;
    let query = visit.query();
    let source = Source::read(|name| field(&query, name).unwrap_or_default().to_owned());
    let found = source.suggestions(&app, &visit, &of).await?;
    Ok(drawn(&app, &visit, (&of, &source), (&found, None)))
}

/// POST /plans/{plan}/assignments/offer
pub(crate) async fn offer_all(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::AssignParts)?;
    let of = app.assigned_for(&visit, plan_id(&plan)?).await?;
    let source = Source::read(|name| form.get(name).to_owned());
    let found = source.suggestions(&app, &visit, &of).await?;
    let again = |words: &str| drawn(&app, &visit, (&of, &source), (&found, Some(words)));
    let wishes = match wishes(&of, &found, &form) {
        Ok(wishes) => wishes,
        Err(refusal) => return spoken(refusal, &visit, again),
    };
    match assignments::act(&app.store, &visit.actor, app.clock.now(), of.desk(), &wishes).await {
        Ok(_) => {
            let count = wishes.len().to_string();
            Ok(Redirect::to(&visit.href(&base(of.plan.id), &[("state", "waiting"), ("offered", &count)]))
                .into_response())
        }
        Err(error) => spoken(error.into(), &visit, again),
    }
}

/// The offers a person took of the suggestions: those ticked, or all.
fn wishes(of: &Assigned, found: &[Suggestion], form: &crate::server::posted::Form) -> Result<Vec<Wish>, Refusal> {
    let due = day(form.get("due"), "首个期限")?;
    let all = form.get("do") == "all";
    if all && form.get("book") != of.book.version().to_string() {
        return Err(super::bad("分办", "其间有人处理了责任分工，建议已更新；请核对后再全部分办".to_owned()));
    }
    let ticked: Vec<&str> = form.all("pick").collect();
    let mut wishes = Vec::new();
    for one in found {
        for unit in one.unit.units() {
            let seen = of.book.last_of(&one.subject);
            let pick = pick(one, unit, seen);
            if !all && !ticked.contains(&pick.as_str()) {
                continue;
            }
            let key = PartKey { subject: one.subject.clone(), unit: unit.clone() };
            let ask = Ask::Offer { part: one.part, due, joint: false, reason: one.because.clone() };
            wishes.push(Wish { key, seen: Some(seen), ask });
        }
    }
    match wishes.len() {
        0 => Err(super::bad("分办", "没有勾选，或建议已经变化；请核对后勾选要分办的".to_owned())),
        _ if !all && wishes.len() < ticked.len() => {
            Err(super::bad("分办", "有的目标任务已由他人处理，建议已更新；请核对后再提交".to_owned()))
        }
        _ => Ok(wishes),
    }
}

/// What a ticked box sends: commitment, unit, part, and what was seen.
fn pick(one: &Suggestion, unit: &UnitId, seen: u32) -> String {
    format!("{}|{unit}|{}|{seen}", one.subject, one.part.code())
}

fn drawn(
    app: &App,
    visit: &Visit,
    (of, source): (&Assigned, &Source),
    (found, wrong): (&[Suggestion], Option<&str>),
) -> Markup {
    let say = |key: &str| visit.say(key);
    let action = format!("{}/offer", base(of.plan.id));
    let page = field(&visit.query(), "page").and_then(|page| page.parse().ok()).unwrap_or(1);
    let (sure, open): (Vec<&Suggestion>, Vec<&Suggestion>) = found.iter().partition(|one| one.unit != Found::Unknown);
    let part = Rows::new(page, ROWS, sure.len());
    let known = sure.iter().map(|one| one.unit.units().len()).sum::<usize>();
    let due = first_due(of.today).to_string();
    let href = |page: usize| {
        let number = page.to_string();
        let fields: Vec<(&str, &str)> = source.fields().into_iter().chain([("page", number.as_str())]).collect();
        visit.href(&action, &fields)
    };
    let content = html! {
        (tabs(visit, of, "offer"))
        @if let Some(wrong) = wrong { div.notice.wrong role="alert" { p { (wrong) } } }
        @if found.is_empty() {
            div.notice { p { (say("offer-none")) " " a href=(visit.href(&base(of.plan.id), &[])) { (say("assign-all")) } } }
        }
        @if !found.is_empty() && sure.is_empty() { div.notice { p { (say("offer-none-known")) } } }
        @if !sure.is_empty() {
            p { (visit.language.say_with("offer-intro", &[("count", sure.len().into()), ("known", known.into())])) }
            form method="post" action=(visit.href(&action, &[])) {
                (form::token(&visit.session.csrf))
                @for (name, value) in source.fields() { input type="hidden" name=(name) value=(value); }
                input type="hidden" name="book" value=(of.book.version());
                div.filters {
                    (Field { name: "due", label: say("assign-first-due"), value: &due, kind: "date", required: true, ..Field::default() }.draw())
                    div.actions {
                        button.main type="submit" name="do" value="picked" { (say("offer-picked")) }
                        button type="submit" name="do" value="all" { (visit.language.say_with("offer-all", &[("count", known.into())])) }
                        a href=(visit.href(&base(of.plan.id), &[])) { (say("cancel")) }
                    }
                }
                div.table.cards { table {
                    thead { tr {
                        th scope="col" { (say("offer-pick")) }
                        th scope="col" { (say("assign-subject")) }
                        th scope="col" { (say("assign-unit")) }
                        th scope="col" { (say("assign-part")) }
                        th scope="col" { (say("offer-because")) }
                    } }
                    tbody { @for one in part.of(&sure) { (row(visit, of, one)) } }
                } }
            }
            (part.draw(visit.language, href))
        }
        (unknown(visit, of, &open))
    };
    framed(app, visit, of, "offer-title", &content)
}

/// The units that suggestions name and the directory does not know, each with
/// what would be its: nothing can be offered to them.
fn unknown(visit: &Visit, of: &Assigned, open: &[&Suggestion]) -> Markup {
    let mut units: Vec<(&str, Vec<&Suggestion>)> = Vec::new();
    for one in open {
        match units.iter_mut().find(|(written, _)| *written == one.written) {
            Some((_, all)) => all.push(one),
            None => units.push((&one.written, vec![one])),
        }
    }
    units.sort_by_key(|(_, all)| std::cmp::Reverse(all.len()));
    html! {
        @if !units.is_empty() {
            section id="unknown" {
                h2 { (visit.language.say_with("offer-unknown", &[("units", units.len().into()), ("count", open.len().into())])) }
                p.second { (visit.say("offer-unknown-hint")) " " a href=(visit.href("/units", &[])) { (visit.say("offer-to-units")) } }
                @for (written, all) in &units {
                    details {
                        summary { (written) " " span.second.small { (visit.language.say_with("offer-unknown-count", &[("count", all.len().into())])) } }
                        ul { @for one in all {
                            @if let Some(subject) = of.subject(&one.subject) { li { (heading(visit, of.plan.id, subject)) div.second.small { (part_word(one.part, visit.language)) "，" (one.because) } } }
                        } }
                    }
                }
            }
        }
    }
}

fn row(visit: &Visit, of: &Assigned, one: &Suggestion) -> Markup {
    let say = |key: &str| visit.say(key);
    let seen = of.book.last_of(&one.subject);
    let Some(subject) = of.subject(&one.subject) else { return html! {} };
    html! {
        tr {
            td data-label=(say("offer-pick")) {
                @for unit in one.unit.units() {
                    label.nowrap {
                        input type="checkbox" name="pick" value=(pick(one, unit, seen)) checked
                            aria-label=(format!("{} {}", subject.name, of.directory.unit_name(unit)));
                        @if one.unit.units().len() > 1 { " " (of.directory.unit_name(unit)) }
                    }
                }
            }
            th scope="row" { (heading(visit, of.plan.id, subject)) }
            td data-label=(say("assign-unit")) {
                @match &one.unit {
                    Found::Exact(unit) => (of.directory.unit_name(unit)),
                    Found::Likely(unit) => { (of.directory.unit_name(unit)) " " span.second.small { (visit.language.say_with("offer-likely", &[("written", one.written.as_str().into())])) } },
                    Found::Towns(_) => (one.written),
                    Found::Unknown => (one.written),
                }
            }
            td.nowrap data-label=(say("assign-part")) { (part_word(one.part, visit.language)) }
            td.small data-label=(say("offer-because")) { (one.because) }
        }
    }
}
