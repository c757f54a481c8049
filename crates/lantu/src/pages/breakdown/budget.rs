//! 预算: the lines that pay for commitments, with their sums; one by one or from a file.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::Problem;
use plan_workflow::{
    WorkflowError,
    breakdown::{self, BudgetLine, NewLine, amounts},
    permissions::Action,
};

use super::{Tab, View, page_of, tabs};
use crate::{
    pages::problems,
    server::{
        App,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::{Visit, field},
    },
    ui::{
        figure,
        form::{self, Field},
    },
};

/// The unit of all amounts.
pub(crate) const UNIT: &str = "万元";

/// What could not be taken.
#[derive(Debug, Default)]
struct Wrong {
    form: Form,
    said: Option<String>,
    rows: Vec<Problem>,
}

/// GET /plans/{plan}/breakdown/budget
pub(crate) async fn budget(State(app): State<App>, Path(plan): Path<String>, visit: Visit) -> Answer<Markup> {
    visit.require(Action::ReadPlans)?;
    let view = View::read(&app, &plan).await?;
    let content = draw(&visit, &view, &Wrong::default());
    Ok(view.page(&app, &visit, "budget-title", &content))
}

/// The commitments by id, with their names.
fn subjects(view: &View) -> BTreeMap<String, &str> {
    let indicators =
        view.situation.records.iter().map(|record| (record.indicator.id.clone(), record.indicator.name.as_str()));
    indicators.chain(view.work.iter().map(|(key, _, work)| (key.to_string(), work.name.as_str()))).collect()
}

fn draw(visit: &Visit, view: &View, wrong: &Wrong) -> Markup {
    let say = |key: &str| visit.say(key);
    let names = subjects(view);
    let mut lines: Vec<&BudgetLine> = view.situation.breakdown.lines().collect();
    lines.sort_by(|a, b| {
        (a.subject.len(), &a.subject, a.year, &a.code).cmp(&(b.subject.len(), &b.subject, b.year, &b.code))
    });
    let saved = field(&visit.query(), "saved").and_then(|count| count.parse::<usize>().ok());
    html! {
        (tabs(visit, view.plan(), Tab::Budget))
        @if let Some(count) = saved { div.notice role="status" { p { (visit.language.say_with("budget-saved", &[("count", count.into())])) } } }
        @if let Some(said) = &wrong.said { div.notice.wrong role="alert" { p { (said) } } }
        (problems::table(&wrong.rows, visit.language))
        p { (say("budget-intro")) }
        @if lines.is_empty() { p.second { (say("budget-none")) } }
        @for group in lines.chunk_by(|a, b| a.subject == b.subject) {
            @if let Some(first) = group.first() {
                h2 { a href=(visit.href(&page_of(view.plan(), &first.subject), &[])) { (names.get(&first.subject).copied().unwrap_or(&first.subject)) } }
                (table(visit, view, group, visit.may(Action::BreakDown)))
            }
        }
        @if visit.may(Action::BreakDown) { (forms(visit, view, &names, wrong)) }
    }
}

/// Lines of one commitment with their sums by year.
pub(crate) fn lines(visit: &Visit, lines: &[&BudgetLine]) -> Markup {
    drawn(visit, lines, |_| html! {}, false)
}

fn table(visit: &Visit, view: &View, lines: &[&BudgetLine], may: bool) -> Markup {
    let action = visit.href(&format!("/plans/{}/breakdown/budget", view.plan()), &[]);
    let drop = |line: &BudgetLine| {
        html! {
            details { summary.small { (visit.say("budget-drop")) }
                form.actions method="post" action=(action) {
                    (form::token(&visit.session.csrf))
                    input type="hidden" name="code" value=(line.code);
                    input type="hidden" name="year" value=(line.year);
                    input name="reason" required autocomplete="off" aria-label=(visit.say("breakdown-reason"));
                    button type="submit" name="do" value="drop" { (visit.say("budget-drop")) }
                }
            }
        }
    };
    drawn(visit, lines, drop, may)
}

fn drawn(visit: &Visit, lines: &[&BudgetLine], last: impl Fn(&BudgetLine) -> Markup, may: bool) -> Markup {
    let say = |key: &str| visit.say(key);
    let (by_year, all) = amounts(lines.iter().copied());
    html! {
        div.table.cards { table {
            thead { tr {
                th scope="col" { (say("budget-line")) }
                th scope="col" { (say("slice-year")) }
                th.number scope="col" { (say("budget-amount")) }
                th scope="col" { (say("budget-source")) }
                @if may { th scope="col" { (say("nodes-do")) } }
            } }
            tbody {
                @for line in lines { tr {
                    th scope="row" { (line.name) " " code.small { (line.code) } }
                    td data-label=(say("slice-year")) { (line.year) }
                    td.number data-label=(say("budget-amount")) { (figure::amount(line.amount, UNIT)) }
                    td data-label=(say("budget-source")) { (line.source) }
                    @if may { td data-label=(say("nodes-do")) { (last(line)) } }
                } }
                tr.sum {
                    th scope="row" { (say("breakdown-sum")) }
                    td data-label=(say("slice-year")) { @for (at, (year, sum)) in by_year.iter().enumerate() { @if at > 0 { "，" } (year) " " (figure::number(*sum)) } }
                    td.number data-label=(say("budget-amount")) { (figure::amount(all, UNIT)) }
                    td {}
                    @if may { td {} }
                }
            }
        } }
    }
}

fn forms(visit: &Visit, view: &View, names: &BTreeMap<String, &str>, wrong: &Wrong) -> Markup {
    let say = |key: &str| visit.say(key);
    let action = visit.href(&format!("/plans/{}/breakdown/budget", view.plan()), &[]);
    let sent = |name: &'static str| wrong.form.get(name);
    let line = |name: &'static str, key: &str, hint: &str| {
        let hint = if hint.is_empty() { String::new() } else { say(hint) };
        Field { name, label: say(key), value: sent(name), hint, required: name != "source", ..Field::default() }.draw()
    };
    let file = html! {
        div.field {
            label for="field-file" { (say("upload-file")) }
            input type="file" id="field-file" name="file" required accept=".csv,.xlsx" aria-describedby="budget-file-hint";
            span.hint id="budget-file-hint" { (say("budget-import-hint")) }
        }
        div.actions { button type="submit" name="do" value="import" { (say("budget-import")) } }
    };
    html! {
        div.columns {
            section {
                h2 { (say("budget-add")) }
                form.rows method="post" action=(action) {
                    (form::token(&visit.session.csrf))
                    div.field {
                        label for="field-subject" { (say("budget-subject")) }
                        input id="field-subject" name="subject" list="subjects" required autocomplete="off" value=(sent("subject"));
                    }
                    datalist id="subjects" { @for (id, name) in names { option value=(format!("{id} {name}")) {} } }
                    (line("code", "budget-code", ""))
                    (line("name", "budget-name", ""))
                    (line("year", "slice-year", ""))
                    (line("amount", "budget-amount-field", ""))
                    (line("source", "budget-source", ""))
                    div.actions { button.main type="submit" name="do" value="add" { (say("budget-add")) } }
                }
            }
            section {
                h2 { (say("budget-import")) }
                (form::upload(visit, &action, &file))
            }
        }
    }
}

/// POST /plans/{plan}/breakdown/budget
pub(crate) async fn change_budget(State(app): State<App>, Path(plan): Path<String>, posted: Posted) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::BreakDown)?;
    let view = View::read(&app, &plan).await?;
    let known: BTreeSet<String> = subjects(&view).into_keys().collect();
    let (store, actor, now, id) = (&app.store, &visit.actor, app.clock.now(), view.plan());
    let done = match (form.get("do"), &form.file) {
        ("import", Some(file)) => {
            let taken = breakdown::import_lines(store, actor, now, id, ((&file.name, &file.bytes), &known)).await;
            taken.map(|report| report.new + report.changed)
        }
        ("import", None) => Err(WorkflowError::BadInput { field: "预算", message: visit.say("upload-no-file") }),
        ("drop", _) => {
            let year = form.get("year").parse().map_err(|_| Refusal::wrong_field("year", form.get("year")))?;
            breakdown::drop_line(store, actor, now, id, (form.get("code"), year, form.get("reason"))).await.map(|()| 1)
        }
        _ => {
            let text = |name: &str| form.get(name).to_owned();
            // The field offers ids with their names.
            let subject = form.get("subject").split_whitespace().next().unwrap_or_default().to_owned();
            let (code, name, year, amount) = (text("code"), text("name"), text("year"), text("amount"));
            let new = NewLine { code, name, year, amount, source: text("source"), subject };
            breakdown::set_line(store, actor, now, id, (&new, &known)).await.map(|()| 1)
        }
    };
    let (status, wrong) = match done {
        Ok(count) => {
            let path = format!("/plans/{plan}/breakdown/budget");
            return Ok(Redirect::to(&visit.href(&path, &[("saved", &count.to_string())])).into_response());
        }
        Err(WorkflowError::BadFigures(rows)) => {
            let said = visit.language.say_with("budget-wrong", &[("count", rows.len().into())]);
            (StatusCode::UNPROCESSABLE_ENTITY, Wrong { form, said: Some(said), rows })
        }
        Err(error @ (WorkflowError::BadInput { .. } | WorkflowError::Unreadable(_))) => {
            let refusal = Refusal::from(error);
            (refusal.status, Wrong { form, said: Some(refusal.words(visit.language).0), rows: Vec::new() })
        }
        Err(error) => return Err(error.into()),
    };
    let page = view.page(&app, &visit, "budget-title", &draw(&visit, &view, &wrong));
    let mut response = (status, page).into_response();
    response.extensions_mut().insert(Spoken);
    Ok(response)
}
