//! 单位与人员: who is there, who answers for what, and what is open?

pub(crate) mod one;
pub(crate) mod regions;
pub(crate) mod transfer;
pub(crate) mod words;

use std::cmp::Ordering;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use jiff::civil::Date;
use maud::{Markup, html};
use plan_model::{Unit, UnitId, UnitKind};
use plan_workflow::{
    WorkflowError,
    directory::{Directory, DutyState, Person, UnitFields, Wish, credit_code_warning, open_duties},
    permissions::Action,
};

use self::words::{Sent, fulfil, hidden, holders, kind, notice, person_link, spoken, unit_link};
use crate::{
    server::{
        App,
        posted::{Form, Posted},
        refusal::Answer,
        visit::{Visit, field},
    },
    ui::{
        form::{self, Field, choice},
        layout::{self, Frame, Place},
        table::{Column, Order, Part, head},
    },
};

/// Units on a page.
const ROWS: usize = 50;
/// People found at once.
const FOUND: usize = 50;

/// The columns the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum By {
    /// As the units were added.
    #[default]
    Entered,
    Name,
    Region,
    People,
}

impl Column for By {
    const CODES: &'static [(Self, &'static str)] =
        &[(Self::Entered, "entered"), (Self::Name, "name"), (Self::Region, "region"), (Self::People, "people")];
}

/// What is asked of the list.
struct Query {
    words: String,
    kind: Option<UnitKind>,
    region: String,
    open: bool,
    order: Order<By>,
}

impl Query {
    fn read(fields: &[(String, String)]) -> Self {
        let asked = |name: &str| field(fields, name).unwrap_or_default();
        Self {
            words: asked("q").to_owned(),
            kind: asked("kind").parse().ok(),
            region: asked("region").to_owned(),
            open: asked("state") == "open",
            order: Order::read(fields),
        }
    }

    fn fits(&self, directory: &Directory, unit: &Unit, open: &[UnitId], day: Date) -> bool {
        let has = |text: &str| text.contains(&self.words);
        let region = unit.region.map(|code| code.to_string()).unwrap_or_default();
        let within = || match (self.region.parse::<plan_model::RegionCode>(), unit.region) {
            (Ok(asked), Some(code)) => asked.holds(code),
            _ => region == self.region,
        };
        (self.words.is_empty()
            || has(&unit.name)
            || unit.aliases.iter().any(|alias| has(alias))
            || unit.credit_code.as_ref().is_some_and(|code| has(code.as_str()))
            || directory.people_of(&unit.id, day).any(|person| has(&person.name)))
            && self.kind.is_none_or(|kind| unit.unit_kind == kind)
            && (self.region.is_empty() || within())
            && (!self.open || open.contains(&unit.id))
    }

    /// The query as fields, without page and order.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let kind = self.kind.map_or("", UnitKind::code);
        let state = if self.open { "open" } else { "" };
        vec![("q", &self.words), ("kind", kind), ("region", &self.region), ("state", state)]
    }
}

/// GET /units
pub(crate) async fn units(State(app): State<App>, visit: Visit) -> Answer<Markup> {
    list(&app, &visit, None).await
}

async fn list(app: &App, visit: &Visit, sent: Option<&Sent<'_>>) -> Answer<Markup> {
    visit.require(Action::ReadDirectory)?;
    let directory = app.directory_of(visit).await?;
    let day = app.today();
    let query = Query::read(&visit.query());
    let open: Vec<UnitId> = open_duties(&directory, day).into_iter().map(|open| open.unit).collect();
    let mut rows: Vec<&Unit> =
        directory.units_on(day).filter(|unit| query.fits(&directory, unit, &open, day)).collect();
    let people = |unit: &Unit| directory.people_of(&unit.id, day).count();
    query.order.arrange(&mut rows, |by, a, b| match by {
        By::Entered => Ordering::Equal,
        By::Name => a.name.cmp(&b.name),
        By::Region => a.region.cmp(&b.region),
        By::People => people(a).cmp(&people(b)),
    });
    let found: Vec<&Person> = match query.words.as_str() {
        "" => Vec::new(),
        words => {
            directory.people().filter(|p| p.name.contains(words) && !directory.left(&p.id, day)).take(FOUND).collect()
        }
    };
    let may = visit.may(Action::ManageDirectory);
    let none = directory.units().next().is_none();
    let content = html! {
        (notice(sent))
        @if may {
            p.actions {
                a.button.main[none] href="/units/import" { (visit.say("units-import")) }
                a href=(visit.href("/regions", &[])) { (visit.say("regions-link")) }
                a href=(visit.href("/duties", &[])) { (visit.say("duties-open-link")) " " (open.len()) }
            }
        }
        @if none {
            div.notice { p { (visit.say(if may { "units-empty" } else { "units-empty-reader" })) } }
        } @else {
            (filters(visit, &directory, &query))
            @if rows.is_empty() { p.second { (visit.say("units-none-found")) " " a href=(visit.href("/units", &[])) { (visit.say("filter-all")) } } }
            @else { (table(visit, (&directory, day), &query, &rows)) }
            @if !found.is_empty() { (people_found(visit, &directory, &found)) }
        }
        @if may {
            details id="add" open[sent.is_some()] {
                summary { (visit.say("unit-add")) }
                form.rows method="post" action="/units" {
                    (hidden(visit, &directory, "add"))
                    (unit_fields(visit, sent, "add", None))
                    div.actions { button.main type="submit" { (visit.say("unit-add")) } }
                }
            }
        }
    };
    let title = visit.say("units-title");
    Ok(layout::page(app, &Frame { visit, place: Place::Units, plan: None, title: &title }, &content))
}

fn filters(visit: &Visit, directory: &Directory, query: &Query) -> Markup {
    let any = || (String::new(), visit.say("filter-any"));
    let kinds = UnitKind::ALL.iter().map(|k| (k.code().to_owned(), kind(visit, *k)));
    let kinds: Vec<_> = std::iter::once(any()).chain(kinds).collect();
    let regions =
        regions::tree(directory, []).into_iter().map(|(code, _)| (code.to_string(), regions::name(directory, code)));
    let regions: Vec<_> = std::iter::once(any()).chain(regions).collect();
    let states = vec![any(), ("open".to_owned(), visit.say("units-with-open"))];
    let choices = html! {
        (choice("kind", &visit.say("unit-kind"), query.kind.map_or("", UnitKind::code), &kinds))
        (choice("region", &visit.say("plan-jurisdiction"), &query.region, &regions))
        (choice("state", &visit.say("units-duties"), if query.open { "open" } else { "" }, &states))
    };
    let kept: Vec<(&'static str, &str)> = query.order.kept().collect();
    form::filters(
        visit,
        ("/units", &kept),
        (&visit.say("units-search"), &query.words),
        &choices,
        &[("/units.xlsx".to_owned(), "Excel")],
    )
}

fn table(visit: &Visit, (directory, day): (&Directory, Date), query: &Query, rows: &[&Unit]) -> Markup {
    let part = Part::new(query.order.page, ROWS, rows.len());
    let to = |order: Order<By>, page: usize| {
        let page = if page > 1 { page.to_string() } else { String::new() };
        let fields: Vec<(&str, &str)> =
            query.fields().into_iter().chain(order.kept()).chain([("page", page.as_str())]).collect();
        visit.href("/units", &fields)
    };
    let sorted = |by: By, key: &str, number: bool| {
        head(&visit.say(key), query.order.sorted(by), &to(query.order.by(by), 1), number)
    };
    html! {
        div.table.cards { table {
            thead { tr {
                (sorted(By::Name, "unit-name", false))
                th scope="col" { (visit.say("unit-kind")) }
                (sorted(By::Region, "plan-jurisdiction", false))
                th scope="col" { (visit.say("unit-credit-code")) }
                (sorted(By::People, "units-people", true))
                th scope="col" { (visit.say("units-duties")) }
            } }
            tbody { @for unit in part.of(rows) {
                tr {
                    th scope="row" {
                        (unit_link(visit, directory, &unit.id))
                        @if !unit.aliases.is_empty() { div.second.small { (unit.aliases.join("、")) } }
                    }
                    td data-label=(visit.say("unit-kind")) { (kind(visit, unit.unit_kind)) }
                    td data-label=(visit.say("plan-jurisdiction")) { @match unit.region { Some(code) => (regions::name(directory, code)), None => span.second { "—" } } }
                    td.small data-label=(visit.say("unit-credit-code")) { (credit_code(visit, unit)) }
                    td.number data-label=(visit.say("units-people")) { (directory.people_of(&unit.id, day).count()) }
                    td.small data-label=(visit.say("units-duties")) { (duties(visit, directory, unit, day)) }
                }
            } }
        } }
        (part.draw(visit.language, |page| to(query.order, page)))
    }
}

/// The credit code of a unit with a mark where it does not fit.
fn credit_code(visit: &Visit, unit: &Unit) -> Markup {
    html! {
        @match &unit.credit_code {
            Some(code) => {
                code { (code) }
                @if credit_code_warning(unit).is_some() { " " span.age { "⚠ " (visit.say("unit-code-odd")) } }
            }
            None => span.second { "—" },
        }
    }
}

/// Who does what for a unit, one line for each role.
fn duties(visit: &Visit, directory: &Directory, unit: &Unit, day: Date) -> Markup {
    let all = directory.duties_of(&unit.id, day);
    html! {
        @for (code, name) in words::roles(visit) {
            div {
                span.second { (name) "：" }
                @let of_role: Vec<_> = all.iter().filter(|duty| duty.role == code).collect();
                @if of_role.is_empty() { span.age { "◇ " (visit.say("concern-missing")) } }
                @for (at, duty) in of_role.iter().enumerate() {
                    @if at > 0 { "、" }
                    @if directory.state(duty, day) == DutyState::Held || duty.offer.is_some() {
                        (holders(visit, directory, duty, day))
                    } @else { span.age { "◇ " (visit.say("duty-vacant")) } }
                }
            }
        }
    }
}

fn people_found(visit: &Visit, directory: &Directory, found: &[&Person]) -> Markup {
    html! {
        section {
            h2 { (visit.say("people-found")) }
            div.table.cards { table {
                thead { tr { th scope="col" { (visit.say("person-name")) } th scope="col" { (visit.say("unit")) } th scope="col" { (visit.say("person-phone")) } th scope="col" { (visit.say("person-email")) } } }
                tbody { @for person in found {
                    tr {
                        th scope="row" { (person_link(visit, person)) }
                        td data-label=(visit.say("unit")) { (unit_link(visit, directory, &person.unit)) }
                        td data-label=(visit.say("person-phone")) { (person.phone.as_deref().unwrap_or("—")) }
                        td data-label=(visit.say("person-email")) { (person.email.as_deref().unwrap_or("—")) }
                    }
                } }
            } }
        }
    }
}

/// The fields of a unit, with what it is now or what was typed.
fn unit_fields(visit: &Visit, sent: Option<&Sent<'_>>, which: &str, unit: Option<&Unit>) -> Markup {
    let aliases = unit.map(|u| u.aliases.join("、")).unwrap_or_default();
    let region = unit.and_then(|u| u.region).map(|code| code.to_string()).unwrap_or_default();
    let code = unit.and_then(|u| u.credit_code.as_ref()).map_or("", |code| code.as_str());
    let now = unit.map_or(UnitKind::Department, |u| u.unit_kind).code();
    let value = |name: &str, otherwise| Sent::value(sent, which, name, otherwise);
    let kinds: Vec<_> = UnitKind::ALL.iter().map(|k| (k.code().to_owned(), kind(visit, *k))).collect();
    html! {
        (Field { name: "name", label: visit.say("unit-name"), value: value("name", unit.map_or("", |u| &u.name)), required: true, ..Field::default() }.draw())
        (Field { name: "aliases", label: visit.say("unit-aliases"), value: value("aliases", &aliases), hint: visit.say("unit-aliases-hint"), ..Field::default() }.draw())
        (choice("kind", &visit.say("unit-kind"), value("kind", now), &kinds))
        (Field { name: "region", label: visit.say("plan-jurisdiction"), value: value("region", &region), hint: visit.say("unit-region-hint"), ..Field::default() }.draw())
        (Field { name: "credit_code", label: visit.say("unit-credit-code"), value: value("credit_code", code), hint: visit.say("unit-code-hint"), ..Field::default() }.draw())
    }
}

/// What a form says of a unit.
fn unit_wish(form: &Form, unit: Option<UnitId>) -> Result<Wish, WorkflowError> {
    let kind = form.get("kind").parse().map_err(|error: plan_model::UnknownWord| WorkflowError::BadInput {
        field: "类别",
        message: error.to_string(),
    })?;
    let aliases = form.get("aliases").split(['、', '，', ',', '；', ';']).map(|alias| alias.trim().to_owned());
    let fields = UnitFields {
        name: form.get("name").to_owned(),
        aliases: aliases.filter(|alias| !alias.is_empty()).collect(),
        kind,
        region: form.get("region").to_owned(),
        credit_code: form.get("credit_code").to_owned(),
    };
    Ok(Wish::SetUnit { unit, fields })
}

/// POST /units
pub(crate) async fn add_unit(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ManageDirectory)?;
    match fulfil(&app, &visit, &form, unit_wish(&form, None)).await? {
        Ok(changed) => {
            let added = changed.directory.units().last().map(|unit| unit.id.to_string()).unwrap_or_default();
            Ok(Redirect::to(&format!("/units/{added}")).into_response())
        }
        Err((status, wrong)) => {
            let sent = Sent { form: &form, wrong };
            Ok(spoken(status, list(&app, &visit, Some(&sent)).await?))
        }
    }
}
